"""The proof for templates: whatever a rewrite does beside what was planned, it is seen."""

import pytest

from sidecarlint.documents.templates import template_documents
from sidecarlint.edits import LAST, Move, Refusal, Set, splice
from sidecarlint.edits.proof import why_not
from sidecarlint.edits.templates import templated
from tests.charts import deployment, marked, random_charts

TEXT = deployment(
    "- name: app\n  image: a\n  args: [{{ .Values.a }}]\n{{- if .Values.helper }}\n# why\n- name: helper\n  image: h\n"
    "  env: {{- toYaml .Values.env | nindent 12 }}\n{{- end }}\n",
    "- name: first\n  image: f\n",
)
ROUTE = ("spec", "template", "spec", "containers", 1)
PLAN = (Move(ROUTE, "initContainers", LAST), Set((*ROUTE, "restartPolicy"), "Always", ("image",)))


def rewritten() -> str:
    return splice(TEXT, templated(TEXT, template_documents(TEXT)[0], PLAN).changes)


def test_what_was_planned_is_proven() -> None:
    assert why_not(TEXT, template_documents(TEXT), rewritten(), {0: PLAN}) is None


WRONG = [
    # what else happens to the text, and what is said of it
    ("image: a", "image: b", "it would not mean what was planned"),
    ("restartPolicy: Always", "restartPolicy: Never", "it would not mean what was planned"),
    ("          restartPolicy: Always\n", "", "it would not mean what was planned"),
    ("# why", "# why not", "a comment would be lost or doubled"),
    ("[{{ .Values.a }}]", "[{{ .Values.b }}]", "an action would be lost: .Values.a"),
    ("{{- toYaml .Values.env | nindent 12 }}", "", "an action would be lost"),
    ("{{- if .Values.helper }}", "{{- if .Values.other }}", "an action would be lost: if .Values.helper"),
    ("image: a", "image: a\n          {{- .Values.more }}", "an action would be doubled: .Values.more"),
    ("image: a", "image: a\n          {{- end }}", "this end of a template closes nothing"),
    ("nodeSelector: {{- toYaml . | nindent 8 }}", "nodeSelector: {{- toYaml . '", "a string in a template action does not end"),
    ("        - name: first", "        {{- if .Values.x }}\n        - name: first", "this if of a template has no end"),
    ("containers:", "---\ncontainers:", "it would not be readable"),
]


@pytest.mark.parametrize(("old", "new", "reason"), WRONG)
def test_what_else_happens_is_seen(old: str, new: str, reason: str) -> None:
    assert old in rewritten()
    why = why_not(TEXT, template_documents(TEXT), rewritten().replace(old, new), {0: PLAN})
    assert why is not None
    assert reason in why


def test_a_value_under_another_condition_is_seen() -> None:
    """All values and all actions are there, but another container has lost the condition that the helper has got."""
    text = rewritten()
    start, end = text.index("        {{- if .Values.helper }}\n"), text.index("        {{- end }}\n      containers:")
    moved = text[start:end]
    opener, item = moved.split("\n", 1)
    first = text.index("        - name: first")
    wrong = text[:first] + opener + "\n" + text[first:start] + "        {{- end }}\n" + item + text[end + len("        {{- end }}\n") :]
    why = why_not(TEXT, template_documents(TEXT), wrong, {0: PLAN})
    assert why is not None
    assert "other conditions" in why


def test_random_charts_are_rewritten_as_planned_or_left_alone() -> None:
    written = 0
    for what, text in random_charts(200, seed=11):
        read = template_documents(text)
        plan = _plan(text, marked(text)[0])
        try:
            new = splice(text, templated(text, read[-1], plan).changes)
        except Refusal:
            continue
        assert why_not(text, read, new, {read[-1].number: plan}) is None, what
        written += 1
    assert written > 120


def _plan(text: str, line: int) -> tuple[Move, Set]:
    """The plan for the helper on a line: the items of a template's `containers` are counted by their dashes."""
    lines = text.splitlines()
    first = next(number for number, each in enumerate(lines) if each.strip() == "containers:")
    dash = lines[line - 1].index("-")
    index = sum(each.startswith(" " * dash + "- ") for each in lines[first + 1 : line - 1])
    route = (*ROUTE[:-1], index)
    return Move(route, "initContainers", LAST), Set((*route, "restartPolicy"), "Always", ("image", "name"))
