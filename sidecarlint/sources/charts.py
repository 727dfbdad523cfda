"""Which files are templates of a Helm chart.

In: paths. Out: the chart's folder. Must not know: what stands in a template.

A chart is a folder with a Chart.yaml. Its templates stand in the folder `templates` below it, at any depth.
"""

import os

CHART, _TEMPLATES, _PARTIAL = "Chart.yaml", "templates", ".tpl"


def chart_of(path: str) -> str | None:
    """The folder of the chart that the file at a path is a template of, as a real path, or None."""
    folder = os.path.dirname(os.path.realpath(path))
    while os.path.dirname(folder) != folder:
        above, name = os.path.split(folder)
        if name == _TEMPLATES and os.path.isfile(os.path.join(above, CHART)):
            return above
        folder = above
    return None


def is_partial(path: str) -> bool:
    """Whether a file holds parts of templates: whole pods stand in those of some charts."""
    return path.endswith(_PARTIAL) and chart_of(path) is not None
