"""What shows that a helper works for a container of its own pod: they share a volume that lives with the pod.

In: what is seen of a pod. Out: a `Sight`, or None. Must not know: parts, text, spans, files.

An image that is only likely to be a helper is one for certain in such a pod: as an app of its own it would have no such neighbour.
"""

import re
from collections.abc import Sequence

from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.pods import Mount

_LOG = r"(?i)log|journal"
_OF_THE_POD = ("emptyDir", "persistentVolumeClaim", "ephemeral")
_WRITES, _READS = ("secrets", "syncer"), ("log-shipper",)


def works_for_its_pod(workload: Workload, each: Seen, seen: Sequence[Seen]) -> Sight | None:
    """A log shipper on a volume for logs that an app can write, or a syncer or secret agent that can write where an app looks."""
    role = each.known.helper.role if each.known else ""
    if role not in (*_WRITES, *_READS):
        return None
    fits = _is_for_logs if role in _READS else _is_writable
    own = {mount.volume for mount in each.container.mounts if fits(mount)}
    shared = {volume for volume in own if workload.pod.volumes.get(volume) in _OF_THE_POD}
    others = (other.container for other in seen if other is not each and other.container.list == "containers" and not _is_helper(other))
    return next((sight for other in others if (sight := _on(other, shared, role in _READS))), None)


def _is_helper(other: Seen) -> bool:
    return other.match is not None and other.match.helper.certainty != "ambiguous"


def _on(other: Container, shared: set[str], writes: bool) -> Sight | None:
    for index, mount in enumerate(other.mounts):
        if mount.volume in shared and not (writes and mount.read_only):
            words = f"{other.name} mounts {mount.volume} too" + (" and can write there" if writes else "")
            return Sight(words, (*other.route, "volumeMounts", index))
    return None


def _is_for_logs(mount: Mount) -> bool:
    return re.search(_LOG, f"{mount.volume} {mount.path}") is not None


def _is_writable(mount: Mount) -> bool:
    return not mount.read_only
