"""Moving items between block lists: the order of pieces, and the smallest change that brings it about.

In: a layout, two lists of one mapping, the moves. Out: `Change`s. Must not know: Kubernetes.

The two lists are cut into pieces of whole lines: headers (the key's line with its comments), items with what travels with
them, and what stands between. The wanted order follows from the moves. The heaviest run of pieces that is already in that
order stays where it is, and only the rest is cut and put in again. So a helper at the end of its list costs one new key
line, and one at the head costs its key line twice.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sidecarlint.documents import Node, line_ends
from sidecarlint.edits.locate import Pair
from sidecarlint.edits.operations import Refusal, Value
from sidecarlint.edits.pieces import FIXED, Listed, Piece, in_text_order, listed
from sidecarlint.edits.splice import Change, splice
from sidecarlint.edits.style import Layout, scalar, shifted
from sidecarlint.values import NamedTuple


class Moving(NamedTuple):
    """One move: the index of the item in its list, and of the item of the other list that it goes in front of."""

    item: int
    before: int


class Fresh(NamedTuple):
    """A new item of the source or of the target, in front of the item at `before`, and `ahead` of what moves to the same place."""

    in_source: bool
    before: int
    value: Value
    ahead: bool = False


class Task(NamedTuple):
    """What happens to two lists: `moves` from `source` to `target`, which is called `key` and may not be there yet. `gone` are the
    indexes of the items that are removed from each of the two. With `emptied` the source goes with its key when nothing is left."""

    source: Pair
    target: Pair | None
    key: str
    moves: Sequence[Moving]
    fresh: Sequence[Fresh]
    gone: tuple[set[int], set[int]]
    emptied: bool
    root: Node

    def leaves_nothing(self) -> bool:
        """Whether no item of the source is left."""
        left = set(range(len(self.source[1].items))) - {move.item for move in self.moves} - self.gone[0]
        return not left and not any(each.in_source for each in self.fresh)


Sound = Callable[[list[Change]], list[Change]]
"""Gives back the changes of a way that may be gone, and refuses any other."""


def move_items(layout: Layout, task: Task, inner: Sequence[Change], behind: Sequence[Change], sound: Sound) -> list[Change]:
    """The changes that carry out a task. `inner` are the document's other changes: those inside the lists travel along, but for those
    `behind` a list, which are no item's own."""
    source, target = task.source, task.target
    from_list = listed(layout, source)
    column = layout.column(source[0].outset)
    if target is None:
        header = Piece(0, 0, 0, 0, f"{' ' * column}{scalar(task.key, source[0].style)}:{layout.newline(source[0].start)}")
        into = Listed(header, [], [], from_list.column)
        orders = [_before(from_list, header, task.moves), _behind(from_list, header, task.moves)]
        region = [from_list]
    else:
        into = listed(layout, target, from_list.column - column)
        orders = [_existing(layout, from_list, into, task)]
        region = [from_list, into]
    behind = [change for change in behind if change.start == change.end and any(_lies_behind(change, each) for each in region)]
    if task.fresh or any(task.gone) or task.leaves_nothing() or behind:
        from sidecarlint.edits.renewed import renewed

        orders = [renewed(layout, task, from_list, into, order, behind) for order in orders]
        inner = [change for change in inner if change not in behind]
    pieces = in_text_order(region)
    return _smallest(layout, [partial(_changes, layout, pieces, order, inner) for order in orders], sound)


def _lies_behind(change: Change, lines: Listed) -> bool:
    return any(item.start < change.start <= item.end for item in lines.items)


def _smallest(layout: Layout, ways: list[Callable[[], list[Change]]], sound: Sound) -> list[Change]:
    """The way that changes the fewest lines, of those that can be gone."""
    found: list[list[Change]] = []
    refused: Refusal | None = None
    for way in ways:
        try:
            found.append(sound(way()))
        except Refusal as refusal:
            refused = refusal
    if not found and refused is not None:
        raise refused
    return min(found, key=lambda changes: sum(_cost(layout, change) for change in changes))


def _cost(layout: Layout, change: Change) -> int:
    """Lines that a reviewer sees removed and added."""
    return line_ends(layout.text[change.start : change.end]) + line_ends(change.text)


def _before(source: Listed, header: Piece, moves: Sequence[Moving]) -> list[Piece]:
    moved, rest, _ = _parted(source, moves)
    if rest[-1] in source.gaps and rest[-1].weight != FIXED:
        moved, rest = [*moved, rest[-1]], rest[:-1]
    return [header, *moved, *rest]


