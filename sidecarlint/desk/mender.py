"""The sources of one invocation, mended: their texts after their fixes, proven, and written together with all that has to change with
them.

In: a source, and a way to judge it. Out: `Mended`, files. Must not know: why a fix is wanted, terminals, formats.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from sidecarlint.desk.shelf import Shelf
from sidecarlint.desk.speech import of_chart
from sidecarlint.desk.verdicts import Verdicts
from sidecarlint.errors import SidecarlintError, WriteError
from sidecarlint.findings import Skipped, Unread
from sidecarlint.judging import Verdict
from sidecarlint.sources import STDIN, Source, fresh

if TYPE_CHECKING:
    from sidecarlint.judging import Planned
    from sidecarlint.mending import Mended, Outside
    from sidecarlint.proving import Builds


class Mender:
    """Mends one source after the other. `outside`: who else is asked before a rewrite counts. `skipped`: rewrites that were dropped, and
    why."""

    def __init__(self, shelf: Shelf, verdicts: Verdicts, skipped: list[Skipped]) -> None:
        self._shelf, self._verdicts = shelf, verdicts
        self._speech, self._guards = verdicts.speech, verdicts.speech.guards
        self.outside: list[Outside] = [self._rendered_wrong, self._built_wrong]
        self.skipped = skipped
        self._lent: dict[str, Source] = {}
        self._own = ""

    def mended(self, source: Source, named: bool, unsafe: bool, most: int | None) -> "Mended | None":
        """The text after its fixes; None, and noted, when the fixes do not settle. Until it is written, or forgotten, it is what counts."""
        from sidecarlint.mending import Others, mend

        self._lent, self._own = {source.path: source}, source.path
        others = Others(self._lend, self.take, lambda path: self._speech.following.closed(source.path, path))
        try:
            mended = mend(source.text, lambda text: self._tried(source.path, text, named), unsafe, most, others, self._against)
        except SidecarlintError as error:
            self._shelf.unread.append(Unread(source.path, str(error)))
            self.forget()
            return None
        self.skipped += [Skipped(source.path, reason) for reason in mended.refused]
        return mended

    def _tried(self, path: str, text: str, named: bool) -> Verdict:
        self.take(path, text)
        return self._verdicts.judged(path, text, named)

    def _lend(self, path: str) -> str | None:
        """The text of a source that may have to change, or to be made. It is written only over what was read here."""
        source = self._lent.get(path) or self._shelf.at(path) or (fresh(path) if path != STDIN and not os.path.lexists(path) else None)
        if source is not None:
            self._lent[path] = source
        return source.text if source is not None else None

    def take(self, path: str, text: str) -> None:
        """From now on the source at a path is taken to have this text, written or not."""
        self._speech.hear_again(path, text)
        if path not in self._shelf.taken and path in self._lent and self._lent[path].text == text:
            return
        self._shelf.taken[path] = text
        # What a template renders to shows in others, too.
        if self._guards.notice(path, text) or (path != self._own and of_chart(path, text)):
            self._verdicts.forget()

    def forget(self) -> None:
        """The source that was mended last, and what would change with it, stay as they were."""
        for path, source in self._lent.items():
            self.take(path, source.text)

    def _against(self, texts: Mapping[str, str], planned: "Sequence[Planned]") -> str | None:
        """What is said from outside against a rewrite: what a chart renders, or what kustomizations build, is not as it is meant."""
        return next((reason for ask in self.outside if (reason := ask(texts, planned))), None)

    def _rendered_wrong(self, texts: Mapping[str, str], planned: "Sequence[Planned]") -> str | None:
        return self._verdicts.charts.why_not(texts, planned) if any(of_chart(path, text) for path, text in texts.items()) else None

    def _built_wrong(self, texts: Mapping[str, str], planned: "Sequence[Planned]") -> str | None:
        near = any(path != STDIN and self._guards.around(path) is not None for path in texts)
        return self._builds.why_not(texts, planned) if near else None

    @cached_property
    def _builds(self) -> "Builds":
        """Whom to ask what kustomizations build."""
        from sidecarlint.proving import Builds

        shelf, settings = self._shelf, self._shelf.settings
        read = lambda path: shelf.text_of(shelf.name(path))  # noqa: E731
        return Builds(self._guards.around, read, shelf.now, settings.no_exec, settings.own_kinds)

    def written(self, source: Source, mended: "Mended", show_only: bool) -> list[str] | None:
        """Writes a text back, together with those that its fixes need in other sources: all of them or none. The paths of these others;
        None, and noted, when that was not possible."""
        others = [(self._lent[path], text) for path, text in sorted(mended.others.items())]
        try:
            if not show_only:
                _write([each for each in (*others, (source, mended.text)) if each[0].path != STDIN])
        except WriteError as error:
            self._shelf.unread.append(Unread(error.path, str(error).removeprefix(f"{error.path}: ")))
            self.forget()
            return None
        for each, text in others:
            self._shelf.replace(each, text, ())
        self._shelf.replace(source, mended.text, mended.fixed)
        # What another file of a chart holds decides what is rendered of this one.
        if others or of_chart(source.path, source.text):
            self._verdicts.forget()
        return [each.path for each, _ in others]


def _write(changes: Sequence[tuple[Source, str]]) -> None:
    from sidecarlint.sources.journal import write_all

    write_all(changes)
