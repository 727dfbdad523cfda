"""Moves inside Helm templates: ranges of text with the actions that are theirs (helm-kustomize.md, A3).

In: a template's text, a masked document of it, operations. Out: `Templated`, or a `Refusal` for what is not done in templates. Must not
know: Kubernetes, Helm's values.

Nothing is written from the masked tree; it only says where things stand.
"""

from sidecarlint.edits.operations import Call
from sidecarlint.edits.templates.calls import Bodies, call_moved
from sidecarlint.edits.templates.moving import Gives, Templated, changes, templated

__all__ = ["Bodies", "Call", "Gives", "Templated", "call_moved", "changes", "templated"]
