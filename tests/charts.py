"""Helm charts in a few words: templates of workloads with the containers that a test is about, and many of them at random."""

import re
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
    """A way in which charts write a helper (helm-kustomize.md, A1). `{}` is the helper's item. `weight`: how often, in a thousand helpers
    that charts own; those in defines are the rest."""

    name: str
    text: str
    weight: int


SHAPES = (
    Shape("literal", "{}", 60),
    Shape("if", "{{{{- if .Values.helper.enabled }}}}\n{}{{{{- end }}}}\n", 280),
    Shape("if with a dash at the end", "{{{{ if and .Values.a (not .Values.b) -}}}}\n{}{{{{ end -}}}}\n", 20),
    Shape("with", "{{{{- with .Values.helper }}}}\n{}{{{{- end }}}}\n", 120),
    Shape("two ifs", "{{{{- if .Values.a }}}}\n{{{{- if eq .Values.b \"}}}}\" }}}}\n{}{{{{- end }}}}\n{{{{- end }}}}\n", 60),
    Shape("else", "{{{{- if .Values.other }}}}\n- name: other\n  image: {{{{ .Values.other }}}}\n{{{{- else }}}}\n{}{{{{- end }}}}\n", 50),
    Shape("else if", "{{{{- if .Values.never }}}}\n{{{{- fail \"a\" }}}}\n{{{{- else if .Values.b }}}}\n{}{{{{- end }}}}\n", 35),
    Shape("comment", "{{{{- /* the {{{{ helper }}}} isn't here */}}}}\n# {{{{ .Values.note }}}}\n{}", 20),
    Shape("blank lines and a comment", "\n# Beside the app.\n\n{}\n", 15),
    Shape("if ahead of a comment", "{{{{- if .Values.helper.enabled }}}}\n# Beside the app.\n{}\n{{{{- end }}}}\n", 40),
    Shape("if in a loop", "{{{{- range $index, $each := .Values.helpers }}}}\n{{{{- if eq $index 0 }}}}\n{}{{{{- end }}}}\n"
          "{{{{- end }}}}\n", 10),
    Shape("condition over lines", "{{{{- if and\n      .Values.helper.enabled\n      (ne .Values.mode \"none\")\n}}}}\n{}"
          "{{{{- end }}}}\n", 30),
    Shape("variable", "{{{{- $root := . }}}}\n{}", 20),
    Shape("range", "{{{{- range $each := .Values.helpers }}}}\n{}{{{{- end }}}}\n", 45),
    Shape("include beside it", "{{{{- include \"shop.other\" . | nindent 8 }}}}\n{}", 20),
    Shape("user list behind it", "{}{{{{- with .Values.sidecars }}}}\n{{{{- toYaml . | nindent 8 }}}}\n{{{{- end }}}}\n", 30),
    Shape("rendered list behind it", "{}{{{{- include \"common.tplvalues.render\" (dict \"value\" .Values.sidecars \"context\" $) "
          "| nindent 8 }}}}\n", 30),
)  # fmt: skip
"""In the proportions of charts that are published: 60 % under a condition, 17 % unconditional, 4 % in a loop."""

HELPERS = (
    PROXY,
    "- name: exporter # <-\n  image: quay.io/oliver006/redis_exporter:v1.66.0\n  ports:\n  - containerPort: {{ .Values.metrics.port }}\n",
    "- name: reloader # <-\n  image: \"{{ .Values.registry }}/jimmidyson/configmap-reload:{{ .Values.tag }}\"\n"
    "  args:\n  - --volume-dir=/etc/shop\n  - --webhook-url=http://127.0.0.1:{{ .Values.port }}/-/reload\n",
    "- name: shipper # <-\n  image: {{ .Values.registry }}/fluent/fluent-bit:3.2.2\n  {{- with .Values.shipper.resources }}\n"
    "  resources:\n    {{- toYaml . | nindent 12 }}\n  {{- end }}\n",
    "- name: auth # <-\n  image: quay.io/oauth2-proxy/oauth2-proxy:v7.7.1\n  args:\n  - --upstream=http://127.0.0.1:8080\n"
    "  {{- range $key, $value := .Values.auth.extraArgs }}\n  - --{{ $key }}={{ $value }}\n  {{- end }}\n",
    "- name: {{ .Chart.Name }}-exporter # <-\n  image: nginx/nginx-prometheus-exporter:1.4\n",
    "- image: registry.k8s.io/git-sync/git-sync:v4.4.0\n  name: content # <-\n  env:\n  {{- range $key, $value := .Values.sync.env }}\n"
    "  - name: {{ $key }}\n    value: {{ $value | quote }}\n  {{- end }}\n",
    "- name: dind # <-\n  image: docker:27-dind\n  securityContext:\n    privileged: {{ .Values.privileged }}\n",
)  # fmt: skip

