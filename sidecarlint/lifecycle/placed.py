"""Whether an injector put a helper where it stands, and would put it there again.

In: what is seen of a container, its workload. Out: the injector, or None. Must not know: text, spans, files. Facts: native-sidecars 9.

An injector moves the containers that it makes, and by name those that somebody adds to for it (istio/istio
pkg/kube/inject/webhook.go, reorderPod). Pods of the mesh itself run the same image by hand, and nobody places that one.
"""

from sidecarlint.catalogue import Injector
from sidecarlint.lifecycle.injected import declining
from sidecarlint.lifecycle.seen import Seen
from sidecarlint.lifecycle.signs import first_shown, metadata_of
from sidecarlint.references import References
from sidecarlint.values import NamedTuple
from sidecarlint.workloads import Workload


class _Made(NamedTuple):
    """What an injector's own work looks like: an annotation of such a pod, the image that it fills in, a word of its command line, and a
    flag that it never gives."""

    annotation: str
    image: str
    word: str
    never: str


_MADE = {"istio-proxy": _Made("sidecar.istio.io/status", "auto", "sidecar", "--customConfigFile")}
"""By the helper's id. Of the others every such container counts as the injector's."""


def placing(each: Seen, workload: Workload) -> Injector | None:
    """The injector that places this container itself, None where none does or the container is written by hand."""
    helper = each.known.helper if each.known else None
    if helper is None or helper.injector is None or not helper.injector.places:
        return None
    metadata = metadata_of(workload, References())
    if declining(helper.injector, metadata) is not None:
        return None
    made = _MADE.get(helper.id)
    asked = first_shown(helper.injector.asked_by, metadata) is not None
    return helper.injector if asked or made is None or _is_made(made, each, workload) else None


def _is_made(made: _Made, each: Seen, workload: Workload) -> bool:
    """Without words of its own it is left to the injector to say what it does."""
    if made.annotation in workload.pod.annotations or each.container.image == made.image or not each.words:
        return True
    return made.word in each.words and not any(word.startswith(made.never) for word in each.words)


def redirects(each: Seen) -> bool:
    """Whether this leads the pod's traffic through a mesh's proxy and then ends: istio-init, the proxy's own image in another mode, or
    before Istio 1.3 an image of its own."""
    injector = each.match.helper.injector if each.match is not None else None
    own = injector is not None and injector.mesh and each.one_shot is not None
    return each.container.list == "initContainers" and (own or each.container.name == "istio-init")
