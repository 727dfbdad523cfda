"""When the work of a custom kind is done, and what its controller then does with the pods that still run.

In: an object and the route to one of its pods. Out: `Completion`. Must not know: rules, lifecycles.

A helper that never ends holds up a Job, because Kubernetes waits for every container. Many controllers of batch work do not
wait: they look at one part of the work and delete the rest. What each does was read from its source.
"""

from collections.abc import Callable

from sidecarlint.documents import Node, Route, at, child, items, text_of, texts
from sidecarlint.workloads.kinds import Completion


def completion(way: str, owner: Node, pod: Route) -> Completion:
    """How the work is done that the pod at this route is a part of. `way` is the `done` of its kind's traits."""
    return _WAYS[way](owner, pod)


def _text(node: Node | None, *route: str | int) -> str:
    return text_of(at(node, route)) or ""


def _jobset(owner: Node, pod: Route) -> Completion:
    """A JobSet that is done deletes the Jobs that still run, and its successPolicy may be content with some of them."""
    base = pod[: pod.index("replicatedJobs")]
    policy, mine = at(owner, (*base, "successPolicy")), _text(owner, *pod[: len(base) + 2], "name")
    names = [_text(job, "name") for job in items(at(owner, (*base, "replicatedJobs")))]
    targets = texts(child(policy, "targetReplicatedJobs")) or tuple(names)
    others = [name for name in targets if name != mine]
    deletes = "the JobSet's controller deletes it when"
    if mine not in targets:
        return Completion(True, f"{deletes} {' and '.join(others)} {'is' if len(others) == 1 else 'are'} done")
    if _text(policy, "operator") == "Any" and others:
        return Completion(True, f"{deletes} {' or '.join(others)} is done")
    return Completion(True)


_PLAYERS = ("launcher", "chief", "master", "scheduler", "worker")
"""The replica types whose end is the end of a training job, the first that it has. Their names count in any case."""


def _training(owner: Node, pod: Route) -> Completion:
    """The training operator and the MPI operator look at the phase of one replica type, and clean up the others when they are told to."""
    specs = at(owner, pod[:2])
    names = {name.text.lower(): name.text for name, _ in specs.pairs} if specs else {}
    leader = next((player for player in _PLAYERS if player in names), "")
    restart = _text(owner, *pod[:3], "restartPolicy")
    restart = restart if restart in ("Always", "OnFailure") else "Never"
    if str(pod[2]).lower() == leader:
        return Completion(True, "", restart)
    cleans = _text(owner, "spec", "runPolicy", "cleanPodPolicy") or _text(owner, "spec", "cleanPodPolicy")
    if leader and cleans in ("Running", "All"):
        return Completion(True, f"the job's operator deletes it when the {names[leader]} is done", restart)
    return Completion(False, "", restart)


_DELETES = ("DeleteCluster", "DeleteSelf")


def _ray(owner: Node, pod: Route) -> Completion:
    """A RayJob is done when its entrypoint is. Its cluster stays unless the operator is told to delete it."""
    job = at(owner, pod[: pod.index("rayClusterSpec")])
    strategy = child(job, "deletionStrategy")
    told = {_text(strategy, "onSuccess", "policy"), *(_text(rule, "policy") for rule in items(child(strategy, "deletionRules")))}
    wanted = {*_DELETES, "DeleteWorkers"} if "workerGroupSpecs" in pod else set(_DELETES)
    if _text(job, "shutdownAfterJobFinishes").lower() == "true" or told & wanted:
        return Completion(True, "the RayJob's operator deletes the cluster when the job is done")
    return Completion(False)


def _volcano(owner: Node, pod: Route) -> Completion:
    """A Volcano Job is done when all its pods are, when a task with a policy for that is, or when enough pods have succeeded."""
    tasks = items(at(owner, ("spec", "tasks")))
    others = [task for index, task in enumerate(tasks) if index != pod[2]]
    deciding = [_text(task, "name") for task in others if _completes_the_job(task)]
    if deciding:
        return Completion(True, f"Volcano ends it when the task {' or '.join(deciding)} is done")
    if others and (_completes_the_job(at(owner, ("spec",))) or _text(owner, "spec", "minSuccess")):
        return Completion(True, "Volcano ends it when enough of the job's other tasks are done")
    return Completion(True)


def _completes_the_job(node: Node | None) -> bool:
    for policy in items(child(node, "policies")):
        events = (_text(policy, "event"), *texts(child(policy, "events")))
        if _text(policy, "action") == "CompleteJob" and "TaskCompleted" in events:
            return True
    return False


def _broadcast(owner: Node, pod: Route) -> Completion:
    """With the policy Never a BroadcastJob waits for further nodes for ever, though its pods end."""
    return Completion(_text(owner, *pod[:-2], "completionPolicy", "type") != "Never")


_WAYS: dict[str, Callable[[Node, Route], Completion]] = {
    "jobset": _jobset, "training": _training, "ray": _ray, "volcano": _volcano, "broadcast": _broadcast,
}  # fmt: skip
