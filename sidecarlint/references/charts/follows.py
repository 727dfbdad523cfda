"""The files of a chart's repository that have to follow a move, each as a sentence with its place.

In: the chart's folder, a way to read files, the names of the containers. Out: `Follow`s. Must not know: templates, lifecycles, rules.

What tests compare with is never rewritten here: whoever changes the chart makes it anew with the chart's own tools (helm-kustomize A6).
"""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sidecarlint.documents import Lines, Node, child, documents, text_of
from sidecarlint.references.charts.assertions import broken_lines
from sidecarlint.references.charts.constraints import lowest
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import SIDECARS, show_version

Read = Callable[[str], str | None]

_TESTS = ("_test.yaml", "_test.yml")
_SNAPSHOT = ".snap"
_RENDERED = (".yaml", ".yml")
_FOLDERS = ("ci", "example", "examples", "test", "tests")
"""Where charts' repositories keep what they compare renderings with, beside the chart itself."""
_LEFT_OUT = ("charts", "templates", "node_modules", ".git")
_MOST_LINES = 5
_MOST_FILES = 4000
_HEAD = 4096
"""A rendering says near its beginning which template it comes from."""


class Follow(NamedTuple):
    """One thing to change. `about`: version, kube-version, assertions, snapshots, renderings, readme or schema. `words` is a sentence in
    which `{place}` stands for the file and its lines, which count from 1; `others` are more files of the same."""

    about: str
    words: str
    path: str
    lines: tuple[int, ...] = ()
    others: int = 0

    def said(self, shown: Callable[[str], str]) -> str:
        """The sentence. `shown` gives a path as people are told of it."""
        place, listed = shown(self.path), ", ".join(map(str, self.lines[:_MOST_LINES]))
        more = len(self.lines) - _MOST_LINES
        where = f", line{'s' if len(self.lines) > 1 else ''} {listed}{f' and {more} more' if more > 0 else ''}" if listed else ""
        files = f" and {self.others} more file{'s' if self.others > 1 else ''}" if self.others else ""
        return self.words.replace("{place}", f"{place}{where}{files}")


class _Chart(NamedTuple):
    """A chart, and what is asked about it."""

    folder: str
    read: Read
    names: Sequence[str]
    first: int
    template: str
    name: str


def follows(
    chart: str, read: Read, names: Sequence[str], first: int = 1, template: str = "", switch: bool = False, repository: str = ""
) -> tuple[Follow, ...]:
    """What else changes in the repository of the chart in a folder when containers of these names move to the init containers.

    first       the lowest index in `containers` that another container has afterwards, or none
    template    the file that they stand in, below the chart's folder; "" where that may be any
    switch      a value turns the move on, so the chart still renders for older clusters
    repository  the folder that its tests and examples may lie in too; "" for the chart's own only
    """
    text = read(os.path.join(chart, "Chart.yaml")) or ""
    root = next((document.root for document in documents(text) if document.root is not None), None)
    asked = _Chart(chart, read, names, first, template, text_of(child(root, "name")) or "")
    about_chart = (*_version(asked, text, root), *(_kube_version(asked, text, root) if not switch else _switched(asked)))
    return (*about_chart, *_tests(asked), *_renderings(asked, repository))


def _version(asked: _Chart, text: str, root: Node | None) -> Iterator[Follow]:
    version = child(root, "version")
    if version is not None and (said := text_of(version)):
        words = f"raise the chart's version, which is {said} in {{place}}"
        yield Follow("version", words, _beside(asked, "Chart.yaml"), (Lines(text).number(version.start),))


def _kube_version(asked: _Chart, text: str, root: Node | None) -> Iterator[Follow]:
    """A cluster before 1.29 takes a sidecar for an init container that never ends, or refuses it (native-sidecars 1.12, 1.13)."""
    given, floor = child(root, "kubeVersion"), show_version(SIDECARS)
    path, wanted = _beside(asked, "Chart.yaml"), f"let it ask for >={floor}.0-0, as the chart no longer works before"
    if root is not None and given is None:
        yield Follow("kube-version", f"{{place}} has no kubeVersion: {wanted}", path)
    elif given is not None and (bound := lowest(given.text)) is not None and bound < SIDECARS:
        words = f"kubeVersion in {{place}} lets in versions below {floor}: {wanted}"
        yield Follow("kube-version", words, path, (Lines(text).number(given.start),))


def _switched(asked: _Chart) -> Iterator[Follow]:
    readme = next((name for name in ("README.md.gotmpl", "README.md") if asked.read(_beside(asked, name)) is not None), None)
    if readme == "README.md.gotmpl":
        yield Follow("readme", "run helm-docs: the new value is not yet in what it makes of {place}", _beside(asked, readme))
    elif readme is not None:
        yield Follow("readme", "describe the new value in {place}", _beside(asked, readme))
    if asked.read(_beside(asked, "values.schema.json")) is not None:
        yield Follow("schema", "allow the new value in {place}", _beside(asked, "values.schema.json"))


def _beside(asked: _Chart, name: str) -> str:
    return os.path.join(asked.folder, name)


# Tests


def _tests(asked: _Chart) -> Iterator[Follow]:
    snapshots = list[str]()
    for path in _files(asked.folder, (*_TESTS, *(f"{each}{_SNAPSHOT}" for each in _TESTS))):
        text = asked.read(path) or ""
        if path.endswith(_SNAPSHOT):
            snapshots += [path] if _speaks(text, asked.names) else []
        elif lines := broken_lines(text, asked.names, asked.first, asked.template):
            yield Follow("assertions", "change the assertions about containers by their place in {place}", path, lines)
    if snapshots:
        words = "make the snapshots anew, as helm unittest -u does: {place}"
        yield Follow("snapshots", words, snapshots[0], others=len(snapshots) - 1)


def _renderings(asked: _Chart, repository: str) -> Iterator[Follow]:
    """Files that hold what the chart renders to, and one of the containers."""
    folders = [asked.folder, *(os.path.join(repository, name) for name in _FOLDERS if repository)]
    is_golden = partial(_is_golden, asked)
    found = dict.fromkeys(path for folder in folders for path in _files(folder, _RENDERED) if is_golden(path))
    if found:
        words = "render anew what tests or examples compare with: {place}"
        yield Follow("renderings", words, next(iter(found)), others=len(found) - 1)


def _is_golden(asked: _Chart, path: str) -> bool:
    text = asked.read(path) or ""
    return bool(asked.name) and f"# Source: {asked.name}/" in text[:_HEAD] and _speaks(text, asked.names)


def _speaks(text: str, names: Sequence[str]) -> bool:
    return any(f"name: {name}\n" in text for name in names)


def _files(folder: str, endings: tuple[str, ...]) -> list[str]:
    """The files of a folder whose names end so, without what is rendered and what other charts bring."""
    found = list[str]()
    for here, inner, files in os.walk(folder):
        inner[:] = sorted(name for name in inner if name not in _LEFT_OUT or here != folder)
        found += [os.path.join(here, name) for name in sorted(files) if name.endswith(endings)]
        if len(found) > _MOST_FILES:
            break
    return found
