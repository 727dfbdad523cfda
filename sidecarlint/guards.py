"""Why a source must not be rewritten where it lies: it is somebody else's, or kustomize speaks of what stands in it too.

In: paths, workloads, Services and NetworkPolicies. Out: reasons, as sentences. Must not know: what is to be rewritten.

Where kustomizations are is looked up on disk, whatever the run was pointed at, and only for texts that speak of containers. What they say
is read as the run has it: a text that was rewritten counts, written or not.
"""

from collections.abc import Callable, Collection, Sequence
from os.path import dirname, join, realpath
from typing import TYPE_CHECKING

from sidecarlint.references import GITOPS, KUSTOMIZATIONS
from sidecarlint.sources import STDIN, Found, Source, read
from sidecarlint.sources.charts import chart_of
from sidecarlint.sources.nearby import holding_below, holds_above, named_below, repository, short, vendored
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.fixes.overlays import Carried, Moving
    from sidecarlint.references.following import Leader
    from sidecarlint.references.kustomize import Kustomizations

_ENDINGS = (".yaml", ".yml")
_PATCH = "the file is a kustomize patch of {}; its base may have to change with it"


class Guards:
    """Answers for one run. `context` gives the paths that are only read for what they say, `aside` are the folders and files that they
    were found in: what kustomizations include from elsewhere may be there too. `judged` gives the real paths of the sources of the run."""

    def __init__(
        self,
        context: Callable[[], frozenset[str]],
        aside: Sequence[str] = (),
        judged: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._context, self._aside, self._judged = context, tuple(realpath(each) for each in aside), judged
        self._kustomizations: dict[str, Kustomizations] = {}
        self._tops: dict[str, str | None] = {}
        self._objects: dict[str, list[str]] = {}
        self._files: dict[str, list[str]] = {}
        self._now: dict[str, str] = {}

    def notice(self, path: str, text: str) -> bool:
        """From now on the file at a path is taken to have this text, whatever stands on the disk. Whether other things may be said then."""
        real = realpath(path)
        if path == STDIN or self._now.get(real) == text:
            return False
        self._now[real] = text
        for top, near in self._kustomizations.items():
            self._kustomizations[top] = near.without(real)
        return bool(self._kustomizations)

    def of_other(self, asking: str, path: str, of_run: bool) -> str | None:
        """Why the file at `path` must not be rewritten for the sake of a workload in the source at `asking`, as a sentence. `of_run`: it is
        among what the run was pointed at, or was named to it."""
        if STDIN in (asking, path):
            return f"{path if asking == STDIN else 'what came in on standard input'} has to change with it: name files, not -"
        tree, real = self._tree(asking), realpath(path)
        if not of_run and any(real == each or real.startswith(join(each, "")) for each in self._aside):
            return f"{path} has to change with it, and it is only context, which is never written: name it among the paths"
        if owner := vendored(path):
            return f"{path} has to change with it, and it {owner}"
        if of_run or real.startswith(join(tree, "")):
            return None
        where = "this folder" if short(tree) == "." else short(tree)
        return f"{path} has to change with it, and it lies outside of {where}: name it among the paths to have it changed too"

    def _tree(self, path: str) -> str:
        """What belongs together with a source: what is looked through for kustomizations, or its repository, its chart, or its folder."""
        return self._top(path) or repository(path) or chart_of(path) or dirname(realpath(path))

    def of_workload(self, path: str, workload: Workload, moved: "tuple[Moving, ...]") -> "str | Carried | None":
        """Why this workload must not be rewritten where it lies: somebody else's file, or kustomize speaks of it too. Patches that stay
        right do not stand against containers that are `moved`, the first of them now, where nothing else changes; for others the answer is
        what has to follow it."""
        if path == STDIN:
            return None
        if owner := vendored(path):
            return f"the file {owner}"
        near = self.around(path)
        if near is None:
            return None
        if user := near.patching_file(path):
            return _PATCH.format(short(user))
        patching = near.patching(path, workload)
        # What a chart makes of its values is not seen, so nothing can follow it there.
        if patching and moved and not workload.in_values:
            return self._following(near, path, workload, moved)
        return f"{short(patching)} patches this workload's containers and may have to change with it" if patching else None

    def _following(self, near: "Kustomizations", path: str, workload: Workload, moved: "tuple[Moving, ...]") -> "str | Carried | None":
        if near.stays_right(path, workload, tuple(each.name for each in moved)):
            return None
        from sidecarlint.fixes.overlays import carried

        return carried(near, path, workload, moved[:1], near.text)

    def of_leader(self, path: str, leader: "Leader") -> str | None:
        """Why a Service or a NetworkPolicy must not be rewritten for the sake of a workload in the source at `path`."""
        if leader.path in self._context():
            return f"{leader.path} is only context, which is never written: write the number there by hand"
        if STDIN in (path, leader.path):
            return None if path == leader.path else "one of the two came in on standard input"
        if owner := vendored(leader.path):
            return f"the file of the {leader.kind} {owner}"
        near = self.around(leader.path)
        user = near and (near.patching_file(leader.path) or near.patching_object(leader.path, leader.kind, leader.name))
        return f"{short(user)} patches the {leader.kind}" if user else None

    def patch_of(self, path: str, workload: Workload) -> str | None:
        """Whose patch the file is, as the reason why it must not be rewritten alone."""
        near = self.kustomizations(path) if path != STDIN else None
        user = near.patching_file(path) if near is not None else None
        return _PATCH.format(short(user)) if user else None

    def kustomizations(self, path: str, text: str = "") -> "Kustomizations | None":
        """Those of the tree around a source; looked up only where one is near, or where its text holds what lays patches over a folder."""
        top = self._top(path)
        if top is None and any(mark.decode() in text for mark in GITOPS):
            top = repository(path)
        return self._graph(top) if top is not None else None

    def around(self, path: str) -> "Kustomizations | None":
        """The same for a source that is to be rewritten: objects that patch it may stand anywhere in its repository, and so may
        kustomizations that take it in from another folder, by a link or where kustomize is allowed to."""
        top = self._top(path) or repository(path)
        if top is None:
            return None
        return self._graph(top) if self._top(path) or self._objects_in(top) or self._files_in(top) else None

    def _files_in(self, top: str) -> list[str]:
        if top not in self._files:
            self._files[top] = named_below(top, KUSTOMIZATIONS)
        return self._files[top]

    def _objects_in(self, top: str) -> list[str]:
        if top not in self._objects:
            self._objects[top] = holding_below(top, _ENDINGS, GITOPS)
        return self._objects[top]

    def _graph(self, top: str) -> "Kustomizations":
        near = self._kustomizations.get(top)
        if near is None:
            near = self._kustomizations[top] = self._read(top)
        return near

    def _read(self, top: str) -> "Kustomizations":
        """The kustomizations of a tree, and those of the clones beside it."""
        # Most sources have none near.
        from sidecarlint.references.kustomize import Beside, Kustomizations

        own, beside = self._files_in(top), Beside(tuple(self._objects_in(top)), top)
        if not self._aside:
            return Kustomizations(own, self._text_of, beside)
        from sidecarlint.sources.clones import clones, resolved

        known = clones(self._aside)
        others = (path for each in known for path in named_below(each.folder, KUSTOMIZATIONS))
        return Kustomizations(list(dict.fromkeys((*own, *others))), self._text_of, beside, lambda written: resolved(written, known))

    def is_aside(self, path: str) -> bool:
        """Whether a file is only read."""
        real = realpath(path) if self._aside else ""
        return any(real == each or real.startswith(join(each, "")) for each in self._aside) and real not in self._judged()

    def is_own(self, path: str) -> bool:
        """Whether a file is there to be edited: it is neither somebody else's nor only read."""
        return not vendored(path) and not self.is_aside(path)

    def _top(self, path: str) -> str | None:
        folder = dirname(path)
        if folder not in self._tops:
            self._tops[folder] = holds_above(path, KUSTOMIZATIONS)
        return self._tops[folder]

    def _text_of(self, path: str) -> str | None:
        """The text of any file as the run has it now; None where it cannot be read."""
        if self._now and (text := self._now.get(realpath(path))) is not None:
            return text
        source = read(Found(path, False))
        return source.text if isinstance(source, Source) else None
