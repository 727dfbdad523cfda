"""The helpers that injectors put into pods: by which images they are known, and what a helper file may say of its injector."""

import pytest

from sidecarlint.catalogue import read_helper
from sidecarlint.errors import RuleError
from sidecarlint.workloads.images import parse_image
from tests.sketch import CATALOGUE, life

IMAGES = """
docker.io/istio/proxy:0.8.0                                                      istio-proxy                  image
istio/proxy_debug:0.4.0                                                          istio-proxy                  image
docker.io/istio/proxyv2:1.0.2                                                    istio-proxy                  image
gcr.io/istio-testing/proxyv2:latest                                              istio-proxy                  image
gcr.io/istio-testing/proxy_debug:latest                                          istio-proxy                  tail
gcr.io/istio-release/proxy:release-0.8                                           istio-proxy                  image
gcr.io/istio-release/proxyv2:1.3.0                                               istio-proxy                  image
rancher/mirrored-istio-proxyv2:1.18.2-distroless                                 istio-proxy                  tail
{{hub}}/proxyv2:1.5                                                              istio-proxy                  tail
$(HUB)/proxyv2:1.5                                                               istio-proxy                  tail
cr.l5d.io/linkerd/proxy:stable-2.11.1                                            linkerd-proxy                image
gcr.io/linkerd-io/proxy:stable-2.2.1                                             linkerd-proxy                image
gcr.io/runconduit/proxy:v0.4.1                                                   linkerd-proxy                image
harbor.corp/l5d/linkerd/proxy@sha256:00                                          linkerd-proxy                tail
cr.l5d.io/linkerd/debug:edge-24.1.1                                              linkerd-debug                image
harbor.corp/linkerd/debug:1                                                      linkerd-debug                tail
hashicorp/consul-dataplane:1.6.0                                                 consul-dataplane             image
123456789012.dkr.ecr.eu-west-1.amazonaws.com/consul-dataplane:1.6.0              consul-dataplane             tail
kumahq/kuma-dp:2.9.1                                                             kuma-dp                      image
kong-docker-kuma-docker.bintray.io/kuma-dp:0.7.1                                 kuma-dp                      image
harbor.corp/mesh/kuma-dp:2.9.1                                                   kuma-dp                      tail
840364872350.dkr.ecr.us-west-2.amazonaws.com/aws-appmesh-envoy:v1.29.9.0-prod    aws-appmesh-envoy            image
422531588944.dkr.ecr.ap-east-1.amazonaws.com/aws-appmesh-envoy:v1.15.0.0-prod    aws-appmesh-envoy            tail
daprio/daprd:1.14.4                                                              daprd                        image
ghcr.io/dapr/daprd@sha256:00                                                     daprd                        image
harbor.corp/hub/daprio/daprd:1.14.4                                              daprd                        tail
gcr.io/knative-releases/knative.dev/serving/cmd/queue@sha256:00                  knative-queue-proxy          image
icr.io/ext/knative/serving/cmd/queue:1e40                                        knative-queue-proxy          tail
mcr.microsoft.com/oss/azure/workload-identity/proxy:v1.3.0                       azure-workload-identity-proxy image
harbor.corp/azure/workload-identity/proxy:v1.3.0                                 azure-workload-identity-proxy tail
gke.gcr.io/gcs-fuse-csi-driver-sidecar-mounter:v1.8.0                            gcsfuse-sidecar              image
harbor.corp/gke/gcs-fuse-csi-driver-sidecar-mounter:v1.8.0                       gcsfuse-sidecar              tail
gke.gcr.io/gcs-fuse-csi-driver-metadata-prefetch:v1.8.0                          gcsfuse-metadata-prefetch    image
harbor.corp/gcs-fuse-csi-driver-metadata-prefetch:v1                             gcsfuse-metadata-prefetch    tail
docker-registry.nginx.com/nsm/nginx-mesh-sidecar:1.7.0                           nginx-mesh-sidecar           image
registry.local:5000/nginx-mesh-sidecar:1.1.0                                     nginx-mesh-sidecar           tail
istio/proxy_init:0.8.0                                                           -                            -
istio/examples-bookinfo-details-v1:1.15.0                                        -                            -
registry.example/team/istio-proxy-dashboard:1                                    -                            -
registry.example/proxy:1                                                         -                            -
linkerd/linkerd:1.7.5                                                            -                            -
registry.example/linkerd/proxy-injector:1                                        -                            -
cr.l5d.io/linkerd/controller:stable-2.11.1                                       -                            -
hashicorp/consul:1.20                                                            -                            -
hashicorp/consul-k8s-control-plane:1.6.0                                         -                            -
kumahq/kuma-cp:2.9.1                                                             -                            -
kumahq/kuma-init:2.9.1                                                           -                            -
840364872350.dkr.ecr.us-west-2.amazonaws.com/aws-appmesh-proxy-route-manager:v7  -                            -
daprio/dapr:1.14.4                                                               -                            -
registry.example/daprd-dashboard:1                                               -                            -
gcr.io/knative-releases/knative.dev/serving/cmd/activator@sha256:00              -                            -
registry.example/cmd/queue:1                                                     -                            -
mcr.microsoft.com/oss/azure/workload-identity/proxy-init:v1.3.0                  -                            -
mcr.microsoft.com/oss/azure/workload-identity/webhook:v1.3.0                     -                            -
gke.gcr.io/gcs-fuse-csi-driver:v1.8.0                                            -                            -
envoyproxy/envoy:v1.31-latest                                                    -                            -
"""


