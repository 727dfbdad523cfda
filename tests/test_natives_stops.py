"""Pods whose sidecars end at the wrong time: a pod in a few words, and what the model says of the sidecar `s`, or of the app `w`."""

import pytest

from sidecarlint.lifecycle import ContainerLife, Lifecycle
from tests.sketch import life

SHOP = "w: app {ports: [8080]}"
STOP = "lifecycle: {preStop: {%s}}"
EXEC = "exec: {command: [sh, -c, '%s']}"
SLEEP = STOP % "sleep: {seconds: 15}"


def sidecar(image: str, more: str, script: str = "") -> str:
    return f"s: {image} {{list: sidecar, {more}}}{script}"


def hooked(named: str, hook: str) -> str:
    return f"{named} {{{hook}}}"


# fmt: off
QUITS = [
    ("kill 1", "its first process", sidecar("side", STOP % EXEC % "kill 1")),
    ("kill -s QUIT 1", "with another signal", sidecar("side", STOP % EXEC % "sleep 5; kill -s QUIT 1")),
    ("pkill envoy", "by its name", sidecar("side", STOP % "exec: {command: [pkill, envoy]}")),
    ("nginx -s quit", "its own program", sidecar("nginx", STOP % EXEC % "sleep 5 && /usr/sbin/nginx -s quit")),
    ("nginx -s quit", "before it waits for its own end",
     sidecar("nginx", STOP % EXEC % "nginx -s quit; while pgrep nginx; do sleep 1; done")),
    ("pilot-agent request POST quitquitquit", "a mesh's proxy",
     sidecar("istio", STOP % "exec: {command: [pilot-agent, request, POST, quitquitquit]}")),
    ("cloud-sql-proxy shutdown", "a database proxy",
     sidecar("sql", STOP % "exec: {command: [/cloud-sql-proxy, shutdown]}", " > --quitquitquit")),
    ("", "a database proxy that takes no such call", sidecar("sql", STOP % "exec: {command: [/cloud-sql-proxy, shutdown]}")),
    ("POST /quitquitquit", "a call to its endpoint",
     sidecar("sql", STOP % EXEC % "curl -X POST localhost:9091/quitquitquit", " > --quitquitquit")),
    ("POST /quitquitquit", "an endpoint that a variable switches on",
     sidecar("sql", "env: {CSQL_PROXY_QUITQUITQUIT: 'true'}, " + STOP % EXEC % "curl -X POST localhost:9091/quitquitquit")),
    ("", "an endpoint that is off", sidecar("sql", STOP % EXEC % "curl -X POST localhost:9091/quitquitquit")),
    ("GET /-/quit", "a call by the kubelet", sidecar("side", "ports: [9000], " + STOP % "httpGet: {port: 9000, path: /-/quit}")),
    ("GET /shutdown", "the same by the port's name", sidecar("side", "ports: [a=9000], " + STOP % "httpGet: {port: a, path: /shutdown}")),
    ("", "a call that nobody but localhost may make", sidecar("istio", STOP % "httpGet: {port: 15020, path: /quitquitquit}")),
    ("", "a call to the app", sidecar("side", STOP % "httpGet: {port: 8080, path: /shutdown}")),
    ("", "a command that calls the app", sidecar("side", STOP % EXEC % "curl -X POST localhost:8080/shutdown")),
    ("", "a call that drains", sidecar("side", STOP % "httpGet: {port: 9000, path: /drain}")),
    ("", "a command that drains", sidecar("istio", STOP % "exec: {command: [pilot-agent, request, --debug-port=15020, POST, drain]}")),
    ("", "a signal that asks", sidecar("side", STOP % EXEC % "kill -0 1")),
    ("", "a signal that reloads", sidecar("side", STOP % EXEC % "kill -HUP 1")),
    ("", "it waits for the app to end", sidecar("side", STOP % EXEC % "while nc -z localhost 8080; do sleep 1; done; kill 1")),
    ("", "it only sleeps", sidecar("sql", SLEEP)),
    ("", "an entrance that finishes what it has begun", sidecar("oauth2", STOP % EXEC % "kill -s QUIT 1")),
    ("kill 1", "an entrance that cuts it off", sidecar("oauth2", STOP % EXEC % "kill 1")),
    ("", "a postStart hook", sidecar("side", STOP.replace("preStop", "postStart") % EXEC % "kill 1")),
    ("", "it is the app's hook", hooked("s: side", STOP % EXEC % "kill 1")),
]
IDLE = [
    ("15", "a way out", sidecar("sql", SLEEP), SHOP),
    ("20", "by a command", sidecar("sql", STOP % "exec: {command: [sleep, '20']}"), SHOP),
    ("25", "by a script", sidecar("sql", STOP % EXEC % "echo bye; sleep 15s; sleep 10"), SHOP),
    ("30", "not beyond the grace period", sidecar("sql", STOP % EXEC % "sleep 1m"), SHOP),
    ("15", "what the app reaches on localhost", sidecar("side", "ports: [9000], " + SLEEP), "w: app > --cache=localhost:9000"),
    ("", "nothing shows that the app reaches it", sidecar("side", "ports: [9000], " + SLEEP), SHOP),
    ("", "an entrance drains", sidecar("oauth2", SLEEP), SHOP),
    ("", "a log shipper may use the time", sidecar("fluent-bit", SLEEP), SHOP),
    ("", "an exporter is scraped once more", sidecar("pg-exporter", "ports: [9187], " + SLEEP), "w: app > --metrics=localhost:9187"),
    ("", "it does more", sidecar("sql", STOP % EXEC % "sleep 15; /drain"), SHOP),
    ("", "it sleeps as long as there is need", sidecar("sql", STOP % EXEC % "while /busy; do sleep 1; done"), SHOP),
    ("", "a variable says how long", sidecar("sql", STOP % EXEC % "sleep $DELAY"), SHOP),
    ("", "the app sleeps", "s: sql {list: sidecar}", f"w: app {{{SLEEP}}}"),
]
GRACE = [
    ("the preStop hook of w sleeps 45 seconds, and the grace period is 30", "the app's hook",
     ["Deployment", "s: sql {list: sidecar}", hooked("w: app", STOP % EXEC % "sleep 45; nginx -s quit")]),
    ("the preStop hook of s sleeps 30 seconds, and the grace period is 30", "a sidecar's own", ["Deployment",
     sidecar("sql", STOP % "sleep: {seconds: 30}"), SHOP]),
    ("the preStop hook of w sleeps 60 seconds, and the grace period is 60", "as long as is given",
     ["Deployment {spec: {terminationGracePeriodSeconds: 60}}", "s: sql {list: sidecar}",
      hooked("w: app", STOP % "exec: {command: [sleep, 60s]}")]),
    ("", "what the API server refuses anyway", ["Deployment", "s: sql {list: sidecar}", hooked("w: app", STOP % "sleep: {seconds: 45}")]),
    ("", "time is left", ["Deployment", "s: sql {list: sidecar}", hooked("w: app", STOP % EXEC % "sleep 25")]),
    ("", "it sleeps if it must", ["Deployment", "s: sql {list: sidecar}", hooked("w: app", STOP % EXEC % "test -f /a || sleep 45")]),
    ("", "no sidecar", ["Deployment", "s: sql {list: init}", hooked("w: app", STOP % EXEC % "sleep 45")]),
    ("", "no grace at all",
     ["Deployment {spec: {terminationGracePeriodSeconds: 0}}", "s: sql {list: sidecar}", hooked("w: app", STOP % EXEC % "sleep 45")]),
]
SLOW = STOP % EXEC % "sleep 45"
CUT_SHORT = [
    ("s and w", "the app's hook, for which its sidecar waits", ["s: sql {list: sidecar}", hooked("w: app", SLOW), "quick: app"]),
    ("a and s", "a sidecar's own, and the one in front of it",
     ["a: sql {list: sidecar}", sidecar("side", SLOW), "b: side {list: sidecar}", SHOP]),
    ("s", "nobody waits for the first sidecar", [sidecar("side", SLOW), "b: side {list: sidecar}", SHOP]),
    ("s and w", "a plain init container has ended", ["a: tools {list: init}", "s: sql {list: sidecar}", hooked("w: app", SLOW)]),
    ("", "too many to say", ["a: sql {list: sidecar}", "s: sql {list: sidecar}", hooked("w: app", SLOW)]),
    ("", "time is left", ["s: sql {list: sidecar}", hooked("w: app", STOP % EXEC % "sleep 25")]),
]
UPLOAD = "while [ ! -f /x/end ]; do sleep 1; done; aws s3 cp /x/out s3://b"
WORK = "w: app {mounts: [x]} $ ./run > /x/out; touch /x/end"


