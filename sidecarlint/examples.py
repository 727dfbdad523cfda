"""The examples inside rule files, run.

In: rules with their examples. Out: a report, and whether all hold. Must not know: formats.

A `## Fails` example is *validated* when findings are exactly on its lines that end in `# <-`; a line without its finding is
*missing*, a finding on any other line *reported*, one in a `## Passes` example *noisy*.
"""

from collections.abc import Iterator

from sidecarlint import bundle
from sidecarlint.bench import Bench
from sidecarlint.catalogue import Catalogue
from sidecarlint.documents import Lines, documents
from sidecarlint.errors import RuleError, SidecarlintError
from sidecarlint.findings.judge import Judge
from sidecarlint.judging import Verdict, judge
from sidecarlint.mending import mend
from sidecarlint.references import read_references
from sidecarlint.rulebook import Example, Rule
from sidecarlint.settings import Settings
from sidecarlint.workloads import Workload, objects
from sidecarlint.workloads.versions import parse_version

MARK = "# <-"
"""Ends the line of an example where a finding must be."""

_PATH = "example.yaml"


def run_examples(paths: tuple[str, ...]) -> tuple[str, bool]:
    """Runs the examples of the rule files at `paths`, or of all bundled rules, and says what came of it."""
    rules = bundle.own_rules(paths) if paths else tuple(bundle.whole(rule) for rule in bundle.bundled().rules)
    catalogue = Catalogue(bundle.bundled().shelf)
    lines, failed, count = [], 0, 0
    for rule in rules:
        faults = [fault for example in rule.examples for fault in faults_of(rule, example, catalogue)]
        count += len(rule.examples)
        failed += bool(faults)
        head = f"{'FAIL' if faults else 'ok':<5} {rule.id} ({_count(len(rule.examples), 'example')})"
        lines += [head, *(f"      {fault}" for fault in faults)]
    outcome = f"{_count(failed, 'rule')} failed" if failed else "all hold"
    total = f"{_count(len(rules), 'rule')}, {_count(count, 'example')}: {outcome}"
    return "\n".join([*lines, total, ""]), not failed


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def faults_of(rule: Rule, example: Example, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with one example, as sentences; nothing when it is validated."""
    found, ahead = found_lines(rule, example, catalogue), example.line - 1
    if example.kind == "passes":
        yield from (f"noisy: line {ahead + line}: a finding in an example that must pass" for line in found)
        return
    lines = Lines(example.text)
    wanted = [number for number in range(1, len(lines.starts) + 1) if lines.content(number).rstrip().endswith(MARK)]
    if not wanted:
        yield f"missing: the example at line {example.line} marks no line with {MARK}"
    yield from (f"missing: line {ahead + line}: no finding on this line" for line in wanted if line not in found)
    yield from (f"reported: line {ahead + line}: a finding on a line without {MARK}" for line in found if line not in wanted)
    if example.fixed is not None:
        yield from _fix_faults(rule, example, catalogue)


def found_lines(rule: Rule, example: Example, catalogue: Catalogue) -> list[int]:
    """The lines of an example on which the rule finds something."""
    verdict = _judge(example.text, _bench(rule, example, catalogue))
    return sorted({finding.location.line for finding in verdict.findings if finding.rule == rule.id})


def _fix_faults(rule: Rule, example: Example, catalogue: Catalogue) -> Iterator[str]:
    try:
        mended = mend(example.text, lambda text: _judge(text, _bench(rule, example, catalogue)), True, None)
    except SidecarlintError as error:
        yield f"missing: the example at line {example.line}: {error}"
        return
    if _unmarked(mended.text) != _unmarked(example.fixed or ""):
        yield f"missing: the fix of the example at line {example.line} does not give what stands below ## Fixed, but:\n{mended.text}"


def _unmarked(text: str) -> list[str]:
    return [line.removesuffix(MARK).rstrip() if line.endswith(MARK) else line for line in text.split("\n")]


def _bench(rule: Rule, example: Example, catalogue: Catalogue) -> Bench:
    version = parse_version(example.target) if example.target else None
    if example.target and version is None:
        raise RuleError(rule.id, example.line, f"{example.target} is no Kubernetes version")
    settings = Settings(target=version) if version else Settings()
    return Bench(settings, (rule,), Judge((rule,), settings), catalogue)


def _judge(text: str, bench: Bench) -> Verdict:
    references = read_references((each for document in documents(text) for each in objects(document)), _PATH)
    return judge(_PATH, text, True, bench, references, _no_guard)


def _no_guard(path: str, workload: Workload) -> str | None:
    return None
