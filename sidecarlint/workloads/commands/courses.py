"""How a script ends: followed from its start, as a shell would run it.

In: statements. Out: one of four words, and why. Must not know: images, what else a script does.

A script is taken for what it usually does: commands succeed, unless the script itself asks. What is not known for sure is
"unknown".
"""

import re
from collections.abc import Callable

from sidecarlint.workloads.commands.argv import SHELLS, has, name_of, operands
from sidecarlint.workloads.commands.conditions import asks_to_leave, endless, is_counted, is_question, questions
from sidecarlint.workloads.commands.endings import DONE, NEVER, TOLD, UNKNOWN, ending
from sidecarlint.workloads.commands.scripts import DEEPEST_SCRIPT
from sidecarlint.workloads.commands.statements import Statement, walk
from sidecarlint.workloads.commands.stops import ends_early, holds_a_stop, stops_itself, stops_others
from sidecarlint.workloads.commands.strictness import turned_strict
from sidecarlint.workloads.commands.tails import tail
from sidecarlint.workloads.commands.ways import FAILED, ON, UNSEEN, Course, either, verdict

_LEAVING = {"exit", "return", "break", "continue"}


def end_of(script: Statement) -> tuple[str, str]:
    """How a script ends: never, when-done, when-told or unknown, and the reason in a few words."""
    return verdict(_Run().of(script))


_UNCLEAR = "when its loop ends is not known"
_WRITERS = "when what it reads ends is not known"
_STOPPED = "it waits for a process that is stopped"
_MOST_JOBS = 40


