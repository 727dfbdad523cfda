"""Copies of whole trees, fixed by the program itself, for tests that hold what comes of them to the trees beside them."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import PROGRAM, environment


class Fixed(NamedTuple):
    """A copy of a tree once everything is fixed that may be. `said`: why something in it stays as it is, with the path in the tree and the
    reason as it stands."""

    folder: Path
    code: int
    said: tuple[tuple[str, str], ...]
    errors: str

    def why(self, folder: str = "") -> tuple[str, ...]:
        """The reasons of what lies in a folder of the tree."""
        return tuple(reason for path, reason in self.said if path.startswith(folder))


def fixed(before: Path, place: Path, programs: Path | None = None) -> Fixed:
    """Copies a tree to a place, as a repository of its own, and has it fixed, by `--unsafe` too. `programs`: a folder that goes ahead of
    PATH."""
    folder = Path(shutil.copytree(before, place))
    (folder / ".git").mkdir()
    variables = environment() | {"XDG_STATE_HOME": str(place.parent / f"state-{place.name}")}
    if programs is not None:
        variables["PATH"] = f"{programs}{os.pathsep}{variables['PATH']}"
    argv = [*PROGRAM, "fix", "--unsafe", "--format", "json", "."]
    done = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, text=True, timeout=300)
    (folder / ".git").rmdir()
    return Fixed(folder, done.returncode, reasons(json.loads(done.stdout)), done.stderr)


def reasons(told: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a report says against fixes, and of sources that were skipped, with the path."""
    hazards = [(each["location"]["path"], why) for each in told["findings"] if each["fix"] for why in each["fix"]["hazards"]]
    return (*hazards, *((each["path"], each["reason"]) for each in told["summary"]["skipped"]))


def texts(folder: Path) -> dict[str, bytes]:
    """Every file of a tree, by its path in it."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}
