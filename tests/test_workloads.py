"""What is read of a pod: which objects hold one, its typed view with the API server's defaults, images, versions, quantities."""

import pytest

from sidecarlint.documents import documents, show
from sidecarlint.workloads import HOLDS_POD, Workload, objects, workloads
from sidecarlint.workloads.images import Image, parse_image
from sidecarlint.workloads.kinds import BUILT_IN, shapes_of
from sidecarlint.workloads.pods import Container, Port, Probe
from sidecarlint.workloads.quantities import parse_quantity, pod_request
from sidecarlint.workloads.versions import parse_version, show_version
from tests.sketch import workload

POD = "spec: {containers: [{name: web, image: web:1}]}"


def found(text: str) -> list[Workload]:
    return [each for document in documents(text) for each in workloads(document)]


def container(fields: str) -> Container:
    (only,) = found(f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {{name: web, image: web:1, {fields}}}\n")
    return only.pod.containers[0]


# fmt: off
KINDS = [
    ("v1", "Pod", "spec"), ("v1", "PodTemplate", "template.spec"), ("v1", "ReplicationController", "spec.template.spec"),
    ("apps/v1", "Deployment", "spec.template.spec"), ("apps/v1beta2", "Deployment", "spec.template.spec"),
    ("extensions/v1beta1", "Deployment", "spec.template.spec"), ("apps/v1", "ReplicaSet", "spec.template.spec"),
    ("apps/v1", "DaemonSet", "spec.template.spec"), ("apps/v1", "StatefulSet", "spec.template.spec"),
    ("batch/v1", "Job", "spec.template.spec"), ("batch/v1", "CronJob", "spec.jobTemplate.spec.template.spec"),
    ("batch/v1beta1", "CronJob", "spec.jobTemplate.spec.template.spec"),
]
OTHERS = [
    ("example.org/v1", "Deployment"), ("v1", "Deployment"), ("apps/v1", "Pod"), ("extensions/v1", "StatefulSet"), ("v1", "ConfigMap"),
]
# fmt: on


@pytest.mark.parametrize(("api_version", "kind", "route"), KINDS)
def test_where_a_kind_keeps_its_pod(api_version: str, kind: str, route: str) -> None:
    (shape,) = shapes_of(api_version, kind)
    assert [show(each) for each in shape.pods] == [route]
    assert shape.unfixable == ""
    text = f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\n"
    for depth, step in enumerate(route.split(".")):
        text += "  " * depth + f"{step}:\n"
    text += "  " * len(route.split(".")) + "containers: [{name: web}]\n"
    (only,) = found(text)
    assert (only.title, show(only.pod.route), [each.name for each in only.pod.containers]) == (f"{kind}/a", route, ["web"])


def test_every_built_in_kind_is_in_the_table_above() -> None:
    assert {kind for _, kind, _ in KINDS} == set(BUILT_IN)


@pytest.mark.parametrize(("api_version", "kind"), OTHERS)
def test_what_is_no_built_in_kind(api_version: str, kind: str) -> None:
    assert shapes_of(api_version, kind) == ()


FINITE = [
    ("Job Never", True), ("Job OnFailure", True), ("Job", True), ("CronJob OnFailure", True), ("Deployment", False),
    ("DaemonSet Never", False),
    ("Pod Never", True), ("Pod OnFailure", True), ("Pod Always", False), ("Pod", False),
]  # fmt: skip


@pytest.mark.parametrize(("head", "finite"), FINITE)
def test_which_work_is_meant_to_end(head: str, finite: bool) -> None:
    assert workload(head, "web: app").finite == finite


LISTS = [
    ("a List", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, %s}]}", ["items[0].spec"]),
    ("a List of Lists", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, %s}]}]}",
     ["items[0].items[0].spec"]),
    ("a typed list", "{apiVersion: v1, kind: PodList, items: [{apiVersion: v1, kind: Pod, %s}]}", ["items[0].spec"]),
    ("a typed list whose items leave out what they are", "{apiVersion: v1, kind: PodList, items: [{%s}, {%s}]}", ["items[0].spec",
    "items[1].spec"]),
    ("a List whose items leave out what they are", "{apiVersion: v1, kind: List, items: [{%s}]}", []),
    ("a typed list of another group", "{apiVersion: example.org/v1, kind: PodList, items: [{%s}]}", []),
    ("no list of items", "{apiVersion: v1, kind: List, items: {a: b}}", []),
    ("an empty list", "{apiVersion: v1, kind: List, items: []}", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "routes"), [row[1:] for row in LISTS], ids=[row[0] for row in LISTS])
