"""What is found in fixtures/workarounds, and what `fix --unsafe` makes of it: each Job with its trick, and none of them left to it."""

import io
from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.documents import documents
from sidecarlint.lifecycle import lifecycle
from sidecarlint.settings import Settings
from sidecarlint.workloads import workloads
from tests.sketch import CATALOGUE

FOLDER = Path(__file__).parent.parent / "fixtures" / "workarounds"
FOUND = {
    "job-controller": [("job-ended-by-controller", "weekly-demand", "fluent-bit")],
    "job-deadline": [("job-ended-by-deadline", "aggregate-visits", "progress")],
    "job-killer": [("job-needs-killer", "rotate-keys", "cloud-sql-proxy")],
    "job-marker-file": [("job-needs-marker-file", "settle-tickets", "cloudsql-proxy")],
    "job-may-not-complete": [("job-may-not-complete", "migrate-accounts", "cloud-sql-proxy")],
    "job-process-kill": [("job-needs-process-kill", "reindex-catalogue", "log")],
    "job-quit-call": [
        ("job-needs-quit-call", "close-of-day", "cloud-sql-proxy"),
        ("job-needs-quit-call", "backfill-waybills", "cloud-sql-proxy"),
    ],
    "job-timeout": [("job-needs-timeout", "import-price-list", "sql-proxy")],
    "job-watch-loop": [("job-needs-watch-loop", "simulate-tides", "ship-log")],
    "job-wrapper": [("job-needs-wrapper", "archive-readings", "alloydb-proxy")],
}


def given(text: str) -> pipeline.Input:
    return pipeline.Input(("-",), io.BytesIO(text.encode()))


@pytest.mark.parametrize("name", FOUND)
def test_each_job_is_spoken_of_once(name: str) -> None:
    run = pipeline.check(given((FOLDER / f"{name}.yaml").read_text()), Settings())
    found = [(each.rule, each.workload.name if each.workload else "", each.container or "") for each in run.findings]
    assert found == FOUND[name]


def test_every_fixture_of_a_job_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("job-*.yaml")} == set(FOUND)


@pytest.mark.parametrize("name", sorted(set(FOUND) - {"job-controller", "job-timeout"}))
def test_a_mended_job_completes_by_itself(name: str) -> None:
    text = (pipeline.fix(given((FOLDER / f"{name}.yaml").read_text()), Settings(), unsafe=True, show_only=True).stdin or b"").decode()
    lives = [lifecycle(each, CATALOGUE, Settings().target) for document in documents(text) for each in workloads(document)]
    assert len(lives) == len(FOUND[name])
    for found in lives:
        assert [each.part for each in found.containers if each.list == "containers"] == ["app"]
        assert found.pod.completes != "no"


def test_a_job_whose_helper_has_a_time_limit_is_left_to_a_person() -> None:
    (finding,) = pipeline.check(given((FOLDER / "job-timeout.yaml").read_text()), Settings()).findings
    assert finding.fix is not None
    assert finding.fix.applicability == "manual"
    assert "take the time limit away first" in finding.fix.hazards[0]
