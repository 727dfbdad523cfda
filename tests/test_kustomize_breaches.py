"""What a patch breaks and what it does not, in a few words each: every clause with a row in which it does not hold."""

from pathlib import Path

import pytest

from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.references.kustomize.breaches import Breach
from tests.kustomizing import plant
from tests.test_kustomize_pods import BASE, merge, operations, read

STUB = merge("containers: [{name: shipper, tty: true}]")
PLAIN = BASE.replace(", restartPolicy: Always", "")


TWIN = PLAIN.replace("      - {name: shipper, image: shipper:1}\n", "").replace("      - {name: feed", "      - {name: shipper")


def replacements(*fields: str, select: str = "{kind: Deployment, name: web}", more: str = "") -> str:
    listed = "".join(f"    - spec.template.spec.{field}\n" for field in fields)
    return f"replacements:\n- source: {{kind: ConfigMap, name: v}}\n  targets:\n  - select: {select}\n{more}    fieldPaths:\n{listed}"


def broken(folder: Path, files: dict[str, str]) -> list[Breach]:
    plant(folder, {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]\n", **files})
    found = Kustomizations([str(path) for path in folder.rglob("*") if path.name in KUSTOMIZATIONS], read)
    return [each for path in sorted(folder.rglob("*")) for each in found.breaches_in(str(path))]


def told(folder: Path, files: dict[str, str]) -> list[str]:
    return [" ".join(filter(None, (each.about, each.container, each.key, each.instead))) for each in broken(folder, files)]


def over(patches: str = "", base: str = BASE, rest: str = "") -> dict[str, str]:
    text = "resources: [../base]\n" + (f"patches:\n{patches}" if patches else "") + rest
    return {"base/web.yaml": base, "over/kustomization.yaml": text}


SHIPPER = "{name: shipper, image: shipper:2, restartPolicy: Always}"
IMAGE = "op: replace, path: POD/containers/%s/image, value: %s"
# fmt: off
ROWS: dict[str, tuple[dict[str, str], list[str]]] = {
    # A merge.
    "a name in the wrong list": (over(STUB), ["doubled shipper containers"]),
    "a name of an init container that ends": (over(merge("containers: [{name: migrate, tty: true}]")), ["doubled migrate containers"]),
    "an app among the init containers": (over(merge("initContainers: [{name: cache, tty: true}]")), ["doubled cache initContainers"]),
    "a name in the right list": (over(merge("initContainers: [{name: shipper, tty: true}]")), []),
    "a name that nobody has": (over(merge("containers: [{name: other, tty: true}]")), []),
    "a whole container of that name": (over(merge(f"containers: [{SHIPPER}]")), []),
    "another workload": (over(STUB.replace("name: web", "name: api")), []),
    "another version": (over(STUB.replace("apps/v1", "apps/v1beta1")), []),
    "another namespace": (over(STUB.replace("name: web}", "name: web, namespace: shop}")), []),
    "the namespace that it has": (over(STUB.replace("name: web}", "name: web, namespace: default}")), ["doubled shipper containers"]),
    "a container that is moved by hand": (over(merge(f"containers: [{{name: cache, $patch: delete}}], initContainers: [{SHIPPER}]"
        .replace("shipper", "cache"))), []),
    "a container that goes in a later patch": (over(STUB + merge("containers: [{name: shipper, $patch: delete}]")), []),
    "a sidecar that goes in a later patch": (over(STUB + merge("initContainers: [{name: shipper, $patch: delete}]")), []),
    "a sidecar that only a later patch brings": (over(STUB + merge(f"initContainers: [{SHIPPER}]"),
        BASE.replace("      - {name: shipper, image: shipper:1, restartPolicy: Always}\n", "")), ["doubled shipper containers"]),
    "what is not followed later": (over(STUB, rest="transformers: [t.yaml]\n") | {"over/t.yaml": "kind: Own\n"}, []),
    "a kind that kustomize cannot merge": (over(STUB.replace("apps/v1, kind: Deployment", "argoproj.io/v1alpha1, kind: Rollout"),
        BASE.replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")), []),
    "two builds that break in one way": (over(STUB) | {"top/kustomization.yaml": "resources: [../over]\n"}, ["doubled shipper containers"]),
    "a deletion in the wrong list": (over(merge("containers: [{name: shipper, $patch: delete}]")), ["kept shipper containers"]),
    "a deletion in both lists": (over(merge("containers: [{name: shipper, $patch: delete}], "
        "initContainers: [{name: shipper, $patch: delete}]")), []),
    "a deletion of what nobody has": (over(merge("containers: [{name: other, $patch: delete}]")), []),
    # A JSON patch.
    "a test of another": (over(operations("op: test, path: POD/containers/1/name, value: shipper")), ["untrue shipper containers cache"]),
    "a test behind the end": (over(operations("op: test, path: POD/containers/3/name, value: shipper")), ["untrue shipper containers"]),
    "a test of one that moved up": (over(operations("op: test, path: POD/containers/2/name, value: cache")),
        ["untrue cache containers feed"]),
    "a test that holds": (over(operations("op: test, path: POD/containers/1/name, value: cache")), []),
    "a test of a name that nobody has": (over(operations("op: test, path: POD/containers/1/name, value: other")), []),
    "a test in a pod without sidecars": (over(operations("op: test, path: POD/containers/1/name, value: migrate"), PLAIN), []),
    "a test of something else": (over(operations("op: test, path: POD/containers/1/tty, value: shipper")), []),
    "what follows a test that fails": (over(operations("op: test, path: POD/containers/1/name, value: shipper", IMAGE % (1, "shipper:2"))),
        ["untrue shipper containers cache"]),
    "an index behind the end": (over(operations("op: remove, path: POD/containers/3")), ["beyond shipper containers"]),
    "a field behind the end": (over(operations("op: add, path: POD/containers/3/tty, value: true")), ["beyond shipper containers"]),
    "an insertion at the end": (over(operations("op: add, path: POD/containers/3, value: {name: new, image: new:1}")), []),
    "an insertion behind the end": (over(operations("op: add, path: POD/containers/4, value: {name: new, image: new:1}")),
        ["beyond shipper containers"]),
    "an index that never was right": (over(operations("op: remove, path: POD/containers/4")), []),
    "an index in a pod without sidecars": (over(operations("op: remove, path: POD/containers/3"), PLAIN), []),
    "an index after another patch": (over(merge("containers: [{name: new, image: new:1}]")
        + operations("op: remove, path: POD/containers/3")), []),
    "the image of the sidecar": (over(operations(IMAGE % (1, "shipper:2"))), ["mistaken shipper containers cache"]),
    "the image of the container itself": (over(operations(IMAGE % (1, "cache:2"))), []),
    "an image that nobody has": (over(operations(IMAGE % (1, "other:2"))), []),
    "the image of an init container that ends": (over(operations(IMAGE % (1, "migrate:2"))), []),
    "an image that an app has too": (over(operations(IMAGE % (1, "shipper:2")), BASE.replace("feed:1", "shipper:1")), []),
    "the image of the sidecar where it stands": (over(operations("op: replace, path: POD/initContainers/1/image, value: shipper:2")), []),
    # A list.
    "a list added over the sidecar": (over(operations("op: add, path: POD/initContainers, value: [{name: new, image: new:1}]")),
        ["overwritten shipper initContainers"]),
    "a list with the sidecar in it": (over(operations(f"op: add, path: POD/initContainers, value: [{SHIPPER}]")), []),
    "a list that knows of another": (over(operations("op: replace, path: POD/initContainers, value: [{name: new, image: new:1}]")), []),
    "a list over one without sidecars": (over(operations("op: add, path: POD/initContainers, value: [{name: new, image: new:1}]"), PLAIN),
        []),
    "a list of ordinary containers": (over(operations("op: add, path: POD/containers, value: [{name: new, image: new:1}]")), []),
    # A replacement.
    "a replacement by name": (over(rest=replacements("containers.[name=shipper].image")), ["unfound shipper containers"]),
    "a replacement of an app as an init container": (over(rest=replacements("initContainers.[name=app].image")),
        ["unfound app initContainers"]),
    "a replacement where it stands": (over(rest=replacements("initContainers.[name=shipper].image")), []),
    "a replacement of a name that nobody has": (over(rest=replacements("containers.[name=other].image")), []),
    "a replacement of all": (over(rest=replacements("containers.*.image")), ["skipped shipper containers"]),
    "of a field that the sidecar lacks": (over(rest=replacements("containers.*.imagePullPolicy")), []),
    "of all, and of the sidecar by name": (over(rest=replacements("containers.*.image", "initContainers.[name=shipper].image")), []),
    "of all, and of the sidecar by index": (over(rest=replacements("containers.*.image", "initContainers.1.image")), []),
    "of all, and of another by index": (over(rest=replacements("containers.*.image", "initContainers.0.image")),
        ["skipped shipper containers"]),
    "of all in both lists": (over(rest=replacements("containers.*.image", "initContainers.*.image")), []),
    "of all in a pod without sidecars": (over(rest=replacements("containers.*.image"), base=PLAIN), []),
    "of all in another workload": (over(rest=replacements("containers.*.image", select="{kind: Deployment, name: api}")), []),
    "of all but this workload": (over(rest=replacements("containers.*.image", more="    reject: [{name: web}]\n")), []),
    "of all but another workload": (over(rest=replacements("containers.*.image", more="    reject: [{name: api}]\n")),
        ["skipped shipper containers"]),
    "of all with labels that may be added": (over(rest=replacements("containers.*.image", select="{labelSelector: tier=front}")), []),
    "of something else": (over(rest=replacements("replicas", "volumes.*.name")), []),
}
# fmt: on


@pytest.mark.parametrize(("files", "expected"), ROWS.values(), ids=ROWS)
def test_what_is_broken(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert told(tmp_path, files) == expected


def test_a_breach_says_where_it_stands_and_whom_it_hits(tmp_path: Path) -> None:
    files = over("- path: p.yaml\n") | {"over/p.yaml": "kind: ConfigMap\n---\n" + STUB.split("|-\n")[1], "top/kustomization.yaml": ""}
    (found,) = broken(tmp_path, files)
    assert found.place == (str(tmp_path / "over/p.yaml"), 1, ("spec", "template", "spec", "containers", 0, "name"), None)
    assert (found.workload, found.base) == ("Deployment/web", str(tmp_path / "base/web.yaml"))
    assert found.root == str(tmp_path / "over/kustomization.yaml")


def test_an_inline_patch_is_pointed_into(tmp_path: Path) -> None:
    (found,) = broken(tmp_path, over(STUB))
    text = (tmp_path / "over/kustomization.yaml").read_text()
    inline = text.split("|-\n    ")[1]
    assert (found.place.path, found.place.route) == (str(tmp_path / "over/kustomization.yaml"), ("patches", 0, "patch"))
    assert found.place.part is not None
    assert inline[slice(*found.place.part)] == "shipper"


def test_a_patch_shared_by_two_builds_is_told_of_the_one_that_it_breaks(tmp_path: Path) -> None:
    files = {
        "twin/web.yaml": TWIN,
        "twin/kustomization.yaml": "resources: [web.yaml]\n",
        "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n" + STUB,
        "one/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\n",
        "two/kustomization.yaml": "resources: [../twin]\ncomponents: [../part]\n",
    }
    (found,) = broken(tmp_path, files)
    assert (found.about, found.root) == ("doubled", str(tmp_path / "one/kustomization.yaml"))
