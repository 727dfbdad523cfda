"""Comments that direct sidecarlint: how they are written, what each of them touches, and what comes of a word that is none."""

import json
from pathlib import Path
from textwrap import dedent

import pytest

from sidecarlint.documents import Directive, documents, show
from sidecarlint.workloads import workloads
from tests.conftest import CHECKOUT, Run


def directives(text: str) -> list[Directive]:
    return [each for document in documents(text) for each in document.directives]


# fmt: off
GRAMMAR = [
    ("# sidecarlint: helper", "helper", (), ""),
    ("#sidecarlint:app", "app", (), ""),
    ("## sidecarlint:   app   ", "app", (), ""),
    ("# sidecarlint: helper because it only feeds the cache", "helper", (), "because it only feeds the cache"),
    ("# sidecarlint: ignore[legacy-log-reader]", "ignore", ("legacy-log-reader",), ""),
    ("# sidecarlint: ignore[a-rule, b-rule ,] it is stopped by hand", "ignore", ("a-rule", "b-rule"), "it is stopped by hand"),
    ("# sidecarlint: ignore [a-rule]", "ignore", ("a-rule",), ""),
    ("# sidecarlint: ignore", "ignore", (), ""),
    ("# sidecarlint: helpr", "helpr", (), ""),
    ("# sidecarlint: Helper", "Helper", (), ""),
    ("# sidecarlint:", "", (), ""),
]
PROSE = [
    "# checked by sidecarlint", "# see sidecarlint: helper", "# Sidecarlint: helper", "# - name: old # sidecarlint: helper",
    "# sidecarlint helper",
]
TEXT = ["a: 'sidecarlint: helper'", "a: |\n  # sidecarlint: helper\n", "a: x# sidecarlint: helper", '["# sidecarlint: app"]']
# fmt: on


@pytest.mark.parametrize(("comment", "verb", "arguments", "reason"), GRAMMAR)
def test_how_a_directive_is_written(comment: str, verb: str, arguments: tuple[str, ...], reason: str) -> None:
    text = f"a: b\n{comment}\nc: d\n"
    (found,) = directives(text)
    assert (found.verb, found.arguments, found.reason) == (verb, arguments, reason)
    assert text[found.start : found.end] == comment.rstrip()


@pytest.mark.parametrize("comment", PROSE)
def test_what_is_no_directive(comment: str) -> None:
    assert directives(f"a: b\n{comment}\nc: d {comment}\n") == []


@pytest.mark.parametrize(
    "text", ["a: 'sidecarlint: helper'", "a: |\n  # sidecarlint: helper\n", "a: x# sidecarlint: helper", '["# sidecarlint: app"]']
)
def test_what_is_text_and_no_comment(text: str) -> None:
    assert directives(text) == []


# Each comment `# sidecarlint: app` with the route to what it touches; "" where it touches nothing.
# fmt: off
TOUCHES = [
    ("behind the first key of an item", ["a[0]"], """
        a:
        - name: x # sidecarlint: app
          image: y
     """),
    ("behind the dash", ["a[1]"], """
        a:
          - name: x
          - # sidecarlint: app
            name: y
     """),
    ("behind an anchor and an alias", ["a[0]", "a[1]"], """
        a:
        - &x # sidecarlint: app
          name: x
        - *x # sidecarlint: app
     """),
    ("behind another key", ["a[0].name", "a[0].more", "a[0].more.deep"], """
        a:
        - image: x
          name: y # sidecarlint: app
          more: # sidecarlint: app
            deep: z # sidecarlint: app
     """),
    ("above an item", ["a[0]", "a[1]"], """
        a:
        # sidecarlint: app
        - name: x
        # sidecarlint: app
        # and a word about it
        - name: y
     """),
    ("above an item whose dash stands alone", ["a[0]", "a[1]"], """
        a:
          # sidecarlint: app
          -
            name: x
          # sidecarlint: app
          - # and a word about it
            name: y
     """),
    ("above a key", ["a", "a[0].name", "b"], """
        # sidecarlint: app
        a:
        - image: x
          # sidecarlint: app
          name: y
        # sidecarlint: app
        b: c
     """),
    ("at another column", ["", "", ""], """
        a:
        - name: x
          # sidecarlint: app
        - name: y
         # sidecarlint: app
        - name: z
            # sidecarlint: app
     """),
    ("above a blank line", [""], """
        a:
        # sidecarlint: app

        - name: x
     """),
    ("at the end", ["", ""], """
        a: b
        # sidecarlint: app
          # sidecarlint: app
     """),
    ("behind the header of a block", ["a.b"], """
        a:
          b: | # sidecarlint: app
            # sidecarlint: app
     """),
    ("behind the start of the document", [""], """
        --- # sidecarlint: app
        a: b
     """),
    ("above the start of the document", [""], """
        # sidecarlint: app
        ---
        a: b
     """),
    ("in brackets over several lines", ["a[1]", ""], """
        a: [x,
          y # sidecarlint: app
          ] # sidecarlint: app
     """),
    ("items in items", ["a[0]", "a[0][1]"], """
        a:
        - - x # sidecarlint: app
          - y # sidecarlint: app
     """),
    ("keys in quotes", ["a b"], """
        "a b": c # sidecarlint: app
     """),
]
# fmt: on


