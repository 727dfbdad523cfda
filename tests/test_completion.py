"""When the work of custom kinds is done: whether their pods are meant to end, and what ends those that do not end by themselves."""

from typing import Any

import pytest

from tests.objects import POD, found, obj

# fmt: off
JOB = {"template": {"spec": POD}}
RAY = {"rayClusterSpec": {"headGroupSpec": JOB}}
WORKERS = {"rayClusterSpec": {"workerGroupSpecs": [JOB]}}
SHUT = "the RayJob's operator deletes the cluster when the job is done"


def jobs(*names: str) -> list[Any]:
    return [{"name": name, "template": {"spec": JOB}} for name in names]


def tasks(*names: str) -> list[Any]:
    done = {"policies": [{"event": "TaskCompleted", "action": "CompleteJob"}]}
    return [{"name": name.strip("!"), **JOB, **(done if name.endswith("!") else {})} for name in names]


def mpi(policy: str | None = None, **old: str) -> dict[str, Any]:
    return {"mpiReplicaSpecs": {"Launcher": JOB, "Worker": JOB}, "runPolicy": {"cleanPodPolicy": policy} if policy else {}, **old}


CLEANED = "the job's operator deletes it when the Launcher is done"
DELETED = "the JobSet's controller deletes it when"
JOBSET, RAYJOB, VOLCANO = "jobset.x-k8s.io/v1alpha2 JobSet", "ray.io/v1 RayJob", "batch.volcano.sh/v1alpha1 Job"
ENDS: list[tuple[str, str, dict[str, Any], list[tuple[bool, str]]]] = [
    ("a cluster that stays", RAYJOB, RAY, [(False, "")]),
    ("a cluster that is told to stay", RAYJOB, {**RAY, "shutdownAfterJobFinishes": False}, [(False, "")]),
    ("a cluster for one job", RAYJOB, {**RAY, "shutdownAfterJobFinishes": True}, [(True, SHUT)]),
    ("a cluster that is deleted", RAYJOB, {**RAY, "deletionStrategy": {"onSuccess": {"policy": "DeleteCluster"}}}, [(True, SHUT)]),
    ("a cluster deleted by a rule", RAYJOB, {**RAY, "deletionStrategy": {"deletionRules": [{"policy": "DeleteSelf"}]}},
     [(True, SHUT)]),
    ("workers deleted, the head stays", RAYJOB, {**RAY, "deletionStrategy": {"onSuccess": {"policy": "DeleteWorkers"}}},
     [(False, "")]),
    ("workers deleted", RAYJOB, {**WORKERS, "deletionStrategy": {"onSuccess": {"policy": "DeleteWorkers"}}}, [(True, SHUT)]),
    ("nothing deleted", RAYJOB, {**RAY, "deletionStrategy": {"onSuccess": {"policy": "DeleteNone"}}}, [(False, "")]),
    ("a cluster each night", "ray.io/v1 RayCronJob", {"jobTemplate": {**RAY, "shutdownAfterJobFinishes": True}}, [(True, SHUT)]),
    ("all jobs", JOBSET, {"replicatedJobs": jobs("a", "b")}, [(True, ""), (True, "")]),
    ("one job counts", JOBSET,
     {"replicatedJobs": jobs("a", "b"), "successPolicy": {"operator": "All", "targetReplicatedJobs": ["a"]}},
     [(True, ""), (True, f"{DELETED} a is done")]),
    ("two jobs count", JOBSET,
     {"replicatedJobs": jobs("a", "b", "c"), "successPolicy": {"operator": "All", "targetReplicatedJobs": ["a", "b"]}},
     [(True, ""), (True, ""), (True, f"{DELETED} a and b are done")]),
    ("any job", JOBSET, {"replicatedJobs": jobs("a", "b"), "successPolicy": {"operator": "Any"}},
     [(True, f"{DELETED} b is done"), (True, f"{DELETED} a is done")]),
    ("any of one job", JOBSET, {"replicatedJobs": jobs("a"), "successPolicy": {"operator": "Any"}}, [(True, "")]),
    ("a JobSet in a runtime", "trainer.kubeflow.org/v1alpha1 TrainingRuntime",
     {"template": {"spec": {"replicatedJobs": jobs("a", "b"), "successPolicy": {"operator": "All", "targetReplicatedJobs": ["b"]}}}},
     [(True, f"{DELETED} b is done"), (True, "")]),
    ("workers that stay", "kubeflow.org/v1 MPIJob", mpi(), [(True, ""), (False, "")]),
    ("workers that are told to stay", "kubeflow.org/v2beta1 MPIJob", mpi("None"), [(True, ""), (False, "")]),
    ("workers that are cleaned up", "kubeflow.org/v2beta1 MPIJob", mpi("Running"), [(True, ""), (True, CLEANED)]),
    ("all cleaned up", "kubeflow.org/v1 MPIJob", mpi(cleanPodPolicy="All"), [(True, ""), (True, CLEANED)]),
    ("workers without a master", "kubeflow.org/v1 PyTorchJob", {"pytorchReplicaSpecs": {"Worker": JOB}}, [(True, "")]),
    ("names in small letters", "kubeflow.org/v1 PyTorchJob", {"pytorchReplicaSpecs": {"worker": JOB, "master": JOB}},
     [(False, ""), (True, "")]),
    ("a parameter server", "kubeflow.org/v1 TFJob", {"tfReplicaSpecs": {"PS": JOB, "Worker": JOB}}, [(False, ""), (True, "")]),
    ("only parameter servers", "kubeflow.org/v1 TFJob", {"tfReplicaSpecs": {"PS": JOB}, "runPolicy": {"cleanPodPolicy": "All"}},
     [(False, "")]),
    ("all tasks", VOLCANO, {"tasks": tasks("a", "b")}, [(True, ""), (True, "")]),
    ("one task completes the job", VOLCANO, {"tasks": tasks("a!", "b")},
     [(True, ""), (True, "Volcano ends it when the task a is done")]),
    ("any task completes the job", VOLCANO,
     {"tasks": tasks("a", "b"), "policies": [{"events": ["TaskCompleted"], "action": "CompleteJob"}]},
     [(True, "Volcano ends it when enough of the job's other tasks are done")] * 2),
    ("enough pods", VOLCANO, {"tasks": tasks("a", "b"), "minSuccess": 1},
     [(True, "Volcano ends it when enough of the job's other tasks are done")] * 2),
    ("enough pods of one task", VOLCANO, {"tasks": tasks("a"), "minSuccess": 1}, [(True, "")]),
    ("another event", VOLCANO,
     {"tasks": tasks("a", "b"),
      "policies": [{"event": "PodEvicted", "action": "CompleteJob"}, {"event": "TaskCompleted", "action": "Restart"}]},
     [(True, ""), (True, "")]),
    ("every node once", "apps.kruise.io/v1alpha1 BroadcastJob", {**JOB, "completionPolicy": {"type": "Always"}}, [(True, "")]),
    ("new nodes too", "apps.kruise.io/v1alpha1 BroadcastJob", {**JOB, "completionPolicy": {"type": "Never"}}, [(False, "")]),
    ("new nodes each night", "apps.kruise.io/v1alpha1 AdvancedCronJob",
     {"template": {"broadcastJobTemplate": {"spec": {**JOB, "completionPolicy": {"type": "Never"}}}}}, [(False, "")]),
]
# fmt: on


@pytest.mark.parametrize(("kind", "spec", "ends"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_when_the_work_is_done_and_who_ends_its_pods(kind: str, spec: dict[str, Any], ends: list[tuple[bool, str]]) -> None:
    assert [(each.finite, each.ended_by) for each in found(obj(*kind.split(), **spec))] == ends


RESTARTS = [("", "", "Never"), ("OnFailure", "", "OnFailure"), ("Never", "OnFailure", "Never"), ("ExitCode", "OnFailure", "Never"),
            ("Always", "Never", "Always")]  # fmt: skip


@pytest.mark.parametrize(("of_replica", "of_pod", "counts"), RESTARTS)
def test_the_restart_policy_of_a_training_job_is_that_of_its_replica(of_replica: str, of_pod: str, counts: str) -> None:
    pod = {**POD, **({"restartPolicy": of_pod} if of_pod else {})}
    replica = {"template": {"spec": pod}, **({"restartPolicy": of_replica} if of_replica else {})}
    (only,) = found(obj("kubeflow.org/v1", "PyTorchJob", pytorchReplicaSpecs={"Master": replica}))
    assert only.pod.restart_policy == counts
