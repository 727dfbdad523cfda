"""Recovery: what can still be read of a document that does not parse. Its tree is true to the text, and is never edited."""

from time import process_time

import pytest

from sidecarlint.documents import Document, Route, at, documents, text_of, walk
from sidecarlint.edits import Refusal, Remove, changes

POD = """\
kind: Pod
spec:
  volumes:
  - name: logs
  containers:
  - name: app
    image: one
%s
  - name: reader
    image: two
    args: [a, b]
"""
APP, READER = ("spec", "containers", 0), ("spec", "containers", 1)


def only(text: str) -> Document:
    (document,) = documents(text)
    return document


BROKEN = {
    "a word without a colon": "    resources",
    "a word with too little behind it": "    ...",
    "a quote that stays open": '    env: "open',
    "a single quote that stays open": "    env: 'open",
    "a list that stays open": "    command: [sh, -c",
    "a mapping that stays open": "    resources: {limits: {cpu: 1}",
    "a colon too many": "    command: sh: run",
    "a tab for blanks": "\t  command: [sh]",
    "an alias without an anchor": "    resources: *small",
    "a character that YAML lacks": "    command: [\x00]",
    "a template action": "    {{- toYaml .Values.env | nindent 4 }}",
    "two template actions": "    {{- if .Values.env }}\n    env: 1\n    {{- end }}",
    "an indicator that begins nothing": "    command: @sh",
    "a percent sign": "    command: %sh",
    "brackets without end": "    command: " + "[" * 300,
    "a key at a column of its own": "   command: [sh]",
    "lines deeper than they should be": "      command: [sh]\n      args: []",
    "a merge conflict": "<<<<<<< HEAD\n    command: [a]\n=======\n    command: [b]\n>>>>>>> other",
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
def test_one_broken_place_in_a_container_leaves_the_rest_of_the_pod(line: str) -> None:
    text = POD % line
    document = only(text)
    assert document.problem is not None
    wanted: list[tuple[Route, str]] = [
        (("kind",), "Pod"),
        (("spec", "volumes", 0, "name"), "logs"),
        ((*APP, "name"), "app"),
        ((*APP, "image"), "one"),
        ((*READER, "name"), "reader"),
        ((*READER, "image"), "two"),
        ((*READER, "args", 1), "b"),
    ]
    for route, value in wanted:
        node = at(document.root, route)
        assert (text_of(node), node is not None and text[node.start : node.end]) == (value, value), route


REPAIRED = [
    # what it is, text, route, value
    ("keys left of the first one", "a:\n-   name: x\n  image: y\n  args:\n  - z\n-   name: b\n  image: c\n", ("a", 0, "name"), "x"),
    ("keys left of the first one", "a:\n-   name: x\n  image: y\n  args:\n  - z\n-   name: b\n  image: c\n", ("a", 1, "image"), "c"),
    ("and a first value of two lines", "a:\n  -    k: x\n        w\n    l: y\n", ("a", 0, "k"), "x w"),
    ("everything but the first line indented", "apiVersion: v1\n    kind: Pod\n    spec:\n      hostname: x\n", ("spec", "hostname"), "x"),
    ("everything but the first line indented", "apiVersion: v1\n    kind: Pod\n    spec:\n      hostname: x\n", ("apiVersion",), "v1"),
    ("some lines indented", "a:\n  b: 1\n    c: 2\n    d:\n    - 3\n  e: 4\n", ("a", "d", 0), "3"),
    ("some lines indented", "a:\n  b: 1\n    c: 2\n    d:\n    - 3\n  e: 4\n", ("a", "e"), "4"),
    ("with comments and blank lines", "a: 1\n  # why\n\n  b: 2\n", ("b",), "2"),
    ("with CRLF", "a:\r\n-   k: x\r\n  l: y\r\nb: [\r\nc: 3\r\n", ("c",), "3"),
]


@pytest.mark.parametrize(("text", "route", "value"), [case[1:] for case in REPAIRED], ids=[case[0] for case in REPAIRED])
def test_lines_that_are_out_of_line_are_read_as_they_were_meant(text: str, route: Route, value: str) -> None:
    document = only(text)
    assert document.problem is not None
    node = at(document.root, route)
    assert node is not None
    assert " ".join(text[node.start : node.end].split()) == text_of(node) == value


def test_spans_count_from_the_source_in_later_documents_too() -> None:
    text = "first: 1\n---\n" + POD % "    env: [a"
    document = list(documents(text))[1]
    node = at(document.root, (*READER, "image"))
    assert node is not None
    assert text[node.start : node.end] == "two"
    assert all(text[each.start : each.end] == each.text for each in walk(document.root or node) if each.plain and each.text)


def test_what_was_recovered_is_never_edited() -> None:
    text = POD % "    env: [a"
    with pytest.raises(Refusal, match="cannot be read as a whole"):
        changes(text, only(text), [Remove((*READER, "image"))])


ENDLESS = {
    "brackets": "[" * 10_000,
    "colons": "a: b: c\n" * 5_000,
    "tabs": "a: 1\n\t" * 5_000,
    "open quote": 'a: "' + "b: c\n" * 5_000,
    "actions": "{{ if a }}\nb: 1\n{{ end }}\n" * 3_000,
    "steps": "a: 1\n" + "\n".join(" " * depth + "b: 1" for depth in range(600)),
    "zeros": "a: \0\n" * 5_000,
    "a long text": "a: b: c\n" * 60_000,
    "nothing but a sign": "@",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_recovery_comes_to_an_end_soon(text: str) -> None:
    before = process_time()
    document = only(text)
    assert process_time() - before < 3
    assert document.problem is not None
