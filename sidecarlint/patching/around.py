"""What a source is judged beside.

In: nothing. Out: `Around`. Must not know: how any of it is made.
"""

from collections.abc import Callable

from sidecarlint.bench import Bench
from sidecarlint.references import References
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.values import NamedTuple


class Around(NamedTuple):
    """The kustomizations around a source, what a run works with, and the references of the run. `is_own` tells whether the file at a path
    may be edited, `is_aside` whether it is only read."""

    graph: Kustomizations
    bench: Bench
    references: References
    is_own: Callable[[str], bool]
    is_aside: Callable[[str], bool]
