"""One kustomization file to values.

In: its path, the folders of all kustomizations, a way to read files. Out: `Kustomization`. Must not know: what is done with it.

What cannot be read is a value with the reason (`problem`), never an exception.
"""

import os
import re
from collections.abc import Callable, Collection, Iterator

from sidecarlint.documents import Document, Node, Route, child, documents, items, resolve, text_of, texts
from sidecarlint.references.kustomize.values import (
    Configured,
    Entry,
    Fetched,
    Field,
    Kustomization,
    Patch,
    Replaced,
    Selector,
    Speech,
)
from sidecarlint.values import NamedTuple

Read = Callable[[str], str | None]

# The order in which patches are applied (helm-kustomize B2); the last ones find names that were changed.
_PATCHES = ("patchesStrategicMerge", "patches", "patchesJson6902")
_STEP = r"\[[^\]]*\]|(?:\\.|[^.\\])+"
"""A step of a fieldPath: a key, in which a dot may be escaped, or [key=value]."""
_REMOTE = r"://|^git@|\?(?:ref|version|timeout|submodules)=|^(?:github\.com|gitlab\.com|bitbucket\.org)[/:]|\w//\w"
_HARMLESS = (
    "AnnotationsTransformer", "HashTransformer", "ImageTagTransformer", "LabelTransformer", "NamespaceTransformer", "PrefixTransformer",
    "PrefixSuffixTransformer", "ReplicaCountTransformer", "SuffixTransformer",
)  # fmt: skip
"""The built-in transformers that leave the lists of containers as they are."""
_ANY = ".*"


class _Reader:
    """What is the same for all parts of one kustomization."""

    def __init__(self, root: Node, path: str, folder: str, read: Read) -> None:
        self.root, self.path, self.folder, self.read = root, path, folder, read

    def listed(self, key: str) -> Iterator[tuple[Route, Node]]:
        for index, item in enumerate(items(child(self.root, key))):
            yield (key, index), item

    def at(self, name: str) -> str:
        return os.path.realpath(os.path.join(self.folder, name))

    def file(self, name: str) -> str:
        return self.read(self.at(name)) or ""


def kustomization(path: str, folders: Collection[str], read: Read) -> Kustomization:
    """The kustomization at a path. `folders`: the real paths of the folders that hold one."""
    text, folder = read(path), os.path.dirname(os.path.realpath(path))
    document = next(documents(text), None) if text is not None else None
    problem = _problem(text, document)
    if problem or document is None or document.root is None:
        return Kustomization(path, folder, problem=problem)
    given = _Reader(document.root, path, folder, read)
    prefix, suffix, namespace = (text_of(child(given.root, key)) or "" for key in ("namePrefix", "nameSuffix", "namespace"))
    found = Kustomization(
        path,
        folder,
        text_of(child(given.root, "kind")) == "Component",
        tuple(_entry(given, item, folders) for key in ("resources", "bases") for _, item in given.listed(key)),
        tuple(_entry(given, item, folders) for _, item in given.listed("components")),
        tuple(_patch(given, item, route) for key in _PATCHES for route, item in given.listed(key)),
        tuple(_replaced(given)),
        tuple(_speeches(given)),
        prefix,
        suffix,
        namespace,
        _opaque(given),
        sources=tuple(_fetched(given)),
        variables=tuple(_variables(given)),
        configured=tuple(_configured_fields(given)),
    )
    return found._replace(problem=_missing(found))


def _problem(text: str | None, document: Document | None) -> str:
    if text is None:
        return "it cannot be read"
    if document is not None and document.problem is not None:
        return f"it is no YAML: {document.problem.message}"
    if document is None or document.root is None or document.root.kind != "mapping":
        return "it is empty, or holds no mapping"
    return ""


def _missing(found: Kustomization) -> str:
    """What it names and nobody finds; and patches that kustomize does not load, as they lie outside of its folder."""
    lost = [each.written for each in (*found.resources, *found.components) if each.kind == "missing"]
    if lost:
        return f"it names {lost[0]}, which does not exist"
    for patch in found.patches:
        if patch.path and not os.path.isfile(patch.path):
            return f"it names the patch {os.path.relpath(patch.path, found.folder)}, which does not exist"
        if patch.path and not patch.path.startswith(os.path.join(found.folder, "")):
            return f"its patch {os.path.relpath(patch.path, found.folder)} lies outside of its folder"
    return ""


def _entry(given: _Reader, item: Node, folders: Collection[str]) -> Entry:
    """A file counts before a folder, and both before what lies elsewhere (B5)."""
    written = text_of(item) or ""
    place = given.at(written)
    if os.path.isfile(place):
        return Entry(written, "file", place)
    if place in folders:
        return Entry(written, "folder", place)
    if os.path.isdir(place):
        return Entry(written, "unseen", place)
    return Entry(written, "remote") if re.search(_REMOTE, written) else Entry(written, "missing", place)


def _selector(node: Node | None) -> Selector:
    keys = ("group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector")
    return Selector(*(text_of(child(node, key)) or "" for key in keys))


def _patch(given: _Reader, item: Node, route: Route) -> Patch:
    target = child(item, "target")
    found = _selector(target) if target is not None else None
    after = route[0] == "patchesJson6902"
    written = resolve(item)
    if written is not None and written.kind == "scalar":
        inline, named = "\n" in written.text or written.text.startswith("{"), written.text
    else:
        inline = text_of(child(item, "patch")) is not None
        named, route = (text_of(child(item, "patch" if inline else "path")) or "", (*route, "patch" if inline else "path"))
    if inline or not named:
        return Patch("", named, route, found, after)
    return Patch(given.at(named), given.file(named), route, found, after)


