"""What a plan becomes in a template of a Helm chart.

In: a plan, a template, what its chart says. Out: `Plan`. Must not know: how a template is edited.

A chart is rendered by others, for clusters that its authors do not know (helm-kustomize.md, A7). So a move in it is safe only where the
chart refuses clusters without native sidecars.
"""

from collections.abc import Callable, Sequence

from sidecarlint.documents import Document, Lines, at, child, text_of
from sidecarlint.edits import Move, Refusal
from sidecarlint.fixes.plan import Plan
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import SIDECARS

Version = tuple[int, int, int]

Follows = Callable[[str, Sequence[str], int, bool], tuple[str, ...]]
"""What else has to change in a chart's repository, each as a sentence: by a template's path, the names of the containers that move, the
lowest index that another one has afterwards, and whether a value turns the move on."""


class ChartFacts(NamedTuple):
    """What a chart says to a fix in one of its templates.

    folder        where it lies, as people are told
    oldest        the oldest Kubernetes version that its kubeVersion allows, None where it says none or cannot be read
    unrendered    why it cannot be rendered, as in "helm is not on PATH"; "" where it can
    gives         whether an action with these words may give a key of this name
    follows       what else in its repository has to change along with a template
    guarded       whether templates are to serve older clusters too, which is not written here
    """

    folder: str
    oldest: Version | None
    unrendered: str
    gives: Callable[[str, str], bool]
    follows: Follows
    guarded: bool = False


def in_chart(planned: Plan, chart: ChartFacts | None, path: str, text: str, document: Document) -> Plan:
    """The plan, or a manual one with the reason why the template is changed by hand. `path` is the template's."""
    from sidecarlint.edits.templates import templated

    if chart is None:
        return _manual(planned, "it stands in a Helm template, and its chart is not seen; change it there")
    if chart.guarded:
        return _manual(planned, _GUARDED)
    try:
        needs = templated(text, document, planned.operations, chart.gives).needs
    except Refusal as refusal:
        return _manual(planned, f"{refusal.reason} (line {Lines(text).number(refusal.offset)})")
    if needs and chart.unrendered:
        return _manual(planned, f"{needs[0]}, so only a rendering can show that the move is right, and {chart.unrendered}")
    told = _with_follows(planned, chart, path, document, False)
    if chart.oldest is not None and chart.oldest >= SIDECARS:
        return told
    return told._replace(applicability="unsafe", hazards=(*planned.hazards, _OLDER))


def _with_follows(planned: Plan, chart: ChartFacts, path: str, document: Document, switch: bool) -> Plan:
    """The plan with what else has to change along, where containers move. `switch`: a value turns that on."""
    moved = [each.item for each in planned.operations if isinstance(each, Move) and each.item[-2] == "containers"]
    names = [name for item in moved if (name := text_of(child(at(document.root, item), "name"))) and "{{" not in name]
    follows = chart.follows(path, names, min(int(item[-1]) for item in moved), switch) if moved else ()
    rendered = [f"not rendered: {chart.unrendered}"] if chart.unrendered else []
    return planned._replace(notes=(*planned.notes, *rendered, *follows), follows=follows)


_GUARDED = "both versions beside each other (--style guarded) are written by hand; --style plain moves it, for clusters from 1.29 on"
_OLDER = "who renders the chart for a cluster older than 1.29 gets a container that holds up the start; kubeVersion does not rule that out"


def _manual(planned: Plan, why: str) -> Plan:
    return Plan(planned.title, "manual", (why, *planned.hazards), ())
