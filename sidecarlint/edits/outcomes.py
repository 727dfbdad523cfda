"""What is built or rendered before and after a rewrite, compared as objects: everything is the same but for what was meant to happen.

In: two texts of many documents as helm or kustomize print them, `Outcome`s. Out: `Compared`, with a reason why not. Must not know: why
a container moves, who has made the texts.
"""

from collections.abc import Collection, Sequence

from sidecarlint.documents import Route
from sidecarlint.edits.operations import Items, Operation, Set, Value
from sidecarlint.edits.printed import Identity, Unlike, matched, settled
from sidecarlint.edits.shapes import Shape, apply
from sidecarlint.edits.unlike import first_difference, name_of, named, pair_of, reach
from sidecarlint.values import NamedTuple


class Outcome(NamedTuple):
    """What is meant to happen to one container in what is built or rendered.

    kind       of the object
    names      what the object may be called there; none for any name
    pod        from the object to the mapping that holds the lists, such as `("spec", "template", "spec")`
    container  its name; "" where the mapping at `pod` itself is meant, which stays where it is
    source     the key of the list that it leaves
    key        the key of the list that it goes to; the same as `source` where it stays
    behind     items of the list at `key` that stand in front of it afterwards, `*` for all that stay there and are not in `before`;
               those that are not there do not count
    before     items of that list that stand behind it afterwards
    sets       what is set in it: routes from it, with values
    changes    what else is done in it: operations with routes from it
    """

    kind: str
    names: tuple[str, ...]
    pod: Route
    container: str
    source: str
    key: str
    behind: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    sets: tuple[tuple[Route, Value], ...] = ()
    changes: tuple[Operation, ...] = ()


class Compared(NamedTuple):
    """Why what came out is not what was meant, None where it is. `seen`: in how many objects each outcome had something to do, in the order
    of the outcomes; one that was in none is not shown to be right by this."""

    reason: str | None
    seen: tuple[int, ...]


def why_not(before: str, after: str, outcomes: Sequence[Outcome], ignored: Sequence[Route] = ()) -> str | None:
    """The reason why `after` is not `before` with these outcomes, or None when it is. See `compared`."""
    return compared(before, after, outcomes, ignored).reason


def compared(before: str, after: str, outcomes: Sequence[Outcome], ignored: Sequence[Route] = ()) -> Compared:
    """Compares two texts. `ignored`: routes from an object to what may differ, such as `("**", "annotations", "checksum/*")`; in a step `*`
    and `?` stand for any characters, and a first step `**` for any steps. Never raises for what the texts hold."""
    seen = [0] * len(outcomes)
    try:
        for identity, old, new in matched(before, after, [each.container for each in outcomes]):
            for each in (old, new):
                for route in ignored:
                    _forget(each, route)
            _compare(identity, old, new, outcomes, seen)
    except Unlike as unlike:
        return Compared(str(unlike), tuple(seen))
    return Compared(None, tuple(seen))


def _forget(found: Shape, route: Route) -> None:
    """Makes one of whatever stands at the routes that fit."""
    if not route:
        found[:] = ["scalar", None, None, [False, "..."]]
        return
    first, *rest = route
    children = [(pair[0][3][-1], pair[1]) for pair in found[3]] if found[0] == "mapping" else []
    children += enumerate(found[3]) if found[0] == "sequence" else []
    for step, child in children:
        if first == "**":
            _forget(child, route)
        if _fits(rest[0] if first == "**" and rest else first, step):
            _forget(child, tuple(rest[1:] if first == "**" else rest))


def _fits(pattern: str | int, step: object) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(str(step), str(pattern))


# One object


def _compare(identity: Identity, old: Shape, new: Shape, outcomes: Sequence[Outcome], seen: list[int]) -> None:
    hits = [number for number, each in enumerate(outcomes) if _is_for(each, identity) and _subject(old, each) is not None]
    for number in hits:
        seen[number] += 1
    meant = [outcomes[number] for number in hits]
    _carry_out(identity, old, new, meant)
    if settled(old) != new:
        raise Unlike(f"{identity.title}: {first_difference(old, new)}")
    moved = {each.container for each in meant if each.key != each.source}
    for each in meant:
        _check_order(identity, new, each, moved)


