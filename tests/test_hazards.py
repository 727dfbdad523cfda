"""Every hazard of a move: a pod in which it is named, and the nearest pods in which it is not. `sketch.py` says how a pod is written."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from sidecarlint.fixes import PLANS, Context, Plan, case_of
from sidecarlint.fixes.hazards import HAZARDS, Case, Hazard
from sidecarlint.lifecycle import ContainerLife
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import parse_version
from tests.sketch import CATALOGUE, life, services


class Try(NamedTuple):
    """A pod in which the container `h` is to be moved, the target, a Service's targetPort, the oldest nodes and the label of new ones."""

    sketch: tuple[str, ...]
    target: str
    port: str
    nodes: str
    label: str


class Row(NamedTuple):
    """What a hazard says, whether it needs a person, a pod that has it, and pods that just do not."""

    words: str
    manual: bool
    fires: Try
    quiet: tuple[Try, ...]


def pod(*containers: str, head: str = "Deployment", target: str = "1.29", port: str = "", nodes: str = "", label: str = "") -> Try:
    return Try((head, *containers), target, port, nodes, label)


LOGGED = "web: app {mounts: [logs]} $ ./run > /logs/app.log"
READER = "h: busybox {mounts: [logs]}"
USED = "web: app {env: {DB: '127.0.0.1:5432'}}"
CLEAN = pod(USED, "h: sql > --port=5432")
RBAC = "h: rbac {ports: [https=8443]}"
LABELLED = "Deployment {labels: {app: web}}"
SERVED = "web: app {mounts: [logs], ports: [8080]} $ ./run > /logs/app.log"
PROBED = "h: busybox {mounts: [logs], startupProbe: {exec: {command: [ls]}}}"
WAITS = " $ until nc -z %s 8080; do sleep 1; done; tail -F /logs/app.log"
CALLS = "migrate: app {list: init} $ nc -z %s 5432"
FILLS = "conf: app {list: init, mounts: [c]} $ ./c"
FILLED = "h: sql {ports: [5432], mounts: [c]}"
SMALL = "{resources: {requests: {cpu: 100m, memory: 64Mi}}}"
MESH = "Deployment {annotations: {linkerd.io/inject: enabled%s}}"
VAULT = "Deployment {annotations: {vault.hashicorp.com/agent-inject: 'true'%s}}"
STARTS = "startupProbe: {httpGet: {port: %s, path: %s}}"
SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 1, targetPort: %s}]}}"
KUBEXIT = "h: sql {env: {KUBEXIT_NAME: h, KUBEXIT_DEATH_DEPS: work}} $ kubexit /cloud_sql_proxy"
NEEDED = f"h: sql {SMALL} > --port=5432"
BIG = "i: app {list: init, env: {DB: '127.0.0.1:5432'}, resources: {requests: {cpu: '2', memory: 1Gi}}}"
LIMITED = "Deployment {spec: {resources: {requests: {cpu: %s, memory: 2Gi}}}}"
PROBED_SQL = f"h: sql {{ports: [9090], {STARTS % (9090, '/startup')}}}"
SENDS = "work: app {env: {OTLP: 'http://localhost:4317'}}"
OTEL = "h: otel/opentelemetry-collector-contrib:0.100.0 {ports: [4317], readinessProbe: {%s}}"
NATIVE = ", config.linkerd.io/proxy-enable-native-sidecar: 'true'"

