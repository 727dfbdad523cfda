"""The whole program on one screen: sources are read, judged one by one, and mended.

In: paths and `Settings`. Out: `Run`, `Inspection`s, `Mending`. Must not know: terminals, formats.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sidecarlint.desk import Desk, Input, Tick
from sidecarlint.findings import Finding, Mending, Moved, Run
from sidecarlint.findings.judge import evidence_of, subject_of
from sidecarlint.findings.places import Places
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, encoded

if TYPE_CHECKING:
    from sidecarlint.changed import Narrowed
    from sidecarlint.inspection import Inspection
    from sidecarlint.picture import Picture
    from sidecarlint.waves import Waiting, Wave

__all__ = ["Input", "check", "fix", "inspect", "timeline", "waves"]


def check(given: Input, settings: Settings, tick: Tick | None = None) -> Run:
    """Judges every source."""
    desk, asked = _begun(given, settings)
    for found, source in desk.each(tick):
        desk.note(source, desk.judged(source.path, source.text, found.named))
    return _only_new(desk.run(), asked)


def _begun(given: Input, settings: Settings) -> "tuple[Desk, Narrowed | None]":
    """The desk of a run, and what it was narrowed to where only that is wanted which was changed."""
    if settings.changed is None:
        return Desk(given, settings), None
    from sidecarlint.changed import narrowed

    asked = narrowed(given, settings)
    return Desk(asked.given, asked.settings), asked


def _only_new(run: Run, asked: "Narrowed | None") -> Run:
    if asked is None:
        return run
    from sidecarlint.changed import only_new

    return only_new(run, asked)


def inspect(given: Input, settings: Settings) -> tuple[list["Inspection"], Run]:
    """What the model knows of every workload."""
    desk = Desk(given, settings)
    inspections: list[Inspection] = []
    for found, source in desk.each(None):
        verdict = desk.judged(source.path, source.text, found.named)
        desk.note(source, verdict)
        places = Places(source.path, source.text)
        inspections += [_inspection(life, places) for life in verdict.lives]
    return inspections, desk.run()


def timeline(given: Input, settings: Settings) -> tuple[list["Picture"], Run]:
    """The life of every workload before and after its fixes, unsafe ones too. Nothing is written."""
    from sidecarlint.picture import pictures

    desk = Desk(given, settings)
    drawn: list[Picture] = []
    for found, source in desk.each(None):
        before = desk.judged(source.path, source.text, found.named)
        desk.note(source, before)
        mended = desk.mended(source, found.named, True, None)
        after = desk.judged(source.path, mended.text, found.named) if mended is not None else before
        drawn += pictures(source.path, before, after, mended.fixed if mended is not None else (), settings.target)
        # Nothing is written: the next source is judged beside this one as it is, and so are those that its fixes would change.
        desk.mender.forget()
    return drawn, desk.run()


def fix(given: Input, settings: Settings, unsafe: bool, show_only: bool, tick: Tick | None = None) -> Mending:
    """Mends every source, and writes it unless `show_only` or it came from stdin. What cannot be written is left as it was."""
    recovered = () if show_only else _recovered()
    desk, asked = _begun(given, settings)
    left, stdin = settings.max_workloads, None
    workloads: list[Moved] = []
    for found, source in desk.each(tick):
        before = desk.judged(source.path, source.text, found.named).lives
        mended = desk.mended(source, found.named, unsafe, left)
        if mended is not None and mended.alters(source.text) and desk.written(source, mended, show_only):
            source = desk.shelf.rewritten[source.path].source
            left = None if left is None else left - mended.pods
            workloads += _moved(source.path, before, desk.judged(source.path, source.text, found.named).lives, mended.fixed)
        stdin = encoded(source, source.text) if source.path == STDIN else stdin
        desk.note(source, desk.judged(source.path, source.text, found.named))
    run = _only_new(desk.run(), asked)
    if show_only and desk.changed():
        from sidecarlint.findings.earlier import as_it_stands

        run = as_it_stands(run, desk.changed())
    return Mending(run, desk.changed(), not show_only, stdin, tuple(workloads), settings.only_asked, recovered, unsafe)


def _recovered() -> tuple[str, ...]:
    """What became of files that an earlier run was killed over, before anything is read."""
    from sidecarlint.sources.journal import recover

    return recover()


def waves(given: Input, settings: Settings, tick: Tick | None = None) -> "tuple[tuple[Wave, ...], Run]":
    """The whole migration in waves."""
    from sidecarlint import waves as ordered

    desk = Desk(given, settings)
    switching = frozenset(rule.id for rule in desk.bench.rules if rule.fix in ordered.SWITCH_PLANS)
    numbered: list[tuple[int, Waiting]] = []
    for found, source in desk.each(tick):
        verdict = desk.judged(source.path, source.text, found.named)
        desk.note(source, verdict)
        wanted = [each for each in verdict.findings if each.rule not in settings.ignore]
        numbered += ordered.waiting(source.path, verdict.lives, wanted, switching)
    return ordered.waves(numbered), desk.run()


def _moved(path: str, before: Sequence[Lifecycle], after: Sequence[Lifecycle], fixed: Sequence[Finding]) -> "tuple[Moved, ...]":
    from sidecarlint.migration import moved

    return moved(path, before, after, fixed)


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
