"""New items in lists that nothing moves to or from.

In: a layout, a tree, operations. Out: `Change`s, and for lists that are not there operations that make them. Must not know: Kubernetes.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents import Node, Route, show
from sidecarlint.edits.beside import Placed
from sidecarlint.edits.flows import separator
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Insert, Items, Operation, Refusal, Remove, Set, Value
from sidecarlint.edits.pieces import item_spans
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout, ending, quote_of
from sidecarlint.edits.writing import ONE_LINE, Spread, deeper, flow, hand, item_lines, spread


def insert(layout: Layout, tree: Tree, operations: Sequence[Operation]) -> tuple[list[Set], list[Placed]]:
    """The insertions among the operations: as operations that make lists which are not there, and as changes."""
    wanted: dict[Route, list[Insert]] = {}
    for each in operations:
        if isinstance(each, Insert):
            wanted.setdefault(each.route, []).append(each)
    made: list[Set] = []
    changed: list[Placed] = []
    for route, inserts in wanted.items():
        if not _is_there(tree, route):
            made.append(Set(route, Items(tuple(each.value for each in inserts)), inserts[0].after))
        else:
            gone = {int(each.route[-1]) for each in operations if isinstance(each, Remove) and each.route[:-1] == route}
            changed += [(route, change) for change in _inserted(layout, tree, route, inserts, gone)]
    return made, changed


def _is_there(tree: Tree, route: Route) -> bool:
    """Whether a list at the route holds anything. What stands in the way otherwise is told by what makes the list."""
    node = tree.root
    for step in route:
        inner = node.items[step : step + 1] if isinstance(step, int) else [value for name, value in node.pairs if name.text == step]
        if not inner:
            return False
        node = inner[0]
    return node.kind == "alias" or bool(node.items)


def _inserted(layout: Layout, tree: Tree, route: Route, inserts: list[Insert], gone: set[int]) -> list[Change]:
    pair = (tree.root, tree.root) if not route else tree.pair(route) if isinstance(route[-1], str) else None
    if pair is None:
        raise Refusal(f"{show(route)} is no list of a mapping", tree.find(route).start)
    tree.own(pair[1])
    stay = [index for index in range(len(pair[1].items)) if index not in gone]
    if not stay:
        raise Refusal(f"all items of {pair[0].text} would go while others come", pair[1].start)
    places: dict[int, list[Value]] = {}
    for each in inserts:
        places.setdefault(next((index for index in stay if index >= each.before), -1), []).append(each.value)
    write = _in_flow if pair[1].flow else _in_block
    return [write(layout, tree, pair, place if place >= 0 else None, stay[-1], values) for place, values in places.items()]


def _in_block(layout: Layout, tree: Tree, pair: Pair, place: int | None, last: int, values: list[Value]) -> Change:
    column, spans = item_spans(layout, pair)
    newline = layout.newline(pair[1].start)
    texts = [newline.join(deeper(lines_of(layout, pair[1], tree.root, value), column)) for value in values]
    blank = newline if _is_spaced(layout, spans) else ""
    if place is not None:
        start = spans[place][0]
        return Change(start, start, "".join(text + newline + blank for text in texts))
    end = spans[last][1]
    if end == len(layout.text) and not layout.text.endswith(("\n", "\r")) and ending(layout.text, pair[1].items[last]):
        raise Refusal("the text ends inside a block scalar, without a line end", pair[1].items[last].start)
    # In front of the line end: what is inserted behind it could as well be the next thing's.
    end -= next((len(mark) for mark in ("\r\n", "\n", "\r") if layout.text.endswith(mark, 0, end)), 0)
    return Change(end, end, "".join(newline + blank + text for text in texts))


def lines_of(layout: Layout, sequence: Node, root: Node, value: Value) -> list[str]:
    """The lines of a new item, written as the other items of a block list are."""
    mappings = [item for item in sequence.items if item.kind == "mapping" and item.pairs]
    by = hand(layout, [sequence, root], quote_of(mappings[0]) if mappings else "")
    gap = re.compile(r"-( *)").match(layout.text, layout.dashes(sequence)[0]) if sequence.items else None
    return item_lines(value, by, (gap[1] if gap else "") or " ")


def _is_spaced(layout: Layout, spans: list[tuple[int, int]]) -> bool:
    """Whether blank lines stand between all items."""
    gaps = [layout.text[spans[i][1] : spans[i + 1][0]] for i in range(len(spans) - 1)]
    return bool(gaps) and all(gap and not gap.strip() for gap in gaps)


def _in_flow(layout: Layout, tree: Tree, pair: Pair, place: int | None, last: int, values: list[Value]) -> Change:
    sequence = pair[1]
    between = separator(layout, sequence, tree.root)
    texts = [flow_of(layout, sequence, value) for value in values]
    if place is not None:
        start = sequence.items[place].outset
        return Change(start, start, "".join(text + between for text in texts))
    end = sequence.items[last].end
    return Change(end, end, "".join(between + text for text in texts))


def flow_of(layout: Layout, sequence: Node, value: Value) -> str:
    """A new item's text, written as the other items of a flow list are: with their quotes, and on several lines where they are."""
    quoted = [quote_of(item) if item.kind == "mapping" else item.style for item in sequence.items if item.pairs or item.kind == "scalar"]
    return flow(value, quoted[0] if quoted else "", _spread_of(layout, sequence))


def _spread_of(layout: Layout, sequence: Node) -> Spread:
    first = next((item for item in sequence.items if item.pairs), None)
    if first is None:
        return ONE_LINE
    by = spread(layout, first)
    return by._replace(base=by.base[: len(by.base) - len(by.step)]) if by.step else by
