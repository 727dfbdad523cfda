"""Bad input, as real files: one clear line that says what, where and what to do, the right exit code, and nothing lost."""

import io
import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.findings import Mending
from sidecarlint.settings import Settings
from tests.conftest import PROGRAM, Run, environment
from tests.manifests import CLEAN, FIXED, SAFE

HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: odd}\n"
LINK = "symbolic link"


def bomb() -> str:
    """Forty levels of nine aliases each: unfolded, more nodes than there are atoms in the world."""
    levels = (f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 40))
    return HEAD + "a0: &a0 [x, x]\n" + "".join(levels) + "spec:\n  containers: *a39\n"


FINDINGS: dict[str, tuple[str | bytes, str]] = {
    "not UTF-8": (
        b"kind: Pod\nname: \xff\n",
        "odd.yaml:2:7: error[text-encoding] the byte 0xFF in line 2 is not valid UTF-8; save the file as UTF-8",
    ),
    "UTF-16 that stops short": (b"\xff\xfek\x00i", "odd.yaml:1:2: error[text-encoding] the byte 0x69 in line 1 is not valid UTF-16"),
    "UTF-32": (
        "\ufeffkind: Pod\n".encode("utf-32-le"),
        "odd.yaml:1:1: error[text-encoding] the file is UTF-32, which few tools read; save the file as UTF-8",
    ),
    "tabs": (
        HEAD + "spec:\n\tcontainers: []\n",
        "odd.yaml:5:1: error[yaml-syntax] This document cannot be read: a tab cannot indent YAML; use spaces",
    ),
    "a NUL byte": (
        HEAD + "spec: a\0b\n",
        "odd.yaml:4:8: error[yaml-syntax] This document cannot be read: the character U+0000 is not allowed in YAML; remove it or write",
    ),
    "a key given twice": (
        CLEAN + "    image: b\n",
        "odd.yaml:9:5: warning[duplicate-key] The key image is given twice, first on line 8; Kubernetes keeps only this one",
    ),
    "a key given twice above the pod": (
        "kind: List\n" + CLEAN,
        "odd.yaml:3:1: warning[duplicate-key] The key kind is given twice, first on line 1; Kubernetes keeps only this one",
    ),
    "unterminated flow": (
        HEAD + "spec: {containers: [{name: a}\n",
        "error[yaml-syntax] This document cannot be read: did not find expected ',' or ']'",
    ),
    "ten thousand brackets": (
        HEAD + "spec: " + "[" * 10_000 + "]" * 10_000,
        "odd.yaml:4:206: error[yaml-syntax] This document cannot be read: collections nest deeper than 200 levels",
    ),
    "an unknown alias": (
        HEAD + "spec: *nobody\n",
        "odd.yaml:4:7: error[yaml-syntax] This document cannot be read: the alias *nobody names no anchor above it",
    ),
}


@pytest.mark.parametrize("name", FINDINGS)
def test_what_cannot_be_parsed_is_a_finding_and_its_neighbours_are_judged(tmp_path: Path, run: Run, name: str) -> None:
    content, words = FINDINGS[name]
    data = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "odd.yaml").write_bytes(data)
    (tmp_path / "web.yaml").write_text(SAFE)
    done = run("check", "--format", "concise", "odd.yaml", "web.yaml")
    lines = done.out.splitlines()
    assert (done.code, done.err, len(lines)) == (1, "", 3)
    assert words in lines[0]
    assert lines[1].startswith("web.yaml:18:9: warning[legacy-log-reader]")
    assert run("fix", "--unsafe", "odd.yaml", "web.yaml").code == 1
    assert (tmp_path / "odd.yaml").read_bytes() == data
    assert (tmp_path / "web.yaml").read_text() == FIXED


