"""The proof by building: what a fix of a base means in every build, and what stands against it. Built by the real kubectl."""

import os
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from sidecarlint.bench import bench
from sidecarlint.documents import Route
from sidecarlint.edits import Fields, Items, Move, Operation, Plain, Remove, Rename, Set, rewritten
from sidecarlint.findings import Finding, Location
from sidecarlint.fixes import Elsewhere, Plan
from sidecarlint.judging import Planned, judge
from sidecarlint.proving import Builds
from sidecarlint.references import KUSTOMIZATIONS, References
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.settings import Settings
from tests.kustomizing import needs_kubectl, plant

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      initContainers:
      - name: migrate
        image: registry.example/shop/migrate:3
      containers:
      - name: web
        image: registry.example/shop/web:3
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0
        args: [shop:europe-west1:orders]
      - name: reports
        image: registry.example/shop/reports:3
"""
NAMED = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: proxy
        args: [shop:europe-west1:orders-test]
"""
FOLLOWED = NAMED.replace("      containers:\n", "      initContainers:\n      - name: migrate\n")
FIRST = NAMED.replace("containers:", "initContainers:")
APPENDED = "- {op: add, path: /spec/template/spec/initContainers/%s, value: {name: warm, image: registry.example/shop/warm:1}}"
INDEX = "- {op: replace, path: /spec/template/spec/containers/%s/image, value: registry.example/shop/reports:4}"


def over(text: str, base: str = "../base") -> str:
    return f"resources: [{base}]\n{dedent(text)}"


def patched(patch: str) -> str:
    """An overlay with an inline patch."""
    return over("patches:\n- target: {kind: Deployment, name: web}\n  patch: |\n") + "".join(f"    {line}\n" for line in patch.splitlines())


BASE_FILES = {"base/web.yaml": BASE, "base/kustomization.yaml": "resources: [web.yaml]\n"}


class Run:
    """A tree on disk, in which plans are carried out as texts; nothing is written."""

    def __init__(self, top: Path, files: dict[str, str], no_exec: bool = False) -> None:
        self.top, self.now = top, dict[str, str]()
        plant(top, files)
        self.graph = Kustomizations([str(each) for each in top.rglob("*") if each.name in KUSTOMIZATIONS], self.read)
        self.builds = Builds(lambda path: self.graph, self.read, lambda: self.now, no_exec)

    def read(self, path: str) -> str | None:
        if path in self.now:
            return self.now[path]
        return Path(path).read_text(encoding="utf-8") if os.path.isfile(path) else None

    def path(self, name: str) -> str:
        return str(self.top / name)

    def moves(self, name: str = "base/web.yaml") -> list[Planned]:
        """What the program itself plans for the helpers of a file when nothing stands against it."""
        path, settings = self.path(name), Settings(placement="last")
        verdict = judge(path, self.read(path) or "", True, bench(settings), References(), lambda path, workload, moved: None)
        return [each for each in verdict.planned if each.plan is not None]

    def moved(self, planned: Sequence[Planned]) -> dict[str, str]:
        """The texts of what plans do in their own files."""
        operations: dict[str, dict[int, list[Operation]]] = {}
        for each in planned:
            assert each.plan is not None
            own = operations.setdefault(each.finding.location.path, {}).setdefault(each.number, [])
            own += each.plan.operations
        return {path: rewritten(self.read(path) or "", wanted) for path, wanted in operations.items()}

    def why_not(self, more: dict[str, str] | None = None) -> str | None:
        """What stands against the move in the base with these further texts, told without the folder that the tree is in."""
        planned = self.moves()
        texts = {**self.moved(planned), **{self.path(name): text for name, text in (more or {}).items()}}
        return self.told(self.builds.why_not(texts, planned))

    def told(self, reason: str | None) -> str | None:
        return reason.replace(f"{self.top}/", "") if reason is not None else None


def with_overlay(text: str, **more: str) -> dict[str, str]:
    return {**BASE_FILES, "over/kustomization.yaml": text, **{name.replace("__", "/") + ".yaml": each for name, each in more.items()}}


PREFIXED = "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: t}\nprefix: a-\nfieldSpecs: [{path: metadata/name}]\n"
COMPONENT = {"part/kustomization.yaml": "kind: Component\npatches: [{path: p.yaml}]\n", "part/p.yaml": NAMED}

