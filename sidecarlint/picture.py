"""A workload's life before and after its fixes.

In: what was found in a text before and after its fixes. Out: `Picture`s. Must not know: formats.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.findings import Finding, Subject
from sidecarlint.findings.judge import subject_of
from sidecarlint.judging import Verdict
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.lifecycle.timeline import Timeline, timeline
from sidecarlint.lifecycle.timeline.starting import HOOK
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import Version


class Reason(NamedTuple):
    """Why fixes are unsafe, and for whom: the containers that they are about, none where it is the whole pod."""

    words: str
    names: tuple[str, ...]


class Picture(NamedTuple):
    """One workload.

    after         its life once all fixes are applied, unsafe ones too; None where nothing in the timeline changes
    applicability what these fixes are together, safe or unsafe; "" where nothing is fixed
    reasons       why they are unsafe
    left          what a person would have to do, each with the reason why no fix does it
    """

    subject: Subject
    before: Timeline
    after: Timeline | None = None
    applicability: str = ""
    reasons: tuple[Reason, ...] = ()
    left: tuple[str, ...] = ()


# Deeds that show more than that containers start and stop in their order.
_ALONG = frozenset(
    ["early", "races", "waits", "repeats", "stuck", "stays", "doubt", "deadline", "quits", "late", "hook", "lost", "hurried"]
)
_TRICKS = frozenset(["quit-call", "marker-file", "process-kill", "wrapper", "kubectl", "annotation", "controller", "watch-loop"])
_TELLING = _ALONG | _TRICKS | {"self-timeout", "injected-told"}


def is_telling(picture: Picture) -> bool:
    """Whether there is more to see than that containers start and stop in their order."""
    if picture.before.outcome in ("refused", "unclear"):
        return False
    held = any(deed.kind in _TELLING or deed.detail == HOOK for step in picture.before.steps for deed in step)
    return held or picture.after is not None


def pictures(path: str, before: Verdict, after: Verdict, fixed: Sequence[Finding], target: Version) -> list[Picture]:
    """The workloads of one text, in its order. `fixed` are the findings that were mended between the two verdicts."""
    later = {subject_of(life.workload, path).place: life for life in after.lives}
    now = [(subject_of(life.workload, path), life) for life in before.lives]
    return [_picture(subject, life, later.get(subject.place), fixed, after, target) for subject, life in now]


def _picture(
    subject: Subject, life: Lifecycle, later: Lifecycle | None, fixed: Sequence[Finding], after: Verdict, target: Version
) -> Picture:
    now = timeline(life, target)
    then = timeline(later, target) if later is not None else now
    mine = _of(subject, fixed)
    unsafe = any(each.fix is not None and each.fix.applicability == "unsafe" for each in mine)
    applicability = "unsafe" if unsafe else "safe" if mine else ""
    left = tuple(_left(_of(subject, after.findings)))
    return Picture(subject, now, then if then != now else None, applicability, tuple(_reasons(mine)), left)


def _reasons(fixed: Sequence[Finding]) -> Iterator[Reason]:
    hazards = [(hazard, each.container) for each in fixed if each.fix is not None for hazard in each.fix.hazards]
    for words in dict.fromkeys(hazard for hazard, _ in hazards):
        names = (name for hazard, name in hazards if hazard == words and name)
        yield Reason(words, tuple(dict.fromkeys(names)))


def _of(subject: Subject, findings: Sequence[Finding]) -> list[Finding]:
    """The findings about a workload, whatever name its fixes give it."""
    return [each for each in findings if each.workload is not None and each.workload.place == subject.place]


def _left(findings: Sequence[Finding]) -> Iterator[str]:
    """Each title once: several rules may ask for the same."""
    told = set[str]()
    for each in findings:
        if each.fix is not None and each.fix.applicability == "manual" and each.fix.title not in told:
            told.add(each.fix.title)
            yield f"{each.fix.title}: {each.fix.hazards[0]}" if each.fix.hazards else each.fix.title
