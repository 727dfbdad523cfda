"""Kustomizations: what they include, what they lay over it, and what of that is broken.

In: the kustomization files around a source, and a way to read what they name. Out: `Kustomizations`, the graph of one tree, and its
`Breach`es. Must not know: lifecycles, rules.

A patch names containers by the list that they stand in. Once a base moves one, a strategic-merge patch makes a second,
imageless container of it, and an index of a JSON patch points at another container (native-sidecars 8.7).
"""

from sidecarlint.references.kustomize.graph import Kustomizations
from sidecarlint.references.kustomize.values import Beside

__all__ = ["Beside", "Kustomizations"]
