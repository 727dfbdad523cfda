"""Kustomizations and the patches that they lay over other files.

In: the kustomization files around a source, and a way to read what they name. Out: which of them makes it wrong to rewrite a
source, or a workload in it, on its own. Must not know: lifecycles, rules.

A patch names containers by the list that they stand in. Once a base moves one, a strategic-merge patch makes a second,
imageless container of it, and an index of a JSON patch points at another container (native-sidecars 8.7).
"""

import os
import re
from collections.abc import Callable, Iterator

from sidecarlint.documents import Node, child, documents, items, text_of, texts
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload, objects

_INCLUDES = ("resources", "bases")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902")
_RENAMES = ("namePrefix", "nameSuffix")
_ANY = ".*"


class Patch(NamedTuple):
    """A patch of a kustomization, or another thing in it that speaks of fields: a replacement, a transformer.

    `path` is a patch's file, "" when it is written inline; `kind` and `name` are a target's expressions, "" where it gives none.
    """

    path: str
    text: str
    kind: str
    name: str


class Kustomization(NamedTuple):
    """One kustomization file: its folder, what it includes, its patches, whether it renames. Paths are real paths.

    `components` are those of its includes that patch whatever else it includes.
    """

    path: str
    folder: str
    includes: frozenset[str]
    components: frozenset[str]
    patches: tuple[Patch, ...]
    renames: bool


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
        reaching = self._reaching(os.path.realpath(path))
        renamed = any(each.renames for each in reaching)
        for each in reaching:
            if any(_touches(patch, workload, renamed) for patch in each.patches):
                return each.path
        return None

    def patching_object(self, path: str, kind: str, name: str) -> str | None:
        """A kustomization that reaches the file at `path` and patches anything in the object of this kind and name, or None."""
        reaching = self._reaching(os.path.realpath(path))
        renamed = any(each.renames for each in reaching)
        return next((each.path for each in reaching if any(_speaks_of(patch, kind, name, renamed) for patch in each.patches)), None)

    def _reaching(self, path: str) -> list[Kustomization]:
        """The kustomizations that include a file, themselves or by others, and the components that they apply to it."""
        reached, above, applied = [], {path}, set[str]()
        rest = list(self._all)
        while found := [each for each in rest if each.includes & above or each.folder in applied]:
            reached += found
            applied |= {place for each in found for place in each.components}
            above |= {place for each in found if each.includes & above for place in (each.path, each.folder)}
            rest = [each for each in rest if each not in found]
        return reached

    def _load(self, path: str) -> Kustomization | None:
        text = self._read(path)
        document = next(documents(text), None) if text is not None else None
        if document is None or document.root is None:
            return None
        root, folder = document.root, os.path.dirname(os.path.realpath(path))
        components = _places(root, "components", folder)
        includes = components.union(*(_places(root, key, folder) for key in _INCLUDES))
        renames = any(text_of(child(root, key)) for key in _RENAMES)
        return Kustomization(path, folder, includes, components, tuple(self._patches(root, folder)), renames)

    def _patches(self, root: Node, folder: str) -> Iterator[Patch]:
        for key in _PATCHES:
            for item in items(child(root, key)):
                yield self._patch(item, folder)
        for item in items(child(root, "replacements")):
            for each in self._replacements(item, folder):
                yield from _targets(each)
        for item in items(child(root, "transformers")):
            named = text_of(item) or ""
            yield Patch("", named if "\n" in named else self._read(os.path.join(folder, named)) or "", _ANY, _ANY)

    def _replacements(self, item: Node, folder: str) -> Iterator[Node]:
        """The replacement itself, or those in the file that it names."""
        named = text_of(child(item, "path"))
        if named is None:
            yield item
        for document in documents(self._read(os.path.join(folder, named)) or "") if named else ():
            if document.root is not None:
                yield from items(document.root) or [document.root]

    def _patch(self, item: Node, folder: str) -> Patch:
        target, inline = child(item, "target"), text_of(child(item, "patch"))
        named = text_of(child(item, "path")) or (text_of(item) if inline is None else None)
        if named and "\n" in named:
            named, inline = None, named
        path = os.path.realpath(os.path.join(folder, named)) if named else ""
        text = inline or (self._read(path) if path else None) or ""
        return Patch(path, text, text_of(child(target, "kind")) or "", text_of(child(target, "name")) or "")


def _places(root: Node, key: str, folder: str) -> frozenset[str]:
    """What a kustomization names under a key, as real paths; what lies elsewhere on the net is left out."""
    named = (text_of(item) for item in items(child(root, key)))
    return frozenset(os.path.realpath(os.path.join(folder, name)) for name in named if name and "://" not in name)


def _targets(replacement: Node) -> Iterator[Patch]:
    for target in items(child(replacement, "targets")):
        select = child(target, "select")
        fields = "\n".join(texts(child(target, "fieldPaths")))
        yield Patch("", fields, text_of(child(select, "kind")) or _ANY, text_of(child(select, "name")) or _ANY)


def _touches(patch: Patch, workload: Workload, renamed: bool) -> bool:
    """Whether a patch speaks of this workload's containers; in doubt it does. `renamed`: names may have got a prefix or a suffix."""
    return "ontainers" in patch.text and _speaks_of(patch, workload.owner.kind, workload.owner.name, renamed)


def _speaks_of(patch: Patch, kind: str, name: str, renamed: bool) -> bool:
    """Whether a patch is for the object of this kind and name; in doubt it is."""
    if patch.kind or patch.name:
        return _fits(patch.kind, kind) and (renamed or _fits(patch.name, name))
    named = [each for document in documents(patch.text) for each in objects(document)]
    return not named or any(each.kind == kind and (name in each.name if renamed else name == each.name) for each in named)


def _fits(pattern: str, text: str) -> bool:
    try:
        return not pattern or re.fullmatch(pattern, text) is not None
    except re.error:
        return True
