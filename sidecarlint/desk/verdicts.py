"""Everything that is found in one source of an invocation: by rules, in patches, in renderings, without what is left out.

In: a path and a text. Out: `Verdict`. Must not know: how anything is found, terminals, formats.
"""

import os
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sidecarlint.bench import Bench, bench, overridden
from sidecarlint.desk.shelf import Shelf
from sidecarlint.desk.speech import Speech, of_chart
from sidecarlint.findings import Finding
from sidecarlint.findings.places import Places
from sidecarlint.judging import Verdict, judge
from sidecarlint.layers import Layers
from sidecarlint.references import KUSTOMIZATIONS, PARAMETERS
from sidecarlint.sources import STDIN, fits

if TYPE_CHECKING:
    from sidecarlint.charts import Charts
    from sidecarlint.fixes.charts import ChartFacts
    from sidecarlint.rendering import Renderings


class Verdicts:
    """Judges sources, each with what the configuration says of its path."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._settings = shelf, shelf.settings
        self.bench: Bench = bench(shelf.settings)
        self._benches: dict[tuple[tuple[str, Any], ...], Bench] = {}
        self._layers = Layers(shelf.settings, shelf.text_of)
        self._last: tuple[tuple[str, str], Verdict] | None = None
        self.speech = Speech(shelf, self.forget)

    def forget(self) -> None:
        """What was judged last would be judged otherwise now."""
        self._last = None

    def judged(self, path: str, text: str, named: bool) -> Verdict:
        """One text's findings with their plans. A text that was judged last is not judged again: proof, passes and report ask in turn."""
        self.speech.hear_again(path, text)
        if self._last is None or self._last[0] != (path, text):
            references = self.speech.references._replace(path=path)
            guards, asked, templated = self.speech.guards, lambda: self.speech.following, of_chart(path, text)
            chart = partial(self._chart, path)
            valued, own = self._layers.workloads, self.bench_of(path)
            verdict = judge(path, text, named, own, references, guards.of_workload, guards.patch_of, asked, templated, valued, chart)
            verdict = self._with_kustomized(path, text, verdict.beside(self._patching(path, text))).known_by(self._shelf.name)
            rendered = templated or self._is_beside_templates(path)
            verdict = self.renderings.beside(path, text, verdict) if rendered else verdict
            self._last = (
                (path, text),
                self._told(path, text, self._with_consumers(path, self._layers.answered(verdict, path, text, templated))),
            )
        return self._last[1]

    def _told(self, path: str, text: str, verdict: Verdict) -> Verdict:
        """What is left of a verdict once comments and annotations have had their say."""
        if "sidecarlint" not in text:
            return verdict
        from sidecarlint.suppressing import without_suppressed

        return without_suppressed(verdict, path, text, self.bench_of(path))

    def bench_of(self, path: str) -> Bench:
        """What a source is judged with: the settings, and what the configuration says of its path. A base is judged by the lowest versions
        of the builds that it gets into."""
        if path == STDIN or not self._settings.overrides:
            return self.bench
        said = self._said_of(path)
        roots = [self._settings._replace(**dict(self._said_of(root))) for root in self._roots_of(path)]
        if roots:
            nodes = [each.nodes for each in roots if each.nodes is not None]
            said = (*said, ("target", min(each.target for each in roots)), *([("nodes", min(nodes))] if nodes else []))
        if said not in self._benches:
            self._benches[said] = overridden(self.bench, self._settings._replace(**dict(said)))
        return self._benches[said]

    def _said_of(self, path: str) -> tuple[tuple[str, Any], ...]:
        """What the configuration says of one path, the last last."""
        return tuple(pair for each in self._settings.overrides if fits(each.base, each.paths, path) for pair in each.values)

    def _roots_of(self, path: str) -> list[str]:
        """The kustomization files of the builds that a source gets into."""
        near = self.speech.guards.kustomizations(path)
        return sorted({way.root.path for way in near.ways(path)}) if near is not None else []

    def _chart(self, path: str) -> "ChartFacts | None":
        """What the chart says that a source is a template of, None where it is none."""
        from sidecarlint.sources.charts import chart_of

        return self.charts.facts(path) if path != STDIN and chart_of(path) is not None else None

    @cached_property
    def charts(self) -> "Charts":
        """Whom to ask about the charts that templates are of."""
        from sidecarlint.charts import Charts

        return Charts(self._settings, self._shelf.tried_at)

    def _patching(self, path: str, text: str) -> tuple[Finding, ...]:
        """What is wrong with the patches and parameters that stand in a source, of which only one that speaks of containers can hold a
        patch, and with a kustomization itself."""
        speaks, is_one = "ontainers" in text, os.path.basename(path) in KUSTOMIZATIONS
        near = self.speech.guards.kustomizations(path, text) if path != STDIN and (speaks or is_one) else None
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

        paths = lambda: [each.path for each in self._shelf.found]  # noqa: E731
        return Renderings(self.bench, lambda: self.speech.references, paths, self._shelf.tried, self._chart, self._shelf.name)

    def _is_beside_templates(self, path: str) -> bool:
        """Whether a source may give a chart its values, or be what it says of itself: by its name, so that few are looked at."""
        return path in self._settings.values or "values" in path or path.endswith("Chart.yaml")

    def _with_kustomized(self, path: str, text: str, verdict: Verdict) -> Verdict:
        """The same with what kustomizations make of it: helpers that only patches bring into pods, and bases that cannot be edited."""
        named = os.path.basename(path) in KUSTOMIZATIONS and bool(self._settings.context)
        near = self.speech.guards.kustomizations(path, text) if path != STDIN and (named or "ontainers" in text) else None
        if near is None or self._settings.only_asked or not (named or near.brought_in(path) or not self.speech.guards.is_own(path)):
            return verdict
        from sidecarlint.patching import Around, with_kustomized

        return with_kustomized(
            verdict, path, text, Around(near, self.bench, self.speech.references, self.speech.guards.is_own, self.speech.guards.is_aside)
        )

    def _with_consumers(self, path: str, verdict: Verdict) -> Verdict:
        """The same where somebody builds the file at another revision."""
        mended = path != STDIN and any(each.fix is not None and each.fix.edits for each in verdict.findings)
        near = self.speech.guards.around(path) if mended else None
        if near is None:
            return verdict
        from sidecarlint.patching.consumers import with_consumers

        return with_consumers(verdict, near, path)
