"""What is taken away once a helper is a sidecar, through the real `fix`: how safe it is, why, and what is left."""

import io
from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.findings import Finding, Fix
from sidecarlint.settings import Settings

ROOT = Path(__file__).parent.parent / "fixtures"
QUIT = "curl -sX POST localhost:9091/quitquitquit"
KNOWN = "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1"
UNKNOWN = "registry.example/proxy:1"
FAILS = "where the call fails today w fails too, and will not any more"
PURPOSE = "nothing is known of what else the call does in s"
COUNTS = "its exit code is that of the call today, and would be that of the work"
JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: work
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
      - name: s
        image: {image}
        restartPolicy: Always
        ports: [{{containerPort: 9091}}]
        env: [{{name: CSQL_PROXY_QUITQUITQUIT, value: "true"}}]
      containers:
      - name: w
        image: registry.example/work:1
        command: [sh, -c]
        args:
        - >-
          {script}
{more}"""
OTHER = """\
      - name: o
        image: {image}
        args: [{args}]
        ports: [{{containerPort: 81, hostPort: 81}}]
"""

# The sidecar's image, the script, applicability and hazards, and what is left of the script.
CALLS = [
    (KNOWN, f"./work; rc=$?; {QUIT}; exit $rc", "safe", (), "./work"),
    (KNOWN, f"trap '{QUIT}' EXIT; ./work", "safe", (), "./work"),
    (KNOWN, f"./work; {QUIT}; exit 0", "safe", (), "./work; exit 0"),
    (KNOWN, f"./work && {QUIT}", "unsafe", (FAILS,), "./work"),
    (KNOWN, f"set -e; ./work; {QUIT}", "unsafe", (FAILS,), "set -e; ./work"),
    (UNKNOWN, f"./work; rc=$?; {QUIT}; exit $rc", "unsafe", (PURPOSE,), "./work"),
    (UNKNOWN, f"./work && {QUIT}", "unsafe", (PURPOSE, FAILS), "./work"),
    (KNOWN, f"./work; {QUIT}", "manual", (COUNTS,), ""),
]


def run(text: str, unsafe: bool = True, target: tuple[int, int, int] = (1, 29, 0)) -> tuple[tuple[Finding, ...], str]:
    found = pipeline.check(given(text), Settings(target=target)).findings
    return found, (pipeline.fix(given(text), Settings(target=target), unsafe=unsafe, show_only=True).stdin or b"").decode()


def given(text: str) -> pipeline.Input:
    return pipeline.Input(("-",), io.BytesIO(text.encode()))


def fix_of(found: tuple[Finding, ...], rule: str) -> Fix:
    (fix,) = [each.fix for each in found if each.rule == rule]
    assert fix is not None
    return fix


@pytest.mark.parametrize(("image", "script", "applicability", "hazards", "left"), CALLS)
def test_a_call_that_ends_a_sidecar(image: str, script: str, applicability: str, hazards: tuple[str, ...], left: str) -> None:
    text = JOB.format(image=image, script=script, more="")
    found, fixed = run(text)
    fix = fix_of(found, "app-quits-sidecar")
    assert (fix.applicability, fix.hazards) == (applicability, hazards)
    assert fixed == (JOB.format(image=image, script=left, more="") if left else text)
    assert run(text, unsafe=False)[1] == (fixed if applicability == "safe" else text)
    assert run(fixed)[1] == fixed


@pytest.mark.parametrize(("image", "args"), [
    (KNOWN, ""), (KNOWN, "--quitquitquit"), ("gcr.io/alloydb-connectors/alloydb-auth-proxy:1.12.0", "--quitquitquit"),
    ("registry.example/old-proxy:1", "--admin=:9091"),
])  # fmt: skip
def test_a_call_that_an_ordinary_container_may_need_too_stays(image: str, args: str) -> None:
    """Its host port keeps that one from being moved, or the call would go after all."""
    more = OTHER.format(image=image, args=args)
    text = JOB.format(image=KNOWN, script=f"./work; rc=$?; {QUIT}; exit $rc", more=more)
    text = text.replace("        ports: [{containerPort: 9091}]\n", "")
    found, fixed = run(text)
    fix = fix_of(found, "app-quits-sidecar")
    assert (fix.applicability, fix.hazards) == ("manual", ("o is an ordinary container, and may be ended by the same call",))
    assert QUIT in fixed


def test_a_call_stays_beside_an_ordinary_container_that_has_nothing_to_do_with_it() -> None:
    more = OTHER.format(image="registry.example/other:1", args="--port=80")
    text = JOB.format(image=KNOWN, script=f"./work; rc=$?; {QUIT}; exit $rc", more=more)
    assert fix_of(run(text)[0], "app-quits-sidecar").applicability == "safe"


STUCK = [((1, 29, 0), "manual"), ((1, 33, 5), "manual"), ((1, 33, 6), "unsafe"), ((1, 34, 1), "manual"), ((1, 34, 2), "unsafe")]


@pytest.mark.parametrize(("target", "applicability"), STUCK)
def test_a_probe_that_fails_once_may_keep_a_pod_from_starting(target: tuple[int, int, int], applicability: str) -> None:
    """11, #133072."""
    hook = "        lifecycle: {postStart: {exec: {command: [sh, -c, until nc -z localhost 9091; do sleep 1; done]}}}\n"
    text = JOB.format(image=KNOWN, script="./work", more="").replace("        env:", f"{hook}        env:")
    assert fix_of(run(text, target=target)[0], "sidecar-waits-in-hook").applicability == applicability
    restarted = text.replace("restartPolicy: Never", "restartPolicy: OnFailure")
    assert fix_of(run(restarted, target=target)[0], "sidecar-waits-in-hook").applicability == "unsafe"


