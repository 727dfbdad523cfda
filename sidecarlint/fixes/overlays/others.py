"""Who else is concerned when a document that speaks of a workload's containers is edited.

In: what documents need, the graph. Out: nothing, or `Stays`. Must not know: what the operations are.

A patch may be for several objects, and a file may be used in several builds. All of them must want the same.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.documents import documents
from sidecarlint.fixes.overlays import reasons
from sidecarlint.fixes.overlays.following import Needed, Read, Spot, is_for, patches_in
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.references.kustomize.graph import Kustomizations, Way
from sidecarlint.references.kustomize.selecting import Called, called, renamed, selects
from sidecarlint.references.kustomize.values import Kustomization, Selector
from sidecarlint.sources.nearby import short
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

_LITERAL = re.compile(r"(?:[\w-]|\\[^\w])+")
"""A selector's word that fits one name only; what is no letter may be escaped."""


def check_users(graph: Kustomizations, spots: Sequence[Spot], reached: Sequence[str]) -> None:
    """Raises `Stays` where a document is used by a kustomization that this workload does not get into. `reached` are the paths of those
    that it does."""
    paths = {spot.path for spot in spots if not spot.inner}
    for each in (*graph.all, *graph.objects):
        used = [patch.path for patch in each.patches if patch.path in paths]
        said = (*(one.path for one in each.replaced), *(one.path for one in each.sources), *(one.path for one in each.configured))
        used += [file for file in said if file in paths]
        if used and each.path not in reached:
            raise Stays(reasons.ANOTHER_USER, used[0], one=short(each.path))


def check_objects(graph: Kustomizations, needed: Sequence[Needed], path: str, workload: Workload, read: Read) -> None:
    """Raises `Stays` where something that is edited is for another workload too, or may be for one that is not in this tree."""
    for each in needed:
        if each.patch is None and each.select is None:
            continue
        target = each.patch.target if each.patch is not None else each.select
        below = graph.below([each.layer])
        beyond = next((written for at, written in graph.unseen if at in {one.path for one in below}), None)
        if beyond and target is not None and not _is_one(target):
            raise Stays(reasons.UNSEEN, each.spot.path, name=beyond)
        for other, found in _reached(graph, each, path, workload, read):
            if _concerns(each, found):
                raise Stays(reasons.ELSEWHERE, each.spot.path, name=other.title)


def _is_one(target: Selector) -> bool:
    """Whether a target can only be one object, as two of a kind do not have the same name."""
    return bool(_LITERAL.fullmatch(target.kind) and _LITERAL.fullmatch(target.name))


def _reached(graph: Kustomizations, needed: Needed, path: str, workload: Workload, read: Read) -> Iterator[tuple[Workload, Called]]:
    """The other workloads that get to a kustomization, with what they are called in front of it."""
    for other in graph.files_below([needed.layer]):
        for found in _workloads(other, read):
            same = other == path and (found.owner.document.number, found.owner.route) == (
                workload.owner.document.number,
                workload.owner.route,
            )
            for way in graph.ways(other) if not same else ():
                if needed.layer.path in [layer.path for layer in way.layers]:
                    yield found, _called_at(found, way, needed.layer)


def _workloads(path: str, read: Read) -> Iterator[Workload]:
    text = read(path) or ""
    for document in documents(text, HOLDS_POD) if HOLDS_POD.search(text) else ():
        yield from workloads(document)


def _called_at(workload: Workload, way: Way, layer: Kustomization) -> Called:
    found = called(workload.owner)
    for each in way.layers:
        if each == layer:
            break
        found = renamed(found, each)
    return found


def _concerns(needed: Needed, found: Called) -> bool:
    if needed.patch is None:
        return needed.select is not None and selects(needed.select, renamed(found, needed.layer)) is not False
    at = next((there for patch, there in patches_in(needed.layer, found) if patch == needed.patch), found)
    return any(is_for(needed.patch, each, at) is not False for each in documents(needed.patch.text) if each.number == _number(needed))


def _number(needed: Needed) -> int:
    return needed.spot.number if not needed.spot.inner else 0
