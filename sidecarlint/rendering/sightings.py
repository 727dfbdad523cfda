"""One rendering of a chart, judged: what is found in it, and where in the chart that stands.

In: a rendered text with marks, the chart's `Files`. Out: `Shown`. Must not know: which findings count when renderings differ.
"""

import os
import re
from collections.abc import Iterator
from typing import Literal

from sidecarlint.bench import Bench
from sidecarlint.documents import at, documents, entry, lines_of, split
from sidecarlint.documents.marks import rendered_from
from sidecarlint.documents.templates.marking import Item, unmarked
from sidecarlint.edits import LAST, Move, Set
from sidecarlint.findings import Finding, Location
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Plan
from sidecarlint.judging import Planned, judge
from sidecarlint.lifecycle import ContainerLife, Lifecycle
from sidecarlint.references import SPEAKS, References, merged, read_references
from sidecarlint.rendering.files import Files
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import HOLDS_POD, objects

Kind = Literal["container", "values", "template", "chart"]
"""What stands at a place: `container`, in a template; `values`; `template`, the one that gives the pod; `chart`, for one that is packed."""

Identity = tuple[str, str, str]
"""A container in all renderings: the template and the kind of its workload, and its name."""


class Place(NamedTuple):
    """A place in a file of a chart. `path` is a real path, `start` and `end` offsets in its text. `item` is the container's offset where
    one stands there, else None."""

    kind: Kind
    path: str
    start: int
    end: int
    item: int | None = None


class Sighting(NamedTuple):
    """A finding in one rendering. Its own places are those in the rendering, its evidence has those in the chart. `places` is where it may
    be shown, the best first; `who` is its container, None for a whole pod's; `native`: that is a sidecar in this rendering. `whither`:
    where among the init containers it should go and why, as in "in front of migrate, which is given its address"; "" where that does not
    matter. `plan`: the one that makes it the first or the last of the init containers, a sidecar, and does nothing else; None where what is
    planned is something else. `fits`: which of the two it may be, 0 and LAST."""

    finding: Finding
    places: tuple[Place, ...]
    who: Identity | None
    native: bool
    whither: str = ""
    plan: Plan | None = None
    fits: tuple[int, ...] = ()


class Shown(NamedTuple):
    """What one rendering shows. `natives` are containers that are sidecars in it, `items` those of the templates that are in it, `sources`
    the templates that gave a pod."""

    sightings: tuple[Sighting, ...] = ()
    natives: frozenset[Identity] = frozenset()
    items: frozenset[tuple[str, int]] = frozenset()
    sources: frozenset[str] = frozenset()


Known = dict[tuple[int, str], Shown]
"""What single documents of renderings show, by all that is said of pods beside them, and their text."""


def shown_in(text: str, values: tuple[str, ...], files: Files, bench: Bench, references: References, known: Known) -> Shown:
    """What a rendering with marks shows. `values` are the files that it was made with, the chart's own first. `known`: what earlier
    renderings of the chart have shown; most of their documents are the same."""
    parts = [text[each.start : each.end] for each in split(text)]
    saying = "".join(part for part in parts if SPEAKS.search(part))
    path = os.path.join(files.root, "rendered.yaml")
    said = read_references((each for document in documents(saying, SPEAKS) for each in objects(document)), path)
    together = merged((references, said))._replace(path=path, context=references.context)
    shown = list[Shown]()
    for part in (part for part in parts if HOLDS_POD.search(part)):
        key = hash(saying), part
        one = known.get(key) or _Rendered(part, path, values, files, bench, together).shown()
        if not any(place.kind == "values" for sighting in one.sightings for place in sighting.places):
            known[key] = one
        shown.append(one)
    return Shown(
        tuple(each for one in shown for each in one.sightings),
        frozenset(each for one in shown for each in one.natives),
        frozenset(each for one in shown for each in one.items),
        frozenset(each for one in shown for each in one.sources),
    )


