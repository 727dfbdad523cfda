"""Documents: text to nodes with spans. What was written stays where it stands, and nothing that a text holds makes reading raise."""

import re
from collections import Counter
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml

from sidecarlint.documents import Document, Lines, Node, at, child, documents, entry, is_null, items, show, split, text_of, texts, walk
from sidecarlint.documents.comments import comments
from tests.comments_of import scanned

NOT_PURE = {"tabs-behind-values.yaml"}
"""What libyaml reads, and the parsers that are written in Python do not: tabs behind values."""
PRESENT = [each for each in (Path(__file__).parent.parent / "fixtures").rglob("*.yaml") if "templates" not in each.parts]
FIXTURES = sorted(each for each in PRESENT if each.name not in NOT_PURE)
each_fixture = pytest.mark.parametrize("path", FIXTURES, ids=lambda path: f"{path.parent.name}/{path.name}")


def text_at(path: Path) -> str:
    data = path.read_bytes()
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")


def only(text: str) -> Document:
    (document,) = documents(text)
    return document


def root_of(text: str) -> Node:
    document = only(text)
    assert document.problem is None
    assert document.root is not None
    return document.root


SPLITS = [
    # text, and the texts of its documents
    ("", []),
    ("\n", []),
    ("# only a comment\n", []),
    ("a: 1", ["a: 1"]),
    ("a: 1\n---\nb: 2\n", ["a: 1\n", "---\nb: 2\n"]),
    ("---\na: 1\n---\n", ["---\na: 1\n", "---\n"]),
    ("---\n---\n---", ["---\n", "---\n", "---"]),
    ("# licence\n---\na: 1\n", ["# licence\n---\na: 1\n"]),
    ("%YAML 1.2\n--- # first\na: 1\n... # last\n", ["%YAML 1.2\n--- # first\na: 1\n"]),
    ("a: 1\n...\n# between\n---\nb: 2\n", ["a: 1\n", "# between\n---\nb: 2\n"]),
    ("a: 1\n...\nb: 2\n", ["a: 1\n", "b: 2\n"]),
    ("--- a\n--- b\n", ["--- a\n", "--- b\n"]),
    ("--- |\n text\n ---\n ...\n---\nb", ["--- |\n text\n ---\n ...\n", "---\nb"]),
    ("a: ---\nb: '...'\n----\n", ["a: ---\nb: '...'\n----\n"]),
    ("a: 1\r\n---\r\nb: 2\r\n", ["a: 1\r\n", "---\r\nb: 2\r\n"]),
    ("a: 1\r---\rb: 2\r", ["a: 1\r", "---\rb: 2\r"]),
    ("\ufeff---\na: 1\n", ["---\na: 1\n"]),
    ("\ufeffa: 1\n", ["a: 1\n"]),
]


@pytest.mark.parametrize(("text", "wanted"), SPLITS)
def test_a_text_is_cut_at_its_markers(text: str, wanted: list[str]) -> None:
    chunks = split(text)
    assert [text[chunk.start : chunk.end] for chunk in chunks] == wanted
    assert [chunk.number for chunk in chunks] == list(range(len(chunks)))


@pytest.mark.parametrize("text", [text for text, _ in SPLITS if "..." not in text])
def test_documents_are_counted_as_pyyaml_counts_them(text: str) -> None:
    assert len(split(text)) == len(list(yaml.compose_all(text, yaml.SafeLoader)))


@each_fixture
def test_documents_of_fixtures_are_those_of_pyyaml(path: Path) -> None:
    text = text_at(path)
    assert [ours(document.root, {}) for document in documents(text)] == list(yaml.load_all(text, yaml.BaseLoader))


def ours(node: Node | None, done: dict[int, Any]) -> Any:
    """What PyYAML's BaseLoader makes of a document: texts, lists and dicts."""
    if node is None:
        return None
    if node.kind == "alias":
        return ours(node.target, done)
    if node.kind == "scalar":
        return node.text
    if node.kind == "sequence":
        return [ours(item, done) for item in node.items]
    return {name.text: ours(value, done) for name, value in node.pairs}


@each_fixture
def test_spans_of_fixtures_hold_what_was_written(path: Path) -> None:
    text = text_at(path)
    for document in documents(text):
        assert document.problem is None
        for node in walk(document.root) if document.root is not None else ():
            written = text[node.start : node.end]
            assert written[:1].strip() == written[:1]
            if node.kind == "scalar":
                assert folded(written, node) == node.text
            elif node.kind == "alias":
                assert written == f"*{node.text}"
            elif node.flow:
                assert written[0] + written[-1] in ("{}", "[]")
            else:
                assert node.end == (node.items or [pair[1] for pair in node.pairs])[-1].end


