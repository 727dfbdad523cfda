"""A universal pair taken apart again, once every node knows sidecars: what is left is the plain sidecar.

In: a pod's life and the settings, as a `Context`. Out: `Asked`. Must not know: text.

Only pairs that sidecarlint has written are: of any other nobody knows what its halves have agreed on.
"""

from collections.abc import Iterator

from sidecarlint.documents import at, child, items, resolve, text_of
from sidecarlint.edits import Operation, Remove
from sidecarlint.fixes.plan import Asked, Context, Plan
from sidecarlint.fixes.universal.script import FOLDER
from sidecarlint.lifecycle.pairs import VOLUME, Pair, pairs
from sidecarlint.workloads import Workload
from sidecarlint.workloads.versions import SIDECARS, show_version

_WORDS = 4
"""How many words stand in front of the helper's own command line: a shell, -c, the script and its name."""


def take_apart(context: Context) -> Iterator[Asked]:
    """`--strategy native`: all pairs of a pod at once, since they share a volume."""
    found = [each for each in pairs(context.life.workload) if each.written] if context.settings.strategy == "native" else []
    if found:
        told = " and ".join(f"{each.native.name} with {each.regular.name}" for each in found)
        yield Asked("strategy", f"{told} is a universal pair" if len(found) == 1 else f"{told} are universal pairs", _plan(context, found))


def _plan(context: Context, found: list[Pair]) -> Plan:
    nodes, names = context.settings.nodes, " and ".join(each.native.name for each in found)
    if nodes is not None and nodes < SIDECARS:
        why = f"the nodes run {show_version(nodes)}, and before 1.29 they need the pair"
        return Plan("Come back to it when every node runs 1.29 or later", "manual", (why,), ())
    title = f"Make {names} {'a plain sidecar' if len(found) == 1 else 'plain sidecars'} again"
    return Plan(title, "safe", (), tuple(_operations(context.life.workload, found)))


def _operations(workload: Workload, found: list[Pair]) -> Iterator[Operation]:
    for each in found:
        yield from _plain(each)
        yield Remove(each.regular.route, bare=True)
    taken = {each.route for pair in found for each in (pair.native, pair.regular)}
    others = (each for each in workload.pod.all_containers if each.route not in taken)
    if not any(mount.volume == VOLUME for each in others for mount in each.mounts):
        yield from _volume(workload)


def _volume(workload: Workload) -> Iterator[Operation]:
    route = (*workload.pod.route, "volumes")
    listed = items(at(workload.owner.document.root, route))
    yield from (Remove((*route, index), bare=True) for index, each in enumerate(listed) if text_of(child(resolve(each), "name")) == VOLUME)


def _plain(pair: Pair) -> Iterator[Operation]:
    """What the sidecar has of the pair. Its command line begins with the script, which made it a pair."""
    native = pair.native
    yield from (Remove((*native.route, "command", index), bare=True) for index in range(_WORDS))
    if native.startup_probe is not None and any(FOLDER in word for word in native.startup_probe.command):
        yield Remove((*native.route, "startupProbe"), bare=True)
    yield from (
        Remove((*native.route, "volumeMounts", index), bare=True) for index, mount in enumerate(native.mounts) if mount.volume == VOLUME
    )
