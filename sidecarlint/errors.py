"""What can stop a run, each with a message for people and an exit code.

In: nothing. Out: the few exceptions of the program. Must not know: anything.

A message that speaks of an unknown word names the known one that looks most like it.

What is wrong with one source is no exception: it travels as a value, so that its neighbours are still judged.
"""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like an unknown one; None where none looks like it."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), 1)
    return close[0] if close else None


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words as a sentence lists them: `a, b and c`."""
    *most, final = words
    return f"{', '.join(most)} {last} {final}" if most else final


class SidecarlintError(Exception):
    """The run cannot be done as asked. The message says what, where and what to do; the exit code is 2."""

    exit_code = 2


class UsageError(SidecarlintError):
    """Something on the command line names what does not exist."""


class FileError(SidecarlintError):
    """A file of ours (a config, a rule, a helper) is wrong at a place. `line` is 1-based, None if it has none."""

    def __init__(self, path: str, line: int | None, message: str) -> None:
        self.path, self.line, self.problem = path, line, message
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")


class ConfigError(FileError):
    """A configuration file that cannot be used."""


class RuleError(FileError):
    """A rule file or a helper file that cannot be used."""


class WriteError(SidecarlintError):
    """A rewritten text could not be put in its file's place. The file is as it was. `path` is the file's, "" where there is none."""

    def __init__(self, message: str, path: str = "") -> None:
        self.path = path
        super().__init__(message)


class NotSettled(SidecarlintError):
    """Fixes went on making new findings. The message names the rules; nothing is written."""
