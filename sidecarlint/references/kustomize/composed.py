"""An object as a build has it, as far as patches decide that.

In: a workload of a file, a way from that file into a build. Out: `Composed`. Must not know: lifecycles, rules, what is right or wrong with
a patch.

Of generators, of names that get a prefix, of labels and of images that are renamed nothing is followed: none of it moves a container.
Where anything else may happen to the pod, there is no answer (helm-kustomize B2 gives the order).
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from sidecarlint.documents import Document, Node, Route, at, child, documents, items, resolve
from sidecarlint.references.kustomize.fields import in_pod
from sidecarlint.references.kustomize.laying import Unfollowed, made, merged, operated
from sidecarlint.references.kustomize.selecting import Called, called, names, renamed, selects
from sidecarlint.references.kustomize.values import Kustomization, Patch
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload, objects

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.graph import Way

_SAYS_WHAT_RUNS = ("command", "args", "*")
"""Steps in a container behind which a replacement changes what it does."""


class Step(NamedTuple):
    """One document of a patch that is for the object. `below` is the object without it, `pod` the route to its pod."""

    layer: Kustomization
    patch: Patch
    document: Document
    below: Node
    pod: Route

    @property
    def is_merge(self) -> bool:
        """Whether it is a strategic-merge patch, and not a list of operations."""
        return self.document.root is not None and self.document.root.kind == "mapping"


class Composed(NamedTuple):
    """An object in one build: its node, the route from there to its pod, and the patches that made it, in order."""

    node: Node
    pod: Route
    steps: tuple[Step, ...]

    def listed(self, key: str) -> list[Node]:
        """The containers of one of the pod's lists."""
        return listed(self.node, self.pod, key)


def listed(node: Node, pod: Route, key: str) -> list[Node]:
    """The containers of one of a pod's lists, by an object's node and the route to its pod."""
    return [each for each in map(resolve, items(at(node, (*pod, key)))) if each is not None]


Until = Callable[[Kustomization, Patch], bool]
"""Whether the object is wanted as it is in front of this patch of a layer."""


def composed(workload: Workload, way: "Way", until: Until | None = None) -> Composed | None:
    """The workload's object at the end of a way, or in front of a patch; None where that cannot be told."""
    try:
        return _composed(workload, way, until)
    except Unfollowed:
        return None


def _composed(workload: Workload, way: "Way", until: Until | None) -> Composed:
    pod = workload.pod.route[len(workload.owner.route) :]
    node, known, steps = workload.owner.node, called(workload.owner), list[Step]()
    for layer in way.layers:
        for patch, by_now in _in_order(layer, known):
            if until is not None and until(layer, patch):
                return Composed(node, pod, tuple(steps))
            for document in _hits(patch, by_now):
                steps.append(Step(layer, patch, document, node, pod))
                node = _over(node, document)
        known = renamed(known, layer)
        _check_replacements(layer, known, pod)
        if layer.opaque:
            raise Unfollowed
    return Composed(node, pod, tuple(steps))


def may_hit(workload: Workload, way: "Way", asked: Until) -> bool:
    """Whether one of the patches asked for may be for a workload on a way."""
    known = called(workload.owner)
    for layer in way.layers:
        for patch, by_now in _in_order(layer, known):
            if asked(layer, patch):
                try:
                    if any(True for _ in _hits(patch, by_now)):
                        return True
                except Unfollowed:
                    return True
        known = renamed(known, layer)
    return False


def _in_order(layer: Kustomization, known: Called) -> Iterator[tuple[Patch, Called]]:
    """The patches of a layer as they are applied, with what the object is called then."""
    yield from ((patch, known) for patch in layer.patches if not patch.after_names)
    later = renamed(known, layer)
    yield from ((patch, later) for patch in layer.patches if patch.after_names)


def _hits(patch: Patch, known: Called) -> Iterator[Document]:
    """The documents of a patch that are for an object."""
    for document in patch_documents(patch.text):
        if document.problem is not None:
            raise Unfollowed
        if document.root is None:
            continue
        if patch.target is None:
            hit: bool | None = any(names(each, known) for each in objects(document))
        else:
            hit = selects(patch.target, known)
        if hit is None:
            raise Unfollowed
        if hit:
            yield document


@lru_cache(maxsize=256)
def patch_documents(text: str) -> tuple[Document, ...]:
    """The documents of a patch."""
    return tuple(documents(text))


def _over(node: Node, document: Document) -> Node:
    root = document.root
    assert root is not None
    if root.kind == "sequence":
        for operation in items(root):
            node = operated(node, operation)
        return node
    pairs = [pair for pair in root.pairs if pair[0].text not in ("apiVersion", "kind")]
    meta = child(root, "metadata")
    if meta is not None:
        pairs = [(key, _nameless(meta) if key.text == "metadata" else value) for key, value in pairs]
    patch = made("mapping", root)
    patch.pairs = pairs
    return merged(node, patch)


def _nameless(meta: Node) -> Node:
    """A patch with a target keeps the object's name."""
    found = made("mapping", meta)
    found.pairs = [pair for pair in meta.pairs if pair[0].text not in ("name", "namespace")]
    return found


def _check_replacements(layer: Kustomization, known: Called, pod: Route) -> None:
    """A replacement may put anything in place of a command, and no file says what."""
    for each in layer.replaced:
        answers = (selects(each.select, known), *(selects(reject, known) is not True for reject in each.rejects))
        within = [found for field in each.fields if (found := in_pod(field.steps, pod)) is not None]
        above = any(field.steps == pod[: len(field.steps)] for field in each.fields)
        if False not in answers and (above or any(len(steps) < 2 or steps[1] in _SAYS_WHAT_RUNS for _, steps in within)):
            raise Unfollowed
