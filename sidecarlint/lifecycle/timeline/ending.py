"""How a pod that is meant to end does so, step by step: who ends by itself, who is told to, who never does.

In: the members of a pod. Out: steps up to the end of all regular containers, and the outcome. Must not know: text, spans, files, how
a life is drawn. Facts: native-sidecars 5.9, 10.
"""

from collections.abc import Sequence

from sidecarlint.lifecycle.timeline.crew import Member, names_of
from sidecarlint.lifecycle.timeline.values import Deed, Step, deeds
from sidecarlint.values import NamedTuple

_DURING = ("quit-call", "marker-file", "process-kill", "injected-told")
"""Tricks that a container does as its last deed; the others happen once it has ended."""


class Ending(NamedTuple):
    """The steps of an end. `outcome` is a `Timeline`'s. With `completes` the sidecars are still to be stopped, from the last step on;
    with `fails` that last step is the deadline, and those `left` of the regular containers are to be stopped too."""

    steps: tuple[Step, ...]
    outcome: str
    because: tuple[str, ...]
    left: tuple[Member, ...] = ()


def ending(regular: Sequence[Member], sidecars: Sequence[Member], beside: tuple[Step, Step], seconds: int | None) -> Ending:
    """`beside`: what is done to sidecars ahead of the end of the work, and what is to be said of them behind it. `seconds`: the pod's
    deadline."""
    steps = _work(regular, beside)
    held, doubts = _of(regular, "stays", "again", "deadline"), _of(regular, "doubt")
    rest = names_of((*doubts, *sidecars))
    if held:
        steps.append(deeds(("stays", names_of(_of(held, "stays", "deadline"))), ("repeats", names_of(_of(held, "again")))))
        if seconds is not None:
            return Ending((*steps, (Deed("deadline", detail=str(seconds)),)), "fails", names_of(held), (*held, *doubts))
        return Ending((*steps[:-1], (*steps[-1], *deeds(("open", rest)))), "never-completes", names_of(held))
    if doubts:
        return Ending((*steps, deeds(("doubt", names_of(doubts)), ("open", names_of(sidecars)))), "may-not-complete", names_of(doubts))
    return Ending(tuple(steps), "completes", names_of(regular))


def _of(members: Sequence[Member], *fates: str) -> list[Member]:
    return [each for each in members if each.fate in fates]


def _work(regular: Sequence[Member], beside: tuple[Step, Step]) -> list[Step]:
    """The apps end, and then who is told to by it."""
    apps, told, late = _of(regular, "exits"), _of(regular, "told"), _of(regular, "late")
    steps: list[Step] = [(*_tricks(told, True), *beside[0], Deed("exits", names_of(apps)), *beside[1])] if apps else []
    if told or late:
        steps.append((*_tricks((*told, *late), False), Deed("ends", names_of((*told, *late)))))
    return steps


def _tricks(members: Sequence[Member], during: bool) -> list[Deed]:
    return [each.trick for each in members if each.trick is not None and (each.trick.kind in _DURING) == during]
