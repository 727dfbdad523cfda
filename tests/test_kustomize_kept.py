"""A base whose patches stay right is rewritten, any other is left: held to what kustomize builds before and after."""

import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tests.carrying import graph_of, workload_in
from tests.conftest import Run
from tests.kustomizing import Stopped, needs_kubectl, plant, pods
from tests.test_kustomize_pods import HEAD, merge, operations
from tests.test_untelling import SETTLED, job

# A proxy between two apps.
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers:
      - {name: migrate, image: registry.example/migrate:1}
      containers:
      - name: app
        image: registry.example/app:1
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: ["--port=5432", "shop:europe-west1:orders"]
      - name: feed
        image: registry.example/feed:1
"""
NEW = "value: {name: new, image: registry.example/new:1}"
# fmt: off
KEPT = {
    "the app is patched": merge("containers: [{name: app, tty: true}]"),
    "both apps are patched": merge("containers: [{name: feed, tty: true}, {name: app, tty: true}]"),
    "an app is removed": merge("containers: [{name: feed, $patch: delete}]"),
    "a container is added": merge("containers: [{name: new, image: registry.example/new:1}]"),
    "the first by its index": operations("op: add, path: POD/containers/0/tty, value: true"),
    "the first is tested for": operations("op: test, path: POD/containers/0/name, value: app", "op: remove, path: POD/containers/0/image"),
    "one at the end": operations(f"op: add, path: POD/containers/-, {NEW}"),
    "something else": operations("op: add, path: /spec/replicas, value: 3"),
}
CHANGED = {
    "the proxy is patched": merge("containers: [{name: proxy, tty: true}]"),
    "the proxy is removed": merge("containers: [{name: proxy, $patch: delete}]"),
    "the list is replaced": merge("containers: [{$patch: replace}, {name: app, image: registry.example/app:2}]"),
    "the proxy by its index": operations("op: add, path: POD/containers/1/tty, value: true"),
    "one behind it by its index": operations("op: add, path: POD/containers/2/tty, value: true"),
    "one behind it is tested for": operations("op: test, path: POD/containers/2/name, value: feed"),
    "the first, which was another before": merge("containers: [{name: proxy, tty: true}]") +
        operations("op: add, path: POD/containers/0/tty, value: true"),
    "one in front of it": operations(f"op: add, path: POD/containers/0, {NEW}", "op: add, path: POD/containers/2/tty, value: true"),
    "the init containers": merge("initContainers: [{name: migrate, tty: true}]"),
    "an init container by its index": operations("op: add, path: POD/initContainers/0/tty, value: true"),
    "one more init container": operations(f"op: add, path: POD/initContainers/-, {NEW}"),
    "the init containers as a whole": operations(f"op: add, path: POD/initContainers, value: [{NEW.removeprefix('value: ')}]"),
    "perhaps this workload": operations("op: add, path: POD/containers/0/tty, value: true", target="{labelSelector: tier=front}"),
}
MORE: dict[str, tuple[bool, str]] = {
    "a replacement of the app": (True, "replacements:\n- source: {kind: Deployment, name: web, fieldPath: metadata.name}\n  targets:\n"
        "  - {select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=app].image']}\n"),
    "a replacement of the first": (True, "replacements:\n- source: {kind: Deployment, name: web, fieldPath: metadata.name}\n  targets:\n"
        "  - {select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.0.image]}\n"),
    "a replacement of the proxy": (False, "replacements:\n- source: {kind: Deployment, name: web, fieldPath: metadata.name}\n  targets:\n"
        "  - {select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=proxy].image']}\n"),
    "a replacement of the last": (False, "replacements:\n- source: {kind: Deployment, name: web, fieldPath: metadata.name}\n  targets:\n"
        "  - {select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.2.image]}\n"),
    "a replacement of all": (False, "replacements:\n- source: {kind: Deployment, name: web, fieldPath: metadata.name}\n  targets:\n"
        "  - {select: {kind: Deployment}, fieldPaths: [spec.template.spec.containers.*.image]}\n"),
    "a replacement that reads the proxy": (False, "replacements:\n- source: {kind: Deployment, name: web, "
        "fieldPath: 'spec.template.spec.containers.[name=proxy].image'}\n  targets:\n"
        "  - {select: {kind: Deployment}, fieldPaths: [metadata.annotations.proxy], options: {create: true}}\n"),
    "a variable that reads a container": (False, "vars:\n- name: PROXY\n  objref: {kind: Deployment, name: web, apiVersion: apps/v1}\n"
        "  fieldref: {fieldpath: 'spec.template.spec.containers[2].image'}\n"),
    "images": (True, "images: [{name: registry.example/app, newTag: '2'}]\n"),
    "a transformer of labels": (True, "transformers:\n- |-\n  apiVersion: builtin\n  kind: LabelTransformer\n  metadata: {name: l}\n"
        "  labels: {a: b}\n  fieldSpecs: [{path: metadata/labels, create: true}]\n"),
    "a transformer that patches": (False, "transformers:\n- |-\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n"
        "  target: {kind: Deployment}\n"
        "  patch: '[{\"op\": \"add\", \"path\": \"/spec/template/spec/containers/2/tty\", \"value\": true}]'\n"),
}
# fmt: on
Pods = dict[str, dict[str, Any]]


def intended(before: Pods) -> Pods:
    """The build with the proxy moved to the init containers, which may need it, and nothing else."""
    after = deepcopy(before)
    for pod in after.values():
        (proxy,) = [each for each in pod["containers"] if each["name"] == "proxy"]
        pod["containers"].remove(proxy)
        pod["initContainers"] = [{**proxy, "restartPolicy": "Always"}, *pod["initContainers"]]
    return after


def outcome(folder: Path, run: Run, kustomization: str) -> tuple[bool, Pods, Pods]:
    """Whether the base was rewritten, and the build before and after."""
    plant(folder, {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    plant(folder, {"over/kustomization.yaml": f"resources: [../base]\n{kustomization}"})
    before = pods(folder / "over")
    assert run("fix", "--unsafe", "base").code in (0, 1)
    text = (folder / "base/web.yaml").read_text()
    return text != WEB, before, (pods(folder / "over") if text != WEB else before)


@needs_kubectl
@pytest.mark.parametrize("patches", KEPT.values(), ids=KEPT)
def test_a_base_moves_alone_where_its_patches_stay_right(tmp_path: Path, run: Run, patches: str) -> None:
    moved, before, after = outcome(tmp_path, run, f"patches:\n{patches}")
    assert moved
    assert after == intended(before)


def stays_right(folder: Path, kustomization: str) -> bool:
    """Whether nothing has to change with the base when the proxy moves."""
    plant(folder, {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    plant(folder, {"over/kustomization.yaml": f"resources: [../base]\n{kustomization}"})
    base = folder / "base/web.yaml"
    return graph_of(folder).stays_right(str(base), workload_in(base, "proxy"), ("proxy",))


@pytest.mark.parametrize("patches", CHANGED.values(), ids=CHANGED)
def test_a_base_does_not_move_alone_where_a_patch_would_have_to_change(tmp_path: Path, patches: str) -> None:
    assert not stays_right(tmp_path, f"patches:\n{patches}")


@pytest.mark.parametrize(("moves", "rest"), MORE.values(), ids=MORE)
def test_what_is_no_patch(tmp_path: Path, moves: bool, rest: str) -> None:
    assert stays_right(tmp_path, rest) is moves


@needs_kubectl
@pytest.mark.parametrize("rest", [rest for moves, rest in MORE.values() if moves], ids=[name for name, (moves, _) in MORE.items() if moves])
def test_a_base_moves_alone_where_what_is_no_patch_stays_right(tmp_path: Path, run: Run, rest: str) -> None:
    moved, before, after = outcome(tmp_path, run, rest)
    assert moved
    assert after == intended(before)


PIECES = [
    "op: add, path: POD/containers/0/tty, value: true",
    "op: add, path: POD/containers/1/tty, value: true",
    "op: add, path: POD/containers/2/tty, value: true",
    "op: test, path: POD/containers/0/name, value: app",
    f"op: add, path: POD/containers/-, {NEW}",
    f"op: add, path: POD/containers/1, {NEW}",
    "op: remove, path: POD/containers/0",
    "op: move, from: POD/containers/0, path: POD/containers/1",
    "op: copy, from: POD/containers/0/image, path: POD/containers/1/command",
]
MERGED = [
    "containers: [{name: app, tty: true}]",
    "containers: [{name: feed, tty: true}]",
    "containers: [{name: feed, $patch: delete}]",
    "containers: [{name: extra, image: registry.example/extra:1}]",
    "containers: [{name: extra, image: registry.example/extra:1}, {name: app, tty: true}]",
]


@needs_kubectl
def test_patches_by_chance(tmp_path: Path, run: Run) -> None:
    """Whatever patches come together: what is rewritten builds to the same with the proxy moved."""
    chance, moved, built = random.Random(7), 0, 0
    for number in range(24):
        one = [
            merge(chance.choice(MERGED)) if chance.random() < 0.5 else operations(chance.choice(PIECES))
            for _ in range(chance.randint(1, 3))
        ]
        folder = tmp_path / str(number)
        try:
            plant(folder, {"over/kustomization.yaml": "resources: [../base]\npatches:\n" + "".join(one)})
            plant(folder, {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [web.yaml]\n"})
            before = pods(folder / "over")
        except Stopped:
            continue
        built += 1
        run("fix", "--unsafe", f"{number}/base")
        if (folder / "base/web.yaml").read_text() != WEB:
            moved += 1
            assert pods(folder / "over") == intended(before), "".join(one)
    assert (built >= 15, moved >= 5) == (True, True)


def test_every_build_counts(tmp_path: Path) -> None:
    """One overlay stays right and the other does not: the base stays."""
    plant(tmp_path, {"other/kustomization.yaml": f"resources: [../base]\npatches:\n{CHANGED['one behind it by its index']}"})
    assert not stays_right(tmp_path, f"patches:\n{KEPT['the app is patched']}")


def test_an_app_that_is_patched_is_not_changed_along_with_a_move(tmp_path: Path, run: Run) -> None:
    """The patch may give the app the command that the fix would change, so only the move is left, which is not safe then."""
    patch = operations("op: add, path: POD/containers/0/tty, value: true", target="{kind: Job}")
    plant(tmp_path, {"base/kustomization.yaml": "resources: [job.yaml]\n", "base/job.yaml": job(SETTLED), "alone/job.yaml": job(SETTLED)})
    plant(tmp_path, {"over/kustomization.yaml": f"resources: [../base]\npatches:\n{patch}"})
    run("fix", ".")
    assert (tmp_path / "base/job.yaml").read_text() == job(SETTLED)
    assert "initContainers" in (tmp_path / "alone/job.yaml").read_text()
    run("fix", "--unsafe", ".")
    left = (tmp_path / "base/job.yaml").read_text()
    assert ("initContainers" in left, SETTLED in left) == (True, True)


def test_what_stands_against_it_is_named(tmp_path: Path, run: Run) -> None:
    plant(tmp_path, {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    plant(tmp_path, {"over/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n"})
    plant(tmp_path, {"over/p.yaml": HEAD % ("web", "containers: [{$patch: replace}, {name: app, tty: true}]")})
    said = " ".join(run("check", "--info", "base").out.split())
    assert "over/p.yaml replaces the whole list with $patch: replace" in said
