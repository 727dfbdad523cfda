"""The sources of one invocation as they are now: as they were read, or as they were rewritten since.

In: paths, the stream behind `-`, `Settings`. Out: `Shelf`, which gives `Source`s by path. Must not know: YAML's meaning.

Only small texts are kept, so that memory does not grow with their number. A file that the run was not pointed at, such as the patch of an
overlay, is read as well when somebody asks for it.
"""

import os
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import BinaryIO

from sidecarlint.findings import Finding, Unread
from sidecarlint.settings import Settings
from sidecarlint.sources import STDIN, Found, Source, Undecodable, Unreadable, digest_of, encoded, find, read, read_stdin
from sidecarlint.sources.nearby import short
from sidecarlint.values import NamedTuple

_KEPT = 16_000_000
"""How many characters of texts are kept between the two times that sources are gone through."""


class Input(NamedTuple):
    """Where texts come from: paths, and the stream behind `-`, None where there is none. `only`: the real paths of the sources that are
    judged of what stands there, None for all."""

    paths: Sequence[str]
    stdin: BinaryIO | None
    only: frozenset[str] | None = None


class Written(NamedTuple):
    """A source as it is after its fixes, the text that it had, and what was fixed in it. `made`: there was no such file before."""

    source: Source
    old: str
    fixed: tuple[Finding, ...]
    made: bool = False


class Shelf:
    """What there is to read. `unread` is what could not be found; `taken` are the texts, by path, that sources are taken to have while
    fixes are tried."""

    def __init__(self, given: Input, settings: Settings) -> None:
        self.given, self.settings = given, settings
        self.rewritten: dict[str, Written] = {}
        self.unread: list[Unread] = []
        self.taken: dict[str, str] = {}
        self._kept: dict[str, Source | Unreadable | Undecodable] = {}
        self._room = _KEPT

    @cached_property
    def found(self) -> list[Found]:
        """What there is to read; what cannot be found is noted."""
        reachable, only = [], self.given.only
        for each in find((*self.given.paths, *self.settings.values), self.settings.exclude, self.settings.force_exclude):
            if only is not None and os.path.realpath(each.path) not in only:
                continue
            if isinstance(each, Unreadable):
                self.unread.append(Unread(each.path, each.message))
            else:
                reachable.append(each)
        return reachable

    @cached_property
    def found_at(self) -> dict[str, Found]:
        """The same by their paths."""
        return {each.path: each for each in self.found}

    @cached_property
    def named_by(self) -> dict[str, str]:
        """The paths of the run by the real ones."""
        return {os.path.realpath(each.path): each.path for each in reversed(self.found) if each.path != STDIN}

    def name(self, path: str) -> str:
        """The path by which this run knows a file: as it was found, or else as people read it."""
        if path == STDIN or path in self.found_at:
            return path
        real = os.path.realpath(path)
        return self.named_by.get(real) or short(real)

    def read(self, found: Found) -> Source | Unreadable | Undecodable:
        """A source as it is now, from memory when it was kept."""
        if found.path in self.rewritten:
            return self.rewritten[found.path].source
        if found.path in self._kept:
            return self._kept[found.path]
        source = read_stdin(self.given.stdin) if found.path == STDIN and self.given.stdin is not None else read(found)
        size = len(source.text) if isinstance(source, Source) else 0
        if found.path == STDIN or self._room > size:
            self._room -= size
            self._kept[found.path] = source
        return source

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text of the run as it is now, and those that are context: their pods may be selected too."""
        for found in self.found:
            source = self.read(found)
            if isinstance(source, Source):
                yield source.path, source.text
        if self.settings.context:
            from sidecarlint.sources.aside import aside

            beside = aside(self.settings.context, self.settings.exclude, self.found)
            yield from ((each.path, each.text) for each in beside if isinstance(each, Source))

    def at(self, path: str) -> Source | None:
        """The source at a path as it is now, of the run or of a file that it was not pointed at."""
        found = self.found_at.get(path) or (Found(path, False) if path != STDIN else None)
        source = self.read(found) if found is not None else None
        return source if isinstance(source, Source) else None

    def text_of(self, path: str) -> str | None:
        """The text of a source as it is now."""
        source = self.at(path)
        return source.text if source is not None else None

    def drop(self, path: str) -> None:
        """Keeps a text no longer: nobody will ask for it again."""
        self._kept.pop(path, None)

    def replace(self, source: Source, text: str, fixed: tuple[Finding, ...]) -> None:
        """From now on a source has this text, and these findings of it are fixed."""
        before = self.rewritten.get(source.path)
        now = source._replace(text=text, digest=digest_of(encoded(source, text)))
        old, already, made = (before.old, before.fixed, before.made) if before else (source.text, (), not source.digest)
        self.rewritten[source.path] = Written(now, old, (*already, *fixed), made)

    def now(self) -> dict[str, str]:
        """The texts of all that was rewritten, by path."""
        return {path: each.source.text for path, each in self.rewritten.items()}

    def tried(self) -> dict[str, str]:
        """The same, and the texts that are taken to be there."""
        return self.now() | self.taken

    def tried_at(self, path: str) -> str | None:
        """The text that a file is taken to have, by any of its paths."""
        name = self.name(path)
        return self.taken[name] if name in self.taken else self.text_of(name)
