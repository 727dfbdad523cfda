"""The proof that all that was edited still does what it did: every build followed once more, over the texts as they are then.

In: the graph as it is, what is edited. Out: yes or no. Must not know: how the operations were found.
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence

from sidecarlint.documents import Node, child
from sidecarlint.edits import Operation, Refusal, rewritten
from sidecarlint.edits.shapes import Shape, shape
from sidecarlint.fixes.overlays.following import Read, Spot
from sidecarlint.fixes.overlays.worlds import Worlds, agree
from sidecarlint.references.kustomize.breaches import walk
from sidecarlint.references.kustomize.graph import Kustomizations, Way
from sidecarlint.references.kustomize.pods import Item, Lists
from sidecarlint.references.kustomize.values import Kustomization, Patch
from sidecarlint.workloads import Workload

Edits = Mapping[Spot, Sequence[Operation]]


def holds(graph: Kustomizations, path: str, workload: Workload, worlds: Worlds, edits: Edits, read: Read) -> bool:
    """Whether every build has the same containers as before, with the same said of them, but for those that move."""
    try:
        texts = _texts(edits, read)
    except Refusal:
        return False
    ways = graph.ways(path)
    below = graph.below([layer for way in ways for layer in way.layers])
    near = sorted({each.path for each in below if not each.virtual})
    later = (
        Kustomizations(near, lambda name: texts.get(os.path.realpath(name)) or read(name), graph.beside, graph.resolved) if texts else graph
    )
    after = later.ways(path)
    return len(ways) == len(after) and all(
        _is_kept(path, workload, one, _with_inner(other, edits), worlds) for one, other in zip(ways, after, strict=True)
    )


def _texts(edits: Edits, read: Read) -> dict[str, str]:
    """The texts of whole files as they are then, by their real paths."""
    files: dict[str, dict[int, Sequence[Operation]]] = {}
    for spot, operations in edits.items():
        if not spot.inner:
            files.setdefault(spot.path, {})[spot.number] = operations
    return {path: rewritten(read(path) or "", wanted) for path, wanted in files.items()}


def _with_inner(way: Way, edits: Edits) -> Way:
    """The way with its inline patches as they are then."""
    return Way(tuple(layer._replace(patches=tuple(_inner(layer, patch, edits) for patch in layer.patches)) for layer in way.layers))


def _inner(layer: Kustomization, patch: Patch, edits: Edits) -> Patch:
    operations = edits.get(Spot(os.path.realpath(layer.path), layer.number, patch.route), ()) if not patch.path else ()
    return patch._replace(text=rewritten(patch.text, {0: operations})) if operations else patch


def _is_kept(path: str, workload: Workload, way: Way, later: Way, worlds: Worlds) -> bool:
    before, after = walk(path, workload, way, worlds.before), walk(path, workload, later, worlds.after)
    if before.lists is None or after.lists is None or before.found or after.found:
        return False
    return agree(worlds._replace(before=before.lists, after=after.lists)) and _said(before.lists) == _said(after.lists)


def _said(found: Lists) -> dict[str, tuple[str, list[Shape], Counter[str]]]:
    """What is said of each container: its image, what merges lay over it, and how often each file speaks of it otherwise."""
    return {each.name: (each.image, _merged(each), _touched(each)) for each in (*found.containers, *found.inits)}


def _merged(item: Item) -> list[Shape]:
    """What merges say, but for entries that only name a container."""
    return [shape(node) for node in item.nodes if not _is_bare(node)]


def _is_bare(node: Node) -> bool:
    return node.kind == "mapping" and len(node.pairs) == 1 and child(node, "name") is not None


def _touched(item: Item) -> Counter[str]:
    return Counter(place.path for place in item.touched if place.route[-1] == "path")
