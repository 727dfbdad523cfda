"""Kubernetes versions, and what began when.

In: nothing. Out: `Version` and named first versions. Must not know: rules, lifecycles. Numbers cite native-sidecars.md.
"""

import re

Version = tuple[int, int, int]
"""Major, minor and patch. A target without a patch means the first patch of that minor."""

FIRST_SEEN: Version = (1, 28, 0)
"""The API server knows a container's restartPolicy, and drops it unless a gate is on (1.9, 1.11)."""
SIDECARS: Version = (1, 29, 0)
"""Native sidecars on by default, with ordered termination (1.1, 1.6)."""
NAMED_PORTS: Version = (1, 33, 0)
"""A Service's named targetPort finds a sidecar's port (7.1)."""
SIDECAR_RESIZE: Version = (1, 33, 0)
"""resizePolicy allowed on init containers (2.6)."""
SCHEDULED_HOST_PORTS: Version = (1, 33, 6)
"""The scheduler sees host ports of sidecars (7.4)."""
STUCK_AFTER_PROBE: tuple[tuple[Version, Version], ...] = (((1, 29, 0), (1, 33, 6)), ((1, 34, 0), (1, 34, 2)))
"""From and before which versions a pod that is never restarted stays stuck once a sidecar's startupProbe has failed (11, #133072)."""
CONTAINER_RESTART_DROPPED: Version = (1, 34, 0)
"""A container-level restartPolicy that is not a sidecar's is dropped instead of refused (2.1)."""
CONTAINER_RESTART: Version = (1, 35, 0)
"""A container-level restartPolicy is accepted on every container (2.1)."""
SIDECAR_RESTART_RULES: Version = (1, 36, 0)
"""restartPolicyRules accepted beside a sidecar's restartPolicy: Always (2.3)."""
SLEEP_OF_ZERO: Version = (1, 33, 0)
"""A preStop sleep of 0 seconds accepted (1.7, 2.12)."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")


def parse_version(text: str) -> Version | None:
    """`1.29`, `v1.29` or `1.29.4` as a version; None for anything else."""
    found = _VERSION.fullmatch(text.strip())
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def show_version(version: Version) -> str:
    """A version as people write it: `1.29`, and `1.29.4` when a patch is given."""
    major, minor, patch = version
    return f"{major}.{minor}.{patch}" if patch else f"{major}.{minor}"
