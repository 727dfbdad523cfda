"""On whom SIGTERM is lost, as a table of sketches: helpers.md 9, native-sidecars 5.9."""

import pytest

from sidecarlint.lifecycle.seen import see
from sidecarlint.lifecycle.signals import ignores_sigterm
from tests.sketch import CATALOGUE, workload

# fmt: off
ROWS: list[tuple[str, list[str], bool]] = [
    ("tail as the first process", ["Deployment", "log: busybox {command: [tail, -F, /logs/app.log]}"], True),
    ("tail behind a shell", ["Deployment", "log: busybox $ tail -n+1 -F /logs/app.log"], True),
    ("sleep for ever", ["Deployment", "idle: busybox {command: [sleep, infinity]}"], True),
    ("a loop that sleeps", ["Deployment", "beat: busybox $ while true; do date >> /logs/app.log; sleep 1; done"], True),
    ("a loop around any program", ["Deployment", "beat: app $ while true; do ./report; sleep 10; done"], True),
    ("a loop into a pipe", ["Deployment", "beat: app $ while true; do date; sleep 1; done | tee /logs/app.log"], True),
    ("a loop with a trap", ["Deployment", "beat: app $ trap 'exit 0' TERM; while true; do ./report; sleep 10; done"], False),
    ("tail with a trap", ["Deployment", "log: busybox $ trap 'kill $!' TERM; tail -F /logs/app.log & wait"], False),
    ("a loop that hands over", ["Deployment", "beat: app $ while true; do exec ./report; done"], False),
    ("a shared process namespace, where it is not the first",
     ["Deployment {spec: {shareProcessNamespace: true}}", "log: busybox {command: [tail, -F, /logs/app.log]}"], False),
    ("the node's processes", ["Deployment {spec: {hostPID: true}}", "log: busybox {command: [tail, -F, /logs/app.log]}"], False),
    ("what ends by itself", ["Job Never", "work: app $ for each in a b; do ./load $each; done"], False),
    ("an image's own program", ["Deployment", "db: sql"], False),
    ("a program of which nothing is known", ["Deployment", "web: app {command: [./web]}"], False),
    ("words for an entrypoint of which nothing is known", ["Deployment", "web: app > tail -F /logs/app.log"], False),
    ("an init process in front", ["Deployment", "log: app {command: [tini, --, tail, -F, /logs/app.log]}"], False),
    ("an init process behind a shell", ["Deployment", "log: app $ tini -- tail -F /logs/app.log"], False),
    ("a program of another name in front", ["Deployment", "log: app {command: [nohup, tail, -F, /logs/app.log]}"], False),
]
# fmt: on


@pytest.mark.parametrize(("pod", "lost"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_whether_sigterm_is_lost(pod: list[str], lost: bool) -> None:
    found = workload(*pod)
    assert ignores_sigterm(see(found, CATALOGUE)[0], found.pod) is lost
