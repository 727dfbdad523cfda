"""What a container's first process does when Kubernetes tells it to stop.

In: what is seen of a container, and its pod. Out: yes or no. Must not know: text, spans, files. Facts: helpers.md 9, native-sidecars 5.9.
"""

import re

from sidecarlint.lifecycle.seen import Seen
from sidecarlint.workloads import Pod

_DEAF = frozenset({"tail", "sleep"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_LOOP = re.compile(r"\b(?:while|until|for)\b[\s\S]*\bdo\b")
_HANDLES = re.compile(r"\b(?:trap|exec|tini|dumb-init|catatonit)\b")


def ignores_sigterm(each: Seen, pod: Pod) -> bool:
    """Whether SIGTERM is plainly lost on a container, which is then killed when the pod's grace period is over.

    The kernel gives the first process of a container no signal that it has no handler for, and `tail`, `sleep` and the loops of a
    shell without a trap have none (helpers.md 9). In a shared process namespace it is not the first. Anything else may handle it.
    """
    plain = each.does.understood and each.does.ends == "never" and not each.does.wrappers
    if pod.shared_processes or not plain or any(_HANDLES.search(word) for word in each.words):
        return False
    first = each.words[0].rpartition("/")[2] if each.words else ""
    programs = {argv[0].rpartition("/")[2] for argv in each.does.programs}
    looping = any(_LOOP.search(word) for word in each.words)
    return first in _DEAF or (first in _SHELLS and bool(programs) and (programs <= _DEAF or looping))
