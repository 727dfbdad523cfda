"""What a trick is, and what those who look for one share.

In: what is seen of a pod. Out: `Trick`, places of words. Must not know: text, spans, files.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload
from sidecarlint.workloads.commands.reach import together
from sidecarlint.workloads.commands.ways import COVERING, ON_FAILURE, ON_SIGNAL, ON_SUCCESS, UNREACHED

DOUBT = "caller-unknown"
"""The kind of what may end a helper, though nobody is seen to do it."""
IDLE = ""
"""The kind of what looks like a trick and reaches nobody."""
LONGEST_WORDS = 60
"""How many characters of what somebody wrote stand in a sentence of ours."""

HIDES = "hides-failure"
"""What is said of a trick whose exit code stands for that of the work."""

_FAILS = {ON_SUCCESS: "work-fails", ON_FAILURE: "work-succeeds", COVERING: HIDES}


class Trick(NamedTuple):
    """How a legacy helper comes to its end today, as far as a manifest shows it (native-sidecars 10).

    kind   quit-call, marker-file, process-kill, wrapper, kubectl, annotation, controller, watch-loop, self-timeout, deadline,
           caller-unknown, or "" for what reaches nobody
    by     the container that does it; "" where none does, or none is seen
    words  what it does it with: an endpoint, a file, a process, a wrapper, a key, a command, seconds
    fails  work-fails: it is not done when the work fails, so the pod hangs just then; work-succeeds: only then; hides-failure: its
           exit code stands for that of the work; "" where nothing of this is seen
    sights what shows it; the first is a sentence whose subject is the helper
    ready  whether it is the helper itself that shows that somebody is meant to tell it
    """

    kind: str
    by: str = ""
    words: str = ""
    fails: str = ""
    sights: tuple[Sight, ...] = ()
    ready: bool = False


class Scene(NamedTuple):
    """What a trick is looked for in: a helper, its part, how it would end alone, and the pod around it."""

    workload: Workload
    each: Seen
    part: Part
    alone: str
    because: Sight | None
    seen: Sequence[Seen]

    @property
    def others(self) -> tuple[Seen, ...]:
        """The containers that run beside it."""
        beside = (other for other in self.seen if other.container.list == "containers" or other.container.is_sidecar)
        return tuple(other for other in beside if other is not self.each)


def failing(words: Iterable[str]) -> str:
    """How what is reached in these ways may fail, all ways together."""
    return _FAILS.get(together(tuple(words)), "")


def is_done(words: Iterable[str]) -> bool:
    """Whether any of these ways is one of a script that comes to its own end."""
    return together(tuple(words)) not in (ON_SIGNAL, UNREACHED)


def mentions(each: Seen, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], Sight]]:
    """Where a pattern is found in a container's words, comments in a script apart, and in the values of its variables."""
    container = each.container
    for key, words in (("command", container.command), ("args", container.args)):
        for index, word in enumerate(words or ()):
            for found in pattern.finditer(word):
                if not word[word.rfind("\n", 0, found.start()) + 1 : found.start()].lstrip().startswith("#"):
                    yield found, Sight("", (*container.route, key, index), found.span())
    for variable in container.env:
        for found in pattern.finditer(variable.value):
            yield found, Sight("", (*variable.route, "value"), found.span())


def where(each: Seen, text: str) -> Sight:
    """The place of some words of a container, or the container where they do not stand letter for letter."""
    found = next((sight for _, sight in mentions(each, re.compile(re.escape(text)))), None) if text else None
    return found or Sight("", each.container.route)


def short(text: str) -> str:
    """Words of a manifest as a sentence can hold them."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_WORDS else f"{text[: LONGEST_WORDS - 1]}…"
