"""What a configuration says of levels and of some paths only."""

import json
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.manifests import five

FILE = "sidecarlint.toml"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    five(tmp_path)
    (tmp_path / "old" / "jobs").mkdir(parents=True)
    (tmp_path / "old" / "jobs" / "report.yaml").write_text((tmp_path / "report.yaml").read_text())
    return tmp_path


def found(run: Run, *words: str) -> dict[str, str]:
    """The level of what is wrong with each Job, by its path."""
    report = json.loads(run("check", "--format", "json", *words, "report.yaml", "old").out)
    return {each["location"]["path"]: each["severity"] for each in report["findings"]}


def test_a_level_of_a_rule(here: Path, run: Run) -> None:
    assert found(run) == {"report.yaml": "error", "old/jobs/report.yaml": "error"}
    (here / FILE).write_text('[severities]\njob-never-completes = "info"\n')
    assert found(run) == {"report.yaml": "info", "old/jobs/report.yaml": "info"}
    assert run("check", "report.yaml").code == 0


def test_a_level_of_what_is_wrong_with_a_source(here: Path, run: Run) -> None:
    (here / "broken.yaml").write_text("a: [1\n")
    assert run("check", "broken.yaml").code == 1
    (here / FILE).write_text('severities = {yaml-syntax = "info"}\n')
    assert run("check", "broken.yaml").code == 0


PATTERNS = ["old/", "/old/", "jobs", "old/**", "old/jobs/report.yaml", "old/*/*.yaml"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_for_some_paths_only(pattern: str, here: Path, run: Run) -> None:
    (here / FILE).write_text(f'[[overrides]]\npaths = ["{pattern}"]\nignore = ["job-never-completes"]\n')
    assert found(run) == {"report.yaml": "error"}


def test_patterns_count_from_the_folder_of_the_file(here: Path, run: Run) -> None:
    (here / "old" / FILE).write_text('[[overrides]]\npaths = ["/jobs"]\nseverities = {job-never-completes = "info"}\n')
    assert found(run, "--config", f"old/{FILE}") == {"report.yaml": "error", "old/jobs/report.yaml": "info"}


def test_the_last_that_fits_counts(here: Path, run: Run) -> None:
    head = '[[overrides]]\npaths = ["old"]\nseverities = {job-never-completes = '
    (here / FILE).write_text(f'{head}"warning"}}\n{head}"info"}}\n')
    assert found(run)["old/jobs/report.yaml"] == "info"


def test_the_command_line_counts_more(here: Path, run: Run) -> None:
    (here / FILE).write_text('[[overrides]]\npaths = ["old"]\nignore = ["job-never-completes"]\n')
    assert found(run, "--ignore", "legacy-proxy") == {"report.yaml": "error", "old/jobs/report.yaml": "error"}


def test_a_target_for_some_paths_only(here: Path, run: Run) -> None:
    (here / FILE).write_text('[[overrides]]\npaths = ["old"]\nnodes = "1.28"\n')
    report = json.loads(run("check", "--format", "json", "report.yaml", "old").out)
    fixes = {each["location"]["path"]: each["fix"]["applicability"] for each in report["findings"]}
    assert fixes["report.yaml"] != "manual"
    assert fixes["old/jobs/report.yaml"] == "manual"


@pytest.mark.parametrize("said", ['[severities]\nnonsense = "info"\n', '[[overrides]]\npaths = ["old"]\nignore = ["nonsense"]\n'])
def test_a_rule_that_does_not_exist(said: str, here: Path, run: Run) -> None:
    (here / FILE).write_text(said)
    done = run("check", "old")
    assert done.code == 2
    assert 'there is no rule "nonsense"' in done.err


def test_what_is_named_is_read_unless_it_is_forced_out(here: Path, run: Run) -> None:
    (here / FILE).write_text('exclude = ["old/"]\n')
    name = "old/jobs/report.yaml"
    assert run("check", name).code == 1
    assert run("check", "--force-exclude", name).code == 0
    (here / FILE).write_text('exclude = ["report.yaml"]\nforce-exclude = true\n')
    assert run("check", name, "report.yaml").code == 0
    assert run("check", name, "web.yaml").code == 1


def test_a_base_has_the_lowest_target_of_the_builds_that_it_gets_into(tmp_path: Path, run: Run) -> None:
    base = tmp_path / "base"
    base.mkdir()
    five(base)
    (base / "kustomization.yaml").write_text("resources: [report.yaml]\n")
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kustomization.yaml").write_text("resources: [../base]\n")

    def fixable() -> str:
        report = json.loads(run("check", "--format", "json", "base/report.yaml").out)
        (finding,) = (each for each in report["findings"] if each["rule"] == "job-never-completes")
        said: str = finding["fix"]["applicability"]
        return said

    assert fixable() != "manual"
    (tmp_path / FILE).write_text('[[overrides]]\npaths = ["/old"]\nnodes = "1.28"\n')
    assert fixable() == "manual"
    (tmp_path / FILE).write_text('[[overrides]]\npaths = ["/elsewhere"]\nnodes = "1.28"\n')
    assert fixable() != "manual"
