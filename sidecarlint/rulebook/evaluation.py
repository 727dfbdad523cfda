"""A checked tree to a plain callable.

In: a `Tree`, fresh from `expression` or back from the form prepared ahead. Out: callables from the values of names to a value. Must
not know: what the names mean, or Jinja: nothing here needs it, so that a plain run does not import it.

No evaluation fails. What is missing is None, None has no items, and values that cannot be compared do not compare.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Tree = tuple[Any, ...]
"""A node: its name and its parts, which are trees, tuples of trees or plain values."""

Values = Mapping[str, object]
"""What the names stand for when a tree is evaluated."""

Evaluator = Callable[[Values], object]


def clauses(tree: Tree) -> tuple[Tree, ...]:
    """What must all hold for the tree to hold: the parts of its outermost `and`, or the tree itself."""
    return tuple(tree[1]) if tree[0] == "and" else (tree,)


def without(tree: Tree, index: int) -> Tree:
    """The tree with one of its `clauses` deleted; one that always holds when it was the only one."""
    rest = clauses(tree)[:index] + clauses(tree)[index + 1 :]
    return ("and", rest) if len(rest) > 1 else rest[0] if rest else ("const", True)


def attributes_of(tree: Tree, name: str) -> frozenset[str]:
    """The attributes of a name that a tree speaks of."""
    found, waiting = set[str](), [tree]
    while waiting:
        part = waiting.pop()
        if part[:2] == ("attribute", name):
            found.add(part[2])
        waiting += [each for each in part if isinstance(each, tuple)]
    return frozenset(found)


def evaluator(tree: Tree) -> Evaluator:
    """A callable that gives the tree's value for the values of its names; text for a template's tree. What is missing is None."""
    make: Callable[..., Evaluator] = _MAKERS[tree[0]]
    return make(*tree[1:])


def _make_const(value: object) -> Evaluator:
    return lambda values: value


def _make_name(name: str) -> Evaluator:
    return lambda values: values.get(name)


def _make_attribute(name: str, attribute: str) -> Evaluator:
    return lambda values: getattr(values.get(name), attribute, None)


def _make_and(parts: tuple[Tree, ...]) -> Evaluator:
    return _make_junction(parts, stops=False)


def _make_or(parts: tuple[Tree, ...]) -> Evaluator:
    return _make_junction(parts, stops=True)


def _make_junction(parts: tuple[Tree, ...], stops: bool) -> Evaluator:
    made = tuple(evaluator(part) for part in parts)

    def first_that_decides(values: Values) -> object:
        value: object = None
        for each in made:
            value = each(values)
            if bool(value) is stops:
                return value
        return value

    return first_that_decides


def _make_not(part: Tree) -> Evaluator:
    made = evaluator(part)
    return lambda values: not made(values)


def _make_compare(first: Tree, rest: tuple[tuple[str, Tree], ...]) -> Evaluator:
    start = evaluator(first)
    steps = tuple((COMPARISONS[symbol], evaluator(part)) for symbol, part in rest)

    def compare(values: Values) -> bool:
        left = start(values)
        for holds, part in steps:
            right = part(values)
            if not holds(left, right):
                return False
            left = right
        return True

    return compare


def _make_if(test: Tree, yes: Tree, no: Tree) -> Evaluator:
    holds, then, otherwise = evaluator(test), evaluator(yes), evaluator(no)
    return lambda values: then(values) if holds(values) else otherwise(values)


def _make_filter(name: str, part: Tree, arguments: tuple[Tree, ...]) -> Evaluator:
    apply: Callable[..., object] = FILTERS[name][0]
    made, rest = evaluator(part), tuple(evaluator(each) for each in arguments)
    return lambda values: apply(made(values), *(each(values) for each in rest))


def _make_text(parts: tuple[Tree, ...]) -> Evaluator:
    made = tuple(evaluator(part) for part in parts)
    return lambda values: "".join(_shown(each(values)) for each in made)


_MAKERS: dict[str, Callable[..., Evaluator]] = {
    "const": _make_const, "name": _make_name, "attribute": _make_attribute, "and": _make_and, "or": _make_or, "not": _make_not,
    "compare": _make_compare, "if": _make_if, "filter": _make_filter, "text": _make_text,
}  # fmt: skip


def _where_comparable(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(left: Any, right: Any) -> bool:
        try:
            return compare(left, right)
        except TypeError:
            return False

    return holds


_among = _where_comparable(lambda item, items: item in items)

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": _where_comparable(operator.lt),
    "<=": _where_comparable(operator.le),
    ">": _where_comparable(operator.gt),
    ">=": _where_comparable(operator.ge),
    "in": _among,
    "not in": lambda item, items: not _among(item, items),
}
"""What each symbol of a comparison asks."""


def _sequence(value: object) -> list[Any]:
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)  # A set has no order of its own, and the same input gives the same bytes of output.
    if isinstance(value, Iterable) and not isinstance(value, str):
        return list(value)
    return [] if value is None else [value]


def _first(value: object) -> object:
    return next(iter(_sequence(value)), None)


def _last(value: object) -> object:
    return next(reversed(_sequence(value)), None)


def _length(value: object) -> int:
    return len(value if isinstance(value, str) else _sequence(value))


def _join(value: object, between: object = "") -> str:
    return _shown(between).join(_shown(each) for each in _sequence(value))


def _default(value: object, instead: object) -> object:
    return instead if value is None else value


def _sort(value: object) -> tuple[object, ...]:
    return tuple(sorted(_sequence(value), key=_shown))


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    return ", ".join(map(_shown, _sequence(value))) if isinstance(value, tuple | list | set | frozenset) else str(value)


FILTERS: dict[str, tuple[Callable[..., object], tuple[int, int]]] = {
    "join": (_join, (0, 1)),
    "length": (_length, (0, 0)),
    "lower": (lambda value: _shown(value).lower(), (0, 0)),
    "first": (_first, (0, 0)),
    "last": (_last, (0, 0)),
    "default": (_default, (1, 1)),
    "sort": (_sort, (0, 0)),
}
"""What each filter does, and the least and the most arguments that it takes."""
