"""The hazards of what injectors add: a proxy that is not native starts late (native-sidecars 9.2) and goes on when the work has ended.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text.
"""

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle import ContainerLife, Mark, legacy_mesh
from sidecarlint.lifecycle.placed import placing, redirects
from sidecarlint.references import namespaces_of

_WITHOUT_NETWORK = frozenset({"log-reader", "csi", "reloader"})
"""Roles that begin with files and sockets. What is only known by its name or its company may need more."""
_MESHED = "the pod is in a service mesh"
_LATE = "it would start before a proxy that is not native, without network"


def mesh(case: Case) -> Hazard | None:
    """9.2: an init container's traffic meets a proxy that has not started, unless the mesh's proxy is native too."""
    if case.life.role in _WITHOUT_NETWORK or _is_proxy(case.life) or case.pod.host_network:
        return None
    injected = _proxy_beside(case)
    if injected is not None:
        return Hazard(f"{_MESHED} ({injected}): {_LATE}")
    mark = legacy_mesh(case.before.workload, case.catalogue, case.references)
    if mark is None or _starts_after_the_proxy(case):
        return None
    return Hazard(f"{_namespace(mark, case)}: in the mesh {_LATE}" if mark.of_namespace else f"{_MESHED} ({mark.key}): {_LATE}")


def _proxy_beside(case: Case) -> str | None:
    """A mesh's proxy that is an ordinary container. One that is written by hand gets no traffic unless something leads it there."""
    led = any(redirects(each.seen) for each in case.before.containers)
    proxies = [other for other in case.others if _is_proxy(other)]
    return next((each.name for each in proxies if led or placing(each.seen, case.before.workload) is not None), None)


def _namespace(mark: Mark, case: Case) -> str:
    named = namespaces_of(case.references, case.before.workload)
    found = next(each for each in named if (mark.key, mark.value) in (*each.labels, *each.annotations))
    return f"the namespace {found.name} has {mark.key}: {mark.value}{f' ({found.path})' if found.path.strip('-') else ''}"


def _starts_after_the_proxy(case: Case) -> bool:
    place = case.life.place or 0
    ahead = case.before.containers[: min(place, len(case.pod.init_containers))]
    return any(each.part == "sidecar" and _is_proxy(each) for each in ahead)


def _is_proxy(each: ContainerLife) -> bool:
    """Whether it is a mesh's proxy, which its injector places itself."""
    return each.known is not None and each.known.injector is not None and each.known.injector.mesh


def injected_stays(case: Case) -> Hazard | None:
    """A partial migration: the Job hangs all the same as long as what an injector adds is not native."""
    pod = case.before.pod
    for titles, unless in ((pod.injected_blockers, ""), (pod.injected_doubts, f" unless {pod.injected_unless}")):
        if titles and case.life.holds_up_work:
            return Hazard(f"{titles[0]}, which is injected, would still keep the work from completing{unless}")
    return None
