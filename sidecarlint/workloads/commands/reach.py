"""When a script reaches each of its commands: surely, or only as the work before it turned out.

In: a script's statements. Out: one of six words for each place. Must not know: what a command does to the world.

It answers one question of people who end a helper at the end of a script: is that end reached when the work fails, and does
its own exit code then stand for that of the work?
"""

import re
from collections.abc import Callable, Sequence

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import name_of
from sidecarlint.workloads.commands.requests import requests
from sidecarlint.workloads.commands.statements import Place, Statement, walk
from sidecarlint.workloads.commands.strictness import turned_strict
from sidecarlint.workloads.commands.ways import COVERING, ON_FAILURE, ON_SIGNAL, ON_SUCCESS, SURELY, UNREACHED

# What is done around the work, and is not the work.
_HOUSEKEEPERS = """
(( : [ [[ apk apt apt-get break cat cd chmod chown command continue cut date declare dnf echo egrep env exit export false find
fgrep getopts grep hash head hostname id kill killall let ln local ls mkdir mktemp nc ncat netcat pgrep pidof pkill popd printenv
printf ps pushd pwd read readonly return rm sed seq set shift shopt sleep sort stat tail tee test touch tr trap true type typeset
ulimit umask uname unset wc which whoami yum
"""
_HOUSEKEEPING = frozenset(_HOUSEKEEPERS.split())
_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
# Whoever is asked to quit so stands beside the script, whatever variable holds the host.
_QUIT = "/quitquitquit"
_STATUS = r"(\w+)=[\"']?\$\?[\"']?"
_GOOD, _BAD = ("-eq", "=", "=="), ("-ne", "!=", "-gt")
_DEEPEST = 20


class _Event(NamedTuple):
    """A command that was met: where, under which condition, in a trap or not, and whether work had been done by then."""

    place: Place
    on: str
    trapped: bool
    worked: bool
    time: int


def reached(script: Statement) -> dict[Place, str]:
    """When each command of a script is reached, by its place. What stands in a function that nobody calls is not in it."""
    course = _Course(script)
    course.follow(script, "", False)
    return course.told()


