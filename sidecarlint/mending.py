"""One source's text rewritten: the plans of its findings applied, pass by pass, until nothing is left to do.

In: a text and a way to judge it. Out: `Mended`. Must not know: where texts come from, formats.

A plan may ask for something in other sources too. What cannot be done there keeps the whole plan from being done: the texts of a rewrite
are one group, proven together.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sidecarlint.documents import Document, Lines, Route, documents
from sidecarlint.edits import Append, Move, Refusal, Set, edited, prove, rewritten
from sidecarlint.errors import NotSettled
from sidecarlint.findings import Finding, Location
from sidecarlint.fixes import Elsewhere
from sidecarlint.fixes.wanted import Wanted, by_source
from sidecarlint.judging import Planned, Verdict
from sidecarlint.values import NamedTuple

PASSES = 10
"""How often fixes may bring about further fixes."""

Pod = tuple[int, Route]
"""A document's number and the route to the pod in it."""

Judging = Callable[[str], Verdict]

Outside = Callable[[Mapping[str, str], Sequence[Planned]], str | None]
"""Proves a rewrite by other means than reading it, such as building what it is a part of: a reason against it, or None.

Asked once its texts are proven by themselves, and before anything counts as done. It is given all texts that are new since the source was
begun with, by path, its own among them, and all that is carried out in them. Earlier groups of the run are done by then. The reason is told
as it stands.
"""


class Mended(NamedTuple):
    """A text after its fixes. `fixed` are the findings that were mended; `refused` says why a rewrite was dropped, with its place.
    `others` are the texts of further sources, by path, that have to be written together with this one."""

    text: str
    fixed: tuple[Finding, ...]
    refused: tuple[str, ...]
    pods: int
    others: dict[str, str]

    def alters(self, text: str) -> bool:
        """Whether anything was done, where this was the text before."""
        return self.text != text or bool(self.others)


class Others:
    """The further sources that the fixes of one change too, as they would be. Nothing is written here.

    `read` gives the text of a source as it is now, `notice` is told what it is now taken to be, and `closed` says why it must not be
    rewritten.
    """

    def __init__(
        self,
        read: Callable[[str], str | None],
        notice: Callable[[str, str], None],
        closed: Callable[[str], str | None] = lambda path: None,
    ) -> None:
        self._read, self._notice, self._closed = read, notice, closed
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
        return {path: self._one(path, wanted) for path, wanted in sorted(by_source(asked).items())}

    def _one(self, path: str, wanted: Wanted) -> str:
        if reason := self._closed(path):
            raise Refusal(reason, 0)
        text = self.texts.get(path) or self._read(path) or ""
        try:
            return rewritten(text, *wanted)
        except Refusal as refusal:
            raise Refusal(f"{path}, line {Lines(text).number(refusal.offset)}: {refusal.reason}", 0) from None


class _Objection(Refusal):
    """What is said against a rewrite from outside: no bug of ours."""


def mend(text: str, judge: Judging, unsafe: bool, most: int | None, others: Others | None = None, outside: Outside | None = None) -> Mended:
    """Applies what may be applied, to at most `most` pods. Raises NotSettled, naming the rules, when that does not come to an end."""
    return _Mender(judge, others or Others(lambda path: None, lambda path, text: None), outside, unsafe, most).mended(text)


