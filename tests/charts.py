"""Helm charts in a few words: templates of workloads with the containers that a test is about, and many of them at random."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from textwrap import indent
from typing import NamedTuple

from sidecarlint.bench import bench
from sidecarlint.findings import Finding
from sidecarlint.judging import Verdict, judge
from sidecarlint.references import References
from sidecarlint.settings import Settings

BENCH = bench(Settings())

MAIN = """\
- name: {{ .Chart.Name }}
  image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
  {{- with .Values.resources }}
  resources: {{- toYaml . | nindent 12 }}
  {{- end }}
"""
PROXY = """\
- name: cloud-sql-proxy # <-
  image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
  args: ["--port=5432", "{{ .Values.instance }}"]
"""

DEPLOYMENT = """\
apiVersion: {{ include "shop.deployment.apiVersion" . }}
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels: {{- include "shop.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  selector:
    matchLabels: {{- include "shop.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      labels:
        {{- include "shop.selectorLabels" . | nindent 8 }}
    spec:
<pod>
      {{- with .Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    "helm.sh/hook": pre-upgrade
spec:
  template:
    spec:
      restartPolicy: Never
<pod>
"""


def deployment(containers: str, init: str = "", more: str = "", frame: str = DEPLOYMENT) -> str:
    """A template with these items of `containers` and `initContainers`, written from column 0, and more keys of the pod."""
    lists = "".join(f"{key}:\n{indent(items, '  ')}" for key, items in (("initContainers", init), ("containers", containers)) if items)
    return frame.replace("<pod>\n", indent(lists + more, " " * 6))


def job(containers: str, init: str = "", more: str = "") -> str:
    """The same as a Job."""
    return deployment(containers, init, more, JOB)


def write_chart(folder: Path, template: str, name: str = "templates/workload.yaml") -> Path:
    """A chart with one template; its path."""
    path = folder / "shop" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    (folder / "shop" / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    path.write_bytes(template.encode())
    return path


def judged(template: str) -> Verdict:
    """What is found in a template of a chart."""
    return judge("t.yaml", template, False, BENCH, References(), lambda path, workload, moved: None, of_chart=True)


def found(template: str) -> list[Finding]:
    """The findings in a template of a chart."""
    return list(judged(template).findings)


def marked(template: str) -> list[int]:
    """The lines that end in `# <-`, where a helper must be found."""
    return [number for number, line in enumerate(template.splitlines(), 1) if line.rstrip().endswith("# <-")]


class Shape(NamedTuple):
    """A way in which charts write a helper (helm-kustomize.md, A1). `{}` is the helper's item."""

    name: str
    text: str


SHAPES = (
    Shape("literal", "{}"),
    Shape("if", "{{{{- if .Values.helper.enabled }}}}\n{}{{{{- end }}}}\n"),
    Shape("if with a dash at the end", "{{{{ if and .Values.a (not .Values.b) -}}}}\n{}{{{{ end -}}}}\n"),
    Shape("with", "{{{{- with .Values.helper }}}}\n{}{{{{- end }}}}\n"),
    Shape("two ifs", "{{{{- if .Values.a }}}}\n{{{{- if eq .Values.b \"}}}}\" }}}}\n{}{{{{- end }}}}\n{{{{- end }}}}\n"),
    Shape("else", "{{{{- if .Values.other }}}}\n- name: other\n  image: {{{{ .Values.other }}}}\n{{{{- else }}}}\n{}{{{{- end }}}}\n"),
    Shape("else if", "{{{{- if .Values.a }}}}\n{{{{- fail \"a\" }}}}\n{{{{- else if .Values.b }}}}\n{}{{{{- end }}}}\n"),
    Shape("comment", "{{{{- /* the {{{{ helper }}}} isn't here */ -}}}}\n# {{{{ .Values.note }}}}\n{}"),
    Shape("variable", "{{{{- $root := . }}}}\n{}"),
    Shape("range", "{{{{- range $each := .Values.helpers }}}}\n{}{{{{- end }}}}\n"),
    Shape("include beside it", "{{{{- include \"shop.other\" . | nindent 8 }}}}\n{}"),
    Shape("user list behind it", "{}{{{{- with .Values.sidecars }}}}\n{{{{- toYaml . | nindent 8 }}}}\n{{{{- end }}}}\n"),
    Shape("rendered list behind it", "{}{{{{- include \"common.tplvalues.render\" (dict \"value\" .Values.sidecars \"context\" $) "
          "| nindent 8 }}}}\n"),
)  # fmt: skip

HELPERS = (
    PROXY,
    "- name: exporter # <-\n  image: quay.io/oliver006/redis_exporter:v1.66.0\n  ports:\n  - containerPort: {{ .Values.metrics.port }}\n",
    "- name: reloader # <-\n  image: \"{{ .Values.registry }}/jimmidyson/configmap-reload:{{ .Values.tag }}\"\n"
    "  args:\n  - --volume-dir=/etc/shop\n  - --webhook-url=http://127.0.0.1:{{ .Values.port }}/-/reload\n",
    "- name: shipper # <-\n  image: {{ .Values.registry }}/fluent/fluent-bit:3.2.2\n  {{- with .Values.shipper.resources }}\n"
    "  resources:\n    {{- toYaml . | nindent 12 }}\n  {{- end }}\n",
    "- name: auth # <-\n  image: quay.io/oauth2-proxy/oauth2-proxy:v7.7.1\n  args:\n  - --upstream=http://127.0.0.1:8080\n"
    "  {{- range $key, $value := .Values.auth.extraArgs }}\n  - --{{ $key }}={{ $value }}\n  {{- end }}\n",
    "- name: dind # <-\n  image: docker:27-dind\n  securityContext:\n    privileged: {{ .Values.privileged }}\n",
)  # fmt: skip

_FRAMES = (DEPLOYMENT, "{{- if .Values.enabled }}\n---\n" + DEPLOYMENT + "{{- end }}\n", "{{- $root := . -}}\n" + DEPLOYMENT,
           DEPLOYMENT.replace("kind: Deployment", "kind: StatefulSet").replace("<pod>\n", "      {{- if .Values.security }}\n"
           "      securityContext: {{- toYaml .Values.security | nindent 8 }}\n      {{- end }}\n<pod>\n"))  # fmt: skip


def random_charts(number: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """So many templates with one helper each, and what each is made of."""
    random = Random(seed)
    for _ in range(number):
        shape, helper, frame = random.choice(SHAPES), random.choice(HELPERS), random.choice(_FRAMES)
        items = shape.text.format(helper)
        containers = items + MAIN if random.random() < 0.2 else MAIN + items
        text = deployment(containers, random.choice(("", "{{- toYaml .Values.init | nindent 8 }}\n")), frame=frame)
        if random.random() < 0.3:
            text = text.replace("\n        ", "\n      ").replace("nindent 8", "nindent 6")
        if random.random() < 0.2:
            text = text.replace("\n", "\r\n")
        yield f"{shape.name}: {helper.splitlines()[0]}", text
