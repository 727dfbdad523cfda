"""Lines of a template moved to another column, with what actions in them are told to indent by.

In: whole lines of a template. Out: the same lines. Must not know: Kubernetes, YAML.
"""

import re

from sidecarlint.documents.parse import Problem
from sidecarlint.documents.templates.actions import Action, actions
from sidecarlint.edits.operations import Refusal

INDENT = re.compile(r"(?P<function>\bn?indent[ \t]+)(?P<columns>[0-9]+)")
_STRING = r"""(?s)"(?:\\.|[^"\\])*"|`[^`]*`"""


def shifted(text: str, by: int, offset: int) -> str:
    """The lines indented by `by` blanks more, or less. Raises a `Refusal` at `offset` where what an action gives cannot follow."""
    found = actions(text)
    assert not isinstance(found, Problem)
    if by == 0:
        return text
    pieces, position = [], 0
    for each in found:
        ahead = _lines(text[position : each.start], by, position == 0)
        if _indents_itself(each):
            # Its first line is indented by what stands in front of it as well, so only one of the two may change.
            written = text[position : each.start]
            ahead = ahead.rstrip(" ") + " " * (len(written) - len(written.rstrip(" ")))
        pieces += [ahead, _action(text, each, by, offset)]
        position = each.end
    last = text[position:]
    return "".join((*pieces, _lines(last.removesuffix("\n"), by, position == 0), "\n" * last.endswith("\n")))


def _indents_itself(action: Action) -> bool:
    return action.kind == "output" and not action.trims_left and action.column is not None and "nindent" not in action.bare


def _lines(text: str, by: int, starts: bool) -> str:
    """Literal text in which every line that begins in it is indented anew; `starts`: so does the first."""
    begins = r"(?:\A|(?<=\n))" if starts else r"(?<=\n)"
    return re.sub(rf"{begins}(?P<blanks> *)(?!\r?\n)", lambda found: " " * max(0, len(found["blanks"]) + by), text)


def _action(text: str, action: Action, by: int, offset: int) -> str:
    """The action with its indentation shifted where it gives lines."""
    written = text[action.start : action.end]
    if action.kind != "output":
        return written
    found = list(INDENT.finditer(_blotted(written)))
    if not found:
        if _alone(text, action):
            raise Refusal(
                "an action in it gives lines that are indented by what it includes, and the other list has another column", offset
            )
        return written
    for each in reversed(found):
        columns = int(each["columns"]) + by
        if columns < 0:
            raise Refusal("what an action in it gives would have to be indented by less than nothing", offset)
        written = written[: each.start("columns")] + str(columns) + written[each.end("columns") :]
    return written


def _blotted(written: str) -> str:
    return re.sub(_STRING, lambda found: "_" * len(found.group()), written)


def _alone(text: str, action: Action) -> bool:
    """Whether it stands on a line of its own, where what it gives may be many lines."""
    start, end = text.rfind("\n", 0, action.start) + 1, text.find("\n", action.end)
    return not text[start : action.start].strip() and not text[action.end : end if end >= 0 else len(text)].strip()
