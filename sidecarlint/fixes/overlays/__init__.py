"""What kustomizations say of a container, carried along when it moves to the init containers.

In: the graph of a tree, a workload, who moves. Out: `Carried`, operations on patches and kustomizations, or the reason why it cannot be
done. Must not know: why it moves, how the base itself is edited.

following  one workload on one way into a build, in both worlds at once
worlds     the two worlds, and whether they agree
merges     strategic-merge patches
pointers   JSON patches
fields     replacements, variables, configurations
others     other workloads and other builds that use the same documents
proof      all builds followed again, over the edited texts
reasons    every refusal's sentence

A step that neither world can be followed through is a refusal; so is one behind which they do not agree (helm-kustomize B3).
"""

import os
from collections.abc import Callable, Sequence

from sidecarlint.documents import Route
from sidecarlint.edits import Operation
from sidecarlint.fixes.overlays import reasons
from sidecarlint.fixes.overlays.following import Needed, Spot, follow
from sidecarlint.fixes.overlays.others import check_objects, check_users
from sidecarlint.fixes.overlays.proof import holds
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.fixes.overlays.worlds import begun, doubled
from sidecarlint.fixes.plan import Elsewhere, Plan
from sidecarlint.references.kustomize.breaches import own_lists, walk
from sidecarlint.references.kustomize.graph import MOST_WAYS, Kustomizations, Way
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

__all__ = ["Carried", "Moving", "carried", "leading"]


class Moving(NamedTuple):
    """One container that leaves `containers` for `initContainers`. `behind`: the init containers of its own file that stand in front of it
    afterwards, in order; with all of them it also stays behind those that patches add. `sets`: the routes from the container to all that
    changes in it besides."""

    name: str
    behind: tuple[str, ...]
    sets: tuple[Route, ...] = (("restartPolicy",),)


class Carried(NamedTuple):
    """What has to follow. `elsewhere` are operations on patches, kustomizations, replacements and configurations, by real paths; `files`
    are the real paths of these; `roots` those of the kustomizations of every build that reaches the workload."""

    elsewhere: tuple[Elsewhere, ...]
    files: tuple[str, ...]
    roots: tuple[str, ...]


def carried(
    graph: Kustomizations, path: str, workload: Workload, moved: Sequence[Moving], read: Callable[[str], str | None]
) -> Carried | str:
    """What must follow when containers of a workload in the file at `path` move, or the reason why it cannot be done, as a sentence that
    names the file and what to do."""
    try:
        return _carried(graph, os.path.realpath(path), workload, moved, read)
    except Stays as stays:
        return str(stays)


def leading(planned: Plan, follows: Carried) -> Plan:
    """The plan with what has to follow it, which is said in its title. It counts on nothing else moving at the same time."""
    return planned._replace(title=planned.title + _said(follows.files), elsewhere=(*planned.elsewhere, *follows.elsewhere), alone=True)


def _said(files: Sequence[str]) -> str:
    """Where something follows, as the end of a title."""
    if len(files) < 2:
        return "".join(f", and follow it in {short(file)}" for file in files)
    above = os.path.commonpath([os.path.dirname(file) for file in files])
    return f", and follow it in {len(files)} files of {short(above)}"


def _carried(graph: Kustomizations, path: str, workload: Workload, moved: Sequence[Moving], read: Callable[[str], str | None]) -> Carried:
    own = own_lists(workload)
    if (name := doubled(own)) is not None:
        raise Stays(reasons.NAMED_TWICE if name else reasons.UNFOLLOWED, path, name=name)
    worlds, ways = begun(own, moved), graph.ways(path)
    _check_ways(graph, path, workload, ways)
    wanted: dict[Spot, tuple[Way, tuple[Operation, ...]]] = {}
    needed = list[Needed]()
    for way in ways:
        found = follow(workload, way, worlds, read)
        needed += [each for each in found if each.operations]
        for spot, operations in _by_spot(found).items():
            one, same = wanted.setdefault(spot, (way, operations))
            if same != operations:
                if one.root.path == way.root.path:
                    raise Stays(reasons.BY_SEVERAL_WAYS, spot.path, root=short(way.root.path))
                raise Stays(reasons.SEVERAL_BUILDS, spot.path, one=short(one.root.path), other=short(way.root.path))
    edits = {spot: operations for spot, (_, operations) in wanted.items() if operations}
    check_users(graph, list(edits), [layer.path for way in ways for layer in way.layers])
    check_objects(graph, needed, path, workload, read)
    if not holds(graph, path, workload, worlds, edits, read):
        raise Stays(reasons.UNPROVEN, ways[0].root.path)
    elsewhere = (Elsewhere(spot.path, spot.number, each, spot.inner) for spot, done in sorted(edits.items(), key=_place) for each in done)
    roots = sorted({os.path.realpath(way.root.path) for way in ways})
    return Carried(tuple(elsewhere), tuple(sorted({spot.path for spot in edits})), tuple(roots))


def _by_spot(needed: Sequence[Needed]) -> dict[Spot, tuple[Operation, ...]]:
    """What each document needs on one way, all of it together."""
    found: dict[Spot, tuple[Operation, ...]] = {}
    for each in needed:
        if each.patch is not None and found.get(each.spot, each.operations) != each.operations:
            raise Stays(reasons.TWICE, each.spot.path)
        found[each.spot] = tuple(dict.fromkeys((*found.get(each.spot, ()), *each.operations)))
    return found


def _place(edit: tuple[Spot, tuple[Operation, ...]]) -> tuple[str, int, str]:
    return edit[0].path, edit[0].number, repr(edit[0].inner)


def _check_ways(graph: Kustomizations, path: str, workload: Workload, ways: Sequence[Way]) -> None:
    """Raises `Stays` where it is not known all that happens to the workload, or where it does not go well even now."""
    if len(ways) >= MOST_WAYS:
        raise Stays(reasons.MANY, path, most=str(MOST_WAYS))
    # What Flux and Argo CD write into a kustomization divides it in two, and several objects may lie in one file.
    layers = [layer for way in ways for layer in way.layers]
    paths = {layer.path for layer in layers}
    for each in graph.reaching(path):
        if each.path not in paths:
            raise Stays(reasons.NO_WAY, each.path)
    problems = dict(graph.problems)
    for layer in layers:
        if layer.path in problems:
            raise Stays(reasons.BROKEN, layer.path, why=problems[layer.path])
        for entry in layer.components:
            if not graph.is_known(entry.place):
                raise Stays(reasons.REMOTE, layer.path, name=entry.written)
    for way in ways:
        for breach in walk(path, workload, way).found:
            raise Stays(reasons.BREACHED, breach.place.path, name=breach.container)
