"""Only what a git range touches: which sources are judged then, and which of their findings were there before.

In: `Input` and `Settings` that ask for it, a `Run`. Out: the same for the touched sources alone. Must not know: terminals, formats.

All other sources are read for what they say of these. The earlier texts are judged as the present ones are, and a finding that was in
them is not new, wherever its line or its file has gone.
"""

import os
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from sidecarlint.desk import Desk, Input
from sidecarlint.errors import UsageError
from sidecarlint.findings import Run
from sidecarlint.findings.baseline import Entry, compared, entry
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, Found, find
from sidecarlint.sources.charts import CHART, chart_of
from sidecarlint.sources.history import Since, since
from sidecarlint.values import NamedTuple


class Narrowed(NamedTuple):
    """What is judged. `paths`: those of the touched sources as people typed them, by their real paths."""

    given: Input
    settings: Settings
    since: Since
    paths: dict[str, str]


def narrowed(given: Input, settings: Settings) -> Narrowed:
    """The sources that were touched since `settings.changed`; the others become context. Raises UsageError where git cannot tell."""
    if STDIN in given.paths:
        raise UsageError("what stands on standard input is in no git range; leave out --changed")
    assert settings.changed is not None
    found, touched = since(settings.changed), dict[str, str]()
    wanted = {each.path for each in found.touched}
    for each in find(given.paths, settings.exclude):
        if isinstance(each, Found) and os.path.realpath(each.path) in wanted:
            touched[os.path.realpath(each.path)] = each.path
    context = (*settings.context, *(path for path in given.paths if os.path.exists(path)))
    return Narrowed(given._replace(only=frozenset(touched)), settings._replace(context=context), found, touched)


def only_new(run: Run, asked: Narrowed) -> Run:
    """The run without the findings that were there at the base."""
    known = tuple(_known(asked)) if run.findings else ()
    return run._replace(findings=compared(known, run.findings, (), ()).new, since=asked.since.named)


def _known(asked: Narrowed) -> Iterator[Entry]:
    with TemporaryDirectory(prefix="sidecarlint-") as folder:
        now = dict(_laid_out(asked, os.path.realpath(folder)))
        settings = asked.settings._replace(changed=None, baseline="", context=(), no_exec=True)
        desk = Desk(Input(tuple(now), None), settings)
        for _, source in desk.each(None):
            desk.note(source, desk.judged(source.path, source.text, False))
        for finding in desk.run().findings:
            place = finding.location
            yield entry(finding._replace(location=place._replace(path=now.get(place.path, place.path))))


def _laid_out(asked: Narrowed, folder: str) -> Iterator[tuple[str, str]]:
    """Writes the earlier texts into a folder; pairs of a path there and the present one. A chart is one by its Chart.yaml."""
    for each in asked.since.touched:
        text = asked.since.before(each) if each.path in asked.paths else None
        if text is None or each.before is None:
            continue
        path = os.path.join(folder, each.before)
        _write(path, text)
        yield path, asked.paths[each.path]
        chart = chart_of(each.path)
        if chart is not None:
            _write(os.path.join(folder, os.path.relpath(chart, asked.since.top), CHART), "")


def _write(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)
