"""Hooks that ask until they like the answer: a command, and what it polls how often; None where it is not understood."""

import pytest

from sidecarlint.workloads.commands.polling import poll

# fmt: off
CASES = [
    ("until nc -z localhost 5432; do sleep 1; done", ("nc", "-z", "localhost", "5432"), 1),
    ("while ! nc -z localhost 5432; do sleep 2; done", ("nc", "-z", "localhost", "5432"), 2),
    ("until nc -z localhost 5432\ndo\n  echo not yet\n  sleep 3s\ndone\necho up\n", ("nc", "-z", "localhost", "5432"), 3),
    ("# First.\nuntil curl -sf 'http://localhost:80/up' >/dev/null 2>&1; do sleep 0.5; done; exit 0",
     ("curl", "-sf", "http://localhost:80/up"), 1),
    ('until [ "$(curl -s localhost/up)" = ok ]; do sleep 1; done', ("sh", "-c", '[ "$(curl -s localhost/up)" = ok ]'), 1),
    ("until curl localhost:1/up | grep -q ok; do sleep 1; done", ("sh", "-c", "curl localhost:1/up | grep -q ok"), 1),
    ("while ! curl localhost:1/up | grep -q ok; do sleep 1; done", ("sh", "-c", "curl localhost:1/up | grep -q ok"), 1),
    ("until nc -z localhost $PORT; do sleep 1; done", ("sh", "-c", "nc -z localhost $PORT"), 1),
    ("until curl localhost > /tmp/up; do sleep 1; done", ("sh", "-c", "curl localhost > /tmp/up"), 1),
]
NOT = [
    "while nc -z localhost 5432; do sleep 1; done",
    "until ! nc -z localhost 5432; do sleep 1; done",
    "while ! nc -z localhost 1 && ! nc -z localhost 2; do sleep 1; done",
    "until nc -z localhost 5432; do :; done",
    "until nc -z localhost 5432; do sleep $PAUSE; done",
    "until nc -z localhost 5432; do sleep 1; ./again; done",
    "until nc -z localhost 5432; do sleep 1; done; ./warm-up",
    "i=0; until nc -z localhost 5432 || [ $i = 9 ]; do i=$((i+1)); sleep 1; done",
    "until nc -z localhost 1; do sleep 1; done; until nc -z localhost 2; do sleep 1; done",
    "for i in 1 2 3; do nc -z localhost 5432 && break; sleep 1; done",
    "until nc -z localhost 5432; do sleep 1",
    "sleep 5",
]
# fmt: on


@pytest.mark.parametrize(("script", "check", "seconds"), CASES)
def test_what_a_hook_polls(script: str, check: tuple[str, ...], seconds: int) -> None:
    assert poll(("sh", "-c", script)) == (check, seconds)


@pytest.mark.parametrize("script", NOT)
def test_what_is_no_poll(script: str) -> None:
    assert poll(("sh", "-c", script)) is None


def test_the_shell_that_runs_it_runs_the_check() -> None:
    found = poll(("/bin/bash", "-o", "pipefail", "-c", "until a | b; do sleep 1; done"))
    assert found is not None
    assert found.check == ("/bin/bash", "-o", "pipefail", "-c", "a | b")


@pytest.mark.parametrize("command", [("pilot-agent", "wait"), ("nc", "-z", "localhost", "5432"), ()])
def test_a_program_of_its_own_is_none(command: tuple[str, ...]) -> None:
    assert poll(command) is None
