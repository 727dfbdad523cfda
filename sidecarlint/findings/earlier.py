"""Places in a text as it would be, shown in the text as it is: what `fix --diff` finds is left stands in files that nobody wrote.

In: a `Run` over texts with their fixes, and the same texts without them. Out: the `Run` with places in those. Must not know: rules, how
a fix is planned.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from sidecarlint.documents import Lines
from sidecarlint.findings import Evidence, Finding, Location, Rewritten, Run


def as_it_stands(run: Run, rewritten: Sequence[Rewritten]) -> Run:
    """The run with each place where the files have it that are there. A line that only the fixes would bring is shown by the one ahead of
    it. Edits of what is left belong to the other text, so they go."""
    ways = {each.path: _Way(each.old, each.new) for each in rewritten}
    findings = [_earlier(each, ways) for each in run.findings]
    return run._replace(findings=tuple(_in_order(findings, ways)), excerpts={})


def _in_order(findings: Sequence[Finding], ways: dict[str, "_Way"]) -> Iterator[Finding]:
    """Each source's findings stay together, in the order of their places."""
    by_path: dict[str, list[Finding]] = defaultdict(list)
    for each in findings:
        by_path[each.location.path].append(each)
    for path, found in by_path.items():
        yield from sorted(found, key=lambda each: (each.location.start, each.location.end, each.rule)) if path in ways else found


def _earlier(finding: Finding, ways: dict[str, "_Way"]) -> Finding:
    """Evidence may stand in another file than its finding."""

    def back(place: Location) -> Location:
        return ways[place.path].back(place) if place.path in ways else place

    seen = tuple(each if each.location is None else Evidence(each.message, back(each.location)) for each in finding.evidence)
    fix = finding.fix
    if fix is not None and finding.location.path in ways:
        fix = fix._replace(edits=())
    return finding._replace(location=back(finding.location), evidence=seen, fix=fix)


class _Way:
    """From places in a text after its fixes to those before. The lines of both are compared once, when the first place is asked for."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Lines(old), Lines(new)
        self._lines: list[int] | None = None

    def back(self, place: Location) -> Location:
        """The same place in the text before."""
        self._lines = self._lines or _lines_before(_words(self.old), _words(self.new))
        line, end = self._lines[place.line - 1], self._lines[place.end_line - 1]
        if line > end or not (self._is_there(line, place.line) and self._is_there(end, place.end_line)):
            return self._whole(place.path, line)
        start, stop = self.old.start(line) + place.column - 1, self.old.start(end) + place.end_column - 1
        return place._replace(line=line, end_line=end, start=start, end=stop)

    def _is_there(self, line: int, later: int) -> bool:
        return self.old.content(line) == self.new.content(later)

    def _whole(self, path: str, line: int) -> Location:
        """The words of a line."""
        text, start = self.old.content(line), self.old.start(line)
        column = len(text) - len(text.lstrip()) + 1
        return Location(path, line, column, line, len(text) + 1, start + column - 1, start + len(text))


def _words(lines: Lines) -> list[str]:
    """Each line without the blanks around its words: what moves is often indented anew."""
    return [lines.content(number).strip() for number in range(1, len(lines.starts) + 1)]


def _lines_before(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """For each line of the new text the 1-based number of the old one: the same, or the same at another place, or the one ahead of it."""
    found: dict[int, int] = {}
    for block in SequenceMatcher(None, old, new).get_matching_blocks():
        found |= {block.b + step: block.a + step for step in range(block.size)}
    free: dict[str, list[int]] = defaultdict(list)
    for index in sorted({*range(len(old))} - {*found.values()}, reverse=True):
        free[old[index]].append(index)
    lines, last = list[int](), 0
    for index, words in enumerate(new):
        last = found[index] if index in found else free[words].pop() if free[words] else last
        lines.append(last + 1)
    return lines
