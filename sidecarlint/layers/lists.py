"""The lists of containers in values, as pods, each with what stands against a move out of it.

In: paths, texts, settings. Out: `Workload`s. Must not know: rules, lifecycles.

Only what is plainly values is read as values: a chart's own files, those that `--values` or a helmfile names, and what Flux, Argo CD,
helmfile and kustomize carry. A custom resource with a key `sidecars` is none of these.
"""

import os
from collections.abc import Iterator, Sequence

from sidecarlint.documents import Document, Node, at, documents
from sidecarlint.layers.charts import Charts, Read
from sidecarlint.layers.patched import patched
from sidecarlint.layers.rendering import Shown, Use, shown
from sidecarlint.layers.stacks import UNRENDERED, Chart, Stack, given
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.charts.releases import CARRIES, Layer, Release, is_helmfile, parameters, releases
from sidecarlint.settings import Settings
from sidecarlint.sources.nearby import repository, short
from sidecarlint.sources.valued import chart_above, chart_at, chart_of_values, values_files
from sidecarlint.workloads import Object, Workload
from sidecarlint.workloads.valued import PART_SEEN, lists_in, workload_of

_WISHED = "what --strategy universal and --node-affinity ask for is about whole pods, and values hold only a part of one"
_NOTHING = Node("mapping", 0, 0)


