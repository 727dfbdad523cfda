"""What the command line says beside or instead of a configuration file.

In: `Settings` and options. Out: `Settings`. Must not know: files.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sidecarlint.errors import UsageError, nearest
from sidecarlint.settings import DEFAULT_TARGET, Override, Settings
from sidecarlint.workloads.kinds import BUILT_IN, kinds
from sidecarlint.workloads.versions import misfit, parse_target, parse_version, show_version


def with_options(settings: Settings, options: Mapping[str, Any]) -> Settings:
    """The settings with what the command line says beside or instead of them.

    Raises UsageError for a target that is no version or too old, for nodes that do not fit it, for a label that is none, and for options
    that contradict each other.
    """
    _agree(options)
    given: dict[str, Any] = {
        "select": frozenset(_parts(options.get("select", ()))),
        "ignore": frozenset(_parts(options.get("ignore", ()))),
        "kinds": frozenset(_kind(kind, settings) for kind in _parts(options.get("kinds", ()))),
        "names": tuple(options.get("names", ())),
        "exclude": (*settings.exclude, *options.get("exclude", ())),
        "rules": (*settings.rules, *options.get("rules", ())),
        "helper_files": (*settings.helper_files, *options.get("helper_files", ())),
        "changed": options.get("changed"),
        "fail_on": options.get("fail_on"),
        "max_workloads": options.get("max_workloads"),
        "target": _target(options.get("target")),
        "nodes": _version_of(options.get("nodes")),
        "context": (*settings.context, *options.get("context", ())),
        "node_affinity": _label(options.get("node_affinity")),
        "drop_node_affinity": _label(options.get("drop_node_affinity")),
        "values": tuple(options.get("values", ())),
        "kube_versions": tuple(each for text in options.get("kube_versions", ()) if (each := _version_of(text))),
        **{
            key: options.get(key)
            for key in (
                "placement",
                "strategy",
                "reverse",
                "rendered",
                "style",
                "no_exec",
                "baseline",
                "ratchet",
                "exit_zero",
                "force_exclude",
            )
        },
    }
    said = {key: value for key, value in given.items() if value or value == ""}
    overrides = tuple(_without(each, said) for each in settings.overrides)
    typed = frozenset(key for key in said if options.get(key))
    return _fitting(settings._replace(**said, overrides=overrides, typed=typed), bool(given["target"]))


def _without(override: Override, said: Mapping[str, Any]) -> Override:
    """What a file says of some paths, as far as the command line says nothing of it."""
    return override._replace(values=tuple(pair for pair in override.values if pair[0] not in said))


def _fitting(settings: Settings, named: bool) -> Settings:
    """With a target that the nodes can have. Nodes alone say something of it too, unless it was `named`: no API server is older than
    its nodes (native-sidecars 1.16)."""
    nodes = settings.nodes
    if nodes is not None and settings.target == DEFAULT_TARGET and not named:
        settings = settings._replace(target=max(DEFAULT_TARGET, (*nodes[:2], 0)))
    if nodes is not None and (why := misfit(nodes, settings.target)):
        raise UsageError(why)
    return settings


_CONTRADICT = (
    ("reverse", "strategy", "--reverse turns sidecars back, so it goes with no --strategy"),
    ("reverse", "node_affinity", "--reverse turns sidecars back; to take an affinity away give --drop-node-affinity"),
    ("node_affinity", "drop_node_affinity", "give --node-affinity or --drop-node-affinity, not both"),
    ("drop_node_affinity", "strategy", "--drop-node-affinity fixes nothing else, so it goes with no --strategy"),
)
"""Options that cannot be given together, and why."""


def _agree(options: Mapping[str, Any]) -> None:
    for one, other, words in _CONTRADICT:
        if options.get(one) and options.get(other):
            raise UsageError(words)


def _parts(values: Sequence[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _kind(text: str, settings: Settings) -> str:
    """A kind that holds a pod template, however its letters are written: Job, job."""
    known = {kind.lower(): kind for kind in kinds(settings.own_kinds)}
    if text.lower() not in known:
        near = nearest(text.lower(), known)
        hint = f"did you mean {known[near]}?" if near else f"built in are {', '.join(BUILT_IN)}"
        raise UsageError(f'there are no workloads of kind "{text}"; {hint}')
    return known[text.lower()]


def _target(text: str | None) -> tuple[int, int, int] | None:
    version = _version_of(text)
    if version is not None and parse_target(show_version(version)) is None:
        raise UsageError(f"the target {text} is too old; native sidecars need an API server of 1.29 or later")
    return version


def _version_of(text: str | None) -> tuple[int, int, int] | None:
    version = parse_version(text) if text is not None else None
    if text is not None and version is None:
        raise UsageError(f'"{text}" is no Kubernetes version; write it like 1.29 or 1.33.6')
    return version


_KEY = r"(?a)(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?"
_VALUE = r"(?a)(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?"


def _label(text: str | None) -> str | None:
    """A node's label, by its key alone or with its value (apimachinery, pkg/util/validation: qualified names, label values)."""
    key, _, value = (text or "").partition("=")
    if text is not None and not (re.fullmatch(_KEY, key) and re.fullmatch(_VALUE, value)):
        raise UsageError(f'"{text}" is no label; write it like example.com/native-sidecars or example.com/native-sidecars=true')
    return text
