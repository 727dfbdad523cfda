"""What is known of proxies, log shippers and tunnels: the images of their helper files, and the look-alikes that are none."""

from pathlib import Path

import pytest

from sidecarlint.catalogue import Catalogue, Endpoint, one_shot, read_helper, startup_endpoint
from sidecarlint.lifecycle import ContainerLife
from sidecarlint.workloads.images import parse_image
from tests.sketch import life

FILES = sorted((Path(__file__).parent.parent / "rules" / "helpers").glob("*.yaml"))
HELPERS = {path.stem: read_helper(str(path), path.read_text(encoding="utf-8")) for path in FILES}
CATALOGUE = Catalogue(HELPERS.values())

# An image, what it is known as (- for nothing), how, and the words of its command line where they decide.
IMAGES = """
envoyproxy/envoy:v1.31-latest                                            envoy                           image
docker.io/envoyproxy/envoy:distroless-v1.30.0@sha256:0123                envoy                           image
mirror.corp/envoyproxy/envoy:v1.28.0                                     envoy                           tail
ghcr.io/projectcontour/contour:v1.28.0                                   contour-shutdown-manager        image  envoy shutdown-manager
docker.io/projectcontour/contour@sha256:0123                             contour-shutdown-manager        image  envoy shutdown-manager
bitnami/contour:1.28                                                     contour-shutdown-manager        image  shutdown-manager
harbor.corp/hub/projectcontour/contour:v1.28.0                           contour-shutdown-manager        tail   envoy shutdown-manager
ghcr.io/projectcontour/contour:v1.28.0                                   -                               -      serve --incluster
ghcr.io/projectcontour/contour:v1.28.0                                   -                               -      bootstrap
envoyproxy/gateway:v1.2.0                                                envoy-gateway-shutdown-manager  image  envoy shutdown-manager
registry.corp/envoyproxy/gateway:v1.2.0                                  envoy-gateway-shutdown-manager  tail   envoy shutdown-manager
envoyproxy/gateway:v1.2.0                                                -                               -      server
envoyproxy/ratelimit:master                                              -                               -
acme/envoy-gateway-extension:1                                           -                               -
edoburu/pgbouncer:1.23.1                                                 pgbouncer                       image
bitnamilegacy/pgbouncer:1.23.1                                           pgbouncer                       image
registry.corp/db/pgbouncer@sha256:0123                                   pgbouncer                       tail
malexer/twemproxy:latest                                                 twemproxy                       image
registry.corp:5000/cache/nutcracker:0.5.0                                twemproxy                       tail
acme/twemproxy-exporter:1                                                -                               -
proxysql/proxysql:2.6.3                                                  proxysql                        image
registry.corp/proxysql:2                                                 proxysql                        tail
acme/proxysql-agent:1                                                    -                               -
mariadb/maxscale:23.08                                                   maxscale                        image
registry.corp/maxscale@sha256:0123                                       maxscale                        tail
acme/maxscale-exporter:1                                                 -                               -
mysql/mysql-router:8.0                                                   mysql-router                    image
container-registry.oracle.com/mysql/community-router:8.4                 mysql-router                    image
registry.corp/mysql/community-router:8.4                                 mysql-router                    tail
container-registry.oracle.com/mysql/community-server:8.4                 -                               -
container-registry.oracle.com/mysql/community-operator:8.4               -                               -
acme/router:1                                                            -                               -
bitnami/kubectl:1.30                                                     kubectl-proxy                   image  proxy
k8s.gcr.io/kubectl:v0.18.0                                               kubectl-proxy                   image  proxy -p 8001
buoyantio/kubectl:v1.14.3                                                kubectl-proxy                   image  proxy -p 8001
gcr.io/google_containers/kubectl:v0.18.0                                 kubectl-proxy                   image  kubectl --port=8001 proxy
lachlanevenson/k8s-kubectl:v1.10.3                                       kubectl-proxy                   image  proxy -p 8001
registry.corp/tools/kubectl@sha256:0123                                  kubectl-proxy                   tail   kubectl proxy
bitnami/kubectl:1.30                                                     -                               -
bitnami/kubectl:1.30                                                     -                               -      kubectl get pods
bitnami/kubectl:1.30                                                     -                               -      kubectl proxy curl x
bitnami/kubectl-plugins:1                                                -                               -      proxy
registry.k8s.io/kube-proxy:v1.32.0                                       -                               -      proxy
k8spatterns/kubeapi-proxy                                                kubeapi-proxy                   image
luksa/kubectl-proxy:1.6.2                                                kubeapi-proxy                   image
registry.corp/kubeapi-proxy@sha256:0123                                  kubeapi-proxy                   tail
acme/kubectl-proxy-controller:1                                          -                               -
public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32                 aws-for-fluent-bit              image
amazon/aws-for-fluent-bit@sha256:0123                                    aws-for-fluent-bit              image
906394416424.dkr.ecr.us-east-1.amazonaws.com/aws-for-fluent-bit:2.32     aws-for-fluent-bit              tail
public.ecr.aws/aws-observability/aws-for-fluent-bit-test:1               -                               -
grafana/fluent-bit-plugin-loki:2.9.2-amd64                               fluent-bit-vendor-build         image
registry.corp/newrelic/newrelic-fluentbit-output:1.14                    fluent-bit-vendor-build         tail
registry.k8s.io/fluentd-gcp:1.30                                         fluentd-gcp                     image
k8s.gcr.io/fluentd-gcp:1.30                                              fluentd-gcp                     image
gcr.io/google_containers/fluentd-sidecar-gcp:1.4                         fluentd-gcp                     image
eu.gcr.io/google_containers/fluentd-gcp@sha256:0123                      fluentd-gcp                     tail
registry.k8s.io/fluentd-gcp-scaler:0.5.2                                 -                               -
grafana/fluent-plugin-loki:main                                          fluentd-vendor-build            image
quay.corp/splunk/fluentd-hec:1.3.3                                       fluentd-vendor-build            tail
docker.elastic.co/beats/metricbeat:8.17.0                                metricbeat                      image
elastic/metricbeat:8.17.0                                                metricbeat                      tail
docker.elastic.co/beats/packetbeat:8.17.0                                packetbeat                      image
elastic/packetbeat@sha256:0123                                           packetbeat                      tail
docker.elastic.co/beats/heartbeat:8.17.0                                 -                               -
docker.elastic.co/elastic-agent/elastic-agent:8.17.0                     elastic-agent                   image
elastic/elastic-agent:8.17.0                                             elastic-agent                   tail
elastic/elastic-agent-autodiscover:1                                     -                               -
timberio/vector:0.43.0-alpine                                            vector                          image
registry.corp/timberio/vector@sha256:0123                                vector                          tail
acme/vector:1                                                            -                               -
pgvector/pgvector:pg16                                                   -                               -
grafana/promtail:2.9.10                                                  promtail                        image
registry.corp/promtail@sha256:0123                                       promtail                        tail
grafana/loki:3.3.0                                                       -                               -
grafana/alloy:v1.5.0                                                     grafana-alloy                   image
mirror.gcr.io/grafana/alloy:v1.5.0                                       grafana-alloy                   tail
acme/alloy:1                                                             -                               -
grafana/alloy-operator:1                                                 -                               -
grafana/agent:v0.43.3                                                    grafana-agent                   image
registry.corp/grafana-agent@sha256:0123                                  grafana-agent                   tail
grafana/agent-operator:v0.43.3                                           -                               -
acme/agent:1                                                             -                               -
docker.elastic.co/logstash/logstash:8.17.0                               logstash                        image
logstash:7.17.0                                                          logstash                        image
registry.corp/logstash-oss@sha256:0123                                   logstash                        tail
splunk/universalforwarder:9.3                                            splunk-universalforwarder       image
registry.corp/splunk/universalforwarder@sha256:0123                      splunk-universalforwarder       tail
registry.corp/splunkforwarder:9.3                                           splunk-universalforwarder       tail
splunk/splunk:9.3                                                        -                               -
sumologic/collector:latest                                               sumologic-collector             image
registry.corp/sumologic/collector@sha256:0123                            sumologic-collector             tail
acme/collector:1                                                         -                               -
sematext/logagent:latest                                                 logagent                        image
registry.corp/sematext/logagent@sha256:0123                              logagent                        tail
sematext/agent:latest                                                    -                               -
rsyslog/syslog_appliance_alpine:latest                                   rsyslog                         image
registry.corp/base/rsyslog:8                                             rsyslog                         tail
acme/rsyslog-exporter:1                                                  -                               -
balabit/syslog-ng:4.8.0                                                  syslog-ng                       image
registry.corp/syslog-ng@sha256:0123                                      syslog-ng                       tail
acme/syslog-ng-ui:1                                                      -                               -
blacklabelops/logrotate:1.3                                              logrotate                       image
registry.corp/public/blacklabelops/logrotate:1.3                         logrotate                       tail
acme/logrotate-ui:1                                                      -                               -
percona/fluentbit:4.0.1                                                  percona-log-collector           image  fluent-bit
perconalab/fluentbit:main-logcollector                                   percona-log-collector           image
percona/fluentbit:4.0.1                                                  percona-logrotate               image  logrotate
registry.corp/percona/fluentbit@sha256:0123                              percona-logrotate               tail   logrotate
acme/fluentbit:1                                                         -                               -
quay.io/ceph/ceph:v18.2.4                                                rook-log-collector              image  sed -i x logrotate --verbose
registry.corp/ceph/ceph@sha256:0123                                      rook-log-collector              tail   logrotate --verbose
quay.io/ceph/ceph:v18.2.4                                                -                               -      ceph-osd --foreground
ghcr.io/sumologic/tailing-sidecar:0.19.0                                 tailing-sidecar                 image
localhost:32000/sumologic/tailing-sidecar:latest                         tailing-sidecar                 tail
ghcr.io/sumologic/tailing-sidecar-operator:0.19.0                        -                               -
registry.cn-hangzhou.aliyuncs.com/log-service/logtail:v1.1.0             aliyun-logtail                  image
registry-vpc.cn-beijing.aliyuncs.com/log-service/logtail@sha256:0123     aliyun-logtail                  tail
acme/logtail:1                                                           -                               -
nginx                                                                    nginx                           image
nginx:1.27@sha256:0123                                                   nginx                           image
mirror.gcr.io/library/nginx:1.27                                         nginx                           tail
mirror.gcr.io/nginxinc/nginx-unprivileged:1.26.2                         nginx                           tail
acme/nginx:1                                                             -                               -
nginxdemos/hello:latest                                                  -                               -
gcr.io/cloud-solutions-images/nginx-ssl-proxy:latest                     nginx-ssl-proxy                 image
pio/nginx-ssl-proxy:latest                                               nginx-ssl-proxy                 tail
jwilder/nginx-proxy:1.0                                                  -                               -
haproxy:3.0-alpine                                                       haproxy                         image
haproxytech/haproxy-alpine:3.0                                           haproxy                         image
registry.corp/haproxy@sha256:0123                                        haproxy                         tail
haproxytech/kubernetes-ingress:3.0                                       -                               -
openshift/origin-haproxy-router:v3.11                                    -                               -
quay.io/jcmoraisjr/haproxy-ingress:v0.14                                 -                               -
caddy:2.8-alpine                                                         caddy                           image
registry.corp/library/caddy@sha256:0123                                  caddy                           tail
caddy/ingress:v0.2.2                                                     -                               -
traefik:v3.2                                                             traefik                         image
registry.corp/traefik@sha256:0123                                        traefik                         tail
traefik/whoami:v1.10                                                     -                               -
dweomer/stunnel:latest                                                   stunnel                         image
registry.corp/tls/stunnel@sha256:0123                                    stunnel                         tail
acme/stunnel-operator:1                                                  -                               -
alpine/socat:1.8.0.0                                                     socat                           image
registry.corp/net/socat@sha256:0123                                      socat                           tail
acme/websocat:1                                                          -                               -
ghcr.io/tailscale/tailscale:v1.78.1                                      tailscale                       image
registry.corp/tailscale/tailscale@sha256:0123                            tailscale                       tail
tailscale/k8s-operator:v1.78.1                                           -                               -
acme/tailscale:1                                                         -                               -
cloudflare/cloudflared:2024.12.1                                         cloudflared                     image  tunnel run
registry.corp/cloudflared@sha256:0123                                    cloudflared                     tail   tunnel run x
cloudflare/cloudflared:2024.12.1                                         cloudflared-access              image  access tcp
registry.corp/cloudflared@sha256:0123                                    cloudflared-access              tail   access tcp
acme/cloudflared-operator:1                                              -                               -
qmcgaw/gluetun:v3.39.1                                                   gluetun                         image
registry.corp/qdm12/gluetun@sha256:0123                                  gluetun                         tail
acme/gluetun-webui:1                                                     -                               -
lscr.io/linuxserver/wireguard:1.0.20210914                               wireguard                       image
registry.corp/vpn/wireguard@sha256:0123                                  wireguard                       tail
ghcr.io/wg-easy/wg-easy:14                                               -                               -
dperson/openvpn-client:latest                                            openvpn                         image
registry.corp/vpn/openvpn-client@sha256:0123                             openvpn                         tail
kylemanna/openvpn:2.4                                                    -                               -
ghcr.io/bubuntux/nordlynx:latest                                         nordvpn                         image
registry.corp/vpn/nordvpn@sha256:0123                                    nordvpn                         tail
acme/nordvpn-status:1                                                    -                               -
netbirdio/netbird:0.35.2                                                 netbird                         image
registry.corp/netbirdio/netbird@sha256:0123                              netbird                         tail
netbirdio/management:0.35.2                                              -                               -
zerotier/zerotier:1.14.2                                                 zerotier                        image
registry.corp/zerotier@sha256:0123                                       zerotier                        tail
zyclonite/zerotier-controller:1                                          -                               -
dperson/torproxy:latest                                                  tor                             image
registry.corp/tor-simple@sha256:0123                                     tor                             tail
acme/tor-browser:1                                                       -                               -
jnovack/autossh:2.0.1                                                    ssh-tunnel                      image
registry.corp/net/ssh-tunnel@sha256:0123                                 ssh-tunnel                      tail
linuxserver/openssh-server:9                                             -                               -
ngrok/ngrok:3                                                            ngrok                           image
registry.corp/ngrok@sha256:0123                                          ngrok                           tail
ngrok/kubernetes-ingress-controller:0.10                                 -                               -
ghcr.io/inlets/inlets-pro:0.9.33                                         inlets-client                   image  http client --url=wss://x
registry.corp/inlets@sha256:0123                                         inlets-client                   tail   client
ghcr.io/inlets/inlets-pro:0.9.33                                         -                               -      http server
snowdreamtech/frpc:0.61.1                                                frpc                            image
registry.corp/frpc@sha256:0123                                           frpc                            tail
snowdreamtech/frps:0.61.1                                                -                               -
jpillora/chisel:1.10                                                     chisel-client                   image  client https://x x
registry.corp/chisel@sha256:0123                                         chisel-client                   tail   client https://x
jpillora/chisel:1.10                                                     -                               -      server --port 8080
jphalip/mcrouter:0.36.0                                                  mcrouter                        image
registry.corp/mcrouter@sha256:0123                                       mcrouter                        tail
acme/mcrouter-exporter:1                                                 -                               -
flant/redis-sentinel-proxy:v2.0.3                                        redis-sentinel-proxy            image
registry.corp/redis-sentinel-proxy@sha256:0123                           redis-sentinel-proxy            tail
bitnami/redis-sentinel:7                                                 -                               -
gcr.io/cloud-spanner-pg-adapter/pgadapter                                spanner-pgadapter               image
registry.corp/pgadapter@sha256:0123                                      spanner-pgadapter               tail
gcr.io/cloud-spanner-emulator/emulator:1.5                               -                               -
minio/sidekick:v4.1                                                      minio-sidekick                  image
registry.corp/minio/sidekick@sha256:0123                                 minio-sidekick                  tail
docker.io/library/sidekick:1                                             -                               -
gcr.io/endpoints-release/endpoints-runtime:2                             cloud-endpoints-esp             image
b.gcr.io/endpoints/endpoints-runtime:0.3                                 cloud-endpoints-esp             image
europe-docker.pkg.dev/acme/endpoints-runtime@sha256:0123                 cloud-endpoints-esp             tail
gcr.io/endpoints-release/endpoints-runtime-serverless:2                  -                               -
janeczku/go-dnsmasq:release-1.0.7                                        go-dnsmasq                      image
gsoci.azurecr.io/giantswarm/go-dnsmasq:release-1.0.7                     go-dnsmasq                      tail
registry.k8s.io/dns/k8s-dns-dnsmasq-nanny:1.23.0                         -                               -
vimagick/tinyproxy:latest                                                tinyproxy                       image
registry.corp/tinyproxy@sha256:0123                                      tinyproxy                       tail
acme/tinyproxy-exporter:1                                                -                               -
vimagick/privoxy:latest                                                  privoxy                         image
registry.corp/privoxy@sha256:0123                                        privoxy                         tail
binhex/arch-privoxyvpn:3                                                 -                               -
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpxo/tcpgpudmarxd-dev:v1.0.21  gpudirect-rxdm                  image
registry.corp/gpudirect-tcpx/tcpgpudmarxd-dev@sha256:0123                gpudirect-rxdm                  tail
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpxo/nccl-plugin-dev:v1        -                               -
us-docker.pkg.dev/cloud-tpu-v2-images/pathways/proxy_server:latest       pathways-proxy                  image
europe-docker.pkg.dev/acme/pathways/proxy_server@sha256:0123             pathways-proxy                  tail
us-docker.pkg.dev/cloud-tpu-v2-images/pathways/server:latest             pathways-resource-manager       image  --node_type=resource_manager
europe-docker.pkg.dev/acme/pathways/server@sha256:0123                   pathways-resource-manager       tail   --node_type=resource_manager
us-docker.pkg.dev/cloud-tpu-v2-images/pathways/server:latest             -                               -      --server_port=29001
"""


