"""One source from text to findings with their plans.

In: a source's text, a `Bench`, references. Out: `Verdict`. Must not know: where texts come from, formats.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from sidecarlint.bench import Bench
from sidecarlint.documents import Document, Lines, Node, Route, child, document_of, documents, items, text_of
from sidecarlint.documents.marks import TEMPLATE, not_to_edit, rendered_from
from sidecarlint.edits import Move, Refusal, edited
from sidecarlint.findings import ASKED, Edit, Finding, Fix, Location, Skipped
from sidecarlint.findings.judge import directive_findings, duplicate_findings, problem_finding, subject_of
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Context, Elsewhere, Plan, plan
from sidecarlint.fixes.wanted import by_source
from sidecarlint.lifecycle import Lifecycle, lifecycle
from sidecarlint.references import References, Target
from sidecarlint.settings import Settings
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

if TYPE_CHECKING:
    from sidecarlint.fixes.charts import ChartFacts
    from sidecarlint.fixes.overlays import Carried, Moving
    from sidecarlint.references.following import Following, Leader

Guard = Callable[[str, Workload, "tuple[Moving, ...]"], "str | Carried | None"]
"""Why a workload of the source at a path must not be rewritten, or what has to follow, or None. Asked only where there is something to
rewrite. The containers are those that move to the init containers, where nothing else changes: the first now, the others have to go
along. Where something else changes there are none."""

Valued = Callable[[str, str, Sequence[Document]], Sequence[Workload]]
"""The pods whose containers stand in values of a chart, in the text at a path, of which these documents are read already."""

PatchOf = Callable[[str, Workload], str | None]
"""Whose patch a workload of the source at a path is, as the reason why it must not be rewritten, or None."""

Ask = Callable[[], "Following"]
"""Gives whom to ask about the Services of the run; few runs ever do."""


_TEMPLATE_SKIPPED = "it is a template; render it first, as in: helm template CHART | sidecarlint check -"


class Planned(NamedTuple):
    """A finding with the plan for it and the pod that it is about. `number` is its document's; `plan` None where there is nothing to do.
    `masked`: the document is one of a chart's template."""

    finding: Finding
    plan: Plan | None
    number: int
    route: Route
    masked: bool = False

    def known_by(self, name: Callable[[str], str]) -> "Planned":
        """The same with the paths by which the run knows the files that the plan speaks of."""
        if self.plan is None:
            return self
        elsewhere = tuple(each._replace(path=name(each.path)) for each in self.plan.elsewhere)
        return self._replace(plan=self.plan._replace(elsewhere=elsewhere))


class Verdict(NamedTuple):
    """What was found in one text. `lives` are the workloads judged, in order; `unwanted` counts those that the settings left out."""

    planned: tuple[Planned, ...]
    lives: tuple[Lifecycle, ...]
    skipped: tuple[Skipped, ...]
    unwanted: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings alone."""
        return tuple(each.finding for each in self.planned)

    def known_by(self, name: Callable[[str], str]) -> "Verdict":
        """The same with the paths by which the run knows the files that plans speak of."""
        if not any(each.plan is not None and each.plan.elsewhere for each in self.planned):
            return self
        return self._replace(planned=tuple(each.known_by(name) for each in self.planned))

    def beside(self, findings: Sequence[Finding]) -> "Verdict":
        """The same with findings for which there is nothing to do, each at its place in the order."""
        return self.with_more([Planned(finding, None, 0, ()) for finding in findings])

    def with_more(self, planned: Sequence[Planned]) -> "Verdict":
        """The same with further findings, each at its place in the order."""
        return self._replace(planned=tuple(sorted((*self.planned, *planned), key=_order))) if planned else self


def _no_patch(path: str, workload: Workload) -> str | None:
    return None


def _no_values(path: str, text: str, read: Sequence[Document]) -> Sequence[Workload]:
    return ()


def judge(
    path: str,
    text: str,
    whole: bool,
    bench: Bench,
    references: References,
    guard: Guard,
    patch_of: PatchOf = _no_patch,
    following: Ask | None = None,
    of_chart: bool = False,
    valued: Valued = _no_values,
    chart: "Callable[[], ChartFacts | None] | None" = None,
) -> Verdict:
    """Judges one text. `whole`: also documents that hold no pod are read, so that what is wrong with them is found. `patch_of` says of a
    workload that looks like a patch whose patch it is. Without `following` the text is the whole run. `of_chart`: it is a template of a
    Helm chart, so what its actions leave literal is judged; `chart` gives what that chart says, which is asked for only where a template is
    to be rewritten. `valued` gives the pods that stand in values."""
    asked = following or cache(partial(_alone, path, text, bench))
    places = Places(path, text)
    read = _masked(text) if of_chart and "{{" in text else tuple(documents(text, None if whole else HOLDS_POD))
    broken = [document for document in read if document.problem is not None and not _is_no_manifest(path, text)]
    templates = [document for document in broken if document.masked or TEMPLATE.search(text, document.start, document.end)]
    # Asked only when there is something to edit, and then once for the whole text.
    # In values and in templates braces are understood.
    reason = cache(lambda: not_to_edit(text, bench.settings.rendered, of_chart or any(each.in_values for each in seen)))
    seen = [_patched(workload, path, patch_of) for document in read for workload in workloads(document, bench.settings.own_kinds)]
    seen += valued(path, text, read)
    planned = [_broken(document, places) for document in broken if document not in templates]
    planned += _misdirected(read, seen, places)
    wanted = [workload for workload in seen if _wanted(workload, bench.settings)]
    lives = tuple(_life(workload, bench, references) for workload in wanted)
    for life in lives:
        planned += _one_at_a_time(list(_planned(life, places, bench, references, reason, guard, asked, chart)))
    skipped = tuple(Skipped(path, _TEMPLATE_SKIPPED) for _ in templates[:1])
    planned = _with_origin(planned, read, text, bench.settings.rendered) if "# Source:" in text else planned
    return Verdict(tuple(_once(sorted(planned, key=_order))), lives, skipped, len(seen) - len(wanted))


def _misdirected(read: Sequence[Document], seen: Sequence[Workload], places: Places) -> Iterator[Planned]:
    """What is wrong with the directives of each document."""
    for document in (each for each in read if each.directives):
        pods = [workload for workload in seen if workload.owner.document is document]
        yield from (Planned(finding, None, document.number, ()) for finding in directive_findings(document, pods, places))


def _masked(text: str) -> tuple[Document, ...]:
    """The documents of a chart's template that may hold pods."""
    if not HOLDS_POD.search(text):
        return ()
    from sidecarlint.documents.templates import template_documents

    return tuple(template_documents(text, HOLDS_POD))


