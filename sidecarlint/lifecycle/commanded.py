"""Whether a container of work that is meant to end is there for the sake of another one, which ends it when it is done itself.

In: what is seen of a pod. Out: evidence. Must not know: text, spans, files.

Whoever is ended so is no work. One that begins its work when a file is there, or that the other may only mean to start anew, counts as
an app all the same.
"""

from collections.abc import Sequence

from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.workloads import Workload

_CALLS = frozenset({"curl", "wget", "nc", "killall"})
_SURE = ("marker-file", "process-kill", "quit-call")


def commanded(workload: Workload, each: Seen, seen: Sequence[Seen]) -> tuple[Sight, ...]:
    """What shows that another container of the pod does its work and then ends this one; empty where nothing surely does."""
    from sidecarlint.lifecycle.parts import Part
    from sidecarlint.lifecycle.tricks.search import trick_of
    from sidecarlint.lifecycle.tricks.trick import Scene

    # Without a command line of its own, only a kill or a call can be seen to reach it.
    trick = trick_of(Scene(workload, each, Part("helper", "likely", "outlasting"), each.does.ends, None, seen))
    if trick is None or trick.kind not in _SURE or not trick.by or trick.words == "pid" or trick.words.startswith("$"):
        return ()
    by = next((other for other in seen if other.container.name == trick.by and other.container.list == "containers"), None)
    if by is None or not _works(by) or not _works_until(each):
        return ()
    return trick.sights


def _works(each: Seen) -> bool:
    """Whether it runs a program that does more than wait, kill and call."""
    return each.known is None and any(_is_work(argv) for argv in each.does.programs)


def _works_until(each: Seen) -> bool:
    """Whether it works before the awaited file is there, and not only then."""
    from sidecarlint.lifecycle.natives.stopping import behind_the_loop, work_after

    for path in (*each.does.waits_for, *each.does.waits_out):
        behind = behind_the_loop(path, each) or ""
        ahead = " ".join(each.words).removesuffix(behind)
        if work_after(path, each) or not any(argv[0] in ahead for argv in each.does.programs if _is_work(argv) or argv[0] == "tail"):
            return False
    return True


def _is_work(argv: Sequence[str]) -> bool:
    from sidecarlint.lifecycle.natives.stopping import NO_WORK

    return argv[0].rpartition("/")[2] not in NO_WORK | _CALLS
