"""What was found in one text: findings with their plans.

In: nothing. Out: `Planned`, `Verdict`, the lines that findings point at. Must not know: how anything is found or planned.
"""

from collections.abc import Callable, Sequence

from sidecarlint.documents import Document, Route
from sidecarlint.findings import Finding, Location, Skipped
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Plan
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.values import NamedTuple


class Planned(NamedTuple):
    """A finding with the plan for it and the pod that it is about. `number` is its document's; `plan` None where there is nothing to do.
    `masked`: the document is one of a chart's template."""

    finding: Finding
    plan: Plan | None
    number: int
    route: Route
    masked: bool = False

    def known_by(self, name: Callable[[str], str]) -> "Planned":
        """The same with the paths by which the run knows the files that the plan speaks of."""
        if self.plan is None:
            return self
        elsewhere = tuple(each._replace(path=name(each.path)) for each in self.plan.elsewhere)
        return self._replace(plan=self.plan._replace(elsewhere=elsewhere))


class Verdict(NamedTuple):
    """What was found in one text. `lives` are the workloads judged, in order; `unwanted` counts those that the settings left out. `read`
    are its documents; `suppressed` counts the findings that comments and annotations leave out."""

    planned: tuple[Planned, ...]
    lives: tuple[Lifecycle, ...]
    skipped: tuple[Skipped, ...]
    unwanted: int
    read: tuple[Document, ...] = ()
    suppressed: int = 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings alone."""
        return tuple(each.finding for each in self.planned)

    def known_by(self, name: Callable[[str], str]) -> "Verdict":
        """The same with the paths by which the run knows the files that plans speak of."""
        if not any(each.plan is not None and each.plan.elsewhere for each in self.planned):
            return self
        return self._replace(planned=tuple(each.known_by(name) for each in self.planned))

    def beside(self, findings: Sequence[Finding]) -> "Verdict":
        """The same with findings for which there is nothing to do, each at its place in the order."""
        return self.with_more([Planned(finding, None, 0, ()) for finding in findings])

    def with_more(self, planned: Sequence[Planned]) -> "Verdict":
        """The same with further findings, each at its place in the order."""
        return self._replace(planned=in_order((*self.planned, *planned))) if planned else self


def in_order(planned: Sequence[Planned]) -> tuple[Planned, ...]:
    """The findings in the order of their places."""
    return tuple(sorted(planned, key=_order))


def _order(each: Planned) -> tuple[int, int, str]:
    return each.finding.location.start, each.finding.location.end, each.finding.rule


def excerpts(findings: Sequence[Finding], places: Places) -> dict[int, str]:
    """The lines that findings and their evidence point at, by number."""
    wanted: set[int] = set()
    for finding in findings:
        for place in (finding.location, *(each.location for each in finding.evidence)):
            wanted |= _lines_of(place) if place is not None else set()
    return {line: places.lines.content(line) for line in sorted(wanted)}


def _lines_of(place: Location) -> set[int]:
    return {place.line, place.end_line} if place.end_line - place.line > 2 else set(range(place.line, place.end_line + 1))
