"""Texts as a terminal shows them: one character may take no cell, one or two.

In: any text. Out: text that is safe to show, its width in cells, wrapped lines, colours. Must not know: findings.
"""

from collections.abc import Callable

from sidecarlint.values import NamedTuple

Paint = Callable[[str, str], str]
"""Gives a text (first) the look of a tone (second)."""

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "strong": "1",
    "frame": "1;34",
    "safe": "1;32",
    "unsafe": "1;33",
    "manual": "1",
}
_TAB_STOP = 4
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


class Glyph(NamedTuple):
    """What is shown for one character of a line: its text, the cell where it starts and how many cells it takes."""

    text: str
    column: int
    width: int


def painter(colour: bool) -> Paint:
    """Paints with ANSI colours, or not at all. A tone without a colour, and an empty text, stay as they are."""
    if not colour:
        return lambda text, tone: text
    return lambda text, tone: f"\x1b[{_CODES[tone]}m{text}\x1b[0m" if text.strip() and tone in _CODES else text


def visible(text: str) -> str:
    """The text with every character shown that a terminal would obey or hide: escape codes, direction marks, lone surrogates."""
    return text if text.isprintable() else "".join(map(_shown, text))


def prose(text: str) -> str:
    """A sentence on one line: each run of blanks and line ends as one space, and nothing hidden."""
    return visible(" ".join(text.split()))


def cells(text: str) -> int:
    """How many cells a visible text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def glyphs(line: str) -> list[Glyph]:
    """The characters of a source line with their cells. Tabs become blanks up to the next of every fourth cell."""
    found, column = [], 0
    for character in line:
        shown = " " * (_TAB_STOP - column % _TAB_STOP) if character == "\t" else _shown(character)
        found.append(Glyph(shown, column, cells(shown)))
        column += found[-1].width
    return found


def wrap(text: str, width: int, used: int = 0, hang: str = "") -> list[str]:
    """Prose in lines of at most `width` cells. `used` cells of the first line are taken; the others start with `hang`."""
    lines, line, room, below = [], "", max(width - used, 1), width - cells(hang)
    for word in prose(text).split(" "):
        joined = f"{line} {word}" if line else word
        if cells(joined) > room and cells(word) <= below:
            lines.append(line)
            joined, room = word, below
        while cells(joined) > room:
            head = _head(joined, room)
            lines.append(head.rstrip())
            joined, room = joined[len(head) :].lstrip(), below
        line = joined
    return [part if index == 0 else hang + part for index, part in enumerate([*lines, line])]


def pad(text: str, width: int) -> str:
    """The text with blanks behind it up to `width` cells."""
    return text + " " * (width - cells(text))


def _head(word: str, width: int) -> str:
    taken = 0
    for index, character in enumerate(word):
        taken += _width(character)
        if taken > width:
            return word[: max(index, 1)]
    return word


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    # Imported where a character needs it: most texts are ASCII.
    from unicodedata import category

    if category(character) not in _HIDDEN:
        return character
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def _width(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width

    # Vowels and final consonants of decomposed Hangul join the syllable before them.
    if category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
