"""What a pointer or an expression of Argo CD means in a pod, and when it no longer finds it."""

import pytest

from sidecarlint.documents import documents
from sidecarlint.references.kustomize.ignoring import Spoken, is_for, missed, spoken
from sidecarlint.references.kustomize.pods import lists
from sidecarlint.references.kustomize.selecting import Called
from sidecarlint.references.kustomize.values import Ignored, Selector

POD = ("spec", "template", "spec")
# fmt: off
SAID: dict[str, Spoken | None] = {
    "/spec/template/spec/containers/1/image": Spoken("containers", 1, "", "image"),
    "/spec/template/spec/initContainers/0/env/2/value": Spoken("initContainers", 0, "", "env.2.value"),
    "/spec/template/spec/containers": Spoken("containers"),
    "/spec/template/spec/volumes/1": None,
    "/spec/containers/1/image": None,
    "/spec/template/spec": None,
    ".spec.template.spec.containers[1].image": Spoken("containers", 1, "", "image"),
    ".spec.template.spec.containers[].image": Spoken("containers", None, "", "image"),
    ".spec.template.spec.containers[]?.env[]?.value": Spoken("containers", None, "", "env[]?.value"),
    ".spec.template.spec.containers[] | select(.name == \"web\") | .image": Spoken("containers", None, "web", "image"),
    ".spec.template.spec.containers[]|select(.name=='web').image": Spoken("containers", None, "web", "image"),
    ".spec.template.spec.containers[] | select(.image | test(\"web\")) | .env": Spoken("containers", None, "",
        'select(.image | test("web")) | .env'),
    ".spec.template.spec.containers[].env[] | select(.name == \"web\")": Spoken("containers", None, "", 'env[] | select(.name == "web")'),
    "(.spec.template.spec.initContainers[] | select(.name == \"web\")).image": Spoken("initContainers", None, "web", ").image"),
    "(.spec.template.spec.containers[], .spec.template.spec.initContainers[]) | select(.name == \"web\")": None,
    ".spec.template.spec.containersPerNode": None,
    ".spec.containers[].image": None,
    ".spec.replicas": None,
}
# fmt: on


@pytest.mark.parametrize(("path", "said"), SAID.items())
def test_what_a_path_says_of_containers(path: str, said: Spoken | None) -> None:
    assert spoken(path, POD) == said


NATIVE = "{containers: [{name: web}, {name: cache}], initContainers: [{name: migrate}, {name: shipper, restartPolicy: Always}]}"
PLAIN = NATIVE.replace(", restartPolicy: Always", "")
JQ = '.spec.template.spec.%s[] | select(.name == "%s") | .image'
POINTER = "/spec/template/spec/%s/%d/image"
# An expression, others beside it, and what is found; in a pod with a sidecar, unless it says so.
# fmt: off
ROWS: dict[str, tuple[str, tuple[str, ...], tuple[str, str] | None]] = {
    "a sidecar among the containers": (JQ % ("containers", "shipper"), (), ("unignored", "shipper")),
    "an app among the init containers": (JQ % ("initContainers", "web"), (), ("unignored", "web")),
    "where it stands": (JQ % ("initContainers", "shipper"), (), None),
    "a name that nobody has": (JQ % ("containers", "proxy"), (), None),
    "behind the end": (POINTER % ("containers", 2), (), ("unignored-beyond", "shipper")),
    "far behind the end": (POINTER % ("containers", 3), (), None),
    "an index that is right": (POINTER % ("containers", 1), (), None),
    "behind the end of the init containers": (POINTER % ("initContainers", 2), (), None),
    "all containers": (".spec.template.spec.containers[].image", (), None),
    "with another for the sidecar": (JQ % ("containers", "shipper"), (JQ % ("initContainers", "shipper"),), None),
    "with another by its index": (JQ % ("containers", "shipper"), (POINTER % ("initContainers", 1),), None),
    "with another by a wrong index": (JQ % ("containers", "shipper"), (POINTER % ("initContainers", 0),), ("unignored", "shipper")),
    "with another for all": (POINTER % ("containers", 2), (".spec.template.spec.initContainers[].image",), None),
    "with another for another field": (JQ % ("containers", "shipper"), (JQ.replace("image", "env") % ("initContainers", "shipper"),),
        ("unignored", "shipper")),
    "with another for another container": (JQ % ("containers", "shipper"), (JQ % ("initContainers", "migrate"),),
        ("unignored", "shipper")),
}
# fmt: on


@pytest.mark.parametrize(("path", "others", "found"), ROWS.values(), ids=ROWS)
def test_what_is_no_longer_found(path: str, others: tuple[str, ...], found: tuple[str, str] | None) -> None:
    pod = lists(next(documents(NATIVE)).root)
    said, *beside = (each for one in (path, *others) if (each := spoken(one, POD)) is not None)
    assert missed(pod, said, [said, *beside]) == found


def test_an_index_in_a_pod_without_sidecars_never_was_right() -> None:
    assert missed(lists(next(documents(PLAIN)).root), Spoken("containers", 2)) is None


WEB = Called("apps", "v1", "Deployment", ("web", "dev-web"), ("shop",))
# fmt: off
SELECTED: list[tuple[Selector, bool]] = [
    (Selector("apps", "", "Deployment"), True),
    (Selector("apps", "", "Deployment", "web"), True),
    (Selector("apps", "", "Deployment", "dev-web"), True),
    (Selector("apps", "", "Deployment", "we"), False),
    (Selector("apps", "", "Deployment", "w.*"), False),
    (Selector("apps", "", "StatefulSet"), False),
    (Selector("", "", "Deployment"), False),
    (Selector("*", "", "*"), True),
    (Selector("apps", "", "Deployment", "", "shop"), True),
    (Selector("apps", "", "Deployment", "", "blog"), False),
]
# fmt: on


@pytest.mark.parametrize(("select", "is_selected"), SELECTED)
def test_whom_an_entry_is_about(select: Selector, is_selected: bool) -> None:
    assert is_for(Ignored("", (), select), WEB) == is_selected


def test_an_object_without_a_namespace_gets_that_of_the_application() -> None:
    assert is_for(Ignored("", (), Selector("apps", "", "Deployment", "", "blog")), WEB._replace(namespaces=("default",)))
