"""What goes behind the end of a text: values of a chart, defines in its partials."""

import pytest

from sidecarlint.edits import Append, Refusal, Set, rewritten

VALUE = Append("\n# Who asks.\nswitch: auto\n", "\nswitch:", Set(("switch",), "auto"))
DEFINE = Append('\n{{- define "a" }}b{{ end }}\n', 'define "a"')
ADDED = "\n# Who asks.\nswitch: auto\n"

ENDS = [
    # the text before, and after
    ("a: b\n", "a: b\n" + ADDED),
    ("a: b", "a: b\n" + ADDED),
    ("", ADDED[1:]),
    ("# nothing yet\n", "# nothing yet\n" + ADDED),
    ("---\na:\n  b: c\n", "---\na:\n  b: c\n" + ADDED),
    ("a:\r\n  b: c\r\n", "a:\r\n  b: c\r\n" + ADDED.replace("\n", "\r\n")),
    ("a: |\n  b\n", "a: |\n  b\n" + ADDED),
    ("a:\n- b\n# behind it\n", "a:\n- b\n# behind it\n" + ADDED),
    ("a: b\n" + ADDED, "a: b\n" + ADDED),
]


@pytest.mark.parametrize(("before", "after"), ENDS)
def test_a_value_at_the_end(before: str, after: str) -> None:
    assert rewritten(before, {}, None, [VALUE]) == after
    assert rewritten(after, {}, None, [VALUE]) == after


NO_PLACE = [
    ("{}\n", "as it would not be readable"),
    ("- a\n", "as it would not be readable"),
    ("a: [\n", "as it would not be readable"),
    ("a: b\n---\nc: d\n", "as it holds several documents"),
    ("a: |+\n  b\n\n", "as it would change what stands there"),
    ("a: b\nswitch: false\n", "switch: stands in it already, and says something else"),
]


@pytest.mark.parametrize(("text", "reason"), NO_PLACE)
def test_where_a_value_has_no_place(text: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        rewritten(text, {}, None, [VALUE])
    assert reason in refused.value.reason


def test_a_define_once() -> None:
    once = rewritten("", {}, None, [DEFINE, DEFINE])
    assert once == DEFINE.text[1:]
    assert rewritten(once, {}, None, [DEFINE]) == once
    assert rewritten("{{/* a */}}\n", {}, None, [DEFINE, VALUE._replace(means=None)]) == "{{/* a */}}\n" + DEFINE.text + ADDED


def test_another_define_of_the_same_name() -> None:
    with pytest.raises(Refusal, match='define "a" stands in it already'):
        rewritten('{{ define "a" }}c{{ end }}\n', {}, None, [DEFINE])
