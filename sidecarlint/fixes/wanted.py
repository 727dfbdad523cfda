"""What plans ask of sources, put together by source and document.

In: operations with their places. Out: `Wanted`, by path. Must not know: text, why any of it is wanted.
"""

from collections.abc import Iterable

from sidecarlint.documents import Route
from sidecarlint.edits import Append, Operation
from sidecarlint.fixes.plan import Elsewhere
from sidecarlint.values import NamedTuple


class Wanted(NamedTuple):
    """What is to be done in one source: operations on its documents, by number, and on YAML that scalars of them hold, by number and
    route; and what goes to its end."""

    operations: dict[int, list[Operation]]
    inner: dict[tuple[int, Route], list[Operation]]
    ends: list[Append]


def by_source(asked: Iterable[Elsewhere]) -> dict[str, Wanted]:
    """What is to be done in each source, each operation once, in the order in which it is asked for."""
    found: dict[str, Wanted] = {}
    for each in dict.fromkeys(asked):
        wanted = found.setdefault(each.path, Wanted({}, {}, []))
        if isinstance(each.operation, Append):
            wanted.ends.append(each.operation)
        elif each.inner:
            wanted.inner.setdefault((each.document, each.inner), []).append(each.operation)
        else:
            wanted.operations.setdefault(each.document, []).append(each.operation)
    return found
