"""Workflow commands of GitHub Actions: each becomes an annotation on its line of the pull request.

In: a `Run` or a `Mending`. Out: one line a finding. Must not know: how anything was decided.

GitHub shows ten errors, ten warnings and ten notices of one step and drops the others without a word (peers, section 5). So no more than
that are written, and the last of each says how many there are beside it.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.findings import Finding, Mending, Run
from sidecarlint.reports import Style
from sidecarlint.reports.exchange import slashed, worst_first
from sidecarlint.reports.terminal.cells import prose
from sidecarlint.reports.terminal.totals import count

MOST = 10
"""How many annotations of one level GitHub shows for a step."""

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
_NOUNS = {"error": "error", "warning": "warning", "info": "finding"}


def check(run: Run, style: Style) -> str:
    """A command for each finding, errors first, and for each source that could not be read."""
    ordered = [run.findings[number] for number in worst_first(run.findings)]
    lines = [_unread(item.path, item.message) for item in run.unread[:MOST]]
    for severity in _COMMANDS:
        room = MOST - (len(lines) if severity == "error" else 0)
        lines += _level([each for each in ordered if each.severity == severity], max(room, 0))
    return "".join(f"{line}\n" for line in lines)


def fix(mending: Mending, style: Style) -> str:
    """The commands for what is left."""
    return check(mending.run, style)


def _level(findings: Sequence[Finding], room: int) -> Iterator[str]:
    for number, finding in enumerate(findings[:room], 1):
        more = len(findings) - number if number == room else 0
        yield _command(finding, more)


def _command(finding: Finding, more: int) -> str:
    place, named = finding.location, finding.workload.title if finding.workload else ""
    options = {"file": slashed(place.path), "line": str(place.line), "endLine": str(place.end_line)}
    # Columns of a stretch of several lines are refused.
    if place.line == place.end_line:
        options |= {"col": str(place.column), "endColumn": str(place.end_column)}
    options["title"] = f"{finding.rule} in {named}" if named else finding.rule
    tail = f" (and {count(more, f'more {_NOUNS[finding.severity]}')}; the log of this step has all)" if more else ""
    return _written(_COMMANDS[finding.severity], options, prose(finding.message) + tail)


def _unread(path: str, message: str) -> str:
    return _written("error", {"file": slashed(path), "title": "cannot be read"}, prose(message))


def _written(command: str, options: dict[str, str], message: str) -> str:
    said = ",".join(f"{key}={_option(value)}" for key, value in options.items())
    return f"::{command} {said}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _option(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
