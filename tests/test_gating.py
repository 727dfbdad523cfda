"""Who depends on a helper being up, and the startupProbe that it gets for that: a pod in a few words, and the move of its helper `h`."""

from typing import Any

import pytest

from sidecarlint.edits import Fields, Items, Plain, Set, Value
from sidecarlint.fixes import PLANS, Context, Plan
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import parse_version
from tests.sketch import CATALOGUE, life, services

ON = "h: sql > --port=5432 --health-check --http-address=0.0.0.0 p:r:i"
OFF = "h: sql > --port=5432 p:r:i"
USES = "web: app {env: {DB: '127.0.0.1:5432'}}"
GIVEN = "migrate: app {list: init, env: {DB: '127.0.0.1:5432'}} > migrate"
WAITS = "migrate: app {list: init} $ until nc -z localhost 5432; do sleep 1; done; ./migrate"
STARTUP = {"httpGet": {"path": "/startup", "port": 9090}, "periodSeconds": 1, "failureThreshold": 300}
SYNC = "h: git-sync {mounts: [site]} > --root=/site --http-bind=:1234"
SITE = "web: app {mounts: ['site:ro']}"
LEFT = "nothing would hold migrate back until it is up, and what a startupProbe could ask is not known here"
LEFT_APP = LEFT.replace("migrate", "web")
STUCK = "before Kubernetes 1.33.6 a pod that is never restarted stays stuck once a sidecar's startupProbe has failed"


def agent(more: str) -> str:
    """A helper of which the catalogue says that it is an agent on the way out, and that it does not depend on the app."""
    return f"h: otel/opentelemetry-collector-contrib:0.100.0 {{ports: [otlp=4317], {more}}}"


SENDS = "web: app {env: {OTLP: 'http://localhost:4317'}}"
TCP = "tcpSocket: {port: 4317}"

