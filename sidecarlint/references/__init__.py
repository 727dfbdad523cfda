"""Who else speaks of a pod's containers: Services and their ports, namespaces, kustomizations and their patches.

In: all documents of a run. Out: `References`, `Kustomizations`. Must not know: lifecycles, rules.
"""

from sidecarlint.references.services import (
    SPEAKS,
    Namespace,
    References,
    Service,
    Target,
    merged,
    named_targets,
    namespaces_of,
    read_references,
    selecting,
    service_ports,
)

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""What a kustomization file may be called."""

__all__ = [
    "KUSTOMIZATIONS",
    "SPEAKS",
    "Namespace",
    "References",
    "Service",
    "Target",
    "merged",
    "named_targets",
    "namespaces_of",
    "read_references",
    "selecting",
    "service_ports",
]
