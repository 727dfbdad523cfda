"""Every note of a move: a pod of which it is true, and the nearest pods of which it is not. `sketch.py` says how a pod is written."""

from typing import NamedTuple

import pytest

from sidecarlint import pipeline
from sidecarlint.fixes import PLANS, case_of
from sidecarlint.fixes.notes import GENERAL, NOTES, notes_of
from sidecarlint.settings import Settings
from tests.conftest import CHECKOUT
from tests.test_hazards import CLEAN, LOGGED, NAMED, READER, USED, Try, asked, planned, pod


class Row(NamedTuple):
    """What a note says of the container `h`, a pod of which it is true, and pods of which it is not."""

    words: str
    true: Try
    false: tuple[Try, ...]


WORK, LATER = "work: app $ ./run", "i: app {list: init} $ ./prepare"
TAIL, SQL = READER + " $ tail -F /logs/app.log", "h: sql > --port=5432"
ENDLESS = "web: app {mounts: [logs]} $ while true; do date >> /logs/app.log; sleep 5; done"

ASKS = "web: app {env: {DB: '127.0.0.1:5432'}, resources: {requests: {memory: %s}}}"
ALL = "web: app {env: {DB: '127.0.0.1:5432'}, resources: {limits: {cpu: 1, memory: %s}}}"

# fmt: off
ROWS = {
    "start_critical": Row("the app starts only once the image of h is there and it runs", CLEAN, (pod("web: app", "h: reload"),)),
    "exit_code": Row("an exit code of h no longer makes the pod fail; it is started again", pod(WORK, "h: sql", head="Job Never"),
        (pod(WORK, "h: sql", head="Job OnFailure"), CLEAN, pod(ENDLESS, "h: sql", head="Pod Never"),
         pod(WORK, "h: vault > agent -config=/c.hcl", head="Job Never"))),
    "slow_end": Row("h does not react to SIGTERM, so the pod is done only 30 seconds after its work", pod(LOGGED, TAIL, head="Job Never"),
        (pod(LOGGED, TAIL), pod(WORK, "h: sql", head="Job Never"), pod(ENDLESS, TAIL, head="Pod Never"),
         pod(LOGGED, READER + " $ trap exit TERM; tail -F /logs/app.log & wait", head="Job Never"),
         pod(WORK, "h: sql $ until nc -z db 5432; do sleep 1; done; exec /cloud_sql_proxy", head="Job Never"),
         pod(LOGGED, TAIL, head="Job Never {spec: {terminationGracePeriodSeconds: 2}}"),
         pod(LOGGED, TAIL, head="Job Never {spec: {shareProcessNamespace: true}}"))),
    "default_container": Row("kubectl logs and kubectl exec take web by default from now on, and h with -c h", pod(SQL, USED),
        (pod(USED, SQL), pod(SQL, USED, head="Deployment {annotations: {kubectl.kubernetes.io/default-container: web}}"))),
    "only_container": Row("the API gives logs without a container's name from now on, those of web", CLEAN,
        (pod(USED, "other: app", SQL), pod(WORK, "other: app $ ./run", "h: sql", head="Job Never"))),
    "ports": Row("Prometheus knows the ports of h by the roles endpoints and endpointslice only from 3.0 on",
        pod(USED, "h: sql {ports: [5432]}"), (CLEAN, pod("web: app {ports: [80], env: {DB: '127.0.0.1:5432'}}", SQL))),
    "port_forward": Row("kubectl port-forward and kubectl expose find the port db by its name only from kubectl 1.31 on",
        pod(USED, "h: sql {ports: [db=5432]}", target="1.31"),
        (pod(USED, "h: sql {ports: [db=5432]}", target="1.32"), pod(USED, "h: sql {ports: [5432]}", target="1.31"))),
    "killed_for_memory": Row("when its node is short of memory, h is no longer likelier to be killed than web",
        pod(ASKS % "1Gi", "h: sql {resources: {requests: {memory: 64Mi}}}", target="1.32"),
        (pod(ASKS % "1Gi", "h: sql {resources: {requests: {memory: 64Mi}}}", target="1.31"),
         pod(ASKS % "1Gi", "h: sql {resources: {requests: {memory: 64Mi}}}", target="1.34", nodes="1.31"),
         pod(ASKS % "64Mi", "h: sql {resources: {requests: {memory: 64Mi}}}", target="1.32"),
         pod(USED, SQL, target="1.32"),
         pod(ALL % "1Gi", "h: sql {resources: {limits: {cpu: 1, memory: 64Mi}}}", target="1.32"),
         pod(ASKS % "1Gi", "h: sql {resources: {requests: {memory: 64Mi}}}", target="1.32",
             head="DaemonSet {spec: {priorityClassName: system-node-critical}}"))),
    "frozen_status": Row("before Kubernetes 1.29.3 kubectl shows a wrong READY of h",
        pod(WORK, "h: sql", head="Job Never", target="1.29.2"),
        (pod(WORK, "h: sql", head="Job Never", target="1.29.3"), pod(USED, SQL, target="1.29.2"),
         pod(WORK, "h: sql", head="Job OnFailure", target="1.30", nodes="1.29.3"))),
    "deaf_while_starting": Row("before Kubernetes 1.30.4 a pod that is deleted while it starts tells h only when",
        pod(LATER + " && nc -z localhost 5432", USED, SQL, target="1.30.3"),
        (pod(LATER + " && nc -z localhost 5432", USED, SQL, target="1.30.4"), pod(LATER, LOGGED, TAIL, target="1.30.3"),
         pod(USED, SQL, target="1.30.3"))),
    "stuck_in_created": Row("before Kubernetes 1.29.9 an init container can stay in Created",
        pod(USED, SQL, target="1.31.1", nodes="1.29.8"),
        (pod(USED, SQL, target="1.29.9"), pod(USED, SQL, target="1.31.1"), pod(USED, SQL, target="1.37"),
         pod(LATER, USED, SQL, target="1.29.8"))),
}
# fmt: on
TABLE = {each.__name__: each for each in NOTES}
FALSE = [(name, each) for name, row in ROWS.items() for each in row.false]


