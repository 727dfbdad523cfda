"""Sources: which files a path means, what bytes say, and how a text gets back into its file. All with real files."""

import codecs
import errno
import io
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sidecarlint.errors import UsageError, WriteError
from sidecarlint.sources import LIMIT, Found, Source, Undecodable, Unreadable, find, read, read_stdin, write

NOBODY, TEAM = 65534, 2345
ROOT = Path(__file__).parent.parent


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that other users may reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o777)
        monkeypatch.chdir(name)
        yield Path(name)
        for folder, _, _ in os.walk(name):
            os.chmod(folder, 0o777)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Permission bits mean nothing to root, so root steps down."""
    if os.geteuid() != 0:
        yield
        return
    groups = os.getgroups()
    os.setgroups([TEAM])
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


def plant(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("kind: Pod\n")


def paths_of(*named: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [found.path for found in find(named, exclude)]


def complaint(*named: str) -> str:
    """The one message that finding and reading these paths gives."""
    results = [item if isinstance(item, Unreadable) else read(item) for item in find(named)]
    messages = [item.message for item in results if isinstance(item, Unreadable)]
    assert len(messages) == len(results) == 1
    return messages[0]


def source_of(path: str) -> Source:
    source = read(Found(path, True))
    assert isinstance(source, Source)
    return source


def child(script: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Runs a script in a Python of its own, the room's names at hand."""
    command = [sys.executable, "-c", f"from sidecarlint.sources import *; {script}"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, **options)


# --- find ---------------------------------------------------------------------------------------------------------


def test_a_folder_gives_its_manifests_in_the_order_of_names(here: Path) -> None:
    plant(here, "k8s/b.yml", "k8s/a/z.yaml", "k8s/a.yaml", "k8s/c.json", "k8s/D.YAML", "k8s/notes.txt", "k8s/yaml")
    assert paths_of("k8s") == ["k8s/D.YAML", "k8s/a/z.yaml", "k8s/a.yaml", "k8s/b.yml", "k8s/c.json"]
    assert not any(found.named for found in find(["k8s"]) if isinstance(found, Found))


@pytest.mark.parametrize(
    ("named", "shown"),
    [(".", "k8s/a.yaml"), ("./", "k8s/a.yaml"), ("k8s/", "k8s/a.yaml"), ("./k8s", "./k8s/a.yaml"), ("k8s/..", "k8s/../k8s/a.yaml")],
)
def test_a_path_is_shown_as_it_was_typed(here: Path, named: str, shown: str) -> None:
    plant(here, "k8s/a.yaml")
    assert paths_of(named) == [shown]


def test_an_absolute_path_stays_absolute(here: Path) -> None:
    plant(here, "a.yaml")
    assert paths_of(str(here)) == [f"{here}/a.yaml"]


def test_a_named_file_counts_whatever_its_ending(here: Path) -> None:
    plant(here, "manifest.txt", "package.json")
    assert list(find(["manifest.txt", "package.json", "-"])) == [Found("manifest.txt", True), Found("package.json", True), Found("-", True)]


@pytest.mark.parametrize("folder", [".git", ".hg", "node_modules", ".venv", "venv", "__pycache__", ".terraform", ".tox"])
def test_folders_that_hold_no_manifests_are_skipped_unless_named(here: Path, folder: str) -> None:
    plant(here, "a.yaml", f"{folder}/b.yaml")
    assert paths_of(".") == ["a.yaml"]
    assert paths_of(folder) == [f"{folder}/b.yaml"]


@pytest.mark.parametrize("name", ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "package.json", ".#a.yaml"])
def test_files_that_are_no_manifests_are_skipped(here: Path, name: str) -> None:
    plant(here, "a.yaml", name)
    assert paths_of(".") == ["a.yaml"]


def test_a_file_is_given_once_and_the_first_name_wins(here: Path) -> None:
    plant(here, "k8s/a.yaml", "k8s/b.yaml")
    (here / "link.yaml").symlink_to("k8s/b.yaml")
    assert paths_of("k8s/b.yaml", "link.yaml", "./k8s/b.yaml", "k8s", "k8s/", "-", "-") == ["k8s/b.yaml", "k8s/a.yaml", "-"]
    assert paths_of("k8s", "k8s/a.yaml", ".") == ["k8s/a.yaml", "k8s/b.yaml"]


