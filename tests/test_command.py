"""What command lines do, as a table: the command line, and what must be known of it."""

import subprocess
import sys
from typing import Any

import pytest

from sidecarlint.workloads.command import Behaviour, Place, behaviour
from sidecarlint.workloads.images import parse_image
from sidecarlint.workloads.shell import LONGEST_SCRIPT

LOG = "/var/log/app.log"


def script(text: str, *arguments: str) -> Behaviour:
    return behaviour(("sh", "-c", text, *arguments), None, parse_image("app"))


def argv(*words: str) -> Behaviour:
    return behaviour(words, None, parse_image("app"))


def text_at(place: Place, command: tuple[str, ...] | None, args: tuple[str, ...] | None = None) -> str:
    items = (command if place.key == "command" else args) or ()
    return items[place.index][place.start : place.end]


def seen(found: Behaviour, *names: str) -> dict[str, Any]:
    """The fields of a behaviour that a table names, in the short form in which it writes them."""
    short: dict[str, Any] = {
        "follows": [(each.path, each.tool, each.by_name) for each in found.follows],
        "fixes": [each.replacement for each in found.follows if each.option],
        "listens": [(each.port, each.tool, " ".join(each.runs)) for each in found.listens],
        "calls": [f"{each.method or 'TCP'} {each.host}:{each.port}{each.path}{' waits' if each.waits else ''}" for each in found.calls],
        "programs": [" ".join(each) for each in found.programs],
    }
    return {name: short[name] if name in short else getattr(found, name) for name in names}


