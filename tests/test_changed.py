"""Only what is new since a commit, in scratch repositories with the real git."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.manifests import five

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

JOB = "report.yaml"


def git(folder: Path, *words: str) -> str:
    author = ("-c", "user.name=Ada", "-c", "user.email=ada@registry.example")
    done = subprocess.run(["git", *author, *words], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A repository with five manifests on main, and a branch."""
    five(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Begin")
    git(tmp_path, "switch", "-qc", "work")
    return tmp_path


def new(run: Run, *words: str) -> list[tuple[str, str]]:
    done = run("check", "--format", "json", *(words or ("--changed",)), ".")
    assert done.code in (0, 1), done.err
    return [(each["location"]["path"], each["rule"]) for each in json.loads(done.out)["findings"] if each["severity"] != "info"]


def another(here: Path, name: str) -> None:
    (here / f"{name}.yaml").write_text((here / JOB).read_text().replace("name: report", f"name: {name}"))


def test_nothing_is_touched(here: Path, run: Run) -> None:
    assert new(run) == []
    assert "Only what is new since main is told." in run("check", "--changed", ".").out


def test_a_new_file_is_new_known_to_git_or_not(here: Path, run: Run) -> None:
    another(here, "audit")
    assert new(run) == [("audit.yaml", "job-never-completes")]
    git(here, "add", ".")
    assert new(run) == [("audit.yaml", "job-never-completes")]
    git(here, "commit", "-qm", "Audit")
    assert new(run) == [("audit.yaml", "job-never-completes")]
    assert new(run, "--changed=work") == []


def test_what_is_ignored_by_git_is_not_new(here: Path, run: Run) -> None:
    (here / ".gitignore").write_text("audit.yaml\n")
    another(here, "audit")
    assert new(run) == []


def test_lines_that_shift_make_nothing_new(here: Path, run: Run) -> None:
    (here / JOB).write_text("# ours\n\n" + (here / JOB).read_text())
    assert new(run) == []


def test_a_file_that_moves_makes_nothing_new(here: Path, run: Run) -> None:
    (here / "jobs").mkdir()
    git(here, "mv", JOB, "jobs/nightly.yaml")
    assert new(run) == []
    git(here, "commit", "-qm", "Move")
    assert new(run) == []


def test_another_container_in_a_known_workload_is_new(here: Path, run: Run) -> None:
    text = (here / JOB).read_text()
    assert text.count("name: reader") == 1
    (here / JOB).write_text(text.replace("name: reader", "name: second-reader"))
    assert new(run) == [(JOB, "job-never-completes")]


def test_only_touched_files_are_judged_and_the_others_are_read(here: Path, run: Run) -> None:
    another(here, "audit")
    report = json.loads(run("check", "--format", "json", "--changed", ".").out)
    assert report["summary"]["sources"] == 1


def test_what_main_has_got_meanwhile_is_not_ours(here: Path, run: Run) -> None:
    git(here, "switch", "-q", "main")
    another(here, "theirs")
    git(here, "add", ".")
    git(here, "commit", "-qm", "Theirs")
    git(here, "switch", "-q", "work")
    another(here, "ours")
    assert new(run) == [("ours.yaml", "job-never-completes")]


def test_the_base_of_a_pull_request_is_what_its_ci_says(here: Path, run: Run) -> None:
    git(here, "branch", "release")
    another(here, "audit")
    for name in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
        assert "Only what is new since release is told." in run("check", "--changed", ".", env={name: "release"}).out


def test_fix_mends_only_what_was_touched(here: Path, run: Run) -> None:
    another(here, "audit")
    before = (here / JOB).read_text()
    assert "+++ b/audit.yaml" in run("fix", "--diff", "--changed", ".").out
    assert run("fix", "--changed", ".").code == 0
    assert (here / JOB).read_text() == before
    assert "initContainers" in (here / "audit.yaml").read_text()
    assert new(run) == []


def refused(run: Run, *words: str) -> str:
    done = run(*words)
    assert done.code == 2
    assert done.err.count("\n") == 1
    return done.err.removeprefix("sidecarlint: ").rstrip()


def test_there_is_no_such_commit(here: Path, run: Run) -> None:
    said = "fetch it, or write the base with an equals sign: --changed=origin/main"
    assert refused(run, "check", "--changed=nope", ".") == f'there is no commit "nope"; {said}'
    assert refused(run, "check", "--changed=--output=x", ".") == f'there is no commit "--output=x"; {said}'
    assert not (here / "x").exists()


def test_there_is_no_repository(tmp_path: Path, run: Run) -> None:
    five(tmp_path)
    assert refused(run, "check", "--changed", ".") == "this is no git repository, so nobody can say what was changed; leave out --changed"


def test_there_is_no_git(here: Path, run: Run) -> None:
    done = run("check", "--changed", ".", env={"PATH": ""})
    assert done.err == "sidecarlint: git is not installed, so nobody can say what was changed; leave out --changed\n"


def test_standard_input_is_in_no_range(here: Path, run: Run) -> None:
    assert refused(run, "check", "--changed=main", "-") == "what stands on standard input is in no git range; leave out --changed"


def test_a_shallow_clone_says_what_to_do(here: Path, run: Run) -> None:
    for name in ("one", "two"):
        another(here, name)
        git(here, "add", ".")
        git(here, "commit", "-qm", name)
    git(here, "switch", "-q", "main")
    another(here, "three")
    git(here, "add", ".")
    git(here, "commit", "-qm", "three")
    clone = here / "clone"
    git(here, "clone", "-q", "--depth=1", "--no-single-branch", "-b", "work", here.as_uri(), str(clone))
    inside = "import os, runpy; os.chdir('clone'); runpy.run_module('sidecarlint', run_name='__main__')"
    done = run("check", "--changed=origin/main", start=(sys.executable, "-c", inside))
    assert done.code == 2
    assert done.err == (
        "sidecarlint: this clone is shallow, and the last commit that it shares with origin/main is not in it; fetch all of it, as with "
        "fetch-depth: 0\n"
    )
