"""Edits: operations on small documents to exactly the text they should give, or to a refusal that says why."""

import pytest

from sidecarlint.documents import Lines, documents
from sidecarlint.edits import LAST, Change, Move, Operation, Refusal, Remove, Rename, Set, Substitute, changes, prove, splice

ALWAYS = ("image", "name")
LISTS = "a:\n- x\n# of y\n- y # y\n- z\n"
PAIR = "- name: n\n  image: i\n  args: [x]\n- name: m\n"
BEHIND_B = Set((0, "r"), "v", ("b",))


def rewritten(text: str, *operations: Operation) -> str:
    """The proven text after operations on its first document."""
    read = list(documents(text))
    return prove(text, read, {0: operations}, changes(text, read[0], operations))


def move(item: int, before: int = LAST, source: str = "a", target: str = "b") -> Move:
    return Move((source, item), target, before)


MOVES = [
    # what it is, text, moves, and the text it gives
    ("the last", LISTS, [move(2)], "a:\n- x\n# of y\n- y # y\nb:\n- z\n"),
    ("the first", LISTS, [move(0)], "b:\n- x\na:\n# of y\n- y # y\n- z\n"),
    ("a comment above the first dash shows where this list has its comments", "a:\n  # of x\n- x: 1\n  # of y\n- y: 1\n", [move(0)],
     "b:\n  # of x\n- x: 1\na:\n  # of y\n- y: 1\n"),
    ("a deeper comment belongs to the item above otherwise", "a:\n- x: 1\n  # of x\n- y: 1\n", [move(1)],
     "a:\n- x: 1\n  # of x\nb:\n- y: 1\n"),
    ("the middle", LISTS, [move(1)], "a:\n- x\n- z\nb:\n# of y\n- y # y\n"),
    ("the last two", LISTS, [move(1), move(2)], "a:\n- x\nb:\n# of y\n- y # y\n- z\n"),
    ("the first two, in any order", LISTS, [move(1), move(0)], "b:\n- x\n# of y\n- y # y\na:\n- z\n"),
    ("the same twice", LISTS, [move(2), move(2)], "a:\n- x\n# of y\n- y # y\nb:\n- z\n"),
    ("to the front of a list", "b:\n- p\n- q\na:\n- x\n- y\n", [move(1, 0)], "b:\n- y\n- p\n- q\na:\n- x\n"),
    ("between two", "b:\n- p\n- q\na:\n- x\n- y\n", [move(0, 1)], "b:\n- p\n- x\n- q\na:\n- y\n"),
    ("to the end", "a:\n- x\n- y\nb:\n- p\n- q\n", [move(0)], "a:\n- y\nb:\n- p\n- q\n- x\n"),
    ("two to two places", "a:\n- x\n- y\n- z\nb:\n- p\n", [move(0, 0), move(1)], "a:\n- z\nb:\n- x\n- p\n- y\n"),
    ("across what stands between", "a:\n- x\n- y\n# c\nc: 1\nb:\n- p\n", [move(1)], "a:\n- x\n# c\nc: 1\nb:\n- p\n- y\n"),
    ("into an empty list", "b: [] # b\na:\n- x\n- y\n", [move(0)], "b: # b\n- x\na:\n- y\n"),
    ("into nothing", "a:\n- x\n- y\nb:\nc: 1\n", [move(1)], "a:\n- x\nb:\n- y\nc: 1\n"),
    ("into null", "a:\n- x\n- y\nb: null\n", [move(1)], "a:\n- x\nb:\n- y\n"),
    ("to a deeper list", "a:\n- |\n  s\n\n   t\n- y\nb:\n  - p\n", [move(0)], "a:\n- y\nb:\n  - p\n  - |\n    s\n\n     t\n"),
    ("to a list less deep", "b:\n- p\na:\n    - x\n    # y\n    - y:\n       z\n", [move(1)], "b:\n- p\n# y\n- y:\n   z\na:\n    - x\n"),
    ("with a deeper comment below", "a:\n- x\n  # x too\n- y\n", [move(0)], "b:\n- x\n  # x too\na:\n- y\n"),
    ("without a comment below", "a:\n- x\n- y\n# not y\nc: 1\n", [move(1)], "a:\n- x\nb:\n- y\n# not y\nc: 1\n"),
    ("without a comment far above", "a:\n- x\n# far\n\n# near\n- y\n", [move(1)], "a:\n- x\n# far\n\nb:\n# near\n- y\n"),
    ("with one blank line", "a:\n- x\n\n- y\n\n- z\n", [move(0)], "b:\n- x\n\na:\n- y\n\n- z\n"),
    ("without a final line end", "a:\n- x\n- y", [move(0)], "b:\n- x\na:\n- y"),
    ("the last without one", "b:\n- p\na:\n- x\n- y", [move(1)], "b:\n- p\n- y\na:\n- x"),
    ("the last without one, behind a text", "a:\n- |\n  x\n\n- k: &k y", [move(0)], "a:\n- k: &k y\nb:\n- |\n  x\n\n"),
    ("with CRLF", "a:\r\n- x\r\n- y\r\n", [move(1)], "a:\r\n- x\r\nb:\r\n- y\r\n"),
    ("with CR", "a:\r- x\r- y\r", [move(0)], "b:\r- x\ra:\r- y\r"),
    ("with a quoted key", "'a':\n- x\n- y\n", [move(1)], "'a':\n- x\n'b':\n- y\n"),
    ("of blanks that are text", "a:\n- |\n x\n  \n y\n- z\nb:\n  - p\n", [move(0)], "a:\n- z\nb:\n  - p\n  - |\n   x\n    \n   y\n"),
    ("with a separator that is no line end", "a:\n- x\n- \"y\u2028 z\"\nb:\n  - p\n", [move(1)], "a:\n- x\nb:\n  - p\n  - \"y\u2028 z\"\n"),
    ("in flow", "a: [x, y]\n", [move(1)], "a: [x]\nb: [y]\n"),
    ("the first in flow", "a: [x, y, z]\n", [move(0)], "b: [x]\na: [y, z]\n"),
    ("the middle in flow", "a: [x, y, z]\n", [move(1)], "b: [y]\na: [x, z]\n"),
    ("in flow to a list", "{b: [p, q], a: [x, y]}\n", [move(0, 1)], "{b: [p, x, q], a: [y]}\n"),
    ("in flow to an empty list", "{b: [], a: [ x, y ]}\n", [move(1)], "{b: [ y ], a: [ x ]}\n"),
    ("in flow, all but the last", "{b: [], a: [w, x, y, z]}\n", [move(0), move(1), move(2)], "{b: [w, x, y], a: [z]}\n"),
    ("in flow, here and there", "a: [w, x, y, z]\n", [move(0), move(2)], "b: [w, y]\na: [x, z]\n"),
    ("in flow to nothing", "b:\na: [x, y]\n", [move(1)], "b: [y]\na: [x]\n"),
    ("in flow to null", "b: ~\na: [x, y]\n", [move(1)], "b: [y]\na: [x]\n"),
    ("in JSON", '{"a":["x","y"]}', [move(1)], '{"a":["x"],"b":["y"]}'),
    ("in JSON, the first", '{"c": 1, "a": ["x", "y"]}', [move(0)], '{"c": 1, "b": ["x"], "a": ["y"]}'),
    ("behind the anchor that it uses", "a:\n- &k x\n- k: *k\n- z\n", [move(1)], "a:\n- &k x\n- z\nb:\n- k: *k\n"),
    ("in front of what uses its anchor", "a:\n- x\n- k: &k y\n- *k\n", [move(1)], "b:\n- k: &k y\na:\n- x\n- *k\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operations", "wanted"), [case[1:] for case in MOVES], ids=[case[0] for case in MOVES])
