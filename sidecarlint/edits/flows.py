"""Moving items between flow lists, which JSON files hold too.

In: a layout, two lists of one mapping, the moves. Out: `Change`s. Must not know: Kubernetes.

A new list is made by closing one list and opening another between two items where the moved ones stand at an end, and is
written out in front of the other one where they do not. Separators, brackets' blanks and quotes are taken from the text.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents import Node
from sidecarlint.edits.blocks import Task
from sidecarlint.edits.locate import Pair
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.splice import Change, splice
from sidecarlint.edits.style import Layout, scalar
from sidecarlint.edits.writing import comma

_BETWEEN = re.compile(r"\s*,\s*")
_BLANKS = re.compile(r"\s*")


def move_items(layout: Layout, mapping: Node, task: Task, inner: Sequence[Change]) -> list[Change]:
    """The changes that carry out a task."""
    source, target, indexes = task.source, task.target, [move.item for move in task.moves]
    if task.fresh or any(task.gone) or task.leaves_nothing():
        from sidecarlint.edits import rewoven

        return rewoven.move_items(layout, mapping, task, inner)
    if target is not None:
        return _into(layout, source[1], target[1], task, inner)
    count = len(source[1].items)
    if indexes == list(range(count - len(indexes), count)):
        return [*inner, _parting(layout, mapping, source, indexes[0], (source[0], task.key))]
    if indexes == list(range(len(indexes))):
        renamed = Change(source[0].start, source[0].end, scalar(task.key, source[0].style))
        return [*inner, renamed, _parting(layout, mapping, source, indexes[-1] + 1, (source[0], source[0].text))]
    return _written_out(layout, mapping, source, task.key, indexes, inner)


def _parting(layout: Layout, mapping: Node, source: Pair, at: int, name: tuple[Node, str]) -> Change:
    """Closes the list in front of item `at` and opens one called `name` there."""
    items = source[1].items
    text = closing(layout, source[1]) + pair_separator(layout, mapping, source[0]) + opening(layout, source, name[1])
    clean(layout, items[at - 1].end, items[at].outset, _BETWEEN)
    return Change(items[at - 1].end, items[at].outset, text)


def _written_out(layout: Layout, mapping: Node, source: Pair, key: str, indexes: list[int], inner: Sequence[Change]) -> list[Change]:
    between = _between(layout, source[1])
    bodies = between.join(body(layout, source[1].items[index], inner) for index in indexes)
    text = opening(layout, source, key) + bodies + closing(layout, source[1]) + pair_separator(layout, mapping, source[0])
    return [Change(source[0].outset, source[0].outset, text), *_cuts(layout, source[1], indexes), *_outside(inner, source[1], indexes)]


def _into(layout: Layout, source: Node, target: Node, task: Task, inner: Sequence[Change]) -> list[Change]:
    moves, indexes = task.moves, [move.item for move in task.moves]
    changes = [*_cuts(layout, source, indexes), *_outside(inner, source, indexes)]
    if not target.items:
        bodies = _between(layout, source).join(body(layout, source.items[index], inner) for index in indexes)
        blank = " " if target.start == target.end else ""
        return [*changes, Change(target.start, target.end, f"{blank}{opening_blank(layout, source)}{bodies}{closing(layout, source)}")]
    between = separator(layout, target, task.root)
    for place in sorted({move.before for move in moves}):
        here = [body(layout, source.items[move.item], inner) for move in moves if move.before == place]
        if place < len(target.items):
            start = target.items[place].outset
            changes.append(Change(start, start, "".join(body + between for body in here)))
        else:
            end = target.items[-1].end
            changes.append(Change(end, end, "".join(between + body for body in here)))
    return changes


def _outside(inner: Sequence[Change], source: Node, indexes: list[int]) -> list[Change]:
    spans = [(source.items[index].outset, source.items[index].end) for index in indexes]
    return [change for change in inner if not any(start <= change.start and change.end <= end for start, end in spans)]


def _cuts(layout: Layout, source: Node, indexes: list[int]) -> list[Change]:
    """Takes items away with the comma in front of them, or behind them where the first one goes too."""
    items, cuts = source.items, []
    for first in (index for index in indexes if index - 1 not in indexes):
        last = next(index for index in sorted(indexes) if index >= first and index + 1 not in indexes)
        start, end = (items[first - 1].end, items[last].end) if first else (items[0].outset, items[last + 1].outset)
        for index in range(max(first, 1), last + (1 if first else 2)):
            clean(layout, items[index - 1].end, items[index].outset, _BETWEEN)
        cuts.append(Change(start, end, ""))
    return cuts


def body(layout: Layout, item: Node, inner: Sequence[Change]) -> str:
    """An item's text with the changes inside of it."""
    return splice(layout.text, inner, item.outset, item.end)


def _between(layout: Layout, sequence: Node) -> str:
    if len(sequence.items) < 2:
        return ", "
    start, end = sequence.items[0].end, sequence.items[1].outset
    clean(layout, start, end, _BETWEEN)
    return layout.text[start:end]


def separator(layout: Layout, sequence: Node, root: Node) -> str:
    """What stands between two items of this list: a comma, and the blanks or the new line that the first item shows."""
    if len(sequence.items) > 1:
        return _between(layout, sequence)
    opened = opening_blank(layout, sequence)[1:]
    return "," + opened if "\n" in opened or "\r" in opened else comma(layout, root)


def opening(layout: Layout, source: Pair, key: str) -> str:
    """The key's text, the colon and the bracket as they are written for this list."""
    name, sequence = source
    colon = layout.text[name.end : sequence.outset]
    if "#" in colon or sequence.outset != sequence.start:
        raise Refusal("a comment or an anchor stands between this list and its key", name.end)
    return scalar(key, name.style) + colon + opening_blank(layout, sequence)


def opening_blank(layout: Layout, sequence: Node) -> str:
    """The bracket that opens this list, with the blanks behind it."""
    return layout.text[sequence.start] + clean(layout, sequence.start + 1, sequence.items[0].outset, _BLANKS)


def closing(layout: Layout, sequence: Node) -> str:
    """The bracket that closes this list, with what stands between it and the last item."""
    return clean(layout, sequence.items[-1].end, sequence.end - 1, re.compile(r"\s*,?\s*")) + layout.text[sequence.end - 1]


def pair_separator(layout: Layout, mapping: Node, key: Node) -> str:
    """What stands between two pairs of the mapping: a line end and blanks, or a comma and blanks in a flow mapping."""
    if not mapping.flow:
        start = layout.line_start(key.outset)
        if not layout.starts_line(key.outset):
            raise Refusal(f"{key.text} does not stand on a line of its own", key.start)
        return layout.newline(key.start) + layout.text[start : key.outset]
    position = next(i for i, pair in enumerate(mapping.pairs) if pair[0] is key)
    if position:
        return clean(layout, mapping.pairs[position - 1][1].end, key.outset, _BETWEEN)
    return "," + (clean(layout, mapping.start + 1, key.outset, _BLANKS) or ("" if key.style else " "))


def clean(layout: Layout, start: int, end: int, allowed: "re.Pattern[str]") -> str:
    """The text between two places, which may hold no comment."""
    text = layout.text[start:end]
    if not allowed.fullmatch(text):
        raise Refusal("a comment stands between the items of this list", start)
    return text
