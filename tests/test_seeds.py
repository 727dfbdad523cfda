"""The two examples that sidecarlint was begun for, through the whole program: found, mended in few lines, and nothing else."""

import copy
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT, Run, container, pure

SEEDS = CHECKOUT.parent / "shared" / "seeds"
FENCE = re.compile(r"^```(?:ya?ml)?\n(apiVersion:.*?)^```", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"(?<!\S)#.*")

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the examples lie in ../shared/seeds, which is not here")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The manifests of the examples, each in a file of its object's name, in a Git repository."""
    for page in sorted(SEEDS.iterdir()):
        for text in FENCE.findall(page.read_text(encoding="utf-8")) if page.is_file() else ():
            (tmp_path / f"{pure(text)[0]['metadata']['name']}.yaml").write_text(text)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    assert {path.name for path in tmp_path.glob("*.yaml")} >= {"log-app.yaml", "web-server.yaml", "web-server-service.yaml"}
    return tmp_path


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def changed(folder: Path) -> dict[str, int]:
    """How many lines a reviewer sees added and removed, by file."""
    rows = (line.split("\t") for line in git(folder, "diff", "--numstat").splitlines())
    return {path: int(added) + int(removed) for added, removed, path in rows}


def specification(text: str) -> dict[str, Any]:
    return dict(pure(text)[0]["spec"]["template"]["spec"])


def findings(run: Run, *arguments: str) -> dict[str, dict[str, Any]]:
    return {each["container"]: each for each in json.loads(run("check", "--format", "json", "--info", *arguments).out)["findings"]}


def seen(finding: dict[str, Any], line: int, *words: str) -> bool:
    """Whether a piece of evidence points at this line and names all of these."""
    pieces = [each["message"] for each in finding["evidence"] if each["location"] and each["location"]["line"] == line]
    return any(all(word in message for word in words) for message in pieces)


def test_check_finds_each_legacy_container_with_its_evidence(seeds: Path, run: Run) -> None:
    found = findings(run, ".")
    assert {name: (each["rule"], each["severity"]) for name, each in found.items()} == {
        "log-reader": ("legacy-log-reader", "warning"),
        "socat": ("legacy-log-server", "warning"),
    }
    assert seen(found["log-reader"], 29, "tail -f", "/var/log/app.log", "log-volume")
    assert seen(found["log-reader"], 24, "log-generator", "log-volume")
    assert seen(found["socat"], 26, "socat", "8080", "log")
    assert found["socat"]["fix"]["applicability"] == "unsafe"
    assert found["log-reader"]["fix"]["applicability"] == "safe"


def test_a_plain_fix_mends_the_first_and_leaves_the_second_with_the_reason(seeds: Path, run: Run) -> None:
    done = run("fix", ".")
    assert done.code == 1
    assert set(changed(seeds)) == {"log-app.yaml"}
    assert "traffic enters the pod through it" in " ".join(done.out.split())
    assert "Add --unsafe to fix it too" in done.out


@pytest.mark.parametrize(("name", "options"), [("log-app", ()), ("web-server", ("--unsafe",))])
def test_a_fix_changes_few_lines_once_and_loses_no_comment(seeds: Path, run: Run, name: str, options: tuple[str, ...]) -> None:
    path = seeds / f"{name}.yaml"
    before = path.read_text()
    assert run("fix", *options, path.name).code == 0
    after = path.read_text()
    assert 0 < changed(seeds)[path.name] <= 6
    assert sorted(COMMENT.findall(after)) == sorted(COMMENT.findall(before))
    assert run("check", path.name).code == 0
    assert run("fix", "--unsafe", path.name).code == 0
    assert path.read_text() == after


def test_the_log_reader_becomes_exactly_the_intended_object(seeds: Path, run: Run) -> None:
    intended = pure((seeds / "log-app.yaml").read_text())
    pod = intended[0]["spec"]["template"]["spec"]
    reader = pod["containers"].pop(1)
    reader |= {"restartPolicy": "Always", "args": ["-c", "tail -F /var/log/app.log"]}
    pod["initContainers"] = [reader]
    run("fix", "log-app.yaml")
    assert pure((seeds / "log-app.yaml").read_text()) == intended


def test_the_log_server_becomes_exactly_the_intended_object(seeds: Path, run: Run) -> None:
    intended = pure((seeds / "web-server.yaml").read_text())
    pod = intended[0]["spec"]["template"]["spec"]
    pod["initContainers"] = [pod["containers"].pop(1) | {"restartPolicy": "Always"}]
    run("fix", "--unsafe", "web-server.yaml")
    assert pure((seeds / "web-server.yaml").read_text()) == intended


def test_the_service_goes_on_working(seeds: Path, run: Run) -> None:
    """A number finds a sidecar's port on every version; a name only from 1.33 on (native-sidecars 7.1)."""
    service = (seeds / "web-server-service.yaml").read_text()
    run("fix", "--unsafe", ".")
    assert (seeds / "web-server-service.yaml").read_text() == service
    target = pure(service)[0]["spec"]["ports"][0]["targetPort"]
    after = specification((seeds / "web-server.yaml").read_text())
    assert target == "tag:yaml.org,2002:int 8080"
    assert container(after, "initContainers", "socat")["ports"] == [{"containerPort": target}]
    selector = copy.deepcopy(pure(service)[0]["spec"]["selector"])
    assert selector.items() <= pure((seeds / "web-server.yaml").read_text())[0]["spec"]["template"]["metadata"]["labels"].items()
