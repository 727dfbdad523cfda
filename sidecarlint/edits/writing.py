"""Values to YAML text, in the hand of the text around them; and a node back to a value.

In: a layout, nodes, `Value`s. Out: lines, texts in flow style, `Value`s. Must not know: Kubernetes, or where the text goes.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents import Node, resolve, walk
from sidecarlint.documents.nodes import DEEPEST
from sidecarlint.edits.operations import Fields, Items, Plain, Refusal, Value
from sidecarlint.edits.style import Layout, scalar
from sidecarlint.values import NamedTuple

_STEP = 2
"""How far a mapping is indented where nothing in the text shows it."""
# Compiled where they are first used: few plans write such values.
_LITERAL = r"(?=\S)[^\r\n]*(?:\n+(?=[^\r\n]*\S)[^\r\n]*)+\n?|(?=\S)[^\r\n]+\n"
_NOT_PLAIN = r"^[\s#&*!|>%@`'\"\[\]{},]|^[-?:](?:\s|$)|[\r\n]|:\s| #|[\s:]$|^$"
_NOT_IN_FLOW = rf"{_NOT_PLAIN}|[,\[\]{{}}]"
_MOST = 10_000
"""The most nodes of a copy: aliases may stand for more than a text can hold."""
_STRING = "tag:yaml.org,2002:str"


class Hand(NamedTuple):
    """How block lines are written here: how many columns a mapping and a list's dash stand right of their key, the quotes of keys and
    strings, and whether a text of several lines may be a block scalar."""

    step: int
    dash: int
    quote: str
    literal: bool


class Spread(NamedTuple):
    """How collections are written in flow style here: on one line, or with a `step` on lines of their own, `base` being the blanks in
    front of the line that the text begins on."""

    comma: str = ", "
    colon: str = ": "
    step: str = ""
    base: str = ""
    newline: str = "\n"


def hand(layout: Layout, near: Sequence[Node], quote: str) -> Hand:
    """How a block mapping writes its lines, as the first of the nodes shows it that shows anything."""
    step = next((step for node in near for step in _steps(layout, node)), _STEP)
    dash = next((dash for node in near for dash in _dashes(layout, node)), 0)
    return Hand(step, dash, quote, layout.text.endswith(("\n", "\r")))


def _steps(layout: Layout, node: Node) -> list[int]:
    found = []
    for mapping in walk(node):
        for name, value in mapping.pairs if not mapping.flow else ():
            if value.kind == "mapping" and value.pairs and not value.flow:
                found.append(layout.column(value.pairs[0][0].outset) - layout.column(name.outset))
    return [step for step in found if step > 0]


def _dashes(layout: Layout, node: Node) -> list[int]:
    found = []
    for mapping in walk(node):
        for name, value in mapping.pairs if not mapping.flow else ():
            if value.kind == "sequence" and value.items and not value.flow and layout.text[value.start] == "-":
                found.append(layout.column(value.start) - layout.column(name.outset))
    return [dash for dash in found if dash >= 0]


def pair_lines(key: str, value: Value, by: Hand) -> list[str]:
    """The lines of a key with its value, as they stand at the key's own column."""
    head, below = value_lines(value, by)
    return [f"{scalar(key, by.quote)}:{head}", *below]


def value_lines(value: Value, by: Hand) -> tuple[str, list[str]]:
    """What stands behind a key's colon, and the lines below it."""
    if isinstance(value, Fields) and value.pairs:
        return "", deeper(_fields(value, by), by.step)
    if isinstance(value, Items) and value.items:
        return "", deeper([line for item in value.items for line in item_lines(item, by)], by.dash)
    if is_literal(value, by):
        head, *below = _literal(str(value))
        return f" {head}", deeper(below, by.step)
    return f" {_inline(value, by)}", []


def item_lines(value: Value, by: Hand, gap: str = " ") -> list[str]:
    """The lines of a list's item, as they stand at its dash's column; `gap` stands between the dash and the value."""
    if isinstance(value, Fields) and value.pairs:
        lines = _fields(value, by)
    elif isinstance(value, Items) and value.items:
        lines = [line for item in value.items for line in item_lines(item, by)]
    else:
        lines = _literal(str(value)) if is_literal(value, by) else [_inline(value, by)]
    first, *below = lines
    return [f"-{gap}{first}", *deeper(below, 1 + len(gap))]


def _fields(value: Fields, by: Hand) -> list[str]:
    return [line for key, inner in value.pairs for line in pair_lines(key, inner, by)]


def is_literal(value: Value, by: Hand) -> bool:
    """Whether a value becomes a literal block scalar: a text of several lines that reads well as one."""
    return (
        by.literal
        and isinstance(value, str)
        and bool(re.fullmatch(_LITERAL, value))
        and value.replace("\n", "").replace("\t", "").isprintable()
    )


