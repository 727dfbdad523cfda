"""What a plan becomes in a template of a Helm chart.

In: a plan, a template, what its chart says. Out: `Plan`. Must not know: how a template is edited.

A chart is rendered by others, for clusters that its authors do not know (helm-kustomize.md, A7). So a move in it is safe only where the
chart refuses clusters without native sidecars.
"""

from collections.abc import Callable, Sequence

from sidecarlint.documents import Document, Lines, at, child, text_of
from sidecarlint.edits import Move, Operation, Refusal
from sidecarlint.fixes.plan import Plan
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import SIDECARS

Version = tuple[int, int, int]

Follows = Callable[[str, Sequence[str], int, bool, bool], tuple[str, ...]]
"""What else has to change in a chart's repository, each as a sentence: by a template's path, the names of the containers that move, the
lowest index that another one has afterwards, whether a value turns the move on, and whether the schema of values has that already."""


Bodies = Callable[[str], Sequence[str]]
"""What stands in the defines of a name, in all files of a chart and of those in it, as they are now."""


def _none(name: str) -> Sequence[str]:
    return ()


class Guarding(NamedTuple):
    """What a chart says to both versions beside each other.

    name      its own, which its defines begin with
    partials  the paths that its defines may go to: the first that is there and is not the template itself, or else the last
    values    the path of its values, `schema` that of their schema; neither has to be there
    bodies    what stands in its defines of a name
    text      the text of a file now, None where there is none
    """

    name: str
    partials: tuple[str, ...]
    values: str
    schema: str
    bodies: Bodies
    text: Callable[[str], str | None]


class ChartFacts(NamedTuple):
    """What a chart says to a fix in one of its templates.

    folder        where it lies, as people are told
    oldest        the oldest Kubernetes version that its kubeVersion allows, None where it says none or cannot be read
    unrendered    why it cannot be rendered, as in "helm is not on PATH"; "" where it can
    gives         whether an action with these words may give a key of this name
    follows       what else in its repository has to change along with a template
    guarding      where its templates are to serve older clusters too
    bodies        what stands in its defines of a name
    """

    folder: str
    oldest: Version | None
    unrendered: str
    gives: Callable[[str, str], bool]
    follows: Follows
    guarding: Guarding | None = None
    bodies: Bodies = _none


def in_chart(planned: Plan, chart: ChartFacts | None, path: str, text: str, document: Document) -> Plan:
    """The plan, or a manual one with the reason why the template is changed by hand. `path` is the template's."""
    from sidecarlint.edits.templates import templated

    if chart is None:
        return _manual(planned, "it stands in a Helm template, and its chart is not seen; change it there")
    try:
        wanted = planned if chart.guarding is None else _guarded(planned, chart.guarding, path, text, document)
        needs = templated(text, document, wanted.operations, chart.gives).needs
    except Refusal as refusal:
        return _manual(planned, f"{refusal.reason} (line {Lines(text).number(refusal.offset)})")
    if needs and chart.unrendered:
        return _manual(planned, f"{needs[0]}, so only a rendering can show that the move is right, and {chart.unrendered}")
    if chart.guarding is not None:
        return _with_follows(wanted, planned.operations, chart, path, document)
    return _for_all(_with_follows(planned, planned.operations, chart, path, document), chart)


def without_actions(planned: Plan, chart: ChartFacts | None, path: str, document: Document) -> Plan:
    """The same for a template in which nothing is left open: it is edited as any manifest, and rendered by others all the same."""
    if chart is None:
        return planned
    if chart.guarding is not None:
        return _manual(planned, _NO_ACTIONS)
    return _for_all(_with_follows(planned, planned.operations, chart, path, document), chart)


def call_in_chart(planned: Plan, chart: ChartFacts, path: str, container: str, first: int) -> Plan:
    """A plan that moves the call of a define in the template at `path`, with what that means for those who render the chart and what else
    has to change along. `first`: the lowest index that another container has afterwards."""
    told = chart.follows(path, [container], first, False, False)
    follows = tuple(dict.fromkeys((*planned.follows, *told)))
    made = _for_all(planned._replace(notes=tuple(dict.fromkeys((*planned.notes, *told))), follows=follows), chart)
    return made._replace(hazards=tuple(dict.fromkeys(made.hazards)))


def _for_all(told: Plan, chart: ChartFacts) -> Plan:
    """The plan with what it means for those who render the chart."""
    if chart.oldest is not None and chart.oldest >= SIDECARS:
        return told
    return told._replace(applicability="unsafe", hazards=(*told.hazards, _OLDER))


def _guarded(planned: Plan, guarding: Guarding, path: str, text: str, document: Document) -> Plan:
    """The plan with both versions, where a container moves. What does not move is changed in both."""
    if not any(isinstance(each, Move) for each in planned.operations):
        return planned
    from sidecarlint.fixes.guarded import guarded

    return guarded(planned, guarding, path, text, document)


def _with_follows(planned: Plan, operations: Sequence[Operation], chart: ChartFacts, path: str, document: Document) -> Plan:
    """The plan with what else has to change along, where these operations move containers."""
    switch = chart.guarding is not None
    schema = switch and any(each.path == chart.guarding.schema for each in planned.elsewhere) if chart.guarding is not None else False
    moved = [each.item for each in operations if isinstance(each, Move) and each.item[-2] == "containers"]
    names = [name for item in moved if (name := text_of(child(at(document.root, item), "name"))) and "{{" not in name]
    follows = chart.follows(path, names, min(int(item[-1]) for item in moved), switch, schema) if moved else ()
    rendered = [f"not rendered: {chart.unrendered}"] if chart.unrendered else []
    return planned._replace(notes=(*planned.notes, *rendered, *follows), follows=follows)


_NO_ACTIONS = "the template holds no actions, so both versions (--style guarded) are written by hand; --style plain moves it"
_OLDER = "who renders the chart for a cluster older than 1.29 gets a container that holds up the start; kubeVersion does not rule that out"


def _manual(planned: Plan, why: str) -> Plan:
    return Plan(planned.title, "manual", (why, *planned.hazards), ())
