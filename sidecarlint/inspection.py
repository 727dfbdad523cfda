"""What the model knows of each workload, ready to be shown.

In: workloads and lifecycles. Out: `Inspection`s. Must not know: rules, fixes.
"""

from sidecarlint.findings import Evidence, Subject
from sidecarlint.values import NamedTuple


class ContainerInspection(NamedTuple):
    """One container. `list`: containers or initContainers. `part`: app, helper, init or sidecar. `certainty`: certain or likely, and
    None for anything but a helper. `benefit`: completion, order or none. `ends`: never, when-done, when-told or unknown. `place`: the
    index among the init containers that a legacy helper would get."""

    name: str
    list: str
    part: str
    certainty: str | None
    benefit: str
    ends: str
    place: int | None
    evidence: tuple[Evidence, ...]


class Inspection(NamedTuple):
    """One workload. `completes`: yes, no, unknown, or never-meant-to for a workload that is not meant to end.

    `starts` and `stops` are container names in order; those that start or stop together share one tuple.
    """

    subject: Subject
    completes: str
    starts: tuple[tuple[str, ...], ...]
    stops: tuple[tuple[str, ...], ...]
    containers: tuple[ContainerInspection, ...]
