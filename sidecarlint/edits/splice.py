"""Spans and new texts, put into a text.

In: a text and changes. Out: the new text. Must not know: YAML.
"""

from collections.abc import Sequence
from itertools import pairwise

from sidecarlint.edits.operations import Refusal
from sidecarlint.values import NamedTuple


class Change(NamedTuple):
    """New text for a span of the old one, offsets in characters. An empty span is an insertion."""

    start: int
    end: int
    text: str


def ordered(changes: Sequence[Change]) -> list[Change]:
    """The changes by place, equal ones once. Changes that overlap are a `Refusal`."""
    found = sorted(dict.fromkeys(changes), key=lambda change: (change.start, change.end))
    for before, after in pairwise(found):
        if after.start < before.end:
            raise Refusal("two changes would touch the same text", after.start)
    return found


def splice(text: str, changes: Sequence[Change], start: int = 0, end: int | None = None) -> str:
    """The part of a text from `start` to `end` with the changes that lie inside it."""
    end = len(text) if end is None else end
    pieces: list[str] = []
    position = start
    for change in ordered([each for each in changes if start <= each.start and each.end <= end]):
        pieces += (text[position : change.start], change.text)
        position = change.end
    return "".join((*pieces, text[position:end]))
