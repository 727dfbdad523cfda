"""What a document means, without its places, and what it means once operations are carried out.

In: a tree, operations. Out: `Shape`s. Must not know: Kubernetes, or how edits are made.

Nodes are compared by tag, raw value and structure, so that no YAML version's idea of `yes` or `0644` matters.
"""

from collections.abc import Sequence
from typing import Any, cast

from sidecarlint.documents import Node, Route, walk
from sidecarlint.edits.operations import Call, Fields, Insert, Items, Move, Operation, Plain, Remove, Rename, Set, Strike, Substitute, Value
from sidecarlint.edits.style import reads_as_text

Shape = list[Any]
"""A node without its places: `[kind, tag, anchor, content]`. A mapping's content is a list of `[key, value]` shapes."""


def shape(node: Node) -> Shape:
    """A node's meaning without its places. Keys keep no order; what an alias stands for is part of its meaning."""
    done: dict[int, Shape] = {}
    prints = _fingerprints(node)
    for each in reversed(list(walk(node))):
        done[id(each)] = _one(each, done, prints)
    return done[id(node)]


def _fingerprints(root: Node) -> dict[int, int]:
    """A number for what each node means, aliases followed, without ever unfolding them: an alias stands below its anchor's node."""
    prints: dict[int, int] = {}
    closing = [(root, False)]
    while closing:
        node, seen = closing.pop()
        children = [each for pair in node.pairs for each in pair] if node.kind == "mapping" else node.items
        if not seen:
            closing += [(node, True), *((each, False) for each in reversed(children))]
        elif node.kind == "alias":
            prints[id(node)] = prints.get(id(node.target), 0)
        else:
            prints[id(node)] = hash((node.kind, node.tag, node.plain, node.text, tuple(prints[id(each)] for each in children)))
    return prints


def _one(node: Node, done: dict[int, Shape], prints: dict[int, int]) -> Shape:
    if node.kind == "mapping":
        pairs = [[done[id(name)], done[id(value)]] for name, value in node.pairs]
        return ["mapping", node.tag, node.anchor, sorted(pairs, key=_by_key)]
    if node.kind == "sequence":
        return ["sequence", node.tag, node.anchor, [done[id(item)] for item in node.items]]
    if node.kind == "alias":
        return ["alias", None, node.text, [prints.get(id(node.target))]]
    return ["scalar", node.tag, node.anchor, [node.plain, node.text]]


def _by_key(pair: Sequence[Shape]) -> str:
    """A key's text: whether it stands in quotes does not decide its place."""
    return str(pair[0][3][-1]) if pair[0][0] == "scalar" else repr(pair[0])


def settle(wanted: Shape, found: Shape) -> None:
    """Says of each new string whether it stands in quotes, as it was found: it may do without only where that means the same."""
    ahead = [(wanted, found)]
    while ahead:
        left, right = ahead.pop()
        if left[0] == right[0] == "scalar" and left[3][0] is None:
            left[3][0] = right[3][0] is True and reads_as_text(left[3][1])
        elif left[0] == right[0] == "mapping":
            ahead += [both for pairs in zip(left[3], right[3], strict=False) for both in zip(*pairs, strict=True)]
        elif left[0] == right[0] == "sequence":
            ahead += zip(left[3], right[3], strict=False)


def apply(root: Shape, operations: Sequence[Operation]) -> Shape:
    """The shape after the operations, whose routes speak of the shape before any of them."""
    # A comment is no part of what a document means.
    operations = [_seen(each) for each in dict.fromkeys(operations) if not isinstance(each, Strike)]
    # The mapping is found first: it may stand in an item that moves.
    inserts = [(each, _make(root, each.route[:-1]), _ahead(root, each)) for each in operations if isinstance(each, Insert)]
    removes = [(each, _chain(root, each.route)) for each in operations if isinstance(each, Remove)]
    placed = [(each, _target(root, each)) for each in operations if not isinstance(each, (Insert, Remove))]
    for operation, target in placed:
        if isinstance(operation, Set):
            _set(target, operation)
        elif isinstance(operation, Substitute):
            target[3][1] = target[3][1][: operation.start] + operation.text + target[3][1][operation.end :]
    moves = [(operation, target) for operation, target in placed if isinstance(operation, Move)]
    _move(root, sorted(moves, key=lambda move: (move[0].rank, int(move[0].item[-1]))))
    for _, chain in removes:
        _take(chain)
    for insert, mapping, ahead in inserts:
        _put(mapping, insert, ahead, [item for _, item in moves] if insert.ahead else [])
    for remove, chain in removes:
        _take_emptied(chain, remove.emptied)
    _take_left([(_at(root, move.item[:-2]), move) for move, _ in moves])
    for operation, target in placed:
        if isinstance(operation, Rename):
            _pair(target, str(operation.route[-1]))[0][3] = [None, operation.name]
            target[3].sort(key=_by_key)
    return root


def _seen(operation: Operation) -> Operation:
    """What is seen of an operation: of a call that moves, the key that stands below it."""
    if not isinstance(operation, Call):
        return operation
    name, _, value = operation.line.partition(": ")
    return Insert((*operation.route[:-1], operation.key), operation.before, Fields(((name, value),)))


def _pair(mapping: Shape, key: str) -> list[Shape]:
    return next(pair for pair in mapping[3] if pair[0][3][1] == key)


