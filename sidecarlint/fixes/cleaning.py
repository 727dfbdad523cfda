"""What can go once a helper is a sidecar: calls that end it, the endpoint that takes them, a hook that waits until it is up.

In: a container's life, its pod's. Out: a `Proposal`. Must not know: text. Facts: native-sidecars 3.2, 5.9, 10.
"""

from sidecarlint.documents import at
from sidecarlint.edits import Fields, Items, Operation, Plain, Remove, Set, Substitute
from sidecarlint.fixes.hazards import Hazard
from sidecarlint.fixes.hazards.case import PROBE_BEHIND
from sidecarlint.fixes.switches import Proposal
from sidecarlint.lifecycle import ContainerLife, Lifecycle
from sidecarlint.lifecycle.natives.leftovers import quit_switches
from sidecarlint.lifecycle.natives.quitting import Deed, endings, needed_by
from sidecarlint.lifecycle.natives.view import View
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen
from sidecarlint.references import References
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.commands.closing import closing
from sidecarlint.workloads.commands.polling import Poll, poll
from sidecarlint.workloads.commands.requests import requests
from sidecarlint.workloads.images import parse_image
from sidecarlint.workloads.versions import STUCK_AFTER_PROBE, Version, fixed_in, show_version

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

_PATIENCE = 300
"""The seconds for which a probe tries at least: the hook in its place would wait for ever."""


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


def without_quit_endpoint(view: View) -> Proposal:
    """A sidecar without the flags that open the endpoint to end it."""
    switches = quit_switches(view)
    title = f"Remove {' and '.join(each.name for each in switches)} from {view.container.name}"
    hazard = Hazard("a program that calls the endpoint without saying so in the manifest would fail")
    return Proposal(title, (hazard,), tuple(Remove(route) for each in switches for route in each.routes), title)


def waiting_by_probe(view: View) -> Proposal:
    """A startupProbe that asks in the sidecar what its postStart hook asks there: an exec, since the kubelet may not reach what answers
    on localhost (helpers.md 1.4)."""
    container, hook = view.container, view.container.post_start
    title = f"Turn the postStart hook of {container.name} into a startupProbe"
    found = poll(hook.command) if hook is not None else None
    if found is None:
        why = Hazard("what the hook asks is not a loop that a probe could take over as it stands", True)
        return Proposal(title, (why,), (), f"{title} by hand")
    hazards = [Hazard(f"the hook waits for ever, and the probe ends {container.name} after {_tries(found) * found.seconds} seconds")]
    if view.workload.pod.restart_policy == "Never" and fixed_in(view.target, STUCK_AFTER_PROBE):
        shown = show_version(view.target)
        said = f"in Kubernetes {shown} a pod that is never restarted stays stuck once a sidecar's startupProbe has failed (fixed in 1.33.6)"
        hazards.insert(0, Hazard(said, True))
    added = Set((*container.route, "startupProbe"), _probe(found), PROBE_BEHIND)
    return Proposal(title, tuple(hazards), (added, without_hook(view.workload, container, "postStart")), f"{title} by hand")


def _tries(found: Poll) -> int:
    return -(-_PATIENCE // found.seconds)


def _probe(found: Poll) -> Fields:
    """`timeoutSeconds` is one second where it is not given, and a hook has no such limit."""
    numbers = (("periodSeconds", found.seconds), ("timeoutSeconds", 10), ("failureThreshold", _tries(found)))
    check = Fields((("command", Items(found.check)),))
    return Fields((("exec", check), *((key, Plain(str(number))) for key, number in numbers)))


def without_hook(workload: Workload, container: Container, hook: str) -> Remove:
    """A hook's end, with the `lifecycle` around it where nothing else stands there."""
    route = (*container.route, "lifecycle")
    node = at(workload.owner.document.root, route)
    return Remove(route if node is not None and len(node.pairs) == 1 else (*route, hook))


def _of_hook(view: View, told: list[tuple[Seen, Deed]]) -> Proposal:
    """A preStop hook that does nothing but call, with the `lifecycle` around it where nothing else stands there."""
    hook, deed = view.container.pre_stop, told[0][1]
    if hook is not None and hook.kind == "exec" and not requests(hook.command):
        return _call(view.container.name, deed, [Hazard("the hook does more than that, or does it in a script", True)], ())
    gone = without_hook(view.workload, view.container, "preStop")
    return _call(view.container.name, deed, [Hazard("the pod stops in another order: the sidecar stays until the app has ended")], (gone,))
