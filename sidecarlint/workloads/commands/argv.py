"""A program's arguments, as most programs read theirs.

In: the words of a simple command. Out: names, options, operands. Must not know: what any program does.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "mksh"})


def name_of(text: str) -> str:
    """A program's name without its folder, and without the version that Python's carries."""
    name = text.rpartition("/")[2]
    return "python" if re.fullmatch(r"python[23](\.\d+)?", name) else name


def is_fixed(text: str) -> bool:
    """Whether a word, or the end of a path, says what it is: no variable, substitution or template action decides it."""
    return not any(sign in text for sign in ("$", "`", "}}"))


def is_file(text: str) -> bool:
    """Whether a word looks like the path of a file, not a device's."""
    if text.startswith(("/dev/", "/proc/", "/sys/", "&", "-")):
        return False
    known = re.sub(r"\{\{[^{}]*\}\}", "", text) if "{{" in text else text
    return known.strip("./") != "" and ("/" in known or "." in known) and not (text.startswith("$(") and text.endswith(")"))


def has(arguments: Sequence[str], option: str) -> bool:
    """Whether an option is among arguments: as it is, with `=value`, or in a bundle such as `-lk`."""
    short = len(option) == 2 and option[0] == "-"
    return any(
        each == option or each.partition("=")[0] == option or (short and re.fullmatch(r"-[A-Za-z]{2,3}", each) and option[1] in each)
        for each in arguments
    )


def value_of(arguments: Sequence[str], option: str) -> str:
    """The value of an option, behind it or in its word; empty where it is not given."""
    for each, following in pairwise((*arguments, "")):
        if each == option:
            return following
        if each.startswith(option):
            return each[len(option) :].lstrip("=")
    return ""


def operands(argv: Sequence[str], values: str = "") -> list[str]:
    """The arguments that are no options; `values` are the options that take one."""
    found, rest = [], list(argv[1:])
    while rest:
        word = rest.pop(0)
        if word in values.split() and rest:
            rest.pop(0)
        elif word[:1] != "-":
            found.append(word)
    return found


def number(text: str) -> int | None:
    """A port or another small number, or None for anything else."""
    return int(text) if re.fullmatch(r"\d{1,5}", text, re.ASCII) else None
