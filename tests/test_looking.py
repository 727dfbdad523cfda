"""What a run is asked for counts for every command that looks at manifests, not for `check` and `fix` alone."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from sidecarlint.cli.options import FIXING, MOVING
from tests.conftest import CHECKOUT, Run
from tests.manifests import SAFE

ALERT = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: alerts}
spec:
  groups:
  - rules:
    - alert: ReaderRestarts
      expr: increase(kube_pod_container_status_restarts_total{container="reader"}[1h]) > 3
"""

TWO = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      initContainers:
      - name: render
        image: registry.example/render:1
      containers:
      - name: shop
        image: registry.example/shop:1
        volumeMounts: [{name: logs, mountPath: /logs}]
      - name: reader
        image: busybox:1.36
        command: [tail, -F, /logs/shop.log]
        volumeMounts: [{name: logs, mountPath: /logs}]
      volumes: [{name: logs, emptyDir: {}}]
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "k8s").mkdir()
    (tmp_path / "beside it").mkdir()
    (tmp_path / "k8s" / "web.yaml").write_text(SAFE)
    (tmp_path / "k8s" / "shop.yaml").write_text(TWO)
    (tmp_path / "beside it" / "alerts.yaml").write_text(ALERT)
    return tmp_path


def test_a_picture_is_of_the_nodes_that_are_named(here: Path, run: Run) -> None:
    assert "after fix:" in run("timeline", "k8s").out
    old = run("timeline", "--nodes", "1.28", "k8s").out
    assert "after fix" not in old
    assert "1.28 reject the pod" in " ".join(old.split())
    assert "after fix" in run("timeline", "--nodes", "1.28", "--node-affinity", "example.com/new", "k8s").out


def test_a_picture_says_what_context_makes_unsafe(here: Path, run: Run) -> None:
    said = " ".join(run("timeline", "--context", "beside it", "k8s/web.yaml").out.split())
    assert "after fix --unsafe" in said
    assert "kube_pod_init_container_status_restarts_total" in said


def test_a_picture_shows_the_pair_of_the_universal_strategy(here: Path, run: Run) -> None:
    said = run("timeline", "--strategy", "universal", "--nodes", "1.27", "k8s/shop.yaml").out
    assert "reader-legacy" in said
    assert "reader-legacy" not in run("timeline", "k8s/shop.yaml").out


def test_a_picture_and_an_inspection_follow_the_placement(here: Path, run: Run) -> None:
    def first(place: str) -> str:
        after = run("timeline", "--placement", place, "k8s/shop.yaml").out.partition("after fix")[2]
        return next(name for line in after.splitlines() for name in ("reader", "render") if line.startswith(f"  {name} "))

    assert (first("first"), first("last")) == ("reader", "render")
    for place, index in (("first", 0), ("last", 1)):
        report = json.loads(run("inspect", "--placement", place, "--format", "json", "k8s/shop.yaml").out)
        assert {each["name"]: each["place"] for each in report["workloads"][0]["containers"]}["reader"] == index


def test_context_that_is_not_there_is_told_by_all(here: Path, run: Run) -> None:
    for command in ("check", "inspect", "timeline", "waves", "fix"):
        done = run(command, "--context", "nowhere", "k8s")
        assert done.code == 2, command
        assert "nowhere" in done.err + done.out


def test_the_command_of_a_wave_is_given_what_waves_was_given(here: Path, run: Run) -> None:
    given = ["--target", "1.30", "--nodes", "1.29", "--context", "beside it", "--name", "s*", "--name", "web", "--placement", "last"]
    waves = json.loads(run("waves", "--format", "json", *given, "k8s").out)["waves"]
    commands = [each["command"] for each in waves if each["command"]]
    assert commands
    for command in commands:
        words = shlex.split(command)
        assert words[-1] == "k8s"
        assert [word for word in words[2:-1] if word in given] == given
    assert "--nodes" not in json.loads(run("waves", "--format", "json", "k8s").out)["waves"][2]["command"]


def test_the_readme_has_a_row_for_every_option_that_a_migration_is_told() -> None:
    told = (CHECKOUT / "README.md").read_text(encoding="utf-8").partition("### What a migration is told")[2].partition("\n#")[0]
    rows = set(re.findall(r"^\| `(--[a-z-]+)", told, re.MULTILINE))
    words = {each.opts[0] for each in (*MOVING, *FIXING) if isinstance(each, click.Option)}
    assert rows == words - {"--diff", "--unsafe", "--max-workloads"} | {"--output"} | {"--target", "--nodes", "--context"}


def test_the_commands_of_a_migration_go_through_in_their_order(here: Path, run: Run) -> None:
    page = (CHECKOUT / "README.md").read_text(encoding="utf-8").partition("## Migrate a repository")[2].partition("\n## ")[0]
    (commands,) = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    lines = [line.partition("#")[0].partition("|")[0].split() for line in commands.splitlines()]
    assert [words[1] for words in lines] == ["waves", "timeline", "fix", "fix", "fix", "check"]
    for program, *words in lines:
        assert program == "sidecarlint"
        done = run(*("shop" if word == "checkout" else word for word in words))
        assert (done.code, done.err) == (0, "") or "--diff" in words, done
    assert "initContainers" in (here / "k8s" / "web.yaml").read_text()
    assert (here / "pr.md").exists()
