"""sidecarlint finds legacy sidecars in Kubernetes manifests and rewrites them into native ones."""

__version__ = "0.1.0"
