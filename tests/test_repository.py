"""What a newcomer finds: commands that can be pasted, tables that are current, examples that are true, a wheel that is whole."""

import json
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from scripts.rule_table import current
from sidecarlint import bundle, config
from sidecarlint.cli import main
from sidecarlint.config.files import OPTIONS
from sidecarlint.reports import finding_formats

CHECKOUT = Path(__file__).parent.parent
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
LEGACY, NATIVE = CHECKOUT / "fixtures" / "legacy", CHECKOUT / "fixtures" / "native"
FOREIGN_PATH = re.compile(r"(?<![\w.}$-])/(?:home|root|Users|work|workspace|builds)/[\w.-]+")


def fences(language: str) -> list[str]:
    """The texts of README.md's fences of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def pasted() -> list[str]:
    """README.md's fences for a machine that has Python and nothing else."""
    return [fence for fence in fences("sh") if fence.startswith("python3 -m venv .venv ")]


def run(*words: str | Path, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=cwd)


def program(*words: str | Path, cwd: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    """Runs this checkout's sidecarlint in a folder."""
    start = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); from sidecarlint.__main__ import main; main()"
    return run(sys.executable, "-c", start, *words, cwd=cwd)


def texts(folder: Path) -> dict[str, bytes]:
    """The files that stand directly in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def legacy_copy(folder: Path) -> Path:
    """A folder with the files of fixtures/legacy."""
    folder.mkdir()
    for name, text in texts(LEGACY).items():
        (folder / name).write_bytes(text)
    return folder


def test_the_readme_has_two_commands_of_one_line() -> None:
    check, test = pasted()
    assert check.count("\n") == test.count("\n") == 1
    assert check.endswith(' && .venv/bin/sidecarlint check fixtures/legacy; echo "exit code $?"\n')
    assert test.endswith(" && .venv/bin/python -m pytest -q -n auto\n")


def test_ci_runs_the_test_command_of_the_readme_and_then_lint_and_types() -> None:
    listed = run(CHECKOUT / ".ci" / "run", "--list")
    assert listed.returncode == 0, listed.stderr
    *ahead, tests = pasted()[1].rstrip("\n").split(" && ")
    builds = [".venv/bin/python -m tests.apiserver.build", ".venv/bin/python -m tests.helming"]
    checks = [".venv/bin/python -m ruff check .", ".venv/bin/python -m mypy --strict"]
    assert listed.stdout.splitlines() == [*ahead, *builds, tests, *checks]


def test_the_first_command_finds_something() -> None:
    checked = program("check", "fixtures/legacy")
    assert checked.returncode == 1, checked.stderr
    assert "The exit code is 1" in README
    assert checked.stderr == ""


def test_the_diff_in_the_readme_is_what_fix_prints() -> None:
    (diff,) = fences("diff")
    assert len(diff.splitlines()) == 5
    assert diff in program("fix", "--diff", "fixtures/legacy/monthly-report.yaml").stdout


def test_the_timeline_in_the_readme_is_what_timeline_draws() -> None:
    (picture,) = fences("text")
    assert program("timeline", "fixtures/legacy/nightly-export.yaml").stdout.startswith(picture)


def test_the_readme_names_every_command_format_and_exit_code() -> None:
    assert {name for name in main.commands if f"sidecarlint {name}" not in README} == set()
    assert set(re.findall(r"`--format (\w+)`", README)) == set(finding_formats())
    assert re.findall(r"^\| (\d) \|", README, re.MULTILINE) == ["0", "1", "2"]


def test_the_readme_shows_every_key_of_the_configuration(tmp_path: Path) -> None:
    (example,) = fences("toml")
    for folder in ("shop/lint/rules", "shop/lint/helpers", "monitoring"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "shop" / "sidecarlint.toml").write_text(example)
    assert set(tomllib.loads(example)) == set(OPTIONS)
    assert config.load(path=str(tmp_path / "shop" / "sidecarlint.toml")).target == (1, 31, 0)


def test_every_link_between_pages_leads_somewhere() -> None:
    for page in ("README.md", "CONTRIBUTING.md"):
        links = re.findall(r"\]\(([^)#:]+)\)", (CHECKOUT / page).read_text(encoding="utf-8"))
        assert links
        assert [link for link in links if not (CHECKOUT / link).exists()] == []


def test_the_rule_table_is_current() -> None:
    assert current(README) == README, "run: python -m scripts.rule_table"


def test_a_table_that_is_not_current_is_seen() -> None:
    assert current(README.replace("| severity |", "| grade |")) == current(README)
    assert "| severity |" in current(README)
    with pytest.raises(ValueError, match="unpack"):
        current("no markers")


def test_legacy_fixtures_become_the_native_ones_and_stay_so(tmp_path: Path) -> None:
    work = legacy_copy(tmp_path / "manifests")
    first = program("fix", "--unsafe", cwd=work)
    assert first.stderr == ""
    assert texts(work) == texts(NATIVE)
    again = program("fix", "--unsafe", "--info", cwd=work)
    assert texts(work) == texts(NATIVE)
    assert "Nothing was changed" in again.stdout


def test_fixtures_show_every_rule() -> None:
    reports = [json.loads(program("check", "--format", "json", *nodes, "fixtures").stdout) for nodes in ([], ["--nodes", "1.28"])]
    shown = {finding["rule"] for report in reports for finding in report["findings"]}
    assert shown >= {rule.id for rule in bundle.bundled().rules}


def test_only_some_legacy_fixtures_stay_as_they_are() -> None:
    assert {name for name, text in texts(LEGACY).items() if texts(NATIVE)[name] == text} == {"healthy.yaml", "node-logs.yaml"}


def test_a_fix_without_unsafe_leaves_what_needs_an_eye(tmp_path: Path) -> None:
    work = legacy_copy(tmp_path / "manifests")
    program("fix", cwd=work)
    safe = {name for name, text in texts(work).items() if texts(LEGACY)[name] != text}
    assert sorted(safe) == [
        "billing.json",
        "build-runner.yaml",
        "catalogue-search.yaml",
        "fare-search.yaml",
        "house-rules.yaml",
        "monthly-report.yaml",
        "nightly-export.yaml",
        "port-fees.yaml",
        "subscriptions.yaml",
        "thumbnails.yaml",
        "web-access-log.yaml",
    ]


def test_an_installed_wheel_lists_the_rules_of_the_checkout(tmp_path: Path) -> None:
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, CHECKOUT)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    made = run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv")
    assert made.returncode == 0, made.stderr
    python = tmp_path / "venv" / "bin" / "python"
    installed = run(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", "--no-deps", wheel)
    assert installed.returncode == 0, installed.stderr
    # What the wheel needs is lent from here, behind everything of its own.
    (site,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (site / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    shown = program("rules", "--format", "json").stdout
    assert [rule["id"] for rule in json.loads(shown)["rules"]] == [rule.id for rule in bundle.bundled().rules]
    for name in ("sidecarlint", "kubectl-sidecarlint"):
        assert run(python.with_name(name), "rules", "--format", "json", cwd=tmp_path).stdout == shown


@pytest.mark.parametrize(("kind", "name"), [("manifest", ".pre-commit-hooks.yaml"), ("config", ".pre-commit-config.yaml")])
def test_pre_commit_reads_its_files(kind: str, name: str) -> None:
    validated = run(sys.executable, "-m", "pre_commit", f"validate-{kind}", name)
    assert validated.returncode == 0, validated.stdout + validated.stderr


def test_no_file_names_a_path_of_somebody_s_machine() -> None:
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines()
    assert "README.md" in listed
    found = []
    for name in listed:
        text = (CHECKOUT / name).read_text(encoding="utf-8", errors="replace") if (CHECKOUT / name).is_file() else ""
        found += [f"{name}: {path}" for path in FOREIGN_PATH.findall(text) + re.findall(rf"{re.escape(str(CHECKOUT))}\b", text)]
    assert found == []


def test_a_foreign_path_is_seen() -> None:
    assert FOREIGN_PATH.findall("see " + "/home" + "/jo/notes.md") == ["/home" + "/jo"]
    assert FOREIGN_PATH.findall("mountPath: ${HOME}/home/jo and registry.example/work/app") == []
