"""The files of `rules/charts`, and what they change in a finding about a public chart."""

from pathlib import Path

import pytest

from sidecarlint.bundle import bundled
from sidecarlint.catalogue.charts import ChartSwitch, KnownChart, chart_from_plain, chart_to_plain, read_chart, switch_for
from sidecarlint.errors import RuleError
from tests.conftest import Run

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "rules" / "charts").glob("*.yaml"))
MINIMAL = """\
title: Quay
charts: [quay]
switches:
  - containers: [crane, "hook-*"]
    values: ["crane.native: true"]
    since: chart 2.1
sources: [https://charts.example/quay]
"""


def test_every_file_is_loaded() -> None:
    assert [each.id for each in bundled().charts] == [path.stem for path in FILES]
    assert len(FILES) > 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_form_of_the_files(path: Path) -> None:
    text = path.read_text()
    chart = read_chart(str(path), text)
    assert chart_from_plain(chart_to_plain(chart)) == chart
    assert [line for line in text.splitlines() if len(line) > 110] == []
    assert all(each.startswith("https://") or ":" in each for each in chart.sources)
    assert all(": " in value for each in chart.switches for value in each.values)


def test_no_chart_stands_in_two_files() -> None:
    names = [name for each in bundled().charts for name in each.charts]
    assert len(names) == len(set(names))


def test_what_a_file_says() -> None:
    switch = ChartSwitch(("crane", "hook-*"), ("crane.native: true",), "chart 2.1")
    chart = read_chart("rules/charts/quay.yaml", MINIMAL)
    assert chart == KnownChart("quay", "Quay", ("quay",), (switch,), ("https://charts.example/quay",))
    assert switch_for([chart], "quay", "crane") == switch_for([chart], "quay", "hook-2") == switch
    assert switch_for([chart], "quay", "quay") is switch_for([chart], "dock", "crane") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("since: chart 2.1", "until: chart 2.1", 6, "unknown key `until` in switches[0]"),
        ("    since: chart 2.1\n", "", 4, "switches[0] lacks since"),
        ("charts: [quay]", "charts: quay", 2, "charts must be a list"),
        ("[quay]", "[]", 2, "charts must be a list of at least one line of text, each of them once"),
        (MINIMAL, "", 1, "the file is empty; a chart file holds one mapping"),
    ],
)
def test_what_is_refused(old: str, new: str, line: int, why: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_chart("rules/charts/quay.yaml", MINIMAL.replace(old, new))
    assert caught.value.line == line
    assert why in str(caught.value)


CHART = "apiVersion: v2\nname: {}\nversion: 1.0.0\n"
POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: boards}
spec:
  selector: {matchLabels: {app: boards}}
  template:
    metadata: {labels: {app: boards}}
    spec:
      containers:
        - name: boards
          image: docker.io/grafana/grafana:12.0.0
        - name: grafana-sc-dashboard
          image: quay.io/kiwigrid/k8s-sidecar:1.30.0
"""
TITLE = "Set sidecar.dashboards.initDashboards: true and sidecar.dashboards.restartPolicy: Always in the values of grafana"


def told(run: Run, folder: Path) -> str:
    return " ".join(run("check", "--info", "--no-exec", str(folder)).out.split())


def test_a_vendored_chart_is_answered_with_its_value(tmp_path: Path, run: Run) -> None:
    for name, text in {
        "shop/Chart.yaml": CHART.format("shop"),
        "shop/charts/grafana/Chart.yaml": CHART.format("grafana"),
        "shop/charts/grafana/templates/pod.yaml": POD.replace("metadata: {name: boards}", "metadata: {name: {{ .Release.Name }}}"),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    said = told(run, tmp_path)
    assert f"fix [manual]: {TITLE}" in said
    assert "the chart itself can do it, since charts of November 2025" in said


@pytest.mark.parametrize(("origin", "is_told"), [("shop/charts/grafana", True), ("grafana", True), ("grafana/charts/shop", False)])
def test_so_is_what_was_rendered_from_it(origin: str, is_told: bool, tmp_path: Path, run: Run) -> None:
    (tmp_path / "out.yaml").write_text(f"---\n# Source: {origin}/templates/pod.yaml\n{POD}")
    assert (TITLE in told(run, tmp_path)) == is_told


def test_a_manifest_of_no_chart_is_fixed_as_ever(tmp_path: Path, run: Run) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    assert "Move grafana-sc-dashboard to initContainers" in told(run, tmp_path)
