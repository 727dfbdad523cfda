"""Whether a Service that leads to a port by its name can lead there by its number.

In: the texts of a run. Out: the number, or the reason why there is none. Must not know: lifecycles, rules.

A number is never looked up in a pod (native-sidecars 7.1). So it means the same as the name as long as every pod that the Service
selects has this number for that name, and it can be written before anything else changes. The texts are gone through once more for
each Service that is asked about, which few are; only what it selects is kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from sidecarlint.documents import at, child, documents, items, text_of
from sidecarlint.documents.marks import not_to_edit
from sidecarlint.references.services import SPEAKS, Service, Target
from sidecarlint.settings import OwnKind
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import HOLDS_POD, Workload, workloads

Texts = Callable[[], Iterable[tuple[str, str]]]
"""Every text of a run with its path."""

Guard = Callable[[str, Service], str | None]
"""Why a Service must not be rewritten for the sake of the source at a path, or None."""

Named = tuple[str, str, int | None]
"""A port's name, protocol and number."""

_NO_PLACE = "it is not known where the Service stands"


class Selected(NamedTuple):
    """A workload whose pods a Service may select. `partial`: it is laid over another one, which may have further ports."""

    namespace: str
    ports: tuple[Named, ...]
    partial: bool


class Following:
    """Answers for the Services of a run. `own`: the kinds that the configuration names."""

    def __init__(self, texts: Texts, text_of_path: Callable[[str], str | None], guard: Guard, own: tuple[OwnKind, ...] = ()) -> None:
        self.text = text_of_path
        self._texts, self._guard, self._own = texts, guard, own
        self._selected: dict[tuple[str, tuple[tuple[str, str], ...]], tuple[Selected, ...]] = {}
        self._closed: dict[tuple[str, Service], str | None] = {}

    def number(self, asking: str, service: Service, target: Target) -> int | str:
        """The number that this target could be for the sake of a workload in the source at `asking`, or the reason why it stays."""
        if (asking, service) not in self._closed:
            self._closed[asking, service] = _untouchable(service, self.text(service.path)) or self._guard(asking, service)
        reason = self._closed[asking, service]
        return reason or _common(service, target, self._pods(service))

    def _pods(self, service: Service) -> tuple[Selected, ...]:
        key = service.namespace, service.selector
        if key not in self._selected:
            self._selected[key] = tuple(self._look(service))
        return self._selected[key]

    def _look(self, service: Service) -> Iterator[Selected]:
        """The workloads of the run that the Service may select. Only documents that hold its rarest word are read."""
        word = max((value for _, value in service.selector), key=len)
        holds = re.compile(re.escape(word))
        for _, text in self._texts():
            if word in text and HOLDS_POD.search(text):
                for document in documents(text, holds):
                    yield from (_seen(each) for each in workloads(document, self._own) if _may_select(service, each))


def _may_select(service: Service, workload: Workload) -> bool:
    namespace = workload.owner.namespace
    fits = service.namespace == namespace or not (service.namespace and namespace)
    return fits and set(service.selector) <= workload.pod.labels.items()


def _seen(workload: Workload) -> Selected:
    """7.2: ports are looked up in regular containers and in sidecars, never in plain init containers."""
    sidecars = tuple(each for each in workload.pod.init_containers if each.is_sidecar)
    ports = tuple(
        (port.name, port.protocol, port.number) for each in (*workload.pod.containers, *sidecars) for port in each.ports if port.name
    )
    return Selected(workload.owner.namespace, ports, workload.partial)


def _common(service: Service, target: Target, pods: Iterable[Selected]) -> int | str:
    """The one number that the name has in all these pods, or the reason why there is none."""
    numbers: set[int | None] = set()
    for each in pods:
        own = {number for name, protocol, number in each.ports if (name, protocol) == (target.name, target.protocol)}
        if each.namespace != service.namespace:
            return "it is not clear which namespaces both of them are in"
        if not own and not each.partial:
            return f"the Service also selects pods that have no {target.protocol} port of this name"
        numbers |= own
    number = next(iter(numbers), None)
    if len(numbers) != 1 or number is None:
        return f"{target.name} is not the same number in all pods that the Service selects"
    return number


def _untouchable(service: Service, text: str | None) -> str | None:
    """Why the text of a Service's source is left as it is, as far as that shows in the text itself."""
    if text is None or not service.named:
        return _NO_PLACE
    reason = not_to_edit(text)
    if reason:
        return f"the file of the Service {reason}"
    document = next((each for each in documents(text, SPEAKS) if each.number == service.number), None)
    if document is None or document.problem is not None:
        return "the document of the Service cannot be read as a whole"
    found = at(document.root, service.named[0].route[:-4])
    owners = items(child(child(found, "metadata"), "ownerReferences"))
    kind = text_of(child(owners[0], "kind")) if owners else None
    return f"a {kind} made the Service and makes it anew" if kind else None
