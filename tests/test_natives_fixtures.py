"""The manifests of `fixtures/sidecars`: one whose sidecars are as they should be, and others that show what can be wrong with them."""

from pathlib import Path

from sidecarlint import pipeline
from sidecarlint.findings import Finding
from sidecarlint.settings import Settings

FOLDER = Path(__file__).parent.parent / "fixtures" / "sidecars"
MISTAKES = {
    "app-quits-sidecar", "app-races-sidecar", "container-refused", "grace-period-too-short", "init-calls-later-sidecar",
    "init-races-sidecar", "init-waits-for-sidecar", "probe-on-plain-init", "quit-call-fails-job", "quit-endpoint-left-open",
    "requests-raised-by-order", "service-misses-sidecar", "sidecar-exit-code-counts", "sidecar-host-port", "sidecar-made-to-end",
    "sidecar-port-clash", "sidecar-prestop-sleep", "sidecar-quits-early", "sidecar-resize-policy", "sidecar-start-deadlock",
    "sidecar-waits-in-hook", "sidecar-works-too-late",
}  # fmt: skip


def findings(name: str = "") -> tuple[Finding, ...]:
    return pipeline.check(pipeline.Input((str(FOLDER / name),), None), Settings()).findings


def test_pods_whose_sidecars_are_as_they_should_be_are_left_alone() -> None:
    """Among them what injectors make of pods, and a pair of which one steps back (native-sidecars 9, 12.4)."""
    assert findings("healthy.yaml") == ()


def test_every_mistake_is_shown_by_a_manifest_of_its_own() -> None:
    assert {each.rule for each in findings()} >= MISTAKES


def test_nodes_that_are_too_old_show_the_pods_that_may_come_there() -> None:
    found = pipeline.check(pipeline.Input((str(FOLDER / "harbour-pilots.yaml"),), None), Settings(nodes=(1, 28, 0))).findings
    assert [(each.rule, each.workload and each.workload.name) for each in found] == [("sidecar-on-old-nodes", "pilot-roster")]


def test_a_finding_shows_the_evidence_of_its_own_words_only() -> None:
    """One container with two mistakes: each rule shows what its `when` asks for, and not what is known of the container anyway."""
    shown = {each.rule: [seen.message for seen in each.evidence] for each in findings("invoice-run.yaml") if each.container == "upload"}
    assert shown == {
        "sidecar-exit-code-counts": ["the rule names no container"],
        "sidecar-works-too-late": ["run makes /out/.finished as it ends"],
    }


def test_a_sleep_beyond_the_grace_period_costs_the_grace_period_and_those_who_wait_for_the_sleeper() -> None:
    assert [each.message for each in findings("ferry-times.yaml")] == [
        "Only two seconds are left for relay and database to stop in Deployment ferry-times: the preStop hook of database sleeps "
        "25 seconds, and the grace period is 10",
        "Pods stop up to 10 seconds later, and nobody gains: database sleeps in its preStop hook, though it outlives timetable anyway",
    ]
