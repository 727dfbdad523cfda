"""What a person can do where no fix may: the titles of manual moves."""

import pytest

from tests.test_hazards import LABELLED, RBAC, ROWS, Try, planned, pod

SQL = "work: app $ ./run"
TITLES = [
    ("the nodes are too old", pod(SQL, "h: sql", nodes="1.28"),
     "Give --node-affinity a label of your newer nodes, or come back when no node is older than 1.29"),
    ("the nodes are too old and an injector places it", pod("web: app", "h: istio > proxy sidecar", nodes="1.28"),
     "Switch the injector to native sidecars: annotation sidecar.istio.io/nativeSidecar (1.24 and later), or "
     "ENABLE_NATIVE_SIDECARS on istiod"),
    ("an injected proxy", pod("web: app", "h: istio > proxy sidecar"), "Switch the injector to native sidecars: annotation "
     "sidecar.istio.io/nativeSidecar (1.24 and later), or ENABLE_NATIVE_SIDECARS on istiod"),
    ("an injector without a switch", pod("web: app", "h: public.ecr.aws/appmesh/aws-appmesh-envoy:v1.29.0.0-prod"),
     "Leave h to App Mesh's controller"),
    ("an injector that needs none", pod("web: app", "h: mcr.microsoft.com/oss/azure/workload-identity/proxy:v1.1.0"),
     "Leave h to Azure Workload Identity's webhook"),
    ("a hostPort", pod("web: app", "h: rbac {ports: [{containerPort: 1, hostPort: 1}]}"),
     "Take the hostPort of h away first, then move it to initContainers"),
    ("a port that a Service names", pod("web: app", RBAC, head=LABELLED, port="https"),
     "Give the Service the port's number first, then move h to initContainers"),
    ("two of them", pod("web: app", "h: rbac {ports: [{name: https, containerPort: 1, hostPort: 1}]}", head=LABELLED, port="https"),
     "Take the hostPort of h away first, then move it to initContainers"),
]  # fmt: skip
MANUAL = [(name, row.fires) for name, row in ROWS.items() if row.manual]


@pytest.mark.parametrize(("tried", "title"), [row[1:] for row in TITLES], ids=[row[0] for row in TITLES])
def test_title(tried: Try, title: str) -> None:
    plan = planned(tried)
    assert (plan.applicability, plan.title) == ("manual", title)


@pytest.mark.parametrize("tried", [row[1] for row in MANUAL], ids=[row[0] for row in MANUAL])
def test_whatever_is_in_the_way_has_its_advice(tried: Try) -> None:
    assert planned(tried).title not in ("Move h to initContainers by hand", "Move h to initContainers with restartPolicy: Always")
