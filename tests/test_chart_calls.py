"""Helpers that a define of a chart gives: their calls move, as the real Helm renders them, or stay with the reason."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Done, Run
from tests.test_chart_moves import rendered

CHART = 'apiVersion: v2\nname: quay\nversion: 0.1.0\nkubeVersion: ">=1.29.0-0"\n'
SYNC = """- name: sync
  image: registry.k8s.io/git-sync/git-sync:v4.4.0
  args: [--repo=https://git.registry.example/plans.git, --root=/plans, --period=60s]
  volumeMounts:
    - {name: plans, mountPath: /plans}
"""
PROXY = """- name: cloud-sql-proxy
  image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
  args: [--port=5432, lanterns:eu:quay]
"""
APP = """        - name: quay
          image: registry.example/quay:1
          volumeMounts:
            - {name: plans, mountPath: /srv/plans}
"""
CALL = '        {{- include "quay.sync" . | nindent 8 }}\n'
OTHER = '        {{- include "quay.proxy" . | nindent 8 }}\n'
MOVED = CALL + "          restartPolicy: Always\n"
OTHER_MOVED = OTHER + "          restartPolicy: Always\n"
MIGRATE = "        - name: migrate\n          image: registry.example/quay:1\n          args: [migrate]\n"
ON = "        {{{{- if .Values.sync }}}}\n{}        {{{{- end }}}}\n"


USERS = "        {{- with .Values.inits }}\n        {{- toYaml . | nindent 8 }}\n        {{- end }}\n"


def workload(containers: str, inits: str = "", kind: str = "Deployment", more: str = "") -> str:
    """A template of one workload. `inits`: what stands in initContainers, whose key is there only with it."""
    head = f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {{{{ .Release.Name }}}}-quay\n"
    pod = ("      initContainers:\n" + inits if inits else "") + "      containers:\n" + containers + more
    labels = "  selector:\n    matchLabels: {app: quay}\n  template:\n    metadata:\n      labels: {app: quay}\n"
    return head + "spec:\n" + labels + "    spec:\n" + pod + "      volumes:\n        - {name: plans, emptyDir: {}}\n"


def define(name: str, body: str) -> str:
    return f'{{{{- define "quay.{name}" }}}}\n{body}{{{{- end }}}}\n'


DEFINES = (
    define("proxy", PROXY)
    + define("sync", SYNC)
    + define("migrate", "- name: migrate\n  image: registry.example/quay:1\n  args: [migrate]\n")
)


@pytest.fixture
def chart(tmp_path: Path, with_helm: Path) -> Path:
    """The folder of a chart named `quay` without templates."""
    folder = tmp_path / "quay"
    put(folder, {"Chart.yaml": CHART, "values.yaml": "sync: true\n"})
    return folder


def put(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def templates(folder: Path) -> dict[str, str]:
    return {each.name: each.read_text() for each in sorted((folder / "templates").iterdir())}


def pods(chart: Path, folder: Path, values: dict[str, Any] | None = None) -> list[tuple[list[tuple[str, str]], list[str]]]:
    """Of each workload the init containers with their restartPolicy, and the containers, as they are rendered."""
    specs = [each["spec"]["template"]["spec"] for each in rendered(chart, values or {}, folder)]
    listed = [[(each["name"], each.get("restartPolicy", "")) for each in spec.get("initContainers") or []] for spec in specs]
    return [(inits, [each["name"] for each in spec["containers"]]) for inits, spec in zip(listed, specs, strict=True)]


MOVES = [
    # what, the lists before, and after: containers, then initContainers
    ("the only define", (APP + CALL, ""), (APP, MOVED)),
    ("ahead of an init container", (APP + CALL, MIGRATE), (APP, MOVED + MIGRATE)),
    ("under a condition", (APP + ON.format(CALL), MIGRATE), (APP, ON.format(MOVED) + MIGRATE)),
    ("ahead of the app", (CALL + APP, ""), (APP, MOVED)),
    ("a list of the user", (APP + CALL, USERS), (APP, USERS + MOVED)),
    ("two defines in one list", (APP + CALL + OTHER, ""), (APP, MOVED + OTHER_MOVED)),
    ("two defines ahead of an init container", (APP + CALL + OTHER, MIGRATE), (APP, MOVED + OTHER_MOVED + MIGRATE)),
]


@pytest.mark.parametrize(("what", "before", "after"), MOVES, ids=[what for what, _, _ in MOVES])
def test_a_call_moves(what: str, before: tuple[str, str], after: tuple[str, str], chart: Path, run: Run, tmp_path: Path) -> None:
    put(chart, {"templates/_quay.tpl": DEFINES, "templates/quay.yaml": workload(*before)})
    ((inits, names),) = pods(chart, tmp_path)
    done = run("fix", "--unsafe", "quay")
    assert templates(chart) == {"_quay.tpl": DEFINES, "quay.yaml": workload(*after)}, done.out
    helpers = [each for each in names if each != "quay"]
    ((now, left),) = pods(chart, tmp_path)
    assert left == ["quay"]
    assert sorted(now) == sorted([*inits, *((each, "Always") for each in helpers)])
    again = run("fix", "--unsafe", "quay")
    assert templates(chart) == {"_quay.tpl": DEFINES, "quay.yaml": workload(*after)}, again.out


def test_a_shown_benefit_and_an_own_kube_version_make_it_safe(chart: Path, run: Run) -> None:
    put(chart, {"templates/_quay.tpl": DEFINES, "templates/quay.yaml": workload(APP + CALL)})
    run("fix", "quay")
    assert templates(chart)["quay.yaml"] == workload(APP, MOVED)


def test_each_workload_that_calls_it_is_changed_at_once(chart: Path, run: Run, tmp_path: Path) -> None:
    texts = {"a.yaml": workload(APP + CALL), "b.yaml": workload(APP + ON.format(CALL), MIGRATE, "DaemonSet")}
    put(chart, {"templates/_quay.tpl": DEFINES} | {f"templates/{name}": text for name, text in texts.items()})
    run("fix", "--unsafe", "quay")
    after = {"a.yaml": workload(APP, MOVED), "b.yaml": workload(APP, ON.format(MOVED) + MIGRATE, "DaemonSet")}
    assert templates(chart) == {"_quay.tpl": DEFINES} | after


def test_a_call_that_gives_an_init_container_stays(chart: Path, run: Run) -> None:
    body = SYNC.replace("name: sync", "name: sync{{ if .once }}-once{{ end }}")
    body = body.replace("--period=60s", "{{ if .once }}--one-time{{ else }}--period=60s{{ end }}")
    first = '        {{- include "quay.sync" (dict "once" "true") | nindent 8 }}\n'
    call = '        {{- include "quay.sync" (dict) | nindent 8 }}\n'
    put(chart, {"templates/_quay.tpl": define("sync", body), "templates/quay.yaml": workload(APP + call, first)})
    run("fix", "--unsafe", "quay")
    assert templates(chart)["quay.yaml"] == workload(APP, first + call + "          restartPolicy: Always\n")


def test_what_nothing_renders_stays(chart: Path, run: Run) -> None:
    off = "{{- if .Values.off }}\n" + workload(APP + CALL, kind="DaemonSet") + "{{- end }}\n"
    put(chart, {"templates/_quay.tpl": DEFINES, "templates/a.yaml": workload(APP + CALL), "templates/off.yaml": off})
    run("fix", "--unsafe", "quay")
    assert templates(chart) == {"_quay.tpl": DEFINES, "a.yaml": workload(APP, MOVED), "off.yaml": off}


def test_a_define_of_a_vendored_chart_moves_by_a_call_of_ones_own(chart: Path, run: Run) -> None:
    put(chart, {"Chart.yaml": CHART + "dependencies:\n  - {name: parts, version: 1.0.0}\n", "templates/quay.yaml": workload(APP + CALL)})
    library = "apiVersion: v2\nname: parts\nversion: 1.0.0\ntype: library\n"
    put(chart, {"charts/parts/Chart.yaml": library, "charts/parts/templates/_parts.tpl": DEFINES})
    run("fix", "--unsafe", "quay")
    assert templates(chart) == {"quay.yaml": workload(APP, MOVED)}
    assert templates(chart / "charts" / "parts") == {"_parts.tpl": DEFINES}


REFUSED = [
    # what, the define, the template, options, and the reason
    ("both versions are asked for", DEFINES, workload(APP + CALL), ["--style", "guarded"],
     "both versions (--style guarded) of a call of quay.sync are written by hand; --style plain moves it"),
    ("only under a condition", define("sync", "{{- if .Values.sync }}\n" + SYNC + "{{- end }}\n"), workload(APP + CALL), [],
     "the define quay.sync gives it only under {{ if .Values.sync }}; move the call by hand (quay/templates/quay.yaml, line 17)"),
    ("two containers", define("sync", SYNC + PROXY), workload(APP + CALL), [],
     "the define quay.sync gives 2 containers, or one of them; move the call by hand (quay/templates/quay.yaml, line 17)"),
    ("all that is sure", DEFINES, workload(ON.format(APP) + CALL), [],
     "containers would hold nothing that is there under every condition; make its other containers sure first "
     "(quay/templates/quay.yaml, line 12)"),
    ("called twice", define("sync", SYNC.replace("sync\n", "{{ .name }}\n", 1)), workload(
        APP + "".join(f'        {{{{- include "quay.sync" (dict "name" "{name}") | nindent 8 }}}}\n' for name in ("a", "b"))), [],
     "quay/templates/quay.yaml calls quay.sync more than once; move the right one to initContainers by hand, "
     "with restartPolicy: Always below it"),
    ("no plain call", DEFINES, workload(APP + CALL.replace("| nindent", "| trim | nindent").replace("include", "print (include")
        .replace(" |", ") |", 1)), [],
     '{{ print (include "quay.sync" .) | trim | nindent 8 }} is no plain call of a define with nindent; move it by hand '
     "(quay/templates/quay.yaml, line 17)"),
    ("two under one condition", DEFINES, workload(APP + ON.format(CALL + OTHER)), [],
     "{{ if .Values.sync }} holds other text than this container; give the container a condition of its own first "
     "(quay/templates/quay.yaml, line 17)"),
    ("a place between others", DEFINES, workload(APP + CALL, '        {{- include "quay.migrate" . | nindent 8 }}\n'), [],
     "it belongs first; move the call of quay.sync there by hand, with restartPolicy: Always below it"),
]  # fmt: skip


def told(done: Done) -> str:
    """What a report says, on one line."""
    return " ".join(done.out.split())


@pytest.mark.parametrize(("what", "defines", "template", "options", "reason"), REFUSED, ids=[what for what, *_ in REFUSED])
def test_why_a_call_stays(what: str, defines: str, template: str, options: list[str], reason: str, chart: Path, run: Run) -> None:
    put(chart, {"templates/_quay.tpl": defines, "templates/quay.yaml": template})
    done = run("fix", "--unsafe", *options, "quay")
    assert templates(chart) == {"_quay.tpl": defines, "quay.yaml": template}
    assert reason in told(done)


@pytest.mark.parametrize("options", [["--no-exec"], []])
def test_what_is_not_rendered_does_not_move(options: list[str], chart: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"_quay.tpl": DEFINES, "quay.yaml": workload(APP + CALL)}
    put(chart, {f"templates/{name}": text for name, text in texts.items()})
    if not options:
        monkeypatch.setenv("PATH", os.defpath)
    run("fix", "--unsafe", *options, "quay")
    assert templates(chart) == texts


def test_a_template_that_the_run_does_not_know_is_written_with_the_define(chart: Path, run: Run) -> None:
    put(chart, {"templates/_quay.tpl": DEFINES, "templates/quay.yaml": workload(APP + CALL)})
    run("fix", "--unsafe", "quay/templates/_quay.tpl")
    assert templates(chart) == {"_quay.tpl": DEFINES, "quay.yaml": workload(APP, MOVED)}
