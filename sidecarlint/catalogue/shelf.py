"""Helpers packed away, each until somebody asks for it: a run meets a few of hundreds.

In: `Helper`s. Out: a `Shelf`, which can be marshalled, and the helpers on it again. Must not know: pods.
"""

import marshal
from collections.abc import Iterable
from typing import Any

from sidecarlint.catalogue.helper import Helper, from_plain, to_plain
from sidecarlint.values import NamedTuple

_MARSHALLED = 2
"""The version of the format. Later ones write what they meet again, or have interned, in another way: the same content, other bytes."""


class Shelf(NamedTuple):
    """Helpers by id, marshalled one by one; ids by image and by tail; and the ids of those that injectors add. Ids are in order."""

    packed: dict[str, bytes]
    images: dict[str, tuple[str, ...]]
    tails: dict[str, tuple[str, ...]]
    injected: tuple[str, ...]

    def take(self, name: str) -> Helper:
        """The helper of this id."""
        return from_plain(marshal.loads(self.packed[name]))


def shelve(helpers: Iterable[Helper]) -> Shelf:
    """Packs helpers. Of two with the same id, the latter stays."""
    kept = {helper.id: helper for helper in helpers}
    ordered = [kept[name] for name in sorted(kept)]
    shelf = Shelf(
        {each.id: marshal.dumps(to_plain(each), _MARSHALLED) for each in ordered},
        {},
        {},
        tuple(each.id for each in ordered if each.injector is not None and each.injector.container),
    )
    for each in ordered:
        _enter(shelf.images, each.images, each.id)
        _enter(shelf.tails, each.tails, each.id)
    return shelf


def _enter(index: dict[str, tuple[str, ...]], keys: tuple[str, ...], name: str) -> None:
    for key in keys:
        index[key] = (*index.get(key, ()), name)


def to_marshal(shelf: Shelf) -> dict[str, Any]:
    """The shelf as values that can be marshalled."""
    return shelf._asdict()


def from_marshal(data: dict[str, Any]) -> Shelf:
    """The shelf that `to_marshal` gave."""
    return Shelf(**data)
