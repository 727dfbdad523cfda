"""Findings to plans: operations on places, how safe they are and why.

In: a rule's fix, a lifecycle, references. Out: `Plan`. Must not know: text.
"""

from collections.abc import Callable, Sequence
from functools import partial

from sidecarlint.documents import Route, at
from sidecarlint.edits import LAST, Move, Operation, Plain, Remove, Rename, Set, Substitute
from sidecarlint.fixes.advice import advice
from sidecarlint.fixes.hazards import Case, Hazard, hazards_of
from sidecarlint.fixes.hazards.case import Led
from sidecarlint.fixes.plan import Asked, Context, Elsewhere, Plan
from sidecarlint.lifecycle import ContainerLife, Lifecycle, after, lifecycle
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


def _graded(
    title: str, hazards: tuple[Hazard, ...], operations: tuple[Operation, ...], otherwise: str, elsewhere: tuple[Elsewhere, ...] = ()
) -> Plan:
    deciding = tuple(hazard.words for hazard in hazards if hazard.manual)
    if deciding:
        return Plan(otherwise, "manual", deciding, ())
    return Plan(title, "unsafe" if hazards else "safe", tuple(hazard.words for hazard in hazards), operations, elsewhere)


def _move(subject: ContainerLife, context: Context) -> Plan:
    """To the init containers, with restartPolicy: Always; what it follows is followed by name."""
    before = context.life
    if subject.list != "containers":
        return Plan(f"Leave {subject.name} where it stands", "manual", ("it is an init container already",), ())
    renamed = _by_name(subject, before)
    title = f"Move {subject.name} to initContainers with restartPolicy: Always{_whither(subject, context)}"
    case = case_of(subject, context)
    opened = _opened(case)
    title += case.gating.said + _leading(case.led_by_name, context.path) + _opening(opened, context.path)
    if renamed:
        title += f", and let it wait for its file ({renamed[0][1]})"
    operations: tuple[Operation, ...] = (
        Move(subject.route, "initContainers", _place(subject, before), rank=_turn(subject)),
        Set((*subject.route, "restartPolicy"), "Always", ("image", "name")),
        *case.gating.operations(subject.route),
        *(operation for operation, _ in renamed),
    )
    if context.settings.strategy == "universal":
        from sidecarlint.fixes.universal import noted, pair

        return noted(_graded(*pair(case, operations, context.settings)), context.settings)
    if subject.trick == "quit-call":
        from sidecarlint.fixes.untelling import untelling

        case = case._replace(untold=untelling(case))
        title, operations = title + case.untold.said, operations + case.untold.operations
    elsewhere = tuple(_by_number(each) for each in (*case.led_by_name, *opened))
    graded = _graded(title, (*_binding(context), *hazards_of(case), *case.untold.hazards), operations, advice(case), elsewhere)
    return graded._replace(notes=_notes(case)) if graded.applicability != "manual" else graded


def _binding(context: Context) -> tuple[Hazard, ...]:
    """What stands against the affinity that is asked for beside every move; without it none is made."""
    if not context.settings.node_affinity:
        return ()
    from sidecarlint.fixes import affinity

    return affinity.hazards(context.life.workload, affinity.label_of(context.settings.node_affinity))


def _notes(case: Case) -> tuple[str, ...]:
    from sidecarlint.fixes.notes import notes_of

    said = notes_of(case)
    if not case.references.mentions and not case.before.workload.failure_rules:
        return said
    from sidecarlint.fixes import speaking

    return (*said, *speaking.notes_of(case))


def _whither(subject: ContainerLife, context: Context) -> str:
    """Where it goes and why, as the end of a title."""
    placed = subject.placed
    if placed is None:
        return ""
    ahead = next((each for each in context.life.containers if each.name == placed.behind), None)
    along = ahead is not None and not any(hazard.manual for hazard in hazards_of(case_of(ahead, context)))
    where = [placed.why] * bool(placed.why) + [f"behind {placed.behind}, which it calls"] * along
    return "".join(f", {words}" for words in where)


def _leading(led: Sequence[Led], path: str) -> str:
    """What is done to Services, as the end of a title."""
    told = [
        f"the Service {service.name}{'' if service.path == path else f' (in {service.path})'} to {number} instead of {target.name}"
        for service, target, number in led
    ]
    return f", and lead {' and '.join(told)}" if told else ""


def _opened(case: Case) -> tuple[Led, ...]:
    """The NetworkPolicies that can follow the move."""
    if not case.references.mentions:
        return ()
    from sidecarlint.fixes.hazards.speaking import let_in_by_name

    return tuple(each for each in let_in_by_name(case) if isinstance(each.number, int))


def _opening(led: Sequence[Led], path: str) -> str:
    """What is done to NetworkPolicies, as the end of a title."""
    told = dict.fromkeys(f"{each.service.title(path)} open {each.number} instead of {each.target.name}" for each in led)
    return f", and let {' and '.join(told)}" if told else ""


def _by_number(led: Led) -> Elsewhere:
    """7.1: a number is never looked up in a pod."""
    return Elsewhere(led.service.path, led.service.number, Set(led.target.route, Plain(str(led.number))))


