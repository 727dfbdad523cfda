"""Which marks put a pod into a service mesh whose proxy is not native: one helper that uses the network, and what is said of its pod."""

import pytest

from sidecarlint.fixes import PLANS, Context
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import parse_version
from tests.sketch import CATALOGUE, life, services

WEB = "web: app {env: {DB: '127.0.0.1:5432'}}"
HELPER = "h: sql > --port=5432"
NATIVE = "config.linkerd.io/proxy-enable-native-sidecar: 'true'"
# What is found, or "" where the move is safe.
MARKS = [
    ("proxy.istio.io/config", "proxy.istio.io/config: '{}'"),
    ("traffic.sidecar.istio.io/excludeOutboundPorts", "traffic.sidecar.istio.io/excludeOutboundPorts: '1'"),
    ("inject.istio.io/templates", "inject.istio.io/templates: sidecar"),
    ("security.istio.io/tlsMode", "security.istio.io/tlsMode: istio"),
    ("config.linkerd.io/skip-outbound-ports", "config.linkerd.io/skip-outbound-ports: '1'"),
    ("appmesh.k8s.aws/mesh", "appmesh.k8s.aws/mesh: a"),
    ("openservicemesh.io/sidecar-injection", "openservicemesh.io/sidecar-injection: enabled"),
    ("", "appmesh.k8s.aws/sidecarInjectorWebhook: disabled, appmesh.k8s.aws/mesh: a"),
    ("", f"linkerd.io/inject: enabled, {NATIVE}"),
    ("", "linkerd.io/inject: disabled, config.linkerd.io/skip-outbound-ports: '1'"),
    ("", "sidecar.istio.io/inject: 'false', proxy.istio.io/config: '{}'"),
    ("sidecar.istio.io/inject", f"sidecar.istio.io/inject: 'true', {NATIVE}"),
    ("linkerd.io/inject", "linkerd.io/inject: enabled, sidecar.istio.io/nativeSidecar: 'true'"),
    ("", "app.kubernetes.io/name: istio"),
]
NAMESPACES = [
    ("the namespace shop has istio-injection: enabled", "shop", "istio-injection: enabled"),
    ("the namespace shop has linkerd.io/inject: enabled", "shop", "linkerd.io/inject: enabled"),
    ("", "shop", "istio-injection: disabled"),
    ("", "other", "istio-injection: enabled"),
    ("", "shop", "team: a"),
]


@pytest.mark.parametrize(("found", "marks"), MARKS)
def test_the_marks_of_a_pod(found: str, marks: str) -> None:
    assert meshed(f"Deployment {{annotations: {{{marks}}}}}", WEB, HELPER) == found


@pytest.mark.parametrize(("found", "name", "labels"), NAMESPACES)
def test_the_namespace_of_a_pod(found: str, name: str, labels: str) -> None:
    text = f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{{labels}}}}}}}"
    assert meshed("Deployment {namespace: shop}", WEB, HELPER, run=text) == found


def test_a_pod_can_leave_the_mesh_of_its_namespace() -> None:
    text = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {istio-injection: enabled}}}"
    assert meshed("Deployment {namespace: shop, labels: {sidecar.istio.io/inject: 'false'}}", WEB, HELPER, run=text) == ""


def test_a_proxy_that_was_injected_before() -> None:
    assert meshed("Deployment", WEB, HELPER, "istio-proxy: istio") == "istio-proxy"


def meshed(*sketch: str, run: str = "") -> str:
    target = parse_version("1.33")
    assert target is not None
    found = life(*sketch, target="1.33")
    subject = next(each for each in found.containers if each.name == "h")
    plan = PLANS["move-to-init-containers"](subject, Context(found, services(run), CATALOGUE, Settings(target=target)))
    assert (plan.applicability == "safe") == (plan.hazards == ())
    said, _, rest = plan.hazards[0].partition("it would start") if plan.hazards else ("", "", "")
    assert bool(said) == ("without network" in rest)
    return said.removeprefix("the pod is in a service mesh (").removesuffix(" in the mesh ").rstrip(":) ")
