"""Resource quantities, and what a pod asks for in all.

In: a `Pod`. Out: amounts in billionths of a unit, so that no number is rounded. Must not know: rules, lifecycles.
"""

import re

from sidecarlint.workloads.pods import Container, Pod

_QUANTITY = r"\+?(\d{0,18})(?:\.(\d{0,18}))?(n|u|m|k|M|G|T|P|E|[KMGTPE]i|[eE][+-]?\d{1,2})?"
_NANO = 10**9
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


def parse_quantity(text: str) -> int | None:
    """`100m`, `1.5`, `64Mi` or `1e3` in billionths of a unit; None for what is no quantity, or a negative one."""
    found = re.fullmatch(_QUANTITY, text.strip())
    if found is None or not (found[1] or found[2]):
        return None
    digits, suffix = (found[1] or "") + (found[2] or ""), found[3] or ""
    amount = int(digits) * _NANO * (1 << _BINARY.get(suffix, 0))
    power = _power(suffix) - len(found[2] or "")
    return amount * int("1" + "0" * power) if power >= 0 else amount // int("1" + "0" * -power)


def _power(suffix: str) -> int:
    return _DECIMAL[suffix] if suffix in _DECIMAL else int(suffix[1:]) if suffix[:1] in ("e", "E") and suffix[1:] else 0


def pod_request(pod: Pod, resource: str) -> int:
    """What the scheduler takes a pod to ask for of `cpu`, `memory` or another resource, without overhead (native-sidecars 6.1)."""
    sidecars, peak = 0, 0
    for init in pod.init_containers:
        asked = _asked(init, resource)
        sidecars += asked if init.is_sidecar else 0
        peak = max(peak, sidecars if init.is_sidecar else sidecars + asked)
    return max(peak, sidecars + sum(_asked(each, resource) for each in pod.containers))


def growing(before: Pod, after: Pod) -> tuple[str, ...]:
    """Which of `cpu` and `memory` a pod asks for more of in its second shape than in its first."""
    return tuple(resource for resource in ("cpu", "memory") if pod_request(after, resource) > pod_request(before, resource))


def show_quantity(amount: int, resource: str) -> str:
    """An amount as people write it: `250m` and `2` of cpu, `512Mi` and `3Gi` of memory. What is no whole number of these is rounded up."""
    if resource == "cpu":
        thousandths = -(-amount * 1000 // _NANO)
        return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)
    units = ((name, _NANO << _BINARY[name]) for name in ("Gi", "Mi", "Ki"))
    return next((f"{amount // unit}{name}" for name, unit in units if amount and amount % unit == 0), str(-(-amount // _NANO)))


def _asked(container: Container, resource: str) -> int:
    asked = container.requests.get(resource)
    return (parse_quantity(asked) or 0) if asked else 0
