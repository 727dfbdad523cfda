"""What a universal pair needs, costs and cannot keep: its own hazards, beside those of a move.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.
"""

import re
from collections.abc import Callable

from sidecarlint.fixes.hazards import HAZARDS, Case, Hazard, refusals, versions
from sidecarlint.fixes.universal.script import FOLDER, PATIENCE_AT_ONCE
from sidecarlint.lifecycle.pairs import VOLUME
from sidecarlint.references import selecting
from sidecarlint.workloads import Container
from sidecarlint.workloads.commands.argv import SHELLS, name_of

LONGEST_NAME = 63
_WITHOUT_SHELL = re.compile(r"(?<![a-z])(?:distroless|scratch)(?![a-z])")
_WITH_SHELL = re.compile(r"(?<![a-z])(?:alpine|bookworm|bullseye|buster|busybox|debian|jammy|noble|ubuntu)(?![a-z])")
_DISTROLESS = ("cloud-sql-proxy",)
"""Helpers, by their ids, whose image has no shell but in the variants that say so in their tag (helpers.yaml)."""


def legacy_name(name: str) -> str:
    """What the half in `containers` is called."""
    return f"{name}-legacy"


def shell_of(container: Container) -> str:
    """The shell that runs the scripts: the container's own, where its command line shows one."""
    first = (container.command or ("",))[0]
    return first if name_of(first) in SHELLS else "/bin/sh"


def no_command(case: Case) -> Hazard | None:
    """The script ends in the command line, and that must be known."""
    return None if case.container.command else Hazard("its image's own command is not in the manifest, and the pair has to start it", True)


def no_shell(case: Case) -> Hazard | None:
    """A command line that is a shell's shows that there is one, and so does an image that is called after its system."""
    if name_of((case.container.command or ("",))[0]) in SHELLS:
        return None
    sign = _WITHOUT_SHELL.search(case.container.image)
    if sign is not None:
        return Hazard(f"its image is called {sign.group()}, so it has no shell, and the pair is a script", True)
    if _WITH_SHELL.search(case.container.image.rpartition("/")[2]):
        return None
    if case.life.known is not None and case.life.known.id in _DISTROLESS:
        return Hazard("this variant of its image has no shell, and the pair is a script", True)
    return Hazard("its image must have a shell at /bin/sh, and sleep")


def own_start_probe(case: Case) -> Hazard | None:
    """The pair learns from the startupProbe on which kind of node it is, and a container has only one."""
    if case.container.startup_probe is None:
        return None
    return Hazard("it has a startupProbe, which the pair needs to find out which kind of node it is on", True)


def post_start(case: Case) -> Hazard | None:
    """An old kubelet runs an init container's postStart hook too (kuberuntime_container.go, startContainer), beside a script that waits."""
    return Hazard("on old nodes its postStart hook would run where the helper does not", True) if case.container.post_start else None


def names_taken(case: Case) -> Hazard | None:
    """2.8, and the volume and folder that a pair brings."""
    legacy = legacy_name(case.life.name)
    if len(legacy) > LONGEST_NAME:
        return Hazard(f"{legacy} is too long for a container's name", True)
    if legacy in (each.name for each in case.pod.all_containers):
        return Hazard(f"another container is called {legacy} already", True)
    if case.pod.volumes.get(VOLUME, "emptyDir") != "emptyDir":
        return Hazard(f"the volume {VOLUME} is no emptyDir here", True)
    is_mounted = any(mount.path.rstrip("/") == FOLDER or mount.volume == VOLUME for mount in case.container.mounts)
    return Hazard(f"it mounts {FOLDER} already", True) if is_mounted else None


def doubled_requests(case: Case) -> Hazard | None:
    """12.4: the scheduler and every quota count both halves."""
    asked = [f"{amount} of {resource}" for resource, amount in sorted(case.container.requests.items())]
    return Hazard(f"what it requests counts twice ({' and '.join(asked)})") if asked else None


def stop_called_twice(case: Case) -> Hazard | None:
    """5.2: both halves are told to stop, and a call to a port reaches the half that runs the helper from either of them."""
    hook = case.container.pre_stop
    if hook is None or hook.kind not in ("httpGet", "tcpSocket") or case.pod.restart_policy != "Always":
        return None
    return Hazard("where it is a sidecar, its preStop hook calls it twice")


def never_ready(case: Case) -> Hazard | None:
    """4.1: a container that has ended is not ready, and neither is its pod."""
    services = selecting(case.references, case.before.workload)
    if case.pod.restart_policy == "Always" or not services:
        return None
    return Hazard(f"where it is a sidecar, {legacy_name(case.life.name)} ends, and the Service {services[0].name} leaves the pod out")


def slow_kubelet(case: Case) -> Hazard | None:
    """11, #133072: there the startupProbe of a sidecar that has exited once is given up."""
    if case.pod.restart_policy != "Never":
        return None
    return Hazard(
        f"before Kubernetes 1.33.6 the app never starts on a node whose kubelet takes {PATIENCE_AT_ONCE} seconds to ask its startupProbe"
    )


def named_elsewhere(case: Case) -> Hazard | None:
    """What speaks of the helper by its name finds the sidecar, also on old nodes, where that has ended."""
    name = case.life.name
    if name in case.before.workload.failure_rules:
        return Hazard(f"the podFailurePolicy speaks of {name}, which on old nodes is {legacy_name(name)}")
    key = next((key for key, value in case.pod.annotations.items() if name in (value, key.rpartition("/")[2])), None)
    return Hazard(f"the annotation {key} speaks of {name}, which on old nodes is {legacy_name(name)}") if key else None


def others_stay(case: Case) -> Hazard | None:
    """A partial migration is none: another helper that holds the work up, and that can be no pair, holds it up on every node."""
    for other in case.others if case.life.benefit == "completion" else ():
        hazards = (ask(case._replace(life=other)) for ask in _DECIDING) if other.holds_up_work else ()
        if any(hazard is not None and hazard.manual for hazard in hazards):
            return Hazard(f"{other.name} holds the work up too, and can be no pair: until then the work does not complete")
    return None


_DECIDING = (no_command, no_shell, own_start_probe, post_start, names_taken)

OWN: tuple[Callable[[Case], Hazard | None], ...] = (
    *_DECIDING,
    doubled_requests,
    stop_called_twice,
    never_ready,
    slow_kubelet,
    named_elsewhere,
    others_stay,
)
"""Every hazard of a pair, in the order in which a finding names them."""

_NOT_OF_PAIRS = (refusals.named_port, refusals.port_name_elsewhere, refusals.universal_pair, versions.old_nodes)
"""Those of a move that a pair has not: its half in `containers` keeps the ports by name (7.2), two pairs are no pair, and old nodes are
what a pair is for."""


def hazards_of_pair(case: Case) -> tuple[Hazard, ...]:
    """The hazards of a pair, those that a person must decide first."""
    asks = (*OWN, *(ask for ask in HAZARDS if ask not in _NOT_OF_PAIRS))
    found = [hazard for ask in asks if (hazard := ask(case)) is not None]
    return tuple(sorted(found, key=lambda hazard: not hazard.manual))
