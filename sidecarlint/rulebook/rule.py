"""What one rule file says, as values.

In: nothing. Out: `Rule` and its parts, to and from what can be marshalled. Must not know: how a rule file is written.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal

from sidecarlint.documents import Route
from sidecarlint.rulebook.evaluation import Tree
from sidecarlint.values import NamedTuple

Words = Mapping[str, Collection[str]]
"""The names that a text may use and the attributes that each has; a name without attributes is a plain value."""

Values = Mapping[str, Collection[str | bool]]
"""All that a word such as `container.part` can be, for the words that can be few things."""

Plans = Mapping[str, Collection[str]]
"""The plans that a rule's `fix` may name, for each subject."""


class Operation(NamedTuple):
    """One thing that a fix does, on routes that start at the rule's subject. `value` belongs to set, `to` to move and rename."""

    do: Literal["set", "remove", "move", "rename"]
    route: Route
    value: str | int | bool | None = None
    to: Route = ()


class Example(NamedTuple):
    """A manifest that is a test. `line` is the 1-based line of the rule file on which `text` starts.

    `fixed` is what the fix must make of `text`, byte for byte; None where there is no such fence. `note` is the prose above the
    fence. `options` are all that stood on its opening line, `target` included.
    """

    kind: Literal["fails", "passes"]
    text: str
    line: int
    target: str | None = None
    fixed: str | None = None
    note: str = ""
    options: tuple[tuple[str, str], ...] = ()


class Rule(NamedTuple):
    """One rule. `severity` is error, warning, info or `by benefit`; `at` is a route from the subject, empty for the subject itself,
    or for where a rule about a pod has its first evidence.

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


def to_plain(rule: Rule) -> tuple[Any, ...]:
    """What a check needs of a rule, as plain tuples that marshal gives back as they were: all but its page and its examples."""
    fix = rule.fix if rule.fix is None or isinstance(rule.fix, str) else tuple(map(tuple, rule.fix))
    return tuple(fix if name == "fix" else value for name, value in rule._asdict().items())[: -len(_LEFT_OUT)]


def from_plain(data: tuple[Any, ...]) -> Rule:
    """The rule that `to_plain` gave. It has no page and no examples."""
    rule = Rule(*(*data, *_LEFT_OUT))
    return rule if rule.fix is None or isinstance(rule.fix, str) else rule._replace(fix=tuple(Operation(*each) for each in rule.fix))


_LEFT_OUT: tuple[str, tuple[Example, ...]] = ("", ())
"""The page and the examples of a rule from the form prepared ahead."""
