"""A shell script to statements, as a shell's own grammar reads it.

In: a word that holds a script. Out: `Statement`s whose words keep their places. Must not know: what any program does.

Reading never raises: what the grammar cannot read becomes an `opaque` statement. The grammar's package imports
importlib.resources for queries that are not used here, which costs more than a whole check: its extension is loaded alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.machinery import ExtensionFileLoader, PathFinder
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

LONGEST_SCRIPT = 16384
"""Scripts of more characters stay opaque: on broken text the grammar's cost grows with the square of its length, here to a second."""
DEEPEST = 40
"""How deep statements may nest."""


class Place(NamedTuple):
    """Where something stands: item `index` of `key` ("command" or "args"), from `start` to `end` in that item's value."""

    key: str
    index: int  # type: ignore[assignment]  # the name is worth hiding tuple.index
    start: int
    end: int


class Word(NamedTuple):
    """A word after quotes are gone and known variables filled in. `body`: where `text` stands letter for letter, if anywhere."""

    text: str
    place: Place
    body: Place | None


class Redirect(NamedTuple):
    """A redirection: its operator without a descriptor, such as `>>`, and its target; here-documents have none."""

    operator: str
    target: str


class Statement(NamedTuple):
    """One piece of a script. `inner` are the commands that run in its substitutions; `wrappers` the names that were taken off.

    `kind` and its `parts`: command (none), sequence (any), background (1), and / or (2), not (1), pipe (stages), subshell (1),
    if (arms of condition and body; an else has only a body), case (bodies), while / until (condition, body), for (body),
    function (body; its name is the word), opaque (none).
    """

    kind: str
    place: Place
    words: tuple[Word, ...] = ()
    parts: tuple["Statement", ...] = ()
    redirects: tuple[Redirect, ...] = ()
    inner: tuple["Statement", ...] = ()
    wrappers: tuple[str, ...] = ()


def parse(script: Word, arguments: tuple[Word, ...] = ()) -> Statement:
    """The statements of a script. `arguments` are its $0, $1 and so on."""
    if _is_simple(script.text):
        return _simple(script)
    if len(script.text) > LONGEST_SCRIPT:
        return Statement("opaque", script.place)
    return _Reader(script, arguments).read()


def walk(statement: Statement) -> Iterator[Statement]:
    """The statement and all below it, in the order of the text; substitutions come before what uses them."""
    for each in statement.inner:
        yield from walk(each)
    yield statement
    for each in statement.parts:
        yield from walk(each)


def narrow(script: Word, start: int, end: int) -> Place:
    """The place of a stretch of a word's text; the whole word's where the text does not stand letter for letter."""
    at = script.body
    return at._replace(start=at.start + start, end=at.start + end) if at else script.place


_KEYWORDS = frozenset({"if", "while", "until", "for", "case", "select", "function"})
_SIMPLE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,- ")
_ASSIGNED = r"(?<![\w$-])(\w+)\+?=|\b(?:for|select|read(?:\s+-\w+)*)\s+(\w+)"
# Kubernetes fills $(VAR) in before the shell runs; capitals tell it from a command substitution.
_KUBERNETES = r"\$\([A-Z_][A-Z0-9_]*\)"
_EXPANSIONS = ("simple_expansion", "expansion", "command_substitution", "process_substitution", "arithmetic_expansion")
_TEXTUAL = ("string", "concatenation", "command_name", "translated_string")
_REDIRECTS = ("file_redirect", "heredoc_redirect", "herestring_redirect")
_CLAUSES = ("elif_clause", "else_clause")


def _is_simple(text: str) -> bool:
    """Simple words need no grammar, and so no import of it."""
    stripped = text.strip()
    first = stripped.partition(" ")[0]
    return bool(first) and first not in _KEYWORDS and "=" not in first and _SIMPLE.issuperset(stripped)


def _simple(script: Word) -> Statement:
    words = []
    for found in re.finditer(r"\S+", script.text):
        place = narrow(script, found.start(), found.end())
        words.append(Word(found.group(), place, place if script.body else None))
    first, last = words[0].place, words[-1].place
    return Statement("command", first._replace(end=last.end), tuple(words))


