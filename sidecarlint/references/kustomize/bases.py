"""What an object of Flux, Argo CD or helmfile names as the folder that it builds.

In: a path as it is written, the repository's top. Out: `Base`. Must not know: patches, what kind of object it was.

A folder with a kustomization file is built by that. Of another one Flux takes every manifest below it, and stops at folders that have a
kustomization file; Argo CD takes those that lie in it, or all below it where it is told so. Of a chart the templates are named.
"""

import os
import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from sidecarlint.documents import Node, child, items, text_of, walk
from sidecarlint.references.kustomize.values import Entry
from sidecarlint.sources.walk import SKIPPED_FOLDERS
from sidecarlint.values import NamedTuple

_ENDINGS = (".yaml", ".yml", ".json")
_ACTION = r"\{\{.*?\}\}"
_MOST_FILES = 2000
"""Of one base: a folder with more is the top of something, and its manifests are not looked through for one object."""


class Base(NamedTuple):
    """The folder that is built. `place` is its real path, "" where it is not seen; `into` the same where it has a kustomization file."""

    place: str = ""
    entries: tuple[Entry, ...] = ()
    into: str = ""


def base_of(start: str, written: str, top: str, folders: Collection[str], recursive: bool = False) -> Base:
    """The base at a path from `start` on. Outside of the top, or where there is no folder, nothing is seen."""
    place = os.path.realpath(os.path.join(start, written.lstrip("/") or "."))
    if not os.path.isdir(place) or os.path.commonpath((place, top)) != top:
        return Base()
    if place in folders:
        return Base(place, (Entry(written, "folder", place),), place)
    chart = os.path.isfile(os.path.join(place, "Chart.yaml"))
    found = _below(os.path.join(place, "templates") if chart else place, folders, recursive or chart)
    return Base(place, tuple(found)) if len(found) <= _MOST_FILES else Base()


def bases_of_pattern(top: str, written: str, generators: Node | None, folders: Collection[str]) -> Iterator[Base]:
    """The bases that a path with template actions may name: folders with a kustomization file, as far as a generator names them."""
    pattern, globs, left_out = _pattern(written), list(_globs(generators, False)), list(_globs(generators, True))
    for place in sorted(folders):
        path = os.path.relpath(place, top).replace(os.sep, "/")
        if re.fullmatch(pattern, path) and (not globs or _is_below(path, globs)) and not _is_below(path, left_out):
            yield Base(place, (Entry(path, "folder", place),), place)


def _pattern(written: str) -> str:
    """Each action stands for one name; alone it stands for a whole path."""
    parts = re.split(_ACTION, os.path.normpath(written))
    return ".+" + re.escape(parts[1]) if len(parts) == 2 and not parts[0] else "[^/]+".join(map(re.escape, parts))


def _globs(generators: Node | None, excluded: bool) -> Iterator[str]:
    """The folders that git generators look for, however deep they stand in others."""
    for node in walk(generators) if generators is not None else ():
        for each in items(child(node, "directories")) if node.kind == "mapping" else ():
            if ((text_of(child(each, "exclude")) or "").lower() == "true") == excluded and (path := text_of(child(each, "path"))):
                yield path


def _is_below(path: str, globs: list[str]) -> bool:
    """Whether a path, or a folder above it, fits one of these. A star stands for one name."""
    steps = path.split("/")
    return any(len(asked) <= len(steps) and all(map(fnmatchcase, steps, asked)) for asked in (glob.strip("/").split("/") for glob in globs))


def _below(folder: str, folders: Collection[str], recursive: bool) -> list[Entry]:
    found = list[Entry]()
    for here, inner, files in os.walk(folder):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in SKIPPED_FOLDERS) if recursive else []
        built = [name for name in inner if os.path.realpath(os.path.join(here, name)) in folders]
        inner[:] = [name for name in inner if name not in built]
        places = [(os.path.join(here, name), "folder") for name in built]
        places += [(os.path.join(here, name), "file") for name in sorted(files) if name.endswith(_ENDINGS)]
        found += [Entry(os.path.relpath(place, folder), kind, os.path.realpath(place)) for place, kind in places]
        if len(found) > _MOST_FILES:
            break
    return found
