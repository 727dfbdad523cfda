"""The words of rules, for people at a terminal.

In: the text of `rules/README.md`. Out: its section on words, laid out in 80 columns. Must not know: what the words mean.
"""

import re
from collections.abc import Iterator

from sidecarlint.reports.terminal.cells import wrap

_WIDE = 80
_IN = "      "
_ROW = re.compile(r"^\| (`[a-z_.]+`) \| (.*?) \| (.*) \|$")


def words_page(text: str) -> str:
    """Each word with what it can be and what it means."""
    section = text.partition("\n## Words\n")[2].partition("\n## ")[0].strip()
    return "\n".join(["The words of rules", "", *_lines(section)]).rstrip() + "\n"


def _lines(section: str) -> Iterator[str]:
    for block in section.split("\n\n"):
        if block.startswith("|"):
            yield from (line for row in map(_ROW.match, block.split("\n")) if row for line in _row(*_plain(row)))
        elif block.startswith("#"):
            yield block.lstrip("# ").upper()
        else:
            yield from wrap(" ".join(block.split()), _WIDE)
        yield ""


def _plain(row: re.Match[str]) -> tuple[str, str, str]:
    word, values, meaning = (cell.replace("`", "") for cell in row.groups())
    return word, values, meaning


def _row(word: str, values: str, meaning: str) -> Iterator[str]:
    for text, first in ((f"{word}: {values}", "  "), (meaning, _IN)):
        yield from (f"{_IN if index else first}{line}" for index, line in enumerate(wrap(text, _WIDE - len(_IN))))
