"""A run to text in one format; the file name in this folder, or in `exchange`, is the value of `--format`.

In: `Run`, `Inspection`s and a `Style`. Out: a string, never a print. Must not know: how anything was decided.

Every module of this folder is a format and has the four functions of `Renderer`; those of `exchange` hold findings alone and have two
of them. What formats for people share is in `terminal`. Only the module that is asked for is imported.
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
    """A format's functions. What they return ends with a newline, or is empty where a format has nothing to say."""

    check: Callable[[Run, Style], str]
    fix: Callable[[Mending, Style], str]
    inspect: Callable[[Sequence["Inspection"], Run, Style], str]
    waves: "Callable[[Sequence[Wave], Run, Style, Sequence[str]], str]"


_EXCHANGE = "exchange"


def formats() -> tuple[str, ...]:
    """The names of the formats that can show anything, sorted."""
    return _in("")


def finding_formats() -> tuple[str, ...]:
    """The names of the formats that can show findings, sorted: all there are."""
    return tuple(sorted((*_in(""), *_in(_EXCHANGE))))


def _in(folder: str) -> tuple[str, ...]:
    found = os.listdir(os.path.join(os.path.dirname(__file__), folder))
    return tuple(sorted(name[:-3] for name in found if name.endswith(".py") and not name.startswith("_")))


def renderer(name: str) -> Renderer:
    """The format of that name. Raises `UsageError` if there is none."""
    if name not in finding_formats():
        raise UsageError(f'there is no format "{name}"; the formats are {", ".join(finding_formats())}')
    if name in formats():
        module = import_module(f"{__name__}.{name}")
        return Renderer(module.check, module.fix, module.inspect, module.waves)
    module = import_module(f"{__name__}.{_EXCHANGE}.{name}")
    return Renderer(module.check, module.fix, _findings_alone(name), _findings_alone(name))


def _findings_alone(name: str) -> Callable[..., str]:
    def refuse(*asked: object) -> str:
        raise UsageError(f"the format {name} holds findings alone; choose {', '.join(formats())}")

    return refuse