def test_move(text: str, operations: list[Operation], wanted: str) -> None:
    assert rewritten(text, *operations) == wanted


OTHERS = [
    # what it is, text, operation, and the text it gives
    ("set a new key behind another", PAIR, Set((0, "r"), "Always", ALWAYS), PAIR.replace("i\n", "i\n  r: Always\n")),
    ("set it behind the next best", PAIR, Set((1, "r"), "Always", ALWAYS), PAIR + "  r: Always\n"),
    ("set it in its alphabetical place", "- a: 1\n  z: 2\n", Set((0, "r"), "v"), "- a: 1\n  r: v\n  z: 2\n"),
    ("set it without a final line end", "- name: n", Set((0, "r"), "v"), "- name: n\n  r: v"),
    ("set it behind its comments", "- b:\n    1\n    # b\n  # a\n  a: 2\n", BEHIND_B, "- b:\n    1\n    # b\n  r: v\n  # a\n  a: 2\n"),
    ("set it behind a block scalar", "- b: |+\n    c\n\n  a: 2\n", BEHIND_B, "- b: |+\n    c\n\n  r: v\n  a: 2\n"),
    ("set it in quotes", '- "name": "n"\n', Set((0, "r"), "v"), '- "name": "n"\n  "r": "v"\n'),
    ("set it where one key has quotes", "- 'b': n\n  a: m\n", Set((0, "r"), "v"), "- 'b': n\n  a: m\n  r: v\n"),
    ("set it in flow", "{b: 1, a: 2}", Set(("r",), "v", ("b",)), "{b: 1, r: v, a: 2}"),
    ("set it in mixed flow", '{"b": 1, a: 2}', Set(("r",), "v", ("b",)), '{"b": 1, r: v, a: 2}'),
    ("set it in JSON", '{"b":1,"a":2}', Set(("r",), "v", ("b",)), '{"b":1,"r":"v","a":2}'),
    ("set it in JSON on lines", '{\n  "b" : 1,\n  "a" : 2\n}', Set(("r",), "v"), '{\n  "b" : 1,\n  "a" : 2,\n  "r" : "v"\n}'),
    ("replace a plain value", "a: b # c\n", Set(("a",), "v"), "a: v # c\n"),
    ("replace it by what needs quotes", "a: b\n", Set(("a",), "x: y"), 'a: "x: y"\n'),
    ("replace it by a word that means no text", "a: b\n", Set(("a",), "yes"), 'a: "yes"\n'),
    ("replace a quoted value", "a: 'b'\n", Set(("a",), "v"), "a: 'v'\n"),
    ("replace an empty value", "a: # c\nb: 1\n", Set(("a",), "v"), "a: v # c\nb: 1\n"),
    ("replace by the same", "a: v\n", Set(("a",), "v"), "a: v\n"),
    ("remove a key", "- a: 1\n  b: # b\n    c: 2\n  # d\n  d: 3\n", Remove((0, "b")), "- a: 1\n  # d\n  d: 3\n"),
    ("remove the key behind the dash", "-   a: 1\n    b: 2\n", Remove((0, "a")), "-   b: 2\n"),
    ("remove the last key", "- a: 1\n  b: 2", Remove((0, "b")), "- a: 1"),
    ("remove a key in flow", "{a: 1, b: 2, c: 3}", Remove(("b",)), "{a: 1, c: 3}"),
    ("remove the first in flow", "{a: 1, b: 2}", Remove(("a",)), "{b: 2}"),
    ("rename a key", "a: 1\n'b': 2\n", Rename(("b",), "c"), "a: 1\n'c': 2\n"),
    ("rename it to what needs quotes", "a: 1\n", Rename(("a",), "no"), '"no": 1\n'),
    ("substitute in a plain scalar", "a: tail -f x\n", Substitute(("a",), 5, 7, "-F"), "a: tail -F x\n"),
    ("substitute the second of two", "a: [x, '-f -f']\n", Substitute(("a", 1), 3, 5, "-F"), "a: [x, '-f -F']\n"),
    ("substitute in a block scalar", "a: |\n  tail \\\n    -f x\n", Substitute(("a",), 9, 11, "-F"), "a: |\n  tail \\\n    -F x\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operation", "wanted"), [case[1:] for case in OTHERS], ids=[case[0] for case in OTHERS])