# fmt: off
ROWS = {
    "old_nodes": Row("nodes of Kubernetes 1.28 reject the pod (InitContainerRestartPolicyForbidden)", True,
        pod(USED, "h: sql", nodes="1.28"),
        (CLEAN, pod(USED, "h: sql", nodes="1.29"), pod(USED, "h: sql", target="1.32", nodes="1.29.4"),
         pod(USED, "h: sql", nodes="1.28", label="example.com/new"))),
    "incomplete": Row("it has no image", True, pod(LOGGED, READER.replace("busybox", "none") + " $ tail -F /logs/app.log"), (CLEAN,)),
    "name_taken": Row("has the same name", True, pod("h: app {list: init}", USED, "h: sql"), (pod("i: app {list: init}", USED, "h: sql"),)),
    "placed_by_injector": Row("Istio's sidecar injector places this container itself; its switch is", True,
        pod("web: app", "h: istio"), (pod("web: app", "h: rbac"),)),
    "host_port": Row("hostPort 8443 would stop working", True,
        pod("web: app", "h: rbac {ports: [{containerPort: 8443, hostPort: 8443}]}"),
        (pod("web: app {ports: [{containerPort: 80, hostPort: 80}]}", "h: rbac {ports: [8443]}"),
         pod("web: app", "h: rbac {ports: [8443]}", head="DaemonSet {spec: {hostNetwork: true}}"),
         pod("web: app {ports: [80]}", "h: rbac {ports: [8443]}", head="Deployment {spec: {hostNetwork: true}}"),
         pod("web: app", "h: rbac {ports: [8443]}", head="Deployment {spec: {hostNetwork: true}}", target="1.33.6"))),
    "resize_policy": Row("InPlacePodVerticalScaling is on, Kubernetes before 1.33 refuses resizePolicy", False,
        pod(USED, "h: sql {resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}", target="1.32"),
        (pod(USED, "h: sql {resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}", target="1.33"),)),
    "named_port": Row("leads to its port by the name https", True,
        pod("web: app", RBAC, head=LABELLED, port="https"),
        (pod("web: app", RBAC, head=LABELLED, port="8443"),
         pod("web: app {ports: [https=80]}", "h: rbac {ports: [8443]}", head=LABELLED, port="https"),
         pod("web: app", RBAC, head=LABELLED.replace("web", "other"), port="https"),
         pod("web: app", RBAC, head=LABELLED, port="https", target="1.33"))),
    "port_name_elsewhere": Row("a Service elsewhere may lead to its port by the name https", False, pod("web: app", RBAC),
        (pod("web: app", "h: rbac {ports: [8443]}"), pod("web: app", RBAC, target="1.33"),
         pod("web: app", RBAC, head=LABELLED, port="8443"))),
    "own_restart_policy": Row("it has restartPolicy: OnFailure of its own", False,
        pod(USED, "h: sql {restartPolicy: OnFailure}", target="1.35"), (pod(USED, "h: sql {restartPolicy: Always}", target="1.35"), CLEAN)),
    "failure_policy": Row("the Job's podFailurePolicy speaks of its exit code", False,
        pod("work: app $ ./run", "h: sql", head="Job Never {policy: h}"),
        (pod("work: app $ ./run", "h: sql", head="Job Never {policy: work}"), pod("work: app $ ./run", "h: sql", head="Job Never"))),
    "waits_for_the_app": Row("startupProbe asks web, which would start only after it", True,
        pod("web: app {ports: [8080]}", "h: sql {startupProbe: {tcpSocket: {port: 8080}}}"),
        (pod("web: app {ports: [8080]}", "h: sql {ports: [9090], startupProbe: {tcpSocket: {port: 9090}}}"),
         pod("web: app {ports: [8080]}", "h: sql {readinessProbe: {tcpSocket: {port: 8080}}}"),
         pod("web: app {ports: [8080]}", "h: sql {startupProbe: {exec: {command: [nc, -z, db, '8080']}}}"))),
    "may_wait_for_the_app": Row("asks port 8080, which nothing here shows to be its own", False,
        pod(USED, "h: sql {startupProbe: {tcpSocket: {port: 8080}}}"),
        (pod(USED, "h: sql {startupProbe: {tcpSocket: {port: 9090}}}"), pod(USED, "h: sql {readinessProbe: {tcpSocket: {port: 8080}}}"))),
    "ungated": Row("nothing would hold i back until it is up", False,
        pod("i: app {list: init, env: {DB: '127.0.0.1:5432'}}", USED, "h: sql > --port=5432"),
        (pod("i: app {list: init, env: {DB: '127.0.0.1:5432'}}", USED, "h: sql > --port=5432 --health-check --http-address=0.0.0.0"),
         pod("i: app {list: init} $ until nc -z localhost 5432; do sleep 1; done", USED, "h: sql > --port=5432"),
         pod("i: app {list: init, env: {DB: 'db:5432'}}", USED, "h: sql > --port=5432"), CLEAN)),
    "untried": Row("the work ends whether or not its readinessProbe succeeds", False,
        pod(SENDS, OTEL % "tcpSocket: {port: 4317}", head="Job OnFailure"),
        (pod(SENDS, OTEL % "tcpSocket: {port: 4317}"), pod(SENDS, OTEL % "exec: {command: [test, -f, /tmp/up]}", head="Job OnFailure"),
         pod("work: app", OTEL % "tcpSocket: {port: 4317}", head="Job OnFailure"),
         pod(USED, "h: sql > --port=5432 --health-check --http-address=0.0.0.0", head="Job OnFailure"))),
    "holds_until_the_app": Row("its command waits for web", True, pod(SERVED, PROBED + WAITS % "localhost"),
        (pod(SERVED, READER + WAITS % "localhost"), pod(SERVED, PROBED + WAITS % "db"))),
    "start_depends_on_the_app": Row("is ready only once the app is up", True,
        pod("web: app", f"h: registrar {{ports: [9809], {STARTS % (9809, '/healthz')}}}"),
        (pod("web: app", "h: registrar {ports: [9809], livenessProbe: {httpGet: {port: 9809, path: /healthz}}}"),
         pod("web: app", f"h: sql {{ports: [9090], {STARTS % (9090, '/startup')}}}"))),
    "init_order": Row("the init container migrate calls it", True, pod(CALLS % "localhost", FILLS, "web: app", FILLED),
        (pod(FILLS, CALLS % "localhost", "web: app", FILLED), pod(CALLS % "db", FILLS, "web: app", FILLED))),
    "filled_by_injector": Row("it needs /vault/secrets, which Vault's injector fills only after it", True,
        pod(USED, "h: sql > -credential_file=/vault/secrets/key", head=VAULT % ""),
        (pod(USED, "h: sql > -credential_file=/secrets/key", head=VAULT % ""),
         pod(USED, "h: sql > -credential_file=/vault/secrets/key", head=VAULT % ", vault.hashicorp.com/agent-init-first: 'true'"),
         pod(USED, "h: sql > -credential_file=/vault/secrets/key"))),
    "not_certain": Row("it is likely, not certain", False, pod(LOGGED, "h: fluent-bit {mounts: [other]}"), (CLEAN,)),
    "nobody_gains": Row("nothing shows that the pod gains", False, pod("web: app", "h: reload"), (CLEAN,)),
    "inbound": Row("traffic enters the pod through it", False, pod("web: app", "h: rbac"), (CLEAN, pod("web: app", "h: reload"))),
    "mesh": Row("the pod is in a service mesh (linkerd.io/inject)", False, pod(USED, "h: sql", head=MESH % ""),
        (pod(USED, "h: sql", head=MESH % NATIVE), CLEAN, pod(LOGGED, READER + " $ tail -F /logs/app.log", head=MESH % ""),
         pod(USED, "h: sql", head="Deployment {annotations: {linkerd.io/inject: disabled}}"),
         pod(USED, "h: sql", head="Deployment {labels: {sidecar.istio.io/inject: 'false', istio.io/rev: a}}"),
         pod("web: app", "h: istio", head="Deployment {annotations: {sidecar.istio.io/status: x}}"),
         pod("proxy: istio {list: sidecar}", "web: app", "h: reload", head="Deployment {annotations: {sidecar.istio.io/status: x}}"))),
    "missing_file": Row("less +F does not wait for a file", False, pod(LOGGED, READER + " $ less +F /logs/app.log"),
        (pod(LOGGED, READER + " $ tail -F /logs/app.log"), pod(LOGGED, READER + " $ tail -f /logs/app.log"))),
    "requests_grow": Row("the pod would request more cpu and memory", False,
        pod("i: app {list: init, env: {DB: '127.0.0.1:5432'}, resources: {requests: {cpu: '2', memory: 2Gi}}}", USED,
            f"h: sql {SMALL} > --port=5432"),
        (pod("i: app {list: init, resources: {requests: {cpu: '2', memory: 2Gi}}}", USED, f"h: sql {SMALL}"),
         pod("i: app {list: init, resources: {requests: {cpu: 50m}}}", "web: app {resources: {limits: {cpu: 50m}}}", f"h: sql {SMALL}"),
         pod("i: app {list: init, mounts: [c], resources: {limits: {cpu: 2}}}", USED, f"h: sql {{mounts: [c], {SMALL[1:]}"),
         pod(BIG, USED, NEEDED, head=LIMITED % "3", target="1.34"))),
    "pre_stop": Row("its preStop hook makes it quit", False,
        pod("web: app", "h: rbac {lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep 5; kill -TERM 1']}}}}"),
        (pod("web: app", "h: rbac {lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep 5; kill -0 1']}}}}"),
         pod("web: app {lifecycle: {preStop: {exec: {command: [nginx, -s, quit]}}}}", "h: rbac"),
         pod("web: app", "h: rbac {lifecycle: {preStop: {httpGet: {path: /drain, port: 1}}}}"))),
    "still_told_to_quit": Row("counts against backoffLimit", False,
        pod("work: app $ ./run; curl -X POST localhost:9091/quitquitquit", "h: sql > --quitquitquit", head="Job OnFailure"),
        (pod("work: app $ ./run", "h: sql", head="Job OnFailure"),)),
    "ends_by_itself": Row("take the time limit away first", True,
        pod("work: app $ ./run", "h: sql $ timeout 60 /cloud_sql_proxy", head="Job Never"),
        (pod("work: app $ ./run", "h: sql", head="Job Never"), pod("web: app", "h: sql $ timeout 60 /cloud_sql_proxy"))),
    "works_afterwards": Row("what it does once /logs/done is there (curl) must fit into the pod's grace period", False,
        pod(LOGGED, READER + " $ tail -F /logs/app.log & until [ -f /logs/done ]; do sleep 1; done; curl -T /logs/a db", head="Job Never"),
        (pod(LOGGED, READER + " $ tail -F /logs/app.log", head="Job Never"),
         pod(LOGGED, READER + " $ tail -F /logs/app.log & until [ -f /logs/done ]; do sleep 1; done", head="Job Never"),
         pod("work: app $ ./run; curl localhost:9091/quitquitquit", "h: sql > --quitquitquit", head="Job Never"))),
    "result_matters": Row("it may end by itself", False, pod("work: app $ ./run", "h: vault > agent -config=/c.hcl", head="Job Never"),
        (pod("work: app $ ./run", "h: sql", head="Job Never"), pod("web: app", "h: vault > agent -config=/c.hcl"))),
    "passes_on_a_result": Row("it ends with the exit code that stands in /logs/done", False,
        pod(LOGGED + "; echo $? > /logs/done",
            READER + " $ tail -F /logs/app.log & until [ -f /logs/done ]; do sleep 1; done; exit $(cat /logs/done)", head="Job Never"),
        (pod(LOGGED, READER + " $ tail -F /logs/app.log & until [ -f /logs/done ]; do sleep 1; done; cat /logs/done", head="Job Never"),
         pod(LOGGED, READER + " $ tail -F /logs/app.log & until [ -f /logs/done ]; do sleep 1; done; exit $(cat /logs/done)"))),
    "still_blocked": Row("another container still keeps the work from completing", False,
        pod("wait: app {list: init} $ sleep infinity", "work: app $ ./run", "h: sql", head="Job Never"),
        (pod("work: app $ ./run", "h: sql", head="Job Never"),
         pod("work: app $ ./run", "other: sql > p:r:a", "h: sql > p:r:b", head="Job Never"))),
    "waited_for_by_kubexit": Row("kubexit holds work back until it is ready, and does not see a sidecar", True,
        pod("work: app {env: {KUBEXIT_NAME: work, KUBEXIT_BIRTH_DEPS: 'x,h'}} $ kubexit ./run", KUBEXIT, head="Job Never"),
        (pod("work: app {env: {KUBEXIT_NAME: work, KUBEXIT_BIRTH_DEPS: x}} $ kubexit ./run", KUBEXIT, head="Job Never"),
         pod("work: app {env: {KUBEXIT_NAME: work}} $ kubexit ./run", KUBEXIT, head="Job Never"))),
    "others_stay": Row("other holds the work up too, and only a person can move it", False,
        pod("work: app $ ./run", "other: rbac {ports: [{containerPort: 1, hostPort: 1}]}", "h: sql", head="Job Never"),
        (pod("work: app $ ./run", "other: rbac {ports: [1]}", "h: sql", head="Job Never"),
         pod(USED, "other: rbac {ports: [{containerPort: 1, hostPort: 1}]}", "h: sql > --port=5432"))),
    "universal_pair": Row("new is a sidecar of the same kind already", False,
        pod("new: sql {list: sidecar} > p:r:a", USED, "h: sql > p:r:b"),
        (CLEAN, pod("a: busybox {list: sidecar, mounts: [logs]} $ tail -F /logs/a.log", LOGGED, READER + " $ tail -F /logs/b.log"))),
    "storage_limit": Row("a sidecar's own limit of ephemeral-storage", False,
        pod(USED, "h: sql {resources: {limits: {ephemeral-storage: 1Gi}}}"),
        (pod(USED, "h: sql {resources: {limits: {memory: 1Gi}, requests: {ephemeral-storage: 1Gi}}}"),)),
    "stuck_after_probe": Row("stays stuck once a sidecar's startupProbe has failed", False,
        pod("work: app", f"h: sql {{ports: [9090], {STARTS % (9090, '/startup')}}}", head="Job Never", target="1.34"),
        (pod("work: app", f"h: sql {{ports: [9090], {STARTS % (9090, '/startup')}}}", head="Job OnFailure", target="1.34"),
         pod("work: app", f"h: sql {{ports: [9090], {STARTS % (9090, '/startup')}}}", head="Job Never", target="1.34.2"),
         pod("work: app", f"h: sql {{ports: [9090], {STARTS % (9090, '/startup')}}}", head="Job Never", target="1.34.2", nodes="1.33.6"),
         pod("work: app", f"h: sql {{ports: [9090], {STARTS % (9090, '/startup')}}}", head="Job Never", target="1.33.6"),
         pod("work: app", "h: sql", head="Job Never", target="1.34"))),
    "not_restarted": Row("a container that crashed is not started again once the kubelet was restarted", False,
        pod(USED, PROBED_SQL, target="1.35"),
        (pod(USED, PROBED_SQL, target="1.34"), pod(USED, PROBED_SQL, target="1.35.4"), pod(USED, PROBED_SQL, target="1.36"),
         pod(USED, PROBED_SQL, target="1.36", nodes="1.35.4"), pod(USED, "h: sql", target="1.35"),
         pod("work: app", PROBED_SQL, head="Job Never", target="1.35"))),
    "dropped_on_the_way": Row("(admission.datadoghq.com/enabled), and old versions of it drop restartPolicy", False,
        pod(USED, "h: sql", head="Deployment {labels: {admission.datadoghq.com/enabled: 'true'}}"),
        (CLEAN, pod(USED, "h: sql", head="Deployment {labels: {admission.datadoghq.com/enabled: 'false'}}"),
         pod(USED, "h: sql", head="Deployment {annotations: {logging.kubesphere.io/logsidecar-config: '{}'}}"),
         pod(USED, "h: sql", head="Deployment {annotations: {ad.datadoghq.com/h.logs: '[]'}}"))),
    "exit_code_counts": Row("(In [143]) names no container, and could meet its exit code", False,
        pod("work: app $ ./run", "h: sql", head="Job Never {codes: [143]}"),
        (pod("work: app $ ./run", "h: sql", head="Job Never {codes: [42]}"), pod("work: app $ ./run", "h: sql", head="Job Never"),
         pod("work: app $ ./run", "h: sql", head="Job Never {policy: work}"))),
    "no_time_to_stop": Row("the preStop hook of web uses the grace period up", False,
        pod("web: app {env: {DB: '127.0.0.1:5432'}, lifecycle: {preStop: {exec: {command: [sleep, '30']}}}}", "h: sql"),
        (pod("web: app {lifecycle: {preStop: {exec: {command: [sleep, '25']}}}}", "h: sql"),
         pod("web: app {lifecycle: {preStop: {exec: {command: [sleep, '30']}}}}", "h: sql",
             head="Deployment {spec: {terminationGracePeriodSeconds: 60}}"),
         pod("web: app {lifecycle: {preStop: {exec: {command: [sleep, '30']}}}}",
             "h: sql {lifecycle: {preStop: {exec: {command: [sleep, '30']}}}}"))),
    "more_than_the_pod": Row("request more cpu than the pod itself, and the API server refuses that", True,
        pod(BIG, "web: app {resources: {requests: {cpu: 50m}}}", NEEDED, head=LIMITED % "2", target="1.34"),
        (pod(BIG, "web: app {resources: {requests: {cpu: 50m}}}", NEEDED, head=LIMITED % "3", target="1.34"),
         pod(BIG, "web: app {resources: {requests: {cpu: 50m}}}", NEEDED, target="1.34"))),
    "injected_stays": Row("Linkerd proxy, which is injected, would still keep the work from completing unless it comes as a native", False,
        pod("work: app $ ./run", "h: sql", head=MESH.replace("Deployment", "Job Never") % ""),
        (pod("work: app $ ./run", "h: sql", head=MESH.replace("Deployment", "Job Never") % NATIVE), pod(USED, "h: sql", head=MESH % ""),
         pod("work: app $ ./run", "h: sql", head="Job Never"))),
}
# fmt: on
MORE = {
    "placed_by_injector": Row(
        "it is written by hand and not by Istio's sidecar injector",
        False,
        pod("web: app", "h: istio {args: [proxy, mixer]}"),
        (),
    ),
    "injected_stays": Row(
        "Vault Agent, which is injected, would still keep the work from completing",
        False,
        pod("work: app $ ./run", "h: sql", head=VAULT.replace("Deployment", "Job Never") % ""),
        (),
    ),
    "host_port": Row(
        "so two such pods can meet on one node",
        False,
        pod("web: app", "h: rbac {ports: [8443]}", head="Deployment {spec: {hostNetwork: true}}", target="1.33"),
        (),
    ),
    "waits_for_the_app": Row(
        "postStart hook asks web",
        True,
        pod(
            "web: app {ports: [8080]}",
            "h: sql {lifecycle: {postStart: {exec: {command: [sh, -c, 'until curl -s localhost:8080; do sleep 1; done']}}}}",
        ),
        (),
    ),
    "old_nodes": Row(
        "nodes of Kubernetes 1.27 wait in Init until it exits, and those of 1.28 reject the pod",
        True,
        pod(USED, "h: sql", nodes="1.27"),
        (),
    ),
    "stuck_after_probe": Row(
        "before Kubernetes 1.33.6 a pod that is never restarted stays stuck",
        False,
        pod("work: app", PROBED_SQL, head="Job Never", target="1.36", nodes="1.33.5"),
        (),
    ),
    "dropped_on_the_way": Row(
        "Keel writes such objects anew (keel.sh/policy)",
        False,
        pod(USED, "h: sql", head="Pod {annotations: {keel.sh/policy: minor}}"),
        (),
    ),
    "own_restart_policy": Row(
        "Kubernetes 1.35 refuses its restartPolicyRules on a sidecar",
        True,
        pod(USED, "h: sql {restartPolicy: Never, restartPolicyRules: [{action: Restart}]}", target="1.35"),
        (),
    ),
    "failure_policy": Row(
        "podFailurePolicy speaks of its exit code", False, pod("work: app $ ./run", "h: sql", head="CronJob Never {policy: h}"), ()
    ),
    "holds_until_the_app": Row(
        "waits for /logs/ready, which web may make",
        True,
        pod(
            LOGGED,
            "h: sql {mounts: [logs], startupProbe: {exec: {command: [ls]}}} $ until [ -f /logs/ready ]; do sleep 1; done; cloud-sql-proxy",
        ),
        (),
    ),
    "start_depends_on_the_app": Row(
        "asks for /, which may be answered by the app",
        True,
        pod("web: app", f"h: rbac {{ports: [8443], {STARTS % (8443, '/')}}}"),
        (),
    ),
    "still_told_to_quit": Row(
        "would be started again until the app has ended",
        False,
        pod("work: app $ ./run; curl -X POST localhost:9091/quitquitquit", "h: sql > --quitquitquit", head="Job Never"),
        (),
    ),
    "pre_stop": Row(
        "its preStop hook makes it quit",
        False,
        pod("web: app", "h: rbac {lifecycle: {preStop: {httpGet: {path: /quitquitquit, port: 1}}}}"),
        (),
    ),
}
"""Other words of hazards that have several."""

