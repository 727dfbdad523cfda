"""Where a character stands: lines and columns of a text.

In: a text. Out: lines, columns, line starts. Must not know: YAML.

Lines end at LF, CRLF or CR and nowhere else. libyaml also breaks lines at NEL and U+2028, which no editor counts, so its
line numbers are not used.
"""

import re
from bisect import bisect_right
from functools import lru_cache

_LINE_END = re.compile(r"\r\n|\n|\r")


def line_ends(text: str) -> int:
    """How many line ends a text has."""
    return len(_LINE_END.findall(text))


class Lines:
    """The lines of one text. Offsets are in characters; lines and columns that go out are 1-based."""

    __slots__ = ("text", "starts")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def number(self, offset: int) -> int:
        """The 1-based line that holds `offset`."""
        return bisect_right(self.starts, offset)

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of `offset`."""
        line = self.number(offset)
        return line, offset - self.starts[line - 1] + 1

    def start(self, line: int) -> int:
        """Where a 1-based line starts; the end of the text for a line behind the last."""
        return self.starts[line - 1] if line <= len(self.starts) else len(self.text)

    def content(self, line: int) -> str:
        """A 1-based line without its line end; an empty text for a line behind the last."""
        return self.text[self.start(line) : self.start(line + 1)].rstrip("\r\n")


@lru_cache(maxsize=2)
def lines_of(text: str) -> Lines:
    """The lines of a text, counted once for all that is asked about it in turn: a text may hold hundreds of pods."""
    return Lines(text)
