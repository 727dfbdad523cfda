"""Bare pods that somebody works in from outside: their apps only keep a container open, so no helper holds any work up."""

import pytest

from tests.sketch import life

DAEMON = "h: docker:27-dind"

# Whether the daemon holds up work, what it is, its head, its app.
OPEN = [
    (False, "cat at a terminal", "Pod Never", "work: app {command: [cat], tty: true}"),
    (False, "a shell at a terminal", "Pod Never", "work: app {command: [/bin/bash], tty: true}"),
    (False, "a sleep of days", "Pod Never", "work: app {command: [sleep, 99d]}"),
    (False, "Jenkins's agent", "Pod Never", "jnlp: jenkins/inbound-agent:latest"),
    (True, "cat of a file", "Pod Never", "work: app {command: [cat, /x], tty: true}"),
    (True, "a shell that is given work", "Pod Never", "work: app {tty: true} $ ./run"),
    (True, "work behind a short sleep", "Pod Never", "work: app $ sleep 5; ./run"),
    (True, "any other app", "Pod Never", "work: app"),
    (True, "a Job, which is meant to end", "Job Never", "jnlp: jenkins/inbound-agent:latest"),
]  # fmt: skip


@pytest.mark.parametrize(("held", "head", "app"), [(row[0], *row[2:]) for row in OPEN], ids=[row[1] for row in OPEN])
def test_where_a_daemon_holds_up_work(held: bool, head: str, app: str) -> None:
    found = life(head, app, DAEMON.replace("docker:27-dind", "docker.io/library/docker:27-dind > --mtu=1400"))
    daemon = next(each for each in found.containers if each.name == "h")
    assert (daemon.part, daemon.holds_up_work and daemon.trick == "", daemon.benefit == "completion") == ("helper", held, held)
