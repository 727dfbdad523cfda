"""The templates of a chart and of the charts in it, with the containers that stand in them.

In: a chart's folder, a way to read texts. Out: `Files`: marked texts, and what marks and headers of a rendering lead to. Must not know:
findings, rules.
"""

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from sidecarlint.documents import child, documents, entry, items, line_ends, lines_of, text_of, walk
from sidecarlint.documents.templates.marking import Item, Mark, items_of, marked
from sidecarlint.sources.charts import chart_at, is_packed, parts_of

LISTS = ("containers", "initContainers")
_MAY_HOLD = re.compile(r"ontainers['\"]?[ \t]*:|\bdefine\b")
_MAY_GIVE = re.compile(r"ontainers['\"]?[ \t]*:|^dependencies:", re.MULTILINE)
_NAMING = ("Chart.yaml", "requirements.yaml")
"""Where a chart names what it depends on; the second is that of charts for Helm 2."""
_VERSION = "ubeVersion"
"""How a chart asks for the version of Kubernetes: `.Capabilities.KubeVersion` in templates, `kubeVersion` in a Chart.yaml."""
_SPOKEN = (".yaml", ".yml", ".tpl", ".json", ".txt")


class Files:
    """The templates of one chart. Paths are real paths; `text` gives the text of one as it is now, None where it cannot be read."""

    def __init__(self, root: str, text: Callable[[str], str | None]) -> None:
        self.root, self._read = root, text
        self._items = dict[str, tuple[Item, ...]]()
        self._texts = dict[str, str]()
        self._values = dict[str, dict[str, tuple[int, int]]]()

    @cached_property
    def templates(self) -> tuple[str, ...]:
        """All of them, those of charts in the chart too, by number."""
        charts = [chart for folder in parts_of(self.root) if (chart := chart_at(folder)) is not None]
        return tuple(path for chart in charts for path in chart.templates if path.endswith(_SPOKEN))

    @cached_property
    def _by_source(self) -> dict[str, str]:
        """The templates by what Helm calls them above a document: charts by their names, not by their folders."""
        named = {folder: (chart.name if (chart := chart_at(folder)) is not None else "") for folder in parts_of(self.root)}
        return {self._source(path, named): path for path in self.templates}

    def _source(self, path: str, named: dict[str, str]) -> str:
        chart = max((folder for folder in named if path.startswith(os.path.join(folder, ""))), key=len)
        rest, steps = os.path.relpath(path, chart), list[str]()
        while chart != self.root:
            steps = ["charts", named[chart] or os.path.basename(chart), *steps]
            chart = os.path.dirname(os.path.dirname(chart))
        return "/".join((named[self.root], *steps, *rest.split(os.sep)))

    def without(self, missing: Collection[str]) -> dict[str, str]:
        """The files that name what a chart depends on, without these charts: then the rest of it can be rendered."""
        paths = [os.path.join(self.root, name) for name in _NAMING]
        return {path: _without(self.text(path), missing) for path in paths if self.text(path)}

    def template(self, source: str) -> str | None:
        """The template that a header of a rendering names, None for one of a packed chart."""
        return self._by_source.get(source)

    def text(self, path: str) -> str:
        """The text of a template or of values; "" where it cannot be read."""
        if path not in self._texts:
            self._texts[path] = self._read(path) or ""
        return self._texts[path]

    def items(self, path: str) -> tuple[Item, ...]:
        """The containers that stand in a template."""
        if path not in self._items:
            text = self.text(path)
            self._items[path] = items_of(text, LISTS) if _MAY_HOLD.search(text) else ()
        return self._items[path]

    @property
    def may_hold_pods(self) -> bool:
        """Whether any template, or a chart that this one depends on, may give a pod: many charts hold none."""
        texts = map(self.text, (*self.templates, *(os.path.join(self.root, name) for name in _NAMING)))
        return any(_MAY_GIVE.search(text) for text in texts)

    def asks_for_version(self, values: Iterable[str]) -> bool:
        """Whether a rendering may differ between versions of Kubernetes: by what these values, a template or a Chart.yaml says of them.
        What a packed chart says is not seen."""
        charts = [os.path.join(folder, _NAMING[0]) for folder in parts_of(self.root)]
        texts = map(self.text, (*self.templates, *charts, *values))
        return any(is_packed(folder) for folder in parts_of(self.root)) or any(_VERSION in text for text in texts)

    def marked(self) -> dict[str, str]:
        """The templates with a mark on each container, as far as there are any."""
        texts = {path: self.text(path) for path in self.templates}
        held = {path: marked(text, number, self.items(path)) for number, (path, text) in enumerate(texts.items()) if self.items(path)}
        return {path: text for path, text in held.items() if text != texts[path]}

    def at(self, mark: Mark) -> tuple[str, Item] | None:
        """The template and the container that a mark names."""
        path = self.templates[mark.file] if mark.file < len(self.templates) else None
        item = next((each for each in self.items(path) if each.offset == mark.offset), None) if path is not None else None
        return (path, item) if path is not None and item is not None else None

    def named(self, name: str) -> tuple[str, Item] | None:
        """The only container of that name that stands in any template, None where there are others or none."""
        found = [(path, item) for path in self.templates for item in self.items(path) if item.name == name]
        return found[0] if len(found) == 1 else None

    def in_values(self, name: str, paths: tuple[str, ...]) -> tuple[str, int, int] | None:
        """Where values give a container of that name: the file and the span of its name, in the last of these files that does."""
        return next(((path, *self._given(path)[name]) for path in reversed(paths) if name in self._given(path)), None)

    def _given(self, path: str) -> dict[str, tuple[int, int]]:
        if path not in self._values:
            self._values[path] = {name: (start, end) for name, start, end in reversed(list(_containers(self.text(path))))}
        return self._values[path]


def _containers(text: str) -> Iterator[tuple[str, int, int]]:
    """What values hold that looks like a container: items with a name and an image, and mappings with one under a name."""
    for document in documents(text):
        for node in walk(document.root) if document.root is not None else ():
            named = entry(node, "name") if node.kind == "mapping" and entry(node, "image") else None
            if named is not None and (name := text_of(named[1])) is not None:
                yield name, named[0].start, named[1].end
            for key, value in node.pairs:
                if value.kind == "mapping" and entry(value, "image"):
                    yield key.text, key.start, key.end


def _without(text: str, missing: Collection[str]) -> str:
    """The text without the items of these names in its list of dependencies: whole lines, from each item's dash to the next one's."""
    root = next((document.root for document in documents(text)), None)
    listed = items(child(root, "dependencies"))
    if root is None or root.flow or any(item.flow for item in listed):
        return text
    lines, kept = lines_of(text), list[str]()
    gone = {number for item in listed if text_of(child(item, "name")) in missing
            for number in range(lines.number(item.start), lines.number(item.end) + 1)}  # fmt: skip
    for number in range(1, line_ends(text) + 2):
        kept += [] if number in gone else [text[lines.start(number) : lines.start(number + 1)]]
    return "".join(kept)
