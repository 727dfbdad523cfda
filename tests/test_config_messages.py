"""What is said of a configuration file that is wrong: where, what, and what was meant."""

from pathlib import Path

import pytest

from sidecarlint import config
from sidecarlint.errors import ConfigError
from tests.conftest import Run

# fmt: off
WRONG = [
    ('targt = "1.30"\n', 'sidecarlint.toml:1: there is no setting "targt"; did you mean "target"?'),
    ('\nfail_on = "error"\n', 'sidecarlint.toml:2: there is no setting "fail_on"; did you mean "fail-on"?'),
    ("colour = true\n", 'sidecarlint.toml:1: there is no setting "colour"; the settings are apps, baseline, context, exclude, '),
    ('# ours\n[tool.sidecarlint]\ntarget = "1.30"\n',
     "sidecarlint.toml:2: leave out the line [tool.sidecarlint]; it belongs in pyproject.toml"),
    ('[sidecarlint]\ntarget = "1.30"\n', "sidecarlint.toml:1: leave out the line [sidecarlint]; all keys stand at the top of this file"),
    ('rules = ["lint/nope"]\n', "sidecarlint.toml:1: rules: there is no file or folder lint/nope"),
    ('helper-files = [\n  "lint",\n  "nope.yaml",\n]\n', "sidecarlint.toml:3: helper-files: there is no file or folder nope.yaml"),
    ('context = [\n  "lint",\n  "nope",\n]\n', "sidecarlint.toml:3: context: there is no file or folder nope"),
    ('helpers = ["*-proxy", "["]\n', "sidecarlint.toml:1: helpers: the pattern [ has a [ without its ]"),
    ('apps = ["web-[ab]", "a[]"]\n', "sidecarlint.toml:1: apps: the pattern a[] has a [ without its ]"),
    ('apps = [" "]\n', "sidecarlint.toml:1: apps: an empty pattern fits nothing"),
    ('\nignore = ["legacy-*"]\n', "sidecarlint.toml:2: ignore: legacy-* is a pattern, and patterns are not allowed here; name each rule"),
    ('severities = {legacy-exporter = "loud"}\n', 'sidecarlint.toml:1: "severities" must be a table of rules and levels, such as {'),
    ('force-exclude = "yes"\n', 'sidecarlint.toml:1: "force-exclude" must be true or false'),
    ('[[overrides]]\nignore = []\n', 'sidecarlint.toml:1: an override needs "paths", a list of patterns as in .gitignore, such as ['),
    ('[[overrides]]\npaths = []\n', 'sidecarlint.toml:2: an override needs "paths"'),
    ('[[overrides]]\npaths = ["a"]\n\n[[overrides]]\npaths = ["b"]\nexclude = []\n',
     'sidecarlint.toml:6: an override has no "exclude"; it has paths, '),
    ('[[overrides]]\npaths = ["a"]\nignroe = []\n', 'sidecarlint.toml:3: an override has no "ignroe"; did you mean "ignore"?'),
    ('[[overrides]]\npaths = ["a"]\ntarget = "1.2"\n', 'sidecarlint.toml:3: "target" must be a Kubernetes version in quotes'),
    ('[[overrides]]\npaths = ["a"]\nignore = ["legacy-*"]\n', "sidecarlint.toml:3: ignore: legacy-* is a pattern, and patterns are not "),
    ('[[kinds]]\nknd = "Shop"\n', 'sidecarlint.toml:2: a kind has no "knd"; did you mean "kind"?'),
    ('[[kinds]]\ncolour = "red"\n', 'sidecarlint.toml:2: a kind has no "colour"; it has kind, group, pods, finite, fix'),
]
# fmt: on


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lint").mkdir()
    (tmp_path / "sidecarlint.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        config.load()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("text", [
    'helpers = ["*-proxy", "web-[ab]", "[!a]*", "[]]", "a]"]\n', 'rules = ["lint"]\n', 'select = ["legacy-proxy"]\n', "helpers = []\n",
])  # fmt: skip
def test_right(tmp_path: Path, text: str) -> None:
    (tmp_path / "lint").mkdir()
    (tmp_path / "sidecarlint.toml").write_text(text)
    config.load(str(tmp_path))


def test_the_table_of_a_pyproject_is_where_it_belongs(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.sidecarlint]\ntarget = "1.30"\n')
    assert config.load(str(tmp_path)).target == (1, 30, 0)


def test_a_rule_that_does_not_exist_is_named_with_its_place(tmp_path: Path, run: Run) -> None:
    listed = "(sidecarlint rules lists them all)"
    (tmp_path / "sidecarlint.toml").write_text('target = "1.30"\nselect = [\n  "legacy-proxy",\n  "legacy-tunel",\n]\n')
    said = f'there is no rule "legacy-tunel"; did you mean legacy-tunnel? {listed}\n'
    assert run("check").err == f"sidecarlint: sidecarlint.toml:4: select: {said}"
    assert run("check", "--select", "legacy-tunel").err.endswith(said)
    said = f'there is no rule "legacy-*"; patterns are not allowed here {listed}\n'
    assert run("check", "--select", "legacy-*").err == f"sidecarlint: {said}"
