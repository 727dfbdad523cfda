"""Timelines of pods, as one table: a pod in a few words, and what happens to whom in which order. `sketch.py` says how a pod is written.

A step is told as its deeds: kind (with `!` when it is fragile), names, `(detail)`, `by whom`; steps are parted by ` | `. Numbers are
sections of native-sidecars.md.
"""

from pathlib import Path

import pytest

from sidecarlint.documents import documents
from sidecarlint.lifecycle import after, lifecycle
from sidecarlint.lifecycle.timeline import Deed, Timeline, timeline
from sidecarlint.reports.timelines.lanes import lane
from sidecarlint.settings import DEFAULT_TARGET
from sidecarlint.workloads import workloads
from sidecarlint.workloads.versions import parse_version
from tests.conftest import CHECKOUT
from tests.sketch import CATALOGUE, life, workload

READER = "log: busybox {mounts: [logs]} $ tail -F /logs/app.log"
LOGGED = "work: app {mounts: [logs]} $ ./work > /logs/app.log"
PROXY = "db: sql {list: sidecar}"
PROBED = "db: sql {list: sidecar, startupProbe: {tcpSocket: {port: 5432}}}"
SLEEP = "lifecycle: {preStop: {sleep: {seconds: %s}}}"

# fmt: off
ROWS: list[tuple[str, list[str], str, str]] = [
    # How it starts: 3.
    ("one container", ["Deployment", "web: app"],
     "runs", "starts web | told, sigterm web | ends web, gone"),
    ("3.4: containers start together, whatever their readiness",
     ["Deployment", "web: app", "db: sql {readinessProbe: {tcpSocket: {port: 5432}}}"],
     "runs", "starts web+db | told, sigterm web+db | ends web+db, gone"),
    ("3.4: a postStart hook holds back those behind it",
     ["Deployment", "db: sql {lifecycle: {postStart: {exec: {command: [./wait]}}}}", "web: app", "api: app2"],
     "runs", "starts db (postStart hook) | up db, starts web+api | told, sigterm db+web+api | ends db+web+api, gone"),
    ("3.4: nobody stands behind the last one", ["Deployment", "web: app", "db: sql {lifecycle: {postStart: {exec: {command: [./wait]}}}}"],
     "runs", "starts web+db | told, sigterm web+db | ends web+db, gone"),
    ("an app that waits for its helper itself",
     ["Deployment", "web: app $ until nc -z localhost 5432; do sleep 1; done; exec ./web", "db: sql {ports: [5432]}"],
     "runs", "starts web+db, waits web by db | told, sigterm web+db | ends web+db, gone"),
    ("3.1: init containers one after the other", ["Deployment", "a: app {list: init}", "b: app {list: init}", "web: app"],
     "runs", "starts a (exit) | done a, starts b (exit) | done b, starts web | told, sigterm web | ends web, gone"),
    ("3.1: a sidecar holds the next one back until it runs", ["Deployment", PROXY, "web: app"],
     "runs", "starts db (running) | up db, starts web | told, sigterm web | ends web, sigterm db | ends db, gone"),
    ("3.1: or until its startupProbe has succeeded", ["Deployment", PROBED, "web: app"],
     "runs", "starts db (startupProbe) | up db, starts web | told, sigterm web | ends web, sigterm db | ends db, gone"),
    ("3.3: a readinessProbe holds nobody back",
     ["Deployment", "db: sql {list: sidecar, readinessProbe: {tcpSocket: {port: 5432}}}", "web: app"],
     "runs", "starts db (running) | up db, starts web | told, sigterm web | ends web, sigterm db | ends db, gone"),
    ("3.2: a hook and a probe both do",
     ["Deployment",
      "db: sql {list: sidecar, startupProbe: {tcpSocket: {port: 5432}}, lifecycle: {postStart: {exec: {command: [./wait]}}}}", "web: app"],
     "runs", "starts db (postStart hook and startupProbe) | up db, starts web | told, sigterm web"
             " | ends web, sigterm db | ends db, gone"),
    ("sidecars among init containers keep their places", ["Deployment", "a: app {list: init}", PROXY, "b: app {list: init}", "web: app"],
     "runs", "starts a (exit) | done a, starts db (running) | up db, starts b (exit) | done b, starts web"
             " | told, sigterm web | ends web, sigterm db | ends db, gone"),
    ("3.5: a sidecar that ends is started again", ["Deployment", "seed: app {list: sidecar} $ cp -r /seed /data", "web: app"],
     "runs", "starts seed (running), repeats seed | up seed, starts web | told, sigterm web | ends web, sigterm seed | ends seed, gone"),
    ("an init container that calls a sidecar behind it",
     ["Deployment", "load: app {list: init} $ curl -f localhost:5432/load", "db: sql {list: sidecar, ports: [5432]}", "web: app"],
     "runs", "starts load (exit), early load by db | done load, starts db (running) | up db, starts web | told, sigterm web"
             " | ends web, sigterm db | ends db, gone"),
    ("an app that uses a sidecar that nothing shows to be up", ["Deployment", PROXY, "web: app {env: {DB: 'localhost:5432'}}"],
     "runs", "starts db (running) | up db, starts web, races web by db | told, sigterm web | ends web, sigterm db | ends db, gone"),
    ("and one that its startupProbe shows to be up", ["Deployment", PROBED, "web: app {env: {DB: 'localhost:5432'}}"],
     "runs", "starts db (startupProbe) | up db, starts web | told, sigterm web | ends web, sigterm db | ends db, gone"),
    # Where it gets stuck: 3.11.
    ("3.11 a: a startupProbe that asks the app",
     ["Deployment", "limit: app2 {list: sidecar, startupProbe: {httpGet: {port: 8080}}}", "web: app {ports: [8080]}"],
     "never-starts", "starts limit (startupProbe) | stuck limit (its startupProbe asks port 8080 of web)"),
    ("3.11 c: an init container that waits for a sidecar behind it",
     ["Deployment", "wait: app {list: init} $ until nc -z localhost 5432; do sleep 1; done", "db: sql {list: sidecar, ports: [5432]}",
      "web: app"],
     "never-starts", "starts wait (exit) | stuck wait (it waits for db, which starts only after it)"),
    ("an init container that waits for a container",
     ["Deployment", "a: app {list: init}", "wait: app {list: init} $ until nc -z localhost 5432; do sleep 1; done", "web: app",
      "db: sql {ports: [5432]}"],
     "never-starts", "starts a (exit) | done a, starts wait (exit) | stuck wait (it waits for db, which starts only after it)"),
    ("an init container that never exits", ["Deployment", "log: app {list: init} $ tail -F /logs/app.log", "web: app"],
     "never-starts", "starts log (exit) | stuck log (it never exits)"),
    ("an init container that waits for one ahead of it",
     ["Deployment", "db: sql {list: sidecar, ports: [5432]}", "wait: app {list: init} $ until nc -z localhost 5432; do sleep 1; done",
      "web: app"],
     "runs", "starts db (running) | up db, starts wait (exit) | done wait, starts web | told, sigterm web"
             " | ends web, sigterm db | ends db, gone"),
    # What is refused: 2.
    ("2.5: a plain init container with a probe",
     ["Deployment", "db: sql {list: init, startupProbe: {tcpSocket: {port: 5432}}}", "web: app"],
     "refused", "refused db (a plain init container may not have a startupProbe)"),
    ("2.1: a restartPolicy on a container", ["Deployment", "web: app", "db: sql {restartPolicy: Always}"],
     "refused", "refused db (it may not have restartPolicy: Always)"),
    ("2.8: a name that is there twice", ["Deployment", PROXY, "web: app", "db: sql"],
     "refused", "refused db (another container of the pod has the same name)"),
    # How Kubernetes stops it: 5.
    ("5.1: sidecars in reverse order", ["Deployment", "a: app {list: sidecar} $ ./a", "b: app {list: sidecar} $ ./b", "web: app"],
     "runs", "starts a (running) | up a, starts b (running) | up b, starts web | told, sigterm web | ends web, sigterm b"
             " | ends b, sigterm a | ends a, gone"),
    ("5.2: all preStop hooks begin at once",
     ["Deployment", f"db: sql {{list: sidecar, {SLEEP % 5}}}", f"web: app {{{SLEEP % 5}}}", "api: app2"],
     "runs", "starts db (running) | up db, starts web+api | told, hook db+web, sigterm api | sigterm web (hook)"
             " | ends web+api, sigterm db | ends db, gone"),
    ("5.2: a helper's preStop hook makes it stop later", ["Deployment", "web: app", f"db: sql {{{SLEEP % 15}}}"],
     "runs", "starts web+db | told, hook db, sigterm web | sigterm db (hook) | ends web+db, gone"),
    ("5.2, 5.3: a preStop hook that ends its sidecar",
     ["Deployment", "cache: nginx {list: sidecar, lifecycle: {preStop: {exec: {command: [nginx, -s, quit]}}}}", "web: app"],
     "runs", "starts cache (running) | up cache, starts web | told, hook cache, sigterm web | lost cache (nginx -s quit) | ends web, gone"),
    ("5.3: an app's preStop hook that ends a sidecar",
     ["Deployment", "db: sql {list: sidecar} > --quitquitquit p:r:i",
      "web: app {lifecycle: {preStop: {exec: {command: [curl, -X, POST, 'localhost:9091/quitquitquit']}}}}"],
     "runs", "starts db (running) | up db, starts web | told, hook web | lost db (POST /quitquitquit) by web, sigterm web (hook)"
             " | ends web, gone"),
    ("5.5: an app that ignores SIGTERM uses up the grace period",
     ["Deployment", "a: app {list: sidecar} $ ./a", PROXY, "web: app $ while true; do ./web; sleep 1; done"],
     "runs", "starts a (running) | up a, starts db (running) | up db, starts web | told, sigterm web"
             " | grace (30), killed web, hurried db+a | ends db+a, gone"),
    ("5.5: so does a hook that sleeps as long", ["Deployment", PROXY, f"web: app {{{SLEEP % 30}}}"],
     "runs", "starts db (running) | up db, starts web | told, hook web | grace (30), hurried web+db | ends web+db, gone"),
    ("5.4: and a sidecar's own, for those that stop after it",
     ["Deployment", "a: app {list: sidecar} $ ./a", f"db: sql {{list: sidecar, {SLEEP % 30}}}", "web: app"],
     "runs", "starts a (running) | up a, starts db (running) | up db, starts web | told, hook db, sigterm web | ends web"
             " | grace (30), hurried db+a | ends db+a, gone"),
    ("5.5: a sidecar that ignores SIGTERM", ["Deployment", PROXY, "log: busybox {list: sidecar, command: [tail, -F, /l]}", "web: app"],
     "runs", "starts db (running) | up db, starts log (running) | up log, starts web | told, sigterm web"
             " | ends web, sigterm log | grace (30), killed log, hurried db | ends db, gone"),
    ("the last one may take the whole grace period", ["Deployment", "log: busybox {list: sidecar, command: [tail, -F, /l]}", "web: app"],
     "runs", "starts log (running) | up log, starts web | told, sigterm web | ends web, sigterm log | grace (30), killed log, gone"),
    # How work ends: 5.9, 10.
    ("a Job", ["Job Never", "work: app"], "completes", "starts work | exits work, complete"),
    ("a Job that hangs", ["Job Never", LOGGED, READER],
     "never-completes", "starts work+log | exits work | stays log"),
    ("a Job whose app never ends", ["Job Never", "work: app {command: [sleep, infinity]}"],
     "never-completes", "starts work | stays work"),
    ("5.9: sidecars are stopped when the work is done", ["Job Never", PROXY, "work: app"],
     "completes", "starts db (running) | up db, starts work | exits work, sigterm db | ends db, complete"),
    ("5.9, 5.1: in reverse order, after their hooks",
     ["Job Never", "a: app {list: sidecar} $ ./a", f"db: sql {{list: sidecar, {SLEEP % 5}}}", "work: app"],
     "completes", "starts a (running) | up a, starts db (running) | up db, starts work | exits work, hook db"
                  " | sigterm db (hook) | ends db, sigterm a | ends a, complete"),
    ("5.9: one that ignores SIGTERM delays the end", ["Job Never", "log: busybox {list: sidecar, command: [tail, -F, /l]}", "work: app"],
     "completes", "starts log (running) | up log, starts work | exits work, sigterm log | grace (30), killed log, complete"),
    ("a sidecar beside a helper that never ends", ["Job Never", PROXY, LOGGED, READER],
     "never-completes", "starts db (running) | up db, starts work+log | exits work | stays log, open db"),
    ("a quit call", ["Job Never", "work: app $ ./work; curl -X POST localhost:9091/quitquitquit", "db: sql > --quitquitquit p:r:i"],
     "completes", "starts work+db | quit-call db (localhost:9091/quitquitquit) by work, exits work | ends db, complete"),
    ("a quit call that is left out when the work fails",
     ["Job Never", "work: app $ ./work && curl -X POST localhost:9091/quitquitquit", "db: sql > --quitquitquit p:r:i"],
     "completes", "starts work+db | quit-call! db (localhost:9091/quitquitquit) by work, exits work | ends db, complete"),
    ("a quit call to a sidecar",
     ["Job Never", "db: sql {list: sidecar} > --quitquitquit p:r:i", "work: app $ ./work; curl -X POST localhost:9091/quitquitquit"],
     "completes", "starts db (running) | up db, starts work | quits db (POST /quitquitquit) by work, exits work, sigterm db"
                  " | ends db, complete"),
    ("a helper that nobody is seen to end", ["Job Never", PROXY, "work: app", "old: sql > --quitquitquit p:r:i"],
     "may-not-complete", "starts db (running) | up db, starts work+old | exits work | doubt old, open db"),
    ("a helper with a time limit", ["Job Never", "work: app", "old: sql {command: [timeout, '3600', /cloud-sql-proxy, 'p:r:i']}"],
     "completes", "starts work+old | exits work | self-timeout old (timeout 3600) by old, ends old, complete"),
    ("a deadline", ["Job Never {deadline: 60}", "work: app", "old: sql"],
     "fails", "starts work+old | exits work | stays old | deadline (60), sigterm old | ends old, gone"),
    ("an app that never ends has one too",
     ["Job Never {deadline: 60}", "work: app {command: [./serve]}", "idle: app2 {command: [sleep, infinity]}"],
     "fails", "starts work+idle | exits work | stays idle | deadline (60), sigterm idle | grace (30), killed idle, gone"),
    ("a deadline stops sidecars too, in their order", ["Job Never {deadline: 60}", "db: jaeger {list: sidecar}", "work: app", "old: sql"],
     "fails", "starts db (running) | up db, starts work+old | exits work | stays old | deadline (60), sigterm old"
              " | ends old, sigterm db | ends db, gone"),
    ("a bare pod that seems to serve is stopped from outside", ["Pod Never", "web: app {ports: [8080]}", "db: sql"],
     "runs", "starts web+db | told, sigterm web+db | ends web+db, gone"),
    ("a bare pod that is meant to end", ["Pod Never", "work: app $ ./work", "db: sql"],
     "never-completes", "starts work+db | exits work | stays db"),
    ("5.11: work that a sidecar begins when it is told to stop",
     ["Job Never", "up: app {list: sidecar, mounts: [out]} $ until [ -f /out/done ]; do sleep 1; done; aws s3 cp /out s3://b",
      "work: app {mounts: [out]} $ ./work; touch /out/done"],
     "completes", "starts up (running) | up up, starts work | exits work, late up (aws after /out/done), sigterm up | ends up, complete"),
]
# fmt: on