@cache
def _parser() -> "Parser":
    from tree_sitter import Language, Parser

    package = PathFinder.find_spec("tree_sitter_bash")
    folders = package.submodule_search_locations if package else None
    spec = PathFinder.find_spec("tree_sitter_bash._binding", folders) if folders else None
    if spec is not None and isinstance(spec.loader, ExtensionFileLoader):
        binding = spec.loader.create_module(spec)
        spec.loader.exec_module(binding)
        return Parser(Language(binding.language()))
    import tree_sitter_bash

    return Parser(Language(tree_sitter_bash.language()))


class _Reader:
    """Reads one script. The grammar counts bytes: every other character than ASCII is read as an x, so that they are characters."""

    def __init__(self, script: Word, arguments: tuple[Word, ...]) -> None:
        self.script, self.arguments, self.text = script, arguments[1:], script.text
        self.values = {str(index): word.text for index, word in enumerate(arguments)}
        counted = Counter(name or other for name, other in re.findall(_ASSIGNED, self.text))
        self.constant = {name for name, count in counted.items() if count == 1}

    def read(self) -> Statement:
        # `$$(` keeps Kubernetes from filling in; `<DB_PORT>` is a hole that a reader fills; the grammar does not know `<>`.
        plain = re.sub(r"[^\x00-\x7f]", "x", self.text).replace("$$(", "_$(")
        plain = re.sub(r"<([A-Z][A-Z0-9_-]*)>", r"_\1_", plain)
        root = _parser().parse(re.sub(r"(\d)<>", r"\1> ", plain).encode()).root_node
        body = self._sequence(root.children, 0)
        unread = Statement("opaque", self.script.place)
        return Statement("sequence", body.place, parts=(unread, body)) if root.has_error else body

    def _statement(self, node: "Node", depth: int) -> Statement:
        build = _BUILDERS.get(node.type)
        if build is None or depth > DEEPEST:
            return Statement("opaque", self._place(node))
        return build(self, node, depth + 1)

    def _sequence(self, nodes: Iterable["Node"], depth: int) -> Statement:
        parts: list[Statement] = []
        for node in nodes:
            if node.type == "&" and parts:
                parts[-1] = Statement("background", parts[-1].place, parts=(parts[-1],))
            elif node.is_named and node.type != "comment":
                parts.append(self._statement(node, depth))
        place = parts[0].place._replace(end=parts[-1].place.end) if parts else self.script.place
        return parts[0] if len(parts) == 1 else Statement("sequence", place, parts=tuple(parts))

    def _wrapped(self, node: "Node", depth: int) -> Statement:
        return Statement(_WRAPPED[node.type], self._place(node), parts=(self._sequence(node.children, depth),))

    def _compound(self, node: "Node", depth: int) -> Statement:
        return self._command(node, depth) if node.children[0].type == "((" else self._sequence(node.children, depth)

    def _list(self, node: "Node", depth: int) -> Statement:
        rights: list[tuple[str, Node]] = []
        left = node
        while left.type == "list" and len(left.children) >= 3:
            rights.append((left.children[1].type, left.children[2]))
            left = left.children[0]
        if depth + len(rights) > DEEPEST:
            return Statement("opaque", self._place(node))
        joined = self._statement(left, depth + len(rights))
        for operator, right in reversed(rights):
            parts = (joined, self._statement(right, depth))
            joined = Statement("and" if operator == "&&" else "or", self._place(node), parts=parts)
        return joined

    def _pipeline(self, node: "Node", depth: int) -> Statement:
        parts = tuple(self._statement(each, depth) for each in node.children if each.is_named and each.type != "comment")
        return Statement("pipe", self._place(node), parts=parts)

    def _if(self, node: "Node", depth: int) -> Statement:
        arms: list[tuple[Statement, ...]] = []
        for clause in (node, *(each for each in node.children if each.type in _CLAUSES)):
            names = [each.type for each in clause.children]
            split = names.index("then") if "then" in names else 0
            body = self._sequence((each for each in clause.children[split + 1 :] if each.type not in _CLAUSES), depth)
            arms.append((self._sequence(clause.children[:split], depth), body) if split else (body,))
        place = self._place(node)
        return Statement("if", place, parts=tuple(Statement("arm", place, parts=arm) for arm in arms))

    def _case(self, node: "Node", depth: int) -> Statement:
        bodies, place = [], self._place(node)
        for item in (each for each in node.children if each.type == "case_item"):
            labels = item.children_by_field_name("value")
            bodies.append(self._sequence((part for part in item.children if part not in labels), depth))
            if any(self._raw(label) == "*" for label in labels):
                return Statement("case", place, parts=tuple(bodies), inner=self._inner(node.children[:2], depth))
        return Statement("case", place, parts=(*bodies, Statement("sequence", place)), inner=self._inner(node.children[:2], depth))

    def _loop(self, node: "Node", depth: int) -> Statement:
        kind, place, body = node.children[0].type, self._place(node), node.child_by_field_name("body")
        condition, done = node.children_by_field_name("condition"), self._sequence(body.children if body else (), depth)
        if node.type == "while_statement":
            return Statement(kind, place, parts=(self._sequence(condition, depth), done))
        if node.type == "c_style_for_statement" and not condition:
            return Statement("while", place, parts=(Statement("command", place, (Word(":", place, None),)), done))
        return Statement("for", place, parts=(done,), inner=self._inner(node.children_by_field_name("value"), depth))

    def _function(self, node: "Node", depth: int) -> Statement:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        parts = (self._statement(body, depth),) if body else ()
        return Statement("function", self._place(node), self._words([name] if name else []), parts)

    def _command(self, node: "Node", depth: int) -> Statement:
        self._assign(node)
        leaves = _leaves(node) if node.type in ("test_command", "compound_statement") else node.children
        silent = node.type.startswith("variable_assignment") or node.type == "file_redirect"
        words = () if silent else self._words(each for each in leaves if each.type not in ("variable_assignment", *_REDIRECTS))
        place = self._place(node)
        if words and self.script.body:
            # An assignment on the line above may hang on the command.
            place = place._replace(start=max(place.start, words[0].place.start))
        redirects = tuple(found for each in (node, *node.children) for found in self._redirects(each))
        return Statement("command", place, words, redirects=redirects, inner=self._inner(node.children, depth))

    def _redirected(self, node: "Node", depth: int) -> Statement:
        body = node.child_by_field_name("body")
        done = self._statement(body, depth) if body else Statement("command", self._place(node))
        redirects = node.children_by_field_name("redirect")
        found = tuple(each for redirect in redirects for each in self._redirects(redirect))
        done = done._replace(redirects=done.redirects + found, inner=done.inner + self._inner(redirects, depth))
        return self._after_document(done, redirects, depth)

    def _after_document(self, done: Statement, redirects: list["Node"], depth: int) -> Statement:
        """The grammar hangs what follows `<<EOF` on its line below the redirection."""
        for each in (child for redirect in redirects if redirect.type == "heredoc_redirect" for child in redirect.children):
            if each.type == "pipeline":
                done = Statement("pipe", done.place, parts=(done, self._sequence(each.children, depth)))
            elif each.type in _BUILDERS:
                operator = any(other.type == "||" for other in each.parent.children) if each.parent else False
                done = Statement("or" if operator else "and", done.place, parts=(done, self._statement(each, depth)))
        return done

    def _redirects(self, node: "Node") -> Iterator[Redirect]:
        if node.type == "heredoc_redirect":
            yield Redirect("<<", "")
            for each in node.children:
                yield from self._redirects(each)
        elif node.type == "file_redirect":
            target = node.child_by_field_name("destination")
            operator = next((each.type for each in node.children if not each.is_named), ">")
            yield Redirect(operator, self._text(target) if target else "")

    def _assign(self, node: "Node") -> None:
        for each in [node, *node.children]:
            name, value = each.child_by_field_name("name"), each.child_by_field_name("value")
            if each.type == "variable_assignment" and name and self._raw(name) in self.constant:
                text = self._text(value) if value else ""
                if "$" not in text and "`" not in text:
                    self.values[self._raw(name)] = text

    def _inner(self, nodes: Iterable["Node"], depth: int) -> tuple[Statement, ...]:
        found, stack = [], list(reversed(list(nodes)))
        while stack:
            node = stack.pop()
            if node.type in ("command_substitution", "process_substitution"):
                if not re.fullmatch(_KUBERNETES, self._raw(node)):
                    found.append(Statement("subshell", self._place(node), parts=(self._sequence(node.children, depth),)))
            elif node.type not in _BUILDERS or node.type in ("variable_assignment", "file_redirect"):
                stack += reversed(node.children)
        return tuple(found)

    def _words(self, nodes: Iterable["Node"]) -> tuple[Word, ...]:
        words: list[Word] = []
        for node in nodes:
            if self._raw(node).strip('"') in ("$@", "${@}", "$*"):
                words += self.arguments
            else:
                words.append(self._word(node))
        return tuple(words)

    def _word(self, node: "Node") -> Word:
        text, raw, place = self._text(node), self._raw(node), self._place(node)
        quotes = 0 if raw == text else 1 if raw[:1] in "'\"" and raw[1:-1] == text else None
        if quotes is None or self.script.body is None:
            return Word(text, place, None)
        return Word(text, place, place._replace(start=place.start + quotes, end=place.end - quotes))

    def _text(self, node: "Node") -> str:
        raw = self._raw(node)
        if node.type == "raw_string":
            return raw[1:-1]
        if node.type == "ansi_c_string":
            return raw[2:-1]
        if node.type in _EXPANSIONS:
            return self._value(raw)
        return self._joined(node) if node.type in _TEXTUAL else _unescaped(raw, ".")

    def _joined(self, node: "Node") -> str:
        """Pieces and what stands between them, for the grammar gives blanks in strings no node."""
        quoted = node.type == "string"
        at, text = node.start_byte, ""
        for child in node.children:
            text += _unescaped(self.text[at : child.start_byte], '[$`"\\\\\n]' if quoted else ".")
            at = child.end_byte
            if quoted and child.type == "string_content":
                text += _unescaped(self._raw(child), '[$`"\\\\\n]')
            elif child.type != '"':
                text += self._text(child)
        return text + self.text[at : node.end_byte]

    def _value(self, raw: str) -> str:
        found = re.fullmatch(r"(\s*)\$(?:(\w+)|\{(\w+)\})", raw)
        value = self.values.get(found[2] or found[3]) if found else None
        return raw if found is None or value is None else found[1] + value

    def _raw(self, node: "Node") -> str:
        return self.text[node.start_byte : node.end_byte]

    def _place(self, node: "Node") -> Place:
        return narrow(self.script, node.start_byte, node.end_byte)


def _unescaped(text: str, escaped: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(rf"\\({escaped})", lambda found: "" if found[1] == "\n" else str(found[1]), text, flags=re.DOTALL)


def _leaves(node: "Node") -> Iterator["Node"]:
    stack = [node]
    while stack:
        node = stack.pop()
        if node.children and node.type not in (*_TEXTUAL, *_EXPANSIONS):
            stack += reversed(node.children)
        else:
            yield node


_WRAPPED = {"subshell": "subshell", "negated_command": "not"}
_BUILDERS: dict[str, Callable[[_Reader, "Node", int], Statement]] = {
    **dict.fromkeys(("command", "declaration_command", "unset_command", "test_command"), _Reader._command),
    **dict.fromkeys(("variable_assignment", "variable_assignments", "file_redirect"), _Reader._command),
    **dict.fromkeys(("while_statement", "for_statement", "c_style_for_statement"), _Reader._loop),
    **dict.fromkeys(_WRAPPED, _Reader._wrapped),
    "redirected_statement": _Reader._redirected,
    "compound_statement": _Reader._compound,
    "list": _Reader._list,
    "pipeline": _Reader._pipeline,
    "if_statement": _Reader._if,
    "case_statement": _Reader._case,
    "function_definition": _Reader._function,
}
