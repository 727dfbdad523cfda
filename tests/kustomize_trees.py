"""Whole little trees of kustomizations, before and after a fix, for tests that apply plans and build what comes of it."""

import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

from sidecarlint.desk import Desk, Input
from sidecarlint.documents import Route, at, document_of
from sidecarlint.edits import Operation, Set, rewritten
from sidecarlint.fixes import Elsewhere
from sidecarlint.judging import Planned
from sidecarlint.settings import Settings
from tests.kustomizing import build, pod_spec

BROUGHT = Path(__file__).parent.parent / "fixtures" / "kustomize-brought"
Objects = dict[tuple[str, str], dict[str, Any]]


def planned(folder: Path, settings: Settings | None = None) -> list[Planned]:
    """All findings of a tree, by file and place, with their plans."""
    desk = Desk(Input([str(folder)], None), settings or Settings())
    return [each for found, source in desk.each(None) for each in desk.judged(source.path, source.text, found.named).planned]


def applied(asked: tuple[Elsewhere, ...]) -> None:
    """Carries out operations on files, as the program does."""
    for path in dict.fromkeys(each.path for each in asked):
        text = Path(path).read_text(encoding="utf-8")
        wanted: dict[int, list[Operation]] = {}
        for each in asked:
            if each.path == path and not each.inner:
                wanted.setdefault(each.document, []).append(each.operation)
        for number, route in dict.fromkeys((each.document, each.inner) for each in asked if each.path == path and each.inner):
            within = [each.operation for each in asked if (each.path, each.document, each.inner) == (path, number, route)]
            wanted.setdefault(number, []).append(Set(route, _inner(text, number, route, within)))
        Path(path).write_text(rewritten(text, wanted), encoding="utf-8")


def _inner(text: str, number: int, route: Route, operations: list[Operation]) -> str:
    node = at(document_of(text, number).root, route)
    assert node is not None
    return rewritten(f"{node.text}\n", {0: operations}).removesuffix("\n")


def files(folder: Path) -> dict[str, str]:
    """Every file of a tree with its text."""
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file()}


def roots(folder: Path) -> list[Path]:
    """The folders of a tree that can be built by themselves."""
    found = [path.parent for path in sorted(folder.rglob("kustomization.yaml"))]
    return [each for each in found if "kind: Component" not in (each / "kustomization.yaml").read_text(encoding="utf-8")]


def built(folder: Path) -> Objects:
    """The objects that a kustomization makes, by kind and name. Raises Stopped."""
    return {(each["kind"], each["metadata"]["name"]): each for each in build(folder)}


def moved(before: Objects, name: str, ahead: dict[str, int]) -> Objects:
    """The objects with a container moved behind so many init containers; those that do not have it as they are."""
    after = deepcopy(before)
    for (_, title), each in after.items():
        pod = pod_spec(each) if "containers" in str(each) else {}
        for container in [one for one in pod.get("containers", ()) if one["name"] == name]:
            pod["containers"].remove(container)
            pod.setdefault("initContainers", []).insert(ahead.get(title, 0), {**container, "restartPolicy": "Always"})
    return after


def planted(name: str, folder: Path) -> Path:
    """A copy of a tree as it is before, as a repository of its own."""
    (folder / ".git").mkdir()
    return Path(shutil.copytree(BROUGHT / name / "before", folder / "tree"))
