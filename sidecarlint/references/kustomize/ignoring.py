"""Fields of containers that Argo CD leaves out when it compares what should run with what runs.

In: a JSON pointer or a jq expression, a pod's lists. Out: which container it means, and whether it still finds it. Must not know:
kustomizations, where the pod comes from.

A pointer to what is not there is no error: the difference shows, and with self-healing Argo CD undoes what somebody else has set.
"""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from sidecarlint.documents import Route
from sidecarlint.references.kustomize.pods import Key, Lists, Pointer, other, pointer
from sidecarlint.references.kustomize.selecting import Called
from sidecarlint.references.kustomize.values import Ignored, Selector
from sidecarlint.values import NamedTuple

_NAMED = r"\s*\|\s*select\(\s*\.name\s*==\s*[\"']([^\"']+)[\"']\s*\)"


class Spoken(NamedTuple):
    """The containers that a pointer or an expression means: one by its `number` or its `name`, or the whole list. `rest` is the field."""

    key: Key
    number: int | None = None
    name: str = ""
    rest: str = ""


def spoken(path: str, pod: Route) -> Spoken | None:
    """What a pointer or an expression says of the containers of a pod at a route below its object; None where it says nothing of them, or
    speaks of both lists."""
    if path.startswith("/"):
        to = pointer(path, pod)
        return Spoken(to.key, to.number, "", ".".join(to.below)) if isinstance(to, Pointer) else None
    spec = r"\.".join(re.escape(str(step)) for step in pod)
    listed = list(re.finditer(rf"\.{spec}\.(containers|initContainers)\b\??(?:\[(\d*)\]\??)?", path))
    if len({each[1] for each in listed}) != 1:
        return None
    found = listed[0]
    key: Key = "containers" if found[1] == "containers" else "initContainers"
    named = re.match(_NAMED, path[found.end() :]) if found[2] == "" else None
    rest = path[found.end() + (named.end() if named else 0) :]
    return Spoken(key, int(found[2]) if found[2] else None, named[1] if named else "", rest.strip(" |."))


def missed(found: Lists, said: Spoken, others: Sequence[Spoken] = ()) -> tuple[str, str] | None:
    """A word of `Breach` and the container that is no longer meant, though it was; None where nothing shows that, or where one of the
    others means the same field of it."""
    lost = _lost(found, said)
    return None if lost is None or any(_means(found, each, said, lost[1]) for each in others) else lost


def _lost(found: Lists, said: Spoken) -> tuple[str, str] | None:
    if said.name:
        gone = found.named(said.key, said.name) is None and found.named(other(said.key), said.name) is not None
        return ("unignored", said.name) if gone else None
    over = (said.number if said.number is not None else -1) - len(found.containers)
    if said.key == "containers" and 0 <= over < len(found.sidecars):
        return "unignored-beyond", found.sidecars[over].name
    return None


def _means(found: Lists, each: Spoken, said: Spoken, name: str) -> bool:
    listed = [one.name for one in found.of(each.key)]
    at = each.number is not None and listed[each.number : each.number + 1] == [name]
    return each.key != said.key and each.rest == said.rest and (at or each.name == name or (each.number is None and not each.name))


def is_for(each: Ignored, found: Called) -> bool:
    """Whether it is about this object. One without a namespace gets that of the application, which is not seen here."""
    return names_kind(each.select, found.group, found.kind) and _names(each.select, found)


def names_kind(select: Selector, group: str, kind: str) -> bool:
    """Whether it is about objects of this kind: a missing group is that of the core, a star stands for any part."""
    return fnmatchcase(group, select.group) and fnmatchcase(kind, select.kind)


def _names(select: Selector, found: Called) -> bool:
    here = not select.namespace or select.namespace in found.namespaces or found.namespaces == ("default",)
    return here and (not select.name or select.name in found.names)
