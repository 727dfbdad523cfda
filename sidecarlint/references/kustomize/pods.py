"""The two lists of a pod's containers as they are while patches are laid over them.

In: a pod's lists, a strategic-merge patch or one operation of a JSON patch. Out: the lists behind it, or None where that cannot be told, or
where kustomize stops. Must not know: kustomizations, what is right or wrong with a patch.

A merge puts the containers that the patch names first, in its order, and the others behind them (helm-kustomize B2).
"""

from collections.abc import Callable
from typing import Literal

from sidecarlint.documents import Node, Route, child, entry, is_null, items, resolve, text_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.images import written

Key = Literal["containers", "initContainers"]
KEYS: tuple[Key, ...] = ("containers", "initContainers")


class Place(NamedTuple):
    """Where a patch says something: the real path of the file, its document, a route in it. `part`: the characters of an inline patch
    there, None where the file itself is the patch."""

    path: str
    number: int
    route: Route
    part: tuple[int, int] | None = None


Where = Callable[[Node, Route], Place]
"""The place of a node at a route of a patch."""


class Item(NamedTuple):
    """A container. `nodes` are all that speaks of it; `maker` is where a patch made it, None where the pod's own file did. `touched`:
    where patches speak of it, in the order in which they are applied."""

    name: str
    image: str
    always: bool
    nodes: tuple[Node, ...]
    maker: Place | None = None
    touched: tuple[Place, ...] = ()


class Lists(NamedTuple):
    """A pod's containers and its init containers."""

    containers: tuple[Item, ...]
    inits: tuple[Item, ...]

    def of(self, key: Key) -> tuple[Item, ...]:
        """One of the two lists."""
        return self.containers if key == "containers" else self.inits

    def having(self, key: Key, listed: tuple[Item, ...]) -> "Lists":
        """The same with another list at this key."""
        return self._replace(containers=listed) if key == "containers" else self._replace(inits=listed)

    @property
    def sidecars(self) -> tuple[Item, ...]:
        """The init containers that are native sidecars."""
        return tuple(each for each in self.inits if each.always)

    def named(self, key: Key, name: str) -> Item | None:
        """The container of this name in a list."""
        return next((each for each in self.of(key) if each.name == name), None)


def other(key: Key) -> Key:
    """The other of the two lists."""
    return KEYS[1 - KEYS.index(key)]


def lists(pod: Node | None) -> Lists:
    """The lists of a pod as its file has them."""
    return Lists(*(tuple(_item(each) for each in items(child(pod, key))) for key in KEYS))


def _item(node: Node, maker: Place | None = None) -> Item:
    always = text_of(child(node, "restartPolicy")) == "Always"
    return Item(text_of(child(node, "name")) or "", written(text_of(child(node, "image")) or "")[0], always, (node,), maker)


# Strategic merge


def merged(before: Lists, patch: Node, route: Route, where: Where) -> Lists | None:
    """The lists after a strategic-merge patch that holds the pod at a route."""
    node: Node | None = patch
    for step in (*route, None):
        if entry(node, "$patch") is not None or (node is not None and is_null(node)):
            return None
        if step is None or node is None:
            break
        node = child(node, str(step))
    for key in KEYS:
        pair = entry(node, key)
        listed = _merged_list(before.of(key), pair[1], (*route, key), where) if pair else before.of(key)
        if listed is None:
            return None
        before = before.having(key, listed)
    return before


def _merged_list(before: tuple[Item, ...], value: Node, route: Route, where: Where) -> tuple[Item, ...] | None:
    if is_null(value):
        return ()
    patches = [(index, each) for index, each in enumerate(items(value)) if text_of(child(each, "name"))]
    orders = [text_of(child(each, "$patch")) for each in items(value)]
    if len(patches) + orders.count("replace") < len(orders) or not set(orders) <= {None, "replace", "delete"}:
        return None
    kept = {each.name: each for each in before} if "replace" not in orders else {}
    named = {text_of(child(each, "name")) or "": (index, each) for index, each in patches}
    front = [
        _laid_over(kept.get(name), each, where(child(each, "name") or each, (*route, index, "name")))
        for name, (index, each) in named.items()
        if entry(each, "$patch") is None
    ]
    return (*front, *(each for name, each in kept.items() if name not in named))


def _laid_over(below: Item | None, patch: Node, maker: Place) -> Item:
    over = _item(patch, maker)
    if below is None:
        return over
    restart = entry(patch, "restartPolicy")
    always = below.always if restart is None else over.always
    return Item(below.name, over.image or below.image, always, (patch, *below.nodes), below.maker, (*below.touched, maker))


# JSON patches


class Pointer(NamedTuple):
    """A JSON pointer into one of a pod's two lists. `number`: None for the list itself, -1 for its end; `below` leads on in the item."""

    key: Key
    number: int | None = None
    below: tuple[str, ...] = ()


