"""Keys and items taken away, with what would be left empty above them.

In: a layout, a tree, `Remove` operations. Out: `Change`s. Must not know: Kubernetes.
"""

from collections.abc import Sequence

from sidecarlint.documents import Document, Node, Route, show
from sidecarlint.documents.comments import comments
from sidecarlint.edits.beside import Placed
from sidecarlint.edits.locate import Tree
from sidecarlint.edits.operations import Insert, Operation, Refusal, Remove
from sidecarlint.edits.pieces import item_spans, own_span
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout, ending

Span = tuple[int, int]
Leaving = dict[Route, dict[str | int, bool]]
"""What goes, by the place that it leaves: each key or index, and whether what it leaves empty goes too."""


def remove(layout: Layout, tree: Tree, operations: Sequence[Operation]) -> list[Placed]:
    """The changes that take away all that the removals among the operations name."""
    removes = [each for each in operations if isinstance(each, Remove)]
    filled = {each.route for each in operations if isinstance(each, Insert)}
    leaving = _leaving(layout, tree, removes, filled)
    routes = {(*parent, step) for parent, steps in leaving.items() for step in steps}
    outermost = {parent: steps for parent, steps in leaving.items() if not any(parent[: len(each)] == each for each in routes)}
    return [(parent, change) for parent, steps in outermost.items() for change in _cut(layout, tree, parent, set(steps))]


def _leaving(layout: Layout, tree: Tree, removes: Sequence[Remove], filled: set[Route]) -> Leaving:
    leaving: Leaving = {}
    for each in removes:
        _check_there(tree, each.route)
        check_own(layout, tree, each)
        leaving.setdefault(each.route[:-1], {})[each.route[-1]] = each.emptied
    going = [own_span(layout, tree, each.route) for each in removes]
    while (parent := next((route for route in leaving if route not in filled and _is_all(tree, route, leaving[route])), None)) is not None:
        steps = leaving.pop(parent)
        node, emptied = tree.find(parent), all(steps.values())
        if not parent or (node.kind == "mapping" and not emptied):
            raise Refusal(f"{next(iter(steps))} is not there or stands alone", node.start)
        _check_bare(layout, tree, parent, going)
        leaving.setdefault(parent[:-1], {})[parent[-1]] = emptied
    return leaving


def check_own(layout: Layout, tree: Tree, remove: Remove) -> None:
    """Refuses when somebody has left a comment in what is to go bare."""
    start, end = own_span(layout, tree, remove.route)
    for comment in comments(layout.text, Document(0, start, end, tree.find(remove.route))) if remove.bare else ():
        raise Refusal(f"a comment stands in {show(remove.route)}, which would go", comment.start)


def _check_there(tree: Tree, route: Route) -> None:
    if isinstance(route[-1], int):
        tree.own_below(tree.find(route))
        return
    pair = tree.pair(route)
    if pair is None:
        raise Refusal(f"{route[-1]} is not there or stands alone", tree.find(route[:-1]).start)
    tree.own_below(pair[1])


def _is_all(tree: Tree, route: Route, steps: dict[str | int, bool]) -> bool:
    node = tree.find(route)
    return len(steps) == len(node.pairs or node.items)


def _check_bare(layout: Layout, tree: Tree, route: Route, going: list[Span]) -> None:
    """Refuses when a comment stands in what is left empty that does not go with what was asked to go."""
    start, end = own_span(layout, tree, route)
    for comment in comments(layout.text, Document(0, start, end, tree.find(route))):
        if not any(low <= comment.start < high for low, high in going):
            raise Refusal(f"a comment stands in {show(route)}, which would be left empty", comment.start)
    if tree.find(route).anchor:
        raise Refusal(f"{show(route)} carries an anchor and would be left empty", start)


def _cut(layout: Layout, tree: Tree, parent: Route, steps: set[str | int]) -> list[Change]:
    node = tree.find(parent)
    if node.kind == "mapping":
        indexes = {index for index, (name, _) in enumerate(node.pairs) if name.text in steps}
        ends = [(name.outset, max(name.end, value.end)) for name, value in node.pairs]
        return _from_flow(layout, ends, indexes, "this key and the next") if node.flow else _from_mapping(layout, node, indexes)
    indexes = {int(step) for step in steps}
    if node.flow:
        return _from_flow(layout, [(item.outset, item.end) for item in node.items], indexes, "the items of this list")
    return _from_list(layout, tree, parent, node, indexes)


