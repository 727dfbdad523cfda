"""One file per oddity of formatting, through the command line, byte for byte. Every rewrite is proven without our own reader.

`fixtures/formatting/` holds the files, `fixtures/native/formatting/` what becomes of them. A name that ends in `-refused` is a file that
must stay as it is. In all of them the containers called `reader…` are the helpers.
"""

import difflib
import json
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple

import pytest
import yaml

from tests.comments_of import hashes

ROOT = Path(__file__).parent.parent
BEFORE, NATIVE = ROOT / "fixtures" / "formatting", ROOT / "fixtures" / "native" / "formatting"

# How many lines a reviewer sees removed and added. Two is the least: a key and a restartPolicy.
LINES = {
    # how lists, keys and blanks are written
    "lists-indented.yaml": 2,
    "lists-flush.yaml": 2,
    "lists-flush-to-indented.yaml": 63,
    "lists-indented-to-flush.yaml": 40,
    "indent-one.yaml": 2,
    "indent-three.yaml": 4,
    "indent-four.yaml": 25,
    "dash-alone.yaml": 2,
    "dash-wide-gap.yaml": 4,
    "first-key-not-name.yaml": 2,
    "keys-alphabetical.yaml": 2,
    "keys-quoted.yaml": 2,
    "blank-lines.yaml": 6,
    "blank-lines-init.yaml": 15,
    "blanks-trailing.yaml": 4,
    "tabs-behind-values.yaml": 2,
    "lines-long.yaml": 2,
    "non-ascii.yaml": 2,
    # comments
    "comments.yaml": 6,
    "comment-lower-column.yaml": 2,
    "comment-below-last-key.yaml": 19,
    "commented-out-container.yaml": 2,
    "marks-of-tools.yaml": 2,
    # line ends and encodings
    "line-ends-crlf.yaml": 2,
    "line-ends-cr.yaml": 2,
    "line-ends-mixed.yaml": 2,
    "bom.yaml": 2,
    "utf-16-le.yaml": 2,
    "utf-16-be.yaml": 2,
    "no-final-newline.yaml": 2,
    "no-final-newline-head.yaml": 11,
    "no-final-newline-block-scalar.yaml": 2,
    # documents
    "yaml-directive.yaml": 2,
    "document-end.yaml": 2,
    "document-start-comment.yaml": 2,
    "documents-empty.yaml": 2,
    "documents-same-name.yaml": 6,
    "licence-header.yaml": 2,
    "list-object.yaml": 6,
    "cron-job.yaml": 2,
    # where the item lands
    "init-before.yaml": 13,
    "init-adjacent-before.yaml": 13,
    "init-adjacent-after.yaml": 9,
    "init-after.yaml": 13,
    "init-flow-empty.yaml": 15,
    "init-null.yaml": 9,
    "init-tilde.yaml": 15,
    "init-bare.yaml": 3,
    # which items go
    "helpers-head.yaml": 4,
    "helpers-middle.yaml": 14,
    "helpers-tail.yaml": 3,
    "helpers-all-but-one.yaml": 15,
    "helpers-scattered.yaml": 27,
    "restart-policy-there.yaml": 1,
    "follows-descriptor.yaml": 4,
    # flow style and JSON
    "flow-one-line.yaml": 3,
    "flow-several-lines.yaml": 5,
    "flow-items.yaml": 3,
    "flow-init-bare.yaml": 7,
    "json-pretty.json": 5,
    "json-compact.json": 2,
    "json-tabs.json": 5,
    "json-three-blanks.json": 5,
    "json-init.json": 25,
    "json-init-empty.json": 26,
    "json-init-null.json": 26,
    "json-list.json": 10,
    # anchors
    "anchor-in-item.yaml": 14,
    "alias-in-item.yaml": 6,
    "anchor-in-first-item.yaml": 4,
    "anchor-on-list.yaml": 2,
    "merge-keys.yaml": 2,
    # scalars
    "scalars-kept.yaml": 4,
    "scalars-quoted-lines.yaml": 47,
    "scalars-untouched.yaml": 2,
    "scalars-urls-in-flow.yaml": 2,
    "paths-of-windows.yaml": 2,
    "annotation-last-applied.yaml": 2,
}

REFUSED = {
    "alias-item-refused.yaml": "what stands here is written elsewhere and used through the alias *reader (line 22)",
    "alias-order-refused.yaml": "after the move the alias *small names no anchor above it (line 21)",
    "anchor-shared-refused.yaml": "other places use this text through the anchor &shared (line 9)",
    "keys-twice-refused.yaml": "the key containers is given twice (line 11)",
    "no-final-newline-block-scalar-refused.yaml": "the text ends inside a block scalar, without a line end (line 13)",
    "template-actions-refused.yaml": "the file holds template actions, which sidecarlint does not rewrite yet",
}


