"""What a startupProbe or a postStart hook may ask, now that the app waits for it: a helper with such a hook, and how safe its move is."""

import pytest

from sidecarlint.fixes import PLANS, Context
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import parse_version
from tests.sketch import CATALOGUE, life, services

WEB = "web: app {mounts: [shared], env: {DB: '127.0.0.1:5432'}}"
EXEC = "exec: {command: [sh, -c, '%s']}"
# fmt: off
GATES = [
    ("manual", "a file of the app", EXEC % "test -f /shared/web-ready"),
    ("manual", "a loop that waits for one", EXEC % "until [ -f /shared/ready ]; do sleep 1; done"),
    ("manual", "a file that it reads", EXEC % "cat /shared/ready"),
    ("safe", "a file of its own", EXEC % "test -f /tmp/ready"),
    ("safe", "a file that it makes", EXEC % "touch /shared/started"),
    ("unsafe", "a file that a variable names", EXEC % "test -f $READY"),
    ("unsafe", "a port that nobody declares", "tcpSocket: {port: 8080}"),
    ("unsafe", "the same over HTTP", "httpGet: {port: 8080, path: /}"),
    ("unsafe", "the same by a command", EXEC % "nc -z localhost 8080"),
    ("safe", "its declared port", "tcpSocket: {port: 5555}"),
    ("safe", "a port of its words", "tcpSocket: {port: 5432}"),
    ("safe", "a port of its helper file", "httpGet: {port: 9090, path: /startup}"),
    ("unsafe", "a port that its words call", "tcpSocket: {port: 7777}"),
    ("unsafe", "a port at the pods address", EXEC % "curl http://$POD_IP:8080"),
    ("safe", "its own port at the pods address", EXEC % "curl http://$POD_IP:5432"),
    ("unsafe", "a Service", EXEC % "curl http://web.default.svc/"),
    ("unsafe", "a script", "exec: {command: [/scripts/wait.sh]}"),
    ("safe", "the images own program", "exec: {command: [/cloud-sql-proxy, wait]}"),
    ("unsafe", "a process, where processes are shared", EXEC % "pgrep java"),
]
# fmt: on


@pytest.mark.parametrize("called", ["startupProbe: {%s}", "lifecycle: {postStart: {%s}}"], ids=["startupProbe", "postStart"])
@pytest.mark.parametrize(("applicability", "hook"), [(row[0], row[2]) for row in GATES], ids=[row[1] for row in GATES])
def test_what_a_gate_may_ask(applicability: str, hook: str, called: str) -> None:
    helper = f"h: sql {{ports: [5555], mounts: [shared], {called % hook}}} > --port=5432 --upstream=localhost:7777"
    head = "Deployment {spec: {shareProcessNamespace: true}}" if "pgrep" in hook else "Deployment"
    assert applied(head, WEB, helper) == applicability


def test_a_socket_in_a_folder_that_the_helper_is_told_of_may_be_its_own() -> None:
    helper = f"h: sql {{mounts: [shared], startupProbe: {{{EXEC % 'test -S /shared/db'}}}}} > --unix-socket=/shared"
    assert applied("Deployment", WEB, helper) == "unsafe"


def test_a_file_of_a_volume_that_nobody_writes_is_there_before() -> None:
    head = "Deployment {volumes: {shared: {configMap: {name: c}}}}"
    assert applied(head, WEB, f"h: sql {{mounts: [shared], startupProbe: {{{EXEC % 'test -f /shared/conf'}}}}} > --port=5432") == "safe"


def applied(*sketch: str) -> str:
    target = parse_version("1.33")
    assert target is not None
    found = life(*sketch, target="1.33")
    subject = next(each for each in found.containers if each.name == "h")
    return PLANS["move-to-init-containers"](subject, Context(found, services(""), CATALOGUE, Settings(target=target))).applicability
