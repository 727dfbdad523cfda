"""Rules and lifecycles to findings.

In: rules, a workload's lifecycle, the places of its source. Out: `Judged`: findings without fixes, each with its rule and
subject. Must not know: how a fix is planned.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from sidecarlint.documents import IGNORE, VERBS, Document, Node, Problem, Route, at, show
from sidecarlint.findings import Evidence, Finding, Subject
from sidecarlint.findings.places import Places
from sidecarlint.lifecycle import ContainerLife, Lifecycle, Sight
from sidecarlint.lifecycle.natives import Mistakes
from sidecarlint.rulebook import Rule, attributes_of, evaluator
from sidecarlint.settings import Settings
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload
from sidecarlint.workloads.versions import show_version

SOURCE_RULES = {
    "yaml-syntax": "A document cannot be read, so nothing in it was judged",
    "text-encoding": "A file is not text in an encoding that YAML allows",
    "duplicate-key": "A key is given twice, and Kubernetes keeps only one of its values",
    "unknown-directive": "A comment tells sidecarlint something that it does not understand",
    "unused-suppression": "A comment leaves findings out that are not there",
    "expired-suppression": "A comment left findings out until a day that has passed",
    "patch-misses-container": "A kustomize patch looks for a container in the wrong list of its pod",
    "patch-index-shifted": "An index in a kustomize patch no longer points at the container that is meant",
    "patch-drops-sidecar": "A kustomize patch replaces the list in which a sidecar stands",
    "replacement-skips-sidecar": "A kustomize replacement for all containers leaves a sidecar out",
    "parameter-index-shifted": "An index in a Helm parameter is behind the end of its list",
    "ignore-misses-container": "Argo CD ignores a container in the wrong list of its pod",
    "kustomization-broken": "A kustomization cannot be built, so nothing that it includes is rolled out",
}
"""What can be wrong with a source itself, or with a patch in it (`findings.patches`). These are no rule files: they say nothing of a pod's
lifecycle."""


class Judged(NamedTuple):
    """A finding, and what a plan for it needs. `life` is the container's, None for a finding about the whole pod."""

    finding: Finding
    rule: Rule
    life: ContainerLife | None


class _Ready:
    """A rule made ready. Most rules find nothing: what only a finding needs is made for the first."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.when = rule, evaluator(rule.when)

    @cached_property
    def message(self) -> Callable[[dict[str, object]], object]:
        return evaluator(self.rule.message)

    @cached_property
    def asks(self) -> frozenset[str]:
        """The words of its subject that its `when` speaks of: what was seen of them is its evidence."""
        return attributes_of(self.rule.when, self.rule.subject)


class Judge:
    """The rules of a run, made ready once."""

    def __init__(self, rules: Sequence[Rule], settings: Settings) -> None:
        chosen = [rule for rule in rules if (not settings.select or rule.id in settings.select) and rule.id not in settings.ignore]
        self._ready = [_Ready(rule) for rule in chosen]
        self._target = settings.target
        self._severities = dict(settings.severities)

    def judge(self, life: Lifecycle, places: Places) -> Iterator[Judged]:
        """Every finding about a workload, in the order of its containers and of the rules' ids."""
        for container in (None, *life.containers):
            values: dict[str, object] = {"container": container, "pod": life.pod, "target": show_version(self._target)}
            for ready in self._ready:
                if (ready.rule.subject == "container") == (container is not None) and ready.when(values):
                    said, severity = str(ready.message(values)), self._severities.get(ready.rule.id) or _severity(ready.rule, container)
                    yield Judged(_finding(ready, said, severity, container, life, places), ready.rule, container)


_MISTAKES = frozenset(Mistakes._fields)


def _shown(ready: _Ready, container: ContainerLife | None, life: Lifecycle) -> list[Sight]:
    """What was seen, as far as it shows what this rule asks for. Why a container is a helper is beside the point of a rule that asks for
    a mistake."""
    if container is None:
        return [sight for word, sight in life.pod.shown if word in ready.asks]
    own = [sight for sight in container.evidence if sight.shows in ready.asks]
    return own if ready.asks & _MISTAKES else [sight for sight in container.evidence if not sight.shows or sight in own]


