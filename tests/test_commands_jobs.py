"""How scripts end that run several things at once, feed one from another, or stop at the first failure, as a table."""

import pytest

from tests.command_lines import argv, script

# fmt: off
JOBS = [
    # Jobs, and what ends them
    ("when-told", "mysqld & P=$!; until mysqladmin ping; do sleep 1; done; mysql < /x.sql; kill $P; wait $P"),
    ("when-told", "redis-server /x & redis-cli shutdown; wait"),
    ("when-told", "nginx -g 'daemon off;' & sleep 3; nginx -s quit; wait"),
    ("when-told", "tail -f /x/log & cp a b; kill %1; wait"),
    ("when-told", "tail -f /x/log & cp a b; pkill tail; wait"),
    ("when-told", "tail -f /x/log & kill $(jobs -p); wait"),
    ("when-told", "stop() { kill $P; }; tail -f /x/log & P=$!; cp a b; stop; wait"),
    ("when-told", "tail -F /x/log & until [ -f /x/done ]; do sleep 1; done; kill $!; wait"),
    ("when-told", "while true; do echo a; sleep 1; done & L=$!; until nc -z db 1; do sleep 1; done; kill $L; wait $L"),
    ("when-told", "(until [ -f /x/done ]; do sleep 1; done; pkill tail) & tail -F /x/log"),
    ("when-told", "while true; do if [ -f /x/done ]; then kill -9 $$; fi; sleep 1; done"),
    ("unknown", "(sleep 60; kill $$) & tail -f /x/log"),
    ("unknown", "tail -f /x/a & tail -f /x/b & kill $!; wait"),
    ("never", "nginx -g 'daemon off;' & kill -HUP $!; wait"),
    ("never", "nginx -g 'daemon off;' & kill -s USR1 $!; wait"),
    ("never", "nginx -g 'daemon off;' & nginx -s reload; wait"),
    ("never", "sleep infinity & kill $!; tail -f /x/log & wait"),
    # Pipes that end before what feeds them
    ("when-told", "tail -F /x/log | grep -m1 done"),
    ("when-told", "tail -F /x/log | grep --max-count=1 done"),
    ("when-told", "tail -F /x/log | sed '/ready/q'"),
    ("when-told", "tail -F /x/log | awk '/ready/{exit}'"),
    ("when-told", "tail -F /x/log | timeout 60 cat"),
    ("when-told", "kubectl get job x -w | while read l; do case $l in *1/1*) exit 0;; esac; done"),
    ("when-told", "tail -F /x/log | while read l; do [ -f /x/done ] && break; done"),
    ("when-told", "tail -F /x/log | while read l; do if [ $l = x ]; then pkill tail; fi; done"),
    ("when-told", "tail -F /x/log | while read l && [ $l != x ]; do echo $l; done"),
    ("never", "tail -F /x/log | while read l; do echo $l; done"),
    ("never", "tail -F /x/log | sed s/q/x/"),
    ("never", "tail -F /x/log | nc db 514"),
    ("never", "echo a | tail -f /x/log"),
    ("when-told", "tail -F /x/log & (until [ -f /x/done ]; do sleep 1; done) & wait -n"),
    ("unknown", "tail -F /x/log & ./app & wait -n"),
    ("never", "tail -F /x/log & tail -F /x/err & wait -n"),
    ("when-told", "inotifywait -m /x | while read dir event file; do [ $file = done ] && break; done"),
    # What a command is made of runs first; what it only reads runs beside it
    ("never", "x=$(tail -f /x/log)"),
    ("never", "echo $(sleep infinity)"),
    ("never", "for l in $(tail -f /x/log); do echo $l; done"),
    ("never", "x=`kubectl get pods -w`; echo $x"),
    ("unknown", "diff <(tail -f /x/a) /x/b"),
    ("unknown", "x=$([ -n $A ] && sleep infinity); echo $x"),
    ("when-done", "x=$(timeout 5 tail -f /x/log); echo $x"),
    # Shells that stop at the first failure
    ("when-told", "set -e; while true; do ./sync; test ! -f /x/done; sleep 5; done"),
    ("when-told", "set -euo pipefail; while :; do kill -0 $P; sleep 1; done"),
    ("when-told", "set -o errexit; while true; do pgrep app; sleep 1; done"),
    ("when-told", "set -e; check() { [ ! -f /x/done ]; }; while true; do check; sleep 1; done"),
    ("never", "while true; do test ! -f /x/done; sleep 5; done"),
    ("never", "set -e; set +e; while true; do test ! -f /x/done; sleep 5; done"),
    ("never", "set -e; test -d /x; while true; do sleep 5; done"),
    ("never", "set -e; while true; do if [ -f /x/a ]; then date; fi; sleep 5; done"),
    ("never", "set -e; while true; do [ -f /x/a ] && date; sleep 5; done"),
    ("never", "set -e; while true; do ! pgrep app; sleep 5; done"),
    ("unknown", "set -e; while true; do grep -q ok /x/a; sleep 5; done"),
]
# fmt: on


