"""The first difference between two shapes, in words, and what stands where in a shape.

In: shapes. Out: shapes inside them, a sentence. Must not know: Kubernetes, what the shapes are compared for.

A list's item is called by its name where it has one: `spec.containers[app].image`.
"""

from collections.abc import Sequence

from sidecarlint.documents import Route
from sidecarlint.edits.shapes import Shape

_LONGEST = 80
"""How much of a value is shown."""


def pair_of(mapping: Shape, key: str) -> list[Shape] | None:
    """The pair that a mapping has for a key. As in kubectl the last of two equal keys wins."""
    pairs: list[list[Shape]] = mapping[3] if mapping[0] == "mapping" else []
    return next((pair for pair in reversed(pairs) if pair[0][0] == "scalar" and pair[0][3][1] == key), None)


def reach(found: Shape, route: Route) -> Shape | None:
    """What stands at a route, None where there is nothing. Aliases are not followed."""
    for step in route:
        if isinstance(step, int):
            inner = found[3][step] if found[0] == "sequence" and step < len(found[3]) else None
        else:
            pair = pair_of(found, step)
            inner = pair[1] if pair is not None else None
        if inner is None:
            return None
        found = inner
    return found


def named(items: Sequence[Shape], name: str) -> Shape | None:
    """The first of a list's items that has this name."""
    return next((each for each in items if name_of(each) == name), None)


def name_of(item: Shape) -> str:
    """What an item is called, "" for one without a name."""
    name = reach(item, ("name",))
    return str(name[3][1]) if name is not None and name[0] == "scalar" else ""


def first_difference(wanted: Shape, found: Shape, where: str = "") -> str:
    """The first place at which two shapes differ, as a sentence. They must differ."""
    if wanted[0] == found[0] == "mapping" and _keys(wanted) == _keys(found):
        pairs = zip(wanted[3], found[3], strict=True)
        key, left, right = next((one[0], one[1], other[1]) for one, other in pairs if one != other)
        return first_difference(left, right, _below(where, str(key[3][-1])))
    if wanted[0] == found[0] == "mapping":
        return _unlike_keys(wanted, found, where)
    if wanted[0] == found[0] == "sequence" and _names(wanted) == _names(found):
        place = next(index for index, pair in enumerate(zip(wanted[3], found[3], strict=True)) if pair[0] != pair[1])
        return first_difference(wanted[3][place], found[3][place], f"{where}[{_names(wanted)[place]}]")
    if wanted[0] == found[0] == "sequence":
        return f"{where} would hold {_listed(found)} instead of {_listed(wanted)}"
    quoted = wanted[0] == found[0] == "scalar" and wanted[3][1] == found[3][1]
    return f"{where or 'it'} would be {_shown(found, quoted)} instead of {_shown(wanted, quoted)}"


def _keys(mapping: Shape) -> list[str]:
    return [repr(key) for key, _ in mapping[3]]


def _unlike_keys(wanted: Shape, found: Shape, where: str) -> str:
    ours, theirs = ({str(key[3][-1]) for key, _ in each[3]} for each in (wanted, found))
    if lost := sorted(ours - theirs):
        return f"{_below(where, lost[0])} would be lost"
    if new := sorted(theirs - ours):
        return f"{_below(where, new[0])} would be new"
    return f"{where or 'it'} would have other keys"


def _below(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _names(sequence: Shape) -> list[str]:
    return [name_of(each) or str(index) for index, each in enumerate(sequence[3])]


def _listed(sequence: Shape) -> str:
    names = [name_of(each) for each in sequence[3]]
    return ", ".join(names) if names and all(names) else f"{len(names)} items"


def _shown(found: Shape, quoted: bool) -> str:
    if found[0] != "scalar":
        return {"mapping": "a mapping", "sequence": "a list"}.get(found[0], "an alias")
    plain, text = found[3]
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    if plain:
        return short or "null"
    return repr(short) if quoted or not short or "\n" in short else short
