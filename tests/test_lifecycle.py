"""The lifecycle model, as one table: a pod in a few words, and what must be known of it. `sketch.py` says how a pod is written."""

import pytest

from sidecarlint.lifecycle import ContainerLife, Lifecycle, after
from sidecarlint.lifecycle.order import Groups
from tests.sketch import life, services, workload

LOGGED = "web: app {mounts: [logs]} $ while true; do date >> /logs/app.log; sleep 1; done"

# A container is told as name, part and end; a sidecar also with the way it faces; a helper as name, part, certainty, end, way,
# benefit, @place, and `holds` when it holds the work up. Then: whether the work completes / the start order / the stop order.
# fmt: off
ROWS: list[tuple[str, list[str], str, str]] = [
    ("one container is an app, whatever its image", ["Deployment", "db: sql"],
     "db app never", "never-meant-to / db / db"),
    ("two apps without evidence", ["Deployment", "web: app", "api: app2"],
     "web app unknown | api app unknown", "never-meant-to / web+api / web+api"),
    ("a proxy that others may use", ["Deployment", "web: app", "db: sql > --address=0.0.0.0 p:r:i"],
     "web app unknown | db helper certain never outbound none @0", "never-meant-to / web+db / web+db"),
    ("a proxy that only its pod can use", ["Deployment", "web: app", "db: sql"],
     "web app unknown | db helper certain never outbound order @0", "never-meant-to / web+db / web+db"),
    ("a proxy on the node's port", ["Deployment", "web: app", "db: sql {ports: [{containerPort: 5432, hostPort: 5432}]}"],
     "web app unknown | db helper certain never outbound none @0", "never-meant-to / web+db / web+db"),
    ("a database on localhost is no sign of a tracer that others may use",
     ["Deployment", "web: app {env: {DB_HOST: localhost}}", "spans: jaeger > --listen=0.0.0.0"],
     "web app unknown | spans helper certain never outbound none @0", "never-meant-to / web+spans / web+spans"),
    ("its own port on localhost is", ["Deployment", "web: app {env: {AGENT: 'localhost:6831'}}", "spans: jaeger > --port=0.0.0.0:6831"],
     "web app unknown | spans helper certain never outbound order @0", "never-meant-to / web+spans / web+spans"),
    ("a node's metrics agent is an app",
     ["DaemonSet {volumes: {root: {hostPath: {path: /}}}}", "agent: telegraf:1 {mounts: ['root:ro']}", "tool: app"],
     "agent app never | tool app unknown", "never-meant-to / agent+tool / agent+tool"),
    ("a syncer and the app that reads its files", ["Deployment", "web: app {mounts: ['site:ro']}", "sync: git-sync {mounts: [site]}"],
     "web app unknown | sync helper certain never neither order @0", "never-meant-to / web+sync / web+sync"),
    ("a syncer whose files only a helper shares",
     ["Deployment", "web: app", "sync: git-sync {mounts: [site]}", "agent: vault {mounts: [site]} > agent"],
     "web app unknown | sync helper certain never neither none @0 | agent helper certain unknown neither none @0",
     "never-meant-to / web+sync+agent / web+sync+agent"),
    ("a syncer that shares only a folder for scratch",
     ["Deployment", "web: app {volumeMounts: [{name: tmp, mountPath: /tmp}]}",
      "sync: git-sync {volumeMounts: [{name: tmp, mountPath: /tmp}]} > --root=/git"],
     "web app unknown | sync helper certain never neither none @0", "never-meant-to / web+sync / web+sync"),
    ("a syncer that is told to work in one",
     ["Deployment", "web: app {volumeMounts: [{name: tmp, mountPath: /tmp}]}",
      "sync: git-sync {volumeMounts: [{name: tmp, mountPath: /tmp}]} > --root=/tmp/git"],
     "web app unknown | sync helper certain never neither order @0", "never-meant-to / web+sync / web+sync"),
    ("what is only called a proxy, and is dialled by its port",
     ["Deployment", "web: app {env: {EVENTS: 'http://localhost:8084'}}", "tls-proxy: app2 > --events-port=8084"],
     "web app unknown | tls-proxy helper likely unknown neither order @0", "never-meant-to / web+tls-proxy / web+tls-proxy"),
    ("what is only called a proxy, beside a host without a port",
     ["Deployment", "web: app {env: {DB: localhost}}", "tls-proxy: app2 > --events-port=8084"],
     "web app unknown | tls-proxy helper likely unknown neither none @0", "never-meant-to / web+tls-proxy / web+tls-proxy"),
    ("a syncer that shares only a configuration",
     ["Deployment {volumes: {conf: {configMap: {name: c}}}}", "web: app {mounts: [conf]}", "sync: git-sync {mounts: [conf]}"],
     "web app unknown | sync helper certain never neither none @0", "never-meant-to / web+sync / web+sync"),
    ("the app dials it on loopback", ["Deployment", "web: app {env: {DB: '127.0.0.1:5432'}}", "db: sql > --port=5432 p:r:i"],
     "web app unknown | db helper certain never outbound order @0", "never-meant-to / web+db / web+db"),
    ("the app dials it by host alone", ["Deployment", "web: app {env: {DB_SERVER: localhost}}", "db: sql > p:r:i"],
     "web app unknown | db helper certain never outbound order @0", "never-meant-to / web+db / web+db"),
    ("the app dials it in its args", ["Deployment", "web: app > '--dsn=tcp(127.0.0.1:3306)/shop'", "db: sql > p:r:i"],
     "web app unknown | db helper certain never outbound order @0", "never-meant-to / web+db / web+db"),
    ("the app dials it over a shared socket folder",
     ["Deployment", "web: app {mounts: [cloudsql]}", "db: sql {mounts: [cloudsql]} > --unix-socket=/cloudsql p:r:i"],
     "web app unknown | db helper certain never outbound order @0", "never-meant-to / web+db / web+db"),
    ("a loopback address that the app listens on itself",
     ["Deployment", "web: app {env: {LISTEN_ADDRESS: '127.0.0.1:8080'}}", "db: sql > --address=0.0.0.0 p:r:i"],
     "web app unknown | db helper certain never outbound none @0", "never-meant-to / web+db / web+db"),
    ("a loopback address that leads to another container",
     ["Deployment", "web: app {env: {CACHE: 'localhost:6379'}}", "cache: app2 {ports: [6379]}", "db: sql > --port=5432 --address=0.0.0.0"],
     "web app unknown | cache app unknown | db helper certain never outbound none @0", "never-meant-to / web+cache+db / web+cache+db"),
    ("the head of the list is a helper", ["Deployment", "db: sql", "web: app"],
     "db helper certain never outbound order @0 | web app unknown", "never-meant-to / db+web / db+web"),
    ("an init container calls it before it has started",
     ["Deployment", "migrate: app {list: init} $ until nc -z localhost 5432; do sleep 1; done", "web: app", "db: sql {ports: [5432]}"],
     "migrate init when-told | web app unknown | db helper certain never outbound order @0", "never-meant-to / migrate > web+db / web+db"),
    ("the app waits for it",
     ["Deployment", "web: app $ until nc -z localhost 5432; do sleep 1; done; exec ./run", "db: sql {ports: [5432]}"],
     "web app unknown | db helper certain never outbound order @0", "never-meant-to / web+db / web+db"),
    ("a preStop sleep lets it outlive the app", ["Deployment", "web: app", "proxy: rbac {lifecycle: {preStop: {sleep: {seconds: 20}}}}"],
     "web app unknown | proxy helper certain never inbound order @0", "never-meant-to / web+proxy / web+proxy"),
    ("a preStop sleep by exec", ["Deployment", "web: app", "db: sql {lifecycle: {preStop: {exec: {command: [sleep, '20']}}}}"],
     "web app unknown | db helper certain never outbound order @0", "never-meant-to / web+db / web+db"),
    ("a log reader", ["Deployment", LOGGED, "reader: busybox {mounts: [logs]} $ tail -n+1 -F /logs/app.log"],
     "web app never | reader helper certain never neither order @0", "never-meant-to / web+reader / web+reader"),
    ("a log reader that works on the lines of a log",
     ["Deployment", LOGGED, "reader: busybox {mounts: [logs]} $ tail -F /logs/app.log | ./ship"],
     "web app never | reader helper likely never neither order @0", "never-meant-to / web+reader / web+reader"),
    ("a reader that works on lines of what is called no log",
     ["Deployment", "web: app {mounts: [data]}", "reader: busybox {mounts: [data]} $ tail -F /data/queue.txt | ./work"],
     "web app unknown | reader helper likely never neither order @0", "never-meant-to / web+reader / web+reader"),
    ("a reader that only passes on what is called no log",
     ["Deployment", "web: app {mounts: [data]}", "reader: busybox {mounts: [data]} $ tail -F /data/messages"],
     "web app unknown | reader helper certain never neither order @0", "never-meant-to / web+reader / web+reader"),
    ("nobody else can write what it follows",
     ["Deployment", "web: app {mounts: ['logs:ro']}", "reader: busybox {mounts: [logs]} $ tail -F /logs/app.log"],
     "web app unknown | reader app never", "never-meant-to / web+reader / web+reader"),
    ("it follows a file of its own", ["Deployment", "web: app {mounts: [logs]}", "reader: busybox $ tail -F /var/log/app.log"],
     "web app unknown | reader app never", "never-meant-to / web+reader / web+reader"),
    ("it follows a configuration file",
     ["Deployment {volumes: {conf: {configMap: {name: c}}}}", "web: app {mounts: [conf]}",
      "reader: busybox {mounts: [conf]} $ tail -F /conf/app.log"],
     "web app unknown | reader app never", "never-meant-to / web+reader / web+reader"),
    ("two readers of one log",
     ["Deployment", LOGGED, "a: busybox {mounts: [logs]} $ tail -F /logs/app.log", "b: busybox {mounts: [logs]} $ tail -F /logs/err.log"],
     "web app never | a helper certain never neither order @0 | b helper certain never neither order @0",
     "never-meant-to / web+a+b / web+a+b"),
    ("two containers that follow each other's files", ["Deployment", "web: app",
      "a: busybox {mounts: [logs]} $ tail -F /logs/b.log", "b: busybox {mounts: [logs]} $ tail -F /logs/a.log"],
     "web app unknown | a app never | b app never", "never-meant-to / web+a+b / web+a+b"),
    ("one reader of two is native already",
     ["Deployment", "a: busybox {list: sidecar, mounts: [logs]} $ tail -F /logs/app.log", LOGGED,
      "b: busybox {mounts: [logs]} $ tail -F /logs/err.log"],
     "a sidecar never neither | web app never | b helper certain never neither order @1", "never-meant-to / a > web+b / web+b > a"),
    ("it keeps a container alive", ["Deployment", "web: app", "tools: busybox $ tail -f /dev/null"],
     "web app unknown | tools app never", "never-meant-to / web+tools / web+tools"),
    ("a log server by kubectl", ["Deployment", "web: app", "logs: socat {ports: [8080]} > TCP-LISTEN:8080,fork 'EXEC:kubectl logs web'"],
     "web app unknown | logs helper certain never inbound order @0", "never-meant-to / web+logs / web+logs"),
    ("a log server of a shared file",
     ["Deployment", LOGGED, "logs: busybox {mounts: [logs]} $ while true; do cat /logs/app.log | nc -l -p 8080; done"],
     "web app never | logs helper certain never neither order @0", "never-meant-to / web+logs / web+logs"),
    ("a log shipper of a shared folder", ["Deployment", LOGGED, "ship: fluent-bit {mounts: [logs]}"],
     "web app never | ship helper certain never neither order @0", "never-meant-to / web+ship / web+ship"),
    ("a log shipper without a writer", ["Deployment", "web: app", "ship: fluent-bit {mounts: [logs]}"],
     "web app unknown | ship helper likely never neither none @0", "never-meant-to / web+ship / web+ship"),
    ("a node's log agent is an app",
     ["DaemonSet {volumes: {varlog: {hostPath: {path: /var/log}}}}", "ship: fluent-bit {mounts: ['varlog:ro']}", "tool: app"],
     "ship app never | tool app unknown", "never-meant-to / ship+tool / ship+tool"),
    ("where only some nodes have it, it is for the app next to it",
     ["Deployment {volumes: {varlog: {hostPath: {path: /var/log}}}}", "web: app", "ship: fluent-bit {mounts: ['varlog:ro']}"],
     "web app unknown | ship helper likely never neither none @0", "never-meant-to / web+ship / web+ship"),
    ("a likely helper that the object is called after, beside a reloader",
     ["Deployment {name: fluent-bit}", "fluent-bit: fluent-bit", "reload: reload"],
     "fluent-bit app never | reload helper certain never neither none @0", "never-meant-to / fluent-bit+reload / fluent-bit+reload"),
    ("a certain helper that the object is called after", ["Deployment {name: kube-rbac-proxy}", "proxy: rbac", "web: app"],
     "proxy helper likely never inbound none @0 | web app unknown", "never-meant-to / proxy+web / proxy+web"),
    ("only certain helpers: all are apps", ["Deployment", "proxy: rbac", "reload: reload"],
     "proxy app never | reload app never", "never-meant-to / proxy+reload / proxy+reload"),
    ("only helpers: the likely one is the app", ["Deployment", "metrics: pg-exporter", "proxy: rbac"],
     "metrics app never | proxy helper certain never inbound none @0", "never-meant-to / metrics+proxy / metrics+proxy"),
    ("kubectl's default container is no likely helper",
     ["Deployment {annotations: {kubectl.kubernetes.io/default-container: auth}}", "web: app", "auth: oauth2"],
     "web app unknown | auth app never", "never-meant-to / web+auth / web+auth"),
    ("a mode that ends makes it no helper", ["Deployment", "web: app", "sync: git-sync > --one-time --repo=x"],
     "web app unknown | sync app when-done", "never-meant-to / web+sync / web+sync"),
    ("a mode by environment that ends makes it no helper", ["Deployment", "web: app", "sc: k8s-sidecar {env: {METHOD: LIST}}"],
     "web app unknown | sc app when-done", "never-meant-to / web+sc / web+sc"),
    ("one image with two uses: the server is an app", ["StatefulSet", "vault: vault > server", "web: app"],
     "vault app unknown | web app unknown", "never-meant-to / vault+web / vault+web"),
    ("one image with two uses: the agent is a helper", ["Deployment", "web: app", "agent: vault > agent -config=/c.hcl"],
     "web app unknown | agent helper certain unknown neither none @0", "never-meant-to / web+agent / web+agent"),
    ("a universal pair of equal containers", ["Deployment", "new: sql {list: sidecar} > p:r:i", "web: app", "old: sql > p:r:i"],
     "new sidecar never outbound | web app unknown | old app never", "never-meant-to / new > web+old / web+old > new"),
    ("a universal pair with a marker of its own",
     ["Deployment", "new: sql {list: sidecar, mounts: [mark]} > new", "web: app", "old: sql {mounts: [mark]} > old"],
     "new sidecar never outbound | web app unknown | old app never", "never-meant-to / new > web+old / web+old > new"),
    ("two proxies of one image, of which one is native", ["Deployment", "a: sql {list: sidecar} > p:r:a", "web: app", "b: sql > p:r:b"],
     "a sidecar never outbound | web app unknown | b helper certain never outbound order @0", "never-meant-to / a > web+b / web+b > a"),
    ("a native sidecar", ["Deployment", "db: sql {list: sidecar}", "web: app"],
     "db sidecar never outbound | web app unknown", "never-meant-to / db > web / web > db"),
    ("sidecars stop in reverse",
     ["Deployment", "a: sql {list: sidecar}", "init: app {list: init} $ ./migrate", "b: rbac {list: sidecar}", "web: app"],
     "a sidecar never outbound | init init unknown | b sidecar never inbound | web app unknown",
     "never-meant-to / a > init > b > web / web > b > a"),
    ("a Job that a proxy keeps running", ["Job Never", "work: app", "db: sql"],
     "work app unknown | db helper certain never outbound completion @0 holds", "no / work+db / work+db"),
    ("a CronJob that a reader keeps running",
     ["CronJob OnFailure", "work: app {mounts: [logs]} $ ./run > /logs/out", "reader: busybox {mounts: [logs]} $ tail -F /logs/out"],
     "work app unknown | reader helper certain never neither completion @0 holds", "no / work+reader / work+reader"),
    ("a Job that ends by itself", ["Job Never", "work: app $ echo done"],
     "work app when-done", "yes / work / work"),
    ("a Job whose app never ends", ["Job Never", "work: app $ sleep infinity", "db: sql"],
     "work app never | db helper certain never outbound order @0", "no / work+db / work+db"),
    ("the app calls the proxy's shutdown endpoint",
     ["Job Never", "work: app $ ./run; curl -X POST localhost:9091/quitquitquit", "db: sql > --quitquitquit p:r:i"],
     "work app unknown | db helper certain when-told outbound completion @0", "unknown / work+db / work+db"),
    ("the app kills it in the shared process namespace",
     ["Job Never {spec: {shareProcessNamespace: true}}", "work: app $ ./run; pkill cloud-sql-proxy", "db: sql"],
     "work app unknown | db helper certain when-told outbound completion @0", "unknown / work+db / work+db"),
    ("a kill without a shared process namespace reaches nobody", ["Job Never", "work: app $ ./run; pkill cloud-sql-proxy", "db: sql"],
     "work app unknown | db helper certain never outbound completion @0 holds", "no / work+db / work+db"),
    ("a marker file ends the reader",
     ["Job Never", "work: app {mounts: [logs]} $ ./run > /logs/out; touch /logs/done",
      "reader: busybox {mounts: [logs]} $ tail -F /logs/out & until [ -f /logs/done ]; do sleep 1; done"],
     "work app unknown | reader helper certain when-told neither completion @0", "unknown / work+reader / work+reader"),
    ("kubexit ends it",
     ["Job Never", "work: app {env: {KUBEXIT_NAME: work}} $ echo done",
      "server: nginx {env: {KUBEXIT_NAME: server, KUBEXIT_DEATH_DEPS: work}} $ nginx -g 'daemon off;'"],
     "work app when-done | server helper likely when-told neither completion @0", "yes / work+server / work+server"),
    ("a controller ends it", ["Job Never {annotations: {nrmitchi.com/sidecars: 'db, other'}}", "work: app", "db: sql"],
     "work app unknown | db helper certain when-told outbound completion @0", "unknown / work+db / work+db"),
    ("Argo has it killed", ["Job Never {annotations: {workflows.argoproj.io/kill-cmd-db: '[\"kill\"]'}}", "work: app", "db: sql"],
     "work app unknown | db helper certain when-told outbound completion @0", "unknown / work+db / work+db"),
    ("what never ends beside a Job's work is there for its sake",
     ["Job Never", "work: app $ ./run; echo done", "loop: busybox $ while true; do ./sync; sleep 5; done"],
     "work app unknown | loop helper likely never neither completion @0 holds", "no / work+loop / work+loop"),
    ("a Job's loop beside a server that nothing is known of",
     ["Job Never", "server: app {ports: [8080]}", "load: busybox $ while true; do wget server; done"],
     "server app unknown | load app never", "no / server+load / server+load"),
    ("the same loop in a Deployment is an app", ["Deployment", "web: app", "loop: busybox $ while true; do ./sync; sleep 5; done"],
     "web app unknown | loop app never", "never-meant-to / web+loop / web+loop"),
    ("a bare pod that is meant to end", ["Pod Never", "work: app $ ./run; echo done", "db: sql"],
     "work app unknown | db helper certain never outbound completion @0 holds", "no / work+db / work+db"),
    ("a bare pod with a server is not", ["Pod Never", "web: app {ports: [80]}", "db: sql"],
     "web app unknown | db helper certain never outbound order @0", "no / web+db / web+db"),
    ("a bare pod that is restarted", ["Pod", "work: app $ ./run; echo done", "db: sql"],
     "work app unknown | db helper certain never outbound order @0", "never-meant-to / work+db / work+db"),
    ("an init container that never ends", ["Job Never", "wait: busybox {list: init} $ sleep infinity", "work: app $ echo done"],
     "wait init never | work app when-done", "no / wait > work / work"),
    ("a proxy in place of an init container", ["Deployment", "db: sql {list: init} > p:r:i", "web: app"],
     "db init never | web app unknown", "never-meant-to / db > web / web"),
    ("another use of a known image in an init container", ["Deployment", "set: istio {list: init} > istio-clean", "web: app"],
     "set init unknown | web app unknown", "never-meant-to / set > web / web"),
    ("a sidecar whose work ends", ["Deployment", "migrate: app {list: sidecar} $ cp -r /a /b", "web: app"],
     "migrate sidecar when-done neither | web app unknown", "never-meant-to / migrate > web / web > migrate"),
    ("behind the init container that fills its volume",
     ["Deployment", "render: app {list: init, mounts: [conf]} $ ./render", "migrate: app {list: init} $ ./migrate", "web: app",
      "db: sql {mounts: ['conf:ro']}"],
     "render init unknown | migrate init unknown | web app unknown | db helper certain never outbound order @1",
     "never-meant-to / render > migrate > web+db / web+db"),
    ("behind the init container that sets up the network",
     ["Deployment", "net: app {list: init, adds: [NET_ADMIN]}", "wait: app {list: init} $ ./wait", "web: app", "db: sql"],
     "net init unknown | wait init unknown | web app unknown | db helper certain never outbound order @1",
     "never-meant-to / net > wait > web+db / web+db"),
    ("behind the sidecar that fills its volume",
     ["Deployment", "sync: git-sync {list: sidecar, mounts: [conf]}", "web: app", "db: sql {mounts: ['conf:ro']}"],
     "sync sidecar never neither | web app unknown | db helper certain never outbound order @1",
     "never-meant-to / sync > web+db / web+db > sync"),
    ("a volume that can only be read makes no order",
     ["Deployment {volumes: {conf: {secret: {secretName: s}}}}", "a: app {list: init, mounts: [conf]} $ ./a", "web: app",
      "db: sql {mounts: [conf]}"],
     "a init unknown | web app unknown | db helper certain never outbound order @0", "never-meant-to / a > web+db / web+db"),
    ("last without another reason",
     ["Deployment", "a: app {list: init} $ ./a", LOGGED, "reader: busybox {mounts: [logs]} $ tail -F /logs/app.log"],
     "a init unknown | web app never | reader helper certain never neither order @1", "never-meant-to / a > web+reader / web+reader"),
]
# fmt: on


