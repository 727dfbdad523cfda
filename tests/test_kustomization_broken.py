"""Kustomizations that cannot be built by their own fault: what is told, and where. The real kubectl stops at each of them."""

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.kustomizing import Stopped, build, needs_kubectl, plant

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: registry.example/web:1}]}\n"
COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"

# What stands in `over/kustomization.yaml` and elsewhere, and where it is found and what is said.
# fmt: off
BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "a file that is missing": ({"over/kustomization.yaml": "namePrefix: a-\nresources:\n- web.yaml\n- gone.yaml\n"},
        "over/kustomization.yaml:4:3 The build stops: it names gone.yaml, which does not exist"),
    "a folder that is missing": ({"over/kustomization.yaml": "resources:\n- web.yaml\n- ../gone\n"},
        "over/kustomization.yaml:3:3 The build stops: it names ../gone, which does not exist"),
    "a component that is missing": ({"over/kustomization.yaml": "components: [ ../gone ]\n"},
        "over/kustomization.yaml:1:15 The build stops: it names ../gone, which does not exist"),
    "a patch that is missing": ({"over/kustomization.yaml": "resources: [web.yaml]\npatches:\n- path: gone.yaml\n"},
        "over/kustomization.yaml:3:9 The build stops: it names the patch gone.yaml, which does not exist"),
    "a patch from outside": ({"over/kustomization.yaml": "resources: [web.yaml]\npatches:\n- path: ../web.yaml\n", "web.yaml": POD},
        "over/kustomization.yaml:3:9 The build stops: its patch ../web.yaml lies outside of its folder"),
    "itself": ({"over/kustomization.yaml": "resources:\n- web.yaml\n- ../over\n"},
        "over/kustomization.yaml:1:1 The build stops: it includes itself, by way of ."),
    "itself by way of another": ({"over/kustomization.yaml": "resources:\n- ../top\n", "top/kustomization.yaml": "resources: [../over]\n"},
        "over/kustomization.yaml:2:3 The build stops: it includes itself, by way of ../top"),
    "two files in its folder": ({"over/kustomization.yaml": "resources: [web.yaml]\n", "over/Kustomization": "resources: [web.yaml]\n"},
        "over/kustomization.yaml:1:1 The build stops: its folder holds Kustomization as well, and kustomize takes only one"),
    "nothing in it": ({"over/kustomization.yaml": "# later\n---\n"},
        "over/kustomization.yaml:3:1 The build stops: it is empty, or holds no mapping"),
    "no YAML": ({"over/kustomization.yaml": "resources:\n- web.yaml\n- 'a\n"},
        "over/kustomization.yaml:4:1 The build stops: it is no YAML: found unexpected end of stream (while scanning a quoted scalar that "
        "starts 1 line above)"),
}
QUIET: dict[str, dict[str, str]] = {
    "one that can be built": {"over/kustomization.yaml": "resources: [web.yaml]\n"},
    "a remote base": {"over/kustomization.yaml": "resources: ['https://github.com/shop-example/config//base?ref=v1']\n"},
    "a name that is filled in before": {"over/kustomization.yaml": "resources: ['${CLUSTER}.yaml']\n"},
    "a template": {"over/kustomization.yaml": "resources: ['{{cluster}}.yaml']\n"},
    "an object of Flux": {"over/kustomization.yaml":
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\nspec: {path: ./gone}\n"},
    "a broken one that is not asked about": {"other/kustomization.yaml": "resources: [gone.yaml]\n"},
    "one whose base is broken": {"over/kustomization.yaml": "resources: [../base]\n",
        "base/kustomization.yaml": "resources: [gone.yaml]\n"},
}
# fmt: on


def told(run: Run, path: str = "over") -> list[str]:
    lines = run("check", "--format", "concise", path).out.splitlines()
    return [line.replace(": warning[kustomization-broken]", "") for line in lines if "kustomization-broken" in line]


@needs_kubectl
@pytest.mark.parametrize(("files", "said"), BROKEN.values(), ids=BROKEN)
def test_a_kustomization_that_cannot_be_built(tmp_path: Path, run: Run, files: dict[str, str], said: str) -> None:
    plant(tmp_path, {"over/web.yaml": POD, **files})
    assert said in told(run)
    with pytest.raises(Stopped):
        build(tmp_path / "over")


@pytest.mark.parametrize("files", QUIET.values(), ids=QUIET)
def test_a_kustomization_of_which_nothing_is_said(tmp_path: Path, run: Run, files: dict[str, str]) -> None:
    plant(tmp_path, {"over/web.yaml": POD, **files})
    assert told(run) == []


def test_it_can_be_ignored(tmp_path: Path, run: Run) -> None:
    plant(tmp_path, {"over/kustomization.yaml": "resources: [gone.yaml]\n"})
    assert run("check", "over").code == 1
    assert run("check", "--ignore", "kustomization-broken", "over").code == 0
