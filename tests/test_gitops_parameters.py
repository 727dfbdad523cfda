"""Parameters of Helm that lead into a list by an index: which of them a sidecar has left behind, and what Helm makes of those."""

import os
import shutil
import subprocess
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from sidecarlint.documents import at, documents, text_of
from sidecarlint.references.parameters import Parameter, missed, parameters
from tests.kustomizing import plant

NATIVE = "{name: shipper, image: shipper:1, restartPolicy: Always}"
PLAIN = "{name: migrate, image: migrate:1}"
OTHER = "{name: scale, image: scale:1}"


def argo(name: str, helm: str, kind: str = "Application") -> str:
    source = f"source:\n  path: charts/web\n  helm:\n    parameters: [{{name: '{name}', value: x}}]\n{indent(helm, '    ')}"
    spec = source if kind == "Application" else "template:\n  spec:\n" + indent(source, "    ")
    return f"apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n{indent(spec, '  ')}"


def valued(values: str) -> str:
    return f"valuesObject:\n{indent(values, '  ')}"


def helmfile(name: str, *values: str) -> str:
    return f"releases:\n- name: web\n  set: [{{name: '{name}', value: x}}]\n  values:\n" + "".join(f"  - {each}\n" for each in values)


def found(text: str, folder: Path = Path("/nowhere")) -> list[Parameter]:
    return [each for document in documents(text) for each in parameters(document, str(folder / "helmfile.yaml"), str(folder))]


def read(path: str) -> str | None:
    return Path(path).read_text(encoding="utf-8") if os.path.isfile(path) else None


def told(text: str, folder: Path = Path("/nowhere")) -> list[str]:
    lost = [missed(each, read) for each in found(text, folder)]
    return [f"{each.container} {each.other} {each.held}" for each in lost if each is not None]


MOVED = f"sidecars: []\ninitContainers: [{NATIVE}]\n"
HERE = ["shipper initContainers 0"]
# fmt: off
ROWS: dict[str, tuple[str, list[str]]] = {
    "the list is empty": (argo("sidecars[0].image", valued(MOVED)), HERE),
    "a field deep in the item": (argo("sidecars[0].resources.limits.cpu", valued(MOVED)), HERE),
    "a list in the item": (argo("sidecars[0].env[1].value", valued(MOVED)), HERE),
    "values as a text": (argo("sidecars[0].image", f"values: |\n{indent(MOVED, '  ')}"), HERE),
    "both, of which the object counts": (argo("sidecars[0].image", valued(MOVED) + f"values: |\n  sidecars: [{OTHER}]\n"), HERE),
    "an ApplicationSet": (argo("sidecars[0].image", valued(MOVED), "ApplicationSet"), HERE),
    "behind the others": (argo("sidecars[1].image", valued(MOVED.replace("[]", f"[{OTHER}]"))), ["shipper initContainers 1"]),
    "one that is there": (argo("sidecars[0].image", valued(MOVED.replace("[]", f"[{OTHER}]"))), []),
    "far behind the end": (argo("sidecars[1].image", valued(MOVED)), []),
    "no list": (argo("sidecars[0].image", valued(f"initContainers: [{NATIVE}]\n")), []),
    "no sidecar": (argo("sidecars[0].image", valued(MOVED.replace(NATIVE, PLAIN))), []),
    "beside a plain init container": (argo("sidecars[0].image", valued(MOVED.replace("[{", f"[{PLAIN}, {{"))), HERE),
    "a list of another name": (argo("extraContainers[0].image", valued(MOVED.replace("sidecars", "extraContainers")
        .replace("initContainers", "extraInitContainers"))), ["shipper extraInitContainers 0"]),
    "deep in the values": (argo("web.sidecars[0].image", valued(f"web:\n{indent(MOVED, '  ')}")), HERE),
    "a key with a dot": (argo("a\\.b.sidecars[0].image", valued(f"a.b:\n{indent(MOVED, '  ')}")), HERE),
    "in another part of the values": (argo("web.sidecars[0].image", valued(f"api:\n{indent(MOVED, '  ')}")), []),
    "an item on purpose": (argo("sidecars[0].name", valued(MOVED)), []),
    "no index": (argo("image.tag", valued(MOVED)), []),
    "values that cannot be read": (argo("sidecars[0].image", "values: |\n  sidecars: [\n"), []),
    "no values": (argo("sidecars[0].image", ""), []),
    "helmfile": (helmfile("sidecars[0].image", "sidecars: []", f"initContainers: [{NATIVE}]"), HERE),
    "helmfile, of which the last counts": (helmfile("sidecars[0].image", "sidecars: []", f"initContainers: [{NATIVE}]",
        f"sidecars: [{OTHER}]"), []),
    "helmfile, with a template": (helmfile("sidecars[0].image", "values.yaml.gotmpl", f"initContainers: [{NATIVE}]"), []),
    "something else with releases": ("kind: Plan\n" + helmfile("sidecars[0].image", "sidecars: []", f"initContainers: [{NATIVE}]"), []),
    "somebody else's Application": (argo("sidecars[0].image", valued(MOVED)).replace("argoproj", "example"), []),
}
# fmt: on


