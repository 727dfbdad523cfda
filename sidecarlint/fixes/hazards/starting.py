"""Hazards of the start: a sidecar starts before the app, and in its place among the init containers.

In: a `Case`. Out: a `Hazard` or None from each. Must not know: text. Facts: native-sidecars.md, by section.
"""

from sidecarlint.documents import Node, at, child, text_of
from sidecarlint.fixes.hazards.case import Case, Hazard
from sidecarlint.lifecycle import after
from sidecarlint.workloads import Pod
from sidecarlint.workloads.quantities import growing, parse_quantity, pod_request
from sidecarlint.workloads.versions import POD_RESOURCES

NOT_CERTAIN = "it is likely, not certain, that it is a helper"
NOBODY_GAINS = "nothing shows that the pod gains, and the app would no longer start when this image cannot be pulled"
"""What only seems so, perhaps, as long as a part of the pod is all that is seen."""

_VAULT = "vault.hashicorp.com/"


def init_order(case: Case) -> Hazard | None:
    """3.11 b and c: an init container that calls the helper stands before one that the helper needs."""
    placed = case.life.placed
    if placed is None or not placed.stranded:
        return None
    calls = "calls it" if placed.certainly else "is given its address"
    return Hazard(f"the init container {placed.stranded} {calls}, and it needs an init container that comes later", placed.certainly)


def filled_by_injector(case: Case) -> Hazard | None:
    """9.3: Vault's injector puts its init container last, so a sidecar starts before the secrets are there."""
    marks = case.pod.annotations
    if marks.get(f"{_VAULT}agent-inject") != "true" or marks.get(f"{_VAULT}agent-init-first") == "true":
        return None
    folder = marks.get(f"{_VAULT}secret-volume-path", "/vault/secrets")
    words = (*case.life.seen.words, *(variable.value for variable in case.container.env))
    if not any(folder in word for word in words):
        return None
    return Hazard(
        f"it needs {folder}, which Vault's injector fills only after it has started unless {_VAULT}agent-init-first is true", True
    )


def missing_file(case: Case) -> Hazard | None:
    """A reader starts before the app makes its file, and some tools do not wait for one."""
    follow = next((follow for follow in case.life.seen.does.follows if not follow.by_name and not follow.replacement), None)
    if case.life.role != "log-reader" or follow is None:
        return None
    return Hazard(f"it starts before {follow.path} exists, and {follow.tool} does not wait for a file")


def requests_grow(case: Case) -> Hazard | None:
    """6.2: init containers behind it start while it runs, and then they count together. Every helper of the pod may move. Where the pod
    itself requests something, that alone counts (2.11)."""
    own = _own_requests(case) if case.target >= POD_RESOURCES else {}
    grown = [each for each in growing(case.pod, _all_moved(case)) if each not in own]
    if not grown:
        return None
    return Hazard(f"the pod would request more {' and '.join(grown)}: init containers that need much would run beside it")


def more_than_the_pod(case: Case) -> Hazard | None:
    """2.11: what the containers request together may not be more than what the pod itself does."""
    own = _own_requests(case)
    grown = growing(case.pod, _all_moved(case)) if own else ()
    over = next((each for each in grown if each in own and pod_request(_all_moved(case), each) > own[each]), None)
    return Hazard(f"its containers would request more {over} than the pod itself, and the API server refuses that", True) if over else None


def _all_moved(case: Case) -> Pod:
    return after(case.before.workload, [(each.name, each.place) for each in case.before.containers if each.place is not None]).pod


def _own_requests(case: Case) -> dict[str, int]:
    """What the pod itself requests, in billionths of a unit. A limit without a request is one too."""
    given = at(case.before.workload.owner.document.root, (*case.pod.route, "resources"))
    pairs = [pair for key in ("limits", "requests") for pair in _pairs(given, key)]
    return {key.text: amount for key, value in pairs if (amount := parse_quantity(text_of(value) or "")) is not None}


def not_certain(case: Case) -> Hazard | None:
    """The evidence leaves room for doubt."""
    return Hazard(NOT_CERTAIN) if case.life.certainty == "likely" else None


def nobody_gains(case: Case) -> Hazard | None:
    """3.7: a sidecar whose image cannot be pulled keeps the app from starting."""
    if case.life.benefit == "none":
        return Hazard(NOBODY_GAINS)
    return None


def _pairs(node: Node | None, key: str) -> list[tuple[Node, Node]]:
    mapping = child(node, key)
    return mapping.pairs if mapping is not None else []
