"""Items of which a template only holds the last keys: a define gives what stands above these."""

import pytest

from sidecarlint.documents import at, child, items, text_of
from sidecarlint.documents.templates import template_documents
from tests.charts import deployment

CALL = '{{- include "shop.sync" . | nindent 8 }}\n'
FIRST = "- name: first\n  image: f\n"
ALWAYS = "  restartPolicy: Always\n"
PROBE = "  startupProbe:\n    tcpSocket:\n      port: 1\n"
POD = ("spec", "template", "spec")


def keys(inits: str) -> list[list[str]]:
    """The keys of each item of initContainers as the template is read."""
    document = template_documents(deployment("- name: app\n  image: a\n", inits))[0]
    listed = items(child(at(document.root, POD), "initContainers"))
    return [[name.text for name, _ in each.pairs] for each in listed]


ITEMS = [
    # what stands in initContainers, and the keys of its items
    ("a key below a call", CALL + ALWAYS, [["restartPolicy"]]),
    ("behind an item", FIRST + CALL + ALWAYS, [["name", "image"], ["restartPolicy"]]),
    ("another key first", FIRST + CALL + PROBE + ALWAYS, [["name", "image"], ["startupProbe", "restartPolicy"]]),
    ("only another key", FIRST + CALL + PROBE, [["name", "image"], ["startupProbe"]]),
    ("another key in a list of its own", CALL + PROBE, [["startupProbe"]]),
    ("a comment between", FIRST + CALL + "  # native\n" + ALWAYS, [["name", "image"], ["restartPolicy"]]),
    ("a blank line between", FIRST + CALL + "\n" + ALWAYS, [["name", "image"], ["restartPolicy"]]),
    ("under a condition of its own", FIRST + CALL + "{{- if .Values.native }}\n" + ALWAYS + "{{- end }}\n",
     [["name", "image"], ["restartPolicy"]]),
    ("in either arm", FIRST + CALL + "{{- if .Values.a }}\n" + PROBE + "{{- else }}\n" + ALWAYS + "{{- end }}\n",
     [["name", "image"], ["startupProbe", "restartPolicy"]]),
    ("lines of an action between", FIRST + CALL + "{{- toYaml .Values.more | nindent 10 }}\n" + ALWAYS,
     [["name", "image"], ["restartPolicy"]]),
    ("two calls", CALL + ALWAYS + CALL + ALWAYS, [["restartPolicy"], ["restartPolicy"]]),
    ("an item behind it", CALL + ALWAYS + FIRST, [["restartPolicy"], ["name", "image"]]),
]  # fmt: skip

NONE = [
    # what is no item of its own
    ("a call alone", FIRST + CALL, [["name", "image"]]),
    ("an item below a call", CALL + FIRST, [["name", "image"]]),
    ("a call of a call's list", FIRST + CALL + CALL + ALWAYS, [["name", "image"], ["restartPolicy"]]),
    ("keys of the item that a call gives", FIRST + '  {{- include "shop.env" . | nindent 10 }}\n  tty: true\n', [["name", "image", "tty"]]),
    ("values of a key that a call gives", FIRST + '  {{- include "shop.env" . | nindent 8 }}\n  tty: true\n',
     [["name", "image"], ["tty"]]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "inits", "found"), [*ITEMS, *NONE], ids=[what for what, _, _ in [*ITEMS, *NONE]])
def test_what_stands_below_a_call_belongs_to_what_it_gives(what: str, inits: str, found: list[list[str]]) -> None:
    assert keys(inits) == found


def test_lines_below_a_call_in_a_mapping_are_no_items() -> None:
    text = 'metadata:\n  labels:\n    a: b\n    {{- include "shop.labels" . | nindent 4 }}\n      more: c\nkind: Pod\n'
    document = template_documents(text)[0]
    assert document.problem is not None or text_of(child(document.root, "kind")) == "Pod"
    plain = 'metadata:\n  {{- include "shop.more" . | nindent 2 }}\n    more: c\nkind: Pod\n'
    assert child(child(template_documents(plain)[0].root, "metadata"), "more") is not None
