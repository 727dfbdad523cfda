"""What else changes in a chart's repository when a helper of it moves: each file with its place, and what stays as it is."""

import os
import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

import pytest

from sidecarlint.references.charts import Follow, follows
from sidecarlint.references.charts.assertions import broken_lines
from sidecarlint.references.charts.constraints import lowest
from tests.kustomizing import plant

CHART = "apiVersion: v2\nname: lamps\nversion: 2.4.1\nkubeVersion: '>=1.29.0-0'\n"
TEMPLATE = "spec:\n  containers:\n  - name: lamps\n  - name: wick\n"
SUITE = """\
suite: lamps
templates: [deployment.yaml]
tests:
- it: trims the wick
  asserts:
  - equal:
      path: spec.template.spec.containers[1].image
      value: registry.example/wick:1
"""
RENDERED = "---\n# Source: lamps/templates/deployment.yaml\nspec:\n  containers:\n  - name: lamps\n  - name: wick\n"


def read(path: str) -> str | None:
    return Path(path).read_text(encoding="utf-8") if os.path.isfile(path) else None


def found(folder: Path, files: dict[str, str], switch: bool = False, first: int = 1) -> tuple[Follow, ...]:
    plant(folder, {"lamps/Chart.yaml": CHART, "lamps/templates/deployment.yaml": TEMPLATE, **files})
    template = "templates/deployment.yaml"
    return follows(str(folder / "lamps"), read, ("wick",), first, template, switch=switch, repository=str(folder))


def said(folder: Path, files: dict[str, str], switch: bool = False, first: int = 1) -> list[str]:
    """All but the version, which always follows."""
    notes = [each.said(lambda path: os.path.relpath(path, folder)) for each in found(folder, files, switch, first)]
    assert notes[0].startswith("raise the chart's version") == ("version: 2" in (folder / "lamps/Chart.yaml").read_text())
    return notes[1:]


TOO_LOW = (
    "kubeVersion in lamps/Chart.yaml, line 4 lets in versions below 1.29: let it ask for >=1.29.0-0, as the chart no longer works before"
)
ASSERTED = "change the assertions about containers by their place in lamps/tests/lamps_test.yaml, line 7"
SNAPPED = "make the snapshots anew, as helm unittest -u does: lamps/tests/__snapshot__/lamps_test.yaml.snap"
SNAPSHOT = "works:\n  1: |\n    containers:\n      - name: lamps\n      - name: wick\n"
# fmt: off
ROWS: dict[str, tuple[dict[str, str], list[str]]] = {
    "nothing else": ({}, []),
    "a kubeVersion that is too low": ({"lamps/Chart.yaml": CHART.replace("1.29.0", "1.25.0")}, [TOO_LOW]),
    "no kubeVersion": ({"lamps/Chart.yaml": CHART.replace("kubeVersion", "icon")},
        ["lamps/Chart.yaml has no kubeVersion: let it ask for >=1.29.0-0, as the chart no longer works before"]),
    "a kubeVersion that nobody can read": ({"lamps/Chart.yaml": CHART.replace(">=1.29.0-0", "{{ MINIMUM }}")}, []),
    "a test by the index": ({"lamps/tests/lamps_test.yaml": SUITE}, [ASSERTED]),
    "a test in a folder of its own": ({"lamps/tests/unit/lamps_test.yaml": SUITE}, [ASSERTED.replace("lamps_test", "unit/lamps_test")]),
    "a test of another template": ({"lamps/tests/lamps_test.yaml": SUITE.replace("[deployment", "[service")}, []),
    "a test of the app": ({"lamps/tests/lamps_test.yaml": SUITE.replace("[1]", "[0]")}, []),
    "a test of a chart that it brings": ({"lamps/charts/oil/tests/oil_test.yaml": SUITE}, []),
    "many lines": ({"lamps/tests/lamps_test.yaml": "tests:\n- asserts:\n" + "  - equal: {path: 'spec.containers[1].a'}\n" * 7},
        [ASSERTED[:-1].replace("line ", "lines ") + "3, 4, 5, 6, 7 and 2 more"]),
    "a snapshot": ({"lamps/tests/__snapshot__/lamps_test.yaml.snap": SNAPSHOT}, [SNAPPED]),
    "two snapshots": ({f"lamps/tests/__snapshot__/{name}_test.yaml.snap": SNAPSHOT for name in ("lamps", "other")},
        [SNAPPED + " and 1 more file"]),
    "a snapshot without it": ({"lamps/tests/__snapshot__/lamps_test.yaml.snap": SNAPSHOT.replace("wick", "wicks")}, []),
    "renderings": ({f"lamps/examples/{name}/rendered/deployment.yaml": RENDERED for name in "abc"},
        ["render anew what tests or examples compare with: lamps/examples/a/rendered/deployment.yaml and 2 more files"]),
    "a rendering at the repository's top": ({"test/lamps/baseline.yaml": RENDERED},
        ["render anew what tests or examples compare with: test/lamps/baseline.yaml"]),
    "a rendering of another chart": ({"lamps/tests/golden.yaml": RENDERED.replace("lamps/", "oil/")}, []),
    "a rendering without it": ({"lamps/tests/golden.yaml": RENDERED.replace("wick", "oil")}, []),
    "a manifest that nobody rendered": ({"lamps/examples/pod.yaml": TEMPLATE}, []),
    "a README": ({"lamps/README.md": "# Lamps\n", "lamps/values.schema.json": "{}\n"}, []),
}
SWITCHED: dict[str, tuple[dict[str, str], list[str]]] = {
    "no README": ({}, []),
    "a README": ({"lamps/README.md": "# Lamps\n"}, ["describe the new value in lamps/README.md"]),
    "a README of helm-docs": ({"lamps/README.md": "# Lamps\n", "lamps/README.md.gotmpl": "{{ template }}\n"},
        ["run helm-docs: the new value is not yet in what it makes of lamps/README.md.gotmpl"]),
    "a schema": ({"lamps/values.schema.json": "{}\n"}, ["allow the new value in lamps/values.schema.json"]),
    "a kubeVersion that is too low": ({"lamps/Chart.yaml": CHART.replace("1.29.0", "1.25.0")}, []),
    "a test by the index": ({"lamps/tests/lamps_test.yaml": SUITE}, [ASSERTED]),
}
# fmt: on


