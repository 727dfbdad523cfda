"""Who put a mesh's proxy where it stands, what that means for the fix, and for the network of what starts before it."""

import pytest

from sidecarlint.fixes import PLANS, Context, Plan
from sidecarlint.lifecycle.placed import placing, redirects
from sidecarlint.references import References
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import parse_version
from tests.sketch import CATALOGUE, life

WEB = "web: app {env: {DB: '127.0.0.1:5432'}}"
STATUS = "Deployment {annotations: {sidecar.istio.io/status: x}}"
KEPT_OUT = "Deployment {labels: {sidecar.istio.io/inject: 'false'}}"
INIT = "istio-init: istio {list: init} > istio-iptables -p 15001"
# The head of the pod, the container `h`, and whether its injector places it.
PLACED = [
    ("without words of its own", "Deployment", "h: istio", True),
    ("as Istio starts it", "Deployment", "h: istio > proxy sidecar --domain x", True),
    ("as output of an injector", STATUS, "h: istio > proxy pilot", True),
    ("asked for by the pod", "Deployment {labels: {sidecar.istio.io/inject: 'true'}}", "h: istio $ envoy -c my.yaml", True),
    ("with the image left to Istio", "Deployment", "h: auto > -c my.yaml", True),
    ("in a pod that says no", KEPT_OUT, "h: istio", False),
    ("in a pod whose annotation says no", KEPT_OUT.replace("labels", "annotations"), "h: istio > proxy sidecar", False),
    ("in front of Mixer", "Deployment", "h: istio > proxy mixer", False),
    ("in front of Pilot", "Deployment", "h: istio > proxy pilot", False),
    ("with a configuration of its own", "Deployment", "h: istio > proxy sidecar --customConfigFile /etc/envoy.json", False),
    ("the same in one word", "Deployment", "h: istio > proxy sidecar --customConfigFile=/etc/envoy.json", False),
    ("another mesh", "Deployment", "h: cr.l5d.io/linkerd/proxy:stable-2.14.0 > --anything", True),
    ("what nobody injects", "Deployment", "h: sql", False),
    ("an app", "Deployment", "h: app", False),
]
# Further containers of a pod with a database proxy `h`, its head, and what shows that `h` would start without network.
BESIDE = [
    ("an injected proxy", "Deployment", ("p: istio > proxy sidecar",), "(p)"),
    ("one written by hand", "Deployment", ("p: istio > proxy mixer",), ""),
    ("one written by hand that gets the traffic", "Deployment", (INIT, "p: istio > proxy mixer"), "(p)"),
    ("the same, by the older image", "Deployment", ("istio-init: istio/proxy_init {list: init}", "p: istio > proxy mixer"), "(p)"),
    ("one written by hand in a pod that was taken out", KEPT_OUT, ("p: istio > proxy sidecar",), ""),
    ("one written by hand in a pod of another mesh", "Deployment {annotations: {linkerd.io/inject: enabled}}", ("p: istio > proxy mixer",),
     "(linkerd.io/inject)"),
    ("the node's own network", "Deployment {spec: {hostNetwork: true}}", ("p: istio > proxy sidecar",), ""),
    ("the node's own network, marked", "Deployment {annotations: {linkerd.io/inject: enabled}, spec: {hostNetwork: true}}", (), ""),
    ("none", "Deployment", (), ""),
]  # fmt: skip
# A helper in a mesh, and whether it needs the network when it starts.
NEEDS = [
    ("a database proxy", "h: sql > --port=5432", True),
    ("an exporter", "h: pg-exporter", True),
    ("what asks the API server for ConfigMaps", "h: k8s-sidecar", True),
    ("what watches files", "h: reload", False),
    ("what serves a socket", "h: livenessprobe", False),
    ("what reads a log", "h: busybox {mounts: [logs]} $ tail -F /logs/app.log", False),
]


def planned(*sketch: str, target: str = "1.33") -> Plan:
    version = parse_version(target)
    assert version is not None
    found = life(*sketch, target=target)
    subject = next(each for each in found.containers if each.name == "h")
    return PLANS["move-to-init-containers"](subject, Context(found, References(), CATALOGUE, Settings(target=version)))


@pytest.mark.parametrize(("head", "container", "placed"), [row[1:] for row in PLACED], ids=[row[0] for row in PLACED])
def test_whether_an_injector_places_it(head: str, container: str, placed: bool) -> None:
    found = life(head, container, "web: app")
    subject = found.containers[0]
    assert (placing(subject.seen, found.workload) is not None) == placed


@pytest.mark.parametrize(("head", "more", "mesh"), [row[1:] for row in BESIDE], ids=[row[0] for row in BESIDE])
def test_the_network_beside_a_proxy(head: str, more: tuple[str, ...], mesh: str) -> None:
    late = [words for words in planned(head, *more, WEB, "h: sql > --port=5432").hazards if "without network" in words]
    assert [words.partition("service mesh ")[2].partition(":")[0] for words in late] == [mesh] * bool(mesh)


@pytest.mark.parametrize(("container", "needs"), [row[1:] for row in NEEDS], ids=[row[0] for row in NEEDS])
def test_who_needs_the_network(container: str, needs: bool) -> None:
    logged = "web: app {mounts: [logs], env: {DB: '127.0.0.1:5432'}} $ ./run > /logs/app.log"
    plan = planned("Deployment {annotations: {linkerd.io/inject: enabled}}", logged, container)
    assert any("without network" in words for words in plan.hazards) == needs


def test_what_leads_the_traffic_to_a_proxy() -> None:
    found = life("Pod", INIT, "istio-init: x {list: init}", "migrate: app {list: init}", "p: istio", "istio-init: app").containers
    assert [redirects(each.seen) for each in found] == [True, True, False, False, False]


def test_an_init_container_that_an_injector_places_is_left_to_it() -> None:
    for args, words in (("proxy sidecar", True), ("proxy mixer", False)):
        found = life("Pod", f"h: istio {{list: init}} > {args}", "web: app")
        plan = PLANS["make-sidecar"](found.containers[0], Context(found, References(), CATALOGUE, Settings()))
        assert ("Istio's sidecar injector places this container itself" in plan.hazards) == words
