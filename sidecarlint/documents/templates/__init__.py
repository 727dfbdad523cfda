"""Helm templates to documents: Go template actions are masked, so that the YAML around them can be read where it stands.

In: a template's text. Out: `Document`s whose nodes have their spans in that text, and which of their parts an action gives; the
actions around a place. Must not know: Kubernetes, what a chart is. What is masked is only read, never written.
"""

from sidecarlint.documents.templates.actions import Action, blotted
from sidecarlint.documents.templates.blocks import Arm, around
from sidecarlint.documents.templates.reading import template_documents

__all__ = ["Action", "Arm", "around", "blotted", "template_documents"]