class _Course:
    """Follows a script, as far as what comes before a command decides whether it runs."""

    def __init__(self, script: Statement) -> None:
        pieces = list(walk(script))
        self.functions = {each.words[0].text: each.parts[0] for each in pieces if each.kind == "function" and each.words and each.parts}
        self.status = {found[1] for each in pieces for text in each.sets if (found := re.fullmatch(_STATUS, text))}
        self.events: list[_Event] = []
        self.depth = self.time = self.kept = 0
        self.strict = self.shaken = self.worked = self.trapped = self.replaced = self.over = False

    def told(self) -> dict[Place, str]:
        """The word for each place; of a command that is met more than once, what all its ways come to."""
        words: dict[Place, list[str]] = {}
        for event in self.events:
            words.setdefault(event.place, []).append(self._word(event))
        return {place: together(each) for place, each in words.items()}

    def _word(self, event: _Event) -> str:
        if event.on or event.trapped:
            return event.on or SURELY
        return COVERING if event.worked and self.kept <= event.time else SURELY

    def follow(self, statement: Statement, on: str, guarded: bool) -> None:
        """Goes through a statement that runs under a condition; `guarded`: its failure stops no shell."""
        for each in statement.inner:
            self.follow(each, on, True)
        if statement.redirects and statement.kind != "command":
            self._meet(statement.place, on)
        _WAYS.get(statement.kind, _Course._sequence)(self, statement, on, guarded)

    def _sequence(self, statement: Statement, on: str, guarded: bool) -> None:
        for each in statement.parts:
            if self.over or self.replaced:
                return
            self.follow(each, on, guarded)

    def _meet(self, place: Place, on: str) -> None:
        self.time += 1
        self.events.append(_Event(place, on or (ON_SUCCESS if self.shaken else ""), self.trapped, self.worked, self.time))

    def _keep(self) -> None:
        """From here on the exit code is again that of the work."""
        self.kept = self.time + 1

    def _command(self, statement: Statement, on: str, guarded: bool) -> None:
        self._meet(statement.place, on)
        argv = [word.text for word in statement.words]
        name = name_of(argv[0]) if argv else ""
        strict = turned_strict(argv) if argv else None
        self.strict = self.strict if strict is None else strict
        if name in self.functions and self.depth < _DEEPEST:
            self.depth += 1
            self.follow(self.functions[name], on, guarded)
            self.depth, self.over = self.depth - 1, False
        elif name in ("exit", "return"):
            self._leave(argv)
        elif self._asks_for_status(argv):
            self._keep()
        elif argv and is_work(argv):
            self._work(guarded)
        self._sequence(statement, on, guarded)
        self.replaced |= bool(argv) and "exec" in statement.wrappers and not self.trapped

    def _leave(self, argv: Sequence[str]) -> None:
        if any("$" in word and word != "$?" for word in argv[1:]):
            self._keep()
        self.over = True

    def _work(self, guarded: bool) -> None:
        self.worked = True
        self._keep()
        self.shaken |= self.strict and not guarded

    def _shell(self, statement: Statement, on: str, guarded: bool) -> None:
        before, first = (self.strict, self.shaken, self.over), len(self.events)
        self.strict = statement.strict or (statement.kind == "subshell" and self.strict)
        worked, self.worked = self.worked, False
        self._sequence(statement, on, guarded)
        failed = self.worked
        self.worked |= worked
        if self.replaced:
            # exec puts a program in the place of the shell, and its traps are gone with it.
            self.events[first:] = [each._replace(on=UNREACHED) if each.trapped else each for each in self.events[first:]]
        self.strict, self.shaken, self.over = before
        self.replaced = False
        self.shaken |= failed and self.strict and not guarded

    def _and(self, statement: Statement, on: str, guarded: bool) -> None:
        left, right = statement.parts
        self.follow(left, on, True)
        verdict = self._verdict(left)
        self._branch(right, on or verdict, guarded)
        self.shaken |= verdict == ON_FAILURE and _leaves(right)

    def _or(self, statement: Statement, on: str, guarded: bool) -> None:
        left, right = statement.parts
        self.follow(left, on, True)
        verdict = _OTHERWISE[self._verdict(left)]
        self._branch(right, on or verdict, guarded)
        self.shaken |= verdict == ON_FAILURE and _leaves(right)

    def _branch(self, statement: Statement, on: str, guarded: bool) -> None:
        over, worked = self.over, self.worked
        shaken, self.shaken = self.shaken, False if on else self.shaken
        self.follow(statement, on, guarded)
        self.over, self.shaken = over, shaken or (self.shaken and not on)
        self.worked = self.worked if on != ON_FAILURE else worked

    def _not(self, statement: Statement, on: str, guarded: bool) -> None:
        self.follow(statement.parts[0], on, True)

    def _if(self, statement: Statement, on: str, guarded: bool) -> None:
        otherwise = ""
        for arm in statement.parts:
            verdict = otherwise
            if len(arm.parts) > 1:
                self.follow(arm.parts[0], on or otherwise, True)
                verdict = self._verdict(arm.parts[0]) or otherwise
                otherwise = _OTHERWISE[verdict]
            self._branch(arm.parts[-1], on or verdict, guarded)
            self.shaken |= verdict == ON_FAILURE and _leaves(arm.parts[-1])

    def _case(self, statement: Statement, on: str, guarded: bool) -> None:
        for each in statement.parts:
            self._branch(each, on, guarded)

    def _loop(self, statement: Statement, on: str, guarded: bool) -> None:
        """What a loop asks again and again is no work."""
        before = (self.worked, self.shaken, self.kept)
        self.follow(statement.parts[0], on, True)
        self.worked, self.shaken, self.kept = before
        self._branch(statement.parts[1], on, guarded)

    def _for(self, statement: Statement, on: str, guarded: bool) -> None:
        self._branch(statement.parts[0], on, guarded)

    def _pipe(self, statement: Statement, on: str, guarded: bool) -> None:
        for each in statement.parts:
            self.follow(each, on, guarded)

    def _background(self, statement: Statement, on: str, guarded: bool) -> None:
        self._branch(statement.parts[0], on, True)

    def _trap(self, statement: Statement, on: str, guarded: bool) -> None:
        words = [word.text for word in statement.words if word.text != "--"]
        signals = {word.upper().removeprefix("SIG") for word in words[2:]}
        how = "" if signals & {"EXIT", "0"} else ON_FAILURE if signals == {"ERR"} else ON_SIGNAL
        state = (self.strict, self.shaken, self.worked, self.over, self.kept)
        self.trapped, self.shaken = True, False
        self._sequence(statement, how, True)
        self.trapped, (self.strict, self.shaken, self.worked, self.over, self.kept) = False, state

    def _nothing(self, statement: Statement, on: str, guarded: bool) -> None:
        """A function runs where it is called; what cannot be read says nothing."""

    def _verdict(self, condition: Statement) -> str:
        """What it says of the work that a condition holds: that it succeeded, that it failed, or nothing."""
        if condition.kind == "not":
            return _OTHERWISE[self._verdict(condition.parts[0])]
        last = condition.parts[-1] if condition.kind == "sequence" and condition.parts else condition
        if last is not condition:
            return self._verdict(last)
        argv = [word.text for word in last.words]
        if last.kind == "command" and self._asks_for_status(argv):
            return ON_SUCCESS if set(argv) & set(_GOOD) else ON_FAILURE if set(argv) & set(_BAD) else ""
        return ON_SUCCESS if self._works(condition, 0) else ""

    def _works(self, statement: Statement, depth: int) -> bool:
        if statement.kind in ("function", "trap", "while", "until") or depth > _DEEPEST:
            return False
        argv = [word.text for word in statement.words]
        if argv and argv[0] in self.functions:
            return self._works(self.functions[argv[0]], depth + 1)
        return (statement.kind == "command" and bool(argv) and is_work(argv)) or any(self._works(each, depth) for each in statement.parts)

    def _asks_for_status(self, argv: Sequence[str]) -> bool:
        """`[ $? -eq 0 ]`, `test "$code" != 0`, `((rc == 0))`."""
        if not argv or argv[0] not in ("[", "[[", "test", "(("):
            return False
        names = {"$?", *(f"${name}" for name in self.status), *(f"${{{name}}}" for name in self.status), *self.status}
        return "0" in argv and bool(names & set(argv))


