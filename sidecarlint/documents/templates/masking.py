"""A template as YAML text: its actions taken away, or replaced by words that stand for them.

In: a text, its actions, and what of it to leave out. Out: `Masked`. Must not know: YAML beyond its dashes, colons and block scalars.

Every line stays a line. One that holds nothing but actions becomes empty: a comment in its place could end a block scalar. What
gives lines of its own behind `key:` or `- ` goes as well, since more lines of the same mapping may follow. A control action at the
beginning or the end of a line goes, and the text moves to where it would stand. Everything else becomes a word.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.documents.templates.actions import Action
from sidecarlint.values import NamedTuple

OPENS, CLOSES = "\ue000", "\ue001"
"""What a word that stands for an action begins and ends with. YAML allows these characters, and nobody writes them."""
WORD = re.compile(f"{OPENS}([0-9]+){CLOSES}")

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")

# Of all that has a list of items only a container has the first of these keys in one, so nothing else is taken for one.
_KEY = re.compile(r"(?P<blanks> *)(?P<key>[A-Za-z]\w*):(?=\s|$)")
_OF_CONTAINERS = re.compile(r" *(?:- +)?(?:initC|c)ontainers:\s*$")
_ON_ITS_OWN = re.compile(r"[ \t]*(?:#.*|\{\{.*\}\}[ \t]*)?$")
_OPENS = re.compile(r"[ \t]*\{\{-?\s*(?:if|with|range)\b")
_SHUTS = re.compile(r"[ \t]*\{\{-?\s*(?:end|else)\b")
_GIVEN = re.compile(r"\bn?indent\s+(?P<columns>\d+)")

Span = tuple[int, int]


class Splice(NamedTuple):
    """Where an action was taken away that gives or guards lines. `at`: offset in the masked text; `column`: where its output begins, None
    where it stands behind a key or a dash and so gives what belongs to that."""

    action: Action
    at: int
    column: int | None


class Masked(NamedTuple):
    """A masked text. `origin[i]` is where its character i stands in the template; `splices` are in the order of the text; `words` are
    what the words stand for, each as it is written in the template, by number."""

    text: str
    origin: tuple[int, ...]
    splices: tuple[Splice, ...]
    words: tuple[str, ...]


class _Piece(NamedTuple):
    """A stretch of one line: text (`action` None), an action that begins here, or nothing that counts (`void`)."""

    start: int
    end: int
    action: Action | None
    void: bool

    @property
    def is_text(self) -> bool:
        return self.action is None and not self.void


def mask(text: str, found: Sequence[Action], left_out: Sequence[Span] = ()) -> Masked:
    """The masked text of a template. `left_out`: spans in order, not overlapping, that are to be as if they were not written."""
    cover = _cover(found, left_out)
    draft, position = _Draft(text), 0
    for line in _LINE.finditer(text):
        pieces = []
        while position < len(cover) and cover[position][0] < line.end(1):
            pieces.append(cover[position])
            if cover[position][1] > line.end(1):
                break
            position += 1
        draft.line(line.start(1), line.end(1), list(_pieces(pieces, line.start(1), line.end(1))))
        draft.literal(line.end(1), line.end())
        # What goes on over the line's end is done with when it ends within the line end itself.
        while position < len(cover) and cover[position][1] <= line.end():
            position += 1
    return Masked("".join(draft.parts), (*draft.origin, len(text)), tuple(draft.splices), tuple(draft.words))


def _cover(found: Sequence[Action], left_out: Sequence[Span]) -> list[tuple[int, int, Action | None]]:
    """What is no literal text, in order: spans that are left out, and the actions that stand in none of them."""
    cover: list[tuple[int, int, Action | None]] = [(start, end, None) for start, end in left_out if start < end]
    index, spans = 0, sorted(left_out)
    for each in found:
        while index < len(spans) and spans[index][1] <= each.start:
            index += 1
        if index == len(spans) or each.start < spans[index][0]:
            cover.append((each.start, each.end, each))
    return sorted(cover, key=lambda span: span[:2])


def _pieces(covered: Sequence[tuple[int, int, Action | None]], start: int, end: int) -> Iterator[_Piece]:
    position = start
    for begin, stop, action in covered:
        if position < begin:
            yield _Piece(position, begin, None, False)
        here = action if begin >= start else None
        yield _Piece(max(begin, start), min(stop, end), here, here is None)
        position = min(stop, end)
    if position < end:
        yield _Piece(position, end, None, False)


class _Draft:
    """A masked text in the making."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.parts: list[str] = []
        self.origin: list[int] = []
        self.splices: list[Splice] = []
        self.words: list[str] = []

    def literal(self, start: int, end: int) -> None:
        self.parts.append(self.text[start:end])
        self.origin += range(start, end)

    def line(self, start: int, end: int, pieces: Sequence[_Piece]) -> None:
        if all(piece.is_text for piece in pieces):
            return self.literal(start, end)
        last = max((piece.end for piece in pieces if piece.is_text and self.text[piece.start : piece.end].strip()), default=None)
        ahead, shown = "", False
        for piece in pieces:
            if piece.is_text and last is not None:
                self.literal(piece.start, piece.end)
                ahead += self.text[piece.start : piece.end]
            elif piece.action is not None and last is None and (column := self._goes_on(piece.action, end)) is not None:
                self._item(piece.action, column)
            elif piece.action is not None and (last is None or _goes(piece.action, ahead, piece.end < last, shown)):
                self._take_away(piece.action, piece.start - start, bool(ahead.strip()))
            elif piece.action is not None:
                self._word(piece.action, piece.end)
                shown = True
        return None

    def _take_away(self, action: Action, column: int, belongs: bool) -> None:
        given = action.column
        if given is not None and not action.trims_left and not re.search(r"\bnindent\b", action.bare):
            given += column
        self.splices.append(Splice(action, len(self.origin), None if belongs else column if given is None else given))

    def _goes_on(self, action: Action, end: int) -> int | None:
        """The column of the item that an action on a line of its own gives, where the line below adds a key to that item."""
        column = action.column if action.word == "include" else None
        key = _key_below(self.text, end, column) if column is not None else None
        return column if column is not None and (key == "restartPolicy" or (key and _in_containers(self.text, action, column))) else None

    def _item(self, action: Action, column: int) -> None:
        self.parts.append(" " * column + "-")
        self.origin += [action.start] * (column + 1)
        self.splices.append(Splice(action, len(self.origin), None))

    def _word(self, action: Action, end: int) -> None:
        word = f"{OPENS}{len(self.words)}{CLOSES}"
        self.words.append(self.text[action.start : action.end])
        self.parts.append(word)
        self.origin += [action.start] * (len(word) - 1) + [end - 1]


