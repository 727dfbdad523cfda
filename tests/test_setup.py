"""Beginning with sidecarlint: `init`, `--show-config`, and the schema of the configuration."""

import json
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from scripts.config_schema import current
from sidecarlint import config
from sidecarlint.config.files import OPTIONS
from sidecarlint.errors import ConfigError
from tests.conftest import CHECKOUT, Run

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def schema() -> Draft202012Validator:
    text = (resources.files("sidecarlint.config") / "sidecarlint.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def test_the_schema_is_current() -> None:
    path = CHECKOUT / "sidecarlint" / "config" / "sidecarlint.schema.json"
    assert path.read_text() == current(), "run: python -m scripts.config_schema"
    Draft202012Validator.check_schema(json.loads(current()))


def test_the_schema_takes_what_the_readme_shows_and_so_does_the_program(tmp_path: Path) -> None:
    (shown,) = (each for each in re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL) if "target =" in each)
    assert [error.message for error in schema().iter_errors(tomllib.loads(shown))] == []
    assert set(tomllib.loads(shown)) == set(OPTIONS)


WRONG = ['targt = "1.31"', "target = 1.31", 'select = "a"', 'fail-on = "never"', '[[kinds]]\nkind = "A"', '[[overrides]]\nignore = ["a"]',
         '[[overrides]]\npaths = ["a"]\nexclude = ["b"]', 'severities = {a = "loud"}', "force-exclude = 1"]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_the_schema_refuses_what_the_program_refuses(text: str, tmp_path: Path) -> None:
    assert list(schema().iter_errors(tomllib.loads(text)))
    (tmp_path / "sidecarlint.toml").write_text(text)
    with pytest.raises(ConfigError):
        config.load(str(tmp_path))


def test_init_writes_a_configuration_that_is_one(tmp_path: Path, run: Run) -> None:
    done = run("init", "--target", "1.31")
    assert (done.code, done.out) == (0, "Made sidecarlint.toml.\n")
    text = (tmp_path / "sidecarlint.toml").read_text()
    assert tomllib.loads(text) == {"target": "1.31"}
    whole = tomllib.loads(re.sub(r"^# (?=[\w-]+ = )", "", text, flags=re.MULTILINE))
    assert set(whole) == set(OPTIONS)
    assert list(schema().iter_errors(whole)) == []
    assert run("check").code == 0


def test_init_changes_nothing_that_is_there(tmp_path: Path, run: Run) -> None:
    (tmp_path / ".pre-commit-config.yaml").write_text("repos: []\n")
    done = run("init", "--pre-commit", "--github")
    assert done.out.startswith(
        "Made sidecarlint.toml.\nMade .github/workflows/sidecarlint.yml.\n.pre-commit-config.yaml is there already. Add to it:\n\nrepos:\n"
    )
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "repos: []\n"
    workflow = yaml.safe_load((tmp_path / ".github/workflows/sidecarlint.yml").read_text())
    inputs = yaml.safe_load((CHECKOUT / "action.yml").read_text())["inputs"]
    assert set(workflow["jobs"]["sidecarlint"]["steps"][1]["with"]) <= set(inputs)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    done = run("init")
    assert (done.code, done.err) == (2, "sidecarlint: sidecarlint.toml is there already; change that, or remove it first\n")
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_init_knows_the_hooks_that_there_are(tmp_path: Path, run: Run) -> None:
    run("init", "--pre-commit")
    (repo,) = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())["repos"]
    there = {each["id"] for each in yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())}
    assert {each["id"] for each in repo["hooks"]} <= there


def test_show_config_tells_where_each_setting_comes_from(tmp_path: Path, run: Run) -> None:
    (tmp_path / "sidecarlint.toml").write_text(
        'target = "1.31"\nexclude = ["vendor/"]\n\n[severities]\nlegacy-proxy = "error"\n\n[[overrides]]\npaths = ["old/"]\n'
    )
    done = run("check", "--show-config", "--nodes", "1.30", "--exclude", "more/", "no-such-file.yaml")
    told = {line.split()[0]: line.split()[1:] for line in done.out.splitlines()[2:]}
    assert (done.code, done.out.splitlines()[0]) == (0, "Configuration: sidecarlint.toml")
    assert set(told) == set(OPTIONS)
    assert told["target"] == ["1.31", "sidecarlint.toml:1"]
    assert told["nodes"] == ["1.30", "the", "command", "line"]
    assert told["exclude"] == ["vendor/,", "more/", "sidecarlint.toml:2", "and", "the", "command", "line"]
    assert told["severities"] == ["legacy-proxy=error", "sidecarlint.toml:4"]
    assert told["overrides"] == ["old/", "sidecarlint.toml:7"]
    assert told["fail-on"] == ["warning", "default"]


def test_show_config_without_a_configuration(run: Run) -> None:
    done = run("fix", "--show-config")
    assert done.out.startswith("Configuration: none\n\ntarget")
    assert "default" in done.out
