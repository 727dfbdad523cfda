"""The proof by rendering: a chart before and after a rewrite, over all its values, gives the same objects but for what was planned.

In: a chart's folder, new texts for its templates, what was planned in them. Out: a reason why not, or None. Must not know: how a template
is edited.

The sets of values are the chart's defaults, each of its ci/*-values.yaml, and what --values names (helm-kustomize.md, A3 and A6). Beside
each of them the switches of what has moved are turned on, so that it really is rendered.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from sidecarlint.charts.switches import switched_on
from sidecarlint.documents import Document, Route, at, child, items, text_of
from sidecarlint.documents.templates import template_documents
from sidecarlint.edits import Move, Operation, Set
from sidecarlint.edits.outcomes import Outcome, compared
from sidecarlint.edits.templates import Gives, templated
from sidecarlint.judging import Planned
from sidecarlint.settings import Settings
from sidecarlint.sources.charts import chart_at
from sidecarlint.sources.helm import Failed, Helm, Rendered, render, staged, staged_at
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import Version, show_version

_IGNORED: tuple[Route, ...] = (("**", "annotations", "checksum/*"),)
_SOURCE = re.compile(r"(?m)^# Source: (?P<path>\S+)\r?$")
_EMPTY = r"(?m)^(?P<blanks> *){}:(?:\s*(?:\[\]|null|~))?[ \t]*(?:\r?\n|\Z)(?!(?:[ \t]*\r?\n)*(?P=blanks)(?: +\S|- ))"
_MOST_SETS = 40

Sections = dict[str, str]
"""What each template was rendered to, by the path that Helm names."""


class _Given(NamedTuple):
    """What a chart is rendered with: values files in order, and a Kubernetes version."""

    values: tuple[str, ...]
    version: Version

    @property
    def said(self) -> str:
        files = " and ".join(short(each) for each in self.values) or "its default values"
        return f"rendered with {files} for Kubernetes {show_version(self.version)}"


class _Subject(NamedTuple):
    """What is meant in one template. `path`: its real path; `switches`: values that turn it on, as YAML; `shown`: whether the text alone
    shows that it is right."""

    path: str
    outcomes: tuple[Outcome, ...]
    switches: str
    shown: bool


class Proof:
    """One chart. What it rendered to before this run is kept, and what was proven to come of it."""

    def __init__(self, folder: str, tool: Helm, settings: Settings, gives: Gives) -> None:
        self.folder, self.tool, self.settings, self.gives = folder, tool, settings, gives
        self._before: dict[_Given, Sections | Failed] = {}
        self._texts: dict[str, str] = {}
        self._subjects: list[_Subject] = []

    def why_not(self, texts: Mapping[str, str], planned: Sequence[Planned]) -> str | None:
        """The reason why these texts do not render to what was planned; None where they do, over all sets of values that render."""
        subjects = [
            *self._subjects,
            *(one for path in sorted(texts) if (one := _subject(path, self._now(path), planned, self.gives)) is not None),
        ]
        after = {**self._texts, **{os.path.realpath(path): text for path, text in texts.items()}}
        with staged(self.folder, after) as folder:
            reason = folder.reason if isinstance(folder, Failed) else self._compared(folder, after, subjects)
        if reason is None:
            self._texts, self._subjects = after, subjects
        return reason

    def _now(self, path: str) -> str:
        """The text that a template has now in this run."""
        with open(path, encoding="utf-8-sig", newline="") as stream:
            return self._texts.get(os.path.realpath(path)) or stream.read()

    def _compared(self, folder: str, after: Mapping[str, str], subjects: Sequence[_Subject]) -> str | None:
        seen: dict[tuple[str, str], int] = {}
        failed: Failed | None = None
        rendered = 0
        for given in self._sets(subjects):
            old = self._rendered_before(given)
            if isinstance(old, Failed):
                failed = failed or old
                continue
            rendered += 1
            new = _rendered(self.tool, folder, tuple(staged_at(folder, self.folder, each) for each in given.values), given.version)
            if isinstance(new, Failed):
                return f"{given.said}, it fails after the move: {new.reason}"
            if reason := self._unlike(given, old, new, folder, subjects, seen):
                return f"{given.said}, {reason}"
        if not rendered and failed is not None:
            return f"the chart cannot be rendered, so nothing shows that the move is right: {failed.reason}"
        doubtful = [one for one in subjects if not one.shown]
        unseen = next((each.container for one in doubtful for each in one.outcomes if not seen.get((one.path, each.container))), None)
        if unseen is not None:
            return f"no set of values renders {unseen}, so nothing shows that the move is right; name a file that turns it on with --values"
        return None

    def _sets(self, subjects: Sequence[_Subject]) -> Iterator[_Given]:
        chart = chart_at(self.folder)
        files = [(), *((each,) for each in (chart.ci if chart is not None else ()))][:_MOST_SETS]
        sets: list[tuple[str, ...]] = [*files, *([tuple(self.settings.values)] if self.settings.values else [])]
        for version in self.settings.kube_versions or (self.settings.target,):
            yield from (_Given(each, version) for each in sets)
        switches = "".join(dict.fromkeys(each.switches for each in subjects if each.switches))
        if switches:
            from tempfile import TemporaryDirectory

            with TemporaryDirectory(prefix="sidecarlint-") as top:
                path = os.path.join(top, "switched-on.yaml")
                with open(path, "w", encoding="utf-8") as stream:
                    stream.write(switches)
                for version in self.settings.kube_versions or (self.settings.target,):
                    yield from (_Given((*each, path), version) for each in sets)

    def _rendered_before(self, given: _Given) -> Sections | Failed:
        if given not in self._before:
            self._before[given] = _rendered(self.tool, self.folder, given.values, given.version)
        return self._before[given]

    def _unlike(
        self, given: _Given, old: Sections, new: Sections, folder: str, subjects: Sequence[_Subject], seen: dict[tuple[str, str], int]
    ) -> str | None:
        if set(old) != set(new):
            return f"{next(iter(sorted(set(old) ^ set(new))))} would be rendered in only one of the two"
        again: Sections | Failed | None = None
        for name in sorted(old):
            own = [one for one in subjects if _is_of(name, self.folder, one.path)]
            wanted = [(one, each) for one in own for each in _spelled(one.outcomes, old[name], new[name])]
            keys = {each.key for _, each in wanted}
            done = compared(_without_empty(old[name], keys), _without_empty(new[name], keys), [each for _, each in wanted], _IGNORED)
            for (one, each), count in zip(wanted, done.seen, strict=True):
                for key in {(one.path, each.container), (one.path, _of(one, each))}:
                    seen[key] = seen.get(key, 0) + count
            if done.reason is None:
                continue
            again = again or _rendered(self.tool, self.folder, given.values, given.version)
            # What is drawn by lot is another one each time.
            if not own and isinstance(again, dict) and compared(old[name], again.get(name, ""), (), _IGNORED).reason is not None:
                continue
            return done.reason
        return None


def _rendered(tool: Helm, folder: str, values: Sequence[str], version: Version) -> Sections | Failed:
    done = render(tool, folder, values, version)
    return _sections(done.text) if isinstance(done, Rendered) else done


def _sections(text: str) -> Sections:
    """What was rendered, by template."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"(?m)^---[ \t]*\r?$", text):
        source = _SOURCE.search(part)
        found.setdefault(source["path"] if source else "", []).append(part)
    return {name: "\n---\n".join(parts) for name, parts in found.items()}


