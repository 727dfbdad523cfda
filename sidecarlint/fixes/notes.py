"""What stays true after a move and people should know, although it makes the move no less safe: the table of notes.

In: a `Case`. Out: sentences. Must not know: text. Facts: native-sidecars.md, by section.

A note is about this pod, and costs little: nobody may ask for it. What is true of every move is in `GENERAL`, so that a report can say
it once.
"""

import re
from collections.abc import Callable

from sidecarlint.documents import at, text_of
from sidecarlint.fixes.hazards.case import Case
from sidecarlint.workloads import Container, Pod
from sidecarlint.workloads.quantities import parse_quantity
from sidecarlint.workloads.versions import DEAF_WHILE_STARTING, FROZEN_STATUS, OOM_SCORE, PORTS_OF_KUBECTL, STUCK_IN_CREATED, fixed_in

_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_SHELLS = ("sh", "bash", "ash", "dash")
_DEAF = frozenset({"tail", "sleep", "cat"})
"""Programs that do nothing about SIGTERM themselves."""
_LOOP = r"\b(?:while|until|for)\b"
_SHORT = 3

GENERAL: tuple[str, ...] = (
    "kube-state-metrics counts a sidecar in kube_pod_init_container_* and no longer in kube_pod_container_*: alerts and dashboards have to"
    " look there",
    'Prometheus finds a sidecar by the role pod with __meta_kubernetes_pod_container_init="true"',
    "its state stands in status.initContainerStatuses and no longer in status.containerStatuses",
    "kubectl describe pod lists a sidecar below Init Containers; kubectl get pods shows Init:0/1 until it has started, and still counts it"
    " in READY and RESTARTS",
    "kube-linter no longer checks a sidecar's probes, nor Polaris its requests, limits and livenessProbe; kube-score checks one probe in"
    " the whole pod",
    "policies that read spec.containers alone no longer cover a sidecar",
)
"""True of every move (3.10, 7.9, 7.10, 8.3, 8.5, 12.7; what other linters read: their sources of August 2026, peers section 0)."""


def start_critical(case: Case) -> str | None:
    """3.1, 3.7. Where nobody gains from it, it is a hazard."""
    if case.life.benefit == "none":
        return None
    return f"the app starts only once the image of {case.life.name} is there and it runs"


def default_container(case: Case) -> str | None:
    """8.1: without an annotation, kubectl takes the first of `containers`."""
    first = case.container.list == "containers" and case.container.position == 0
    if not first or not case.others or _DEFAULT_CONTAINER in case.pod.annotations:
        return None
    name, following = case.life.name, case.others[0]
    if following.part != "app":
        # Whether that one moves too is not known here.
        return f"kubectl logs and kubectl exec no longer take {name} by default, only with -c {name}"
    return f"kubectl logs and kubectl exec take {following.name} by default from now on, and {name} with -c {name}"


def only_container(case: Case) -> str | None:
    """8.2: the API asks for a container's name as long as there are several regular ones."""
    together = case.life.benefit == "completion"
    left = [other.name for other in case.others if not (together and other.holds_up_work)]
    return f"the API gives logs without a container's name from now on, those of {left[0]}" if len(left) == 1 else None


def ports(case: Case) -> str | None:
    """7.9."""
    if not any(port.number for port in case.container.ports):
        return None
    return f"Prometheus knows the ports of {case.life.name} by the roles endpoints and endpointslice only from 3.0 on"


def port_forward(case: Case) -> str | None:
    """7.5. kubectl may be one minor version older than the API server (1.16)."""
    name = next((port.name for port in case.container.ports if port.name), None)
    if name is None or case.target[:2] > PORTS_OF_KUBECTL[:2]:
        return None
    return f"kubectl port-forward and kubectl expose find the port {name} by its name only from kubectl 1.31 on"


def exit_code(case: Case) -> str | None:
    """5.10. Where it may end by itself, it is a hazard."""
    if not _comes_to_an_end(case) or case.pod.restart_policy != "Never" or case.life.ends in ("unknown", "when-done"):
        return None
    return f"an exit code of {case.life.name} no longer makes the pod fail; it is started again"


