"""One line a finding, for editors, problem matchers and grep.

In: a `Run` or `Inspection`s. Out: lines. Must not know: how anything was decided.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sidecarlint.findings import Finding, Mending, Run
from sidecarlint.reports import Style
from sidecarlint.reports.terminal.cells import Paint, painter, prose, visible
from sidecarlint.reports.terminal.totals import mended, shown, totals

if TYPE_CHECKING:
    from sidecarlint.inspection import Inspection
    from sidecarlint.waves import Wave

_FIXABLE = {"safe": " [*]", "unsafe": " [-]"}
"""Behind the rule: `sidecarlint fix` does it, or only with --unsafe."""
_WORDS = ("list", "part", "certainty", "benefit", "ends", "place")


def check(run: Run, style: Style) -> str:
    """`path:line:column: severity[rule] [*] message`, what could not be read, and the totals if anything was found."""
    paint = painter(style.colour)
    lines = [_finding(finding, paint) for finding in shown(run, style)]
    lines += [f"{visible(item.path)}: {paint('error', 'error')}: {prose(item.message)}" for item in run.unread]
    return _joined([*lines, *(totals(run, style)[:1] if run.findings else ())])


def inspect(inspections: Sequence["Inspection"], run: Run, style: Style) -> str:
    """One line a workload and one line a container, as `word=value`."""
    paint = painter(style.colour)
    unread = [_finding(finding, paint) for finding in run.findings if finding.category == "source"]
    unread += [f"{visible(item.path)}: {paint('error', 'error')}: {prose(item.message)}" for item in run.unread]
    return _joined([*unread, *(line for inspection in inspections for line in _workload(inspection, paint))])


def fix(mending: Mending, style: Style) -> str:
    """One line for each finding that was fixed, one for each that is left, and the totals."""
    paint = painter(style.colour)
    word = "fixed" if mending.written else "would be fixed"
    fixed = [f"{_finding(finding, paint)} ({word})" for each in mending.rewritten for finding in each.fixed]
    left = [_finding(finding, paint) for finding in shown(mending.run, style)]
    left += [f"{visible(item.path)}: {paint('error', 'error')}: {prose(item.message)}" for item in mending.run.unread]
    return _joined([*fixed, *left, *mended(mending, style)[:1]])


def waves(found: Sequence["Wave"], run: Run, style: Style, given: Sequence[str]) -> str:
    """One line a workload: `path: wave N Kind/name rules`, and what could not be read."""
    paint = painter(style.colour)
    lines = [
        f"{visible(each.subject.path)}: wave {wave.number} {paint(visible(each.subject.title), 'strong')} {','.join(each.rules)}"
        for wave in found
        for each in wave.workloads
    ]
    return _joined([*lines, *(f"{visible(item.path)}: {paint('error', 'error')}: {prose(item.message)}" for item in run.unread)])


def _joined(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: Finding, paint: Paint) -> str:
    place = finding.location
    fixable = _FIXABLE.get(finding.fix.applicability, "") if finding.fix else ""
    rule = f"{paint(finding.severity, finding.severity)}[{finding.rule}]{fixable}"
    return f"{visible(place.path)}:{place.line}:{place.column}: {rule} {prose(finding.message)}"


def _workload(inspection: "Inspection", paint: Paint) -> Iterator[str]:
    head = f"{visible(inspection.subject.path)}: {paint(visible(inspection.subject.title), 'strong')}"
    yield f"{head} completes={inspection.completes} starts={_order(inspection.starts)} stops={_order(inspection.stops)}"
    for container in inspection.containers:
        values = ((word, getattr(container, word)) for word in _WORDS)
        yield f"{head} {visible(container.name)} " + " ".join(f"{word}={'-' if value is None else value}" for word, value in values)


def _order(steps: Sequence[Sequence[str]]) -> str:
    return visible(">".join(",".join(step) for step in steps)) or "-"
