"""How a pod starts, step by step: who starts when, what holds the next one back, and where it gets stuck.

In: a `Lifecycle`, a target version. Out: steps. Must not know: text, spans, files, how a life is drawn. Facts: native-sidecars 3.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.lifecycle.lives import ContainerLife, Lifecycle
from sidecarlint.lifecycle.timeline.crew import NO_NAME, Member
from sidecarlint.lifecycle.timeline.values import Deed, Step
from sidecarlint.lifecycle.waits import waiting_init
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container
from sidecarlint.workloads.versions import SIDECARS, Version

EXIT, RUNNING, HOOK, PROBE = "exit", "running", "postStart hook", "startupProbe"
"""What holds back whoever comes next: a plain init container's exit (3.1), a sidecar that does not run yet (3.1), its hook (3.2), its
probe (3.1). A readinessProbe never does (3.3)."""


class Start(NamedTuple):
    """The steps of a start. `stuck`: the container at which it ends too early, "" where it does not."""

    steps: tuple[Step, ...]
    stuck: str = ""


def starting(life: Lifecycle, regular: Sequence[Member], target: Version) -> Start:
    """Init containers one after the other, sidecars as soon as they are up, then the containers (3.1, 3.4)."""
    steps: list[Step] = []
    opened: Step = ()
    for each in life.containers:
        if each.list != "initContainers":
            continue
        steps.append((*opened, *_start(each, life)))
        if why := _stuck(each, life, target):
            return Start((*steps, (Deed("stuck", (_name(each),), why),)), _name(each))
        opened = (_opened(each),)
    for group in _groups(life, regular):
        steps.append((*opened, *group))
        opened = (Deed("up", group[0].names[-1:], HOOK),)
    return Start(tuple(steps))


def _name(each: ContainerLife) -> str:
    return each.name or NO_NAME


def _start(each: ContainerLife, life: Lifecycle) -> Iterator[Deed]:
    yield Deed("starts", (_name(each),), _gate(each.seen.container))
    if each.part == "sidecar" and each.ends == "when-done":
        yield Deed("repeats", (_name(each),))
    yield from _uses(each.name, life)


def _uses(name: str, life: Lifecycle) -> Iterator[Deed]:
    """Who needs a sidecar that is not there yet, or that nothing shows to be up."""
    for other in life.containers if name else ():
        if other.called_by == name:
            yield Deed("early", (name,), by=other.name)
        elif name in (other.raced_by_init, other.raced_by_app):
            yield Deed("races", (name,), by=other.name)


def _gate(container: Container) -> str:
    if not container.is_sidecar:
        return EXIT
    held = [name for name, hook in ((HOOK, container.post_start), (PROBE, container.startup_probe)) if hook is not None]
    return " and ".join(held) or RUNNING


def _opened(each: ContainerLife) -> Deed:
    gate = _gate(each.seen.container)
    return Deed("done" if gate == EXIT else "up", (_name(each),), gate)


def _stuck(each: ContainerLife, life: Lifecycle, target: Version) -> str:
    """Why nothing starts after this one, as a sentence without its subject's name, "" where something does."""
    if each.seen.container.is_sidecar:
        # 1.11, 1.12: to what does not know sidecars it is an init container, and everybody waits for its exit.
        return each.start_deadlock or (each.restart_policy_fault if target < SIDECARS else "")
    later = next((other for other in life.containers if _holds_up(other, each, life)), None)
    if later is not None:
        return f"it waits for {_name(later)}, which starts only after it"
    return "it never exits" if each.ends == "never" else ""


def _holds_up(other: ContainerLife, each: ContainerLife, life: Lifecycle) -> bool:
    """Whether this init container waits for one that starts only after it: a sidecar, or a legacy helper."""
    if other.awaited_by:
        return other.awaited_by == each.name
    found = waiting_init(other.seen, [one.seen for one in life.containers]) if other.holds_up_start else None
    return found is not None and found[0] is each.seen


def _groups(life: Lifecycle, regular: Sequence[Member]) -> Iterator[Step]:
    """The containers that start together: one with a postStart hook holds back those behind it in the list (3.2, 3.4)."""
    group: list[str] = []
    waits: list[Deed] = []
    hooked = {_name(each) for each in life.containers if each.list == "containers" and each.seen.container.post_start is not None}
    awaits = {_name(each): each.awaits for each in life.containers}
    for index, each in enumerate(regular):
        group.append(each.name)
        waits += [*(Deed("waits", (each.name,), by=helper) for helper in awaits.get(each.name, ())), *_uses(each.name, life)]
        last = index == len(regular) - 1
        if last or each.name in hooked:
            yield Deed("starts", tuple(group), "" if last else HOOK), *waits
            group, waits = [], []
