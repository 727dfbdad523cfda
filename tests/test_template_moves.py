"""Moves inside templates, one table row each: what becomes of the pod's lines, and why some are left alone."""

import re
from textwrap import indent

import pytest

from sidecarlint.documents.templates import template_documents
from sidecarlint.edits import LAST, Fields, Move, Operation, Plain, Refusal, Remove, Set, Substitute, splice
from sidecarlint.edits.proof import why_not
from sidecarlint.edits.templates import templated
from tests.charts import deployment

LISTS = ("spec", "template", "spec")
APP = "- name: app\n  image: a\n"
HELPER = "- name: helper\n  image: h\n"
MOVED = "- name: helper\n  image: h\n  restartPolicy: Always\n"


def pod(containers: str, init: str = "", more: str = "") -> str:
    """A pod's lines. The lists' items are written from column 0."""
    lists = "".join(f"{key}:\n{indent(items, '  ')}" for key, items in (("initContainers", init), ("containers", containers)) if items)
    return lists + more


def template(lines: str) -> str:
    return deployment("", more=lines)


def operations(text: str, before: int = LAST, name: str = "helper") -> tuple[Operation, ...]:
    root = template_documents(text)[0].root
    assert root is not None
    spec = root
    for step in LISTS:
        spec = next(value for key, value in spec.pairs if key.text == step)
    listed = next(value for key, value in spec.pairs if key.text == "containers")
    index = next((i for i, item in enumerate(listed.items) if any(k.text == "name" and v.text == name for k, v in item.pairs)), 1)
    route = (*LISTS, "containers", index)
    return Move(route, "initContainers", before), Set((*route, "restartPolicy"), "Always", ("image", "name"))


def moved(lines: str, before: int = LAST) -> str:
    """The pod's lines after the move, proven."""
    text = template(lines)
    wanted = operations(text, before)
    read = template_documents(text)
    new = splice(text, templated(text, read[0], wanted, lambda words, key: False).changes)
    assert why_not(text, read, new, {0: wanted}) is None
    start = text.index(indent(lines, "      ").lstrip("\n")[:20])
    end = new.index("      {{- with .Values.nodeSelector }}")
    return "".join(line.removeprefix("      ") for line in new[start:end].splitlines(keepends=True))


def refusal(lines: str, before: int = LAST, wanted: tuple[Operation, ...] = ()) -> str:
    text = template(lines)
    with pytest.raises(Refusal) as refused:
        templated(text, template_documents(text)[0], wanted or operations(text, before))
    return refused.value.reason


IF = "{{{{- if .Values.helper }}}}\n{}{{{{- end }}}}\n"
LIST = "{{- toYaml .Values.init | nindent 8 }}\n"
WITH = "{{- with .Values.init }}\n{{- toYaml . | nindent 8 }}\n{{- end }}\n"
INIT = "- name: first\n  image: f\n"
OVER_LINES = "{{- if and\n  .Values.a\n  (ne .Values.b 1)\n}}\n"
SECOND = "- name: second\n  image: s\n"

