"""Typed views of a pod template and its containers, with the API server's defaults filled in.

In: a document's nodes. Out: `Pod`, `Container` and what they hold. Must not know: rules, lifecycles.

Views are made once and frozen. What is absent or of the wrong type reads as its default: validation is the API server's
work, not ours.
"""

from collections.abc import Mapping

from sidecarlint.documents import Node, Route, at, child, is_null, items, resolve, text_of, texts
from sidecarlint.values import NamedTuple

SECRET_VOLUMES = frozenset({"configMap", "secret", "projected", "downwardAPI"})
"""Volume types that containers can only read."""


class Port(NamedTuple):
    """A declared port. `host` is None without hostPort."""

    name: str
    number: int | None
    protocol: str
    host: int | None


class Mount(NamedTuple):
    """Where a container sees a volume."""

    volume: str
    path: str
    read_only: bool
    sub_path: str


class Variable(NamedTuple):
    """An environment variable with a literal value; empty when it comes from elsewhere."""

    name: str
    value: str
    route: Route


class Probe(NamedTuple):
    """A probe or a hook. `kind`: httpGet, tcpSocket, grpc, exec or sleep; `port` is a number or a port's name; `command` an exec's argv.

    `host` is "" for the pod itself.
    """

    kind: str
    port: str
    path: str
    command: tuple[str, ...]
    seconds: int | None
    route: Route
    host: str = ""


class Container(NamedTuple):
    """One entry of `containers` or `initContainers`. `route` leads to it from the document's root, like all routes here.

    `command` and `args` are None when they are not given, so that the image's own count. A limit without a request is a request too.
    `directive` is the part that a comment or its kind lays down: helper, app or "". `unread`: actions of a template decide what its
    command line says.
    """

    name: str
    list: str
    position: int
    image: str
    command: tuple[str, ...] | None
    args: tuple[str, ...] | None
    env: tuple[Variable, ...]
    ports: tuple[Port, ...]
    mounts: tuple[Mount, ...]
    restart_policy: str | None
    startup_probe: Probe | None
    readiness_probe: Probe | None
    liveness_probe: Probe | None
    post_start: Probe | None
    pre_stop: Probe | None
    requests: dict[str, str]
    limits: dict[str, str]
    resize_policy: bool
    added_capabilities: tuple[str, ...]
    keys: tuple[str, ...]
    route: Route
    directive: str = ""
    unread: bool = False

    @property
    def is_sidecar(self) -> bool:
        """Whether Kubernetes takes it for a native sidecar (native-sidecars 2.1)."""
        return self.list == "initContainers" and self.restart_policy == "Always"


LISTS = ("containers", "initContainers")
"""What Kubernetes calls the two lists of a pod."""


class Pod(NamedTuple):
    """A pod template. `volumes` maps a volume's name to its type, such as `emptyDir`; `meta` is the route to the pods' metadata.
    `unread`: actions of a template may add to that. `lists`: what its lists of containers and of init containers are called here.
    """

    containers: tuple[Container, ...]
    init_containers: tuple[Container, ...]
    volumes: dict[str, str]
    labels: dict[str, str]
    annotations: dict[str, str]
    restart_policy: str
    grace_seconds: int
    host_network: bool
    shared_processes: bool
    route: Route
    meta: Route
    unread: bool = False
    lists: tuple[str, str] = LISTS

    @property
    def all_containers(self) -> tuple[Container, ...]:
        """Init containers and then containers, each in the order of the manifest."""
        return self.init_containers + self.containers


Directed = Mapping[Route, str]
"""What comments say of containers, by the route to the container or to its name."""


def read_pod(root: Node, route: Route, meta: Route, directed: Directed) -> Pod:
    """The view of the pod spec at `route`, whose metadata stands at `meta`."""
    spec, metadata = at(root, route), at(root, meta)
    return Pod(
        containers=_containers(spec, "containers", route, directed),
        init_containers=_containers(spec, "initContainers", route, directed),
        volumes=read_volumes(child(spec, "volumes")),
        labels=_texts(child(metadata, "labels")),
        annotations=_texts(child(metadata, "annotations")),
        restart_policy=_text(spec, "restartPolicy") or "Always",
        grace_seconds=_number(child(spec, "terminationGracePeriodSeconds"), 30) or 0,
        host_network=_true(child(spec, "hostNetwork")),
        shared_processes=_true(child(spec, "shareProcessNamespace")) or _true(child(spec, "hostPID")),
        route=route,
        meta=meta,
    )


