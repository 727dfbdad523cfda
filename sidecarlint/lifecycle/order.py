"""In which order containers start and stop.

In: a pod. Out: groups of names. Must not know: text, spans, files.
"""

from sidecarlint.workloads import Container, Pod
from sidecarlint.workloads.versions import CONTAINER_RESTART, CONTAINER_RESTART_DROPPED, Version, show_version

Groups = tuple[tuple[str, ...], ...]
_POLICIES = ("Always", "Never", "OnFailure")


def starts(pod: Pod) -> Groups:
    """Init containers one after the other, a sidecar as soon as it has started, then all containers together (native-sidecars 3.1)."""
    ordered = tuple((container.name,) for container in pod.init_containers)
    return (*ordered, tuple(container.name for container in pod.containers)) if pod.containers else ordered


def stops(pod: Pod) -> Groups:
    """All containers together, then sidecars in reverse order (5.1)."""
    sidecars = tuple(container.name for container in pod.init_containers if container.is_sidecar)
    regular = tuple(container.name for container in pod.containers)
    return (regular, *((name,) for name in reversed(sidecars)))


def restart_policy_fault(container: Container, target: Version, matters: bool = True) -> str:
    """What the target version makes of a container's own restartPolicy, as the rest of a sentence; "" when it is as it says (2.1, 2.2).

    `matters` is false for an app of a pod whose containers are all started again anyway: Always changes nothing there.
    """
    policy = container.restart_policy
    if policy is None:
        return ""
    if container.list == "containers":
        return _on_a_container(policy, target, matters)
    if policy == "Always":
        return ""
    if target < CONTAINER_RESTART_DROPPED:
        return f"Kubernetes {show_version(target)} accepts only Always on an init container and refuses the pod"
    return _from_drop_on(policy, target)


def is_refused(container: Container, target: Version) -> bool:
    """Whether the API server refuses the pod because of a container's own restartPolicy (2.1)."""
    if container.restart_policy is None or container.is_sidecar:
        return False
    return target < CONTAINER_RESTART_DROPPED or (target >= CONTAINER_RESTART and container.restart_policy not in _POLICIES)


def _from_drop_on(policy: str, target: Version) -> str:
    """1.34 drops whatever it says, before it asks what that is."""
    if target < CONTAINER_RESTART:
        return f"Kubernetes {show_version(target)} drops it without a word"
    return "" if policy in _POLICIES else f"{policy or 'an empty text'} is no restart policy, so the API server refuses the pod"


def _on_a_container(policy: str, target: Version, matters: bool) -> str:
    if target < CONTAINER_RESTART_DROPPED:
        return f"Kubernetes {show_version(target)} refuses the pod: only init containers may have one"
    if (fault := _from_drop_on(policy, target)) or policy != "Always" or not matters:
        return fault
    return "here it does not make a sidecar: the container starts and stops with the app, and a pod that is meant to end never does"
