"""What a public chart can do itself about a helper of its own.

In: a verdict on a template, or on what was rendered from one. Out: the same verdict, with fixes that name the chart's values. Must not
know: lifecycles.
"""

import os
import re

from sidecarlint.bundle import bundled
from sidecarlint.catalogue.charts import ChartSwitch, KnownChart, switch_for
from sidecarlint.findings import Fix
from sidecarlint.judging import Planned, Verdict
from sidecarlint.sources.charts import chart_of

_RENDERED = r"([^/]+)/templates/"


def answered(verdict: Verdict, path: str) -> Verdict:
    """Where a fix is for people to make, and the chart has a value for it, the fix is to set that. `path` is the source's."""
    charts = bundled().charts
    folder = chart_of(path)
    own = os.path.basename(folder) if folder is not None else ""
    return verdict._replace(planned=tuple(_answered(each, own, charts) for each in verdict.planned))


def _answered(planned: Planned, own: str, charts: tuple[KnownChart, ...]) -> Planned:
    fix, container = planned.finding.fix, planned.finding.container
    if fix is None or container is None or fix.applicability != "manual":
        return planned
    chart = _chart_of(planned.finding.rendered_from) or own
    switch = switch_for(charts, chart, container)
    return planned._replace(finding=planned.finding._replace(fix=_set(fix, switch, chart))) if switch is not None else planned


def _chart_of(rendered_from: str) -> str:
    """The chart that a template belongs to, as Helm names it: that of a chart below another stands last."""
    named = re.findall(_RENDERED, rendered_from)
    return named[-1] if named else ""


def _set(fix: Fix, switch: ChartSwitch, chart: str) -> Fix:
    title = f"Set {' and '.join(switch.values)} in the values of {chart}"
    return fix._replace(title=title, hazards=(f"the chart itself can do it, since {switch.since}", *fix.hazards))