def test_set_remove_rename_and_substitute(text: str, operation: Operation, wanted: str) -> None:
    assert rewritten(text, operation) == wanted


def test_changes_inside_an_item_travel_with_it() -> None:
    text = "a:\n- name: x\n- name: y # y\n  do: tail -f z\n  no: 1\nb:\n  - name: p\n"
    in_y: list[Operation] = [Set(("a", 1, "r"), "Always", ALWAYS), Substitute(("a", 1, "do"), 5, 7, "-F"), Remove(("a", 1, "no"))]
    assert rewritten(text, move(1), *in_y, Set(("b", 0, "q"), "v")) == (
        "a:\n- name: x\nb:\n  - name: p\n    q: v\n  - name: y # y\n    r: Always\n    do: tail -F z\n"
    )


def test_a_change_below_the_last_comment_of_an_item_travels_too() -> None:
    text = "b:\n- p\na:\n- x\n- name:\n    y\n    # deep\n    # deeper\nc: 1\n"
    assert rewritten(text, move(1), Set(("a", 1, "r"), "v")) == "b:\n- p\n- name:\n    y\n    # deep\n    # deeper\n  r: v\na:\n- x\nc: 1\n"


def test_a_change_at_the_very_end_stays_with_an_item_that_others_pass() -> None:
    text = "b:\n- p: 1\n- q: 2\na:\n- x: 3\n- y: 4\n  z: 5\n  zz: 6"
    wanted = "b:\n- p: 1\n- y: 4\n  z: 5\n  zz: 6\n  r: v\n- q: 2\na:\n- x: 3"
    assert rewritten(text, move(1, 1), Set(("a", 1, "r"), "v", ("zz",))) == wanted


