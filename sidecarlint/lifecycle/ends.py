"""How each container ends, and whether the work can complete.

In: what is seen of a pod and the parts. Out: `End`s, and whether the pod completes. Must not know: text, spans, files.

Most real Jobs with a legacy helper end by a trick: a quit call, a marker file, a kill. Saying "never" there would be false.
"""

import re
from collections.abc import Sequence

from sidecarlint.catalogue import Shutdown
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import LOOPBACK, Seen, Sight
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

_SUBCOMMAND = re.compile(r"[a-z][a-z0-9-]*")
# Controllers that end the containers which an annotation lists (native-sidecars 10).
_KILLERS = ("nrmitchi.com/sidecars",)

# Ways out of a loop that its own course does not show: a bare test where the shell stops at the first failure.
_STOPS_AT_FAILURE = re.compile(r"\bset -\w*e|\bset -o errexit")
_OPTION_E = re.compile(r"-[a-df-z]*e[a-z]*")
_ENDS_AT_EOF = re.compile(r"exit_on_eof\s*[=: ]\s*(?:true|on|yes|1)\b", re.IGNORECASE)
_BY_KUBECTL = re.compile(r"\bkubectl\b[^;&|\n]*\s(?:exec|delete)\s")


class End(NamedTuple):
    """How a container ends: never, when-done, when-told or unknown, and why as a short sentence."""

    ends: str
    why: Sight | None = None


def ends(workload: Workload, seen: Sequence[Seen], found: Sequence[Part]) -> list[End]:
    """How every container ends, in the order of `seen`."""
    return [_end(workload, each, part, seen) for each, part in zip(seen, found, strict=True)]


def _end(workload: Workload, each: Seen, part: Part, seen: Sequence[Seen]) -> End:
    alone = _alone(each)
    if alone.ends == "never" and _may_leave(each):
        return End("unknown")
    if alone.ends != "never" or part.part not in ("helper", "app"):
        return alone
    trick = _trick(workload, each, seen) if part.part == "helper" else _own_trick(workload, each)
    if trick:
        return End("when-told", Sight(trick, None))
    return End("unknown") if part.part == "helper" and _may_be_ended(workload, each, seen) else alone


def _may_leave(each: Seen) -> bool:
    """Whether its words hold a way out that nobody can follow from here."""
    shell = bool(each.words) and each.words[0].endswith("sh")
    strict = any(_STOPS_AT_FAILURE.search(word) for word in each.words) or (shell and any(_OPTION_E.fullmatch(word) for word in each.words))
    tests = any(argv[0] in ("[", "[[", "test") for argv in each.does.programs)
    return (strict and tests) or any(_ENDS_AT_EOF.search(word) for word in each.words)


def _may_be_ended(workload: Workload, each: Seen, seen: Sequence[Seen]) -> bool:
    """By an app that sees its processes and of which little is known, or by the kubelet, which does not start it again."""
    others = [other for other in seen if other is not each and other.container.list == "containers"]
    if workload.pod.shared_processes and any(other.does.ends == "unknown" and other.known is None for other in others):
        return True
    probe = each.container.liveness_probe
    return workload.pod.restart_policy == "Never" and probe is not None and probe.kind == "exec"


def _alone(each: Seen) -> End:
    """How it ends if nobody tells it to."""
    place = (*each.container.route, "args" if each.container.args and not each.container.command else "command")
    if each.one_shot is not None:
        return End("when-done", Sight(f"{each.one_shot} makes it end by itself", each.container.route))
    if (
        each.container.is_sidecar
        and any(argv[0].rpartition("/")[2] == "sleep" for argv in each.does.programs)
        and each.does.ends == "when-done"
    ):
        # It does its work, sleeps and counts on being started again: a loop that Kubernetes turns.
        return End("unknown")
    if each.does.ends != "unknown":
        return End(each.does.ends, Sight(each.does.reason, place))
    if each.known is not None and _runs_the_image(each):
        return End(each.known.helper.ends, Sight(f"{each.known.helper.title} runs until it is stopped", (*each.container.route, "image")))
    return End("unknown")