MOVES = [
    # what, the pod's lines before, and after
    ("no key yet", pod(APP + HELPER), pod(APP, MOVED)),
    ("no key yet, a condition", pod(APP + IF.format(HELPER)), "{{- if .Values.helper }}\n" + pod("", MOVED) + "{{- end }}\n" + pod(APP)),
    ("a key with an item", pod(APP + HELPER, INIT), pod(APP, INIT + MOVED)),
    ("a key with a guarded list", pod(APP + HELPER, INIT + WITH), pod(APP, INIT + WITH + MOVED)),
    ("a key with an unguarded list", pod(APP + HELPER, LIST),
     pod(APP, "{{- if .Values.init }}\n" + LIST + "{{- end }}\n" + MOVED)),
    ("a list on the key's line", "initContainers: " + LIST + pod(APP + HELPER),
     pod(APP, "{{- if .Values.init }}\n" + LIST + "{{- end }}\n" + MOVED)),
    ("a define's items", pod(APP + HELPER, '{{- include "shop.init" . | nindent 8 }}\n'),
     pod(APP, '{{- include "shop.init" . | nindent 8 }}\n' + MOVED)),
    ("a key under a condition", "{{- if .Values.a }}\n" + pod("", INIT) + "{{- end }}\n" + pod(APP + HELPER),
     pod(APP, "{{- if .Values.a }}\n" + INIT + "{{- end }}\n" + MOVED)),
    ("a key under the same condition", "{{- if .Values.helper }}\n" + pod("", INIT) + "{{- end }}\n" + pod(APP + IF.format(HELPER)),
     "{{- if .Values.helper }}\n" + pod("", INIT + IF.format(MOVED)) + "{{- end }}\n" + pod(APP)),
    ("both under conditions", "{{- if or .Values.a .Values.b }}\n" + pod("", INIT) + "{{- end }}\n" + pod(APP + IF.format(HELPER)),
     "{{- if or (or .Values.a .Values.b) .Values.helper }}\n"
     + pod("", "{{- if or .Values.a .Values.b }}\n" + INIT + "{{- end }}\n" + IF.format(MOVED)) + "{{- end }}\n" + pod(APP)),
    ("a condition over lines", pod(APP + OVER_LINES + HELPER + "{{- end }}\n", INIT), pod(APP, INIT + OVER_LINES + MOVED + "{{- end }}\n")),
    ("a key under a condition over lines", OVER_LINES + pod("", INIT) + "{{- end }}\n" + pod(APP + HELPER),
     pod(APP, OVER_LINES + INIT + "{{- end }}\n" + MOVED)),
    ("both over lines", OVER_LINES + pod("", INIT) + "{{- end }}\n" + pod(APP + IF.format(HELPER)),
     "{{- if or (and .Values.a (ne .Values.b 1)) .Values.helper }}\n"
     + pod("", OVER_LINES + INIT + "{{- end }}\n" + IF.format(MOVED)) + "{{- end }}\n" + pod(APP)),
    ("a comment in front of the item", pod(APP + "# why it is here\n" + HELPER), pod(APP, "# why it is here\n" + MOVED)),
    ("a template's comment in front of the item", pod(APP + "{{- /* why\n     it is here */}}\n" + HELPER),
     pod(APP, "{{- /* why\n     it is here */}}\n" + MOVED)),
    ("a comment in front of the condition", pod(APP + "# why it is here\n" + IF.format(HELPER), INIT),
     pod(APP, INIT + "# why it is here\n" + IF.format(MOVED))),
    ("a comment that is deeper", pod(APP + HELPER + "  # port: 1\n"), pod(APP, MOVED + "  # port: 1\n")),
    ("a block at its end", pod(APP + HELPER + "  {{- with .Values.r }}\n  resources: {{- toYaml . | nindent 12 }}\n  {{- end }}\n"),
     pod(APP, MOVED + "  {{- with .Values.r }}\n  resources: {{- toYaml . | nindent 12 }}\n  {{- end }}\n")),
    ("a list at its end", pod(APP + HELPER + "  env:\n    {{- toYaml .Values.e | nindent 12 }}\n"),
     pod(APP, MOVED + "  env:\n    {{- toYaml .Values.e | nindent 12 }}\n")),
    ("a script", pod(APP + HELPER + "  args:\n    - |\n      # no comment\n\n      {{- if .Values.x }}\n      x\n      {{- end }}\n"),
     pod(APP, MOVED + "  args:\n    - |\n      # no comment\n\n      {{- if .Values.x }}\n      x\n      {{- end }}\n")),
    ("items behind it", pod(APP + HELPER + SECOND), pod(APP + SECOND, MOVED)),
    ("a condition behind it", pod(APP + HELPER + "{{- if .Values.s }}\n" + SECOND + "{{- end }}\n"),
     pod(APP + "{{- if .Values.s }}\n" + SECOND + "{{- end }}\n", MOVED)),
    ("ahead of the app", pod(HELPER + APP), pod(APP, MOVED)),
    ("blank lines around it", pod(APP + "\n" + HELPER + "\n" + SECOND), pod(APP + "\n\n" + SECOND, MOVED).replace("\n\n\n", "\n\n")),
    ("flush lists", "initContainers:\n" + INIT + "containers:\n" + APP + HELPER,
     "initContainers:\n" + INIT + MOVED + "containers:\n" + APP),
    ("a flush list of the user",
     "initContainers:\n{{- with .Values.i }}\n{{- toYaml . | nindent 6 }}\n{{- end }}\ncontainers:\n" + APP + HELPER,
     "initContainers:\n{{- with .Values.i }}\n{{- toYaml . | nindent 6 }}\n{{- end }}\n" + MOVED + "containers:\n" + APP),
    ("from a deeper list to a flush one",
     "initContainers:\n" + INIT + pod(APP + HELPER + "  env:\n    {{- toYaml .Values.e | nindent 12 }}\n"),
     "initContainers:\n" + INIT + MOVED + "  env:\n    {{- toYaml .Values.e | nindent 10 }}\n" + pod(APP)),
    ("a variable of its own", pod(APP + IF.format(HELPER + "  {{- $x := .Values.x }}\n  tty: {{ $x }}\n"), INIT),
     pod(APP, INIT + IF.format(MOVED + "  {{- $x := .Values.x }}\n  tty: {{ $x }}\n"))),
    ("an image under conditions", pod(APP + "- name: helper\n  {{- if .Values.x }}\n  image: x\n  {{- else }}\n  image: y\n  {{- end }}\n"),
     pod(APP, "- name: helper\n  restartPolicy: Always\n  {{- if .Values.x }}\n  image: x\n  {{- else }}\n  image: y\n  {{- end }}\n")),
    ("an image that an action gives", pod(APP + '- name: helper\n  image: {{ include "shop.image" . }}\n  tty: true\n'),
     pod(APP, '- name: helper\n  image: {{ include "shop.image" . }}\n  restartPolicy: Always\n  tty: true\n')),
    ("every arm has an app", pod("{{- if .Values.a }}\n" + APP + "{{- else }}\n" + SECOND + "{{- end }}\n" + HELPER),
     pod("{{- if .Values.a }}\n" + APP + "{{- else }}\n" + SECOND + "{{- end }}\n", MOVED)),
    ("restartPolicy is there", pod(APP + MOVED), pod(APP, MOVED)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "before", "after"), MOVES, ids=[what for what, _, _ in MOVES])
