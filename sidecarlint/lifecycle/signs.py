"""What the labels and annotations of a pod and of its namespace say to an injector.

In: a workload and the namespaces of the run, signs as helper files write them. Out: whether a sign is there, and where. Must not
know: text, spans, files.

The form of a sign is described at `catalogue.Injector`.
"""

import re
from functools import lru_cache

from sidecarlint.documents import Route
from sidecarlint.references import References, namespaces_of
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload

_SIGN = r"(namespace )?(label|annotation) ([^\s=]+)(?:=(\S+)| has (\w+))?"
_ON = ("1", "enable", "enabled", "on", "t", "true", "y", "yes")
_OFF = ("", "0", "disable", "disabled", "f", "false", "n", "no", "off")


class Sign(NamedTuple):
    """A sign, taken apart. `value` is "" for switched on, `*` for any; `setting` is a key inside of the value, "" for none."""

    of_namespace: bool
    kind: str
    key: str
    value: str
    setting: str

    @property
    def name(self) -> str:
        """What people call it: the setting, or the key."""
        return self.setting or self.key


class Metadata(NamedTuple):
    """Labels and annotations of a pod template and of its namespace; `route` leads to the template's metadata."""

    labels: dict[str, str]
    annotations: dict[str, str]
    namespace_labels: dict[str, str]
    namespace_annotations: dict[str, str]
    route: Route

    @property
    def is_empty(self) -> bool:
        return not any(self[:4])

    def value(self, sign: Sign) -> str | None:
        """What stands where a sign is looked for, None when nothing does."""
        labels, annotations = (self.namespace_labels, self.namespace_annotations) if sign.of_namespace else (self.labels, self.annotations)
        return (labels if sign.kind == "label" else annotations).get(sign.key)

    def place(self, sign: Sign) -> Route | None:
        """The route to a sign of the pod; a namespace stands elsewhere."""
        return None if sign.of_namespace else (*self.route, f"{sign.kind}s", sign.key)


def metadata_of(workload: Workload, references: References, sure: bool = True) -> Metadata:
    """The labels and annotations that injectors look at.

    A run may hold the namespaces of several clusters, and every cluster has one called default. `sure` leaves those out of which it is
    not certain that one of them is the workload's.
    """
    pod, found = workload.pod, namespaces_of(references, workload)
    if sure and (len(found) > 1 or workload.owner.namespace == "default"):
        found = ()
    labels, annotations = dict[str, str](), dict[str, str]()
    for each in found:
        labels.update(each.labels)
        annotations.update(each.annotations)
    return Metadata(pod.labels, pod.annotations, labels, annotations, pod.meta)


@lru_cache(maxsize=512)
def sign_of(text: str) -> Sign:
    """A sign as a helper file writes it, taken apart. Raises ValueError for what is none; the schema lets none pass."""
    found = re.fullmatch(_SIGN, text)
    if found is None:
        raise ValueError(f"{text!r} is no sign")
    return Sign(bool(found[1]), found[2], found[3], found[4] or "", found[5] or "")


def first_shown(texts: tuple[str, ...], metadata: Metadata) -> Sign | None:
    """The first of these signs that is there."""
    return next((sign for text in texts if is_shown(sign := sign_of(text), metadata)), None)


def is_shown(sign: Sign, metadata: Metadata) -> bool:
    """Whether a sign is there with the value that it asks for."""
    value = metadata.value(sign)
    if value is None:
        return False
    if sign.setting:
        inside = rf"\b{sign.setting}[\"']?\s*:\s*[\"']?(?:{'|'.join(_ON)})\b"
        return re.search(inside, value, re.IGNORECASE) is not None
    if sign.value == "*":
        return not is_off(value)
    return value == sign.value if sign.value else value.lower() in _ON


def is_off(value: str) -> bool:
    """Whether a value switches off."""
    return value.lower() in _OFF
