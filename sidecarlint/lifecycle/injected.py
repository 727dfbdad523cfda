"""What injectors will add to a pod, whether it will be native, and what that means for work that is meant to end.

In: a workload, its labels and annotations, what is seen of its containers, the catalogue. Out: `Injected`, one for each helper that
is added. Must not know: text, spans, files. Facts: native-sidecars 9.

Which labels and annotations mean what stands in the helper files (`catalogue.Injector`). A pod that holds the container already,
as output of an injector does, gets none.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.catalogue import Catalogue, Helper, Injector
from sidecarlint.documents import Route
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.lifecycle.signs import Metadata, Sign, first_shown, is_off, is_shown, sign_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

_START = r"(?<![\w-])"
# Argo Workflows ends a container with the command of such an annotation; other controllers end those that a list names.
_KILL = "workflows.argoproj.io/kill-cmd-"
_SIDECARS = "/sidecars"


class Injected(NamedTuple):
    """A helper that an injector adds to a pod.

    native  yes, no or unknown: whether it comes as a native sidecar, as far as pod and namespace say
    ends    never, when-told (by what `trick` says) or unknown
    trick   what in the pod makes it quit, in words; "" when nothing is seen to
    switch  the sign that settles `native`, None where none does
    """

    helper: Helper
    injector: Injector
    native: str
    ends: str
    trick: str
    switch: Sign | None
    asked: Sight
    told: Sight | None

    @property
    def title(self) -> str:
        return self.helper.title


def injected(workload: Workload, seen: Sequence[Seen], catalogue: Catalogue, metadata: Metadata) -> tuple[Injected, ...]:
    """The helpers that injectors add to a workload's pods, in the order of their ids."""
    if workload.pod.unread:
        return ()
    found = (_injected(each, each.injector, workload, seen, metadata) for each in catalogue.injected if each.injector is not None)
    return tuple(each for each in found if each is not None)


def _injected(helper: Helper, injector: Injector, workload: Workload, seen: Sequence[Seen], metadata: Metadata) -> Injected | None:
    asking = _asking(injector, metadata)
    if asking is None or _is_left_out(helper, injector, workload, seen, metadata):
        return None
    native, switch = native_mode(injector, metadata)
    trick, told = _trick(helper, injector, workload, seen)
    ends = _ends(helper, injector, trick, workload, metadata)
    return Injected(helper, injector, native, ends, trick, switch, _asked(asking, helper, metadata), told)


def _asking(injector: Injector, metadata: Metadata) -> Sign | None:
    """The sign that puts the helper in; one of the pod that switches it off comes first."""
    for text in injector.asked_by:
        sign = sign_of(text)
        if is_shown(sign, metadata):
            return sign
        if _declines(sign, metadata):
            return None
    return None


def declining(injector: Injector, metadata: Metadata) -> Sign | None:
    """The sign by which the pod itself keeps the helper out."""
    signs = [sign_of(text) for text in injector.asked_by]
    return next((sign for sign in signs if _declines(sign, metadata)), None) if _asking(injector, metadata) is None else None


def _declines(sign: Sign, metadata: Metadata) -> bool:
    value = metadata.value(sign)
    return not sign.of_namespace and value is not None and value != "" and is_off(value)


def _is_left_out(helper: Helper, injector: Injector, workload: Workload, seen: Sequence[Seen], metadata: Metadata) -> bool:
    """It is there already, or the injector passes over such a pod: a mesh cannot redirect the traffic of the node's own network."""
    if is_there(helper, injector, seen) or first_shown(injector.not_with, metadata) is not None:
        return True
    return injector.mesh and workload.pod.host_network


def is_there(helper: Helper, injector: Injector, seen: Sequence[Seen]) -> bool:
    """Whether the pod holds the helper already, as output of an injector does."""
    return any(each.container.name == injector.container or is_helper(each, helper) for each in seen)


def is_helper(each: Seen, helper: Helper) -> bool:
    """Whether a container is known as this helper."""
    return each.match is not None and each.match.helper.id == helper.id


