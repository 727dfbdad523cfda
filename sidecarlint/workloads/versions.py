"""Kubernetes versions, and what began when.

In: nothing. Out: `Version` and named first versions. Must not know: rules, lifecycles. Numbers cite native-sidecars.md.
"""

import re

Version = tuple[int, int, int]
"""Major, minor and patch. A target without a patch means the first patch of that minor."""

FIRST_SEEN: Version = (1, 28, 0)
"""The kubelet rejects a pod with a sidecar; an older one takes the sidecar for a plain init container (1.12, 1.13)."""
SIDECARS: Version = (1, 29, 0)
"""Native sidecars on by default, with ordered termination (1.1, 1.6). The oldest target, since before it there is nothing to fix."""
SKEW = 3
"""How many minor versions a kubelet may be older than its API server (1.16)."""
PORTS_OF_KUBECTL: Version = (1, 31, 0)
"""kubectl finds a sidecar's port by its name (7.5)."""
OOM_SCORE: Version = (1, 32, 0)
"""A sidecar is as safe from being killed for memory as the app beside it (5.17)."""
NAMED_PORTS: Version = (1, 33, 0)
"""A Service's named targetPort finds a sidecar's port (7.1)."""
SIDECAR_RESIZE: Version = (1, 33, 0)
"""resizePolicy is kept, on init containers too (1.7, 2.6). Before, it is dropped, or with its gate on refused on init containers."""
SCHEDULED_HOST_PORTS: Version = (1, 33, 6)
"""The scheduler sees host ports of sidecars (7.4)."""
CONTAINER_RESTART_DROPPED: Version = (1, 34, 0)
"""A container-level restartPolicy that is not a sidecar's is dropped instead of refused (2.1)."""
CONTAINER_RESTART: Version = (1, 35, 0)
"""A container-level restartPolicy is accepted on every container (2.1)."""
POD_RESOURCES: Version = (1, 34, 0)
"""Requests of the pod itself are on by default (1.7, 2.11)."""
SIDECAR_RESTART_RULES: Version = (1, 36, 0)
"""restartPolicyRules accepted beside a sidecar's restartPolicy: Always (2.3)."""
SLEEP_ACTION: Version = (1, 30, 0)
"""A sleep in a preStop or postStart hook is on by default (1.7)."""
SLEEP_OF_ZERO: Version = (1, 33, 0)
"""A preStop sleep of 0 seconds accepted (1.7, 2.12)."""

Windows = tuple[tuple[Version, Version], ...]
"""From and before which versions something is so."""

STUCK_AFTER_PROBE: Windows = (((1, 29, 0), (1, 33, 6)), ((1, 34, 0), (1, 34, 2)))
"""The kubelet leaves a pod that is never restarted stuck once a sidecar's startupProbe has failed (11, #133072)."""
FROZEN_STATUS: Windows = (((1, 29, 0), (1, 29, 3)),)
"""The status of a sidecar that has ended once stays as it is, in pods that are not always restarted (4.5, 11, #123323)."""
DEAF_WHILE_STARTING: Windows = (((1, 29, 0), (1, 29, 8)), ((1, 30, 0), (1, 30, 4)))
"""Sidecars of a pod that is deleted while an init container has not started get no SIGTERM in time (11, #125935)."""
STUCK_IN_CREATED: Windows = (((1, 29, 0), (1, 29, 9)), ((1, 30, 0), (1, 30, 5)), ((1, 31, 0), (1, 31, 1)))
"""An init container of any kind stays in Created after a passing error of the container runtime (11, #126543)."""
NOT_RESTARTED: Windows = (((1, 35, 0), (1, 35, 4)),)
"""Beside a sidecar with a startupProbe, containers that crashed are not started again after a restart of the kubelet (11, #137146)."""

NEWEST: Version = (1, 36, 0)
"""The newest version whose behaviour is known here."""

_VERSION = r"v?(\d+)\.(\d+)(?:\.(\d+))?"


def parse_version(text: str) -> Version | None:
    """`1.29`, `v1.29` or `1.29.4` as a version; None for anything else."""
    found = re.fullmatch(_VERSION, text.strip())
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def show_version(version: Version) -> str:
    """A version as people write it: `1.29`, and `1.29.4` when a patch is given."""
    major, minor, patch = version
    return f"{major}.{minor}.{patch}" if patch else f"{major}.{minor}"


def parse_target(text: str) -> Version | None:
    """The version of an API server that knows native sidecars; None for an older one, and for what is no version."""
    version = parse_version(text)
    return version if version is not None and version >= SIDECARS else None


def fixed_in(version: Version, windows: Windows) -> str:
    """The version that ended what is so in a version, as people write it; "" where it is not so."""
    return next((show_version(fixed) for first, fixed in windows if first <= version < fixed), "")


def misfit(nodes: Version, target: Version) -> str:
    """Why no API server of the target has nodes of that version, as a sentence; "" where one may (1.16)."""
    if nodes[:2] > target[:2]:
        return f"nodes of {show_version(nodes)} do not fit the target {show_version(target)}: no node is newer than its API server"
    oldest = (target[0], target[1] - SKEW, 0)
    if nodes[:2] < oldest[:2]:
        allowed = f"Kubernetes {show_version((*target[:2], 0))} allows nodes of {show_version(oldest)} and later"
        return f"nodes of {show_version(nodes)} do not fit the target {show_version(target)}: {allowed}"
    return ""


def seen_by_nodes(nodes: Version | None) -> str:
    """What nodes of that version make of a pod with a sidecar, as the rest of a sentence; "" where they know sidecars (1.12, 1.13)."""
    if nodes is None or nodes >= SIDECARS:
        return ""
    rejecting = "1.28 reject the pod (InitContainerRestartPolicyForbidden)"
    if nodes >= FIRST_SEEN:
        return f"nodes of Kubernetes {rejecting}"
    return f"nodes of Kubernetes {show_version(nodes)} wait in Init until it exits, and those of {rejecting}"
