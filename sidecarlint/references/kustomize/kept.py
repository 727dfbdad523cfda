"""Whether the patches over a base stay right when a container of it moves.

In: the graph of a tree, a workload of a file, the container that moves. Out: yes or no; in doubt no. Must not know: why it moves.

The workload is followed into every build twice: as it is, and with the container in the other list. The patches stay right when each of
them speaks of the same containers both times, and none of the container that moves, and when both builds have the same lists but for it.
"""

from sidecarlint.references.kustomize.breaches import is_followed, own_lists, walk
from sidecarlint.references.kustomize.graph import MOST_WAYS, Kustomizations, Way
from sidecarlint.references.kustomize.guard import says_more
from sidecarlint.references.kustomize.pods import Item, Lists
from sidecarlint.workloads import Workload


def stays_right(graph: Kustomizations, path: str, workload: Workload, moved: tuple[str, ...]) -> bool:
    """Whether nothing that reaches the workload has to change when its containers of these names become init containers."""
    reaching, ways = graph.reaching(path), graph.ways(path)
    layers = {layer.path for way in ways for layer in way.layers}
    renamed = any(each.renames for each in reaching)
    if not is_followed(workload) or not 0 < len(ways) < MOST_WAYS or not {each.path for each in reaching} <= layers:
        return False
    if any(says_more(each, workload, renamed) for each in reaching):
        return False
    return all(_is_same(path, workload, way, moved) for way in ways)


def _is_same(path: str, workload: Workload, way: Way, moved: tuple[str, ...]) -> bool:
    begin = own_lists(workload)
    later = _later(begin, moved)
    before, after = walk(path, workload, way, begin), walk(path, workload, way, later)
    if before.lists is None or after.lists is None or before.found or after.found:
        return False
    left = [each for each in before.lists.containers if each.name in moved]
    kept = [each for each in before.lists.containers if each.name not in moved]
    untouched = sorted(map(_shown, left)) == sorted(_shown(each) for each in begin.containers if each.name in moved)
    same = list(map(_shown, kept)) == list(map(_shown, after.lists.containers))
    return untouched and same and before.lists.inits == begin.inits and after.lists.inits == later.inits


def _later(begin: Lists, moved: tuple[str, ...]) -> Lists:
    going = tuple(each._replace(always=True) for each in begin.containers if each.name in moved)
    return Lists(tuple(each for each in begin.containers if each.name not in moved), (*begin.inits, *going))


def _shown(item: Item) -> tuple[str, ...]:
    """What tells containers of two builds apart."""
    return item.name, item.image, str(item.always), str(item.maker), *map(str, item.touched)