def _leaves(statement: Statement) -> bool:
    """Whether running it may end the script."""
    inside = statement.parts if statement.kind not in ("function", "subshell", "script", "background", "trap") else ()
    return bool(statement.words and statement.words[0].text in ("exit", "return")) or any(_leaves(each) for each in inside)


def is_work(argv: Sequence[str]) -> bool:
    """Whether a command may be what the script is for, and not only what is done around it."""
    calls = requests(argv)
    beside = bool(calls) and all(each.host in _LOOPBACK or each.path.endswith(_QUIT) for each in calls)
    return name_of(argv[0]) not in _HOUSEKEEPING and not beside


def together(words: Sequence[str]) -> str:
    """What several ways to the same end come to."""
    for word in (SURELY, COVERING):
        if word in words:
            return word
    either = {ON_SUCCESS, ON_FAILURE} & set(words)
    return SURELY if len(either) == 2 else next((each for each in (ON_SUCCESS, ON_FAILURE, ON_SIGNAL) if each in words), UNREACHED)


_OTHERWISE = {ON_SUCCESS: ON_FAILURE, ON_FAILURE: ON_SUCCESS, "": ""}
_WAYS: dict[str, Callable[[_Course, Statement, str, bool], None]] = {
    "command": _Course._command,
    "and": _Course._and,
    "or": _Course._or,
    "not": _Course._not,
    "if": _Course._if,
    "case": _Course._case,
    "while": _Course._loop,
    "until": _Course._loop,
    "for": _Course._for,
    "pipe": _Course._pipe,
    "background": _Course._background,
    "trap": _Course._trap,
    "script": _Course._shell,
    "subshell": _Course._shell,
    "function": _Course._nothing,
    "opaque": _Course._nothing,
}
