"""The way back: native sidecars as ordinary containers again, for a cluster that has to roll back (native-sidecars 1.18).

In: a pod's life and the settings, as a `Context`. Out: `Asked`. Must not know: text.

What the way there has written goes again: the startupProbe that it derives holds nobody back in an ordinary container, and only delays its
own other probes. Whoever wrote the very same one loses no more. A `tail -F` and the numbers of ports stay: they are right either way.
"""

from collections.abc import Iterable, Iterator

from sidecarlint.edits import LAST, Move, Operation, Remove
from sidecarlint.fixes.gating import is_derived
from sidecarlint.fixes.hazards import Case
from sidecarlint.fixes.plan import Asked, Context, Plan
from sidecarlint.lifecycle import ContainerLife, Lifecycle, before, calls, lifecycle
from sidecarlint.lifecycle.placed import placing


def turn_back(context: Context) -> Iterator[Asked]:
    """`--reverse`: every native sidecar of a pod, each behind the containers that are there."""
    sidecars = [each for each in context.life.containers if each.seen.container.is_sidecar]
    if not context.settings.reverse or not sidecars:
        return
    legacy = before(context.life.workload, [each.name for each in sidecars])
    later = lifecycle(legacy, context.catalogue, context.settings.target, context.references)
    for each in sidecars:
        yield Asked("reverse", f"{each.name} is a native sidecar", _back(each, context, later), each.name)


def _back(sidecar: ContainerLife, context: Context, later: Lifecycle) -> Plan:
    title = f"Move {sidecar.name} back to containers"
    if (reason := _kept(sidecar, context.life)) is not None:
        return Plan(title, "manual", (reason,), ())
    operations: tuple[Operation, ...] = (Move(sidecar.route, "containers", LAST, emptied=True), Remove((*sidecar.route, "restartPolicy")))
    plain = _graded(title, (*_lost(sidecar, later), *_idle(sidecar)), operations)
    if not is_derived(Case(sidecar, context.life, lambda: later, context.references, context.settings.target, context.catalogue)):
        return plain
    title += " without its startupProbe, which is the one that a move to initContainers writes"
    without = (*operations, Remove((*sidecar.route, "startupProbe"), bare=True))
    return _graded(title, _lost(sidecar, later), without)._replace(instead=plain)


def _graded(title: str, hazards: Iterable[str], operations: tuple[Operation, ...]) -> Plan:
    found = tuple(hazards)
    return Plan(title, "unsafe" if found else "safe", found, operations)


def _kept(sidecar: ContainerLife, now: Lifecycle) -> str | None:
    """Why it must stay: its other half runs where sidecars are unknown (12.4), an injector has its place, or the pod would never start
    (3.1: containers start after all init containers)."""
    if sidecar.pair:
        return f"it is half of a universal pair with {sidecar.pair}, which runs on nodes that know no sidecars"
    injector = placing(sidecar.seen, now.workload)
    if injector is not None:
        return (
            f"{injector.tool} places this container itself: {injector.switch}" if injector.switch else f"{injector.tool} places it itself"
        )
    behind = now.workload.pod.init_containers[sidecar.seen.container.position + 1 :]
    caller = next((each.name for each in now.containers if each.seen.container in behind and calls(each.seen, sidecar.seen)), None)
    return f"the init container {caller} calls it, and would wait for it for ever" if caller else None


def _lost(sidecar: ContainerLife, later: Lifecycle) -> Iterator[str]:
    """What the pod loses beside the order, which is what going back means."""
    if sidecar.name in later.pod.blockers:
        yield f"the {later.pod.kind} would never complete, because nothing ends {sidecar.name}"
    elif later.pod.finite and later.pod.completes != "yes":
        yield f"the {later.pod.kind} completes only if something ends {sidecar.name}"


def _idle(sidecar: ContainerLife) -> Iterator[str]:
    """What stays and does nothing."""
    if sidecar.seen.container.startup_probe is not None:
        yield "its startupProbe stays, but holds nobody back any more"
