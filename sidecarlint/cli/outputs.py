"""What goes out beside a report: files that keep it, and the options that a command it tells has to be given too.

In: what was typed. Out: `Kept`s, words of a command line. Must not know: how a report is made.
"""

import os
from collections.abc import Sequence

import click

from sidecarlint.errors import UsageError
from sidecarlint.reports import formats
from sidecarlint.values import NamedTuple


class Kept(NamedTuple):
    """A format and the file that its report goes into."""

    form: str
    path: str

    def keep(self, report: str) -> None:
        """Writes the report. Raises OSError where that is not possible any more."""
        with open(self.path, "wb") as file:
            file.write(report.encode("utf-8", "surrogateescape"))


def keeping(given: Sequence[str]) -> tuple[Kept, ...]:
    """What is to be kept where. Raises UsageError for what is not `FORMAT=FILE`, and for a file that cannot be written, before anything
    is changed."""
    return tuple(_kept(each) for each in given)


def _kept(text: str) -> Kept:
    form, given, path = text.partition("=")
    if not given or not path or form not in formats():
        raise UsageError(f"--output {text}: write a format and a file, as in markdown=pr.md; the formats are {', '.join(formats())}")
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path) or not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise UsageError(f"--output {text}: {path} cannot be written")
    return Kept(form, path)


def again() -> tuple[str, ...]:
    """What the command that runs was asked for beside its paths and its format, as it was typed: so that the command that a report tells
    looks at the same things."""
    context = click.get_current_context()
    typed = [each for each in context.command.params if isinstance(each, click.Option) and each.name != "form"]
    return tuple(word for each in typed for value in _values(context.params.get(each.name or "")) for word in (each.opts[0], value))


def _values(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
