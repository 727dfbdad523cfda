"""What command lines do, as a table: the command line, and what must be known of it."""

from typing import Any

import pytest

from tests.command_lines import LOG, argv, script, seen

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
    ("for i in 1 2 3; do [ -f /x/done ] && break; sleep 1; done", {"waits_for": ("/x/done",)}),
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
    ("wait-for-it.sh db:5432 -t 30 -- ./app --x", {"calls": ["TCP db:5432 waits"], "programs": ["./app --x"], "understood": True}),
    ("wait-for-it.sh -h db -p 5432 && ./app", {"calls": ["TCP db:5432 waits"], "programs": ["wait-for-it.sh -h db -p 5432", "./app"]}),
    ("wait-for-it.sh --quiet db:$PORT", {"calls": ["TCP db:None waits"]}),
    ("dockerize -wait tcp://db:5432 -wait=http://web/up -timeout 9s ./app", {
        "calls": ["TCP db:5432 waits", "GET web:80/up waits"], "programs": ["./app"]}),
    ("dockerize --wait file:///x/y --wait tcp://a:1 curl b:80", {"calls": ["TCP a:1 waits", "GET b:80/"]}),
    ("wait-for-it.sh a:1 -- " * 9 + "ls", {"programs": [], "understood": False}),
    ("bash -s a <<'EOF'\ncurl http://db/$1\nEOF", {"calls": ["GET db:80/a"], "programs": ["curl http://db/a"], "understood": True}),
    ("cat x | bash <<EOF | tee /x/log\ndate\nEOF", {"programs": ["cat x", "date", "tee /x/log"], "writes": ("/x/log",)}),
    ("bash <<< $SCRIPT", {"programs": ["$SCRIPT"], "understood": False}),
    ("curl http://localhost:{{ .Values.port }}/quit", {"calls": ["GET localhost:None/quit"], "understood": True}),
    ("date > {{ .Values.out }}; date > {{ .Values.dir | quote }}/x", {"writes": ("{{ .Values.dir | quote }}/x",)}),
    ("{{ .Values.cmd }} --x; {{ .Values.bin }}/app", {"programs": ["{{ .Values.cmd }} --x", "{{ .Values.bin }}/app"], "understood": False}),
    ("docker ps --format '{{.Names}}' | sort", {"programs": ["docker ps --format {{.Names}}", "sort"], "understood": True}),
    ("pg_isready; redis-cli", {"calls": ["TCP localhost:5432", "TCP localhost:6379"]}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DOES, ids=[text for text, _ in DOES])
def test_what_a_script_does(text: str, expected: dict[str, Any]) -> None:
    assert seen(script(text), *expected) == expected


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
    (("/wait-for-it.sh", "db:5432", "--", "tail", "-f", LOG), {"calls": ["TCP db:5432 waits"], "fixes": ["-F"], "ends": "never"}),
    (("{{ .Values.cmd }}", "--x"), {"ends": "unknown", "understood": False}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), ARGV, ids=[" ".join(words) for words, _ in ARGV])
def test_what_an_argv_does(words: tuple[str, ...], expected: dict[str, Any]) -> None:
    assert seen(argv(*words), *expected) == expected
