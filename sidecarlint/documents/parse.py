"""Text to documents, by libyaml's event stream.

In: a source's text. Out: `Document`s with trees of `Node`s, and a `Problem` where a document cannot be read. Must not
know: Kubernetes.

Only positions and values are taken from libyaml; its composer is not used, because the events keep aliases apart and
come without recursion in C. Traps absorbed here: block collections end after trailing comments (their last leaf's end is
taken), a literal block's span includes blank lines behind it, an anchor's node starts at the anchor, an alias may name
nothing, and marks count NEL and U+2028 as line ends (only their character index is used).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from sidecarlint.documents.libyaml import parser
from sidecarlint.documents.nodes import DEEPEST, Node, Route
from sidecarlint.documents.split import Chunk, split
from sidecarlint.values import NamedTuple

# Compiled where they are first used: the first alone costs 4 ms, and most texts need none of them.
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_TAG = r"!<[^>\s]*>|![^\s,\[\]{}]*"
_BLANK = r"(?:[ \t\r\n\x85\u2028\u2029]+(?:#[^\r\n]*)?)*"

_COLON = "found unexpected ':'"
"""libyaml 0.1 refuses `[http://host:80]`, which kubectl reads; the pure parser, ten times slower, reads it too."""
_PURE_LIMIT = 1_000_000

_SIMPLE_KEY = "while scanning a simple key"
"""The word that lacks its colon is to be shown then, not the line below it where the scanner noticed."""


class Problem(NamedTuple):
    """Why a document cannot be read: a sentence for people, and the offset in the source's text where it shows. `opened` is where the
    thing begins that could not be finished, such as a quote."""

    message: str
    offset: int
    opened: int | None = None

    def shifted(self, by: int) -> "Problem":
        """The same problem in a text that begins `by` characters earlier."""
        return Problem(self.message, self.offset + by, None if self.opened is None else self.opened + by)


class Directive(NamedTuple):
    """A comment that directs sidecarlint. `verb`: its first word; `arguments`: what stands in brackets; `reason`: the rest.

    `route` leads to the list item or the key that it touches, None when it touches nothing. `start` and `end` are the comment's span.
    """

    verb: str
    arguments: tuple[str, ...]
    reason: str
    route: Route | None
    start: int
    end: int


DIRECTS = "sidecarlint:"
"""A document without these words holds no directive."""
VERBS = ("app", "helper")
"""What a directive may say first of a container."""
IGNORE = "ignore"
"""What a directive says first that leaves findings out."""


class Document(NamedTuple):
    """One YAML document. `start` and `end` are offsets in the source's text, `number` counts from 0 as a YAML parser does.

    `root` is None when nothing could be read. With a `problem` and a `root`, the tree is what was left when the unreadable
    lines were taken away: good for judging, never for editing. `masked`: it stands in a template whose actions were masked, so that its
    tree holds all that may come of it: good for judging what is literal, never for editing.
    """

    number: int
    start: int
    end: int
    root: Node | None
    problem: Problem | None = None
    aliased: bool = False
    directives: tuple[Directive, ...] = ()
    masked: bool = False


class Unreadable(Exception):
    """Raised inside this room only. Carries a `Problem` whose offset counts from the chunk's start."""

    def __init__(self, message: str, offset: int, opened: int | None = None) -> None:
        super().__init__(message)
        self.problem = Problem(message, offset, opened)


def documents(text: str, wanted: "re.Pattern[str] | None" = None) -> Iterator[Document]:
    """The documents of a text in order. One that `wanted` is not found in is counted, but not read and not given."""
    for chunk in split(text):
        if wanted is None or wanted.search(text, chunk.start, chunk.end):
            yield _whole(text, chunk)


def document_of(text: str, number: int) -> Document:
    """The document of this number, which must be there. No other is read."""
    return _whole(text, split(text)[number])


