"""The proof bites: a rewrite that is off by one character, or that loses a comment, is refused."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecarlint.documents import Document, Node, at, documents, items, text_of
from sidecarlint.edits import LAST, Change, Move, Operation, Refusal, Remove, Set, changes, prove, splice
from sidecarlint.edits.proof import why_not
from tests.comments_of import hashes

FORMATTING = Path(__file__).parent.parent / "fixtures" / "formatting"


def moves_of(root: Node | None) -> list[Operation]:
    """Every reader of a pod made a sidecar."""
    found: list[Operation] = []
    for index, item in enumerate(items(at(root, ("spec", "containers")))):
        if (text_of(at(item, ("name",))) or "").startswith("reader"):
            route = ("spec", "containers", index)
            found += [Move(route, "initContainers", LAST), Set((*route, "restartPolicy"), "Always", ("image", "name"))]
    return found


def meaning(text: str) -> list[Any] | None:
    try:
        return [json.loads(text)] if text.startswith("{") else list(yaml.load_all(text, yaml.BaseLoader))
    except (yaml.YAMLError, ValueError):
        return None


def faults(text: str, change: Change) -> Iterator[Change]:
    """The change with its span off by one, and with each of its characters missing or doubled."""
    start, end, new = change
    for low, high in ((start - 1, end), (start + 1, end), (start, end - 1), (start, end + 1), (start - 1, end - 1), (start + 1, end + 1)):
        if 0 <= low <= high <= len(text):
            yield Change(low, high, new)
    for i in range(len(new)):
        yield Change(start, end, new[:i] + new[i + 1 :])
        yield Change(start, end, new[:i] + new[i] + new[i:])


BITTEN = {
    # fixture, and how many of the faulty rewrites mean the same and are let pass: mostly blanks
    "comments.yaml": 19,
    "first-key-not-name.yaml": 3,
    "init-adjacent-after.yaml": 17,
    "keys-quoted.yaml": 3,
    "documents-same-name.yaml": 5,
    "flow-one-line.yaml": 7,
    "flow-several-lines.yaml": 41,
    "json-pretty.json": 57,
    "anchor-in-item.yaml": 14,
    "scalars-kept.yaml": 5,
    "no-final-newline-head.yaml": 20,
    "line-ends-cr.yaml": 5,
}


@pytest.mark.parametrize(("name", "harmless"), BITTEN.items())
def test_every_fault_of_one_character_is_refused_unless_it_means_the_same(name: str, harmless: int) -> None:
    text = (FORMATTING / name).read_bytes().decode()
    read = list(documents(text))
    operations = {0: moves_of(read[0].root)}
    good = changes(text, read[0], operations[0])
    wanted = meaning(prove(text, read, operations, good))
    passed = refused = 0
    for i, change in enumerate(good):
        for fault in faults(text, change):
            try:
                new = splice(text, [*good[:i], fault, *good[i + 1 :]])
            except Refusal:
                continue
            if why_not(text, read, new, operations) is None:
                assert meaning(new) == wanted, new
                assert hashes(new) == hashes(text), new
                passed += 1
            else:
                refused += 1
    assert passed == harmless
    assert refused > 90


TEXT = """\
# head
a: # of a
- x # of x
- y: yes
  z: 'w'
