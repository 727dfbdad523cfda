"""What plans in a chart's templates mean for what the chart renders to.

In: plans, the text of the template that they were made for. Out: `Subject`s, with their `Outcome`s. Must not know: how a chart is rendered.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from os.path import realpath

from sidecarlint.charts.switches import switched_on
from sidecarlint.documents import Document, Route, at, child, items, text_of
from sidecarlint.documents.templates import template_documents
from sidecarlint.edits import LAST, Call, Move, Operation, Set, Versions
from sidecarlint.edits.outcomes import Outcome
from sidecarlint.edits.templates import Gives, templated
from sidecarlint.fixes import Elsewhere
from sidecarlint.judging import Planned
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.pods import LISTS


class Subject(NamedTuple):
    """What one plan means in one template. `path`: its real path; `switches`: values that turn it on, as YAML; `shown`: whether the text
    alone shows that it is right; `guarded`: it is only meant where sidecars are wanted. `others`: the names of the containers beside those
    that are meant, where the template says them."""

    path: str
    outcomes: tuple[Outcome, ...]
    switches: str
    shown: bool
    guarded: bool = False
    others: frozenset[str] = frozenset()


def subjects_of(path: str, text_of: Callable[[str], str], planned: Planned, gives: Gives) -> tuple[Subject, ...]:
    """What a plan means, in its own template and in those where it moves calls. `path` is the real path of its template; `text_of` gives
    the text that one had, by its real path, when the plan was made."""
    plan = planned.plan
    calls = [each for each in plan.elsewhere if isinstance(each.operation, Call)] if plan is not None else []
    own = [] if calls and plan is not None and not plan.operations else [_own(path, text_of(path), planned, gives)]
    return (*own, *(_called(realpath(each.path), text_of(realpath(each.path)), each, planned.finding.container or "") for each in calls))


def _called(path: str, text: str, asked: Elsewhere, container: str) -> Subject:
    """What it means that a call moves: only a rendering shows what the call gives."""
    document, call = next(each for each in template_documents(text) if each.number == asked.document), asked.operation
    assert isinstance(call, Call)
    kind, pod = text_of(child(document.root, "kind")) or "", call.route[:-1]
    name, _, value = call.line.partition(": ")
    goes_last = call.before == LAST
    before = () if goes_last else tuple(each for each in _names(document, (*pod, call.key)) if each and "{{" not in each)
    behind = ("*",) if goes_last else ()
    outcome = Outcome(kind, (), pod, container, str(call.route[-1]), call.key, behind, before, (((name,), value),))
    return Subject(path, (outcome,), switched_on(text, [call.start]), False, False, _beside(document, pod, (outcome,)))


def _own(path: str, text: str, planned: Planned, gives: Gives) -> Subject:
    document = next(each for each in template_documents(text) if each.number == planned.number)
    operations = planned.plan.operations if planned.plan is not None else ()
    shown = not templated(text, document, operations, gives).needs
    versions = next((each for each in operations if isinstance(each, Versions)), None)
    operations = versions.operations if versions is not None else operations
    nodes = [node for each in operations if isinstance(each, Move) and (node := at(document.root, each.item)) is not None]
    outcomes = tuple(_outcomes(document, planned.route, operations))
    others = _beside(document, planned.route, outcomes)
    return Subject(path, outcomes, switched_on(text, [node.outset for node in nodes]), shown, versions is not None, others)


def _beside(document: Document, pod: Route, outcomes: Sequence[Outcome]) -> frozenset[str]:
    """The names of the containers that are not meant, as far as the template says them."""
    names = {name for key in LISTS for name in _names(document, (*pod, key))} - {each.container for each in outcomes}
    return frozenset(name for name in names if "{{" not in name)


def _names(document: Document, route: Route) -> list[str]:
    return [text_of(child(item, "name")) or "" for item in items(at(document.root, route))]


def _outcomes(document: Document, pod: Route, operations: Sequence[Operation]) -> Iterator[Outcome]:
    """What is meant to happen to each container that operations speak of."""
    by_item: dict[Route, list[Operation]] = {}
    for each in operations:
        route = each.item if isinstance(each, Move) else each.route
        by_item.setdefault(route[: len(pod) + 2], []).append(each)
    kind = text_of(child(document.root, "kind")) or ""
    for route, wanted in by_item.items():
        move = next((each for each in wanted if isinstance(each, Move)), None)
        own = len(route)
        sets = tuple((each.route[own:], each.value) for each in wanted if isinstance(each, Set))
        changes = tuple(each._replace(route=each.route[own:]) for each in wanted if not isinstance(each, (Move, Set)))
        listed = str(route[-2])
        key = move.key if move is not None else listed
        names = _names(document, (*pod, key))
        place = min(move.before, len(names)) if move is not None else 0
        behind, before = (tuple(name for name in some if "{{" not in name) for some in (names[:place], names[place:]))
        name = text_of(child(at(document.root, route), "name")) or ""
        yield Outcome(kind, (), pod, name, listed, key, behind if move else (), before if move else (), sets, changes)


def spelled(subject: Subject, old: str) -> Iterator[Outcome]:
    """The outcomes of a subject with names and kinds as they were rendered, where actions give them."""
    kinds = list(dict.fromkeys(re.findall(r"(?m)^kind: *['\"]?(\w+)", old)))
    for each in subject.outcomes:
        names = [each.container]
        if "{{" in each.container:
            written = re.findall(r"(?m)^\s*(?:- +)?name: *['\"]?([^\s'\"]+)", old)
            names = [name for name in dict.fromkeys(written) if re.fullmatch(_pattern(each.container), name) and name not in subject.others]
        for name in names:
            for kind in kinds if "{{" in each.kind or not each.kind else [each.kind]:
                yield each._replace(container=name, kind=kind)


def _pattern(name: str) -> str:
    return ".+".join(re.escape(part) for part in re.split(r"\{\{.*?\}\}", name))


def written(subject: Subject, rendered: Outcome) -> str:
    """The name of a container as the template has it."""
    return next(
        (each.container for each in subject.outcomes if re.fullmatch(_pattern(each.container), rendered.container)), rendered.container
    )
