"""What is known of an image: the helpers of `rules/helpers/`.

In: helper files, image references. Out: `Helper`, `Catalogue`, `Match`, and what a helper's words say of a command line.
Must not know: pods.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

from sidecarlint.catalogue.helper import Helper, Injector, Shutdown, StartupProbe, from_plain, to_plain
from sidecarlint.catalogue.marks import Endpoint, has_mark, one_shot, startup_endpoint
from sidecarlint.catalogue.shelf import Shelf, from_marshal, shelve, to_marshal
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.images import Image

__all__ = [
    "Catalogue", "Endpoint", "Helper", "Injector", "Match", "Shelf", "Shutdown", "StartupProbe", "from_marshal", "from_plain", "has_mark",
    "one_shot", "read_helper", "shelve", "startup_endpoint", "to_marshal", "to_plain", "usual_name",
]  # fmt: skip


class Match(NamedTuple):
    """A helper that an image is known as. `how`: by its full repository or by a tail; `text` is what was recognised."""

    helper: Helper
    how: Literal["image", "tail"]
    text: str


class Catalogue:
    """Helpers by image. One look-up costs a few dictionary reads, however many helpers there are.

    The order of the helpers does not matter, except that one replaces an earlier one of the same id; on a shelf they stay packed until
    they are met. `said_helpers` and `said_apps` are patterns of container names and of images without tag, with which the users
    overrule what is known; the latter go first. `own` are the ids of helpers that go before others which fit an image as well.
    """

    def __init__(
        self,
        helpers: Iterable[Helper] | Shelf,
        said_helpers: tuple[str, ...] = (),
        said_apps: tuple[str, ...] = (),
        own: frozenset[str] = frozenset(),
    ) -> None:
        self._own = own
        self.said = (("app", said_apps), ("helper", said_helpers)) if said_helpers or said_apps else ()
        self._shelf = helpers if isinstance(helpers, Shelf) else shelve(helpers)
        self._taken: dict[str, Helper] = {}
        self._starred = _star_shapes(self._shelf.images)
        self._longest_tail = max((tail.count("/") + 1 for tail in self._shelf.tails), default=0)

    @cached_property
    def helpers(self) -> dict[str, Helper]:
        """All helpers by id."""
        return {name: self._take(name) for name in self._shelf.packed}

    @cached_property
    def injected(self) -> tuple[Helper, ...]:
        """Those of which it is known how their injectors put them into pods."""
        return tuple(self._take(name) for name in self._shelf.injected)

    def _take(self, name: str) -> Helper:
        if name not in self._taken:
            self._taken[name] = self._shelf.take(name)
        return self._taken[name]

    def _found(self, index: dict[str, tuple[str, ...]], key: str) -> tuple[Helper, ...]:
        return tuple(self._take(name) for name in index.get(key, ()))

    def match(self, image: Image, name: str = "", argv: tuple[str, ...] = ()) -> Match | None:
        """The helper that `image` is known as, or None: the full repository first, then the longest tail at a segment's border.

        `argv` decides where one image has several uses; `name`, a container's, where several helpers remain.
        """
        repository = f"{image.registry}/{image.repository}"
        for key in self._spellings(repository):
            if helper := _choose(self._found(self._shelf.images, key), name, argv, self._own):
                return Match(helper, "image", repository)
        for tail in _ends(image.repository, self._longest_tail):
            if helper := _choose(self._found(self._shelf.tails, tail), name, argv, self._own):
                return Match(helper, "tail", tail)
        return None

    def _spellings(self, repository: str) -> Iterator[str]:
        yield repository
        segments = repository.split("/")
        for shape in self._starred.get(len(segments), ()):
            yield "/".join("*" if index in shape else segment for index, segment in enumerate(segments))


def _star_shapes(images: Iterable[str]) -> dict[int, tuple[tuple[int, ...], ...]]:
    shapes: dict[int, set[tuple[int, ...]]] = {}
    for image in images:
        segments = image.split("/") if "*" in image else []
        if "*" in segments:
            shapes.setdefault(len(segments), set()).add(tuple(index for index, segment in enumerate(segments) if segment == "*"))
    return {length: tuple(sorted(found, key=lambda shape: (len(shape), shape))) for length, found in shapes.items()}


def _ends(repository: str, longest: int) -> Iterator[str]:
    segments = repository.rsplit("/", longest)[-longest:] if longest else []
    for start in range(len(segments)):
        yield "/".join(segments[start:])


def _choose(candidates: tuple[Helper, ...], name: str, argv: tuple[str, ...], own: frozenset[str]) -> Helper | None:
    fitting = [helper for helper in candidates if _fits(helper, argv)]
    fitting = [helper for helper in fitting if helper.id in own] or fitting
    # What knows this very command line knows more than what fits any.
    fitting = [helper for helper in fitting if helper.argv] or fitting
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    return next((helper for helper in fitting if usual_name(helper, name)), fitting[0])


def _fits(helper: Helper, argv: tuple[str, ...]) -> bool:
    needed = not helper.argv or any(has_mark(mark, argv, {}) for mark in helper.argv)
    return needed and not any(has_mark(mark, argv, {}) for mark in helper.not_argv)


def read_helper(path: str, text: str) -> Helper:
    """The helper that the file at `path` describes; its name is the id. Raises `RuleError` with the first line that is wrong."""
    from sidecarlint.catalogue.reading import read

    return read(path, text)


def usual_name(helper: Helper, name: str) -> bool:
    """Whether containers of this helper are usually called `name`. Evidence, never enough alone."""
    from fnmatch import fnmatchcase

    return any(fnmatchcase(name, pattern) for pattern in helper.names)
