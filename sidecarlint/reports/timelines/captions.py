"""What happens at each step of a timeline, and what comes of it, in words.

In: a `Timeline`, a `Picture`. Out: sentences. Must not know: how they are laid out, how anything was decided.
"""

from collections.abc import Callable, Sequence

from sidecarlint.lifecycle.timeline import Deed, Step, Timeline
from sidecarlint.picture import Picture
from sidecarlint.reports.terminal.totals import listed

_MANY = 4
"""From so many on, names are a number."""
_NEXT = {
    "exit": "what comes next waits until it has exited with 0",
    "running": "what comes next waits only until it runs",
}


def captions(timeline: Timeline) -> list[str]:
    """One sentence for each step, without a full stop."""
    return [_caption(step, timeline) for step in timeline.steps]


def headline(timeline: Timeline) -> str:
    """What comes of it in one line, without a full stop."""
    return _HEADLINES[timeline.outcome](timeline)


def notes(picture: Picture) -> list[str]:
    """What is to be said of the fix: nothing changes, why it is unsafe, what a person has to do."""
    said = [f"Unsafe{f' ({listed(each.names)})' if each.names else ''}: {each.words}." for each in picture.reasons] if picture.after else []
    said += [f"By hand: {each}." for each in picture.left]
    if picture.after is None:
        said.insert(0, "The fix changes nothing of this." if picture.applicability else "No fix changes this.")
    return said


def labels(picture: Picture) -> list[tuple[str, Timeline]]:
    """The timelines of a picture, each with its name."""
    if picture.after is None:
        return [("now", picture.before)]
    return [("before", picture.before), (f"after fix{' --unsafe' if picture.applicability == 'unsafe' else ''}", picture.after)]


def _caption(step: Step, timeline: Timeline) -> str:
    said = [words for deed in step if (words := _CLAUSES[deed.kind](deed, timeline))]
    return "; ".join(said)


def _s(names: Sequence[str]) -> str:
    """The ending of a verb."""
    return "s" if len(names) == 1 else ""


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