def _without_empty(text: str, keys: Collection[str]) -> str:
    """The text without lists that hold nothing: whether such a one is printed makes no difference to Kubernetes."""
    for key in keys:
        text = re.sub(_EMPTY.format(re.escape(key)), "", text)
    return text


def _is_of(name: str, folder: str, path: str) -> bool:
    """Whether what Helm has rendered from a template of this name may come from the file at a path: a define may go anywhere."""
    inside = os.path.relpath(path, folder).replace(os.sep, "/")
    return os.path.basename(path).startswith("_") or name.partition("/")[2] == inside or name.endswith("/" + inside.partition("charts/")[2])


# What is meant


def _subject(path: str, text: str, planned: Sequence[Planned], gives: Gives) -> _Subject | None:
    own = [each for each in planned if each.plan is not None and each.finding.location.path == path and each.masked]
    read = {document.number: document for document in template_documents(text)}
    outcomes = [one for each in own for one in _outcomes(read[each.number], each)]
    nodes = [node for each in own for move in _moves(each) if (node := at(read[each.number].root, move.item)) is not None]
    switches = switched_on(text, [node.outset for node in nodes])
    shown = not any(templated(text, read[each.number], each.plan.operations, gives).needs for each in own if each.plan is not None)
    return _Subject(os.path.realpath(path), tuple(outcomes), switches, shown) if outcomes else None


def _moves(planned: Planned) -> list[Move]:
    return [each for each in (planned.plan.operations if planned.plan is not None else ()) if isinstance(each, Move)]


def _outcomes(document: Document, planned: Planned) -> Iterator[Outcome]:
    """What is meant to happen to each container that a plan speaks of."""
    operations = planned.plan.operations if planned.plan is not None else ()
    pod = planned.route
    by_item: dict[Route, list[Operation]] = {}
    for each in operations:
        route = each.item if isinstance(each, Move) else each.route
        by_item.setdefault(route[: len(pod) + 2], []).append(each)
    kind = text_of(child(document.root, "kind")) or ""
    for route, wanted in by_item.items():
        move = next((each for each in wanted if isinstance(each, Move)), None)
        own = len(route)
        sets = tuple((each.route[own:], each.value) for each in wanted if isinstance(each, Set))
        changes = tuple(each._replace(route=each.route[own:]) for each in wanted if not isinstance(each, (Move, Set)))
        listed = str(route[-2])
        key = move.key if move is not None else listed
        names = [text_of(child(item, "name")) or "" for item in items(at(document.root, (*pod, key)))]
        place = min(move.before, len(names)) if move is not None else 0
        behind, before = (tuple(name for name in some if "{{" not in name) for some in (names[:place], names[place:]))
        name = text_of(child(at(document.root, route), "name")) or ""
        yield Outcome(kind, (), pod, name, listed, key, behind if move else (), before if move else (), sets, changes)


def _spelled(outcomes: Sequence[Outcome], old: str, new: str) -> Iterator[Outcome]:
    """The outcomes with names and kinds as they were rendered, where actions give them."""
    kinds = [found for found in dict.fromkeys(re.findall(r"(?m)^kind: *['\"]?(\w+)", old))]
    for each in outcomes:
        names = [each.container]
        if "{{" in each.container:
            written = re.findall(r"(?m)^\s*(?:- +)?name: *['\"]?([^\s'\"]+)", old)
            names = [name for name in dict.fromkeys(written) if re.fullmatch(_pattern(each.container), name)]
        for name in names:
            for kind in kinds if "{{" in each.kind or not each.kind else [each.kind]:
                yield each._replace(container=name, kind=kind)


def _pattern(name: str) -> str:
    return ".+".join(re.escape(part) for part in re.split(r"\{\{.*?\}\}", name))


def _of(subject: _Subject, spelled: Outcome) -> str:
    """The name of a container as the template has it."""
    return next(
        (each.container for each in subject.outcomes if re.fullmatch(_pattern(each.container), spelled.container)), spelled.container
    )
