"""Go template actions: found as Helm finds them, and masked so that the YAML around them keeps its place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecarlint.documents import Node, at, text_of, walk
from sidecarlint.documents.parse import Problem
from sidecarlint.documents.templates import around, blotted, template_documents
from sidecarlint.documents.templates.actions import actions
from sidecarlint.documents.templates.masking import WORD, mask

LEXED = [
    # text, each action as (what is written, kind, first word, trims)
    ("a: b", []),
    ("{{ .Values.a }}", [("{{ .Values.a }}", "output", ".Values.a", "")]),
    ("x{{.a}}y", [("{{.a}}", "output", ".a", "")]),
    ("{{- .a -}}", [("{{- .a -}}", "output", ".a", "both")]),
    ("{{-.a}}", [("{{-.a}}", "output", "", "")]),  # a number such as -3 begins so; only a dash and a blank trim
    ("{{- .a }} {{ .b -}}", [("{{- .a }}", "output", ".a", "left"), ("{{ .b -}}", "output", ".b", "right")]),
    ("{{ .a-}}", [("{{ .a-}}", "output", ".a", "")]),
    ('{{ "}}" }}!', [('{{ "}}" }}', "output", "", "")]),
    ('{{ "a\\"}}" }}!', [('{{ "a\\"}}" }}', "output", "", "")]),
    ("{{ `}}\n\"` }}!", [("{{ `}}\n\"` }}", "output", "", "")]),
    ("{{ '}' }}", [("{{ '}' }}", "output", "", "")]),
    ("{{/* {{ .a }} \" */}}b", [("{{/* {{ .a }} \" */}}", "comment", "", "")]),
    ("{{- /* it's */ -}}b", [("{{- /* it's */ -}}", "comment", "", "both")]),
    ("{{ if (eq .a (printf \"%s)\" .b)) }}{{ end }}",
     [('{{ if (eq .a (printf "%s)" .b)) }}', "open", "if", ""), ("{{ end }}", "end", "end", "")]),
    ("{{ if\n  .a\n}}{{ end }}", [("{{ if\n  .a\n}}", "open", "if", ""), ("{{ end }}", "end", "end", "")]),
    ("{{else}}", [("{{else}}", "else", "else", "")]),
    ("{{ else if .b }}", [("{{ else if .b }}", "else", "else", "")]),
    ("{{ $x := .a }}", [("{{ $x := .a }}", "silent", "$x", "")]),
    ("{{ $x = 1 }}", [("{{ $x = 1 }}", "silent", "$x", "")]),
    ("{{ $x.y }}", [("{{ $x.y }}", "output", "$x.y", "")]),
    ("{{ range $i, $x := .a }}", [("{{ range $i, $x := .a }}", "open", "range", "")]),
    ("{{ break }}", [("{{ break }}", "silent", "break", "")]),
    ('{{ define "a" }}', [('{{ define "a" }}', "open", "define", "")]),
    ("{{ ifNot .a }}", [("{{ ifNot .a }}", "output", "ifNot", "")]),
    ("{ { .a } }", []),
    ("{{{ .a }}}", [("{{{ .a }}", "output", "", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), LEXED, ids=[text for text, _ in LEXED])
def test_actions_are_found_as_helm_finds_them(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = actions(text)
    assert not isinstance(found, Problem)
    trims = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "both"}
    assert [(text[each.start : each.end], each.kind, each.word, trims[each.trims_left, each.trims_right]) for each in found] == expected


UNENDING = [
    ("a {{ .b", "a template action does not end", 2),
    ('{{ "a }}', "a string in a template action does not end", 3),
    ('{{ "a\n" }}', "a string in a template action does not end", 3),
    ("{{ `a }}", "a string in a template action does not end", 3),
    ("b{{/* a }}", "the comment of a template action does not end", 1),
    ("{{ if .a }}", "this if of a template has no end", 0),
    ("{{ with .a }}{{ if .b }}{{ end }}", "this with of a template has no end", 0),
    ("a {{ end }}", "this end of a template closes nothing", 2),
    ("{{ else }}", "this else of a template closes nothing", 0),
    ("a: \ue000", "it holds characters for private use", 3),
]


@pytest.mark.parametrize(("text", "message", "offset"), UNENDING, ids=[text for text, _, _ in UNENDING])
def test_what_cannot_be_understood_is_a_problem_with_its_place(text: str, message: str, offset: int) -> None:
    (document,) = template_documents(text)
    assert (document.root, document.masked) == (None, True)
    assert document.problem is not None
    assert (document.problem.message, document.problem.offset) == (message, offset)


LINES = [
    # what stands there, its output's column, whether it gives lines
    ("toYaml .a | nindent 8", 8, True),
    ("toYaml .a | indent 4", 4, True),
    ('include "x" . | nindent 6', 6, True),
    ('include "x" (dict "a" "nindent 4")', None, False),
    ("tpl (toYaml .a) $", None, True),
    ('include "common.tplvalues.render" (dict "value" .a "context" $)', None, False),
    ("(toYaml .a) | trim", None, True),
    (".Values.toYaml", None, False),
    (".a | quote", None, False),
    ('printf "%s" "nindent 9"', None, False),
]


@pytest.mark.parametrize(("words", "column", "lines"), LINES, ids=[words for words, _, _ in LINES])
def test_what_an_action_gives(words: str, column: int | None, lines: bool) -> None:
    found = actions("{{ " + words + " }}")
    assert not isinstance(found, Problem)
    assert (found[0].column, found[0].gives_lines) == (column, lines)


def masked(text: str) -> str:
    found = actions(text)
    assert not isinstance(found, Problem)
    return WORD.sub("@", mask(text, found).text)


MASKED = [
    # the template and what is left of it; @ is a word that stands for an action
    ("a: {{ .b }}\n", "a: @\n"),
    ('a: "{{ .b }}:{{ .c }}"\n', 'a: "@:@"\n'),
    ("{{ .b }}: c\n", "@: c\n"),
    ("a: [{{ .b }}, {{ .c }}]\n", "a: [@, @]\n"),
    ("{{- if .a }}\nb: c\n{{- end }}\n", "\nb: c\n\n"),
    ("  {{ if .a }} {{ .b }} {{ end }}\n", "\n"),
    ("\n   \nb: c", "\n   \nb: c"),
    ("a: {{- toYaml .b | nindent 2 }}\n  c: d\n", "a: \n  c: d\n"),
    ("- {{ toYaml .b | nindent 2 | trim }}\n  c: d\n", "- \n  c: d\n"),
    ("a: x{{ toYaml .b | nindent 2 }}\n", "a: x@\n"),
    ("  {{ if .a }}b: c{{ end }}\n", "  b: c\n"),
    ("- {{ if .a }}b: c{{ end }}\n", "- b: c\n"),
    ("b: c {{- end }}\n", "b: c \n"),
    ("b: {{ if .a }}c{{ else }}d{{ end }}\n", "b: @c@d\n"),
    ('b: "{{ if .a }}c{{ end }}"\n', 'b: "@c@"\n'),
    ("b: {{ if .a }}{{ .c }}{{ else }}{{ .d }}{{ end }}\n", "b: @@\n"),
    ("a: {{ .b }} # c\r\nd: e\r\n", "a: @ # c\r\nd: e\r\n"),
    ("a: {{ list\n  1\n}}\nb: c\n", "a: @\n\n\nb: c\n"),
    ("a: {{ list\n  1 }}-x\nb: c\n", "a: @\n-x\nb: c\n"),
    ("{{/*\na: b\n*/}}\nc: d\n", "\n\n\nc: d\n"),
    ("a: |\n  {{ .b }}\n  c\n", "a: |\n\n  c\n"),
]


@pytest.mark.parametrize(("text", "expected"), MASKED, ids=[text for text, _ in MASKED])
def test_masking(text: str, expected: str) -> None:
    assert masked(text) == expected


CONTAINERS = """\
kind: Deployment
containers:
  - name: app
    image: "{{ .Values.image }}:1"
    args:
      - --a
      {{- range .Values.args }}
      - {{ . }}
      {{- end }}
    command: [run]
    script: |
      one
      {{- if .Values.two }}
      two
      {{- end }}
    {{- with .Values.resources }}
    resources: {{- toYaml . | nindent 6 }}
    {{- end }}
    env:
      {{- toYaml .Values.env | nindent 6 }}
    {{ .Values.key }}: x
  {{- if .Values.proxy }}
  - name: proxy
    image: proxy:1
    {{- if .Values.debug }}
    stdin: true
    {{- end }}
    {{- include "more" . | nindent 4 }}
  {{- end }}
  {{- toYaml .Values.sidecars | nindent 2 }}
