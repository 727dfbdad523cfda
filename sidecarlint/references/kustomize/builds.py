"""Which builds read a file, and what one of them is made of.

In: the graph of a tree, paths. Out: kustomizations. Must not know: what is in a build, lifecycles, rules.

A build may read a file that the graph knows nothing of, such as a configuration or a generator's input. So whoever has the file's name in
its text, and the file below its folder, is taken to read it: one build too many costs a moment, one too few breaks somebody's cluster.
"""

import os
from collections.abc import Callable, Iterable, Iterator

from sidecarlint.documents import documents
from sidecarlint.references.kustomize.graph import Kustomizations
from sidecarlint.references.kustomize.values import Kustomization

Read = Callable[[str], str | None]

_GATHERING = {"apiVersion", "kind", "metadata", "resources", "bases"}


def builds_with(graph: Kustomizations, paths: Iterable[str], read: Read) -> tuple[Kustomization, ...]:
    """Every kustomization that can be built by itself and reads one of these files, by the path of its file. A base counts beside the
    overlays over it, as somebody may apply it alone."""
    real = {os.path.realpath(path) for path in paths}
    ahead = [each for each in graph.all if any(_reads(each, path, read) for path in real)]
    found = dict[str, Kustomization]()
    while ahead:
        each = ahead.pop()
        if each.path not in found:
            found[each.path] = each
            ahead += [user for user in graph.all if each.folder in user.includes]
    return tuple(each for _, each in sorted(found.items()) if not each.component)


def only_gathers(each: Kustomization, paths: Iterable[str], read: Read) -> bool:
    """Whether a kustomization does nothing but put others together, which are built by themselves, and reads none of these files itself.
    What such a one builds is what they build. A tree often has one on top of all, and to build that for each move in a tree of many would
    take longer the more there are."""
    if any(_reads(each, os.path.realpath(path), read) for path in paths):
        return False
    root = next((document.root for document in documents(read(each.path) or "")), None)
    return root is not None and {key.text for key, _ in root.pairs} <= _GATHERING and all(one.kind == "folder" for one in each.resources)


def _reads(each: Kustomization, path: str, read: Read) -> bool:
    named = {os.path.realpath(each.path), *(patch.path for patch in each.patches), *(replaced.path for replaced in each.replaced)}
    if path in named or path in each.includes:
        return True
    return path.startswith(os.path.join(each.folder, "")) and os.path.basename(path) in (read(each.path) or "")


def made_of(graph: Kustomizations, root: Kustomization) -> tuple[Kustomization, ...]:
    """The kustomization itself and all that it includes, directly or by others."""
    by_folder = {each.folder: each for each in reversed(graph.all)}
    found, ahead = dict[str, Kustomization](), [root]
    while ahead:
        each = ahead.pop()
        if each.path not in found:
            found[each.path] = each
            ahead += [by_folder[place] for place in sorted(each.includes) if place in by_folder]
    return tuple(found.values())


def unbuildable(layers: Iterable[Kustomization]) -> Iterator[tuple[Kustomization, str]]:
    """What of these cannot be built here, as it lies elsewhere: each with what it includes."""
    for each in layers:
        for entry in (*each.resources, *each.components):
            if entry.kind in ("remote", "unseen"):
                yield each, entry.written
