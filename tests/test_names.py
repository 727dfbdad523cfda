"""Suspicion by name: what it sounds like, what speaks against it, and that it never makes certain. `sketch.py` says how to read it."""

import pytest

from sidecarlint.lifecycle.names import sounds_like
from tests.sketch import life

# fmt: off
SOUNDS = [
    # name, last part of the image's repository, the object's name: what it sounds like
    ("auth-proxy", "gate", "shop", "a proxy"), ("proxy", "x", "shop", "a proxy"), ("tls-proxy-1", "x", "shop", "a proxy"),
    ("db-proxy-container", "x", "shop", "a proxy"), ("proxyman", "x", "shop", None), ("proxy-tests", "x", "shop", None),
    ("goproxy", "goproxy", "shop", None), ("kube-proxy", "kube-proxy", "kube-proxy", None), ("haproxy", "haproxy", "shop", None),
    ("envoy", "envoy", "shop", "a proxy"), ("envoy", "envoy", "edge-gateway", None), ("envoy", "envoy", "contour", None),
    ("github-proxy", "github-proxy", "github-proxy", None), ("github-proxy", "x", "shop-github-proxy-v2", None),
    ("metrics", "x", "shop", "an exporter"), ("shop-metrics", "x", "shop", None), ("kube-state-metrics", "kube-state-metrics", "ksm", None),
    ("redis-exporter", "x", "shop", "an exporter"), ("exporter", "x", "shop", "an exporter"), ("x", "shop_exporter", "shop", "an exporter"),
    ("node-exporter", "node-exporter", "monitoring", None), ("export", "x", "shop", None), ("reports-exporter-job", "x", "shop", None),
    ("sidecar", "x", "shop", "a sidecar"), ("log-sidecar", "x", "shop", "a sidecar"), ("sidecar-2", "x", "shop", "a sidecar"),
    ("sidecar1", "x", "shop", "a sidecar"), ("sidecar-injector", "x", "vault", None), ("x", "tailing-sidecar-operator", "y", None),
    ("sidecarcontainer", "x", "shop", "a sidecar"), ("sidecar-logs", "x", "shop", "a sidecar"), ("sidecar-app", "x", "shop", None),
    ("sidecar", "x", "sidecar-demo", "a sidecar"), ("sidecar", "x", "sidecar", None), ("ambassador", "x", "shop", "an ambassador"),
    ("ambassador", "x", "ambassador-demo", "an ambassador"), ("ambassador", "x", "ambassador", None),
    ("ambassador", "ambassador", "shop", None), ("ambassador", "emissary", "shop", None),
    ("config-reloader", "x", "shop", "a reloader"), ("rules-reload", "x", "shop", "a reloader"), ("rulesreloader", "x", "s", "a reloader"),
    ("git-sync", "x", "shop", "a syncer"), ("config-syncer", "x", "shop", "a syncer"), ("synchronizer", "x", "shop", None),
    ("async", "x", "shop", None), ("node-driver-registrar", "x", "efs", "a CSI companion"), ("csi-provider", "x", "vault", None),
    ("csi-attacher", "x", "efs", "a CSI companion"), ("csi-attacher", "x", "csi-attacher-simplenfs", None),
    ("liveness-probe", "x", "efs", "a CSI companion"), ("check-liveness", "liveness", "probe", None),
    ("log-shipper", "x", "shop", "a log shipper"), ("logs", "x", "shop", "a log shipper"), ("login", "x", "shop", None),
    ("catalog", "x", "shop", None), ("logic-proxyd", "x", "shop", None), ("logrotate", "x", "shop", "a log shipper"),
    ("log-processor", "x", "shop", "a log shipper"), ("log-reader", "x", "shop", "a log shipper"), ("blog-reader", "x", "shop", None),
    ("splunkforwarder", "x", "shop", "a log shipper"), ("forwarder", "x", "shop", None), ("mail-forwarder", "x", "shop", None),
    ("cloudflared", "x", "shop", "a tunnel"), ("cloudflared", "cloudflared", "cloudflared", None), ("tunnel", "x", "shop", None),
    ("ts", "tailscale", "shop", "a tunnel"), ("ssh-tunnel", "x", "shop", "a tunnel"), ("categraf", "x", "shop", "a telemetry agent"),
    ("otel-collector", "x", "shop", "a telemetry agent"), ("otc-container", "x", "shop", "a telemetry agent"),
    ("otel-agent", "agent", "datadog", None), ("agent", "agent", "shop", None), ("collector", "collector", "ray", "a telemetry agent"),
    ("collector", "${COLLECTOR_IMAGE}", "ray", "a telemetry agent"),
    ("collector", "debt-collector", "bank", None), ("dind", "docker", "ci", "docker in docker"),
    ("dind-daemon", "docker", "ci", "docker in docker"), ("docker", "docker", "ci", None),
    ("vault-agent", "x", "shop", "a secret agent"),
    ("leader-elector", "x", "shop", "a leader elector"), ("db-migrate", "x", "shop", None), ("setup", "x", "shop", None),
    ("addon-resizer", "x", "ksm", "a nanny"), ("nginx", "nginx", "shop", None), ("sentinel", "redis", "redis", None),
    ("watcher", "x", "shop", None), ("manager", "x", "shop", None), ("", "", "", None),
]