def _key_below(text: str, end: int, column: int) -> str | None:
    """The key below a line that ends at an offset, where it belongs to an item whose dash is in this column. Comments and actions may
    stand between them, as far as they do not end something that began above."""
    opened, above = 0, _LINE.match(text, end)
    for line in _LINE.finditer(text, above.end() if above is not None else end):
        words = line[1]
        if _ON_ITS_OWN.match(words) is None:
            key = _KEY.match(words)
            return key["key"] if key is not None and len(key["blanks"]) == column + 2 else None
        given = _GIVEN.search(words)
        opened += bool(_OPENS.match(words)) - bool(_SHUTS.match(words) and "else" not in words)
        if opened < 0 or (_SHUTS.match(words) and not opened and "else" in words) or (given and int(given["columns"]) <= column):
            return None
        if line.end() >= len(text):
            break
    return None


def _in_containers(text: str, action: Action, column: int) -> bool:
    """Whether an action stands in a list of containers whose dashes are in this column."""
    for words in reversed(text[: action.start].splitlines()):
        blanks = len(words) - len(words.lstrip(" "))
        if _ON_ITS_OWN.match(words) is None and (blanks < column or (blanks == column and words[column : column + 2] != "- ")):
            return _OF_CONTAINERS.match(words) is not None
    return False


def _goes(action: Action, ahead: str, followed: bool, shown: bool) -> bool:
    """Whether an action on a line with text is taken away. `followed`: text stands behind it; `shown`: a word for another one stands in
    front of it."""
    if action.kind == "output":
        return action.gives_lines and not followed and not shown and ahead.rstrip(" \t").endswith((":", "-"))
    return not followed or (not shown and not ahead.strip(" \t-"))
