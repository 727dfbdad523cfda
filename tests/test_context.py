"""`--context`: read for what it says of others, never judged, never written."""

import os
from pathlib import Path

import pytest

from tests import conftest, manifests

NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n  labels: {{istio-injection: enabled}}\n"
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: registry.example/web:1
        env: [{name: DB, value: "127.0.0.1:5432"}]
      - name: database
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0
        args: [--port=5432, "shop:europe-west1:orders"]
"""
ALERT = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: shop, namespace: monitoring}
spec: {groups: [{name: a, rules: [{alert: A, expr: 'kube_pod_container_status_ready{container="database"} == 0'}]}]}
"""
MESHED = "the namespace shop has istio-injection: enabled"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    put("app/web.yaml", WORKLOAD)
    return tmp_path


def put(name: str, text: str | bytes) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(text.encode() if isinstance(text, str) else text)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_what_the_context_says_counts_and_is_named_with_its_place(run: conftest.Run) -> None:
    put("platform/alerts.yaml", ALERT)
    assert "= fix [safe]" in run("check", "app").out
    shown = flat(run("check", "app", "--context", "platform").out)
    assert "= fix [unsafe]" in shown
    assert "the PrometheusRule shop (in platform/alerts.yaml) watches it by kube_pod_container_status_ready" in shown


@pytest.mark.parametrize(("name", "counts"), [("shop", True), ("blog", False)])
def test_a_namespace_of_the_context_counts_wherever_it_stands(run: conftest.Run, name: str, counts: bool) -> None:
    put("clusters/east/namespaces.yaml", NAMESPACE.format(name=name))
    assert (MESHED in flat(run("check", "app", "--context", "clusters").out)) == counts
    assert MESHED not in flat(run("check", "app", "clusters").out), "what is not named as context may be another cluster's"


def test_the_context_is_not_judged_nor_written_nor_counted(run: conftest.Run) -> None:
    put("other/job.yaml", manifests.ERROR)
    done = run("fix", "--unsafe", "app", "--context", "other")
    assert "report" not in done.out
    assert "in 1 file, 1 workload" in flat(run("check", "app", "--context", "other").out)
    assert Path("other/job.yaml").read_text() == manifests.ERROR
    assert Path("app/web.yaml").read_text() != WORKLOAD


@pytest.mark.parametrize("paths", [("app", "other"), ("app", "./other/job.yaml"), (".",)])
def test_what_is_in_both_is_judged(run: conftest.Run, paths: tuple[str, ...]) -> None:
    put("other/job.yaml", manifests.ERROR)
    assert "other/job.yaml" in run("check", *paths, "--context", "other", "--format", "concise").out


def test_several_contexts_and_those_of_the_configuration(run: conftest.Run) -> None:
    put("one/alerts.yaml", ALERT)
    put("two/namespaces.yaml", NAMESPACE.format(name="shop"))
    both = flat(run("check", "app", "--context", "one", "--context", "two/namespaces.yaml").out)
    assert MESHED in both
    assert "(in one/alerts.yaml)" in both
    put("sidecarlint.toml", 'context = ["one"]\n')
    assert "(in one/alerts.yaml)" in flat(run("check", "app").out)
    os.chdir("app")
    assert "the PrometheusRule shop" in flat(run("check", ".").out), "it counts from the folder of the configuration"


@pytest.mark.parametrize(
    ("path", "reason"),
    [("nope", "there is no such file or folder; check the spelling"), ("-", "standard input is judged or not read at all")],
)
@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_context_that_is_not_there_stops_the_run(run: conftest.Run, command: str, path: str, reason: str) -> None:
    """What is fixed without it may be fixed wrongly."""
    done = run(command, "app", "--context", path)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert f"--context {path}: {reason}" in done.err
    assert Path("app/web.yaml").read_text() == WORKLOAD


@pytest.mark.parametrize(
    "text", [b"\xff\xfe\0\0", b"kind: Service\n a: [", b"kind: {{ .Values.kind }}: Service", b"", b"kind: Service\n" + b"[" * 5000],
    ids=["no text", "no YAML", "a template", "nothing", "too deep"],
)  # fmt: skip
def test_what_cannot_be_understood_says_nothing(run: conftest.Run, text: bytes) -> None:
    put("platform/odd.yaml", text)
    put("platform/alerts.yaml", ALERT)
    done = run("check", "app", "--context", "platform")
    assert done.code == 1
    assert done.err == ""
    assert "(in platform/alerts.yaml)" in flat(done.out)
    assert "odd.yaml" not in done.out


def test_what_is_excluded_or_ignored_is_left_out_of_the_context_too(run: conftest.Run) -> None:
    put("platform/alerts.yaml", ALERT)
    assert "= fix [safe]" in run("check", "app", "--context", "platform", "--exclude", "platform/").out


def test_the_context_is_read_for_standard_input_too(run: conftest.Run) -> None:
    put("platform/alerts.yaml", ALERT)
    assert "(in platform/alerts.yaml)" in flat(run("check", "-", "--context", "platform", stdin=WORKLOAD).out)
