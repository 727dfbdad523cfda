"""One object with one patch laid over it, as nodes.

In: an object's node, a strategic-merge patch or the operations of a JSON patch. Out: the object's node behind it. Must not know:
kustomizations, what is right or wrong with a patch.

Nothing is changed in place: what a patch leaves alone is the very node that it was, so that everything is still known to stand where it
was written. What is not followed here is no error of the patch (helm-kustomize B2).
"""

from collections.abc import Callable

from sidecarlint.documents import Node, Route, child, entry, is_null, items, resolve, text_of
from sidecarlint.documents.nodes import Kind

_KEYS = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "imagePullSecrets": "name",
    "ports": "containerPort",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "hostAliases": "ip",
}
"""The key by which the items of a list are merged, by the list's own. Any other list is replaced. Of `topologySpreadConstraints` and of
other lists that are merged nothing is asked here."""

_DIRECTS = "$"
"""The first character of keys that tell kustomize what to do, such as `$patch`."""


class Unfollowed(Exception):
    """What happens to the object cannot be told, or the build stops."""


# Strategic merge


def merged(below: Node, patch: Node) -> Node:
    """A mapping with a strategic-merge patch laid over it. Raises Unfollowed."""
    over = _own(patch)
    pairs = {key.text: (key, value) for key, value in below.pairs}
    if any(key.startswith(_DIRECTS) for key in over) or "<<" in pairs or "<<" in over:
        raise Unfollowed
    for name, (key, value) in over.items():
        if is_null(value):
            pairs.pop(name, None)
        else:
            pairs[name] = key, _merged_value(name, pairs[name][1] if name in pairs else None, value)
    return _like(below, pairs=list(pairs.values()))


def _own(mapping: Node) -> dict[str, tuple[Node, Node]]:
    return {key.text: (key, value) for key, value in mapping.pairs}


def _merged_value(name: str, below: Node | None, over: Node) -> Node:
    base, patch = resolve(below), resolve(over)
    if below is not None and base is not None and base.kind == "scalar" and plain(base) == plain(patch):
        return below
    if text_of(child(patch, "$patch")) == "replace" and patch is not None:
        return _clean(_replacing(patch))
    if patch is None or patch.kind == "scalar" or base is None or base.kind != patch.kind:
        return _clean(over)
    if patch.kind == "mapping":
        return merged(base, patch)
    return _merged_list(name, base, patch) if name in _KEYS else _clean(over)


def _merged_list(name: str, below: Node, over: Node) -> Node:
    """What the patch names first, in its order, and what it does not name behind that."""
    by = _KEYS[name]
    kept = {text_of(child(each, by)) or "": each for each in items(below)}
    front = dict[str, Node]()
    orders = [text_of(child(each, "$patch")) for each in items(over)]
    if "replace" in orders or not {*orders} <= {None, "delete"}:
        raise Unfollowed
    for each, order in zip(items(over), orders, strict=True):
        key, patch = text_of(child(each, by)) or "", resolve(each)
        under = resolve(kept.pop(key, None))
        if not key or patch is None:
            raise Unfollowed
        if order is None:
            front[key] = merged(under, patch) if under is not None else _clean(each)
    return _like(over, items=[*front.values(), *kept.values()])


def _replacing(patch: Node) -> Node:
    return _like(patch, pairs=[pair for pair in patch.pairs if pair[0].text != "$patch"])


def _clean(node: Node) -> Node:
    """A part of a patch for which there is nothing below it. What directs nothing there is not followed."""
    ahead = [node]
    while ahead:
        each = resolve(ahead.pop())
        if each is not None:
            if any(key.text.startswith(_DIRECTS) for key, _ in each.pairs):
                raise Unfollowed
            ahead += [*each.items, *(value for _, value in each.pairs)]
    return node


# JSON patches


