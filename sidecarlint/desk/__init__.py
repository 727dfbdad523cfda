"""What one invocation has read, found and rewritten so far.

In: paths and `Settings`. Out: `Desk`, which gives sources, verdicts and the run. Must not know: terminals, formats.

shelf      the sources as they are now
speech     what they say of each other
verdicts   all that is found in one of them
mender     their texts after their fixes, proven and written

Sources are gone through twice: first for what they say of each other (Services), then one by one.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sidecarlint.desk.shelf import Input, Shelf
from sidecarlint.desk.verdicts import Verdicts
from sidecarlint.errors import UsageError
from sidecarlint.findings import Finding, Known, Location, Rewritten, Run, Skipped, Subject, Unread
from sidecarlint.findings.judge import subject_of
from sidecarlint.findings.places import Places
from sidecarlint.judging import Verdict, excerpts
from sidecarlint.settings import Settings
from sidecarlint.sources import Found, Source, Undecodable, Unreadable, read
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from sidecarlint.desk.mender import Mender
    from sidecarlint.mending import Mended

__all__ = ["Desk", "Input", "Tick"]

Tick = Callable[[int, int], None]
"""Is told how many sources of how many are done."""


class _Noted(NamedTuple):
    """What was found in one source. `workloads`, `unwanted` and `suppressed` are counts; `subjects` are kept for a baseline only."""

    findings: tuple[Finding, ...]
    workloads: int = 0
    unwanted: int = 0
    skipped: tuple[Skipped, ...] = ()
    subjects: tuple[Subject, ...] = ()
    suppressed: int = 0


class Desk:
    """What one invocation has read and found so far."""

    def __init__(self, given: Input, settings: Settings) -> None:
        self.settings, self.shelf = settings, Shelf(given, settings)
        self.verdicts = Verdicts(self.shelf)
        self._skipped: list[Skipped] = []
        self.bench = self.verdicts.bench
        self.noted: dict[str, _Noted] = {}
        self.excerpts: dict[str, dict[int, str]] = {}

    def each(self, tick: Tick | None) -> Iterator[tuple[Found, Source]]:
        """Every source once; what cannot be read is noted."""
        _ = self.verdicts.speech.references
        for done, found in enumerate(self.shelf.found):
            if tick is not None:
                tick(done, len(self.shelf.found))
            source = self.shelf.read(found)
            if not self.verdicts.speech.naming:
                self.shelf.drop(found.path)
            if isinstance(source, Unreadable):
                self.shelf.unread.append(Unread(source.path, source.message))
            elif isinstance(source, Undecodable):
                self.noted[found.path] = _Noted((_undecodable(source),))
            else:
                yield found, source
        if tick is not None:
            tick(len(self.shelf.found), len(self.shelf.found))

    @cached_property
    def mender(self) -> "Mender":
        """Who mends the sources; most runs only look."""
        from sidecarlint.desk.mender import Mender

        return Mender(self.shelf, self.verdicts, self._skipped)

    def judged(self, path: str, text: str, named: bool) -> Verdict:
        """One text's findings with their plans."""
        return self.verdicts.judged(path, text, named)

    def mended(self, source: Source, named: bool, unsafe: bool, most: int | None) -> "Mended | None":
        """The text after its fixes; None, and noted, when the fixes do not settle. Until it is written, or forgotten, it is what counts."""
        return self.mender.mended(source, named, unsafe, most)

    def written(self, source: Source, mended: "Mended", show_only: bool) -> bool:
        """Writes a text back, together with those that its fixes need in other sources: all of them or none. False, and noted, when that
        was not possible."""
        others = self.mender.written(source, mended, show_only)
        for path in others or ():
            self.look_again(path)
        return others is not None

    def look_again(self, path: str) -> None:
        """Judges a source that was changed for the sake of another once more, when it was judged before."""
        source = self.shelf.at(path)
        if source is not None:
            self.verdicts.speech.hear_again(path, source.text)
            if path in self.noted:
                self.note(source, self.judged(path, source.text, source.named))

    def changed(self) -> tuple[Rewritten, ...]:
        """Every source that was rewritten, once: in the order in which they were gone through, and behind them those that the run was not
        pointed at."""
        ours = [found.path for found in self.shelf.found if found.path in self.shelf.rewritten]
        written = [(path, self.shelf.rewritten[path]) for path in (*ours, *sorted(self.shelf.rewritten.keys() - {*ours}))]
        shown = [(path, each) for path, each in written if each.old != each.source.text or each.fixed]
        return tuple(Rewritten(path, each.old, each.source.text, each.fixed, each.made) for path, each in shown)

    def note(self, source: Source, verdict: Verdict) -> None:
        """Adds what was found in one source to the run."""
        subjects = [subject_of(life.workload, source.path) for life in verdict.lives] if self.settings.baseline else ()
        counts = len(verdict.lives), verdict.unwanted
        self.noted[source.path] = _Noted(verdict.findings, *counts, verdict.skipped, tuple(subjects), verdict.suppressed)
        if verdict.planned:
            self.excerpts[source.path] = excerpts(verdict.findings, Places(source.path, source.text))

    def run(self) -> Run:
        """The run so far."""
        noted = self.noted.values()
        findings = tuple(each for path, one in self.noted.items() for each in self._as_asked(path, one.findings))
        skipped = (*self._skipped, *(each for one in noted for each in one.skipped))
        counts = len(noted), sum(one.workloads for one in noted), sum(one.unwanted for one in noted)
        said = {each.rule for each in findings}
        rules = tuple(each for each in self.bench.rules if each.id in said)
        suppressed = sum(one.suppressed for one in noted)
        run = Run(self.settings.target, findings, tuple(self.shelf.unread), skipped, *counts, self.excerpts, rules, suppressed=suppressed)
        return self._without_known(run) if self.settings.baseline else run

    def _as_asked(self, path: str, findings: Sequence[Finding]) -> Iterator[Finding]:
        """The findings of a source without those of rules that are ignored there. What is wrong with the source itself has a level too."""
        settings = self.verdicts.bench_of(path).settings
        levels = dict(settings.severities)
        for each in findings:
            if each.rule not in settings.ignore:
                yield each._replace(severity=levels[each.rule]) if each.rule in levels else each

    def _without_known(self, run: Run) -> Run:
        """The run without the findings that a baseline knows. Raises a SidecarlintError for a baseline that cannot be read."""
        from sidecarlint.findings import baseline

        path = short(self.settings.baseline)
        source = read(Found(self.settings.baseline, True))
        if not isinstance(source, Source):
            raise UsageError(f"the baseline {path}: {source.message}")
        entries = baseline.read(path, source.text)
        subjects = [each for noted in self.noted.values() for each in noted.subjects]
        compared = baseline.compared(entries, run.findings, subjects, self.noted)
        known = Known(path, compared.known, len(entries), tuple(each.shown for each in compared.stale))
        return run._replace(findings=compared.new, baseline=known)


def _undecodable(source: Undecodable) -> Finding:
    place = Location(source.path, source.line, source.column, source.line, source.column + 1, source.offset, source.offset + 1)
    return Finding("text-encoding", "source", "error", source.message, place)
