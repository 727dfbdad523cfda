"""How legacy helpers of Jobs come to an end today: by a quit call, a marker file, a kill, a wrapper and the like.

In: what is seen of a pod, and how a helper would end alone. Out: `Trick`. Must not know: text, spans, files.

What a trick is stands in `trick`, the table of all of them in `search`, what they make of an end in `told`. Pods that are not
meant to end need no tricks, and a run that meets no other does not import them.
"""

from sidecarlint.lifecycle.tricks.trick import DOUBT, IDLE, Scene, Trick

__all__ = ["DOUBT", "IDLE", "Scene", "Trick"]
