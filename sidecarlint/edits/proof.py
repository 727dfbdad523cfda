"""The proof: a rewritten text means the old one with exactly the planned operations applied, and lost no comment.

In: the old document, the operations, the new text. Out: a reason why not, or None. Must not know: Kubernetes, or how the
edits were made.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sidecarlint.documents import Document, documents
from sidecarlint.documents.comments import Comment, comments
from sidecarlint.edits.locate import Tree
from sidecarlint.edits.operations import Operation, Remove, Strike, Whole
from sidecarlint.edits.pieces import own_span
from sidecarlint.edits.shapes import apply, settle, shape
from sidecarlint.edits.style import Layout


def why_not(old_text: str, old: Sequence[Document], new_text: str, operations: Mapping[int, Sequence[Operation]]) -> str | None:
    """The reason why `new_text` is not the old one with the operations (by document index) applied, or None when it is."""
    if any(document.masked for document in old):
        return _template(old_text, old, new_text, operations)
    new = list(documents(new_text))
    if len(new) != len(old):
        return f"the text had {len(old)} documents and would have {len(new)}"
    if _outside(old_text, old) != _outside(new_text, new):
        return "it would change what stands outside the documents"
    if _is_json(old_text) and not _is_json(new_text):
        return "it would be no JSON any more"
    for before, after in zip(old, new, strict=True):
        reason = _document(old_text, before, new_text, after, operations.get(before.number, ()))
        if reason:
            return f"document {before.number + 1}: {reason}"
    return None


def _template(old_text: str, old: Sequence[Document], new_text: str, operations: Mapping[int, Sequence[Operation]]) -> str | None:
    from sidecarlint.documents.templates import template_documents
    from sidecarlint.edits.templates import proof

    return proof.why_not(old_text, old, new_text, template_documents(new_text), dict(operations))


def _is_json(text: str) -> bool:
    """YAML allows more, such as a comma behind the last item, but who reads JSON may not."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    from json import loads

    try:
        loads(text)
    except ValueError:
        return False
    return True


def _outside(text: str, read: Sequence[Document]) -> list[str]:
    """What stands before, between and behind the documents, such as a comment behind `...`."""
    starts = [*(document.start for document in read), len(text)]
    ends = [0, *(document.end for document in read)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


def _document(old_text: str, old: Document, new_text: str, new: Document, operations: Sequence[Operation]) -> str | None:
    if old.problem is not None or new.problem is not None:
        unchanged = old.problem is not None and old_text[old.start : old.end] == new_text[new.start : new.end]
        return None if unchanged and not operations else "it would not be readable"
    if any(isinstance(each, Whole) for each in operations):
        from sidecarlint.edits import whole

        return whole.why_not(old_text, old, new_text, new, operations)
    wanted = shape(old.root) if old.root is not None else None
    if wanted is not None:
        try:
            wanted = apply(wanted, operations)
        except (LookupError, StopIteration, TypeError):
            return "an operation has no place in it"
    found = shape(new.root) if new.root is not None else None
    if wanted is not None and found is not None:
        settle(wanted, found)
    if found != wanted:
        return "it would not mean what was planned"
    return _comments(old_text, old, new_text, new, operations)


def _comments(old_text: str, old: Document, new_text: str, new: Document, operations: Sequence[Operation]) -> str | None:
    before = Counter(comment.text for comment in comments(old_text, old))
    after = Counter(comment.text for comment in comments(new_text, new))
    removed = [operation for operation in operations if isinstance(operation, Remove)]
    may_go = Counter(comment.text for operation in removed for comment in _inside(old_text, old, operation))
    for each in operations:
        if isinstance(each, Strike):
            before[old_text[each.start : each.end].rstrip()] -= 1
            before[each.text] += bool(each.text)
    lost, added = before - after - may_go, after - before
    if lost or added:
        text = next(iter(lost or added))
        return f"a comment would be {'lost' if lost else 'doubled'}: {text}"
    return None


def _inside(text: str, document: Document, operation: Remove) -> list[Comment]:
    """The comments that go with what is removed: those inside it and behind it on its last line, and those that travel with an item."""
    if document.root is None:
        return []
    start, end = own_span(Layout(text), Tree(document.root), operation.route)
    return [comment for comment in comments(text, document) if start <= comment.start < end]
