"""What being native would bring, which way a helper faces, and where it would stand.

In: what is seen of a pod and the parts. Out: `Gain`s and places. Must not know: text, spans, files.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sidecarlint.lifecycle.parts import Part, Sight
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, route_of
from sidecarlint.references import References, selecting, service_ports
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.pods import SECRET_VOLUMES

_NETWORK_SET_UP = ("NET_ADMIN", "NET_RAW")
_LOG_ROLES = ("log-reader", "log-server", "log-shipper")


class Gain(NamedTuple):
    """What being native would bring: completion, order or none, and what shows it."""

    benefit: str
    evidence: tuple[Sight, ...] = ()


def gain(workload: Workload, index: int, seen: Sequence[Seen], found: Sequence[Part], blocks: bool, ends: str) -> Gain:
    """What a legacy helper would gain. For anything else: none."""
    if found[index].part != "helper":
        return Gain("none")
    if blocks or (workload.finite and ends == "when-told"):
        return Gain("completion")
    return next((Gain("order", (sight,)) for sight in _order(workload, seen[index], found[index], seen) if sight), Gain("none"))


def _order(workload: Workload, each: Seen, part: Part, seen: Sequence[Seen]) -> "list[Sight | None]":
    """What in the pod shows that starting first or stopping last matters to it."""
    return [_carries_logs(workload, each, part), _is_waited_for(each, seen), _has_hooks(each), _is_called(each, part, seen)]


def _carries_logs(workload: Workload, each: Seen, part: Part) -> Sight | None:
    """The last lines of a log are written while the app stops; a legacy helper may be gone by then (native-sidecars 5.1)."""
    if part.role not in _LOG_ROLES:
        return None
    if part.role in ("log-reader", "log-server"):
        return Sight("it stops together with the app today, so the last lines can be lost")
    shared = [mount.volume for mount in each.container.mounts if workload.pod.volumes.get(mount.volume) == "emptyDir"]
    writers = [other.name for other in workload.pod.containers if other is not each.container for mount in other.mounts if mount.volume in shared and not mount.read_only]
    return Sight(f"it carries what {writers[0]} writes, and stops together with it today, so the last lines can be lost") if writers else None


def _is_waited_for(each: Seen, seen: Sequence[Seen]) -> Sight | None:
    ports = {port.number for port in each.container.ports} | {listen.port for listen in each.does.listens}
    for other in seen:
        for call in other.does.calls:
            if other is not each and call.port in ports and call.port is not None and LOOPBACK.fullmatch(call.host):
                if other.container.list == "initContainers" and not other.container.is_sidecar:
                    return Sight(f"the init container {other.container.name} calls it, before it has started", route_of(other.container, call.place))
                if call.waits:
                    return Sight(f"{other.container.name} waits for it before it works", route_of(other.container, call.place))
    return None


def _has_hooks(each: Seen) -> Sight | None:
    hook = each.container.pre_stop
    if hook is not None and (hook.kind == "sleep" or hook.command[:1] == ("sleep",) or any("sleep " in word for word in hook.command)):
        return Sight("its preStop sleep is there to let it outlive the app", hook.route)
    return None


def _is_called(each: Seen, part: Part, seen: Sequence[Seen]) -> Sight | None:
    """An app that reaches the world through this helper needs it up first and gone last."""
    if each.known is None or each.known.helper.benefit != "order" or each.known.helper.faces != "outbound":
        return None
    for other in seen:
        if other is each or other.container.list != "containers":
            continue
        for variable in other.container.env:
            if LOOPBACK.search(variable.value):
                return Sight(f"{other.container.name} reaches it at {variable.value}", (*variable.route, "value"))
        for key, words in (("command", other.container.command), ("args", other.container.args)):
            for i, word in enumerate(words or ()):
                if LOOPBACK.search(word):
                    return Sight(f"{other.container.name} reaches it over localhost", (*other.container.route, key, i))
    return None


def faces(workload: Workload, each: Seen, part: Part, references: References) -> tuple[str, Sight | None]:
    """inbound when traffic enters the pod through it, outbound, or neither; and what shows it."""
    if part.role == "log-server":
        return "inbound", Sight("clients connect to it from outside the pod", each.container.route)
    for service, target in service_ports(selecting(references, workload), each.container):
        if each.known is None or each.known.helper.role != "exporter":
            return "inbound", Sight(f"the Service {service} leads to its port {target}", (*each.container.route, "ports"))
    return (each.known.helper.faces if each.known else "neither"), None


def place(workload: Workload, each: Seen, seen: Sequence[Seen]) -> int:
    """The index among the init containers that a legacy helper would get: behind those that it needs, and otherwise first or last
    as its helper file says; last without one."""
    needed = [i for i, other in enumerate(seen[: len(workload.pod.init_containers)]) if _is_needed(workload, other, each)]
    behind = max(needed) + 1 if needed else 0
    if each.known is not None and each.known.helper.where == "first":
        return behind
    callers = [i for i, other in enumerate(seen[: len(workload.pod.init_containers)]) if _calls(other, each)]
    return max(behind, min(callers)) if callers else len(workload.pod.init_containers)


def _calls(other: Seen, each: Seen) -> bool:
    ports = {port.number for port in each.container.ports if port.number}
    return any(call.port in ports and LOOPBACK.fullmatch(call.host) for call in other.does.calls)


def _is_needed(workload: Workload, init: Seen, each: Seen) -> bool:
    """Whether an init container prepares something for the helper: the network, or a volume that both mount."""
    if init.container.is_sidecar:
        return False
    if set(init.container.added_capabilities) & set(_NETWORK_SET_UP):
        return True
    return bool(_writable(workload, init.container) & {mount.volume for mount in each.container.mounts})


def _writable(workload: Workload, container: Container) -> set[str]:
    return {mount.volume for mount in container.mounts if not mount.read_only and workload.pod.volumes.get(mount.volume) not in SECRET_VOLUMES}
