"""Documents to workloads: one pod template and the object that owns it.

In: `Document`. Out: `Workload`, typed views of pod and container, command lines, images, Kubernetes versions. Must not
know: rules, lifecycles.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sidecarlint.documents import Document, Node, Route, at, child, items, resolve, text_of, texts
from sidecarlint.settings import OwnKind
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.kinds import BUILT_IN, Completion, Shape, pods_in, shapes_of
from sidecarlint.workloads.pods import Container, Pod, Probe, read_pod

if TYPE_CHECKING:
    from sidecarlint.workloads.deadlines import Deadline

__all__ = ["HOLDS_POD", "Container", "ExitCodes", "Object", "Pod", "Probe", "Workload", "objects", "workloads"]

HOLDS_POD = re.compile(rf"ontainers['\"]?[ \t]*:|kind['\"]?[ \t]*:[ \t]*['\"]?(?:{'|'.join(BUILT_IN)})\b")
"""A text in which this is not found holds no pod template: neither `containers:` nor `initContainers:`, nor a kind that must have them."""

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


class ExitCodes(NamedTuple):
    """What a rule of a podFailurePolicy asks of exit codes. `operator`: In or NotIn. `route` leads to its `onExitCodes`."""

    operator: str
    values: tuple[str, ...]
    route: Route


class Workload(NamedTuple):
    """A pod template and the object that owns it. `finite`: its pods are meant to end. Routes start at the document's root.

    failure_rules  the containers whose exit codes a Job's podFailurePolicy names
    open_failure_rules  those of its rules that are about exit codes and name no container
    backoff_limit  a Job's, None where none is given
    partial        the containers are laid over those of another pod, so no app is expected among them
    unfixable      why nothing in it may be rewritten, in one line; "" when it may be
    ended_by       what ends its pods when the work is done, though a container of theirs runs on, as a clause; "" when nothing does
    deadline       when Kubernetes gives pods up that are meant to end
    unread         actions of a template may say when its pods are ended
    doubts         what a move of its containers would rely on without seeing it, as sentences; each makes the move unsafe
    in_values      the lists stand in values of a chart, which makes the rest of the pod
    inner          the route to the scalar whose own YAML all other routes are about; () where they are about the document
    """

    owner: Object
    pod: Pod
    finite: bool
    failure_rules: tuple[str, ...] = ()
    partial: bool = False
    unfixable: str = ""
    ended_by: str = ""
    open_failure_rules: tuple[ExitCodes, ...] = ()
    backoff_limit: int | None = None
    deadline: "Deadline | None" = None
    unread: bool = False
    doubts: tuple[str, ...] = ()
    in_values: bool = False
    inner: Route = ()

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
    key = _list_key(kind, node)
    if key:
        within = _Listed(api_version if kind not in _MIXED else "", kind.removesuffix("List"), listed.depth + 1)
        for index, each in enumerate(items(child(node, key)) if within.depth <= _DEEPEST_LIST else ()):
            yield from _objects(document, each, (*route, key, index), within)
        return
    if document.masked and "{{" in api_version:
        api_version = _usual_version(kind)
    meta = child(node, "metadata")
    name = text_of(child(meta, "name")) or text_of(child(meta, "generateName")) or ""
    yield Object(document, route, api_version, kind, name, text_of(child(meta, "namespace")) or "", node)


def _usual_version(kind: str) -> str:
    from sidecarlint.workloads.templated import usual_version

    return usual_version(kind)


_MIXED = ("List", "Template")


def _list_key(kind: str, node: Node) -> str:
    """Where an object keeps further objects: a List its items, a Template of OpenShift its objects; "" for any other."""
    key = "items" if kind.endswith("List") else "objects" if kind == "Template" else ""
    inner = child(node, key) if key else None
    return key if inner is not None and inner.kind == "sequence" else ""


def workloads(document: Document, own: tuple[OwnKind, ...] = ()) -> Iterator[Workload]:
    """The pod templates of a document that hold at least one container. `own`: the kinds that the configuration names."""
    for owner in objects(document):
        for shape in shapes_of(owner.api_version, owner.kind, own):
            for route in pods_in(owner.node, shape):
                pod = at(owner.node, route)
                if items(child(pod, "containers")) or items(child(pod, "initContainers")):
                    yield _workload(document, owner, shape, route)


def _workload(document: Document, owner: Object, shape: Shape, route: Route) -> Workload:
    pod = _pod(document, owner, shape, route)
    done = _completion(owner, shape, route, pod)
    bare = "" if _is_whole(owner, route) else next((each.name or "a container" for each in pod.all_containers if not each.image), "")
    return Workload(
        owner,
        pod._replace(restart_policy=done.restart) if done.restart else pod,
        done.finite,
        failure_rules=tuple(_failure_rules(owner, route)) if done.finite else (),
        partial=shape.traits.partial or bool(bare),
        unfixable=shape.unfixable or (_PATCH.format(name=bare) if bare else ""),
        ended_by=done.ended_by,
        open_failure_rules=tuple(_open_failure_rules(owner, route)) if done.finite else (),
        backoff_limit=_backoff_limit(owner, route) if done.finite else None,
        deadline=_deadline(owner, route) if done.finite else None,
        unread=document.masked and done.finite and _ends_are_open(owner, route),
    )


def _ends_are_open(owner: Object, pod: Route) -> bool:
    from sidecarlint.workloads.templated import ends_are_open

    return ends_are_open(owner.node, pod)


def _deadline(owner: Object, pod: Route) -> "Deadline | None":
    from sidecarlint.workloads.deadlines import deadline_of

    return deadline_of(owner.node, owner.route, pod)


def _backoff_limit(owner: Object, route: Route) -> int | None:
    limit = text_of(at(owner.node, (*route[:-2], "backoffLimit"))) or ""
    return int(limit) if limit.isdecimal() and len(limit) < 10 else None


def _is_whole(owner: Object, route: Route) -> bool:
    """Whether it has what an API server asks for and a patch has no reason to repeat: a selector, or the restartPolicy of a Job. Then an
    image that is missing is only left out, as in examples."""
    if text_of(at(owner.node, (*route, "restartPolicy"))) is not None:
        return owner.kind in ("Job", "CronJob")
    return child(child(owner.node, "spec"), "selector") is not None


def _pod(document: Document, owner: Object, shape: Shape, route: Route) -> Pod:
    assert document.root is not None
    inside = shape.traits.meta
    meta = (*route[:-1], "metadata") if inside is None else route + inside
    pod = read_pod(document.root, owner.route + route, owner.route + meta, _directed(document))
    if document.masked:
        from sidecarlint.workloads.templated import as_far_as_literal

        pod = as_far_as_literal(pod, document.root)
    return pod._replace(containers=_laid_down(pod.containers, shape.traits.apps)) if shape.traits.apps else pod


def _completion(owner: Object, shape: Shape, route: Route, pod: Pod) -> Completion:
    if shape.traits.done:
        from sidecarlint.workloads.completion import completion

        return completion(shape.traits.done, owner.node, route)
    finite = shape.traits.finite
    return Completion(pod.restart_policy in ("Never", "OnFailure") if finite is None else finite)


_PATCH = "{name} has no image, so this is a patch of another manifest; its base may have to change with it"


def _directed(document: Document) -> dict[Route, str]:
    """What comments say of containers, by the route to the container or to its name."""
    return {each.route: each.verb for each in document.directives if each.route is not None and each.verb in ("helper", "app")}


def _laid_down(containers: tuple[Container, ...], apps: str) -> tuple[Container, ...]:
    """The containers with the parts that the kind itself gives them. Knative allows ports on one container only, which takes the
    requests; the containers of a containerSet are steps of one work."""
    if apps == "all":
        return tuple(each._replace(directive="app") for each in containers)
    serving = [each for each in containers if each.ports]
    if apps != "ports" or len(serving) != 1:
        return containers
    return tuple(each._replace(directive=each.directive or "app") if each is serving[0] else each for each in containers)


def _failure_rules(owner: Object, route: Route) -> Iterator[str]:
    """They stand beside the pod template."""
    for rule in items(at(owner.node, (*route[:-2], "podFailurePolicy", "rules"))):
        name = text_of(child(child(rule, "onExitCodes"), "containerName"))
        if name:
            yield name


def _open_failure_rules(owner: Object, pod: Route) -> Iterator[ExitCodes]:
    below = (*pod[:-2], "podFailurePolicy", "rules")
    for index, rule in enumerate(items(at(owner.node, below))):
        asked = child(rule, "onExitCodes")
        if asked is not None and not text_of(child(asked, "containerName")):
            route = (*owner.route, *below, index, "onExitCodes")
            yield ExitCodes(text_of(child(asked, "operator")) or "", texts(child(asked, "values")), route)
