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
    ("kong's proxy and its controller", "Deployment", "proxy: kong:3.4 {ports: [8000]}",
     "ingress-controller: kong/kubernetes-ingress-controller:2.12"),
    ("a CI pod with docker's client", "Pod Never", "jnlp: jenkins/inbound-agent", "docker: docker:27-dind $ cat"),
    ("two envoys by their images", "Deployment", "a: envoyproxy/envoy:v1", "b: envoyproxy/envoy:v1"),
    ("metallb and frr", "DaemonSet", "speaker: quay.io/metallb/speaker:v0.14", "frr: quay.io/frrouting/frr:9"),
    ("tools of a Jenkins agent", "Pod Never", "jnlp: jenkins/inbound-agent", "maven: maven:3 $ sleep 99d", "golang: golang:1 $ cat"),
    ("two works of one Job", "Job Never", "extract: app $ ./extract", "load: app2 $ ./load && echo done"),
    ("Envoy and contour's shutdown-manager", "DaemonSet", "envoy: envoyproxy/envoy:v1",
     "shutdown-manager: ghcr.io/projectcontour/contour:v1"),
    ("two generators for one web server", "Pod", "html: busybox {mounts: [html]} $ while true; do date > /html/a; sleep 5; done",
     "web: nginx {mounts: [html]}"),
    ("an idle shell", "Deployment", "web: app", "shell: busybox $ sleep infinity"),
]
HELPED = [
    ("proxy", "the manager beside kube-rbac-proxy", "Deployment", "proxy: rbac {ports: [8443]}", "manager: app"),
    ("registrar probe", "the CSI driver listed last", "DaemonSet", "registrar: registrar", "probe: livenessprobe", "driver: app"),
    ("proxy", "pgbouncer beside the SQL proxy", "Deployment", "pgbouncer: edoburu/pgbouncer {ports: [6432]}", "proxy: sql"),
    ("proxy", "a mysqld-exporter beside the SQL proxy", "Deployment", "exporter: prom/mysqld-exporter", "proxy: sql"),
    ("proxy", "a known exporter beside the SQL proxy", "Deployment", "exporter: pg-exporter", "proxy: sql"),
    ("to-sd", "an exporter beside prometheus-to-sd", "Deployment", "ksm: registry.k8s.io/kube-state-metrics:v2",
     "to-sd: gke.gcr.io/prometheus-to-sd:v0"),
    ("proxy", "an exporter beside kube-rbac-proxy", "DaemonSet", "node: quay.io/prometheus/node-exporter:v1", "proxy: rbac"),
    ("reload", "a known exporter beside a reloader", "Deployment", "exporter: pg-exporter", "reload: reload"),
    ("reload", "a log agent beside a reloader", "DaemonSet", "agent: fluent-bit", "reload: reload"),
    ("agent", "csi-provider beside the agent", "DaemonSet", "provider: hashicorp/vault-csi-provider:1",
     "agent: vault > agent -config=/c.hcl"),
]
SHOWN = [
    "service nginx start; tail -F /logs/access.log",
    "catalina.sh start && tail -f /logs/catalina.out",
    "python app.py > /logs/app.log 2>&1 & tail -F /logs/app.log",
    "nohup java -jar app.jar > /logs/out.log & tail -f /logs/out.log",
    "tail -F /logs/app.log & exec java -jar app.jar",
    "touch /logs/a.log; tail -F /logs/a.log & nginx -g 'daemon off;'",
    "cron && tail -f /logs/cron.log",
    "httpd -k start; tail -f /logs/httpd.log",
    "tail -F /logs/a.log | ./ship & ./app",
    "./app; tail -F /logs/a.log | ./app",
    ". /etc/app; tail -F /logs/a.log",
    "exec > /logs/a.log; tail -F /logs/a.log",
]
# fmt: on


@pytest.mark.parametrize("script", SHOWN)
@pytest.mark.parametrize("head", ["Deployment", "Job Never"])
def test_an_app_that_shows_its_own_log_is_no_reader(head: str, script: str) -> None:
    other = "other: app {mounts: [logs]}"
    assert life(head, f"web: app {{mounts: [logs]}} $ {script}", other).pod.helpers == ()


@pytest.mark.parametrize("more", ["ports: [80]", "readinessProbe: {httpGet: {port: 80, path: /}}"])
def test_a_reader_that_somebody_connects_to_is_an_app(more: str) -> None:
    sketch = f"web: busybox {{mounts: [logs], {more}}} $ tail -F /logs/app.log"
    assert life("Deployment", "other: app {mounts: [logs]}", sketch).pod.helpers == ()


def test_a_log_shipper_writes_no_log_that_another_follows() -> None:
    found = life("Deployment", "web: app {mounts: [logs]} $ tail -F /logs/app.log", "ship: fluent-bit {mounts: [logs]}")
    assert found.pod.helpers == ("ship",)


@pytest.mark.parametrize(("script", "certainty"), [("tail -F /logs/app.log", "likely"), ("tail -F /logs/app.log | ./work", "")])
def test_kubectls_default_container_may_be_the_app_though_it_reads_a_log(script: str, certainty: str) -> None:
    head = "Deployment {annotations: {kubectl.kubernetes.io/default-container: reader}}"
    found = life(head, "web: app {mounts: [logs]}", f"reader: busybox {{mounts: [logs]}} $ {script}")
    assert found.containers[1].certainty == certainty


@pytest.mark.parametrize("sketch", [row[1:] for row in TRAPS], ids=[row[0] for row in TRAPS])
def test_equals_are_all_apps(sketch: tuple[str, ...]) -> None:
    assert life(*sketch).pod.helpers == ()


@pytest.mark.parametrize(("helpers", "sketch"), [(row[0], row[2:]) for row in HELPED], ids=[row[1] for row in HELPED])
def test_the_second_container_can_be_the_app(helpers: str, sketch: tuple[str, ...]) -> None:
    assert life(*sketch).pod.helpers == tuple(helpers.split())
