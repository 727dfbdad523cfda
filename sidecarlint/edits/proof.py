"""The proof: a rewritten text means the old one with exactly the planned operations applied, and lost no comment.

In: the old document, the operations, the new text. Out: a reason why not, or None. Must not know: Kubernetes, or how the
edits were made.

Nodes are compared by tag, raw value and structure, so that no YAML version's idea of `yes` or `0644` matters.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sidecarlint.documents import Document, Lines, Node, Route, documents, walk
from sidecarlint.documents.comments import Comment, comments
from sidecarlint.edits.operations import Move, Operation, Remove, Rename, Set, Substitute
from sidecarlint.edits.style import reads_as_text

Shape = list[Any]
"""A node without its places: `[kind, tag, anchor, content]`. A mapping's content is a list of `[key, value]` shapes."""


def why_not(old_text: str, old: Sequence[Document], new_text: str, operations: Mapping[int, Sequence[Operation]]) -> str | None:
    """The reason why `new_text` is not the old one with the operations (by document index) applied, or None when it is."""
    new = list(documents(new_text))
    if len(new) != len(old):
        return f"the text had {len(old)} documents and would have {len(new)}"
    if _outside(old_text, old) != _outside(new_text, new):
        return "it would change what stands outside the documents"
    if _is_json(old_text) and not _is_json(new_text):
        return "it would be no JSON any more"
    for before, after in zip(old, new, strict=True):
        reason = _document(old_text, before, new_text, after, operations.get(before.number, ()))
        if reason:
            return f"document {before.number + 1}: {reason}"
    return None


