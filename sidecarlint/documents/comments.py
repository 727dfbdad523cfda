"""The comments of a document, which libyaml does not keep.

In: a text and a document's tree. Out: `Comment`s in the order of the text. Must not know: Kubernetes.

A `#` starts a comment where it stands between leaves and behind a blank or at a line's start. Inside a leaf it is text,
except in the header line of a block scalar.
"""

import re
from collections.abc import Iterator

from sidecarlint.documents.nodes import walk
from sidecarlint.documents.parse import Document
from sidecarlint.values import NamedTuple

_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")


class Comment(NamedTuple):
    """A comment's span in the source's text, and its words without trailing blanks."""

    start: int
    end: int
    text: str


def comments(text: str, document: Document) -> list[Comment]:
    """Every comment of a document, its `---` line and the lines above it included."""
    found: list[Comment] = []
    for start, end in _gaps(text, document):
        for match in _COMMENT.finditer(text, start, end):
            found.append(Comment(match.start(), match.end(), match.group().rstrip()))
    return found


def _gaps(text: str, document: Document) -> Iterator[tuple[int, int]]:
    position = document.start
    for node in walk(document.root) if document.root is not None else ():
        if node.kind not in ("scalar", "alias"):
            continue
        yield position, node.start
        if node.style in ("|", ">"):
            header = re.compile(r"[^\r\n]*").match(text, node.start, node.end)
            yield node.start, header.end() if header else node.start
        position = node.end
    yield position, document.end
