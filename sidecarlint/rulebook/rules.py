"""Rules: one Markdown file each.

In: rule files and the model's public words. Out: `Rule`s, and the same as plain values that can go to JSON and come back. Must
not know: how a lifecycle is computed, or what a fix's plan does.
"""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from sidecarlint.documents import Route
from sidecarlint.documents.nodes import show
from sidecarlint.errors import RuleError
from sidecarlint.rulebook.evaluation import Tree, freeze
from sidecarlint.rulebook.expression import Words, nearest, read_expression, read_template
from sidecarlint.rulebook.markdown import Example, Place, read_markdown

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[]+)")


class Operation(NamedTuple):
    """One thing that a fix does, on routes that start at the rule's subject. `value` belongs to set, `to` to move and rename."""

    do: Literal["set", "remove", "move", "rename"]
    route: Route
    value: str | int | bool | None = None
    to: Route = ()


class Rule(NamedTuple):
    """One rule. `severity` is error, warning, info or `by benefit`; `at` is a route from the subject, empty for the subject itself.

    `fix` is the name of a plan or what is to be done, None where nothing can be. `fixable` says that its examples show a fix.
    `page` and `examples` are empty in a rule that comes from the form prepared ahead: a plain check needs neither.
    """

    id: str
    summary: str
    category: str
    severity: str
    since: str
    subject: Literal["container", "pod"]
    when: Tree
    message: Tree
    at: Route = ()
    fix: str | tuple[Operation, ...] | None = None
    fix_title: Tree | None = None
    applicability: Literal["safe", "unsafe"] = "unsafe"
    fixable: bool = False
    page: str = ""
    examples: tuple[Example, ...] = ()


def read_rule(path: str, text: str, words: Words) -> Rule:
    """A rule file's text as a rule; its id is the file's stem. Raises RuleError with the line for anything that is wrong."""
    identifier = os.path.basename(path).removesuffix(".md")
    if not _ID.fullmatch(identifier):
        raise RuleError(path, None, f"`{identifier}` is no rule id; name the file in lower case with hyphens, like job-never-completes.md")
    front, places, page, examples = read_markdown(path, text)
    _validate(path, front, places)
    values = cast(dict[str, Any], front)
    fixable = any(example.fixed is not None for example in examples)
    if fixable and values.get("fix") is None:
        raise RuleError(path, 1, "there is a fence below ## Fixed, but the front matter has no `fix`")
    return _rule(identifier, values, _Jinja(path, places, _words(values["subject"], words)))._replace(
        fixable=fixable, page=page, examples=examples
    )


class _Jinja(NamedTuple):
    path: str
    places: dict[Route, Place]
    words: Words

    def line(self, key: str) -> int:
        return self.places[(key,)].text_line


def _words(subject: str, words: Words) -> Words:
    return {name: known for name, known in words.items() if name != "container"} if subject == "pod" else words


def _rule(identifier: str, values: dict[str, Any], jinja: _Jinja) -> Rule:
    path, title = jinja.path, values.get("fix_title")
    return Rule(
        id=identifier,
        summary=values["summary"],
        category=values["category"],
        severity=values["severity"],
        since=values["since"],
        subject=values["subject"],
        when=read_expression(values["when"].rstrip(), jinja.words, path, jinja.line("when")),
        message=read_template(values["message"].strip(), jinja.words, path, jinja.line("message")),
        at=_route(values.get("at") or ""),
        fix=_fix(values.get("fix")),
        fix_title=None if title is None else read_template(title.strip(), jinja.words, path, jinja.line("fix_title")),
        applicability=values.get("applicability", "unsafe"),
    )


def _route(text: str) -> Route:
    return tuple(int(step[1]) if step[1] else step[2] for step in _STEP.finditer(text))


def _fix(value: str | list[dict[str, Any]] | None) -> str | tuple[Operation, ...] | None:
    if value is None or isinstance(value, str):
        return value
    return tuple(_operation(do, operand) for each in value for do, operand in each.items())


def _operation(do: Any, operand: Any) -> Operation:
    if do == "set":
        return Operation(do, _route(operand["route"]), value=operand["value"])
    return Operation(do, _route(operand)) if do == "remove" else Operation(do, _route(operand["from"]), to=_route(operand["to"]))


@cache
def _validator() -> "Draft202012Validator":
    from json import load

    from jsonschema import Draft202012Validator

    with open(os.path.join(os.path.dirname(__file__), "rule.schema.json"), encoding="utf-8") as file:
        return Draft202012Validator(load(file))


def _validate(path: str, front: object, places: dict[Route, Place]) -> None:
    from jsonschema.exceptions import best_match

    error = best_match(_validator().iter_errors(front))
    if error is None:
        return
    route: Route = tuple(error.absolute_path)
    unknown = [*error.instance.keys() - error.schema["properties"].keys()] if error.validator == "additionalProperties" else []
    if unknown:
        key = min(unknown, key=lambda each: places[(*route, each)])
        raise RuleError(path, places[(*route, key)].line, f"unknown key `{key}`{nearest(key, error.schema['properties'])}")
    raise RuleError(path, places[route].line, _sentence(route, error))


def _sentence(route: Route, error: "ValidationError") -> str:
    if error.validator == "required":
        return error.message.replace("is a required property", "is missing")
    if error.validator == "pattern" and not str(error.instance).strip():
        return f"`{show(route)}` is empty"
    return f"`{show(route)}`: {error.message}" if route else error.message


def to_plain(rule: Rule) -> dict[str, Any]:
    """What a check needs of a rule, as values that can go to JSON: all but its page and its examples."""
    return {name: value for name, value in rule._asdict().items() if name not in ("page", "examples")}


def from_plain(data: dict[str, Any]) -> Rule:
    """The rule that `to_plain` gave, also after a way through JSON. It has no page and no examples."""
    fix = data["fix"]
    frozen = {name: freeze(data[name]) for name in ("when", "message", "at", "fix_title")}
    return Rule(**{**data, **frozen, "fix": fix if fix is None or isinstance(fix, str) else tuple(map(_operation_of, fix))})


def _operation_of(listed: list[Any]) -> Operation:
    do, route, value, to = listed
    return Operation(do, freeze(route), value, freeze(to))


def rule_files(folder: str) -> list[str]:
    """The paths of the rule files that stand directly in a folder, in the order of their names. A README.md is none."""
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".md") and name != "README.md"]


def load_rules(paths: Iterable[str], words: Words) -> tuple[Rule, ...]:
    """The rules of files and folders, in the order of their ids. Raises RuleError for what is missing, broken or there twice."""
    found: dict[str, tuple[str, Rule]] = {}
    for path in _files(paths):
        rule = read_rule(path, read_text(path), words)
        first, _ = found.setdefault(rule.id, (path, rule))
        if os.path.realpath(first) != os.path.realpath(path):
            raise RuleError(path, None, f"the rule `{rule.id}` is already in {first}; ids are unique")
    return tuple(found[identifier][1] for identifier in sorted(found))


def _files(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        listed = rule_files(path)
        if not listed:
            raise RuleError(path, None, "there is no rule file (*.md) in this folder")
        yield from listed


def read_text(path: str) -> str:
    """The text of one of our own files, with line feeds. Raises RuleError when it cannot be read or is not UTF-8."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except OSError as error:
        raise RuleError(path, None, error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise RuleError(path, None, "it is not UTF-8") from None
