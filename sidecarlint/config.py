"""Configuration files and command-line options to `Settings`.

In: `sidecarlint.toml` or `[tool.sidecarlint]` of a pyproject.toml, the nearest one upwards. Out: `Settings`. Must not know:
manifests.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sidecarlint.errors import ConfigError, UsageError, nearest
from sidecarlint.settings import DEFAULT_TARGET, PLACEMENTS, SEVERITIES, OwnKind, Settings
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.kinds import BUILT_IN, kinds, shapes_of
from sidecarlint.workloads.versions import misfit, parse_target, parse_version, show_version

_NAMES = ("sidecarlint.toml", ".sidecarlint.toml")


class Option(NamedTuple):
    """One key of a configuration file: the setting it fills, what it must be in words, and how its value is read (None: wrong)."""

    setting: str
    form: str
    read: Callable[[Any], Any]


def _texts(value: Any) -> tuple[str, ...] | None:
    return tuple(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def _ids(value: Any) -> frozenset[str] | None:
    texts = _texts(value)
    return None if texts is None else frozenset(texts)


def _tables(value: Any) -> tuple[dict[str, Any], ...] | None:
    return tuple(value) if isinstance(value, list) and all(isinstance(each, dict) for each in value) else None


def _severity(value: Any) -> str | None:
    return value if value in SEVERITIES else None


def _placement(value: Any) -> str | None:
    return value if value in PLACEMENTS else None


def _version(value: Any) -> tuple[int, int, int] | None:
    return parse_version(value) if isinstance(value, str) else None


def _target_version(value: Any) -> tuple[int, int, int] | None:
    return parse_target(value) if isinstance(value, str) else None


OPTIONS: Mapping[str, Option] = {
    "target": Option("target", 'a Kubernetes version in quotes, 1.29 or later, such as "1.31"', _target_version),
    "nodes": Option("nodes", 'a Kubernetes version in quotes, such as "1.28"', _version),
    "context": Option("context", 'a list of files or folders, such as ["../monitoring"]', _texts),
    "placement": Option("placement", '"auto", "first" or "last"', _placement),
    "select": Option("select", 'a list of rule ids, such as ["job-never-completes"]', _ids),
    "ignore": Option("ignore", 'a list of rule ids, such as ["legacy-known-helper"]', _ids),
    "fail-on": Option("fail_on", '"error", "warning" or "info"', _severity),
    "exclude": Option("exclude", 'a list of patterns as in .gitignore, such as ["vendor/"]', _texts),
    "rules": Option("rules", 'a list of rule files or folders, such as ["lint/rules"]', _texts),
    "helper-files": Option("helper_files", 'a list of helper files or folders, such as ["lint/helpers"]', _texts),
    "helpers": Option("helpers", 'a list of names or images, such as ["*-forwarder", "registry.example/platform/*"]', _texts),
    "apps": Option("apps", 'a list of names or images, such as ["web-*"]', _texts),
    "kinds": Option("own_kinds", "a list of tables, each below a line [[kinds]]", _tables),
}
"""Every key of a configuration file."""


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z]\w*", value) is not None


def _is_group(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z0-9.-]*", value) is not None


def _are_routes(value: Any) -> bool:
    return bool(_texts(value)) and all(re.fullmatch(r"[^\s.\[\]]+(?:\.[^\s.\[\]]+)*(?<!ontainers)", each) for each in value)


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


def load(start: str = ".", path: str | None = None) -> Settings:
    """The settings of the file at `path`, or else of the nearest configuration file at or above the folder `start`.

    Raises ConfigError with the line for anything that is wrong in it.
    """
    found = path or _nearest(os.path.abspath(start))
    return _read(found) if found else Settings()


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
        "fail_on": options.get("fail_on"),
        "max_workloads": options.get("max_workloads"),
        "target": _target(options.get("target")),
        "nodes": _version_of(options.get("nodes")),
        "context": (*settings.context, *options.get("context", ())),
        "node_affinity": _label(options.get("node_affinity")),
        "drop_node_affinity": _label(options.get("drop_node_affinity")),
        **{key: options.get(key) for key in ("placement", "strategy", "reverse")},
    }
    return _fitting(settings._replace(**{key: value for key, value in given.items() if value}), bool(given["target"]))


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


def _nearest(folder: str) -> str | None:
    while True:
        for name in _NAMES:
            if os.path.isfile(os.path.join(folder, name)):
                return os.path.join(folder, name)
        project = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(project) and _mentions_us(project):
            return project
        if os.path.exists(os.path.join(folder, ".git")) or os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)


def _mentions_us(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b"tool.sidecarlint" in file.read()
    except OSError:
        return False


def _read(path: str) -> Settings:
    text = _text(path)
    table = _parsed(path, text)
    if os.path.basename(path) == "pyproject.toml":
        table = table.get("tool", {}).get("sidecarlint", {})
    values: dict[str, Any] = {}
    for key, value in table.items():
        option = OPTIONS.get(key)
        if option is None:
            raise ConfigError(_shown(path), *_unknown(text, key, value))
        read = option.read(value)
        if read is None:
            raise ConfigError(_shown(path), _line(text, key), f'"{key}" must be {option.form}')
        for entry in value if key in _WRONG else ():
            if said := _WRONG[key](entry, os.path.dirname(path)):
                raise ConfigError(_shown(path), _line(text, key, entry), f"{key}: {said}")
        values[option.setting] = _own_kinds(path, text, read) if key == "kinds" else _beside(path, read) if key in _FROM_HERE else read
    named = ((entry, f"{_shown(path)}:{_line(text, key, entry)}: {key}: ") for key in _IDS for entry in table.get(key, ()))
    return Settings(**values, named_at=tuple(named))


_PATHS = ("rules", "helper-files")
_FROM_HERE = (*_PATHS, "context")
"""The keys whose paths count from the folder of their file."""
_IDS = ("select", "ignore")


def _unknown(text: str, key: str, value: Any) -> tuple[int | None, str]:
    """The line of a key that is none, and a sentence."""
    for head, is_head in (("[tool.sidecarlint]", key == "tool"), ("[sidecarlint]", key == "sidecarlint")):
        if is_head and isinstance(value, dict) and head in text:
            where = " it belongs in pyproject.toml" if key == "tool" else " all keys stand at the top of this file"
            return text.count("\n", 0, text.index(head)) + 1, f"leave out the line {head};{where}"
    near = nearest(key, OPTIONS)
    hint = f'did you mean "{near}"?' if near else f"the settings are {', '.join(sorted(OPTIONS))}"
    return _line(text, key), f'there is no setting "{key}"; {hint}'


def _is_pattern(entry: str, folder: str) -> str:
    return f"{entry} is a pattern, and patterns are not allowed here; name each rule" if {*entry} & {*"*?["} else ""


def _is_missing(entry: str, folder: str) -> str:
    return "" if os.path.exists(os.path.join(folder, entry)) else f"there is no file or folder {entry}"


def _fits_nothing(entry: str, folder: str) -> str:
    if not entry.strip():
        return "an empty pattern fits nothing"
    return f"the pattern {entry} has a [ without its ]" if re.search(r"\[!?\]?[^\]]*$", entry) else ""


_WRONG: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(_IDS, _is_pattern), **dict.fromkeys(_PATHS, _is_missing), **dict.fromkeys(("helpers", "apps"), _fits_nothing),
}  # fmt: skip
"""What is wrong with one entry of a list, as a sentence, or ""; asked with the folder of the file."""


def _own_kinds(path: str, text: str, entries: Sequence[Mapping[str, Any]]) -> tuple[OwnKind, ...]:
    for index, entry in enumerate(entries):
        key, problem = next(_faults(entry), ("", ""))
        if problem:
            raise ConfigError(_shown(path), _line_in_table(text, index, key), problem)
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


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(_shown(path), None, f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(_shown(path), None, "it is not UTF-8; save it as UTF-8") from None


def _parsed(path: str, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(where[1]) if where else text.count("\n") + 1
        raise ConfigError(_shown(path), line, f"this is not TOML: {str(error).partition(' (at ')[0]}") from None


def _beside(path: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    """Paths in a configuration file count from its folder."""
    return tuple(os.path.join(os.path.dirname(path), entry) for entry in entries)


def _line(text: str, key: str, entry: str = "") -> int | None:
    """The line of a key, or of an entry of its list where it stands there as it is."""
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", text, re.MULTILINE)
    if found is None:
        return None
    listed = text.find(entry, found.end()) if entry else -1
    return text.count("\n", 0, max(found.start(), listed)) + 1


def _line_in_table(text: str, index: int, key: str) -> int | None:
    """The line of a key in the table of that number among [[kinds]], or else of the table."""
    heads = [found.start() for found in re.finditer(r"^[ \t]*\[\[[^\]]*\bkinds[ \t]*\]\]", text, re.MULTILINE)]
    if index >= len(heads):
        return _line(text, "kinds")
    end = re.compile(r"^[ \t]*\[", re.MULTILINE).search(text, text.find("\n", heads[index]))
    ahead = text.count("\n", 0, heads[index])
    return ahead + (_line(text[heads[index] : end.start() if end else len(text)], key) or 1)


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
