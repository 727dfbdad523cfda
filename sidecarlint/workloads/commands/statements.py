"""Scripts as trees of statements, whose words keep their places.

In: nothing. Out: `Place`, `Word`, `Statement`. Must not know: shell grammar, what any program does.
"""

from collections.abc import Iterator

from sidecarlint.values import NamedTuple


class Place(NamedTuple):
    """Where something stands: item `index` of `key` ("command" or "args"), from `start` to `end` in that item's value."""

    key: str
    index: int  # type: ignore[assignment]  # the name is worth hiding tuple.index
    start: int
    end: int


class Word(NamedTuple):
    """A word after quotes are gone and known variables filled in. `body`: where `text` stands letter for letter, if anywhere."""

    text: str
    place: Place
    body: Place | None


class Statement(NamedTuple):
    """One piece of a script. `inner` are the commands that run in its substitutions; `wrappers` the names that were taken off.

    `kind` and its `parts`: command (none, or what it hands over to), sequence (any), background (1), and / or (2), not (1),
    pipe (stages), subshell (1), if (arms of condition and body; an else has only a body), case (bodies), while / until
    (condition, body), for (body), function (body; its name is the word), script / trap (1: what the words hold), opaque (none).
    `redirects`: operator without a descriptor, such as `>>`, and target; `stdin`: the here-document or here-string that it reads;
    `sets`: its assignments, letter for letter; `strict`: the shell that runs this script stops at the first failure, as `sh -e` does.
    """

    kind: str
    place: Place
    words: tuple[Word, ...] = ()
    parts: tuple["Statement", ...] = ()
    redirects: tuple[tuple[str, str], ...] = ()
    inner: tuple["Statement", ...] = ()
    wrappers: tuple[str, ...] = ()
    stdin: Word | None = None
    sets: tuple[str, ...] = ()
    strict: bool = False


def walk(statement: Statement) -> Iterator[Statement]:
    """The statement and all below it, in the order of the text; substitutions come before what uses them."""
    for each in statement.inner:
        yield from walk(each)
    yield statement
    for each in statement.parts:
        yield from walk(each)


def narrow(script: Word, start: int, end: int) -> Place:
    """The place of a stretch of a word's text; the whole word's where the text does not stand letter for letter."""
    at = script.body
    return at._replace(start=at.start + start, end=at.start + end) if at else script.place
