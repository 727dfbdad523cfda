"""By what a pod chooses among nodes, and when a sidecar may come to nodes that do not know it."""

import pytest

from sidecarlint.lifecycle import lifecycle
from sidecarlint.workloads.nodes import chooses_nodes
from sidecarlint.workloads.versions import parse_version
from tests.sketch import CATALOGUE, workload

OS = "{key: kubernetes.io/os, operator: In, values: [linux]}"
POOL = "{key: example.com/pool, operator: Exists}"
TERMS = "affinity: {nodeAffinity: {%sDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [%s]}}}"


def term(*expressions: str) -> str:
    return f"{{matchExpressions: [{', '.join(expressions)}]}}"


# fmt: off
CHOICES = [
    ("nothing", "", "dnsPolicy: Default"),
    ("a node", "nodeName", "nodeName: worker-3"),
    ("no node", "", "nodeName: ''"),
    ("a label", "nodeSelector", "nodeSelector: {example.com/pool: new}"),
    ("a label among others", "nodeSelector", "nodeSelector: {kubernetes.io/os: linux, example.com/pool: new}"),
    ("the operating system", "", "nodeSelector: {kubernetes.io/os: linux}"),
    ("the processor, by its old name", "", "nodeSelector: {beta.kubernetes.io/arch: amd64}"),
    ("no label", "", "nodeSelector: {}"),
    ("a term", "nodeAffinity", TERMS % ("required", term(POOL))),
    ("a term with more", "nodeAffinity", TERMS % ("required", term(OS, POOL))),
    ("a node's name", "nodeAffinity",
     TERMS % ("required", "{matchFields: [{key: metadata.name, operator: In, values: [worker-3]}]}")),
    ("the operating system, as a term", "", TERMS % ("required", term(OS))),
    ("one of two terms", "", TERMS % ("required", f"{term(POOL)}, {term(OS)}")),
    ("a wish", "", TERMS % ("preferred", term(POOL))),
    ("no terms", "", TERMS % ("required", "")),
]
NATIVE = "s: sql {list: sidecar} > p:r:a"
PAIR = ["s: app {list: sidecar, mounts: [mark]} $ ./helper", "w: app2", "old: app {mounts: [mark]} $ ./helper"]
OLD = [
    ("old nodes", "1.27", "", [NATIVE, "w: app"], True),
    ("nodes that reject it", "1.28", "", [NATIVE, "w: app"], True),
    ("new nodes", "1.29", "", [NATIVE, "w: app"], False),
    ("nodes of which nothing is known", "", "", [NATIVE, "w: app"], False),
    ("nodes of its choice", "1.28", "nodeSelector: {example.com/pool: new}", [NATIVE, "w: app"], False),
    ("a pair on old nodes", "1.27", "", PAIR, False),
    ("a pair on nodes that reject it", "1.28", "", PAIR, True),
    ("no sidecar", "1.27", "", ["s: sql {list: init} > p:r:a", "w: app"], False),
]
# fmt: on


@pytest.mark.parametrize(("field", "spec"), [row[1:] for row in CHOICES], ids=[row[0] for row in CHOICES])
@pytest.mark.parametrize("kind", ["Deployment", "Pod", "CronJob Never"])
def test_what_a_pod_chooses_its_nodes_by(kind: str, field: str, spec: str) -> None:
    assert chooses_nodes(workload(f"{kind} {{spec: {{{spec}}}}}", "w: app")) == field


@pytest.mark.parametrize(("nodes", "spec", "sketch", "said"), [row[1:] for row in OLD], ids=[row[0] for row in OLD])
def test_a_sidecar_that_may_come_to_old_nodes(nodes: str, spec: str, sketch: list[str], said: bool) -> None:
    given = workload(f"Deployment {{spec: {{{spec}}}}}", *sketch)
    found = lifecycle(given, CATALOGUE, (1, 29, 0), nodes=parse_version(nodes))
    assert bool(next(each for each in found.containers if each.name == "s").old_nodes) is said
