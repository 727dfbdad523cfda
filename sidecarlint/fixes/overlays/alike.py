"""Whether every pod that patches get to stays what it is but for a move, once the patches are others.

In: the graph of a tree, patches and what they become, who moves. Out: nothing, or `Stays` with the file and the reason. Must not know: how
the patches were changed.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sidecarlint.documents import Route, at, child, documents, text_of
from sidecarlint.fixes.overlays.entries import Shown
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.references.kustomize.breaches import is_followed
from sidecarlint.references.kustomize.composed import Composed, composed, may_hit
from sidecarlint.references.kustomize.fields import in_pod
from sidecarlint.references.kustomize.graph import MOST_WAYS, Way
from sidecarlint.references.kustomize.guard import says_more
from sidecarlint.references.kustomize.laying import Plain, plain, taken
from sidecarlint.references.kustomize.pods import KEYS
from sidecarlint.references.kustomize.selecting import called, renamed, selects
from sidecarlint.references.kustomize.values import Kustomization, Patch
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.graph import Kustomizations

UNFOLLOWED = "what {file} makes of {title} cannot be followed, and the same patch is for it: give it a patch of its own"
NO_SCHEMA = "{file} is for {title} as well, a kind whose lists kustomize replaces instead of merging them: give it a patch of its own"
BROKEN = "{file} cannot be built as it is, as {why}: repair that first"
MANY = "{file} gets into more builds than can be followed: move {name} by hand"
UNSEEN = "{file} includes {name}, which is not in this tree, and the patch may be for what it holds: read it with --context"
SPOKEN = "{file} also reads or changes containers of {title} in another way than by patches: change that along with it, by hand"
FIELD = "{file} also leads to {path} in {title}, where {name} would stand no more: change that along with it, by hand"
INDEXED = "{file} speaks of the containers of {title} by their index, which the move shifts: name them in a strategic-merge patch instead"
DIFFERENT = "{file} would build more than {name} of {title} differently: move it by hand, and build before and after"

Key = tuple[str, Route]
"""A patch: the real path of its file, or the kustomization and the route of an inline one."""

Now = Mapping[Key, tuple[Patch, ...]]
"""What stands in the place of a patch."""


class Mover(NamedTuple):
    """The container that becomes a sidecar behind `behind` init containers. `keys`: what else is changed of it; "" where none moves."""

    name: str = ""
    behind: int = 0
    keys: frozenset[str] = frozenset()


def key_of(layer: Kustomization, patch: Patch) -> Key:
    """What tells a patch from others, in all kustomizations."""
    return (patch.path, ()) if patch.path else (os.path.realpath(layer.path), patch.route)


Reached = Iterator[tuple[str, Workload, Way]]
"""Workloads with their files and their ways."""


def reached(graph: "Kustomizations", keys: Sequence[Key], name: str, shown: Shown) -> Reached:
    """Every workload that may be patched by one of these. Raises `Stays` where not all are seen."""
    above = [each for each in graph.all if any(key_of(each, patch) in keys for patch in each.patches)]
    _check_seen(graph, above, shown)
    for path, workload, way in _below(graph, above, name, shown):
        if may_hit(workload, way, lambda *each: key_of(*each) in keys):
            yield path, workload, way


def reached_by(
    graph: "Kustomizations", layer: Kustomization, later: Callable[[Way], Way], patch: Patch, name: str, shown: Shown
) -> Reached:
    """Every workload that a patch may be for that a layer gets in addition. Raises `Stays` where not all are seen."""
    for path, workload, way in _below(graph, [layer], name, shown):
        if may_hit(workload, later(way), lambda _, each: each is patch):
            yield path, workload, way


def _below(graph: "Kustomizations", above: Sequence[Kustomization], name: str, shown: Shown) -> Reached:
    layers = {each.path for each in above}
    for path in graph.files_below(above):
        ways = graph.ways(path)
        if len(ways) == MOST_WAYS:
            raise Stays(MANY, shown(path), name=name)
        concerned = [way for way in ways if any(layer.path in layers for layer in way.layers)]
        for document in documents(graph.text(path) or "", HOLDS_POD) if concerned else ():
            for workload in workloads(document) if document.problem is None else ():
                yield from ((path, workload, way) for way in concerned)


def _check_seen(graph: "Kustomizations", above: Sequence[Kustomization], shown: Shown) -> None:
    """Raises `Stays` where a build takes in what lies outside of the tree, unless each patch names one object."""
    unseen = dict(graph.unseen)
    for each in graph.below(above) if unseen else ():
        if each.path in unseen and not all(_names_one(patch) for layer in above for patch in layer.patches):
            raise Stays(UNSEEN, shown(each.path), name=unseen[each.path])


def _names_one(patch: Patch) -> bool:
    return patch.target is None or bool(patch.target.kind and patch.target.name.replace("-", "").isalnum())


def check(workload: Workload, way: Way, later: Way, mover: Mover, shown: Shown) -> None:
    """Raises `Stays` where a way with new patches makes something else of a workload than the same with the container moved."""
    root = shown(way.root.path)
    before = composed(workload, way)
    if before is None:
        raise Stays(UNFOLLOWED, root, title=workload.title)
    after = composed(workload, later)
    if after is not None and not mover.name and plain(before.node) == plain(after.node):
        return
    broken = next((layer for layer in way.layers if layer.problem), None)
    if broken is not None:
        raise Stays(BROKEN, shown(broken.path), why=broken.problem)
    if not is_followed(workload):
        raise Stays(NO_SCHEMA, root, title=workload.title)
    _check_others(workload, way, mover, shown)
    if after is None or not _is_meant(before, after, mover):
        kept = {patch.text for layer in later.layers for patch in layer.patches}
        indexed = next(
            (each for each in before.steps if not each.is_merge and "ontainers/" in each.patch.text and each.patch.text in kept), None
        )
        file = shown(indexed.patch.path or indexed.layer.path) if indexed is not None else root
        raise Stays(INDEXED if indexed is not None else DIFFERENT, file, title=workload.title, name=mover.name or "its containers")


def changed(way: Way, now: Now) -> Way:
    """The same way with other patches."""
    return Way(tuple(layer._replace(patches=tuple(_patches(layer, now))) for layer in way.layers))


def _patches(layer: Kustomization, now: Now) -> Iterator[Patch]:
    for patch in layer.patches:
        yield from now.get(key_of(layer, patch), (patch,))


def _check_others(workload: Workload, way: Way, mover: Mover, shown: Shown) -> None:
    known, pod = called(workload.owner), workload.pod.route[len(workload.owner.route) :]
    has_names_changed = any(layer.renames for layer in way.layers)
    for layer in way.layers:
        known = renamed(known, layer)
        if says_more(layer, workload, has_names_changed):
            raise Stays(SPOKEN, shown(layer.path), title=workload.title)
        for each in layer.replaced:
            for field in each.fields if selects(each.select, known) is not False else ():
                within = in_pod(field.steps, pod)
                if within is not None and _leads_to(within[1][:1], within[0] == "containers", mover.name):
                    path = ".".join(field.steps)
                    raise Stays(FIELD, shown(each.path or layer.path), path=path, title=workload.title, name=mover.name)


def _leads_to(step: tuple[str, ...], among_containers: bool, name: str) -> bool:
    if step[:1] == (f"[name={name}]",):
        return among_containers
    return not step or not step[0].startswith("[name=")


def _is_meant(before: Composed, after: Composed, mover: Mover) -> bool:
    there, then = ([_containers(each, key) for key in KEYS] for each in (before, after))
    moving = [each for each in there[0] if mover.name and each[0] == mover.name]
    place = mover.behind
    arrived = then[1][place : place + 1] if moving else []
    wanted = [each for each in there[0] if each not in moving], [*there[1][:place], *arrived, *there[1][place:]]
    same = all(_same(one, other, mover.keys) for one, other in zip(moving, arrived, strict=False)) and len(moving) == len(arrived)
    return same and (then[0], then[1]) == wanted and _rest(before) == _rest(after)


_Container = tuple[str, Plain]


def _containers(found: Composed, key: str) -> list[_Container]:
    return [(text_of(child(each, "name")) or "", plain(each)) for each in found.listed(key)]


def _same(one: _Container, other: _Container, keys: frozenset[str]) -> bool:
    left, right = (_without(each[1], keys) for each in (one, other))
    always = isinstance(other[1], frozenset) and ("restartPolicy", "Always") in other[1]
    return one[0] == other[0] and left == right and always


def _without(found: Plain, keys: frozenset[str]) -> Plain:
    return frozenset(pair for pair in found if pair[0] not in keys) if isinstance(found, frozenset) else found


def _rest(found: Composed) -> Plain:
    """The object without the two lists."""
    node = found.node
    for key in KEYS:
        if at(found.node, (*found.pod, key)) is not None:
            node = taken(node, (*map(str, found.pod), key))
    return plain(node)
