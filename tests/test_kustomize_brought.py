"""Helpers that only patches bring into pods: found where the patch brings them, and brought as sidecars."""

from pathlib import Path

import pytest

from tests.kustomize_moves import MOVES, applied, built, files, moved, planned, planted, roots
from tests.kustomizing import needs_kubectl

TREES: dict[str, tuple[str, str, dict[str, int]]] = {
    "brought-by-merge": ("legacy-auth-proxy", "kube-rbac-proxy", {"noord-gate-operator": 1}),
    "brought-by-component": ("job-never-completes", "cloud-sql-proxy", {}),
    "brought-to-list": ("legacy-log-shipper", "log-shipper", {"press": 1}),
    "brought-beside": ("legacy-proxy", "cloud-sql-proxy", {}),
    "brought-by-file": ("job-never-completes", "cloud-sql-proxy", {}),
}
"""By folder: what is found, the container, and how many init containers start before it, by workload."""


@needs_kubectl
@pytest.mark.parametrize(("name", "expected"), TREES.items(), ids=TREES)
def test_a_helper_is_brought_as_a_sidecar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, expected: tuple[str, str, dict[str, int]]
) -> None:
    tree, (rule, container, ahead) = planted(name, tmp_path), expected
    monkeypatch.chdir(tree)
    before = {root: built(root) for root in roots(tree)}
    (found,) = planned(Path())
    assert (found.finding.rule, found.finding.container) == (rule, container)
    assert found.plan is not None, found.finding.fix
    applied(found.plan.elsewhere)
    if not (MOVES / name / "after").exists():
        import shutil

        shutil.copytree(tree, MOVES / name / "after")
    assert files(tree) == files(MOVES / name / "after")
    assert {root: built(root) for root in roots(tree)} == {root: moved(each, container, ahead) for root, each in before.items()}
    assert [each.finding.rule for each in planned(Path())] == []
