"""Findings that a comment or an annotation leaves out, and comments that leave nothing out any more.

In: the documents and findings of a source. Out: `Suppressed`: what is left, and what is wrong with suppressions. Must not know: how a fix
is planned.

    # sidecarlint: ignore[job-never-completes] this Job is stopped by hand
    # sidecarlint: ignore[legacy-proxy] until 2027-03-31: the platform team moves it

A comment counts for what begins on its own line, or below it: a key, a container, or, in front of a document's first key, the whole
document. The annotation `sidecarlint.dev/ignore` of an object or of its pods counts for that object.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from sidecarlint.documents import IGNORE, Directive, Document, Route, at, child, text_of
from sidecarlint.errors import nearest
from sidecarlint.findings import Finding
from sidecarlint.findings.places import Places
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

ANNOTATION = "sidecarlint.dev/ignore"
UNUSED, EXPIRED = "unused-suppression", "expired-suppression"

_UNTIL = r"until\s+(?P<date>\S+?)(?::|,|$|\s)"


class Suppression(NamedTuple):
    """What leaves findings out: of these rules, within a span of the source. `until` is the last day on which it counts, as 2027-03-31,
    "" for ever. `comment`: the span of the comment that says it, None for an annotation."""

    document: int
    rules: tuple[str, ...]
    start: int
    end: int
    until: str
    comment: tuple[int, int] | None

    def covers(self, document: int, finding: Finding) -> bool:
        """Whether it speaks of this finding."""
        return document == self.document and finding.rule in self.rules and self.start <= finding.location.start < self.end


class Stale(NamedTuple):
    """A comment that should go, or say less: the finding about it, its document and span, and what is to stand there instead."""

    finding: Finding
    document: int
    comment: tuple[int, int]
    instead: str


class Known(NamedTuple):
    """The rules that there are, and those of them that were asked: what was not asked may still be found another time."""

    rules: Collection[str]
    asked: Collection[str]


class Suppressed(NamedTuple):
    """`left`: the numbers of the findings that are told, in order. `stale`: comments that leave nothing out."""

    left: tuple[int, ...]
    stale: tuple[Stale, ...]


def suppressions(document: Document, pods: Sequence[Workload]) -> Iterator[Suppression]:
    """Those of a document. `pods`: its workloads."""
    for each in document.directives:
        if each.verb == IGNORE and each.arguments and (span := _span(document, each.route)) is not None:
            yield Suppression(document.number, each.arguments, *span, _until(each), (each.start, each.end))
    for workload in pods:
        for meta in (child(workload.owner.node, "metadata"), at(document.root, workload.pod.meta)):
            said = text_of(child(child(meta, "annotations"), ANNOTATION))
            if said:
                rules = tuple(part.strip() for part in said.split(",") if part.strip())
                yield Suppression(document.number, rules, workload.owner.node.outset, workload.owner.node.end, "", None)


def suppressed(
    found: Sequence[tuple[int, Finding]], asked: Sequence[Suppression], places: Places, known: Known, today: Callable[[], str]
) -> Suppressed:
    """What suppressions do to findings, each given with its document's number. `today` gives the day, as 2027-03-31; it is called only
    where a suppression ends."""
    ended = {number for number, each in enumerate(asked) if each.until and each.until < today()}
    used: set[tuple[int, str]] = set()
    left = []
    for index, (document, finding) in enumerate(found):
        covering = [number for number, each in enumerate(asked) if each.covers(document, finding)]
        used |= {(number, finding.rule) for number in covering}
        if not any(number not in ended for number in covering):
            left.append(index)
    stale = [_stale(number, each, used, number in ended, places, known) for number, each in enumerate(asked) if each.comment is not None]
    return Suppressed(tuple(left), tuple(each for each in stale if each is not None))


def wrong(each: Directive) -> str:
    """What is wrong with an `ignore` itself, as the end of a sentence; "" where nothing is."""
    if not each.arguments:
        return "it names no rule; write it like ignore[legacy-proxy] and say why"
    found = re.match(_UNTIL, each.reason)
    if found is not None and not _is_date(found["date"]):
        return f"{found['date']} is no day; write it like until 2027-03-31"
    return "" if each.route is not None else "it stands on nothing; put it on a line, or directly above it"


def _until(each: Directive) -> str:
    found = re.match(_UNTIL, each.reason)
    return found["date"] if found is not None and _is_date(found["date"]) else ""


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _span(document: Document, route: Route | None) -> tuple[int, int] | None:
    """What a comment that touches this route counts for."""
    root = document.root
    if root is None or not route:
        return None
    if root.pairs and route == (root.pairs[0][0].text,):
        return document.start, document.end
    parent, last = at(root, route[:-1]), route[-1]
    if parent is None:
        return None
    if isinstance(last, int):
        item = parent.items[last]
        return item.outset, item.end
    return next(((name.outset, max(name.end, value.end)) for name, value in parent.pairs if name.text == last), None)


def _stale(number: int, each: Suppression, used: Collection[tuple[int, str]], ended: bool, places: Places, known: Known) -> Stale | None:
    assert each.comment is not None
    idle = [rule for rule in each.rules if (number, rule) not in used and (rule in known.asked or rule not in known.rules)]
    if ended:
        message = f"This suppression ended on {each.until}: {_listed(each.rules)} {_are(each.rules)} told again"
        rule, kept = EXPIRED, tuple[str, ...]()
    elif idle:
        message = f"This comment leaves nothing out: {_why(idle, known.rules)}"
        rule, kept = UNUSED, tuple(rule for rule in each.rules if rule not in idle)
    else:
        return None
    finding = Finding(rule, "source", "warning", message, places.span(*each.comment))
    return Stale(finding, each.document, each.comment, _less(places.text[slice(*each.comment)], kept))


def _why(idle: Sequence[str], known: Collection[str]) -> str:
    for rule in idle:
        if rule not in known and (near := nearest(rule, known)) is not None:
            return f"there is no rule {rule}; did you mean {near}?"
    return f"{_listed(idle)} {_are(idle)} not found here"


def _less(comment: str, kept: Sequence[str]) -> str:
    """The comment with only the rules that are kept; "" without any."""
    return re.sub(r"\[[^\]]*\]", f"[{', '.join(kept)}]", comment, count=1) if kept else ""


def _listed(rules: Sequence[str]) -> str:
    return " and ".join(rules)


def _are(rules: Sequence[str]) -> str:
    return "is" if len(rules) == 1 else "are"
