"""One source's text rewritten: the plans of its findings applied, pass by pass, until nothing is left to do.

In: a text and a way to judge it. Out: `Mended`. Must not know: where texts come from, formats.

A plan may ask for something in other sources, which is right by itself. It is done and proven there first; what cannot be done there
keeps the whole plan from being done.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sidecarlint.documents import Document, Lines, Route, documents
from sidecarlint.edits import Operation, Refusal, changes, prove, rewritten
from sidecarlint.errors import NotSettled
from sidecarlint.findings import Finding
from sidecarlint.fixes import Elsewhere
from sidecarlint.judging import Planned, Verdict
from sidecarlint.values import NamedTuple

PASSES = 10
"""How often fixes may bring about further fixes."""

Pod = tuple[int, Route]
"""A document's number and the route to the pod in it."""

Judging = Callable[[str], Verdict]


class Mended(NamedTuple):
    """A text after its fixes. `fixed` are the findings that were mended; `refused` says why a rewrite was dropped, with its place.
    `others` are the texts of further sources, by path, that have to be written before this one."""

    text: str
    fixed: tuple[Finding, ...]
    refused: tuple[str, ...]
    pods: int
    others: dict[str, str]


class Others:
    """The further sources that the fixes of one change too, as they would be. Nothing is written here.

    `read` gives the text of a source as it is now, `notice` is told what it is now taken to be.
    """

    def __init__(self, read: Callable[[str], str | None], notice: Callable[[str, str], None]) -> None:
        self._read, self._notice = read, notice
        self.texts: dict[str, str] = {}

    def refusal(self, asked: Sequence[Elsewhere]) -> str | None:
        """Why these operations cannot be done, or None."""
        try:
            self._rewritten(asked)
        except Refusal as refusal:
            return refusal.reason
        return None

    def change(self, asked: Sequence[Elsewhere]) -> None:
        """Does these operations. Raises a `Refusal`, and does none, when one cannot be done."""
        for path, text in self._rewritten(asked).items():
            self.texts[path] = text
            self._notice(path, text)

    def go_back(self, texts: dict[str, str]) -> None:
        """To the texts of an earlier moment."""
        for path in self.texts:
            self._notice(path, texts.get(path) or self._read(path) or "")
        self.texts = texts

    def _rewritten(self, asked: Sequence[Elsewhere]) -> dict[str, str]:
        wanted: dict[str, dict[int, list[Operation]]] = defaultdict(lambda: defaultdict(list))
        for each in dict.fromkeys(asked):
            wanted[each.path][each.document].append(each.operation)
        return {path: self._one(path, operations) for path, operations in sorted(wanted.items())}

    def _one(self, path: str, operations: dict[int, list[Operation]]) -> str:
        text = self.texts.get(path) or self._read(path) or ""
        try:
            return rewritten(text, operations)
        except Refusal as refusal:
            raise Refusal(f"{path}, line {Lines(text).number(refusal.offset)}: {refusal.reason}", 0) from None


def mend(text: str, judge: Judging, unsafe: bool, most: int | None, others: Others | None = None) -> Mended:
    """Applies what may be applied, to at most `most` pods. Raises NotSettled, naming the rules, when that does not come to an end."""
    others = others or Others(lambda path: None, lambda path, text: None)
    fixed: list[Finding] = []
    refused: dict[Pod, str] = {}
    pods: set[Pod] = set()
    for _ in range(PASSES):
        chosen = _chosen(judge(text), unsafe, refused, pods, most)
        if not chosen:
            return Mended(text, tuple(fixed), tuple(refused.values()), len(pods), others.texts)
        new, done = _rewritten(text, chosen, judge, refused, others)
        if new == text:
            continue
        text = new
        fixed += [each.finding for pod in done for each in chosen[pod]]
        pods |= set(done)
    others.go_back({})
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


