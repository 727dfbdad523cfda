"""What a hook asks again and again until it likes the answer, so that a probe can ask the same.

In: the command of a hook. Out: `Poll`, or None. Must not know: who is asked, probes.

Understood is one loop and nothing around it but words to the reader: `until CHECK; do sleep N; done`.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import name_of
from sidecarlint.workloads.commands.scripts import script_of
from sidecarlint.workloads.commands.statements import Place, Word
from sidecarlint.workloads.commands.wording import Wording

if TYPE_CHECKING:
    from tree_sitter import Node

_SAYING = frozenset({"echo", "printf", "true", ":"})
# Words that a shell makes something else of.
_FILLED_IN = re.compile(r"[$`*?\[{~]")
_PAUSE = r"sleep\s+(\d{1,3})(?:\.\d+)?s?"


class Poll(NamedTuple):
    """A check as the words of a command, and the seconds between two tries, at least one."""

    check: tuple[str, ...]
    seconds: int


def poll(command: Sequence[str]) -> Poll | None:
    """What this command polls; None where it does anything else too."""
    words = tuple(Word(text, place, place) for i, text in enumerate(command) for place in (Place("command", i, 0, len(text)),))
    script = script_of(words)
    if script is None or script.body is None:
        return None
    from sidecarlint.workloads.commands.grammar import tree

    wording = Wording(script, ())
    root = tree(wording)
    loops = [each for each in root.children if each.is_named and not _says(each, wording)]
    if root.has_error or len(loops) != 1 or loops[0].type != "while_statement":
        return None
    seconds, check = _pause(loops[0], wording), _check(loops[0], wording)
    if seconds is None or not check or "\n" in check:
        return None
    return Poll(_argv(loops[0], wording) or (*(word.text for word in words[: script.body.index]), check), seconds)


def _says(node: "Node", wording: Wording) -> bool:
    return node.type == "comment" or (node.type == "command" and _name(node, wording) in _SAYING) or wording.raw(node) == "exit 0"


def _name(node: "Node", wording: Wording) -> str:
    name = node.child_by_field_name("name")
    return name_of(wording.raw(name)) if name is not None else ""


def _pause(loop: "Node", wording: Wording) -> int | None:
    """The seconds that the loop's body sleeps, where it does nothing else."""
    body = loop.child_by_field_name("body")
    done = [each for each in body.children if each.is_named and not _says(each, wording)] if body is not None else []
    found = re.fullmatch(_PAUSE, wording.raw(done[0])) if len(done) == 1 else None
    return max(int(found[1]), 1) if found else None


def _asked(loop: "Node") -> "Node | None":
    asked = [each for each in loop.children_by_field_name("condition") if each.is_named and each.type != "comment"]
    return asked[0] if len(asked) == 1 else None


def _check(loop: "Node", wording: Wording) -> str:
    """What ends the loop when it succeeds: `until CHECK`, `while ! CHECK`. A `!` speaks of a whole pipeline, but not of a list."""
    asked = _asked(loop)
    raw = wording.raw(asked) if asked is not None else ""
    found = re.match(r"!\s+", raw)
    if loop.children[0].type == "until":
        return raw if not found else ""
    return raw[found.end() :] if found and asked is not None and asked.type in ("negated_command", "pipeline") else ""


def _argv(loop: "Node", wording: Wording) -> tuple[str, ...]:
    """The words of a simple command whose output goes nowhere; none where a shell has to read it."""
    asked = _asked(loop)
    node = asked.named_children[0] if asked is not None and asked.type == "negated_command" else asked
    if node is not None and node.type == "redirected_statement":
        body, targets = node.child_by_field_name("body"), [each.child_by_field_name("destination") for each in node.children[1:]]
        node = body if all(each is not None and re.fullmatch(r"/dev/null|\d", wording.raw(each)) for each in targets) else None
    words = wording.words(node.children) if node is not None and node.type == "command" else ()
    return tuple(word.text for word in words) if all(word.body is not None and not _FILLED_IN.search(word.text) for word in words) else ()