def operated(below: Node, operation: Node) -> Node:
    """A mapping after one operation of a JSON patch. Raises Unfollowed, also where the build stops."""
    verb = text_of(child(operation, "op")) or ""
    to, source = (_steps(text_of(child(operation, key)) or "") for key in ("path", "from"))
    value = entry(operation, "value")
    if verb == "test":
        there = _at(below, to)
        if (plain(there) if there is not None else None) != plain(value[1] if value else None):
            raise Unfollowed
        return below
    if verb == "remove":
        return _changed(below, to, _taken)
    if verb in ("move", "copy"):
        carried = _at(below, source)
        if carried is None:
            raise Unfollowed
        left = _changed(below, source, _taken) if verb == "move" else below
        return _changed(left, to, _putting(carried, False))
    if verb not in ("add", "replace") or value is None:
        raise Unfollowed
    return _changed(below, to, _putting(value[1], verb == "replace"))


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:])


def _at(node: Node | None, steps: tuple[str, ...]) -> Node | None:
    for step in steps:
        listed = resolve(node)
        if listed is not None and listed.kind == "sequence":
            index = _index(step, len(listed.items) - 1)
            node = listed.items[index] if index is not None else None
        else:
            node = child(listed, step)
    return node


def _index(step: str, most: int) -> int | None:
    return int(step) if step.isdecimal() and int(step) <= most else None


_Change = Callable[[Node, str], Node]
"""A mapping or a list with something done to what stands at a key or an index."""


def _changed(node: Node, steps: tuple[str, ...], change: _Change) -> Node:
    """The node with a change at the end of some steps, all of which but the last must be there."""
    if not steps:
        raise Unfollowed
    if len(steps) == 1:
        return change(node, steps[0])
    inner = resolve(_at(node, steps[:1]))
    if inner is None or inner.kind == "scalar":
        raise Unfollowed
    return _putting(_changed(inner, steps[1:], change), True)(node, steps[0])


def _taken(holder: Node, step: str) -> Node:
    if holder.kind == "sequence":
        index = _index(step, len(holder.items) - 1)
        if index is None:
            raise Unfollowed
        return _like(holder, items=[*holder.items[:index], *holder.items[index + 1 :]])
    if step not in _own(holder):
        raise Unfollowed
    return _like(holder, pairs=[pair for pair in holder.pairs if pair[0].text != step])


def _putting(value: Node, instead: bool) -> _Change:
    def put(holder: Node, step: str) -> Node:
        if holder.kind == "sequence":
            end = len(holder.items)
            index = end if step == "-" and not instead else _index(step, end - instead)
            if index is None:
                raise Unfollowed
            return _like(holder, items=[*holder.items[:index], value, *holder.items[index + instead :]])
        if instead and step not in _own(holder):
            raise Unfollowed
        pairs = _own(holder)
        pairs[step] = (pairs[step][0] if step in pairs else _key(step, value)), value
        return _like(holder, pairs=list(pairs.values()))

    return put


# Nodes


def put_at(root: Node, route: Route, node: Node) -> Node:
    """A tree with another node at a route. Raises Unfollowed where there is none yet."""
    return _changed(root, tuple(map(str, route)), _putting(node, True)) if route else node


def made(kind: Kind, like: Node) -> Node:
    """A new node with the places of another one."""
    node = Node(kind, like.start, like.end)
    node.outset = like.outset
    return node


def _key(text: str, like: Node) -> Node:
    node = made("scalar", like)
    node.text, node.plain = text, True
    return node


def _like(node: Node, pairs: list[tuple[Node, Node]] | None = None, items: list[Node] | None = None) -> Node:
    """The same node with other children."""
    found = made(node.kind, node)
    found.flow, found.pairs, found.items = node.flow, node.pairs if pairs is None else pairs, node.items if items is None else items
    return found


def taken(root: Node, steps: tuple[str, ...]) -> Node:
    """A tree without what stands at some steps. Raises Unfollowed where nothing does."""
    return _changed(root, steps, _taken)


Plain = str | None | tuple["Plain", ...] | frozenset[tuple[str, "Plain"]]
"""What a node means, whatever it is written like; None for nothing."""


def plain(node: Node | None) -> Plain:
    """What a node means."""
    found = resolve(node)
    if found is None or found.kind == "scalar":
        return text_of(found)
    if found.kind == "sequence":
        return tuple(plain(each) for each in found.items)
    return frozenset((key.text, plain(value)) for key, value in found.pairs)
