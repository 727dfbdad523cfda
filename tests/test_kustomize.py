"""Kustomizations: which workloads a patch reaches, so that nobody rewrites a base alone."""

import os
from pathlib import Path
from textwrap import dedent

import pytest

from sidecarlint.documents import documents
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.workloads import Workload, workloads

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, image: web:1}, {name: proxy, image: proxy:1}]}}}
"""
CONTAINERS = "spec: {template: {spec: {containers: [{name: proxy, image: proxy:2}]}}}"
MERGE = f"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, {CONTAINERS}}}"
INDEXED = "[{op: replace, path: /spec/template/spec/containers/1/image, value: proxy:2}]"
BASE = {"base/web.yaml": DEPLOYMENT, "base/kustomization.yaml": "resources: [web.yaml]"}


def tree(folder: Path, files: dict[str, str]) -> Kustomizations:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text), encoding="utf-8")
    found = [str(path) for path in folder.rglob("*") if path.name in KUSTOMIZATIONS]
    return Kustomizations(found, read)


def read(path: str) -> str | None:
    return Path(path).read_text(encoding="utf-8") if os.path.isfile(path) else None


def deployment(text: str = DEPLOYMENT) -> Workload:
    return next(workloads(next(documents(text))))


def patching(folder: Path, files: dict[str, str], path: str = "base/web.yaml") -> str | None:
    """The kustomization that patches the workload of the base, as a path below the folder."""
    found = tree(folder, files).patching(str(folder / path), deployment(files[path]))
    return os.path.relpath(found, folder) if found else None


def over(text: str) -> dict[str, str]:
    """A base and an overlay."""
    return {**BASE, "over/kustomization.yaml": "resources: [../base]\n" + dedent(text)}


# fmt: off
PATCHED = [
    ("a patch file", over("patches: [{path: p.yaml}]") | {"over/p.yaml": MERGE}),
    ("a patch file in the old form", over("patchesStrategicMerge: [p.yaml]") | {"over/p.yaml": MERGE}),
    ("a patch file somewhere else", over("patches: [{path: ../patches/p.yaml}]") | {"patches/p.yaml": MERGE}),
    ("several patches in one file", over("patches: [{path: p.yaml}]") | {
        "over/p.yaml": MERGE.replace("name: web", "name: api", 1) + "\n---\n" + MERGE}),
    ("an inline patch", over(f"patches:\n- patch: |\n    {MERGE}")),
    ("an inline patch in the old form", over(f"patchesStrategicMerge:\n- |\n  {MERGE}\n")),
    ("a JSON patch of a file", over("patches: [{path: p.json, target: {kind: Deployment, name: web}}]") | {"over/p.json": INDEXED}),
    ("an inline JSON patch", over(f"patches:\n- target: {{kind: Deployment}}\n  patch: |\n    {INDEXED}")),
    ("a JSON patch in the old form", over("patchesJson6902: [{path: p.yaml, target: {kind: Deployment, name: web}}]")
        | {"over/p.yaml": INDEXED}),
    ("a target by an expression", over(f"patches:\n- target: {{kind: Deploy.*, name: w.b}}\n  patch: |\n    {INDEXED}")),
    ("a target by a broken expression", over(f"patches:\n- target: {{name: 'w['}}\n  patch: |\n    {INDEXED}")),
    ("a target by labels alone", over(f"patches:\n- target: {{labelSelector: app=web}}\n  patch: |\n    {INDEXED}")),
    ("a patch that names nothing", over("patches: [{path: p.yaml}]") | {"over/p.yaml": CONTAINERS}),
    ("a patch that cannot be read as YAML", over("patches: [{path: p.yaml}]") | {"over/p.yaml": "containers: [{name: proxy"}),
    ("a patch of init containers", over("patches: [{path: p.yaml}]") | {"over/p.yaml": MERGE.replace("containers", "initContainers")}),
    ("a component", over("components: [../part]") | {"part/kustomization.yaml": "kind: Component\npatches: [{path: p.yaml}]",
        "part/p.yaml": MERGE}),
    ("a renamed workload", over(f"namePrefix: dev-\npatches:\n- patch: |\n    {MERGE.replace('name: web', 'name: dev-web', 1)}")),
    ("a renamed workload by target", over(f"namePrefix: dev-\npatches:\n- target: {{name: dev-web}}\n  patch: |\n    {INDEXED}")),
    ("a replacement", over("replacements:\n- source: {kind: ConfigMap}\n  targets:\n"
        "  - select: {kind: Deployment, name: web}\n    fieldPaths: ['spec.template.spec.containers.[name=proxy].image']")),
    ("a replacement in a file", over("replacements: [{path: r.yaml}]") | {"over/r.yaml":
        "source: {kind: ConfigMap}\ntargets:\n- select: {kind: Deployment}\n  fieldPaths: [spec.template.spec.containers.0.image]"}),
    ("a transformer", over("transformers: [t.yaml]") | {"over/t.yaml": f"apiVersion: builtin\nkind: PatchTransformer\npatch: '{INDEXED}'"}),
]
UNTOUCHED = [
    ("no patch", over("")),
    ("a patch of something else in the workload", over("patches: [{path: p.yaml}]") | {
        "over/p.yaml": "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3}}"}),
    ("a patch of another workload", over("patches: [{path: p.yaml}]") | {"over/p.yaml": MERGE.replace("name: web", "name: api", 1)}),
    ("a patch of another kind", over("patches: [{path: p.yaml}]") | {"over/p.yaml": MERGE.replace("Deployment", "StatefulSet", 1)}),
    ("a target of another name", over(f"patches:\n- target: {{kind: Deployment, name: we}}\n  patch: |\n    {INDEXED}")),
    ("a target of another kind", over(f"patches:\n- target: {{kind: StatefulSet}}\n  patch: |\n    {INDEXED}")),
    ("another workload that is renamed", over(f"nameSuffix: -a\npatches:\n- patch: |\n    {MERGE.replace('name: web', 'name: api-a', 1)}")),
    ("a patch file that is missing", over("patches: [{path: p.yaml}]")),
    ("a replacement of another workload",
        over("replacements:\n- targets:\n  - select: {kind: StatefulSet}\n    fieldPaths: [spec.containers.0.image]")),
    ("an overlay of another base", over("") | {"over/kustomization.yaml": f"resources: [../else]\npatches:\n- patch: |\n    {MERGE}"}),
    ("an overlay of a remote base", over("") | {
        "over/kustomization.yaml": f"resources: ['https://example.org/a', 'github.com/a/b//c?ref=v1']\npatches:\n- patch: |\n    {MERGE}"}),
    ("an overlay of another base that shares a component", over("components: [../part]") | {"part/kustomization.yaml": "kind: Component",
        "twin/kustomization.yaml": f"resources: [../else]\ncomponents: [../part]\npatches:\n- patch: |\n    {MERGE}"}),
    ("a broken kustomization", over("") | {"over/kustomization.yaml": "resources: [../base\npatches: }"}),
    ("a kustomization that is no mapping", over("") | {"over/kustomization.yaml": "- ../base"}),
    ("an empty kustomization", over("") | {"over/kustomization.yaml": ""}),
]
# fmt: on


@pytest.mark.parametrize("files", [row[1] for row in PATCHED], ids=[row[0] for row in PATCHED])
def test_a_workload_whose_containers_are_patched(tmp_path: Path, files: dict[str, str]) -> None:
    assert patching(tmp_path, files) == ("part/kustomization.yaml" if "part/p.yaml" in files else "over/kustomization.yaml")


@pytest.mark.parametrize("files", [row[1] for row in UNTOUCHED], ids=[row[0] for row in UNTOUCHED])
def test_a_workload_that_nothing_patches(tmp_path: Path, files: dict[str, str]) -> None:
    assert patching(tmp_path, files) is None


def test_an_overlay_of_an_overlay_reaches_the_base(tmp_path: Path) -> None:
    files = over("") | {"top/kustomization.yml": f"bases: [../over]\npatches:\n- patch: |\n    {MERGE}"}
    assert patching(tmp_path, files) == "top/kustomization.yml"


def test_kustomizations_in_a_loop_come_to_an_end(tmp_path: Path) -> None:
    files = BASE | {
        "base/kustomization.yaml": "resources: [web.yaml, ../over]",
        "over/kustomization.yaml": "resources: [../base, ., ../over]",
    }
    assert patching(tmp_path, files) is None
    files["over/kustomization.yaml"] += f"\npatches:\n- patch: |\n    {MERGE}"
    assert patching(tmp_path, files) == "over/kustomization.yaml"


def test_a_kustomization_reaches_a_file_beside_it_only_when_it_names_it(tmp_path: Path) -> None:
    patches = f"\npatches:\n- patch: |\n    {MERGE}"
    assert patching(tmp_path, BASE | {"base/kustomization.yaml": "resources: [web.yaml]" + patches}) == "base/kustomization.yaml"
    assert patching(tmp_path, BASE | {"base/kustomization.yaml": "resources: [api.yaml]" + patches}) is None


def test_a_file_that_is_a_patch_is_known_as_one(tmp_path: Path) -> None:
    found = tree(tmp_path, over("patches: [{path: p.yaml}, {path: gone.yaml}]") | {"over/p.yaml": MERGE})
    assert found.patching_file(str(tmp_path / "over/p.yaml")) == str(tmp_path / "over/kustomization.yaml")
    assert found.patching_file(str(tmp_path / "over/../over/p.yaml")) == str(tmp_path / "over/kustomization.yaml")
    assert found.patching_file(str(tmp_path / "base/web.yaml")) is None


def test_a_linked_folder_is_the_folder_that_it_leads_to(tmp_path: Path) -> None:
    files = BASE | {"over/kustomization.yaml": f"resources: [linked]\npatches:\n- patch: |\n    {MERGE}"}
    (tmp_path / "over").mkdir()
    (tmp_path / "over" / "linked").symlink_to(tmp_path / "base")
    assert patching(tmp_path, files) == "over/kustomization.yaml"