@pytest.mark.parametrize(("files", "notes"), ROWS.values(), ids=ROWS)
def test_what_follows_a_move(tmp_path: Path, files: dict[str, str], notes: list[str]) -> None:
    assert said(tmp_path, files) == notes


@pytest.mark.parametrize(("files", "notes"), SWITCHED.values(), ids=SWITCHED)
def test_what_follows_a_move_behind_a_switch(tmp_path: Path, files: dict[str, str], notes: list[str]) -> None:
    assert said(tmp_path, files, switch=True) == notes


def test_the_version_is_named_with_its_line(tmp_path: Path) -> None:
    (follow,) = found(tmp_path, {})
    assert follow == Follow("version", "raise the chart's version, which is 2.4.1 in {place}", str(tmp_path / "lamps/Chart.yaml"), (3,))
    assert follow.said(os.path.basename) == "raise the chart's version, which is 2.4.1 in Chart.yaml, line 3"


def test_a_version_that_is_filled_in_is_named_as_it_stands(tmp_path: Path) -> None:
    (follow,) = found(tmp_path, {"lamps/Chart.yaml": CHART.replace("2.4.1", "'{version}'")})
    assert follow.said(os.path.basename) == "raise the chart's version, which is {version} in Chart.yaml, line 3"


@pytest.mark.parametrize("text", ["", "- lamps\n", "name: [\n", "name: {a: b}\nversion: [1]\n"])
def test_a_chart_that_cannot_be_read_asks_for_nothing_or_little(tmp_path: Path, text: str) -> None:
    assert [each.about for each in found(tmp_path, {"lamps/Chart.yaml": text})] in ([], ["kube-version"])


def test_the_app_moves_up_when_the_first_one_leaves(tmp_path: Path) -> None:
    files = {"lamps/tests/lamps_test.yaml": SUITE.replace("[1]", "[0]")}
    assert (said(tmp_path, files, first=1), said(tmp_path, files, first=0)) == ([], [ASSERTED])


def asserting(path: str, verb: str = "equal", more: str = "value: a") -> str:
    return dedent(f"""\
        tests:
        - asserts:
          - {verb}:
              path: {path}
              {more}
        """)


