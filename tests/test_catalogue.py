"""What is known of an image: the look-up, the words of a helper file, and the bundled files themselves."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sidecarlint.catalogue import (
    Catalogue,
    Endpoint,
    Helper,
    from_plain,
    has_mark,
    one_shot,
    read_helper,
    startup_endpoint,
    to_plain,
    usual_name,
)
from sidecarlint.errors import RuleError
from sidecarlint.workloads.images import parse_image

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "rules" / "helpers").glob("*.yaml"))
HELPERS = {path.stem: read_helper(str(path), path.read_text(encoding="utf-8")) for path in FILES}
CATALOGUE = Catalogue(HELPERS.values())

IMAGES = """
gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1                                        cloud-sql-proxy            image
eu.gcr.io/cloud-sql-connectors/cloud-sql-proxy@sha256:0123456789abcdef                    cloud-sql-proxy            image
gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1-alpine@sha256:0123456789abcdef         cloud-sql-proxy            image
gcr.io/cloud-sql-connectors/cloud-sql-proxy                                               cloud-sql-proxy            image
registry.local:5000/team/cloud-sql-proxy:latest                                           cloud-sql-proxy            tail
localhost/cloud-sql-proxy                                                                 cloud-sql-proxy            tail
cloud-sql-proxy:2                                                                         cloud-sql-proxy            tail
mirror.corp/gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.8.0                             cloud-sql-proxy            tail
gcr.io/cloudsql-docker/gce-proxy:1.33.0                                                   cloud-sql-proxy-v1         image
b.gcr.io/cloudsql-docker/gce-proxy:1.05                                                   cloud-sql-proxy-v1         image
123456789012.dkr.ecr.eu-west-1.amazonaws.com/gce-proxy:1.28.0                             cloud-sql-proxy-v1         tail
asia.gcr.io/alloydb-connectors/alloydb-auth-proxy:1.11.0                                  alloydb-auth-proxy         image
europe-docker.pkg.dev/acme/mirror/alloydb-auth-proxy:1.11.0                               alloydb-auth-proxy         tail
fluent/fluent-bit:3.2                                                                     fluent-bit                 image
docker.io/fluent/fluent-bit                                                               fluent-bit                 image
index.docker.io/fluent/fluent-bit:3.2                                                     fluent-bit                 image
cr.fluentbit.io/fluent/fluent-bit:3.0                                                     fluent-bit                 image
123.dkr.ecr.eu-west-1.amazonaws.com/fluent/fluent-bit:3.2                                 fluent-bit                 tail
bitnami/fluent-bit:3.2.4-debian-12-r0                                                     fluent-bit                 tail
${REGISTRY}/fluent/fluent-bit:3.2                                                         fluent-bit                 tail
fluent/fluentd:v1.16                                                                      fluentd                    image
quay.io/fluentd_elasticsearch/fluentd:v2.5.2                                              fluentd                    image
gcr.io/google-containers/fluentd-elasticsearch:1.20                                       fluentd                    image
k8s.gcr.io/fluentd-elasticsearch:1.24                                                     fluentd                    tail
docker.elastic.co/beats/filebeat:8.17.0                                                   filebeat                   image
elastic/filebeat:8.17.0                                                                   filebeat                   tail
quay.io/brancz/kube-rbac-proxy:v0.18.1                                                    kube-rbac-proxy            image
kubesphere/kube-rbac-proxy:v0.8.0                                                         kube-rbac-proxy            tail
registry.redhat.io/openshift4/ose-kube-rbac-proxy-rhel9@sha256:00                         kube-rbac-proxy            image
registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.13.0                             csi-node-driver-registrar  image
mcr.microsoft.com/oss/kubernetes-csi/csi-node-driver-registrar:v2.13.0                    csi-node-driver-registrar  image
mcr.microsoft.com/oss/v2/kubernetes-csi/csi-node-driver-registrar:v2.13.0                 csi-node-driver-registrar  tail
public.ecr.aws/eks-distro/kubernetes-csi/node-driver-registrar:v2.13.0-eks-1-32-1         csi-node-driver-registrar  image
602401143452.dkr.ecr.us-west-2.amazonaws.com/eks-distro/kubernetes-csi/livenessprobe:v2.15 livenessprobe             tail
quay.io/k8scsi/livenessprobe:v1.1.0                                                       livenessprobe              image
registry.k8s.io/sig-storage/csi-provisioner:v5.1.0                                        csi-provisioner            image
public.ecr.aws/eks-distro/kubernetes-csi/external-provisioner:v5                          csi-provisioner            image
registry.k8s.io/sig-storage/csi-attacher:v4.8.0                                           csi-attacher               image
k8s.gcr.io/sig-storage/csi-resizer:v1.6.0                                                 csi-resizer                image
mirror.gcr.io/sig-storage/csi-snapshotter:v8.2.0                                          csi-snapshotter            tail
quay.io/prometheus-operator/prometheus-config-reloader:v0.79.2                            prometheus-config-reloader image
registry.local/prometheus-config-reloader:v0.79.2                                         prometheus-config-reloader tail
jimmidyson/configmap-reload:v0.14.0                                                       configmap-reload           image
kiwigrid/k8s-sidecar:1.28.0                                                               k8s-sidecar                image
harbor.corp/dockerhub/kiwigrid/k8s-sidecar:1.28.0                                         k8s-sidecar                tail
registry.k8s.io/git-sync/git-sync:v4.4.0                                                  git-sync                   image
registry.k8s.io/git-sync:v3.1.3                                                           git-sync                   tail
jaegertracing/jaeger-agent:1.57                                                           jaeger-agent               image
index.docker.io/sourcegraph/jaeger-agent:insiders@sha256:c5                               jaeger-agent               tail
wrouesnel/postgres_exporter:v0.7.0                                                        postgres-exporter          image
index.docker.io/sourcegraph/postgres_exporter:6.2@sha256:8b                               postgres-exporter          image
us-central1-docker.pkg.dev/sourcegraph-ci/rfc795-internal/postgres_exporter:6.1           postgres-exporter          tail
oliver006/redis_exporter:v1.43.1                                                          redis-exporter             image
bitnamilegacy/redis-exporter:1.67.0                                                       redis-exporter             tail
nginx/nginx-prometheus-exporter:latest                                                    nginx-prometheus-exporter  image
quay.io/oauth2-proxy/oauth2-proxy:v7.8.1                                                  oauth2-proxy               image
bitnami/oauth2-proxy:7                                                                    oauth2-proxy               tail
istio/proxyv2:1.24.2                                                                      istio-proxy                image
auto                                                                                      istio-proxy                image
registry.istio.io/testing/proxyv2:latest                                                  istio-proxy                tail
gke.gcr.io/asm/proxyv2:1.20                                                               istio-proxy                tail
my-cloud-sql-proxy-tool                                                                   -                          -
acme/my-cloud-sql-proxy:1                                                                 -                          -
gcr.io/cloud-sql-connectors/cloud-sql-proxy-operator:1.6.0                                -                          -
gcr.io/cloud-sql-connectors/cloud-sql-proxy/extra:1                                       -                          -
gcr.io/cloud-sql-connectors:cloud-sql-proxy                                               -                          -
acme/app:cloud-sql-proxy                                                                  -                          -
acme/fluent-bit-config-generator:1                                                        -                          -
acme/xfluent/fluent-bit-x:1                                                               -                          -
public.ecr.aws/aws-observability/aws-for-fluent-bit:2.32                                  aws-for-fluent-bit         image
ghcr.io/fluent/fluent-bit/unstable:latest                                                 -                          -
fluent/fluent-operator:v3                                                                 -                          -
quay.io/brancz/kube-rbac-proxy-watcher:1                                                  -                          -
registry.k8s.io/kube-proxy:v1.32.0                                                        -                          -
registry.k8s.io/sig-storage/csi-provisioner-test:v1                                       -                          -
k8s.gcr.io/sig-storage/csi-external-health-monitor:v0.2.0                                 -                          -
registry.k8s.io/sig-storage/snapshot-controller:v8.2.0                                    -                          -
bitnami/vault-csi-provider:1                                                              -                          -
quay.io/prometheus/node-exporter:v1.9.0                                                   node-exporter              image
quay.io/prometheus-operator/prometheus-operator:v0.79.2                                   -                          -
grafana/grafana:11.4.0                                                                    -                          -
redis:7.4                                                                                 -                          -
istio/pilot:1.24.2                                                                        -                          -
acme/proxyv2-tools:1                                                                      -                          -
acme/auto:1                                                                               -                          -
hashicorp/vault:1.18                                                                      -                          -
hashicorp/vault-k8s:1.6                                                                   -                          -
gcr.io/<YOUR_PROJECT_ID>/run-cloudsql:latest                                              -                          -
${IMAGE}                                                                                  -                          -
$(FLUENT_BIT)                                                                             -                          -
${FLUENT_BIT:-fluent/fluent-bit}                                                          -                          -
IMAGE_PLACEHOLDER                                                                         -                          -
busybox                                                                                   -                          -
"""


def helper(**fields: object) -> Helper:
    return HELPERS["git-sync"]._replace(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", IMAGES.strip().splitlines())
def test_images(row: str) -> None:
    text, known, how = row.split()
    match = CATALOGUE.match(parse_image(text))
    assert (match.helper.id, match.how) == (known, how) if match else (known, how) == ("-", "-")


NO_IMAGES = ["", " ", "/", "//", "fluent/fluent-bit/", "{{ .Values.image }}", '{{ .Values.image | default "fluent/fluent-bit" }}']


@pytest.mark.parametrize("text", NO_IMAGES)
def test_what_is_no_image_is_not_known(text: str) -> None:
    assert CATALOGUE.match(parse_image(text)) is None


def test_a_match_says_what_it_recognised() -> None:
    full = CATALOGUE.match(parse_image("fluent/fluent-bit:3"))
    tail = CATALOGUE.match(parse_image("mirror.corp/hub/fluent/fluent-bit:3"))
    last = CATALOGUE.match(parse_image("mirror.corp/hub/fluent-bit:3"))
    assert [match and match.text for match in (full, tail, last)] == ["docker.io/fluent/fluent-bit", "fluent/fluent-bit", "fluent-bit"]


@pytest.mark.parametrize(
    ("image", "argv", "known"),
    [
        ("hashicorp/vault:1.18", ("vault", "agent", "-config=/etc/vault/agent.hcl"), "vault-agent"),
        ("hashicorp/vault:1.18", ("proxy", "-config=/etc/vault/proxy.hcl"), "vault-agent"),
        ("mirror.corp/hashicorp/vault:1.18", ("agent",), "vault-agent"),
        ("hashicorp/vault:1.18", ("vault", "server", "-dev"), None),
        ("hashicorp/vault:1.18", ("vault", "server", "agent"), None),
        ("hashicorp/vault:1.18", ("vault", "-agent-address=x"), None),
        ("mirror.corp/vault:1.18", ("vault", "agent"), None),
        ("istio/proxyv2:1.24", ("proxy", "sidecar", "--domain", "x.svc"), "istio-proxy"),
        ("istio/proxyv2:1.24", ("proxy", "router", "--domain", "x.svc"), None),
        ("auto", ("proxy", "router"), None),
        ("istio/proxyv2:1.24", ("/usr/local/bin/pilot-agent", "proxy", "ztunnel"), None),
    ],
)
def test_the_command_line_decides_where_an_image_has_several_uses(image: str, argv: tuple[str, ...], known: str | None) -> None:
    match = CATALOGUE.match(parse_image(image), "", argv)
    assert (match.helper.id if match else None) == known


def test_a_star_stands_for_one_segment() -> None:
    catalogue = Catalogue([helper(images=("*/team/*/shipper",), tails=())])
    matching = ["a.io/team/x/shipper", "b.io/team/y/shipper:1", "team/x/shipper"]
    others = ["a.io/team/shipper", "a.io/team/x/y/shipper", "a.io/team/x/shippers"]
    assert [text for text in matching + others if catalogue.match(parse_image(text))] == matching


def test_a_longer_tail_wins_over_a_shorter_one_and_a_repository_over_both() -> None:
    one = helper(id="one", images=("a.io/x/tool",), tails=("tool",))
    two = helper(id="two", images=("b.io/y/z/tool",), tails=("z/tool",))
    catalogue = Catalogue([one, two])
    expected = {"c.io/z/tool": ("two", "tail"), "c.io/q/tool": ("one", "tail"), "a.io/x/tool": ("one", "image")}
    expected["b.io/y/z/tool"] = ("two", "image")
    for text, known in expected.items():
        match = catalogue.match(parse_image(text))
        assert match is not None
        assert (match.helper.id, match.how) == known


def test_a_name_chooses_between_helpers_of_one_image_and_is_never_enough_alone() -> None:
    shared = ("a.io/tool",)
    catalogue = Catalogue([helper(id=id, images=shared, tails=(), names=(name,)) for id, name in (("a", "left-*"), ("b", "right-*"))])
    found = [catalogue.match(parse_image("a.io/tool"), name) for name in ("right-1", "left-1", "other")]
    assert [match and match.helper.id for match in found] == ["b", "a", "a"]
    assert catalogue.match(parse_image("a.io/other"), "right-1") is None


def test_the_order_of_the_helpers_does_not_matter() -> None:
    rows = [row.split()[0] for row in IMAGES.strip().splitlines()]
    shuffled = list(HELPERS.values())
    random.Random(7).shuffle(shuffled)
    assert shuffled != list(HELPERS.values())
    twin = helper(id="aaa", images=("quay.io/twin/tool",), tails=("tool",))
    twins = [twin, twin._replace(id="bbb")]
    one, other = Catalogue([*shuffled, *twins]), Catalogue([*reversed(twins), *HELPERS.values()])
    for image in map(parse_image, [*rows, "quay.io/twin/tool", "x.io/tool"]):
        assert one.match(image) == other.match(image)


def test_a_later_helper_replaces_one_of_the_same_id() -> None:
    own = HELPERS["git-sync"]._replace(title="Ours", images=("x.io/ours",), tails=())
    catalogue = Catalogue([*HELPERS.values(), own])
    assert catalogue.match(parse_image("registry.k8s.io/git-sync/git-sync")) is None
    match = catalogue.match(parse_image("x.io/ours"))
    assert match is not None
    assert match.helper.title == "Ours"


def test_a_look_up_does_not_go_through_all_helpers() -> None:
    many = Catalogue([helper(id=f"h{n}", images=(f"a.io/x/h{n}",), tails=(f"h{n}",)) for n in range(20_000)])
    few = Catalogue([helper(id="h1", images=("a.io/x/h1",), tails=("h1",))])
    image = parse_image("z.io/a/b/c/unknown:1")
    slow, fast = (min(_seconds(catalogue, image) for _ in range(5)) for catalogue in (many, few))
    assert slow < fast * 20


def _seconds(catalogue: Catalogue, image: object) -> float:
    start = time.perf_counter()
    for _ in range(300):
        catalogue.match(image)  # type: ignore[arg-type]
    return time.perf_counter() - start


def test_a_huge_image_text_costs_little() -> None:
    start = time.perf_counter()
    assert CATALOGUE.match(parse_image("x.io/" + "a/" * 200_000 + "b")) is None
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("id", "argv", "env", "mark"),
    [
        ("git-sync", ("--repo=x", "--one-time"), {}, "--one-time"),
        ("git-sync", ("-one-time",), {}, "--one-time"),
        ("git-sync", ("--one-time=true",), {}, "--one-time"),
        ("git-sync", ("--one-time=false",), {}, None),
        ("git-sync", ("--one-time", "--one-time=false"), {}, None),
        ("git-sync", ("--one-time-ish",), {}, None),
        ("git-sync", (), {"GITSYNC_ONE_TIME": "true"}, "GITSYNC_ONE_TIME=true"),
        ("git-sync", (), {"GIT_SYNC_ONE_TIME": "1"}, "GIT_SYNC_ONE_TIME=true"),
        ("git-sync", (), {"GITSYNC_ONE_TIME": "false"}, None),
        ("git-sync", ("--repo=x", "--period=60s"), {}, None),
        ("k8s-sidecar", (), {"METHOD": "LIST"}, "METHOD=LIST"),
        ("k8s-sidecar", (), {"METHOD": "WATCH"}, None),
        ("k8s-sidecar", ("METHOD=LIST",), {}, None),
        ("prometheus-config-reloader", ("--watch-interval=0",), {}, "--watch-interval=0"),
        ("prometheus-config-reloader", ("--watch-interval", "0", "--x"), {}, "--watch-interval=0"),
        ("prometheus-config-reloader", ("--watch-interval=0s",), {}, "--watch-interval=0s"),
        ("prometheus-config-reloader", ("--watch-interval=30s",), {}, None),
        ("prometheus-config-reloader", ("--listen-address=:8080",), {}, None),
        ("cloud-sql-proxy", ("/cloud-sql-proxy", "wait"), {}, "wait"),
        ("cloud-sql-proxy", ("shutdown",), {}, "shutdown"),
        ("cloud-sql-proxy", ("--max-sigterm-delay=5s", "project:region:wait"), {}, None),
        ("vault-agent", ("agent", "-exit-after-auth"), {}, "-exit-after-auth"),
        ("vault-agent", ("agent", "-exit-after-auth=false"), {}, None),
        ("fluent-bit", ("--one-time",), {"METHOD": "LIST"}, None),
    ],
)
def test_one_shot(id: str, argv: tuple[str, ...], env: dict[str, str], mark: str | None) -> None:
    assert one_shot(HELPERS[id], argv, env) == mark


@pytest.mark.parametrize(
    ("mark", "argv", "env", "shown"),
    [
        ("--port=1", ("--port", "1"), {}, True),
        ("--port=1", ("--port", "--x"), {}, False),
        ("--port=1", ("--port=1", "--port=2"), {}, False),
        ("--port", ("--port=0",), {}, False),
        ("--port", ("port",), {}, False),
        ("--port", ("--x", "--port"), {}, True),
        ("port", ("--port",), {}, False),
        ("MODE=x", (), {"MODE": "X"}, False),
        ("MODE=true", (), {"MODE": "True"}, True),
        ("MODE=true", (), {}, False),
    ],
)
def test_marks(mark: str, argv: tuple[str, ...], env: dict[str, str], shown: bool) -> None:
    assert has_mark(mark, argv, env) is shown


CSQL = ("--health-check", "--http-address=0.0.0.0", "proj:region:db")


@pytest.mark.parametrize(
    ("id", "image", "argv", "env", "endpoint"),
    [
        ("cloud-sql-proxy", "x:2.14.1", CSQL, {}, Endpoint("http", "/startup", 9090)),
        ("cloud-sql-proxy", "x:2.14.1", (*CSQL, "--http-port=9801"), {}, Endpoint("http", "/startup", 9801)),
        ("cloud-sql-proxy", "x:2.14.1", (*CSQL, "--http-port", "9801"), {}, Endpoint("http", "/startup", 9801)),
        ("cloud-sql-proxy", "x:2.14.1", (*CSQL, "--http-port=$(PORT)"), {}, None),
        ("cloud-sql-proxy", "x:2.14.1", ("--health-check", "proj:region:db"), {}, None),
        ("cloud-sql-proxy", "x:2.14.1", ("--health-check", "--http-address=localhost"), {}, None),
        ("cloud-sql-proxy-v1", "x:1.33.2-alpine", ("-use_http_health_check",), {}, Endpoint("http", "/startup", 8090)),
        ("cloud-sql-proxy-v1", "x:1.11", ("-use_http_health_check",), {}, None),
        ("cloud-sql-proxy-v1", "x:latest", ("-use_http_health_check",), {}, None),
        ("cloud-sql-proxy-v1", "x@sha256:12", ("-use_http_health_check",), {}, None),
        ("kube-rbac-proxy", "x:v0.18.1", ("--proxy-endpoints-port=8643",), {}, Endpoint("https", "/healthz", 8643)),
        ("kube-rbac-proxy", "x:v0.18.1", (), {}, None),
        ("kube-rbac-proxy", "x:v0.8.0", ("--proxy-endpoints-port=8643",), {}, None),
        ("git-sync", "x:v4.4.0", ("--http-bind=:1234",), {}, Endpoint("http", "/", 1234)),
        ("git-sync", "x:v4.4.0", ("--http-bind=127.0.0.1:1234",), {}, None),
        ("git-sync", "x:v4.4.0", ("--http-bind", "--x"), {}, None),
        ("k8s-sidecar", "x:2.1.0", (), {"REQ_SKIP_INIT": "true", "HEALTH_PORT": "8081"}, Endpoint("http", "/healthz", 8081)),
        ("k8s-sidecar", "x:2.1.0", (), {}, None),
        ("k8s-sidecar", "x:1.28.0", (), {"REQ_SKIP_INIT": "true"}, None),
        ("oauth2-proxy", "x:v7.8.1", ("--http-address=0.0.0.0:4180",), {}, Endpoint("http", "/ping", 4180)),
        ("oauth2-proxy", "x:v7.8.1", ("--http-address=http://127.0.0.1:4180",), {}, None),
        ("oauth2-proxy", "x:v7.8.1", ("--upstream=http://localhost:8080",), {}, None),
        ("jaeger-agent", "x:1.57", (), {}, Endpoint("http", "/", 14271)),
        ("csi-provisioner", "x:v5", ("--http-endpoint=:8080", "--leader-election"), {}, None),
        ("fluent-bit", "x:3.2", (), {}, None),
    ],
)
def test_startup_endpoints(id: str, image: str, argv: tuple[str, ...], env: dict[str, str], endpoint: Endpoint | None) -> None:
    assert startup_endpoint(HELPERS[id], parse_image(image), argv, env) == endpoint


def test_an_endpoint_that_waits_for_the_app_is_never_offered() -> None:
    jaeger = HELPERS["jaeger-agent"]
    image = parse_image("jaegertracing/jaeger-agent:1.57")
    assert startup_endpoint(jaeger, image, (), {}) is not None
    assert startup_endpoint(jaeger._replace(depends_on_app=True), image, (), {}) is None


def test_usual_names() -> None:
    assert usual_name(HELPERS["cloud-sql-proxy"], "csql-orders")
    assert not usual_name(HELPERS["cloud-sql-proxy"], "orders-csql")
    assert not usual_name(HELPERS["cloud-sql-proxy"], "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_bundled_entry(path: Path) -> None:
    known = HELPERS[path.stem]
    assert known.id == path.stem
    for text in (*known.images, *known.tails):
        match = CATALOGUE.match(parse_image(text), "", known.argv[:1])
        assert match is not None, text
        assert match.helper == known, f"{text} is also claimed by {match.helper.id}"
    assert known.certainty.capitalize() == known.why.replace(",", " ").split()[0]
    assert known.certainty == "certain" or known.main_when
    assert not (known.depends_on_app and known.startup_probe), "a probe that waits for the app must not be offered"


def test_bundled_facts() -> None:
    expected = {"cloud-sql-proxy": "order", "cloud-sql-proxy-v1": "order", "alloydb-auth-proxy": "order", "istio-proxy": "order"}
    expected |= dict.fromkeys(("fluent-bit", "fluentd", "filebeat"), "order")
    expected |= dict.fromkeys(("kube-rbac-proxy", "prometheus-config-reloader", "configmap-reload"), "none")
    for known in HELPERS.values():
        benefit = "none" if known.role in ("csi", "exporter", "reloader") else expected.get(known.id, known.benefit)
        assert (known.id, known.benefit) == (known.id, benefit)
        assert known.depends_on_app or known.role != "csi"
        assert known.where == "last" or known.benefit == "order"
    assert {known.id for known in HELPERS.values() if known.faces == "inbound"} >= {"kube-rbac-proxy", "oauth2-proxy", "istio-proxy"}
    assert {known.id for known in HELPERS.values() if known.injector and known.injector.places} >= {"istio-proxy", "linkerd-proxy"}
    shutdown = HELPERS["cloud-sql-proxy"].shutdown
    assert shutdown is not None
    assert (shutdown.path, shutdown.port, shutdown.needs) == ("/quitquitquit", 9091, ("--quitquitquit",))


@pytest.mark.parametrize("known", HELPERS.values(), ids=lambda known: known.id)
def test_plain_round_trip(known: Helper) -> None:
    plain = json.loads(json.dumps(to_plain(known)))
    assert from_plain(plain) == known
    assert to_plain(from_plain(plain)) == plain


def test_a_helper_file_needs_little() -> None:
    known = read_helper("rules/helpers/my-shipper.yaml", MINIMAL)
    assert (known.id, known.ends, known.tails, known.startup_probe, known.depends_on_app) == ("my-shipper", "never", (), None, False)
    assert "tails" not in to_plain(known)


def test_the_schema_is_a_schema() -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads((ROOT / "sidecarlint" / "helper.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(Helper._fields) - {"id"}
    required = {field for field in Helper._fields if field not in Helper._field_defaults} - {"id"}
    assert set(schema["required"]) == required


MINIMAL = """\
title: My Shipper
role: log-shipper
images: [registry.corp/tools/shipper]
certainty: certain
why: Certain, because it ships logs.
benefit: order
faces: neither
where: last
where_why: It reads what the app writes.
sources: ["https://example.com/shipper"]
"""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("~\n", 1, "empty"),
        ("- a\n", 1, "must be a mapping"),
        ("title: [\n", 2, ""),
        (f"{MINIMAL}---\n{MINIMAL}", 11, "second document"),
        (f"{MINIMAL}colour: red\n", 11, "unknown key `colour`; the keys are title, role, images"),
        (f"{MINIMAL}startup_probe:\n  type: http\n  port: 1\n  prot: 2\n", 14, "unknown key `prot` in startup_probe; did you mean `port`?"),
        (MINIMAL.replace("benefit:", "benfit:"), 6, "unknown key `benfit`; did you mean `benefit`?"),
        (f"{MINIMAL}position: last\n", 11, "unknown key `position`; did you mean `where`?"),
        (f"{MINIMAL}id: my-shipper\n", 11, "unknown key `id`; the file's name is the helper's id"),
        (MINIMAL.partition("faces")[0], 1, "the helper lacks faces, where, where_why and sources"),
        (MINIMAL.replace("role: log-shipper", "role: prxy"), 2, "tracer, tunnel; did you mean proxy?"),
        (f"{MINIMAL}title: Twice\n", 11, "'title' stands here a second time"),
        (MINIMAL.replace("title: My Shipper\n", ""), 1, "lacks title"),
        (MINIMAL.replace("role: log-shipper", "role: shipper"), 2, "role is 'shipper'; it must be one of agent, auth"),
        (MINIMAL.replace("[registry.corp/tools/shipper]", "[]"), 3, "images"),
        (MINIMAL.replace("[registry.corp/tools/shipper]", "['registry.corp/tools/shipper:1']"), 3, "images[0] must be a repository"),
        (MINIMAL.replace("registry.corp/tools/shipper", "tools/shipper"), 3, "images[0] must be a repository"),
        (MINIMAL.replace("registry.corp/tools/shipper", "docker.io/nginx"), 3, "images[0] must be a repository"),
        (MINIMAL.replace("registry.corp/tools/shipper", "a.io/b, a.io/b"), 3, "each of them once"),
        (MINIMAL.replace("why: Certain, because it ships logs.", "why: it ships logs"), 5, "why must be a sentence"),
        (MINIMAL.replace("where: last", "where: middle"), 8, "where is 'middle'"),
        (f"{MINIMAL}depends_on_app: yes\n", 11, "depends_on_app must be true or false"),
        (f"{MINIMAL}main_when: 7\n", 11, "main_when must be text"),
        (f"{MINIMAL}tails:\n- ok\n- '*/x'\n", 13, "tails[1] must be the last part"),
        (f"{MINIMAL}one_shot:\n- --once\n- MODE=\n", 13, "one_shot[1] must be a flag"),
        (f"{MINIMAL}startup_probe:\n  type: http\n", 12, "startup_probe must have a port"),
        (f"{MINIMAL}startup_probe: {{type: http, port: 70000}}\n", 11, "startup_probe.port must be a port number"),
        (f"{MINIMAL}startup_probe: {{type: http, port: '80'}}\n", 11, "startup_probe.port must be a whole number"),
        (f"{MINIMAL}startup_probe: {{type: http, port: 80, since: v2}}\n", 11, "must be a version"),
        (f"{MINIMAL}shutdown: ~\n", 11, "shutdown must be a mapping"),
        (f"{MINIMAL}names: &n [a]\n", 11, "anchors"),
        (f"{MINIMAL}tails: &t [a]\nnames: *t\n", 11, "anchors"),
        (f"{MINIMAL}main_when: !!str Never.\n", 11, "tags"),
        (f"{MINIMAL}? [a]\n: b\n", 11, "a key must be a word"),
    ],
)
def test_wrong_helper_files(text: str, line: int, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_helper("rules/helpers/my-shipper.yaml", text)
    assert (caught.value.path, caught.value.line) == ("rules/helpers/my-shipper.yaml", line)
    assert words in caught.value.problem


def test_the_first_wrong_line_is_named() -> None:
    text = MINIMAL.replace("role: log-shipper", "role: x").replace("faces: neither", "faces: y")
    with pytest.raises(RuleError, match=r"my-shipper\.yaml:2: role is 'x'"):
        read_helper("my-shipper.yaml", text)


@pytest.mark.parametrize("name", ["My-Shipper.yaml", "my_shipper.yaml", "-x.yaml", "a--b.yaml"])
def test_an_id_is_kebab_case(name: str) -> None:
    with pytest.raises(RuleError, match="the file's name is the helper's id"):
        read_helper(name, MINIMAL)


def test_a_look_up_imports_no_schema_library() -> None:
    heavy = {"jsonschema", "json", "fnmatch", "sidecarlint.catalogue.reading"}
    code = f"import sys, sidecarlint.catalogue; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