def test_a_folder_named_like_a_file_is_walked(here: Path) -> None:
    plant(here, "x.yaml/a.yaml")
    assert paths_of(".") == paths_of("x.yaml") == ["x.yaml/a.yaml"]


def test_folders_may_nest_deeper_than_python_calls(here: Path) -> None:
    depth = sys.getrecursionlimit() + 100
    for _ in range(depth):
        os.mkdir("d")
        os.chdir("d")
    plant(Path(), "a.yaml")
    os.chdir(here)
    assert paths_of(".") == ["d/" * depth + "a.yaml"]
    subprocess.run(["rm", "-rf", "d"], check=True)


# --- find: links and things that are no files ------------------------------------------------------------------------


def test_links_are_followed_to_files_inside_the_named_folder_only(here: Path) -> None:
    plant(here, "in/real/a.txt", "out/b.yaml", "inner/c.yaml")
    (here / "in/inside.yaml").symlink_to("real/a.txt")
    (here / "in/outside.yaml").symlink_to("../out/b.yaml")
    (here / "in/absolute.yaml").symlink_to(here / "out/b.yaml")
    (here / "in/lookalike.yaml").symlink_to("../inner/c.yaml")
    (here / "in/folder").symlink_to("../out")
    (here / "in/folder.yaml").symlink_to("real")
    (here / "in/round").symlink_to(".")
    assert paths_of("in") == ["in/inside.yaml"]
    assert set(paths_of(".")) == {"in/absolute.yaml", "in/inside.yaml", "in/lookalike.yaml"}


def test_a_named_link_is_followed_wherever_it_leads(here: Path) -> None:
    plant(here, "out/b.yaml")
    (here / "file").symlink_to("out/b.yaml")
    (here / "folder").symlink_to("out")
    assert paths_of("file") == ["file"]
    assert paths_of("folder") == ["folder/b.yaml"]


@pytest.mark.parametrize("named", [".", "x.yaml"])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: os.symlink("gone.yaml", "x.yaml"), "symbolic link to what does not exist; mend or remove"),
        (lambda: os.symlink("x.yaml", "x.yaml"), "lead in a circle; mend or remove"),
        (lambda: os.mkfifo("x.yaml"), "a pipe and not a file; leave it out"),
    ],
)
def test_what_is_no_file_is_refused_in_one_line(here: Path, make: Callable[[], None], message: str, named: str) -> None:
    make()
    assert message in complaint(named)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("gone.yaml", "no such file or folder; check the spelling"),
        ("", "no such file or folder"),
        ("a.yaml/b.yaml", "a part of the path is a file"),
        ("n" * 300, "longer than this system allows"),
        ("/dev/null", "a device and not a file"),
        ("bad\nname.yaml", "control characters"),
        ("bad\0name.yaml", "control characters"),
    ],
)
def test_a_named_path_that_cannot_be_read_is_refused_in_one_line(here: Path, named: str, message: str) -> None:
    plant(here, "a.yaml")
    assert message in complaint(named)


def test_a_problem_does_not_hide_its_neighbours(here: Path) -> None:
    plant(here, "a.yaml", "c.yaml")
    (here / "b.yaml").symlink_to("gone")
    assert paths_of("gone", ".") == ["gone", "a.yaml", "b.yaml", "c.yaml"]


def test_a_problem_in_a_folder_is_told_once(here: Path) -> None:
    (here / "b.yaml").symlink_to("gone")
    assert paths_of(".", str(here)) == ["b.yaml"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [(b"a\nb.yaml", "a\\nb.yaml"), (b"\xff.yaml", "\\udcff.yaml"), (b"a\x1b[2J.yaml", "a\\x1b[2J.yaml")],
)
def test_a_name_that_could_forge_a_report_is_refused_and_shown_escaped(here: Path, name: bytes, shown: str) -> None:
    (Path(os.fsdecode(name))).write_text("kind: Pod\n")
    assert [(item.path, type(item)) for item in find(["."])] == [(shown, Unreadable)]


def test_files_and_folders_without_permission_get_one_line(shared: Path) -> None:
    plant(shared, "closed.yaml", "folder/a.yaml", "open.yaml")
    os.chmod("closed.yaml", 0)
    os.chmod("folder", 0)
    with unprivileged():
        results = [item if isinstance(item, Unreadable) else read(item) for item in find(["."])]
    assert [(item.path, type(item)) for item in results] == [("closed.yaml", Unreadable), ("folder", Unreadable), ("open.yaml", Source)]
    assert all("no permission to read it; grant it" in item.message for item in results if isinstance(item, Unreadable))


