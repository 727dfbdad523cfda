"""Copies of whole trees, fixed by the program itself, for tests that hold what comes of them to the trees beside them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import PROGRAM, environment


class Fixed(NamedTuple):
    """A copy of a tree once everything is fixed that may be. `said`: why something in it stays as it is, each reason as it stands."""

    folder: Path
    code: int
    said: tuple[str, ...]
    errors: str


def fixed(before: Path, place: Path) -> Fixed:
    """Copies a tree to a place, as a repository of its own, and has it fixed, by `--unsafe` too."""
    folder = Path(shutil.copytree(before, place))
    (folder / ".git").mkdir()
    variables = environment() | {"XDG_STATE_HOME": str(place.parent / f"state-{place.name}")}
    argv = [*PROGRAM, "fix", "--unsafe", "--format", "json", "."]
    done = subprocess.run(argv, cwd=folder, env=variables, capture_output=True, text=True, timeout=300)
    (folder / ".git").rmdir()
    return Fixed(folder, done.returncode, reasons(json.loads(done.stdout)), done.stderr)


def reasons(told: dict[str, Any]) -> tuple[str, ...]:
    """What a report says against fixes, and of sources that were skipped."""
    hazards = [why for each in told["findings"] if each["fix"] for why in each["fix"]["hazards"]]
    return (*hazards, *(each["reason"] for each in told["summary"]["skipped"]))


def texts(folder: Path) -> dict[str, bytes]:
    """Every file of a tree, by its path in it."""
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}
