"""Several files replaced together: whoever dies when, all of them are new in the end, or all are old."""

import errno
import fcntl
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sidecarlint.errors import WriteError
from sidecarlint.sources import Found, Source, read
from sidecarlint.sources.journal import recover, write_all
from tests.conftest import environment

NAMES = ("base/a.yaml", "over/b.yaml", "over/c.yaml")
OLD = {name: f"old: {name}\n" for name in NAMES}
NEW = {name: f"new: {name}\n" for name in NAMES}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three files, with a state folder beside the tree that they are in."""
    folder = tmp_path / "tree"
    for name, text in OLD.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(folder)
    return folder


def source(path: str) -> Source:
    found = read(Found(path, True))
    assert isinstance(found, Source)
    return found


def wanted() -> list[tuple[Source, str]]:
    return [(source(name), NEW[name]) for name in NAMES]


def now() -> dict[str, str]:
    return {str(path): path.read_text() for path in sorted(Path().rglob("*")) if path.is_file()}


def notes() -> list[Path]:
    return sorted(Path(os.environ["XDG_STATE_HOME"]).rglob("*.json"))


WRITING = "from tests.test_journal import *\n{}\nwrite_all(wanted())"
DYING = """
count, replace = 0, os.replace
def dying(new, old):
    global count
    count += 1
    if count == {at}:
        {deed}
    replace(new, old)
