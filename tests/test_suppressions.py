"""Comments and annotations that leave findings out: what they cover, until when, and what is said of those that cover nothing."""

from pathlib import Path
from textwrap import dedent

import pytest

from sidecarlint import pipeline
from sidecarlint.findings import Finding, Run
from sidecarlint.settings import Settings
from tests.conftest import Run as Program
from tests.manifests import SAFE

JOB = """\
<document>
apiVersion: batch/v1
kind: Job
metadata:
  name: report
  <annotations>
spec:
  template:
    spec: <spec>
      restartPolicy: Never
      containers:
      - name: report
        image: registry.example/report:4
        command: [sh, -c, "generate >> /logs/report.log"]
        volumeMounts:
        - {name: logs, mountPath: /logs}
      <container>
      - name: reader <line>
        image: busybox:1.36
        command: [sh, -c, "tail -F /logs/report.log"] <inside>
        volumeMounts:
        - {name: logs, mountPath: /logs}
      volumes:
      - name: logs
        emptyDir: {}
"""
RULE = "job-never-completes"
IGNORE = f"# sidecarlint: ignore[{RULE}]"


def job(**said: str) -> str:
    text = JOB
    for place in ("document", "annotations", "spec", "container", "line", "inside"):
        text = text.replace(f"<{place}>", said.get(place, ""))
    return "".join(line for line in text.splitlines(keepends=True) if line.strip())


def checked(folder: Path, text: str, **settings: object) -> Run:
    (folder / "job.yaml").write_text(text)
    return pipeline.check(pipeline.Input((str(folder / "job.yaml"),), None), Settings(today="2026-11-22", **settings))  # type: ignore[arg-type]


def found(folder: Path, text: str, **settings: object) -> list[str]:
    return [each.rule for each in checked(folder, text, **settings).findings]


def only(folder: Path, text: str, **settings: object) -> Finding:
    (finding,) = checked(folder, text, **settings).findings
    return finding


@pytest.mark.parametrize("place", ["document", "spec", "container", "line"])
def test_covers(place: str, tmp_path: Path) -> None:
    assert found(tmp_path, job()) == [RULE]
    run = checked(tmp_path, job(**{place: f"{IGNORE} it is stopped by hand"}))
    assert (run.findings, run.suppressed) == ((), 1)


def test_does_not_cover_what_stands_elsewhere(tmp_path: Path) -> None:
    assert found(tmp_path, job(inside=IGNORE)) == [RULE, "unused-suppression"]


def test_another_rule_is_not_covered(tmp_path: Path) -> None:
    assert sorted(found(tmp_path, job(line="# sidecarlint: ignore[legacy-proxy]"))) == [RULE, "unused-suppression"]


def test_another_document_is_not_covered(tmp_path: Path) -> None:
    other = job().replace("name: report\nspec", "name: other\nspec")
    run = checked(tmp_path, f"{job(document=IGNORE)}---\n{other}")
    assert [each.workload.name for each in run.findings if each.workload] == ["other"]


def test_covers_in_a_template_of_a_chart(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "Chart.yaml").write_text("name: shop\n")
    text = job(line=IGNORE).replace("registry.example/report:4", "{{ .Values.image }}")
    for said, rules in ((text, []), (text.replace(IGNORE, ""), [RULE])):
        (tmp_path / "templates" / "job.yaml").write_text(said)
        run = pipeline.check(pipeline.Input((str(tmp_path),), None), Settings(no_exec=True))
        assert [each.rule for each in run.findings] == rules


@pytest.mark.parametrize("key", ["metadata", "template"])
def test_an_annotation_covers_its_object(key: str, tmp_path: Path) -> None:
    said = f"annotations: {{sidecarlint.dev/ignore: 'legacy-proxy, {RULE}'}}"
    text = job(annotations=said) if key == "metadata" else job().replace("  template:\n", f"  template:\n    metadata:\n      {said}\n")
    run = checked(tmp_path, text)
    assert (run.findings, run.suppressed) == ((), 1)


@pytest.mark.parametrize(
    ("reason", "rules"),
    [
        ("until 2026-11-22", []),
        ("until 2026-11-22: the platform team moves it", []),
        ("until 2027-01-01, then we look again", []),
        ("until 2026-11-21", ["expired-suppression", RULE]),
        ("until the cows come home", ["unknown-directive"]),
        ("until 2026-02-30", ["unknown-directive"]),
        ("until 20261122", ["unknown-directive"]),
        ("it hangs until 2020-01-01", []),
    ],
)
def test_until(reason: str, rules: list[str], tmp_path: Path) -> None:
    assert sorted(found(tmp_path, job(line=f"{IGNORE} {reason}"))) == sorted(rules)