class _Rendered:
    """One document of a rendering with what its marks say. `text` is without them."""

    def __init__(self, text: str, path: str, values: tuple[str, ...], files: Files, bench: Bench, references: References) -> None:
        self.text, self.marks = unmarked(text)
        self.path, self.values, self.files, self.bench, self.references = path, values, files, bench, references

    def shown(self) -> Shown:
        verdict = judge(self.path, self.text, False, self.bench, self.references, lambda path, workload, moved: None)
        lives = {(life.workload.owner.document.number, life.workload.pod.route): life for life in verdict.lives}
        found = [(each, lives.get((each.number, each.route))) for each in verdict.planned]
        natives = {self._who(life, each) for life in verdict.lives for each in life.containers if _is_native(each)}
        origins = [self._origin(each, life) for life in verdict.lives for each in life.containers]
        return Shown(
            tuple(self._sighting(each, life) for each, life in found if life is not None and each.finding.workload is not None),
            frozenset(natives),
            frozenset((origin[0], origin[1].offset) for origin in origins if origin is not None),
            frozenset(path for life in verdict.lives if (path := self.files.template(self._source(life))) is not None),
        )

    def _sighting(self, planned: Planned, life: Lifecycle) -> Sighting:
        finding = planned.finding
        container = next((each for each in life.containers if each.name == finding.container), None)
        carried = tuple(each._replace(location=self._carried(each.location, life) if each.location else None) for each in finding.evidence)
        places = self._of_container(container, life) if container is not None else self._of_pod(finding.location, life)
        who = self._who(life, container) if container is not None else None
        whither = container.placed.why if container is not None and container.placed is not None else ""
        fits = _fits(planned.plan, container, life) if container is not None and planned.plan is not None else ()
        native, plan = container is not None and _is_native(container), planned.plan if fits else None
        return Sighting(finding._replace(evidence=carried), tuple(places), who, native, whither, plan, fits)

    def _who(self, life: Lifecycle, container: ContainerLife) -> Identity:
        return self._source(life), life.workload.owner.kind, container.name

    def _source(self, life: Lifecycle) -> str:
        document = life.workload.owner.document
        return rendered_from(self.text, document.start, document.root.start) if document.root is not None else ""

    def _of_container(self, container: ContainerLife, life: Lifecycle) -> Iterator[Place]:
        """Where a container comes from: the template in which it stands, or values."""
        origin = self._origin(container, life)
        given = self.files.in_values(container.name, self.values) if origin is None else None
        if origin is not None:
            yield Place("container", origin[0], origin[1].offset, origin[1].until, origin[1].offset)
        elif given is not None:
            yield Place("values", *given)
        yield from self._of_pod(None, life)

    def _origin(self, container: ContainerLife, life: Lifecycle) -> tuple[str, Item] | None:
        """The item that a container is marked as, else the only one of its name where no values give it: a template may lose marks."""
        found = self._marked(container, life)
        if found is not None or self.files.in_values(container.name, self.values):
            return found
        return self.files.named(container.name)

    def _marked(self, container: ContainerLife, life: Lifecycle) -> tuple[str, Item] | None:
        node = at(life.workload.owner.document.root, container.route)
        named = entry(node, "name")
        mark = self.marks.get(lines_of(self.text).number(named[0].start)) if named is not None else None
        return self.files.at(mark) if mark is not None else None

    def _of_pod(self, location: Location | None, life: Lifecycle) -> Iterator[Place]:
        """The same line in the template that gives the pod, else the beginning of that; for a packed chart where it is named."""
        source = self._source(life)
        path = self.files.template(source)
        if path is None:
            yield from self._packed(source)
            return
        text = self.files.text(path)
        found = self._same_line(location, path, 0, len(text)) if location is not None else None
        key = re.search(r"(?m)^[ \t]*(?:- )?(containers:)", text)
        first = re.search(r"\S[^\r\n]*", text)
        start, end = found or (key.span(1) if key else first.span() if first else (0, 0))
        yield Place("template", path, start, end)

    def _packed(self, source: str) -> Iterator[Place]:
        steps = source.split("/")
        about = os.path.join(self.files.root, "Chart.yaml")
        name = steps[2] if len(steps) > 2 and steps[1] == "charts" else ""
        found = re.search(
            rf"(?m)^[ \t]*(?:- )?[ \t]*((?:name|alias):[ \t]*['\"]?{re.escape(name)}['\"]?)[ \t]*\r?$", self.files.text(about)
        )
        if name and found is not None:
            yield Place("chart", about, *found.span(1))

    def _carried(self, location: Location, life: Lifecycle) -> Location | None:
        """A place of the rendering in the chart: in the container's item, or else in the template that gives the pod."""
        for container in life.containers:
            node = at(life.workload.owner.document.root, container.route)
            if node is not None and node.start <= location.start < node.end:
                found = self._marked(container, life)
                return self._shown(found[0], self._same_line(location, found[0], found[1].start, found[1].end)) if found else None
        path = self.files.template(self._source(life))
        return self._shown(path, self._same_line(location, path, 0, len(self.files.text(path)))) if path is not None else None

    def _shown(self, path: str, span: tuple[int, int] | None) -> Location | None:
        return Places(path, self.files.text(path)).span(*span) if span is not None else None

    def _same_line(self, location: Location, path: str, start: int, end: int) -> tuple[int, int] | None:
        """The only line of this stretch of a template that says the same as the first line of a place in the rendering."""
        lines = lines_of(self.text)
        said, column = lines.content(location.line), location.column - 1
        words = said.strip()
        text = self.files.text(path)
        found = list(re.finditer(rf"(?m)^[ \t]*({re.escape(words)})[ \t]*\r?$", text)) if words else []
        inside = [each.start(1) for each in found if start <= each.end(1) and each.start(1) < end]
        if len(inside) != 1:
            return None
        ahead = column - (len(said) - len(said.lstrip()))
        stop = location.end_column - 1 - column if location.end_line == location.line else len(words) - ahead
        return inside[0] + max(ahead, 0), inside[0] + max(ahead, 0) + stop


def _fits(plan: Plan, container: ContainerLife, life: Lifecycle) -> tuple[int, ...]:
    """Where among the init containers a plan takes a container, 0 and LAST, where it moves it there as a sidecar and does nothing else."""
    before = [each.before for each in plan.operations if isinstance(each, Move) and each.item == container.route]
    others = [(each.route, each.value) for each in plan.operations if isinstance(each, Set)]
    alone = len(plan.operations) == 2 and not plan.elsewhere and not plan.alone
    if not alone or not before or others != [((*container.route, "restartPolicy"), "Always")]:
        return ()
    last = [LAST] * (before[0] >= len(life.workload.pod.init_containers))
    return (*last, *([0] * (before[0] == 0)))


def _is_native(container: ContainerLife) -> bool:
    return container.list == "initContainers" and container.seen.container.is_sidecar
