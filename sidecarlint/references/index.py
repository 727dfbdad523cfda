"""What asks for labels or for a name, found by the pods that have them: a run with many objects goes through few of them for each pod.

In: Services or `Mention`s. Out: `Indexed`. Must not know: what is done for those that are found.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

Key = tuple[str, str] | str
"""A label's key and value, or a workload's name."""


class Asking(Protocol):
    """Something that can be found."""

    @property
    def asks_for(self) -> Sequence[Key]:
        """What a pod must have, each of them; nothing when any pod may do."""


Asker = TypeVar("Asker", bound=Asking)


class Indexed(tuple[Asker, ...]):
    """The things themselves, in their order. The index is made when somebody looks something up."""

    def near(self, keys: Iterable[Key]) -> list[Asker]:
        """Those that can ask for what has these keys, in order. All that they ask for is still to be compared."""
        numbers = [number for key in (*keys, None) for number in self._numbers.get(key, ())]
        return [self[number] for number in sorted(numbers)]

    @cached_property
    def _numbers(self) -> dict[Key | None, list[int]]:
        """Each stands below the rarest key that it asks for: many things share labels such as `app.kubernetes.io/part-of`."""
        often = Counter(key for each in self for key in each.asks_for)
        found: dict[Key | None, list[int]] = {}
        for number, each in enumerate(self):
            found.setdefault(min(each.asks_for, key=often.__getitem__, default=None), []).append(number)
        return found


def indexed(things: tuple[Asker, ...]) -> Indexed[Asker]:
    """The things with their index, which is kept where they have it already."""
    return things if isinstance(things, Indexed) else Indexed(things)
