"""Everybody who lives in a pod, with what matters when it starts and stops.

In: a `Lifecycle`. Out: `Member`s. Must not know: text, spans, files, how a life is drawn.
"""

from collections.abc import Sequence

from sidecarlint.lifecycle.injected import Injected
from sidecarlint.lifecycle.lives import ContainerLife, Lifecycle
from sidecarlint.lifecycle.natives.stopping import slept
from sidecarlint.lifecycle.signals import ignores_sigterm
from sidecarlint.lifecycle.timeline.values import Deed
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Pod
from sidecarlint.workloads.versions import CONTAINER_RESTART, Version

NO_NAME = "(no name)"
_DEADLINE, _UNSEEN, _TIMEOUT = "deadline", "caller-unknown", "self-timeout"


class Member(NamedTuple):
    """A container, or what an injector adds as an ordinary one.

    fate     how it ends in a pod that is meant to end: exits, told, late (after a time of its own), stays, again (it is started each time
             it ends, 2.2), deadline or doubt
    trick    what is done to it then; None where nothing is
    hook     whether it has a preStop hook
    sleeps   whether that hook sleeps through the whole grace period (5.5)
    deaf     whether SIGTERM is lost on it
    lost     what ends it while others still work, when the pod is told to stop
    """

    name: str
    part: str
    fate: str
    trick: Deed | None = None
    hook: bool = False
    sleeps: bool = False
    deaf: bool = False
    lost: Deed | None = None


def regular(life: Lifecycle, target: Version) -> tuple[Member, ...]:
    """The containers of `containers`, and what injectors add to them."""
    own = (_member(each, life.workload.pod, target) for each in life.containers if each.list == "containers")
    return (*own, *(_added(each, life) for each in life.pod.adds if each.native == "no"))


def doubtful(life: Lifecycle) -> tuple[Member, ...]:
    """What injectors add to work, native or not, and what then may not end. When it starts is not known."""
    titles = (each.title for each in life.pod.adds if each.native == "unknown" and each.title in life.pod.injected_doubts)
    return tuple(Member(title, "injected", "doubt") for title in titles)


def sidecars(life: Lifecycle, target: Version) -> tuple[Member, ...]:
    """The native sidecars, in the order in which they start."""
    return tuple(_member(each, life.workload.pod, target) for each in life.containers if each.seen.container.is_sidecar)


def names_of(members: Sequence[Member]) -> tuple[str, ...]:
    """Their names, in order."""
    return tuple(each.name for each in members)


def _member(each: ContainerLife, pod: Pod, target: Version) -> Member:
    container = each.seen.container
    again = each.list == "containers" and container.restart_policy == "Always" and target >= CONTAINER_RESTART
    return Member(
        name=each.name or NO_NAME,
        part=each.part,
        fate="again" if again and each.ends != "never" else _fate(each),
        trick=_trick(each) if each.trick else None,
        hook=container.pre_stop is not None,
        sleeps=container.pre_stop is not None and 0 < pod.grace_seconds <= slept(each.seen),
        deaf=ignores_sigterm(each.seen, pod),
        lost=Deed("lost", (each.name,), each.quits_by) if each.quits_by else None,
    )


def _trick(each: ContainerLife) -> Deed:
    return Deed(each.trick, (each.name or NO_NAME,), each.trick_with, each.trick_by, each.trick_fails == "work-fails")


def _fate(each: ContainerLife) -> str:
    """Of an app of which nothing is known it is taken for granted that its work ends."""
    if each.trick == _DEADLINE:
        return "deadline"
    if each.ends == "never":
        return "stays"
    if each.part != "helper":
        return "exits"
    if each.trick in ("", _UNSEEN) or each.trick_fails == "work-succeeds" or (each.trick == "marker-file" and not each.trick_by):
        return "doubt"
    return "late" if each.trick == _TIMEOUT else "told"


def _added(each: Injected, life: Lifecycle) -> Member:
    if each.title in life.pod.injected_blockers:
        return Member(each.title, "injected", "stays")
    if each.trick:
        return Member(each.title, "injected", "told", Deed("injected-told", (each.title,), each.trick))
    return Member(each.title, "injected", "doubt")
