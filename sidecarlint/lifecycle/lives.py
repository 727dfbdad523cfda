"""The life of a pod as values: what is known of each container and of the whole, and the words that rules may use for it.

In: nothing. Out: `ContainerLife`, `PodLife`, `Lifecycle`, `WORDS`. Must not know: how any of it is found out.
"""

from sidecarlint.catalogue import Helper
from sidecarlint.documents import Route
from sidecarlint.lifecycle import order
from sidecarlint.lifecycle.injected import Injected
from sidecarlint.lifecycle.outlook import Shown
from sidecarlint.lifecycle.placement import Placement
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload


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
    pair        the other half of its universal pair, of which one steps back at run time, or ""
    apps        the names of the pod's apps, without halves of universal pairs
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
    old_nodes          what the oldest nodes do with it when they know no sidecars and nothing in the pod chooses among nodes, as a clause
    counted_exit_code  a rule of the Job's podFailurePolicy that its exit code can fit
    start_wait         what its postStart hook only waits for, though a startupProbe could: its own port, or a program
    made_to_end        what else sees to it that it ends with the work, as a clause
    open_endpoint      the flags that open an endpoint to end it, while nothing in the pod is seen to call that

    Of other containers:

    tells_to_quit      the sidecar that it ends, and how
    sidecar_field      a field of a plain init container that only a sidecar may have
    dropped_resize     resizePolicy of an init container, where the target version drops it, or refuses it
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
    pair: str
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
    dropped_resize: str
    unmapped_port: str
    overlooked_port: str
    lost_service: str
    old_nodes: str
    counted_exit_code: str
    start_wait: str
    made_to_end: str
    open_endpoint: str
    route: Route
    evidence: tuple[Sight, ...]
    place: int | None
    placed: Placement | None
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
    "container": frozenset(ContainerLife._fields) - {"route", "evidence", "place", "placed", "known", "seen"},
    "pod": frozenset(PodLife._fields) - {"adds", "shown"},
    "target": frozenset(),
}
"""The words of rules: each variable with its attributes; `target` is a plain text such as 1.29."""


class Lifecycle(NamedTuple):
    """A workload's life. `containers` holds init containers first; groups in `starts` and `stops` act together. `may_end`: the pod is meant
    to end, and its apps may."""

    workload: Workload
    pod: PodLife
    containers: tuple[ContainerLife, ...]
    starts: order.Groups
    stops: order.Groups
    may_end: bool = False
