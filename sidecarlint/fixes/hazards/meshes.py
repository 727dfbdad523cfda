"""The hazards of what injectors add: a proxy that is not native starts late (native-sidecars 9.2) and goes on when the work has ended.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text.
"""

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle import ContainerLife, legacy_mesh


def mesh(case: Case) -> Hazard | None:
    """9.2: an init container's traffic meets a proxy that has not started, unless the mesh's proxy is native too."""
    if case.life.role == "log-reader" or _is_proxy(case.life):
        return None
    injected = next((other.name for other in case.others if _is_proxy(other)), None)
    found = injected or legacy_mesh(case.before.workload, case.catalogue, case.references)
    if found is None or (injected is None and _starts_after_the_proxy(case)):
        return None
    return Hazard(f"the pod is in a service mesh ({found}): it would start before a proxy that is not native, without network")


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
