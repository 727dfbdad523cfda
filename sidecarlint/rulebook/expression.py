"""Jinja text to a checked tree.

In: the text of a `when` or a `message`, and the words that it may use. Out: a `Tree`, which can go to JSON and come back. Must
not know: what the words mean.

Jinja's own parser reads the text; nothing that Jinja would run is ever made. Only the node types in `_READERS` pass, so a tree
holds no call, no loop and no arithmetic, and the cost of evaluating it is bounded by its length.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sidecarlint.errors import RuleError
from sidecarlint.rulebook.evaluation import FILTERS, Tree
from sidecarlint.rulebook.rule import Words
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

_T = TypeVar("_T")

LONGEST = 4000
"""How many characters an expression or a template may have."""
DEEPEST = 20
"""How deep a tree may nest."""
LONGEST_LIST = 50
"""How many items a list may have."""


class _Context(NamedTuple):
    path: str
    line: int
    words: Words

    def error(self, message: str, lineno: int) -> RuleError:
        return RuleError(self.path, self.line + lineno - 1, message)


def read_expression(text: str, words: Words, path: str, line: int) -> Tree:
    """One Jinja expression as a checked tree. `line` is where the text starts in its file. Raises RuleError with the line."""
    from jinja2.parser import Parser

    context = _Context(path, line, words)

    def parse() -> "nodes.Expr":
        parser = Parser(_environment(), text, state="variable")
        parsed = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail(f"one expression is expected, and it ends before `{parser.stream.current.value}`")
        return parsed

    return _tree(_parsed(parse, text, context), context, 0)


def read_template(text: str, words: Words, path: str, line: int) -> Tree:
    """A template of text and `{{ }}` as a checked tree. `line` is where the text starts in its file. Raises RuleError with the line."""
    context = _Context(path, line, words)
    return _template(_parsed(lambda: _environment().parse(text), text, context), context)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment

    return Environment()


def _parsed(parse: Callable[[], _T], text: str, context: _Context) -> _T:
    from jinja2 import TemplateSyntaxError

    if len(text) > LONGEST:
        raise context.error(f"this is longer than {LONGEST} characters", 1)
    try:
        return parse()
    except TemplateSyntaxError as error:
        raise context.error(str(error.message), error.lineno) from None
    except RecursionError:
        raise context.error("this nests too deeply", 1) from None


def _template(parsed: Any, context: _Context) -> Tree:
    parts: list[Tree] = []
    for statement in parsed.body:
        if type(statement).__name__ != "Output":
            raise context.error("a template here holds text and {{ }} only, no {% %}", statement.lineno)
        for part in statement.nodes:
            parts.append(("const", part.data) if type(part).__name__ == "TemplateData" else _tree(part, context, 0))
    return ("text", tuple(parts))


def _tree(node: Any, context: _Context, depth: int) -> Tree:
    kind = type(node).__name__
    if kind not in _READERS:
        raise context.error(f"{_REFUSED.get(kind, kind.lower())} cannot be used in a rule", node.lineno)
    if depth >= DEEPEST:
        raise context.error(f"this nests deeper than {DEEPEST} levels", node.lineno)
    return _READERS[kind](node, context, depth + 1)


_REFUSED = {
    "Call": "a call", "Getitem": "a subscript", "Slice": "a slice", "Concat": "the operator ~", "Dict": "a mapping", "Add": "arithmetic",
    "Sub": "arithmetic", "Mul": "arithmetic", "Div": "arithmetic", "FloorDiv": "arithmetic", "Mod": "arithmetic", "Pow": "arithmetic",
    "Neg": "a sign", "Pos": "a sign",
}  # fmt: skip


def _name(node: Any, context: _Context, depth: int) -> Tree:
    _known(node.name, context.words, "word `", context, node.lineno)
    if context.words[node.name]:
        some = ", ".join(f"`{node.name}.{each}`" for each in sorted(context.words[node.name])[:3])
        raise context.error(f"say what of `{node.name}`: {some} or another", node.lineno)
    return ("name", node.name)


def _attribute(node: Any, context: _Context, depth: int) -> Tree:
    if type(node.node).__name__ != "Name":
        raise context.error(f"`.{node.attr}` goes too deep: only a name's own attributes can be read", node.lineno)
    name = node.node.name
    _known(name, context.words, "word `", context, node.lineno)
    _known(node.attr, context.words[name], f"word `{name}.", context, node.lineno)
    return ("attribute", name, node.attr)


def _known(word: str, known: Collection[str], label: str, context: _Context, lineno: int) -> None:
    if word not in known:
        raise context.error(f"unknown {label}{word}`{nearest(word, known)}", lineno)


def nearest(word: str, known: Iterable[str]) -> str:
    """What to say behind an unknown word: the known one that looks most like it, or all that are known."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(word, names, 1)
    return f"; did you mean `{close[0]}`?" if close else f"; known: {', '.join(names) or 'none'}"