DEFINES = """\
{{- define "shop.deployment.apiVersion" }}apps/v1{{ end -}}
{{- define "shop.fullname" -}}{{ .Release.Name }}-{{ .Template.Name | base | trimSuffix ".yaml" }}{{- end -}}
{{- define "shop.labels" -}}
app: {{ .Chart.Name }}
{{- end -}}
{{- define "shop.selectorLabels" -}}
app: {{ .Chart.Name }}
{{- end -}}
{{- define "shop.other" -}}
- name: other
  image: registry.example/shop/other:1
{{- end -}}
{{- define "common.tplvalues.render" -}}
{{- $value := typeIs "string" .value | ternary .value (.value | toYaml) }}
{{- tpl $value .context }}
{{- end -}}
"""
"""What the templates include."""

VALUES = """\
image: {repository: registry.example/shop/web, tag: ""}
helper: {enabled: true}
mode: some
helpers: [1]
other: ""
note: beside the app
init: [{name: wait, image: registry.example/shop/wait:1}]
sidecars:
- {name: user, image: registry.example/shop/user:1}
resources: {}
replicas: 1
autoscaling: {enabled: false}
podAnnotations: {}
nodeSelector: {}
enabled: true
security: {fsGroup: 1000}
instance: shop:europe:orders
metrics: {port: 9121}
registry: registry.example
tag: v0.14.0
port: 9090
shipper: {resources: {}}
auth: {extraArgs: {provider: github}}
privileged: true
sync: {env: {GIT_DEPTH: 1}}
a: ""
b: ""
"""
SETS = ("a: yes\n", 'a: yes\nb: "}}"\n')
"""The chart's own values and others, with which every template is rendered with its helper once."""


def write_random_chart(folder: Path, number: int, seed: int = 11) -> list[Path]:
    """One chart with so many templates of one helper each, of which 18 % call a define that gives it; its templates."""
    random, chart = Random(seed), folder / "shop"
    texts = {"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n", "values.yaml": VALUES, "templates/_shop.tpl": DEFINES}
    texts |= {f"ci/{index}-values.yaml": text for index, text in enumerate(SETS)}
    for index, (_, text) in enumerate(random_charts(number, seed)):
        if random.random() < 0.18:
            text = deployment(MAIN + f'{{{{- include "shop.helper-{index}" . | nindent 8 }}}}\n')
            item = random.choice(HELPERS)
            texts[f"templates/_helper-{index}.tpl"] = f'{{{{- define "shop.helper-{index}" -}}}}\n{item}{{{{- end -}}}}\n'
        texts[f"templates/workload-{index}.yaml"] = text
    # Inside with and range the dot is something else; who writes a chart says $ there.
    texts = {name: re.sub(r"(?<![\w$])\.(Values|Chart)\b", r"$.\1", text) for name, text in texts.items()}
    for name, text in texts.items():
        (chart / name).parent.mkdir(parents=True, exist_ok=True)
        (chart / name).write_bytes(text.encode())
    return sorted((chart / "templates").iterdir())


_FRAMES = (DEPLOYMENT, "{{- if .Values.enabled }}\n---\n" + DEPLOYMENT + "{{- end }}\n", "{{- $root := . -}}\n" + DEPLOYMENT,
           DEPLOYMENT.replace("kind: Deployment", "kind: StatefulSet").replace("<pod>\n", "      {{- if .Values.security }}\n"
           "      securityContext: {{- toYaml .Values.security | nindent 8 }}\n      {{- end }}\n<pod>\n"))  # fmt: skip


def random_charts(number: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """So many templates with one helper each, and what each is made of."""
    random = Random(seed)
    for _ in range(number):
        (shape,) = random.choices(SHAPES, [each.weight for each in SHAPES])
        helper, frame = random.choice(HELPERS), random.choice(_FRAMES)
        items = shape.text.format(helper)
        containers = items + MAIN if random.random() < 0.2 else MAIN + items
        text = deployment(containers, random.choice(("", "{{- toYaml .Values.init | nindent 8 }}\n")), frame=frame)
        if random.random() < 0.3:
            text = text.replace("\n        ", "\n      ").replace("nindent 8", "nindent 6")
        if random.random() < 0.2:
            text = text.replace("\n", "\r\n")
        yield f"{shape.name}: {helper.splitlines()[0]}", text
