"""What renderings of a chart show beside what its templates say without them: one finding for each rule, container and place.

In: `Drawn`s of one chart, a template's `Verdict`. Out: `Told`s, the same verdict with them. Must not know: how a chart is rendered.

A container that is rendered is judged as it is rendered; what its template alone seemed to say of it goes. One that no set of values brings
keeps what its template says. A helper that is a sidecar in any rendering is meant to be one: below the version of its guard, or with its
switch off, it is an ordinary container, and that is fine (helm-kustomize.md, A7).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from sidecarlint.documents import at
from sidecarlint.documents.templates import around
from sidecarlint.errors import listed
from sidecarlint.findings import Applicability, Evidence, Finding, Fix, Location
from sidecarlint.findings.places import Places
from sidecarlint.fixes.by_hand import why_by_hand
from sidecarlint.judging import Planned, Verdict
from sidecarlint.rendering.sightings import Identity, Place, Shown, Sighting
from sidecarlint.rendering.weighing import weighed
from sidecarlint.rulebook import Rule
from sidecarlint.sources.nearby import short, vendored
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import Version, show_version

if TYPE_CHECKING:
    from sidecarlint.rendering.called import Calling

_MOST_LABELS = 2
_GRAVE: tuple[Applicability, ...] = ("safe", "unsafe", "manual")
_IN_VALUES = "it comes from values; move it there to the chart's list of init containers, if it has one, with restartPolicy: Always"
_IN_PACKED = "it comes of a chart that this one depends on; change that chart's values, or its source"
_IN_FILES = "the chart makes it of something that sidecarlint does not follow; change it there"


class Drawn(NamedTuple):
    """One rendering: the label of its values, its version, and what it shows."""

    label: str
    version: Version
    shown: Shown


class Told(NamedTuple):
    """A finding with its place, in which renderings it shows, and for which other workloads, as sentences. `also` is "" where there are no
    others. `seen` is all that the renderings show of it."""

    sighting: Sighting
    place: Place
    under: str
    also: str = ""
    seen: tuple[Sighting, ...] = ()


Key = tuple[str, Place, str | None]


def told(drawn: Sequence[Drawn], can_be_shown: Callable[[str], bool]) -> tuple[Told, ...]:
    """The findings of all renderings, each once, at the best place that can be shown."""
    natives = frozenset[Identity]().union(*(each.shown.natives for each in drawn))
    found = dict[Key, list[tuple[Drawn, Sighting]]]()
    for each in drawn:
        for sighting in each.shown.sightings:
            place = next((place for place in sighting.places if can_be_shown(place.path)), None)
            if place is not None and (sighting.native or sighting.who not in natives):
                found.setdefault((sighting.finding.rule, place, sighting.finding.container), []).append((each, sighting))
    return tuple(
        Told(_gravest(seen), key[1], _under([each for each, _ in seen], drawn), _also(seen), tuple(dict.fromkeys(one for _, one in seen)))
        for key, seen in found.items()
    )


def _gravest(seen: Sequence[tuple[Drawn, Sighting]]) -> Sighting:
    """The first of those whose fix most stands against: one text serves all of them."""
    fixes = [each.finding.fix for _, each in seen]
    return seen[max(range(len(seen)), key=lambda number: _GRAVE.index(fix.applicability) if (fix := fixes[number]) else -1)][1]


def _also(seen: Sequence[tuple[Drawn, Sighting]]) -> str:
    """The other workloads of which the same is to be said, as the first rendering has them: a define may be called by several."""
    first = seen[0][0]
    subjects = [sighting.finding.workload for each, sighting in seen if each is first]
    others = list(dict.fromkeys(each.title for each in subjects if each is not None))[1:]
    more = [f"{len(others) - _MOST_LABELS} more"] if len(others) > _MOST_LABELS else []
    return f"the same goes for {listed((*others[:_MOST_LABELS], *more))}" if others else ""


def _under(here: Sequence[Drawn], drawn: Sequence[Drawn]) -> str:
    """In which renderings something shows. Versions are named where it does not show for all of them."""
    labels = list(dict.fromkeys(each.label for each in here))
    if len(labels) > _MOST_LABELS and {each.label for each in drawn} == {*labels}:
        labels = [f"each of {len(labels)} sets of values"]
    said = listed((*labels[:_MOST_LABELS], *([f"{len(labels) - _MOST_LABELS} more"] if len(labels) > _MOST_LABELS else [])))
    own = {each.version for each in here}
    every = {each.version for each in drawn}
    return f"rendered with {said}" + ("" if own == every else f" for Kubernetes {listed(map(show_version, sorted(own)))}")


def beside(
    verdict: Verdict,
    path: str,
    real: str,
    text: str,
    found: Sequence[Told],
    drawn: Sequence[Drawn],
    rules: Sequence[Rule],
    calling: "Calling | None" = None,
) -> Verdict:
    """A verdict on one file of a chart with what renderings tell of it. `real` is the file's real path, by which places are known. Without
    `calling` nobody is asked about the calls of defines."""
    mine = [each for each in found if each.place.path == real]
    items = {offset for each in drawn for place, offset in each.shown.items if place == real}
    fixes = {rule.id: rule.fix for rule in rules}
    spans = [] if not items else _spans(text)
    kept, matched = list[Planned](), dict[int, Planned]()
    from_here = any(real in each.shown.sources for each in drawn)
    for each in verdict.planned:
        if (twin := _in_values(each, mine, fixes)) is not None:
            matched.setdefault(twin, each)
            continue
        if (twin := _by_name(each, mine, fixes)) is not None:
            matched.setdefault(twin, each)
            continue
        item = _item_at(spans, each.finding.location.start)
        if each.finding.workload is None or not (item in items or (each.finding.container is None and from_here)):
            kept.append(each)
        else:
            partner = _partner(each, item, mine, fixes)
            if partner is not None:
                matched.setdefault(partner, each)
    more = [_planned(each, matched.get(number), path, text, verdict, calling) for number, each in enumerate(mine)]
    planned = sorted((*kept, *more), key=lambda each: (each.finding.location.start, each.finding.location.end, each.finding.rule))
    return verdict._replace(planned=tuple(planned), skipped=() if drawn else verdict.skipped)


def _spans(text: str) -> list[tuple[int, int, int]]:
    from sidecarlint.documents.templates.marking import items_of
    from sidecarlint.rendering.files import LISTS

    return [(item.start, item.end, item.offset) for item in items_of(text, LISTS)]


def _item_at(spans: Sequence[tuple[int, int, int]], offset: int) -> int | None:
    """The innermost container around an offset."""
    around = [(end - start, name) for start, end, name in spans if start <= offset < end]
    return min(around)[1] if around else None


def _partner(masked: Planned, item: int | None, mine: Sequence[Told], fixes: Mapping[str, object]) -> int | None:
    """The rendered finding that says the same as one of the template, or asks for the same fix of the same container."""
    rule = masked.finding.rule
    same = [number for number, each in enumerate(mine) if each.place.item == item and (item is not None or each.sighting.who is None)]
    exact = next((number for number in same if mine[number].sighting.finding.rule == rule), None)
    if exact is not None or not fixes.get(rule):
        return exact
    return next((number for number in same if fixes.get(mine[number].sighting.finding.rule) == fixes[rule]), None)


def _in_values(planned: Planned, mine: Sequence[Told], fixes: Mapping[str, object]) -> int | None:
    """The rendered finding about the same item of a list in values, which asks for the same fix."""
    start, name, fix = planned.finding.location.start, planned.finding.container, fixes.get(planned.finding.rule)
    # In a map the name is the key ahead of the item.
    near = [number for number, each in enumerate(mine) if each.place.kind == "values" and each.sighting.finding.container == name]
    same = sorted((number for number in near if mine[number].place.start <= start), key=lambda number: -mine[number].place.start)
    return next((number for number in same if fix and fixes.get(mine[number].sighting.finding.rule) == fix), None)


def _by_name(planned: Planned, mine: Sequence[Told], fixes: Mapping[str, object]) -> int | None:
    """The rendered finding about the container of this name that is shown at its pod: what stands in brackets carries no mark."""
    name, fix = planned.finding.container, fixes.get(planned.finding.rule)
    same = [number for number, each in enumerate(mine) if each.place.kind == "template" and each.sighting.finding.container == name]
    return next((number for number in same if name and fix and fixes.get(mine[number].sighting.finding.rule) == fix), None)


def _planned(each: Told, masked: Planned | None, path: str, text: str, verdict: Verdict, calling: "Calling | None") -> Planned:
    """A rendered finding on the lines of a file, with the plan that its template has for it."""
    seen, place = each.sighting.finding, each.place
    evidence = tuple(one._replace(location=_as_read(one.location)) for one in seen.evidence)
    subject = seen.workload
    assert subject is not None
    own, gives = masked.finding.workload if masked is not None else None, each.sighting.places[-1]
    subject = subject._replace(path=path, document=own.document if own else 0, route=own.route if own else "")
    at_its_item = masked is not None and (place.item is not None or place.kind == "template")
    location = masked.finding.location if masked is not None and at_its_item else Places(path, text).span(place.start, place.end)
    fix = _by_hand(seen.fix, place, path, text, verdict)
    if masked is not None:
        whither = each.sighting.whither if place.kind == "values" else ""
        fix = weighed(masked.finding.fix, seen.fix, whither) if masked.finding.fix is not None else None
    finding = seen._replace(
        location=location._replace(path=path),
        workload=subject,
        evidence=(*evidence, *([Evidence(each.also)] if each.also else []), Evidence(each.under)),
        fix=fix,
        rendered_from="" if gives.kind == "template" and gives.path == place.path else seen.rendered_from,
    )
    if masked is None:
        return _called(finding, each, path, text, calling) if calling is not None else Planned(finding, None, 0, ())
    allowed = masked.plan is not None and fix is not None and fix.applicability != "manual"
    plan = masked.plan._replace(applicability=fix.applicability) if allowed and masked.plan and fix else None
    return masked._replace(finding=finding, plan=plan)


def _called(finding: Finding, each: Told, path: str, text: str, calling: "Calling") -> Planned:
    """The finding with the plan for the calls of the define that it stands in."""
    from sidecarlint.rendering.called import Given, called

    if each.place.item is None:
        return Planned(finding, None, 0, ())
    who = frozenset(one.who for one in each.seen if one.who is not None)
    return called(finding, each.sighting.finding.fix, Given(path, text, each.place.item, each.place.path, who, each.seen), calling)


def _as_read(place: Location | None) -> Location | None:
    return place._replace(path=short(place.path)) if place is not None else None


def _by_hand(fix: Fix | None, place: Place, path: str, text: str, verdict: Verdict) -> Fix | None:
    if fix is None:
        return None
    return Fix(fix.title, "manual", (_why(place, path, text, verdict), *fix.hazards))


def _why(place: Place, path: str, text: str, verdict: Verdict) -> str:
    owner = vendored(path)
    if owner is not None:
        return f"the file {owner}"
    if place.kind == "container":
        return why_by_hand(around(text, place.start), _pod_around(place.start, verdict))
    return {"values": _IN_VALUES, "chart": _IN_PACKED}.get(place.kind, _IN_FILES)


def _pod_around(offset: int, verdict: Verdict) -> int:
    """Where the pod begins that an offset stands in, -1 where a define gives the container alone."""
    pods = (at(life.workload.owner.document.root, life.workload.pod.route) for life in verdict.lives)
    return max((pod.start for pod in pods if pod is not None and pod.start <= offset < pod.end), default=-1)
