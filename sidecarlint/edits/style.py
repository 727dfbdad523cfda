"""How a text is laid out: what travels with an item, where a key's lines begin and end, whose order keys are in.

In: a text and nodes. Out: spans and columns. Must not know: Kubernetes, or what is to be edited.

This is the one place that decides which comment belongs to what: the comment lines directly above an item at its own
column, those inside it, and the comment lines below it that are indented deeper than its dash.
"""

import re
from typing import Literal

from sidecarlint.documents import Node, lines_of
from sidecarlint.edits.operations import Refusal

_BLANK = re.compile(r"(?:[ \t\r\n\x85]|\u2028|\u2029|(?<!\S)#[^\r\n]*)*")
_REST = re.compile(r"[ \t]*(?:(?<!\S)#[^\r\n]*)?")
_PLAIN = re.compile(r"(?:--?)?[A-Za-z/][A-Za-z0-9_./=+@%-]*")
_NO_LETTER = "[\x7f-\x9f\u2028\u2029\ufeff]"
_INDENTED = r"(?:\A|(?<=\n)|(?<=\r)(?!\n))(?=[^\r\n])(?P<blanks> *)"
_NOT_TEXT = re.compile(r"(?i:true|false|yes|no|on|off|null|y|n)")


Ending = Literal["", "block", "kept"]
"""Nothing to mind, a block scalar, or a block scalar that keeps the blank lines behind it."""


class Layout:
    """A text with its lines, asked about places in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = lines_of(text)

    def line_start(self, offset: int) -> int:
        return self.lines.start(self.lines.number(offset))

    def line_end(self, offset: int) -> int:
        """The start of the next line: the line's own end is included."""
        return self.lines.start(self.lines.number(offset) + 1)

    def column(self, offset: int) -> int:
        """The number of characters in front of `offset` on its line."""
        return offset - self.line_start(offset)

    def newline(self, offset: int) -> str:
        """The line end in use at `offset`, or the text's first, or LF."""
        for line in (self.lines.number(offset), 1):
            ending = self.text[self.lines.start(line) : self.lines.start(line + 1)]
            stripped = ending.rstrip("\r\n")
            if len(stripped) < len(ending):
                return ending[len(stripped) :]
        return "\n"

    def starts_line(self, offset: int) -> bool:
        return not self.text[self.line_start(offset) : offset].strip(" ")

    def starts_item(self, offset: int) -> bool:
        """Whether only blanks and dashes stand in front of it on its line."""
        return not self.text[self.line_start(offset) : offset].strip(" -")

    def starts_line_with_blanks(self, offset: int) -> bool:
        """Like `starts_line`, where tabs count as blanks: in flow style they do."""
        return not self.text[self.line_start(offset) : offset].strip(" \t")

    def content_end(self, offset: int) -> int:
        """The end of what stands on the line behind `offset`, which may only be blanks and a comment."""
        found = _REST.match(self.text, offset)
        end = found.end() if found else offset
        if end < len(self.text) and self.text[end] not in "\r\n":
            raise Refusal("more than one thing stands on this line", offset)
        return end

    def comment_column(self, line: int) -> int | None:
        """The column of a line that holds a comment alone, or None."""
        content = self.lines.content(line)
        bare = content.lstrip(" \t")
        return len(content) - len(bare) if bare.startswith("#") else None

    def is_blank(self, line: int) -> bool:
        return line <= len(self.lines.starts) and self.lines.start(line) < len(self.text) and not self.lines.content(line).strip()

    def dashes(self, sequence: Node) -> list[int]:
        """Where the dash of each item of a block sequence stands."""
        found, position = [], sequence.start
        for item in sequence.items:
            blank = _BLANK.match(self.text, position)
            dash = blank.end() if blank else position
            if self.text[dash : dash + 1] != "-" or not self.starts_line(dash):
                raise Refusal("this list is written in a form that is not edited", item.start)
            found.append(dash)
            position = max(item.end, dash + 1)
        return found

    def head(self, offset: int, above: int = 0, habit: int | None = None) -> int:
        """The start of the lines that belong to an item or a key at `offset`: its line, and the comment lines directly above it at
        its own column, or at the column that is this list's `habit`. Lines at or above the offset `above` do not."""
        line, columns = self.lines.number(offset), {self.column(offset), habit} - {None}
        while line > 1 and self.lines.start(line - 1) >= above and self.comment_column(line - 1) in columns:
            line -= 1
        return self.lines.start(line)

    def tail(self, end: int, column: int, below: int) -> int:
        """The end of the lines that belong to what ends at `end` and stands at `column`: the rest of its line, and comment lines
        further down that are indented deeper, as far as the offset `below`."""
        self.content_end(end)
        last = line = self.lines.number(end)
        while self.lines.start(line + 1) < below:
            line += 1
            deep = self.comment_column(line)
            if deep is not None and deep > column:
                last = line
            elif not self.is_blank(line):
                break
        return self.lines.start(last + 1)


def alphabetical(mappings: list[Node]) -> bool:
    """Whether a machine wrote these mappings: every one has its keys in alphabetical order."""
    keys = [[name.text for name, _ in mapping.pairs] for mapping in mappings]
    return any(len(names) > 1 for names in keys) and all(names == sorted(names) for names in keys)


def ending(text: str, node: Node) -> Ending:
    """What the last thing in a node is: a block scalar's value depends on whether a line end follows, or even on blank lines."""
    while node.pairs or node.items:
        node = node.pairs[-1][1] if node.pairs else node.items[-1]
    if node.style not in ("|", ">"):
        return ""
    return "kept" if "+" in re.split(r"[\r\n#]", text[node.start : node.end], maxsplit=1)[0] else "block"


def shifted(text: str, by: int) -> str:
    """The lines indented by `by` blanks more, or less; empty lines stay as they are. Lines of blanks may be a block scalar's content."""
    return re.sub(_INDENTED, lambda line: " " * max(0, len(line["blanks"]) + by), text)


def reads_as_text(value: str) -> bool:
    """Whether these characters mean themselves in every YAML version when they are written without quotes."""
    return bool(_PLAIN.fullmatch(value)) and not _NOT_TEXT.fullmatch(value)


def quote_of(mapping: Node) -> str:
    """The quotes that a new key and value of a mapping take: its first key's, where all its keys are quoted."""
    return mapping.pairs[0][0].style if all(not name.plain for name, _ in mapping.pairs) else ""


def scalar(value: str, quote: str) -> str:
    """A string as YAML text, in quotes where `quote` asks for them or the value needs them."""
    if quote == "'" and "'" not in value and value.isprintable():
        return f"'{value}'"
    if not quote and reads_as_text(value):
        return value
    from json import dumps

    return re.sub(_NO_LETTER, lambda found: f"\\u{ord(found.group()):04x}", dumps(value, ensure_ascii=False))
