"""Builds by the real kubectl: what is built, what is said of what is not, and copies in which files have other texts."""

import os
import socket
import sys
from pathlib import Path

import pytest

from sidecarlint.sources import building
from sidecarlint.sources.building import Builder, Built, Failed, Staged, builder, staged
from tests.kustomizing import needs_kubectl, plant

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n"


def built(folder: Path) -> Built | Failed:
    found = builder(False)
    assert found is not None
    return found.build(str(folder))


def tree(folder: Path, **texts: str) -> Path:
    """A kustomization for each folder, beside a file x.yaml that holds an object of that folder's name."""
    plant(folder, {f"{name}/kustomization.yaml": text for name, text in texts.items()})
    plant(folder, {f"{name}/x.yaml": CONFIG % name for name in texts})
    return folder


@needs_kubectl
def test_what_a_kustomization_makes(tmp_path: Path) -> None:
    tree(tmp_path, base="resources: [x.yaml]\n", over="resources: [../base]\nnamePrefix: a-\n")
    assert built(tmp_path / "over") == Built(CONFIG % "a-base")


# fmt: off
FAILED = {
    "a folder that is missing": ("resources: [../nope]\n", "../nope does not exist"),
    "a file that is missing": ("resources: [nope.yaml]\n", "nope.yaml does not exist"),
    "a component that is missing": ("components: [../nope]\n", "/nope does not exist"),
    "a patch that is missing": ("patches: [{path: nope.yaml}]\n", "/over/nope.yaml does not exist"),
    "what lies below is broken": ("resources: [../broken]\n", "nope.yaml does not exist"),
    "what lies below is no YAML": ("resources: [../torn]\n", "bad.yaml: MalformedYAMLError: yaml: line 1: "),
    "twice the same": ("resources: [../base, ../base/../base]\nbases: [../twin]\n",
        "may not add resource with an already registered id: ConfigMap"),
    "a patch that is no patch": ("resources: [../base]\npatches: [{path: x.yaml, target: {kind: ConfigMap}}, {patch: '- a'}]\n",
        "unable to parse SM or JSON patch from "),
    "an operation that fails": (
        "resources: [../base]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - {op: test, path: /kind, value: A}\n",
        "testing value /kind failed"),
    "a chart": ("helmCharts: [{name: web, repo: https://charts.example}]\n", "must specify --enable-helm"),
    "a remote file": ("resources: ['https://config.example/web.yaml']\n",
        "https://config.example/web.yaml is remote, and nothing is fetched"),
    "a remote repository": ("resources: ['https://github.com/shop-example/config//base?ref=v1']\n",
        "base?ref=v1 is remote, and nothing is fetched"),
    "a remote repository by SSH": ("resources: ['git@github.com:shop-example/config.git']\n",
        "git@github.com:shop-example/config.git is remote, and nothing is fetched"),
}
# fmt: on


@needs_kubectl
@pytest.mark.parametrize(("text", "said"), FAILED.values(), ids=FAILED)
def test_what_is_said_of_what_is_not_built(tmp_path: Path, text: str, said: str) -> None:
    tree(tmp_path, base="resources: [x.yaml]\n", twin="resources: [../base]\n", broken="resources: [nope.yaml]\n", over=text)
    plant(tmp_path, {"torn/kustomization.yaml": "resources: [bad.yaml]\n", "torn/bad.yaml": "a: [\n"})
    found = built(tmp_path / "over")
    assert isinstance(found, Failed)
    assert said in found.reason
    assert "\n" not in found.reason
    assert len(found.reason) < 250


@needs_kubectl
def test_no_program_of_the_tree_is_run(tmp_path: Path) -> None:
    function = """
        apiVersion: example/v1
        kind: Generator
        metadata:
          name: mine
          annotations:
            config.kubernetes.io/function: "exec: {path: ./run.sh}"
        """
    plant(tmp_path, {"kustomization.yaml": "generators: [g.yaml]\n", "g.yaml": function, "run.sh": f"#!/bin/sh\ntouch {tmp_path}/ran\n"})
    (tmp_path / "run.sh").chmod(0o755)
    assert isinstance(built(tmp_path), Failed)
    assert not (tmp_path / "ran").exists()


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!{sys.executable}\n{script}\n")
    (folder / name).chmod(0o755)


def test_the_program_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert builder(False) is None
    program(tmp_path / "bin", "kustomize", "import sys; print(sys.argv[1:])")
    assert builder(False) == Builder((str(tmp_path / "bin" / "kustomize"), "build"))
    assert built(tmp_path) == Built(f"{['build', str(tmp_path)]}\n")
    program(tmp_path / "bin", "kubectl", "")
    assert builder(False) == Builder((str(tmp_path / "bin" / "kubectl"), "kustomize"))
    assert builder(True) is None


def test_what_a_program_sees_of_its_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "kubectl", "import os; print(sorted(os.environ), os.environ['HOME'], os.getcwd())")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("KUBECONFIG", "secret")
    found = built(tmp_path)
    assert isinstance(found, Built)
    assert "KUBECONFIG" not in found.text
    assert os.path.expanduser("~") not in found.text.split()


def test_a_program_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "kubectl", "import time; time.sleep(60)")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(building, "SECONDS", 0.2)
    assert built(tmp_path) == Failed("it did not end within 0 s")


