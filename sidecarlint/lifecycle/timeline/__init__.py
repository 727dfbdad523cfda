"""A lifecycle to a timeline: the steps of a pod's life, from its first container to the last that ends.

In: a `Lifecycle`, a target version. Out: `Timeline`. Must not know: text, spans, files, how a life is drawn.

values     what a timeline is
crew       everybody in the pod, with what matters when it starts and stops
starting   the start, and where it gets stuck
ending     the end of work
stopping   how Kubernetes stops what is left
"""

from sidecarlint.lifecycle.lives import ContainerLife, Lifecycle
from sidecarlint.lifecycle.order import is_refused
from sidecarlint.lifecycle.timeline.crew import NO_NAME, Member, doubtful, names_of, regular, sidecars
from sidecarlint.lifecycle.timeline.ending import ending
from sidecarlint.lifecycle.timeline.starting import starting
from sidecarlint.lifecycle.timeline.stopping import stopping
from sidecarlint.lifecycle.timeline.values import Deed, Row, Step, Timeline
from sidecarlint.workloads.versions import Version

__all__ = ["Deed", "Row", "Step", "Timeline", "timeline"]

_NATIVE = {"yes": "comes as a native sidecar", "unknown": "may come as a native sidecar"}
_CLOSING = {"completes": "complete", "fails": "gone"}
NEVER_STARTS = "never starts"
"""The note of a row behind the one at which a pod is stuck."""


def timeline(life: Lifecycle, target: Version) -> Timeline:
    """The timeline of a workload's pods on the target version. The work is drawn as it succeeds."""
    apps, helpers = regular(life, target), sidecars(life, target)
    drawn = Timeline(life.pod.kind, _rows(life), (), "unclear", work=names_of(apps), sidecars=names_of(helpers))
    if life.workload.partial or not any(each.list == "containers" for each in life.containers):
        return drawn
    if refused := _refused(life, target):
        return drawn._replace(steps=((refused,),), outcome="refused", because=refused.names)
    start = starting(life, apps, target)
    if start.stuck:
        return _stuck(drawn, start.steps, start.stuck)
    if not life.pod.finite or (life.pod.kind == "Pod" and not life.may_end):
        steps = stopping((Deed("told"),), apps, _losing(helpers, life), life.workload.pod.grace_seconds, Deed("gone"))
        return drawn._replace(steps=(*start.steps, *steps), outcome="runs")
    return _ended(drawn, life, start.steps, apps, helpers)


def _losing(helpers: tuple[Member, ...], life: Lifecycle) -> list[Member]:
    """The sidecars, with what their own preStop hook or an app's ends of them. A pod that stops starts none again (5.3)."""
    hooks = {} if life.pod.finite else {deed.names[0]: deed for deed in _quits(life, "lost")}
    return [each._replace(lost=hooks.get(each.name, each.lost)) for each in helpers]


def _rows(life: Lifecycle) -> tuple[Row, ...]:
    own = (Row(each.name or NO_NAME, each.part) for each in life.containers)
    return (*own, *(Row(each.title, "injected", _NATIVE.get(each.native, "")) for each in life.pod.adds))


def _refused(life: Lifecycle, target: Version) -> Deed | None:
    """Why there is no pod at all (2)."""
    for each in life.containers:
        if why := _refusal(each, target):
            return Deed("refused", (each.name or NO_NAME,), why)
    return None


def _refusal(each: ContainerLife, target: Version) -> str:
    if each.refusal:
        return each.refusal
    if each.sidecar_field:
        return f"a plain init container may not have a {each.sidecar_field}"
    return f"it may not have restartPolicy: {each.restart_policy}" if is_refused(each.seen.container, target) else ""


def _stuck(drawn: Timeline, steps: tuple[Step, ...], at: str) -> Timeline:
    started = {name for step in steps for deed in step if deed.kind == "starts" for name in deed.names}
    rows = tuple(row if row.name in started or row.note else row._replace(note=NEVER_STARTS) for row in drawn.rows)
    return drawn._replace(rows=rows, steps=steps, outcome="never-starts", because=(at,))


def _quits(life: Lifecycle, kind: str) -> tuple[Deed, ...]:
    """What apps do to sidecars as they end: `tells_to_quit` is the sidecar's name and how."""
    told = ((each.name, each.tells_to_quit.partition(" by ")) for each in life.containers if each.tells_to_quit)
    return tuple(Deed(kind, (name,), how, by) for by, (name, _, how) in told)


def _ended(drawn: Timeline, life: Lifecycle, start: tuple[Step, ...], apps: tuple[Member, ...], helpers: tuple[Member, ...]) -> Timeline:
    deadline = life.workload.deadline
    late = tuple(Deed("late", (each.name,), each.late_work) for each in life.containers if each.late_work)
    end = ending((*apps, *doubtful(life)), helpers, (_quits(life, "quits"), late), deadline.seconds if deadline is not None else None)
    steps = end.steps
    if end.outcome in _CLOSING:
        closing = Deed(_CLOSING[end.outcome])
        steps = (*end.steps[:-1], *stopping(end.steps[-1], end.left, helpers, life.workload.pod.grace_seconds, closing))
    return drawn._replace(steps=(*start, *steps), outcome=end.outcome, because=end.because)
