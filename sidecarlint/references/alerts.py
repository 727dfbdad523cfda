"""Alerts and recording rules that watch a container by the series of kube-state-metrics.

In: an `Object`. Out: `Mention`s `watches` (detail: the metric). Must not know: workloads.

The series `kube_pod_container_*` speak of ordinary containers only (native-sidecars 7.10). Of an expression only the selectors of such
series are read, and of a selector only what says plainly which containers, pods and namespaces it means.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from sidecarlint.documents import child, items, text_of
from sidecarlint.references.mentions import Mention, Whom
from sidecarlint.references.said import mention
from sidecarlint.workloads import Object

_SERIES = "kube_pod_container_"
_SELECTOR = r"\b(kube_pod_container_\w+)\s*\{((?:[^{}\"'`]|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`)*)\}"
_MATCHER = r"(\w+)\s*(=~|!~|!=|=)\s*(?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|`([^`]*)`)"
_PLAIN = r"(?:[\w-]|\\*\.|\.\*|\.\+)+"
"""An alternative of an expression that is a name, perhaps with anything before, in or behind it."""
_POSITIVE = {"!=": "=", "!~": "=~"}
_LONGEST = 4000


def rules(found: Object) -> Iterator[Mention]:
    """What the expressions of a rule file say of containers by their names."""
    for index, group in enumerate(items(child(child(found.node, "spec"), "groups"))):
        for inner, rule in enumerate(items(child(group, "rules"))):
            expression = text_of(child(rule, "expr")) or ""
            for metric, labels in _selectors(expression) if _SERIES in expression else ():
                if names := _names(*labels.get("container", ("", ""))):
                    route = ("spec", "groups", index, "rules", inner, "expr")
                    yield mention(found, "watches", _whom(labels), names, route, metric)


def _selectors(expression: str) -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    for selector in re.finditer(_SELECTOR, expression[:_LONGEST]):
        listed = re.finditer(_MATCHER, selector[2])
        yield selector[1], {each[1]: (each[2], _unescaped(each[3] or each[4] or each[5] or "")) for each in listed}


def _unescaped(text: str) -> str:
    return text.replace("\\\\", "\\")


def _whom(labels: dict[str, tuple[str, str]]) -> Whom:
    operator, pods = labels.get("pod", ("", ""))
    starts = (pods if operator == "=" else _literal_start(pods),) if operator in ("=", "=~") and pods else ()
    operator, _ = asked = labels.get("namespace", ("", ""))
    beyond = _names(_POSITIVE[operator], asked[1]) if operator in _POSITIVE else ()
    return Whom(namespaces=_names(*asked), beyond=beyond, pods=starts)


def _literal_start(expression: str) -> str:
    found = re.match(r"[\w-]*", expression)
    start = found[0] if found else ""
    # What a quantifier stands behind may be missing, and behind it an alternative may follow.
    return "" if "|" in expression else start[:-1] if expression[len(start) : len(start) + 1] in ("?", "*", "{") else start


@lru_cache(maxsize=256)
def _names(operator: str, value: str) -> tuple[str, ...]:
    """The names that a matcher means, as patterns; none where it means all, excludes some, or is more than a list of names."""
    if operator == "=":
        return (value,) if value and "*" not in value else ()
    alternatives = value.strip("^$").removeprefix("(").removesuffix(")").split("|")
    if operator != "=~" or not all(re.fullmatch(_PLAIN, each) for each in alternatives):
        return ()
    patterns = tuple(each.replace("\\.", ".").replace(".*", "*").replace(".+", "?*") for each in alternatives)
    return patterns if all(each.strip("*?.") for each in patterns) else ()