QUIET = {
    "empty": "",
    "only comments": "# nothing\n",
    "only marks": "---\n---\n...\n",
    "an alias bomb": bomb(),
    "tags of PyYAML": HEAD + 'spec: !!python/object/apply:os.system ["touch pwned"]\n',
    "no manifest": "just a text\n",
    "a list": "- a\n- b\n",
    "numbers for names": "apiVersion: 1\nkind: 2\nspec: 3\n",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_odd_but_no_fault_is_passed_over(tmp_path: Path, run: Run, name: str) -> None:
    (tmp_path / "odd.yaml").write_text(QUIET[name])
    for command in ("check", "inspect", "fix"):
        done = run(command, "odd.yaml")
        assert (done.code, done.err) == (0, "")
    assert (tmp_path / "odd.yaml").read_text() == QUIET[name]
    assert not (tmp_path / "pwned").exists()


TEXTS: dict[str, Callable[[str], bytes]] = {
    "UTF-16 with a mark": lambda text: text.encode("utf-16"),
    "UTF-16 without one": lambda text: text.encode("utf-16-be"),
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "lone CR": lambda text: text.replace("\n", "\r").encode(),
    "no final newline": lambda text: text.removesuffix("\n").encode(),
}


@pytest.mark.parametrize("name", TEXTS)
def test_odd_texts_are_fixed_in_their_own_way(tmp_path: Path, run: Run, name: str) -> None:
    (tmp_path / "web.yaml").write_bytes(TEXTS[name](SAFE))
    assert run("fix", "web.yaml").code == 0
    assert (tmp_path / "web.yaml").read_bytes() == TEXTS[name](FIXED)


def big(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 << 30)


UNREAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "2 GB": (big, "it holds 2,048.0 MiB, and sidecarlint reads up to 64 MiB; split it or leave it out"),
    "nothing there": (lambda path: None, "there is no such file or folder; check the spelling"),
    "a broken link": (lambda path: path.symlink_to("nowhere"), f"it is a {LINK} to what does not exist; mend or remove the link"),
    "a circle of links": (lambda path: path.symlink_to(path.name), f"its {LINK}s lead in a circle; mend or remove them"),
    "a pipe": (os.mkfifo, "it is a pipe and not a file; leave it out, or send its text to standard input and name it -"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_gets_one_line_and_exit_code_2(tmp_path: Path, run: Run, name: str) -> None:
    make, words = UNREAD[name]
    make(tmp_path / "odd.yaml")
    (tmp_path / "web.yaml").write_text(SAFE)
    done = run("check", "--format", "concise", "odd.yaml", "web.yaml")
    assert done.code == 2
    assert f"odd.yaml: error: {words}\n" in done.out
    assert "web.yaml:18:9: warning[legacy-log-reader]" in done.out
    shown = " ".join(run("check", "odd.yaml").out.split())
    assert f"1 file could not be read: odd.yaml: {words}" in shown
    assert run("fix", "odd.yaml", "web.yaml").code == 2
    assert (tmp_path / "web.yaml").read_text() == FIXED


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path, run: Run) -> None:
    (tmp_path / "odd.yaml").mkdir()
    (tmp_path / "odd.yaml" / "web.yaml").write_text(SAFE)
    for named in ("odd.yaml", "."):
        assert "odd.yaml/web.yaml:18:9" in run("check", "--format", "concise", named).out


OURS = {
    "an unknown rule": ("", ("--select", "legacy-log-redaer"), 'there is no rule "legacy-log-redaer"; did you mean legacy-log-reader?'),
    "no TOML": ('target = "1.29"\nselect = \n', ("--config", "ours"), "ours:2: this is not TOML: Invalid value"),
    "a wrong value": (
        "# ours\ntarget = 1.29\n",
        ("--config", "ours"),
        'ours:2: "target" must be a Kubernetes version in quotes, 1.29 or later, such as "1.31"',
    ),
    "an unknown setting": ("sellect = []\n", ("--config", "ours"), 'ours:1: there is no setting "sellect"; did you mean "select"?'),
    "no config": ("", ("--config", "missing"), "missing: it cannot be read: No such file or directory"),
    "a wrong rule": ("---\nsummary: x\ncategory: nonsense\n---\n\n## Fails\n\n```yaml\na: b\n```\n", ("--rules", "ours.md"), "ours.md:"),
    "no rule": ("", ("--rules", "missing.md"), "missing.md: No such file or directory"),
    "a wrong helper": ("title: x\nimages: nonsense\n", ("--helper-files", "ours.yaml"), "ours.yaml:"),
    "a pattern that is none": ("", ("--exclude", "!"), "the exclude pattern"),
}


@pytest.mark.parametrize("name", OURS)
def test_what_we_are_told_wrongly_is_told_in_one_line_on_stderr(tmp_path: Path, run: Run, name: str) -> None:
    text, options, words = OURS[name]
    for ours in ("ours", "ours.md", "ours.yaml"):
        (tmp_path / ours).write_text(text)
    (tmp_path / "web.yaml").write_text(SAFE)
    done = run("fix", *options, "web.yaml")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith(f"sidecarlint: {words}") or words in done.err
    if words.endswith((".md:", ".yaml:")):
        assert done.err.removeprefix(f"sidecarlint: {words}").split(":")[0].isdecimal(), "the line is missing"
    assert (tmp_path / "web.yaml").read_text() == SAFE


def test_a_read_only_file_is_left_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "web.yaml").write_text(SAFE)
    (tmp_path / "web.yaml").chmod(0o444)
    done = run("fix", "web.yaml")
    words = "web.yaml: it is read-only; make it writable (chmod u+w) or leave it out. The file is as it was."
    assert done.code == 2
    assert f"1 file could not be read or written: {words}" in " ".join(done.out.split())
    assert (tmp_path / "web.yaml").read_text() == SAFE


