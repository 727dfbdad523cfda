"""How each legacy helper of a pod that is meant to end comes to its end today, as the rules say it: trick, by whom, with what, how
it fails. `h` is the helper; `sketch.py` says how a pod is written."""

import pytest

from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.seen import see
from sidecarlint.lifecycle.tricks import IDLE, Scene
from sidecarlint.lifecycle.tricks.search import trick_of
from tests.sketch import CATALOGUE, life, workload

QUIT = "curl -X POST localhost:9091/quitquitquit"
READY = "h: sql > --quitquitquit p:r:i"
ISTIO = "curl -sf -XPOST http://127.0.0.1:15020/quitquitquit"
MARK = "{mounts: [m]}"
WAITS = "h: busybox {mounts: [m]} $ tail -F /m/log & until [ -f /m/done ]; do sleep 1; done; kill $!"
KILL = "(while true; do if [ -f /m/done ]; then kill $P; fi; sleep 1; done) & wait $P"
LOG = "h: busybox {mounts: [m]} $ tail -F /m/log"
SHARED = "Job Never {spec: {shareProcessNamespace: true}}"
KUBEXIT = "env: {KUBEXIT_NAME: %s, KUBEXIT_GRAVEYARD: /g}"

# Rows: what is expected, what it shows, the pod.
# fmt: off
TRICKS: list[tuple[tuple[str, str, str, str], str, list[str]]] = [
    # Quit calls
    (("quit-call", "work", "localhost:9091/quitquitquit", "hides-failure"), "a call behind the work",
     ["Job Never", f"work: app $ ./run; {QUIT}", READY]),
    (("quit-call", "work", "localhost:9091/quitquitquit", "work-fails"), "a call only after success",
     ["Job Never", f"work: app $ ./run && {QUIT}", READY]),
    (("quit-call", "work", "localhost:9091/quitquitquit", "work-fails"), "a shell that stops first",
     ["Job Never", f"work: app $ set -e; ./run; {QUIT}", READY]),
    (("quit-call", "work", "localhost:9091/quitquitquit", "work-succeeds"), "a call only after a failure",
     ["Job Never", f"work: app $ ./run || {QUIT}", READY]),
    (("quit-call", "work", "localhost:9091/quitquitquit", ""), "the exit code is kept",
     ["Job Never", f"work: app $ ./run; c=$?; {QUIT}; exit $c", READY]),
    (("quit-call", "work", "localhost:9091/quitquitquit", ""), "a trap",
     ["CronJob OnFailure", f"work: app $ trap '{QUIT}' EXIT; ./run", READY]),
    (("quit-call", "third", "localhost:9091/quitquitquit", ""), "a third container calls",
     ["Job Never", "work: app $ ./run; echo done", f"third: curlimages/curl $ sleep 60; {QUIT}", READY]),
    (("quit-call", "work", "localhost:9999/quitquitquit", "hides-failure"), "the port that its words name",
     ["Job Never", "work: app $ ./run; curl localhost:9999/quitquitquit", "h: sql > --quitquitquit --admin-port=9999"]),
    (("quit-call", "work", "127.0.0.1:15020/quitquitquit", "hides-failure"), "Istio's",
     ["Job Never", f"work: app $ ./run; {ISTIO}", "h: istio"]),
    (("quit-call", "work", "localhost:15000/quitquitquit", "hides-failure"), "Istio's Envoy",
     ["Job Never", "work: app $ ./run; curl -XPOST localhost:15000/quitquitquit", "h: istio"]),
    (("caller-unknown", "work", "localhost:15020/quitquitquit", ""), "a method that it does not take",
     ["Job Never", "work: app $ ./run; curl localhost:15020/quitquitquit", "h: istio"]),
    (("quit-call", "work", "localhost:15020/quitquitquit", ""), "a call from a program's text",
     ["Job Never", 'work: app {command: [python, -c, "post(\'http://localhost:15020/quitquitquit\')"]}', "h: istio"]),
    (("quit-call", "work", "http://localhost:9091/quitquitquit"[7:], ""), "a call that a variable speaks of",
     ["Job Never", "work: app {env: {CSQL_PROXY_QUIT_URLS: 'http://localhost:9091/quitquitquit'}}", READY]),
    (("quit-call", "work", "localhost:15000/quitquitquit", "hides-failure"), "pilot-agent",
     ["Job Never", "work: app $ ./run; pilot-agent request POST quitquitquit", "h: istio"]),
    (("quit-call", "work", "localhost:9091/quitquitquit", "hides-failure"), "the proxy's own program",
     ["Job Never", "work: app $ ./run; cloud-sql-proxy shutdown", READY]),
    (("caller-unknown", "work", "localhost:9092/quitquitquit", ""), "another port than its own",
     ["Job Never", "work: app $ ./run; curl localhost:9092/quitquitquit", READY]),
    (("caller-unknown", "work", "localhost:9091/quitquitquit", ""), "only when it is stopped itself",
     ["Job Never", f"work: app $ trap '{QUIT}' TERM; ./run", READY]),
    (("quit-call", "work", "${HOST}:9091/quitquitquit", "hides-failure"), "a host in a variable",
     ["Job Never", "work: app $ ./run; curl -X POST ${HOST}:9091/quitquitquit", READY]),
    (("quit-call", "work", "localhost:9091/quitquitquit", "work-fails"), "args that the image's own entrypoint hands to a shell",
     ["Job Never", f"work: app > sh -c './run && {QUIT}'", READY]),
    (("caller-unknown", "work", "localhost:9091/quitquitquit", ""), "a trap that exec takes away",
     ["Job Never", f"work: app $ trap '{QUIT}' EXIT; exec ./run", READY]),
    (("caller-unknown", "", "", ""), "nobody is seen to call", ["Job Never", "work: app", READY]),
    (("caller-unknown", "", "", ""), "made to exit well", ["Job Never", "work: app $ ./run", "h: sql > --exit-zero-on-sigterm p:r:i"]),
    (("caller-unknown", "", "", ""), "an open endpoint beside an app that nobody knows", ["Job Never", "work: app", "h: istio"]),
    (("", "", "", ""), "a version that has no such endpoint",
     ["Job Never", "work: app", "h: docker.io/istio/proxyv2:1.2.10 > proxy sidecar"]),
    (("", "", "", ""), "an open endpoint beside an app whose command calls nobody", ["Job Never", "work: app $ ./run", "h: istio"]),
    (("", "", "", ""), "the endpoint is not on", ["Job Never", f"work: app $ ./run; {QUIT}", "h: sql > p:r:i"]),
    (("caller-unknown", "work", "localhost:9091/quitquitquit", ""), "whether the endpoint is on stands elsewhere",
     ["Job Never", f"work: app $ ./run; {QUIT}", "h: sql > --config-file=/c.toml"]),
    (("", "", "", ""), "the call is for the mesh, not for it", ["Job Never", f"work: app $ ./run; {ISTIO}", "h: sql > p:r:i"]),
    (("", "", "", ""), "a log reader takes no calls", ["Job Never", f"work: app {MARK} $ ./run > /m/log; {QUIT}", LOG]),
    (("", "", "", ""), "a call to a Service elsewhere",
     ["Job Never", "work: app $ ./run; curl -X POST db:9091/quitquitquit", "h: sql > p:r:i"]),
    (("quit-call", "work", "shutdown on localhost:6379", "hides-failure"), "a client that shuts its server down",
     ["Job Never", "work: app $ ./run; redis-cli shutdown", "h: redis:7"]),
    (("quit-call", "work", "shutdown on 127.0.0.1:3306", ""), "the same in a trap",
     ["Job Never", "work: app $ trap 'mysqladmin -h 127.0.0.1 shutdown' EXIT; ./run", "h: mysql:8"]),
    # Marker files
    (("marker-file", "work", "/m/done", "hides-failure"), "the work makes it",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log; touch /m/done", WAITS]),
    (("marker-file", "work", "/m/done", "work-fails"), "only after success",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log && touch /m/done", WAITS]),
    (("marker-file", "work", "/m/done", ""), "in a trap",
     ["Job Never", f"work: app {MARK} $ trap 'touch /m/done' EXIT; ./run > /m/log", WAITS]),
    (("marker-file", "work", "/m/done", "work-fails"), "args that the image's own entrypoint hands to a shell",
     ["Job Never", f"work: app {MARK} > sh -c './run > /m/log && touch /m/done'", WAITS]),
    (("marker-file", "work", "/m/done", ""), "an exit code that the file carries over",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log; echo $? > /m/done", WAITS + "; exit $(cat /m/done)"]),
    (("marker-file", "work", "/m/done", ""), "an exit code that a word in the file decides",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log; echo $? > /m/done", WAITS + "; [ $(cat /m/done) = 0 ] || exit 1"]),
    (("marker-file", "work", "/m/done", "hides-failure"), "a file that is read, and whose word decides nothing",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log; echo $? > /m/done", WAITS + "; cat /m/done; exit 0"]),
    (("marker-file", "work", "/m/done", "hides-failure"), "an exit code that is the helper's own",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log; echo $? > /m/done", WAITS + "; exit 3"]),
    (("marker-file", "work", "/m/done", ""), "a mountPath without its first slash",
     ["Job Never {volumes: {m: {emptyDir: {}}}}",
      "work: app {volumeMounts: [{name: m, mountPath: m}]} $ trap 'touch /m/done' EXIT; ./run > /m/log",
      "h: busybox {volumeMounts: [{name: m, mountPath: m}]} $ tail -F /m/log & until [ -f /m/done ]; do sleep 1; done"]),
    (("marker-file", "work", "/m/done", "hides-failure"), "a redirection",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log; echo ok > /m/done", WAITS]),
    (("marker-file", "work", "/m/done", ""), "a known helper in a script that kills it",
     ["Job Never", f"work: app {MARK} $ trap 'touch /m/done' EXIT; ./run",
      f"h: sql {{mounts: ['m:ro']}} $ /cloud_sql_proxy & P=$!; {KILL}"]),
    (("marker-file", "work", "/flags/done", "hides-failure"), "by another path",
     ["Job Never {volumes: {m: {emptyDir: {}}}}",
      "work: app {volumeMounts: [{name: m, mountPath: /out}]} $ ./run > /out/log; touch /out/done",
      "h: busybox {volumeMounts: [{name: m, mountPath: /flags}]} $ tail -F /flags/log & until [ -f /flags/done ]; do sleep 1; done"]),
    (("marker-file", "work", "/m/lock to go", "hides-failure"), "a file that goes",
     ["Job Never", f"work: app {MARK} $ touch /m/lock; ./run > /m/log; rm /m/lock",
      "h: busybox {mounts: [m]} $ tail -F /m/log & while [ -f /m/lock ]; do sleep 1; done"]),
    (("marker-file", "work", "/m", ""), "inotifywait on its folder",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log; trap 'touch /m/done' EXIT",
      "h: busybox {mounts: [m]} $ tail -F /m/log & inotifywait -e create /m; kill $!"]),
    (("marker-file", "", "/m/done", ""), "an app that may make it", ["Job Never", f"work: app {MARK}", WAITS]),
    (("marker-file", "", "/m/done", ""), "a volume that others may write to",
     ["Job Never {volumes: {m: {hostPath: {path: /x}}}}", "work: app $ echo done", WAITS.replace("h: busybox", "h: sql")]),
    (("marker-file", "work", "/m/done", ""), "a helper that is told of the file and no more",
     ["Job Never", f"work: app {MARK} $ trap 'touch /m/done' EXIT; ./run",
      "h: sql {mounts: [m], env: {WATCH_FILE: /m/done}} $ /killer /cloud_sql_proxy"]),
    (("caller-unknown", "work", "/m/done", ""), "only when it is stopped itself",
     ["Job Never", f"work: app {MARK} $ trap 'touch /m/done' TERM; ./run > /m/log", WAITS]),
    (("", "", "", ""), "nobody makes it", ["Job Never", f"work: busybox {MARK} $ date; echo ok", WAITS]),
    (("", "", "", ""), "nobody else mounts its volume",
     ["Job Never", "work: app $ ./run; touch /m/done", WAITS.replace("h: busybox", "h: fluent-bit")]),
    (("", "", "", ""), "a file that it waits for before it starts",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log",
      "h: busybox {mounts: [m]} $ until [ -f /m/log ]; do sleep 1; done; tail -F /m/log"]),
    # Kills
    (("process-kill", "work", "cloud-sql-proxy", "hides-failure"), "a kill by name",
     [SHARED, "work: app $ ./run; pkill cloud-sql-proxy", "h: sql"]),
    (("process-kill", "work", "cloud_sql_proxy", "work-fails"), "a name that is written otherwise",
     [SHARED, "work: app $ ./run && pkill cloud_sql_proxy", "h: sql"]),
    (("process-kill", "work", "envoy", ""), "in a trap, found by its name",
     [SHARED, "work: app $ trap 'kill $(pidof envoy)' EXIT; ./run", "h: istio $ envoy -c /e"]),
    (("process-kill", "third", "pid", ""), "a third container, by number",
     [SHARED, "work: app $ echo done", "third: app2 $ while pgrep work; do sleep 1; done; kill $P", "h: sql"]),
    (("process-kill", "work", "tail", ""), "all processes of the node",
     ["Job Never {spec: {hostPID: true}}", f"work: app {MARK} $ trap 'pkill tail' EXIT; ./run > /m/log", LOG]),
    (("process-kill", "work", "pid", "hides-failure"), "numbers that xargs hands over",
     [SHARED, "work: app $ ./run; pgrep -f sql | xargs kill", "h: sql"]),
    (("", "", "", ""), "no shared processes", ["Job Never", "work: app $ ./run; pkill cloud-sql-proxy", "h: sql"]),
    (("caller-unknown", "", "", ""), "another's name", [SHARED, "work: app $ ./run; pkill server", "web: app2 $ ./server", "h: sql"]),
    (("", "", "", ""), "a signal that ends nobody", [SHARED, "work: app $ echo a; pkill -HUP cloud-sql-proxy", "h: sql"]),
    # kubectl and controllers
    (("kubectl", "work", "kubectl exec $POD -c h -- kill 1", ""), "kubectl exec",
     ["Job Never", "work: app $ ./run; kubectl exec $POD -c h -- kill 1", "h: sql"]),
    (("", "", "", ""), "kubectl exec into another", ["Job Never", "work: app $ ./run; kubectl exec $POD -c web -- kill 1", "h: sql"]),
    (("kubectl", "h", "kubectl delete job web", ""), "it deletes its own Job",
     ["Job Never", "work: app $ ./run", "h: busybox $ while true; do ./done && kubectl delete job web; sleep 5; done"]),
    (("annotation", "", "nrmitchi.com/sidecars", ""), "an annotation that lists it",
     ["Job Never {annotations: {nrmitchi.com/sidecars: 'h, other'}}", "work: app", "h: sql"]),
    (("annotation", "", "example.com/sidecars", ""), "the same of a fork",
     ["Job Never {annotations: {example.com/sidecars: h}}", "work: app", "h: sql"]),
    (("", "", "", ""), "an annotation that lists others",
     ["Job Never {annotations: {nrmitchi.com/sidecars: other}}", "work: app", "h: sql"]),
    (("annotation", "", "workflows.argoproj.io/kill-cmd-h", ""), "Argo's",
     ["Job Never {annotations: {workflows.argoproj.io/kill-cmd-h: '[]'}}", "work: app", "h: sql"]),
    (("annotation", "", "KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT", ""), "a variable for OpenKruise",
     ["Job Never", "work: app", "h: sql {env: {KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT: 'true'}}"]),
    (("", "", "", ""), "the same switched off",
     ["Job Never", "work: app", "h: sql {env: {KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT: 'false'}}"]),
    # Wrappers
    (("wrapper", "work", "kubexit", ""), "kubexit around both",
     ["Job Never", f"work: app {{{KUBEXIT % 'work'}}} $ kubexit ./run",
      "h: sql {env: {KUBEXIT_NAME: h, KUBEXIT_DEATH_DEPS: 'x, work'}} $ kubexit /cloud_sql_proxy"]),
    (("caller-unknown", "", "kubexit", ""), "kubexit that waits for nobody",
     ["Job Never", "work: app $ ./run", "h: sql {env: {KUBEXIT_NAME: h}} $ kubexit /cloud_sql_proxy"]),
    (("caller-unknown", "", "kubexit", ""), "kubexit around the helper alone",
     ["Job Never", "work: app $ ./run", "h: sql {env: {KUBEXIT_NAME: h, KUBEXIT_DEATH_DEPS: work}} $ kubexit /cloud_sql_proxy"]),
    (("wrapper", "work", "scuttle", ""), "scuttle", ["Job Never", "work: app $ scuttle ./run", "h: istio"]),
    (("wrapper", "work", "scuttle", ""), "scuttle in the image",
     ["Job Never", "work: app {env: {ISTIO_QUIT_API: 'http://127.0.0.1:15020'}}", "h: istio"]),
    (("wrapper", "work", "scuttle", "work-fails"), "scuttle that leaves it when the work fails",
     ["Job Never", "work: app {env: {NEVER_KILL_ISTIO_ON_FAILURE: 'true'}} $ scuttle ./run", "h: istio"]),
    (("", "", "", ""), "scuttle that leaves it", ["Job Never", "work: app {env: {NEVER_KILL_ISTIO: 'true'}} $ scuttle ./run", "h: istio"]),
    (("", "", "", ""), "scuttle beside another proxy", ["Job Never", "work: app $ scuttle ./run", "h: sql"]),
    (("wrapper", "work", "scuttle", ""), "scuttle with its endpoint",
     ["Job Never", "work: app {env: {GENERIC_QUIT_ENDPOINTS: 'http://localhost:9091/quitquitquit'}} $ scuttle ./run", READY]),
    (("quit-call", "watch", "envoy-sidecar-helper", ""), "a container that does nothing else",
     ["Job Never", "work: app $ ./run", "watch: paskalmaksim/envoy-sidecar-helper:v1", "h: istio"]),
    # Alone
    (("watch-loop", "h", "it waits for a process", ""), "it looks for the work's process",
     [SHARED, f"work: busybox {MARK} $ date > /m/log",
      "h: busybox {mounts: [m]} $ tail -F /m/log & while pgrep date; do sleep 1; done; kill $!"]),
    (("watch-loop", "h", "it waits for an answer from localhost:8080", ""), "it asks for the work's port",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log",
      "h: busybox {mounts: [m]} $ tail -F /m/log & while nc -z localhost 8080; do sleep 1; done; kill $!"]),
    (("self-timeout", "h", "timeout 3600", ""), "after an hour",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log", "h: busybox {mounts: [m]} $ timeout -k 5 3600 tail -F /m/log"]),
    (("self-timeout", "h", "", ""), "after so many rounds",
     ["Job Never", f"work: app {MARK} $ ./run > /m/log", "h: fluent-bit {mounts: [m]} $ for i in 1 2 3; do cat /m/log; sleep 60; done"]),
    (("deadline", "", "600", ""), "the Job's deadline", ["Job Never {deadline: 600}", "work: app $ ./run", "h: sql"]),
    (("deadline", "", "60", ""), "the CronJob's", ["CronJob Never {deadline: 60}", "work: app $ ./run", "h: sql"]),
    (("deadline", "", "30", ""), "the pod's, when it is sooner",
     ["Job Never {deadline: 60, spec: {activeDeadlineSeconds: 30}}", "work: app $ ./run", "h: sql"]),
    (("deadline", "", "30", ""), "a bare pod's", ["Pod Never {spec: {activeDeadlineSeconds: 30}}", "work: app $ ./run", "h: sql"]),
    (("quit-call", "work", "localhost:9091/quitquitquit", ""), "a deadline besides",
     ["Job Never {deadline: 600}", f"work: app $ trap '{QUIT}' EXIT; ./run", READY]),
    (("caller-unknown", "", "", ""), "nothing is known of how it ends", ["Job Never", "work: app", "h: vault > agent -config=/c.hcl"]),
    (("caller-unknown", "", "", ""), "its livenessProbe",
     ["Job Never", "work: app $ ./run", "h: sql {livenessProbe: {exec: {command: [test, '!', -f, /a]}}}"]),
    # None
    (("", "", "", ""), "nothing", ["Job Never", "work: app $ ./run", "h: sql"]),
    (("", "", "", ""), "a pod that is not meant to end", ["Deployment", f"work: app $ ./run; {QUIT}", READY]),
    (("", "", "", ""), "an app that never ends", ["Job Never", f"work: app $ sleep infinity; {QUIT}", READY]),
    (("", "", "", ""), "a server that somebody tries out", ["Pod Never", "work: app {ports: [80]}", READY]),
    (("", "", "", ""), "a native sidecar", ["Job Never", f"work: app $ ./run; {QUIT}", "h: sql {list: sidecar} > --quitquitquit"]),
]
# fmt: on


@pytest.mark.parametrize(("expected", "sketch"), [(row[0], row[2]) for row in TRICKS], ids=[row[1] for row in TRICKS])
def test_how_a_helper_ends_today(expected: tuple[str, str, str, str], sketch: list[str]) -> None:
    each = next(each for each in life(*sketch).containers if each.name == "h")
    assert (each.trick, each.trick_by, each.trick_with, each.trick_fails) == expected


@pytest.mark.parametrize("sketch", [row[2] for row in TRICKS], ids=[row[1] for row in TRICKS])
def test_what_holds_of_every_helper(sketch: list[str]) -> None:
    """Every helper of a pod that may end has a trick or holds up the work, and being native brings it just that."""
    found = life(*sketch)
    ends = found.pod.finite and not any(each.part == "app" and each.ends == "never" for each in found.containers)
    for each in found.containers:
        spoken = each.holds_up_work or each.trick != ""
        assert not spoken or (ends and each.part == "helper")
        assert spoken == (each.benefit == "completion")
        assert spoken or each.part != "helper" or not ends or found.pod.kind == "Pod"
        assert each.trick in ("", "deadline") or not each.holds_up_work
        assert not each.trick or all(sight.message for sight in each.evidence)


@pytest.mark.parametrize(("kind", "h"), [
    ("marker-file", "h: app $ ./serve & until [ -f /run/done ]; do sleep 1; done"),
    (IDLE, "h: sql $ /cloud_sql_proxy & until [ -f /run/done ]; do sleep 1; done"),
    (IDLE, "h: app $ until [ -f /run/done ]; do sleep 1; done"),
])  # fmt: skip
def test_a_program_of_its_own_may_make_the_file(kind: str, h: str) -> None:
    """What is known of a helper's program says that it makes no such file."""
    given = workload("Job Never", "work: app $ ./run", h)
    seen = see(given, CATALOGUE)
    trick = trick_of(Scene(given, seen[1], Part("helper"), seen[1].does.ends, None, seen))
    assert trick is not None
    assert (trick.kind, trick.by) == (kind, "")


def test_airflow_ends_the_container_that_it_adds() -> None:
    _, helper = life("Pod Never", "base: app $ ./run", "airflow-xcom-sidecar: alpine $ while true; do sleep 1; done;").containers
    assert (helper.trick, helper.trick_with, helper.ends, helper.holds_up_work) == ("annotation", "its name", "when-told", False)
