"""The wanted order of two block lists' pieces once items are new or gone, or nothing is left of one list.

In: a layout, a task, an order of pieces. Out: another order. Must not know: Kubernetes.
"""

from collections.abc import Sequence

from sidecarlint.edits.blocks import Fresh, Task
from sidecarlint.edits.lists import lines_of
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.pieces import FIXED, Listed, Piece
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout
from sidecarlint.edits.writing import deeper


def renewed(layout: Layout, task: Task, source: Listed, into: Listed, order: list[Piece], behind: Sequence[Change]) -> list[Piece]:
    """The order without what goes, and with what comes: new items, and keys `behind` a list."""
    order = [piece for piece in order if piece not in _leaving(task, source, into)]
    for each in task.fresh:
        own, other = (source, into) if each.in_source else (into, source)
        moved = {move.item for move in task.moves} if each.in_source else set()
        stay = [item for index, item in enumerate(own.items) if index >= each.before and index not in moved]
        piece = _fresh(layout, task, own, each)
        at = next((order.index(item) for item in stay if item in order), None)
        if each.ahead and (landed := _landed(task, source, into, each, order)) is not None:
            order.insert(landed, piece)
            continue
        # A comment between two items is neither's. Below it, the new item could become the first, and the comment its own.
        above = at is not None and order[at - 1] in own.gaps and order[at - 1].weight == FIXED
        order.insert(_end(order, own, other) if at is None else at - above, piece)
    for change in behind:
        text = change.text.lstrip("\r\n") + layout.newline(change.start)
        own, other = (into, source) if any(item.start < change.start <= item.end for item in into.items) else (source, into)
        at = len(order) if task.target is None else _end(order, own, other)
        order.insert(at, Piece(0, 0, 0, 0, text))
    return _without_header(layout, task, source, into, order) if task.leaves_nothing() else order


def _landed(task: Task, source: Listed, into: Listed, each: Fresh, order: list[Piece]) -> int | None:
    """Where the first of the items stands that have moved to the place of a new one."""
    place = min(each.before, len(into.items))
    starts = {source.items[move.item].start for move in task.moves if move.before == place and not each.in_source}
    return next((at for at, piece in enumerate(order) if piece.text is None and piece.start in starts), None)


def _leaving(task: Task, source: Listed, into: Listed) -> list[Piece]:
    """The pieces of removed items, each with the blank line below it, or above the last one."""
    leaving = []
    for listed, gone in zip((source, into), task.gone, strict=True):
        for index in gone:
            gap = listed.gaps[index] if index + 1 < len(listed.items) else listed.gaps[index - 1] if index else None
            leaving += [listed.items[index], *([gap] if gap is not None and gap.weight != FIXED else [])]
    return leaving


def _fresh(layout: Layout, task: Task, own: Listed, each: Fresh) -> Piece:
    pair = task.source if each.in_source or task.target is None or not task.target[1].items else task.target
    lines = deeper(lines_of(layout, pair[1], task.root, each.value), own.column)
    newline = layout.newline(task.source[0].start)
    return Piece(0, 0, 0, 0, "".join(line + newline for line in lines))


def _end(order: list[Piece], own: Listed, other: Listed) -> int:
    """The place behind a list's last item: the next thing is the other list, or nothing."""
    start = order.index(own.header)
    behind = order[start + 1 :]
    end = start + 1 + (behind.index(other.header) if other.header in behind else len(behind))
    while end > start + 1 and order[end - 1] in [*own.gaps, *other.gaps]:
        end -= 1
    return end


def _without_header(layout: Layout, task: Task, source: Listed, into: Listed, order: list[Piece]) -> list[Piece]:
    header = source.header
    if "#" in layout.text[header.start : header.end]:
        raise Refusal(f"a comment stands beside {task.source[0].text}, which would go", header.start)
    order = [piece for piece in order if piece is not header]
    gap = _blank_between(layout, source, into)
    last = next((i for i in range(len(order) - 1, -1, -1) if order[i] in _moved(task, source)), None)
    if gap is not None and last is not None and order[last + 1 : last + 2]:
        order.insert(last + 1, gap)
    return order


def _moved(task: Task, source: Listed) -> list[Piece]:
    return [source.items[move.item] for move in task.moves]


def _blank_between(layout: Layout, source: Listed, into: Listed) -> Piece | None:
    """The blank lines between the source and the target below it: they part two items then."""
    end = source.items[-1].end
    between = layout.text[end : into.header.start]
    return Piece(end, into.header.start, FIXED) if end < into.header.start and not between.strip() else None
