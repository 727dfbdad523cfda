"""Which actions of a template belong together: an opener, its else arms and its end.

In: actions. Out: `Block`s and `Arm`s, or a `Problem`. Must not know: YAML, what a condition asks.
"""

from collections.abc import Sequence
from itertools import pairwise

from sidecarlint.documents.parse import Problem
from sidecarlint.documents.templates.actions import Action, actions
from sidecarlint.values import NamedTuple


class Block(NamedTuple):
    """An opener with its arms up to its end. `heads` are the opener and each `else`; `end` is the action that closes it."""

    heads: tuple[Action, ...]
    end: Action

    @property
    def word(self) -> str:
        """if, range, with, define or block."""
        return self.heads[0].word

    @property
    def arms(self) -> tuple[tuple[int, int], ...]:
        """The spans between its actions, one for each head."""
        bounds = [*self.heads, self.end]
        return tuple((here.end, then.start) for here, then in pairwise(bounds))

    def arm_at(self, offset: int) -> int | None:
        """The number of the arm that holds an offset, or None."""
        return next((number for number, (start, end) in enumerate(self.arms) if start <= offset < end), None)


class Arm(NamedTuple):
    """A block around a place. `word`: if, range, with, define or block; `words`: those of its opener; `number`: the arm that holds the
    place; `many`: how many arms there are. `start` and `end` are the whole block's."""

    word: str
    words: str
    number: int
    many: int
    start: int
    end: int


def blocks(found: Sequence[Action]) -> tuple[Block, ...] | Problem:
    """The blocks of a template in the order of their openers; a problem where openers and ends do not fit together."""
    opened: list[list[Action]] = []
    closed: list[Block] = []
    for each in found:
        if each.kind == "open":
            opened.append([each])
        elif each.kind in ("else", "end") and not opened:
            return Problem(f"this {each.word} of a template closes nothing", each.start)
        elif each.kind == "else":
            opened[-1].append(each)
        elif each.kind == "end":
            closed.append(Block(tuple(opened.pop()), each))
    if opened:
        return Problem(f"this {opened[-1][0].word} of a template has no end", opened[-1][0].start)
    return tuple(sorted(closed, key=lambda block: block.heads[0].start))


def around(text: str, offset: int) -> tuple[Arm, ...]:
    """The blocks of a template around an offset, from the outermost; none where the template cannot be understood."""
    found = actions(text)
    known = found if isinstance(found, Problem) else blocks(found)
    arms = [] if isinstance(known, Problem) else [(block, block.arm_at(offset)) for block in known]
    return tuple(
        Arm(block.word, block.heads[0].words, number, len(block.heads), block.heads[0].start, block.end.end)
        for block, number in arms
        if number is not None
    )
