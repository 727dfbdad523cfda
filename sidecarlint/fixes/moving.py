"""The move of a helper to the init containers, and what is to be done with it.

In: a container's life, what a plan may look at. Out: `Plan`, `Case`. Must not know: text.
"""

from collections.abc import Sequence
from functools import partial

from sidecarlint.edits import LAST, Move, Operation, Plain, Set, Substitute
from sidecarlint.fixes.advice import advice
from sidecarlint.fixes.hazards import Case, Hazard, hazards_of
from sidecarlint.fixes.hazards.case import Led
from sidecarlint.fixes.plan import Context, Elsewhere, Plan, graded
from sidecarlint.lifecycle import ContainerLife, Lifecycle, after, lifecycle
from sidecarlint.workloads.commands import Place


def move(subject: ContainerLife, context: Context) -> Plan:
    """To the init containers, with restartPolicy: Always; what it follows is followed by name."""
    if subject.list != "containers":
        return Plan(f"Leave {subject.name} where it stands", "manual", ("it is an init container already",), ())
    case, renamed = case_of(subject, context), _by_name(subject, context.life)
    operations = (*_as_sidecar(subject, context.life), *case.gating.operations(subject.route), *(operation for operation, _ in renamed))
    if context.settings.strategy == "universal":
        from sidecarlint.fixes.universal import noted, pair

        return noted(graded(*pair(case, operations, context.settings)), context.settings)
    title = f", and let it wait for its file ({renamed[0][1]})" if renamed else ""
    if subject.trick != "quit-call":
        return _moved(case, context, title, operations)
    from sidecarlint.fixes.untelling import untelling

    # A call may be written in a way that is not edited; the helper moves all the same.
    alone, untold = _moved(case, context, title, operations), untelling(case)
    return _moved(case._replace(untold=untold), context, title, operations)._replace(instead=alone) if untold.operations else alone


def _moved(case: Case, context: Context, title: str, operations: tuple[Operation, ...]) -> Plan:
    opened = _opened(case)
    doubts = (Hazard(words) for words in case.before.workload.doubts)
    hazards = (*_binding(context), *hazards_of(case), *doubts, *case.untold.hazards)
    elsewhere = tuple(_by_number(each) for each in (*case.led_by_name, *opened))
    title = _title(case, context, opened) + title + case.untold.said
    moved = graded(title, hazards, (*operations, *case.untold.operations), advice(case), elsewhere)
    return moved._replace(notes=_notes(case)) if moved.applicability != "manual" else moved


def _as_sidecar(subject: ContainerLife, before: Lifecycle) -> tuple[Operation, ...]:
    pod = before.workload.pod
    return (
        Move(subject.route, pod.lists[1], _before(subject, before), rank=_turn(subject), kept=before.workload.in_values),
        Set((*subject.route, "restartPolicy"), "Always", ("image", "name")),
    )


def _before(subject: ContainerLife, before: Lifecycle) -> int:
    """The index in the list as it is written: a template holds items of which the pod's view knows nothing."""
    place, init = _place(subject, before), before.workload.pod.init_containers
    if not before.workload.owner.document.masked:
        return place
    return int(init[place].route[-1]) if place < len(init) else LAST


def _title(case: Case, context: Context, opened: Sequence[Led]) -> str:
    moved = f"Move {case.life.name} to {case.pod.lists[1]} with restartPolicy: Always{_whither(case.life, context)}{case.gating.said}"
    return moved + _leading(case.led_by_name, context.path) + _opening(opened, context.path)


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
    ahead = next((each for each in context.life.containers if placed.behind and each.name == placed.behind), None)
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
    return [
        _renamed(subject, follow.option, follow.replacement)
        for follow in (subject.seen.does.follows if subject.role == "log-reader" else ())
        if not follow.by_name and follow.option is not None and follow.replacement and follow.path not in made
    ]


def _renamed(subject: ContainerLife, option: Place, replacement: str) -> tuple[Substitute, str]:
    container = subject.seen.container
    words = (container.command if option.key == "command" else container.args) or ()
    operation = Substitute((*subject.route, option.key, option.index), option.start, option.end, replacement)
    return operation, f"{words[option.index][option.start : option.end]} becomes {replacement}"
