"""What can still be read of a document that does not parse.

In: a text and the chunk that failed. Out: the same `Document` with a tree of what was left. Must not know: Kubernetes.

The line that libyaml stumbles over is blanked with the lines that are indented deeper, and the rest is read again; spans
stay true because blanks keep the geometry. Such a tree is good for judging and is never edited.
"""

import re

from sidecarlint.documents.parse import Document, read
from sidecarlint.documents.split import Chunk

_ATTEMPTS = 12
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


def recover(text: str, chunk: Chunk, failed: Document) -> Document:
    """`failed` with the tree of its readable lines, or with none when too little can be read."""
    part, problem = text[chunk.start : chunk.end], failed.problem
    if len(part) > 1_000_000:
        return failed
    for _ in range(_ATTEMPTS):
        if problem is None:
            break
        shorter = _without(part, problem.offset - chunk.start)
        if shorter == part:
            break
        part = shorter
        # The blanked part stands where it stood, so offsets in the new tree are offsets in the source.
        again = read(" " * 0 + part, Chunk(chunk.number, 0, len(part)))
        if again.problem is None:
            moved = read(text[: chunk.start] + part, chunk._replace(end=chunk.start + len(part)))
            return failed._replace(root=moved.root, aliased=moved.aliased)
        problem = again.problem._replace(offset=again.problem.offset + chunk.start)
    return failed


def _without(part: str, offset: int) -> str:
    """The part with the entry blanked that holds `offset`: its line, and the lines below it that are indented deeper."""
    lines = [(found.start(), found.end()) for found in _LINE.finditer(part) if found.end() > found.start()]
    here = next((i for i, (_, end) in enumerate(lines) if offset < end), len(lines) - 1)
    while here > 0 and not part[lines[here][0] : lines[here][1]].strip():
        here -= 1
    if here < 0 or not lines:
        return part
    depth = _depth(part, lines[here])
    last = here
    while last + 1 < len(lines) and _depth(part, lines[last + 1]) > depth:
        last += 1
    start, end = lines[here][0], lines[last][1]
    return part[:start] + re.sub(r"[^\r\n]", " ", part[start:end]) + part[end:]


def _depth(part: str, line: tuple[int, int]) -> int:
    content = part[line[0] : line[1]]
    return len(content) - len(content.lstrip(" ")) if content.strip() else 10_000
