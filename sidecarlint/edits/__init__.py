"""Plans to edits: which characters change, proven before anybody writes them.

In: a source's text and documents, operations on their routes. Out: `Change`s, or a `Refusal`. Must not know: why a fix is
wanted, Kubernetes.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sidecarlint.documents import Document, Node, Route
from sidecarlint.edits import blocks
from sidecarlint.edits.blocks import Moving
from sidecarlint.edits.locate import Tree
from sidecarlint.edits.operations import LAST, Move, Operation, Refusal, Remove, Rename, Set, Substitute
from sidecarlint.edits.splice import Change, ordered, splice
from sidecarlint.edits.style import Layout
from sidecarlint.edits.values import remove_key, rename_key, set_value, substitute

__all__ = ["LAST", "Change", "Move", "Operation", "Refusal", "Remove", "Rename", "Set", "Substitute", "changes", "prove", "splice"]


def changes(text: str, document: Document, operations: Sequence[Operation]) -> list[Change]:
    """The changes, by place, that carry out all operations on one document. A `Refusal` when one cannot be done safely."""
    if document.root is None or document.problem is not None:
        raise Refusal("this document cannot be read as a whole", document.start)
    layout, tree = Layout(text), Tree(document.root)
    operations = list(dict.fromkeys(operations))
    inner = [change for operation in operations for change in _inner(layout, tree, operation)]
    groups: dict[tuple[Route, str, str], list[Move]] = defaultdict(list)
    for operation in operations:
        if isinstance(operation, Move):
            groups[operation.item[:-2], str(operation.item[-2]), operation.key].append(operation)
    for (parent, key, other), moves in groups.items():
        inner = _moved(layout, tree, parent, key, other, moves, inner)
    return ordered([change for change in inner if text[change.start : change.end] != change.text])


def _inner(layout: Layout, tree: Tree, operation: Operation) -> list[Change]:
    if isinstance(operation, Set):
        return set_value(layout, tree, operation)
    if isinstance(operation, Remove):
        return remove_key(layout, tree, operation)
    if isinstance(operation, Rename):
        return rename_key(tree, operation)
    return substitute(layout, tree, operation) if isinstance(operation, Substitute) else []


def _moved(layout: Layout, tree: Tree, parent: Route, key: str, other: str, moves: list[Move], inner: list[Change]) -> list[Change]:
    """All changes of a document once the items of one list have moved: those inside the two lists travel along."""
    mapping, source, target = tree.find(parent), tree.pair((*parent, key)), tree.pair((*parent, other))
    if source is None or source[1].kind != "sequence":
        raise Refusal(f"{key} is no list of its own here", mapping.start)
    for move in moves:
        tree.find(move.item)
    count = len(target[1].items) if target is not None else 0
    moving = [Moving(int(move.item[-1]), min(move.before, count)) for move in sorted(moves, key=lambda move: int(move.item[-1]))]
    if len(moving) >= len(source[1].items):
        raise Refusal(f"{key} would be empty", source[1].start)
    tree.find((*parent, key))
    inside = [change for change in inner if _within(change, source) or (target is not None and _within(change, target))]
    outside = [change for change in inner if change not in inside]
    return outside + _lists(layout, mapping, source, target, other, moving, inside)


def _within(change: Change, pair: tuple[Node, Node]) -> bool:
    return pair[0].outset <= change.start and change.end <= pair[1].end + 1 or pair[1].outset <= change.start <= pair[1].end


def _lists(
    layout: Layout, mapping: Node, source: tuple[Node, Node], target: tuple[Node, Node] | None, other: str, moving: list[Moving], inside: list[Change]
) -> list[Change]:
    if target is not None and target[1].kind == "alias":
        raise Refusal(f"{other} is an alias here", target[1].start)
    if target is not None and target[1].kind != "sequence" and (target[1].text not in ("", "~", "null") or not target[1].plain):
        raise Refusal(f"{other} is no list here", target[1].start)
    if source[1].flow:
        if target is not None and not (target[1].kind == "sequence" and target[1].flow):
            raise Refusal(f"{other} is written in another style than {source[0].text}", target[0].start)
        from sidecarlint.edits import flows

        return flows.move_items(layout, mapping, source, target, other, moving, inside)
    if target is not None and (target[1].flow or target[1].kind == "scalar"):
        if target[1].items:
            raise Refusal(f"{other} is written in another style than {source[0].text}", target[0].start)
        inside = [*inside, *_emptied(layout, target)]
    return blocks.move_items(layout, source, target, other, moving, inside)


def _emptied(layout: Layout, target: tuple[Node, Node]) -> list[Change]:
    """Takes away the `[]` or `null` of a list that is about to be filled, with the blanks in front of it."""
    start, end = target[1].outset, target[1].end
    if start == end:
        return []
    bare = layout.text[:start].rstrip(" ")
    return [Change(len(bare), end, "")]


def prove(
    text: str,
    documents: Sequence[Document],
    operations: Mapping[int, Sequence[Operation]],
    edited: Sequence[Change],
    judge: Callable[[str], str | None] | None = None,
) -> str:
    """The rewritten text, once it is proven. `judge` looks at the new text and answers with a reason against it, or None.

    Raises a `Refusal` with the reason when the proof fails; nothing may be written then.
    """
    from sidecarlint.edits.proof import why_not

    new = splice(text, edited)
    reason = why_not(text, documents, new, operations) or (judge(new) if judge is not None else None)
    if reason:
        raise Refusal(reason, edited[0].start if edited else 0)
    return new
