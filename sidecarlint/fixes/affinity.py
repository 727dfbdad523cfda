"""Required node affinity beside native sidecars, and taken away again: pods that have one go to nodes that carry a label.

In: a pod's life and the settings, as a `Context`. Out: `Asked`. Must not know: text.

Kubernetes puts no label for a kubelet's version on nodes (native-sidecars 1.17), so the label is the user's. Node selector terms are
ORed and the expressions of one term are ANDed, so the expression goes into every term. A term without any expression matches no node;
it stays as it is.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.documents import Node, Route, at, child, items, text_of, texts
from sidecarlint.edits import LAST, Fields, Insert, Items, Operation, Remove, Set
from sidecarlint.fixes.hazards.case import Hazard
from sidecarlint.fixes.plan import Asked, Context, Plan
from sidecarlint.lifecycle.pairs import other_half
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
_TERMS = "nodeSelectorTerms"
_EXPRESSIONS = "matchExpressions"
_AHEAD = ("nodeSelector", "priorityClassName", "serviceAccountName")
"""Behind which of these a new `affinity` goes, as people write them."""


class Label(NamedTuple):
    """A node's label. `value` None: any."""

    key: str
    value: str | None

    def __str__(self) -> str:
        return self.key if self.value is None else f"{self.key}={self.value}"


class Term(NamedTuple):
    """One node selector term: where it stands, its expressions, and whether it matches no node because nothing stands in it."""

    route: Route
    expressions: tuple[Node, ...]
    empty: bool


def label_of(text: str) -> Label:
    """`KEY` or `KEY=VALUE`, as the command line has it."""
    key, given, value = text.partition("=")
    return Label(key, value if given else None)


def bind(context: Context) -> Iterator[Asked]:
    """`--node-affinity`: what is missing in a pod that has a native sidecar. A universal pair (12.4) runs on every node."""
    workload, label = context.life.workload, label_of(context.settings.node_affinity)
    if (
        not context.settings.node_affinity
        or not any(each.is_sidecar and not other_half(workload, each) for each in workload.pod.init_containers)
        or _is_bound(workload, label)
    ):
        return
    title = f"Let its pods run on nodes with the label {label} only"
    hazards = binding(workload, label)
    if refusal := unbindable(workload, label):
        yield Asked("node-affinity", _UNBOUND, Plan(title, "manual", (refusal, *hazards), ()))
    else:
        yield Asked("node-affinity", _UNBOUND, Plan(title, "unsafe" if hazards else "safe", hazards, tuple(_bound(workload, label))))


_UNBOUND = "it has a native sidecar and may come to a node that does not know them"


def hazards(workload: Workload, label: Label) -> tuple[Hazard, ...]:
    """What stands against a move when its pods are to be bound as well."""
    if _is_bound(workload, label):
        return ()
    refusal = unbindable(workload, label)
    return (*((Hazard(refusal, True),) if refusal else ()), *(Hazard(each) for each in binding(workload, label)))


def unbindable(workload: Workload, label: Label) -> str | None:
    """Why pods cannot be bound to nodes of this label, or None."""
    wanted = text_of(child(_spec(workload, "nodeSelector"), label.key))
    if wanted is not None and label.value not in (None, wanted):
        return f"nodeSelector asks for {label.key}={wanted}, so no node would fit"
    terms = _terms(workload)
    if terms and all(term.empty for term in terms):
        return "its node affinity matches no node as it is"
    if any(_excludes(each, label) for term in terms for each in term.expressions):
        return f"its node affinity speaks of {label.key} in another way"
    return None


def binding(workload: Workload, label: Label) -> tuple[str, ...]:
    """What else changes when pods are bound to nodes of this label."""
    return (f"no pod of this DaemonSet runs on nodes without the label {label} any more",) * (workload.owner.kind == "DaemonSet")


