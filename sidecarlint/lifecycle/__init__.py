"""Workloads to lifecycles: what each container is, how it ends, in which order, and what a move would bring.

In: `Workload`, catalogue, references. Out: `Lifecycle`. Must not know: text, spans, files. Facts: native-sidecars.md.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sidecarlint.catalogue import Catalogue
from sidecarlint.lifecycle import order
from sidecarlint.lifecycle.ends import End, completes, ends, holding_up, may_end
from sidecarlint.lifecycle.gains import calls, faces, gain
from sidecarlint.lifecycle.injected import Injected
from sidecarlint.lifecycle.lives import WORDS, ContainerLife, Lifecycle, PodLife
from sidecarlint.lifecycle.natives import Grace, View, mistakes, used_up_grace
from sidecarlint.lifecycle.outlook import Mark, Outlook, completing, legacy_mesh, outlook
from sidecarlint.lifecycle.pairs import other_half
from sidecarlint.lifecycle.parts import Part, mount_of, parts
from sidecarlint.lifecycle.placement import Placement, as_sidecar, earliest, moved, placements
from sidecarlint.lifecycle.seen import Seen, Sight, see
from sidecarlint.lifecycle.waits import awaited, holds_back, only_waits, waited_for_in_init
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload
from sidecarlint.workloads.images import written
from sidecarlint.workloads.versions import Version

if TYPE_CHECKING:
    from sidecarlint.lifecycle.tricks import Trick

__all__ = [
    "LONGEST_SAID", "WORDS", "ContainerLife", "Injected", "Lifecycle", "Mark", "Placement", "PodLife", "Sight", "after", "as_sidecar",
    "before", "calls", "earliest", "legacy_mesh", "lifecycle", "mount_of", "together",
]  # fmt: skip

MOST_SAID, LONGEST_SAID = 2, 32
"""How many names, and how many characters of them, a sentence says before it speaks of the others."""


def lifecycle(
    workload: Workload,
    catalogue: Catalogue,
    target: Version,
    references: References = References(),  # noqa: B008
    nodes: Version | None = None,
    placement: str = "auto",
) -> Lifecycle:
    """The life of a workload's pods on the target version, whose oldest nodes are of the version `nodes`, where somebody says so.
    `placement`: where helpers are wished to go, auto, first or last."""
    seen = see(workload, catalogue)
    found = parts(workload, seen)
    how = ends(workload, seen, found)
    apps = tuple(
        each.container.name for each, its in zip(seen, found, strict=True) if its.part == "app" and not other_half(workload, each.container)
    )
    ending = may_end(workload, seen, found, how)
    held, told = _ending(workload, found, how) if ending else ([], [])
    places = placements(workload, seen, found, placement)
    known = _Known(workload, seen, found, how, held, told, target, references, apps, nodes, places)
    lives = tuple(_life(known, index) for index in range(len(seen)))
    grace = used_up_grace(workload, tuple(each.seen for each in lives))
    pod = _pod(workload, lives, completes(workload, found, how), grace, outlook(workload, seen, found, how, catalogue, references))
    return Lifecycle(workload, pod, lives, order.starts(workload.pod), order.stops(workload.pod), ending)


def _ending(workload: Workload, found: Sequence[Part], how: Sequence[End]) -> "tuple[list[int], list[Trick | None]]":
    from sidecarlint.lifecycle.tricks.told import tricks

    return holding_up(found, how), tricks(workload, found, how)


class _Known(NamedTuple):
    """What is known of the whole pod when one container's life is written. Lists are by the container's index."""

    workload: Workload
    seen: Sequence[Seen]
    found: Sequence[Part]
    how: Sequence[End]
    held: Sequence[int]
    told: "Sequence[Trick | None]"
    target: Version
    references: References
    apps: tuple[str, ...]
    nodes: Version | None
    places: dict[int, Placement]


def _life(known: _Known, index: int) -> ContainerLife:
    each, part, end = known.seen[index], known.found[index], known.how[index]
    container, holds, trick = each.container, index in known.held, known.told[index] if known.told else None
    gained = gain(known.workload, index, known.seen, known.found, holds or (trick is not None and trick.kind != ""))
    is_helper = part.part in ("helper", "sidecar")
    facing, shown = faces(known.workload, each, part, known.references) if is_helper else ("neither", None)
    waits = awaited(each, known.seen, known.found)
    because = end.why if holds or part.part in ("init", "sidecar") else None
    wrong, shown_wrong = mistakes(View(known.workload, index, known.seen, part, facing, known.target, known.references, known.nodes))
    image, tag, digest = written(container.image)
    restarted_anyway = part.part == "app" and known.workload.pod.restart_policy == "Always"
    return ContainerLife(
        name=container.name,
        list=container.list,
        image=image,
        tag=tag,
        digest=digest,
        part=part.part,
        certainty=part.certainty,
        role=part.role,
        helper=each.known.helper.title if each.known else "",
        benefit=gained.benefit,
        faces=facing,
        ends=end.ends,
        ends_because=end.why.message if end.why else "",
        holds_up_work=holds,
        trick=trick.kind if trick else "",
        trick_by=trick.by if trick else "",
        trick_with=trick.words if trick else "",
        trick_fails=trick.fails if trick else "",
        # A log reader serves nobody: a number in its words is no port.
        holds_up_start=part.part == "helper" and part.role != "log-reader" and waited_for_in_init(each, known.seen) is not None,
        restart_policy=container.restart_policy or "",
        restart_policy_fault=order.restart_policy_fault(container, known.target, not restarted_anyway),
        awaits=tuple(wait.helper for wait in waits),
        delays_start=holds_back(each, known.seen, known.found) is not None,
        delays_stop=only_waits(container.pre_stop, container),
        pair=other_half(known.workload, container),
        apps=known.apps,
        beside=together(known.apps),
        route=container.route,
        evidence=_distinct(
            *part.evidence,
            because,
            *(trick.sights if trick else ()),
            *gained.evidence,
            shown,
            *(wait.sight for wait in waits),
            *shown_wrong,
        ),
        **wrong._asdict(),
        place=known.places[index].before if index in known.places else None,
        placed=known.places.get(index),
        known=each.known.helper if each.known else None,
        seen=each,
    )


def together(names: Sequence[str]) -> str:
    """Names as a sentence says them; "" when there are none, or when they would fill it."""
    said = " and ".join(names)
    return said if len(names) <= MOST_SAID and len(said) <= LONGEST_SAID else ""


def _distinct(*sights: Sight | None) -> tuple[Sight, ...]:
    return tuple(dict.fromkeys(sight for sight in sights if sight is not None))


def _pod(workload: Workload, lives: Sequence[ContainerLife], own: str, grace: Grace, view: Outlook) -> PodLife:
    names = {part: tuple(each.name for each in lives if each.part == part and not each.pair) for part in ("app", "helper")}
    return PodLife(
        kind=workload.owner.kind,
        name=workload.owner.name,
        finite=workload.finite,
        completes=completing(own, view),
        restart_policy=workload.pod.restart_policy,
        apps=names["app"],
        helpers=names["helper"],
        backoff_limit=workload.backoff_limit,
        used_up_grace=grace.used_up,
        cut_short=together(grace.cut_short),
        blockers=(*(each.name for each in lives if each.holds_up_work), *view.injected_blockers),
        **view._asdict(),
    )


def after(workload: Workload, moves: "list[tuple[str, int]]") -> Workload:
    """The workload as it would be once the containers named moved to the init containers, each in front of the one at its index. Those
    that go to the same place stand in the order of `moves`."""
    return workload._replace(pod=moved(workload.pod, moves))


def before(workload: Workload, names: "list[str]") -> Workload:
    """The workload as it would be once the sidecars named moved back behind its ordinary containers."""
    pod = workload.pod
    back = tuple(each._replace(list="containers", restart_policy=None) for each in pod.init_containers if each.name in names)
    rest = tuple(each for each in pod.init_containers if each.name not in names)
    return workload._replace(pod=pod._replace(containers=(*pod.containers, *back), init_containers=rest))
