"""What being native would bring a container of which only its author says that it is a helper."""

import pytest

from sidecarlint.documents import documents
from sidecarlint.lifecycle import lifecycle
from sidecarlint.workloads import workloads
from sidecarlint.workloads.versions import SIDECARS
from tests.sketch import CATALOGUE

POD = """
apiVersion: v1
kind: Pod
metadata:
  name: tides
spec:
  containers:
  - name: tides
    image: registry.example/tides:1
    env:
    - {{name: DATABASE_URL, value: "{address}"}}
  - name: pool # {said}
    image: {image}
    ports:
    - containerPort: 6432
"""
OWN, POOLER, UNKNOWN = "postgres://127.0.0.1:6432/tides", "edoburu/pgbouncer:v1.23.1-p2", "registry.example/pool:1"


@pytest.mark.parametrize(
    ("image", "said", "address", "benefit"),
    [
        (POOLER, "sidecarlint: helper", OWN, "order"),
        (UNKNOWN, "sidecarlint: helper", OWN, "order"),
        # another port, or another machine's
        (POOLER, "sidecarlint: helper", "postgres://127.0.0.1:5432/tides", "none"),
        (POOLER, "sidecarlint: helper", "postgres://database:6432/tides", "none"),
        # nobody says that it is a helper
        (POOLER, "a pooler", OWN, "none"),
        # a known helper of which nobody in the pod asks anything
        ("nginx/nginx-prometheus-exporter:1.4.0", "sidecarlint: helper", OWN, "none"),
    ],
)
def test_what_its_author_says_is_called_by_its_own_port(image: str, said: str, address: str, benefit: str) -> None:
    (document,) = documents(POD.format(image=image, said=said, address=address))
    life = lifecycle(next(workloads(document)), CATALOGUE, SIDECARS)
    assert life.containers[1].benefit == benefit
