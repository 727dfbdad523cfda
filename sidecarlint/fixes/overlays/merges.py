"""What a strategic-merge patch must become when containers move (helm-kustomize B3, rule 2).

In: the worlds in front of the patch, its document. Out: operations on it. Must not know: files, builds.

An entry moves to the list `initContainers` of the patch. A merge puts those that it names first, so the init containers that have to
stay ahead are named too, bare (B2).
"""

from collections.abc import Sequence

from sidecarlint.documents import Node, Route, at, child, entry, is_null, items, text_of
from sidecarlint.edits import LAST, Fields, Insert, Move, Operation, Rename
from sidecarlint.fixes.overlays import reasons
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.fixes.overlays.worlds import Worlds, fits, names, wanted
from sidecarlint.references.kustomize.pods import KEYS, Key, Lists
from sidecarlint.values import NamedTuple


class Entry(NamedTuple):
    """One entry of a list of a patch."""

    name: str
    deletes: bool


class Merge(NamedTuple):
    """The lists of a patch, and the route to the pod that they stand in. `inits` None: the patch has no such list."""

    pod: Route
    containers: tuple[Entry, ...]
    inits: tuple[Entry, ...] | None


def read_merge(patch: Node, pod: Route, file: str, kept: Sequence[str]) -> Merge:
    """The lists of a patch. Raises `Stays` where it does more than to name single containers; `kept`: who would be lost."""
    node: Node | None = patch
    for step in (*pod, None):
        if entry(node, "$patch") is not None or (node is not None and is_null(node)):
            raise Stays(reasons.WHOLE_POD, file)
        node = child(node, str(step)) if step is not None and node is not None else node
    return Merge(pod, _entries(patch, pod, "containers", file, kept) or (), _entries(patch, pod, "initContainers", file, kept))


def _entries(patch: Node, pod: Route, key: Key, file: str, kept: Sequence[str]) -> tuple[Entry, ...] | None:
    pair = entry(at(patch, pod), key)
    if pair is None:
        return None
    if is_null(pair[1]):
        raise Stays(reasons.EMPTIES, file, key=key, name=next(iter(kept), ""))
    found = []
    for each in items(pair[1]):
        order, name = text_of(child(each, "$patch")), text_of(child(each, "name"))
        if order == "replace":
            raise Stays(reasons.REPLACES, file)
        if not name or order not in (None, "delete"):
            raise Stays(reasons.UNFOLLOWED, file)
        found.append(Entry(name, order == "delete"))
    return tuple(found)


def following(worlds: Worlds, later: Lists, merge: Merge, file: str) -> tuple[Operation, ...]:
    """The operations on a patch. `later`: the lists behind it in the world without the move."""
    moved = worlds.moved
    _check(worlds, merge, file)
    going = [each for each in merge.containers if each.name in moved]
    named = [each.name for each in merge.inits or () if not each.deletes]
    first = {*named, *(each.name for each in going if not each.deletes)}
    order = _first(worlds, later, first, file)
    if [name for name in order if name in named] != named:
        raise Stays(reasons.UNORDERED, file, name=next(iter(moved)))
    bare = [name for name in order if name not in first]
    return _operations(merge, order, bare, going, file)


def _check(worlds: Worlds, merge: Merge, file: str) -> None:
    movers = {each.name for each in worlds.movers}
    for each in (*merge.containers, *(merge.inits or ())):
        if each.name in movers and each.name not in worlds.moved and not each.deletes:
            raise Stays(reasons.AGAIN, file, name=each.name)
    for each in merge.inits or ():
        if each.name in movers:
            raise Stays(reasons.ALREADY, file, name=each.name)


def _first(worlds: Worlds, later: Lists, first: set[str], file: str) -> list[str]:
    """The names that a patch must begin its init containers with, in order: those that it has to say something of, and where these alone
    would lead to a wrong order, those in front of them."""
    inits, movers = names(later.inits), [each for each in worlds.movers if each.name in names(later.containers)]
    order = wanted(inits, movers, worlds.inits)
    reach = max((order.index(name) + 1 for name in first if name in order), default=0)
    for begin in ([name for name in order if name in first], order[:reach], order):
        rest = [name for name in names(worlds.after.inits) if name not in begin and name in order]
        if fits([*begin, *rest], inits, movers, worlds.inits):
            return begin
    raise Stays(reasons.UNORDERED, file, name=next(iter(worlds.moved), ""))


def _operations(merge: Merge, order: Sequence[str], bare: Sequence[str], going: Sequence[Entry], file: str) -> tuple[Operation, ...]:
    own, other = ((*merge.pod, key) for key in KEYS)
    if merge.inits is None and len(going) == len(merge.containers):
        _check_order(order, going, file)
        return (*((Rename(own, KEYS[1]),) if going else ()), *_bare(own, order, bare, [each.name for each in going], ()))
    moves = tuple(
        Move((*own, at), KEYS[1], _before(merge.inits or (), order, each.name), len(going) == len(merge.containers), _rank(order, each))
        for at, each in enumerate(merge.containers)
        if each in going
    )
    return (*moves, *_bare(other, order, bare, [each.name for each in merge.inits or ()], [each.name for each in going]))


def _check_order(order: Sequence[str], going: Sequence[Entry], file: str) -> None:
    """A list that only gets another name keeps its order."""
    written = [each.name for each in going if each.name in order]
    if [name for name in order if name in written] != written:
        raise Stays(reasons.UNORDERED, file, name=written[0])


def _rank(order: Sequence[str], each: Entry) -> int:
    return order.index(each.name) if each.name in order else 0


def _before(listed: Sequence[Entry], order: Sequence[str], name: str) -> int:
    """The index of the entry that a name stands in front of, by the order that is wanted."""
    behind = order[order.index(name) + 1 :] if name in order else ()
    return next((at for at, each in enumerate(listed) if each.name in behind), LAST)


def _bare(route: Route, order: Sequence[str], bare: Sequence[str], listed: Sequence[str], moved: Sequence[str]) -> tuple[Insert, ...]:
    """Entries that only name a container, each in front of what comes behind it."""
    inserts = []
    for name in bare:
        behind = order[order.index(name) + 1 :]
        before = next((at for at, other in enumerate(listed) if other in behind), LAST)
        ahead = any(other in moved for other in behind)
        inserts.append(Insert(route, before, Fields((("name", name),)), ahead=ahead))
    return tuple(inserts)
