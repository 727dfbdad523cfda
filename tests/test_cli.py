"""The command line as people and scripts use it: exit codes, options, formats, help."""

import json
import re
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from sidecarlint.cli import main
from sidecarlint.reports import formats
from tests.conftest import CHECKOUT, Run
from tests.manifests import CLEAN, SAFE, five

COMMANDS = ("baseline", "check", "explain", "fix", "init", "inspect", "rules", "test", "timeline", "waves")
ANSI = re.compile("\x1b\\[[0-9;]*m")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return five(tmp_path)


CODES = [
    ("check lone.yaml", 0),
    ("check web.yaml", 1),
    ("check report.yaml", 1),
    ("check driver.yaml", 0),
    ("check driver.yaml --fail-on info", 1),
    ("check web.yaml --fail-on error", 0),
    ("check report.yaml --fail-on error", 1),
    ("check missing.yaml", 2),
    ("check lone.yaml missing.yaml", 2),
    ("check --select nonsense .", 2),
    ("check --target 1.x .", 2),
    ("check --format xml .", 2),
    ("check --config missing.toml .", 2),
    ("check --rules missing.md .", 2),
    ("check --helper-files missing.yaml .", 2),
    ("inspect .", 0),
    ("inspect missing.yaml", 2),
    ("fix --diff lone.yaml", 0),
    ("fix --diff web.yaml", 1),
    ("fix --diff --fail-on error web.yaml", 1),
    ("fix web.yaml", 0),
    ("fix shop.yaml", 1),
    ("fix --unsafe shop.yaml", 0),
    ("fix missing.yaml", 2),
    ("fix --max-workloads 0 .", 2),
    ("explain job-never-completes", 0),
    ("explain yaml-syntax", 0),
    ("explain nonsense", 2),
    ("rules", 0),
    ("test", 0),
    ("test missing.md", 2),
    ("nonsense", 2),
    ("--version", 0),
    ("", 2),
]


@pytest.mark.parametrize(("line", "code"), CODES, ids=[line for line, _ in CODES])
def test_exit_codes(here: Path, run: Run, line: str, code: int) -> None:
    done = run(*line.split())
    assert done.code == code, done
    assert "Traceback" not in done.err
    if code == 2 and not line.startswith(("check lone", "check missing", "inspect missing", "fix missing")):
        assert done.out == ""
        assert done.err


@pytest.mark.parametrize("name", ["sidecarlint", "kubectl-sidecarlint"])
def test_the_console_scripts_are_the_same_program(here: Path, run: Run, name: str) -> None:
    scripts = dict(re.findall(r'^([\w-]+) = "([\w.:]+)"$', (CHECKOUT / "pyproject.toml").read_text(), re.MULTILINE))
    module, function = scripts[name].split(":")
    script = here / name
    script.write_text(f"#!{sys.executable}\nimport sys\nfrom {module} import {function}\nsys.exit({function}())\n")
    script.chmod(0o755)
    for arguments in (
        ("check", "."),
        ("check", "missing.yaml"),
        ("fix", "--diff", "."),
        ("rules",),
        ("--version",),
        ("check", "--select", "no"),
    ):
        assert run(*arguments, start=(str(script),)) == run(*arguments)


def test_all_settings_of_a_run_narrow_it(here: Path, run: Run) -> None:
    def rules(*options: str) -> list[str]:
        found = json.loads(run("check", "--format", "json", *options, ".").out)["findings"]
        return sorted({f"{each['workload']['name']} {each['rule']}" for each in found})

    driver, report, shop, web = (
        "driver legacy-known-helper",
        "report job-never-completes",
        "shop legacy-log-server",
        "web legacy-log-reader",
    )
    assert rules() == [driver, report, shop, web]
    assert rules("--select", "legacy-log-reader") == [web]
    assert rules("--select", "legacy-log-reader,legacy-log-server") == [shop, web]
    assert rules("--select", "legacy-log-reader", "--select", "job-never-completes") == [report, web]
    assert rules("--ignore", "legacy-log-reader") == [driver, report, shop]
    assert rules("--kind", "deployment") == [shop, web]
    assert rules("--kind", "Job,DaemonSet") == [driver, report]
    assert rules("--name", "w*") == [web]
    assert rules("--name", "w*", "--name", "shop") == [shop, web]
    assert rules("--exclude", "w*.yaml", "--exclude", "/shop.yaml") == [driver, report]