# fmt: off
RIGHT: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "a base alone": (BASE_FILES, {}),
    "an overlay without patches": (with_overlay(over("namespace: shop\nimages: [{name: registry.example/shop/web, newTag: '4'}]")), {}),
    "another name": (with_overlay(over("namePrefix: a-\nnameSuffix: -b")), {}),
    "another name by a transformer": (with_overlay(over("transformers: [t.yaml]"),
        over__t=PREFIXED), {}),
    "twice in one build": ({**with_overlay(over("namePrefix: a-")), "two/kustomization.yaml": over("namePrefix: b-"),
        "top/kustomization.yaml": "resources: [../over, ../two]\n"}, {}),
    "a patch that speaks of another container": (with_overlay(patched(NAMED.replace("name: proxy", "name: web"))), {}),
    "a patch that follows": (with_overlay(over("patches: [{path: p.yaml}]"), over__p=NAMED), {"over/p.yaml": FOLLOWED}),
    "an inline patch that follows": (with_overlay(patched(NAMED)), {"over/kustomization.yaml": patched(FOLLOWED)}),
    "an index that follows": (with_overlay(patched(INDEX % 2)), {"over/kustomization.yaml": patched(INDEX % 1)}),
    "an init container that is added ahead of it": (with_overlay(patched(APPENDED % "-")),
        {"over/kustomization.yaml": patched(APPENDED % 1)}),
    "a component that follows": ({**with_overlay(over("components: [../part]")), **COMPONENT}, {"part/p.yaml": FOLLOWED}),
    "a build that is broken before, and says nothing of it": (with_overlay(over("components: [../gone]")), {}),
    "a remote neighbour": (with_overlay(over("components: ['https://config.example/parts//a?ref=v1']")), {}),
    "a file that is in no build": ({"base/web.yaml": BASE, "other/kustomization.yaml": "resources: [x.yaml]\n"}, {}),
    "another tree beside it is broken": ({**BASE_FILES, "other/kustomization.yaml": "resources: [x.yaml]\n"}, {}),
}
WRONG: dict[str, tuple[dict[str, str], dict[str, str], str]] = {
    "a patch that does not follow": (with_overlay(over("patches: [{path: p.yaml}]"), over__p=NAMED), {},
        "the build of over would change by more than the move: Deployment web: proxy would still stand in containers"),
    "a patch that deletes and does not follow": (with_overlay(patched(NAMED.replace("args:", "$patch: delete #"))), {},
        "the build of over would change by more than the move: Deployment web: spec.template.spec.initContainers would hold"),
    "a component that does not follow": ({**with_overlay(over("components: [../part]")), **COMPONENT}, {},
        "the build of over would change by more than the move: Deployment web: proxy would still stand in containers"),
    "an index that does not follow": (with_overlay(patched(INDEX % 1)), {},
        "the build of over would change by more than the move: Deployment web: spec.template.spec."),
    "an init container that is added behind it": (with_overlay(patched(APPENDED % "-")), {},
        "the build of over would change by more than the move: Deployment web: proxy would stand ahead of warm in initContainers"),
    "an index that is behind the end": (with_overlay(patched(INDEX % 2)), {}, "over would no longer build: "),
    "a patch that follows to the front": (with_overlay(patched(NAMED)), {"over/kustomization.yaml": patched(FIRST)},
        "the build of over would change by more than the move: Deployment web: proxy would stand ahead of migrate in initContainers"),
    "only one of two overlays follows": ({**with_overlay(patched(NAMED)), "two/kustomization.yaml": patched(NAMED)},
        {"over/kustomization.yaml": patched(FOLLOWED)}, "the build of two would change by more than the move: Deployment web: proxy"),
    "something else changes": (with_overlay(over("")), {"over/kustomization.yaml": over("namePrefix: a-")},
        "the build of over would change by more than the move: Deployment web would be lost"),
    "a build that is broken before, and speaks of it": (with_overlay(patched(NAMED) + "components: [../gone]\n"), {},
        "over/kustomization.yaml speaks of its containers, and no build has shown that it stays right; "
        "over does not build as it is (gone does not exist)"),
    "a remote neighbour of what speaks of it": (
        with_overlay(patched(NAMED) + "components: ['https://config.example/parts//a?ref=v1']\n"), {},
        "over/kustomization.yaml speaks of its containers, and no build has shown that it stays right; over/kustomization.yaml includes "
        "https://config.example/parts//a?ref=v1, which is not in this tree"),
    "a patch that follows in a build that is broken before": (
        with_overlay(over("patches: [{path: p.yaml}]\ncomponents: [../gone]\n"), over__p=NAMED), {"over/p.yaml": FOLLOWED},
        "over/p.yaml would have to follow, which no build has shown to be right; over does not build as it is (gone does not exist)"),
}
# fmt: on


