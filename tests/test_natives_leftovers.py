"""Sidecars with what they needed as ordinary containers: a pod in a few words, and what the model says of the sidecar `s`."""

import pytest

from sidecarlint.lifecycle import ContainerLife, Lifecycle
from tests.sketch import life

ALLOYDB = "gcr.io/alloydb-connectors/alloydb-auth-proxy:1.12.0"
WORK = "w: app $ ./work"
QUIT = "curl -X POST localhost:9091/quitquitquit"


def hooked(script: str, image: str = "side", more: str = "list: sidecar, ports: [9000], ", args: str = "") -> str:
    return f"s: {image} {{{more}lifecycle: {{postStart: {{exec: {{command: [sh, -c, '{script}']}}}}}}}}{args}"


def kubexit(deps: str) -> str:
    return f"s: side {{list: sidecar, env: {{KUBEXIT_NAME: s, KUBEXIT_DEATH_DEPS: '{deps}'}}}} $ kubexit ./side"


def found(*lines: str, target: str = "1.29") -> ContainerLife:
    return named(life(*lines, target=target), "s")


def named(pod: Lifecycle, name: str) -> ContainerLife:
    (one,) = [each for each in pod.containers if each.name == name]
    return one


# fmt: off
NC = "until nc -z localhost 9000; do sleep 1; done"
START_WAIT = [
    ("port 5432", "a loop around its own port",
     ["Deployment", hooked("until nc -z localhost 5432; do sleep 1; done", "sql", "list: sidecar, ", " > --port=5432"), WORK]),
    ("/ready on port 9000", "a loop around its own page",
     ["Deployment", hooked("until curl -f localhost:9000/ready; do sleep 1; done"), WORK]),
    ("port 9000", "in a Job", ["Job Never", hooked(NC), WORK]),
    ("cloud-sql-proxy wait", "a program that waits",
     ["Pod", "s: sql {list: sidecar, lifecycle: {postStart: {exec: {command: [/cloud-sql-proxy, wait]}}}}", WORK]),
    ("", "a sleep", ["Pod", "s: sql {list: sidecar, lifecycle: {postStart: {exec: {command: [sleep, '5']}}}}", WORK]),
    ("", "a startupProbe beside it",
     ["Pod", hooked(NC, more="list: sidecar, ports: [9000], startupProbe: {tcpSocket: {port: 9000}}, "), WORK]),
    ("", "somebody else's port", ["Pod", hooked("until nc -z db 5432; do sleep 1; done"), WORK]),
    ("", "a port that another container has too", ["Pod", hooked(NC), "w: app {ports: [9000]}"]),
    ("", "more than a wait", ["Pod", hooked(f"{NC}; ./fill"), WORK]),
    ("", "a proxy that its injector places",
     ["Pod", "s: istio {list: sidecar, lifecycle: {postStart: {exec: {command: [pilot-agent, wait]}}}} > proxy sidecar", WORK]),
    ("", "an ordinary container", ["Pod", hooked(NC, more="ports: [9000], "), WORK]),
]
MADE_TO_END = [
    ("kubexit ends it with w", "kubexit around it", ["Job Never", kubexit("w"), "w: app {env: {KUBEXIT_NAME: w}} $ kubexit ./work"]),
    ("", "kubexit waits for nobody of the pod", ["Job Never", kubexit("x"), "w: app {env: {KUBEXIT_NAME: w}} $ kubexit ./work"]),
    ("", "variables without kubexit",
     ["Job Never", "s: side {list: sidecar, env: {KUBEXIT_DEATH_DEPS: w}}", "w: app {env: {KUBEXIT_NAME: w}}"]),
    ("", "a controller, which looks among ordinary containers",
     ["Job Never {annotations: {nrmitchi.com/sidecars: 's,t'}}", "s: sql {list: sidecar}", WORK]),
    ("its script ends it when port 8080 of w is closed", "a loop as long as the app answers",
     ["Job Never", "s: side {list: sidecar} $ ./side & while nc -z localhost 8080; do sleep 1; done; kill $!", "w: app {ports: [8080]}"]),
    ("", "a loop until the app answers",
     ["Job Never", "s: side {list: sidecar} $ until nc -z localhost 8080; do sleep 1; done; exec tail -F /x", "w: app {ports: [8080]}"]),
    ("its script ends it when /run/end is there", "a file that nobody is seen to make",
     ["Job Never", "s: side {list: sidecar, mounts: [run]} $ ./side & until [ -f /run/end ]; do sleep 1; done; kill $!",
      "w: app {mounts: [run]}"]),
    ("its script ends it when /run/busy is gone", "a file that goes",
     ["Job Never", "s: side {list: sidecar, mounts: [run]} $ ./side & while [ -f /run/busy ]; do sleep 1; done; kill $!",
      "w: app {mounts: [run]}"]),
    ("", "a file that the app makes, which is found there",
     ["Job Never", "s: side {list: sidecar, mounts: [run]} $ ./side & until [ -f /run/end ]; do sleep 1; done; kill $!",
      "w: app {mounts: [run]} $ ./work; touch /run/end"]),
    ("", "a file that its work waits for",
     ["Job Never", "s: side {list: sidecar, mounts: [run]} $ until [ -f /run/end ]; do sleep 1; done; ./upload", "w: app {mounts: [run]}"]),
    ("", "a file of its own",
     ["Job Never", "s: side {list: sidecar} $ ./side & until [ -f /tmp/end ]; do sleep 1; done; kill $!", WORK]),
    ("", "a pod that goes on for ever",
     ["Deployment", "s: side {list: sidecar} $ ./side & while nc -z localhost 8080; do sleep 1; done; kill $!", "w: app {ports: [8080]}"]),
    ("", "an ordinary container",
     ["Job Never", "s: side $ ./side & while nc -z localhost 8080; do sleep 1; done; kill $!", "w: app {ports: [8080]}"]),
]
OPEN_ENDPOINT = [
    ("--quitquitquit", "a flag that nobody needs", ["Job Never", "s: sql {list: sidecar} > --quitquitquit", WORK]),
    ("--quitquitquit", "with a value", ["Deployment", "s: sql {list: sidecar} > --quitquitquit=true", "w: app"]),
    ("--quitquitquit and --admin-port", "its port too", ["Job Never", "s: sql {list: sidecar} > --quitquitquit --admin-port=9095", WORK]),
    ("--quitquitquit and --admin-port", "as two words", ["Job Never", "s: sql {list: sidecar} > --admin-port 9095 --quitquitquit x", WORK]),
    ("--quitquitquit", "a port that --debug serves on",
     ["Job Never", "s: sql {list: sidecar} > --debug --quitquitquit --admin-port=9095", WORK]),
    ("--quitquitquit", "beside another helper with a flag like it",
     ["Job Never", "s: sql {list: sidecar} > --quitquitquit", f"b: {ALLOYDB} {{list: sidecar}} > --quitquitquit --admin-port=9095", WORK]),
    ("", "beside another helper that speaks of its port",
     ["Job Never", "s: sql {list: sidecar} > --quitquitquit", f"b: {ALLOYDB} {{list: sidecar}} > --at-end=localhost:9091", WORK]),
    ("", "a flag that is off", ["Job Never", "s: sql {list: sidecar} > --quitquitquit=false", WORK]),
    ("", "no flag", ["Job Never", "s: sql {list: sidecar} > --admin-port=9095", WORK]),
    ("", "the app calls it", ["Job Never", "s: sql {list: sidecar} > --quitquitquit", f"w: app $ ./work; {QUIT}"]),
    ("", "a hook calls it",
     ["Pod", "s: sql {list: sidecar, lifecycle: {preStop: {exec: {command: [/cloud-sql-proxy, shutdown]}}}} > --quitquitquit", "w: app"]),
    ("", "a variable names it", ["Job Never", "s: sql {list: sidecar} > --quitquitquit", "w: app {env: {END: /quitquitquit}} $ ./work"]),
    ("", "the app knows its port",
     ["Job Never", "s: sql {list: sidecar} > --quitquitquit --admin-port=9095", "w: app $ ./work --at-end=localhost:9095"]),
    ("", "a probe asks at its port",
     ["Pod", "s: sql {list: sidecar, livenessProbe: {tcpSocket: {port: 9091}}} > --quitquitquit", "w: app"]),
    ("", "an image of which nothing is known may call it", ["Job Never", "s: sql {list: sidecar} > --quitquitquit", "w: app"]),
    ("", "a flag that does more",
     ["Job Never", "s: quay.io/prometheus/statsd-exporter:v0.28.0 {list: sidecar} > --web.enable-lifecycle", WORK]),
    ("", "nothing is known of the image", ["Job Never", "s: side {list: sidecar} > --quitquitquit", WORK]),
    ("", "an ordinary container", ["Job Never", "s: sql > --quitquitquit", WORK]),
]
# fmt: on


