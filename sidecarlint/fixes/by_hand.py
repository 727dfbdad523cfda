"""Why what only a rendering of a chart shows is changed by hand, and what to mind.

In: the blocks of the template around a container. Out: one line. Must not know: text.

Each way in which charts write their helpers asks for another change (helm-kustomize.md, A1 and A3).
"""

from collections.abc import Sequence

from sidecarlint.documents.templates import Arm

_LONGEST = 60
"""How many characters of a condition a line repeats."""

_HERE = "it stands in a Helm template, and what is rendered is not what the template says alone; change it there"
_WAYS = {
    "define": "it stands in a Helm template, in a define that others may include as well; change what they include along with it",
    "range": "it stands in a Helm template, in {opener}, which may give several of it; move the loop, or one of them",
    "arms": "it stands in a Helm template, in one of {many} arms of {opener}; every arm has to give a valid pod",
    "own": "it stands in a Helm template, under {opener}; move its lines together with that line and its {{{{ end }}}}",
    "block": "it stands in a Helm template, in a block that other charts may replace",
}


def why_by_hand(arms: Sequence[Arm], pod: int) -> str:
    """The reason for a place with these blocks around it, from the outermost. `pod`: where its pod begins; what begins ahead of that
    holds the whole pod and moves nothing."""
    inner = [arm for arm in arms if arm.start > pod]
    way = next((_way(arm) for arm in reversed(inner)), "")
    about = inner[-1] if inner else None
    if not way:
        way = next((arm.word for arm in arms if arm.word in ("define", "block")), "")
    return _WAYS[way].format(opener=_opener(about), many=about.many if about else 1) if way else _HERE


def _way(arm: Arm) -> str:
    if arm.word in ("range", "define", "block"):
        return arm.word
    return "arms" if arm.many > 1 else "own"


def _opener(arm: Arm | None) -> str:
    words = " ".join(arm.words.split()) if arm is not None else ""
    return "{{ " + (words if len(words) <= _LONGEST else f"{words[:_LONGEST].rpartition(' ')[0]} ...") + " }}"
