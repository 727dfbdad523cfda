"""What a pod can say to an injector: its switch for native sidecars, on, and by the name that it has now.

In: a pod's life, the oldest nodes. Out: a `Proposal`. Must not know: text. Facts: native-sidecars 9.
"""

from sidecarlint.edits import Operation, Set
from sidecarlint.fixes.hazards import Hazard
from sidecarlint.lifecycle import Injected, Lifecycle
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import Version, seen_by_nodes

_BESIDE = ("labels", "name")
"""What new annotations stand behind in a pod's metadata."""


class Proposal(NamedTuple):
    """What would be done about a pod, what speaks against it, and what a person can do `otherwise`."""

    title: str
    hazards: tuple[Hazard, ...]
    operations: tuple[Operation, ...]
    otherwise: str


def make_native(life: Lifecycle, nodes: Version | None = None) -> Proposal:
    """The pod's switch for native mode, on for each helper that may come as an ordinary container and keeps the work from completing."""
    legacy = _holding(life)
    switched = [each for each in legacy if each.injector.switches]
    keys = tuple(_key(each) for each in switched)
    named = " and ".join([f'{key}: "true"' for key in keys])
    title = f"Set the annotation{'s' if len(keys) > 1 else ''} {named} on the pod template"
    meta = life.workload.pod.meta
    operations = tuple(Set((*meta, "annotations", key), "true", _BESIDE) for key in keys)
    return Proposal(title, tuple(_hazards(life, legacy, switched, nodes)), operations, _otherwise(legacy, switched, title, nodes))


def _holding(life: Lifecycle) -> list[Injected]:
    pod = life.pod
    titles = (*pod.injected_blockers, *pod.injected_doubts, *pod.injected_told)
    return [each for each in pod.adds if each.title in titles]


def _key(each: Injected) -> str:
    """The key that is given already, which the injector in use then knows, or the one of today."""
    given = each.switch.key if each.switch is not None and not each.switch.of_namespace else ""
    return given or each.injector.switches[0].partition(" ")[2]


def _hazards(life: Lifecycle, legacy: list[Injected], switched: list[Injected], nodes: Version | None) -> list[Hazard]:
    without = [each for each in legacy if each not in switched]
    if not switched:
        return [
            Hazard(f"{each.injector.tool} has no {'native mode' if each.injector.native else 'switch in a pod'}", True) for each in without
        ]
    if said := seen_by_nodes(nodes):
        from sidecarlint.workloads.nodes import chooses_nodes

        if not chooses_nodes(life.workload):
            return [Hazard(said, True)]
    found = [_reads(each) for each in switched]
    found += [Hazard(f"{each.trick} would make it start again until the work has ended") for each in switched if each.trick]
    found += [Hazard(f"{each.title} would still keep the work from completing") for each in without]
    own = [each.name for each in life.containers if each.holds_up_work]
    return found + [Hazard(f"the work completes only when {' and '.join(own)} {'has' if len(own) == 1 else 'have'} moved too")] * bool(own)


def _reads(each: Injected) -> Hazard:
    """Why it is never safe: somebody switched it off, or the injector may be one that has no native mode."""
    if each.native == "no" and each.switch is not None:
        return Hazard(f"somebody has switched it off{' in the namespace' if each.switch.of_namespace else ''}")
    since = each.injector.switch_since
    return Hazard(f"only {since} and later reads it" if since else f"{each.injector.tool} may be too old to read it")


def _otherwise(legacy: list[Injected], switched: list[Injected], title: str, nodes: Version | None) -> str:
    if switched and seen_by_nodes(nodes):
        return "Come back to it when no node is older than Kubernetes 1.29"
    if switched:
        return title
    injector = legacy[0].injector
    if injector.instead:
        return injector.instead.rstrip(".")
    way = f"Switch native sidecars on: {injector.switch}" if injector.switch and not injector.native else ""
    return way or f"Keep {legacy[0].title} out of this pod, or make it quit when the work has ended"


def repeat_switch(life: Lifecycle) -> Proposal:
    """The switch by the name that it has now too. Nothing changes by it: what knows the new name finds the old value, and what does not
    finds the old name."""
    pod, template = life.pod, life.workload.pod
    value = template.annotations.get(pod.old_switch, "")
    added = Set((*template.meta, "annotations", pod.new_switch), value, (pod.old_switch,))
    title = f'Add the annotation {pod.new_switch}: "{value}"'
    harmful = any(each.switch is not None and each.switch.key == pod.old_switch for each in _holding(life))
    hazards = (Hazard(f"as long as it is {value}, it keeps the work from completing; settle that first", True),) if harmful else ()
    return Proposal(title, hazards, (added,), title)
