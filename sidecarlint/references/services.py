"""Who else speaks of a pod's containers: Services and their ports, the namespace, and all that `reading` reads.

In: all documents of a run. Out: `References`. Must not know: lifecycles, rules.

Only small facts are kept, so that memory does not grow with the number of files.
"""

import re
from collections.abc import Iterable, Sequence
from os.path import abspath, commonpath, dirname
from typing import TYPE_CHECKING

from sidecarlint.documents import Node, Route, child, items, text_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Object, Workload

if TYPE_CHECKING:
    from sidecarlint.references.mentions import Mention

_OTHERS = (
    "HorizontalPodAutoscaler", "VerticalPodAutoscaler", "ScaledObject", "NetworkPolicy", "CiliumNetworkPolicy", "Server", "Ingress",
    "BackendConfig", "PodMonitor", "ServiceMonitor", "PrometheusRule", "VMRule", "ValidatingAdmissionPolicy", "ValidatingPolicy",
    "ClusterPolicy", "Policy", "ConstraintTemplate", "Application", "ApplicationSet",
)  # fmt: skip
"""The kinds of `reading.READERS`, which is not on the way of a run that holds none of them."""
_CONSTRAINTS = "constraints.gatekeeper.sh"
_KINDS = ("Service", "Namespace", "List", *_OTHERS)

# A CustomResourceDefinition names its kind beside its listKind, and is long.
SPEAKS = re.compile(
    rf"kind['\"]?[ \t]*:[ \t]*['\"]?(?:{'|'.join(_KINDS)})(?:List)?\b(?!['\"]?,?\s+['\"]?listKind)|{re.escape(_CONSTRAINTS)}"
)
"""A text in which this is not found holds nothing that this room reads."""

_LONGEST_MARK = 100
_MARKS_OF_BALANCERS = "cloud.google.com/"


def titled(kind: str, name: str, path: str, asking: str) -> str:
    """An object in a sentence, with its source where that is not the one that asks."""
    named = f"the {kind} {name}".rstrip()
    return named if path in (asking, "-", "") else f"{named} (in {path})"


class Target(NamedTuple):
    """Where a port of a Service leads by a name. `route` leads to its `targetPort`, from the document's root."""

    name: str
    protocol: str
    route: Route


class Service(NamedTuple):
    """A Service: what it selects, and where each port leads. A target is a number's or a name's text.

    `named` are those that are names, `path` is its source's. Of a Service that has some, `number` is its document's, and `closed`
    says why it must not be rewritten there; "" when nothing in its document does. `ports` are pairs of a port's name, or its number,
    and where it leads; `labels` are the Service's own, `balanced` its annotations for GKE's load balancer.
    """

    name: str
    namespace: str
    selector: tuple[tuple[str, str], ...]
    targets: tuple[str, ...]
    named: tuple[Target, ...] = ()
    path: str = ""
    number: int = 0
    closed: str = ""
    ports: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    balanced: tuple[tuple[str, str], ...] = ()

    @property
    def kind(self) -> str:
        """Its kind, as of anything else that speaks of ports."""
        return "Service"

    @property
    def asks_for(self) -> tuple[tuple[str, str], ...]:
        """The labels that pods must have."""
        return self.selector

    def title(self, asking: str) -> str:
        """The object in a sentence, with its source where that is not the one that asks."""
        return titled(self.kind, self.name, self.path, asking)


