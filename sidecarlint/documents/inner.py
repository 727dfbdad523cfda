"""YAML that stands in a scalar of another document, as values in a string do.

In: a document and a route to a scalar. Out: a `Document` whose nodes have their spans in the source's own text. Must not know:
Kubernetes.

Only literal block scalars are read: in them every line stands as it is written, behind the blanks that the block is indented by.
"""

import re

from sidecarlint.documents.nodes import Route, at, walk
from sidecarlint.documents.parse import Document, read
from sidecarlint.documents.split import split

_HEADER = r"\|[-+]?[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r)"
_LINE = r"[^\r\n]*(?:\r\n|\n|\r|\Z)"


def inner_document(text: str, document: Document, route: Route) -> Document | None:
    """The first document in the scalar at a route, with the number of the document around it; None where it is no literal block scalar
    or cannot be read."""
    scalar = at(document.root, route)
    header = re.compile(_HEADER).match(text, scalar.start) if scalar is not None and scalar.style == "|" else None
    if scalar is None or header is None:
        return None
    part, origin = _unindented(text, header.end(), scalar.end)
    chunks = split(part)
    found = read(part, chunks[0]) if chunks else None
    if found is None or found.root is None or found.problem is not None:
        return None
    for node in walk(found.root):
        node.end = origin[node.end - 1] + 1 if node.end > node.start else origin[node.end]
        node.start, node.outset = origin[node.start], origin[node.outset]
    return found._replace(number=document.number, start=origin[found.start], end=origin[found.end])


def _unindented(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """The lines of a block without its indentation, and where each character stands in the text."""
    body = text[start:end]
    first = re.search(r"(?m)^( *)\S", body)
    indent = len(first[1]) if first else 0
    parts: list[str] = []
    origin: list[int] = []
    for line in re.finditer(_LINE, body):
        cut = min(indent, len(line[0]) - len(line[0].lstrip(" ")))
        parts.append(line[0][cut:])
        origin += range(start + line.start() + cut, start + line.end())
    return "".join(parts), [*origin, end]