# --- find: ignore files ------------------------------------------------------------------------------------------------

IGNORES = {
    "by ending": ({".gitignore": "*.json\n"}, ["a.yaml", "a.json", "d/b.json", "d/b.yaml"]),
    "anchored": ({".gitignore": "/a.yaml\nd/e/*.yaml\n"}, ["a.yaml", "d/a.yaml", "d/e/x.yaml", "d/e/f/x.yaml"]),
    "folders": ({".gitignore": "build/\n"}, ["build/a.yaml", "d/build/b.yaml", "d/a.yaml", "builds/a.yaml"]),
    "only folders": ({".gitignore": "out.yaml/\n"}, ["out.yaml", "d/out.yaml/x.yaml"]),
    "negation": ({".gitignore": "*.yaml\n!keep.yaml\n"}, ["a.yaml", "keep.yaml", "d/keep.yaml"]),
    "negation in an ignored folder": ({".gitignore": "out/\n!out/keep.yaml\n"}, ["out/keep.yaml", "keep.yaml"]),
    "negation behind out/*": ({".gitignore": "out/*\n!out/keep.yaml\n"}, ["out/keep.yaml", "out/a.yaml"]),
    "one folder of many": ({".gitignore": "charts/*\n!charts/mine/\n"}, ["charts/mine/d/a.yaml", "charts/other/b.yaml"]),
    "the file but not the folder": ({".gitignore": "w.yaml\n!w.yaml/\n"}, ["w.yaml", "d/w.yaml/a.yaml", "e/w.yaml"]),
    "all but": ({".gitignore": "*\n!*/\n!*.yaml\n"}, ["a.yaml", "a.json", "d/b.yaml", "d/b.json"]),
    "nested adds": ({"d/.gitignore": "b.yaml\n"}, ["b.yaml", "d/b.yaml", "d/e/b.yaml", "d/c.yaml"]),
    "nested takes back": ({".gitignore": "*.yaml\n", "d/.gitignore": "!*.yaml\n"}, ["a.yaml", "d/a.yaml", "d/e/a.yaml"]),
    "nested anchored": ({"d/.gitignore": "/a.yaml\n"}, ["a.yaml", "d/a.yaml", "d/e/a.yaml"]),
    "info/exclude": ({".git/info/exclude": "local.yaml\n"}, ["local.yaml", "d/local.yaml", "a.yaml"]),
    ".gitignore over info/exclude": ({".git/info/exclude": "[ab].yaml\n", ".gitignore": "!a.yaml\n"}, ["a.yaml", "b.yaml"]),
    "two stars": ({".gitignore": "**/gen/**\n"}, ["gen/a.yaml", "d/gen/e/a.yaml", "d/a.yaml"]),
    "no patterns": ({".gitignore": "# a comment\n\n   \n!\nb\\\n[z-a\nc.yaml\n"}, ["a.yaml", "b.yaml", "c.yaml"]),
    "BOM and CRLF": ({".gitignore": "\ufeffa.yaml\r\nb.yaml\r\n"}, ["a.yaml", "b.yaml", "c.yaml"]),
    "blanks at the end": ({".gitignore": "a.yaml  \n"}, ["a.yaml", "b.yaml"]),
}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge here")
@pytest.mark.parametrize("case", IGNORES)
def test_ignore_files_count_as_they_do_for_git(here: Path, case: str) -> None:
    ignores, files = IGNORES[case]
    git("init", "--quiet")
    plant(here, *files)
    for path, text in ignores.items():
        (here / path).write_text(text, newline="")
    expected = git("ls-files", "--others", "--exclude-standard", "-z").split("\0")
    assert set(paths_of(".")) == {path for path in expected if path.endswith((".yaml", ".json"))} != set(files)


def git(*arguments: str) -> str:
    quiet = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], env=quiet, check=True, capture_output=True, text=True).stdout


def repository(root: Path, ignored: str) -> None:
    (root / ".git/info").mkdir(parents=True)
    (root / ".gitignore").write_text(ignored)


