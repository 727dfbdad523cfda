"""A base that is also built at another revision of its repository, as a hazard of every move in it.

In: a verdict, the graph of a tree, a file. Out: a `Verdict`. Must not know: where texts come from, formats.
"""

from sidecarlint.edits import Move
from sidecarlint.judging import Planned, Verdict
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.references.kustomize.consumers import Consumer, consumers
from sidecarlint.sources.clones import clone_at
from sidecarlint.sources.nearby import short

_NOT_SEEN = "consumers not seen: {who} builds it {where}{more}"


def with_consumers(verdict: Verdict, graph: Kustomizations, path: str) -> Verdict:
    """The verdict on the file at `path`, in which no move is safe that others know nothing of yet."""
    if not any(map(_moves, verdict.planned)) or graph.beside is None or not (found := consumers(graph, clone_at(graph.beside.top), path)):
        return verdict
    hazard = _hazard(found[0], len(found) - 1)
    return verdict._replace(planned=tuple(_unsafe(each, hazard) if _moves(each) else each for each in verdict.planned))


def _moves(each: Planned) -> bool:
    """Whether a container of the file moves, now or in a later pass."""
    fix, plan = each.finding.fix, each.plan
    if fix is None or fix.applicability == "manual":
        return False
    return plan is None or any(isinstance(one, Move) for one in (*plan.operations, *(asked.operation for asked in plan.elsewhere)))


def _hazard(first: Consumer, others: int) -> str:
    who = f"{first.title} in {short(first.path)}" if first.title else short(first.path)
    more = f"; so do {others} others" if others > 1 else "; so does one other" if others else ""
    where = f"at another revision ({first.revision})" if first.revision else "from the default branch"
    return _NOT_SEEN.format(who=who, where=where, more=more)


def _unsafe(each: Planned, hazard: str) -> Planned:
    fix = each.finding.fix
    assert fix is not None
    told = each.finding._replace(fix=fix._replace(applicability="unsafe", hazards=(*fix.hazards, hazard)))
    plan = each.plan._replace(applicability="unsafe", hazards=(*each.plan.hazards, hazard)) if each.plan is not None else None
    return each._replace(finding=told, plan=plan)
