"""The trees of `fixtures` where neither helm nor kubectl is installed, and where they may not be run: what is written is what each tree has
for it as a whole, or nothing, and what could not be shown is said."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from sidecarlint.cli import main
from tests.conftest import CHECKOUT, Run

FIXTURES = CHECKOUT / "fixtures"
KINDS = ("values", "chart-moves", "kustomize-moves", "kustomize-brought")
TREES = [f"{kind}/{each.name}" for kind in KINDS for each in sorted((FIXTURES / kind).iterdir())]
LOOSE = ("charts", "gitops")
"""Trees that have no form of their own for afterwards."""
PATHS = {"kustomize-brought/remote-base": ("--context", "clones", "tower")}
"""What is named on the command line where that is not the tree itself."""

MOVED = (
    "values/night-ferry",
    "values/orchard",
    "values/parcel-tracker",
    "values/seed-bank",
    "chart-moves/ahead-of-the-app",
    "chart-moves/append",
    "chart-moves/body-in-a-define",
    "chart-moves/guarded-two-workloads",
    "chart-moves/literal-tail",
    "chart-moves/two-conditions",
    "chart-moves/two-helpers",
    "chart-moves/under-if",
    "chart-moves/under-with",
    "kustomize-moves/app-only",
    "kustomize-moves/generated-names",
)
"""The trees where the texts alone show what is right."""

PARTLY = ("chart-moves/guarded-two-helpers",)
"""The trees where the texts alone show what is right for one of the helpers, which then moves as a whole group."""

RENDERED = ("chart-moves/called-define",)
"""The trees whose helpers only a rendering shows: that nothing was rendered is all that is said."""

OWN_KINDS = ("kustomize-moves/configuration",)
"""The trees that need settings of their own to be fixed at all."""


class Way(NamedTuple):
    """How the programs come to be missing: options, what is said of charts, of templates, and of builds; and what is never said."""

    options: tuple[str, ...]
    charts: str
    template: str
    builds: str
    never: tuple[str, ...]


WAYS = {
    "not installed": Way(
        (),
        "charts were not rendered, only their templates were read: helm is not on PATH",
        "so only a rendering can show that the move is right, and helm is not on PATH",
        "install kubectl or kustomize, so that this can be proven",
        ("--no-exec",),
    ),
    "not to be run": Way(
        ("--no-exec",),
        "charts were not rendered, only their templates were read: --no-exec was given",
        "so only a rendering can show that the move is right, and --no-exec keeps helm from being run",
        "leave --no-exec away, so that this can be proven",
        ("not on PATH", "install kubectl"),
    ),
}

Ask = Callable[..., tuple[int, str]]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    found: str = request.param
    return WAYS[found]


@pytest.fixture
def ask(way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs a command over the current folder, or what is named of a tree, on a machine where nothing is installed: its exit code, and its
    report with single blanks. Nothing may go to stderr, and no exception may come out."""
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    if not way.options:
        monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    def asked(name: str, *words: str) -> tuple[int, str]:
        style = ("--style", "guarded") if "/guarded" in name and words[0] == "fix" else ()
        done = CliRunner().invoke(main, [*words, *style, *way.options, *PATHS.get(name, (".",))], catch_exceptions=False)
        assert done.stderr == ""
        assert not any(never in done.stdout for never in way.never)
        return done.exit_code, " ".join(done.stdout.split())

    return asked


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def planted(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a tree, in a repository of its own, as the current folder."""
    whole = FIXTURES / name
    before = whole / "before" if (whole / "before").is_dir() else whole
    (tmp_path / "it" / ".git").mkdir(parents=True)
    copy = Path(shutil.copytree(before, tmp_path / "it" / "tree"))
    monkeypatch.chdir(copy)
    return copy


@pytest.mark.parametrize("name", [*TREES, *LOOSE])
def test_check_reports(name: str, way: Way, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = planted(name, tmp_path, monkeypatch)
    before = files(folder)
    code, told = ask(name, "check")
    assert code == (1 if re.search(r"Found \d+ (error|warning)", told) else 0)
    assert (way.charts in told) == ((folder / "Chart.yaml").is_file() or name == "charts")
    assert files(folder) == before


@pytest.mark.parametrize("name", TREES)
def test_fix_moves_whole_groups_or_nothing(name: str, way: Way, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = planted(name, tmp_path, monkeypatch)
    wanted = files(FIXTURES / name / "after") if name in MOVED else files(folder)
    code, told = ask(name, "fix", "--unsafe", "--info")
    if name in PARTLY:
        assert re.search(r"Fixed 1 finding in 3 files; 1 finding is left\.", told)
        assert way.template in told
        return
    assert files(folder) == wanted
    assert "it needs --unsafe" not in told
    assert "Add --unsafe" not in told
    if name in MOVED:
        assert re.search(r"Fixed \d findings? in \d files?\.", told)
        assert code == 0
    else:
        assert "Nothing was changed: " in told
    if name in RENDERED:
        assert way.charts in told
    elif name not in MOVED and name not in OWN_KINDS and (FIXTURES / name / "after").is_dir():
        assert (way.template if name.startswith("chart") else way.builds) in told


@pytest.mark.parametrize("name", [*MOVED, *LOOSE])
def test_a_second_run_changes_nothing_more(name: str, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = planted(name, tmp_path, monkeypatch)
    ask(name, "fix", "--unsafe")
    once = files(folder)
    ask(name, "fix", "--unsafe")
    assert files(folder) == once


def test_what_is_left_keeps_the_exit_code(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted("kustomize-moves/merge-file", tmp_path, monkeypatch)
    code, told = ask("", "fix", "--unsafe")
    assert code == 1
    assert "- it was not done, for the reason that is told of its file below" in told
    assert "base/order-desk.yaml: overlays/production/log-shipper.yaml would have to follow, which no build has shown to be right" in told


def test_as_a_process(way: Way, tmp_path: Path, run: Run) -> None:
    """The same where the program starts on such a machine."""
    shutil.copytree(FIXTURES / "kustomize-moves" / "merge-file" / "before", tmp_path / "tree")
    (tmp_path / "nothing").mkdir()
    done = run("fix", "--unsafe", *way.options, "tree", env={"PATH": str(tmp_path / "nothing"), "XDG_STATE_HOME": str(tmp_path)})
    assert (done.code, done.err) == (1, "")
    assert way.builds in " ".join(done.out.split())
