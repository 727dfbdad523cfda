"""What can be done to a document: six operations on routes, one on a comment, one on the whole, and what is only done in charts; and the
values that they write.

In: nothing. Out: `Move`, `Set`, `Insert`, `Remove`, `Substitute`, `Rename`, `Strike`, `Whole`, `Versions`, `Call`, `Append`, `Value`,
`Refusal`. Must not know: why, or what a container is.

All routes speak of the document as it is before any of the operations.
"""

from sidecarlint.documents import Route
from sidecarlint.values import NamedTuple


class Plain(NamedTuple):
    """A scalar that is written as it is, without quotes: a number, true, false, null."""

    text: str


class Fields(NamedTuple):
    """A mapping: keys with their values, in the order in which they are written."""

    pairs: tuple[tuple[str, "Value"], ...]


class Items(NamedTuple):
    """A list."""

    items: tuple["Value", ...]


Value = str | Plain | Fields | Items
"""What is written. A `str` is a string: in quotes where YAML needs them, as a literal block scalar where it has several lines and
stands in block style."""


class Move(NamedTuple):
    """Takes a list's item to another list of the same mapping, in front of the item that stands at `before` now.

    Items that go to the same place keep the order that they have now, but for those of a higher `rank`, which come behind. The list is
    created next to the item's own when there is none.
    A list that would be left empty is a refusal, or goes with its key where all that leave it are `emptied` and the other list is there.
    Where they are `kept` it stays as `[]`, whether the other list is there or not.
    """

    item: Route
    key: str
    before: int
    emptied: bool = False
    rank: int = 0
    kept: bool = False


class Set(NamedTuple):
    """Gives a mapping's key a value, in place of the one that it has.

    A new key goes behind the first of `after` that is there, or to its alphabetical place where the mappings of its list have all their
    keys in that order. Mappings that are missing on the way are made; then `after` speaks of the first of them, which goes in front of
    its neighbours otherwise."""

    route: Route
    value: Value
    after: tuple[str, ...] = ()


class Insert(NamedTuple):
    """Puts a new item into the list at `route`, in front of the item that stands at `before` now, or of the next one that stays.

    Items for the same place keep the order in which they are asked for, behind those that are moved there, or `ahead` of them. The list,
    and mappings on the way to it, are made when they are not there; `after` says where, as for `Set`."""

    route: Route
    before: int
    value: Value
    after: tuple[str, ...] = ()
    ahead: bool = False


class Remove(NamedTuple):
    """Removes a mapping's key and its value, or a list's item with the comments that travel with it.

    The last item takes its list's key away with it. A mapping that would be left empty is a refusal, or goes too where all that leave it
    are `emptied`, and so do those above it that hold nothing else and no comment. With `bare` a comment in it is a refusal: who had
    written all of it wrote none."""

    route: Route
    emptied: bool = False
    bare: bool = False


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


class Whole(NamedTuple):
    """Puts `text`, which is one document, in place of a whole document. What stands in front of it, such as `---`, stays. No comment may
    be lost but those of `gone`, which go along with something to another place."""

    text: str
    gone: tuple[str, ...] = ()
    route: Route = ()


class Strike(NamedTuple):
    """Puts `text`, another comment, in place of the comment from `start` to `end`, offsets in the source's text. With none the comment
    goes, and its line where it stands there alone."""

    start: int
    end: int
    text: str = ""
    route: Route = ()


class Versions(NamedTuple):
    """Writes two versions of a template's item beside each other: as it is, and as `operations`, one of which moves it, make of it. Its
    lines go into the define `name`. The define `{chart}.nativeSidecars` tells which of the two is meant."""

    operations: "tuple[Move | Set, ...]"
    chart: str
    name: str
    route: Route = ()


class Call(NamedTuple):
    """Moves a call of a define that gives an item of a template's list. `route` leads to the list that it stands in, `start` is the offset
    of its action; `key` and `before` are those of a `Move`. `line` is the key with its value that the item gets, such as
    `restartPolicy: Always`."""

    route: Route
    start: int
    key: str
    before: int
    line: str


class Append(NamedTuple):
    """Puts `text` behind the end of a source, which is made where there is none. One that holds it already stays as it is; one that holds
    `taken` otherwise is a refusal. `means`: what it has to mean in a text that is one YAML document, None where it is none."""

    text: str
    taken: str
    means: Set | None = None
    route: Route = ()


LAST = 1_000_000
"""A place behind every item, for a `Move` or an `Insert` to a list's end."""

Alone = Set | Rename | Substitute
"""An operation on one place, which neither puts an item anywhere nor takes anything away."""

Operation = Move | Insert | Remove | Alone | Strike | Whole | Versions | Call | Append


class Refusal(Exception):
    """A document cannot be edited safely. The message is the reason; `offset` is where it shows."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset
