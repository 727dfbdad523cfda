"""Mistakes in pods that already use native sidecars: what is wrong with a container, in words that fit into a message.

In: what is seen of a pod, the parts, references, a target version. Out: `Mistakes`, with the sights that show them. Must not know:
text, spans, files.

deadlocks    a sidecar whose start needs what starts only after it
order        who calls a sidecar before it is up
quitting     what ends a sidecar before its time
stopping     sleeps, late work and a grace period that is used up
refusals     what Kubernetes refuses, or does not do, for a container as it is written
requests     what a sidecar's place makes a pod request
leftovers    what an ordinary container needed, and a sidecar does not
insistence   how much a script insists on an answer
view         what all of these look at, and how they answer
"""

from collections.abc import Callable, Sequence
from functools import cache

from sidecarlint.lifecycle.natives import refusals
from sidecarlint.lifecycle.natives.view import Grace, Shown, View
from sidecarlint.lifecycle.seen import Seen, Sight
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

__all__ = ["Grace", "Mistakes", "Shown", "View", "mistakes", "used_up_grace"]


class Mistakes(NamedTuple):
    """What is wrong with one container. `ContainerLife` has the same words, and says what each means; "" means that nothing is."""

    start_deadlock: str = ""
    awaited_by: str = ""
    called_by: str = ""
    raced_by_init: str = ""
    raced_by_app: str = ""
    quits_by: str = ""
    idle_stop: str = ""
    late_work: str = ""
    raised_requests: str = ""
    tells_to_quit: str = ""
    sidecar_field: str = ""
    refusal: str = ""
    dropped_resize: str = ""
    unmapped_port: str = ""
    overlooked_port: str = ""
    lost_service: str = ""
    old_nodes: str = ""
    counted_exit_code: str = ""
    start_wait: str = ""
    made_to_end: str = ""
    open_endpoint: str = ""


Question = Callable[[View], Shown | None]

_OF_INITS: dict[str, Question] = {"sidecar_field": refusals.needs_a_sidecar, "dropped_resize": refusals.dropped_resize}
_OF_ALL: dict[str, Question] = {"refusal": refusals.refusal}


@cache
def _of_sidecars() -> dict[str, Question]:
    """Most pods have no sidecars yet, and a start is quicker without what looks at them."""
    from sidecarlint.lifecycle.natives import deadlocks, leftovers, order, quitting, requests, stopping

    return {
        "start_deadlock": deadlocks.deadlock,
        "awaited_by": order.waited_for_ahead,
        "called_by": order.called_ahead,
        "raced_by_init": order.raced_by_init,
        "raced_by_app": order.raced_by_app,
        "quits_by": quitting.quits_itself,
        "idle_stop": stopping.idle_stop,
        "late_work": stopping.late_work,
        "raised_requests": requests.raised_requests,
        "unmapped_port": refusals.unmapped_port,
        "overlooked_port": refusals.overlooked_port,
        "lost_service": refusals.lost_service,
        "old_nodes": refusals.old_nodes,
        "counted_exit_code": refusals.counted_exit_code,
        "start_wait": leftovers.waits_in_hook,
        "made_to_end": leftovers.made_to_end,
        "open_endpoint": leftovers.open_endpoint,
    }


@cache
def _of_apps() -> dict[str, Question]:
    from sidecarlint.lifecycle.natives import quitting

    return {"tells_to_quit": quitting.told_to_quit}


def mistakes(view: View) -> tuple[Mistakes, tuple[Sight, ...]]:
    """What is wrong with a container, and what shows it. A part of a container, such as a patch, says too little for that."""
    if view.is_stub:
        return Mistakes(), ()
    answers = {word: answer for word, ask in _questions(view).items() if (answer := ask(view)) is not None}
    words = {word: each.words for word, each in answers.items()}
    return Mistakes(**words), tuple(sight._replace(shows=word) for word, each in answers.items() for sight in each.sights)


def _questions(view: View) -> dict[str, Question]:
    beside = any(other.container.is_sidecar for other in view.seen)
    if view.container.list == "containers":
        return _OF_ALL | (_of_apps() if beside else {})
    return _OF_ALL | _OF_INITS | (_of_sidecars() if beside and view.container.is_sidecar else {})


def used_up_grace(workload: Workload, seen: Sequence[Seen]) -> Grace:
    """Who leaves a pod's sidecars no time to stop, as a clause, and who is cut short; empty where they have some, or there are none."""
    if not any(each.container.is_sidecar for each in seen):
        return Grace()
    from sidecarlint.lifecycle.natives import stopping

    return stopping.used_up_grace(workload, seen)
