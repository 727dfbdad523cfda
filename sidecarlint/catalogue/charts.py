"""What is known of common public charts: the values with which they make native sidecars of their own helpers.

In: files of `rules/charts/`. Out: `KnownChart`s, and the switch for one container of a chart. Must not know: pods.
"""

import os.path
from collections.abc import Iterable
from typing import Any

from sidecarlint.values import NamedTuple

_SCHEMA = os.path.join(os.path.dirname(os.path.dirname(__file__)), "chart.schema.json")


class ChartSwitch(NamedTuple):
    """What makes native sidecars of some containers. `containers` are patterns of their names, `*` for any text; `values` are lines such
    as `proxy.nativeSidecar: true`; `since` is the version that knows them, in words."""

    containers: tuple[str, ...]
    values: tuple[str, ...]
    since: str


class KnownChart(NamedTuple):
    """One chart. `charts` are the names that its Chart.yaml may give it."""

    id: str
    title: str
    charts: tuple[str, ...]
    switches: tuple[ChartSwitch, ...]
    sources: tuple[str, ...]


def read_chart(path: str, text: str) -> KnownChart:
    """The chart that the file at `path` describes; its name is the id. Raises `RuleError` with the first line that is wrong."""
    from sidecarlint.catalogue.reading import read_plain

    return chart_from_plain(read_plain(path, text, _SCHEMA, "chart"))


def chart_from_plain(plain: dict[str, Any]) -> KnownChart:
    """The chart that `chart_to_plain` gave."""
    switches = tuple(ChartSwitch(tuple(each["containers"]), tuple(each["values"]), each["since"]) for each in plain["switches"])
    return KnownChart(plain["id"], plain["title"], tuple(plain["charts"]), switches, tuple(plain["sources"]))


def chart_to_plain(chart: KnownChart) -> dict[str, Any]:
    """The chart as values that can be marshalled."""
    switches = [{**each._asdict(), "containers": list(each.containers), "values": list(each.values)} for each in chart.switches]
    return {**chart._asdict(), "charts": list(chart.charts), "switches": switches, "sources": list(chart.sources)}


def switch_for(charts: Iterable[KnownChart], chart: str, container: str) -> ChartSwitch | None:
    """What makes a native sidecar of a container of a chart, by their names, or None where nothing is known."""
    from fnmatch import fnmatchcase

    known = next((each for each in charts if chart in each.charts), None)
    switches = known.switches if known is not None else ()
    return next((each for each in switches if any(fnmatchcase(container, pattern) for pattern in each.containers)), None)
