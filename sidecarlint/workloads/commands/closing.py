"""What can be cut out of a script so that it still ends with the exit code of its work.

In: a command line, and the places of calls in it that nobody needs any more. Out: `Closing`, or a reason against it. Must not know:
who is called, text positions in files.

Only whole commands at the end of a script are cut, and only where it is plain which exit code stands behind them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import name_of
from sidecarlint.workloads.commands.entrypoints import entrypoint
from sidecarlint.workloads.commands.scripts import script_of
from sidecarlint.workloads.commands.statements import Place, Word
from sidecarlint.workloads.commands.strictness import starts_strict, turned_strict
from sidecarlint.workloads.commands.wording import Wording
from sidecarlint.workloads.commands.wrappers import unwrap
from sidecarlint.workloads.images import Image

if TYPE_CHECKING:
    from tree_sitter import Node

NO_SCRIPT = "the call is all that its command does, or it stands in no script"
UNREAD = "its script cannot be read as a whole"
NESTED = "the call stands inside of a loop, a condition or another command"
COUNTS = "its exit code is that of the call today, and would be that of the work"
ALONE = "the script does nothing else"

_SAYING = frozenset({"true", ":", "echo", "printf"})
_QUIET = _SAYING | {"sleep"}
_SIMPLE = frozenset({"command", "pipeline", "subshell", "test_command", "variable_assignment"})
_SAVED = r"(\w+)=[\"']?\$\?[\"']?"
_EXIT = r"exit\s+[\"']?\$\{?(\w+)\}?[\"']?"
_MAY_BE_STRICT = r"\bset\s+-\w*e|\berrexit\b|\btrap\b[^\n]*\b(?:ERR|DEBUG)\b"
_JOINT = r"[ \t]*;?[ \t]*"


class Closing(NamedTuple):
    """What to cut out, the last place first. `settled`: the exit code stays the same even where the call fails today."""

    places: tuple[Place, ...]
    settled: bool


def closing(command: tuple[str, ...] | None, args: tuple[str, ...] | None, image: Image, calls: Sequence[Place]) -> Closing | str:
    """How these calls can be cut out of a container's command line, or why they cannot."""
    words = unwrap(_words(command, args, image))[0]
    script = script_of(words)
    if script is None or script.body is None or any((call.key, call.index) != script.body[:2] for call in calls):
        return NO_SCRIPT
    read = _Script(script, calls)
    return read.closing(starts_strict(words)) if read.root is not None else UNREAD


def _words(command: tuple[str, ...] | None, args: tuple[str, ...] | None, image: Image) -> tuple[Word, ...]:
    if not command and entrypoint(image, args or ()) != ():
        return ()
    words = (*(("command", *each) for each in enumerate(command or ())), *(("args", *each) for each in enumerate(args or ())))
    return tuple(Word(text, place, place) for key, index, text in words for place in (Place(key, index, 0, len(text)),))


