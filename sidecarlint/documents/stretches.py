"""Characters of a scalar's value to the characters of the text that they are written with.

In: a source's text, a scalar, a stretch of its value. Out: a stretch of the text, or None. Must not know: Kubernetes, or why.

A stretch may go over line ends: in a literal block each line stands on a line of its own, and elsewhere a line end is a blank.
"""

import re

from sidecarlint.documents.nodes import Node, written_at

_SIGN = {'"': r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[^\\]", "'": r"''|[^']"}
_LINE_END = re.compile(r"\r\n|\r|\n")


def stretch_of(text: str, node: Node, start: int, end: int) -> tuple[int, int] | None:
    """Where the characters `start` to `end` of a scalar's value stand in the source's text; None where that is not certain."""
    if node.style == "|":
        return _literal(text, node, start, end)
    if _LINE_END.search(text, node.start, node.end):
        return _folded(text, node, start, end)
    at = written_at(text, node, start, end)
    if at is not None:
        return at, at + end - start
    return _escaped(text, node, start, end) if node.style in _SIGN else None


def _literal(text: str, node: Node, start: int, end: int) -> tuple[int, int] | None:
    found = [_in_line(text, node, offset) for offset in (start, end)]
    return (found[0], found[1]) if found[0] is not None and found[1] is not None else None


def _in_line(text: str, node: Node, offset: int) -> int | None:
    """The place of one character: its line of the value is the same line below the sign of the block."""
    ahead = node.text[:offset]
    number, column = ahead.count("\n"), len(ahead) - ahead.rfind("\n") - 1
    starts = [found.end() for found in _LINE_END.finditer(text, node.start, node.end)]
    if number >= len(starts):
        return None
    indent = _indent(text, node, starts)
    line = _LINE_END.split(text[starts[number] :], maxsplit=1)[0]
    same = line[indent:] == node.text.split("\n")[number] if line.strip() else not column
    return starts[number] + min(indent, len(line)) + column if same else None


def _indent(text: str, node: Node, starts: list[int]) -> int:
    for at, line in zip(starts, node.text.split("\n"), strict=False):
        if line.strip():
            written = _LINE_END.split(text[at:], maxsplit=1)[0]
            return len(written) - len(line)
    return 0


def _escaped(text: str, node: Node, start: int, end: int) -> tuple[int, int] | None:
    """In quotes on one line: each character is written as one sign or as one escape."""
    signs = re.findall(_SIGN[node.style], text[node.start + 1 : node.end - 1])
    if len(signs) != len(node.text):
        return None
    at = node.start + 1 + sum(map(len, signs[:start]))
    return at, at + sum(map(len, signs[start:end]))


def _folded(text: str, node: Node, start: int, end: int) -> tuple[int, int] | None:
    """Where lines are joined with blanks: the same occurrence of the same words, whatever blank or line end stands between them.
    A blank in front of them is the whole line end, so that no line of blanks is left."""
    words = r"(?:[ \t]*(?:\r\n|\r|\n)[ \t]*| )".join(re.escape(each) for each in node.text[start:end].split(" "))
    in_value = [found.start() for found in re.finditer(re.escape(node.text[start:end]), node.text)]
    in_text = list(re.finditer(words, text[node.start : node.end]))
    if start == end or len(in_value) != len(in_text) or start not in in_value:
        return None
    found = in_text[in_value.index(start)]
    return node.start + found.start(), node.start + found.end()
