"""Formats by which other programs take findings over. Read each snapshot line by line when it changes."""

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from jsonschema import Draft4Validator
from syrupy.assertion import SnapshotAssertion

from sidecarlint.errors import UsageError
from sidecarlint.findings import Edit, Finding, Fix, Location, Mending, Run, Unread
from sidecarlint.findings.fingerprints import fingerprints
from sidecarlint.reports import Style, finding_formats, formats, renderer
from sidecarlint.reports.exchange import sarif
from tests import schemas
from tests.test_reports import SKIPPED, UNREAD, by_hand, exporter, log_server, never_completes, run, unparsed, whole_container

EXCHANGE = tuple(name for name in finding_formats() if name not in formats())
RICH = run(unparsed(), never_completes(), exporter(), by_hand(), log_server(), whole_container(), skipped=SKIPPED, unread=UNREAD)


def report(form: str, found: Run = RICH) -> str:
    return renderer(form).check(found, Style())


def many(number: int, severity: str = "warning") -> tuple[Finding, ...]:
    return tuple(
        never_completes()._replace(severity=severity, message=f"number {each}", container=f"c{each}", evidence=(), fix=None)
        for each in range(number)
    )


@pytest.mark.parametrize("form", EXCHANGE)
def test_rich_run(form: str, snapshot: SnapshotAssertion) -> None:
    assert report(form) == snapshot


@pytest.mark.parametrize("form", EXCHANGE)
def test_nothing_found(form: str, snapshot: SnapshotAssertion) -> None:
    assert report(form, run()) == snapshot


@pytest.mark.parametrize("form", EXCHANGE)
def test_fix_reports_what_is_left(form: str) -> None:
    assert renderer(form).fix(Mending(RICH), Style()) == report(form)


@pytest.mark.parametrize("form", EXCHANGE)
def test_every_finding_is_in_every_format(form: str) -> None:
    text = report(form)
    for finding in RICH.findings:
        words = [word for word in re.findall(r"[\w-]{5,}", finding.message) if word in text]
        assert finding.rule in text
        assert words == re.findall(r"[\w-]{5,}", finding.message)
    for unread in UNREAD:
        assert unread.path in text


@pytest.mark.parametrize("form", EXCHANGE)
def test_no_inspection_in_a_format_for_findings(form: str) -> None:
    with pytest.raises(UsageError, match=f"the format {form} holds findings alone; choose concise, json, markdown, text"):
        renderer(form).inspect((), RICH, Style())


def test_sarif_is_valid() -> None:
    validator = Draft4Validator(schemas.sarif())
    for found in (RICH, run(), run(*many(3))):
        assert [error.message for error in validator.iter_errors(json.loads(report("sarif", found)))] == []


def results(found: Run) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(report("sarif", found))["runs"][0]["results"]
    return listed


def test_sarif_is_cut_where_github_cuts_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST", 4)
    found = run(*many(3), *many(3, "error"))
    said = json.loads(report("sarif", found))["runs"][0]
    assert [each["level"] for each in said["results"]] == ["warning", "error", "error", "error"]
    assert [each["message"]["text"] for each in said["invocations"][0]["toolExecutionNotifications"]] == [
        "2 results left out, the mildest: GitHub takes no more"
    ]


def test_sarif_is_cut_to_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from zlib import compress

    monkeypatch.setattr(sarif, "MOST_BYTES", 3000)
    text = report("sarif", run(*many(200)))
    assert len(compress(text.encode())) <= 3000
    assert 0 < len(json.loads(text)["runs"][0]["results"]) < 200
    assert "results left out" in text