POD = "spec.template.spec"
# fmt: off
ASSERTIONS: dict[str, tuple[str, bool]] = {
    "its index": (asserting(f"{POD}.containers[1].image"), True),
    "behind it": (asserting(f"{POD}.containers[2].image"), True),
    "ahead of it": (asserting(f"{POD}.containers[0].image"), False),
    "in quotes": (asserting(f"'{POD}.containers[1].image'"), True),
    "of a bare pod": (asserting("spec.containers[1]", "exists", ""), True),
    "an init container": (asserting(f"{POD}.initContainers[1].image"), False),
    "its name": (asserting(f'{POD}.containers[?(@.name == "wick")].image'), True),
    "its name, written closely": (asserting(f"{POD}.containers[?(@.name=='wick')].image"), True),
    "another name": (asserting(f'{POD}.containers[?(@.name == "oil")].image'), False),
    "its name in the other list": (asserting(f'{POD}.initContainers[?(@.name == "wick")].image'), False),
    "the number of containers": (asserting(f"{POD}.containers", "lengthEqual", "count: 2"), True),
    "the number of something in one": (asserting(f"{POD}.containers[0].env", "lengthEqual", "count: 2"), False),
    "that it is there": (asserting(f"{POD}.containers", "contains", "content: {name: wick}"), True),
    "that another is there": (asserting(f"{POD}.containers", "contains", "content: {name: oil}"), False),
    "all of them": (asserting(f"{POD}.containers[*].name", "contains", "content: wick"), True),
    "that there are some": (asserting(f"{POD}.containers", "isNotEmpty", ""), False),
    "another word": (asserting("data.containersPerNode[1]"), False),
    "a path that is no assertion": ("tests:\n- set: {containers: 2}\n  path: spec.containers[1]\n", False),
    "no YAML": (asserting("a") + "  ]\n", False),
}
# fmt: on


@pytest.mark.parametrize(("text", "broken"), ASSERTIONS.values(), ids=ASSERTIONS)
def test_which_assertions_look_elsewhere(text: str, broken: bool) -> None:
    assert broken_lines(text, ("wick",), 1) == (4,) * broken


@pytest.mark.parametrize(
    ("named", "about"),
    [
        ("templates: [deployment.yaml]", True),
        ("templates: [templates/deployment.yaml, service.yaml]", True),
        ("template: deployment.yaml", True),
        ("templates: [service.yaml]", False),
        ("templates: []", True),
    ],
)
def test_a_suite_is_about_the_templates_that_it_names(named: str, about: bool) -> None:
    text = f"{asserting('spec.containers[1]')}{named}\n"
    assert bool(broken_lines(text, ("wick",), 1, "templates/deployment.yaml")) == about


CONSTRAINTS = {
    ">=1.29.0-0": (1, 29, 0),
    ">= 1.29.0-0": (1, 29, 0),
    ">=1.25": (1, 25, 0),
    "=>1.25.3": (1, 25, 3),
    ">1.28": (1, 29, 0),
    ">1.28.4": (1, 28, 5),
    "^1.28.0-0": (1, 28, 0),
    "~1.29": (1, 29, 0),
    "~>1.28.1": (1, 28, 1),
    "1.29.x": (1, 29, 0),
    "v1.28.99": (1, 28, 99),
    "1.x": (1, 0, 0),
    "*": (0, 0, 0),
    "!=1.30.0": (0, 0, 0),
    "<1.40.0-0": (0, 0, 0),
    ">=1.25.0-0 <1.40.0-0": (1, 25, 0),
    ">=1.25.0-0, <1.40.0-0": (1, 25, 0),
    ">=1.20, >=1.29": (1, 29, 0),
    "1.28 - 1.33": (1, 28, 0),
    ">=1.31 || >=1.28": (1, 28, 0),
    ">=1.31 || ~1.29.4": (1, 29, 4),
}


@pytest.mark.parametrize(("constraint", "version"), CONSTRAINTS.items())
def test_the_lowest_version_that_a_constraint_lets_in(constraint: str, version: tuple[int, int, int]) -> None:
    assert lowest(constraint) == version


@pytest.mark.parametrize("constraint", ["", "latest", ">=one", "{{ .Values.min }}", ">=1.29 ||", "1.2.3.4"])
def test_what_is_no_constraint(constraint: str) -> None:
    assert lowest(constraint) is None


HELM = shutil.which("helm", path=os.pathsep.join((str(Path.home() / ".cache/sidecarlint-tests/bin"), os.environ.get("PATH", ""))))


@pytest.mark.skipif(HELM is None, reason="helm is not on PATH, so nothing can be rendered")
@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_helm_lets_the_same_versions_in(tmp_path: Path, constraint: str) -> None:
    assert HELM is not None
    chart = CHART.replace(">=1.29.0-0", constraint)
    plant(tmp_path, {"Chart.yaml": chart, "templates/pod.yaml": "kind: Pod\n"})
    done = subprocess.run([HELM, "template", ".", "--kube-version", "1.28.99"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ("incompatible with Kubernetes" in done.stderr) == (done.returncode != 0)
    bound = lowest(constraint)
    assert bound is not None
    assert (done.returncode == 0) == (bound < (1, 29, 0))
