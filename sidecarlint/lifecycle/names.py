"""Whether a container is called like a helper. A name is a suspicion: it never makes certain, and any other knowledge goes first.

In: a container's name, its image and its owner's name. Out: what the name sounds like, or None. Must not know: commands,
volumes, text positions.

How far each word can be trusted was counted on real pods (helpers.md 4). Words that mislead are not here: `-agent`, `-metrics`,
`nginx`, `sentinel`, `watcher`, `manager`, and everything that sounds like work to be done once.
"""

import re

# What it sounds like; letters of which a word has some, so that no expression need be compiled for most names; and the expression.
_SOUNDS: tuple[tuple[str, str, str], ...] = (
    ("a sidecar", "car", r"side-?car(?:s|-?containers?|-logs?|-logging)?"),
    ("a reloader", "reload", r"\w*reload(?:er|ing)?"),
    ("an exporter", "exporter", r"exporter"),
    ("a proxy", "proxy", r"proxy|authproxy"),
    (
        "a log shipper",
        "log",
        r"logs?-(?:agent|aggregator|collector|exporter|forwarder|processor|reader|rotator|router|sender|shipper|streamer|tailer|watcher)",
    ),
    ("a log shipper", "log fluent filebeat promtail", r"logrotate|logshipper|logtail|fluent-?bit|fluentd|filebeat|promtail|logspout"),
    ("a log shipper", "forwarder", r"splunk-?(?:universal-?)?forwarder|universal-?forwarder"),
    ("a syncer", "sync", r"(?:git|s3|gcs|config|content|dag|file)s?-?sync(?:er)?|syncer"),
    ("a CSI companion", "registrar live", r"(?:node-)?driver-registrar|liveness-?probe"),
    ("a CSI companion", "csi external", r"(?:csi|external)-(?:attacher|provisioner|resizer|snapshotter)"),
    ("a telemetry agent", "otel telemetry otc", r"(?:otel|opentelemetry|otc)-(?:collector|container|daemon)"),
    (
        "a telemetry agent",
        "jaeger statsd xray zipkin",
        r"(?:jaeger|statsd|xray|dogstatsd|zipkin)-(?:collector|container|daemon)|jaeger-agent",
    ),
    ("a telemetry agent", "categraf", r"categraf"),
    ("a secret agent", "vault secret", r"vault-agent|secrets?-(?:agent|fetcher|provider|renewer|syncer)"),
    ("a secret agent", "cert", r"cert(?:ificate)?-(?:reloader|renewer)"),
    ("a leader elector", "elector", r"(?:leader-)?elector"),
    ("docker in docker", "dind docker", r"dind(?:-daemon)?|docker-in-docker|docker-daemon"),
    ("a tunnel", "tunnel cloudflared tailscale gluetun ngrok", r"(?:ssh|db|vpn)-tunnel|cloudflared|tailscale|gluetun|ngrok"),
    ("an ambassador", "ambassador", r"ambassador"),
    ("a network daemon", "tcpx rxdm", r"tcpxo?-daemon|rxdm"),
    ("a nanny", "nanny resizer", r"(?:\w+-)?nanny|addon-resizer"),
)
_WORD = r"(?:.*[-_.])?(?:{})(?:-container|-?\d+)?"
_ALONE = {"metrics": "an exporter", "statsd": "a telemetry agent", "logs": "a log shipper", "envoy": "a proxy"}
# An object called so is there to pass traffic on, so its proxy is its app.
_GATES = r".*(?:gateway|ingress|egress|envoy|contour|router|edge|proxy|balancer)"
# Programs that are a work of their own although they are called so.
_WORKS = r".*(?:kube-proxy|metadata-proxy|zone-proxy|goproxy|ha-?proxy|node-exporter|blackbox-exporter|snmp-exporter|dnsmasq-nanny)"
# What shows a pattern is often called after it: sidecar-demo.
_PATTERNS = ("a sidecar", "an ambassador")
# A gateway of this name is no ambassador of an app next to it.
_GATEWAYS = ("ambassador", "emissary", "aes")
_COLLECTOR = r"\W*collector(?:_image)?\W*"
_MAKERS = r".*-(?:injector|operator|controller|webhook|manager|api|server)"


def sounds_like(name: str, image: str, owner: str) -> str | None:
    """What a container sounds like by its `name` or by `image`, the last part of its repository: "a proxy".

    None for other names, and where the object is called after it (`owner`): what an object is there for is its app.
    """
    # What an action of a template stands in is no name that anybody has read.
    words = ["" if "{{" in word else word.lower() for word in (name, image)]
    if words[0] == "collector" and re.fullmatch(_COLLECTOR, words[1]):
        return "a telemetry agent"
    if "ambassador" in words[0] and words[1] in _GATEWAYS:
        return None
    sounds = (sound for word in words if (sound := _sound(word)) and not _is_the_work(word, sound, owner.lower()))
    return next(sounds, None)


def _sound(word: str) -> str | None:
    if word in _ALONE:
        return _ALONE[word]
    for sound, letters, words in _SOUNDS:
        if any(each in word for each in letters.split()) and re.fullmatch(_WORD.format(words), word):
            return None if re.fullmatch(_WORKS, word) or re.fullmatch(_MAKERS, word) else sound
    return None


def _is_the_work(word: str, sound: str, owner: str) -> bool:
    if sound in _PATTERNS:
        return word == owner
    return word in owner or re.fullmatch(_WORKS, owner) is not None or (word == "envoy" and re.match(_GATES, owner) is not None)
