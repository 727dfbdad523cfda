"""What else a move would change: the table of hazards.

In: the life of a pod before and after a move. Out: `Hazard`s. Must not know: text.

A hazard is a difference between before and after that nobody asked for. One that makes the fix `manual` would break the pod
or needs a person; any other makes it `unsafe`. Facts: native-sidecars.md, by section.
"""

from collections.abc import Callable
from typing import NamedTuple

from sidecarlint.catalogue import Catalogue
from sidecarlint.lifecycle import ContainerLife, Lifecycle
from sidecarlint.references import References, selecting, service_ports
from sidecarlint.workloads import Container, Probe
from sidecarlint.workloads.versions import NAMED_PORTS, SCHEDULED_HOST_PORTS, SIDECAR_RESIZE, SIDECARS, Version, show_version

_MESH_MARKS = ("sidecar.istio.io/", "linkerd.io/inject", "kuma.io/sidecar-injection", "consul.hashicorp.com/connect-inject", "dapr.io/enabled", "istio.io/rev")
_MESH_IS_NATIVE = {
    "sidecar.istio.io/nativeSidecar": "true",
    "config.linkerd.io/proxy-enable-native-sidecar": "true",
    "consul.hashicorp.com/enable-consul-dataplane-as-sidecar": "true",
    "dapr.io/enable-native-sidecar": "true",
}
_STOPS_ITSELF = ("quitquitquit", "-s quit", "-s stop", "kill 1", "kill -TERM 1", "kill -15 1", "/shutdown")


class Case(NamedTuple):
    """One helper's move. `before` and `after` are the whole pod's lives; the move in question is among those made."""

    life: ContainerLife
    before: Lifecycle
    after: Lifecycle
    references: References
    target: Version
    catalogue: Catalogue

    @property
    def container(self) -> Container:
        """The container as it is now."""
        return self.life.seen.container


class Hazard(NamedTuple):
    """A sentence that says what would change, and whether only a person may do it then."""

    words: str
    manual: bool = False


def _old_target(case: Case) -> Hazard | None:
    if case.target >= SIDECARS:
        return None
    return Hazard(f"Kubernetes {show_version(case.target)} does not know native sidecars and would wait for it to exit (the target is older than 1.29)", True)


def _placed_by_injector(case: Case) -> Hazard | None:
    injector = case.life.known.injector if case.life.known else None
    if injector is None or not injector.places:
        return None
    return Hazard(f"{injector.tool} places this container itself{f'; its switch is {injector.switch}' if injector.switch else ''}", True)


def _host_port(case: Case) -> Hazard | None:
    """7.3: the kubelet maps host ports of regular containers only; 7.4: the scheduler overlooks a sidecar's."""
    ports = [port.host for port in case.container.ports if port.host]
    if ports and not case.before.workload.pod.host_network:
        return Hazard(f"hostPort {ports[0]} would stop working: Kubernetes maps host ports of regular containers only", True)
    if (ports or (case.container.ports and case.before.workload.pod.host_network)) and case.target < SCHEDULED_HOST_PORTS:
        return Hazard("before Kubernetes 1.34 the scheduler overlooks host ports of sidecars, so two such pods can meet on one node")
    return None


def _resize_policy(case: Case) -> Hazard | None:
    if case.container.resize_policy and case.target < SIDECAR_RESIZE:
        return Hazard("before Kubernetes 1.33 the API server refuses resizePolicy on an init container", True)
    return None


def _incomplete(case: Case) -> Hazard | None:
    if not case.container.image or not case.container.name:
        return Hazard("it has no image or no name here, so this looks like a part of a manifest", True)
    return None


def _name_taken(case: Case) -> Hazard | None:
    names = [container.name for container in case.before.workload.pod.all_containers]
    return Hazard("another container of the pod has the same name", True) if names.count(case.container.name) > 1 else None


def _waits_for_the_app(case: Case) -> Hazard | None:
    """3.11: the app starts only after this probe or hook, so it must not need the app."""
    for hook, called in ((case.container.startup_probe, "startupProbe"), (case.container.post_start, "postStart hook")):
        owner = _owner_of(hook, case)
        if owner:
            return Hazard(f"its {called} asks {owner}, which would start only after it: the pod would never start", True)
    return None


def _owner_of(hook: Probe | None, case: Case) -> str | None:
    if hook is None:
        return None
    own = {str(port.number) for port in case.container.ports} | {port.name for port in case.container.ports}
    for other in case.before.workload.pod.containers:
        if other.name != case.container.name and any(str(port.number) == hook.port for port in other.ports) and hook.port not in own:
            return other.name
    return None


def _start_depends_on_the_app(case: Case) -> Hazard | None:
    known = case.life.known
    if known is not None and known.depends_on_app and case.container.startup_probe is not None:
        return Hazard(f"{known.title} becomes ready only after the app is up, and its startupProbe would hold the app back: the pod would never start", True)
    return None