def native_mode(injector: Injector, metadata: Metadata) -> tuple[str, Sign | None]:
    """yes, no or unknown, and the switch that says it (9): the first that is given counts. Without one the injector's own setting
    decides, which nobody sees here."""
    if injector.native:
        return "no", None
    for text in injector.switches:
        sign = sign_of(text)
        value = metadata.value(sign)
        if value is not None:
            return ("yes" if is_shown(sign, metadata) else "no" if is_off(value) else "unknown"), sign
    return "unknown", None


def _ends(helper: Helper, injector: Injector, trick: str, workload: Workload, metadata: Metadata) -> str:
    """An injector starts its helper to stay; what a helper file does not know of one that is written by hand does not matter here."""
    if trick or helper.ends in ("when-told", "when-done"):
        return "when-told"
    return "unknown" if workload.pod.shared_processes or first_shown(injector.told_with, metadata) else "never"


def _asked(sign: Sign, helper: Helper, metadata: Metadata) -> Sight:
    where = "the namespace's " if sign.of_namespace else "the "
    return Sight(f"{where}{sign.kind} {sign.key} asks for {helper.title}", metadata.place(sign))


def _trick(helper: Helper, injector: Injector, workload: Workload, seen: Sequence[Seen]) -> tuple[str, Sight | None]:
    """What in the pod makes the helper quit, in words, and where (native-sidecars 10)."""
    for each in seen:
        if each.container.list != "containers":
            continue
        for words, route, part in _told(helper, injector, each):
            said = f"{each.container.name} makes {helper.title} quit ({words})"
            return f"{words} in {each.container.name}", Sight(said, route, part)
        if workload.pod.shared_processes and each.does.kills:
            said = f"{each.container.name} kills processes, and the pod's containers share theirs"
            return f"the kill in {each.container.name}", Sight(said, each.container.route)
    key = killer(workload, injector.container)
    place = (*workload.pod.meta, "annotations", key or "")
    return (f"the annotation {key}", Sight(f"the annotation {key} has {injector.container} ended", place)) if key else ("", None)


def _told(helper: Helper, injector: Injector, each: Seen) -> Iterator[tuple[str, Route, tuple[int, int] | None]]:
    """The words in a container's command or variables that make the helper quit, with their place."""
    texts = _texts(each)
    for words in injector.told_by:
        patterns = [rf"{'' if piece[0] == ':' else _START}{re.escape(piece)}(?![\w-])" for piece in words.split()]
        if all(any(re.search(pattern, text) for _, text in texts) for pattern in patterns):
            yield words, *_place(patterns[0], texts)
    if helper.shutdown is not None:
        # The port may be in a variable.
        pattern = rf"\$\{{?\w+\}}?{re.escape(helper.shutdown.path)}\b"
        if any(re.search(pattern, text) for _, text in texts):
            yield helper.shutdown.path, *_place(pattern, texts)


def _texts(each: Seen) -> list[tuple[Route, str]]:
    container = each.container
    words = (("command", container.command or ()), ("args", container.args or ()))
    listed = [((*container.route, key, i), word) for key, given in words for i, word in enumerate(given)]
    return listed + [(variable.route, f"{variable.name}={variable.value}") for variable in container.env]


def _place(pattern: str, texts: list[tuple[Route, str]]) -> tuple[Route, tuple[int, int] | None]:
    route, found = next((route, found) for route, text in texts if (found := re.search(pattern, text)))
    return route, None if "env" in route[-2:] else found.span()


def killer(workload: Workload, name: str) -> str | None:
    """The annotation by which a controller ends the container of this name (native-sidecars 10)."""
    annotations = workload.pod.annotations
    return next((key for key, listed in annotations.items() if key == f"{_KILL}{name}" or _lists(key, listed, name)), None)


def _lists(key: str, listed: str, name: str) -> bool:
    return key.endswith(_SIDECARS) and name in (each.strip() for each in listed.split(","))
