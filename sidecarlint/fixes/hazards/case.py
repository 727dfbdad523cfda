"""What a hazard is asked about, and what it answers.

In: a container's life, and its pod's life before and after a move. Out: `Case`, `Hazard`. Must not know: text.
"""

from collections.abc import Callable

from sidecarlint.catalogue import Catalogue
from sidecarlint.lifecycle import ContainerLife, Lifecycle
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Pod
from sidecarlint.workloads.versions import Version


class Case(NamedTuple):
    """One helper's move. `before` is the whole pod's life; `after` works it out for afterwards, the move in question among those made."""

    life: ContainerLife
    before: Lifecycle
    after: Callable[[], Lifecycle]
    references: References
    target: Version
    catalogue: Catalogue

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


class Hazard(NamedTuple):
    """A sentence that says what would change, and whether only a person may do it then."""

    words: str
    manual: bool = False
