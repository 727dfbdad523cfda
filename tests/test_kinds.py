"""Pod specs wherever they are: where each custom kind keeps them, what it says of their containers, and why it is not rewritten."""

import json
from typing import Any

import pytest

from sidecarlint.documents import show
from sidecarlint.settings import OwnKind
from sidecarlint.workloads import HOLDS_POD
from sidecarlint.workloads.kinds import BUILT_IN, ROWS
from tests.objects import POD, SQL, TEMPLATE, found, obj

# The kind, where a pod of it is, what is said of the pod (finite, partial or neither), and why nothing is rewritten.
# fmt: off
JOBS = "spec.replicatedJobs[0].template.spec.template.spec"
DROPS, MERGED, KNATIVE, ARGO = "may drop the field", "merges this list", "only a part of the pod spec", "starts and ends"
KINDS = [
    ("argoproj.io/v1alpha1", "Rollout", TEMPLATE, "", DROPS),
    ("argoproj.io/v1alpha1", "Experiment", "spec.templates[1].template.spec", "", DROPS),
    ("argoproj.io/v1alpha1", "AnalysisTemplate", "spec.metrics[0].provider.job.spec.template.spec", "finite", DROPS),
    ("argoproj.io/v1alpha1", "ClusterAnalysisTemplate", "spec.metrics[1].provider.job.spec.template.spec", "finite", DROPS),
    ("argoproj.io/v1alpha1", "AnalysisRun", "spec.metrics[0].provider.job.spec.template.spec", "finite", DROPS),
    ("argoproj.io/v1alpha1", "Workflow", "spec.templates[0].containerSet", "finite", ARGO),
    ("argoproj.io/v1alpha1", "WorkflowTemplate", "spec.templates[2].containerSet", "finite", ARGO),
    ("argoproj.io/v1alpha1", "ClusterWorkflowTemplate", "spec.templates[0].containerSet", "finite", ARGO),
    ("argoproj.io/v1alpha1", "CronWorkflow", "spec.workflowSpec.templates[0].containerSet", "finite", ARGO),
    ("keda.sh/v1alpha1", "ScaledJob", "spec.jobTargetRef.template.spec", "finite", DROPS),
    ("jobset.x-k8s.io/v1alpha2", "JobSet", JOBS, "finite", DROPS),
    ("batch.volcano.sh/v1alpha1", "Job", "spec.tasks[0].template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "PyTorchJob", "spec.pytorchReplicaSpecs.Master.template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "TFJob", "spec.tfReplicaSpecs.Chief.template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "MPIJob", "spec.mpiReplicaSpecs.Launcher.template.spec", "finite", DROPS),
    ("kubeflow.org/v2beta1", "MPIJob", "spec.mpiReplicaSpecs.Launcher.template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "XGBoostJob", "spec.xgbReplicaSpecs.Master.template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "PaddleJob", "spec.paddleReplicaSpecs.Worker.template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "MXJob", "spec.mxReplicaSpecs.Scheduler.template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "JAXJob", "spec.jaxReplicaSpecs.Worker.template.spec", "finite", DROPS),
    ("kubeflow.org/v1", "Notebook", TEMPLATE, "", DROPS),
    ("trainer.kubeflow.org/v1alpha1", "TrainingRuntime", f"spec.template.{JOBS}", "finite", DROPS),
    ("trainer.kubeflow.org/v1alpha1", "ClusterTrainingRuntime", f"spec.template.{JOBS}", "finite", DROPS),
    ("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "spec.leaderWorkerTemplate.leaderTemplate.spec", "", DROPS),
    ("leaderworkerset.x-k8s.io/v1", "LeaderWorkerSet", "spec.leaderWorkerTemplate.workerTemplate.spec", "", DROPS),
    ("ray.io/v1", "RayCluster", "spec.headGroupSpec.template.spec", "", DROPS),
    ("ray.io/v1alpha1", "RayCluster", "spec.workerGroupSpecs[1].template.spec", "", DROPS),
    ("ray.io/v1", "RayService", "spec.rayClusterConfig.headGroupSpec.template.spec", "", DROPS),
    ("ray.io/v1", "RayService", "spec.rayClusterConfig.workerGroupSpecs[0].template.spec", "", DROPS),
    ("ray.io/v1", "RayJob", "spec.rayClusterSpec.headGroupSpec.template.spec", "", DROPS),
    ("ray.io/v1", "RayJob", "spec.rayClusterSpec.workerGroupSpecs[0].template.spec", "", DROPS),
    ("ray.io/v1", "RayJob", "spec.submitterPodTemplate.spec", "finite", DROPS),
    ("ray.io/v1", "RayCronJob", "spec.jobTemplate.rayClusterSpec.headGroupSpec.template.spec", "", DROPS),
    ("ray.io/v1", "RayCronJob", "spec.jobTemplate.submitterPodTemplate.spec", "finite", DROPS),
    ("agents.x-k8s.io/v1alpha1", "Sandbox", "spec.podTemplate.spec", "", DROPS),
    ("extensions.agents.x-k8s.io/v1alpha1", "SandboxTemplate", "spec.podTemplate.spec", "", DROPS),
    ("actions.github.com/v1alpha1", "AutoscalingRunnerSet", TEMPLATE, "", DROPS),
    ("apps.kruise.io/v1alpha1", "CloneSet", TEMPLATE, "", DROPS),
    ("apps.kruise.io/v1beta1", "StatefulSet", TEMPLATE, "", DROPS),
    ("apps.kruise.io/v1alpha1", "DaemonSet", TEMPLATE, "", DROPS),
    ("apps.kruise.io/v1alpha1", "UnitedDeployment", "spec.template.deploymentTemplate.spec.template.spec", "", DROPS),
    ("apps.kruise.io/v1alpha1", "UnitedDeployment", "spec.template.cloneSetTemplate.spec.template.spec", "", DROPS),
    ("apps.kruise.io/v1alpha1", "UnitedDeployment", "spec.template.statefulSetTemplate.spec.template.spec", "", DROPS),
    ("apps.kruise.io/v1alpha1", "UnitedDeployment", "spec.template.advancedStatefulSetTemplate.spec.template.spec", "", DROPS),
    ("apps.kruise.io/v1alpha1", "BroadcastJob", TEMPLATE, "finite", DROPS),
    ("apps.kruise.io/v1alpha1", "AdvancedCronJob", "spec.template.jobTemplate.spec.template.spec", "finite", DROPS),
    ("apps.kruise.io/v1alpha1", "AdvancedCronJob", "spec.template.broadcastJobTemplate.spec.template.spec", "finite", DROPS),
    ("apps.kruise.io/v1alpha1", "SidecarSet", "spec", "partial", "adds these containers"),
    ("apps.openshift.io/v1", "DeploymentConfig", TEMPLATE, "", DROPS),
    ("v1", "DeploymentConfig", TEMPLATE, "", DROPS),
    ("serving.knative.dev/v1", "Service", TEMPLATE, "", KNATIVE),
    ("serving.knative.dev/v1", "Configuration", TEMPLATE, "", KNATIVE),
    ("serving.knative.dev/v1", "Revision", "spec", "", KNATIVE),
    ("serving.kserve.io/v1alpha1", "ServingRuntime", "spec", "", "has no initContainers"),
    ("serving.kserve.io/v1alpha1", "ClusterServingRuntime", "spec", "", "has no initContainers"),
    ("serving.kserve.io/v1beta1", "InferenceService", "spec.predictor", "partial", MERGED),
    ("monitoring.coreos.com/v1", "Prometheus", "spec", "partial", MERGED),
    ("monitoring.coreos.com/v1alpha1", "PrometheusAgent", "spec", "partial", MERGED),
    ("monitoring.coreos.com/v1", "Alertmanager", "spec", "partial", MERGED),
    ("monitoring.coreos.com/v1", "ThanosRuler", "spec", "partial", MERGED),
    ("elasticsearch.k8s.elastic.co/v1", "Elasticsearch", "spec.nodeSets[1].podTemplate.spec", "partial", MERGED),
    ("kibana.k8s.elastic.co/v1", "Kibana", "spec.podTemplate.spec", "partial", MERGED),
    ("apm.k8s.elastic.co/v1", "ApmServer", "spec.podTemplate.spec", "partial", MERGED),
    ("enterprisesearch.k8s.elastic.co/v1", "EnterpriseSearch", "spec.podTemplate.spec", "partial", MERGED),
    ("maps.k8s.elastic.co/v1alpha1", "ElasticMapsServer", "spec.podTemplate.spec", "partial", MERGED),
    ("packageregistry.k8s.elastic.co/v1alpha1", "PackageRegistry", "spec.podTemplate.spec", "partial", MERGED),
    ("logstash.k8s.elastic.co/v1alpha1", "Logstash", "spec.podTemplate.spec", "partial", MERGED),
    ("beat.k8s.elastic.co/v1beta1", "Beat", "spec.daemonSet.podTemplate.spec", "partial", MERGED),
    ("beat.k8s.elastic.co/v1beta1", "Beat", "spec.deployment.podTemplate.spec", "partial", MERGED),
    ("agent.k8s.elastic.co/v1alpha1", "Agent", "spec.statefulSet.podTemplate.spec", "partial", MERGED),
    ("grafana.integreatly.org/v1beta1", "Grafana", "spec.deployment.spec.template.spec", "partial", MERGED),
    ("actions.summerwind.dev/v1alpha1", "RunnerDeployment", TEMPLATE, "partial", MERGED),
    ("actions.summerwind.dev/v1alpha1", "RunnerReplicaSet", TEMPLATE, "partial", MERGED),
    ("actions.summerwind.dev/v1alpha1", "RunnerSet", TEMPLATE, "partial", MERGED),
    ("sparkoperator.k8s.io/v1beta2", "SparkApplication", "spec.driver.template.spec", "partial", MERGED),
    ("sparkoperator.k8s.io/v1beta2", "SparkApplication", "spec.executor.template.spec", "partial", MERGED),
    ("flink.apache.org/v1beta1", "FlinkDeployment", "spec.podTemplate.spec", "partial", MERGED),
    ("flink.apache.org/v1beta1", "FlinkDeployment", "spec.taskManager.podTemplate.spec", "partial", MERGED),
]
NOTHING = [
    ("a kind of another group", "example.org/v1", "Rollout", TEMPLATE),
    ("a group of another kind", "argoproj.io/v1alpha1", "Deployment", TEMPLATE),
    ("a Service that is no Knative one", "v1", "Service", TEMPLATE),
    ("Knative's own routes", "serving.knative.dev/v1", "Route", TEMPLATE),
    ("the container of a workflow's template", "argoproj.io/v1alpha1", "Workflow", "spec.templates[0].pod"),
    ("Tekton's steps and sidecars", "tekton.dev/v1", "Task", "spec.steps[0]"),
    ("a list where a mapping is meant", "ray.io/v1", "RayCluster", "spec.headGroupSpec[0].template.spec"),
    ("a kind that holds none", "keda.sh/v1alpha1", "ScaledObject", TEMPLATE),
    ("a definition of a kind", "apiextensions.k8s.io/v1", "CustomResourceDefinition", TEMPLATE),
]
# fmt: on


@pytest.mark.parametrize(("api_version", "kind", "route", "pods", "why"), KINDS, ids=[f"{row[1]}.{row[0]} {row[2]}" for row in KINDS])
def test_where_a_custom_kind_keeps_its_pods(api_version: str, kind: str, route: str, pods: str, why: str) -> None:
    (only,) = found(obj(api_version, kind, route))
    assert (only.title, show(only.pod.route)) == (f"{kind}/a", route)
    assert [each.name for each in only.pod.containers] == ["app", "proxy"]
    assert (only.finite, only.partial) == (pods == "finite", pods == "partial")
    assert why in only.unfixable
    assert "\n" not in only.unfixable
    assert "{" not in only.unfixable
    assert len(only.unfixable) < 180
    assert only.ended_by == ""
    assert HOLDS_POD.search(obj(api_version, kind, route))


def test_every_kind_is_in_a_table() -> None:
    rows = {(kind, group) for names, groups, _, _ in ROWS for kind in names.split() for group in groups.split(" ")}
    assert {(kind, api_version.rpartition("/")[0]) for api_version, kind, *_ in KINDS} == {row for row in rows if not built_in(*row)}


def built_in(kind: str, group: str) -> bool:
    return kind in BUILT_IN and group in ("", "apps", "batch", "extensions")


@pytest.mark.parametrize(("api_version", "kind", "route"), [row[1:] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_what_holds_no_pod(api_version: str, kind: str, route: str) -> None:
    assert found(obj(api_version, kind, route)) == []


def test_an_object_can_hold_several_pods() -> None:
    group = {"template": {"metadata": {"labels": {"a": "b"}}, "spec": POD}}
    ray = obj("ray.io/v1", "RayCluster", headGroupSpec=group, workerGroupSpecs=[group, {"template": {"spec": {}}}, group])
    assert [show(each.pod.route) for each in found(ray)] == [
        "spec.headGroupSpec.template.spec", "spec.workerGroupSpecs[0].template.spec", "spec.workerGroupSpecs[2].template.spec",
    ]  # fmt: skip
    assert {tuple(each.pod.labels.items()) for each in found(ray)} == {(("a", "b"),)}
    replicas = {"Launcher": group, "Worker": group, "<<": {"Other": group}}
    assert [show(each.pod.route) for each in found(obj("kubeflow.org/v1", "MPIJob", mpiReplicaSpecs=replicas))] == [
        "spec.mpiReplicaSpecs.Launcher.template.spec", "spec.mpiReplicaSpecs.Worker.template.spec",
    ]  # fmt: skip


@pytest.mark.parametrize("many", [None, "text", 7, [], {}, [None, "text", []], {"a": None, "b": "text"}])
def test_what_should_be_a_list_and_is_none(many: Any) -> None:
    assert found(obj("batch.volcano.sh/v1alpha1", "Job", tasks=many)) == []


META = [
    (
        "beside the pod spec",
        obj("argoproj.io/v1alpha1", "Rollout", "spec.template.metadata", {"labels": {"a": "b"}}, template={"spec": POD}),
    ),
    ("in a field of its own", obj("monitoring.coreos.com/v1", "Prometheus", **POD, podMetadata={"labels": {"a": "b"}})),
    ("among the pod's own fields", obj("serving.kserve.io/v1beta1", "InferenceService", predictor={**POD, "labels": {"a": "b"}})),
]


@pytest.mark.parametrize("text", [row[1] for row in META], ids=[row[0] for row in META])
def test_the_labels_of_a_pod_stand(text: str) -> None:
    (only,) = found(text)
    assert only.pod.labels == {"a": "b"}


def test_the_labels_of_a_pod_are_not_those_of_its_owner() -> None:
    whole = json.loads(obj("monitoring.coreos.com/v1", "Prometheus", **POD))
    whole["metadata"]["labels"] = {"a": "b"}
    (only,) = found(json.dumps(whole))
    assert only.pod.labels == {}


def parts(*containers: dict[str, Any]) -> list[str]:
    """What Knative lays down of these containers."""
    (only,) = found(obj("serving.knative.dev/v1", "Service", TEMPLATE, {"containers": list(containers)}))
    return [each.directive for each in only.pod.containers]


def test_what_a_kind_lays_down_of_its_containers() -> None:
    plain, port = {"name": "a", "image": "a"}, {"name": "b", "image": "b", "ports": [{"containerPort": 80}]}
    assert parts(plain, port) == ["", "app"]
    assert parts(port) == ["app"]
    assert parts(plain, plain) == ["", ""]
    assert parts(port, port) == ["", ""], "Knative refuses two, so nothing is known"
    (only,) = found(obj("argoproj.io/v1alpha1", "Workflow", "spec.templates[0].containerSet"))
    assert [each.directive for each in only.pod.containers] == ["app", "app"]
    (only,) = found(obj("apps/v1", "Deployment", TEMPLATE))
    assert [each.directive for each in only.pod.containers] == ["", ""]


BARE = [
    ("a container without an image", [{"name": "app"}, SQL], "app has no image"),
    ("an empty image", [SQL, {"name": "app", "image": ""}], "app has no image"),
    ("an image that is null", [{"name": "app", "image": None}], "app has no image"),
    ("neither image nor name", [{}], "a container has no image"),
    ("images everywhere", [{"name": "app", "image": "a"}, SQL], ""),
]


@pytest.mark.parametrize(("containers", "why"), [row[1:] for row in BARE], ids=[row[0] for row in BARE])
@pytest.mark.parametrize("key", ["containers", "initContainers"])
def test_what_has_no_image_is_a_patch(containers: list[Any], why: str, key: str) -> None:
    (only,) = found(obj("apps/v1", "Deployment", TEMPLATE, {key: containers}))
    assert only.partial == bool(why)
    assert only.unfixable == (why and f"{why}, so this is a patch of another manifest; its base may have to change with it")


WHOLE = [
    ("a selector", "apps/v1", "Deployment", TEMPLATE, {}, {"selector": {"matchLabels": {"a": "b"}}}, False),
    ("the restartPolicy of a Job", "batch/v1", "Job", TEMPLATE, {"restartPolicy": "Never"}, {}, False),
    ("a Job without its restartPolicy", "batch/v1", "Job", TEMPLATE, {}, {"backoffLimit": 2}, True),
    ("a restartPolicy that nobody asks for", "apps/v1", "Deployment", TEMPLATE, {"restartPolicy": "Always"}, {}, True),
    ("the restartPolicy of a Pod", "v1", "Pod", "spec", {"restartPolicy": "Never"}, {}, True),
    ("labels alone", "apps/v1", "Deployment", TEMPLATE, {}, {"template": {"metadata": {"labels": {"a": "b"}}}}, True),
]


@pytest.mark.parametrize(
    ("api_version", "kind", "route", "more", "spec", "partial"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE]
)
def test_what_only_leaves_the_image_out(
    api_version: str, kind: str, route: str, more: dict[str, Any], spec: dict[str, Any], partial: bool
) -> None:
    """Examples leave out what is the reader's own. They are no patches: they have what only a whole manifest needs."""
    (only,) = found(obj(api_version, kind, route, {"containers": [{"name": "app"}, SQL], **more}, **spec))
    assert (only.partial, bool(only.unfixable)) == (partial, partial)


def test_a_template_of_openshift_holds_objects() -> None:
    pod = f"{{apiVersion: v1, kind: Pod, spec: {json.dumps(POD)}}}"
    for version in ("template.openshift.io/v1", "v1"):
        (only,) = found(f"{{apiVersion: {version}, kind: Template, objects: [{{apiVersion: v1, kind: Service}}, {pod}]}}")
        assert (show(only.pod.route), only.unfixable) == ("objects[1].spec", "")
    assert found(f"{{apiVersion: v1, kind: Template, items: [{pod}]}}") == []
    assert found(f"{{apiVersion: v1, kind: List, objects: [{pod}]}}") == []


def test_what_others_merge_or_end_cannot_be_opened() -> None:
    for api_version, kind, route, pods, why in KINDS:
        (only,) = found(obj(api_version, kind, route), (OwnKind(kind, api_version.rpartition("/")[0], fix=True),))
        assert (only.unfixable == "") == (why == DROPS)
        assert only.partial == (pods == "partial")