class _Listed(NamedTuple):
    """A replacement, with the file in which it stands, "" for the kustomization, its document there and its route."""

    path: str
    number: int
    route: Route
    node: Node | None


def _replacements(given: _Reader) -> Iterator[_Listed]:
    for route, item in given.listed("replacements"):
        named = text_of(child(item, "path"))
        if named is None:
            yield _Listed("", 0, route, item)
            continue
        for document in documents(given.file(named)):
            within = items(document.root)
            listed = [((index,), each) for index, each in enumerate(within)] if within else [((), document.root)]
            yield from (_Listed(given.at(named), document.number, inner, each) for inner, each in listed)


def _sources(given: _Reader) -> Iterator[Node]:
    for each in _replacements(given):
        source = child(each.node, "source")
        if source is not None:
            yield source


def _fetched(given: _Reader) -> Iterator[Fetched]:
    for each in _replacements(given):
        source = child(each.node, "source")
        written = text_of(child(source, "fieldPath"))
        if written is not None:
            place = each.path or os.path.realpath(given.path)
            yield Fetched(place, each.number, (*each.route, "source", "fieldPath"), _exactly(source), written)


def _variables(given: _Reader) -> Iterator[Fetched]:
    for route, item in given.listed("vars"):
        written = text_of(child(child(item, "fieldref"), "fieldpath"))
        if written is not None:
            where = (*route, "fieldref", "fieldpath")
            yield Fetched(os.path.realpath(given.path), 0, where, _exactly(child(item, "objref")), written)


def _exactly(node: Node | None) -> Selector:
    """Whom a source names: there every word is meant as it is written."""
    return Selector(*(re.escape(each) for each in _selector(node)[:5]))


def _configured_fields(given: _Reader) -> Iterator[Configured]:
    """The fields of the configurations, those of `images` as well as those that hold names."""
    for named in texts(child(given.root, "configurations")):
        for document in documents(given.file(named)):
            for key, listed in document.root.pairs if document.root is not None else ():
                for index, each in enumerate(items(listed)):
                    inner = enumerate(items(child(each, "fieldSpecs")))
                    found = [((key.text, index), each), *(((key.text, index, "fieldSpecs", at), spec) for at, spec in inner)]
                    for route, spec in found:
                        create = (text_of(child(spec, "create")) or "").lower() == "true"
                        kind, written = (text_of(child(spec, name)) or "" for name in ("kind", "path"))
                        yield Configured(given.at(named), document.number, route, kind, written, create)


def _replaced(given: _Reader) -> Iterator[Replaced]:
    for each in _replacements(given):
        yield from _targets(each.node, each.route, each.path, each.number)


def _targets(replacement: Node | None, route: Route, path: str, number: int) -> Iterator[Replaced]:
    for index, target in enumerate(items(child(replacement, "targets"))):
        base = (*route, "targets", index)
        fields = items(child(target, "fieldPaths"))
        yield Replaced(
            path,
            number,
            _selector(child(target, "select")),
            tuple(_selector(each) for each in items(child(target, "reject"))),
            tuple(Field(_steps(text_of(each) or ""), (*base, "fieldPaths", place)) for place, each in enumerate(fields)),
            (text_of(child(child(target, "options"), "create")) or "").lower() == "true",
        )


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step, _ in stepped(path))


def stepped(path: str) -> list[tuple[str, tuple[int, int]]]:
    """The steps of a fieldPath, each with the characters where it stands."""
    return [(found.group().replace("\\.", "."), found.span()) for found in re.finditer(_STEP, path)]


def _speeches(given: _Reader) -> Iterator[Speech]:
    """Variables and replacements that read a field, whatever a transformer says, and the fields that a configuration adds."""
    for source in _sources(given):
        field = text_of(child(source, "fieldPath")) or ""
        yield Speech(field, re.escape(text_of(child(source, "kind")) or ""), re.escape(text_of(child(source, "name")) or ""))
    for _, item in given.listed("vars"):
        referred = child(item, "objref")
        field = text_of(child(child(item, "fieldref"), "fieldpath")) or ""
        yield Speech(field, re.escape(text_of(child(referred, "kind")) or ""), re.escape(text_of(child(referred, "name")) or ""))
    for _, item in given.listed("transformers"):
        yield Speech(_inline_or_file(given, item), _ANY, _ANY)
    for named in texts(child(given.root, "configurations")):
        yield from _configured(given.file(named))


def _configured(text: str) -> Iterator[Speech]:
    for document in documents(text):
        for _, listed in document.root.pairs if document.root is not None else ():
            for each in items(listed):
                for spec in (each, *items(child(each, "fieldSpecs"))):
                    yield Speech(text_of(child(spec, "path")) or "", text_of(child(spec, "kind")) or _ANY, _ANY)


def _inline_or_file(given: _Reader, item: Node) -> str:
    named = text_of(item) or ""
    return named if "\n" in named else given.file(named)


def _opaque(given: _Reader) -> str:
    for _, item in given.listed("transformers"):
        kinds = [text_of(child(document.root, "kind")) or "" for document in documents(_inline_or_file(given, item))]
        if not kinds or not set(kinds) <= set(_HARMLESS):
            return "a transformer"
    return "a schema of its own" if child(given.root, "openapi") is not None else ""


def patch_at(folder: str, read: Read, item: Node, route: Route) -> Patch:
    """The patch that stands at a route of another object's document. What it names is looked up from a folder."""
    return _patch(_Reader(item, "", folder, read), item, route)


def entry_at(folder: str, read: Read, item: Node, folders: Collection[str]) -> Entry:
    """What another object includes, looked up from a folder."""
    return _entry(_Reader(item, "", folder, read), item, folders)


def selector_of(node: Node | None) -> Selector:
    """Whom a patch in another object is for."""
    return _selector(node)
