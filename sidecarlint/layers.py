"""Values of charts as a place of helpers: which texts hold them, which chart takes them, and which other values lie over or under them.

In: paths, texts, settings. Out: `Workload`s whose lists stand in values. Must not know: rules, lifecycles.

Only what is plainly values is read as values: a chart's own files, those that `--values` or a helmfile names, and what Flux, Argo CD,
helmfile and kustomize carry. A custom resource with a key `sidecars` is none of these. Helm replaces lists and merges mappings, so a
list that another layer sets as well is not moved (helm-kustomize A4).
"""

import os
from collections.abc import Callable, Iterator, Sequence

from sidecarlint.documents import Document, Node, at, documents, is_null, items, text_of
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.charts.lists import Spliced, below, spliced
from sidecarlint.references.charts.releases import CARRIES, Layer, Release, index_paths, is_helmfile, releases
from sidecarlint.settings import Settings
from sidecarlint.sources.nearby import short
from sidecarlint.sources.valued import chart_at, chart_of_values, dependencies, helmfiles_near, templates_of, top_of, values_files
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Object, Workload
from sidecarlint.workloads.valued import USUAL, Given, Path, beside, lists_in, workload_of

Read = Callable[[str], str | None]
"""The text of a file as it is now, or None."""

_GUESS = "the chart is not here: that it takes init containers from {into} is a guess by the name"
_UNTOLD = "no template of the chart shows what it does with {own}: that it takes init containers from {into} is a guess by the name"
_UNRENDERED = "it was not rendered, so that the chart passes restartPolicy on is not proven"
_NO_NAME = "the list of init containers beside {own} has another name in every chart, and the chart is not here; look it up there"
_PARENT = "the chart takes the init containers beside {own} from {into}; move it there by hand"
_OVER_OWN = "{where} sets {own} as well and hides this list; move the helpers of both by hand"
_OVER_INTO = "{where} sets {into}, and Helm replaces lists, so that the helper would be gone with it; move it by hand"
_UNDER = "{where} sets {into}, and Helm replaces lists, so that the list in {here} would hide that one; move it by hand"
_HIDDEN = "{where} may set {into} as well, and Helm replaces lists; look there first, then move it by hand"
_INDEX = "the parameter {name} of Argo CD counts on a place in the list; change it with the move by hand"
_WISHED = "what --strategy universal and --node-affinity ask for is about whole pods, and values hold only a part of one"
_BESIDE = "{where} sets {own} or {into} as well: of two files that are used together only one list counts"


class _Chart(NamedTuple):
    """What is known of the chart that takes values. `folder` is where it is, "" when it is not here."""

    name: str
    folder: str
    lists: dict[Path, Spliced]


class _Stack(NamedTuple):
    """The layers around a mapping of values, and `besides` those that may be used with it or in its place."""

    here: str
    under: tuple[Layer, ...] = ()
    over: tuple[Layer, ...] = ()
    besides: tuple[Layer, ...] = ()
    hidden: str = ""
    indexes: tuple[str, ...] = ()


