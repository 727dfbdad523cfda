"""What an operation of a JSON patch must become when containers move (helm-kustomize B3, rule 4).

In: the worlds in front of the operation. Out: operations on it. Must not know: files, builds.

A pointer leads to a container by its place. What it leads to before the move is looked for by its name after it.
"""

from sidecarlint.documents import Node, Route, child, items, resolve, text_of
from sidecarlint.edits import Fields, Insert, Operation, Refusal, Remove, Set, Substitute, value_of
from sidecarlint.fixes.overlays import reasons
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.fixes.overlays.worlds import Worlds, names
from sidecarlint.references.kustomize.pods import Key, Pointer, pointer
from sidecarlint.values import NamedTuple


class Told(NamedTuple):
    """One operation of a patch: what it does, where it leads, and the route to it in the patch. `file` is named where it cannot follow."""

    verb: str
    node: Node
    pod: Route
    route: Route
    file: str


def following(worlds: Worlds, told: Told) -> tuple[Operation, ...]:
    """The operations on one operation of a patch. Raises `Stays`."""
    to = pointer(text_of(child(told.node, "path")) or "", told.pod)
    source = pointer(text_of(child(told.node, "from")) or "", told.pod) if told.verb in ("move", "copy") else "elsewhere"
    if to == "above" or source == "above":
        raise Stays(reasons.WHOLE_POD, told.file)
    if isinstance(source, Pointer):
        return _carried(worlds, told, source, to)
    if not isinstance(to, Pointer):
        return ()
    if told.verb in ("move", "copy"):
        raise Stays(reasons.UNFOLLOWED, told.file)
    if to.number is None:
        return _whole_list(worlds, told, to)
    if to.below or told.verb != "add":
        return _at_item(worlds, told, to)
    _check_new(worlds, told)
    return _inserted(worlds, told, to)


def _whole_list(worlds: Worlds, told: Told, to: Pointer) -> tuple[Operation, ...]:
    name = next(iter(worlds.moved), "")
    if not name:
        return ()
    if to.key == "containers":
        raise Stays(reasons.LIST_ASKED if told.verb == "test" else reasons.LIST_REPLACED, told.file, name=name)
    if told.verb == "remove":
        raise Stays(reasons.LIST_REMOVED, told.file, name=name)
    if told.verb == "test":
        raise Stays(reasons.LIST_ASKED, told.file)
    if told.verb != "add" or worlds.before.inits or not any(each.last for each in worlds.moved.values()):
        raise Stays(reasons.LIST_SET, told.file, name=name)
    return _one_by_one(told)


def _one_by_one(told: Told) -> tuple[Operation, ...]:
    """A list that is set where there was none becomes its items, each put in front of the sidecar by an operation of its own. One that is
    only there to be filled is no longer needed."""
    try:
        values = [value_of(each) for each in items(child(told.node, "value"))]
    except Refusal as refusal:
        raise Stays(reasons.NOT_EDITED, told.file, why=refusal.reason) from None
    if not values:
        return (Remove(told.route),)
    path, behind = text_of(child(told.node, "path")), int(told.route[-1]) + 1
    added = [Fields((("op", "add"), ("path", f"{path}/{at}"), ("value", each))) for at, each in enumerate(values)]
    own = (*_pointed(told, "path", "initContainers", "initContainers/0"), Set((*told.route, "value"), values[0]))
    return (*own, *(Insert((), behind, each) for each in added[1:]))


def _at_item(worlds: Worlds, told: Told, to: Pointer) -> tuple[Operation, ...]:
    name, now = _found(worlds, told, to, "path")
    moves = name in worlds.moved
    if moves and to.below and worlds.moved[name].changes(to.below):
        raise Stays(reasons.SET_TOO, told.file, path=".".join(to.below), name=name)
    if moves and not to.below and told.verb == "test":
        raise Stays(reasons.WHOLE_ASKED, told.file, name=name)
    if moves and to.below == ("name",) and told.verb != "test" and text_of(child(told.node, "value")) != name:
        raise Stays(reasons.RENAMED, told.file, name=name)
    more: tuple[Operation, ...] = ()
    if moves and not to.below and told.verb == "replace":
        if text_of(child(child(told.node, "value"), "name")) != name:
            raise Stays(reasons.RENAMED, told.file, name=name)
        more = (Set((*told.route, "value", "restartPolicy"), "Always", ("image", "name")),)
    if not moves and not to.below and told.verb == "replace":
        _check_new(worlds, told)
    if moves and not to.below and told.verb == "remove" and names(worlds.after.inits) == [name]:
        # Without the helper the pod has no init containers again, not an empty list of them.
        return _pointed(told, "path", _written(to), "initContainers")
    return (*_pointed(told, "path", _written(to), f"{now[0]}/{now[1]}"), *more)


