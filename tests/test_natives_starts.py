"""Pods whose sidecars cannot start, or are needed before they are up: a pod in a few words, and what the model says of the sidecar `s`."""

import pytest

from sidecarlint.lifecycle import ContainerLife
from tests.sketch import life

SHOP = "shop: app {ports: [http=8080]}"
PROBE = "startupProbe: {%s}"
HOOK = "lifecycle: {postStart: {%s}}"
EXEC = "exec: {command: [sh, -c, '%s']}"
WAIT = "until nc -z localhost 8080; do sleep 1; done"


def sidecar(more: str, script: str = "") -> str:
    return f"s: side {{list: sidecar, {more}}}{script}"


# fmt: off
DEADLOCKS = [
    ("its startupProbe asks port 8080 of shop", "a port of the app", [sidecar(PROBE % "httpGet: {port: 8080}"), SHOP]),
    ("its startupProbe asks port 8080 of shop", "the same by tcp", [sidecar(PROBE % "tcpSocket: {port: 8080}"), SHOP]),
    ("its startupProbe asks port 8080 of shop", "the same by grpc", [sidecar(PROBE % "grpc: {port: 8080}"), SHOP]),
    ("its startupProbe asks port http of shop", "a port that only the app names", [sidecar(PROBE % "httpGet: {port: http}"), SHOP]),
    ("its postStart hook asks port 8080 of shop", "a hook over HTTP", [sidecar(HOOK % "httpGet: {port: 8080}"), SHOP]),
    ("its startupProbe asks port 8080 of shop", "a port that the app opens",
     [sidecar(PROBE % "httpGet: {port: 8080}"), "shop: app $ nc -lk -p 8080"]),
    ("", "a port that the app is asked at, which may be a proxy's",
     [sidecar(PROBE % "httpGet: {port: 8080}"), "shop: app {livenessProbe: {tcpSocket: {port: 8080}}}"]),
    ("its startupProbe asks port 9000 of t", "a port of a later sidecar",
     [sidecar(PROBE % "tcpSocket: {port: 9000}"), "t: other {list: sidecar, ports: [9000]}", "shop: app"]),
    ("", "a port of a sidecar before it",
     ["t: other {list: sidecar, ports: [9000]}", sidecar(PROBE % "tcpSocket: {port: 9000}"), "shop: app"]),
    ("", "its own declared port", [sidecar("ports: [8080], " + PROBE % "httpGet: {port: 8080}"), SHOP]),
    ("", "its own named port", [sidecar("ports: [http=9000], " + PROBE % "httpGet: {port: http}"), SHOP]),
    ("", "a port of its words", [sidecar(PROBE % "httpGet: {port: 8080}", " > --listen=0.0.0.0:8080"), SHOP]),
    ("", "a port of its variables", [sidecar("env: {LISTEN: ':8080'}, " + PROBE % "httpGet: {port: 8080}"), SHOP]),
    ("", "a port of its helper file", [f"s: sql {{list: sidecar, {PROBE % 'httpGet: {port: 9090}'}}}", "shop: app {ports: [9090]}"]),
    ("", "a port of nobody", [sidecar(PROBE % "httpGet: {port: 9999}"), SHOP]),
    ("", "a port of another host", [sidecar(PROBE % "httpGet: {port: 8080, host: db.example}"), SHOP]),
    ("", "a readinessProbe holds nobody back", [sidecar("readinessProbe: {httpGet: {port: 8080}}"), SHOP]),
    ("", "a preStop hook comes later", [sidecar("lifecycle: {preStop: {httpGet: {port: 8080, path: /}}}"), SHOP]),
    ("", "a plain init container", [f"s: side {{list: init, {PROBE % 'httpGet: {port: 8080}'}}}", SHOP]),
    ("", "a universal pair", ["s: app {list: sidecar, startupProbe: {tcpSocket: {port: 8080}}}", SHOP]),
    ("", "a stub", ["s: none {list: sidecar, startupProbe: {tcpSocket: {port: 8080}}}", SHOP]),
    ("its postStart hook asks port 8080 of shop", "a hook that waits for ever", [sidecar(HOOK % EXEC % WAIT), SHOP]),
    ("its startupProbe asks port 8080 of shop", "a command that asks once",
     [sidecar(PROBE % "exec: {command: [curl, -f, 'http://localhost:8080/']}"), SHOP]),
    ("its startupProbe asks port 8080 of shop", "a script that asks once",
     [sidecar(PROBE % EXEC % "curl -f localhost:8080 >/dev/null 2>&1 || exit 1"), SHOP]),
    ("", "a failure that is waved through", [sidecar(HOOK % EXEC % "curl localhost:8080 || true"), SHOP]),
    ("", "a failure that is followed by success", [sidecar(PROBE % EXEC % "curl localhost:8080; true"), SHOP]),
    ("", "a question", [sidecar(PROBE % EXEC % "if curl localhost:8080; then echo up; fi"), SHOP]),
    ("", "the app must not be there", [sidecar(PROBE % EXEC % "! nc -z localhost 8080"), SHOP]),
    ("", "a loop that counts", [sidecar(HOOK % EXEC % "i=0; until nc -z localhost 8080 || [ $i -gt 9 ]; do i=$((i+1)); done"), SHOP]),
    ("", "a loop in a timeout", [sidecar(HOOK % EXEC % f"timeout 9 sh -c \\\"{WAIT}\\\""), SHOP]),
    ("", "a job in the background", [sidecar(HOOK % EXEC % f"({WAIT}; /reload) & true"), SHOP]),
    ("", "another host", [sidecar(HOOK % EXEC % "until nc -z db 8080; do sleep 1; done"), SHOP]),
    ("its startupProbe needs /x/key, which keys makes", "a file of a later init container",
     [sidecar("mounts: [x], " + PROBE % "exec: {command: [test, -s, /x/key]}"), "keys: app {list: init, mounts: [x]} $ ./make > /x/key",
      "shop: app2"]),
    ("its postStart hook needs /x/up, which shop makes", "a file of the app",
     [sidecar("mounts: [x], " + HOOK % EXEC % "until [ -f /x/up ]; do sleep 1; done"), "shop: app {mounts: [x]} $ touch /x/up; ./run"]),
    ("", "a file that an init container before it makes",
     ["keys: app {list: init, mounts: [x]} $ ./make > /x/key", sidecar("mounts: [x], " + PROBE % "exec: {command: [test, -s, /x/key]}"),
      "shop: app2 {mounts: [x]} $ date > /x/key"]),
    ("", "a file that it speaks of itself",
     [sidecar("mounts: [x], " + PROBE % "exec: {command: [test, -S, /x/sock]}", " > --socket=/x/sock"),
      "shop: app {mounts: [x]} $ touch /x/sock"]),
    ("", "a file of another volume",
     [sidecar("mounts: [x], " + PROBE % "exec: {command: [test, -f, /x/up]}"), "shop: app {mounts: [y]} $ touch /y/up"]),
    ("", "a file that it may do without",
     [sidecar("mounts: [x], " + PROBE % EXEC % "test -f /x/up || true"), "shop: app {mounts: [x]} $ touch /x/up"]),
    ("its startupProbe has to wait until its command has found port 8080 of shop", "a probe for a command that waits",
     [sidecar(PROBE % "tcpSocket: {port: 9000}", f" $ {WAIT}; exec ./s"), SHOP]),
    ("", "a command that waits, and nobody for it", [sidecar("ports: [9000]", f" $ {WAIT}; exec ./s"), SHOP]),
    ("", "a command that serves beside its wait",
     [sidecar(PROBE % "tcpSocket: {port: 9000}", f" $ ./s & {WAIT}; wait"), SHOP]),
    ("", "a probe that does not need the command", [sidecar(PROBE % "exec: {command: ['true']}", f" $ {WAIT}; exec ./s"), SHOP]),
    ("its startupProbe asks CSI node-driver-registrar, which answers only once the app is up", "a companion of a driver",
     [f"s: registrar {{list: sidecar, {PROBE % 'httpGet: {port: 9809, path: /healthz}'}}}", "driver: app"]),
    ("", "a companion behind its driver",
     ["driver: app {list: sidecar}", f"s: registrar {{list: sidecar, {PROBE % 'httpGet: {port: 9809, path: /healthz}'}}}", "shop: app"]),
    ("", "a companion that is only asked whether it lives",
     ["s: registrar {list: sidecar, livenessProbe: {httpGet: {port: 9809, path: /healthz}}}", "driver: app"]),
]

