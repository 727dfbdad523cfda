"""The actions of a Go template, found as its own lexer finds them (text/template/parse/lex.go).

In: a text. Out: `Action`s in order, or a `Problem`. Must not know: YAML, what a function of Helm does beyond its indentation.

An action begins with `{{` and ends at the next `}}` that stands in no string, raw string, character or comment. `{{- ` and ` -}}`
trim the blanks around it.
"""

import re
from typing import Literal

from sidecarlint.documents.parse import Problem
from sidecarlint.values import NamedTuple

Kind = Literal["open", "else", "end", "comment", "silent", "output"]

_OPENERS = frozenset({"if", "range", "with", "define", "block"})
_KINDS: dict[str, Kind] = {**dict.fromkeys(_OPENERS, "open"), "else": "else", "end": "end", "break": "silent", "continue": "silent"}

# Raw strings may go over lines, other strings and characters may not.
_TOKEN = r"""(?P<string>"(?:\\.|[^"\\\n])*"|`[^`]*`|'(?:\\.|[^'\\\n])*')|(?P<end>(?<=[ \t\r\n])-\}\}|\}\})|(?P<open>["`'])"""
_COMMENT = r"\{\{(?:-[ \t\r\n]+)?/\*"
_COMMENT_END = r"(?s)\*/(?:[ \t\r\n]+-)?\}\}"
_ASSIGNS = r"\$\w*(?:\s*,\s*\$\w*)?\s*:?=(?!=)"
_STRING = r"""(?s)"(?:\\.|[^"\\])*"|`[^`]*`"""
_INDENTS = r"(?:^|[|(\s])(?P<function>n?indent)\s+(?P<columns>\d+)"
_MANY = r"(?:^|[|(\s])(?:toYaml|toYamlPretty|n?indent|tpl)(?=[\s)|]|$)|tplvalues"


class Action(NamedTuple):
    """One action. `start` and `end` are offsets, braces included. `words`: what stands between them, without trim marks and blanks.

    `word`: its first word. `kind`: open (if, range, with, define, block), else, end, comment, silent (it sets a variable) or output.
    """

    start: int
    end: int
    kind: Kind
    word: str
    words: str
    trims_left: bool
    trims_right: bool

    @property
    def column(self) -> int | None:
        """How far its output is indented, where its pipeline ends in `nindent N` or `indent N`; else None."""
        found = list(re.finditer(_INDENTS, self.bare))
        return int(found[-1]["columns"]) if found else None

    @property
    def gives_lines(self) -> bool:
        """Whether its output is YAML of its own lines rather than a word: it is turned into YAML, or indented."""
        return self.kind == "output" and re.search(_MANY, self.bare) is not None

    @property
    def bare(self) -> str:
        """Its words without what stands in strings, where a name of a function is none."""
        return re.sub(_STRING, '""', self.words)


def actions(text: str) -> tuple[Action, ...] | Problem:
    """Every action of a text; a problem where one does not end."""
    found: list[Action] = []
    position = text.find("{{")
    while position >= 0:
        end = _end(text, position)
        if isinstance(end, Problem):
            return end
        found.append(_action(text, position, end))
        position = text.find("{{", end)
    return tuple(found)


def _end(text: str, start: int) -> int | Problem:
    if re.compile(_COMMENT).match(text, start):
        closed = re.compile(_COMMENT_END).search(text, start)
        return closed.end() if closed else Problem("the comment of a template action does not end", start)
    for token in re.compile(_TOKEN).finditer(text, start + 2):
        if token["end"]:
            return token.end()
        if token["open"]:
            return Problem("a string in a template action does not end", token.start(), start)
    return Problem("a template action does not end", start)


def _action(text: str, start: int, end: int) -> Action:
    inner = text[start + 2 : end - 2]
    left = re.match(r"-(?=\s)", inner) is not None
    right = re.search(r"\s-\Z", inner) is not None and len(inner) > 2
    words = inner[left : len(inner) - right].strip()
    word = re.match(r"[$\w.]*", words)
    first = word.group() if word else ""
    return Action(start, end, _kind(words, first), first, words, left, right)


def _kind(words: str, first: str) -> Kind:
    if words.startswith("/*"):
        return "comment"
    return "silent" if re.match(_ASSIGNS, words) else _KINDS.get(first, "output")


def blotted(text: str) -> str:
    """The text with each action made unreadable, so that no word in it is taken for one of the text. Everything keeps its place."""
    found = actions(text)
    if isinstance(found, Problem):
        return _blot(0, max(len(text), 4))[: len(text)]
    bounds = [0, *(bound for each in found for bound in (each.start, each.end)), len(text)]
    between = [text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    blots = [*(_blot(each.start, each.end) for each in found), ""]
    return "".join(part for pair in zip(between, blots, strict=True) for part in pair)


def _blot(start: int, end: int) -> str:
    return "{{" + "_" * (end - start - 4) + "}}"
