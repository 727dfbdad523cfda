"""Drives `carried` over a folder of files, and does with them what it asks for."""

import os
from collections import defaultdict
from copy import deepcopy
from pathlib import Path
from typing import Any

from sidecarlint.documents import at, document_of, documents, text_of
from sidecarlint.edits import LAST, Move, Operation, Set, rewritten
from sidecarlint.fixes.overlays import Carried, Moving, carried
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.workloads import Workload, workloads
from tests.kustomizing import build, pod_spec


def read(path: str) -> str | None:
    return Path(path).read_text(encoding="utf-8") if os.path.isfile(path) else None


def graph_of(folder: Path) -> Kustomizations:
    return Kustomizations([str(each) for each in sorted(folder.rglob("*")) if each.name in KUSTOMIZATIONS], read)


def workload_in(base: Path, name: str) -> Workload:
    """The workload of a file that has a container of this name."""
    found = (each for document in documents(base.read_text(encoding="utf-8")) for each in workloads(document))
    return next(each for each in found if name in [one.name for one in each.pod.containers])


def ask(folder: Path, base: str, name: str, first: bool = False) -> Carried | str:
    """What must follow when a container of a base moves behind its init containers, or in front of them."""
    workload = workload_in(folder / base, name)
    behind = () if first else tuple(each.name for each in workload.pod.init_containers)
    return carried(graph_of(folder), str(folder / base), workload, [Moving(name, behind)], read)


def move(folder: Path, base: str, name: str, first: bool = False) -> Carried | str:
    """The same, done: the base is rewritten, and what has to follow."""
    found = ask(folder, base, name, first)
    if isinstance(found, str):
        return found
    workload = workload_in(folder / base, name)
    route = next(each.route for each in workload.pod.containers if each.name == name)
    own: list[Operation] = [
        Move(route, "initContainers", 0 if first else LAST),
        Set((*route, "restartPolicy"), "Always", ("image", "name")),
    ]
    wanted: dict[tuple[str, tuple[str | int, ...]], dict[int, list[Operation]]] = defaultdict(lambda: defaultdict(list))
    wanted[str(folder / base), ()][workload.owner.document.number] += own
    for each in found.elsewhere:
        wanted[each.path, each.inner][each.document].append(each.operation)
    # What is written inside a text goes first: the routes of what is around it speak of the text as it was.
    for (path, inner), operations in sorted(wanted.items(), key=lambda one: -len(one[0][1])):
        text = read(path) or ""
        new = _inside(text, inner, operations) if inner else rewritten(text, operations)
        Path(path).write_text(new, encoding="utf-8")
    return found


def _inside(text: str, inner: tuple[str | int, ...], operations: dict[int, list[Operation]]) -> str:
    """A text with an inline patch rewritten: its lines indented as they were, or as one line in the quotes that it has."""
    ((number, asked),) = operations.items()
    node = at(document_of(text, number).root, inner)
    assert node is not None
    old = text_of(node) or ""
    new = rewritten(old, {0: asked})
    if node.style not in ("|", ">") and "\n" not in text[node.start : node.end]:
        assert old in text[node.start : node.end], "an inline patch with escapes"
        return text[: node.start] + text[node.start : node.end].replace(old, new) + text[node.end :]
    head, _, body = text[node.start : node.end].partition("\n")
    indent = next(len(line) - len(line.lstrip()) for line in body.split("\n") if line.strip())
    lines = "\n".join(" " * indent + line if line.strip() else line for line in new.rstrip("\n").split("\n"))
    return (
        f"{text[: node.start]}{head}\n{lines}\n{text[node.end :].lstrip(chr(10))}"
        if node.end < len(text)
        else f"{text[: node.start]}{head}\n{lines}\n"
    )


def objects_of(root: Path) -> list[dict[str, Any]]:
    """The objects of a build, in the order of their kinds and names."""
    return sorted(build(root), key=lambda each: (each["kind"], each["metadata"]["name"]))


def without(found: dict[str, Any], name: str) -> dict[str, Any]:
    """An object whose pod has no container of a name any more, with no init containers where there would be an empty list."""
    found = deepcopy(found)
    pod = pod_spec(found)
    for key in ("containers", "initContainers"):
        pod[key] = [each for each in pod.get(key) or () if each["name"] != name]
    return found


def check(before: list[dict[str, Any]], after: list[dict[str, Any]], name: str, first: bool = False) -> None:
    """Holds a build to the one before, with the container moved: behind all other init containers, or in front of the base's own."""
    assert len(before) == len(after)
    for one, other in zip(before, after, strict=True):
        if "spec" not in one or "containers" not in str(one["spec"]):
            assert one == other
            continue
        assert without(one, name) == without(other, name)
        was = [each for each in pod_spec(one).get("containers") or () if each["name"] == name]
        inits = pod_spec(other).get("initContainers") or []
        now = [each for each in inits if each["name"] == name]
        assert now == [{**each, "restartPolicy": "Always"} for each in was]
        assert first or not now or inits[-1]["name"] == name
