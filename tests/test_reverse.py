"""`fix --reverse`: sidecars as ordinary containers again; forth and back gives the same pod."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_affinity import fix

FIXTURES = Path(__file__).parent.parent / "fixtures"

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        image: registry.example/web:1
        env: [{name: OTLP, value: "http://localhost:4318"}]
      # carries the traces
      - name: collector
        image: otel/opentelemetry-collector:0.110.0
        ports: [{containerPort: 4318}]
"""

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: report
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: report
        image: registry.example/report:1
        env: [{name: DB, value: "localhost:5432"}]
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: [--port=5432, shop:eu:db]
"""


@pytest.mark.parametrize("text", [WEB, WEB.replace("\n", "\r\n"), WEB.rstrip("\n"), JOB], ids=["plain", "crlf", "no last newline", "job"])
def test_forth_and_back_gives_the_same_bytes_where_the_helper_was_last(text: str) -> None:
    there, _, _ = fix(text, "--unsafe")
    assert "restartPolicy: Always" in there
    back, _, _ = fix(there, "--reverse", "--unsafe")
    assert back == text
    assert fix(back, "--reverse", "--unsafe")[0] == back


def shape(text: str) -> list[Any]:
    """The objects without the order of `containers`."""

    def sorted_containers(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: sorted(map(sorted_containers, each), key=lambda one: one["name"])
                if key == "containers" and isinstance(each, list)
                else sorted_containers(each)
                for key, each in value.items()
            }
        return [sorted_containers(each) for each in value] if isinstance(value, list) else value

    return [sorted_containers(each) for each in yaml.safe_load_all(text)]


OTHERWISE = {
    "customers": "it has a sidecar before",
    "healthy": "it has a sidecar before",
    "port-fees": "it has a sidecar before",
    "subscriptions": "an init container calls the helper",
    "thumbnails": "the helper has a restartPolicy before",
    "toolbox": "the helper is an init container before",
}


LEGACY = [each for each in sorted((FIXTURES / "legacy").glob("*.yaml")) if each.stem not in OTHERWISE]


@pytest.mark.parametrize("path", LEGACY, ids=lambda path: path.stem)
def test_forth_and_back_gives_the_same_objects_but_for_a_follow_by_name(path: Path) -> None:
    text = path.read_text()
    there, _, _ = fix(text, "--unsafe", "--target", "1.33")
    back, _, _ = fix(there, "--reverse", "--unsafe", "--target", "1.33")
    assert json.dumps(shape(back.replace("-F", "-f"))) == json.dumps(shape(text.replace("-F", "-f")))


def test_a_job_that_would_hang_is_said() -> None:
    there, _, _ = fix(JOB)
    kept, said, _ = fix(there, "--reverse", "--info")
    assert kept == there
    assert "the Job would never complete, because nothing ends proxy" in " ".join(said.split())


def test_a_helper_that_an_init_container_calls_stays() -> None:
    text = WEB.replace(
        "      containers:\n",
        """\
      initContainers:
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        restartPolicy: Always
        args: [--port=5432, shop:eu:db]
      - name: migrate
        image: registry.example/migrate:1
        command: [sh, -c, "until nc -z localhost 5432; do sleep 1; done; ./migrate"]
      containers:
""",
        1,
    )
    new, said, _ = fix(text, "--reverse", "--unsafe", "--info")
    assert new == text
    assert "the init container migrate calls it" in " ".join(said.split())


def test_nothing_else_is_fixed_on_the_way_back() -> None:
    assert fix(WEB, "--reverse", "--unsafe")[0] == WEB


def test_several_keep_their_order() -> None:
    two = WEB + "      - name: shipper\n        image: cr.fluentbit.io/fluent/fluent-bit:3.0\n"
    there, _, _ = fix(two, "--unsafe")
    assert there.count("restartPolicy: Always") == 2
    assert fix(there, "--reverse", "--unsafe")[0] == two
