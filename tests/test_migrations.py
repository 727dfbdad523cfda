"""Pairs of manifests before and after a migration, one for each situation: what `fix` makes of them, byte for byte.

A pair in `fixtures/migration` is `<name>.before.yaml` and `<name>.after.yaml` (or `.json`), and `<name>.toml`, which says

    about     what it shows, in one sentence
    args      what is given to `sidecarlint fix`
    versions  the Kubernetes versions on which both must be valid, as the API server itself judges
    refused   (false) the API server refuses what is there before; it must take what is there after, unless nothing is changed
    loses     ([]) comments that are gone afterwards, because what they are about is
    says      ([]) what `fix` says about it, such as why it leaves something as it is

`<name>.context.yaml` may stand beside it. It lies at `context/<name>.yaml` when `fix` runs, for args with `--context context`.
"""

import difflib
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sidecarlint.values import NamedTuple
from tests.comments_of import hashes
from tests.conftest import CHECKOUT, Run
from tests.kubernetes import ASKED, VERSIONS, Answer, validate_all

FOLDER = CHECKOUT / "fixtures" / "migration"
KEYS = {"about", "args", "versions", "refused", "loses", "says"}


class Pair(NamedTuple):
    """One pair, with what its .toml says. `name` is that of the file when `fix` runs."""

    name: str
    before: bytes
    after: bytes
    about: str
    args: tuple[str, ...]
    versions: tuple[str, ...]
    refused: bool
    loses: tuple[str, ...]
    says: tuple[str, ...]
    context: bytes | None


def read(path: Path) -> Pair:
    """The pair whose .toml is at a path."""
    said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    assert KEYS - {"refused", "loses", "says"} <= said.keys() <= KEYS, f"{path.name} has other keys than a pair has"
    (before,) = path.parent.glob(f"{path.stem}.before.*")
    beside = path.with_suffix(".context.yaml")
    return Pair(
        f"{path.stem}{before.suffix}",
        before.read_bytes(),
        path.with_suffix(f".after{before.suffix}").read_bytes(),
        said["about"],
        tuple(said["args"]),
        tuple(said["versions"]),
        said.get("refused", False),
        tuple(said.get("loses", ())),
        tuple(said.get("says", ())),
        beside.read_bytes() if beside.exists() else None,
    )


PAIRS = {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}


def test_every_file_belongs_to_a_pair() -> None:
    assert {path.name.split(".")[0] for path in FOLDER.iterdir()} == set(PAIRS)
    assert len(PAIRS) >= 60
    assert all(pair.versions and set(pair.versions) <= set(VERSIONS) for pair in PAIRS.values())


@pytest.mark.parametrize("name", PAIRS)
def test_fix_makes_the_one_of_the_other(name: str, tmp_path: Path, run: Run) -> None:
    pair = PAIRS[name]
    file = lay_out(pair, tmp_path)
    first = run("fix", *pair.args, pair.name)
    assert file.read_bytes().decode() == pair.after.decode()
    assert (first.code, first.err) in ((0, ""), (1, ""))
    assert [words for words in pair.says if words not in " ".join(first.out.split())] == []
    again = run("fix", *pair.args, pair.name)
    assert file.read_bytes() == pair.after, "a second run changes something"
    assert again.err == ""


def test_what_stays_as_it_is_says_why() -> None:
    assert [name for name, pair in PAIRS.items() if pair.before == pair.after and not pair.says] == []


def lay_out(pair: Pair, folder: Path) -> Path:
    """Puts a pair's files where `fix` runs. Returns the file that is rewritten."""
    if pair.context is not None:
        (folder / "context").mkdir()
        (folder / "context" / f"{Path(pair.name).stem}.yaml").write_bytes(pair.context)
    (folder / pair.name).write_bytes(pair.before)
    return folder / pair.name


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_not_changed_is_untouched(name: str) -> None:
    pair = PAIRS[name]
    before, after = lines(pair.before), lines(pair.after)
    assert set_differently(before, after) == []
    assert hashes(pair.before.decode()) - hashes(pair.after.decode()) == Counter(pair.loses)
    kept = untouched(before, after)
    print(f"\n{kept} of {len(pair.before)} bytes are untouched, {len(pair.after) - kept} are new or moved")
    assert 2 * kept > len(pair.before)


def lines(data: bytes) -> list[str]:
    return data.decode("utf-8").splitlines(keepends=True)


def untouched(before: list[str], after: list[str]) -> int:
    """How many bytes stay where they are: those of whole lines, and inside lines that changed those around the change."""
    count = 0
    for tag, low, high, new_low, new_high in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = "".join(before[low:high]), "".join(after[new_low:new_high])
        if tag == "equal":
            count += len(old.encode())
        elif tag == "replace":
            blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
            count += sum(len(old[each.a : each.a + each.size].encode()) for each in blocks)
    return count


def set_differently(before: list[str], after: list[str]) -> list[str]:
    """Lines that are gone and came again with other blanks, quotes or ends, although nothing of their meaning changed.

    A line may change its indentation: it follows the list that it joins.
    """
    gone, new = (list((Counter(a) - Counter(b)).elements()) for a, b in ((before, after), (after, before)))
    return [old for old in gone for line in new if old.lstrip() != line.lstrip() and old.strip() and squeezed(old) == squeezed(line)]


def squeezed(line: str) -> str:
    return re.sub(r"[\s\"']", "", line)


@pytest.mark.parametrize(
    ("new", "what"),
    [
        ("- name: a # why\n  image: 'b:1'\n", "quotes"),
        ("-   name: a # why\n  image: b:1\n", "blanks after the dash"),
        ("- name: a  # why\n  image: b:1\n", "blanks before the comment"),
        ("- name: a # why\r\n  image: b:1\r\n", "line ends"),
        ("- name: a # why\n  image: b:1", "the final newline"),
    ],
)
def test_a_line_that_is_set_differently_is_seen(new: str, what: str) -> None:
    old = ["- name: a # why\n", "  image: b:1\n"]
    assert set_differently(old, new.splitlines(keepends=True)), what
    assert set_differently(old, ["    - name: a # why\n", "      image: b:1\n", "      restartPolicy: Always\n"]) == []


def test_untouched_bytes_are_counted() -> None:
    assert untouched(["a: 1\n", "b: 2\n"], ["a: 1\n", "b: 2\n"]) == 10
    assert untouched(["a: 1\n", "b: 2\n"], ["a: 1\n", "b: 3\n"]) == 9
    assert untouched(["a: 1\n", "b: 2\n", "c: ü\n"], ["b: 2\n", "c: ü\n", "a: 1\n"]) == 11


JUDGED = [(name, version) for name, pair in PAIRS.items() for version in pair.versions if version in ASKED]


@pytest.mark.parametrize(("name", "version"), JUDGED)
def test_the_api_server_takes_both(name: str, version: str) -> None:
    pair = PAIRS[name]
    before, after = validate_all([pair.before.decode("utf-8-sig"), pair.after.decode("utf-8-sig")], version)
    assert bool(refused(before)) is pair.refused, refused(before)
    if pair.refused and pair.before == pair.after:
        return
    assert refused(after) == []
    assert [each[:4] for each in before] == [each[:4] for each in after]
    assert any(each.outcome == "valid" for each in after)


def refused(answers: list[Answer]) -> list[Answer]:
    return [each for each in answers if each.outcome in ("invalid", "undecodable")]