ENDS = [
    ("never", "tail -f /dev/null"),
    ("never", f"tail -F {LOG}"),
    ("when-told", "tail --pid=7 -f /x/y"),
    ("when-done", "tail -n 20 /x/y"),
    ("never", "sleep infinity"),
    ("never", "sleep inf"),
    ("never", "sleep 2147483647"),
    ("when-done", "sleep 3600"),
    ("when-done", "sleep 1h"),
    ("never", "exec sleep infinity"),
    ("never", "while true; do sleep 5; done"),
    ("never", "while :; do date >> /x/log; sleep 5; done"),
    ("never", "while [ 1 ]; do ./sync.sh; sleep 5; done"),
    ("never", "while [ true ]; do ./sync.sh; sleep 5; done"),
    ("never", "while ((1)); do sleep 5; done"),
    ("never", "until false; do sleep 5; done"),
    ("never", "for ((;;)); do sleep 5; done"),
    ("never", "while sleep 60; do ./sync.sh; done"),
    ("never", "while true; do while true; do sleep 1; break; done; done"),
    ("unknown", "while true; do . /x/step.sh; done"),
    ("unknown", 'while true; do if [ "$n" = 3 ]; then break; fi; sleep 1; done'),
    ("when-told", "while true; do if [ -f /x/done ]; then exit 0; fi; sleep 1; done"),
    ("when-told", "while true; do [ -f /x/done ] && break; sleep 1; done"),
    ("when-told", "while true; do kill -0 $pid || exit 0; sleep 1; done"),
    ("never", "while true; do [ -f /x/done ] && break; sleep 1; done; sleep infinity"),
    ("when-told", "until [ -f /x/done ]; do sleep 1; done"),
    ("when-told", "while ! test -e /x/done; do ./sync.sh; sleep 1; done"),
    ("when-told", "while pgrep -x app; do sleep 1; done"),
    ("when-told", "until pg_isready -h db; do sleep 1; done"),
    ("when-told", "until ./ready; do sleep 1; done"),
    ("unknown", "while ./step; do sleep 1; done"),
    ("when-done", 'i=0; while [ "$i" -lt 10 ]; do i=$((i+1)); sleep 1; done'),
    ("when-done", "while read -r line; do echo $line; done < /x/list"),
    ("when-done", "for f in /in/*.sql; do psql -f $f; done"),
    ("when-done", "for i in $(seq 30); do curl -s db:80 && break; sleep 1; done"),
    ("unknown", "for f in a b; do ./convert $f; done"),
    ("when-told", "inotifywait -e create /x/flags"),
    ("never", "inotifywait -m /x/flags"),
    ("never", "kubectl logs -f web"),
    ("when-done", "kubectl logs web"),
    ("never", "kubectl proxy --port 8001"),
    ("never", "kubectl get pods -w"),
    ("when-done", "kubectl get pods -owide"),
    ("never", "journalctl -fu kubelet"),
    ("never", "watch ls"),
    ("never", "crond -f -d 8"),
    ("never", "less +F /x/log"),
    ("never", "nginx -g 'daemon off;'"),
    ("unknown", "nginx"),
    ("never", "redis-server /etc/redis.conf"),
    ("never", "httpd -f -p 8080"),
    ("never", "python3 -m http.server 8000"),
    ("never", "socat TCP-LISTEN:80,fork TCP:db:5432"),
    ("when-told", "socat TCP-LISTEN:80 TCP:db:5432"),
    ("never", "nc -lk -p 80"),
    ("when-told", "nc -l -p 80"),
    ("never", "while true; do echo ok | nc -l -p 80; done"),
    ("when-done", "nc -z db 5432"),
    ("unknown", "ping db"),
    ("when-done", "ping -c 1 db"),
    ("when-done", "yes | apt-get install curl"),
    ("when-done", "cp -r /a /b && chown -R 1000 /b"),
    ("when-done", "mkdir -p /a; chmod 777 /a || true"),
    ("when-done", "apk add curl && curl -sf http://db/x > /x/y"),
    ("when-done", "python manage.py migrate --noinput"),
    ("when-done", "bundle exec rake db:migrate"),
    ("when-done", "npx prisma migrate deploy"),
    ("when-done", "alembic upgrade head"),
    ("when-done", "migrate -path /m -database $URL up"),
    ("when-done", 'mysql -h db -e "CREATE DATABASE x"'),
    ("when-done", "echo no; exit 1"),
    ("when-done", "echo a | sort | uniq > /x/y"),
    ("never", "tail -f /x/log | grep --line-buffered ERROR"),
    ("never", "tail -f /x/log | ./ship"),
    ("when-told", "tail -f /x/log | grep -q ready"),
    ("when-told", "tail -f /x/log | head -n 1"),
    ("unknown", "./app | tee /x/log"),
    ("when-done", "timeout 60 tail -f /x/log"),
    ("when-done", "tail -f /x/log & echo started"),
    ("never", "tail -f /x/log & wait"),
    ("never", 'trap "kill $!" TERM; sleep infinity & wait $!'),
    ("unknown", "./app & wait"),
    ("unknown", "./app & A=$!; tail -F /x/log & wait $A"),
    ("never", "./app & while true; do if [ -f /x/done ]; then kill $!; fi; sleep 1; done"),
    ("when-told", "./app & while [ ! -f /x/done ]; do sleep 1; done; kill $!"),
    ("unknown", "./app & tail -f /x/log & wait -n"),
    ("unknown", "./setup; sleep infinity"),
    ("never", "cp a b || exit 1; sleep infinity"),
    ("unknown", "[ -f /x ] && exit 0; sleep infinity"),
    ("unknown", "if [ -f /x ]; then exec tail -f /x; fi"),
    ("never", "if [ -f /x ]; then tail -f /x; else tail -f /y; fi"),
    ("never", "[ -d /x ] || mkdir /x; exec tail -F /x/log"),
    ("unknown", "case $MODE in a) sleep infinity;; esac"),
    ("never", "case $MODE in a) sleep infinity;; *) tail -f /x/y;; esac"),
    ("never", "run() { tail -F /x/log; }; run"),
    ("when-done", "run() { tail -F /x/log; }; echo"),
    ("never", "check() { return 0; }; check; sleep infinity"),
    ("unknown", "again() { sleep 1; again; }; again"),
    ("never", "(cd /x && tail -F log)"),
    ("never", "(exit 0); sleep infinity"),
    ("never", "sh -c \"sh -c 'tail -f /x/log'\""),
    ("never", 'su app -c "tail -F /x/log"'),
    ("unknown", "$CMD --flag"),
    ("unknown", "sh /scripts/run.sh"),
    ("unknown", ". /x/env; sleep infinity"),
    ("unknown", "while true; do"),
    ("unknown", "mkfifo /x/p; cat /x/p"),
    ("when-done", "x=$(sleep infinity | head -n 1); echo $x"),
]


