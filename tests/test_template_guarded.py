"""Both versions beside each other: what is written, and what the real Helm makes of it for old and new clusters."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from sidecarlint.documents.templates import template_documents
from sidecarlint.edits import LAST, Fields, Move, Operation, Plain, Refusal, Set, Versions, changes, splice
from sidecarlint.edits.proof import why_not as unproven
from sidecarlint.edits.templates.guarded import VALUES, Guarded, guarded, settled
from tests import helming
from tests.apiserver.build import Unavailable
from tests.charts import deployment

APP = "- name: app\n  image: a\n"
HELPER = "- name: log-shipper\n  image: h\n  env:\n    {{- toYaml .Values.env | nindent 12 }}\n"
ON = "{{{{- if .Values.shipping }}}}\n{}{{{{- end }}}}\n"
ROUTE = ("spec", "template", "spec", "containers", 1)


def written(text: str, more: Sequence[Operation] = ()) -> tuple[str, Guarded]:
    operations = (Move(ROUTE, "initContainers", LAST), Set((*ROUTE, "restartPolicy"), "Always", ("image", "name")), *more)
    done = guarded(text, template_documents(text)[0], operations, "shop")
    return splice(text, done.changes), done


def test_what_is_written() -> None:
    text, done = written(deployment(APP + ON.format(HELPER)))
    lines = """\
    spec:
      {{- if and .Values.shipping (include "shop.nativeSidecars" .) }}
      initContainers:
        {{- include "shop.logShipper" . | nindent 8 }}
      {{- end }}
      containers:
        - name: app
          image: a
        {{- if .Values.shipping }}
        {{- if not (include "shop.nativeSidecars" .) }}
        {{- include "shop.logShipper" . | nindent 8 }}
        {{- end }}
        {{- end }}
