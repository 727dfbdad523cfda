"""Bases that belong to somebody else: what is found in them, and the patch in a kustomization of one's own that mends it.

In: the verdict of such a base, or a kustomization that takes one in from elsewhere. Out: a `Verdict`, `Planned`s. Must not know: where
texts come from, formats.

A base in the tree has findings of its own, which get a plan here. One that lies elsewhere, at hand in a clone, is judged as the build
has it, and its findings stand where the kustomization names it.
"""

import os
from collections.abc import Iterator, Sequence

from sidecarlint.documents import Document, Route, child, document_of, documents, items, text_of
from sidecarlint.findings import Evidence, Finding, Location
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Context, plan
from sidecarlint.fixes.overlays.vendored import Helper, Local, by_patch, is_settled, locals_of
from sidecarlint.judging import Planned, Verdict
from sidecarlint.lifecycle import ContainerLife, Lifecycle, lifecycle
from sidecarlint.patching.around import Around
from sidecarlint.patching.brought import FIX
from sidecarlint.patching.showing import Claiming, as_asked, fix_of, one_at_a_time, shown_from
from sidecarlint.references.kustomize.breaches import is_followed
from sidecarlint.references.kustomize.brought import agrees, as_built, brought_into
from sidecarlint.references.kustomize.composed import composed
from sidecarlint.references.kustomize.graph import Way
from sidecarlint.rulebook import Rule
from sidecarlint.settings import SEVERITIES
from sidecarlint.sources.nearby import short
from sidecarlint.workloads import HOLDS_POD, Workload, workloads


def moved_by_patches(verdict: Verdict, places: Places, around: Around) -> Verdict:
    """The verdict of a base that cannot be edited, with plans for kustomizations of one's own that take it in, and without what these
    have mended already."""
    found = locals_of(around.graph, places.path, around.is_own)
    rules = {each.id: each for each in around.bench.rules if each.fix == FIX}
    planned = list[Claiming]()
    for each in verdict.planned if found else ():
        life = _life_of(each, verdict) if each.finding.rule in rules else None
        if life is None:
            planned.append(Claiming(each, frozenset()))
            continue
        left = [local for local in found if not is_settled(life[0].workload, local.ways, life[1].name)]
        if left:
            claims = frozenset({(each.number, each.route)})
            planned.append(Claiming(_replanned(each, rules[each.finding.rule], life, left, places, around), claims))
    return verdict._replace(planned=tuple(one_at_a_time(planned))) if found else verdict


def _life_of(planned: Planned, verdict: Verdict) -> tuple[Lifecycle, ContainerLife] | None:
    for life in verdict.lives:
        if (life.workload.owner.document.number, life.workload.pod.route) == (planned.number, planned.route):
            named = (each for each in life.containers if each.name == planned.finding.container and each.list == "containers")
            return next(((life, each) for each in named), None)
    return None


def _replanned(
    planned: Planned, rule: Rule, life: tuple[Lifecycle, ContainerLife], found: Sequence[Local], places: Places, around: Around
) -> Planned:
    whole, container = life
    alone = plan(rule, container, _context(whole, places.path, around))
    if alone is None:
        return planned
    helper = Helper(places.path, whole.workload, container.name, alone, whole.workload)
    made = as_asked(by_patch(around.graph, helper, found, shown_from(places)), around.bench.settings)
    fix = fix_of(made, places, around.graph)
    return planned._replace(finding=planned.finding._replace(fix=fix), plan=made if fix.applicability != "manual" else None)


def _context(life: Lifecycle, path: str, around: Around) -> Context:
    bench = around.bench
    return Context(life, around.references._replace(path=path), bench.catalogue, bench.settings, {}, path)


# What lies elsewhere


def taken_in(places: Places, around: Around) -> Iterator[Claiming]:
    """What is found in bases that a kustomization takes in from elsewhere, at the entries that name them."""
    graph, real = around.graph, os.path.realpath(places.path)
    layer = next((each for each in graph.all if os.path.realpath(each.path) == real), None)
    if layer is None or not any(each.place and around.is_aside(each.place) for each in layer.resources):
        return
    for base in filter(around.is_aside, graph.files_below([layer])):
        local = next((each for each in locals_of(graph, base, around.is_own) if each.layer.path == layer.path), None)
        for document in documents(graph.text(base) or "", HOLDS_POD) if local is not None else ():
            for workload in workloads(document) if document.problem is None else ():
                assert local is not None
                yield from _of_workload(base, workload, local, places, around)


def _of_workload(base: str, workload: Workload, local: Local, places: Places, around: Around) -> Iterator[Claiming]:
    """What is found in the first build that gets the workload, of containers that come with it."""
    way, bench = local.ways[0], around.bench
    built = composed(workload, way) if is_followed(workload) else None
    if built is None or not agrees(built, base, workload, way):
        return
    pod, settings = as_built(workload, built), bench.settings
    brought = {each.name for each in brought_into(base, workload, way)}
    references = around.references._replace(path=short(base))
    life = lifecycle(pod, bench.catalogue, settings.target, references, settings.nodes, settings.placement)
    found = (each for each in bench.judge.judge(life, _Nowhere(places.path, places.text)) if each.rule.fix == FIX)
    for judged in sorted(found, key=lambda each: SEVERITIES.index(each.finding.severity)):
        container = judged.life
        if container is not None and container.list == "containers" and container.name not in brought:
            alone = plan(judged.rule, container, _context(life, short(base), around))
            if alone is not None:
                helper = Helper(base, workload, container.name, alone, pod)
                claims = frozenset({(base, workload.owner.document.number, workload.pod.route)})
                yield Claiming(_at_entry(judged.finding, helper, local, places, around), claims)


def _at_entry(finding: Finding, helper: Helper, local: Local, places: Places, around: Around) -> Planned:
    made = as_asked(by_patch(around.graph, helper, [local], shown_from(places)), around.bench.settings)
    fix, route = fix_of(made, places, around.graph), _entry(places, local.ways[0], helper.path)
    place = places.location(document_of(places.text, 0), route)
    found = _at(finding, place, helper.path, local.ways[0])._replace(fix=fix)
    return Planned(found, made if fix.applicability != "manual" else None, 0, route)


class _Nowhere(Places):
    """The places of a pod that stands in no source of the run."""

    def location(self, document: Document, route: Route, part: tuple[int, int] | None = None) -> Location:
        return Location(self.path, 1, 1, 1, 1, 0, 0)


def _at(finding: Finding, place: Location, base: str, way: Way) -> Finding:
    """A finding at the entry that names what it is about."""
    seen = (*(each._replace(location=None) for each in finding.evidence), Evidence(f"it stands in {short(base)}, which is read as context"))
    built = Evidence(f"it gets into the build of {short(way.root.path)}")
    subject = finding.workload
    return finding._replace(location=place, evidence=(*seen, built), workload=subject and subject._replace(path=short(base)))


def _entry(places: Places, way: Way, base: str) -> Route:
    """The entry of a kustomization on a way by which a base comes in."""
    root = document_of(places.text, 0).root
    layer = next(each for each in way.layers if os.path.realpath(each.path) == os.path.realpath(places.path))
    below = {base, *(each.folder for each in way.layers[: way.layers.index(layer)])}
    written = {each.written for each in layer.resources if each.place in below}
    for key in ("resources", "bases"):
        for index, each in enumerate(items(child(root, key))):
            if text_of(each) in written:
                return (key, index)
    return ()