@needs_kubectl
@pytest.mark.parametrize(("files", "more"), RIGHT.values(), ids=RIGHT)
def test_builds_that_stay_right(tmp_path: Path, files: dict[str, str], more: dict[str, str]) -> None:
    assert Run(tmp_path, files).why_not(more) is None


@needs_kubectl
@pytest.mark.parametrize(("files", "more", "reason"), WRONG.values(), ids=WRONG)
def test_builds_that_do_not(tmp_path: Path, files: dict[str, str], more: dict[str, str], reason: str) -> None:
    told = Run(tmp_path, files).why_not(more)
    assert told is not None
    assert told.startswith(reason)


@needs_kubectl
def test_a_build_that_was_not_moved_in(tmp_path: Path) -> None:
    """The plan says so, and the text does not."""
    run = Run(tmp_path, BASE_FILES)
    told = run.told(run.builds.why_not({run.path("base/web.yaml"): BASE}, run.moves()))
    assert told == "the build of base would change by more than the move: Deployment web: proxy would still stand in containers"


@needs_kubectl
def test_what_is_asked_about_on_top_of_what_was_accepted(tmp_path: Path) -> None:
    """Pass by pass: the plans of a later one speak of the text that the earlier ones have led to."""
    run = Run(tmp_path, with_overlay(over("namePrefix: a-")))
    path, text, planned = run.path("base/web.yaml"), BASE, list[Planned]()
    steps: list[tuple[Route, str]] = [(("containers", 0), "web"), (("containers", 1), "proxy"), (("initContainers", 0), "migrate")]
    for route, name in steps:
        operation = Set(("spec", "template", "spec", *route, "imagePullPolicy"), "Always")
        text, planned = rewritten(text, {0: [operation]}), [*planned, plan(path, name, operation)]
        assert run.builds.why_not({path: text}, planned) is None
    move = Move(("spec", "template", "spec", "containers", 1), "initContainers", 1)
    moved, planned = rewritten(text, {0: [move]}), [*planned, plan(path, "proxy", move)]
    assert "containers[web].image would be" in (run.builds.why_not({path: moved.replace("web:3", "web:4")}, planned) or "")
    assert "would still stand in containers" in (run.builds.why_not({path: text}, planned) or "")
    assert run.builds.why_not({path: moved}, planned) is None
    back = [*planned, plan(path, "proxy", move._replace(item=("spec", "template", "spec", "initContainers", 1), key="containers"))]
    assert run.builds.why_not({path: text}, back) is None
    # What somebody else has turned down since is begun with once more.
    assert run.builds.why_not({path: moved}, [*planned[:3], plan(path, "proxy", move)]) is None
    assert run.builds.why_not({path: moved}, [plan(path, "proxy", move)]) is not None


def plan(path: str, container: str, *operations: Set | Remove | Move, elsewhere: tuple[Elsewhere, ...] = ()) -> Planned:
    finding = Finding("some-rule", "some", "info", "", Location(path, 1, 1, 1, 1, 0, 0), None, container)
    return Planned(finding, Plan("Do it", "unsafe", (), operations, elsewhere), 0, ("spec", "template", "spec"))


@needs_kubectl
def test_what_was_rewritten_already_and_is_not_on_disk(tmp_path: Path) -> None:
    """As with --diff: the patch has followed another move, and the base is taken as it would be."""
    run = Run(tmp_path, with_overlay(over("namePrefix: a-\nresources: [../api]").replace("resources: [../base]\n", "", 1)))
    plant(tmp_path, {"over/kustomization.yaml": "resources: [../base, ../api]\n", "api/kustomization.yaml": "resources: [api.yaml]\n"})
    plant(tmp_path, {"api/api.yaml": BASE.replace("name: web\nspec", "name: api\nspec")})
    run = Run(tmp_path, {})
    first, second = run.moves("base/web.yaml"), run.moves("api/api.yaml")
    texts = run.moved(first)
    assert run.builds.why_not(texts, first) is None
    run.now = texts
    assert run.builds.why_not(run.moved(second), second) is None
    assert "still stand in containers" in (run.builds.why_not({**run.moved(second), run.path("base/web.yaml"): BASE}, first) or "")


