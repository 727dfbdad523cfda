"""The search for what ends a helper: the table of tricks.

In: a `Scene`. Out: `Trick`. Must not know: text, spans, files.

A new trick is a function that yields `Trick`s for a `Scene`, and a row here. The first that is sure decides.
"""

from collections.abc import Callable, Iterator

from sidecarlint.lifecycle.tricks.kills import controllers, hooks, kills, kubectl, marks, may_see_it
from sidecarlint.lifecycle.tricks.marker_files import marker_files
from sidecarlint.lifecycle.tricks.quit_calls import quit_calls, ready_for_one
from sidecarlint.lifecycle.tricks.trick import DOUBT, IDLE, Scene, Trick
from sidecarlint.lifecycle.tricks.wrappers import wrappers

_TRICKS: tuple[Callable[[Scene], Iterator[Trick]], ...] = (
    wrappers,
    quit_calls,
    marker_files,
    kills,
    controllers,
    kubectl,
    ready_for_one,
    may_see_it,
    hooks,
    marks,
)
_UNSURE = {DOUBT: 1, IDLE: 2}
_OWN: tuple[Callable[[Scene], Iterator[Trick]], ...] = (wrappers, ready_for_one, controllers)


def trick_of(scene: Scene) -> Trick | None:
    """What in the pod ends a helper: what surely does, else what may, else what looks so and reaches nobody; None without any."""
    return _best(scene, _TRICKS)


def own_trick(scene: Scene) -> Trick | None:
    """What a container carries itself that ends it."""
    return _best(scene._replace(seen=(scene.each,)), _OWN)


def _best(scene: Scene, ways: tuple[Callable[[Scene], Iterator[Trick]], ...]) -> Trick | None:
    found = [trick for way in ways for trick in way(scene)]
    return min(found, key=lambda trick: _UNSURE.get(trick.kind, 0), default=None)
