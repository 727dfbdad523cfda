"""What being native would bring, and which way a helper faces.

In: what is seen of a pod and the parts. Out: `Gain`s. Must not know: text, spans, files.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sidecarlint.lifecycle.gates import is_own
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight
from sidecarlint.lifecycle.waits import holds_back, outlives, waited_for, waited_for_in_init
from sidecarlint.references import References, selecting, service_ports
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload
from sidecarlint.workloads.pods import SECRET_VOLUMES
from sidecarlint.workloads.versions import SIDECARS

_SCRATCH = ("", "/tmp", "/var/tmp", "/dev/shm", "/run", "/var/run")
_LOG_ROLES = ("log-reader", "log-server", "log-shipper")
_PORT = re.compile(r":(\d{2,5})\b")
# An address that a program itself listens on leads to nobody else.
_LISTENS = r"(?i)listen|bind|expose|serve(?!r)"


class Gain(NamedTuple):
    """What being native would bring: completion, order or none, and what shows it."""

    benefit: str
    evidence: tuple[Sight, ...] = ()


def gain(workload: Workload, index: int, seen: Sequence[Seen], found: Sequence[Part], keeps: bool) -> Gain:
    """What a legacy helper would gain; `keeps`: the work completes only because of a trick, or never. For anything else: none."""
    if found[index].part != "helper":
        return Gain("none")
    if keeps:
        return Gain("completion")
    shown = tuple(sight for sight in _order(workload, index, seen, found) if sight is not None)
    return Gain("order", shown) if shown else Gain("none")


def _order(workload: Workload, index: int, seen: Sequence[Seen], found: Sequence[Part]) -> Iterator[Sight | None]:
    """What in the pod shows that starting first or stopping last matters to it."""
    each = seen[index]
    yield _carries_logs(workload, each, found[index])
    yield waited_for_in_init(each, seen) or waited_for(each, seen) or _wanted_in_init(workload, index, seen, found)
    yield holds_back(each, seen, found)
    yield outlives(each)
    yield _is_called(workload, each, seen)
    yield _shares_files(workload, each, seen)
    yield _serves_its_pod(each, found[index], seen)


def _carries_logs(workload: Workload, each: Seen, part: Part) -> Sight | None:
    """The last lines of a log are written while the app stops; a legacy helper may be gone by then (native-sidecars 5.1)."""
    if part.role not in _LOG_ROLES:
        return None
    if part.role in ("log-reader", "log-server"):
        return Sight("it stops together with the app today, so the last lines can be lost")
    shared = [mount.volume for mount in each.container.mounts if workload.pod.volumes.get(mount.volume) == "emptyDir"]
    writers = [
        other.name
        for other in workload.pod.containers
        if other is not each.container
        for mount in other.mounts
        if mount.volume in shared and not mount.read_only
    ]
    return (
        Sight(f"it carries what {writers[0]} writes, and stops together with it today, so the last lines can be lost") if writers else None
    )


def _wanted_in_init(workload: Workload, index: int, seen: Sequence[Seen], found: Sequence[Part]) -> Sight | None:
    """An init container that is given its address, although it starts only after that (3.1)."""
    if not workload.pod.init_containers or seen[index].container.list != "containers":
        return None
    # Most pods have no init containers, and a start is quicker without what looks for calls in them.
    from sidecarlint.lifecycle.natives.order import needing
    from sidecarlint.lifecycle.natives.view import View

    needed = next(needing(View(workload, index, seen, found[index], "neither", SIDECARS, References())), None)
    if needed is None:
        return None
    name = seen[needed.at].container.name
    return needed.sight._replace(message=f"the init container {name} is given its address, and it starts only afterwards")


def _is_called(workload: Workload, each: Seen, seen: Sequence[Seen]) -> Sight | None:
    """An app that reaches the world through this helper needs it up first and gone last.

    One of which the catalogue knows nothing must be named by a port that is its own.
    """
    outbound = _matters(each, "outbound")
    # An ambiguous image says nothing of it: it is a helper only because its author says so.
    if not outbound and each.known is not None and each.known.helper.certainty != "ambiguous":
        return None
    for other in seen:
        if other is each or other.container.list != "containers" or _is_outbound(other):
            continue
        if outbound and (volume := _shared_sockets(workload, each, other)):
            return Sight(f"{other.container.name} reaches it over sockets on the volume {volume}", (*other.container.route, "volumeMounts"))
        if sight := addressed(each, other, seen, by_port=not outbound):
            return sight
    return None


def addressed(each: Seen, other: Seen, seen: Sequence[Seen], by_port: bool = False) -> Sight | None:
    """Where a container's variables or words name another one on loopback. `by_port`: only by a port that is its own."""
    for variable in other.container.env:
        if not re.search(_LISTENS, variable.name) and _reaches(each, variable.value, seen, by_port):
            return Sight(f"{other.container.name} reaches it at {_address(variable.value)}", (*variable.route, "value"))
    for key, words in (("command", other.container.command), ("args", other.container.args)):
        for i, word in enumerate(words or ()):
            if not re.search(_LISTENS, word) and _reaches(each, word, seen, by_port):
                return Sight(f"{other.container.name} reaches it over localhost", (*other.container.route, key, i))
    return None


