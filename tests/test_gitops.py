"""Objects of Flux, Argo CD and helmfile as layers over a folder: what they make of a pod is what kustomize builds of the same patches."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
import yaml

from sidecarlint.documents import at, documents
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Beside, Kustomizations
from sidecarlint.references.kustomize.breaches import walk
from sidecarlint.references.kustomize.gitops import speaking_patches
from sidecarlint.references.kustomize.graph import Way
from sidecarlint.workloads import workloads
from tests.kustomizing import named, needs_kubectl, plant, pods
from tests.test_kustomize_pods import BASE, HEAD, merge, operations, read

Files = dict[str, str]
NEW = "value: {name: new, image: new:1}"
PART = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n"


def flux(spec: str, path: str = "./base") -> str:
    head = f"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: web}}\nspec:\n  path: {path}\n"
    return head + indent(dedent(spec), "  ")


def argo(kustomize: str = "", path: str = "base", more: str = "") -> str:
    head = f"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec:\n  source:\n    path: {path}\n"
    return head + (f"    kustomize:\n{indent(dedent(kustomize), '      ')}" if kustomize else "") + indent(dedent(more), "  ")


def graph(folder: Path, files: Files) -> Kustomizations:
    plant(folder, files)
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    kustomizations = [str(path) for path in found if path.name in KUSTOMIZATIONS]
    return Kustomizations(kustomizations, read, Beside(tuple(str(path) for path in found if path.suffix == ".yaml"), str(folder)))


def built_by_object(found: Kustomizations, path: Path) -> Way:
    (way,) = (way for way in found.ways(str(path)) if way.root.virtual)
    return way


def lists(found: Kustomizations, path: Path) -> tuple[list[str], list[str]] | None:
    text = path.read_text(encoding="utf-8")
    walked = walk(str(path), next(workloads(next(documents(text)))), built_by_object(found, path)).lists
    return ([each.name for each in walked.inits], [each.name for each in walked.containers]) if walked is not None else None


ORDERED = "patches:\n" + merge("containers: [{name: feed, tty: true}]")
# What the folder's kustomization file says, what the object says, and further files.
# fmt: off
ROWS: dict[str, tuple[str, str, Files]] = {
    "a merge": ("", ORDERED, {}),
    "a JSON patch": ("", "patches:\n" + operations("op: remove, path: POD/containers/1"), {}),
    "several, in their order": ("", ORDERED + operations("op: remove, path: POD/containers/0"), {}),
    "behind the patches of the folder": (ORDERED, "patches:\n" + operations("op: remove, path: POD/containers/0"), {}),
    "ahead of the folder's patches in the old form": ("patchesJson6902:\n" + operations("op: remove, path: POD/containers/0",
        target="{kind: Deployment, name: web, version: v1}"), ORDERED, {}),
    "ahead of the folder's prefix": ("namePrefix: dev-\n", "patches:\n" + operations("op: remove, path: POD/containers/0",
        target="{name: dev-web}"), {}),
    "a component ahead of the folder's patches": ("patches:\n" + operations("op: remove, path: POD/containers/0"),
        "components: [../part]\n", {"part/kustomization.yaml": PART + operations(f"op: add, path: POD/containers/0, {NEW}")}),
    "a component behind the folder's own": ("components: [../own]\n", "components: [../part]\n", {
        "own/kustomization.yaml": PART + operations(f"op: add, path: POD/containers/0, {NEW}"),
        "part/kustomization.yaml": PART + operations("op: remove, path: POD/containers/0")}),
    "a component and a patch": ("", "components: [../part]\npatches:\n" + operations("op: remove, path: POD/containers/0"),
        {"part/kustomization.yaml": PART + operations(f"op: add, path: POD/containers/0, {NEW}")}),
    "a name with a prefix": ("", "namePrefix: dev-\npatches:\n" + merge("containers: [{name: cache, tty: true}]"), {}),
    "the sidecar's list": ("", "patches:\n" + operations("op: remove, path: POD/initContainers/0"), {}),
    "what another layer has made": ("resources: [web.yaml]\n", "patches:\n" + operations("op: remove, path: POD/containers/0"),
        {"mid/kustomization.yaml": "resources: [../base]\n" + ORDERED}),
}
# fmt: on


def merged(file: str, spec: str) -> str:
    """The folder's kustomization file as Flux and Argo CD change it before they build it."""
    text: dict[str, Any] = yaml.safe_load(file) or {}
    for key, value in yaml.safe_load(spec).items():
        text[key] = [*text.get(key, ()), *value] if isinstance(value, list) else value
    return yaml.safe_dump(text)


