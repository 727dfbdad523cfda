"""The trees of `fixtures/values`: what `fix` makes of each, and that the real Helm renders the same from it, with the containers moved."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Run
from tests.fixed_trees import fixed
from tests.kustomizing import needs_kubectl

ROOT = Path(__file__).parent.parent / "fixtures" / "values"
TREES = sorted(each.name for each in ROOT.iterdir())
CHARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "parcel-tracker": ("values-prod.yaml", ("cloud-sql-proxy",)),
    "seed-bank": ("ci/logs-values.yaml", ("logs",)),
    "night-ferry": ("production.values.yaml", ("cloud-sql-proxy",)),
}
"""The trees that are charts, with the values that hold helpers, and the helpers."""


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("tree", TREES)
def test_what_becomes_of_each(tree: str, tmp_path: Path, run: Run) -> None:
    copy = Path(shutil.copytree(ROOT / tree / "before", tmp_path / tree))
    assert run("fix", "--unsafe", "--no-exec", str(copy)).err == ""
    assert files(copy) == files(ROOT / tree / "after")
    assert run("fix", "--unsafe", "--no-exec", str(copy)).code == 0
    assert files(copy) == files(ROOT / tree / "after")


@needs_kubectl
@pytest.mark.parametrize("tree", TREES)
def test_the_same_becomes_of_each_where_it_is_rendered_and_built(tree: str, tmp_path: Path, with_helm: Path) -> None:
    done = fixed(ROOT / tree / "before", tmp_path / tree)
    assert files(done.folder) == files(ROOT / tree / "after")
    assert (done.code, done.said, done.errors) == (0, (), "")


def rendered(folder: Path, values: str) -> list[Any]:
    import subprocess

    argv = ["helm", "template", "r", str(folder), "--values", str(folder / values)]
    text = subprocess.run(argv, capture_output=True, text=True, check=True, env=os.environ).stdout
    return [each for each in yaml.safe_load_all(text) if each]


def pod(found: Any) -> Any:
    spec = found["spec"].get("jobTemplate", found)["spec"]
    return spec["template"]["spec"]


def moved(found: Any, names: tuple[str, ...]) -> Any:
    """The object with its containers of these names as sidecars, behind its init containers."""
    spec = pod(found)
    going = [{**each, "restartPolicy": "Always"} for each in spec["containers"] if each["name"] in names]
    spec["containers"] = [each for each in spec["containers"] if each["name"] not in names]
    if going:
        spec["initContainers"] = [*spec.get("initContainers", ()), *going]
    return found


@pytest.mark.parametrize("tree", CHARTS)
def test_helm_renders_what_was_meant(tree: str, with_helm: Path) -> None:
    values, names = CHARTS[tree]
    before = [moved(each, names) for each in rendered(ROOT / tree / "before", values)]
    assert before == rendered(ROOT / tree / "after", values)
    assert any(each.get("restartPolicy") == "Always" for found in before for each in pod(found).get("initContainers", ()))


@pytest.mark.parametrize("tree", CHARTS)
def test_a_rendering_takes_the_doubt_away(tree: str, with_helm: Path, run: Run) -> None:
    without, proven = (run("check", *flags, str(ROOT / tree / "before")).out for flags in (["--no-exec"], []))
    assert "it was not rendered" in " ".join(without.split())
    assert "it was not rendered" not in " ".join(proven.split())


def test_a_chart_that_drops_restart_policy(tmp_path: Path, with_helm: Path, run: Run) -> None:
    """It copies the keys that it knows, as some do (keephq/helm-charts#179)."""
    copy = Path(shutil.copytree(ROOT / "parcel-tracker" / "before", tmp_path / "chart"))
    template = copy / "templates" / "deployment.yaml"
    text = template.read_text().replace("{{- toYaml . | nindent 8 }}", DROPPED_BY, 1)
    template.write_text(text)
    told = " ".join(run("check", str(copy)).out.split())
    assert "the chart does not take it along as it is: Deployment release-tracker: " in told
    assert run("fix", "--unsafe", str(copy)).code == 1
    assert files(copy)["values-prod.yaml"] == files(ROOT / "parcel-tracker" / "before")["values-prod.yaml"]


DROPPED_BY = "{{- range $_, $each := . }}{{ $_ := unset $each `restartPolicy` }}{{ end }}{{ toYaml . | nindent 8 }}"


def test_a_chart_that_renders_something_else_each_time(tmp_path: Path, with_helm: Path, run: Run) -> None:
    copy = Path(shutil.copytree(ROOT / "parcel-tracker" / "before", tmp_path / "chart"))
    (copy / "templates" / "secret.yaml").write_text(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {key: {{ randAlphaNum 20 | b64enc }}}\n"
    )
    assert "the chart renders something else each time, so that" in " ".join(run("check", str(copy)).out.split())


def test_values_that_switch_the_pod_off(tmp_path: Path, with_helm: Path, run: Run) -> None:
    copy = Path(shutil.copytree(ROOT / "parcel-tracker" / "before", tmp_path / "chart"))
    template = copy / "templates" / "deployment.yaml"
    template.write_text("{{- if .Values.on }}\n" + template.read_text() + "{{- end }}\n")
    assert "with these values the chart renders no cloud-sql-proxy, so that" in " ".join(run("check", str(copy)).out.split())


def test_a_chart_that_does_not_render(tmp_path: Path, with_helm: Path, run: Run) -> None:
    copy = Path(shutil.copytree(ROOT / "parcel-tracker" / "before", tmp_path / "chart"))
    template = copy / "templates" / "deployment.yaml"
    template.write_text('{{ required "say where" .Values.where }}\n' + template.read_text())
    assert "the chart could not be rendered: it asks for values of its own (say where" in " ".join(run("check", str(copy)).out.split())