def _inline(value: Value, by: Hand) -> str:
    return _plain(value.text, _NOT_PLAIN) if isinstance(value, Plain) else flow(value, by.quote)


def _literal(value: str) -> list[str]:
    return ["|" if value.endswith("\n") else "|-", *value.removesuffix("\n").split("\n")]


def deeper(lines: Sequence[str], by: int) -> list[str]:
    """The lines, indented; an empty one stays empty."""
    return [" " * by + line if line else line for line in lines]


def spread(layout: Layout, node: Node) -> Spread:
    """How the collections inside this flow collection are written, one level below it."""
    first = node.pairs[0][0] if node.kind == "mapping" else node.items[0]
    comma, colon = _marks(layout, node)
    outer, base = _blanks(layout, node.start), _blanks(layout, first.outset)
    broken = node.start + 1 <= layout.line_start(first.outset) and base.startswith(outer) and len(base) > len(outer)
    if not broken or not layout.starts_line_with_blanks(first.outset):
        return Spread(comma, colon)
    return Spread(comma.rstrip(), colon, base[len(outer) :], base, layout.newline(node.start))


def comma(layout: Layout, node: Node) -> str:
    """What stands between two things on one line in flow style here: a comma, and a blank where the text has one."""
    return _marks(layout, node)[0]


def _marks(layout: Layout, node: Node) -> tuple[str, str]:
    """The comma and the colon, with the blank behind each where these pairs have one. Without it a key needs its quotes."""
    pairs = [pair for each in walk(node) for pair in each.pairs]
    tight = bool(pairs) and all(name.style and layout.text[name.end : value.outset] == ":" for name, value in pairs)
    return (",", ":") if tight else (", ", ": ")


def _blanks(layout: Layout, offset: int) -> str:
    start = layout.line_start(offset)
    line = layout.text[start:offset]
    return line[: len(line) - len(line.lstrip(" \t"))]


ONE_LINE = Spread()


def flow(value: Value, quote: str, by: Spread = ONE_LINE) -> str:
    """A value in flow style. A `Plain` that would be read as something else there is a `Refusal`."""
    if isinstance(value, str):
        return scalar(value, quote)
    if isinstance(value, Plain):
        return _plain(value.text, _NOT_IN_FLOW)
    inner = by._replace(base=by.base + by.step)
    if isinstance(value, Fields):
        tight = by if quote else by._replace(colon=": ")
        parts = [f"{scalar(key, quote)}{tight.colon}{flow(each, quote, inner)}" for key, each in value.pairs]
    else:
        parts = [flow(each, quote, inner) for each in value.items]
    opened, closed = "{}" if isinstance(value, Fields) else "[]"
    if not parts or not by.step:
        return opened + by.comma.join(parts) + closed
    return f"{opened}{by.newline}{f'{by.comma}{by.newline}'.join(inner.base + part for part in parts)}{by.newline}{by.base}{closed}"


def _plain(text: str, mark: str) -> str:
    if re.search(mark, text):
        raise Refusal(f"{text} cannot be written here without quotes", 0)
    return text


def value_of(node: Node) -> Value:
    """A node as a value, to write a copy of it: aliases and merge keys are resolved, and the anchors are left out.

    A scalar without quotes is a `Plain`, one in quotes or on several lines a string. What carries a tag is a `Refusal`."""
    return _copied(node, [], 0)


def _copied(node: Node, seen: list[Node], depth: int) -> Value:
    found = resolve(node)
    seen.append(node)
    if found is None or len(seen) > _MOST or depth > DEEPEST:
        raise Refusal("what stands here is too large to be written again", node.start)
    if found.tag is not None and found.tag != _STRING:
        raise Refusal("what stands here carries a tag", found.outset)
    if found.kind == "mapping":
        return Fields(tuple((key, _copied(value, seen, depth + 1)) for key, value in _merged(found, depth).items()))
    if found.kind == "sequence":
        return Items(tuple(_copied(item, seen, depth + 1) for item in found.items))
    return Plain(found.text or "null") if found.plain and "\n" not in found.text else found.text


def _merged(mapping: Node, depth: int) -> dict[str, Node]:
    """A mapping's values by key: its own, then those that merge keys bring and that it has not."""
    own: dict[str, Node] = {}
    brought: dict[str, Node] = {}
    for name, value in mapping.pairs:
        if name.kind != "scalar" or depth > DEEPEST:
            raise Refusal("a key here is no text", name.start)
        if not (name.plain and name.text == "<<"):
            own[name.text] = value
            continue
        source = resolve(value)
        for each in source.items if source is not None and source.kind == "sequence" else [source]:
            found = resolve(each)
            if found is None or found.kind != "mapping":
                raise Refusal("a merge key here brings no mapping", value.start)
            brought = {**_merged(found, depth + 1), **brought}
    return {**own, **{key: value for key, value in brought.items() if key not in own}}
