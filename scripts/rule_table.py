"""Writes the table of rules into README.md, between its two comment markers.

In: the bundled rules. Out: README.md, and exit code 1 when it was not current. Must not know: how a rule file is written.

Run it from the checkout: `python -m scripts.rule_table`
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from sidecarlint import bundle
from sidecarlint.findings.judge import SOURCE_RULES
from sidecarlint.reports.terminal.pages import fix_words
from sidecarlint.rulebook import Rule

BEGIN, END = "<!-- rules: written by python -m scripts.rule_table -->", "<!-- /rules -->"
"""What stands in README.md on the lines before and after the table."""


def current(text: str) -> str:
    """README.md's text with the table as it has to be. Raises ValueError when a marker is missing or there twice."""
    before, (rest,) = text.split(BEGIN)[0], text.split(BEGIN)[1:]
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(bundle.bundled().rules)}\n{END}{after}"


def table(rules: Iterable[Rule]) -> str:
    """The rules as a Markdown table in the order of their ids, and the ids of what can be wrong with a file itself."""
    head = ["| rule | what it finds | severity | fix |", "|---|---|---|---|"]
    rows = [f"| {_link(rule)} | {_cell(rule.summary)} | {rule.severity} | {_cell(fix_words(rule))} |" for rule in rules]
    sources = [f"- `{name}`: {summary}." for name, summary in SOURCE_RULES.items()]
    return "\n".join([*head, *rows, "", "What can be wrong with a file itself is no rule file, but has an id too:", "", *sources])


def _link(rule: Rule) -> str:
    return f"[`{rule.id}`](rules/{rule.id}.md)"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    """Brings README.md up to date. 1 when it was not, so that a hook says so."""
    path = Path(__file__).parent.parent / "README.md"
    text = path.read_text(encoding="utf-8")
    new = current(text)
    path.write_text(new, encoding="utf-8")
    return int(new != text)


if __name__ == "__main__":
    sys.exit(main())