def _behind(source: Listed, header: Piece, moves: Sequence[Moving]) -> list[Piece]:
    moved, rest, carried = _parted(source, moves)
    last = moved[-1:] if moved and carried and moved[-1] is carried else []
    return [*rest, *last, header, *(moved[: -len(last)] if last else moved)]


def _parted(source: Listed, moves: Sequence[Moving]) -> tuple[list[Piece], list[Piece], Piece | None]:
    """The moved items, each with one blank gap, and what is left of the list. The gap that stood in front of the last item comes
    third."""
    moving = {move.item for move in moves}
    taken: set[int] = set()
    moved: list[Piece] = []
    carried = None
    for move in sorted(moves):
        moved.append(source.items[move.item])
        last = move.item == len(source.items) - 1
        gap = move.item - 1 if last else move.item
        piece = source.gaps[gap] if gap >= 0 and gap not in taken else None
        if piece is not None and piece.weight != FIXED and not (last and gap in moving):
            taken.add(gap)
            moved.append(piece)
            carried = piece if last else carried
    rest = [source.header]
    for index, item in enumerate(source.items):
        if index not in moving:
            rest.append(item)
        gap_piece = source.gaps[index]
        if gap_piece is not None and index not in taken:
            rest.append(gap_piece)
    turns = iter(source.items[move.item] for move in moves)
    return [next(turns) if piece in source.items else piece for piece in moved], rest, carried


def _existing(layout: Layout, source: Listed, into: Listed, task: Task) -> list[Piece]:
    moves = task.moves
    moved, rest, _ = _parted(source, moves)
    shift = into.column - source.column
    joined = task.leaves_nothing()
    spaced = any(gap is not None for gap in (source if joined and len(into.items) == 1 else into).gaps[:-1])
    # A blank line between two lists that become one parts their items already.
    parted = joined and into.items and bool(between := layout.text[into.items[-1].end : source.header.start]) and not between.strip()
    whole = [piece._replace(shift=shift) for piece in moved if spaced or piece in source.items]
    ahead = {move.item: move.before for move in moves}
    filled = [into.header]
    groups = _groups(whole, source, ahead)
    for index in range(len(into.items) + 1):
        if index == len(into.items) and filled[-1:] and groups.get(index) and spaced and not parted:
            groups[index] = _gap_first(groups[index], source)
        filled += groups.get(index, [])
        if index < len(into.items):
            filled.append(into.items[index])
            gap = into.gaps[index]
            filled += [gap] if gap is not None else []
    return [*rest, *filled] if source.header.start < into.header.start else [*filled, *rest]


def _groups(whole: list[Piece], source: Listed, ahead: dict[int, int]) -> dict[int, list[Piece]]:
    """The moved pieces by the index of the item that they go in front of."""
    groups: dict[int, list[Piece]] = {}
    starts = {source.items[item].start: before for item, before in ahead.items()}
    at = 0
    for piece in whole:
        at = starts.get(piece.start, at)
        groups.setdefault(at, []).append(piece)
    return groups


def _gap_first(pieces: list[Piece], source: Listed) -> list[Piece]:
    gaps = [piece for piece in pieces if all(piece.start != item.start for item in source.items)]
    if not gaps:
        return pieces
    return [gaps[0], *[piece for piece in pieces if piece is not gaps[0]]]


def _changes(layout: Layout, old: list[Piece], wanted: list[Piece], inner: Sequence[Change]) -> list[Change]:
    """The changes that turn the pieces in text order into the wanted order."""
    wanted = _with_fixed(layout, old, wanted)
    _keep_kept(layout, wanted, old[-1].end)
    kept = _heaviest_run(old, wanted)
    end = old[-1].end
    position, pending = old[0].start, ""
    changes = [change for change in inner if not (position <= change.start and change.end <= end) or _lies_in(change, kept)]
    for piece in [*wanted, None]:
        if piece is not None and piece not in kept:
            pending += _moved_text(layout, piece, inner)
            continue
        stop = piece.start if piece is not None else end
        if pending or stop > position:
            changes.append(Change(position, stop, pending))
        position, pending = (piece.end if piece is not None else end), ""
    if end == len(layout.text) and not layout.text.endswith(("\n", "\r")) and old[-1] != wanted[-1]:
        is_last = next(piece for piece in reversed(wanted) if (piece.text or layout.text[piece.start : piece.end]).strip())
        return _keep_missing_newline(layout, changes, old[-1], is_last)
    return changes


