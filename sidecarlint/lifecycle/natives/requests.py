"""What a sidecar's place among the init containers makes a pod request (native-sidecars 6.1, 6.2).

In: a `View`. Out: `Shown` or None. Must not know: text, spans, files.
"""

from sidecarlint.lifecycle.natives.order import is_used
from sidecarlint.lifecycle.natives.view import Shown, View
from sidecarlint.workloads import Pod
from sidecarlint.workloads.pods import SECRET_VOLUMES
from sidecarlint.workloads.quantities import growing, pod_request, show_quantity

_LOG_ROLES = ("log-reader", "log-server", "log-shipper")


def raised_requests(view: View) -> Shown | None:
    """What the pod requests, where less would do if the sidecar stood behind the init containers that now run beside it.

    Said only of a sidecar that none of them needs: one that wants to stand last, or that offers no port and shares no volume.
    """
    if not _may_stand_last(view):
        return None
    now, later = view.workload.pod, _moved_last(view)
    grown = growing(later, now)
    told = (f"{_show(now, each)} of {each} where {_show(later, each)} would do" for each in grown)
    return Shown(" and ".join(told)) if grown else None


def _show(pod: Pod, resource: str) -> str:
    return show_quantity(pod_request(pod, resource), resource)


def _moved_last(view: View) -> Pod:
    pod = view.workload.pod
    others = tuple(each for each in pod.init_containers if each is not view.container)
    return pod._replace(init_containers=(*others, view.container))


def _may_stand_last(view: View) -> bool:
    known = view.each.known.helper if view.each.known else None
    shared = {mount.volume for mount in view.container.mounts if view.workload.pod.volumes.get(mount.volume) not in SECRET_VOLUMES}
    inits = [each for each in view.behind if each.container.list == "initContainers"]
    if any(mount.volume in shared for each in inits for mount in each.container.mounts) or is_used(view, inits):
        return False
    return known.where == "last" if known is not None else view.part.role in _LOG_ROLES or not view.each.ports
