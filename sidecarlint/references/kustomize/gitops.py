"""Objects of Flux, Argo CD and helmfile that lay patches over a folder, as kustomizations that nobody wrote into a file.

In: the files that may hold such objects, the top of their repository. Out: `Kustomization`s with a `title`. Must not know: lifecycles, what
is broken.

Flux and Argo CD write their patches into the folder's own kustomization file before they build it; a HelmRelease and helmfile lay them over
what a chart gives (helm-kustomize B6). Paths of Flux and Argo CD start at the repository's top, those of helmfile at its own folder. What
lies in another repository is not seen. `${VARIABLE}` is put in after the build, so it stays as it is written.
"""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, partial

from sidecarlint.documents import Document, Node, Route, at, child, documents, items, resolve, text_of
from sidecarlint.references.kustomize.bases import Base, base_of, bases_of_pattern
from sidecarlint.references.kustomize.guard import may_speak
from sidecarlint.references.kustomize.reading import Read, entry_at, patch_at, selector_of
from sidecarlint.references.kustomize.values import Beside, Ignored, Kustomization, Patch, Pinned
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Object, objects

_HOLDS = re.compile(r"[pP]atches|\bcomponents\b|\bignoreDifferences\b")
"""A document without any of these lays nothing over a base; few of those that Flux and Argo CD keep do."""
_FETCHES = re.compile(r"\bGitRepository\b")
_PATCHES = ("patchesStrategicMerge", "patches", "patchesJson6902")
"""In the order in which they are applied (helm-kustomize B2)."""
_FLUX, _HELM, _ARGO = "kustomize.toolkit.fluxcd.io", "helm.toolkit.fluxcd.io", "argoproj.io"


class _Tree(NamedTuple):
    """What is the same for all objects. `folders`: the real paths of those that hold a kustomization file; `repositories` gives those that
    Flux fetches, by namespace and name."""

    top: str
    folders: Collection[str]
    read: Read
    repositories: Callable[[], dict[tuple[str, str], list[Pinned]]] = dict


class _Piece(NamedTuple):
    """One object, or one of its parts, that builds something: the node that holds patches, and its route."""

    title: str
    node: Node | None
    route: Route
    base: Base
    patches: tuple[Patch, ...]
    ignored: tuple[Ignored, ...] = ()
    namespace: str = ""
    pinned: Pinned = Pinned()


def layers(beside: Beside, folders: Collection[str], read: Read) -> tuple[Kustomization, ...]:
    """The objects in these files that lay anything over a base. `folders`: the real paths of those with a kustomization file."""
    tree = _Tree(os.path.realpath(beside.top), folders, read, cache(partial(_repositories, beside.paths, read)))
    return tuple(layer for path in sorted(beside.paths) for layer in _layers_of(path, tree))


def speaking_patches(text: str, names: Collection[str]) -> tuple[tuple[int, Route], ...]:
    """The patches in the objects of a text that lead to a container by an index, speak of init containers or name one of these containers:
    each by its document's number and its route. What stands in a file of its own is not seen, so it may. What a chart renders has to stay
    what they expect (helm-kustomize B1, B6)."""
    found = _layers_of("", _Tree(os.path.realpath(os.curdir), (), lambda path: text if path == "" else None))
    return tuple((layer.number, patch.route) for layer in found for patch in layer.patches if may_speak(patch, names))


def _layers_of(path: str, tree: _Tree) -> Iterator[Kustomization]:
    text = tree.read(path) or ""
    for document in documents(text, _HOLDS):
        if document.root is not None and document.problem is None:
            for piece in _pieces(path, text, document, tree):
                if piece.patches or piece.ignored or items(child(piece.node, "components")):
                    yield _layer(path, document, piece, tree)


