"""One source from text to findings with their plans.

In: a source's text, a `Bench`, references. Out: `Verdict`. Must not know: where texts come from, formats.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from sidecarlint.bench import Bench
from sidecarlint.documents import Document, Route, documents
from sidecarlint.documents.marks import TEMPLATE, not_to_edit
from sidecarlint.edits import Refusal, changes
from sidecarlint.findings import Edit, Finding, Fix, Location, Skipped
from sidecarlint.findings.judge import Judged, duplicate_findings, problem_finding
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Context, Plan, plan
from sidecarlint.lifecycle import Lifecycle, lifecycle
from sidecarlint.references import References
from sidecarlint.settings import Settings
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

Guard = Callable[[str, Workload], str | None]
"""Why a workload of the source at a path must not be rewritten, or None. Asked only where there is something to rewrite."""


class Planned(NamedTuple):
    """A finding with the plan for it and the pod that it is about. `number` is its document's; `plan` None where there is nothing to do."""

    finding: Finding
    plan: Plan | None
    number: int
    route: Route


class Verdict(NamedTuple):
    """What was found in one text. `documents` are those that may hold a pod; `lives` are the workloads seen, in order."""

    planned: tuple[Planned, ...]
    documents: tuple[Document, ...]
    lives: tuple[Lifecycle, ...]
    skipped: tuple[Skipped, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings alone."""
        return tuple(each.finding for each in self.planned)


def judge(path: str, text: str, whole: bool, bench: Bench, references: References, guard: Guard) -> Verdict:
    """Judges one text. `whole`: also documents that hold no pod are read, so that what is wrong with them is found."""
    places = Places(path, text)
    read = tuple(documents(text, None if whole else HOLDS_POD))
    planned: list[Planned] = []
    lives: list[Lifecycle] = []
    skipped: list[Skipped] = []
    reason = _Once(lambda: not_to_edit(text))
    for document in read:
        if document.problem is not None:
            problem = _problem(path, text, document, places, bench.settings)
            (planned if isinstance(problem, Planned) else skipped).append(problem)  # type: ignore[arg-type]
        for workload in workloads(document):
            if _wanted(workload, bench.settings):
                life = lifecycle(workload, bench.catalogue, bench.settings.target, references)
                lives.append(life)
                planned += _planned(life, places, bench, references, reason, guard)
    return Verdict(tuple(sorted(planned, key=_order)), read, tuple(lives), tuple(skipped))


def _order(each: Planned) -> tuple[int, int, str]:
    return each.finding.location.start, each.finding.location.end, each.finding.rule


class _Once:
    """A question that is asked at most once, and only if somebody wants to know."""

    def __init__(self, ask: Callable[[], str | None]) -> None:
        self._ask = ask
        self._answers: list[str | None] = []

    def __call__(self) -> str | None:
        if not self._answers:
            self._answers.append(self._ask())
        return self._answers[0]


def _problem(path: str, text: str, document: Document, places: Places, settings: Settings) -> Planned | Skipped:
    assert document.problem is not None
    if TEMPLATE.search(text, document.start, document.end):
        return Skipped(path, "a document holds template actions and is no YAML before it is rendered")
    return Planned(problem_finding(document.problem, places), None, document.number, ())


def _wanted(workload: Workload, settings: Settings) -> bool:
    from fnmatch import fnmatchcase

    if settings.kinds and workload.owner.kind.lower() not in settings.kinds:
        return False
    return not settings.names or any(fnmatchcase(workload.owner.name, pattern) for pattern in settings.names)


def _planned(life: Lifecycle, places: Places, bench: Bench, references: References, reason: _Once, guard: Guard) -> Iterator[Planned]:
    context = Context(life, references, bench.catalogue, bench.settings)
    number, route = life.workload.owner.document.number, life.workload.pod.route
    for judged in bench.judge.judge(life, places):
        planned = _plan(judged, context)
        fix = _fix(planned, places, life, reason, guard) if planned else None
        kept = planned if fix is not None and fix.applicability != "manual" else None
        yield Planned(judged.finding._replace(fix=fix), kept, number, route)
    for finding in duplicate_findings(life, places):
        yield Planned(finding, None, number, route)


def _plan(judged: Judged, context: Context) -> Plan | None:
    return plan(judged.rule, judged.life, context) if judged.life is not None else None


def _fix(planned: Plan, places: Places, life: Lifecycle, reason: _Once, guard: Guard) -> Fix:
    """The plan as the finding shows it: with its edits, or with the reason why there can be none."""
    if planned.applicability == "manual":
        return Fix(planned.title, "manual", planned.hazards)
    document = life.workload.owner.document
    why = _not_whole(document) or reason() and f"the file {reason()}" or guard(places.path, life.workload)
    if why:
        return Fix(planned.title, "manual", (why, *planned.hazards))
    try:
        edited = changes(places.text, document, planned.operations)
    except Refusal as refusal:
        line = places.lines.number(refusal.offset)
        return Fix(planned.title, "manual", (f"{refusal.reason} (line {line})", *planned.hazards))
    return Fix(planned.title, planned.applicability, planned.hazards, tuple(Edit(places.path, *change) for change in edited))


def _not_whole(document: Document) -> str | None:
    return "the document cannot be read as a whole" if document.problem is not None else None


def excerpts(findings: Sequence[Finding], places: Places) -> dict[int, str]:
    """The lines that findings and their evidence point at, by number."""
    wanted: set[int] = set()
    for finding in findings:
        for place in (finding.location, *(each.location for each in finding.evidence)):
            wanted |= _lines_of(place) if place is not None else set()
    return {line: places.lines.content(line) for line in sorted(wanted)}


def _lines_of(place: Location) -> set[int]:
    return {place.line, place.end_line} if place.end_line - place.line > 2 else set(range(place.line, place.end_line + 1))
