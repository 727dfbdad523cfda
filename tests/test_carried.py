"""Kustomizations that follow a move: whole trees before and after, and every refusal. tests/test_rows_of_kustomize.py builds them."""

import re
import shutil
from pathlib import Path

import pytest

from sidecarlint.fixes.overlays import Carried, Moving, carried, leading, reasons
from sidecarlint.fixes.plan import Plan
from sidecarlint.guards import Guards
from tests.carrying import ask, graph_of, move, objects_of, read, without, workload_in
from tests.conftest import Run
from tests.kustomizing import named, needs_kubectl, plant, pod_spec
from tests.test_kustomize_kept import NEW, WEB
from tests.test_kustomize_pods import HEAD, merge, operations

FOLDER = Path(__file__).parent.parent / "fixtures" / "kustomize-moves"
FOLLOWED = sorted(each for each in FOLDER.iterdir() if (each / "after").is_dir())
REFUSED = sorted(each for each in FOLDER.iterdir() if (each / "refused.txt").is_file())
BASE, HELPER = "base/order-desk.yaml", "log-shipper"


def planted(tree: Path, folder: Path) -> Path:
    return Path(shutil.copytree(tree, folder / "tree")).resolve()


def texts(folder: Path) -> dict[str, str]:
    return {str(each.relative_to(folder)): each.read_text() for each in sorted(folder.rglob("*")) if each.is_file()}


@pytest.mark.parametrize("tree", FOLLOWED, ids=lambda tree: tree.name)
def test_every_file_follows(tmp_path: Path, tree: Path) -> None:
    folder = planted(tree / "before", tmp_path)
    found = move(folder, BASE, HELPER)
    assert isinstance(found, Carried)
    assert texts(folder) == texts(tree / "after")
    changed = {name for name, text in texts(folder).items() if text != (tree / "before" / name).read_text()}
    assert {str(Path(file).relative_to(folder)) for file in found.files} == changed - {BASE}
    assert [str(Path(root).parent.parent) for root in found.roots] == [str(folder / "overlays")] * len(
        list((folder / "overlays").iterdir())
    )


