"""One source's text rewritten: the plans of its findings applied, pass by pass, until nothing is left to do.

In: a text and a way to judge it. Out: `Mended`. Must not know: where texts come from, formats.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from sidecarlint.documents import Document, Lines, Route, documents
from sidecarlint.edits import Operation, Refusal, changes, prove
from sidecarlint.errors import NotSettled
from sidecarlint.findings import Finding
from sidecarlint.judging import Planned, Verdict
from sidecarlint.values import NamedTuple

PASSES = 10
"""How often fixes may bring about further fixes."""

Pod = tuple[int, Route]
"""A document's number and the route to the pod in it."""

Judging = Callable[[str], Verdict]


class Mended(NamedTuple):
    """A text after its fixes. `fixed` are the findings that were mended; `refused` says why a rewrite was dropped, with its place."""

    text: str
    fixed: tuple[Finding, ...]
    refused: tuple[str, ...]
    pods: int


def mend(text: str, judge: Judging, unsafe: bool, most: int | None) -> Mended:
    """Applies what may be applied, to at most `most` pods. Raises NotSettled, naming the rules, when that does not come to an end."""
    fixed: list[Finding] = []
    refused: dict[Pod, str] = {}
    pods: set[Pod] = set()
    for _ in range(PASSES):
        chosen = _chosen(judge(text), unsafe, refused, pods, most)
        if not chosen:
            return Mended(text, tuple(fixed), tuple(refused.values()), len(pods))
        new, done = _rewritten(text, chosen, judge, refused)
        if new == text:
            continue
        text = new
        fixed += [each.finding for pod in done for each in chosen[pod]]
        pods |= set(done)
    rules = sorted({each.finding.rule for planned in chosen.values() for each in planned})
    raise NotSettled(f"after {PASSES} passes the fixes of {', '.join(rules)} still ask for more; nothing was written")


def _chosen(verdict: Verdict, unsafe: bool, refused: dict[Pod, str], pods: set[Pod], most: int | None) -> dict[Pod, list[Planned]]:
    """The plans to carry out, by pod: only the allowed ones, in as many pods as are left."""
    chosen: dict[Pod, list[Planned]] = defaultdict(list)
    for each in verdict.planned:
        pod = each.number, each.route
        if each.plan is None or pod in refused or not (unsafe or each.plan.applicability == "safe"):
            continue
        if pod in chosen or pod in pods or most is None or len(pods | set(chosen)) < most:
            chosen[pod].append(each)
    return chosen


def _rewritten(text: str, chosen: dict[Pod, list[Planned]], judge: Judging, refused: dict[Pod, str]) -> tuple[str, list[Pod]]:
    """The proven text with all pods rewritten, or with those that can be when not all can."""
    read = list(documents(text))
    done = [pod for pod in chosen if _can(text, read, pod, chosen[pod], refused)]
    try:
        return (_proven(text, read, {pod: chosen[pod] for pod in done}, judge) if done else text), done
    except Refusal as refusal:
        line = Lines(text).number(refusal.offset)
        for pod in done:
            refused[pod] = f"line {line}: this rewrite failed its proof and was dropped, which is a bug of sidecarlint: {refusal.reason}"
        return text, []


def _can(text: str, read: Sequence[Document], pod: Pod, planned: Sequence[Planned], refused: dict[Pod, str]) -> bool:
    try:
        changes(text, read[pod[0]], _operations(planned))
    except Refusal as refusal:
        refused[pod] = f"line {Lines(text).number(refusal.offset)}: {refusal.reason}"
        return False
    return True


def _operations(planned: Sequence[Planned]) -> list[Operation]:
    return list(dict.fromkeys(operation for each in planned if each.plan for operation in each.plan.operations))


def _proven(text: str, read: Sequence[Document], chosen: dict[Pod, list[Planned]], judge: Judging) -> str:
    operations: dict[int, list[Operation]] = defaultdict(list)
    for (number, _), planned in chosen.items():
        operations[number] += _operations(planned)
    edited = [change for number, each in operations.items() for change in changes(text, read[number], each)]
    return prove(text, read, operations, sorted(edited), lambda new: _still_found(judge(new), chosen))


def _still_found(verdict: Verdict, chosen: dict[Pod, list[Planned]]) -> str | None:
    """A finding that was fixed must be gone."""
    mended = {(number, route, each.finding.rule, each.finding.container) for (number, route), planned in chosen.items() for each in planned}
    for each in verdict.planned:
        if (each.number, each.route, each.finding.rule, each.finding.container) in mended and each.plan is not None:
            return f"{each.finding.rule} would still be found in {each.finding.container or 'the pod'}"
    return None
