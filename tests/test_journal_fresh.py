"""Files that are yet to be made, together with others that change: all of it, or none."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sidecarlint.errors import WriteError
from sidecarlint.sources import Found, Source, fresh, read
from sidecarlint.sources.journal import recover, write_all
from tests.conftest import environment

OLD = {"chart/values.yaml": "a: 1\n"}
NEW = {"chart/_sidecars.tpl": "define\n", "chart/values.yaml": "a: 2\n"}


@pytest.fixture(autouse=True)
def _tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree" / "chart").mkdir(parents=True)
    (tmp_path / "tree" / "chart" / "values.yaml").write_text(OLD["chart/values.yaml"])
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path / "tree")


def wanted() -> list[tuple[Source, str]]:
    values = read(Found("chart/values.yaml", True))
    assert isinstance(values, Source)
    return [(fresh("chart/_sidecars.tpl"), NEW["chart/_sidecars.tpl"]), (values, NEW["chart/values.yaml"])]


def now() -> dict[str, str]:
    return {str(path): path.read_text() for path in sorted(Path().rglob("*")) if path.is_file()}


def die(at: int) -> None:
    """A run that is killed when it is about to put the file with this number in place, counted from 1."""
    dying = f"""
from tests.test_journal_fresh import *
count, replace = 0, os.replace
def dying(new, old):
    global count
    count += 1
    if count == {at}:
        os.kill(os.getpid(), 9)
    replace(new, old)
os.replace = dying
write_all(wanted())"""
    env = environment() | {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}
    assert subprocess.run([sys.executable, "-c", dying], env=env, check=False).returncode == -signal.SIGKILL


def test_a_file_is_made_along_with_others() -> None:
    mask = os.umask(0o027)
    try:
        write_all(wanted())
    finally:
        os.umask(mask)
    assert now() == NEW
    assert stat.S_IMODE(os.stat("chart/_sidecars.tpl").st_mode) == 0o640
    assert recover() == ()


def test_a_file_is_made_alone() -> None:
    write_all(wanted()[:1])
    assert now() == {**OLD, "chart/_sidecars.tpl": "define\n"}


@pytest.mark.parametrize("at", [1, 2])
def test_a_run_that_is_killed_is_made_whole_by_the_next(at: int) -> None:
    die(at)
    said = recover()
    assert said == (() if at == 1 else ("a fix that was interrupted is complete now: chart/values.yaml was still missing",))
    assert now() == (OLD if at == 1 else NEW)
    assert recover() == ()


def test_what_was_made_goes_again_where_the_rest_cannot_be_done() -> None:
    die(2)
    Path("chart/values.yaml").write_text("mine: 1\n")
    (said,) = recover()
    assert said.startswith("a fix that was interrupted is undone: chart/_sidecars.tpl is as before; chart/values.yaml was changed")
    assert now() == {"chart/values.yaml": "mine: 1\n"}


def test_what_somebody_else_has_made_meanwhile_stays() -> None:
    changes = wanted()
    Path("chart/_sidecars.tpl").write_text("mine\n")
    with pytest.raises(WriteError, match=r"_sidecars\.tpl: somebody else has made it meanwhile; run again"):
        write_all(changes)
    assert now() == {**OLD, "chart/_sidecars.tpl": "mine\n"}


def test_nothing_is_made_where_another_file_cannot_be_written() -> None:
    changes = wanted()
    os.chmod("chart/values.yaml", 0o444)
    with pytest.raises(WriteError, match="read-only"):
        write_all(changes)
    assert now() == OLD


def test_nothing_is_made_where_another_file_has_changed_meanwhile() -> None:
    changes = wanted()
    Path("chart/values.yaml").write_text("mine: 1\n")
    with pytest.raises(WriteError, match="changed by somebody else"):
        write_all(changes)
    assert now() == {"chart/values.yaml": "mine: 1\n"}
