"""What a script does, whichever way it runs: the files, ports, connections and processes that its commands name.

In: a script and how it ends. Out: `Behaviour`. Must not know: images, lifecycles.
"""

import re
from collections.abc import Sequence

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import SHELLS, is_file, is_fixed, name_of, operands
from sidecarlint.workloads.commands.conditions import asks_to_leave, endless, questions
from sidecarlint.workloads.commands.endings import NEVER, ending
from sidecarlint.workloads.commands.requests import connection, requests
from sidecarlint.workloads.commands.servers import serving
from sidecarlint.workloads.commands.statements import Place, Statement
from sidecarlint.workloads.commands.tails import tail
from sidecarlint.workloads.commands.wrappers import LIFECYCLE_WRAPPERS, WAITERS

# Programs that make, fill or await the files that they name: which of our lists, and the options that take a value.
_NAMED_FILES = {
    "touch": ("touches", "-r -d -t"),
    "mkfifo": ("pipes", "-m"),
    "tee": ("writes", ""),
    "inotifywait": ("waits_for", "-e -t --event --timeout --format --timefmt"),
}


class Follow(NamedTuple):
    """A log file that is read for as long as the process lives; `tool` as people say it, such as `tail -f`.

    `by_name`: a file that is missing or replaced is survived. `option` and `replacement`: the very text to change so that it is.
    """

    path: str
    tool: str
    by_name: bool
    place: Place
    option: Place | None
    replacement: str


class Listen(NamedTuple):
    """A port that is served, and the argv that each connection runs, if it runs one."""

    port: int | None
    tool: str
    runs: tuple[str, ...]
    place: Place


class Call(NamedTuple):
    """A connection that is opened; `path` and `method` are empty where it is not HTTP. `waits`: work goes on only when it is answered."""

    host: str
    port: int | None
    path: str
    method: str
    waits: bool
    place: Place


class Behaviour(NamedTuple):
    """What a command line does. `ends`: never, when-done, when-told or unknown, and the `reason` in a few words.

    `waits_for`: files that a loop waits for; `touches`: files that are created; `writes`: files that output goes to; `kills`:
    process names, or "pid"; `programs`: the argv of each simple command without wrappers; `wrappers`: those of them that tie
    the process to another's life. `understood` is False when some of the text stayed opaque.
    """

    ends: str
    reason: str
    follows: tuple[Follow, ...] = ()
    listens: tuple[Listen, ...] = ()
    calls: tuple[Call, ...] = ()
    waits_for: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    kills: tuple[str, ...] = ()
    programs: tuple[tuple[str, ...], ...] = ()
    wrappers: tuple[str, ...] = ()
    understood: bool = True


def observe(script: Statement, ends: str, reason: str) -> Behaviour:
    """The behaviour of a script of which it is known how it ends."""
    reading = _Reading()
    reading.read(script, _Around())
    return reading.behaviour(ends, reason)


class _Around(NamedTuple):
    """Where a statement stands: in a `loop` (its keyword), and in a condition that a loop waits for."""

    loop: str = ""
    awaited: bool = False


