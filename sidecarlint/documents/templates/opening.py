"""What of a template's tree an action gives, or decides whether it is there.

In: a tree over a masked text, where actions were taken away, and the template's blocks. Out: the same tree with `open` set. Must not
know: Kubernetes.

An action on lines of its own adds to the collection whose column its output has. What stands under a guard is there or not, so its
list is open; of a guarded key the value is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from sidecarlint.documents.nodes import Node, is_null, walk
from sidecarlint.documents.templates.blocks import Block
from sidecarlint.documents.templates.masking import WORD, Masked, Splice

_GUARDS = ("if", "range", "with")


def splice_in(root: Node, source: str, masked: Masked) -> None:
    """Marks what actions give that were taken away, or for which words stand. The spans are still those of the masked text."""
    for splice in masked.splices:
        action, target = splice.action, _target(root, splice, masked.text)
        # A guard inside a script makes another script of it.
        if action.kind == "output" or (target.style in ("|", ">") and action.kind in ("open", "else", "end")):
            _open(target, source[action.start : action.end])
    for node in walk(root):
        for number in WORD.findall(node.text) if node.kind == "scalar" else ():
            _open(node, masked.words[int(number)])
        for key, _ in node.pairs:
            # What a key is called may be anything, so any key may be there.
            for number in WORD.findall(key.text):
                _open(node, masked.words[int(number)])


def _target(root: Node, splice: Splice, text: str) -> Node:
    """What the output of an action adds to: from the root down, as long as it is indented deeper."""
    node, column = root, splice.column
    while node.kind in ("mapping", "sequence") and not node.flow:
        shallow = column is not None and column <= _column(text, node)
        below = _last_before(node, splice.at, text)
        if shallow and below is not None and not below.open and is_null(below):
            # A key without a value, such as `env:`, waits for what comes next, whatever its define is indented by.
            return below
        if below is None or (shallow and not (below.kind == "sequence" and _column(text, below) == column)):
            return node
        if shallow:
            # An item of a list that is flush with its key, or another key beside that: both begin in this column, and items are likelier.
            return below
        if below.kind == "scalar" and not is_null(below) and below.style not in ("|", ">"):
            return node
        node = below
    return node


def _last_before(node: Node, offset: int, text: str) -> Node | None:
    """The last value or item that begins before an offset. An item begins with its dash, though it may be written on the next line."""
    if node.kind == "mapping":
        index = bisect_left(node.pairs, offset, key=lambda pair: pair[0].outset)
        return node.pairs[index - 1][1] if index else None
    index = bisect_left(node.items, offset, key=lambda item: item.outset)
    if index < len(node.items) and not text[offset : node.items[index].outset].strip():
        index += 1
    return node.items[index - 1] if index else None


def _column(text: str, node: Node) -> int:
    return node.outset - 1 - max(text.rfind("\n", 0, node.outset), text.rfind("\r", 0, node.outset))


def guard(root: Node, source: str, blocks: Sequence[Block]) -> None:
    """Marks what guards decide about. The spans are those of the template."""
    guards = _Guards([block for block in blocks if block.word in _GUARDS])
    for node in walk(root) if guards.starts else ():
        for key, value in node.pairs:
            if (block := guards.inside(node, key.outset)) is not None:
                _open(value, source[block.heads[0].start : block.heads[0].end])
        for item in node.items:
            if (block := guards.inside(node, item.outset)) is not None:
                _open(node, source[block.heads[0].start : block.heads[0].end])


class _Guards:
    """Blocks in the order of their openers, and which stands in which."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.starts = [block.heads[0].start for block in blocks]
        self.above: list[int] = []
        for index, start in enumerate(self.starts):
            self.above.append(self._around(index - 1, start))

    def _around(self, index: int, offset: int) -> int:
        while index >= 0 and self.blocks[index].end.end <= offset:
            index = self.above[index]
        return index

    def inside(self, node: Node, offset: int) -> Block | None:
        """The innermost block around an offset, where it does not hold the whole collection as well."""
        index = self._around(bisect_right(self.starts, offset) - 1, offset)
        if index < 0 or (self.starts[index] <= node.outset and node.end <= self.blocks[index].end.end):
            return None
        return self.blocks[index]


def _open(node: Node, words: str) -> None:
    node.open = tuple(dict.fromkeys((*node.open, words)))
