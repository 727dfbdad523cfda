"""Whether what follows a log does nothing else: a script may start the app itself and only show its log.

In: what is seen of a container. Out: yes or no. Must not know: text, spans, files.
"""

import re

from sidecarlint.lifecycle.seen import Seen
from sidecarlint.workloads.commands import Follow

_CARRIERS = frozenset(
    [
        "tail",
        "cat",
        "less",
        "more",
        "head",
        "grep",
        "egrep",
        "fgrep",
        "sed",
        "awk",
        "cut",
        "tr",
        "tee",
        "sort",
        "uniq",
        "jq",
        "sleep",
        "echo",
        "printf",
        "date",
        "read",
        "stdbuf",
    ]
)
_QUIET = frozenset(
    [
        "[",
        "[[",
        "test",
        "true",
        "false",
        ":",
        "touch",
        "mkdir",
        "mkfifo",
        "chmod",
        "chown",
        "exec",
        "set",
        "trap",
        "exit",
        "wait",
        "cd",
        "export",
        "let",
        "local",
        "shift",
    ]
)
_TOOLS = frozenset(
    [
        "ls",
        "find",
        "stat",
        "rm",
        "cp",
        "mv",
        "ln",
        "wc",
        "ps",
        "pgrep",
        "pidof",
        "kill",
        "pkill",
        "killall",
        "timeout",
        "inotifywait",
        "nc",
        "ncat",
        "curl",
        "wget",
        "hostname",
    ]
)
_IDLE = frozenset({"sleep", "wait", "trap", "true", ":"})
# One pipe to the end of the script, and nothing that runs beside or after it.
_PIPE = r"[^;&\n|]*(?:\d?>&\d[^;&\n|]*)?\|(?!\|)(?:[^;&\n|]|\|(?!\|)|>&)*"


def only_passes_on(each: Seen) -> bool:
    """Whether all that it runs are programs that carry lines along."""
    return not each.does.calls and all(_name(argv) in _CARRIERS | _QUIET for argv in each.does.programs)


def only_reads(each: Seen, follow: Follow) -> bool:
    """Whether reading is all that it does: whatever else it runs may be the app."""
    return not _foreign(each) and _is_passive(each, follow)


def feeds_a_program(each: Seen, follow: Follow) -> bool:
    """Whether a program of its own works on the lines, which come to it by a pipe, and nothing else runs."""
    return _is_passive(each, follow) and _behind_the_pipe(each, follow)


def works_beside(each: Seen) -> bool:
    """Whether it follows a file and runs something else, or what is not known, besides."""
    return any(not only_reads(each, follow) and not feeds_a_program(each, follow) for follow in each.does.follows)


def only_idles(each: Seen) -> bool:
    """Whether it only keeps its container up, for somebody to look around or to run something in it."""
    does = each.does
    quiet = does.programs and all(_is_idle(argv) for argv in does.programs)
    return bool(quiet) and does.understood and not (does.calls or does.writes or does.touches or does.kills or does.waits_for)


def _is_idle(argv: tuple[str, ...]) -> bool:
    """`cat` without a file waits for input that never comes, and what `tail` follows in /dev stays empty."""
    if _name(argv) == "tail":
        return argv[-1].startswith("/dev/null")
    return _name(argv) in _IDLE or (_name(argv) == "cat" and len(argv) == 1)


def _is_passive(each: Seen, follow: Follow) -> bool:
    """It makes nothing of what it reads, all of it is understood, and nobody connects to it."""
    container = each.container
    probes = (container.startup_probe, container.readiness_probe, container.liveness_probe)
    asked = any(probe is not None and probe.kind != "exec" for probe in probes)
    return each.does.understood and follow.path not in each.does.writes and not container.ports and not asked


def _foreign(each: Seen) -> list[str]:
    return [argv[0] for argv in each.does.programs if _name(argv) not in _CARRIERS | _QUIET | _TOOLS]


def _behind_the_pipe(each: Seen, follow: Follow) -> bool:
    key, index, start, end = follow.place
    words = (each.container.command if key == "command" else each.container.args) or ()
    text = words[index] if index < len(words) else ""
    ahead, behind = text[:start], text[end:]
    return re.fullmatch(_PIPE, behind) is not None and all(name in behind and name not in ahead for name in _foreign(each))


def _name(argv: tuple[str, ...]) -> str:
    return argv[0].rpartition("/")[2]
