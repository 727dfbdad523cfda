"""Helpers that a define gives, as renderings show them, with a plan for its calls: the define stays, since others may call it too.

In: a `Told` of a container in a define, the chart's `Files`, what its charts say. Out: `Planned`. Must not know: formats, how a chart is
rendered.

Each call is its own place: those move that a rendering shows to give a helper, and the others stay as they are (helm-kustomize.md, A3).
"""

import re
from collections.abc import Callable, Iterator, Sequence

from sidecarlint.documents import Document, Lines, at, child, entry, text_of
from sidecarlint.documents.templates import around, template_documents
from sidecarlint.edits import LAST, Call, Refusal
from sidecarlint.edits.templates import call_moved
from sidecarlint.edits.templates.sites import Site, sites
from sidecarlint.errors import listed
from sidecarlint.findings import Edit, Finding, Fix
from sidecarlint.fixes import Elsewhere, Plan
from sidecarlint.fixes.charts import ChartFacts, call_in_chart
from sidecarlint.judging import Planned
from sidecarlint.rendering.files import LISTS, Files
from sidecarlint.rendering.sightings import Identity, Sighting
from sidecarlint.sources.nearby import short, vendored
from sidecarlint.values import NamedTuple

_LINE = "restartPolicy: Always"
_STAYS = "the define {define} stays as it is; what moves is its call in {paths}"
_NOT_ONLY_MOVED = "more than its place would change in it, and the define {define} may serve other calls; change the define by hand"
_PLACED = "it belongs {whither}; move the call of {define} there by hand, with {line} below it"
_SEVERAL = "{path} calls {define} more than once; move the right one to initContainers by hand, with {line} below it"
_UNNAMED = "the calls of {define} say what it is called, so they cannot be told apart; move the right ones by hand"
_BOTH = "both versions (--style guarded) of a call of {define} are written by hand; --style plain moves it"
_UNSEEN = "{path} calls {define}, and its chart is not seen; move the call there"
_OWNED = "{path} calls {define}, and it {owner}"


class Calling(NamedTuple):
    """Whom to ask about the calls of a chart's defines. `chart` gives what the chart of a template says, `name` the path by which the run
    knows a file."""

    files: Files
    chart: Callable[[str], ChartFacts | None]
    name: Callable[[str], str]


class Given(NamedTuple):
    """A container as it stands in a define. `path` is the define's file, `start` its offset there, `real` the file's real path; `who`: for
    which workloads renderings show it, and `seen` is all that they show of it."""

    path: str
    text: str
    start: int
    real: str
    who: frozenset[Identity]
    seen: tuple[Sighting, ...]


class _Moving(NamedTuple):
    """One call that moves: the run's path of its template, its text, the document that it stands in. `before`: 0 or LAST, None where it is
    to go to neither end."""

    path: str
    text: str
    document: Document
    site: Site
    before: int | None

    @property
    def call(self) -> Call:
        return Call(self.site.route, self.site.start, LISTS[1], LAST if self.before is None else self.before, _LINE)


def called(finding: Finding, whole: Fix | None, given: Given, calling: Calling) -> Planned:
    """A finding about a container in a define with the plan for the define's calls; as it is where no list of containers calls it. `whole`
    is the fix that its rendering allows."""
    define = _define(given)
    found = list(_moving(define, given, calling)) if define and whole is not None and whole.applicability != "manual" else []
    if not found or whole is None:
        return Planned(finding, None, 0, ())
    try:
        plan, edits = _plan(define, given, calling, found, finding.container or "")
    except Refusal as refusal:
        return Planned(finding._replace(fix=Fix(whole.title, "manual", (refusal.reason, *whole.hazards))), None, 0, ())
    fix = Fix(plan.title, plan.applicability, plan.hazards, tuple(edits), plan.notes, plan.follows)
    read = [each for each in template_documents(given.text) if each.root is not None]
    number = next((each.number for each in read if each.root is not None and each.root.start <= given.start < each.root.end), 0)
    return Planned(finding._replace(fix=fix), plan, number, (), True)


def _define(given: Given) -> str:
    """The name of the define that a container stands in; "" where it stands in none."""
    names = [re.match(r'define\s+"(?P<name>[^"]+)"', arm.words) for arm in around(given.text, given.start) if arm.word == "define"]
    return next((found["name"] for found in reversed(names) if found is not None), "")


