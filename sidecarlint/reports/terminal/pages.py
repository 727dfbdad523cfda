"""A rule's page and the list of rules, for people and programs.

In: a rule's id or all rules. Out: text. Must not know: how a rule is judged.

A page is Markdown as rule files write it: headings, paragraphs, lists, tables and fences. It is laid out in 80 columns, like a
manual's.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence

from sidecarlint.documents import show
from sidecarlint.reports.terminal.cells import visible, wrap
from sidecarlint.reports.terminal.sources import PAGES
from sidecarlint.reports.terminal.tables import columns
from sidecarlint.rulebook import Example, Rule

_WIDE = 80
_IN = "  "
_SAFETY = " (each finding says whether it is safe)"
_BY_BENEFIT = "warning when the pod shows that it gains, info otherwise"


def page(rule: Rule, picture: Sequence[str] = ()) -> str:
    """A rule's page: its summary, what kind of rule it is, its prose, an example, and the lines of a picture of that example's life. The
    rule must be whole, with its page."""
    severity = _BY_BENEFIT if rule.severity == "by benefit" else rule.severity
    fix = fix_words(rule) + (_SAFETY if rule.fixable else "")
    facts = (("rule", rule.id), ("category", rule.category), ("severity", severity), ("since", rule.since), ("fix", fix))
    head = [*wrap(rule.summary, _WIDE), "", *(line for name, value in facts for line in _fact(name, value)), ""]
    drawn = ["", "TIMELINE", *(f"{_IN}{line}".rstrip() for line in picture)] if picture else []
    return "\n".join([*head, *_prose(rule.page), "", *_example(rule), *drawn, ""]).rstrip("\n") + "\n"


def fix_words(rule: Rule) -> str:
    """What a rule's fix does in a few words, such as `move to init containers`; `none` where it has none that could be applied."""
    if not rule.fixable or rule.fix is None:
        return "none"
    if isinstance(rule.fix, str):
        return rule.fix.replace("-", " ")
    return "; ".join(f"{each.do} `{show(each.route)}`" for each in rule.fix)


def source_page(identifier: str, summary: str) -> str:
    """The page of what can be wrong with a source itself."""
    fix = "safe" if "## What the fix does" in PAGES[identifier] else "none"
    head = [f"{summary}.", "", *_fact("rule", identifier), *_fact("category", "source"), *_fact("fix", fix), ""]
    return "\n".join([*head, *_prose(PAGES[identifier]), ""])


def _fact(name: str, value: str) -> list[str]:
    label = f"{name + ':':<11}"
    return [label + line if index == 0 else line for index, line in enumerate(wrap(value, _WIDE, len(label), " " * len(label)))]


def _prose(text: str) -> Iterator[str]:
    """Headings stand at the margin, and what is below one is indented. The lines of a fence stay as they are."""
    inset = ""
    for part in _PART.finditer(text.strip()):
        kind = str(part.lastgroup)
        margin = "" if kind == "heading" else inset
        inset = _IN if kind == "heading" else inset
        yield from (f"{margin}{line}".rstrip() for line in _LAID_OUT[kind](part[kind]))


_PART = re.compile(
    r"^(?P<mark>```|~~~)[^\n]*\n(?P<fence>.*?)^(?P=mark)[`~ ]*$"
    r"|^#+ (?P<heading>[^\n]+)$"
    r"|^- (?P<item>[^\n]+(?:\n  [^\n]+)*)"
    r"|^(?P<step>\d+\. [^\n]+(?:\n(?!\d+\. |- |#|```|~~~|\|)[^\n]+)*)"
    r"|^(?P<table>\|[^\n]+(?:\n\|[^\n]+)*)"
    r"|^(?P<paragraph>[^\n]+(?:\n(?!- |#|```|~~~|\|)[^\n]+)*)"
    r"|^(?P<blank>)$",
    re.MULTILINE | re.DOTALL,
)
_LAID_OUT: dict[str, Callable[[str], list[str]]] = {
    "fence": lambda text: [_IN + line for line in _lines(text)],
    "heading": lambda text: [text.upper()],
    "item": lambda text: wrap(f"- {text}", _WIDE - len(_IN), hang=_IN),
    "step": lambda text: wrap(text, _WIDE - len(_IN), hang=" " * (text.index(" ") + 1)),
    "table": lambda text: columns(text, _WIDE - len(_IN)),
    "paragraph": lambda text: wrap(text, _WIDE - len(_IN)),
    "blank": lambda text: [""],
}


def _lines(text: str) -> list[str]:
    return [visible(line) for line in text.rstrip("\n").split("\n")]


def shown_example(rule: Rule) -> Example | None:
    """The example of a rule's page: the first that has a fix, or the first that fails without one."""
    found = [example for example in rule.examples if example.kind == "fails"]
    return next((example for example in found if example.fixed is not None), found[0] if found else None)


def _example(rule: Rule) -> Iterator[str]:
    """The example as one text with what goes and what comes."""
    shown = shown_example(rule)
    if shown is not None:
        said = ", ".join(f"{name.upper()} {value}" for name, value in shown.options)
        yield f"EXAMPLE ({said})" if said else "EXAMPLE"
        yield f"{_IN}The finding stands where the arrow <- points.{' The fix takes - and puts +.' if shown.fixed is not None else ''}"
        yield ""
        yield from (f"{_IN}{line}".rstrip() for line in _changes(shown))


def _changes(example: Example) -> list[str]:
    from difflib import unified_diff

    old = _lines(example.text)
    if example.fixed is None:
        return [f"{_IN}{line}" for line in old]
    # Three lines of heads come first.
    return [f"{line[0]} {line[1:]}" for line in list(unified_diff(old, _lines(example.fixed), n=len(old), lineterm=""))[3:]]


def listing(rules: Sequence[Rule], form: str) -> str:
    """All rules, one line each, or as JSON."""
    if form == "json":
        return json.dumps({"version": 1, "rules": [_plain(rule) for rule in rules]}, indent=2, ensure_ascii=False) + "\n"
    wide = max(len(rule.id) for rule in rules)
    lines = []
    for rule in rules:
        first, *rest = wrap(rule.summary, _WIDE - wide - 2)
        lines += [f"{rule.id:<{wide}}  {first}", *(f"{'':<{wide}}  {line}" for line in rest)]
    return "\n".join([*lines, "", "sidecarlint explain RULE shows a rule's page.", ""])


def _plain(rule: Rule) -> dict[str, object]:
    return {name: getattr(rule, name) for name in ("id", "summary", "category", "severity", "since", "fixable")}
