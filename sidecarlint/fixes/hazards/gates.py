"""Hazards of the gate: the app starts only once a sidecar's startupProbe and postStart hook have succeeded (native-sidecars 3.11).

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text.
"""

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle import mount_of
from sidecarlint.lifecycle.gates import MAKERS, Gate, file_maker, gates, is_own, may_make, paths_asked, port_owner, ports_asked
from sidecarlint.lifecycle.seen import LOOPBACK
from sidecarlint.workloads.commands import Call
from sidecarlint.workloads.images import parse_image

_ASKERS = frozenset(
    ["[", "[[", "test", "ls", "cat", "stat", "find", "grep", "egrep", "head", "tail", "cut", "tr", "sed", "awk", "cp", "cmp", "diff", "wc"]
)
_SILENT = frozenset(
    ["true", ":", "false", "exit", "set", "trap", "cd", "export", "date", "read", "wait", "exec", "nc", "ncat", "curl", "wget", "timeout"]
)
_PROCESSES = frozenset({"pgrep", "pidof", "ps", "kill"})


def waits_for_the_app(case: Case) -> Hazard | None:
    """3.11: the app starts only after a startupProbe or a postStart hook, so neither must need the app."""
    for gate in gates(case.life.seen):
        owner = next((owner for port in ports_asked(gate) if (owner := _owner(port, case))), None)
        if owner is not None:
            return Hazard(f"its {gate.called} asks {owner}, which would start only after it: the pod would never start", True)
        for path in paths_asked(gate):
            if (maker := _maker(path, case)) and not may_make(path, case.life.seen, case.life.role):
                return Hazard(
                    f"its {gate.called} asks for {path}, which {maker} may make, and that starts only after it: the pod would never start",
                    True,
                )
    return None


def may_wait_for_the_app(case: Case) -> Hazard | None:
    """3.11: a question of which it is not known who answers it."""
    for gate in gates(case.life.seen):
        doubt = next((words for ask in (_asks_a_port, _calls_out, _asks_for_a_file, _asks_more) if (words := ask(gate, case))), None)
        if doubt:
            return Hazard(f"its {gate.called} {doubt}: if that needs the app, the pod would never start")
    return None


def _asks_a_port(gate: Gate, case: Case) -> str | None:
    port = next((port for port in ports_asked(gate) if not is_own(port, case.life.seen)), None)
    return f"asks port {port}, which nothing here shows to be its own" if port is not None else None


def _calls_out(gate: Gate, case: Case) -> str | None:
    called = (call for call in (gate.does.calls if gate.does else ()) if not LOOPBACK.fullmatch(call.host))
    return next((f"calls {call.host}" for call in called if not _is_itself(call, case)), None)


def _is_itself(call: Call, case: Case) -> bool:
    """The pod's own address, mostly in a variable, and a port of its own."""
    return (call.host.startswith("$") or call.host == "0.0.0.0") and call.port is not None and is_own(call.port, case.life.seen)


def _asks_for_a_file(gate: Gate, case: Case) -> str | None:
    return next((f"asks for {path}, which {maker} may make" for path in paths_asked(gate) if (maker := _maker(path, case))), None)


def _asks_more(gate: Gate, case: Case) -> str | None:
    """Processes of other containers, and what a program of its own may do."""
    if gate.does is None:
        return None
    names = [argv[0].rpartition("/")[2] for argv in gate.does.programs]
    if case.pod.shared_processes and _PROCESSES & set(names):
        return "asks for a process, and the pod's containers share theirs"
    hidden = next((word for argv in gate.does.programs for word in argv[1:] if word.startswith("$")), None)
    if hidden is not None:
        return f"asks for {hidden}, which is not known here"
    known = MAKERS | _ASKERS | _SILENT | _PROCESSES
    other = next((name for name in names if name not in known and not _is_of_the_image(name, case)), None)
    if other is not None or not gate.does.understood:
        return f"runs {other or 'what is not known'}, of which it is not known what it waits for"
    return None


def _is_of_the_image(name: str, case: Case) -> bool:
    return len(name) > 3 and name == parse_image(case.container.image).repository.rpartition("/")[2]


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


def ungated(case: Case) -> Hazard | None:
    """3.3: only a startupProbe holds back what comes behind a sidecar."""
    if not case.gating.needed_by or case.gating.probe is not None:
        return None
    return Hazard(f"nothing would hold {case.gating.needed_by} back until it is up, and what a startupProbe could ask is not known here")


def untried(case: Case) -> Hazard | None:
    """3.6: work may have ended for years beside a container that is never ready; a startupProbe that never succeeds keeps it from
    starting."""
    if not case.gating.untried:
        return None
    return Hazard("the work ends whether or not its readinessProbe succeeds, and a startupProbe that asks the same must succeed first")


def _owner(port: int, case: Case) -> str | None:
    found = port_owner(port, case.life.seen, (other.seen for other in case.others))
    return found.container.name if found else None


def _maker(path: str, case: Case) -> str | None:
    found = file_maker(path, case.life.seen, (other.seen for other in case.others), case.pod.volumes)
    return found.container.name if found else None
