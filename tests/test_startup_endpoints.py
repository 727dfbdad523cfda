"""Where a known endpoint must not become a startupProbe: the kubelet asks at the pod's address, over plain HTTP, without a password.

A probe that can never succeed keeps the app from starting for good, so each of these is left out although the helper's file knows one.
"""

from pathlib import Path
from typing import Any

import pytest

from sidecarlint.catalogue import Endpoint, read_helper, startup_endpoint
from sidecarlint.workloads.images import parse_image
from tests.test_gating import GIVEN, SENDS, USES, agent, planned, probe_of

FOLDER = Path(__file__).parent.parent / "rules" / "helpers"
CSQL = "--health-check --http-address=0.0.0.0"
WEB, REDIS = Endpoint("http", "/", 9187), Endpoint("http", "/health", 9121)

# The helper, its tag, its command line, its variables ("" has its value from elsewhere), and what may be asked.
# fmt: off
ROWS = [
    ("a certificate or a password", "postgres-exporter", "v0.15.0", "--web.config.file=/etc/web.yml", {}, None),
    ("the same in older ones", "node-exporter", "v1.3.1", "--web.config=/etc/web.yml", {}, None),
    ("neither", "postgres-exporter", "v0.15.0", "", {}, WEB),
    ("a certificate by a flag", "redis-exporter", "v1.66.0", "-tls-server-key-file /tls/key", {}, None),
    ("a certificate by a variable", "redis-exporter", "v1.66.0", "", {"REDIS_EXPORTER_TLS_SERVER_KEY_FILE": "/tls/key"}, None),
    ("a certificate from elsewhere", "redis-exporter", "v1.66.0", "", {"REDIS_EXPORTER_TLS_SERVER_KEY_FILE": ""}, None),
    ("a certificate for its own calls", "redis-exporter", "v1.66.0", "-tls-client-key-file /tls/key", {}, REDIS),
    ("a password for everybody", "selenium-standalone", "4.27.0", "", {"SE_ROUTER_USERNAME": "shop"}, None),
    ("another path", "oauth2-proxy", "v7.8.1", "--http-address=:4180 --ping-path=/up", {}, None),
    ("a way to HTTPS that is switched off", "oauth2-proxy", "v7.8.1", "--http-address=:4180 --force-https=false", {},
     Endpoint("http", "/ping", 4180)),
    ("everything goes to HTTPS", "oauth2-proxy", "v7.8.1", "--http-address=:4180 --force-https", {}, None),
    ("a port in a variable", "cloud-sql-proxy", "2.14.1", CSQL, {"CSQL_PROXY_HTTP_PORT": "9801"}, Endpoint("http", "/startup", 9801)),
    ("a flag before a variable", "cloud-sql-proxy", "2.14.1", f"{CSQL} --http-port 9802", {"CSQL_PROXY_HTTP_PORT": "9801"},
     Endpoint("http", "/startup", 9802)),
    ("a port from elsewhere", "cloud-sql-proxy", "2.14.1", CSQL, {"CSQL_PROXY_HTTP_PORT": ""}, None),
    ("a port in a file", "cloud-sql-proxy", "2.14.1", f"{CSQL} --config-file=/etc/proxy.toml", {}, None),
    ("a port of AlloyDB's proxy", "alloydb-auth-proxy", "1.12.0", f"{CSQL} --http-port=9801", {}, Endpoint("http", "/startup", 9801)),
    ("no port said", "alloydb-auth-proxy", "1.12.0", CSQL, {}, Endpoint("http", "/startup", 9090)),
    ("an address in a variable", "postgres-exporter", "v0.11.1", "", {"PG_EXPORTER_WEB_LISTEN_ADDRESS": ":60000"},
     Endpoint("http", "/", 60000)),
    ("localhost in a variable", "postgres-exporter", "v0.11.1", "", {"PG_EXPORTER_WEB_LISTEN_ADDRESS": "127.0.0.1:9187"}, None),
    ("another admin port", "jaeger-agent", "1.57.0", "--admin.http.host-port=:14300", {}, Endpoint("http", "/", 14300)),
    ("an admin port on localhost", "jaeger-agent", "1.57.0", "--admin.http.host-port=127.0.0.1:14271", {}, None),
    ("an API on localhost", "daprd", "1.14.4", "--app-id shop --dapr-http-port 3500", {}, None),
    ("a public port", "daprd", "1.14.4", "--app-id shop --dapr-public-port 3501", {}, Endpoint("http", "/v1.0/healthz/outbound", 3501)),
    ("no server yet", "configmap-reload", "v0.2.2", "--volume-dir=/etc/shop", {}, None),
    ("a server", "configmap-reload", "v0.9.0", "--volume-dir=/etc/shop", {}, Endpoint("http", "/metrics", 9533)),
    ("the new headless mode, which keeps to localhost", "alpine-chrome", "124",
     "--headless=new --remote-debugging-address=0.0.0.0 --remote-debugging-port=9222", {}, None),
]
# fmt: on