class _Mender:
    """The mending of one text. `refused`: why nothing more is done to a pod; `carried`: what is carried out so far, in `pods`."""

    def __init__(self, judge: Judging, others: Others, outside: Outside | None, unsafe: bool, most: int | None) -> None:
        self._judge, self._others, self._outside = judge, others, outside
        self._unsafe, self._most = unsafe, most
        self._refused: dict[Pod, str] = {}
        self._carried: list[Planned] = []
        self._pods: set[Pod] = set()
        self._places: dict[tuple[Pod, str, str | None], list[Location]] = defaultdict(list)

    def mended(self, text: str) -> Mended:
        for each in self._judge(text).planned:
            self._places[_whose(each)].append(each.finding.location)
        for _ in range(PASSES):
            chosen = self._chosen(text)
            if not chosen:
                fixed = tuple(self._as_found(each) for each in self._carried)
                return Mended(text, fixed, tuple(self._refused.values()), len(self._pods), self._others.texts)
            before, carried = (text, dict(self._others.texts)), len(self._carried)
            text, done = self._rewritten(text, chosen)
            if (text, self._others.texts) != before:
                self._pods |= set(done)
            else:
                del self._carried[carried:]
        self._others.go_back({})
        rules = sorted({each.finding.rule for planned in chosen.values() for each in planned})
        raise NotSettled(f"after {PASSES} passes the fixes of {', '.join(rules)} still ask for more; nothing was written")

    def _as_found(self, planned: Planned) -> Finding:
        """A finding where people have it: the text of a later pass is one that nobody has seen."""
        first = self._places[_whose(planned)]
        return planned.finding._replace(location=first[0]) if len(first) == 1 else planned.finding

    def _chosen(self, text: str) -> dict[Pod, list[Planned]]:
        """The plans to carry out, by pod: only the allowed ones, in as many pods as are left."""
        chosen: dict[Pod, list[Planned]] = defaultdict(list)
        for each in self._judge(text).planned:
            pod = each.number, each.route
            if each.plan is None or pod in self._refused or not (self._unsafe or each.plan.applicability == "safe"):
                continue
            if pod in chosen or pod in self._pods or self._most is None or len(self._pods | set(chosen)) < self._most:
                chosen[pod].append(each)
        return {pod: _in_turn(planned) for pod, planned in chosen.items()}

    def _rewritten(self, text: str, chosen: Mapping[Pod, Sequence[Planned]]) -> tuple[str, list[Pod]]:
        """The proven text with all pods rewritten, or with those that can be when not all can."""
        read, before, carried = _read(text, chosen), dict(self._others.texts), len(self._carried)
        done = [pod for pod in chosen if self._can(text, read, pod, chosen[pod])]
        try:
            self._others.change([each for pod in done for each in _asked(chosen[pod], here=False)])
            self._carried += [each for pod in done for each in chosen[pod]]
            return (self._proven(text, read, {pod: chosen[pod] for pod in done}) if done else text), done
        except Refusal as refusal:
            self._others.go_back(before)
            del self._carried[carried:]
            if len(done) > 1:
                return self._in_halves(text, {pod: chosen[pod] for pod in done})
            for pod in done:
                self._refused[pod] = _why_dropped(text, refusal)
            return text, []

    def _in_halves(self, text: str, chosen: Mapping[Pod, Sequence[Planned]]) -> tuple[str, list[Pod]]:
        """The same where the proof of all together has failed: what stands in the way in one pod keeps no other from its fixes. When the
        first half has changed other sources, the plans of the second are made anew: they spoke of those as they were."""
        pods, before = list(chosen), dict(self._others.texts)
        first, second = pods[: len(pods) // 2], pods[len(pods) // 2 :]
        text, done = self._rewritten(text, {pod: chosen[pod] for pod in first})
        now = chosen if self._others.texts == before else self._chosen(text)
        text, more = self._rewritten(text, {pod: now[pod] for pod in second if pod in now})
        return text, [*done, *more]

    def _can(self, text: str, read: Sequence[Document], pod: Pod, planned: Sequence[Planned]) -> bool:
        try:
            edited(text, read.__getitem__, *_own(planned))
        except Refusal as refusal:
            self._refused[pod] = f"line {Lines(text).number(refusal.offset)}: {refusal.reason}"
            return False
        reason = self._others.refusal(_asked(planned, here=False))
        if reason:
            self._refused[pod] = f"line {planned[0].finding.location.line}: {reason}"
        return reason is None

    def _proven(self, text: str, read: Sequence[Document], chosen: Mapping[Pod, Sequence[Planned]]) -> str:
        planned = [each for one in chosen.values() for each in one]
        changes, amount = edited(text, read.__getitem__, *_own(planned))
        new = prove(text, read, amount, changes, lambda new: _still_found(self._judge(new), chosen))
        texts = {planned[0].finding.location.path: new, **self._others.texts}
        reason = self._outside(texts, tuple(self._carried)) if self._outside is not None else None
        if reason:
            raise _Objection(reason, 0)
        return new


def _read(text: str, chosen: Mapping[Pod, Sequence[Planned]]) -> list[Document]:
    """The documents of a text, as they were judged."""
    if not any(each.masked for planned in chosen.values() for each in planned):
        return list(documents(text))
    from sidecarlint.documents.templates import template_documents

    return template_documents(text)


def _whose(each: Planned) -> tuple[Pod, str, str | None]:
    """What tells a finding from others in whatever pass."""
    return (each.number, each.route), each.finding.rule, each.finding.container


def _in_turn(planned: Sequence[Planned]) -> list[Planned]:
    """The plans of a pod that can be carried out at once. Where two containers ask for something at one place elsewhere, such as a patch
    that counts containers, the second one's plan speaks of what the first one's has changed: so it is made anew in the next pass. New
    values of keys do not get in each other's way. In a template all that goes to a list at once goes to one place of it."""
    taken: dict[tuple[str, int, Route], str | None] = {}
    goes: dict[tuple[Route, str], int] = {}
    kept = list[Planned]()
    for each in planned:
        asked = each.plan.elsewhere if each.plan is not None else ()
        places = [(one.path, one.document, one.inner) for one in asked if one.inner or not isinstance(one.operation, (Set, Append))]
        moves = [one for one in each.plan.operations if isinstance(one, Move)] if each.masked and each.plan is not None else []
        if any(goes.get((one.item[:-1], one.key), one.before) != one.before for one in moves):
            continue
        if all(taken.setdefault(place, each.finding.container) == each.finding.container for place in places):
            goes |= {(one.item[:-1], one.key): one.before for one in moves}
            kept.append(each)
    return kept


def _why_dropped(text: str, refusal: Refusal) -> str:
    if isinstance(refusal, _Objection):
        return refusal.reason
    line = Lines(text).number(refusal.offset)
    return f"line {line}: this rewrite failed its proof and was dropped, which is a bug of sidecarlint: {refusal.reason}"


def _own(planned: Sequence[Planned]) -> Wanted:
    """What is to be done in this source."""
    return next(iter(by_source(_asked(planned, here=True)).values()), Wanted({}, {}, []))


def _asked(planned: Sequence[Planned], here: bool) -> list[Elsewhere]:
    """What plans ask for in this source, or in all others."""
    asked = list[Elsewhere]()
    for each in planned:
        own = each.finding.location.path
        if each.plan is not None:
            asked += [Elsewhere(own, each.number, operation) for operation in each.plan.operations] if here else []
            asked += [one for one in each.plan.elsewhere if (one.path == own) == here]
    return asked


def _still_found(verdict: Verdict, chosen: Mapping[Pod, Sequence[Planned]]) -> str | None:
    """A finding that was fixed must be gone."""
    mended = {(number, route, each.finding.rule, each.finding.container) for (number, route), planned in chosen.items() for each in planned}
    for each in verdict.planned:
        if (each.number, each.route, each.finding.rule, each.finding.container) in mended and each.plan is not None:
            return f"{each.finding.rule} would still be found in {each.finding.container or 'the pod'}"
    return None
