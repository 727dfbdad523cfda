"""What a command line does.

In: a container's command, args and image. Out: `Behaviour`. Must not know: lifecycles, rules, text positions in files.

The command line is read as a shell would run it. A script is taken for what it usually does: commands succeed, unless the
script itself asks. What is not known for sure is "unknown".
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from sidecarlint.workloads.images import Image
from sidecarlint.workloads.programs import (
    DONE,
    LIFECYCLE_WRAPPERS,
    NEVER,
    SHELLS,
    TESTS,
    TOLD,
    UNKNOWN,
    Request,
    connection,
    ending,
    has,
    killed,
    name_of,
    operands,
    requests,
    serving,
    tail,
    unwrap,
)  # fmt: skip
from sidecarlint.workloads.shell import Place, Statement, Word, parse, walk

__all__ = ["Behaviour", "Call", "Follow", "Listen", "Place", "behaviour"]


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
    """A connection that is opened; `path` and `method` are empty where it is not HTTP. `waits`: a loop goes on until it is answered."""

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


def behaviour(command: tuple[str, ...] | None, args: tuple[str, ...] | None, image: Image) -> Behaviour:
    """What a container does with this `command` (the entrypoint) and these `args`; None or empty where the image's own count."""
    words = _words("command", command) + _words("args", args)
    if not command:
        entrypoint = _entrypoint(image, args or ())
        if entrypoint is None:
            return Behaviour(UNKNOWN, "the image's own entrypoint runs", understood=False)
        words = tuple(Word(each, Place("args", 0, 0, 0), None) for each in entrypoint) + words
    if not words:
        return Behaviour(UNKNOWN, "the image's own command runs", understood=False)
    place = next((word.place for word in words if word.body), words[0].place)
    script = _expanded(Statement("command", place, words), 0)
    reading = _Reading()
    reading.read(script, _Around())
    ends, reason = _verdict(_Run().of(script))
    return reading.behaviour(ends, reason)


_PASSING = {"busybox", "alpine", "debian", "ubuntu", "bash", "centos", "fedora", "rockylinux", "almalinux", "amazonlinux", "debian-slim"}
_OFFICIAL = {
    "python", "node", "perl", "ruby", "golang", "openjdk", "eclipse-temurin", "php", "nginx", "redis", "postgres", "mysql", "mariadb",
    "mongo",
}  # fmt: skip
_ENTRYPOINTS = {
    "alpine/socat": ("socat",), "alpine/git": ("git",), "bitnami/kubectl": ("kubectl",), "rancher/kubectl": ("kubectl",),
    "amazon/aws-cli": ("aws",), "alpine/helm": ("helm",), "alpine/openssl": ("openssl",), "flyway/flyway": ("flyway",),
}  # fmt: skip
_CURLS = {"curlimages/curl", "alpine/curl"}
_DEEPEST_SCRIPT = 3
_FILE_TESTS = {"-f", "-e", "-s", "-d", "-r", "-p", "-S", "-a", "-L", "-h", "-w", "-x"}
_COMPARISONS = {"-lt", "-le", "-gt", "-ge", "-eq", "-ne", "<", ">", "<=", ">="}
# Programs that make, fill or await the files that they name: which of our lists, and the options that take a value.
_NAMED_FILES = {
    "touch": ("touches", "-r -d -t"),
    "mkfifo": ("pipes", "-m"),
    "tee": ("writes", ""),
    "inotifywait": ("waits_for", "-e -t --event --timeout --format --timefmt"),
}
_LEAVING = {"exit", "return", "break", "continue"}
_ENDING = {"exit", "return", "break", "kill", "pkill", "killall"}
_SILENT = {"true", ":", "false", "sleep", "echo", "printf", "date", "read", "shift", "getopts", "set", "let"}


def _words(key: str, texts: tuple[str, ...] | None) -> tuple[Word, ...]:
    places = [Place(key, index, 0, len(text)) for index, text in enumerate(texts or ())]
    return tuple(Word(text, place, place) for text, place in zip(texts or (), places, strict=True))