"""
    assert lines in text
    assert done.define == dedent("""\
        {{- define "shop.logShipper" -}}
        - name: log-shipper
          image: h
          {{- if include "shop.nativeSidecars" . }}
          restartPolicy: Always
          {{- end }}
          env:
            {{- toYaml .Values.env | nindent 4 }}
        {{- end }}
    """)
    assert done.asks.startswith('{{- define "shop.nativeSidecars" -}}\n')


def test_what_only_a_sidecar_has_is_guarded_too() -> None:
    probe = Set((*ROUTE, "startupProbe"), Fields((("tcpSocket", Fields((("port", Plain("1")),))),)), ("image",))
    _, done = written(deployment(APP + HELPER), [probe])
    assert done.define.count('{{- if include "shop.nativeSidecars" . }}') == 2
    assert '  {{- if include "shop.nativeSidecars" . }}\n  startupProbe:\n    tcpSocket:\n      port: 1\n  {{- end }}\n' in done.define


PROVEN = [
    # the containers and the init containers
    (APP + HELPER, ""),
    (APP + ON.format(HELPER), ""),
    (APP + ON.format(HELPER), "- name: first\n  image: f\n"),
    (APP + ON.format(HELPER), "{{- toYaml .Values.init | nindent 8 }}\n"),
    (APP + HELPER, "{{- with .Values.init }}\n{{- toYaml . | nindent 8 }}\n{{- end }}\n"),
    (APP + "# beside it\n" + HELPER, "- name: first\n  image: f\n"),
    (HELPER + APP, ""),
]


def why_not(text: str, changed: tuple[str, str] = ("", "")) -> str | None:
    """What the proof says of both versions, or of the same with other words in it."""
    item = (*ROUTE[:-1], text.rpartition("containers:")[2].split("log-shipper")[0].count("- name: app"))
    operations = (Move(item, "initContainers", LAST), Set((*item, "restartPolicy"), "Always", ("image", "name")))
    old, versions = template_documents(text), Versions(operations, "shop", "shop.logShipper")
    new = splice(text, changes(text, old[0], [versions]))
    assert changed[0] in new
    return unproven(text, old, new.replace(*changed) if changed[0] else new, {0: [versions]})


@pytest.mark.parametrize("shape", range(len(PROVEN)))
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_both_versions_are_proven_by_the_text(shape: int, newline: str) -> None:
    assert why_not(deployment(*PROVEN[shape]).replace("\n", newline)) is None


WRONG = [
    # what else is written, and the reason against it
    (('if not (include "shop.nativeSidecars" .)', 'if include "shop.nativeSidecars" .'), "where sidecars are not wanted, "),
    (('{{- if include "shop.nativeSidecars" . }}', '{{- if not (include "shop.nativeSidecars" .) }}'), "where sidecars are "),
    (("image: a", "image: b"), "where sidecars are not wanted, document 1: it would not mean what was planned"),
    (("spec:\n      {{-", "spec:\n      hostIPC: true\n      {{-"),
     "where sidecars are not wanted, document 1: it would not mean what was planned"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "reason"), WRONG)
def test_what_is_not_the_same_below_and_above_is_not_proven(changed: tuple[str, str], reason: str) -> None:
    why = why_not(deployment(APP + HELPER), changed)
    assert why is not None
    assert why.startswith(reason)


REFUSED = [
    # what, the containers, and the reason
    ("a loop", APP + "{{- range .Values.a }}\n" + HELPER + "{{- end }}\n",
     "it stands in {{ range .Values.a }}, where a define would not see what it sees; write both versions by hand"),
    ("with", APP + "{{- with .Values.a }}\n" + HELPER + "{{- end }}\n",
     "it stands in {{ with .Values.a }}, where a define would not see what it sees; write both versions by hand"),
    ("a variable", APP + HELPER + "  tty: {{ $tty }}\n", "it reads $tty, which a define would not see; write both versions by hand"),
    ("nothing else is sure", ON.format(APP) + HELPER,
     "containers would hold nothing that is there under every condition; make its other containers sure first"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "containers", "reason"), REFUSED, ids=[what for what, *_ in REFUSED])
def test_what_cannot_be_cut_out(what: str, containers: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        written(deployment(containers))
    assert refused.value.reason == reason


def test_a_variable_of_its_own_is_no_reason() -> None:
    _, done = written(deployment(APP + HELPER + "  args:\n    {{- range $i := .Values.a }}\n    - {{ $i }}\n    {{- end }}\n"))
    assert "{{- range $i := .Values.a }}" in done.define


SHAPES = [
    # the containers and the init containers
    (APP + HELPER, ""),
    (APP + ON.format(HELPER), ""),
    (APP + ON.format(HELPER), "- name: first\n  image: f\n"),
    (APP + ON.format(HELPER), "{{- toYaml .Values.init | nindent 8 }}\n"),
    (APP + HELPER, "{{- with .Values.init }}\n{{- toYaml . | nindent 8 }}\n{{- end }}\n"),
]
CHOICES = [
    # the switch, the cluster's version, and whether the helper is a sidecar then
    ("auto", "v1.28.9", False),
    ("auto", "v1.29.3-gke.1", True),
    ("auto", "v1.30.0", True),
    ("true", "v1.28.9", True),
    ("true", "v1.30.0", True),
    ("false", "v1.28.9", False),
    ("false", "v1.30.0", False),
]


def rendered(chart: Path, template: str, values: str, version: str) -> dict[str, Any]:
    (chart / "templates").mkdir(parents=True, exist_ok=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    (chart / "values.yaml").write_text("autoscaling: {enabled: false}\nreplicas: 1\nenv: [{name: A, value: b}]\n" + values)
    others = "shop.labels", "shop.selectorLabels", "shop.deployment.apiVersion", "shop.fullname"
    defines = "".join(f'{{{{- define "{name}" }}}}{"a: b" if "abels" in name else "apps/v1"}{{{{ end }}}}\n' for name in others)
    (chart / "templates" / "_helpers.tpl").write_text(defines)
    (chart / "templates" / "deployment.yaml").write_text(template)
    done = subprocess.run(["helm", "template", "r", str(chart), "--kube-version", version], capture_output=True, text=True, check=True)
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


@pytest.mark.parametrize("more", ["shipping: true\n", "shipping: false\n", "shipping: true\ninit: [{name: own, image: o}]\n"])
@pytest.mark.parametrize("shape", range(len(SHAPES)))
def test_each_version_is_rendered_where_it_belongs(shape: int, more: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setenv("PATH", f"{helming.folder()}{os.pathsep}{os.environ['PATH']}")
    except Unavailable as why:
        pytest.skip(str(why))
    text = deployment(*SHAPES[shape])
    new, done = written(text)
    old = rendered(tmp_path / "old", text, more, "v1.30.0")
    for switch, version, native in CHOICES:
        values = more + VALUES.replace(": auto\n", f": {switch}\n")
        found = rendered(tmp_path / "new", done.asks + done.define + new, values, version)
        wanted = yaml.safe_load(yaml.safe_dump(old))
        spec, now = wanted["spec"]["template"]["spec"], found["spec"]["template"]["spec"]
        spec["initContainers"], now["initContainers"] = spec.get("initContainers") or [], now.get("initContainers") or []
        if native:
            spec["initContainers"] += [{**each, "restartPolicy": "Always"} for each in spec["containers"] if each["name"] == "log-shipper"]
            spec["containers"] = [each for each in spec["containers"] if each["name"] != "log-shipper"]
        assert found == wanted, (switch, version)


ASKS = 'include "shop.nativeSidecars" .'
CONDITIONS = [
    # a condition, and what is left of it where sidecars are wanted and where they are not; "" where what is under it goes
    (ASKS, "a", ""),
    (f"not ({ASKS})", "", "a"),
    (f"and .Values.a ({ASKS})", "{{ if .Values.a }}a{{ end }}", ""),
    (f"and (and .Values.a .Values.b) ({ASKS})", "{{ if and .Values.a .Values.b }}a{{ end }}", ""),
    (f"or .Values.a ({ASKS})", "a", "{{ if .Values.a }}a{{ end }}"),
    (f"or .Values.a (and .Values.b ({ASKS}))", "{{ if or .Values.a .Values.b }}a{{ end }}", "{{ if .Values.a }}a{{ end }}"),
    (f"or (and .Values.a ({ASKS})) (and (not .Values.b) ({ASKS}))", "{{ if or .Values.a (not .Values.b) }}a{{ end }}", ""),
    (f"eq ({ASKS}) .Values.a", *[f"{{{{ if eq ({ASKS}) .Values.a }}}}a{{{{ end }}}}"] * 2),
    (".Values.a", *["{{ if .Values.a }}a{{ end }}"] * 2),
]


@pytest.mark.parametrize(("condition", "wanted", "unwanted"), CONDITIONS)
def test_how_a_template_is_read_once_it_is_known_what_is_wanted(condition: str, wanted: str, unwanted: str) -> None:
    text = f"{{{{ if {condition} }}}}\na\n{{{{ end }}}}\n"
    found = [settled(text, "shop", native).replace("\n", "") for native in (True, False)]
    assert found == [wanted, unwanted]