# fmt: off
OTHER_DEEDS: dict[str, tuple[Set | Remove, str]] = {
    "in an app": (Set(("spec", "template", "spec", "containers", 0, "command"), "true"), "web"),
    "in the pod": (Set(("spec", "template", "spec", "affinity"), Fields((("nodeAffinity", Fields(())),))), ""),
    "beside the pod": (Set(("spec", "template", "metadata", "annotations", "sidecar.istio.io/inject"), "true"), ""),
    "in the object": (Set(("metadata", "annotations", "owner"), "shop"), ""),
    "something goes": (Remove(("spec", "template", "spec", "containers", 1, "args")), "proxy"),
}
# fmt: on


@needs_kubectl
@pytest.mark.parametrize(("operation", "container"), OTHER_DEEDS.values(), ids=OTHER_DEEDS)
def test_other_deeds_than_moves(tmp_path: Path, operation: Set | Remove, container: str) -> None:
    run = Run(tmp_path, with_overlay(patched(NAMED.replace("name: proxy", "name: reports")) + "nameSuffix: -a\n"))
    path = run.path("base/web.yaml")
    texts = {path: rewritten(BASE, {0: [operation]})}
    assert run.builds.why_not(texts, [plan(path, container, operation)]) is None
    assert run.builds.why_not(texts, []) is not None


@needs_kubectl
def test_a_deed_that_a_patch_undoes(tmp_path: Path) -> None:
    operation = Set(("spec", "template", "spec", "containers", 1, "args"), Items(("--quiet",)))
    run = Run(tmp_path, with_overlay(patched(NAMED)))
    path = run.path("base/web.yaml")
    told = run.builds.why_not({path: rewritten(BASE, {0: [operation]})}, [plan(path, "proxy", operation)])
    assert "containers[proxy].args[0] would be shop:europe-west1:orders-test instead of --quiet" in (told or "")


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n  - port: 80\n    targetPort: http\n"


@needs_kubectl
def test_what_is_done_in_another_object_of_the_build(tmp_path: Path) -> None:
    files = {**with_overlay(over("")), "base/service.yaml": SERVICE, "base/kustomization.yaml": "resources: [web.yaml, service.yaml]\n"}
    run = Run(tmp_path, files)
    operation = Set(("spec", "ports", 0, "targetPort"), Plain("8080"))
    service, planned = run.path("base/service.yaml"), run.moves()
    texts = {**run.moved(planned), service: rewritten(SERVICE, {0: [operation]})}
    assert "Service web: spec.ports[0].targetPort would be 8080 instead of http" in (run.builds.why_not(texts, planned) or "")
    assert planned[0].plan is not None
    both = planned[0]._replace(plan=planned[0].plan._replace(elsewhere=(Elsewhere(service, 0, operation),)))
    assert run.builds.why_not(texts, [both]) is None


RELEASE = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  source:
    helm:
      values: |
        sidecars:
        - name: proxy
"""


@needs_kubectl
def test_what_is_done_in_a_text_inside_of_an_object(tmp_path: Path) -> None:
    run = Run(tmp_path, {"apps/web.yaml": RELEASE, "apps/kustomization.yaml": "resources: [web.yaml]\nnamePrefix: a-\n"})
    path, inner = run.path("apps/web.yaml"), ("spec", "source", "helm", "values")
    planned = [plan(path, "proxy", elsewhere=(Elsewhere(path, 0, Rename(("sidecars",), "initContainers"), inner),))]
    new = RELEASE.replace("sidecars:", "initContainers:")
    assert run.builds.why_not({path: new}, planned) is None
    assert "a-web: spec" in (run.builds.why_not({path: new.replace("source:", "sources:")}, planned) or "")
    assert run.builds.why_not({path: new}, [plan(path, "proxy")]) is not None


BRINGS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - name: agent
        image: registry.example/shop/agent:1
"""
BROUGHT = BRINGS.replace("      containers:\n", "      initContainers:\n      - name: migrate\n") + "        restartPolicy: Always\n"


