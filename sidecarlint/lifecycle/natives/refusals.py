"""What Kubernetes refuses, or does not do, for a container as it is written.

In: a `View`. Out: `Shown` or None. Must not know: text, spans, files. Facts: native-sidecars.md, by section.
"""

from sidecarlint.documents import at, child, items, text_of
from sidecarlint.lifecycle.natives.view import Shown, View
from sidecarlint.lifecycle.seen import Sight
from sidecarlint.references import selecting, service_ports
from sidecarlint.workloads import Container, Probe
from sidecarlint.workloads.versions import (
    CONTAINER_RESTART,
    CONTAINER_RESTART_DROPPED,
    FIRST_SEEN,
    NAMED_PORTS,
    SCHEDULED_HOST_PORTS,
    SIDECAR_RESIZE,
    SIDECAR_RESTART_RULES,
    SLEEP_ACTION,
    SLEEP_OF_ZERO,
    seen_by_nodes,
    show_version,
)

_KILLED = ("137", "143")
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def needs_a_sidecar(view: View) -> Shown | None:
    """2.5: the first of the fields that only a sidecar may have among init containers."""
    container = view.container
    given = {
        "startupProbe": container.startup_probe,
        "readinessProbe": container.readiness_probe,
        "livenessProbe": container.liveness_probe,
        "lifecycle": container.post_start or container.pre_stop,
    }
    return None if container.is_sidecar else next((Shown(name) for name, hook in given.items() if hook is not None), None)


def refusal(view: View) -> Shown | None:
    """Why the API server, or kubectl in front of it, refuses the pod because of this container."""
    if twin := _twin(view):
        sight = Sight(f"the other {view.container.name} stands here, in {twin.list}", (*twin.route, "name"))
        return Shown("another container of the pod has the same name", (sight,))
    words = _sleep(view) or _restart_rules(view)
    return Shown(words) if words else None


def _twin(view: View) -> Container | None:
    """2.8: names are unique across both lists; the second of two is the one too many."""
    ahead = (other.container for other in view.ahead)
    return next((other for other in ahead if other.image and other.name == view.container.name), None)


def _sleep(view: View) -> str:
    """1.7, 2.12: of both hooks."""
    hooks = (("preStop", view.container.pre_stop), ("postStart", view.container.post_start))
    return next(
        (words for called, hook in hooks if hook is not None and hook.kind == "sleep" and (words := _refused(hook, called, view))), ""
    )


def _refused(hook: Probe, called: str, view: View) -> str:
    version, grace = show_version(view.target), view.workload.pod.grace_seconds
    if view.target < SLEEP_ACTION:
        return f"Kubernetes {version} takes no sleep in a {called} hook unless its feature gate PodLifecycleSleepAction is on"
    if hook.seconds == 0 and view.target < SLEEP_OF_ZERO:
        return f"Kubernetes {version} takes no {called} sleep of 0 seconds"
    if hook.seconds is None or hook.seconds <= grace:
        return ""
    return f"its {called} hook sleeps {hook.seconds} seconds, longer than the pod's grace period of {grace}"


def _restart_rules(view: View) -> str:
    """2.3 and 2.4. Kubernetes 1.34 drops them without a word."""
    if "restartPolicyRules" not in view.container.keys:
        return ""
    if view.target < CONTAINER_RESTART_DROPPED:
        return f"Kubernetes {show_version(view.target)} does not know its restartPolicyRules"
    if view.target < CONTAINER_RESTART:
        return ""
    if view.container.restart_policy is None:
        return "its restartPolicyRules need a restartPolicy beside them"
    if view.container.is_sidecar and view.target < SIDECAR_RESTART_RULES:
        return f"Kubernetes {show_version(view.target)} takes no restartPolicyRules beside restartPolicy: Always"
    return ""


def dropped_resize(view: View) -> Shown | None:
    """2.6: resizePolicy on an init container of any kind. With the gate InPlacePodVerticalScaling the pod is refused for it; without the
    gate, as it is by default before 1.33, the field is dropped from every container."""
    return Shown("resizePolicy") if view.container.resize_policy and view.target < SIDECAR_RESIZE else None


def unmapped_port(view: View) -> Shown | None:
    """7.3: the first hostPort of a sidecar; the kubelet maps those of regular containers only."""
    mapped = {port.host for other in view.regular for port in other.container.ports}
    ports = [port.host for port in view.container.ports if port.host and port.host not in mapped]
    return Shown(str(ports[0])) if ports and not view.workload.pod.host_network else None


def overlooked_port(view: View) -> Shown | None:
    """7.4: a port on the host network of which the scheduler knows nothing, because only a sidecar declares it.

    A DaemonSet has one pod on each node, and a port of a regular container keeps two pods apart as well; so does an affinity that says so.
    """
    known = any(other.container.ports for other in view.regular)
    if not view.workload.pod.host_network or known or view.workload.owner.kind == "DaemonSet" or view.target >= SCHEDULED_HOST_PORTS:
        return None
    own = next((str(port.number) for port in view.container.ports if port.number), None)
    return Shown(own) if own and not _is_kept_apart(view) else None


def _is_kept_apart(view: View) -> bool:
    """Whether a rule of the pod allows one of its kind on a node, whatever the labels are by which it knows them."""
    owner, pod = view.workload.owner, view.workload.pod
    asked = items(at(owner.document.root, (*pod.route, "affinity", "podAntiAffinity", _REQUIRED)))
    return any(text_of(child(term, "topologyKey")) == "kubernetes.io/hostname" for term in asked)


def lost_service(view: View) -> Shown | None:
    """7.1, 7.2: a Service that leads to a sidecar's port by its name; ports of regular containers are found first."""
    if view.target >= NAMED_PORTS:
        return None
    others = {port.name for other in view.regular for port in other.container.ports}
    for service, port in service_ports(selecting(view.references, view.workload), view.container):
        if not port.isdecimal() and port not in others:
            sight = Sight(f"the Service {service} asks for the port {port} by its name", (*view.container.route, "ports"))
            return Shown(f"the Service {service} (targetPort {port})", (sight,))
    return None


def old_nodes(view: View) -> Shown | None:
    """1.12 to 1.14: nodes that know no sidecars get the pod all the same, unless it chooses among nodes itself.

    Before 1.28 they run one of a pair as an init container that ends at once, and the other one does the work (12.4).
    """
    said = seen_by_nodes(view.nodes)
    if not said:
        return None
    from sidecarlint.lifecycle.pairs import other_half
    from sidecarlint.workloads.nodes import chooses_nodes

    if chooses_nodes(view.workload):
        return None
    paired = other_half(view.workload, view.container) != ""
    return None if paired and view.nodes is not None and view.nodes < FIRST_SEEN else Shown(said)


def counted_exit_code(view: View) -> Shown | None:
    """5.14: a rule on exit codes that names no container, and that the code of a sidecar stopped by a signal fits."""
    for rule in view.workload.open_failure_rules:
        fitting = [code for code in _KILLED if (code in rule.values) == (rule.operator == "In")]
        if rule.values and fitting:
            words = f"{rule.operator} [{', '.join(rule.values[:4])}{', ...' if len(rule.values) > 4 else ''}]"
            return Shown(words, (Sight("the rule names no container", rule.route),))
    return None
