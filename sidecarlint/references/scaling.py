"""Autoscalers: which container's load they measure, and whose requests they set.

In: an `Object`. Out: `Mention`s `scales` (detail: the resource) and `sizes`. Must not know: workloads.
"""

from collections.abc import Iterator

from sidecarlint.documents import Node, child, items, text_of
from sidecarlint.references.mentions import Mention, Whom
from sidecarlint.references.said import mention
from sidecarlint.workloads import Object


def _whom(node: Node | None, kind: str = "") -> Whom:
    return Whom(kinds=(text_of(child(node, "kind")) or kind,), name=text_of(child(node, "name")) or "?")


def horizontal(found: Object) -> Iterator[Mention]:
    """A ContainerResource metric names its container; it is looked up among sidecars too since Kubernetes 1.29 (6.5)."""
    spec = child(found.node, "spec")
    for index, metric in enumerate(items(child(spec, "metrics"))):
        measured = child(metric, "containerResource")
        if name := text_of(child(measured, "container")):
            route = ("spec", "metrics", index, "containerResource", "container")
            yield mention(found, "scales", _whom(child(spec, "scaleTargetRef")), (name,), route, text_of(child(measured, "name")) or "")


def scaled_object(found: Object) -> Iterator[Mention]:
    """KEDA makes a HorizontalPodAutoscaler of it. Its target is a Deployment unless it says otherwise."""
    spec = child(found.node, "spec")
    for index, trigger in enumerate(items(child(spec, "triggers"))):
        if name := text_of(child(child(trigger, "metadata"), "containerName")):
            route = ("spec", "triggers", index, "metadata", "containerName")
            whom = _whom(child(spec, "scaleTargetRef"), "Deployment")
            yield mention(found, "scales", whom, (name,), route, text_of(child(trigger, "type")) or "")


def vertical(found: Object) -> Iterator[Mention]:
    """Whose requests it sets: a container's own policy counts before that of `*`, and both may be Off."""
    spec = child(found.node, "spec")
    if text_of(child(child(spec, "updatePolicy"), "updateMode")) == "Off":
        return
    whom, named, rest = _whom(child(spec, "targetRef")), list[str](), True
    for index, policy in enumerate(items(child(child(spec, "resourcePolicy"), "containerPolicies"))):
        name, is_off = text_of(child(policy, "containerName")) or "", text_of(child(policy, "mode")) == "Off"
        if name == "*":
            rest = not is_off
            continue
        named.append(name)
        if not is_off:
            yield mention(found, "sizes", whom, (name,), ("spec", "resourcePolicy", "containerPolicies", index, "containerName"))
    if rest:
        yield mention(found, "sizes", whom, ("*",), ("spec", "targetRef"))._replace(but=tuple(named))
