"""What else in a chart's repository has to change along with a template (helm-kustomize.md, A6).

In: a chart's folder. Out: sentences. Must not know: what has changed in the template.
"""

import os
import re

from sidecarlint.sources.charts import Chart
from sidecarlint.sources.nearby import short

_INDEXED = re.compile(r"containers\[\d+\]")
_SNAPSHOTS = "__snapshot__"
_MOST = 500


def follow_up(chart: Chart) -> tuple[str, ...]:
    """What people have to do as well, each as a sentence."""
    said = [f"raise the version in {short(os.path.join(chart.folder, 'Chart.yaml'))}"]
    tests = [path for path in _below(os.path.join(chart.folder, "tests")) if path.endswith((".yaml", ".yml"))]
    indexed = next((path for path in tests if _INDEXED.search(_text(path))), None)
    if indexed is not None:
        said.append(f"tests count containers, as {short(indexed)} does: count again what stands behind the one that moved")
    if any(_SNAPSHOTS in path for path in _below(os.path.join(chart.folder, "tests"))):
        said.append("the tests compare snapshots: write them anew (helm unittest -u)")
    return tuple(said)


def _below(top: str) -> list[str]:
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names)[:_MOST]


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read(1_000_000)
    except OSError:
        return ""
