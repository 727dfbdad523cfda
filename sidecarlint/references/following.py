"""Whether a Service that leads to a port by its name, or a NetworkPolicy that opens one, can say its number instead.

In: the texts of a run. Out: the number, or the reason why there is none. Must not know: lifecycles, rules.

A number is never looked up in a pod (native-sidecars 7.1, 7.6). So it means the same as the name as long as every pod that the object
selects has this number for that name, and it can be written before anything else changes. The texts are gone through once more for
each object that is asked about, which few are, and once and for all where many are; only what can be selected is kept.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from sidecarlint.documents import documents, split
from sidecarlint.documents.marks import not_to_edit
from sidecarlint.references.mentions import Mention
from sidecarlint.references.services import Service, Target
from sidecarlint.settings import OwnKind
from sidecarlint.sources.charts import chart_of, may_begin
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

Texts = Callable[[], Iterable[tuple[str, str]]]
"""Every text of a run, behind its path."""

Leader = Service | Mention
"""What speaks of a port by its name, and may say its number."""

Guard = Callable[[str, Leader], str | None]
"""Why such an object must not be rewritten for the sake of the source at a path, or None."""

Label = tuple[str, str]
"""A label's key and value."""

Named = tuple[str, str, int | None]
"""A port's name, protocol and number."""

_LABEL = r"{key}['\"]?\s*:\s*(?:['\"]?{value}(?![\w.-])|[*&!|>])"
"""A label as it is written, or with a value that may be this one."""
_NO_POD = re.compile(r"(?m)^kind: CustomResourceDefinition\b")
"""The longest documents of most runs hold none."""
_MARKER = "\n---"
_FEW = 10
"""For so many labels the texts are searched; then all pods are read. Reading them costs about as much as thirty searches."""
_NO_PLACE = "it is not known where the {} stands"
_NO_LABELS = "the {} does not select its pods by labels alone"


class Selected(NamedTuple):
    """A workload whose pods may be selected, and where it stands. `partial`: it is laid over another one."""

    path: str
    kind: str
    name: str
    namespace: str
    labels: tuple[Label, ...]
    ports: tuple[Named, ...]
    partial: bool


class Following:
    """Answers for what a run holds. `own`: the kinds that the configuration names; `rendered`: what Helm has rendered may be rewritten.
    `name` gives the path by which the run knows a file; `keep_out` says why the second of two files must not be rewritten for the sake of
    the first."""

    def __init__(
        self,
        texts: Texts,
        text_of_path: Callable[[str], str | None],
        guard: Guard,
        own: tuple[OwnKind, ...] = (),
        rendered: bool = False,
        name: Callable[[str], str] = str,
        keep_out: Callable[[str, str], str | None] = lambda asking, path: None,
    ) -> None:
        self.text, self.name = text_of_path, name
        self._texts, self._guard, self._own, self._rendered, self._keep_out = texts, guard, own, rendered, keep_out
        self._labelled: dict[Label, tuple[Selected, ...]] = {}
        self._closed: dict[str, str | None] = {}
        self._known: dict[tuple[str, Leader, Target], int | str] = {}

    def closed(self, asking: str, path: str) -> str | None:
        """Why nothing in the source at `path` may be rewritten for the sake of a workload in the one at `asking`, as a sentence."""
        reason, text = self._keep_out(asking, path), self.text(path)
        if reason or text is None:
            return reason or (None if may_begin(path) else f"{path} has to change with it, and it cannot be read")
        # Only what is meant for a chart's templates is ever asked of one.
        sign = not_to_edit(text, self._rendered, chart_of(path) is not None)
        return f"{path} has to change with it, and it {sign}" if sign else None

    def number(self, asking: str, leader: Leader, target: Target) -> int | str:
        """The number that this target could be for the sake of a workload in the source at `asking`, or the reason why it stays."""
        if (asking, leader, target) not in self._known:
            reason = leader.closed or self._guard(asking, leader) or self._closed_text(leader.path, leader.kind) or _unclear(leader)
            self._known[asking, leader, target] = reason or _common(leader, target, self._pods(leader))
        return self._known[asking, leader, target]

    def _closed_text(self, path: str, kind: str) -> str | None:
        """Why nothing in a source may be rewritten."""
        if path not in self._closed:
            text = self.text(path)
            reason = not_to_edit(text, self._rendered) if text is not None else None
            self._closed[path] = _NO_PLACE.format(kind) if text is None else f"the file of the {kind} {reason}" if reason else None
        return self._closed[path]

    def _pods(self, service: Leader) -> list[Selected]:
        label = max(service.selector, key=lambda pair: len(pair[1]))
        return [each for each in self._with(label) if _may_select(service, each)]

    def _with(self, label: Label) -> Sequence[Selected]:
        """The workloads of the run whose pods have this label."""
        if len(self._labelled) >= _FEW and label not in self._labelled:
            return self._all.get(label, ())
        if label not in self._labelled:
            self._labelled[label] = tuple(self._look(*label))
        return self._labelled[label]

    def _look(self, key: str, value: str) -> Iterator[Selected]:
        """The same, where only documents that hold the label and a pod are read."""
        written = re.compile(_LABEL.format(key=re.escape(key), value=re.escape(value)))
        for path, text in self._texts():
            found = (each for part in _around(text, written) for each in self._pods_of(part, path)) if value in text else ()
            yield from (each for each in found if (key, value) in each.labels)

    @cached_property
    def _all(self) -> dict[Label, list[Selected]]:
        """Every workload of the run by each of its labels."""
        found: dict[Label, list[Selected]] = {}
        for path, text in self._texts():
            for chunk in split(text):
                for each in self._pods_of(text[chunk.start : chunk.end], path):
                    for label in each.labels:
                        found.setdefault(label, []).append(each)
        return found

    def _pods_of(self, part: str, path: str) -> Iterator[Selected]:
        """The workloads of one document's text."""
        if HOLDS_POD.search(part) and not _NO_POD.search(part):
            yield from (_seen(each, path) for document in documents(part) for each in workloads(document, self._own))


