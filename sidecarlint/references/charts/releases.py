"""The objects that carry values of a chart, and what they say of the chart.

In: documents. Out: `Release`s. Must not know: lifecycles, rules, what stands on disk.

Flux's HelmRelease lays `values` over `valuesFrom`; Argo CD lays `values` or `valuesObject` over `valueFiles` and `parameters` over both;
kustomize lays `valuesInline` over its files; helmfile lays the entries of `values` over each other in their order (helm-kustomize A4, B6).
"""

import os
import re
from collections.abc import Iterator

from sidecarlint.documents import Document, Node, Route, at, child, items, resolve, text_of
from sidecarlint.documents.inner import inner_document
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Object, objects

CARRIES = re.compile(r"\bHelmRelease\b|argoproj\.io/|\bhelmCharts\b|(?m:^releases:)")
"""A document in which this is not found carries no values."""

_FLUX = ("helm.toolkit.fluxcd.io", "helm.fluxcd.io")
_HELMFILE = r"(?:^|[/\\])(?:helmfile[^/\\]*\.ya?ml|helmfile\.d[/\\][^/\\]*\.ya?ml)$"
_LOCAL = ("./", "../")


class Layer(NamedTuple):
    """Other values of the same release. `where`: how people find them; `values`: their top mapping, None where they are not to be seen;
    `path`: the file that they are, "" for none."""

    where: str
    values: Node | None
    path: str = ""


class Release(NamedTuple):
    """A mapping of values, in the tree of `document`. `inner`: the route to the string that this tree was read from, () for none.

    chart    the chart's name as it is given, without its repository; version its version, both "" where they are not given
    folder   where the chart is, as a path that is relative to the source's folder or to the repository's; "" for one from elsewhere
    under    the layers of the object itself that these values are laid over, and `over` those that are laid over them
    files    paths of values files that these are laid over
    hidden   what else of the object may set the same keys and is not to be seen here, as words: `spec.valuesFrom`; or ""
    """

    owner: Object
    document: Document
    route: Route
    inner: Route = ()
    chart: str = ""
    version: str = ""
    folder: str = ""
    under: tuple[Layer, ...] = ()
    over: tuple[Layer, ...] = ()
    files: tuple[str, ...] = ()
    hidden: str = ""


def is_helmfile(path: str) -> bool:
    """Whether a file is one of helmfile's by its name."""
    return re.search(_HELMFILE, path) is not None


def releases(path: str, text: str, document: Document) -> Iterator[Release]:
    """Every mapping of values that a document carries."""
    if document.root is None or document.problem is not None or document.masked:
        return
    if is_helmfile(path):
        yield from _of_helmfile(document, document.root)
    elif os.path.basename(path) in KUSTOMIZATIONS:
        yield from _of_kustomize(document, document.root)
    for owner in objects(document):
        group = owner.api_version.partition("/")[0]
        if owner.kind == "HelmRelease" and group in _FLUX:
            yield from _of_flux(owner)
        elif owner.kind in ("Application", "ApplicationSet") and group == "argoproj.io":
            yield from _of_argo(text, owner)


def _of_flux(owner: Object) -> Iterator[Release]:
    spec = child(owner.node, "spec")
    chart = child(child(spec, "chart"), "spec") or child(spec, "chart")
    name = _text(chart, "chart") or _text(chart, "name") or _text(chart, "path")
    local = name if text_of(at(chart, ("sourceRef", "kind"))) in ("GitRepository", "Bucket") else ""
    hidden = [f"spec.{key}" for key in ("valuesFrom", "valueFileSecrets") if items(child(spec, key))]
    hidden += [f"valuesFiles of {name}" for key in ("valuesFiles", "valuesFile") if child(chart, key) is not None]
    if _is_mapping(child(spec, "values")):
        route = (*owner.route, "spec", "values")
        yield Release(owner, owner.document, route, (), _base(name), _text(chart, "version"), local, hidden=" and ".join(hidden))


def _of_argo(text: str, owner: Object) -> Iterator[Release]:
    above: Route = ("spec",) if owner.kind == "Application" else ("spec", "template", "spec")
    spec = at(owner.node, above)
    places: list[Route] = [(*above, "source")] if child(spec, "source") is not None else []
    places += [(*above, "sources", index) for index in range(len(items(child(spec, "sources"))))]
    for place in places:
        source = at(owner.node, place)
        found = _argo_values(text, owner, (*owner.route, *place, "helm"))
        if found is not None:
            name, local = _text(source, "chart"), _text(source, "path")
            yield found._replace(chart=_base(name or local), version=_text(source, "targetRevision") if name else "", folder=local)


