"""What injectors add to a pod, and what that means for its work: labels and annotations, and all that the model says of them."""

import pytest

from sidecarlint.lifecycle import PodLife
from sidecarlint.lifecycle.signs import sign_of
from tests.meshed import CONSUL, ISTIO, LINKED, LINKERD, MESHED, OLD, ON, VAULT, VAULTED, WORK, job
from tests.sketch import CATALOGUE, life, services


def told(pod: PodLife) -> str:
    """What a pod says of injected helpers, in short: each with how it comes."""
    words = {
        "never ends": pod.injected_blockers, "may stay": pod.injected_doubts, "told": pod.injected_told, "declined": pod.declined,
    }  # fmt: skip
    said = [f"{title} {word}" for word, titles in words.items() for title in titles]
    spoken = {title for titles in words.values() for title in titles}
    said += [f"{title} {'legacy' if title in pod.injected_legacy else 'native'}" for title in pod.injected if title not in spoken]
    return ", ".join(said)


# What it is, the head of the pod's sketch, and what is told of it.
JOBS = [
    ("nothing asks", job("app: a", "b: c"), ""),
    ("no labels at all", "Job Never", ""),
    ("Istio, by a label", job(f"{ISTIO}: 'true'"), "Istio proxy may stay"),
    ("Istio, by an annotation", job("", f"{ISTIO}: 'true'"), "Istio proxy may stay"),
    ("the label wins over the annotation", job(f"{ISTIO}: 'true'", f"{ISTIO}: 'false'"), "Istio proxy may stay"),
    ("also when it keeps out", job(f"{ISTIO}: 'false'", f"{ISTIO}: 'true'"), "Istio proxy declined"),
    ("Istio, by a revision", job("istio.io/rev: 1-24-2"), "Istio proxy may stay"),
    ("Istio keeps out", job("", f"{ISTIO}: 'false'"), "Istio proxy declined"),
    ("Istio, native", job(f"{ISTIO}: 'true'", "sidecar.istio.io/nativeSidecar: 'true'"), "Istio proxy native"),
    ("Istio, never native", job(f"{ISTIO}: 'true'", "sidecar.istio.io/nativeSidecar: 'false'"), "Istio proxy never ends"),
    ("a switch that says nothing", job(f"{ISTIO}: 'true'", "sidecar.istio.io/nativeSidecar: auto"), "Istio proxy may stay"),
    ("a switch alone asks for nothing", job("", "sidecar.istio.io/nativeSidecar: 'false'"), ""),
    ("ambient, where no proxy is injected", job("istio.io/rev: a, istio.io/dataplane-mode: ambient"), ""),
    ("Istio passes over the node's network", job(f"{ISTIO}: 'true'", "", "spec: {hostNetwork: true}"), ""),
    ("and nobody declines there", job(f"{ISTIO}: 'false'", "", "spec: {hostNetwork: true}"), ""),
    ("Linkerd", job("", f"{LINKERD}: enabled"), "Linkerd proxy may stay"),
    ("Linkerd, as an ingress", job("", f"{LINKERD}: ingress"), "Linkerd proxy may stay"),
    ("Linkerd reads no label", job(f"{LINKERD}: enabled"), ""),
    ("Linkerd keeps out", job("", f"{LINKERD}: disabled"), "Linkerd proxy declined"),
    ("Linkerd, native", job("", f"{LINKERD}: enabled, {ON}: 'true'"), "Linkerd proxy native"),
    ("Linkerd, never native", job("", f"{LINKERD}: enabled, {ON}: 'false'"), "Linkerd proxy never ends"),
    ("Linkerd, native by an old name", job("", f"{LINKERD}: enabled, config.alpha.{OLD}: 'true'"), "Linkerd proxy native"),
    ("the newest name wins", job("", f"{LINKERD}: enabled, config.alpha.{OLD}: 'true', {ON}: 'false'"), "Linkerd proxy never ends"),
    ("beta wins over alpha", job("", f"{LINKERD}: enabled, config.alpha.{OLD}: 'false', config.beta.{OLD}: 'true'"),
     "Linkerd proxy native"),
    ("Linkerd's shutdown endpoint is on", job("", f"{LINKERD}: enabled, {ON}: 'false', config.linkerd.io/proxy-admin-shutdown: enabled"),
     "Linkerd proxy may stay"),
    ("Kuma", job("kuma.io/sidecar-injection: enabled"), "Kuma data plane proxy may stay"),
    ("Kuma, the old way", job("", "kuma.io/sidecar-injection: 'true'"), "Kuma data plane proxy may stay"),
    ("Consul", job("", f"{CONSUL}/connect-inject: 'true'"), "Consul Dataplane may stay"),
    ("Consul, native", job("", f"{CONSUL}/connect-inject: 'true', {CONSUL}/enable-consul-dataplane-as-sidecar: 'true'"),
     "Consul Dataplane native"),
    ("Consul has been here", job("", f"{CONSUL}/connect-inject: 'true', {CONSUL}/connect-inject-status: injected"), ""),
    ("Dapr", job("", "dapr.io/enabled: 'true'"), "Dapr runtime may stay"),
    ("Dapr, native", job("", "dapr.io/enabled: 'true', dapr.io/enable-native-sidecar: 'true'"), "Dapr runtime native"),
    ("Dapr is no mesh to stay out of", job("", "dapr.io/enabled: 'false'"), ""),
    ("App Mesh knows no native mode", job("", "appmesh.k8s.aws/sidecarInjectorWebhook: enabled"), "Envoy of AWS App Mesh never ends"),
    ("Open Service Mesh", job("", "openservicemesh.io/sidecar-injection: enabled"), "Envoy of Open Service Mesh never ends"),
    ("a mesh without native mode is no loss", job("", "openservicemesh.io/sidecar-injection: disabled"), ""),
    ("NGINX Service Mesh", job("injector.nsm.nginx.com/auto-inject: enabled"), "NGINX Service Mesh sidecar may stay"),
    ("Vault", job("", f"{VAULT}-inject: 'true'"), "Vault Agent never ends"),
    ("Vault, before the work only", job("", f"{VAULT}-inject: 'true', {VAULT}-pre-populate-only: 'true'"), ""),
    ("Vault, not only before it", job("", f"{VAULT}-inject: 'true', {VAULT}-pre-populate-only: 'false'"), "Vault Agent never ends"),
    ("Vault, with a quit endpoint", job("", f"{VAULT}-inject: 'true', {VAULT}-enable-quit: 'true'"), "Vault Agent may stay"),
    ("Vault, with a configuration of its own", job("", f"{VAULT}-inject: 'true', {VAULT}-configmap: c"), "Vault Agent may stay"),
    ("Vault, in shared processes", job("", f"{VAULT}-inject: 'true', {VAULT}-share-process-namespace: 'true'"), "Vault Agent may stay"),
    ("Vault has been here", job("", f"{VAULT}-inject: 'true', {VAULT}-inject-status: injected"), ""),
    ("Vault declined is no matter", job("", f"{VAULT}-inject: 'false'"), ""),
    ("a bucket, whose driver ends it", job("", "gke-gcsfuse/volumes: 'true'"), "Cloud Storage FUSE sidecar legacy"),
    ("a bucket, native", job("", "gke-gcsfuse/volumes: 'true', gke-gcsfuse/enable-native-sidecar: 'true'"),
     "Cloud Storage FUSE sidecar native"),
    ("Azure's proxy", job("", "azure.workload.identity/inject-proxy-sidecar: 'true'"), "Azure Workload Identity proxy may stay"),
    ("two of them", job(f"{ISTIO}: 'true'", f"{VAULT}-inject: 'true'"), "Vault Agent never ends, Istio proxy may stay"),
    ("shared processes, in which anybody may end it", job("", f"{VAULT}-inject: 'true'", "spec: {shareProcessNamespace: true}"),
     "Vault Agent may stay"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "expected"), [row[1:] for row in JOBS], ids=[row[0] for row in JOBS])
