"""What people put into their CI, tried as far as that goes without those services: the action, the problem matcher, the examples."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import CHECKOUT, Run
from tests.manifests import five

ACTION: dict[str, Any] = yaml.safe_load((CHECKOUT / "action.yml").read_text(encoding="utf-8"))
PAGE = (CHECKOUT / "docs" / "ci.md").read_text(encoding="utf-8")
INPUT = r"\$\{\{ inputs\.([\w-]+) \}\}"
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "repo").mkdir()
    return five(tmp_path / "repo")


def step(name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in ACTION["runs"]["steps"] if each["name"] == name)
    return found


class Job:
    """One run of the action's check in a folder, with a runner's variables and files."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        self.runner = folder.parent / "runner"
        (self.runner / "sidecarlint" / "bin").mkdir(parents=True, exist_ok=True)
        python = self.runner / "sidecarlint" / "bin" / "python"
        python.write_text(f'#!/bin/sh\nPYTHONPATH="{CHECKOUT}" exec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        given = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | inputs
        env = {name: re.sub(INPUT, lambda at: given[at[1]], value) for name, value in step("Check")["env"].items()}
        files = {name: str(self.runner / name.lower()) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        variables = {**os.environ, **env, **files, "RUNNER_TEMP": str(self.runner), "GITHUB_ACTIONS": "true"}
        script = self.runner / "script.sh"
        script.write_text(step("Check")["run"])
        # As a runner starts it (docs.github.com, workflow syntax: shell).
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        self.done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=120)

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.runner / "github_output").read_text().splitlines())


@needs_bash
def test_the_action_checks_and_tells_what_it_found(here: Path) -> None:
    job = Job(here)
    assert job.done.returncode == 1, job.done.stderr
    assert "error[job-never-completes]" in job.done.stdout
    assert "::error file=report.yaml,line=" in job.done.stdout
    sarif = json.loads((here / "sidecarlint.sarif").read_text())
    assert job.outputs["findings"] == str(len(sarif["runs"][0]["results"]))
    assert job.outputs["sarif-file"] == "sidecarlint.sarif"
    assert int(job.outputs["fixable"]) >= 2
    assert (job.runner / "github_step_summary").read_text().startswith("# sidecarlint\n")


@needs_bash
def test_the_inputs_of_the_action(here: Path) -> None:
    assert Job(here, **{"fail-on": "never"}).done.returncode == 0
    assert Job(here, paths="lone.yaml\n\n").done.returncode == 0
    assert Job(here, paths="web.yaml", **{"fail-on": "error"}).done.returncode == 0
    assert Job(here, paths="web.yaml\nreport.yaml", format="concise", sarif="kept.sarif").outputs["sarif-file"] == "kept.sarif"
    assert "is too old" in Job(here, target="1.20").done.stderr


@needs_bash
def test_nothing_in_an_input_is_code(here: Path) -> None:
    for text in ("$(touch evil)", "; touch evil", "`touch evil`", "--output=json=evil"):
        assert Job(here, paths=text).done.returncode == 2
    assert not (here / "evil").exists()


@needs_bash
def test_a_run_that_could_not_be_done_fails_without_outputs(here: Path) -> None:
    job = Job(here, **{"fail-on": "nonsense"})
    assert job.done.returncode == 2
    assert not (job.runner / "github_output").exists()


def test_the_page_names_every_input_and_output() -> None:
    assert set(re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE)) == {*ACTION["inputs"], *ACTION["outputs"]}


def test_inputs_reach_no_script_but_as_variables() -> None:
    for each in ACTION["runs"]["steps"]:
        assert "${{" not in each["run"]


MATCHERS = json.loads((CHECKOUT / ".github" / "sidecarlint-matcher.json").read_text())["problemMatcher"]


def test_the_problem_matcher_finds_every_line(here: Path, tmp_path: Path, run: Run) -> None:
    told = run("check", "--format", "concise", "--info", "repo").out.splitlines()
    report = json.loads(run("check", "--format", "json", "repo").out)
    found = []
    for line in told:
        for matcher in MATCHERS:
            (pattern,) = matcher["pattern"]
            if hit := re.match(pattern["regexp"], line):
                place = (hit[pattern["file"]], int(hit[pattern["line"]]), int(hit[pattern["column"]]))
                found.append((*place, matcher["severity"], hit[pattern["code"]], hit[pattern["message"]]))
    wanted = [
        (each["location"]["path"], each["location"]["line"], each["location"]["column"], each["severity"], each["rule"], each["message"])
        for each in report["findings"]
        if each["severity"] != "info"
    ]
    assert len(wanted) >= 2
    assert found == wanted


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_examples_are_yaml_and_their_commands_run(here: Path, run: Run) -> None:
    github, matcher, gitlab = (yaml.safe_load(each) for each in fences("yaml"))
    assert set(github["jobs"]["sidecarlint"]["steps"][1]["with"]) <= set(ACTION["inputs"])
    os.rename(here, here.parent / "k8s")
    commands = [line for each in fences("sh") for line in each.splitlines()]
    commands += [*gitlab["sidecarlint"]["script"], *matcher[0]["run"].splitlines()]
    tried = [command.split()[1:] for command in commands if command.startswith("sidecarlint ")]
    assert len(tried) == 5
    for words in tried:
        assert run(*words).code in (0, 1)


@pytest.mark.parametrize("tool", ["actionlint", "zizmor"])
def test_the_workflows_are_clean(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    words = [tool] if tool == "actionlint" else [tool, "--offline", "--no-progress", "."]
    done = subprocess.run(words, cwd=CHECKOUT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
