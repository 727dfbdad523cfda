"""Where legacy helpers would stand among the init containers, and why there.

In: what is seen of a pod and the parts. Out: `Placement`s, and the pod as it is once they have moved. Must not know: text, spans, files.

What a helper needs stands ahead of it, and who needs it behind it; nothing overrules that. Between the two it goes where its helper file
or the user wants it, but not to where the pod would request more for no reason (native-sidecars 6.2, 13.1).
"""

from collections.abc import Iterator, Mapping, Sequence

from sidecarlint.lifecycle.gains import addressed, calls
from sidecarlint.lifecycle.natives.view import View
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Pod, Workload
from sidecarlint.workloads.pods import SECRET_VOLUMES
from sidecarlint.workloads.quantities import growing
from sidecarlint.workloads.versions import SIDECARS

_NETWORK_SET_UP = frozenset({"NET_ADMIN", "NET_RAW"})
_WITHOUT_NETWORK = frozenset({"log-reader", "log-shipper", "reloader", "csi"})


class Placement(NamedTuple):
    """Where a helper would stand: in front of the init container at `before`, or behind all when that is how many there are.

    rank     its turn among the helpers that go to the same place; 0 for all of a pod whose helpers keep the order that they have
    why      the place with its reason, as the end of a sentence; "" where there is nothing to say
    behind   the helper that it calls and would stand behind, if both move; "" where nothing changes places for that
    stranded an init container that would still run before it, although it calls it; "" for none. `certainly`: it is seen to call it,
             rather than only given its address
    """

    before: int
    rank: int = 0
    why: str = ""
    behind: str = ""
    stranded: str = ""
    certainly: bool = False


class _Bound(NamedTuple):
    """One end of where a helper may stand, and what binds it there as the end of a sentence; "" where nothing does. `certainly`: as
    above."""

    at: int
    why: str = ""
    name: str = ""
    certainly: bool = False


def placements(workload: Workload, seen: Sequence[Seen], found: Sequence[Part], wish: str = "auto") -> dict[int, Placement]:
    """The places of all legacy helpers, by their indexes in `seen`. `wish`: auto, first or last."""
    helpers = [index for index, part in enumerate(found) if part.part == "helper"]
    needs = {index: [other for other in helpers if other != index and _leans_on(seen[index], seen[other], seen)] for index in helpers}
    turns = _turns(helpers, needs)
    placed = _among_inits(workload, seen, found, turns, needs, wish) if workload.pod.init_containers else dict.fromkeys(turns, Placement(0))
    if turns == helpers:
        return placed
    behind = {index: next((seen[other].container.name for other in needs[index] if other > index), "") for index in turns}
    return {index: placed[index]._replace(rank=rank, behind=behind[index]) for rank, index in enumerate(turns)}


def _leans_on(each: Seen, other: Seen, seen: Sequence[Seen]) -> bool:
    """Whether a container calls another, or is given an address with a port that is the other's own."""
    return calls(each, other) or addressed(other, each, seen, by_port=True) is not None


def _turns(helpers: Sequence[int], needs: Mapping[int, Sequence[int]]) -> list[int]:
    """The helpers in their own order, but each behind those that it needs. Two that need each other keep their order."""
    turns, left = list[int](), list(helpers)
    while left:
        turn = next((index for index in left if not any(other in left for other in needs[index])), left[0])
        turns.append(turn)
        left.remove(turn)
    return turns


def _among_inits(
    workload: Workload, seen: Sequence[Seen], found: Sequence[Part], turns: Sequence[int], needs: Mapping[int, Sequence[int]], wish: str
) -> dict[int, Placement]:
    low = {index: _first_place(workload, seen[index], found[index].role, seen) for index in turns}
    high = {index: _last_place(workload, index, seen, found) for index in turns}
    for index in reversed(turns):
        for other in needs[index]:
            if high[index].at < high[other].at:
                # What a helper needs on which an init container depends, that one depends on as well.
                why = f"in front of {high[index].name}, which needs {seen[index].container.name}"
                high[other] = high[index]._replace(why=why, certainly=False)
    pod, placed = workload.pod, dict[int, Placement]()
    for index in turns:
        ahead = max((placed[other].before for other in needs[index] if other in placed), default=0)
        bound = low[index] if low[index].at >= ahead else _Bound(ahead)
        others = [(seen[other].container.name, placed[other].before) for other in placed]
        placed[index] = _placed(pod, others, seen[index], bound, high[index], wish)
    return placed


def _placed(pod: Pod, others: Sequence[tuple[str, int]], each: Seen, low: _Bound, high: _Bound, wish: str) -> Placement:
    """Its place between two bounds. Where they cross, what it needs goes before who needs it."""
    names = [init.name for init in pod.init_containers]
    if low.at > high.at:
        return Placement(low.at, 0, low.why, "", high.name, high.certainly)
    at = high.at if wish == "last" or not _wants_first(each, wish) else low.at
    thrifty = at if wish != "auto" else _thrifty(pod, others, each.container.name, at, high.at)
    if high.why and thrifty == high.at:
        return Placement(thrifty, 0, high.why)
    if thrifty != at:
        return Placement(thrifty, 0, f"behind {names[thrifty - 1]}, so that the pod requests no more")
    if low.why and at == low.at:
        return Placement(at, 0, low.why)
    return Placement(at, 0, "last" if at == len(names) else f"behind {names[at - 1]}" if at else "first")


