"""Templates of Helm charts, judged without Helm: what is literal is found on its line, and what actions decide is left alone."""

import json
from pathlib import Path
from random import Random

import pytest

from sidecarlint import pipeline
from sidecarlint.documents.templates import template_documents
from sidecarlint.documents.templates.marking import items_of, unmarked
from sidecarlint.documents.templates.marking import marked as marked_text
from sidecarlint.settings import Settings
from sidecarlint.sources.charts import chart_of, is_partial
from tests.charts import HELPERS, MAIN, PROXY, SHAPES, deployment, found, job, judged, marked, random_charts, write_chart
from tests.conftest import CHECKOUT, Run

LOGS = "volumes:\n- name: logs\n  emptyDir: {}\n"
WRITER = MAIN + "  volumeMounts:\n  - {name: logs, mountPath: /var/log/shop}\n"
READER = """\
- name: reader # <-
  image: busybox:1.37
  command: [sh, -c, tail -F /logs/access.log]
  volumeMounts:
  - {name: logs, mountPath: /logs}
"""
SILENT = READER.replace(" # <-", "")
LEGACY = PROXY.replace(" # <-", "")
LEGACY_MOVED = PROXY.replace("2.14.1\n", "2.14.1\n  restartPolicy: Always\n")
NATIVE = LEGACY + "  restartPolicy: Always\n"

FOUND = [
    # where the helper stands, and the template
    *((f"{shape.name}, {helper.split()[2]}", deployment(MAIN + shape.text.format(helper))) for shape in SHAPES for helper in HELPERS),
    ("ahead of the app", deployment(PROXY + MAIN)),
    ("beside an app that a define gives", deployment('{{- include "shop.app" . | nindent 8 }}\n' + PROXY)),
    ("beside an app behind a dash", deployment('- {{ include "shop.app" . | nindent 10 | trim }}\n' + PROXY)),
    ("reading a log", deployment(WRITER + READER, more=LOGS)),
    ("with init containers of the user", deployment(MAIN + PROXY, "{{- toYaml .Values.initContainers | nindent 8 }}\n")),
    ("in a define", '{{- define "shop.workload" -}}\n' + deployment(MAIN + PROXY) + "{{- end }}\n"),
    ("in the second document", "kind: ConfigMap\ndata: {{ .Values.data }}\n---\n" + deployment(MAIN + PROXY)),
    ("under arms that differ in shape", deployment(MAIN + PROXY, more="{{- if .Values.a }}\nvolumes: []\n{{- else }}\n  - strange\n"
     "{{- end }}\n")),
    ("in both arms", deployment(MAIN + "{{- if .Values.a }}\n" + PROXY + "{{- else }}\n" + LEGACY + "{{- end }}\n")),
    ("in a Job", job(MAIN + PROXY)),
    ("in a Job with a list of the user", job(MAIN + PROXY + "{{- with .Values.sidecars }}\n{{- toYaml . | nindent 8 }}\n{{- end }}\n")),
    ("with an image under a registry of the user", deployment(MAIN + PROXY.replace("gcr.io", "{{ .Values.registry }}"))),
]  # fmt: skip


@pytest.mark.parametrize(("what", "template"), FOUND, ids=[what for what, _ in FOUND])
def test_a_literal_helper_is_found_on_its_line(what: str, template: str) -> None:
    findings = found(template)
    assert sorted({finding.location.line for finding in findings}) == marked(template) != []
    assert {finding.fix.applicability for finding in findings if finding.fix} == {"manual"}


