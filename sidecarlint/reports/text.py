"""The report for people: each finding with its source lines and its reasons, each workload with its containers.

In: a `Run` or `Inspection`s. Out: text for a terminal. Must not know: how anything was decided.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sidecarlint.findings import ASKED, Evidence, Finding, Fix, Location, Mending, Moved, Run
from sidecarlint.reports import Style
from sidecarlint.reports.terminal.cells import Paint, cells, pad, painter, prose, visible, wrap
from sidecarlint.reports.terminal.changes import applying, by_whom, command_of, order, rows, waiting
from sidecarlint.reports.terminal.excerpt import Label, excerpt, gutter_of
from sidecarlint.reports.terminal.totals import along, count, left_out, mended, nothing, shown, totals

if TYPE_CHECKING:
    from sidecarlint.inspection import ContainerInspection, Inspection
    from sidecarlint.waves import Wave

_COMPLETES = {
    "yes": "yes, it ends when the work is done",
    "no": "no, something keeps the pod running when its work is done",
    "unknown": "unknown, some container may or may not end",
    "never-meant-to": "never meant to, it runs until it is stopped",
}
_COLUMNS = ("container", "list", "part", "certainty", "benefit", "ends", "place")
_INDENT = "  "
_NARROWEST = 40


def check(run: Run, style: Style) -> str:
    """Every finding with its excerpt, and what was found in all."""
    style, paint = _roomy(style), painter(style.colour)
    blocks = [_finding(finding, run, style.width, paint) for finding in shown(run, style)]
    closing = [line for sentence in totals(run, style) for line in wrap(sentence, style.width)]
    return _joined([*blocks, left_out(run, style), closing])


def inspect(inspections: Sequence["Inspection"], run: Run, style: Style) -> str:
    """Every workload with its containers, and what could not be read. Findings about workloads are not shown."""
    style, paint = _roomy(style), painter(style.colour)
    unread = [_finding(finding, run, style.width, paint) for finding in run.findings if finding.category == "source"]
    blocks = [_workload(inspection, style.width, paint) for inspection in inspections]
    return _joined([*unread, *blocks, left_out(run, style), wrap(_looked(inspections, run), style.width)])


def fix(mending: Mending, style: Style) -> str:
    """What was fixed, what is left and why, and the totals."""
    style, paint = _roomy(style), painter(style.colour)
    word, width = "fixed" if mending.written else "would fix", style.width
    told = {id(finding) for moved in mending.moved for finding in moved.fixed}
    outcomes = [_moved(word, moved, width, paint) for moved in mending.moved]
    outcomes += [
        _outcome(word, finding, _hazards(finding), width, paint)
        for each in mending.rewritten
        for finding in each.fixed
        if id(finding) not in told
    ]
    outcomes += [_outcome("left", finding, _why_left(finding, mending), width, paint) for finding in shown(mending.run, style)]
    sentences = [*mended(mending, style), *applying([each.rollout for each in mending.moved])]
    if any(each.rollout.immutable for each in mending.moved):
        sentences.append("--output markdown=FILE tells what kubectl, Argo CD, Flux and Helm need for that.")
    closing = [line for sentence in sentences for line in wrap(sentence, width)]
    done = [line for outcome in outcomes for line in outcome]
    return _joined([done, along(mending, style), left_out(mending.run, style, "read or written"), closing])


def waves(found: Sequence["Wave"], run: Run, style: Style, given: Sequence[str]) -> str:
    """Each wave with its workloads, what applying it does, and the command for it."""
    style, paint = _roomy(style), painter(style.colour)
    blocks = [_wave(wave, style.width, paint, given) for wave in found if wave.workloads]
    return _joined([*blocks, left_out(run, style), wrap(waiting(found, run), style.width)])


def _wave(wave: "Wave", width: int, paint: Paint, given: Sequence[str]) -> list[str]:
    lines = [paint(f"wave {wave.number}: {wave.title}", "strong")]
    for each in wave.workloads:
        head = (visible(each.subject.path), visible(each.subject.title), ", ".join(each.rules))
        lines += [_INDENT + line for line in _apart(head, width - 2)]
    sentences = [by_whom(wave), *applying([each.rollout for each in wave.workloads])]
    lines += ["", *(_INDENT + line for sentence in sentences for line in wrap(sentence, width - 2))]
    return [*lines, *([f"{_INDENT}run: {command}"] if (command := command_of(wave, given)) else [])]


def _moved(word: str, moved: "Moved", width: int, paint: Paint) -> list[str]:
    """What was fixed in one workload, and then how its pods' life differs."""
    lines = [line for finding in moved.fixed for line in _outcome(word, finding, _hazards(finding), width, paint)]
    differing = [line for name, before, after in rows(moved) if before != after for line in _differs(name, before, after, width - 11)]
    rollout = moved.rollout
    # What a rollout usually does is only counted, at the end.
    applied = wrap(rollout.why, width - 11, hang="  ") if rollout.immutable or not (rollout.pods or rollout.per_node) else []
    return [*lines, *(f"{'':11}{line}" for line in (*differing, *applied))]


