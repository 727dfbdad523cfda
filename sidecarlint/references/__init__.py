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

GITOPS = (b"toolkit.fluxcd.io/", b"argoproj.io/v1alpha1", b"strategicMergePatches", b"jsonPatches")
"""A file without any of these holds no object of Flux, Argo CD or helmfile that lays something over a folder."""

PARAMETERS = ("parameters:", "releases:")
"""A text without any of these holds no parameters of Helm."""

__all__ = [
    "GITOPS",
    "KUSTOMIZATIONS",
    "PARAMETERS",
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
