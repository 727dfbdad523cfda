"""What a finding shows: the evidence of its own rule, and the place where it is seen."""

import io

import pytest

from sidecarlint import bundle, pipeline
from sidecarlint.catalogue import Catalogue
from sidecarlint.examples import found_lines
from sidecarlint.findings import Finding
from sidecarlint.settings import Settings

RULES = {rule.id: rule for rule in bundle.bundled().rules}
CATALOGUE = Catalogue(bundle.bundled().shelf)
SERVED = """\
apiVersion: v1
kind: Service
metadata: {name: tickets}
spec:
  selector: {app: tickets}
  ports: [{port: 443, targetPort: front}]
---
apiVersion: v1
kind: Pod
metadata: {name: tickets, labels: {app: tickets}}
spec:
  initContainers:
  - name: tls
    image: quay.io/brancz/kube-rbac-proxy:v0.18.0
    restartPolicy: Always
    ports: [{name: front, containerPort: 8443}]
  containers:
  - name: tickets
    image: registry.example/tickets:1
"""
TWINS = """\
apiVersion: v1
kind: Pod
metadata: {name: tickets}
spec:
  initContainers:
  - image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0
    name: db
    restartPolicy: Always
  containers:
  - name: db
    image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0
  - name: tickets
    image: registry.example/tickets:1
"""
HOST = """\
apiVersion: v1
kind: Pod
metadata: {name: tickets}
spec:
  initContainers:
  - name: metrics
    image: quay.io/prometheuscommunity/postgres-exporter:v0.15.0
    restartPolicy: Always
    ports: [{containerPort: 9187, hostPort: 9187}]
  containers:
  - name: tickets
    image: registry.example/tickets:1
"""
PAUSED = """\
apiVersion: v1
kind: Pod
metadata: {name: tickets}
spec:
  initContainers:
  - name: pause
    image: registry.example/tickets:1
    command: [sleep, infinity]
  containers:
  - name: tickets
    image: registry.example/tickets:1
"""
# The rule, a pod that has it, and its evidence with its line.
SHOWN = [
    ("service-misses-sidecar", SERVED, [("the Service tickets asks for the port front by its name", 16)]),
    ("container-refused", TWINS, [("the other db stands here, in initContainers", 7)]),
    ("sidecar-host-port", HOST, []),
    ("init-never-exits", PAUSED, [("sleep infinity", 8)]),
]


def findings(text: str) -> tuple[Finding, ...]:
    return pipeline.check(pipeline.Input(("-",), io.BytesIO(text.encode())), Settings()).findings


@pytest.mark.parametrize(("rule", "text", "expected"), SHOWN, ids=[row[0] for row in SHOWN])
def test_evidence(rule: str, text: str, expected: list[tuple[str, int]]) -> None:
    (found,) = (each for each in findings(text) if each.rule == rule)
    assert [(each.message, each.location.line if each.location else 0) for each in found.evidence] == expected


@pytest.mark.parametrize(
    ("rule", "seen"), [("injector-switch-renamed", "config.alpha"), ("injector-setting-ignored", "proxy.istio.io/config")]
)
def test_a_rule_about_a_pod_that_names_no_place_is_where_its_evidence_is(rule: str, seen: str) -> None:
    example = bundle.whole(RULES[rule]).examples[0]
    (line,) = found_lines(RULES[rule]._replace(at=(), fix=None), example, CATALOGUE)
    assert seen in example.text.splitlines()[line - 1]


def test_without_evidence_it_is_at_the_pod() -> None:
    rule = RULES["grace-period-too-short"]
    example = bundle.whole(rule).examples[0]
    (line,) = found_lines(rule._replace(at=()), example, CATALOGUE)
    assert "spec:" in example.text.splitlines()[line - 2]