def test_ignore_files_above_a_named_folder_count_up_to_the_repositorys_root(here: Path) -> None:
    plant(here, "repo/d/e/a.yaml", "repo/d/e/b.yaml", "repo/d/e/c.yaml", "repo/d/e/f.yaml")
    repository(here / "repo", "a.yaml\n")
    (here / "repo/.git/info/exclude").write_text("f.yaml\n")
    (here / "repo/d/.gitignore").write_text("/e/b.yaml\n")
    (here / ".gitignore").write_text("c.yaml\n")
    assert paths_of("repo/d/e") == ["repo/d/e/c.yaml"]


def test_without_a_repository_only_ignore_files_inside_count(here: Path) -> None:
    plant(here, "d/a.yaml", "d/b.yaml")
    (here / ".gitignore").write_text("a.yaml\n")
    (here / "d/.gitignore").write_text("b.yaml\n")
    assert paths_of("d") == ["d/a.yaml"]


def test_a_repository_inside_another_has_its_own_ignore_files(here: Path) -> None:
    repository(here, "a.yaml\n")
    plant(here, "inner/a.yaml", "inner/b.yaml")
    repository(here / "inner", "b.yaml\n")
    assert paths_of(".") == ["inner/a.yaml"]


def test_what_is_named_is_wanted_though_it_is_ignored(here: Path) -> None:
    repository(here, "build*\nlocal.yaml\n")
    plant(here, "build/a.yaml", "build/d/b.yaml", "build/build.yaml", "local.yaml")
    assert paths_of(".") == []
    assert paths_of("build", "local.yaml") == ["build/a.yaml", "build/build.yaml", "build/d/b.yaml", "local.yaml"]
    assert paths_of("build/d") == ["build/d/b.yaml"]


def test_an_ignore_file_that_is_a_pipe_or_a_link_is_passed_over(here: Path) -> None:
    plant(here, "a.yaml", "d/a.yaml")
    (here / "patterns").write_text("a.yaml\n")
    os.symlink("patterns", ".gitignore")
    os.mkfifo("d/.gitignore")
    assert paths_of(".") == ["a.yaml", "d/a.yaml"]


@pytest.mark.parametrize("pattern", ["a*" * 40 + "b", "*" * 40 + "b", "*" * 100_000])
def test_a_pattern_cannot_take_for_ever(here: Path, pattern: str) -> None:
    name = "a" * 200 + ".yaml"
    plant(here, name)
    (here / ".gitignore").write_text(pattern + "\n")
    with deadline(20):
        assert paths_of(".") == [name]


@contextmanager
def deadline(seconds: int) -> Iterator[None]:
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (("charts/",), ["a.yaml", "d/a.yaml"]),
        (("./charts/", "d"), ["a.yaml"]),
        (("/a.yaml",), ["charts/b.yaml", "d/a.yaml"]),
        (("*.yaml", "!d/a.yaml"), ["d/a.yaml"]),
        (("d/a.*",), ["a.yaml", "charts/b.yaml"]),
    ],
)
def test_exclude_counts_from_the_working_directory(here: Path, exclude: tuple[str, ...], left: list[str]) -> None:
    plant(here, "a.yaml", "charts/b.yaml", "d/a.yaml")
    assert paths_of(".", exclude=exclude) == left
    assert paths_of(str(here), exclude=exclude) == [f"{here}/{path}" for path in left]


def test_exclude_counts_in_a_named_folder_that_is_excluded(here: Path) -> None:
    plant(here, "charts/a.yaml", "charts/d/a.yaml", "d/a.yaml")
    assert paths_of("charts", "charts/d", "d", "../" + here.name, exclude=("charts/",)) == ["d/a.yaml"]


def test_exclude_does_not_touch_files_that_are_named(here: Path) -> None:
    plant(here, "a.yaml")
    assert paths_of("a.yaml", exclude=("*.yaml",)) == ["a.yaml"]


@pytest.mark.parametrize("pattern", ["!", "a\\", "[z-a]"])
def test_an_exclude_pattern_that_is_none_is_an_error(pattern: str) -> None:
    with pytest.raises(UsageError, match=r"exclude pattern .* cannot be read"):
        list(find([], [pattern]))


