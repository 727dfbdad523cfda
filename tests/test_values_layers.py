"""Helpers in values: where they are found, where they are not, and which other values stand against their move."""

from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.findings import Finding
from sidecarlint.settings import Settings

PROXY = "- name: cloud-sql-proxy\n  image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n  args: [--port=5432]\n"
LISTED = "sidecars:\n" + PROXY
CHART = "apiVersion: v2\nname: quay\nversion: 1.0.0\n"
POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: quay}
spec:
  selector: {matchLabels: {app: quay}}
  template:
    metadata: {labels: {app: quay}}
    spec:
      {{- with .Values.initContainers }}
      initContainers:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: quay
          image: registry.example/quay:1
        {{- with .Values.sidecars }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
"""
FOLDER = {"Chart.yaml": CHART, "templates/pod.yaml": POD, "values.yaml": "replicas: 1\nsidecars: []\ninitContainers: []\n"}


def indented(text: str, by: int) -> str:
    return "".join(" " * by + line for line in text.splitlines(keepends=True))


def placed(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def found(folder: Path, settings: Settings | None = None, *names: str) -> list[Finding]:
    paths = tuple(str(folder / name) for name in names or (".",))
    return list(pipeline.check(pipeline.Input(paths, None), settings or Settings(no_exec=True)).findings)


def only(folder: Path, settings: Settings | None = None, *names: str) -> Finding:
    (each,) = found(folder, settings, *names)
    return each


def reasons(each: Finding) -> tuple[str, ...]:
    assert each.fix is not None
    return each.fix.hazards


RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: quay}
spec:
  chart: {spec: {chart: quay, sourceRef: {kind: HelmRepository, name: harbour}}}
  values:
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: quay}
spec:
  source:
    chart: quay
    helm:
"""
SHOWN = {
    "a chart's own": (FOLDER | {"values.yaml": LISTED}, "values.yaml", "Values/quay", 2),
    "values of a stage": (FOLDER | {"values-prod.yaml": LISTED}, "values-prod.yaml", "Values/quay", 2),
    "values with which a chart is tried": (FOLDER | {"ci/full-values.yaml": LISTED}, "ci/full-values.yaml", "Values/quay", 2),
    "a HelmRelease": ({"a.yaml": RELEASE + indented(LISTED, 4)}, "a.yaml", "HelmRelease/quay", 8),
    "an Application": ({"a.yaml": f"{APPLICATION}      valuesObject:\n{indented(LISTED, 8)}"}, "a.yaml", "Application/quay", 10),
    "values in a string": ({"a.yaml": f"{APPLICATION}      values: |\n{indented(LISTED, 8)}"}, "a.yaml", "Application/quay", 10),
    "several sources": (
        {"a.yaml": f"{APPLICATION}      valuesObject:\n{indented(LISTED, 8)}".replace("  source:\n    chart", "  sources:\n  - chart")},
        "a.yaml",
        "Application/quay",
        10,
    ),
    "helmfile": (
        {"helmfile.yaml": f"releases:\n- name: quay\n  chart: harbour/quay\n  values:\n  - web:\n{indented(LISTED, 6)}"},
        "helmfile.yaml",
        "Release/quay",
        7,
    ),
    "a file that a helmfile names": (
        {"helmfile.yaml": "releases:\n- name: q\n  chart: harbour/quay\n  values: [env/prod.yaml]\n", "env/prod.yaml": LISTED},
        "env/prod.yaml",
        "Values/quay",
        2,
    ),
    "kustomize": (
        {"kustomization.yaml": f"helmCharts:\n- name: quay\n  valuesInline:\n{indented(LISTED, 4)}"},
        "kustomization.yaml",
        "Kustomization/quay",
        5,
    ),
}


@pytest.mark.parametrize("where", SHOWN)
def test_where_helpers_are_found(where: str, tmp_path: Path) -> None:
    files, path, title, line = SHOWN[where]
    placed(tmp_path, files)
    each = only(tmp_path)
    assert each.rule == "legacy-proxy"
    assert (each.location.path, each.location.line) == (str(tmp_path / path), line)
    assert each.workload is not None
    assert f"{each.workload.kind}/{each.workload.name}" == title


HIDDEN = {
    "a custom resource": "apiVersion: sail.example/v1\nkind: Boat\nmetadata: {name: b}\nspec:\n" + indented(LISTED, 2),
    "a file that is called values and is none": LISTED,
    "another kind of Argo": RELEASE.replace("helm.toolkit.fluxcd.io/v2", "argoproj.io/v1") + indented(LISTED, 4),
    "a chart's manifests in values": RELEASE
    + indented("extra:\n  one:\n    apiVersion: a/v1\n    kind: B\n    spec:\n" + indented(LISTED, 6), 4),
    "names without images": RELEASE + indented("sidecars:\n- name: cloud-sql-proxy\n", 4),
    "agents that are no containers": RELEASE
    + indented(LISTED.replace("sidecars", "additionalContainers").replace("- name", "- sideContainerName"), 4),
    "a switch": RELEASE + "    sidecars: true\n",
    "a list of the chart's app": RELEASE + indented("containers:\n" + PROXY, 4),
}


@pytest.mark.parametrize("what", HIDDEN)
def test_what_is_no_list_of_helpers(what: str, tmp_path: Path) -> None:
    placed(tmp_path, {"values.yaml" if "called" in what else "a.yaml": HIDDEN[what]})
    assert found(tmp_path) == []


def test_values_that_the_command_line_names(tmp_path: Path) -> None:
    placed(tmp_path, {"prod.yaml": LISTED})
    assert found(tmp_path) == []
    given = Settings(no_exec=True, values=(str(tmp_path / "prod.yaml"),))
    assert reasons(only(tmp_path, given))[-1].startswith("the chart is not here: that it takes init containers from initContainers is")


STANDING = {
    "a later file sets the same list": (
        FOLDER | {"values.yaml": LISTED, "values-prod.yaml": LISTED.replace("cloud-sql-proxy\n", "proxy\n")},
        "values.yaml",
        "values-prod.yaml sets sidecars as well and hides this list; move the helpers of both by hand",
    ),
    "a later file sets the other list": (
        FOLDER | {"values.yaml": LISTED, "values-prod.yaml": "initContainers: []\n"},
        "values.yaml",
        "values-prod.yaml sets initContainers, and Helm replaces lists, so that the helper would be gone with it; move it by hand",
    ),
    "the chart's own file fills the other list": (
        FOLDER | {"values.yaml": "initContainers:\n- {name: migrate, image: registry.example/m}\n", "values-prod.yaml": LISTED},
        "values-prod.yaml",
        "values.yaml sets initContainers, and Helm replaces lists, so that the list in values-prod.yaml would hide that one; "
        "move it by hand",
    ),
    "values that are not to be seen": (
        {"a.yaml": RELEASE.replace("  values:", "  valuesFrom: [{kind: Secret, name: q}]\n  values:") + indented(LISTED, 4)},
        "a.yaml",
        "spec.valuesFrom may set initContainers as well, and Helm replaces lists; look there first, then move it by hand",
    ),
    "a parameter that counts": (
        {"a.yaml": f"{APPLICATION}      parameters: [{{name: 'sidecars[0].image', value: x}}]\n      valuesObject:\n{indented(LISTED, 8)}"},
        "a.yaml",
        "the parameter sidecars[0].image of Argo CD counts on a place in the list; change it with the move by hand",
    ),
    "no list of init containers": (
        FOLDER | {"templates/pod.yaml": POD.replace(" .Values.initContainers", " $none"), "values.yaml": LISTED},
        "values.yaml",
        "the chart takes no init containers from its values beside sidecars",
    ),
    "a list at another place": (
        FOLDER | {"templates/pod.yaml": POD.replace(".Values.init", ".Values.jobs.init"), "values.yaml": LISTED},
        "values.yaml",
        "the chart takes the init containers beside sidecars from jobs.initContainers; move it there by hand",
    ),
    "two names that are as likely": (
        {"a.yaml": RELEASE + indented(LISTED.replace("sidecars", "extraContainers"), 4)},
        "a.yaml",
        "the list of init containers beside extraContainers has another name in every chart, and the chart is not here; look it up there",
    ),
    "a mapping": (
        {"a.yaml": RELEASE + "    sidecarContainers:\n      proxy:\n" + indented(PROXY.replace("- ", "  "), 6)},
        "a.yaml",
        "sidecarContainers is a mapping and no list; "
        "move the entry by hand to where the chart takes init containers from, a mapping or a list",
    ),
    "an image in parts": (
        {"a.yaml": RELEASE + indented(LISTED.replace("image: gcr.io", "image:\n    repository: gcr.io").replace(":2.14.1", ""), 4)},
        "a.yaml",
        "sidecars gives an image in parts, so the chart makes the container itself; only rendering shows whether it keeps restartPolicy",
    ),
}


@pytest.mark.parametrize("what", STANDING)
def test_what_stands_against_a_move(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files, path, why = STANDING[what]
    placed(tmp_path, files)
    (each,) = [each for each in found(Path(), None) if each.location.path == path]
    assert each.fix is not None
    assert each.fix.applicability == "manual"
    assert each.fix.hazards[0] == why or each.fix.hazards[0].startswith(why)


UNDISTURBED = {
    "the other list is set here": RELEASE.replace("  values:", "  valuesFrom: [{kind: Secret, name: q}]\n  values:")
    + indented(LISTED + "initContainers: []\n", 4),
    "one of two names is there": RELEASE + indented(LISTED.replace("sidecars", "extraContainers") + "extraInitContainers: []\n", 4),
}


@pytest.mark.parametrize("what", UNDISTURBED)
def test_what_does_not_stand_against_it(what: str, tmp_path: Path) -> None:
    placed(tmp_path, {"a.yaml": UNDISTURBED[what]})
    each = only(tmp_path)
    assert each.fix is not None
    assert each.fix.applicability == "unsafe"


def test_files_that_are_used_in_an_order(tmp_path: Path) -> None:
    placed(tmp_path, FOLDER | {"values-eu.yaml": LISTED, "values-prod.yaml": "initContainers: []\n"})
    order = tuple(str(tmp_path / name) for name in ("values-eu.yaml", "values-prod.yaml"))
    assert reasons(only(tmp_path))[1].endswith("values-prod.yaml sets sidecars or initContainers as well: " + _TOGETHER)
    assert reasons(only(tmp_path, Settings(no_exec=True, values=order)))[0].endswith("the helper would be gone with it; move it by hand")
    assert len(reasons(only(tmp_path, Settings(no_exec=True, values=order[::-1])))) == 1


_TOGETHER = "of two files that are used together only one list counts"


def test_whoever_installs_a_chart_may_set_its_lists(tmp_path: Path) -> None:
    placed(tmp_path, FOLDER | {"values.yaml": LISTED})
    assert "it is a default of the chart: who installs it with initContainers of their own would be without the helper" in reasons(
        only(tmp_path)
    )


def test_a_vendored_chart_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inside = {f"charts/quay/{name}": text for name, text in FOLDER.items()}
    placed(tmp_path, {"Chart.yaml": CHART.replace("quay", "shop"), **inside, "charts/quay/values.yaml": LISTED})
    assert reasons(only(Path()))[0] == "the file is vendored from a chart; change that chart's values, or its source"


def test_what_no_template_speaks_of_is_for_nobody(tmp_path: Path) -> None:
    pod = POD.replace(".Values.sidecars", "$none")
    placed(tmp_path, FOLDER | {"templates/pod.yaml": pod, "values-prod.yaml": LISTED})
    assert found(tmp_path) == []
    placed(tmp_path, {"templates/pod.yaml": pod.replace("$none", "(index .Values `sidecars`)")})
    assert reasons(only(tmp_path))[0].startswith("no template of the chart shows what it does with sidecars: that it takes")
    placed(tmp_path, {"templates/pod.yaml": pod, "Chart.yaml": CHART + "dependencies: [{name: common, version: 1.0.0}]\n"})
    assert reasons(only(tmp_path))[0].startswith("no template of the chart shows what it does with sidecars: that it takes")


@pytest.mark.parametrize("said", ["sidecars: []", "initContainers: []"])
def test_a_patch_of_what_carries_values(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    placed(
        tmp_path,
        {
            "base/release.yaml": RELEASE + indented(LISTED, 4),
            "base/kustomization.yaml": "resources: [release.yaml]\n",
            "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
            "prod/patch.yaml": RELEASE.replace("  chart: {spec: {chart: quay, sourceRef: {kind: HelmRepository, name: harbour}}}\n", "")
            + f"    {said}\n",
        },
    )
    why = "prod/kustomization.yaml patches this workload's containers and may have to change with it"
    assert reasons(only(Path()))[0] == why


def test_values_of_a_chart_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its templates say which list is beside which, below the name that the chart above has for it."""
    monkeypatch.chdir(tmp_path)
    above = CHART.replace("quay", "shop") + "dependencies: [{name: quay, alias: dock, version: 1.0.0}]\n"
    inside = {f"charts/quay/{name}": text for name, text in FOLDER.items()}
    inside["charts/quay/templates/pod.yaml"] = POD.replace("initContainers }}", "first }}")
    placed(tmp_path, {"Chart.yaml": above, **inside, "templates/none.yaml": "", "values.yaml": "dock:\n" + indented(LISTED, 2)})
    each = only(Path())
    assert each.fix is not None
    assert each.fix.title == "Move cloud-sql-proxy to first with restartPolicy: Always"


def test_what_people_say_of_a_container_counts(tmp_path: Path) -> None:
    said = LISTED.replace("- name: cloud-sql-proxy", "- name: cloud-sql-proxy # sidecarlint: app")
    placed(tmp_path, FOLDER | {"values-prod.yaml": said})
    assert found(tmp_path) == []


def test_what_is_asked_for_whole_pods(tmp_path: Path) -> None:
    placed(tmp_path, FOLDER | {"values-prod.yaml": LISTED})
    asked = Settings(no_exec=True, strategy="universal")
    assert reasons(only(tmp_path, asked))[0].startswith("what --strategy universal and --node-affinity ask for is about whole pods")
    assert found(tmp_path, Settings(no_exec=True, reverse=True)) == []
