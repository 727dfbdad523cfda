"""What Prometheus scrapes by the names of ports.

In: an `Object`. Out: `Mention`s `scrapes` and `scrapes-service` (detail: port or targetPort). Must not know: workloads.
"""

from collections.abc import Iterator

from sidecarlint.documents import Node, child, items, text_of, texts
from sidecarlint.references.mentions import Mention, Whom
from sidecarlint.references.said import mention, selected
from sidecarlint.workloads import Object

_INIT = "__meta_kubernetes_pod_container_init"
_LEAVES_OUT = {("drop", "true"), ("keep", "false")}


def _spaces(spec: Node | None) -> tuple[str, ...] | None:
    """The namespaces that a monitor looks into: its own, those that it names, or any."""
    node = child(spec, "namespaceSelector")
    if (text_of(child(node, "any")) or "").lower() == "true":
        return ()
    return texts(child(node, "matchNames")) or None


def pod_monitor(found: Object) -> Iterator[Mention]:
    """7.9: the pod role has always listed init containers, so only one that leaves these out says anything of interest."""
    spec = child(found.node, "spec")
    whom = selected(child(spec, "selector"), _spaces(spec))
    for index, endpoint in enumerate(items(child(spec, "podMetricsEndpoints"))):
        port = text_of(child(endpoint, "port")) or text_of(child(endpoint, "targetPort")) or text_of(child(endpoint, "portNumber"))
        if port and any(_leaves_out_init(each) for each in items(child(endpoint, "relabelings"))):
            yield mention(found, "scrapes", whom, (port,), ("spec", "podMetricsEndpoints", index))


def _leaves_out_init(relabeling: Node) -> bool:
    told = (text_of(child(relabeling, "action")) or "").lower(), (text_of(child(relabeling, "regex")) or "").lower()
    return told in _LEAVES_OUT and _INIT in texts(child(relabeling, "sourceLabels"))


def service_monitor(found: Object) -> Iterator[Mention]:
    """Its selector is about Services: `port` is the name of a Service's port, `targetPort` a port of the pod."""
    spec = child(found.node, "spec")
    asked = selected(child(spec, "selector"))
    for index, endpoint in enumerate(items(child(spec, "endpoints"))):
        for key in ("port", "targetPort"):
            if port := text_of(child(endpoint, key)):
                about = mention(found, "scrapes-service", Whom(namespaces=_spaces(spec)), (port,), ("spec", "endpoints", index, key), key)
                yield about._replace(services=asked)
                break
