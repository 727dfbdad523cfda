"""What kustomize patches break: each row of the fixtures is found by us, and is really broken where kustomize builds it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT, Run
from tests.kustomizing import Stopped, build, named, needs_kubectl, pods

FOLDER = CHECKOUT / "fixtures" / "kustomize"
Pod = dict[str, Any]


def twice(name: str, where: str = "containers") -> Callable[[Pod], bool]:
    """The container stands in both lists, and one of the two has no image."""

    def holds(pod: Pod) -> bool:
        stub = [each for each in pod[where] if each["name"] == name]
        return name in named(pod, "initContainers") and name in named(pod, "containers") and "image" not in stub[0]

    return holds


def image(name: str, text: str, where: str = "containers") -> Callable[[Pod], bool]:
    return lambda pod: next(each for each in pod[where] if each["name"] == name)["image"].startswith(text)


def level(name: str, value: str, where: str) -> Callable[[Pod], bool]:
    return lambda pod: {"name": "LOG_LEVEL", "value": value} in next(each for each in pod[where] if each["name"] == name)["env"]


# A folder, where it is found and what, and what kustomize makes of it: a pod of which something holds, or words of its refusal.
# fmt: off
ROWS: list[tuple[str, list[str], str, Callable[[Pod], bool] | str]] = [
    ("merge-file", ["merge-file/log-shipper.yaml:10 error patch-misses-container log-shipper"], "berth-board", twice("log-shipper")),
    ("merge-old-form", ["merge-old-form/kustomization.yaml:18 error patch-misses-container cloud-sql-proxy"], "staging-tide-import",
        twice("cloud-sql-proxy")),
    ("merge-target", ["merge-target/kustomization.yaml:22 error patch-misses-container log-shipper"], "berth-board", twice("log-shipper")),
    ("component", ["quiet-logs/log-shipper.yaml:10 error patch-misses-container log-shipper"], "berth-board", twice("log-shipper")),
    ("delete", ["delete/without-logs.yaml:10 warning patch-misses-container log-shipper"], "berth-board",
        lambda pod: "log-shipper" in named(pod, "initContainers")),
    ("index-test", ["index-test/log-shipper.yaml:2 error patch-index-shifted log-shipper"], "", "containers/1/name failed"),
    ("index-beyond", ["index-beyond/kustomization.yaml:13 error patch-index-shifted log-shipper"], "", "doc is missing path"),
    ("index-image", ["index-image/kustomization.yaml:11 error patch-index-shifted log-shipper"], "berth-board",
        image("tide-cache", "cr.fluentbit.io/fluent/fluent-bit:3.2.2")),
    ("add-list", ["add-list/warm-up.json:4 error patch-drops-sidecar cloud-sql-proxy"], "tide-import",
        lambda pod: named(pod, "initContainers") == ["warm-up"]),
    ("replacement-name", ["replacement-name/kustomization.yaml:16 error patch-misses-container log-shipper"], "", "unable to find field"),
    ("replacement-created", ["replacement-created/versions.yaml:10 error patch-misses-container log-shipper"], "berth-board",
        lambda pod: {"name": "log-shipper", "image": "cr.fluentbit.io/fluent/fluent-bit:3.2.2"} in pod["containers"]),
    ("replacement-all", ["replacement-all/kustomization.yaml:16 warning replacement-skips-sidecar log-shipper"], "berth-board",
        lambda pod: level("log-shipper", "info", "initContainers")(pod) and level("tide-cache", "debug", "containers")(pod)),
    ("healthy", [], "prod-berth-board",
        lambda pod: named(pod, "initContainers") == ["check-disk", "migrate", "log-shipper"]
            and named(pod, "containers") == ["berth-board", "tide-cache", "buoy-feed"]),
]
# fmt: on
FOLDERS = [row[0] for row in ROWS]


def findings(run: Run, *arguments: str) -> list[str]:
    found = json.loads(run("check", "--format", "json", *arguments).out)["findings"]
    return [
        f"{each['location']['path']}:{each['location']['line']} {each['severity']} {each['rule']} {each['container']}" for each in found
    ]


def test_the_table_names_every_fixture() -> None:
    folders = {each.name for each in FOLDER.iterdir()} - {"base", "quiet-logs"}
    assert sorted(folders) == sorted(FOLDERS)


def test_what_the_fixtures_break(tmp_path: Path, run: Run) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    assert findings(run, ".") == sorted(each for _, told, _, _ in ROWS for each in told)


@needs_kubectl
@pytest.mark.parametrize(("name", "workload", "broken"), [(row[0], row[2], row[3]) for row in ROWS], ids=FOLDERS)
def test_the_build_is_as_it_is_told(name: str, workload: str, broken: Callable[[Pod], bool] | str) -> None:
    if isinstance(broken, str):
        with pytest.raises(Stopped, match=broken):
            build(FOLDER / name)
    else:
        assert broken(pods(FOLDER / name)[workload])


def test_a_finding_stands_in_the_file_that_can_be_edited(tmp_path: Path, run: Run) -> None:
    """Whoever checks only the overlay is told as well; whoever checks only the base is not."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    assert findings(run, "merge-file") == ["merge-file/log-shipper.yaml:10 error patch-misses-container log-shipper"]
    assert findings(run, "base") == []
    assert findings(run, ".", "--ignore", "patch-misses-container,patch-index-shifted,patch-drops-sidecar") == [
        "replacement-all/kustomization.yaml:16 warning replacement-skips-sidecar log-shipper"
    ]


def test_what_is_told(tmp_path: Path, run: Run) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    found = json.loads(run("check", "--format", "json", "merge-file").out)["findings"][0]
    assert found["message"] == (
        "log-shipper gets a second container without image: the patch names it in containers, and Deployment/berth-board has it in "
        "initContainers"
    )
    assert [each["message"] for each in found["evidence"]] == [
        "Deployment/berth-board stands in base/berth-board.yaml",
        "the patch is applied to it in the build of merge-file/kustomization.yaml",
    ]
    assert (found["category"], found["workload"], found["fix"]) == ("source", None, None)


def test_messages_are_short(tmp_path: Path, run: Run) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    found = json.loads(run("check", "--format", "json", ".").out)["findings"]
    assert len(found) == 12
    assert [each["message"] for each in found if len(each["message"]) > 200] == []


def test_nothing_in_the_fixtures_is_rewritten(tmp_path: Path, run: Run) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert run("fix", "--unsafe", ".").code == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