def _keep_kept(layout: Layout, wanted: list[Piece], end: int) -> None:
    """Refuses an order in which a blank line would come to stand below a block scalar that keeps such lines (`|+`)."""
    for piece, below in zip(wanted, [*wanted[1:], Piece(end, end, FIXED)], strict=True):
        if piece.ending == "kept" and below.text is None and layout.is_blank(layout.lines.number(below.start)):
            raise Refusal("a blank line would become part of a block scalar", piece.start)


def _lies_in(change: Change, pieces: list[Piece]) -> bool:
    return any(piece.start <= change.start < piece.end or change.start == change.end == piece.end for piece in pieces)


def _with_fixed(layout: Layout, old: list[Piece], wanted: list[Piece]) -> list[Piece]:
    """The wanted order with what stands between the two lists, which belongs to neither and stays."""
    between = [piece for piece in old if piece.weight == FIXED and piece not in wanted]
    if not between:
        return wanted
    position = next(i for i, piece in enumerate(old) if piece is between[0])
    places = {(piece.start, piece.end): index for index, piece in enumerate(wanted) if piece.text is None}
    following = [places[each.start, each.end] for each in old[position + 1 :] if (each.start, each.end) in places]
    index = following[0] if following else len(wanted)
    if (old[position + 1].start, old[position + 1].end) not in places and _holds_keys(layout, between[0]):
        # The header of the second list goes with its key: what stood below it is in the first list now, and keys stand between.
        index = len(wanted)
    return [*wanted[:index], *between, *wanted[index:]]


def _holds_keys(layout: Layout, piece: Piece) -> bool:
    """Whether more than comments and blank lines stands there."""
    lines = range(layout.lines.number(piece.start), layout.lines.number(piece.end))
    return any(not layout.is_blank(line) and layout.comment_column(line) is None for line in lines)


def _heaviest_run(old: list[Piece], wanted: list[Piece]) -> list[Piece]:
    """The pieces that may stay: the heaviest selection that has the same order in both lists."""
    places = {(piece.start, piece.end): index for index, piece in enumerate(old)}
    # The best runs so far by the place of their last piece: a later place is kept only for a heavier run.
    ends: list[int] = []
    runs: list[_Run] = []
    for piece in wanted:
        here = places.get((piece.start, piece.end)) if piece.text is None and piece.shift == 0 else None
        if here is None:
            continue
        at = bisect_left(ends, here)
        before = runs[at - 1] if at else None
        run = _Run(piece, (before.weight if before else 0) + piece.weight, before)
        beaten = at
        while beaten < len(runs) and runs[beaten].weight < run.weight:
            beaten += 1
        ends[at:beaten], runs[at:beaten] = [here], [run]
    return list(runs[-1].pieces())[::-1] if runs else []


class _Run(NamedTuple):
    """A run of pieces by its last one; `weight` is that of the whole run."""

    piece: Piece
    weight: int
    before: "_Run | None"

    def pieces(self) -> Iterator[Piece]:
        run: _Run | None = self
        while run is not None:
            yield run.piece
            run = run.before


def _moved_text(layout: Layout, piece: Piece, inner: Sequence[Change]) -> str:
    if piece.text is not None:
        return piece.text
    text = splice(layout.text, inner, piece.start, piece.end)
    if not text.endswith(("\n", "\r")):
        text += layout.newline(piece.start)
    return shifted(text, piece.shift) if piece.shift else text


def _keep_missing_newline(layout: Layout, changes: list[Change], was_last: Piece, is_last: Piece) -> list[Change]:
    """A text whose last line has no line end keeps none, whichever line is the last then, unless a block scalar needs it."""
    if was_last.ending:
        raise Refusal("the text ends inside a block scalar, without a line end", was_last.start)
    # A change inside the last item may end at the same place; it comes first.
    *others, last = sorted(changes, key=lambda change: (change.end, change.start))
    text = last.text if is_last.ending else last.text.rstrip("\r\n")
    if last.start == len(layout.text):
        return [*others, last._replace(text=layout.newline(was_last.start) + text)]
    if text or is_last.ending:
        return [*others, last._replace(text=text)]
    return [*others, last._replace(start=len(layout.text[: last.start].rstrip("\r\n")), text="")]
