"""What applying a changed pod template does to the pods that run."""

from typing import Any

import pytest
import yaml

from sidecarlint.workloads.rollouts import rollout_of
from tests.objects import found

POD = {"containers": [{"name": "app", "image": "registry.example/app:1"}]}
TEMPLATE = {"template": {"spec": POD}}

APPS = "apps/v1"
HOOK = {"helm.sh/hook": "pre-upgrade"}

TABLE = [
    # apiVersion, kind, spec, annotations -> pods, immutable, words of the sentence
    (APPS, "Deployment", {"replicas": 3}, {}, 3, False, "3 pods start anew, a few at a time"),
    (APPS, "Deployment", {}, {}, 1, False, "1 pod starts anew"),
    (APPS, "Deployment", {"replicas": 0}, {}, 0, False, "No pods start anew"),
    (APPS, "Deployment", {"replicas": 3, "paused": True}, {}, 0, False, "until somebody resumes it"),
    (APPS, "StatefulSet", {"replicas": 5}, {}, 5, False, "one after the other"),
    (APPS, "StatefulSet", {"replicas": 5, "updateStrategy": {"type": "OnDelete"}}, {}, 0, False, "until somebody deletes its pods"),
    (APPS, "StatefulSet", {"replicas": 5, "updateStrategy": {"rollingUpdate": {"partition": 3}}}, {}, 2, False, "partition is 3: 2 pods"),
    (APPS, "StatefulSet", {"replicas": 2, "updateStrategy": {"rollingUpdate": {"partition": 3}}}, {}, 0, False, "partition is 3: No pods"),
    (APPS, "DaemonSet", {}, {}, None, False, "One pod starts anew on each node"),
    (APPS, "DaemonSet", {"updateStrategy": {"type": "OnDelete"}}, {}, 0, False, "until somebody deletes its pods"),
    (APPS, "ReplicaSet", {"replicas": 3}, {}, 0, False, "leaves the pods that run as they are"),
    ("batch/v1", "Job", {}, {}, 0, True, "deleted and made again, and runs again"),
    ("batch/v1", "Job", {}, HOOK, 0, False, "It is a hook of Helm"),
    ("batch/v1", "Job", {}, HOOK | {"helm.sh/hook-delete-policy": "hook-succeeded"}, 0, True, "deleted and made again"),
    ("batch/v1", "Job", {}, HOOK | {"helm.sh/hook-delete-policy": "before-hook-creation,hook-failed"}, 0, False, "It is a hook of Helm"),
    ("batch/v1", "Job", {}, {"argocd.argoproj.io/hook": "Sync"}, 0, False, "It is a hook of Argo CD"),
    ("batch/v1", "Job", {}, {"argocd.argoproj.io/sync-options": "Force=true,Replace=true"}, 0, False, "An annotation tells the tool"),
    ("batch/v1", "Job", {}, {"argocd.argoproj.io/sync-options": "Replace=true"}, 0, True, "deleted and made again"),
    ("batch/v1", "Job", {}, {"kustomize.toolkit.fluxcd.io/force": "enabled"}, 0, False, "An annotation tells the tool"),
]


@pytest.mark.parametrize(("api", "kind", "spec", "marks", "pods", "immutable", "words"), TABLE)
def test_rollout(api: str, kind: str, spec: dict[str, Any], marks: dict[str, str], pods: int | None, immutable: bool, words: str) -> None:
    meta = {"name": "a", "annotations": marks}
    (workload,) = found(yaml.safe_dump({"apiVersion": api, "kind": kind, "metadata": meta, "spec": {**TEMPLATE, **spec}}))
    rollout = rollout_of(workload)
    assert (rollout.pods, bool(rollout.immutable)) == (pods, immutable)
    assert words in rollout.why
    assert rollout.per_node == (kind == "DaemonSet" and pods is None)


def test_a_bare_pod_is_made_anew_and_a_generated_name_is_new_anyway() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": POD}
    (bare,) = found(yaml.safe_dump(pod))
    assert rollout_of(bare).pods == 1
    assert rollout_of(bare).immutable
    (generated,) = found(yaml.safe_dump(pod | {"metadata": {"generateName": "a-"}}))
    assert rollout_of(generated) == rollout_of(generated)._replace(pods=0, immutable="")


def test_a_cron_job_restarts_nothing() -> None:
    (cron,) = found(
        yaml.safe_dump(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": {"name": "a"},
                "spec": {"schedule": "0 1 * * *", "jobTemplate": {"spec": TEMPLATE}},
            }
        )
    )
    assert rollout_of(cron).pods == 0
    assert "the next run gets the change" in rollout_of(cron).why


def test_a_custom_kind_is_left_to_its_controller() -> None:
    rollout_kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "a"}, "spec": TEMPLATE}
    (rollout,) = found(yaml.safe_dump(rollout_kind))
    assert rollout_of(rollout).pods is None
    assert not rollout_of(rollout).per_node
