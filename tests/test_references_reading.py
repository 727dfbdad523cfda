"""Which documents are read for what they say of others, and where in them it stands."""

import re

import pytest

from sidecarlint.documents import at, documents, text_of
from sidecarlint.references import SPEAKS, References, merged
from sidecarlint.references.mentions import Mention
from sidecarlint.references.reading import READERS
from tests.sketch import services
from tests.test_references_hazards import NOTED, ROWS

CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: podmonitors.monitoring.coreos.com}
spec:
  names:
    kind: PodMonitor
    listKind: PodMonitorList
"""
SAID = {name: row.said for name, row in (*ROWS.items(), *NOTED.items())}

ALIKE = [
    ("an alert", ("monitoring.coreos.com", "PrometheusRule"), ("operator.victoriametrics.com", "VMRule")),
    (
        "a ValidatingAdmissionPolicy",
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
        ("policies.kyverno.io", "ValidatingPolicy"),
    ),
]


def test_every_kind_that_is_read_is_let_through_and_shown() -> None:
    for _, kind in READERS:
        assert SPEAKS.search(f"kind: {kind}")
        assert SPEAKS.search(f'"kind": "{kind}List",')
    shown = {kind for text in SAID.values() for kind in re.findall(r"^kind: (\w+)", text, re.MULTILINE)}
    assert {kind for _, kind in READERS} - shown == {"BackendConfig", "Policy"} | {new[1] for _, _, new in ALIKE}


@pytest.mark.parametrize(("name", "old", "new"), ALIKE)
def test_a_kind_of_the_same_shape_is_read_alike(name: str, old: tuple[str, str], new: tuple[str, str]) -> None:
    written = SAID[name].replace(old[0], new[0]).replace(old[1], new[1])
    expected = [each._replace(kind=new[1]) for each in services(SAID[name]).mentions]
    assert list(services(written).mentions) == expected != []


def test_a_definition_of_a_kind_is_none_of_them() -> None:
    assert SPEAKS.search(CRD) is None
    assert SPEAKS.search('{"kind": "PodMonitor", "listKind": "PodMonitorList"}') is None


@pytest.mark.parametrize("text", SAID.values(), ids=SAID)
def test_each_word_is_kept_with_its_place(text: str) -> None:
    read = list(documents(text))
    said = services(text).mentions
    assert said
    for each in said:
        node = at(read[each.number].root, each.route)
        assert node is not None
        if each.about in ("scales", "lets-in", "lets-out", "scrapes-service"):
            assert each.names == (text_of(node),)


QUIET = [
    ("an old version of an autoscaler", "{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {}}"),
    ("a metric of whole pods", """{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: a}, spec: {
        scaleTargetRef: {kind: Deployment, name: web}, metrics: [{type: Resource, resource: {name: cpu}}]}}"""),
    ("a policy without names of ports", """{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {
        podSelector: {}, ingress: [{ports: [{port: 80}, {protocol: TCP}]}, {}], egress: [{}]}}"""),
    ("somebody else's kind", """{apiVersion: example.com/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {
        podSelector: {}, ingress: [{ports: [{port: https}]}]}}"""),
    ("a policy without pods", """{apiVersion: kyverno.io/v1, kind: ClusterPolicy, metadata: {name: a}, spec: {rules: [{name: containers,
        validate: {message: all .containers need it, pattern: {metadata: {labels: {app: '?*'}}}}}]}}"""),
    ("no spec", "{apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, metadata: {name: a}}"),
    ("texts where lists belong", """{apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: {name: a}, spec: {
        selector: x, endpoints: y, namespaceSelector: z}}"""),
]  # fmt: skip


@pytest.mark.parametrize("text", [row[1] for row in QUIET], ids=[row[0] for row in QUIET])
def test_what_says_nothing_of_containers_is_not_kept(text: str) -> None:
    assert services(text) == References()


def test_what_several_sources_say_is_kept_together() -> None:
    one, two = services(SAID["an alert"]), services(SAID["a NetworkPolicy"])
    assert merged([one, two]).mentions == (*one.mentions, *two.mentions)


EXPRESSIONS = [
    ("""kube_pod_container_info{container='h'}""", ("h",)),
    ("""sum by (pod) (kube_pod_container_info{image=~"a{2}", container="h"}) > 1""", ("h",)),
    ("""kube_pod_container_info{container=`h`} or kube_pod_container_info{container="g"}""", ("h", "g")),
    (r"""kube_pod_container_info{container=~"a\\.b|h-.+"}""", ("a.b", "h-?*")),
    ("""kube_pod_container_info""", ()),
    ("""kube_pod_container_info{namespace="shop"}""", ()),
    ("""kube_pod_container_info{container=""}""", ()),
    ("""kube_pod_container_info{container=~"(a|b)+c"}""", ()),
    ("""kube_pod_container_info{container="h\"""", ()),
    ("kube_pod_container_info{" * 5000, ()),
    ("kube_pod_container_info{container=~\"" + "a|" * 50_000, ()),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "names"), EXPRESSIONS, ids=[each[0][:70] for each in EXPRESSIONS])
def test_which_containers_an_expression_names(expression: str, names: tuple[str, ...]) -> None:
    rule = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n  - rules:\n    - expr: |-\n        "
    said: tuple[Mention, ...] = services(rule + expression).mentions
    assert tuple(name for each in said for name in each.names) == names
