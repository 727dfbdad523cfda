"""Markdown for a pull request or a job's summary: totals first, then a table, then each workload folded away.

In: a `Run`, `Inspection`s, a `Mending` or waves. Out: GitHub's Markdown, at most a mebibyte of it. Must not know: how anything was
decided.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sidecarlint.findings import ASKED, Finding, Mending, Moved, Run
from sidecarlint.fixes.notes import GENERAL
from sidecarlint.reports import Style
from sidecarlint.reports.terminal.cells import prose
from sidecarlint.reports.terminal.changes import COMPLETES, applying, by_whom, command_of, order, rows, waiting
from sidecarlint.reports.terminal.totals import count, left_out, mended, shown, totals

if TYPE_CHECKING:
    from sidecarlint.inspection import Inspection
    from sidecarlint.waves import Wave

MOST = 1_000_000
"""How many bytes are written; GitHub shows a job's summary up to a mebibyte (facts: GitHub Actions, workflow commands)."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_NAMES = re.compile(
    r"kubectl (?:get pods|describe pod|logs|exec|port-forward|expose)|\b(?:status|spec)\.[a-zA-Z.]*[a-zA-Z]|Init:0/1"
    r"|(?<!\S)[\w\"*=]*_[\w\"*=]+(?![^\s,;:.)])"
)
"""What is a name or a command inside a sentence: it is shown as such."""

_WAYS = (
    ("kubectl", "`kubectl replace --force -f FILE`, or delete the object and apply the file"),
    ("Argo CD", "the annotation `argocd.argoproj.io/sync-options: Force=true,Replace=true`"),
    ("Flux", "the annotation `kustomize.toolkit.fluxcd.io/force: enabled`, until it has been applied"),
    ("Helm", "give the Job another name, or make it a hook: `helm.sh/hook-delete-policy: before-hook-creation`"),
)
"""How each tool replaces what cannot be changed in place (native-sidecars 2.13, 2.14)."""


def check(run: Run, style: Style) -> str:
    """The totals and a table of findings."""
    return page(["# sidecarlint", *map(_plain, totals(run, style))], [_table_of(shown(run, style))], _left_out(run, style))


def inspect(inspections: Sequence["Inspection"], run: Run, style: Style) -> str:
    """A table of containers for each workload."""
    return page(["# Workloads"], [_workload(each) for each in inspections], _left_out(run, style))


def fix(mending: Mending, style: Style) -> str:
    """The report of a migration, as it goes into a pull request."""
    head = [f"# {_title(mending)}", *map(_plain, mended(mending, style)[:1])]
    head += map(_plain, applying([each.rollout for each in mending.moved]))
    blocks = [_overview(mending.moved)] if mending.moved else []
    blocks += [_detail(each, "changed" if mending.written else "would change") for each in mending.moved]
    blocks += [_besides(mending, others)] if (others := _others(mending)) else []
    left = shown(mending.run, style)
    tail = ["\n\n".join(["## What is left", _table_of(left, mending.unsafe)])] if left else []
    tail += [_immutable(mending.moved)] if any(each.rollout.immutable for each in mending.moved) else []
    moved = not mending.only_asked and any(each.before.starts != each.after.starts for each in mending.moved)
    tail += ["\n".join(["## What looks elsewhere from now on", "", *(f"- {_named(each)}" for each in GENERAL)])] if moved else []
    return page(head, blocks, [*tail, *_left_out(mending.run, style)])


def _others(mending: Mending) -> list[str]:
    """The files in which no workload was mended: they follow one in another file."""
    own = {each.subject.path for each in mending.moved}
    return [each.path for each in mending.rewritten if each.path not in own]


def _besides(mending: Mending, others: Sequence[str]) -> str:
    word = "These files were changed" if mending.written else "These files would be changed"
    return "\n".join([f"{word} too, as they speak of what moves:", "", *(f"- {_code(path)}" for path in others)])


def _title(mending: Mending) -> str:
    back = any(finding.rule == "reverse" for each in mending.moved for finding in each.fixed)
    return "Back from native sidecars" if back else "Migration to native sidecars"


def waves(found: Sequence["Wave"], run: Run, style: Style, given: Sequence[str]) -> str:
    """A section for each wave."""
    blocks = [_wave(wave, given) for wave in found if wave.workloads]
    return page(["# Migration in waves", _plain(waiting(found, run))], blocks, _left_out(run, style))


def page(head: Sequence[str], blocks: Sequence[str], tail: Sequence[str]) -> str:
    """Head and tail are whole; of the blocks between, those at the end go where all would be too long."""
    room = MOST - sum(len(each.encode()) + 2 for each in (*head, *tail)) - 200
    kept = []
    for block in blocks:
        room -= len(block.encode()) + 2
        if room < 0:
            break
        kept.append(block)
    cut = len(blocks) - len(kept)
    said = [f"*{count(cut, 'section')} left out: the page would be longer than GitHub shows.*"] if cut else []
    return "\n\n".join([*head, *kept, *said, *tail]) + "\n"


def _overview(moved: Sequence["Moved"]) -> str:
    lines = ["| workload | container | file | pods that start anew |", "|---|---|---|---|"]
    for each in moved:
        names = ", ".join(_code(name) for name in dict.fromkeys(finding.container for finding in each.fixed) if name)
        place = each.fixed[0].location
        lines.append(f"| {_plain(each.subject.title)} | {names} | {_code(f'{place.path}:{place.line}')} | {_restarts(each)} |")
    return "\n".join(lines)


