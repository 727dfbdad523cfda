"""Markdown for a pull request or a job's summary: totals first, then a table, then each workload folded away.

In: a `Run`, `Inspection`s, a `Mending` or waves. Out: GitHub's Markdown, at most a mebibyte of it. Must not know: how anything was
decided.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sidecarlint.findings import Finding, Mending, Moved, Run
from sidecarlint.reports import Style
from sidecarlint.reports.terminal.cells import prose
from sidecarlint.reports.terminal.changes import applying, by_whom, command_of, order, rows, waiting
from sidecarlint.reports.terminal.totals import count, left_out, mended, shown, totals

if TYPE_CHECKING:
    from sidecarlint.inspection import Inspection
    from sidecarlint.waves import Wave

MOST = 1_000_000
"""How many bytes are written; GitHub shows a job's summary up to a mebibyte (facts: GitHub Actions, workflow commands)."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")

_ELSEWHERE = (
    "`status.initContainerStatuses` holds its state, no longer `status.containerStatuses`. "
    "While the pod starts, `kubectl get pods` counts it as `Init:1/2`; READY and RESTARTS go on counting it.",
    "`kubectl logs` and `kubectl exec` without `-c` take the first of `containers`, which may be another one than before. "
    "`kubectl describe` lists it under Init Containers.",
    "kube-state-metrics counts it in `kube_pod_init_container_*`, no longer in `kube_pod_container_*`: alerts and dashboards that name it "
    "have to look there.",
    "Prometheus finds its ports through services from version 3.0 on; before, through pods only, with "
    "`__meta_kubernetes_pod_container_init` set to `true`.",
    "Other linters see less of it: Polaris skips requests, limits and liveness probes of init containers, kube-linter their "
    "probes, and kube-score takes a probe of any container for one of the app. Policies that read only `spec.containers` miss it.",
)
"""What looks elsewhere for a container that moved (native-sidecars 7.9, 7.10, 8.1 to 8.5, 12.7; peers, section 0)."""

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
    head = ["# Migration to native sidecars", *map(_plain, mended(mending, style)[:1])]
    head += map(_plain, applying([each.rollout for each in mending.moved]))
    blocks = [_overview(mending.moved)] if mending.moved else []
    blocks += [_detail(each, "changed" if mending.written else "would change") for each in mending.moved]
    left = shown(mending.run, style)
    tail = ["\n\n".join(["## What is left", _table_of(left)])] if left else []
    tail += [_immutable(mending.moved)] if any(each.rollout.immutable for each in mending.moved) else []
    moved = any(each.before.starts != each.after.starts for each in mending.moved)
    tail += ["\n".join(["## What looks elsewhere from now on", "", *(f"- {each}" for each in _ELSEWHERE)])] if moved else []
    return page(head, blocks, [*tail, *_left_out(mending.run, style)])


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
    return "one per node" if rollout.per_node else "as its controller decides" if rollout.pods is None else str(rollout.pods)


def _detail(moved: "Moved", word: str) -> str:
    names = ", ".join(dict.fromkeys(finding.container for finding in moved.fixed if finding.container))
    lines = ["<details>", f"<summary>{_html(moved.subject.title)}{': ' + _html(names) if names else ''}</summary>", ""]
    for finding in moved.fixed:
        lines += _done(finding)
    lines += ["", f"| | before | {'after' if word == 'changed' else 'would be'} |", "|---|---|---|"]
    lines += [f"| {name} | {_plain(before)} | {_plain(after)} |" for name, before, after in rows(moved)]
    return "\n".join([*lines, "", moved.rollout.why, "", "</details>"])


def _done(finding: Finding) -> Iterator[str]:
    title = finding.fix.title if finding.fix else finding.message
    yield f"- **{_plain(title)}** ({finding.rule}): {_plain(finding.message)}"
    for evidence in finding.evidence:
        where = f" (line {evidence.location.line})" if evidence.location else ""
        yield f"  - seen: {_plain(evidence.message)}{where}"
    for hazard in finding.fix.hazards if finding.fix else ():
        yield f"  - look at this first: {_plain(hazard)}"


def _table_of(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    lines = ["| where | what | why it was not fixed |", "|---|---|---|"]
    for each in findings:
        who = f"{_plain(each.workload.title)}: " if each.workload else ""
        place = _code(f"{each.location.path}:{each.location.line}")
        lines.append(f"| {place} | {who}{_plain(each.message)} ({each.rule}) | {_plain('; '.join(_reasons(each)))} |")
    return "\n".join(lines)


def _reasons(finding: Finding) -> list[str]:
    if finding.fix is None:
        return ["there is no fix for it"]
    unsafe = ["it needs --unsafe"] if finding.fix.applicability == "unsafe" else []
    return [*unsafe, *finding.fix.hazards] or ["it was not asked for"]


def _immutable(moved: Sequence["Moved"]) -> str:
    those = [f"- {_plain(each.subject.title)} in {_code(each.subject.path)}" for each in moved if each.rollout.immutable]
    ways = [f"- {tool}: {way}" for tool, way in _WAYS]
    head = "An API server refuses this change of an object that is there. It has to be deleted and made again; a Job runs again then."
    return "\n".join(["## What cannot be changed in place", "", head, "", *those, "", *ways])


def _workload(inspection: "Inspection") -> str:
    lines = [f"## {_plain(inspection.subject.title)}", "", _code(inspection.subject.path), ""]
    lines += ["| container | list | part | ends |", "|---|---|---|---|"]
    lines += [f"| {_code(each.name)} | {each.list} | {each.part} | {each.ends} |" for each in inspection.containers]
    lines += ["", f"- starts: {_plain(order(inspection.starts))}", f"- stops: {_plain(order(inspection.stops))}"]
    return "\n".join([*lines, f"- completes: {inspection.completes}"])


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


def _html(text: str) -> str:
    return prose(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    """A text between backticks, inside a table too."""
    return "`" + prose(text).replace("`", "'").replace("|", "\\|") + "`"
