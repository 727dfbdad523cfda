"""Workloads to lifecycles: what each container is, how it ends, in which order, and what a move would bring.

In: `Workload`, catalogue, references. Out: `Lifecycle`. Must not know: text, spans, files. Facts: native-sidecars.md.
"""

from collections.abc import Sequence

from sidecarlint.catalogue import Catalogue, Helper
from sidecarlint.documents import Route
from sidecarlint.lifecycle import order
from sidecarlint.lifecycle.ends import End, completes, ends, holding_up
from sidecarlint.lifecycle.gains import calls, faces, gain, place
from sidecarlint.lifecycle.parts import Part, mount_of, parts
from sidecarlint.lifecycle.seen import Seen, Sight, see
from sidecarlint.lifecycle.waits import awaited, holds_back, only_waits, waited_for_in_init
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.versions import Version

__all__ = ["LONGEST_SAID", "WORDS", "ContainerLife", "Lifecycle", "PodLife", "Sight", "after", "calls", "lifecycle", "mount_of", "together"]


class ContainerLife(NamedTuple):
    """What the model knows of one container. These are the words that rules may use as `container.…`.

    part        app, helper, init or sidecar; a helper in `containers` is legacy
    certainty   certain or likely for a helper, "" otherwise
    role        log-reader, log-server, a role of the catalogue, or ""
    helper      the known helper's title, or ""
    benefit     completion, order or none: what being native would bring
    faces       inbound, outbound or neither
    ends        never, when-done, when-told or unknown
    holds_up_work        a helper that alone keeps a finite workload from completing
    holds_up_start       a helper that an init container waits for, although it starts only after that: the pod never starts
    restart_policy       the container's own, or ""
    restart_policy_fault what the target version makes of it, "" when it does as it says
    awaits      the names of the legacy helpers that it waits for, by a loop in its command or its postStart hook
    delays_start         its postStart hook does nothing but wait, so that an app behind it in `containers` starts later
    delays_stop          its preStop hook does nothing but wait, so that it is told to stop later
    apps        the names of the pod's apps
    beside      the same as a sentence says them, such as `shop and prices`; "" when there are none, or too many to say
    """

    name: str
    list: str
    part: str
    certainty: str
    role: str
    helper: str
    benefit: str
    faces: str
    ends: str
    ends_because: str
    holds_up_work: bool
    holds_up_start: bool
    restart_policy: str
    restart_policy_fault: str
    awaits: tuple[str, ...]
    delays_start: bool
    delays_stop: bool
    apps: tuple[str, ...]
    beside: str
    route: Route
    evidence: tuple[Sight, ...]
    place: int | None
    known: Helper | None
    seen: Seen


class PodLife(NamedTuple):
    """What the model knows of a whole pod. These are the words that rules may use as `pod.…`."""

    kind: str
    name: str
    finite: bool
    completes: str
    restart_policy: str
    apps: tuple[str, ...]
    helpers: tuple[str, ...]


WORDS: dict[str, frozenset[str]] = {
    "container": frozenset(ContainerLife._fields) - {"route", "evidence", "place", "known", "seen"},
    "pod": frozenset(PodLife._fields),
    "target": frozenset(),
}
"""The words of rules: each variable with its attributes; `target` is a plain text such as 1.29."""


MOST_SAID, LONGEST_SAID = 2, 32
"""How many names, and how many characters of them, a sentence says before it speaks of the others."""


class Lifecycle(NamedTuple):
    """A workload's life. `containers` holds init containers first; groups in `starts` and `stops` act together."""

    workload: Workload
    pod: PodLife
    containers: tuple[ContainerLife, ...]
    starts: order.Groups
    stops: order.Groups


