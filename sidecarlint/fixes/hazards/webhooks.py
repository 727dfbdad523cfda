"""The hazard of software that changes pods on their way in, and drops what it does not know.

In: a `Case`. Out: a `Hazard` or None. Must not know: text. Facts: native-sidecars 12.5.
"""

from sidecarlint.documents import Node, child, text_of
from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.values import NamedTuple

_OFF = ("false", "disabled", "{}")


class _Dropper(NamedTuple):
    """Who dropped a field in old versions, and the beginning of the keys by which an object asks for it."""

    who: str
    keys: str


_DROPPERS = (
    _Dropper("Datadog's admission controller", "admission.datadoghq.com/"),
    _Dropper("App Mesh's controller", "appmesh.k8s.aws/"),
    _Dropper("KubeSphere's log sidecar injector", "logging.kubesphere.io/logsidecar"),
    _Dropper("Keel", "keel.sh/"),
)


def dropped_on_the_way(case: Case) -> Hazard | None:
    """12.5: without the field the pod waits for ever for the helper to exit."""
    marks = _marks(case)
    for each in _DROPPERS:
        asked = [key for key in marks if key.startswith(each.keys)]
        if asked and not any(marks[key] in _OFF for key in asked):
            again = f"{each.who} writes such objects anew ({asked[0]}), and old versions of it drop restartPolicy"
            return Hazard(f"{again}: then the pod would wait for it to exit")
    return None


def _marks(case: Case) -> dict[str, str]:
    """Labels and annotations of the pods and of the object that owns them."""
    meta = child(case.before.workload.owner.node, "metadata")
    given = [pair for key in ("labels", "annotations") for pair in _pairs(meta, key)]
    return {**case.pod.labels, **case.pod.annotations, **{key.text: text_of(value) or "" for key, value in given}}


def _pairs(node: Node | None, key: str) -> list[tuple[Node, Node]]:
    mapping = child(node, key)
    return mapping.pairs if mapping is not None else []
