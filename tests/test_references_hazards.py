"""What other objects say of a helper's name and ports, and what its own pod's annotations do: when a move says so, and when not.

Each row is an object that speaks of the helper `h` of the Deployment web in the namespace shop, and small changes of it with which it
still does or no longer does.
"""

from typing import NamedTuple

import pytest

from sidecarlint.fixes import PLANS, Context, case_of
from sidecarlint.fixes.hazards.annotated import ANNOTATED as OF_ANNOTATIONS
from sidecarlint.fixes.hazards.case import Case
from sidecarlint.fixes.hazards.speaking import SPOKEN
from sidecarlint.fixes.speaking import NOTES, notes_of
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import parse_version
from tests.sketch import CATALOGUE, life, services

HEAD = "Deployment {namespace: shop, labels: {app: web, tier: front}, annotations: {%s}}"
APP, HELPER = "web: app", "h: rbac {ports: [https=8443], readinessProbe: {httpGet: {port: https, path: /healthz}}}"

VPA = """
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  targetRef: {kind: Deployment, name: web}
  resourcePolicy: {containerPolicies: [{containerName: h, mode: Auto}]}
"""
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}, matchExpressions: []}
  ingress: [{ports: [{port: 80}]}, {ports: [{port: https}]}]
"""
CALLERS = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: blog}
spec:
  podSelector: {matchLabels: {app: blog}}
  egress:
  - to: [{podSelector: {matchLabels: {app: web}}, namespaceSelector: {}}]
    ports: [{port: https}]
"""
LINKERD = """
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: in, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, port: https}
"""
CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: in, namespace: shop}
spec:
  endpointSelector: {matchLabels: {k8s:app: web}}
  ingress: [{toPorts: [{ports: [{port: https, protocol: TCP}]}]}]
"""
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop, labels: {team: a}, annotations: {cloud.google.com/neg: '{}'}}
spec: {selector: {app: web}, ports: [{name: tls, port: 443, targetPort: 8443}]}
---"""
MONITOR = (
    SERVICE
    + """
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {team: a}}
  endpoints: [{targetPort: https}]
"""
)
POD_MONITOR = """
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata: {name: web, namespace: shop}
spec:
  selector: {matchExpressions: [{key: app, operator: In, values: [web, api]}]}
  podMetricsEndpoints:
  - port: https
    relabelings: [{sourceLabels: [__meta_kubernetes_pod_container_init], action: drop, regex: "true"}]
"""
INGRESS = (
    SERVICE
    + """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: gce
  rules: [{http: {paths: [{path: /, backend: {service: {name: front, port: {name: tls}}}}]}}]
"""
)
ALERT = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: web, namespace: monitoring}
spec:
  groups:
  - name: web
    rules:
    - {alert: Restarts, expr: 'rate(kube_pod_container_status_restarts_total{container="h", namespace="shop"}[5m]) > 0'}
"""
CEL = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: proxied}
spec:
  matchConstraints: {resourceRules: [{resources: [deployments]}]}
  validations: [{expression: "object.spec.template.spec.containers.exists(c, c.name == 'h')"}]
"""
KYVERNO = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: proxied}
spec:
  rules:
  - name: proxied
    match: {any: [{resources: {kinds: [Pod], namespaces: [sh*]}}]}
    exclude: {any: [{resources: {namespaces: [kube-system]}}]}
    validate: {message: no, pattern: {spec: {containers: [{name: h}]}}}
"""
GATEKEEPER = """
apiVersion: templates.gatekeeper.sh/v1
kind: ConstraintTemplate
metadata: {name: proxied}
spec:
  crd: {spec: {names: {kind: Proxied}}}
  targets: [{rego: 'violation[x] { not input.review.object.spec.containers[_].name == input.parameters.name }'}]
---
apiVersion: constraints.gatekeeper.sh/v1beta1
kind: Proxied
metadata: {name: all}
spec: {match: {kinds: [{kinds: [Pod]}], excludedNamespaces: [kube-*]}, parameters: {name: h}}
"""


class Change(NamedTuple):
    """What is written differently, and whether the object still speaks of the helper."""

    what: str
    old: str
    new: str
    speaks: bool


IGNORES = """
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  source: {path: apps/shop}
  ignoreDifferences:
  - {group: apps, kind: Deployment, name: web, jsonPointers: [/spec/replicas, /spec/template/spec/containers/1/image]}
