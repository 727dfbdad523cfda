"""What kustomizations do to containers that are no longer where they look for them.

In: the graph of a tree. Out: `Breach`es, by the file in which they stand. Must not know: lifecycles, rules, what people are told.

Every object is followed through every build that it gets into, patch by patch. Where a step cannot be followed, nothing is said about
what comes after it (helm-kustomize B1).
"""

import os
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from sidecarlint.documents import Document, Node, Route, at, child, documents, items, text_of
from sidecarlint.references.kustomize.fields import in_pod, reached, unreached
from sidecarlint.references.kustomize.ignoring import is_for, missed, spoken
from sidecarlint.references.kustomize.pods import KEYS, Key, Lists, Place, Where, lists, merged, operated, other, pointer
from sidecarlint.references.kustomize.pointing import wrong
from sidecarlint.references.kustomize.selecting import called, names, renamed, selects
from sidecarlint.references.kustomize.values import Kustomization, Patch, Replaced
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import HOLDS_POD, Workload, objects, workloads
from sidecarlint.workloads.kinds import BUILT_IN

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.graph import Kustomizations, Way

_SCHEMAS = ("v1", "apps/v1", "batch/v1")
"""The API versions of which kustomize knows how lists are merged."""


class Breach(NamedTuple):
    """One thing that is broken. `workload` is its title, `base` and `root` the real paths of its file and of the build's kustomization.

    about      doubled: a merge makes a second `container`, as the other list has it
               kept: a merge deletes nothing, for the same reason
               unfound: a replacement looks for it in the other list
               untrue: a `test` operation fails; `instead` is what stands there, "" for nothing
               beyond: an index is behind the end of the list
               mistaken: an index points at the container `instead`, and the value is one of `container`
               overwritten: the list in which the sidecar `container` stands is replaced
               skipped: a replacement of all containers leaves the sidecar `container` out
               unignored: Argo CD looks for it in the other list when it leaves out differences
               unignored-beyond: the same by an index that is behind the end of the list
    key        the list that is named
    written    the path that is written there, "" for a merge
    by         the object that builds it, in a sentence, where that is no kustomization file
    """

    about: str
    place: Place
    container: str
    key: Key
    workload: str
    base: str
    root: str
    written: str = ""
    instead: str = ""
    by: str = ""


def breaches(graph: "Kustomizations", path: str, read: Callable[[str], str | None]) -> tuple[Breach, ...]:
    """What is broken by the file at a real path. What several builds break in one way is told once. Only what gets to the kustomizations
    that the file has a part in is followed, so that a question costs no more in a large tree."""
    found: dict[tuple[str, Place, str], Breach] = {}
    for base in graph.files_below(graph.speaking(path)):
        for each in _of_base(graph, read, base):
            if each.place.path == path:
                found.setdefault((each.about, each.place, each.container), each)
    return tuple(found.values())


def _of_base(graph: "Kustomizations", read: Callable[[str], str | None], path: str) -> tuple[Breach, ...]:
    """What is broken in the workloads of one file. It is walked again only when something on its ways has changed."""
    ways = graph.ways(path)
    given, known = graph.walked.get(path, (None, ()))
    if given == ways:
        return known
    text = read(path) or ""
    # Where neither a patch nor the file makes init containers, no container can be in the wrong list.
    made = any("nitContainers" in patch.text for way in ways for layer in way.layers for patch in layer.patches)
    followed = _followed(text) if made or "nitContainers" in text else ()
    found = tuple(each for workload in followed for way in ways for each in walk(path, workload, way).found)
    graph.walked[path] = ways, found
    return found


def speaking_files(each: Kustomization) -> Iterator[str]:
    """The real paths of the files in which a kustomization speaks of containers; none where it does not."""
    if _speaks(each):
        yield os.path.realpath(each.path)
        yield from (patch.path for patch in each.patches if patch.path)
        yield from (replaced.path for replaced in each.replaced if replaced.path)


