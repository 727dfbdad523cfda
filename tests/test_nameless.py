"""Containers without a name of their own, which somebody forgot or wrote twice, stand in nobody's way."""

import pytest

from sidecarlint.bench import bench
from sidecarlint.judging import judge
from sidecarlint.references import References
from sidecarlint.settings import Settings

POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {}
  template:
    spec:
      initContainers:
      - image: registry.example/setup:1
      containers:
      - name: web
        image: registry.example/web:1
      - name: cloud-sql-proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
"""


MORE = (
    "",
    "      - image: registry.example/b:1\n",
    "      - image: fluent/fluent-bit:3.2.2\n      - {}\n",
    "      - name: cloud-sql-proxy\n        image: registry.example/b:1\n",
    "      - name: cloud-sql-proxy\n        image: fluent/fluent-bit:3.2.2\n",
    "      - name: web\n        image: fluent/fluent-bit:3.2.2\n",
)


@pytest.mark.parametrize("more", MORE)
def test_a_helper_beside_them_is_found(more: str) -> None:
    verdict = judge("web.yaml", POD + more, True, bench(Settings()), References(), lambda *_: None)
    assert "cloud-sql-proxy" in {finding.container for finding in verdict.findings}
