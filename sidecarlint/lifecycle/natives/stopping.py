"""What a pod's end does to its sidecars: sleeps that bring nothing, work that comes too late, a grace period that is used up.

In: a `View`, a workload. Out: `Shown` or None. Must not know: text, spans, files. Facts: native-sidecars.md, by section.
"""

import re
from collections.abc import Sequence

from sidecarlint.lifecycle.gates import file_in_volume, hook_behaviour
from sidecarlint.lifecycle.natives.order import is_used
from sidecarlint.lifecycle.natives.view import Grace, Shown, View
from sidecarlint.lifecycle.seen import Seen, Sight, sight_of
from sidecarlint.workloads import Workload

_IDLE = frozenset({"sleep", "true", ":", "echo", "printf", "date", "exit"})
_LOOPS = r"\b(?:while|until|for|if|case)\b|\|\||(?<![&>])&(?![&>\d])"
_LOOP_OF = r"(?<![\w./-])(?:while|until)(?![\w./-])"
_DO, _DONE = r"(?<![\w./-])do(?![\w./-])", r"(?<![\w./-])done(?![\w./-])"
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_SHELLS = ("sh", "bash", "ash", "dash")
_TRAPS = r"\btrap\s+(?!-\s)[^\n]*?\b(?:SIG)?(?:TERM|INT|EXIT|15)\b|\btrap\s+(?:'[^']*'|\"[^\"]*\"|\S+)\s+[^\n]*\b0\b"
# What a script does while it waits, or to say that it is done, is no work.
NO_WORK = _IDLE | {
    "[",
    "[[",
    "test",
    "kill",
    "pkill",
    "pgrep",
    "ps",
    "wait",
    "rm",
    "touch",
    "ls",
    "break",
    "tail",
    "cat",
    "inotifywait",
    "set",
}
_DEFAULT_GRACE = 30


def idle_stop(view: View) -> Shown | None:
    """5.4: a preStop hook that only sleeps. A sidecar outlives the app anyway, and its own sleep only delays the pod's end, though
    not beyond the grace period.

    Said of the way out alone: an entrance drains meanwhile, and what carries logs or figures may use the time.
    """
    seconds = min(slept(view.each, True), view.workload.pod.grace_seconds)
    if not seconds or view.faces == "inbound":
        return None
    known = view.each.known.helper if view.each.known else None
    if view.faces != "outbound" and (known is not None or not is_used(view, view.seen)):
        return None
    assert view.container.pre_stop is not None
    return Shown(str(seconds), (Sight("it runs when the pod begins to stop, beside the app's own", view.container.pre_stop.route),))


def slept(each: Seen, only: bool = False) -> int:
    """The seconds that a preStop hook plainly sleeps, in one go; 0 where it may be less. `only`: 0 too where it does anything else."""
    hook = each.container.pre_stop
    if hook is None:
        return 0
    if hook.kind == "sleep":
        return hook.seconds or 0
    does = hook_behaviour(each.container, hook)
    if does is None or any(re.search(_LOOPS, word) for word in hook.command):
        return 0
    names = {argv[0].rpartition("/")[2] for argv in does.programs}
    if only and not (does.understood and names <= _IDLE):
        return 0
    return sum(_seconds(argv[1:]) for argv in does.programs if argv[0].rpartition("/")[2] == "sleep")


def _seconds(words: Sequence[str]) -> int:
    found = [re.fullmatch(r"(\d{1,6})([smh]?)", word) for word in words]
    return sum(int(each[1]) * _UNITS[each[2]] for each in found if each)


def late_work(view: View) -> Shown | None:
    """5.11: a script that works only once the app has said that it is done, and does not trap SIGTERM.

    Kubernetes stops a sidecar as soon as the app has ended. A grace period longer than the default shows that somebody thought of it.
    """
    each = view.each
    if each.does.ends != "when-told" or view.workload.pod.grace_seconds > _DEFAULT_GRACE or not _is_script(each):
        return None
    if any(re.search(_TRAPS, word) for word in each.words):
        return None
    for path in each.does.waits_for:
        sayer = next((other for other in view.regular if _says_last(path, each, other)), None)
        work = work_after(path, each)
        if sayer is not None and work and not _waits_for_it(sayer, each):
            made = _made(path, each, sayer)
            sight = sight_of(f"{sayer.container.name} makes {made[0]} as it ends", sayer.container, made[0])
            return Shown(f"{work} after {path}", (sight,))
    return None


