"""The examples inside rule files, run.

In: rule files and settings. Out: a report, and whether all hold. Must not know: formats.

A `## Fails` example is *validated* when findings are exactly on its lines that end in `# <-`; a line without its finding is
*missing*, a finding on any other line *reported*, one in a `## Passes` example *noisy*. One that is no YAML is *broken*.

Of the settings counts what they say of containers and kinds. The target is 1.29 unless an example names another; nodes count only when
it names them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sidecarlint import bundle
from sidecarlint.bench import Bench, known
from sidecarlint.catalogue import Catalogue
from sidecarlint.documents import Lines, documents
from sidecarlint.errors import RuleError, SidecarlintError
from sidecarlint.findings.judge import Judge
from sidecarlint.judging import Verdict, judge
from sidecarlint.mending import mend
from sidecarlint.references import read_references
from sidecarlint.rulebook import Example, Rule
from sidecarlint.settings import DEFAULT_TARGET, Settings
from sidecarlint.workloads import Workload, objects
from sidecarlint.workloads.versions import misfit, parse_version

if TYPE_CHECKING:
    from sidecarlint.fixes.overlays import Moving
    from sidecarlint.picture import Picture

MARK = "# <-"
"""Ends the line of an example where a finding must be."""

_PATH = "example.yaml"


def run_examples(paths: tuple[str, ...], settings: Settings = Settings()) -> tuple[str, bool]:  # noqa: B008
    """Runs the examples of the rule files at `paths`, without any of those of the settings, or else of all bundled rules; says what
    came of it. The bundled ones run as they ship, whatever the settings say."""
    named = paths or settings.rules
    helpers, catalogue = _helpers(settings), known(settings if named else Settings())
    rules = bundle.own_rules(named) if named else tuple(bundle.whole(rule) for rule in bundle.bundled().rules)
    lines, failed, count = list(helpers), 0, 0
    for rule in rules:
        faults = [fault for example in rule.examples for fault in faults_of(rule, example, catalogue, settings if named else Settings())]
        count += len(rule.examples)
        failed += bool(faults)
        head = f"{'FAIL' if faults else 'ok':<5} {rule.id} ({_count(len(rule.examples), 'example')})"
        lines += [head, *(f"      {remark}" for remark in (*_replaces(rule), *faults))]
    outcome = f"{_count(failed, 'rule')} failed" if failed else "all hold"
    total = f"{_count(len(rules), 'rule')}, {_count(count, 'example')}: {outcome}"
    return "\n".join([*lines, total, ""]), not failed


def _helpers(settings: Settings) -> Iterator[str]:
    """The helpers of the settings, one by one, with what each changes in the bundled ones."""
    from sidecarlint.catalogue.claims import taken

    for helper in bundle.own_helpers(settings.helper_files):
        yield f"ok    {helper.id} (helper)"
        yield from (f"      {change}" for change in taken(helper, bundle.bundled().helpers))


def _replaces(rule: Rule) -> Iterator[str]:
    """Said of a rule of the user's own that has the id of a bundled one and is another."""
    judged = rule._replace(page="", examples=())
    if any(each.id == rule.id and each != judged for each in bundle.bundled().rules):
        yield f"replaces the bundled rule {rule.id}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def faults_of(rule: Rule, example: Example, catalogue: Catalogue, settings: Settings = Settings()) -> Iterator[str]:  # noqa: B008
    """What is wrong with one example, as sentences; nothing when it is validated."""
    lines, ahead = Lines(example.text), example.line - 1
    problems = [document.problem for document in documents(example.text) if document.problem is not None]
    if problems:
        yield from (f"broken: line {ahead + lines.number(each.offset)}: {each.message}" for each in problems)
        return
    found = found_lines(rule, example, catalogue, settings)
    if example.kind == "passes":
        yield from (f"noisy: line {ahead + line}: a finding in an example that must pass" for line in found)
        return
    wanted = [number for number in range(1, len(lines.starts) + 1) if lines.content(number).rstrip().endswith(MARK)]
    if not wanted:
        yield f"missing: the example at line {example.line} marks no line with {MARK}"
    yield from (f"missing: line {ahead + line}: no finding on this line" for line in wanted if line not in found)
    yield from (f"reported: line {ahead + line}: a finding on a line without {MARK}" for line in found if line not in wanted)
    if example.fixed is not None:
        yield from _fix_faults(example, _bench(rule, example, catalogue, settings))


def found_lines(rule: Rule, example: Example, catalogue: Catalogue, settings: Settings = Settings()) -> list[int]:  # noqa: B008
    """The lines of an example on which the rule finds something."""
    verdict = _judge(example.text, _bench(rule, example, catalogue, settings))
    return sorted({finding.location.line for finding in verdict.findings if finding.rule == rule.id})


def pictured(rule: Rule, example: Example, settings: Settings = Settings()) -> "Picture | None":  # noqa: B008
    """The life of the pod in which the rule finds something, before and after the rule's own fix; None where there is little to see."""
    from sidecarlint.picture import is_telling, pictures

    bench = _bench(rule, example, known(settings), settings)
    before = _judge(example.text, bench)
    mended = mend(example.text, lambda text: _judge(text, bench), True, None)
    wanted = {(each.workload.document, each.workload.route) for each in before.findings if each.workload is not None}
    drawn = pictures(_PATH, before, _judge(mended.text, bench), mended.fixed, bench.settings.target)
    found = (each for each in drawn if (each.subject.document, each.subject.route) in wanted and is_telling(each))
    return next(found, None)


def _fix_faults(example: Example, bench: Bench) -> Iterator[str]:
    try:
        mended = mend(example.text, lambda text: _judge(text, bench), True, None)
    except SidecarlintError as error:
        yield f"missing: the example at line {example.line}: {error}"
        return
    if _unmarked(mended.text) != _unmarked(example.fixed or ""):
        yield f"missing: the fix of the example at line {example.line} does not give what stands below ## Fixed, but:\n{mended.text}"


def _unmarked(text: str) -> list[str]:
    return [line.removesuffix(MARK).rstrip() if line.endswith(MARK) else line for line in text.split("\n")]


def _bench(rule: Rule, example: Example, catalogue: Catalogue, settings: Settings) -> Bench:
    counting = counted_for(example, rule.id)._replace(own_kinds=settings.own_kinds)
    return Bench(counting, (rule,), Judge((rule,), counting), catalogue)


def counted_for(example: Example, rule: str = "") -> Settings:
    """The settings that an example names on its opening line. Raises RuleError for what is no version, or cannot be together."""
    given = {name: parse_version(value) for name, value in example.options}
    target, nodes = given.get("target", DEFAULT_TARGET), given.get("nodes")
    if target is None or (nodes is None and "nodes" in given):
        raise RuleError(rule, example.line, f"{' '.join(value for _, value in example.options)} is no Kubernetes version")
    if nodes is not None and (why := misfit(nodes, target)):
        raise RuleError(rule, example.line, why)
    return Settings(target=target, nodes=nodes)


def _judge(text: str, bench: Bench) -> Verdict:
    references = read_references((each for document in documents(text) for each in objects(document)), _PATH)
    return judge(_PATH, text, True, bench, references, _no_guard)


def _no_guard(path: str, workload: Workload, moved: "tuple[Moving, ...]") -> str | None:
    return None
