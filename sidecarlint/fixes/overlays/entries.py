"""An entry of a merge, as one of the patch's init containers.

In: a strategic-merge patch, the route to the entry. Out: operations on the patch. Must not know: who is patched, text.
"""

from collections.abc import Iterator
from typing import Protocol

from sidecarlint.documents import Document, Route, at, child, entry, items, text_of
from sidecarlint.edits import Fields, Insert, Move, Operation, Rename


class Shown(Protocol):
    """Gives a path as the run and people know it."""

    def __call__(self, path: str, /) -> str: ...


def listed_names(patch: Document, route: Route) -> Iterator[tuple[Route, str]]:
    """The entries of a list of a patch: their routes and their names."""
    for index, each in enumerate(items(at(patch.root, route))):
        yield (*route, index), text_of(child(each, "name")) or ""


def as_init_container(patch: Document, route: Route, ahead: tuple[str, ...]) -> tuple[Operation, ...]:
    """The operations that take an entry of `containers` to `initContainers`, behind bare entries for the init containers `ahead`: a merge
    puts first what it names, in its order (helm-kustomize B2)."""
    pod, key = route[:-2], str(route[-2])
    own = [name for _, name in listed_names(patch, (*pod, "initContainers"))]
    bare = [Fields((("name", name),)) for name in ahead if name not in own]
    if len(items(at(patch.root, (*pod, key)))) == 1 and entry(at(patch.root, pod), "initContainers") is None:
        return (*(Insert((*pod, key), 0, each) for each in bare), Rename((*pod, key), "initContainers"))
    place = max((own.index(name) + 1 for name in ahead if name in own), default=0)
    inserted = (Insert((*pod, "initContainers"), 0, each, ahead=not place) for each in bare)
    return (*inserted, Move(route, "initContainers", place, emptied=True))
