"""The manifests of `fixtures/references`: helpers of whom other objects speak, and what a finding says of that."""

from io import BytesIO
from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.findings import Finding
from sidecarlint.settings import Settings

FOLDER = Path(__file__).parent.parent / "fixtures" / "references"
CLUSTER = "cluster"
SAID = {
    "annotated": ["pre.hook.backup.velero.io/container names it", "ad.datadoghq.com/cache-exporter.checks is about it"],
    "autoscaled": ["the VerticalPodAutoscaler tide-tables sets its requests"],
    "balanced": ["the Ingress box-office takes its health check from its readinessProbe"],
    "monitored": [
        "the ServiceMonitor timetable scrapes its port pg-metrics",
        "the PrometheusRule timetable watches it by kube_pod_container_status_restarts_total",
    ],
    "opened-by-name": ["the NetworkPolicy reading-room opens its port by the name login"],
    "policed": ["the ClusterPolicy payment-pods-ship-audit-log (in cluster/audit-policy.yaml) speaks of audit-shipper"],
    "seating/seat-plan": [
        "the namespace seating has linkerd.io/inject: enabled (cluster/namespaces.yaml)",
        "the Server seat-plan (in cluster/policies.yaml) opens its port by the name secure",
    ],
}
"""What a helper's finding says of other objects, by file. Of the last two these stand in the folder `cluster`, which is context."""


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)


def finding(name: str, *context: str) -> Finding:
    run = pipeline.check(pipeline.Input((f"{name}.yaml",), None), Settings(context=context))
    (found,) = run.findings
    return found


@pytest.mark.parametrize("name", SAID)
def test_who_speaks_of_a_helper_is_named(name: str) -> None:
    fix = finding(name, CLUSTER).fix
    assert fix is not None
    assert fix.applicability == "unsafe"
    for words in SAID[name]:
        assert [each for each in fix.hazards if each.startswith(words)] != []


@pytest.mark.parametrize("name", ["policed", "seating/seat-plan"])
def test_without_the_context_nobody_speaks_of_it(name: str) -> None:
    fix = finding(name).fix
    assert fix is not None
    assert [each for each in fix.hazards if "cluster" in each or "the Server" in each or "the namespace" in each] == []


def test_every_manifest_is_in_the_table() -> None:
    found = {str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.rglob("*.yaml") if path.parent.name != CLUSTER}
    assert found == set(SAID)


def test_only_what_does_not_lose_sight_of_the_helper_is_safe_to_move() -> None:
    """The same manifest without the objects that speak of it."""
    text = (FOLDER / "autoscaled.yaml").read_text().split("---\n")
    alone = pipeline.Input(("-",), BytesIO(text[0].encode()))
    assert [each.fix.applicability for each in pipeline.check(alone, Settings()).findings if each.fix] == ["safe"]
