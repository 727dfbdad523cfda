"""What patches in objects of Flux, Argo CD and helmfile break: found where they stand, and broken where kustomize builds the same."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import CHECKOUT, Run
from tests.kustomizing import Stopped, named, needs_kubectl, pods
from tests.manifests import SAFE
from tests.test_gitops import argo, flux
from tests.test_patches import image, twice

FOLDER = CHECKOUT / "fixtures" / "gitops"
Pod = dict[str, Any]

FOUND = [
    "argocd/all.yaml:31 warning ignore-misses-container log-shipper",
    "argocd/compost-scales.yaml:19 error parameter-index-shifted log-shipper",
    "argocd/seed-catalogue.yaml:22 error patch-index-shifted log-shipper",
    "argocd/seed-catalogue.yaml:30 warning ignore-misses-container log-shipper",
    "clusters/field/seed-catalogue.yaml:29 error patch-misses-container log-shipper",
    "clusters/field/stock-import.yaml:23 error patch-index-shifted cloud-sql-proxy",
    "helmfile.yaml:15 warning patch-misses-container log-shipper",
    "helmfile.yaml:26 error patch-drops-sidecar log-shipper",
    "helmfile.yaml:38 error parameter-index-shifted sensor-relay",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The fixtures as a repository."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / ".git").mkdir()
    return tmp_path


def findings(run: Run, *arguments: str) -> list[dict[str, Any]]:
    return list(json.loads(run("check", "--format", "json", *arguments).out)["findings"])


def told(run: Run, *arguments: str) -> list[str]:
    found = findings(run, *arguments)
    return [
        f"{each['location']['path']}:{each['location']['line']} {each['severity']} {each['rule']} {each['container']}" for each in found
    ]


def test_what_the_fixtures_break(tree: Path, run: Run) -> None:
    assert told(run, ".") == FOUND


def test_whoever_checks_the_object_alone_is_told_as_well(tree: Path, run: Run) -> None:
    """The folder that it patches is looked up from the repository's top, also where no kustomization is near."""
    assert told(run, "clusters/field") == FOUND[4:6]
    assert told(run, "apps", "clusters/greenhouse") == []


def test_who_applies_the_patch_is_said(tree: Path, run: Run) -> None:
    (found,) = findings(run, "clusters/field/seed-catalogue.yaml")
    assert [each["message"] for each in found["evidence"]] == [
        "Deployment/seed-catalogue stands in apps/seed-catalogue/deployment.yaml",
        "the patch is applied to it by the Flux Kustomization seed-catalogue in clusters/field/seed-catalogue.yaml",
    ]
    (found,) = findings(run, "argocd/all.yaml")
    assert found["message"] == (
        "Differences in log-shipper are no longer ignored: Argo CD looks for it in containers, and Deployment/seed-catalogue has it in "
        "initContainers"
    )
    assert found["evidence"][1]["message"] == "the ApplicationSet shop builds it"


def written_out(tree: Path, path: str, folder: str, resources: list[str]) -> Path:
    """The folder that an object builds, with the object's patches in a kustomization file of its own."""
    spec = next(each["spec"] for each in yaml.safe_load_all((tree / path).read_text()) if each["kind"] in ("Kustomization", "Application"))
    patches = spec["source"]["kustomize"]["patches"] if "source" in spec else spec["patches"]
    (tree / folder / "kustomization.yaml").write_text(yaml.safe_dump({"resources": resources, "patches": patches}))
    return tree / folder


# fmt: off
BUILT: list[tuple[str, str, str, Callable[[Pod], bool] | str]] = [
    ("clusters/field/seed-catalogue.yaml", "seed-catalogue", "deployment.yaml", twice("log-shipper")),
    ("clusters/field/stock-import.yaml", "stock-import", "cronjob.yaml", "test operation does not apply"),
    ("argocd/seed-catalogue.yaml", "seed-catalogue", "deployment.yaml", image("germination-feed", "cr.fluentbit.io")),
    ("clusters/greenhouse/seed-catalogue.yaml", "seed-catalogue", "deployment.yaml",
        lambda pod: image("log-shipper", "cr.fluentbit.io/fluent/fluent-bit:3.2.2", "initContainers")(pod)
            and named(pod, "containers") == ["seed-catalogue", "germination-feed"]),
]
# fmt: on


@needs_kubectl
@pytest.mark.parametrize(("path", "name", "file", "broken"), BUILT, ids=[row[0] for row in BUILT])
def test_the_build_is_as_it_is_told(tree: Path, path: str, name: str, file: str, broken: Callable[[Pod], bool] | str) -> None:
    folder = written_out(tree, path, f"apps/{name}", [file])
    if isinstance(broken, str):
        with pytest.raises(Stopped, match=broken):
            pods(folder)
    else:
        assert broken(pods(folder)[name])


# What speaks of a base that is to be fixed, and what stands against the fix then. Nothing else names the folder `apps`.
NAMED = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: %s, tty: true}]}}}}"
PATCH = f"patches:\n- patch: |-\n    {NAMED % 'reader'}\n"
BUILT_ON = "kustomizations build on it, and what they add to the pod is not judged here"
NESTED = (
    "o.yaml would have to change with it, and cannot be edited: "
    "the patch is a part of the helmfile release web, and no text of its own"
)
INDEX = "ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/template/spec/containers/1/image]}]\n"
# fmt: off
GUARDED: dict[str, tuple[str, str, str]] = {
    "Flux": (flux(PATCH, "./apps"), "unsafe", BUILT_ON),
    "Flux, of the app": (flux(PATCH.replace("name: reader", "name: web"), "./apps"), "unsafe", BUILT_ON),
    "Flux, of another workload": (flux(PATCH.replace("name: web}", "name: api}"), "./apps"), "safe", ""),
    "Flux, of another folder": (flux(PATCH, "./other"), "safe", ""),
    "helmfile": (f"releases:\n- name: web\n  chart: ./apps\n  strategicMergePatches:\n  - {NAMED % 'reader'}\n", "manual", NESTED),
    "Argo CD, by an index": (argo(path="apps", more=INDEX), "unsafe", "the Application web (in o.yaml) ignores "
        "/spec/template/spec/containers/1/image, which is nothing from now on, and reader today"),
    "Argo CD, by the app's index": (argo(path="apps", more=INDEX.replace("/1/", "/0/")), "safe", ""),
    "Argo CD, of another folder": (argo(path="other", more=INDEX), "safe", ""),
}
# fmt: on


@pytest.mark.parametrize(("text", "applicability", "reason"), GUARDED.values(), ids=GUARDED)
def test_a_base_that_objects_speak_of_is_not_rewritten_alone(tmp_path: Path, run: Run, text: str, applicability: str, reason: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/web.yaml").write_text(SAFE)
    (tmp_path / "o.yaml").write_text(text)
    found = next(each for each in findings(run, ".") if each["location"]["path"] == "apps/web.yaml")
    assert (found["fix"]["applicability"], found["fix"]["hazards"]) == (applicability, [reason] * bool(reason))


def test_what_the_page_advises_is_right(run: Run) -> None:
    assert "initContainers[]" in run("explain", "ignore-misses-container").out
