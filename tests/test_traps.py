"""Pods in which a tool that judges container by container finds a helper that is none: equals, and helpers whose neighbour is the app."""

import pytest

from tests.sketch import life

# fmt: off
TRAPS = [
    ("parts of one agent", "DaemonSet", "agent: gcr.io/datadoghq/agent:7", "trace: gcr.io/datadoghq/agent:7",
     "process: gcr.io/datadoghq/agent:7"),
    ("redis and sentinel", "StatefulSet", "redis: redis:7", "sentinel: redis:7 > redis-sentinel /etc/sentinel.conf"),
    ("kubedns and dnsmasq", "Deployment", "kubedns: registry.k8s.io/dns/k8s-dns-kube-dns:1.22",
     "dnsmasq: registry.k8s.io/dns/k8s-dns-dnsmasq-nanny:1.22"),
    ("php-fpm and nginx", "Deployment", "php: php:8-fpm {mounts: [code]}", "nginx: nginx {mounts: [code], ports: [80]}"),
    ("front end and back end", "Deployment", "front: shop/front {ports: [80]}", "back: shop/back {ports: [8080]}"),
    ("discourse and sidekiq", "Deployment", "discourse: bitnami/discourse:3", "sidekiq: bitnami/discourse:3 > sidekiq-run"),
    ("query-frontend and tempo-query", "Deployment", "query-frontend: grafana/tempo:2", "tempo-query: grafana/tempo-query:2"),
    ("registry and registryctl", "Deployment", "registry: goharbor/registry-photon:v2", "registryctl: goharbor/harbor-registryctl:v2"),
    ("the zoekt pair", "StatefulSet", "zoekt-webserver: sourcegraph/indexed-searcher:5", "zoekt-indexserver: sourcegraph/search-indexer:5"),
    ("kserve and its transformer", "Deployment", "kserve: kserve/sklearnserver:v0.12", "transformer: kserve/image-transformer:v0.12"),
    ("the spire pair", "StatefulSet", "spire-server: ghcr.io/spiffe/spire-server:1",
     "controller: ghcr.io/spiffe/spire-controller-manager:0.5"),
    ("cilium-agent and cilium-envoy", "DaemonSet", "cilium-agent: quay.io/cilium/cilium:v1",
     "cilium-envoy: quay.io/cilium/cilium-envoy:v1"),
    ("metallb and frr", "DaemonSet", "speaker: quay.io/metallb/speaker:v0.14", "frr: quay.io/frrouting/frr:9"),
    ("tools of a Jenkins agent", "Pod Never", "jnlp: jenkins/inbound-agent", "maven: maven:3 $ sleep 99d", "golang: golang:1 $ cat"),
    ("two works of one Job", "Job Never", "extract: app $ ./extract", "load: app2 $ ./load && echo done"),
    ("Envoy and contour's shutdown-manager", "DaemonSet", "envoy: envoyproxy/envoy:v1",
     "shutdown-manager: ghcr.io/projectcontour/contour:v1"),
    ("two generators for one web server", "Pod", "html: busybox {mounts: [html]} $ while true; do date > /html/a; sleep 5; done",
     "web: nginx {mounts: [html]}"),
    ("an exporter beside prometheus-to-sd", "Deployment", "ksm: registry.k8s.io/kube-state-metrics:v2",
     "to-sd: gke.gcr.io/prometheus-to-sd:v0"),
    ("an idle shell", "Deployment", "web: app", "shell: busybox $ sleep infinity"),
]
HELPED = [
    ("proxy", "the manager beside kube-rbac-proxy", "Deployment", "proxy: rbac {ports: [8443]}", "manager: app"),
    ("registrar probe", "the CSI driver listed last", "DaemonSet", "registrar: registrar", "probe: livenessprobe", "driver: app"),
    ("proxy", "pgbouncer beside the SQL proxy", "Deployment", "pgbouncer: edoburu/pgbouncer {ports: [6432]}", "proxy: sql"),
    ("proxy", "a mysqld-exporter beside the SQL proxy", "Deployment", "exporter: prom/mysqld-exporter", "proxy: sql"),
    ("proxy", "a known exporter beside the SQL proxy", "Deployment", "exporter: pg-exporter", "proxy: sql"),
    ("proxy", "an exporter beside kube-rbac-proxy", "DaemonSet", "node: quay.io/prometheus/node-exporter:v1", "proxy: rbac"),
    ("reload", "a known exporter beside a reloader", "Deployment", "exporter: pg-exporter", "reload: reload"),
    ("reload", "a log agent beside a reloader", "DaemonSet", "agent: fluent-bit", "reload: reload"),
    ("agent", "csi-provider beside the agent", "DaemonSet", "provider: hashicorp/vault-csi-provider:1",
     "agent: vault > agent -config=/c.hcl"),
]
# fmt: on


@pytest.mark.parametrize("sketch", [row[1:] for row in TRAPS], ids=[row[0] for row in TRAPS])
def test_equals_are_all_apps(sketch: tuple[str, ...]) -> None:
    assert life(*sketch).pod.helpers == ()


@pytest.mark.parametrize(("helpers", "sketch"), [(row[0], row[2:]) for row in HELPED], ids=[row[1] for row in HELPED])
def test_the_second_container_can_be_the_app(helpers: str, sketch: tuple[str, ...]) -> None:
    assert life(*sketch).pod.helpers == tuple(helpers.split())
