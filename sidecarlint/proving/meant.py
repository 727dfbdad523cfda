"""What plans mean for the objects that their files bring into a build.

In: the graph of a tree, plans, texts. Out: `Outcome`s. Must not know: what is built, formats.

A plan speaks of places in one file, by index. In a build the container stands somewhere else, so it is found by its name there.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from sidecarlint.documents import Document, Route, at, child, documents, items, text_of
from sidecarlint.edits import Move, Operation, Set
from sidecarlint.edits.outcomes import Outcome
from sidecarlint.edits.shapes import apply, shape
from sidecarlint.edits.unlike import name_of, reach
from sidecarlint.fixes import Elsewhere
from sidecarlint.judging import Planned
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.references.kustomize.selecting import called, renamed
from sidecarlint.settings import OwnKind
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Object, Workload, objects, workloads

Text = Callable[[str], str | None]
"""A file's text, None where there is none."""

LISTS = ("containers", "initContainers")


class _Spot(NamedTuple):
    """A container by the list in which it stands and its name, both "" for the mapping itself. `pod`: from the object."""

    pod: Route
    list: str
    name: str


def meant(graph: Kustomizations, planned: Sequence[Planned], text: Text, later: Text, own: tuple[OwnKind, ...] = ()) -> tuple[Outcome, ...]:
    """What all operations of these plans come to in a build, but for those on patches, which only follow. `text` gives a file as it is
    before them, `later` as it is after them."""
    found = list[Outcome]()
    for path, by_document in _operations(planned, later).items():
        if not graph.ways(path):
            continue
        read = {document.number: document for document in documents(text(path) or "")}
        for number, operations in by_document.items():
            if number in read:
                found += _of_document(graph, path, read[number], operations, own)
    return tuple(found)


def _operations(planned: Sequence[Planned], later: Text) -> dict[str, dict[int, list[Operation]]]:
    """The operations by path and document, each once."""
    found: dict[str, dict[int, list[Operation]]] = defaultdict(lambda: defaultdict(list))
    for each in planned:
        if each.plan is None:
            continue
        found[os.path.realpath(each.finding.location.path)][each.number] += each.plan.operations
        for asked in each.plan.elsewhere:
            found[os.path.realpath(asked.path)][asked.document] += _as_value(asked, later) if asked.inner else [asked.operation]
    return {path: {number: list(dict.fromkeys(listed)) for number, listed in each.items()} for path, each in found.items()}


def _as_value(asked: Elsewhere, later: Text) -> list[Operation]:
    """To a build, YAML inside of a scalar is a text."""
    for document in documents(later(os.path.realpath(asked.path)) or ""):
        value = text_of(at(document.root, asked.inner)) if document.number == asked.document else None
        if value is not None:
            return [Set(asked.inner, value)]
    return []


def workloads_of(path: str, planned: Planned, text: Text, own: tuple[OwnKind, ...]) -> Iterator[Workload]:
    """The workload that a finding is about, where it stands in its text."""
    for document in documents(text(path) or ""):
        if document.number == planned.number:
            yield from (each for each in workloads(document, own) if each.pod.route == planned.route)


def _of_document(
    graph: Kustomizations, path: str, document: Document, operations: Sequence[Operation], own: tuple[OwnKind, ...]
) -> Iterator[Outcome]:
    pods = [each.pod.route for each in workloads(document, own)]
    for owner in objects(document):
        depth = len(owner.route)
        asked = [_from(each, depth) for each in operations if _route(each)[:depth] == owner.route]
        if asked:
            inner = [pod[depth:] for pod in pods if pod[:depth] == owner.route]
            yield from _of_object(owner, names_in_builds(graph, path, owner), inner, asked)


def names_in_builds(graph: Kustomizations, path: str, owner: Object) -> tuple[str, ...]:
    """All names that an object of a file gets on its ways into builds, its own first."""
    names = [owner.name]
    for way in graph.ways(path):
        now = called(owner)
        for layer in way.layers:
            now = renamed(now, layer)
        names += now.names
    return tuple(dict.fromkeys(names))


def _of_object(owner: Object, names: tuple[str, ...], pods: Sequence[Route], operations: Sequence[Operation]) -> Iterator[Outcome]:
    moves = dict[_Spot, Move]()
    changes: dict[_Spot, list[Operation]] = defaultdict(list)
    for each in operations:
        spot, depth = _spot(owner, pods, _route(each))
        if isinstance(each, Move) and spot.name:
            moves[spot] = each
            changes[spot] += ()
        else:
            changes[spot].append(_from(each, depth))
    for spot, listed in changes.items():
        move = moves.get(spot)
        key = move.key if move is not None else spot.list
        ahead, after = _neighbours(owner, operations, spot, key) if move is not None else ((), ())
        yield Outcome(owner.kind, names, spot.pod, spot.name, spot.list, key, ahead, after, (), tuple(listed))


def _spot(owner: Object, pods: Sequence[Route], route: Route) -> tuple[_Spot, int]:
    """What an operation is on, and how many steps of its route lead there. A container as a whole is a matter of its pod."""
    pod = next((each for each in pods if route[: len(each)] == each), None)
    if pod is None:
        return _Spot((), "", ""), 0
    inside = route[len(pod) :]
    name = ""
    if len(inside) > 1 and inside[0] in LISTS and isinstance(inside[1], int):
        name = text_of(child(at(owner.node, (*pod, *inside[:2])), "name")) or ""
    return (_Spot(pod, str(inside[0]), name), len(pod) + 2) if name else (_Spot(pod, "", ""), len(pod))


def _neighbours(owner: Object, operations: Sequence[Operation], spot: _Spot, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in front of a moved container and behind it, once all is done, of those that were in its new list before."""
    old = {text_of(child(each, "name")) or "" for each in items(at(owner.node, (*spot.pod, key)))}
    try:
        listed = reach(apply(shape(owner.node), operations), (*spot.pod, key))
    except (LookupError, StopIteration, TypeError):
        return (), ()
    names = [name_of(each) for each in listed[3]] if listed is not None and listed[0] == "sequence" else []
    place = names.index(spot.name) if spot.name in names else len(names)
    after = tuple(each for each in names[place + 1 :] if each in old)
    # What stands last stays last: an overlay may add init containers, which have started before it so far.
    last = ("*",) if key == "initContainers" and not after else ()
    return (*(each for each in names[:place] if each in old), *last), after


def _route(operation: Operation) -> Route:
    return operation.item if isinstance(operation, Move) else operation.route


def _from(operation: Operation, depth: int) -> Operation:
    """The same operation, its route counted from what `depth` of its steps lead to."""
    if isinstance(operation, Move):
        return operation._replace(item=operation.item[depth:])
    return operation._replace(route=operation.route[depth:])
