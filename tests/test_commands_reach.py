"""When a script reaches what it does for others: a call, a file, a kill. The word, and the script; `QUIT` is the call in question."""

import pytest

from tests.command_lines import argv, script

QUIT = "curl -X POST localhost:9091/quitquitquit"

# fmt: off
REACHED = [
    ("surely", "QUIT"),
    ("surely", "sleep 5; QUIT"),
    ("surely", "apk add curl && QUIT"),
    ("surely", "trap 'QUIT' EXIT; ./run"),
    ("surely", "trap 'QUIT' 0 TERM; ./run; exit 3"),
    ("surely", "set -e; trap 'QUIT' EXIT; ./run"),
    ("surely", "stop() { QUIT; }; trap stop EXIT; ./run"),
    ("surely", "./run; code=$?; QUIT; exit $code"),
    ("surely", "./run; code=$?; QUIT; exit ${code}"),
    ("surely", './run; code=$?; QUIT; [ "$code" -eq 0 ]'),
    ("surely", "./run || code=$?; QUIT; exit $code"),
    ("surely", "./run && QUIT || QUIT"),
    ("surely", "if ./run; then QUIT; else QUIT; exit 1; fi"),
    ("surely", "if ! ./run; then QUIT; exit 1; fi; QUIT"),
    ("surely", "./run & wait $!; code=$?; QUIT; exit $code"),
    ("surely", "QUIT; ./run"),
    ("surely", "[ -n \"$MODE\" ] && QUIT"),
    ("surely", "if [ -n \"$MODE\" ]; then QUIT; fi"),
    ("surely", "if [ -z \"$MODE\" ]; then exit 1; fi; QUIT"),
    ("surely", "until curl -s localhost:15021/healthz; do sleep 1; done; QUIT"),
    ("surely", "while pgrep app; do sleep 1; done; QUIT"),
    ("covering", "./run; QUIT"),
    ("covering", "./run || true; QUIT"),
    ("covering", "./run; QUIT; exit 0"),
    ("covering", "./run; QUIT; exit $?"),
    ("covering", "./run | tee /x/log; QUIT; sleep 3"),
    ("covering", "work() { ./run; }; work; QUIT"),
    ("covering", "sh -c ./run; QUIT"),
    ("covering", "./run; until QUIT; do sleep 1; done"),
    ("on-success", "./run && QUIT"),
    ("on-success", "./a && ./b && QUIT"),
    ("on-success", "./a && ./b; [ $? -eq 0 ] && QUIT"),
    ("on-success", "./run; code=$?; if [ $code -eq 0 ]; then QUIT; fi; exit $code"),
    ("on-success", "./run; if [ $? -ne 0 ]; then exit 1; fi; QUIT"),
    ("on-success", "./run || exit 1; QUIT"),
    ("on-success", "if ! ./run; then echo failed; exit 1; fi; QUIT"),
    ("on-success", "if ./run; then QUIT; fi"),
    ("on-success", "set -e; ./run; QUIT"),
    ("on-success", "set -euo pipefail\n./run\nQUIT"),
    ("on-success", "set -o errexit; ./run; QUIT"),
    ("on-success", "work() { ./run; }; set -e; work; QUIT"),
    ("on-success", "sh -ec './run; QUIT'"),
    ("on-success", "trap 'if [ $? -eq 0 ]; then QUIT; fi' EXIT; ./run"),
    ("on-failure", "./run || QUIT"),
    ("on-failure", "if ! ./run; then QUIT; fi"),
    ("on-failure", "trap 'QUIT' ERR; ./run"),
    ("on-signal", "trap 'QUIT' TERM INT; ./run"),
    ("unreached", "trap 'QUIT' EXIT; exec ./run"),
    ("covering", "set -e; set +e; ./run; QUIT"),
    ("covering", "(set -e; ./a); ./run; QUIT"),
    ("covering", "set -e; ./run || true; QUIT; exit 0"),
]
# fmt: on


@pytest.mark.parametrize(("word", "text"), REACHED, ids=[text for _, text in REACHED])
def test_when_a_call_is_reached(word: str, text: str) -> None:
    calls = [call for call in script(text.replace("QUIT", QUIT)).calls if call.path == "/quitquitquit"]
    words = {call.reached for call in calls}
    assert words == {word} or (len(calls) > 1 and words == {"on-success", "on-failure"} and word == "surely")


def test_a_call_behind_a_program_that_takes_the_place_of_the_shell_is_not_there() -> None:
    assert [call.reached for call in script(f"exec ./run; {QUIT}").calls] == ["unreached"]


DEEDS = [
    ("made", "./run; touch /x/done", [("/x/done", "covering")]),
    ("made", "./run && touch /x/done", [("/x/done", "on-success")]),
    ("made", "trap 'touch /x/done' EXIT; ./run", [("/x/done", "surely")]),
    ("made", "./run; echo $? > /x/code", [("/x/code", "covering")]),
    ("made", "./run | tee /x/log", [("/x/log", "covering")]),
    ("made", "mkdir -p /x/done; ln -s a /x/l", [("/x/done", "surely"), ("/x/l", "surely")]),
    ("made", "cp a /x/b", [("/x/b", "surely")]),
    ("made", "for i in 1 2; do ./run; done > /x/log", [("/x/log", "surely")]),
    ("made", "finish() { touch /x/done; }; ./run", [("/x/done", "unreached")]),
    ("made", "echo done > /dev/null", []),
    ("removed", "touch /x/lock; ./run; rm -f /x/lock", [("/x/lock", "covering")]),
    ("killed", "./run; pkill -x proxy", [("proxy", "covering")]),
    ("killed", "./run && kill $(pidof proxy)", [("proxy", "on-success")]),
    ("killed", "killall -q proxy", [("proxy", "surely")]),
    ("killed", "./a & kill $!", []),
    ("killed", "./a & P=$!; ./run; kill -TERM $P", []),
    ("killed", './a & P=$!; ./run; kill "${P}" %1', []),
    ("killed", "./a & kill $(jobs -p)", []),
    ("killed", "./a & P=$!; kill $P $OTHER", [("pid", "covering")]),
    ("killed", "kill -s TERM $(cat /run/pid)", [("pid", "surely")]),
    ("killed", "kill -0 $pid; kill -HUP 7; pkill -USR1 nginx", []),
]


@pytest.mark.parametrize(("kind", "text", "expected"), DEEDS, ids=[text for _, text, _ in DEEDS])
def test_what_others_may_notice(kind: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.target, each.reached) for each in getattr(script(text), kind)] == expected


def test_a_deed_has_its_place() -> None:
    (deed,) = argv("sh", "-c", "./run; touch /x/done").made
    assert (deed.place.key, deed.place.index, "./run; touch /x/done"[deed.place.start : deed.place.end]) == ("command", 2, "touch /x/done")
