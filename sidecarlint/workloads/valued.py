"""Containers that users give to a chart, as pods of which the chart makes the rest.

In: a mapping of values and where its lists of init containers are. Out: paths of lists, `Workload`s. Must not know: rules, lifecycles,
where values come from.

The chart's own container is there, but nothing is known of it. Nothing is claimed about how its work ends unless a template of the chart
says that it is a Job.
"""

from collections.abc import Container as Holds
from collections.abc import Iterator

from sidecarlint.documents import Document, Node, Route, at, child, is_null, items, resolve, text_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Object, Workload
from sidecarlint.workloads.pods import LISTS, Container, Mount, Pod, read_list, read_mounts, read_volumes
from sidecarlint.workloads.templated import UNKNOWN, as_far_as_literal, stranger

Path = tuple[str, ...]
"""Keys from the top of a chart's values."""

USUAL: dict[str, tuple[str, ...]] = {
    # bitnami/charts and most others (helm-kustomize A4: some 280 pairs); SeleniumHQ/docker-selenium.
    "sidecars": ("initContainers",),
    # 42 pairs are of the first form and 16 of the second (A4).
    "extraContainers": ("initContainers", "extraInitContainers"),
    # traefik/traefik-helm-chart (below deployment).
    "additionalContainers": ("initContainers", "additionalInitContainers"),
    # prometheus-community/prometheus (below server: a mapping, beside a list extraInitContainers), neo4j.
    "sidecarContainers": ("initContainers", "extraInitContainers"),
}
"""Keys of lists of containers, each with the usual keys of the list of init containers beside it (helm-kustomize A4: 343 of 344 pairs
share their parent)."""

PART_SEEN = "the rest of its pod is the chart's, and it was not seen with these values"
"""A doubt of a pod whose containers stand in values, as long as the chart's rendering with them was not judged."""

_DEEPEST = 10
_APP = "the app"
_VOLUMES = ("extraVolumes", "volumes", "additionalVolumes")
_MOUNTS = ("extraVolumeMounts", "volumeMounts", "additionalVolumeMounts")
"""What bitnami's charts and many others call what they add to the pod, and to its main container."""


class Given(NamedTuple):
    """A list of containers in values, by its path. `into`: the key of the list of init containers beside it. `finite`: its pods are meant
    to end, and `timed`: something else may end them, too. `why`: why it is not to be rewritten, or ""; `doubts` as of a `Workload`."""

    path: Path
    into: str
    finite: bool = False
    timed: bool = False
    why: str = ""
    doubts: tuple[str, ...] = ()


def lists_in(values: Node | None, known: Holds[Path] = ()) -> Iterator[Path]:
    """The paths of all lists of containers in a mapping of values: by their usual keys, and those that are `known` by their path."""
    yield from _lists(values, (), known)


def _lists(node: Node | None, path: Path, known: Holds[Path]) -> Iterator[Path]:
    if node is None or node.kind != "mapping" or len(path) > _DEEPEST or _is_object(node):
        return
    for key, value in node.pairs:
        below, whole = (*path, key.text), resolve(value)
        if (key.text in USUAL or below in known) and _holds_containers(whole):
            yield below
        else:
            yield from _lists(whole, below, known)


def _is_object(node: Node) -> bool:
    """Whole manifests in values are no lists of the chart's pods."""
    return child(node, "apiVersion") is not None and child(node, "kind") is not None


def _holds_containers(node: Node | None) -> bool:
    """Whether it is a list of containers, or a mapping from their names to them."""
    if node is not None and node.kind == "sequence":
        return any(_has_image(item) and text_of(child(resolve(item), "name")) for item in node.items)
    return node is not None and any(_has_image(value) for _, value in node.pairs)


def _entries(node: Node | None) -> list[Node]:
    """The items of a list, or the values of a mapping from names to containers."""
    if node is None or node.kind == "sequence":
        return items(node)
    return [value for _, value in node.pairs]


def _has_image(item: Node | None) -> bool:
    """Whether it can only be meant as a container: it has an image, as one word or as its parts."""
    image = child(resolve(item), "image")
    return bool(text_of(image)) or text_of(child(image, "repository")) is not None


def beside(values: Node | None, path: Path) -> str:
    """The key of the list of init containers beside a list, as its name lets guess: the one of the usual keys that is there, or the only
    one. "" where two are as likely."""
    usual, parent = USUAL.get(path[-1], ()), at(values, path[:-1])
    there = [key for key in usual if child(parent, key) is not None]
    return there[0] if len(there) == 1 else usual[0] if len(usual) == 1 else ""


def workload_of(document: Document, owner: Object, base: Route, given: Given) -> Workload:
    """The pod of a list of containers in the values at the route `base`."""
    assert document.root is not None
    route, key = (*base, *given.path[:-1]), given.path[-1]
    parent = at(document.root, route)
    whole, listed = _pod(document, route, key, given.into), child(parent, key)
    is_mapping = listed is not None and listed.kind == "mapping"
    parts = any(is_null(child(resolve(item), "image")) or _in_parts(item) for item in _entries(listed))
    why = _MAPPING.format(key=key) if is_mapping else _PARTS.format(key=key) if parts else given.why
    inside = owner._replace(document=document)
    return Workload(inside, whole, given.finite, unfixable=why, unread=given.timed, doubts=given.doubts, in_values=True)


_MAPPING = "{key} is a mapping and no list; move the entry by hand to where the chart takes init containers from, a mapping or a list"
_PARTS = "{key} gives an image in parts, so the chart makes the container itself; only rendering shows whether it keeps restartPolicy"


def _in_parts(item: Node) -> bool:
    image = child(resolve(item), "image")
    return image is not None and image.kind == "mapping"


def _pod(document: Document, route: Route, key: str, into: str) -> Pod:
    assert document.root is not None
    parent = at(document.root, route)
    directed = {each.route: each.verb for each in document.directives if each.route is not None and each.verb in ("helper", "app")}
    own = [_imaged(each, document.root) for each in read_list(parent, key, LISTS[0], route, directed)]
    pod = Pod(
        containers=tuple(each for each in own if each.image),
        init_containers=read_list(parent, into, LISTS[1], route, directed) if into else (),
        volumes={name: kind for listed in _VOLUMES for name, kind in read_volumes(child(parent, listed)).items()},
        labels={},
        annotations={},
        restart_policy="Always",
        grace_seconds=30,
        host_network=False,
        shared_processes=False,
        route=route,
        meta=(*route, key),
        unread=True,
        lists=(key, into or LISTS[1]),
    )
    literal = as_far_as_literal(pod, document.root)
    # What is known of it stands where users add to it.
    seen_at = next((name for name in _MOUNTS if items(child(parent, name))), key)
    app = stranger(_APP, len(own), route)._replace(mounts=_mounts(parent), route=(*route, seen_at))
    # Two lists beside each other are two pods here.
    return literal._replace(containers=(app, *literal.containers), unread=True, route=(*route, key))


def _mounts(parent: Node | None) -> tuple[Mount, ...]:
    """What users add to the main container."""
    return tuple(mount for key in _MOUNTS for mount in read_mounts(child(parent, key)))


def _imaged(each: Container, root: Node) -> Container:
    """The container with its image, also where that is given in parts."""
    image = child(at(root, each.route), "image")
    if each.image or image is None or image.kind != "mapping":
        return each
    parts = [text_of(child(image, key)) or "" for key in ("registry", "repository", "tag")]
    whole = "/".join(filter(None, parts[:2])) + (f":{parts[2]}" if parts[2] else "")
    return each._replace(image=whole or UNKNOWN)