def folded(written: str, node: Node) -> str:
    """A plain scalar's value from its text: one line end is a blank, and each more a line end. Another's value is its text here."""
    if node.style:
        return node.text
    return re.sub(r"[ \t]*(?:\r\n|\n|\r)\s*", lambda gap: "\n" * (len(re.findall(r"\r\n|\n|\r", gap.group())) - 1) or " ", written)


@each_fixture
def test_comments_of_fixtures_are_those_of_ruamel(path: Path) -> None:
    text = text_at(path)
    found = [comment for document in documents(text) for comment in comments(text, document)]
    assert all(text[comment.start : comment.end].rstrip() == comment.text for comment in found)
    # What stands behind `...` belongs to no document.
    assert Counter(comment.text for comment in found) == scanned(text) or path.name == "document-end.yaml"


COMMENTS = [
    # text, and its comments
    ("a: b#c # d\n", ["# d"]),
    ("# a\n\n  # b\na: 1 # c\n# d", ["# a", "# b", "# c", "# d"]),
    ("a: '#b' #c\nd: \"e # f\"#g\n", ["#c"]),
    ("a: | # b\n  # c\n d: e\n", ["# b"]),
    ("a: >-\n  b # c\n\n# d\n", ["# d"]),
    ("a: [b, # c\n  d] # e\n", ["# c", "# e"]),
    ("a: &b # c\n  d: *b # e\n", ["# c", "# e"]),
    ("--- # a\nb: c # d\r# e\r\n# f", ["# a", "# d", "# e", "# f"]),
    ("a: #b\n- # c\n  d\n", ["#b", "# c"]),
    ("a: http://b/#c\nd: e\u00a0#f\n", []),
]


@pytest.mark.parametrize(("text", "wanted"), COMMENTS)
def test_a_comment_is_what_stands_between_leaves_behind_a_blank(text: str, wanted: list[str]) -> None:
    assert [comment.text for comment in comments(text, only(text))] == wanted


def test_an_alias_keeps_a_node_of_its_own() -> None:
    text = "a: &b [1]\nc: *b\n"
    root = root_of(text)
    anchored, alias = root.pairs[0][1], root.pairs[1][1]
    assert (alias.kind, alias.text, text[alias.start : alias.end]) == ("alias", "b", "*b")
    assert alias.target is anchored
    assert (anchored.anchor, text[anchored.outset : anchored.end], text[anchored.start : anchored.end]) == ("b", "&b [1]", "[1]")
    assert child(root, "c") is anchored
    assert only(text).aliased


def test_an_alias_means_the_nearest_anchor_above_it() -> None:
    root = root_of("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    assert [text_of(child(root, key)) for key in "bd"] == ["1", "2"]


def test_merge_keys_give_what_a_mapping_lacks() -> None:
    root = root_of("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n  <<: [*a, *b]\n  x: 0\nd: {<<: *a, '<<': 5}\n")
    assert [text_of(at(root, ("c", key))) for key in "xyz"] == ["0", "2", "4"]
    assert text_of(at(root, ("d", "y"))) == "2"
    assert at(root, ("c", "w")) is None


def test_of_two_equal_keys_the_last_counts_and_both_are_there() -> None:
    root = root_of("a: 1\nb: 2\na: 3\n")
    assert text_of(child(root, "a")) == "3"
    assert [name.text for name, _ in root.pairs] == ["a", "b", "a"]


@pytest.mark.parametrize("written", ["", "~", "null", "Null", "NULL"])
def test_null_has_no_text(written: str) -> None:
    root = root_of(f"a: {written}\n")
    assert is_null(child(root, "a"))
    assert text_of(child(root, "a")) is None
    value = root.pairs[0][1]
    assert (value.start, value.end) == ((3, 3 + len(written)) if written else (2, 2))


@pytest.mark.parametrize("written", ["'null'", '""', "!!str ~", "nil", "0"])
def test_what_only_looks_like_null_has_a_text(written: str) -> None:
    assert not is_null(child(root_of(f"a: {written}\n"), "a"))


def test_routes_lead_to_nodes_and_are_shown_as_people_write_them() -> None:
    root = root_of("items:\n- spec: {containers: [a, b]}\n")
    assert text_of(at(root, ("items", 0, "spec", "containers", 1))) == "b"
    assert [at(root, route) for route in (("items", 1), ("items", -1), ("items", "x"), ("x",))] == [None] * 4
    assert texts(at(root, ("items", 0, "spec", "containers"))) == ("a", "b")
    assert items(child(root, "x")) == []
    assert entry(root, "x") is None
    assert show(("items", 0, "spec", "containers", 1)) == "items[0].spec.containers[1]"


def test_lines_end_at_lf_crlf_and_cr_and_nowhere_else() -> None:
    lines = Lines("a\nb\r\nc\rd\x85e\u2028f\x0bg")
    assert [lines.content(number) for number in range(1, 6)] == ["a", "b", "c", "d\x85e\u2028f\x0bg", ""]
    assert [lines.place(offset) for offset in (0, 1, 2, 3, 4, 5, 7, 8)] == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1), (4, 2)]


