"""The moves between two lists of one mapping, with what else is asked of these lists: new items, and items that go.

In: a layout, a tree, operations. Out: `Change`s. Must not know: Kubernetes.
"""

from collections.abc import Sequence
from functools import partial

from sidecarlint.documents import Chunk, Document, Route, is_null, read
from sidecarlint.edits import blocks
from sidecarlint.edits.blocks import Fresh, Moving, Task
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Insert, Move, Operation, Refusal, Remove
from sidecarlint.edits.splice import Change, splice
from sidecarlint.edits.style import Layout
from sidecarlint.values import NamedTuple


class Group(NamedTuple):
    """The operations on two lists of one mapping, `key` and `other`: the moves from one to the other, and what else touches these
    lists."""

    parent: Route
    key: str
    other: str
    moves: tuple[Move, ...]
    others: tuple[Operation, ...]


def groups(operations: Sequence[Operation]) -> list[Group]:
    """The moves by the lists that they touch, each with the other operations on these lists' items."""
    found: dict[tuple[Route, str, str], list[Move]] = {}
    for operation in operations:
        if isinstance(operation, Move):
            found.setdefault((operation.item[:-2], str(operation.item[-2]), operation.key), []).append(operation)
    taken: dict[Route, Move] = {}
    for (parent, key, other), moves in found.items():
        for route in ((*parent, key), (*parent, other)):
            if taken.setdefault(route, moves[0]) is not moves[0]:
                raise Refusal(f"items would move to and from {route[-1]} at once", 0)
    return [
        Group(parent, key, other, tuple(moves), tuple(each for each in operations if _touched(each) in ((*parent, key), (*parent, other))))
        for (parent, key, other), moves in found.items()
    ]


def _touched(operation: Operation) -> Route | None:
    """The list that an operation puts an item into or takes one from."""
    if isinstance(operation, Insert):
        return operation.route
    return operation.route[:-1] if isinstance(operation, Remove) and isinstance(operation.route[-1], int) else None


def move(layout: Layout, tree: Tree, document: Document, group: Group, inner: list[Change], behind: list[Change]) -> list[Change]:
    """All changes of a document once the items of one list have moved: those inside the two lists travel along, but those that put
    something `behind` a list, and are no item's own."""
    mapping = tree.find(group.parent)
    source, target = tree.pair((*group.parent, group.key)), tree.pair((*group.parent, group.other))
    if source is None or source[1].kind != "sequence":
        raise Refusal(f"{group.key} is no list of its own here", (source[1] if source else mapping).start)
    if source[0].tag or source[0].anchor:
        raise Refusal(f"the key {group.key} carries a tag or an anchor", source[0].outset)
    first, *_ = [tree.find(move.item) for move in sorted(group.moves, key=_index)]
    task = _task(layout, tree, group, source, target)
    _check_left(task)
    if target is not None:
        _check_style(layout, source, target)
    sound = partial(_keeps_aliases, layout.text, document, first.start)
    if source[1].flow:
        from sidecarlint.edits import flows

        return sound(flows.move_items(layout, mapping, task, inner))
    return blocks.move_items(layout, task, [*inner, *_emptied(layout, target)], behind, sound)


def _task(layout: Layout, tree: Tree, group: Group, source: Pair, target: Pair | None) -> Task:
    count = len(tree.own(target[1]).items) if target is not None else 0
    moving = [Moving(_index(move), min(move.before, count)) for move in sorted(group.moves, key=_turn)]
    own = (*group.parent, group.key)
    fresh = [Fresh(each.route == own, each.before, each.value, each.ahead) for each in group.others if isinstance(each, Insert)]
    gone: tuple[set[int], set[int]] = set(), set()
    for each in group.others:
        if isinstance(each, Remove):
            from sidecarlint.edits.removing import check_own

            tree.own_below(tree.find(each.route))
            check_own(layout, tree, each)
            gone[each.route[:-1] != own].add(int(each.route[-1]))
    emptied = target is not None and all(move.emptied for move in group.moves)
    return Task(source, target, group.other, moving, fresh, gone, emptied, tree.root)


def _check_left(task: Task) -> None:
    """Refuses a list that would be left empty, unless that is wanted."""
    name, sequence = task.source
    left = set(range(len(sequence.items))) - {move.item for move in task.moves} - task.gone[0]
    if not left and not any(each.in_source for each in task.fresh) and not task.emptied:
        raise Refusal(f"{name.text} would be empty", sequence.start)


def _index(move: Move) -> int:
    return int(move.item[-1])


def _turn(move: Move) -> tuple[int, int]:
    return move.rank, _index(move)


def _keeps_aliases(text: str, document: Document, offset: int, changed: list[Change]) -> list[Change]:
    """The same changes, refused where an alias would come to stand in front of its anchor."""
    part = splice(text, changed, document.start, document.end) if document.aliased else ""
    problem = read(part, Chunk(document.number, 0, len(part))).problem if part else None
    if problem is not None:
        raise Refusal(f"after the move {problem.message}", offset)
    return changed


def _check_style(layout: Layout, source: Pair, target: Pair) -> None:
    """Refuses a list that items of another list cannot be written into as they are."""
    other, into = target
    if into.kind != "sequence" and not is_null(into):
        raise Refusal(f"{other.text} is no list here", into.start)
    if into.items and into.flow != source[1].flow:
        raise Refusal(f"{other.text} is written in another style than {source[0].text}", other.start)
    if not into.items and "#" in layout.text[into.start : into.end]:
        raise Refusal(f"a comment stands inside the empty {other.text}", into.start)


def _emptied(layout: Layout, target: Pair | None) -> list[Change]:
    """Takes away the `[]` or `null` of a list that is about to be filled, with the blanks in front of it."""
    if target is None or target[1].items or target[1].outset == target[1].end:
        return []
    start, end = target[1].outset, target[1].end
    bare = layout.text[:start].rstrip(" ")
    return [Change(len(bare), end, "")]
