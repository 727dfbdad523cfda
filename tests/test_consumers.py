"""Bases that are also built at another revision of their own repository: no move in them is safe."""

from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.findings import Finding
from sidecarlint.settings import Settings
from tests.kustomizing import plant
from tests.test_clones import CONFIG

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: tally}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: tally
        image: registry.example/cellar/tally:3
        command: [tally, --once]
      - name: cloud-sql-proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: [--port=5432, "cellar:europe-west1:tally"]
"""
BASE = {"base/job.yaml": JOB, "base/kustomization.yaml": "resources: [job.yaml]\n"}
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: tally}
spec:
  source:
    repoURL: %s
    targetRevision: %s
    path: base
    kustomize:
      patches: [{patch: '[{op: add, path: /metadata/labels, value: {a: b}}]', target: {kind: Job}}]
"""
FLUX = """\
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: cellar, namespace: flux-system}
spec: {url: %s, ref: {%s}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: tally, namespace: flux-system}
spec:
  path: ./base
  sourceRef: {kind: GitRepository, name: cellar}
  patches: [{patch: '[{op: add, path: /metadata/labels, value: {a: b}}]', target: {kind: Job}}]
"""
URL = "https://github.com/org/repo"


def over(*written: str) -> dict[str, str]:
    """Kustomizations that take in something from elsewhere, each in a folder of its own."""
    return {f"over-{number}/kustomization.yaml": f"resources: ['{each}']\n" for number, each in enumerate(written)}


def moving(folder: Path, files: dict[str, str], config: str = CONFIG) -> Finding:
    """The finding about the helper of the base."""
    plant(folder, BASE | files | {".git/config": config})
    (found,) = (each for each in pipeline.check(pipeline.Input(["base"], None), Settings()).findings if each.rule == "job-never-completes")
    assert found.fix is not None
    return found


SAID = "consumers not seen: {} builds it at another revision ({})"
ONE = "over-0/kustomization.yaml"
FIRST = SAID.format(ONE, "?ref=v1")
CONSUMED: dict[str, tuple[dict[str, str], str]] = {
    "a tag": (over("https://github.com/org/repo//base?ref=v1"), FIRST),
    "by SSH": (over("git@github.com:org/repo.git//base?ref=v1"), FIRST),
    "no scheme": (over("github.com/org/repo/base?timeout=9s&ref=v1"), FIRST),
    "the old word": (over("github.com/org/repo//base?version=v1"), SAID.format(ONE, "?version=v1")),
    "the default branch": (
        over("https://github.com/org/repo//base"),
        "consumers not seen: over-0/kustomization.yaml builds it from the default branch",
    ),
    "the file itself": (over("https://raw.githubusercontent.com/org/repo/v1/base/job.yaml"), SAID.format(ONE, "v1")),
    "a fork": (over("https://github.com/someone/repo//base?ref=v1"), FIRST),
    "by way of an overlay": (
        over("https://github.com/org/repo//prod?ref=v1") | {"prod/kustomization.yaml": "resources: [../base]\n"},
        FIRST,
    ),
    "a component": (
        {"over-0/kustomization.yaml": "components: ['https://github.com/org/repo//base?ref=v1']\n"}, FIRST
    ),
    "two": (over(*(f"https://github.com/org/repo//base?ref=v{each}" for each in "12")), FIRST + "; so does one other"),
    "three": (over(*(f"https://github.com/org/repo//base?ref=v{each}" for each in "123")), FIRST + "; so do 2 others"),
    "Argo CD": ({"argo.yaml": ARGO % (URL, "v1.2.0")}, SAID.format("the Application tally in argo.yaml", "v1.2.0")),
    "Flux, a tag": ({"flux.yaml": FLUX % (URL, "tag: v1.2.0")}, SAID.format("the Flux Kustomization tally in flux.yaml", "v1.2.0")),
    "Flux, a branch": ({"flux.yaml": FLUX % (URL, "branch: stable")}, SAID.format("the Flux Kustomization tally in flux.yaml", "stable")),
}  # fmt: skip


@pytest.mark.parametrize(("files", "said"), CONSUMED.values(), ids=CONSUMED)
def test_a_base_with_consumers_that_are_not_seen(files: dict[str, str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fix = moving(tmp_path, files).fix
    assert fix is not None
    assert (fix.applicability, fix.hazards[-1]) == ("unsafe", said)


SEEN = {
    "nobody else": {},
    "another repository": over("https://github.com/org/other//base?ref=v1"),
    "another base of it": over("https://github.com/org/repo//prod?ref=v1") | {"prod/kustomization.yaml": "resources: []\n"},
    "a place that is no longer there": over("https://github.com/org/repo//gone?ref=v1"),
    "a folder": over("../base"),
    "a folder of the name that is missing": over("../repo"),
    "Argo CD, as it is": {"argo.yaml": ARGO % (URL, "HEAD")},
    "Argo CD, another repository": {"argo.yaml": ARGO % ("https://github.com/org/other", "v1.2.0")},
    "Flux, as it is": {"flux.yaml": FLUX % (URL, "branch: main")},
    "Flux, another repository": {"flux.yaml": FLUX % ("https://github.com/org/other", "tag: v1.2.0")},
}


@pytest.mark.parametrize("files", SEEN.values(), ids=SEEN)
def test_a_base_whose_consumers_are_seen(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fix = moving(tmp_path, files).fix
    assert fix is not None
    assert not any("consumers not seen" in each for each in fix.hazards)


@pytest.mark.parametrize(("folder", "told"), [("repo", True), ("other", False)])
def test_without_remotes_the_folder_has_the_name(folder: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / folder)
    fix = moving(tmp_path / folder, over("https://github.com/org/repo//base?ref=v1"), "").fix
    assert fix is not None
    assert any("consumers not seen" in each for each in fix.hazards) == told


def test_fix_leaves_such_a_base_alone_until_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    plant(tmp_path, BASE | over("https://github.com/org/repo//base?ref=v1") | {".git/config": CONFIG})
    given = pipeline.Input(["base"], None)
    assert pipeline.fix(given, Settings(no_exec=True), unsafe=False, show_only=False).rewritten == ()
    assert Path("base/job.yaml").read_text() == JOB
    (done,) = pipeline.fix(given, Settings(no_exec=True), unsafe=True, show_only=False).rewritten
    assert done.path == "base/job.yaml"
