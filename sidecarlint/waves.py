"""A migration in waves: what is to be done first, how much of it, and what each wave restarts.

In: lifecycles and findings. Out: `Wave`s. Must not know: text, formats.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.findings import Finding, Subject
from sidecarlint.findings.judge import subject_of
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.lifecycle.placed import placing
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.rollouts import Rollout, rollout_of

HANGS, SWITCHES, GAINS, REST = range(1, 5)
"""The waves: work that hangs, injectors' switches, a benefit that shows, and the rest."""

TITLES = {
    HANGS: "work that hangs, and pods that cannot start",
    SWITCHES: "injectors to switch to native sidecars",
    GAINS: "pods that gain",
    REST: "everything else that could move",
}

SWITCH_PLANS = frozenset({"make-injected-native", "repeat-renamed-switch"})
"""The plans that switch an injector."""


class Waiting(NamedTuple):
    """A workload that waits for its wave. `rules` are those that found something, `deciding` those of them that put it into its wave;
    `safe`, `unsafe` and `manual` count its fixes."""

    subject: Subject
    rules: tuple[str, ...]
    safe: int
    unsafe: int
    manual: int
    rollout: Rollout
    deciding: tuple[str, ...]


class Wave(NamedTuple):
    """One wave. `rules` are those of its own; `options` what `fix` has to be given for it, None where there is nothing that it can do."""

    number: int
    title: str
    workloads: tuple[Waiting, ...]
    rules: tuple[str, ...]
    options: tuple[str, ...] | None


def waiting(path: str, lives: Sequence[Lifecycle], findings: Sequence[Finding], switching: frozenset[str]) -> Iterator[tuple[int, Waiting]]:
    """The workloads of one source in which something was found, each with the number of its wave. `switching`: the rules whose fix
    switches an injector."""
    for life in lives:
        subject = subject_of(life.workload, path)
        found = [each for each in findings if each.workload == subject]
        if found:
            fixes = [each.fix.applicability if each.fix else "manual" for each in found]
            counts = (fixes.count("safe"), fixes.count("unsafe"), fixes.count("manual"))
            rules = tuple(dict.fromkeys(each.rule for each in found))
            number = _number(life, found, switching)
            errors = {each.rule for each in found if each.severity == "error"}
            deciding = errors if number == HANGS else switching & {*rules} if number == SWITCHES else set[str]()
            yield number, Waiting(subject, rules, *counts, rollout_of(life.workload), tuple(sorted(deciding)))


def waves(numbered: Sequence[tuple[int, Waiting]]) -> tuple[Wave, ...]:
    """All four waves in order, also those in which nothing is to be done."""
    return tuple(_wave(number, [each for at, each in numbered if at == number]) for number in TITLES)


def _number(life: Lifecycle, found: Sequence[Finding], switching: frozenset[str]) -> int:
    severities = {each.severity for each in found}
    if "error" in severities:
        return HANGS
    if any(each.rule in switching for each in found) or _is_placed(life, found):
        return SWITCHES
    return GAINS if "warning" in severities else REST


def _is_placed(life: Lifecycle, found: Sequence[Finding]) -> bool:
    """Whether a helper that was found is one that an injector puts there."""
    names = {each.container for each in found}
    return any(each.name in names and each.part == "helper" and placing(each.seen, life.workload) for each in life.containers)


def _wave(number: int, workloads: Sequence[Waiting]) -> Wave:
    rules = tuple(sorted({rule for each in workloads for rule in each.rules}))
    return Wave(number, TITLES[number], tuple(workloads), rules, _options(number, workloads))


def _options(number: int, workloads: Sequence[Waiting]) -> tuple[str, ...] | None:
    safe, unsafe = sum(each.safe for each in workloads), sum(each.unsafe for each in workloads)
    wanted = sorted({rule for each in workloads for rule in each.deciding})
    if not safe + unsafe or (number == SWITCHES and not wanted):
        return None
    return (*(() if safe else ("--unsafe",)), *(("--select", ",".join(wanted)) if wanted else ()))