class Lists:
    """Answers for one run. `read` gives a text as it is now."""

    def __init__(self, settings: Settings, read: Read) -> None:
        self._settings = settings
        self._given = tuple(os.path.realpath(path) for path in settings.values)
        self._read = read
        self._charts = Charts(read)
        self._shown: dict[tuple[str, str, object], Shown] = {}

    def workloads(self, path: str, text: str, read: Sequence[Document]) -> list[Workload]:
        """The pods whose containers stand in values of a text. `read` are those of its documents that are read already."""
        is_values = self._is_values(path)
        if not is_values and CARRIES.search(text) is None and not is_helmfile(path) and os.path.basename(path) not in KUSTOMIZATIONS:
            return []
        known = {each.number: each for each in read}
        found = [known.get(each.number, each) for each in documents(text)]
        ways = [self._file(path, document) for document in found] if is_values else [self._carried(path, text, each) for each in found]
        return [each for way in ways for release, chart, stack in way for each in self._in(path, text, release, chart, stack)]

    def _is_values(self, path: str) -> bool:
        return os.path.realpath(path) in self._given or chart_of_values(path) is not None or self._charts.named_with(path) is not None

    def _file(self, path: str, document: Document) -> Iterator[tuple[Release, Chart, Stack]]:
        if document.root is None or document.problem is not None or document.root.kind != "mapping":
            return
        chart, stack = self._around(path)
        owner = Object(document, (), "", "Values", chart.name or os.path.splitext(os.path.basename(path))[0], "", document.root)
        yield Release(owner, document, ()), chart, stack

    def _around(self, path: str) -> tuple[Chart, Stack]:
        """The chart that a file is for, and the files around it."""
        real, named = os.path.realpath(path), self._charts.named_with(path)
        folder = chart_of_values(path) or (chart_above(path) if real in self._given else None)
        if folder is not None or named is None:
            chart = self._charts.at(folder) if folder else Chart("", "", {})
            order = self._given if real in self._given else ()
        else:
            chart, order = named
        default = os.path.join(chart.folder, "values.yaml")
        if real in order and real != default:
            place = order.index(real)
            return chart, Stack(short(path), (*self._defaults(chart), *self._layers(order[:place])), self._layers(order[place + 1 :]))
        others = [each for each in values_files(chart.folder) if each not in (real, default)]
        if real == default:
            return chart, Stack(short(path), (), self._layers(dict.fromkeys([*others, *self._given])), default=True)
        return chart, Stack(short(path), self._defaults(chart), (), self._layers(others))

    def _carried(self, path: str, text: str, document: Document) -> Iterator[tuple[Release, Chart, Stack]]:
        for release in releases(path, text, document):
            folder = next((found for found in _folders(path, release) if chart_at(found)), "")
            chart = self._charts.at(folder) if folder else Chart(release.chart, "", {})
            base = os.path.dirname(path)
            files = self._layers([os.path.join(base, name) for name in release.files])
            under, over = (tuple(self._seen(base, each) for each in layers) for layers in (release.under, release.over))
            laid = tuple(parameters(release.owner, release.inner or release.route))
            yield release, chart, Stack(short(path), (*self._defaults(chart), *files, *under), over, (), release.hidden, laid)

    def _defaults(self, chart: Chart) -> tuple[Layer, ...]:
        path = os.path.join(chart.folder, "values.yaml")
        return self._layers([path]) if chart.folder and os.path.isfile(path) else ()

    def _seen(self, base: str, layer: Layer) -> Layer:
        return self._layer(os.path.join(base, layer.path)) if layer.path else layer

    def _layers(self, paths: Sequence[str] | dict[str, None]) -> tuple[Layer, ...]:
        return tuple(self._layer(path) for path in paths)

    def _layer(self, path: str) -> Layer:
        text = self._read(path)
        root = next((each.root for each in documents(text) if each.root is not None and each.problem is None), None) if text else None
        # A file of comments alone sets nothing; one that is not there, or is a template of helmfile's, cannot be seen.
        hidden = text is None or "{{" in text and path.endswith(".gotmpl")
        return Layer(short(path), None if hidden else root or _NOTHING, path)

    def _in(self, path: str, text: str, release: Release, chart: Chart, stack: Stack) -> Iterator[Workload]:
        values = at(release.document.root, release.route)
        for each in filter(chart.may_take, lists_in(values, chart.lists)):
            found = workload_of(release.document, release.owner, release.route, given(values, each, chart, stack))
            why = self._unfixable or found.unfixable or patched(path, text, release, found)
            found = found._replace(inner=release.inner, unfixable=why)
            is_whole = release.owner.kind == "Values"
            mapping = None if is_whole else values
            shows = found if found.unfixable or not chart.folder else self._rendered(path, text, mapping, found, chart, stack)
            yield shows if shows.doubts or shows.unfixable else shows._replace(doubts=(PART_SEEN,))

    @property
    def _unfixable(self) -> str:
        return _WISHED if self._settings.strategy == "universal" or self._settings.node_affinity else ""

    def _rendered(self, path: str, text: str, values: Node | None, found: Workload, chart: Chart, stack: Stack) -> Workload:
        """The workload with what rendering says of its list, in place of what is not known without."""
        default = os.path.join(chart.folder, "values.yaml")
        around = [layer.path for layer in (*stack.under, *stack.over)]
        if not all(around):
            return found
        key = path, text, found.pod.route
        if key not in self._shown:
            under = tuple(layer.path for layer in stack.under if layer.path != default)
            # What may be laid over a chart's own values is not all laid over them at once.
            over = () if stack.default else tuple(layer.path for layer in stack.over)
            use = Use(chart.folder, path, text, values, under, over)
            self._shown[key] = shown(use, found, self._settings)
        answer, open_doubts = self._shown[key], found.doubts[1:]
        if answer.unshown:
            first = answer.unshown if found.doubts[:1] == (UNRENDERED,) else found.doubts[0]
            return found._replace(doubts=(first, *open_doubts))
        return found._replace(unfixable=answer.wrong, doubts=open_doubts)


def _folders(path: str, release: Release) -> Iterator[str]:
    """Where the chart of a release may be: beside the source, or below the top of its repository."""
    if release.folder:
        yield os.path.normpath(os.path.join(os.path.dirname(os.path.realpath(path)), release.folder))
        top = repository(path)
        if top:
            yield os.path.normpath(os.path.join(top, release.folder))