Ask = Callable[[Case], Hazard | None]
NAMED: dict[str, Ask] = {each.__name__: each for each in HAZARDS}
CHOSEN = {
    "old_nodes": Row(
        "reject the pod (InitContainerRestartPolicyForbidden), unless its nodeSelector keeps it away from them",
        False,
        pod(USED, "h: sql", head="Deployment {spec: {nodeSelector: {example.com/pool: new}}}", nodes="1.28"),
        (),
    ),
    "own_restart_policy": Row(
        "its restartPolicyRules say when it is started again, and as a sidecar it always is",
        False,
        pod(USED, "h: sql {restartPolicy: Never, restartPolicyRules: [{action: Restart}]}", target="1.36"),
        (),
    ),
    "still_told_to_quit": Row(
        "the annotation nrmitchi.com/sidecars has it ended, which a sidecar does not need",
        False,
        pod("work: app $ ./run", "h: sql", head="Job OnFailure {annotations: {nrmitchi.com/sidecars: h}}"),
        (),
    ),
}
"""And those that are weaker there."""
FIRES = [(name, row) for table in (ROWS, MORE, CHOSEN) for name, row in table.items()]
QUIET = [(name, each) for name, row in ROWS.items() for each in row.quiet]


def asked(tried: Try) -> tuple[ContainerLife, Context]:
    target = parse_version(tried.target)
    assert target is not None
    references = services(SERVICE % tried.port if tried.port else "")
    found = life(*tried.sketch, target=tried.target, references=references)
    subject = next(each for each in found.containers if each.name == "h" and each.list == "containers")
    assert subject.part == "helper"
    settings = Settings(target=target, nodes=parse_version(tried.nodes), node_affinity=tried.label)
    return subject, Context(found, references, CATALOGUE, settings)


