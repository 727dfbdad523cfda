"""Keys and values: setting, removing, and changing part of a scalar.

In: a text's layout, a tree, an operation. Out: `Change`s. Must not know: Kubernetes.
"""

import re

from sidecarlint.documents import Node, written_at
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Refusal, Remove, Rename, Set, Substitute
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout, alphabetical, ending, quote_of, scalar

_LEAD = re.compile(r" *(?:- +)*")
_COLON = re.compile(r" *: *")
_SEPARATOR = re.compile(r",\s*")


def set_value(layout: Layout, tree: Tree, operation: Set) -> list[Change]:
    """The changes that give a key a value."""
    key = str(operation.route[-1])
    pair = tree.pair(operation.route)
    if pair is not None:
        return _replace(tree, pair, operation)
    mapping = tree.find(operation.route[:-1])
    if not mapping.pairs:
        raise Refusal(f"the mapping that {key} belongs to is empty", mapping.start)
    before = mapping.pairs[_predecessor(mapping, key, _siblings(tree, operation), operation.after)]
    if mapping.flow:
        return [insert_flow(layout, mapping, before, key, _written(operation, quote_of(mapping)))]
    quote = quote_of(mapping)
    return [behind(layout, mapping, before, [f"{scalar(key, quote)}: {_written(operation, quote)}"])]


def _written(operation: Set, quote: str) -> str:
    """The value as YAML text. In quotes an integer would be a string."""
    return operation.value if operation.number else scalar(operation.value, quote)


def behind(layout: Layout, mapping: Node, before: Pair, lines: list[str]) -> Change:
    """New lines of a block mapping behind one of its pairs, as they are indented at the mapping's own column."""
    if not _LEAD.fullmatch(layout.text[layout.line_start(before[0].outset) : before[0].outset]):
        raise Refusal("this mapping is written in a form that is not edited", before[0].outset)
    column = layout.column(before[0].outset)
    end = layout.content_end(before[1].end)
    tail = layout.tail(before[1].end, column, _next_start(layout, mapping, before))
    if tail > layout.line_end(end):
        end = len(layout.text[:tail].rstrip("\r\n"))
    if end == len(layout.text) and ending(layout.text, before[1]):
        raise Refusal("the text ends inside a block scalar, without a line end", before[1].start)
    newline = layout.newline(before[0].start)
    return Change(end, end, "".join(f"{newline}{' ' * column}{line}" for line in lines))


def _replace(tree: Tree, pair: Pair, operation: Set) -> list[Change]:
    name, old = pair[0], tree.own(pair[1])
    if old.kind != "scalar" or old.style in ("|", ">"):
        raise Refusal(f"{name.text} holds something other than a short text", old.start)
    if operation.number and old.tag is not None:
        raise Refusal(f"{name.text} carries a tag, which says what it is", old.outset)
    if old.start == old.end:
        return [Change(old.end, old.end, f" {_written(operation, '')}")]
    return [Change(old.start, old.end, _written(operation, old.style))]


def _siblings(tree: Tree, operation: Set) -> list[Node]:
    """The mappings of the list that the edited mapping stands in, itself included."""
    route = operation.route[:-1]
    if not route or not isinstance(route[-1], int):
        return [tree.find(route)]
    return [item for item in tree.find(route[:-1]).items if item.kind == "mapping"]


def _predecessor(mapping: Node, key: str, siblings: list[Node], after: tuple[str, ...]) -> int:
    keys = [name.text for name, _ in mapping.pairs]
    if alphabetical(siblings) and keys[0] < key:
        return max(i for i, name in enumerate(keys) if name < key)
    wanted = [keys.index(name) for name in after if name in keys]
    return wanted[0] if wanted else len(keys) - 1


def _next_start(layout: Layout, mapping: Node, pair: Pair) -> int:
    position = next(i for i, each in enumerate(mapping.pairs) if each is pair)
    return mapping.pairs[position + 1][0].outset if position + 1 < len(mapping.pairs) else len(layout.text)