"""
IGNORES_BY_NAME = """
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shops, namespace: argocd}
spec:
  template:
    spec:
      sources: [{path: '{{path}}'}]
      ignoreDifferences:
      - group: apps
        kind: Deployment
        jqPathExpressions: ['.spec.template.spec.containers[] | select(.name == "h") | .image']
"""


class Row(NamedTuple):
    """The hazard, how its sentence begins, the objects, and changes of them."""

    hazard: str
    words: str
    said: str
    changes: tuple[Change, ...]
    target: str = "1.29"


OTHER_SPACE = Change("another namespace", "namespace: shop", "namespace: blog", False)
NO_SPACE = Change("no namespace", ", namespace: shop", "", True)
OTHER_LABEL = Change("other pods", "app: web", "app: api", False)
MORE_LABELS = Change("labels that the pods do not have", "app: web}", "app: web, tier: back}", False)
OTHER_PORT = Change("another port's name", "https", "http", False)
NUMBER = Change("a number", "https", "8443", False)

ROWS = {
    "a VerticalPodAutoscaler": Row("sized", "the VerticalPodAutoscaler web sets its requests", VPA, (
        OTHER_SPACE, NO_SPACE, Change("another workload", "Deployment, name: web", "Deployment, name: api", False),
        Change("another kind", "kind: Deployment", "kind: StatefulSet", False),
        Change("all containers", "containerName: h", "containerName: '*'", True),
        Change("no policy", "containerName: h", "containerName: other", True),
        Change("off for the container", "mode: Auto", "mode: 'Off'", False),
        Change("off for the others", "[{containerName: h", "[{containerName: '*', mode: 'Off'}, {containerName: h", True),
        Change("only recommendations", "spec:", "spec:\n  updatePolicy: {updateMode: 'Off'}", False),
    )),
    "a NetworkPolicy": Row("let_in", "the NetworkPolicy in opens its port by the name https", POLICY, (
        OTHER_SPACE, NO_SPACE, OTHER_LABEL, MORE_LABELS, OTHER_PORT, NUMBER,
        Change("all pods", "{app: web}", "{}", True),
        Change("a label's value that fits", "[]", "[{key: tier, operator: NotIn, values: [back]}]", True),
        Change("a label that is there", "[]", "[{key: tier, operator: DoesNotExist}]", False),
    )),
    "a NetworkPolicy of callers": Row("let_out", "the NetworkPolicy out lets callers reach its port by the name https", CALLERS, (
        OTHER_LABEL, OTHER_PORT, NUMBER, Change("only its own namespace", ", namespaceSelector: {}", "", False),
        Change("a namespace by its name", "namespaceSelector: {}",
               "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}", True),
        Change("another namespace", "namespaceSelector: {}", "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}", False),
        Change("addresses", "podSelector: {matchLabels: {app: web}}, namespaceSelector: {}", "ipBlock: {cidr: 10.0.0.0/8}", False),
    )),
    "Linkerd's Server": Row("let_in", "the Server in opens its port by the name https, which Linkerd finds", LINKERD, (
        OTHER_SPACE, NO_SPACE, OTHER_LABEL, OTHER_PORT, NUMBER)),
    "a CiliumNetworkPolicy": Row("let_in", "the CiliumNetworkPolicy in opens its port by the name https, which Cilium", CILIUM, (
        OTHER_SPACE, NO_SPACE, OTHER_PORT, NUMBER, Change("other pods", "k8s:app: web", "k8s:app: api", False))),
    "a ServiceMonitor": Row("scraped", "the ServiceMonitor web scrapes its port https, which Prometheus finds", MONITOR, (
        Change("another namespace", "name: web, namespace: shop", "name: web, namespace: blog", False),
        Change("any namespace", "name: web, namespace: shop}\nspec:",
               "name: web, namespace: blog}\nspec:\n  namespaceSelector: {any: true}", True),
        Change("a namespace that it names", "name: web, namespace: shop}\nspec:",
               "name: web, namespace: blog}\nspec:\n  namespaceSelector: {matchNames: [shop]}", True),
        Change("no namespace", "name: web, namespace: shop", "name: web", True),
        Change("another Service", "{matchLabels: {team: a}}", "{matchLabels: {team: b}}", False),
        Change("a Service of other pods", "app: web", "app: api", False),
        Change("by number", "targetPort: https", "targetPort: 8443", True),
        Change("another port", "targetPort: https", "targetPort: http", False),
        Change("the Service's port", "targetPort: https", "port: tls", False),
    )),
    "a PodMonitor": Row("scraped", "the PodMonitor web scrapes its port https and leaves out init containers", POD_MONITOR, (
        OTHER_SPACE, NO_SPACE, OTHER_PORT, Change("other pods", "[web, api]", "[api]", False),
        Change("the other way to say it", 'drop, regex: "true"', 'keep, regex: "false"', True),
        Change("init containers only", 'drop, regex: "true"', 'keep, regex: "true"', False),
        Change("no word of init containers", "_container_init]", "_container_name]", False),
    )),
    "an Ingress of GKE": Row("balanced", "the Ingress shop takes its health check from its readinessProbe", INGRESS, (
        Change("another namespace", "name: shop, namespace: shop", "name: shop, namespace: blog", False),
        Change("no namespace", "name: shop, namespace: shop", "name: shop", True),
        Change("another Service", "service: {name: front", "service: {name: back", False),
        Change("another port", "port: {name: tls}", "port: {name: http}", False),
        Change("the port by number", "port: {name: tls}", "port: {number: 443}", True),
        Change("no class, and a Service of GKE's", "  ingressClassName: gce\n", "", True),
        Change("another class", "ingressClassName: gce", "ingressClassName: nginx", False),
        Change("its own health check", "---\napiVersion: net", "---\napiVersion: cloud.google.com/v1\nkind: BackendConfig\n"
               "metadata: {name: b}\nspec: {healthCheck: {requestPath: /}}\n---\napiVersion: net", True),
        Change("its own health check, in use", "neg: '{}'}}", """backend-config: '{"default": "b"}'}}
