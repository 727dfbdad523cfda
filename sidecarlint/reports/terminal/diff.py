"""A rewritten text as a unified diff that git and patch apply.

In: a `Rewritten`. Out: the diff's text. Must not know: why anything was changed.
"""

from difflib import unified_diff

from sidecarlint.findings import Rewritten

_CONTEXT = 3
_NO_LINE_END = "\\ No newline at end of file\n"


def unified(rewritten: Rewritten) -> str:
    """The diff of one source. Lines end at LF, as git counts them; a CR before it is part of the line."""
    old, new = _lines(rewritten.old), _lines(rewritten.new)
    path = "stdin" if rewritten.path == "-" else rewritten.path.lstrip("/")
    ahead = max(_common(old, new) - _CONTEXT, 0)
    hunks = unified_diff(old[ahead:], new[ahead:], f"a/{path}" if not rewritten.made else "/dev/null", f"b/{path}", n=_CONTEXT)
    return "".join(
        _shifted(line, ahead) if line.startswith("@@") else line if line.endswith("\n") else f"{line}\n{_NO_LINE_END}" for line in hunks
    )


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _common(old: list[str], new: list[str]) -> int:
    """How many lines are the same from the start: they need not be compared again."""
    same = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        same += 1
    return same


def _shifted(line: str, ahead: int) -> str:
    """A hunk's head with line numbers that count the lines left out in front."""
    _, old, new, _ = line.split(" ", 3)
    return f"@@ {_range(old, ahead)} {_range(new, ahead)} @@\n"


def _range(part: str, ahead: int) -> str:
    start, comma, length = part[1:].partition(",")
    return f"{part[0]}{int(start) + ahead}{comma}{length}"
