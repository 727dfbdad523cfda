"""A workload's findings with their plans: of what rules find, and of what the command line asks for.

In: a lifecycle, the places of its source, a `Bench`, who guards the source. Out: `Planned`s. Must not know: where texts come from, formats.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sidecarlint.bench import Bench
from sidecarlint.documents import Node, Route, child, items, text_of
from sidecarlint.findings import ASKED, Finding
from sidecarlint.findings.judge import duplicate_findings, subject_of
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Context, Elsewhere, Plan, plan
from sidecarlint.judging.fixing import Ask, Guard, fix_of
from sidecarlint.judging.verdict import Planned, in_order
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.references import References, Target
from sidecarlint.settings import Settings
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.fixes.charts import ChartFacts
    from sidecarlint.references.following import Leader

_DUMP = "this is a dump of a live object: what runs may refuse the change, and what was injected may come again"
_OF_THE_SERVER = ("uid", "resourceVersion", "managedFields")
"""What only an API server writes into metadata."""


def planned_of(
    life: Lifecycle,
    places: Places,
    bench: Bench,
    references: References,
    reason: Callable[[], str | None],
    guard: Guard,
    asked: Ask,
    chart: "Callable[[], ChartFacts | None] | None",
) -> Iterator[Planned]:
    """Every finding of a workload, with its plan where there is something to do. `reason` says why nothing in the file may be edited."""

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
        fix, wanted = fix_of(wanted, places, life, reason, guard, asked, chart) if wanted else (None, None)
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


def one_at_a_time(planned: list[Planned]) -> list[Planned]:
    """The findings of one pod, of which only the first keeps its plan where one counts on being the only one. The rest wait for the next
    pass."""
    wanted = [each for each in planned if each.plan is not None]
    if not any(each.plan is not None and each.plan.alone for each in wanted):
        return planned
    first = in_order(wanted)[0]
    return [each if each is first else each._replace(plan=None) for each in planned]


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


def _is_dump(workload: Workload) -> bool:
    """Whether an API server wrote it: too little of what runs may be changed (native-sidecars 2.13), and its author did not write all."""
    meta, status = child(workload.owner.node, "metadata"), child(workload.owner.node, "status")
    return _has_content(status) or any(_has_content(child(meta, key)) for key in _OF_THE_SERVER)


def _has_content(node: Node | None) -> bool:
    """Whether something is said there. Generators leave `status: {}` behind, and zeros."""
    if node is None:
        return False
    return text_of(node) not in (None, "", "0") or any(_has_content(value) for _, value in node.pairs) or bool(items(node))