def case_of(subject: ContainerLife, context: Context) -> Case:
    """The move of a container of `containers`, with all that it means for its pod, as hazards are asked about it."""
    before = context.life
    # The work completes only when everything that holds it up is native (a partial migration still hangs).
    whole = subject.benefit == "completion"
    along = [each for each in before.containers if each.name == subject.name or (whole and each.holds_up_work and each.placed is not None)]
    moves = {each.name: _place(each, before) for each in sorted(along, key=_turn) if each.list == "containers"}
    later = partial(_later, tuple(moves.items()), context)
    settings, bound = context.settings, bool(context.settings.node_affinity)
    case = Case(subject, before, later, context.references, settings.target, context.catalogue, context.number_of, settings.nodes, bound)
    if not case.is_open:
        return case
    from sidecarlint.fixes.gating import gating

    return case._replace(gating=gating(case))


def _later(moves: tuple[tuple[str, int], ...], context: Context) -> Lifecycle:
    """The pod's life after these moves. Helpers that move together share the answer: it costs as much as the first look at the pod."""
    lives = context.moved if context.moved is not None else {}
    if moves not in lives:
        moved = after(context.life.workload, list(moves))
        lives[moves] = lifecycle(moved, context.catalogue, context.settings.target, context.references, context.settings.nodes)
    return lives[moves]


def _turn(each: ContainerLife) -> int:
    return each.placed.rank if each.placed is not None else 0


def _place(subject: ContainerLife, before: Lifecycle) -> int:
    return subject.place if subject.place is not None else len(before.workload.pod.init_containers)


def _by_name(subject: ContainerLife, before: Lifecycle) -> list[tuple[Substitute, str]]:
    """tail -f on a file that does not exist yet exits, so a reader that now starts before the app follows the name instead."""
    made = {path for init in before.containers if init.part == "init" for path in (*init.seen.does.touches, *init.seen.does.writes)}
    found = []
    for follow in subject.seen.does.follows if subject.role == "log-reader" else ():
        if follow.by_name or follow.option is None or not follow.replacement or follow.path in made:
            continue
        place = follow.option
        words = (subject.seen.container.command if place.key == "command" else subject.seen.container.args) or ()
        old = words[place.index][place.start : place.end]
        found.append(
            (
                Substitute((*subject.route, place.key, place.index), place.start, place.end, follow.replacement),
                f"{old} becomes {follow.replacement}",
            )
        )
    return found


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
    return _graded(title, tuple(hazards), operations, otherwise)


def _run_once(subject: ContainerLife, context: Context) -> Plan:
    """A sidecar whose work finishes, turned back into a plain init container (2.5: such a one may have no probes or hooks)."""
    container = subject.seen.container
    needs = [key for key in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe") if key in container.keys]
    hazards = [Hazard("the next container would wait until it has finished, and a failure would hold the pod back")]
    if needs:
        hazards.insert(0, Hazard(f"a plain init container may not have {needs[0]}", True))
    operations = (Remove((*subject.route, "restartPolicy")),)
    return _graded(
        f"Remove restartPolicy: Always from {subject.name}", tuple(hazards), operations, f"Make {subject.name} a plain init container"
    )


def _add_startup_probe(subject: ContainerLife, context: Context) -> Plan:
    """A startupProbe for a sidecar, which holds back what comes behind it."""
    from sidecarlint.fixes.gating import probing

    return _graded(*probing(case_of(subject, context)))


def _settle_restart_policy(subject: ContainerLife, context: Context) -> Plan:
    """A restartPolicy: Always on a helper in containers is meant to make a sidecar; anything else is for a person to say."""
    if subject.part == "helper" and subject.restart_policy == "Always":
        moved = _move(subject, context)
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
    """A preStop hook that only sleeps, with the `lifecycle` around it where nothing else stands there (native-sidecars 5.4)."""
    route = (*subject.route, "lifecycle")
    node = at(context.life.workload.owner.document.root, route)
    alone = node is not None and len(node.pairs) == 1
    hazard = Hazard("somebody else may count on the time that the pod takes to stop")
    operations = (Remove(route if alone else (*route, "preStop")),)
    return _graded(f"Remove the preStop hook of {subject.name}", (hazard,), operations, "")


def _remove_quit_call(subject: ContainerLife, context: Context) -> Plan:
    from sidecarlint.fixes import cleaning

    return _graded(*cleaning.without_quit_call(cleaning.view_of(context.life, subject, context.settings.target, context.references)))


def _close_quit_endpoint(subject: ContainerLife, context: Context) -> Plan:
    from sidecarlint.fixes import cleaning

    return _graded(*cleaning.without_quit_endpoint(cleaning.view_of(context.life, subject, context.settings.target, context.references)))


def _wait_by_probe(subject: ContainerLife, context: Context) -> Plan:
    from sidecarlint.fixes import cleaning

    return _graded(*cleaning.waiting_by_probe(cleaning.view_of(context.life, subject, context.settings.target, context.references)))


def _make_injected_native(context: Context) -> Plan:
    """What an injector will add, native: never safe, since the injector's version is not seen here."""
    from sidecarlint.fixes import switches

    return _graded(*switches.make_native(context.life, context.settings.nodes))


def _repeat_renamed_switch(context: Context) -> Plan:
    from sidecarlint.fixes import switches

    return _graded(*switches.repeat_switch(context.life))


PLANS: dict[str, Callable[[ContainerLife, Context], Plan]] = {
    "move-to-init-containers": _move,
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
