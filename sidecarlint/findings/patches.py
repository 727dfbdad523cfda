"""What kustomize patches break, and why a kustomization cannot be built, as findings of the files in which that stands.

In: a source's `Breach`es, why it cannot be built, its places. Out: `Finding`s. Must not know: how a patch is followed, how a fix is
planned.

A patch is no pod, so these are no rules over the words of one. They stand beside `findings.judge.SOURCE_RULES`, which name them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from sidecarlint.documents import documents, walk
from sidecarlint.findings import Evidence, Finding
from sidecarlint.findings.places import Places
from sidecarlint.sources.nearby import short

if TYPE_CHECKING:
    from sidecarlint.references.kustomize.breaches import Breach

_INDEXING = (("argoproj.io/", "helm:", "parameters:", "]"), ("releases:", "set:", "]"))
"""A text without all words of one of these holds no parameters with an index."""

_SAID = {
    "doubled": (
        "patch-misses-container",
        "error",
        "{container} gets a second container without image: the patch names it in {key}, and {workload} has it in {other}",
    ),
    "kept": (
        "patch-misses-container",
        "warning",
        "{container} is not removed: the patch names it in {key}, and {workload} has it in {other}",
    ),
    "unfound": (
        "patch-misses-container",
        "error",
        "{container} is not found: the replacement looks for it in {key}, and {workload} has it in {other}",
    ),
    "untrue": (
        "patch-index-shifted",
        "error",
        "The build stops: {written} in {workload} is {instead}, and the patch tests for {container}",
    ),
    "beyond": (
        "patch-index-shifted",
        "error",
        "The build stops: {written} is behind the end of the list, as {workload} has {container} in {other}",
    ),
    "mistaken": (
        "patch-index-shifted",
        "error",
        "{instead} gets an image that is meant for {container}, which {workload} has in {other}",
    ),
    "overwritten": (
        "patch-drops-sidecar",
        "error",
        "{container} is lost: the patch adds a list in place of the one that {workload} has, in which it stands",
    ),
    "skipped": (
        "replacement-skips-sidecar",
        "warning",
        "{container} keeps its value: {written} leaves it out, as {workload} has it in {other}",
    ),
    "unignored": (
        "ignore-misses-container",
        "warning",
        "Differences in {container} are no longer ignored: Argo CD looks for it in {key}, and {workload} has it in {other}",
    ),
    "unignored-beyond": (
        "ignore-misses-container",
        "warning",
        "Differences in {container} are no longer ignored: {written} is behind the end of the list",
    ),
}
"""By a breach's word: the finding's id, its severity, and what it says."""


def beside(places: Places, breaches: "Iterable[Breach]") -> Iterator[Finding]:
    """What is wrong in one source beside its pods: what its patches break, and the parameters of Helm that a sidecar has left behind."""
    yield from patch_findings(breaches, places, short)
    if any(all(word in places.text for word in words) for words in _INDEXING):
        from sidecarlint.findings.parameters import parameter_findings

        yield from parameter_findings(places)


def patch_findings(breaches: "Iterable[Breach]", places: Places, shown: Callable[[str], str]) -> Iterator[Finding]:
    """A finding for each breach of one source. `shown` gives a path as people are told of it."""
    read = {document.number: document for document in documents(places.text)}
    for each in breaches:
        document = read.get(each.place.number)
        if document is not None and document.root is not None:
            rule, severity, message = _SAID[each.about]
            location = places.location(document, each.place.route, each.place.part)
            yield Finding(rule, "source", severity, message.format(**_words(each)), location, None, each.container, _seen(each, shown))


def _words(each: "Breach") -> dict[str, str]:
    other = "initContainers" if each.key == "containers" else "containers"
    return {**each._asdict(), "other": other, "instead": each.instead or "not there"}


def _seen(each: "Breach", shown: Callable[[str], str]) -> tuple[Evidence, ...]:
    stands = Evidence(f"{each.workload} stands in {shown(each.base)}")
    if each.about.startswith("unignored"):
        return (stands, Evidence(f"{each.by} builds it"))
    build = f"by {each.by} in {shown(each.root)}" if each.by else f"in the build of {shown(each.root)}"
    return (stands, Evidence(f"the patch is applied to it {build}"))


_LATER = r"\$|\{\{"
"""Something is filled in before the build, such as a variable in a name. What is there then is not known."""
_NAME = r"[^\s,]+"


def broken_findings(why: str, places: Places) -> Iterator[Finding]:
    """The finding for a kustomization that cannot be built by its own fault. `why` is a sentence about it; nothing is said of "", and of
    what may be right once it is built."""
    if why and not re.search(_LATER, why) and "{{" not in places.text:
        yield Finding("kustomization-broken", "source", "warning", f"The build stops: {why}", places.span(*_place(places.text, why)))


def _place(text: str, why: str) -> tuple[int, int]:
    """The name that it is about, where that is written; else where it cannot be read, or its first key."""
    document, words = next(documents(text), None), re.findall(_NAME, why)
    if document is not None and document.problem is not None:
        return document.problem.offset, document.problem.offset
    root = document.root if document is not None else None
    if root is None:
        return 0, 0
    named = next((each for each in walk(root) if each.kind == "scalar" and each.text in words and "." in each.text), None)
    first = named or (root.pairs[0][0] if root.pairs else root)
    return first.start, first.end
