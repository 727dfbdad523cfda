"""The whole program on one screen: sources are read, judged one by one, and mended.

In: paths and `Settings`. Out: `Run`, `Inspection`s, `Mending`. Must not know: terminals, formats.
"""

from typing import TYPE_CHECKING

from sidecarlint.desk import Desk, Input, Tick
from sidecarlint.findings import Mending, Run
from sidecarlint.findings.judge import evidence_of, subject_of
from sidecarlint.findings.places import Places
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, encoded

if TYPE_CHECKING:
    from sidecarlint.inspection import Inspection

__all__ = ["Input", "check", "fix", "inspect"]


def check(given: Input, settings: Settings, tick: Tick | None = None) -> Run:
    """Judges every source."""
    desk = Desk(given, settings)
    for found, source in desk.each(tick):
        desk.note(source, desk.judged(source.path, source.text, found.named))
    return desk.run()


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


def fix(given: Input, settings: Settings, unsafe: bool, show_only: bool, tick: Tick | None = None) -> Mending:
    """Mends every source, and writes it unless `show_only` or it came from stdin. What cannot be written is left as it was."""
    desk = Desk(given, settings)
    left, stdin = settings.max_workloads, None
    for found, source in desk.each(tick):
        mended = desk.mended(source, found.named, unsafe, left)
        if mended is not None and mended.text != source.text and desk.written(source, mended, show_only):
            source = desk.rewritten[source.path].source
            left = None if left is None else left - mended.pods
        stdin = encoded(source, source.text) if source.path == STDIN else stdin
        desk.note(source, desk.judged(source.path, source.text, found.named))
    return Mending(desk.run(), desk.changed(), not show_only, stdin)


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
