"""Charts rendered by Helm, and what is found in them shown where people wrote it.

In: a file of a chart with what was found in it alone. Out: the same `Verdict` with what the chart's renderings show in that file. Must not
know: formats, what else a run looks at.

A chart is rendered once per run and again when its files have changed: with each set of values, for each version of Kubernetes. Helm is
found or it is not; what was not rendered is said, and then what the templates say alone stands.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sidecarlint.bench import Bench
from sidecarlint.errors import listed
from sidecarlint.findings import Skipped
from sidecarlint.findings.judge import Judge
from sidecarlint.judging import Verdict
from sidecarlint.references import References
from sidecarlint.rendering.files import Files
from sidecarlint.rendering.merging import Drawn, Told, beside, told
from sidecarlint.rendering.sets import MOST, Values, sets_of, versions
from sidecarlint.rendering.sightings import Known, shown_in
from sidecarlint.sources import Found, Source, read
from sidecarlint.sources.charts import Chart, chart_around, chart_at, chart_of, root_of
from sidecarlint.sources.helm import Failed, Helm, Rendered, helm, render, staged, staged_at
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import Version

if TYPE_CHECKING:
    from sidecarlint.fixes.charts import ChartFacts
    from sidecarlint.rendering.called import Calling

_NO_HELM = "charts were not rendered, only their templates were read: helm is not on PATH"
_WITHOUT = "it was rendered without {}: not in its folder charts, where helm dependency build puts what it depends on"
_MOST_LABELS = 2
_NO_EXEC = "charts were not rendered, only their templates were read: --no-exec was given"


class _Chart(NamedTuple):
    """What the renderings of one chart tell. `texts`: the texts that its files had, where these were not those on disk."""

    texts: frozenset[tuple[str, str]]
    drawn: tuple[Drawn, ...] = ()
    told: tuple[Told, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: Files | None = None


class Renderings:
    """Answers for one run. `paths` are those of all its sources, `rewritten` the texts of those that it has changed so far. `chart` gives
    what the chart of a template says to a fix, `name` the path by which the run knows a file."""

    def __init__(
        self,
        bench: Bench,
        references: Callable[[], References],
        paths: Callable[[], Iterable[str]],
        rewritten: Callable[[], Mapping[str, str]],
        chart: Callable[[str], "ChartFacts | None"],
        name: Callable[[str], str],
    ) -> None:
        self._bench, self._references, self._paths, self._rewritten = bench, references, paths, rewritten
        self._settings, self._chart, self._name = bench.settings, chart, name
        self._known: dict[str, _Chart] = {}
        self._tellers: dict[str, str] = {}

    def beside(self, path: str, text: str, verdict: Verdict) -> Verdict:
        """What was found in a file together with what the charts that it belongs to show in it when they are rendered."""
        real = os.path.realpath(path)
        for root in self._charts_of(path, real):
            if self._tool is None:
                return self._not_rendered(root, path, verdict)
            known = self._rendered(root, self._texts(root, real, text))
            verdict = beside(verdict, path, real, text, known.told, known.drawn, self._bench.rules, self._calling(known))
            if self._tellers.setdefault(root, path) == path:
                verdict = verdict._replace(skipped=(*verdict.skipped, *known.skipped))
        return verdict

    def _calling(self, known: _Chart) -> "Calling | None":
        """Whom to ask about the calls of a chart's defines, where anything was found in it."""
        if known.files is None or not known.told:
            return None
        from sidecarlint.rendering.called import Calling

        return Calling(known.files, self._chart, self._name)

    @cached_property
    def _tool(self) -> Helm | None:
        return None if self._settings.no_exec else helm()

    def _not_rendered(self, root: str, path: str, verdict: Verdict) -> Verdict:
        """Said once per run, where a pod was judged without its chart being rendered."""
        if not verdict.lives or self._tellers.setdefault("", path) != path:
            return verdict
        why = _NO_EXEC if self._settings.no_exec else _NO_HELM
        return verdict._replace(skipped=(*verdict.skipped, Skipped(short(root), why, "chart")))

    def _charts_of(self, path: str, real: str) -> list[str]:
        """The charts that a file is rendered with: its own, or all of the run for values that were named."""
        if real in self._named:
            return sorted({root for each in self._paths() if (root := _root(each)) is not None})
        root = _root(path)
        return [root] if root is not None else []

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(map(os.path.realpath, self._settings.values))

    @cached_property
    def _spelled(self) -> dict[str, str]:
        return {os.path.realpath(path): path for path in self._paths()}

    def _texts(self, root: str, real: str, text: str) -> frozenset[tuple[str, str]]:
        """The texts that files of a chart and the values named for it have now, where these are not those on disk."""
        texts = {os.path.realpath(each): now for each, now in self._rewritten().items()} | {real: text}
        own = {each: now for each, now in texts.items() if each.startswith(os.path.join(root, "")) or each in self._named}
        return frozenset((each, now) for each, now in own.items() if now != _on_disk(each))

    def _rendered(self, root: str, texts: frozenset[tuple[str, str]]) -> _Chart:
        known = self._known.get(root)
        if known is None or known.texts != texts:
            chart = chart_at(root)
            known = self._known[root] = self._drawn(chart, texts) if chart is not None and not chart.library else _Chart(texts)
        return known

    def _drawn(self, chart: Chart, texts: frozenset[tuple[str, str]]) -> _Chart:
        now = dict(texts)
        files = Files(chart.folder, lambda path: now.get(path) or _on_disk(path))
        if not files.may_hold_pods:
            return _Chart(texts)
        drawn, skipped, known = list[Drawn](), list[Skipped](), Known()
        marked = files.marked()
        with staged(chart.folder, now | marked) as folder:
            if isinstance(folder, Failed):
                return _Chart(texts, skipped=(Skipped(short(chart.folder), f"it was not rendered: {folder.reason}", "chart"),))
            missing = self._left_out(chart, folder, files)
            skipped += [Skipped(short(chart.folder), _WITHOUT.format(listed(missing)), "chart")] if missing else []
            failed = list[tuple[str, Failed]]()
            for values in sets_of(chart, self._settings):
                found = list(self._with(values, chart, folder, files, known, bool(texts or missing or not marked)))
                drawn += [each for each in found if isinstance(each, Drawn)]
                failed += [(values.label, each) for each in _failures(found)]
            skipped += _unrendered(chart, failed)
        if 1 + bool(self._settings.values) + len(chart.ci) > MOST:
            skipped.append(Skipped(short(chart.folder), f"it was rendered with {MOST} sets of values, and it has more", "chart"))
        shown = tuple(drawn)
        return _Chart(texts, shown, told(shown, self._spelled.__contains__), tuple(skipped), files)

    def _left_out(self, chart: Chart, folder: str, files: Files) -> tuple[str, ...]:
        """The charts that a copy had to do without to be rendered: they would have to be fetched."""
        if self._tool is None or not any("dependencies:" in text for text in files.without(()).values()):
            return ()
        made = render(self._tool, folder, version=self._settings.target)
        missing = made.missing if isinstance(made, Failed) else ()
        for path, text in files.without(missing).items() if missing else ():
            with open(staged_at(folder, chart.folder, path), "w", encoding="utf-8", newline="") as stream:
                stream.write(text)
        return missing

    def _with(self, values: Values, chart: Chart, folder: str, files: Files, known: Known, changed: bool) -> Iterator[Drawn | Failed]:
        """One set of values, for each version. `changed`: more than marks tells the copy from the chart on disk, or
        not even these."""
        assert self._tool is not None
        given = (*([chart.values] if chart.values else []), *map(os.path.realpath, values.files))
        made: Rendered | Failed | None = None
        for version in versions(self._settings):
            if made is None or files.asks_for_version(given):
                made = render(self._tool, folder, [staged_at(folder, chart.folder, each) for each in values.files], version)
                if isinstance(made, Failed) and not changed:
                    # A template may use the text of another one in a way that leaves no room for marks.
                    made = render(self._tool, chart.folder, values.files, version)
            if isinstance(made, Failed):
                yield made
            else:
                yield Drawn(values.label, version, shown_in(made.text, given, files, self._at(version), self._references(), known))

    def _at(self, version: Version) -> Bench:
        """The bench for what is rendered for a version. Its fixes are looked at, never carried out."""
        settings = self._settings._replace(target=version, rendered=True)
        return self._bench._replace(settings=settings, judge=Judge(self._bench.rules, settings))


