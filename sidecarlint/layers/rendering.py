"""What a chart makes of a list in its values, and of the same list once all of it has moved, as Helm renders both.

In: a text with values, the list in it, the chart and the values around. Out: `Shown`. Must not know: rules, lifecycles.

All containers of the list are moved at once, with restartPolicy: Always: a chart that takes all of them along takes each. What is
rendered afterwards must be what was rendered before, with the containers moved (helm-kustomize A4).
"""

import os
import re
from collections.abc import Iterator, Sequence

from sidecarlint.documents import Node
from sidecarlint.edits import LAST, Change, Move, Operation, Refusal, Set, changes, splice
from sidecarlint.edits.outcomes import Outcome, compared
from sidecarlint.settings import Settings
from sidecarlint.sources.helm import CHECKSUMS, Failed, Helm, helm, render, staged, staged_at
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Container, Workload
from sidecarlint.workloads.kinds import BUILT_IN, shapes_of
from sidecarlint.workloads.pods import LISTS
from sidecarlint.workloads.versions import NEWEST, Version

_VERSIONS = ("v1", "apps/v1", "batch/v1")

_UNPROVEN = "{}, so that the chart passes restartPolicy on is not proven"
_NO_HELM = _UNPROVEN.format("it was not rendered")
_ODD = _UNPROVEN.format("these values cannot be given to Helm on their own")
_FAILED = _UNPROVEN.format("the chart could not be rendered: {}")
_RANDOM = _UNPROVEN.format("the chart renders something else each time")
_REFUSED = _UNPROVEN.format("the chart is not for any version of Kubernetes that it was to be rendered for")
_UNSEEN = _UNPROVEN.format("with these values the chart renders no {}")


class Use(NamedTuple):
    """How values are given to a chart: the file at `path` with this text, or, where `node` is given, the mapping there in it. `under` and
    `over` are the files around these values; the chart's own values.yaml is none of them. `chart` is its folder."""

    chart: str
    path: str
    text: str
    node: Node | None = None
    under: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


class Shown(NamedTuple):
    """What rendering shows. `wrong`: why the move is none; `unshown`: why nothing is shown; both "" where the chart does as it should."""

    wrong: str = ""
    unshown: str = ""


def shown(use: Use, workload: Workload, settings: Settings) -> Shown:
    """Renders before and after. Only copies are written."""
    tool = None if settings.no_exec else helm()
    if tool is None:
        return Shown(unshown=_NO_HELM)
    texts = _texts(use, workload)
    if texts is None:
        return Shown(unshown=_ODD)
    shows: Shown | None = None
    for version in settings.kube_versions or (settings.target,):
        found = _one(tool, use, workload, texts, version)
        if found is not None and found != Shown():
            return found
        shows = shows or found
    # A chart that is for none of these may be for a newer one; what was not rendered at all is not shown.
    return shows or _one(tool, use, workload, texts, NEWEST) or Shown(unshown=_REFUSED)


def _one(tool: Helm, use: Use, workload: Workload, texts: tuple[str, str], version: Version) -> Shown | None:
    """What rendering for one version shows; None where the chart is not for that version."""
    before, after = _rendered(tool, use, texts[0], version), _rendered(tool, use, texts[1], version)
    if isinstance(before, Failed):
        return None if before.refuses_version else Shown(unshown=_FAILED.format(before.reason))
    if isinstance(after, Failed):
        return Shown(f"after the move the chart does not render: {after.cause}")
    moved, outcomes = _given(workload), list(_outcomes(workload))
    found = compared(before, after, outcomes, CHECKSUMS)
    if found.reason is not None:
        again = _rendered(tool, use, texts[0], version)
        is_random = not isinstance(again, Failed) and compared(before, again, (), CHECKSUMS).reason is not None
        return Shown(unshown=_RANDOM) if is_random else Shown(f"the chart does not take it along as it is: {found.reason}")
    seen = {each.container for each, count in zip(outcomes, found.seen, strict=True) if count}
    missing = next((each.name for each in moved if each.name not in seen), None)
    return Shown(unshown=_UNSEEN.format(missing)) if missing is not None else Shown()


def _rendered(tool: Helm, use: Use, text: str, version: Version) -> str | Failed:
    chart = os.path.realpath(use.chart)
    path = use.path if use.node is None else os.path.join(os.path.dirname(chart), ".sidecarlint-values.yaml")
    files = [*use.under, *([] if _is_default(chart, path) else [path]), *use.over]
    with staged(chart, {path: text}) as folder:
        if isinstance(folder, Failed):
            return folder
        done = render(tool, folder, [staged_at(folder, chart, each) for each in files], version)
    return done if isinstance(done, Failed) else done.text


def _is_default(chart: str, path: str) -> bool:
    return os.path.realpath(path) == os.path.join(chart, "values.yaml")


def _given(workload: Workload) -> list[Container]:
    """The containers that stand in the list: of the chart's own nothing is known."""
    return [each for each in workload.pod.containers if isinstance(each.route[-1], int)]


def _outcomes(workload: Workload) -> Iterator[Outcome]:
    places = {(kind, pod) for kind in BUILT_IN for version in _VERSIONS for shape in shapes_of(version, kind) for pod in shape.pods}
    for each in _given(workload):
        for kind, pod in sorted(places):
            yield Outcome(kind, (), pod, each.name, LISTS[0], LISTS[1], sets=((("restartPolicy",), "Always"),))


def _operations(workload: Workload) -> Iterator[Operation]:
    for each in _given(workload):
        yield Move(each.route, workload.pod.lists[1], LAST, kept=True)
        yield Set((*each.route, "restartPolicy"), "Always", ("image", "name"))


def _texts(use: Use, workload: Workload) -> tuple[str, str] | None:
    """The values before and after, each as the text of a values file."""
    try:
        edited = changes(use.text, workload.owner.document, list(_operations(workload)))
    except Refusal:
        return None
    if use.node is None:
        return use.text, splice(use.text, edited)
    return (_alone(use.text, use.node, ()), _alone(use.text, use.node, edited)) if not use.node.flow else None


def _alone(text: str, node: Node, edited: Sequence[Change]) -> str:
    """The lines of a block mapping as a text of its own, changed."""
    column = node.start - 1 - text.rfind("\n", 0, node.start)
    end = text.find("\n", node.end) + 1 or len(text)
    inside = [each for each in edited if node.start <= each.start and each.end <= end]
    return re.sub(rf"(?m)^ {{1,{column}}}", "", splice(text, inside, node.start, end)) if column else splice(text, inside, node.start, end)
