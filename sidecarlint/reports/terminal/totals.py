"""The closing lines of a report for people: how much was found, what to type next, what was left out and why.

In: a `Run`. Out: lines. Must not know: how anything was decided.
"""

from collections.abc import Iterable, Sequence

from sidecarlint.findings import Finding, Mending, Run, Skipped
from sidecarlint.reports import Style
from sidecarlint.reports.terminal.cells import visible, wrap

_MOST_REASONS = 5
_MOST_STALE = 5


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 file`, `2 files`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(parts: Sequence[str]) -> str:
    """Words joined as people do: `a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def shown(run: Run, style: Style) -> tuple[Finding, ...]:
    """The findings that a report for people shows: those of level info only on request."""
    return tuple(finding for finding in run.findings if style.info or finding.severity != "info")


def totals(run: Run, style: Style) -> list[str]:
    """What was found and where, and then the next command to type, each as one sentence; behind them what the baseline says."""
    left_out = [f"{count(run.suppressed, 'finding')} left out by comments or annotations."] if run.suppressed else []
    since = [f"Only what is new since {run.since} is told."] if run.since else []
    return [*_found(run, style), *left_out, *since, *_known(run)]


def _known(run: Run) -> list[str]:
    """What a baseline knows and what in it is stale."""
    known = run.baseline
    if known is None or not (known.found or known.stale):
        return []
    said = [f"{count(known.found, 'finding')} known from {known.path} {_are(known.found)} not shown."] if known.found else []
    if known.stale:
        more = f" and {len(known.stale) - _MOST_STALE} more" if len(known.stale) > _MOST_STALE else ""
        listed = ", ".join(known.stale[:_MOST_STALE])
        said.append(f"No longer found, so {known.path} can be written again: {listed}{more}.")
    return said


def _found(run: Run, style: Style) -> list[str]:
    findings = shown(run, style)
    hidden = len(run.findings) - len(findings)
    beside = _beside(hidden, bool(findings))
    if not findings and not hidden:
        return [nothing(run)]
    looked = f"{count(run.sources, 'file')}, {count(run.workloads, 'workload')}"
    if not findings:
        return [f"Found no errors and no warnings{beside} in {looked}."]
    places = len({finding.location.path for finding in findings})
    where = f"{places} of {looked}" if run.sources > 1 else looked
    return [f"Found {_severities(findings)}{beside} in {where}.", _next(findings, _hidden_unsafe(run, findings))]


def _beside(hidden: int, more: bool) -> str:
    return f" ({hidden} {'more ' if more else ''}of level info: --info shows {'it' if hidden == 1 else 'them'})" if hidden else ""


def _hidden_unsafe(run: Run, findings: Sequence[Finding]) -> int:
    """How many findings that are not shown --unsafe would fix too."""
    everything = sum(1 for finding in run.findings if finding.fix and finding.fix.applicability == "unsafe")
    return everything - sum(1 for finding in findings if finding.fix and finding.fix.applicability == "unsafe")


def mended(mending: Mending, style: Style) -> list[str]:
    """How much was fixed and how much is left, and the next command to type."""
    fixed = sum(len(each.fixed) for each in mending.rewritten)
    left = shown(mending.run, style)
    still = _still(len(left), len(mending.run.findings) - len(left))
    done, files = "Fixed" if mending.written else "Would fix", f"in {count(len(mending.rewritten), 'file')}"
    if mending.rewritten:
        return [f"{done} {count(fixed, 'finding')} {files}{f'; {still}' if still else ''}.", *_ask_more(left, mending)]
    head = "Nothing was changed" if mending.written else "Nothing would be changed"
    return [f"{head}: {still}." if still else f"{head}: {_why_nothing(mending)}", *_ask_more(left, mending)]


def along(mending: Mending, style: Style) -> list[str]:
    """What people have to change along with what was fixed, each once, as lines; none where that is nothing."""
    fixes = [finding.fix for each in mending.rewritten for finding in each.fixed if finding.fix is not None]
    follows = dict.fromkeys(sentence for fix in fixes for sentence in fix.follows)
    lines = [line for sentence in follows for line in wrap(f"- {visible(sentence)}", style.width, hang="  ")]
    return ["Change along with it, by hand:", *lines] if lines else []