def test_max_workloads_keeps_a_change_small(here: Path, run: Run) -> None:
    for changed in (1, 2, 3, 4, 4):
        run("fix", "--unsafe", "--max-workloads", "1", ".")
        assert sum("initContainers" in path.read_text() for path in here.glob("*.yaml")) == changed


def test_old_nodes_forbid_the_move(here: Path, run: Run) -> None:
    done = run("check", "--nodes", "1.28", "--format", "json", "web.yaml")
    report = json.loads(done.out)
    assert report["findings"][0]["fix"]["applicability"] == "manual"
    assert run("fix", "--nodes", "1.28", "--unsafe", "web.yaml").code == 1
    assert (here / "web.yaml").read_text() == SAFE
    assert run("fix", "--nodes", "1.29", "web.yaml").code == 0
    assert (here / "web.yaml").read_text() != SAFE


def test_the_nearest_configuration_counts_and_the_command_line_overrules_it(here: Path, run: Run) -> None:
    (here / "sidecarlint.toml").write_text(
        'target = "1.30"\nfail-on = "error"\nexclude = ["report.yaml"]\nignore = ["legacy-log-server"]\n'
    )
    (here / "other.toml").write_text('select = ["job-never-completes"]\n')
    done = run("check", "--format", "json", ".")
    report = json.loads(done.out)
    assert (done.code, report["target"]) == (0, "1.30")
    assert {each["rule"] for each in report["findings"]} == {"legacy-known-helper", "legacy-log-reader"}
    assert run("check", "--fail-on", "warning", ".").code == 1
    assert json.loads(run("check", "--target", "1.33", "--format", "json", ".").out)["target"] == "1.33"
    assert {each["rule"] for each in json.loads(run("check", "--config", "other.toml", "--format", "json", ".").out)["findings"]} == {
        "job-never-completes"
    }


RULE = """\
---
summary: A container named app says nothing
category: native-sidecar
severity: warning
since: 0.1.0
subject: container
when: container.name == "app"
message: "{{ container.name }} says nothing"
at: name
---
A page.

## Fails

```yaml
apiVersion: v1
kind: Pod
metadata: {name: lone}
spec:
  containers:
  - name: app # <-
    image: registry.example/app:1
```

## Passes

```yaml
apiVersion: v1
kind: Pod
metadata: {name: lone}
spec:
  containers:
  - name: web
    image: registry.example/app:1
```
"""


def test_own_rules_and_helpers_count(here: Path, run: Run) -> None:
    (here / "rules").mkdir()
    (here / "rules" / "silent-app.md").write_text(RULE)
    assert run("check", "lone.yaml").code == 0
    assert "lone.yaml:7:5: warning[silent-app] app says nothing" in run("check", "--rules", "rules", "--format", "concise", "lone.yaml").out
    assert run("test", "rules").code == 0
    (here / "rules" / "silent-app.md").write_text(RULE.replace("name: web", "name: app"))
    assert run("test", "rules/silent-app.md").code == 1
    helper = (CHECKOUT / "rules" / "helpers" / "redis-exporter.yaml").read_text()
    own = re.sub(r"^images:\n(?:.*\n)+?(?=\S)", "images:\n  - registry.example/app\n", helper, flags=re.MULTILINE)
    (here / "own.yaml").write_text(re.sub(r"^tails:.*\n(?:  .*\n)*", "", own, flags=re.MULTILINE))
    (here / "two.yaml").write_text(CLEAN + "  - name: web\n    image: registry.example/web:1\n")
    assert json.loads(run("check", "--format", "json", "two.yaml").out)["findings"] == []
    found = json.loads(run("check", "--helper-files", "own.yaml", "--format", "json", "two.yaml").out)["findings"]
    assert [each["container"] for each in found] == ["app"]


def test_what_makes_a_run_fail_is_shown(here: Path, run: Run) -> None:
    assert "legacy-known-helper" not in run("check", "driver.yaml").out
    assert "--info shows" in run("check", "driver.yaml").out
    for options in (("--info",), ("--fail-on", "info")):
        assert "legacy-known-helper" in run("check", *options, "driver.yaml").out


