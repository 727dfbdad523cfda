"""What can still be read of a document that does not parse.

In: a text and the chunk that failed. Out: the same `Document` with a tree of what was left. Must not know: Kubernetes.

Where the indentation shows what was meant, lines are indented anew; otherwise the entry that cannot be read is blanked. Then the
rest is read again, as often as a small budget of characters allows. Spans stay true: of every character it is known where it
came from. Such a tree is good for judging and is never edited.
"""

import re

from sidecarlint.documents.nodes import Node, walk
from sidecarlint.documents.parse import Document, Problem, read
from sidecarlint.documents.split import Chunk

_BUDGET = 400_000
"""How many characters all attempts on one document may cost. An attempt costs what is read of the text, or a quarter of it where that is
more, and `_LEAST`. A longer document is left alone."""
_LEAST = 5_000

_LINE = r"(?P<indent>[ ]*)(?P<dashes>(?:-[ ]+)*)(?P<content>[^\r\n]*)(?P<end>\r\n|\n|\r|\Z)"
_WHOLE = r"[^#]*:[ \t]+[^\s|>&!#\[{].*"
"""A key with its value, below which nothing deeper can stand."""
_OPENING = "\"'[{"


def recover(text: str, chunk: Chunk, failed: Document) -> Document:
    """`failed` with the tree of what is readable, or with none when too little is."""
    if chunk.end - chunk.start > _BUDGET:
        return failed
    draft = _Draft(text[chunk.start : chunk.end])
    budget, again = _BUDGET, failed._replace(problem=failed.problem and failed.problem.shifted(-chunk.start))
    while again.problem is not None:
        budget -= max(again.problem.offset, len(draft.text) // 4, _LEAST)
        if budget < 0 or not draft.repair(again.problem):
            return failed
        again = read(draft.text, Chunk(chunk.number, 0, len(draft.text)))
    return failed._replace(root=draft.restored(again.root, chunk.start), aliased=again.aliased)


class _Draft:
    """A text under repair. `origin[i]` is where its character i stood at first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.origin = list(range(len(text) + 1))

    def repair(self, problem: Problem) -> bool:
        """Takes one obstacle away; false when there is nothing left to take away."""
        lines = [found for found in re.finditer(_LINE, self.text) if found.end() > found.start()]
        here = next((i for i, line in enumerate(lines) if _culprit(self.text, problem) < line.end()), len(lines) - 1)
        while here > 0 and not lines[here][0].strip():
            here -= 1
        if here < 0 or not lines[here][0].strip():
            return False
        if not (self._narrow_dash(lines, here, problem) or self._outdent(lines, here)):
            self._blank(lines, here)
        return True

    def _narrow_dash(self, lines: list["re.Match[str]"], here: int, problem: Problem) -> bool:
        """`-   name: a` above `  image: b`: the first key goes to the column of the others."""
        column = _column(lines[here])
        above = _above(lines, here, column)
        if not problem.message.startswith("did not find expected key") or above is None or lines[here]["dashes"] or not above["dashes"]:
            return False
        gap = _column(above) - column
        if not 0 < gap < len(above["dashes"]) - len(above["dashes"].rstrip()):
            return False
        self._replace(above.end("dashes") - gap, above.end("dashes"), "")
        return True

    def _outdent(self, lines: list["re.Match[str]"], here: int) -> bool:
        """`a: 1` above `    b: 2`: what is indented for no reason goes to the column of the line above."""
        above = _above(lines, here)
        surplus = _column(lines[here]) - _column(above) if above else 0
        if above is None or surplus <= 0 or not re.fullmatch(_WHOLE, above["content"]):
            return False
        depth = len(lines[here]["indent"])
        last = next((i for i in range(here, len(lines)) if _is_content(lines[i]) and len(lines[i]["indent"]) < depth), len(lines))
        for line in reversed(lines[here:last]):
            self._replace(line.start(), line.start() + min(surplus, len(line["indent"])), "")
        return True

    def _blank(self, lines: list["re.Match[str]"], here: int) -> None:
        """Blanks a line and the lines below it that are indented deeper. A line left of the one above it, such as a template action or
        the mark of a merge conflict, is none that others belong to."""
        depth, above = len(lines[here]["indent"]), _above(lines, here)
        last = next((i for i in range(here + 1, len(lines)) if lines[i][0].strip() and len(lines[i]["indent"]) <= depth), len(lines)) - 1
        alone = "\t" in lines[here][0][: depth + 1] or not lines[here]["dashes"] and above is not None and len(above["indent"]) > depth
        start, end = lines[here].start(), lines[here if alone else last].end()
        self._replace(start, end, re.sub(r"[^\r\n]", " ", self.text[start:end]))

    def _replace(self, start: int, end: int, text: str) -> None:
        self.text = self.text[:start] + text + self.text[end:]
        self.origin[start:end] = self.origin[start : start + len(text)]

    def restored(self, root: Node | None, base: int) -> Node | None:
        """The tree with the spans that its nodes have in the source's text."""
        for node in walk(root) if root is not None else ():
            node.end = base + (self.origin[node.end - 1] + 1 if node.end > node.start else self.origin[node.end])
            node.start, node.outset = base + self.origin[node.start], base + self.origin[node.outset]
        return root


def _culprit(text: str, problem: Problem) -> int:
    """Where to mend: an open quote or bracket is to blame for what follows it."""
    opened = problem.opened
    return opened if opened is not None and text[opened : opened + 1] in _OPENING else problem.offset


def _above(lines: list["re.Match[str]"], here: int, column: int | None = None) -> "re.Match[str] | None":
    """The nearest line above that holds more than a comment, and is indented less than `column` where one is given."""
    return next((line for line in reversed(lines[:here]) if _is_content(line) and (column is None or len(line["indent"]) < column)), None)


def _column(line: "re.Match[str]") -> int:
    return line.start("content") - line.start()


def _is_content(line: "re.Match[str]") -> bool:
    return bool(line["content"]) and not line["content"].startswith("#")