def planned(tried: Try) -> Plan:
    return PLANS["move-to-init-containers"](*asked(tried))


def test_every_hazard_has_its_rows() -> None:
    assert len(NAMED) == len(HAZARDS)
    assert set(ROWS) == set(NAMED)
    assert all(row.quiet for row in ROWS.values())


@pytest.mark.parametrize(("name", "row"), FIRES, ids=[name for name, _ in FIRES])
def test_a_hazard_is_named(name: str, row: Row) -> None:
    hazard = NAMED[name](case_of(*asked(row.fires)))
    assert hazard is not None
    assert row.words in hazard.words
    assert hazard.manual == row.manual
    plan = planned(row.fires)
    assert hazard.words in plan.hazards
    assert plan.applicability != "safe"
    assert (plan.applicability == "manual") == (not plan.operations)
    assert plan.applicability == "manual" or not row.manual


@pytest.mark.parametrize(("name", "tried"), QUIET, ids=[name for name, _ in QUIET])
def test_a_hazard_is_not_named(name: str, tried: Try) -> None:
    assert NAMED[name](case_of(*asked(tried))) is None


def test_a_move_without_hazards_is_safe() -> None:
    plan = planned(CLEAN)
    assert (plan.applicability, plan.hazards) == ("safe", ())
    assert [type(each).__name__ for each in plan.operations] == ["Move", "Set"]


