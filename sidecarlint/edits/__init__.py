"""Plans to edits: which characters change, proven before anybody writes them.

In: a source's text and documents, operations on their routes. Out: `Change`s, or a `Refusal`. Must not know: why a fix is
wanted, Kubernetes.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sidecarlint.documents import Chunk, Document, Route, documents, is_null, read
from sidecarlint.edits import blocks, nested
from sidecarlint.edits.blocks import Moving
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import LAST, Move, Operation, Refusal, Remove, Rename, Set, Substitute
from sidecarlint.edits.splice import Change, ordered, splice
from sidecarlint.edits.style import Layout
from sidecarlint.edits.values import remove_key, rename_key, set_value, substitute

__all__ = [
    "LAST",
    "Change",
    "Move",
    "Operation",
    "Refusal",
    "Remove",
    "Rename",
    "Set",
    "Substitute",
    "changes",
    "prove",
    "rewritten",
    "splice",
]


def changes(text: str, document: Document, operations: Sequence[Operation]) -> list[Change]:
    """The changes, by place, that carry out all operations on one document. A `Refusal` when one cannot be done safely."""
    if document.root is None or document.problem is not None:
        raise Refusal("this document cannot be read as a whole", document.start)
    layout, tree = Layout(text), Tree(document.root)
    operations = list(dict.fromkeys(operations))
    changed = _made(layout, tree, operations)
    changed += [change for operation in operations for change in _inner(layout, tree, operation)]
    groups: dict[tuple[Route, str, str], list[Move]] = defaultdict(list)
    for operation in operations:
        if isinstance(operation, Move):
            groups[operation.item[:-2], str(operation.item[-2]), operation.key].append(operation)
    for (parent, key, other), moves in groups.items():
        changed = _moved(layout, tree, document, parent, (key, other), moves, changed)
    return ordered([change for change in changed if text[change.start : change.end] != change.text])


def _keeps_aliases(text: str, document: Document, offset: int, changed: list[Change]) -> list[Change]:
    """The same changes, refused where an alias would come to stand in front of its anchor."""
    part = splice(text, changed, document.start, document.end) if document.aliased else ""
    problem = read(part, Chunk(document.number, 0, len(part))).problem if part else None
    if problem is not None:
        raise Refusal(f"after the move {problem.message}", offset)
    return changed


def _made(layout: Layout, tree: Tree, operations: list[Operation]) -> list[Change]:
    """The changes that make mappings which are not there, with the keys that go into them; those operations are done with then."""
    wanted = nested.missing(tree, operations)
    for each in wanted:
        operations[:] = [operation for operation in operations if operation not in each.operations]
    return [change for each in wanted for change in nested.make(layout, tree, each)]


def _inner(layout: Layout, tree: Tree, operation: Operation) -> list[Change]:
    if isinstance(operation, Set):
        return set_value(layout, tree, operation)
    if isinstance(operation, Remove):
        return remove_key(layout, tree, operation)
    if isinstance(operation, Rename):
        return rename_key(tree, operation)
    return substitute(layout, tree, operation) if isinstance(operation, Substitute) else []


def _moved(
    layout: Layout, tree: Tree, document: Document, parent: Route, keys: tuple[str, str], moves: list[Move], inner: list[Change]
) -> list[Change]:
    """All changes of a document once the items of one list have moved: those inside the two lists travel along."""
    key, other = keys
    mapping, source, target = tree.find(parent), tree.pair((*parent, key)), tree.pair((*parent, other))
    if source is None or source[1].kind != "sequence":
        raise Refusal(f"{key} is no list of its own here", (source[1] if source else mapping).start)
    if source[0].tag or source[0].anchor:
        raise Refusal(f"the key {key} carries a tag or an anchor", source[0].outset)
    first, *_ = [tree.find(move.item) for move in sorted(moves, key=_index)]
    sound = partial(_keeps_aliases, layout.text, document, first.start)
    count = len(tree.own(target[1]).items) if target is not None else 0
    moving = [Moving(_index(move), min(move.before, count)) for move in sorted(moves, key=_index)]
    if len(moving) >= len(source[1].items):
        raise Refusal(f"{key} would be empty", source[1].start)
    if target is not None:
        _check_style(layout, source, target)
    if source[1].flow:
        from sidecarlint.edits import flows

        return sound(flows.move_items(layout, mapping, source, target, other, moving, inner))
    return blocks.move_items(layout, source, target, other, moving, [*inner, *_emptied(layout, target)], sound)


def _index(move: Move) -> int:
    return int(move.item[-1])


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


def rewritten(text: str, operations: Mapping[int, Sequence[Operation]]) -> str:
    """The text with operations on its documents, by number, carried out and proven. Raises a `Refusal` like `changes` and `prove`."""
    read_all = list(documents(text))
    edited = [change for number, each in operations.items() for change in changes(text, read_all[number], each)]
    return prove(text, read_all, operations, sorted(edited))
