"""What the nodes of a script's tree say: words with quotes gone and known variables filled in.

In: a script's text and the grammar's nodes. Out: words, texts, places. Must not know: statements, what any program does.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sidecarlint.workloads.commands.statements import Place, Word, narrow

if TYPE_CHECKING:
    from tree_sitter import Node

_ASSIGNED = r"(?<![\w$-])(\w+)\+?=|\b(?:for|select|read(?:\s+-\w+)*)\s+(\w+)"
_EXPANSIONS = ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
_TEXTUAL = ("string", "concatenation", "command_name", "translated_string", "heredoc_body")
_CONTENTS = ("string_content", "heredoc_content")
# What a backslash takes its meaning from; anything, outside quotes.
_ESCAPED = {"string": '[$`"\\\\\n]', "heredoc_body": "[$`\\\\\n]"}


class Wording:
    """The words of one script. The grammar counts bytes: it is given a text in which they are characters."""

    def __init__(self, script: Word, arguments: tuple[Word, ...]) -> None:
        self.script, self.arguments, self.text = script, arguments[1:], script.text
        self.values = {str(index): word.text for index, word in enumerate(arguments)}
        counted = Counter(name or other for name, other in re.findall(_ASSIGNED, self.text))
        self.constant = {name for name, count in counted.items() if count == 1}

    def plain(self) -> bytes:
        """The text for the grammar, of the same length: what it does not know, or would misread, is a word's letters."""
        plain = re.sub(r"[^\x00-\x7f]", "x", self.text)
        # `$$(` keeps Kubernetes from filling in; `<DB_PORT>` is a hole that a reader fills; a template action may hold any sign.
        plain = re.sub(r"<([A-Z][A-Z0-9_-]*)>", r"_\1_", plain.replace("$$(", "_$("))
        plain = re.sub(r"\{\{[^{}]*\}\}", lambda found: "_" * len(found[0]), plain)
        return re.sub(r"(\d)<>", r"\1> ", plain).encode()

    def raw(self, node: "Node") -> str:
        """A node's very letters."""
        return self.text[node.start_byte : node.end_byte]

    def place(self, node: "Node") -> Place:
        """Where a node stands."""
        return narrow(self.script, node.start_byte, node.end_byte)

    def words(self, nodes: Iterable["Node"]) -> tuple[Word, ...]:
        """Nodes as words, the script's own arguments in place of `$@`."""
        words: list[Word] = []
        for node in nodes:
            if self.raw(node).strip('"') in ("$@", "${@}", "$*"):
                words += self.arguments
            else:
                words.append(self.word(node))
        return tuple(words)

    def word(self, node: "Node") -> Word:
        """A node as a word."""
        text, raw, place = self._text(node), self.raw(node), self.place(node)
        quotes = 0 if raw == text else 1 if raw[:1] in "'\"" and raw[1:-1] == text else None
        if quotes is None or self.script.body is None:
            return Word(text, place, None)
        return Word(text, place, place._replace(start=place.start + quotes, end=place.end - quotes))

    def stdin(self, redirect: "Node") -> Word | None:
        """The text that a here-document or a here-string hands over."""
        if redirect.type == "herestring_redirect":
            return self.word(redirect.children[-1])
        parts = {each.type: each for each in redirect.children}
        if "heredoc_body" not in parts or "heredoc_start" not in parts:
            return None
        body = parts["heredoc_body"]
        quoted = re.search(r"[\"'\\]", self.raw(parts["heredoc_start"]))
        text = self.raw(body) if quoted else self._text(body)
        return Word(text, self.place(body), self.place(body) if self.script.body and text == self.raw(body) else None)

    def assign(self, nodes: Iterable["Node"]) -> None:
        """Remembers the variables that are set once, and to a text."""
        for each in nodes:
            name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
            if each.type == "variable_assignment" and name and self.raw(name) in self.constant:
                text = self._text(value) if value else ""
                if "$" not in text and "`" not in text:
                    self.values[self.raw(name)] = text

    def _text(self, node: "Node") -> str:
        raw = self.raw(node)
        if node.type == "raw_string":
            return raw[1:-1]
        if node.type == "ansi_c_string":
            return raw[2:-1]
        if node.type in _EXPANSIONS:
            return self._value(raw)
        return self._joined(node) if node.type in _TEXTUAL else _unescaped(raw, ".")

    def _joined(self, node: "Node") -> str:
        """Pieces and what stands between them, for the grammar gives blanks in strings no node."""
        escaped = _ESCAPED.get(node.type, ".")
        at, text = node.start_byte, ""
        for child in node.children:
            text += _unescaped(self.text[at : child.start_byte], escaped)
            at = child.end_byte
            if child.type in _CONTENTS:
                text += _unescaped(self.raw(child), escaped)
            elif child.type != '"':
                text += self._text(child)
        return text + _unescaped(self.text[at : node.end_byte], escaped)

    def _value(self, raw: str) -> str:
        found = re.fullmatch(r"(\s*)\$(?:(\w+)|\{(\w+)\})", raw)
        value = self.values.get(found[2] or found[3]) if found else None
        return raw if found is None or value is None else found[1] + value


def leaves(node: "Node") -> Iterator["Node"]:
    """The words and signs below a node, in the order of the text."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node.children and node.type not in (*_TEXTUAL, *_EXPANSIONS):
            stack += reversed(node.children)
        else:
            yield node


def _unescaped(text: str, escaped: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(rf"\\({escaped})", lambda found: "" if found[1] == "\n" else str(found[1]), text, flags=re.DOTALL)
