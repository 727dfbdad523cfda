"""What makes an injected helper quit when the work has ended, and what only looks like it."""

import pytest

from tests.meshed import ISTIO, LINKED, MESHED, VAULTED, WORK, job
from tests.sketch import life

# What it is, the head, the containers, and by what the helper is told to quit ("" when nothing tells it).
TRICKS = [
    ("a call of Istio's agent", MESHED, ["work: app $ ./run; curl -X POST localhost:15020/quitquitquit"], ":15020/quitquitquit in work"),
    ("a call of its Envoy", MESHED, ["work: app $ ./run && wget -qO- --post-data= http://127.0.0.1:15000/quitquitquit"],
     ":15000/quitquitquit in work"),
    ("a call of another port", MESHED, ["work: app $ ./run; curl -X POST localhost:9091/quitquitquit"], ""),
    ("a port in a variable", MESHED, ["work: app $ ./run; curl -X POST http://localhost:${PORT}/quitquitquit"], "/quitquitquit in work"),
    ("a call of the app itself", MESHED, ["work: app $ ./run; curl -X POST web.shop.svc/quitquitquit"], ""),
    ("Istio's own program", MESHED, ["work: app $ ./run; pilot-agent request POST quitquitquit"],
     "pilot-agent request POST quitquitquit in work"),
    ("its program for another use", MESHED, ["work: app $ pilot-agent request GET stats; ./run"], ""),
    ("a wrapper", MESHED, ["work: app {command: [/usr/bin/scuttle, ./run]}"], "scuttle in work"),
    ("a name that only begins like it", MESHED, ["work: app {command: [/usr/bin/scuttlebutt, ./run]}"], ""),
    ("a wrapper's variable", MESHED, ["work: app {env: {ISTIO_QUIT_API: 'http://localhost:15020'}}"], "ISTIO_QUIT_API in work"),
    ("another wrapper", MESHED, ["work: app {args: [envoy-preflight, ./run]}"], "envoy-preflight in work"),
    ("the wrapper of another mesh", MESHED, ["work: app {command: [linkerd-await, --shutdown, --, ./run]}"], ""),
    ("another container", MESHED, [WORK, "stop: app $ ./wait; curl -X POST localhost:15020/quitquitquit"], ":15020/quitquitquit in stop"),
    ("an init container comes too early", MESHED, ["stop: app {list: init} $ curl -X POST localhost:15020/quitquitquit", WORK], ""),
    ("a hook that runs only when the pod is deleted", MESHED,
     ["work: app {lifecycle: {preStop: {exec: {command: [curl, 'localhost:15020/quitquitquit']}}}}"], ""),
    ("a call of Linkerd's proxy", LINKED, ["work: app $ ./run; curl -X POST http://localhost:4191/shutdown"], ":4191/shutdown in work"),
    ("Linkerd's wrapper", LINKED, ["work: app {command: [linkerd-await, --shutdown, --, ./run]}"], "linkerd-await --shutdown in work"),
    ("its short option", LINKED, ["work: app {command: [/linkerd-await, -S, --, ./run]}"], "linkerd-await -S in work"),
    ("its wrapper that only waits", LINKED, ["work: app {command: [linkerd-await, --, ./run]}"], ""),
    ("its wrapper beside a word that holds the option", LINKED, ["work: app {command: [linkerd-await, --, ./run, --max-S]}"], ""),
    ("a shutdown of something else", LINKED, ["work: app $ ./run; curl -X POST localhost:8080/shutdown; /opt/shutdown"], ""),
    ("Vault's quit endpoint", VAULTED, ["work: app $ ./run; curl -X POST localhost:8200/agent/v1/quit"], ":8200/agent/v1/quit in work"),
    ("a kill in shared processes", job(f"{ISTIO}: 'true'", "", "spec: {shareProcessNamespace: true}"), ["work: app $ ./run; pkill envoy"],
     "the kill in work"),
    ("a kill that reaches nobody", MESHED, ["work: app $ ./run; pkill envoy"], ""),
    ("a controller", job(f"{ISTIO}: 'true'", "nrmitchi.com/sidecars: 'logs, istio-proxy'"), [WORK], "the annotation nrmitchi.com/sidecars"),
    ("a controller of others", job(f"{ISTIO}: 'true'", "nrmitchi.com/sidecars: logs"), [WORK], ""),
    ("a controller of another name", job(f"{ISTIO}: 'true'", "pod.kubernetes.io/sidecars: istio-proxy"), [WORK],
     "the annotation pod.kubernetes.io/sidecars"),
    ("Argo", job(f"{ISTIO}: 'true'", "workflows.argoproj.io/kill-cmd-istio-proxy: '[\"pilot-agent\"]'"), [WORK],
     "the annotation workflows.argoproj.io/kill-cmd-istio-proxy"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "containers", "by"), [row[1:] for row in TRICKS], ids=[row[0] for row in TRICKS])
def test_what_makes_it_quit(head: str, containers: list[str], by: str) -> None:
    pod = life(head, *containers).pod
    assert pod.told_by == by
    assert bool(pod.injected_told) == bool(by)
    assert bool(pod.injected_doubts) != bool(by)
    assert pod.completes == "unknown"


def test_what_was_seen_of_a_trick_is_a_part_of_the_command() -> None:
    pod = life(MESHED, "work: app $ ./run; curl -X POST localhost:15020/quitquitquit").pod
    (told_sight,) = [sight for _, sight in pod.shown if sight.part is not None]
    assert told_sight.message == "work makes Istio proxy quit (:15020/quitquitquit)"
    assert told_sight.route == ("spec", "template", "spec", "containers", 0, "command", 2)
    start, end = told_sight.part or (0, 0)
    assert "./run; curl -X POST localhost:15020/quitquitquit"[start:end] == ":15020/quitquitquit"
