"""Keys and values: setting, renaming, and changing part of a scalar.

In: a text's layout, a tree, an operation. Out: `Change`s. Must not know: Kubernetes.
"""

import re

from sidecarlint.documents import Document, Node
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Alone, Fields, Items, Plain, Refusal, Rename, Set, Substitute, Value
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout, alphabetical, ending, quote_of, reads_as_text, scalar
from sidecarlint.edits.writing import Hand, deeper, flow, hand, is_literal, pair_lines, spread, value_lines, value_of

_LEAD = re.compile(r" *(?:- +)*")
_COLON = re.compile(r" *: *")
_SEPARATOR = re.compile(r",\s*")


def set_value(layout: Layout, tree: Tree, operation: Set) -> list[Change]:
    """The changes that give a key a value."""
    key = str(operation.route[-1])
    pair, mapping = tree.pair(operation.route), tree.find(operation.route[:-1])
    if pair is not None:
        return _replace(layout, tree, mapping, pair, operation.value)
    if not mapping.pairs:
        raise Refusal(f"the mapping that {key} belongs to is empty", mapping.start)
    siblings, quote = _siblings(tree, operation), quote_of(mapping)
    before = mapping.pairs[_predecessor(mapping, key, siblings, operation.after)]
    if mapping.flow:
        return [insert_flow(layout, mapping, before, key, flow(operation.value, quote, spread(layout, mapping)))]
    by = hand(layout, [mapping, *siblings, tree.root], quote)
    return [behind(layout, mapping, before, pair_lines(key, operation.value, by))]


def in_key_order(tree: Tree, operations: list[Alone]) -> list[Alone]:
    """The operations in an order in which new keys of a mapping that is in alphabetical order come out so too."""
    keyed = [each for each in operations if isinstance(each, Set) and alphabetical(_siblings(tree, each))]
    return [*sorted(keyed, key=lambda each: str(each.route[-1])), *(each for each in operations if each not in keyed)]


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
    return Change(end, end, "".join(f"{newline}{line}" for line in deeper(lines, column)))


def _replace(layout: Layout, tree: Tree, mapping: Node, pair: Pair, value: Value) -> list[Change]:
    old = tree.own(pair[1])
    by = hand(layout, [mapping, tree.root], quote_of(mapping))
    short = isinstance(value, (str, Plain)) and (mapping.flow or not is_literal(value, by))
    if short and old.kind == "scalar" and old.style not in ("|", ">"):
        return _replace_word(pair[0], old, value)
    tree.own_below(old)
    if means(old, value):
        return []
    if old.tag is not None or old.anchor is not None:
        raise Refusal(f"{pair[0].text} carries a tag or an anchor", old.outset)
    if old.style in ("|", ">") and short:
        by = by._replace(quote='"')
    return _replace_flow(layout, mapping, pair, value) if mapping.flow else _replace_block(layout, pair, value, by)


def means(node: Node, value: Value) -> bool:
    """Whether a node means what a value says: mappings whatever the order of their keys, words whatever their quotes."""
    try:
        return _meant(value_of(node)) == _meant(value)
    except Refusal:
        return False


def _meant(value: Value) -> Value:
    """The same value, a word as a string where it means one without quotes too."""
    if isinstance(value, Fields):
        return Fields(tuple(sorted(((key, _meant(each)) for key, each in value.pairs), key=lambda pair: pair[0])))
    if isinstance(value, Items):
        return Items(tuple(_meant(each) for each in value.items))
    return value.text if isinstance(value, Plain) and reads_as_text(value.text) else value


def _replace_word(name: Node, old: Node, value: Value) -> list[Change]:
    if isinstance(value, Plain) and old.tag is not None:
        raise Refusal(f"{name.text} carries a tag, which says what it is", old.outset)
    if old.start == old.end:
        return [Change(old.end, old.end, f" {flow(value, '')}")]
    return [Change(old.start, old.end, flow(value, old.style))]


def _replace_flow(layout: Layout, mapping: Node, pair: Pair, value: Value) -> list[Change]:
    name, old = pair
    _no_comment(layout, name, old, old.end)
    blank = " " if old.start == old.end == name.end + 1 else ""
    return [Change(old.start, old.end, blank + flow(value, quote_of(mapping), spread(layout, mapping)))]


def _replace_block(layout: Layout, pair: Pair, value: Value, by: Hand) -> list[Change]:
    """The value behind the colon, and what does not go there on lines of its own. A comment behind what stood on one line stays."""
    name, old = pair
    colon = _colon_end(layout, name, old)
    end = layout.content_end(max(old.end, colon))
    column, newline = layout.column(name.outset), layout.newline(name.start)
    head, below = value_lines(value, by)
    lines = "".join(f"{newline}{line}" for line in deeper(below, column))
    if old.style in ("|", ">") or (old.kind in ("mapping", "sequence") and not old.flow):
        tail = layout.tail(old.end, column, len(layout.text))
        _no_comment(layout, name, old, tail)
        return [Change(colon, end, head + lines)]
    _no_comment(layout, name, old, old.end)
    return [Change(colon, max(old.end, colon), head), Change(end, end, lines)]


def _colon_end(layout: Layout, name: Node, old: Node) -> int:
    colon = _COLON.match(layout.text, name.end)
    if colon is None or not _LEAD.fullmatch(layout.text[layout.line_start(name.outset) : name.outset]):
        raise Refusal("this mapping is written in a form that is not edited", name.outset)
    return len(layout.text[: colon.end()].rstrip(" "))


def _no_comment(layout: Layout, name: Node, old: Node, end: int) -> None:
    """Refuses when a comment stands inside what is replaced."""
    from sidecarlint.documents.comments import comments

    found = comments(layout.text, Document(0, name.end, end, old))
    if found:
        raise Refusal(f"a comment stands inside {name.text}, which would be written anew", found[0].start)


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
    return Change(end, end, f"{_separator(layout, mapping, before)}{scalar(key, quote)}{colon}{value}")


def _separator(layout: Layout, mapping: Node, pair: Pair) -> str:
    """What stands between two pairs of this flow mapping, a comma and blanks."""
    position = next(i for i, each in enumerate(mapping.pairs) if each is pair)
    for left, right in ((position, position + 1), (position - 1, position)):
        if left >= 0 and right < len(mapping.pairs):
            between = layout.text[mapping.pairs[left][1].end : mapping.pairs[right][0].outset]
            if _SEPARATOR.fullmatch(between):
                return between
    by = spread(layout, mapping)
    return by.comma + (by.newline + by.base if by.step else "")


def substitute(layout: Layout, tree: Tree, operation: Substitute) -> list[Change]:
    """The change to part of a scalar: the same occurrence of the same characters, in the text as in the value."""
    node = tree.find(operation.route)
    if node.kind != "scalar":
        raise Refusal("this is no text", node.start)
    # Most runs change no part of a text.
    from sidecarlint.documents.stretches import stretch_of

    place = stretch_of(layout.text, node, operation.start, operation.end)
    if place is None:
        raise Refusal("the words to change are written with escapes", node.start)
    return [Change(*place, operation.text)]


def rename_key(tree: Tree, operation: Rename) -> list[Change]:
    """The change that gives a key another name, quoted as it is now."""
    pair = tree.pair(operation.route)
    if pair is None or tree.pair((*operation.route[:-1], operation.name)) is not None:
        raise Refusal(f"{operation.route[-1]} is not there, or {operation.name} is already", tree.find(operation.route[:-1]).start)
    return [Change(pair[0].start, pair[0].end, scalar(operation.name, pair[0].style))]