def _constant(node: Any, context: _Context, depth: int) -> Tree:
    if not isinstance(node.value, str | int | None):
        raise context.error(f"`{node.value}` cannot be used in a rule; write a whole number or quote it", node.lineno)
    return ("const", node.value)


def _list(node: Any, context: _Context, depth: int) -> Tree:
    if len(node.items) > LONGEST_LIST or any(type(item).__name__ != "Const" for item in node.items):
        raise context.error(f"a list holds at most {LONGEST_LIST} items, all of them constants", node.lineno)
    return ("const", tuple(_constant(item, context, depth)[1] for item in node.items))


def _junction(name: str) -> "_Reader":
    def read(node: Any, context: _Context, depth: int) -> Tree:
        waiting, parts = [node], []
        while waiting:
            part = waiting.pop()
            if type(part) is type(node):
                waiting += (part.right, part.left)
            else:
                parts.append(_tree(part, context, depth))
        return (name, tuple(parts))

    return read


def _not(node: Any, context: _Context, depth: int) -> Tree:
    return ("not", _tree(node.node, context, depth))


def _compare(node: Any, context: _Context, depth: int) -> Tree:
    rest = tuple((_SYMBOLS[operand.op], _tree(operand.expr, context, depth)) for operand in node.ops)
    return ("compare", _tree(node.expr, context, depth), rest)


def _condition(node: Any, context: _Context, depth: int) -> Tree:
    otherwise = ("const", None) if node.expr2 is None else _tree(node.expr2, context, depth)
    return ("if", _tree(node.test, context, depth), _tree(node.expr1, context, depth), otherwise)


def _filter(node: Any, context: _Context, depth: int) -> Tree:
    _known(node.name, FILTERS, "filter `", context, node.lineno)
    least, most = FILTERS[node.name][1]
    if node.kwargs or node.dyn_args or node.dyn_kwargs or not least <= len(node.args) <= most:
        count = str(most) if least == most else f"{least} to {most}"
        raise context.error(f"the filter `{node.name}` takes {count} arguments, without names", node.lineno)
    return ("filter", node.name, _tree(node.node, context, depth), tuple(_tree(each, context, depth) for each in node.args))


def _test(node: Any, context: _Context, depth: int) -> Tree:
    _known(node.name, ("none", "defined"), "test `is ", context, node.lineno)
    absent: Tree = ("compare", _tree(node.node, context, depth), (("==", ("const", None)),))
    return absent if node.name == "none" else ("not", absent)


_SYMBOLS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}

_Reader = Callable[[Any, _Context, int], Tree]

_READERS: dict[str, _Reader] = {
    "Name": _name, "Getattr": _attribute, "Const": _constant, "List": _list, "Tuple": _list, "And": _junction("and"), "Or": _junction("or"),
    "Not": _not, "Compare": _compare, "CondExpr": _condition, "Filter": _filter, "Test": _test,
}  # fmt: skip
