"""Configuration files and command-line options to `Settings`.

In: `sidecarlint.toml` or `[tool.sidecarlint]` of a pyproject.toml, the nearest one upwards. Out: `Settings`. Must not know:
manifests.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sidecarlint.errors import ConfigError, UsageError
from sidecarlint.settings import SEVERITIES, Settings
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.kinds import SHAPES
from sidecarlint.workloads.versions import parse_version

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


def _severity(value: Any) -> str | None:
    return value if value in SEVERITIES else None


def _version(value: Any) -> tuple[int, int, int] | None:
    return parse_version(value) if isinstance(value, str) else None


OPTIONS: Mapping[str, Option] = {
    "target": Option("target", 'a Kubernetes version in quotes, such as "1.29"', _version),
    "select": Option("select", 'a list of rule ids, such as ["job-never-completes"]', _ids),
    "ignore": Option("ignore", 'a list of rule ids, such as ["legacy-known-helper"]', _ids),
    "fail-on": Option("fail_on", '"error", "warning" or "info"', _severity),
    "exclude": Option("exclude", 'a list of patterns as in .gitignore, such as ["vendor/"]', _texts),
    "rules": Option("rules", 'a list of rule files or folders, such as ["lint/rules"]', _texts),
    "helpers": Option("helpers", 'a list of helper files or folders, such as ["lint/helpers"]', _texts),
}
"""Every key of a configuration file."""


def load(start: str = ".", path: str | None = None) -> Settings:
    """The settings of the file at `path`, or else of the nearest configuration file at or above the folder `start`.

    Raises ConfigError with the line for anything that is wrong in it.
    """
    found = path or _nearest(os.path.abspath(start))
    return _read(found) if found else Settings()


def with_options(settings: Settings, options: Mapping[str, Any]) -> Settings:
    """The settings with what the command line says beside or instead of them. Raises UsageError for a target that is no version."""
    given: dict[str, Any] = {
        "select": frozenset(_parts(options.get("select", ()))),
        "ignore": frozenset(_parts(options.get("ignore", ()))),
        "kinds": frozenset(_kind(kind) for kind in _parts(options.get("kinds", ()))),
        "names": tuple(options.get("names", ())),
        "exclude": (*settings.exclude, *options.get("exclude", ())),
        "rules": (*settings.rules, *options.get("rules", ())),
        "helpers": (*settings.helpers, *options.get("helpers", ())),
        "fail_on": options.get("fail_on"),
        "max_workloads": options.get("max_workloads"),
        "target": _target(options.get("target")),
    }
    return settings._replace(**{key: value for key, value in given.items() if value})


def _parts(values: Sequence[str]) -> list[str]:
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def _kind(text: str) -> str:
    """A built-in kind, however its letters are written: Job, job."""
    kind = next((kind for kind in SHAPES if kind.lower() == text.lower()), None)
    if kind is None:
        raise UsageError(f'there are no workloads of kind "{text}"; the kinds are {", ".join(SHAPES)}')
    return kind


def _target(text: str | None) -> tuple[int, int, int] | None:
    version = parse_version(text) if text is not None else None
    if text is not None and version is None:
        raise UsageError(f'"{text}" is no Kubernetes version; write it like 1.29 or 1.33.6')
    return version


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
            raise ConfigError(_shown(path), _line(text, key), f'there is no setting "{key}"; the settings are {", ".join(sorted(OPTIONS))}')
        read = option.read(value)
        if read is None:
            raise ConfigError(_shown(path), _line(text, key), f'"{key}" must be {option.form}')
        values[option.setting] = _beside(path, read) if key in ("rules", "helpers") else read
    return Settings(**values)


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


def _line(text: str, key: str) -> int | None:
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _shown(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative
