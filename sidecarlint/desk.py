"""What one invocation has read, found and rewritten so far.

In: paths and `Settings`. Out: `Desk`, which gives sources, verdicts and the run. Must not know: terminals, formats.

Sources are gone through twice: first for what they say of each other (Services), then one by one. Only small texts are kept
meanwhile, so that memory does not grow with their number. What is context is gone through once, only for what it says of them. A fix
may change a Service in another source, before or behind the one that is being mended: what has been rewritten is what is read from
then on.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from sidecarlint.bench import Bench, bench, overridden
from sidecarlint.documents import documents
from sidecarlint.errors import SidecarlintError, UsageError
from sidecarlint.findings import Finding, Known, Location, Rewritten, Run, Skipped, Subject, Unread
from sidecarlint.findings.judge import subject_of
from sidecarlint.findings.places import Places
from sidecarlint.guards import Guards
from sidecarlint.judging import Verdict, excerpts, judge
from sidecarlint.references import SPEAKS, References, merged, read_references
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, Found, Source, Undecodable, Unreadable, digest_of, encoded, find, fits, read, read_stdin, write
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import objects

if TYPE_CHECKING:
    from sidecarlint.mending import Mended
    from sidecarlint.references.following import Following

_KEPT = 16_000_000
"""How many characters of texts are kept between the two times that sources are gone through."""


Tick = Callable[[int, int], None]
"""Is told how many sources of how many are done."""


class Input(NamedTuple):
    """Where texts come from: paths, and the stream behind `-`, None where there is none. `only`: the real paths of the sources that are
    judged of what stands there, None for all."""

    paths: Sequence[str]
    stdin: BinaryIO | None
    only: frozenset[str] | None = None


class _Noted(NamedTuple):
    """What was found in one source. `workloads`, `unwanted` and `suppressed` are counts; `subjects` are kept for a baseline only."""

    findings: tuple[Finding, ...]
    workloads: int = 0
    unwanted: int = 0
    skipped: tuple[Skipped, ...] = ()
    subjects: tuple[Subject, ...] = ()
    suppressed: int = 0


class _Written(NamedTuple):
    """A source as it is after its fixes, the text that it had, and what was fixed in it."""

    source: Source
    old: str
    fixed: tuple[Finding, ...]


class Desk:
    """What one invocation has read and found so far."""

    def __init__(self, given: Input, settings: Settings) -> None:
        self.given, self.settings = given, settings
        self.bench: Bench = bench(settings)
        self._benches: dict[tuple[int, ...], Bench] = {(): self.bench}
        self.noted: dict[str, _Noted] = {}
        self.rewritten: dict[str, _Written] = {}
        self.unread: list[Unread] = []
        self.skipped: list[Skipped] = []
        self.excerpts: dict[str, dict[int, str]] = {}
        self._judged: tuple[tuple[str, str], Verdict] | None = None
        self._kept: dict[str, Source | Unreadable | Undecodable] = {}
        self._room = _KEPT
        self.guards = Guards(lambda: self.references.context)
        self._spoken: dict[str, References] = {}
        self._naming: dict[str, int] = {}

    @cached_property
    def found(self) -> list[Found]:
        """What there is to read; what cannot be found is noted."""
        reachable, only = [], self.given.only
        for each in find(self.given.paths, self.settings.exclude, self.settings.force_exclude):
            if only is not None and os.path.realpath(each.path) not in only:
                continue
            if isinstance(each, Unreadable):
                self.unread.append(Unread(each.path, each.message))
            else:
                reachable.append(each)
        return reachable

    @cached_property
    def _found_at(self) -> dict[str, Found]:
        return {each.path: each for each in self.found}

    @cached_property
    def references(self) -> References:
        """What all sources say of each other, each read once."""
        for found in self.found if not self._spoken else ():
            source = self.read(found)
            if isinstance(source, Source) and SPEAKS.search(source.text):
                self.hear(source.path, source.text)
        together = merged((*self._spoken.values(), *(said for _, said in self.context)))
        return together._replace(context=frozenset(path for path, _ in self.context))

    @cached_property
    def context(self) -> tuple[tuple[str, References], ...]:
        """What the sources that are only read say of others, by their paths; what cannot be found is noted. What is also judged is no
        context."""
        if not self.settings.context:
            return ()
        from sidecarlint.sources.aside import aside

        said = list[tuple[str, References]]()
        for source in aside(self.settings.context, self.settings.exclude, self.found):
            if isinstance(source, Unreadable):
                self.unread.append(Unread(source.path, source.message))
            elif SPEAKS.search(source.text):
                said.append((short(source.path), _said(short(source.path), source.text)))
        return tuple(said)

    def hear(self, path: str, text: str) -> None:
        """Takes note of what a source says of others. Whom a template speaks of is known once it is rendered."""
        if _of_chart(path, text):
            return
        said = self._spoken[path] = _said(path, text)
        if any(service.named for service in said.services) or any(each.about == "lets-in" for each in said.mentions):
            self._naming[path] = hash(text)

    def hear_again(self, path: str, text: str) -> None:
        """The same once more for another text of the source, when it leads to ports by their names: only that is ever rewritten."""
        if path in self._naming and self._naming[path] != hash(text):
            self.hear(path, text)
            self._naming[path] = hash(text)
            self.__dict__.pop("references", None)
            self._judged = None

    def each(self, tick: Tick | None) -> Iterator[tuple[Found, Source]]:
        """Every source once; what cannot be read is noted."""
        _ = self.references
        for done, found in enumerate(self.found):
            if tick is not None:
                tick(done, len(self.found))
            source = self.read(found)
            if not self._naming:
                self._kept.pop(found.path, None)
            if isinstance(source, Unreadable):
                self.unread.append(Unread(source.path, source.message))
            elif isinstance(source, Undecodable):
                self.noted[found.path] = _Noted((_undecodable(source),))
            else:
                yield found, source
        if tick is not None:
            tick(len(self.found), len(self.found))

    def read(self, found: Found) -> Source | Unreadable | Undecodable:
        """A source as it is now, from memory when it was kept."""
        if found.path in self.rewritten:
            return self.rewritten[found.path].source
        if found.path in self._kept:
            return self._kept[found.path]
        source = read_stdin(self.given.stdin) if found.path == STDIN and self.given.stdin is not None else read(found)
        size = len(source.text) if isinstance(source, Source) else 0
        if found.path == STDIN or self._room > size:
            self._room -= size
            self._kept[found.path] = source
        return source

    def judged(self, path: str, text: str, named: bool) -> Verdict:
        """One text's findings with their plans. A text that was judged last is not judged again: proof, passes and report ask in turn."""
        self.hear_again(path, text)
        if self._judged is None or self._judged[0] != (path, text):
            references = self.references._replace(path=path)
            guards, asked, of_chart = self.guards, lambda: self.following, _of_chart(path, text)
            verdict = judge(path, text, named, self._bench_of(path), references, guards.of_workload, guards.patch_of, asked, of_chart)
            self._judged = (path, text), self._told(path, text, verdict.beside(self._patching(path, text)))
        return self._judged[1]

    def _told(self, path: str, text: str, verdict: Verdict) -> Verdict:
        """What is left of a verdict once comments and annotations have had their say."""
        if "sidecarlint" not in text:
            return verdict
        from sidecarlint.suppressing import without_suppressed

        return without_suppressed(verdict, path, text, self._bench_of(path))

    def _bench_of(self, path: str) -> Bench:
        """What a source is judged with: the settings, and what the configuration says of its path."""
        found = tuple(number for number, each in enumerate(self.settings.overrides) if path != STDIN and fits(each.base, each.paths, path))
        if found not in self._benches:
            said = {name: value for number in found for name, value in self.settings.overrides[number].values}
            self._benches[found] = overridden(self.bench, self.settings._replace(**said))
        return self._benches[found]

    def _patching(self, path: str, text: str) -> tuple[Finding, ...]:
        """What is wrong with the patches that stand in a source. Only one that speaks of containers can hold any."""
        near = self.guards.kustomizations(path) if path != STDIN and "ontainers" in text else None
        breaches = near.breaches_in(path) if near is not None else ()
        if not breaches:
            return ()
        from sidecarlint.findings.patches import patch_findings

        return tuple(patch_findings(breaches, Places(path, text), short))

    @cached_property
    def following(self) -> "Following":
        """Whom to ask whether a Service or a NetworkPolicy can follow a move."""
        from sidecarlint.references.following import Following

        settings = self.settings
        return Following(self.texts, self.text_of, self.guards.of_leader, settings.own_kinds, settings.rendered)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text of the run as it is now, and those that are context: their pods may be selected too."""
        for found in self.found:
            source = self.read(found)
            if isinstance(source, Source):
                yield source.path, source.text
        if self.settings.context:
            from sidecarlint.sources.aside import aside

            beside = aside(self.settings.context, self.settings.exclude, self.found)
            yield from ((each.path, each.text) for each in beside if isinstance(each, Source))

    def at(self, path: str) -> Source | None:
        """The source of the run at a path as it is now."""
        found = self._found_at.get(path)
        source = self.read(found) if found is not None else None
        return source if isinstance(source, Source) else None

    def text_of(self, path: str) -> str | None:
        """The text of a source of the run as it is now."""
        source = self.at(path)
        return source.text if source is not None else None

    def mended(self, source: Source, named: bool, unsafe: bool, most: int | None) -> "Mended | None":
        """The text after its fixes; None, and noted, when the fixes do not settle."""
        from sidecarlint.mending import Others, mend

        others = Others(self.text_of, self.hear_again)
        try:
            mended = mend(source.text, lambda text: self.judged(source.path, text, named), unsafe, most, others)
        except SidecarlintError as error:
            self.unread.append(Unread(source.path, str(error)))
            return None
        self.skipped += [Skipped(source.path, reason) for reason in mended.refused]
        return mended

    def written(self, source: Source, mended: "Mended", show_only: bool) -> bool:
        """Writes a text back, and ahead of it those that its fixes need in other sources, which are right by themselves: who stops between
        two leaves a valid state. False, and noted, when that was not possible."""
        others = [(each, text) for path, text in sorted(mended.others.items()) if (each := self.at(path)) is not None]
        done = [self._replaced(each, text, (), show_only) for each, text in others]
        for each, _ in others:
            self.look_again(each.path)
        return all(done) and self._replaced(source, mended.text, mended.fixed, show_only)

    def _replaced(self, source: Source, text: str, fixed: tuple[Finding, ...], show_only: bool) -> bool:
        try:
            if not show_only and source.path != STDIN:
                write(source, text)
        except SidecarlintError as error:
            self.unread.append(Unread(source.path, str(error).removeprefix(f"{source.path}: ")))
            return False
        before = self.rewritten.get(source.path)
        now = source._replace(text=text, digest=digest_of(encoded(source, text)))
        old, already = (before.old, before.fixed) if before else (source.text, ())
        self.rewritten[source.path] = _Written(now, old, (*already, *fixed))
        return True

    def look_again(self, path: str) -> None:
        """Judges a source that was changed for the sake of another once more, when it was judged before."""
        source = self.at(path)
        if source is not None:
            self.hear_again(path, source.text)
            if path in self.noted:
                self.note(source, self.judged(path, source.text, source.named))

    def changed(self) -> tuple[Rewritten, ...]:
        """Every source that was rewritten, once, in the order in which they were gone through."""
        written = [(found.path, self.rewritten[found.path]) for found in self.found if found.path in self.rewritten]
        return tuple(Rewritten(path, each.old, each.source.text, each.fixed) for path, each in written if each.old != each.source.text)

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
        skipped = (*self.skipped, *(each for one in noted for each in one.skipped))
        counts = len(noted), sum(one.workloads for one in noted), sum(one.unwanted for one in noted)
        said = {each.rule for each in findings}
        rules = tuple(each for each in self.bench.rules if each.id in said)
        suppressed = sum(one.suppressed for one in noted)
        run = Run(self.settings.target, findings, tuple(self.unread), skipped, *counts, self.excerpts, rules, suppressed=suppressed)
        return self._without_known(run) if self.settings.baseline else run

    def _as_asked(self, path: str, findings: Sequence[Finding]) -> Iterator[Finding]:
        """The findings of a source without those of rules that are ignored there. What is wrong with the source itself has a level too."""
        settings = self._bench_of(path).settings
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


def _of_chart(path: str, text: str) -> bool:
    """Whether a text is a template of a Helm chart that holds actions."""
    if "{{" not in text or path == STDIN:
        return False
    from sidecarlint.sources.charts import chart_of

    return chart_of(path) is not None


def _said(path: str, text: str) -> References:
    return read_references((each for document in documents(text, SPEAKS) for each in objects(document)), path)


def _undecodable(source: Undecodable) -> Finding:
    place = Location(source.path, source.line, source.column, source.line, source.column + 1, source.offset, source.offset + 1)
    return Finding("text-encoding", "source", "error", source.message, place)
