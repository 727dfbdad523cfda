"""How the program that asks Kubernetes is built: where it lies, when it is built again, and what is said where it cannot be."""

import os
import shutil
from pathlib import Path

import pytest

from tests.apiserver import build

GO = shutil.which("go")


@pytest.fixture
def nothing_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for programs and modules, and no network."""
    for name in ("XDG_CACHE_HOME", "GOMODCACHE", "GOCACHE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("GOPROXY", "off")
    return tmp_path / "XDG_CACHE_HOME"


def test_it_is_not_built_where_there_is_no_go(nothing_cached: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(nothing_cached))
    with pytest.raises(build.Unavailable, match=r"^Go is not installed$"):
        build.program(build.NEWEST)


@pytest.mark.skipif(GO is None, reason="Go is not installed")
@pytest.mark.parametrize("proxy", ["off", "http://127.0.0.1:9"])
def test_it_is_not_built_where_there_is_no_network(nothing_cached: Path, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOPROXY", proxy)
    with pytest.raises(build.Unavailable, match=r"^Go's module proxy cannot be reached$"):
        build.program(build.NEWEST)
    assert [path.name for path in build.cache().iterdir()] == ["lock"]


@pytest.mark.skipif(GO is None, reason="Go is not installed")
def test_it_is_not_built_by_a_go_that_is_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOTOOLCHAIN", "local")
    (tmp_path / "go.mod").write_text("module a\ngo 1.999\n")
    with pytest.raises(build.Unavailable, match=r"^it needs Go 1\.999 or newer$"):
        build._go(tmp_path, "list", "-m")


@pytest.mark.skipif(GO is None, reason="Go is not installed")
def test_a_build_that_fails_is_no_reason_to_skip(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module a\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() { nothing() }\n")
    with pytest.raises(RuntimeError, match="undefined: nothing"):
        build._go(tmp_path, "build", "-o", os.devnull, ".")


def test_main_says_what_it_cannot_build(nothing_cached: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PATH", str(nothing_cached))
    build.main(["all"])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [f"Kubernetes {minor} cannot be asked: Go is not installed" for minor in build.RELEASES]


def test_what_is_cached_is_used_until_its_parts_change(nothing_cached: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(build.HERE, tmp_path / "apiserver")
    monkeypatch.setattr(build, "HERE", tmp_path / "apiserver")
    build.cache().mkdir(parents=True)
    made = build.cache() / f"1.33-{build.key('1.33')}"
    made.write_bytes(b"")
    assert build.program("1.33") == made
    assert build.key("1.33") != build.key("1.29")
    with (tmp_path / "apiserver" / "create.go").open("a") as code:
        code.write("// changed\n")
    assert made.name != f"1.33-{build.key('1.33')}"
