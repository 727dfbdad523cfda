"""What can be done to a document: five operations on routes.

In: nothing. Out: `Move`, `Set`, `Remove`, `Substitute`, `Rename`, `Refusal`. Must not know: why, or what a container is.

All routes speak of the document as it is before any of the operations.
"""

from sidecarlint.documents import Route
from sidecarlint.values import NamedTuple


class Move(NamedTuple):
    """Takes a list's item to another list of the same mapping, in front of the item that stands at `before` now.

    Items that go to the same place keep the order that they have now. The list is created next to the item's own when there is none.
    """

    item: Route
    key: str
    before: int


class Set(NamedTuple):
    """Gives a mapping's key a string value, or with `number` an integer by its digits; that only where the mapping is there already.

    A new key goes behind the first of `after` that is there, or to its alphabetical place where the mappings of its list have all their
    keys in that order. Mappings that are missing on the way are made; then `after` speaks of the first of them, which goes in front of
    its neighbours otherwise."""

    route: Route
    value: str
    after: tuple[str, ...] = ()
    number: bool = False


class Remove(NamedTuple):
    """Removes a mapping's key and its value."""

    route: Route


class Substitute(NamedTuple):
    """Puts `text` in place of the characters `start` to `end` of a scalar's value; the way it is quoted stays."""

    route: Route
    start: int
    end: int
    text: str


class Rename(NamedTuple):
    """Gives a mapping's key another name, which it must not have yet. The value stays."""

    route: Route
    name: str


LAST = 1_000_000
"""A place behind every item, for a `Move` to a list's end."""

Operation = Move | Set | Remove | Substitute | Rename


class Refusal(Exception):
    """A document cannot be edited safely. The message is the reason; `offset` is where it shows."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset
