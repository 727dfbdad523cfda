"""The program's one entry: `python -m sidecarlint` and the console scripts are the same.

In: argv and streams. Out: the exit code. Must not know: any command.
"""

import gc

_PATIENCE = 100_000
"""How many new objects the collector of cycles waits for. Nearly all of what is made here lives to the end or is freed at once."""


def main() -> None:
    """Runs the command line. Looking for cycles at start and end would cost a fifth of a short run, and finds none."""
    gc.set_threshold(_PATIENCE)
    from sidecarlint.cli import main as command_line

    try:
        command_line()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