def _comes_to_an_end(case: Case) -> bool:
    """Whether the pod is meant to end, and not every app in it is seen to go on for ever."""
    return case.before.pod.finite and any(other.part == "app" and other.ends != "never" for other in case.others)


def slow_end(case: Case) -> str | None:
    """5.9: the pod is not done before its sidecars are, and the first process of a container gets no default action for SIGTERM."""
    grace = case.pod.grace_seconds
    if not _comes_to_an_end(case) or case.pod.shared_processes or grace < _SHORT or not _is_deaf(case):
        return None
    return f"{case.life.name} does not react to SIGTERM, so the pod is done only {grace} seconds after its work"


def _is_deaf(case: Case) -> bool:
    """Whether a plain tool, or a shell around such tools or around a loop, runs without a trap."""
    if not case.container.command and case.life.role != "log-reader":
        return False
    words, tools = " ".join(case.life.seen.words), {argv[0].rpartition("/")[2] for argv in case.life.seen.does.programs}
    first = case.life.seen.words[0].rpartition("/")[2] if words else ""
    if "trap" in words:
        return False
    loops = "exec" not in words and re.search(_LOOP, words) is not None
    return first in _DEAF or (first in _SHELLS and (loops or (bool(tools) and tools <= _DEAF)))


def killed_for_memory(case: Case) -> str | None:
    """5.17: since 1.32 a sidecar is no likelier to be killed than the regular container that requests the least memory. Of a pod that its
    node needs, all containers are killed last (pkg/kubelet/qos/policy.go, IsNodeCriticalPod)."""
    own, others = _memory(case.container), [(_memory(other.seen.container), other.name) for other in case.others if other.part == "app"]
    if case.kubelet < OOM_SCORE or not others or _is_guaranteed(case.pod) or _is_needed_by_its_node(case):
        return None
    least, name = min(others)
    return f"when its node is short of memory, {case.life.name} is no longer likelier to be killed than {name}" if own < least else None


def _memory(container: Container) -> int:
    return parse_quantity(container.requests.get("memory", "")) or 0


def _is_needed_by_its_node(case: Case) -> bool:
    return text_of(at(case.before.workload.owner.document.root, (*case.pod.route, "priorityClassName"))) == "system-node-critical"


def _is_guaranteed(pod: Pod) -> bool:
    """Whether all that its containers request is all that they may use; then all of them are killed last."""
    both = [(each.requests, each.limits) for each in pod.all_containers]
    return all(limits.get(key) and requests.get(key) == limits[key] for requests, limits in both for key in ("cpu", "memory"))


def frozen_status(case: Case) -> str | None:
    """4.5 and 11, #123323."""
    fixed = fixed_in(case.kubelet, FROZEN_STATUS)
    if not fixed or case.pod.restart_policy == "Always":
        return None
    return f"before Kubernetes {fixed} kubectl shows a wrong READY of {case.life.name} once it has been started again"


def deaf_while_starting(case: Case) -> str | None:
    """11, #125935: only with an init container behind it that has not started yet."""
    fixed = fixed_in(case.kubelet, DEAF_WHILE_STARTING)
    if not fixed or case.life.place is None or case.life.place >= len(case.pod.init_containers):
        return None
    return f"before Kubernetes {fixed} a pod that is deleted while it starts tells {case.life.name} only when its grace period is over"


def stuck_in_created(case: Case) -> str | None:
    """11, #126543: it befalls init containers of any kind, so it is new only to pods without any."""
    fixed = fixed_in(case.kubelet, STUCK_IN_CREATED)
    if not fixed or case.pod.init_containers:
        return None
    return f"before Kubernetes {fixed} an init container can stay in Created after an error of the container runtime"


NOTES: tuple[Callable[[Case], str | None], ...] = (
    start_critical,
    exit_code,
    slow_end,
    default_container,
    only_container,
    ports,
    port_forward,
    killed_for_memory,
    frozen_status,
    deaf_while_starting,
    stuck_in_created,
)
"""Every note, in the order in which a report says them."""


def notes_of(case: Case) -> tuple[str, ...]:
    """The notes of one move."""
    return tuple(note for each in NOTES if (note := each(case)) is not None)