def uploader(script: str = UPLOAD) -> str:
    return sidecar("tools", "mounts: [x]", f" $ {script}")


LATE = [
    ("aws after /x/end", "it uploads once the app has said so", ["Job Never", uploader(), WORK]),
    ("aws after /x/end", "in any kind", ["Deployment", uploader(), WORK]),
    ("aws after /x/end", "in a trap, however the app ends",
     ["Job Never", uploader(), "w: app {mounts: [x]} $ trap \"touch /x/end\" EXIT; ./run > /x/out"]),
    ("", "it traps SIGTERM", ["Job Never", uploader(f"trap \"aws s3 cp /x/out s3://b\" TERM; {UPLOAD}"), WORK]),
    ("", "somebody thought of the time", ["Job Never {spec: {terminationGracePeriodSeconds: 300}}", uploader(), WORK]),
    ("", "it only ends", ["Job Never", uploader("tail -F /x/out & while [ ! -f /x/end ]; do sleep 1; done; echo done; exit 0"), WORK]),
    ("", "it works while it waits", ["Job Never", uploader("while [ ! -f /x/end ]; do aws s3 sync /x s3://b; sleep 5; done"), WORK]),
    ("aws after /x/end", "it works while it waits, and again",
     ["Job Never", uploader("while [ ! -f /x/end ]; do for f in /x/*; do ./note $f; done; done; aws s3 sync /x s3://b"), WORK]),
    ("aws after /x/end", "it looks and works in one loop",
     ["Job Never", uploader("while true; do if [ -f /x/end ]; then aws s3 cp /x/out s3://b; exit 0; fi; sleep 1; done"), WORK]),
    ("", "nobody makes the file", ["Job Never", uploader(), "w: app {mounts: [x]} $ ./run > /x/out"]),
    ("", "the file is of another volume", ["Job Never", uploader(), "w: app {mounts: [y]} $ ./run; touch /y/end"]),
    ("", "the app says it at its start", ["Job Never", uploader(), "w: app {mounts: [x]} $ touch /x/end; ./run"]),
    ("", "the app waits for the upload",
     ["Job Never", uploader(UPLOAD + "; touch /x/up"), WORK + "; until [ -f /x/up ]; do sleep 1; done"]),
    ("", "it is an ordinary container", ["Job Never", "s: tools {mounts: [x]} $ " + UPLOAD, WORK]),
]
QUITS_SQL = "./run; curl -X POST localhost:9091/quitquitquit"
TELLS = [
    ("s by POST /quitquitquit", "its endpoint", ["Job Never", "s: sql {list: sidecar} > --quitquitquit", f"w: app $ {QUITS_SQL}"]),
    ("s by GET /shutdown", "a declared port",
     ["Job Never", "s: side {list: sidecar, ports: [4191]}", "w: app $ ./run; curl localhost:4191/shutdown"]),
    ("", "an endpoint that is off", ["Job Never", "s: sql {list: sidecar}", f"w: app $ {QUITS_SQL}"]),
    ("", "a port of nobody known", ["Job Never", "s: side {list: sidecar}", "w: app $ ./run; curl localhost:4191/shutdown"]),
    ("", "its own endpoint",
     ["Job Never", "s: side {list: sidecar, ports: [1]}", "w: app {ports: [4191]} $ ./run; curl localhost:4191/shutdown"]),
    ("", "another path", ["Job Never", "s: side {list: sidecar, ports: [4191]}", "w: app $ ./run; curl localhost:4191/metrics"]),
    ("", "the helper is an ordinary container", ["Job Never", "s: sql > --quitquitquit", f"w: app $ {QUITS_SQL}"]),
    ("", "a pod that is not meant to end", ["Deployment", "s: sql {list: sidecar} > --quitquitquit", f"w: app $ {QUITS_SQL}"]),
    ("s by POST /quitquitquit", "the app's preStop hook there",
     ["Deployment", "s: sql {list: sidecar} > --quitquitquit", hooked("w: app", STOP % EXEC % "curl -X POST localhost:9091/quitquitquit")]),
    ("s by GET /quit", "the same over HTTP",
     ["Deployment", "s: side {list: sidecar, ports: [9000]}", hooked("w: app", STOP % "httpGet: {port: 9000, path: /quit}")]),
    ("s by scuttle", "a wrapper ends a mesh's proxy", ["Job Never", "s: istio {list: sidecar}", "w: app $ scuttle ./run"]),
    ("s by linkerd-await", "the same for another mesh",
     ["Job Never", "s: istio {list: sidecar}", "w: app $ linkerd-await --shutdown -- ./run"]),
    ("", "a wrapper that only waits", ["Job Never", "s: istio {list: sidecar}", "w: app $ linkerd-await -- ./run"]),
    ("", "a wrapper without a mesh's sidecar", ["Job Never", "s: side {list: sidecar}", "w: app $ scuttle ./run"]),
    ("s by killing cloud-sql-proxy", "a kill",
     ["Job Never {spec: {shareProcessNamespace: true}}", "s: sql {list: sidecar}", "w: app $ ./run; pkill cloud-sql-proxy"]),
    ("", "a kill that reaches nobody", ["Job Never", "s: sql {list: sidecar}", "w: app $ ./run; pkill cloud-sql-proxy"]),
    ("", "a kill of its own job",
     ["Job Never {spec: {shareProcessNamespace: true}}", "s: sql {list: sidecar}", "w: app $ ./watch & ./run; pkill watch"]),
    ("s by making /x/end", "a marker file",
     ["Job Never", uploader("tail -F /x/out & until [ -f /x/end ]; do sleep 1; done"), WORK]),
    ("", "a file that starts it", ["Job Never", uploader("until [ -f /x/end ]; do sleep 1; done; tail -F /x/out"), WORK]),
    ("", "a file that starts its work", ["Job Never", uploader(), WORK]),
    ("", "a universal pair", ["Job Never", "s: app {list: sidecar, ports: [9000]}", "w: app $ curl localhost:9000/quit"]),
]
# fmt: on


