"""Whether kustomizations build to what a fix means to do: each of them is built before and after it.

In: the new texts of a group of files, and the plans that are carried out in them. Out: a reason against them, or None. Must not know:
formats, how a patch is followed.

A patch that no longer meets its container breaks a build in silence (helm-kustomize B1). So nothing that a build reads is rewritten unless
the build is the same afterwards, but for the containers that were to move. Where something cannot be built, only what nothing else speaks
of is rewritten.
"""

import os
from collections.abc import Callable, Mapping, Sequence

from sidecarlint.edits.outcomes import Compared, Outcome, compared
from sidecarlint.judging import Planned
from sidecarlint.proving.brought import brought
from sidecarlint.proving.meant import Text, meant, workloads_of
from sidecarlint.references import KUSTOMIZATIONS
from sidecarlint.references.kustomize import Kustomizations
from sidecarlint.references.kustomize.builds import builds_with, made_of, only_gathers, unbuildable
from sidecarlint.references.kustomize.values import Kustomization
from sidecarlint.settings import OwnKind
from sidecarlint.sources.building import Builder, Built, Failed, builder, staged
from sidecarlint.sources.nearby import holds_above, short
from sidecarlint.values import NamedTuple

Near = Callable[[str], Kustomizations | None]
"""The kustomizations of the tree around a file, None where there are none."""

Texts = Mapping[str, str]

_NO_PROGRAM = "install kubectl or kustomize, so that this can be proven"
_NO_EXEC = "leave --no-exec away, so that this can be proven"


class _Asked(NamedTuple):
    """One build, the kustomizations that it is made of, and all texts, by real path, that are not as on disk: before and after what is
    asked about."""

    graph: Kustomizations
    root: Kustomization
    layers: tuple[Kustomization, ...]
    before: Texts
    after: Texts


class _Accepted(NamedTuple):
    """What was accepted in one source so far: plans, and the texts, by real path, that they have led to."""

    planned: tuple[Planned, ...] = ()
    texts: Texts = {}


