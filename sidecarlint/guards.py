"""Why a source must not be rewritten where it lies: it is somebody else's, or kustomize speaks of what stands in it too.

In: paths, workloads, Services and NetworkPolicies. Out: reasons, as sentences. Must not know: what is to be rewritten.

Where kustomizations are is looked up on disk, whatever the run was pointed at, and only for texts that speak of containers.
"""

from collections.abc import Callable, Sequence
from os.path import dirname, join, realpath
from typing import TYPE_CHECKING

from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.sources import STDIN, Found, Source, read
from sidecarlint.sources.nearby import holds_above, named_below, short, vendored
from sidecarlint.workloads import Workload

if TYPE_CHECKING:
    from sidecarlint.references.following import Leader
    from sidecarlint.references.kustomize import Kustomizations

_PATCH = "the file is a kustomize patch of {}; its base may have to change with it"


class Guards:
    """Answers for one run. `context` gives the paths that are only read, `beside` are the folders where these lie: what kustomizations
    include from elsewhere may be there too. `judged` gives the real paths of the sources of the run."""

    def __init__(self, context: Callable[[], frozenset[str]], beside: Sequence[str], judged: Callable[[], frozenset[str]]) -> None:
        self._context, self._beside, self._judged = context, beside, judged
        self._kustomizations: dict[str, Kustomizations] = {}
        self._tops: dict[str, str | None] = {}

    def of_workload(self, path: str, workload: Workload, moved: tuple[str, ...]) -> str | None:
        """Why this workload must not be rewritten where it lies: somebody else's file, or kustomize speaks of it too. Patches that stay
        right do not stand against containers that are `moved`, where nothing else changes."""
        if path == STDIN:
            return None
        if owner := vendored(path):
            return f"the file {owner}"
        near = self.kustomizations(path)
        if near is None:
            return None
        if user := near.patching_file(path):
            return _PATCH.format(short(user))
        patching = near.patching(path, workload)
        if patching and moved and near.stays_right(path, workload, moved):
            return None
        return f"{short(patching)} patches this workload's containers and may have to change with it" if patching else None

    def of_leader(self, path: str, leader: "Leader") -> str | None:
        """Why a Service or a NetworkPolicy must not be rewritten for the sake of a workload in the source at `path`."""
        if leader.path in self._context():
            return f"{leader.path} is only context, which is never written: write the number there by hand"
        if STDIN in (path, leader.path):
            return None if path == leader.path else "one of the two came in on standard input"
        if owner := vendored(leader.path):
            return f"the file of the {leader.kind} {owner}"
        near = self.kustomizations(leader.path)
        user = near and (near.patching_file(leader.path) or near.patching_object(leader.path, leader.kind, leader.name))
        return f"{short(user)} patches the {leader.kind}" if user else None

    def patch_of(self, path: str, workload: Workload) -> str | None:
        """Whose patch the file is, as the reason why it must not be rewritten alone."""
        near = self.kustomizations(path) if path != STDIN else None
        user = near.patching_file(path) if near is not None else None
        return _PATCH.format(short(user)) if user else None

    def kustomizations(self, path: str) -> "Kustomizations | None":
        """Those of the tree around a source; looked up only where one is near."""
        folder = dirname(path)
        if folder not in self._tops:
            self._tops[folder] = holds_above(path, KUSTOMIZATIONS)
        top = self._tops[folder]
        if top is None:
            return None
        # Most sources have none near.
        from sidecarlint.references.kustomize import Kustomizations

        near = self._kustomizations.get(top)
        if near is None:
            near = self._kustomizations[top] = Kustomizations(*self._tree(top))
        return near

    def _tree(self, top: str) -> "tuple[list[str], Callable[[str], str | None], Callable[[str], str] | None]":
        """The kustomizations of a tree, and those of the clones beside it, with how they are read and found."""
        own = named_below(top, KUSTOMIZATIONS)
        if not self._beside:
            return own, _text_of, None
        from sidecarlint.sources.clones import clones, resolved

        known = clones(self._beside)
        others = (path for each in known for path in named_below(each.folder, KUSTOMIZATIONS))
        return list(dict.fromkeys((*own, *others))), _text_of, lambda written: resolved(written, known)

    def is_aside(self, path: str) -> bool:
        """Whether a file is only read."""
        if not self._beside:
            return False
        real = realpath(path)
        return real not in self._judged() and any(f"{real}/".startswith(join(realpath(each), "")) for each in self._beside)

    def is_own(self, path: str) -> bool:
        """Whether a file is there to be edited: it is neither somebody else's nor only read."""
        return not vendored(path) and not self.is_aside(path)


def _text_of(path: str) -> str | None:
    source = read(Found(path, False))
    return source.text if isinstance(source, Source) else None
