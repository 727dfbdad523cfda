"""Parameters of Helm that lead into a list of values by an index, in objects of Argo CD and helmfile.

In: a document, the folders that its files are named from, a way to read them. Out: `Parameter`s, and what has become of their item. Must
not know: charts, lifecycles, rules.

Helm lays a parameter over the values that it is given besides: over an item that is there, or it makes one that has nothing but this
field. The chart's own values do not count, as a list that a parameter leads into replaces theirs (measured with Helm 3.19).
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence

from sidecarlint.documents import Document, Node, Route, at, child, documents, items, text_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import objects

Read = Callable[[str], str | None]

_STEP = r"\[(\d+)\]|(?:\\.|[^.\[\\])+"
_OF_INITS = "init"


class Parameter(NamedTuple):
    """One parameter. `keys` lead to the list, `number` is the index in it, `below` the field in the item. `route` leads to the name.

    layers  what Helm merges ahead of it, in order: a mapping of the document, a text, or the path of a file
    """

    name: str
    keys: tuple[str, ...]
    number: int
    below: str
    route: Route
    layers: tuple[Node | str, ...]


class Missed(NamedTuple):
    """The item that a parameter no longer finds: it stands in `other`, and its list holds `held` items."""

    container: str
    other: str
    held: int


def parameters(document: Document, path: str, top: str) -> Iterator[Parameter]:
    """The parameters with an index in a document of the file at `path`. `top`: the folder that paths of Argo CD start at."""
    for found in objects(document):
        if found.api_version.startswith("argoproj.io/") and found.kind in ("Application", "ApplicationSet"):
            spec: Route = (*found.route, "spec") if found.kind == "Application" else (*found.route, "spec", "template", "spec")
            node = at(document.root, spec)
            for where in (("source",), *(("sources", index) for index, _ in enumerate(items(child(node, "sources"))))):
                yield from _of_argo(at(node, where), (*spec, *where), top)
    if child(document.root, "kind") is None:
        for index, release in enumerate(items(child(document.root, "releases"))):
            layers = tuple(_of_helmfile(release, os.path.dirname(path), top))
            yield from _named(child(release, "set"), ("releases", index, "set"), layers)


def missed(parameter: Parameter, read: Read) -> Missed | None:
    """What has become of the item, where an index that would be right with the sidecars still in the list is behind its end."""
    values = [root for layer in parameter.layers if (root := _root(layer, read)) is not None]
    listed = _last(values, parameter.keys)
    over = parameter.number - len(items(listed))
    for other, node in _inits(values, parameter.keys[:-1]):
        native = [each for each in items(node) if text_of(child(each, "restartPolicy")) == "Always"]
        if listed is not None and 0 <= over < len(native) and not _is_whole(parameter):
            return Missed(text_of(child(native[over], "name")) or "(no name)", other, len(items(listed)))
    return None


def _is_whole(parameter: Parameter) -> bool:
    """Whether it may make an item on purpose: with a name of its own."""
    return parameter.below in ("", ".name")


def _of_argo(source: Node | None, route: Route, top: str) -> Iterator[Parameter]:
    helm, folder = child(source, "helm"), os.path.join(top, text_of(child(source, "path")) or "")
    named = (_file(text_of(each) or "", folder, top) for each in items(child(helm, "valueFiles")))
    layers: list[Node | str] = [name for name in named if _is_below(name, top)]
    # The object counts where both are given.
    layers += [each for each in (child(helm, "valuesObject") or child(helm, "values"),) if each is not None]
    yield from _named(child(helm, "parameters"), (*route, "helm", "parameters"), tuple(layers))


def _file(name: str, folder: str, top: str) -> str:
    """A file of values. One that begins with `$` is named from the top of another source's repository, which may be this one."""
    return os.path.normpath(os.path.join(top, name.partition("/")[2]) if name.startswith("$") else os.path.join(folder, name))


def _is_below(path: str, top: str) -> bool:
    """Nothing is read from outside, whatever an object names."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(top), ""))


def _of_helmfile(release: Node, folder: str, top: str) -> Iterator[Node | str]:
    for each in items(child(release, "values")):
        name = text_of(each)
        if name is None:
            yield each
        elif not name.endswith(".gotmpl") and _is_below(file := os.path.normpath(os.path.join(folder, name)), top):
            yield file


def _named(listed: Node | None, route: Route, layers: tuple[Node | str, ...]) -> Iterator[Parameter]:
    for index, each in enumerate(items(listed)):
        name = text_of(child(each, "name")) or ""
        found = re.match(rf"((?:(?!\[\d)(?:{_STEP})\.?)+)\[(\d+)\](.*)", name)
        if found is not None:
            keys = tuple(step[0].replace("\\.", ".") for step in re.finditer(_STEP, found[1]))
            yield Parameter(name, keys, int(found[3]), found[4], (*route, index, "name"), layers)


def _root(layer: Node | str, read: Read) -> Node | None:
    if not isinstance(layer, str) and layer.kind != "scalar":
        return layer
    text = read(layer) if isinstance(layer, str) else layer.text
    return next((document.root for document in documents(text or "") if document.root is not None), None)


def _last(values: Sequence[Node], keys: tuple[str, ...]) -> Node | None:
    """A list is not merged: the last one counts."""
    return next((found for root in reversed(values) if (found := at(root, keys)) is not None), None)


def _inits(values: Sequence[Node], keys: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
    """The lists of init containers that stand beside a list, by their keys."""
    names = dict.fromkeys(key.text for root in values for key, _ in _pairs(at(root, keys)) if _OF_INITS in key.text.lower())
    for name in names:
        if (found := _last(values, (*keys, name))) is not None:
            yield name, found


def _pairs(node: Node | None) -> list[tuple[Node, Node]]:
    return node.pairs if node is not None else []
