"""The charts that take values: which lists their templates take from them, and which chart a file is for.

In: folders, paths. Out: `Chart`s. Must not know: values, lifecycles.
"""

import os
from collections.abc import Callable, Iterator, Sequence

from sidecarlint.documents import Node, at, documents, items, text_of
from sidecarlint.layers.stacks import Chart
from sidecarlint.references.charts.lists import Spliced, below, spliced
from sidecarlint.sources.valued import chart_at, dependencies, helmfiles_near, templates_of
from sidecarlint.workloads.valued import USUAL, Path

Read = Callable[[str], str | None]
"""The text of a file as it is now, or None."""

_DEEPEST = 2
"""How many charts below each other are looked into."""


class Charts:
    """Those that a run meets, each read once. `read` gives a text as it is now."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._known: dict[str, Chart] = {}

    def at(self, folder: str) -> Chart:
        """The chart in a folder."""
        if folder not in self._known:
            name = text_of(at(_root(self._read(os.path.join(folder, "Chart.yaml"))), ("name",)))
            lists, words = self._lists(folder, 0)
            self._known[folder] = Chart(name or os.path.basename(folder), folder, lists, words)
        return self._known[folder]

    def _lists(self, folder: str, depth: int) -> tuple[dict[Path, Spliced], frozenset[str] | None]:
        """The lists that a chart and those below it take, and the usual keys that any of their templates speaks of."""
        texts = [text for each in templates_of(folder) if (text := self._read(each)) is not None]
        found = spliced(texts)
        words: frozenset[str] | None = _words(texts)
        needed = list(_dependencies(self._read(os.path.join(folder, "Chart.yaml")))) if depth < _DEEPEST else []
        here = list(dependencies(folder, needed))
        for each in here:
            lists, more = self._lists(each.folder, depth + 1)
            found |= below(each.name, lists)
            words = words | more if words is not None and more is not None else None
        return found, words if len(here) == len(needed) else None

    def named_with(self, path: str) -> tuple[Chart, tuple[str, ...]] | None:
        """The chart of the release that names a values file in a helmfile near by, with all values files of the release in their order, as
        real paths."""
        real = os.path.realpath(path)
        for chart, files in self._of_helmfiles(path):
            if real in files:
                return self.at(chart) if chart_at(chart) else Chart(os.path.basename(chart), "", {}), files
        return None

    def _of_helmfiles(self, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        for helmfile in helmfiles_near(path):
            text, base = self._read(helmfile) or "", os.path.dirname(helmfile)
            for each in items(at(_root(text), ("releases",))) if "{{" not in text else ():
                chart = text_of(at(each, ("chart",))) or ""
                named = [name for item in items(at(each, ("values",))) if (name := text_of(item))]
                local = os.path.normpath(os.path.join(base, chart)) if chart.startswith(".") else chart
                yield local, tuple(os.path.realpath(os.path.join(base, name)) for name in named)


def _words(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(key for key in USUAL if any(key in text for text in texts))


def _dependencies(text: str | None) -> Iterator[tuple[str, str, str]]:
    """The charts that a chart depends on: their names, what their values are called, and where they come from."""
    for each in items(at(_root(text), ("dependencies",))):
        name = text_of(at(each, ("name",))) or ""
        yield name, text_of(at(each, ("alias",))) or name, text_of(at(each, ("repository",))) or ""


def _root(text: str | None) -> Node | None:
    return next((each.root for each in documents(text) if each.problem is None), None) if text else None
