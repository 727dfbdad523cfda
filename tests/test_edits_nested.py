"""Edits: keys below mappings that are not there yet, to exactly the text they should give, or to a refusal that says why."""

import pytest

from sidecarlint.documents import documents
from sidecarlint.edits import LAST, Move, Operation, Refusal, Set, changes, prove

KEY = "x.io/on"
MARK = Set(("meta", "notes", KEY), "true", ("labels", "name"))
OTHER = Set(("meta", "notes", "y.io/on"), "true", ("labels", "name"))
SPEC = "spec:\n  a:\n  - x\n"


def rewritten(text: str, *operations: Operation) -> str:
    """The proven text after operations on its first document."""
    read = list(documents(text))
    return prove(text, read, {0: operations}, changes(text, read[0], operations))


MADE = [
    # what it is, text, and the text it gives
    ("the mapping is there", "meta:\n  notes:\n    a: b\n", 'meta:\n  notes:\n    a: b\n    x.io/on: "true"\n'),
    ("the mapping is missing, behind its neighbour", "meta:\n  labels:\n    a: b\n  zone: z\n",
     'meta:\n  labels:\n    a: b\n  notes:\n    x.io/on: "true"\n  zone: z\n'),
    ("behind the next best", "meta:\n  zone: z\n  name: n\n  kind: k\n",
     'meta:\n  zone: z\n  name: n\n  notes:\n    x.io/on: "true"\n  kind: k\n'),
    ("in front without one", "meta:\n  zone: z\n  kind: k\n", 'meta:\n  notes:\n    x.io/on: "true"\n  zone: z\n  kind: k\n'),
    ("in its alphabetical place", "meta:\n  labels:\n    a: b\n  zone: z\n  zones: y\n",
     'meta:\n  labels:\n    a: b\n  notes:\n    x.io/on: "true"\n  zone: z\n  zones: y\n'),
    ("first of an alphabet", "meta:\n  number: 1\n  zone: z\n", 'meta:\n  notes:\n    x.io/on: "true"\n  number: 1\n  zone: z\n'),
    ("behind a comment inside", "meta:\n  name: n # n\n  # deep\n\n  zone: z\n  b: c\n",
     'meta:\n  name: n # n\n  notes:\n    x.io/on: "true"\n  # deep\n\n  zone: z\n  b: c\n'),
    ("in front of a comment above the first", "meta:\n  # of zone\n  zone: z\n  b: c\n",
     'meta:\n  notes:\n    x.io/on: "true"\n  # of zone\n  zone: z\n  b: c\n'),
    ("two mappings are missing", SPEC, 'meta:\n  notes:\n    x.io/on: "true"\n' + SPEC),
    ("below a comment at the top", "# a file\n\n" + SPEC, '# a file\n\nmeta:\n  notes:\n    x.io/on: "true"\n' + SPEC),
    ("with the indentation of the text", "spec:\n    a: b\n", 'meta:\n    notes:\n        x.io/on: "true"\nspec:\n    a: b\n'),
    ("with CRLF", "spec:\r\n  a: b\r\n", 'meta:\r\n  notes:\r\n    x.io/on: "true"\r\nspec:\r\n  a: b\r\n'),
    ("without a final line end", "meta:\n  zone: z\n  name: n", 'meta:\n  zone: z\n  name: n\n  notes:\n    x.io/on: "true"'),
    ("in quotes", "'meta':\n  'zone': 'z'\n", "'meta':\n  'notes':\n    'x.io/on': 'true'\n  'zone': 'z'\n"),
    ("an empty value", "meta:\n  notes: # none\n  name: n\n", 'meta:\n  notes: # none\n    x.io/on: "true"\n  name: n\n'),
    ("null", "meta:\n  notes: null # none\n  name: n\n", 'meta:\n  notes: # none\n    x.io/on: "true"\n  name: n\n'),
    ("a tilde at the end", "meta:\n  name: n\n  notes: ~", 'meta:\n  name: n\n  notes:\n    x.io/on: "true"'),
    ("braces", "meta:\n  notes: {} # none\n  name: n\n", 'meta:\n  notes: {x.io/on: "true"} # none\n  name: n\n'),
    ("nothing in a mapping of one key", "meta:\nspec: s\n", 'meta:\n  notes:\n    x.io/on: "true"\nspec: s\n'),
    ("in flow", "{meta: {name: n, zone: z}}\n", '{meta: {name: n, notes: {x.io/on: "true"}, zone: z}}\n'),
    ("in flow, in front", "{meta: {zone: z, b: c}}\n", '{meta: {notes: {x.io/on: "true"}, zone: z, b: c}}\n'),
    ("in flow, two are missing", "{spec: s, b: c}\n", '{meta: {notes: {x.io/on: "true"}}, spec: s, b: c}\n'),
    ("in flow, null", "{meta: {notes: null, b: c}}\n", '{meta: {notes: {x.io/on: "true"}, b: c}}\n'),
    ("in flow, an empty value", "{meta: {notes: , b: c}}\n", '{meta: {notes: {x.io/on: "true"} , b: c}}\n'),
    ("in a block behind flow", "meta: {name: n}\n", 'meta: {name: n, notes: {x.io/on: "true"}}\n'),
    ("in JSON", '{"meta":{"name":"n"}}', '{"meta":{"name":"n","notes":{"x.io/on":"true"}}}'),
    ("in JSON on lines, in front", '{\n  "spec": 1,\n  "b": 2\n}',
     '{\n  "meta": {\n    "notes": {\n      "x.io/on": "true"\n    }\n  },\n  "spec": 1,\n  "b": 2\n}'),
    ("in JSON, null", '{"meta": {"notes": null}}', '{"meta": {"notes": {"x.io/on": "true"}}}'),
    ("in JSON, braces", '{"meta": {"notes": {}}}', '{"meta": {"notes": {"x.io/on": "true"}}}'),
    ("in JSON, braces above", '{"meta": {}}', '{"meta": {"notes": {"x.io/on": "true"}}}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), [case[1:] for case in MADE], ids=[case[0] for case in MADE])
def test_a_key_below_what_is_missing(text: str, wanted: str) -> None:
    assert rewritten(text, MARK) == wanted
    assert rewritten(wanted, MARK) == wanted


def test_keys_that_want_the_same_mapping_get_one() -> None:
    assert rewritten("meta:\n  zone: z\n  name: n\n", MARK, OTHER) == (
        'meta:\n  zone: z\n  name: n\n  notes:\n    x.io/on: "true"\n    y.io/on: "true"\n'
    )
    assert rewritten("spec: s\n", Set(("meta", "a"), "v"), OTHER) == 'meta:\n  a: v\n  notes:\n    y.io/on: "true"\nspec: s\n'


def test_below_an_item_of_a_list() -> None:
    text = "items:\n- spec:\n    a: b\n  kind: k\n- spec: s\n"
    made = Set(("items", 0, "meta", "mark"), "true", ("kind",))
    assert rewritten(text, made) == 'items:\n- spec:\n    a: b\n  kind: k\n  meta:\n    mark: "true"\n- spec: s\n'


def test_an_item_s_first_key_stays_behind_its_dash() -> None:
    assert rewritten("- spec: s\n", Set((0, "meta", "mark"), "true")) == '- spec: s\n  meta:\n    mark: "true"\n'


def test_together_with_a_move() -> None:
    text = "spec:\n  a:\n  - x\n  - y\n"
    operations = (MARK, Move(("spec", "a", 1), "b", LAST))
    assert rewritten(text, *operations) == 'meta:\n  notes:\n    x.io/on: "true"\nspec:\n  a:\n  - x\n  b:\n  - y\n'


REFUSALS = [
    # what it is, text, and a part of the reason
    ("a merge key may bring it", "c: &c {notes: {a: b}}\nmeta:\n  <<: *c\n", "through a merge key or is not there"),
    ("it is a text", "meta:\n  notes: a\n", "meta.notes is no mapping"),
    ("it is a list", "meta:\n  notes: [a]\n", "meta.notes is no mapping"),
    ("it is written elsewhere", "c: &c {a: b}\nmeta:\n  notes: *c\n", "used through the alias [*]c"),
    ("it is given twice", "meta:\n  notes: {}\n  notes: {}\n", "the key notes is given twice"),
    ("a comment inside of it", "meta:\n  notes: { # none\n  }\n", "a comment stands inside the empty notes"),
    ("a comment in front of it", "{ # of spec\n spec: s, b: c}\n", "a comment stands in front of the place of meta"),
    ("an explicit key", "? spec\n: s\n", "a form that is not edited"),
    ("an open end", "meta:\n  zone: z\n  name: |\n    n", "ends inside a block scalar"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS])
def test_what_cannot_be_made_safely_is_refused(text: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        rewritten(text, MARK)
