"""Hazards that lie in the helper's company: what other containers of the pod still ask of it, or hold up without it.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.
"""

from collections.abc import Callable

from sidecarlint.fixes.hazards import gates, refusals, starting, versions
from sidecarlint.fixes.hazards.case import Case, Hazard


def waited_for_by_kubexit(case: Case) -> Hazard | None:
    """10: kubexit starts a program once its birth dependencies are ready, and it looks for them among the ordinary containers only
    (karlkfi/kubexit, cmd/kubexit/main.go, onReadyOfAll)."""
    for other in case.others:
        awaited = (variable.value for variable in other.seen.container.env if variable.name == "KUBEXIT_BIRTH_DEPS")
        if any(case.life.name == name.strip() for names in awaited for name in names.split(",")):
            return Hazard(
                f"kubexit holds {other.name} back until it is ready, and does not see a sidecar: {other.name} would not start", True
            )
    return None


_DECIDING: tuple[Callable[[Case], Hazard | None], ...] = (
    versions.old_nodes,
    refusals.incomplete,
    refusals.name_taken,
    refusals.placed_by_injector,
    refusals.host_port,
    refusals.named_port,
    refusals.own_restart_policy,
    gates.waits_for_the_app,
    gates.holds_until_the_app,
    gates.start_depends_on_the_app,
    starting.init_order,
    starting.filled_by_injector,
    starting.more_than_the_pod,
    waited_for_by_kubexit,
)
"""The hazards that may leave a move to a person."""


def others_stay(case: Case) -> Hazard | None:
    """A partial migration is none: the work hangs on while another helper, which only a person can move, holds it up."""
    if case.life.benefit != "completion":
        return None
    for other in case.others:
        hazards = (ask(case._replace(life=other)) for ask in _DECIDING) if other.holds_up_work else ()
        if any(hazard is not None and hazard.manual for hazard in hazards):
            return Hazard(f"{other.name} holds the work up too, and only a person can move it: until then the work does not complete")
    return None