def _is_script(each: Seen) -> bool:
    return bool(each.words) and each.words[0].rpartition("/")[2] in _SHELLS


def _says_last(path: str, each: Seen, other: Seen) -> bool:
    """Whether making the file is the last that a container does, so that Kubernetes stops the sidecar from then on."""
    made = _made(path, each, other)
    last = [argv for argv in other.does.programs if argv[0].rpartition("/")[2] not in ("exit", "echo", "printf", "date", "trap")][-1:]
    ends = any(re.search(r"\btrap\b[^\n]*\bEXIT\b", word) for word in other.words)
    return any(ends or mine in argv for mine in made for argv in last)


def _made(path: str, each: Seen, other: Seen) -> list[str]:
    """The files that another container makes which are this one's path, as the other names them."""
    place = file_in_volume(path, each.container)
    return [mine for mine in other.does.touches if place is not None and file_in_volume(mine, other.container) == place]


def work_after(path: str, each: Seen) -> str:
    """The first program behind the wait for a file that does more than look on; "" without one."""
    programs, behind = each.does.programs, behind_the_loop(path, each)
    asked = [i for i, argv in enumerate(programs) if any(path in word for word in argv)]
    for argv in programs[max(asked) + 1 :] if asked else ():
        name = argv[0].rpartition("/")[2]
        if name not in NO_WORK and (behind is None or argv[0] in behind):
            return name
    return ""


def behind_the_loop(path: str, each: Seen) -> str | None:
    """What a script does when its loop has ended, where the loop itself asks for the file; None where none does."""
    word = next((word for word in each.words if path in word), "")
    ahead = word[: word.find(path)]
    if not re.search(rf"{_LOOP_OF}(?:(?!{_DO})[\s\S])*$", ahead):
        return None
    depth = 0
    for found in re.finditer(rf"{_DO}|{_DONE}", word[len(ahead) + len(path) :]):
        depth += 1 if found.group() == "do" else -1
        if depth == 0:
            return word[len(ahead) + len(path) + found.end() :]
    return None


def _waits_for_it(sayer: Seen, each: Seen) -> bool:
    """Whether the app stays until the sidecar answers."""
    made = {file_in_volume(path, each.container) for path in (*each.does.touches, *each.does.writes)} - {None}
    return any(file_in_volume(path, sayer.container) in made for path in sayer.does.waits_for) or any(
        call.waits for call in sayer.does.calls
    )


def used_up_grace(workload: Workload, seen: Sequence[Seen]) -> Grace:
    """5.1, 5.5, 5.6: who sleeps through the whole grace period of a pod with sidecars. Two seconds are what nobody can take from
    those who stop then: the sleeper, and the sidecars that wait for it. What the API server refuses anyway (2.12) is left to that."""
    grace = workload.pod.grace_seconds
    if not grace or not any(each.container.is_sidecar for each in seen):
        return Grace()
    found = [index for index, each in enumerate(seen) if sleeps_through(each, grace)]
    if not found:
        return Grace()
    first = seen[found[0]]
    words = f"the preStop hook of {first.container.name} sleeps {slept(first)} seconds, and the grace period is {grace}"
    return Grace(words, tuple(each.container.name for i, each in enumerate(seen) if i in found or _waits_for_any(each, i, found, seen)))


def sleeps_through(each: Seen, grace: int) -> bool:
    """Whether a container's preStop hook plainly sleeps as long as the grace period, or longer."""
    hook = each.container.pre_stop
    if hook is None or not each.container.image or not (each.container.list == "containers" or each.container.is_sidecar):
        return False
    seconds = slept(each)
    return seconds == grace or (seconds > grace and hook.kind != "sleep")


def _waits_for_any(each: Seen, index: int, others: Sequence[int], seen: Sequence[Seen]) -> bool:
    """A sidecar is told to stop after all of `containers` and the sidecars behind it (5.1)."""
    return each.container.is_sidecar and any(seen[other].container.list == "containers" or other > index for other in others)
