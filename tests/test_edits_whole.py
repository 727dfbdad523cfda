"""A whole document in place of another, and an operation of a JSON patch stated as a mapping."""

from textwrap import dedent

import pytest

from sidecarlint.documents import document_of
from sidecarlint.edits import Refusal, Remove, Whole, rewritten
from sidecarlint.edits.restated import comments_of, restated, without

HEAD = ("kind: Deployment",)
ROUTE = ("spec", "initContainers")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n- b\n", "c: 1\n"),
        ("---\n- a\n", "---\nc: 1\n"),
        ("# licence\n\n- a\n", "# licence\n\nc: 1\n"),
        ("- a\n---\nkept: true # so\n", "c: 1\n---\nkept: true # so\n"),
        ("- a\r\n", "c: 1\r\n"),
    ],
)
def test_a_whole_document(text: str, expected: str) -> None:
    assert rewritten(text, {0: [Whole("c: 1\n")]}) == expected


def test_no_comment_is_lost() -> None:
    with pytest.raises(Refusal, match="a comment would be lost: # why"):
        rewritten("- a # why\n", {0: [Whole("c: 1\n")]})
    assert rewritten("- a # why\n", {0: [Whole("c: 1 # why\n")]}) == "c: 1 # why\n"
    assert rewritten("- a # why\n", {0: [Whole("c: 1\n", ("# why",))]}) == "c: 1\n"


def test_nothing_else_is_done_to_it() -> None:
    with pytest.raises(Refusal, match="replaced and changed at once"):
        rewritten("a: 1\nb: 2\n", {0: [Whole("c: 1\n"), Remove(("b",))]})


# fmt: off
STATED = {
    "a block": ("""\
        - op: add
          path: /a/-
          value:
            name: one # the first
            args:
            - x
        """, """\
        kind: Deployment
        spec:
          initContainers:
          - name: one # the first
            args:
            - x
        """),
    "comments around it": ("""\
        # why
        - op: add # now
          path: /a/-
          # what
          value:
            # how
            name: one
        """, """\
        kind: Deployment
        spec:
          initContainers:
          # why
          # now
          # what
          # how
          - name: one
        """),
    "a block scalar": ("""\
        - op: add
          path: /a/-
          value:
              name: one
              script: |
                a

                  b
        """, """\
        kind: Deployment
        spec:
          initContainers:
          - name: one
            script: |
              a

                b
        """),
    "flow style": ("""\
        [{op: add, path: /a/-, value: {name: one}}]
        """, """\
        kind: Deployment
        spec:
          initContainers:
          - {name: one}
        """),
}
# fmt: on


@pytest.mark.parametrize(("text", "expected"), STATED.values(), ids=STATED)
def test_an_operation_stated_as_a_mapping(text: str, expected: str) -> None:
    whole = dedent(text)
    assert restated(whole, document_of(whole, 0), 0, ROUTE, HEAD) == dedent(expected)


def test_what_is_left() -> None:
    text = "# top\n\n- op: test\n# its own\n- op: add\n  value: {a: b}\n# the last\n- op: remove\n"
    document = document_of(text, 0)
    assert without(text, document, 1) == "# top\n\n- op: test\n# the last\n- op: remove\n"
    assert comments_of(text, document, 1) == ("# its own",)
    assert without("- op: add\n", document_of("- op: add\n", 0), 0) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[{op: test}, {op: add, value: {a: b}}]\n", "flow style"),
        ("- {op: test, value: &a {name: one}}\n- op: add\n  value: *a\n", "written elsewhere"),
        ("- op: test\n- op: add\n  value: &a\n    name: one\n", "a line of its own"),
    ],
)
def test_what_is_not_stated(text: str, reason: str) -> None:
    with pytest.raises(Refusal, match=reason):
        restated(text, document_of(text, 0), 1, ROUTE, HEAD)
