"""Who lets traffic in to a port by its name, and who leads it there from outside.

In: an `Object`. Out: `Mention`s `lets-in` and `lets-out` (detail: the protocol), `routes` (names: a port of a Service; detail: gke, alb,
other or "") and `health-check`. Must not know: workloads.
"""

from collections.abc import Iterator

from sidecarlint.documents import Node, Route, child, items, text_of
from sidecarlint.references.mentions import Mention, Whom
from sidecarlint.references.said import annotations_of, mention, pairs_of, selected
from sidecarlint.workloads import Object

_GKE = ("networking.gke.io/", "ingress.gcp.kubernetes.io/", "kubernetes.io/ingress.global-static-ip-name")
_ALB = ("alb.ingress.kubernetes.io/",)
_NAMESPACE = "kubernetes.io/metadata.name"
_PREFIXES = ("k8s:", "any:")
"""Where a label comes from, as Cilium may write it."""


def _is_name(text: str | None) -> bool:
    return bool(text) and not (text or "").isdecimal()


def network_policy(found: Object) -> Iterator[Mention]:
    """Named ports of the pods that the policy is for, and of those that it lets them call."""
    spec = child(found.node, "spec")
    whom = selected(child(spec, "podSelector"))
    for index, rule in enumerate(items(child(spec, "ingress"))):
        for name, protocol, route in _ports(rule, ("spec", "ingress", index)):
            yield mention(found, "lets-in", whom, (name,), route, protocol)
    for index, rule in enumerate(items(child(spec, "egress"))):
        for peer in items(child(rule, "to")):
            called = _peer(peer)
            if called is not None:
                for name, protocol, route in _ports(rule, ("spec", "egress", index)):
                    yield mention(found, "lets-out", called, (name,), route, protocol)


def _ports(rule: Node, base: Route) -> Iterator[tuple[str, str, Route]]:
    for index, port in enumerate(items(child(rule, "ports"))):
        name = text_of(child(port, "port"))
        if name and _is_name(name):
            yield name, text_of(child(port, "protocol")) or "TCP", (*base, "ports", index, "port")


def _peer(peer: Node) -> Whom | None:
    """The pods that a peer means; None for addresses, and for namespaces that only their labels tell."""
    pods, spaces = child(peer, "podSelector"), child(peer, "namespaceSelector")
    if pods is None:
        return None
    wanted = pairs_of(child(spaces, "matchLabels"))
    if spaces is None or (not wanted and not spaces.pairs):
        return selected(pods, None if spaces is None else ())
    return selected(pods, (wanted[0][1],)) if len(spaces.pairs) == len(wanted) == 1 and wanted[0][0] == _NAMESPACE else None


def cilium_policy(found: Object) -> Iterator[Mention]:
    """Named ports of the endpoints that the policy is for."""
    spec = child(found.node, "spec")
    whom = selected(child(spec, "endpointSelector"))
    whom = whom._replace(labels=tuple((_bare(key), value) for key, value in whom.labels))
    for index, rule in enumerate(items(child(spec, "ingress"))):
        for inner, to in enumerate(items(child(rule, "toPorts"))):
            for name, protocol, route in _ports(to, ("spec", "ingress", index, "toPorts", inner)):
                yield mention(found, "lets-in", whom, (name,), route, protocol)


def _bare(key: str) -> str:
    return next((key[len(each) :] for each in _PREFIXES if key.startswith(each)), key)


def linkerd_server(found: Object) -> Iterator[Mention]:
    """A Server is one port of some pods, by number or by name (7.7)."""
    spec = child(found.node, "spec")
    name = text_of(child(spec, "port"))
    if name and _is_name(name) and child(spec, "podSelector") is not None:
        yield mention(found, "lets-in", selected(child(spec, "podSelector")), (name,), ("spec", "port"), "TCP")


def ingress(found: Object) -> Iterator[Mention]:
    """The Services that it leads to, and which load balancer stands behind it, as far as it says so."""
    spec, kind = child(found.node, "spec"), _balancer(found)
    listed: list[tuple[Node | None, Route]] = [(child(spec, "defaultBackend"), ("spec", "defaultBackend"))]
    for index, rule in enumerate(items(child(spec, "rules"))):
        for inner, path in enumerate(items(child(child(rule, "http"), "paths"))):
            listed.append((child(path, "backend"), ("spec", "rules", index, "http", "paths", inner, "backend")))
    for backend, route in listed:
        service = child(backend, "service")
        if name := text_of(child(service, "name")):
            port = child(service, "port")
            asked = text_of(child(port, "name")) or text_of(child(port, "number")) or ""
            led = mention(found, "routes", Whom(), (asked,), (*route, "service", "port"), kind)
            yield led._replace(services=Whom(name=name))


def _balancer(found: Object) -> str:
    noted = annotations_of(found)
    kind = text_of(child(child(found.node, "spec"), "ingressClassName")) or noted.get("kubernetes.io/ingress.class", "")
    if kind in ("gce", "gce-internal") or (not kind and any(key.startswith(_GKE) for key in noted)):
        return "gke"
    return "alb" if kind == "alb" or (not kind and any(key.startswith(_ALB) for key in noted)) else "other" if kind else ""


def backend_config(found: Object) -> Iterator[Mention]:
    """Whether it says itself how GKE's load balancer checks the health of a Service."""
    if child(child(found.node, "spec"), "healthCheck") is not None:
        yield mention(found, "health-check", Whom(), (found.name,), ("spec", "healthCheck"))
