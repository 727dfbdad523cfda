"""Where each kind keeps its pod template.

In: nothing. Out: the table of built-in kinds. Must not know: rules, lifecycles.

Only built-in kinds are rewritten: a custom resource may prune the field (native-sidecars 12.6).
"""

from sidecarlint.documents import Route
from sidecarlint.values import NamedTuple


class Shape(NamedTuple):
    """Where a kind keeps things. `pod`: route to the mapping that holds `containers`; `meta`: route to the pod's metadata.

    `finite`: whether its pods are meant to end, None where the pod's restartPolicy says it.
    """

    groups: tuple[str, ...]
    pod: Route
    meta: Route
    finite: bool | None = False


_TEMPLATE: Route = ("spec", "template")
_SERVED = ("apps", "extensions")

SHAPES: dict[str, Shape] = {
    "Pod": Shape(("",), ("spec",), ("metadata",), None),
    "PodTemplate": Shape(("",), ("template", "spec"), ("template", "metadata")),
    "ReplicationController": Shape(("",), (*_TEMPLATE, "spec"), (*_TEMPLATE, "metadata")),
    "Deployment": Shape(_SERVED, (*_TEMPLATE, "spec"), (*_TEMPLATE, "metadata")),
    "ReplicaSet": Shape(_SERVED, (*_TEMPLATE, "spec"), (*_TEMPLATE, "metadata")),
    "DaemonSet": Shape(_SERVED, (*_TEMPLATE, "spec"), (*_TEMPLATE, "metadata")),
    "StatefulSet": Shape(("apps",), (*_TEMPLATE, "spec"), (*_TEMPLATE, "metadata")),
    "Job": Shape(("batch", "extensions"), (*_TEMPLATE, "spec"), (*_TEMPLATE, "metadata"), True),
    "CronJob": Shape(("batch",), ("spec", "jobTemplate", *_TEMPLATE, "spec"), ("spec", "jobTemplate", *_TEMPLATE, "metadata"), True),
}
"""The built-in kinds that hold a pod template, by name."""


def shape_of(api_version: str, kind: str) -> Shape | None:
    """The shape of a built-in kind, or None for any other object."""
    shape = SHAPES.get(kind)
    group = api_version.rpartition("/")[0]
    return shape if shape is not None and group in shape.groups else None
