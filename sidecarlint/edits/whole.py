"""A document in place of another one.

In: a text, a document, a `Whole`. Out: `Change`s, or a reason why not. Must not know: Kubernetes.
"""

from collections import Counter
from collections.abc import Sequence

from sidecarlint.documents import Document, Node, document_of
from sidecarlint.documents.comments import comments
from sidecarlint.edits.operations import Operation, Refusal, Whole
from sidecarlint.edits.shapes import shape
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout


def changes(text: str, document: Document, root: Node, operations: Sequence[Operation]) -> list[Change]:
    """The change that puts the new document in. A `Refusal` where anything else is asked of the old one."""
    layout = Layout(text)
    if len(operations) > 1:
        raise Refusal("the document would be replaced and changed at once", root.start)
    if not layout.starts_line(root.outset):
        raise Refusal("the document begins behind something else on its line", root.start)
    (asked,) = operations
    assert isinstance(asked, Whole)
    return [Change(layout.head(root.outset, document.start), layout.tail(root.end, -1, document.end), _lines(layout, root, asked))]


def _lines(layout: Layout, root: Node, asked: Whole) -> str:
    newline = layout.newline(root.start)
    return "".join(line + newline for line in asked.text.splitlines())


def why_not(old_text: str, old: Document, new_text: str, new: Document, operations: Sequence[Operation]) -> str | None:
    """The reason why a new document is not the one that was asked for, or has lost a comment of the old one."""
    asked = next(each for each in operations if isinstance(each, Whole))
    wanted = document_of(asked.text, 0).root
    if wanted is None or new.root is None or shape(wanted) != shape(new.root):
        return "it would not mean what was planned"
    lost = (
        Counter(each.text for each in comments(old_text, old))
        - Counter(each.text for each in comments(new_text, new))
        - Counter(asked.gone)
    )
    return f"a comment would be lost: {next(iter(lost))}" if lost else None
