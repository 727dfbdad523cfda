"""Pictures for a browser: one drawing that needs nothing beside itself, in light and dark, and that a screen reader can tell.

In: `Picture`s. Out: an SVG document. Must not know: how anything was decided.

Blocks are drawn at their own origin and stacked. All classes and ids begin with a name, so that several drawings fit into one page.
"""

import re
from collections.abc import Sequence
from html import escape

from sidecarlint.lifecycle.timeline import Row, Timeline
from sidecarlint.picture import Picture
from sidecarlint.reports.terminal.cells import cells, prose, wrap
from sidecarlint.reports.timelines.captions import captions, headline, labels, notes
from sidecarlint.reports.timelines.lanes import TAILS, Bar, Lane, lane, legend
from sidecarlint.reports.timelines.theme import style
from sidecarlint.values import NamedTuple

_WIDE, _MARGIN, _LANES = 860, 24, 300
_ROW, _LINE, _BAR, _HALF = 28, 19, 12, 6
_WIDEST_STEP = 96
_LETTERS = 108
"""How many letters of a sentence a line takes: the widest usual fonts stay inside with so many."""
_NAME_LETTERS = 24
_NO_XML = re.compile("[\ufffe\uffff]")


class _Block(NamedTuple):
    """Elements with their origin at the block's upper left corner, and how many pixels it takes downwards."""

    elements: tuple[str, ...]
    height: int


def document(pictures: Sequence[Picture], name: str = "timeline") -> str:
    """One drawing with all pictures, one below the other. `name` begins its ids: give each drawing of a page its own."""
    blocks = [block for picture in pictures for block in (*_picture(picture), _Block((), _LINE))]
    body, height = _stacked(blocks or [_text("No workloads.", "ink")])
    high = height + 2 * _MARGIN
    titles = ", ".join(picture.subject.title for picture in pictures) or "no workloads"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="slt" viewBox="0 0 {_WIDE} {high}" width="{_WIDE}" height="{high}" role="img" '
        f'aria-labelledby="{_said(name)}-title {_said(name)}-desc">',
        f'<title id="{_said(name)}-title">{_said(f"Timeline of {titles}")}</title>',
        f'<desc id="{_said(name)}-desc">{_said(" ".join(map(_told, pictures)))}</desc>',
        f"<style>{style()}</style>",
        f'<rect class="slt-page" width="{_WIDE}" height="{high}" rx="6"/>',
        f'<g transform="translate({_MARGIN} {_MARGIN})">',
    )
    return "\n".join([*head, *body, "</g>", "</svg>", ""])


def _said(text: str) -> str:
    return escape(_NO_XML.sub("\ufffd", prose(text)))


def _told(picture: Picture) -> str:
    """A picture in words alone."""
    parts = [f"{picture.subject.title}."]
    for label, timeline in labels(picture):
        steps = [f"{number}: {words}." for number, words in enumerate(captions(timeline), start=1)]
        parts += [f"{label.capitalize()}: {headline(timeline)}.", *steps]
    return " ".join([*parts, *notes(picture)])


def _stacked(blocks: Sequence[_Block]) -> tuple[list[str], int]:
    lines, y = list[str](), 0
    for block in blocks:
        if block.elements:
            lines += [f'<g transform="translate(0 {y})">', *block.elements, "</g>"]
        y += block.height
    return lines, y


