"""What breaks when only a base is changed, row by row, and what the program makes of each: fixed as a whole and built, or refused by name.

The rows are those of the facts on Kustomize: `ROWS` of what an overlay may hold (B1), `RULES` of how it follows, `REFUSALS` of what is left
to people (B3). Each names the tree of `fixtures/kustomize-moves` or `fixtures/kustomize-brought` that shows it. All of it goes through the
program itself, and what it writes is built by the real kustomize.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.carrying import check, objects_of
from tests.conftest import CHECKOUT
from tests.fixed_trees import fixed, texts
from tests.kustomize_trees import roots
from tests.kustomizing import Stopped, needs_kubectl

MOVES, BROUGHT = (CHECKOUT / "fixtures" / name for name in ("kustomize-moves", "kustomize-brought"))
SILENT, LOUD, OK = "another build", "no build", "the same build"

# fmt: off
ROWS: tuple[tuple[str, str, str], ...] = (
    # what an overlay holds, the tree that shows it, and what comes of it when the base alone is changed
    ("a merge of the helper, in a file", "merge-file", SILENT),
    ("a merge of the helper, in a component", "merge-component", SILENT),
    ("a merge of the helper, inline", "merge-inline", SILENT),
    ("a merge of the helper, in a file of several documents", "merge-old-form", SILENT),
    ("a merge of the helper among others", "merge-beside-others", SILENT),
    ("a merge of the helper behind init containers of the base", "merge-behind-migration", SILENT),
    ("a merge of the helper and of an init container", "merge-both-lists", SILENT),
    ("$patch: delete of the helper", "delete", SILENT),
    ("a list with $patch: replace", "refused-list-replaced-by-merge", SILENT),
    ("a merge of the app alone", "app-only", OK),
    ("operations at the helper's index and at the last one", "index-image", LOUD),
    ("an operation at the last index", "index-json-file", LOUD),
    ("a removal at the helper's index", "index-remove", SILENT),
    ("the same where nothing is left of the list", "index-remove-only", SILENT),
    ("an operation behind a test of the name, and an addition to its env", "index-test", LOUD),
    ("initContainers added as a list, the base had none", "init-list-added", SILENT),
    ("the same with several items", "init-list-added-long", SILENT),
    ("the same to be filled", "init-list-to-fill", SILENT),
    ("initContainers removed", "refused-inits-removed", SILENT),
    ("initContainers set anew", "refused-inits-set", SILENT),
    ("the whole list of containers replaced", "refused-list-replaced", SILENT),
    ("an init container put first", "init-in-front", OK),
    ("an init container put last", "init-appended", SILENT),
    ("a replacement by name", "replacement-name", LOUD),
    ("the same with options.create", "refused-created", SILENT),
    ("a replacement by index", "replacement-index", LOUD),
    ("a replacement in all containers", "replacement-all", SILENT),
    ("a replacement that reads the helper", "replacement-source", LOUD),
    ("images", "app-only", OK),
    ("a generated name, and what refers to it", "generated-names", OK),
    ("fieldSpecs of a kind without a schema", "configuration", SILENT),
    ("a variable that reads an index", "variable", LOUD),
    ("a transformer of one's own with an index", "refused-transformer", SILENT),
    ("a target that fits several objects, with the helper's index in one", "refused-every-deployment", SILENT),
    ("a pattern of names that fits several objects", "refused-pattern", SILENT),
    ("a pattern of names that fits one object", "target-by-pattern", SILENT),
    ("a merge into a kind without a schema", "refused-no-schema", SILENT),
    ("a schema of one's own", "refused-schema", SILENT),
    ("an alias of what another container anchors", "refused-anchor", SILENT),
    ("a merge before an index", "merge-then-index", SILENT),
    ("one patch in two builds, an index behind it in one", "two-builds", SILENT),
)
RULES = {
    # rules 1 to 9, and the trees that show them
    "1 the base": ("app-only", "init-in-front"),
    "2 a merge follows": ("merge-file", "merge-behind-migration", "merge-both-lists", "delete"),
    "3 a merge that brings the helper": ("brought-by-merge",),
    "4 operations follow": ("index-image", "index-remove", "index-test", "init-list-added", "init-appended", "merge-then-index"),
    "5 an operation that appends the helper": ("brought-to-list", "brought-by-component", "brought-by-file", "brought-beside"),
    "6 replacements and variables": ("replacement-name", "replacement-index", "replacement-all", "replacement-source", "variable"),
    "7 configurations": ("configuration",),
    "8 images, names and generators": ("app-only", "generated-names"),
    "9 a base that cannot be edited": ("vendored-base", "remote-base"),
}
REFUSALS = {
    # what is left to people, and the trees that show it; those without a tree stand in tests/test_carried.py
    "a base or component that is not here": ("refused-remote-component", "refused-unseen"),
    "a target that fits more than is moved": ("refused-every-deployment", "refused-pattern", "refused-perhaps", "refused-two-places"),
    "a merge into a list without a schema": ("refused-no-schema", "refused-schema"),
    "$patch: replace": ("refused-list-replaced-by-merge", "refused-list-emptied"),
    "the whole list replaced": ("refused-list-replaced", "refused-inits-set", "refused-as-a-whole"),
    "initContainers removed": ("refused-inits-removed",),
    "options.create": ("refused-created", "refused-all-inits"),
    "a build that fails before": ("refused-broken",),
    "an anchor across the move": ("refused-anchor",),
    "functions and transformers": ("refused-transformer",),
    "another name": ("refused-renamed",),
}
# fmt: on

TREES = {each.name: each for folder in (MOVES, BROUGHT) for each in sorted(folder.iterdir())}
FOLLOWED = {name: each for name, each in TREES.items() if (each / "after").is_dir() and name != "remote-base"}
"""What becomes of these; the base of that one is a clone, which lies in the tree here: tests/test_kustomize_vendored.py has it."""

REFUSED = {name: each for name, each in TREES.items() if (each / "refused.txt").is_file()}
PROXIES = dict.fromkeys(("brought-by-component", "brought-beside", "brought-by-file", "vendored-base"), "cloud-sql-proxy")
HELPERS = {"brought-by-merge": "kube-rbac-proxy", **PROXIES}
"""What moves, where it is not the log shipper."""


def test_every_row_has_its_tree_and_every_tree_its_row() -> None:
    refused = {name for each in REFUSALS.values() for name in each}
    shown = {name for _, name, _ in ROWS} | {name for each in RULES.values() for name in each}
    assert refused == REFUSED.keys()
    assert shown | refused == TREES.keys()
    assert [len(rows) for rows in (ROWS, RULES, REFUSALS)] == [41, 9, 11]


@needs_kubectl
@pytest.mark.parametrize("name", FOLLOWED)
def test_a_tree_is_fixed_as_a_whole_and_built(name: str, tmp_path: Path) -> None:
    before, helper = FOLLOWED[name] / "before", HELPERS.get(name, "log-shipper")
    done = fixed(before, tmp_path / "tree")
    assert texts(done.folder) == texts(FOLLOWED[name] / "after")
    assert (done.code, done.said, done.errors) == (0, (), "")
    for root in [each for each in roots(before) if "vendor" not in each.parts]:
        check(objects_of(root), objects_of(done.folder / root.relative_to(before)), helper, first=name in PROXIES)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why_and_stays_as_it_is(name: str, tmp_path: Path) -> None:
    done = fixed(REFUSED[name] / "before", tmp_path / "tree")
    assert texts(done.folder) == texts(REFUSED[name] / "before")
    assert (REFUSED[name] / "refused.txt").read_text().strip() in done.why()
    assert done.code == 1


# What the rows say of a base that is changed alone


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bases of all trees by themselves, fixed."""
    folder = tmp_path_factory.mktemp("bases")
    shutil.copy(MOVES / "configuration" / "before" / "sidecarlint.toml", folder)
    for name in {name for _, name, _ in ROWS}:
        shutil.copytree(TREES[name] / "before" / "base", folder / name)
    return fixed(folder, folder.parent / "fixed-bases").folder


@needs_kubectl
@pytest.mark.parametrize(("what", "name", "comes"), ROWS, ids=[what for what, _, _ in ROWS])
def test_what_comes_of_a_base_that_is_changed_alone(what: str, name: str, comes: str, bases: Path, tmp_path: Path) -> None:
    tree = Path(shutil.copytree(TREES[name] / "before", tmp_path / "tree"))
    before = {root: objects_of(root) for root in roots(tree) if root.name != "base"}
    shutil.copytree(bases / name, tree / "base", dirs_exist_ok=True)
    assert {_comes(root, objects) for root, objects in before.items()} >= {comes}


def _comes(root: Path, before: list[dict[str, Any]]) -> str:
    try:
        check(before, objects_of(root), "log-shipper")
    except Stopped:
        return LOUD
    except AssertionError:
        return SILENT
    return OK
