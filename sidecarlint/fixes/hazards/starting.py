"""Hazards of the start: a sidecar starts before the app, and in its place among the init containers.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.
"""

from collections.abc import Iterator

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle import after, calls, mount_of
from sidecarlint.lifecycle.seen import LOOPBACK
from sidecarlint.workloads import Probe
from sidecarlint.workloads.commands import behaviour
from sidecarlint.workloads.images import parse_image
from sidecarlint.workloads.quantities import pod_request

_MESH_MARKS = (
    "sidecar.istio.io/",
    "linkerd.io/inject",
    "kuma.io/sidecar-injection",
    "consul.hashicorp.com/connect-inject",
    "dapr.io/enabled",
    "istio.io/rev",
)
_LINKERD = "linkerd.io/proxy-enable-native-sidecar"
# The first of a row that is given decides (9).
_NATIVE_SWITCHES = (
    ("sidecar.istio.io/nativeSidecar",),
    (f"config.{_LINKERD}", f"config.beta.{_LINKERD}", f"config.alpha.{_LINKERD}"),
    ("consul.hashicorp.com/enable-consul-dataplane-as-sidecar",),
    ("dapr.io/enable-native-sidecar",),
)
_VAULT = "vault.hashicorp.com/"


def waits_for_the_app(case: Case) -> Hazard | None:
    """3.11: the app starts only after a startupProbe or a postStart hook, so neither must need the app."""
    for hook, called in ((case.container.startup_probe, "startupProbe"), (case.container.post_start, "postStart hook")):
        owner = next((owner for port in _ports_of(hook, case) if (owner := _owner(port, case))), None)
        if owner is not None:
            return Hazard(f"its {called} asks {owner}, which would start only after it: the pod would never start", True)
    return None


def _ports_of(hook: Probe | None, case: Case) -> Iterator[int]:
    if hook is not None and hook.port.isdecimal():
        yield int(hook.port)
    if hook is not None and hook.command:
        yield from _called(hook, case)


def _called(hook: Probe, case: Case) -> Iterator[int]:
    for call in behaviour(hook.command, None, parse_image(case.container.image)).calls:
        if call.port is not None and LOOPBACK.fullmatch(call.host):
            yield call.port


def _owner(port: int, case: Case) -> str | None:
    """The container whose port it is, unless it is the helper's own."""
    if port in {own.number for own in case.container.ports} | {listen.port for listen in case.life.seen.does.listens}:
        return None
    return next((other.name for other in case.others if port in other.seen.ports), None)


def holds_until_the_app(case: Case) -> Hazard | None:
    """3.11 e: a command that waits for the app does no harm unless a startupProbe waits for the command."""
    if case.container.startup_probe is None:
        return None
    for call in case.life.seen.does.calls:
        if call.waits and call.port is not None and LOOPBACK.fullmatch(call.host) and (owner := _owner(call.port, case)):
            return Hazard(f"its command waits for {owner}, and its startupProbe would hold {owner} back: the pod would never start", True)
    for path in case.life.seen.does.waits_for:
        mount = mount_of(case.container, path)
        maker = next(
            (other.name for other in case.others if mount and any(there.volume == mount.volume for there in other.seen.container.mounts)),
            None,
        )
        if maker is not None:
            return Hazard(f"its command waits for {path}, which {maker} may make, and its startupProbe would hold {maker} back", True)
    return None


def start_depends_on_the_app(case: Case) -> Hazard | None:
    """3.11 a: an answer that comes from the app, or only once the app is up."""
    probe, known = case.container.startup_probe, case.life.known
    if probe is None:
        return None
    if known is not None and known.depends_on_app:
        return Hazard(
            f"{known.title} is ready only once the app is up, which its startupProbe would hold back: the pod would never start", True
        )
    own = known.startup_probe.path if known is not None and known.startup_probe is not None else None
    if case.life.faces == "inbound" and probe.kind == "httpGet" and probe.path != own:
        return Hazard(
            f"its startupProbe asks for {probe.path or '/'}, which may be answered by the app behind it: then the pod would never start",
            True,
        )
    return None


