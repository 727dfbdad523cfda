"""Which containers are the app and which are helpers, how sure, and on what evidence.

In: what is seen of a pod. Out: `Part`s. Must not know: text, spans, files.

Without evidence a container is an app, and a pod always keeps at least one. Position in the list is no evidence.
"""

import re
from collections.abc import Callable, Sequence
from typing import Literal

from sidecarlint.catalogue import usual_name
from sidecarlint.lifecycle.names import sounds_like
from sidecarlint.lifecycle.pairs import other_half, pairs
from sidecarlint.lifecycle.readers import feeds_a_program, only_passes_on, only_reads, works_beside
from sidecarlint.lifecycle.seen import Seen, Sight, sight_at
from sidecarlint.lifecycle.suspects import is_no_suspect, sound_of
from sidecarlint.lifecycle.uses import works_for_its_pod
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload
from sidecarlint.workloads.commands import Follow, Listen
from sidecarlint.workloads.pods import SECRET_VOLUMES, Container, Mount

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"

Name = Literal["app", "helper", "init", "sidecar"]


class Part(NamedTuple):
    """What a container is in its pod. `certainty` and `role` are "" for an app.

    `role` is a catalogue role, log-reader, log-server, outlasting (the work beside it ends and it never does, or that ends it), named
    (its name is all that speaks for it) or said (its author says so).
    """

    part: Name
    certainty: str = ""
    role: str = ""
    evidence: tuple[Sight, ...] = ()


_SURE = ("certain", "likely")
_LESS = {"certain": "likely", "likely": ""}
_LOG = re.compile(r"log|journal|\.(?:out|err|trace)\b", re.IGNORECASE)


def parts(workload: Workload, seen: Sequence[Seen]) -> list[Part]:
    """The part of every container, in the order of `seen`."""
    found = [_part(workload, each, seen) for each in seen]
    # Half of a universal pair is no app, whatever else it is: one must stand beside it.
    halves = {pair.regular.route for pair in pairs(workload)}
    regular = [i for i, each in enumerate(seen) if each.container.list == "containers" and each.container.route not in halves]
    for doubt in () if workload.partial else _DOUBTS:
        if regular and all(found[i].part == "helper" for i in regular):
            for i in regular:
                if doubt(found[i]):
                    found[i] = Part("app")
    return found


# A pod keeps at least one app: where all look like helpers, those with the weakest evidence are apps.
_DOUBTS: tuple[Callable[[Part], bool], ...] = (
    lambda part: part.role == "named",
    lambda part: part.certainty == "likely",
    lambda part: part.role != "said",
    lambda part: True,
)


def _part(workload: Workload, each: Seen, seen: Sequence[Seen]) -> Part:
    container = each.container
    role = _role(workload, each, seen)
    if container.list == "initContainers":
        return Part("sidecar" if container.is_sidecar else "init", "", role.name, role.evidence)
    if not role.certainty or len(workload.pod.containers) < 2 or other_half(workload, container) or _said(each) == "app":
        return Part("app")
    if role.name == "said":
        return Part("helper", *role)
    if workload.pod.annotations.get(DEFAULT_CONTAINER) != container.name:
        return Part("helper", *role)
    if role.certainty == "likely":
        return Part("app")
    # What kubectl shows by default is what people look for: of a plain command line, that is doubt enough.
    return Part("helper", *(role._replace(certainty="likely") if role.name == "log-reader" else role))


class _Role(NamedTuple):
    certainty: str = ""
    name: str = ""
    evidence: tuple[Sight, ...] = ()


def _role(workload: Workload, each: Seen, seen: Sequence[Seen]) -> _Role:
    ways = (_known, _reader, _server, _outlasts_the_work, _named)
    found = [role for way in ways if (role := way(workload, each, seen)).evidence]
    # What a command surely does goes before what an image is likely to be: a socat that serves a log.
    role = next((role for role in found if role.certainty == "certain"), found[0] if found else _Role())
    return _Role("certain", role.name or "said", (_its_author(each), *role.evidence)) if _said(each) == "helper" else role


