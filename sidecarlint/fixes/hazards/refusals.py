"""Hazards that lie in Kubernetes itself: what it refuses, or no longer does, once a container is a sidecar.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.
"""

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle.placed import placing
from sidecarlint.references import selecting
from sidecarlint.workloads.versions import NAMED_PORTS, SIDECAR_RESIZE, SIDECAR_RESTART_RULES


def incomplete(case: Case) -> Hazard | None:
    """A container without its image is a patch or a stub for somebody else to fill in. What a template lacks an action may give; whether
    it can be moved then is for those to say who read templates."""
    lacks = not case.container.image or not case.container.name
    if lacks and not case.before.workload.owner.document.masked:
        return Hazard("it has no image or no name here, so this looks like a part of a manifest", True)
    return None


def name_taken(case: Case) -> Hazard | None:
    """2.8: names are unique across both lists."""
    names = [container.name for container in case.pod.all_containers]
    return Hazard("another container of the pod has the same name", True) if names.count(case.container.name) > 1 else None


def placed_by_injector(case: Case) -> Hazard | None:
    """9: an injector that moves the container itself would undo or double the move. A proxy written by hand stands in pods of the mesh
    itself, or in one that was taken out of it."""
    usual = case.life.known.injector if case.life.known else None
    if usual is None or not usual.places:
        return None
    injector = placing(case.life.seen, case.before.workload)
    if injector is None:
        return Hazard(f"it is written by hand and not by {usual.tool}, and what relies on its place is not seen here")
    return Hazard(f"{injector.tool} places this container itself{f'; its switch is {injector.switch}' if injector.switch else ''}", True)


def universal_pair(case: Case) -> Hazard | None:
    """12.4: one of two alike steps back at run time, so that the pod works on old clusters and on new ones."""
    for other in case.before.containers:
        if other.part == "sidecar" and case.life.known is not None and other.known == case.life.known:
            return Hazard(f"{other.name} is a sidecar of the same kind already: if one of the two steps back for the other, both must stay")
    return None


def host_port(case: Case) -> Hazard | None:
    """7.3: the kubelet maps host ports of regular containers only; 7.4: the scheduler overlooks a sidecar's."""
    ports = [port.host for port in case.container.ports if port.host]
    if ports and not case.pod.host_network:
        return Hazard(f"hostPort {ports[0]} would stop working: Kubernetes maps host ports of regular containers only", True)
    if case.container.ports and case.pod.host_network and case.moved is not None and case.moved.overlooked_port:
        return Hazard("before Kubernetes 1.33.6 the scheduler overlooks host ports of sidecars, so two such pods can meet on one node")
    return None


def resize_policy(case: Case) -> Hazard | None:
    """2.6. Before 1.33 that feature gate is off by default; then the field is dropped wherever it stands, and nothing changes."""
    if case.container.resize_policy and case.target < SIDECAR_RESIZE:
        refused = "Kubernetes before 1.33 refuses resizePolicy on an init container"
        return Hazard(f"where the feature gate InPlacePodVerticalScaling is on, {refused}; elsewhere it drops the field")
    return None


def storage_limit(case: Case) -> Hazard | None:
    """6.10: the kubelet checks it for regular containers only."""
    if "ephemeral-storage" in case.container.limits:
        return Hazard("Kubernetes does not enforce a sidecar's own limit of ephemeral-storage, only the pod's")
    return None


def named_port(case: Case) -> Hazard | None:
    """7.1: a Service's named targetPort does not find a sidecar's port before 1.33, but a number does in every version."""
    led = case.led_by_name
    for service, target, number in led:
        if isinstance(number, str):
            why = f" ({number})" if number else ""
            found = f"which Kubernetes finds on a sidecar only from 1.33 on{why}"
            return Hazard(f"the Service {service.name} leads to its port by the name {target.name}, {found}", True)
    told = [f"the Service {service.name} leads to its port by the name {target.name}" for service, target, _ in led]
    numbers = dict.fromkeys(f"to {number}" for _, _, number in led)
    return Hazard(f"{' and '.join(told)}; it would lead {' and '.join(numbers)} by number") if led else None


def port_name_elsewhere(case: Case) -> Hazard | None:
    """7.1: the Service may stand in a source that is not part of this run."""
    named = next((port.name for port in case.container.ports if port.name), None)
    if case.target >= NAMED_PORTS or named is None or selecting(case.references, case.before.workload):
        return None
    return Hazard(f"a Service elsewhere may lead to its port by the name {named}, which Kubernetes finds on a sidecar only from 1.33 on")


def own_restart_policy(case: Case) -> Hazard | None:
    """2.2, 2.3: from 1.35 on a container may say itself when it is started again; a sidecar always is."""
    if "restartPolicyRules" in case.container.keys:
        return _rules_on_a_sidecar(case)
    if case.life.restart_policy in ("", "Always"):
        return None
    return Hazard(f"it has restartPolicy: {case.life.restart_policy} of its own, and as a sidecar it would always be started again")


def _rules_on_a_sidecar(case: Case) -> Hazard:
    """2.3: 1.34 drops the rules, 1.35 refuses them beside restartPolicy: Always. A manifest for 1.34 runs on 1.35 too one day."""
    if case.target < SIDECAR_RESTART_RULES:
        return Hazard("Kubernetes 1.35 refuses its restartPolicyRules on a sidecar", True)
    return Hazard("its restartPolicyRules say when it is started again, and as a sidecar it always is")
