"""Workloads to lifecycles: what each container is, how it ends, in which order, and what a move would bring.

In: `Workload`, catalogue, references. Out: `Lifecycle`. Must not know: text, spans, files. Facts: native-sidecars.md.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sidecarlint.catalogue import Catalogue, Helper
from sidecarlint.documents import Route
from sidecarlint.lifecycle import order
from sidecarlint.lifecycle.ends import End, completes, ends, holding_up, may_end
from sidecarlint.lifecycle.gains import calls, faces, gain, place
from sidecarlint.lifecycle.injected import Injected
from sidecarlint.lifecycle.natives import Grace, View, mistakes, used_up_grace
from sidecarlint.lifecycle.outlook import Mark, Outlook, Shown, completing, legacy_mesh, outlook
from sidecarlint.lifecycle.parts import Part, mount_of, parts
from sidecarlint.lifecycle.seen import Seen, Sight, see
from sidecarlint.lifecycle.waits import awaited, holds_back, only_waits, waited_for_in_init
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.images import written
from sidecarlint.workloads.versions import Version

if TYPE_CHECKING:
    from sidecarlint.lifecycle.tricks import Trick

__all__ = [
    "LONGEST_SAID", "WORDS", "ContainerLife", "Injected", "Lifecycle", "Mark", "PodLife", "Sight", "after", "calls", "legacy_mesh",
    "lifecycle", "mount_of", "together",
]  # fmt: skip


class ContainerLife(NamedTuple):
    """What the model knows of one container. These are the words that rules may use as `container.…`.

    image       its image as it is written, without tag and digest
    tag         the image's tag, "" where none is written
    digest      the image's digest, such as sha256:…, "" where none is written
    part        app, helper, init or sidecar; a helper in `containers` is legacy
    certainty   certain or likely for a helper, "" otherwise
    role        log-reader, log-server, a role of the catalogue, or ""
    helper      the known helper's title, or ""
    benefit     completion, order or none: what being native would bring
    faces       inbound, outbound or neither
    ends        never, when-done, when-told or unknown
    holds_up_work        a helper that alone keeps a finite workload from completing
    holds_up_start       a helper that an init container waits for, although it starts only after that: the pod never starts
    trick       what ends a legacy helper of a pod that is meant to end, today: quit-call, marker-file, process-kill, wrapper, kubectl,
                annotation, controller, watch-loop, self-timeout, deadline, caller-unknown; "" where it holds up the work for ever
    trick_by    the container that does it, or ""
    trick_with  what it does it with, as words: an endpoint, a file, a process, a wrapper, a key, a command, seconds; or ""
    trick_fails work-fails, work-succeeds (it is not done then, and the work hangs), hides-failure, or ""
    restart_policy       the container's own, or ""
    restart_policy_fault what the target version makes of it, "" when it does as it says
    awaits      the names of the legacy helpers that it waits for, by a loop in its command or its postStart hook
    delays_start         its postStart hook does nothing but wait, so that an app behind it in `containers` starts later
    delays_stop          its preStop hook does nothing but wait, so that it is told to stop later
    apps        the names of the pod's apps
    beside      the same as a sentence says them, such as `shop and prices`; "" when there are none, or too many to say

    Of a sidecar, as words of a message, "" where nothing is wrong (lifecycle/natives):

    start_deadlock     what its start needs that starts only after it, as a clause: the pod never starts
    awaited_by         an init container ahead of it that waits for it: the pod never starts
    called_by          an init container ahead of it that calls it
    raced_by_init      an init container behind it that uses it, while nothing holds that one back until it is up
    raced_by_app       a container of `containers` that does
    quits_by           what in its preStop hook ends it while the app still works
    idle_stop          the seconds that its preStop hook only sleeps
    late_work          what it does once the app has ended, without a trap for SIGTERM
    raised_requests    what its place makes the pod request, with what would do
    unmapped_port      a hostPort of it that nobody maps
    overlooked_port    a port of it that the scheduler of the target version overlooks
    lost_service       a Service that does not find its port on the target version
    counted_exit_code  a rule of the Job's podFailurePolicy that its exit code can fit

    Of other containers:

    tells_to_quit      the sidecar that it ends, and how
    sidecar_field      a field of a plain init container that only a sidecar may have
    refused_resize     resizePolicy, where the target version refuses it
    refusal            why the API server refuses the pod because of this container, as a clause
    """

    name: str
    list: str
    image: str
    tag: str
    digest: str
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
    trick: str
    trick_by: str
    trick_with: str
    trick_fails: str
    restart_policy: str
    restart_policy_fault: str
    awaits: tuple[str, ...]
    delays_start: bool
    delays_stop: bool
    apps: tuple[str, ...]
    beside: str
    start_deadlock: str
    awaited_by: str
    called_by: str
    raced_by_init: str
    raced_by_app: str
    quits_by: str
    idle_stop: str
    late_work: str
    raised_requests: str
    tells_to_quit: str
    sidecar_field: str
    refusal: str
    refused_resize: str
    unmapped_port: str
    overlooked_port: str
    lost_service: str
    counted_exit_code: str
    route: Route
    evidence: tuple[Sight, ...]
    place: int | None
    known: Helper | None
    seen: Seen


class PodLife(NamedTuple):
    """What the model knows of a whole pod. These are the words that rules may use as `pod.…`.

    backoff_limit  a Job's, None where none is given
    used_up_grace  who leaves its sidecars no time to stop, as a clause, or ""
    cut_short      those to whom only two seconds are left then, as a sentence says them; "" when there are none, or too many to say
    completes          yes, no, unknown or never-meant-to, helpers that an injector will add included
    blockers           all that keeps finite work from completing: names of containers, and titles of injected helpers
    injected           the titles of the helpers that injectors will add
    injected_legacy    those that the pod does not show to come as native sidecars
    injected_blockers  those that keep finite work from completing: they come as ordinary containers and never end
    injected_doubts    those that may; `injected_unless` says what prevents it, as the rest of a sentence
    injected_told      those that something in the pod makes quit; `told_by` says what
    declined           those of meshes that finite work keeps out, although it could end beside a native one
    ignored_settings   settings for a proxy that is an ordinary container, where it is native; `settings_of` is its title
    old_switch         a switch for native mode by a name that it no longer has; `new_switch` is its name since `renamed_since`
    """

    kind: str
    name: str
    finite: bool
    completes: str
    restart_policy: str
    apps: tuple[str, ...]
    helpers: tuple[str, ...]
    backoff_limit: int | None
    used_up_grace: str
    cut_short: str
    blockers: tuple[str, ...] = ()
    injected: tuple[str, ...] = ()
    injected_legacy: tuple[str, ...] = ()
    injected_blockers: tuple[str, ...] = ()
    injected_doubts: tuple[str, ...] = ()
    injected_unless: str = ""
    injected_told: tuple[str, ...] = ()
    told_by: str = ""
    declined: tuple[str, ...] = ()
    ignored_settings: tuple[str, ...] = ()
    settings_of: str = ""
    old_switch: str = ""
    new_switch: str = ""
    renamed_since: str = ""
    adds: tuple[Injected, ...] = ()
    shown: Shown = ()


WORDS: dict[str, frozenset[str]] = {
    "container": frozenset(ContainerLife._fields) - {"route", "evidence", "place", "known", "seen"},
    "pod": frozenset(PodLife._fields) - {"adds", "shown"},
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
    held, told = _ending(workload, found, how) if may_end(workload, seen, found, how) else ([], [])
    known = _Known(workload, seen, found, how, held, told, target, references, apps)
    lives = tuple(_life(known, index) for index in range(len(seen)))
    grace = used_up_grace(workload, tuple(each.seen for each in lives), target)
    pod = _pod(workload, lives, completes(workload, found, how), grace, outlook(workload, seen, found, how, catalogue, references))
    return Lifecycle(workload, pod, lives, order.starts(workload.pod), order.stops(workload.pod, target))


def _ending(workload: Workload, found: Sequence[Part], how: Sequence[End]) -> "tuple[list[int], list[Trick | None]]":
    from sidecarlint.lifecycle.tricks.told import tricks

    return holding_up(found, how), tricks(workload, found, how)


class _Known(NamedTuple):
    """What is known of the whole pod when one container's life is written. Lists are by the container's index."""

    workload: Workload
    seen: Sequence[Seen]
    found: Sequence[Part]
    how: Sequence[End]
    held: Sequence[int]
    told: "Sequence[Trick | None]"
    target: Version
    references: References
    apps: tuple[str, ...]


def _life(known: _Known, index: int) -> ContainerLife:
    each, part, end = known.seen[index], known.found[index], known.how[index]
    container, holds, trick = each.container, index in known.held, known.told[index] if known.told else None
    gained = gain(known.workload, index, known.seen, known.found, holds or (trick is not None and trick.kind != ""))
    is_helper = part.part in ("helper", "sidecar")
    facing, shown = faces(known.workload, each, part, known.references) if is_helper else ("neither", None)
    waits = awaited(each, known.seen, known.found)
    because = end.why if holds or part.part in ("init", "sidecar") else None
    wrong, shown_wrong = mistakes(View(known.workload, index, known.seen, part, facing, known.target, known.references))
    image, tag, digest = written(container.image)
    restarted_anyway = part.part == "app" and known.workload.pod.restart_policy == "Always"
    return ContainerLife(
        name=container.name,
        list=container.list,
        image=image,
        tag=tag,
        digest=digest,
        part=part.part,
        certainty=part.certainty,
        role=part.role,
        helper=each.known.helper.title if each.known else "",
        benefit=gained.benefit,
        faces=facing,
        ends=end.ends,
        ends_because=end.why.message if end.why else "",
        holds_up_work=holds,
        trick=trick.kind if trick else "",
        trick_by=trick.by if trick else "",
        trick_with=trick.words if trick else "",
        trick_fails=trick.fails if trick else "",
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
        evidence=_distinct(
            *part.evidence,
            because,
            *(trick.sights if trick else ()),
            *gained.evidence,
            shown,
            *(wait.sight for wait in waits),
            *shown_wrong,
        ),
        **wrong._asdict(),
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


def _pod(workload: Workload, lives: Sequence[ContainerLife], own: str, grace: Grace, view: Outlook) -> PodLife:
    names = {part: tuple(each.name for each in lives if each.part == part) for part in ("app", "helper")}
    return PodLife(
        kind=workload.owner.kind,
        name=workload.owner.name,
        finite=workload.finite,
        completes=completing(own, view),
        restart_policy=workload.pod.restart_policy,
        apps=names["app"],
        helpers=names["helper"],
        backoff_limit=workload.backoff_limit,
        used_up_grace=grace.used_up,
        cut_short=together(grace.cut_short),
        blockers=(*(each.name for each in lives if each.holds_up_work), *view.injected_blockers),
        **view._asdict(),
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
