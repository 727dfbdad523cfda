"""What a hazard is asked about, and what it answers.

In: a container's life, and its pod's life before and after a move. Out: `Case`, `Hazard`. Must not know: text.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sidecarlint.catalogue import Catalogue
from sidecarlint.documents import Route
from sidecarlint.edits import Fields, Operation, Set
from sidecarlint.lifecycle import ContainerLife, Lifecycle
from sidecarlint.references import References, Target, named_targets, selecting
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Pod, Probe
from sidecarlint.workloads.versions import NAMED_PORTS, Version

if TYPE_CHECKING:
    from sidecarlint.references.following import Leader

Following = Callable[["Leader", Target], int | str]
"""The number that the named target of a Service or of a NetworkPolicy could be, or the reason why it stays a name."""


def no_number(leader: "Leader", target: Target) -> int | str:
    """The answer where nobody can look."""
    return ""


class Led(NamedTuple):
    """A Service that leads to a helper's port by its name, or a NetworkPolicy that opens it by its name, and the number that it could
    say, or the reason why it cannot."""

    service: "Leader"
    target: Target
    number: int | str


PROBE_BEHIND = ("readinessProbe", "livenessProbe", "resources", "ports", "env", "args", "command", "restartPolicy", "image", "name")
"""A new startupProbe stands beside the other probes, or behind what says how the container runs."""


class Gating(NamedTuple):
    """Who depends on a helper that nothing gates, and the startupProbe that it may get.

    needed_by  a container that fails when it comes before the helper is up, "" for none
    probe      what the startupProbe would ask, None where it is not to get any; `value` its content; `asks` says the same
    untried    whether nobody would have noticed so far that nothing answers there
    """

    needed_by: str = ""
    probe: Probe | None = None
    value: Fields = Fields(())
    asks: str = ""
    untried: bool = False

    @property
    def said(self) -> str:
        """The probe as the end of a move's title."""
        return ", with a startupProbe" if self.probe is not None else ""

    def operations(self, route: Route) -> tuple[Operation, ...]:
        """What writes the probe into the container at a route; nothing without one."""
        return (Set((*route, "startupProbe"), self.value, PROBE_BEHIND),) if self.probe is not None else ()


class Hazard(NamedTuple):
    """A sentence that says what would change, and whether only a person may do it then."""

    words: str
    manual: bool = False


class Untold(NamedTuple):
    """What takes away the calls by which the work ends a helper, the same as the end of a move's title, and what that may change. Empty
    where they stay."""

    operations: tuple[Operation, ...] = ()
    said: str = ""
    hazards: tuple[Hazard, ...] = ()


class Case(NamedTuple):
    """One helper's move. `before` is the whole pod's life; `after` works it out for afterwards, the move in question among those made.

    `nodes` is the oldest kubelet, None where nobody says; `bound`: the pods are kept on nodes that know sidecars, as
    --node-affinity asks. `gating`: the startupProbe that the move gives the helper where it has none yet.
    `untold`: the calls that end it today and go with the move.
    """

    life: ContainerLife
    before: Lifecycle
    after: Callable[[], Lifecycle]
    references: References
    target: Version
    catalogue: Catalogue
    number_of: Following = no_number
    nodes: Version | None = None
    bound: bool = False
    gating: Gating = Gating()
    untold: Untold = Untold()

    @property
    def kubelet(self) -> Version:
        """The oldest kubelet that the pod can come to, as far as it is known (native-sidecars 1.16)."""
        return self.nodes or self.target

    @property
    def probed(self) -> bool:
        """Whether the sidecar would have a startupProbe."""
        return self.container.startup_probe is not None or self.gating.probe is not None

    @property
    def moved(self) -> ContainerLife | None:
        """The container's life after the move."""
        return next((each for each in self.after().containers if each.name == self.life.name), None)

    @property
    def is_open(self) -> bool:
        """Whether nothing gates the helper that others may need: neither a startupProbe nor a hook, which may wait (3.1, 3.2)."""
        gated = self.container.startup_probe is not None or self.container.post_start is not None
        return not gated and self.life.role != "log-reader"

    @property
    def led_by_name(self) -> tuple[Led, ...]:
        """The Services that would lose the container's port, since they know it by its name (native-sidecars 7.1)."""
        if self.target >= NAMED_PORTS:
            return ()
        found = named_targets(selecting(self.references, self.before.workload), self.container)
        return tuple(Led(service, target, self.number_of(service, target)) for service, target in found)

    @property
    def container(self) -> Container:
        """The container as it is now."""
        return self.life.seen.container

    @property
    def pod(self) -> Pod:
        """The pod as it is now."""
        return self.before.workload.pod

    @property
    def others(self) -> tuple[ContainerLife, ...]:
        """The other containers of `containers`."""
        return tuple(each for each in self.before.containers if each.list == "containers" and each.route != self.life.route)
