"""What a script's conditions ask of the world, and whether they end the loop that they stand in.

In: statements. Out: `Question`s, yes or no. Must not know: how a whole script runs.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import is_file, is_fixed, name_of, operands
from sidecarlint.workloads.commands.requests import connection, requests
from sidecarlint.workloads.commands.statements import Statement, walk

_FILE_TESTS = {"-f", "-e", "-s", "-d", "-r", "-p", "-S", "-a", "-L", "-h", "-w", "-x"}
# `i++`, `i += 1`, `i=$((i+1))`, `i=$(expr $i + 1)`, `let i=i+1`.
_COUNTING = r"\bNAME\s*(?:\+\+|--|[-+]=)|(?:\+\+|--)\s*NAME\b|\bNAME=(?:\$\(\(|\$\[|\S*\bexpr\b|NAME\s*[-+])"
_ENDING = {"exit", "return", "break", "kill", "pkill", "killall"}
_SILENT = {"true", ":", "false", "sleep", "echo", "printf", "date", "read", "shift", "getopts", "set", "let"}
_TESTS = {"[", "[[", "((", "test", "grep", "egrep", "pgrep", "pidof", "which", "type", "hash", "cmp", "diff", "false"}


class Question(NamedTuple):
    """What a condition asks of the world, as a reason. `path`: the file whose being there, or being `gone`, ends the wait."""

    reason: str
    path: str = ""
    gone: bool = False


def questions(statement: Statement, wanted: bool) -> Iterator[Question]:
    """What a condition asks. `wanted`: whether a yes, rather than a no, ends the wait."""
    for each in statement.inner:
        yield from questions(each, wanted)
    if statement.kind == "command" and statement.words:
        yield from _asked(tuple(word.text for word in statement.words), wanted)
    for request in (connection(target) for _, target in statement.redirects):
        if request:
            yield Question(f"it waits for an answer from {request.host}:{request.port or '?'}")
    for each in statement.parts:
        yield from questions(each, not wanted if statement.kind == "not" else wanted)


def _asked(argv: tuple[str, ...], wanted: bool) -> Iterator[Question]:
    name = name_of(argv[0])
    if name in ("[", "[[", "test"):
        yield from _tested(argv[1:], wanted)
        return
    called = requests(argv)
    paths = [each for each in operands(argv) if is_file(each)] if name in ("ls", "stat", "cat") else []
    if called:
        yield Question(f"it waits for an answer from {called[0].host}:{called[0].port or '?'}")
    elif name in ("pgrep", "pidof", "ps", "kill"):
        yield Question("it waits for a process")
    elif paths:
        yield _about(paths[0], wanted)
    elif wanted and name not in _SILENT and name != "((":
        yield Question(f"it waits until {name} succeeds")


def _tested(words: tuple[str, ...], wanted: bool) -> Iterator[Question]:
    negated = False
    for word, following in pairwise(words):
        if word in _FILE_TESTS and following not in ("]", "]]"):
            yield _about(following, wanted != negated)
        negated = word == "!"


def _about(path: str, wanted: bool) -> Question:
    return Question(f"it waits for the file {path}", path) if wanted else Question(f"it waits until the file {path} is gone", path, True)


def asks_to_leave(statement: Statement) -> bool:
    """Whether a condition in a loop's body decides that the loop is left, or another process is ended."""
    if statement.kind not in ("arm", "and", "or") or len(statement.parts) < 2:
        return False
    return any(each.words and each.words[0].text in _ENDING for each in walk(statement.parts[1]))


def endless(loop: Statement) -> bool:
    """Whether a loop's own condition never ends it: `while true`, `until false`, `while [ 1 ]`, `while sleep 5`."""
    last = loop.parts[0]
    while last.parts:
        last = last.parts[-1]
    words = tuple(word.text for word in last.words if word.text not in ("[", "]", "[[", "]]", "((", "))"))
    if not words or loop.parts[0].kind not in ("command", "sequence"):
        return False
    if loop.kind == "until":
        return words[0] == "false"
    if last.words[0].text in ("[", "[[", "((", "test"):
        words = words[1:] if words[0] == "test" else words
        same = len(words) == 3 and words[0] == words[2] and words[1] in ("=", "==", "-eq")
        return same or (len(words) == 1 and is_fixed(words[0]) and words[0] not in ("", "0"))
    return words[0] in ("true", ":", "sleep", "echo", "printf", "date", "inotifywait")


def is_question(statement: Statement) -> bool:
    """Whether what follows with && or || is one of two ways, and not the usual one."""
    if statement.kind == "not":
        return True
    last = statement.parts[-1] if statement.kind in ("pipe", "and", "or") else statement
    argv = [word.text for word in last.words]
    return bool(argv) and (name_of(argv[0]) in _TESTS or argv[:2] == ["kill", "-0"] or argv[:2] == ["command", "-v"])


def is_counted(condition: Statement, body: Statement) -> bool:
    """Whether a condition ends its loop by itself: a variable that is counted, or words or lines that are used up."""
    words = _texts(condition)
    if words[:1] in (["read"], ["getopts"]) or "shift" in words + _texts(body):
        return True
    text = " ".join(words + _texts(body))
    named = re.findall(r"[A-Za-z_]\w*", " ".join(words)) if words[:1] == ["(("] else re.findall(r"\$\{?(\w+)", " ".join(words))
    return any(re.search(_COUNTING.replace("NAME", each), text) for each in dict.fromkeys(named))


def _texts(statement: Statement) -> list[str]:
    return [text for each in walk(statement) for text in (*each.sets, *(word.text for word in each.words))]