"""

OPEN = [
    # a route, and the actions that have a part in what stands there
    (("kind",), ()),
    (("containers",), ("{{- toYaml .Values.sidecars | nindent 2 }}", "{{- if .Values.proxy }}")),
    (("containers", 0), ("{{ .Values.key }}",)),
    (("containers", 0, "name"), ()),
    (("containers", 0, "image"), ("{{ .Values.image }}",)),
    (("containers", 0, "args"), ("{{- range .Values.args }}",)),
    (("containers", 0, "args", 0), ()),
    (("containers", 0, "args", 1), ("{{ . }}",)),
    (("containers", 0, "command"), ()),
    (("containers", 0, "script"), ("{{- if .Values.two }}", "{{- end }}")),
    (("containers", 0, "resources"), ("{{- toYaml . | nindent 6 }}", "{{- with .Values.resources }}")),
    (("containers", 0, "env"), ("{{- toYaml .Values.env | nindent 6 }}",)),
    (("containers", 1), ('{{- include "more" . | nindent 4 }}',)),
    (("containers", 1, "image"), ()),
    (("containers", 1, "stdin"), ("{{- if .Values.debug }}",)),
]


@pytest.mark.parametrize(("route", "expected"), OPEN, ids=[".".join(map(str, route)) for route, _ in OPEN])
def test_what_actions_have_a_part_in(route: tuple[str | int, ...], expected: tuple[str, ...]) -> None:
    (document,) = template_documents(CONTAINERS)
    node = at(document.root, route)
    assert node is not None
    assert node.open == expected


def test_what_stands_behind_a_dash_or_a_key_belongs_to_it() -> None:
    lines = "{{ toYaml . | nindent 4 | trim }}\n"
    text = f"a:\n  - b: 1\n  - {lines}    c: d\n  - {lines}e: {lines}"
    (document,) = template_documents(text)
    nodes = [at(document.root, route) for route in [("a",), ("a", 0), ("a", 1), ("a", 2), ("e",)]]
    assert [node is not None and len(node.open) for node in nodes] == [0, 0, 1, 1, 1]


INDENTED = [
    # what gives more, and the route to what it adds to
    ('    {{- include "x" . | indent 2 }}', ("containers",)),
    ('{{ include "x" . | indent 2 }}', ("containers",)),
    ('  {{ include "x" . | indent 2 }}', ("containers", 0)),
    ('    {{- include "x" . | nindent 4 }}', ("containers", 0)),
    ('    env:\n      {{- include "x" . | indent 4 }}', ("containers", 0, "env")),
    ('    env:\n      {{- include "x" . | indent 4 }}\n      {{- include "y" . | nindent 6 }}', ("containers", 0, "env")),
    ('    env: {{- include "y" . | indent 4 }}\n    {{- include "x" . | nindent 4 }}', ("containers", 0)),
]


@pytest.mark.parametrize(("more", "route"), INDENTED, ids=[more for more, _ in INDENTED])
def test_the_indentation_says_what_is_added_to(more: str, route: tuple[str | int, ...]) -> None:
    (document,) = template_documents(f"containers:\n  - name: a\n{more}\n")
    node = at(document.root, route)
    assert node is not None
    assert any("x" in words for words in node.open)
    assert document.root is not None
    assert sum(any('"x"' in words for words in each.open) for each in walk(document.root)) == 1


FLUSH = """\
containers:
- name: app
{{- with .Values.sidecars }}
{{ toYaml . }}
{{- end }}
volumes: []
"""


def test_what_is_flush_with_a_list_is_its_item() -> None:
    (document,) = template_documents(FLUSH)
    assert document.root is not None
    assert (document.root.open, at_open(document.root, "containers")) == ((), ("{{ toYaml . }}",))


def at_open(root: Node, key: str) -> tuple[str, ...]:
    node = at(root, (key,))
    return node.open if node is not None else ()


def test_words_are_read_as_they_are_written_and_where() -> None:
    text = 'a: 1\nimage: "{{ .Values.a | default "x" }}:{{ .b }}" # c\nlast: {{ .c }}'
    (document,) = template_documents(text)
    node, last = at(document.root, ("image",)), at(document.root, ("last",))
    assert node is not None
    assert last is not None
    assert node.text == '{{ .Values.a | default "x" }}:{{ .b }}'
    assert text[node.start : node.end] == f'"{node.text}"'
    assert text[last.start : last.end] == last.text == "{{ .c }}"


def test_text_that_is_drawn_back_keeps_its_place() -> None:
    text = "a:\n  {{ if .b }}c: d{{ end }}\n"
    (document,) = template_documents(text)
    node = at(document.root, ("a", "c"))
    assert node is not None
    assert (node.text, text[node.start : node.end]) == ("d", "d")


ARMS = """\
kind: StatefulSet
spec:
  {{- if .Values.persistent }}
  volumeClaimTemplates:
    - name: data
  {{- else }}
    - strange
  {{- end }}
  serviceName: x