# fmt: off
SAID = {
    "the usual way": ("# Warning: 'bases' is deprecated.\nerror: no such thing\n", "no such thing"),
    "standalone": ("Error: no such thing\n", "no such thing"),
    "with a log line": ('E1122 08:18:14.96 7051 run.go:72] "command failed" err="say \\"a\\""\n', 'say "a"'),
    "with a log line and several lines": ('E1122 08:18:14.96 7051 run.go:72] "command failed" err=<\n\tone\n\ttwo\n >\n', "one two"),
    "something else": ("panic\n", "panic"),
    "nothing": ("", "it says no reason"),
    "much": ("error: " + "word " * 100, "word " * 48 + "..."),
}
# fmt: on


@pytest.mark.parametrize(("words", "told"), SAID.values(), ids=SAID)
def test_the_telling_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, told: str) -> None:
    program(tmp_path / "bin", "kubectl", f"import sys; sys.exit(sys.stderr.write({words!r}) or 1)\nsys.exit(1)")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert built(tmp_path) == Failed(told)


# Copies


def copied(top: Path, folders: list[str], texts: dict[str, str] | None = None) -> dict[str, str]:
    """The files of a copy, by their paths in it, with their texts."""
    with staged(str(top), [str(top / each) for each in folders], {str(top / path): text for path, text in (texts or {}).items()}) as copy:
        assert isinstance(copy, Staged)
        found = [path for path in Path(copy.top).rglob("*") if path.is_file()]
        return {str(path.relative_to(copy.top)): path.read_text() for path in sorted(found)}


def test_a_copy_holds_what_is_asked_for(tmp_path: Path) -> None:
    plant(tmp_path, {"a/b/one": "1", "a/two": "2", "c/three": "3", "four": "4", "a/.git/config": "no", "a/node_modules/x": "no"})
    assert copied(tmp_path, ["a", "a/b"]) == {"a/b/one": "1", "a/two": "2"}
    assert copied(tmp_path, ["a/b", "c"]) == {"a/b/one": "1", "c/three": "3"}


def test_a_copy_with_new_texts(tmp_path: Path) -> None:
    plant(tmp_path, {"a/one": "1", "a/two": "2"})
    texts = {"a/one": "new\r\n", "a/more/three": "3", "../outside": "no"}
    assert copied(tmp_path, ["a"], texts) == {"a/one": "new\n", "a/two": "2", "a/more/three": "3"}
    assert (tmp_path / "a" / "one").read_text() == "1"
    assert not (tmp_path.parent / "outside").exists()


def test_links_in_a_copy(tmp_path: Path) -> None:
    plant(tmp_path, {"tree/a/one": "1", "tree/b/two": "2", "tree/c/three": "3", "secret/key": "k"})
    (tmp_path / "tree/a/to-file").symlink_to("../b/two")
    (tmp_path / "tree/a/to-folder").symlink_to(tmp_path / "tree" / "c")
    (tmp_path / "tree/a/up").symlink_to("..")
    (tmp_path / "tree/a/lost").symlink_to("nowhere")
    for name, target in (("out", tmp_path / "secret"), ("out-file", tmp_path / "secret/key"), ("round", tmp_path / "tree/../secret/key")):
        (tmp_path / "tree/a" / name).symlink_to(target)
    with staged(str(tmp_path / "tree"), [str(tmp_path / "tree/a")], {str(tmp_path / "tree/a/to-file"): "new"}) as copy:
        assert isinstance(copy, Staged)
        top = Path(copy.at(str(tmp_path / "tree")))
        assert (top / "a/to-file").read_text() == (top / "b/two").read_text() == "new"
        assert (top / "a/to-folder/three").read_text() == "3"
        assert sorted(os.path.basename(path) for path in copy.outside) == ["out", "out-file", "round"]
        assert [path for path in top.rglob("*") if not str(path.resolve()).startswith(str(top))] == []
        assert copy.as_known(f"{copy.top}/a is lost") == f"{tmp_path}/tree/a is lost"
    assert (tmp_path / "tree/b/two").read_text() == "2"
    assert not top.exists()


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    plant(tmp_path, {"a/one": "1"})
    os.mkfifo(tmp_path / "a" / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = os.getcwd()
        try:
            os.chdir(tmp_path)
            listening.bind("a/socket")
        finally:
            os.chdir(here)
        assert copied(tmp_path, ["a"]) == {"a/one": "1"}


def test_too_much_to_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, {f"a/{number}": "1234" for number in range(5)})
    monkeypatch.setattr(building, "_MOST_FILES", 4)
    with staged(str(tmp_path), [str(tmp_path / "a")], {}) as copy:
        assert copy == Failed("there are more than 4 files, or 256 MiB, to copy for it")
    monkeypatch.setattr(building, "LIMIT", 3)
    (tmp_path / "a" / "4").unlink()
    assert copied(tmp_path, ["a"], {"a/2": "12"}) == {"a/2": "12"}


def test_what_cannot_be_copied(tmp_path: Path) -> None:
    plant(tmp_path, {"a/one": "1"})
    with staged(str(tmp_path), [str(tmp_path / "a")], {str(tmp_path / "a/one/two"): "x"}) as copy:
        assert isinstance(copy, Failed)
        assert "a/one/two cannot be written in a copy (" in copy.reason
