"""Fixes in templates and values, weighed by the whole pods that the real Helm renders."""

from pathlib import Path

import pytest

from sidecarlint.findings import Evidence, Finding, Fix, Location, Rewritten
from sidecarlint.findings import Run as Found
from sidecarlint.findings.earlier import as_it_stands
from sidecarlint.fixes.hazards.starting import NOBODY_GAINS, NOT_CERTAIN
from sidecarlint.rendering.weighing import weighed
from sidecarlint.workloads.valued import PART_SEEN
from tests.conftest import Run
from tests.test_rendering import ABOUT, check, write

FOR_NEW = ABOUT + 'kubeVersion: ">=1.29.0-0"\n'
TAKES = """\
      {{- if .Values.initContainers }}
      initContainers:
        {{- toYaml .Values.initContainers | nindent 8 }}
      {{- end }}
"""
LAST_OF_ALL = """\
      initContainers:
        - name: migrate
          image: registry.example/pier/app:1
          command: [migrate, --dsn, "postgres://localhost:5432/pier"]
        {{- if .Values.initContainers }}
        {{- toYaml .Values.initContainers | nindent 8 }}
        {{- end }}
"""
POD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-pier
spec:
  selector: {matchLabels: {app: pier}}
  template:
    metadata: {labels: {app: pier}<annotations>}
    spec:
