"""A block list cut into pieces of whole lines, which can be put into another order.

In: a layout, a list. Out: `Listed`, its `Piece`s. Must not know: Kubernetes, or what moves where.
"""

from sidecarlint.documents import Route, line_ends
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.style import Ending, Layout, ending
from sidecarlint.values import NamedTuple

FIXED = 1_000_000
"""The weight of what never moves."""


class Piece(NamedTuple):
    """Whole lines of the text. `weight` is what leaving them in place is worth; `shift` how far a moved item is indented anew.

    `text` is set for new lines that stand nowhere yet. `ending` says whether its last line belongs to a block scalar.
    """

    start: int
    end: int
    weight: int
    shift: int = 0
    text: str | None = None
    ending: Ending = ""


class Listed(NamedTuple):
    """A block list in pieces: its header, its items, and `gaps[i]`, what stands between item i and the next (None for nothing)."""

    header: Piece
    items: list[Piece]
    gaps: list[Piece | None]
    column: int


def listed(layout: Layout, pair: Pair, indent: int = 0, first: bool = False) -> Listed:
    """A list with its key in pieces. An empty one gets its items `indent` columns right of its key. `first`: its key may stand behind
    the dash of an item."""
    key, sequence = pair
    if not layout.starts_line(key.outset) and not (first and layout.starts_item(key.outset)):
        raise Refusal(f"{key.text} does not stand on a line of its own", key.start)
    column = layout.column(key.outset)
    # Behind a dash it is the first of its mapping, so nothing can be put above it.
    start = layout.head(key.outset) if layout.starts_line(key.outset) else key.outset
    if not sequence.items:
        end = layout.line_end(layout.content_end(max(sequence.end, key.end + 1)))
        return Listed(Piece(start, end, _lines(layout, start, end)), [], [], column + indent)
    column, spans = item_spans(layout, pair)
    header = Piece(start, spans[0][0], _lines(layout, start, spans[0][0]))
    items = [
        Piece(begin, end, _lines(layout, begin, end), ending=ending(layout.text, item))
        for (begin, end), item in zip(spans, sequence.items, strict=True)
    ]
    gaps = [_gap(layout, items[i].end, items[i + 1].start) if i + 1 < len(items) else None for i in range(len(items))]
    return Listed(header, items, gaps, column)


def item_spans(layout: Layout, pair: Pair) -> tuple[int, list[tuple[int, int]]]:
    """The column of a block list's dashes, and for each item the lines that are its own: with the comments that travel with it. A list
    that is a whole document stands for its key, too."""
    key, sequence = pair
    dashes = layout.dashes(sequence)
    column, floor = layout.column(dashes[0]), layout.line_end(key.outset) if key is not sequence else 0
    odd = next((dash for dash in dashes if layout.column(dash) != column), None)
    if odd is not None:
        raise Refusal("the items of this list stand at different columns", odd)
    ends = [max(item.end, dash + 1) for item, dash in zip(sequence.items, dashes, strict=True)]
    floors = [floor, *(layout.line_end(end) for end in ends[:-1])]
    habit = _habit(layout, dashes[0], floor)
    heads = [layout.head(dash, above, habit) for dash, above in zip(dashes, floors, strict=True)]
    tails = [layout.tail(end, column, below) for end, below in zip(ends, [*heads[1:], len(layout.text)], strict=True)]
    return column, list(zip(heads, tails, strict=True))


def own_span(layout: Layout, tree: Tree, route: Route) -> tuple[int, int]:
    """What goes with a key or a list's item that is removed: its text, the rest of its last line, and the comments that travel with an
    item."""
    if isinstance(route[-1], int):
        pair = tree.pair(route[:-1]) if route[1:] else (tree.root, tree.root)
        if pair is None or pair[1].flow:
            item = tree.find(route)
            return item.outset, item.end
        return item_spans(layout, pair)[1][route[-1]]
    found = tree.pair(route)
    assert found is not None
    end = max(found[1].end, found[0].end)
    return found[0].outset, end if tree.find(route[:-1]).flow else layout.line_end(end)


def _habit(layout: Layout, dash: int, floor: int) -> int | None:
    """Where this list has its comments: one above the first dash can belong to nothing else, whatever its column is."""
    above = layout.lines.number(dash) - 1
    return layout.comment_column(above) if above and layout.lines.start(above) >= floor else None


def _lines(layout: Layout, start: int, end: int) -> int:
    return max(1, line_ends(layout.text[start:end]))


def _gap(layout: Layout, start: int, end: int) -> Piece | None:
    """Blank lines between items may travel; a comment between them stays where it is."""
    if start == end:
        return None
    blank = not layout.text[start:end].strip()
    return Piece(start, end, 1 if blank else FIXED)


def in_text_order(lists: list[Listed]) -> list[Piece]:
    """The pieces of lists as they stand in the text, with what stands between the lists."""
    pieces: list[Piece] = []
    for each in sorted(lists, key=lambda one: one.header.start):
        if pieces and pieces[-1].end < each.header.start:
            pieces.append(Piece(pieces[-1].end, each.header.start, FIXED))
        pieces.append(each.header)
        for item, gap in zip(each.items, each.gaps, strict=True):
            pieces += [item] if gap is None else [item, gap]
    return pieces