spec: {selector: {app: web}, ports: [{name: tls, port: 443, targetPort: 8443}]}
---
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: {name: b}
spec: {healthCheck: {requestPath: /}}
---
apiVersion: v1
kind: Service
metadata: {name: other, namespace: shop}""", False),
    )),
    "an Ingress of AWS": Row("balanced", "the Ingress shop leads to its port https, which the AWS Load Balancer Controller finds",
        INGRESS.replace("gce", "alb").replace("8443", "https"), (
        Change("a number", "targetPort: https", "targetPort: 8443", False),
        Change("another class", "ingressClassName: alb", "ingressClassName: nginx", False)), target="1.33"),
    "an alert": Row("watched", "the PrometheusRule web watches it by kube_pod_container_status_restarts_total, and its series would be "
        "kube_pod_init_container_status_restarts_total", ALERT, (
        Change("another namespace", 'namespace="shop"', 'namespace="blog"', False),
        Change("no namespace", ', namespace="shop"', "", True),
        Change("namespaces that fit", 'namespace="shop"', 'namespace=~"shop|blog"', True),
        Change("not this namespace", 'namespace="shop"', 'namespace!="shop"', False),
        Change("another container", 'container="h"', 'container="web"', False),
        Change("one of several", 'container="h"', 'container=~"g|h"', True),
        Change("one of several in brackets", 'container="h"', 'container=~"^(g|h.*)$"', True),
        Change("any container", 'container="h"', 'container=~".*"', False),
        Change("none of several", 'container="h"', 'container!~"g|h"', False),
        Change("an expression that is not plain", 'container="h"', 'container=~"(h+)+"', False),
        Change("pods that fit", 'container="h"', 'container="h", pod=~"web-[0-9a-f]+.*"', True),
        Change("other pods", 'container="h"', 'container="h", pod=~"api-.*"', False),
        Change("the series of cAdvisor", "kube_pod_container_status_restarts_total", "container_cpu_usage_seconds_total", False),
        Change("the series of init containers", "kube_pod_container_status", "kube_pod_init_container_status", False),
    )),
    "an alert by a series that sidecars lack": Row("watched",
        "the PrometheusRule web watches it by kube_pod_container_state_started, and of a sidecar there is no such series",
        ALERT.replace("status_restarts_total", "state_started"), ()),
    "a ValidatingAdmissionPolicy": Row("admitted", "the ValidatingAdmissionPolicy proxied speaks of h and looks at spec.con", CEL, (
        Change("pods", "[deployments]", "[pods]", True), Change("another kind", "[deployments]", "[jobs]", False),
        Change("another name", "'h'", "'g'", False),
        Change("both lists", "containers.exists(", "initContainers.size() + object.spec.template.spec.containers.exists(", False),
        Change("no containers", ".containers", ".volumes", False),
    )),
    "a ClusterPolicy": Row("admitted", "the ClusterPolicy proxied speaks of h and looks at spec.containers only", KYVERNO, (
        Change("another namespace", "sh*", "b*", False), Change("an excluded namespace", "kube-system", "shop", False),
        Change("another kind", "kinds: [Pod]", "kinds: [apps/v1/DaemonSet]", False),
        Change("its kind", "kinds: [Pod]", "kinds: [apps/v1/Deployment]", True),
        Change("another name", "name: h", "name: g", False),
        Change("both lists", "containers: [{name: h}]", "=(initContainers): [{name: h}], containers: [{name: h}]", False),
        Change("an anchor", "containers: [{name: h}]", "^(containers): [{name: h}]", True),
        Change("an expression", "pattern: {spec: {containers: [{name: h}]}}",
               "deny: {conditions: [{key: h, operator: AnyNotIn, value: '{{ request.object.spec.containers[].name }}'}]}", True),
        Change("no validation", "validate:", "mutate:", False),
        Change("a Policy elsewhere", "ClusterPolicy\nmetadata: {name: proxied", "Policy\nmetadata: {name: proxied, namespace: blog", False),
    )),
    "a constraint of Gatekeeper": Row("admitted", "the Proxied all speaks of h and looks at spec.containers only", GATEKEEPER, (
        Change("an excluded namespace", "kube-*", "shop", False), Change("another kind", "kinds: [Pod]", "kinds: [Service]", False),
        Change("another name", "{name: h}}", "{name: g}}", False), Change("another template", "kind: Proxied}", "kind: Other}", False),
        Change("both lists", "[_].name", "[_].name; input.review.object.spec.initContainers", False),
    )),
    "an Application": Row("ignored_differences", "the Application shop ignores /spec/template/spec/containers/1/image, which is nothing "
        "from now on, and h today", IGNORES, (
        Change("the app's image", "containers/1", "containers/0", False),
        Change("another field of it", "containers/1/image", "containers/1/env", True),
        Change("behind the end", "containers/1", "containers/2", False),
        Change("the whole list", "containers/1/image", "containers", True),
        Change("an init container", "containers/1", "initContainers/0", True),
        Change("another pod's", "/spec/template/spec/containers", "/spec/containers", False),
        Change("another workload", "name: web", "name: api", False),
        Change("another kind", "Deployment", "StatefulSet", False),
        Change("any kind", "kind: Deployment", "kind: '*'", True),
        Change("the core's group", "group: apps, ", "", False),
        Change("its namespace", "name: web", "name: web, namespace: shop", True),
        Change("another namespace", "name: web", "name: web, namespace: blog", False),
    )),
    "an ApplicationSet": Row("ignored_differences", "the ApplicationSet shops ignores .spec.template.spec.containers[] "
        '| select(.name == "h") ' "| .image, which no longer finds h", IGNORES_BY_NAME, (
        Change("another container", '"h"', '"web"', False),
        Change("of the other list", "containers[]", "initContainers[]", False),
        Change("by an index", '[] | select(.name == "h")', "[1]", True),
        Change("by the app's index", '[] | select(.name == "h")', "[0]", False),
        Change("all containers", '[] | select(.name == "h")', "[]?", True),
        Change("something else", "containers[]", "volumes[]", False),
        Change("and in the other list", "['", "['.spec.template.spec.initContainers[].image', '", False),
        Change("and another field in the other list", "['", "['.spec.template.spec.initContainers[].env', '", True),
    )),
}  # fmt: skip

ANNOTATED = [
    ("backed_up", "Velero looks among the ordinary containers", "pre.hook.backup.velero.io/container: h", True),
    ("backed_up", "", "pre.hook.backup.velero.io/container: web", False),
    ("backed_up", "Velero takes the first: it would run in web", "post.hook.backup.velero.io/command: ls", True),
    ("backed_up", "", "post.hook.backup.velero.io/command: ls, post.hook.backup.velero.io/container: web", False),
    ("given_secrets", "Vault's injector would give it the secrets too",
     "vault.hashicorp.com/agent-inject: 'true', vault.hashicorp.com/agent-inject-containers: web", True),
    ("given_secrets", "", "vault.hashicorp.com/agent-inject: 'true', vault.hashicorp.com/agent-inject-containers: 'web, h'", False),
    ("given_secrets", "", "vault.hashicorp.com/agent-inject: 'true'", False),
    ("given_secrets", "", "vault.hashicorp.com/agent-inject-containers: web", False),
    ("instrumented", "instrumentation.opentelemetry.io/java-container-names names it",
     "instrumentation.opentelemetry.io/java-container-names: 'web,h'", True),
    ("instrumented", "",
     "instrumentation.opentelemetry.io/container-names: web, instrumentation.opentelemetry.io/inject-sdk: 'true'", False),
    ("instrumented", "that would be web instead", "instrumentation.opentelemetry.io/inject-java: 'true'", True),
    ("instrumented", "", "instrumentation.opentelemetry.io/inject-java: 'false'", False),
    ("checked", "ad.datadoghq.com/h.checks is about it", "ad.datadoghq.com/h.checks: '{}'", True),
    ("checked", "", "ad.datadoghq.com/web.checks: '{}'", False),
    ("checked", "", "container.apparmor.security.beta.kubernetes.io/h: runtime/default", False),
]  # fmt: skip

SCALERS = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: ContainerResource, containerResource: {name: cpu, container: h}}]
"""
KEDA = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web, namespace: shop}
spec:
  scaleTargetRef: {name: web}
  triggers: [{type: memory, metadata: {containerName: h}}]