Elsewhere = Literal["elsewhere", "above"]


def pointer(path: str, route: Route) -> Pointer | Elsewhere:
    """A path of an operation as seen from the pod at a route. "above" leads to the pod itself, to what holds it, or nobody knows where."""
    steps = tuple(step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:])
    if steps == route[: len(steps)]:
        return "above"
    rest = steps[len(route) :]
    if steps[: len(route)] != route or rest[0] not in KEYS:
        return "elsewhere"
    if not all(each == "-" or each.isdecimal() for each in rest[1:2]):
        return "above"
    index = None if len(rest) == 1 else -1 if rest[1] == "-" else int(rest[1])
    return Pointer("containers" if rest[0] == "containers" else "initContainers", index, rest[2:])


def operated(before: Lists, operation: Node, route: Route, where: Where) -> Lists | None:
    """The lists after one operation."""
    verb, value = text_of(child(operation, "op")) or "", child(operation, "value")
    to, source = (pointer(text_of(child(operation, key)) or "", route) for key in ("path", "from"))
    place = where(child(operation, "path") or operation, ("path",))
    if verb in ("move", "copy"):
        return _carried(before, verb, source, to, place)
    if to == "elsewhere":
        return before
    if to == "above":
        return None
    if verb == "test":
        return touched(before, to.key, to.number, place)
    if to.below:
        return _changed(touched(before, to.key, to.number, place), to, value)
    return _without(before, to) if verb == "remove" else _put(before, to, _made(value, to, place), verb == "replace")


def _carried(before: Lists, verb: str, source: "Pointer | Elsewhere", to: "Pointer | Elsewhere", place: Place) -> Lists | None:
    if source == "elsewhere" and to == "elsewhere":
        return before
    if isinstance(source, str) or to == "above":
        return None
    if source.below and isinstance(to, Pointer) and to.below and verb == "copy":
        return _copied(before, source, to, place)
    made = _taken(before, source)
    left = _without(before, source) if verb == "move" else before
    if left is None or to == "elsewhere":
        return left
    return None if to.below else _put(left, to, made, False)


def _copied(before: Lists, source: Pointer, to: Pointer, place: Place) -> Lists | None:
    """One field copied to another; what is copied is followed only where it does not tell containers apart."""
    if to.below in (("image",), ("name",), ("restartPolicy",)):
        return None
    noted = touched(before, source.key, source.number, place)
    return touched(noted, to.key, to.number, place) if noted is not None else None


def _made(value: Node | None, to: Pointer, maker: Place) -> Item | tuple[Item, ...] | None:
    if to.below or value is None:
        return None
    return _item(value, maker) if to.number is not None else tuple(_item(each, maker) for each in items(value))


def _taken(before: Lists, source: Pointer) -> Item | tuple[Item, ...] | None:
    if source.below:
        return None
    listed = before.of(source.key)
    if source.number is None:
        return listed
    return listed[source.number] if 0 <= source.number < len(listed) else None


def _without(before: Lists, to: Pointer) -> Lists | None:
    listed = before.of(to.key)
    if to.number is None:
        return before.having(to.key, ())
    if not 0 <= to.number < len(listed):
        return None
    return before.having(to.key, (*listed[: to.number], *listed[to.number + 1 :]))


def _put(before: Lists, to: Pointer, made: Item | tuple[Item, ...] | None, instead: bool) -> Lists | None:
    """Something put at a place, or in place of what is there."""
    listed = before.of(to.key)
    if to.number is None:
        return None if made is None or isinstance(made, Item) else before.having(to.key, made)
    index = len(listed) if to.number == -1 else to.number
    if not isinstance(made, Item) or index > len(listed) - instead:
        return None
    return before.having(to.key, (*listed[:index], made, *listed[index + instead :]))


def touched(before: Lists, key: Key, number: int | None, place: Place) -> Lists | None:
    """The lists with a note that something speaks of one container, or of all in a list; None where there is none of that number."""
    listed = before.of(key)
    if number is not None and not 0 <= number < len(listed):
        return None
    noted = (each._replace(touched=(*each.touched, place)) if number in (None, at) else each for at, each in enumerate(listed))
    return before.having(key, tuple(noted))


def _changed(before: Lists | None, to: Pointer, value: Node | None) -> Lists | None:
    """One field of a container set or removed."""
    if before is None or to.number is None:
        return None
    listed, said = before.of(to.key), text_of(resolve(value)) or ""
    item = listed[to.number]
    if to.below == ("image",):
        item = item._replace(image=written(said)[0])
    if to.below == ("name",):
        item = item._replace(name=said)
    if to.below == ("restartPolicy",):
        item = item._replace(always=said == "Always")
    return before.having(to.key, (*listed[: to.number], item, *listed[to.number + 1 :]))