def _root(path: str) -> str | None:
    """The chart that a file is rendered with: as a template, as values or as what the chart says of itself."""
    folder = chart_of(path)
    if folder is None and (around := chart_around(path)) is not None:
        chart = chart_at(around)
        own = (chart.values, *chart.ci, os.path.join(around, "Chart.yaml")) if chart is not None else ()
        folder = around if os.path.realpath(path) in own else None
    return root_of(folder) if folder is not None else None


def _on_disk(path: str) -> str | None:
    source = read(Found(path, False))
    return source.text if isinstance(source, Source) else None


def _failures(found: Sequence[Drawn | Failed]) -> list[Failed]:
    """Why a set of values was not rendered, each reason once. That the chart is not for one of the versions is as it should be."""
    failed = [each for each in found if isinstance(each, Failed)]
    meant = [each for each in failed if not each.refuses_version] or (failed if len(failed) == len(found) else [])
    return list(dict.fromkeys(meant))


def _unrendered(chart: Chart, failed: Sequence[tuple[str, Failed]]) -> Iterator[Skipped]:
    """One line for each reason."""
    for failure in dict.fromkeys(each for _, each in failed):
        labels = [label for label, each in failed if each == failure]
        more = [f"{len(labels) - _MOST_LABELS} more"] if len(labels) > _MOST_LABELS else []
        said = listed((*labels[:_MOST_LABELS], *more))
        yield Skipped(short(chart.folder), f"it was not rendered with {said}: {failure.reason}", "chart")
