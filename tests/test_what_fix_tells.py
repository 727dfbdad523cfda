"""What `fix` tells of files that change together: where people find a finding, what became of it, and what to do next."""

from pathlib import Path

import pytest

from sidecarlint.pipeline import Input, fix
from sidecarlint.reports import Style, text
from sidecarlint.settings import Settings
from tests.kustomizing import needs_kubectl, plant
from tests.test_kustomize_unfollowed import BASE, FERRY, PATCH

SHIPPER = "      - name: fluent-bit\n        image: fluent/fluent-bit:3.1.9\n"
FOLLOWED = "resources: [../base]\npatches:\n- path: p.yaml\n"


def told(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch, unsafe: bool = True, no_exec: bool = True) -> str:
    plant(folder, files)
    monkeypatch.chdir(folder)
    mending = fix(Input(["."], None), Settings(no_exec=no_exec), unsafe, True)
    return " ".join(text.fix(mending, Style()).split())


def test_a_dropped_fix_does_not_ask_for_what_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = told(tmp_path, {**BASE, "over/kustomization.yaml": FOLLOWED, "over/p.yaml": PATCH.format(name="ferry")}, monkeypatch)
    assert "it was not done, for the reason that is told of its file below" in report
    assert "over/p.yaml would have to follow, which no build has shown to be right; leave --no-exec away" in report
    assert "needs --unsafe" not in report
    assert "Add --unsafe" not in report


def test_a_fix_that_was_not_asked_for_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**BASE, "over/kustomization.yaml": FOLLOWED, "over/p.yaml": PATCH.format(name="ferry")}
    report = told(tmp_path, files, monkeypatch, unsafe=False)
    assert "it needs --unsafe" in report
    assert "Add --unsafe to fix it too" in report


def test_findings_stand_where_they_are_in_the_file_that_people_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = FERRY.replace("kind: Deployment", "kind: StatefulSet") + SHIPPER
    line = job.splitlines().index(SHIPPER.splitlines()[0]) + 1
    report = told(tmp_path, {"ferry.yaml": job}, monkeypatch)
    assert f"ferry.yaml:{line} legacy-log-shipper fluent-bit" in report


@needs_kubectl
def test_a_patch_is_not_drawn_as_a_pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = FERRY.split("      - name: cloud-sql-proxy")[0]
    patch = PATCH.format(name="ferry") + "        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n"
    files = {**BASE, "base/ferry.yaml": bare, "over/kustomization.yaml": FOLLOWED, "over/p.yaml": patch}
    report = told(tmp_path, files, monkeypatch, no_exec=False)
    assert "Bring cloud-sql-proxy as a sidecar" in report
    assert "stops:" not in report