def _said(each: Seen) -> str:
    """What its author says that it is, app or helper, in a comment or in the configuration; "" when nothing is said."""
    return each.container.directive or each.pattern


def _its_author(each: Seen) -> Sight:
    where = "a comment on it" if each.container.directive else "the configuration"
    return Sight(f"{where} says that it is a helper", each.container.route)


def _known(workload: Workload, each: Seen, seen: Sequence[Seen]) -> _Role:
    helper = each.known.helper if each.known else None
    if helper is None or helper.certainty not in _SURE:
        return _Role()
    # An object that is called after the helper is there for its sake: a Deployment fluent-bit, with a tool beside it.
    certainty = _LESS[helper.certainty] if usual_name(helper, workload.owner.name) else helper.certainty
    if not certainty or (certainty == "likely" and _collects_from_the_node(workload, each.container, helper.role)):
        return _Role()
    seen_as = Sight(f"the image is {helper.title}", (*each.container.route, "image"))
    use = works_for_its_pod(workload, each, seen) if certainty == helper.certainty == "likely" else None
    return _Role("certain", helper.role, (seen_as, use)) if use else _Role(certainty, helper.role, (seen_as,))


def _collects_from_the_node(workload: Workload, container: Container, role: str) -> bool:
    """What reads the files of every node is an agent of its own, whatever stands beside it."""
    if workload.owner.kind != "DaemonSet" or role not in ("log-shipper", "agent", "tracer", "exporter"):
        return False
    return any(workload.pod.volumes.get(mount.volume) == "hostPath" for mount in container.mounts)


def _reader(workload: Workload, each: Seen, seen: Sequence[Seen]) -> _Role:
    for follow in each.does.follows:
        sureness = _sureness(each, follow)
        mount = mount_of(each.container, follow.path) if sureness else None
        writer = _writer(workload, each, mount, seen) if mount else None
        if mount is not None and writer is not None:
            words = f"{follow.tool} reads {follow.path}, on the volume {mount.volume}"
            evidence = (sight_at(words, each.container, follow.place), _shares(writer, mount))
            is_log = bool(_LOG.search(follow.path) or _LOG.search(mount.volume)) or only_passes_on(each)
            return _Role(sureness if is_log else "likely", "log-reader", evidence)
    return _Role()


def _sureness(each: Seen, follow: Follow) -> str:
    """How sure a reader can be a helper: a program that works on the lines may be the app that they are meant for."""
    if only_reads(each, follow):
        return "certain"
    return "likely" if feeds_a_program(each, follow) else ""


def _server(workload: Workload, each: Seen, seen: Sequence[Seen]) -> _Role:
    evidence = next((found for listen in each.does.listens if (found := _serves_log(workload, each, listen))), ())
    return _Role("certain", "log-server", evidence)


def _outlasts_the_work(workload: Workload, each: Seen, seen: Sequence[Seen]) -> _Role:
    """A Job is meant to end, so what never ends beside something that does, or what that ends, is there for its sake."""
    is_bare = not workload.finite or workload.owner.kind == "Pod"
    if is_bare or _is_known(each) or works_beside(each) or each.container.list != "containers":
        return _Role()
    if each.does.ends != "never":
        from sidecarlint.lifecycle.commanded import commanded

        evidence = commanded(workload, each, seen)
        return _Role("likely", "outlasting", evidence) if evidence else _Role()
    others = (other for other in seen if other.container.list == "containers" and other is not each)
    work = next((other.container.name for other in others if _is_work(other)), None)
    if work is None:
        return _Role()
    place = (*each.container.route, "command" if each.container.command else "args")
    return _Role(
        "likely", "outlasting", (Sight(f"{each.does.reason}, though {_a(workload.owner.kind)} is meant to end as {work} does", place),)
    )


