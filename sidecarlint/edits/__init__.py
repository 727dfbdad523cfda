"""Plans to edits: which characters change, proven before anybody writes them.

In: a source's text and documents, operations on their routes. Out: `Change`s, or a `Refusal`. Must not know: why a fix is
wanted, Kubernetes.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sidecarlint.documents import Document, Route, documents
from sidecarlint.edits import moving, nested
from sidecarlint.edits.beside import beside
from sidecarlint.edits.locate import Tree
from sidecarlint.edits.operations import (
    LAST,
    Alone,
    Append,
    Call,
    Fields,
    Insert,
    Items,
    Move,
    Operation,
    Plain,
    Refusal,
    Remove,
    Rename,
    Set,
    Strike,
    Substitute,
    Value,
    Versions,
    Whole,
)
from sidecarlint.edits.splice import Change, ordered, splice
from sidecarlint.edits.style import Layout
from sidecarlint.edits.values import in_key_order, means, rename_key, set_value, substitute
from sidecarlint.edits.writing import value_of

if TYPE_CHECKING:
    from sidecarlint.edits.inner import Inside

__all__ = [
    "LAST",
    "Append",
    "Call",
    "Change",
    "Fields",
    "Inner",
    "Insert",
    "Items",
    "Move",
    "Operation",
    "Operations",
    "Plain",
    "Refusal",
    "Remove",
    "Rename",
    "Set",
    "Strike",
    "Substitute",
    "Value",
    "Versions",
    "Whole",
    "changes",
    "changes_inside",
    "edited",
    "means",
    "prove",
    "rewritten",
    "splice",
    "value_of",
]


Operations = Mapping[int, Sequence[Operation]]
"""What is to be done to documents, by their numbers."""

Inner = Mapping[tuple[int, Route], Sequence[Operation]]
"""What is to be done to YAML that scalars hold, by the document's number and the route to the scalar."""


def changes(text: str, document: Document, operations: Sequence[Operation]) -> list[Change]:
    """The changes, by place, that carry out all operations on one document. A `Refusal` when one cannot be done safely."""
    if document.root is None or document.problem is not None:
        raise Refusal("this document cannot be read as a whole", document.start)
    if document.masked:
        from sidecarlint.edits import templates

        return templates.changes(text, document, operations)
    layout, asked = Layout(text), list(dict.fromkeys(operations))
    if any(isinstance(each, Whole) for each in asked):
        from sidecarlint.edits import whole

        return whole.changes(text, document, document.root, asked)
    tree = Tree(document.root)
    struck = [_struck(layout, each) for each in asked if isinstance(each, Strike)]
    operations = [each for each in asked if not isinstance(each, Strike)]
    groups = moving.groups(operations)
    touched = {each for group in groups for each in group.others}
    apart = [each for each in operations if not isinstance(each, Move) and each not in touched]
    placed = beside(layout, sorted(_apart(layout, tree, apart), key=_deepest))
    changed = [change for _, change in placed]
    for group in groups:
        behind = [change for route, change in placed if group.parent[: len(route)] == route]
        changed = moving.move(layout, tree, document, group, changed, behind)
    return ordered([change for change in (*changed, *struck) if text[change.start : change.end] != change.text])


def _struck(layout: Layout, each: Strike) -> Change:
    """Another comment in place of one, or none: then its line goes too, or the blanks in front of it."""
    if each.text:
        return Change(each.start, each.end, each.text)
    start, end = layout.line_start(each.start), layout.line_end(each.end)
    if not layout.text[start : each.start].strip():
        return Change(start, end, "")
    ahead = layout.text[start : each.start]
    return Change(start + len(ahead.rstrip()), each.end, "")


def _deepest(placed: tuple[Route, Change]) -> int:
    """What is new at the same place stands in the order of its depth: behind an item's last key, then behind the list."""
    return -len(placed[0])


