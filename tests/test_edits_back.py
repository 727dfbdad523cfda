"""Moves there and back: what went to a new list and comes home leaves the very bytes from before."""

from collections.abc import Sequence
from json import dumps

import pytest

from sidecarlint.documents import documents
from sidecarlint.edits import LAST, Move, Operation, Remove, Set, changes, prove

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
PRETTY = dumps({"spec": {"containers": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}}, indent=2) + "\n"
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