def _inserted(worlds: Worlds, told: Told, to: Pointer, left: tuple[Key, int] | None = None) -> tuple[Operation, ...]:
    """Something put into a list. `left`: where it was taken away before."""
    if to.key == "initContainers" and to.number == -1:
        last = [names(worlds.after.inits).index(each.name) for each in worlds.moved.values() if each.last]
        place = min(last, default=None)
        taken = left is not None and left[0] == "initContainers" and place is not None
        return _pointed(told, "path", _written(to), f"initContainers/{place - taken}") if place is not None else ()
    if to.number is None or to.number == -1:
        return ()
    number = to.number + (left is not None and left[0] == to.key and to.number > left[1])
    if number > len(worlds.before.of(to.key)):
        raise Stays(reasons.MISSED, told.file, path=text_of(child(told.node, "path")) or "")
    place = worlds.gap(to.key, number)
    now = worlds.now(*left) if left is not None else None
    place -= now is not None and now[0] == to.key and now[1] < place
    return _pointed(told, "path", _written(to), f"{to.key}/{place}")


def _carried(worlds: Worlds, told: Told, source: Pointer, to: "Pointer | str") -> tuple[Operation, ...]:
    """An operation that takes something from a container, or a container."""
    if source.number is None:
        raise Stays(reasons.LIST_ASKED, told.file)
    name, now = _found(worlds, told, source, "from")
    edits = _pointed(told, "from", _written(source), f"{now[0]}/{now[1]}")
    if isinstance(to, Pointer) and (to.number is None or bool(to.below) != bool(source.below)):
        raise Stays(reasons.UNFOLLOWED, told.file)
    if not source.below:
        if name in worlds.moved:
            turned = told.verb == "move" and isinstance(to, Pointer) and to.key == "initContainers"
            raise Stays(reasons.ALREADY if turned else reasons.WHOLE_ASKED, told.file, name=name)
        if not isinstance(to, Pointer) or told.verb == "copy":
            raise Stays(reasons.UNFOLLOWED, told.file)
        assert source.number is not None
        return (*edits, *_inserted(worlds, told, to, (source.key, source.number)))
    if not isinstance(to, Pointer):
        return edits
    _, there = _found(worlds, told, to, "path")
    return (*edits, *_pointed(told, "path", _written(to), f"{there[0]}/{there[1]}"))


def _found(worlds: Worlds, told: Told, to: Pointer, key: str) -> tuple[str, tuple[Key, int]]:
    """The container that a pointer leads to, and where it is after the move."""
    now = worlds.now(to.key, to.number) if to.number is not None else None
    if now is None or to.number is None:
        raise Stays(reasons.MISSED, told.file, path=text_of(child(told.node, key)) or "")
    return worlds.before.of(to.key)[to.number].name, now


def _check_new(worlds: Worlds, told: Told) -> None:
    name = text_of(child(child(told.node, "value"), "name")) or ""
    if name in {each.name for each in worlds.movers}:
        raise Stays(reasons.AGAIN, told.file, name=name)


def _written(to: Pointer) -> str:
    """A pointer from the pod on, as far as a container."""
    return to.key if to.number is None else f"{to.key}/{'-' if to.number == -1 else to.number}"


def _pointed(told: Told, key: str, old: str, new: str) -> tuple[Operation, ...]:
    """The pointer with another end of its part that leads from the pod to a container."""
    text, start = text_of(resolve(child(told.node, key))) or "", len("/".join(("", *map(str, told.pod), "")))
    if not text.startswith(old, start):
        raise Stays(reasons.UNFOLLOWED, told.file)
    return (Substitute((*told.route, key), start, start + len(old), new),) if old != new else ()
