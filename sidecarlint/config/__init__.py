"""Configuration files and command-line options to `Settings`.

In: `sidecarlint.toml` or `[tool.sidecarlint]` of a pyproject.toml, the nearest one upwards; what the command line says. Out: `Settings`.
Must not know: manifests.

command_line   options beside or instead of what a file says
files          a file's keys and what is wrong with it
own_kinds      its tables [[kinds]]
overrides      its tables [[overrides]]
places         the line of a key
writing        its JSON Schema, and a file to begin with
"""

import os

from sidecarlint.config.command_line import with_options
from sidecarlint.settings import Settings

__all__ = ["load", "nearest_file", "with_options"]

_NAMES = ("sidecarlint.toml", ".sidecarlint.toml")


def load(start: str = ".", path: str | None = None) -> Settings:
    """The settings of the file at `path`, or else of the nearest configuration file at or above the folder `start`.

    Raises ConfigError with the line for anything that is wrong in it.
    """
    found = path or nearest_file(os.path.abspath(start))
    if not found:
        return Settings()
    # Most runs have none.
    from sidecarlint.config.files import read

    return read(found)


def nearest_file(folder: str) -> str | None:
    """The nearest configuration file at or above a folder, up to the root of the repository; None where there is none."""
    while True:
        for name in _NAMES:
            if os.path.isfile(os.path.join(folder, name)):
                return os.path.join(folder, name)
        project = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(project) and _mentions_us(project):
            return project
        if os.path.exists(os.path.join(folder, ".git")) or os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)


def _mentions_us(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return b"tool.sidecarlint" in file.read()
    except OSError:
        return False