def test_pathspec_is_imported_only_where_an_ignore_file_stands(here: Path) -> None:
    plant(here, "a.yaml")
    script = "import sys; print([*map(read, find(['.'])), 'pathspec' in sys.modules][-1])"
    answers = []
    for ignored in ("", "b.yaml\n"):
        (here / ".gitignore").write_text(ignored)
        answers.append(child(script).stdout)
    assert answers == ["False\n", "True\n"]


# --- read -------------------------------------------------------------------------------------------------------------

TEXT = "kind: Pod  # café 🐳\r\nname: ü\rend"
ENCODED = {
    "utf-8": (TEXT.encode(), "utf-8", False),
    "utf-8 with BOM": (codecs.BOM_UTF8 + TEXT.encode(), "utf-8", True),
    "utf-16-le with BOM": (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le", True),
    "utf-16-be with BOM": (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", True),
    "utf-16-le without BOM": (TEXT.encode("utf-16-le"), "utf-16-le", False),
    "utf-16-be without BOM": (TEXT.encode("utf-16-be"), "utf-16-be", False),
}


@pytest.mark.parametrize("case", ENCODED)
def test_encodings_are_told_by_their_bytes_and_line_ends_stay(here: Path, case: str) -> None:
    data, encoding, bom = ENCODED[case]
    (here / "a.yaml").write_bytes(data)
    source = source_of("a.yaml")
    assert (source.text, source.encoding, source.bom, source.path, source.named) == (TEXT, encoding, bom, "a.yaml", True)


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"", ""), (codecs.BOM_UTF8, ""), (b"\0", "\0"), (b"\0\0\0\0", "\0\0\0\0"), (b"kind: \0Pod\0\0\0", "kind: \0Pod\0\0\0")],
)
def test_odd_bytes_that_are_text_stay_text(here: Path, data: bytes, text: str) -> None:
    (here / "a.yaml").write_bytes(data)
    assert source_of("a.yaml").text == text


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b"a: 1\nb: caf\xe9\n", 2, 7, "the byte 0xE9 in line 2 is not valid UTF-8; save the file as UTF-8"),
        (codecs.BOM_UTF8 + b"\xff", 1, 1, "the byte 0xFF in line 1 is not valid UTF-8"),
        ("é\r\nü\rx".encode() + b"\xc3", 3, 2, "the byte 0xC3 in line 3 is not valid UTF-8"),
        (codecs.BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"\x00\xd8", 2, 2, "in line 2 is not valid UTF-16; save the file as UTF-8"),
        ("abc".encode("utf-16-be") + b"\0", 1, 4, "is not valid UTF-16"),
        ("ab".encode("utf-32"), 1, 1, "UTF-32"),
        ("ab".encode("utf-32-be"), 1, 1, "UTF-32"),
        ("ab".encode("utf-32-le"), 1, 1, "UTF-32"),
    ],
)
def test_bytes_that_are_no_text_get_their_place_and_a_remedy(here: Path, data: bytes, line: int, column: int, message: str) -> None:
    (here / "a.yaml").write_bytes(data)
    answer = read(Found("a.yaml", False))
    assert isinstance(answer, Undecodable)
    assert (answer.path, answer.line, answer.column, answer.offset) == ("a.yaml", line, column, 0)
    assert message in answer.message


def test_a_file_over_the_limit_is_refused_by_its_size_alone(here: Path) -> None:
    with open("big.yaml", "wb") as stream:
        stream.truncate(2 << 30)
    with deadline(5):
        assert "it holds 2,048.0 MiB, and sidecarlint reads up to 64 MiB" in complaint("big.yaml")


