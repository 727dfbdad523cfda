"""A Markdown table as columns of a terminal.

In: the lines of a table as rule files write it. Out: lines of at most a width. Must not know: rules.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.reports.terminal.cells import cells, pad, wrap

_GAP = "  "


def columns(text: str, width: int) -> list[str]:
    """A table in lines of at most `width` cells: the heads, a rule below them, then the rows. What is too long goes on below itself."""
    heads, *rows = [_split(line) for line in text.splitlines() if not re.fullmatch(r"[|: -]+", line)]
    body = [[*row, *[""] * (len(heads) - len(row))][: len(heads)] for row in rows]
    widths = _widths([heads, *body], width - len(_GAP) * (len(heads) - 1))
    line = _GAP.join("-" * each for each in widths)
    return [*_laid_out(heads, widths), line, *(each for row in body for each in _laid_out(row, widths))]


def _split(line: str) -> list[str]:
    """The cells of a row. A bar behind a backslash belongs to its cell."""
    inside = re.sub(r"(?<!\\)\|$", "", line.strip().removeprefix("|"))
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inside)]


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """As wide as the longest cell of each column. Where that is too much the widest column gives way, and words break last."""
    found = [max(1, *map(cells, column)) for column in zip(*rows, strict=True)]
    least = [max(1, *(cells(word) for cell in column for word in cell.split())) for column in zip(*rows, strict=True)]
    while sum(found) > room and max(found) > 1:
        loose = [index for index in range(len(found)) if found[index] > least[index]] or range(len(found))
        found[max(loose, key=lambda index: found[index])] -= 1
    return found


def _laid_out(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    wrapped = [wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    for index in range(max(map(len, wrapped))):
        parts = [lines[index] if index < len(lines) else "" for lines in wrapped]
        yield _GAP.join(pad(part, width) for part, width in zip(parts, widths, strict=True)).rstrip()