def drop(context: Context) -> Iterator[Asked]:
    """`--drop-node-affinity`: the expression that `bind` writes, wherever it stands."""
    workload, label = context.life.workload, label_of(context.settings.drop_node_affinity)
    found = [(term, index) for term in _terms(workload) for index, each in enumerate(term.expressions) if _is_same(each, label)]
    if not context.settings.drop_node_affinity or not found:
        return
    title = f"Let its pods run on nodes without the label {label} again"
    message = f"its pods run on nodes with the label {label} only"
    alone = [term for term, _ in found if len(term.expressions) == 1 and not _has_fields(workload, term)]
    if alone and len(_terms(workload)) > 1:
        hazards = ("one of its node selector terms asks for nothing else, and without an expression a term matches no node",)
        yield Asked("drop-node-affinity", message, Plan(title, "manual", hazards, ()))
        return
    others = () if any(each.is_sidecar for each in workload.pod.init_containers) else (_ITS_OWN,)
    operations = [_unbound(workload, term, index, term in alone) for term, index in found]
    yield Asked("drop-node-affinity", message, Plan(title, "unsafe" if others else "safe", others, tuple(operations)))


_ITS_OWN = "it has no native sidecar, so it may ask for that label for a reason of its own"


def _bound(workload: Workload, label: Label) -> Iterator[Operation]:
    expression, route = _expression(label), (*workload.pod.route, *_REQUIRED)
    terms = _terms(workload)
    for term in terms:
        if not term.empty:
            yield Insert((*term.route, _EXPRESSIONS), LAST, expression)
    if not terms:
        yield Set((*route, _TERMS), Items((Fields(((_EXPRESSIONS, Items((expression,))),)),)), _AHEAD)


def _unbound(workload: Workload, term: Term, index: int, alone: bool) -> Operation:
    if alone:
        return Remove((*workload.pod.route, *_REQUIRED), emptied=True)
    if len(term.expressions) == 1:
        return Remove((*term.route, _EXPRESSIONS))
    return Remove((*term.route, _EXPRESSIONS, index))


def _expression(label: Label) -> Fields:
    if label.value is None:
        return Fields((("key", label.key), ("operator", "Exists")))
    return Fields((("key", label.key), ("operator", "In"), ("values", Items((label.value,)))))


def _is_bound(workload: Workload, label: Label) -> bool:
    """Whether such pods run on nodes of this label only, whatever says so."""
    wanted = text_of(child(_spec(workload, "nodeSelector"), label.key))
    terms = [term for term in _terms(workload) if not term.empty]
    if wanted is not None and label.value in (None, wanted):
        return True
    return bool(terms) and all(any(_demands(each, label) for each in term.expressions) for term in terms)


def _demands(expression: Node, label: Label) -> bool:
    """Whether an expression holds only on nodes of this label."""
    key, operator, values = _parts(expression)
    if key != label.key:
        return False
    return values == (label.value,) and operator == "In" if label.value is not None else operator in ("Exists", "In")


def _is_same(expression: Node, label: Label) -> bool:
    """Whether it is the very expression that is written for this label."""
    key, operator, values = _parts(expression)
    return (key, operator, values) == (label.key, *(("Exists", ()) if label.value is None else ("In", (label.value,))))


def _excludes(expression: Node, label: Label) -> bool:
    """Whether a node that an expression fits may not have this label."""
    key, operator, values = _parts(expression)
    if key != label.key or operator in ("Exists", "Gt", "Lt"):
        return False
    return operator != "In" or (label.value is not None and label.value not in values)


def _parts(expression: Node) -> tuple[str, str, tuple[str, ...]]:
    key, operator = text_of(child(expression, "key")) or "", text_of(child(expression, "operator")) or ""
    return key, operator, tuple(texts(child(expression, "values")) or ())


def _terms(workload: Workload) -> Sequence[Term]:
    route = (*workload.pod.route, *_REQUIRED, _TERMS)
    found = items(at(workload.owner.document.root, route))
    return [
        Term(
            (*route, index),
            tuple(expressions := items(child(term, _EXPRESSIONS))),
            not expressions and not items(child(term, "matchFields")),
        )
        for index, term in enumerate(found)
    ]


def _has_fields(workload: Workload, term: Term) -> bool:
    return bool(items(at(workload.owner.document.root, (*term.route, "matchFields"))))


def _spec(workload: Workload, key: str) -> Node | None:
    return at(workload.owner.document.root, (*workload.pod.route, key))
