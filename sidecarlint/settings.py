"""The frozen settings of one run.

In: nothing. Out: `Settings`. Must not know: anything; `config` fills it, everybody may read it.
"""

from sidecarlint.values import NamedTuple

SEVERITIES = ("error", "warning", "info")
"""From worst to mildest."""

DEFAULT_TARGET = (1, 29, 0)
"""Native sidecars are on by default since Kubernetes 1.29 (native-sidecars 1.1)."""


class Settings(NamedTuple):
    """What a run was asked for. `target` is (major, minor, patch) of the oldest Kubernetes that the manifests run on."""

    target: tuple[int, int, int] = DEFAULT_TARGET
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    max_workloads: int | None = None
    fail_on: str = "warning"
    exclude: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()


def fails(severity: str, fail_on: str) -> bool:
    """Whether a finding of this severity makes the run end with exit code 1."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(fail_on)