--- # second
b: 0644 # of b
c: &c [1]
d: *c
e: !t f
...
---
g: [
...
# last
"""
GOOD = TEXT.replace("- y: yes", "k:\n- y: yes")
MOVE = {0: [Move(("a", 1), "k", LAST)]}

FAULTS = [
    # what it is, old words, new words, a part of the reason
    ("a lost comment", " # of x", "", "document 1: a comment would be lost: # of x"),
    ("a lost comment at the head", "# head\n", "", "document 1: a comment would be lost: # head"),
    ("a lost comment behind a marker", "--- # second", "---", "document 2: a comment would be lost: # second"),
    ("a doubled comment", "# of b\n", "# of b\n# of b\n", "document 2: a comment would be doubled: # of b"),
    ("a changed comment", "# of a", "# of A", "document 1: a comment would be"),
    ("a comment that became text", "# of x", "of x", "document 1: it would not mean what was planned"),
    ("a changed scalar in another document", "0644", "0645", "document 2: it would not mean what was planned"),
    ("quotes around a number", "0644", "'0644'", "document 2: it would not mean what was planned"),
    ("quotes around a yes", "y: yes", 'y: "yes"', "document 1: it would not mean what was planned"),
    ("quotes that fall away", "'w'", "w", "document 1: it would not mean what was planned"),
    ("a lost tag", "!t f", "f", "document 2: it would not mean what was planned"),
    ("another anchor", "&c", "&c2", "document 2: it would not be readable"),
    ("an alias written out", "*c", "[1]", "document 2: it would not mean what was planned"),
    ("another anchored value", "&c [1]", "&c [2]", "document 2: it would not mean what was planned"),
    ("a lost document", "---\ng: [\n...\n", "", "had 3 documents and would have 2"),
    ("a document more", "--- # second", "---\n--- # second", "had 3 documents and would have 4"),
    ("a change behind the documents", "# last", "# Last", "outside the documents"),
    ("a change in what cannot be read", "g: [", "h: [", "document 3: it would not be readable"),
    ("what cannot be read made readable", "g: [", "g: []", "document 3: it would not be readable"),
    ("a move too many", "- x # of x\nk:\n", "k:\n- x # of x\n", "document 1: it would not mean what was planned"),
    ("no move at all", "k:\n", "", "document 1: it would not mean what was planned"),
    ("text that cannot be read", "k:", "k", "document 1: it would not be readable"),
]


@pytest.mark.parametrize(("old", "new", "reason"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_what_was_not_planned_is_refused(old: str, new: str, reason: str) -> None:
    read = list(documents(TEXT))
    assert why_not(TEXT, read, GOOD, MOVE) is None
    assert GOOD.count(old) == 1
    assert reason in (why_not(TEXT, read, GOOD.replace(old, new), MOVE) or "")


def test_the_order_of_keys_and_the_layout_have_no_meaning() -> None:
    text = "a: 1 # a\nb: {c: [x, y]}\n"
    assert why_not(text, list(documents(text)), "b:\n    c:\n    - x\n    - y\n# a\na: 1", {}) is None


def test_comments_of_what_is_removed_may_go_and_no_others() -> None:
    text = "- a: 1 # a\n  b: # b\n    c: 2 # c\n  # d\n  d: 3 # d\n"
    read = list(documents(text))
    operations = {0: [Remove((0, "b"))]}
    assert why_not(text, read, "- a: 1 # a\n  # d\n  d: 3 # d\n", operations) is None
    assert why_not(text, read, "- a: 1 # a\n  d: 3 # d\n", operations) == "document 1: a comment would be lost: # d"


def test_a_broken_document_without_operations_may_stand_beside_a_rewrite() -> None:
    text = "a: [\n---\nb: 1\n"
    read = list(documents(text))
    operations: dict[int, list[Operation]] = {1: [Set(("b",), "v")]}
    assert prove(text, read, operations, changes(text, read[1], operations[1])) == "a: [\n---\nb: v\n"
    assert why_not(text, read, text, {0: [Set(("a",), "v")]}) == "document 1: it would not be readable"


def test_an_operation_without_a_place_is_refused() -> None:
    assert why_not("a: 1\n", list(documents("a: 1\n")), "a: 1\n", {0: [Remove(("b",))]}) == "document 1: an operation has no place in it"


def test_a_judge_has_the_last_word() -> None:
    text = "a: 1\n"
    read: list[Document] = list(documents(text))
    edited = [Change(3, 4, "v")]
    seen: list[str] = []
    assert prove(text, read, {0: [Set(("a",), "v")]}, edited, seen.append) == "a: v\n"
    assert seen == ["a: v\n"]
    with pytest.raises(Refusal, match="still found"):
        prove(text, read, {0: [Set(("a",), "v")]}, edited, lambda new: "it is still found")


def test_an_alias_bomb_is_proven_soon() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 100)) + "z: 1\n"
    read = list(documents(bomb))
    operations: dict[int, list[Operation]] = {0: [Set(("z",), "v")]}
    assert prove(bomb, read, operations, changes(bomb, read[0], operations[0])).endswith("z: v\n")
