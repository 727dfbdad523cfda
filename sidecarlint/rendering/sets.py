"""What a chart is rendered with: sets of values, and versions of Kubernetes.

In: a `Chart`, `Settings`. Out: `Values` and versions in order. Must not know: what is rendered.
"""

import os

from sidecarlint.settings import Settings
from sidecarlint.sources.charts import Chart
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import NEWEST, Version

MOST = 40
"""With how many sets of values one chart is rendered at most."""


class Values(NamedTuple):
    """One set of values. `label` is what people call it; `files` are laid over the chart's own values, the later over the earlier."""

    label: str
    files: tuple[str, ...] = ()


def sets_of(chart: Chart, settings: Settings) -> tuple[Values, ...]:
    """The chart's own values, those that its authors test it with, and those that were named for this run, all of these together."""
    # Inside a chart its own files have short names, which its authors use.
    tested = [Values(os.path.relpath(path, chart.folder).replace(os.sep, "/"), (path,)) for path in chart.ci]
    named = [Values(" and ".join(map(short, settings.values)), settings.values)] if settings.values else []
    return (Values("its default values"), *named, *tested[: MOST - 1 - len(named)])


def versions(settings: Settings) -> tuple[Version, ...]:
    """The versions to render for: the target, by which what is the same for all is judged, those that are asked for, and the newest known,
    since a chart may be native only there."""
    others = {*settings.kube_versions, max(settings.target, NEWEST)} - {settings.target}
    return (settings.target, *sorted(others))
