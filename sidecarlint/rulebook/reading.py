"""A rule file to a `Rule`.

In: a path, the file's text, the model's public words and what they can be. Out: `Rule`, or a RuleError with the line. Must not know: how a
lifecycle is computed, or what a fix's plan does.
"""

import os
import re
from typing import Any, cast

from sidecarlint.documents import Route
from sidecarlint.errors import RuleError
from sidecarlint.rulebook.evaluation import Tree
from sidecarlint.rulebook.expression import nearest_or_all, read_expression, read_template
from sidecarlint.rulebook.form import first_fault
from sidecarlint.rulebook.markdown import Place, read_markdown
from sidecarlint.rulebook.rule import Operation, Plans, Rule, Values, Words
from sidecarlint.values import NamedTuple

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[]+)")


def read(path: str, text: str, words: Words, plans: Plans | None = None, values: Values | None = None) -> Rule:
    """The rule that the file at `path` describes; `plans` are those that `fix` may name, `values` what words can be. Raises RuleError
    with the line for anything that is wrong."""
    identifier = os.path.basename(path).removesuffix(".md")
    if path.endswith((".yaml", ".yml")):
        raise RuleError(path, None, "a rule file is Markdown (*.md); a helper file goes behind --helper-files")
    if not _ID.fullmatch(identifier):
        raise RuleError(path, None, f"`{identifier}` is no rule id; name the file in lower case with hyphens, like job-never-completes.md")
    front, places, page, examples = read_markdown(path, text)
    fault = first_fault(front, lambda route: places[route].line)
    if fault is not None:
        raise RuleError(path, *fault)
    given = cast(dict[str, Any], front)
    if plans is not None and isinstance(plan := given.get("fix"), str) and plan not in plans[given["subject"]]:
        raise RuleError(path, places[("fix",)].line, _no_plan(plan, given["subject"], plans))
    fixable = any(example.fixed is not None for example in examples)
    if fixable and given.get("fix") is None:
        raise RuleError(path, 1, "there is a fence below ## Fixed, but the front matter has no `fix`")
    jinja = _Jinja(path, places, _words(given["subject"], words), values)
    return _rule(identifier, given, jinja)._replace(fixable=fixable, page=page, examples=examples)


def _no_plan(plan: str, subject: str, plans: Plans) -> str:
    other = next((each for each, known in plans.items() if plan in known), None)
    if other is not None:
        return f"the plan `{plan}` is for a rule whose subject is {other}"
    return f"there is no plan `{plan}`{nearest_or_all(plan, plans[subject])}"


class _Jinja(NamedTuple):
    path: str
    places: dict[Route, Place]
    words: Words
    values: Values | None

    def expression(self, key: str, text: str) -> Tree:
        """The expression below a key."""
        return read_expression(text.rstrip(), self.words, self.path, self.places[(key,)].text_line, self.values)

    def template(self, key: str, text: str) -> Tree:
        """The template below a key."""
        return read_template(text.strip(), self.words, self.path, self.places[(key,)].text_line, self.values)


def _words(subject: str, words: Words) -> Words:
    return {name: known for name, known in words.items() if name != "container"} if subject == "pod" else words


def _rule(identifier: str, values: dict[str, Any], jinja: _Jinja) -> Rule:
    title = values.get("fix_title")
    return Rule(
        id=identifier,
        summary=values["summary"],
        category=values["category"],
        severity=values["severity"],
        since=values["since"],
        subject=values["subject"],
        when=jinja.expression("when", values["when"]),
        message=jinja.template("message", values["message"]),
        at=_route(values.get("at") or ""),
        fix=_fix(values.get("fix")),
        fix_title=None if title is None else jinja.template("fix_title", title),
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
