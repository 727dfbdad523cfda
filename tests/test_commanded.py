"""Containers of work that is meant to end which another one ends once it is done: helpers, and the nearest that are none.

`sketch.py` says how a pod is written. `h` is the container in question.
"""

import pytest

from sidecarlint.catalogue import Catalogue
from sidecarlint.lifecycle import lifecycle
from tests.objects import found, obj
from tests.sketch import CATALOGUE, life

WORK = "work: app {mounts: [run]} $ ./load-prices; touch /run/done"
LOOP = "h: app {mounts: [run]} $ while [ ! -f /run/done ]; do ./report-progress; sleep 5; done"
SHARED = "Job Never {spec: {shareProcessNamespace: true}}"

# fmt: off
HELPERS = [
    ("it works until a file is there", "marker-file", ["Job Never", WORK, LOOP]),
    ("the file is on another path", "marker-file",
     ["CronJob OnFailure", WORK, LOOP.replace("mounts: [run]", "volumeMounts: [{name: run, mountPath: /w}]").replace("/run/", "/w/")]),
    ("it is killed by its name", "process-kill",
     [SHARED, "work: app $ ./load-prices; pkill price-cache", "h: app $ exec price-cache --serve"]),
    ("it is told to quit on its port", "quit-call",
     ["Job Never", "work: app $ ./load-prices; curl -X POST localhost:7070/quit", "h: cache {ports: [7070]}"]),
]
NONE = [
    ("nobody makes the file", ["Job Never", WORK.replace("done", "gone"), LOOP]),
    ("the file is on another volume", ["Job Never", WORK, LOOP.replace("mounts: [run]", "mounts: [other]").replace("/run/", "/other/")]),
    ("it begins when the file is there",
     ["Job Never", WORK, "h: app {mounts: [run]} $ until [ -f /run/done ]; do sleep 1; done; ./publish-prices"]),
    ("it only waits", ["Job Never", WORK, "h: app {mounts: [run]} $ until [ -f /run/done ]; do sleep 1; done"]),
    ("the other only waits, too",
     ["Job Never", "work: app {mounts: [run]} $ sleep 60; touch /run/done", LOOP]),
    ("a watchdog kills the work", [SHARED, "watch: app $ sleep 3600; pkill load-prices", "h: app $ exec load-prices --all"]),
    ("the kill reaches nobody", ["Job Never", "work: app $ ./load-prices; pkill price-cache", "h: app $ exec price-cache --serve"]),
    ("the kill is aimed at somebody", [SHARED, "work: app $ ./load-prices; kill $PID", "h: app $ exec price-cache --serve"]),
    ("it only reads its configuration again", [SHARED, "work: app $ ./load-prices; pkill -HUP price-cache", "h: app $ exec price-cache"]),
    ("a bare pod may be anything", ["Pod Never", WORK, LOOP]),
    ("nothing here is meant to end", ["Deployment", WORK, LOOP]),
]
# fmt: on


@pytest.mark.parametrize(("trick", "sketch"), [row[1:] for row in HELPERS], ids=[row[0] for row in HELPERS])
def test_what_another_ends_is_a_helper(trick: str, sketch: list[str]) -> None:
    (work, subject) = life(*sketch).containers
    assert (work.part, subject.part, subject.certainty, subject.role) == ("app", "helper", "likely", "outlasting")
    assert (subject.trick, subject.trick_by, subject.ends) == (trick, "work", "when-told")
    assert subject.benefit == "completion"
    assert any("work" in sight.message for sight in subject.evidence)


@pytest.mark.parametrize("sketch", [row[1] for row in NONE], ids=[row[0] for row in NONE])
def test_what_nobody_surely_ends_is_an_app(sketch: list[str]) -> None:
    assert [each.part for each in life(*sketch).containers] == ["app", "app"]


def test_what_is_known_is_judged_by_what_is_known() -> None:
    (_, subject) = life("Job Never", "work: app $ ./run; curl -X POST localhost:9091/quitquitquit", "h: sql > --quitquitquit").containers
    assert (subject.certainty, subject.role) == ("certain", "proxy")


LOOPING = {"containers": [{"name": "work", "image": "app", "command": ["sh", "-c", "./train; echo done"]},
                          {"name": "h", "image": "app", "command": ["sh", "-c", "while true; do ./report; sleep 5; done"]}]}  # fmt: skip


@pytest.mark.parametrize(
    ("api_version", "kind", "route", "part"),
    [
        ("batch/v1", "Job", "spec.template.spec", "helper"),
        ("keda.sh/v1alpha1", "ScaledJob", "spec.jobTargetRef.template.spec", "helper"),
        ("apps.kruise.io/v1alpha1", "AdvancedCronJob", "spec.template.jobTemplate.spec.template.spec", "helper"),
        ("argoproj.io/v1alpha1", "Rollout", "spec.template.spec", "app"),
        ("v1", "Pod", "spec", "app"),
    ],
)
def test_what_outlasts_the_work_of_any_kind_that_is_meant_to_end(api_version: str, kind: str, route: str, part: str) -> None:
    (given,) = found(obj(api_version, kind, route, LOOPING | {"restartPolicy": "Never"}))
    assert [each.part for each in lifecycle(given, CATALOGUE, (1, 29, 0)).containers] == ["app", part]


def test_it_says_which_kind_is_meant_to_end() -> None:
    (given,) = found(obj("apps.kruise.io/v1alpha1", "AdvancedCronJob", "spec.template.jobTemplate.spec.template.spec", LOOPING))
    subject = lifecycle(given, Catalogue(()), (1, 29, 0)).containers[1]
    assert "though an AdvancedCronJob is meant to end as work does" in subject.evidence[0].message
