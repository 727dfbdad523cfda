"""Pictures for a terminal, and for a fenced block in a pull request.

In: `Picture`s, a `Run`. Out: text of a terminal's width. Must not know: how anything was decided.

The signs are of the set that fixed-width fonts have had for decades, so that the columns stay columns in a browser too.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.findings import Run
from sidecarlint.lifecycle.timeline import Row, Timeline
from sidecarlint.picture import Picture
from sidecarlint.reports import Style
from sidecarlint.reports.terminal.cells import Paint, cells, pad, painter, prose, visible, wrap
from sidecarlint.reports.terminal.totals import count, left_out, nothing
from sidecarlint.reports.timelines.captions import captions, headline, labels, notes
from sidecarlint.reports.timelines.lanes import Lane, lane, legend

SIGNS = {
    "starts": "●",
    "waiting": "·",
    "running": "═",
    "hook": "◊",
    "sigterm": "▼",
    "stopping": "─",
    "ends": "○",
    "killed": "x",
    "on": "►",
    "open": "?",
}
_IN = "  "
_LONGEST_NAME, _NARROWEST_STEP, _WIDEST_STEP, _NARROWEST = 22, 3, 9, 40


def timelines(pictures: Sequence[Picture], run: Run, style: Style) -> str:
    """Every picture, what could not be read, and how much was looked at."""
    width, paint = max(style.width, _NARROWEST), painter(style.colour)
    blocks = [_picture(each, width, paint) for each in pictures]
    looked = f"Looked at {count(len(pictures), 'workload')} in {count(run.sources, 'file')}." if pictures else nothing(run)
    return "\n\n".join("\n".join(block) for block in [*blocks, beside(run, style), wrap(looked, width)] if block) + "\n"


def beside(run: Run, style: Style) -> list[str]:
    """What could not be drawn: documents that cannot be read, and files that were left out."""
    broken = [each for each in run.findings if each.category == "source"]
    told = [f"{each.location.path}:{each.location.line}: {each.message}" for each in broken]
    return [*(line for words in told for line in wrap(words, style.width, hang=_IN)), *left_out(run, style)]


def _picture(picture: Picture, width: int, paint: Paint) -> list[str]:
    subject = picture.subject
    namespace = f", namespace {subject.namespace}" if subject.namespace else ""
    document = f", document {subject.document + 1}" if subject.document else ""
    first, *rest = wrap(f"{subject.path}{document}{namespace}", width, used=6, hang=_IN * 3)
    head = [paint(visible(subject.title), "strong"), f"{_IN}{paint('-->', 'frame')} {first}", *rest]
    said = [line for note in notes(picture) for line in wrap(note, width - len(_IN), hang=_IN)]
    return [*head, "", *(_IN + line if line else "" for line in [*drawn(picture, width - len(_IN), paint), *([""] if said else []), *said])]


def drawn(picture: Picture, width: int, paint: Paint) -> list[str]:
    """A picture alone: a timeline, or two, and the legend."""
    lines: list[str] = []
    for label, timeline in labels(picture):
        lines += [*_panel(label, timeline, width, paint), ""]
    explained = _legend([timeline for _, timeline in labels(picture)], width)
    return [*lines, *explained] if explained else lines[:-1]


def _panel(label: str, timeline: Timeline, width: int, paint: Paint) -> Iterator[str]:
    first, *rest = wrap(headline(timeline), width, used=len(label) + 2, hang=_IN)
    yield f"{paint(label, 'strong')}: {first}"
    yield from rest
    if timeline.outcome in ("refused", "unclear"):
        return
    yield ""
    yield from _chart(timeline, width, paint)
    yield ""
    gutter = len(str(len(timeline.steps)))
    for number, words in enumerate(captions(timeline), start=1):
        first, *rest = wrap(words, width, used=gutter + 2, hang=" " * (gutter + 2))
        yield f"{paint(f'{number:>{gutter}}', 'frame')}  {first}"
        yield from rest


def _chart(timeline: Timeline, width: int, paint: Paint) -> Iterator[str]:
    """The lanes below the numbers of the steps, in as many parts as the width asks for."""
    names = [_short(visible(row.name)) for row in timeline.rows]
    wide, part = max(map(cells, names)), max(len(row.part) for row in timeline.rows)
    room = width - wide - part - 2 * len(_IN)
    step = max(_NARROWEST_STEP, min(_WIDEST_STEP, room // len(timeline.steps)))
    each = max(room // step, 1)
    for first in range(0, len(timeline.steps), each):
        numbers = "".join(f"{number + 1:<{step}}" for number in range(first, min(first + each, len(timeline.steps))))
        yield from [""] * (first > 0)
        yield f"{'':{wide + part + 2 * len(_IN)}}{paint(numbers.rstrip(), 'frame')}"
        for name, row in zip(names, timeline.rows, strict=True):
            drawn = lane(row, timeline)
            shown = _cut(_line(drawn, len(timeline.steps), step) or f"({row.note})" * bool(row.note), first * step, each * step, room)
            yield f"{paint(pad(name, wide), 'strong')}{_IN}{row.part:<{part}}{_IN}{paint(shown, _tone(row, drawn))}".rstrip()


def _cut(line: str, start: int, length: int, room: int) -> str:
    """A part of a lane. Words about a container without one stand in the first part."""
    if line.startswith("("):
        return line[:room] if start == 0 else ""
    return line[start : start + length].rstrip()


def _tone(row: Row, drawn: Lane) -> str:
    return "error" if drawn.wrong else "info" if row.part == "sidecar" else ""


def _line(drawn: Lane, steps: int, step: int) -> str:
    """A lane as signs: each step takes `step` cells."""
    line = [" "] * (steps * step)
    for bar in drawn.bars:
        last = len(line) - 1 if bar.end is None else bar.end * step
        line[bar.start * step : last] = SIGNS[bar.kind] * (last - bar.start * step)
        line[last] = SIGNS[drawn.tail] if bar.end is None else line[last]
    for at, sign in drawn.signs.items():
        line[at * step] = SIGNS[sign]
    return "".join(line).rstrip()


def _short(name: str) -> str:
    """A long name with its middle left out: names of one pod differ at their ends."""
    if cells(name) <= _LONGEST_NAME:
        return prose(name)
    half = (_LONGEST_NAME - 1) // 2
    return f"{name[: _LONGEST_NAME - 1 - half]}…{name[-half:]}"


def _legend(timelines: list[Timeline], width: int) -> list[str]:
    entries = [f"{SIGNS[name]} {words}" for name, words in legend(timelines)]
    lines: list[str] = []
    for entry in entries:
        if lines and len(lines[-1]) + len(entry) + 3 <= width:
            lines[-1] += f"   {entry}"
        else:
            lines.append(entry)
    return lines
