"""Helpers in values whose chart is patched, or given single parameters, beside them: such a helper stays until people change both."""

from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.settings import Settings
from tests.kustomizing import Stopped, build, needs_kubectl
from tests.test_values_layers import APPLICATION, LISTED, RELEASE, found, indented, placed, reasons

APP = APPLICATION + "      valuesObject:\n" + indented(LISTED, 8)
FILE = "a.yaml"


def by_hand(what: str) -> str:
    return f"the patch in line {what} may speak of cloud-sql-proxy, of init containers or of places in a list; change both by hand"


def rendered(patch: str) -> dict[str, str]:
    """A HelmRelease with a patch over what its chart renders, ahead of its values."""
    renderers = f"  postRenderers:\n  - kustomize:\n      patches:\n      - patch: '{patch}'\n  values:"
    return {FILE: RELEASE.replace("  values:", renderers) + indented(LISTED, 4)}


def released(more: str) -> dict[str, str]:
    """A helmfile with more in its only release."""
    release = "releases:\n- name: quay\n  chart: harbour/quay\n"
    return {"helmfile.yaml": release + indented(more, 2) + "  values:\n  - initContainers: []\n" + indented(LISTED, 4)}


def charted(more: str) -> dict[str, str]:
    """A kustomization that has a chart rendered, and says more."""
    values = f"helmCharts:\n- name: quay\n  valuesInline:\n{indented(LISTED, 4)}"
    return {"quay/kustomization.yaml": more + values}


ORDER = "[{{op: {}, path: /spec/template/spec/{}}}]".format
NAMED = "{kind: Deployment, metadata: {name: quay}, spec: {template: {spec: {containers: [{name: %s, tty: true}]}}}}"
BUILT = "quay/kustomization.yaml patches this workload's containers and may have to change with it"
OVER = "prod/kustomization.yaml patches this workload's containers and may have to change with it"
STAYS = {
    "a renderer of Flux, by name": (rendered(NAMED % "cloud-sql-proxy"), by_hand(f"9 of {FILE}")),
    "by index": (rendered(ORDER("remove", "containers/1")), by_hand(f"9 of {FILE}")),
    "by the other list": (rendered(ORDER("remove", "initContainers")), by_hand(f"9 of {FILE}")),
    "helmfile, merged": (released(f"strategicMergePatches:\n- {NAMED % 'cloud-sql-proxy'}\n"), by_hand("5 of helmfile.yaml")),
    "helmfile, by index": (
        released(f"jsonPatches:\n- target: {{kind: Deployment, name: quay}}\n  patch: {ORDER('remove', 'containers/0/args')}\n"),
        by_hand("6 of helmfile.yaml"),
    ),
    "helmfile, in a file": (released("strategicMergePatches: [patch.yaml]\n"), by_hand("4 of helmfile.yaml")),
    "helmfile, a parameter": (
        released("set: [{name: 'sidecars[0].image', value: x}]\n"),
        "sidecars[0].image below set counts on a place in the list; change it with the move by hand",
    ),
    "helmfile, the list itself": (
        released("set: [{name: sidecars, values: []}]\n"),
        "sidecars below set sets the list as well; move the helpers by hand",
    ),
    "a targetPath of Flux": (
        {FILE: RELEASE.replace("  values:", "  valuesFrom: [{kind: Secret, name: q, targetPath: 'initContainers[0].image'}]\n  values:")
        + indented(f"initContainers: []\n{LISTED}", 4)},
        "the targetPath initContainers[0].image below valuesFrom counts on a place in the list; change it with the move by hand",
    ),
    "a file for a parameter of Argo CD": (
        {FILE: APP.replace("      valuesObject", "      fileParameters: [{name: 'sidecars[0].args[1]', path: a.txt}]\n      valuesObject")},
        "the parameter sidecars[0].args[1] of Argo CD counts on a place in the list; change it with the move by hand",
    ),
    "a chart of kustomize": (charted(f"patches:\n- patch: '{NAMED % 'cloud-sql-proxy'}'\n"), BUILT),
    "a replacement over it": (
        charted("replacements:\n- source: {kind: ConfigMap, name: c, fieldPath: data.tag}\n"
            "  targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.1.image]}]\n"),
        BUILT,
    ),
    "an overlay over it": (
        charted("") | {"prod/kustomization.yaml": f"resources: [../quay]\npatches:\n- patch: '{NAMED % 'cloud-sql-proxy'}'\n"},
        OVER,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "why"), STAYS.values(), ids=STAYS)
def test_a_helper_that_stays(files: dict[str, str], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    placed(tmp_path, files)
    (each,) = [each for each in found(Path()) if each.rule == "legacy-proxy"]
    assert each.fix is not None
    assert each.fix.applicability == "manual"
    assert reasons(each)[0] == why


GOES = {
    "another container": rendered(NAMED % "quay"),
    "a container whose name begins like it": rendered(NAMED % "cloud-sql-proxy-2"),
    "no container at all": rendered("[{op: replace, path: /spec/replicas, value: 2}]"),
    "a patch in another release": {
        FILE: RELEASE + indented(LISTED, 4) + "---\n" + rendered(ORDER("remove", "containers/1"))[FILE].replace("sidecars", "others")
    },
    "another parameter": {FILE: APP.replace("      valuesObject", "      parameters: [{name: 'hosts[0]', value: q}]\n      valuesObject")},
    "a chart of kustomize": charted(f"patches:\n- patch: '{NAMED % 'quay'}'\n"),
    "an overlay over it": charted("") | {"prod/kustomization.yaml": "resources: [../quay]\nnamePrefix: prod-\n"},
}


@pytest.mark.parametrize("files", GOES.values(), ids=GOES)
def test_a_helper_that_may_go(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    placed(tmp_path, files)
    (each,) = found(Path())
    assert each.fix is not None
    assert each.fix.applicability == "unsafe"


@needs_kubectl
def test_values_of_kustomize_move_where_it_cannot_be_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """kubectl renders no chart, with or without a patch beside it."""
    placed(tmp_path, charted(""))
    with pytest.raises(Stopped, match="enable-helm"):
        build(tmp_path / "quay")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    done = pipeline.fix(pipeline.Input(["quay"], None), Settings(), unsafe=True, show_only=False)
    assert [each.path for each in done.rewritten] == ["quay/kustomization.yaml"]
    assert "restartPolicy: Always" in Path("quay/kustomization.yaml").read_text()
