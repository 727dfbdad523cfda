"""What replacements, variables and configurations must say when containers move (helm-kustomize B3, rules 6 and 7).

In: the worlds at that point, a path to a field as it is written. Out: operations on where it is written. Must not know: builds.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents import Document, Route, at, child, items, text_of
from sidecarlint.edits import Fields, Insert, Operation, Plain, Substitute, value_of
from sidecarlint.fixes.overlays import reasons
from sidecarlint.fixes.overlays.reasons import Stays
from sidecarlint.fixes.overlays.worlds import Worlds
from sidecarlint.references.kustomize.pods import KEYS, Key
from sidecarlint.references.kustomize.reading import stepped
from sidecarlint.references.kustomize.values import Configured
from sidecarlint.values import NamedTuple

_NAMED = re.compile(r"\[name=(.*)\]")
_IN_CONTAINER = 2
"""How many steps lead from a list to a field of one of its containers."""


class Said(NamedTuple):
    """A path to a field: where it is written, its text, and the steps from the object to the pod. `create`: what is missing is made;
    `reads`: it is read, not written. `others` are the other paths that are written to beside it. `bare`: it may do without quotes."""

    file: str
    route: Route
    text: str
    pod: tuple[str, ...]
    create: bool = False
    reads: bool = False
    others: tuple[str, ...] = ()
    bare: bool = False


def following(worlds: Worlds, said: Said) -> tuple[Operation, ...]:
    """The operations on a fieldPath. Raises `Stays`."""
    steps = stepped(said.text)
    words = tuple(step for step, _ in steps)
    if words == said.pod[: len(words)]:
        raise Stays(reasons.WHOLE_WRITTEN, said.file, path=said.text)
    key = next((key for key in KEYS if words[: len(said.pod) + 1] == (*said.pod, key)), None)
    if key is None:
        return ()
    inner = words[len(said.pod) + 1 :]
    if len(inner) < _IN_CONTAINER:
        raise Stays(reasons.WHOLE_WRITTEN, said.file, path=said.text)
    start, end = steps[len(said.pod)][1][0], steps[len(said.pod) + 1][1][1]
    if inner[0] == "*":
        return _of_all(worlds, said, key, (start, end))
    now = _now(worlds, said, key, inner[0], inner[1:])
    return () if now == said.text[start:end] else (Substitute(said.route, start, end, now),)


def _now(worlds: Worlds, said: Said, key: Key, step: str, below: Sequence[str]) -> str:
    """The two steps into a container as they must be after the move."""
    named = _NAMED.fullmatch(step)
    if named is None and not step.isdecimal():
        raise Stays(reasons.BY_OTHER, said.file, path=said.text)
    listed = worlds.before.of(key)
    number = next((place for place, each in enumerate(listed) if each.name == named[1]), -1) if named else int(step)
    now = worlds.now(key, number)
    if now is None:
        raise Stays(reasons.MISSED, said.file, path=said.text)
    if not said.reads and listed[number].name in worlds.moved and worlds.moved[listed[number].name].changes(below):
        raise Stays(reasons.SET_TOO, said.file, path=".".join(below), name=listed[number].name)
    if said.create and listed[number].name in worlds.moved:
        raise Stays(reasons.CREATES, said.file, name=listed[number].name)
    return f"{now[0]}.{step if named else now[1]}"


def _of_all(worlds: Worlds, said: Said, key: Key, span: tuple[int, int]) -> tuple[Operation, ...]:
    """A field of all containers: those that have moved are named besides."""
    moved = list(worlds.moved)
    if not moved:
        return ()
    if said.reads:
        raise Stays(reasons.ALL_READ, said.file)
    if key == "initContainers":
        raise Stays(reasons.ALL_INITS, said.file, name=moved[0])
    if said.create:
        raise Stays(reasons.CREATES, said.file, name=moved[0])
    before, after = said.text[: span[0]], said.text[span[1] :]
    twins = [f"{before}initContainers.[name={name}]{after}" for name in moved]
    place = int(said.route[-1]) + 1
    return tuple(Insert(said.route[:-1], place, Plain(twin) if said.bare else twin) for twin in twins if twin not in said.others)


# Variables


def of_variable(worlds: Worlds, said: Said) -> tuple[Operation, ...]:
    """The operations on the fieldpath of a variable, which writes an index in brackets behind its list."""
    found = re.match(rf"{re.escape('.'.join(said.pod))}\.({'|'.join(KEYS)})(\[(\d+)\])?(.?)", said.text)
    if found is None:
        return ()
    if found[3] is None:
        raise Stays(reasons.BY_OTHER, said.file, path=said.text)
    key: Key = "containers" if found[1] == "containers" else "initContainers"
    now = worlds.now(key, int(found[3]))
    if now is None:
        raise Stays(reasons.MISSED, said.file, path=said.text)
    if found[4] != ".":
        raise Stays(reasons.WHOLE_WRITTEN, said.file, path=said.text)
    new = f"{now[0]}[{now[1]}]"
    return (Substitute(said.route, found.start(1), found.end(2), new),) if new != found[1] + found[2] else ()


# Configurations


def of_configuration(document: Document, spec: Configured, kind: str, pod: tuple[str, ...]) -> tuple[Operation, ...]:
    """A twin for a field of containers that a configuration names, which is needed where kustomize does not know the kind."""
    twin = _twin(spec.written, pod)
    if twin is None or (spec.kind and spec.kind != kind):
        return ()
    beside = [each for each in items(at(document.root, spec.route[:-1])) if text_of(child(each, "kind")) in (None, spec.kind)]
    if any(text_of(child(each, "path")) == twin for each in beside):
        return ()
    if spec.create:
        raise Stays(reasons.SPEC_CREATES, spec.path, path=spec.written)
    node = at(document.root, spec.route)
    written = value_of(node) if node is not None else None
    if not isinstance(written, Fields):
        raise Stays(reasons.UNFOLLOWED, spec.path)
    pairs = tuple((key, twin if key == "path" else value) for key, value in written.pairs)
    return (Insert(spec.route[:-1], int(spec.route[-1]) + 1, Fields(pairs)),)


def _twin(path: str, pod: tuple[str, ...]) -> str | None:
    """A path of a field of containers as a path of the same field of init containers."""
    steps = path.strip("/").split("/")
    if tuple(steps[: len(pod)]) != pod or steps[len(pod) : len(pod) + 1] not in (["containers"], ["containers[]"]):
        return None
    return "/".join((*steps[: len(pod)], steps[len(pod)].replace("containers", "initContainers"), *steps[len(pod) + 1 :]))