def lifecycle(workload: Workload, catalogue: Catalogue, target: Version, references: References = References()) -> Lifecycle:  # noqa: B008
    """The life of a workload's pods on the target version."""
    seen = see(workload, catalogue)
    found = parts(workload, seen)
    how = ends(workload, seen, found)
    apps = tuple(each.container.name for each, its in zip(seen, found, strict=True) if its.part == "app")
    known = _Known(workload, seen, found, how, holding_up(workload, seen, found, how), target, references, apps)
    lives = tuple(_life(known, index) for index in range(len(seen)))
    pod = _pod(workload, lives, completes(workload, found, how))
    return Lifecycle(workload, pod, lives, order.starts(workload.pod), order.stops(workload.pod, target))


class _Known(NamedTuple):
    """What is known of the whole pod when one container's life is written. Lists are by the container's index."""

    workload: Workload
    seen: Sequence[Seen]
    found: Sequence[Part]
    how: Sequence[End]
    held: Sequence[int]
    target: Version
    references: References
    apps: tuple[str, ...]


def _life(known: _Known, index: int) -> ContainerLife:
    each, part, end = known.seen[index], known.found[index], known.how[index]
    container, holds = each.container, index in known.held
    gained = gain(known.workload, index, known.seen, known.found, holds, end.ends)
    is_helper = part.part in ("helper", "sidecar")
    facing, shown = faces(known.workload, each, part, known.references) if is_helper else ("neither", None)
    waits = awaited(each, known.seen, known.found)
    because = end.why if holds or part.part in ("init", "sidecar") else None
    restarted_anyway = part.part == "app" and known.workload.pod.restart_policy == "Always"
    return ContainerLife(
        name=container.name,
        list=container.list,
        part=part.part,
        certainty=part.certainty,
        role=part.role,
        helper=each.known.helper.title if each.known else "",
        benefit=gained.benefit,
        faces=facing,
        ends=end.ends,
        ends_because=end.why.message if end.why else "",
        holds_up_work=holds,
        # A log reader serves nobody: a number in its words is no port.
        holds_up_start=part.part == "helper" and part.role != "log-reader" and waited_for_in_init(each, known.seen) is not None,
        restart_policy=container.restart_policy or "",
        restart_policy_fault=order.restart_policy_fault(container, known.target, not restarted_anyway),
        awaits=tuple(wait.helper for wait in waits),
        delays_start=holds_back(each, known.seen, known.found) is not None,
        delays_stop=only_waits(container.pre_stop, container),
        apps=known.apps,
        beside=together(known.apps),
        route=container.route,
        evidence=_distinct(*part.evidence, because, *gained.evidence, shown, *(wait.sight for wait in waits)),
        place=place(known.workload, each, known.seen) if part.part == "helper" else None,
        known=each.known.helper if each.known else None,
        seen=each,
    )


def together(names: Sequence[str]) -> str:
    """Names as a sentence says them; "" when there are none, or when they would fill it."""
    said = " and ".join(names)
    return said if len(names) <= MOST_SAID and len(said) <= LONGEST_SAID else ""


def _distinct(*sights: Sight | None) -> tuple[Sight, ...]:
    return tuple(dict.fromkeys(sight for sight in sights if sight is not None))


def _pod(workload: Workload, lives: Sequence[ContainerLife], completing: str) -> PodLife:
    names = {part: tuple(each.name for each in lives if each.part == part) for part in ("app", "helper")}
    return PodLife(
        workload.owner.kind, workload.owner.name, workload.finite, completing, workload.pod.restart_policy, names["app"], names["helper"]
    )


def after(workload: Workload, moves: "list[tuple[str, int]]") -> Workload:
    """The workload as it would be once the containers named moved to the init containers, each in front of the one at its index."""
    pod = workload.pod
    moving = dict(moves)
    moved = {each.name: _native(each) for each in pod.containers if each.name in moving}
    ahead: list[Container] = []
    for index in range(len(pod.init_containers) + 1):
        ahead += [moved[name] for name, before in moves if before == index]
        ahead += pod.init_containers[index : index + 1]
    rest = tuple(each for each in pod.containers if each.name not in moving)
    return workload._replace(pod=pod._replace(containers=rest, init_containers=tuple(ahead)))


def _native(container: Container) -> Container:
    return container._replace(list="initContainers", restart_policy="Always")
