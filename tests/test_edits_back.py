"""Moves there and back: what went to a new list and comes home leaves the very bytes from before."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from sidecarlint.documents import Route, at, documents, items, text_of
from sidecarlint.edits import LAST, Move, Operation, Refusal, Remove, Set, changes, prove
from tests.comments_of import hashes
from tests.random_pods import KINDS, Pod, pods

BLOCK = """\
# head
spec:
  # of the pod
  containers:
  - name: a
    image: a:1
  # of b
  - name: b # b
    args: [x]
    # deep
  - name: c
    image: c:1
    env:
    - name: E
      value: |
        text
  volumes: []
"""
INDENTED = """\
spec:
    containers:
      - image: a:1
        name: a
      - image: b:1
        name: b
      - image: c:1
        name: c
"""
SPACED = "spec:\n  containers:\n  - name: a\n\n  - name: b\n\n  - name: c\n    image: c\n\n  volumes: []\n"
WIDE = (
    "spec:\n  containers:\n  -   name: a\n      image: a:1\n  # b\n  -   name: b\n  -   name: c\n      args:\n        - |2\n            x\n"
)
FLOW = "spec: {containers: [{name: a}, {name: b}, {name: c, image: i}], volumes: []}\n"
LINES = "spec:\n  containers: [\n    {name: a, image: x},\n    {name: b},\n    {name: c}\n  ]\n  volumes: []\n"
PRETTY = json.dumps({"spec": {"containers": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}}, indent=2) + "\n"
SHAPES = {
    "block": BLOCK,
    "indented, in alphabetical order": INDENTED,
    "with blank lines": SPACED,
    "quoted keys": INDENTED.replace("containers", '"containers"').replace("image:", '"image":').replace("name:", '"name":'),
    "a wide gap behind the dash": WIDE,
    "CRLF": BLOCK.replace("\n", "\r\n"),
    "CR": BLOCK.replace("\n", "\r"),
    "no final line end": INDENTED.rstrip("\n"),
    "several documents": "a: 1\n---\n" + BLOCK + "---\nb: 2\n",
    "flow on one line": FLOW,
    "flow in a block": "spec:\n  containers: [{name: a}, {name: b}, {name: c}] \n  x: 1\n",
    "flow on many lines": LINES,
    "JSON": PRETTY,
    "JSON, three blanks": PRETTY.replace("  ", "   "),
    "JSON, tabs": PRETTY.replace("  ", "\t"),
    "minified JSON": PRETTY.replace("\n", "").replace(" ", ""),
}
"""Pods of three containers."""

MOVED: dict[str, Sequence[int]] = {
    "the last": (2,),
    "the first": (0,),
    "the middle": (1,),
    "the last two": (1, 2),
    "the first two": (0, 1),
}


def rewritten(text: str, *operations: Operation) -> str:
    """The proven text after operations on its document that holds a pod."""
    read = list(documents(text))
    number = next(i for i, each in enumerate(read) if "spec" in text[each.start : each.end])
    return prove(text, read, {number: operations}, changes(text, read[number], operations))


def there(moved: Sequence[int]) -> list[Operation]:
    routes = [("spec", "containers", index) for index in moved]
    sets = [Set((*route, "restartPolicy"), "Always", ("image", "name")) for route in routes]
    return [*(Move(route, "initContainers", LAST) for route in routes), *sets]


APART = """\
spec:
  containers:
  - name: a
    image: a:1
  volumes: []
  # of the sidecars
  initContainers:
  - name: b
    image: b:1
    restartPolicy: Always
  # of c
  - name: c
    restartPolicy: Always
"""
HOME = """\
spec:
  containers:
  - name: a
    image: a:1
  - name: b
    image: b:1
  # of c
  - name: c
  volumes: []
