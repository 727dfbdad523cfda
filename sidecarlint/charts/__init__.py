"""The charts that a run meets in their templates: what they say to a fix, and the proof of a fix by rendering.

In: paths of templates, `Settings`. Out: `ChartFacts`, and why what was rewritten does not render to what was planned. Must not know:
formats.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sidecarlint.fixes.charts import ChartFacts, Guarding
from sidecarlint.judging import Planned
from sidecarlint.settings import Settings
from sidecarlint.sources.charts import Chart, chart_around, chart_at, chart_of, is_partial, parts_of, root_of
from sidecarlint.sources.helm import Helm, helm
from sidecarlint.sources.nearby import repository, short

if TYPE_CHECKING:
    from sidecarlint.charts.defines import Defines
    from sidecarlint.charts.rendered import Proof


class Charts:
    """Answers for one run; each chart is read once."""

    def __init__(self, settings: Settings, text_of: Callable[[str], str | None] | None = None) -> None:
        self.settings, self._text_of = settings, text_of or _text_at
        self._facts: dict[str, ChartFacts] = {}
        self._proofs: dict[str, Proof] = {}
        self._silent: set[str] = set()

    def facts(self, path: str) -> ChartFacts | None:
        """What the chart of a template says; None where it is no template of a chart."""
        folder = chart_of(path)
        chart = chart_at(folder) if folder is not None else None
        if chart is None:
            return None
        if chart.folder not in self._facts:
            self._facts[chart.folder] = self._read(chart)
        return self._facts[chart.folder]

    def _read(self, chart: Chart) -> ChartFacts:
        from sidecarlint.references.charts.constraints import lowest

        guarded = self._guarding(chart) if self.settings.style == "guarded" else None
        gives = self._defines(root_of(chart.folder)).gives
        return ChartFacts(
            short(chart.folder),
            lowest(chart.kube_version),
            self.unrendered,
            gives,
            partial(_follows, self._telling, chart),
            guarded,
            partial(self._bodies, chart),
        )

    def _telling(self, path: str) -> str | None:
        """The text of a file that may have to follow a move; "" for manifests that say nothing of renderings or tests, each read once."""
        if path in self._silent:
            return ""
        text = _text_at(path)
        if text and path.endswith((".yaml", ".yml")) and not path.endswith("Chart.yaml") and not re.search(_TELLS, text):
            self._silent.add(path)
        return text

    def _guarding(self, chart: Chart) -> Guarding:
        """What is asked of a chart whose templates get both versions. What its files say is read when it is asked for."""
        values, schema = (os.path.join(chart.folder, name) for name in ("values.yaml", "values.schema.json"))
        partials = [os.path.join(chart.folder, "templates", name) for name in ("_helpers.tpl", "_sidecars.tpl")]

        return Guarding(chart.name, tuple(map(short, partials)), short(values), short(schema), partial(self._bodies, chart), self._text_of)

    def _bodies(self, chart: Chart, name: str) -> tuple[str, ...]:
        """What stands in the defines of a name, of the chart and of all that are rendered with it, as they are now."""
        from sidecarlint.charts.defines import Defines

        parts = parts_of(root_of(chart.folder))
        others = [os.path.join(part, "templates", "_sidecars.tpl") for part in parts]
        texts = (self._text_of(path) for path in dict.fromkeys((*(path for part in parts for path in _paths(part)), *others)))
        return Defines(text for text in texts if text is not None).bodies(name)

    def _defines(self, folder: str) -> "Defines":
        from sidecarlint.charts.defines import Defines

        return Defines(each for part in parts_of(folder) for each in _templates(part))

    @property
    def unrendered(self) -> str:
        """Why charts cannot be rendered here; "" where they can."""
        if self.settings.no_exec:
            return "--no-exec keeps helm from being run"
        return "" if self._helm is not None else "helm is not on PATH"

    @property
    def _helm(self) -> Helm | None:
        return helm() if not self.settings.no_exec else None

    def why_not(self, texts: Mapping[str, str], planned: Sequence[Planned]) -> str | None:
        """The reason why these new texts do not render to what was planned, or None. Nothing is said of texts that are no templates, and
        nothing is run where that is not allowed: then only what the text alone shows to be right is planned."""
        folders = {root_of(folder) for path in texts if (folder := chart_of(path)) is not None}
        tool = self._helm
        if tool is None:
            return None
        from sidecarlint.charts.rendered import Proof

        for folder in sorted(folders):
            if folder not in self._proofs:
                self._proofs[folder] = Proof(folder, tool, self.settings, self._defines(folder).gives)
            proof = self._proofs[folder]
            inside = {path: text for path, text in texts.items() if (own := chart_around(path)) is not None and root_of(own) == folder}
            if reason := proof.why_not(inside, [each for each in planned if each.finding.location.path in inside]):
                return reason
        return None


_TELLS = r"(?m)^# Source: |\basserts\b"
"""What a rendering and a test hold, of all that lies in a repository."""


def _follows(
    read: Callable[[str], str | None], chart: Chart, path: str, names: Sequence[str], first: int, switch: bool, schema: bool
) -> tuple[str, ...]:
    """What else has to change in the chart's repository when these containers of one of its templates move, each as a sentence. `schema`:
    the schema of its values has the new one already."""
    from sidecarlint.references.charts import follows

    # What a partial gives may be rendered by any template.
    template = "" if is_partial(path) else os.path.relpath(os.path.realpath(path), chart.folder).replace(os.sep, "/")
    found = follows(chart.folder, read, names, first, template, switch, repository(chart.folder) or "")
    return tuple(each.said(short) for each in found if not (schema and each.about == "schema"))


def _text_at(path: str) -> str | None:
    return _text(path) if os.path.isfile(path) else None


def _templates(folder: str) -> list[str]:
    return [text for path in _paths(folder) if (text := _text(path)) is not None]


def _paths(folder: str) -> tuple[str, ...]:
    chart = chart_at(folder)
    return chart.templates if chart is not None else ()


def _text(path: str) -> str | None:
    if os.path.getsize(path) > _LARGEST:
        return None
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as stream:
        return stream.read()


_LARGEST = 4_000_000
"""How many bytes a template may have to be looked through."""
