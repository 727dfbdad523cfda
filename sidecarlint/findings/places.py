"""A route to the place where people see it: the one conversion from symbolic to concrete.

In: a source's text, a document, a route. Out: `Location`s and excerpts. Must not know: rules, lifecycles.
"""

from sidecarlint.documents import Document, Lines, Node, Route, entry, items, lines_of, resolve, written_at
from sidecarlint.findings import Location


class Places:
    """The places of one source. Lines are counted once, when the first place is asked for."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self._lines: Lines | None = None

    @property
    def lines(self) -> Lines:
        if self._lines is None:
            self._lines = lines_of(self.text)
        return self._lines

    def span(self, start: int, end: int) -> Location:
        """The location of a span of the text."""
        (line, column), (end_line, end_column) = self.lines.place(start), self.lines.place(max(start, end))
        return Location(self.path, line, column, end_line, end_column, start, max(start, end))

    def location(self, document: Document, route: Route, part: tuple[int, int] | None = None) -> Location:
        """The location of what stands at a route: a key with its value where that is short, else the value, or the nearest thing
        above it that exists. A list's item is shown by its name. `part`: only the first line of these characters of a value."""
        assert document.root is not None
        node, start = document.root, document.root.start
        for step in route:
            found = _step(node, step)
            if found is None:
                break
            start, node = found
        return self.span(*((part and _part(self.text, node, *part)) or _shown(node, start)))


def _part(text: str, node: Node, start: int, end: int) -> tuple[int, int] | None:
    """Where a part of a scalar's value stands in the text, when it is written there letter for letter; else None."""
    words = node.text[start:end].split("\n", 1)[0].rstrip()
    at = written_at(text, node, start, start + len(words))
    return (at, at + len(words)) if at is not None else None


def _step(node: Node, step: str | int) -> tuple[int, Node] | None:
    if isinstance(step, int):
        listed = items(node)
        return (listed[step].start, listed[step]) if step < len(listed) else None
    pair = entry(node, step)
    return (pair[0].start, pair[1]) if pair else None


def _shown(node: Node, start: int) -> tuple[int, int]:
    whole = resolve(node) if node.kind == "alias" else node
    if node.kind == "mapping" and whole is not None:
        named = entry(node, "name") or (node.pairs[0] if node.pairs else None)
        return _pair(named[0].start, named[1]) if named else (node.start, node.end)
    if node.kind == "sequence" and node.items and not node.flow:
        return start, node.items[0].start
    return _pair(start, node)


def _pair(start: int, value: Node) -> tuple[int, int]:
    return start, value.end if value.kind in ("scalar", "alias") or value.flow else value.start
