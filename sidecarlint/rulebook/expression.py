"""Jinja text to a checked tree.

In: the text of a `when` or a `message`, the words that it may use and what they can be. Out: a `Tree`, which can go to JSON and come
back. Must not know: what the words mean.

Jinja's own parser reads the text; nothing that Jinja would run is ever made. Only the node types in `_READERS` pass, so a tree
holds no call, no loop and no arithmetic, and the cost of evaluating it is bounded by its length.
"""

import re
from collections.abc import Callable, Collection
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sidecarlint.errors import RuleError, listed, nearest
from sidecarlint.rulebook.evaluation import FILTERS, Tree
from sidecarlint.rulebook.rule import Values, Words
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
    values: Values

    def error(self, message: str, lineno: int) -> RuleError:
        return RuleError(self.path, self.line + lineno - 1, message)


def read_expression(text: str, words: Words, path: str, line: int, values: Values | None = None) -> Tree:
    """One Jinja expression as a checked tree. `line` is where the text starts in its file; `values` are what words can be. Raises
    RuleError with the line."""
    from jinja2.parser import Parser

    context = _Context(path, line, words, values or {})

    def parse() -> "nodes.Expr":
        parser = Parser(_environment(), text, state="variable")
        parsed = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail(f"one expression is expected, and it ends before `{parser.stream.current.value}`")
        return parsed

    return _tree(_parsed(parse, text, context), context, 0)


def read_template(text: str, words: Words, path: str, line: int, values: Values | None = None) -> Tree:
    """A template of text and `{{ }}` as a checked tree, like `read_expression`."""
    context = _Context(path, line, words, values or {})
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
        raise context.error(_said(str(error.message)), error.lineno) from None
    except RecursionError:
        raise context.error("this nests too deeply", 1) from None


_SAID = (
    (r"unexpected end of template, expected 'end of print statement'", "a {{{{ is never closed"),
    (r"unexpected '?end of |[Ee]xpected an expression, got 'end of |.*got 'end of ", "the expression ends too early"),
    (r"expected token 'end of print statement', got '(.*)'", "one expression is expected, and it ends before `{}`"),
)


def _said(message: str) -> str:
    """What is wrong, without the words of Jinja's parser where people meet it most."""
    return next((said.format(*found.groups()) for pattern, said in _SAID if (found := re.match(pattern, message))), message)


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
    if kind == "Call":
        raise context.error(f"a call cannot be used in a rule; use ==, in, or one of the filters {listed(sorted(FILTERS))}", node.lineno)
    if kind not in _READERS:
        raise context.error(f"{_REFUSED.get(kind, kind.lower())} cannot be used in a rule", node.lineno)
    if depth >= DEEPEST:
        raise context.error(f"this nests deeper than {DEEPEST} levels", node.lineno)
    return _READERS[kind](node, context, depth + 1)


_REFUSED = {
    "Getitem": "a subscript", "Slice": "a slice", "Concat": "the operator ~", "Dict": "a mapping", "Add": "arithmetic",
    "Sub": "arithmetic", "Mul": "arithmetic", "Div": "arithmetic", "FloorDiv": "arithmetic", "Mod": "arithmetic", "Pow": "arithmetic",
    "Neg": "a sign", "Pos": "a sign",
}  # fmt: skip


def _name(node: Any, context: _Context, depth: int) -> Tree:
    _check_word(node.name, context.words, "", context, node.lineno)
    if context.words[node.name]:
        some = ", ".join(f"`{node.name}.{each}`" for each in sorted(context.words[node.name])[:3])
        raise context.error(f"say what of `{node.name}`: {some} or another", node.lineno)
    return ("name", node.name)


def _attribute(node: Any, context: _Context, depth: int) -> Tree:
    if type(node.node).__name__ != "Name":
        raise context.error(f"`.{node.attr}` goes too deep: only a name's own attributes can be read", node.lineno)
    name = node.node.name
    _check_word(name, context.words, "", context, node.lineno)
    _check_word(node.attr, context.words[name], f"{name}.", context, node.lineno)
    return ("attribute", name, node.attr)


def _check_word(word: str, known: Collection[str], ahead: str, context: _Context, lineno: int) -> None:
    if word not in known:
        hint = nearest_or_all(word, known) if len(known) <= _FEW or nearest(word, known) else ""
        raise context.error(f"unknown word `{ahead}{word}`{hint} (sidecarlint explain words lists them)", lineno)


_FEW = 6
"""How many words a message lists."""


def _known(word: str, known: Collection[str], label: str, context: _Context, lineno: int) -> None:
    if word not in known:
        raise context.error(f"unknown {label}{word}`{nearest_or_all(word, known)}", lineno)


def nearest_or_all(word: str, known: Collection[str]) -> str:
    """What to say behind an unknown word: the known one that looks most like it, or all that are known."""
    close = nearest(word, known)
    return f"; did you mean `{close}`?" if close else f"; known: {', '.join(sorted(known)) or 'none'}"


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
    left = first = _tree(node.expr, context, depth)
    rest: list[tuple[str, Tree]] = []
    for operand in node.ops:
        rest.append((_SYMBOLS[operand.op], _tree(operand.expr, context, depth)))
        _check_value(left, *rest[-1], context, operand.expr.lineno)
        left = rest[-1][1]
    return ("compare", first, tuple(rest))


def _check_value(left: Tree, symbol: str, right: Tree, context: _Context, lineno: int) -> None:
    """Refuses a constant that the word beside it can never be: such a comparison always has the same outcome."""
    if symbol in ("==", "!=") and left[0] == "const":
        left, right = right, left
    if left[0] != "attribute" or right[0] != "const" or symbol not in ("==", "!=", "in", "not in"):
        return
    word = f"{left[1]}.{left[2]}"
    values = context.values.get(word)
    given = right[1] if isinstance(right[1], tuple) else (right[1],)
    wrong = [each for each in given if values is not None and each not in values]
    if values is not None and wrong:
        raise context.error(f"`{word}` is never `{_written(wrong[0])}`; {_instead(wrong[0], values)}", lineno)


def _instead(wrong: object, values: Collection[str | bool]) -> str:
    close = nearest(_written(wrong).strip('"').lower(), [each for each in values if isinstance(each, str)])
    if close:
        return f"did you mean `{_written(close)}`?"
    return f"it can be {listed([f'`{_written(each)}`' for each in values], 'or')}"


def _written(value: object) -> str:
    """A constant as people write it in an expression."""
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


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
