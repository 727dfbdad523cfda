"""Hazards that lie in what other objects say of the container or of its ports: who no longer finds it among the ordinary containers.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.
"""

from collections.abc import Callable, Sequence

from sidecarlint.fixes.hazards.case import Case, Hazard, Led
from sidecarlint.fixes.hazards.syncing import ignored_differences
from sidecarlint.references import Service, Target, selecting
from sidecarlint.references.mentions import Mention, meeting, naming, port_names, speaking
from sidecarlint.workloads.versions import NAMED_PORTS


def _more(case: Case, others: Sequence[Mention]) -> str:
    """The same of further objects, as the end of a sentence."""
    titles = tuple(dict.fromkeys(each.title(case.references.path) for each in others))
    if len(titles) > 1:
        return f"; so do {len(titles)} others, such as {titles[0]}"
    return f"; so does {titles[0]}" if titles else ""


def _others(found: Sequence[Mention]) -> list[Mention]:
    return [each for each in found if each[1:4] != found[0][1:4]]


def sized(case: Case) -> Hazard | None:
    """6.6: a VerticalPodAutoscaler passes over native sidecars."""
    found = naming(case.references, case.before.workload, case.container, "sizes")
    if not found:
        return None
    title = found[0].title(case.references.path)
    end = _more(case, _others(found))
    return Hazard(f"{title} sets its requests, and up to VPA 1.7 passes over sidecars: they would stay as they are written here{end}")


_FINDS = {
    "Server": "Linkerd finds on a sidecar only from 2.19 on",
    "CiliumNetworkPolicy": "Cilium may not find on a sidecar",
}
"""7.6, 7.7: who looks up the names of ports."""
_PLUGINS = "not every network plugin finds on a sidecar (Calico does from 3.30 on)"


def let_in_by_name(case: Case) -> tuple[Led, ...]:
    """The NetworkPolicies that open a port of the container by its name, each with the number that it could say."""
    names = set(port_names(case.container))
    found = speaking(case.references, case.before.workload, "lets-in") if names else ()
    opened = [each for each in found if names & set(each.names)]
    return tuple(_led(case, each, Target(each.names[0], each.detail, each.route)) for each in opened)


def _led(case: Case, policy: Mention, target: Target) -> Led:
    return Led(policy, target, case.number_of(policy, target) if policy.kind == "NetworkPolicy" else "")


def let_in(case: Case) -> Hazard | None:
    """7.6, 7.7: a policy that opens the port by its name may close it; a number is always found."""
    led = let_in_by_name(case)
    if not led:
        return None
    staying = [each for each in led if isinstance(each.number, str)]
    first = (staying or list(led))[0]
    assert isinstance(first.service, Mention)
    title, finds = first.service.title(case.references.path), _FINDS.get(first.service.kind, _PLUGINS)
    why = f"it would say {first.number} instead" if isinstance(first.number, int) else first.number
    others = [each.service for each in led if isinstance(each.service, Mention) and each.service[1:4] != first.service[1:4]]
    return Hazard(f"{title} opens its port by the name {first.target.name}, which {finds}{f'; {why}' if why else ''}{_more(case, others)}")


def let_out(case: Case) -> Hazard | None:
    """7.6: a policy of those who call it, which names its port."""
    names = set(port_names(case.container))
    found = speaking(case.references, case.before.workload, "lets-out") if names else ()
    called = [each for each in found if names & set(each.names)]
    if not called:
        return None
    title = called[0].title(case.references.path)
    return Hazard(f"{title} lets callers reach its port by the name {called[0].names[0]}, which {_PLUGINS}{_more(case, _others(called))}")


def scraped(case: Case) -> Hazard | None:
    """7.9: Prometheus finds ports of sidecars behind Services only since 3.0, and some monitors leave init containers out on purpose."""
    left_out = [each for each in speaking(case.references, case.before.workload, "scrapes") if _is_port(case, each.names[0])]
    if left_out:
        title = left_out[0].title(case.references.path)
        return Hazard(f"{title} scrapes its port {left_out[0].names[0]} and leaves out init containers, as a sidecar is one")
    found = [each for each, _ in monitored(case) if each.detail == "targetPort"]
    if not found:
        return None
    title = found[0].title(case.references.path)
    more = _more(case, _others(found))
    return Hazard(f"{title} scrapes its port {found[0].names[0]}, which Prometheus finds on a sidecar only from 3.0 on{more}")


def monitored(case: Case) -> list[tuple[Mention, Service]]:
    """The ServiceMonitors that come to the container, each with the Service through which they do."""
    services = selecting(case.references, case.before.workload)
    found = [each for each in case.references.mentions if each.about == "scrapes-service"] if services else []
    return [(each, service) for each in found for service in services if meeting(each, service) and _leads(case, each, service)]


