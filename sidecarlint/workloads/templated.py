"""A pod of a template as far as it is literal: what template actions decide is unknown.

In: the view of a pod, and the nodes that it was made of. Out: the same view. Must not know: rules, lifecycles, what an action means.

A word with an action in it is one that nobody knows. A command line of which actions decide a part is not read. Of two containers of one
name only one can come of the template, so the pod is seen with the one that is native, or with neither.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.documents import Node, Route, at, child, items, resolve, text_of
from sidecarlint.documents.templates import blotted
from sidecarlint.workloads.commands.argv import SHELLS, name_of
from sidecarlint.workloads.pods import Container, Pod, Probe

UNKNOWN = "{{}}"
"""Stands for a word that an action gives."""

_ANY_GRACE = 86_400
"""A grace period of which nothing is known is too short for nobody."""
_USUAL_VERSIONS = {"Pod": "v1", "PodTemplate": "v1", "ReplicationController": "v1", "Job": "batch/v1", "CronJob": "batch/v1"}
_USUAL = "apps/v1"
_INCLUDES = r"\{\{-?\s*(?:include|template)\s+\"(?P<name>[^\"]+)\""
# What users of a chart may add is usually nothing.
_LISTS_OF_USERS = r"toYaml|tplvalues|\btpl\b|\.Values\b"


def usual_version(kind: str) -> str:
    """The API version that a built-in kind has when an action gives it: charts ask the cluster for one that it knows."""
    return _USUAL_VERSIONS.get(kind, _USUAL)


def as_far_as_literal(pod: Pod, root: Node) -> Pod:
    """The pod without what its template leaves open. Routes stay as they are."""
    spec, metadata = at(root, pod.route), at(root, pod.meta)
    own = [_literal(each, at(root, each.route)) for each in pod.containers if _is_item(at(root, each.route))]
    init = [_literal(each, node) for each in pod.init_containers if _is_item(node := at(root, each.route)) and _is_settled(each, node)]
    own += _included(spec, pod.route)
    open_grace = bool(spec and spec.open) or _is_open(text_of(child(spec, "terminationGracePeriodSeconds")))
    metas = (child(metadata, "labels"), child(metadata, "annotations"), metadata)
    return pod._replace(
        containers=_once(own, {each.name for each in init}),
        init_containers=_once(init, {each.name for each in own if not _native(init, each.name)}),
        restart_policy="Always" if _is_open(pod.restart_policy) else pod.restart_policy,
        grace_seconds=_ANY_GRACE if open_grace else pod.grace_seconds,
        unread=any(each is not None and each.open for each in metas),
    )


def ends_are_open(owner: Node, pod: Route) -> bool:
    """Whether an action may set a deadline, or anything else that ends the pods of an object: `pod` leads to their spec."""
    places = (pod, pod[:-2])
    specs = [at(owner, place) for place in places]
    deadlines = [child(spec, "activeDeadlineSeconds") for spec in specs]
    return any(_is_open(text_of(each)) for each in deadlines) or any(spec is not None and spec.open for spec in specs)


def _is_open(text: str | None) -> bool:
    return "{{" in (text or "")


def _is_item(node: Node | None) -> bool:
    """Whether it is written out, and not made whole by an action behind the dash."""
    return node is not None and node.kind == "mapping"


def _is_settled(each: Container, node: Node | None) -> bool:
    """Whether an init container is seen to be a sidecar, or to be none."""
    return not _is_open(each.restart_policy) and (each.restart_policy is not None or not (node and node.open))


def _native(init: Sequence[Container], name: str) -> bool:
    return any(each.name == name and each.is_sidecar for each in init)


def _once(listed: Sequence[Container], elsewhere: set[str]) -> tuple[Container, ...]:
    """The first of each name, and none whose name counts in the other list."""
    first = {each.name: each for each in reversed(listed)}
    return tuple(each for each in listed if first[each.name] is each and each.name not in elsewhere)


def _literal(each: Container, node: Node | None) -> Container:
    assert node is not None
    image = blotted(each.image) if _is_open(each.image) else each.image
    return each._replace(
        image=image or (UNKNOWN if node.open else ""),
        command=_words(each.command),
        args=_words(each.args),
        env=tuple(one._replace(value=blotted(one.value)) if _is_open(one.value) else one for one in each.env),
        restart_policy=None if _is_open(each.restart_policy) else each.restart_policy,
        startup_probe=_probe(each.startup_probe),
        readiness_probe=_probe(each.readiness_probe),
        liveness_probe=_probe(each.liveness_probe),
        post_start=_probe(each.post_start),
        pre_stop=_probe(each.pre_stop),
        unread=_is_unread(each, node),
    )


def _words(words: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return words and tuple(blotted(word) if _is_open(word) else word for word in words)


def _probe(probe: Probe | None) -> Probe | None:
    if probe is None or not any(map(_is_open, (probe.port, probe.path, probe.host, *probe.command))):
        return probe
    command = (UNKNOWN,) if any(map(_is_open, probe.command)) else probe.command
    return probe._replace(command=command, port=blotted(probe.port), path=blotted(probe.path), host=blotted(probe.host))


def _is_unread(each: Container, node: Node) -> bool:
    """Whether an action has a say in what runs: in a list of words, in the program, or in a script."""
    if node.open and not (each.command and each.args):
        return True
    if any(value is not None and value.open for value in (child(node, "command"), child(node, "args"))):
        return True
    words = (*(each.command or ()), *(each.args or ()))
    is_script = bool(words) and (name_of(words[0]) in SHELLS or any("\n" in word for word in words))
    written = [word for key in ("command", "args") for item in items(child(node, key)) if (word := resolve(item)) is not None]
    return any(map(_is_open, (each.command or ())[:1])) or (is_script and any(word.open for word in written))


def _included(spec: Node | None, route: Route) -> Iterator[Container]:
    """The containers that defines of the chart give: what they are is not known, but that they are there is."""
    listed = child(spec, "containers")
    found = [words for each in (listed, *items(listed)) for words in _given(each)]
    for place, words in enumerate(dict.fromkeys(found), len(items(listed))):
        name = re.match(_INCLUDES, words)
        if name is not None and not re.search(_LISTS_OF_USERS, words):
            yield stranger(f'include "{name["name"]}"', place, route)


def _given(node: Node | None) -> tuple[str, ...]:
    """The actions that give items of a list, or an item that is nothing else."""
    whole = resolve(node)
    return whole.open if whole is not None and whole.kind != "mapping" else ()


def stranger(name: str, place: int, route: Route) -> Container:
    """A regular container of which nothing is known but that it is there."""
    return Container(
        name=name,
        list="containers",
        position=place,
        image=UNKNOWN,
        command=None,
        args=None,
        env=(),
        ports=(),
        mounts=(),
        restart_policy=None,
        startup_probe=None,
        readiness_probe=None,
        liveness_probe=None,
        post_start=None,
        pre_stop=None,
        requests={},
        limits={},
        resize_policy=False,
        added_capabilities=(),
        keys=("name", "image"),
        route=(*route, "containers", place),
        unread=True,
    )