class Namespace(NamedTuple):
    """A Namespace: its labels and annotations as pairs, as far as they are short. `path` is its source's."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    path: str = ""


class References(NamedTuple):
    """What is known of a run beyond single workloads. `path`: the source whose workloads are looked at; `context`: the sources that are
    only read."""

    services: tuple[Service, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    path: str = ""
    mentions: "tuple[Mention, ...]" = ()
    context: frozenset[str] = frozenset()


def read_references(found: Iterable[Object], path: str = "") -> References:
    """The references that these objects make, which stand in the source at `path`."""
    services, namespaces = list[Service](), list[Namespace]()
    mentions: list[Mention] = []
    for each in found:
        if each.kind in _OTHERS or each.api_version.startswith(_CONSTRAINTS):
            from sidecarlint.references.reading import mentions_of

            mentions += mentions_of(each, path)
        if each.api_version == "v1" and each.kind == "Service" and (service := _service(each, path)).selector:
            services.append(service)
        if each.api_version == "v1" and each.kind == "Namespace" and any((namespace := _namespace(each, path))[1:3]):
            namespaces.append(namespace)
    return References(tuple(services), tuple(namespaces), mentions=tuple(mentions))


def merged(each: Iterable[References]) -> References:
    """The references of several sources as one."""
    listed = tuple(each)
    services = tuple(service for one in listed for service in one.services)
    namespaces = tuple(namespace for one in listed for namespace in one.namespaces)
    mentions = tuple(mention for one in listed for mention in one.mentions)
    if services or mentions:
        # Most runs hold neither.
        from sidecarlint.references.index import Indexed

        return References(Indexed(services), namespaces, mentions=Indexed(mentions))
    return References(services, namespaces)


def _namespace(found: Object, path: str) -> Namespace:
    meta = child(found.node, "metadata")
    return Namespace(found.name, _short(child(meta, "labels")), _short(child(meta, "annotations")), path)


def _short(node: Node | None) -> tuple[tuple[str, str], ...]:
    pairs = ((key.text, text_of(value) or "") for key, value in (node.pairs if node else ()))
    return tuple((key, value) for key, value in pairs if len(value) < _LONGEST_MARK)


def _service(found: Object, path: str) -> Service:
    spec = child(found.node, "spec")
    selector = child(spec, "selector")
    pairs = tuple(sorted((key.text, text_of(value) or "") for key, value in (selector.pairs if selector else ())))
    ports = items(child(spec, "ports"))
    targets = tuple(text_of(child(port, "targetPort")) or text_of(child(port, "port")) or "" for port in ports)
    names = (text_of(child(port, key)) or "" for port in ports for key in ("name", "port"))
    meta = child(found.node, "metadata")
    plain = Service(
        found.name,
        found.namespace,
        pairs,
        targets,
        path=path,
        ports=tuple(zip(names, (target for target in targets for _ in range(2)), strict=True)),
        labels=_short(child(meta, "labels")),
        balanced=tuple(pair for pair in _short(child(meta, "annotations")) if pair[0].startswith(_MARKS_OF_BALANCERS)),
    )
    named = _named(found, ports, targets)
    return plain._replace(named=named, number=found.document.number, closed=closed(found)) if named else plain


def _named(found: Object, ports: Sequence[Node], targets: Sequence[str]) -> tuple[Target, ...]:
    return tuple(
        Target(target, text_of(child(port, "protocol")) or "TCP", (*found.route, "spec", "ports", index, "targetPort"))
        for index, (port, target) in enumerate(zip(ports, targets, strict=True))
        if target and not target.isdecimal()
    )


def closed(found: Object) -> str:
    """Why an object must not be rewritten where it stands, or ""."""
    if found.document.problem is not None:
        return f"the document of the {found.kind} cannot be read as a whole"
    owners = items(child(child(found.node, "metadata"), "ownerReferences"))
    kind = text_of(child(owners[0], "kind")) if owners else None
    return f"a {kind} made the {found.kind} and makes it anew" if kind else ""


def selecting(references: References, workload: Workload) -> tuple[Service, ...]:
    """The Services that select the workload's pods. One without a namespace may end up in any.

    There is only one of a name in a namespace, so the one in the workload's own folder stands for those of other folders.
    """
    if not references.services:
        return ()
    from sidecarlint.references.index import indexed

    labels, namespace = workload.pod.labels.items(), workload.owner.namespace
    found = [
        each
        for each in indexed(references.services).near(labels)
        if set(each.selector) <= labels and (each.namespace == namespace or not (each.namespace and namespace))
    ]
    beside = {(each.name, each.namespace) for each in found if _is_beside(each, references)}
    return tuple(each for each in found if _is_beside(each, references) or (each.name, each.namespace) not in beside)


def _is_beside(service: Service, references: References) -> bool:
    return bool(references.path) and dirname(service.path) == dirname(references.path)


def namespaces_of(references: References, workload: Workload) -> tuple[Namespace, ...]:
    """The namespaces of the run that are called like the one that the workload says it is in, each once, and that stand where its own may.

    A run may hold the manifests of several clusters. They are kept apart by their folders, and what lies in one line with the workload's
    source belongs to it: in the same folder, above it or below it. Every cluster has a namespace `default`, so that one must stand in
    the same source. What the user names as context is meant to count.
    """
    own = workload.owner.namespace
    named = (each for each in references.namespaces if own and each.name == own)
    near = (each for each in named if _may_be_own(each, references))
    return tuple({each[:3]: each for each in near}.values())


def _may_be_own(namespace: Namespace, references: References) -> bool:
    if namespace.path == references.path or namespace.path in references.context:
        return True
    return namespace.name != "default" and _in_one_line(namespace.path, references.path)


def _in_one_line(one: str, other: str) -> bool:
    folders = [abspath(dirname(path)) for path in (one, other)]
    return commonpath(folders) in folders


def service_ports(services: Iterable[Service], container: Container) -> tuple[tuple[str, str], ...]:
    """Pairs of a Service's name and its target that lead to a port that this container declares."""
    declared = {str(port.number) for port in container.ports} | {port.name for port in container.ports if port.name}
    return tuple((service.name, target) for service in services for target in service.targets if target in declared)


def named_targets(services: Iterable[Service], container: Container) -> tuple[tuple[Service, Target], ...]:
    """The Services that lead by a name to a port that this container declares, each with that target."""
    declared = {port.name for port in container.ports if port.name}
    return tuple((service, target) for service in services for target in service.named if target.name in declared)
