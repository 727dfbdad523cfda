"""What a pod itself says about the nodes that it may run on.

In: a `Workload`. Out: words. Must not know: rules, lifecycles.
"""

from collections.abc import Iterator

from sidecarlint.documents import Node, at, child, items, text_of
from sidecarlint.workloads import Workload

_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
_OF_EVERY_VERSION = ("kubernetes.io/os", "kubernetes.io/arch", "beta.kubernetes.io/os", "beta.kubernetes.io/arch")
"""Labels that say nothing about how new a node is."""


def chooses_nodes(workload: Workload) -> str:
    """The field by which a pod chooses among nodes, nodeName, nodeSelector or nodeAffinity; "" where it takes them as they come.

    Whether those are newer ones is not known: no label of Kubernetes' own says a node's version (native-sidecars 1.17).
    """
    spec = at(workload.owner.document.root, workload.pod.route)
    if text_of(child(spec, "nodeName")):
        return "nodeName"
    selector = child(spec, "nodeSelector")
    if any(key.text not in _OF_EVERY_VERSION for key, _ in (selector.pairs if selector else ())):
        return "nodeSelector"
    terms = [set(_keys(term)) for term in items(child(at(spec, _REQUIRED), "nodeSelectorTerms"))]
    # Terms are ORed: one that chooses nothing lets the pod go anywhere.
    return "nodeAffinity" if terms and all(keys - set(_OF_EVERY_VERSION) for keys in terms) else ""


def _keys(term: Node) -> Iterator[str]:
    for part in ("matchExpressions", "matchFields"):
        yield from (text_of(child(each, "key")) or "" for each in items(child(term, part)))