def _whole(text: str, chunk: Chunk) -> Document:
    document = read(text, chunk)
    document = _recovered(text, chunk, document) if document.problem else document
    return directed(text, document) if text.find(DIRECTS, chunk.start, chunk.end) >= 0 else document


def directed(text: str, document: Document) -> Document:
    """The document with what its comments direct."""
    from sidecarlint.documents.directives import directives

    return document._replace(directives=directives(text, document))


def _recovered(text: str, chunk: Chunk, document: Document) -> Document:
    from sidecarlint.documents.recover import recover

    return recover(text, chunk, document)


def read(text: str, chunk: Chunk) -> Document:
    """One chunk of text as a document; never raises for what the text holds."""
    part = text[chunk.start : chunk.end]
    try:
        return _built(part, chunk, _events)
    except Unreadable as unreadable:
        problem = unreadable.problem
    if _COLON in problem.message and len(part) < _PURE_LIMIT:
        with suppress(Unreadable):
            return _built(part, chunk, _pure_events)
    return Document(chunk.number, chunk.start, chunk.end, None, problem.shifted(chunk.start))


def _built(part: str, chunk: Chunk, events: Callable[[str], Iterator[Any]]) -> Document:
    root, aliased = _Builder(part, chunk.start).build(events)
    return Document(chunk.number, chunk.start, chunk.end, root, None, aliased)


def _events(part: str) -> Iterator[Any]:
    libyaml = parser()
    return iter(libyaml(part).get_event, None) if libyaml is not None else _pure_events(part)


def _pure_events(part: str) -> Iterator[Any]:
    from ruamel.yaml import YAML

    yield from YAML(typ="safe", pure=True).parse(part)


