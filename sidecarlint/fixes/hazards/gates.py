"""Hazards of the gate: the app starts only once a sidecar's startupProbe and postStart hook have succeeded (native-sidecars 3.11).

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text.
"""

import re
from collections.abc import Iterator

from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle import mount_of
from sidecarlint.lifecycle.seen import LOOPBACK
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Probe
from sidecarlint.workloads.commands import Behaviour, Call, behaviour
from sidecarlint.workloads.images import parse_image
from sidecarlint.workloads.pods import SECRET_VOLUMES

_MAKERS = frozenset(["touch", "mkdir", "mkfifo", "chmod", "chown", "rm", "ln", "mv", "echo", "printf", "sleep", "tee"])
_ASKERS = frozenset(
    ["[", "[[", "test", "ls", "cat", "stat", "find", "grep", "egrep", "head", "tail", "cut", "tr", "sed", "awk", "cp", "cmp", "diff", "wc"]
)
_SILENT = frozenset(
    ["true", ":", "false", "exit", "set", "trap", "cd", "export", "date", "read", "wait", "exec", "nc", "ncat", "curl", "wget", "timeout"]
)
_PROCESSES = frozenset({"pgrep", "pidof", "ps", "kill"})
_NUMBER = re.compile(r"(?<![\w.])\d{2,5}(?![\w.])")


class _Gate(NamedTuple):
    """A hook that the app waits for, as people call it, with what an exec one does."""

    hook: Probe
    called: str
    does: Behaviour | None


def _gates(case: Case) -> Iterator[_Gate]:
    for hook, called in ((case.container.startup_probe, "startupProbe"), (case.container.post_start, "postStart hook")):
        if hook is not None:
            does = behaviour(hook.command, None, parse_image(case.container.image)) if hook.command else None
            yield _Gate(hook, called, does)


def waits_for_the_app(case: Case) -> Hazard | None:
    """3.11: the app starts only after a startupProbe or a postStart hook, so neither must need the app."""
    for gate in _gates(case):
        owner = next((owner for port in _ports_of(gate) if (owner := _owner(port, case))), None)
        if owner is not None:
            return Hazard(f"its {gate.called} asks {owner}, which would start only after it: the pod would never start", True)
        for path in _paths_of(gate):
            if (maker := _maker(path, case)) and not _may_make(path, case):
                return Hazard(
                    f"its {gate.called} asks for {path}, which {maker} may make, and that starts only after it: the pod would never start",
                    True,
                )
    return None


def may_wait_for_the_app(case: Case) -> Hazard | None:
    """3.11: a question of which it is not known who answers it."""
    for gate in _gates(case):
        doubt = next((words for ask in (_asks_a_port, _calls_out, _asks_for_a_file, _asks_more) if (words := ask(gate, case))), None)
        if doubt:
            return Hazard(f"its {gate.called} {doubt}: if that needs the app, the pod would never start")
    return None


def _asks_a_port(gate: _Gate, case: Case) -> str | None:
    port = next((port for port in _ports_of(gate) if not _is_own(port, case)), None)
    return f"asks port {port}, which nothing here shows to be its own" if port is not None else None


def _calls_out(gate: _Gate, case: Case) -> str | None:
    called = (call for call in (gate.does.calls if gate.does else ()) if not LOOPBACK.fullmatch(call.host))
    return next((f"calls {call.host}" for call in called if not _is_itself(call, case)), None)


def _is_itself(call: Call, case: Case) -> bool:
    """The pod's own address, mostly in a variable, and a port of its own."""
    return (call.host.startswith("$") or call.host == "0.0.0.0") and call.port is not None and _is_own(call.port, case)


def _asks_for_a_file(gate: _Gate, case: Case) -> str | None:
    return next((f"asks for {path}, which {maker} may make" for path in _paths_of(gate) if (maker := _maker(path, case))), None)


def _asks_more(gate: _Gate, case: Case) -> str | None:
    """Processes of other containers, and what a program of its own may do."""
    if gate.does is None:
        return None
    names = [argv[0].rpartition("/")[2] for argv in gate.does.programs]
    if case.pod.shared_processes and _PROCESSES & set(names):
        return "asks for a process, and the pod's containers share theirs"
    hidden = next((word for argv in gate.does.programs for word in argv[1:] if word.startswith("$")), None)
    if hidden is not None:
        return f"asks for {hidden}, which is not known here"
    known = _MAKERS | _ASKERS | _SILENT | _PROCESSES
    other = next((name for name in names if name not in known and not _is_of_the_image(name, case)), None)
    if other is not None or not gate.does.understood:
        return f"runs {other or 'what is not known'}, of which it is not known what it waits for"
    return None


def _is_of_the_image(name: str, case: Case) -> bool:
    return len(name) > 3 and name == parse_image(case.container.image).repository.rpartition("/")[2]


def _ports_of(gate: _Gate) -> Iterator[int]:
    if gate.hook.port.isdecimal():
        yield int(gate.hook.port)
    for call in gate.does.calls if gate.does else ():
        if call.port is not None and LOOPBACK.fullmatch(call.host):
            yield call.port


def _paths_of(gate: _Gate) -> Iterator[str]:
    """The files that a hook needs, rather than makes."""
    if gate.does is None:
        return
    yield from gate.does.waits_for
    yield from (follow.path for follow in gate.does.follows)
    for argv in gate.does.programs:
        if argv[0].rpartition("/")[2] not in _MAKERS:
            yield from (word for word in argv[1:] if word.startswith("/"))


def _maker(path: str, case: Case) -> str | None:
    """Another container that can write where the path lies."""
    mount = mount_of(case.container, path)
    if mount is None or case.pod.volumes.get(mount.volume) in SECRET_VOLUMES:
        return None
    for other in case.others:
        if any(there.volume == mount.volume and not there.read_only for there in other.seen.container.mounts):
            return other.name
    return None


def _may_make(path: str, case: Case) -> bool:
    """Whether the helper is told of the folder, as a proxy is of that for its sockets; what a reader is told of is the app's."""
    does, mount = case.life.seen.does, mount_of(case.container, path)
    if path in (*does.touches, *does.writes):
        return True
    told = mount is not None and any(mount.path.rstrip("/") in word for word in case.life.seen.words)
    return told and case.life.role not in ("log-reader", "log-server", "log-shipper")


def _owner(port: int, case: Case) -> str | None:
    """The container whose port it is, unless it is the helper's own."""
    if port in _opened(case):
        return None
    return next((other.name for other in case.others if port in other.seen.ports), None)


def _opened(case: Case) -> set[int | None]:
    return {own.number for own in case.container.ports} | {listen.port for listen in case.life.seen.does.listens}


def _is_own(port: int, case: Case) -> bool:
    """Whether anything shows that the helper opens it: its ports, its words but for addresses that it calls, its helper file."""
    known, variables = case.life.known, {each.name: each.value for each in case.container.env}
    ends = [end for end in (known.startup_probe, known.shutdown) if end is not None] if known else []
    words = [*case.life.seen.words, *(variables.get(name, "") for end in ends for name in end.port_from)]
    said = {number for word in words for number in _NUMBER.findall(re.sub(rf"(?:{LOOPBACK.pattern}):\d+", "", word))}
    return port in _opened(case) or str(port) in said or any(end.port == port for end in ends)


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
