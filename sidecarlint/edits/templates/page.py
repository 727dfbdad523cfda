"""A template as rows: what stands literally on each line, and which actions begin on it.

In: a template's text. Out: `Page` with its `Row`s and blocks, and how far the lines of an item or a key go. Must not know: Kubernetes.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise

from sidecarlint.documents.parse import Problem
from sidecarlint.documents.templates.actions import Action, actions
from sidecarlint.documents.templates.blocks import Block, blocks
from sidecarlint.edits.operations import Refusal
from sidecarlint.values import NamedTuple

Belongs = Callable[[int, bool], bool]
"""Whether what begins in a column belongs to something. The second is true of a dash, and of what an action gives, which may be items."""


class Row(NamedTuple):
    """One line with its line end. `column`: where its text begins, or the action in front of that; None without literal text.
    `actions`: those that begin on it. `dash`, `comment`: whether its text begins with one."""

    start: int
    end: int
    column: int | None
    actions: tuple[Action, ...]
    dash: bool
    comment: bool

    @property
    def is_bare(self) -> bool:
        """Whether nothing but actions stands on it."""
        return self.column is None and bool(self.actions)


class Page:
    """A template's rows, actions and blocks. Making one raises a `Refusal` where the template cannot be understood."""

    def __init__(self, text: str) -> None:
        found = actions(text)
        known = found if isinstance(found, Problem) else blocks(found)
        if isinstance(found, Problem) or isinstance(known, Problem):
            problem = found if isinstance(found, Problem) else known
            assert isinstance(problem, Problem)
            raise Refusal(problem.message, problem.offset)
        self.text, self.actions, self.blocks = text, found, known
        self.rows = list(_rows(text, found))
        self._starts = [row.start for row in self.rows]

    def number(self, offset: int) -> int:
        """The index of the row that holds an offset."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def row(self, offset: int) -> Row:
        return self.rows[self.number(offset)]

    def column(self, offset: int) -> int:
        """The number of characters in front of an offset on its line."""
        return offset - self.row(offset).start

    def is_blank(self, number: int) -> bool:
        row = self.rows[number]
        return not self.text[row.start : row.end].strip()

    def around(self, offset: int, behind: int = -1) -> list[Block]:
        """The blocks around an offset that begin behind another one, from the outermost."""
        return [each for each in self.blocks if behind < each.heads[0].start < offset < each.end.end]

    def block_of(self, opener: Action) -> Block:
        return next(each for each in self.blocks if each.heads[0] is opener)

    def lands(self, action: Action) -> int:
        """The column in which the lines begin that an action gives."""
        own, given = self.column(action.start), action.column
        if given is None:
            return own
        return given if action.trims_left or "nindent" in action.bare else given + own

    def inside(self, start: int, end: int) -> list[Action]:
        """The actions that begin between two offsets."""
        return [each for each in self.actions if start <= each.start < end]

    def extent(self, first: int, last: int, belongs: Belongs, what: str) -> int:
        """The index of the first row that is no part of what begins on row `first` and surely goes to row `last`."""
        while True:
            last = self._closed(first, last, belongs, what)
            following = next((number for number in range(last + 1, len(self.rows)) if not self.is_blank(number)), None)
            if following is None or not self._part(following, belongs, what):
                return last + 1
            last = following

    def _closed(self, first: int, last: int, belongs: Belongs, what: str) -> int:
        """The last row of the blocks, and of the actions, that begin between two rows."""
        start, grown = self.rows[first].start, last
        for each in self.inside(start, self.rows[last].end):
            grown = max(grown, self.number(each.end - 1))
            if each.kind == "open" and (block := self.block_of(each)).end.end > self.rows[last].end:
                if not all(belongs(*place) for place in self._content(block, self.rows[last].end)):
                    raise Refusal(self._mixed(block, what), each.start)
                grown = max(grown, self.number(block.end.end - 1))
        return grown if grown == last else self._closed(first, grown, belongs, what)

    def _part(self, number: int, belongs: Belongs, what: str) -> bool:
        row = self.rows[number]
        if row.column is not None:
            return belongs(row.column, row.dash)
        if not row.actions or (action := row.actions[0]).kind in ("end", "else"):
            return False
        if action.kind == "output":
            return belongs(self.lands(action), True)
        if action.kind != "open":
            return belongs(self.column(action.start), False)
        block = self.block_of(action)
        parts = [belongs(*place) for place in self._content(block)] or [belongs(self.column(action.start), False)]
        # What begins with something else has lines of its own, however deep they are.
        if parts[0] and not all(parts):
            raise Refusal(self._mixed(block, what), action.start)
        return parts[0]

    def _content(self, block: Block, behind: int = 0) -> Iterator[tuple[int, bool]]:
        """Where what a block gives begins: its lines of text, and the lines that actions give."""
        for row in self.rows[self.number(block.heads[0].start) : self.number(block.end.end - 1) + 1]:
            if row.start < behind or row.comment:
                continue
            if row.column is not None:
                yield row.column, row.dash
            else:
                yield from ((self.lands(each), True) for each in row.actions if each.kind == "output" and each.start > block.heads[0].start)

    def _mixed(self, block: Block, what: str) -> str:
        return f"{shown(block.heads[0])} holds a part of {what} and other text as well; give each a condition of its own first"


def shown(action: Action) -> str:
    """An action as people are told of it."""
    words = " ".join(action.words.split())
    return "{{ " + (words if len(words) <= _LONGEST else f"{words[:_LONGEST].rpartition(' ')[0]} ...") + " }}"


_LONGEST = 60
"""How many characters of an action a sentence repeats."""


def _rows(text: str, found: tuple[Action, ...]) -> Iterator[Row]:
    position, start = 0, 0
    for line in text.splitlines(keepends=True) if _plain_ends(text) else _lines(text):
        end = start + len(line)
        while position < len(found) and found[position].end <= start:
            position += 1
        over = list(found[position : _upper(found, position, end)])
        yield _row(text, start, end, over)
        start = end


def _plain_ends(text: str) -> bool:
    return not any(mark in text for mark in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def _lines(text: str) -> list[str]:
    from sidecarlint.documents import Lines

    starts = [*Lines(text).starts, len(text)]
    return [text[start:end] for start, end in pairwise(starts)]


def _upper(found: tuple[Action, ...], position: int, end: int) -> int:
    while position < len(found) and found[position].start < end:
        position += 1
    return position


def _row(text: str, start: int, end: int, over: list[Action]) -> Row:
    literal, position = "", start
    first: int | None = None
    for each in over:
        literal += text[position : each.start] + "\0" * (min(each.end, end) - max(each.start, start))
        first = max(each.start, start) if first is None and each.start >= start else first
        position = min(each.end, end)
    literal += text[position:end]
    bare = literal.replace("\0", "").strip()
    if not bare:
        return Row(start, end, None, tuple(each for each in over if each.start >= start), False, False)
    column = next(at for at, character in enumerate(literal) if character not in " \t")
    begun = tuple(each for each in over if each.start >= start)
    return Row(start, end, column, begun, bare == "-" or bare.startswith("- "), bare.startswith("#"))
