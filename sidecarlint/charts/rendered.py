"""The proof by rendering: a chart before and after a rewrite, over all its values, gives the same objects but for what was planned.

In: a chart's folder, new texts for its templates, what was planned in them. Out: a reason why not, or None. Must not know: how a template
is edited.

The sets of values are the chart's defaults, each of its ci/*-values.yaml, and what --values names (helm-kustomize.md, A3 and A6). Beside
each of them the switches of what has moved are turned on, so that it really is rendered.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from sidecarlint.charts.meant import Subject, spelled, subjects_of, written
from sidecarlint.edits.outcomes import compared
from sidecarlint.edits.templates import Gives
from sidecarlint.edits.templates.guarded import SWITCH
from sidecarlint.judging import Planned
from sidecarlint.settings import Settings
from sidecarlint.sources.charts import chart_at
from sidecarlint.sources.helm import CHECKSUMS, Failed, Helm, Rendered, render, staged, staged_at
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import SIDECARS, Version, show_version

_SOURCE = re.compile(r"(?m)^# Source: (?P<path>\S+)\r?$")
_EMPTY = r"(?m)^(?P<blanks> *){}:(?:\s*(?:\[\]|null|~))?[ \t]*(?:\r?\n|\Z)(?!(?:[ \t]*\r?\n)*(?P=blanks)(?: +\S|- ))"
_MOST_SETS = 40
_CHOICES = (((1, 28, 0), "auto"), (SIDECARS, "auto"), (SIDECARS, "false"), ((1, 28, 0), "true"))
"""Versions of Kubernetes with what a chart that has both versions of a container is told for them."""

Sections = dict[str, str]
"""What each template was rendered to, by the path that Helm names."""

Seen = dict[tuple[str, str], int]
"""How often each container was rendered, by its template's path and its name as the template has it."""


class _Given(NamedTuple):
    """What a chart is rendered with: values files in order, a Kubernetes version, and further values, as YAML. `choice`: what the value is
    that says which of two versions is meant, "" where there are none."""

    values: tuple[str, ...]
    version: Version
    switches: str = ""
    choice: str = ""

    @property
    def native(self) -> bool:
        """Whether what is only meant where sidecars are wanted is meant here."""
        return self.choice == "true" or (self.choice != "false" and self.version >= SIDECARS)

    @property
    def said(self) -> str:
        files = " and ".join(short(each) for each in self.values) or "its default values"
        chosen = f" and {SWITCH}: {self.choice}" if self.choice else ""
        switched = f", with {' '.join(self.switches.split())}," if self.switches else ""
        return f"rendered with {files}{switched}{chosen} for Kubernetes {show_version(self.version)}"


