"""Containers that only a patch or a component brings into a pod, with the pod as the build has it.

In: the graph of a tree. Out: `Brought`, by the file in which the container stands. Must not know: lifecycles, rules, what people are told.

A patch is no pod: alone it says nothing of what runs beside it. So each workload is followed into its builds, and the pod is composed of
the very nodes of its base and of the patches (`composed`), as far as containers, their commands, images, ports and mounts go. Where
anything on the way cannot be followed, nothing is said (helm-kustomize B4: 30 % of the workloads with helpers have them from a patch).
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sidecarlint.documents import Directive, Document, Node, Route, at, child, documents, items, resolve, text_of
from sidecarlint.references.kustomize.breaches import is_followed, walk
from sidecarlint.references.kustomize.composed import Composed, Step, composed, listed
from sidecarlint.references.kustomize.laying import put_at
from sidecarlint.references.kustomize.pods import KEYS
from sidecarlint.references.kustomize.values import Kustomization, Patch
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.graph import Kustomizations, Way

Read = Callable[[str], str | None]


class Carrier(NamedTuple):
    """The place in a patch that brings a container: `file` is the real path where the patch stands, which is its kustomization's for an
    inline one. `route` leads to the container in document `number` of the patch."""

    file: str
    patch: Patch
    layer: Kustomization
    number: int
    route: Route

    @property
    def key(self) -> tuple[str, Route, int, Route]:
        """What tells it from others."""
        return self.file, () if self.patch.path else self.patch.route, self.number, self.route


class Brought(NamedTuple):
    """A container that a patch brings into one workload in one build. `base` is the real path of the workload's file; `step` the patch as
    it is applied to it; `built` the object at the end; `pod` the workload as it is there, with routes of its own document."""

    carrier: Carrier
    name: str
    base: str
    workload: Workload
    way: "Way"
    step: Step
    built: Composed
    pod: Workload

    @property
    def of(self) -> tuple[str, int, Route]:
        """The workload: its file, its document there, and the route to its pod."""
        return self.base, self.workload.owner.document.number, self.workload.pod.route


def all_brought(graph: "Kustomizations", read: Read) -> dict[str, tuple[Brought, ...]]:
    """The containers of `containers` that patches bring, by the real path of the file in which they stand."""
    found: dict[str, list[Brought]] = defaultdict(list)
    for base, workload in followed(graph, read, [each for each in graph.all if _may_bring(each)]):
        for way in graph.ways(base):
            for each in brought_into(base, workload, way):
                found[each.carrier.file].append(each)
    return {path: tuple(each) for path, each in sorted(found.items())}


def _may_bring(each: Kustomization) -> bool:
    return any("ontainers" in patch.text and "image" in patch.text for patch in each.patches)


def followed(graph: "Kustomizations", read: Read, above: list[Kustomization]) -> Iterator[tuple[str, Workload]]:
    """The workloads that get into some kustomizations and whose lists kustomize merges by name, with the real paths of their files."""
    for path in graph.files_below(above):
        for document in documents(read(path) or "", HOLDS_POD):
            yield from ((path, each) for each in workloads(document) if document.problem is None and is_followed(each))


def brought_into(base: str, workload: Workload, way: "Way") -> Iterator[Brought]:
    """What patches on a way bring into a workload's `containers`."""
    if not any(map(_may_bring, way.layers)):
        return
    built = composed(workload, way)
    if built is None or not agrees(built, base, workload, way):
        return
    pod: Workload | None = None
    for node in built.listed("containers"):
        origin = _origin(node, built.steps)
        if origin is not None and text_of(child(node, "image")):
            pod = pod or as_built(workload, built)
            step, route = origin
            carrier = Carrier(step.patch.path or os.path.realpath(step.layer.path), step.patch, step.layer, step.document.number, route)
            yield Brought(carrier, text_of(child(node, "name")) or "", base, workload, way, step, built, pod)


def agrees(built: Composed, base: str, workload: Workload, way: "Way") -> bool:
    """Whether the names are those that following the lists alone gives. What is followed in two ways must lead to one place."""
    found = walk(base, workload, way).lists
    return found is not None and all(names_in(built.node, built.pod, key) == tuple(each.name for each in found.of(key)) for key in KEYS)


def names_in(node: Node, pod: Route, key: str) -> tuple[str, ...]:
    """The names of the containers in one of a pod's lists."""
    return tuple(text_of(child(each, "name")) or "" for each in listed(node, pod, key))


# Where a container comes from


def _origin(container: Node, steps: tuple[Step, ...]) -> tuple[Step, Route] | None:
    """The patch that brings a container, and where in it."""
    name = child(container, "name")
    for step in steps:
        for route, each in containers_in(step.document, step.pod):
            if child(each, "name") is name and name is not None:
                return step, route
    return None


def containers_in(patch: Document, pod: Route) -> Iterator[tuple[Route, Node]]:
    """The containers that a patch holds, with their routes: those of a merge, and the values of operations."""
    root = patch.root
    if root is None:
        return
    if root.kind == "mapping":
        for key in KEYS:
            yield from (((*pod, key, index), each) for index, each in _numbered(at(root, (*pod, key))))
        return
    for number, operation in _numbered(root):
        value = child(operation, "value")
        if value is not None and value.kind == "mapping":
            yield (number, "value"), value
        yield from (((number, "value", index), each) for index, each in _numbered(value))


def _numbered(listed: Node | None) -> Iterator[tuple[int, Node]]:
    yield from ((index, node) for index, each in enumerate(items(listed)) if (node := resolve(each)) is not None)


# The workload as it is built


def as_built(workload: Workload, built: Composed) -> Workload:
    """The workload with the pod that the build has. Its document holds nodes of several texts: its spans are no places in one of them, and
    nothing of it is ever written."""
    document = workload.owner.document
    assert document.root is not None
    root = put_at(document.root, workload.owner.route, built.node)
    directed = tuple(_directed(workload, built))
    whole = document._replace(root=root, directives=directed, aliased=False)
    return next(each for each in workloads(whole) if each.pod.route == workload.pod.route)


def _directed(workload: Workload, built: Composed) -> Iterator[Directive]:
    """What comments say of containers, in whatever file, with the routes that these have in the build."""
    owner = workload.owner
    own = at(owner.document.root, workload.pod.route)
    said = {
        id(child(each, "name")): verb
        for key in KEYS
        for index, each in _numbered(child(own, key))
        for verb in _directing(owner.document, (*workload.pod.route, key, index))
    }
    for step in built.steps:
        for route, each in containers_in(step.document, step.pod):
            said |= {id(child(each, "name")): verb for verb in _directing(step.document, route)}
    for key in KEYS if said else ():
        for index, each in enumerate(built.listed(key)):
            if (directive := said.get(id(child(each, "name")))) is not None:
                yield directive._replace(route=(*workload.pod.route, key, index))


def _directing(document: Document, container: Route) -> Iterator[Directive]:
    yield from (each for each in document.directives if each.route in (container, (*container, "name")))