def test_lists_of_several_pods_move_in_one_document() -> None:
    text = "- a:\n  - x\n  - y\n- a: [x, y]\n- {c: {a: [x, y]}}\n"
    operations = [Move((0, "a", 1), "b", 0), Move((1, "a", 1), "b", 0), Move((2, "c", "a", 0), "b", 0)]
    with pytest.raises(Refusal, match="line of its own"):
        rewritten(text, *operations)
    text = "k:\n  a:\n  - x\n  - y\nl:\n  a: [x, y]\nm: {c: {a: [x, y]}}\n"
    operations = [Move(("k", "a", 1), "b", 0), Move(("l", "a", 1), "b", 0), Move(("m", "c", "a", 0), "b", 0)]
    assert rewritten(text, *operations) == "k:\n  a:\n  - x\n  b:\n  - y\nl:\n  a: [x]\n  b: [y]\nm: {c: {b: [x], a: [y]}}\n"


REFUSALS = [
    # what it is, text, operation, a part of the reason, and its line
    ("no list", "a: 1\n", move(0), "a is no list of its own", 1),
    ("no such list", "c: 1\n", move(0), "a is no list of its own", 1),
    ("no such item", "a:\n- x\n", move(3), "a[3] is not there", 2),
    ("nothing would be left", "c: 1\na:\n- x\n", move(0), "a would be empty", 3),
    ("an alias for a list", "c: &c [x, y]\na: *c\n", move(0), "a is no list of its own", 2),
    ("a list that others use", "a: &c\n- x\n- y\nc: *c\n", move(0), "other places use this text through the anchor &c", 2),
    ("an item that others use", "a:\n- &c {k: x}\n- y\nc: *c\n", move(0), "other places use this text through the anchor &c", 2),
    ("an item that is an alias", "c: &c x\na:\n- *c\n- y\n", move(0), "used through the alias *c", 3),
    ("a target that is an alias", "c: &c [x]\nb: *c\na: [x, y]\n", move(0), "used through the alias *c", 2),
    ("a target that others use", "b: &c\n- p\na:\n- x\n- y\nc: *c\n", move(0), "other places use this text through the anchor &c", 2),
    ("a target that is no list", "b: 1\na: [x, y]\n", move(0), "b is no list here", 1),
    ("a target that is a mapping", "b: {}\na:\n- x\n- y\n", move(0), "b is no list here", 1),
    ("a target in another style", "b: [p]\na:\n- x\n- y\n", move(0), "another style than a", 1),
    ("a target with a comment", "b: [ # none\n  ]\na:\n- x\n- y\n", move(0), "a comment stands inside the empty b", 1),
    ("an alias before its anchor", "b:\n- p\na:\n- &k x\n- k: *k\n", move(1), "after the move the alias *k names no anchor", 5),
    ("a comment in a flow list", "a: [x, # x\n y]\n", move(1), "a comment stands between the items", 1),
    ("a list behind its dash", "- a:\n  - x\n  - y\n", Move((0, "a", 0), "b", 0), "does not stand on a line of its own", 1),
    ("dashes at odd places", "a: [\n- x\n", move(0), "cannot be read as a whole", 1),
    ("an end inside a block scalar", "b:\n- p\na:\n- x\n- |\n  y", move(1), "ends inside a block scalar", 5),
    ("a blank line that would join a text", "b:\n- p\na:\n- |+\n  x\n\n- y\n\nc: 1\n", move(1), "become part of a block scalar", 4),
    ("a key given twice", "a: [x]\na: [y, z]\n", move(0), "the key a is given twice", 2),
    ("a key that a merge key brings", "c: &c {k: 1}\na:\n  <<: *c\n", Set(("a", "k", "l"), "v"), "through a merge key or is not there", 3),
    ("a value that others use", "a: &a 1\nb: *a\n", Set(("a",), "v"), "other places use this text through the anchor &a", 1),
    ("a value written elsewhere", "a: &a 1\nb: *a\n", Set(("b",), "v"), "used through the alias *a", 2),
    ("the root without keys", "{}\n", Set(("r",), "v"), "the mapping that r belongs to is empty", 1),
    ("an explicit key", "a:\n  ? x\n  : 1\n", Set(("a", "r"), "v"), "a form that is not edited", 2),
    ("a new key behind an open end", "- name: |\n    x", Set((0, "r"), "v"), "ends inside a block scalar", 1),
    ("the removal of a key alone", "- a: 1\n", Remove((0, "a")), "is not there or stands alone", 1),
    ("the removal of nothing", "- a: 1\n  b: 2\n", Remove((0, "c")), "is not there or stands alone", 1),
    ("the removal of an anchor in use", "a: {k: &k 1}\nb: *k\n", Remove(("a",)), "other places use this text through the anchor &k", 1),
    ("the removal of a key below a comment", "a: 1\n# c\nb: 2\n", Remove(("b",)), "a comment stands above b", 2),
    ("a move out of a tagged key", "!!str a:\n- x\n- y\n", move(0), "the key a carries a tag or an anchor", 1),
    ("the removal of another's comment", "- a: 1\n  # b\n  b: 2\n", Remove((0, "a")), "a comment stands between this key and the next", 1),
    ("the removal of one in flow", "{a: 1, # of a\n b: 2}", Remove(("b",)), "a comment stands between this key and the next", 2),
    ("a name that is there", "a: 1\nb: 2\n", Rename(("a",), "b"), "or b is already", 1),
    ("a name for nothing", "a: 1\n", Rename(("c",), "b"), "c is not there", 1),
    ("words over an escaped line end", 'a: "x\\\n  y"\n', Substitute(("a",), 0, 2, "z"), "written with escapes", 1),
    ("words in a list", "a: [x]\n", Substitute(("a",), 0, 1, "y"), "this is no text", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operation", "reason", "line"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_what_cannot_be_done_safely_is_refused_with_reason_and_line(text: str, operation: Operation, reason: str, line: int) -> None:
    with pytest.raises(Refusal) as refused:
        changes(text, next(documents(text)), [operation])
    assert reason in refused.value.reason
    assert Lines(text).number(refused.value.offset) == line


def test_changes_that_overlap_are_refused() -> None:
    with pytest.raises(Refusal, match="two changes would touch the same text"):
        splice("abcd", [Change(0, 2, "x"), Change(1, 3, "y")])


def test_changes_outside_a_part_are_left_out_of_it() -> None:
    assert splice("abcdef", [Change(0, 1, "A"), Change(2, 3, "C"), Change(5, 6, "F")], 1, 5) == "bCde"