"""


def test_one_arm_is_read_where_all_of_them_are_no_yaml() -> None:
    (document,) = template_documents(ARMS)
    assert document.problem is None
    assert text_of(at(document.root, ("spec", "volumeClaimTemplates", 0, "name"))) == "data"
    assert text_of(at(document.root, ("spec", "serviceName"))) == "x"


def test_the_second_arm_is_read_where_the_first_is_no_yaml() -> None:
    (document,) = template_documents("a:\n  b: 1\n{{ if .c }}\n -- x\n{{ else }}\nd: 2\n{{ end }}\n")
    assert text_of(at(document.root, ("d",))) == "2"


def test_what_no_way_of_reading_helps_is_a_problem_in_its_document_alone() -> None:
    first, second = template_documents("a: {{ .b }}\n c: [\n---\nkind: {{ .d }}\n")
    assert (first.root, first.problem is not None, first.number) == (None, True, 0)
    assert (text_of(at(second.root, ("kind",))), second.number) == ("{{ .d }}", 1)


def test_each_define_is_a_document_of_its_own() -> None:
    text = '{{ define "a" }}\nkind: A\n{{ end }}\nkind: {{ .b }}\n{{- define "c" }}\nkind: C\n{{- end }}\n'
    found = template_documents(text)
    assert [text_of(at(document.root, ("kind",))) for document in found] == ["{{ .b }}", "A", "C"]
    assert [document.number for document in found] == [0, 1, 2]


def test_only_what_is_wanted_is_given_and_the_rest_counted() -> None:
    text = 'a: {{ .b }}\n---\nkind: B\n{{ define "c" }}\nkind: C\n{{ end }}\n'
    assert [document.number for document in template_documents(text, re.compile("kind"))] == [1, 2]


def test_directives_count_in_templates() -> None:
    text = "containers:\n  {{- if .a }}\n  # sidecarlint: app\n  - name: b\n  {{- end }}\n"
    (document,) = template_documents(text)
    assert [(each.verb, each.route) for each in document.directives] == [("app", ("containers", 0))]


def test_the_blocks_around_a_place() -> None:
    text = '{{ define "d" }}{{ if .a }}x{{ else }}{{ range .b }}y{{ end }}{{ end }}{{ end }}z'
    shown = [(arm.words, arm.number, arm.many) for arm in around(text, text.index("y"))]
    assert shown == [('define "d"', 0, 1), ("if .a", 1, 2), ("range .b", 0, 1)]
    assert [arm.word for arm in around(text, text.index("x"))] == ["define", "if"]
    assert around(text, text.index("z")) == ()
    assert around("{{ end }}", 0) == around("{{ a", 0) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "a"),
        ("{{ .b }}", "{{____}}"),
        ('x/{{ .b | default "y" }}:{{.c}}', "x/{{__________________}}:{{__}}"),
        ("{{ .b", "{{_}}"),
        ("", ""),
    ],
)
def test_blotted(text: str, expected: str) -> None:
    assert blotted(text) == expected


SCRAPS = st.sampled_from([
    "{{", "}}", "{{- ", " -}}", "{{/*", "*/}}", '"', "`", "'", "\\", "if .a", "else", "end", "range .b", "define", "with .c",
    " ", "  ", "\n", "\r\n", "\r", "- ", "name: ", "containers:", "image: x", "a: |", "---", "#", "[", "]", "{", ", ", "&a ", "*a", "é",
    "{{ if .a }}", "{{- else }}", "{{ end }}", "{{ .x }}", "{{- toYaml .y | nindent 6 }}", '{{ define "z" }}', "{{ $x := 1 }}",
    "toYaml . | nindent 4", "\u2028", "{{/* c */}}",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(SCRAPS, max_size=60).map("".join))
def test_no_text_raises_and_lines_stay_lines(text: str) -> None:
    found = actions(text)
    if not isinstance(found, Problem):
        seen = mask(text, found)
        assert seen.text.count("\n") == text.count("\n")
        assert len(seen.origin) == len(seen.text) + 1
        assert list(seen.origin) == sorted(seen.origin)
        for at_masked, at_text in enumerate(seen.origin[:-1]):
            assert seen.text.count("\n", 0, at_masked) == text.count("\n", 0, at_text)
    for document in template_documents(text):
        for node in walk(document.root) if document.root is not None else ():
            assert 0 <= node.outset <= node.end <= len(text)
            assert not WORD.search(node.text)


@settings(max_examples=200, deadline=None)
@given(st.lists(SCRAPS, max_size=40).map("".join))
def test_blotting_keeps_the_place_of_everything(text: str) -> None:
    assert len(blotted(text)) == len(text)


def test_a_long_template_is_read_whole() -> None:
    text = "containers:\n" + "  {{- if .a }}\n  - name: {{ .b }}\n    args: [{{ .c }}]\n  {{- end }}\n" * 3000
    (document,) = template_documents(text)
    assert document.root is not None
    assert len(document.root.pairs[0][1].items) == 3000
    assert masked("a: " + "{{ .b }}" * 3000) == "a: " + "@" * 3000
    assert len(around("{{ if .a }}" * 3000 + "x" + "{{ end }}" * 3000, 33000)) == 3000
