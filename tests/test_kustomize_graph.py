"""The graph of kustomizations: who includes whom, by which ways a file gets into builds, and what cannot be built."""

import os
from pathlib import Path

import pytest

from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Kustomizations
from tests.kustomizing import plant

COMPONENT = "kind: Component\n"


def graph(folder: Path, files: dict[str, str]) -> Kustomizations:
    plant(folder, files)
    return Kustomizations([str(path) for path in folder.rglob("*") if path.name in KUSTOMIZATIONS], read)


def read(path: str) -> str | None:
    return Path(path).read_text(encoding="utf-8") if os.path.isfile(path) else None


def kustomizations(**texts: str) -> dict[str, str]:
    """A kustomization for each folder, and a file `web.yaml` in `base`."""
    return {"base/web.yaml": "kind: Pod\n", **{f"{folder}/kustomization.yaml": text for folder, text in texts.items()}}


# fmt: off
WAYS: dict[str, tuple[dict[str, str], list[str]]] = {
    "nobody names it": (kustomizations(base="resources: [api.yaml]\n"), []),
    "a base alone": (kustomizations(base="resources: [web.yaml]\n"), ["base"]),
    "an overlay": (kustomizations(base="resources: [web.yaml]\n", over="resources: [../base]\n"), ["base over"]),
    "the old word for a base": (kustomizations(base="resources: [web.yaml]\n", over="bases: [../base]\n"), ["base over"]),
    "a file from elsewhere": (kustomizations(over="resources: [../base/web.yaml]\n"), ["over"]),
    "two overlays": (kustomizations(base="resources: [web.yaml]\n", one="resources: [../base]\n", two="resources: [../base]\n"),
        ["base one", "base two"]),
    "a layer between": (kustomizations(base="resources: [web.yaml]\n", mid="resources: [../base]\n", top="resources: [../mid]\n"),
        ["base mid top"]),
    "two ways into one build": (kustomizations(base="resources: [web.yaml]\n", a="resources: [../base]\n", b="resources: [../base]\n",
        top="resources: [../a, ../b]\n"), ["base a top", "base b top"]),
    "components first, in their order": (kustomizations(base="resources: [web.yaml]\n", x=COMPONENT, y=COMPONENT,
        over="resources: [../base]\ncomponents: [../y, ../x]\n"), ["base y x over"]),
    "a component's own components before it": (kustomizations(base="resources: [web.yaml]\n", x=COMPONENT,
        y=COMPONENT + "components: [../x]\n", over="resources: [../base]\ncomponents: [../y]\n"), ["base x y over"]),
    "a file that a component brings": (kustomizations(base=COMPONENT + "resources: [web.yaml]\n", x=COMPONENT, y=COMPONENT,
        over="components: [../x, ../base, ../y]\n"), ["base y over"]),
    "a component of components that leads back": (kustomizations(base="resources: [web.yaml]\n", x=COMPONENT + "components: [../y]\n",
        y=COMPONENT + "components: [../x]\n", over="resources: [../base]\ncomponents: [../y]\n"), ["base x y over"]),
    "a loop": (kustomizations(base="resources: [web.yaml, ../over]\n", over="resources: [../base]\n"), []),
}
# fmt: on


@pytest.mark.parametrize(("files", "ways"), WAYS.values(), ids=WAYS)
def test_the_ways_of_a_file_into_builds(tmp_path: Path, files: dict[str, str], ways: list[str]) -> None:
    found = graph(tmp_path, files).ways(str(tmp_path / "base" / "web.yaml"))
    assert sorted(" ".join(os.path.basename(layer.folder) for layer in way.layers) for way in found) == ways
    assert [way.root for way in found] == [way.layers[-1] for way in found]


def test_bases_that_double_at_every_step_come_to_an_end(tmp_path: Path) -> None:
    files = kustomizations(base="resources: [web.yaml]\n")
    for step in range(20):
        below = "base" if step == 0 else f"top{step - 1}"
        files |= {f"{side}{step}/kustomization.yaml": f"resources: [../{below}]\n" for side in ("left", "right")}
        files[f"top{step}/kustomization.yaml"] = f"resources: [../left{step}, ../right{step}]\n"
    assert len(graph(tmp_path, files).ways(str(tmp_path / "base" / "web.yaml"))) == 64


