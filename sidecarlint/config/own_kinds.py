"""The kinds that a configuration file names, which Kubernetes itself does not have.

In: the tables of [[kinds]]. Out: `OwnKind`s, or a ConfigError with the line. Must not know: other keys.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sidecarlint.config.places import line_in_table
from sidecarlint.errors import ConfigError, nearest
from sidecarlint.settings import OwnKind
from sidecarlint.sources.nearby import short
from sidecarlint.workloads.kinds import shapes_of

_ROUTE = r"[^\s.\[\]]+(?:\.[^\s.\[\]]+)*(?<!ontainers)"
"""It leads to what holds containers, not to these."""


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z]\w*", value) is not None


def _is_group(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z0-9.-]*", value) is not None


def _are_routes(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(each, str) and re.fullmatch(_ROUTE, each) for each in value)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


_KIND: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
    "kind": ('its name, such as "Rollout"', _is_name),
    "group": ('its API group without a version, such as "argoproj.io"', _is_group),
    "pods": ('a list of routes to what holds containers, such as ["spec.template.spec"]', _are_routes),
    "finite": ("true or false", _is_flag),
    "fix": ("true or false", _is_flag),
}
"""Every key of an entry of `kinds`, what it must be in words, and whether a value is that."""


def own_kinds(path: str, text: str, entries: Sequence[Mapping[str, Any]]) -> tuple[OwnKind, ...]:
    """The kinds of these entries of the file at `path`. Raises ConfigError with the line for one that is wrong."""
    for index, entry in enumerate(entries):
        key, problem = next(_faults(entry), ("", ""))
        if problem:
            raise ConfigError(short(path), line_in_table(text, "kinds", index, key), problem)
    return tuple(OwnKind(each["kind"], each["group"], *_rest(each)) for each in entries)


def _rest(entry: Mapping[str, Any]) -> tuple[tuple[str, ...], bool, bool]:
    return tuple(entry.get("pods", ())), entry.get("finite", False), entry.get("fix", False)


def _faults(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry of `kinds`: the key where it shows, and a sentence."""
    for key, value in entry.items():
        if key not in _KIND:
            near = nearest(key, _KIND)
            yield key, f'a kind has no "{key}"; ' + (f'did you mean "{near}"?' if near else f"it has {', '.join(_KIND)}")
        elif not _KIND[key][1](value):
            yield key, f'"{key}" of a kind must be {_KIND[key][0]}'
    for key in ("kind", "group"):
        if key not in entry:
            yield "kind", f'a kind needs "{key}", {_KIND[key][0]}'
    kind, group = entry["kind"], entry["group"]
    known = shapes_of(f"{group}/", kind)
    if any(not shape.unfixable for shape in known):
        yield "kind", f"{kind} is built into Kubernetes and needs no entry"
    if not known and "pods" not in entry:
        yield "kind", f'nothing is known of a {kind} in the group "{group}"; say where its pods are, such as pods = ["spec.template.spec"]'
    if "finite" in entry and "pods" not in entry:
        yield "finite", f'"finite" counts only beside "pods"; without them all that is known of a {kind} stays'
    if entry.get("fix") and known and not any(shape.may_be_opened for shape in known):
        yield "fix", f"a {kind} is never rewritten: {known[0].unfixable}"