SAID = [
    ("ignore[legacy-proxy]", "This comment leaves nothing out: legacy-proxy is not found here"),
    ("ignore[legacy-proxy, legacy-agent]", "This comment leaves nothing out: legacy-proxy and legacy-agent are not found here"),
    ("ignore[legacy-proxi]", "This comment leaves nothing out: there is no rule legacy-proxi; did you mean legacy-proxy?"),
    ("ignore", "This comment has no effect: it names no rule; write it like ignore[legacy-proxy] and say why"),
    ("ignore[]", "This comment has no effect: it names no rule; write it like ignore[legacy-proxy] and say why"),
    ("ignored[legacy-proxy]", "This comment has no effect: there is no directive ignored; did you mean ignore?"),
    ("ignore[legacy-proxy] until 1.1.2027", "This comment has no effect: 1.1.2027 is no day; write it like until 2027-03-31"),
]


@pytest.mark.parametrize(("words", "message"), SAID)
def test_what_is_said_of_one_that_does_nothing(words: str, message: str, tmp_path: Path) -> None:
    told = [each.message for each in checked(tmp_path, job(line=f"# sidecarlint: {words}")).findings if each.category == "source"]
    assert message in told


def test_of_a_rule_that_was_not_asked_nobody_knows(tmp_path: Path) -> None:
    text = job(line="# sidecarlint: ignore[legacy-proxy]")
    assert found(tmp_path, text, select=frozenset({RULE})) == [RULE]
    assert found(tmp_path, text, ignore=frozenset({"legacy-proxy"})) == [RULE]
    assert found(tmp_path, text, ignore=frozenset({"unused-suppression"})) == [RULE]
    assert found(tmp_path, text, kinds=frozenset({"CronJob"})) == []


def fixed(folder: Path, text: str) -> str:
    (folder / "job.yaml").write_bytes(text.encode())
    settings = Settings(today="2026-11-22", select=frozenset({"legacy-proxy"}))
    pipeline.fix(pipeline.Input((str(folder / "job.yaml"),), None), settings, False, False)
    return (folder / "job.yaml").read_bytes().decode()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("place", "before", "after"),
    [
        ("line", "# sidecarlint: ignore[legacy-proxy] why", ""),
        ("line", "# sidecarlint: ignore[legacy-proxy] until 2026-01-01", ""),
        ("container", "# sidecarlint: ignore[legacy-proxy] why", ""),
        ("document", "# sidecarlint: ignore[legacy-proxy] why", ""),
        ("document", "# ours\n# sidecarlint: ignore[legacy-proxy]", "# ours"),
    ],
)
def test_a_fix_takes_the_comment_away_and_nothing_else(place: str, before: str, after: str, newline: str, tmp_path: Path) -> None:
    text, wanted = (job(**{place: said}).replace(" \n", "\n").replace("\n", newline) for said in (before, after))
    assert fixed(tmp_path, text) == wanted
    assert fixed(tmp_path, wanted) == wanted


def test_a_fix_leaves_the_rules_that_are_found(tmp_path: Path) -> None:
    text = SAFE.replace("# tails the access log", "# sidecarlint: ignore[legacy-proxy, legacy-log-reader] why")
    assert "ignore[legacy-proxy, legacy-log-reader]" in text
    (tmp_path / "web.yaml").write_text(text)
    mending = pipeline.fix(pipeline.Input((str(tmp_path / "web.yaml"),), None), Settings(), False, False)
    assert [each.rule for one in mending.rewritten for each in one.fixed] == ["unused-suppression"]
    assert (tmp_path / "web.yaml").read_text() == text.replace("ignore[legacy-proxy, legacy-log-reader]", "ignore[legacy-log-reader]")


def test_a_fix_does_not_mend_what_is_left_out(tmp_path: Path) -> None:
    text = job(line=IGNORE)
    (tmp_path / "job.yaml").write_text(text)
    pipeline.fix(pipeline.Input((str(tmp_path / "job.yaml"),), None), Settings(), True, False)
    assert (tmp_path / "job.yaml").read_text() == text


def test_people_are_told_how_many(tmp_path: Path, run: Program) -> None:
    (tmp_path / "job.yaml").write_text(job(line=IGNORE))
    done = run("check", "job.yaml")
    assert done.code == 0
    assert done.out == "No legacy sidecars found in 1 file, 1 workload.\n1 finding left out by comments or annotations.\n"
    assert dedent(done.err) == ""
