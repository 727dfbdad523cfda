"""A plan as the finding shows it: with its edits, or with the reason why there can be none.

In: a plan, the text and the workload that it is for, who guards them. Out: `Fix`, and the plan with what has to follow it in other files.
Must not know: rules, where texts come from.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sidecarlint.documents import Document, Lines, child, document_of, items, text_of
from sidecarlint.edits import Move, Refusal, edited
from sidecarlint.findings import Edit, Fix
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Elsewhere, Plan
from sidecarlint.fixes.wanted import by_source
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.fixes.charts import ChartFacts
    from sidecarlint.fixes.overlays import Carried, Moving
    from sidecarlint.references.following import Following

Guard = Callable[[str, Workload, "tuple[Moving, ...]"], "str | Carried | None"]
"""Why a workload of the source at a path must not be rewritten, or what has to follow, or None. Asked only where there is something to
rewrite. The containers are those that move to the init containers, where nothing else changes: the first now, the others have to go
along. Where something else changes there are none."""

Ask = Callable[[], "Following"]
"""Gives whom to ask about the Services of the run; few runs ever do."""

_BUILT_ON = "kustomizations build on it, and what they add to the pod is not judged here"


def fix_of(
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
    return Fix(planned.title, planned.applicability, planned.hazards, tuple(edited), planned.notes, planned.follows), planned


def _against(answer: "str | Carried | None") -> str | None:
    return answer if isinstance(answer, str) else None


def _only_moved(planned: Plan, life: Lifecycle) -> "tuple[Moving, ...]":
    """The container that leaves `containers`, where the plan changes nothing else in its document, with those that have to go along for
    the work to complete."""
    moves = [each for each in planned.operations if isinstance(each, Move)]
    routes = [each.route for each in planned.operations if not isinstance(each, Move)]
    subject = next((each for each in life.containers if [one.item for one in moves] == [each.route] and each.list == "containers"), None)
    if life.workload.in_values or subject is None or any(route[: len(subject.route)] != subject.route for route in routes):
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

    if not document.masked:
        return without_actions(planned, told, places.path, document)
    return in_chart(planned, told, places.path, places.text, document)


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


def _not_whole(document: Document) -> str | None:
    return "the document cannot be read as a whole" if document.problem is not None else None
