"""The whole program on fixtures/custom: every pod is shown, nothing is rewritten that a controller or a cluster may not keep."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, Run

CUSTOM = CHECKOUT / "fixtures" / "custom"


@pytest.fixture
def custom(tmp_path: Path) -> Path:
    """A copy of fixtures/custom, below a folder without a configuration."""
    return Path(shutil.copytree(CUSTOM, tmp_path / "custom"))


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.glob("*.yaml"))}


def pods_of(run: Run, *options: str) -> dict[str, str]:
    """The pods of the fixtures: the owner and the route, with the list's containers and their parts."""
    report = json.loads(run("inspect", "--format", "json", *options, "custom").out)
    return {
        f"{Path(each['path']).name} {each['kind']}/{each['name']} {each['route']}": " ".join(row["name"] for row in each["containers"])
        for each in report["workloads"]
    }


SHOWN = {
    "directed.yaml Deployment/weather-map spec.template.spec": "weather-map radar pages tide-feed",
    "generated.yaml Deployment/parking spec.template.spec": "parking gate-log",
    "knative.yaml Service/tide-tables spec.template.spec": "tide-tables cloud-sql-proxy",
    "knative.yaml Service/pilot-roster spec.template.spec": "oauth2-proxy pilot-roster",
    "kruise.yaml CloneSet/ticket-desk spec.template.spec": "ticket-desk log-tail",
    "kruise.yaml AdvancedCronJob/poster-clean spec.template.broadcastJobTemplate.spec.template.spec": "clean cloud-sql-proxy",
    "monitoring.yaml Prometheus/tenants spec": "kube-rbac-proxy oauth2-proxy",
    "monitoring.yaml Alertmanager/tenants spec": "alertmanager",
    "monitoring.yaml Elasticsearch/audit spec.nodeSets[0].podTemplate.spec": "elasticsearch",
    "monitoring.yaml Elasticsearch/audit spec.nodeSets[1].podTemplate.spec": "elasticsearch exporter",
    "monitoring.yaml Kibana/audit spec.podTemplate.spec": "kibana",
    "monitoring.yaml SidecarSet/shop-logs spec": "fluent-bit",
    "openshift.yaml DeploymentConfig/permits objects[1].spec.template.spec": "permits kube-rbac-proxy",
    "openshift.yaml CronJob/permits-expire objects[2].spec.jobTemplate.spec.template.spec": "expire cloud-sql-proxy",
    "patch.yaml Deployment/seat-map spec.template.spec": "seat-map cloud-sql-proxy",
    "ray.yaml RayCluster/grid-simulations spec.headGroupSpec.template.spec": "ray-head fluent-bit",
    "ray.yaml RayCluster/grid-simulations spec.workerGroupSpecs[0].template.spec": "ray-worker",
    "ray.yaml RayCluster/grid-simulations spec.workerGroupSpecs[1].template.spec": "ray-worker fluent-bit",
    "ray.yaml RayJob/nightly-outage-study spec.rayClusterSpec.headGroupSpec.template.spec": "ray-head fluent-bit",
    "ray.yaml LeaderWorkerSet/translator spec.leaderWorkerTemplate.leaderTemplate.spec": "leader kube-rbac-proxy",
    "ray.yaml LeaderWorkerSet/translator spec.leaderWorkerTemplate.workerTemplate.spec": "worker",
    "rollout.yaml Rollout/booking-api spec.template.spec": "booking-api cloud-sql-proxy",
    "rollout.yaml AnalysisTemplate/booking-replay spec.metrics[0].provider.job.spec.template.spec": "replay cloud-sql-proxy",
    "sandbox.yaml Sandbox/code-runner spec.podTemplate.spec": "runner session-log",
    "sandbox.yaml SandboxTemplate/python-lesson spec.podTemplate.spec": "lesson",
    "scaled-job.yaml ScaledJob/invoice-render spec.jobTargetRef.template.spec": "render cloud-sql-proxy",
    "training.yaml JobSet/demand-forecast spec.replicatedJobs[0].template.spec.template.spec": "driver vault-agent",
    "training.yaml JobSet/demand-forecast spec.replicatedJobs[1].template.spec.template.spec": "worker fluent-bit",
    "training.yaml PyTorchJob/returns-classifier spec.pytorchReplicaSpecs.Master.template.spec": "pytorch cloud-sql-proxy",
    "training.yaml PyTorchJob/returns-classifier spec.pytorchReplicaSpecs.Worker.template.spec": "pytorch cloud-sql-proxy",
    "training.yaml Job/wind-tunnel spec.tasks[0].template.spec": "mpimaster",
    "training.yaml Job/wind-tunnel spec.tasks[1].template.spec": "mpiworker oauth2-proxy",
    "workflow.yaml Workflow/ledger-close- spec.templates[0].containerSet": "fetch watch main",
    "workflow.yaml CronWorkflow/ledger-reconcile spec.workflowSpec.templates[0].containerSet": "banks main",
}


def test_every_pod_of_the_fixtures_is_shown(custom: Path, run: Run) -> None:
    assert pods_of(run) == SHOWN


def test_the_command_line_knows_the_custom_kinds(custom: Path, run: Run) -> None:
    assert {each.split()[1].split("/")[0] for each in pods_of(run, "--kind", "rollout,RayJob")} == {"Rollout", "RayJob"}
    assert run("check", "--kind", "Rolout", "custom").err == 'sidecarlint: there are no workloads of kind "Rolout"; did you mean Rollout?\n'
    assert "built in are Pod, PodTemplate" in run("check", "--kind", "Xyzzy", "custom").err


def test_what_is_not_ours_to_rewrite_stays_as_it_is(custom: Path, run: Run) -> None:
    before = contents(custom)
    done = run("fix", "--unsafe", "custom")
    after = contents(custom)
    # A built-in kind each: a CronJob, and a Deployment whose comment says which of its containers is a helper.
    assert {name for name in after if after[name] != before[name]} == {"openshift.yaml", "directed.yaml"}
    assert [line for line in after["directed.yaml"].splitlines() if line not in before["directed.yaml"].splitlines()] == [
        "      initContainers:",
        "          restartPolicy: Always",
    ]
    assert after["openshift.yaml"] == before["openshift.yaml"].replace(
        "                - name: cloud-sql-proxy\n",
        "              initContainers:\n                - name: cloud-sql-proxy\n",
    ).replace('                  args: ["permits', '                  restartPolicy: Always\n                  args: ["permits')
    assert "bug" not in done.out + done.err
    left = json.loads(run("check", "--format", "json", "custom").out)["findings"]
    assert {each["fix"]["applicability"] for each in left if each["fix"]} == {"manual"}
    reasons = {each["workload"]["kind"]: each["fix"]["hazards"][0] for each in left if each["fix"]}
    assert reasons["Rollout"].startswith("a cluster's definition of Rollout.argoproj.io may drop the field")
    assert reasons["Prometheus"].startswith("the operator merges this list over containers of its own")
    assert reasons["Service"].startswith("Knative takes only a part of the pod spec")
