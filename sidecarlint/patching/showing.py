"""A plan for several sources, as a finding shows it.

In: a plan whose operations are all elsewhere. Out: `Fix`. Must not know: why it is wanted.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sidecarlint.documents import Lines, document_of
from sidecarlint.edits import Refusal, edited
from sidecarlint.findings import Edit, Fix
from sidecarlint.findings.places import Places
from sidecarlint.fixes import Elsewhere, Plan
from sidecarlint.fixes.overlays.entries import Shown
from sidecarlint.fixes.wanted import by_source
from sidecarlint.judging import Planned
from sidecarlint.settings import Settings
from sidecarlint.sources.nearby import short, vendored
from sidecarlint.values import NamedTuple

if TYPE_CHECKING:
    from sidecarlint.references.kustomize import Kustomizations


class Claiming(NamedTuple):
    """A finding with its plan, and the workloads and patches that the plan speaks for."""

    planned: Planned
    claims: frozenset[object]


def one_at_a_time(found: Iterable[Claiming]) -> list[Planned]:
    """The findings, of which those wait whose plans speak of the same as one before them: a plan counts on the places that it was made
    for. They come in the next pass."""
    taken, planned = set[object](), list[Planned]()
    for each, claims in found:
        waits = each.plan is not None and not taken.isdisjoint(claims)
        fix = each.finding.fix
        planned.append(each._replace(plan=None, finding=each.finding._replace(fix=fix and fix._replace(edits=()))) if waits else each)
        taken |= claims if each.plan is not None else set()
    return planned


_WITHOUT_AFFINITY = "an affinity is asked for beside every move, and none is written into a patch: write both by hand"


def as_asked(made: Plan, settings: Settings) -> Plan:
    """The plan, where no more is asked for than what is done by patches."""
    if not settings.node_affinity or made.applicability == "manual":
        return made
    return Plan(made.title, "manual", (_WITHOUT_AFFINITY, *made.hazards), ())


def shown_from(places: Places) -> Shown:
    """Gives paths as people know them: that of the source itself as it was given."""
    own = os.path.realpath(places.path)
    return lambda path: places.path if os.path.realpath(path) == own else short(os.path.realpath(path))


def fix_of(wanted: Plan, places: Places, graph: "Kustomizations") -> Fix:
    """The plan as the finding shows it."""
    if wanted.applicability == "manual":
        return Fix(wanted.title, "manual", wanted.hazards)
    closed = next((reason for each in wanted.elsewhere if (reason := vendored(each.path))), None)
    if closed is not None:
        return Fix(wanted.title, "manual", (f"the file {closed}", *wanted.hazards))
    edited = edits_of(wanted.elsewhere, lambda path: places.text if path == places.path else graph.text(path) or "")
    if isinstance(edited, str):
        return Fix(wanted.title, "manual", (edited, *wanted.hazards))
    return Fix(wanted.title, wanted.applicability, wanted.hazards, tuple(edited), wanted.notes, wanted.follows)


def edits_of(asked: Sequence[Elsewhere], text_of_source: Callable[[str], str]) -> list[Edit] | str:
    """The edits of operations on several sources, or the reason why there can be none."""
    edits = list[Edit]()
    for path, wanted in by_source(asked).items():
        text = text_of_source(path)
        try:
            changed, _ = edited(text, partial(document_of, text), *wanted)
        except Refusal as refusal:
            return f"{refusal.reason} ({short(path)}, line {Lines(text).number(refusal.offset)})"
        edits += [Edit(path, *change) for change in changed]
    return sorted(edits, key=lambda edit: (edit.path, edit.start, edit.end))
