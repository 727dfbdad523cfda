"""Operations of JSON patches that point at another container than they are meant for.

In: a pod's lists, an operation. Out: what is broken about it. Must not know: kustomizations, how it comes to be applied.

A pod without sidecars cannot have lost one of its containers to the other list, so nothing is said of it.
"""

from sidecarlint.documents import Node, child, items, text_of
from sidecarlint.references.kustomize.pods import KEYS, Item, Lists, Pointer
from sidecarlint.workloads.images import written

_FINE = ("", "", "")


def wrong(found: Lists, verb: str, to: Pointer, value: Node | None) -> tuple[str, str, str]:
    """What is broken about an operation: a word of `Breach`, the container that is meant, the one that is hit."""
    if to.number is None:
        return _overwriting(found, verb, to, value)
    listed = found.of(to.key)
    hit = listed[to.number] if 0 <= to.number < len(listed) else None
    if verb == "test":
        return _untrue(found, to, text_of(value) or "", hit.name if hit else "")
    if to.key == "initContainers" or to.number == -1:
        return _FINE
    if hit is None:
        return _beyond(found, verb, to)
    meant = _of_image(found, text_of(value) or "") if to.below == ("image",) and verb in ("add", "replace") else None
    return ("mistaken", meant.name, hit.name) if meant and meant.image != hit.image else _FINE


def _untrue(found: Lists, to: Pointer, name: str, there: str) -> tuple[str, str, str]:
    """Of a name that the pod has elsewhere. One that it has nowhere may be meant to stop the build."""
    known = name and any(found.named(key, name) for key in KEYS)
    return ("untrue", name, there) if to.below == ("name",) and name != there and known and found.sidecars else _FINE


def _overwriting(found: Lists, verb: str, to: Pointer, value: Node | None) -> tuple[str, str, str]:
    """An `add` that was written when there was no list yet; `replace` needs one, and so knows of it."""
    kept = {text_of(child(each, "name")) for each in items(value)}
    lost = next((each for each in found.sidecars if each.name not in kept), None)
    return ("overwritten", lost.name, "") if verb == "add" and to.key == "initContainers" and lost is not None else _FINE


def _beyond(found: Lists, verb: str, to: Pointer) -> tuple[str, str, str]:
    """An index that would be right if the sidecars still stood among the containers."""
    assert to.number is not None
    over = to.number - len(found.containers) - (verb == "add" and not to.below)
    return ("beyond", found.sidecars[min(over, len(found.sidecars) - 1)].name, "") if 0 <= over < len(found.sidecars) else _FINE


def _of_image(found: Lists, image: str) -> Item | None:
    """The sidecar that alone in its pod has an image of this repository."""
    named = [each for each in (*found.containers, *found.inits) if each.image and each.image == written(image)[0]]
    return named[0] if len(named) == 1 and named[0] in found.sidecars else None