<init>      containers:
        - name: app
          image: registry.example/pier/app:1
          volumeMounts: [{name: logs, mountPath: /var/log/pier}]
        {{- with .Values.sidecars }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      volumes: [{name: logs, emptyDir: {}}]
"""
PROXY = "sidecars:\n  - name: proxy\n    image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n    args: [--port=5432, 'a:b:c']\n"
SHIPPER = """\
sidecars:
  - name: shipper
    image: fluent/fluent-bit:3.2.2
    volumeMounts: [{name: logs, mountPath: /var/log/pier}]
"""
MESH = ', annotations: {sidecar.istio.io/inject: "true"}'


def pod(init: str = TAKES, annotations: str = "") -> str:
    return POD.replace("<init>", init).replace("<annotations>", annotations)


def chart(folder: Path, template: str, given: str, about: str = FOR_NEW) -> Path:
    return write(folder, Chart_yaml=about, templates__web_yaml=template, **{"ci__own-values_yaml": given})


def only(run: Found) -> Finding:
    (found,) = (each for each in run.findings if each.fix is not None)
    return found


def fix_of(path: Path) -> Fix:
    fix = only(check(path)).fix
    assert fix is not None
    return fix


@pytest.mark.usefixtures("with_helm")
def test_values_are_judged_as_the_pod_that_the_chart_makes_of_them(tmp_path: Path) -> None:
    fix = fix_of(chart(tmp_path, pod(), SHIPPER))
    assert (fix.applicability, fix.hazards) == ("safe", ())


@pytest.mark.usefixtures("with_helm")
def test_what_stands_in_the_chart_counts_for_values(tmp_path: Path) -> None:
    fix = fix_of(chart(tmp_path, pod(LAST_OF_ALL, MESH), PROXY))
    assert fix.applicability == "unsafe"
    assert any("service mesh" in each for each in fix.hazards)
    assert (
        "it belongs in front of migrate, which is given its address, and from these values the chart may take it elsewhere" in fix.hazards
    )


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: pier}
spec:
  chart: {spec: {chart: ./pier, sourceRef: {kind: GitRepository, name: ships}}}
  values:
"""


@pytest.mark.usefixtures("with_helm")
def test_a_pod_that_was_not_seen_as_a_whole_is_not_safe(tmp_path: Path) -> None:
    write(tmp_path, Chart_yaml=FOR_NEW, templates__web_yaml=pod())
    release = tmp_path / "release.yaml"
    release.write_text(RELEASE + "".join(f"    {line}\n" for line in PROXY.splitlines()))
    fix = fix_of(release)
    assert (fix.applicability, fix.hazards) == ("unsafe", (PART_SEEN,))


LOSING = TAKES.replace("toYaml .Values.initContainers", 'toYaml .Values.initContainers | replace "restartPolicy" "x-policy"')


@pytest.mark.usefixtures("with_helm")
@pytest.mark.parametrize("oldest", ["1.20", "1.29", "1.31"])
def test_a_chart_proves_itself_for_a_version_that_it_is_for(oldest: str, tmp_path: Path) -> None:
    fix = fix_of(chart(tmp_path, pod(LOSING), PROXY, ABOUT + f'kubeVersion: ">={oldest}.0-0"\n'))
    assert fix.applicability == "manual"
    assert "restartPolicy would be lost" in fix.hazards[0]


@pytest.mark.usefixtures("with_helm")
def test_a_chart_for_no_version_that_is_known_proves_nothing(tmp_path: Path) -> None:
    fix = fix_of(chart(tmp_path, pod(), PROXY, ABOUT + 'kubeVersion: ">=1.99.0-0"\n'))
    assert fix.applicability == "unsafe"
    assert fix.hazards[0].startswith("the chart is not for any version of Kubernetes that it was to be rendered for")


CLOSED = """\
{"properties": {"initContainers": {"items": {"type": "object", "additionalProperties": false,
  "properties": {"name": {}, "image": {}, "args": {}}}}}}
"""


@pytest.mark.usefixtures("with_helm")
def test_a_schema_that_does_not_know_the_field_is_told(tmp_path: Path) -> None:
    path = chart(tmp_path, pod(), PROXY)
    (path / "values.schema.json").write_text(CLOSED)
    fix = fix_of(path)
    assert fix.applicability == "manual"
    assert fix.hazards[0].startswith("after the move the chart does not render: its values do not fit its schema (")
    assert fix.hazards[0].endswith("'restartPolicy' not allowed)")


WHOLE = Fix("move it there", "unsafe", ("a mesh",))
WEIGHED = [
    ("nothing is known of the whole", Fix("a", "safe"), None, "", Fix("a", "safe")),
    ("the whole allows it too", Fix("a", "safe"), Fix("b", "safe"), "", Fix("a", "safe")),
    ("the whole has something against it", Fix("a", "safe"), WHOLE, "", Fix("a", "unsafe", ("a mesh",))),
    ("both have", Fix("a", "unsafe", ("older", "a mesh")), WHOLE, "", Fix("a", "unsafe", ("older", "a mesh"))),
    ("the whole shows more", Fix("a", "unsafe", (NOT_CERTAIN, NOBODY_GAINS, PART_SEEN)), Fix("b", "safe"), "", Fix("a", "safe")),
    ("the whole shows no more", Fix("a", "unsafe", (NOBODY_GAINS,)), Fix("b", "unsafe", (NOBODY_GAINS,)), "",
     Fix("a", "unsafe", (NOBODY_GAINS,))),
    ("the whole leaves it to people", Fix("a", "safe"), Fix("b", "manual", ("no",)), "", Fix("b", "manual", ("no",))),
    ("the part leaves it to people", Fix("a", "manual", ("no", NOBODY_GAINS)), WHOLE, "last", Fix("a", "manual", ("no",))),
    ("its place matters", Fix("a", "safe"), Fix("b", "safe"), "behind fetch",
     Fix("a", "unsafe", ("it belongs behind fetch, and from these values the chart may take it elsewhere",))),
]  # fmt: skip


@pytest.mark.parametrize(("part", "whole", "whither", "meant"), [row[1:] for row in WEIGHED], ids=[row[0] for row in WEIGHED])
def test_a_fix_of_a_part_is_weighed(part: Fix, whole: Fix | None, whither: str, meant: Fix) -> None:
    assert weighed(part, whole, whither) == meant


LITERAL = POD.replace("        {{- with .Values.sidecars }}\n        {{- toYaml . | nindent 8 }}\n        {{- end }}\n", "<own>")
OWN = """\
        - name: proxy
          image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
          args: [--port=5432, {{ .Values.instance | default "a:b:c" }}]
        - name: shipper
          image: fluent/fluent-bit:3.2.2
          volumeMounts: [{name: logs, mountPath: /var/log/pier}]
"""
INIT = LAST_OF_ALL.partition("        {{- if")[0]


@pytest.mark.parametrize("helm", [True, False], ids=["with helm", "without"])
def test_helpers_of_a_template_that_go_to_two_places_go_one_after_the_other(
    helm: bool, tmp_path: Path, run: Run, request: pytest.FixtureRequest
) -> None:
    if helm:
        request.getfixturevalue("with_helm")
    text = LITERAL.replace("<init>", INIT).replace("<annotations>", "").replace("<own>", OWN)
    path = write(tmp_path, Chart_yaml=FOR_NEW, templates__web_yaml=text) / "templates" / "web.yaml"
    run("fix", "--unsafe", str(path), *([] if helm else ["--no-exec"]))
    names = [line.strip() for line in path.read_text().splitlines() if line.strip().startswith("- name: ")]
    assert names == ["- name: proxy", "- name: migrate", "- name: shipper", "- name: app"]


def test_evidence_in_another_file_is_shown_in_the_file_that_is_there() -> None:
    def at(path: str, line: int) -> Location:
        return Location(path, line, 1, line, 2, 2 * (line - 1), 2 * line - 1)

    found = Finding("rule", "native-sidecar", "warning", "it is wrong", at("a.yaml", 1))
    found = found._replace(evidence=(Evidence("here", at("b.yaml", 9)), Evidence("there", at("a.yaml", 1)), Evidence("all over")))
    changed = (Rewritten("a.yaml", "a\n", "n\na\n", ()), Rewritten("c.yaml", "", "n\n", ()))
    later = found._replace(location=at("a.yaml", 2), evidence=(found.evidence[0], Evidence("there", at("a.yaml", 2)), found.evidence[2]))
    assert as_it_stands(Found((1, 29, 0), (later,)), changed).findings == (found,)


SUM = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: pier}
data: {sum: {{ include (print .Template.BasePath "/web.yaml") . | sha256sum }}}
"""


@pytest.mark.usefixtures("with_helm")
def test_who_gave_unsafe_is_told_why_and_not_asked_to_give_it(tmp_path: Path, run: Run) -> None:
    path = chart(tmp_path, LITERAL.replace("<init>", "").replace("<annotations>", "").replace("<own>", OWN), "a: 1\n")
    (path / "templates" / "sum.yaml").write_text(SUM)
    done = run("fix", "--unsafe", "--diff", str(path))
    told = " ".join((done.out + done.err).split())
    assert done.out == ""
    assert "refused for a reason that stands below" in told
    assert "ConfigMap pier: data.sum would be" in told
    assert "Add --unsafe" not in told
    assert "it needs --unsafe" not in told
