"""Services: which pods they select, and which of a container's ports they lead to."""

import pytest

from sidecarlint.documents import documents
from sidecarlint.references import SPEAKS, References, Service, Target, merged, namespaces_of, read_references, selecting, service_ports
from sidecarlint.workloads import objects
from tests.sketch import services, workload

SERVICE = """
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: {namespace}}}
spec:
  selector: {selector}
  ports: {ports}
"""


def service(name: str = "web", namespace: str = "shop", selector: str = "{app: web}", ports: str = "[{port: 80}]") -> str:
    return SERVICE.format(name=name, namespace=namespace, selector=selector, ports=ports)


def only(text: str) -> Service:
    (found,) = services(text).services
    return found


TARGETS = [
    ("the port itself without a target", "[{port: 80}]", ("80",)),
    ("a number", "[{port: 80, targetPort: 8080}]", ("8080",)),
    ("a name", "[{port: 80, targetPort: http}]", ("http",)),
    ("a number in quotes", "[{port: 80, targetPort: '8080'}]", ("8080",)),
    ("several", "[{port: 80, targetPort: http}, {port: 9090}]", ("http", "9090")),
    ("a null target", "[{port: 80, targetPort: null}]", ("80",)),
    ("none", "[]", ()),
]


@pytest.mark.parametrize(("ports", "targets"), [row[1:] for row in TARGETS], ids=[row[0] for row in TARGETS])
def test_where_a_port_leads(ports: str, targets: tuple[str, ...]) -> None:
    assert only(service(ports=ports)).targets == targets


BY_NAME = [
    ("a name", "[{port: 80, targetPort: http}]", [("http", "TCP", 0)]),
    ("a name and its protocol", "[{port: 53}, {port: 53, targetPort: dns, protocol: UDP}]", [("dns", "UDP", 1)]),
    ("a number", "[{port: 80, targetPort: 8080}]", []),
    ("a number in quotes", "[{port: 80, targetPort: '8080'}]", []),
    ("no target", "[{port: 80, name: http}]", []),
]


@pytest.mark.parametrize(("ports", "named"), [row[1:] for row in BY_NAME], ids=[row[0] for row in BY_NAME])
def test_where_a_port_leads_by_a_name(ports: str, named: list[tuple[str, str, int]]) -> None:
    assert only(service(ports=ports)).named == tuple(
        Target(name, protocol, ("spec", "ports", index, "targetPort")) for name, protocol, index in named
    )


NO_SERVICES = [
    ("a Service without a selector", service(selector="{}")),
    ("an ExternalName", "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: ExternalName, externalName: example.org}}"),
    ("Knative's Service", service().replace("v1", "serving.knative.dev/v1")),
    ("another kind", service().replace("kind: Service", "kind: ServiceMonitor")),
    ("no object", "kind: Service\nspec: {selector: {app: web}}"),
    ("a broken document", "kind: Service\napiVersion: [v1"),
    ("nothing", ""),
]


@pytest.mark.parametrize("text", [row[1] for row in NO_SERVICES], ids=[row[0] for row in NO_SERVICES])
def test_what_is_no_service_with_pods(text: str) -> None:
    assert services(text) == References()


def test_services_in_lists_and_in_several_documents() -> None:
    listed = "apiVersion: v1\nkind: {kind}\nitems:\n- " + service("a").strip().replace("\n", "\n  ")
    texts = [listed.replace("{kind}", "List"), listed.replace("{kind}", "ServiceList"), service("a") + "---" + service("b")]
    assert [[each.name for each in services(text).services] for text in texts] == [["a"], ["a"], ["a", "b"]]


SELECTED = [
    ("equal labels", {"app": "web"}, "shop", "shop", True),
    ("more labels than it asks for", {"app": "web", "tier": "front"}, "shop", "shop", True),
    ("another value", {"app": "api"}, "shop", "shop", False),
    ("no labels", {}, "shop", "shop", False),
    ("another namespace", {"app": "web"}, "shop", "blog", False),
    ("a workload without a namespace may end up there", {"app": "web"}, "", "shop", True),
    ("a Service without a namespace may end up there", {"app": "web"}, "shop", "''", True),
    ("both without one", {"app": "web"}, "", "''", True),
]


@pytest.mark.parametrize(("labels", "mine", "its", "expected"), [row[1:] for row in SELECTED], ids=[row[0] for row in SELECTED])
def test_which_pods_a_service_selects(labels: dict[str, str], mine: str, its: str, expected: bool) -> None:
    found = workload(f"Deployment {{labels: {labels}, namespace: '{mine}'}}", "web: app")
    assert bool(selecting(services(service(namespace=its)), found)) == expected


def test_a_selector_of_several_labels_needs_all() -> None:
    references = services(service(selector="{app: web, tier: front}"))
    assert not selecting(references, workload("Deployment {labels: {app: web}, namespace: shop}", "web: app"))
    assert selecting(references, workload("Deployment {labels: {app: web, tier: front}, namespace: shop}", "web: app"))


def test_labels_of_the_pods_count_and_not_those_of_their_owner() -> None:
    owned = workload("CronJob {labels: {app: web}, namespace: shop}", "web: app")
    assert selecting(services(service()), owned)


