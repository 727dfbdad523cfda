"""Argo CD: which fields of containers it leaves out when it compares what should run with what runs.

In: an `Object`. Out: `Mention`s `ignores` (detail: the JSON pointer or jq expression). Must not know: workloads, what an expression means.
"""

from collections.abc import Iterator

from sidecarlint.documents import Node, Route, at, child, items, text_of
from sidecarlint.references.mentions import Mention, Whom
from sidecarlint.references.said import mention
from sidecarlint.workloads import Object

_OF_CORE = ("Pod", "ReplicationController", "PodTemplate", "*")
"""An entry without a group is about these only."""
_LAYERS = ("overlays", "overlay", "environments", "envs", "clusters")
"""Folders of kustomizations that stand beside the base which they build on."""


def application(found: Object) -> Iterator[Mention]:
    """The entries of an Application that speak of containers."""
    yield from _entries(found, ("spec",))


def application_set(found: Object) -> Iterator[Mention]:
    """The same of all Applications that it makes."""
    yield from _entries(found, ("spec", "template", "spec"))


def _entries(found: Object, route: Route) -> Iterator[Mention]:
    spec = at(found.node, route)
    folders = tuple(dict.fromkeys(_folders(spec)))
    for index, entry in enumerate(items(child(spec, "ignoreDifferences"))):
        kind = text_of(child(entry, "kind")) or ""
        if text_of(child(entry, "group")) is None and kind not in _OF_CORE:
            continue
        where = (*route, "ignoreDifferences", index)
        for inner, path in _paths(entry):
            yield mention(found, "ignores", _whom(entry, kind, folders), (), (*where, *inner), path)


def _paths(entry: Node) -> Iterator[tuple[Route, str]]:
    for key in ("jsonPointers", "jqPathExpressions"):
        for number, item in enumerate(items(child(entry, key))):
            if "ontainers" in (path := text_of(item) or ""):
                yield (key, number), path


def _whom(entry: Node, kind: str, folders: tuple[str, ...]) -> Whom:
    name, space = (text_of(child(entry, key)) or "" for key in ("name", "namespace"))
    return Whom(kinds=() if "*" in kind else (kind,), name=name, namespaces=(space,) if space else (), folders=() if name else folders)


def _folders(spec: Node | None) -> Iterator[str]:
    """The folders whose manifests it may be about: an overlay's base stands beside it, and what an action gives may be any."""
    for source in (child(spec, "source"), *items(child(spec, "sources"))):
        steps = (text_of(child(source, "path")) or "").strip("./").split("/")
        end = next((number for number, step in enumerate(steps) if step in _LAYERS or "{{" in step), len(steps))
        if child(source, "path") is not None:
            yield "/".join(steps[:end])