def test_a_file_that_grows_past_the_limit_while_it_is_read_is_refused(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open("growing.yaml", "wb") as stream:
        stream.truncate(LIMIT)
    opened = os.open

    def grow_and_open(path: str, flags: int) -> int:
        os.truncate(path, LIMIT + 1)
        return opened(path, flags)

    monkeypatch.setattr(os, "open", grow_and_open)
    assert "more than 64 MiB" in complaint("growing.yaml")


def test_a_file_of_unknown_size_is_read_whole() -> None:
    if not os.path.exists("/proc/self/environ"):
        pytest.skip("no file here whose size is said to be 0")
    assert len(source_of("/proc/self/status").text) > 100


def test_stdin_is_read_from_its_stream() -> None:
    source = read_stdin(io.BytesIO(codecs.BOM_UTF8 + b"kind: Pod\n"))
    assert isinstance(source, Source)
    assert (source.path, source.text, source.bom, source.named) == ("-", "kind: Pod\n", True, True)


def test_stdin_has_the_same_limit_and_the_same_words() -> None:
    large, wrong = read_stdin(io.BytesIO(bytes(LIMIT + 1))), read_stdin(io.BytesIO(b"\xff"))
    assert isinstance(large, Unreadable)
    assert "more than 64 MiB" in large.message
    assert isinstance(wrong, Undecodable)
    assert wrong.path == "-"


def test_the_path_of_stdin_reads_stdin(here: Path) -> None:
    plant(here, "a.yaml")
    script = "print(read(Found('-', True)))"
    with open("a.yaml") as stream:
        assert "kind: Pod" in child(script, stdin=stream).stdout
    assert "standard input is closed; name a file" in child(f"import sys; sys.stdin = None; {script}").stdout


# --- write ------------------------------------------------------------------------------------------------------------


def listing() -> list[str]:
    return sorted(os.listdir("."))


@pytest.mark.parametrize("case", ENCODED)
def test_a_written_text_has_the_encoding_that_was_read(here: Path, case: str) -> None:
    data, encoding, _ = ENCODED[case]
    (here / "a.yaml").write_bytes(data)
    write(source_of("a.yaml"), TEXT.replace("Pod", "Job"))
    assert (here / "a.yaml").read_bytes() == data.replace("Pod".encode(encoding), "Job".encode(encoding)) != data
    write(source_of("a.yaml"), TEXT)
    assert (here / "a.yaml").read_bytes() == data
    assert listing() == ["a.yaml"]


def test_the_same_text_touches_nothing(here: Path) -> None:
    plant(here, "a.yaml")
    os.chmod("a.yaml", 0o400)
    before = os.stat("a.yaml")
    write(source_of("a.yaml"), "kind: Pod\n")
    assert os.stat("a.yaml") == before


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755, 0o666])
def test_the_mode_stays(here: Path, mode: int) -> None:
    plant(here, "a.yaml")
    os.chmod("a.yaml", mode)
    write(source_of("a.yaml"), "kind: Job\n")
    assert stat.S_IMODE(os.stat("a.yaml").st_mode) == mode
    assert (here / "a.yaml").read_text() == "kind: Job\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays_where_that_is_permitted(shared: Path) -> None:
    plant(shared, "a.yaml")
    os.chown("a.yaml", 1234, TEAM)
    os.chmod("a.yaml", 0o666)
    write(source_of("a.yaml"), "kind: Job\n")
    assert (os.stat("a.yaml").st_uid, os.stat("a.yaml").st_gid) == (1234, TEAM)
    with unprivileged():
        write(source_of("a.yaml"), "kind: CronJob\n")
    assert (os.stat("a.yaml").st_uid, os.stat("a.yaml").st_gid) == (NOBODY, TEAM)
    assert (shared / "a.yaml").read_text() == "kind: CronJob\n"
    assert stat.S_IMODE(os.stat("a.yaml").st_mode) == 0o666


def test_a_link_stays_a_link_and_its_target_is_replaced(here: Path) -> None:
    plant(here, "real/a.yaml")
    (here / "middle.yaml").symlink_to("real/a.yaml")
    (here / "link.yaml").symlink_to(here / "middle.yaml")
    write(source_of("link.yaml"), "kind: Job\n")
    assert (os.readlink("link.yaml"), os.readlink("middle.yaml")) == (str(here / "middle.yaml"), "real/a.yaml")
    assert (here / "real/a.yaml").read_text() == "kind: Job\n"
    assert listing() == ["link.yaml", "middle.yaml", "real"]
    assert os.listdir("real") == ["a.yaml"]


@pytest.mark.parametrize("name", ["a" * 250 + ".yaml", "a b'\"$.yaml", "ü.yaml"])
def test_odd_and_long_names_are_written(here: Path, name: str) -> None:
    plant(here, name)
    write(source_of(name), "kind: Job\n")
    assert (here / name).read_text() == "kind: Job\n"


def contents() -> list[tuple[str, bytes | bool]]:
    return [(name, os.path.isfile(name) and Path(name).read_bytes()) for name in listing()]