def _rewritten(
    text: str, chosen: dict[Pod, list[Planned]], judge: Judging, refused: dict[Pod, str], others: Others
) -> tuple[str, list[Pod]]:
    """The proven text with all pods rewritten, or with those that can be when not all can."""
    read, before = _read(text, chosen), dict(others.texts)
    done = [pod for pod in chosen if _can(text, read, pod, chosen[pod], refused, others)]
    try:
        others.change([each for pod in done for each in _away(chosen[pod])])
        return (_proven(text, read, {pod: chosen[pod] for pod in done}, judge) if done else text), done
    except Refusal as refusal:
        others.go_back(before)
        if len(done) > 1:
            return _in_halves(text, {pod: chosen[pod] for pod in done}, judge, refused, others)
        line = Lines(text).number(refusal.offset)
        for pod in done:
            refused[pod] = f"line {line}: this rewrite failed its proof and was dropped, which is a bug of sidecarlint: {refusal.reason}"
        return text, []


def _read(text: str, chosen: Mapping[Pod, Sequence[Planned]]) -> list[Document]:
    """The documents of a text, as they were judged."""
    if not any(each.masked for planned in chosen.values() for each in planned):
        return list(documents(text))
    from sidecarlint.documents.templates import template_documents

    return template_documents(text)


def _in_halves(
    text: str, chosen: dict[Pod, list[Planned]], judge: Judging, refused: dict[Pod, str], others: Others
) -> tuple[str, list[Pod]]:
    """The same where the proof of all together has failed: what stands in the way in one pod keeps no other from its fixes."""
    pods, done = list(chosen), list[Pod]()
    for half in (pods[: len(pods) // 2], pods[len(pods) // 2 :]):
        text, made = _rewritten(text, {pod: chosen[pod] for pod in half}, judge, refused, others)
        done += made
    return text, done


def _can(text: str, read: Sequence[Document], pod: Pod, planned: Sequence[Planned], refused: dict[Pod, str], others: Others) -> bool:
    try:
        for number, operations in _operations({pod: planned}).items():
            changes(text, read[number], operations)
    except Refusal as refusal:
        refused[pod] = f"line {Lines(text).number(refusal.offset)}: {refusal.reason}"
        return False
    reason = others.refusal(_away(planned))
    if reason:
        refused[pod] = f"line {planned[0].finding.location.line}: {reason}"
    return reason is None


def _operations(chosen: Mapping[Pod, Sequence[Planned]]) -> dict[int, list[Operation]]:
    """What is to be done in this source, by document."""
    operations: dict[int, list[Operation]] = defaultdict(list)
    for (number, _), planned in chosen.items():
        for each in planned:
            operations[number] += each.plan.operations if each.plan else ()
            for asked in _asked(each, here=True):
                operations[asked.document].append(asked.operation)
    return {number: list(dict.fromkeys(each)) for number, each in operations.items()}


def _away(planned: Sequence[Planned]) -> list[Elsewhere]:
    """What is to be done in other sources."""
    return [asked for each in planned for asked in _asked(each, here=False)]


def _asked(each: Planned, here: bool) -> list[Elsewhere]:
    own = each.finding.location.path
    return [asked for asked in (each.plan.elsewhere if each.plan else ()) if (asked.path == own) == here]


def _proven(text: str, read: Sequence[Document], chosen: dict[Pod, list[Planned]], judge: Judging) -> str:
    operations = _operations(chosen)
    edited = [change for number, each in operations.items() for change in changes(text, read[number], each)]
    return prove(text, read, operations, sorted(edited), lambda new: _still_found(judge(new), chosen))


def _still_found(verdict: Verdict, chosen: dict[Pod, list[Planned]]) -> str | None:
    """A finding that was fixed must be gone."""
    mended = {(number, route, each.finding.rule, each.finding.container) for (number, route), planned in chosen.items() for each in planned}
    for each in verdict.planned:
        if (each.number, each.route, each.finding.rule, each.finding.container) in mended and each.plan is not None:
            return f"{each.finding.rule} would still be found in {each.finding.container or 'the pod'}"
    return None