@needs_kubectl
@pytest.mark.parametrize("write", [flux, argo])
@pytest.mark.parametrize(("file", "spec", "files"), ROWS.values(), ids=ROWS)
def test_the_lists_are_those_of_the_build(tmp_path: Path, write: Callable[..., str], file: str, spec: str, files: Files) -> None:
    folder = "mid" if "mid/kustomization.yaml" in files else "base"
    own = files.get("mid/kustomization.yaml") or f"resources: [web.yaml]\n{file}"
    tree = {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]\n", **files, f"{folder}/kustomization.yaml": own}
    found = graph(tmp_path / "ours", {**tree, "cluster/web.yaml": write(spec, path=folder)})
    plant(tmp_path / "theirs", {**tree, f"{folder}/kustomization.yaml": merged(own, spec)})
    (pod,) = pods(tmp_path / "theirs" / folder).values()
    assert lists(found, tmp_path / "ours/base/web.yaml") == (named(pod, "initContainers"), named(pod, "containers"))


def helmfile(spec: str, path: str = "../base") -> str:
    return f"releases:\n- name: web\n  chart: {path}\n" + indent(dedent(spec), "  ")


NESTED = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {%s}}}}"
# fmt: off
LAID_OVER: dict[str, tuple[str, str]] = {
    "a merge that is YAML": ("strategicMergePatches:\n- " + NESTED % "containers: [{name: feed, tty: true}]",
        ORDERED),
    "a merge over lines": ("strategicMergePatches:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web}\n"
        "  spec:\n    template:\n      spec:\n        containers:\n        # First.\n        - name: feed\n          tty: true\n",
        ORDERED),
    "operations that are YAML": ("jsonPatches:\n- target: {kind: Deployment}\n  patch:\n  - op: remove\n"
        "    path: /spec/template/spec/containers/1\n", "patches:\n" + operations("op: remove, path: POD/containers/1")),
    "both": ("jsonPatches:\n- target: {name: web}\n  patch: [{op: remove, path: /spec/template/spec/containers/0}]\n"
        "strategicMergePatches:\n- " + NESTED % "containers: [{name: feed, tty: true}]",
        ORDERED + operations("op: remove, path: POD/containers/0")),
}
# fmt: on


@needs_kubectl
@pytest.mark.parametrize(("release", "patches"), LAID_OVER.values(), ids=LAID_OVER)
def test_a_release_of_helmfile_lays_its_patches_over_a_folder(tmp_path: Path, release: str, patches: str) -> None:
    tree = {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]\nnamePrefix: ''\n"}
    found = graph(tmp_path, {**tree, "releases/helmfile.yaml": helmfile(release)})
    plant(tmp_path / "theirs", {**tree, "over/kustomization.yaml": "resources: [../base]\n" + patches})
    (pod,) = pods(tmp_path / "theirs/over").values()
    assert lists(found, tmp_path / "base/web.yaml") == (named(pod, "initContainers"), named(pod, "containers"))


@needs_kubectl
def test_a_folder_without_a_kustomization_is_built_of_all_below_it_by_flux(tmp_path: Path) -> None:
    spec = "patches:\n" + operations("op: remove, path: POD/containers/0")
    tree = {
        "apps/shop/web.yaml": BASE,
        "apps/shop/notes.txt": "no manifest",
        "apps/.github/web.yaml": BASE,
        "apps/api/kustomization.yaml": "resources: [deep/web.yaml]\nnamePrefix: api-\n",
        "apps/api/deep/web.yaml": BASE,
    }
    found = graph(tmp_path, {**tree, "cluster/apps.yaml": flux(spec, "./apps")})
    shutil.copytree(tmp_path / "apps", tmp_path / "theirs/apps")
    plant(tmp_path / "theirs/apps", {"kustomization.yaml": "resources: [shop/web.yaml, api]\n" + spec})
    for name, pod in pods(tmp_path / "theirs/apps").items():
        path = tmp_path / ("apps/api/deep/web.yaml" if name == "api-web" else "apps/shop/web.yaml")
        assert lists(found, path) == (named(pod, "initContainers"), named(pod, "containers")) == (["migrate", "shipper"], ["cache", "feed"])
    assert found.ways(str(tmp_path / "apps/.github/web.yaml")) == ()


