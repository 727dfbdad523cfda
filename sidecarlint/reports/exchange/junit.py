"""JUnit's XML, which most CI servers show as tests: a file is a suite, a finding a test that fails.

In: a `Run` or a `Mending`. Out: XML. Must not know: how anything was decided.
"""

from collections import defaultdict
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from sidecarlint.findings import Finding, Mending, Run
from sidecarlint.reports import Style
from sidecarlint.reports.exchange import slashed
from sidecarlint.reports.terminal.cells import prose
from sidecarlint.reports.terminal.totals import count

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def check(run: Run, style: Style) -> str:
    """A suite for each source with findings or that could not be read; one suite that passes where there is none."""
    suites = defaultdict[str, list[str]](list)
    for finding in run.findings:
        suites[finding.location.path].append(_case(finding))
    for item in run.unread:
        error = f"<error type={_attribute('unreadable')} message={_attribute(item.message)}/>"
        suites[item.path].append(_test(item.path, "can be read", error))
    if not suites:
        suites["sidecarlint"].append(_test("sidecarlint", f"nothing found in {count(run.workloads, 'workload')}", ""))
    unread = {item.path for item in run.unread}
    lines = [line for path, cases in suites.items() for line in _suite(path, cases, 1 if path in unread else 0, bool(run.findings))]
    tests, errors = sum(map(len, suites.values())), len(run.unread)
    counts = f'tests="{tests}" failures="{len(run.findings)}" errors="{errors}"'
    return "\n".join([_HEAD, f'<testsuites name="sidecarlint" {counts}>', *lines, "</testsuites>"]) + "\n"


def fix(mending: Mending, style: Style) -> str:
    """The same of what is left."""
    return check(mending.run, style)


def _suite(path: str, cases: Sequence[str], errors: int, failing: bool) -> list[str]:
    failures = sum("<failure" in case for case in cases)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    return [f"  <testsuite name={_attribute(slashed(path))} {counts}>", *cases, "  </testsuite>"]


def _case(finding: Finding) -> str:
    place, named = finding.location, finding.workload.title if finding.workload else "document"
    who = f"{named}, {finding.container}" if finding.container else named
    said = [f"{slashed(place.path)}:{place.line}:{place.column}: {prose(finding.message)}"]
    said += [f"seen: {prose(each.message)}" for each in finding.evidence]
    if finding.fix is not None:
        said += [f"fix ({finding.fix.applicability}): {prose(finding.fix.title)}", *(prose(each) for each in finding.fix.hazards)]
    body = escape("\n".join(said))
    failure = f"<failure type={_attribute(finding.severity)} message={_attribute(prose(finding.message))}>{body}</failure>"
    return _test(place.path, f"{who}: {finding.rule}", failure)


def _test(path: str, name: str, inner: str) -> str:
    return f"    <testcase classname={_attribute(slashed(path))} name={_attribute(name)}>{inner}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(prose(text))