PORTS = [
    ("by number", "[8080]", "[{port: 80, targetPort: 8080}]", ("8080",)),
    ("by name", "[http=8080]", "[{port: 80, targetPort: http}]", ("http",)),
    ("by its port's number", "[80]", "[{port: 80}]", ("80",)),
    ("by number though it has a name", "[http=8080]", "[{port: 80, targetPort: 8080}]", ("8080",)),
    ("to another port", "[9090]", "[{port: 80, targetPort: 8080}]", ()),
    ("to another name", "[metrics=8080]", "[{port: 80, targetPort: http}]", ()),
    ("to nothing that is declared", "[]", "[{port: 80}]", ()),
]


@pytest.mark.parametrize(("declared", "ports", "targets"), [row[1:] for row in PORTS], ids=[row[0] for row in PORTS])
def test_which_ports_a_service_leads_to(declared: str, ports: str, targets: tuple[str, ...]) -> None:
    container = workload("Deployment", f"web: app {{ports: {declared}}}").pod.containers[0]
    found = service_ports(services(service("front", ports=ports)).services, container)
    assert found == tuple(("front", target) for target in targets)


def test_a_text_in_which_nothing_speaks_is_known_before_it_is_read() -> None:
    spoken = [service(), '{"kind": "Service"}', "kind: 'List'", "kind: ServiceList", "- kind : Service"]
    silent = ["kind: ServiceAccount", "kind: Deployment", "name: Service", "kind: ServiceEntry"]
    assert [bool(SPEAKS.search(text)) for text in spoken] == [True] * len(spoken)
    assert [bool(SPEAKS.search(text)) for text in silent] == [False] * len(silent)


def test_nothing_is_read_of_no_objects() -> None:
    assert read_references([]) == References(())


NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {a: x}, annotations: {b: y, c: " + "z" * 100 + "}}}"
MARKED = [("shop", {"a": "x"}, {"b": "y"}), ("other", {}, {}), ("", {}, {})]


@pytest.mark.parametrize(("namespace", "labels", "annotations"), MARKED)
def test_the_labels_and_annotations_of_a_namespace(namespace: str, labels: dict[str, str], annotations: dict[str, str]) -> None:
    found = merged([services(service()), services(NAMESPACE)])
    assert len(found.services) == 1
    own = namespaces_of(found, workload(f"Deployment {{namespace: '{namespace}'}}", "web: app"))
    assert [(dict(each.labels), dict(each.annotations)) for each in own] == [(labels, annotations)] * bool(labels)


def test_namespaces_of_one_name_in_several_clusters() -> None:
    found = merged([services(NAMESPACE), services(NAMESPACE.replace("a: x", "a: z")), services(NAMESPACE)])
    own = namespaces_of(found, workload("Deployment {namespace: shop}", "web: app"))
    assert [dict(each.labels) for each in own] == [{"a": "x"}, {"a": "z"}]


def test_a_text_with_a_namespace_is_read() -> None:
    assert SPEAKS.search("kind: Namespace")


# The namespace, where the Namespace and the workload stand, and whether it is the workload's own.
STANDS = [
    ("shop", "shop/all.yaml", "shop/all.yaml", True),
    ("shop", "shop/namespace.yaml", "shop/web.yaml", True),
    ("shop", "shop/namespace.yaml", "shop/apps/web.yaml", True),
    ("shop", "shop/base/namespace.yaml", "shop/web.yaml", True),
    ("shop", "./shop/namespace.yaml", "shop/web.yaml", True),
    ("shop", "namespace.yaml", "web.yaml", True),
    ("shop", "-", "-", True),
    ("shop", "shop/namespace.yaml", "blog/web.yaml", False),
    ("shop", "shop/namespace.yaml", "shop-two/web.yaml", False),
    ("shop", "clusters/east/namespace.yaml", "clusters/west/web.yaml", False),
    ("default", "shop/all.yaml", "shop/all.yaml", True),
    ("default", "shop/namespace.yaml", "shop/web.yaml", False),
    ("default", "namespace.yaml", "shop/web.yaml", False),
]


@pytest.mark.parametrize(("name", "its", "mine", "same"), STANDS)
def test_where_a_namespace_counts(name: str, its: str, mine: str, same: bool) -> None:
    text = NAMESPACE.replace("shop", name)
    found = read_references((each for document in documents(text) for each in objects(document)), its)._replace(path=mine)
    own = namespaces_of(found, workload(f"Deployment {{namespace: {name}}}", "web: app"))
    assert [each.path for each in own] == [its] * same


def test_the_namespaces_of_several_sources_keep_their_places() -> None:
    texts = ("a/namespace.yaml", "a/all.yaml")
    each = [read_references((one for document in documents(NAMESPACE) for one in objects(document)), path) for path in texts]
    together = merged(each)
    assert [namespace.path for namespace in together.namespaces] == list(texts)
    assert len(namespaces_of(together._replace(path="a/web.yaml"), workload("Deployment {namespace: shop}", "web: app"))) == 1


BESIDE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: %s}]}\n"


@pytest.mark.parametrize(
    ("mine", "targets"),
    [
        ("one/app.yaml", [("8080",)]),
        ("two/app.yaml", [("http",)]),
        ("three/app.yaml", [("8080",), ("http",)]),
        ("", [("8080",), ("http",)]),
    ],
)
def test_the_service_in_the_own_folder_stands_for_others_of_its_name(mine: str, targets: list[tuple[str, ...]]) -> None:
    said = merged(
        read_references((each for document in documents(BESIDE % target) for each in objects(document)), f"{folder}/svc.yaml")
        for folder, target in (("one", "8080"), ("two", "http"))
    )
    found = selecting(said._replace(path=mine), workload("Deployment {labels: {app: web}}", "web: app"))
    assert [each.targets for each in found] == targets
