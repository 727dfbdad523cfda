"""Values under which what stands in a template is rendered.

In: a template's text, offsets. Out: a values file. Must not know: what stands there.

Only conditions on a simple path of `.Values` are turned on, and `not` on one is turned off; whatever else a condition asks is left alone.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents.templates import around

_PATH = re.compile(r"(?<![\w.\"])\$?\.Values\.(?P<path>\w+(?:\.\w+)*)")
_NOT = re.compile(r"\bnot\s+\(?\s*$")
_COMPARED = re.compile(r"\b(?:eq|ne|lt|gt|le|ge|hasKey|semverCompare|contains)\b")


def switched_on(text: str, offsets: Sequence[int]) -> str:
    """YAML that turns on every condition around these offsets; "" where there is none to turn on."""
    wanted: dict[str, object] = {}
    for offset in offsets:
        for arm in around(text, offset):
            if arm.word in ("if", "with") and arm.number == 0:
                _turn(arm.words, wanted)
    return "".join(f"{line}\n" for line in _lines(wanted, ""))


def _turn(words: str, wanted: dict[str, object]) -> None:
    if _COMPARED.search(words):
        return
    for found in _PATH.finditer(words):
        *above, last = found["path"].split(".")
        into: object = wanted
        for step in above:
            into = into.setdefault(step, {}) if isinstance(into, dict) else None
        if isinstance(into, dict):
            into.setdefault(last, "false" if _NOT.search(words[: found.start()]) else "true")


def _lines(values: dict[str, object], blanks: str) -> list[str]:
    lines = []
    for key, value in values.items():
        lines += [f"{blanks}{key}:", *_lines(value, blanks + "  ")] if isinstance(value, dict) else [f"{blanks}{key}: {value}"]
    return lines