class Layers:
    """Answers for one run. `read` gives a text as it is now."""

    def __init__(self, settings: Settings, read: Read) -> None:
        self._given = [os.path.realpath(path) for path in settings.values]
        self._why = _WISHED if settings.strategy == "universal" or settings.node_affinity else ""
        self._read = read
        self._charts: dict[str, _Chart] = {}

    def workloads(self, path: str, text: str, read: Sequence[Document]) -> list[Workload]:
        """The pods whose containers stand in values of a text. `read` are those of its documents that are read already."""
        return [each._replace(unfixable=self._why or each.unfixable) for each in self._workloads(path, text, read)]

    def _workloads(self, path: str, text: str, read: Sequence[Document]) -> list[Workload]:
        if self._is_values(path):
            return [each for document in _whole(text, read) for each in self._of_file(path, document)]
        if CARRIES.search(text) is None and not is_helmfile(path) and os.path.basename(path) not in KUSTOMIZATIONS:
            return []
        known = {each.number: each for each in read}
        wanted = [known.get(each.number, each) for each in documents(text)]
        return [each for document in wanted for release in releases(path, text, document) for each in self._of_release(path, release)]

    def _is_values(self, path: str) -> bool:
        real = os.path.realpath(path)
        return real in self._given or chart_of_values(path) is not None or bool(self._named_by_helmfile(path))

    def _of_file(self, path: str, document: Document) -> Iterator[Workload]:
        if document.root is None or document.problem is not None or document.root.kind != "mapping":
            return
        folder = chart_of_values(path) or ""
        chart = self._chart(folder) if folder else self._named_chart(path)
        owner = Object(document, (), "", "Values", chart.name or _stem(path), "", document.root)
        yield from _lists_of(Release(owner, document, (), chart=chart.name), chart, self._around(path, folder or chart.folder))

    def _of_release(self, path: str, release: Release) -> Iterator[Workload]:
        folder = next((found for found in self._folders(path, release) if chart_at(found)), "")
        chart = self._chart(folder) if folder else _Chart(release.chart, "", {})
        base = os.path.dirname(path)
        files = [self._layer(os.path.join(base, name)) for name in release.files]
        own = tuple(self._layer(os.path.join(base, each.where)) if each.values is None else each for each in release.under)
        over = tuple(self._layer(os.path.join(base, each.where)) if each.values is None else each for each in release.over)
        defaults = (self._layer(os.path.join(folder, "values.yaml")),) if folder else ()
        indexes = tuple(index_paths(release.owner, release.inner or release.route))
        yield from _lists_of(release, chart, _Stack(short(path), (*defaults, *files, *own), over, (), release.hidden, indexes))

    def _folders(self, path: str, release: Release) -> Iterator[str]:
        """Where the chart of a release may be: beside the source, or below the top of its repository."""
        if release.folder:
            yield os.path.normpath(os.path.join(os.path.dirname(os.path.realpath(path)), release.folder))
            top = top_of(path)
            if top:
                yield os.path.normpath(os.path.join(top, release.folder))

    def _around(self, path: str, folder: str) -> _Stack:
        real = os.path.realpath(path)
        defaults = os.path.join(folder, "values.yaml") if folder else ""
        if real in self._given:
            order = [*([defaults] if folder and defaults not in self._given else []), *self._given]
            place = order.index(real)
            return _Stack(short(path), self._layers(order[:place]), self._layers(order[place + 1 :]))
        if named := self._named_by_helmfile(path):
            place = named.index(real)
            return _Stack(short(path), self._layers([*([defaults] if folder else []), *named[:place]]), self._layers(named[place + 1 :]))
        others = [each for each in values_files(folder) if each not in (real, defaults)]
        if real == defaults:
            return _Stack(short(path), (), self._layers(dict.fromkeys([*others, *self._given])))
        return _Stack(short(path), self._layers([defaults]), (), self._layers(others))

    def _layers(self, paths: Sequence[str] | dict[str, None]) -> tuple[Layer, ...]:
        return tuple(self._layer(path) for path in paths)

    def _layer(self, path: str) -> Layer:
        text = self._read(path)
        root = next((each.root for each in documents(text) if each.root is not None and each.problem is None), None) if text else None
        # A file of comments alone sets nothing, and one that is not there cannot be seen.
        return Layer(short(path), root if root is not None or not text or "{{" in text else _NOTHING)

    def _chart(self, folder: str) -> _Chart:
        if folder not in self._charts:
            self._charts[folder] = _Chart(_name_of(self._read(os.path.join(folder, "Chart.yaml")), folder), folder, self._lists(folder))
        return self._charts[folder]

    def _lists(self, folder: str, depth: int = 0) -> dict[Path, Spliced]:
        found = dict(spliced(text for each in templates_of(folder) if (text := self._read(each)) is not None))
        chart = self._read(os.path.join(folder, "Chart.yaml")) if depth < _DEEPEST else None
        for each in dependencies(folder, _dependencies(chart)):
            found |= below(each.name, self._lists(each.folder, depth + 1))
        return found

    def _named_by_helmfile(self, path: str) -> list[str]:
        """The values files of the release of a helmfile near by that names this file, in their order."""
        real = os.path.realpath(path)
        return next((files for _, files in self._helmfile_releases(path) if real in files), [])

    def _named_chart(self, path: str) -> _Chart:
        real = os.path.realpath(path)
        named = next((chart for chart, files in self._helmfile_releases(path) if real in files), "")
        return self._chart(named) if chart_at(named) else _Chart(os.path.basename(named), "", {})

    def _helmfile_releases(self, path: str) -> Iterator[tuple[str, list[str]]]:
        """The charts of the releases in helmfiles near a file, each with its values files: real paths, but a chart from elsewhere."""
        for helmfile in helmfiles_near(path):
            text, base = self._read(helmfile) or "", os.path.dirname(helmfile)
            for document in documents(text) if "{{" not in text else ():
                for each in items(at(document.root, ("releases",))):
                    chart = text_of(at(each, ("chart",))) or ""
                    named = [name for item in items(at(each, ("values",))) if (name := text_of(item))]
                    local = os.path.normpath(os.path.join(base, chart)) if chart.startswith(".") else chart
                    yield local, [os.path.realpath(os.path.join(base, name)) for name in named]


