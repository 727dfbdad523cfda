"""What a script does, whichever way it runs: the files, ports, connections and processes that its commands name.

In: a script and how it ends. Out: `Behaviour`. Must not know: images, lifecycles.
"""

import re
from collections.abc import Sequence

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import SHELLS, is_file, is_fixed, name_of, operands
from sidecarlint.workloads.commands.conditions import asks_to_leave, endless, is_question, questions
from sidecarlint.workloads.commands.endings import NEVER, ending
from sidecarlint.workloads.commands.requests import awaited_files, connection, requests
from sidecarlint.workloads.commands.servers import serving
from sidecarlint.workloads.commands.statements import Place, Statement
from sidecarlint.workloads.commands.stops import ends_early, stops_others
from sidecarlint.workloads.commands.strictness import turned_strict
from sidecarlint.workloads.commands.tails import tail
from sidecarlint.workloads.commands.ways import SURELY, UNREACHED
from sidecarlint.workloads.commands.wrappers import LIFECYCLE_WRAPPERS, WAITERS

# Programs that make, fill or await the files that they name: which of our lists, and the options that take a value.
_NAMED_FILES = {
    "touch": ("touches", "-r -d -t"),
    "mkfifo": ("pipes", "-m"),
    "tee": ("writes", ""),
    "inotifywait": ("waits_for", "-e -t --event --timeout --format --timefmt --include --includei --exclude --excludei"),
}
# Programs whose files are seen by others, and which of their operands.
_MAKING = {"touch": slice(None), "tee": slice(None), "mkdir": slice(None), **dict.fromkeys(("cp", "mv", "ln", "install"), slice(-1, None))}

# A job of the script itself, and a variable that holds its number.
_JOB = r"%\d*|\$!|\$\{!\}|[$`].*\bjobs -\w*p.*"
_STARTED = r"(\w+)=[\"']?\$(?:!|\{!\})[\"']?"


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
    """A connection that is opened; `path` and `method` are empty where it is not HTTP. `waits`: work goes on only when it is answered.

    `reached`: when the script comes to it, as in `Deed`.
    """

    host: str
    port: int | None
    path: str
    method: str
    waits: bool
    place: Place
    reached: str = SURELY


class Deed(NamedTuple):
    """What other containers may notice: a file that is made, filled or removed, a process (or "pid") that is ended.

    `reached`, as the module of this name has it: surely, covering, on-success, on-failure, on-signal or unreached.
    """

    target: str
    place: Place
    reached: str = SURELY


