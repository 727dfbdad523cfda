"""A run to text in one format; the file name in this folder is the value of `--format`.

In: `Run`, `Inspection`s and a `Style`. Out: a string, never a print. Must not know: how anything was decided.

Every module of this folder is a format and has the four functions of `Renderer`; what formats for people share is in
`terminal`. Only the module that is asked for is imported.
"""

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from sidecarlint.errors import UsageError
from sidecarlint.findings import Mending, Run
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from sidecarlint.inspection import Inspection
    from sidecarlint.waves import Wave

__all__ = ["Renderer", "Style", "formats", "renderer"]


class Style(NamedTuple):
    """How a report for people looks. `width` in terminal columns; `info`: whether findings of level info are shown, not only counted."""

    colour: bool = False
    width: int = 80
    info: bool = False


class Renderer(NamedTuple):
    """A format's four functions. What they return ends with a newline, or is empty where a format has nothing to say."""

    check: Callable[[Run, Style], str]
    inspect: Callable[[Sequence["Inspection"], Run, Style], str]
    fix: Callable[[Mending, Style], str]
    waves: "Callable[[Sequence[Wave], Run, Style, Sequence[str]], str]"


def formats() -> tuple[str, ...]:
    """The names of all formats, sorted."""
    found = os.listdir(os.path.dirname(__file__))
    return tuple(sorted(name[:-3] for name in found if name.endswith(".py") and not name.startswith("_")))


def renderer(name: str) -> Renderer:
    """The format of that name. Raises `UsageError` if there is none."""
    if name not in formats():
        raise UsageError(f'there is no format "{name}"; the formats are {", ".join(formats())}')
    module = import_module(f"{__name__}.{name}")
    return Renderer(module.check, module.inspect, module.fix, module.waves)