@pytest.mark.parametrize("text", ["😁: 1\nb: [é, http://host:80]\nc: 2\n", "a: '\u2028'\nb: c\n", "\ufeffa: 1\nb: &e !!str c\n"])
def test_offsets_are_characters_of_the_text(text: str) -> None:
    root = root_of(text)
    assert [text[name.start : name.end] for name, _ in root.pairs] == [name.text for name, _ in root.pairs]


def test_a_colon_inside_a_flow_scalar_is_read_as_kubectl_reads_it() -> None:
    root = root_of("a: [http://host:80, b]\nc: {d: e:f}\n")
    assert texts(child(root, "a")) == ("http://host:80", "b")
    assert text_of(at(root, ("c", "d"))) == "e:f"


HOSTILE = [
    # text, a part of the message, and where it shows (line, column)
    ("a: 1\nb: \0\n", "U+0000 is not allowed", (2, 4)),
    ("a: 1\nb: \x1b[0m\n", "U+001B is not allowed", (2, 4)),
    ("a: \ud800\n", "U+D800 is not allowed", (1, 4)),
    ("a:\n\t- b\n", "a tab cannot indent YAML; use spaces", (2, 1)),
    ("[" * 10_000, "deeper than 200 levels", (1, 201)),
    ("[" * 10_000 + "]" * 10_000, "deeper than 200 levels", (1, 201)),
    ("{a: " * 10_000, "deeper than 200 levels", (1, 801)),
    ("- " * 10_000, "deeper than 200 levels", (1, 401)),
    ("\n".join(" " * depth + "a:" for depth in range(1_000)), "deeper than 200 levels", (201, 201)),
    ("a: [b\nc: d\n", "did not find expected ',' or ']'", (2, 2)),
    ('a: "b\n', "found unexpected end of stream", (2, 1)),
    ("a: 1\nb\nc: 2\n", "could not find expected ':'", (2, 1)),
    ("a: b: c\n", "mapping values are not allowed", (1, 5)),
    ("a: 1\n  b: 2\n", "mapping values are not allowed", (2, 4)),
    ("a: *b\n", "the alias *b names no anchor", (1, 4)),
    ("a: &b *b\n", "", (1, 7)),
    ("@a\n", "cannot start any token", (1, 1)),
    ("%YAML 3.0\n---\na\n", "incompatible", (1, 1)),
]


@pytest.mark.parametrize(("text", "message", "place"), HOSTILE, ids=lambda value: repr(value)[:20])
def test_what_cannot_be_read_is_said_with_its_place_and_soon(text: str, message: str, place: tuple[int, int]) -> None:
    before = process_time()
    problem = only(text).problem
    assert process_time() - before < 1
    assert problem is not None
    assert message in problem.message
    assert Lines(text).place(problem.offset) == place


def test_a_bomb_of_merge_keys_is_looked_through_once() -> None:
    bomb = "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}\n" for i in range(1, 60)) + "z: *a59\n"
    found = at(root_of(bomb), ("z", "k"))
    assert found is not None
    assert found.text == "v"
    assert at(root_of(bomb), ("z", "absent")) is None


def test_an_alias_bomb_is_never_unfolded() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 60))
    before = process_time()
    assert len(list(walk(root_of(bomb)))) < 2_000
    assert process_time() - before < 1


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system [exit]\n", "a: !!binary x\nb: !!set {c}\nd: !e f\n", "!!float x\n"])
def test_a_tag_is_kept_and_builds_nothing(text: str) -> None:
    tags = [node.tag for node in walk(root_of(text)) if node.tag]
    assert len(tags) == text.count("!") - text.count("!!")


def test_a_broken_document_leaves_its_neighbours_alone() -> None:
    read = list(documents("a: 1\n---\nb: [\n---\nc: 3\n"))
    assert [document.problem is None for document in read] == [True, False, True]
    assert text_of(child(read[2].root, "c")) == "3"


def test_only_wanted_documents_are_read_and_all_are_counted() -> None:
    read = list(documents("a: [\n---\nb: 1\n---\nc: 1\n", re.compile("b|c")))
    assert [document.number for document in read] == [1, 2]
