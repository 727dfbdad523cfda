"""A configuration file to `Settings`.

In: a path. Out: `Settings`, or a ConfigError with the line. Must not know: the command line.
"""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from sidecarlint.config.overrides import overrides
from sidecarlint.config.own_kinds import own_kinds
from sidecarlint.config.places import line_in_table, line_of
from sidecarlint.errors import ConfigError, nearest
from sidecarlint.settings import PLACEMENTS, SEVERITIES, Settings
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import parse_target, parse_version

Schema = Mapping[str, Any]


class Option(NamedTuple):
    """One key of a configuration file: the setting it fills, what it must be in words, and how its value is read (None: wrong).

    `schema` says the same to programs (JSON Schema), `about` what it brings about, and `example` is a value as TOML.
    """

    setting: str
    form: str
    read: Callable[[Any], Any]
    schema: Schema
    about: str
    example: str


def _texts(value: Any) -> tuple[str, ...] | None:
    return tuple(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else None


def _text_alone(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _ids(value: Any) -> frozenset[str] | None:
    texts = _texts(value)
    return None if texts is None else frozenset(texts)


def _tables(value: Any) -> tuple[dict[str, Any], ...] | None:
    return tuple(value) if isinstance(value, list) and all(isinstance(each, dict) for each in value) else None


def _severity(value: Any) -> str | None:
    return value if value in SEVERITIES else None


def _placement(value: Any) -> str | None:
    return value if value in PLACEMENTS else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _levels(value: Any) -> tuple[tuple[str, str], ...] | None:
    fine = isinstance(value, dict) and all(level in SEVERITIES for level in value.values())
    return tuple(sorted(value.items())) if fine else None


def _version(value: Any) -> tuple[int, int, int] | None:
    return parse_version(value) if isinstance(value, str) else None


def _target_version(value: Any) -> tuple[int, int, int] | None:
    return parse_target(value) if isinstance(value, str) else None


_TEXT: Schema = {"type": "string", "minLength": 1}
_LIST: Schema = {"type": "array", "items": _TEXT}
_LEVEL: Schema = {"enum": list(SEVERITIES)}
_YES: Schema = {"type": "boolean"}
_VERSIONED: Schema = {"type": "string", "pattern": r"^v?1\.[0-9]+(\.[0-9]+)?$"}

# fmt: off
OPTIONS: Mapping[str, Option] = {
    "target": Option("target", 'a Kubernetes version in quotes, 1.29 or later, such as "1.31"', _target_version, _VERSIONED,
        "the oldest Kubernetes that the manifests run on", '"1.31"'),
    "nodes": Option("nodes", 'a Kubernetes version in quotes, such as "1.28"', _version, _VERSIONED,
        "the oldest version on any node", '"1.29"'),
    "context": Option("context", 'a list of files or folders, such as ["../monitoring"]', _texts, _LIST,
        "only read for what it says of others, from the folder of this file", '["../monitoring"]'),
    "placement": Option("placement", '"auto", "first" or "last"', _placement, {"enum": list(PLACEMENTS)},
        "where helpers go: auto, first or last", '"auto"'),
    "select": Option("select", 'a list of rule ids, such as ["job-never-completes"]', _ids, _LIST,
        "only these rules", '["job-never-completes"]'),
    "ignore": Option("ignore", 'a list of rule ids, such as ["legacy-known-helper"]', _ids, _LIST,
        "not these rules", '["legacy-known-helper"]'),
    "severities": Option("severities", 'a table of rules and levels, such as {legacy-exporter = "warning"}', _levels,
        {"type": "object", "additionalProperties": _LEVEL},
        "levels of your own: error, warning or info", '{legacy-exporter = "warning"}'),
    "fail-on": Option("fail_on", '"error", "warning" or "info"', _severity, _LEVEL,
        "mildest finding that gives exit code 1: error, warning or info", '"error"'),
    "baseline": Option("baseline", 'a file, such as "sidecarlint-baseline.jsonl"', _text_alone, _TEXT,
        "findings that are known, from the folder of this file", '"sidecarlint-baseline.jsonl"'),
    "exclude": Option("exclude", 'a list of patterns as in .gitignore, such as ["vendor/"]', _texts, _LIST,
        "left out of folders, as by a .gitignore of the current folder", '["vendor/", "*.old.yaml"]'),
    "force-exclude": Option("force_exclude", "true or false", _flag, _YES,
        "left out also when they are named, as pre-commit does (default: false)", "true"),
    "rules": Option("rules", 'a list of rule files or folders, such as ["lint/rules"]', _texts, _LIST,
        "rule files of your own, from the folder of this file", '["lint/rules"]'),
    "helper-files": Option("helper_files", 'a list of helper files or folders, such as ["lint/helpers"]', _texts, _LIST,
        "helper files of your own, from the folder of this file", '["lint/helpers"]'),
    "helpers": Option("helpers", 'a list of names or images, such as ["*-forwarder", "registry.example/platform/*"]', _texts, _LIST,
        "containers that are helpers, by name or by image without its tag", '["*-forwarder"]'),
    "apps": Option("apps", 'a list of names or images, such as ["web-*"]', _texts, _LIST,
        "containers that are apps, whatever else speaks against it", '["registry.example/web/*"]'),
    "overrides": Option("overrides", "a list of tables, each below a line [[overrides]]", _tables, {},
        "settings for some paths only; the last that fits counts", '[{paths = ["clusters/old/"], nodes = "1.28"}]'),
    "kinds": Option("own_kinds", "a list of tables, each below a line [[kinds]]", _tables, {},
        "custom resources that hold pods", '[{kind = "Conveyor", group = "factory.example", pods = ["spec.template.spec"]}]'),
}
# fmt: on
"""Every key of a configuration file."""


def read(path: str) -> Settings:
    """The settings of a configuration file. Raises ConfigError with the line for anything that is wrong in it."""
    text = _text(path)
    values: dict[str, Any] = {}
    table = _parsed(path, text)
    for key, value in table.items():
        if key not in OPTIONS:
            raise ConfigError(short(path), *_unknown(text, key, value))
        values[OPTIONS[key].setting] = _value(path, text, key, value)
    named = ((entry, f"{short(path)}:{line_of(text, key, entry)}: {key}: ") for key in _IDS for entry in table.get(key, ()))
    return Settings(**values, named_at=tuple(named))


def places(path: str) -> list[tuple[str, int]]:
    """The keys of a configuration file with their lines. Raises ConfigError where it is no TOML."""
    text = _text(path)
    return [(key, line_of(text, key) or line_in_table(text, key, 0, "") or 1) for key in _parsed(path, text)]


def _value(path: str, text: str, key: str, value: Any) -> Any:
    """A key's value as its setting is."""
    taken = OPTIONS[key].read(value)
    if taken is None:
        raise ConfigError(short(path), line_of(text, key), f'"{key}" must be {OPTIONS[key].form}')
    for entry in value if key in _WRONG else ():
        if said := _WRONG[key](entry, os.path.dirname(path)):
            raise ConfigError(short(path), line_of(text, key, entry), f"{key}: {said}")
    if key == "kinds":
        return own_kinds(path, text, taken)
    if key == "overrides":
        return overrides(path, text, taken, {each: option.setting for each, option in OPTIONS.items()}, _plainly)
    if key == "baseline":
        return _beside(path, (taken,))[0]
    return _beside(path, taken) if key in _FROM_HERE else taken


def _plainly(key: str, value: Any) -> Any:
    """A key's value as its setting is, for a place that says itself where it stands. Raises ValueError with what is wrong."""
    taken = OPTIONS[key].read(value)
    if taken is None:
        raise ValueError(f'"{key}" must be {OPTIONS[key].form}')
    for entry in value if key in _WRONG else ():
        if said := _WRONG[key](entry, ""):
            raise ValueError(f"{key}: {said}")
    return taken


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
    return line_of(text, key), f'there is no setting "{key}"; {hint}'


def _is_pattern(entry: str, folder: str) -> str:
    return f"{entry} is a pattern, and patterns are not allowed here; name each rule" if {*entry} & {*"*?["} else ""


def _is_missing(entry: str, folder: str) -> str:
    return "" if os.path.exists(os.path.join(folder, entry)) else f"there is no file or folder {entry}"


def _fits_nothing(entry: str, folder: str) -> str:
    if not entry.strip():
        return "an empty pattern fits nothing"
    return f"the pattern {entry} has a [ without its ]" if re.search(r"\[!?\]?[^\]]*$", entry) else ""


_WRONG: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(_IDS, _is_pattern), **dict.fromkeys(_FROM_HERE, _is_missing), **dict.fromkeys(("helpers", "apps"), _fits_nothing),
}  # fmt: skip
"""What is wrong with one entry of a list, as a sentence, or ""; asked with the folder of the file."""


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise ConfigError(short(path), None, f"it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(short(path), None, "it is not UTF-8; save it as UTF-8") from None


def _parsed(path: str, text: str) -> dict[str, Any]:
    """Our own table of a file."""
    import tomllib

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(where[1]) if where else text.count("\n") + 1
        raise ConfigError(short(path), line, f"this is not TOML: {str(error).partition(' (at ')[0]}") from None
    return table.get("tool", {}).get("sidecarlint", {}) if os.path.basename(path) == "pyproject.toml" else table


def _beside(path: str, entries: tuple[str, ...]) -> tuple[str, ...]:
    """Paths in a configuration file count from its folder."""
    return tuple(os.path.join(os.path.dirname(path), entry) for entry in entries)
