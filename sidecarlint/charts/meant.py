"""What plans in a chart's templates mean for what the chart renders to.

In: plans, the text of the template that they were made for. Out: `Subject`, with its `Outcome`s. Must not know: how a chart is rendered.
"""

import re
from collections.abc import Iterator

from sidecarlint.charts.switches import switched_on
from sidecarlint.documents import Document, Route, at, child, items, text_of
from sidecarlint.documents.templates import template_documents
from sidecarlint.edits import Move, Operation, Set
from sidecarlint.edits.outcomes import Outcome
from sidecarlint.edits.templates import Gives, templated
from sidecarlint.judging import Planned
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.pods import LISTS


class Subject(NamedTuple):
    """What one plan means in one template. `path`: its real path; `switches`: values that turn it on, as YAML; `shown`: whether the text
    alone shows that it is right. `others`: the names of the containers beside those that are meant, where the template says them."""

    path: str
    outcomes: tuple[Outcome, ...]
    switches: str
    shown: bool
    others: frozenset[str] = frozenset()


def subject_of(path: str, text: str, planned: Planned, gives: Gives) -> Subject:
    """What a plan means. `path` is the real path of its template, `text` the one that the plan was made for."""
    document = next(each for each in template_documents(text) if each.number == planned.number)
    operations = planned.plan.operations if planned.plan is not None else ()
    nodes = [node for each in operations if isinstance(each, Move) and (node := at(document.root, each.item)) is not None]
    shown = not templated(text, document, operations, gives).needs
    outcomes = tuple(_outcomes(document, planned))
    beside = {name for key in LISTS for name in _names(document, (*planned.route, key))} - {each.container for each in outcomes}
    others = frozenset(name for name in beside if "{{" not in name)
    return Subject(path, outcomes, switched_on(text, [node.outset for node in nodes]), shown, others)


def _names(document: Document, route: Route) -> list[str]:
    return [text_of(child(item, "name")) or "" for item in items(at(document.root, route))]


def _outcomes(document: Document, planned: Planned) -> Iterator[Outcome]:
    """What is meant to happen to each container that a plan speaks of."""
    operations = planned.plan.operations if planned.plan is not None else ()
    pod = planned.route
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