class Fixed(NamedTuple):
    """The bytes of every file after one `fix --unsafe` and after another, and what the second one printed."""

    once: dict[str, bytes]
    twice: dict[str, bytes]
    report: str


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory) -> Fixed:
    work = tmp_path_factory.mktemp("manifests") / "formatting"
    copytree(BEFORE, work)
    program("fix", "--unsafe", str(work))
    once = contents(work)
    report = program("fix", "--unsafe", str(work))
    return Fixed(once, contents(work), report)


def program(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "sidecarlint", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def decoded(name: str, data: bytes) -> str:
    return data.decode("utf-16" if name.startswith("utf-16") else "utf-8-sig")


def lines(text: str) -> list[str]:
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r|\Z)", text)[:-1]


def objects(name: str, data: bytes) -> list[Any]:
    """What PyYAML's pure loader, or for JSON the standard library, makes of a file; every scalar is a text. The pure loader knows no
    tabs behind values, which kubectl reads."""
    loader = yaml.CBaseLoader if name.startswith("tabs") else yaml.BaseLoader
    return [json.loads(data)] if name.endswith(".json") else list(yaml.load_all(data, loader))


def intended(value: Any) -> Any:
    """The object with every reader made a sidecar behind the init containers that are there."""
    if isinstance(value, list):
        return [intended(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "containers" not in value:
        return {key: intended(each) for key, each in value.items()}
    readers = [each for each in value["containers"] if each["name"].startswith("reader")]
    there = value["initContainers"] if isinstance(value.get("initContainers"), list) else []
    apps = [each for each in value["containers"] if each not in readers]
    return {**value, "initContainers": [*there, *map(sidecar, readers)], "containers": apps}


def sidecar(container: dict[str, Any]) -> dict[str, Any]:
    changed = {"command": [word.replace("-n+1 -f", "-n+1 -F") for word in container["command"]]} if "command" in container else {}
    return {**container, **changed, "restartPolicy": "Always"}


def test_every_fixture_is_in_one_table() -> None:
    assert set(contents(BEFORE)) == set(LINES) | set(REFUSED)
    assert set(contents(NATIVE)) == set(LINES)
    assert {name for name in contents(BEFORE) if "-refused" in name} == set(REFUSED)


@pytest.mark.parametrize("name", LINES)
def test_a_fix_gives_the_expected_bytes(name: str, fixed: Fixed) -> None:
    assert fixed.once[name] == (NATIVE / name).read_bytes()


@pytest.mark.parametrize("name", LINES)
def test_a_fix_makes_exactly_the_intended_object(name: str, fixed: Fixed) -> None:
    before, after = objects(name, (BEFORE / name).read_bytes()), objects(name, fixed.once[name])
    assert before != after == intended(before)


@pytest.mark.parametrize("name", LINES)
def test_a_fix_keeps_every_comment(name: str, fixed: Fixed) -> None:
    before = hashes(decoded(name, (BEFORE / name).read_bytes()))
    assert hashes(decoded(name, fixed.once[name])) == before


@pytest.mark.parametrize(("name", "count"), LINES.items())
def test_a_fix_changes_no_more_lines_than_it_must(name: str, count: int, fixed: Fixed) -> None:
    before, after = decoded(name, (BEFORE / name).read_bytes()), decoded(name, fixed.once[name])
    seen = difflib.unified_diff(lines(before), lines(after), n=0)
    assert len([line for line in seen if line[0] in "+-"]) - 2 == count


@pytest.mark.parametrize("name", LINES)
def test_a_fix_keeps_line_ends_byte_order_mark_and_end(name: str, fixed: Fixed) -> None:
    before, after = (BEFORE / name).read_bytes(), fixed.once[name]
    old, new = decoded(name, before), decoded(name, after)
    assert set(re.findall(r"\r\n|\n|\r", new)) == set(re.findall(r"\r\n|\n|\r", old))
    assert new.endswith(("\n", "\r")) == old.endswith(("\n", "\r"))
    assert after[:3] == before[:3]


@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_what_cannot_be_edited_safely_stays_and_the_reason_is_told(name: str, reason: str, fixed: Fixed) -> None:
    assert fixed.once[name] == (BEFORE / name).read_bytes()
    report = json.loads(program("check", "--format", "json", str(BEFORE / name)))
    fixes = [finding["fix"] for finding in report["findings"] if finding["rule"] == "legacy-log-reader"]
    assert reason in [hazard for fix in fixes for hazard in fix["hazards"]]
    assert {fix["applicability"] for fix in fixes} == {"manual"}


def test_a_second_fix_changes_nothing(fixed: Fixed) -> None:
    assert fixed.twice == fixed.once
    assert "bug of sidecarlint" not in fixed.report
