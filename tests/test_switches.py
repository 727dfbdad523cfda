"""What is done about an injector's switch: how safe it is and why, together with the pod's own helpers, and from people's own rules."""

import io
from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.edits import Set
from sidecarlint.errors import RuleError
from sidecarlint.fixes import POD_PLANS, Context, Plan
from sidecarlint.references import References
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import parse_version
from tests.meshed import CONSUL, LINKED, MESHED, OLD, ON, VAULT, VAULTED, WORK, job
from tests.sketch import CATALOGUE, life

NATIVE = "sidecar.istio.io/nativeSidecar"
SET_ISTIO, SET_LINKERD = f'Set the annotation {NATIVE}: "true" on the pod template', f'Set the annotation {ON}: "true" on the pod template'


def planned(name: str, *sketch: str, target: str = "1.29", nodes: str = "") -> Plan:
    version = parse_version(target)
    assert version is not None
    settings = Settings(target=version, nodes=parse_version(nodes))
    return POD_PLANS[name](Context(life(*sketch, target=target), References(), CATALOGUE, settings))


# What it is, the sketch, applicability, title, and the hazards.
PLANS = [
    ("Istio", [MESHED, WORK], "unsafe", SET_ISTIO, ["only Istio 1.24 and later reads it"]),
    ("Linkerd", [LINKED, WORK], "unsafe", SET_LINKERD, ["only Linkerd 2.20 and later reads it"]),
    ("Consul", [job("", f"{CONSUL}/connect-inject: 'true'"), WORK], "unsafe",
     f'Set the annotation {CONSUL}/enable-consul-dataplane-as-sidecar: "true" on the pod template',
     ["only consul-k8s 1.9.0 and later reads it"]),
    ("Dapr", [job("", "dapr.io/enabled: 'true'"), WORK], "unsafe",
     'Set the annotation dapr.io/enable-native-sidecar: "true" on the pod template', ["only Dapr 1.18 and later reads it"]),
    ("switched off on purpose", [job("sidecar.istio.io/inject: 'true'", f"{NATIVE}: 'false'"), WORK], "unsafe", SET_ISTIO,
     ["somebody has switched it off"]),
    ("by a name that the mesh in use knows", [job("", f"linkerd.io/inject: enabled, config.beta.{OLD}: 'false'"), WORK], "unsafe",
     f'Set the annotation config.beta.{OLD}: "true" on the pod template', ["somebody has switched it off"]),
    ("a trick", [LINKED, "work: app {command: [linkerd-await, --shutdown, --, ./run]}"], "unsafe", SET_LINKERD,
     ["only Linkerd 2.20 and later reads it", "linkerd-await --shutdown in work would make it start again until the work has ended"]),
    ("a helper of the pod's own", [MESHED, WORK, "db: sql"], "unsafe", SET_ISTIO,
     ["only Istio 1.24 and later reads it", "the work completes only when db has moved too"]),
    ("several of its own", [MESHED, WORK, "db: sql", "logs: fluent-bit"], "unsafe", SET_ISTIO,
     ["only Istio 1.24 and later reads it", "the work completes only when db and logs have moved too"]),
    ("another without a switch", [job("sidecar.istio.io/inject: 'true'", f"{VAULT}-inject: 'true'"), WORK], "unsafe", SET_ISTIO,
     ["only Istio 1.24 and later reads it", "Vault Agent would still keep the work from completing"]),
    ("two switches", [job("sidecar.istio.io/inject: 'true'", "dapr.io/enabled: 'true'"), WORK], "unsafe",
     f'Set the annotations dapr.io/enable-native-sidecar: "true" and {NATIVE}: "true" on the pod template',
     ["only Dapr 1.18 and later reads it", "only Istio 1.24 and later reads it"]),
    ("no switch in a pod", [job("kuma.io/sidecar-injection: enabled"), WORK], "manual",
     "Switch native sidecars on: experimental.sidecarContainers in Helm's values (2.7 to 2.13; on from 2.14 on)",
     ["Kuma's control plane has no switch in a pod"]),
    ("no native mode, but another way", [VAULTED, WORK], "manual",
     f'Set the annotation {VAULT}-pre-populate-only: "true" on the pod template, if its secrets need no renewal while the work runs',
     ["Vault's agent injector has no native mode"]),
    ("no native mode", [job("", "openservicemesh.io/sidecar-injection: enabled"), WORK], "manual",
     "Keep Envoy of Open Service Mesh out of this pod, or make it quit when the work has ended", ["OSM's injector has no native mode"]),
]  # fmt: skip


@pytest.mark.parametrize(("sketch", "applicability", "title", "hazards"), [row[1:] for row in PLANS], ids=[row[0] for row in PLANS])
def test_making_it_native(sketch: list[str], applicability: str, title: str, hazards: list[str]) -> None:
    plan = planned("make-injected-native", *sketch)
    assert (plan.applicability, plan.title, list(plan.hazards)) == (applicability, title, hazards)
    keys = [operation.route[-1] for operation in plan.operations if isinstance(operation, Set) and operation.value == "true"]
    assert len(keys) == len(plan.operations) == (0 if applicability == "manual" else title.count('"true"'))
    assert all(str(key) in title for key in keys)