# The kind of pod and what is in it, the probe that the helper gets ({}: none), and what speaks against the move beside that it is likely.
# fmt: off
ROWS: list[tuple[str, list[str], dict[str, Any], list[str]]] = [
    ("an init container that uses it", ["Deployment", GIVEN, USES, ON], STARTUP, []),
    ("the same where nothing is known to ask", ["Deployment", GIVEN, USES, OFF], {}, [LEFT]),
    ("an init container that waits itself", ["Deployment", WAITS, USES, OFF], {}, []),
    ("the same with something to ask", ["Deployment", WAITS, "web: app", ON], STARTUP, []),
    ("an init container that tries again",
     ["Deployment", "migrate: curlimages/curl {list: init} > --retry=5 localhost:5432", "web: app", OFF], {}, []),
    ("an app that is given its address", ["Deployment", USES, ON], STARTUP, []),
    ("the same with nothing to ask: nothing holds it back today either", ["Deployment", USES, OFF], {}, []),
    ("an app that calls it once", ["Deployment", "web: app $ curl -f localhost:5432 && ./run", OFF], {}, [LEFT_APP]),
    ("an app that calls it and does not mind", ["Deployment", "web: app $ curl -f localhost:5432 || true; ./run", OFF], {}, []),
    ("an app that waits", ["Deployment", "web: app $ until nc -z localhost 5432; do sleep 1; done; ./run", ON], STARTUP, []),
    ("an app that waits, with nothing to ask",
     ["Deployment", "web: app $ until nc -z localhost 5432; do sleep 1; done; ./run", OFF], {}, []),
    ("nobody who is seen to use it", ["Deployment", "web: app", ON], {}, []),
    ("another helper that passes on to it", ["Deployment", "web: app2", "proxy: rbac > --upstream=http://localhost:5432/", ON], {}, []),
    ("it has a startupProbe", ["Deployment", USES, ON.replace("sql", "sql {startupProbe: {tcpSocket: {port: 5432}}}")], {}, []),
    ("its postStart hook holds the others back",
     ["Deployment", GIVEN, USES, ON.replace("sql", "sql {lifecycle: {postStart: {exec: {command: [/cloud-sql-proxy, wait]}}}}")], {}, []),
    ("files that it fetches first", ["Deployment", SITE, SYNC], {"httpGet": {"path": "/", "port": 1234}, "periodSeconds": 1,
                                                                 "failureThreshold": 300}, []),
    ("files that it fetches, with nothing to ask", ["Deployment", SITE, SYNC.replace(" --http-bind=:1234", "")], {}, []),
    ("a port that a variable moves", ["Deployment", USES, ON.replace("p:r:i", "--http-port=8081 p:r:i")],
     {"httpGet": {"path": "/startup", "port": 8081}, "periodSeconds": 1, "failureThreshold": 300}, []),
    ("an endpoint that the image may not have", ["Deployment", USES,
     "h: gcr.io/cloudsql-docker/gce-proxy:latest > -instances=p:r:i=tcp:5432 -use_http_health_check"], {}, []),
    ("one that it has", ["Deployment", USES,
     "h: gcr.io/cloudsql-docker/gce-proxy:1.33.2 > -instances=p:r:i=tcp:5432 -use_http_health_check"],
     {"httpGet": {"path": "/startup", "port": 8090}, "periodSeconds": 1, "failureThreshold": 300}, []),
    ("a pod that is never started again, on versions with a bug", ["Job Never", USES, ON], {}, []),
    ("the same where somebody fails otherwise", ["Job Never", GIVEN, USES, ON], STARTUP, [STUCK]),
    ("a pod that is started again", ["Job OnFailure", USES, ON], STARTUP, []),
    ("its readinessProbe, with its own times",
     ["Deployment", SENDS, agent(f"readinessProbe: {{{TCP}, periodSeconds: 5, timeoutSeconds: 2}}")],
     {"tcpSocket": {"port": 4317}, "timeoutSeconds": 2, "periodSeconds": 5, "failureThreshold": 60}, []),
    ("its readinessProbe, without a delay and what a start may not have",
     ["Deployment", SENDS, agent(f"readinessProbe: {{{TCP}, initialDelaySeconds: 20, successThreshold: 2, failureThreshold: 500}}")],
     {"tcpSocket": {"port": 4317}, "periodSeconds": 1, "failureThreshold": 500}, []),
    ("its readinessProbe, by the name of its port", ["Deployment", SENDS, agent("readinessProbe: {httpGet: {port: otlp, path: /h}}")],
     {"httpGet": {"port": "otlp", "path": "/h"}, "periodSeconds": 1, "failureThreshold": 300}, []),
    ("a readinessProbe that asks a port of nobody's", ["Deployment", SENDS, agent("readinessProbe: {tcpSocket: {port: 8080}}")], {}, []),
    ("one that asks the app",
     ["Deployment", SENDS.replace("{env", "{ports: [8080], env"), agent("readinessProbe: {httpGet: {port: 8080}}")], {}, []),
    ("one that asks another host", ["Deployment", SENDS, agent("readinessProbe: {tcpSocket: {port: 4317, host: db}}")], {}, []),
    ("one that runs what nobody knows", ["Deployment", SENDS, agent("readinessProbe: {exec: {command: [/ready.sh]}}")], {}, []),
    ("one that looks for a file of its own", ["Deployment", SENDS, agent("readinessProbe: {exec: {command: [test, -f, /tmp/up]}}")],
     {"exec": {"command": ["test", "-f", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 300}, []),
    ("a command that waits for the app first",
     ["Deployment", SENDS.replace("{env", "{ports: [8080], env"),
      agent(f"readinessProbe: {{{TCP}}}") + " $ until nc -z localhost 8080; do sleep 1; done; otelcol"], {}, []),
    ("another path than the one of which it is known that it does not need the app",
     ["Deployment", SITE, SYNC.replace("{", "{readinessProbe: {httpGet: {port: 1234, path: /healthz}}, ").replace("--http-bind=:", "--x=")],
     {}, []),
    ("the very path of which that is known, with its own port",
     ["Deployment", SITE, SYNC.replace("{", "{readinessProbe: {httpGet: {port: 1234, path: /}}, ").replace("--http-bind=:", "--x=")],
     {"httpGet": {"port": 1234, "path": "/"}, "periodSeconds": 1, "failureThreshold": 300}, []),
    ("a helper that answers only once the app is up",
     ["Deployment", "web: app {env: {X: 'localhost:9117'}}",
      "h: jonnenauha/prometheus_varnish_exporter:1.6 {ports: [9117], readinessProbe: {tcpSocket: {port: 9117}}}"],
     {}, []),
]
# fmt: on


def planned(*sketch: str, plan: str = "move-to-init-containers", target: str = "1.33") -> Plan:
    version = parse_version(target)
    assert version is not None
    found = life(*sketch, target=target)
    subject = next(each for each in found.containers if each.name == "h")
    return PLANS[plan](subject, Context(found, services(""), CATALOGUE, Settings(target=version)))


def probe_of(plan: Plan) -> Any:
    return next((plain(each.value) for each in plan.operations if isinstance(each, Set) and each.route[-1] == "startupProbe"), {})


def plain(value: Value) -> Any:
    if isinstance(value, Fields):
        return {key: plain(each) for key, each in value.pairs}
    if isinstance(value, Items):
        return [plain(each) for each in value.items]
    return int(value.text) if isinstance(value, Plain) else value


# Sidecars: the applicability of a startupProbe for them, whether it asks the port 9090 or 4317, and what speaks against it.
NATIVE = "{list: sidecar} > --port=5432 --health-check --http-address=0.0.0.0 p:r:i"
FILLS = "set: app {list: init, mounts: [c]} $ ./render > /c/x"
# fmt: off
SIDECARS = [
    ("an endpoint that is known", "safe", ["Deployment", f"h: sql {NATIVE}", GIVEN, USES], 9090, ""),
    ("nothing to ask", "manual", ["Deployment", "h: sql {list: sidecar} > --port=5432 p:r:i", GIVEN, USES], 0, "is not known here"),
    ("a port of which only the readinessProbe is known", "unsafe",
     ["Deployment", f"h: side {{list: sidecar, ports: [4317], readinessProbe: {{{TCP}}}}}", SENDS], 4317, "is likely, not certain"),
    ("a path of which nothing is known, and which may lead to the app", "manual",
     ["Deployment", "h: side {list: sidecar, ports: [4317], readinessProbe: {httpGet: {port: 4317, path: /}}}", SENDS], 0, "is not known"),
    ("the same of a helper on the way out", "safe",
     ["Deployment", agent("list: sidecar, readinessProbe: {httpGet: {port: 4317, path: /}}"), SENDS], 4317, ""),
    ("what it needs stands behind it", "manual",
     ["Deployment", f"h: sql {NATIVE.replace('{', '{mounts: [c], ')}", FILLS, GIVEN, USES], 0, "is not known here"),
    ("what it needs stands ahead of it", "safe",
     ["Deployment", FILLS, f"h: sql {NATIVE.replace('{', '{mounts: [c], ')}", GIVEN, USES], 9090, ""),
    ("a pod that is never started again", "unsafe", ["Job Never", f"h: sql {NATIVE}", GIVEN, USES], 9090, STUCK),
    ("a mesh that starts later", "unsafe",
     ["Deployment {annotations: {linkerd.io/inject: enabled}}", f"h: sql {NATIVE}", GIVEN, USES], 9090, "the pod is in a service mesh"),
    ("a mesh that has started", "safe",
     ["Deployment {annotations: {linkerd.io/inject: enabled, config.linkerd.io/proxy-enable-native-sidecar: 'true'}}", f"h: sql {NATIVE}",
      GIVEN, USES], 9090, ""),
]
# fmt: on


@pytest.mark.parametrize(("applicability", "sketch", "port", "against"), [row[1:] for row in SIDECARS], ids=[row[0] for row in SIDECARS])
def test_a_startup_probe_for_a_sidecar(applicability: str, sketch: list[str], port: int, against: str) -> None:
    plan = planned(*sketch, plan="add-startup-probe")
    probe = probe_of(plan)
    assert plan.applicability == applicability
    assert [each["port"] for each in probe.values() if isinstance(each, dict)] == [port] * bool(port)
    assert len(plan.hazards) == bool(against)
    assert against in "".join(plan.hazards)
    assert plan.title.startswith("Give h a startupProbe ")


GATING = ("nothing would hold", "stays stuck")


@pytest.mark.parametrize(("sketch", "probe", "against"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_who_gets_a_startup_probe(sketch: list[str], probe: dict[str, Any], against: list[str]) -> None:
    plan = planned(*sketch)
    assert probe_of(plan) == probe
    assert [hazard for hazard in plan.hazards if any(words in hazard for words in GATING)] == against
    assert plan.applicability == "unsafe" or not plan.hazards
    assert (" startupProbe" in plan.title) is bool(probe)