def _wants_first(each: Seen, wish: str) -> bool:
    known = each.known.helper if each.known else None
    return wish == "first" or (known is not None and known.certainty != "ambiguous" and known.where == "first")


def _thrifty(pod: Pod, others: Sequence[tuple[str, int]], name: str, low: int, high: int) -> int:
    """The first place, from `low` on, at which the pod requests no more than with the helper at `high`."""
    latest = moved(pod, [*others, (name, high)])
    return next(at for at in range(low, high + 1) if not growing(latest, moved(pod, [*others, (name, at)])))


def earliest(workload: Workload, each: Seen, role: str, seen: Sequence[Seen]) -> int:
    """The first place among the init containers at which all is there that a container of this role needs from them."""
    return _first_place(workload, each, role, seen).at


def _first_place(workload: Workload, each: Seen, role: str, seen: Sequence[Seen]) -> _Bound:
    """Behind the last init container that it needs."""
    inits = seen[: len(workload.pod.init_containers)]
    for at in range(len(inits), 0, -1):
        if why := _prepared_by(workload, each, role, inits[at - 1], seen):
            return _Bound(at, f"behind {inits[at - 1].container.name}, {why}")
    return _Bound(0)


def _prepared_by(workload: Workload, each: Seen, role: str, init: Seen, seen: Sequence[Seen]) -> str:
    """What an init container does for a helper, as a clause: it sets up the network, fills a volume, or is called; "" for nothing."""
    plain = not init.container.is_sidecar
    if init is each:
        return ""
    if plain and _NETWORK_SET_UP & set(init.container.added_capabilities):
        return "which sets up the network"
    shared = {mount.volume for mount in each.container.mounts}
    volume = next((volume for volume in _writable(workload, init.container) if volume in shared), None)
    if volume is not None:
        return f"which {'fills' if plain else 'shares'} its volume {volume}"
    if not plain and _is_mesh(init) and role not in _WITHOUT_NETWORK:
        return "the way to its network"
    return "which it calls" if not plain and _leans_on(each, init, seen) else ""


def _writable(workload: Workload, container: Container) -> list[str]:
    return [
        mount.volume for mount in container.mounts if not mount.read_only and workload.pod.volumes.get(mount.volume) not in SECRET_VOLUMES
    ]


def _is_mesh(each: Seen) -> bool:
    return each.known is not None and each.known.helper.injector is not None and each.known.helper.injector.mesh


def _last_place(workload: Workload, index: int, seen: Sequence[Seen], found: Sequence[Part]) -> _Bound:
    """In front of the first init container that needs it."""
    return next(_users(workload, index, seen, found), _Bound(len(workload.pod.init_containers)))


def _users(workload: Workload, index: int, seen: Sequence[Seen], found: Sequence[Part]) -> Iterator[_Bound]:
    # Most pods have no init containers, and a start is quicker without what looks for calls in them.
    from sidecarlint.lifecycle.natives.order import needing

    view = View(workload, index, seen, found[index], "neither", SIDECARS, References())
    for found_in in needing(view):
        name = seen[found_in.at].container.name
        uses = "calls it" if found_in.calls else "is given its address"
        yield _Bound(found_in.at, f"in front of {name}, which {uses}", name, found_in.calls)


def moved(pod: Pod, moves: Sequence[tuple[str, int]]) -> Pod:
    """The pod once the containers named stand among the init containers, each in front of the one at its index. Those that go to the same
    place stand in the order of `moves`."""
    moving = {name for name, _ in moves}
    native: dict[str, list[Container]] = {name: [] for name in moving}
    for each in pod.containers:
        if each.name in moving:
            native[each.name].append(each._replace(list="initContainers", restart_policy="Always"))
    ahead: list[Container] = []
    for index in range(len(pod.init_containers) + 1):
        ahead += [each for name, before in moves if before == index for each in native[name]]
        ahead += pod.init_containers[index : index + 1]
    rest = tuple(each for each in pod.containers if each.name not in moving)
    return pod._replace(containers=rest, init_containers=tuple(ahead))


def as_sidecar(workload: Workload, seen: Sequence[Seen], container: Container, before: int) -> View:
    """A container of a pod as it is once it stands in front of the init container at an index; a sidecar as it is now. `container` may
    differ from what the pod has at its route."""
    pod = workload.pod if container.is_sidecar else moved(workload.pod, [(container.name, before)])
    known = {each.container.route: each for each in seen}
    there = [known[each.route]._replace(container=each) for each in pod.all_containers]
    index = next(index for index, each in enumerate(there) if each.container.route == container.route)
    own = container._replace(list="initContainers", restart_policy="Always")
    there[index] = there[index]._replace(container=own)
    return View(workload._replace(pod=pod), index, tuple(there), Part("sidecar"), "neither", SIDECARS, References())