def test_a_job(head: str, expected: str) -> None:
    pod = life(head, WORK).pod
    assert told(pod) == expected
    assert pod.completes == ("no" if pod.injected_blockers else "unknown")
    assert pod.blockers == pod.injected_blockers


@pytest.mark.parametrize("head", [row[1] for row in JOBS], ids=[row[0] for row in JOBS])
def test_nothing_of_it_matters_to_a_deployment(head: str) -> None:
    pod = life(head.replace("Job Never", "Deployment"), WORK).pod
    assert (pod.injected_blockers, pod.injected_doubts, pod.injected_told, pod.declined) == ((), (), (), ())
    assert pod.completes == "never-meant-to"


# The helpers of other files, where their files say how they get into pods.
ELSEWHERE = [
    ("otel-collector", job("", "sidecar.opentelemetry.io/inject: 'true'")),
    ("otel-collector", job("", "sidecar.opentelemetry.io/inject: observability/agent")),
    ("datadog-agent", job("agent.datadoghq.com/sidecar: fargate")),
]


@pytest.mark.parametrize(("identifier", "head"), ELSEWHERE)
def test_a_helper_that_is_known_for_other_reasons_too(identifier: str, head: str) -> None:
    known = CATALOGUE.helpers.get(identifier)
    if known is None:
        pytest.skip(f"there is no {identifier}.yaml yet")
    assert life(head, WORK).pod.injected_doubts == (known.title,)


