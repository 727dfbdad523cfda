"""The Kubernetes versions that a chart asks for.

In: the text of `kubeVersion`. Out: the lowest version that it lets in. Must not know: what a chart is.

The constraints are those of github.com/Masterminds/semver: alternatives behind `||`, comparisons behind commas or blanks.
"""

import re

from sidecarlint.workloads.versions import Version

_RANGE = r"(\S+)\s+-\s+\S+"
_COMPARISON = r"(=?[<>]=?|!?=|~>?|\^)?\s*v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:[-+][\w.+-]*)?"
_UPWARDS = ("", "=", ">=", "=>", "~", "~>", "^")
_ANY: Version = (0, 0, 0)


def lowest(constraint: str) -> Version | None:
    """The lowest version that a constraint lets in, (0, 0, 0) where nothing bounds it; None where it cannot be read."""
    found = [_lowest_of(each) for each in constraint.split("||")]
    return min(each for each in found if each is not None) if None not in found else None


def _lowest_of(comparisons: str) -> Version | None:
    """The highest of all lower bounds. What is excluded by `!=` may be anywhere."""
    rest = re.sub(_RANGE, r">=\1", comparisons)
    if not rest.strip() or re.sub(_COMPARISON, "", rest).strip(" ,"):
        return None
    bounds = (_bound(found[1] or "", [found[part] for part in (2, 3, 4)]) for found in re.finditer(_COMPARISON, rest))
    return max(bounds, default=_ANY)


def _bound(operator: str, parts: list[str]) -> Version:
    given = [int(part) for part in parts if part is not None and part.isdecimal()]
    if not given or operator not in (*_UPWARDS, ">"):
        return _ANY
    if operator == ">":
        # What is not said may be any, and above all of it is the next one.
        given[-1] += 1
    major, minor, patch = (*given, 0, 0, 0)[:3]
    return major, minor, patch
