"""`sidecarlint waves`: what comes first, how much, and the command for it."""

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import Run
from tests.manifests import SAFE
from tests.test_migration import JOB

MESHED = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: meshed
spec:
  template:
    metadata:
      labels: {sidecar.istio.io/inject: "true"}
    spec:
      restartPolicy: Never
      containers:
      - name: work
        image: registry.example/work:1
        command: [sh, -c, "./work; curl -X POST localhost:15020/quitquitquit"]
"""

DRIVER = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: driver
spec:
  template:
    spec:
      containers:
      - name: driver
        image: registry.example/driver:1
      - name: registrar
        image: registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.10.0
        args: [--csi-address=/csi/csi.sock]
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    plain = SAFE.split("      - name: reader")[0]
    for name, text in {"web": SAFE, "report": JOB, "meshed": MESHED, "driver": DRIVER, "plain": plain}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


def test_each_workload_waits_in_one_wave(here: Path, run: Run) -> None:
    done = run("waves", "--format", "json", ".")
    report = json.loads(done.out)
    schema = json.loads((resources.files("sidecarlint.reports") / "schemas" / "waves.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(report)
    assert [[each["name"] for each in wave["workloads"]] for wave in report["waves"]] == [["report_1"], ["meshed"], ["web"], ["driver"]]
    assert done.code == 0


def test_the_commands_do_what_the_waves_say(here: Path, run: Run) -> None:
    waves = json.loads(run("waves", "--format", "json", ".").out)["waves"]
    for wave, name in ((waves[0], "report"), (waves[2], "web"), (waves[3], "driver")):
        before = {path.stem: path.read_text() for path in here.glob("*.yaml")}
        program, *command = wave["command"].split()
        assert program == "sidecarlint"
        run(*command)
        changed = {path.stem for path in here.glob("*.yaml") if path.read_text() != before[path.stem]}
        assert changed >= {name}
    assert json.loads(run("waves", "--format", "json", ".").out)["waves"][0]["workloads"] == []


def test_the_terminal(here: Path, run: Run) -> None:
    said = run("waves", ".").out
    assert "wave 1: work that hangs, and pods that cannot start\n  report.yaml  Job/report_1  job-never-completes\n" in said
    assert "run: sidecarlint fix --select job-never-completes ." in said
    assert "1 object cannot be changed in place" in said
    assert "one on each node for 1 DaemonSet" in said
    assert said.endswith("4 of 5 workloads in 5 files wait in 4 waves. Apply the first, let it settle, and\nask again.\n")
    assert max(map(len, said.splitlines())) <= 80


def test_nothing_to_do(tmp_path: Path, run: Run) -> None:
    (tmp_path / "plain.yaml").write_text(SAFE.split("      - name: reader")[0])
    assert run("waves", ".").out == "Nothing is to be moved in 1 file, 1 workload.\n"


def test_markdown_and_concise(here: Path, run: Run) -> None:
    page = run("waves", "--format", "markdown", ".").out
    assert page.startswith("# Migration in waves\n\n4 of 5 workloads in 5 files wait in 4 waves.")
    assert "```sh\nsidecarlint fix --select job-never-completes .\n```" in page
    assert run("waves", "--format", "concise", ".").out.splitlines()[0] == "report.yaml: wave 1 Job/report_1 job-never-completes"