def test_helpers_that_move_together_are_thought_through_once() -> None:
    found = life("Job Never", "work: app $ ./run", "a: sql > p:r:a", "b: sql > p:r:b", "c: sql > p:r:c")
    context = Context(found, services(""), CATALOGUE, Settings(), {})
    for each in found.containers[1:]:
        PLANS["move-to-init-containers"](each, context)
    assert context.moved is not None
    assert len(context.moved) == 1


def test_only_what_needs_a_person_is_named() -> None:
    plan = planned(pod("web: app", "h: rbac {ports: [{containerPort: 8443, hostPort: 8443}]}"))
    assert plan.applicability == "manual"
    assert plan.hazards[0].startswith("hostPort 8443")
    assert len(plan.hazards) == 1, "what makes other fixes unsafe does not matter any more"


MADE = [
    ("a certain helper", "safe", "h: jaeger {list: init}", "1.29"),
    ("one that may be meant to run once", "unsafe", "h: sql {list: init} > p:r:i", "1.29"),
    ("a reader of the app's log", "safe", "h: busybox {list: init, mounts: [logs]} $ tail -F /logs/app.log", "1.29"),
    ("a likely helper", "unsafe", "h: fluent-bit {list: init}", "1.29"),
    ("anything else that never exits", "unsafe", "h: app {list: init} $ sleep infinity", "1.29"),
    ("what an injector places", "manual", "h: istio {list: init}", "1.29"),
]