def test_what_becomes_of_a_pod(what: str, before: str, after: str) -> None:
    assert undented(moved(before)) == undented(after)


def undented(lines: str) -> str:
    """The lines with actions of their own where they may stand in any column."""
    return "".join(re.sub(r"^ +(?=\{\{-? (?:if|with|range|end|/\*))", "", line) for line in lines.splitlines(keepends=True))


def test_conditions_stand_where_what_they_hold_does() -> None:
    lines = moved(pod(APP + IF.format(HELPER)))
    assert lines.startswith("{{- if .Values.helper }}\ninitContainers:\n  - name: helper\n")
    lines = moved("{{- if .Values.a }}\n" + pod("", INIT) + "{{- end }}\n" + pod(APP + HELPER))
    assert lines.startswith("initContainers:\n  {{- if .Values.a }}\n  - name: first\n")
    assert "  {{- end }}\n  - name: helper\n" in lines


@pytest.mark.parametrize(("before", "names"), [(0, ["helper", "first", "second"]), (1, ["first", "helper", "second"])])
def test_it_goes_in_front_of_an_item(before: int, names: list[str]) -> None:
    lines = moved(pod(APP + HELPER, INIT + "# second\n" + SECOND), before)
    assert re.findall(r"- name: (\w+)", lines) == [*names, "app"]
    assert "# second\n  - name: second" in lines


def test_it_goes_in_front_of_a_condition() -> None:
    lines = moved(pod(APP + HELPER, INIT + "{{- if .Values.s }}\n" + SECOND + "{{- end }}\n"), 1)
    assert re.findall(r"- name: (\w+)|(if)", lines) == [("first", ""), ("helper", ""), ("", "if"), ("second", ""), ("app", "")]


