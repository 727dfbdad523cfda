"""Universal pairs: one helper in both lists, a sidecar and an ordinary container of which one steps back at run time.

In: a workload. Out: `Pair`s, and the marks of those that sidecarlint has written. Must not know: text, spans, files.

Facts: native-sidecars.md, 12.4. Such a pod works on nodes that know sidecars and on nodes that take them for plain init containers, so
neither half is to be moved, and neither is what it seems to be alone: an app, work that ends, a helper that holds the work up.
"""

import re

from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Workload

VERSION = "1"
"""Of the script in a pair. Another one may name its files otherwise, so both halves must be of the same."""

VOLUME = "universal-sidecars"
"""The emptyDir in which the halves of all pairs of a pod tell each other what they are; it is also the folder's name."""

_MARK = rf"# sidecarlint universal pair {VERSION}: the (native|regular) half of (\S+)"


class Pair(NamedTuple):
    """Its two containers, and whether sidecarlint wrote it, so that it can be taken apart again."""

    native: Container
    regular: Container
    written: bool


def pairs(workload: Workload) -> tuple[Pair, ...]:
    """The universal pairs of a pod, in the order of `containers`. Where these were half of one all, none is: a pair is a helper's, and
    its app stands beside it."""
    sidecars = [each for each in workload.pod.init_containers if each.is_sidecar]
    found = [pair for each in workload.pod.containers if sidecars and (pair := _pair(workload, each, sidecars)) is not None]
    return tuple(found) if len(found) < len(workload.pod.containers) else ()


def other_half(workload: Workload, container: Container) -> str:
    """The name of the other half of a container's pair, "" where it is none's."""
    for pair in pairs(workload):
        if container.route in (pair.native.route, pair.regular.route):
            return pair.regular.name if container.route == pair.native.route else pair.native.name
    return ""


def mark(half: str, name: str) -> str:
    """The first line of a half's script; `half` is native or regular, `name` the helper's."""
    return f"# sidecarlint universal pair {VERSION}: the {half} half of {name}"


def _marked(container: Container) -> tuple[str, str] | None:
    """Which half of which helper it is by its script's first line."""
    found = re.match(_MARK, container.command[2]) if container.command is not None and len(container.command) > 4 else None
    return (found[1], found[2]) if found else None


def _pair(workload: Workload, regular: Container, sidecars: list[Container]) -> Pair | None:
    marked = _marked(regular)
    for native in sidecars:
        if marked is not None and marked[0] == "regular" and _marked(native) == ("native", marked[1]):
            return Pair(native, regular, True)
        if marked is None and _marked(native) is None and _is_twin(workload, native, regular):
            return Pair(native, regular, False)
    return None


def _is_twin(workload: Workload, native: Container, regular: Container) -> bool:
    """Both run the same image, and they are alike in all else too, or share an emptyDir that nobody else mounts, for the marker."""
    return native.image == regular.image and (_alike(native, regular) or _shares_alone(workload, native, regular))


def _alike(one: Container, other: Container) -> bool:
    variables = [[(each.name, each.value) for each in container.env] for container in (one, other)]
    return (one.command, one.args, one.mounts) == (other.command, other.args, other.mounts) and variables[0] == variables[1]


def _shares_alone(workload: Workload, one: Container, other: Container) -> bool:
    both = {mount.volume for mount in one.mounts} & {mount.volume for mount in other.mounts}
    third = {mount.volume for each in workload.pod.all_containers if each not in (one, other) for mount in each.mounts}
    return any(workload.pod.volumes.get(volume) == "emptyDir" for volume in both - third)