def _apart(layout: Layout, tree: Tree, operations: Sequence[Operation]) -> list[tuple[Route, Change]]:
    """The changes of all operations that have nothing to do with moves, each with the route to the mapping or the list that it changes."""
    changed: list[tuple[Route, Change]] = []
    alone: list[Alone] = [each for each in operations if isinstance(each, (Set, Rename, Substitute))]
    if any(isinstance(operation, (Insert, Remove)) for operation in operations):
        from sidecarlint.edits import lists, removing

        changed += removing.remove(layout, tree, operations)
        made, inserted = lists.insert(layout, tree, operations)
        alone, changed = [*alone, *made], [*changed, *inserted]
    changed += _made(layout, tree, alone)
    for operation in in_key_order(tree, alone):
        changed += [(operation.route[:-1], change) for change in _inner(layout, tree, operation)]
    return changed


def _made(layout: Layout, tree: Tree, operations: list[Alone]) -> list[tuple[Route, Change]]:
    """The changes that make mappings which are not there, with the keys that go into them; those operations are done with then."""
    wanted = nested.missing(tree, operations)
    for each in wanted:
        operations[:] = [operation for operation in operations if operation not in each.operations]
    return [(each.route[:-1], change) for each in wanted for change in nested.make(layout, tree, each)]


def _inner(layout: Layout, tree: Tree, operation: Alone) -> list[Change]:
    if isinstance(operation, Set):
        return set_value(layout, tree, operation)
    if isinstance(operation, Rename):
        return rename_key(tree, operation)
    return substitute(layout, tree, operation)


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


def edited(
    text: str, read: Callable[[int], Document], operations: Operations, inner: Inner, ends: Sequence[Append] = ()
) -> tuple[list[Change], Operations]:
    """The changes that carry out operations on documents of a text and in scalars of them, by place, and all of it as operations on the
    documents, for `prove`: those in a scalar are a new value of it. What goes to the text's end is proven here. `read` gives a document.
    Raises a `Refusal` like `changes`."""
    found = [change for number, each in operations.items() for change in changes(text, _read(read, number), each)]
    amount = {number: list(each) for number, each in operations.items()}
    for number, route in inner:
        made = _inside(text, _read(read, number), route, inner[number, route])
        found += made.changes
        amount.setdefault(number, []).append(made.value)
    if ends:
        from sidecarlint.edits.appending import appended

        # Nobody asks for both in one source.
        found += appended(text, ends) if not found else _neither(text)
    return ordered(found), amount


def _neither(text: str) -> list[Change]:
    raise Refusal("other lines of it change as well; run again", len(text))


def _read(read: Callable[[int], Document], number: int) -> Document:
    try:
        return read(number)
    except IndexError:
        raise Refusal(f"there is no document {number + 1}", 0) from None


def changes_inside(text: str, document: Document, route: Route, operations: Sequence[Operation]) -> list[Change]:
    """The changes, by place, that carry out operations on the YAML which the scalar at a route holds: on the first document in it. A
    `Refusal`, with a place of the outer text, when one cannot be done safely."""
    return ordered(_inside(text, document, route, operations).changes)


def _inside(text: str, document: Document, route: Route, operations: Sequence[Operation]) -> "Inside":
    from sidecarlint.edits.inner import inside

    return inside(text, document, route, operations, changes)


def _documents(text: str, operations: Operations) -> list[Document]:
    """The documents of a source that changes for the sake of another one. Only calls are ever asked of a template."""
    if not any(isinstance(each, Call) for one in operations.values() for each in one):
        return list(documents(text))
    from sidecarlint.documents.templates import template_documents

    return template_documents(text)


def rewritten(text: str, operations: Operations, inner: Inner | None = None, ends: Sequence[Append] = ()) -> str:
    """The text with operations on its documents, by number, carried out and proven, and those on YAML that scalars of them hold, or with
    what goes to its end. Raises a `Refusal` like `changes` and `prove`."""
    read = _documents(text, operations) if operations or inner else []
    found, amount = edited(text, read.__getitem__, operations, inner or {}, ends)
    return prove(text, read, amount, found) if read else splice(text, found)