def _leads(case: Case, monitor: Mention, service: Service) -> bool:
    if monitor.detail == "targetPort":
        return _is_port(case, monitor.names[0])
    return any(name == monitor.names[0] and _is_port(case, target) for name, target in service.ports)


def _is_port(case: Case, text: str) -> bool:
    return any(text in (port.name, str(port.number)) for port in case.container.ports)


_ALSO_INIT = (
    "info", "resource_limits", "resource_requests", "status_last_terminated_reason", "status_ready", "status_restarts_total",
    "status_running", "status_terminated", "status_terminated_reason", "status_waiting", "status_waiting_reason",
)  # fmt: skip
"""The series that kube-state-metrics has of init containers too (docs/metrics/workload/pod-metrics.md)."""


def watched(case: Case) -> Hazard | None:
    """7.10: the series of kube-state-metrics move, and an alert that names the container falls silent."""
    found = naming(case.references, case.before.workload, case.container, "watches")
    if not found:
        return None
    metric = found[0].detail
    series = metric.removeprefix("kube_pod_container_")
    now = f"its series would be kube_pod_init_container_{series}" if series in _ALSO_INIT else "of a sidecar there is no such series"
    return Hazard(f"{found[0].title(case.references.path)} watches it by {metric}, and {now}{_more(case, _others(found))}")


def admitted(case: Case) -> Hazard | None:
    """12.7: a policy that asks for the container by its name does not find it in another list."""
    found = [each for each in judging(case) if case.life.name in each.names]
    if not found:
        return None
    title = found[0].title(case.references.path)
    more = _more(case, _others(found))
    return Hazard(f"{title} speaks of {case.life.name} and looks at spec.containers only: it may refuse the pod{more}")


def judging(case: Case) -> list[Mention]:
    """The admission policies that look at the pod's ordinary containers only. Of Gatekeeper's, constraints stand for their templates."""
    found = speaking(case.references, case.before.workload, "admits", "constrains")
    constraints = any(each.about == "constrains" for each in found)
    enforcing = (each for each in case.references.mentions if each.about == "enforces") if constraints else ()
    templates = {each.detail: each.names for each in enforcing}
    kept = [each for each in found if each.about == "admits" or each.detail in templates]
    return [each._replace(names=(*each.names, *templates.get(each.detail, ()))) if each.about == "constrains" else each for each in kept]


def balanced(case: Case) -> Hazard | None:
    """7.8, and GKE's controller, which takes its health check from an ordinary container's readinessProbe (kubernetes/ingress-gce,
    translator.go, getHTTPProbe)."""
    for service in selecting(case.references, case.before.workload):
        for target in service.targets:
            led = _routes(case, service, target) if _is_port(case, target) else ()
            for each in led:
                hazard = _by_gke(case, each, service) or _by_aws(case, each, target)
                if hazard is not None:
                    return hazard
    return None


def _routes(case: Case, service: Service, target: str) -> list[Mention]:
    """The Ingresses that lead to this target of the Service."""
    asked = {name for name, leads in service.ports if leads == target}
    routes = (each for each in case.references.mentions if each.about == "routes" and each.services.name == service.name)
    return [each for each in routes if each.names[0] in asked and (each.namespace == service.namespace or not each.namespace)]


def _by_gke(case: Case, route: Mention, service: Service) -> Hazard | None:
    probe = case.container.readiness_probe
    balanced = dict(service.balanced)
    if probe is None or probe.kind != "httpGet" or not (route.detail == "gke" or (not route.detail and balanced)):
        return None
    settings = balanced.get("cloud.google.com/backend-config", "")
    if any(f'"{each.name}"' in settings for each in case.references.mentions if each.about == "health-check"):
        return None
    title = route.title(case.references.path)
    return Hazard(f"{title} takes its health check from its readinessProbe, and GKE looks for one in ordinary containers only")


def _by_aws(case: Case, route: Mention, target: str) -> Hazard | None:
    if route.detail != "alb" or target.isdecimal() or case.target < NAMED_PORTS:
        return None
    title = route.title(case.references.path)
    return Hazard(f"{title} leads to its port {target}, which the AWS Load Balancer Controller finds on a sidecar only from 2.13.4 on")


SPOKEN: tuple[Callable[[Case], Hazard | None], ...] = (
    let_in,
    let_out,
    balanced,
    sized,
    scraped,
    watched,
    admitted,
    ignored_differences,
)
"""Every hazard of this module, in the order in which a finding names them."""
