"""The findings that were there when somebody began to count: later runs report what is new.

In: the text of a baseline, the findings of a run. Out: what is new, what is stale; the text of a baseline. Must not know: files, formats.

A baseline is text, one finding a line in the order of the alphabet, so that two branches that change it merge. A finding is known by what
its fingerprint is made of; two that are the same stand there twice.

    {"sidecarlint": "baseline", "version": 1}
    ["Job", "shop", "report", "cloud-sql-proxy", "job-never-completes"]
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sidecarlint.errors import FileError
from sidecarlint.findings import Finding, Subject
from sidecarlint.values import NamedTuple

VERSION = 1
_HEAD = json.dumps({"sidecarlint": "baseline", "version": VERSION})
_AGAIN = "write it again: sidecarlint baseline"


class Entry(NamedTuple):
    """One finding that is known. Without a workload `kind` is "" and `name` is the path of the source."""

    kind: str
    namespace: str
    name: str
    container: str
    rule: str

    @property
    def shown(self) -> str:
        """As people are told of it: `legacy-proxy in Deployment/web (proxy)`."""
        who = f"{self.kind}/{self.name}" if self.kind else self.name
        return f"{self.rule} in {who}{f' ({self.container})' if self.container else ''}"


class Compared(NamedTuple):
    """A run beside its baseline: the findings that are new, how many are known, and what is known and no longer found."""

    new: tuple[Finding, ...]
    known: int
    stale: tuple[Entry, ...]


def entry(finding: Finding) -> Entry:
    """A finding as a baseline names it."""
    subject = finding.workload
    if subject is None:
        return Entry("", "", finding.location.path, finding.container or "", finding.rule)
    return Entry(subject.kind, subject.namespace, subject.name, finding.container or "", finding.rule)


def read(path: str, text: str) -> tuple[Entry, ...]:
    """The entries of a baseline. Raises FileError with the line for anything that is none."""
    lines = text.splitlines()
    if any(line.startswith(("<<<<<<<", "=======", ">>>>>>>")) for line in lines):
        number = next(number for number, line in enumerate(lines, 1) if line.startswith(("<<<<<<<", "=======", ">>>>>>>")))
        raise FileError(path, number, f"two branches have changed it, and nobody has merged them; keep the lines of both, or {_AGAIN}")
    if not lines or _parsed(lines[0]) != json.loads(_HEAD):
        raise FileError(path, 1, f"this is no baseline of this version of sidecarlint; {_AGAIN}")
    return tuple(_entry(path, number, line) for number, line in enumerate(lines[1:], 2) if line.strip())


def _entry(path: str, number: int, line: str) -> Entry:
    words = _parsed(line)
    if not isinstance(words, list) or len(words) != len(Entry._fields) or not all(isinstance(each, str) for each in words):
        raise FileError(path, number, f"this line is no finding; {_AGAIN}")
    return Entry(*words)


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def written(findings: Iterable[Finding]) -> str:
    """The text of a baseline that knows these findings."""
    return "".join(f"{line}\n" for line in (_HEAD, *(json.dumps(each, ensure_ascii=False) for each in sorted(map(entry, findings)))))


def compared(known: Sequence[Entry], findings: Sequence[Finding], subjects: Collection[Subject], paths: Collection[str]) -> Compared:
    """What a baseline says of a run. `subjects` are the workloads that were judged and `paths` the sources that were read: of others
    nobody knows whether a finding is still there."""
    left = Counter(known)
    new = []
    for finding in findings:
        if left[entry(finding)]:
            left[entry(finding)] -= 1
        else:
            new.append(finding)
    seen = {(each.kind, each.namespace, each.name) for each in subjects}
    stale = [
        each for each in sorted(left.elements()) if ((each.kind, each.namespace, each.name) in seen if each.kind else each.name in paths)
    ]
    return Compared(tuple(new), len(findings) - len(new), tuple(stale))
