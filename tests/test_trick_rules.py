"""The rules that say how a helper comes to its end: one for each helper, in words that lead with what goes wrong."""

import pytest

from sidecarlint.fixes import Context, case_of
from sidecarlint.fixes.hazards import hazards_of
from sidecarlint.lifecycle import ContainerLife, Lifecycle, lifecycle
from sidecarlint.rulebook import evaluator
from sidecarlint.settings import Settings
from tests.sketch import CATALOGUE, life, services, workload
from tests.test_rules import LEGACY, LONGEST_MESSAGE, RULES
from tests.test_trick_words import KILL, QUIT, READY, SHARED, TRICKS, WAITS

MOVING = {each.id: evaluator(each.when) for each in RULES.values() if each.category in LEGACY and each.fix == "move-to-init-containers"}


def helper(found: Lifecycle) -> ContainerLife:
    return next(each for each in found.containers if each.name == "h")


def said(found: Lifecycle) -> list[tuple[str, str]]:
    """The rules that speak of the helper `h`, and what they say."""
    values = {"container": helper(found), "pod": found.pod, "target": "1.29"}
    return [(each, str(evaluator(RULES[each].message)(values))) for each, holds in MOVING.items() if holds(values)]


@pytest.mark.parametrize("sketch", [row[2] for row in TRICKS], ids=[row[1] for row in TRICKS])
def test_one_rule_speaks_of_each_helper(sketch: list[str]) -> None:
    found = life(*sketch)
    rules = said(found)
    assert len(rules) == (helper(found).part == "helper")
    completing = helper(found).benefit == "completion"
    assert all(rule.startswith("job-") == completing and len(message) <= LONGEST_MESSAGE for rule, message in rules)


# fmt: off
MESSAGES = [
    ("job-needs-quit-call", f"work: app $ ./run && {QUIT}", READY,
     "Job web hangs when the work fails: work tells h to quit only after success"),
    ("job-needs-quit-call", f"work: app $ ./run || {QUIT}", READY,
     "Job web hangs when the work succeeds: work tells h to quit only after a failure"),
    ("job-needs-quit-call", f"work: app $ ./run; {QUIT}", READY,
     "Job web counts as done even when the work fails: "
     "work tells h to quit as its last command, whose exit code is the only one that counts"),
    ("job-needs-quit-call", f"work: app $ trap '{QUIT}' EXIT; ./run", READY,
     "Job web completes only because of one call: work tells h to quit"),
    ("job-needs-marker-file", "work: app {mounts: [m]} $ ./run > /m/log && touch /m/done", WAITS,
     "Job web hangs when the work fails: h waits for /m/done, and work sees to it only after success"),
    ("job-needs-marker-file", "work: app {mounts: [m]} $ ./run > /m/log || touch /m/done", WAITS,
     "Job web hangs when the work succeeds: h waits for /m/done, and work sees to it only after a failure"),
    ("job-needs-marker-file", "work: app {mounts: [m]} $ ./run > /m/log; touch /m/done", WAITS,
     "Job web counts as done even when the work fails: h waits for /m/done, and work sees to it last, where only that exit code counts"),
    ("job-needs-marker-file", "work: app {mounts: [m]} $ trap 'touch /m/done' EXIT; ./run > /m/log", WAITS,
     "Job web completes only because of a file: h waits for /m/done, and work sees to it"),
    ("job-needs-marker-file", "work: app {mounts: [m]}", WAITS,
     "Job web may hang: h waits for /m/done, and nothing in the pod is seen to bring that about"),
    ("job-needs-wrapper", "work: app $ scuttle ./run", "h: istio",
     "Job web completes only because of a wrapper: scuttle ends h once work has ended"),
    ("job-needs-wrapper", "work: app {env: {NEVER_KILL_ISTIO_ON_FAILURE: 'true'}} $ scuttle ./run", "h: istio",
     "Job web hangs when the work fails: scuttle leaves h running then"),
    ("job-needs-killer", "work: app $ ./run; kubectl exec $POD -c h -- kill 1", "h: sql",
     "Job web completes only because work runs kubectl to end h"),
    ("job-needs-killer", "work: app $ ./run", "h: busybox $ while true; do ./done && kubectl delete job web; sleep 5; done",
     "Job web completes only because h runs kubectl to end itself"),
    ("job-needs-killer", "work: app", "h: sql {env: {KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT: 'true'}}",
     "Job web completes only if a controller in the cluster acts on KRUISE_TERMINATE_SIDECAR_WHEN_JOB_EXIT and ends h"),
    ("job-needs-watch-loop", "work: app {mounts: [m]} $ ./run > /m/log",
     "h: busybox {mounts: [m]} $ tail -F /m/log & while nc -z localhost 8080; do sleep 1; done; kill $!",
     "Job web completes only because h finds out by itself when to end: it waits for an answer from localhost:8080"),
    ("job-needs-timeout", "work: app $ ./run", "h: sql $ timeout 60 /cloud_sql_proxy",
     "Job web takes as long as h, which timeout 60 ends whether or not the work is done"),
    ("job-needs-timeout", "work: app {mounts: [m]} $ ./run > /m/log", "h: fluent-bit {mounts: [m]} $ for i in 1 2; do cat /m/log; done",
     "Job web takes as long as h, which ends by itself whether or not the work is done"),
    ("job-may-not-complete", "work: app", READY, "Job web may not complete: nothing here shows that h ends once work has"),
    ("job-never-completes", f"work: app $ ./run; {QUIT}", "h: sql", "Job web never completes: h goes on running after work has ended"),
]
HEADS = [
    ("CronJob Never", f"work: app $ ./run && {QUIT}", READY,
     "A run of CronJob web hangs when the work fails: work tells h to quit only after success"),
    (SHARED, "work: app $ ./run && pkill cloud-sql-proxy", "h: sql",
     "Job web hangs when the work fails: work kills h through the shared process namespace only after success"),
    (SHARED, "work: app $ trap 'pkill cloud-sql-proxy' EXIT; ./run", "h: sql",
     "Job web completes only because of a kill: work kills h through the shared process namespace"),
    ("Job Never {deadline: 60}", "work: app $ ./run", "h: sql",
     "Job web always fails: h goes on running after work has ended, and only the deadline of 60 seconds ends it"),
    ("CronJob Never {deadline: 60}", "work: app $ ./run", "h: sql",
     "Every run of CronJob web fails: h goes on running after work has ended, and only the deadline of 60 seconds ends it"),
]
# fmt: on


