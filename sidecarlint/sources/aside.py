"""Sources that are read beside those of a run, for what they say of these.

In: paths, and what the run has found itself. Out: `Source`s one by one, so that none of them is kept; `Unreadable` for what cannot be
read. Must not know: YAML's meaning.
"""

import os
from collections.abc import Iterable, Iterator, Sequence

from sidecarlint.errors import UsageError
from sidecarlint.sources.read import STDIN, Found, Source, Unreadable, read
from sidecarlint.sources.walk import find

_NO_STREAM = "standard input is judged or not read at all; name a file or a folder"


def aside(paths: Sequence[str], exclude: Sequence[str], judged: Iterable[Found]) -> Iterator[Source | Unreadable]:
    """What stands at these paths and is not judged. Bytes that are no text say nothing.

    Raises UsageError for a path that is not there: what is fixed without it may be fixed wrongly.
    """
    own = {os.path.realpath(each.path) for each in judged if each.path != STDIN}
    for found in find(paths, exclude):
        if isinstance(found, Unreadable) and found.path in paths:
            raise UsageError(f"--context {found.path}: {found.message}")
        if isinstance(found, Found) and found.path == STDIN:
            raise UsageError(f"--context {STDIN}: {_NO_STREAM}")
        source = _read(found, own)
        if source is not None:
            yield source


def _read(found: Found | Unreadable, own: set[str]) -> Source | Unreadable | None:
    if isinstance(found, Unreadable):
        return found
    source = None if os.path.realpath(found.path) in own else read(found)
    return source if isinstance(source, Source | Unreadable) else None
