"""The hazard of a service mesh: what starts before a proxy that is not native has no network (native-sidecars 9.2).

In: a `Case`. Out: a `Hazard` or None. Must not know: text.
"""

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle import ContainerLife
from sidecarlint.references import namespace_marks
from sidecarlint.values import NamedTuple

_LINKERD = "linkerd.io/proxy-enable-native-sidecar"


class _Mesh(NamedTuple):
    """The key that puts a pod in or out; the beginnings of others that show it; the switches, of which the first given decides (9)."""

    inject: str
    marks: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()


_MESHES = (
    _Mesh(
        "sidecar.istio.io/inject",
        (
            "sidecar.istio.io/",
            "traffic.sidecar.istio.io/",
            "proxy.istio.io/",
            "inject.istio.io/",
            "security.istio.io/tlsMode",
            "istio.io/rev",
            "istio-injection",
        ),
        ("sidecar.istio.io/nativeSidecar",),
    ),
    _Mesh(
        "linkerd.io/inject",
        ("linkerd.io/proxy-", "config.linkerd.io/", "config.beta.linkerd.io/", "config.alpha.linkerd.io/"),
        (f"config.{_LINKERD}", f"config.beta.{_LINKERD}", f"config.alpha.{_LINKERD}"),
    ),
    _Mesh("kuma.io/sidecar-injection"),
    _Mesh("consul.hashicorp.com/connect-inject", (), ("consul.hashicorp.com/enable-consul-dataplane-as-sidecar",)),
    _Mesh("dapr.io/enabled", (), ("dapr.io/enable-native-sidecar",)),
    _Mesh("appmesh.k8s.aws/sidecarInjectorWebhook", ("appmesh.k8s.aws/",)),
    _Mesh("openservicemesh.io/sidecar-injection"),
)
_OFF = ("false", "disabled")


def mesh(case: Case) -> Hazard | None:
    """9.2: an init container's traffic meets a proxy that has not started, unless the mesh's proxy is native too."""
    if case.life.role == "log-reader" or _is_placed(case.life):
        return None
    spoken = namespace_marks(case.references, case.before.workload)
    marks = {**spoken, **case.pod.labels, **case.pod.annotations}
    injected = next((other.name for other in case.others if _is_placed(other)), None)
    found = injected or next((mark for each in _MESHES if (mark := _mark(each, marks))), None)
    if found is None or (injected is None and _starts_after_the_proxy(case)):
        return None
    return Hazard(f"the pod is in a service mesh ({found}): it would start before a proxy that is not native, without network")


def _mark(each: _Mesh, marks: dict[str, str]) -> str | None:
    """What shows that the pod is in this mesh and that its proxy is not native."""
    if marks.get(each.inject) in _OFF or next((marks[key] for key in each.switches if key in marks), "") == "true":
        return None
    return next((key for key, value in marks.items() if key.startswith((each.inject, *each.marks)) and value not in _OFF), None)


def _starts_after_the_proxy(case: Case) -> bool:
    place = case.life.place or 0
    ahead = case.before.containers[: min(place, len(case.pod.init_containers))]
    return any(each.part == "sidecar" and _is_placed(each) for each in ahead)


def _is_placed(each: ContainerLife) -> bool:
    """Whether it is a mesh's proxy, which the injector moves itself."""
    return each.known is not None and each.known.injector is not None and each.known.injector.places
