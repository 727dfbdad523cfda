"""`--output FORMAT=FILE`: a report kept in a file, beside what goes to the terminal.

In: what the option says. Out: `Kept`. Must not know: how a report is made.
"""

import os
from collections.abc import Sequence

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