@pytest.mark.parametrize(("applicability", "blocking", "target"), [row[1:] for row in MADE], ids=[row[0] for row in MADE])
def test_an_init_container_made_a_sidecar(applicability: str, blocking: str, target: str) -> None:
    version = parse_version(target)
    assert version is not None
    found = life("Deployment", blocking, LOGGED, target=target)
    subject = next(each for each in found.containers if each.name == "h")
    assert (subject.part, subject.ends) == ("init", "never")
    plan = PLANS["make-sidecar"](subject, Context(found, services(""), CATALOGUE, Settings(target=version)))
    assert plan.applicability == applicability
    assert bool(plan.hazards) == (applicability != "safe")


@pytest.mark.parametrize(
    ("nodes", "label", "said"), [("1.27", "", True), ("1.28", "", True), ("1.28", "a.b/new", False), ("1.29", "", False)]
)
def test_an_init_container_made_a_sidecar_goes_on_holding_pods_on_old_nodes(nodes: str, label: str, said: bool) -> None:
    """1.12: today it never ends on any node, so nothing gets worse where its restartPolicy is not known."""
    found = life("Deployment", "h: jaeger {list: init}", "web: app")
    settings = Settings(nodes=parse_version(nodes), node_affinity=label)
    plan = PLANS["make-sidecar"](found.containers[0], Context(found, services(""), CATALOGUE, settings))
    assert (plan.applicability, any("it helps only on newer nodes" in words for words in plan.hazards)) == (
        ("unsafe", True) if said else ("safe", False)
    )