def _with_origin(planned: Sequence[Planned], read: Sequence[Document], text: str, rendered: bool) -> list[Planned]:
    """The findings with the templates that their documents were rendered from, and what that means for fixes."""
    begins = {each.number: (each.start, each.root.start if each.root is not None else each.end) for each in read}
    origins = {number: rendered_from(text, *begin) for number, begin in begins.items()}
    return [_from_template(each, origins.get(each.number, ""), rendered) for each in planned]


def _from_template(planned: Planned, origin: str, rendered: bool) -> Planned:
    finding, fix = planned.finding._replace(rendered_from=origin), planned.finding.fix
    if rendered and origin and fix is not None and fix.edits:
        fix = fix._replace(notes=(*fix.notes, f"change {origin} in the chart as well, or the next rendering brings this back"))
    return planned._replace(finding=finding._replace(fix=fix))


def _one_at_a_time(planned: list[Planned]) -> list[Planned]:
    """The findings of one pod, of which only the first keeps its plan where one counts on being the only one. The rest wait for the next
    pass."""
    wanted = [each for each in planned if each.plan is not None]
    if not any(each.plan is not None and each.plan.alone for each in wanted):
        return planned
    first = min(wanted, key=_order)
    return [each if each is first else each._replace(plan=None) for each in planned]


def _life(workload: Workload, bench: Bench, references: References) -> Lifecycle:
    settings = bench.settings
    return lifecycle(workload, bench.catalogue, settings.target, references, settings.nodes, settings.placement)


def _once(planned: Sequence[Planned]) -> Iterator[Planned]:
    """A key above several pods that is given twice is so once."""
    told = set[Location]()
    for each in planned:
        if each.finding.rule != "duplicate-key" or each.finding.location not in told:
            told.add(each.finding.location)
            yield each


def _alone(path: str, text: str, bench: Bench) -> "Following":
    from sidecarlint.references.following import Following

    settings = bench.settings
    return Following(lambda: [(path, text)], {path: text}.get, lambda asking, service: None, settings.own_kinds, settings.rendered)


def _patched(workload: Workload, path: str, patch_of: PatchOf) -> Workload:
    """The workload as a patch, when it is one. Only what lacks the selector that apps/v1 asks for is worth the question."""
    owner = workload.owner
    if workload.partial or owner.api_version != "apps/v1" or child(child(owner.node, "spec"), "selector") is not None:
        return workload
    reason = patch_of(path, workload)
    return workload._replace(partial=True, unfixable=reason) if reason else workload


def _order(each: Planned) -> tuple[int, int, str]:
    return each.finding.location.start, each.finding.location.end, each.finding.rule


