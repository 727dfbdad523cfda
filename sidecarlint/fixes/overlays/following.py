"""One workload followed into one build, in both worlds at once, and what has to be edited on the way.

In: a workload, a way, who moves. Out: for every document that speaks of its containers, operations, perhaps none. Must not know: what other
builds use these documents.

After each step both worlds have to agree but for the move; where they do not, nothing is done (helm-kustomize B2 has the order of steps).
"""

import os
from collections.abc import Callable, Iterator, Sequence

from sidecarlint.documents import Document, Lines, Node, Route, at, child, document_of, documents, items, show, text_of
from sidecarlint.edits import Insert, Operation, Refusal, Remove, rewritten
from sidecarlint.fixes.overlays import fields, merges, pointers, reasons
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.fixes.overlays.worlds import Worlds, agree, doubled
from sidecarlint.references.kustomize.graph import Way
from sidecarlint.references.kustomize.pods import Lists, Place, merged, operated
from sidecarlint.references.kustomize.selecting import Called, called, names, renamed, selects
from sidecarlint.references.kustomize.values import Fetched, Kustomization, Patch, Replaced, Selector
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload, objects
from sidecarlint.workloads.kinds import BUILT_IN

Read = Callable[[str], str | None]
"""Gives the text of a file, or None where it cannot be read."""

_Follows = Callable[[Worlds, fields.Said], tuple[Operation, ...]]

SCHEMAS = ("v1", "apps/v1", "batch/v1")
"""The API versions of which kustomize knows how lists are merged."""


class Spot(NamedTuple):
    """A document: the real path of its file, its number there, and the route to the scalar that holds it, where it is an inline patch."""

    path: str
    number: int
    inner: Route = ()


class Needed(NamedTuple):
    """What one document needs on one way. `layer` applies it; `patch` or `select` say to whom."""

    spot: Spot
    operations: tuple[Operation, ...]
    layer: Kustomization
    patch: Patch | None = None
    select: Selector | None = None


def spot_of(layer: Kustomization, patch: Patch, number: int) -> Spot:
    """Where a document of a patch stands."""
    return Spot(patch.path, number) if patch.path else Spot(os.path.realpath(layer.path), layer.number, patch.route)


def patches_in(layer: Kustomization, found: Called) -> Iterator[tuple[Patch, Called]]:
    """The patches of a kustomization that speak of containers, in order, each with what an object is called when it is applied."""
    for after_names in (False, True):
        yield from ((each, found) for each in layer.patches if each.after_names == after_names and "ontainers" in each.text)
        found = renamed(found, layer)


def is_for(patch: Patch, document: Document, found: Called) -> bool | None:
    """Whether a document of a patch is for an object; None where it cannot be told."""
    if patch.target is not None:
        return selects(patch.target, found)
    return any(names(each, found) for each in objects(document))


def is_hit(each: Replaced, found: Called) -> bool | None:
    """Whether a target of a replacement is an object; None where it cannot be told."""
    rejected = [selects(reject, found) for reject in each.rejects]
    answers = (selects(each.select, found), *(None if answer is None else not answer for answer in rejected))
    return False if False in answers else None if None in answers else True


def follow(workload: Workload, way: Way, worlds: Worlds, read: Read) -> list[Needed]:
    """What the documents on a way need, in the order in which they are applied. Raises `Stays`."""
    return list(_Follow(workload, way, worlds, read).steps())