@pytest.mark.parametrize(("routes", "text"), [row[1:] for row in TOUCHES], ids=[row[0] for row in TOUCHES])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_what_a_comment_touches(routes: list[str], text: str, newline: str) -> None:
    found = directives(dedent(text[1:]).replace("\n", newline))
    assert [show(each.route) if each.route else "" for each in found] == routes


def test_many_directives_come_to_an_end() -> None:
    lines = "  # sidecarlint: app\n" * 20_000
    found = directives(f"a:\n{lines}  - name: x\n")
    assert len(found) == 20_000
    assert (found[0].route, found[-1].route) == (None, ("a", 0))


def test_each_document_has_its_own() -> None:
    text = "a: b # sidecarlint: app\n---\nc: d # sidecarlint: helper\n---\ne: f\n"
    assert [[(each.verb, each.route) for each in document.directives] for document in documents(text)] == [
        [("app", ("a",))], [("helper", ("c",))], [],
    ]  # fmt: skip


def test_a_document_that_cannot_be_read_as_a_whole() -> None:
    text = "a:\n- name: x # sidecarlint: app\nb: [\n"
    (document,) = documents(text)
    assert document.problem is not None
    assert [each.route for each in document.directives] == [("a", 0)]
    assert directives("\t# sidecarlint: app\n") == []


# What is laid down of each container.
# fmt: off
LAID_DOWN = [
    ("nothing", "- {name: a}\n- name: b", ["", ""]),
    ("above the item", "# sidecarlint: helper\n- name: a\n- name: b", ["helper", ""]),
    ("behind the first key", "- image: x # sidecarlint: app\n  name: a\n- name: b", ["app", ""]),
    ("behind the name", "- image: x\n  name: a # sidecarlint: helper\n- name: b", ["helper", ""]),
    ("above the name", "- image: x\n  # sidecarlint: helper\n  name: a\n- name: b", ["helper", ""]),
    ("behind the image", "- name: a\n  image: x # sidecarlint: helper\n- name: b", ["", ""]),
    ("another word", "- name: a # sidecarlint: helpr\n- name: b # sidecarlint: ignore[x]", ["", ""]),
    ("with a reason", "- name: a # sidecarlint: helper of b\n- name: b # sidecarlint: app", ["helper", "app"]),
    ("both places: the container's own counts", "# sidecarlint: app\n- image: x\n  name: a # sidecarlint: helper", ["app"]),
    ("twice: the nearest counts", "# sidecarlint: app\n# sidecarlint: helper\n- name: a", ["helper"]),
]
# fmt: on


@pytest.mark.parametrize(("lines", "expected"), [row[1:] for row in LAID_DOWN], ids=[row[0] for row in LAID_DOWN])
@pytest.mark.parametrize("key", ["containers", "initContainers"])
def test_the_part_that_a_comment_lays_down(lines: str, expected: list[str], key: str) -> None:
    text = f"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec:\n    {key}:\n" + indented(lines)
    (workload,) = workloads(next(documents(text)))
    assert [each.directive for each in workload.pod.all_containers] == expected