@pytest.mark.parametrize(("ends", "text"), ENDS, ids=[text for _, text in ENDS])
def test_how_a_script_ends(ends: str, text: str) -> None:
    assert script(text).ends == ends


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"tail -n+1 -f {LOG}", "tail -f never returns"),
        ("exec /bin/sleep infinity", "sleep infinity"),
        ("cp a b", "every command in it finishes"),
        ("until [ -f /tmp/done ]; do sleep 1; done", "it waits for the file /tmp/done"),
        ("while [ -f /tmp/lock ]; do sleep 1; done", "it waits until the file /tmp/lock is gone"),
        ("until curl -s localhost:9090/ready; do sleep 1; done", "it waits for an answer from localhost:9090"),
        ("while true; do date; sleep 1; done", "its loop never ends"),
        ("/app/main --x", "what /app/main does is not known"),
    ],
)
def test_why(text: str, reason: str) -> None:
    assert script(text).reason == reason


FOLLOWS: list[tuple[str, list[tuple[str, str, bool]], list[str]]] = [
    (f"tail -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"tail -n+1 -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"tail -fn 10 {LOG}", [(LOG, "tail -f", False)], ["-Fn"]),
    (f"tail -100f {LOG}", [(LOG, "tail -f", False)], ["-Fn100"]),
    (f"tail +1f {LOG}", [(LOG, "tail -f", False)], ["-Fn+1"]),
    (f"tail --follow {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"tail --follow=name {LOG}", [(LOG, "tail --follow=name", False)], ["-F"]),
    (f"tail --follow=name --retry {LOG}", [(LOG, "tail --follow=name", True)], []),
    (f"tail -n 5 -F {LOG}", [(LOG, "tail -F", True)], []),
    (f"tail -qf -n 0 {LOG} /y/b.log", [(LOG, "tail -f", False), ("/y/b.log", "tail -f", False)], ["-qF", "-qF"]),
    (f"exec tail -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f'LOG={LOG}; tail -f "$LOG"', [(LOG, "tail -f", False)], ["-F"]),
    (f"LOG={LOG}; LOG=/z; tail -f $LOG", [], []),
    ("DIR=/var/log\ntail -f ${DIR}/app.log", [(LOG, "tail -f", False)], ["-F"]),
    ("tail -f /var/log/*.log", [("/var/log/*.log", "tail -f", False)], ["-F"]),
    ("tail -f /dev/null", [], []),
    ("tail -f", [], []),
    ("tail -f $LOG", [], []),
    ("tail -f $(LOG)", [], []),
    ("tail -n 5 /x/y.log", [], []),
    (f"until [ -f {LOG} ]; do sleep 1; done; tail -f {LOG}", [(LOG, "tail -f", True)], []),
    (f"touch {LOG} && tail -f {LOG}", [(LOG, "tail -f", True)], []),
    (f"while true; do tail -f {LOG}; sleep 1; done", [(LOG, "tail -f", True)], []),
    (f"while true; do cat {LOG}; sleep 1; done", [(LOG, "cat in a loop", True)], []),
    (f"while true; do echo $(cat {LOG}); sleep 1; done", [], []),
    (f"cat {LOG}", [], []),
    (f"while true; do while read l; do echo $l; done < {LOG}; sleep 9; done", [(LOG, "read in a loop", True)], []),
    ("mkfifo /x/p; cat /x/p", [("/x/p", "cat of a pipe", True)], []),
    (f"less +F {LOG}", [(LOG, "less +F", False)], []),
    (f"tail -f {LOG} & tail -F /y/b.log & wait", [(LOG, "tail -f", False), ("/y/b.log", "tail -F", True)], ["-F"]),
    (f"bash -ec 'tail -f {LOG}'", [(LOG, "tail -f", False)], ["-F"]),
    (f'sh -c "tail -f \\"{LOG}\\""', [(LOG, "tail -f", False)], []),
    (f"busybox tail -f {LOG}", [(LOG, "tail -f", False)], ["-F"]),
    (f"stdbuf -oL tail -f {LOG} | sed s/x/y/", [(LOG, "tail -f", False)], ["-F"]),
    (f"if ! tail -f {LOG}; then exit 1; fi", [(LOG, "tail -f", False)], ["-F"]),
    (f"trap 'exit 0' TERM\n# the log\ntail -f \\\n  {LOG} &\nwait", [(LOG, "tail -f", False)], ["-F"]),
]


@pytest.mark.parametrize(("text", "follows", "fixes"), FOLLOWS, ids=[text for text, _, _ in FOLLOWS])
def test_what_a_script_follows(text: str, follows: list[tuple[str, str, bool]], fixes: list[str]) -> None:
    assert seen(script(text), "follows", "fixes") == {"follows": follows, "fixes": fixes}


@pytest.mark.parametrize("text", [text for text, _, fixes in FOLLOWS if fixes])
def test_an_option_is_the_very_text_to_change(text: str) -> None:
    follow = script(text).follows[0]
    assert follow.option is not None
    assert follow.option.start >= follow.place.start
    assert "f" in text_at(follow.option, ("sh", "-c", text))
    changed = text[: follow.option.start] + follow.replacement + text[follow.option.end :]
    again = script(changed).follows[0]
    assert (again.path, again.by_name, again.option) == (follow.path, True, None)


@pytest.mark.parametrize(
    ("command", "args", "place", "option"),
    [
        (("tail", "-n+1", "-f", LOG), None, "tail", "-f"),
        (("tail",), ("-f", LOG), "tail", "-f"),
        (None, ("tail", "-100f", LOG), "tail", "-100f"),
        (("/bin/sh", "-c"), (f"tail -n+1 -f {LOG}",), f"tail -n+1 -f {LOG}", "-f"),
        (("sh",), ("-ec", f"echo 'é ü' ; exec tail -fn 5 {LOG}"), f"exec tail -fn 5 {LOG}", "-fn"),
        (("bash", "-euo", "pipefail", "-c", f"tail '-f' {LOG} | cat"), None, f"tail '-f' {LOG}", "-f"),
        (("sh", "-c", f"timeout 5 sh -c 'tail -f {LOG}'"), None, f"tail -f {LOG}", "-f"),
        (("tini", "--", "sh", "-c", f"A=1 B=2\ntail -f {LOG}"), None, f"tail -f {LOG}", "-f"),
    ],
)
def test_where_things_stand(command: tuple[str, ...] | None, args: tuple[str, ...] | None, place: str, option: str) -> None:
    follow = behaviour(command, args, parse_image("busybox")).follows[0]
    assert follow.option is not None
    assert (text_at(follow.place, command, args), text_at(follow.option, command, args)) == (place, option)


DOES: list[tuple[str, dict[str, Any]]] = [
    ("socat TCP-LISTEN:8080,fork,reuseaddr EXEC:'cat /x/log'", {"listens": [(8080, "socat", "cat /x/log")]}),
    ("socat TCP4-LISTEN:80,fork SYSTEM:'kubectl logs web',pty", {"listens": [(80, "socat", "kubectl logs web")]}),
    ("socat -d tcp-l:$PORT,fork unix-connect:/x.sock", {"listens": [(None, "socat", "")]}),
    ("while true; do nc -lp 9000 -e cat /x/log; done", {"listens": [(9000, "nc -l", "cat /x/log")]}),
    ("while true; do cat /x/log | nc -l 9000; done", {"listens": [(9000, "nc -l", "")], "follows": [("/x/log", "cat in a loop", True)]}),
    ("ncat --listen --keep-open 3307 -c 'cat /x/log'", {"listens": [(3307, "ncat -l", "cat /x/log")], "ends": "never"}),
    ("cd /logs && python -m http.server 8000", {"listens": [(8000, "python -m http.server", "")]}),
    ("python3 -m http.server", {"listens": [(8000, "python -m http.server", "")]}),
    ("httpd -f -p 0.0.0.0:8080 -h /logs", {"listens": [(8080, "httpd -f", "")]}),
    ("curl -sf -X POST http://localhost:15020/quitquitquit", {"calls": ["POST localhost:15020/quitquitquit"]}),
    ("main; rc=$?; curl -XPOST localhost:4191/shutdown; exit $rc", {"calls": ["POST localhost:4191/shutdown"], "ends": "unknown"}),
    ("curl -fsI -X POST http://localhost:15020/quitquitquit", {"calls": ["POST localhost:15020/quitquitquit"]}),
    ("curl -d x -H 'A: b' https://u:p@api.example.com/v1?q=1", {"calls": ["POST api.example.com:443/v1"]}),
    ("wget -qO- --post-data='' http://127.0.0.1:9091/quitquitquit", {"calls": ["POST 127.0.0.1:9091/quitquitquit"]}),
    ("job --port=<DB_PORT> --name=<DB_NAME> curl http://localhost:9091/quitquitquit\n", {"calls": ["GET localhost:9091/quitquitquit"]}),
    ("kubectl exec web -- curl http://localhost:80", {"calls": []}),
    ("wget -O /x/y http://api/z", {"calls": ["GET api:80/z"]}),
    ("curl http://localhost:$PORT/x", {"calls": ["GET localhost:None/x"]}),
    ("trap 'curl -s localhost:15000/quitquitquit' EXIT; ./main", {"calls": ["GET localhost:15000/quitquitquit"]}),
    ("until curl -s localhost:9090/ready; do sleep 1; done; ./main", {"calls": ["GET localhost:9090/ready waits"], "ends": "unknown"}),
    ("while ! nc -z localhost 5432; do sleep 1; done", {"calls": ["TCP localhost:5432 waits"], "ends": "when-told"}),
    ("while ! timeout 1 bash -c '</dev/tcp/db/5432'; do sleep 1; done", {"calls": ["TCP db:5432 waits"], "ends": "when-told"}),
    ("until (echo > /dev/tcp/db/80) 2>/dev/null; do sleep 1; done", {"calls": ["TCP db:80 waits"], "writes": ()}),
    ("exec 3<>/dev/tcp/db/80; echo GET >&3", {"calls": ["TCP db:80"], "ends": "when-done"}),
    ("while true; do if curl -s localhost:80; then break; fi; done", {"calls": ["GET localhost:80/ waits"]}),
    ("while [ $(curl -s localhost:80/x) != ok ]; do sleep 1; done", {"calls": ["GET localhost:80/x waits"], "ends": "when-told"}),
    ("while true; do curl -s localhost:80/metrics; sleep 5; done", {"calls": ["GET localhost:80/metrics"], "ends": "never"}),
    ("until pg_isready -h 127.0.0.1 -p 6543; do sleep 1; done", {"calls": ["TCP 127.0.0.1:6543 waits"]}),
    ("until [ -f /x/done ]; do sleep 1; done", {"waits_for": ("/x/done",)}),
    ("while [ ! -e '/x/done' ]; do sleep 1; done; ./up", {"waits_for": ("/x/done",), "ends": "unknown"}),
    ("while ! [[ -f /x/done ]]; do sleep 1; done", {"waits_for": ("/x/done",)}),
    ("while [ -f /x/lock ]; do sleep 1; done", {"waits_for": (), "ends": "when-told"}),
    ("while true; do if test -f /x/done; then exit; fi; done", {"waits_for": ("/x/done",)}),
    ("inotifywait -e create /x/flags/go; ./up", {"waits_for": ("/x/flags/go",)}),
    ("until ls /x/done; do sleep 1; done", {"waits_for": ("/x/done",)}),
    ("while true; do if [ -f /x/conf ]; then ./reload; fi; sleep 1; done", {"waits_for": (), "ends": "never"}),
    ("./main; touch /x/done", {"touches": ("/x/done",)}),
    ("trap 'touch /x/done' EXIT; ./main", {"touches": ("/x/done",), "programs": ["touch /x/done", "./main"]}),
    ("./main; > /x/done", {"touches": ("/x/done",), "writes": ("/x/done",)}),
    ("date >> /x/log; ./a 2> /x/err; ./b &> /x/all", {"touches": ("/x/err", "/x/all"), "writes": ("/x/log", "/x/err", "/x/all")}),
    ("./a 2>&1 > /dev/null; echo b >&2", {"touches": (), "writes": ()}),
    ("./a | tee -a /x/log", {"touches": (), "writes": ("/x/log",)}),
    ("while true; do date; done | tee /x/log", {"writes": ("/x/log",), "ends": "never"}),
    ("cat <<EOF > /x/conf\nkey: $(hostname)\nEOF\ncat <<'EOF' | kubectl apply -f -\nrm x\nEOF", {
        "writes": ("/x/conf",), "programs": ["hostname", "cat", "cat", "kubectl apply -f -"], "ends": "when-done"}),
    ("(./proxy & P=$!; (while true; do if [ -f /x/done ]; then kill $P; fi; sleep 1; done) & wait $P)", {
        "waits_for": ("/x/done",), "kills": ("pid",), "ends": "when-told"}),
    ("while inotifywait -e modify /x/conf; do nginx -s reload; done", {"waits_for": (), "ends": "never"}),
    ("./main; pkill -TERM -x cloud_sql_proxy", {"kills": ("cloud_sql_proxy",)}),
    ("./main; kill -s TERM $(pidof envoy)", {"kills": ("envoy",)}),
    ("killall -q fluentd; kill -9 $pid", {"kills": ("fluentd", "pid")}),
    ("kill -0 $pid", {"kills": ()}),
    ("env A=b nohup nice -n 5 ./app --x", {"programs": ["./app --x"]}),
    ("exec su-exec app:app dumb-init -- ./app", {"programs": ["./app"]}),
    ("exec \"$@\"", {"programs": []}),
    ("scuttle ./app && linkerd-await --shutdown -- ./b", {"programs": ["./app", "./b"], "wrappers": ("scuttle", "linkerd-await")}),
    ("timeout -k 5 60 ./app", {"programs": ["./app"], "wrappers": ("timeout",), "ends": "when-done"}),
    ("echo $(date) `id`", {"programs": ["date", "id", "echo $(date) `id`"]}),
    ("echo $(POD_NAME)", {"programs": ["echo $(POD_NAME)"]}),
    ("if a; then b; elif c; then d; else e; fi", {"programs": ["a", "b", "c", "d", "e"]}),
    ("echo $$(date)", {"programs": ["date", "echo $$(date)"], "understood": True}),
    ("eval 'tail -F /x/log'", {"ends": "never", "understood": True}),
    ("eval $CMD", {"ends": "unknown", "understood": False}),
    (". /x/env; ./app", {"understood": False}),
    ("if then", {"ends": "unknown", "understood": False}),
    ("x=$(<file); echo $x", {"ends": "when-done", "understood": True}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DOES, ids=[text for text, _ in DOES])
def test_what_a_script_does(text: str, expected: dict[str, Any]) -> None:
    assert seen(script(text), *expected) == expected


def test_arguments_of_a_script() -> None:
    found = script('tail -f "$1" & exec "$@"', "sh", "/x/y.log", "--now")
    assert [each.path for each in found.follows] == ["/x/y.log"]
    assert found.programs == (("tail", "-f", "/x/y.log"), ("/x/y.log", "--now"))
    assert found.understood


ARGV: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("tail", "-F", LOG), {"ends": "never", "follows": [(LOG, "tail -F", True)]}),
    (("sleep", "infinity"), {"ends": "never", "follows": []}),
    (("cp", "-r", "/a", "/b"), {"ends": "when-done"}),
    (("/app/server", "--port=80"), {"ends": "unknown", "understood": True}),
    (("tini", "--", "tail", "-f", LOG), {"ends": "never", "fixes": ["-F"]}),
    (("nc", "-k", "-l", "-p", "2000", "-e", "sh", "-c", "echo a"), {"ends": "never", "listens": [(2000, "nc -l", "sh -c echo a")]}),
    (("socat", "-v", "TCP-LISTEN:8080,fork", 'EXEC:"kubectl logs web -c nginx"'), {
        "listens": [(8080, "socat", "kubectl logs web -c nginx")], "ends": "never"}),
    (("bash", "-euo", "pipefail", "-c", "echo a"), {"ends": "when-done", "programs": ["echo a"]}),
    (("/bin/sh", "-c", "--", "while true; do sleep 30; done;"), {"ends": "never"}),
    (("/busybox/sh", "-c", "tail -f $0", LOG), {"follows": [(LOG, "tail -f", False)]}),
    (("bash", "/run.sh"), {"ends": "unknown", "understood": False}),
    (("kubexit", "psql", "-c", "SELECT 1"), {"ends": "when-done", "wrappers": ("kubexit",)}),
    (("echo", "a; tail -f /x/y"), {"ends": "when-done", "follows": []}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), ARGV, ids=[" ".join(words) for words, _ in ARGV])
def test_what_an_argv_does(words: tuple[str, ...], expected: dict[str, Any]) -> None:
    assert seen(argv(*words), *expected) == expected


@pytest.mark.parametrize(
    ("image", "command", "args", "ends"),
    [
        ("busybox", None, ("sleep", "infinity"), "never"),
        ("registry.k8s.io/busybox:1.36", (), ("tail", "-f", "/dev/null"), "never"),
        ("python:3.12-slim", None, ("python", "-m", "http.server"), "never"),
        ("ubuntu", None, ("/bin/bash", "-c", "cp a b"), "when-done"),
        ("alpine/socat", None, ("TCP-LISTEN:80,fork", "TCP:db:80"), "never"),
        ("bitnami/kubectl", None, ("apply", "-f", "/x"), "when-done"),
        ("curlimages/curl", None, ("-s", "http://db"), "when-done"),
        ("curlimages/curl", None, ("sleep", "infinity"), "never"),
        ("busybox", None, ("-c", "sleep infinity"), "unknown"),
        ("example.com/team/python", None, ("sleep", "infinity"), "unknown"),
        ("example.com/app", None, ("sleep", "infinity"), "unknown"),
        ("example.com/app", None, None, "unknown"),
        ("example.com/app", ("sleep",), ("infinity",), "never"),
    ],
)
def test_what_the_image_adds(image: str, command: tuple[str, ...] | None, args: tuple[str, ...] | None, ends: str) -> None:
    assert behaviour(command, args, parse_image(image)).ends == ends


def test_an_unknown_entrypoint_hides_what_args_do() -> None:
    found = behaviour(None, ("curl", "http://localhost:80"), parse_image("example.com/app"))
    assert (found.calls, found.programs, found.understood) == ((), (), False)


@pytest.mark.parametrize(
    "text",
    [
        *("", "\x00", "\ud800 tail", "eval eval", "trap", "env", "timeout", "socat", "nc -l -p", "tail -n", "curl -X", "kill", "$@"),
        *("(" * 4000, "$(" * 3000, "while true; do " * 900, "a && " * 3000 + "a", "! " * 5000 + "a", "'" * 999, "sh -c '" * 99),
        *("[[ " + "a && " * 3000 + "a ]]", "cat <<A " * 900, "exec " * 3000 + "ls", "f() { f; f; }; f"),
        "".join(f"f{n}() {{ f{n + 1}; f{n + 1}; }}\n" for n in range(400)) + "f0",
        "x" * (LONGEST_SCRIPT + 1) + ";",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_no_text_breaks_it(text: str) -> None:
    for found in (script(text), argv(*text.split(" "))):
        assert found.ends in ("never", "when-done", "when-told", "unknown")


def test_a_long_script_is_opaque() -> None:
    padded = "sleep infinity; " + "#" * LONGEST_SCRIPT
    assert (script(padded).ends, script(padded).understood) == ("unknown", False)
    assert script(padded[:LONGEST_SCRIPT]).ends == "never"


def test_simple_words_do_not_load_the_grammar() -> None:
    code = (
        "import sys; from sidecarlint.workloads.command import behaviour; from sidecarlint.workloads.images import parse_image\n"
        "def ends(text): return behaviour(('sh', '-c', text), None, parse_image('app')).ends\n"
        "assert ends('exec tail -n+1 -F /var/log/a.log') == 'never' and 'tree_sitter' not in sys.modules\n"
        "assert ends('true; sleep infinity') == 'never' and 'importlib.resources' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
