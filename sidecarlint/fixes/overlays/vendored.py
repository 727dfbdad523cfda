"""A helper of a base that cannot be edited, moved by a patch in the nearest kustomization of one's own.

In: a workload in a file that belongs to somebody else, the plan that its pod alone would have. Out: `Plan`, whose operations are all
`Elsewhere`s on kustomizations. Must not know: text, why the helper is worth a move.

The patch comes first among the `patches`, so that those behind it find the pod as they would find a base that had been edited. It begins
with tests, so that a base which has changed stops the build instead of being changed wrongly (helm-kustomize B3 rule 9).
"""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sidecarlint.edits import Fields, Insert, Move, Operation, Set, rewritten
from sidecarlint.fixes.overlays.alike import Mover, check, reached_by
from sidecarlint.fixes.overlays.entries import Shown
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.fixes.plan import Elsewhere, Plan
from sidecarlint.references.kustomize.brought import names_in
from sidecarlint.references.kustomize.composed import Composed, composed
from sidecarlint.references.kustomize.graph import Way
from sidecarlint.references.kustomize.pods import KEYS
from sidecarlint.references.kustomize.values import Kustomization, Patch, Selector
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.graph import Kustomizations

IsOwn = Callable[[str], bool]
"""Whether the file at a path may be edited."""

UNFOLLOWED = "what {file} is given of {title} cannot be followed: move {name} by a patch of your own"
GONE = "{file} is given {title} without {name} in containers"
UNORDERED = "{file} is given other init containers of {title} than its file has: move {name} by a patch of your own"
DIFFERENT = "{file} is given {title} in several ways that differ: move {name} by a patch of your own"
MORE = "the fix would change more of {title} than where {name} stands, which a patch in {file} is not written for: move it by hand"
ONLY_MOVES = "what else would be written beside {name} is more than a patch in {file} is written for: write it by hand"
UPSTREAM = "{file} belongs to somebody else: a version that orders its containers otherwise stops the build until the patch is changed"


class Helper(NamedTuple):
    """A container of a base that cannot be edited: the base's file, the workload there, the container's name, and the plan for it in `pod`,
    which is the workload as its file has it, or as it is built."""

    path: str
    workload: Workload
    name: str
    alone: Plan
    pod: Workload


class Local(NamedTuple):
    """The nearest kustomization of one's own above a base, with the ways through it."""

    layer: Kustomization
    ways: tuple[Way, ...]


def locals_of(graph: "Kustomizations", path: str, is_own: IsOwn) -> tuple[Local, ...]:
    """The nearest kustomizations of one's own that the file at a path gets into."""
    found: dict[str, list[tuple[Kustomization, Way]]] = {}
    for way in graph.ways(path):
        layer = next((each for each in way.layers if is_own(each.path)), None)
        if layer is not None:
            found.setdefault(layer.path, []).append((layer, way))
    return tuple(Local(each[0][0], tuple(way for _, way in each)) for each in found.values())


def is_settled(workload: Workload, ways: Sequence[Way], name: str) -> bool:
    """Whether every build has the container as an init container already, or not at all."""
    built = [composed(workload, way) for way in ways]
    return bool(built) and all(each is not None and name not in names_in(each.node, each.pod, "containers") for each in built)


def by_patch(graph: "Kustomizations", helper: Helper, found: Sequence[Local], shown: Shown) -> Plan:
    """The plan that moves a helper by patches in kustomizations of one's own."""
    files = " and ".join(shown(each.layer.path) for each in found)
    alone, name = helper.alone, helper.name
    if alone.applicability == "manual":
        return alone
    if not any(isinstance(each, Move) for each in alone.operations):
        return Plan(alone.title, "manual", (ONLY_MOVES.format(file=files, name=name), *alone.hazards), ())
    hazards = (*alone.hazards, UPSTREAM.format(file=shown(helper.path)))
    try:
        asked = tuple(_inserted(graph, helper, each, shown) for each in found)
    except Stays as stays:
        return Plan(f"Move {name} to initContainers by a patch in {files}", "manual", (str(stays), *hazards), ())
    title = f"Move {name} to initContainers with restartPolicy: Always, by a patch in {files}"
    return Plan(title, "unsafe", hazards, (), asked, alone.notes)


def _inserted(graph: "Kustomizations", helper: Helper, local: Local, shown: Shown) -> Elsewhere:
    owner, name, file = helper.workload.owner, helper.name, shown(local.layer.path)
    state, containers, inits = _one_state(helper, local, file)
    if name not in containers:
        raise Stays(GONE, file, title=helper.workload.title, name=name)
    place = _place(helper, inits)
    if place is None:
        raise Stays(UNORDERED, file, title=helper.workload.title, name=name)
    own = _own(helper.alone, helper, file)
    text = _text(state, containers.index(name), len(inits), place, name, own)
    patch = Patch("", text, ("patches", 0, "patch"), Selector(kind=owner.kind, name=owner.name))
    _check(graph, helper, local, patch, Mover(name, place, frozenset(str(each.route[0]) for each in own)), shown)
    target = Fields((("kind", owner.kind), ("name", owner.name)))
    entry = Fields((("target", target), ("patch", text.removesuffix("\n"))))
    return Elsewhere(file, 0, Insert(("patches",), 0, entry, ("components", "bases", "resources")))