def _entrypoint(image: Image, args: tuple[str, ...]) -> tuple[str, ...] | None:
    """What runs before the args; None where nobody here knows. Official images hand a command line on, but not bare options."""
    official = image.repository in (image.name, f"library/{image.name}", f"docker/library/{image.name}")
    option = not args or args[0].startswith("-")
    if image.repository in _CURLS:
        return ("curl",) if option or "://" in args[0] else ()
    if image.repository in _ENTRYPOINTS:
        return _ENTRYPOINTS[image.repository]
    return () if not option and (image.name in _PASSING or (official and image.name in _OFFICIAL)) else None


def _expanded(statement: Statement, depth: int) -> Statement:
    """The same with wrappers taken off and with scripts in place of the words that hold them: `sh -c`, `su -c`, `eval`, `trap`."""
    parts = tuple(_expanded(each, depth) for each in statement.parts)
    inner = tuple(_expanded(each, depth) for each in statement.inner)
    statement = statement._replace(parts=parts, inner=inner)
    if statement.kind != "command" or not statement.words:
        return statement
    words, wrappers = unwrap(statement.words)
    statement = statement._replace(words=words, wrappers=wrappers)
    kind, script, rest = _script(words) if words else ("", None, ())
    if script is None:
        return statement
    body = _expanded(parse(script, rest), depth + 1) if depth < _DEEPEST_SCRIPT else Statement("opaque", script.place)
    return statement._replace(kind=kind, parts=(body,))


def _script(words: tuple[Word, ...]) -> tuple[str, Word | None, tuple[Word, ...]]:
    name = name_of(words[0].text)
    if name in SHELLS:
        return _of_shell(words[1:])
    if name in ("su", "runuser"):
        at = next((index for index, word in enumerate(words) if word.text in ("-c", "--command")), len(words))
        return "script", (words[at + 1] if at + 1 < len(words) else None), ()
    rest = words[2:] if len(words) > 1 and words[1].text == "--" else words[1:]
    if name == "trap" and len(rest) > 1 and rest[0].text != "-":
        return "trap", rest[0], ()
    return ("sequence", rest[0], ()) if name == "eval" and len(rest) == 1 and "$" not in rest[0].text else ("", None, ())


def _of_shell(words: tuple[Word, ...]) -> tuple[str, Word | None, tuple[Word, ...]]:
    script = False
    while words and words[0].text[:1] in ("-", "+") and len(words[0].text) > 1:
        option, words = words[0].text, words[1:]
        script = script or (option[:2] != "--" and "c" in option)
        if (option[:2] != "--" and option[-1] in "oO") or option in ("--rcfile", "--init-file"):
            words = words[1:]
    return ("script", words[0], words[1:]) if script and words else ("", None, ())


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
            return _Around(statement.kind if _endless(statement) else "", not _endless(statement))
        if statement.kind in ("for", "script", "trap"):
            return _Around(statement.kind if statement.kind == "for" else around.loop, around.awaited)
        if index == 0 and around.loop and _asks_to_leave(statement):
            self._await(condition, statement.kind != "or")
            return _Around(awaited=True)
        return around

    def _await(self, condition: Statement, wanted: bool) -> None:
        self.found["waits_for"] += (each.path for each in _questions(condition, wanted) if each.path and each.wanted)

    def _redirects(self, statement: Statement, around: _Around) -> None:
        for operator, target in statement.redirects:
            opened = connection(target)
            if opened:
                self._call(opened, statement, around)
            elif ">" in operator and _is_file(target) and not target.isdigit():
                self.found["writes"].append(target)
                self.found["touches"] += [target] if ">>" not in operator else []
            elif operator == "<" and around.loop in ("while", "until") and _is_file(target):
                self.follows.append(Follow(target, "read in a loop", True, statement.place, None, ""))

    def _call(self, request: Request, statement: Statement, around: _Around) -> None:
        self.calls.append(Call(*request, around.awaited, statement.place))

    def _command(self, statement: Statement, around: _Around) -> None:
        argv = tuple(word.text for word in statement.words)
        name = name_of(argv[0])
        self.programs.append(argv)
        self.understood &= "$" not in name and "`" not in name and name not in ("eval", "source", ".", *SHELLS)
        for request in requests(argv):
            self._call(request, statement, around)
        server = serving(argv)
        if server:
            self.listens.append(Listen(server.port, server.tool, server.runs, statement.place))
        self.found["kills"] += killed(argv)
        if name in _NAMED_FILES and not (name == "inotifywait" and (around.loop or ending(argv)[0] == NEVER)):
            key, values = _NAMED_FILES[name]
            self.found[key] += (each for each in operands(argv, values) if _is_file(each))
        self._follow(statement, around, argv)

    def _follow(self, statement: Statement, around: _Around, argv: tuple[str, ...]) -> None:
        name, again = name_of(argv[0]), around.loop in ("while", "until")
        asked = tail(statement.words)
        if asked is None or not asked.follows:
            read = [each for each in operands(argv, "-n -c") if _is_file(each)] if name in ("cat", "tail") else []
            for path in (each for each in read if again or each in self.found["pipes"]):
                self.follows.append(Follow(path, f"{name} in a loop" if again else f"{name} of a pipe", True, statement.place, None, ""))
            return
        for path in (each for each in asked.paths if _is_file(each)):
            there = any(path in self.found[key] for key in ("waits_for", "touches", "pipes"))
            survives = asked.by_name or again or there
            option = asked.option.body if asked.option and not survives else None
            self.follows.append(Follow(path, asked.tool, survives, statement.place, option, asked.replacement if option else ""))


