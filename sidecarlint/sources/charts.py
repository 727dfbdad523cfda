"""Helm charts as folders: which files belong to one, and what its Chart.yaml says of it.

In: paths. Out: `Chart`, or folders of charts. Must not know: what stands in a template or in values.

A chart is a folder with a Chart.yaml. Its templates stand in the folder `templates` below it, at any depth. The charts that it depends on
lie unpacked in its folder `charts`, each a chart of its own; they are rendered as parts of it.
"""

import os
import re

from sidecarlint.values import NamedTuple

CHART, _TEMPLATES, _PARTIAL, _CHARTS, _VALUES, _CI = "Chart.yaml", "templates", ".tpl", "charts", "values.yaml", "ci"
_LARGEST = 1_000_000
_KEY = r"(?m)^{}:[ \t]+(?P<value>[^\s#].*?)[ \t]*(?:[ \t]#.*)?\r?$"


class Chart(NamedTuple):
    """A chart as its folder shows it. `folder` and all other paths are real paths.

    name, version  of its Chart.yaml, "" where that does not say
    kube_version   the constraint of its Chart.yaml on Kubernetes versions, "" for none
    library        it only holds defines for other charts, so it is never rendered alone
    values         its values.yaml, "" where it has none
    ci             its ci/*-values.yaml in the order of their names: what its authors test it with
    templates      all files in its folder templates, in order
    """

    folder: str
    name: str = ""
    version: str = ""
    kube_version: str = ""
    library: bool = False
    values: str = ""
    ci: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()


def chart_at(folder: str) -> Chart | None:
    """The chart in a folder, or None where there is none."""
    folder = os.path.realpath(folder)
    if not is_chart(folder):
        return None
    said = _text(os.path.join(folder, CHART))
    values, ci = os.path.join(folder, _VALUES), os.path.join(folder, _CI)
    return Chart(
        folder,
        _said(said, "name"),
        _said(said, "version"),
        _said(said, "kubeVersion"),
        _said(said, "type") == "library",
        values if os.path.isfile(values) else "",
        tuple(os.path.join(ci, name) for name in _names(ci) if name.endswith(("-values.yaml", "-values.yml"))),
        tuple(_files(os.path.join(folder, _TEMPLATES))),
    )


def is_chart(folder: str) -> bool:
    """Whether a folder is that of a chart."""
    return os.path.isfile(os.path.join(folder, CHART))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as stream:
            return stream.read(_LARGEST)
    except OSError:
        return ""


def _said(text: str, key: str) -> str:
    found = re.search(_KEY.format(key), text)
    value = found["value"] if found else ""
    return value[1:-1] if value[:1] in "'\"" and value[-1:] == value[:1] and len(value) > 1 else value


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _files(top: str) -> list[str]:
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names)


def chart_of(path: str) -> str | None:
    """The folder of the chart that the file at a path is a template of, as a real path, or None."""
    folder = os.path.dirname(os.path.realpath(path))
    while os.path.dirname(folder) != folder:
        above, name = os.path.split(folder)
        if name == _TEMPLATES and is_chart(above):
            return above
        folder = above
    return None


def chart_around(path: str) -> str | None:
    """The folder of the nearest chart that a file lies in, whatever it is there (a template, values, its Chart.yaml), or None."""
    folder = os.path.dirname(os.path.realpath(path))
    while not is_chart(folder):
        if os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)
    return folder


def root_of(folder: str) -> str:
    """The folder of the chart that one is rendered as a part of: the outermost that holds it in folders `charts`, or its own."""
    above, name = os.path.split(os.path.dirname(folder))
    return root_of(above) if name == _CHARTS and is_chart(above) else folder


def parts_of(folder: str) -> list[str]:
    """The folders of a chart and of all charts that lie unpacked in its folder `charts`, at any depth."""
    inside = os.path.join(folder, _CHARTS)
    below = [os.path.join(inside, name) for name in _names(inside)]
    return [folder, *(part for each in below if is_chart(each) for part in parts_of(each))]


def is_packed(folder: str) -> bool:
    """Whether a chart has others in its folder `charts` that are archives."""
    return any(name.endswith((".tgz", ".tar.gz")) for name in _names(os.path.join(folder, _CHARTS)))


def may_begin(path: str) -> bool:
    """Whether a file that is not there yet may be made: a partial of a chart, or its values."""
    folder, name = os.path.split(os.path.realpath(path))
    return not os.path.lexists(path) and (is_partial(path) if name != _VALUES else is_chart(folder))


def is_partial(path: str) -> bool:
    """Whether a file holds parts of templates: whole pods stand in those of some charts."""
    return path.endswith(_PARTIAL) and chart_of(path) is not None
