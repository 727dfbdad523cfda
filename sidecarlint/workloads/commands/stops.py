"""What ends another process: commands that stop a job, and readers that end a pipeline before its input does.

In: statements, the words of a simple command. Out: yes or no. Must not know: how a whole script runs.
"""

import re
from collections.abc import Sequence

from sidecarlint.workloads.commands.argv import name_of
from sidecarlint.workloads.commands.statements import Statement, walk

_KILLERS = frozenset({"kill", "pkill", "killall"})
# Signals that ask, or that servers take to mean "read your configuration again".
_HARMLESS = r"-?-?(?:s|n|signal)?[= ]?(?:SIG)?(?:0|1|10|12|l|L|HUP|USR1|USR2|WINCH|CONT)"
_STOPPING = r"(?i)(?<![\w./-])-{0,2}(?:shutdown\w*|stop|quit\w*|exit)(?!\w)|/(?:shutdown|quit\w*|exit)\b|\.shutdown\w*\("
_SAYING = frozenset({"echo", "printf", "test", "[", "[[", "cat", "grep", "touch", "rm"})
_LEAVING = frozenset({"exit", "break", "return", "read", "head", *_KILLERS})
# Programs that a line of their script ends.
_QUITTING = {"sed": r"(?:^|[/;{}\s\d$!])[qQ]\s*\d*\s*(?:[;}]|$)", "awk": r"\bexit\b", "gawk": r"\bexit\b", "perl": r"\b(?:exit|last|die)\b"}
_ENOUGH = r"-[a-zA-Z]*[qm]\d*|--(?:max-count|quiet|silent)\b.*"


def stops_others(argv: Sequence[str]) -> bool:
    """Whether a command ends a process that runs beside it: `kill $P`, `mysqladmin shutdown`, `nginx -s quit`."""
    name, arguments = name_of(argv[0]), argv[1:]
    if name in _KILLERS:
        first = " ".join(arguments[: 2 if arguments[:1] and arguments[0] in ("-s", "-n", "--signal") else 1])
        return bool(arguments) and not (first[:1] == "-" and re.fullmatch(_HARMLESS, first))
    return name not in _SAYING and bool(re.search(_STOPPING, " ".join(arguments)))


def stops_itself(argv: Sequence[str]) -> bool:
    """Whether a command is aimed at the shell that runs it, its group, or the container's first process."""
    return name_of(argv[0]) == "kill" and stops_others(argv) and argv[-1] in ("$$", "-$$", "1", "-1", "0", "$PPID", "$BASHPID")


def holds_a_stop(statement: Statement) -> bool:
    """Whether any command below a statement ends another process."""
    return any(each.words and stops_others([word.text for word in each.words]) for each in walk(statement))


def ends_early(last: Statement) -> bool:
    """Whether a pipeline's last stage may be done while its input goes on, which then ends with the next line that is written."""
    loop = last.kind in ("while", "until")
    if loop and last.parts[0].kind == "and":
        return True
    return any(_stops_reading(each) for part in (last.parts[1:] if loop else (last,)) for each in walk(part))


def _stops_reading(statement: Statement) -> bool:
    if "timeout" in statement.wrappers:
        return True
    if not statement.words or "xargs" in statement.wrappers:
        return False
    name, arguments = name_of(statement.words[0].text), [word.text for word in statement.words[1:]]
    if name in ("grep", "egrep", "fgrep"):
        return any(re.fullmatch(_ENOUGH, each) for each in arguments)
    return name in _LEAVING or (name in _QUITTING and any(re.search(_QUITTING[name], each) for each in arguments))