class _Builder:
    """Builds one document's tree. Spans are counted from the source's start, `base` characters before the part."""

    def __init__(self, part: str, base: int) -> None:
        self.part, self.base = part, base
        self.anchors: dict[str, Node] = {}
        self.aliased = False
        self.roots: list[Node] = []
        self.stack: list[tuple[Node, list[Node]]] = []

    def build(self, events: Callable[[str], Iterator[Any]]) -> tuple[Node | None, bool]:
        # Ahead of the errors, since it keeps the rest of their package out.
        parser()
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            for event in events(self.part):
                self._take(event)
        except MarkedYAMLError as error:
            raise _marked(error, self.part) from None
        except (YAMLError, UnicodeEncodeError) as error:
            raise _unprintable(error, self.part) from None
        if len(self.roots) > 1:
            raise Unreadable("a second document begins here without a --- line that stands alone", self.roots[1].outset - self.base)
        return (self.roots[0] if self.roots else None), self.aliased

    def _take(self, event: Any) -> None:
        name = type(event).__name__
        if name == "ScalarEvent":
            self._add(self._scalar(event))
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self.stack) >= DEEPEST:
                raise Unreadable(f"collections nest deeper than {DEEPEST} levels here", event.start_mark.index)
            self.stack.append((self._collection(event, "mapping" if name[0] == "M" else "sequence"), []))
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            self._close(event)
        elif name == "AliasEvent":
            self._add(self._alias(event))

    def _add(self, node: Node) -> None:
        (self.stack[-1][1] if self.stack else self.roots).append(node)

    def _close(self, event: Any) -> None:
        node, children = self.stack.pop()
        if node.kind == "mapping":
            node.pairs = list(zip(children[::2], children[1::2], strict=True))
            for key, value in node.pairs:
                self._settle_empty(key, value)
        else:
            node.items = children
        # A pair without braces in a flow list, [a: b], starts where its key does; libyaml ends it behind the blanks that follow.
        if node.flow and self.part[node.start - self.base] in "{[" and not (children and children[0].outset <= node.start):
            node.end = self.base + event.end_mark.index
        elif children:
            node.end = children[-1].end
            if node.kind == "mapping" and children[0].outset < node.start:
                node.start = children[0].outset
        self._add(node)

    def _settle_empty(self, key: Node, value: Node) -> None:
        """An empty value stands right behind its key's colon; parsers disagree about that."""
        if value.start == value.end == value.outset and value.kind == "scalar":
            colon = self.part.find(":", key.end - self.base)
            if colon >= 0 and colon + self.base < value.start:
                value.start = value.end = value.outset = self.base + colon + 1

    def _collection(self, event: Any, kind: Any) -> Node:
        outset = event.start_mark.index
        start = self._value_start(outset, event)
        node = Node(kind, self.base + start, self.base + start)
        node.outset = self.base + outset
        node.flow = bool(event.flow_style)
        self._properties(node, event)
        return node

    def _scalar(self, event: Any) -> Node:
        outset, end = event.start_mark.index, event.end_mark.index
        start = min(self._value_start(outset, event), end)
        node = Node("scalar", self.base + start, self.base + end)
        node.outset = self.base + outset
        node.text = event.value
        node.style = event.style or ""
        node.plain = bool(event.implicit[0]) and not node.style
        if node.style in ("|", ">"):
            node.end = self.base + self._block_end(start, end)
        self._properties(node, event)
        return node

    def _alias(self, event: Any) -> Node:
        node = Node("alias", self.base + event.start_mark.index, self.base + event.end_mark.index)
        node.text = event.anchor
        node.target = self.anchors.get(event.anchor)
        if node.target is None:
            raise Unreadable(f"the alias *{event.anchor} names no anchor above it", event.start_mark.index)
        self.aliased = True
        return node

    def _properties(self, node: Node, event: Any) -> None:
        tag = getattr(event, "tag", None)
        node.tag = str(tag) if tag is not None else None
        node.anchor = event.anchor
        if node.anchor:
            self.anchors[node.anchor] = node

    def _value_start(self, outset: int, event: Any) -> int:
        if event.anchor is None and event.tag is None:
            return int(outset)
        position = outset
        while self.part[position : position + 1] in ("&", "!"):
            tag = re.compile(_TAG).match(self.part, position)
            position = tag.end() if tag else position + 1 + len(event.anchor or "")
            blank = re.compile(_BLANK).match(self.part, position)
            position = blank.end() if blank else position
        return int(position)

    def _block_end(self, start: int, end: int) -> int:
        """A block scalar ends with its last line's text; with `+` its trailing blank lines are content and stay."""
        header = self.part[start:end].split("\n", 1)[0].split("#", 1)[0]
        text = self.part[start:end]
        if "+" in header:
            return start + len(text) - (2 if text.endswith("\r\n") else 1 if text[-1:] in "\r\n" and text[-1:] else 0)
        return start + len(text.rstrip(" \t\r\n"))


def _marked(error: Any, part: str) -> Unreadable:
    opened = error.context_mark
    mark = opened if error.context == _SIMPLE_KEY and opened else error.problem_mark or opened
    offset = min(mark.index, len(part)) if mark else 0
    problem = str(error.problem or error.context or "this is not YAML")
    if "cannot start any token" in problem and part[offset : offset + 1] == "\t":
        problem = "a tab cannot indent YAML; use spaces"
    if error.context and opened is not None and opened.index != offset:
        line = part.count("\n", 0, opened.index)
        here = part.count("\n", 0, offset)
        where = "on this line" if line == here else f"{here - line} line{'s' if here - line > 1 else ''} above"
        problem += f" ({error.context} that starts {where})"
    return Unreadable(problem, offset, opened.index if opened is not None else None)


def _unprintable(error: Exception, part: str) -> Unreadable:
    found = re.search(_UNPRINTABLE, part)
    if found is None:
        return Unreadable(str(error).split("\n")[0], 0)
    name = f"U+{ord(found.group()):04X}"
    return Unreadable(f"the character {name} is not allowed in YAML; remove it or write it as an escape", found.start())
