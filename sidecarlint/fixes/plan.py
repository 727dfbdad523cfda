"""What would be done about one finding, or for what the command line asks, and what a plan may look at.

In: nothing. Out: `Plan`, `Elsewhere`, `Asked`, `Context`. Must not know: text.
"""

from sidecarlint.catalogue import Catalogue
from sidecarlint.documents import Route
from sidecarlint.edits import Operation
from sidecarlint.findings import Applicability
from sidecarlint.fixes.hazards.case import Following, Hazard, no_number
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.references import References
from sidecarlint.settings import Settings
from sidecarlint.values import NamedTuple


class Elsewhere(NamedTuple):
    """An operation on another document, by its number, of this source or of another one. `inner` leads to a scalar of that document which
    holds YAML of its own, as an inline patch does: then the operation is on the first document in it."""

    path: str
    document: int
    operation: Operation
    inner: Route = ()


class Plan(NamedTuple):
    """What would be done about one finding. A `manual` plan has no operations; its title says what a person can do.

    `operations` are on the workload's own document. What is done `elsewhere` is right by itself, and done first.
    `notes` are what people should know besides; they lower nothing. `follows` are those of them that say what else has to change along, by
    hand. `instead` is what is done where this cannot be written. What is done
    `alone` counts on nothing else being changed in its pod in the same pass.
    """

    title: str
    applicability: Applicability
    hazards: tuple[str, ...]
    operations: tuple[Operation, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    notes: tuple[str, ...] = ()
    instead: "Plan | None" = None
    alone: bool = False
    follows: tuple[str, ...] = ()


class Context(NamedTuple):
    """What a plan may look at besides the container itself. `moved`: the lives after moves, each worked out once. `path` is the
    workload's own; `number_of` tells of a Service's named target which number it could be."""

    life: Lifecycle
    references: References
    catalogue: Catalogue
    settings: Settings
    moved: dict[tuple[tuple[str, int], ...], Lifecycle] | None = None
    path: str = ""
    number_of: Following = no_number


class Asked(NamedTuple):
    """One thing that the command line asks for in a pod. `id` is the option without its dashes, `message` what the pod is like before,
    as a sentence about it."""

    id: str
    message: str
    plan: Plan
    container: str | None = None


def graded(
    title: str, hazards: tuple[Hazard, ...], operations: tuple[Operation, ...], otherwise: str, elsewhere: tuple[Elsewhere, ...] = ()
) -> Plan:
    """The plan that these hazards leave of a fix. `otherwise`: what a person can do where one of them is for a person to decide."""
    deciding = tuple(hazard.words for hazard in hazards if hazard.manual)
    if deciding:
        return Plan(otherwise, "manual", deciding, ())
    return Plan(title, "unsafe" if hazards else "safe", tuple(hazard.words for hazard in hazards), operations, elsewhere)
