"""What a plan becomes in a template of a Helm chart.

In: a plan, a template, what its chart says. Out: `Plan`. Must not know: how a template is edited.

A chart is rendered by others, for clusters that its authors do not know (helm-kustomize.md, A7). So a move in it is safe only where the
chart refuses clusters without native sidecars.
"""

from collections.abc import Callable

from sidecarlint.documents import Document, Lines
from sidecarlint.edits import Refusal
from sidecarlint.fixes.plan import Plan
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import SIDECARS

Version = tuple[int, int, int]


class ChartFacts(NamedTuple):
    """What a chart says to a fix in one of its templates.

    folder        where it lies, as people are told
    oldest        the oldest Kubernetes version that its kubeVersion allows, None where it allows any
    unrendered    why it cannot be rendered, as in "helm is not on PATH"; "" where it can
    gives         whether an action with these words may give a key of this name
    follow_up     what else in its repository has to change along with a template
    guarded       whether templates are to serve older clusters too, which is not written here
    """

    folder: str
    oldest: Version | None
    unrendered: str
    gives: Callable[[str, str], bool]
    follow_up: tuple[str, ...] = ()
    guarded: bool = False


def in_chart(planned: Plan, chart: ChartFacts | None, text: str, document: Document) -> Plan:
    """The plan, or a manual one with the reason why the template is changed by hand."""
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
    return _for_all(planned, chart, (f"not rendered: {chart.unrendered}",) if chart.unrendered else ())


def without_actions(planned: Plan, chart: ChartFacts | None) -> Plan:
    """The same for a template in which nothing is left open: it is edited as any manifest, and rendered by others all the same."""
    if chart is None:
        return planned
    return _manual(planned, _GUARDED) if chart.guarded else _for_all(planned, chart, ())


def _for_all(planned: Plan, chart: ChartFacts, notes: tuple[str, ...]) -> Plan:
    """The plan with what it means for those who render the chart."""
    notes = (*planned.notes, *notes, *chart.follow_up)
    if chart.oldest is not None and chart.oldest >= SIDECARS:
        return planned._replace(notes=notes)
    return planned._replace(applicability="unsafe", hazards=(*planned.hazards, _OLDER), notes=notes)


_GUARDED = "both versions beside each other (--style guarded) are written by hand; --style plain moves it, for clusters from 1.29 on"
_OLDER = "who renders the chart for a cluster older than 1.29 gets a container that holds up the start; kubeVersion does not rule that out"


def _manual(planned: Plan, why: str) -> Plan:
    return Plan(planned.title, "manual", (why, *planned.hazards), ())