QUIET = [
    # what keeps a template quiet, and the template
    ("an image from values", deployment(MAIN + "- name: app\n  image: {{ .Values.proxy.image }}\n")),
    ("a default in an action", deployment(MAIN + '- name: app\n  image: {{ .Values.image | default "fluent/fluent-bit:3.2" }}\n')),
    ("a name from a define that sounds like a helper",
     deployment(MAIN + '- name: {{ include "oauth2-proxy.name" . }}\n  image: {{ .Values.i }}\n')),
    ("a name that ends like a helper", deployment(MAIN + '- name: {{ .Chart.Name }}-proxy\n  image: {{ .Values.image }}\n')),
    ("only lists of the user", deployment(MAIN + "{{- toYaml .Values.sidecars | nindent 8 }}\n")),
    ("a helper that is alone", deployment(LEGACY)),
    ("a command with an action", deployment(WRITER + READER.replace("access", "{{ .Values.file }}").replace(" # <-", ""), more=LOGS)),
    ("a script with a guard", deployment(WRITER + READER.replace("[sh, -c, tail -F /logs/access.log]", "\n  - sh\n  - -c\n  - |\n"
     "    {{- if .Values.follow }}\n    tail -F /logs/access.log\n    {{- end }}").replace(" # <-", ""), more=LOGS)),
    ("a command under a guard", deployment(WRITER + SILENT.replace("  command", "  {{- if .Values.a }}\n  command")
     .replace("access.log]\n", "access.log]\n  {{- end }}\n"), more=LOGS)),
    ("two commands", deployment(WRITER + SILENT.replace("  command:", "  {{- if .Values.a }}\n  command: [sleep, inf]\n"
     "  {{- else }}\n  command:").replace("access.log]\n", "access.log]\n  {{- end }}\n"), more=LOGS)),
    ("native under one arm", deployment(MAIN + "{{- if not .Values.native }}\n" + LEGACY + "{{- end }}\n",
     "{{- if .Values.native }}\n" + NATIVE + "{{- end }}\n")),
    ("native where an action says so",
     deployment(MAIN, LEGACY + "  {{- if .Values.n }}\n  restartPolicy: Always\n  {{- end }}\n")),
    ("a restartPolicy from values", deployment(MAIN, LEGACY + "  restartPolicy: {{ .Values.policy }}\n")),
    ("a restartPolicy that a define may give",
     deployment(MAIN, LEGACY + '  {{- include "shop.native" . | nindent 10 }}\n')),
    ("a probe beside a restartPolicy from values", deployment(MAIN, "- name: a\n  image: b\n  restartPolicy: {{ .Values.p }}\n"
     "  startupProbe:\n    httpGet: {port: {{ .Values.port }}}\n")),
    ("a define in both lists", deployment(MAIN + '{{- if not .Values.native }}\n{{- include "shop.proxy" . | nindent 8 }}\n{{- end }}\n',
     '{{- if .Values.native }}\n{{- include "shop.proxy" . | nindent 8 }}\n{{- end }}\n')),
    ("a name that an action makes, twice", deployment(MAIN + "{{- if .Values.a }}\n" + MAIN + "{{- end }}\n")),
    ("a custom resource's definition", "kind: CustomResourceDefinition\nspec:\n  containers:\n    type: {{ .Values.type }}\n"),
    ("keys of both arms", deployment("{{- if .Values.a }}\n- name: a\n  image: a\n  image: b\n{{- end }}\n" + MAIN)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "template"), QUIET, ids=[what for what, _ in QUIET])
def test_what_actions_decide_is_left_alone(what: str, template: str) -> None:
    verdict = judged(template)
    assert [(finding.rule, finding.message) for finding in verdict.findings] == []
    assert verdict.skipped == ()


def test_the_pods_of_quiet_templates_are_seen() -> None:
    """They are quiet for what stands in them, not because nobody could read them."""
    seen = {what: len(judged(template).lives) for what, template in QUIET}
    assert {what for what, lives in seen.items() if lives != 1} == {"a custom resource's definition"}


ENDS = [
    # how a Job's helper is found by what an action says about its end
    ("everything is literal", job(MAIN + PROXY), "job-never-completes"),
    ("a deadline from values", job(MAIN + PROXY, more="activeDeadlineSeconds: {{ .Values.deadline }}\n"), "legacy-proxy"),
    ("a deadline under a guard",
     job(MAIN + PROXY, more="{{- with .Values.d }}\nactiveDeadlineSeconds: {{ . }}\n{{- end }}\n"), "legacy-proxy"),
    ("the app's command from values", job(MAIN + "  command: {{ toJson .Values.command }}\n" + PROXY), "legacy-proxy"),
    ("the app's command spliced in", job(MAIN + "  command:\n    {{- toYaml .Values.command | nindent 10 }}\n" + PROXY), "legacy-proxy"),
    ("an app from a define", job('{{- include "shop.app" . | nindent 8 }}\n' + PROXY), "legacy-proxy"),
    ("the helper's own args spliced in", job(MAIN + PROXY.replace('["--port=5432", "{{ .Values.instance }}"]',
     "{{- toYaml .Values.args | nindent 10 }}")), "legacy-proxy"),
    ("the app quits it", job(MAIN + "  command: [sh, -c, migrate && curl -X POST localhost:9091/quitquitquit]\n" + PROXY
     .replace('"--port', '"--quitquitquit", "--port')), "job-needs-quit-call"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "template", "rule"), ENDS, ids=[what for what, _, _ in ENDS])
def test_nothing_is_said_of_an_end_that_actions_decide(what: str, template: str, rule: str) -> None:
    rules = {finding.rule for finding in found(template)}
    assert rule in rules
    assert ("job-never-completes" in rules) == (rule == "job-never-completes")
    assert "job-may-not-complete" not in rules