class Proof:
    """One chart. What it was before this run is kept, and what was proven to come of it."""

    def __init__(self, folder: str, tool: Helm, settings: Settings, gives: Gives) -> None:
        self.folder, self.tool, self.settings, self.gives = folder, tool, settings, gives
        self._originals: dict[str, str] = {}
        self._proven: dict[str, str] = {}
        self._meant: dict[str, list[Subject]] = {}
        self._known: dict[Planned, tuple[Subject, ...]] = {}
        self._before: dict[_Given, Sections | Failed] = {}
        self._compared_before: set[tuple[str, bool, str, str]] = set()

    def why_not(self, texts: Mapping[str, str], planned: Sequence[Planned]) -> str | None:
        """The reason why these texts do not render to what was planned; None where they do, over all sets of values that render. `planned`
        is all that is carried out in them; what was proven of other templates before holds on."""
        after, meant = dict(self._proven), dict(self._meant)
        for path, text in texts.items():
            self._keep(os.path.realpath(path))
            after[os.path.realpath(path)] = text
        for each in (one for one in planned if one.plan is not None):
            for subject in self._subjects(os.path.realpath(each.finding.location.path), each):
                meant[subject.path] = list(dict.fromkeys((*meant.get(subject.path, ()), subject)))
        with staged(self.folder, self._originals) as before, staged(self.folder, after) as folder:
            failed = next((each.reason for each in (before, folder) if isinstance(each, Failed)), None)
            subjects = [each for path in sorted(meant) for each in meant[path]]
            reason = failed or self._compared(str(before), str(folder), subjects, [each for each in subjects if not self._is_proven(each)])
        if reason is None:
            self._proven, self._meant = after, meant
        return reason

    def _is_proven(self, subject: Subject) -> bool:
        return subject in self._meant.get(subject.path, ())

    def _keep(self, path: str) -> None:
        """A run writes what it has proven, so what a template was is kept."""
        if path not in self._originals and os.path.isfile(path):
            with open(path, encoding="utf-8-sig", newline="") as stream:
                self._originals[path] = stream.read()

    def _subjects(self, path: str, planned: Planned) -> tuple[Subject, ...]:
        """What one plan means. Its routes speak of the texts that the templates had when it was made."""
        if planned not in self._known:
            texts = self._originals | self._proven
            self._known[planned] = subjects_of(path, texts.__getitem__, planned, self.gives)
        return self._known[planned]

    def _compared(self, before: str, after: str, subjects: Sequence[Subject], fresh: Sequence[Subject]) -> str | None:
        """`fresh`: those that are not proven yet. What the others turn on was rendered when they were."""
        seen: Seen = {}
        failed: Failed | None = None
        rendered = 0
        for given in self._sets(fresh):
            # What the chart was before this run stays the same.
            if given not in self._before:
                self._before[given] = self._as_it_was(before, given)
            old = self._before[given]
            if isinstance(old, Failed):
                failed = failed or old
                continue
            rendered += 1
            new = self._rendered(after, given)
            if isinstance(new, Failed):
                return f"{given.said}, it fails after the move: {new.cause}"
            if reason := self._unlike(given, old, new, before, subjects, seen):
                return f"{given.said}, {reason}"
        if not rendered and failed is not None:
            return f"the chart cannot be rendered, so nothing shows that the move is right: {failed.reason}"
        return _unseen(fresh, seen)

    def _sets(self, subjects: Sequence[Subject]) -> Iterator[_Given]:
        chart = chart_at(self.folder)
        files = [(), *((each,) for each in (chart.ci if chart is not None else ()))][:_MOST_SETS]
        sets: list[tuple[str, ...]] = [*files, *([tuple(self.settings.values)] if self.settings.values else [])]
        usual = "auto" if any(each.guarded for each in subjects) else ""
        switches = tuple(dict.fromkeys(each.switches for each in subjects if each.switches))
        for version in self.settings.kube_versions or (self.settings.target,):
            yield from (_Given(each, version, choice=usual) for each in sets)
            yield from (_Given(each, version, one, usual) for one in switches for each in sets)
        if usual:
            yield from (_Given((), version, one, choice) for one in ("", *switches) for version, choice in _CHOICES)

    def _as_it_was(self, before: str, given: _Given) -> Sections | Failed:
        """What the chart rendered to before. Its schema may not know of the value yet that chooses between two versions."""
        old = self._rendered(before, given)
        return self._rendered(before, given._replace(choice="")) if isinstance(old, Failed) and given.choice else old

    def _rendered(self, folder: str, given: _Given) -> Sections | Failed:
        """What a copy of the chart renders to."""
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="sidecarlint-") as top:
            values = [staged_at(folder, self.folder, each) for each in given.values]
            if given.switches or given.choice:
                values.append(os.path.join(top, "values.yaml"))
                with open(values[-1], "w", encoding="utf-8") as stream:
                    stream.write(f"{given.switches}{SWITCH}: {given.choice}\n" if given.choice else given.switches)
            return _sections(render(self.tool, folder, values, given.version))

    def _unlike(self, given: _Given, old: Sections, new: Sections, before: str, subjects: Sequence[Subject], seen: Seen) -> str | None:
        if set(old) != set(new):
            return f"{min(set(old) ^ set(new))} would be rendered in only one of the two"
        again: Sections | Failed | None = None
        for name in sorted(old):
            all_of_it = [one for one in subjects if _is_of(name, self.folder, one.path)]
            own = [one for one in all_of_it if given.native or not one.guarded]
            known = name, given.native, old[name], new[name]
            if known in self._compared_before and all(self._is_proven(one) for one in all_of_it):
                continue
            # A list that is printed without items may go in either case.
            lists = {each.key for one in all_of_it for each in one.outcomes}
            reason = _difference(old[name], new[name], own, seen, lists)
            if reason is None:
                self._compared_before.add(known)
                continue
            again = again or self._rendered(before, given)
            # What is drawn by lot is another one each time.
            if not isinstance(again, dict) or _difference(old[name], again.get(name, ""), (), {}) is None:
                return reason
            if all_of_it:
                return f"{name} is something else each time it is rendered, so nothing shows that the move is right; move it by hand"
        return None


def _difference(old: str, new: str, subjects: Sequence[Subject], seen: Seen, lists: Collection[str] = ()) -> str | None:
    """The first difference between what one template was rendered to and what it is rendered to now, other than what is meant. `lists`:
    the keys of lists that may be there without items, or not."""
    wanted = [(one, each) for one in subjects for each in spelled(one, old)]
    keys = {each.key for _, each in wanted} | {*lists}
    done = compared(_without_empty(old, keys), _without_empty(new, keys), [each for _, each in wanted], CHECKSUMS)
    for (one, each), count in zip(wanted, done.seen, strict=True):
        place = one.path, written(one, each)
        seen[place] = seen.get(place, 0) + count
    return done.reason


def _unseen(subjects: Sequence[Subject], seen: Seen) -> str | None:
    """Why a move that the text alone does not show to be right is not shown by any rendering either."""
    doubtful = [(one.path, each.container) for one in subjects if not one.shown for each in one.outcomes]
    unseen = next((place for place in doubtful if not seen.get(place)), None)
    if unseen is None:
        return None
    return f"no set of values renders {unseen[1]}, so nothing shows that the move is right; name a file that turns it on with --values"


def _sections(done: Rendered | Failed) -> Sections | Failed:
    """What was rendered, by template."""
    if isinstance(done, Failed):
        return done
    found: dict[str, list[str]] = {}
    for part in re.split(r"(?m)^---[ \t]*\r?$", done.text):
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