def _plan(define: str, given: Given, calling: Calling, found: Sequence[_Moving], container: str) -> tuple[Plan, list[Edit]]:
    """The plan with its edits. Raises a `Refusal` with the reason why the calls are moved by hand."""
    wanted = next((each.plan for each in given.seen if each.plan is not None and each.plan.applicability == "unsafe"), given.seen[0].plan)
    other = next((each for each in given.seen if each.plan is None), None)
    if wanted is None or (other is not None and not other.whither):
        raise Refusal(_NOT_ONLY_MOVED.format(define=define), given.start)
    if other is not None or any(each.before is None for each in found):
        whither = other.whither if other is not None else next((each.whither for each in given.seen if each.whither), "first")
        raise Refusal(_PLACED.format(whither=whither, define=define, line=_LINE), given.start)
    written = next((each.name for each in calling.files.items(given.real) if each.offset == given.start), None)
    _check(define, given, found, written is None or "{{" in written)
    told = _STAYS.format(define=define, paths=listed(dict.fromkeys(short(each.path) for each in found)))
    plan = Plan(wanted.title, wanted.applicability, wanted.hazards, (), notes=(told, *wanted.notes))
    elsewhere, edits = list[Elsewhere](), list[Edit]()
    for each in found:
        chart = _chart(define, each, calling)
        edits += [Edit(each.path, *change) for change in _changes(each, chart)]
        elsewhere.append(Elsewhere(each.path, each.document.number, each.call))
        plan = call_in_chart(plan, chart, each.path, container, each.site.ahead)
    return plan._replace(elsewhere=tuple(elsewhere)), edits


def _moving(define: str, given: Given, calling: Calling) -> Iterator[_Moving]:
    """The calls in lists of containers that renderings show to give a helper."""
    for path in sorted({path for source, _, _ in given.who if (path := calling.files.template(source))}):
        text = calling.files.text(path)
        for document in template_documents(text):
            fits = list(_fits(path, text_of(child(document.root, "kind")) or "", given, calling))
            for site in sites(text, document, define, LISTS) if fits else ():
                if site.route[-1] == LISTS[0]:
                    yield _Moving(calling.name(path), text, document, site, _before(text, document, site, fits))


def _fits(path: str, kind: str, given: Given, calling: Calling) -> Iterator[tuple[int, ...]]:
    """Where renderings want the helper that a call in a document of this kind gives, each by itself."""
    for each in given.seen:
        if each.who is not None and calling.files.template(each.who[0]) == path and (each.who[1] == kind or "{{" in kind):
            yield each.fits


def _before(text: str, document: Document, site: Site, fits: Sequence[tuple[int, ...]]) -> int | None:
    """Where all renderings want it. Ahead of what an action may give there is no first place that can be seen."""
    if all(LAST in each for each in fits):
        return LAST
    pod = at(document.root, site.route[:-1])
    found = entry(pod, LISTS[1])
    first = found[1].items[0].outset if found is not None and found[1].items else None
    seen = found is not None and first is not None and "{{" not in text[found[0].outset : first]
    return 0 if seen and all(0 in each for each in fits) else None


def _check(define: str, given: Given, found: Sequence[_Moving], unnamed: bool) -> None:
    places = [(each.path, each.document.number) for each in found]
    twice = next((path for path, number in places if places.count((path, number)) > 1), None)
    if twice is not None:
        raise Refusal(_SEVERAL.format(path=short(twice), define=define, line=_LINE), given.start)
    paths = [each.path for each in found]
    if unnamed and len(set(paths)) < len(paths):
        raise Refusal(_UNNAMED.format(define=define), given.start)


def _chart(define: str, each: _Moving, calling: Calling) -> ChartFacts:
    """What the chart of a call says. A `Refusal` where that keeps it from being moved."""
    chart, owner = calling.chart(each.path), vendored(each.path)
    if owner is not None:
        raise Refusal(_OWNED.format(path=short(each.path), define=define, owner=owner), each.site.start)
    if chart is None:
        raise Refusal(_UNSEEN.format(path=short(each.path), define=define), each.site.start)
    if chart.guarding is not None:
        raise Refusal(_BOTH.format(define=define), each.site.start)
    return chart


def _changes(each: _Moving, chart: ChartFacts) -> Iterator[tuple[int, int, str]]:
    try:
        done = call_moved(each.text, each.document, each.call, chart.bodies, chart.gives)
    except Refusal as refusal:
        line = Lines(each.text).number(refusal.offset)
        raise Refusal(f"{refusal.reason} ({short(each.path)}, line {line})", refusal.offset) from None
    yield from ((change.start, change.end, change.text) for change in done.changes)