def test_on_old_nodes_there_is_nothing_to_switch_on() -> None:
    plan = planned("make-injected-native", MESHED, WORK, nodes="1.28")
    assert (plan.applicability, plan.title) == ("manual", "Come back to it when no node is older than Kubernetes 1.29")
    assert plan.hazards == ("nodes of Kubernetes 1.28 reject the pod (InitContainerRestartPolicyForbidden)",)
    assert planned("make-injected-native", MESHED, WORK, target="1.32", nodes="1.29").applicability == "unsafe"
    chosen = MESHED.replace("labels:", "spec: {nodeSelector: {example.com/pool: new}}, labels:")
    assert planned("make-injected-native", chosen, WORK, nodes="1.28").applicability == "unsafe"


def test_the_name_of_today_is_added_with_the_same_value() -> None:
    plan = planned("repeat-renamed-switch", job("", f"config.alpha.{OLD}: 'false'", kind="Deployment"), "web: app")
    assert (plan.applicability, plan.title, plan.hazards) == ("safe", f'Add the annotation {ON}: "false"', ())
    route = ("spec", "template", "metadata", "annotations", ON)
    assert plan.operations == (Set(route, "false", (f"config.alpha.{OLD}",)),)


def test_a_value_that_keeps_the_work_from_completing_is_not_repeated() -> None:
    plan = planned("repeat-renamed-switch", job("", f"linkerd.io/inject: enabled, config.alpha.{OLD}: 'false'"), WORK)
    assert (plan.applicability, plan.hazards) == (
        "manual",
        ("as long as it is false, it keeps the work from completing; settle that first",),
    )


JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: report
spec:
  template:
    metadata:
      labels:
        sidecar.istio.io/inject: "true"
    spec:
      restartPolicy: Never
      containers:
      - name: report
        image: registry.example/report:1
      - name: database
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0
        args: [project:region:shop]
"""
FIXED = JOB.replace('"true"\n', '"true"\n      annotations:\n        sidecar.istio.io/nativeSidecar: "true"\n').replace(
    "      - name: database\n        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0\n",
    "      initContainers:\n      - name: database\n        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0\n"
    "        restartPolicy: Always\n",
)


def mended(text: str, unsafe: bool) -> str:
    given = pipeline.Input(("-",), io.BytesIO(text.encode()))
    return (pipeline.fix(given, Settings(), unsafe, True).stdin or b"").decode()


def test_the_switch_and_the_move_go_together() -> None:
    """Either of them alone leaves a Job that hangs."""
    assert mended(JOB, unsafe=True) == FIXED
    assert mended(JOB, unsafe=False) == JOB
    assert mended(FIXED, unsafe=True) == FIXED


def test_the_move_alone_is_safe_where_the_mesh_is_native() -> None:
    native = JOB.replace('"true"\n', '"true"\n      annotations:\n        sidecar.istio.io/nativeSidecar: "true"\n')
    assert mended(native, unsafe=False) == FIXED


def test_a_finding_about_a_pod_shows_what_it_was_seen_by() -> None:
    given = pipeline.Input(("-",), io.BytesIO(JOB.encode()))
    (finding,) = [each for each in pipeline.check(given, Settings()).findings if each.rule == "job-injected-sidecar"]
    assert (finding.container, finding.location.line) == (None, 12)
    (evidence,) = finding.evidence
    assert evidence.location is not None
    assert (evidence.message, evidence.location.line) == ("the label sidecar.istio.io/inject asks for Istio proxy", 9)


OWN = """\
---
summary: A pod asks for a proxy
category: compatibility
severity: warning
since: 1.0
subject: pod
when: pod.injected
message: "{{ pod.name }} asks for one"
at: containers
fix: FIX
---
It does.

## Fails

```yaml
apiVersion: v1
kind: Pod
metadata: {name: shop, annotations: {linkerd.io/inject: enabled}}
spec:
  containers: # <-
  - name: shop
    image: registry.example/shop:1
```
"""


def checked(folder: Path, fix: str) -> tuple[str, ...]:
    (folder / "own-rule.md").write_text(OWN.replace("FIX", fix))
    text = OWN.partition("```yaml\n")[2].partition("```")[0]
    given = pipeline.Input(("-",), io.BytesIO(text.encode()))
    settings = Settings(rules=(str(folder),), select=frozenset({"own-rule"}))
    (pipeline_fix,) = [each.fix for each in pipeline.check(given, settings).findings]
    return () if pipeline_fix is None else tuple(each.text for each in pipeline_fix.edits)


def test_own_rule_about_a_pod_with_operations(tmp_path: Path) -> None:
    """Routes start at the pod's spec, and what is missing on the way is made."""
    assert checked(tmp_path, "[set: {route: securityContext.seccompProfile.type, value: RuntimeDefault}]") == (
        "  securityContext:\n    seccompProfile:\n      type: RuntimeDefault\n",
    )


@pytest.mark.parametrize(("plan", "words"), [
    ("make-sidecar", "the plan `make-sidecar` is for a rule whose subject is container"),
    ("make-native", "there is no plan `make-native`; did you mean `make-injected-native`?"),
])  # fmt: skip
def test_own_rule_about_a_pod_with_a_plan_that_cannot_be(plan: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=words.replace("?", "[?]")):
        checked(tmp_path, plan)