def _speaks(each: Kustomization) -> bool:
    fields = (field.steps for replaced in each.replaced for field in replaced.fields)
    patched = any("ontainers" in patch.text for patch in each.patches)
    return patched or bool(each.ignored) or any(not {*KEYS}.isdisjoint(steps) for steps in fields)


def _followed(text: str) -> Iterator[Workload]:
    """The workloads of a text whose lists kustomize merges by name."""
    for document in documents(text, HOLDS_POD):
        for each in workloads(document):
            if is_followed(each) and document.problem is None:
                yield each


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[Document, ...]:
    return tuple(documents(text))


class Walked(NamedTuple):
    """Where a walk has led: what is broken on it, and the pod's lists as the build has them; None where that cannot be told."""

    found: tuple[Breach, ...]
    lists: Lists | None


def walk(path: str, workload: Workload, way: "Way", begin: Lists | None = None) -> Walked:
    """One workload of the file at a path followed into one build, with the lists that it has or with others to begin with."""
    return _Walk(path, workload, way, begin or own_lists(workload)).walked()


def is_followed(workload: Workload) -> bool:
    """Whether kustomize knows how the lists of this kind are merged."""
    return workload.owner.kind in BUILT_IN and workload.owner.api_version in _SCHEMAS


def own_lists(workload: Workload) -> Lists:
    """The lists as the workload's own file has them."""
    return lists(at(workload.owner.document.root, workload.pod.route))