"""
FAR = {
    "block": (APART.replace("  # of the sidecars\n", ""), HOME),
    "CRLF": (APART.replace("  # of the sidecars\n", "").replace("\n", "\r\n"), HOME.replace("\n", "\r\n")),
    "no final line end": (APART.replace("  # of the sidecars\n", "").rstrip("\n"), HOME.rstrip("\n")),
    "more behind": (APART.replace("  # of the sidecars\n", "") + "  nodeName: n\n", HOME + "  nodeName: n\n"),
}
"""Sidecars that stand behind the containers with other keys between, and the pod when they have come home."""


@pytest.mark.parametrize(("text", "home"), FAR.values(), ids=FAR)
def test_what_stands_between_the_lists_stays_between(text: str, home: str) -> None:
    routes = [("spec", "initContainers", index) for index in (0, 1)]
    operations = [each for route in routes for each in (Move(route, "containers", LAST, emptied=True), Remove((*route, "restartPolicy")))]
    assert rewritten(text, *operations) == home


def back(moved: Sequence[int]) -> list[Operation]:
    """As the caller who knows where the items stood would ask for it."""
    first = min(moved) if max(moved) < 2 or min(moved) == 0 else LAST
    routes = [("spec", "initContainers", index) for index in range(len(moved))]
    return [each for route in routes for each in (Move(route, "containers", first, emptied=True), Remove((*route, "restartPolicy")))]


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_there_and_back_gives_the_same_bytes(text: str, moved: Sequence[int]) -> None:
    moved_there = rewritten(text, *there(moved))
    assert moved_there != text
    assert "initContainers" in moved_there
    assert rewritten(moved_there, *back(moved)) == text


@settings(max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(pods())
def test_a_random_pod_that_goes_there_and_back_is_the_same_but_for_the_order(pod: Pod) -> None:
    read = list(documents(pod.text.removeprefix("\ufeff")))
    text = pod.text.removeprefix("\ufeff")
    number, route = next(
        (each.number, route) for each in read for _, route in KINDS.values() if items(at(each.root, (*route, "containers")))
    )
    names = [text_of(at(each, ("name",))) or "" for each in items(at(read[number].root, (*route, "containers")))]
    was_there = at(read[number].root, (*route, "initContainers")) is not None
    count = len(items(at(read[number].root, (*route, "initContainers"))))
    moved = [index for index, name in enumerate(names) if name in pod.helpers]
    sets = [Set((*route, "containers", index, "restartPolicy"), "Always", ("image", "name")) for index in moved]
    gone = apply(text, number, [*(Move((*route, "containers", index), "initContainers", LAST) for index in moved), *sets])
    helpers: list[Route] = [(*route, "initContainers", count + index) for index in range(len(moved))]
    home: list[Operation] = [
        *(Move(each, "containers", LAST, emptied=True) for each in helpers),
        *(Remove((*each, "restartPolicy")) for each in helpers),
    ]
    try:
        back = apply(gone, number, home)
    except Refusal as refusal:
        # The comment of a list that was there and empty would be lost.
        assert (was_there, count, "a comment stands" in refusal.reason) == (True, 0, True)  # noqa: PT017
        return
    assert hashes(back) == hashes(text)
    assert ordered(load(back, pod.name)) == ordered(load(text, pod.name))
    if moved[0] == len(names) - len(moved) and not was_there:
        assert back == text


def apply(text: str, number: int, operations: Sequence[Operation]) -> str:
    read = list(documents(text))
    return prove(text, read, {number: operations}, changes(text, read[number], operations))


def load(text: str, name: str) -> Any:
    return json.loads(text) if name.endswith(".json") else list(yaml.load_all(text, yaml.BaseLoader))


def ordered(value: Any) -> Any:
    """The same with containers in the order of their names, and without lists that hold nothing."""
    if isinstance(value, list):
        return [ordered(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: ordered(each) for key, each in value.items() if key != "initContainers" or each not in ([], "", "null", "~")}
    return {key: sorted(each, key=lambda one: str(one["name"])) if key == "containers" else each for key, each in kept.items()}