@pytest.mark.parametrize(("ends", "text"), JOBS, ids=[text[:80] for _, text in JOBS])
def test_how_a_script_ends(ends: str, text: str) -> None:
    assert script(text).ends == ends


LOOP = "while true; do test ! -f /x/done; sleep 5; done"


@pytest.mark.parametrize(("ends", "words"), [
    ("when-told", ("sh", "-ec", LOOP)),
    ("when-told", ("bash", "-euo", "pipefail", "-c", LOOP)),
    ("when-told", ("bash", "-o", "errexit", "-c", LOOP)),
    ("never", ("bash", "-o", "pipefail", "-c", LOOP)),
    ("never", ("sh", "-c", LOOP, "-e")),
    ("never", ("sh", "+e", "-c", LOOP)),
])  # fmt: skip
def test_a_shell_that_is_told_to_stop(ends: str, words: tuple[str, ...]) -> None:
    assert argv(*words).ends == ends


WAITS = [
    ("set -e; " + LOOP, ("/x/done",), ()),
    (LOOP, (), ()),
    ("dockerize -wait file:///x/done -timeout 60s", ("/x/done",), ()),
    ("dockerize -wait tcp://db:1 ./app", (), ()),
    ("while [ -f /x/run ]; do sleep 1; done", (), ("/x/run",)),
    ("until [ ! -e /x/run ]; do sleep 1; done", (), ("/x/run",)),
    ("inotifywait -e delete /x/run; kill $!", (), ("/x/run",)),
    ("inotifywait --include done -e create /x; kill $!", ("/x",), ()),
    ("inotifywait -m /x | while read d e f; do [ $f = done ] && break; done", ("/x",), ()),
    ("inotifywait -m /x | while read d e f; do ./reload; done", (), ()),
]


@pytest.mark.parametrize(("text", "there", "gone"), WAITS, ids=[text for text, *_ in WAITS])
def test_what_a_script_waits_for(text: str, there: tuple[str, ...], gone: tuple[str, ...]) -> None:
    found = script(text)
    assert (found.waits_for, found.waits_out) == (there, gone)


@pytest.mark.parametrize(("text", "call"), [
    ("pilot-agent request POST quitquitquit", ("localhost", 15000, "/quitquitquit", "POST")),
    ("pilot-agent request GET /stats", ("localhost", 15000, "/stats", "GET")),
    ("cloud-sql-proxy shutdown", ("localhost", 9091, "/quitquitquit", "POST")),
    ("alloydb-auth-proxy shutdown --admin-port=9000", ("localhost", 9000, "/quitquitquit", "POST")),
])  # fmt: skip
def test_what_a_helper_s_own_program_calls(text: str, call: tuple[str, int, str, str]) -> None:
    assert [(each.host, each.port, each.path, each.method) for each in script(text).calls] == [call]


@pytest.mark.parametrize("text", ["pilot-agent wait", "cloud-sql-proxy p:r:i", "pilot-agent request"])
def test_what_calls_nobody(text: str) -> None:
    assert script(text).calls == ()
