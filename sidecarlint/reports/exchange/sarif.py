"""SARIF 2.1.0, for code scanning on GitHub and for other programs that show findings.

In: a `Run` or a `Mending`. Out: JSON. Must not know: how anything was decided.

GitHub takes 25,000 results of a run and 10 MB once compressed (peers, section 5). What is cut are the mildest; a notification says so.
"""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from sidecarlint import __version__
from sidecarlint.findings import Edit, Evidence, Finding, Fix, Location, Mending, Run
from sidecarlint.findings.fingerprints import fingerprints
from sidecarlint.reports import Style
from sidecarlint.reports.exchange import slashed, worst_first
from sidecarlint.reports.terminal.cells import prose
from sidecarlint.reports.terminal.totals import count

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 25_000
"""How many results GitHub takes."""
MOST_BYTES = 10_000_000
"""How many bytes GitHub takes, compressed."""

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"
_HOME = "https://github.com/sidecarlint/sidecarlint"


def check(run: Run, style: Style) -> str:
    """Every finding as a result, with what was seen as its related locations and its fix."""
    most = min(MOST, len(run.findings))
    text = _report(run, most)
    while most and _compressed(text) > MOST_BYTES:
        most //= 2
        text = _report(run, most)
    return text


def fix(mending: Mending, style: Style) -> str:
    """The results of what is left."""
    return check(mending.run, style)


def _compressed(text: str) -> int:
    from zlib import compress

    # Whatever is this short is shorter still once it is compressed.
    return len(text) if len(text) < MOST_BYTES else len(compress(text.encode()))


def _report(run: Run, most: int) -> str:
    kept = sorted(worst_first(run.findings)[:most])
    known = fingerprints(run.findings)
    rules = list(dict.fromkeys(run.findings[number].rule for number in kept))
    report = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(run, rules)},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which sidecarlint ran."}}},
                "invocations": [_invocation(run, len(run.findings) - most)],
                "results": [_result(run.findings[number], known[number], rules) for number in kept],
            }
        ],
    }
    return json.dumps(report, indent=2) + "\n"


def _driver(run: Run, rules: Sequence[str]) -> dict[str, Any]:
    return {
        "name": "sidecarlint",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": _HOME,
        "rules": [_rule(each, run) for each in rules],
    }


def _rule(name: str, run: Run) -> dict[str, Any]:
    """A rule with its page. What is no rule file says what is wrong with a source, and has only a summary."""
    from sidecarlint.bundle import whole
    from sidecarlint.findings.judge import SOURCE_RULES

    found = next((each for each in run.rules if each.id == name), None)
    summary = found.summary if found is not None else SOURCE_RULES.get(name, name)
    page = whole(found).page if found is not None else summary
    severities = [each.severity for each in run.findings if each.rule == name]
    return {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": _LEVELS[found.severity if found is not None and found.severity in _LEVELS else severities[0]]},
        "properties": {"tags": [found.category if found is not None else "source"]},
    }


def _invocation(run: Run, cut: int) -> dict[str, Any]:
    said = [_notification("error", item.message, item.path) for item in run.unread]
    said += [_notification("note", item.reason, item.path) for item in run.skipped]
    if cut:
        said.append(_notification("warning", f"{count(cut, 'result')} left out, the mildest: GitHub takes no more"))
    return {"executionSuccessful": not run.unread, "toolExecutionNotifications": said}


def _notification(level: str, message: str, path: str = "") -> dict[str, Any]:
    said: dict[str, Any] = {"level": level, "message": {"text": prose(message)}}
    return {**said, "locations": [{"physicalLocation": {"artifactLocation": _artifact(path)}}]} if path else said


def _result(finding: Finding, known: str, rules: Sequence[str]) -> dict[str, Any]:
    result = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": prose(finding.message)},
        "locations": [{**_physical(finding.location), **_logical(finding)}],
        "partialFingerprints": {"primaryLocationLineHash": known},
    }
    related = [_related(number, each) for number, each in enumerate(finding.evidence, 1) if each.location is not None]
    result |= {"relatedLocations": related} if related else {}
    fix = finding.fix
    result |= {"fixes": [_fix(fix)]} if fix is not None and fix.edits else {}
    return {**result, "properties": _properties(finding)}


def _properties(finding: Finding) -> dict[str, Any]:
    seen = [prose(each.message) for each in finding.evidence if each.location is None]
    said: dict[str, Any] = {"evidence": seen} if seen else {}
    if finding.rendered_from:
        said["renderedFrom"] = finding.rendered_from
    if finding.fix is not None:
        said["fix"] = {"title": prose(finding.fix.title), "applicability": finding.fix.applicability}
        said["fix"] |= {"hazards": list(finding.fix.hazards)} if finding.fix.hazards else {}
        said["fix"] |= {"notes": list(finding.fix.notes)} if finding.fix.notes else {}
    return said


def _logical(finding: Finding) -> dict[str, Any]:
    subject = finding.workload
    if subject is None:
        return {}
    parts = [subject.kind, subject.namespace, subject.name, finding.container or ""]
    return {"logicalLocations": [{"fullyQualifiedName": "/".join(part for part in parts if part), "kind": "resource"}]}


def _related(number: int, evidence: Evidence) -> dict[str, Any]:
    assert evidence.location is not None
    return {"id": number, "message": {"text": prose(evidence.message)}, **_physical(evidence.location)}


def _physical(place: Location) -> dict[str, Any]:
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "charOffset": place.start,
        "charLength": place.end - place.start,
    }
    return {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}


def _artifact(path: str) -> dict[str, str]:
    """A relative path counts from the folder in which sidecarlint ran, which in a workflow is the repository's."""
    name = quote(slashed(path).encode("utf-8", "surrogateescape"))
    if name.startswith("/"):
        return {"uri": f"file://{name}"}
    return {"uri": name, "uriBaseId": _ROOT}


def _fix(fix: Fix) -> dict[str, Any]:
    paths = dict.fromkeys(edit.path for edit in fix.edits)
    changes = [{"artifactLocation": _artifact(path), "replacements": _replacements(fix, path)} for path in paths]
    return {"description": {"text": prose(fix.title)}, "artifactChanges": changes}


def _replacements(fix: Fix, path: str) -> list[dict[str, Any]]:
    return [_replacement(edit) for edit in fix.edits if edit.path == path]


def _replacement(edit: Edit) -> dict[str, Any]:
    return {
        "deletedRegion": {"charOffset": edit.start, "charLength": edit.end - edit.start},
        "insertedContent": {"text": edit.text},
    }
