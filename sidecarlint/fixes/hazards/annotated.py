"""Hazards that lie in the pod's own annotations: who reads in them of a container, and looks for it among the ordinary ones.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars 13.6.

Most go on to work by name: AppArmor's, kubectl's default container, the log parsers of Fluent Bit and the hints of Filebeat.
"""

from collections.abc import Callable

from sidecarlint.fixes.hazards.case import Case, Hazard

_VELERO = ("pre.hook.backup.velero.io", "post.hook.backup.velero.io", "post.hook.restore.velero.io")
_VAULT = "vault.hashicorp.com/agent-inject"
_OTEL = "instrumentation.opentelemetry.io/"
_DATADOG = "ad.datadoghq.com/"


def _names(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _is_first(case: Case) -> bool:
    """Whether the next container becomes the first one."""
    return case.container.position == 0 and bool(case.others)


def _next(case: Case) -> str:
    return case.others[0].name


def backed_up(case: Case) -> Hazard | None:
    """Velero runs the commands of its hooks in ordinary containers only (vmware-tanzu/velero, pod_command_executor.go)."""
    for hook in _VELERO:
        named = case.pod.annotations.get(f"{hook}/container", "")
        if named == case.life.name:
            return Hazard(f"{hook}/container names it, and Velero looks among the ordinary containers only: its hook would fail")
        if not named and f"{hook}/command" in case.pod.annotations and _is_first(case):
            return Hazard(f"{hook}/command names no container, so that Velero takes the first: it would run in {_next(case)} instead")
    return None


def given_secrets(case: Case) -> Hazard | None:
    """13.6: Vault's injector looks for the names only among ordinary containers, and gives its secrets to every init container."""
    listed = _names(case.pod.annotations.get(f"{_VAULT}-containers", ""))
    if not listed or case.life.name in listed or case.pod.annotations.get(_VAULT, "").lower() != "true":
        return None
    return Hazard(f"Vault's injector would give it the secrets too, though {_VAULT}-containers leaves it out: init containers get all")


def instrumented(case: Case) -> Hazard | None:
    """OpenTelemetry's operator instruments ordinary containers, and init containers only since 2026 (its pull request 4635)."""
    asked = {key: value for key, value in case.pod.annotations.items() if key.startswith(_OTEL)}
    lists = {key: _names(value) for key, value in asked.items() if key.endswith("container-names")}
    naming = next((key for key, names in lists.items() if case.life.name in names), None)
    if naming is not None:
        return Hazard(f"{naming} names it, and OpenTelemetry's operator instruments init containers only since 2026")
    inject = next((key for key, value in asked.items() if key.startswith(f"{_OTEL}inject-") and value.lower() != "false"), None)
    if inject is None or lists or not _is_first(case):
        return None
    return Hazard(f"{inject} names no container, so that the first is instrumented: that would be {_next(case)} instead")


def checked(case: Case) -> Hazard | None:
    """Datadog's agent finds checks for its containers by their names; older ones looked only at those that are no init containers
    (DataDog/datadog-agent, listeners/kubelet.go)."""
    key = next((key for key in case.pod.annotations if key.startswith(f"{_DATADOG}{case.life.name}.")), None)
    return Hazard(f"{key} is about it, and older agents of Datadog pass over init containers") if key else None


ANNOTATED: tuple[Callable[[Case], Hazard | None], ...] = (backed_up, given_secrets, instrumented, checked)
"""Every hazard of this module, in the order in which a finding names them."""
