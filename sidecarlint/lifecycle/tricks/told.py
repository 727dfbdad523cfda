"""How containers of pods that are meant to end do so, with what others do about it, and what of this rules may say.

In: how each container would end alone. Out: `End`s, and a `Trick` for each helper. Must not know: text, spans, files.
"""

import re
from collections.abc import Sequence

from sidecarlint.lifecycle.ends import End
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.lifecycle.tricks.search import own_trick, trick_of
from sidecarlint.lifecycle.tricks.trick import DOUBT, IDLE, Scene, Trick, where
from sidecarlint.workloads import Workload

_TIMEOUT = re.compile(r"(?<![\w-])timeout\b[^;&|\n]*?\s(\d+[smhd]?)(?=\s+[^\d\s-])")

_UNREAD = "unread"
"""What may end a helper stands where actions of a template decide about it. Rules never see this kind."""


def told(workload: Workload, each: Seen, part: Part, alone: End, seen: Sequence[Seen]) -> End:
    """How an app or a helper of a pod that is meant to end does so, given how it would alone."""
    scene = Scene(workload, each, part, alone.ends, alone.why, seen)
    if part.part == "helper":
        return _as_far_as_read(workload, seen, _helper(workload, scene, alone))
    trick = own_trick(scene) if alone.ends == "never" else None
    return End("when-told", trick.sights[0]) if trick and trick.kind != IDLE else alone


def _as_far_as_read(workload: Workload, seen: Sequence[Seen], end: End) -> End:
    """Nothing is said of a helper that nobody is seen to end where actions of a template decide what runs, or for how long."""
    unread = workload.unread or any(each.container.unread for each in seen if each.container.list == "containers")
    nobody = end.trick is None or end.trick.kind in (DOUBT, IDLE)
    return End("unknown", trick=Trick(_UNREAD)) if unread and nobody and end.ends != "when-done" else end


def _helper(workload: Workload, scene: Scene, alone: End) -> End:
    if workload.ended_by:
        sight = Sight(workload.ended_by, scene.each.container.route)
        return End("when-told", sight, Trick("controller", "", workload.ended_by, sights=(sight,)))
    trick, own = trick_of(scene), _by_itself(scene, alone)
    if own and (trick is None or (trick.kind == DOUBT and not trick.words) or (trick.kind == IDLE and trick.by)):
        return alone._replace(trick=own)
    if trick is None:
        return alone
    if trick.kind == IDLE:
        return alone._replace(trick=trick) if alone.ends != "when-told" else End("never", trick.sights[0], trick)
    if trick.kind == DOUBT:
        return End("when-told" if trick.ready or alone.ends == "when-told" else "unknown", trick.sights[0], trick)
    return End("when-done" if alone.ends == "when-done" else "when-told", trick.sights[0], trick)


def _by_itself(scene: Scene, alone: End) -> Trick | None:
    """A helper that sees for itself when to end, or does so after some time."""
    name = scene.each.container.name
    if alone.why is None or alone.ends not in ("when-told", "when-done"):
        return None
    if alone.ends == "when-told":
        return Trick("watch-loop", name, alone.why.message, sights=(alone.why,))
    found = next((found for word in (*scene.each.words, " ".join(scene.each.words)) if (found := _TIMEOUT.search(word))), None)
    sight = where(scene.each, "timeout" if found else "")._replace(message="it ends by itself, whether or not the work is done")
    return Trick("self-timeout", name, f"timeout {found[1]}" if found else "", sights=(sight,))


def tricks(workload: Workload, found: Sequence[Part], how: Sequence[End]) -> list[Trick | None]:
    """What ends each helper of a pod that may end, today: always something, unless the helper holds the work up for ever."""
    return [_trick(workload, end) if part.part == "helper" else None for part, end in zip(found, how, strict=True)]


def _trick(workload: Workload, end: End) -> Trick | None:
    if end.trick is not None and end.trick.kind == _UNREAD:
        return None
    if end.ends != "never":
        return end.trick if end.trick and end.trick.kind != IDLE else Trick(DOUBT)
    idle = end.trick.sights if end.trick else ()
    if workload.deadline is None:
        return Trick(IDLE, sights=idle) if idle else None
    said = Sight(f"after {workload.deadline.seconds} seconds Kubernetes ends the pod, and it has failed", workload.deadline.route)
    return Trick("deadline", "", str(workload.deadline.seconds), sights=(said, *idle))
