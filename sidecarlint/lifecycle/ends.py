"""How each container ends, and whether the work can complete.

In: what is seen of a pod and the parts. Out: `End`s, and whether the pod completes. Must not know: text, spans, files.

Most real Jobs with a legacy helper end by a trick: a quit call, a marker file, a kill. Saying "never" there would be false.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.workloads import Workload

_SUBCOMMAND = re.compile(r"[a-z][a-z0-9-]*")
# Controllers that end the containers which an annotation lists (native-sidecars 10).
_KILLERS = ("nrmitchi.com/sidecars",)


class End(NamedTuple):
    """How a container ends: never, when-done, when-told or unknown, and why as a short sentence."""

    ends: str
    why: Sight | None = None


def ends(workload: Workload, seen: Sequence[Seen], found: Sequence[Part]) -> list[End]:
    """How every container ends, in the order of `seen`."""
    return [_end(workload, each, part, seen) for each, part in zip(seen, found, strict=True)]


def _end(workload: Workload, each: Seen, part: Part, seen: Sequence[Seen]) -> End:
    alone = _alone(each)
    if alone.ends != "never" or part.part not in ("helper", "app"):
        return alone
    trick = _trick(workload, each, seen) if part.part == "helper" else _own_trick(workload, each)
    return End("when-told", Sight(trick, None)) if trick else alone


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
        if _calls_its_shutdown(each, other):
            return f"{other.container.name} calls its shutdown endpoint"
    return _own_trick(workload, each)


def _calls_its_shutdown(each: Seen, other: Seen) -> bool:
    shutdown = each.known.helper.shutdown if each.known else None
    return shutdown is not None and any(call.path.rstrip("/") == shutdown.path.rstrip("/") and shutdown.path for call in other.does.calls)


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