def _runs_the_image(each: Seen) -> bool:
    """Whether the image's own program runs, and not a script around it; nor, in an init container, one of its other uses."""
    if each.container.list == "initContainers" and not each.container.is_sidecar and _is_subcommand(each):
        return False
    programs = each.does.programs
    return each.container.command is None or (len(programs) == 1 and not each.does.wrappers and not _is_script(programs[0]))


def _is_script(argv: Sequence[str]) -> bool:
    """A script file, run by name or by its shell: what stands in it is not known."""
    return argv[0].endswith("sh")


def _is_subcommand(each: Seen) -> bool:
    """`istio-iptables` of the Istio proxy's image: a bare word that comes first names another use, unless its helper file knows it."""
    first = (each.container.args or ("",))[0]
    return _SUBCOMMAND.fullmatch(first) is not None and (each.known is None or first not in each.known.helper.argv)


def _own_trick(workload: Workload, each: Seen) -> str | None:
    """What a container carries itself that ends it, in words."""
    if each.speaks_of_quitting or each.does.wrappers:
        return "it can be told to quit, and somebody may do so"
    killer = next((key for key in _KILLERS if each.container.name in _listed(workload.pod.annotations.get(key, ""))), None)
    own = f"workflows.argoproj.io/kill-cmd-{each.container.name}"
    killer = own if own in workload.pod.annotations else killer
    return f"the annotation {killer} has it ended" if killer else None


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",")]


def _trick(workload: Workload, each: Seen, seen: Sequence[Seen]) -> str | None:
    """What in the pod tells this helper to end, in words."""
    for other in seen:
        if other is each or other.container.list != "containers":
            continue
        if other.speaks_of_quitting:
            return f"{other.container.name} tells it to quit"
        if workload.pod.shared_processes and other.does.kills:
            return f"{other.container.name} kills it through the shared process namespace"
        if any(_BY_KUBECTL.search(text) for text in (*other.words, " ".join(other.words))):
            return f"{other.container.name} may end it with kubectl"
        if _calls_its_shutdown(each, other):
            return f"{other.container.name} calls its shutdown endpoint"
    return _own_trick(workload, each)


def _calls_its_shutdown(each: Seen, other: Seen) -> bool:
    shutdown = each.known.helper.shutdown if each.known else None
    if shutdown is None:
        return False
    path, ports = shutdown.path.rstrip("/"), _shutdown_ports(each, shutdown)
    by_path = any(path and call.path.rstrip("/") == path for call in other.does.calls)
    return by_path or any(call.port in ports and LOOPBACK.fullmatch(call.host) for call in other.does.calls)


def _shutdown_ports(each: Seen, shutdown: Shutdown) -> set[int]:
    """The port that takes the call, as far as its default and its variables and flags say it."""
    given = [variable.value for variable in each.container.env if variable.name in shutdown.port_from]
    for before, word in zip(("", *each.words), each.words, strict=False):
        name, equals, value = word.partition("=")
        given += [value] if equals and name in shutdown.port_from else [word] if before in shutdown.port_from else []
    said = {int(value) for value in given if value.isdecimal() and len(value) < 6}
    return said or ({shutdown.port} if shutdown.port else set())


def holding_up(workload: Workload, seen: Sequence[Seen], found: Sequence[Part], how: Sequence[End]) -> list[int]:
    """The helpers, by index, that alone keep the work from completing: everything else may end, they never do."""
    apps = [(each, end.ends) for each, part, end in zip(seen, found, how, strict=True) if part.part == "app"]
    if not workload.finite or any(ends == "never" for _, ends in apps):
        return []
    # A bare pod that is only not restarted is often a server that somebody tries out; a Job is meant to end.
    if workload.owner.kind == "Pod" and any(ends == "unknown" and each.ports for each, ends in apps):
        return []
    return [i for i, (part, end) in enumerate(zip(found, how, strict=True)) if part.part == "helper" and end.ends == "never"]


def completes(workload: Workload, found: Sequence[Part], how: Sequence[End]) -> str:
    """yes, no, unknown, or never-meant-to for a workload whose pods are not meant to end."""
    if not workload.finite:
        return "never-meant-to"
    deciding = [end.ends for part, end in zip(found, how, strict=True) if part.part in ("app", "helper", "init")]
    if "never" in deciding:
        return "no"
    return "unknown" if "unknown" in deciding else "yes"
