"""What a person can do where no fix may: the titles of manual moves.

In: a `Case`. Out: an imperative sentence. Must not know: text.
"""

from collections.abc import Callable

from sidecarlint.fixes.hazards import company, gates, refusals, starting, stopping, versions
from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle.placed import placing

_FIRST: tuple[tuple[Callable[[Case], Hazard | None], str], ...] = (
    (versions.old_nodes, "Give --node-affinity a label of your newer nodes, or come back when no node is older than 1.29"),
    (refusals.incomplete, "Move {name} to initContainers in the manifest that this is a part of"),
    (refusals.name_taken, "Give {name} a name of its own first, then move it to initContainers"),
    (refusals.host_port, "Take the hostPort of {name} away first, then move it to initContainers"),
    (refusals.named_port, "Give the Service the port's number first, then move {name} to initContainers"),
    (refusals.own_restart_policy, "Remove the restartPolicyRules of {name} first, then move it to initContainers"),
    (gates.waits_for_the_app, "Let {name} start without the app first, then move it to initContainers"),
    (gates.holds_until_the_app, "Let {name} start without the app first, then move it to initContainers"),
    (gates.start_depends_on_the_app, "Let {name} start without the app first, then move it to initContainers"),
    (starting.init_order, "Put the init containers into another order first, then move {name} among them"),
    (starting.filled_by_injector, 'Set vault.hashicorp.com/agent-init-first: "true" first, then move {name} to initContainers'),
    (starting.more_than_the_pod, "Raise what the pod itself requests first, then move {name} to initContainers"),
    (stopping.ends_by_itself, "Take the time limit of {name} away first, then move it to initContainers"),
    (company.waited_for_by_kubexit, "Take kubexit out of the pod, and move {name} to initContainers"),
)
"""What stands against a move so that a person must decide, and what that person does, in the order of `HAZARDS`."""


def advice(case: Case) -> str:
    """What a person can do about a helper that is not moved for them."""
    name = case.life.name
    injector = placing(case.life.seen, case.before.workload)
    if injector is not None:
        is_asked = injector.switch and not injector.switch.startswith("none needed")
        return f"Switch the injector to native sidecars: {injector.switch}" if is_asked else f"Leave {name} to {injector.tool}"
    found = (words for ask, words in _FIRST if (hazard := ask(case)) is not None and hazard.manual)
    return next(found, "Move {name} to initContainers by hand").format(name=name)
