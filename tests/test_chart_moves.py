"""Whole charts whose helpers move: byte for byte, and rendered by the real Helm before and after."""

import json
import os
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecarlint.charts import Charts
from sidecarlint.desk import Desk, Input
from sidecarlint.judging import Verdict
from sidecarlint.mending import Others, mend
from sidecarlint.settings import Settings
from sidecarlint.sources.helm import helm
from tests import helming
from tests.apiserver.build import Unavailable
from tests.conftest import CHECKOUT, Run

CHARTS = sorted((CHECKOUT / "fixtures" / "chart-moves").iterdir())
NAMES = [path.name for path in CHARTS]
SETS: list[dict[str, Any]] = [
    {},
    {"signIn": {"enabled": True}, "database": {"proxied": True, "local": False}},
    {"signIn": {"enabled": False}, "database": {"proxied": False}},
    {"signIn": {"enabled": True}, "database": {"proxied": True}, "initContainers": [{"name": "own", "image": "registry.example/own:1"}]},
    {"sidecars": [{"name": "own-sidecar", "image": "registry.example/own:1"}], "databases": {}},
]
"""Values that the charts are rendered with, beside their own. Helpers are on in some of them and off in others."""


@pytest.fixture(autouse=True)
def _with_helm(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setenv("PATH", f"{helming.folder()}{os.pathsep}{os.environ['PATH']}")
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture(params=CHARTS, ids=NAMES)
def moved(request: pytest.FixtureRequest, tmp_path: Path, run: Run) -> tuple[Path, Path]:
    """A chart's fixture, and a copy of what it is before, fixed."""
    copy = tmp_path / "chart"
    shutil.copytree(request.param / "before", copy)
    fixed(request.param.name, run)
    return request.param, copy


def fixed(name: str, run: Run) -> None:
    """Fixes the copy, in the style that the fixture's name says."""
    style = ["--style", "guarded"] if name.startswith("guarded") else []
    run("fix", "--unsafe", *style, "chart")


def texts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_chart_becomes_what_it_should(moved: tuple[Path, Path]) -> None:
    fixture, copy = moved
    assert texts(copy) == texts(fixture / "after")
    assert texts(fixture / "before") != texts(fixture / "after")


def test_a_second_run_changes_nothing(moved: tuple[Path, Path], run: Run) -> None:
    fixture, copy = moved
    before = texts(copy)
    fixed(fixture.name, run)
    assert texts(copy) == before


def rendered(chart: Path, values: dict[str, Any], folder: Path, version: str = "1.30.0") -> list[dict[str, Any]]:
    path = folder / "values.json"
    path.write_text(json.dumps(values))
    argv = ["helm", "template", "r", str(chart), "--kube-version", version, "--values", str(path)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return [each for each in yaml.safe_load_all(done.stdout) if each]


def with_helpers_moved(found: dict[str, Any], native: set[str]) -> dict[str, Any]:
    """The object as it should be: these containers are the last of the init containers, as sidecars."""
    spec = found["spec"]["template"]["spec"]
    going = [{**each, "restartPolicy": "Always"} for each in spec["containers"] if each["name"] in native]
    spec["containers"] = [each for each in spec["containers"] if each["name"] not in native]
    spec["initContainers"] = [*(spec.get("initContainers") or []), *going]
    return found


@pytest.mark.parametrize("values", SETS)
@pytest.mark.parametrize("chart", CHARTS, ids=NAMES)
def test_what_is_rendered_is_the_same_with_the_containers_moved(chart: Path, values: dict[str, Any], tmp_path: Path) -> None:
    before, after = (rendered(chart / side, values, tmp_path) for side in ("before", "after"))
    native = {each["name"] for found in after for each in found["spec"]["template"]["spec"].get("initContainers") or []
              if each.get("restartPolicy") == "Always"}  # fmt: skip
    for found in after:
        spec = found["spec"]["template"]["spec"]
        spec["initContainers"] = spec.get("initContainers") or []
    assert after == [with_helpers_moved(found, native) for found in before]


GUARDED = [each for each in CHARTS if each.name.startswith("guarded")]
OLDER = [({"nativeSidecars": False}, "1.30.0"), ({"nativeSidecars": "auto"}, "1.28.0"), ({}, "1.28.15-eks-1")]


@pytest.mark.parametrize(("choice", "version"), OLDER)
@pytest.mark.parametrize("values", SETS)
@pytest.mark.parametrize("chart", GUARDED, ids=[each.name for each in GUARDED])
def test_where_sidecars_are_not_wanted_all_is_as_it_was(
    chart: Path, values: dict[str, Any], choice: dict[str, Any], version: str, tmp_path: Path
) -> None:
    before, after = rendered(chart / "before", values, tmp_path, version), rendered(chart / "after", values | choice, tmp_path, version)
    for found in (*before, *after):
        spec = found["spec"]["template"]["spec"]
        spec["initContainers"] = spec.get("initContainers") or []
    assert after == before


@pytest.mark.parametrize("chart", GUARDED, ids=[each.name for each in GUARDED])
def test_who_says_so_gets_sidecars_on_older_clusters(chart: Path, tmp_path: Path) -> None:
    values = {"nativeSidecars": True, "database": {"proxied": True, "instance": "a"}}
    for found in rendered(chart / "after", values, tmp_path, "1.28.0"):
        assert {each["restartPolicy"] for each in found["spec"]["template"]["spec"]["initContainers"]} == {"Always"}


@pytest.mark.parametrize("chart", CHARTS, ids=NAMES)
def test_each_chart_has_a_set_that_renders_its_helper(chart: Path, tmp_path: Path) -> None:
    found = [each for values in SETS for each in rendered(chart / "after", values, tmp_path)]
    listed = [each for one in found for each in one["spec"]["template"]["spec"].get("initContainers") or []]
    assert any(each.get("restartPolicy") == "Always" for each in listed)


# The proof by rendering


def proven(chart: Path, changed: dict[str, str] | None = None, settings: Settings | None = None) -> str | None:
    """What the proof says of what a fix would make of a chart, or of the same with other words in it."""
    settings = settings or Settings(style="guarded" if chart.parent.name.startswith("guarded") else "")
    desk = Desk(Input((str(chart),), None), settings)
    reasons = []
    for _, source in desk.each(None):
        planned = [each for each in desk.judged(source.path, source.text, False).planned if each.plan is not None]
        # What the run itself would prove is left to be proven here.
        others = Others(desk.shelf.text_of, desk.mender.take)
        mended = mend(source.text, partial(_judged, desk, source.path), True, None, others)
        others.go_back({})
        if not mended.alters(source.text):
            continue
        text = mended.text
        for old, new in (changed or {}).items():
            assert old in text
            text = text.replace(old, new)
        reasons.append(Charts(settings).why_not({source.path: text, **mended.others}, planned))
    assert reasons
    return next((each for each in reasons if each), None)


def _judged(desk: Desk, path: str, text: str) -> Verdict:
    return desk.judged(path, text, False)


@pytest.mark.parametrize("chart", CHARTS, ids=NAMES)
def test_every_move_is_proven(chart: Path) -> None:
    assert proven(chart / "before") is None


WRONG = [
    # what else a rewrite would do, and the reason against it
    (
        {"restartPolicy: Always\n": "restartPolicy: OnFailure\n"},
        "initContainers[cloud-sql-proxy].restartPolicy would be OnFailure instead of Always",
    ),
    ({"2.14.1": "2.14.2"}, "image"),
    ({"replicas: {{ .Values.replicas }}": "replicas: 7"}, "spec.replicas"),
    ({"containers:\n        - name: ferry": "containers:\n       - name: ferry"}, "it fails after the move"),
]


@pytest.mark.parametrize(("changed", "reason"), WRONG)
def test_what_renders_to_something_else_is_not_proven(changed: dict[str, str], reason: str) -> None:
    why = proven(CHECKOUT / "fixtures" / "chart-moves" / "literal-tail" / "before", changed)
    assert why is not None
    assert why.startswith("rendered with its default values for Kubernetes 1.29, ")
    assert reason in why


GUARDED_WRONG = [
    # what is written instead, and the reason against it
    ("if not (include", "if (include", "cloud-sql-proxy would still stand in containers"),
    ('if not (include "berth-board.nativeSidecars" .)', "if true", "cloud-sql-proxy would still stand in containers"),
    ('{{- if and .Values.database.proxied (include "berth-board.nativeSidecars" .)', "{{- if false", "cloud-sql-proxy would be lost"),
]


@pytest.mark.parametrize(("old", "new", "reason"), GUARDED_WRONG)
def test_two_versions_that_do_not_fit_their_clusters_are_not_proven(old: str, new: str, reason: str) -> None:
    why = proven(CHECKOUT / "fixtures" / "chart-moves" / "guarded-under-if" / "before", {old: new})
    assert why is not None
    assert reason in why


def test_a_chart_that_cannot_be_rendered_proves_nothing(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    shutil.copytree(CHECKOUT / "fixtures" / "chart-moves" / "literal-tail" / "before", chart)
    with (chart / "templates" / "_helpers.tpl").open("a") as stream:
        stream.write('{{- define "other" }}{{ end }}\n')
    (chart / "templates" / "other.yaml").write_text('{{- fail "name a quay" }}\n')
    why = proven(chart)
    assert why is not None
    assert why.startswith("the chart cannot be rendered, so nothing shows that the move is right: ")
    assert "name a quay" in why


def test_what_is_drawn_by_lot_is_no_difference(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    shutil.copytree(CHECKOUT / "fixtures" / "chart-moves" / "literal-tail" / "before", chart)
    (chart / "templates" / "secret.yaml").write_text(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: cookie\nstringData:\n  cookie: {{ randAlphaNum 16 }}\n"
    )
    assert proven(chart) is None


@pytest.mark.parametrize(("name", "shown"), [("key-under-with", False), ("under-if", True)])
def test_what_no_values_render_is_proven_only_where_the_text_shows_it(name: str, shown: bool, tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    shutil.copytree(CHECKOUT / "fixtures" / "chart-moves" / name / "before", chart)
    path = chart / "templates" / "deployment.yaml"
    path.write_text(path.read_text().replace("if .Values.signIn.enabled", 'if eq .Release.Name "nobody"'))
    why = "no set of values renders oauth2-proxy, so nothing shows that the move is right; name a file that turns it on with --values"
    assert proven(chart) == (None if shown else why)


def test_nothing_is_run_where_that_is_forbidden() -> None:
    assert helm() is not None
    assert Charts(Settings(no_exec=True)).unrendered == "--no-exec keeps helm from being run"
    assert proven(CHECKOUT / "fixtures" / "chart-moves" / "literal-tail" / "before", {"2.14.1": "2"}, Settings(no_exec=True)) is None