def _around(text: str, written: "re.Pattern[str]") -> Iterator[str]:
    """The documents of a text in which this stands. Only those are cut out, as a text may be long."""
    end = 0
    while hit := written.search(text, end):
        below = text.find(_MARKER, hit.end())
        start, end = text.rfind(_MARKER, 0, hit.start()) + 1, below if below >= 0 else len(text)
        yield text[start:end]


def _unclear(leader: Leader) -> str | None:
    """A policy for all pods, or for those that it describes in another way, may be for pods that nobody sees here."""
    plain = bool(leader.selector) and not (isinstance(leader, Mention) and (leader.whom.needs or leader.whom.namespaces is not None))
    return None if plain else _NO_LABELS.format(leader.kind)


def _may_select(service: Leader, pods: Selected) -> bool:
    fits = service.namespace == pods.namespace or not (service.namespace and pods.namespace)
    return fits and set(service.selector) <= set(pods.labels)


def _seen(workload: Workload, path: str) -> Selected:
    """7.2: ports are looked up in regular containers and in sidecars, never in plain init containers."""
    pod, owner = workload.pod, workload.owner
    holders = (*pod.containers, *(each for each in pod.init_containers if each.is_sidecar))
    ports = tuple((port.name, port.protocol, port.number) for each in holders for port in each.ports if port.name)
    return Selected(path, owner.kind, owner.name, owner.namespace, tuple(pod.labels.items()), ports, workload.partial)


def _common(service: Leader, target: Target, pods: Sequence[Selected]) -> int | str:
    """The one number that the name has in all these pods, or the reason why there is none."""
    numbers, listed = set[int | None](), _of_one_cluster(service, pods)
    if all(each.namespace != service.namespace for each in listed):
        return "it is not clear that both are in one namespace"
    for each in listed:
        own = {number for name, protocol, number in each.ports if (name, protocol) == (target.name, target.protocol)}
        if not own and not each.partial:
            return f"the {service.kind} also selects pods that have no {target.protocol} port of this name"
        numbers |= own
    number = next(iter(numbers), None)
    if len(numbers) != 1 or number is None:
        return f"{target.name} is not the same number in all pods that the {service.kind} selects"
    return number


def _of_one_cluster(service: Leader, pods: Sequence[Selected]) -> list[Selected]:
    """Without those that have the kind and name of one that stands beside the object, in its source or at least in its folder. In the
    object's namespace there can be only one of them, so they are other versions of it, as an older copy or another example is."""
    folder = os.path.dirname(service.path)
    sure = [each for each in pods if each.namespace == service.namespace]
    beside = [each for each in sure if each.path == service.path] or [each for each in sure if os.path.dirname(each.path) == folder]
    known = {(each.kind, each.name) for each in beside}
    return [each for each in pods if each in beside or (each.kind, each.name) not in known]
