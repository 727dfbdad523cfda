"""A rule file to a `Rule`.

In: a path, the file's text and the model's public words. Out: `Rule`, or a RuleError with the line. Must not know: how a
lifecycle is computed, or what a fix's plan does.
"""

import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sidecarlint.documents import Route, show
from sidecarlint.errors import RuleError
from sidecarlint.rulebook.expression import nearest, read_expression, read_template
from sidecarlint.rulebook.markdown import Place, read_markdown
from sidecarlint.rulebook.rule import Operation, Plans, Rule, Words
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[]+)")


def read(path: str, text: str, words: Words, plans: Plans | None = None) -> Rule:
    """The rule that the file at `path` describes; `plans` are those that `fix` may name. Raises RuleError with the line for anything
    that is wrong."""
    identifier = os.path.basename(path).removesuffix(".md")
    if not _ID.fullmatch(identifier):
        raise RuleError(path, None, f"`{identifier}` is no rule id; name the file in lower case with hyphens, like job-never-completes.md")
    front, places, page, examples = read_markdown(path, text)
    _validate(path, front, places)
    values = cast(dict[str, Any], front)
    if plans is not None and isinstance(plan := values.get("fix"), str) and plan not in plans[values["subject"]]:
        raise RuleError(path, places[("fix",)].line, _no_plan(plan, values["subject"], plans))
    fixable = any(example.fixed is not None for example in examples)
    if fixable and values.get("fix") is None:
        raise RuleError(path, 1, "there is a fence below ## Fixed, but the front matter has no `fix`")
    return _rule(identifier, values, _Jinja(path, places, _words(values["subject"], words)))._replace(
        fixable=fixable, page=page, examples=examples
    )


def _no_plan(plan: str, subject: str, plans: Plans) -> str:
    other = next((each for each, known in plans.items() if plan in known), None)
    if other is not None:
        return f"the plan `{plan}` is for a rule whose subject is {other}"
    return f"there is no plan `{plan}`{nearest(plan, plans[subject])}"


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
    route, schema = tuple(error.absolute_path), cast(dict[str, Any], error.schema)
    unknown = [*error.instance.keys() - schema["properties"].keys()] if error.validator == "additionalProperties" else []
    if unknown:
        key = min(unknown, key=lambda each: places[(*route, each)])
        raise RuleError(path, places[(*route, key)].line, f"unknown key `{key}`{nearest(key, schema['properties'])}")
    raise RuleError(path, places[route].line, _sentence(route, error, schema))


def _sentence(route: Route, error: "ValidationError", schema: dict[str, Any]) -> str:
    if error.validator == "required":
        return error.message.replace("is a required property", "is missing")
    if error.validator == "pattern":
        return f"`{show(route)}`: `{error.instance}` is no {schema['title']}"
    return f"`{show(route)}`: {error.message}" if route else error.message
