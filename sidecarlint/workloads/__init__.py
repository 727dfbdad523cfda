"""Documents to workloads: one pod template and the object that owns it.

In: `Document`. Out: `Workload`, typed views of pod and container, command lines, images, Kubernetes versions. Must not
know: rules, lifecycles.
"""

import re
from collections.abc import Iterator

from sidecarlint.documents import Document, Node, Route, at, child, items, resolve, text_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.kinds import SHAPES, Shape, shape_of
from sidecarlint.workloads.pods import Container, Pod, Probe, read_pod

__all__ = ["HOLDS_POD", "SHAPES", "Container", "Object", "Pod", "Probe", "Workload", "objects", "workloads"]

HOLDS_POD = re.compile(rf"ontainers['\"]?[ \t]*:|kind['\"]?[ \t]*:[ \t]*['\"]?(?:{'|'.join(SHAPES)})\b")
"""A text in which this is not found holds no pod template: neither `containers:` nor `initContainers:`, nor a kind that has them."""

_DEEPEST_LIST = 5


class Object(NamedTuple):
    """A Kubernetes object: anything with apiVersion and kind, also inside a List. `route` leads to it."""

    document: Document
    route: Route
    api_version: str
    kind: str
    name: str
    namespace: str
    node: Node


class Workload(NamedTuple):
    """A pod template and the object that owns it. `finite`: its pods are meant to end. Routes start at the document's root.

    `failure_rules`: the containers whose exit codes a Job's podFailurePolicy names.
    """

    owner: Object
    pod: Pod
    finite: bool
    failure_rules: tuple[str, ...] = ()
    partial: bool = False

    @property
    def title(self) -> str:
        """Kind and name as people say them: `Deployment/web`."""
        return f"{self.owner.kind}/{self.owner.name or '(no name)'}"


def objects(document: Document) -> Iterator[Object]:
    """The Kubernetes objects of a document; those inside a List one by one, the List itself not."""
    if document.root is not None:
        yield from _objects(document, document.root, (), _Listed("", "", 0))


class _Listed(NamedTuple):
    """What a list says of its items, which may leave it out in a typed one such as a DeploymentList."""

    api_version: str
    kind: str
    depth: int


def _objects(document: Document, item: Node, route: Route, listed: _Listed) -> Iterator[Object]:
    node = resolve(item)
    kind, api_version = text_of(child(node, "kind")) or listed.kind, text_of(child(node, "apiVersion")) or listed.api_version
    if node is None or not kind or not api_version:
        return
    inner = child(node, "items")
    if kind.endswith("List") and inner is not None and inner.kind == "sequence":
        within = _Listed(api_version if kind != "List" else "", kind.removesuffix("List"), listed.depth + 1)
        for index, each in enumerate(inner.items if within.depth <= _DEEPEST_LIST else ()):
            yield from _objects(document, each, (*route, "items", index), within)
        return
    meta = child(node, "metadata")
    name = text_of(child(meta, "name")) or text_of(child(meta, "generateName")) or ""
    yield Object(document, route, api_version, kind, name, text_of(child(meta, "namespace")) or "", node)


def workloads(document: Document) -> Iterator[Workload]:
    """The pod templates of a document's built-in kinds that hold at least one container."""
    for owner in objects(document):
        shape = shape_of(owner.api_version, owner.kind)
        if shape is not None and items(at(owner.node, (*shape.pod, "containers"))) + items(at(owner.node, (*shape.pod, "initContainers"))):
            yield _workload(document, owner, shape)


def _workload(document: Document, owner: Object, shape: Shape) -> Workload:
    assert document.root is not None
    pod = read_pod(document.root, owner.route + shape.pod, owner.route + shape.meta)
    finite = pod.restart_policy in ("Never", "OnFailure") if shape.finite is None else shape.finite
    return Workload(owner, pod, finite, tuple(_failure_rules(owner, shape)) if finite else ())


def _failure_rules(owner: Object, shape: Shape) -> Iterator[str]:
    """It stands beside the pod template."""
    for rule in items(at(owner.node, (*shape.pod[:-2], "podFailurePolicy", "rules"))):
        name = text_of(child(child(rule, "onExitCodes"), "containerName"))
        if name:
            yield name