def test_a_fix_that_changes_nothing_tells_of_what_is_not_shown(here: Path, run: Run) -> None:
    hidden = "Nothing was changed: 1 finding of level info is left (--info shows it)."
    assert " ".join(run("fix", "driver.yaml").out.split()) == hidden


def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (resources.files("sidecarlint.reports") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    )
    return found


@pytest.mark.parametrize("name", ["check", "inspect", "fix", "rules"])
def test_json_is_what_its_schema_promises(here: Path, run: Run, name: str) -> None:
    (here / "broken.yaml").write_text("kind: [\n")
    (here / "bytes.yaml").write_bytes(b"\xff\xfe\xfd")
    Draft202012Validator.check_schema(schema(name))
    for paths in ([], [".", "missing.yaml"]) if name != "rules" else ([],):
        report = json.loads(run(name, "--format", "json", *paths).out)
        Draft202012Validator(schema(name)).validate(report)
        assert any(report[each] for each in ("findings", "workloads", "rules") if each in report)


def test_schemas_that_share_a_thing_say_the_same_of_it() -> None:
    check, fix = schema("check")["$defs"], schema("fix")["$defs"]
    assert {name: fix[name] for name in check} == check


WIDE = {
    ("explain",): "legacy-log-reader",
    ("rules",): "",
    ("check",): ".",
    ("check", "--info"): ".",
    ("inspect",): ".",
    ("waves",): ".",
    ("timeline",): ".",
    ("fix", "--unsafe"): ".",
}


@pytest.mark.parametrize("command", WIDE, ids=" ".join)
def test_reports_for_people_fit_80_columns(here: Path, run: Run, command: tuple[str, ...]) -> None:
    out = run(*command, *filter(None, [WIDE[command]])).out
    assert [line for line in out.splitlines() if len(line) > 80] == []
    assert not any(line != line.rstrip() for line in out.splitlines())
    assert out.endswith("\n")
    assert not out.endswith("\n\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_help_fits_a_screen_and_shows_an_example(command: str) -> None:
    page = CliRunner().invoke(main, [command, "--help"], prog_name="sidecarlint", terminal_width=80).output
    lines = page.splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 80
    assert re.search(rf"^  .*sidecarlint {command} ?(?!\[)\S*$|^  .*sidecarlint {command} .*$", page, re.MULTILINE)
    assert page == CliRunner().invoke(main, [command, "-h"], prog_name="sidecarlint", terminal_width=80).output


def test_the_main_help_names_every_command_in_a_whole_sentence() -> None:
    page = CliRunner().invoke(main, ["--help"], prog_name="sidecarlint", terminal_width=80).output
    listed = dict(re.findall(r"^  (\w+) +(\S.*)$", page.partition("Commands:")[2], re.MULTILINE))
    assert tuple(listed) == COMMANDS
    assert all(line.endswith(".") and not line.endswith("...") for line in listed.values())


def test_the_same_input_gives_the_same_bytes(here: Path, run: Run) -> None:
    for form in formats():
        seen = {run("check", "--format", form, ".", env={"PYTHONHASHSEED": seed}) for seed in ("1", "2", "3")}
        assert len(seen) == 1


@pytest.mark.parametrize("form", ["sarif", "gitlab", "junit", "markdown"])
def test_check_also_keeps_its_report(form: str, here: Path, run: Run) -> None:
    shown = run("check", "--output", f"{form}=kept", "report.yaml")
    assert (shown.code, shown.out) == (1, run("check", "report.yaml").out)
    assert (here / "kept").read_text() == run("check", "--format", form, "report.yaml").out


def test_in_a_workflow_annotations_follow_what_people_read(here: Path, run: Run) -> None:
    plain, annotations = run("check", "report.yaml").out, run("check", "--format", "github", "report.yaml").out
    workflow = {"GITHUB_ACTIONS": "true"}
    assert annotations.startswith("::error file=report.yaml,line=")
    assert run("check", "report.yaml", env=workflow).out == plain + annotations
    assert run("check", "--format", "json", "report.yaml", env=workflow).out == run("check", "--format", "json", "report.yaml").out