def read_list(spec: Node | None, key: str, counts_as: str, route: Route, directed: Directed) -> tuple[Container, ...]:
    """The views of a list of containers that is called `key` in the mapping at `route`, and `counts_as` one of `LISTS`. In values of
    charts it may also be a mapping from names to containers."""
    listed = child(spec, key)
    if listed is None or listed.kind != "mapping":
        return tuple(each._replace(list=counts_as) for each in _containers(spec, key, route, directed))
    named = [(name.text, node) for name, value in listed.pairs if (node := resolve(value)) is not None]
    read = [(name, _container(node, counts_as, place, (*route, key, name), directed)) for place, (name, node) in enumerate(named)]
    return tuple(each._replace(name=each.name or name) for name, each in read)


def read_volumes(listed: Node | None) -> dict[str, str]:
    """A list of volumes as `Pod.volumes` has them."""
    return {name: _volume_type(item) for item in items(listed) if (name := _text(item, "name"))}


def read_mounts(listed: Node | None) -> tuple[Mount, ...]:
    """The views of a list of volume mounts."""
    return tuple(_mount(item) for item in items(listed))


def _containers(spec: Node | None, key: str, route: Route, directed: Directed) -> tuple[Container, ...]:
    listed = items(child(spec, key))
    return tuple(
        _container(node, key, index, (*route, key, index), directed)
        for index, item in enumerate(listed)
        if (node := resolve(item)) is not None
    )


def _container(node: Node, key: str, index: int, route: Route, directed: Directed) -> Container:
    security = child(child(node, "securityContext"), "capabilities")
    lifecycle, below = child(node, "lifecycle"), (*route, "lifecycle")
    limits = _texts(child(child(node, "resources"), "limits"))
    return Container(
        name=_text(node, "name"),
        list=key,
        position=index,
        image=_text(node, "image"),
        command=_argv(node, "command"),
        args=_argv(node, "args"),
        env=tuple(_variable(item, (*route, "env", i)) for i, item in enumerate(items(child(node, "env")))),
        ports=tuple(_port(item) for item in items(child(node, "ports"))),
        mounts=read_mounts(child(node, "volumeMounts")),
        restart_policy=text_of(child(node, "restartPolicy")),
        startup_probe=_probe(child(node, "startupProbe"), (*route, "startupProbe")),
        readiness_probe=_probe(child(node, "readinessProbe"), (*route, "readinessProbe")),
        liveness_probe=_probe(child(node, "livenessProbe"), (*route, "livenessProbe")),
        post_start=_probe(child(lifecycle, "postStart"), (*below, "postStart")),
        pre_stop=_probe(child(lifecycle, "preStop"), (*below, "preStop")),
        requests={**limits, **_texts(child(child(node, "resources"), "requests"))},
        limits=limits,
        resize_policy=not is_null(child(node, "resizePolicy")),
        added_capabilities=texts(child(security, "add")),
        keys=tuple(name.text for name, _ in node.pairs),
        route=route,
        directive=directed.get(route) or directed.get((*route, "name"), ""),
    )


def _text(node: Node | None, key: str) -> str:
    return text_of(child(node, key)) or ""


def _texts(node: Node | None) -> dict[str, str]:
    return {name.text: value for name, item in (node.pairs if node else ()) if (value := text_of(item)) is not None}


def _true(node: Node | None) -> bool:
    return (text_of(node) or "").lower() in ("true", "yes", "on")


def _number(node: Node | None, default: int | None = None) -> int | None:
    text = text_of(node) or ""
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _argv(node: Node, key: str) -> tuple[str, ...] | None:
    value = child(node, key)
    if is_null(value) or (value is not None and value.kind == "sequence" and not value.items):
        return None
    return texts(value)


def _volume_type(item: Node) -> str:
    node = resolve(item)
    kinds = [name.text for name, _ in (node.pairs if node else ()) if name.text != "name"]
    return kinds[0] if kinds else "emptyDir"


def _variable(item: Node, route: Route) -> Variable:
    return Variable(_text(item, "name"), _text(item, "value"), route)


def _port(item: Node) -> Port:
    protocol = _text(item, "protocol") or "TCP"
    return Port(_text(item, "name"), _number(child(item, "containerPort")), protocol, _number(child(item, "hostPort")))


def _mount(item: Node) -> Mount:
    path = _text(item, "mountPath")
    # The kubelet takes a path without its first slash for one from the root (kubernetes, pkg/kubelet/kubelet_pods.go, makeMounts).
    rooted = f"/{path}" if path[:1].isalnum() and path[1:2] != ":" else path
    return Mount(_text(item, "name"), rooted, _true(child(item, "readOnly")), _text(item, "subPath"))


def _probe(node: Node | None, route: Route) -> Probe | None:
    for kind in ("httpGet", "tcpSocket", "grpc", "exec", "sleep"):
        handler = child(node, kind)
        if handler is not None:
            seconds, host = _number(child(handler, "seconds")), _text(handler, "host")
            words = texts(child(handler, "command"))
            return Probe(kind, _text(handler, "port"), _text(handler, "path"), words, seconds, (*route, kind), host)
    return None
