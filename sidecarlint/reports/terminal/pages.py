"""A rule's page and the list of rules, for people and programs.

In: a rule's id or all rules. Out: text. Must not know: how a rule is judged.
"""

import json
from collections.abc import Sequence

from sidecarlint.reports.terminal.cells import wrap
from sidecarlint.rulebook import Rule

_SAFETY = {True: "yes, in most cases: a finding says how safe its own fix is", False: "no"}


def page(rule: Rule) -> str:
    """A rule's page: its summary, what kind of rule it is, and its prose. The rule must be whole, with its page."""
    facts = (("rule", rule.id), ("category", rule.category), ("severity", rule.severity), ("since", rule.since), ("fix", _SAFETY[rule.fixable]))
    head = [*wrap(rule.summary, 80), "", *(f"{name + ':':<10} {value}" for name, value in facts), ""]
    return "\n".join([*head, rule.page.strip(), ""])


def source_page(identifier: str, summary: str) -> str:
    """The page of what can be wrong with a source itself."""
    return f"{summary}.\n\nrule:      {identifier}\ncategory:  source\n"


def listing(rules: Sequence[Rule], form: str) -> str:
    """All rules, one line each, or as JSON."""
    if form == "json":
        return json.dumps({"version": 1, "rules": [_plain(rule) for rule in rules]}, indent=2, ensure_ascii=False) + "\n"
    wide = max(len(rule.id) for rule in rules)
    lines = []
    for rule in rules:
        first, *rest = wrap(rule.summary, 80 - wide - 2)
        lines += [f"{rule.id:<{wide}}  {first}", *(f"{'':<{wide}}  {line}" for line in rest)]
    return "\n".join([*lines, "", "sidecarlint explain RULE shows a rule's page.", ""])


def _plain(rule: Rule) -> dict[str, object]:
    return {"id": rule.id, "summary": rule.summary, "category": rule.category, "severity": rule.severity, "since": rule.since, "fixable": rule.fixable}
