"""GitLab's code quality report: findings beside the lines of a merge request.

In: a `Run` or a `Mending`. Out: JSON. Must not know: how anything was decided.

GitLab compares the report of a branch with that of its target by fingerprint (docs.gitlab.com/ci/testing/code_quality).
"""

import json
from typing import Any

from sidecarlint.findings import Finding, Mending, Run
from sidecarlint.findings.fingerprints import fingerprints
from sidecarlint.reports import Style
from sidecarlint.reports.exchange import slashed
from sidecarlint.reports.terminal.cells import prose

_SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def check(run: Run, style: Style) -> str:
    """An entry for each finding, and for each source that could not be read."""
    found = [_entry(finding, known) for finding, known in zip(run.findings, fingerprints(run.findings), strict=True)]
    found += [_unread(item.path, item.message) for item in run.unread]
    return json.dumps(found, indent=2) + "\n"


def fix(mending: Mending, style: Style) -> str:
    """The entries for what is left."""
    return check(mending.run, style)


def _entry(finding: Finding, known: str) -> dict[str, Any]:
    named = f"{finding.workload.title}: " if finding.workload else ""
    lines = {"begin": finding.location.line, "end": finding.location.end_line}
    return {
        "description": named + prose(finding.message),
        "check_name": finding.rule,
        "fingerprint": known,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": slashed(finding.location.path), "lines": lines},
    }


def _unread(path: str, message: str) -> dict[str, Any]:
    return {
        "description": f"It could not be read: {prose(message)}",
        "check_name": "unreadable",
        "fingerprint": f"unreadable:{slashed(path)}",
        "severity": "blocker",
        "location": {"path": slashed(path), "lines": {"begin": 1}},
    }