def test_lists(text: str, routes: list[str]) -> None:
    assert [show(each.pod.route) for each in found(text.replace("%s", POD))] == routes


def test_lists_in_lists_come_to_an_end() -> None:
    text = f"{{apiVersion: v1, kind: Pod, {POD}}}"
    for _ in range(20):
        text = f"{{apiVersion: v1, kind: List, items: [{text}]}}"
    assert found(text) == []


NOTHING = [
    ("no object", POD), ("no kind", f"apiVersion: v1\n{POD}"), ("no version", f"kind: Pod\n{POD}"), ("no containers",
    "{apiVersion: v1, kind: Pod, spec: {}}"),
    ("empty containers", "{apiVersion: v1, kind: Pod, spec: {containers: []}}"), ("null", "{apiVersion: v1, kind: Pod, spec: null}"),
    ("a sequence", "[1]"), ("a scalar", "containers"), ("an empty document", ""),
]  # fmt: skip


@pytest.mark.parametrize("text", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_what_holds_no_pod(text: str) -> None:
    assert found(text) == []


def test_a_pod_of_init_containers_alone_is_seen() -> None:
    (only,) = found("{apiVersion: v1, kind: Pod, spec: {initContainers: [{name: a}]}}")
    assert [each.name for each in only.pod.all_containers] == ["a"]


def test_an_object_by_its_generated_name_and_namespace() -> None:
    (only,) = objects(next(documents("{apiVersion: v1, kind: Pod, metadata: {generateName: web-, namespace: shop}}")))
    assert (only.name, only.namespace) == ("web-", "shop")


def test_a_text_that_cannot_hold_a_pod_is_known_before_it_is_read() -> None:
    assert all(HOLDS_POD.search(text) for text in ("containers:", '"containers" : []', "initContainers:\n", "'containers': x"))
    assert not any(HOLDS_POD.search(text) for text in ("kind: ConfigMap", "containers are here", "container: a", "kind: Podium"))


def test_what_is_absent_has_its_default() -> None:
    (only,) = found(f"{{apiVersion: v1, kind: Pod, {POD}}}")
    pod = only.pod
    assert (pod.restart_policy, pod.grace_seconds, pod.host_network, pod.shared_processes) == ("Always", 30, False, False)
    assert (pod.init_containers, pod.volumes, pod.labels, pod.annotations) == ((), {}, {}, {})
    each = pod.containers[0]
    assert (each.command, each.args, each.restart_policy, each.startup_probe, each.pre_stop) == (None, None, None, None, None)
    assert (each.env, each.ports, each.mounts, each.requests, each.is_sidecar, each.resize_policy) == ((), (), (), {}, False, False)


PROBES = [
    ("startupProbe: {httpGet: {path: /a, port: http}}", "startup_probe", Probe("httpGet", "http", "/a", (), None, ())),
    ("readinessProbe: {tcpSocket: {port: 80}}", "readiness_probe", Probe("tcpSocket", "80", "", (), None, ())),
    ("livenessProbe: {grpc: {port: 80}}", "liveness_probe", Probe("grpc", "80", "", (), None, ())),
    ("lifecycle: {postStart: {exec: {command: [a, b]}}}", "post_start", Probe("exec", "", "", ("a", "b"), None, ())),
    ("lifecycle: {preStop: {sleep: {seconds: 5}}}", "pre_stop", Probe("sleep", "", "", (), 5, ())),
]


@pytest.mark.parametrize(("fields", "name", "expected"), PROBES)
def test_probes_and_hooks(fields: str, name: str, expected: Probe) -> None:
    probe = getattr(container(fields), name)
    assert probe._replace(route=()) == expected
    assert probe.route[:3] == ("spec", "containers", 0)


def test_ports_mounts_and_variables() -> None:
    each = container(
        "ports: [{containerPort: 80}, {name: dns, containerPort: 53, protocol: UDP, hostPort: 5353}, {containerPort: web}], "
        "volumeMounts: [{name: logs, mountPath: /logs, readOnly: true, subPath: a}], "
        "env: [{name: A, value: b}, {name: B, valueFrom: {fieldRef: {fieldPath: c}}}]"
    )
    assert each.ports == (Port("", 80, "TCP", None), Port("dns", 53, "UDP", 5353), Port("", None, "TCP", None))
    assert [tuple(mount) for mount in each.mounts] == [("logs", "/logs", True, "a")]
    assert [(variable.name, variable.value) for variable in each.env] == [("A", "b"), ("B", "")]


def test_a_limit_without_a_request_is_a_request_too() -> None:
    each = container("resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 100m}}")
    assert each.requests == {"cpu": "100m", "memory": "1Gi"}
    assert each.limits == {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize("nothing", ["command: []", "command: null", "command:"])
def test_an_empty_command_leaves_it_to_the_image(nothing: str) -> None:
    assert container(nothing).command is None


def test_volumes_by_type() -> None:
    (only,) = found(
        "{apiVersion: v1, kind: Pod, spec: {containers: [{name: a}], "
        "volumes: [{name: a, emptyDir: {}}, {name: b}, {configMap: {name: x}, name: c}, {emptyDir: {}}]}}"
    )
    assert only.pod.volumes == {"a": "emptyDir", "b": "emptyDir", "c": "configMap"}


def test_a_container_by_an_alias_is_read_where_it_stands() -> None:
    (only,) = found("apiVersion: v1\nkind: Pod\nx: &c {name: web, image: a}\nspec:\n  containers:\n  - *c\n  - {<<: *c, name: b}\n")
    assert [(each.name, each.image) for each in only.pod.containers] == [("web", "a"), ("b", "a")]


IMAGES = [
    ("busybox", Image("docker.io", "library/busybox")),
    ("busybox:1.36", Image("docker.io", "library/busybox", "1.36")),
    ("istio/proxyv2", Image("docker.io", "istio/proxyv2")),
    ("docker.io/busybox", Image("docker.io", "library/busybox")),
    ("index.docker.io/library/busybox:1", Image("docker.io", "library/busybox", "1")),
    ("quay.io/a/b:v1@sha256:0f", Image("quay.io", "a/b", "v1", "sha256:0f")),
    ("localhost/a", Image("localhost", "a")),
    ("registry:5000/a/b", Image("registry:5000", "a/b")),
    ("registry:5000/b:1", Image("registry:5000", "b", "1")),
    ("${IMAGE}", Image("docker.io", "library/${IMAGE}")),
]


@pytest.mark.parametrize(("text", "image"), IMAGES)
def test_images(text: str, image: Image) -> None:
    assert parse_image(text) == image


VERSIONS = [
    ("1.29", (1, 29, 0)),
    ("v1.29", (1, 29, 0)),
    ("1.33.6", (1, 33, 6)),
    (" 1.30 ", (1, 30, 0)),
    ("1", None),
    ("1.29-eks", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "version"), VERSIONS)
def test_versions(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(text) == version


def test_versions_are_shown_as_people_write_them() -> None:
    assert (show_version((1, 29, 0)), show_version((1, 33, 6))) == ("1.29", "1.33.6")


NANO = 10**9
QUANTITIES = [
    ("1", NANO), ("100m", NANO // 10), ("1.5", 3 * NANO // 2), (".5", NANO // 2), ("2.", 2 * NANO), ("1k", 1000 * NANO),
    ("1Ki", 1024 * NANO),
    ("0.5Gi", 2**29 * NANO), ("1e3", 1000 * NANO), ("1E", 10**18 * NANO), ("1e-3", NANO // 1000), ("5n", 5), ("+1", NANO),
    ("", None), (".", None), ("-1", None), ("1 Gi", None), ("1gi", None), ("one", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "amount"), QUANTITIES)
def test_quantities(text: str, amount: int | None) -> None:
    assert parse_quantity(text) == amount


def cpu(name: str, amount: str, more: str = "") -> str:
    return f"{name}: app {{resources: {{requests: {{cpu: '{amount}'}}}}{more}}}"


REQUESTS = [
    ("all containers together", [cpu("a", "1"), cpu("b", "2")], 3),
    ("an init container that needs less", [cpu("i", "2", ", list: init"), cpu("a", "3")], 3),
    ("an init container that needs more", [cpu("i", "5", ", list: init"), cpu("a", "3")], 5),
    ("a sidecar counts beside the containers", [cpu("s", "1", ", list: sidecar"), cpu("a", "3")], 4),
    ("and beside the init containers behind it", [cpu("s", "1", ", list: sidecar"), cpu("i", "5", ", list: init"), cpu("a", "3")], 6),
    ("not beside those ahead of it", [cpu("i", "5", ", list: init"), cpu("s", "1", ", list: sidecar"), cpu("a", "3")], 5),
    ("nothing is asked", ["a: app"], 0),
]


@pytest.mark.parametrize(("containers", "whole"), [row[1:] for row in REQUESTS], ids=[row[0] for row in REQUESTS])
def test_what_a_pod_requests(containers: list[str], whole: int) -> None:
    assert pod_request(workload("Deployment", *containers).pod, "cpu") == whole * NANO
