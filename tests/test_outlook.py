"""Whether an injected sidecar may hold up the work of a pod: who waits for all of its containers, and who does not."""

from typing import Any

import pytest

from sidecarlint.lifecycle import lifecycle
from tests.objects import found, obj
from tests.sketch import CATALOGUE, life

ASKS = {"metadata": {"annotations": {"linkerd.io/inject": "enabled"}}}
WORK = {**ASKS, "spec": {"restartPolicy": "Never", "containers": [{"name": "work", "image": "registry.example/work:1"}]}}
TARGET = (1, 29, 0)
JOBSET, RAYJOB = "jobset.x-k8s.io/v1alpha2 JobSet", "ray.io/v1 RayJob"


def jobs(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "template": {"spec": {"template": WORK}}} for name in names]


# What it is, the kind, more of its spec, and for each of its pods whether an injected sidecar may hold it up.
HELD = [
    ("all Jobs of a JobSet", JOBSET, {"replicatedJobs": jobs("a", "b")}, [True, True]),
    ("the one that decides", JOBSET,
     {"replicatedJobs": jobs("a", "b"), "successPolicy": {"operator": "All", "targetReplicatedJobs": ["a"]}}, [True, False]),
    ("a cluster that its operator deletes", RAYJOB,
     {"shutdownAfterJobFinishes": True, "rayClusterSpec": {"headGroupSpec": {"template": WORK}}}, [False]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec", "held"), [row[1:] for row in HELD], ids=[row[0] for row in HELD])
def test_who_waits_for_an_injected_sidecar(kind: str, spec: dict[str, Any], held: list[bool]) -> None:
    pods = [lifecycle(each, CATALOGUE, TARGET).pod for each in found(obj(*kind.split(), **spec))]
    assert [bool(each.injected_doubts) for each in pods] == held
    assert all(each.injected == ("Linkerd proxy",) for each in pods)


# What it is, its head, its containers, and whether an injected sidecar may hold it up.
PODS = [
    ("a Job", "Job Never", "work: app $ ./run", True),
    ("a bare pod", "Pod Never", "work: app $ ./run", True),
    ("a bare pod that serves", "Pod Never", "web: app {ports: [8080]}", False),
    ("work that never ends", "Job Never", "work: app $ sleep infinity", False),
    ("no work at all", "Deployment", "web: app", False),
]


@pytest.mark.parametrize(("head", "container", "held"), [row[1:] for row in PODS], ids=[row[0] for row in PODS])
def test_which_work_an_injected_sidecar_may_hold_up(head: str, container: str, held: bool) -> None:
    pod = life(f"{head} {{annotations: {{linkerd.io/inject: enabled}}}}", container).pod
    assert bool(pod.injected_doubts) == held
