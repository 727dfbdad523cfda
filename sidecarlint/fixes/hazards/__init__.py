"""What else a move would change: the table of hazards.

In: the life of a pod before and after a move. Out: `Hazard`s. Must not know: text.

A hazard is a difference between before and after that nobody asked for. One that makes the fix `manual` would break the pod
or needs a person; any other makes it `unsafe`. A new hazard is a function in one of these modules, and a row here.
What others say of the container has tables of its own, in `speaking` and `annotated`, which few pods need.
"""

from collections.abc import Callable

from sidecarlint.fixes.hazards import company, gates, meshes, refusals, starting, stopping, versions, webhooks
from sidecarlint.fixes.hazards.case import Case, Hazard

__all__ = ["HAZARDS", "Case", "Hazard", "hazards_of"]

HAZARDS: tuple[Callable[[Case], Hazard | None], ...] = (
    versions.old_nodes,
    refusals.incomplete,
    refusals.name_taken,
    refusals.placed_by_injector,
    refusals.host_port,
    refusals.resize_policy,
    refusals.named_port,
    refusals.port_name_elsewhere,
    refusals.own_restart_policy,
    gates.waits_for_the_app,
    gates.holds_until_the_app,
    gates.start_depends_on_the_app,
    gates.may_wait_for_the_app,
    gates.ungated,
    gates.untried,
    starting.init_order,
    starting.filled_by_injector,
    starting.not_certain,
    starting.nobody_gains,
    stopping.inbound,
    meshes.mesh,
    starting.missing_file,
    starting.more_than_the_pod,
    starting.requests_grow,
    stopping.pre_stop,
    stopping.still_told_to_quit,
    stopping.ends_by_itself,
    stopping.works_afterwards,
    stopping.result_matters,
    stopping.passes_on_a_result,
    stopping.failure_policy,
    stopping.exit_code_counts,
    stopping.no_time_to_stop,
    stopping.still_blocked,
    meshes.injected_stays,
    company.waited_for_by_kubexit,
    company.others_stay,
    refusals.universal_pair,
    refusals.storage_limit,
    versions.stuck_after_probe,
    versions.not_restarted,
    webhooks.dropped_on_the_way,
)
"""Every hazard, in the order in which a finding names them."""


def hazards_of(case: Case) -> tuple[Hazard, ...]:
    """The hazards of one move, those that a person must decide first."""
    found = [hazard for each in (*HAZARDS, *_of_others(case)) if (hazard := each(case)) is not None]
    return tuple(sorted(found, key=lambda hazard: not hazard.manual))


def _of_others(case: Case) -> "tuple[Callable[[Case], Hazard | None], ...]":
    """The tables of what others say, where somebody says anything."""
    asked: tuple[Callable[[Case], Hazard | None], ...] = ()
    if case.references.mentions:
        from sidecarlint.fixes.hazards.speaking import SPOKEN

        asked += SPOKEN
    if case.pod.annotations:
        from sidecarlint.fixes.hazards.annotated import ANNOTATED

        asked += ANNOTATED
    return asked
