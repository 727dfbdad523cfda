"""A helper that the work tells to quit today: the call goes together with the move.

In: a `Case`. Out: `Untold`. Must not know: text. Facts: native-sidecars 5.9, 5.13, 10.

A sidecar ends when the work has ended, so nobody has to tell it. Left there, the call would end it while the app may still work, and
Kubernetes would start it again. So both go in one plan, where the call can be taken away; elsewhere it is a hazard of the move.
"""

from sidecarlint.fixes.cleaning import view_of, without_quit_call
from sidecarlint.fixes.hazards.case import Case, Untold
from sidecarlint.lifecycle.natives.quitting import endings


def untelling(case: Case) -> Untold:
    """The calls that tell this helper to quit, with what takes them away; nothing where one has to stay."""
    later = case.after()
    views = [view_of(later, each, case.target, case.references) for each in later.containers if each.tells_to_quit]
    telling = [view for view in views if any(sidecar.container.name == case.life.name for sidecar, _ in endings(view))]
    proposed = [without_quit_call(view) for view in telling]
    hazards = tuple(hazard for _, each, _, _ in proposed for hazard in each)
    if any(hazard.manual for hazard in hazards):
        return Untold()
    said = "".join(f", and {title[:1].lower()}{title[1:]}" for title, _, _, _ in proposed)
    return Untold(tuple(operation for _, _, operations, _ in proposed for operation in operations), said, hazards)
