"""How far a long run is, on one line that goes away again.

In: how many of how many are done. Out: that, on a terminal. Must not know: what is done.
"""

from collections.abc import Callable
from time import monotonic
from typing import TextIO

_PATIENCE, _PAUSE = 1.0, 0.1
"""Seconds before the line first shows, and between two of its states."""
_CLEAR = "\r\x1b[K"


def progress(terminal: TextIO) -> Callable[[int, int], None]:
    """A function to tell how many of how many files are done."""
    started, shown = monotonic(), [0.0]

    def tick(done: int, total: int) -> None:
        now = monotonic()
        if now - started > _PATIENCE and now - shown[0] > _PAUSE:
            shown[0] = now
            terminal.write(f"{_CLEAR}{done} of {total} files")
        if shown[0] and done == total:
            terminal.write(_CLEAR)
        terminal.flush()

    return tick
