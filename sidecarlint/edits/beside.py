"""New lines beside lines that go.

In: a layout, changes. Out: changes that do not overlap. Must not know: YAML.
"""

from collections.abc import Sequence

from sidecarlint.documents import Route
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout

Placed = tuple[Route, Change]
"""A change with the route to what it changes."""


def beside(layout: Layout, placed: Sequence[Placed]) -> list[Placed]:
    """The changes, in which new lines that would come behind a line that goes come behind the one above it instead."""
    cuts = [change for _, change in placed if not change.text and _is_whole(layout, change)]
    return [(route, _lifted(layout, change, cuts)) for route, change in placed] if cuts else list(placed)


def _is_whole(layout: Layout, cut: Change) -> bool:
    """Whether whole lines go, with the line end in front of them where there is none behind."""
    starts = cut.start == layout.line_start(cut.start) or cut.end == len(layout.text)
    return cut.end > cut.start and starts and (cut.end == layout.line_start(cut.end) or cut.end == len(layout.text))


def _lifted(layout: Layout, change: Change, cuts: Sequence[Change]) -> Change:
    if change.start < change.end or not change.text.startswith(("\n", "\r")):
        return change
    at = change.start
    for cut in sorted(cuts, key=lambda each: -each.start):
        if cut.start < at < cut.end or at == cut.end == len(layout.text):
            at = len(layout.text[: cut.start].rstrip("\r\n")) if cut.start == layout.line_start(cut.start) else cut.start
    return change._replace(start=at, end=at)
