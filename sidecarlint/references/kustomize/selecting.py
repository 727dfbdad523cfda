"""Whether a patch or a replacement is for an object, at the point of the pipeline where it is applied.

In: a `Selector`, what an object is `Called`. Out: True, False, or None where it cannot be told. Must not know: containers.

An object keeps the names that it had: each of them is found, also after a prefix was put before it.
"""

import re

from sidecarlint.documents import child
from sidecarlint.references.kustomize.values import Kustomization, Selector
from sidecarlint.references.said import pairs_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Object


class Called(NamedTuple):
    """What an object is called. `names` and `namespaces`: from the first that it had to the one that it has now."""

    group: str
    version: str
    kind: str
    names: tuple[str, ...]
    namespaces: tuple[str, ...]
    labels: tuple[tuple[str, str], ...] = ()


def called(found: Object) -> Called:
    """What an object is called in its own file."""
    group, _, version = found.api_version.rpartition("/")
    labels = pairs_of(child(child(found.node, "metadata"), "labels"))
    return Called(group, version, found.kind, (found.name,), (found.namespace or "default",), labels)


def renamed(found: Called, layer: Kustomization) -> Called:
    """What it is called once a kustomization has changed names."""
    name, namespace = f"{layer.prefix}{found.names[-1]}{layer.suffix}", layer.namespace or found.namespaces[-1]
    return found._replace(names=_with(found.names, name), namespaces=_with(found.namespaces, namespace))


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return names if names[-1] == name else (*names, name)


def names(patch: Object, found: Called) -> bool:
    """Whether a strategic-merge patch without a target names the object."""
    own = called(patch)
    return own[:3] == found[:3] and own.names[0] in found.names and own.namespaces[0] in found.namespaces


def selects(selector: Selector, found: Called) -> bool | None:
    """Whether a target selects the object. Labels may have been added on the way, so only those that it has are sure."""
    wanted = ((selector.group, (found.group,)), (selector.version, (found.version,)), (selector.kind, (found.kind,)))
    answers = [
        _any_fits(pattern, texts) for pattern, texts in (*wanted, (selector.name, found.names), (selector.namespace, found.namespaces))
    ]
    if False in answers:
        return False
    if None in answers or selector.annotations:
        return None
    pairs = [tuple(each.split("=", 1)) for each in selector.labels.replace("==", "=").split(",")] if selector.labels else []
    return True if {tuple(map(str.strip, pair)) for pair in pairs} <= set(found.labels) else None


def _any_fits(pattern: str, texts: tuple[str, ...]) -> bool | None:
    try:
        return not pattern or any(re.fullmatch(pattern, text) for text in texts)
    except re.error:
        return None