def _layer(path: str, document: Document, piece: _Piece, tree: _Tree) -> Kustomization:
    folder = f"{os.path.realpath(path)}#{document.number}.{'.'.join(map(str, piece.route))}.{piece.base.place}"
    components = items(child(piece.node, "components"))
    return Kustomization(
        path,
        folder,
        resources=piece.base.entries,
        components=tuple(entry_at(piece.base.place, tree.read, each, tree.folders) for each in components) if piece.base.place else (),
        patches=piece.patches,
        prefix=text_of(child(piece.node, "namePrefix")) or "",
        suffix=text_of(child(piece.node, "nameSuffix")) or "",
        namespace=piece.namespace,
        number=document.number,
        title=piece.title,
        into=piece.base.into,
        ignored=piece.ignored,
        pinned=piece.pinned,
    )


def _pieces(path: str, text: str, document: Document, tree: _Tree) -> Iterator[_Piece]:
    for found in objects(document):
        group = found.api_version.rpartition("/")[0]
        if (group, found.kind) == (_FLUX, "Kustomization"):
            yield _flux(found, text, tree)
        elif (group, found.kind) == (_HELM, "HelmRelease"):
            yield _helm_release(found, text, tree)
        elif group == _ARGO and found.kind in ("Application", "ApplicationSet"):
            yield from _argo(found, text, tree)
    for index, release in enumerate(items(child(document.root, "releases"))):
        if child(document.root, "kind") is None:
            yield _helmfile(release, ("releases", index), path, text, tree)


# Flux


def _flux(found: Object, text: str, tree: _Tree) -> _Piece:
    spec, route = child(found.node, "spec"), (*found.route, "spec")
    base = base_of(tree.top, text_of(child(spec, "path")) or ".", tree.top, tree.folders, recursive=True)
    patches = _patches(spec, route, base, text, tree)
    namespace = text_of(child(spec, "targetNamespace")) or ""
    return _Piece(f"the Flux Kustomization {found.name}", spec, route, base, patches, (), namespace, _pinned(found, spec, tree))


def _pinned(found: Object, spec: Node | None, tree: _Tree) -> Pinned:
    """The repository and the revision that Flux is told. Where clusters have a repository of one name each, the first one's."""
    source = child(spec, "sourceRef")
    if text_of(child(source, "kind")) != "GitRepository" or (name := text_of(child(source, "name"))) is None:
        return Pinned()
    return next(iter(tree.repositories().get((text_of(child(source, "namespace")) or found.namespace, name), ())), Pinned())


_REVISIONS = ("commit", "name", "semver", "tag", "branch")
"""What of a `ref` counts before what (fluxcd/source-controller, GitRepository)."""


def _repositories(paths: Iterable[str], read: Read) -> dict[tuple[str, str], list[Pinned]]:
    known: dict[tuple[str, str], list[Pinned]] = defaultdict(list)
    for document in (each for path in sorted(paths) for each in documents(read(path) or "", _FETCHES)):
        for found in objects(document) if document.problem is None else ():
            if found.kind == "GitRepository":
                spec = child(found.node, "spec")
                said = (text_of(child(child(spec, "ref"), key)) for key in _REVISIONS)
                known[found.namespace, found.name].append(Pinned(text_of(child(spec, "url")) or "", next(filter(None, said), "")))
    return known


def _helm_release(found: Object, text: str, tree: _Tree) -> _Piece:
    """One renderer works on what the one before it gives, so all patches are applied in the order in which they are written."""
    spec, route = child(found.node, "spec"), (*found.route, "spec")
    chart = child(child(spec, "chart"), "spec")
    local = text_of(child(child(chart, "sourceRef"), "kind")) == "GitRepository"
    named = text_of(child(chart, "chart"))
    base = base_of(tree.top, named, tree.top, tree.folders) if local and named else Base()
    patches = list[Patch]()
    for index, renderer in enumerate(items(child(spec, "postRenderers"))):
        patches += _patches(child(renderer, "kustomize"), (*route, "postRenderers", index, "kustomize"), base, text, tree)
    patched = tuple(each._replace(after_names=False) for each in patches)
    return _Piece(f"the HelmRelease {found.name}", None, route, base._replace(into=""), patched)


# Argo CD


