"""What the command line asks for of every pod, beside what rules find: `--reverse`, an affinity, a strategy.

In: a pod's life and the settings, as a `Context`. Out: `Asked`. Must not know: text.
"""

from collections.abc import Callable, Iterator

from sidecarlint.fixes import affinity, reverse
from sidecarlint.fixes.plan import Asked, Context
from sidecarlint.fixes.universal import apart

__all__ = ["WISHES", "Asked", "asked"]

WISHES: tuple[Callable[[Context], Iterator[Asked]], ...] = (
    reverse.turn_back,
    affinity.bind,
    affinity.drop,
    apart.take_apart,
)
"""Each looks whether its option is given, and at what it asks for in this pod. One that has been granted asks for nothing more."""


def asked(context: Context) -> Iterator[Asked]:
    """All that the command line asks for in one pod."""
    for wish in WISHES:
        yield from wish(context)