def _is_no_manifest(path: str, text: str) -> bool:
    """JSON with comments is read by editors and compilers, never by Kubernetes."""
    return path.endswith(".json") and "apiVersion" not in text and ("//" in text or "/*" in text)


def _broken(document: Document, places: Places) -> Planned:
    assert document.problem is not None
    return Planned(problem_finding(document.problem, places), None, document.number, ())


def _wanted(workload: Workload, settings: Settings) -> bool:
    from fnmatch import fnmatchcase

    if settings.kinds and workload.owner.kind not in settings.kinds:
        return False
    return not settings.names or any(fnmatchcase(workload.owner.name, pattern) for pattern in settings.names)


def _planned(
    life: Lifecycle,
    places: Places,
    bench: Bench,
    references: References,
    reason: Callable[[], str | None],
    guard: Guard,
    asked: Ask,
    chart: "Callable[[], ChartFacts | None] | None",
) -> Iterator[Planned]:
    def number_of(leader: "Leader", target: Target) -> int | str:
        return asked().number(places.path, leader, target)

    settings = _in_values(bench.settings) if life.workload.in_values else bench.settings
    context = Context(life, references, bench.catalogue, settings, {}, places.path, number_of)
    number, route = life.workload.owner.document.number, life.workload.pod.route

    def planned(finding: Finding, wanted: Plan | None) -> Planned:
        if wanted is not None and life.workload.inner:
            wanted = _inside(wanted, places.path, number, life.workload.inner)
        if wanted is not None and wanted.applicability != "manual" and _is_dump(life.workload):
            wanted = wanted._replace(applicability="unsafe", hazards=(_DUMP, *wanted.hazards))
        fix, wanted = _fix(wanted, places, life, reason, guard, asked, chart) if wanted else (None, None)
        if wanted is not None and wanted.instead is not None and fix is not None and fix.applicability == "manual":
            return planned(finding, wanted.instead)
        # What the file allows may be less than what the plan would be alone.
        kept = wanted._replace(applicability=fix.applicability) if wanted and fix and fix.applicability != "manual" else None
        return Planned(finding._replace(fix=fix), kept, number, route, life.workload.owner.document.masked)

    # Who rolls back knows that helpers are legacy then.
    for judged in bench.judge.judge(life, places) if not bench.settings.only_asked else ():
        yield planned(judged.finding, plan(judged.rule, judged.life, context))
    for finding, wanted in _wishes(life, places, context):
        yield planned(finding, wanted)
    # Arms of a template give the same keys.
    for finding in duplicate_findings(life, places) if not life.workload.owner.document.masked else ():
        yield Planned(finding, None, number, route)


def _inside(wanted: Plan, path: str, number: int, inner: Route) -> Plan:
    """The plan with its operations on the YAML in a scalar of their document."""
    away = tuple(Elsewhere(path, number, each, inner) for each in wanted.operations)
    return wanted._replace(operations=(), elsewhere=(*wanted.elsewhere, *away))


def _in_values(settings: Settings) -> Settings:
    """What the command line asks for beside what rules find is about whole pods, which values are not."""
    return settings._replace(strategy="", reverse=False, node_affinity="", drop_node_affinity="")


def _wishes(life: Lifecycle, places: Places, context: Context) -> Iterator[tuple[Finding, Plan]]:
    """What the command line asks for, as findings of the pod."""
    if not context.settings.wishes:
        return
    from sidecarlint.fixes.asked import asked

    subject, document = subject_of(life.workload, places.path), life.workload.owner.document
    for each in asked(context):
        route = next((one.route for one in life.containers if one.name == each.container), life.workload.pod.route)
        place = places.location(document, route)
        yield Finding(each.id, ASKED, "warning", each.message, place, subject, each.container), each.plan


def _fix(
    planned: Plan,
    places: Places,
    life: Lifecycle,
    reason: Callable[[], str | None],
    guard: Guard,
    asked: Ask,
    chart: "Callable[[], ChartFacts | None] | None",
) -> tuple[Fix, Plan]:
    """The plan as the finding shows it: with its edits, or with the reason why there can be none. And the plan with what has to follow it
    in other files."""
    document, workload = life.workload.owner.document, life.workload
    planned = _in_template(planned, places, document, chart)
    why = _not_whole(document) or workload.unfixable or reason() and f"the file {reason()}" or _owned(workload)
    if planned.applicability == "manual":
        return Fix(planned.title, "manual", (why, *planned.hazards) if why else planned.hazards), planned
    against = None if why else guard(places.path, workload, ())
    moved = _only_moved(planned, life) if against else ()
    follows = guard(places.path, workload, moved) if moved else against
    why = why or _against(follows)
    if why:
        return Fix(planned.title, "manual", (why, *planned.hazards)), planned
    if against and planned.applicability == "safe":
        planned = planned._replace(applicability="unsafe", hazards=(_BUILT_ON,))
    if follows is not None and not isinstance(follows, str):
        from sidecarlint.fixes.overlays import leading

        planned = leading(planned, follows)
    # What stands in a string is edited by way of the document around it.
    around = document_of(places.text, document.number) if workload.inner else document
    edited = _edits(planned, places, around, asked)
    if isinstance(edited, str):
        return Fix(planned.title, "manual", (edited, *planned.hazards)), planned
    return Fix(planned.title, planned.applicability, planned.hazards, tuple(edited), planned.notes), planned


def _against(answer: "str | Carried | None") -> str | None:
    return answer if isinstance(answer, str) else None


def _only_moved(planned: Plan, life: Lifecycle) -> "tuple[Moving, ...]":
    """The container that leaves `containers`, where the plan changes nothing else in its document, with those that have to go along for
    the work to complete."""
    moves = [each for each in planned.operations if isinstance(each, Move)]
    routes = [each.route for each in planned.operations if not isinstance(each, Move)]
    subject = next((each for each in life.containers if [one.item for one in moves] == [each.route] and each.list == "containers"), None)
    if subject is None or any(route[: len(subject.route)] != subject.route for route in routes):
        return ()
    from sidecarlint.fixes.overlays import Moving

    along = (each.name for each in life.containers if subject.holds_up_work and each.holds_up_work and each.list == "containers")
    behind = tuple(each.name for each in life.workload.pod.init_containers[: moves[0].before])
    sets = tuple(route[len(subject.route) :] for route in routes)
    return tuple(Moving(name, behind, sets) for name in dict.fromkeys((subject.name, *along)))


def _in_template(planned: Plan, places: Places, document: Document, chart: "Callable[[], ChartFacts | None] | None") -> Plan:
    """The plan as it can be carried out in a template of a chart, where the document is one."""
    told = chart() if chart is not None and planned.applicability != "manual" else None
    if planned.applicability == "manual" or (told is None and not document.masked):
        return planned
    from sidecarlint.fixes.charts import in_chart, without_actions

    return in_chart(planned, told, places.text, document) if document.masked else without_actions(planned, told)


def _edits(planned: Plan, places: Places, document: Document, asked: Ask) -> list[Edit] | str:
    """The edits of a plan, those of its own source first, or the reason why there can be none."""
    own = [Elsewhere(places.path, document.number, operation) for operation in planned.operations]
    elsewhere = [each._replace(path=asked().name(each.path)) for each in planned.elsewhere]
    edits = list[Edit]()
    for path, wanted in by_source((*own, *elsewhere)).items():
        here = path == places.path
        if not here and (closed := asked().closed(places.path, path)):
            return closed
        text = places.text if here else asked().text(path) or ""
        known = {document.number: document} if here else {}
        try:
            changed, _ = edited(text, _Reading(text, known).get, *wanted)
        except Refusal as refusal:
            return f"{refusal.reason} ({'' if here else f'{path}, '}line {Lines(text).number(refusal.offset)})"
        edits += [Edit(path, *change) for change in changed]
    return sorted(edits, key=lambda edit: (edit.path != places.path, edit.path, edit.start, edit.end))


class _Reading(NamedTuple):
    """Gives the documents of a text, of which some have been read."""

    text: str
    known: dict[int, Document]

    def get(self, number: int) -> Document:
        return self.known.get(number) or document_of(self.text, number)


def _owned(workload: Workload) -> str | None:
    """A live object that a controller made is made again from its owner."""
    owners = items(child(child(workload.owner.node, "metadata"), "ownerReferences"))
    kind = text_of(child(owners[0], "kind")) if owners else None
    return f"a {kind} made this object and makes it anew; change that" if kind else None


def _is_dump(workload: Workload) -> bool:
    """Whether an API server wrote it: too little of what runs may be changed (native-sidecars 2.13), and its author did not write all."""
    meta, status = child(workload.owner.node, "metadata"), child(workload.owner.node, "status")
    return _has_content(status) or any(_has_content(child(meta, key)) for key in _OF_THE_SERVER)


_BUILT_ON = "kustomizations build on it, and what they add to the pod is not judged here"
_DUMP = "this is a dump of a live object: what runs may refuse the change, and what was injected may come again"
_OF_THE_SERVER = ("uid", "resourceVersion", "managedFields")
"""What only an API server writes into metadata."""


def _has_content(node: Node | None) -> bool:
    """Whether something is said there. Generators leave `status: {}` behind, and zeros."""
    if node is None:
        return False
    return text_of(node) not in (None, "", "0") or any(_has_content(value) for _, value in node.pairs) or bool(items(node))


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
