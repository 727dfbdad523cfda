"""What `tail` and `less +F` read, and what would make them survive a file that is missing.

In: the words of a simple command. Out: `Tail`. Must not know: shell grammar, files.
"""

import re

from sidecarlint.values import NamedTuple
from sidecarlint.workloads.commands.argv import name_of
from sidecarlint.workloads.commands.statements import Word


class Tail(NamedTuple):
    """What `tail` was asked: `follows` a file, by name or not, and what would make it so. `until`: it ends with a process."""

    tool: str
    follows: bool
    by_name: bool
    until: bool
    paths: tuple[str, ...]
    option: Word | None
    replacement: str


def tail(words: tuple[Word, ...]) -> Tail | None:
    """What a `tail` or `less +F` reads, or None for another program."""
    name, rest = name_of(words[0].text), list(words[1:])
    if name == "less" and any(each.text == "+F" for each in rest):
        return Tail("less +F", True, False, False, tuple(each.text for each in rest if each.text[:1] not in "-+"), None, "")
    if name != "tail":
        return None
    seen, paths, option = set[str](), [], None
    while rest:
        word = rest.pop(0)
        found = _tail_option(word.text)
        if not found:
            paths.append(word.text)
            continue
        letters, takes_value = found
        seen |= letters
        if "f" in letters and option is None:
            option = word
        if takes_value and rest:
            rest.pop(0)
    by_name = "F" in seen or {"name", "retry"} <= seen
    tool = "tail -F" if "F" in seen else "tail --follow=name" if "name" in seen else "tail -f"
    known = option if option and option.body and not by_name else None
    return Tail(tool, bool(seen & {"f", "F"}), by_name, "pid" in seen, tuple(paths), known, _by_name(known.text) if known else "")


def _tail_option(text: str) -> tuple[set[str], bool] | None:
    if text in ("", "--", "-") or text[0] not in "-+":
        return (set(), False) if text == "--" else None
    if text.startswith("--"):
        given, _, value = text[2:].partition("=")
        # GNU takes the beginning of a name for the name.
        name = next((each for each in ("follow", "retry", "pid") if given and each.startswith(given)), given)
        letters = {"follow": {"f", "name"} if value == "name" else {"f"}, "retry": {"retry"}, "pid": {"pid"}}.get(name, set())
        return letters, not value and name in ("pid", "lines", "bytes", "sleep-interval", "max-unchanged-stats")
    if re.fullmatch(r"[-+]\d+[bcl]?f?", text):
        return ({"f"} if text[-1] == "f" else set()), False
    if text[0] == "+":
        return None
    flags = re.match(r"-([A-Zabdefghijklmopqrtuvwxyz]*)", text)
    letters = set(flags[1]) & {"f", "F"} if flags else set()
    return letters, text[-1] in "ncs" and len(text) == len(flags[0] if flags else "") + 1


def _by_name(option: str) -> str:
    """The same option so that a file that is missing or replaced is survived. Digits before the letter must move behind it."""
    counted = re.fullmatch(r"-(\d+)f", option) or re.fullmatch(r"(\+\d+)f", option)
    if counted:
        return f"-Fn{counted[1]}"
    return "-F" if option.startswith("--") else option.replace("f", "F", 1)