SQL = "s: sql {list: sidecar} > --port=5432 p:r:i"
GATED = "s: sql {list: sidecar, startupProbe: {httpGet: {port: 9090, path: /startup}}} > --port=5432 p:r:i"
AGENT = "s: side {list: sidecar, ports: [8500]}"
READY = "s: side {list: sidecar, ports: [8500], readinessProbe: {tcpSocket: {port: 8500}}}"
DB = "env: {DB: 'localhost:5432'}"
# The word that is set, who it names, and the containers.
ORDER = [
    ("awaited_by", "i", "it waits for ever", ["i: app2 {list: init} $ until nc -z localhost 5432; do sleep 1; done", SQL, "shop: app"]),
    ("awaited_by", "i", "the same by while", ["i: app2 {list: init} $ while ! nc -z 127.0.0.1 8500; do sleep 1; done", AGENT, "shop: app"]),
    ("called_by", "i", "it calls once", ["i: curlimages/curl {list: init} > -f http://localhost:8500/", AGENT, "shop: app"]),
    ("called_by", "i", "it is given the address", [f"i: app2 {{list: init, {DB}}} > migrate", SQL, "shop: app"]),
    ("called_by", "i", "it is given the address in its words",
     ["i: app2 {list: init} > --url=jdbc:pg://127.0.0.1:5432/x", SQL, "shop: app"]),
    ("called_by", "i", "it gives up after some tries",
     ["i: app2 {list: init} $ for i in 1 2 3; do nc -z localhost 5432 && break; sleep 1; done", SQL, "shop: app"]),
    ("", "", "it waits for another host", ["i: app2 {list: init} $ until nc -z db 5432; do sleep 1; done", SQL, "shop: app"]),
    ("", "", "it only copies", [f"i: app2 {{list: init, {DB}}} $ cp -r /a /b", SQL, "shop: app"]),
    ("", "", "it does not mind", ["i: app2 {list: init} $ curl localhost:8500 2>/dev/null || true", AGENT, "shop: app"]),
    ("", "", "it only asks", ["i: app2 {list: init} $ if nc -z localhost 8500; then echo there; fi", AGENT, "shop: app"]),
    ("", "", "it serves the port itself", ["i: app2 {list: init} $ ./db & until nc -z localhost 5432; do sleep 1; done", SQL, "shop: app"]),
    ("", "", "it is a sidecar too", ["i: app2 {list: sidecar} $ until nc -z localhost 5432; do sleep 1; done; ./i", SQL, "shop: app"]),
    ("", "", "the port is another's",
     ["t: app3 {list: sidecar, ports: [5432]}", "i: app2 {list: init} $ until nc -z localhost 5432; do sleep 1; done", SQL, "shop: app"]),
    ("raced_by_init", "i", "it calls what may not be up",
     [AGENT, "i: curlimages/curl {list: init} > -f http://localhost:8500/", "shop: app"]),
    ("raced_by_init", "i", "a readinessProbe holds nobody back", [READY, "i: curlimages/curl {list: init} > localhost:8500", "shop: app"]),
    ("raced_by_init", "i", "it is given the address", [SQL, f"i: app2 {{list: init, {DB}}} > migrate", "shop: app"]),
    ("raced_by_init", "i", "a host alone, where only one leads out", [SQL, "i: app2 {list: init, env: {DB_HOST: localhost}}", "shop: app"]),
    ("", "", "a host alone, where two lead out",
     [SQL, "t: sql {list: sidecar} > p:r:j", "i: app2 {list: init, env: {DB_HOST: localhost}}", "shop: app"]),
    ("", "", "a host alone, and nothing is known of the sidecar", [AGENT, "i: app2 {list: init, env: {DB_HOST: localhost}}", "shop: app"]),
    ("", "", "it is gated", [GATED, f"i: app2 {{list: init, {DB}}} > migrate", f"shop: app {{{DB}}}"]),
    ("", "", "its hook may wait",
     [AGENT.replace("}", ", lifecycle: {postStart: {exec: {command: [/wait]}}}}"), "i: curlimages/curl {list: init} > localhost:8500",
      "shop: app"]),
    ("", "", "it tries again", [AGENT, "i: curlimages/curl {list: init} > --retry=5 --retry-connrefused localhost:8500", "shop: app"]),
    ("", "", "it sleeps first", [AGENT, "i: app2 {list: init} $ sleep 5; curl -f localhost:8500", "shop: app"]),
    ("", "", "another has waited",
     [AGENT, "w: app2 {list: init} $ until nc -z localhost 8500; do sleep 1; done", "i: curlimages/curl {list: init} > localhost:8500",
      "shop: app"]),
    ("raced_by_app", "shop", "the app is given the address", [AGENT, "shop: app {env: {CONSUL: 'http://127.0.0.1:8500'}}"]),
    ("raced_by_app", "shop", "the app is given the host of the only way out", [SQL, "shop: app > --host=127.0.0.1"]),
    ("", "", "the app waits", [AGENT, "shop: app $ until nc -z localhost 8500; do sleep 1; done; ./shop"]),
    ("", "", "an init container waits",
     [AGENT, "w: app2 {list: init} $ until nc -z localhost 8500; do sleep 1; done", "shop: app {env: {CONSUL: 'http://127.0.0.1:8500'}}"]),
    ("", "", "a wrapper waits", [AGENT, "shop: app $ linkerd-await -- ./shop --consul=localhost:8500"]),
    ("", "", "the address is its upstream, which the app listens on",
     ["s: rbac {list: sidecar} > --secure-listen-address=0.0.0.0:8443 --upstream=http://127.0.0.1:8080/",
      "shop: app > --metrics-addr=127.0.0.1:8080"]),
    ("", "", "the app only ends it", [AGENT, "shop: app $ ./shop; curl -X POST localhost:8500/quitquitquit"]),
    ("", "", "nobody uses it", [AGENT, "shop: app"]),
]
# fmt: on
WORDS = ("awaited_by", "called_by", "raced_by_init", "raced_by_app")