@pytest.mark.parametrize(("words", "why", "pod"), START_WAIT, ids=[row[1] for row in START_WAIT])
def test_what_a_hook_waits_for(words: str, why: str, pod: list[str]) -> None:
    assert found(*pod).start_wait == words


@pytest.mark.parametrize(("words", "why", "pod"), MADE_TO_END, ids=[row[1] for row in MADE_TO_END])
def test_what_still_ends_a_sidecar(words: str, why: str, pod: list[str]) -> None:
    assert found(*pod).made_to_end == words


@pytest.mark.parametrize(("words", "why", "pod"), OPEN_ENDPOINT, ids=[row[1] for row in OPEN_ENDPOINT])
def test_flags_that_only_let_others_end_it(words: str, why: str, pod: list[str]) -> None:
    assert found(*pod).open_endpoint == words


def test_the_lines_to_remove_are_shown() -> None:
    pod = life("Job Never", kubexit("w"), "w: app {env: {KUBEXIT_NAME: w}} $ kubexit ./work")
    assert [sight.message for sight in named(pod, "s").evidence if sight.shows == "made_to_end"] == [
        "it runs in kubexit", "kubexit reads this", "w runs in kubexit for this",
    ]  # fmt: skip


def test_a_marker_file_is_shown_on_both_sides() -> None:
    loop = "s: side {list: sidecar, mounts: [run]} $ ./side & until [ -f /run/end ]; do sleep 1; done; kill $!"
    app = named(life("Job Never", loop, "w: app {mounts: [run]} $ ./work; touch /run/end"), "w")
    shown = [sight.message for sight in app.evidence if sight.shows == "tells_to_quit"]
    assert shown == ["s ends when /run/end is there", "s looks for it"]
