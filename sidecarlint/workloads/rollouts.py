"""What becomes of the pods that run when a changed manifest is applied.

In: a `Workload`. Out: `Rollout`. Must not know: rules, lifecycles. Facts: native-sidecars 2.13 and 2.14, and the API reference of apps/v1
and batch/v1 (updateStrategy, partition, paused).
"""

from collections.abc import Callable

from sidecarlint.documents import Node, at, text_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload


class Rollout(NamedTuple):
    """What applying a change of the pod template brings about.

    pods       how many pods are started anew by it, None where the manifest does not say; 0 where nothing happens to what runs
    why        the same as a sentence
    immutable  why the object cannot be changed in place, as a clause; "" when it can
    per_node   whether it is one pod on each node
    """

    pods: int | None
    why: str
    immutable: str = ""
    per_node: bool = False


def rollout_of(workload: Workload) -> Rollout:
    """What applying a change to this workload's pod template brings about."""
    return _KINDS.get(workload.owner.kind, _by_controller)(workload)


def _by_controller(workload: Workload) -> Rollout:
    return Rollout(None, f"The controller of {workload.owner.kind} decides which pods it starts anew.")


def _deployment(workload: Workload) -> Rollout:
    count = _replicas(workload)
    if _text(workload, "paused").lower() == "true":
        return Rollout(0, "It is paused, so nothing restarts until somebody resumes it.")
    return Rollout(count, f"{_pods(count)} {_starts(count)} anew{', a few at a time' if count > 1 else ''}.")


def _stateful_set(workload: Workload) -> Rollout:
    if _text(workload, "updateStrategy", "type") == "OnDelete":
        return Rollout(0, _ON_DELETE)
    count, partition = _replicas(workload), _number(workload, 0, "updateStrategy", "rollingUpdate", "partition")
    if partition:
        moved = max(count - partition, 0)
        return Rollout(moved, f"Its partition is {partition}: {_pods(moved)} {_starts(moved)} anew, and those below it stay as they are.")
    return Rollout(count, f"{_pods(count)} {_starts(count)} anew{', one after the other' if count > 1 else ''}.")


def _daemon_set(workload: Workload) -> Rollout:
    if _text(workload, "updateStrategy", "type") == "OnDelete":
        return Rollout(0, _ON_DELETE)
    return Rollout(None, "One pod starts anew on each node, a few at a time.", per_node=True)


def _replica_set(workload: Workload) -> Rollout:
    return Rollout(0, f"A {workload.owner.kind} leaves the pods that run as they are; only new ones get the change.")


def _cron_job(workload: Workload) -> Rollout:
    return Rollout(0, "Nothing restarts: the next run gets the change.")


def _job(workload: Workload) -> Rollout:
    if reason := _made_anew(workload):
        return Rollout(0, reason)
    return Rollout(0, "A Job's pod template cannot be changed: the Job is deleted and made again, and runs again.", _TEMPLATE)


def _pod(workload: Workload) -> Rollout:
    if reason := _made_anew(workload):
        return Rollout(0, reason)
    return Rollout(1, "A pod cannot gain or lose containers: it is deleted and made again.", _CONTAINERS)


def _template(workload: Workload) -> Rollout:
    return Rollout(0, "Nothing restarts: it is a template for pods to come.")


_ON_DELETE = "Its update strategy is OnDelete: nothing restarts until somebody deletes its pods."
_TEMPLATE = "a Job's pod template is immutable"
_CONTAINERS = "a pod may not gain or lose containers"

_KINDS: dict[str, Callable[[Workload], Rollout]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "ReplicaSet": _replica_set,
    "ReplicationController": _replica_set,
    "CronJob": _cron_job,
    "Job": _job,
    "Pod": _pod,
    "PodTemplate": _template,
}

_HOOKS = {
    "helm.sh/hook": "Helm",
    "argocd.argoproj.io/hook": "Argo CD",
}
"""Annotations of objects that a tool makes for one run. Both delete the one of the last run first, unless a policy says otherwise."""


def _made_anew(workload: Workload) -> str:
    """Why each apply makes a new object anyway; "" when it does not."""
    meta = at(workload.owner.node, ("metadata",))
    if text_of(at(meta, ("generateName",))) and not text_of(at(meta, ("name",))):
        return "It has a generated name, so each run is a new object and the next one gets the change."
    for key, tool in _HOOKS.items():
        policy = _annotation(workload, f"{key}-delete-policy")
        if _annotation(workload, key) and (not policy or "before-hook-creation" in policy.lower() or "BeforeHookCreation" in policy):
            return f"It is a hook of {tool}, which deletes the last one before it makes the next: the next run gets the change."
    if _is_forced(workload):
        return "An annotation tells the tool that applies it to replace it: it is deleted and made again, and runs again."
    return ""


def _is_forced(workload: Workload) -> bool:
    options = {each.strip() for each in _annotation(workload, "argocd.argoproj.io/sync-options").split(",")}
    flux = _annotation(workload, "kustomize.toolkit.fluxcd.io/force").lower()
    return {"Force=true", "Replace=true"} <= options or flux in ("enabled", "true")


def _annotation(workload: Workload, key: str) -> str:
    return text_of(at(workload.owner.node, ("metadata", "annotations", key))) or ""


def _replicas(workload: Workload) -> int:
    return _number(workload, 1, "replicas")


def _number(workload: Workload, default: int, *route: str) -> int:
    text = _text(workload, *route)
    return int(text) if text.isdecimal() and len(text) < 8 else default


def _text(workload: Workload, *route: str) -> str:
    return text_of(_in_spec(workload, *route)) or ""


def _in_spec(workload: Workload, *route: str) -> Node | None:
    return at(workload.owner.node, ("spec", *route))


def _pods(count: int) -> str:
    return f"{count or 'No'} pod{'' if count == 1 else 's'}"


def _starts(count: int) -> str:
    return "starts" if count == 1 else "start"