def told(drawn: Timeline) -> str:
    return " | ".join(", ".join(map(deed, step)) for step in drawn.steps)


def deed(each: Deed) -> str:
    kind = f"{each.kind}{'!' if each.fragile else ''}"
    return " ".join(
        [
            kind,
            *filter(
                None,
                [
                    "+".join(each.names),
                    f"({each.detail})" * (each.detail != "" and each.kind not in ("up", "done")),
                    f"by {each.by}" * bool(each.by),
                ],
            ),
        ]
    )


def drawn(pod: list[str], target: str = "1.30") -> Timeline:
    version = parse_version(target)
    assert version is not None
    return timeline(life(*pod, target=target), version)


@pytest.mark.parametrize(("pod", "outcome", "steps"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_happens_in_which_order(pod: list[str], outcome: str, steps: str) -> None:
    found = drawn(pod)
    assert (found.outcome, told(found)) == (outcome, steps)


# fmt: off
VERSIONS: list[tuple[str, list[str], str, str]] = [
    ("1.1: 1.29 has sidecars", ["Deployment", PROXY, "web: app"], "1.29", "runs"),
    ("2.6: resizePolicy on a sidecar is dropped below 1.33",
     ["Deployment", "db: sql {list: sidecar, resizePolicy: [{}]}", "web: app"], "1.32", "runs"),
    ("2.6: and kept from 1.33 on", ["Deployment", "db: sql {list: sidecar, resizePolicy: [{}]}", "web: app"], "1.33", "runs"),
    ("2.12: 1.29 refuses a hook that sleeps", ["Deployment", f"web: app {{{SLEEP % 5}}}"], "1.29", "refused"),
    ("2.12: 1.30 does not", ["Deployment", f"web: app {{{SLEEP % 5}}}"], "1.30", "runs"),
    ("2.1: a policy that is none is refused by 1.33", ["Job Never", "work: app {restartPolicy: always}"], "1.33", "refused"),
    ("2.1: dropped by 1.34", ["Job Never", "work: app {restartPolicy: always}"], "1.34", "completes"),
    ("2.1: and refused again from 1.35 on", ["Job Never", "work: app {restartPolicy: always}"], "1.35", "refused"),
    ("2.1: restartPolicy on a container is dropped by 1.34", ["Job Never", "work: app {restartPolicy: Always}"], "1.34", "completes"),
    ("2.2: and from 1.35 on the work never ends", ["Job Never", "work: app {restartPolicy: Always}"], "1.35", "never-completes"),
]
# fmt: on


@pytest.mark.parametrize(("pod", "target", "outcome"), [row[1:] for row in VERSIONS], ids=[row[0] for row in VERSIONS])
def test_what_depends_on_the_version(pod: list[str], target: str, outcome: str) -> None:
    assert drawn(pod, target).outcome == outcome


def test_what_is_behind_where_a_pod_is_stuck_never_starts() -> None:
    rows = drawn(["Deployment", "log: app {list: init} $ tail -F /logs/app.log", "b: app {list: init}", "web: app"]).rows
    assert [(row.name, row.note) for row in rows] == [("log", ""), ("b", "never starts"), ("web", "never starts")]


def test_an_injected_helper_that_never_ends_is_drawn_beside_the_containers() -> None:
    found = drawn(
        ["Job Never {annotations: {linkerd.io/inject: enabled, config.linkerd.io/proxy-enable-native-sidecar: 'false'}}", "work: app"]
    )
    assert [(row.name, row.part, row.note) for row in found.rows] == [("work", "app", ""), ("Linkerd proxy", "injected", "")]
    assert told(found) == "starts work+Linkerd proxy | exits work | stays Linkerd proxy"
    assert (found.outcome, found.because) == ("never-completes", ("Linkerd proxy",))


def test_an_injected_helper_of_which_nothing_is_known_leaves_the_end_open() -> None:
    found = drawn(["Job Never {labels: {sidecar.istio.io/inject: 'true'}}", "work: app"])
    assert [(row.name, row.note) for row in found.rows] == [("work", ""), ("Istio proxy", "may come as a native sidecar")]
    assert (found.outcome, found.because) == ("may-not-complete", ("Istio proxy",))


def test_a_pod_after_its_moves_is_drawn_like_any_other() -> None:
    before = workload("Deployment", "web: app", "db: sql")
    moved = lifecycle(after(before, [("db", 0)]), CATALOGUE, DEFAULT_TARGET)
    expected = "starts db (running) | up db, starts web | told, sigterm web | ends web, sigterm db | ends db, gone"
    assert told(timeline(moved, DEFAULT_TARGET)) == expected


ENDS = ("ends", "killed", "exits", "done", "lost")


@pytest.mark.parametrize("path", sorted(p for p in (CHECKOUT / "fixtures").rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_life_in_the_fixtures_holds_together(path: Path) -> None:
    """Everybody starts once and ends at most once, after its start; a pod that ends leaves nobody behind."""
    for document in documents(path.read_bytes().decode("utf-8", "replace")):
        for each in workloads(document):
            found = timeline(lifecycle(each, CATALOGUE, DEFAULT_TARGET), DEFAULT_TARGET)
            for row in found.rows if found.steps and found.outcome != "refused" else ():
                kinds = [deed.kind for step in found.steps for deed in step if row.name in deed.names]
                assert bool(row.note) or kinds[0] == "starts", row
                assert kinds.count("starts") <= 1
                assert sum(kind in ENDS for kind in kinds) <= 1
                assert not (found.outcome in ("completes", "fails", "runs") and lane(row, found).tail), row