# What `fix --unsafe` leaves of each workaround, for a person.
LEFT = {
    "job-killer": [],
    "job-marker-file": [("app-quits-sidecar", "settle")],
    "job-process-kill": [("app-quits-sidecar", "reindex")],
    "job-quit-call": [],
    "job-watch-loop": [("sidecar-made-to-end", "ship-log")],
    "job-wrapper": [("sidecar-made-to-end", "alloydb-proxy")],
    "start-hook": [],
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_left_after_a_move_is_said_or_taken_away(name: str) -> None:
    fixed = run((ROOT / "workarounds" / f"{name}.yaml").read_text())[1]
    found, again = run(fixed)
    assert [(each.rule, each.container) for each in found] == LEFT[name]
    assert again == fixed
    assert all(each.fix is None or each.fix.applicability == "manual" for each in found)


CLEANED = {
    "parcel-labels": ["quitquitquit", "--admin-port", "curl", "$status", "does not end by itself", "ends it over this port"],
    "fare-rules": ["postStart", "until", "quitquitquit"],
}


@pytest.mark.parametrize("name", CLEANED)
def test_nothing_is_left_of_what_can_go(name: str) -> None:
    text = (ROOT / "sidecars" / f"{name}.yaml").read_text()
    fixed = run(text)[1]
    assert [words for words in CLEANED[name] if words not in text] == []
    assert [words for words in CLEANED[name] if words in fixed] == []
    assert [each.rule for each in run(fixed)[0]] == []


BY_HAND = [
    ("job-marker-file", "Let settle no longer make /lifecycle/settled, and cloudsql-proxy no longer wait for it"),
    ("job-process-kill", "Let reindex no longer kill tail"),
]


@pytest.mark.parametrize(("name", "title"), BY_HAND)
def test_what_a_person_removes_is_said(name: str, title: str) -> None:
    fixed = run((ROOT / "workarounds" / f"{name}.yaml").read_text())[1]
    fix = fix_of(run(fixed)[0], "app-quits-sidecar")
    assert (fix.title, fix.applicability, fix.edits) == (title, "manual", ())


def test_a_wrapper_is_shown_with_its_variables() -> None:
    text = JOB.format(image="docker.io/istio/proxyv2:1.24.0", script="scuttle ./work", more="").replace(
        "        command: [sh, -c]", "        env: [{name: ISTIO_QUIT_API, value: 'http://127.0.0.1:15020'}]\n        command: [sh, -c]"
    )
    (finding,) = [each for each in run(text)[0] if each.rule == "app-quits-sidecar"]
    assert finding.fix is not None
    assert finding.fix.title == "Run the program of w without scuttle"
    assert [each.message for each in finding.evidence] == ["scuttle ends s", "ISTIO_QUIT_API is for scuttle"]


HOOK = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      initContainers:
      - {name: s, image: registry.example/mesh:1, restartPolicy: Always, ports: [{containerPort: 15000}]}
      containers:
      - name: w
        image: registry.example/shop:1
        lifecycle:
          preStop:
            %s
"""


@pytest.mark.parametrize(("hook", "applicability"), [
    ("httpGet: {path: /quitquitquit, port: 15000}", "unsafe"),
    ("exec: {command: [curl, -X, POST, 'localhost:15000/quitquitquit']}", "unsafe"),
    ("exec: {command: [sh, -c, 'sleep 5; curl -X POST localhost:15000/quitquitquit']}", "manual"),
])  # fmt: skip
def test_a_hook_that_ends_a_sidecar(hook: str, applicability: str) -> None:
    found, fixed = run(HOOK % hook)
    assert fix_of(found, "app-quits-sidecar").applicability == applicability
    assert ("lifecycle" in fixed) == (applicability == "manual")
