"""Source excerpts: the lines that matter, with the places in them underlined and what was seen there beside them.

In: labels and the lines of their sources. Out: rows for a terminal. Must not know: what a label means.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from sidecarlint.findings import Location
from sidecarlint.reports.terminal.cells import Paint, cells, glyphs, prose, visible, wrap
from sidecarlint.values import NamedTuple

_WHOLE = 3
"""A place over more lines than this shows its first and its last line only."""
_SIGN = {True: "^", False: "-"}
_CONTEXT = 20
_COMFORT, _LEAST = 40, 16
"""The room in cells that a sentence gets below its place if it needs it, and without which it is told elsewhere."""


class Label(NamedTuple):
    """A place to underline with what was seen there; an empty `message` only underlines. `tone` is its colour."""

    location: Location
    message: str
    primary: bool
    tone: str


class Excerpt(NamedTuple):
    """Rows to show, and the labels that no line could carry: those must be told in words."""

    rows: list[str]
    homeless: list[Label]


class _Mark(NamedTuple):
    """One label's part of one line, as half-open characters of the source line and later as cells of the shown one."""

    start: int
    end: int
    message: str
    label: Label


class _Piece(NamedTuple):
    column: int
    text: str
    tone: str


def gutter_of(labels: Sequence[Label]) -> int:
    """How many cells the longest line number takes."""
    return max((len(str(label.location.end_line)) for label in labels), default=1)


def excerpt(labels: Sequence[Label], sources: Mapping[str, Mapping[int, str]], width: int, paint: Paint) -> Excerpt:
    """Draws the labels, the first one's source first, every other source under a head of its own."""
    rows: list[str] = []
    lost: list[Label] = []
    gutter = gutter_of(labels)
    for path in dict.fromkeys(label.location.path for label in labels):
        here = [label for label in labels if label.location.path == path]
        drawn = _source(here, sources.get(path, {}), gutter, width, paint)
        if drawn.rows and path != labels[0].location.path:
            place = here[0].location
            rows.append(" " * gutter + paint(" ::: ", "frame") + f"{visible(path)}:{place.line}:{place.column}")
        rows += drawn.rows
        lost += drawn.homeless
    return Excerpt(rows, [label for label in labels if label in lost])


def _source(labels: Sequence[Label], lines: Mapping[int, str], gutter: int, width: int, paint: Paint) -> Excerpt:
    marks = sorted((line, index, mark) for index, label in enumerate(labels) for line, mark in _marks(label, lines))
    bar = " " * gutter + paint(" |", "frame")
    rows: list[str] = [bar] if marks else []
    homeless = [label for label in labels if not _marks(label, lines)]
    before = None
    for number, group in groupby(marks, key=lambda found: found[0]):
        if before is not None and number > before + 1:
            rows.append("...")
        shown, placed = _cut(lines[number], [mark for _, _, mark in group], width - gutter - 3)
        below, lost = _below(placed, width - gutter - 3)
        rows.append(paint(f"{number:>{gutter}} |", "frame") + f" {shown}".rstrip())
        rows += [bar + _compose(row, paint) for row in below]
        homeless += lost
        before = number
    return Excerpt([*rows, bar] if marks else [], homeless)


def _marks(label: Label, lines: Mapping[int, str]) -> list[tuple[int, _Mark]]:
    """The lines of a label that can be shown, each with its underlined part; the sentence stands at the last."""
    place = label.location
    numbers = [n for n in range(place.line, place.end_line + 1) if n == place.line or _part(place, n, lines)[1]]
    numbers = [n for n in (numbers if len(numbers) <= _WHOLE else (numbers[0], numbers[-1])) if n in lines]
    return [(n, _Mark(*_part(place, n, lines), label.message if n == numbers[-1] else "", label)) for n in numbers]


def _part(place: Location, number: int, lines: Mapping[int, str]) -> tuple[int, int]:
    """The characters of a line that belong to a place, blanks at its ends left out; an empty part ends at 0."""
    line = lines.get(number, "")
    blank = len(line) - len(line.lstrip())
    start = place.column - 1 if number == place.line else blank
    end = place.end_column - 1 if number == place.end_line else len(line.rstrip())
    if number == place.line:
        return start, max(end, start + 1)
    return (start, end) if end > start else (0, 0)


