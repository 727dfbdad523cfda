"""Pods composed of a base and its patches, held to what kustomize builds."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecarlint.documents import Node, documents, resolve, text_of
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.references.kustomize.composed import composed
from sidecarlint.workloads import workloads
from tests.kustomizing import Stopped, build, needs_kubectl, plant
from tests.test_kustomize_pods import merge, operations, read

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
        args: [serve, --fast]
        env: [{name: MODE, value: fast}, {name: LEVEL, value: info}]
        ports: [{containerPort: 8080, name: web}]
        volumeMounts: [{name: data, mountPath: /data}, {name: tmp, mountPath: /tmp}]
      - name: feed
        image: registry.example/feed:1
      volumes:
      - {name: data, emptyDir: {}}
      - {name: tmp, emptyDir: {}}
"""
NEW = "{name: new, image: registry.example/new:1, env: [{name: A, value: b}]}"
# fmt: off
FOLLOWED = {
    "an image": merge("containers: [{name: app, image: registry.example/app:2}]"),
    "a command": merge("containers: [{name: app, command: [sh, -c, serve]}]"),
    "arguments in place of others": merge("containers: [{name: app, args: [wait]}]"),
    "a variable more": merge("containers: [{name: app, env: [{name: MORE, value: most}]}]"),
    "a variable changed": merge("containers: [{name: app, env: [{name: LEVEL, value: debug}]}]"),
    "a variable removed": merge("containers: [{name: app, env: [{name: LEVEL, $patch: delete}]}]"),
    "a port": merge("containers: [{name: app, ports: [{containerPort: 9090}]}]"),
    "a port renamed": merge("containers: [{name: app, ports: [{containerPort: 8080, name: api}]}]"),
    "a mount": merge("containers: [{name: app, volumeMounts: [{mountPath: /tmp, name: data}]}]"),
    "a container": merge(f"containers: [{NEW}]"),
    "a container, and one in order": merge(f"containers: [{NEW}, {{name: feed, tty: true}}]"),
    "a container removed": merge("containers: [{name: feed, $patch: delete}]"),
    "an init container": merge(f"initContainers: [{NEW}]"),
    "a field removed": merge("containers: [{name: app, args: null}]"),
    "a map": merge("nodeSelector: {pool: big}"),
    "a map in place of another": merge("securityContext: {$patch: replace, runAsNonRoot: true}"),
    "a volume in place of another": merge("volumes: [{name: tmp, hostPath: {path: /tmp}, emptyDir: null}]"),
    "a container appended": operations(f"op: add, path: POD/containers/-, value: {NEW}"),
    "a container put first": operations(f"op: add, path: POD/containers/0, value: {NEW}"),
    "a list": operations(f"op: add, path: POD/containers, value: [{NEW}]"),
    "a field": operations("op: add, path: POD/containers/0/tty, value: true"),
    "an argument": operations("op: add, path: POD/containers/0/args/-, value: --more"),
    "a field replaced": operations("op: replace, path: POD/containers/0/image, value: registry.example/app:3"),
    "a container taken away": operations("op: remove, path: POD/containers/1"),
    "a container moved": operations("op: move, from: POD/containers/1, path: POD/initContainers/-"),
    "a field copied": operations("op: copy, from: POD/containers/0/image, path: POD/containers/1/image"),
    "a test that holds": operations("op: test, path: POD/containers/1/name, value: feed", "op: remove, path: POD/containers/1"),
    "a test of nothing": operations("op: test, path: POD/hostNetwork, value: null", "op: remove, path: POD/containers/1"),
    "a slash in a key": operations("op: add, path: /metadata/labels/a~1b, value: c"),
    "both": merge(f"containers: [{NEW}]") + operations("op: replace, path: POD/containers/0/image, value: registry.example/new:2"),
}
UNFOLLOWED = {
    "a list in place of another": merge(f"containers: [{{$patch: replace}}, {NEW}]"),
    "an order": merge("$setElementOrder/containers: [{name: feed}, {name: app}]"),
    "a test that fails": operations("op: test, path: POD/containers/1/name, value: app"),
    "what is not there": operations("op: replace, path: POD/containers/1/tty, value: true"),
    "an index behind the end": operations("op: remove, path: POD/containers/2"),
    "perhaps this workload": operations("op: remove, path: POD/containers/1", target="{labelSelector: tier=front}"),
    "an operation of no kind": operations("op: frob, path: POD/containers/1"),
}
# fmt: on


def both(folder: Path, rest: str) -> tuple[Any, Any]:
    """What we compose, None where that cannot be told, and what kustomize builds."""
    plant(folder, {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    plant(folder, {"over/kustomization.yaml": f"resources: [../base]\n{rest}"})
    graph = Kustomizations([str(path) for path in folder.rglob("*") if path.name in KUSTOMIZATIONS], read)
    base = str(folder / "base/web.yaml")
    (workload,) = workloads(next(iter(documents(WEB))))
    (way,) = graph.ways(base)
    found = composed(workload, way)
    (made,) = build(folder / "over")
    return (told(found.node) if found is not None else None), strings(made)


def told(node: Node | None) -> Any:
    found = resolve(node)
    if found is None or found.kind == "scalar":
        return strings(yaml.safe_load(text_of(found) or "null"))
    if found.kind == "sequence":
        return [told(each) for each in found.items]
    return {key.text: told(value) for key, value in found.pairs}


def strings(found: Any) -> Any:
    return json.loads(json.dumps(found), parse_int=str, parse_float=str)


@needs_kubectl
@pytest.mark.parametrize("patches", FOLLOWED.values(), ids=FOLLOWED)
def test_the_pod_is_what_kustomize_builds(tmp_path: Path, patches: str) -> None:
    found, made = both(tmp_path, f"patches:\n{patches}")
    assert found == made


@needs_kubectl
@pytest.mark.parametrize("patches", UNFOLLOWED.values(), ids=UNFOLLOWED)
def test_what_cannot_be_told_is_not_guessed(tmp_path: Path, patches: str) -> None:
    try:
        assert both(tmp_path, f"patches:\n{patches}")[0] is None
    except Stopped:
        graph = Kustomizations([str(path) for path in tmp_path.rglob("*") if path.name in KUSTOMIZATIONS], read)
        (workload,) = workloads(next(iter(documents(WEB))))
        assert composed(workload, graph.ways(str(tmp_path / "base/web.yaml"))[0]) is None


@needs_kubectl
def test_patches_by_chance(tmp_path: Path) -> None:
    chance, compared = random.Random(5), 0
    for number in range(25):
        patches = "".join(chance.choice(list(FOLLOWED.values())) for _ in range(chance.randint(2, 4)))
        try:
            found, made = both(tmp_path / str(number), f"patches:\n{patches}")
        except Stopped:
            continue
        compared += found is not None
        assert found in (None, made), patches
    assert compared >= 10
