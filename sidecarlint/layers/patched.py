"""Patches that an object lays over what its chart renders, beside the values that it gives to the chart.

In: a text, a mapping of values in it, the pod of one of its lists. Out: why a helper must not leave the list, or "". Must not know: rules,
lifecycles.

Nobody renders the chart here, so such a patch is not followed: whoever moves the helper changes it too (helm-kustomize B6).
"""

from sidecarlint.documents import Lines, Route, at, document_of
from sidecarlint.references.charts.releases import Release
from sidecarlint.references.kustomize.gitops import speaking_patches
from sidecarlint.sources.nearby import short
from sidecarlint.workloads import Workload

_PATCHED = "the patch in line {line} of {path} may speak of {name}, of init containers or of places in a list; change both by hand"
_LAY = ("postRenderers", "atches")


def patched(path: str, text: str, release: Release, workload: Workload) -> str:
    """Why the containers of a list in values stay where they are. `path` is that of the text."""
    names = [each.name for each in workload.pod.containers if isinstance(each.route[-1], int)]
    if not names or not any(word in text for word in _LAY):
        return ""
    owner = release.owner
    for number, route in speaking_patches(text, names):
        if number == owner.document.number and route[: len(owner.route)] == owner.route:
            return _PATCHED.format(line=_line(text, number, route), path=short(path), name=" or ".join(names))
    return ""


def _line(text: str, number: int, route: Route) -> int:
    node = at(document_of(text, number).root, route)
    return Lines(text).number(node.start) if node is not None else 1