def init_order(case: Case) -> Hazard | None:
    """3.11 b and c: an init container that calls the helper stands before one that the helper needs."""
    place = case.life.place or 0
    for init in case.before.containers[: min(place, len(case.pod.init_containers))]:
        if calls(init.seen, case.life.seen):
            return Hazard(f"the init container {init.name} calls it, and it needs an init container that comes later", True)
    return None


def filled_by_injector(case: Case) -> Hazard | None:
    """9.3: Vault's injector puts its init container last, so a sidecar starts before the secrets are there."""
    marks = case.pod.annotations
    if marks.get(f"{_VAULT}agent-inject") != "true" or marks.get(f"{_VAULT}agent-init-first") == "true":
        return None
    folder = marks.get(f"{_VAULT}secret-volume-path", "/vault/secrets")
    words = (*case.life.seen.words, *(variable.value for variable in case.container.env))
    if not any(folder in word for word in words):
        return None
    return Hazard(
        f"it needs {folder}, which Vault's injector fills only after it has started unless {_VAULT}agent-init-first is true", True
    )


def mesh(case: Case) -> Hazard | None:
    """9.2: an init container's traffic meets a proxy that has not started, unless the mesh's proxy is native too."""
    known = case.life.known
    if case.life.role == "log-reader" or (known is not None and known.injector is not None and known.injector.places):
        return None
    found = _mesh_mark({**case.pod.labels, **case.pod.annotations})
    if found is None or _starts_after_the_proxy(case):
        return None
    return Hazard(f"the pod is in a service mesh ({found}): it would start before a proxy that is not native, without network")


def _mesh_mark(marks: dict[str, str]) -> str | None:
    if any(next((marks[key] for key in keys if key in marks), "") == "true" for keys in _NATIVE_SWITCHES):
        return None
    out = "istio.io/" if marks.get("sidecar.istio.io/inject") == "false" else None
    found = (key for key, value in marks.items() if key.startswith(_MESH_MARKS) and value not in ("false", "disabled"))
    return next((key for key in found if out is None or out not in key), None)


def _starts_after_the_proxy(case: Case) -> bool:
    place = case.life.place or 0
    ahead = case.before.containers[: min(place, len(case.pod.init_containers))]
    return any(
        each.part == "sidecar" and each.known is not None and each.known.injector is not None and each.known.injector.places
        for each in ahead
    )


def missing_file(case: Case) -> Hazard | None:
    """A reader starts before the app makes its file, and some tools do not wait for one."""
    follow = next((follow for follow in case.life.seen.does.follows if not follow.by_name and not follow.replacement), None)
    if case.life.role != "log-reader" or follow is None:
        return None
    return Hazard(f"it starts before {follow.path} exists, and {follow.tool} does not wait for a file")


def requests_grow(case: Case) -> Hazard | None:
    """6.2: init containers behind it start while it runs, and then they count together. Every helper of the pod may move."""
    moves = [(each.name, each.place) for each in case.before.containers if each.place is not None]
    moved = after(case.before.workload, moves).pod
    grown = [resource for resource in ("cpu", "memory") if pod_request(moved, resource) > pod_request(case.pod, resource)]
    if not grown:
        return None
    return Hazard(f"the pod would request more {' and '.join(grown)}: init containers that need much would run beside it")


def not_certain(case: Case) -> Hazard | None:
    """The evidence leaves room for doubt."""
    return Hazard("it is likely, not certain, that it is a helper") if case.life.certainty == "likely" else None


def nobody_gains(case: Case) -> Hazard | None:
    """3.7: a sidecar whose image cannot be pulled keeps the app from starting."""
    if case.life.benefit == "none":
        return Hazard("nothing shows that the pod gains, and the app would no longer start when this image cannot be pulled")
    return None
