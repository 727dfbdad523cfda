"""Fields of containers that replacements write to, and those that they do not reach.

In: a pod's lists, the steps of a fieldPath. Out: what is broken about it. Must not know: kustomizations, what is written to a field.
"""

from collections.abc import Iterator, Sequence

from sidecarlint.documents import Node, Route, at, child, items, text_of
from sidecarlint.references.kustomize.pods import KEYS, Key, Lists, Place, other, touched

Steps = tuple[str, ...]

Within = tuple[Key, Steps]
"""One of a pod's lists, and the steps in it."""


_IN_CONTAINER = 2
"""How many steps lead from a list to a field of one of its containers."""


def unreached(found: Lists, within: Within, others: Sequence[Within]) -> Iterator[tuple[str, str]]:
    """Pairs of a word of `Breach` and a container that a field does not reach. `others`: all fields that are written to."""
    key, steps = within
    name = _named(steps[0]) if steps else ""
    if name and found.named(key, name) is None and found.named(other(key), name) is not None:
        yield "unfound", name
    if key == "containers" and steps[:1] == ("*",):
        also = {inner[0] for beyond, inner in others if beyond != key and inner}
        for each in found.sidecars:
            reached = {"*", str(found.inits.index(each)), f"[name={each.name}]"}
            if not also & reached and any(_leads(node, steps[1:]) for node in each.nodes):
                yield "skipped", each.name


def reached(found: Lists, within: Within, place: Place) -> Lists | None:
    """The lists with a note of what a field reaches; None where it puts something in place of them, or it cannot be told what."""
    key, steps = within
    step = steps[0] if steps else ""
    named = [number for number, each in enumerate(found.of(key)) if each.name == _named(step)]
    if len(steps) < _IN_CONTAINER or (step != "*" and not step.isdecimal() and not named):
        return None
    return touched(found, key, None if step == "*" else int(step) if step.isdecimal() else named[0], place)


def in_pod(steps: Steps, pod: Route) -> Within | None:
    """The list of a pod that a fieldPath leads into, and the rest of its steps."""
    key = next((key for key in KEYS if steps[: len(pod) + 1] == (*pod, key)), None)
    return (key, steps[len(pod) + 1 :]) if key else None


def _named(step: str) -> str:
    """The name in a step such as `[name=proxy]`."""
    return step[len("[name=") : -1] if step.startswith("[name=") else ""


def _leads(node: Node | None, steps: tuple[str, ...]) -> bool:
    """Whether there is a field below a node."""
    if not steps or node is None:
        return node is not None
    step, rest = steps[0], steps[1:]
    if step.startswith("["):
        key, _, value = step[1:-1].partition("=")
        return any(text_of(child(each, key)) == value and _leads(each, rest) for each in items(node))
    if step == "*":
        return any(_leads(each, rest) for each in items(node))
    return _leads(at(node, (int(step),)) if step.isdecimal() else child(node, step), rest)