def test_the_drain_sleep_of_an_entrance_stays() -> None:
    """5.4: the app stops first while the entrance still accepts, so its pause goes on meaning something."""
    drains = "h: rbac {lifecycle: {preStop: {exec: {command: [sleep, '15']}}}}"
    plan = planned(pod("web: app", drains))
    assert (plan.applicability, plan.hazards[-1]) == (
        "unsafe",
        "traffic enters the pod through it: while the pod stops it would go on accepting after the app is gone",
    )
    assert [type(each).__name__ for each in plan.operations] == ["Move", "Set"]
    (native, _) = life("Deployment", drains.replace("{", "{list: sidecar, ", 1), "web: app").containers
    assert (native.faces, native.idle_stop) == ("inbound", "")


def test_what_airflow_looks_for_by_its_name_is_left_to_a_person() -> None:
    found = life("Pod Never", "base: app $ ./run", "airflow-xcom-sidecar: alpine $ while true; do sleep 1; done")
    plan = PLANS["move-to-init-containers"](found.containers[1], Context(found, services(""), CATALOGUE, Settings(target=(1, 29, 0))))
    assert plan.applicability == "manual"
    assert any("looks for it among the ordinary containers" in each for each in plan.hazards)


@pytest.mark.parametrize(
    ("head", "manual"),
    [
        ("Job OnFailure {backoff: 0}", True),
        ("Job OnFailure {backoff: 1}", True),
        ("Job OnFailure {backoff: 2}", False),
        ("Job OnFailure", False),
        ("Job Never {backoff: 0}", False),
    ],
)
def test_a_restart_too_many_is_for_a_person(head: str, manual: bool) -> None:
    """5.13: the quit call stays, and one restart of the sidecar would fail the Job."""
    tried = planned(pod("work: app $ ./run; curl -X POST localhost:9091/quitquitquit", "h: sql > --quitquitquit", head=head))
    assert (tried.applicability == "manual") is manual
    assert any("with backoffLimit" in words for words in tried.hazards) is manual
