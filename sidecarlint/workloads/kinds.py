"""Where each kind keeps its pod templates, and what its controller makes of their pods.

In: kinds of the configuration. Out: the table of kinds, by API group. Must not know: rules, lifecycles.

The built-in kinds keep every field of a pod. A custom resource loses what its definition in the cluster does not know
(native-sidecars 12.6), so custom kinds are shown and not rewritten until the configuration says that they may be.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sidecarlint.documents import Node, Route, at
from sidecarlint.settings import OwnKind
from sidecarlint.values import NamedTuple


class Traits(NamedTuple):
    """What the kinds of a row have in common.

    finite   whether the pods are meant to end; None where the pod's restartPolicy says it
    closed   why nothing is rewritten, a key of `_WHY`; "" where everything may be
    partial  the containers are merged over those that somebody else makes, so no app is expected among them
    done     the way of `completion` that knows when the work is done and who ends its pods, or ""
    apps     "all": every container is a part of the work; "ports": the one with ports is the app; or ""
    meta     the route from the mapping that holds `containers` to the pod's labels; None: beside it, under metadata
    """

    finite: bool | None = False
    closed: str = ""
    partial: bool = False
    done: str = ""
    apps: str = ""
    meta: Route | None = None


class Shape(NamedTuple):
    """One way in which a kind keeps pod templates. `pods`: routes to the mappings that hold `containers`; `*` is each item or key."""

    kind: str
    group: str
    pods: tuple[Route, ...]
    traits: Traits

    @property
    def unfixable(self) -> str:
        """Why nothing in it may be rewritten, in one line; "" when it may be."""
        return _WHY[self.traits.closed].format(kind=self.kind, full=f"{self.kind}.{self.group}" if self.group else self.kind)

    @property
    def may_be_opened(self) -> bool:
        """Whether the configuration may allow to rewrite it."""
        return self.traits.closed == _DROPS


class Completion(NamedTuple):
    """Whether pods are meant to end. `ended_by`: what ends those that do not end by themselves, as a clause; "" when nothing does.
    `restart` is the restartPolicy that the controller gives the pods, "" where it leaves them theirs."""

    finite: bool
    ended_by: str = ""
    restart: str = ""


_DROPS = "drops"
_WHY = {
    "": "",
    _DROPS: "a cluster's definition of {full} may drop the field; where yours keeps it, say fix = true for it in the configuration",
    "merged": "the operator merges this list over containers of its own; its documentation says whether a {kind} may have native sidecars",
    "injected": "OpenKruise adds these containers to other pods; its documentation says whether a {kind} may have native sidecars",
    "knative": "Knative takes only a part of the pod spec, and init containers only where a feature flag of the cluster allows them",
    "argo": "Argo Workflows starts and ends the containers of a containerSet itself",
    "no list": "a {kind} has no initContainers",
}

_SERVES, _ENDS, _POD = Traits(), Traits(finite=True), Traits(finite=None)
_CUSTOM, _CUSTOM_ENDS = Traits(closed=_DROPS), Traits(finite=True, closed=_DROPS)
_JOBSET, _VOLCANO = _CUSTOM_ENDS._replace(done="jobset"), _CUSTOM_ENDS._replace(done="volcano")
_TRAINING, _RAY = _CUSTOM_ENDS._replace(done="training"), _CUSTOM_ENDS._replace(done="ray")
_BROADCAST = _CUSTOM_ENDS._replace(done="broadcast")
_MERGED = Traits(closed="merged", partial=True)
_OPERATED = _MERGED._replace(meta=("podMetadata",))
_INJECTED = Traits(closed="injected", partial=True, meta=("podMetadata",))
_KNATIVE = Traits(closed="knative", apps="ports")
_CONTAINER_SET = Traits(finite=True, closed="argo", apps="all")
_RUNTIME = Traits(closed="no list", meta=())

_TEMPLATE, _POD_TEMPLATE = "spec.template.spec", "spec.podTemplate.spec"
_JOBS = "spec.replicatedJobs.*.template.spec.template.spec"
_BEATS = "spec.daemonSet.podTemplate.spec spec.deployment.podTemplate.spec"
_GROUPS = "%s.headGroupSpec.template.spec %s.workerGroupSpecs.*.template.spec"

ROWS: tuple[tuple[str, str, str, Traits], ...] = (
    # Built into Kubernetes.
    ("Pod", "", "spec", _POD),
    ("PodTemplate", "", "template.spec", _SERVES),
    ("ReplicationController", "", _TEMPLATE, _SERVES),
    ("Deployment ReplicaSet DaemonSet", "apps extensions", _TEMPLATE, _SERVES),
    ("StatefulSet", "apps", _TEMPLATE, _SERVES),
    ("Job", "batch extensions", _TEMPLATE, _ENDS),
    ("CronJob", "batch", "spec.jobTemplate." + _TEMPLATE, _ENDS),
    # Argo. The sidecars of a workflow's templates are a list of their own, which Argo ends itself: nothing is said of them.
    ("Rollout", "argoproj.io", _TEMPLATE, _CUSTOM),
    ("Experiment", "argoproj.io", "spec.templates.*.template.spec", _CUSTOM),
    ("AnalysisTemplate ClusterAnalysisTemplate AnalysisRun", "argoproj.io", "spec.metrics.*.provider.job." + _TEMPLATE, _CUSTOM_ENDS),
    ("Workflow WorkflowTemplate ClusterWorkflowTemplate", "argoproj.io", "spec.templates.*.containerSet", _CONTAINER_SET),
    ("CronWorkflow", "argoproj.io", "spec.workflowSpec.templates.*.containerSet", _CONTAINER_SET),
    # Work that ends.
    ("ScaledJob", "keda.sh", "spec.jobTargetRef.template.spec", _CUSTOM_ENDS),
    ("JobSet", "jobset.x-k8s.io", _JOBS, _JOBSET),
    ("Job", "batch.volcano.sh", "spec.tasks.*.template.spec", _VOLCANO),
    ("PyTorchJob", "kubeflow.org", "spec.pytorchReplicaSpecs.*.template.spec", _TRAINING),
    ("TFJob", "kubeflow.org", "spec.tfReplicaSpecs.*.template.spec", _TRAINING),
    ("MPIJob", "kubeflow.org", "spec.mpiReplicaSpecs.*.template.spec", _TRAINING),
    ("XGBoostJob", "kubeflow.org", "spec.xgbReplicaSpecs.*.template.spec", _TRAINING),
    ("PaddleJob", "kubeflow.org", "spec.paddleReplicaSpecs.*.template.spec", _TRAINING),
    ("MXJob", "kubeflow.org", "spec.mxReplicaSpecs.*.template.spec", _TRAINING),
    ("JAXJob", "kubeflow.org", "spec.jaxReplicaSpecs.*.template.spec", _TRAINING),
    ("TrainingRuntime ClusterTrainingRuntime", "trainer.kubeflow.org", "spec.template." + _JOBS, _JOBSET),
    ("RayJob", "ray.io", _GROUPS.replace("%s", "spec.rayClusterSpec"), _RAY),
    ("RayJob", "ray.io", "spec.submitterPodTemplate.spec", _CUSTOM_ENDS),
    ("RayCronJob", "ray.io", _GROUPS.replace("%s", "spec.jobTemplate.rayClusterSpec"), _RAY),
    ("RayCronJob", "ray.io", "spec.jobTemplate.submitterPodTemplate.spec", _CUSTOM_ENDS),
    ("BroadcastJob", "apps.kruise.io", _TEMPLATE, _BROADCAST),
    ("AdvancedCronJob", "apps.kruise.io", "spec.template.jobTemplate." + _TEMPLATE, _CUSTOM_ENDS),
    ("AdvancedCronJob", "apps.kruise.io", "spec.template.broadcastJobTemplate." + _TEMPLATE, _BROADCAST),
    # Work that serves.
    ("CloneSet StatefulSet DaemonSet", "apps.kruise.io", _TEMPLATE, _CUSTOM),
    ("UnitedDeployment", "apps.kruise.io", "spec.template.deploymentTemplate." + _TEMPLATE, _CUSTOM),
    ("UnitedDeployment", "apps.kruise.io", "spec.template.statefulSetTemplate." + _TEMPLATE, _CUSTOM),
    ("UnitedDeployment", "apps.kruise.io", "spec.template.advancedStatefulSetTemplate." + _TEMPLATE, _CUSTOM),
    ("UnitedDeployment", "apps.kruise.io", "spec.template.cloneSetTemplate." + _TEMPLATE, _CUSTOM),
    ("DeploymentConfig", "apps.openshift.io ", _TEMPLATE, _CUSTOM),  # and the core group, as OpenShift 3 had it
    ("LeaderWorkerSet", "leaderworkerset.x-k8s.io", "spec.leaderWorkerTemplate.leaderTemplate.spec", _CUSTOM),
    ("LeaderWorkerSet", "leaderworkerset.x-k8s.io", "spec.leaderWorkerTemplate.workerTemplate.spec", _CUSTOM),
    ("RayCluster", "ray.io", _GROUPS.replace("%s", "spec"), _CUSTOM),
    ("RayService", "ray.io", _GROUPS.replace("%s", "spec.rayClusterConfig"), _CUSTOM),
    ("Notebook", "kubeflow.org", _TEMPLATE, _CUSTOM),
    ("Sandbox", "agents.x-k8s.io", _POD_TEMPLATE, _CUSTOM),
    ("SandboxTemplate", "extensions.agents.x-k8s.io", _POD_TEMPLATE, _CUSTOM),
    ("AutoscalingRunnerSet", "actions.github.com", _TEMPLATE, _CUSTOM),
    ("Service Configuration", "serving.knative.dev", _TEMPLATE, _KNATIVE),
    ("Revision", "serving.knative.dev", "spec", _KNATIVE),
    ("ServingRuntime ClusterServingRuntime", "serving.kserve.io", "spec", _RUNTIME),
    # Lists that are laid over the containers of an operator, or of other pods.
    ("Prometheus PrometheusAgent Alertmanager ThanosRuler", "monitoring.coreos.com", "spec", _OPERATED),
    ("Elasticsearch", "elasticsearch.k8s.elastic.co", "spec.nodeSets.*.podTemplate.spec", _MERGED),
    ("Kibana", "kibana.k8s.elastic.co", _POD_TEMPLATE, _MERGED),
    ("ApmServer", "apm.k8s.elastic.co", _POD_TEMPLATE, _MERGED),
    ("EnterpriseSearch", "enterprisesearch.k8s.elastic.co", _POD_TEMPLATE, _MERGED),
    ("ElasticMapsServer", "maps.k8s.elastic.co", _POD_TEMPLATE, _MERGED),
    ("PackageRegistry", "packageregistry.k8s.elastic.co", _POD_TEMPLATE, _MERGED),
    ("Logstash", "logstash.k8s.elastic.co", _POD_TEMPLATE, _MERGED),
    ("Beat", "beat.k8s.elastic.co", _BEATS, _MERGED),
    ("Agent", "agent.k8s.elastic.co", _BEATS + " spec.statefulSet.podTemplate.spec", _MERGED),
    ("Grafana", "grafana.integreatly.org", "spec.deployment." + _TEMPLATE, _MERGED),
    ("RunnerDeployment RunnerReplicaSet RunnerSet", "actions.summerwind.dev", _TEMPLATE, _MERGED),
    ("SparkApplication", "sparkoperator.k8s.io", "spec.driver.template.spec spec.executor.template.spec", _MERGED),
    ("FlinkDeployment", "flink.apache.org", _POD_TEMPLATE, _MERGED),
    ("FlinkDeployment", "flink.apache.org", "spec.jobManager.podTemplate.spec spec.taskManager.podTemplate.spec", _MERGED),
    ("InferenceService", "serving.kserve.io", "spec.predictor spec.transformer", _MERGED._replace(meta=())),
    ("SidecarSet", "apps.kruise.io", "spec", _INJECTED),
)
"""The table: kinds, API groups, routes and traits. A kind may have several rows."""

BUILT_IN = ("Pod", "PodTemplate", "ReplicationController", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob")
"""The kinds of Kubernetes itself that hold a pod template."""


def kinds(own: Sequence[OwnKind] = ()) -> list[str]:
    """The names of all kinds that hold a pod template, those of the configuration included, the built-in ones first."""
    return list(dict.fromkeys((*(name for row in ROWS for name in row[0].split()), *(each.kind for each in own))))


def shapes_of(api_version: str, kind: str, own: tuple[OwnKind, ...] = ()) -> tuple[Shape, ...]:
    """The ways in which a kind keeps pod templates; none for an object that holds no pod."""
    return _by_kind(own).get((api_version.rpartition("/")[0], kind), ())


@lru_cache(maxsize=4)
def _by_kind(own: tuple[OwnKind, ...]) -> dict[tuple[str, str], tuple[Shape, ...]]:
    """The table by API group and kind. What the configuration says of a kind counts instead of what is known of it."""
    table: dict[tuple[str, str], tuple[Shape, ...]] = {}
    for names, groups, pods, traits in ROWS:
        for name in names.split():
            for group in groups.split(" "):
                table[group, name] = (*table.get((group, name), ()), Shape(name, group, _routes(pods.split()), traits))
    for each in own:
        table[each.group, each.kind] = _own(each, table.get((each.group, each.kind), ()))
    return table


def _own(each: OwnKind, known: tuple[Shape, ...]) -> tuple[Shape, ...]:
    if each.pods:
        return (Shape(each.kind, each.group, _routes(each.pods), Traits(each.finite, "" if each.fix else _DROPS)),)
    return tuple(shape._replace(traits=shape.traits._replace(closed="")) if each.fix and shape.may_be_opened else shape for shape in known)


def _routes(written: Sequence[str]) -> tuple[Route, ...]:
    return tuple(tuple(text.split(".")) for text in written)


def pods_in(node: Node, shape: Shape) -> Iterator[Route]:
    """The routes from an object to its mappings that may hold `containers`, in the order of the shape and the text."""
    for route in shape.pods:
        yield from _leading(node, route)


def _leading(node: Node | None, route: Route) -> Iterator[Route]:
    star = route.index("*") if "*" in route else len(route)
    there = at(node, route[:star])
    if there is None or star == len(route):
        yield from [route] if there is not None else []
        return
    for step in _steps(there):
        yield from ((*route[:star], step, *rest) for rest in _leading(at(there, (step,)), route[star + 1 :]))


def _steps(many: Node) -> Sequence[str | int]:
    """Each key of a mapping, each index of a sequence."""
    return [name.text for name, _ in many.pairs if name.text != "<<"] if many.kind == "mapping" else range(len(many.items))
