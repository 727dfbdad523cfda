"""Text to documents: nodes with spans over a text that nobody touches.

In: text. Out: `Document`, `Node`, `Route`, `Lines`, comments. Must not know: Kubernetes.
"""

from sidecarlint.documents.lines import Lines, line_ends, lines_of
from sidecarlint.documents.nodes import Node, Route, at, child, entry, is_null, items, resolve, show, text_of, texts, walk, written_at
from sidecarlint.documents.parse import IGNORE, VERBS, Directive, Document, Problem, document_of, documents, read
from sidecarlint.documents.split import Chunk, split

__all__ = [
    "IGNORE", "VERBS", "Chunk", "Directive", "Document", "Lines", "Node", "Problem", "Route", "at", "child", "document_of", "documents",
    "entry", "is_null", "items", "line_ends", "lines_of", "read", "resolve", "show", "split", "text_of", "texts", "walk", "written_at",
]  # fmt: skip
