"""Waiting by hand, as tables: what a container waits for, and which hooks do nothing but wait. `sketch.py` says how a pod is written."""

import pytest

from sidecarlint.lifecycle import ContainerLife
from tests.sketch import life

SQL = "db: sql > --port=5432 p:r:i"
ISTIO = "proxy: istio > proxy sidecar"
# The app's command, and whether it waits for a helper that listens on port 5432.
# fmt: off
COMMANDS = [
    (True, "a loop that asks until the port is open", "until nc -z localhost 5432; do sleep 1; done; exec ./web"),
    (True, "the same the other way round", "while ! nc -z 127.0.0.1 5432; do echo waiting; sleep 1; done; ./web"),
    (True, "a loop with a way out", "while true; do nc -z localhost 5432 && break; sleep 1; done; ./web"),
    (True, "a counted loop with a way out", "for i in $(seq 30); do nc -z localhost 5432 && break; sleep 1; done; ./web"),
    (True, "a database's own client", "until pg_isready -h 127.0.0.1; do sleep 1; done; ./web"),
    (True, "a connection of the shell's own", "until (echo > /dev/tcp/localhost/5432) 2> /dev/null; do sleep 1; done; ./web"),
    (True, "wait-for-it.sh", "./wait-for-it.sh localhost:5432 -- ./web"),
    (True, "dockerize", "dockerize -wait tcp://localhost:5432 ./web"),
    (False, "one call that may fail", "nc -z localhost 5432; ./web"),
    (False, "another port", "until nc -z localhost 6379; do sleep 1; done; ./web"),
    (False, "another host", "until nc -z db.example 5432; do sleep 1; done; ./web"),
    (False, "a pause, which may be for anything", "sleep 10 && ./web"),
    (False, "a loop that tells it to quit", "./web; until curl -X POST http://localhost:5432/quitquitquit; do sleep 1; done"),
    (False, "the same without a method", "./web; until wget http://localhost:5432/quitquitquit; do sleep 1; done"),
    (False, "no loop", "./web"),
]
# The app and its helper, and what the app waits for.
AWAITED = [
    ("db", "in its postStart hook",
     "web: app {lifecycle: {postStart: {exec: {command: [sh, -c, 'until nc -z localhost 5432; do sleep 1; done']}}}}", SQL),
    ("", "a postStart hook by HTTP asks once", "web: app {lifecycle: {postStart: {httpGet: {port: 5432}}}}", SQL),
    ("proxy", "a port that the helper's file names",
     "web: app $ until curl -f localhost:15021/healthz/ready; do sleep 1; done; ./web", ISTIO),
    ("", "that port, where the app opens it",
     "web: app {ports: [15021]} $ until curl -f localhost:15021/healthz/ready; do sleep 1; done; ./web", ISTIO),
    ("", "a port that the helper's file names, and that is off without its flags",
     "web: app $ until curl -f localhost:9090/startup; do sleep 1; done; ./web", SQL),
    ("db", "a declared port", "web: app $ until nc -z localhost 3306; do sleep 1; done; ./web", "db: sql {ports: [3306]} > p:r:i"),
    ("", "a port that both declare as far as can be seen",
     "web: app {ports: [5432]} $ until nc -z localhost 5432; do sleep 1; done; ./web", SQL),
    ("", "a server of its own, to which the helper leads",
     "web: app $ until curl -f localhost:8080/up; do sleep 1; done; ./web", "login: oauth2 > --upstream=http://127.0.0.1:8080"),
    ("", "the same by name and port",
     "web: app $ until curl -f localhost:8080/up; do sleep 1; done", "login: oauth2 > --upstream=[::1]:8080"),
    ("login", "the address that the helper listens on",
     "web: app $ until nc -z localhost 4180; do sleep 1; done", "login: oauth2 > --http-address=http://127.0.0.1:4180"),
    ("db", "an address that a proxy listens on in an older form",
     "web: app $ until nc -z localhost 5432; do sleep 1; done",
     "db: gcr.io/cloudsql-docker/gce-proxy:1.33 > -instances=p:r:i=tcp:127.0.0.1:5432"),
    ("", "a job in the background, which may be what it waits for",
     "web: app $ ./postgres & until nc -z localhost 5432; do sleep 1; done; ./fill", SQL),
    ("db", "a declared port, whatever runs in the background",
     "web: app $ ./log > /dev/null 2>&1 & until nc -z localhost 5432; do sleep 1; done; ./web", "db: sql {ports: [5432]}"),
    ("", "another app", "web: app $ until nc -z localhost 5432; do sleep 1; done; ./web", "db: postgres {ports: [5432]}"),
    ("", "a native sidecar", "web: app $ until nc -z localhost 5432; do sleep 1; done; ./web", "db: sql {list: sidecar} > --port=5432"),
]
# A helper's hook, and whether it does nothing but wait.
HOOKS = [
    (True, "a sleep", "sleep: {seconds: 5}"),
    (True, "a sleep by command", "exec: {command: [/bin/sleep, '5']}"),
    (True, "a sleep in a script", "exec: {command: [sh, -c, 'echo wait; sleep 5']}"),
    (True, "a loop over its own port", "exec: {command: [sh, -c, 'until nc -z localhost 5432; do sleep 1; done']}"),
    (True, "a loop that counts connections",
     "exec: {command: [sh, -c, 'while [ $(netstat -tn | grep ESTABLISHED | wc -l) -gt 0 ]; do sleep 1; done']}"),
    (True, "the same with ss", "exec: {command: [sh, -c, 'until [ $(ss -tn state established | wc -l) -le 1 ]; do sleep 1; done']}"),
    (True, "a loop over a socket", "exec: {command: [sh, -c, 'until [ -S /sockets/db ]; do sleep 1; done']}"),
    (True, "a process that it looks for", "exec: {command: [sh, -c, 'while pgrep gunicorn; do sleep 1; done']}"),
    (True, "the proxy's own way to wait", "exec: {command: [/cloud-sql-proxy, wait, --max=30s]}"),
    (True, "pilot-agent", "exec: {command: [pilot-agent, wait]}"),
    (True, "linkerd-await", "exec: {command: [/usr/lib/linkerd/linkerd-await, --timeout=2m]}"),
    (True, "a loop with an end", "exec: {command: [timeout, '30', sh, -c, 'until nc -z localhost 5432; do sleep 1; done']}"),
    (False, "a call by HTTP, which is made once", "httpGet: {port: 5432, path: /drain}"),
    (False, "a drain and a sleep", "exec: {command: [sh, -c, 'curl -X POST localhost:15000/drain_listeners; sleep 5']}"),
    (False, "a call of unknown effect and a sleep", "exec: {command: [sh, -c, 'curl localhost:15000/begin; sleep 5']}"),
    (False, "a call to an unknown address", "exec: {command: [sh, -c, 'curl --config /drain.conf; sleep 5']}"),
    (False, "a program's own drain", "exec: {command: [sh, -c, 'pilot-agent request POST drain; sleep 5']}"),
    (False, "it ends the program after a while", "exec: {command: [sh, -c, 'sleep 5; nginx -s quit']}"),
    (False, "it kills after a while", "exec: {command: [sh, -c, 'sleep 5; kill 1']}"),
    (False, "it kills what it finds", "exec: {command: [sh, -c, 'pgrep proxy | xargs kill; sleep 5']}"),
    (False, "it leaves a mark for others", "exec: {command: [sh, -c, 'touch /shared/stopping; sleep 5']}"),
    (False, "a script", "exec: {command: [/scripts/pre-stop.sh]}"),
    (False, "a shell that gets its script from elsewhere", "exec: {command: [sh, /scripts/pre-stop.sh]}"),
    (False, "nothing that waits", "exec: {command: [echo, stopping]}"),
]
# Where a postStart hook that waits stands, and whether an app has to wait for it.
FIRST = [
    (True, "ahead of the app", ["db: sql {%s} > --port=5432", "web: app"]),
    (True, "between two apps", ["web: app", "db: sql {%s} > --port=5432", "api: app2"]),
    (False, "behind the app", ["web: app", "db: sql {%s} > --port=5432"]),
    (False, "ahead of another helper only", ["web: app", "db: sql {%s} > --port=5432", "reload: reload"]),
    (False, "a native sidecar, which holds the app back by nature", ["db: sql {list: sidecar, %s} > --port=5432", "web: app"]),
    (False, "it waits for the app, which starts only then", ["db: sql {%s} > p:r:i", "web: app {ports: [5432]}"]),
]
# fmt: on


