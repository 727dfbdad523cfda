"""How a script ends: followed from its start, as a shell would run it.

In: statements. Out: one of four words, and why. Must not know: images, what else a script does.

A script is taken for what it usually does: commands succeed, unless the script itself asks. What is not known for sure is
"unknown".
"""

import re
from collections.abc import Callable
from functools import reduce

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import SHELLS, has, name_of, operands
from sidecarlint.workloads.commands.conditions import asks_to_leave, endless, is_counted, is_question, questions
from sidecarlint.workloads.commands.endings import DONE, NEVER, TOLD, UNKNOWN, ending
from sidecarlint.workloads.commands.scripts import DEEPEST_SCRIPT
from sidecarlint.workloads.commands.statements import Statement, walk
from sidecarlint.workloads.commands.stops import ends_early, holds_a_stop, stops_itself, stops_others
from sidecarlint.workloads.commands.tails import tail

_LEAVING = {"exit", "return", "break", "continue"}


def end_of(script: Statement) -> tuple[str, str]:
    """How a script ends: never, when-done, when-told or unknown, and the reason in a few words."""
    return _verdict(_Run().of(script))


def _verdict(course: "_Course") -> tuple[str, str]:
    if course.opaque:
        return UNKNOWN, course.opaque
    if course.blocks:
        sure = not course.passes and course.leaves <= _FAILED
        return (NEVER, course.blocks) if sure else (UNKNOWN, f"it may end, or not: {course.blocks}")
    return (TOLD, course.told) if course.told else (DONE, "every command in it finishes")


class _Course(NamedTuple):
    """Where running a piece of script may lead: on to the next, out by exit and the like, or to a stop; told and opaque on the way."""

    passes: bool = True
    leaves: frozenset[str] = frozenset()
    blocks: str = ""
    told: str = ""
    opaque: str = ""

    def then(self, following: "_Course") -> "_Course":
        if not self.passes:
            return self
        return self.beside(following)._replace(passes=following.passes)

    def beside(self, other: "_Course") -> "_Course":
        ways = (self.blocks or other.blocks, self.told or other.told, self.opaque or other.opaque)
        return _Course(self.passes or other.passes, self.leaves | other.leaves, *ways)

    def alone(self, leaves: frozenset[str] | None = None) -> "_Course":
        """Seen from outside, where `leaves` (all but a failure's, if not given) only mean that it is over."""
        gone = self.leaves - _FAILED if leaves is None else self.leaves & leaves
        return self._replace(passes=self.passes or bool(gone), leaves=self.leaves - gone)


def _either(courses: list[_Course]) -> _Course:
    return reduce(_Course.beside, courses)


_ON = _Course()
_FAILED = frozenset({"fail"})
_UNSEEN = frozenset({"unseen"})
_UNCLEAR = "when its loop ends is not known"
_WRITERS = "when what it reads ends is not known"
_STOPPED = "it waits for a process that is stopped"
_MOST_JOBS = 40


