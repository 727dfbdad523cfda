"""What a fix changed in each workload, from the life of its pods before and after.

In: lifecycles of one text before and after its fixes. Out: `Moved`. Must not know: text, formats, how a fix was planned.
"""

from collections.abc import Sequence

from sidecarlint.findings import Finding, Moved, Shape
from sidecarlint.findings.judge import subject_of
from sidecarlint.lifecycle import Lifecycle
from sidecarlint.workloads import Pod
from sidecarlint.workloads.quantities import pod_request, show_quantity
from sidecarlint.workloads.rollouts import rollout_of


def moved(path: str, before: Sequence[Lifecycle], after: Sequence[Lifecycle], fixed: Sequence[Finding]) -> tuple[Moved, ...]:
    """The workloads of one source that were changed, in the order of the source."""
    later = {subject_of(life.workload, path).place: life for life in after}
    found = []
    for life in before:
        subject = subject_of(life.workload, path)
        mended = tuple(each for each in fixed if each.workload is not None and each.workload.place == subject.place)
        if mended and subject.place in later:
            found.append(Moved(subject, mended, _shape(life), _shape(_seen(life, later[subject.place])), rollout_of(life.workload)))
    return tuple(found)


def _seen(before: Lifecycle, after: Lifecycle) -> Lifecycle:
    """The life after, as far as it is to be seen: in a template a container may have gone to a define, and then nothing can be told."""
    names = [sorted(each.name for each in life.containers) for life in (before, after)]
    return before if before.workload.owner.document.masked and names[0] != names[1] else after


def _shape(life: Lifecycle) -> Shape:
    """A patch is no pod: alone it says nothing of what starts beside its containers."""
    if life.workload.partial:
        return Shape((), (), "never-meant-to", ())
    return Shape(life.starts, life.stops, life.pod.completes, _requests(life.workload.pod))


def _requests(pod: Pod) -> tuple[tuple[str, str], ...]:
    resources = dict.fromkeys(name for each in pod.all_containers for name in each.requests)
    return tuple((name, show_quantity(pod_request(pod, name), name)) for name in sorted(resources))
