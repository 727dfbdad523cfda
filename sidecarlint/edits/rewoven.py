"""Two flow lists written anew from their items, where items are new or gone, or nothing is left of one list.

In: a layout, a task. Out: `Change`s. Must not know: Kubernetes.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents import Node
from sidecarlint.edits.blocks import Fresh, Task
from sidecarlint.edits.flows import body, clean, closing, opening, opening_blank, pair_separator, separator
from sidecarlint.edits.lists import flow_of
from sidecarlint.edits.locate import Pair
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout, scalar

_BETWEEN = re.compile(r"\s*,\s*")


def move_items(layout: Layout, mapping: Node, task: Task, inner: Sequence[Change]) -> list[Change]:
    """The changes that carry out a task."""
    kept, filled = _bodies(layout, task, inner)
    if task.leaves_nothing():
        assert task.target is not None
        return _joined(layout, mapping, task, filled, inner)
    between = separator(layout, task.source[1], task.root)
    changes = [_written(layout, task.source[1], between.join(kept))]
    if task.target is None:
        text = opening(layout, task.source, task.key) + between.join(filled) + closing(layout, task.source[1])
        start = task.source[0].outset
        changes.append(Change(start, start, text + pair_separator(layout, mapping, task.source[0])))
    else:
        changes.append(_filled(layout, task, filled))
    return [*changes, *_outside(task, inner)]


def _bodies(layout: Layout, task: Task, inner: Sequence[Change]) -> tuple[list[str], list[str]]:
    """The texts of all items of the source and of the target, in their new order."""
    source, target = task.source[1], task.target[1] if task.target is not None else None
    moved = {move.item for move in task.moves}
    sequences = (source, target)
    stay: list[dict[int, str]] = [
        {
            index: body(layout, item, inner)
            for index, item in enumerate(each.items if each is not None else ())
            if index not in gone and not (each is source and index in moved)
        }
        for each, gone in zip(sequences, task.gone, strict=True)
    ]
    ahead: list[dict[int, list[str]]] = [{}, {}]

    def put(fresh: Sequence[Fresh]) -> None:
        for each in fresh:
            side = 0 if each.in_source else 1
            like = sequences[side]
            _put(ahead[side], stay[side], each.before, flow_of(layout, like if like is not None and like.items else source, each.value))

    put([each for each in task.fresh if each.ahead])
    for move in task.moves:
        _put(ahead[1], stay[1], move.before, body(layout, source.items[move.item], inner))
    put([each for each in task.fresh if not each.ahead])
    first, second = (_woven(stay[side], ahead[side]) for side in (0, 1))
    return first, second


_END = -1


def _put(ahead: dict[int, list[str]], stay: dict[int, str], before: int, text: str) -> None:
    ahead.setdefault(next((index for index in stay if index >= before), _END), []).append(text)


def _woven(stay: dict[int, str], ahead: dict[int, list[str]]) -> list[str]:
    return [each for index in stay for each in (*ahead.get(index, ()), stay[index])] + ahead.get(_END, [])


def _joined(layout: Layout, mapping: Node, task: Task, filled: list[str], inner: Sequence[Change]) -> list[Change]:
    """The target with all items, and the source gone with its key."""
    source, target = task.source, task.target
    assert target is not None
    _check_between(layout, source[1])
    if not target[1].items:
        raise Refusal(f"{target[0].text} holds nothing, and {source[0].text} would go", source[0].start)
    pairs = mapping.pairs
    position = next(i for i, pair in enumerate(pairs) if pair is source)
    other = next(i for i, pair in enumerate(pairs) if pair is target)
    between = separator(layout, target[1] if len(target[1].items) > 1 else source[1], task.root)
    if position + 1 == other:
        _check_no_comment(layout, source[1].items[-1].end, target[1].items[0].outset)
        named = Change(source[0].start, source[0].end, scalar(target[0].text, target[0].style))
        whole = Change(source[1].items[0].outset, target[1].items[-1].end, between.join(filled))
        return [named, whole, *_outside(task, inner)]
    if position - 1 == other:
        _check_no_comment(layout, target[1].items[-1].end, source[1].items[0].outset)
        whole = Change(target[1].items[0].outset, source[1].items[-1].end, between.join(filled))
        return [whole, *_outside(task, inner)]
    return [_written(layout, target[1], between.join(filled)), _without(layout, mapping, source, position, inner), *_outside(task, inner)]


def _check_no_comment(layout: Layout, start: int, end: int) -> None:
    if "#" in layout.text[start:end]:
        raise Refusal("a comment stands between the two lists", start)


def _without(layout: Layout, mapping: Node, source: Pair, position: int, inner: Sequence[Change]) -> Change:
    """Takes the source away with its key, and with what parts it from its neighbour: the one behind it where all in front of it go too."""
    if not mapping.flow:
        start, end = layout.line_start(source[0].outset), layout.line_end(layout.content_end(source[1].end))
        _check_no_comment(layout, start, source[1].start)
        _check_no_comment(layout, source[1].end, end)
        if not layout.starts_line(source[0].outset):
            raise Refusal(f"{source[0].text} does not stand on a line of its own", source[0].start)
        if end == len(layout.text) and not layout.text.endswith(("\n", "\r")):
            start = len(layout.text[:start].rstrip("\r\n"))
        return Change(start, end, "")
    before = mapping.pairs[position - 1][1].end
    if position and not any(change.start < before < change.end for change in inner):
        clean(layout, before, source[0].outset, _BETWEEN)
        return Change(before, source[1].end, "")
    after = mapping.pairs[position + 1][0].outset
    clean(layout, source[1].end, after, _BETWEEN)
    return Change(source[0].outset, after, "")


def _written(layout: Layout, sequence: Node, text: str) -> Change:
    _check_between(layout, sequence)
    return Change(sequence.items[0].outset, sequence.items[-1].end, text)


def _check_between(layout: Layout, sequence: Node) -> None:
    for left, right in zip(sequence.items, sequence.items[1:], strict=False):
        clean(layout, left.end, right.outset, _BETWEEN)


def _filled(layout: Layout, task: Task, filled: list[str]) -> Change:
    source, target = task.source[1], task.target[1] if task.target is not None else task.source[1]
    if target.items:
        return _written(layout, target, separator(layout, target, task.root).join(filled))
    blank = " " if target.start == target.end else ""
    text = separator(layout, source, task.root).join(filled)
    return Change(target.start, target.end, f"{blank}{opening_blank(layout, source)}{text}{closing(layout, source)}")


def _outside(task: Task, inner: Sequence[Change]) -> list[Change]:
    """The other changes that lie in neither list."""
    spans = [(pair[1].start, pair[1].end) for pair in (task.source, task.target) if pair is not None]
    return [change for change in inner if not any(start < change.start and change.end < end for start, end in spans)]
