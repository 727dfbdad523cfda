"""Which hazards and notes there are with which target and which nodes: from the first patch of 1.29 to one that is not out yet."""

import pytest

from sidecarlint.fixes import case_of
from sidecarlint.fixes.notes import NOTES
from tests import test_notes
from tests.test_hazards import BIG, LABELLED, LIMITED, NAMED, NEEDED, PROBED_SQL, RBAC, ROWS, USED, Try, asked, pod
from tests.test_notes import ASKS, LATER, SQL, WORK

TARGETS = ["1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37", "1.40"]
ALL = {**NAMED, **{each.__name__: each for each in NOTES}}
ON_THE_HOST = "Deployment {spec: {hostNetwork: true}}"

# Name, pod, the first and the last target of those above that it is said for, "" for none.
# fmt: off
SPANS = [
    ("named_port", pod("web: app", RBAC, head=LABELLED, port="https"), "1.29", "1.32"),
    ("port_name_elsewhere", pod("web: app", RBAC), "1.29", "1.32"),
    ("resize_policy", pod(USED, "h: sql {resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}"), "1.29", "1.32"),
    ("host_port", pod("web: app", "h: rbac {ports: [8443]}", head=ON_THE_HOST), "1.29", "1.33"),
    ("host_port", pod("web: app", "h: rbac {ports: [{containerPort: 8443, hostPort: 8443}]}"), "1.29", "1.40"),
    ("own_restart_policy", pod(USED, "h: sql {restartPolicy: Never, restartPolicyRules: [{action: Restart}]}"), "1.29", "1.40"),
    ("requests_grow", pod(BIG, USED, NEEDED, head=LIMITED % "3"), "1.29", "1.33"),
    ("requests_grow", pod(BIG, USED, NEEDED), "1.29", "1.40"),
    ("more_than_the_pod", pod(BIG, "web: app {resources: {requests: {cpu: 50m}}}", NEEDED, head=LIMITED % "2"), "1.29", "1.40"),
    ("stuck_after_probe", pod("work: app", PROBED_SQL, head="Job Never"), "1.29", "1.34"),
    ("not_restarted", pod(USED, PROBED_SQL), "1.35", "1.35"),
    ("frozen_status", pod(WORK, "h: sql", head="Job Never"), "1.29", "1.29"),
    ("deaf_while_starting", pod(LATER + " && nc -z localhost 5432", USED, SQL), "1.29", "1.30"),
    ("stuck_in_created", pod(USED, SQL), "1.29", "1.31"),
    ("port_forward", pod(USED, "h: sql {ports: [db=5432]}"), "1.29", "1.31"),
    ("killed_for_memory", pod(ASKS % "1Gi", "h: sql {resources: {requests: {memory: 64Mi}}}"), "1.32", "1.40"),
]
# The same for nodes of these versions, with API servers of 1.31 and of 1.36.
NODES = [
    ("old_nodes", "1.31", pod(USED, SQL), ["1.28"], ["1.29", "1.30", "1.31"]),
    ("stuck_after_probe", "1.36", pod("work: app", PROBED_SQL, head="Job Never"),
     ["1.33", "1.33.5", "1.34.1"], ["1.33.6", "1.34.2", "1.35"]),
    ("not_restarted", "1.36", pod(USED, PROBED_SQL), ["1.35", "1.35.3"], ["1.33", "1.34", "1.35.4", "1.36"]),
    ("deaf_while_starting", "1.31", pod(LATER + " && nc -z localhost 5432", USED, SQL), ["1.29", "1.30.3"], ["1.29.8", "1.30.4", "1.31"]),
    ("stuck_in_created", "1.31", pod(USED, SQL), ["1.29.8", "1.30", "1.31"], ["1.29.9", "1.30.5", "1.31.1"]),
    ("killed_for_memory", "1.33", pod(ASKS % "1Gi", "h: sql {resources: {requests: {memory: 64Mi}}}"), ["1.32"], ["1.31"]),
    # These are the API server's, the controllers' and the scheduler's: what nodes run does not matter.
    ("named_port", "1.33", pod("web: app", RBAC, head=LABELLED, port="https"), [], ["1.30", "1.32", "1.33"]),
    ("resize_policy", "1.33", pod(USED, "h: sql {resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}"), [], ["1.30", "1.32"]),
    ("host_port", "1.34", pod("web: app", "h: rbac {ports: [8443]}", head=ON_THE_HOST), [], ["1.31", "1.33"]),
]
# fmt: on
BY_VERSION = {name for name, *_ in SPANS} | {"old_nodes"}
ALWAYS = [
    *((name, row.fires) for name, row in ROWS.items() if name not in BY_VERSION),
    *((name, row.true) for name, row in test_notes.ROWS.items() if name not in BY_VERSION),
]


def is_said(name: str, tried: Try) -> bool:
    return ALL[name](case_of(*asked(tried))) is not None


@pytest.mark.parametrize(("name", "tried", "first", "last"), SPANS, ids=[f"{row[0]}-{row[2]}-{row[3]}" for row in SPANS])
def test_what_depends_on_the_target(name: str, tried: Try, first: str, last: str) -> None:
    said = [target for target in TARGETS if is_said(name, tried._replace(target=target))]
    assert said == TARGETS[TARGETS.index(first) : TARGETS.index(last) + 1]


@pytest.mark.parametrize(("name", "target", "tried", "said", "quiet"), NODES, ids=[row[0] for row in NODES])
def test_what_depends_on_the_nodes(name: str, target: str, tried: Try, said: list[str], quiet: list[str]) -> None:
    assert [nodes for nodes in said + quiet if is_said(name, tried._replace(target=target, nodes=nodes))] == said


@pytest.mark.parametrize(("name", "tried"), ALWAYS, ids=[row[0] for row in ALWAYS])
def test_what_does_not_is_said_with_every_target(name: str, tried: Try) -> None:
    assert all(is_said(name, tried._replace(target=target)) for target in TARGETS)
