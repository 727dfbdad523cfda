"""How bundled rules and helpers ship: prepared ahead, never stale, the same in a wheel and in a checkout."""

import marshal
import shutil
import subprocess
import sys
import zipfile
from binascii import crc32
from pathlib import Path

import pytest

from sidecarlint import bundle, rulebook
from sidecarlint.errors import RuleError
from sidecarlint.rulebook import load_rules

CHECKOUT = Path(__file__).parent.parent
WORDS = {"container": frozenset({"name", "part"})}
HEAVY = ("json", "jinja2", "jsonschema", "ruamel", "_ruamel_yaml", "hashlib", "pathlib", "difflib", "tempfile", "subprocess")

RULE = """\
---
summary: A helper
category: legacy-sidecar
severity: info
since: 0.1
subject: container
when: container.part == 'helper'
message: "{{ container.name }} is a helper"
---
A page.

## Fails

```yaml
kind: Pod
```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules" / "helpers").mkdir(parents=True)
    for name in ("b", "a"):
        (tmp_path / "rules" / f"{name}.md").write_text(RULE)
    for source in sorted((CHECKOUT / "rules" / "helpers").glob("*.yaml"))[:2]:
        shutil.copy(source, tmp_path / "rules" / "helpers")
    return tmp_path / "rules"


def load(folder: Path) -> bundle.Bundle:
    return bundle.load(str(folder), WORDS, str(prepared(folder)))


def prepared(folder: Path) -> Path:
    return folder.parent / "prepared.bin"


def test_load_gives_all_in_order(folder: Path) -> None:
    first = load(folder)
    assert [rule.id for rule in first.rules] == ["a", "b"]
    assert [helper.id for helper in first.helpers] == sorted(path.stem for path in (folder / "helpers").iterdir())
    assert len(first.helpers) == 2
    assert load(folder) == first
    assert [path.name for path in folder.parent.iterdir() if path.is_file()] == ["prepared.bin"]


def test_prepared_form_is_what_is_loaded(folder: Path) -> None:
    load(folder)
    made = prepared(folder).read_bytes()
    data = marshal.loads(made[24:])
    data["rules"][0] = rulebook.to_plain(rulebook.from_plain(data["rules"][0])._replace(summary="Changed in the prepared form only"))
    body = marshal.dumps(data)
    prepared(folder).write_bytes(made[:20] + crc32(body).to_bytes(4) + body)
    assert load(folder).rules[0].summary == "Changed in the prepared form only"


@pytest.mark.parametrize("name", ["a.md", "helpers"])
def test_a_change_is_seen(folder: Path, name: str) -> None:
    load(folder)
    before = prepared(folder).read_bytes()
    changed = folder / name if name != "helpers" else sorted((folder / name).iterdir())[0]
    stat = changed.stat()
    changed.write_text(changed.read_text() + "\n")
    assert stat.st_size != changed.stat().st_size
    load(folder)
    assert prepared(folder).read_bytes()[:20] != before[:20]


def test_a_change_of_the_same_length_is_seen(folder: Path) -> None:
    load(folder)
    (folder / "a.md").write_text(RULE.replace("A helper", "A server"))
    assert [rule.summary for rule in load(folder).rules] == ["A server", "A helper"]


def test_new_removed_and_renamed_files_are_seen(folder: Path) -> None:
    assert [rule.id for rule in load(folder).rules] == ["a", "b"]
    (folder / "c.md").write_text(RULE)
    assert [rule.id for rule in load(folder).rules] == ["a", "b", "c"]
    (folder / "a.md").unlink()
    assert [rule.id for rule in load(folder).rules] == ["b", "c"]
    (folder / "b.md").rename(folder / "d.md")
    assert [rule.id for rule in load(folder).rules] == ["c", "d"]


def test_changed_words_are_seen(folder: Path) -> None:
    load(folder)
    with pytest.raises(RuleError, match=r"unknown word `container\.part`"):
        bundle.load(str(folder), {"container": frozenset({"name"})}, str(prepared(folder)))


@pytest.mark.parametrize("text", ["", "{}", "[1, 2]\n", "\x00", "\xff", "half"])
def test_a_broken_prepared_form_is_made_anew(folder: Path, text: str) -> None:
    first = load(folder)
    good = prepared(folder).read_bytes()
    prepared(folder).write_bytes(good[: len(good) // 2] if text == "half" else text.encode("latin-1"))
    assert load(folder) == first
    assert prepared(folder).read_bytes() == good


def test_where_nothing_can_be_written_it_works_all_the_same(folder: Path) -> None:
    first = load(folder)
    prepared(folder).unlink()
    prepared(folder).mkdir()
    (prepared(folder) / "in the way").touch()
    assert load(folder) == first
    assert bundle.load(str(folder), WORDS, str(folder / "missing" / "prepared.bin")) == first
    assert sorted(path.name for path in folder.parent.iterdir()) == ["prepared.bin", "rules"]


def test_a_broken_rule_stops_with_its_line(folder: Path) -> None:
    (folder / "b.md").write_text(RULE.replace("info", "loud"))
    with pytest.raises(RuleError, match=r"b\.md:4: `severity` must be error, warning, info or by benefit, not `loud`"):
        load(folder)
    assert not prepared(folder).exists()


def test_files_present_are_rules_and_helpers_loaded() -> None:
    present = {path.stem for path in (CHECKOUT / "rules").glob("*.md")} - {"README"}
    assert bundle.rules_folder() == CHECKOUT / "rules"
    assert {rule.id for rule in bundle.bundled().rules} == present
    assert {helper.id for helper in bundle.bundled().helpers} == {path.stem for path in (CHECKOUT / "rules" / "helpers").glob("*.yaml")}


def test_whole_adds_page_and_examples(folder: Path) -> None:
    read = load_rules([str(folder / "a.md")], WORDS)[0]
    assert bundle.whole(read) is read
    for rule in bundle.bundled().rules:
        full = bundle.whole(rule)
        assert full.examples
        assert full._replace(page="", examples=()) == rule


def test_a_prepared_start_imports_nothing_heavy() -> None:
    bundle.bundled()
    code = "import sys; from sidecarlint.bundle import bundled; import sidecarlint.lifecycle; before = set(sys.modules); bundled()"
    shown = run(CHECKOUT, f"{code}; print(*sorted({{name.split('.')[0] for name in set(sys.modules) - before}}))")
    assert not set(HEAVY) & set(shown.split())


def test_the_wheel_carries_the_rules_and_their_prepared_form(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(CHECKOUT)]
    built = subprocess.run(build, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    assert [path.name for path in tmp_path.iterdir()] == [wheel.name]
    with zipfile.ZipFile(wheel) as archive:
        rules = {name.removeprefix("sidecarlint/") for name in archive.namelist() if name.startswith("sidecarlint/rules/")}
        assert rules == {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "rules").rglob("*") if path.is_file()}
        assert len(archive.namelist()) == len(set(archive.namelist()))
        archive.extractall(tmp_path / "site")
    made = tmp_path / "site" / "sidecarlint" / "prepared.bin"
    before = made.read_bytes()
    made.chmod(0o444)
    code = "import sys; from sidecarlint import bundle; print(bundle.rules_folder(), 'jinja2' in sys.modules, repr(bundle.bundled()))"
    assert run(tmp_path / "site", code) == f"{tmp_path}/site/sidecarlint/rules False {bundle.bundled()!r}\n"
    assert made.read_bytes() == before


def run(folder: Path, code: str) -> str:
    """What the code prints with the package of `folder` and no other."""
    start = f"import sys; sys.path.insert(0, {str(folder)!r}); {code}"
    return subprocess.run([sys.executable, "-c", start], check=True, capture_output=True, text=True, cwd="/").stdout