def _from_flow(layout: Layout, spans: list[Span], indexes: set[int], where: str) -> list[Change]:
    """Takes things away with the comma in front of them, or behind them where the first one goes too."""
    cuts = []
    for first, last in _runs(indexes):
        start, end = (spans[first - 1][1], spans[last][1]) if first else (spans[0][0], spans[last + 1][0])
        gaps = [(spans[i - 1][1], spans[i][0]) for i in range(max(first, 1), last + (1 if first else 2))]
        if any("#" in layout.text[low:high] for low, high in gaps):
            raise Refusal(f"a comment stands between {where}", spans[first][0])
        cuts.append(Change(start, end, ""))
    return cuts


def _runs(indexes: set[int]) -> list[tuple[int, int]]:
    """The first and the last index of each unbroken run."""
    firsts = sorted(index for index in indexes if index - 1 not in indexes)
    lasts = sorted(index for index in indexes if index + 1 not in indexes)
    return list(zip(firsts, lasts, strict=True))


def _from_mapping(layout: Layout, mapping: Node, indexes: set[int]) -> list[Change]:
    pairs, cuts = mapping.pairs, []
    behind_dash = not layout.starts_line(pairs[0][0].outset)
    for first, last in _runs(indexes):
        if first == 0 and behind_dash:
            ends = [max(name.end, value.end) for name, value in pairs[: last + 1]]
            gaps = [layout.text[end : name.outset] for end, (name, _) in zip(ends, pairs[1:], strict=False)]
            if any("#" in gap for gap in gaps):
                raise Refusal("a comment stands between this key and the next", pairs[0][0].start)
            cuts.append(Change(pairs[0][0].outset, pairs[last + 1][0].outset, ""))
            continue
        lines = [_lines(layout, name, value) for name, value in pairs[first : last + 1]]
        cuts += _merged(layout, lines, pairs[first - 1][1] if first else None)
    return cuts


def _lines(layout: Layout, name: Node, value: Node) -> Span:
    if not layout.starts_line(name.outset):
        raise Refusal("this mapping is written in a form that is not edited", name.outset)
    above = layout.lines.number(name.outset) - 1
    if above and layout.comment_column(above) == layout.column(name.outset):
        why = f"a comment stands above {name.text}, and it is not known whether it speaks of that"
        raise Refusal(why, layout.lines.start(above))
    layout.content_end(max(value.end, name.end + 1))
    return layout.line_start(name.outset), layout.line_end(max(value.end, name.end))


def _from_list(layout: Layout, tree: Tree, parent: Route, sequence: Node, indexes: set[int]) -> list[Change]:
    pair = (tree.root, tree.root) if not parent else tree.pair(parent) if isinstance(parent[-1], str) else None
    if pair is None:
        raise Refusal(f"{show(parent)} is no list of a mapping", sequence.start)
    _, spans = item_spans(layout, pair)
    cuts = []
    for first, last in _runs(indexes):
        lines = [spans[index] for index in range(first, last + 1)]
        below, above = (spans[last][1], spans[last + 1][0]) if last + 1 < len(spans) else (0, 0), (spans[first - 1][1], spans[first][0])
        if last + 1 < len(spans) and not layout.text[slice(*below)].strip():
            lines.append(below)
        elif last + 1 == len(spans) and first and not layout.text[slice(*above)].strip():
            lines.insert(0, above)
        cuts += _merged(layout, lines, sequence.items[first - 1] if first else None)
    return cuts


def _merged(layout: Layout, lines: list[Span], before: Node | None) -> list[Change]:
    """The cuts of these lines, one where they touch. `before` is what comes to stand last."""
    left = ending(layout.text, before) if before is not None else ""
    if left == "kept":
        raise Refusal("what stands below would become part of a block scalar", lines[0][0])
    cuts: list[Span] = []
    for start, end in lines:
        if cuts and cuts[-1][1] == start:
            cuts[-1] = (cuts[-1][0], end)
        else:
            cuts.append((start, end))
    start, end = cuts[-1]
    if end == len(layout.text) and not layout.text.endswith(("\n", "\r")) and not left:
        cuts[-1] = (len(layout.text[:start].rstrip("\r\n")), end)
    return [Change(start, end, "") for start, end in cuts if start < end]