def test_it_goes_in_front_of_a_key_s_condition() -> None:
    lines = moved("{{- if .Values.a }}\n" + pod("", INIT) + "{{- end }}\n" + pod(APP + HELPER), 0)
    assert re.findall(r"- name: (\w+)|(if)", lines) == [("helper", ""), ("", "if"), ("first", ""), ("app", "")]


def test_lines_keep_their_ends() -> None:
    text = template(pod(APP + IF.format(HELPER), LIST)).replace("\n", "\r\n")
    read = template_documents(text)
    new = splice(text, templated(text, read[0], operations(text)).changes)
    assert "\n" not in new.replace("\r\n", "")
    assert why_not(text, read, new, {0: operations(text)}) is None


def test_a_probe_and_words_come_along() -> None:
    text = template(pod(APP + HELPER + "  args: [tail -f x]\n", INIT))
    route = operations(text)[1].route[:-1]  # type: ignore[union-attr]
    probe = Set((*route, "startupProbe"), Fields((("tcpSocket", Fields((("port", Plain("1")),))),)), ("args",))
    words = Substitute((*route, "args", 0), 5, 7, "-F")
    read = template_documents(text)
    new = splice(text, templated(text, read[0], (*operations(text), probe, words)).changes)
    assert indent(INIT + MOVED + "  args: [tail -F x]\n  startupProbe:\n    tcpSocket:\n      port: 1\n", " " * 8) in new
    assert why_not(text, read, new, {0: (*operations(text), probe, words)}) is None