def _argo(found: Object, text: str, tree: _Tree) -> Iterator[_Piece]:
    route: Route = (*found.route, "spec") if found.kind == "Application" else (*found.route, "spec", "template", "spec")
    spec = at(found.document.root, route)
    sources = [("source",), *(("sources", index) for index, _ in enumerate(items(child(spec, "sources"))))]
    ignored = tuple(_ignored(spec, route))
    for where in sources:
        source = at(spec, where)
        written = text_of(child(source, "path"))
        for base in _argo_bases(found, source, written, tree) if written is not None else ():
            node, inner = child(source, "kustomize"), (*route, *where, "kustomize")
            patches = _patches(node, inner, base, text, tree)
            namespace = text_of(child(node, "namespace")) or ""
            pinned = Pinned(*(text_of(child(source, key)) or "" for key in ("repoURL", "targetRevision")))
            yield _Piece(f"the {found.kind} {found.name}", node, inner, base, patches, ignored, namespace, pinned)


def _argo_bases(found: Object, source: Node | None, written: str, tree: _Tree) -> Iterator[Base]:
    if "{{" in written:
        generators = child(child(found.node, "spec"), "generators")
        yield from bases_of_pattern(tree.top, written, generators, tree.folders)
    else:
        recursive = (text_of(child(child(source, "directory"), "recurse")) or "").lower() == "true"
        yield base_of(tree.top, written, tree.top, tree.folders, recursive)


def _ignored(spec: Node | None, route: Route) -> Iterator[Ignored]:
    for index, each in enumerate(items(child(spec, "ignoreDifferences"))):
        for key in ("jsonPointers", "jqPathExpressions"):
            for number, item in enumerate(items(child(each, key))):
                if "ontainers" in (path := text_of(item) or ""):
                    yield Ignored(path, (*route, "ignoreDifferences", index, key, number), selector_of(each))


# helmfile


def _helmfile(release: Node, route: Route, path: str, text: str, tree: _Tree) -> _Piece:
    """Its patches lie in lists of their own; those of JSON come last."""
    folder = os.path.dirname(os.path.realpath(path))
    written = text_of(child(release, "chart")) or ""
    base = base_of(folder, written, tree.top, tree.folders, recursive=True) if written.startswith(".") else Base()
    patches = (
        _patch(item, (*route, key, index), base, text, tree)
        for key in ("strategicMergePatches", "jsonPatches")
        for index, item in enumerate(items(child(release, key)))
    )
    title = f"the helmfile release {text_of(child(release, 'name')) or '(no name)'}"
    return _Piece(title, None, route, base._replace(into=""), tuple(patches))


# Patches


def _patches(node: Node | None, route: Route, base: Base, text: str, tree: _Tree) -> tuple[Patch, ...]:
    return tuple(
        _patch(item, (*route, key, index), base, text, tree)._replace(after_names=key == "patchesJson6902")
        for key in _PATCHES
        for index, item in enumerate(items(child(node, key)))
    )


def _patch(item: Node, route: Route, base: Base, text: str, tree: _Tree) -> Patch:
    """A patch as a text of its own, in a file of the base's folder, or as YAML of the object's document."""
    whole, inner = resolve(item), child(item, "patch")
    if inner is not None and inner.kind != "scalar":
        return Patch("", _alone(inner, text), (*route, "patch"), selector_of(child(item, "target")), nested=True)
    if whole is not None and whole.kind == "mapping" and child(whole, "kind") is not None:
        return Patch("", _alone(whole, text), route, nested=True)
    found = patch_at(base.place, partial(_within, base, tree.read), item, route)
    return found if not found.path or _is_within(base, found.path) else found._replace(path="")


def _within(base: Base, read: Read, path: str) -> str | None:
    """A file of the folder that is built: kustomize reads no other, and without the folder none is seen."""
    return read(path) if _is_within(base, path) else None


def _is_within(base: Base, path: str) -> bool:
    return bool(base.place) and path.startswith(os.path.join(base.place, ""))


def _alone(node: Node, text: str) -> str:
    """A node as a text of its own: its first line begins at the column at which the others do."""
    line = text.rfind("\n", 0, node.start) + 1
    return " " * (node.start - line) + text[node.start : node.end] + "\n"