@pytest.mark.parametrize(("grace", "told"), [("30", True), ("{{ .Values.grace }}", False), ("120", False)])
def test_a_grace_period_that_an_action_gives_is_not_too_short(grace: str, told: bool) -> None:
    main = MAIN + "  lifecycle:\n    preStop:\n      exec: {command: [sleep, '60']}\n"
    findings = found(deployment(main, NATIVE, f"terminationGracePeriodSeconds: {grace}\n"))
    assert ("grace-period-too-short" in {finding.rule for finding in findings}) == told


def test_evidence_points_at_the_lines_of_the_template() -> None:
    template = deployment(WRITER + "{{- if .Values.a }}\n" + READER + "{{- end }}\n", more=LOGS)
    (finding,) = found(template)
    shown = {template[place.start : place.end] for each in finding.evidence if (place := each.location) is not None}
    assert "tail -F /logs/access.log" in shown


def test_nearly_all_literal_helpers_of_random_charts_are_found_on_their_lines() -> None:
    charts = list(random_charts(300))
    right = [sorted({finding.location.line for finding in found(text)}) == marked(text) for _, text in charts]
    masked = [all(document.problem is None for document in template_documents(text)) for _, text in charts]
    assert all(len(marked(text)) == 1 for _, text in charts)
    assert sum(right) >= 0.95 * len(charts)
    assert sum(masked) >= 0.98 * len(charts)


def test_no_template_however_broken_is_too_much() -> None:
    """Cut anywhere, and with a piece taken out: what can be read is judged, and nothing raises."""
    random = Random(5)
    for _, text in random_charts(60, seed=3):
        cuts = sorted(random.sample(range(len(text)), 2))
        for broken in (text[: cuts[0]], text[cuts[1] :], text[: cuts[0]] + text[cuts[1] :], text[: cuts[0]] + "}}" + text[cuts[0] :]):
            findings = found(broken)
            assert all(finding.location.end <= len(broken) for finding in findings)
            assert unmarked(marked_text(broken, 1, items_of(broken, ("containers",))))[0] == broken