def indented(lines: str) -> str:
    return "".join(f"    {line}\n" for line in lines.split("\n"))


def test_the_directives_of_the_fixture() -> None:
    text = (CHECKOUT / "fixtures" / "custom" / "directed.yaml").read_text()
    (workload,) = workloads(next(documents(text)))
    assert {each.name: each.directive for each in workload.pod.containers} == {
        "weather-map": "", "radar": "helper", "pages": "app", "tide-feed": "",
    }  # fmt: skip


# What comes of a word that is none.

UNKNOWN = [
    ("helpr", "there is no directive helpr; did you mean helper?"),
    ("Helper", "there is no directive Helper; did you mean helper?"),
    ("apps", "there is no directive apps; did you mean app?"),
    ("ignore", "it names no rule; write it like ignore[legacy-proxy] and say why"),
    ("xyzzy", "there is no directive xyzzy; it may say app, helper or ignore[RULE]"),
    ("", "it says nothing; it may say app, helper or ignore[RULE]"),
    ("x" * 500, f"there is no directive {'x' * 40}; it may say app, helper or ignore[RULE]"),
]


@pytest.mark.parametrize(("words", "said"), UNKNOWN)
def test_a_misspelt_word_is_a_finding(tmp_path: Path, run: Run, words: str, said: str) -> None:
    text = f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a # sidecarlint: {words}\n    image: a\n"
    (tmp_path / "pod.yaml").write_text(text)
    done = run("check", "--format", "json", "pod.yaml")
    (found,) = json.loads(done.out)["findings"]
    assert (done.code, found["rule"], found["category"], found["severity"]) == (1, "unknown-directive", "source", "warning")
    assert found["message"] == f"This comment has no effect: {said}"
    assert (found["location"]["line"], found["location"]["column"]) == (5, 13)
    assert found["fix"] is None
    assert json.loads(run("check", "--format", "json", "--ignore", "unknown-directive", "pod.yaml").out)["findings"] == []


@pytest.mark.parametrize("words", ["app", "helper", "helper for a reason"])
def test_a_word_that_counts_is_none(tmp_path: Path, run: Run, words: str) -> None:
    text = f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  # sidecarlint: {words}\n  - name: a\n    image: a\n"
    (tmp_path / "pod.yaml").write_text(text)
    assert json.loads(run("check", "--format", "json", "pod.yaml").out)["findings"] == []


MISPLACED = "it stands on no container; put it on the line of the container's name, or directly above it"


@pytest.mark.parametrize(
    ("item", "line"),
    [
        ("  - name: a\n    image: a # sidecarlint: helper\n", 6),
        ("  - name: a\n    # sidecarlint: helper\n    image: a\n", 6),
        ("  # sidecarlint: helper\n\n  - name: a\n    image: a\n", 5),
        ("    # sidecarlint: helper\n  - name: a\n    image: a\n", 5),
    ],
)
def test_a_directive_that_stands_on_no_container_is_a_finding(tmp_path: Path, run: Run, item: str, line: int) -> None:
    (tmp_path / "pod.yaml").write_text(f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n{item}")
    (found,) = json.loads(run("check", "--format", "json", "pod.yaml").out)["findings"]
    assert (found["rule"], found["message"]) == ("unknown-directive", f"This comment has no effect: {MISPLACED}")
    assert found["location"]["line"] == line


def test_a_directive_above_the_image_of_a_named_key_counts(tmp_path: Path, run: Run) -> None:
    """The name need not be the first key."""
    item = "  - image: a\n    # sidecarlint: app\n    name: a\n"
    (tmp_path / "pod.yaml").write_text(f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n{item}")
    assert json.loads(run("check", "--format", "json", "pod.yaml").out)["findings"] == []


def test_it_has_a_page(run: Run) -> None:
    assert "does not understand" in " ".join(run("explain", "unknown-directive").out.split())