@pytest.mark.parametrize("row", IMAGES.strip().splitlines())
def test_images(row: str) -> None:
    text, known, how = row.rsplit(maxsplit=2)
    match = CATALOGUE.match(parse_image(text.strip()))
    found = (match.helper.id, match.how) if match else ("-", "-")
    assert found == (known, how) or (known == "-" and match is not None and match.helper.certainty == "ambiguous")


CONSUL = ("envoy", "--config-path", "/consul/connect-inject/envoy-bootstrap.yaml")


@pytest.mark.parametrize(
    ("image", "argv", "known"),
    [
        ("envoyproxy/envoy-alpine:v1.16.0", CONSUL, "consul-legacy-envoy"),
        ("envoyproxy/envoy:v1.18.4", (*CONSUL, "--concurrency", "2"), "consul-legacy-envoy"),
        ("mirror.corp/envoyproxy/envoy-alpine:v1.16.0", CONSUL, "consul-legacy-envoy"),
        ("hashicorp/consul-k8s:0.25.0", ("consul-k8s", "consul-sidecar", "-service-config", "/s.hcl"), "consul-sidecar"),
        ("hashicorp/consul-k8s:0.16.0", ("consul-k8s", "lifecycle-sidecar"), "consul-sidecar"),
        ("hashicorp/consul-k8s:0.25.0", ("consul-k8s", "inject-connect"), None),
        ("hashicorp/consul-k8s-control-plane:1.6.0", ("consul-k8s-control-plane", "server-acl-init"), None),
    ],
)
def test_the_command_line_decides(image: str, argv: tuple[str, ...], known: str | None) -> None:
    match = CATALOGUE.match(parse_image(image), "", argv)
    assert (match.helper.id if match else None) == known


def test_envoy_alone_is_no_proxy_of_a_mesh() -> None:
    match = CATALOGUE.match(parse_image("envoyproxy/envoy:v1.31"), "envoy-sidecar", ("envoy", "-c", "/etc/envoy/envoy.yaml"))
    assert match is None or match.helper.injector is None


INJECTED = [
    "Job Never", "work: app", "istio-proxy: docker.io/istio/proxy:0.8.0 > proxy sidecar -v 2",
]  # fmt: skip


def test_output_of_an_old_injector_never_completes() -> None:
    proxy = life(*INJECTED).containers[1]
    assert (proxy.part, proxy.certainty, proxy.ends, proxy.holds_up_work) == ("helper", "certain", "never", True)


HELPER = """\
title: Mesh proxy
role: proxy
images: [registry.corp/mesh/proxy]
certainty: certain
why: Certain, because it is ours.
benefit: order
faces: inbound
where: first
where_why: It is needed first.
sources: ["https://example.com/mesh"]
injector:
  tool: our injector
"""
WRONG = [
    ("  asked_by: [label mesh/in]\n", 12, "must say with container"),
    ("  container: proxy\n  asked_by: [mesh/in]\n", 14, "must be a label or an annotation, such as: annotation linkerd.io/inject"),
    ("  container: proxy\n  asked_by: [label mesh/in true]\n", 14, "must be a label or an annotation"),
    ("  container: proxy\n  switches: label mesh/in\n", 14, "must be a list"),
    ("  native: always\n", 13, "must be one of never"),
    ("  hinted_by: [Mesh/]\n", 13, "must be the beginning of a key"),
    ("  instead: wait\n", 13, "must be a sentence"),
    ("  asks: [label mesh/in]\n", 13, "unknown key `asks` in injector"),
]


@pytest.mark.parametrize(("more", "line", "words"), WRONG)
def test_wrong_words_of_an_injector(more: str, line: int, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_helper("mesh-proxy.yaml", HELPER + more)
    assert (caught.value.line, words in caught.value.problem) == (line, True), caught.value.problem


def test_an_injector_of_your_own() -> None:
    signs = "  asked_by: [label mesh/in, namespace label mesh/rev=*]\n  ignored: [annotation mesh/config has holdApp]\n"
    known = read_helper("mesh-proxy.yaml", f"{HELPER}  container: mesh-proxy\n{signs}  native: never\n").injector
    assert known is not None
    assert (known.container, known.native, known.mesh, known.switches) == ("mesh-proxy", "never", False, ())
    assert known.asked_by == ("label mesh/in", "namespace label mesh/rev=*")
