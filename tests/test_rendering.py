"""Charts rendered by the real Helm: what is found is shown on the lines of templates and values, and renderings are weighed together."""

import os
import shutil
import tarfile
from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.desk import Desk
from sidecarlint.desk.shelf import Written
from sidecarlint.findings import Finding
from sidecarlint.findings import Run as Found
from sidecarlint.rendering.sets import Values, sets_of, versions
from sidecarlint.settings import Settings
from sidecarlint.sources import Source
from sidecarlint.sources.charts import Chart
from tests.charts import marked as marks_of
from tests.charts import write_random_chart
from tests.conftest import CHECKOUT, Run

pytestmark = pytest.mark.usefixtures("with_helm")

ABOUT = "apiVersion: v2\nname: pier\nversion: 1.0.0\n"
FRAME = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-pier
spec:
  selector: {matchLabels: {app: pier}}
  template:
    metadata: {labels: {app: pier}}
    spec:
<init>      containers:
        - name: app
          image: registry.example/pier/app:1
<more>
"""
PROXY = """\
        - name: proxy # <-
          image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
"""
UNDER = "        {{{{- if {} }}}}\n{}        {{{{- end }}}}\n"
DEFINE = '{{- define "pier.proxy" -}}\n- name: proxy # <-\n  image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n{{- end -}}\n'
CALL = '        {{- include "pier.proxy" . | nindent 8 }}\n'
USERS = "        {{- with .Values.sidecars }}\n        {{- toYaml . | nindent 8 }}\n        {{- end }}\n"
GIVEN = "sidecars:\n  - name: proxy # <-\n    image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n"
WEB = "templates/web.yaml"


def template(more: str, init: str = "") -> str:
    return FRAME.replace("<init>", f"      initContainers:\n{init}" if init else "").replace("<more>\n", more)


def write(folder: Path, **texts: str) -> Path:
    """A chart with these texts; `__` in a name stands for a slash and `_yaml` for its ending."""
    for name, text in {"Chart_yaml": ABOUT, "values_yaml": "{}\n", **texts}.items():
        path = folder / "pier" / name.replace("__", "/").replace("_yaml", ".yaml").replace("_tpl", ".tpl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "pier"


def check(*paths: Path, **settings: object) -> Found:
    return pipeline.check(pipeline.Input([str(path) for path in paths], None), Settings(**settings))  # type: ignore[arg-type]


def lines(run: Found, folder: Path) -> list[str]:
    """Where findings are, as files of a chart with lines."""
    return [f"{Path(each.location.path).relative_to(folder)}:{each.location.line} {each.container}" for each in run.findings]


def marked(folder: Path) -> list[str]:
    """The lines that end in `# <-`, where the proxy must be found."""
    found = [(path.relative_to(folder), path.read_text().splitlines()) for path in sorted(folder.rglob("*")) if path.is_file()]
    return [f"{path}:{number} proxy" for path, said in found for number, line in enumerate(said, 1) if line.endswith("# <-")]


def under(run: Found) -> list[str]:
    return [each.evidence[-1].message for each in run.findings]


SHAPES: list[tuple[str, dict[str, str], str]] = [
    # how a chart writes its helper, its files, and where it shows
    ("literal", {"templates__web_yaml": template(PROXY)}, "its default values"),
    ("under a switch that is on", {"templates__web_yaml": template(UNDER.format(".Values.proxy", PROXY)), "values_yaml": "proxy: true\n"},
     "its default values"),
    ("under a switch that a set turns on", {"templates__web_yaml": template(UNDER.format(".Values.proxy", PROXY)),
     "ci__b-values_yaml": "proxy: true\n", "ci__a-values_yaml": "a: 1\n"}, "ci/b-values.yaml"),
    ("in a define", {"templates___helpers_tpl": DEFINE, "templates__web_yaml": template(CALL)}, "its default values"),
    ("in a define of a library", {"charts__ropes__Chart_yaml": "name: ropes\napiVersion: v2\nversion: 1.0.0\ntype: library\n",
     "charts__ropes__templates___a_tpl": DEFINE, "templates__web_yaml": template(CALL)}, "its default values"),
    ("in a list of the user", {"templates__web_yaml": template(USERS), "values_yaml": GIVEN}, "its default values"),
    ("in a list of one set", {"templates__web_yaml": template(USERS), "ci__a-values_yaml": GIVEN}, "ci/a-values.yaml"),
    ("in a map of values", {"templates__web_yaml": template(
        "        {{- range $name, $each := .Values.sidecars }}\n        - {{- toYaml (merge (dict \"name\" $name) $each) | nindent 10 }}\n"
        "        {{- end }}\n"), "values_yaml": "sidecars:\n  proxy: # <-\n    image: cloud-sql-connectors/cloud-sql-proxy:2.14.1\n"},
     "its default values"),
    ("in a loop", {"templates__web_yaml": template("        {{- range .Values.ports }}\n" + PROXY + "        {{- end }}\n"),
     "values_yaml": "ports: [5432]\n"}, "its default values"),
    ("in another chart's template", {"charts__crane__Chart_yaml": "name: crane\napiVersion: v2\nversion: 1.0.0\n",
     "charts__crane__templates__web_yaml": template(PROXY)}, "its default values"),
    ("in a mapping that is merged", {"templates___helpers_tpl": DEFINE.replace("- name", "name").replace("  image", "image"),
     "templates__web_yaml": template('        - {{- include "pier.proxy" . | fromYaml | toYaml | nindent 10 }}\n')}, "its default values"),
    ("in a template that cannot be masked", {"templates__web_yaml": template(
        '        - name: {{ if true }}proxy{{ else }}"{{ end }}\n          image: cloud-sql-connectors/cloud-sql-proxy:2.14.1\n'
    ).replace("containers:\n", "containers: # <-\n") + '{{ if false }}"]{{ end }}\n'}, "its default values"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "shown"), [each[1:] for each in SHAPES], ids=[each[0] for each in SHAPES])
def test_a_helper_is_found_on_the_line_that_people_wrote(tmp_path: Path, texts: dict[str, str], shown: str) -> None:
    folder = write(tmp_path, **texts)
    run = check(folder)
    assert [each.rule for each in run.findings] == ["legacy-proxy"]
    assert [each.split()[0] for each in lines(run, folder)] == [each.split()[0] for each in marked(folder)]
    assert (under(run), run.skipped) == ([f"rendered with {shown}"], ())
    assert run.findings[0].workload is not None
    assert run.findings[0].workload.title == "Deployment/release-pier"
    assert run.findings[0].fix is not None
    assert run.findings[0].fix.applicability in ("unsafe", "manual")


NATIVE = PROXY.replace(" # <-", "") + "          restartPolicy: Always\n"
GUARDED = template(
    UNDER.format('semverCompare "<{0}-0" .Capabilities.KubeVersion.Version', PROXY.replace(" # <-", "")),
    UNDER.format('semverCompare ">={0}-0" .Capabilities.KubeVersion.Version', NATIVE),
)
SWITCHED = template(UNDER.format("not .Values.native", PROXY.replace(" # <-", "")), UNDER.format(".Values.native", NATIVE))
QUIET: list[tuple[str, dict[str, str], dict[str, object]]] = [
    ("native from the target on", {"templates__web_yaml": GUARDED.replace("{0}", "1.29")}, {}),
    ("native from a later version on", {"templates__web_yaml": GUARDED.replace("{0}", "1.33")}, {}),
    ("also when an older one is asked for", {"templates__web_yaml": GUARDED.replace("{0}", "1.29")}, {"kube_versions": ((1, 27, 0),)}),
    ("native by a switch that a set turns on", {"templates__web_yaml": SWITCHED, "ci__native-values_yaml": "native: true\n"}, {}),
    ("native by a switch that is on", {"templates__web_yaml": SWITCHED, "values_yaml": "native: true\n"}, {}),
    ("native through a define that hides it",
     {"templates__web_yaml": template("", '        - {{- include "p" . | fromYaml | toYaml | nindent 10 }}\n'),
     "templates___p_tpl": '{{- define "p" }}\nname: proxy\nimage: cloud-sql-proxy\nrestartPolicy: Always\n{{- end }}\n'}, {}),
    ("nothing but an app", {"templates__web_yaml": template("")}, {}),
    ("a library", {"Chart_yaml": ABOUT + "type: library\n", "templates___a_tpl": DEFINE}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "settings"), [each[1:] for each in QUIET], ids=[each[0] for each in QUIET])
def test_what_is_native_somewhere_is_meant_to_be(tmp_path: Path, texts: dict[str, str], settings: dict[str, object]) -> None:
    run = check(write(tmp_path, **texts), **settings)
    assert [(each.rule, each.message) for each in run.findings] == []
    assert run.skipped == ()


def test_versions_are_named_where_they_matter(tmp_path: Path) -> None:
    texts = template(UNDER.format('semverCompare "<1.30-0" .Capabilities.KubeVersion.Version', PROXY))
    run = check(write(tmp_path, templates__web_yaml=texts))
    assert under(run) == ["rendered with its default values for Kubernetes 1.29"]


def test_sets_of_values_are_told(tmp_path: Path) -> None:
    texts = {f"ci__{name}-values_yaml": f"{name}: 1\n" for name in "abc"}
    folder = write(tmp_path, templates__web_yaml=template(UNDER.format("or .Values.a .Values.b .Values.c .Values.d", PROXY)), **texts)
    assert under(check(folder)) == ["rendered with ci/a-values.yaml, ci/b-values.yaml and 1 more"]
    (folder / WEB).write_text(template(PROXY))
    assert under(check(folder)) == ["rendered with each of 4 sets of values"]


def test_values_that_are_named_are_one_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, templates__web_yaml=template(UNDER.format("and .Values.a .Values.b", USERS)))
    (tmp_path / "a.yaml").write_text("a: 1\nb: 0\n")
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "b.yaml").write_text("b: 1\n" + GIVEN)
    for paths in ((Path("."),), (Path("pier"),), (Path("env"), Path("pier"))):
        run = check(*paths, values=("a.yaml", "env/b.yaml"))
        assert [f"{each.location.path}:{each.location.line}" for each in run.findings] == ["env/b.yaml:3"]
        assert under(run) == ["rendered with a.yaml and env/b.yaml"]
    # Of what no rendering brings, the values themselves are all there is to go by.
    run = check(Path("pier"), values=("env/b.yaml", "a.yaml"))
    assert [f"{each.location.path}:{each.location.line}" for each in run.findings] == ["env/b.yaml:3"]
    assert not under(run)[0].startswith("rendered")


def test_values_that_are_not_looked_at_are_shown_in_the_template(tmp_path: Path) -> None:
    folder = write(tmp_path, templates__web_yaml=template(USERS), values_yaml=GIVEN)
    (finding,) = check(folder / "templates").findings
    assert (Path(finding.location.path).name, finding.location.line) == ("web.yaml", 10)


def test_what_no_set_brings_is_judged_by_its_template(tmp_path: Path) -> None:
    folder = write(tmp_path, templates__web_yaml=template(UNDER.format(".Values.proxy", PROXY)))
    run = check(folder)
    assert lines(run, folder) == marked(folder)
    assert not any(each.startswith("rendered") for each in under(run))


def test_what_only_seems_so_in_the_template_goes(tmp_path: Path) -> None:
    """The template alone does not say that the helper ends."""
    image = "registry.k8s.io/git-sync/git-sync:v4.4.0"
    sync = f"        - name: sync\n          image: {image}\n          args: [--root=/a, {{{{ .Values.how }}}}]\n"
    folder = write(tmp_path, templates__web_yaml=template(sync), values_yaml="how: --one-time\n")
    assert [each.rule for each in check(folder, no_exec=True).findings] == ["legacy-config-reloader"]
    assert check(folder).findings == ()


FAILURES: list[tuple[str, dict[str, str], list[str]]] = [
    ("a chart that would have to be fetched", {"Chart_yaml": ABOUT + "dependencies:\n- name: crane\n  version: 1.0.0\n- name: rope\n"
     "  version: 2.0.0\n"},
     ["it was rendered without crane and rope: not in its folder charts, where helm dependency build puts what it depends on"]),
    ("what a chart that would have to be fetched gives", {"Chart_yaml": ABOUT + "dependencies:\n- name: crane\n  version: 1.0.0\n",
     "templates__crane_yaml": '{{ include "crane.web" . }}\n', "ci__a-values_yaml": "", "ci__b-values_yaml": ""},
     ["it was rendered without crane: not in its folder charts, where helm dependency build puts what it depends on",
      "it was not rendered with its default values, ci/a-values.yaml and 1 more: helm: template: pier/templates/crane.yaml:1:3: executing "
      '"pier/templates/crane.yaml" at <include "crane.web" .>: error calling include: template: no template "crane.web" associated with '
      'template "gotpl"']),
    ("one set", {"ci__a-values_yaml": "fail: the tide is low\n", "ci__b-values_yaml": "a: 1\n"},
     ["it was not rendered with ci/a-values.yaml: it asks for values of its own (the tide is low, "
            "pier/templates/web.yaml:13:35): name a file that has them with --values"]),
    ("the target", {"Chart_yaml": ABOUT + "kubeVersion: '>=1.30.0-0'\n"}, []),
    ("every version", {"Chart_yaml": ABOUT + "kubeVersion: '<1.20.0'\n"},
     ["it was not rendered with its default values: it is only for Kubernetes <1.20.0"]),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "reasons"), [each[1:] for each in FAILURES], ids=[each[0] for each in FAILURES])
def test_what_is_not_rendered_is_said_and_judged_by_its_templates(tmp_path: Path, texts: dict[str, str], reasons: list[str]) -> None:
    failing = "        {{- with .Values.fail }}{{ fail . }}{{ end }}\n"
    folder = write(tmp_path, **{"templates__web_yaml": template(failing + PROXY), "templates__other_yaml": template(PROXY), **texts})
    run = check(folder)
    assert lines(run, folder) == sorted(marked(folder))
    assert [(each.reason, each.what) for each in run.skipped] == [(reason, "chart") for reason in reasons]


@pytest.mark.parametrize(
    ("options", "path", "reason"),
    [(("--no-exec",), None, "--no-exec was given"), ((), "", "helm is not on PATH"), ((), None, "")],
)
def test_that_helm_was_not_asked_is_said_once(tmp_path: Path, run: Run, options: tuple[str, ...], path: str | None, reason: str) -> None:
    write(tmp_path, templates__a_yaml=template(PROXY), templates__b_yaml=template(PROXY))
    write(tmp_path / "other", templates__a_yaml=template(PROXY))
    done = run("check", *options, ".", env={} if path is None else {"PATH": path})
    said = " ".join(done.out.split())
    assert said.count("charts were not rendered, only their templates were read") == bool(reason)
    assert (done.code, reason in said) == (1, True)
    assert said.count("warning[legacy-proxy]") == 3


def test_a_chart_is_read_from_any_of_its_files(tmp_path: Path) -> None:
    folder = write(tmp_path, templates___helpers_tpl=DEFINE, templates__web_yaml=template(CALL), values_yaml=GIVEN)
    assert lines(check(folder / "templates" / "_helpers.tpl"), folder) == ["templates/_helpers.tpl:2 proxy"]
    (only,) = check(folder / WEB).findings
    assert (Path(only.location.path).name, only.location.line) == ("web.yaml", 10)
    assert check(folder / "values.yaml").findings == ()


def test_values_stay_where_the_chart_takes_no_init_containers_from_them(tmp_path: Path) -> None:
    """The helper that stands in the template itself is moved."""
    folder = write(tmp_path, templates__web_yaml=template(PROXY + USERS), values_yaml=GIVEN.replace("proxy #", "second #"))
    before = (folder / "values.yaml").read_bytes()
    mending = pipeline.fix(pipeline.Input((str(folder),), None), Settings(), True, False)
    assert [each.container for each in mending.run.findings] == ["second"]
    assert (folder / "values.yaml").read_bytes() == before


def test_a_text_that_is_not_written_yet_is_rendered_too(tmp_path: Path) -> None:
    """Passes and proofs of a fix ask for the chart as it would be."""
    folder = write(tmp_path, templates___helpers_tpl=DEFINE, templates__web_yaml=template(CALL))
    desk = Desk(pipeline.Input((str(folder),), None), Settings())
    path = str(folder / "templates" / "_helpers.tpl")
    native = DEFINE + '{{- define "pier.sidecar" -}}{{ include "pier.proxy" . }}\n  restartPolicy: Always\n{{- end -}}\n'
    web = template("", '        {{- include "pier.sidecar" . | nindent 8 }}\n')
    assert [each.rule for each in desk.judged(path, DEFINE, False).findings] == ["legacy-proxy"]
    assert [each.rule for each in desk.judged(path, native, False).findings] == ["legacy-proxy"]
    desk.shelf.rewritten[str(folder / WEB)] = Written(source(str(folder / WEB), web), "", (), False)
    desk.verdicts.forget()
    assert desk.judged(path, native, False).findings == ()
    assert [each.rule for each in desk.judged(path, DEFINE, False).findings] == []


def source(path: str, text: str) -> Source:
    return Source(path, text, "utf-8", False, False, b"")


def test_a_packed_chart_is_shown_where_it_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, Chart_yaml=ABOUT + "dependencies:\n  - name: crane\n    version: 1.0.0\n")
    crane = write(tmp_path / "other", Chart_yaml="apiVersion: v2\nname: crane\nversion: 1.0.0\n", templates__web_yaml=template(PROXY))
    (folder / "charts").mkdir()
    with tarfile.open(folder / "charts" / "crane-1.0.0.tgz", "w:gz") as packed:
        packed.add(crane, "crane")
    (finding,) = check(folder).findings
    assert (Path(finding.location.path).name, finding.location.line) == ("Chart.yaml", 5)
    assert finding.rendered_from == "pier/charts/crane/templates/web.yaml"
    assert finding.fix is not None
    assert finding.fix.hazards[0] == "it comes of a chart that this one depends on; change that chart's values, or its source"


def test_a_define_that_several_workloads_call_is_told_once(tmp_path: Path) -> None:
    texts = {f"templates__{name}_yaml": template(CALL).replace("-pier", f"-{name}") for name in ("a", "b", "c", "d", "e")}
    (finding,) = check(write(tmp_path, templates___helpers_tpl=DEFINE, **texts)).findings
    assert finding.workload is not None
    assert finding.workload.title == "Deployment/release-a"
    assert finding.evidence[-2].message == "the same goes for Deployment/release-b, Deployment/release-c and 2 more"


def test_what_renderings_have_in_common_is_judged_by_the_target(tmp_path: Path) -> None:
    """What differs is another document, and a later version would say more of the same pod."""
    texts = {"templates__version_yaml": "kind: ConfigMap\ndata: {version: {{ .Capabilities.KubeVersion.Version }}}\n"}
    folder = write(tmp_path, templates__web_yaml=template(PROXY), **texts)
    assert under(check(folder)) == ["rendered with its default values"]


def test_services_of_the_chart_speak_of_its_pods(tmp_path: Path) -> None:
    """Their ports are known once they are rendered: here one leads to the helper by its name."""
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Chart.Name }}}\nspec:\n  selector: {app: pier}\n"
    texts = {"templates__service_yaml": service + "  ports: [{port: 80, targetPort: sql}]\n"}
    folder = write(tmp_path, templates__web_yaml=template(PROXY + "          ports: [{name: sql, containerPort: 5432}]\n"), **texts)
    (finding,) = check(folder).findings
    assert finding.fix is not None
    assert any("Service" in hazard and "sql" in hazard for hazard in finding.fix.hazards)


def test_what_never_asks_for_the_version_is_rendered_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    real = shutil.which("helm")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "helm").write_text(f'#!/bin/sh\necho "$@" >> {calls}\nexec {real} "$@"\n')
    (tmp_path / "bin" / "helm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    folder = write(tmp_path, templates__web_yaml=template(PROXY))
    for more, many in (("", 1), ("# {{ .Capabilities.KubeVersion }}\n", 2)):
        calls.write_text("")
        (folder / WEB).write_text(template(PROXY) + more)
        assert under(check(folder)) == ["rendered with its default values"]
        assert calls.read_text().count("template release") == many


def test_sets_and_versions(tmp_path: Path) -> None:
    chart = Chart("/charts/pier", ci=tuple(f"/charts/pier/ci/{number:02}-values.yaml" for number in range(60)))
    sets = sets_of(chart, Settings(values=("prod.yaml", "eu.yaml")))
    assert sets[:3] == (
        Values("its default values"),
        Values("prod.yaml and eu.yaml", ("prod.yaml", "eu.yaml")),
        Values("ci/00-values.yaml", ("/charts/pier/ci/00-values.yaml",)),
    )
    assert len(sets) == 40
    assert versions(Settings()) == ((1, 29, 0), (1, 36, 0))
    assert versions(Settings(target=(1, 40, 0))) == ((1, 40, 0),)
    assert versions(Settings(kube_versions=((1, 31, 0), (1, 27, 3)))) == ((1, 29, 0), (1, 27, 3), (1, 31, 0), (1, 36, 0))


IN_FIXTURES = {
    "cargo-desk/charts/mooring/templates/import.yaml:13 job-never-completes berths-database",
    "cargo-desk/charts/quay-common/templates/_tariffs.tpl:5 legacy-config-reloader follow-tariffs",
    "ferry-booking/ci/reports-values.yaml:3 legacy-log-shipper night-log",
    "ferry-booking/templates/_helpers.tpl:18 job-never-completes tickets-database",
    "ferry-booking/templates/_helpers.tpl:18 legacy-proxy tickets-database",
    "ferry-booking/templates/booking.yaml:27 legacy-log-reader sales-log",
    "ferry-booking/templates/booking.yaml:34 legacy-auth-proxy gate-north",
    "ferry-booking/templates/booking.yaml:34 legacy-auth-proxy gate-south",
    "harbour-office/templates/office.yaml:31 legacy-auth-proxy sign-in",
    "harbour-office/templates/office.yaml:55 legacy-log-reader journal",
    "harbour-office/templates/office.yaml:62 legacy-suspected-helper metrics",
    "harbour-office/templates/papers-migration.yaml:18 job-never-completes cloud-sql-proxy",
}


def test_the_charts_of_the_fixtures(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CHECKOUT / "fixtures" / "charts"
    monkeypatch.chdir(folder)
    run = check(*(Path(name) for name in ("cargo-desk", "ferry-booking", "harbour-office")))
    assert {f"{each.location.path}:{each.location.line} {each.rule} {each.container}" for each in run.findings} == IN_FIXTURES
    assert run.skipped == ()
    assert _of(run, "tickets-database").rendered_from == "ferry-booking/templates/refunds.yaml"
    assert _of(run, "sales-log").rendered_from == ""


def _of(run: Found, name: str) -> Finding:
    return next(each for each in run.findings if each.container == name)


def test_nearly_all_helpers_of_a_random_chart_are_found_on_their_lines(tmp_path: Path) -> None:
    """Marks lead to the very line, whatever shape a template has, and to no other."""
    templates = write_random_chart(tmp_path, 120)
    run = check(tmp_path / "shop")
    wanted = {f"{path.name}:{line}" for path in templates for line in marks_of(path.read_bytes().decode())}
    found = {f"{Path(each.location.path).name}:{each.location.line}" for each in run.findings}
    assert run.skipped == ()
    assert len(wanted) == 120
    assert len(wanted & found) >= 0.98 * len(wanted)
    assert found <= wanted
