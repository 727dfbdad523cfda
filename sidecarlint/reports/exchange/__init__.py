"""Formats by which other programs take findings over: code hosts, review bots, CI servers. The file name is the value of `--format`.

In: a `Run` or a `Mending`, and a `Style`. Out: a string. Must not know: how anything was decided.

Each has `check` and `fix`; there is nothing in them for workloads or waves. All hold every finding, whatever the style hides, but for
what the limits of a platform cut, which they say.
"""

from collections.abc import Sequence

from sidecarlint.findings import Finding

_ORDER = ("error", "warning", "info")


def worst_first(findings: Sequence[Finding]) -> list[int]:
    """The numbers of findings, errors first, each level in its own order: where something has to be cut, the mildest is."""
    return sorted(range(len(findings)), key=lambda number: _ORDER.index(findings[number].severity))


def slashed(path: str) -> str:
    """A path with slashes, `stdin` for standard input."""
    return "stdin" if path == "-" else path.replace("\\", "/").removeprefix("./")