def _one_state(helper: Helper, local: Local, file: str) -> tuple[Composed, tuple[str, ...], tuple[str, ...]]:
    """What the kustomization is given, on every way through it, with the names in both lists."""
    states = [_given(helper.workload, way, local.layer) for way in local.ways]
    there = [each for each in states if each is not None]
    if len(there) < len(states):
        raise Stays(UNFOLLOWED, file, title=helper.workload.title, name=helper.name)
    lists = {tuple(names_in(each.node, each.pod, key) for key in KEYS) for each in there}
    if len(lists) > 1:
        raise Stays(DIFFERENT, file, title=helper.workload.title, name=helper.name)
    ((containers, inits),) = lists
    return there[0], containers, inits


def _given(workload: Workload, way: Way, layer: Kustomization) -> Composed | None:
    """The object in front of the `patches` of a layer."""
    mark = Patch("", "", ("patches", -1, "mark"))
    return composed(workload, _with(way, layer, mark), lambda _, patch: patch is mark)


def _with(way: Way, layer: Kustomization, patch: Patch) -> Way:
    """A way with one more patch, which comes first among the `patches` of a layer."""

    def more(each: Kustomization) -> Kustomization:
        if each.path != layer.path:
            return each
        merges = tuple(one for one in each.patches if one.route[0] == "patchesStrategicMerge")
        return each._replace(patches=(*merges, patch, *each.patches[len(merges) :]))

    return Way(tuple(map(more, way.layers)))


def _place(helper: Helper, inits: Sequence[str]) -> int | None:
    """Where it goes among the init containers that the kustomization is given; None where these are in another order."""
    own = tuple(each.name for each in helper.pod.pod.init_containers)
    place = next(each.before for each in helper.alone.operations if isinstance(each, Move))
    ahead, behind = [each for each in inits if each in own[:place]], [each for each in inits if each in own[place:]]
    if [*ahead, *behind] != [each for each in inits if each in own] or len(ahead) < len(own[:place]):
        return None
    return inits.index(ahead[-1]) + 1 if ahead else 0


def _own(alone: Plan, helper: Helper, file: str) -> tuple[Set, ...]:
    """What else is set of the container, with routes that begin at it."""
    item = next(each.item for each in alone.operations if isinstance(each, Move))
    rest = [each for each in alone.operations if not isinstance(each, Move)]
    sets = [each for each in rest if isinstance(each, Set) and each.route[: len(item)] == item and len(each.route) == len(item) + 1]
    if len(sets) == len(rest) and not alone.elsewhere:
        return tuple(each._replace(route=each.route[len(item) :]) for each in sets)
    if alone.instead is None:
        raise Stays(MORE, file, title=helper.workload.title, name=helper.name)
    return _own(alone.instead, helper, file)


def _text(state: Composed, index: int, inits: int, place: int, name: str, own: Sequence[Set]) -> str:
    """The operations of the patch. `inits`: how many init containers there are; where there are none the list is made, once a test has
    shown that there is none."""
    pod = "/" + "/".join(map(str, state.pod))
    lines = [f"- op: test\n  path: {pod}/containers/{index}/name\n"]
    if not inits:
        lines.append(f"- op: test\n  path: {pod}/initContainers\n  value: null\n- op: add\n  path: {pod}/initContainers\n  value: []\n")
    to = "-" if place == inits else str(place)
    lines.append(f"- op: move\n  from: {pod}/containers/{index}\n  path: {pod}/initContainers/{to}\n")
    count = 2 if inits else 4
    lines += [f"- op: add\n  path: {pod}/initContainers/{place}/{each.route[0]}\n" for each in own]
    values: list[Operation] = [Set((0, "value"), name, ("path",))]
    values += [Set((count + at, "value"), each.value, ("path",)) for at, each in enumerate(own)]
    return rewritten("".join(lines), {0: values})


def _check(graph: "Kustomizations", helper: Helper, local: Local, patch: Patch, mover: Mover, shown: Shown) -> None:
    """Composes every pod that the patch gets to. Raises `Stays` where one is not as it should be."""
    own = os.path.realpath(helper.path), helper.workload.owner.document.number, helper.workload.pod.route
    for base, each, way in reached_by(graph, local.layer, lambda way: _with(way, local.layer, patch), patch, mover.name, shown):
        is_it = (os.path.realpath(base), each.owner.document.number, each.pod.route) == own
        check(each, way, _with(way, local.layer, patch), mover if is_it else Mover(), shown)