def _restarts(moved: "Moved") -> str:
    rollout = moved.rollout
    if rollout.immutable:
        return "made anew, runs again" if moved.subject.kind != "Pod" else "made anew"
    return "one per node" if rollout.per_node else "as its controller decides" if rollout.pods is None else str(rollout.pods or "none")


def _detail(moved: "Moved", word: str) -> str:
    names = ", ".join(dict.fromkeys(finding.container for finding in moved.fixed if finding.container))
    lines = ["<details>", f"<summary>{_html(moved.subject.title)}{': ' + _html(names) if names else ''}</summary>", ""]
    for finding in moved.fixed:
        lines += _done(finding)
    lines += ["", f"| | before | {'after' if word == 'changed' else 'would be'} |", "|---|---|---|"]
    lines += [f"| {name} | {_plain(before)} | {_plain(after)} |" for name, before, after in rows(moved)]
    lines += ["", _plain(moved.rollout.why), *_notes(moved)]
    return "\n".join([*lines, "", "</details>"])


def _notes(moved: "Moved") -> list[str]:
    return ["", "Good to know:", "", *(f"- {_named(each)}" for each in moved.notes)] if moved.notes else []


def _done(finding: Finding) -> Iterator[str]:
    title = finding.fix.title if finding.fix else finding.message
    yield f"- **{_plain(title)}** ({_rule(finding)})"
    yield f"  - before: {_named(finding.message)}"
    for evidence in finding.evidence:
        where = f" (line {evidence.location.line})" if evidence.location else ""
        yield f"  - seen: {_named(evidence.message)}{where}"
    for hazard in finding.fix.hazards if finding.fix else ():
        yield f"  - look at this first: {_named(hazard)}"


def _rule(finding: Finding) -> str:
    return _code(f"--{finding.rule}") if finding.category == ASKED else finding.rule


def _table_of(findings: Sequence[Finding], tried: bool = False) -> str:
    if not findings:
        return ""
    lines = ["| where | what | why it was not fixed |", "|---|---|---|"]
    for each in findings:
        who = f"{_plain(each.workload.title)}: " if each.workload else ""
        place = _code(f"{each.location.path}:{each.location.line}")
        lines.append(f"| {place} | {who}{_plain(each.message)} ({_rule(each)}) | {_plain('; '.join(_reasons(each, tried)))} |")
    return "\n".join(lines)


def _reasons(finding: Finding, tried: bool) -> list[str]:
    if finding.fix is None:
        return ["there is no fix for it"]
    unsafe = ["it needs --unsafe"] if finding.fix.applicability == "unsafe" and not tried else []
    return [*unsafe, *finding.fix.hazards] or ["it was not asked for"]


def _immutable(moved: Sequence["Moved"]) -> str:
    those = [f"- {_plain(each.subject.title)} in {_code(each.subject.path)}" for each in moved if each.rollout.immutable]
    ways = [f"- {tool}: {way}" for tool, way in _WAYS]
    head = "An API server refuses this change of an object that is there. It has to be deleted and made again; a Job runs again then."
    return "\n".join(["## What cannot be changed in place", "", head, "", *those, "", "Each tool has its own way to do that:", "", *ways])


def _workload(inspection: "Inspection") -> str:
    lines = [f"## {_plain(inspection.subject.title)}", "", _code(inspection.subject.path), ""]
    lines += ["| container | list | part | ends |", "|---|---|---|---|"]
    lines += [f"| {_code(each.name)} | {each.list} | {each.part} | {each.ends} |" for each in inspection.containers]
    lines += ["", f"- starts: {_plain(order(inspection.starts))}", f"- stops: {_plain(order(inspection.stops))}"]
    return "\n".join([*lines, f"- completes: {COMPLETES.get(inspection.completes, inspection.completes)}"])


def _wave(wave: "Wave", given: Sequence[str]) -> str:
    lines = [f"## Wave {wave.number}: {wave.title}", "", by_whom(wave), *applying([each.rollout for each in wave.workloads]), ""]
    command = command_of(wave, given)
    lines += ["```sh", command, "```", ""] if command else []
    lines += ["| workload | file | rules |", "|---|---|---|"]
    lines += [f"| {_plain(each.subject.title)} | {_code(each.subject.path)} | {', '.join(each.rules)} |" for each in wave.workloads]
    return "\n".join(lines)


def _left_out(run: Run, style: Style) -> list[str]:
    said = left_out(run, style._replace(width=10_000))
    return ["\n".join(_plain(line) for line in said)] if said else []


def _plain(text: str) -> str:
    """A text that means nothing to Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", prose(text))


def _named(text: str) -> str:
    """The same with what is a name or a command in it shown as such."""
    words, last = list[str](), 0
    for found in _NAMES.finditer(text):
        words += [_plain_part(text[last : found.start()]), _code(found.group())]
        last = found.end()
    return "".join([*words, _plain_part(text[last:])])


def _plain_part(text: str) -> str:
    """A part of a sentence, with the blanks at its ends."""
    return f"{' ' * text[:1].isspace()}{_plain(text)}{' ' * text[-1:].isspace()}" if text.strip() else " " * bool(text)


def _html(text: str) -> str:
    return prose(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    """A text between backticks, inside a table too."""
    return "`" + prose(text).replace("`", "'").replace("|", "\\|") + "`"
