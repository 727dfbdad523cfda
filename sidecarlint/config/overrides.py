"""What a configuration file says of some paths only.

In: the tables of [[overrides]]. Out: `Override`s, or a ConfigError with the line. Must not know: other keys, how they are read.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sidecarlint.config.places import line_in_table
from sidecarlint.errors import ConfigError, nearest
from sidecarlint.settings import Override
from sidecarlint.sources import pattern_problem
from sidecarlint.sources.nearby import short

PATHS = "paths"
KEYS = ("target", "nodes", "placement", "select", "ignore", "severities")
"""What may be said of some paths only: what a workload is judged by, not what is read or how a run ends."""

_FORM = 'a list of patterns as in .gitignore, such as ["clusters/old/"]'

Read = Callable[[str, Any], Any]
"""The setting's value of a key; raises ValueError with what it must be."""


def overrides(path: str, text: str, entries: Sequence[Mapping[str, Any]], settings: Mapping[str, str], read: Read) -> tuple[Override, ...]:
    """The overrides of the file at `path`. `settings`: the setting that each key fills. Raises ConfigError with the line for one that is
    wrong."""
    return tuple(_override(path, text, number, entry, settings, read) for number, entry in enumerate(entries))


def _override(path: str, text: str, number: int, entry: Mapping[str, Any], settings: Mapping[str, str], read: Read) -> Override:
    def fail(key: str, problem: str) -> ConfigError:
        return ConfigError(short(path), line_in_table(text, "overrides", number, key), problem)

    patterns = entry.get(PATHS)
    if not isinstance(patterns, list) or not patterns or not all(isinstance(each, str) for each in patterns):
        raise fail(PATHS, f'an override needs "{PATHS}", {_FORM}')
    for pattern in patterns:
        if problem := pattern_problem(pattern):
            raise fail(PATHS, f"the pattern {pattern!r} cannot be read ({problem}); write it as in a .gitignore file")
    values = []
    for key, value in entry.items():
        if key != PATHS and key not in KEYS:
            near = nearest(key, (PATHS, *KEYS))
            raise fail(
                key, f'an override has no "{key}"; ' + (f'did you mean "{near}"?' if near else f"it has {', '.join((PATHS, *KEYS))}")
            )
        if key != PATHS:
            try:
                values.append((settings[key], read(key, value)))
            except ValueError as error:
                raise fail(key, str(error)) from None
    return Override(os.path.dirname(os.path.realpath(path)), tuple(patterns), tuple(values))
