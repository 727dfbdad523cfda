"""Comments that say where in a template each item stands: put in, found in what is rendered, and taken out again."""

from pathlib import Path

import pytest

from sidecarlint.documents.templates.marking import Mark, items_of, marked, unmarked

LISTS = ("containers", "initContainers")

MARKED = [
    # a template, and where it is marked (@)
    ("containers:\n- name: a\n  image: b\n", "containers:\n- name: a@\n  image: b\n"),
    ("containers:\n  - image: b\n    name: a\n", "containers:\n  - image: b\n    name: a@\n"),
    ("containers:\r\n- name: a\r\n", "containers:\r\n- name: a@\r\n"),
    ("containers:\n- name: a", "containers:\n- name: a@"),
    ("containers:\n- name: 'a # b'\n", "containers:\n- name: 'a # b'@\n"),
    ("containers:\n- name: a # the app\n", "containers:\n- name: a # the app@\n"),
    ("containers:\n- name: {{ .Chart.Name }}\n", "containers:\n- name: {{ .Chart.Name }}@\n"),
    ("containers:\n- name: {{ .a }}-{{ .b | quote }}\n", "containers:\n- name: {{ .a }}-{{ .b | quote }}@\n"),
    ('containers:\n- name: {{ printf "%s"\n    .a }}\n  image: b\n', 'containers:\n- name: {{ printf "%s"\n    .a }}@\n  image: b\n'),
    ("containers:\n{{- if .a }}\n- name: a\n{{- end }}\n", "containers:\n{{- if .a }}\n- name: a@\n{{- end }}\n"),
    ("containers:\n{{- range .a }}\n- name: {{ . }}\n{{- end }}\n", "containers:\n{{- range .a }}\n- name: {{ . }}@\n{{- end }}\n"),
    ('{{ define "a" }}\n- name: a\n{{ end }}\n', '{{ define "a" }}\n- name: a@\n{{ end }}\n'),
    ('{{ define "a" }}\nname: a\nimage: b\n{{ end }}\n', '{{ define "a" }}\nname: a@\nimage: b\n{{ end }}\n'),
    ("spec:\n  initContainers:\n  - name: a\n  containers:\n  - name: b\n", "spec:\n  initContainers:\n  - name: a@\n  containers:\n  - name: b@\n"),
    ("containers:\n- name: a {{- if .a }} {{ end }}\n  image: b\n", "containers:\n- name: a {{- if .a }} {{ end }}@\n  image: b\n"),
    ("- name: a\n  ports:\n  - name: http\n", "- name: a@\n  ports:\n  - name: http\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MARKED, ids=[text for text, _ in MARKED])
def test_where_items_are_marked(text: str, expected: str) -> None:
    offsets = iter(item.offset for item in items_of(text, LISTS))
    while "@" in expected:
        expected = expected.replace("@", f" #scl:3:{next(offsets)};", 1)
    assert marked(text, 3, LISTS) == expected
    assert [text[item.offset :][:4] for item in items_of(text, LISTS)] == ["name"] * len(items_of(text, LISTS))


UNMARKED = [
    "containers:\n- name: |\n    a\n",
    "containers:\n- name: >-\n    a\n",
    "containers:\n- name:\n    a\n",
    "containers: [{name: a}]\n",
    "containers:\n- {name: a, image: b}\n",
    "containers:\n- name: a {{ .b -}}\n  image: c\n",
    "containers:\n- name:\n  image: b\n",
    'containers:\n- name: {{- include "a" . | nindent 4 }}\n  image: b\n',
    "ports:\n- name: http\n",
    "volumes:\n- name: a\n  configMap: {name: b}\n",
    "data:\n  pod: |\n    containers:\n    - name: a\n",
    "containers:\n- image: a\n",
    "containers:\n- name: a\n{{ if\n",
    "containers:\n  type: array\n  name: a\n",
    "",
]


@pytest.mark.parametrize("text", UNMARKED)
def test_what_is_not_marked(text: str) -> None:
    assert marked(text, 0, LISTS) == text


@pytest.mark.parametrize("text", [text for text, _ in MARKED] + UNMARKED)
def test_marks_are_taken_out_to_the_letter(text: str) -> None:
    clean, marks = unmarked(marked(text, 7, LISTS))
    assert clean == text
    for line, mark in marks.items():
        assert mark.file == 7
        assert line >= text.count("\n", 0, mark.offset) + 1


def test_marks_are_read_wherever_they_got() -> None:
    text = "a: 1\r\n- name: x # y #scl:1:20;\r\n        - name: z #scl:12:345;-glued\n"
    assert unmarked(text) == (
        "a: 1\r\n- name: x # y\r\n        - name: z-glued\n",
        {2: Mark(1, 20), 3: Mark(12, 345)},
    )


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.parent.glob("fixtures/charts/*/templates/*")), ids=lambda path: path.name)
def test_items_of_the_fixtures_hold_their_names(path: Path) -> None:
    text = path.read_text()
    assert unmarked(marked(text, 0, LISTS))[0] == text
    for item in items_of(text, LISTS):
        assert text[item.offset :].startswith("name: ")
        assert item.start <= item.offset < item.end