class Builds:
    """The builds of one run. `read` gives a file's text as the run has it but for the group that is asked about, and `now` all texts of
    earlier groups, by path, whether they are written or not."""

    def __init__(self, near: Near, read: Text, now: Callable[[], Texts], no_exec: bool = False, own: tuple[OwnKind, ...] = ()) -> None:
        self._near, self._read, self._now, self._own = near, read, now, own
        self._builder: Builder | None = builder(no_exec)
        self._missing = _NO_EXEC if no_exec else _NO_PROGRAM
        self._built: dict[tuple[str, frozenset[tuple[str, str]]], Built | Failed] = {}
        self._steps = [_Accepted()]

    def why_not(self, texts: Texts, planned: Sequence[Planned]) -> str | None:
        """Why these texts must not be written, or None. `texts` are all that are new since a source was begun with, `planned` all plans
        that are carried out in them. A source is asked about after each pass: then the plans of the passes before come first, and those of
        this one speak of the texts that those have led to."""
        given = {os.path.realpath(path): text for path, text in texts.items()}
        while not _begins(planned, self._steps[-1].planned):
            self._steps.pop()
        reason = self._why_not(given, planned[len(self._steps[-1].planned) :])
        if reason is None and planned:
            self._steps.append(_Accepted(tuple(planned), given))
        return reason

    def _why_not(self, texts: Texts, planned: Sequence[Planned]) -> str | None:
        """The same for the plans of one pass alone."""
        ahead = {**{os.path.realpath(path): text for path, text in self._now().items()}, **self._steps[-1].texts}
        graphs = {id(graph): graph for path in texts if (graph := self._near(path)) is not None}
        for graph in graphs.values():
            roots = [each for each in builds_with(graph, texts, self._read) if not only_gathers(each, texts, self._read)]
            if roots and self._builder is None:
                return self._unproven(graph, texts, planned, self._missing)
            wanted = meant(graph, planned, self._text, texts.get, self._own) if roots else ()
            for root in roots:
                asked = _Asked(graph, root, made_of(graph, root), ahead, {**ahead, **texts})
                unbuilt = self._unbuilt(asked)
                reason = self._unproven(graph, texts, planned, unbuilt) if unbuilt else self._differs(asked, wanted, planned)
                if reason is not None:
                    return reason
        return None

    def _unproven(self, graph: Kustomizations, texts: Texts, planned: Sequence[Planned], so: str) -> str | None:
        """Where nothing can be built, only what nothing in a kustomization names goes without a proof."""
        for path in texts:
            if (os.path.basename(path) in KUSTOMIZATIONS and not _gives_values(path, planned)) or graph.patching_file(path):
                return f"{short(path)} would have to follow, which no build has shown to be right; {so}"
        for each in planned:
            path = each.finding.location.path
            together = [one.finding.container for one in planned if (one.number, one.route) == (each.number, each.route)]
            moved = tuple(dict.fromkeys(name for name in together if name))
            for workload in workloads_of(path, each, self._text, self._own):
                patching = graph.patching(path, workload)
                if patching and not graph.stays_right(path, workload, moved):
                    return f"{short(patching)} speaks of its containers, and no build has shown that it stays right; {so}"
        return None

    def _text(self, path: str) -> str | None:
        """A file's text before the pass that is asked about."""
        return self._steps[-1].texts.get(os.path.realpath(path)) or self._read(path)

    def _unbuilt(self, asked: _Asked) -> str:
        """Why a kustomization is not built as it is, "" for one that is."""
        for layer, written in unbuildable(asked.layers):
            return f"{short(layer.path)} includes {written}, which is not in this tree"
        before = self._build(asked, asked.before)
        return f"{_name(asked.root)} does not build as it is ({before.reason})" if isinstance(before, Failed) else ""

    def _differs(self, asked: _Asked, wanted: Sequence[Outcome], planned: Sequence[Planned]) -> str | None:
        """Why a build is not what is meant once it has the new texts."""
        name, before, after = _name(asked.root), self._build(asked, asked.before), self._build(asked, asked.after)
        assert isinstance(before, Built)
        if isinstance(after, Failed):
            return f"{name} would no longer build: {after.reason}"
        found = _compared(before, after, (*wanted, *brought(asked.graph, planned, before.text, after.text, self._own)))
        return f"the build of {name} would change by more than the move: {found.reason}" if found.reason else None

    def _build(self, asked: _Asked, texts: Texts) -> Built | Failed:
        """What a kustomization builds to with these texts; each state of it is built once."""
        folders = sorted({each.folder for each in asked.layers})
        own = {path: text for path, text in texts.items() if any(path.startswith(os.path.join(each, "")) for each in folders)}
        state = asked.root.path, frozenset(own.items())
        if state not in self._built:
            self._built[state] = self._made(asked.root, folders, own)
        return self._built[state]

    def _made(self, root: Kustomization, folders: Sequence[str], texts: Texts) -> Built | Failed:
        assert self._builder is not None
        if not texts:
            return _told(self._builder.build(root.folder))
        with staged(holds_above(root.path, KUSTOMIZATIONS) or root.folder, folders, texts) as copy:
            if isinstance(copy, Failed):
                return copy
            made = self._builder.build(copy.at(root.folder))
            if isinstance(made, Built):
                return made
            left = f" ({short(copy.outside[0])} leads out of the tree and was left out)" if copy.outside else ""
            return _told(Failed(copy.as_known(made.reason) + left))


def _begins(planned: Sequence[Planned], accepted: Sequence[Planned]) -> bool:
    """Whether plans begin with those that were accepted; the very same ones, as equal ones may be made anew."""
    return len(planned) >= len(accepted) and all(ours is theirs for ours, theirs in zip(planned, accepted, strict=False))


def _gives_values(path: str, planned: Sequence[Planned]) -> bool:
    """Whether nothing but values of charts changes in a kustomization. kustomize renders no chart by itself, so no build could show more;
    that no patch speaks of what moves was asked before."""
    own = [each for each in planned if os.path.realpath(each.finding.location.path) == path]
    follows = [asked.path for each in planned if each.plan is not None for asked in each.plan.elsewhere]
    return bool(own) and all(each.route[:1] == ("helmCharts",) for each in own) and path not in map(os.path.realpath, follows)


def _name(root: Kustomization) -> str:
    """What people know a build by."""
    return short(os.path.dirname(root.path))


def _told(made: Built | Failed) -> Built | Failed:
    """Paths below the current folder as people write them."""
    return Failed(made.reason.replace(os.path.join(os.path.realpath("."), ""), "")) if isinstance(made, Failed) else made


def _compared(before: Built, after: Built, wanted: Sequence[Outcome]) -> Compared:
    """A name that no layer is known to give is given by something that is not followed, such as a transformer: then any will do."""
    found = compared(before.text, after.text, wanted)
    if found.reason and not any(found.seen):
        return compared(before.text, after.text, [each._replace(names=()) for each in wanted])
    return found