def _text(words: str, kind: str, x: int = 0, first: str = "") -> _Block:
    """Prose in as many lines as it takes; `first` stands ahead of it in bold."""
    rows = enumerate(wrap(f"{first} {words}" if first else words, _LETTERS - x // 8))
    lines = [f'<text class="slt-{kind}" x="{x}" y="{14 + index * _LINE}">{_bold(row, first, index)}</text>' for index, row in rows]
    return _Block(tuple(lines), len(lines) * _LINE)


def _bold(row: str, first: str, index: int) -> str:
    if first and index == 0 and row.startswith(first):
        return f'<tspan class="slt-bold">{_said(first)}</tspan> {_said(row[len(first) :])}'
    return _said(row)


def _picture(picture: Picture) -> list[_Block]:
    subject = picture.subject
    namespace = f", namespace {subject.namespace}" if subject.namespace else ""
    blocks = [_text(subject.title, "head"), _Block((), 4), _text(f"{subject.path}{namespace}", "muted")]
    for label, timeline in labels(picture):
        blocks += [_Block((), 14), *_panel(label, timeline)]
    blocks += [_Block((), 10), _legend([timeline for _, timeline in labels(picture)])]
    return [*blocks, _Block((), 6), *(_text(note, "muted") for note in notes(picture))]


def _panel(label: str, timeline: Timeline) -> list[_Block]:
    head = _text(headline(timeline), "ink", first=f"{label}:")
    if timeline.outcome in ("refused", "unclear"):
        return [head]
    said = [_caption(number, words) for number, words in enumerate(captions(timeline), start=1)]
    return [head, _Block((), 8), _chart(timeline), _Block((), 8), *said]


def _caption(number: int, words: str) -> _Block:
    block = _text(words, "ink", x=26)
    return block._replace(elements=(f'<text class="slt-number" x="16" y="14" text-anchor="end">{number}</text>', *block.elements))


def _chart(timeline: Timeline) -> _Block:
    step = min(_WIDEST_STEP, (_WIDE - 2 * _MARGIN - _LANES) // len(timeline.steps))
    height = 22 + _ROW * len(timeline.rows)
    guides = []
    for index in range(len(timeline.steps)):
        x = _LANES + index * step
        guides.append(f'<text class="slt-number" x="{x}" y="12" text-anchor="middle">{index + 1}</text>')
        guides.append(f'<line class="slt-guide" x1="{x}" y1="18" x2="{x}" y2="{height}"/>')
    rows = [element for index, row in enumerate(timeline.rows) for element in _row(row, timeline, 22 + index * _ROW + _ROW // 2, step)]
    return _Block((*guides, *rows), height)


def _row(row: Row, timeline: Timeline, y: int, step: int) -> list[str]:
    found = lane(row, timeline)
    kind, end = "wrong" if found.wrong else row.part, _LANES + len(timeline.steps) * step - step // 3
    name = _short(row.name)
    elements = [f'<text class="slt-name" x="0" y="{y + 5}">{_said(name)}</text>']
    elements.append(f'<text class="slt-muted" x="{_LANES - 24}" y="{y + 5}" text-anchor="end">{row.part}</text>')
    if row.note and not found.bars:
        return [*elements, f'<text class="slt-muted" x="{_LANES + 6}" y="{y + 5}">{_said(row.note)}</text>']
    elements += [_bar(bar, kind, y, step, end) for bar in found.bars]
    return [*elements, *_signs(found, kind, y, step, end)]


def _short(name: str) -> str:
    name = prose(name)
    half = _NAME_LETTERS // 2
    return name if cells(name) <= _NAME_LETTERS else f"{name[: half - 1]}…{name[-half:]}"


def _bar(bar: Bar, kind: str, y: int, step: int, end: int) -> str:
    start = _LANES + bar.start * step
    last = end if bar.end is None else _LANES + bar.end * step
    return f'<rect class="slt-{kind} slt-{bar.kind}" x="{start}" y="{y - _HALF}" width="{last - start}" height="{_BAR}"/>'


def _signs(found: Lane, kind: str, y: int, step: int, end: int) -> list[str]:
    drawn = [sign(name, f"slt-{kind}", _LANES + at * step, y) for at, name in sorted(found.signs.items())]
    return [*drawn, *([sign(found.tail, f"slt-{kind}", end, y)] if found.tail else [])]


def sign(name: str, kind: str, x: int, y: int) -> str:
    """A sign around a point, or for a bar a piece of it."""
    if name in ("waiting", "running", "stopping"):
        return f'<rect class="{kind} slt-{name}" x="{x - 10}" y="{y - _HALF}" width="20" height="{_BAR}"/>'
    if name == "open":
        return f'<text class="{kind} slt-bold" x="{x + 5}" y="{y + 5}">?</text>'
    if name == "ends":
        return f'<circle class="{kind} slt-hollow" cx="{x}" cy="{y}" r="6"/>'
    if name == "starts":
        return f'<circle class="{kind}" cx="{x}" cy="{y}" r="7"/>'
    return f'<path class="{kind} slt-{name}" d="{_PATHS[name].format(x=x, y=y)}"/>'


_PATHS = {
    "hook": "M{x} {y}m0 -9l9 9l-9 9l-9 -9z",
    "sigterm": "M{x} {y}m-9 -8h18l-9 16z",
    "killed": "M{x} {y}m-7 -7l14 14m0 -14l-14 14",
    "on": "M{x} {y}m0 -11l18 11l-18 11z",
}


def _legend(timelines: list[Timeline]) -> _Block:
    elements, x, y = list[str](), 12, 10
    for name, words in legend(timelines):
        wide = 46 + 15 * len(words) // 2
        if x + wide > _WIDE - 2 * _MARGIN:
            x, y = 12, y + _LINE + 4
        elements += [sign(name, "slt-key", x - 8 * (name in TAILS), y), f'<text class="slt-muted" x="{x + 20}" y="{y + 5}">{words}</text>']
        x += wide
    return _Block(tuple(elements), y + _LINE)
