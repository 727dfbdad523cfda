"""Who else speaks of a pod's containers: Services and their ports, and the namespace.

In: all documents of a run. Out: `References`. Must not know: lifecycles, rules.

Only small facts are kept, so that memory does not grow with the number of files.
"""

import re
from collections.abc import Iterable
from os.path import abspath, commonpath, dirname

from sidecarlint.documents import Node, Route, child, items, text_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Object, Workload

SPEAKS = re.compile(r"kind['\"]?[ \t]*:[ \t]*['\"]?(?:Service|Namespace|List|ServiceList|NamespaceList)\b")
"""A text in which this is not found holds nothing that this room reads."""

_LONGEST_MARK = 100


class Target(NamedTuple):
    """Where a port of a Service leads by a name. `route` leads to its `targetPort`, from the document's root."""

    name: str
    protocol: str
    route: Route


class Service(NamedTuple):
    """A Service: what it selects, and where each port leads. A target is a number's or a name's text.

    `named` are those that are names, `path` is its source's. Of a Service that has some, `number` is its document's, and `closed`
    says why it must not be rewritten there; "" when nothing in its document does.
    """

    name: str
    namespace: str
    selector: tuple[tuple[str, str], ...]
    targets: tuple[str, ...]
    named: tuple[Target, ...] = ()
    path: str = ""
    number: int = 0
    closed: str = ""


class Namespace(NamedTuple):
    """A Namespace: its labels and annotations as pairs, as far as they are short. `path` is its source's."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    path: str = ""


class References(NamedTuple):
    """What is known of a run beyond single workloads. `path`: the source whose workloads are looked at."""

    services: tuple[Service, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    path: str = ""


def read_references(found: Iterable[Object], path: str = "") -> References:
    """The references that these objects make, which stand in the source at `path`."""
    services, namespaces = list[Service](), list[Namespace]()
    for each in found:
        if each.api_version == "v1" and each.kind == "Service" and (service := _service(each, path)).selector:
            services.append(service)
        if each.api_version == "v1" and each.kind == "Namespace" and any((namespace := _namespace(each, path))[1:3]):
            namespaces.append(namespace)
    return References(tuple(services), tuple(namespaces))


def merged(each: Iterable[References]) -> References:
    """The references of several sources as one."""
    listed = tuple(each)
    services = tuple(service for one in listed for service in one.services)
    return References(services, tuple(namespace for one in listed for namespace in one.namespaces))


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
    if all(target.isdecimal() for target in targets):
        return Service(found.name, found.namespace, pairs, targets, path=path)
    named = tuple(
        Target(target, text_of(child(port, "protocol")) or "TCP", (*found.route, "spec", "ports", index, "targetPort"))
        for index, (port, target) in enumerate(zip(ports, targets, strict=True))
        if target and not target.isdecimal()
    )
    return Service(found.name, found.namespace, pairs, targets, named, path, found.document.number, _closed(found))


def _closed(found: Object) -> str:
    if found.document.problem is not None:
        return "the document of the Service cannot be read as a whole"
    owners = items(child(child(found.node, "metadata"), "ownerReferences"))
    kind = text_of(child(owners[0], "kind")) if owners else None
    return f"a {kind} made the Service and makes it anew" if kind else ""


def selecting(references: References, workload: Workload) -> tuple[Service, ...]:
    """The Services that select the workload's pods. One without a namespace may end up in any.

    There is only one of a name in a namespace, so the one in the workload's own folder stands for those of other folders.
    """
    labels, namespace = workload.pod.labels.items(), workload.owner.namespace
    found = [
        each
        for each in references.services
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
    the same source.
    """
    own = workload.owner.namespace
    named = (each for each in references.namespaces if own and each.name == own)
    near = (each for each in named if each.path == references.path or (own != "default" and _in_one_line(each.path, references.path)))
    return tuple({each[:3]: each for each in near}.values())


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