class Behaviour(NamedTuple):
    """What a command line does. `ends`: never, when-done, when-told or unknown, and the `reason` in a few words.

    `waits_for`: files that a loop waits for, `waits_out`: files that it waits to be gone; `touches`: files that are created; `writes`:
    files that output goes to; `kills`: process names, or "pid"; `programs`: the argv of each simple command without wrappers;
    `wrappers`: those of them that tie the process to another's life. `understood` is False when some of the text stayed opaque.
    `made`, `removed` and `killed`: what others may notice, with its place.
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
    waits_out: tuple[str, ...] = ()
    made: tuple[Deed, ...] = ()
    removed: tuple[Deed, ...] = ()
    killed: tuple[Deed, ...] = ()


def observe(script: Statement, ends: str, reason: str) -> Behaviour:
    """The behaviour of a script of which it is known how it ends."""
    reading = _Reading()
    reading.read(script, _Around())
    return reading.behaviour(ends, reason, script)


class _Around(NamedTuple):
    """Where a statement stands: in a `loop` (its keyword), in a condition that a loop waits for, in any condition (`asked`), as what
    feeds a pipe that ends before it does (`drained`)."""

    loop: str = ""
    awaited: bool = False
    asked: bool = False
    drained: bool = False


class _Reading:
    """Collects what a script's statements do, each once, wherever they stand."""

    def __init__(self) -> None:
        self.follows: list[Follow] = []
        self.listens: list[Listen] = []
        self.calls: list[Call] = []
        self.found: dict[str, list[str]] = {
            key: [] for key in ("waits_for", "touches", "writes", "kills", "wrappers", "pipes", "waits_out")
        }
        self.noticed: dict[str, list[Deed]] = {key: [] for key in ("made", "removed", "killed")}
        self.programs: list[tuple[str, ...]] = []
        self.understood = True
        self.strict = False
        self.jobs: set[str] = set()

    def behaviour(self, ends: str, reason: str, script: Statement) -> Behaviour:
        waits_for, touches, writes, kills, wrappers, _, waits_out = (tuple(dict.fromkeys(each)) for each in self.found.values())
        ways = _reached(script) if self.calls or any(self.noticed.values()) else {}
        calls = tuple(each._replace(reached=ways.get(each.place, UNREACHED)) for each in self.calls)
        facts = (tuple(self.follows), tuple(self.listens), calls, waits_for, touches, writes, kills, tuple(self.programs))
        deeds = (tuple(each._replace(reached=ways.get(each.place, UNREACHED)) for each in found) for found in self.noticed.values())
        return Behaviour(ends, reason, *facts, wrappers, self.understood, waits_out, *deeds)

    def read(self, statement: Statement, around: _Around) -> None:
        self._redirects(statement, around)
        for each in statement.inner:
            self.read(each, around._replace(loop=""))
        self.found["wrappers"] += (each for each in statement.wrappers if each in LIFECYCLE_WRAPPERS)
        self.understood &= statement.kind != "opaque"
        started = (found[1] for text in statement.sets if (found := re.fullmatch(_STARTED, text)))
        self.jobs |= {way for name in started for way in (f"${name}", f"${{{name}}}")}
        if statement.kind == "command" and statement.words:
            self._command(statement, around)
        strict, self.strict = self.strict, statement.strict if statement.kind == "script" else self.strict
        for index, part in enumerate(statement.parts):
            self.read(part, self._within(statement, index, around))
        self.strict = strict if statement.kind in ("script", "subshell") else self.strict

    def _within(self, statement: Statement, index: int, around: _Around) -> _Around:
        condition = statement.parts[0]
        if statement.kind in ("while", "until"):
            if index:
                return _Around(statement.kind)
            self._await(condition, statement.kind == "until")
            return _Around(loop=statement.kind, asked=True) if endless(statement) else _Around(awaited=True, asked=True)
        if statement.kind == "for":
            return around._replace(loop="for")
        if statement.kind == "pipe":
            return around._replace(drained=index == 0 and ends_early(statement.parts[-1]))
        if index == 0 and around.loop and asks_to_leave(statement):
            self._await(condition, statement.kind != "or")
            return _Around(awaited=True, asked=True)
        return around._replace(asked=True) if index == 0 and statement.kind in ("arm", "and", "or", "not") else around

    def _await(self, condition: Statement, wanted: bool) -> None:
        for each in questions(condition, wanted):
            if each.path:
                self.found["waits_out" if each.gone else "waits_for"].append(each.path)

    def _redirects(self, statement: Statement, around: _Around) -> None:
        for operator, target in statement.redirects:
            opened = connection(target)
            if opened:
                self.calls.append(Call(*opened, around.awaited, statement.place))
            elif ">" in operator and is_file(target):
                self.noticed["made"].append(Deed(target, statement.place))
                self.found["writes"].append(target)
                self.found["touches"] += [target] if ">>" not in operator else []
            elif operator == "<" and around.loop in ("while", "until") and is_file(target):
                self.follows.append(Follow(target, "read in a loop", True, statement.place, None, ""))

    def _command(self, statement: Statement, around: _Around) -> None:
        argv = _with_target(statement)
        name = name_of(argv[0])
        self.programs += [] if statement.parts else [argv]
        self.understood &= is_fixed(name) and name not in ("eval", "source", ".", *SHELLS)
        awaited = around.awaited or name in WAITERS
        self.calls += (Call(*request, awaited, statement.place) for request in requests(argv))
        server = serving(argv)
        if server:
            self.listens.append(Listen(server.port, server.tool, server.runs, statement.place))
        self.found["kills"] += _killed(argv)
        self._notice(argv, statement.place)
        self._wait(statement, argv, around)
        if name in _NAMED_FILES and not (name == "inotifywait" and (around.loop or ending(argv)[0] == NEVER) and not around.drained):
            key, values = _NAMED_FILES[name]
            key = "waits_out" if name == "inotifywait" and any("delete" in each for each in argv) else key
            self.found[key] += (each for each in operands(argv, values) if is_file(each))
        self._follow(statement, around, argv)

    def _notice(self, argv: tuple[str, ...], place: Place) -> None:
        name = name_of(argv[0])
        files = [each for each in operands(argv, _NAMED_FILES.get(name, ("", "-m -t"))[1]) if is_file(each)]
        self.noticed["made"] += (Deed(each, place) for each in files[_MAKING.get(name, slice(0))])
        self.noticed["removed"] += (Deed(each, place) for each in files if name in ("rm", "unlink", "rmdir"))
        if stops_others(argv) and not self._is_own(argv):
            self.noticed["killed"] += (Deed(each, place) for each in _killed(argv))

    def _is_own(self, argv: tuple[str, ...]) -> bool:
        """Whether a kill is meant for jobs of the same script, which nobody else notices."""
        targets = [each for each in argv[1:] if each[:1] != "-" and not each.isalpha()]
        return name_of(argv[0]) == "kill" and bool(targets) and all(re.fullmatch(_JOB, each) or each in self.jobs for each in targets)

    def _wait(self, statement: Statement, argv: tuple[str, ...], around: _Around) -> None:
        """Files that a bare test ends a strict shell's loop by, and those that `dockerize` waits for."""
        strict = turned_strict(argv)
        self.strict = self.strict if strict is None else strict
        if self.strict and around.loop in ("while", "until") and not around.asked and is_question(statement):
            self._await(statement, False)
        self.found["waits_for"] += awaited_files(argv)

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


def _reached(script: Statement) -> dict[Place, str]:
    """Most containers do nothing that others notice, and need no such look."""
    from sidecarlint.workloads.commands.reach import reached

    return reached(script)


def _with_target(statement: Statement) -> tuple[str, ...]:
    """The words of a command; a kill that xargs feeds goes by the numbers that it reads."""
    argv = tuple(word.text for word in statement.words)
    fed = "xargs" in statement.wrappers and name_of(argv[0]) == "kill"
    return (*argv, "$pids") if fed else argv


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