class _Follow:
    """One workload on one way. `worlds` are as they are behind the last step."""

    def __init__(self, workload: Workload, way: Way, worlds: Worlds, read: Read) -> None:
        self._workload, self._way, self._worlds, self._read = workload, way, worlds, read
        owner = workload.owner
        self._pod: Route = workload.pod.route[len(owner.route) :]
        self._steps = tuple(map(str, self._pod))
        self._called = called(owner)
        self._merges = owner.kind in BUILT_IN and owner.api_version in SCHEMAS

    def steps(self) -> Iterator[Needed]:
        for layer in self._way.layers:
            _check_followed(layer)
            for patch, found in patches_in(layer, self._called):
                self._called = found
                yield from self._patched(layer, patch)
            self._called = renamed(self._called, layer)
            yield from self._replaced(layer)
            yield from self._configured(layer)
        for layer in self._way.layers:
            yield from self._variables(layer)

    # Patches

    def _patched(self, layer: Kustomization, patch: Patch) -> Iterator[Needed]:
        file = patch.path or layer.path
        for document in documents(patch.text):
            if document.problem is not None or document.root is None:
                why = document.problem.message if document.problem is not None else "it is empty"
                raise Stays(reasons.UNREADABLE, file, why=why)
            hit = is_for(patch, document, self._called)
            if hit is None:
                raise Stays(reasons.PERHAPS, file, name=self._workload.title)
            if hit:
                yield Needed(spot_of(layer, patch, document.number), self._laid_over(layer, patch, document), layer, patch)

    def _laid_over(self, layer: Kustomization, patch: Patch, document: Document) -> tuple[Operation, ...]:
        assert document.root is not None
        file = patch.path or layer.path
        if not patch.path and document.number:
            raise Stays(reasons.NOT_EDITED, file, why="an inline patch holds several documents")
        if patch.nested:
            raise Stays(reasons.NOT_EDITED, file, why=f"the patch is a part of {layer.title}, and no text of its own")
        if document.root.kind == "sequence":
            done = list[Operation]()
            for index, each in enumerate(items(document.root)):
                done += self._operated(patch, document, index, each, file)
            return tuple(done)
        return self._merged(patch, document, document.root, file)

    def _merged(self, patch: Patch, document: Document, root: Node, file: str) -> tuple[Operation, ...]:
        if text_of(child(root, "kind")) == "List":
            raise Stays(reasons.LISTED, file)
        merge = merges.read_merge(root, self._pod, file, list(self._worlds.moved))
        if not self._merges and (merge.containers or merge.inits):
            raise Stays(reasons.NO_SCHEMA, file, name=self._workload.owner.kind)
        later = merged(self._worlds.before, root, self._pod, _anywhere)
        if later is None:
            raise Stays(reasons.UNFOLLOWED, file)
        self._check_sets(root, file)
        done = merges.following(self._worlds, later, merge, file)
        new = _edited(patch.text, document, done, file)
        self._go_on(later, merged(self._worlds.after, new, self._pod, _anywhere), file)
        return done

    def _check_sets(self, root: Node, file: str) -> None:
        for each in items(at(root, (*self._pod, "containers"))):
            mover = self._worlds.moved.get(text_of(child(each, "name")) or "")
            changed = next((route for route in mover.sets if at(each, route) is not None), None) if mover is not None else None
            if mover is not None and changed is not None:
                raise Stays(reasons.SET_TOO, file, path=show(changed), name=mover.name)

    def _operated(self, patch: Patch, document: Document, index: int, node: Node, file: str) -> tuple[Operation, ...]:
        told = pointers.Told(text_of(child(node, "op")) or "", node, self._pod, (index,), file)
        done = pointers.following(self._worlds, told)
        later = operated(self._worlds.before, node, self._pod, _anywhere)
        behind = index + 1 + sum(isinstance(each, Insert) - isinstance(each, Remove) for each in done)
        after: Lists | None = self._worlds.after
        for new in items(_edited(patch.text, document, done, file))[index:behind]:
            after = operated(after, new, self._pod, _anywhere) if after is not None else None
        self._go_on(later, after, file)
        return done

    def _go_on(self, before: Lists | None, after: Lists | None, file: str) -> None:
        """To the worlds behind a step, which have to agree."""
        if before is None or after is None:
            raise Stays(reasons.UNFOLLOWED, file)
        name = doubled(before)
        if name is not None:
            raise Stays(reasons.NAMED_TWICE if name else reasons.UNFOLLOWED, file, name=name)
        self._worlds = self._worlds._replace(before=before, after=after)
        if not agree(self._worlds):
            raise Stays(reasons.UNFOLLOWED, file)

    # Replacements, variables, configurations

    def _replaced(self, layer: Kustomization) -> Iterator[Needed]:
        for read in layer.sources:
            if selects(read.select, self._called) is not False:
                yield self._fetched(layer, read, fields.following)
        hits = [(each, is_hit(each, self._called)) for each in layer.replaced]
        written = tuple(".".join(field.steps) for each, hit in hits if hit is not False for field in each.fields)
        for each, hit in hits:
            for field in each.fields if hit is not False else ():
                file = each.path or os.path.realpath(layer.path)
                root = self._document(Spot(file, each.number)).root
                node, listed = at(root, field.route), at(root, field.route[:-1])
                text, bare = text_of(node) or "", node is not None and node.plain and listed is not None and not listed.flow
                said = fields.Said(file, field.route, text, self._steps, each.create, False, written, bare)
                done = fields.following(self._worlds, said)
                if hit is None and "ontainers" in text:
                    raise Stays(reasons.PERHAPS, file, name=self._workload.title)
                yield Needed(Spot(file, each.number), done, layer, None, each.select)

    def _fetched(self, layer: Kustomization, read: Fetched, follow: _Follows) -> Needed:
        said = fields.Said(read.path, read.route, read.written, self._steps, reads=True)
        return Needed(Spot(read.path, read.number), follow(self._worlds, said), layer, None, read.select)

    def _variables(self, layer: Kustomization) -> Iterator[Needed]:
        for read in layer.variables:
            if selects(read.select, self._called) is not False:
                yield self._fetched(layer, read, fields.of_variable)

    def _configured(self, layer: Kustomization) -> Iterator[Needed]:
        for spec in layer.configured:
            spot = Spot(spec.path, spec.number)
            yield Needed(spot, fields.of_configuration(self._document(spot), spec, self._workload.owner.kind, self._steps), layer)

    def _document(self, spot: Spot) -> Document:
        return document_of(self._read(spot.path) or "", spot.number)


def _check_followed(layer: Kustomization) -> None:
    """What a transformer does is not followed, be it only that it says which fields of containers are meant."""
    told = any("apiVersion" in speech.text and "ontainers" in speech.text for speech in layer.speeches)
    if layer.opaque or told:
        raise Stays(reasons.OPAQUE, layer.path, name=layer.opaque or "a transformer")


def _edited(text: str, document: Document, operations: Sequence[Operation], file: str) -> Node:
    """The document with operations carried out."""
    try:
        new = rewritten(text, {document.number: operations}) if operations else text
    except Refusal as refusal:
        where = f" (line {Lines(text).number(refusal.offset)})" if refusal.offset else ""
        raise Stays(reasons.NOT_EDITED, file, why=refusal.reason + where) from None
    root = document_of(new, document.number).root
    assert root is not None
    return root


def _anywhere(node: Node, route: Route) -> Place:
    """The places of what patches say are not asked for here."""
    return Place("", 0, route)