class _Run:
    """Follows a script from its start, as a shell would run it."""

    def __init__(self) -> None:
        self.functions: dict[str, Statement] = {}
        self.running: list[str] = []
        self.known: dict[tuple[str, bool], _Course] = {}
        self.jobs: list[_Course] = []
        self.watch: _Course | None = None
        self.pipes: set[str] = set()
        self.fed = False

    def of(self, statement: Statement) -> _Course:
        """The course of a statement, what it reads and the wrappers around it counted."""
        fed, self.fed = self.fed, self.fed or statement.stdin is not None or any(each.startswith("<") for each, _ in statement.redirects)
        course = self._reading(statement, _COURSES.get(statement.kind, _Run._sequence)(self, statement))
        self.fed = fed or (self.fed and "exec" in statement.wrappers and not statement.words)
        if "timeout" in statement.wrappers:
            course = _ON
        if "exec" in statement.wrappers and statement.words and course.passes:
            return course._replace(passes=False, leaves=course.leaves | {"exit"})
        return course

    def _reading(self, statement: Statement, course: _Course) -> _Course:
        if any(operator == "<&" or (operator == "<" and self._is_pipe(target)) for operator, target in statement.redirects):
            course = course.beside(_Course(opaque=_WRITERS))
        inner = (self.of(each).blocks for each in statement.inner)
        blocked = next((each for each in inner if each), "")
        return course.beside(_Course(opaque=f"it reads what may never end: {blocked}")) if blocked else course

    def _is_pipe(self, path: str) -> bool:
        return path in self.pipes or bool(re.search(r"(?:fifo|pipe)(?![a-z])|^/dev/(?:stdin|tty|fd)", path))

    def _sequence(self, statement: Statement) -> _Course:
        if statement.kind == "opaque":
            return _Course(leaves=_UNSEEN, opaque="a part of its script cannot be read")
        if statement.kind == "trap":
            return _ON
        course = _ON
        for each in statement.parts:
            course = course.then(self._watched(self.of(each))) if course.passes else course
        return course.alone() if statement.kind in ("script", "subshell") else course

    def _watched(self, course: _Course) -> _Course:
        """A job in the background that stops others may end what would block."""
        return self.watch.beside(course._replace(blocks="")) if self.watch and course.blocks and not course.passes else course

    def _joined(self, statement: Statement) -> _Course:
        left, right = self.of(statement.parts[0]), self.of(statement.parts[1])
        if is_question(statement.parts[0]):
            return left.beside(left.then(right))
        if statement.kind == "and":
            return left.then(right)
        # Commands succeed: what stands behind || is a failure's way, which can only leave.
        return left._replace(leaves=left.leaves | (right.leaves - _FAILED)) if left.passes else left

    def _pipe(self, statement: Statement) -> _Course:
        # `yes |` goes on for as long as it is read, no longer.
        first, last = statement.parts[0], statement.parts[-1]
        stages = [self._stage(each, each is not first) for each in statement.parts if each is last or not _is_run_of(each, "yes")]
        blocked = next((each.blocks for each in stages if each.blocks and not each.passes), "")
        if blocked and stages[-1].passes and ends_early(self._body(last)):
            return _Course(told="it waits for a line of its input")
        if blocked:
            return _Course(False, blocks=blocked)
        unending = _Course(opaque=_UNCLEAR) if _is_run_of(first, "yes") and last.kind in ("while", "until") else _ON
        return _either([_ON, unending, *stages])

    def _stage(self, statement: Statement, behind: bool) -> _Course:
        fed, self.fed = self.fed, self.fed or behind
        course = self.of(statement).alone()
        self.fed = fed
        return course

    def _body(self, statement: Statement) -> Statement:
        return self.functions.get(statement.words[0].text, statement) if statement.words else statement

    def _if(self, statement: Statement) -> _Course:
        course = _ON
        for arm in reversed(statement.parts):
            body = self.of(arm.parts[-1])
            course = self.of(arm.parts[0]).then(body.beside(course)) if len(arm.parts) > 1 else body
        return course

    def _case(self, statement: Statement) -> _Course:
        return _either([self.of(each) for each in statement.parts])

    def _while(self, statement: Statement) -> _Course:
        condition, body = statement.parts
        course = self.of(condition).then(self.of(body))
        out = course.leaves - {"continue"}
        leaving = (part for part in walk(body) if asks_to_leave(part))
        if not endless(statement):
            told = next((each.reason for each in questions(condition, statement.kind == "until")), "")
            unclear = "" if told else course.opaque if is_counted(condition, body) else _UNCLEAR
            return _Course(True, out - {"break"}, course.blocks, told, unclear)
        told = next((each.reason for part in leaving for each in questions(part.parts[0], part.kind != "or")), "")
        if not out:
            return _Course(False, blocks=course.blocks or "its loop never ends", told=told)
        return _Course("break" in out, out - {"break"}, told=told, opaque="" if told else _UNCLEAR)

    def _for(self, statement: Statement) -> _Course:
        course = self.of(statement.parts[0])
        return course._replace(passes=course.passes or not course.blocks, leaves=course.leaves - {"break", "continue"})

    def _background(self, statement: Statement) -> _Course:
        job = self.of(statement.parts[0]).alone()
        if holds_a_stop(statement.parts[0]):
            self.watch = _Course(told=job.told) if job.told else _Course(opaque="a job in the background may stop it")
        if len(self.jobs) == _MOST_JOBS:
            self.jobs = [_Course(opaque="it starts more jobs than are followed")]
        self.jobs.append(job)
        return _ON

    def _stop(self) -> None:
        """What a wait meets after a command that stops a job: which one of several is not known."""
        blocked = sum(not each.passes for each in self.jobs)
        stopped = _Course(told=_STOPPED) if blocked == 1 else _Course(opaque="which of its jobs are stopped is not known")
        self.jobs = [each if each.passes else stopped for each in self.jobs]

    def _function(self, statement: Statement) -> _Course:
        if statement.words and statement.parts:
            self.functions[statement.words[0].text] = statement.parts[0]
            self.known.pop((statement.words[0].text, self.fed), None)
        return _ON

    def _command(self, statement: Statement) -> _Course:
        if not statement.words:
            silent = statement.sets or statement.redirects or statement.inner or statement.stdin
            handed = "exec" in statement.wrappers and not statement.redirects
            return _ON if silent and not handed else _Course(opaque="what its arguments run is not known")
        argv = [word.text for word in statement.words]
        if argv[0] in self.functions:
            return self._called(argv[0])
        if argv[0] in _LEAVING:
            failed = argv[0] == "exit" and re.fullmatch(r"0*[1-9]\d*", "".join(argv[1:2]))
            return _Course(False, _FAILED if failed else frozenset({argv[0]}))
        if stops_itself(argv):
            return _Course(leaves=frozenset({"exit"}))
        if stops_others(argv):
            self._stop()
        course = self._wait(argv) if argv[0] == "wait" else self._program(statement, argv)
        return course.then(self._sequence(statement))

    def _called(self, name: str) -> _Course:
        if name in self.running or len(self.running) > DEEPEST_SCRIPT:
            return _Course(opaque=f"{name} calls itself")
        key = (name, self.fed)
        if key not in self.known:
            self.running.append(name)
            self.known[key] = self.of(self.functions[name]).alone(frozenset({"return"}))
            self.running.pop()
        return self.known[key]

    def _wait(self, argv: list[str]) -> _Course:
        jobs = self.jobs[-1:] if argv[1:] == ["$!"] else self.jobs
        blocked = [each for each in jobs if each.blocks and not each.passes]
        if len(argv) > 1 and argv[1] not in ("-n", "$!") and len(jobs) > 1:
            # A loop in the background that kills when it is told to is how another job is ended (native-sidecars 10).
            told = next((each.told for each in blocked if each.told), "")
            return _Course(told=told) if told else _Course(opaque="which of its jobs it waits for is not known")
        if blocked and ("-n" not in argv or len(blocked) == len(jobs)):
            return blocked[0]
        return _either([_ON, *(each for each in jobs if each not in blocked)])

    def _program(self, statement: Statement, argv: list[str]) -> _Course:
        name, asked = name_of(argv[0]), tail(statement.words)
        if name == "mkfifo":
            self.pipes |= set(operands(argv, "-m"))
        if asked and asked.follows:
            if asked.until:
                return _Course(told="tail waits for a process to end")
            return _Course(False, blocks=f"{asked.tool} never returns")
        # A template action may hold any text, and so a way out.
        if name in ("eval", "source", ".") or "{{" in argv[0]:
            return _Course(leaves=_UNSEEN, opaque=f"what {' '.join(argv[:2])} does is not known")
        if name in SHELLS or "$" in argv[0]:
            return _Course(opaque=f"what {next(iter(operands(argv)), argv[0])} does is not known")
        if self._waits_for_input(name, argv, statement):
            return _Course(opaque=_WRITERS)
        ends, reason = (DONE, "") if asked else ending(argv)
        courses = {NEVER: _Course(False, blocks=reason), TOLD: _Course(told=reason), UNKNOWN: _Course(opaque=reason)}
        return courses.get(ends, _ON)


    def _waits_for_input(self, name: str, argv: list[str], statement: Statement) -> bool:
        """A container's own input, a pipe, or one line of what may be a pipe: nobody here knows whether it ends."""
        if name == "read":
            return not has(argv, "-t") and (not self.fed or any(each == "<" for each, _ in statement.redirects))
        files = [each for each in operands(argv) if each != "-"]
        return name == "cat" and ("xargs" not in statement.wrappers and not files and not self.fed or any(map(self._is_pipe, files)))


_COURSES: dict[str, Callable[[_Run, Statement], _Course]] = {
    "and": _Run._joined,
    "or": _Run._joined,
    "pipe": _Run._pipe,
    "if": _Run._if,
    "case": _Run._case,
    "while": _Run._while,
    "until": _Run._while,
    "for": _Run._for,
    "background": _Run._background,
    "function": _Run._function,
    "command": _Run._command,
}


def _is_run_of(statement: Statement, name: str) -> bool:
    return bool(statement.words) and name_of(statement.words[0].text) == name
