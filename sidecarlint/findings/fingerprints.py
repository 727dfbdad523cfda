"""What makes a finding the same one tomorrow, wherever its line has gone.

In: the findings of a run, in their order. Out: one fingerprint for each. Must not know: where fingerprints are kept.

A finding is known by its rule, the kind, namespace and name of its workload, and its container: not by its path or line, so that a file
may be moved and lines may shift. What belongs to no workload is known by its path and its message.
"""

from collections import Counter
from collections.abc import Sequence

from sidecarlint.findings import Finding

_LENGTH = 32


def fingerprints(findings: Sequence[Finding]) -> tuple[str, ...]:
    """One for each finding, in their order: 32 hexadecimal digits, a colon, and which of those that are the same it is, from 1."""
    seen = Counter[str]()
    found = []
    for each in findings:
        digest = _digest(each)
        seen[digest] += 1
        found.append(f"{digest}:{seen[digest]}")
    return tuple(found)


def _digest(finding: Finding) -> str:
    from hashlib import sha256

    return sha256("\0".join(_known_by(finding)).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _known_by(finding: Finding) -> tuple[str, ...]:
    subject = finding.workload
    if subject is None:
        return finding.rule, finding.location.path, finding.message, finding.container or ""
    return finding.rule, subject.kind, subject.namespace, subject.name, finding.container or ""