def _argo_values(text: str, owner: Object, route: Route) -> Release | None:
    helm = at(owner.document.root, route)
    files = tuple(value for item in items(child(helm, "valueFiles")) if (value := text_of(item)))
    hidden = f"valueFiles ({', '.join(files)})" if files else ""
    if _is_mapping(child(helm, "valuesObject")):
        return Release(owner, owner.document, (*route, "valuesObject"), hidden=hidden)
    inner = inner_document(text, owner.document, (*route, "values"))
    return Release(owner, inner, (), (*route, "values"), hidden=hidden) if inner is not None and _is_mapping(inner.root) else None


class Parameter(NamedTuple):
    """A single value that an object lays over its mappings of values. `name` leads to it, as in `sidecars[0].image`; `title` is the
    parameter in a sentence."""

    name: str
    title: str


_PARAMETERS: dict[str, tuple[tuple[str, str, str], ...]] = {
    # where such a list stands in the object, the key of the name, and what an entry is called
    "Application": (("parameters", "name", "the parameter {} of Argo CD"), ("fileParameters", "name", "the parameter {} of Argo CD")),
    "Release": (("set", "name", "{} below set"), ("setString", "name", "{} below setString")),
    "HelmRelease": (("valuesFrom", "targetPath", "the targetPath {} below valuesFrom"),),
}
_PARAMETERS["ApplicationSet"] = _PARAMETERS["Application"]


def parameters(owner: Object, route: Route) -> Iterator[Parameter]:
    """The parameters that an object lays over its values at a route."""
    holder = {"HelmRelease": child(owner.node, "spec"), "Release": owner.node}.get(owner.kind, at(owner.document.root, route[:-1]))
    for key, named, title in _PARAMETERS.get(owner.kind, ()):
        for item in items(child(holder, key)):
            if name := _text(item, named):
                yield Parameter(name, title.format(name))


def _of_kustomize(document: Document, root: Node) -> Iterator[Release]:
    home = _text(child(root, "helmGlobals"), "chartHome") or "charts"
    for index, each in enumerate(items(child(root, "helmCharts"))):
        name, files = _text(each, "name"), [_text(each, "valuesFile")]
        files += [value for item in items(child(each, "additionalValuesFiles")) if (value := text_of(item))]
        if _is_mapping(child(each, "valuesInline")):
            hidden = "" if _text(each, "valuesMerge") in ("", "override") else f"valuesMerge: {_text(each, 'valuesMerge')}"
            route = ("helmCharts", index, "valuesInline")
            listed = tuple(filter(None, files))
            owner = Object(document, (), _text(root, "apiVersion"), "Kustomization", name, "", root)
            yield Release(owner, document, route, (), name, _text(each, "version"), f"./{home}/{name}", files=listed, hidden=hidden)


def _of_helmfile(document: Document, root: Node) -> Iterator[Release]:
    for index, each in enumerate(items(child(root, "releases"))):
        name = _text(each, "name")
        owner = Object(document, ("releases", index), "", "Release", name, _text(each, "namespace"), each)
        listed = items(child(each, "values"))
        layers = [_layer(item, f"values[{number}] of the release {name}") for number, item in enumerate(listed)]
        for number, item in enumerate(listed):
            if _is_mapping(item):
                made = Release(owner, document, ("releases", index, "values", number))
                yield _helmfile_release(each, made, layers, number)


def _helmfile_release(node: Node, made: Release, layers: list[Layer], number: int) -> Release:
    chart = _text(node, "chart")
    hidden = " and ".join(key for key in ("secrets", "set", "inherit") if child(node, key) is not None)
    folder = chart if chart.startswith(_LOCAL) else ""
    under, over = tuple(layers[:number]), tuple(layers[number + 1 :])
    return made._replace(chart=_base(chart), version=_text(node, "version"), folder=folder, under=under, over=over, hidden=hidden)


def _layer(item: Node, where: str) -> Layer:
    node = resolve(item)
    named = text_of(item) or ""
    return Layer(where, node) if _is_mapping(node) else Layer(named or where, None, named)


def _text(node: Node | None, key: str) -> str:
    return text_of(child(node, key)) or ""


def _base(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _is_mapping(node: Node | None) -> bool:
    whole = resolve(node)
    return whole is not None and whole.kind == "mapping"
