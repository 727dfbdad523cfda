"""Who depends on a helper that nothing gates, and a startupProbe that holds them back until it is up.

In: a `Case`. Out: `Gating`, and whether a probe that is there is one of those. Must not know: text. Facts: native-sidecars.md 3.3, 3.11.

What comes behind a sidecar waits for its startupProbe alone. One is derived from the start-up endpoint of the helper's file, or from the
container's own readinessProbe. A port or a path that neither the manifest nor the file states is never asked.
"""

import re
from collections.abc import Iterator

from sidecarlint.catalogue import Endpoint, startup_endpoint
from sidecarlint.documents import at
from sidecarlint.edits import Fields, Operation, Plain, Value, means, value_of
from sidecarlint.fixes.hazards import gates, meshes, versions
from sidecarlint.fixes.hazards.case import Case, Gating, Hazard
from sidecarlint.fixes.hazards.versions import may_be_stuck
from sidecarlint.lifecycle import as_sidecar, earliest
from sidecarlint.lifecycle.gains import listens_to_all
from sidecarlint.lifecycle.gates import is_own
from sidecarlint.lifecycle.natives.view import View
from sidecarlint.lifecycle.seen import LOOPBACK
from sidecarlint.workloads import Probe
from sidecarlint.workloads.images import parse_image

_PATIENCE = 300
"""Seconds that a helper may take to start before it is started anew. It has to be more than any start takes: a probe that gives up kills
the helper, and the app waits in any case. The Kubernetes documentation's own example allows as much."""
_FETCHERS = ("secrets", "syncer")
_LOCAL = re.compile(rf"(?:{LOOPBACK.pattern}):\d+")
_HAZARDS = (gates.waits_for_the_app, gates.may_wait_for_the_app, gates.holds_until_the_app, gates.start_depends_on_the_app)


def gating(case: Case) -> Gating:
    """Who depends on the helper, and the probe that it should get; nothing where nobody depends on it. Asked where nothing gates it yet."""
    needed_by = _needed_by(case)
    found = next(_candidates(case), Gating())
    # A bug of some versions makes a probe dangerous: it is worth that only where somebody fails without one.
    wanted = needed_by or (not may_be_stuck(case) and found.probe is not None and _is_awaited(case))
    return found._replace(needed_by=needed_by) if wanted else Gating()


def probing(case: Case) -> tuple[str, tuple[Hazard, ...], tuple[Operation, ...], str]:
    """A probe for a sidecar that others may use before it is up: what is done, what speaks against it, how, and what a person can do."""
    case = case._replace(life=case.life._replace(place=case.container.position))
    known = next(_candidates(case), None)
    found = known or next(_candidates(case, doubtful=True), Gating())
    advice = f"Give {case.life.name} a startupProbe that asks its own port or health endpoint"
    if found.probe is None:
        return advice, (Hazard("what a startupProbe could ask is not known here", True),), (), advice
    probed = case._replace(gating=found)
    against = (meshes.mesh(case), gates.untried(probed), versions.stuck_after_probe(probed))
    doubt = () if known else (Hazard("that its port opens without the app is likely, not certain: else the pod would never start"),)
    hazards = (*doubt, *(hazard for hazard in against if hazard is not None))
    return f"Give {case.life.name} a startupProbe {found.asks}", hazards, found.operations(case.life.route), advice


def is_derived(case: Case) -> bool:
    """Whether the startupProbe that a container has is, key for key, one that is derived for it here."""
    node = at(case.before.workload.owner.document.root, (*case.container.route, "startupProbe"))
    found = (_from_catalogue(case), _from_readiness(case, doubtful=True))
    return node is not None and any(each is not None and means(node, each.value) for each in found)


def _needed_by(case: Case) -> str:
    """Who fails when it comes before the helper is up: an init container that uses it, or an app that is seen to call it once."""
    if not case.pod.init_containers and not any(other.seen.does.calls for other in case.others):
        return ""
    from sidecarlint.lifecycle.natives.order import called_at_once, raced_by_init

    view = _view(case)
    found = raced_by_init(view) or called_at_once(view)
    return found.words if found is not None else ""


def _is_awaited(case: Case) -> bool:
    """Whether others wait for the helper, or go on trying, or find the files that they start with once it has fetched them."""
    fetches = case.life.role in _FETCHERS and case.life.benefit == "order"
    if fetches or case.life.holds_up_start or any(case.life.name in other.awaits for other in case.others):
        return True
    from sidecarlint.lifecycle.natives.order import raced_by_app

    found = raced_by_app(_view(case))
    # A helper that passes on what it is asked for can do without the other until then.
    return found is not None and found.words in case.life.apps


def _view(case: Case, probe: Probe | None = None) -> View:
    container = case.container if probe is None else case.container._replace(startup_probe=probe)
    return as_sidecar(case.before.workload, [each.seen for each in case.before.containers], container, case.life.place or 0)


def _candidates(case: Case, doubtful: bool = False) -> Iterator[Gating]:
    """`doubtful`: also an open port of a container of which nothing is known, so that it may need the app."""
    for found in (_from_catalogue(case), _from_readiness(case, doubtful)):
        if found is not None and found.probe is not None and _is_sound(case, found.probe):
            yield found


