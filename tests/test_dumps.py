"""Objects as a cluster shows them: what gives one away, and that no plain fix touches it."""

import io

import pytest
import yaml

from sidecarlint import pipeline
from sidecarlint.findings import Fix
from sidecarlint.settings import Settings

DUMPED = "this is a dump of a live object: what runs may refuse the change, and what was injected may come again"
POD = """
spec:
  initContainers:
  - {name: reader, image: busybox, command: [tail, -F, /logs/web.log], volumeMounts: [{name: logs, mountPath: /logs}]}
  containers:
  - {name: web, image: registry.example/web:1, volumeMounts: [{name: logs, mountPath: /logs}]}
  volumes:
  - {name: logs, emptyDir: {}}
"""
# More of the object, and whether it is a dump.
OBJECTS = [
    ("a manifest", "{metadata: {name: web}}", False),
    ("an identity", "{metadata: {name: web, uid: 6b1c}}", True),
    ("a version", "{metadata: {name: web, resourceVersion: '4711'}}", True),
    ("who wrote what", "{metadata: {name: web, managedFields: [{manager: kubectl}]}}", True),
    ("a state", "{metadata: {name: web}, status: {phase: Running}}", True),
    ("a state of several", "{metadata: {name: web}, status: {conditions: [{type: Ready}]}}", True),
    ("what generators leave behind", "{metadata: {name: web, creationTimestamp: null, uid: ''}, status: {}}", False),
    ("zeros and nothing", "{metadata: {name: web}, status: {replicas: 0, conditions: [], inner: {kind: ''}}}", False),
    ("null", "{metadata: {name: web, uid: null, managedFields: []}, status: null}", False),
    ("a label of that name", "{metadata: {name: web, labels: {uid: a, status: b}, annotations: {resourceVersion: c}}}", False),
]


def made(more: str) -> str:
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", **yaml.safe_load(POD), **yaml.safe_load(more)})


def fixes(text: str) -> list[Fix]:
    run = pipeline.check(pipeline.Input(("-",), io.BytesIO(text.encode())), Settings())
    return [each.fix for each in run.findings if each.fix is not None]


@pytest.mark.parametrize(("more", "dumped"), [row[1:] for row in OBJECTS], ids=[row[0] for row in OBJECTS])
def test_what_is_a_dump(more: str, dumped: bool) -> None:
    (fix,) = fixes(made(more))
    assert (fix.applicability, DUMPED in fix.hazards) == (("unsafe", True) if dumped else ("safe", False))


def test_each_item_of_a_list_counts_for_itself() -> None:
    listed = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "7"}}
    live, written = (yaml.safe_load(made(f"{{metadata: {{name: {more}}}}}")) for more in ("a, uid: b", "c"))
    found = fixes(yaml.safe_dump({**listed, "items": [live, written]}))
    assert [each.applicability for each in found] == ["unsafe", "safe"]


def test_what_a_controller_made_is_changed_there() -> None:
    (fix,) = fixes(made("{metadata: {name: web, uid: a, ownerReferences: [{kind: ReplicaSet, name: web-1}]}}"))
    assert fix.hazards[0] == "a ReplicaSet made this object and makes it anew; change that"


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_plain_fix_leaves_a_dump_alone(unsafe: bool) -> None:
    text = made("{metadata: {name: web, uid: a}}")
    mended = pipeline.fix(pipeline.Input(("-",), io.BytesIO(text.encode())), Settings(), unsafe, show_only=False)
    assert ((mended.stdin or b"").decode() != text) is unsafe