@pytest.mark.parametrize("row", IMAGES.strip().splitlines())
def test_images(row: str) -> None:
    text, known, how, *argv = row.split()
    match = CATALOGUE.match(parse_image(text), "", tuple(argv))
    assert (match.helper.id, match.how) == (known, how) if match else (known, how) == ("-", "-")


@pytest.mark.parametrize(
    ("id", "argv", "mark"),
    [
        ("promtail", ("-config.file=/etc/promtail/config.yml", "-check-syntax"), "-check-syntax"),
        ("promtail", ("--stdin",), "-stdin"),
        ("promtail", ("-config.file=/etc/promtail/config.yml",), None),
        ("vector", ("validate", "/etc/vector/vector.yaml"), "validate"),
        ("vector", ("--config", "/etc/vector/vector.yaml"), None),
        ("grafana-alloy", ("fmt", "/etc/alloy/config.alloy"), "fmt"),
        ("grafana-alloy", ("run", "/etc/alloy/config.alloy"), None),
        ("cloudflared", ("tunnel", "login"), "login"),
        ("cloudflared", ("tunnel", "route", "dns", "shop", "shop.example"), "route"),
        ("cloudflared", ("tunnel", "--no-autoupdate", "run", "--token", "x"), None),
        ("cloudflared-access", ("access", "login", "https://x.example"), "login"),
        ("cloudflared-access", ("access", "tcp", "--hostname", "db.example"), None),
    ],
)
def test_one_shot(id: str, argv: tuple[str, ...], mark: str | None) -> None:
    assert one_shot(HELPERS[id], argv, {}) == mark


@pytest.mark.parametrize(
    ("id", "image", "argv", "env", "endpoint"),
    [
        ("contour-shutdown-manager", "x:v1.28.0", ("envoy", "shutdown-manager"), {}, Endpoint("http", "/healthz", 8090)),
        ("contour-shutdown-manager", "x", ("envoy", "shutdown-manager", "--serve-port=8095"), {}, Endpoint("http", "/healthz", 8095)),
        ("envoy-gateway-shutdown-manager", "x:v1.2.0", ("envoy", "shutdown-manager"), {}, Endpoint("http", "/healthz", 19002)),
        ("kubectl-proxy", "x:1.30", ("proxy",), {}, None),
        ("kubectl-proxy", "x:1.30", ("proxy", "--address=0.0.0.0"), {}, Endpoint("tcp", "", 8001)),
        ("kubectl-proxy", "x:1.30", ("proxy", "--address", "0.0.0.0", "-p", "8080"), {}, Endpoint("tcp", "", 8080)),
        ("kubectl-proxy", "x:1.30", ("proxy", "--address=127.0.0.1", "--port=8080"), {}, None),
        ("grafana-alloy", "x:v1.5.0", ("run", "/etc/alloy/config.alloy"), {}, None),
        ("grafana-alloy", "x:v1.5.0", ("run", "--server.http.listen-addr=0.0.0.0:12345"), {}, Endpoint("http", "/-/ready", 12345)),
        ("grafana-alloy", "x:v1.5.0", ("run", "--server.http.listen-addr=127.0.0.1:12345"), {}, None),
        ("grafana-agent", "x:v0.43.3", ("-config.file=/etc/agent.yaml",), {}, None),
        ("grafana-agent", "x:v0.43.3", ("-server.http.address=0.0.0.0:8080",), {}, Endpoint("http", "/-/ready", 8080)),
        ("promtail", "x:2.9.10", ("-server.http-listen-port=3101",), {}, None),
        ("cloudflared", "x:2024.12.1", ("tunnel", "run"), {}, None),
        ("cloudflared", "x:2024.12.1", ("tunnel", "--metrics", "0.0.0.0:2000", "run"), {}, Endpoint("http", "/ready", 2000)),
        ("cloudflared", "x:2024.12.1", ("tunnel", "run"), {"TUNNEL_METRICS": "0.0.0.0:2000"}, Endpoint("http", "/ready", 2000)),
        ("cloudflared", "x:2024.12.1", ("tunnel", "--metrics", "localhost:2000", "run"), {}, None),
        ("cloudflared", "x:2020.11.11", ("tunnel", "--metrics", "0.0.0.0:2000", "run"), {}, None),
        ("tailscale", "x:v1.78.1", (), {}, None),
        ("tailscale", "x:v1.78.1", (), {"TS_ENABLE_HEALTH_CHECK": "true"}, Endpoint("http", "/healthz", 9002)),
        (
            "tailscale",
            "x:v1.78.1",
            (),
            {"TS_ENABLE_HEALTH_CHECK": "true", "TS_LOCAL_ADDR_PORT": "[::]:9100"},
            Endpoint("http", "/healthz", 9100),
        ),
        ("tailscale", "x:v1.76.6", (), {"TS_ENABLE_HEALTH_CHECK": "true"}, None),
        ("minio-sidekick", "x:v4.1", ("http://minio{1...4}:9000",), {}, Endpoint("tcp", "", 8080)),
        ("minio-sidekick", "x:v4.1", ("--address", ":8000", "http://minio:9000"), {}, Endpoint("tcp", "", 8000)),
        ("envoy", "x:v1.31.0", ("-c", "/etc/envoy.yaml"), {}, None),
        ("gluetun", "x:v3.39.1", (), {}, None),
        ("vector", "x:0.43.0", (), {}, None),
    ],
)
def test_startup_endpoints(id: str, image: str, argv: tuple[str, ...], env: dict[str, str], endpoint: Endpoint | None) -> None:
    assert startup_endpoint(HELPERS[id], parse_image(image), argv, env) == endpoint


