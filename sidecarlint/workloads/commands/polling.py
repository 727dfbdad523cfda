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
    if seconds is None or check is None or "\n" in wording.raw(check):
        return None
    return Poll(_argv(check, wording) or (*(word.text for word in words[: script.body.index]), wording.raw(check)), seconds)


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


def _check(loop: "Node", wording: Wording) -> "Node | None":
    """What ends the loop when it succeeds: `until CHECK`, `while ! CHECK`."""
    asked = [each for each in loop.children_by_field_name("condition") if each.is_named and each.type != "comment"]
    if len(asked) != 1:
        return None
    if loop.children[0].type == "until":
        return asked[0] if asked[0].type != "negated_command" else None
    return asked[0].named_children[0] if asked[0].type == "negated_command" else None


def _argv(check: "Node", wording: Wording) -> tuple[str, ...]:
    """The words of a simple command whose output goes nowhere; none where a shell has to read it."""
    node = check
    if check.type == "redirected_statement":
        body, targets = check.child_by_field_name("body"), [each.child_by_field_name("destination") for each in check.children[1:]]
        if body is None or any(each is None or not re.fullmatch(r"/dev/null|\d", wording.raw(each)) for each in targets):
            return ()
        node = body
    words = wording.words(node.children) if node.type == "command" else ()
    return tuple(word.text for word in words) if all(word.body is not None for word in words) else ()