@pytest.mark.parametrize("tree", REFUSED, ids=lambda tree: tree.name)
def test_what_cannot_follow_is_refused_by_name(tmp_path: Path, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = planted(tree / "before", tmp_path)
    monkeypatch.chdir(folder)
    assert ask(folder, BASE, HELPER) == (tree / "refused.txt").read_text().strip()


@pytest.mark.parametrize("name", ["app-only", "init-in-front"])
def test_what_needs_nothing_gets_nothing(name: str) -> None:
    found = ask(FOLDER / name / "before", BASE, HELPER)
    assert isinstance(found, Carried)
    assert (found.elsewhere, found.files) == ((), ())


# Refusals that need no tree of their own. The base has an app, a proxy and a feed; the proxy moves.
POD = "/spec/template/spec"
FIELDS = "spec.template.spec"


def replaced(field: str, read: str = "metadata.name") -> str:
    source = f"{{kind: Deployment, name: web, fieldPath: '{read}'}}"
    return f"replacements:\n- source: {source}\n  targets: [{{select: {{kind: Deployment}}, fieldPaths: ['{field}']}}]\n"


def patched(*texts: str) -> str:
    return "patches:\n" + "".join(texts)


def configured(fields: str) -> dict[str, str]:
    return {"over/kustomization.yaml": "resources: [../base]\nconfigurations: [c.yaml]\n", "over/c.yaml": fields}


LISTED = HEAD % ("web", "containers: [{name: proxy, tty: true}]")
OVER = "over/kustomization.yaml "
SMALL: dict[str, tuple[str, str]] = {
    "broken already": (replaced(f"{FIELDS}.containers.[name=migrate].image"),
        OVER + "does not fit this pod even now (migrate); repair that first"),
    "one name twice": (patched(merge("initContainers: [{name: feed, image: registry.example/feed:2}]")),
        "feed would be the name of two containers of this pod, and patches find containers by their names: rename one of them"),
    "a List": (patched(f"- patch: |-\n    {{apiVersion: v1, kind: List, items: [{LISTED}]}}\n"),
        OVER + "patches a List, which is not followed: patch each object by itself"),
    "no YAML": (patched("- target: {kind: Deployment}\n  patch: '[{op: remove, path: /containers/0'\n"),
        OVER + "cannot be read as a whole: "),
    "the pod is replaced": (patched(operations(f"op: add, path: {POD}, value: {{containers: []}}")),
        OVER + "replaces or deletes what holds the pod's containers: move it there by hand"),
    "gone and in again": (patched(merge("containers: [{name: proxy, $patch: delete}]"), merge("containers: [{name: proxy, image: 'p:1'}]")),
        OVER + "brings proxy in again once it is gone: make it a sidecar there by hand"),
    "moved there already": (patched(operations(f"op: move, from: {POD}/containers/1, path: {POD}/initContainers/-")),
        OVER + "makes proxy an init container by itself: take that out of it, and the base does it for all"),
    "declared there already": (patched(merge("containers: [{name: proxy, $patch: delete}], initContainers: [{name: proxy, image: 'p:1'}]")),
        OVER + "makes proxy an init container by itself: take that out of it, and the base does it for all"),
    "a list is tested": (patched(operations(f"op: test, path: {POD}/containers, value: []")),
        OVER + "tests or copies a list of containers as a whole: test or copy single fields"),
    "behind the end": (patched(operations(f"op: add, path: {POD}/containers/3/tty, value: true")),
        OVER + f"leads to {POD}/containers/3/tty, which is not there even now: repair that first"),
    "it sets the restartPolicy": (patched(merge("containers: [{name: proxy, restartPolicy: Never}]")),
        OVER + "speaks of restartPolicy of proxy, which this fix changes too: decide there what it is to be"),
    "and by its place": (patched(operations(f"op: add, path: {POD}/containers/1/restartPolicy, value: Never")),
        OVER + "speaks of restartPolicy of proxy, which this fix changes too: decide there what it is to be"),
    "and by a replacement": (replaced(f"{FIELDS}.containers.[name=proxy].restartPolicy"),
        OVER + "speaks of restartPolicy of proxy, which this fix changes too: decide there what it is to be"),
    "an image is copied": (patched(operations(f"op: copy, from: {POD}/containers/0/image, path: {POD}/containers/1/image")),
        OVER + "changes the containers of this pod in a way that is not followed: move it by hand, and build before and after"),
    "all are read": (replaced("metadata.annotations.x", f"{FIELDS}.containers.*.image"),
        OVER + "reads a field of every container: name the one that is meant"),
    "by its image": (replaced(f"{FIELDS}.containers.[image=x].tty"),
        OVER + f"looks for containers by something else than their names ({FIELDS}.containers.[image=x].tty): look for them by [name=…]"),
    "a whole container": (replaced(f"{FIELDS}.containers.[name=feed]"),
        OVER + f"replaces {FIELDS}.containers.[name=feed] as a whole: let it replace single fields"),
}  # fmt: skip
TREES: dict[str, tuple[dict[str, str], str]] = {
    "a configuration that makes fields": (configured(f"images: [{{path: {FIELDS.replace('.', '/')}/containers/image, create: true}}]\n"),
        "over/c.yaml names spec/template/spec/containers/image with create: true, which makes what is missing: add one for initContainers"),
    "used by another, too": ({"over/kustomization.yaml": "resources: [../base]\npatches: [{path: p.yaml}]\n",
        "over/p.yaml": HEAD % ("web", "containers: [{name: proxy, tty: true}]"),
        "kustomization.yaml": "resources: [elsewhere.yaml]\npatches: [{path: over/p.yaml}]\n",
        "elsewhere.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n"},
        "over/p.yaml is used by kustomization.yaml as well, for which it would have to stay: give each its own copy"),
    "applied twice": ({
        "part/kustomization.yaml": "kind: Component\npatches:\n" + operations(
            f"op: add, path: {POD}/initContainers/-, {NEW}", f"op: replace, path: {POD}/initContainers/1/name, value: other"),
        "mid/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\n",
        "over/kustomization.yaml": "resources: [../mid]\ncomponents: [../part]\n"},
        "part/kustomization.yaml is applied twice on the way into one build, and would have to change differently"),
    "by two ways": ({
        "a/kustomization.yaml": "resources: [../base]\nnamePrefix: a-\n",
        "b/kustomization.yaml": "resources: [../base]\nnamePrefix: b-\n" + patched(merge("containers: [{name: proxy, tty: true}]")),
        "over/kustomization.yaml": "resources: [../a, ../b]\npatches:\n- target: {kind: Deployment}\n  patch: |-\n"
        f"    - {{op: add, path: {POD}/containers/0/stdin, value: true}}\n"},
        "this workload gets into over/kustomization.yaml by several ways, and over/kustomization.yaml would have to change differently "
        "for each: give each its own patch"),
    "in a circle": ({"over/kustomization.yaml": "resources: [../base, ../more]\n" + patched(merge("containers: [{name: proxy}]")),
        "more/kustomization.yaml": "resources: [../over]\n"},
        "base/kustomization.yaml takes this workload in, but leads to no build that can be followed: move it by hand"),
    "crosswise": ({f"{step}{side}/kustomization.yaml": f"resources: [{'../base' if not step else f'../{step - 1}a, ../{step - 1}b'}]\n"
        for step in range(7) for side in "ab"},
        "more than 64 ways lead from this file into builds, which are too many to follow: move it by hand"),
}  # fmt: skip


def refused(folder: Path, files: dict[str, str]) -> str:
    plant(folder, {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [web.yaml]\n", **files})
    found = ask(folder, "base/web.yaml", "proxy")
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(("rest", "why"), SMALL.values(), ids=SMALL)
def test_small_refusals(tmp_path: Path, rest: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(tmp_path.resolve(), {"over/kustomization.yaml": f"resources: [../base]\n{rest}"}).startswith(why)


@pytest.mark.parametrize(("files", "why"), TREES.values(), ids=TREES)
def test_refusals_of_trees(tmp_path: Path, files: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(tmp_path.resolve(), files).startswith(why)


BY_HAND = {"UNPROVEN": "the proof's own answer: nothing is known that comes so far", "UNORDERED": "below"}


def test_every_sentence_is_shown() -> None:
    """A refusal that nothing here brings about may be one that nobody can understand."""
    shown = [(each / "refused.txt").read_text() for each in REFUSED]
    shown += [why for _, why in SMALL.values()] + [why for _, why in TREES.values()]
    sentences = {name: text for name, text in vars(reasons).items() if name.isupper() and name not in BY_HAND}
    missing = [name for name, text in sentences.items() if not any(_begins_like(said, text) for said in shown)]
    assert missing == []


def _begins_like(said: str, template: str) -> bool:
    """Whether a reason comes of a template, which may have been cut off behind its first words."""
    pattern = re.sub(r"\\\{\w+\\\}", ".+?", re.escape(template.split(":")[0]))
    return re.match(pattern, said) is not None


def test_an_order_without_a_place_for_it(tmp_path: Path) -> None:
    """It was to start between the two."""
    two = WEB.replace("      containers:\n", "      - {name: seed, image: registry.example/seed:1}\n      containers:\n", 1)
    plant(tmp_path, {"base/web.yaml": two, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    over = "resources: [../base]\n" + patched(merge("initContainers: [{name: seed, tty: true}]"))
    plant(tmp_path, {"over/kustomization.yaml": over})
    base = tmp_path / "base/web.yaml"
    found = carried(graph_of(tmp_path), str(base), workload_in(base, "proxy"), [Moving("proxy", ("migrate",))], read)
    assert "decides the order of the init containers in a way that leaves no place for proxy" in str(found)


# Where it is asked


def test_a_base_is_told_what_has_to_follow(tmp_path: Path) -> None:
    folder = planted(FOLDER / "two-builds" / "before", tmp_path)
    base = folder / BASE
    workload, guards = workload_in(base, HELPER), Guards(lambda: frozenset())
    found = guards.of_workload(str(base), workload, (Moving(HELPER, ("migrate",)),))
    assert isinstance(found, Carried)
    assert [Path(file).name for file in found.files] == ["log-shipper.yaml", "kustomization.yaml"]
    against = guards.of_workload(str(base), workload, ())
    assert isinstance(against, str)
    assert against.endswith("patches this workload's containers and may have to change with it")


TWO = WEB.replace("name: feed\n        image: registry.example/feed:1", "name: agent\n        image: fluent/fluent-bit:3.1.9")


@needs_kubectl
def test_helpers_of_a_patched_pod_move_one_after_the_other(tmp_path: Path, run: Run) -> None:
    """What follows the one does not know of the other."""
    plant(tmp_path, {"base/web.yaml": TWO, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    plant(
        tmp_path,
        {"over/kustomization.yaml": "resources: [../base]\n" + patched(operations(f"op: add, path: {POD}/initContainers/0, {NEW}"))},
    )
    before = objects_of(tmp_path / "over")
    run("fix", "--unsafe", "base")
    (was,), (now,) = before, objects_of(tmp_path / "over")
    assert without(without(was, "proxy"), "agent") == without(without(now, "proxy"), "agent")
    assert named(pod_spec(now), "containers") == ["app"]
    assert named(pod_spec(now), "initContainers") == ["new", "proxy", "migrate", "agent"]


@pytest.mark.parametrize(("files", "said"), [
    ((), "Move it"), (("overlays/one/p.yaml",), "Move it, and follow it in overlays/one/p.yaml"),
    (("overlays/one/p.yaml", "overlays/two/p.yaml"), "Move it, and follow it in 2 files of overlays"),
])  # fmt: skip
def test_the_title_says_where_it_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, ...], said: str) -> None:
    monkeypatch.chdir(tmp_path)
    places = tuple(str(tmp_path / file) for file in files)
    planned = leading(Plan("Move it", "unsafe", (), ()), Carried((), places, ()))
    assert (planned.title, planned.alone) == (said, True)


def test_what_reaches_a_file_is_asked_of_the_whole_tree(tmp_path: Path) -> None:
    """Two ways into one build are both followed."""
    mid = "resources: [../base]\nnamePrefix: {}-\n"
    plant(tmp_path, {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [web.yaml]\n"})
    plant(tmp_path, {f"{name}/kustomization.yaml": mid.format(name) for name in ("one", "two")})
    text = "resources: [../one, ../two]\n" + patched(merge("containers: [{name: proxy, tty: true}]", "one-web"))
    plant(tmp_path, {"over/kustomization.yaml": text})
    assert len(graph_of(tmp_path).ways(str(tmp_path / "base/web.yaml"))) == 2
    found = ask(tmp_path, "base/web.yaml", "proxy")
    assert isinstance(found, Carried)
    assert len(found.elsewhere) == 2