def _named(workload: Workload, each: Seen, seen: Sequence[Seen]) -> _Role:
    """Called like a helper, and nothing speaks against it. What the catalogue knows is judged by that alone."""
    if not each.container.image or _is_known(each):
        return _Role()
    sound = sound_of(workload, each)
    if sound is None or is_no_suspect(workload, each, sound, seen):
        return _Role()
    image, owner = each.container.image.rpartition("/")[2].partition("@")[0], workload.owner.name
    # A collector's image says so only beside that name, and may be a placeholder.
    by_image = each.container.name != "collector" and not sounds_like(each.container.name, "", owner)
    key, words = ("image", f"its image is called {image}") if by_image else ("name", f"it is called {each.container.name}")
    return _Role("likely", "named", (Sight(f"{words}, as {sound} would be", (*each.container.route, key)),))


def _a(kind: str) -> str:
    return f"{'an' if kind[:1] in 'AEIOU' else 'a'} {kind}"


def _is_work(each: Seen) -> bool:
    """What ends, or is nothing known and serves nobody."""
    return each.does.ends == "when-done" or (each.does.ends == "unknown" and not _is_known(each) and not each.ports)


def _is_known(each: Seen) -> bool:
    """Whether its image says whether it is a helper."""
    return each.match is not None and each.match.helper.certainty in _SURE


def _shares(writer: Container, mount: Mount) -> Sight:
    index = next(i for i, each in enumerate(writer.mounts) if each.volume == mount.volume)
    return Sight(f"{writer.name} mounts {mount.volume} and can write there", (*writer.route, "volumeMounts", index))


def _serves_log(workload: Workload, each: Seen, listen: Listen) -> tuple[Sight, ...]:
    served = _log_of(workload, each, listen)
    if served is None:
        return ()
    port = f" on port {listen.port}" if listen.port else ""
    return (sight_at(f"{listen.tool} serves{port} {served}", each.container, listen.place),)


def _log_of(workload: Workload, each: Seen, listen: Listen) -> str | None:
    """What of another container's log a server hands out, in words; None when it is something else."""
    if listen.runs[:2] == ("kubectl", "logs"):
        return "the log of another container"
    others = [other for other in workload.pod.containers if other.name != each.container.name]
    for word in (*listen.runs, *(path for argv in each.does.programs for path in argv[1:])):
        mount = mount_of(each.container, word) if word.startswith("/") and "log" in word.lower() else None
        if mount is not None and any(_can_write(other, mount.volume) for other in others):
            return f"{word}, on the volume {mount.volume} that another container writes"
    return None


def _writer(workload: Workload, each: Seen, mount: Mount, seen: Sequence[Seen]) -> Container | None:
    """Another regular container that can write to the volume and does not only follow files there itself."""
    if workload.pod.volumes.get(mount.volume) in SECRET_VOLUMES:
        return None
    for other in seen:
        if (
            other.container.list == "containers"
            and other.container.name != each.container.name
            and not _ships_logs(other)
            and _can_write(other.container, mount.volume)
        ):
            reads_too = any(
                (there := mount_of(other.container, follow.path)) and there.volume == mount.volume for follow in other.does.follows
            )
            if not reads_too:
                return other.container
    return None


def _ships_logs(each: Seen) -> bool:
    return each.match is not None and each.match.helper.role == "log-shipper"


def _can_write(container: Container, volume: str) -> bool:
    return any(mount.volume == volume and not mount.read_only for mount in container.mounts)


def mount_of(container: Container, path: str) -> Mount | None:
    """The mount that a path in a container lies on: the deepest one."""
    fitting = [mount for mount in container.mounts if mount.path and _below(path, mount.path)]
    return max(fitting, key=lambda mount: len(mount.path), default=None)


def _below(path: str, folder: str) -> bool:
    folder = folder.rstrip("/")
    return path == folder or path.startswith(folder + "/")
