"""What goes in and comes out where: stdin, stdout, stderr, diffs, pipes and terminals."""

import os
import pty
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from sidecarlint.reports import formats
from tests.conftest import PROGRAM, Run, environment
from tests.manifests import CLEAN, FIXED, SAFE, five

ANSI = re.compile("\x1b\\[[0-9;]*m")


CHANGES = """\
           Move reader to initContainers with restartPolicy: Always, and let it
             wait for its file (-f becomes -F)
           starts: reader -> web; was: (web, reader)
           stops: web -> reader; was: (web, reader)
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return five(tmp_path)


@pytest.mark.parametrize("form", formats())
def test_stdout_is_the_result_and_nothing_else(here: Path, run: Run, form: str) -> None:
    for command in ("check", "inspect", "fix"):
        done = run(command, "--format", form, ".")
        assert done.out
        assert done.err == ""


def test_a_diff_goes_to_stdout_and_its_report_to_stderr(here: Path, run: Run) -> None:
    done = run("fix", "--diff", "web.yaml")
    assert done.out.startswith("--- a/web.yaml\n+++ b/web.yaml\n@@ ")
    closing = "Would fix 1 finding in 1 file.\nApplying this starts pods anew: 1 pod.\n"
    assert done.err == f"would fix  web.yaml:18  legacy-log-reader  reader\n{CHANGES}\n{closing}"
    assert (here / "web.yaml").read_text() == SAFE


def test_a_fixed_text_goes_to_stdout_and_its_report_to_stderr(run: Run) -> None:
    done = run("fix", "-", stdin=SAFE)
    assert (done.code, done.out) == (0, FIXED)
    closing = "Fixed 1 finding in 1 file.\nApplying this starts pods anew: 1 pod.\n"
    assert done.err == f"fixed      -:18  legacy-log-reader  reader\n{CHANGES}\n{closing}"


def test_stdin_is_checked_inspected_and_shown_as_a_diff(run: Run) -> None:
    assert run("check", "-", "--format", "concise", stdin=SAFE).out.startswith("-:18:9: warning[legacy-log-reader] [*] ")
    assert "reader" in run("inspect", "-", stdin=SAFE).out
    assert run("fix", "--diff", "-", stdin=SAFE).out.startswith("--- a/stdin\n+++ b/stdin\n")
    assert run("fix", "--diff", "-", stdin=CLEAN) == (0, "", "Nothing would be changed: no legacy sidecars found in 1 file, 1 workload.\n")


TEXTS = {
    "utf-16-le with a mark": b"\xff\xfe" + SAFE.encode("utf-16-le"),
    "utf-16-be with a mark": b"\xfe\xff" + SAFE.encode("utf-16-be"),
    "utf-8 with a mark": b"\xef\xbb\xbf" + SAFE.encode(),
    "crlf": SAFE.replace("\n", "\r\n").encode(),
    "cr": SAFE.replace("\n", "\r").encode(),
    "no final newline": SAFE.removesuffix("\n").encode(),
    "no text at all": b"\xff" + SAFE.encode(),
    "broken": b"kind: [\n",
    "nothing": b"",
}


@pytest.mark.parametrize("name", TEXTS)
def test_stdin_leaves_as_it_came_but_for_its_fixes(tmp_path: Path, name: str) -> None:
    before = TEXTS[name]
    done = subprocess.run([*PROGRAM, "fix", "-"], cwd=tmp_path, env=environment(), input=before, capture_output=True)
    if name in ("no text at all", "broken", "nothing"):
        assert (done.stdout, done.returncode) == (before, 0 if name == "nothing" else 1)
        return
    code = "utf-16" if name.startswith("utf-16") else "utf-8-sig"
    lines = done.stdout.decode(code).replace("\r\n", "\n").replace("\r", "\n")
    assert lines == (FIXED if name != "no final newline" else FIXED.removesuffix("\n"))
    assert done.stdout[:3] == before[:3]
    assert (b"\r\n" in done.stdout, done.stdout.count(b"\n") > 0) == (name == "crlf", name != "cr")


def test_other_files_are_written_beside_stdin(here: Path, run: Run) -> None:
    done = run("fix", "-", "web.yaml", stdin=SAFE)
    assert done.out == FIXED == (here / "web.yaml").read_text()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("final", [True, False])
def test_git_applies_the_diff_and_gets_what_fix_writes(
    here: Path, run: Run, tmp_path_factory: pytest.TempPathFactory, ends: str, final: bool
) -> None:
    (here / "a folder").mkdir()
    (here / "a folder" / "größe 2.yaml").write_text(SAFE)
    for path in here.rglob("*.yaml"):
        text = path.read_text() if final else path.read_text().removesuffix("\n")
        path.write_bytes(text.replace("\n", ends).encode())
    applied, plain = (
        tmp_path_factory.mktemp("applied") / "copy",
        {**environment(), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    shutil.copytree(here, applied)
    diff = subprocess.run([*PROGRAM, "fix", "--unsafe", "--diff", "."], cwd=here, env=environment(), capture_output=True).stdout
    done = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=applied, env=plain, input=diff, capture_output=True)
    assert done.returncode == 0, done.stderr
    run("fix", "--unsafe", ".")
    for path in here.rglob("*.yaml"):
        assert (applied / path.relative_to(here)).read_bytes() == path.read_bytes()
    changed = {path.name for path in here.rglob("*.yaml") if b"initContainers" in path.read_bytes()}
    assert changed == {"web.yaml", "shop.yaml", "report.yaml", "driver.yaml", "größe 2.yaml"}


def on_a_terminal(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What the program shows to somebody who sits in front of a terminal."""
    lead, follow = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *arguments], cwd=folder, env=environment() | {"TERM": "xterm"} | (env or {}), stdout=follow, stderr=follow
    )
    os.close(follow)
    shown = b""
    while True:
        try:
            data = os.read(lead, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(lead)
    process.wait(60)
    return shown.decode()


def test_colour_only_on_a_terminal_and_never_with_no_color(here: Path, run: Run) -> None:
    assert ANSI.search(on_a_terminal(here, "check", "web.yaml"))
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert not ANSI.search(on_a_terminal(here, "check", "web.yaml", env=variables))
    assert ANSI.search(on_a_terminal(here, "check", "web.yaml", env={"NO_COLOR": ""}))
    assert not ANSI.search(run("check", "web.yaml", env={"CLICOLOR_FORCE": "1"}).out)


def test_progress_is_shown_on_a_terminal_when_the_work_is_long(tmp_path: Path) -> None:
    slow = "\n".join(SAFE.replace("name: web\n", f"name: web-{number}\n", 1) + "---" for number in range(120))
    for number in range(20):
        (tmp_path / f"{number:02}.yaml").write_text(slow)
    begun = time.monotonic()
    shown = on_a_terminal(tmp_path, "check", "--format", "concise", ".")
    assert time.monotonic() - begun > 1, "the work was too short to show anything"
    assert re.search(r"\r\x1b\[K\d+ of 20 files", shown)
    assert shown.rindex("\r\x1b[K") < shown.index("00.yaml:18")


def test_a_reader_that_has_seen_enough_gets_no_traceback(here: Path) -> None:
    for number in range(200):
        (here / f"{number}.yaml").write_text(SAFE)
    command = " ".join((*PROGRAM, "check", ".", "| head -n 1"))
    done = subprocess.run(command, shell=True, cwd=here, env=environment(), capture_output=True, text=True)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_stop_a_run(here: Path, closed: str) -> None:
    command = " ".join((*PROGRAM, "fix", "web.yaml", closed))
    done = subprocess.run(command, shell=True, cwd=here, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert (here / "web.yaml").read_text() == FIXED


def test_a_closed_stdin_that_is_asked_for_is_told(here: Path) -> None:
    done = subprocess.run(" ".join((*PROGRAM, "check - <&-")), shell=True, cwd=here, env=environment(), capture_output=True, text=True)
    assert done.returncode == 2
    assert "standard input is closed; name a file" in done.stdout


def test_the_output_is_utf_8_whatever_the_locale_says(tmp_path: Path, run: Run) -> None:
    (tmp_path / "web.yaml").write_text(SAFE.replace("name: web\n", "name: grüße\n"), encoding="utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    assert "Deployment/grüße" in run("check", "web.yaml", env=ascii_only).out
    assert run("fix", "--diff", "web.yaml", env=ascii_only) == run("fix", "--diff", "web.yaml")