def _is_json(text: str) -> bool:
    """YAML allows more, such as a comma behind the last item, but who reads JSON may not."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    from json import loads

    try:
        loads(text)
    except ValueError:
        return False
    return True


def _outside(text: str, read: Sequence[Document]) -> list[str]:
    """What stands before, between and behind the documents, such as a comment behind `...`."""
    starts = [*(document.start for document in read), len(text)]
    ends = [0, *(document.end for document in read)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


def _document(old_text: str, old: Document, new_text: str, new: Document, operations: Sequence[Operation]) -> str | None:
    if old.problem is not None or new.problem is not None:
        unchanged = old.problem is not None and old_text[old.start : old.end] == new_text[new.start : new.end]
        return None if unchanged and not operations else "it would not be readable"
    wanted = shape(old.root) if old.root is not None else None
    if wanted is not None:
        try:
            wanted = _apply(wanted, operations)
        except (LookupError, StopIteration, TypeError):
            return "an operation has no place in it"
    if (shape(new.root) if new.root is not None else None) != wanted:
        return "it would not mean what was planned"
    return _comments(old_text, old, new_text, new, operations)


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
        return ["mapping", node.tag, node.anchor, sorted(pairs, key=lambda pair: repr(pair[0]))]
    if node.kind == "sequence":
        return ["sequence", node.tag, node.anchor, [done[id(item)] for item in node.items]]
    if node.kind == "alias":
        return ["alias", None, node.text, [prints.get(id(node.target))]]
    return ["scalar", node.tag, node.anchor, [node.plain, node.text]]


def _apply(root: Shape, operations: Sequence[Operation]) -> Shape:
    """The shape after the operations, whose routes speak of the shape before any of them."""
    placed = [(operation, _target(root, operation)) for operation in dict.fromkeys(operations)]
    for operation, target in placed:
        if isinstance(operation, Set):
            _set(target, operation, _is_plain(root, operation.route[:-1]))
        elif isinstance(operation, Substitute):
            target[3][1] = target[3][1][: operation.start] + operation.text + target[3][1][operation.end :]
    moves = [(operation, target) for operation, target in placed if isinstance(operation, Move)]
    _move(root, sorted(moves, key=lambda move: int(move[0].item[-1])))
    for operation, target in placed:
        if isinstance(operation, Remove):
            target[3].remove(_pair(target, str(operation.route[-1])))
        elif isinstance(operation, Rename):
            name = _pair(target, str(operation.route[-1]))[0]
            name[3] = [name[3][0] and reads_as_text(operation.name), operation.name]
            target[3].sort(key=lambda pair: repr(pair[0]))
    return root


def _pair(mapping: Shape, key: str) -> list[Shape]:
    return next(pair for pair in mapping[3] if pair[0][3][1] == key)


def _target(root: Shape, operation: Operation) -> Shape:
    if isinstance(operation, Move):
        return _at(root, operation.item)
    if isinstance(operation, Set):
        return _make(root, operation.route[:-1])
    return _at(root, operation.route if isinstance(operation, Substitute) else operation.route[:-1])


def _at(root: Shape, route: Route) -> Shape:
    found = root
    for step in route:
        found = found[3][step] if isinstance(step, int) else next(value for name, value in found[3] if name[3][1] == step)
    return found


def _make(root: Shape, route: Route) -> Shape:
    """The mapping at a route, and those on the way there, made where they are not there or hold nothing."""
    found, plain = root, True
    for step in route:
        plain = _writes_plain(found, plain)
        pair = None if isinstance(step, int) else next((pair for pair in found[3] if pair[0][3][1] == step), None)
        if not isinstance(step, int) and pair is None:
            pair = [_scalar(step, plain), ["mapping", None, None, []]]
            found[3].append(pair)
            found[3].sort(key=lambda each: repr(each[0]))
        found = pair[1] if pair is not None else found[3][step]
        if found[0] == "scalar" and found[3][0] and found[3][1] in ("", "~", "null", "Null", "NULL"):
            found[0], found[3] = "mapping", []
    return found


def _is_plain(root: Shape, route: Route) -> bool:
    """Whether a new key of the mapping at a route is written without quotes."""
    plain, found = True, root
    for step in route:
        plain, found = _writes_plain(found, plain), _at(found, (step,))
    return _writes_plain(found, plain)


def _writes_plain(found: Shape, above: bool) -> bool:
    """JSON needs its quotes: a new key is quoted where all its neighbours are, and where it has none as those above it."""
    return any(name[3][0] for name, _ in found[3]) if found[0] == "mapping" and found[3] else above


def _set(mapping: Shape, operation: Set, plain: bool) -> None:
    key, value, number = str(operation.route[-1]), operation.value, operation.number
    pair = next((pair for pair in mapping[3] if pair[0][3][1] == key), None)
    if pair is None:
        mapping[3].append([_scalar(key, plain), _scalar(value, plain) if not number else ["scalar", None, None, [True, value]]])
        mapping[3].sort(key=lambda each: repr(each[0]))
    else:
        pair[1] = ["scalar", pair[1][1], pair[1][2], [number or pair[1][3][0] and reads_as_text(value), value]]


def _scalar(value: str, plain: bool) -> Shape:
    return ["scalar", None, None, [plain and reads_as_text(value), value]]


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
        into = _list(spec, move)
        position = next((i for i, each in enumerate(into) if each is ahead), len(into))
        into.insert(position, item)


def _list(spec: Shape, move: Move) -> list[Shape]:
    pair = next((pair for pair in spec[3] if pair[0][3][1] == move.key), None)
    if pair is None:
        own = next(pair for pair in spec[3] if pair[0][3][1] == move.item[-2])
        pair = [["scalar", None, None, [own[0][3][0], move.key]], ["sequence", None, None, []]]
        spec[3].append(pair)
        spec[3].sort(key=lambda each: repr(each[0]))
    if pair[1][0] != "sequence":
        pair[1] = ["sequence", None, None, []]
    return cast(list[Shape], pair[1][3])


def _comments(old_text: str, old: Document, new_text: str, new: Document, operations: Sequence[Operation]) -> str | None:
    before = Counter(comment.text for comment in comments(old_text, old))
    after = Counter(comment.text for comment in comments(new_text, new))
    removed = [operation for operation in operations if isinstance(operation, Remove)]
    may_go = Counter(comment.text for operation in removed for comment in _inside(old_text, old, operation))
    lost, added = before - after - may_go, after - before
    if lost or added:
        text = next(iter(lost or added))
        return f"a comment would be {'lost' if lost else 'doubled'}: {text}"
    return None


def _inside(text: str, document: Document, operation: Remove) -> list[Comment]:
    """The comments that go with a removed key: those in its value and behind it on the last line."""
    node, start = document.root, 0
    for step in operation.route:
        if node is None:
            return []
        if isinstance(step, int):
            node = node.items[step]
        else:
            start, node = next(((name.start, value) for name, value in node.pairs if name.text == step), (0, None))
    lines = Lines(text)
    end = lines.start(lines.number(node.end if node is not None else len(text)) + 1)
    return [comment for comment in comments(text, document) if start <= comment.start < end]