PARTS = [
    ("the name, beside another", ["Deployment", "web: app", "proxy: app2"], "web app | proxy helper likely named"),
    ("the image's name", ["Deployment", "web: app", "x: corp/db-proxy:1"], "web app | x helper likely named"),
    ("alone", ["Deployment", "proxy: app"], "proxy app"),
    ("all are called so: all are apps", ["Deployment", "a-proxy: app", "b-proxy: app2"], "a-proxy app | b-proxy app"),
    ("what is certain wins, and what is called so is the app", ["DaemonSet", "shop-exporter: app", "p: rbac"],
     "shop-exporter app | p helper certain auth"),
    ("what is likely wins, too", ["DaemonSet", "shop-exporter: app", "p: oauth2"], "shop-exporter app | p helper likely auth"),
    ("made of the app's own image", ["Deployment", "web: app", "web-proxy: app"], "web app | web-proxy app"),
    ("a sidecar by its name may be of the same image", ["Deployment", "web: app", "web-sidecar: app"],
     "web app | web-sidecar helper likely named"),
    ("it ends by itself", ["Deployment", "web: app", "config-sync: app2 $ cp /a /b"], "web app | config-sync app"),
    ("it works beside what it follows", ["Deployment", "web: app", "log-agent: app2 $ ./serve & tail -F /logs/a.log"],
     "web app | log-agent app"),
    ("a syncer in a Job is the work", ["Job Never", "load: app", "s3-sync: app2"], "load app | s3-sync app"),
    ("a proxy in a Job", ["Job Never", "load: app", "db-proxy: app2"], "load app | db-proxy helper likely named"),
    ("a mode that ends is no helper, whatever its name", ["Deployment", "web: app", "git-sync: git-sync > --one-time"],
     "web app | git-sync app"),
    ("a node's log agent is judged by its image", ["DaemonSet {volumes: {v: {hostPath: {path: /var/log}}}}",
     "fluent-bit: fluent-bit {mounts: [v]}", "tool: app"], "fluent-bit app | tool app"),
    ("without an image there is nothing to move", ["Deployment", "web: app", "proxy: none"], "web app | proxy app"),
    ("kubectl shows it by default", ["Deployment {annotations: {kubectl.kubernetes.io/default-container: proxy}}", "web: app",
     "proxy: app2"], "web app | proxy app"),
    ("envoy beside an app with a port", ["Deployment", "web: app {ports: [8080]}", "envoy: envoyproxy/envoy:v1"],
     "web app | envoy helper likely named"),
    ("envoy beside who has no port", ["Deployment", "web: app", "envoy: envoyproxy/envoy:v1"], "web app | envoy app"),
    ("several proxies of one image are no twins of the app", ["Deployment", "web: app", "a-proxy: app2", "b-proxy: app2"],
     "web app | a-proxy helper likely named | b-proxy helper likely named"),
    ("a companion of the driver's own image", ["Deployment", "driver: app", "csi-resizer: app", "rules-reloader: app"],
     "driver app | csi-resizer helper likely named | rules-reloader helper likely named"),
    ("a proxy is the work of what sets it up", ["Deployment", "proxy: app", "ingress-controller: app2"],
     "proxy app | ingress-controller app"),
    ("so it is where only the image tells", ["Deployment", "proxy: app", "x: corp/kong-ingress-controller"], "proxy app | x app"),
    ("another controller has a proxy", ["Deployment", "proxy: app", "shop-controller: app2"],
     "proxy helper likely named | shop-controller app"),
    ("what idles does nothing for anybody", ["Deployment", "web: app", "db-proxy: app2 $ sleep infinity"], "web app | db-proxy app"),
    ("nor does it with an empty file", ["Deployment", "web: app", "db-proxy: app2 $ tail -f /dev/null"], "web app | db-proxy app"),
    ("the daemon by its tag", ["Deployment", "web: app", "x: docker:27-dind"], "web app | x helper certain builder"),
    ("the daemon by its script", ["Deployment", "web: app", "x: docker:27-dind {command: [dockerd-entrypoint.sh]}"],
     "web app | x helper likely named"),
    ("the daemon with a flag", ["Deployment", "web: app", "x: docker:27-dind > --tls=false"], "web app | x helper certain builder"),
    ("its image with another command", ["Deployment", "web: app", "x: docker:27-dind > ./build.sh"], "web app | x app"),
    ("the client by its tag", ["Deployment", "web: app", "x: docker:27"], "web app | x app"),
    ("the daemon's image with work of its own", ["Deployment", "web: app", "x: docker:27-dind $ ./build.sh"], "web app | x app"),
]
# fmt: on


@pytest.mark.parametrize(("name", "image", "owner", "sound"), SOUNDS, ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in SOUNDS])
def test_sound(name: str, image: str, owner: str, sound: str | None) -> None:
    assert sounds_like(name, image, owner) == sound


@pytest.mark.parametrize(("pod", "expected"), [row[1:] for row in PARTS], ids=[row[0] for row in PARTS])
def test_part(pod: list[str], expected: str) -> None:
    told = [(each.name, each.part, each.certainty, each.role) for each in life(*pod).containers]
    assert " | ".join(" ".join(word for word in each if word) for each in told) == expected


def test_a_name_alone_moves_nothing_by_a_plain_fix() -> None:
    """It is never certain, and the words say what it rests on."""
    proxy = life("Deployment", "web: app", "tls-proxy: app2").containers[1]
    assert proxy.certainty == "likely"
    assert [sight.message for sight in proxy.evidence] == ["it is called tls-proxy, as a proxy would be"]


def test_the_words_show_the_tag_that_tells_the_daemon() -> None:
    daemon = life("Deployment", "web: app", "x: registry.corp:5000/docker:27-dind@sha256:0123").containers[1]
    assert [sight.message for sight in daemon.evidence] == ["its image is called docker:27-dind, as docker in docker would be"]