def container(name: str, *sketch: str) -> ContainerLife:
    return next(each for each in life(*sketch).containers if each.name == name)


def seen(life: ContainerLife) -> list[str]:
    return [sight.message for sight in life.evidence]


@pytest.mark.parametrize(("waits", "command"), [(row[0], row[2]) for row in COMMANDS], ids=[row[1] for row in COMMANDS])
def test_what_a_command_waits_for(waits: bool, command: str) -> None:
    pod = ("Deployment", f"web: app $ {command}", SQL)
    assert container("web", *pod).awaits == (("db",) if waits else ())
    assert ("it waits for db before it works" in seen(container("web", *pod))) is waits
    assert ("web waits for it before it works" in seen(container("db", *pod))) is waits


@pytest.mark.parametrize(("expected", "app", "helper"), [(row[0], *row[2:]) for row in AWAITED], ids=[row[1] for row in AWAITED])
def test_who_is_waited_for(expected: str, app: str, helper: str) -> None:
    assert container("web", "Deployment", app, helper).awaits == ((expected,) if expected else ())


def test_a_wait_is_shown_where_it_stands() -> None:
    (in_command,) = container("web", "Deployment", "web: app $ true; until nc -z localhost 5432; do sleep 1; done", SQL).evidence
    assert (in_command.message, in_command.part) == ("it waits for db before it works", (12, 32))
    assert in_command.route is not None
    assert in_command.route[-2:] == ("command", 2)
    hook = "web: app {lifecycle: {postStart: {exec: {command: [sh, -c, 'until nc -z localhost 5432; do sleep 1; done']}}}}"
    (in_hook,) = container("web", "Deployment", hook, SQL).evidence
    assert in_hook.route is not None
    assert in_hook.route[-5:] == ("lifecycle", "postStart", "exec", "command", 2)