def subject(*containers: str) -> ContainerLife:
    return next(each for each in life("Deployment", *containers).containers if each.name == "s")


@pytest.mark.parametrize(("words", "containers"), [(row[0], row[2]) for row in DEADLOCKS], ids=[row[1] for row in DEADLOCKS])
def test_what_a_start_needs_that_comes_later(words: str, containers: list[str]) -> None:
    assert subject(*containers).start_deadlock == words


@pytest.mark.parametrize(("word", "who", "containers"), [(*row[:2], row[3]) for row in ORDER], ids=[row[2] for row in ORDER])
def test_who_needs_a_sidecar_before_it_is_up(word: str, who: str, containers: list[str]) -> None:
    found = subject(*containers)
    assert {each: getattr(found, each) for each in WORDS} == dict.fromkeys(WORDS, "") | ({word: who} if word else {})


def test_the_evidence_points_at_the_call_and_at_the_port() -> None:
    found = subject("i: app2 {list: init} $ date; until nc -z localhost 5432; do sleep 1; done", SQL, "shop: app")
    waits = next(sight for sight in found.evidence if "waits for it" in sight.message)
    assert waits.route is not None
    assert waits.route[-4:] == ("initContainers", 0, "command", 2)
    assert waits.part == (12, 32)
    shown = [sight.route for sight in subject(sidecar(PROBE % "httpGet: {port: 8080}"), SHOP).evidence]
    assert [route and route[-3:] for route in shown] == [(0, "startupProbe", "httpGet"), (0, "ports", 0)]