os.replace = dying
"""
KILLED = "os.kill(os.getpid(), 9)"


def child(ahead: str = "", **variables: str) -> "subprocess.Popen[str]":
    env = environment() | {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]} | variables
    return subprocess.Popen(
        [sys.executable, "-c", WRITING.format(ahead)], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def die(at: int) -> None:
    """A run that is killed when it is about to put the file with this number in place, counted from 1."""
    done = child(DYING.format(at=at, deed=KILLED))
    done.communicate()
    assert done.returncode == -signal.SIGKILL


def test_all_are_written_and_nothing_else_is_left(tree: Path) -> None:
    os.chmod("over/b.yaml", 0o640)
    write_all(wanted())
    assert now() == NEW
    assert stat.S_IMODE(os.stat("over/b.yaml").st_mode) == 0o640
    assert notes() == []
    assert recover() == ()


def test_encodings_line_ends_and_links_stay(tree: Path) -> None:
    Path("over/b.yaml").write_bytes("a: ü\r\n".encode("utf-16"))
    Path("over/c.yaml").unlink()
    Path("over/c.yaml").symlink_to("../base/a.yaml")
    write_all([(source("over/b.yaml"), "b: ü\r\n"), (source("over/c.yaml"), "x: 1\n")])
    assert Path("over/b.yaml").read_bytes() == "b: ü\r\n".encode("utf-16")
    assert Path("over/c.yaml").is_symlink()
    assert Path("base/a.yaml").read_text() == "x: 1\n"


def test_one_file_needs_no_note(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = wanted()
    write_all([first, (second[0], second[0].text), (third[0], third[0].text)])
    assert now() == {**OLD, NAMES[0]: NEW[NAMES[0]]}
    write_all([])
    assert not Path(os.environ["XDG_STATE_HOME"]).exists()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_run_that_is_killed_is_made_whole_by_the_next(tree: Path, at: int) -> None:
    die(at)
    assert [notes()[0].stat().st_mode & 0o777, len(notes())] == [0o600, 1]
    said = recover()
    rest = [f"{name}" for name in NAMES[at - 1 :]]
    shown = " and ".join(filter(None, (", ".join(rest[:-1]), rest[-1])))
    expected = f"a fix that was interrupted is complete now: {shown} {'was' if len(rest) == 1 else 'were'} still missing"
    assert said == (() if at == 1 else (expected,))
    assert now() == (OLD if at == 1 else NEW)
    assert (notes(), recover()) == ([], ())


def test_a_run_that_is_killed_when_all_is_done_leaves_nothing_to_do(tree: Path) -> None:
    done = child("Note = sys.modules['sidecarlint.sources.state'].Note\nNote.remove = lambda note: os.kill(os.getpid(), 9)")
    done.communicate()
    assert done.returncode == -signal.SIGKILL
    assert now() == NEW
    Path("over/b.yaml").write_text("mine: 1\n")
    assert recover() == ()
    assert now() == {**NEW, "over/b.yaml": "mine: 1\n"}
    assert notes() == []


def test_whenever_a_run_is_killed_from_outside(tree: Path) -> None:
    """The files are large, and the kill comes at any time from the start of the first to the end of the last."""
    large = {name: text * 50_000 for name, text in OLD.items()}
    ahead = "for name in NAMES: NEW[name] = NEW[name] * 50_000\nprint('ready', flush=True)"
    outcomes = set[bool]()
    for step in range(8):
        for name, text in large.items():
            Path(name).write_text(text)
        done = child(ahead)
        assert done.stdout is not None
        done.stdout.readline()
        time.sleep(step * 0.01)
        done.kill()
        done.communicate()
        recover()
        texts = {name: Path(name).read_text() for name in NAMES}
        assert texts in (large, {name: text * 50_000 for name, text in NEW.items()})
        outcomes.add(texts == large)
        assert notes() == []
    assert True in outcomes


def changed(name: str, text: str = "mine: 1\n") -> Callable[[], object]:
    return lambda: Path(name).write_text(text)


def without_staged() -> None:
    for each in Path("over").glob(".sidecarlint-*"):
        each.unlink()


# What somebody else does between a run that dies before its third file and the next one; what is there then, and what is said.
MEANWHILE = [
    ("one that was new", changed(NAMES[0]), {**OLD, NAMES[0]: "mine: 1\n"},
     "a fix that was interrupted is undone: over/b.yaml is as before; "
     "base/a.yaml was changed by somebody else since a fix was interrupted, so look at it"),
    ("one that was still old", changed(NAMES[2]), {**OLD, NAMES[2]: "mine: 1\n"},
     "a fix that was interrupted is undone: base/a.yaml and over/b.yaml are as before; "
     "over/c.yaml was changed by somebody else since a fix was interrupted, so look at it"),
    ("both that were new", lambda: [changed(name)() for name in NAMES[:2]], {**OLD, NAMES[0]: "mine: 1\n", NAMES[1]: "mine: 1\n"},
     "base/a.yaml and over/b.yaml were changed by somebody else since a fix was interrupted, so look at them"),
    ("one is gone", lambda: os.remove(NAMES[1]), {NAMES[0]: OLD[NAMES[0]], NAMES[2]: OLD[NAMES[2]]},
     "a fix that was interrupted is undone: base/a.yaml is as before; "
     "over/b.yaml was changed by somebody else since a fix was interrupted, so look at it"),
    ("what lay ready is gone", without_staged, OLD,
     "a fix that was interrupted is undone: base/a.yaml and over/b.yaml are as before"),
    ("all put back by hand", lambda: [changed(name, OLD[name])() for name in NAMES], OLD, ""),
    ("all finished by hand", lambda: [changed(name, NEW[name])() for name in NAMES], NEW, ""),
]  # fmt: skip


@pytest.mark.parametrize(("deed", "after", "said"), [row[1:] for row in MEANWHILE], ids=[row[0] for row in MEANWHILE])
def test_what_somebody_else_has_changed_is_never_touched(tree: Path, deed: Callable[[], object], after: dict[str, str], said: str) -> None:
    die(3)
    deed()
    assert recover() == ((said,) if said else ())
    assert now() == after
    assert (notes(), recover()) == ([], ())


def test_a_file_that_became_a_link_is_somebody_elses(tree: Path) -> None:
    die(2)
    Path("mine").write_text(NEW[NAMES[0]])
    os.remove(NAMES[0])
    Path(NAMES[0]).symlink_to(tree / "mine")
    recover()
    assert (tree / "mine").read_text() == NEW[NAMES[0]]
    assert now()[NAMES[1]] == OLD[NAMES[1]]


def test_a_file_that_cannot_be_put_back_waits_for_the_next_run(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    die(2)
    Path("over/c.yaml").write_text("mine: 1\n")

    def full(new: str, old: str) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        assert recover() == (
            "a fix that was interrupted could not be undone in base/a.yaml (the disk is full; free some space and run again): "
            "make that possible and run again",
        )
    assert len(notes()) == 1
    assert recover() != ()
    assert now() == {**OLD, "over/c.yaml": "mine: 1\n"}


def test_a_run_that_is_still_alive_is_left_alone(tree: Path) -> None:
    """It waits inside its group until it is told to go on."""
    alive = child(DYING.format(at=2, deed="print('waiting', flush=True); sys.stdin.readline()"))
    assert alive.stdout is not None
    assert alive.stdout.readline() == "waiting\n"
    half = now()
    assert recover() == ()
    assert now() == half
    assert len(notes()) == 1
    alive.communicate("\n")
    assert {name: text for name, text in now().items() if name in NAMES} == NEW
    assert notes() == []


def test_nobody_waits_for_ever(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else holds the turn, and goes on holding it."""
    die(2)
    half, folder = now(), notes()[0].parent
    monkeypatch.setattr("sidecarlint.sources.state._PATIENCE", 0.05)
    with open(folder / "turn", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        assert recover() == (
            "a fix that was interrupted could not be undone in base/a.yaml, over/b.yaml and over/c.yaml "
            "(another run of sidecarlint is writing and does not end): make that possible and run again",
        )
        with pytest.raises(WriteError, match="another run of sidecarlint is writing and does not end; run again"):
            write_all([(source(NAMES[1]), "x: 1\n"), (source(NAMES[2]), "y: 1\n")])
    assert now() == half
    assert len(recover()) == 1
    assert now() == NEW


def test_two_runs_at_once_leave_what_one_of_them_wrote(tree: Path) -> None:
    """Each changes all files again and again, and is refused when the other one was faster."""
    ahead = """
import random
who, won = sys.argv[1], 0
for turn in range(12):
    try:
        write_all([(source(name), f'{who} {turn}') for name in random.sample(NAMES, 3)])
        won += 1
    except WriteError as error:
        assert 'changed by somebody else' in str(error) or 'removed or renamed' in str(error), error
print(won, flush=True)
os._exit(0)
"""
    command = [sys.executable, "-c", WRITING.format(ahead)]
    runs = [subprocess.Popen([*command, who], env=environment() | os.environ, stdout=subprocess.PIPE, text=True) for who in "ab"]
    won = [int(each.communicate()[0]) for each in runs]
    assert min(won) > 0
    assert len(set(now().values())) == 1
    assert notes() == []


@pytest.mark.parametrize("at", [1, 2, 3])
@pytest.mark.parametrize("blow", [KeyboardInterrupt, OSError(errno.EPERM, "not permitted")])
def test_what_stops_in_the_middle_is_undone_at_once(
    tree: Path, monkeypatch: pytest.MonkeyPatch, at: int, blow: BaseException | type[BaseException]
) -> None:
    seen, replace = list[str](), os.replace

    def stopping(new: str, old: str) -> None:
        seen.append(old)
        if len(seen) == at:
            raise blow
        replace(new, old)

    monkeypatch.setattr(os, "replace", stopping)
    with pytest.raises((WriteError, KeyboardInterrupt)):
        write_all(wanted())
    assert now() == OLD
    assert notes() == []


def refused(message: str) -> str:
    before = now()
    with pytest.raises(WriteError, match=message) as caught:
        write_all([(each, text * 2_000) for each, text in wanted()])
    assert now() == before
    assert notes() == []
    return str(caught.value)


def test_one_that_is_read_only_keeps_all_as_they_are(tree: Path) -> None:
    os.chmod(NAMES[1], 0o444)
    assert refused("read-only") == (
        "over/b.yaml: it is read-only; make it writable (chmod u+w) or leave it out. The file is as it was. "
        "So are base/a.yaml and over/c.yaml, which would change with it."
    )


@pytest.mark.parametrize("name", NAMES)
def test_one_that_was_changed_since_it_was_read_keeps_all_as_they_are(tree: Path, name: str) -> None:
    read_before = wanted()
    Path(name).write_text("mine: 1\n")
    with pytest.raises(WriteError, match="changed by somebody else") as caught:
        write_all(read_before)
    assert caught.value.path == name
    assert now() == {**OLD, name: "mine: 1\n"}


def test_two_names_of_one_file_do_not_go_together(tree: Path) -> None:
    Path("link.yaml").symlink_to(NAMES[0])
    with pytest.raises(WriteError, match="changed by somebody else"):
        write_all([(source(NAMES[0]), "a: 1\n"), (source("link.yaml"), "b: 1\n")])
    assert now() == {**OLD, "link.yaml": OLD[NAMES[0]]}


def test_a_disk_without_room_keeps_all_as_they_are(tree: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        refused("cannot be written .*too large")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_note_that_does_not_fit_keeps_all_as_they_are(tree: Path) -> None:
    """The old texts are long and the new ones short: only the note, which holds the old ones, is too much."""
    for name in NAMES:
        Path(name).write_text("x: 1\n" * 1_000)
    before, changes = now(), wanted()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, hard))
    try:
        with pytest.raises(WriteError, match="what changes together has to be noted first"):
            write_all(changes)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (now(), notes()) == (before, [])