@pytest.mark.parametrize(("rule", "work", "h", "message"), MESSAGES, ids=[row[3] for row in MESSAGES])
def test_message(rule: str, work: str, h: str, message: str) -> None:
    assert said(life("Job Never", work, h)) == [(rule, message)]


@pytest.mark.parametrize(("head", "work", "h", "message"), HEADS, ids=[row[3] for row in HEADS])
def test_message_about_a_pod(head: str, work: str, h: str, message: str) -> None:
    assert [each for _, each in said(life(head, work, h))] == [message]


EVIDENCE = [
    ("a call", f"work: app $ ./run; {QUIT}", READY, "work tells it to quit", ("containers", 0, "command", 2), "./run; ", QUIT),
    ("a mention", "work: app {env: {URL: 'http://localhost:9091/quitquitquit'}}", READY, "work tells it to quit",
     ("containers", 0, "env", 0, "value"), "http://", "localhost:9091/quitquitquit"),
    ("a file that is made", "work: app {mounts: [m]} $ ./run > /m/log; touch /m/done", WAITS, "work makes it",
     ("containers", 0, "command", 2), "./run > /m/log; ", "touch /m/done"),
    ("a file that is awaited", "work: app {mounts: [m]} $ ./run > /m/log; touch /m/done", WAITS, "it ends once /m/done is there",
     ("containers", 1, "command", 2), "tail -F /m/log & until [ -f ", "/m/done"),
    ("a call in vain", f"work: app $ ./run; {QUIT}", "h: sql",
     "work calls localhost:9091/quitquitquit, which it does not answer without --quitquitquit",
     ("containers", 0, "command", 2), "./run; ", QUIT),
    ("what makes it ready", "work: app", READY, "it is made ready to be told to quit (--quitquitquit)",
     ("containers", 1, "args", 0), "", "--quitquitquit"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("work", "h", "message", "route", "ahead", "words"), [row[1:] for row in EVIDENCE], ids=[row[0] for row in EVIDENCE]
)
def test_evidence_has_its_place(work: str, h: str, message: str, route: tuple[str | int, ...], ahead: str, words: str) -> None:
    sight = next(each for each in helper(life("Job Never", work, h)).evidence if each.message == message)
    assert sight.route is not None
    assert sight.route[-len(route) :] == route
    assert sight.part == (len(ahead), len(ahead) + len(words))


def test_a_kill_that_reaches_nobody_is_shown() -> None:
    found = helper(life("Job Never", "work: app $ ./run; pkill cloud-sql-proxy", "h: sql"))
    assert "work kills cloud-sql-proxy, but sees no processes of other containers without shareProcessNamespace" in [
        each.message for each in found.evidence
    ]


def test_a_file_that_nobody_makes_is_shown() -> None:
    found = helper(life("Job Never", "work: app $ date", f"h: sql {{mounts: [m]}} $ /cloud_sql_proxy & P=$!; {KILL}"))
    assert (found.ends, found.ends_because) == ("never", "it ends once /m/done is there, and nothing in the pod makes it")


ENDED = "the RayJob's operator deletes the cluster"


def test_a_controller_that_ends_the_pods() -> None:
    given = workload("Job Never", "work: app $ ./run", "h: sql")._replace(ended_by=ENDED)
    found = lifecycle(given, CATALOGUE, Settings().target)
    h = helper(found)
    assert (h.trick, h.trick_by, h.trick_with, h.trick_fails) == ("controller", "", ENDED, "")
    assert (h.ends, h.holds_up_work, h.benefit, found.pod.completes) == ("when-told", False, "completion", "unknown")
    hazards = hazards_of(case_of(h, Context(found, services(""), CATALOGUE, Settings())))
    assert f"{ENDED} anyway: only when it starts and stops would change" in [each.words for each in hazards]


PARTIAL = [
    ("a trick beside a helper that never ends",
     [f"work: app $ ./run && {QUIT}", READY, "other: rbac {ports: [{containerPort: 1, hostPort: 1}]}"],
     "other holds the work up too, and only a person can move it: until then the work does not complete"),
    ("an init container that never ends", ["wait: app {list: init} $ sleep infinity", f"work: app $ ./run && {QUIT}", READY],
     "after the move another container still keeps the work from completing"),
]  # fmt: skip


@pytest.mark.parametrize(("containers", "hazard"), [row[1:] for row in PARTIAL], ids=[row[0] for row in PARTIAL])
def test_a_partial_migration_is_not_called_one(containers: list[str], hazard: str) -> None:
    found = life("Job Never", *containers)
    hazards = hazards_of(case_of(helper(found), Context(found, services(""), CATALOGUE, Settings())))
    assert hazard in [each.words for each in hazards]
