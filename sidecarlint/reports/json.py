"""The report for programs. Its shape is promised by `schemas/check.schema.json` and `schemas/inspect.schema.json`.

In: a `Run` or `Inspection`s. Out: JSON. Must not know: how anything was decided.
"""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sidecarlint import __version__
from sidecarlint.findings import Evidence, Finding, Fix, Location, Mending, Moved, Run, Shape, Subject
from sidecarlint.reports import Style
from sidecarlint.reports.terminal.changes import command_of
from sidecarlint.workloads.versions import show_version

if TYPE_CHECKING:
    from sidecarlint.inspection import ContainerInspection, Inspection
    from sidecarlint.waves import Wave
    from sidecarlint.workloads.rollouts import Rollout

VERSION = 1
"""Raised when a program that reads the report could break: never for a new property."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def check(run: Run, style: Style) -> str:
    """All findings, whatever the style hides."""
    report = {
        "version": VERSION,
        "tool": {"name": "sidecarlint", "version": __version__},
        "target": show_version(run.target),
        "findings": [_finding(finding) for finding in run.findings],
        "errors": _errors(run),
        "summary": _summary(run),
    }
    return _dumped(report)


def inspect(inspections: Sequence["Inspection"], run: Run, style: Style) -> str:
    """All that the model knows of each workload."""
    return _dumped({"version": VERSION, "workloads": [_inspection(inspection) for inspection in inspections]})


def fix(mending: Mending, style: Style) -> str:
    """What was fixed, file by file, and all that is left, as a check would report it."""
    changed = [{"path": each.path, "fixed": [_finding(finding) for finding in each.fixed]} for each in mending.rewritten]
    head = {"version": VERSION, "tool": {"name": "sidecarlint", "version": __version__}, "target": show_version(mending.run.target)}
    left = {
        "findings": [_finding(finding) for finding in mending.run.findings],
        "errors": _errors(mending.run),
        "summary": _summary(mending.run),
    }
    moved = [_moved(each) for each in mending.moved]
    return _dumped({**head, "written": mending.written, "changed": changed, "workloads": moved, **left})


def waves(found: Sequence["Wave"], run: Run, style: Style, given: Sequence[str]) -> str:
    """The waves of a migration in order, each with its workloads."""
    return _dumped({"version": VERSION, "waves": [_wave(wave, given) for wave in found], "errors": _errors(run)})


def _wave(wave: "Wave", given: Sequence[str]) -> dict[str, Any]:
    return {
        "number": wave.number,
        "title": wave.title,
        "command": command_of(wave, given) or None,
        "workloads": [
            {
                **_subject(each.subject),
                "rules": each.rules,
                "fixable": {"safe": each.safe, "unsafe": each.unsafe, "manual": each.manual},
                "rollout": _rollout(each.rollout),
            }
            for each in wave.workloads
        ],
    }


def _moved(moved: "Moved") -> dict[str, Any]:
    return {
        **_subject(moved.subject),
        "fixed": [_finding(finding) for finding in moved.fixed],
        "before": _shape(moved.before),
        "after": _shape(moved.after),
        "rollout": _rollout(moved.rollout),
        "notes": list(moved.notes),
    }


def _shape(shape: "Shape") -> dict[str, Any]:
    return {"starts": shape.starts, "stops": shape.stops, "completes": shape.completes, "requests": dict(shape.requests)}


def _rollout(rollout: "Rollout") -> dict[str, Any]:
    return {"pods": rollout.pods, "per_node": rollout.per_node, "immutable": bool(rollout.immutable), "message": rollout.why}


def _errors(run: Run) -> list[dict[str, str]]:
    return [{"path": item.path, "message": item.message} for item in run.unread]


def _dumped(report: dict[str, Any]) -> str:
    # A name that is not valid UTF-8 on disk arrives with lone surrogates, which no encoding can write.
    text = json.dumps(report, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "category": finding.category,
        "severity": finding.severity,
        "message": finding.message,
        "location": _location(finding.location),
        "workload": _subject(finding.workload) if finding.workload else None,
        "container": finding.container,
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
        "fix": _fix(finding.fix) if finding.fix else None,
        "rendered_from": finding.rendered_from or None,
    }


def _location(place: Location) -> dict[str, Any]:
    return {"path": place.path, "line": place.line, "column": place.column, "end_line": place.end_line, "end_column": place.end_column}


def _subject(subject: Subject) -> dict[str, Any]:
    return {
        "path": subject.path,
        "document": subject.document,
        "route": subject.route,
        "apiVersion": subject.api_version,
        "kind": subject.kind,
        "name": subject.name,
        "namespace": subject.namespace,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {"message": evidence.message, "location": _location(evidence.location) if evidence.location else None}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "applicability": fix.applicability,
        "hazards": list(fix.hazards),
        "notes": list(fix.notes),
        "edits": [{"path": edit.path, "start": edit.start, "end": edit.end, "text": edit.text} for edit in fix.edits],
    }


def _summary(run: Run) -> dict[str, Any]:
    severities = [finding.severity for finding in run.findings]
    fixes = [finding.fix.applicability for finding in run.findings if finding.fix]
    return {
        "sources": run.sources,
        "workloads": run.workloads,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "infos": severities.count("info"),
        "fixable": {"safe": fixes.count("safe"), "unsafe": fixes.count("unsafe"), "manual": fixes.count("manual")},
        "skipped": [{"path": item.path, "reason": item.reason} for item in run.skipped],
        "suppressed": run.suppressed,
        "baseline": {**run.baseline._asdict(), "stale": list(run.baseline.stale)} if run.baseline is not None else None,
    }


def _inspection(inspection: "Inspection") -> dict[str, Any]:
    return {
        **_subject(inspection.subject),
        "completes": inspection.completes,
        "starts": inspection.starts,
        "stops": inspection.stops,
        "containers": [_container(container) for container in inspection.containers],
    }


def _container(container: "ContainerInspection") -> dict[str, Any]:
    return {
        "name": container.name,
        "list": container.list,
        "part": container.part,
        "certainty": container.certainty,
        "benefit": container.benefit,
        "ends": container.ends,
        "place": container.place,
        "evidence": [_evidence(evidence) for evidence in container.evidence],
    }
