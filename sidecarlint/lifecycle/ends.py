"""How each container ends, and whether the work can complete.

In: what is seen of a pod and the parts. Out: `End`s, and whether the pod completes. Must not know: text, spans, files.

Most real Jobs with a legacy helper end by a trick: a quit call, a marker file, a kill. Saying "never" there would be false.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sidecarlint.lifecycle.pairs import other_half
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen, Sight, plain_name
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.lifecycle.tricks import Trick

_OTHER_WAYS = {"exit", "wait", "kill", "pkill", "killall", "break", "return", "trap", "[", "[[", "test", "((", "read"}
# Command lines that do nothing until somebody types: people keep a container open with them, to work in it from outside.
_AT_A_TERMINAL = tuple((folder + name,) for name in ("cat", "sh", "bash") for folder in ("", "/bin/", "/usr/bin/"))
_SUBCOMMAND = r"[a-z][a-z0-9-]*"
_AT_EOF, _ENDS_AT_EOF = "exit_on_eof", r"(?i)exit_on_eof\s*[=: ]\s*(?:true|on|yes|1)\b"


class End(NamedTuple):
    """How a container ends: never, when-done, when-told or unknown, and why as a short sentence.

    `trick`: what ends a helper of a pod that is meant to end, or seems to.
    """

    ends: str
    why: Sight | None = None
    trick: "Trick | None" = None


def ends(workload: Workload, seen: Sequence[Seen], found: Sequence[Part]) -> list[End]:
    """How every container ends, in the order of `seen`."""
    return [_end(workload, each, part, seen) for each, part in zip(seen, found, strict=True)]


def _end(workload: Workload, each: Seen, part: Part, seen: Sequence[Seen]) -> End:
    alone = _alone(each)
    if alone.ends == "never" and any(_AT_EOF in word.lower() and re.search(_ENDS_AT_EOF, word) for word in each.words):
        alone = End("unknown")
    if part.part in ("sidecar", "app") and (other := other_half(workload, each.container)):
        return _half(workload, each, alone, other)
    if part.part not in ("helper", "app") or not workload.finite:
        return alone
    if part.role == "outlasting" and not _beside_work(each, seen):
        alone = End("unknown")
    from sidecarlint.lifecycle.tricks.told import told

    return told(workload, each, part, alone, seen)


def _half(workload: Workload, each: Seen, alone: End, other: str) -> End:
    """12.4: the sidecar of a universal pair exits where it is none, and the other half, of work that ends, where it is one."""
    if each.container.is_sidecar:
        return End("unknown") if alone.ends == "when-done" else alone
    steps_back = Sight(f"it steps back for {other} on nodes that know sidecars", each.container.route)
    return End("when-done", steps_back) if workload.finite else alone


def _beside_work(each: Seen, seen: Sequence[Seen]) -> bool:
    """Whether a manifest shows work beside a server that is only an image: two images without a command may both be servers."""
    others = (other for other in seen if other is not each and other.container.list == "containers")
    return (bool(each.words) and each.words[0][:1] != "-") or any(other.words for other in others)


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
    if "tty" in each.container.keys and each.words in _AT_A_TERMINAL:
        return End("never", Sight(f"{each.words[0]} waits at its terminal", place))
    if each.does.ends != "unknown":
        return End(each.does.ends, Sight(each.does.reason, place))
    if each.known is not None and _runs_the_image(each):
        return End(each.known.helper.ends, Sight(f"{each.known.helper.title} runs until it is stopped", (*each.container.route, "image")))
    return End("unknown")


def _runs_the_image(each: Seen) -> bool:
    """Whether the image's own program runs, and not a script around it; nor, in an init container, one of its other uses."""
    if each.container.unread or (each.container.list == "initContainers" and not each.container.is_sidecar and _is_subcommand(each)):
        return False
    programs = _work(each)
    alone = len(programs) == 1 and not each.does.wrappers and not _is_script(programs[0]) and not _hands_over(programs[0], each)
    return each.container.command is None or alone


def _work(each: Seen) -> tuple[tuple[str, ...], ...]:
    """The programs that it runs; what prepares the one that matters does not count, unless the script may go another way."""
    from sidecarlint.workloads.commands.reach import is_work

    does, names = each.does, {argv[0] for argv in each.does.programs}
    work = tuple(argv for argv in does.programs if is_work(argv))
    straight = len(work) == 1 and does.reason == f"what {work[0][0]} does is not known" and not names & _OTHER_WAYS
    return work if straight and does.understood and not does.waits_for and not does.waits_out else does.programs


def _hands_over(argv: Sequence[str], each: Seen) -> bool:
    """Whether a program of somebody's own runs the image's, as `/watch /cloud_sql_proxy` does."""
    helper = each.known.helper if each.known else None
    names = {plain_name(name.rpartition("/")[2]) for name in (*helper.names, *helper.tails)} if helper else set()
    return any(plain_name(word.rpartition("/")[2]) in names for word in argv[1:] if word[:1] == "/")


def _is_script(argv: Sequence[str]) -> bool:
    """A script file, run by name or by its shell: what stands in it is not known."""
    return argv[0].endswith("sh")


def _is_subcommand(each: Seen) -> bool:
    """`istio-iptables` of the Istio proxy's image: a bare word that comes first names another use, unless its helper file knows it."""
    first = (each.container.args or ("",))[0]
    return re.fullmatch(_SUBCOMMAND, first) is not None and (each.known is None or first not in each.known.helper.argv)


def may_end(workload: Workload, seen: Sequence[Seen], found: Sequence[Part], how: Sequence[End]) -> bool:
    """Whether the pod is meant to end, and its apps may."""
    apps = [(each, end.ends) for each, part, end in zip(seen, found, how, strict=True) if part.part == "app"]
    if not workload.finite or any(ends == "never" for _, ends in apps):
        return False
    # A bare pod that is only not restarted is often a server that somebody tries out, or a place to work in; a Job is meant to end.
    return workload.owner.kind != "Pod" or not any(_stays(each, ends) for each, ends in apps)


def _stays(each: Seen, ends: str) -> bool:
    """Whether an app of a bare pod seems to serve, to sleep while others work in it, or to be an agent, which Jenkins ends."""
    sleeps = {argv[0].rpartition("/")[2] for argv in each.does.programs} == {"sleep"}
    return ends == "unknown" and (bool(each.ports) or sleeps or each.container.name == "jnlp")


def holding_up(found: Sequence[Part], how: Sequence[End]) -> list[int]:
    """The helpers, by index, that alone keep the work of a pod that may end from completing: everything else may end, they never do."""
    return [i for i, (part, end) in enumerate(zip(found, how, strict=True)) if part.part == "helper" and end.ends == "never"]


def completes(workload: Workload, found: Sequence[Part], how: Sequence[End]) -> str:
    """yes, no, unknown, or never-meant-to for a workload whose pods are not meant to end."""
    if not workload.finite:
        return "never-meant-to"
    deciding = [end.ends for part, end in zip(found, how, strict=True) if part.part in ("app", "helper", "init")]
    if "never" in deciding:
        return "no"
    return "unknown" if "unknown" in deciding else "yes"
