"""What patches ask of edits: entries ahead of what moves to the same place, and operations put into a list that is a whole document."""

import pytest

from sidecarlint.edits import LAST, Fields, Insert, Move, Operation, Plain, Refusal, Remove, Rename, rewritten

MERGE = """\
spec:
  containers:
  - name: app
    tty: true
  # speaks
  - name: shipper  # of logs
    tty: true
"""
BOTH = """\
spec:
  initContainers:
  - name: seed
    tty: true
  containers:
  - name: app
    tty: true
  - name: shipper
    tty: true
"""
FLOW = "{spec: {containers: [{name: app}, {name: shipper, tty: true}]}}\n"
MOVED = Move(("spec", "containers", 1), "initContainers", LAST)


def bare(name: str, before: int = LAST, ahead: bool = True) -> Insert:
    return Insert(("spec", "initContainers"), before, Fields((("name", name),)), ahead=ahead)


AHEAD: dict[str, tuple[str, list[Operation], list[str]]] = {
    "of the only one in a new list": (MERGE, [MOVED, bare("migrate")], ["migrate", "shipper"]),
    "several keep their order": (MERGE, [MOVED, bare("migrate"), bare("load")], ["migrate", "load", "shipper"]),
    "behind it without": (MERGE, [MOVED, bare("migrate", ahead=False)], ["shipper", "migrate"]),
    "behind those that are there": (BOTH, [MOVED, bare("migrate")], ["seed", "migrate", "shipper"]),
    "in front of all": (BOTH, [MOVED._replace(before=0), bare("migrate", 0)], ["migrate", "shipper", "seed"]),
    "at another place than what moves": (BOTH, [MOVED, bare("migrate", 0)], ["migrate", "seed", "shipper"]),
    "in flow style": (FLOW, [MOVED, bare("migrate")], ["migrate", "shipper"]),
    "where nothing moves": (BOTH, [bare("migrate")], ["seed", "migrate"]),
}


@pytest.mark.parametrize(("text", "asked", "names"), AHEAD.values(), ids=AHEAD)
def test_items_ahead_of_what_moves(text: str, asked: list[Operation], names: list[str]) -> None:
    new = rewritten(text, {0: asked})
    inits = new.partition("initContainers")[2].partition("containers")[0]
    assert sorted(names, key=lambda name: inits.find(f"name: {name}")) == names
    assert all(f"name: {name}" in inits for name in names)
    assert [line for line in text.splitlines() if "#" in line] == [line for line in new.splitlines() if "#" in line]


def test_a_list_is_renamed_and_filled() -> None:
    asked: list[Operation] = [
        Rename(("spec", "containers"), "initContainers"),
        Insert(("spec", "containers"), 0, Fields((("name", "added"),))),
    ]
    assert rewritten(MERGE, {0: asked}) == MERGE.replace("containers:\n", "initContainers:\n  - name: added\n")


OPERATIONS = """\
# Of this cluster.
- op: add  # makes it
  path: /a
  value: []
# then
- op: add
  path: /a/-
  value: 1
"""
ONE = Fields((("op", "remove"), ("path", "/b")))
WRITTEN = "- op: remove\n  path: /b\n"
LISTED: dict[str, tuple[str, list[Operation], str]] = {
    "at the end": (OPERATIONS, [Insert((), LAST, ONE)], OPERATIONS + WRITTEN),
    "between": (OPERATIONS, [Insert((), 1, ONE)], OPERATIONS.replace("# then\n", WRITTEN + "# then\n")),
    "the first goes with its comments": (OPERATIONS, [Remove((0,))], OPERATIONS[OPERATIONS.index("# then") :]),
    "the last goes": (OPERATIONS, [Remove((1,))], OPERATIONS[: OPERATIONS.index("# then")]),
    "in JSON": ('[{"op": "add"}, {"op": "test"}]', [Insert((), 1, Fields((("op", "copy"), ("value", Plain("1")))))],
        '[{"op": "add"}, {"op": "copy", "value": 1}, {"op": "test"}]'),
    "gone from JSON": ('[{"op": "add"}, {"op": "test"}]', [Remove((0,))], '[{"op": "test"}]'),
}  # fmt: skip


@pytest.mark.parametrize(("text", "asked", "new"), LISTED.values(), ids=LISTED)
def test_a_list_that_is_a_whole_document(text: str, asked: list[Operation], new: str) -> None:
    assert rewritten(text, {0: asked}) == new


def test_a_document_is_not_emptied() -> None:
    with pytest.raises(Refusal, match="stands alone"):
        rewritten("- op: add\n  path: /a\n", {0: [Remove((0,))]})