PATCHED = {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]\n"}


def ways(found: Kustomizations, folder: Path) -> list[str]:
    """The ways of the base's file, as the names of their layers."""
    told = found.ways(str(folder / "base/web.yaml"))
    return sorted(" ".join(layer.title or os.path.basename(layer.folder) for layer in way.layers) for way in told)


REPLICAS = "[{op: replace, path: /spec/replicas, value: 2}]"
SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: webs}
spec:
  generators: [%s]
  template:
    spec:
      source:
        path: '%s'
        kustomize: {patches: [{target: {kind: Deployment}, patch: "[]"}]}
"""
RENDERED = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: %s, sourceRef: {kind: %s, name: shop}}}
  postRenderers: [{kustomize: {patches: [{patch: "[]"}]}}]
"""
# fmt: off
WAYS: dict[str, tuple[Files, list[str]]] = {
    "an object without patches changes nothing": ({"o.yaml": flux("prune: true\n")}, ["base"]),
    "the folder is still built by itself": ({"o.yaml": flux(ORDERED)}, ["base", "base the Flux Kustomization web base"]),
    "two objects in one file": ({"o.yaml": flux(ORDERED) + "---\n" + argo(ORDERED)},
        ["base", "base the Application web base", "base the Flux Kustomization web base"]),
    "several sources": ({"o.yaml": argo().replace("  source:\n    path: base\n",
        "  sources:\n  - {path: base, kustomize: {patches: [{patch: '[]'}]}}\n  - {path: else, kustomize: {patches: [{patch: '[]'}]}}\n")},
        ["base", "base the Application web base"]),
    "a path from the top": ({"o.yaml": flux(ORDERED, "/base/")}, ["base", "base the Flux Kustomization web base"]),
    "a path of another repository": ({"o.yaml": flux(ORDERED, "./deploy")}, ["base"]),
    "a path that leads out": ({"o.yaml": flux(ORDERED, "../base")}, ["base"]),
    "no path is the top": ({"o.yaml": flux(ORDERED).replace("  path: ./base\n", "")}, ["base", "base the Flux Kustomization web"]),
    "a list of objects": ({"o.yaml": "apiVersion: v1\nkind: List\nitems:\n- " + indent(flux(ORDERED), "  ")[2:]},
        ["base", "base the Flux Kustomization web base"]),
    "somebody else's kind": ({"o.yaml": flux(ORDERED).replace("kustomize.toolkit", "kustomize.example")}, ["base"]),
    "what cannot be read": ({"o.yaml": flux(ORDERED) + "  path: }\n"}, ["base"]),
    "texts where lists belong": ({"o.yaml": flux("patches: none\ncomponents: none\n")}, ["base"]),
    "an Application that only ignores": ({"o.yaml": argo(more="ignoreDifferences: [{group: apps, kind: Deployment, "
        "jsonPointers: [/spec/template/spec/containers/1/image]}]\n")}, ["base", "base the Application web base"]),
    "an Application that ignores something else": ({"o.yaml": argo(more="ignoreDifferences: [{group: apps, kind: Deployment, "
        "jsonPointers: [/spec/replicas]}]\n")}, ["base"]),
    "a component of the object alone": ({"o.yaml": flux("components: [../part]\n"), "part/kustomization.yaml": PART + " []\n"},
        ["base", "part base the Flux Kustomization web base"]),
    "an ApplicationSet with a plain path": ({"o.yaml": SET % ("", "base")}, ["base", "base the ApplicationSet webs base"]),
    "an ApplicationSet of folders": ({"o.yaml": SET % ("{git: {directories: [{path: ba*}]}}", "{{path}}")},
        ["base", "base the ApplicationSet webs base"]),
    "an ApplicationSet of other folders": ({"o.yaml": SET % ("{git: {directories: [{path: apps/*}]}}", "{{ .path.path }}")}, ["base"]),
    "an ApplicationSet that leaves it out": ({"o.yaml": SET % ("{git: {directories: [{path: '*'}, {path: base, exclude: true}]}}",
        "{{path}}")}, ["base"]),
    "an ApplicationSet with a name in the path": ({"o.yaml": SET % ("{list: {elements: [{name: base}]}}", "./{{name}}")},
        ["base", "base the ApplicationSet webs base"]),
    "an ApplicationSet with a name in another path": ({"o.yaml": SET % ("", "apps/{{name}}")}, ["base"]),
    "a chart of this repository": ({"o.yaml": RENDERED % ("./base", "GitRepository")}, ["base", "base the HelmRelease web"]),
    "a chart from elsewhere": ({"o.yaml": RENDERED % ("base", "HelmRepository")}, ["base"]),
    "a release of a chart from elsewhere": ({"o.yaml": helmfile("jsonPatches: [{patch: []}]\n", "base")}, ["base"]),
    "a list of releases in an object": ({"o.yaml": "kind: Releases\n" + helmfile("jsonPatches: [{patch: []}]\n", "./base")}, ["base"]),
}
# fmt: on