def _is(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _it(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"


def _starts(deed: Deed, timeline: Timeline) -> str:
    together = " together" if len(deed.names) > 1 else ""
    starts = f"{listed(deed.names)} start{_s(deed.names)}{together}"
    if not deed.detail:
        return starts
    whose = "its" if len(deed.names) == 1 else f"{deed.names[-1]}'s"
    return f"{starts}; {_NEXT.get(deed.detail, f'what comes next waits for {whose} {deed.detail}')}"


def _up(deed: Deed, timeline: Timeline) -> str:
    return "" if deed.detail == "running" else f"{listed(deed.names)} is up"


def _exits(deed: Deed, timeline: Timeline) -> str:
    return f"{listed(deed.names)} end{_s(deed.names)}: {'its' if len(deed.names) == 1 else 'their'} work is done"


def _stays(deed: Deed, timeline: Timeline) -> str:
    goes = f"{listed(deed.names)} {'goes' if len(deed.names) == 1 else 'go'} on running"
    return goes if timeline.outcome == "fails" else f"{goes}, and nothing ends {_it(deed.names)}"


def _lost(deed: Deed, timeline: Timeline) -> str:
    how = f"{deed.by} ends it by {deed.detail}" if deed.by else f"{deed.detail} in its preStop hook ends it"
    return f"{listed(deed.names)} ends too early: {how}"


def _hook(deed: Deed, timeline: Timeline) -> str:
    many = len(deed.names) > 1
    return f"the preStop hook{'s' if many else ''} of {listed(deed.names)} begin{'' if many else 's'}"


def _sigterm(deed: Deed, timeline: Timeline) -> str:
    own = "its" if len(deed.names) == 1 else "their"
    after = f", once {own} hook{' is' if len(deed.names) == 1 else 's are'} done" if deed.detail else ""
    return f"{listed(deed.names)} get{_s(deed.names)} SIGTERM{after}"


def _killed(deed: Deed, timeline: Timeline) -> str:
    return f"{listed(deed.names)}, which ignore{_s(deed.names)} SIGTERM, {_is(deed.names)} killed"


def _complete(deed: Deed, timeline: Timeline) -> str:
    return {"Job": "the Job is complete", "CronJob": "the run is complete"}.get(timeline.kind, "the work is complete")


def _simple(words: str) -> Callable[[Deed, Timeline], str]:
    """A clause with `{n}` for the names, `{d}` for the detail, `{by}`, and verbs and pronouns that follow the number of names."""

    def clause(deed: Deed, timeline: Timeline) -> str:
        names = deed.names
        said = words.format(
            n=listed(names), d=deed.detail, by=deed.by, s=_s(names), has=_has(names), is_=_is(names), it=_it(names),
            es="es" if len(names) == 1 else "",
        )  # fmt: skip
        return f"{said}, but not when the work fails" if deed.fragile else said

    return clause


_CLAUSES: dict[str, Callable[[Deed, Timeline], str]] = {
    "starts": _starts,
    "up": _up,
    "done": _simple("{n} {has} exited"),
    "repeats": _simple("{n} finish{es}, and {is_} started again each time"),
    "waits": _simple("{n} itself waits for {by}"),
    "early": _simple("{n} use{s} {by}, which starts only after it"),
    "races": _simple("{n} may use {by} before that is up"),
    "late": _simple("{n} {has} work left: {d}"),
    "stuck": _simple("{n} get{s} no further: {d}"),
    "refused": _simple("the API server refuses the pod because of {n}: {d}"),
    "exits": _exits,
    "stays": _stays,
    "doubt": _simple("nothing shows that {n} end{s}"),
    "open": lambda deed, timeline: "",
    "deadline": _simple("after {d} seconds the deadline is reached, and the work has failed"),
    "quits": _simple("{by} ends {n} by {d}, and Kubernetes may start {it} again"),
    "told": _simple("the pod is told to stop"),
    "hook": _hook,
    "lost": _lost,
    "sigterm": _sigterm,
    "hurried": _simple("{n} get{s} SIGTERM and two seconds"),
    "grace": _simple("the grace period of {d} seconds is over"),
    "ends": _simple("{n} {has} ended"),
    "killed": _killed,
    "gone": _simple("the pod is gone"),
    "complete": _complete,
    "quit-call": _simple("{by} tells {n} to quit ({d})"),
    "marker-file": _simple("{by} sees to {d}, for which {n} waits"),
    "process-kill": _simple("{by} kills {n}"),
    "injected-told": _simple("{n} {is_} told to quit: {d}"),
    "wrapper": _simple("{d} ends {n}"),
    "kubectl": _simple("{by} ends {n} with kubectl"),
    "annotation": _simple("a controller that acts on {d} ends {n}"),
    "controller": _simple("{d}"),
    "watch-loop": _simple("{n} finds out by itself when to end: {d}"),
    "self-timeout": _simple("the time limit of {n} is over"),
}


def _completes(timeline: Timeline) -> str:
    names = _several(timeline.because)
    return f"{_each_run(timeline)} completes when {names} {_has(timeline.because)} ended"


def _each_run(timeline: Timeline) -> str:
    return "each run" if timeline.kind == "CronJob" else f"the {timeline.kind}"


def _never(timeline: Timeline) -> str:
    what = "no run ever completes" if timeline.kind == "CronJob" else f"the {timeline.kind} never completes"
    return f"{what}: {_several(timeline.because)} {'goes' if len(timeline.because) == 1 else 'go'} on for ever"


def _doubtful(timeline: Timeline) -> str:
    ends = f"{_several(timeline.because)} end{_s(timeline.because)}"
    return f"{_each_run(timeline)} may not complete: nothing shows that {ends}"


def _runs(timeline: Timeline) -> str:
    if timeline.sidecars:
        return f"{_several(timeline.sidecars)} start{_s(timeline.sidecars)} before {_several(timeline.work)}{_stops(timeline)}"
    if len(timeline.work) == 1:
        return f"{timeline.work[0]} runs until the pod is told to stop"
    starts = "together" if _at_once(timeline, "starts") else "one after the other"
    stops = "together" if _at_once(timeline, "sigterm", "hurried") else "one after the other"
    both = f"start and stop {starts}" if starts == stops else f"start {starts} and stop {stops}"
    return f"{_several(timeline.work)} {both}"


def _at_once(timeline: Timeline, *kinds: str) -> bool:
    """Whether something happens to all regular containers at the same step."""
    return any({*timeline.work} <= {name for deed in step if deed.kind in kinds for name in deed.names} for step in timeline.steps)


def _stops(timeline: Timeline) -> str:
    """How the order of the stop comes out: who is lost ahead of its time, and whether the grace period lasts."""
    if lost := _named("lost", timeline):
        return f", and {_several(lost)} end{_s(lost)} too early"
    if {*_named("hurried", timeline)} & {*timeline.work}:
        return ", and the grace period is over before they stop in order"
    return f" and stop{_s(timeline.sidecars)} after {_it(timeline.work)}"


def _named(kind: str, timeline: Timeline) -> list[str]:
    return [name for step in timeline.steps for deed in step if deed.kind == kind for name in deed.names]


def _several(names: Sequence[str]) -> str:
    return listed(names) if len(names) < _MANY else f"{len(names)} containers"


_HEADLINES: dict[str, Callable[[Timeline], str]] = {
    "completes": _completes,
    "may-not-complete": _doubtful,
    "never-completes": _never,
    "fails": lambda timeline: f"{_each_run(timeline)} fails at its deadline: {_several(timeline.because)} never end{_s(timeline.because)}",
    "runs": _runs,
    "never-starts": lambda timeline: f"the pod never starts: {_several(timeline.because)} is stuck",
    "refused": lambda timeline: captions(timeline)[0],
    "unclear": lambda timeline: "only a part of the pod is here, so its order cannot be told",
}
