"""Keys below mappings that are not there yet: what is missing, written in one piece.

In: a layout, a tree, `Set` operations. Out: `Change`s. Must not know: Kubernetes.

Keys that need the same missing mapping are written into one. It goes behind the first of `after` that is there, or to its
alphabetical place where its neighbours have one, and to the front of them otherwise.
"""

from collections.abc import Sequence

from sidecarlint.documents import Node, Route, is_null, show
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Fields, Operation, Refusal, Set, Value
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout, alphabetical, quote_of, scalar
from sidecarlint.edits.values import behind, insert_flow
from sidecarlint.edits.writing import ONE_LINE, deeper, flow, hand, pair_lines, spread, value_lines
from sidecarlint.values import NamedTuple


class Missing(NamedTuple):
    """Keys that want the mapping at `route`, which is not there or holds nothing; the one that it stands in is and does."""

    route: Route
    operations: tuple[Set, ...]


def missing(tree: Tree, operations: Sequence[Operation]) -> list[Missing]:
    """The mappings to make, each with all that goes into it. A `Refusal` where one cannot be made."""
    found: dict[Route, list[Set]] = {}
    for operation in operations:
        if isinstance(operation, Set) and (route := _first_missing(tree, operation.route[:-1])):
            found.setdefault(route, []).append(operation)
    return [Missing(route, tuple(wanted)) for route, wanted in found.items()]


def _first_missing(tree: Tree, route: Route) -> Route | None:
    """The first mapping on the way that is not there. What stands in the way otherwise is not told here."""
    node = tree.own(tree.root)
    for depth, step in enumerate(route, 1):
        if isinstance(step, int):
            inner = node.items[step : step + 1]
        else:
            inner = [value for name, value in node.pairs if name.text == step]
            unique = len(inner) < 2 and (inner or all(name.text != "<<" for name, _ in node.pairs))
            if node.pairs and unique and (not inner or _is_hollow(tree.own(inner[0]))):
                return route[:depth]
        if len(inner) != 1:
            return None
        node = tree.own(inner[0])
    return None


def _is_hollow(node: Node) -> bool:
    return is_null(node) or (node.kind == "mapping" and not node.pairs)


def make(layout: Layout, tree: Tree, wanted: Missing) -> list[Change]:
    """The changes that make a mapping with its keys."""
    mapping, key = tree.find(wanted.route[:-1]), str(wanted.route[-1])
    content = _content(wanted)
    pair = tree.pair(wanted.route)
    if pair is not None:
        return _fill(layout, tree, mapping, pair, content)
    before = _predecessor(mapping, key, wanted.operations[0].after)
    quote = quote_of(mapping)
    if mapping.flow:
        text = flow(content, quote, spread(layout, mapping))
        return [insert_flow(layout, mapping, before, key, text) if before else _in_front(layout, mapping, key, text)]
    lines = pair_lines(key, content, hand(layout, [mapping, tree.root], quote))
    if before is None and layout.starts_line(mapping.pairs[0][0].outset):
        first = mapping.pairs[0][0].outset
        column, newline = layout.column(first), layout.newline(first)
        at = layout.head(first)
        return [Change(at, at, "".join(f"{line}{newline}" for line in deeper(lines, column)))]
    return [behind(layout, mapping, before or mapping.pairs[-1], lines)]


Content = dict[str, "Content | Value"]
"""What a mapping is to hold while it is gathered: a value or another mapping for each key."""


def _content(wanted: Missing) -> Fields:
    content: Content = {}
    for operation in wanted.operations:
        into = content
        for step in operation.route[len(wanted.route) : -1]:
            if isinstance(step, int):
                raise Refusal(f"{show(operation.route)} is in a list that is not there", 0)
            inner = into.setdefault(step, {})
            if not isinstance(inner, dict):
                raise Refusal(f"{show(operation.route)} is asked for below another new value", 0)
            into = inner
        if into.setdefault(str(operation.route[-1]), operation.value) != operation.value:
            raise Refusal(f"{show(operation.route)} is asked to be two things", 0)
    return _fields(content)


def _fields(content: Content) -> Fields:
    return Fields(tuple((key, _fields(value) if isinstance(value, dict) else value) for key, value in content.items()))


def _predecessor(mapping: Node, key: str, after: tuple[str, ...]) -> Pair | None:
    """The pair that the new key goes behind, None for the front."""
    pairs = {pair[0].text: pair for pair in mapping.pairs}
    if alphabetical([mapping]):
        return next((pairs[name] for name in sorted(pairs, reverse=True) if name < key), None)
    return next((pairs[name] for name in after if name in pairs), None)


def _in_front(layout: Layout, mapping: Node, key: str, text: str) -> Change:
    """A new key in front of the first of a flow mapping, set off as that is."""
    first = mapping.pairs[0][0].outset
    blanks = layout.text[mapping.start + 1 : first]
    if blanks.strip():
        raise Refusal(f"a comment stands in front of the place of {key}", first)
    by = spread(layout, mapping)
    return Change(first, first, f"{scalar(key, quote_of(mapping))}{by.colon}{text},{blanks or by.comma[1:]}")


def _fill(layout: Layout, tree: Tree, mapping: Node, pair: Pair, content: Fields) -> list[Change]:
    """Puts keys into a mapping that holds none: below its key where nothing is written, else in braces in the place of that."""
    start, end = pair[1].outset, pair[1].end
    if "#" in layout.text[start:end]:
        raise Refusal(f"a comment stands inside the empty {pair[0].text}", start)
    quote = quote_of(mapping)
    if mapping.flow or pair[1].kind == "mapping":
        blank = " " if start == pair[0].end + 1 == end else ""
        return [Change(start, end, f"{blank}{flow(content, quote, spread(layout, mapping) if mapping.flow else ONE_LINE)}")]
    bare = len(layout.text[:start].rstrip(" ")) if start < end else start
    cleared = [Change(bare, end, "")] if start < end else []
    column, newline = layout.column(mapping.pairs[0][0].outset), layout.newline(pair[0].start)
    at = layout.content_end(max(end, pair[0].end + 1))
    _, below = value_lines(content, hand(layout, [mapping, tree.root], quote))
    return [*cleared, Change(at, at, "".join(f"{newline}{line}" for line in deeper(below, column)))]