def _shares_files(workload: Workload, each: Seen, seen: Sequence[Seen]) -> Sight | None:
    """What it fetches has to be there when the app starts, and what it saves is not all there before the app has ended."""
    if not _matters(each, "neither"):
        return None
    others = [
        other.container for other in seen if other is not each and other.container.list == "containers" and not _matters(other, "neither")
    ]
    for volume in _own_volumes(workload, each):
        for other in others:
            found = next((i for i, mount in enumerate(other.mounts) if mount.volume == volume), None)
            if found is not None:
                return Sight(f"{other.name} works with the same files, on the volume {volume}", (*other.route, "volumeMounts", found))
    return None


def _own_volumes(workload: Workload, each: Seen) -> list[str]:
    """The volumes that its files may lie on, first those whose folder its words or variables name; a folder for scratch says nothing."""
    texts = (*each.words, *(variable.value for variable in each.container.env))
    mounts = [mount for mount in each.container.mounts if workload.pod.volumes.get(mount.volume) not in SECRET_VOLUMES]
    told = [mount.volume for mount in mounts if mount.path.rstrip("/") and any(mount.path.rstrip("/") in text for text in texts)]
    return [*told, *(mount.volume for mount in mounts if mount.path.rstrip("/") not in _SCRATCH and mount.volume not in told)]


def _serves_its_pod(each: Seen, part: Part, seen: Sequence[Seen]) -> Sight | None:
    """What nobody reaches from outside is there for the containers beside it, also where their settings stand somewhere else."""
    outside = any(port.host for port in each.container.ports) or listens_to_all(each)
    others = [other.container.name for other in seen if other.container.list == "containers" and not _matters(other, "outbound")]
    known = each.known.helper if each.known else None
    if known is None or not _matters(each, "outbound") or part.certainty != "certain" or outside or not others:
        return None
    return Sight(f"{known.title} serves containers of its own pod, here {' and '.join(others)}", each.container.route)


def listens_to_all(each: Seen) -> bool:
    """Whether its words let it listen beyond its pod, other than for the kubelet's questions after its health."""
    probe = each.known.helper.startup_probe if each.known else None
    asked = {mark.partition("=")[0].lstrip("-") for mark in probe.needs} if probe else set()
    flags = [word.partition("=")[0] if "=" in word else ahead for ahead, word in pairwise(("", *each.words)) if "0.0.0.0" in word]
    return any(flag.lstrip("-") not in asked for flag in flags)


def _matters(each: Seen, faces: str) -> bool:
    """Whether it is known as a helper of that direction whose order matters."""
    return each.known is not None and each.known.helper.benefit == "order" and each.known.helper.faces == faces


def _address(text: str) -> str:
    """The loopback address in a text and its port, without what stands around it, which may hold a password."""
    found = LOOPBACK.search(text)
    port = _PORT.match(text, found.end()) if found else None
    return f"{found.group()}{port.group() if port else ''}" if found else "localhost"


def _shared_sockets(workload: Workload, each: Seen, other: Seen) -> str | None:
    """The emptyDir that both mount and that a proxy is told to put its sockets in, as in `-dir=/cloudsql`."""
    for mount in each.container.mounts:
        told = any(mount.path.rstrip("/") and mount.path.rstrip("/") in word for word in each.words)
        if (
            told
            and workload.pod.volumes.get(mount.volume) == "emptyDir"
            and any(there.volume == mount.volume for there in other.container.mounts)
        ):
            return mount.volume
    return None


def _is_outbound(other: Seen) -> bool:
    return other.known is not None and other.known.helper.faces == "outbound" and other.known.helper.certainty != "ambiguous"


def _reaches(each: Seen, text: str, seen: Sequence[Seen], by_port: bool = False) -> bool:
    """Whether a text names this container on loopback: by its port, or with a port that is nobody's while nothing else leads out."""
    for found in LOOPBACK.finditer(text):
        port = _PORT.match(text, found.end())
        others = [other for other in seen if other is not each and other.container.list == "containers"]
        if port is not None and (is_own(int(port[1]), each) if by_port else each.speaks_of_port(int(port[1]))):
            return True
        # Apps reach whatever they need through a proxy; an agent is reached at its own port only.
        if each.known is not None and each.known.helper.role not in ("proxy", "tunnel"):
            continue
        taken = port is not None and any(other.speaks_of_port(int(port[1])) for other in others if other.container.ports or other.known)
        if not by_port and not taken and not any(_is_outbound(other) for other in others):
            return True
    return False


def faces(workload: Workload, each: Seen, part: Part, references: References) -> tuple[str, Sight | None]:
    """inbound when traffic enters the pod through it, outbound, or neither; and what shows it."""
    if part.role == "log-server":
        return "inbound", Sight("clients connect to it from outside the pod", each.container.route)
    known = each.known.helper if each.known and each.known.helper.certainty != "ambiguous" else None
    # What a Service leads to in a helper that the app's traffic does not pass through are its own figures.
    if known is None or known.faces != "neither":
        for service, target in service_ports(selecting(references, workload), each.container):
            return "inbound", Sight(f"the Service {service} leads to its port {target}", (*each.container.route, "ports"))
    return (known.faces if known else "neither"), None


def calls(other: Seen, each: Seen) -> bool:
    """Whether one container calls a port of another over loopback."""
    return any(call.port is not None and LOOPBACK.fullmatch(call.host) and each.speaks_of_port(call.port) for call in other.does.calls)
