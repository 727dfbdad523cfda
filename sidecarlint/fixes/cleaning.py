"""What can go once a helper is a sidecar: calls that end it, the endpoint that takes them, a hook that waits until it is up.

In: a container's life, its pod's. Out: a `Proposal`. Must not know: text. Facts: native-sidecars 3.2, 5.9, 10.
"""

from sidecarlint.documents import at
from sidecarlint.edits import Operation, Remove, Substitute
from sidecarlint.fixes.hazards import Hazard
from sidecarlint.fixes.switches import Proposal
from sidecarlint.lifecycle import ContainerLife, Lifecycle
from sidecarlint.lifecycle.natives.quitting import Deed, endings, needed_by
from sidecarlint.lifecycle.natives.view import View
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen
from sidecarlint.references import References
from sidecarlint.workloads.commands.closing import closing
from sidecarlint.workloads.commands.requests import requests
from sidecarlint.workloads.images import parse_image
from sidecarlint.workloads.versions import Version

_BY_HAND = {
    "wrapper": "Run the program of {name} without {what}",
    "kill": "Let {name} no longer kill {target}",
    "file": "Let {name} no longer make {target}, and {sidecar} no longer wait for it",
}
_UNSEEN = {
    "wrapper": "what it wraps may rely on what else {what} does",
    "kill": "only its author knows what else the script means by it",
    "file": "only its author knows what else the file is for",
}


def view_of(life: Lifecycle, subject: ContainerLife, target: Version, references: References) -> View:
    """One container of a pod, as questions about sidecars look at it."""
    part = Part(subject.part, subject.certainty, subject.role)  # type: ignore[arg-type]  # the same words
    index = next(i for i, each in enumerate(life.containers) if each is subject)
    return View(life.workload, index, [each.seen for each in life.containers], part, subject.faces, target, references)


def without_quit_call(view: View) -> Proposal:
    """A container without the calls by which it ends sidecars, where the exit code of its work provably stays the same."""
    told = list(endings(view))
    name, first = view.container.name, told[0][1]
    other = next((each for each in told if each[1].kind in _BY_HAND), None)
    if other is not None:
        return _by_hand(name, *other)
    needing = next((each for sidecar, deed in told if deed.place and (each := needed_by(deed.place, sidecar, view))), None)
    if needing is not None:
        why = Hazard(f"{needing.container.name} is an ordinary container, and may be ended by the same call", True)
        return _call(name, first, [why], ())
    return _of_hook(view, told) if first.kind == "hook" else _of_command(view, told)


def _call(name: str, deed: Deed, hazards: list[Hazard], operations: tuple[Operation, ...]) -> Proposal:
    where = "preStop hook" if deed.kind == "hook" else "command"
    title = f"Remove {deed.words} from the {where} of {name}"
    return Proposal(title, tuple(hazards), operations, f"{title} by hand")


def _by_hand(name: str, sidecar: Seen, deed: Deed) -> Proposal:
    said = {"name": name, "what": deed.words, "target": deed.words.partition(" ")[2], "sidecar": sidecar.container.name}
    title, why = (each[deed.kind].format(**said) for each in (_BY_HAND, _UNSEEN))
    return Proposal(title, (Hazard(why, True),), (), title)


def _of_command(view: View, told: list[tuple[Seen, Deed]]) -> Proposal:
    container, deed = view.container, told[0][1]
    places = tuple(dict.fromkeys(deed.place for _, deed in told if deed.place is not None))
    found = closing(container.command, container.args, parse_image(container.image), places)
    if isinstance(found, str):
        return _call(container.name, deed, [Hazard(found, True)], ())
    hazards = [hazard for sidecar, _ in told for hazard in _purposes(sidecar)]
    if not found.settled:
        hazards.append(Hazard(f"where the call fails today {container.name} fails too, and will not any more"))
    operations = tuple(Substitute((*container.route, place.key, place.index), place.start, place.end, "") for place in found.places)
    return _call(container.name, deed, list(dict.fromkeys(hazards)), operations)


def _purposes(sidecar: Seen) -> list[Hazard]:
    """Of a helper whose endpoint the catalogue knows it is certain that the call does no more than end it."""
    known = sidecar.known.helper if sidecar.known else None
    if known is not None and known.certainty == "certain" and known.shutdown is not None:
        return []
    return [Hazard(f"nothing is known of what else the call does in {sidecar.container.name}")]


def _of_hook(view: View, told: list[tuple[Seen, Deed]]) -> Proposal:
    """A preStop hook that does nothing but call, with the `lifecycle` around it where nothing else stands there."""
    hook, deed = view.container.pre_stop, told[0][1]
    if hook is not None and hook.kind == "exec" and not requests(hook.command):
        return _call(view.container.name, deed, [Hazard("the hook does more than that, or does it in a script", True)], ())
    route = (*view.container.route, "lifecycle")
    node = at(view.workload.owner.document.root, route)
    alone = node is not None and len(node.pairs) == 1
    gone = Remove(route if alone else (*route, "preStop"))
    return _call(view.container.name, deed, [Hazard("the pod stops in another order: the sidecar stays until the app has ended")], (gone,))