@pytest.mark.parametrize(("files", "expected"), WAYS.values(), ids=WAYS)
def test_the_ways_of_a_file_into_what_objects_build(tmp_path: Path, files: Files, expected: list[str]) -> None:
    assert ways(graph(tmp_path, PATCHED | files), tmp_path) == expected


def test_a_plain_folder_of_argo_cd_is_as_deep_as_it_is_told(tmp_path: Path) -> None:
    ignores = "ignoreDifferences: [{kind: Pod, jsonPointers: [/spec/containers/0/image]}]\n"
    files = {"apps/web.yaml": BASE, "apps/deep/web.yaml": BASE, "o.yaml": argo(path="apps", more=ignores)}
    paths = [str(tmp_path / name) for name in ("apps/web.yaml", "apps/deep/web.yaml")]
    assert [len(graph(tmp_path, files).ways(path)) for path in paths] == [1, 0]
    files["o.yaml"] = files["o.yaml"].replace("path: apps\n", "path: apps\n    directory: {recurse: true}\n")
    assert [len(graph(tmp_path, files).ways(path)) for path in paths] == [1, 1]


def test_templates_of_a_chart_are_its_files(tmp_path: Path) -> None:
    chart = {"shop/Chart.yaml": "name: shop\n", "shop/templates/web.yaml": BASE, "shop/values.yaml": "a: b\n"}
    found = graph(tmp_path, {**chart, "o.yaml": RENDERED % ("./shop", "GitRepository")})
    assert found.files_below(found.objects) == [str(tmp_path / "shop/templates/web.yaml")]


# Each inline patch, by what its route leads to: a text, or YAML of the object's own document.
# fmt: off
PLACES: dict[str, tuple[str, bool]] = {
    "a patch of Flux": (flux(ORDERED), False),
    "a patch of Argo CD": (argo(ORDERED), False),
    "a merge of Flux in the old form": (flux("patchesStrategicMerge:\n- " + HEAD % ("web", "containers: [{name: feed, tty: true}]")), True),
    "operations of Flux in the old form": (flux("patchesJson6902:\n- target: {kind: Deployment}\n  patch: [{op: remove, path: /a}]\n"),
        True),
    "a renderer's patch": (RENDERED % ("./base", "GitRepository"), False),
    "a merge of helmfile": (helmfile("strategicMergePatches:\n- " + NESTED % "containers: []", "./base"), True),
    "operations of helmfile": (helmfile("jsonPatches:\n- patch:\n  - op: remove\n    path: /a\n", "./base"), True),
}
# fmt: on


