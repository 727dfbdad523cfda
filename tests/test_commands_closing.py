"""Scripts that end with a call which nobody needs any more: what is left without it, or why it stays. `Q` stands for the call."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sidecarlint.workloads.commands import Call, behaviour
from sidecarlint.workloads.commands.closing import ALONE, COUNTS, NESTED, NO_SCRIPT, Closing, closing
from sidecarlint.workloads.images import parse_image

CALL = "curl -fsS -X POST http://localhost:9091/quitquitquit"
IMAGE = parse_image("registry.example/report:1")

# The script, what is left, and whether the exit code is the same even where the call fails.
LEFT = [
    # The exit code is saved and given back.
    ("./work; rc=$?; Q; exit $rc", "./work", True),
    ('./work; rc=$?; Q; exit "${rc}"', "./work", True),
    ("./work\ncode=$?\nQ\nexit $code\n", "./work\n", True),
    ("./work\n# The proxy must go.\ncode=$?\nQ >/dev/null 2>&1\nexit $code\n", "./work\n", True),
    ("./work; rc=$?; Q; echo done $rc; exit $rc", "./work; rc=$?; echo done $rc; exit $rc", True),
    ("./a; ./b; rc=$?; Q || true; exit $rc", "./a; ./b", True),
    ("set +e\n./work\nrc=$?\nQ\nexit $rc", "set +e\n./work", True),
    ("./a &\nwait $!\nrc=$?\nQ\nexit $rc\n", "./a &\nwait $!\n", True),
    ("set -e\n./work\nrc=$?\nQ\nexit $rc\n", "set -e\n./work\n", False),
    ("set -e\n./work\nrc=$?\nQ || true\nexit $rc\n", "set -e\n./work\n", True),
    ("./a; rc=$?; ./b && Q; exit $rc", "./a; rc=$?; ./b; exit $rc", True),
    # The script ends with an exit code of its own.
    ("./work; Q; exit 0", "./work; exit 0", True),
    ("./work\nQ\necho done\n", "./work\necho done\n", True),
    # Only after success.
    ("./work && Q", "./work", False),
    ("./a && ./b && Q", "./a && ./b", False),
    ("./work && \\\n  Q", "./work", False),
    ("./work && Q > /dev/null", "./work", False),
    ("./work && Q; exit 0", "./work; exit 0", True),
    ("./work && Q; exit $?", "./work; exit $?", False),
    ("set -e; ./work; Q", "set -e; ./work", False),
    ("set -euo pipefail\n./work | tee log\n# Or it hangs.\nQ\n", "set -euo pipefail\n./work | tee log\n", False),
    ("set -e\n./work\nsleep 0.1\nQ", "set -e\n./work\nsleep 0.1", False),
    ("set -e; ./work; Q || true", "set -e; ./work", True),
    ("set -e\n./work\n \n\n# Or it hangs.\nQ\n", "set -e\n./work\n", False),
    ("set -e\n./work\nQ\nQ\n", "set -e\n./work\n", False),
    # A trap.
    ("trap 'Q' EXIT\n./work\n", "./work\n", True),
    ('trap "Q" EXIT; ./work', "./work", True),
    ("trap 'Q || true' EXIT 0\n./work\n", "./work\n", True),
    ("set -e\n# On every way out.\ntrap 'echo bye; Q' EXIT\n./work\n", "set -e\n./work\n", False),
    ("trap 'rc=$?; Q; exit $rc' EXIT\n./work\n", "./work\n", True),
    ("bye() {\n  Q\n}\ntrap bye EXIT\n./work", "./work", True),
]  # fmt: skip

STAYS = [
    ("./work; Q", COUNTS),
    ("./work\nQ\n", COUNTS),
    ("./work; Q; exit $?", COUNTS),
    ("./work; Q; exit", COUNTS),
    ("./work; Q; rc=$?; exit $rc", COUNTS),
    ("set -e; ./work || ./mend; Q", COUNTS),
    ("set -e; set +e; ./work; Q", COUNTS),
    ("set -e; if ./work; then ./more; fi; Q", COUNTS),
    ("./work || Q", NESTED),
    ("./work && Q || true", NESTED),
    ("if ./work; then Q; fi", NESTED),
    ("until Q; do sleep 1; done; ./work", NESTED),
    ("(./work; Q)", NESTED),
    ("./work; Q; ./more", NESTED),
    ("./work & Q; exit 0", NESTED),
    ("Q & ./work; exit 0", NESTED),
    ("set -e; ./work && Q; exit 0", NESTED),
    ("./work; rc=$(Q); exit $rc", NESTED),
    ("./work; Q > /out/answer; exit 0", NESTED),
    ("end() { Q; }; ./work; end; exit 0", NESTED),
    ("trap 'Q; exit 3' EXIT; ./work", NESTED),
    ("trap 'Q; exit $?' EXIT; ./work", NESTED),
    ("trap 'rm -rf /tmp/x; Q' EXIT; ./work", NESTED),
    ("trap 'Q' EXIT TERM; ./work", NESTED),
    ("./a; trap 'Q' EXIT; rc=$?; Q; exit $rc", NESTED),
    ("./work; Q; echo; Q; exit $?", NESTED),
    ("sleep 10; Q; exit 0", ALONE),
    ("set -e; Q", ALONE),
    ("Q", COUNTS),
]  # fmt: skip


def cut(script: str, shell: tuple[str, ...] = ("sh", "-c")) -> Closing | str:
    command, args = shell, (script.replace("Q", CALL),)
    return closing(command, args, IMAGE, [call.place for call in calls(command, args)])


def calls(command: tuple[str, ...], args: tuple[str, ...]) -> list[Call]:
    return [call for call in behaviour(command, args, IMAGE).calls if call.path == "/quitquitquit"]


@pytest.mark.parametrize(("script", "left", "settled"), LEFT)
def test_what_is_left_of_a_script(script: str, left: str, settled: bool) -> None:
    found, text = cut(script), script.replace("Q", CALL)
    assert isinstance(found, Closing)
    for place in found.places:
        assert (place.key, place.index) == ("args", 0)
        text = text[: place.start] + text[place.end :]
    assert (text, found.settled) == (left.replace("Q", CALL), settled)
    assert not calls(("sh", "-c"), (text,))


@pytest.mark.parametrize(("script", "why"), STAYS)
def test_a_call_that_stays(script: str, why: str) -> None:
    assert cut(script) == why


@pytest.mark.parametrize(("shell", "settled"), [
    (("/bin/bash", "-c"), True), (("tini", "--", "sh", "-c"), True), (("sh", "-ec"), False), (("bash", "-eo", "pipefail", "-c"), False),
])  # fmt: skip
def test_the_shell_that_runs_it(shell: tuple[str, ...], settled: bool) -> None:
    found = cut("./work; rc=$?; Q; exit $rc", shell)
    assert isinstance(found, Closing)
    assert found.settled is settled


def test_a_shell_that_stops_at_a_failure_needs_no_set() -> None:
    assert isinstance(cut("./work; Q", ("sh", "-ec")), Closing)


def test_a_call_without_a_script() -> None:
    command = tuple(CALL.split())
    assert closing(command, None, IMAGE, [call.place for call in calls(command, ())]) == NO_SCRIPT


def test_an_entrypoint_of_which_nothing_is_known() -> None:
    args = ("sh", "-c", f"./work; {CALL}; exit 0")
    found = [call.place for call in behaviour(None, args, IMAGE).calls]
    assert found
    assert closing(None, args, IMAGE, found) == NO_SCRIPT


SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]


@pytest.mark.skipif(not SHELLS, reason="there is no shell")
@pytest.mark.parametrize(("script", "left", "settled"), LEFT)
def test_the_exit_code_stays_the_same_when_it_is_run(script: str, left: str, settled: bool, tmp_path: Path) -> None:
    """With work that succeeds or fails, and a call that does; one that fails today counts only where it never did."""
    for name in ("work", "a", "b", "curl", "sleep"):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit ${{{'CALL' if name == 'curl' else 'WORK' if name != 'sleep' else 'NONE'}:-0}}\n")
        (tmp_path / name).chmod(0o755)
    for shell in SHELLS:
        for work in ("0", "3"):
            for call in ("0", "7") if settled else ("0",):
                env = {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "WORK": work, "CALL": call}
                assert _run(shell, left, tmp_path, env) == _run(shell, script, tmp_path, env), (shell, work, call)


def _run(shell: str, script: str, folder: Path, env: dict[str, str]) -> int:
    words = ["busybox", "sh"] if shell == "busybox" else [shell]
    return subprocess.run([*words, "-c", script.replace("Q", CALL)], cwd=folder, env=env, capture_output=True, timeout=20).returncode
