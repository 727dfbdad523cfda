"""Whether a container is called like a helper. A name is a suspicion: it never makes certain, and any other knowledge goes first.

In: a container's name, its image and its owner's name. Out: what the name sounds like, or None. Must not know: commands,
volumes, text positions.

How far each word can be trusted was counted on real pods (helpers.md 4). Words that mislead are not here: `-agent`, `-metrics`,
`nginx`, `sentinel`, `watcher`, `manager`, and everything that sounds like work to be done once.
"""

import re

_SOUNDS: tuple[tuple[str, str], ...] = (
    ("a sidecar", r"side-?cars?"),
    ("a reloader", r"\w*reload(?:er|ing)?"),
    ("an exporter", r"exporter"),
    ("a proxy", r"proxy|authproxy"),
    ("a log shipper", r"logs?-(?:agent|aggregator|collector|exporter|forwarder|rotator|router|sender|shipper|streamer|tailer|watcher)"),
    ("a log shipper", r"logrotate|logshipper|logtail|fluent-?bit|fluentd|filebeat|promtail|logspout"),
    ("a syncer", r"(?:git|s3|gcs|config|content|dag|file)s?-?sync(?:er)?|syncer"),
    ("a CSI companion", r"(?:node-)?driver-registrar|liveness-?probe|(?:csi|external)-(?:attacher|provisioner|resizer|snapshotter)"),
    ("a telemetry agent", r"(?:otel|opentelemetry|otc|jaeger|statsd|xray|dogstatsd|zipkin)-(?:collector|container|daemon)|jaeger-agent"),
    ("a secret agent", r"vault-agent|secrets?-(?:agent|fetcher|provider|renewer|syncer)|cert(?:ificate)?-(?:reloader|renewer)"),
    ("a leader elector", r"(?:leader-)?elector"),
    ("docker in docker", r"dind|docker-in-docker|docker-daemon"),
    ("a network daemon", r"tcpxo?-daemon|rxdm"),
    ("a nanny", r"(?:\w+-)?nanny|addon-resizer"),
)
_WORDS = tuple((sound, re.compile(rf"(?:.*[-_.])?(?:{words})(?:-container|-?\d+)?")) for sound, words in _SOUNDS)
_ALONE = {"metrics": "an exporter", "statsd": "a telemetry agent", "logs": "a log shipper", "envoy": "a proxy"}
# An object called so is there to pass traffic on, so its proxy is its app.
_GATES = re.compile(r".*(?:gateway|ingress|egress|envoy|contour|router|edge|proxy|balancer)")
# Programs that are a work of their own although they are called so.
_WORKS = re.compile(
    r".*(?:kube-proxy|metadata-proxy|zone-proxy|goproxy|ha-?proxy|node-exporter|blackbox-exporter|snmp-exporter|dnsmasq-nanny)"
)
_COLLECTOR = re.compile(r"\W*collector(?:_image)?\W*")
_MAKERS = re.compile(r".*-(?:injector|operator|controller|webhook|manager|api|server)")


def sounds_like(name: str, image: str, owner: str) -> str | None:
    """What a container sounds like by its `name` or by `image`, the last part of its repository: "a proxy".

    None for other names, and where the object is called after it (`owner`): what an object is there for is its app.
    """
    words = [name.lower(), image.lower()]
    if words[0] == "collector" and _COLLECTOR.fullmatch(words[1]):
        return "a telemetry agent"
    sounds = (sound for word in words if (sound := _sound(word)) and not _is_the_work(word, owner.lower()))
    return next(sounds, None)


def _sound(word: str) -> str | None:
    if not word or _WORKS.fullmatch(word) or _MAKERS.fullmatch(word):
        return None
    return _ALONE.get(word) or next((sound for sound, words in _WORDS if words.fullmatch(word)), None)


def _is_the_work(word: str, owner: str) -> bool:
    return word in owner or _WORKS.fullmatch(owner) is not None or (word == "envoy" and _GATES.match(owner) is not None)