TEMPLATE_END = "{{- end }}\n"
REFUSED = [
    # what, the pod's lines, and the reason
    ("no name", pod(APP + "- {{- include \"x\" . | nindent 10 }}\n  image: h\n"),
     'the container has no name of its own here; {{- include "x" . | nindent 10 }} may give one; write one first'),
    ("another text's words", pod(APP + "- &h\n  name: helper\n  image: h\n- *h\n"), "other places use this text through the anchor &h"),
    ("an action that trims in front of the place", pod(APP + HELPER, INIT + WITH.replace("end }}", "end -}}")),
     "the action above the place that it would go to ends with -}}, which would glue it; take that dash away first"),
    ("an action that trims behind it", pod(APP + "{{- if .Values.x }}\n" + HELPER + "{{- end -}}\n" + SECOND),
     "its last action ends with -}}, which glues what follows; take that dash away first"),
    ("an action that trims above it", pod(APP + "{{- if .Values.x }}\n" + SECOND + "{{ end -}}\n" + HELPER + "- name: third\n  image: t\n"),
     "the action above it ends with -}}, which would glue what follows; take that dash away first"),
    ("a variable between the lists", pod(APP + "{{- $x := 1 }}\n" + HELPER + "  tty: {{ $x }}\n", INIT),
     "it reads $x, which {{ $x := 1 }} sets between the two lists; set it above both first"),
    ("a variable that is read behind it", pod(APP + HELPER + "  {{- $x := 1 }}\n" + SECOND + "  tty: {{ $x }}\n", INIT),
     "it sets $x, which {{ $x }} reads behind it; set it above both first"),
    ("a variable that it changes", pod(APP + IF.format(HELPER + "  {{- $y = 1 }}\n") + SECOND + "  tty: {{ $y }}\n", INIT),
     "it sets $y, which {{ $y }} reads behind it; set it above both first"),
    ("keys that go on behind its end", pod(APP + IF.format(HELPER) + "  tty: true\n"),
     "keys of the container in front of it go on behind the {{ end }} of {{ if .Values.helper }}; untangle the two first"),
    ("two conditions around the key", "{{- if .Values.a }}\n{{- if .Values.b }}\n" + pod("", INIT) + TEMPLATE_END * 2 + pod(APP + HELPER),
     "initContainers stands under 2 conditions; make them one first"),
    ("a dash alone", pod(APP + "-\n  name: helper\n  image: h\n"), "its dash stands alone on a line; write - name: on one line first"),
    ("other text in its condition", pod(APP + "{{- if .Values.a }}\n" + SECOND + HELPER + TEMPLATE_END),
     "{{ if .Values.a }} holds other text than this container; give the container a condition of its own first"),
    ("keys of the app in its condition", pod(APP + "  {{- if .Values.a }}\n  tty: true\n" + HELPER + "  {{- end }}\n"),
     "{{ if .Values.a }} holds other text than this container; give the container a condition of its own first"),
    ("a shared condition around the key", "{{- if .Values.a }}\nhostIPC: true\n" + pod("", INIT) + TEMPLATE_END + pod(APP + HELPER),
     "{{ if .Values.a }} holds other keys beside initContainers; give initContainers a condition of its own first"),
    ("one arm of several", pod(APP + "{{- if .Values.a }}\n" + SECOND + "{{- else }}\n" + HELPER + TEMPLATE_END),
     "it is one arm of {{ if .Values.a }}; every arm has to give a valid pod, so move it by hand"),
    ("a condition that runs past the list", pod(APP + "{{- if .Values.a }}\n" + HELPER, more="hostIPC: true\n{{- end }}\n"),
     "{{ if .Values.a }} runs past the end of the list; give the container a condition of its own first"),
    ("nothing else is sure", pod(IF.format(APP) + HELPER),
     "containers would hold nothing that is there under every condition; make its other containers sure first"),
    ("only a list of the user is left", pod(LIST + HELPER),
     "containers would hold nothing that is there under every condition; make its other containers sure first"),
    ("an action gives the list", "containers: {{- toYaml .Values.c | nindent 8 }}\n",
     "containers is no block list here: {{- toYaml .Values.c | nindent 8 }} gives it; change it where it is written"),
    ("a file gives the list", 'containers: {{- tpl (.Files.Get "pod.yaml") . | nindent 8 }}\n',
     'containers is no block list here: {{- tpl (.Files.Get "pod.yaml") . | nindent 8 }} gives it; change it where it is written'),
    ("a merge gives the item", pod(APP + "- {{- merge .Values.a .Values.b | toYaml | nindent 10 }}\n"),
     "the container is not written out here ({{- merge .Values.a .Values.b | toYaml | nindent 10 }} gives it); change it where it is"),
    ("the key in one arm", "{{- if .Values.a }}\n" + pod("", INIT) + "{{- else }}\nhostIPC: true\n" + TEMPLATE_END + pod(APP + HELPER),
     "initContainers stands in one arm of {{ if .Values.a }}; move it by hand"),
    ("the key in two arms", "{{- if .Values.a }}\n" + pod("", INIT) + "{{- else }}\n" + pod("", SECOND) + TEMPLATE_END + pod(APP + HELPER),
     "the key initContainers is given twice"),
    ("a list that nobody knows to be empty", pod(APP + HELPER, "{{- concat .Values.a .Values.b | toYaml | nindent 8 }}\n"),
     "{{ concat .Values.a .Values.b | toYaml | nindent 8 }} gives [] when it is empty, and no one value tells when; "
     "give it a condition first"),
    ("brackets", "initContainers: []\n" + pod(APP + HELPER), "initContainers is not written as a block list here; write it as one first"),
    ("braces", pod(APP + "- {name: helper, image: h}\n"), "it is written in braces; write it as a block first"),
    ("another restartPolicy", pod(APP + HELPER + "  restartPolicy: {{ .Values.p }}\n"),
     "it has a restartPolicy already; decide by hand what it is to be"),
    ("two actions on its condition's line", pod(APP + "{{- if .Values.a }}{{ if .Values.b }}\n" + HELPER + "{{- end }}{{ end }}\n"),
     "{{ if .Values.b }} or its {{ end }} does not stand on a line of its own; give each a line first"),
    ("text behind its condition's lines", pod(APP + "{{- if or\n  .Values.a .Values.b }}{{ if .Values.c }}\n"
     + HELPER + "{{- end }}{{ end }}\n"),
     "{{ if .Values.c }} or its {{ end }} does not stand on a line of its own; give each a line first"),
    ("lines that an include indents", "initContainers:\n" + INIT + pod(APP + HELPER + "  env:\n    {{ include \"x\" . }}\n"),
     "an action in it gives lines that are indented by what it includes, and the other list has another column"),
    ("a condition about another dot", "{{- if .Values.a }}\n" + pod("", INIT) + TEMPLATE_END
     + pod(APP + "{{- with .Values.h }}\n{{- if .on }}\n" + HELPER + TEMPLATE_END * 2),
     "{{ if .on }} speaks of what {{ with .Values.h }} is about, so they cannot become one condition"),
    ("containers under a condition", pod("", INIT) + "{{- if .Values.a }}\n" + pod(APP + HELPER) + TEMPLATE_END,
     "containers stands under {{ if .Values.a }} and initContainers does not; move it by hand"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "lines", "reason"), REFUSED, ids=[what for what, _, _ in REFUSED])
