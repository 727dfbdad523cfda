"""Which containers are the app and which are helpers, how sure, and on what evidence.

In: what is seen of a pod. Out: `Part`s. Must not know: text, spans, files.

Without evidence a container is an app, and a pod always keeps at least one. Position in the list is no evidence.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sidecarlint.documents import Route
from sidecarlint.lifecycle.seen import Seen, route_of
from sidecarlint.workloads import Workload
from sidecarlint.workloads.command import Follow, Listen
from sidecarlint.workloads.pods import SECRET_VOLUMES, Container, Mount

DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"

Name = Literal["app", "helper", "init", "sidecar"]


class Sight(NamedTuple):
    """One thing that was seen, as a short sentence, and where (None for what is not at one place)."""

    message: str
    route: Route | None = None


class Part(NamedTuple):
    """What a container is in its pod. `certainty` and `role` are "" for an app; `role` is log-reader, log-server or a catalogue role."""

    part: Name
    certainty: str = ""
    role: str = ""
    evidence: tuple[Sight, ...] = ()


_SURENESS = {"certain": 2, "likely": 1}


def parts(workload: Workload, seen: Sequence[Seen]) -> list[Part]:
    """The part of every container, in the order of `seen`."""
    found = [_part(workload, each, seen) for each in seen]
    regular = [i for i, each in enumerate(seen) if each.container.list == "containers"]
    for sureness in ("likely", "certain"):
        if regular and all(found[i].part == "helper" for i in regular):
            for i in regular:
                if found[i].certainty == sureness:
                    found[i] = Part("app")
    return found


def _part(workload: Workload, each: Seen, seen: Sequence[Seen]) -> Part:
    container = each.container
    if container.list == "initContainers":
        role, evidence = _role(workload, each, seen)
        return Part("sidecar" if container.is_sidecar else "init", "", role, evidence)
    role, evidence = _role(workload, each, seen)
    certainty = _certainty(workload, each, role)
    if not certainty or len(workload.pod.containers) < 2 or _has_native_twin(container, workload):
        return Part("app")
    return Part("helper", certainty, role, evidence)


def _certainty(workload: Workload, each: Seen, role: str) -> str:
    if role in ("log-reader", "log-server"):
        return "certain"
    sureness = each.known.helper.certainty if each.known else ""
    is_default = workload.pod.annotations.get(DEFAULT_CONTAINER) == each.container.name
    return "" if sureness not in _SURENESS or (is_default and sureness == "likely") else sureness


def _role(workload: Workload, each: Seen, seen: Sequence[Seen]) -> tuple[str, tuple[Sight, ...]]:
    if each.known is not None:
        return each.known.helper.role, (Sight(f"the image is {each.known.helper.title}", (*each.container.route, "image")),)
    for follow in each.does.follows:
        if evidence := _reads_log(workload, each, follow, seen):
            return "log-reader", evidence
    for listen in each.does.listens:
        if evidence := _serves_log(workload, each, listen, seen):
            return "log-server", evidence
    return "", ()


def _reads_log(workload: Workload, each: Seen, follow: Follow, seen: Sequence[Seen]) -> tuple[Sight, ...]:
    mount = mount_of(each.container, follow.path)
    writer = _writer(workload, each, mount, seen) if mount else None
    if mount is None or writer is None:
        return ()
    words = f"{follow.tool} reads {follow.path}, on the volume {mount.volume}"
    return (Sight(words, route_of(each.container, follow.place)), _shares(writer, mount))


def _shares(writer: Container, mount: Mount) -> Sight:
    index = next(i for i, each in enumerate(writer.mounts) if each.volume == mount.volume)
    return Sight(f"{writer.name} mounts {mount.volume} and can write there", (*writer.route, "volumeMounts", index))


def _serves_log(workload: Workload, each: Seen, listen: Listen, seen: Sequence[Seen]) -> tuple[Sight, ...]:
    served = _log_of(workload, each, listen)
    if served is None:
        return ()
    port = f" on port {listen.port}" if listen.port else ""
    return (Sight(f"{listen.tool} serves {served}{port}", route_of(each.container, listen.place)),)


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
        if other.container.list == "containers" and other.container.name != each.container.name and _can_write(other.container, mount.volume):
            reads_too = any((there := mount_of(other.container, follow.path)) and there.volume == mount.volume for follow in other.does.follows)
            if not reads_too:
                return other.container
    return None


def _can_write(container: Container, volume: str) -> bool:
    return any(mount.volume == volume and not mount.read_only for mount in container.mounts)


def mount_of(container: Container, path: str) -> Mount | None:
    """The mount that a path in a container lies on: the deepest one."""
    fitting = [mount for mount in container.mounts if mount.path and _below(path, mount.path)]
    return max(fitting, key=lambda mount: len(mount.path), default=None)


def _below(path: str, folder: str) -> bool:
    folder = folder.rstrip("/")
    return path == folder or path.startswith(folder + "/")


def _has_native_twin(container: Container, workload: Workload) -> bool:
    """The universal pair: the same helper natively and in the old way, of which one steps back at run time (12.4)."""
    return any(other.is_sidecar and other.image == container.image for other in workload.pod.init_containers)