# fmt: off
PROBLEMS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "nothing wrong": (kustomizations(base="resources: [web.yaml]\n"), {}),
    "no YAML": (kustomizations(base="resources: [web.yaml\n"), {"base": "it is no YAML"}),
    "empty": (kustomizations(base=""), {"base": "it is empty, or holds no mapping"}),
    "a list": (kustomizations(base="- web.yaml\n"), {"base": "it is empty, or holds no mapping"}),
    "a file that is missing": (kustomizations(base="resources: [api.yaml]\n"), {"base": "it names api.yaml, which does not exist"}),
    "a component that is missing": (kustomizations(base="resources: [web.yaml]\ncomponents: [../gone]\n"),
        {"base": "it names ../gone, which does not exist"}),
    "a patch that is missing": (kustomizations(base="resources: [web.yaml]\npatches: [{path: p.yaml}]\n"),
        {"base": "it names the patch p.yaml, which does not exist"}),
    "a patch from outside": ({**kustomizations(base="resources: [web.yaml]\npatches: [{path: ../p.yaml}]\n"), "p.yaml": "kind: Pod\n"},
        {"base": "its patch ../p.yaml lies outside of its folder"}),
    "itself": (kustomizations(base="resources: [web.yaml, .]\n"), {"base": "it includes itself, by way of ."}),
    "a loop of two": (kustomizations(base="resources: [web.yaml, ../over]\n", over="resources: [../base]\n"),
        {"base": "it includes itself, by way of ../over", "over": "it includes itself, by way of ../base"}),
    "two files in one folder": ({**kustomizations(base="resources: [web.yaml]\n"), "base/Kustomization": "resources: [web.yaml]\n"},
        {"base": "its folder holds Kustomization as well, and kustomize takes only one"}),
}
# fmt: on


@pytest.mark.parametrize(("files", "problems"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_cannot_be_built(tmp_path: Path, files: dict[str, str], problems: dict[str, str]) -> None:
    told = {os.path.basename(os.path.dirname(path)): why for path, why in graph(tmp_path, files).problems}
    assert told.keys() == problems.keys()
    assert [why for folder, why in told.items() if not why.startswith(problems[folder])] == []


@pytest.mark.parametrize(
    "name",
    [
        "https://github.com/shop/config//base?ref=v1",
        "github.com/shop/config/base",
        "git@github.com:shop/config.git",
        "shop.example/config//base",
    ],
)
def test_what_lies_elsewhere_is_not_seen(tmp_path: Path, name: str) -> None:
    found = graph(tmp_path, kustomizations(base=f"resources: [web.yaml, '{name}']\n"))
    assert found.unseen == ((str(tmp_path / "base" / "kustomization.yaml"), name),)
    assert found.problems == ()


def test_a_folder_outside_of_the_tree_is_not_seen(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "elsewhere").mkdir()
    found = graph(tmp_path / "tree", kustomizations(base="resources: [web.yaml, ../../elsewhere]\n"))
    assert [name for _, name in found.unseen] == ["../../elsewhere"]


def test_patches_in_the_order_in_which_they_are_applied(tmp_path: Path) -> None:
    text = """
        patchesJson6902:
        - {path: d.yaml, target: {kind: Pod, name: web}}
        patches:
        - {path: b.yaml}
        - {path: c.yaml, target: {kind: Pod, name: 'w.*', labelSelector: a=b}}
        patchesStrategicMerge: [a.yaml]
        """
    found = graph(tmp_path, {f"base/{name}.yaml": "kind: Pod\n" for name in "abcd"} | {"base/kustomization.yaml": text})
    patches = found.all[0].patches
    assert [(os.path.basename(each.path), each.after_names) for each in patches] == [
        ("a.yaml", False),
        ("b.yaml", False),
        ("c.yaml", False),
        ("d.yaml", True),
    ]
    assert [each.route for each in patches] == [
        ("patchesStrategicMerge", 0),
        ("patches", 0, "path"),
        ("patches", 1, "path"),
        ("patchesJson6902", 0, "path"),
    ]
    assert patches[2].target is not None
    assert (patches[2].target.kind, patches[2].target.name, patches[2].target.labels) == ("Pod", "w.*", "a=b")
    assert patches[0].target is None
