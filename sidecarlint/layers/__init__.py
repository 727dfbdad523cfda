"""Values of charts as a place of helpers: which texts hold them, which chart takes them, and which other values lie over or under them.

In: paths, texts, settings. Out: `Workload`s whose lists stand in values, verdicts that name a chart's own values. Must not know: rules,
lifecycles.

Most texts are no values and carry none: what only values need is imported for the first that may.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sidecarlint.documents import Document
from sidecarlint.judging import Verdict
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, Found, Source, read
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.layers.lists import Lists

_LISTS = ("sidecars:", "xtraContainers:", "dditionalContainers:", "decarContainers:")
_CARRIERS = ("HelmRelease", "argoproj.io/", "helmCharts:")
_RENDERED = "# Source: "


class Layers:
    """Answers for one run. `text_of` gives a text as it is now, where the run has it."""

    def __init__(self, settings: Settings, text_of: Callable[[str], str | None]) -> None:
        self._settings, self._text_of = settings, text_of
        self._lists: Lists | None = None

    def workloads(self, path: str, text: str, read: Sequence[Document]) -> Sequence[Workload]:
        """The pods whose containers stand in values of a text. `read` are those of its documents that are read already."""
        if path == STDIN or not _may_hold_values(path, text):
            return ()
        if self._lists is None:
            from sidecarlint.layers.lists import Lists

            self._lists = Lists(self._settings, self._text)
        return self._lists.workloads(path, text, read)

    def _text(self, path: str) -> str | None:
        from sidecarlint.sources.nearby import short

        own = self._text_of(path) or self._text_of(short(path))
        source = read(Found(path, False)) if own is None else None
        return source.text if isinstance(source, Source) else own

    def answered(self, verdict: Verdict, path: str, text: str, of_chart: bool) -> Verdict:
        """The verdict on a text, with what a public chart can do itself about a helper of its own. `of_chart`: it is a template."""
        if not (of_chart or _RENDERED in text) or not verdict.planned:
            return verdict
        from sidecarlint.layers.answers import answered

        return answered(verdict, path)


def _may_hold_values(path: str, text: str) -> bool:
    """Whether a closer look is worth its time."""
    return any(word in text for word in _LISTS) or "values" in path.rpartition("/")[2] or any(word in text for word in _CARRIERS)