@needs_kubectl
def test_a_helper_that_only_a_patch_brings(tmp_path: Path) -> None:
    run = Run(tmp_path, with_overlay(over("patches: [{path: p.yaml}]"), over__p=BRINGS))
    path = run.path("over/p.yaml")
    planned = [plan(path, "agent", Move(("spec", "template", "spec", "containers", 0), "initContainers", 0))]
    assert run.builds.why_not({path: BROUGHT}, planned) is None
    unlike = {
        BRINGS: None,
        BROUGHT.replace("Always", "Never"): "restartPolicy would be Never instead of Always",
        BROUGHT.replace("agent:1", "agent:2"): "initContainers[agent].image would be registry.example/shop/agent:2",
        BROUGHT + "      containers: [{name: web, image: web:4}]\n": "containers[web].image would be web:4",
    }
    for text, told in unlike.items():
        fresh = Run(tmp_path, {}).builds.why_not({path: text}, planned)
        assert fresh is None if told is None else told in (fresh or "")


VENDORED = """\
resources: [../base]
patches:
- target: {kind: Deployment, name: web}
  patch: |-
    - {op: test, path: /spec/template/spec/containers/1/name, value: proxy}
    - {op: move, from: /spec/template/spec/containers/1, path: /spec/template/spec/initContainers/-}
    - {op: add, path: /spec/template/spec/initContainers/1/restartPolicy, value: Always}
"""


@needs_kubectl
def test_a_base_that_stays_as_it_is(tmp_path: Path) -> None:
    run = Run(tmp_path, with_overlay(over("")))
    path = run.path("over/kustomization.yaml")
    planned = [plan(run.path("base/web.yaml"), "proxy", elsewhere=(Elsewhere(path, 0, Set(("patches",), "")),))]
    assert run.builds.why_not({path: VENDORED}, planned) is None
    told = run.builds.why_not({path: VENDORED.replace("Always", "OnFailure")}, planned)
    assert told is not None


# Without a program to build with

# fmt: off
UNPROVEN: dict[str, tuple[dict[str, str], dict[str, str], str | None]] = {
    "a base alone": (BASE_FILES, {}, None),
    "no patch speaks of containers": (
        with_overlay(over("namePrefix: a-\npatches: [{patch: '[{op: add, path: /metadata/labels, value: {}}]'}]")), {}, None),
    "a patch of another container": (with_overlay(over("patches: [{path: p.yaml}]"), over__p=NAMED.replace("proxy", "web")), {}, None),
    "a file that is in no build": ({"base/web.yaml": BASE, "other/kustomization.yaml": "resources: [x.yaml]\n"}, {}, None),
    "a patch that follows": (with_overlay(over("patches: [{path: p.yaml}]"), over__p=NAMED), {"over/p.yaml": FOLLOWED},
        "over/p.yaml would have to follow, which no build has shown to be right; "),
    "an inline patch that follows": (with_overlay(patched(NAMED)), {"over/kustomization.yaml": patched(FOLLOWED)},
        "over/kustomization.yaml would have to follow, which no build has shown to be right; "),
    "a patch of the helper": (with_overlay(patched(NAMED)), {},
        "over/kustomization.yaml speaks of its containers, and no build has shown that it stays right; "),
    "an index behind it": (with_overlay(patched(INDEX % 2)), {},
        "over/kustomization.yaml speaks of its containers, and no build has shown that it stays right; "),
}
# fmt: on


@pytest.mark.parametrize("no_exec", [True, False], ids=["not allowed", "not there"])
@pytest.mark.parametrize(("files", "more", "reason"), UNPROVEN.values(), ids=UNPROVEN)
def test_without_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], more: dict[str, str], reason: str | None, no_exec: bool
) -> None:
    if not no_exec:
        monkeypatch.setenv("PATH", str(tmp_path))
    advice = "leave --no-exec away, so that this can be proven" if no_exec else "install kubectl or kustomize, so that this can be proven"
    assert Run(tmp_path, files, no_exec).why_not(more) == (reason + advice if reason is not None else None)