class _Walk:
    """One workload on one way. `lists` is None from where on it cannot be followed any more."""

    def __init__(self, path: str, workload: Workload, way: "Way", begin: Lists) -> None:
        self._path, self._workload, self._way = path, workload, way
        self._pod: Route = workload.pod.route[len(workload.owner.route) :]
        self._lists: Lists | None = begin
        self._called = called(workload.owner)
        self._found = list[Breach]()
        self._deleting = list[Breach]()

    def walked(self) -> Walked:
        for layer in self._way.layers:
            for patch in layer.patches:
                self._patched(layer, patch, False)
            self._called = renamed(self._called, layer)
            for patch in layer.patches:
                self._patched(layer, patch, True)
            self._replaced(layer)
            if layer.opaque:
                self._lists = None
        return Walked((*self._found, *self._at_the_end(), *self._ignored()), self._lists)

    def _breach(self, about: str, place: Place, container: str, key: Key, path: str = "", instead: str = "") -> Breach:
        root = self._way.root
        return Breach(about, place, container, key, self._workload.title, self._path, root.path, path, instead, root.title)

    def _at_the_end(self) -> Iterator[Breach]:
        """Only the whole of all patches shows whether a container is there twice: another may have taken one of the two away."""
        found = self._lists
        for key in KEYS if found else ():
            assert found is not None
            for item in found.of(key):
                if item.maker is not None and not item.image and item.name and found.named(other(key), item.name):
                    yield self._breach("doubled", item.maker, item.name, key)
        yield from (each for each in self._deleting if found and found.named(other(each.key), each.container))

    def _ignored(self) -> Iterator[Breach]:
        found, root = self._lists, self._way.root
        if found is None or not found.sidecars or not root.ignored:
            return
        own = ((each, spoken(each.path, self._pod)) for each in root.ignored if is_for(each, self._called))
        told = [(each, said) for each, said in own if said is not None]
        for each, said in told:
            if (lost := missed(found, said, [other for _, other in told])) is not None:
                place = Place(os.path.realpath(root.path), root.number, each.route)
                yield self._breach(lost[0], place, lost[1], said.key, each.path)

    # Patches

    def _patched(self, layer: Kustomization, patch: Patch, after_names: bool) -> None:
        if patch.after_names != after_names or "ontainers" not in patch.text or self._lists is None:
            return
        for document in _read(patch.text):
            if document.problem is not None or document.root is None:
                self._lists = None
            elif self._lists is not None and (hit := self._is_for(patch, document)) is not False:
                self._laid_over(layer, patch, document) if hit else self._lose()

    def _lose(self) -> None:
        self._lists = None

    def _is_for(self, patch: Patch, document: Document) -> bool | None:
        if patch.target is not None:
            return selects(patch.target, self._called)
        return any(names(each, self._called) for each in objects(document))

    def _laid_over(self, layer: Kustomization, patch: Patch, document: Document) -> None:
        assert document.root is not None
        where = _places(layer, patch, document)
        if document.root.kind != "sequence":
            # The objects of a List are patches each by itself, which are not followed.
            self._lose() if text_of(child(document.root, "kind")) == "List" else self._merge(document.root, where)
            return
        for index, operation in enumerate(items(document.root)):
            if self._lists is not None:
                inner = partial(_within, where, index)
                broken = self._broken(operation, inner)
                self._found += [broken] if broken else []
                stops = broken is not None and broken.about == "untrue"
                self._lists = None if stops else operated(self._lists, operation, self._pod, inner)

    def _merge(self, patch: Node, where: Where) -> None:
        assert self._lists is not None
        before = self._lists
        for key in KEYS:
            for index, each in enumerate(items(at(patch, (*self._pod, key)))):
                name = text_of(child(each, "name")) or ""
                if text_of(child(each, "$patch")) == "delete" and not before.named(key, name) and before.named(other(key), name):
                    place = where(child(each, "name") or each, (*self._pod, key, index, "name"))
                    self._deleting.append(self._breach("kept", place, name, key))
        self._lists = merged(before, patch, self._pod, where)

    def _broken(self, operation: Node, where: Where) -> Breach | None:
        verb, path = (text_of(child(operation, key)) or "" for key in ("op", "path"))
        to = pointer(path, self._pod)
        assert self._lists is not None
        if isinstance(to, str):
            return None
        place = where(child(operation, "path") or operation, ("path",))
        value = child(operation, "value")
        about, container, instead = wrong(self._lists, verb, to, value)
        return self._breach(about, place, container, to.key, path, instead) if about else None

    # Replacements

    def _replaced(self, layer: Kustomization) -> None:
        hits = [(each, self._is_hit(each)) for each in layer.replaced]
        fields = [(each, field, in_pod(field.steps, self._pod)) for each, hit in hits if hit for field in each.fields]
        others = [within for _, _, within in fields if within is not None]
        for each, field, within in fields:
            place = Place(each.path or os.path.realpath(layer.path), each.number, field.route)
            if within is not None and self._lists is not None:
                for about, name in unreached(self._lists, within, others):
                    self._found.append(self._breach(about, place, name, within[0], ".".join(field.steps)))
                self._lists = reached(self._lists, within, place)
        if any(_is_unclear(field.steps, self._pod, hit) for each, hit in hits for field in each.fields):
            self._lists = None

    def _is_hit(self, each: Replaced) -> bool | None:
        """None where it cannot be told, as labels may have been added."""
        answers = (selects(each.select, self._called), *(_not(selects(reject, self._called)) for reject in each.rejects))
        return False if False in answers else None if None in answers else True


def _is_unclear(steps: tuple[str, ...], pod: Route, hit: bool | None) -> bool:
    """Whether a field may lead to the lists or to what holds them, and what it does to them is not followed."""
    above = steps == pod[: len(steps)]
    return hit is not False and above or (hit is None and in_pod(steps, pod) is not None)


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _places(layer: Kustomization, patch: Patch, document: Document) -> Where:
    own = os.path.realpath(layer.path)
    if patch.path:
        return lambda node, route: Place(patch.path, document.number, route)
    if patch.nested:
        return lambda node, route: Place(own, layer.number, (*patch.route, *route))
    return lambda node, route: Place(own, layer.number, patch.route, (node.start, node.end))


def _within(where: Where, index: int, node: Node, route: Route) -> Place:
    """The place of something in an operation of a JSON patch."""
    return where(node, (index, *route))
