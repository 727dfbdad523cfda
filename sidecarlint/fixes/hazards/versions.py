"""Hazards of versions: nodes that do not know sidecars, and bugs of the kubelet that a sidecar meets.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.

Nodes may be older than the API server (1.16). As long as nobody says so, they count as what the target is.
"""

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.workloads.versions import NOT_RESTARTED, STUCK_AFTER_PROBE, fixed_in, seen_by_nodes


def old_nodes(case: Case) -> Hazard | None:
    """1.12, 1.13: nodes that do not know sidecars, to which the scheduler sends the pod all the same (1.14)."""
    said = seen_by_nodes(case.nodes)
    if not said or case.bound:
        return None
    from sidecarlint.workloads.nodes import chooses_nodes

    chosen = chooses_nodes(case.before.workload)
    return Hazard(f"{said}, unless its {chosen} keeps it away from them") if chosen else Hazard(said, True)


def stuck_after_probe(case: Case) -> Hazard | None:
    """11, #133072: a sidecar's startupProbe that fails once leaves a pod that is never restarted stuck for good."""
    if not case.probed or not may_be_stuck(case):
        return None
    fixed = fixed_in(case.kubelet, STUCK_AFTER_PROBE)
    return Hazard(f"before Kubernetes {fixed} a pod that is never restarted stays stuck once a sidecar's startupProbe has failed")


def may_be_stuck(case: Case) -> bool:
    """Whether the pod is one that a startupProbe of a sidecar can leave stuck."""
    return case.pod.restart_policy == "Never" and bool(fixed_in(case.kubelet, STUCK_AFTER_PROBE))


def not_restarted(case: Case) -> Hazard | None:
    """11, #137146: beside a sidecar with a startupProbe, what crashed is not started again."""
    fixed = fixed_in(case.kubelet, NOT_RESTARTED)
    if not fixed or not case.probed or case.pod.restart_policy == "Never":
        return None
    crashed = f"before Kubernetes {fixed} a container that crashed is not started again once the kubelet was restarted"
    return Hazard(f"{crashed}, where a sidecar has a startupProbe")
