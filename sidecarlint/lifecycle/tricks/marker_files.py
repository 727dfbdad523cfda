"""Files that a helper waits for, and who makes them (native-sidecars 10).

In: a `Scene`. Out: `Trick`s. Must not know: text, spans, files.
"""

import re
from collections.abc import Iterator

from sidecarlint.lifecycle.parts import mount_of
from sidecarlint.lifecycle.seen import Seen, sight_at
from sidecarlint.lifecycle.tricks.trick import DOUBT, HIDES, IDLE, Scene, Trick, failing, is_done, mentions, short, where
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container
from sidecarlint.workloads.commands import Deed
from sidecarlint.workloads.commands.endings import UNKNOWN, ending
from sidecarlint.workloads.commands.reach import is_work

# Programs by which a script takes what stands in a file.
_READERS = ("cat", "head", "tail")
_FILE = re.compile(r"(?<![\w$}./-])(?:/[\w.-]+)+")


class Spot(NamedTuple):
    """A file on a volume, whatever path leads to it in a container."""

    volume: str
    path: str


def marker_files(scene: Scene) -> Iterator[Trick]:
    """The files that end the helper once they are there, or gone, with the container that sees to it."""
    does = scene.each.does
    if scene.alone == "when-told" or (scene.alone == "unknown" and does.kills):
        for path in does.waits_for:
            yield _marker(scene, path, f"it ends once {path} is there", False)
        for path in does.waits_out:
            yield _marker(scene, path, f"it ends once {path} is gone", True)
    elif scene.alone == "unknown":
        yield from _named_files(scene)


def _marker(scene: Scene, path: str, said: str, gone: bool) -> Trick:
    sights, words = (where(scene.each, path)._replace(message=said),), short(path) + (" to go" if gone else "")
    spot = spot_of(scene.each.container, path)
    for other in scene.others:
        deeds = _deeds(other, spot, gone) if spot else []
        if deeds:
            name, reached = other.container.name, [deed.reached for deed in deeds]
            made = sight_at(f"{name} {'removes' if gone else 'makes'} it", other.container, deeds[0].place)
            kind = "marker-file" if is_done(reached) else DOUBT
            fails = failing(reached)
            # An exit code that the file carries over is lost in one container and given back by the other.
            kept = fails == HIDES and passes_on(scene.each) is not None
            return Trick(kind, name, words, "" if kept else fails, (*sights, made))
    if _may_come(scene, path, spot):
        return Trick("marker-file", "", words, "", sights)
    in_vain = f"{said}, and nothing in the pod {'removes' if gone else 'makes'} it"
    return Trick(IDLE, "", words, "", (sights[0]._replace(message=in_vain),))


def passes_on(each: Seen) -> str | None:
    """The awaited file out of which a helper takes the exit code that it ends with, as in `exit $(cat FILE)`; None where it has its own."""
    read = {path for argv in each.does.programs if argv[0] in _READERS for path in argv[1:]} & set(each.does.waits_for)
    says = any(argv[0] == "exit" and argv[1:2] and argv[1] not in ("0", "$?") for argv in each.does.programs)
    return min(read) if read and says else None


def _deeds(other: Seen, spot: Spot, gone: bool) -> list[Deed]:
    done = other.does.removed if gone else other.does.made
    return [deed for deed in done if (there := spot_of(other.container, deed.target)) and _is_at(there, spot)]


def _is_at(made: Spot, awaited: Spot) -> bool:
    """Whether a file is the awaited one, or lies in the folder that is watched."""
    return made.volume == awaited.volume and (awaited.path in ("", made.path) or made.path.startswith(f"{awaited.path}/"))


def spot_of(container: Container, path: str) -> Spot | None:
    """Where a path of a container leads to on one of its volumes."""
    mount = mount_of(container, path)
    if mount is None:
        return None
    rest = path.removeprefix(mount.path.rstrip("/")).strip("/")
    return Spot(mount.volume, "/".join(part for part in (mount.sub_path.strip("/"), rest) if part))


def _may_come(scene: Scene, path: str, spot: Spot | None) -> bool:
    """Whether somebody who is not seen to do it may make the file, or remove it: one of its own programs, too."""
    if scene.each.known is None and any(is_work(argv) and ending(argv)[0] == UNKNOWN for argv in scene.each.does.programs):
        return True
    if spot is None:
        return "$" in path or "{{" in path or not path.startswith("/")
    return scene.workload.pod.volumes.get(spot.volume) != "emptyDir" or any(_may_make(other, spot) for other in scene.others)


def _may_make(other: Seen, spot: Spot) -> bool:
    mounts = [mount for mount in other.container.mounts if mount.volume == spot.volume and not mount.read_only]
    if not mounts:
        return False
    return other.does.ends == "unknown" or not other.does.understood or any(is_work(argv) for argv in other.does.programs)


def _named_files(scene: Scene) -> Iterator[Trick]:
    """A helper of which little is known, in whose words or variables a file stands that another container makes."""
    for found, sight in mentions(scene.each, _FILE):
        spot = spot_of(scene.each.container, found.group())
        for other in scene.others:
            deeds = [each for each in _deeds(other, spot, False) if spot_of(other.container, each.target) == spot] if spot else []
            if deeds and is_done(reached := [deed.reached for deed in deeds]):
                name = other.container.name
                made = sight_at(f"{name} makes it", other.container, deeds[0].place)
                said = sight._replace(message=f"it is told of {found.group()}")
                yield Trick("marker-file", name, short(found.group()), failing(reached), (said, made))