@pytest.mark.parametrize(("text", "expected"), ROWS.values(), ids=ROWS)
def test_which_parameters_a_sidecar_has_left_behind(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("name", "place"), [("prod.yaml", "charts/web/prod.yaml"), ("../../prod.yaml", "prod.yaml"), ("$values/env/prod.yaml", "env/prod.yaml")]
)
def test_files_of_values_lie_where_argo_cd_looks_for_them(tmp_path: Path, name: str, place: str) -> None:
    plant(tmp_path, {place: MOVED})
    assert told(argo("sidecars[0].image", f"valueFiles: ['{name}']\n"), tmp_path) == HERE
    assert told(argo("sidecars[0].image", f"valueFiles: ['{name}']\n" + valued(f"sidecars: [{OTHER}]\n")), tmp_path) == []


@pytest.mark.parametrize("name", ["../../../prod.yaml", "/prod.yaml", "$values/../prod.yaml"])
def test_no_file_is_read_from_outside(tmp_path: Path, name: str) -> None:
    plant(tmp_path, {"prod.yaml": MOVED, "repository/charts/web/Chart.yaml": "name: web\n"})
    written = name.replace("/prod", f"{tmp_path}/prod") if name.startswith("/") else name
    assert told(argo("sidecars[0].image", f"valueFiles: ['{written}']\n"), tmp_path / "repository") == []
    assert told(helmfile("sidecars[0].image", "../prod.yaml"), tmp_path / "repository") == []


def test_files_of_values_lie_beside_the_helmfile(tmp_path: Path) -> None:
    plant(tmp_path, {"values/web.yaml": MOVED})
    assert told(helmfile("sidecars[0].image", "values/web.yaml"), tmp_path) == HERE
    assert told(helmfile("sidecars[0].image", "values/gone.yaml"), tmp_path) == []


def test_a_parameter_says_where_it_leads_and_where_it_stands() -> None:
    text = "kind: ConfigMap\n---\n" + argo("a\\.b.sidecars[2].env[0].value", "")
    (each,) = found(text)
    assert (each.keys, each.number, each.below) == (("a.b", "sidecars"), 2, ".env[0].value")
    assert text_of(at(list(documents(text))[1].root, each.route)) == each.name == "a\\.b.sidecars[2].env[0].value"


def test_a_list_in_a_list_is_led_into_by_its_first_index() -> None:
    assert [(each.keys, each.number) for each in found(argo("pods[1][2].image", ""))] == [(("pods",), 1)]


HELM = shutil.which("helm", path=os.pathsep.join((str(Path.home() / ".cache/sidecarlint-tests/bin"), os.environ.get("PATH", ""))))


def rendered(folder: Path, values: str, *options: str) -> list[Any]:
    assert HELM is not None
    plant(folder, {"Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "given.yaml": values})
    plant(folder, {"values.yaml": f"sidecars: [{OTHER}]\n", "templates/a.yaml": "sidecars:\n{{- toYaml .Values.sidecars | nindent 0 }}\n"})
    done = subprocess.run([HELM, "template", ".", *options], cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return list(yaml.safe_load(done.stdout)["sidecars"])


@pytest.mark.skipif(HELM is None, reason="helm is not on PATH, so nothing can be rendered")
def test_helm_makes_an_item_without_a_name(tmp_path: Path) -> None:
    given = ("-f", "given.yaml", "--set", "sidecars[1].image=x")
    scale = {"name": "scale", "image": "scale:1"}
    assert rendered(tmp_path, f"sidecars: [{OTHER}]\n", *given) == [scale, {"image": "x"}]
    assert rendered(tmp_path, f"sidecars: [{OTHER}, {NATIVE}]\n", *given) == [scale, {**yaml.safe_load(NATIVE), "image": "x"}]


@pytest.mark.skipif(HELM is None, reason="helm is not on PATH, so nothing can be rendered")
def test_the_chart_s_own_list_is_replaced(tmp_path: Path) -> None:
    assert rendered(tmp_path, "", "--set", "sidecars[1].image=x") == [None, {"image": "x"}]
