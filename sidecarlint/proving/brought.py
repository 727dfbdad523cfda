"""What plans mean for containers that a patch or a component brings into a build, or that a patch moves there.

In: the graph of a tree, plans, a build before and after. Out: `Outcome`s. Must not know: formats, how a patch is followed.

No file holds such a container in its pod, so what was to happen is looked for in the build itself: wherever the container has left
`containers`, it must have become a sidecar, and nothing else may have changed.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.documents import Route, documents
from sidecarlint.edits import Move, Operation, Set, Value
from sidecarlint.edits.outcomes import Outcome
from sidecarlint.judging import Planned
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.settings import OwnKind
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

_SIDECAR: tuple[Route, Value] = (("restartPolicy",), "Always")


def brought(
    graph: Kustomizations, planned: Sequence[Planned], before: str, after: str, own: tuple[OwnKind, ...] = ()
) -> tuple[Outcome, ...]:
    """The outcomes of those plans whose container is in no pod of the file that the finding is in, or whose file stays as it is."""
    wanted = {each.finding.container: _sets(each) for each in planned if each.finding.container and _is_brought(graph, each)}
    if not wanted:
        return ()
    found = list[Outcome]()
    native = {_key(each, name) for each in _pods(after, own) for name in _names(each, "initContainers")}
    for pod in _pods(before, own):
        for name in _names(pod, "containers"):
            if name in wanted and _key(pod, name) in native:
                found.append(_outcome(pod, name, wanted[name]))
    return tuple(dict.fromkeys(found))


def _is_brought(graph: Kustomizations, each: Planned) -> bool:
    return each.plan is not None and (not each.plan.operations or not graph.ways(each.finding.location.path))


def _outcome(pod: Workload, name: str, sets: tuple[tuple[Route, Value], ...]) -> Outcome:
    owner = pod.owner
    return Outcome(owner.kind, (owner.name,), pod.pod.route[len(owner.route) :], name, "containers", "initContainers", sets=sets)


def _sets(planned: Planned) -> tuple[tuple[Route, Value], ...]:
    """What is set in the container in its patch, that it is a sidecar first."""
    assert planned.plan is not None
    asked: list[Operation] = [*planned.plan.operations, *(each.operation for each in planned.plan.elsewhere)]
    items = [each.item for each in asked if isinstance(each, Move)]
    found = [_SIDECAR]
    for each in asked:
        item = next((item for item in items if isinstance(each, Set) and each.route[: len(item)] == item), None)
        if isinstance(each, Set) and item is not None:
            found.append((each.route[len(item) :], each.value))
    return tuple(dict.fromkeys(found))


def _pods(text: str, own: tuple[OwnKind, ...]) -> Iterator[Workload]:
    for document in documents(text, HOLDS_POD):
        yield from workloads(document, own)


def _names(pod: Workload, key: str) -> list[str]:
    listed = pod.pod.containers if key == "containers" else pod.pod.init_containers
    return [each.name for each in listed]


def _key(pod: Workload, name: str) -> tuple[str, str, Route, str]:
    return pod.owner.kind, pod.owner.name, pod.pod.route, name
