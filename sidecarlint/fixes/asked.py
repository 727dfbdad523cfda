"""What the command line asks for of every pod, beside what rules find: `--reverse`, an affinity, a strategy.

In: a pod's life and the settings, as a `Context`. Out: `Asked`. Must not know: text.
"""

from collections.abc import Callable, Iterator

from sidecarlint.fixes import Context, Plan
from sidecarlint.values import NamedTuple


class Asked(NamedTuple):
    """One thing to do in a pod. `id` is the option without its dashes, `message` what the pod is like before, as a sentence."""

    id: str
    message: str
    plan: Plan
    container: str | None = None


WISHES: tuple[Callable[[Context], Iterator[Asked]], ...] = ()
"""Each looks whether its option is given, and at what it asks for in this pod. One that has been granted asks for nothing more."""


def asked(context: Context) -> Iterator[Asked]:
    """All that the command line asks for in one pod."""
    for wish in WISHES:
        yield from wish(context)
