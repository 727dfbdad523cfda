"""Where the documents of a text begin and end, found in the text alone.

In: a text. Out: `Chunk`s. Must not know: what stands in a document.

A line that starts with `---` or `...` at column 0 is a marker wherever it stands: YAML forbids it inside scalars (YAML 1.2,
9.1.2). So one regular expression cuts a file, and a document that cannot hold a pod is never parsed.
"""

import re
from functools import lru_cache

from sidecarlint.values import NamedTuple

_MARKER = re.compile(r"[\n\r](---|\.\.\.)(?=[ \t\r\n]|\Z)")
_AHEAD = r"\ufeff?(---|\.\.\.)(?=[ \t\r\n]|\Z)"
"""A marker on the first line. Apart from the others, since a search for either would look at every character, not at line ends alone."""
_CONTENT = re.compile(r"(?:^\ufeff?|(?<=[\n\r]))[ \t]*(?![ \t]|[#\r\n]|%|\Z|\ufeff)")


class Chunk(NamedTuple):
    """One document's text, its `---` line included. `number` counts from 0 as a YAML parser does, empty documents included."""

    number: int
    start: int
    end: int


@lru_cache(maxsize=2)
def split(text: str) -> tuple[Chunk, ...]:
    """The documents of a text, in order, each at its number. One text is often asked about several times in turn."""
    ahead = re.match(_AHEAD, text)
    markers = [*([ahead] if ahead else []), *_MARKER.finditer(text)]
    chunks: list[Chunk] = []
    # libyaml takes a byte order mark away without counting it.
    start, explicit = int(text.startswith("\ufeff")), False
    for marker in [*markers, None]:
        end = marker.start(1) if marker else len(text)
        if explicit or _CONTENT.search(text, start if start > 1 else 0, end):
            chunks.append(Chunk(len(chunks), start, end))
            start = end
        if marker is None:
            break
        if marker.group(1) == "---":
            # Directives and comments above a --- line belong to the document that it opens.
            start, explicit = (end if explicit or chunks and chunks[-1].end == end else start), True
        else:
            start, explicit = _line_end(text, marker.end()), False
    return tuple(chunks)


def _line_end(text: str, offset: int) -> int:
    found = re.compile(r"\r\n|\n|\r|\Z").search(text, offset)
    return found.end() if found else len(text)
