"""What speaks against a container that is called like a helper.

In: a workload, what is seen of its containers, and what one of them sounds like. Out: whether it is no helper after all. Must not
know: text, spans, files.
"""

import re
from collections.abc import Sequence

from sidecarlint.lifecycle.names import sounds_like
from sidecarlint.lifecycle.readers import only_idles, works_beside
from sidecarlint.lifecycle.seen import Seen
from sidecarlint.workloads import Workload
from sidecarlint.workloads.images import parse_image

# Their names say the role so plainly that they need no image of their own: one binary often holds a driver and its companions.
_OF_ANY_IMAGE = ("a sidecar", "a reloader", "a CSI companion")
# What starts the daemon of an image that its tag calls so.
_DAEMONS = (None, (), ("dockerd-entrypoint.sh",))
# What sets up a gateway stands beside that gateway, and what passes the traffic on there is the work.
_GATEKEEPERS = r"(?:.*-)?(?:ingress|gateway|haproxy|kong|envoy|proxy)-(?:controller|ingress|manager)"


def sound_of(workload: Workload, each: Seen) -> str | None:
    """What a container sounds like, by its name or by its image: "a proxy"."""
    return sounds_like(each.container.name, _image_word(each), workload.owner.name)


def is_no_suspect(workload: Workload, each: Seen, sound: str, seen: Sequence[Seen]) -> bool:
    """What ends, works, idles, or is made of an app's own image is usually a part of the work; and a proxy is for somebody with a port."""
    others = [other for other in seen if other.container.list == "containers" and other is not each]
    ends = each.does.ends == "when-done" or (workload.finite and sound == "a syncer")
    idles = sound != "a sidecar" and only_idles(each)
    return ends or idles or works_beside(each) or _is_twin(workload, each, sound, others) or _is_gate(each, sound, others)


def _image_word(each: Seen) -> str:
    """The last part of its repository. Docker's image is the client or the daemon, which its tag says where its script runs it."""
    image = parse_image(each.container.image)
    is_dind = image.name == "docker" and re.search(r"\bdind\b", image.tag)
    return "docker-dind" if is_dind and _starts_docker(each) else image.name


def _starts_docker(each: Seen) -> bool:
    """The image's own script runs any command that it is given, and the daemon where that is a flag or nothing."""
    words = each.container.args or ("dockerd",)
    return each.container.command in _DAEMONS and words[0].startswith(("-", "dockerd"))


def _is_twin(workload: Workload, each: Seen, sound: str, others: Sequence[Seen]) -> bool:
    """Whether it is made of an app's own image. Several proxies of one image are no twins of an app."""
    same = [other for other in others if other.container.image == each.container.image]
    return sound not in _OF_ANY_IMAGE and any(sound_of(workload, other) != sound for other in same)


def _is_gate(each: Seen, sound: str, others: Sequence[Seen]) -> bool:
    """Whether the pod is there to pass traffic on, so that its proxy is its app."""
    is_envoy = "envoy" in (each.container.name, parse_image(each.container.image).name)
    led = sound == "a proxy" and any(re.fullmatch(_GATEKEEPERS, word) for other in others for word in _words(other))
    return led or (is_envoy and not any(other.ports for other in others))


def _words(other: Seen) -> tuple[str, str]:
    return other.container.name, parse_image(other.container.image).name