def test_sarif_places_edits_by_characters_of_the_text() -> None:
    (fix,) = results(run(never_completes()))[0]["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "k8s/report-job.yaml"
    assert change["replacements"] == [
        {"deletedRegion": {"charOffset": 169, "charLength": 0}, "insertedContent": {"text": "      initContainers:\n"}}
    ]


PATHS = {
    "k8s/web.yaml": {"uri": "k8s/web.yaml", "uriBaseId": "%SRCROOT%"},
    "./a b#c.yaml": {"uri": "a%20b%23c.yaml", "uriBaseId": "%SRCROOT%"},
    "-": {"uri": "stdin", "uriBaseId": "%SRCROOT%"},
    "/srv/web.yaml": {"uri": "file:///srv/web.yaml"},
    "k8s\\web.yaml": {"uri": "k8s/web.yaml", "uriBaseId": "%SRCROOT%"},
}


@pytest.mark.parametrize("path", PATHS)
def test_sarif_paths(path: str) -> None:
    finding = unparsed()._replace(location=unparsed().location._replace(path=path))
    (place,) = results(run(finding))[0]["locations"]
    assert place["physicalLocation"]["artifactLocation"] == PATHS[path]


def test_fingerprints_do_not_know_lines_and_paths() -> None:
    here = never_completes()
    there = here._replace(location=here.location._replace(path="moved/job.yaml", line=90))
    assert fingerprints([here]) == fingerprints([there])
    assert fingerprints([here, there])[1] == fingerprints([here])[0].removesuffix("1") + "2"


@pytest.mark.parametrize("change", [{"rule": "other"}, {"container": "other"}, {"workload": None}])
def test_fingerprints_differ(change: dict[str, Any]) -> None:
    assert fingerprints([never_completes()]) != fingerprints([never_completes()._replace(**change)])


def test_fingerprints_of_sources_know_the_path() -> None:
    here = unparsed()
    assert fingerprints([here]) != fingerprints([here._replace(location=here.location._replace(path="other.yaml"))])


def commands(found: Run) -> list[str]:
    return report("github", found).splitlines()


def test_github_gets_no_more_than_it_shows_and_the_last_says_how_many() -> None:
    told = commands(run(*many(12), *many(11, "error"), *many(3, "info")))
    assert [line.split()[0] for line in told] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 3
    assert told[9].endswith("number 9 (and 1 more error; the log of this step has all)")
    assert told[19].endswith("number 9 (and 2 more warnings; the log of this step has all)")
    assert told[-1].endswith("number 2")


def test_github_errors_share_their_room_with_what_is_unread() -> None:
    told = commands(run(*many(10, "error"), unread=UNREAD))
    assert len(told) == 10
    assert told[1].startswith("::error file=loop.yaml,title=cannot be read::")
    assert told[-1].endswith("(and 2 more errors; the log of this step has all)")


def test_github_obeys_nothing_in_a_manifest() -> None:
    place = Location("a,b:c%.yaml", 1, 1, 1, 2, 0, 1)
    finding = Finding("some-rule", "source", "error", "first\n::set-output name=x::y 100%\x1b[31m", place)
    assert commands(run(finding)) == [
        "::error file=a%2Cb%3Ac%25.yaml,line=1,endLine=1,col=1,endColumn=2,title=some-rule::first ::set-output name=x::y 100%25\u241b[31m"
    ]


def test_junit_is_xml_and_counts() -> None:
    root = ET.fromstring(report("junit"))
    cases, failures = root.findall("./testsuite/testcase"), root.findall("./testsuite/testcase/failure")
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == (str(len(cases)), str(len(failures)), "2")
    assert len(failures) == len(RICH.findings)
    for suite in root.findall("testsuite"):
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("errors") == str(len(suite.findall("testcase/error")))


def test_junit_holds_what_is_no_xml() -> None:
    finding = unparsed()._replace(message='a "b" <c> & \x00 \ud800', fix=Fix("x < y", "safe", (), (Edit("a", 0, 0, ""),)))
    (failure,) = ET.fromstring(report("junit", run(finding))).iter("failure")
    assert failure.get("message") == 'a "b" <c> & \u2400 <U+D800>'


def test_gitlab_entries_have_what_gitlab_asks_for() -> None:
    entries = json.loads(report("gitlab"))
    assert len({each["fingerprint"] for each in entries}) == len(entries) == len(RICH.findings) + len(RICH.unread)
    for each in entries:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert each["location"]["lines"]["begin"] >= 1


def test_unread_alone_is_told() -> None:
    for form in EXCHANGE:
        assert "permission denied" in report(form, run(unread=(Unread("locked.yaml", "permission denied"),)))
