"""What is wrong with the form of a front matter.

In: a front matter as plain values. Out: the line of the first thing that is wrong, and a sentence. Must not know: words, plans.

The form is `rule.schema.json`. A schema's `title` says what a value must be, as the rest of a sentence.
"""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sidecarlint.documents import Route, show
from sidecarlint.errors import listed, nearest
from sidecarlint.rulebook.expression import nearest_or_all

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_MEANT = {
    "condition": "when", "description": "summary", "expression": "when", "expr": "when", "if": "when", "level": "severity",
    "location": "at", "match": "when", "path": "at", "scope": "subject", "target": "subject", "text": "message", "title": "summary",
    "version": "since", "where": "at",
}  # fmt: skip
"""Our keys by the words that others have for them."""
_NAMED = "the file's name is the rule's id"


def first_fault(front: object, line: Callable[[Route], int]) -> tuple[int, str] | None:
    """The line and the sentence of what is wrong first; None when nothing is. `line` gives that of a route in the front matter.

    An unknown key goes first: most often it is the misspelt name of one that is missing then."""
    from jsonschema.exceptions import best_match

    errors = list(_validator().iter_errors(front))
    unknown = [each for each in errors if each.validator == "additionalProperties"]
    error = unknown[0] if unknown else best_match(errors)
    if error is None:
        return None
    route, schema = tuple(error.absolute_path), cast(dict[str, Any], error.schema)
    if not unknown:
        return line(route), _sentence(route, error, schema)
    key = min(error.instance.keys() - schema["properties"].keys(), key=lambda each: line((*route, each)))
    return line((*route, key)), f"unknown key `{key}`{_meant(key, schema['properties'])}"


@cache
def _validator() -> "Draft202012Validator":
    from json import load

    from jsonschema import Draft202012Validator

    with open(os.path.join(os.path.dirname(__file__), "rule.schema.json"), encoding="utf-8") as file:
        return Draft202012Validator(load(file))


def _meant(key: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if "summary" in names and key in ("id", "name"):
        return f"; {_NAMED}"
    return f"; did you mean `{_MEANT[key]}`?" if _MEANT.get(key) in names else nearest_or_all(key, names)


def _sentence(route: Route, error: "ValidationError", schema: dict[str, Any]) -> str:
    what = f"`{show(route)}`" if route else "the front matter"
    make = _SENTENCES.get(str(error.validator))
    return f"{what} {make(error.instance, schema) if make else error.message}"


def _lacks(instance: Any, schema: dict[str, Any]) -> str:
    return f"lacks {listed([f'`{key}`' for key in schema['required'] if key not in instance])}"


def _is_not_one_of(instance: Any, schema: dict[str, Any]) -> str:
    near = nearest(str(instance), schema["enum"])
    return f"must be {listed(schema['enum'], 'or')}{_not(instance)}{f'; did you mean {near}?' if near else ''}"


def _must_be(instance: Any, schema: dict[str, Any]) -> str:
    return f"must be {schema['title']}{_not(instance)}"


def _not(instance: Any) -> str:
    return f", not `{instance}`" if isinstance(instance, str) and instance.strip() else ""


def _stands_alone(instance: Any, schema: dict[str, Any]) -> str:
    alone = next(key for key, needed in schema["dependentRequired"].items() if key in instance and not {*needed} <= instance.keys())
    return f"has `{alone}`, which counts only beside {listed([f'`{key}`' for key in schema['dependentRequired'][alone]])}"


_SENTENCES: dict[str, Callable[[Any, dict[str, Any]], str]] = {
    "required": _lacks,
    "enum": _is_not_one_of,
    "type": _must_be,
    "pattern": _must_be,
    "minProperties": _must_be,
    "maxProperties": _must_be,
    "dependentRequired": _stands_alone,
    "minItems": lambda instance, schema: "needs at least one step",
    "maxItems": lambda instance, schema: f"holds more than {schema['maxItems']} steps",
    "maxLength": lambda instance, schema: f"is longer than {schema['maxLength']} characters",
}
