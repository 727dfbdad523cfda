"""Edits: values of any shape written in every style, to exactly the text they should give, or to a refusal that says why."""

import pytest

from sidecarlint.documents import Lines, at, documents
from sidecarlint.edits import (  # fmt: skip
    LAST,
    Fields,
    Insert,
    Items,
    Move,
    Operation,
    Plain,
    Refusal,
    Remove,
    Set,
    Substitute,
    Value,
    changes,
    prove,
    value_of,
)

PROBE = Fields((("httpGet", Fields((("path", "/up"), ("port", Plain("80"))))), ("periodSeconds", Plain("1"))))
LIST = Fields((("exec", Fields((("command", Items(("sh", "-c", "exit 0"))),))),))
SCRIPT = Items(("sh", "-c", "set -e\nif x; then\n  y\nfi\n\nexec z\n"))


def rewritten(text: str, *operations: Operation) -> str:
    """The proven text after operations on its first document."""
    read = list(documents(text))
    return prove(text, read, {0: operations}, changes(text, read[0], operations))


def put(value: Value) -> Set:
    return Set(("c", 0, "p"), value, ("image", "name"))


SETS = [
    # what it is, text, value for c[0].p, and the text it gives
    ("a mapping", "c:\n- name: n\n", PROBE,
     "c:\n- name: n\n  p:\n    httpGet:\n      path: /up\n      port: 80\n    periodSeconds: 1\n"),
    ("with the text's indentation", "d:\n    e:\n        f: 1\nc:\n    - name: n\n", PROBE,
     "d:\n    e:\n        f: 1\nc:\n    - name: n\n      p:\n          httpGet:\n              path: /up\n              port: 80\n"
     "          periodSeconds: 1\n"),
    ("a list, flush as the others", "c:\n- args:\n  - a\n  name: n\n", LIST,
     "c:\n- args:\n  - a\n  name: n\n  p:\n    exec:\n      command:\n      - sh\n      - -c\n      - \"exit 0\"\n"),
    ("a list, indented as the others", "c:\n  - args:\n      - a\n    name: n\n", LIST,
     "c:\n  - args:\n      - a\n    name: n\n    p:\n      exec:\n        command:\n          - sh\n          - -c\n"
     "          - \"exit 0\"\n"),
    ("a list as the one it is in", "c:\n  - name: n\n", Items(("x",)), "c:\n  - name: n\n    p:\n      - x\n"),
    ("a text of several lines", "c:\n- name: n\n  z: 1\n", SCRIPT,
     "c:\n- name: n\n  p:\n  - sh\n  - -c\n  - |\n    set -e\n    if x; then\n      y\n    fi\n\n    exec z\n  z: 1\n"),
    ("a text of several lines without a line end", "c:\n- name: n\n", "a\nb", "c:\n- name: n\n  p: |-\n    a\n    b\n"),
    ("a text that begins with a blank", "c:\n- name: n\n", " a\nb\n", 'c:\n- name: n\n  p: " a\\nb\\n"\n'),
    ("a text of blank lines", "c:\n- name: n\n", "\n\n", 'c:\n- name: n\n  p: "\\n\\n"\n'),
    ("a text with a carriage return", "c:\n- name: n\n", "a\r\nb\n", 'c:\n- name: n\n  p: "a\\r\\nb\\n"\n'),
    ("a text with a separator", "c:\n- name: n\n", "a\u2028b", 'c:\n- name: n\n  p: "a\\u2028b"\n'),
    ("a text of several lines at an open end", "c:\n- name: n", "a\nb\n", 'c:\n- name: n\n  p: "a\\nb\\n"'),
    ("a text of several lines with CRLF", "c:\r\n- name: n\r\n", "a\nb\n", "c:\r\n- name: n\r\n  p: |\r\n    a\r\n    b\r\n"),
    ("nothing in it", "c:\n- name: n\n", Fields((("a", Fields(())), ("b", Items(())))), "c:\n- name: n\n  p:\n    a: {}\n    b: []\n"),
    ("lists in lists", "c:\n- name: n\n", Items((Items(("x", "w")), Fields((("a", "b"), ("d", "e"))))),
     "c:\n- name: n\n  p:\n  - - x\n    - w\n  - a: b\n    d: e\n"),
    ("words without quotes", "c:\n- name: n\n",
     Items((Plain("1"), Plain("true"), Plain("null"), "1", "true", "null", "--a=b", "-", "a: b", "", "yes")),
     'c:\n- name: n\n  p:\n  - 1\n  - true\n  - null\n  - "1"\n  - "true"\n  - "null"\n  - --a=b\n  - "-"\n  - "a: b"\n  - ""\n  - "yes"\n'
     ''),
    ("in quotes", "c:\n- 'name': 'n'\n", Fields((("a", "b"), ("d", Plain("1")))), "c:\n- 'name': 'n'\n  'p':\n    'a': 'b'\n    'd': 1\n"),
    ("in its alphabetical place", "c:\n- a: 1\n  z: 1\n", Fields((("b", "c"),)), "c:\n- a: 1\n  p:\n    b: c\n  z: 1\n"),
    ("in flow", "c: [{name: n}]\n", PROBE, "c: [{name: n, p: {httpGet: {path: /up, port: 80}, periodSeconds: 1}}]\n"),
    ("a text of several lines in flow", "c: [{name: n}]\n", "a\nb\n", 'c: [{name: n, p: "a\\nb\\n"}]\n'),
    ("in JSON", '{"c": [{"name": "n"}]}', LIST, '{"c": [{"name": "n", "p": {"exec": {"command": ["sh", "-c", "exit 0"]}}}]}'),
    ("in minified JSON", '{"c":[{"name":"n"}]}', PROBE, '{"c":[{"name":"n","p":{"httpGet":{"path":"/up","port":80},"periodSeconds":1}}]}'),
    ("in JSON on lines", '{\n\t"c": [\n\t\t{\n\t\t\t"name": "n"\n\t\t}\n\t]\n}\n',
     Fields((("a", Items(("b", Plain("1")))), ("d", Fields(())))),
     '{\n\t"c": [\n\t\t{\n\t\t\t"name": "n",\n\t\t\t"p": {\n\t\t\t\t"a": [\n\t\t\t\t\t"b",\n\t\t\t\t\t1\n\t\t\t\t],\n\t\t\t\t"d": {}\n'
     '\t\t\t}\n\t\t}\n\t]\n}\n'),
    ("in place of a word", "c:\n- name: n\n  p: x # p\n  z: 1\n", PROBE,
     "c:\n- name: n\n  p: # p\n    httpGet:\n      path: /up\n      port: 80\n    periodSeconds: 1\n  z: 1\n"),
    ("in place of nothing", "c:\n- name: n\n  p:\n  z: 1\n", Items(("x",)), "c:\n- name: n\n  p:\n  - x\n  z: 1\n"),
    ("in place of null", "c:\n- name: n\n  p: ~\n", Items(("x",)), "c:\n- name: n\n  p:\n  - x\n"),
    ("in place of a mapping", "c:\n- name: n\n  p:\n    a: 1\n    b: 2\n\n  # z\n  z: 1\n", Fields((("d", "e"),)),
     "c:\n- name: n\n  p:\n    d: e\n\n  # z\n  z: 1\n"),
    ("in place of a list", "c:\n- name: n\n  p:\n  - a\n  - b\n", LIST,
     'c:\n- name: n\n  p:\n    exec:\n      command:\n      - sh\n      - -c\n      - "exit 0"\n'),
    ("in place of a flow list", "c:\n- name: n\n  p: [a,\n     b] # p\n", Items(("x",)), "c:\n- name: n\n  p: # p\n  - x\n"),
    ("in place of a text of several lines", "c:\n- name: n\n  p: |\n    a\n\n    b\n  z: 1\n", Items(("x",)),
     "c:\n- name: n\n  p:\n  - x\n  z: 1\n"),
    ("a word in place of a list", "c:\n- name: n\n  p:\n  - a\n", "v", "c:\n- name: n\n  p: v\n"),
    ("a word in place of a text of several lines", "c:\n- p: |\n    a\n", "v", 'c:\n- p: "v"\n'),
    ("a number in place of a mapping", "c:\n- p:\n    a: b\n  z: 1\n", Plain("8"), "c:\n- p: 8\n  z: 1\n"),
    ("the same in place of the same", "c:\n- p: # p\n    a: b # b\n", Fields((("a", Plain("b")),)), "c:\n- p: # p\n    a: b # b\n"),
    ("a mapping in place of another in flow", "c: [{name: n, p: {a: b}, z: 1}]\n", LIST,
     'c: [{name: n, p: {exec: {command: [sh, -c, "exit 0"]}}, z: 1}]\n'),
    ("a mapping in place of another in JSON", '{"c":[{"p":[1,2]}]}', Fields((("a", "b"),)), '{"c":[{"p":{"a":"b"}}]}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "wanted"), [case[1:] for case in SETS], ids=[case[0] for case in SETS])
def test_a_value_is_written_in_the_hand_of_its_text(text: str, value: Value, wanted: str) -> None:
    assert rewritten(text, put(value)) == wanted
    assert rewritten(wanted, put(value)) == wanted


SPEC = "spec:\n  containers:\n  - name: a\n"
AFFINITY = """\
  affinity:
    nodeAffinity:
      required:
        terms:
        - matchExpressions:
          - key: k
            operator: Exists
"""


def test_values_below_mappings_that_are_missing() -> None:
    route = ("spec", "affinity", "nodeAffinity", "required", "terms")
    term = Fields((("matchExpressions", Items((Fields((("key", "k"), ("operator", "Exists"))),))),))
    wanted = SPEC.replace("  containers", AFFINITY + "  containers")
    assert rewritten(SPEC, Set(route, Items((term,)))) == wanted
    assert rewritten(SPEC, Insert(route, LAST, term)) == wanted
    assert rewritten(SPEC, Insert(route, LAST, term, ("containers",))) == SPEC + AFFINITY


def test_several_new_keys_stand_in_the_order_in_which_they_are_asked_for() -> None:
    asked = (Set((0, "r"), "v", ("name",)), Set((0, "p"), Items(("x",)), ("name",)))
    assert rewritten("- name: n\n  args: []\n", *asked) == "- name: n\n  r: v\n  p:\n  - x\n  args: []\n"
    assert rewritten("- args: []\n  name: n\n  z: 1\n", *asked) == "- args: []\n  name: n\n  p:\n  - x\n  r: v\n  z: 1\n"


INSERTS = [
    # what it is, text, place in a, value, and the text it gives
    ("at the end", "a:\n- x\n- y # y\n  # deep\n# b\nb: 1\n", LAST, "z", "a:\n- x\n- y # y\n  # deep\n- z\n# b\nb: 1\n"),
    ("in front of a comment and its item", "a:\n- x\n# y\n- y\n", 1, "z", "a:\n- x\n- z\n# y\n- y\n"),
    ("first", "a:\n  # x\n  - x\n", 0, "z", "a:\n  - z\n  # x\n  - x\n"),
    ("a mapping with the gap of its neighbours", "a:\n-   b: 1\n", LAST, PROBE,
     "a:\n-   b: 1\n-   httpGet:\n      path: /up\n      port: 80\n    periodSeconds: 1\n"),
    ("with a blank line where all have one", "a:\n- x\n\n- y\n\nb: 1\n", LAST, "z", "a:\n- x\n\n- y\n\n- z\n\nb: 1\n"),
    ("in between, with a blank line", "a:\n- x\n\n- y\n", 1, "z", "a:\n- x\n\n- z\n\n- y\n"),
    ("without a final line end", "a:\n- x\n- y", LAST, "z", "a:\n- x\n- y\n- z"),
    ("with CRLF", "a:\r\n- x\r\nb: 1\r\n", LAST, Fields((("c", "d"), ("e", "f"))), "a:\r\n- x\r\n- c: d\r\n  e: f\r\nb: 1\r\n"),
    ("behind a block scalar", "a:\n- |\n  x\n\nb: 1\n", LAST, "z", "a:\n- |\n  x\n- z\n\nb: 1\n"),
    ("behind one that keeps its blank lines", "a:\n- |+\n  x\n\nb: 1\n", LAST, "z", "a:\n- |+\n  x\n\n- z\nb: 1\n"),
    ("in quotes", "a:\n- 'b': 1\n", LAST, Fields((("c", "d"),)), "a:\n- 'b': 1\n- 'c': 'd'\n"),
    ("no list yet", "b: 1\n", LAST, "z", "b: 1\na:\n- z\n"),
    ("an empty list", "a: [] # a\nb: 1\n", LAST, "z", "a: # a\n- z\nb: 1\n"),
    ("an empty list with the dashes of the text", "a: []\nb:\n  - c\n", LAST, "z", "a:\n  - z\nb:\n  - c\n"),
    ("null", "a: null\n", LAST, "z", "a:\n- z\n"),
    ("nothing", "a:\nb: 1\n", LAST, "z", "a:\n- z\nb: 1\n"),
    ("flow", "a: [x, y]\n", 1, PROBE, "a: [x, {httpGet: {path: /up, port: 80}, periodSeconds: 1}, y]\n"),
    ("flow, at the end", "a: [ x ]\n", LAST, "z", "a: [ x, z ]\n"),
    ("flow in quotes", "a: ['x']\n", LAST, "z", "a: ['x', 'z']\n"),
    ("flow on lines", "a: [\n  x,\n  y,\n]\n", LAST, "z", "a: [\n  x,\n  y,\n  z,\n]\n"),
    ("flow on one line, first", "a: [x]\n", 0, "z", "a: [z, x]\n"),
    ("an empty flow list in flow", "{a: [], b: 1}\n", LAST, "z", "{a: [z], b: 1}\n"),
    ("JSON", '{"a":[{"b":1}]}', LAST, Fields((("c", "d"),)), '{"a":[{"b":1},{"c":"d"}]}'),
    ("JSON on lines", '{\n   "a": [\n      {\n         "b": 1\n      }\n   ]\n}', LAST, Fields((("c", Items(("d",))),)),
     '{\n   "a": [\n      {\n         "b": 1\n      },\n      {\n         "c": [\n            "d"\n         ]\n      }\n   ]\n}'),
    ("JSON without the list", '{\n "b": 1\n}', LAST, "z", '{\n "b": 1,\n "a": [\n  "z"\n ]\n}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "before", "value", "wanted"), [case[1:] for case in INSERTS], ids=[case[0] for case in INSERTS])
def test_insert(text: str, before: int, value: Value, wanted: str) -> None:
    assert rewritten(text, Insert(("a",), before, value)) == wanted


def test_items_for_the_same_place_keep_their_order() -> None:
    asked = [Insert(("a",), place, word) for place, word in ((0, "p"), (0, "q"), (LAST, "r"), (LAST, "s"))]
    assert rewritten("a:\n- x\n", *asked) == "a:\n- p\n- q\n- x\n- r\n- s\n"
    assert rewritten("a: [x]\n", *asked) == "a: [p, q, x, r, s]\n"
    assert rewritten("b: 1\n", *asked) == "b: 1\na:\n- p\n- q\n- r\n- s\n"


REMOVALS = [
    # what it is, text, what goes, and the text it gives
    ("an item", "a:\n- x\n- y # y\n- z\n", [Remove(("a", 1))], "a:\n- x\n- z\n"),
    ("with its comments", "a:\n- x\n# y\n- b: y\n  # y too\n- z\n", [Remove(("a", 1))], "a:\n- x\n- z\n"),
    ("the first", "a:\n- x\n- y\n", [Remove(("a", 0))], "a:\n- y\n"),
    ("the last without a line end", "a:\n- x\n- y", [Remove(("a", 1))], "a:\n- x"),
    ("the last behind a block scalar", "a:\n- |\n  x\n- y", [Remove(("a", 1))], "a:\n- |\n  x\n"),
    ("with one blank line", "a:\n- x\n\n- y\n\n- z\n", [Remove(("a", 1))], "a:\n- x\n\n- z\n"),
    ("the last with its blank line", "a:\n- x\n\n- y\nb: 1\n", [Remove(("a", 1))], "a:\n- x\nb: 1\n"),
    ("several", "a:\n- x\n- y\n- z\n- w\n", [Remove(("a", 0)), Remove(("a", 1)), Remove(("a", 3))], "a:\n- z\n"),
    ("the only one, with the key", "a:\n- x\nb: 1\n", [Remove(("a", 0))], "b: 1\n"),
    ("all, with the key", "b: 1\na:\n- x\n- y\n", [Remove(("a", 1)), Remove(("a", 0))], "b: 1\n"),
    ("all above that it leaves empty", "s:\n  a:\n    n:\n      t:\n      - m:\n        - k\n  b: 1\n",
     [Remove(("s", "a", "n", "t", 0, "m", 0), True)], "s:\n  b: 1\n"),
    ("as far as nothing else is there", "s:\n  a:\n    n:\n      t: 1\n    o: 2\n", [Remove(("s", "a", "n", "t"), True)],
     "s:\n  a:\n    o: 2\n"),
    ("two that leave it empty together", "s:\n  t:\n  - m:\n    - k\n  - m:\n    - k\n  b: 1\n",
     [Remove(("s", "t", 0, "m", 0), True), Remove(("s", "t", 1, "m", 0), True)], "s:\n  b: 1\n"),
    ("one of two", "s:\n  t:\n  - m:\n    - k\n  - m:\n    - k\n    - l\n",
     [Remove(("s", "t", 0, "m", 0), True), Remove(("s", "t", 1, "m", 0), True)], "s:\n  t:\n  - m:\n    - l\n"),
    ("two keys", "a: 1\nb: 2\nc: 3\n", [Remove(("a",)), Remove(("b",))], "c: 3\n"),
    ("two keys behind a dash", "- a: 1\n  b: 2\n  c: 3\n", [Remove((0, "a")), Remove((0, "b"))], "- c: 3\n"),
    ("two keys at an open end", "a: 1\nb: 2\nc: 3", [Remove(("c",)), Remove(("b",))], "a: 1"),
    ("flow", "a: [x, y, z]\n", [Remove(("a", 1))], "a: [x, z]\n"),
    ("flow, the first two", "a: [x, y, z]\n", [Remove(("a", 1)), Remove(("a", 0))], "a: [z]\n"),
    ("flow, all", "{a: [x, y], b: 1}\n", [Remove(("a", 1)), Remove(("a", 0))], "{b: 1}\n"),
    ("flow, all above", "{b: 1, a: {c: {d: [x]}}}\n", [Remove(("a", "c", "d", 0), True)], "{b: 1}\n"),
    ("JSON", '{"a": [1, 2], "b": {"c": [3]}}', [Remove(("a", 0)), Remove(("b", "c", 0), True)], '{"a": [2]}'),
    ("JSON on lines", '{\n  "a": [\n    1,\n    2\n  ]\n}', [Remove(("a", 1))], '{\n  "a": [\n    1\n  ]\n}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operations", "wanted"), [case[1:] for case in REMOVALS], ids=[case[0] for case in REMOVALS])
def test_remove(text: str, operations: list[Operation], wanted: str) -> None:
    assert rewritten(text, *operations) == wanted


TWO = "a:\n# x\n- x\n- y\nb:\n  - p\n  - q\n"
TOGETHER = [
    # what it is, text, operations, and the text it gives
    ("a new item in the place of one that moves", TWO, [Move(("a", 1), "b", LAST), Insert(("a",), 1, "new")],
     "a:\n# x\n- x\n- new\nb:\n  - p\n  - q\n  - y\n"),
    ("a new item where another moves to", TWO, [Move(("a", 1), "b", 1), Insert(("b",), 1, "new"), Insert(("b",), LAST, "o")],
     "a:\n# x\n- x\nb:\n  - p\n  - y\n  - new\n  - q\n  - o\n"),
    ("an item that goes while another moves", TWO, [Move(("a", 0), "b", 0), Remove(("b", 1))], "a:\n- y\nb:\n  # x\n  - x\n  - p\n"),
    ("an item that comes for all that move", "a:\n- x\n", [Move(("a", 0), "b", 0), Insert(("a",), 0, "new")], "a:\n- new\nb:\n- x\n"),
    ("a new list with two", "a:\n- x\n- y\n", [Move(("a", 1), "b", 0), Insert(("b",), 0, "new")], "a:\n- x\nb:\n- y\n- new\n"),
    ("flow: a new item in the place of one that moves", "a: [x, y]\nb: [p]\n", [Move(("a", 1), "b", LAST), Insert(("a",), 1, "new")],
     "a: [x, new]\nb: [p, y]\n"),
    ("flow: a new list with two", "a: [x, y]\n", [Move(("a", 1), "b", 0), Insert(("b",), 0, "new")], "b: [y, new]\na: [x]\n"),
    ("flow: an item that goes while another moves", "{a: [x, y], b: [p, q]}", [Move(("a", 0), "b", 0), Remove(("b", 1))],
     "{a: [y], b: [x, p]}"),
    ("JSON: an item that comes for one that moves", '{"a":[{"n":"x"}],"b":[]}',
     [Move(("a", 0), "b", 0), Insert(("a",), 0, Fields((("n", "y"),)))], '{"a":[{"n":"y"}],"b":[{"n":"x"}]}'),
    ("a list that goes", "a:\n- x\nc: 1\nb:\n- p\n", [Move(("a", 0), "b", 0, True)], "c: 1\nb:\n- x\n- p\n"),
    ("a list that goes into an empty one", "a:\n- x\nb: []\n", [Move(("a", 0), "b", 0, True)], "b:\n- x\n"),
    ("flow: a list that goes", "a: [x]\nc: 1\nb: [p]\n", [Move(("a", 0), "b", 0, True)], "c: 1\nb: [x, p]\n"),
    ("flow: a list that goes at an open end", "b: [p]\nc: 1\na: [x]", [Move(("a", 0), "b", LAST, True)], "b: [p, x]\nc: 1"),
    ("flow: a list that goes from the front", "{a: [x], c: 1, b: [p]}", [Move(("a", 0), "b", 0, True)], "{c: 1, b: [x, p]}"),
    ("flow: a list that goes from the end", "{b: [p], c: 1, a: [x]}", [Move(("a", 0), "b", 0, True)], "{b: [x, p], c: 1}"),
    ("a list that goes while a new key comes behind it", "b:\n- p\na:\n- x\n",
     [Move(("a", 0), "b", LAST, True), Set(("v",), "w", ("a",))], "b:\n- p\n- x\nv: w\n"),
    ("a key behind the list that a move leaves", "s:\n  d: 0\n  a:\n  - x\n  - z\n  c: 1\n",
     [Move(("s", "a", 1), "b", 0), Set(("s", "v"), "w", ("a",))], "s:\n  d: 0\n  a:\n  - x\n  b:\n  - z\n  v: w\n  c: 1\n"),
    ("a key at the root behind it", "s:\n  a:\n  - k: x\n  - k: z\n",
     [Move(("s", "a", 1), "b", 0), Set(("v",), "w"), Set(("s", "a", 1, "r"), "q")],
     "s:\n  a:\n  - k: x\n  b:\n  - k: z\n    r: q\nv: w\n"),
    ("new lines beside lines that go", "- k: 1\n  l: 2\n  m: 3\n", [Remove((0, "m")), Set((0, "o"), "v")], "- k: 1\n  l: 2\n  o: v\n"),
    ("new lines beside lines that go at an open end", "k: 1\nm: 3", [Remove(("m",)), Set(("o",), "v")], "k: 1\no: v"),
    ("an item added and one removed", "a:\n- x\n- y\n", [Insert(("a",), 1, "new"), Remove(("a", 1))], "a:\n- x\n- new\n"),
    ("an item added in front of one removed", "a:\n- x\n- y\n", [Insert(("a",), 0, "new"), Remove(("a", 0))], "a:\n- new\n- y\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operations", "wanted"), [case[1:] for case in TOGETHER], ids=[case[0] for case in TOGETHER])
def test_operations_on_the_same_lists_combine(text: str, operations: list[Operation], wanted: str) -> None:
    assert rewritten(text, *operations) == wanted


TERM = ("spec", "affinity", "nodeAffinity", "terms", 0)


def test_a_whole_migration_in_one_go() -> None:
    text = """\
spec:
  affinity:
    nodeAffinity:
      terms:
      - matchExpressions:
        - {key: zone, operator: Exists}
  containers:
  - name: app
    command: [sh, -c, "./run; quit"]
  # reads
  - name: reader # r
    image: r:1
    lifecycle:
      preStop: {}
"""
    operations = (
        Move(("spec", "containers", 1), "initContainers", LAST),
        Set(("spec", "containers", 1, "restartPolicy"), "Always", ("image", "name")),
        Set(("spec", "containers", 1, "startupProbe"), PROBE, ("image", "name")),
        Remove(("spec", "containers", 1, "lifecycle", "preStop"), emptied=True),
        Insert((*TERM, "matchExpressions"), LAST, Fields((("key", "native"), ("operator", "Exists")))),
        Substitute(("spec", "containers", 0, "command", 2), 5, 11, ""),
        Insert(("spec", "volumes"), LAST, Fields((("name", "v"), ("emptyDir", Fields(()))))),
    )
    assert (
        rewritten(text, *operations)
        == """\
spec:
  affinity:
    nodeAffinity:
      terms:
      - matchExpressions:
        - {key: zone, operator: Exists}
        - key: native
          operator: Exists
  containers:
  - name: app
    command: [sh, -c, "./run"]
  initContainers:
  # reads
  - name: reader # r
    image: r:1
    restartPolicy: Always
    startupProbe:
      httpGet:
        path: /up
        port: 80
      periodSeconds: 1
  volumes:
  - name: v
    emptyDir: {}
"""
    )


REFUSALS = [
    # what it is, text, operations, a part of the reason, and its line
    ("a comment in what is replaced", "a:\n  b: 1 # b\nc: 1\n", [Set(("a",), "v")],
     "a comment stands inside a, which would be written anew", 2),
    ("a comment behind the key", "a: # a\n- b\n", [Set(("a",), Items(("x",)))], "a comment stands inside a", 1),
    ("a comment in flow", "a: [x, # x\n  y]\n", [Set(("a",), "v")], "a comment stands inside a", 1),
    ("a comment below it", "a:\n  b: 1\n  # more\nc: 1\n", [Set(("a",), "v")], "a comment stands inside a", 3),
    ("a comment in a block scalar's head", "a: | # a\n  b\n", [Set(("a",), "v")], "a comment stands inside a", 1),
    ("an anchor in use in what is replaced", "a: {b: &b 1}\nc: *b\n", [Set(("a",), "v")],
     "other places use this text through the anchor &b", 1),
    ("an anchor on what is replaced", "a: &a [x]\n", [Set(("a",), "v")], "a carries a tag or an anchor", 1),
    ("a tag on what is replaced", "a: !t [x]\n", [Set(("a",), "v")], "a carries a tag or an anchor", 1),
    ("an alias in place of the list", "b: &b [x]\na: *b\n", [Insert(("a",), 0, "z")], "used through the alias *b", 2),
    ("a list that others use", "a: &a [x]\nb: *a\n", [Insert(("a",), 0, "z")], "other places use this text through the anchor &a", 1),
    ("a list that a merge key may bring", "b: &b {a: [x]}\nc:\n  <<: *b\n", [Insert(("c", "a", "d"), 0, "z")],
     "through a merge key or is not there", 3),
    ("a comment between the items in flow", "a: [x, # x\n  y]\n", [Insert(("a",), LAST, "z")],
     "a comment stands between the items of this list", 1),
    ("an open end", "a:\n- |\n  x", [Insert(("a",), LAST, "z")], "ends inside a block scalar", 2),
    ("an item for a word", "a: x\nb:\n  a: 1\n", [Insert(("b", "a", "c"), 0, "z")], "b.a is no mapping", 3),
    ("the removal of what is not there", "a: [x]\n", [Remove(("a", 3))], "a[3] is not there", 1),
    ("the removal of an item that others use", "a:\n- &x x\n- y\nb: *x\n", [Remove(("a", 0))],
     "other places use this text through the anchor &x", 2),
    ("the removal that leaves a mapping empty", "s:\n  a:\n  - x\n", [Remove(("s", "a", 0))], "a is not there or stands alone", 2),
    ("the removal of all", "a:\n- x\n", [Remove(("a", 0), True)], "a is not there or stands alone", 1),
    ("a comment in what is left empty", "s:\n  a: # a\n  - x\n  b: 1\n", [Remove(("s", "a", 0))],
     "a comment stands in s.a, which would be left empty", 2),
    ("a comment beside what is left empty", "s:\n  # a\n  a:\n  - x\n  b: 1\n", [Remove(("s", "a", 0))], "a comment stands above a", 2),
    ("an anchor on what is left empty", "s:\n  a: &a\n  - x\n  b: 1\n", [Remove(("s", "a", 0))], "carries an anchor", 2),
    ("a comment beside the items that go", "a: [x, # x\n y]\n", [Remove(("a", 0))], "a comment stands between the items of this list", 1),
    ("a blank line that would join a text", "a:\n- |+\n  x\n\n- y\n\nb: 1\n", [Remove(("a", 1))], "become part of a block scalar", 5),
    ("lists that swap items", "a: [x, y]\nb: [p, q]\n", [Move(("a", 0), "b", 0), Move(("b", 0), "a", 0)],
     "items would move to and from b at once", 1),
    ("an emptied list that may not be", "a:\n- x\nb:\n- y\n", [Move(("a", 0), "b", 0)], "a would be empty", 2),
    ("an emptied list without another", "a:\n- x\n", [Move(("a", 0), "b", 0, True)], "a would be empty", 2),
    ("a comment beside a list that goes", "a: # a\n- x\nb:\n- y\n", [Move(("a", 0), "b", 0, True)],
     "a comment stands beside a, which would go", 1),
    ("a comment between flow lists that become one", "a: [x]\n# b\nb: [y]\n", [Move(("a", 0), "b", 0, True)],
     "a comment stands between the two lists", 1),
    ("a comment beside a flow list that goes", "a: [x] # a\nc: 1\nb: [y]\n", [Move(("a", 0), "b", 0, True)],
     "a comment stands between the two lists", 1),
    ("a flow list that goes into an empty one", "a: [x]\nb: []\n", [Move(("a", 0), "b", 0, True)], "b holds nothing", 1),
    ("two values for one key", "b: 1\n", [Set(("a", "c"), "v"), Set(("a", "c"), "w")], "a.c is asked to be two things", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operations", "reason", "line"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_what_cannot_be_done_safely_is_refused_with_reason_and_line(text: str, operations: list[Operation], reason: str, line: int) -> None:
    with pytest.raises(Refusal) as refused:
        changes(text, next(documents(text)), operations)
    assert reason in refused.value.reason
    assert Lines(text).number(refused.value.offset) == line


COPIES = [
    # what it is, text, and the value of a
    ("scalars", "a: [x, 'y', \"1\", 1, true, ~, ]\n", Items((Plain("x"), "y", "1", Plain("1"), Plain("true"), Plain("~")))),
    ("nothing", "a:\n", Plain("null")),
    ("a text of several lines", "a: |\n  x\n  y\n", "x\ny\n"),
    ("a word on two lines", "a: x\n  y\n", Plain("x y")),
    ("words with an empty line", "a: x\n\n  y\n", "x\ny"),
    ("an alias", "b: &b {c: &c 1}\na: [*b, *c]\n", Items((Fields((("c", Plain("1")),)), Plain("1")))),
    ("merge keys", "b: &b {c: 1, d: 2}\ne: &e {c: 3, f: 4}\na:\n  <<: [*b, *e]\n  d: 5\n",
     Fields((("d", Plain("5")), ("c", Plain("1")), ("f", Plain("4"))))),
    ("a text by its tag", "a: !!str 1\n", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), [case[1:] for case in COPIES], ids=[case[0] for case in COPIES])
def test_a_node_as_a_value(text: str, value: Value) -> None:
    node = at(next(documents(text)).root, ("a",))
    assert node is not None
    assert value_of(node) == value
    assert value_of(at(next(documents(rewritten("b: 1\n", Set(("a",), value)))).root, ("a",)) or node) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a: !t x\n", "carries a tag"), ("a: {[x]: y}\n", "a key here is no text"), ("a: &a [*a]\n", "too large"),
     ("b: &b [x, x, x, x, x, x]\n" + "".join(f"c{i}: &c{i} [" + f"*{f'c{i - 1}' if i else 'b'}, " * 9 + "]\n"
     "" for i in range(9)) + "a: *c8\n", "too large")],
    ids=["a tag", "a list for a key", "a list in itself", "a bomb of aliases"],
)  # fmt: skip
def test_what_cannot_be_copied_is_refused(text: str, reason: str) -> None:
    node = at(next(documents(text)).root, ("a",))
    assert node is not None
    with pytest.raises(Refusal, match=reason):
        value_of(node)