def test_two_of_which_one_must_be_told() -> None:
    pod = life(job(f"{ISTIO}: 'true'", f"{VAULT}-inject: 'true'"), "work: app $ ./run; curl -X POST localhost:15020/quitquitquit").pod
    assert told(pod) == "Vault Agent never ends, Istio proxy told"


NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {%s}, annotations: {%s}}}"
# What it is, the pod's labels and annotations, those of the namespace, and what is told of the pod.
NAMESPACES = [
    ("Istio", "", "", "istio-injection: enabled", "", "Istio proxy may stay"),
    ("Istio, by a revision", "", "", "istio.io/rev: stable", "", "Istio proxy may stay"),
    ("Istio, disabled", "", "", "istio-injection: disabled", "", ""),
    ("the pod keeps out", f"{ISTIO}: 'false'", "", "istio-injection: enabled", "", "Istio proxy declined"),
    ("the pod keeps out, and so does the namespace", f"{ISTIO}: 'false'", "", "istio-injection: disabled", "", "Istio proxy declined"),
    ("the pod is native", "", "sidecar.istio.io/nativeSidecar: 'true'", "istio-injection: enabled", "", "Istio proxy native"),
    ("Istio reads no annotation there", "", "", "", "istio-injection: enabled", ""),
    ("Linkerd", "", "", "", f"{LINKERD}: enabled", "Linkerd proxy may stay"),
    ("Linkerd reads no label there", "", "", f"{LINKERD}: enabled", "", ""),
    ("Linkerd, native in the namespace", "", "", "", f"{LINKERD}: enabled, {ON}: 'true'", "Linkerd proxy native"),
    ("the pod's switch wins", "", f"{ON}: 'false'", "", f"{LINKERD}: enabled, {ON}: 'true'", "Linkerd proxy never ends"),
    ("the newest name wins, wherever it is", "", f"config.alpha.{OLD}: 'false'", "", f"{LINKERD}: enabled, {ON}: 'true'",
     "Linkerd proxy native"),
    ("Kuma", "", "", "kuma.io/sidecar-injection: enabled", "", "Kuma data plane proxy may stay"),
    ("App Mesh needs more than that", "", "", "appmesh.k8s.aws/sidecarInjectorWebhook: enabled", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "annotations", "ours", "theirs", "expected"), [row[1:] for row in NAMESPACES], ids=[r[0] for r in NAMESPACES]
)
def test_a_namespace(labels: str, annotations: str, ours: str, theirs: str, expected: str) -> None:
    found = life(job(labels, annotations, "namespace: shop"), WORK, references=services(NAMESPACE % (ours, theirs)))
    assert told(found.pod) == expected