def _is_sound(case: Case, probe: Probe) -> bool:
    """Whether nothing speaks for it that the probe can succeed only after what it holds back (3.11)."""
    from sidecarlint.lifecycle.natives.deadlocks import deadlock

    own = case.life.seen
    probed = case._replace(life=case.life._replace(seen=own._replace(container=case.container._replace(startup_probe=probe))))
    if any(ask(probed) is not None for ask in _HAZARDS):
        return False
    view = _view(case, probe)
    return earliest(view.workload, view.each, case.life.role, view.seen) <= view.index and deadlock(view) is None


def _from_catalogue(case: Case) -> Gating | None:
    """The start-up endpoint of the helper's file, where it is on and the kubelet can reach it."""
    known, container = case.life.known, case.container
    variables = {variable.name: variable.value for variable in container.env}
    endpoint = startup_endpoint(known, parse_image(container.image), case.life.seen.argv, variables) if known is not None else None
    if endpoint is None:
        return None
    kind = "tcpSocket" if endpoint.type == "tcp" else "httpGet"
    probe = Probe(kind, str(endpoint.port), endpoint.path, (), None, (*container.route, "startupProbe", kind))
    return Gating("", probe, _timed(kind, _asked(endpoint), {}), f"on :{endpoint.port}{endpoint.path}")


def _asked(endpoint: Endpoint) -> Fields:
    port = ("port", Plain(str(endpoint.port)))
    if endpoint.type == "tcp":
        return Fields((port,))
    return Fields((("path", endpoint.path), port, *((("scheme", "HTTPS"),) if endpoint.type == "https" else ())))


def _timed(kind: str, handler: Value, given: dict[str, Value]) -> Fields:
    """The probe with its times: asked often, so that the app starts soon, and with patience, so that a slow start is no failure."""
    period = given.get("periodSeconds", Plain("1"))
    seconds = _number(period) or 1
    threshold = max(_number(given.get("failureThreshold", "")), -(-_PATIENCE // seconds))
    timeout = (("timeoutSeconds", given["timeoutSeconds"]),) if "timeoutSeconds" in given else ()
    return Fields(((kind, handler), *timeout, ("periodSeconds", period), ("failureThreshold", Plain(str(threshold)))))


def _number(value: Value) -> int:
    return int(value.text) if isinstance(value, Plain) and value.text.isdecimal() else 0


def _from_readiness(case: Case, doubtful: bool) -> Gating | None:
    """The question of its own readinessProbe, where that asks the helper for itself. What else it says, such as a delay, is left out:
    it would hold the app back."""
    probe = case.container.readiness_probe
    if probe is None or probe.kind == "sleep" or probe.host or not _asks_itself(case, probe, doubtful) or _is_on_localhost(case, probe):
        return None
    node = at(case.before.workload.owner.document.root, probe.route[:-1])
    copied = value_of(node) if node is not None else ""
    given = dict(copied.pairs) if isinstance(copied, Fields) else {}
    if probe.kind not in given:
        return None
    own = probe._replace(route=(*case.container.route, "startupProbe", probe.kind))
    return Gating("", own, _timed(probe.kind, given[probe.kind], given), "that asks what its readinessProbe asks", _is_untried(case, probe))


def _is_on_localhost(case: Case, probe: Probe) -> bool:
    """Whether the kubelet, which asks at the pod's address, cannot reach what a probe asks: its readinessProbe never succeeds then."""
    known, own = case.life.known, case.life.seen
    if probe.kind == "exec":
        return False
    endpoint = _from_catalogue(case)
    if endpoint is not None and endpoint.probe is not None and (endpoint.probe.kind, endpoint.probe.port) == (probe.kind, probe.port):
        return False
    if known is not None and known.localhost and not listens_to_all(own):
        return True
    numbers = [probe.port, *(str(port.number) for port in case.container.ports if port.name == probe.port)]
    said = [found.group() for word in own.words for found in _LOCAL.finditer(word)]
    return any(each.endswith(f":{number}") for each in said for number in numbers)


def _is_untried(case: Case, probe: Probe) -> bool:
    """Whether nobody would notice that a probe never succeeds: work ends without being ready."""
    return case.before.pod.finite and probe.kind != "exec"


def _asks_itself(case: Case, probe: Probe, doubtful: bool) -> bool:
    """Whether a probe asks a port or a command of the helper's own, and the answer does not come from the app, or only once that is up."""
    known = case.life.known
    if probe.kind != "exec" and not _is_own(probe.port, case):
        return False
    if known is None:
        # Another path than its own may lead to the app; a port is open or not.
        return doubtful and probe.kind == "tcpSocket"
    if known.depends_on_app:
        return False
    if known.startup_probe is not None and probe.kind == "httpGet":
        # Of its other paths nothing is known: daprd's /v1.0/healthz waits for the app.
        return probe.path == known.startup_probe.path
    return probe.kind == "tcpSocket" or case.life.faces != "inbound"


def _is_own(port: str, case: Case) -> bool:
    if port.isdecimal():
        return is_own(int(port), case.life.seen)
    return any(declared.name == port for declared in case.container.ports)
