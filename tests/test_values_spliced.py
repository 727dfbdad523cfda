"""Which lists of its values a chart takes containers from, and which list of init containers it takes beside each."""

import pytest

from sidecarlint.references.charts.lists import Spliced, below, spliced

POD = """\
apiVersion: apps/v1
kind: {kind}
spec:
  template:
    spec:
{init}
      containers:
        - name: quay
          image: {{{{ .Values.image }}}}
          {{{{- with .Values.resources }}}}
          resources:
            {{{{- toYaml . | nindent 12 }}}}
          {{{{- end }}}}
{own}
      volumes:
        {{{{- toYaml .Values.volumes | nindent 8 }}}}
"""

PLAIN_INIT = """\
      {{- if .Values.initContainers }}
      initContainers:
        {{- toYaml .Values.initContainers | nindent 8 }}
      {{- end }}"""
PLAIN_OWN = """\
        {{- if .Values.sidecars }}
        {{- toYaml .Values.sidecars | nindent 8 }}
        {{- end }}"""
MOVED = Spliced(("initContainers",))


def chart(init: str = PLAIN_INIT, own: str = PLAIN_OWN, kind: str = "Deployment") -> str:
    return POD.format(kind=kind, init=init, own=own)


WAYS = {
    "toYaml": (PLAIN_INIT, PLAIN_OWN),
    "tplvalues": (
        '      initContainers: {{- include "common.tplvalues.render" (dict "value" .Values.initContainers "context" $) | nindent 8 }}',
        '        {{- include "common.tplvalues.render" ( dict "value" .Values.sidecars "context" $ ) | nindent 8 }}',
    ),
    "tpl": (
        "      initContainers:\n        {{- tpl (toYaml .Values.initContainers) . | nindent 8 }}",
        "        {{- tpl (toYaml $.Values.sidecars) $ | nindent 8 }}",
    ),
    "with": (
        "      {{- with .Values.initContainers }}\n      initContainers:\n        {{- toYaml . | nindent 8 }}\n      {{- end }}",
        "        {{- with .Values.sidecars }}\n        {{- toYaml . | nindent 8 }}\n        {{- end }}",
    ),
    "beside a literal": (
        "      initContainers:\n        - name: migrate\n          image: registry.example/migrate:1\n"
        "        {{- with .Values.initContainers }}\n        {{- tpl (toYaml .) $ | nindent 8 }}\n        {{- end }}",
        PLAIN_OWN,
    ),
    "one line": (PLAIN_INIT, "        {{- if .Values.sidecars }}{{ toYaml .Values.sidecars | nindent 8 }}{{ end }}"),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_ways_of_charts(way: str) -> None:
    assert spliced([chart(*WAYS[way])]) == {("sidecars",): MOVED}


def test_a_define_is_a_pod_of_no_known_kind() -> None:
    body = "containers:\n- name: quay\n{{- with .Values.quay.extra }}\n{{ toYaml . }}\n{{- end }}\n"
    init = "initContainers: {{- toYaml .Values.quay.before | nindent 2 }}\n"
    found = spliced([f'{{{{- define "quay.pod" -}}}}\n{body}{init}{{{{- end }}}}\n'])
    assert found == {("quay", "extra"): Spliced(("quay", "before"))}


def test_a_job_is_meant_to_end() -> None:
    assert spliced([chart(kind="Job")]) == {("sidecars",): Spliced(("initContainers",), True)}
    timed = chart(kind="Job").replace("spec:\n  template", "spec:\n  activeDeadlineSeconds: {{ .Values.limit }}\n  template")
    assert spliced([timed]) == {("sidecars",): Spliced(("initContainers",), True, timed=True)}
    assert spliced([chart(kind="Job"), chart()])["sidecars",].finite is False


REASONS = {
    "the chart takes no init containers from its values beside sidecars": ("", PLAIN_OWN, "Deployment"),
    "the chart writes initContainers only under {{ if .Values.tls.enabled }}": (
        f"      {{{{- if .Values.tls.enabled }}}}\n{PLAIN_INIT}\n      {{{{- end }}}}",
        PLAIN_OWN,
        "Deployment",
    ),
    "the chart writes it into a Prometheus, whose definition may not know sidecars": (PLAIN_INIT, PLAIN_OWN, "Prometheus"),
    "the chart takes the init containers beside sidecars from several lists": (
        "      initContainers:\n        {{- toYaml .Values.a.first | nindent 8 }}\n        {{- toYaml .Values.b.second | nindent 8 }}",
        PLAIN_OWN,
        "Deployment",
    ),
}


@pytest.mark.parametrize("why", REASONS)
def test_why_there_is_no_way(why: str) -> None:
    assert spliced([chart(*REASONS[why])])["sidecars",].why == why


def test_pods_that_disagree() -> None:
    other = PLAIN_INIT.replace("initContainers }}", "first }}").replace("initContainers | n", "first | n")
    found = spliced([chart(), chart(other)])["sidecars",]
    assert found.into is None
    assert found.why == "the chart takes sidecars for several pods, which take their init containers from different lists"


@pytest.mark.parametrize(
    "own",
    [
        "        {{- toYaml (concat .Values.sidecars .Values.more) | nindent 8 }}",
        "        {{- range .Values.sidecars }}\n        - name: {{ .name }}\n          image: {{ .image }}\n        {{- end }}",
        '        {{- include "quay.sidecars" . | nindent 8 }}',
        "        {{- with $extra }}\n        {{- toYaml . | nindent 8 }}\n        {{- end }}",
    ],
    ids=["two lists at once", "a loop over items", "a define", "a variable"],
)
def test_what_no_list_gives_as_it_stands(own: str) -> None:
    assert spliced([chart(own=own)]) == {}


def test_a_condition_of_both_is_none() -> None:
    both = chart().replace("apiVersion", "{{- if .Values.enabled }}\napiVersion") + "{{- end }}\n"
    assert spliced([both]) == {("sidecars",): MOVED}


def test_a_chart_below_another() -> None:
    assert below("db", spliced([chart()])) == {("db", "sidecars"): Spliced(("db", "initContainers"))}
    assert spliced(["{{ if }}", "kind: Deployment", ""]) == {}
