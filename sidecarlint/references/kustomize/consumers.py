"""Who builds a base of this very repository at another revision of it, so that nobody sees here what becomes of the base there.

In: the graph of a tree, its repository, a file. Out: `Consumer`s. Must not know: what is in a build, lifecycles, rules.

Such a build has what the file was at that revision. What it lays over it fits that, and is to follow once the revision is raised.
"""

import os
import re
from collections.abc import Iterator

from sidecarlint.references.kustomize.graph import Kustomizations
from sidecarlint.references.kustomize.values import Entry, Kustomization
from sidecarlint.sources.clones import Clone, leads_into
from sidecarlint.values import NamedTuple

_LIVE = ("", "HEAD", "main", "master")
"""What Argo CD and Flux are told where they follow the repository as it is."""
_PINNED = r"[?&](?P<asked>(?:ref|version)=[^&\s]+)|^https://raw\.githubusercontent\.com/[^/]+/[^/]+/(?P<raw>[^/]+)/"


class Consumer(NamedTuple):
    """One of them. `path` is its file, `title` the object in it, "" for a kustomization; `revision` is said as it is written, "" for the
    default branch."""

    path: str
    title: str
    revision: str


def consumers(graph: Kustomizations, own: Clone, path: str) -> tuple[Consumer, ...]:
    """Those that a file gets into, in the order of their files."""
    real = os.path.realpath(path)
    above = {real, *(each.folder for each in graph.reaching(path)), *(os.path.realpath(each.path) for each in graph.reaching(path))}
    found = (consumer for each in (*graph.all, *graph.objects) for consumer, place in _named(each, own) if place in above)
    return tuple(sorted(dict.fromkeys(found)))


def _named(each: Kustomization, own: Clone) -> Iterator[tuple[Consumer, str]]:
    """What a kustomization or an object names of this repository by its URL, as real paths."""
    for entry in (*each.resources, *each.components):
        if _is_remote(each, entry):
            yield Consumer(each.path, each.title, _revision(entry.written)), leads_into(entry.written, own)
    # What Flux and Argo CD take is named by a path alone.
    if each.pinned.revision not in _LIVE and leads_into(each.pinned.repository, own):
        yield from ((Consumer(each.path, each.title, each.pinned.revision), entry.place) for entry in each.resources)


def _revision(written: str) -> str:
    """At which revision a URL asks for something, "" for the default branch."""
    found = re.search(_PINNED, written)
    return "" if found is None else f"?{found['asked']}" if found["asked"] else found["raw"]


def _is_remote(each: Kustomization, entry: Entry) -> bool:
    """Whether it was named by a URL: also where a clone is at hand, which may be at any revision."""
    if entry.kind in ("remote", "missing") or each.virtual:
        return entry.kind == "remote"
    return not os.path.exists(os.path.join(each.folder, entry.written))
