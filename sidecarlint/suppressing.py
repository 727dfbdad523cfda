"""Findings without those that a comment or an annotation leaves out, and with the comments that leave nothing out.

In: a `Verdict`, the text that it is about. Out: a `Verdict`. Must not know: formats.

A comment that is of no use goes by a safe fix, since nothing but a comment changes.
"""

from sidecarlint.bench import Bench
from sidecarlint.documents import IGNORE, Document
from sidecarlint.documents.marks import not_to_edit
from sidecarlint.edits import Refusal, Strike, changes
from sidecarlint.findings import Edit, Fix
from sidecarlint.findings.judge import SOURCE_RULES
from sidecarlint.findings.places import Places
from sidecarlint.findings.suppressions import ANNOTATION, Known, Stale, Suppression, suppressed, suppressions
from sidecarlint.fixes import Plan
from sidecarlint.judging import Planned, Verdict, in_order

_TITLES = ("Remove the comment", "Take what is not found out of the comment")


def without_suppressed(verdict: Verdict, path: str, text: str, bench: Bench) -> Verdict:
    """The verdict without the findings that are left out. Few texts leave any out."""
    if IGNORE not in text and ANNOTATION not in text:
        return verdict
    asked = _asked(verdict)
    if not asked:
        return verdict
    places = Places(path, text)
    known = Known(frozenset(SOURCE_RULES) | {each.id for each in bench.rules}, _judged(verdict, bench))
    done = suppressed([(each.number, each.finding) for each in verdict.planned], asked, places, known, lambda: _today(bench))
    left = [verdict.planned[number] for number in done.left]
    by_number = {each.number: each for each in verdict.read}
    stale = [] if verdict.unwanted or bench.settings.only_asked else done.stale
    more = [_planned(each, by_number[each.document], text, bench) for each in stale]
    return verdict._replace(planned=in_order((*left, *more)), suppressed=len(verdict.planned) - len(left))


def _asked(verdict: Verdict) -> list[Suppression]:
    found = list[Suppression]()
    for document in verdict.read:
        pods = [life.workload for life in verdict.lives if life.workload.owner.document is document]
        found += suppressions(document, pods)
    return found


def _judged(verdict: Verdict, bench: Bench) -> frozenset[str]:
    """The rules that had their say."""
    settings = bench.settings
    wanted = settings.select or frozenset(SOURCE_RULES) | {each.id for each in bench.rules}
    return frozenset(wanted - settings.ignore)


def _today(bench: Bench) -> str:
    from datetime import date

    return bench.settings.today or date.today().isoformat()


def _planned(each: Stale, document: Document, text: str, bench: Bench) -> Planned:
    operation = Strike(*each.comment, each.instead)
    plan = Plan(_TITLES[bool(each.instead)], "safe", (), (operation,))
    reason = not_to_edit(text, bench.settings.rendered, document.masked)
    try:
        edited = changes(text, document, (operation,)) if reason is None else []
    except Refusal as refusal:
        reason = refusal.reason
    if reason is not None:
        return Planned(each.finding._replace(fix=Fix(plan.title, "manual", (f"the file {reason}",))), None, each.document, ())
    edits = tuple(Edit(each.finding.location.path, *change) for change in edited)
    return Planned(each.finding._replace(fix=Fix(plan.title, "safe", (), edits)), plan, each.document, ())
