"""Containers that patches bring into pods, to findings with their plans.

In: the containers that patches in one source bring in, a `Bench`, references. Out: `Planned`s. Must not know: where texts come from,
formats.

The pod is judged as the build has it, by the same rules as any other. The finding stands where the patch brings the container in: once,
however many pods get it, and the worst of what is found in them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sidecarlint.documents import Document, Node, Route, at, child, document_of, walk
from sidecarlint.findings import Evidence, Finding, Location
from sidecarlint.findings.judge import Judged
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Context, Plan, plan
from sidecarlint.fixes.overlays.bringing import Wanted, bringing
from sidecarlint.judging import Planned
from sidecarlint.lifecycle import ContainerLife, Lifecycle, lifecycle
from sidecarlint.patching.around import Around
from sidecarlint.patching.showing import Claiming, as_asked, fix_of, one_at_a_time, shown_from
from sidecarlint.references.kustomize.brought import Brought
from sidecarlint.settings import SEVERITIES
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    pass

FIX = "move-to-init-containers"
"""What is asked of a helper that a patch brings in. What is wrong with it otherwise is found in the patch itself."""

_MOST_TOLD = 3
_NO_HELPER = "in {title} nothing shows that {name} is a helper: give that one a patch of its own"


class Found(NamedTuple):
    """One container that a patch brings in, in one pod, with what is found of it there. `judged` None where nothing is."""

    brought: Brought
    life: Lifecycle
    container: ContainerLife
    judged: Judged | None
    context: Context


def brought_findings(places: Places, around: Around) -> list[Planned]:
    """The findings of one source: those helpers that its patches bring in."""
    groups: dict[object, list[Brought]] = defaultdict(list)
    for each in around.graph.brought_in(places.path):
        groups[each.carrier.key].append(each)
    found = ([one for each in group if (one := _found(each, places, around)) is not None] for group in groups.values())
    return one_at_a_time(planned for each in found for planned in _planned(each, places, around))


def _planned(found: Sequence[Found], places: Places, around: Around) -> Iterator[Claiming]:
    """One finding for all pods that one place brings a container into; none where nothing is found in any of them."""
    judged = [(SEVERITIES.index(each.judged.finding.severity), at) for at, each in enumerate(found) if each.judged is not None]
    if not judged:
        return
    worst = found[min(judged)[1]]
    assert worst.judged is not None
    carrier = worst.brought.carrier
    number, route = (carrier.number, carrier.route) if carrier.patch.path else (0, carrier.patch.route)
    finding = worst.judged.finding
    wanted = _plan(found, worst, around, places)
    told = (*finding.evidence, *_told(found))
    fix = fix_of(wanted, places, around.graph)
    kept = wanted if fix.applicability != "manual" else None
    planned = Planned(finding._replace(location=_place(worst.brought, places), evidence=told, fix=fix), kept, number, route)
    claims = (each.brought.of for each in found), ((each.path, each.document, each.inner) for each in wanted.elsewhere)
    yield Claiming(planned, frozenset(each for listed in claims for each in listed))


# What is found


def _found(brought: Brought, places: Places, around: Around) -> Found | None:
    """What is found of a container in the pod that it is brought into; None where it cannot be told apart there."""
    references, bench = around.references._replace(path=short(brought.base)), around.bench
    settings = bench.settings
    life = lifecycle(brought.pod, bench.catalogue, settings.target, references, settings.nodes, settings.placement)
    container = next((each for each in life.containers if each.name == brought.name and each.list == "containers"), None)
    if container is None:
        return None
    there = _Patched(brought, container.route, places)
    judged = (each for each in bench.judge.judge(life, there) if each.life is container and each.rule.fix == FIX)
    first = min(judged, key=lambda each: SEVERITIES.index(each.finding.severity), default=None)
    if first is not None:
        first = first._replace(finding=there.real(first.finding))
    return Found(brought, life, container, first, Context(life, references, bench.catalogue, settings, {}, short(brought.base)))


class _Patched(Places):
    """The places of a pod that patches made, as far as they stand in this source: those in the container that is brought in."""

    def __init__(self, brought: Brought, container: Route, places: Places) -> None:
        super().__init__(places.path, places.text)
        self._brought, self._container = brought, container
        root = brought.step.document.root
        self._own = {id(each) for each in walk(root)} if root is not None else set()

    def location(self, document: Document, route: Route, part: tuple[int, int] | None = None) -> Location:
        node = at(document.root, route)
        if node is None or id(node) not in self._own or route[: len(self._container)] != self._container:
            return _AWAY
        patch = self._brought.carrier.patch
        if patch.path:
            return super().location(document, route, part)
        return inside(self, patch.route, node)

    def real(self, finding: Finding) -> Finding:
        """The finding without the places that stand in other files."""
        seen = tuple(each._replace(location=None) if each.location == _AWAY else each for each in finding.evidence)
        subject = finding.workload
        return finding._replace(evidence=seen, workload=subject and subject._replace(path=short(self._brought.base)))


_AWAY = Location("", 0, 0, 0, 0, 0, 0)


def inside(places: Places, route: Route, node: Node) -> Location:
    """The place of a node of an inline patch in the source that holds it."""
    return places.location(document_of(places.text, 0), route, (node.start, node.end))


def _place(brought: Brought, places: Places) -> Location:
    """The name of the container, where the patch brings it in."""
    carrier = brought.carrier
    if carrier.patch.path:
        return places.location(document_of(places.text, carrier.number), carrier.route)
    name = child(at(brought.step.document.root, carrier.route), "name")
    return inside(places, carrier.patch.route, name or at(brought.step.document.root, carrier.route) or Node("scalar", 0, 0))


def _told(found: Sequence[Found]) -> Iterator[Evidence]:
    """Which pods get it, and in which builds."""
    pods = list(dict.fromkeys(f"{each.brought.workload.title} of {short(each.brought.base)}" for each in found))
    roots = list(dict.fromkeys(short(each.brought.way.root.path) for each in found))
    yield Evidence(f"the patch brings it into {_some(pods)}")
    yield Evidence(f"the patch is applied in the build of {_some(roots)}")


def _some(named: Sequence[str]) -> str:
    told = [*named[:_MOST_TOLD], *([f"{len(named) - _MOST_TOLD} more"] if len(named) > _MOST_TOLD else [])]
    return " and ".join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else told[0]


# What is to be done


def _plan(found: Sequence[Found], worst: Found, around: Around, places: Places) -> Plan:
    """One plan for all pods that get the container."""
    assert worst.judged is not None
    stranger = next((each for each in found if each.container.part != "helper"), None)
    if stranger is not None:
        reason = _NO_HELPER.format(title=stranger.brought.workload.title, name=worst.brought.name)
        return Plan(f"Move {worst.brought.name} to initContainers by hand", "manual", (reason,), ())
    plans = [(each, plan(worst.judged.rule, each.container, each.context)) for each in found]
    wanted = [Wanted(each.brought, made) for each, made in plans if made is not None]
    return as_asked(bringing(around.graph, wanted, shown_from(places)), around.bench.settings)
