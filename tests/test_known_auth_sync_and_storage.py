"""Known helpers of this family: secret agents, reloaders, auth proxies, CSI companions, builders, browsers and backups."""

from pathlib import Path

import pytest

from sidecarlint.catalogue import Catalogue, Endpoint, one_shot, read_helper, startup_endpoint
from sidecarlint.workloads.images import parse_image

FOLDER = Path(__file__).parent.parent / "rules" / "helpers"
HELPERS = {path.stem: read_helper(str(path), path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}
CATALOGUE = Catalogue(HELPERS.values())

IMAGES = """
ghcr.io/spiffe/spiffe-helper:0.10.0                                                       spiffe-helper
registry.corp:5000/mirror/spiffe/spiffe-helper@sha256:0123456789abcdef                    spiffe-helper
cyberark/secrets-provider-for-k8s:1.6.5                                                   conjur-secrets-provider
registry.corp/apps/secrets-provider-for-k8s:latest                                        conjur-secrets-provider
cyberark/conjur-authn-k8s-client:0.26                                                     conjur-authn-k8s-client
image-registry.openshift-image-registry.svc:5000/demo/conjur-kubernetes-authenticator     conjur-authn-k8s-client
docker.io/cyberark/secretless-broker@sha256:aa                                            secretless-broker
registry.corp/secretless-broker:1.7                                                       secretless-broker
public.ecr.aws/aws-observability/aws-sigv4-proxy:1.10                                     aws-sigv4-proxy
123456789012.dkr.ecr.eu-west-1.amazonaws.com/aws-sigv4-proxy:1.0                          aws-sigv4-proxy
quay.io/ukhomeofficedigital/vault-sidekick:v0.3.3                                         vault-sidekick
navikt/vault-sidekick:v0.3.10-d122b16                                                     vault-sidekick
gambol99/vault-sidekick                                                                   vault-sidekick
quay.io/ukhomeofficedigital/cfssl-sidekick:v0.0.6                                         cfssl-sidekick
registry.corp/acp/cfssl-sidekick-jks:v0.0.8                                               cfssl-sidekick
cr.step.sm/smallstep/autocert-renewer:0.17                                                autocert-renewer
smallstep/autocert-renewer                                                                autocert-renewer
registry.hub.docker.com/sethvargo/vault-init:1.0.0                                        vault-init
mirror.gcr.io/sethvargo/vault-init:1.1.0                                                  vault-init
hashicorp/consul-template:0.37.6                                                          consul-template
registry.corp/consul-template:alpine                                                      consul-template
openpolicyagent/kube-mgmt:0.11                                                            kube-mgmt
registry.corp/policy/kube-mgmt@sha256:0011                                                kube-mgmt
permitio/opal-client:0.9.4                                                                opal-client
authorizon/opal-client-standalone                                                         opal-client
gke.gcr.io/prometheus-engine/config-reloader:v0.8.1-gke.6                                 gmp-config-reloader
registry.corp/prometheus-engine/config-reloader:v0.18.0                                   gmp-config-reloader
natsio/nats-server-config-reloader:0.23.0                                                 nats-config-reloader
connecteverything/nats-server-config-reloader:0.2.2-v1alpha2                              nats-config-reloader
quay.io/coreos/grafana-watcher:v0.0.8                                                     grafana-watcher
registry.corp/grafana-watcher                                                             grafana-watcher
weaveworks/watch:master-5b2a6e5                                                           weaveworks-watch
registry.corp/hub/weaveworks/watch                                                        weaveworks-watch
quay.io/observatorium/thanos-rule-syncer:main-2022-02-01-d4c24bc                          thanos-rule-syncer
registry.corp/thanos-rule-syncer                                                          thanos-rule-syncer
cvallance/mongo-k8s-sidecar                                                               mongo-k8s-sidecar
leportlabs/mongo-k8s-sidecar:latest                                                       mongo-k8s-sidecar
morphy/k8s-mongo-sidecar                                                                  mongo-k8s-sidecar
quay.io/coreos/prom-label-proxy:v0.2.0                                                    prom-label-proxy
registry.corp/prom-label-proxy@sha256:77                                                  prom-label-proxy
gcr.io/stackdriver-prometheus/stackdriver-prometheus-sidecar:0.8.0                        stackdriver-prometheus-sidecar
gcr.io/asm-staging-images/asm/stackdriver-prometheus-sidecar:e2e-test                     stackdriver-prometheus-sidecar
lightstep/opentelemetry-prometheus-sidecar:v0.27.0                                        opentelemetry-prometheus-sidecar
registry.corp/opentelemetry-prometheus-sidecar                                            opentelemetry-prometheus-sidecar
grafana/grafana-image-renderer:3.11.1                                                     grafana-image-renderer
registry.corp/grafana-image-renderer:latest                                               grafana-image-renderer
openshift/oauth-proxy:v1.1.0                                                              openshift-oauth-proxy
quay.io/openshift/origin-oauth-proxy:4.14                                                 openshift-oauth-proxy
registry.redhat.io/openshift4/ose-oauth-proxy@sha256:cb                                   openshift-oauth-proxy
registry.corp/openshift4/ose-oauth-proxy-rhel9:v4.17                                      openshift-oauth-proxy
quay.io/gogatekeeper/gatekeeper:2.12.0                                                    gatekeeper-louketo
keycloak/keycloak-gatekeeper:7.0.0                                                        gatekeeper-louketo
quay.io/gambol99/keycloak-proxy:v2.1.1                                                    gatekeeper-louketo
registry.corp/louketo-proxy                                                               gatekeeper-louketo
jboss/keycloak-proxy:3.4.2.Final                                                          keycloak-security-proxy
registry.corp/jboss/keycloak-proxy                                                        keycloak-security-proxy
voucher/vouch-proxy:latest-arm                                                            vouch-proxy
quay.io/vouch/vouch-proxy:0.40                                                            vouch-proxy
gcr.io/cloud-solutions-images/nginx-ssl-proxy:latest                                      nginx-ssl-proxy
gcr.io/acme-project/nginx-ssl-proxy                                                       nginx-ssl-proxy
quay.io/ukhomeofficedigital/nginx-proxy:v3.4.12                                           ukho-nginx-proxy
registry.corp/ukhomeofficedigital/nginx-proxy-govuk:v3.2.9.0                              ukho-nginx-proxy
gcr.io/endpoints-release/endpoints-runtime:1                                              cloud-endpoints-esp
b.gcr.io/endpoints/endpoints-runtime:0.3                                                  cloud-endpoints-esp
quay.io/kuberay/security-proxy:nightly                                                    kuberay-security-proxy
registry.corp/kuberay/security-proxy                                                      kuberay-security-proxy
k8s.gcr.io/sig-storage/csi-external-health-monitor-controller:v0.4.0                      csi-external-health-monitor-controller
k8s.m.daocloud.io/sig-storage/csi-external-health-monitor-controller:v0.11.0              csi-external-health-monitor-controller
k8s.gcr.io/sig-storage/csi-external-health-monitor-agent:v0.2.0                           csi-external-health-monitor-agent
registry.corp/csi-external-health-monitor-agent                                           csi-external-health-monitor-agent
quay.io/k8scsi/driver-registrar:v0.3.0                                                    csi-driver-registrar
ccr.ccs.tencentyun.com/library/csi-driver-registrar:0.2.0                                 csi-driver-registrar
quay.io/k8scsi/csi-cluster-driver-registrar:v1.0.1                                        csi-cluster-driver-registrar
registry.corp/csi-cluster-driver-registrar                                                csi-cluster-driver-registrar
quay.io/csiaddons/k8s-sidecar:v0.9.1                                                      csi-addons-sidecar
registry.corp/mirror/csiaddons/k8s-sidecar                                                csi-addons-sidecar
public.ecr.aws/ebs-csi-driver/volume-modifier-for-k8s:v0.5.1                              volume-modifier-for-k8s
602401143452.dkr.ecr.us-west-2.amazonaws.com/ebs-csi-driver/volume-modifier-for-k8s       volume-modifier-for-k8s
registry.k8s.io/sig-storage/csi-snapshot-metadata:v1.0.0                                  csi-snapshot-metadata
registry.corp/csi-snapshot-metadata                                                       csi-snapshot-metadata
netapp/trident-autosupport:23.04                                                          trident-autosupport
registry.corp/trident-autosupport:25.06.3                                                 trident-autosupport
index.docker.io/sourcegraph/dind:6.2.1106@sha256:c6                                       dind
registry.corp/ci/dind:20.10                                                               dind
moby/buildkit:v0.13.0-rootless                                                            buildkitd
mirror.gcr.io/moby/buildkit@sha256:ab                                                     buildkitd
selenium/standalone-chrome:4.21.0-20240517                                                selenium-standalone
seleniarm/standalone-chromium:latest                                                      selenium-standalone
registry.corp/qa/standalone-firefox:3.141.59                                              selenium-standalone
selenium/video:ffmpeg-6.1-20240402                                                        selenium-video
registry.corp/selenium/video                                                              selenium-video
browserless/chrome:1-puppeteer-21                                                         browserless
ghcr.io/browserless/chromium:v2.18.0                                                      browserless
chromedp/headless-shell:stable                                                            chrome-headless
justinribeiro/chrome-headless                                                             chrome-headless
gotenberg/gotenberg:8                                                                     gotenberg
thecodingmachine/gotenberg:6.4.0                                                          gotenberg
ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar:v0.14.0@sha256:98                      cnpg-barman-cloud
registry.corp/plugin-barman-cloud-sidecar                                                 cnpg-barman-cloud
percona/percona-backup-mongodb:2.9.1                                                      percona-backup-agent
registry.corp/percona-backup-mongodb:2.4.1                                                percona-backup-agent
gcr.io/google-samples/xtrabackup:1.0                                                      xtrabackup
registry.corp/mysql/xtrabackup                                                            xtrabackup
registry.developers.crunchydata.com/crunchydata/crunchy-pgbackrest:ubi8-2.47-2            crunchy-pgbackrest
registry.corp/crunchy-pgbackrest                                                          crunchy-pgbackrest
itzg/mc-backup                                                                            mc-backup
ghcr.io/itzg/mc-backup:latest                                                             mc-backup
k8s.gcr.io/leader-elector:0.4                                                             leader-elector
gcr.io/google_containers/leader-elector:0.5                                               leader-elector
fredrikjanssonse/leader-elector:0.6                                                       leader-elector
gcr.io/google_containers/exechealthz-amd64:1.2                                            exechealthz
gcrio.azureedge.net/google_containers/exechealthz-amd64:1.2                               exechealthz
keptn/distributor:0.8.0                                                                   keptn-distributor
registry.corp/keptn/distributor                                                           keptn-distributor
ghcr.io/maxmind/geoipupdate:v7.1                                                          geoipupdate
registry.corp/mirror/geoipupdate@sha256:0123                                              geoipupdate
gcr.io/cloud-marketplace-tools/metering/ubbagent:latest                                   ubbagent
gcr.io/acme-public/shop/ubbagent:1.1                                                      ubbagent
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpxo/tcpgpudmarxd-dev:v1.0.21                   gpudirect-rxdm
registry.corp/tcpgpudmarxd-dev                                                            gpudirect-rxdm
quay.io/kuberay/collector:v1.7.1                                                          kuberay-collector
registry.corp/kuberay/collector:latest                                                    kuberay-collector
rancher/mirrored-jimmidyson-configmap-reload:v0.4.0                                       configmap-reload
quay.io/openshift/origin-configmap-reloader:4.8                                           configmap-reload
registry.redhat.io/openshift3/ose-prometheus-config-reloader:v3.11                        prometheus-config-reloader
docker.io/rancher/mirrored-prometheus-operator-prometheus-config-reloader:v0.65.1         prometheus-config-reloader
rancher/mirrored-kiwigrid-k8s-sidecar:1.24.6                                              k8s-sidecar
harbor.corp/rancher/mirrored-kiwigrid-k8s-sidecar:1.26.1                                  k8s-sidecar
"""

# Each has the name of a helper in it, or is a neighbour of one, and is none itself.
OTHERS = """
registry.example/team/spiffe-helper-docs:1
ghcr.io/spiffe/spire-agent:1.9
registry.example/secretless-broker-quickstart:1
cyberark/conjur:latest
registry.example/team/aws-sigv4-proxy-admission-controller:1
hashicorp/consul:1.18
registry.example/consul-template-renderer:1
sethvargo/vault-init/tools:1
registry.example/vault-init:1
openpolicyagent/gatekeeper:v3.15
openpolicyagent/conftest:latest
registry.example/team/kube-mgmt-ui:2
permitio/opal-server:0.9
registry.example/team/config-reloader:1
registry.example/watch:1
natsio/nats-box:0.14
grafana/grafana:11
registry.example/grafana-watcher-ui:1
quay.io/observatorium/rules-objstore:main
registry.example/mongo-k8s-sidecar-operator:1
mongo:7
prom/prometheus:v3.0.0
registry.example/sidecar:1
quay.io/keycloak/keycloak:26
registry.example/keycloak-proxy:v2
openpolicyagent/gatekeeper-crds:v3
oryd/oathkeeper:v0.40
nginx
registry.example/nginx-proxy:1
gcr.io/endpoints-release/echo:latest
gcr.io/endpoints-release/endpoints-runtime-serverless:2
quay.io/kuberay/operator:v1.2
quay.io/kuberay/historyserver:v1.7
registry.k8s.io/sig-storage/hostpathplugin:v1.18.0
registry.k8s.io/sig-storage/snapshot-controller:v8.2.0
gcr.io/cloud-provider-vsphere/csi/release/driver:v3.2.0
netapp/trident:25.06
ghcr.io/actions/actions-runner-controller/actions-runner-dind:latest
summerwind/actions-runner-dind:v2
cruizba/ubuntu-dind:latest
registry.example/dind-metrics:1
selenium/hub:4.21
selenium/node-chrome:4.21
registry.example/video:1
registry.example/chrome:1
browserless/base:latest
registry.example/gotenberg-client:1
ghcr.io/cloudnative-pg/plugin-barman-cloud:v0.14.0
percona/percona-server-mongodb:7.0
percona/percona-xtrabackup:8.0
registry.developers.crunchydata.com/crunchydata/crunchy-postgres:ubi8-16
itzg/minecraft-server
registry.example/leader-elector-demo:1
registry.example/healthz:1
keptn/bridge2:0.8.0
registry.example/distributor:1
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpx/nccl-plugin-gpudirecttcpx-dev:v3.1.9
registry.example/collector:v0.1.0
docker:27-cli
rayproject/ray:2.46.0
quay.io/cephcsi/cephcsi:v3.12.0
litestream/litestream:0.5
quay.io/thanos/thanos:v0.36.0
openpolicyagent/opa:0.70.0
zenika/alpine-chrome:124
ghostunnel/ghostunnel:v1.8.0
rclone/rclone:1.68
infisical/cli:0.41
cerbos/cerbos:0.40
"""


@pytest.mark.parametrize("row", IMAGES.strip().splitlines())
def test_images(row: str) -> None:
    text, known = row.split()
    match = CATALOGUE.match(parse_image(text))
    assert (match.helper.id if match else None) == known


@pytest.mark.parametrize("text", OTHERS.split())
def test_images_that_are_none_of_these(text: str) -> None:
    match = CATALOGUE.match(parse_image(text))
    assert match is None or match.helper.id not in FAMILY


# The helper is known by its command as well as by its image; None where another command makes it something else.
COMMANDS = [
    ("public.ecr.aws/rolesanywhere/credential-helper:1", "aws_signing_helper serve --role-arn x", "rolesanywhere-credential-helper"),
    ("registry.corp/rolesanywhere/credential-helper", "serve --port 9911", "rolesanywhere-credential-helper"),
    ("public.ecr.aws/rolesanywhere/credential-helper:1", "aws_signing_helper credential-process", None),
    ("hashicorp/consul-template:0.37", "-config=/etc/ct.hcl -log-level=info", "consul-template"),
    ("hashicorp/consul-template:0.37", "-config=/etc/ct.hcl -exec=/app", None),
    ("infisical/cli:0.41", "agent --config /etc/agent.yaml", "infisical-agent"),
    ("registry.corp/infisical/cli", "infisical agent", "infisical-agent"),
    ("infisical/cli:0.41", "infisical run -- npm start", None),
    ("openpolicyagent/opa:0.70.0-envoy", "run --server --addr=localhost:8181 /policy/policy.rego", "opa"),
    ("mirror.corp/openpolicyagent/opa:latest-istio", "run --server --config-file=/config/config.yaml", "opa"),
    ("openpolicyagent/opa:0.10.1", "run --server --tls-cert-file=/certs/tls.crt --addr=0.0.0.0:443", None),
    ("openpolicyagent/opa:0.70.0", "test /policies", None),
    ("ghcr.io/cerbos/cerbos:0.40.0", "server --config=/config/conf.yaml", "cerbos"),
    ("mirror.corp/cerbos/cerbos", "/cerbos server", "cerbos"),
    ("ghcr.io/cerbos/cerbos:0.40.0", "compile /policies", None),
    ("falcosecurity/falcoctl:0.11.0", "artifact follow --log-format=json", "falcoctl"),
    ("mirror.corp/falcoctl:0.11.0", "falcoctl artifact follow", "falcoctl"),
    ("falcosecurity/falcoctl:0.11.0", "artifact install --log-format=json", None),
    ("rclone/rclone:1.68", "mount remote:data /data --allow-other", "rclone-mount"),
    ("mirror.corp/rclone/rclone", "rclone mount remote: /data", "rclone-mount"),
    ("rclone/rclone:1.68", "sync /data remote:backup", None),
    ("quay.io/thanos/thanos:v0.36.0", "sidecar --prometheus.url=http://localhost:9090", "thanos-sidecar"),
    ("improbable/thanos:v0.2.1", "sidecar --tsdb.path=/var/prometheus", "thanos-sidecar"),
    ("rancher/mirrored-thanos-thanos:v0.34.1", "thanos sidecar", "thanos-sidecar"),
    ("quay.io/thanos/thanos:v0.36.0", "store --data-dir=/data", None),
    ("quay.io/gogatekeeper/gatekeeper:2", "--listen=0.0.0.0:3000 --upstream-url=http://127.0.0.1:8080", "gatekeeper-louketo"),
    ("quay.io/gogatekeeper/gatekeeper:2", "--listen=0.0.0.0:3000 --enable-forwarding=true", None),
    ("quay.io/gogatekeeper/gatekeeper:2", "--listen=0.0.0.0:3000 --no-proxy=true", None),
    ("ghostunnel/ghostunnel:v1.8.0", "server --listen=:8443 --target=localhost:8080", "ghostunnel-server"),
    ("mirror.corp/ghostunnel:v1.8.0", "server --listen=:8443 --target=localhost:8080", "ghostunnel-server"),
    ("ghostunnel/ghostunnel:v1.8.0", "server --target=db.corp:5432 --unsafe-target", None),
    ("squareup/ghostunnel:v1.5.3", "client --listen=localhost:5432 --target=db.corp:5432", "ghostunnel-client"),
    ("mirror.corp/ghostunnel", "ghostunnel client --listen=unix:/run/db.sock", "ghostunnel-client"),
    ("ghostunnel/ghostunnel:v1.8.0", "client --listen=0.0.0.0:5432 --unsafe-listen", None),
    ("quay.io/cephcsi/cephcsi:v3.12.0", "--type=liveness --metricsport=8680", "ceph-csi-liveness"),
    ("hub.corp/captain/cephcsi:v3.9.0", "--type=liveness --metricsport=8680", "ceph-csi-liveness"),
    ("quay.io/cephcsi/cephcsi:v3.12.0", "--type=rbd --controllerserver=true", None),
    ("docker:27-dind", "dockerd --host=unix:///var/run/docker.sock", "docker-dind"),
    ("public.ecr.aws/docker/library/docker:dind", "--mtu=1400", "docker-dind"),
    ("mirror.gcr.io/library/docker:19.03-dind", "--storage-driver=overlay2", "docker-dind"),
    ("docker:27", "docker build -t x .", None),
    ("docker:27", "run --rm --host=h x", None),
    ("docker:27", "cat", None),
    ("docker:27-dind", "dockerd docker build .", None),
    ("index.docker.io/sourcegraph/dind:6.2", "dockerd --tls=false", "dind"),
    ("registry.corp/ci/dind:20.10", "docker build .", None),
    ("moby/buildkit:v0.13.0", "--addr unix:///run/buildkit/buildkitd.sock", "buildkitd"),
    ("moby/buildkit:v0.13.0", "buildctl-daemonless.sh build --frontend dockerfile.v0", None),
    ("moby/buildkit:v0.13.0", "cat", None),
    ("zenika/alpine-chrome:100", "--no-sandbox --remote-debugging-port=9222", "alpine-chrome"),
    ("mirror.corp/zenika/alpine-chrome", "chromium-browser --remote-debugging-address=0.0.0.0", "alpine-chrome"),
    ("zenika/alpine-chrome:100", "--screenshot https://example.com", None),
    ("selenium/standalone-chrome:4.21.0", "/opt/bin/entry_point.sh", "selenium-standalone"),
    ("selenium/standalone-chrome:4.21.0", "python3 -m pytest tests", None),
    ("litestream/litestream:0.5", "replicate -config /etc/litestream.yml", "litestream"),
    ("mirror.corp/litestream:0.3.13", "litestream replicate", "litestream"),
    ("litestream/litestream:0.5", "restore -if-replica-exists /data/app.db", None),
    ("litestream/litestream:0.5", "replicate -exec /app", None),
    ("percona/percona-backup-mongodb:2.9.1", "pbm-agent", "percona-backup-agent"),
    ("percona/percona-backup-mongodb:2.9.1", "pbm backup", None),
    ("eu.gcr.io/gardener-project/gardener/etcdbrctl:v0.25.0", "server --schedule=x", "etcd-backup-restore"),
    ("sapcc/etcdbrctl:0.4.1", "etcdbrctl server", "etcd-backup-restore"),
    ("eu.gcr.io/gardener-project/gardener/etcdbrctl:v0.25.0", "restore --data-dir=/x", None),
    ("rayproject/ray:2.46.0", "ray kuberay-autoscaler --cluster-name x", "ray-autoscaler"),
    ("mirror.corp/rayproject/ray:2.46.0", "ray kuberay-autoscaler", "ray-autoscaler"),
    ("rayproject/ray:2.46.0", "ray start --head", None),
]

FAMILY = sorted({row.split()[1] for row in IMAGES.strip().splitlines()} | {known for _, _, known in COMMANDS if known})


@pytest.mark.parametrize(("image", "command", "known"), COMMANDS)
def test_commands(image: str, command: str, known: str | None) -> None:
    match = CATALOGUE.match(parse_image(image), "", tuple(command.split()))
    assert (match.helper.id if match else None) == known


@pytest.mark.parametrize(
    ("id", "argv", "env", "mark"),
    [
        ("spiffe-helper", "-config /etc/helper.conf -daemon-mode=false", {}, "--daemon-mode=false"),
        ("spiffe-helper", "-exitWhenReady", {}, "--exitWhenReady"),
        ("spiffe-helper", "-config /etc/helper.conf -daemon-mode=true", {}, None),
        ("vault-sidekick", "-one-shot -vault=https://vault", {}, "-one-shot"),
        ("vault-sidekick", "-vault=https://vault", {}, None),
        ("cfssl-sidekick", "--onetime", {}, "--onetime"),
        ("cfssl-sidekick", "", {"ONETIME": "true"}, "ONETIME=true"),
        ("cfssl-sidekick", "--domain=x", {"ONETIME": "false"}, None),
        ("vault-init", "", {"VAULT_INIT_ONE_SHOT": "true"}, "VAULT_INIT_ONE_SHOT=true"),
        ("vault-init", "", {"CHECK_INTERVAL": "10s"}, None),
        ("consul-template", "-once -config=/x", {}, "-once"),
        ("consul-template", "-once=false", {}, None),
        ("rclone-mount", "mount r: /data --daemon", {}, "--daemon"),
        ("rclone-mount", "mount r: /data", {}, None),
        ("litestream", "replicate -once", {}, "-once"),
        ("litestream", "replicate", {}, None),
        ("mc-backup", "", {"BACKUP_INTERVAL": "0"}, "BACKUP_INTERVAL=0"),
        ("mc-backup", "", {"BACKUP_INTERVAL": "2h"}, None),
        # The pod's annotation overrules the variable, so it says nothing.
        ("conjur-secrets-provider", "", {"CONTAINER_MODE": "init"}, None),
    ],
)
def test_modes_that_end(id: str, argv: str, env: dict[str, str], mark: str | None) -> None:
    assert one_shot(HELPERS[id], tuple(argv.split()), env) == mark


@pytest.mark.parametrize(
    ("id", "image", "argv", "env", "endpoint"),
    [
        ("aws-sigv4-proxy", "x:1.0", "--name aps", {}, Endpoint("tcp", "", 8080)),
        ("aws-sigv4-proxy", "x:1.0", "--port :8005", {}, Endpoint("tcp", "", 8005)),
        ("opa", "x:0.70.0", "run --server --diagnostic-addr=0.0.0.0:8282", {}, Endpoint("http", "/health", 8282)),
        ("opa", "x:0.70.0", "run --server --addr=localhost:8181", {}, None),
        ("prom-label-proxy", "x:v0.8", "-insecure-listen-address 0.0.0.0:9095", {}, Endpoint("tcp", "", 9095)),
        ("prom-label-proxy", "x:v0.8", "--insecure-listen-address=127.0.0.1:9095", {}, None),
        ("grafana-image-renderer", "x:3", "", {}, Endpoint("tcp", "", 8081)),
        ("grafana-image-renderer", "x:3", "", {"HTTP_PORT": "9000"}, Endpoint("tcp", "", 9000)),
        ("openshift-oauth-proxy", "x:v4.14", "--https-address=:9091 --tls-cert=/x", {}, Endpoint("https", "/oauth/healthz", 9091)),
        ("openshift-oauth-proxy", "x:4.14", "--tls-cert=/x", {}, Endpoint("https", "/oauth/healthz", 8443)),
        ("openshift-oauth-proxy", "x:v1.1.0", "--tls-cert=/x", {}, None),
        ("openshift-oauth-proxy", "x:4.14", "--https-address= --http-address=:8080", {}, None),
        ("gatekeeper-louketo", "x:2", "--listen=0.0.0.0:3000", {}, Endpoint("tcp", "", 3000)),
        ("gatekeeper-louketo", "x:2", "", {"PROXY_LISTEN": ":8081"}, Endpoint("tcp", "", 8081)),
        ("gatekeeper-louketo", "x:2", "--listen=127.0.0.1:3000", {}, None),
        ("ghostunnel-server", "x:v1.8.0", "server --listen=:8443", {}, Endpoint("tcp", "", 8443)),
        ("ghostunnel-client", "x:v1.8.0", "client --listen=localhost:5432", {}, None),
        ("cloud-endpoints-esp", "x:1", "-p 8080 -a 127.0.0.1:8081", {}, Endpoint("tcp", "", 8080)),
        ("cloud-endpoints-esp", "x:2", "--listener_port=9000", {}, Endpoint("tcp", "", 9000)),
        ("cloud-endpoints-esp", "x:1", "--ssl_port=443", {}, None),
        ("selenium-standalone", "x:4.21.0-20240517", "", {}, Endpoint("http", "/status", 4444)),
        ("selenium-standalone", "x:3.141.59", "", {}, None),
        ("selenium-standalone", "x:latest", "", {}, None),
        ("browserless", "x:1", "", {"PORT": "3001"}, Endpoint("tcp", "", 3001)),
        ("alpine-chrome", "x:1", "--remote-debugging-address=0.0.0.0 --remote-debugging-port=9222", {}, Endpoint("tcp", "", 9222)),
        ("alpine-chrome", "x:1", "--remote-debugging-port=9222", {}, None),
        ("gotenberg", "x:8", "gotenberg --api-port=7100", {}, Endpoint("tcp", "", 7100)),
        ("leader-elector", "x:0.5", "--election=e --http=0.0.0.0:4040", {}, Endpoint("http", "/", 4040)),
        ("leader-elector", "x:0.5", "--election=e --http=localhost:4040", {}, None),
        ("leader-elector", "x:0.5", "--election=e", {}, None),
        ("thanos-sidecar", "x:v0.36.0", "sidecar --http-address=0.0.0.0:10902", {}, None),
        ("gmp-config-reloader", "x:v0.8.1", "--listen-address=:19091", {}, None),
    ],
)
def test_startup_endpoints(id: str, image: str, argv: str, env: dict[str, str], endpoint: Endpoint | None) -> None:
    assert startup_endpoint(HELPERS[id], parse_image(image), tuple(argv.split()), env) == endpoint


@pytest.mark.parametrize("id", FAMILY)
def test_every_helper_is_recognised_in_more_than_one_registry(id: str) -> None:
    named = [row.split()[0] for row in IMAGES.strip().splitlines() if row.split()[1] == id]
    named += [image for image, _, known in COMMANDS if known == id]
    assert len({parse_image(text)[:2] for text in named}) > 1, f"{id} is shown by {named} only"


@pytest.mark.parametrize("id", [id for id in FAMILY if HELPERS[id].depends_on_app])
def test_what_waits_for_the_app_comes_last(id: str) -> None:
    """But for what the app asks while it starts, so before it calls itself healthy."""
    assert HELPERS[id].where == ("first" if id == "etcd-backup-restore" else "last")