def insert_flow(layout: Layout, mapping: Node, before: Pair, key: str, value: str) -> Change:
    """A new key of a flow mapping behind one of its pairs; the value is YAML text."""
    quote = quote_of(mapping)
    colon = layout.text[before[0].end : before[1].outset]
    colon = colon if quote == before[0].style != "" and _COLON.fullmatch(colon) else ": "
    end = max(before[1].end, before[0].end)
    return Change(end, end, f"{_separator(layout.text, mapping, before)}{scalar(key, quote)}{colon}{value}")


def _separator(text: str, mapping: Node, pair: Pair) -> str:
    """What stands between two pairs of this flow mapping, a comma and blanks."""
    position = next(i for i, each in enumerate(mapping.pairs) if each is pair)
    for left, right in ((position, position + 1), (position - 1, position)):
        if left >= 0 and right < len(mapping.pairs):
            between = text[mapping.pairs[left][1].end : mapping.pairs[right][0].outset]
            if _SEPARATOR.fullmatch(between):
                return between
    return ", "


def remove_key(layout: Layout, tree: Tree, operation: Remove) -> list[Change]:
    """The changes that take a key and its value away."""
    pair = tree.pair(operation.route)
    mapping = tree.find(operation.route[:-1])
    if pair is None or len(mapping.pairs) < 2:
        raise Refusal(f"{operation.route[-1]} is not there or stands alone", mapping.start)
    tree.own_below(pair[1])
    position = next(i for i, each in enumerate(mapping.pairs) if each is pair)
    if mapping.flow:
        start, end = (mapping.pairs[position - 1][1].end, pair[1].end) if position else (pair[0].outset, mapping.pairs[1][0].outset)
        return [_cut(layout, start, end, pair)]
    if not layout.starts_line(pair[0].outset):
        return [_cut(layout, pair[0].outset, mapping.pairs[1][0].outset, pair)]
    above = layout.lines.number(pair[0].outset) - 1
    if above and layout.comment_column(above) == layout.column(pair[0].outset):
        why = f"a comment stands above {operation.route[-1]}, and it is not known whether it speaks of that"
        raise Refusal(why, layout.lines.start(above))
    layout.content_end(pair[1].end)
    start, end = layout.line_start(pair[0].outset), layout.line_end(pair[1].end)
    if end == len(layout.text) and not layout.text.endswith(("\n", "\r")):
        start = len(layout.text[:start].rstrip("\r\n"))
    return [Change(start, end, "")]


def _cut(layout: Layout, start: int, end: int, pair: Pair) -> Change:
    """Takes away a pair with what separates it from its neighbour, which may hold no comment."""
    if "#" in layout.text[start : pair[0].outset] + layout.text[pair[1].end : end]:
        raise Refusal("a comment stands between this key and the next", pair[0].start)
    return Change(start, end, "")


def substitute(layout: Layout, tree: Tree, operation: Substitute) -> list[Change]:
    """The change to part of a scalar: the same occurrence of the same characters, in the text as in the value."""
    node = tree.find(operation.route)
    if node.kind != "scalar":
        raise Refusal("this is no text", node.start)
    start = written_at(layout.text, node, operation.start, operation.end)
    if start is None:
        raise Refusal("the words to change are written with escapes", node.start)
    return [Change(start, start + len(node.text[operation.start : operation.end]), operation.text)]


def rename_key(tree: Tree, operation: Rename) -> list[Change]:
    """The change that gives a key another name, quoted as it is now."""
    pair = tree.pair(operation.route)
    if pair is None or tree.pair((*operation.route[:-1], operation.name)) is not None:
        raise Refusal(f"{operation.route[-1]} is not there, or {operation.name} is already", tree.find(operation.route[:-1]).start)
    return [Change(pair[0].start, pair[0].end, scalar(operation.name, pair[0].style))]