def _why_nothing(mending: Mending) -> str:
    run = mending.run
    if mending.only_asked and run.workloads:
        return f"there is nothing of the kind in {count(run.sources, 'file')}, {count(run.workloads, 'workload')}."
    return f"{nothing(run)[0].lower()}{nothing(run)[1:]}"


def _still(left: int, hidden: int) -> str:
    """How much is left; "" where nothing is."""
    if not left and not hidden:
        return ""
    if not left:
        return f"{count(hidden, 'finding')} of level info {_are(hidden)} left (--info shows {'it' if hidden == 1 else 'them'})"
    return f"{count(left, 'finding')} {_are(left)} left{_beside(hidden, True)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _ask_more(left: Sequence[Finding], mending: Mending) -> list[str]:
    """What to give beside what was given: a whole command would not say what else that was."""
    unsafe = sum(1 for finding in left if finding.fix and finding.fix.applicability == "unsafe") if not mending.unsafe else 0
    who = f"{unsafe} of them" if unsafe < len(left) else "it" if unsafe == 1 else "all of them"
    return [f"Add --unsafe to fix {who} too, once you have read what it may change."] if unsafe else []


def left_out(run: Run, style: Style, deeds: str = "read") -> list[str]:
    """What was not read, and what was skipped, with the reasons; at most five of each."""
    unread = [((item.path,), item.message) for item in run.unread]
    charts = [item for item in run.skipped if item.what == "chart"]
    files = [item for item in run.skipped if item.what != "chart"]
    many = len({item.path for item in files})
    return [
        *_because(f"{count(len(unread), 'file')} could not be {deeds}:", unread, style),
        *_because(f"{count(many, 'file')} {'was' if many == 1 else 'were'} skipped:", _by_reason(files), style),
        *_because("Not everything was rendered:", _by_reason(charts), style),
    ]


def _by_reason(skipped: Sequence[Skipped]) -> list[tuple[tuple[str, ...], str]]:
    reasons = dict.fromkeys(item.reason for item in skipped)
    groups = [(tuple(dict.fromkeys(item.path for item in skipped if item.reason == reason)), reason) for reason in reasons]
    return sorted(groups, key=lambda group: -len(group[0]))


def _because(head: str, groups: Sequence[tuple[tuple[str, ...], str]], style: Style) -> list[str]:
    lines = [line for paths, reason in groups[:_MOST_REASONS] for line in _reason(paths, reason, style.width)]
    rest = sum(len(paths) for paths, _ in groups[_MOST_REASONS:])
    return [head, *lines, *([f"  and {rest} more"] if rest else [])] if groups else []


def _reason(paths: Sequence[str], reason: str, width: int) -> list[str]:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return ["  " + line for line in wrap(f"{visible(paths[0])}{more}: {reason}", width - 2, hang="  ")]


def nothing(run: Run) -> str:
    """Why there is nothing to tell, as a sentence."""
    if not run.sources:
        return "Found no files to look at." if not run.unread else "None of the files could be read."
    if not run.workloads and run.unwanted:
        none = "The workload is not" if run.unwanted == 1 else f"None of the {run.unwanted} workloads is"
        return f"{none} of the kind or name asked for, so nothing was judged."
    if not run.workloads:
        return f"Found no workloads in {count(run.sources, 'file')}, so there was nothing to judge."
    return f"No legacy sidecars found in {count(run.sources, 'file')}, {count(run.workloads, 'workload')}."


def _severities(findings: Iterable[Finding]) -> str:
    found = [finding.severity for finding in findings]
    return listed([count(found.count(severity), severity) for severity in ("error", "warning", "info") if severity in found])


def _next(findings: Sequence[Finding], hidden: int) -> str:
    levels = [finding.fix.applicability if finding.fix else "" for finding in findings]
    safe, unsafe = levels.count("safe"), levels.count("unsafe") + hidden
    infos = f", {hidden} of level info among them" if hidden else ""
    if safe:
        more = f" ({unsafe} more with --unsafe{infos})" if unsafe else ""
        return f"{safe} can be fixed: sidecarlint fix{more}"
    if unsafe:
        return f"{unsafe} can be fixed, though not without risk{infos}: sidecarlint fix --unsafe"
    rules = [finding.rule for finding in findings if finding.category != "source"]
    return "None can be fixed automatically." + (f" What to do: sidecarlint explain {rules[0]}" if rules else "")
