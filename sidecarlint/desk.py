"""What one invocation has read, found and rewritten so far.

In: paths and `Settings`. Out: `Desk`, which gives sources, verdicts and the run. Must not know: terminals, formats.

Sources are gone through twice: first for what they say of each other (Services), then one by one. Only small texts are kept
meanwhile, so that memory does not grow with their number. What is context is gone through once, only for what it says of them. A fix
may change another source too, before or behind the one that is being mended, or a file that the run was not pointed at, such as the patch
of an overlay: what has been rewritten is what is read from then on.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, BinaryIO

from sidecarlint.bench import Bench, bench
from sidecarlint.documents import documents
from sidecarlint.errors import SidecarlintError, WriteError
from sidecarlint.findings import Finding, Location, Rewritten, Run, Skipped, Unread
from sidecarlint.findings.places import Places
from sidecarlint.guards import Guards
from sidecarlint.judging import Verdict, excerpts, judge
from sidecarlint.layers import Layers
from sidecarlint.references import KUSTOMIZATIONS, PARAMETERS, SPEAKS, References, merged, read_references
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, Found, Source, Undecodable, Unreadable, digest_of, encoded, find, fresh, read, read_stdin
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import objects

if TYPE_CHECKING:
    from sidecarlint.charts import Charts
    from sidecarlint.judging import Planned
    from sidecarlint.mending import Mended, Outside
    from sidecarlint.proving import Builds
    from sidecarlint.references.following import Following
    from sidecarlint.rendering import Renderings

_KEPT = 16_000_000
"""How many characters of texts are kept between the two times that sources are gone through."""


Tick = Callable[[int, int], None]
"""Is told how many sources of how many are done."""


class Input(NamedTuple):
    """Where texts come from: paths, and the stream behind `-`, None where there is none."""

    paths: Sequence[str]
    stdin: BinaryIO | None


class _Noted(NamedTuple):
    """What was found in one source. `workloads` and `unwanted` are counts."""

    findings: tuple[Finding, ...]
    workloads: int = 0
    unwanted: int = 0
    skipped: tuple[Skipped, ...] = ()


class _Written(NamedTuple):
    """A source as it is after its fixes, the text that it had, and what was fixed in it. `made`: there was no such file before."""

    source: Source
    old: str
    fixed: tuple[Finding, ...]
    made: bool = False


class Desk:
    """What one invocation has read and found so far."""

    def __init__(self, given: Input, settings: Settings) -> None:
        self.given, self.settings = given, settings
        self.bench: Bench = bench(settings)
        self.layers = Layers(settings, self.text_of)
        self.noted: dict[str, _Noted] = {}
        self.rewritten: dict[str, _Written] = {}
        self.unread: list[Unread] = []
        self.skipped: list[Skipped] = []
        self.excerpts: dict[str, dict[int, str]] = {}
        self._judged: tuple[tuple[str, str], Verdict] | None = None
        self._kept: dict[str, Source | Unreadable | Undecodable] = {}
        self._room = _KEPT
        self.outside: list[Outside] = [self._rendered_wrong, self._built_wrong]
        self.guards = Guards(lambda: self.references.context, settings.context, lambda: self._named_by)
        self._spoken: dict[str, References] = {}
        self._naming: dict[str, int] = {}
        self._lent: dict[str, Source] = {}
        self._taken: dict[str, str] = {}

    @cached_property
    def found(self) -> list[Found]:
        """What there is to read; what cannot be found is noted."""
        reachable = []
        for each in find((*self.given.paths, *self.settings.values), self.settings.exclude):
            if isinstance(each, Unreadable):
                self.unread.append(Unread(each.path, each.message))
            else:
                reachable.append(each)
        return reachable

    @cached_property
    def _found_at(self) -> dict[str, Found]:
        return {each.path: each for each in self.found}

    @cached_property
    def _named_by(self) -> dict[str, str]:
        """The paths of the run by the real ones."""
        return {os.path.realpath(each.path): each.path for each in reversed(self.found) if each.path != STDIN}

    def name(self, path: str) -> str:
        """The path by which this run knows a file: as it was found, or else as people read it."""
        if path == STDIN or path in self._found_at:
            return path
        real = os.path.realpath(path)
        return self._named_by.get(real) or short(real)

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
            chart = partial(self.charts.facts, path) if of_chart else None
            valued = self.layers.workloads
            verdict = judge(path, text, named, self.bench, references, guards.of_workload, guards.patch_of, asked, of_chart, valued, chart)
            verdict = self._with_kustomized(path, text, verdict.beside(self._patching(path, text))).known_by(self.name)
            rendered = of_chart or self._is_beside_templates(path)
            verdict = self.renderings.beside(path, text, verdict) if rendered else verdict
            self._judged = (path, text), self.layers.answered(verdict, path, text, of_chart)
        return self._judged[1]

    @cached_property
    def charts(self) -> "Charts":
        """Whom to ask about the charts that templates are of."""
        from sidecarlint.charts import Charts

        return Charts(self.settings, self._now)

    def _now(self, path: str) -> str | None:
        """The text that a file is taken to have, by any of its paths."""
        name = self.name(path)
        return self._taken[name] if name in self._taken else self.text_of(name)

    def _patching(self, path: str, text: str) -> tuple[Finding, ...]:
        """What is wrong with the patches and parameters that stand in a source, of which only one that speaks of containers can hold a
        patch, and with a kustomization itself."""
        speaks, is_one = "ontainers" in text, os.path.basename(path) in KUSTOMIZATIONS
        near = self.guards.kustomizations(path, text) if path != STDIN and (speaks or is_one) else None
        if path == STDIN or (near is None and not any(word in text for word in PARAMETERS)):
            return ()
        from sidecarlint.findings.patches import beside, broken_findings

        places = Places(path, text)
        why = near.problem_of(path) if near is not None and is_one else ""
        breaches = near.breaches_in(path) if near is not None and speaks else ()
        return (*beside(places, breaches), *broken_findings(why, places))

    @cached_property
    def renderings(self) -> "Renderings":
        """What the charts of the run show when they are rendered."""
        from sidecarlint.rendering import Renderings

        paths, now = (
            (lambda: [each.path for each in self.found]),
            (lambda: {path: each.source.text for path, each in self.rewritten.items()} | self._taken),
        )
        return Renderings(self.bench, lambda: self.references, paths, now)

    def _is_beside_templates(self, path: str) -> bool:
        """Whether a source may give a chart its values, or be what it says of itself: by its name, so that few are looked at."""
        return path in self.settings.values or "values" in path or path.endswith("Chart.yaml")

    def _with_kustomized(self, path: str, text: str, verdict: Verdict) -> Verdict:
        """The same with what kustomizations make of it: helpers that only patches bring into pods, and bases that cannot be edited."""
        named = os.path.basename(path) in KUSTOMIZATIONS and bool(self.settings.context)
        near = self.guards.kustomizations(path, text) if path != STDIN and (named or "ontainers" in text) else None
        if near is None or self.settings.only_asked or not (named or near.brought_in(path) or not self.guards.is_own(path)):
            return verdict
        from sidecarlint.patching import Around, with_kustomized

        return with_kustomized(verdict, path, text, Around(near, self.bench, self.references, self.guards.is_own, self.guards.is_aside))

    @cached_property
    def following(self) -> "Following":
        """Whom to ask whether a Service or a NetworkPolicy can follow a move."""
        from sidecarlint.references.following import Following

        settings = self.settings
        guards = self.guards
        return Following(self.texts, self.text_of, guards.of_leader, settings.own_kinds, settings.rendered, self.name, self._keep_out)

    def _keep_out(self, asking: str, path: str) -> str | None:
        return self.guards.of_other(asking, path, path in self._found_at or self.name(path) in map(self.name, self.settings.values))

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
        """The source at a path as it is now, of the run or of a file that it was not pointed at."""
        found = self._found_at.get(path) or (Found(path, False) if path != STDIN else None)
        source = self.read(found) if found is not None else None
        return source if isinstance(source, Source) else None

    def text_of(self, path: str) -> str | None:
        """The text of a source as it is now."""
        source = self.at(path)
        return source.text if source is not None else None

    def mended(self, source: Source, named: bool, unsafe: bool, most: int | None) -> "Mended | None":
        """The text after its fixes; None, and noted, when the fixes do not settle. Until it is written, or forgotten, it is what counts."""
        from sidecarlint.mending import Others, mend

        self._lent = {source.path: source}
        others = Others(self._lend, self.take, lambda path: self.following.closed(source.path, path))
        try:
            mended = mend(source.text, lambda text: self._tried(source.path, text, named), unsafe, most, others, self._against)
        except SidecarlintError as error:
            self.unread.append(Unread(source.path, str(error)))
            self.forget()
            return None
        self.skipped += [Skipped(source.path, reason) for reason in mended.refused]
        return mended

    def _tried(self, path: str, text: str, named: bool) -> Verdict:
        self.take(path, text)
        return self.judged(path, text, named)

    def _lend(self, path: str) -> str | None:
        """The text of a source that may have to change, or to be made. It is written only over what was read here."""
        source = self._lent.get(path) or self.at(path) or (fresh(path) if path != STDIN and not os.path.lexists(path) else None)
        if source is not None:
            self._lent[path] = source
        return source.text if source is not None else None

    def take(self, path: str, text: str) -> None:
        """From now on the source at a path is taken to have this text, written or not."""
        self.hear_again(path, text)
        if path not in self._taken and path in self._lent and self._lent[path].text == text:
            return
        self._taken[path] = text
        if self.guards.notice(path, text):
            self._judged = None

    def forget(self) -> None:
        """The source that was mended last, and what would change with it, stay as they were."""
        for path, source in self._lent.items():
            self.take(path, source.text)

    def _against(self, texts: Mapping[str, str], planned: "Sequence[Planned]") -> str | None:
        """What is said from outside against a rewrite: what a chart renders, or what kustomizations build, is not as it is meant."""
        return next((reason for ask in self.outside if (reason := ask(texts, planned))), None)

    def _rendered_wrong(self, texts: Mapping[str, str], planned: "Sequence[Planned]") -> str | None:
        return self.charts.why_not(texts, planned) if any(_of_chart(path, text) for path, text in texts.items()) else None

    def _built_wrong(self, texts: Mapping[str, str], planned: "Sequence[Planned]") -> str | None:
        near = any(path != STDIN and self.guards.around(path) is not None for path in texts)
        return self._builds.why_not(texts, planned) if near else None

    @cached_property
    def _builds(self) -> "Builds":
        """Whom to ask what kustomizations build."""
        from sidecarlint.proving import Builds

        def now() -> dict[str, str]:
            return {path: each.source.text for path, each in self.rewritten.items()}

        settings = self.settings
        return Builds(self.guards.around, lambda path: self.text_of(self.name(path)), now, settings.no_exec, settings.own_kinds)

    def written(self, source: Source, mended: "Mended", show_only: bool) -> bool:
        """Writes a text back, together with those that its fixes need in other sources: all of them or none. False, and noted, when that
        was not possible."""
        others = [(self._lent[path], text) for path, text in sorted(mended.others.items())]
        try:
            if not show_only:
                _write([each for each in (*others, (source, mended.text)) if each[0].path != STDIN])
        except WriteError as error:
            self.unread.append(Unread(error.path, str(error).removeprefix(f"{error.path}: ")))
            self.forget()
            return False
        for each, text in others:
            self._replaced(each, text, ())
        self._replaced(source, mended.text, mended.fixed)
        for each, _ in others:
            self.look_again(each.path)
        return True

    def _replaced(self, source: Source, text: str, fixed: tuple[Finding, ...]) -> None:
        before = self.rewritten.get(source.path)
        now = source._replace(text=text, digest=digest_of(encoded(source, text)))
        old, already, made = (before.old, before.fixed, before.made) if before else (source.text, (), not source.digest)
        self.rewritten[source.path] = _Written(now, old, (*already, *fixed), made)

    def look_again(self, path: str) -> None:
        """Judges a source that was changed for the sake of another once more, when it was judged before."""
        source = self.at(path)
        if source is not None:
            self.hear_again(path, source.text)
            if path in self.noted:
                self.note(source, self.judged(path, source.text, source.named))

    def changed(self) -> tuple[Rewritten, ...]:
        """Every source that was rewritten, once: in the order in which they were gone through, and behind them those that the run was not
        pointed at."""
        ours = [found.path for found in self.found if found.path in self.rewritten]
        written = [(path, self.rewritten[path]) for path in (*ours, *sorted(self.rewritten.keys() - {*ours}))]
        shown = [(path, each) for path, each in written if each.old != each.source.text or each.fixed]
        return tuple(Rewritten(path, each.old, each.source.text, each.fixed, each.made) for path, each in shown)

    def note(self, source: Source, verdict: Verdict) -> None:
        """Adds what was found in one source to the run."""
        self.noted[source.path] = _Noted(verdict.findings, len(verdict.lives), verdict.unwanted, verdict.skipped)
        if verdict.planned:
            self.excerpts[source.path] = excerpts(verdict.findings, Places(source.path, source.text))

    def run(self) -> Run:
        """The run so far."""
        noted = self.noted.values()
        findings = tuple(each for one in noted for each in one.findings if each.rule not in self.settings.ignore)
        skipped = (*self.skipped, *(each for one in noted for each in one.skipped))
        counts = len(noted), sum(one.workloads for one in noted), sum(one.unwanted for one in noted)
        return Run(self.settings.target, findings, tuple(self.unread), skipped, *counts, self.excerpts)


def _write(changes: Sequence[tuple[Source, str]]) -> None:
    from sidecarlint.sources.journal import write_all

    write_all(changes)


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
