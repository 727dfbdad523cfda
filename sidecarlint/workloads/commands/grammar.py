"""A shell script to statements, as a shell's own grammar reads it.

In: a word that holds a script. Out: `Statement`s whose words keep their places. Must not know: what any program does.

Reading never raises: what the grammar cannot read becomes an `opaque` statement. The grammar's package imports
importlib.resources for queries that are not used here, which costs more than a whole check: its extension is loaded alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.machinery import ExtensionFileLoader, PathFinder
from typing import TYPE_CHECKING

from sidecarlint.workloads.commands.statements import Statement, Word
from sidecarlint.workloads.commands.wording import Wording, leaves

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

# Kubernetes fills $(VAR) in before the shell runs; capitals tell it from a command substitution.
_KUBERNETES = r"\$\([A-Z_][A-Z0-9_]*\)"
_REDIRECTS = ("file_redirect", "heredoc_redirect", "herestring_redirect")
_CLAUSES = ("elif_clause", "else_clause")
_JOINED = ("and", "or", "pipe", "not")
_DEEPEST = 40


def read(script: Word, arguments: tuple[Word, ...]) -> Statement:
    """The statements of a script. `arguments` are its $0, $1 and so on."""
    wording = Wording(script, arguments)
    root = _parser().parse(wording.plain()).root_node
    body = _Reader(wording).sequence(root.children, 0)
    unread = Statement("opaque", script.place)
    return Statement("sequence", body.place, parts=(unread, body)) if root.has_error else body


def tree(wording: Wording) -> "Node":
    """The grammar's own tree of a script, for those who need the places of its signs too."""
    return _parser().parse(wording.plain()).root_node


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
    """Reads the nodes of one script."""

    def __init__(self, wording: Wording) -> None:
        self.wording, self.place = wording, wording.place

    def statement(self, node: "Node", depth: int) -> Statement:
        build = _BUILDERS.get(node.type)
        if build is None or depth > _DEEPEST:
            return Statement("opaque", self.place(node))
        return build(self, node, depth + 1)

    def sequence(self, nodes: Iterable["Node"], depth: int) -> Statement:
        parts: list[Statement] = []
        for node in nodes:
            if node.type == "&" and parts:
                parts[-1] = Statement("background", parts[-1].place, parts=(parts[-1],))
            elif node.is_named and node.type != "comment":
                parts.append(self.statement(node, depth))
        place = parts[0].place._replace(end=parts[-1].place.end) if parts else self.wording.script.place
        return parts[0] if len(parts) == 1 else Statement("sequence", place, parts=tuple(parts))

    def _wrapped(self, node: "Node", depth: int) -> Statement:
        return Statement(_WRAPPED[node.type], self.place(node), parts=(self.sequence(node.children, depth),))

    def _compound(self, node: "Node", depth: int) -> Statement:
        return self._command(node, depth) if node.children[0].type == "((" else self.sequence(node.children, depth)

    def _list(self, node: "Node", depth: int) -> Statement:
        rights: list[tuple[str, Node]] = []
        left = node
        while left.type == "list" and len(left.children) >= 3:
            rights.append((left.children[1].type, left.children[2]))
            left = left.children[0]
        if depth + len(rights) > _DEEPEST:
            return Statement("opaque", self.place(node))
        joined = self.statement(left, depth + len(rights))
        for operator, right in reversed(rights):
            parts = (joined, self.statement(right, depth))
            joined = Statement("and" if operator == "&&" else "or", self.place(node), parts=parts)
        return joined

    def _pipeline(self, node: "Node", depth: int) -> Statement:
        parts = tuple(self.statement(each, depth) for each in node.children if each.is_named and each.type != "comment")
        return Statement("pipe", self.place(node), parts=parts)

    def _if(self, node: "Node", depth: int) -> Statement:
        arms: list[tuple[Statement, ...]] = []
        for clause in (node, *(each for each in node.children if each.type in _CLAUSES)):
            names = [each.type for each in clause.children]
            split = names.index("then") if "then" in names else 0
            body = self.sequence((each for each in clause.children[split + 1 :] if each.type not in _CLAUSES), depth)
            arms.append((self.sequence(clause.children[:split], depth), body) if split else (body,))
        place = self.place(node)
        return Statement("if", place, parts=tuple(Statement("arm", place, parts=arm) for arm in arms))

    def _case(self, node: "Node", depth: int) -> Statement:
        bodies, place = [], self.place(node)
        for item in (each for each in node.children if each.type == "case_item"):
            labels = item.children_by_field_name("value")
            bodies.append(self.sequence((part for part in item.children if part not in labels), depth))
            if any(self.wording.raw(label) == "*" for label in labels):
                break
        else:
            bodies.append(Statement("sequence", place))
        return Statement("case", place, parts=tuple(bodies), inner=self._inner(node.children[:2], depth))

    def _loop(self, node: "Node", depth: int) -> Statement:
        kind, place, body = node.children[0].type, self.place(node), node.child_by_field_name("body")
        condition, done = node.children_by_field_name("condition"), self.sequence(body.children if body else (), depth)
        if node.type == "while_statement":
            return Statement(kind, place, parts=(self.sequence(condition, depth), done))
        if node.type == "c_style_for_statement" and not condition:
            return Statement("while", place, parts=(Statement("command", place, (Word(":", place, None),)), done))
        return Statement("for", place, parts=(done,), inner=self._inner(node.children_by_field_name("value"), depth))

    def _function(self, node: "Node", depth: int) -> Statement:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        parts = (self.statement(body, depth),) if body else ()
        return Statement("function", self.place(node), self.wording.words([name] if name else []), parts)

    def _command(self, node: "Node", depth: int) -> Statement:
        self.wording.assign((node, *node.children))
        spoken = leaves(node) if node.type in ("test_command", "compound_statement") else node.children
        silent = node.type.startswith("variable_assignment") or node.type == "file_redirect"
        words = () if silent else self.wording.words(each for each in spoken if each.type not in ("variable_assignment", *_REDIRECTS))
        place = self.place(node)
        if words and self.wording.script.body:
            # An assignment on the line above may hang on the command.
            place = place._replace(start=max(place.start, words[0].place.start))
        found = tuple(redirect for each in (node, *node.children) for redirect in self._redirects(each))
        sets = tuple(self.wording.raw(each) for each in (node, *node.children) if each.type == "variable_assignment")
        done = Statement("command", place, words, redirects=found, inner=self._inner(node.children, depth), sets=sets)
        return self._given(done, node.children)

    def _redirected(self, node: "Node", depth: int) -> Statement:
        body = node.child_by_field_name("body")
        done = self.statement(body, depth) if body else Statement("command", self.place(node))
        redirects = node.children_by_field_name("redirect")
        found = tuple(each for redirect in redirects for each in self._redirects(redirect))
        done = done._replace(redirects=done.redirects + found, inner=done.inner + self._inner(redirects, depth))
        return self._after_document(self._given(done, redirects), redirects, depth)

    def _given(self, done: Statement, redirects: Iterable["Node"]) -> Statement:
        given = [self.wording.stdin(each) for each in redirects if each.type in ("heredoc_redirect", "herestring_redirect")]
        return _reading(done, given[-1]) if given else done

    def _after_document(self, done: Statement, redirects: list["Node"], depth: int) -> Statement:
        """The grammar hangs what follows `<<EOF` on its line below the redirection."""
        for each in (child for redirect in redirects if redirect.type == "heredoc_redirect" for child in redirect.children):
            if each.type == "pipeline":
                done = Statement("pipe", done.place, parts=(done, self.sequence(each.children, depth)))
            elif each.type in _BUILDERS:
                operator = any(other.type == "||" for other in each.parent.children) if each.parent else False
                done = Statement("or" if operator else "and", done.place, parts=(done, self.statement(each, depth)))
        return done

    def _redirects(self, node: "Node") -> Iterator[tuple[str, str]]:
        if node.type == "heredoc_redirect":
            for each in node.children:
                yield from self._redirects(each)
        elif node.type == "file_redirect":
            target = node.child_by_field_name("destination")
            operator = next((each.type for each in node.children if not each.is_named), ">")
            yield operator, self.wording.word(target).text if target else ""

    def _inner(self, nodes: Iterable["Node"], depth: int) -> tuple[Statement, ...]:
        found, stack = [], list(reversed(list(nodes)))
        while stack:
            node = stack.pop()
            if node.type in ("command_substitution", "process_substitution"):
                if not re.fullmatch(_KUBERNETES, self.wording.raw(node)):
                    # `<(…)` runs beside what reads it, `$(…)` before it.
                    kind = "subshell" if node.type == "command_substitution" else "background"
                    found.append(Statement(kind, self.place(node), parts=(self.sequence(node.children, depth),)))
            elif node.type not in _BUILDERS or node.type in ("variable_assignment", "file_redirect"):
                stack += reversed(node.children)
        return tuple(found)


def _reading(statement: Statement, given: Word | None) -> Statement:
    """The statement with a text to read: of commands that are joined, the grammar means the last."""
    if statement.kind in _JOINED:
        return statement._replace(parts=(*statement.parts[:-1], _reading(statement.parts[-1], given)))
    return statement._replace(stdin=given)


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
