"""A helper that a patch brings into pods, brought as a sidecar instead.

In: every pod that one place of a patch brings the helper into, with the plan that the pod alone would have. Out: `Plan`, whose operations
are all `Elsewhere`s on patch files and kustomizations. Must not know: text, why the helper is worth a move.

An entry of a merge goes to the patch's own `initContainers`, with the names of the init containers that start before it in front: a merge
puts first what it names (helm-kustomize B2, B3 rule 3). What a JSON patch appends goes to the list of init containers where every pod has
one; else it becomes a merge, which makes the list (rule 5). Merges in later patches that name the helper follow. Everything is then
composed once more with the new patches: whatever pod would be another than before with the helper moved stands against it.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sidecarlint.documents import Route, at, child, items, text_of
from sidecarlint.edits import Fields, Insert, Move, Operation, Refusal, Set, Substitute, Value, Whole, rewritten
from sidecarlint.edits.restated import comments_of, restated, without
from sidecarlint.fixes.overlays.alike import Key, Mover, changed, check, key_of, reached
from sidecarlint.fixes.overlays.entries import Shown, as_init_container, listed_names
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.fixes.plan import Elsewhere, Plan
from sidecarlint.references.kustomize.brought import Brought, names_in
from sidecarlint.references.kustomize.composed import Step, patch_documents
from sidecarlint.references.kustomize.pods import pointer
from sidecarlint.references.kustomize.values import Patch
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.graph import Kustomizations


class Wanted(NamedTuple):
    """A helper in one pod, and the plan for it there."""

    brought: Brought
    plan: Plan

    @property
    def title(self) -> str:
        """The workload as refusals name it."""
        return self.brought.workload.title

    @property
    def ahead(self) -> tuple[str, ...]:
        """The init containers of the pod as it is built that are to start before the helper."""
        place = next(each.before for each in self.plan.operations if isinstance(each, Move))
        return names_in(self.brought.built.node, self.brought.built.pod, "initContainers")[:place]


class Changed(NamedTuple):
    """What a patch becomes: the operations that make it so, and the patches that then stand in its place. `key`: `alike.key_of` it."""

    key: Key
    operations: tuple[Elsewhere, ...]
    now: tuple[Patch, ...]


Follows = Callable[["Kustomizations", Sequence[Brought]], Sequence[Changed]]
"""What else must follow when the helper in these pods becomes a sidecar. Raises `Stays` where something cannot."""


def nothing_follows(graph: "Kustomizations", brought: Sequence[Brought]) -> Sequence[Changed]:
    """The answer where nothing but merges is known to follow."""
    return ()


def bringing(graph: "Kustomizations", wanted: Sequence[Wanted], shown: Shown, follows: Follows = nothing_follows) -> Plan:
    """The plan for all pods that one place brings a helper into. `manual`, with the reason, where it cannot be done for all of them."""
    name, file = wanted[0].brought.name, shown(wanted[0].brought.carrier.file)
    hazards = tuple(dict.fromkeys(hazard for each in wanted for hazard in each.plan.hazards))
    deciding = next((each for each in wanted if each.plan.applicability == "manual"), None)
    if deciding is not None:
        return Plan(deciding.plan.title, "manual", deciding.plan.hazards, ())
    if not all(any(isinstance(operation, Move) for operation in each.plan.operations) for each in wanted):
        return Plan(wanted[0].plan.title, "manual", (ONLY_MOVES.format(file=file, name=name), *hazards), ())
    title = f"Bring {name} as a sidecar: move it to initContainers in {file}, with restartPolicy: Always"
    try:
        own = _own_operations(wanted, shown)
        made = (*_changed(wanted, own, shown), *follows(graph, [each.brought for each in wanted]))
        _check(graph, wanted, made, own, shown)
    except Stays as stays:
        return Plan(f"Move {name} to initContainers by hand where {file} brings it", "manual", (str(stays), *hazards), ())
    if _may_be_used_elsewhere(wanted):
        hazards = (*hazards, USED.format(file=file))
    elsewhere = tuple(dict.fromkeys(operation for each in made for operation in each.operations))
    notes = tuple(dict.fromkeys(note for each in wanted for note in each.plan.notes))
    return Plan(title, "unsafe" if hazards else "safe", hazards, (), elsewhere, notes)


ONLY_MOVES = "what else would be written beside {name} needs its whole pod, and {file} holds only a patch of it: write it by hand"
USED = "kustomizations outside of this tree may use {file} too, and what they build is not seen here"
UNLIKE = "{file} brings {name} into {one} and {other}, which need different changes: give each a patch of its own"
ORDER = "{file} brings {name} into {one} and {other}, whose init containers differ, so it has no one place: give each a patch of its own"
MORE = "the fix would change {title} beyond {name}, and that part stands in {base}: move it by hand"
SEVERAL = "the patch in {file} holds several documents: give each an entry of its own"
OLD_FORM = "{file} lists the patch under patchesJson6902, which cannot make initContainers: turn it into patches (kustomize edit fix)"
NO_ITEM = "{file} adds {name} with a whole list: add it alone, with the path …/containers/-"
NO_TARGET = "{file} has no entry for this patch that can be changed: move {name} by hand"
NOT_EDITED = "{file} cannot be changed: {why}"
TWICE = "{file} brings {name} in and names it once more in another document: put both into one"


def _may_be_used_elsewhere(wanted: Sequence[Wanted]) -> bool:
    """Whether the patch stands in something that is made to be included."""
    return any(each.brought.carrier.layer.component or each.brought.carrier.layer.path != each.brought.way.root.path for each in wanted)


def _changed(wanted: Sequence[Wanted], own: tuple[Operation, ...], shown: Shown) -> list[Changed]:
    """The patch that brings the helper, and the merges that name it later."""
    first = wanted[0].brought
    bring = _entry if first.step.is_merge else _operation
    made = [bring(wanted, own, shown)]
    for step, among in _later(wanted):
        if any(each.key == key_of(step.layer, step.patch) for each in made):
            raise Stays(TWICE, shown(_file(step)), name=first.name)
        made.append(_follower(step, among, first.name, shown))
    return made


# What the pod's own plan asks of the container, beside the move


def _own_operations(wanted: Sequence[Wanted], shown: Shown) -> tuple[Operation, ...]:
    """The operations with routes that begin at the container: the same in every pod."""
    found = [_within(each, shown) for each in wanted]
    other = next((index for index, each in enumerate(found) if each != found[0]), None)
    if other is not None:
        one, file = wanted[0], shown(wanted[0].brought.carrier.file)
        raise Stays(UNLIKE, file, name=one.brought.name, one=one.title, other=wanted[other].title)
    return found[0]


def _within(each: Wanted, shown: Shown) -> tuple[Operation, ...]:
    move = next(operation for operation in each.plan.operations if isinstance(operation, Move))
    inner = list[Operation]()
    for operation in each.plan.operations:
        if isinstance(operation, Move):
            continue
        if operation.route[: len(move.item)] != move.item or not _is_written_here(
            each.brought, operation, operation.route[len(move.item) :]
        ):
            return _without_more(each, shown)
        inner.append(operation._replace(route=operation.route[len(move.item) :]))
    return tuple(inner) if not each.plan.elsewhere else _without_more(each, shown)


def _is_written_here(brought: Brought, operation: Operation, within: Route) -> bool:
    """Whether what an operation changes a part of is the very text of the patch, and no later patch gives it anew."""
    if not isinstance(operation, Substitute):
        return True
    built = at(brought.pod.owner.document.root, operation.route)
    return built is not None and built is at(brought.step.document.root, (*brought.carrier.route, *within))


def _without_more(each: Wanted, shown: Shown) -> tuple[Operation, ...]:
    """The same without what is done beyond the container, where the plan knows how to do without it."""
    if each.plan.instead is None:
        raise Stays(MORE, shown(each.brought.carrier.file), title=each.title, name=each.brought.name, base=shown(each.brought.base))
    return _within(each._replace(plan=each.plan.instead), shown)


def _rebased(operations: Sequence[Operation], route: Route) -> tuple[Operation, ...]:
    return tuple(each._replace(route=(*route, *each.route)) for each in operations if not isinstance(each, Move))


# A merge


def _entry(wanted: Sequence[Wanted], own: tuple[Operation, ...], shown: Shown) -> Changed:
    first = wanted[0].brought
    ahead = _one_order([(each, each.brought.step) for each in wanted], shown)
    operations = (*as_init_container(first.step.document, first.carrier.route, ahead), *_rebased(own, first.carrier.route))
    return _rewritten(first.step, operations, shown)


def _follower(step: Step, among: Sequence[tuple[Wanted, Step]], name: str, shown: Shown) -> Changed:
    """A later merge that names the helper among the containers."""
    ahead = _one_order(among, shown)
    route = next(route for route, each in listed_names(step.document, (*step.pod, "containers")) if each == name)
    return _rewritten(step, as_init_container(step.document, route, ahead), shown)


def _one_order(among: Sequence[tuple[Wanted, Step]], shown: Shown) -> tuple[str, ...]:
    """The init containers that a merge has to name in front of the helper: those that start before it and are there by then."""
    orders = [_named_ahead(each, step) for each, step in among]
    other = next((index for index, each in enumerate(orders) if each != orders[0]), None)
    if other is not None:
        one = among[0][0]
        raise Stays(ORDER, shown(_file(among[0][1])), name=one.brought.name, one=one.title, other=among[other][0].title)
    return orders[0]


def _named_ahead(each: Wanted, step: Step) -> tuple[str, ...]:
    there = names_in(step.below, step.pod, "initContainers")
    return tuple(name for name in each.ahead if name in there)


def _rewritten(step: Step, operations: tuple[Operation, ...], shown: Shown) -> Changed:
    """The patch with these operations on the document of a step."""
    patch, number = step.patch, step.document.number
    file = shown(_file(step))
    if not patch.path and len(patch_documents(patch.text)) > 1:
        raise Stays(SEVERAL, file)
    try:
        text = rewritten(patch.text, {number: operations})
    except Refusal as refusal:
        raise Stays(NOT_EDITED, file, why=refusal.reason) from None
    inner = () if patch.path else patch.route
    asked = tuple(Elsewhere(file, number if patch.path else 0, each, inner) for each in operations)
    return Changed(key_of(step.layer, patch), asked, (patch._replace(text=text),))


def _file(step: Step) -> str:
    return step.patch.path or step.layer.path


def _later(wanted: Sequence[Wanted]) -> list[tuple[Step, list[tuple[Wanted, Step]]]]:
    """The merges behind the one that brings the helper that name it among the containers, each with the pods that it is for."""
    found: dict[tuple[str, Route, int], list[tuple[Wanted, Step]]] = {}
    for each in wanted:
        steps = each.brought.built.steps
        for step in steps[steps.index(each.brought.step) + 1 :]:
            if step.is_merge and any(name == each.brought.name for _, name in listed_names(step.document, (*step.pod, "containers"))):
                found.setdefault((_file(step), step.patch.route, step.document.number), []).append((each, step))
    return [(among[0][1], among) for among in found.values()]


# A JSON patch


def _operation(wanted: Sequence[Wanted], own: tuple[Operation, ...], shown: Shown) -> Changed:
    first = wanted[0].brought
    step, number, route = first.step, int(str(first.carrier.route[0])), first.carrier.route
    operation = items(step.document.root)[number]
    to = pointer(text_of(child(operation, "path")) or "", step.pod)
    file = shown(_file(step))
    if route != (number, "value") or isinstance(to, str) or to.number is None or to.below or text_of(child(operation, "op")) != "add":
        raise Stays(NO_ITEM, file, name=first.name)
    lists = [names_in(each.brought.step.below, step.pod, "initContainers") for each in wanted]
    places = {len(_named_ahead(each, each.brought.step)) for each in wanted}
    ends = all(len(_named_ahead(each, each.brought.step)) == len(inits) for each, inits in zip(wanted, lists, strict=True))
    if all(lists) and (ends or len(places) == 1):
        place = "-" if ends else str(min(places))
        path = "/" + "/".join((*map(str, step.pod), "initContainers", place))
        return _rewritten(step, (Set((number, "path"), path), *_rebased(own, (number, "value"))), shown)
    return _as_merge(wanted, own, number, shown)


def _as_merge(wanted: Sequence[Wanted], own: tuple[Operation, ...], number: int, shown: Shown) -> Changed:
    """The operation as a merge of its own, which makes the list where there is none."""
    first = wanted[0].brought
    step, patch, file = first.step, first.step.patch, shown(_file(first.step))
    holder = shown(step.layer.path)
    if patch.after_names:
        raise Stays(OLD_FORM, holder)
    if len(patch_documents(patch.text)) > 1:
        raise Stays(SEVERAL, file)
    if patch.target is None or patch.route[:1] != ("patches",):
        raise Stays(NO_TARGET, holder, name=first.name)
    try:
        merge, rest = _merge_text(wanted, own, number, shown), without(patch.text, step.document, number)
        if patch.path and not rest:
            rewritten(patch.text, {step.document.number: (Whole(merge),)})
    except Refusal as refusal:
        raise Stays(NOT_EDITED, file, why=refusal.reason) from None
    return _in_place(step, merge, file) if not rest else _beside(step, number, merge, rest, shown)


def _in_place(step: Step, merge: str, file: str) -> Changed:
    patch = step.patch
    operation: Operation = Whole(merge) if patch.path else Set(patch.route, merge.removesuffix("\n"))
    return Changed(
        key_of(step.layer, patch), (Elsewhere(file, step.document.number if patch.path else 0, operation),), (patch._replace(text=merge),)
    )


def _beside(step: Step, number: int, merge: str, rest: str, shown: Shown) -> Changed:
    """What is left of the JSON patch stays where it is, and the merge comes behind it."""
    patch, file, holder = step.patch, shown(_file(step)), shown(step.layer.path)
    assert patch.target is not None
    asked = (("kind", patch.target.kind), ("name", patch.target.name), ("namespace", patch.target.namespace))
    more = (("labelSelector", patch.target.labels), ("annotationSelector", patch.target.annotations))
    pairs = tuple((key, value) for key, value in (("group", patch.target.group), ("version", patch.target.version), *asked, *more) if value)
    entry: Value = Fields((("target", Fields(pairs)), ("patch", merge.removesuffix("\n"))))
    gone = comments_of(patch.text, step.document, number)
    left: Operation = Whole(rest, gone) if patch.path else Set(patch.route, rest.removesuffix("\n"))
    place = int(str(patch.route[1])) + 1
    return Changed(
        key_of(step.layer, patch),
        (Elsewhere(file, step.document.number if patch.path else 0, left), Elsewhere(holder, 0, Insert(("patches",), place, entry))),
        (patch._replace(text=rest), Patch("", merge, ("patches", place, "patch"), patch.target)),
    )


def _merge_text(wanted: Sequence[Wanted], own: tuple[Operation, ...], number: int, shown: Shown) -> str:
    first = wanted[0].brought
    step, owner = first.step, first.workload.owner
    ahead = _one_order([(each, each.brought.step) for each in wanted], shown)
    asked = step.patch.target.name if step.patch.target is not None else ""
    name = asked if asked == owner.name else "any # the target decides"
    head = (f"apiVersion: {owner.api_version}", f"kind: {owner.kind}", "metadata:", f"  name: {name}")
    route = (*step.pod, "initContainers")
    text = restated(step.patch.text, step.document, number, route, head)
    bare = tuple(Insert(route, 0, Fields((("name", name),))) for name in ahead)
    return rewritten(text, {0: (*bare, *_rebased(own, (*route, 0)))})


# The proof


def _check(graph: "Kustomizations", wanted: Sequence[Wanted], made: Sequence[Changed], own: Sequence[Operation], shown: Shown) -> None:
    """Composes every pod that one of the patches gets to, with the new patches. Raises `Stays` where one is not as it should be."""
    keys = frozenset({"restartPolicy", *(str(each.route[0]) for each in own if not isinstance(each, Move))})
    moved = {each.brought.of: Mover(each.brought.name, len(each.ahead), keys) for each in wanted}
    now = {each.key: each.now for each in made}
    for base, workload, way in reached(graph, list(now), wanted[0].brought.name, shown):
        mover = moved.get((base, workload.owner.document.number, workload.pod.route), Mover())
        check(workload, way, changed(way, now), mover, shown)