_DEEPEST = 2
_NOTHING = Node("mapping", 0, 0)


def _whole(text: str, read: Sequence[Document]) -> list[Document]:
    known = {each.number: each for each in read}
    return [known.get(each.number, each) for each in documents(text)]


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]


def _root_of(text: str | None) -> Node | None:
    return next((each.root for each in documents(text)), None) if text else None


def _name_of(text: str | None, folder: str) -> str:
    return text_of(at(_root_of(text), ("name",))) or os.path.basename(folder)


def _dependencies(text: str | None) -> Iterator[tuple[str, str, str]]:
    """The charts that a chart depends on: their names, what their values are called, and where they come from."""
    for each in items(at(_root_of(text), ("dependencies",))):
        name = text_of(at(each, ("name",))) or ""
        yield name, text_of(at(each, ("alias",))) or name, text_of(at(each, ("repository",))) or ""


def _lists_of(release: Release, chart: _Chart, stack: _Stack) -> Iterator[Workload]:
    values = at(release.document.root, release.route)
    for path in lists_in(values, chart.lists):
        found = workload_of(release.document, release.owner, release.route, _given(values, path, chart, stack))
        yield found._replace(inner=release.inner)


def _given(values: Node | None, path: Path, chart: _Chart, stack: _Stack) -> Given:
    """A list with what is known of the one beside it, and why the move between the two is not for us."""
    own, known = ".".join(path), chart.lists.get(path)
    into = known.into if known is not None else None
    if known is not None and into is None:
        return Given(path, "", known.finite, known.why)
    if known is not None and into is not None and into[:-1] != path[:-1]:
        return Given(path, "", known.finite, known.why or _PARENT.format(own=own, into=".".join(into)))
    key = into[-1] if into is not None else beside(values, path)
    if not key:
        return Given(path, USUAL[path[-1]][0], False, _NO_NAME.format(own=own))
    beyond = ".".join((*path[:-1], key))
    guess = _UNRENDERED if known is not None else (_UNTOLD if chart.folder else _GUESS).format(own=own, into=beyond)
    why = (known.why if known is not None else "") or _hidden(values, path, (*path[:-1], key), stack)
    doubts = (guess, *_used_beside(path, (*path[:-1], key), stack))
    return Given(path, key, known is not None and known.finite, why, doubts)


def _hidden(values: Node | None, own: Path, into: Path, stack: _Stack) -> str:
    """Why another layer stands against the move, or "". The list that is left stays, as `[]`, so it goes on hiding what is under it."""
    words = {"own": ".".join(own), "into": ".".join(into), "here": stack.here}
    for layer in stack.over:
        if layer.values is None:
            return _HIDDEN.format(where=layer.where, **words)
        for path, said in ((own, _OVER_OWN), (into, _OVER_INTO)):
            if _sets(layer, path):
                return said.format(where=layer.where, **words)
    index = next((name for name in stack.indexes if any(name.startswith((f"{each}[", f"{each}.")) for each in words.values())), "")
    if index:
        return _INDEX.format(name=index)
    if at(values, into) is not None and not is_null(at(values, into)):
        return ""
    for layer in stack.under:
        if layer.values is None:
            return _HIDDEN.format(where=layer.where, **words)
        if _sets(layer, into) and _is_filled(layer, into):
            return _UNDER.format(where=layer.where, **words)
    return _HIDDEN.format(where=stack.hidden, **words) if stack.hidden else ""


def _used_beside(own: Path, into: Path, stack: _Stack) -> Iterator[str]:
    for layer in stack.besides:
        if layer.values is None or _sets(layer, own) or _sets(layer, into):
            yield _BESIDE.format(where=layer.where, own=".".join(own), into=".".join(into))
            return


def _sets(layer: Layer, path: Path) -> bool:
    return at(layer.values, path) is not None


def _is_filled(layer: Layer, path: Path) -> bool:
    found = at(layer.values, path)
    return found is not None and not is_null(found) and bool(found.items or found.pairs or found.text)