def _is_file(text: str) -> bool:
    if text.startswith(("/dev/", "/proc/", "/sys/", "&", "-")) or not text.strip("./"):
        return False
    return ("/" in text or "." in text) and not (text.startswith("$(") and text.endswith(")"))


class _Question(NamedTuple):
    """What a condition asks of the world, as a reason. `path`: the file that it asks for; `wanted`: a yes ends the wait."""

    reason: str
    path: str = ""
    wanted: bool = True


def _questions(statement: Statement, wanted: bool) -> Iterator[_Question]:
    for each in statement.inner:
        yield from _questions(each, wanted)
    if statement.kind == "command" and statement.words:
        yield from _asked(tuple(word.text for word in statement.words), wanted)
    for request in (connection(each.target) for each in statement.redirects):
        if request:
            yield _Question(f"it waits for an answer from {request.host}:{request.port or '?'}")
    for each in statement.parts:
        yield from _questions(each, not wanted if statement.kind == "not" else wanted)


def _asked(argv: tuple[str, ...], wanted: bool) -> Iterator[_Question]:
    name = name_of(argv[0])
    if name in ("[", "[[", "test"):
        yield from _tested(argv[1:], wanted)
        return
    called = requests(argv)
    paths = [each for each in operands(argv) if _is_file(each)] if name in ("ls", "stat", "cat") else []
    if called:
        yield _Question(f"it waits for an answer from {called[0].host}:{called[0].port or '?'}")
    elif name in ("pgrep", "pidof", "ps", "kill"):
        yield _Question("it waits for a process")
    elif paths:
        yield _about(paths[0], wanted)
    elif wanted and name not in _SILENT and name != "((":
        yield _Question(f"it waits until {name} succeeds")


def _tested(words: tuple[str, ...], wanted: bool) -> Iterator[_Question]:
    negated = False
    for word, following in pairwise(words):
        if word in _FILE_TESTS and following not in ("]", "]]"):
            yield _about(following, wanted != negated)
        negated = word == "!"


def _about(path: str, wanted: bool) -> _Question:
    return _Question(f"it waits for the file {path}" if wanted else f"it waits until the file {path} is gone", path, wanted)


def _asks_to_leave(statement: Statement) -> bool:
    """Whether a condition in a loop's body decides that the loop is left, or another process is ended."""
    if statement.kind not in ("arm", "and", "or") or len(statement.parts) < 2:
        return False
    return any(each.words and each.words[0].text in _ENDING for each in walk(statement.parts[1]))


