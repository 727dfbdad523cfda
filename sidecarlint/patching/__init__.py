"""What kustomizations bring into pods, to findings with their plans.

In: a source's text and verdict, and what it is judged beside. Out: a `Verdict`. Must not know: where texts come from, formats.

A patch is no pod, and a base that belongs to somebody else is no place for an edit. Both are judged by the pods that the builds make of
them, and the fix is made where somebody can make it.
"""

from collections.abc import Sequence

from sidecarlint.findings.places import Places
from sidecarlint.judging import Planned, Verdict
from sidecarlint.patching.around import Around
from sidecarlint.patching.bases import moved_by_patches, taken_in
from sidecarlint.patching.brought import FIX, brought_findings
from sidecarlint.patching.showing import one_at_a_time

__all__ = ["Around", "with_kustomized"]


def with_kustomized(verdict: Verdict, path: str, text: str, around: Around) -> Verdict:
    """The verdict of a source with what its patches bring into pods, with what it takes in from elsewhere, and with a plan for a base that
    cannot be edited."""
    places = Places(path, text)
    if not around.is_own(path):
        return moved_by_patches(verdict, places, around)
    brought = brought_findings(places, around)
    return _instead(verdict, brought, around).with_more(one_at_a_time(taken_in(places, around)))


def _instead(verdict: Verdict, brought: Sequence[Planned], around: Around) -> Verdict:
    """The verdict with what was found of containers in the pods that get them, in place of what a patch shows of them alone."""
    rules = {each.id for each in around.bench.rules if each.fix == FIX}
    known = {(each.finding.location, each.finding.container) for each in brought}
    alone = [each for each in verdict.planned if each.finding.rule in rules]
    told = [each for each in alone if (each.finding.location, each.finding.container) in known]
    return verdict._replace(planned=tuple(each for each in verdict.planned if each not in told)).with_more(brought)
