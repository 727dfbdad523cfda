"""Gates: what a startupProbe or a postStart hook asks, and who answers it.

In: what is seen of containers. Out: `Gate`s, the ports and files that they need, and whose those are. Must not know: text, spans,
files, whether a move is only planned.

What comes after a sidecar starts once both have succeeded, so neither may need what comes after it (native-sidecars 3.11).
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from sidecarlint.lifecycle.parts import mount_of
from sidecarlint.lifecycle.seen import LOOPBACK, NUMBER, Seen, behaviour_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Probe
from sidecarlint.workloads.commands import Behaviour
from sidecarlint.workloads.images import parse_image
from sidecarlint.workloads.pods import SECRET_VOLUMES

MAKERS = frozenset(["touch", "mkdir", "mkfifo", "chmod", "chown", "rm", "ln", "mv", "echo", "printf", "sleep", "tee"])
"""Programs whose operands are made or changed rather than needed."""

_LOG_ROLES = ("log-reader", "log-server", "log-shipper")
_CALLED = rf"(?:{LOOPBACK.pattern}):\d+"


class Gate(NamedTuple):
    """A hook that what comes after the container waits for, as people call it, with what an exec one does."""

    hook: Probe
    called: str
    does: Behaviour | None


def gates(each: Seen) -> Iterator[Gate]:
    """The gates of a container, if it is or were a sidecar (3.1, 3.2). A readinessProbe is none (3.3)."""
    for hook, called in ((each.container.startup_probe, "startupProbe"), (each.container.post_start, "postStart hook")):
        if hook is not None:
            yield Gate(hook, called, hook_behaviour(each.container, hook))


def hook_behaviour(container: Container, hook: Probe) -> Behaviour | None:
    """What the command of an exec hook or probe does; None for any other kind."""
    return behaviour_of(hook.command, None, parse_image(container.image)) if hook.command else None


def ports_asked(gate: Gate) -> Iterator[int]:
    """The ports of the pod that a gate asks, by their numbers."""
    if gate.hook.port.isdecimal():
        yield int(gate.hook.port)
    for call in gate.does.calls if gate.does else ():
        if call.port is not None and LOOPBACK.fullmatch(call.host):
            yield call.port


def paths_asked(gate: Gate) -> Iterator[str]:
    """The files that a gate needs, rather than makes."""
    if gate.does is None:
        return
    yield from gate.does.waits_for
    yield from (follow.path for follow in gate.does.follows)
    for argv in gate.does.programs:
        if argv[0].rpartition("/")[2] not in MAKERS:
            yield from (word for word in argv[1:] if word.startswith("/"))


def file_in_volume(path: str, container: Container) -> tuple[str, str] | None:
    """A container's path as a volume's name and the path inside it; None for what lies on no volume."""
    mount = mount_of(container, path)
    if mount is None:
        return None
    inside = path[len(mount.path.rstrip("/")) :].strip("/")
    return mount.volume, f"{mount.sub_path.strip('/')}/{inside}".strip("/")


def file_maker(path: str, each: Seen, others: Iterable[Seen], volumes: Mapping[str, str]) -> Seen | None:
    """One of the others that can write where a path of a container lies."""
    mount = mount_of(each.container, path)
    if mount is None or volumes.get(mount.volume) in SECRET_VOLUMES:
        return None
    for other in others:
        if any(there.volume == mount.volume and not there.read_only for there in other.container.mounts):
            return other
    return None


def may_make(path: str, each: Seen, role: str) -> bool:
    """Whether a container is told of a file's folder, as a proxy is of that for its sockets; what a reader is told of is the app's."""
    mount = mount_of(each.container, path)
    if path in (*each.does.touches, *each.does.writes):
        return True
    told = mount is not None and any(mount.path.rstrip("/") in word for word in each.words)
    return told and role not in _LOG_ROLES


def port_owner(port: int, each: Seen, others: Iterable[Seen]) -> Seen | None:
    """The one of the others whose port it is, unless it is the container's own."""
    return None if port in opened(each) else next((other for other in others if port in other.ports), None)


def opened(each: Seen) -> set[int | None]:
    """The ports that a container declares, or that its command line opens."""
    return {own.number for own in each.container.ports} | {listen.port for listen in each.does.listens}


def is_own(port: int, each: Seen) -> bool:
    """Whether anything shows that a container opens a port: its ports, its words but for addresses that it calls, its helper file."""
    known, variables = each.known.helper if each.known else None, {one.name: one.value for one in each.container.env}
    ends = [end for end in (known.startup_probe, known.shutdown) if end is not None] if known else []
    words = [*each.words, *(variables.get(name, "") for end in ends for name in end.port_from)]
    said = {number for word in words for number in NUMBER.findall(re.sub(_CALLED, "", word))}
    return port in opened(each) or str(port) in said or any(end.port == port for end in ends)
