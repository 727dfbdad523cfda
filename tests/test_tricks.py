"""How the helpers of Jobs come to their end: what tells them to, and what leaves it open."""

import pytest

from tests.sketch import life

WORK = "work: app $ ./run"
# fmt: off
TRICKS = [
    ("never", "nothing", "Job Never", [WORK, "h: sql"]),
    ("never", "something is done before it starts", "Job Never", [WORK, "h: sql $ sleep 5; echo go; exec /cloud_sql_proxy p:r:i"]),
    ("unknown", "a script that may go another way", "Job Never", [WORK, "h: sql $ [ -n \"$DB\" ] && /cloud_sql_proxy p:r:i"]),
    ("unknown", "a loop around it", "Job Never", [WORK, "h: sql $ while /cloud_sql_proxy p:r:i; do sleep 1; done"]),
    ("unknown", "another program before it", "Job Never", [WORK, "h: sql $ ./setup; /cloud_sql_proxy p:r:i"]),
    ("unknown", "a program that runs it", "Job Never", [WORK, "h: sql $ /killer /cloud_sql_proxy p:r:i"]),
    ("when-told", "its quit endpoint is on by a variable", "Job Never", [WORK, "h: sql {env: {CSQL_PROXY_QUITQUITQUIT: 'true'}}"]),
    ("unknown", "the app sees its processes", "Job Never {spec: {shareProcessNamespace: true}}", ["work: app", "h: sql"]),
    ("unknown", "a script sees its processes", "Job Never {spec: {shareProcessNamespace: true}}", [WORK, "h: sql"]),
    ("never", "who sees its processes only says done",
     "Job Never {spec: {shareProcessNamespace: true}}", ["work: app $ echo done", "h: sql"]),
    ("unknown", "its livenessProbe may end it", "Job Never", [WORK, "h: sql {livenessProbe: {exec: {command: [test, '!', -f, /a]}}}"]),
    ("never", "its livenessProbe has it started again",
     "Job OnFailure", [WORK, "h: sql {livenessProbe: {exec: {command: [test, '!', -f, /a]}}}"]),
    ("when-told", "kubectl exec", "Job Never", [WORK + "; kubectl exec $POD -c h -- kill 1", "h: sql"]),
    ("when-told", "kubectl delete pod", "Job Never", [WORK + "; kubectl delete pod $HOSTNAME", "h: sql"]),
    ("when-told", "kubectl delete job", "Job Never", ["work: app > kubectl delete job web", "h: sql"]),
    ("unknown", "kubectl against somebody else, as far as is seen", "Job Never", [WORK + "; kubectl delete pod -l app=x", "h: sql"]),
    ("never", "kubectl that only looks", "Job Never", [WORK + "; kubectl get pods", "h: sql"]),
    ("when-told", "a call to its admin port", "Job Never", [WORK + "; echo > /dev/tcp/127.0.0.1/9091", "h: sql > --quitquitquit"]),
    ("when-told", "the same with nc", "Job Never", [WORK + "; nc localhost 9091", "h: sql > --quitquitquit"]),
    ("when-told", "a call to the admin port that its words name",
     "Job Never", [WORK + "; nc localhost 9999", "h: sql > --quitquitquit --admin-port=9999"]),
    ("never", "a call to an endpoint that is not on", "Job Never", [WORK + "; nc localhost 9091", "h: sql"]),
    ("never", "a call that is only a comment", "Job Never",
     ["work: app $ ./run\n# curl -X POST localhost:9091/quitquitquit", "h: sql > p:r:i"]),
    ("never", "a call to another port", "Job Never", [WORK + "; nc localhost 5432", "h: sql"]),
    ("when-told", "a test in a shell that stops at the first failure", "Job Never",
     ["work: app $ ./run; touch /a", "h: busybox $ set -e; while true; do aws s3 sync a b; kill -0 $(cat /p); sleep 5; done"]),
    ("when-told", "it kills itself", "Job Never",
     [WORK, "h: busybox $ while true; do if [ -f /data/done ]; then kill -9 $$; fi; sleep 5; done"]),
    ("unknown", "a postStart hook of its own that may end it", "Job Never",
     [WORK, "h: sql {lifecycle: {postStart: {exec: {command: [sh, -c, '(sleep 600; kill 1) &']}}}}"]),
    ("never", "a postStart hook that only waits", "Job Never",
     [WORK, "h: sql {lifecycle: {postStart: {exec: {command: [sh, -c, 'until nc -z localhost 5432; do sleep 1; done']}}}}"]),
    ("never", "a hook of the app, which does not see its processes", "Job Never",
     ["work: app {lifecycle: {postStart: {exec: {command: [sh, -c, 'pkill proxy']}}}} $ ./run", "h: sql"]),
    ("unknown", "its pod is marked for a controller", "Job Never", [WORK + "; kubectl label pod $HOSTNAME done=yes", "h: sql"]),
    ("never", "another object is marked", "Job Never", [WORK + "; kubectl label node $NODE done=yes", "h: sql"]),
    ("never", "a database of which only the image is given", "Job Never", [WORK, "h: postgres:16"]),
    ("never", "a database with options", "CronJob OnFailure", [WORK, "h: redis:7 > --save ''"]),
    ("never", "a database that a client only asks", "Job Never", ["work: app $ redis-cli ping; ./run", "h: redis:7"]),
    ("when-told", "a database that a client shuts down", "Job Never", [WORK + "; redis-cli shutdown nosave", "h: redis:7"]),
    ("when-told", "another one", "Job Never", [WORK + "; mysqladmin -h 127.0.0.1 -u root shutdown", "h: mysql:8"]),
    ("when-told", "a third", "Job Never", [WORK + "; mongosh --eval 'db.getSiblingDB(\"admin\").shutdownServer()'", "h: mongo:7"]),
    ("never", "a shutdown of another server", "Job Never", [WORK + "; redis-cli shutdown", "h: postgres:16"]),
    ("never", "a shutdown on another port", "Job Never", [WORK + "; redis-cli -p 7000 shutdown", "h: redis:7"]),
    ("never", "a shutdown of a server elsewhere", "Job Never", [WORK + "; redis-cli -h cache.shop shutdown", "h: redis:7"]),
    ("unknown", "an image beside an image, either of which may be a server", "Job Never", ["work: app", "h: redis:7"]),
    ("unknown", "the same with options", "Job Never", ["work: app", "h: redis:7 > --save ''"]),
    ("unknown", "it ends with its input", "Job Never", [WORK, "h: fluent-bit > -i tail -p exit_on_eof=true -o stdout"]),
]
# fmt: on


@pytest.mark.parametrize(("ends", "head", "containers"), [(row[0], row[2], row[3]) for row in TRICKS], ids=[row[1] for row in TRICKS])
def test_how_a_helper_ends(ends: str, head: str, containers: list[str]) -> None:
    found = life(head, *containers)
    helper = next(each for each in found.containers if each.name == "h")
    assert (helper.ends, helper.holds_up_work) == (ends, ends == "never")
    assert found.pod.completes != "no" or ends == "never"


@pytest.mark.parametrize("shell", ["sh -c", "bash -c"])
def test_a_loop_without_a_way_out_holds_the_work_up(shell: str) -> None:
    found = life("Job Never", "work: app $ ./run", f"h: busybox > {shell} 'while true; do ./sync; sleep 5; done'")
    assert found.containers[1].ends == "never"
