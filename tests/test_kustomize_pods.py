"""A pod's lists as we follow them through patches are those that kustomize builds."""

from pathlib import Path
from typing import Any

import pytest

from sidecarlint.documents import documents
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.references.kustomize.breaches import Walked, walk
from sidecarlint.workloads import workloads
from tests.kustomizing import Stopped, named, needs_kubectl, plant, pods

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - {name: migrate, image: migrate:1}
      - {name: shipper, image: shipper:1, restartPolicy: Always}
      containers:
      - {name: app, image: app:1}
      - {name: cache, image: cache:1}
      - {name: feed, image: feed:1}
"""
POD = "/spec/template/spec/"
HEAD = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s}, spec: {template: {spec: {%s}}}}"


def merge(lists: str, name: str = "web") -> str:
    return f"- patch: |-\n    {HEAD % (name, lists)}\n"


def operations(*each: str, target: str = "{kind: Deployment}") -> str:
    listed = "".join(f"    - {{{one.replace('POD/', POD)}}}\n" for one in each)
    return f"- target: {target}\n  patch: |-\n{listed}"


NEW = "value: {name: new, image: new:1}"
# fmt: off
PATCHED = {
    "a merge puts those that it names first": merge("containers: [{name: feed, tty: true}, {name: app, tty: true}]"),
    "new ones are among them": merge("containers: [{name: new, image: new:1}, {name: feed, tty: true}]"),
    "one is deleted": merge("containers: [{name: cache, $patch: delete}]"),
    "one is deleted and others are named": merge("containers: [{name: feed, tty: true}, {name: app, $patch: delete}]"),
    "the list is replaced": merge("containers: [{$patch: replace}, {name: new, image: new:1}, {name: app, image: app:2}]"),
    "the list is removed": merge("initContainers: null"),
    "the sidecar is patched and starts first": merge("initContainers: [{name: shipper, tty: true}]"),
    "a container in the wrong list": merge("containers: [{name: shipper, tty: true}]"),
    "merges one after the other": merge("containers: [{name: feed, tty: true}]") + merge("containers: [{name: cache, tty: true}]"),
    "an index after a merge": merge("containers: [{name: feed, tty: true}]") + operations("op: remove, path: POD/containers/0"),
    "added in front": operations(f"op: add, path: POD/containers/0, {NEW}"),
    "added at the end": operations(f"op: add, path: POD/containers/-, {NEW}"),
    "added behind the last": operations(f"op: add, path: POD/containers/3, {NEW}"),
    "replaced": operations(f"op: replace, path: POD/containers/1, {NEW}"),
    "removed": operations("op: remove, path: POD/containers/1", "op: remove, path: POD/containers/1"),
    "renamed": operations("op: replace, path: POD/containers/1/name, value: other"),
    "moved in its list": operations("op: move, from: POD/containers/0, path: POD/containers/2"),
    "moved to the other list": operations("op: move, from: POD/containers/1, path: POD/initContainers/-"),
    "copied": operations("op: copy, from: POD/containers/0, path: POD/initContainers/1"),
    "a list moved": operations("op: move, from: POD/containers, path: POD/initContainers"),
    "a list removed": operations("op: remove, path: POD/initContainers"),
    "a list replaced": operations("op: replace, path: POD/containers, value: [{name: new, image: new:1}]"),
    "a list added over another": operations("op: add, path: POD/initContainers, value: [{name: new, image: new:1}]"),
    "a test that holds": operations("op: test, path: POD/containers/1/name, value: cache", "op: remove, path: POD/containers/1"),
    "operations elsewhere": operations("op: add, path: /spec/replicas, value: 3", "op: remove, path: POD/containers/0"),
    "a target by labels": operations("op: remove, path: POD/containers/0", target="{labelSelector: app=web}"),
    "a target of another kind": operations("op: remove, path: POD/containers/0", target="{kind: StatefulSet}"),
    "a target by an expression": operations("op: remove, path: POD/containers/0", target="{name: w.*, group: apps, version: v1}"),
    "an expression that fits only the beginning": operations("op: remove, path: POD/containers/0", target="{name: we}"),
    "a name between the slashes": operations("op: add, path: POD/volumes, value: []", "op: remove, path: POD/initContainers/0"),
}
STOPPED = {
    "an index behind the end": operations("op: remove, path: POD/containers/3"),
    "added beyond the end": operations(f"op: add, path: POD/containers/4, {NEW}"),
    "replaced behind the end": operations(f"op: replace, path: POD/containers/3, {NEW}"),
    "moved from behind the end": operations("op: move, from: POD/containers/3, path: POD/containers/0"),
    "a field behind the end": operations("op: add, path: POD/containers/3/tty, value: true"),
    "a test that fails": operations("op: test, path: POD/containers/1/name, value: shipper"),
}
LAYERED: dict[str, dict[str, str]] = {
    "the old forms before and after the new one": {"over/kustomization.yaml": "resources: [../base]\n"
        "patchesJson6902:\n" + operations("op: remove, path: POD/containers/0", target="{kind: Deployment, name: web, version: v1}")
        + "patches:\n" + merge("containers: [{name: cache, tty: true}]")
        + "patchesStrategicMerge:\n- |-\n  " + HEAD % ("web", "containers: [{name: feed, tty: true}]") + "\n"},
    "a component before the patches of its user": {
        "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n"
            + operations(f"op: add, path: POD/containers/0, {NEW}"),
        "over/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\npatches:\n"
            + operations("op: remove, path: POD/containers/1")},
    "components in their order": {
        **{f"{name}/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n"
            + merge(f"containers: [{{name: {name}, image: new:1}}]") for name in ("one", "two")},
        "over/kustomization.yaml": "resources: [../base]\ncomponents: [../two, ../one]\n"},
    "a component of a component": {
        "inner/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n"
            + merge("containers: [{name: inner, image: new:1}]"),
        "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../inner]\npatches:\n"
            + merge("containers: [{name: outer, image: new:1}]"),
        "over/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\n"},
    "a layer between": {
        "mid/kustomization.yaml": "resources: [../base]\nnamePrefix: mid-\nnamespace: shop\npatches:\n"
            + merge("containers: [{name: feed, tty: true}]"),
        "over/kustomization.yaml": "resources: [../mid]\npatches:\n"
            + operations("op: remove, path: POD/containers/0", target="{name: web}")},
    "a name that it has only now": {
        "mid/kustomization.yaml": "resources: [../base]\nnameSuffix: -a\n",
        "over/kustomization.yaml": "resources: [../mid]\npatches:\n" + merge("containers: [{name: feed, tty: true}]", "web-a")},
    "a patch before its own prefix": {"over/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\npatches:\n"
        + operations("op: remove, path: POD/containers/0", target="{name: dev-web}")},
    "a patch of the old form after its own prefix": {"over/kustomization.yaml": "resources: [../base]\nnamePrefix: dev-\npatchesJson6902:\n"
        + operations("op: remove, path: POD/containers/0", target="{kind: Deployment, name: dev-web, version: v1}")},
    "a patch in a file": {"over/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n",
        "over/p.yaml": HEAD % ("web", "containers: [{name: feed, tty: true}]")},
    "a component that holds the workload": {
        "base/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [web.yaml]\npatches:\n"
            + merge("containers: [{name: feed, tty: true}]"),
        "over/kustomization.yaml": "components: [../base]\npatches:\n" + operations("op: remove, path: POD/containers/0")},
}
# fmt: on
Lists = tuple[list[str], list[str]]


def ours(folder: Path) -> Walked:
    found = Kustomizations([str(path) for path in folder.rglob("*") if path.name in KUSTOMIZATIONS], read)
    path = str(folder / "base" / "web.yaml")
    (way,) = found.ways(path)
    return walk(path, next(workloads(next(documents(BASE)))), way)


def read(path: str) -> str | None:
    return Path(path).read_text(encoding="utf-8") if Path(path).is_file() else None


def names(walked: Walked) -> Lists | None:
    found = walked.lists
    return ([each.name for each in found.inits], [each.name for each in found.containers]) if found is not None else None


def theirs(folder: Path) -> Lists | None:
    try:
        (pod,) = pods(folder).values()
    except Stopped:
        return None
    return named(pod, "initContainers"), named(pod, "containers")


def tree(folder: Path, patches: str) -> None:
    plant(folder, {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]"})
    plant(folder, {"over/kustomization.yaml": f"resources: [../base]\npatches:\n{patches}"})


@needs_kubectl
@pytest.mark.parametrize("patches", PATCHED.values(), ids=PATCHED)
def test_the_lists_are_those_of_the_build(tmp_path: Path, patches: str) -> None:
    tree(tmp_path, patches)
    built = theirs(tmp_path / "over")
    assert built is not None
    assert names(ours(tmp_path)) == built


@needs_kubectl
@pytest.mark.parametrize("patches", STOPPED.values(), ids=STOPPED)
def test_where_the_build_stops_nothing_is_known(tmp_path: Path, patches: str) -> None:
    tree(tmp_path, patches)
    assert theirs(tmp_path / "over") is None
    assert names(ours(tmp_path)) is None


@needs_kubectl
@pytest.mark.parametrize("files", LAYERED.values(), ids=LAYERED)
def test_the_order_is_that_of_the_build(tmp_path: Path, files: dict[str, str]) -> None:
    plant(tmp_path, {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]", **files})
    built = theirs(tmp_path / "over")
    assert built is not None
    assert names(ours(tmp_path)) == built


# fmt: off
UNKNOWN: dict[str, dict[str, Any]] = {
    "a transformer of somebody": {"over/kustomization.yaml": "resources: [../base]\ntransformers: [t.yaml]\n",
        "over/t.yaml": "apiVersion: shop.example/v1\nkind: Injector\nmetadata: {name: t}\n"},
    "a built-in transformer that patches": {"over/kustomization.yaml": "resources: [../base]\ntransformers: [t.yaml]\n",
        "over/t.yaml": "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: t}\n"},
    "a schema": {"over/kustomization.yaml": "resources: [../base]\nopenapi: {path: schema.json}\n"},
    "a target by labels that it may have": {"over/kustomization.yaml": "resources: [../base]\npatches:\n"
        + operations("op: remove, path: POD/containers/0", target="{labelSelector: tier=front}")},
    "a patch that is no YAML": {"over/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n",
        "over/p.yaml": "containers: [{name: web\n"},
    "a pod that is replaced as a whole": {"over/kustomization.yaml": "resources: [../base]\npatches:\n"
        + operations("op: replace, path: POD, value: {containers: []}".replace("POD", POD[:-1]))},
    "a merge that replaces the pod": {"over/kustomization.yaml": "resources: [../base]\npatches:\n"
        + merge("$patch: replace, containers: [{name: new, image: new:1}]")},
}
# fmt: on


@pytest.mark.parametrize("files", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_followed(tmp_path: Path, files: dict[str, str]) -> None:
    plant(tmp_path, {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]", **files})
    assert names(ours(tmp_path)) is None


def test_a_harmless_transformer_is_followed(tmp_path: Path) -> None:
    files = {"over/kustomization.yaml": "resources: [../base]\ntransformers: [t.yaml]\n", "over/t.yaml": "kind: LabelTransformer\n"}
    plant(tmp_path, {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]", **files})
    assert names(ours(tmp_path)) == (["migrate", "shipper"], ["app", "cache", "feed"])
