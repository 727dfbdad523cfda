"""Other people's programs, run: helm, kubectl, kustomize.

In: a program's name and its arguments. Out: `Ran`, or None where it is not installed. Must not know: what it is asked.

What a chart or a kustomization names is run by these programs too, so nothing here is called where `Settings.no_exec` is set.
"""

import subprocess

from sidecarlint.values import NamedTuple

SECONDS = 120
"""How long one program may take."""

STOPPED = -1
"""The code of a program that took too long or could not be started."""


class Ran(NamedTuple):
    """What a program has printed, and its exit code; `STOPPED` with the reason in `err` when it did not end by itself."""

    code: int
    out: str
    err: str


def program(*names: str) -> str | None:
    """The path of the first of these programs that is on PATH, or None."""
    from shutil import which

    return next((path for name in names if (path := which(name))), None)


def run(argv: list[str], folder: str, stdin: str = "", seconds: float = SECONDS, environment: dict[str, str] | None = None) -> Ran:
    """Runs a program in a folder to its end, with the environment given or its own. Never raises for what it does."""
    try:
        done = subprocess.run(argv, cwd=folder, input=stdin.encode(), capture_output=True, timeout=seconds, check=False, env=environment)
    except subprocess.TimeoutExpired:
        return Ran(STOPPED, "", f"it did not end within {seconds:.0f} s")
    except OSError as error:
        return Ran(STOPPED, "", f"it cannot be started ({error.strerror or error})")
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
