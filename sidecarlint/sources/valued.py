"""Which files hold values of a chart, and where the chart's templates are.

In: paths. Out: paths. Must not know: what stands in a file.

A chart's own values are values.yaml, values-*.yaml and *-values.yaml beside its Chart.yaml, and *-values.yaml below ci/, with which
`ct` renders it (helm-kustomize A6).
"""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from sidecarlint.sources.walk import SKIPPED_FOLDERS
from sidecarlint.values import NamedTuple

_CHART = "Chart.yaml"
_NAMES = ("values.yaml", "values.yml", "values[-._]*.yaml", "values[-._]*.yml", "*[-._]values.yaml", "*[-._]values.yml")
_CI = ("*-values.yaml",)
_HELMFILES = ("helmfile.yaml", "helmfile.yml")
_MOST_UP = 3
"""How many folders above a file a helmfile is looked for in."""
_FILE = "file://"


class Dependency(NamedTuple):
    """A chart that another one depends on. `name` is what its values are called there, `folder` where it lies."""

    name: str
    folder: str


def chart_at(folder: str) -> bool:
    """Whether a chart with templates is in a folder."""
    return os.path.isfile(os.path.join(folder, _CHART)) and os.path.isdir(os.path.join(folder, "templates"))


def chart_of_values(path: str) -> str | None:
    """The folder of the chart of which a file holds values, as a real path; None where it is none of a chart's own by its name."""
    folder, name = os.path.split(os.path.realpath(path))
    if any(fnmatchcase(name, each) for each in _NAMES) and os.path.isfile(os.path.join(folder, _CHART)):
        return folder
    above, last = os.path.split(folder)
    is_ci = last == "ci" and any(fnmatchcase(name, each) for each in _CI) and os.path.isfile(os.path.join(above, _CHART))
    return above if is_ci else None


def chart_above(path: str) -> str | None:
    """The folder of the chart that a file lies in, at any depth but in its templates, as a real path, or None."""
    folder = os.path.dirname(os.path.realpath(path))
    while os.path.dirname(folder) != folder:
        if chart_at(folder):
            return folder
        folder = os.path.dirname(folder)
    return None


def values_files(folder: str) -> list[str]:
    """The values files of the chart in a folder, sorted."""
    if not folder or not os.path.isdir(folder):
        return []
    ci = os.path.join(folder, "ci")
    own = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if any(fnmatchcase(name, each) for each in _NAMES)]
    tried = sorted(os.listdir(ci)) if os.path.isdir(ci) else []
    return own + [os.path.join(ci, name) for name in tried if any(fnmatchcase(name, each) for each in _CI)]


def templates_of(folder: str) -> Iterator[str]:
    """The templates of the chart in a folder, those that hold only parts included, sorted."""
    for below, folders, files in os.walk(os.path.join(folder, "templates")):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        yield from (os.path.join(below, name) for name in sorted(files) if name.endswith((".yaml", ".yml", ".tpl")))


def dependencies(folder: str, named: Iterable[tuple[str, str, str]]) -> Iterator[Dependency]:
    """Those of a chart's dependencies that lie here, unpacked: `named` are their names, what their values are called, their origins."""
    for name, called, origin in named:
        local = [os.path.join(folder, origin.removeprefix(_FILE))] if origin.startswith(_FILE) else []
        found = next((each for each in (os.path.join(folder, "charts", name), *local) if chart_at(each)), None)
        if found is not None:
            yield Dependency(called, os.path.normpath(found))


def helmfiles_near(path: str) -> Iterator[str]:
    """The helmfiles in the folder of a file and in those above it, up to the root of its repository."""
    folder = os.path.dirname(os.path.realpath(path))
    for _ in range(_MOST_UP):
        yield from (os.path.join(folder, name) for name in _HELMFILES if os.path.isfile(os.path.join(folder, name)))
        if os.path.exists(os.path.join(folder, ".git")) or os.path.dirname(folder) == folder:
            return
        folder = os.path.dirname(folder)
