"""Which kinds of objects speak of other objects' containers, and who reads each of them.

In: an `Object`, its source's path. Out: `Mention`s. Must not know: lifecycles, rules, workloads.
"""

from collections.abc import Callable, Iterator

from sidecarlint.references import admission, alerts, monitors, networks, scaling, syncing
from sidecarlint.references.mentions import Mention
from sidecarlint.references.services import closed
from sidecarlint.workloads import Object

Reader = Callable[[Object], Iterator[Mention]]

READERS: dict[tuple[str, str], Reader] = {
    ("autoscaling", "HorizontalPodAutoscaler"): scaling.horizontal,
    ("keda.sh", "ScaledObject"): scaling.scaled_object,
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): scaling.vertical,
    ("networking.k8s.io", "NetworkPolicy"): networks.network_policy,
    ("cilium.io", "CiliumNetworkPolicy"): networks.cilium_policy,
    ("policy.linkerd.io", "Server"): networks.linkerd_server,
    ("networking.k8s.io", "Ingress"): networks.ingress,
    ("cloud.google.com", "BackendConfig"): networks.backend_config,
    ("monitoring.coreos.com", "PodMonitor"): monitors.pod_monitor,
    ("monitoring.coreos.com", "ServiceMonitor"): monitors.service_monitor,
    ("monitoring.coreos.com", "PrometheusRule"): alerts.rules,
    ("operator.victoriametrics.com", "VMRule"): alerts.rules,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): admission.expressions,
    ("policies.kyverno.io", "ValidatingPolicy"): admission.expressions,
    ("kyverno.io", "ClusterPolicy"): admission.kyverno,
    ("kyverno.io", "Policy"): admission.kyverno,
    ("templates.gatekeeper.sh", "ConstraintTemplate"): admission.template,
    ("argoproj.io", "Application"): syncing.application,
    ("argoproj.io", "ApplicationSet"): syncing.application_set,
}
"""By API group and kind. A new kind is a row here, and its name in `services.SPEAKS`."""


def mentions_of(found: Object, path: str) -> tuple[Mention, ...]:
    """What an object in the source at `path` says of containers of others."""
    group = found.api_version.rpartition("/")[0]
    read = admission.constraint if group == "constraints.gatekeeper.sh" else READERS.get((group, found.kind))
    said = list(read(found)) if read is not None else []
    why = closed(found) if said else ""
    return tuple(each._replace(path=path, number=found.document.number, closed=why) for each in said)