def named(found: Lifecycle, name: str) -> ContainerLife:
    return next(each for each in found.containers if each.name == name)


@pytest.mark.parametrize(("words", "helper"), [(row[0], row[2]) for row in QUITS], ids=[row[1] for row in QUITS])
def test_a_hook_that_ends_its_own_sidecar(words: str, helper: str) -> None:
    assert named(life("Deployment", helper, SHOP), "s").quits_by == words


def test_whose_process_it_is_nobody_knows_where_all_are_shared() -> None:
    helper = sidecar("side", STOP % EXEC % "pkill envoy")
    assert named(life("Deployment {spec: {shareProcessNamespace: true}}", helper, SHOP), "s").quits_by == ""


@pytest.mark.parametrize(("seconds", "containers"), [(row[0], row[2:]) for row in IDLE], ids=[row[1] for row in IDLE])
def test_a_hook_that_only_sleeps(seconds: str, containers: tuple[str, ...]) -> None:
    assert named(life("Deployment", *containers), "s").idle_stop == seconds


@pytest.mark.parametrize(("words", "sketch"), [(row[0], row[2]) for row in GRACE], ids=[row[1] for row in GRACE])
def test_who_uses_the_grace_period_up(words: str, sketch: list[str]) -> None:
    assert life(*sketch).pod.used_up_grace == words


