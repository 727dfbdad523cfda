"""The words of rules whose values are few: which ones each can have.

In: the model's words, the roles of helper files. Out: values by word, so that a rule which asks for another one is refused. Must not
know: rules. Imported only where a rule file is read.
"""

from collections.abc import Mapping

from sidecarlint.catalogue.reading import roles
from sidecarlint.lifecycle import ContainerLife, PodLife

_BOTH = (True, False)
_OWN_ROLES = ("log-reader", "log-server", "outlasting", "named", "said", "")
"""What the model calls a container whose image says nothing of its role; see `Part`."""

VALUES: Mapping[str, tuple[str | bool, ...]] = {
    **{f"container.{word}": _BOTH for word, kind in ContainerLife.__annotations__.items() if kind is bool},
    **{f"pod.{word}": _BOTH for word, kind in PodLife.__annotations__.items() if kind is bool},
    "container.list": ("initContainers", "containers"),
    "container.part": ("app", "helper", "init", "sidecar"),
    "container.certainty": ("certain", "likely", ""),
    "container.role": (*roles(), *_OWN_ROLES),
    "container.benefit": ("completion", "order", "none"),
    "container.faces": ("inbound", "outbound", "neither"),
    "container.ends": ("never", "when-done", "when-told", "unknown"),
    "container.trick": (
        "quit-call", "marker-file", "process-kill", "wrapper", "kubectl", "annotation", "controller", "watch-loop", "self-timeout",
        "deadline", "caller-unknown", "",
    ),
    "container.trick_fails": ("work-fails", "work-succeeds", "hides-failure", ""),
    "container.restart_policy": ("Always", "OnFailure", "Never", ""),
    "pod.completes": ("yes", "no", "unknown", "never-meant-to"),
    "pod.restart_policy": ("Always", "OnFailure", "Never"),
}  # fmt: skip
"""Every value that a word can have, for the words that have few; `container.part` stands for the word `part` of a container."""
