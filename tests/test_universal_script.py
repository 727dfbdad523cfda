"""The protocol of a universal pair: what each script does with each set of files, run for real under each shell, and then every order in
which two kinds of kubelet can start, ask, restart and lose the containers, gone through to the end.

The table OUTCOMES joins the two: the shells show that the scripts follow it, the search shows that whoever follows it is right.
"""

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from sidecarlint.fixes.universal import script

FILES = ("asked", "native", "regular")
SETS = [frozenset(each) for size in range(4) for each in itertools.combinations(FILES, size)]

SHELLS = {"dash": ["dash"], "busybox sh": ["busybox", "sh"], "sh": ["/bin/sh"]}


def shells() -> list[object]:
    return [
        pytest.param(
            argv,
            id=name,
            marks=() if shutil.which(argv[0]) else pytest.mark.skip(f"{argv[0]} is not installed, so {name} is not tried"),
        )
        for name, argv in SHELLS.items()
    ]


def outcome(part: str, files: frozenset[str]) -> str:
    """What a script does when these files are there: run the helper, idle, leave with 0, or fail."""
    if part == "native":
        return "leave" if "asked" not in files else "idle" if "regular" in files else "run"
    if part == "started":
        return "leave" if files & {"native", "regular"} else "fail"
    if part == "unless native":
        return "leave" if "native" in files else "run"
    return "run" if "native" not in files else {"regular": "idle", "regular of work": "leave"}[part]


MAKES = {"native": "native", "regular": "regular", "regular of work": "regular"}
TEXTS = {
    "native": script.native("db", patience=1),
    "regular": script.regular("db", finite=False),
    "regular of work": script.regular("db", finite=True),
    "started": script.started("db").replace("sleep 1", "sleep 0.1"),
    "unless native": script.unless_native("db"),
}