@pytest.mark.parametrize(("text", "nested"), PLACES.values(), ids=PLACES)
def test_a_patch_says_where_it_stands(tmp_path: Path, text: str, nested: bool) -> None:
    found = graph(tmp_path, PATCHED | {"o.yaml": f"kind: ConfigMap\n---\n{text}"})
    (layer,) = (each for each in found.objects)
    (patch,) = layer.patches
    node = at(list(documents((tmp_path / "o.yaml").read_text()))[layer.number].root, patch.route)
    assert (layer.path, layer.number, patch.path, patch.nested) == (str(tmp_path / "o.yaml"), 1, "", nested)
    assert node is not None
    assert (node.kind != "scalar") == nested
    assert yaml.safe_load(patch.text) == (yaml.safe_load(node.text) if not nested else yaml.safe_load(patch.text))
    assert patch.text.strip()


def test_a_patch_in_a_file_lies_in_the_folder_that_is_built(tmp_path: Path) -> None:
    text = HEAD % ("web", "containers: [{name: feed, tty: true}]")
    found = graph(tmp_path, PATCHED | {"base/p.yaml": text, "cluster/o.yaml": argo("patches: [{path: p.yaml}]\n")})
    (patch,) = (patch for each in found.objects for patch in each.patches)
    assert (patch.path, patch.text) == (str(tmp_path / "base/p.yaml"), text)
    assert found.patching_file(str(tmp_path / "base/p.yaml")) == str(tmp_path / "cluster/o.yaml")


def test_a_patch_from_outside_of_the_folder_is_not_read(tmp_path: Path) -> None:
    text = HEAD % ("web", "containers: [{name: feed, tty: true}]")
    for path in ("../p.yaml", str(tmp_path / "p.yaml")):
        found = graph(tmp_path, PATCHED | {"p.yaml": text, "o.yaml": argo(f"patches: [{{path: {path}}}]\n")})
        assert [(each.path, each.text) for layer in found.objects for each in layer.patches] == [("", "")]


def test_a_variable_of_flux_stays_as_it_is_written(tmp_path: Path) -> None:
    base = BASE.replace("name: web,", "name: ${app}-web,")
    patch = merge("containers: [{name: feed, image: '${registry:=ghcr.io}/feed'}]", "${app}-web").replace("metadata: {name: ${app}-web}",
        "metadata: {name: '${app}-web'}")  # fmt: skip
    found = graph(tmp_path, {"apps/web.yaml": base.replace("${app}-web", "'${app}-web'"), "o.yaml": flux(f"patches:\n{patch}", "./apps")})
    assert lists(found, tmp_path / "apps/web.yaml") == (["migrate", "shipper"], ["feed", "app", "cache"])


RELEASE = """\
kind: ConfigMap
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: charts}}}
  postRenderers:
  - kustomize:
      patches:
      - patch: '[{op: add, path: /spec/replicas, value: 2}]'
      - patch: '%s'
"""
SPEAKING = {
    "by its name": (HEAD % ("web", "containers: [{name: shipper, tty: true}]"), True),
    "by a name that begins like it": (HEAD % ("web", "containers: [{name: shipper-2, tty: true}]"), False),
    "by another name": (HEAD % ("web", "containers: [{name: web, tty: true}]"), False),
    "by an index": ("[{op: remove, path: /spec/template/spec/containers/1}]", True),
    "the list that it goes to": ("[{op: remove, path: /spec/template/spec/initContainers}]", True),
    "an init container of its own": (HEAD % ("web", "initContainers: [{name: migrate, tty: true}]"), True),
    "a file of its own": ("", True),
    "a volume of its name": (HEAD % ("web", "volumes: [{name: shipper}]"), False),
}


@pytest.mark.parametrize(("patch", "speaks"), SPEAKING.values(), ids=SPEAKING)
def test_patches_over_a_chart_that_speak_of_a_container(patch: str, speaks: bool) -> None:
    route = ("spec", "postRenderers", 0, "kustomize", "patches", 1, "patch")
    assert speaking_patches(RELEASE % patch, ("shipper",)) == ((1, route),) * speaks


def test_patches_of_helmfile_that_speak_of_a_container() -> None:
    text = helmfile("strategicMergePatches:\n- " + NESTED % "containers: [{name: shipper}]", "charts/web")
    assert speaking_patches(text, ("shipper",)) == ((0, ("releases", 0, "strategicMergePatches", 0)),)
