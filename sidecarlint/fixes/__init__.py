"""Findings to plans: operations on places, how safe they are and why.

In: a rule's fix, a lifecycle, references. Out: `Plan`. Must not know: text.
"""

from collections.abc import Callable

from sidecarlint.documents import Route
from sidecarlint.edits import LAST, Move, Operation, Remove, Rename, Set
from sidecarlint.fixes.hazards import Hazard
from sidecarlint.fixes.moving import case_of, move
from sidecarlint.fixes.plan import Asked, Context, Elsewhere, Plan, graded
from sidecarlint.lifecycle import ContainerLife
from sidecarlint.lifecycle.placed import placing
from sidecarlint.rulebook import Operation as RuleOperation
from sidecarlint.rulebook import Rule, evaluator
from sidecarlint.workloads.versions import seen_by_nodes

__all__ = ["PLANS", "POD_PLANS", "Asked", "Context", "Elsewhere", "Plan", "case_of", "plan"]


def plan(rule: Rule, subject: ContainerLife | None, context: Context) -> Plan | None:
    """The plan for a finding of this rule about this container, or about the whole pod; None where the rule has no fix."""
    if rule.fix is None:
        return None
    if isinstance(rule.fix, str):
        return PLANS[rule.fix](subject, context) if subject is not None else POD_PLANS[rule.fix](context)
    title = str(evaluator(rule.fix_title)({"container": subject, "pod": context.life.pod})) if rule.fix_title else "Change it"
    base = subject.route if subject is not None else context.life.workload.pod.route
    operations = tuple(_operation(each, base) for each in rule.fix)
    return Plan(title, rule.applicability, ("it changes what the manifest asks for",) * (rule.applicability == "unsafe"), operations)


def _operation(each: RuleOperation, base: Route) -> Operation:
    if each.do == "set":
        return Set((*base, *each.route), str(each.value), ("image", "name"))
    if each.do == "remove":
        return Remove((*base, *each.route))
    if each.do == "rename":
        return Rename((*base, *each.route), str(each.to[-1]))
    return Move((*base, *each.route), str(each.to[-1]), LAST)


def _make_sidecar(subject: ContainerLife, context: Context) -> Plan:
    """An init container that never exits, turned into a sidecar where it stands."""
    hazards: list[Hazard] = []
    if (said := seen_by_nodes(context.settings.nodes)) and not context.settings.node_affinity:
        hazards.append(Hazard(f"it helps only on newer nodes: {said}"))
    if (injector := placing(subject.seen, context.life.workload)) is not None:
        hazards.append(Hazard(f"{injector.tool} places this container itself", True))
    if subject.known is not None and subject.known.one_shot:
        hazards.append(
            Hazard(f"{subject.known.title} can also run once and exit ({subject.known.one_shot[0]}), which may be what was meant")
        )
    if subject.role != "log-reader" and (subject.known is None or subject.known.certainty != "certain"):
        hazards.append(Hazard("that it is meant to be a helper is likely, not certain"))
    operations = (Set((*subject.route, "restartPolicy"), "Always", ("image", "name")),)
    title, otherwise = f"Add restartPolicy: Always to {subject.name}", "Decide whether it should exit or be a sidecar"
    return graded(title, tuple(hazards), operations, otherwise)


def _run_once(subject: ContainerLife, context: Context) -> Plan:
    """A sidecar whose work finishes, turned back into a plain init container (2.5: such a one may have no probes or hooks)."""
    container = subject.seen.container
    needs = [key for key in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe") if key in container.keys]
    hazards = [Hazard("the next container would wait until it has finished, and a failure would hold the pod back")]
    if needs:
        hazards.insert(0, Hazard(f"a plain init container may not have {needs[0]}", True))
    operations = (Remove((*subject.route, "restartPolicy")),)
    return graded(
        f"Remove restartPolicy: Always from {subject.name}", tuple(hazards), operations, f"Make {subject.name} a plain init container"
    )


def _add_startup_probe(subject: ContainerLife, context: Context) -> Plan:
    """A startupProbe for a sidecar, which holds back what comes behind it."""
    from sidecarlint.fixes.gating import probing

    return graded(*probing(case_of(subject, context)))


def _settle_restart_policy(subject: ContainerLife, context: Context) -> Plan:
    """A restartPolicy: Always on a helper in containers is meant to make a sidecar; anything else is for a person to say."""
    if subject.part == "helper" and subject.restart_policy == "Always":
        moved = move(subject, context)
        if moved.applicability != "manual":
            return moved._replace(applicability="unsafe", hazards=(*moved.hazards, "that a sidecar is meant is likely, not certain"))
        return moved
    advice = (
        "Remove it, or move the container to initContainers if it is a helper"
        if subject.list == "containers"
        else "Remove it, or write Always for a sidecar"
    )
    return Plan(advice, "manual", ("only its author knows what it was meant to do",), ())


def _remove_pre_stop(subject: ContainerLife, context: Context) -> Plan:
    """A preStop hook that only sleeps (native-sidecars 5.4)."""
    from sidecarlint.fixes.cleaning import without_hook

    hazard = Hazard("somebody else may count on the time that the pod takes to stop")
    operations = (without_hook(context.life.workload, subject.seen.container, "preStop"),)
    return graded(f"Remove the preStop hook of {subject.name}", (hazard,), operations, "")


def _remove_quit_call(subject: ContainerLife, context: Context) -> Plan:
    from sidecarlint.fixes import cleaning

    return graded(*cleaning.without_quit_call(cleaning.view_of(context.life, subject, context.settings.target, context.references)))


def _close_quit_endpoint(subject: ContainerLife, context: Context) -> Plan:
    from sidecarlint.fixes import cleaning

    return graded(*cleaning.without_quit_endpoint(cleaning.view_of(context.life, subject, context.settings.target, context.references)))


def _wait_by_probe(subject: ContainerLife, context: Context) -> Plan:
    from sidecarlint.fixes import cleaning

    return graded(*cleaning.waiting_by_probe(cleaning.view_of(context.life, subject, context.settings.target, context.references)))


def _make_injected_native(context: Context) -> Plan:
    """What an injector will add, native: never safe, since the injector's version is not seen here."""
    from sidecarlint.fixes import switches

    return graded(*switches.make_native(context.life, context.settings.nodes))


def _repeat_renamed_switch(context: Context) -> Plan:
    from sidecarlint.fixes import switches

    return graded(*switches.repeat_switch(context.life))


PLANS: dict[str, Callable[[ContainerLife, Context], Plan]] = {
    "move-to-init-containers": move,
    "add-startup-probe": _add_startup_probe,
    "make-sidecar": _make_sidecar,
    "run-once": _run_once,
    "settle-restart-policy": _settle_restart_policy,
    "remove-pre-stop": _remove_pre_stop,
    "remove-quit-call": _remove_quit_call,
    "close-quit-endpoint": _close_quit_endpoint,
    "wait-by-probe": _wait_by_probe,
}
"""The plans that the `fix` of a rule about containers may name."""

POD_PLANS: dict[str, Callable[[Context], Plan]] = {
    "make-injected-native": _make_injected_native,
    "repeat-renamed-switch": _repeat_renamed_switch,
}
"""The plans that the `fix` of a rule about a whole pod may name."""
