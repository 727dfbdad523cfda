"""Kustomizations and the patches that they lay over other files.

In: the kustomization files around a source, and a way to read what they name. Out: why a source or a workload in it must
not be rewritten on its own. Must not know: lifecycles, rules.

A patch names containers by the list that they stand in. Once a base moves one, a strategic-merge patch makes a second,
imageless container of it, and an index of a JSON patch points at another container (native-sidecars 8.7).
"""

import os
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sidecarlint.documents import Document, Node, child, documents, items, text_of
from sidecarlint.workloads import Workload, objects

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_INCLUDES = ("resources", "bases", "components")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")


class Patch(NamedTuple):
    """A patch of a kustomization. `path` is its file, "" when it is written inline; a target's parts are "" where any will do."""

    path: str
    text: str
    kind: str
    name: str


class Kustomization(NamedTuple):
    """One kustomization file: its folder, what it includes, its patches. Paths are real paths."""

    path: str
    folder: str
    includes: frozenset[str]
    patches: tuple[Patch, ...]


class Kustomizations:
    """The kustomizations of a tree. `read` gives a file's text, or None when it cannot be read."""

    def __init__(self, paths: list[str], read: Callable[[str], str | None]) -> None:
        self._read = read
        self._all = [found for path in sorted(paths) if (found := self._load(path)) is not None]
        self._patch_files = {patch.path: each.path for each in self._all for patch in each.patches if patch.path}

    def patching_file(self, path: str) -> str | None:
        """The kustomization that uses the file at `path` as a patch, or None."""
        return self._patch_files.get(os.path.realpath(path))

    def patching(self, path: str, workload: Workload) -> str | None:
        """A kustomization that reaches the file at `path` and patches containers of this workload, or None."""
        for each in self._reaching(os.path.realpath(path)):
            if any(_touches(patch, workload) for patch in each.patches):
                return each.path
        return None

    def _reaching(self, path: str) -> list[Kustomization]:
        reached, wanted = [], {path}
        rest = list(self._all)
        while found := [each for each in rest if each.includes & wanted]:
            reached += found
            wanted |= {place for each in found for place in (each.path, each.folder)}
            rest = [each for each in rest if each not in found]
        return reached

    def _load(self, path: str) -> Kustomization | None:
        text = self._read(path)
        document = next(documents(text), None) if text is not None else None
        if document is None or document.root is None:
            return None
        folder = os.path.dirname(os.path.realpath(path))
        included = {name for key in _INCLUDES for item in items(child(document.root, key)) if (name := text_of(item))}
        places = frozenset(os.path.realpath(os.path.join(folder, name)) for name in included if "://" not in name)
        return Kustomization(path, folder, places, tuple(self._patches(document, folder)))

    def _patches(self, document: Document, folder: str) -> Iterator[Patch]:
        for key in _PATCHES:
            for item in items(child(document.root, key)):
                yield self._patch(item, folder)

    def _patch(self, item: Node, folder: str) -> Patch:
        target, inline = child(item, "target"), text_of(child(item, "patch"))
        named = text_of(child(item, "path")) or (text_of(item) if inline is None else None)
        if named and "\n" in named:
            named, inline = None, named
        path = os.path.realpath(os.path.join(folder, named)) if named else ""
        text = inline or (self._read(path) if path else None) or ""
        return Patch(path, text, text_of(child(target, "kind")) or "", text_of(child(target, "name")) or "")


def _touches(patch: Patch, workload: Workload) -> bool:
    """Whether a patch speaks of this workload's containers; in doubt it does."""
    if "ontainers" not in patch.text:
        return False
    owner = workload.owner
    if patch.kind or patch.name:
        return _fits(patch.kind, owner.kind) and _fits(patch.name, owner.name)
    named = [each for document in documents(patch.text) for each in objects(document)]
    return not named or any(each.kind == owner.kind and each.name == owner.name for each in named)


def _fits(pattern: str, text: str) -> bool:
    try:
        return not pattern or re.fullmatch(pattern, text) is not None
    except re.error:
        return True