"""
NOTED = {
    "an HPA": Row("scaled", "The HorizontalPodAutoscaler web measures the cpu of h by its name, and goes on to", SCALERS, (
        OTHER_SPACE, NO_SPACE, Change("another container", "container: h", "container: web", False),
        Change("another workload", "Deployment, name: web", "Deployment, name: api", False),
        Change("another kind", "Deployment", "StatefulSet", False))),
    "KEDA": Row("scaled", "The ScaledObject web measures the memory of h by its name, and goes on to", KEDA, (
        OTHER_SPACE, NO_SPACE, Change("another container", "containerName: h", "containerName: web", False),
        Change("another workload", "{name: web}\n", "{name: api}\n", False),
        Change("another kind", "{name: web}\n", "{name: web, kind: StatefulSet}\n", False))),
    "a ServiceMonitor": Row("labelled", "Before Prometheus 3.0 the series that the ServiceMonitor web scrapes lose their label container",
        MONITOR.replace("targetPort: https", "port: tls"), (
        Change("another port", "port: tls", "port: http", False),
        Change("the pod's port", "port: tls", "targetPort: https", False))),
    "a policy": Row("passed_over", "The ClusterPolicy proxied looks at spec.containers only, and no longer sees h",
        KYVERNO.replace("name: h", "livenessProbe: '?*'"), (
        Change("another namespace", "sh*", "b*", False),
        Change("both lists", "containers:", "=(initContainers): [{name: a}], containers:", False),
        Change("by its name", "livenessProbe: '?*'", "name: h", False))),
}  # fmt: skip

NAMED = {each.__name__: each for each in (*SPOKEN, *OF_ANNOTATIONS)}
CHANGES = [(f"{name}: {change.what}", row, change) for name, row in ROWS.items() for change in row.changes]
NOTED_CHANGES = [(f"{name}: {change.what}", row, change) for name, row in NOTED.items() for change in row.changes]


def case(said: str, target: str = "1.29", annotations: str = "", containers: tuple[str, ...] = (APP, HELPER)) -> tuple[Case, Context]:
    version = parse_version(target)
    assert version is not None
    references = services(said)
    found = life(HEAD % annotations, *containers, target=target, references=references)
    context = Context(found, references, CATALOGUE, Settings(target=version))
    subject = next(each for each in found.containers if each.name == "h")
    assert subject.part == "helper"
    return case_of(subject, context), context


def test_every_hazard_of_what_others_say_has_its_rows() -> None:
    assert {row.hazard for row in ROWS.values()} == {each.__name__ for each in SPOKEN}
    assert {row[0] for row in ANNOTATED} == {each.__name__ for each in OF_ANNOTATIONS}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_who_loses_sight_of_a_sidecar_is_named(row: Row) -> None:
    asked, context = case(row.said, row.target)
    hazard = NAMED[row.hazard](asked)
    assert hazard is not None
    assert hazard.words.startswith(row.words)
    plan = PLANS["move-to-init-containers"](asked.life, context)
    assert hazard.words in plan.hazards


@pytest.mark.parametrize(("row", "change"), [each[1:] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_whom_an_object_speaks_of(row: Row, change: Change) -> None:
    assert change.old in row.said
    asked, _ = case(row.said.replace(change.old, change.new), row.target)
    assert (NAMED[row.hazard](asked) is not None) == change.speaks


@pytest.mark.parametrize(("hazard", "words", "annotations", "speaks"), ANNOTATED)
def test_what_annotations_say_of_a_container(hazard: str, words: str, annotations: str, speaks: bool) -> None:
    asked, context = case("", annotations=annotations, containers=(HELPER, APP))
    found = NAMED[hazard](asked)
    assert (found is not None) == speaks
    assert found is None or words in found.words
    assert found is None or found.words in PLANS["move-to-init-containers"](asked.life, context).hazards


def test_a_hook_without_a_container_runs_where_it_did_when_the_first_one_stays() -> None:
    said = {"backed_up": "pre.hook.backup.velero.io/command: ls", "instrumented": "instrumentation.opentelemetry.io/inject-go: 'true'"}
    assert [NAMED[hazard](case("", annotations=annotation)[0]) for hazard, annotation in said.items()] == [None, None]


@pytest.mark.parametrize("row", NOTED.values(), ids=NOTED)
def test_what_goes_on_or_looks_away_is_a_note(row: Row) -> None:
    asked, _ = case(row.said, row.target)
    assert row.words in notes_of(asked)
    assert [each.__name__ for each in NOTES if row.words in each(asked)] == [row.hazard]


@pytest.mark.parametrize(("row", "change"), [each[1:] for each in NOTED_CHANGES], ids=[each[0] for each in NOTED_CHANGES])
def test_of_whom_a_note_speaks(row: Row, change: Change) -> None:
    assert change.old in row.said
    asked, _ = case(row.said.replace(change.old, change.new), row.target)
    assert any(row.hazard == each.__name__ and each(asked) for each in NOTES) == change.speaks


@pytest.mark.parametrize(("policy", "said"), [("h", True), ("work", False)])
def test_an_exit_code_is_found_by_its_container_s_name_in_either_list(policy: str, said: bool) -> None:
    found = life(f"Job Never {{policy: {policy}}}", "work: app $ ./run", "h: sql")
    notes = notes_of(case_of(found.containers[1], Context(found, services(""), CATALOGUE, Settings())))
    assert notes == ("The podFailurePolicy of the Job finds h by its name as before",) * said


def test_several_objects_that_say_the_same_are_counted() -> None:
    for name, end in (("b", "; so does the VerticalPodAutoscaler b"), ("b c", "; so do 2 others, such as the VerticalPodAutoscaler b")):
        said = [VPA.replace("name: web, namespace", f"name: {each}, namespace") for each in f"a {name}".split()]
        hazard = NAMED["sized"](case("---".join(said))[0])
        assert hazard is not None
        assert hazard.words.endswith(end)