@pytest.mark.parametrize(("names", "containers"), [(row[0], row[2]) for row in CUT_SHORT], ids=[row[1] for row in CUT_SHORT])
def test_to_whom_two_seconds_are_left(names: str, containers: list[str]) -> None:
    assert life("Deployment", *containers).pod.cut_short == names


@pytest.mark.parametrize(("words", "sketch"), [(row[0], row[2]) for row in LATE], ids=[row[1] for row in LATE])
def test_work_that_begins_when_the_app_has_ended(words: str, sketch: list[str]) -> None:
    assert named(life(*sketch), "s").late_work == words


@pytest.mark.parametrize(("words", "sketch"), [(row[0], row[2]) for row in TELLS], ids=[row[1] for row in TELLS])
def test_who_ends_a_sidecar_that_ends_by_itself(words: str, sketch: list[str]) -> None:
    assert named(life(*sketch), "w").tells_to_quit == words


def test_the_evidence_points_at_the_quit_call() -> None:
    (sight,) = named(life("Job Never", "s: sql {list: sidecar} > --quitquitquit", f"w: app $ {QUITS_SQL}"), "w").evidence
    assert sight.route is not None
    assert (sight.message, sight.route[-2:], sight.part) == ("it tells s to quit", ("command", 2), (7, 47))
