"""The whole program on one screen: sources are read, judged one by one, and mended.

In: paths and `Settings`. Out: `Run`, `Inspection`s, `Mending`. Must not know: terminals, formats.

Sources are gone through twice: first for what they say of each other (Services), then one by one. Only small texts are kept
meanwhile, so that memory does not grow with their number.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from sidecarlint.bench import Bench, bench
from sidecarlint.documents import documents
from sidecarlint.errors import SidecarlintError
from sidecarlint.findings import Finding, Location, Mending, Rewritten, Run, Skipped, Unread
from sidecarlint.findings.judge import evidence_of, subject_of
from sidecarlint.findings.places import Places
from sidecarlint.judging import Verdict, excerpts, judge
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.references import KUSTOMIZATIONS, SPEAKS, References, merged, read_references
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, Found, Source, Undecodable, Unreadable, encoded, find, read, read_stdin, write
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload, objects

if TYPE_CHECKING:
    from sidecarlint.inspection import Inspection
    from sidecarlint.mending import Mended
    from sidecarlint.references.kustomize import Kustomizations

_KEPT = 16_000_000
"""How many characters of texts are kept between the two times that sources are gone through."""


Tick = Callable[[int, int], None]
"""Is told how many sources of how many are done."""


class Input(NamedTuple):
    """Where texts come from: paths, and the stream behind `-`, None where there is none."""

    paths: Sequence[str]
    stdin: BinaryIO | None


def check(given: Input, settings: Settings, tick: Tick | None = None) -> Run:
    """Judges every source."""
    desk = _Desk(given, settings)
    for found, source in desk.each(tick):
        desk.note(source, desk.judged(source.path, source.text, found.named))
    return desk.run()


def inspect(given: Input, settings: Settings) -> tuple[list["Inspection"], Run]:
    """What the model knows of every workload."""
    desk = _Desk(given, settings)
    inspections: list[Inspection] = []
    for found, source in desk.each(None):
        verdict = desk.judged(source.path, source.text, found.named)
        desk.note(source, verdict)
        places = Places(source.path, source.text)
        inspections += [_inspection(life, places) for life in verdict.lives]
    return inspections, desk.run()


def fix(given: Input, settings: Settings, unsafe: bool, show_only: bool, tick: Tick | None = None) -> Mending:
    """Mends every source, and writes it unless `show_only` or it came from stdin. What cannot be written is left as it was."""
    desk = _Desk(given, settings)
    rewritten: list[Rewritten] = []
    left, stdin = settings.max_workloads, None
    for found, source in desk.each(tick):
        mended = desk.mended(source, found.named, unsafe, left)
        if mended is not None and mended.text != source.text and desk.written(source, mended, show_only):
            rewritten.append(Rewritten(source.path, source.text, mended.text, mended.fixed))
            source = source._replace(text=mended.text)
            left = None if left is None else left - mended.pods
        stdin = encoded(source, source.text) if source.path == STDIN else stdin
        desk.note(source, desk.judged(source.path, source.text, found.named))
    return Mending(desk.run(), tuple(rewritten), not show_only, stdin)


class _Desk:
    """What one invocation has read and found so far."""

    def __init__(self, given: Input, settings: Settings) -> None:
        self.given, self.settings = given, settings
        self.bench: Bench = bench(settings)
        self.findings: list[Finding] = []
        self.unread: list[Unread] = []
        self.skipped: list[Skipped] = []
        self.excerpts: dict[str, dict[int, str]] = {}
        self.sources = self.workloads = self.unwanted = 0
        self._judged: tuple[tuple[str, str], Verdict] | None = None
        self._kept: dict[str, Source | Unreadable | Undecodable] = {}
        self._room = _KEPT
        self._kustomizations: dict[str, Kustomizations] = {}

    @cached_property
    def found(self) -> list[Found]:
        """What there is to read; what cannot be found is noted."""
        reachable = []
        for each in find(self.given.paths, self.settings.exclude):
            if isinstance(each, Unreadable):
                self.unread.append(Unread(each.path, each.message))
            else:
                reachable.append(each)
        return reachable

    @cached_property
    def references(self) -> References:
        """What all sources say of each other, read once."""
        spoken: list[References] = []
        for found in self.found:
            source = self.read(found)
            if isinstance(source, Source) and SPEAKS.search(source.text):
                found_there = (each for document in documents(source.text, SPEAKS) for each in objects(document))
                spoken.append(read_references(found_there, source.path))
        return merged(spoken)

    def each(self, tick: Tick | None) -> Iterator[tuple[Found, Source]]:
        """Every source once; what cannot be read is noted."""
        _ = self.references
        for done, found in enumerate(self.found):
            if tick is not None:
                tick(done, len(self.found))
            source = self.read(found)
            self._kept.pop(found.path, None)
            if isinstance(source, Unreadable):
                self.unread.append(Unread(source.path, source.message))
            elif isinstance(source, Undecodable):
                self.sources += 1
                self.findings.append(_undecodable(source))
            else:
                self.sources += 1
                yield found, source
        if tick is not None:
            tick(len(self.found), len(self.found))

    def read(self, found: Found) -> Source | Unreadable | Undecodable:
        """A source, from memory when it was kept."""
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
        if self._judged is None or self._judged[0] != (path, text):
            references = self.references._replace(path=path)
            self._judged = (path, text), judge(path, text, named, self.bench, references, self.guard, self.patch_of)
        return self._judged[1]

    def mended(self, source: Source, named: bool, unsafe: bool, most: int | None) -> "Mended | None":
        """The text after its fixes; None, and noted, when the fixes do not settle."""
        from sidecarlint.mending import mend

        try:
            mended = mend(source.text, lambda text: self.judged(source.path, text, named), unsafe, most)
        except SidecarlintError as error:
            self.unread.append(Unread(source.path, str(error)))
            return None
        self.skipped += [Skipped(source.path, reason) for reason in mended.refused]
        return mended

    def written(self, source: Source, mended: "Mended", show_only: bool) -> bool:
        """Writes a text back; False, and noted, when that was not possible."""
        if show_only or source.path == STDIN:
            return True
        try:
            write(source, mended.text)
        except SidecarlintError as error:
            self.unread.append(Unread(source.path, str(error).removeprefix(f"{source.path}: ")))
            return False
        return True

    def note(self, source: Source, verdict: Verdict) -> None:
        """Adds what was found in one source to the run."""
        self.findings += verdict.findings
        self.workloads += len(verdict.lives)
        self.unwanted += verdict.unwanted
        self.skipped += verdict.skipped
        if verdict.planned:
            self.excerpts[source.path] = excerpts(verdict.findings, Places(source.path, source.text))

    def run(self) -> Run:
        """The run so far."""
        findings = tuple(each for each in self.findings if each.rule not in self.settings.ignore)
        counts = self.sources, self.workloads, self.unwanted
        return Run(self.settings.target, findings, tuple(self.unread), tuple(self.skipped), *counts, self.excerpts)

    def guard(self, path: str, workload: Workload) -> str | None:
        """Why this workload must not be rewritten where it lies: somebody else's file, or kustomize speaks of it too."""
        if path == STDIN:
            return None
        from sidecarlint.sources.nearby import vendored

        if owner := vendored(path):
            return f"the file {owner}"
        near = self.kustomizations(path)
        if near is None:
            return None
        if user := near.patching_file(path):
            return _PATCH.format(_short(user))
        patching = near.patching(path, workload)
        return f"{_short(patching)} patches this workload's containers and may have to change with it" if patching else None

    def patch_of(self, path: str, workload: Workload) -> str | None:
        """Whose patch the file is, as the reason why it must not be rewritten alone."""
        near = self.kustomizations(path) if path != STDIN else None
        user = near.patching_file(path) if near is not None else None
        return _PATCH.format(_short(user)) if user else None

    def kustomizations(self, path: str) -> "Kustomizations | None":
        """Those of the tree around a source; looked up only where one is near."""
        from sidecarlint.sources.nearby import holds_above, named_below

        top = holds_above(path, KUSTOMIZATIONS)
        if top is None:
            return None
        from sidecarlint.references.kustomize import Kustomizations

        near = self._kustomizations.get(top)
        if near is None:
            near = self._kustomizations[top] = Kustomizations(named_below(top, KUSTOMIZATIONS), _text_of)
        return near


_PATCH = "the file is a kustomize patch of {}; its base may have to change with it"


def _short(path: str) -> str:
    import os

    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _text_of(path: str) -> str | None:
    source = read(Found(path, False))
    return source.text if isinstance(source, Source) else None


def _undecodable(source: Undecodable) -> Finding:
    place = Location(source.path, source.line, source.column, source.line, source.column + 1, source.offset, source.offset + 1)
    return Finding("text-encoding", "source", "error", source.message, place)


def _inspection(life: Lifecycle, places: Places) -> "Inspection":
    from sidecarlint.inspection import ContainerInspection, Inspection

    document = life.workload.owner.document
    containers = tuple(
        ContainerInspection(
            each.name,
            each.list,
            each.part,
            each.certainty or None,
            each.benefit,
            each.ends,
            each.place,
            evidence_of(each.evidence, places, document),
        )
        for each in life.containers
    )
    return Inspection(subject_of(life.workload, places.path), life.pod.completes, life.starts, life.stops, containers)
