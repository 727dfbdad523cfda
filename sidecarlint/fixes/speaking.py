"""What other objects say of a container that moves, and what stays true or looks elsewhere from now on: sentences that lower nothing.

In: a `Case`. Out: sentences. Must not know: text. Facts: native-sidecars.md, by section.

What stops working is a hazard (`hazards.speaking`). A reader of the report also asks about what goes on to work, and about what looks
away without a word.
"""

from collections.abc import Callable

from sidecarlint.fixes.hazards.case import Case
from sidecarlint.fixes.hazards.speaking import judging, monitored
from sidecarlint.references.mentions import naming

Notes = Callable[[Case], tuple[str, ...]]


def scaled(case: Case) -> tuple[str, ...]:
    """6.5: what measures it by its name finds it among sidecars too, since 1.29."""
    found = naming(case.references, case.before.workload, case.container, "scales")
    path, name = case.references.path, case.life.name
    said = (f"{each.title(path)} measures the {each.detail or 'load'} of {name} by its name, and goes on to" for each in found)
    return tuple(dict.fromkeys(_sentence(each) for each in said))


def labelled(case: Case) -> tuple[str, ...]:
    """7.9: behind a Service's port the address is scraped all the same; only what the pod's container adds is missing before 3.0."""
    found = [each for each, _ in monitored(case) if each.detail == "port"]
    said = (
        f"before Prometheus 3.0 the series that {each.title(case.references.path)} scrapes lose their label container" for each in found
    )
    return tuple(dict.fromkeys(_sentence(each) for each in said))


def passed_over(case: Case) -> tuple[str, ...]:
    """12.7: policies that look at ordinary containers only."""
    found = [each for each in judging(case) if case.life.name not in each.names]
    said = (f"{each.title(case.references.path)} looks at spec.containers only, and no longer sees {case.life.name}" for each in found)
    return tuple(dict.fromkeys(_sentence(each) for each in said))


def found_by_exit_code(case: Case) -> tuple[str, ...]:
    """5.14: a podFailurePolicy may name a container of either list."""
    named = case.life.name in case.before.workload.failure_rules
    return (f"The podFailurePolicy of the {case.before.workload.owner.kind} finds {case.life.name} by its name as before",) * named


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


NOTES: tuple[Notes, ...] = (scaled, labelled, passed_over, found_by_exit_code)
"""Every note about what other objects say, in the order in which a report gives them."""


def notes_of(case: Case) -> tuple[str, ...]:
    """All of them for one move."""
    return tuple(note for ask in NOTES for note in ask(case))