class Half:
    """A script that runs as a container's first process does, with a helper of one line behind it."""

    def __init__(self, shell: list[str], part: str, folder: Path, helper: str = 'echo "runs $1"; exit 3') -> None:
        text = TEXTS[part].replace(script.FOLDER, str(folder))
        argv = [*shell, "-c", text, "db", *shell, "-c", helper, "helper", "with  two blanks"]
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def ended(self) -> tuple[int, str]:
        out, errors = self.process.communicate(timeout=30)
        assert errors == ""
        return self.process.returncode, out

    def stop(self) -> tuple[int, str]:
        """What it ends with after SIGTERM; as with a container, nothing outlives its first process."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.ended()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


def laid_out(folder: Path, files: frozenset[str]) -> Path:
    for name in files:
        (folder / f"db.{name}").touch()
    return folder


def seen(folder: Path) -> frozenset[str]:
    return frozenset(path.name.removeprefix("db.") for path in folder.iterdir())


@pytest.mark.parametrize("shell", shells())
@pytest.mark.parametrize("part", TEXTS)
@pytest.mark.parametrize("files", SETS, ids=lambda files: "+".join(sorted(files)) or "no file")
def test_a_script_does_what_the_table_says(shell: list[str], part: str, files: frozenset[str], tmp_path: Path) -> None:
    half, wanted = Half(shell, part, laid_out(tmp_path, files)), outcome(part, files)
    if wanted == "idle":
        with pytest.raises(subprocess.TimeoutExpired):
            half.process.wait(timeout=0.5)
        assert half.stop() == (0, "")
    else:
        assert half.ended() == {"run": (3, "runs with  two blanks\n"), "leave": (0, ""), "fail": (1, "")}[wanted]
    made = {MAKES[part]} if part in MAKES and wanted == "run" else {"asked"} if part == "started" else set()
    assert seen(tmp_path) == files | made


@pytest.mark.parametrize("shell", shells())
@pytest.mark.parametrize("part", ["native", "regular"])
def test_the_helper_takes_the_place_of_its_shell_and_gets_the_signal(shell: list[str], part: str, tmp_path: Path) -> None:
    folder = laid_out(tmp_path, frozenset({"asked"}))
    half = Half(shell, part, folder, 'trap "echo told; exit 7" TERM; echo "$$"; while :; do sleep 0.1; done')
    assert half.line() == f"{half.process.pid}\n"
    assert half.stop() == (7, "told\n")


@pytest.mark.parametrize("shell", shells())
def test_waiting_ends_with_the_signal_too(shell: list[str], tmp_path: Path) -> None:
    half = Half(shell, "native", tmp_path)
    time.sleep(0.3)
    begun = time.monotonic()
    assert half.stop() == (0, "")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("shell", shells())
def test_on_a_node_that_knows_sidecars(shell: list[str], tmp_path: Path) -> None:
    """The kubelet asks while the native half waits; only then it starts the other containers."""
    native = Half(shell, "native", tmp_path, "echo up; while :; do sleep 0.1; done")
    assert Half(shell, "started", tmp_path).ended()[0] in (0, 1)
    assert native.line() == "up\n"
    assert Half(shell, "started", tmp_path).ended() == (0, "")
    assert Half(shell, "regular of work", tmp_path).ended() == (0, "")
    assert native.stop()[0] == -signal.SIGTERM
    again = Half(shell, "native", tmp_path, "echo up again")
    assert again.ended() == (0, "up again\n")


@pytest.mark.parametrize("shell", shells())
def test_on_an_old_node(shell: list[str], tmp_path: Path) -> None:
    """The native half is an init container that nobody asks, also after a reboot."""
    for _ in range(2):
        assert Half(shell, "native", tmp_path).ended() == (0, "")
        assert Half(shell, "regular of work", tmp_path).ended() == (3, "runs with  two blanks\n")
    assert seen(tmp_path) == {"regular"}


@pytest.mark.parametrize("shell", shells())
@pytest.mark.parametrize("part", ["native", "regular", "started"])
def test_a_folder_that_is_not_there_shows(shell: list[str], part: str, tmp_path: Path) -> None:
    """Nobody may run the helper when nobody can say so."""
    text = TEXTS[part].replace(script.FOLDER, str(tmp_path / "none")).replace("-e $m.asked", "1")
    done = subprocess.run([*shell, "-c", text, "db", "echo", "runs"], capture_output=True, text=True, timeout=30)
    assert (done.returncode != 0, done.stdout) == (True, "")


class State(NamedTuple):
    """A pod on a node. `native` and `regular`: none, wait, run, idle or done, and what they are about to run once they have looked.
    `started`: what a kubelet knows of a sidecar. `accidents` are those that may still happen."""

    kubelet: str
    files: frozenset[str]
    native: str = "none"
    regular: str = "none"
    started: bool = False
    accidents: int = 3


def decided(part: str, files: frozenset[str]) -> str:
    return {"run": "looked", "idle": "idle", "leave": "done"}[outcome(part, files)]


def kept_going(state: State, finite: bool, by_restart: bool) -> Iterator[State]:
    """What the kubelet and the scripts do next when nothing goes wrong. `by_restart`: a native half that leaves takes the next run of
    itself for the answer, as if it had been asked."""
    capable, regular = state.kubelet == "capable", "regular of work" if finite else "regular"
    if state.native == "none" or (capable and state.native == "done"):
        yield state._replace(native="wait", started=False)
    if state.native == "wait":
        # Patience may end at any moment, so that no length of it matters.
        files = state.files | ({"asked"} if by_restart else set())
        yield state._replace(native=decided("native", state.files), files=files)
    if capable and state.native in ("wait", "looked", "run", "idle") and not state.started:
        files = state.files | {"asked"}
        yield state._replace(files=files, started=outcome("started", files) == "leave")
    if state.regular == "none" and (state.started if capable else state.native == "done"):
        yield state._replace(regular="wait")
    if state.regular == "wait":
        yield state._replace(regular=decided(regular, state.files))
    if state.native == "looked":
        yield state._replace(files=state.files | {"native"}, native="run")
    if state.regular == "looked":
        yield state._replace(files=state.files | {"regular"}, regular="run")


def gone_wrong(state: State, upgrade: bool) -> Iterator[State]:
    """What may happen besides: a container ends, the kubelet forgets, the sandbox is made anew, the kubelet becomes a newer one."""
    if not state.accidents:
        return
    left = state._replace(accidents=state.accidents - 1)
    if state.native not in ("none", "done"):
        yield left._replace(native="none", started=False)
    if state.regular not in ("none", "done"):
        yield left._replace(regular="none")
    yield left._replace(started=False)
    yield left._replace(native="none", regular="none", started=False)
    # A kubelet takes seconds to be replaced, and a half milliseconds from its look at the files to its own.
    if upgrade and state.kubelet == "old" and state.regular not in ("wait", "looked"):
        yield left._replace(kubelet="capable", started=False)


def reachable(kubelet: str, finite: bool, upgrade: bool, by_restart: bool = False) -> dict[State, list[State]]:
    """Every state in which a pod can be, with what follows when nothing goes wrong."""
    found: dict[State, list[State]] = {}
    ahead = [State(kubelet, frozenset())]
    while ahead:
        state = ahead.pop()
        if state not in found:
            found[state] = list(kept_going(state, finite, by_restart))
            ahead += [*found[state], *gone_wrong(state, upgrade)]
    return found


def settled(state: State) -> bool:
    """The helper runs in one half, and everything that has to has started."""
    acting = [half for half in (state.native, state.regular) if half == "run"]
    return len(acting) == 1 and state.regular in ("run", "idle", "done") and (state.kubelet == "old" or state.started)


CASES = [("capable", True, False), ("capable", False, False), ("old", True, False), ("old", False, False), ("old", False, True)]


@pytest.mark.parametrize(("kubelet", "finite", "upgrade"), CASES)
def test_the_helper_never_runs_twice(kubelet: str, finite: bool, upgrade: bool) -> None:
    states = reachable(kubelet, finite, upgrade)
    assert len(states) > 30
    assert [state for state in states if state.native == state.regular == "run"] == []
    if not upgrade:
        wrong = "regular" if kubelet == "capable" else "native"
        assert [state for state in states if getattr(state, wrong) in ("looked", "run")] == []


@pytest.mark.parametrize("finite", [True, False])
def test_a_kubelet_that_knows_sidecars_starts_no_app_before_the_helper(finite: bool) -> None:
    states = reachable("capable", finite, False)
    assert [state for state in states if state.regular == "wait" and "native" not in state.files] == []


@pytest.mark.parametrize(("kubelet", "finite", "upgrade"), CASES)
def test_the_helper_runs_again_after_whatever_happened(kubelet: str, finite: bool, upgrade: bool) -> None:
    """From every state a settled one is reached by what happens anyway, and is not left again but by an accident."""
    states = reachable(kubelet, finite, upgrade)
    good = {state for state in states if settled(state)}
    assert good
    while more := {state for state, following in states.items() if state not in good and good & set(following)}:
        good |= more
    assert set(states) - good == set()
    assert [state for state in states if settled(state) for each in states[state] if not settled(each)] == []


def test_a_restart_alone_would_be_no_proof() -> None:
    """A marker that the first run leaves is still there after a reboot, and the native half holds an old node's pod in Init for ever."""
    states = reachable("old", True, False, by_restart=True)
    assert [state for state in states if state.native == "run" and state.regular == "none"] != []
