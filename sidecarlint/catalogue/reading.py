"""A helper file to a `Helper`.

In: a path and the file's text. Out: `Helper`, or a `RuleError` with the line. Must not know: pods.

The form of a file is `helper.schema.json`; the file's name is the helper's id.
"""

import os.path
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from sidecarlint.catalogue.helper import Helper, from_plain
from sidecarlint.documents import Lines, Node, Route, at, documents, entry, is_null, show
from sidecarlint.errors import RuleError, listed, nearest
from sidecarlint.values import NamedTuple

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_SCHEMA = os.path.join(os.path.dirname(os.path.dirname(__file__)), "helper.schema.json")


class _Fault(NamedTuple):
    """What is wrong, and where. An unknown key goes first (`rank` 0): most often it is the misspelt name of one that is missing."""

    rank: int
    offset: int
    message: str


class _Complaint(NamedTuple):
    """What the schema says of one value: the keyword that failed, the part of the schema, the value, and where it stands."""

    kind: str
    schema: Any
    instance: Any
    route: Route


def read(path: str, text: str) -> Helper:
    """The helper that the file at `path` describes. Raises `RuleError` with the first line that is wrong."""
    return from_plain(read_plain(path, text, _SCHEMA, "helper"))


def read_plain(path: str, text: str, schema: str, noun: str) -> dict[str, Any]:
    """What a file of this form says, with its name as the `id`. `schema`: the path of the form's schema; `noun`: what it describes.
    Raises `RuleError` with the first line that is wrong."""
    lines = Lines(text)
    root = _only_root(path, lines, noun)
    faults = sorted(_faults(path, root, schema, noun))
    if faults:
        raise RuleError(path, lines.number(faults[0].offset), faults[0].message)
    return {"id": _id(path), **_value(root)}


def _only_root(path: str, lines: Lines, noun: str) -> Node:
    found = list(documents(lines.text))
    for document in found:
        if document.problem is not None:
            raise RuleError(path, lines.number(document.problem.offset), document.problem.message)
    if len(found) > 1:
        raise RuleError(path, lines.number(found[1].start), f"a second document begins here; one {noun} is one file")
    root = found[0].root if found else None
    if root is None or is_null(root):
        raise RuleError(path, 1, f"the file is empty; a {noun} file holds one mapping")
    return root


def _id(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _faults(path: str, root: Node, schema: str, noun: str) -> Iterator[_Fault]:
    if not _ID.fullmatch(_id(path)):
        yield _Fault(1, root.start, f"the file's name is the {noun}'s id; '{_id(path)}' must be small letters, digits and single dashes")
    unwritable = list(_unplain(root, noun))
    yield from unwritable or _schema_faults(root, schema, noun)


def _unplain(node: Node, noun: str) -> Iterator[_Fault]:
    """What such a file may not use: whatever reads differently in another YAML library, or hides a value."""
    if node.kind == "alias" or node.anchor or node.tag is not None:
        yield _Fault(1, node.outset, f"anchors, aliases and tags are not used in {noun} files; write the value out")
        return
    seen: set[str] = set()
    for key, value in node.pairs:
        if key.kind != "scalar" or key.text in seen:
            twice = f"the key '{key.text}' stands here a second time"
            yield _Fault(1, key.start, twice if key.kind == "scalar" else "a key must be a word")
        seen.add(key.text)
        yield from _unplain(value, noun)
    for item in node.items:
        yield from _unplain(item, noun)


def _value(node: Node | None) -> Any:
    if node is None or is_null(node):
        return None
    if node.kind == "mapping":
        return {key.text: _value(value) for key, value in node.pairs}
    if node.kind == "sequence":
        return [_value(item) for item in node.items]
    return _scalar(node)


def _scalar(node: Node) -> Any:
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    return int(node.text) if node.plain and _INTEGER.fullmatch(node.text) else node.text


@cache
def _schema(path: str) -> dict[str, Any]:
    import json

    with open(path, encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found


def roles() -> tuple[str, ...]:
    """Every role that a helper file may give."""
    return tuple(_schema(_SCHEMA)["properties"]["role"]["enum"])


def _schema_faults(root: Node, schema: str, noun: str) -> Iterator[_Fault]:
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(_schema(schema))
    for error in validator.iter_errors(_value(root)):
        yield _fault(root, noun, _Complaint(str(error.validator), error.schema, error.instance, tuple(error.absolute_path)))


def _fault(root: Node, noun: str, complaint: _Complaint) -> _Fault:
    place = at(root, complaint.route) or root
    keys = [pair[0] for key in _unknown_keys(complaint) if (pair := entry(place, key))]
    if keys:
        return _Fault(0, keys[0].start, _unknown(keys[0].text, complaint))
    sentence = _SENTENCES.get(complaint.kind, _described)(complaint)
    return _Fault(1, place.start, f"{show(complaint.route) or f'the {noun}'} {sentence}")


def _unknown_keys(complaint: _Complaint) -> list[str]:
    known = complaint.schema.get("properties", {})
    return [key for key in complaint.instance if key not in known] if complaint.kind == "additionalProperties" else []


def _unknown(key: str, complaint: _Complaint) -> str:
    known, inside = complaint.schema["properties"], f" in {show(complaint.route)}" if complaint.route else ""
    near = _MEANT[key] if _MEANT.get(key) in known else nearest(key, known)
    if not inside and key in ("id", "name"):
        return f"unknown key `{key}`; the file's name is the helper's id, and `names` are usual names of its containers"
    hint = f"did you mean `{near}`?" if near else f"the keys are {listed(known)}"
    return f"unknown key `{key}`{inside}; {hint}"


_MEANT = {
    "description": "title", "direction": "faces", "kind": "role", "place": "where", "position": "where", "reason": "why",
    "repositories": "images", "suffixes": "tails", "type": "role",
}  # fmt: skip
"""Our keys by the words that others have for them."""


def _missing(complaint: _Complaint) -> str:
    return f"lacks {listed([key for key in complaint.schema['required'] if key not in complaint.instance])}"


def _unlisted(complaint: _Complaint) -> str:
    near = nearest(str(complaint.instance), complaint.schema["enum"])
    hint = f"; did you mean {near}?" if near else ""
    return f"is {complaint.instance!r}; it must be one of {', '.join(complaint.schema['enum'])}{hint}"


def _mistyped(complaint: _Complaint) -> str:
    return f"must be {_TYPES[complaint.schema['type']]}"


def _described(complaint: _Complaint) -> str:
    return f"{complaint.schema['description']}, not {complaint.instance!r}"


def _demanded(complaint: _Complaint) -> str:
    return str(complaint.schema["description"])


_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number", "boolean": "true or false"}

_SENTENCES: dict[str, Callable[[_Complaint], str]] = {
    "required": _missing,
    "enum": _unlisted,
    "type": _mistyped,
    "anyOf": _demanded,
    "minItems": _demanded,
    "dependentRequired": _demanded,
}