class _Run:
    """Follows a script from its start, as a shell would run it."""

    def __init__(self) -> None:
        self.functions: dict[str, Statement] = {}
        self.running: list[str] = []
        self.known: dict[tuple[str, bool, bool], Course] = {}
        self.jobs: list[Course] = []
        self.watch: Course | None = None
        self.pipes: set[str] = set()
        self.fed = self.strict = self.asking = self.looping = False

    def of(self, statement: Statement) -> Course:
        """The course of a statement, what it reads and the wrappers around it counted."""
        fed, self.fed = self.fed, self.fed or statement.stdin is not None or any(each.startswith("<") for each, _ in statement.redirects)
        course = self._reading(statement, _COURSES.get(statement.kind, _Run._sequence)(self, statement))
        self.fed = fed or (self.fed and "exec" in statement.wrappers and not statement.words)
        if "timeout" in statement.wrappers:
            course = ON
        if "exec" in statement.wrappers and statement.words and course.passes:
            return course._replace(passes=False, leaves=course.leaves | {"exit"})
        return course

    def _reading(self, statement: Statement, course: Course) -> Course:
        if any(operator == "<&" or (operator == "<" and self._is_pipe(target)) for operator, target in statement.redirects):
            course = course.beside(Course(opaque=_WRITERS))
        for each in statement.inner:
            beside = each.kind == "background"
            blocked = self.of(each.parts[0] if beside else each).alone()
            if blocked.blocks and beside:
                course = course.beside(Course(opaque=f"it reads what may never end: {blocked.blocks}"))
            elif blocked.blocks and not blocked.passes:
                return blocked
            elif blocked.blocks:
                course = course.beside(Course(opaque=f"it may read what never ends: {blocked.blocks}"))
        return course

    def _asked(self, condition: Statement) -> Course:
        """The course of what a script asks: there a failure is an answer, and stops no shell."""
        asking, self.asking = self.asking, True
        course = self.of(condition)
        self.asking = asking
        return course

    def _negated(self, statement: Statement) -> Course:
        return self._asked(statement.parts[0])

    def _shell(self, statement: Statement) -> Course:
        strict, self.strict = self.strict, statement.strict or (statement.kind == "subshell" and self.strict)
        course = self._sequence(statement)
        self.strict = strict
        return course

    def _is_pipe(self, path: str) -> bool:
        return path in self.pipes or bool(re.search(r"(?:fifo|pipe)(?![a-z])|^/dev/(?:stdin|tty|fd)", path))

    def _sequence(self, statement: Statement) -> Course:
        if statement.kind == "opaque":
            return Course(leaves=UNSEEN, opaque="a part of its script cannot be read")
        if statement.kind == "trap":
            return ON
        course = ON
        for each in statement.parts:
            course = course.then(self._watched(self.of(each))) if course.passes else course
        return course.alone() if statement.kind in ("script", "subshell") else course

    def _watched(self, course: Course) -> Course:
        """A job in the background that stops others may end what would block."""
        return self.watch.beside(course._replace(blocks="")) if self.watch and course.blocks and not course.passes else course

    def _joined(self, statement: Statement) -> Course:
        left, right = self._asked(statement.parts[0]), self.of(statement.parts[1])
        if is_question(statement.parts[0]):
            return left.beside(left.then(right))
        if statement.kind == "and":
            return left.then(right)
        # Commands succeed: what stands behind || is a failure's way, which can only leave.
        return left._replace(leaves=left.leaves | (right.leaves - FAILED)) if left.passes else left

    def _pipe(self, statement: Statement) -> Course:
        # `yes |` goes on for as long as it is read, no longer.
        first, last = statement.parts[0], statement.parts[-1]
        stages = [self._stage(each, each is not first) for each in statement.parts if each is last or not _is_run_of(each, "yes")]
        blocked = next((each.blocks for each in stages if each.blocks and not each.passes), "")
        if blocked and stages[-1].passes and ends_early(self._body(last)):
            return Course(told="it waits for a line of its input")
        if blocked:
            return Course(False, blocks=blocked)
        unending = Course(opaque=_UNCLEAR) if _is_run_of(first, "yes") and last.kind in ("while", "until") else ON
        return either([ON, unending, *stages])

    def _stage(self, statement: Statement, behind: bool) -> Course:
        fed, self.fed = self.fed, self.fed or behind
        course = self.of(statement).alone()
        self.fed = fed
        return course

    def _body(self, statement: Statement) -> Statement:
        return self.functions.get(statement.words[0].text, statement) if statement.words else statement

    def _if(self, statement: Statement) -> Course:
        course = ON
        for arm in reversed(statement.parts):
            body = self.of(arm.parts[-1])
            course = self._asked(arm.parts[0]).then(body.beside(course)) if len(arm.parts) > 1 else body
        return course

    def _case(self, statement: Statement) -> Course:
        return either([self.of(each) for each in statement.parts])

    def _while(self, statement: Statement) -> Course:
        condition, body = statement.parts
        looping, self.looping = self.looping, True
        course = self._asked(condition).then(self.of(body))
        self.looping = looping
        out = course.leaves - {"continue"}
        leaving = (part for part in walk(body) if asks_to_leave(part))
        if not endless(statement):
            told = next((each.reason for each in questions(condition, statement.kind == "until")), "")
            unclear = "" if told else course.opaque if is_counted(condition, body) else _UNCLEAR
            return Course(True, out - {"break"}, course.blocks, told, unclear)
        told = next((each.reason for part in leaving for each in questions(part.parts[0], part.kind != "or")), "")
        told = told or (course.told if self.strict else "")
        if not out:
            return Course(False, blocks=course.blocks or "its loop never ends", told=told)
        return Course("break" in out, out - {"break"}, told=told, opaque="" if told else _UNCLEAR)

    def _for(self, statement: Statement) -> Course:
        course = self.of(statement.parts[0])
        return course._replace(passes=course.passes or not course.blocks, leaves=course.leaves - {"break", "continue"})

    def _background(self, statement: Statement) -> Course:
        job = self.of(statement.parts[0]).alone()
        if holds_a_stop(statement.parts[0]):
            self.watch = Course(told=job.told) if job.told else Course(opaque="a job in the background may stop it")
        if len(self.jobs) == _MOST_JOBS:
            self.jobs = [Course(opaque="it starts more jobs than are followed")]
        self.jobs.append(job)
        return ON

    def _stop(self) -> None:
        """What a wait meets after a command that stops a job: which one of several is not known."""
        blocked = sum(not each.passes for each in self.jobs)
        stopped = Course(told=_STOPPED) if blocked == 1 else Course(opaque="which of its jobs are stopped is not known")
        self.jobs = [each if each.passes else stopped for each in self.jobs]

    def _function(self, statement: Statement) -> Course:
        if statement.words and statement.parts:
            self.functions[statement.words[0].text] = statement.parts[0]
            self.known = {key: each for key, each in self.known.items() if key[0] != statement.words[0].text}
        return ON

    def _command(self, statement: Statement) -> Course:
        if not statement.words:
            silent = statement.sets or statement.redirects or statement.inner or statement.stdin
            handed = "exec" in statement.wrappers and not statement.redirects
            return ON if silent and not handed else Course(opaque="what its arguments run is not known")
        argv = [word.text for word in statement.words]
        if argv[0] in self.functions:
            return self._called(argv[0])
        if argv[0] in _LEAVING:
            failed = argv[0] == "exit" and re.fullmatch(r"0*[1-9]\d*", "".join(argv[1:2]))
            return Course(False, FAILED if failed else frozenset({argv[0]}))
        if stops_itself(argv):
            return Course(leaves=frozenset({"exit"}))
        if stops_others(argv):
            self._stop()
        strict = turned_strict(argv)
        self.strict = self.strict if strict is None else strict
        course = self._wait(argv) if argv[0] == "wait" else self._program(statement, argv)
        course = course.then(self._sequence(statement))
        return course.beside(self._failing(statement)) if course.passes else course

    def _failing(self, statement: Statement) -> Course:
        """A bare test is a loop's way out where the shell stops at the first failure; elsewhere it is meant to hold."""
        if not (self.strict and self.looping) or self.asking or not is_question(statement):
            return ON
        return Course(leaves=frozenset({"exit"}), told=next((each.reason for each in questions(statement, False)), ""))

    def _called(self, name: str) -> Course:
        if name in self.running or len(self.running) > DEEPEST_SCRIPT:
            return Course(opaque=f"{name} calls itself")
        key = (name, self.fed, self.strict and self.looping and not self.asking)
        if key not in self.known:
            self.running.append(name)
            self.known[key] = self.of(self.functions[name]).alone(frozenset({"return"}))
            self.running.pop()
        return self.known[key]

    def _wait(self, argv: list[str]) -> Course:
        jobs = self.jobs[-1:] if argv[1:] == ["$!"] else self.jobs
        blocked = [each for each in jobs if each.blocks and not each.passes]
        if len(argv) > 1 and argv[1] not in ("-n", "$!") and len(jobs) > 1:
            # A loop in the background that kills when it is told to is how another job is ended (native-sidecars 10).
            told = next((each.told for each in blocked if each.told), "")
            return Course(told=told) if told else Course(opaque="which of its jobs it waits for is not known")
        if blocked and ("-n" not in argv or len(blocked) == len(jobs)):
            return blocked[0]
        return either([ON, *(each for each in jobs if each not in blocked)])

    def _program(self, statement: Statement, argv: list[str]) -> Course:
        name, asked = name_of(argv[0]), tail(statement.words)
        if name == "mkfifo":
            self.pipes |= set(operands(argv, "-m"))
        if asked and asked.follows:
            if asked.until:
                return Course(told="tail waits for a process to end")
            return Course(False, blocks=f"{asked.tool} never returns")
        # A template action may hold any text, and so a way out.
        if name in ("eval", "source", ".") or "{{" in argv[0]:
            return Course(leaves=UNSEEN, opaque=f"what {' '.join(argv[:2])} does is not known")
        if name in SHELLS or "$" in argv[0]:
            return Course(opaque=f"what {next(iter(operands(argv)), argv[0])} does is not known")
        if self._waits_for_input(name, argv, statement):
            return Course(opaque=_WRITERS)
        ends, reason = (DONE, "") if asked else ending(argv)
        courses = {NEVER: Course(False, blocks=reason), TOLD: Course(told=reason), UNKNOWN: Course(opaque=reason)}
        return courses.get(ends, ON)

    def _waits_for_input(self, name: str, argv: list[str], statement: Statement) -> bool:
        """A container's own input, a pipe, or one line of what may be a pipe: nobody here knows whether it ends."""
        if name == "read":
            return not has(argv, "-t") and (not self.fed or any(each == "<" for each, _ in statement.redirects))
        files = [each for each in operands(argv) if each != "-"]
        return name == "cat" and ("xargs" not in statement.wrappers and not files and not self.fed or any(map(self._is_pipe, files)))


_COURSES: dict[str, Callable[[_Run, Statement], Course]] = {
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
    "not": _Run._negated,
    "script": _Run._shell,
    "subshell": _Run._shell,
}


def _is_run_of(statement: Statement, name: str) -> bool:
    return bool(statement.words) and name_of(statement.words[0].text) == name
