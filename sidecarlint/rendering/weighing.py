"""What was planned on the lines of a chart, weighed by the whole pod: a template leaves open what values decide, and values hold a part.

In: the fix that a part of a pod seemed to allow, and the one that its rendering allows. Out: one `Fix`. Must not know: text, how a chart
is rendered.
"""

from sidecarlint.findings import Applicability, Fix
from sidecarlint.fixes.hazards.starting import NOBODY_GAINS, NOT_CERTAIN
from sidecarlint.workloads.valued import PART_SEEN

_OF_A_PART = frozenset({NOBODY_GAINS, NOT_CERTAIN, PART_SEEN})
"""What stands against a fix only as long as the rest of the pod is not seen."""
_ELSEWHERE = "it belongs {whither}, and from these values the chart may take it elsewhere"


def weighed(part: Fix, whole: Fix | None, whither: str) -> Fix:
    """The fix of a part, with what the whole pod says against it. `whither`: where among the pod's init containers it should go, where that
    matters and the chart decides it; "" elsewhere."""
    if whole is None:
        return part
    own = [each for each in part.hazards if each not in _OF_A_PART or each in whole.hazards]
    if part.applicability == "manual":
        return part._replace(hazards=tuple(own))
    against = [*own, *whole.hazards]
    against += [_ELSEWHERE.format(whither=whither)] if whither else []
    hazards = tuple(dict.fromkeys(against))
    if whole.applicability == "manual":
        return Fix(whole.title, "manual", hazards)
    applicability: Applicability = "unsafe" if hazards else "safe"
    return part._replace(applicability=applicability, hazards=hazards)
