"""What else a move would change: the table of hazards.

In: the life of a pod before and after a move. Out: `Hazard`s. Must not know: text.

A hazard is a difference between before and after that nobody asked for. One that makes the fix `manual` would break the pod
or needs a person; any other makes it `unsafe`. A new hazard is a function in one of these modules, and a row here.
"""

from collections.abc import Callable

from sidecarlint.fixes.hazards import annotated, company, gates, meshes, refusals, speaking, starting, stopping, versions, webhooks
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
    speaking.let_in,
    speaking.let_out,
    speaking.balanced,
    speaking.sized,
    speaking.scraped,
    speaking.watched,
    speaking.admitted,
    annotated.backed_up,
    annotated.given_secrets,
    annotated.instrumented,
    annotated.checked,
)
"""Every hazard, in the order in which a finding names them."""


def hazards_of(case: Case) -> tuple[Hazard, ...]:
    """The hazards of one move, those that a person must decide first."""
    found = [hazard for each in HAZARDS if (hazard := each(case)) is not None]
    return tuple(sorted(found, key=lambda hazard: not hazard.manual))
