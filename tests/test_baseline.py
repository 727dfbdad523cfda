"""A baseline: what is known is not told again, what is new is, and what is gone is called stale."""

import json
from pathlib import Path

import pytest

from sidecarlint.errors import FileError
from sidecarlint.findings.baseline import compared, entry, read, written
from tests.conftest import Run
from tests.manifests import five
from tests.test_reports import log_server, never_completes, unparsed

HEAD = '{"sidecarlint": "baseline", "version": 1}\n'
FILE = "known.jsonl"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return five(tmp_path)


def rules(run: Run, *options: str) -> list[str]:
    report = json.loads(run("check", "--format", "json", *options, "--baseline", FILE, ".").out)
    return [each["rule"] for each in report["findings"] if each["severity"] != "info"]


def test_what_is_written_is_sorted_one_a_line_and_read_again() -> None:
    findings = [never_completes(), unparsed(), log_server(), never_completes()]
    text = written(findings)
    assert text == HEAD + (
        '["", "", "broken.yaml", "", "unreadable-document"]\n'
        '["Deployment", "", "web-server", "socat", "legacy-log-server"]\n'
        '["Job", "", "report", "shipper", "job-never-completes"]\n'
        '["Job", "", "report", "shipper", "job-never-completes"]\n'
    )
    assert list(read(FILE, text)) == sorted(map(entry, findings))


def test_the_same_twice_is_known_twice_and_new_the_third_time() -> None:
    known = read(FILE, written([never_completes()] * 2))
    found = compared(known, [never_completes()] * 3, (), ())
    assert (found.new, found.known, found.stale) == ((never_completes(),), 2, ())


def test_only_of_what_was_looked_at_something_is_stale() -> None:
    known = read(FILE, written([never_completes(), log_server(), unparsed()]))
    subject = never_completes().workload
    assert subject is not None
    assert [each.shown for each in compared(known, (), [subject], ()).stale] == ["job-never-completes in Job/report (shipper)"]
    assert [each.shown for each in compared(known, (), [], ["broken.yaml"]).stale] == ["unreadable-document in broken.yaml"]
    assert compared(known, [never_completes()], [subject], ()).stale == ()


WRONG = {
    "": "known.jsonl:1: this is no baseline of this version of sidecarlint; write it again: sidecarlint baseline",
    "[]\n": "known.jsonl:1: this is no baseline of this version of sidecarlint",
    '{"sidecarlint": "baseline", "version": 2}\n': "known.jsonl:1: this is no baseline of this version of sidecarlint",
    f'{HEAD}["Job"]\n': "known.jsonl:2: this line is no finding; write it again: sidecarlint baseline",
    f'{HEAD}["Job", "", "a", "b", 1]\n': "known.jsonl:2: this line is no finding",
    f"{HEAD}nonsense\n": "known.jsonl:2: this line is no finding",
    f"{HEAD}<<<<<<< ours\n=======\n>>>>>>> theirs\n": "known.jsonl:2: two branches have changed it, and nobody has merged them; keep ",
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong(text: str, here: Path, run: Run) -> None:
    with pytest.raises(FileError) as caught:
        read(FILE, text)
    assert str(caught.value).startswith(WRONG[text])
    (here / FILE).write_text(text)
    done = run("check", "--baseline", FILE, ".")
    assert (done.code, done.err) == (2, f"sidecarlint: {caught.value}\n")


def test_a_baseline_that_is_not_there(here: Path, run: Run) -> None:
    done = run("check", "--baseline", "nope.jsonl", ".")
    assert (done.code, done.err) == (2, "sidecarlint: the baseline nope.jsonl: there is no such file or folder; check the spelling\n")


def test_a_life_with_a_baseline(here: Path, run: Run) -> None:
    before = json.loads(run("check", "--format", "json", ".").out)["findings"]
    waiting = [each for each in before if each["severity"] != "info"]
    done = run("baseline", "--baseline", FILE, ".")
    assert (done.code, done.out) == (0, f"Wrote {len(waiting)} findings to {FILE}. From now on: sidecarlint check --baseline {FILE}\n")
    assert rules(run) == []
    done = run("check", "--baseline", FILE, ".")
    assert done.code == 0
    assert f"{len(waiting)} findings known from {FILE} are not shown." in done.out

    (here / "new.yaml").write_text((here / "report.yaml").read_text().replace("name: report", "name: audit"))
    assert rules(run) == ["job-never-completes"]
    assert run("check", "--baseline", FILE, ".").code == 1
    assert run("check", "--baseline", FILE, "--exit-zero", ".").code == 0

    # Lines shift, a file gets another name: nothing is new.
    (here / "new.yaml").unlink()
    (here / "moved.yaml").write_text("# a comment\n\n" + (here / "report.yaml").read_text())
    (here / "report.yaml").unlink()
    assert rules(run) == []

    assert run("fix", "moved.yaml").code == 0
    told = " ".join(run("check", "--baseline", FILE, ".").out.split())
    assert "No longer found, so known.jsonl can be written again: job-never-completes in Job/report (reader)." in told


def test_a_ratchet_counts(here: Path, run: Run) -> None:
    run("baseline", "--baseline", FILE, ".")
    text = (here / "report.yaml").read_text()
    (here / "report.yaml").write_text(text.replace("name: report", "name: audit"))
    assert run("check", "--baseline", FILE, ".").code == 1
    assert run("check", "--baseline", FILE, "--ratchet", ".").code == 0
    (here / "more.yaml").write_text(text)
    assert run("check", "--baseline", FILE, "--ratchet", ".").code == 1


def test_infos_are_written_down_only_where_they_fail(here: Path, run: Run) -> None:
    run("baseline", "--baseline", FILE, ".")
    fewer = len((here / FILE).read_text().splitlines())
    run("baseline", "--baseline", FILE, "--fail-on", "info", ".")
    assert len((here / FILE).read_text().splitlines()) > fewer


def test_nothing_is_written_where_a_source_is_unread(here: Path, run: Run) -> None:
    done = run("baseline", "--baseline", FILE, ".", "nope.yaml")
    assert done.code == 2
    assert done.out.endswith("Nothing was written.\n")
    assert not (here / FILE).exists()


def test_a_file_must_be_named_here_or_in_the_configuration(here: Path, run: Run) -> None:
    done = run("baseline", ".")
    assert (done.code, done.err) == (2, "sidecarlint: name the file to write: --baseline FILE, or baseline in the configuration\n")
    (here / "sidecarlint.toml").write_text(f'baseline = "{FILE}"\n')
    assert run("baseline", ".").code == 0
    assert run("check", ".").code == 0