def told(each: ContainerLife) -> str:
    if each.part == "helper":
        holds = " holds" if each.holds_up_work else ""
        return f"{each.name} helper {each.certainty} {each.ends} {each.faces} {each.benefit} @{each.place}{holds}"
    return f"{each.name} {each.part} {each.ends}" + (f" {each.faces}" if each.part == "sidecar" else "")


def course(found: Lifecycle) -> str:
    return f"{found.pod.completes} / {steps(found.starts)} / {steps(found.stops)}"


def steps(groups: Groups) -> str:
    return " > ".join("+".join(names) for names in groups)


@pytest.mark.parametrize(("sketch", "containers", "ordered"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_lifecycle(sketch: list[str], containers: str, ordered: str) -> None:
    found = life(*sketch)
    assert " | ".join(told(each) for each in found.containers) == containers
    assert course(found) == ordered


@pytest.mark.parametrize("sketch", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_holds_of_every_pod(sketch: list[str]) -> None:
    found = life(*sketch)
    assert found.pod.apps
    for each in found.containers:
        is_helper = each.part == "helper"
        assert (each.part in ("init", "sidecar")) == (each.list == "initContainers")
        assert bool(each.certainty) == (each.place is not None) == is_helper
        assert each.evidence or not is_helper, "a helper is shown by evidence"
        assert each.benefit == "none" or is_helper
        assert each.apps == found.pod.apps


def test_a_service_that_leads_to_an_outbound_helper_makes_it_an_entrance() -> None:
    references = services("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: web}, ports: [{port: 9090}]}}")
    sketch = ["Deployment {labels: {app: web}}", "web: app", "db: sql {ports: [9090]}", "metrics: pg-exporter {ports: [9090]}"]
    faces = [each.faces for each in life(*sketch, references=references).containers]
    assert faces == ["neither", "inbound", "neither"]


FAULTS = [
    ("1.29", "init", "Always", ""),
    ("1.33", "init", "OnFailure", "accepts only Always"),
    ("1.34", "init", "Never", "drops it without a word"),
    ("1.35", "init", "Never", ""),
    ("1.33", "init", "Sometimes", "accepts only Always"),
    ("1.34", "init", "Sometimes", "drops it without a word"),
    ("1.35", "init", "Sometimes", "Sometimes is no restart policy"),
    ("1.35", "init", "''", "an empty text is no restart policy"),
    ("1.33", "", "Always", "refuses the pod"),
    ("1.34", "", "Always", "drops it without a word"),
    ("1.35", "", "Always", ""),  # every container of this pod is started again anyway
    ("1.35", "", "OnFailure", ""),
    ("1.33", "", "sometimes", "refuses the pod"),
    ("1.34", "", "sometimes", "drops it without a word"),
    ("1.35", "", "sometimes", "is no restart policy"),
]


@pytest.mark.parametrize(("target", "place", "policy", "fault"), FAULTS)
def test_a_container_restart_policy(target: str, place: str, policy: str, fault: str) -> None:
    found = life("Deployment", f"a: app {{list: '{place}', restartPolicy: {policy}}}", "web: app", target=target)
    said = next(each for each in found.containers if each.name == "a").restart_policy_fault
    assert fault in said if fault else said == ""


def test_always_on_a_container_of_a_pod_that_is_meant_to_end() -> None:
    found = life("Job Never", "a: app {restartPolicy: Always}", "web: app", target="1.35")
    assert "does not make a sidecar" in next(each for each in found.containers if each.name == "a").restart_policy_fault


def test_after_a_move_the_helper_starts_first_and_stops_last() -> None:
    before = workload("Job Never", "set: app {list: init} $ ./set", "work: app $ echo done", "a: sql", "b: rbac")
    moved = after(before, [("b", 1), ("a", 0)])
    assert [each.name for each in moved.pod.init_containers] == ["a", "set", "b"]
    assert [each.is_sidecar for each in moved.pod.init_containers] == [True, False, True]
    assert [each.name for each in moved.pod.containers] == ["work"]
    assert [each.name for each in before.pod.containers] == ["work", "a", "b"]