def _finding(ready: _Ready, message: str, severity: str, container: ContainerLife | None, life: Lifecycle, places: Places) -> Finding:
    rule, sights = ready.rule, _shown(ready, container, life)
    document, base = life.workload.owner.document, container.route if container else life.workload.pod.route
    return Finding(
        rule=rule.id,
        category=rule.category,
        severity=severity,
        message=message,
        location=places.location(document, (*base, *rule.at) if rule.at or container else _where(sights, base)),
        workload=subject_of(life.workload, places.path),
        container=container.name if container else None,
        evidence=evidence_of(sights, places, document),
    )


def _where(sights: Sequence[Sight], base: Route) -> Route:
    """Where a rule about a whole pod that names no place has seen it first; the pod itself where it has seen it at none."""
    return next((sight.route for sight in sights if sight.route is not None), base)


def _severity(rule: Rule, container: ContainerLife | None) -> str:
    """By benefit: error when the work cannot complete, warning when the pod gains, info for a helper that could move."""
    if rule.severity != "by benefit":
        return rule.severity
    if container is not None and container.holds_up_work:
        return "error"
    return "info" if container is None or container.benefit == "none" else "warning"


def evidence_of(sights: Sequence[Sight], places: Places, document: Document) -> tuple[Evidence, ...]:
    """What was seen, with the places where people see it."""
    return tuple(
        Evidence(sight.message, places.location(document, sight.route, sight.part) if sight.route is not None else None) for sight in sights
    )


def subject_of(workload: Workload, path: str) -> Subject:
    """The workload as findings name it."""
    owner = workload.owner
    return Subject(path, owner.document.number, show(workload.pod.route), owner.api_version, owner.kind, owner.name, owner.namespace)


def problem_finding(problem: Problem, places: Places) -> Finding:
    """A document that cannot be read, as a finding of category `source`."""
    end = min(problem.offset + 1, len(places.text))
    return Finding(
        "yaml-syntax", "source", "error", f"This document cannot be read: {problem.message}", places.span(min(problem.offset, end), end)
    )


def directive_findings(document: Document, pods: Sequence[Workload], places: Places) -> Iterator[Finding]:
    """Comments that direct nothing: their first word is none that counts, or they stand on no container. `pods`: those of the document."""
    containers = {each.route for workload in pods for each in workload.pod.all_containers}
    for each in document.directives:
        if each.verb == IGNORE:
            from sidecarlint.findings.suppressions import wrong

            why = wrong(each)
            if not why:
                continue
        elif each.verb not in VERBS:
            why = _unknown(each.verb)
        elif containers and _container_of(each.route or ()) not in containers:
            why = "it stands on no container; put it on the line of the container's name, or directly above it"
        else:
            continue
        yield Finding("unknown-directive", "source", "warning", f"This comment has no effect: {why}", places.span(each.start, each.end))


def _container_of(route: Route) -> Route:
    """A directive touches a container at its beginning or at its name."""
    return route[:-1] if route[-1:] == ("name",) else route


def _unknown(verb: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(verb.lower(), (*VERBS, IGNORE), 1)
    hint = f"did you mean {near[0]}?" if near else f"it may say {', '.join(VERBS)} or {IGNORE}[RULE]"
    said = f"there is no directive {verb[:_LONGEST_WORD]}" if verb else "it says nothing"
    return f"{said}; {hint}"


_LONGEST_WORD = 40


def duplicate_findings(life: Lifecycle, places: Places) -> Iterator[Finding]:
    """Keys that are given twice above the pod spec, in it or in one of its containers: what was judged may not be what was meant."""
    document, subject = life.workload.owner.document, subject_of(life.workload, places.path)
    spec = life.workload.pod.route
    for route in (*(spec[:length] for length in range(len(spec) + 1)), *(each.route for each in life.containers)):
        for first, again in _given_twice(at(document.root, route)):
            line = places.lines.number(first.start)
            message = f"The key {again.text} is given twice, first on line {line}; Kubernetes keeps only this one"
            yield Finding("duplicate-key", "source", "warning", message, places.span(again.start, again.end), subject)


def _given_twice(mapping: Node | None) -> Iterator[tuple[Node, Node]]:
    seen: dict[str, Node] = {}
    for name, _ in mapping.pairs if mapping else ():
        if name.text in seen and name.text != "<<":
            yield seen[name.text], name
        seen.setdefault(name.text, name)
