"""The oldest Kubernetes version that a chart's kubeVersion allows.

In: a constraint as Helm reads it (github.com/Masterminds/semver). Out: `Version`, or None. Must not know: charts as folders.
"""

import re

from sidecarlint.workloads.versions import Version

_PART = re.compile(
    r"(?P<sign>>=|<=|=>|=<|!=|>|<|=|~>|~|\^|)\s*v?(?P<major>\d+)(?:\.(?P<minor>\d+|[xX*]))?(?:\.(?P<patch>\d+|[xX*]))?(?:[-+][\w.+-]+)?"
)
_RANGE = re.compile(r"(?P<low>\S+)\s+-\s+\S+")
_CAPS = frozenset({"<", "<=", "=<", "!="})


def oldest_allowed(constraint: str) -> Version | None:
    """The oldest version that a constraint such as `>=1.29.0-0` lets in; None where it has no such bound, or cannot be read."""
    lows = [_low(each) for each in constraint.split("||")] if constraint.strip() else []
    return min((each for each in lows if each is not None), default=None) if None not in lows else None


def _low(words: str) -> Version | None:
    """The highest of the lower bounds that hold together."""
    words = _RANGE.sub(lambda found: f">={found['low']}", words.strip())
    bounds, position = list[Version](), 0
    for found in _PART.finditer(words):
        if words[position : found.start()].strip(" ,\t"):
            return None
        position = found.end()
        if found["sign"] not in _CAPS:
            bounds.append(_version(found))
    return max(bounds, default=None) if not words[position:].strip(" ,\t") else None


def _version(found: "re.Match[str]") -> Version:
    minor, patch = (int(found[name]) if (found[name] or "").isdigit() else 0 for name in ("minor", "patch"))
    # More than 1.28 means 1.29 where no patch is given.
    above = found["sign"] == ">" and found["patch"] is None and (found["minor"] or "").isdigit()
    return int(found["major"]), minor + above, patch
