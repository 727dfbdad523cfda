"""What a question about a pod with native sidecars looks at, and how it answers.

In: what is seen of a pod. Out: `View`, `Shown`. Must not know: text, spans, files.
"""

from collections.abc import Sequence

from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.versions import Version


class Shown(NamedTuple):
    """An answer: words that fit into a message, and the sights that show it."""

    words: str
    sights: tuple[Sight, ...] = ()


class Grace(NamedTuple):
    """Who uses the grace period up, as a clause, and the names of those to whom only two seconds are left, in the pod's order."""

    used_up: str = ""
    cut_short: tuple[str, ...] = ()


class View(NamedTuple):
    """One container of a pod, by its index in `seen`, which holds init containers first. `faces`: inbound, outbound or neither.
    `nodes` is the oldest kubelet, None where nobody says."""

    workload: Workload
    index: int  # type: ignore[assignment]  # the name is worth hiding tuple.index
    seen: Sequence[Seen]
    part: Part
    faces: str
    target: Version
    references: References
    nodes: Version | None = None

    @property
    def each(self) -> Seen:
        """The container itself, with what is seen of it."""
        return self.seen[self.index]

    @property
    def container(self) -> Container:
        """The container as the manifest has it."""
        return self.each.container

    @property
    def ahead(self) -> Sequence[Seen]:
        """What has started, or has ended, when an init container or a sidecar starts (native-sidecars 3.1)."""
        return self.seen[: self.index]

    @property
    def behind(self) -> Sequence[Seen]:
        """What starts only once a sidecar has started (native-sidecars 3.1)."""
        return self.seen[self.index + 1 :]

    @property
    def regular(self) -> Sequence[Seen]:
        """The containers of `containers`."""
        return self.seen[len(self.workload.pod.init_containers) :]

    @property
    def is_stub(self) -> bool:
        """Whether this is only a part of a container, such as a patch: what it does not say may stand elsewhere."""
        return self.workload.partial or not self.container.image or not self.container.name