@pytest.fixture
def without_state(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder cannot be made, as a file is in its way; the folder for temporary files is one of our own."""
    (tmp_path / "state").write_text("")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp" / f"sidecarlint-{os.getuid()}"


def test_without_a_state_folder_notes_lie_among_temporary_files(without_state: Path) -> None:
    done = child(DYING.format(at=2, deed=KILLED), TMPDIR=str(without_state.parent))
    done.communicate()
    assert len(list(without_state.glob("*.json"))) == 1
    assert stat.S_IMODE(without_state.stat().st_mode) == 0o700
    assert len(recover()) == 1
    assert now() == NEW
    assert list(without_state.glob("*.json")) == []


@pytest.mark.parametrize("open_to_all", ["folder", "note", "link"])
def test_a_note_that_somebody_else_could_have_written_says_nothing(without_state: Path, open_to_all: str) -> None:
    child(DYING.format(at=2, deed=KILLED), TMPDIR=str(without_state.parent)).communicate()
    (note,) = without_state.glob("*.json")
    if open_to_all == "link":
        without_state.rename(without_state.parent / "elsewhere")
        without_state.symlink_to(without_state.parent / "elsewhere")
    else:
        os.chmod({"folder": without_state, "note": note}[open_to_all], 0o777)
    half = now()
    assert recover() == ()
    assert now() == half
    if open_to_all != "note":
        with pytest.raises(WriteError, match="has to be noted first"):
            write_all([(source(NAMES[1]), "a: 1\n"), (source(NAMES[2]), "b: 1\n")])
        assert now() == half


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"files": [{}]}', b'{"files": 1}', b"\xff", b'"files"'])
def test_a_note_that_was_not_written_to_its_end_says_nothing(tree: Path, data: bytes) -> None:
    die(2)
    notes()[0].write_bytes(data)
    half = now()
    assert recover() == ()
    assert now() == half
    assert notes() == []


def test_a_note_names_the_files_with_their_old_bytes(tree: Path) -> None:
    die(2)
    told = json.loads(notes()[0].read_text())["files"]
    assert [each["target"] for each in told] == [str(tree / name) for name in NAMES]