@pytest.mark.parametrize(("id", "tag", "line", "env", "endpoint"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_startup_probe_may_ask(id: str, tag: str, line: str, env: dict[str, str], endpoint: Endpoint | None) -> None:
    path = FOLDER / f"{id}.yaml"
    known = read_helper(str(path), path.read_text(encoding="utf-8"))
    assert startup_endpoint(known, parse_image(f"x:{tag}"), tuple(line.split()), env) == endpoint


TCP = "tcpSocket: {port: 5432}"
SQL = "h: sql {readinessProbe: {%s}} > --port=5432 %s p:r:i"
V1 = "h: gcr.io/cloudsql-docker/gce-proxy:1.33.2 {readinessProbe: {%s}} > -instances=p:r:i=tcp:%s5432"
ASKED = {"tcpSocket": {"port": 5432}, "periodSeconds": 1, "failureThreshold": 300}
COLLECTOR = {"tcpSocket": {"port": 4317}, "periodSeconds": 1, "failureThreshold": 300}

# A pod whose helper `h` has a readinessProbe, and the startupProbe that it gets.
# fmt: off
COPIED: list[tuple[str, list[str], dict[str, Any]]] = [
    ("a proxy on localhost", [GIVEN, USES, SQL % (TCP, "")], {}),
    ("the same for the kubelet's questions elsewhere", [GIVEN, USES, SQL % (TCP, "--http-address=0.0.0.0")], {}),
    ("a proxy that listens to all", [GIVEN, USES, SQL % (TCP, "--address=0.0.0.0")], ASKED),
    ("the same in two words", [GIVEN, USES, SQL % (TCP, "--address 0.0.0.0")], ASKED),
    ("an older proxy on localhost", [GIVEN, USES, V1 % (TCP, "")], {}),
    ("an older proxy that listens to all", [GIVEN, USES, V1 % (TCP, "0.0.0.0:")], ASKED),
    ("an exec, which asks from inside", [GIVEN, USES, SQL % ("exec: {command: [nc, -z, localhost, '5432']}", "")],
     {"exec": {"command": ["nc", "-z", "localhost", "5432"]}, "periodSeconds": 1, "failureThreshold": 300}),
    ("an address on localhost in its own words",
     [SENDS, agent("readinessProbe: {tcpSocket: {port: 4317}}") + " > --otlp=127.0.0.1:4317"], {}),
    ("the same by the port's name", [SENDS, agent("readinessProbe: {tcpSocket: {port: otlp}}") + " > --otlp=127.0.0.1:4317"], {}),
    ("another port on localhost", [SENDS, agent("readinessProbe: {tcpSocket: {port: 4317}}") + " > --debug=127.0.0.1:14317"], COLLECTOR),
    ("another port, of which this is the beginning",
     [SENDS, agent("readinessProbe: {tcpSocket: {port: 4317}}") + " > --debug=localhost:43170"], COLLECTOR),
]
# fmt: on


@pytest.mark.parametrize(("sketch", "probe"), [row[1:] for row in COPIED], ids=[row[0] for row in COPIED])
def test_what_is_taken_over_from_a_readiness_probe(sketch: list[str], probe: dict[str, Any]) -> None:
    assert probe_of(planned("Deployment", *sketch)) == probe


@pytest.mark.parametrize(("kind", "said"), [("Job OnFailure", True), ("Deployment", False)])
def test_a_sidecar_of_work_is_not_known_to_be_ready(kind: str, said: bool) -> None:
    plan = planned(kind, agent("list: sidecar, readinessProbe: {tcpSocket: {port: 4317}}"), SENDS, plan="add-startup-probe")
    assert any("whether or not its readinessProbe succeeds" in hazard for hazard in plan.hazards) is said
    assert plan.applicability == ("unsafe" if said else "safe")
