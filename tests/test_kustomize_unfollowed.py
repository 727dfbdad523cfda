"""What a kustomization does to a pod that is not followed: then nothing moves without a build that shows it to be right."""

import os
from pathlib import Path

import pytest

from sidecarlint.pipeline import Input, fix
from sidecarlint.references.kustomize.builds import only_gathers
from sidecarlint.settings import Settings
from tests.carrying import graph_of, read
from tests.kustomizing import needs_kubectl, plant

FERRY = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ferry
spec:
  selector:
    matchLabels: {app: ferry}
  template:
    metadata:
      labels: {app: ferry}
    spec:
      containers:
      - name: ferry
        image: registry.example/ferry:3
      - name: cloud-sql-proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: ["shop:eu:ferry"]
"""
BASE = {"base/ferry.yaml": FERRY, "base/kustomization.yaml": "resources: [ferry.yaml]\n"}
PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
spec:
  template:
    spec:
      containers:
      - name: cloud-sql-proxy
        args: ["shop:us:ferry"]
"""


def _inline(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


RENAMES = """\
resources: [../base]
patches:
- target: {kind: KIND}
  patch: |-
    - {op: replace, path: /metadata/name, value: boat}
- patch: |-
"""
OUTSIDE = "resources: [../base/ferry.yaml]\npatches:\n- patch: |-\n" + _inline(PATCH.format(name="ferry"))
UNFOLLOWED: dict[str, dict[str, str]] = {
    "a patch that is a List": {
        **BASE,
        "over/kustomization.yaml": "resources: [../base]\npatches:\n- path: p.yaml\n",
        "over/p.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + PATCH.format(name="ferry").strip().replace("\n", "\n  ") + "\n",
    },
    "a patch for the name that another gives": {
        **BASE,
        "over/kustomization.yaml": RENAMES.replace("KIND", "Deployment") + _inline(PATCH.format(name="boat")),
    },
    "a kustomization beside the folder of the file": {"base/ferry.yaml": FERRY, "over/kustomization.yaml": OUTSIDE},
}


@pytest.mark.parametrize("files", UNFOLLOWED.values(), ids=UNFOLLOWED)
@pytest.mark.parametrize("no_exec", [True, pytest.param(False, marks=needs_kubectl)], ids=["unbuilt", "built"])
def test_nothing_moves_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], no_exec: bool) -> None:
    plant(tmp_path, files)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    mending = fix(Input(["."], None), Settings(no_exec=no_exec), True, False)
    told = [*(each.reason for each in mending.run.skipped), *(" ".join(each.fix.hazards) for each in mending.run.findings if each.fix)]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before
    assert not mending.rewritten
    assert any("over" in each for each in told), told


def test_the_file_behind_a_link_is_not_moved_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = "resources: [../base]\npatches:\n- patch: |-\n" + _inline(PATCH.format(name="ferry"))
    plant(tmp_path, {"base/kustomization.yaml": "resources: [ferry.yaml]\n", "real/ferry.yaml": FERRY, "over/kustomization.yaml": over})
    os.symlink("../real/ferry.yaml", tmp_path / "base" / "ferry.yaml")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    mending = fix(Input(["."], None), Settings(), True, False)
    assert (tmp_path / "real" / "ferry.yaml").read_text(encoding="utf-8") == FERRY
    assert ["over/kustomization.yaml would have to follow" in each.reason for each in mending.run.skipped] == [True]


def test_names_that_other_kinds_get_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = RENAMES.replace("KIND", "Namespace").removesuffix("- patch: |-\n")
    plant(tmp_path, {**BASE, "over/kustomization.yaml": over})
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    assert [each.path for each in fix(Input(["."], None), Settings(no_exec=True), True, False).rewritten] == ["base/ferry.yaml"]


# fmt: off
GATHERING: dict[str, tuple[str, bool]] = {
    "only others":            ("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n", True),
    "a file of its own":      ("resources: [../base, ../base/ferry.yaml]\n", False),
    "another name":           ("resources: [../base]\nnamePrefix: a-\n", False),
    "a patch":                ("resources: [../base]\npatches:\n- target: {kind: Deployment}\n  patch: '[]'\n", False),
    "what kustomize fetches": ("resources: [../base, 'https://git.example/shop//base?ref=v1']\n", False),
    "nothing":                ("", False),
}
# fmt: on


@pytest.mark.parametrize(("text", "only"), GATHERING.values(), ids=GATHERING)
def test_what_only_puts_others_together_need_not_be_built(tmp_path: Path, text: str, only: bool) -> None:
    plant(tmp_path, {**BASE, "top/kustomization.yaml": text})
    top = next(each for each in graph_of(tmp_path).all if each.folder.endswith("top"))
    assert only_gathers(top, [str(tmp_path / "base" / "ferry.yaml")], read) is only


def test_ways_that_differ_within_one_build_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = "- target: {kind: Deployment}\n  patch: |-\n    - {op: add, path: /spec/template/spec/containers/0/tty, value: true}\n"
    plant(tmp_path, {
        **BASE,
        "a/kustomization.yaml": "resources: [../base]\nnamePrefix: a-\n",
        "b/kustomization.yaml": "resources: [../base]\nnamePrefix: b-\npatches:\n- patch: |-\n" + _inline(PATCH.format(name="ferry")),
        "all/kustomization.yaml": "resources: [../a, ../b]\npatches:\n" + everywhere,
    })  # fmt: skip
    monkeypatch.chdir(tmp_path)
    mending = fix(Input(["base/ferry.yaml"], None), Settings(no_exec=True), True, True)
    hazards = [each.fix.hazards[0] for each in mending.run.findings if each.fix]
    assert hazards == [
        "this workload gets into all/kustomization.yaml by several ways, and all/kustomization.yaml would have to change differently for "
        "each: give each its own patch"
    ]