def _init_order(case: Case) -> Hazard | None:
    """An init container that calls the helper stands before one that the helper needs."""
    pod, place = case.before.workload.pod, case.life.place or 0
    ports = {port.number for port in case.container.ports if port.number}
    for init in case.before.containers[: min(place, len(pod.init_containers))]:
        if any(call.port in ports for call in init.seen.does.calls):
            return Hazard(f"the init container {init.name} calls it, and it needs an init container that comes later", True)
    return None


def _named_port(case: Case) -> Hazard | None:
    """7.1: a Service's named targetPort does not find a sidecar's port before 1.33."""
    if case.target >= NAMED_PORTS:
        return None
    for service, target in service_ports(selecting(case.references, case.before.workload), case.container):
        if not target.isdecimal():
            return Hazard(f"the Service {service} leads to its port by the name {target}, which Kubernetes finds on a sidecar only from 1.33 on", True)
    return None


def _not_certain(case: Case) -> Hazard | None:
    return Hazard("it is likely, not certain, that it is a helper") if case.life.certainty == "likely" else None


def _nobody_gains(case: Case) -> Hazard | None:
    """3.7: a sidecar whose image cannot be pulled keeps the app from starting."""
    if case.life.benefit == "none":
        return Hazard("nothing shows that the pod gains, and the app would no longer start when this image cannot be pulled")
    return None


def _inbound(case: Case) -> Hazard | None:
    if case.life.faces != "inbound":
        return None
    return Hazard("traffic enters the pod through it: while the pod stops it would go on accepting after the app is gone")


def _mesh(case: Case) -> Hazard | None:
    """9.2: an init container's traffic meets a proxy that has not started, unless the mesh's proxy is native too."""
    pod = case.before.workload.pod
    marks = {**pod.labels, **pod.annotations}
    if case.life.role in ("log-reader", "") or any(marks.get(key) == value for key, value in _MESH_IS_NATIVE.items()):
        return None
    found = next((key for key, value in marks.items() if key.startswith(_MESH_MARKS) and value not in ("false", "disabled")), None)
    return Hazard(f"the pod is in a service mesh ({found}): it would start before a proxy that is not native, without network") if found else None


def _pre_stop(case: Case) -> Hazard | None:
    """5.2: preStop runs when the pod begins to stop, at the same time as the app's."""
    hook = case.container.pre_stop
    words = " ".join((*hook.command, hook.path)) if hook else ""
    if hook is not None and any(mark in words for mark in _STOPS_ITSELF):
        return Hazard("its preStop hook makes it quit when the pod begins to stop, before the app has stopped")
    return None


def _still_told_to_quit(case: Case) -> Hazard | None:
    """5.13: a sidecar that is told to quit is started again, and OnFailure Jobs count that against backoffLimit."""
    if case.life.ends != "when-told":
        return None
    if case.before.pod.restart_policy == "OnFailure":
        return Hazard(f"{case.life.ends_because}: as a sidecar it would be started again, which counts against backoffLimit")
    return Hazard(f"{case.life.ends_because}: as a sidecar it would be started again until the app has ended")


def _result_matters(case: Case) -> Hazard | None:
    """5.10: a sidecar's exit code never fails a pod; 3.5: one that ends is started again."""
    if case.before.pod.finite and case.life.ends in ("unknown", "when-done"):
        return Hazard("it may end by itself, and as a sidecar it would be started again and its exit code would no longer count")
    return None


def _missing_file(case: Case) -> Hazard | None:
    follow = next((follow for follow in case.life.seen.does.follows if not follow.by_name and not follow.replacement), None)
    if case.life.role != "log-reader" or follow is None:
        return None
    return Hazard(f"it starts before {follow.path} exists, and {follow.tool} does not wait for a file")


def _serves_then_blocks(case: Case) -> Hazard | None:
    """After this move something else still keeps the work from completing."""
    if not case.life.holds_up_work or case.after.pod.completes != "no":
        return None
    return Hazard("after the move another container still keeps the work from completing")


HAZARDS: tuple[Callable[[Case], Hazard | None], ...] = (
    _old_target,
    _incomplete,
    _name_taken,
    _placed_by_injector,
    _host_port,
    _resize_policy,
    _waits_for_the_app,
    _start_depends_on_the_app,
    _init_order,
    _named_port,
    _not_certain,
    _nobody_gains,
    _inbound,
    _mesh,
    _pre_stop,
    _still_told_to_quit,
    _result_matters,
    _missing_file,
    _serves_then_blocks,
)
"""Every hazard, in the order in which a finding names them."""


def hazards_of(case: Case) -> tuple[Hazard, ...]:
    """The hazards of one move, those that a person must decide first."""
    found = [hazard for each in HAZARDS if (hazard := each(case)) is not None]
    return tuple(sorted(found, key=lambda hazard: not hazard.manual))
