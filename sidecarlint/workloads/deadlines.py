"""After how long Kubernetes gives a pod up: activeDeadlineSeconds, of the pod itself or of the Job around it.

In: an object's node, and where its pod stands. Out: `Deadline`. Must not know: kinds, rules, lifecycles.
"""

from sidecarlint.documents import Node, Route, at, text_of
from sidecarlint.values import NamedTuple


class Deadline(NamedTuple):
    """So many seconds after its start everything in a pod is ended, and the pod or its Job has failed. `route` is the field's own."""

    seconds: int
    route: Route


def deadline_of(owner: Node, base: Route, pod: Route) -> Deadline | None:
    """The sooner of the pod's and the Job's; None where neither says so. `base` leads to the owner, `pod` from there to the pod spec."""
    places = [(*pod, "activeDeadlineSeconds")]
    if pod[-2:] == ("template", "spec"):
        places.append((*pod[:-2], "activeDeadlineSeconds"))
    found = [Deadline(int(text), (*base, *place)) for place in places if (text := text_of(at(owner, place)) or "").isdecimal()]
    return min(found, default=None)