def test_without_helm_a_chart_of_many_templates_is_told_on_its_lines(tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole program over them, with templates among them that are cut off anywhere."""
    texts = {f"whole-{number}.yaml": text for number, (_, text) in enumerate(random_charts(300))}
    random = Random(9)
    texts |= {f"broken-{number}.yaml": text[: random.randrange(len(text))] for number, (_, text) in enumerate(random_charts(100, seed=4))}
    for name, text in texts.items():
        write_chart(tmp_path, text, f"templates/{name}")
    done = run("check", "--info", "--format", "json", "shop", env={"PATH": ""})
    told = json.loads(done.out)
    assert (done.code, done.err) == (1, "")
    lines = dict[str, set[int]]()
    for each in told["findings"]:
        lines.setdefault(Path(each["location"]["path"]).name, set()).add(each["location"]["line"])
    whole = [name for name in texts if name.startswith("whole")]
    right = sum(sorted(lines.get(name, ())) == marked(texts[name]) for name in whole)
    unread = {Path(each["path"]).name for each in told["summary"]["skipped"] if "it is a template" in each["reason"]}
    with capsys.disabled():
        print(f"\n{len(whole)} templates with a literal helper, {right} told on its line; {len(unread)} of 100 broken ones not read")
    assert right >= 0.95 * len(whole)
    assert 0 < len(unread) < 100
    assert all(name.startswith("broken") for name in unread)


CHART = Path("fixtures", "charts", "harbour-office")
IN_CHART = {
    "templates/office.yaml:31 legacy-auth-proxy sign-in",
    "templates/office.yaml:55 legacy-log-reader journal",
    "templates/office.yaml:62 legacy-suspected-helper metrics",
    "templates/papers-migration.yaml:18 job-never-completes cloud-sql-proxy",
}


def test_the_chart_of_the_fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    """tides.yaml is native from 1.29 on and legacy before, which is fine."""
    monkeypatch.chdir(CHECKOUT)
    run = pipeline.check(pipeline.Input((str(CHART),), None), Settings(no_exec=True))
    shown = {f"{Path(each.location.path).relative_to(CHART)}:{each.location.line} {each.rule} {each.container}" for each in run.findings}
    assert (shown, [each.what for each in run.skipped], run.workloads) == (IN_CHART, ["chart"], 3)


def test_a_chart_is_checked_without_helm(tmp_path: Path, run: Run) -> None:
    path = write_chart(tmp_path, deployment(MAIN + PROXY))
    (tmp_path / "shop" / "values.yaml").write_text("sidecars:\n- name: cloud-sql-proxy\n  image: cloud-sql-proxy\ncontainers: {{}}\n")
    done = run("check", "--format", "concise", "shop", env={"PATH": ""})
    line = marked(path.read_text())[0]
    assert done.code == 1
    assert done.out.startswith(f"shop/templates/workload.yaml:{line}:11: warning[legacy-proxy] ")
    assert len(done.out.splitlines()) == 2


def test_without_helm_only_what_the_text_shows_is_written(tmp_path: Path, run: Run) -> None:
    path = write_chart(tmp_path, deployment(MAIN + PROXY))
    assert '"not rendered: helm is not on PATH"' in run("check", "--format", "json", "shop", env={"PATH": ""}).out
    assert run("fix", "--unsafe", "shop", env={"PATH": ""}).code == 0
    assert path.read_text() == deployment(MAIN, LEGACY_MOVED)


def test_without_helm_nothing_else_is_written(tmp_path: Path, run: Run) -> None:
    path = write_chart(tmp_path, deployment(MAIN + PROXY, "{{- toYaml .Values.init | nindent 8 }}\n"))
    before = path.read_bytes()
    done = run("fix", "--unsafe", "shop", env={"PATH": ""})
    assert (done.code, path.read_bytes()) == (1, before)
    assert "only a rendering can show that the move is right, and helm is not on PATH" in " ".join(done.out.split())


@pytest.mark.parametrize(("body", "written"), [("tty: true", True), ("{{ if .Values.native }}restartPolicy: Always{{ end }}", False)])
def test_without_helm_a_define_is_asked_whether_it_gives_the_key(tmp_path: Path, run: Run, body: str, written: bool) -> None:
    path = write_chart(tmp_path, deployment(MAIN + LEGACY + '  {{- include "shop.more" . | nindent 10 }}\n'))
    before = path.read_bytes()
    write_chart(tmp_path, f'{{{{- define "shop.more" -}}}}\n{body}\n{{{{- end }}}}\n', "templates/_more.tpl")
    done = run("fix", "--unsafe", "shop", env={"PATH": ""})
    assert (path.read_bytes() != before) == written
    said = '{{ include "shop.more" . | nindent 10 }} may give restartPolicy as well, so only a rendering can show that the move is right'
    assert (said in " ".join(done.out.split())) != written


def test_a_vendored_chart_is_never_written(tmp_path: Path, run: Run) -> None:
    write_chart(tmp_path, "kind: {{ .a }}\n")
    path = write_chart(tmp_path / "shop" / "charts", deployment(MAIN + PROXY))
    before = path.read_bytes()
    done = run("fix", "--unsafe", "shop")
    assert (done.code, path.read_bytes()) == (1, before)
    assert "the file is vendored from a chart; change that chart's values, or its source" in " ".join(done.out.split())


@pytest.mark.parametrize(
    "template", ["{{ if .a }}\n" + deployment(MAIN + PROXY), deployment(MAIN + PROXY).replace("spec:\n", "spec: [\n", 1)]
)
def test_what_cannot_be_masked_is_skipped_with_the_reason(tmp_path: Path, run: Run, template: str) -> None:
    write_chart(tmp_path, template)
    done = run("check", "shop")
    assert done.code == 0
    assert "it is a template; render it first, as in: helm template CHART | sidecarlint check -" in " ".join(done.out.split())


def test_parts_of_templates_are_read_too(tmp_path: Path, run: Run) -> None:
    write_chart(tmp_path, '{{- define "w" -}}\n' + deployment(MAIN + PROXY) + "{{- end }}\n", "templates/_workload.tpl")
    (tmp_path / "notes.tpl").write_text("kind: [")
    assert "shop/templates/_workload.tpl:" in run("check", "--format", "concise", ".").out


def test_templates_outside_charts_are_read_as_before(tmp_path: Path, run: Run) -> None:
    (tmp_path / "workload.yaml").write_text(deployment(MAIN + PROXY))
    assert "it is a template; render it first" in " ".join(run("check", "workload.yaml").out.split())


def test_which_files_are_templates_of_a_chart(tmp_path: Path) -> None:
    path = write_chart(tmp_path, "", "templates/jobs/a.yaml")
    chart = str((tmp_path / "shop").resolve())
    assert chart_of(str(path)) == chart
    assert chart_of(str(tmp_path / "shop" / "values.yaml")) is None
    assert chart_of(str(tmp_path / "other" / "templates" / "a.yaml")) is None
    assert is_partial(str(tmp_path / "shop" / "templates" / "_a.tpl"))
    assert not is_partial(str(tmp_path / "shop" / "_a.tpl"))
    assert not is_partial(str(path))