def fix(folder: Path, tick: Callable[[int, int], None] | None = None) -> Mending:
    return pipeline.fix(pipeline.Input((str(folder),), io.BytesIO()), Settings(), False, False, tick)


def test_a_file_that_changes_while_it_is_being_fixed_is_left_to_who_changed_it(tmp_path: Path) -> None:
    """All files are read once before the first is mended, and progress is told in between."""
    (tmp_path / "a.yaml").write_text(SAFE)
    (tmp_path / "b.yaml").write_text(SAFE)

    def meanwhile(done: int, total: int) -> None:
        if done == 0:
            (tmp_path / "a.yaml").write_text(SAFE + "# mine\n")

    mending = fix(tmp_path, meanwhile)
    assert [each.path for each in mending.rewritten] == [f"{tmp_path}/b.yaml"]
    assert [(each.path, each.message) for each in mending.run.unread] == [
        (f"{tmp_path}/a.yaml", "it was changed by somebody else since it was read; run again. The file is as it was.")
    ]
    assert (tmp_path / "a.yaml").read_text() == SAFE + "# mine\n"
    assert (tmp_path / "b.yaml").read_text() == FIXED
    assert fix(tmp_path).run.unread == ()
    assert (tmp_path / "a.yaml").read_text() == FIXED + "# mine\n"


@contextmanager
def unprivileged() -> Iterator[None]:
    """As nobody, where the tests run as root, to whom nothing is forbidden."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


def test_an_unwritable_folder_and_an_unreadable_file_are_told(public: Path, tmp_path: Path) -> None:
    (tmp_path / "warm.yaml").write_text(SAFE)
    assert fix(tmp_path).run.unread == ()
    (public / "web.yaml").write_text(SAFE)
    (public / "web.yaml").chmod(0o666)
    (public / "secret.yaml").write_text(SAFE)
    (public / "secret.yaml").chmod(0)
    public.chmod(0o555)
    with unprivileged():
        told = {os.path.basename(each.path): each.message for each in fix(public).run.unread}
    assert told == {
        "web.yaml": "its folder may not be written to; grant it (chmod u+w) or leave the file out. The file is as it was.",
        "secret.yaml": "you have no permission to read it; grant it (chmod u+r, for a folder u+rx) or leave it out",
    }
    assert (public / "web.yaml").read_text() == SAFE
    public.chmod(0o755)


def test_a_disk_that_takes_no_more_leaves_the_old_file(tmp_path: Path, run: Run) -> None:
    (tmp_path / "web.yaml").write_text(SAFE)
    run("rules")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))

    done = subprocess.run([*PROGRAM, "fix", "web.yaml"], cwd=tmp_path, env=environment(), capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 2
    assert "web.yaml: it cannot be written (File too large)" in " ".join(done.stdout.split())
    assert "The file is as it was." in " ".join(done.stdout.split())
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"web.yaml": SAFE}


@pytest.mark.parametrize("delay", [0, 2, 4, 8, 12, 16])
def test_a_fix_killed_while_it_writes_leaves_each_file_old_or_new(tmp_path: Path, run: Run, delay: int) -> None:
    """The files are long, so that writing one takes a while; the run is killed some milliseconds after it has begun to."""
    tail = "# kept " * 100_000 + "\n"
    paths = [tmp_path / f"{number}.yaml" for number in range(4)]
    for path in paths:
        path.write_text(SAFE + tail)
    process = subprocess.Popen(
        [*PROGRAM, "fix", "."], cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and len(os.listdir(tmp_path)) == len(paths):
        time.sleep(0.0002)
    time.sleep(delay / 1000)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "the run was over before it was killed"
    assert {path.read_text() for path in paths} <= {SAFE + tail, FIXED + tail}
    assert run("fix", ".").code == 0
    assert {path.read_text() for path in paths} == {FIXED + tail}
