"""What each container's lane of a picture shows: bars from step to step, and signs.

In: a `Timeline`. Out: `Lane`s. Must not know: how they are drawn, how anything was decided.
"""

from sidecarlint.lifecycle.timeline import Deed, Row, Timeline
from sidecarlint.values import NamedTuple

_BAR_AFTER = {
    "starts": "running",
    "up": "running",
    "sigterm": "stopping",
    "hurried": "stopping",
    "done": "",
    "ends": "",
    "exits": "",
    "lost": "",
    "killed": "",
}
"""The kind of bar that begins with a deed; "" for what ends one."""
_SIGNS = {
    "starts": "starts",
    "hook": "hook",
    "sigterm": "sigterm",
    "hurried": "sigterm",
    "done": "ends",
    "ends": "ends",
    "exits": "ends",
    "lost": "ends",
    "killed": "killed",
}
_WRONG = frozenset({"stays", "stuck", "lost", "doubt", "refused", "early", "races", "repeats", "late"})
"""What goes wrong with a container."""
_LEGEND = {
    "starts": "starts",
    "waiting": "not up yet",
    "running": "runs",
    "hook": "preStop hook begins",
    "sigterm": "gets SIGTERM",
    "stopping": "is stopping",
    "ends": "ends",
    "killed": "is killed",
    "on": "for ever",
    "open": "nobody knows",
}


TAILS = ("on", "open")
"""What stands at the end of a bar that has none, for certain or perhaps."""


class Bar(NamedTuple):
    """A stretch between two steps, by index; `end` is None at the end of the axis. `kind`: waiting, running or stopping."""

    kind: str
    start: int
    end: int | None


class Lane(NamedTuple):
    """A container's lane. `signs` are a sign's name by step. `tail`: on or open for a bar that never ends, "" otherwise.

    `wrong`: it is the one that something is wrong with."""

    bars: tuple[Bar, ...]
    signs: dict[int, str]
    tail: str
    wrong: bool


def lane(row: Row, timeline: Timeline) -> Lane:
    """The lane of a row."""
    bars: list[Bar] = []
    signs: dict[int, str] = {}
    kind, since, wrong = "", 0, False
    for at, deed in _deeds(row, timeline):
        wrong = wrong or deed.kind in _WRONG
        if deed.kind in _SIGNS:
            signs[at] = _SIGNS[deed.kind]
        following = _bar_after(deed, row, kind)
        if following != kind:
            bars += [Bar(kind, since, at)] if kind else []
            kind, since = following, at
    tail = TAILS[timeline.outcome == "may-not-complete"] if kind else ""
    return Lane((*bars, *([Bar(kind, since, None)] if kind else [])), signs, tail, wrong)


def _deeds(row: Row, timeline: Timeline) -> list[tuple[int, Deed]]:
    return [(at, deed) for at, step in enumerate(timeline.steps) for deed in step if row.name in deed.names]


def _bar_after(deed: Deed, row: Row, kind: str) -> str:
    """A hook or a probe that holds others back is the last one's of those that start together."""
    if deed.kind == "starts" and deed.names[-1] == row.name and deed.detail not in ("", "exit", "running"):
        return "waiting"
    return _BAR_AFTER.get(deed.kind, kind)


def legend(timelines: list[Timeline]) -> list[tuple[str, str]]:
    """The signs and bars that appear, each with its meaning."""
    seen: set[str] = set()
    for timeline in timelines:
        for each in (lane(row, timeline) for row in timeline.rows):
            seen |= {*each.signs.values(), *(bar.kind for bar in each.bars), each.tail}
    return [(name, words) for name, words in _LEGEND.items() if name in seen]