class _Script:
    """One script, as the grammar reads it. `top` are its commands; `root` is None where it cannot be read as a whole."""

    def __init__(self, script: Word, calls: Sequence[Place]) -> None:
        from sidecarlint.workloads.commands.grammar import tree

        self.script, self.wording, self.text = script, Wording(script, ()), script.text
        found = tree(self.wording)
        self.root = None if found.has_error else found
        self.top: list[Node] = [each for each in found.children if each.is_named and each.type != "comment"]
        begin = script.body.start if script.body else 0
        self.calls = [(call.start - begin, call.end - begin) for call in calls]

    def closing(self, strict: bool) -> Closing | str:
        """What to cut, or why nothing can be. `strict`: the shell stops at the first failure from the start."""
        trapped = self._traps()
        body = [each for each in self.top if each not in trapped]
        kept = {each: self._work_ahead(each) for each in body}
        units = [each for each in body if self._is_unit(each) or kept[each] is not None]
        if any(not any(node.start_byte <= start and end <= node.end_byte for node in (*trapped, *units)) for start, end in self.calls):
            return NESTED
        settled, verdict = re.search(_MAY_BE_STRICT, self._without(trapped)) is None and not strict, False
        if units:
            at = body.index(units[0])
            ending = self._ending(body, at, kept[units[0]], [each for each in body[at + 1 :] if each not in units], strict)
            if isinstance(ending, str):
                return ending
            verdict = ending
            # A strict shell that comes as far as a forgiven call ends with 0, with the call and without it.
            settled = (verdict and settled) or all(self._is_forgiven(each) for each in units)
            units = self._with_status(body, at, units) if verdict and not any(kept[each] for each in units) else units
        cut = [*trapped, *units]
        if any(self._is_asked_about(each, cut) for each in (cut if settled or verdict else trapped)):
            return NESTED
        if not any(self._is_work(each) for each in body if each not in units or kept.get(each) is not None):
            return ALONE
        return self._cut(cut, kept, settled)

    def _ending(self, body: "list[Node]", at: int, work: "Node | None", rest: "list[Node]", strict: bool) -> bool | str:
        """Whether what follows the first call decides the exit code, so that the call's own never counted; or why it must stay."""
        if not all(self._is_quiet(each) or self._saves(each) or self._name(each) == "exit" for each in rest):
            return NESTED
        decided = bool(rest) and "$?" not in self._raw(rest[0]) and self._raw(rest[0]) not in ("exit", "exit;")
        if work is not None:
            # In front of && a failure stops no strict shell; alone it would.
            return NESTED if rest and self._is_strict(body[:at], strict) else decided
        if decided:
            return True
        before = self._bare(body[at - 1]) if at else None
        stops = before is not None and before.type in _SIMPLE and self._is_strict(body[:at], strict)
        return False if stops else COUNTS

    def _is_asked_about(self, node: "Node", cut: "list[Node]") -> bool:
        """Whether what follows asks for the exit code of what is cut, and would then be told another one."""
        following = next((each for each in self.top[self.top.index(node) + 1 :] if each not in cut), None)
        return following is not None and ("$?" in self._raw(following) or self._raw(following) == "exit")

    def _is_strict(self, before: "list[Node]", strict: bool) -> bool:
        for each in before:
            if each.type == "command":
                said = turned_strict([word.text for word in self.wording.words(each.children)])
                strict = strict if said is None else said
        return strict

    def _with_status(self, body: "list[Node]", at: int, units: "list[Node]") -> "list[Node]":
        """The calls, with what saves and gives back an exit code around them where that has no other use."""
        saved, last = re.fullmatch(_SAVED, self._raw(body[at - 1])) if at > 1 else None, body[-1]
        given = re.fullmatch(_EXIT, self._raw(last))
        around = [body[at - 1], *units, last]
        if saved is None or given is None or given[1] != saved[1] or self.top[self.top.index(body[at - 2]) + 1 :] != around:
            return units
        return around if len(re.findall(rf"\b{saved[1]}\b", self.text)) == 2 else units

    def _is_call(self, node: "Node") -> bool:
        return node.type == "command" and (node.start_byte, node.end_byte) in self.calls

    def _is_unit(self, node: "Node") -> bool:
        """A call, also with its output thrown away, or with its failure waved through."""
        node = self._bare(node)
        if node.type == "list" and node.children[1].type == "||":
            return self._is_unit(node.children[0]) and self._name(self._bare(node.children[2])) in _SAYING
        return self._is_call(node)

    def _is_forgiven(self, node: "Node") -> bool:
        return self._bare(node).type == "list" and self._is_unit(node)

    def _bare(self, node: "Node") -> "Node":
        """The command inside redirections that only throw output away."""
        if node.type != "redirected_statement":
            return node
        body, targets = node.child_by_field_name("body"), [each.child_by_field_name("destination") for each in node.children[1:]]
        silent = all(each is not None and re.fullmatch(r"/dev/null|\d", self._raw(each)) for each in targets)
        return body if body is not None and silent else node

    def _work_ahead(self, node: "Node") -> "Node | None":
        """What stands in front of `&& CALL`, so that it is all that is left of the command."""
        node, work = self._bare(node), None
        while node.type == "list" and node.children[1].type == "&&" and self._is_unit(node.children[2]):
            work = node = node.children[0]
        holds = work is not None and any(work.start_byte <= start and end <= work.end_byte for start, end in self.calls)
        return None if holds else work

    def _traps(self) -> "list[Node]":
        """Traps for the script's end that only call, and the functions that only they use. Behind such a trap a shell ends with the exit
        code from before it (POSIX.1, Shell Command Language, exit)."""
        return [node for each in self.top if each.type == "command" and self._name(each) == "trap" for node in self._trap(each)]

    def _trap(self, node: "Node") -> "list[Node]":
        words = [each for each in node.named_children if each.type != "command_name"]
        signals = {self._raw(each).upper().removeprefix("SIG") for each in words[1:]}
        if len(words) < 2 or not signals <= {"EXIT", "0"}:
            return []
        handler = self.wording.word(words[0])
        function = next((each for each in self.top if each.type == "function_definition" and self._named(each) == handler.text), None)
        if function is not None:
            body = function.child_by_field_name("body")
            alone = len(re.findall(rf"\b{re.escape(handler.text)}\b", self.text)) == 2
            listed = [each for each in body.named_children if each.type != "comment"] if body is not None else []
            return [function, node] if alone and self._only_calls(listed) else []
        if handler.body is None:
            return []
        inside = _Script(handler, [self._place(*call) for call in self.calls])
        return [node] if inside.root is not None and inside._only_calls(inside.top) else []

    def _only_calls(self, nodes: "Sequence[Node]") -> bool:
        saved = re.fullmatch(_SAVED, self._raw(nodes[0])) if nodes else None
        for each in nodes[1:] if saved else nodes:
            given = re.fullmatch(_EXIT, self._raw(each))
            back = self._raw(each) == "exit" or (saved is not None and given is not None and given[1] == saved[1])
            if not (self._is_unit(each) or self._is_quiet(each) or back):
                return False
        return any(self._is_unit(each) for each in nodes)

    def _is_quiet(self, node: "Node") -> bool:
        return self._name(self._bare(node)) in _QUIET

    def _saves(self, node: "Node") -> bool:
        return re.fullmatch(_SAVED, self._raw(node)) is not None

    def _is_work(self, node: "Node") -> bool:
        done_around = node.type in ("variable_assignment", "function_definition", "comment")
        return not (done_around or self._is_quiet(node) or self._name(node) in ("set", "exit", "trap", "export"))

    def _name(self, node: "Node") -> str:
        name = node.child_by_field_name("name") if node.type == "command" else None
        return name_of(self._raw(name)) if name is not None else ""

    def _named(self, node: "Node") -> str:
        name = node.child_by_field_name("name")
        return self._raw(name) if name is not None else ""

    def _raw(self, node: "Node") -> str:
        return self.wording.raw(node)

    def _without(self, nodes: "Sequence[Node]") -> str:
        return "\n".join(self._raw(each) for each in self.top if each not in nodes)

    def _place(self, start: int, end: int) -> Place:
        body = self.script.body or self.script.place
        return body._replace(start=body.start + start, end=body.start + end)

    def _cut(self, nodes: "list[Node]", kept: "dict[Node, Node | None]", settled: bool) -> Closing | str:
        spans = []
        for start, end, work in self._runs(nodes, kept):
            span = (work, end) if work is not None else self._span(start, end)
            if span is None:
                return NESTED
            spans.append(span)
        left = self.text
        for begin, end in sorted(spans, reverse=True):
            left = left[:begin] + left[end:]
        whole = _Script(Word(left, self.script.place, None), ())
        return Closing(tuple(self._place(*span) for span in sorted(spans, reverse=True)), settled) if whole.root is not None else UNREAD

    def _runs(self, nodes: "list[Node]", kept: "dict[Node, Node | None]") -> Iterator[tuple[int, int, int | None]]:
        """Neighbours as one stretch each, so that what stands between them goes with them; with the end of the work that stays in front."""
        run: list[Node] = []
        for each in (*self.top, None):
            if each is not None and each in nodes and kept.get(each) is None:
                run.append(each)
                continue
            if run:
                yield run[0].start_byte, run[-1].end_byte, None
            run = []
            if each is not None and each in nodes and (work := kept.get(each)) is not None:
                yield each.start_byte, each.end_byte, work.end_byte

    def _span(self, start: int, end: int) -> tuple[int, int] | None:
        """The characters that go with a command: its lines and the comment lines directly above it, or what joins it to its neighbour."""
        line, stop = self.text.rfind("\n", 0, start) + 1, self.text.find("\n", end)
        stop = len(self.text) if stop < 0 else stop
        before = max((each.end_byte for each in self.top if each.end_byte <= start), default=0)
        if not self.text[line:start].strip() and not self.text[end:stop].strip(" \t;"):
            return self._lines(line, stop)
        if before > line:
            return (before, end) if re.fullmatch(_JOINT, self.text[before:start]) else None
        after = min((each.start_byte for each in self.top if each.start_byte >= end), default=stop)
        return (start, after) if after <= stop and re.fullmatch(_JOINT, self.text[end:after]) else None

    def _lines(self, line: int, stop: int) -> tuple[int, int]:
        while line:
            above = self.text.rfind("\n", 0, line - 1) + 1
            if not re.match(r"[ \t]*#(?!!)", self.text[above:line]):
                break
            line = above
        if self.text[stop:].strip():
            return line, stop + 1
        # Blank lines above would be the last of the script, and a block scalar drops those.
        blank = re.search(r"\n\s*\Z", self.text[:line])
        return (blank.start() if blank else 0, stop)
