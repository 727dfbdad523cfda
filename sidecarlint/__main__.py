"""The program's one entry: `python -m sidecarlint` and the console scripts are the same.

In: argv and streams. Out: the exit code. Must not know: any command.
"""

import gc
import os
import sys

_PATIENCE = 100_000
"""How many new objects the collector of cycles waits for. Nearly all of what is made here lives to the end or is freed at once."""


def main() -> None:
    """Runs the command line. Looking for cycles at start and end would cost a fifth of a short run, and finds none."""
    gc.set_threshold(_PATIENCE)
    _open_what_is_closed()
    from sidecarlint.cli import main as command_line

    try:
        command_line()
    finally:
        gc.freeze()


def _open_what_is_closed() -> None:
    """A program that is started without an output has None there, and nowhere to write to."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


if __name__ == "__main__":
    main()
