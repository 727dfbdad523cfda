"""Comments that direct sidecarlint, and what each of them touches.

In: a text and a document's tree. Out: `Directive`s in the order of the text. Must not know: Kubernetes, what a directive brings about.

    # sidecarlint: app
    # sidecarlint: helper because it only feeds the cache
    # sidecarlint: ignore[job-never-completes, legacy-log-reader] this Job is stopped by hand

Such a comment touches what begins on its own line: the item behind the dash, or the key. On a line of its own it touches what
begins on the next line that is no comment, at the same column.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from sidecarlint.documents.comments import Comment, comments
from sidecarlint.documents.lines import Lines
from sidecarlint.documents.nodes import Node, Route
from sidecarlint.documents.parse import DIRECTS, Directive, Document
from sidecarlint.values import NamedTuple

_GRAMMAR = rf"#+\s*{DIRECTS}\s*(?P<verb>[^\s\[]*)\s*(?:\[(?P<arguments>[^\]]*)\])?\s*(?P<reason>.*)"
_LONGEST_COMMENT = 100
"""How many lines of comment may stand between a directive and what it touches."""
_DASHES = r"[ \t]*(?:-[ \t]+)+"


def directives(text: str, document: Document) -> tuple[Directive, ...]:
    """The directives of a document; none where nothing of it could be read."""
    if document.root is None:
        return ()
    read = [(comment, words) for comment in comments(text, document) if (words := re.match(_GRAMMAR, comment.text))]
    begins = list(_begins(document.root)) if read else []
    lines = Lines(text)
    return tuple(_directive(comment, words, _touched(comment, lines, begins)) for comment, words in read)


def _directive(comment: Comment, words: "re.Match[str]", route: Route | None) -> Directive:
    arguments = tuple(each.strip() for each in (words["arguments"] or "").split(",") if each.strip())
    return Directive(words["verb"], arguments, words["reason"].strip(), route, comment.start, comment.start + len(comment.text))


class _Begin(NamedTuple):
    """Where an item of a list or a key of a mapping begins, and the route to it."""

    offset: int
    route: Route


def _begins(root: Node) -> Iterator[_Begin]:
    """Every item and every key in the order of the text, an item before its own first key."""
    stack = [(_Begin(root.outset, ()), root)]
    while stack:
        begin, node = stack.pop()
        yield begin
        below = [(_Begin(key.outset, (*begin.route, key.text)), value) for key, value in node.pairs]
        below += [(_Begin(item.outset, (*begin.route, index)), item) for index, item in enumerate(node.items)]
        stack += reversed(below)


def _touched(comment: Comment, lines: Lines, begins: list[_Begin]) -> Route | None:
    number = lines.number(comment.start)
    ahead = lines.content(number)[: comment.start - lines.start(number)]
    if not ahead.strip():
        return _below(number, len(ahead), lines, begins)
    if re.fullmatch(_DASHES, ahead):
        return _first(begins, comment.end, len(lines.text))
    return _first(begins, lines.start(number), comment.start)


def _below(number: int, column: int, lines: Lines, begins: list[_Begin]) -> Route | None:
    """What begins at this column on the first line below that is no comment."""
    last = number + _LONGEST_COMMENT
    number += 1
    while (content := lines.content(number)).lstrip(" ").startswith("#") and number < last:
        number += 1
    if not content.strip() or len(content) - len(content.lstrip(" ")) != column:
        return None
    dashes = re.match(_DASHES, content + " ")
    is_alone = dashes is not None and content[dashes.end() :].strip()[:1] in ("", "#")
    return _first(begins, lines.start(number), len(lines.text) if is_alone else lines.start(number + 1))


def _first(begins: list[_Begin], start: int, end: int) -> Route | None:
    """The outermost of what begins first between two offsets. The document itself is nothing that a comment touches."""
    index = bisect_left(begins, start, key=lambda each: each.offset)
    return next((each.route for each in begins[index : index + 2] if each.offset < end and each.route), None)