def _is_for(outcome: Outcome, identity: Identity) -> bool:
    return outcome.kind == identity.kind and (not outcome.names or identity.name in outcome.names)


def _subject(found: Shape, outcome: Outcome) -> Shape | None:
    """What an outcome speaks of, where it stands before; None where it is not there."""
    if not outcome.container:
        return reach(found, outcome.pod)
    return named(_items(found, outcome, outcome.source), outcome.container)


def _items(found: Shape, outcome: Outcome, key: str) -> list[Shape]:
    listed = reach(found, (*outcome.pod, key))
    return listed[3] if listed is not None and listed[0] == "sequence" else []


def _carry_out(identity: Identity, old: Shape, new: Shape, outcomes: Sequence[Outcome]) -> None:
    """Does to the old object what is meant. A moved container goes to where it stands in the new one; that is judged later."""
    for each in outcomes:
        _change(identity, old, each)
    moves = {(each.pod, each.container): each for each in outcomes if each.container and each.key != each.source}
    going = [(_place(identity, old, new, each), each) for each in moves.values()]
    for place, each, item in [(place, each, _taken(old, each)) for place, each in sorted(going, key=lambda one: one[0])]:
        _listed(old, each).insert(place, item)
    for each in moves.values():
        _drop_empty(old, each)
        _drop_empty(new, each)


def _change(identity: Identity, old: Shape, outcome: Outcome) -> None:
    subject = _subject(old, outcome)
    assert subject is not None
    operations = (*(Set(route, value) for route, value in outcome.sets), *outcome.changes)
    try:
        apply(subject, operations)
    except (LookupError, StopIteration, TypeError):
        name = outcome.container or "its pod"
        raise Unlike(f"{identity.title}: {name} does not have what is to be changed in it") from None


def _place(identity: Identity, old: Shape, new: Shape, outcome: Outcome) -> int:
    """The index at which a moved container has arrived."""
    name, arrived = outcome.container, _items(new, outcome, outcome.key)
    if named(_items(old, outcome, outcome.key), name) is not None:
        raise Unlike(f"{identity.title}: {name} stands in {outcome.key} already")
    if named(_items(new, outcome, outcome.source), name) is not None:
        raise Unlike(f"{identity.title}: {name} would still stand in {outcome.source}")
    item = named(arrived, name)
    if item is None:
        raise Unlike(f"{identity.title}: {name} would be lost, as it is not in {outcome.key}")
    return next(index for index, each in enumerate(arrived) if each is item)


def _taken(old: Shape, outcome: Outcome) -> Shape:
    items = _items(old, outcome, outcome.source)
    item = named(items, outcome.container)
    assert item is not None
    items[:] = [each for each in items if each is not item]
    return item


def _listed(old: Shape, outcome: Outcome) -> list[Shape]:
    """The items of the list that it goes to, which is made where it is not there or holds nothing."""
    pod, route = reach(old, outcome.pod), (*outcome.pod, outcome.key)
    found = reach(old, route)
    assert pod is not None
    if found is None or found[0] != "sequence":
        apply(pod, (Set((outcome.key,), Items(())),))
    return _items(old, outcome, outcome.key)


def _drop_empty(found: Shape, outcome: Outcome) -> None:
    """A list without items may be printed or not."""
    pod = reach(found, outcome.pod)
    pair = pair_of(pod, outcome.source) if pod is not None else None
    if pod is not None and pair is not None and pair[1][3] in ([], [True, ""]):
        pod[3].remove(pair)


def _check_order(identity: Identity, new: Shape, outcome: Outcome, moved: Collection[str]) -> None:
    names = [name_of(each) for each in _items(new, outcome, outcome.key)]
    if outcome.container not in names:
        return
    place = names.index(outcome.container)
    others = [name for name in names if name not in moved and name not in outcome.before] if "*" in outcome.behind else outcome.behind
    late = next((name for name in others if name in names[place + 1 :]), None)
    early = next((name for name in outcome.before if name in names[:place]), None)
    if late is not None or early is not None:
        ahead, after = (outcome.container, late) if late is not None else (early, outcome.container)
        raise Unlike(f"{identity.title}: {ahead} would stand ahead of {after} in {outcome.key}")