def test_why_it_is_left_alone(what: str, lines: str, reason: str) -> None:
    assert refusal(lines) == reason


def test_each_refusal_has_its_own_words() -> None:
    told = {re.sub(r"\{\{.*?\}\}", "", reason) for _, _, reason in REFUSED}
    # A list from values or from a file, other text of the app or of another container, another container or a list of the user that is
    # left, two actions on one line: these four are told alike.
    assert len(told) == len(REFUSED) - 4


def test_other_operations_are_left_to_people() -> None:
    route = (*LISTS, "containers", 0, "image")
    assert refusal(pod(APP + HELPER), wanted=(Remove(route),)) == "a template's other lines have to change with it, which is done by hand"


NEEDS = [
    # what, the pod's lines, and whether the text alone shows that the move is right
    ("no key yet", pod(APP + HELPER), True),
    ("a condition", pod(APP + IF.format(HELPER)), True),
    ("an item is there", pod(APP + HELPER, INIT), True),
    ("a guarded list is there", pod(APP + HELPER, INIT + WITH), True),
    ("a list gets a condition", pod(APP + HELPER, LIST), False),
    ("the key loses its condition", "{{- if .Values.a }}\n" + pod("", INIT) + TEMPLATE_END + pod(APP + HELPER), False),
    ("another column", "initContainers:\n" + INIT + pod(APP + HELPER), False),
    ("an action trims", pod(APP + HELPER + "  {{- if .Values.x -}}\n  tty: true\n  {{- end }}\n"), False),
    ("a loop", pod(APP + "{{- range .Values.a }}\n" + HELPER + TEMPLATE_END), False),
    ("keys of it may come from a define", pod(APP + HELPER + '  {{- include "x" . | nindent 10 }}\n'), False),
    ("keys of it come from a define, but restartPolicy is there", pod(APP + MOVED + '  {{- include "x" . | nindent 10 }}\n'), True),
    ("a key's value comes from a define", pod(APP + HELPER + '  env: {{- include "x" . | nindent 12 }}\n'), True),
    ("further keys may come from a define", pod(APP + HELPER, more='{{- include "x" . | nindent 6 }}\n'), False),
    ("further keys come from a define, but the list is there", pod(APP + HELPER, INIT, more='{{- include "x" . | nindent 6 }}\n'), True),
]  # fmt: skip


@pytest.mark.parametrize(("what", "lines", "shown"), NEEDS, ids=[what for what, _, _ in NEEDS])
def test_what_only_a_rendering_shows(what: str, lines: str, shown: bool) -> None:
    text = template(lines)
    assert (templated(text, template_documents(text)[0], operations(text)).needs == ()) == shown


def test_what_a_list_holds_stands_in_one_column() -> None:
    lines = "initContainers:\n  - name: first\n    image: f\n{}containers:\n  - name: app\n    image: a\n  - name: helper\n    image: h\n"
    several = "what initContainers holds stands at different columns, 6 and 8; make them one first"
    assert refusal(lines.format("{{- toYaml .Values.i | nindent 6 }}\n")) == several