def _endless(loop: Statement) -> bool:
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
        return same or (len(words) == 1 and "$" not in words[0] and words[0] not in ("", "0"))
    return words[0] in ("true", ":", "sleep", "echo", "printf", "date", "inotifywait")


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


_ON = _Course()
_FAILED = frozenset({"fail"})
_UNSEEN = frozenset({"unseen"})
_UNCLEAR = "when its loop ends is not known"


def _verdict(course: _Course) -> tuple[str, str]:
    if course.opaque:
        return UNKNOWN, course.opaque
    if course.blocks:
        sure = not course.passes and course.leaves <= _FAILED
        return (NEVER, course.blocks) if sure else (UNKNOWN, f"it may end, or not: {course.blocks}")
    return (TOLD, course.told) if course.told else (DONE, "every command in it finishes")


class _Run:
    """Follows a script from its start, as a shell would run it."""

    def __init__(self) -> None:
        self.functions: dict[str, Statement] = {}
        self.running: list[str] = []
        self.known: dict[str, _Course] = {}
        self.jobs: list[_Course] = []
        self.pipes: set[str] = set()

    def of(self, statement: Statement) -> _Course:
        """The course of a statement, wrappers around it counted."""
        course = _COURSES.get(statement.kind, _Run._sequence)(self, statement)
        if "timeout" in statement.wrappers:
            course = _ON
        if "exec" in statement.wrappers and statement.words and course.passes:
            return course._replace(passes=False, leaves=course.leaves | {"exit"})
        return course

    def _sequence(self, statement: Statement) -> _Course:
        if statement.kind == "opaque":
            return _Course(leaves=_UNSEEN, opaque="a part of its script cannot be read")
        if statement.kind == "trap":
            return _ON
        course = _ON
        for each in statement.parts:
            course = course.then(self.of(each)) if course.passes else course
        return course.alone() if statement.kind in ("script", "subshell") else course

    def _joined(self, statement: Statement) -> _Course:
        left, right = self.of(statement.parts[0]), self.of(statement.parts[1])
        if _is_question(statement.parts[0]):
            return left.beside(left.then(right))
        if statement.kind == "and":
            return left.then(right)
        # Commands succeed: what stands behind || is a failure's way, which can only leave.
        return left._replace(leaves=left.leaves | (right.leaves - _FAILED)) if left.passes else left

    def _pipe(self, statement: Statement) -> _Course:
        # `yes |` goes on for as long as it is read, no longer.
        stages = [self.of(each).alone() for each in statement.parts if each is statement.parts[-1] or not _is_run_of(each, "yes")]
        blocked = next((each.blocks for each in stages if each.blocks and not each.passes), "")
        if blocked:
            last = statement.parts[-1]
            options = [word.text for word in last.words]
            early = _is_run_of(last, "head") or (_is_run_of(last, "grep") and (has(options, "-q") or has(options, "-m")))
            return _Course(told="it waits for a line of its input") if early else _Course(False, blocks=blocked)
        course = _ON
        for each in stages:
            course = course.beside(each)
        return course

    def _if(self, statement: Statement) -> _Course:
        course = _ON
        for arm in reversed(statement.parts):
            body = self.of(arm.parts[-1])
            course = self.of(arm.parts[0]).then(body.beside(course)) if len(arm.parts) > 1 else body
        return course

    def _case(self, statement: Statement) -> _Course:
        courses = [self.of(each) for each in statement.parts]
        course = courses[0]
        for each in courses[1:]:
            course = course.beside(each)
        return course

    def _while(self, statement: Statement) -> _Course:
        condition, body = statement.parts
        course = self.of(condition).then(self.of(body))
        out = course.leaves - {"continue"}
        leaving = (part for part in walk(body) if _asks_to_leave(part))
        if not _endless(statement):
            told = next((each.reason for each in _questions(condition, statement.kind == "until")), "")
            unclear = "" if told else course.opaque if _is_counted(condition) else _UNCLEAR
            return _Course(True, out - {"break"}, course.blocks, told, unclear)
        told = next((each.reason for part in leaving for each in _questions(part.parts[0], part.kind != "or")), "")
        if not out:
            return _Course(False, blocks=course.blocks or "its loop never ends", told=told)
        return _Course("break" in out, out - {"break"}, told=told, opaque="" if told else _UNCLEAR)

    def _for(self, statement: Statement) -> _Course:
        course = self.of(statement.parts[0])
        return course._replace(passes=course.passes or not course.blocks, leaves=course.leaves - {"break", "continue"})

    def _background(self, statement: Statement) -> _Course:
        self.jobs.append(self.of(statement.parts[0]).alone())
        return _ON

    def _function(self, statement: Statement) -> _Course:
        if statement.words and statement.parts:
            self.functions[statement.words[0].text] = statement.parts[0]
            self.known.pop(statement.words[0].text, None)
        return _ON

    def _command(self, statement: Statement) -> _Course:
        if not statement.words:
            return _ON
        argv = [word.text for word in statement.words]
        if argv[0] in self.functions:
            return self._called(argv[0])
        if argv[0] in _LEAVING:
            failed = argv[0] == "exit" and len(argv) > 1 and argv[1].isdigit() and int(argv[1]) > 0
            return _Course(False, _FAILED if failed else frozenset({argv[0]}))
        return self._wait(argv) if argv[0] == "wait" else self._program(statement, argv)

    def _called(self, name: str) -> _Course:
        if name in self.running or len(self.running) > _DEEPEST_SCRIPT:
            return _Course(opaque=f"{name} calls itself")
        if name not in self.known:
            self.running.append(name)
            self.known[name] = self.of(self.functions[name]).alone(frozenset({"return"}))
            self.running.pop()
        return self.known[name]

    def _wait(self, argv: list[str]) -> _Course:
        jobs = self.jobs[-1:] if argv[1:] == ["$!"] else self.jobs
        blocked = [each for each in jobs if each.blocks and not each.passes]
        if len(argv) > 1 and argv[1] not in ("-n", "$!") and len(jobs) > 1:
            # A loop in the background that kills when it is told to is how another job is ended (native-sidecars 10).
            told = next((each.told for each in blocked if each.told), "")
            return _Course(told=told) if told else _Course(opaque="which of its jobs it waits for is not known")
        if blocked and ("-n" not in argv or len(blocked) == len(jobs)):
            return blocked[0]
        course = _ON
        for each in (each for each in jobs if each not in blocked):
            course = course.beside(each)
        return course

    def _program(self, statement: Statement, argv: list[str]) -> _Course:
        name, asked = name_of(argv[0]), tail(statement.words)
        if name == "mkfifo":
            self.pipes |= set(operands(argv, "-m"))
        if asked and asked.follows:
            if asked.until:
                return _Course(told="tail waits for a process to end")
            return _Course(False, blocks=f"{asked.tool} never returns")
        if name in ("eval", "source", "."):
            return _Course(leaves=_UNSEEN, opaque=f"what {' '.join(argv[:2])} does is not known")
        if name in SHELLS or "$" in argv[0]:
            return _Course(opaque=f"what {next(iter(operands(argv)), argv[0])} does is not known")
        if name == "cat" and self.pipes & set(argv[1:]):
            return _Course(opaque="when the writers of its pipe are done is not known")
        ends, reason = (DONE, "") if asked else ending(argv)
        courses = {NEVER: _Course(False, blocks=reason), TOLD: _Course(told=reason), UNKNOWN: _Course(opaque=reason)}
        return courses.get(ends, _ON)


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


def _is_question(statement: Statement) -> bool:
    if statement.kind == "not":
        return True
    last = statement.parts[-1] if statement.kind in ("pipe", "and", "or") else statement
    argv = [word.text for word in last.words]
    return bool(argv) and (name_of(argv[0]) in TESTS or argv[:2] == ["kill", "-0"] or argv[:2] == ["command", "-v"])


def _is_counted(condition: Statement) -> bool:
    """Whether a condition ends its loop by itself: a counter that is compared, or a file that is read line by line."""
    words = [word.text for each in walk(condition) for word in each.words]
    return bool(_COMPARISONS & set(words)) or words[:1] in (["read"], ["getopts"], ["(("]) or "shift" in words
