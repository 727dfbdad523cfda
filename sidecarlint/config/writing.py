"""The configuration file as programs and people are told of it: its JSON Schema, and a file to begin with.

In: the keys that there are. Out: texts. Must not know: what a key brings about.
"""

from typing import Any

from sidecarlint.config.files import OPTIONS
from sidecarlint.config.overrides import KEYS, PATHS

_TITLE = "sidecarlint.toml"
_WIDTH = 40
"""The column of the words behind an example."""


def schema() -> dict[str, Any]:
    """The JSON Schema of a configuration file (draft 2020-12)."""
    patterns = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
    override = {PATHS: {"description": "patterns as in .gitignore, from the folder of this file", **patterns}}
    override |= {key: _property(key) for key in KEYS}
    tables = {
        "overrides": _table(override, [PATHS]),
        "kinds": _table(
            {
                "kind": {"description": "its name", "type": "string", "pattern": r"^[A-Za-z]\w*$"},
                "group": {"description": "its API group without a version", "type": "string", "pattern": "^[a-z0-9.-]*$"},
                "pods": {"description": "routes to what holds containers", **patterns},
                "finite": {"description": "its pods are meant to end (default: false)", "type": "boolean"},
                "fix": {"description": "it may be rewritten (default: false)", "type": "boolean"},
            },
            ["kind", "group"],
        ),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLE,
        "description": "The configuration of sidecarlint, as sidecarlint.toml or as the table tool.sidecarlint of a pyproject.toml.",
        "type": "object",
        "properties": {key: {**_property(key), **tables.get(key, {})} for key in OPTIONS},
        "additionalProperties": False,
    }


def _property(key: str) -> dict[str, Any]:
    return {"description": OPTIONS[key].about, **OPTIONS[key].schema}


def _table(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    items = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"type": "array", "items": items}


def begun(target: str) -> str:
    """A configuration file with all keys, of which only the target counts: the others are comments."""
    lines = ["# What sidecarlint counts on in this repository. `sidecarlint check --show-config` tells what comes of it.", ""]
    for key, option in OPTIONS.items():
        value = f'"{target}"' if key == "target" else option.example
        said = f"{'' if key == 'target' else '# '}{key} = {value}"
        lines.append(f"{said:<{_WIDTH}} # {option.about}")
    return "".join(f"{line}\n" for line in lines)