def test_every_note_has_its_rows() -> None:
    assert len(TABLE) == len(NOTES)
    assert set(ROWS) == set(TABLE)
    assert not set(TABLE) & set(NAMED), "what is a hazard is no note"


@pytest.mark.parametrize("name", ROWS)
def test_a_note_is_made(name: str) -> None:
    row = ROWS[name]
    words = TABLE[name](case_of(*asked(row.true)))
    assert words is not None
    assert row.words in words
    assert words in planned(row.true).notes


@pytest.mark.parametrize(("name", "tried"), FALSE, ids=[name for name, _ in FALSE])
def test_a_note_is_not_made(name: str, tried: Try) -> None:
    assert TABLE[name](case_of(*asked(tried))) is None


def test_another_helper_that_stands_first_then_may_move_too() -> None:
    tried = pod("h: sql > --port=5432", "metrics: pg-exporter", USED)
    said = "kubectl logs and kubectl exec no longer take h by default, only with -c h"
    assert TABLE["default_container"](case_of(*asked(tried))) == said


def test_helpers_that_move_together_leave_one_container_together() -> None:
    tried = pod(WORK, "other: sql > p:r:b", "h: sql > p:r:a", head="Job Never")
    assert TABLE["only_container"](case_of(*asked(tried))) == "the API gives logs without a container's name from now on, those of work"


def test_a_note_lowers_nothing() -> None:
    plan = planned(CLEAN)
    assert (plan.applicability, plan.hazards) == ("safe", ())
    assert plan.notes == notes_of(case_of(*asked(CLEAN)))


def test_what_is_not_done_has_no_notes() -> None:
    assert planned(pod(USED, "h: sql", nodes="1.28")).notes == ()
    assert PLANS["run-once"](*asked(CLEAN)).notes == ()


def test_what_is_true_of_every_move_is_in_no_plan() -> None:
    assert not {note for row in ROWS.values() for note in planned(row.true).notes} & set(GENERAL)


def test_a_finding_carries_its_notes() -> None:
    found = pipeline.check(pipeline.Input((str(CHECKOUT / "fixtures" / "legacy" / "monthly-report.yaml"),), None), Settings())
    (fix,) = [each.fix for each in found.findings if each.fix is not None]
    assert "an exit code of cloud-sql-proxy no longer makes the pod fail; it is started again" in fix.notes