def test_a_helper_waits_for_another_and_an_init_container_does_not_count() -> None:
    waiting = "until nc -z localhost 5432; do sleep 1; done"
    pod = ("Deployment", f"wait: app {{list: init}} $ {waiting}", "web: app", SQL, f"git: git-sync $ {waiting}; exec git-sync --repo=x")
    assert {each.name: each.awaits for each in life(*pod).containers} == {"wait": (), "web": (), "db": (), "git": ("db",)}


@pytest.mark.parametrize(("waits", "hook"), [(row[0], row[2]) for row in HOOKS], ids=[row[1] for row in HOOKS])
def test_hooks_that_do_nothing_but_wait(waits: bool, hook: str) -> None:
    stopping = container("db", "Deployment", "web: app", f"db: sql {{lifecycle: {{preStop: {{{hook}}}}}}} > --port=5432 -a 0.0.0.0")
    starting = container("db", "Deployment", f"db: sql {{lifecycle: {{postStart: {{{hook}}}}}}} > --port=5432 -a 0.0.0.0", "web: app")
    assert (stopping.delays_stop, stopping.delays_start) == (waits, False)
    assert (starting.delays_stop, starting.delays_start) == (False, waits)
    assert starting.benefit == ("order" if waits else "none")


@pytest.mark.parametrize(("delays", "sketch"), [(row[0], row[2]) for row in FIRST], ids=[row[1] for row in FIRST])
def test_whom_a_post_start_hook_holds_back(delays: bool, sketch: list[str]) -> None:
    hook = "lifecycle: {postStart: {exec: {command: [sh, -c, 'until nc -z localhost 5432; do sleep 1; done']}}}"
    assert container("db", "Deployment", *(line.replace("%s", hook) for line in sketch)).delays_start is delays


def test_a_container_without_hooks_delays_nothing() -> None:
    assert not any(each.delays_start or each.delays_stop or each.awaits for each in life("Deployment", SQL, "web: app").containers)


@pytest.mark.parametrize("hook", ["sleep: {seconds: 20}", "exec: {command: [sh, -c, 'while pgrep web; do sleep 1; done']}"])
def test_a_stop_that_is_delayed_shows_that_order_matters(hook: str) -> None:
    helper = container("db", "Deployment", "web: app", f"db: sql {{lifecycle: {{preStop: {{{hook}}}}}}} > --address=0.0.0.0")
    assert helper.benefit == "order"
    assert seen(helper)[1:] == ["its preStop hook makes it stop later"]