def _cut(line: str, marks: Sequence[_Mark], room: int) -> tuple[str, list[_Mark]]:
    """A line in at most `room` cells, cut with … around what is underlined, and the marks as cells of what is left."""
    first = _worth_reading(marks, room) if len(line) > 8 * room else 0
    shown = glyphs(line[first : first + 8 * room])
    total = shown[-1].column + shown[-1].width if shown else 0

    def cell(character: int) -> int:
        index = max(character - first, 0)
        return shown[index].column if index < len(shown) else total + index - len(shown)

    spans = [(cell(mark.start), max(cell(mark.end), cell(mark.start) + 1)) for mark in marks]
    more = first + len(shown) < len(line)
    left = _left(spans, max(total, *(end for _, end in spans)) + more, room)
    opened, closed = left > 0 or first > 0, total - left > room or more
    kept = [g for g in shown if g.column >= left + opened and g.column + g.width <= left + room - closed]
    text = ("…" if opened else "") + " " * (kept[0].column - left - opened if kept else 0) + "".join(g.text for g in kept)
    placed = [_clip(start - left, end - left, room) for start, end in spans]
    return text + ("…" if closed else ""), [mark._replace(start=s, end=e) for mark, (s, e) in zip(marks, placed, strict=True)]


def _worth_reading(marks: Sequence[_Mark], room: int) -> int:
    """From which character on a very long line is looked at; of marks that are far apart the first one counts."""
    start, end = min(mark.start for mark in marks), max(mark.end for mark in marks)
    return max((start if end - start <= room else marks[0].start) - 2 * room, 0)


def _left(spans: Sequence[tuple[int, int]], total: int, room: int) -> int:
    """How many cells to leave out at the left, so that as much as possible of the places can be seen."""
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    if total <= room or end < room:
        return 0
    if end - start > room - 2:
        start, end = spans[0]
    before = max(min(_CONTEXT, (room - (end - start)) // 2), 1)
    return max(min(start - before, total - room), 0)


def _clip(start: int, end: int, room: int) -> tuple[int, int]:
    start = min(max(start, 0), room - 1)
    return start, max(min(end, room), start + 1)


def _below(marks: Sequence[_Mark], room: int) -> tuple[list[list[_Piece]], list[Label]]:
    """The rows under a source line: the underlines, one sentence behind them, the others hung below from right to left."""
    underline = _underline(marks)
    beside = _beside(marks, room)
    if beside is not None:
        underline.append(_Piece(beside.end + 1, prose(beside.message), beside.label.tone))
    hung = sorted((mark for mark in marks if mark.message and mark is not beside), key=lambda mark: -mark.start)
    lost = [mark for mark in hung if room - _floor(mark, hung) < _LEAST]
    hung = [mark for mark in hung if mark not in lost]
    rows = [underline]
    if hung and len(marks) > 1:
        rows.append(_threads(hung, room))
    for index, mark in enumerate(hung):
        rows += _hang(mark, _floor(mark, hung), _threads(hung[index + 1 :], mark.start), room)
    return rows, [mark.label for mark in lost]


def _beside(marks: Sequence[_Mark], room: int) -> _Mark | None:
    """The mark whose sentence fits on the row of underlines: it must end last, or the sentence would be taken for another's."""
    end = max(mark.end for mark in marks)
    fitting = [mark for mark in marks if mark.message and mark.end == end and end + 1 + cells(prose(mark.message)) <= room]
    return max(fitting, key=lambda mark: mark.start, default=None)


def _underline(marks: Sequence[_Mark]) -> list[_Piece]:
    """Shorter marks are drawn over longer ones, so that each can be seen; of two equal ones the primary wins."""
    painted: dict[int, _Mark] = {}
    for mark in sorted(marks, key=lambda mark: (mark.start - mark.end, mark.label.primary)):
        painted.update(dict.fromkeys(range(mark.start, mark.end), mark))
    looks = [(column, _SIGN[mark.label.primary], mark.label.tone) for column, mark in sorted(painted.items())]
    runs = groupby(enumerate(looks), key=lambda item: (item[1][0] - item[0], *item[1][1:]))
    found = [(list(run), sign, tone) for (_, sign, tone), run in runs]
    return [_Piece(run[0][1][0], sign * len(run), tone) for run, sign, tone in found]


def _floor(mark: _Mark, hung: Sequence[_Mark]) -> int:
    """The first cell that a sentence may use: behind the threads of the sentences that hang further down."""
    return max((other.start + 2 for other in hung if other.start < mark.start), default=0)


def _threads(marks: Sequence[_Mark], before: int) -> list[_Piece]:
    starts = {mark.start: mark.label.tone for mark in marks if mark.start < before}
    return [_Piece(column, "|", tone) for column, tone in sorted(starts.items())]


def _hang(mark: _Mark, floor: int, threads: list[_Piece], room: int) -> list[list[_Piece]]:
    need = min(cells(prose(mark.message)), _COMFORT)
    column = max(min(mark.start, room - need), floor)
    return [[*threads, _Piece(column, line, mark.label.tone)] for line in wrap(mark.message, room - column, hang="  ")]


def _compose(row: Sequence[_Piece], paint: Paint) -> str:
    text, at = " ", 0
    for piece in row:
        text += " " * (piece.column - at) + paint(piece.text, piece.tone)
        at = piece.column + cells(piece.text)
    return text
