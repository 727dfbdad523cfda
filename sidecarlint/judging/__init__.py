"""One source from text to findings with their plans.

In: a source's text, a `Bench`, references. Out: `Verdict`. Must not know: where texts come from, formats.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from sidecarlint.bench import Bench
from sidecarlint.documents import Document, child, documents
from sidecarlint.documents.marks import TEMPLATE, not_to_edit, rendered_from
from sidecarlint.findings import Location, Skipped
from sidecarlint.findings.judge import directive_findings, problem_finding
from sidecarlint.findings.places import Places
from sidecarlint.judging.fixing import Ask, Guard
from sidecarlint.judging.planning import one_at_a_time, planned_of
from sidecarlint.judging.verdict import Planned, Verdict, excerpts, in_order
from sidecarlint.lifecycle import Lifecycle, lifecycle
from sidecarlint.references import References
from sidecarlint.settings import Settings
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

if TYPE_CHECKING:
    from sidecarlint.fixes.charts import ChartFacts
    from sidecarlint.references.following import Following

__all__ = ["Ask", "Guard", "PatchOf", "Planned", "Valued", "Verdict", "excerpts", "in_order", "judge"]

Valued = Callable[[str, str, Sequence[Document]], Sequence[Workload]]
"""The pods whose containers stand in values of a chart, in the text at a path, of which these documents are read already."""

PatchOf = Callable[[str, Workload], str | None]
"""Whose patch a workload of the source at a path is, as the reason why it must not be rewritten, or None."""

_TEMPLATE_SKIPPED = "it is a template; render it first, as in: helm template CHART | sidecarlint check -"


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
        planned += one_at_a_time(list(planned_of(life, places, bench, references, reason, guard, asked, chart)))
    skipped = tuple(Skipped(path, _TEMPLATE_SKIPPED) for _ in templates[:1])
    planned = _with_origin(planned, read, text, bench.settings.rendered) if "# Source:" in text else planned
    return Verdict(tuple(_once(in_order(planned))), lives, skipped, len(seen) - len(wanted), tuple(read))


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