# What it is, and a pod in which an injected helper is not what keeps the work from completing.
OTHERS = [
    ("the app never ends", [MESHED, "work: app $ sleep infinity"]),
    ("a bare pod with a server", [job(f"{ISTIO}: 'true'", kind="Pod Never"), "web: nginx {ports: [80]}"]),
    ("a bare pod that is restarted", [job(f"{ISTIO}: 'true'", kind="Pod"), WORK]),
    ("the proxy is there already", [MESHED, WORK, "istio-proxy: istio > proxy sidecar"]),
    ("by another name", [MESHED, WORK, "proxy: istio > proxy sidecar"]),
    ("with an image that is not known", [MESHED, WORK, "istio-proxy: registry.example/mesh:1"]),
    ("as a sidecar", [MESHED, "istio-proxy: istio {list: sidecar} > proxy sidecar", WORK]),
]


@pytest.mark.parametrize("sketch", [row[1] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_where_nothing_is_said(sketch: list[str]) -> None:
    pod = life(*sketch).pod
    assert (pod.injected_blockers, pod.injected_doubts, pod.injected_told) == ((), (), ())


def test_a_bare_pod_that_is_meant_to_end() -> None:
    assert told(life(job(f"{ISTIO}: 'true'", kind="Pod OnFailure"), WORK).pod) == "Istio proxy may stay"


def test_what_prevents_it() -> None:
    pods = [life(head, WORK).pod for head in (MESHED, LINKED, job("", "dapr.io/enabled: 'true'"), VAULTED)]
    assert [pod.injected_unless for pod in pods] == [
        "it comes as a native sidecar (the default since Istio 1.27 with all nodes on 1.33)",
        "it comes as a native sidecar (the default since Linkerd 2.20)",
        "it comes as a native sidecar",
        "something makes it quit",
    ]


def test_blockers_are_containers_and_injected_helpers() -> None:
    pod = life(job("", f"{VAULT}-inject: 'true'"), WORK, "db: sql").pod
    assert (pod.blockers, pod.completes) == (("db", "Vault Agent"), "no")


def test_what_was_seen_says_where() -> None:
    pod = life(job(f"{ISTIO}: 'true'", "sidecar.istio.io/nativeSidecar: 'false'"), WORK).pod
    meta = ("spec", "template", "metadata")
    assert [(word, sight.message, sight.route) for word, sight in pod.shown] == [
        ("injected_blockers", "the label sidecar.istio.io/inject asks for Istio proxy", (*meta, "labels", ISTIO)),
        ("injected_blockers", "sidecar.istio.io/nativeSidecar is false, so it comes as an ordinary container",
         (*meta, "annotations", "sidecar.istio.io/nativeSidecar")),
    ]  # fmt: skip


@pytest.mark.parametrize("known", CATALOGUE.injected, ids=lambda known: known.id)
def test_what_a_helper_file_says_of_its_injector_is_used(known: object) -> None:
    """Every sign can be read, and what asks for a helper brings it."""
    injector = known.injector  # type: ignore[attr-defined]
    for text in (*injector.asked_by, *injector.not_with, *injector.switches, *injector.told_with, *injector.ignored):
        assert sign_of(text).key
    settled = injector.native_since or injector.switches or injector.native
    assert settled or known.id in ("datadog-agent", "nginx-mesh-sidecar"), "nobody has found out"  # type: ignore[attr-defined]
    own = [sign_of(text) for text in injector.asked_by if not text.startswith("namespace")]
    for sign in own:
        value = {"": "true", "*": "a"}.get(sign.value, sign.value)
        found = life(job(**{f"{sign.kind}s": f"{sign.key}: '{value}'"}), WORK).pod
        assert known.title in found.injected  # type: ignore[attr-defined]