class _Reading:
    """Collects what a script's statements do, each once, wherever they stand."""

    def __init__(self) -> None:
        self.follows: list[Follow] = []
        self.listens: list[Listen] = []
        self.calls: list[Call] = []
        self.found: dict[str, list[str]] = {key: [] for key in ("waits_for", "touches", "writes", "kills", "wrappers", "pipes")}
        self.programs: list[tuple[str, ...]] = []
        self.understood = True

    def behaviour(self, ends: str, reason: str) -> Behaviour:
        waits_for, touches, writes, kills, wrappers, _ = (tuple(dict.fromkeys(each)) for each in self.found.values())
        facts = (tuple(self.follows), tuple(self.listens), tuple(self.calls), waits_for, touches, writes, kills, tuple(self.programs))
        return Behaviour(ends, reason, *facts, wrappers, self.understood)

    def read(self, statement: Statement, around: _Around) -> None:
        self._redirects(statement, around)
        for each in statement.inner:
            self.read(each, around._replace(loop=""))
        self.found["wrappers"] += (each for each in statement.wrappers if each in LIFECYCLE_WRAPPERS)
        self.understood &= statement.kind != "opaque"
        if statement.kind == "command" and statement.words:
            self._command(statement, around)
        for index, part in enumerate(statement.parts):
            self.read(part, self._within(statement, index, around))

    def _within(self, statement: Statement, index: int, around: _Around) -> _Around:
        condition = statement.parts[0]
        if statement.kind in ("while", "until"):
            if index:
                return _Around(statement.kind)
            self._await(condition, statement.kind == "until")
            return _Around(loop=statement.kind) if endless(statement) else _Around(awaited=True)
        if statement.kind == "for":
            return around._replace(loop="for")
        if index == 0 and around.loop and asks_to_leave(statement):
            self._await(condition, statement.kind != "or")
            return _Around(awaited=True)
        return around

    def _await(self, condition: Statement, wanted: bool) -> None:
        self.found["waits_for"] += (each.path for each in questions(condition, wanted) if each.path)

    def _redirects(self, statement: Statement, around: _Around) -> None:
        for operator, target in statement.redirects:
            opened = connection(target)
            if opened:
                self.calls.append(Call(*opened, around.awaited, statement.place))
            elif ">" in operator and is_file(target):
                self.found["writes"].append(target)
                self.found["touches"] += [target] if ">>" not in operator else []
            elif operator == "<" and around.loop in ("while", "until") and is_file(target):
                self.follows.append(Follow(target, "read in a loop", True, statement.place, None, ""))

    def _command(self, statement: Statement, around: _Around) -> None:
        argv = tuple(word.text for word in statement.words)
        name = name_of(argv[0])
        self.programs += [] if statement.parts else [argv]
        self.understood &= is_fixed(name) and name not in ("eval", "source", ".", *SHELLS)
        awaited = around.awaited or name in WAITERS
        self.calls += (Call(*request, awaited, statement.place) for request in requests(argv))
        server = serving(argv)
        if server:
            self.listens.append(Listen(server.port, server.tool, server.runs, statement.place))
        self.found["kills"] += _killed(argv)
        if name in _NAMED_FILES and not (name == "inotifywait" and (around.loop or ending(argv)[0] == NEVER)):
            key, values = _NAMED_FILES[name]
            self.found[key] += (each for each in operands(argv, values) if is_file(each))
        self._follow(statement, around, argv)

    def _follow(self, statement: Statement, around: _Around, argv: tuple[str, ...]) -> None:
        name, again = name_of(argv[0]), around.loop in ("while", "until")
        asked = tail(statement.words)
        if asked is None or not asked.follows:
            read = [each for each in operands(argv, "-n -c") if is_file(each)] if name in ("cat", "tail") else []
            for path in (each for each in read if again or each in self.found["pipes"]):
                self.follows.append(Follow(path, f"{name} in a loop" if again else f"{name} of a pipe", True, statement.place, None, ""))
            return
        for path in (each for each in asked.paths if is_file(each)):
            there = any(path in self.found[key] for key in ("waits_for", "touches", "pipes"))
            survives = asked.by_name or again or there
            option = asked.option.body if asked.option and not survives else None
            self.follows.append(Follow(path, asked.tool, survives, statement.place, option, asked.replacement if option else ""))


def _killed(argv: Sequence[str]) -> list[str]:
    """The process names that a command kills, or "pid" where it goes by number; nothing for `kill -0`, which only asks."""
    name, arguments = name_of(argv[0]), list(argv[1:])
    if name not in ("kill", "pkill", "killall") or {"-0", "-l", "-L"} & set(arguments):
        return []
    while arguments and arguments[0][:1] == "-":
        arguments = arguments[2 if arguments[0] in ("-s", "-u", "-U", "-P", "-g", "--signal", "-n") and name != "killall" else 1 :]
    if name != "kill":
        return arguments if name == "killall" else arguments[-1:]
    looked_up = re.findall(r"(?:pidof|pgrep)(?:\s+-\S+)*\s+[\"']?([\w./-]+)", " ".join(arguments))
    return looked_up or (["pid"] if arguments else [])
