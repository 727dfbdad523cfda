"""What goes out beside a report: files that keep it or its findings, and the options that a command it tells has to be given too.

In: what was typed. Out: `Kept`s, words of a command line. Must not know: how a report is made.
"""

import os
from collections.abc import Sequence

import click

from sidecarlint.errors import UsageError, WriteError
from sidecarlint.findings import Run
from sidecarlint.reports import finding_formats
from sidecarlint.reports.terminal.totals import count
from sidecarlint.settings import Settings, fails
from sidecarlint.values import NamedTuple


class Kept(NamedTuple):
    """A format and the file that its report goes into."""

    form: str
    path: str

    def keep(self, report: str) -> str | None:
        """Writes the report; gives back why that was not possible, or None."""
        try:
            with open(self.path, "wb") as file:
                file.write(report.encode("utf-8", "surrogateescape"))
        except OSError as error:
            return f"--output {self.form}={self.path}: it could not be written ({error.strerror or error})"
        return None


def keeping(given: Sequence[str], paths: Sequence[str]) -> tuple[Kept, ...]:
    """What is to be kept where. Raises UsageError for what is not `FORMAT=FILE`, for a file that cannot be written, and for one of the
    `paths` that are to be fixed, before anything is changed."""
    return tuple(_kept(each, paths) for each in given)


def _kept(text: str, paths: Sequence[str]) -> Kept:
    form, given, path = text.partition("=")
    known = finding_formats()
    if not given or not path or form not in known:
        raise UsageError(f"--output {text}: write a format and a file, as in markdown=pr.md; the formats are {', '.join(known)}")
    folder = os.path.dirname(path) or "."
    if os.path.isdir(path) or not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise UsageError(f"--output {text}: {path} cannot be written")
    if any(os.path.exists(each) and os.path.exists(path) and os.path.samefile(each, path) for each in paths):
        raise UsageError(f"--output {text}: {path} is to be fixed itself; keep the report in a file of its own")
    return Kept(form, path)


def again() -> tuple[str, ...]:
    """What the command that runs was asked for beside its paths and its format, as it was typed: so that the command that a report tells
    looks at the same things."""
    context = click.get_current_context()
    typed = [each for each in context.command.params if isinstance(each, click.Option) and each.name != "form"]
    return tuple(word for each in typed for value in _values(context.params.get(each.name or "")) for word in (each.opts[0], value))


def _values(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def keep_baseline(settings: Settings, run: Run) -> str:
    """Writes the findings that make a run fail into the baseline, and gives back what to tell. Nothing is written where a source could not
    be read: what is in it would be new tomorrow. Raises UsageError where no file is named, WriteError where it cannot be written."""
    from sidecarlint.findings.baseline import written

    path = settings.baseline
    if not path:
        raise UsageError("name the file to write: --baseline FILE, or baseline in the configuration")
    if run.unread:
        return "".join(f"{each.path}: {each.message}\n" for each in run.unread) + "Nothing was written.\n"
    findings = [each for each in run.findings if fails(each.severity, settings.fail_on)]
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(written(findings))
    except OSError as error:
        raise WriteError(f"{path}: it could not be written ({error.strerror or error})") from None
    return f"Wrote {count(len(findings), 'finding')} to {path}. From now on: sidecarlint check --baseline {path}\n"
