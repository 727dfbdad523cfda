"""A pod's lists in two worlds: as they are, and with containers moved to the init containers.

In: a pod's lists, who moves. Out: `Worlds`, and whether they agree but for the move. Must not know: patches, text.
"""

from collections.abc import Iterable, Sequence

from sidecarlint.documents import Route
from sidecarlint.references.kustomize.pods import KEYS, Item, Key, Lists
from sidecarlint.values import NamedTuple


class Mover(NamedTuple):
    """A container that moves. `behind`: the base's init containers that start before it; `last`: those are all, so it starts behind any
    that patches add, too. `sets`: the routes from the container to what changes in it besides."""

    name: str
    behind: tuple[str, ...]
    last: bool
    sets: tuple[Route, ...] = ()

    def changes(self, below: Sequence[str]) -> bool:
        """Whether something changes at this place of the container, below it or above it."""
        return any(all(str(step) == other for step, other in zip(route, below, strict=False)) for route in self.sets)


class Worlds(NamedTuple):
    """The lists `before` and `after` the move. `inits`: the names of the base's own init containers."""

    before: Lists
    after: Lists
    movers: tuple[Mover, ...]
    inits: tuple[str, ...]

    @property
    def moved(self) -> dict[str, Mover]:
        """Those that move and are still there, by their names."""
        there = names(self.before.containers)
        return {each.name: each for each in self.movers if each.name in there}

    def now(self, key: Key, number: int) -> tuple[Key, int] | None:
        """Where the container stands after the move that stands at a place before it; None where there is none at that place."""
        listed = self.before.of(key)
        name = listed[number].name if 0 <= number < len(listed) else None
        places = ((here, at) for here in KEYS for at, each in enumerate(self.after.of(here)) if each.name == name)
        return next(places, None)

    def gap(self, key: Key, number: int) -> int:
        """The place after the move in front of which something stands that is put in at a place before it."""
        if key == "containers":
            return sum(each.name not in self.moved for each in self.before.containers[:number])
        if number == 0:
            return 0
        ahead = self.before.inits[:number][-1:]
        return names(self.after.inits).index(ahead[0].name) + 1 if ahead else 0


def names(listed: Iterable[Item]) -> list[str]:
    """The names of containers in order."""
    return [each.name for each in listed]


def begun(own: Lists, moving: Sequence[tuple[str, tuple[str, ...], tuple[Route, ...]]]) -> Worlds:
    """The worlds of a base: who moves, the init containers that stand in front of it then, and what changes in it besides."""
    inits = tuple(names(own.inits))
    movers = tuple(Mover(name, behind, set(inits) <= set(behind), sets) for name, behind, sets in moving)
    going = {each.name: each._replace(always=True) for each in own.containers}
    order = wanted(inits, movers, inits)
    later = {each.name: each for each in own.inits} | going
    left = tuple(each for each in own.containers if each.name not in {mover.name for mover in movers})
    return Worlds(own, Lists(left, tuple(later[name] for name in order)), movers, inits)


def wanted(inits: Sequence[str], movers: Iterable[Mover], own: Sequence[str]) -> list[str]:
    """The names of the init containers with those that have moved at their places. `own` are the base's."""
    order = list(inits)
    for each in movers:
        behind = [order.index(name) for name in each.behind if name in order]
        order.insert(len(order) if each.last else max(behind) + 1 if behind else 0, each.name)
    return order


def fits(order: Sequence[str], inits: Sequence[str], movers: Iterable[Mover], own: Sequence[str]) -> bool:
    """Whether an order keeps that of all others, and has those that have moved where they belong: behind those that they are to start
    behind, and in front of the base's others."""
    going = {each.name: each for each in movers}
    if [name for name in order if name not in going] != list(inits) or sorted(order) != sorted([*inits, *going]):
        return False
    places = {name: at for at, name in enumerate(order)}
    for name, each in going.items():
        ahead = [other for other in (*inits, *going) if other in each.behind or (each.last and other not in going)]
        below = [other for other in own if other in places and other not in each.behind and not each.last]
        if any(places[other] > places[name] for other in ahead) or any(places[other] < places[name] for other in below):
            return False
    return True


def agree(worlds: Worlds) -> bool:
    """Whether both worlds have the same containers, in the same order, but for those that move."""
    before, after, moved = worlds.before, worlds.after, worlds.moved
    if names(after.containers) != [name for name in names(before.containers) if name not in moved]:
        return False
    if not all(each.always for each in after.inits if each.name in moved):
        return False
    return fits(names(after.inits), names(before.inits), moved.values(), worlds.inits)


def doubled(found: Lists) -> str | None:
    """A name that two containers of a pod have, "" where one has none; None where all are told apart."""
    seen = names((*found.containers, *found.inits))
    return next((name for name in seen if not name or seen.count(name) > 1), None)
