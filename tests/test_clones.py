"""Which local clone a remote reference of a kustomization leads to."""

from pathlib import Path

import pytest

from sidecarlint.sources.clones import clones, reference, resolved

# fmt: off
REFERENCES = {
    "github.com/org/repo//deploy/base?ref=v1": ("github.com/org/repo", "deploy/base"),
    "github.com/org/repo/deploy/base?ref=v1": ("github.com/org/repo", "deploy/base"),
    "github.com/org/repo?ref=v1": ("github.com/org/repo", ""),
    "github.com/Org/Repo.git//deploy": ("github.com/org/repo", "deploy"),
    "https://github.com/org/repo.git/deploy?ref=v1&timeout=10s": ("github.com/org/repo", "deploy"),
    "https://github.com/org/repo//deploy/": ("github.com/org/repo", "deploy"),
    "git@github.com:org/repo.git//deploy": ("github.com/org/repo", "deploy"),
    "git@github.com:org/repo": ("github.com/org/repo", ""),
    "ssh://git@git.example:2222/team/group/repo.git//deploy": ("git.example:2222/team/group/repo", "deploy"),
    "git::https://git.example/team/group/repo//deploy": ("git.example/team/group/repo", "deploy"),
    "https://raw.githubusercontent.com/org/repo/v1/deploy/all.yaml": ("github.com/org/repo", "deploy/all.yaml"),
}
# fmt: on
CONFIG = '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:org/repo.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n'


@pytest.mark.parametrize(("written", "expected"), REFERENCES.items(), ids=REFERENCES)
def test_a_reference(written: str, expected: tuple[str, str]) -> None:
    assert tuple(reference(written)) == expected


def clone(folder: Path, config: str = "") -> Path:
    (folder / "deploy").mkdir(parents=True)
    (folder / "deploy" / "kustomization.yaml").write_text("resources: []\n")
    if config:
        (folder / ".git").mkdir()
        (folder / ".git" / "config").write_text(config)
    return folder


# fmt: off
RESOLVED: dict[str, tuple[str, str, bool]] = {
    "by its remote": ("other-name", CONFIG, True),
    "by the name of its folder": ("repo", "", True),
    "another name": ("other-name", "", False),
    "the name, but a clone of another": ("repo", CONFIG.replace("org/", "fork/"), False),
    "another host": ("repo", CONFIG.replace("github.com", "git.example"), False),
}
# fmt: on


@pytest.mark.parametrize(("name", "config", "found"), RESOLVED.values(), ids=RESOLVED)
@pytest.mark.parametrize("inside", [False, True])
def test_where_it_leads(tmp_path: Path, name: str, config: str, found: bool, inside: bool) -> None:
    """A clone is named itself, or the folder that it lies in."""
    at = clone(tmp_path / "clones" / name, config)
    known = clones([str(at.parent if inside else at)])
    assert resolved("github.com/org/repo//deploy?ref=v1", known) == (str(at / "deploy") if found else "")


def test_a_clone_goes_before_a_folder_of_the_name(tmp_path: Path) -> None:
    clone(tmp_path / "a" / "repo")
    real = clone(tmp_path / "b" / "other", CONFIG)
    known = clones([str(tmp_path / "a"), str(tmp_path / "b")])
    assert resolved("github.com/org/repo//deploy", known) == str(real / "deploy")


@pytest.mark.parametrize("path", ["gone", "../../secret", "deploy/link"])
def test_nothing_outside_of_the_clone_is_read(tmp_path: Path, path: str) -> None:
    at = clone(tmp_path / "clones" / "repo")
    (tmp_path / "secret").mkdir()
    (at / "deploy" / "link").symlink_to(tmp_path / "secret")
    assert resolved(f"github.com/org/repo//{path}", clones([str(at)])) == ""