def _differs(name: str, before: str, after: str, width: int) -> list[str]:
    """How something is and was: on one line, or below each other."""
    line = f"{name}: {after}; was: {before}"
    if cells(line) <= width:
        return [line]
    return [*wrap(f"{name}: {after}", width, hang="  "), *(_INDENT + each for each in wrap(f"was: {before}", width - 2, hang="  "))]


def _apart(parts: Sequence[str], width: int) -> list[str]:
    """Parts of a line wide apart; the last goes below where there is no room for it."""
    given = [part for part in parts if part]
    for ahead in (given, given[:-1]):
        if ahead and cells(line := "  ".join(ahead)) <= width:
            below = wrap(given[-1], width - len(_INDENT), hang=_INDENT) if ahead is not given else []
            return [line, *(_INDENT + each for each in below)]
    return wrap(" ".join(given), width, hang=_INDENT)


def _why_left(finding: Finding, mending: Mending) -> tuple[str, ...]:
    if finding.fix is None:
        return ("there is no fix for it", *_origin(finding))
    from sidecarlint.reports.terminal.left import why_left

    return (*why_left(finding, mending), *finding.fix.hazards, *_origin(finding))


def _hazards(finding: Finding) -> tuple[str, ...]:
    """What an unsafe fix asks a person to look at, and where else to change it."""
    return (*(finding.fix.hazards if finding.fix else ()), *_origin(finding))


def _origin(finding: Finding) -> tuple[str, ...]:
    return (f"rendered from {finding.rendered_from}",) if finding.rendered_from else ()


def _outcome(word: str, finding: Finding, reasons: Sequence[str], width: int, paint: Paint) -> list[str]:
    first, *rest = _apart(_of(finding), width - 11)
    rest += wrap(finding.fix.title, width - 11, hang=_INDENT) if finding.fix else []
    rest += [line for reason in reasons for line in wrap(f"- {reason}", width - 11, hang=_INDENT)]
    head = f"{paint(word, finding.severity if word == 'left' else 'strong')}{' ' * (11 - len(word))}{first}"
    return [head, *(f"{'':11}{line}" for line in rest)]


def _of(finding: Finding) -> tuple[str, ...]:
    """Where it is, the rule or the option that asks for it, and who it is about."""
    rule = f"--{finding.rule}" if finding.category == ASKED else finding.rule
    return f"{visible(finding.location.path)}:{finding.location.line}", rule, visible(finding.container or "")


def _roomy(style: Style) -> Style:
    return style._replace(width=max(style.width, _NARROWEST))


