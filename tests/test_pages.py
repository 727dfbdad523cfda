"""A rule's page in a terminal: tables, numbered steps, what its fix does; and the pages of what can be wrong with a source."""

from pathlib import Path

import pytest

from sidecarlint import bundle
from sidecarlint.documents import VERBS
from sidecarlint.findings.judge import SOURCE_RULES
from sidecarlint.reports.terminal.pages import fix_words, page, source_page
from sidecarlint.reports.terminal.sources import PAGES
from sidecarlint.reports.terminal.tables import columns

RULES = {rule.id: rule for rule in bundle.bundled().rules}

TABLES = [
    ("every column as wide as its longest cell", 40, "| a | b |\n|---|:-:|\n| long cell | x |\n| y | `z` |", [
        "a          b",
        "---------  ---",
        "long cell  x",
        "y          `z`",
    ]),
    ("the widest column gives way", 16, "| name | says |\n|---|---|\n| one | a word or two more |\n| two | b |", [
        "name  says",
        "----  ----------",
        "one   a word or",
        "      two more",
        "two   b",
    ]),
    ("a name stays whole as long as the others can give way", 20, "| a | b |\n|---|---|\n| from one on | example.io/name |", [
        "a     b",
        "----  --------------",
        "from  example.io/nam",
        "one   e",
        "on",
    ]),
    ("a name that just fits", 21, "| a | b |\n|---|---|\n| from one on | example.io/name |", [
        "a     b",
        "----  ---------------",
        "from  example.io/name",
        "one",
        "on",
    ]),
    ("a cell too few, one too many, an empty one", 20, "| a | b |\n|---|---|\n| x |\n| x | y | z |\n|  | y |", [
        "a  b",
        "-  -",
        "x",
        "x  y",
        "   y",
    ]),
    ("a bar in a cell", 20, "| a | b |\n|---|---|\n| x \\| y | z |", [
        "a      b",
        "-----  -",
        "x | y  z",
    ]),
    ("wide characters take two cells", 20, "| a | b |\n|---|---|\n| 日本 | x |", [
        "a     b",
        "----  -",
        "日本  x",
    ]),
    ("more columns than there is room for", 3, "| a | b | c |\n|---|---|---|\n| x | y | z |", [
        "a  b  c",
        "-  -  -",
        "x  y  z",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("width", "text", "shown"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_a_table(width: int, text: str, shown: list[str]) -> None:
    assert columns(text, width) == shown


PROSE = """\
Intro, in 2. place nothing special:
| rule | does |
|---|---|
| a | b |
Behind it.

1. A first step that goes on and on until it no longer fits into the eighty columns of a
terminal
2. A second
| step | table |
|---|---|
| c | d |

10. A tenth step, whose number is wider than the others, and which is too long for the line
"""
SHOWN = """\
  Intro, in 2. place nothing special:
  rule  does
  ----  ----
  a     b
  Behind it.

  1. A first step that goes on and on until it no longer fits into the eighty
     columns of a terminal
  2. A second
  step  table
  ----  -----
  c     d

  10. A tenth step, whose number is wider than the others, and which is too long
      for the line
"""
RULE = """\
---
summary: A pause is kept
category: workaround
severity: warning
since: 1.0
subject: container
when: container.part == "init"
message: "{{ container.name }} pauses"
---
## What you see

%s
## Fails

```yaml
a: 1 # <-
```
"""


def test_tables_and_steps_of_a_page(tmp_path: Path) -> None:
    (tmp_path / "pause-kept.md").write_text(RULE % PROSE)
    shown = page(bundle.own_rules((str(tmp_path),))[0])
    assert shown.partition("WHAT YOU SEE\n\n")[2].partition("\nEXAMPLE")[0] == SHOWN


@pytest.mark.parametrize(("identifier", "words"), [
    ("job-never-completes", "move to init containers"),
    ("init-never-exits", "make sidecar"),
    ("sidecar-resize-policy", "remove `resizePolicy`"),
    ("job-needs-timeout", "none"),  # it has a plan, and it is always manual
    ("app-races-sidecar", "add startup probe"),
    ("sidecar-start-deadlock", "none"),
])  # fmt: skip
def test_what_a_fix_does_in_a_few_words(identifier: str, words: str) -> None:
    rule = bundle.whole(RULES[identifier])
    told = f"{words} (each finding says whether it is safe)" if rule.fixable else words
    assert fix_words(rule) == words
    assert f"\nfix:       {told}\n" in page(rule)


def test_by_benefit_in_words() -> None:
    shown = page(bundle.whole(RULES["legacy-proxy"]))
    assert "\nseverity:  warning when the pod shows that it gains, info otherwise\n" in shown


def test_every_source_rule_has_a_page() -> None:
    assert list(PAGES) == list(SOURCE_RULES)


@pytest.mark.parametrize("identifier", SOURCE_RULES)
def test_the_page_of_a_source_rule(identifier: str) -> None:
    lines = source_page(identifier, SOURCE_RULES[identifier]).split("\n")
    assert lines[0] == f"{SOURCE_RULES[identifier]}."
    assert ("WHAT TO DO" in lines) != ("WHAT THE FIX DOES" in lines)
    assert ("fix:       safe" in lines) == ("WHAT THE FIX DOES" in lines)
    assert [line for line in lines if len(line) > 80 or line != line.rstrip() or "```" in line] == []


def test_the_page_of_unknown_directives_names_all_that_there_are() -> None:
    said = source_page("unknown-directive", SOURCE_RULES["unknown-directive"])
    assert [verb for verb in VERBS if f"- `{verb}" not in said] == []