def refused(source: Source, message: str) -> None:
    """Writing must fail with this message, leave every file as it is, and leave no other file behind."""
    before = contents()
    with pytest.raises(WriteError, match=message) as caught:
        write(source, "kind: Job\n" * 20_000)
    said = str(caught.value)
    assert [said.startswith(f"{source.path}: "), said.endswith("The file is as it was."), "\n" in said] == [True, True, False]
    assert contents() == before


def become_pipe() -> None:
    os.remove("a.yaml")
    os.mkfifo("a.yaml")


def become_folder() -> None:
    os.remove("a.yaml")
    os.mkdir("a.yaml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: Path("a.yaml").write_text("kind: Sod\n"), "changed by somebody else since it was read; run again"),
        (lambda: Path("a.yaml").write_text("kind: Pod\n# more\n"), "changed by somebody else"),
        (lambda: Path("a.yaml").write_text(""), "changed by somebody else"),
        (lambda: os.remove("a.yaml"), "removed or renamed since it was read; run again"),
        (become_pipe, "changed by somebody else"),
        (become_folder, "cannot be written"),
        (lambda: os.chmod("a.yaml", 0o444), r"read-only; make it writable \(chmod u\+w\)"),
    ],
)
def test_a_file_that_is_no_longer_what_was_read_is_left_alone(here: Path, change: Callable[[], None], message: str) -> None:
    plant(here, "a.yaml")
    source = source_of("a.yaml")
    change()
    refused(source, message)


def test_a_file_or_a_folder_without_permission_is_left_alone(shared: Path) -> None:
    plant(shared, "others.yaml", "folder/a.yaml")
    os.chmod("folder/a.yaml", 0o666)
    os.chmod("folder", 0o555)
    if os.geteuid() != 0:
        os.chmod("others.yaml", 0o444)
    with unprivileged():
        refused(source_of("others.yaml"), "read-only")
        refused(source_of("folder/a.yaml"), "folder may not be written to; grant it")
    assert os.listdir("folder") == ["a.yaml"]


def test_stdin_is_never_written_to(here: Path) -> None:
    plant(here, "-")
    source = read_stdin(io.BytesIO(b"kind: Pod\n"))
    assert isinstance(source, Source)
    refused(source, "standard input cannot be written to")


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)], capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("a disk of our own may not be mounted here; the next test stands in")
    try:
        yield
    finally:
        os.chdir("/")
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_file(here: Path) -> None:
    (here / "disk").mkdir()
    with small_disk(here / "disk"):
        os.chdir("disk")
        plant(Path(), "a.yaml")
        refused(source_of("a.yaml"), "disk is full; free some space and run again")


@pytest.mark.parametrize(
    ("code", "message"), [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota"), (errno.EIO, "cannot be written")]
)
def test_a_disk_that_fails_at_the_last_moment_leaves_the_old_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, code: int, message: str
) -> None:
    def fail(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    plant(here, "a.yaml")
    monkeypatch.setattr(os, "fsync", fail)
    refused(source_of("a.yaml"), message)


def test_a_limit_on_the_size_of_files_leaves_the_old_file(here: Path) -> None:
    plant(here, "a.yaml")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        refused(source_of("a.yaml"), "cannot be written .*too large")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("blow", [KeyboardInterrupt, OSError(errno.EPERM, "not permitted")])
def test_dying_before_the_last_step_leaves_the_old_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, blow: BaseException | type[BaseException]
) -> None:
    seen: list[bytes] = []

    def die(new: str, old: str) -> None:
        seen.append(Path(new).read_bytes())
        raise blow

    plant(here, "a.yaml")
    monkeypatch.setattr(os, "replace", die)
    with pytest.raises((WriteError, KeyboardInterrupt)):
        write(source_of("a.yaml"), "kind: Job\n")
    assert seen == [b"kind: Job\n"]
    assert contents() == [("a.yaml", b"kind: Pod\n")]


def test_what_a_killed_run_leaves_is_never_read_as_a_manifest(here: Path) -> None:
    plant(here, "a.yaml")
    script = "import os; os.replace = lambda *_: os.kill(os.getpid(), 9); write(read(Found('a.yaml', True)), 'x')"
    assert child(script).returncode == -signal.SIGKILL
    assert len(listing()) == 2
    assert (here / "a.yaml").read_text() == "kind: Pod\n"
    assert paths_of(".") == ["a.yaml"]