def _joined(blocks: Sequence[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks if block) + "\n"


def _finding(finding: Finding, run: Run, width: int, paint: Paint) -> list[str]:
    labels = list(_labels(finding))
    drawn = excerpt(labels, run.excerpts, width, paint)
    gutter = " " * gutter_of(labels)
    told = [_told(label, finding) for label in drawn.homeless if label.message]
    told += [evidence.message for evidence in finding.evidence if evidence.location is None]
    notes = [("seen", "strong", text) for text in told]
    notes += [("rendered from", "strong", visible(finding.rendered_from))] if finding.rendered_from else []
    notes += _fix(finding.fix)
    if finding.category != "source":
        notes.append(("help", "strong", f"sidecarlint explain {finding.rule}"))
    place = finding.location
    title = f"  {visible(finding.workload.title)}" if finding.workload else ""
    head = f"{gutter}{paint('-->', 'frame')} {visible(place.path)}:{place.line}:{place.column}{title}"
    rows = drawn.rows if notes else drawn.rows[:-1]
    return [*_message(finding, width, paint), head, *rows, *(line for note in notes for line in _note(gutter, *note, width, paint))]


def _labels(finding: Finding) -> Iterator[Label]:
    yield Label(finding.location, "", True, finding.severity)
    for evidence in finding.evidence:
        if evidence.location is not None:
            primary = evidence.location == finding.location
            yield Label(evidence.location, evidence.message, primary, finding.severity if primary else "frame")


def _message(finding: Finding, width: int, paint: Paint) -> list[str]:
    head = f"{finding.severity}[{finding.rule}]"
    first, *rest = wrap(finding.message, width, used=cells(head) + 2, hang=_INDENT)
    return [paint(head, finding.severity) + paint(f": {first}".rstrip(), "strong"), *(paint(line, "strong") for line in rest)]


def _told(label: Label, finding: Finding) -> str:
    return f"{label.message} ({_where(label.location, finding.location.path)})"


def _where(place: Location, path: str) -> str:
    return f"line {place.line}" if place.path == path else f"{visible(place.path)}:{place.line}"


def _fix(fix: Fix | None) -> Iterator[tuple[str, str, str]]:
    if fix is not None:
        yield f"fix [{fix.applicability}]", fix.applicability, fix.title
        reason = "no automatic fix" if fix.applicability == "manual" else "because"
        for hazard in fix.hazards:
            yield reason, "strong", hazard


def _note(gutter: str, key: str, tone: str, text: str, width: int, paint: Paint) -> list[str]:
    used = cells(gutter) + 5 + cells(key)
    first, *rest = wrap(text, width, used=used, hang=f"{gutter}   {_INDENT}")
    return [f"{gutter} {paint('=', 'frame')} {paint(key, tone)}: {first}", *rest]


def _workload(inspection: "Inspection", width: int, paint: Paint) -> list[str]:
    subject = inspection.subject
    lines = [paint(visible(subject.title), "strong"), *_where_it_is(inspection, width, paint), ""]
    lines += _table(inspection.containers, width - 2, paint)
    for container in inspection.containers:
        lines += _evidence(container, subject.path, width)
    lines += ["", *_line("starts", order(inspection.starts), width), *_line("stops", order(inspection.stops), width)]
    return lines + _line("completes", _COMPLETES.get(inspection.completes, inspection.completes), width)


def _where_it_is(inspection: "Inspection", width: int, paint: Paint) -> list[str]:
    subject = inspection.subject
    namespace = f", namespace {subject.namespace}" if subject.namespace else ""
    document = f", document {subject.document + 1}" if subject.document else ""
    first, *rest = wrap(f"{subject.path}{document}, {subject.route}{namespace}", width, used=6, hang=_INDENT * 3)
    return [f"{_INDENT}{paint('-->', 'frame')} {first}", *rest]


def _table(containers: Sequence["ContainerInspection"], width: int, paint: Paint) -> list[str]:
    rows = [_COLUMNS, *(_row(container) for container in containers)]
    widths = [max(cells(row[column]) for row in rows) for column in range(1, len(_COLUMNS))]
    room = width - sum(widths) - 2 * len(widths)
    first = min(max(cells(row[0]) for row in rows), max(room, cells(_COLUMNS[0])))
    lines = [line for row in rows for line in _cells(row, (first, *widths))]
    return [_INDENT + paint(lines[0].rstrip(), "strong"), *(_INDENT + line for line in lines[1:])]


def _cells(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """A row of the table; a name that is too long for its column gets a line of its own."""
    above, name = ([row[0]], "") if cells(row[0]) > widths[0] else ([], row[0])
    return [*above, "  ".join(pad(text, width) for text, width in zip((name, *row[1:]), widths, strict=True))]


def _row(container: "ContainerInspection") -> tuple[str, ...]:
    place = "-" if container.place is None else str(container.place)
    return (visible(container.name), container.list, container.part, container.certainty or "-", container.benefit, container.ends, place)


def _evidence(container: "ContainerInspection", path: str, width: int) -> list[str]:
    if not container.evidence:
        return []
    told = [line for evidence in container.evidence for line in wrap(f"- {_seen(evidence, path)}", width - 4, hang="  ")]
    return ["", f"{_INDENT}{visible(container.name)}", *(f"    {line}" for line in told)]


def _seen(evidence: Evidence, path: str) -> str:
    return f"{prose(evidence.message)} ({_where(evidence.location, path)})" if evidence.location else evidence.message


def _line(key: str, text: str, width: int) -> list[str]:
    return [_INDENT + line for line in wrap(f"{key}: {text}", width - 2, hang=_INDENT)]


def _looked(inspections: Sequence["Inspection"], run: Run) -> str:
    return f"Looked at {count(len(inspections), 'workload')} in {count(run.sources, 'file')}." if inspections else nothing(run)
