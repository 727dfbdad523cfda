"""What the sources of one invocation say of each other: Services and their ports, policies, namespaces.

In: a `Shelf`. Out: `Speech`, which gives `References` and whom to ask what can follow a move. Must not know: lifecycles, rules.

What is context is gone through once, only for what it says of others. A fix may change a Service in another source, before or behind the
one that is being mended: what has been rewritten is what is heard from then on.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from sidecarlint.desk.shelf import Shelf
from sidecarlint.documents import documents
from sidecarlint.findings import Unread
from sidecarlint.guards import Guards
from sidecarlint.references import SPEAKS, References, merged, read_references
from sidecarlint.sources import STDIN, Source, Unreadable
from sidecarlint.sources.nearby import short
from sidecarlint.workloads import objects

if TYPE_CHECKING:
    from sidecarlint.references.following import Following


class Speech:
    """What is said. `changed` is called when something else is said than before."""

    def __init__(self, shelf: Shelf, changed: Callable[[], None]) -> None:
        self._shelf, self._changed = shelf, changed
        self._settings = shelf.settings
        self._spoken: dict[str, References] = {}
        self.naming: dict[str, int] = {}
        self.guards = Guards(lambda: self.references.context, self._settings.context, lambda: shelf.named_by)

    @cached_property
    def references(self) -> References:
        """What all sources say of each other, each read once."""
        for found in self._shelf.found if not self._spoken else ():
            source = self._shelf.read(found)
            if isinstance(source, Source) and SPEAKS.search(source.text):
                self.hear(source.path, source.text)
        together = merged((*self._spoken.values(), *(said for _, said in self.context)))
        return together._replace(context=frozenset(path for path, _ in self.context))

    @cached_property
    def context(self) -> tuple[tuple[str, References], ...]:
        """What the sources that are only read say of others, by their paths; what cannot be found is noted. What is also judged is no
        context."""
        if not self._settings.context:
            return ()
        from sidecarlint.sources.aside import aside

        said = list[tuple[str, References]]()
        for source in aside(self._settings.context, self._settings.exclude, self._shelf.found):
            if isinstance(source, Unreadable):
                self._shelf.unread.append(Unread(source.path, source.message))
            elif SPEAKS.search(source.text):
                said.append((short(source.path), _said(short(source.path), source.text)))
        return tuple(said)

    def hear(self, path: str, text: str) -> None:
        """Takes note of what a source says of others. Whom a template speaks of is known once it is rendered."""
        if of_chart(path, text):
            return
        said = self._spoken[path] = _said(path, text)
        if any(service.named for service in said.services) or any(each.about == "lets-in" for each in said.mentions):
            self.naming[path] = hash(text)

    def hear_again(self, path: str, text: str) -> None:
        """The same once more for another text of the source, when it leads to ports by their names: only that is ever rewritten."""
        if path in self.naming and self.naming[path] != hash(text):
            self.hear(path, text)
            self.naming[path] = hash(text)
            self.__dict__.pop("references", None)
            self._changed()

    @cached_property
    def following(self) -> "Following":
        """Whom to ask whether a Service or a NetworkPolicy can follow a move."""
        from sidecarlint.references.following import Following

        settings, shelf = self._settings, self._shelf
        guards = self.guards
        return Following(shelf.texts, shelf.text_of, guards.of_leader, settings.own_kinds, settings.rendered, shelf.name, self._keep_out)

    def _keep_out(self, asking: str, path: str) -> str | None:
        return self.guards.of_other(
            asking, path, path in self._shelf.found_at or self._shelf.name(path) in map(self._shelf.name, self._settings.values)
        )


def of_chart(path: str, text: str) -> bool:
    """Whether a text is a template of a Helm chart that holds actions."""
    if "{{" not in text or path == STDIN:
        return False
    from sidecarlint.sources.charts import chart_of

    return chart_of(path) is not None


def _said(path: str, text: str) -> References:
    return read_references((each for document in documents(text, SPEAKS) for each in objects(document)), path)