def _target(root: Shape, operation: Operation) -> Shape:
    if isinstance(operation, Move):
        return _at(root, operation.item)
    if isinstance(operation, Set):
        return _make(root, operation.route[:-1])
    return _at(root, operation.route if isinstance(operation, Substitute) else operation.route[:-1])


def _at(root: Shape, route: Route) -> Shape:
    return _chain(root, route)[-1]


def _chain(root: Shape, route: Route) -> list[Shape]:
    """The shapes from the root to a route."""
    found = [root]
    for step in route:
        found.append(found[-1][3][step] if isinstance(step, int) else _pair(found[-1], step)[1])
    return found


def _make(root: Shape, route: Route) -> Shape:
    """The mapping at a route, and those on the way there, made where they are not there or hold nothing."""
    found = root
    for step in route:
        pair = None if isinstance(step, int) else next((pair for pair in found[3] if pair[0][3][1] == step), None)
        if not isinstance(step, int) and pair is None:
            pair = _add(found, step, ["mapping", None, None, []])
        found = pair[1] if pair is not None else found[3][step]
        if _is_null(found):
            found[0], found[3] = "mapping", []
    return found


def _add(mapping: Shape, key: str, value: Shape) -> list[Shape]:
    pair = [["scalar", None, None, [None, key]], value]
    mapping[3].append(pair)
    mapping[3].sort(key=_by_key)
    return pair


def _is_null(found: Shape) -> bool:
    return bool(found[0] == "scalar" and found[3][0] and found[3][1] in ("", "~", "null", "Null", "NULL"))


def _set(mapping: Shape, operation: Set) -> None:
    key, value = str(operation.route[-1]), _new(operation.value)
    pair = next((pair for pair in mapping[3] if pair[0][3][1] == key), None)
    if pair is None:
        _add(mapping, key, value)
    elif pair[1] != value:
        if pair[1][0] == value[0] == "scalar":
            value[1:3] = pair[1][1:3]
        pair[1] = value


def _new(value: Value) -> Shape:
    """The shape of a new value. Where None stands a string may be in quotes or not."""
    if isinstance(value, Fields):
        return ["mapping", None, None, sorted(([_new(key), _new(each)] for key, each in value.pairs), key=_by_key)]
    if isinstance(value, Items):
        return ["sequence", None, None, [_new(each) for each in value.items]]
    return ["scalar", None, None, [True, value.text] if isinstance(value, Plain) else [None, value]]


def _move(root: Shape, moves: Sequence[tuple[Move, Shape]]) -> None:
    """Takes all moved items out, then puts them in front of the items that they were to precede."""
    landings = []
    for move, item in moves:
        spec = _at(root, move.item[:-2])
        into = next((value for name, value in spec[3] if name[3][1] == move.key), None)
        ahead = into[3][move.before] if into is not None and into[0] == "sequence" and move.before < len(into[3]) else None
        landings.append((spec, move, item, ahead))
    for spec, move, item, _ in landings:
        source = _at(spec, (move.item[-2],))[3]
        source[:] = [each for each in source if each is not item]
    for spec, move, item, ahead in landings:
        into = _list(spec, move.key)
        position = next((i for i, each in enumerate(into) if each is ahead), len(into))
        into.insert(position, item)


def _list(mapping: Shape, key: str) -> list[Shape]:
    """The items of a list, which is made where it is not there or holds nothing."""
    pair = next((pair for pair in mapping[3] if pair[0][3][1] == key), None) or _add(mapping, key, ["sequence", None, None, []])
    if _is_null(pair[1]):
        pair[1] = ["sequence", None, None, []]
    return cast(list[Shape], pair[1][3])


def _ahead(root: Shape, insert: Insert) -> list[Shape]:
    """The items in front of which a new one may come to stand, the nearest first."""
    try:
        found = _at(root, insert.route)
    except (LookupError, StopIteration):
        return []
    return list(found[3][insert.before :]) if found[0] == "sequence" else []


def _put(mapping: Shape, insert: Insert, ahead: Sequence[Shape], moved: Sequence[Shape]) -> None:
    """Puts in a new item, in front of what has `moved` to its place."""
    into = _list(mapping, str(insert.route[-1])) if insert.route else mapping[3]
    places = {id(each): index for index, each in enumerate(into)}
    place = next((places[id(each)] for each in ahead if id(each) in places), len(into))
    while place and any(into[place - 1] is each for each in moved):
        place -= 1
    into.insert(place, _new(insert.value))


def _take(chain: Sequence[Shape]) -> None:
    """Takes the last shape of a chain away from the one above it."""
    *_, above, leaving = chain
    if above[0] == "sequence":
        above[3][:] = [each for each in above[3] if each is not leaving]
    else:
        above[3][:] = [pair for pair in above[3] if pair[1] is not leaving]


def _take_emptied(chain: list[Shape], emptied: bool) -> None:
    """Takes away what a removal has left empty: a list always, a mapping where that was asked for."""
    while len(chain) > 2 and not chain[-2][3] and (emptied or chain[-2][0] == "sequence"):
        chain = chain[:-1]
        _take(chain)


def _take_left(left: Sequence[tuple[Shape, Move]]) -> None:
    """Takes away the lists that moves have left empty."""
    for spec, move in left:
        pair = next((pair for pair in spec[3] if pair[0][3][1] == move.item[-2]), None)
        if move.emptied and pair is not None and not pair[1][3]:
            spec[3].remove(pair)