LOGGED = "web: app {mounts: [logs]}"
SHIPS = "registry.k8s.io/fluentd-gcp:1.30 {mounts: [logs]}"

# A pod, and what each of its containers is: its part, and of a helper the certainty, how it ends and what it would gain.
PODS: list[tuple[str, list[str], str]] = [
    ("a log shipper beside an app", ["Pod", LOGGED, f"agent: {SHIPS}"], "app | helper certain never order"),
    ("a log shipper alone", ["Pod", f"agent: {SHIPS}"], "app"),
    ("a Job never ends with one", ["Job Never", LOGGED, f"agent: {SHIPS}"], "app | helper certain never completion"),
    ("kubectl proxy, which the app asks",
     ["Deployment", "web: app {env: {API: 'http://localhost:8001'}}", "api: bitnami/kubectl:1.30 > proxy --port=8001"],
     "app | helper certain never order"),
    ("kubectl for a task of its own", ["Deployment", "web: app", "api: bitnami/kubectl:1.30 > get pods -w"], "app | app"),
    ("a script that needs kubectl proxy for its work",
     ["Deployment", "web: app", "api: bitnami/kubectl:1.30 $ kubectl proxy & sleep 2; curl -s localhost:8001/api"], "app | app"),
    ("Envoy and what helps it to stop",
     ["Deployment", "envoy: envoyproxy/envoy:v1.31.0", "shutdown-manager: ghcr.io/projectcontour/contour:v1.30.0 > envoy shutdown-manager"],
     "app | helper certain never none"),
    ("the API's proxy stands first",
     ["Deployment", "esp: gcr.io/endpoints-release/endpoints-runtime:2 > --backend=grpc://127.0.0.1:9000", "web: app {ports: [9000]}"],
     "helper certain never none | app"),
    ("an ambassador that the app dials",
     ["Deployment", "web: app {env: {REDIS: 'localhost:6380'}}", "redis: malexer/twemproxy {ports: [6380]}"],
     "app | helper likely never order"),
    ("a tunnel beside nginx", ["Deployment", "web: nginx", "tunnel: cloudflare/cloudflared:2024.12.1 > tunnel run"],
     "app | helper likely never none"),
    ("a tunnel alone", ["Deployment", "tunnel: cloudflare/cloudflared:2024.12.1 > tunnel run"], "app"),
    ("a VPN and a proxy that serves it to others", ["Deployment", "vpn: qmcgaw/gluetun:v3", "proxy: vimagick/tinyproxy"],
     "helper certain never none | app"),
    ("a Ceph daemon and its log rotation, of one image",
     ["Deployment", "osd: quay.io/ceph/ceph:v18 > ceph-osd --foreground",
      "logs: quay.io/ceph/ceph:v18 $ while true; do sleep 900; logrotate /etc/logrotate.d/ceph; done"],
     "app | helper certain never none"),
    ("the Percona operators' two, of one image",
     ["StatefulSet", "mongod: app", "logs: percona/fluentbit:4.0.1 > fluent-bit", "logrotate: percona/fluentbit:4.0.1 > logrotate"],
     "app | helper certain never none | helper certain never none"),
    ("a TPU program with its proxy and its resource manager",
     ["Job Never", "work: app", "pathways-proxy: us-docker.pkg.dev/cloud-tpu-v2-images/pathways/proxy_server",
      "pathways-rm: us-docker.pkg.dev/cloud-tpu-v2-images/pathways/server > --node_type=resource_manager"],
     "app | helper likely never completion | helper likely never completion"),
    ("the two without a program",
     ["Job Never", "pathways-proxy: us-docker.pkg.dev/cloud-tpu-v2-images/pathways/proxy_server",
      "pathways-rm: us-docker.pkg.dev/cloud-tpu-v2-images/pathways/server > --node_type=resource_manager"],
     "app | app"),
    ("an ambiguous image beside an app", ["Deployment", "web: app", "front: nginx"], "app | app"),
    ("an ambiguous image beside a reloader", ["Deployment", "lb: haproxy:3.0", "reload: reload"], "app | helper certain never none"),
]  # fmt: skip


@pytest.mark.parametrize(("sketch", "told"), [(sketch, told) for _, sketch, told in PODS], ids=[name for name, _, _ in PODS])
def test_pods(sketch: list[str], told: str) -> None:
    def tell(each: ContainerLife) -> str:
        return f"helper {each.certainty} {each.ends} {each.benefit}" if each.part == "helper" else each.part

    assert " | ".join(map(tell, life(*sketch).containers)) == told


AMBIGUOUS = ("caddy", "elastic-agent", "envoy", "haproxy", "logstash", "maxscale", "nginx", "pgbouncer", "proxysql", "traefik")


@pytest.mark.parametrize("id", AMBIGUOUS)
def test_what_is_mostly_an_app_is_never_a_helper_by_its_image(id: str) -> None:
    known = HELPERS[id]
    assert known.certainty == "ambiguous"
    assert [each.part for each in life("Deployment", "web: app", f"x: {known.images[0]}").containers] == ["app", "app"]
