"""The report of a migration: what moved, what it changes, and what applying it does."""

import json
import re
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from sidecarlint.reports import markdown
from tests.conftest import Run
from tests.manifests import SAFE

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: report_1
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: report
        image: registry.example/report:1
        env: [{name: DB, value: "localhost:5432"}]
        resources: {requests: {cpu: 1, memory: 1Gi}}
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: [--port=5432, shop:eu:db]
        resources: {requests: {cpu: 100m}}
"""

INFO = "1 finding of level info is left (--info shows it)"
"""The work races a proxy that has no startupProbe."""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(SAFE.replace("spec:\n  template", "spec:\n  replicas: 4\n  template", 1))
    (tmp_path / "report.yaml").write_text(JOB)
    return tmp_path


def test_fix_says_what_changes_for_each_workload(here: Path, run: Run) -> None:
    said = run("fix", ".").out
    assert "starts: reader -> web; was: (web, reader)" in said
    assert "completes: nothing known holds it up; was: no, it hangs" in said
    assert "requests" not in said, "they stay the same"
    assert "Applying this starts pods anew: 4 pods." in said
    assert "1 object cannot be changed in place: it is deleted and made anew." in said


def test_the_page_for_the_pull_request(here: Path, run: Run) -> None:
    done = run("fix", "--output", "markdown=pr.md", "--output", "json=pr.json", ".")
    page = (here / "pr.md").read_text()
    assert done.code == 0
    assert page.startswith(
        f"# Migration to native sidecars\n\nFixed 2 findings in 2 files; {INFO}.\n\nApplying this starts pods anew: 4 pods.\n"
    )
    assert "| Deployment/web | `reader` | `web.yaml:19` | 4 |" in page
    assert "| Job/report\\_1 | `proxy` | `report.yaml:14` | made anew, runs again |" in page
    assert "| completes | no, it hangs | nothing known holds it up |" in page
    assert "| requests cpu | 1100m | 1100m |" in page
    assert "- Argo CD: the annotation `argocd.argoproj.io/sync-options: Force=true,Replace=true`" in page
    assert "kube_pod_init_container_" in page
    kept = json.loads((here / "pr.json").read_text())
    schema = json.loads((resources.files("sidecarlint.reports") / "schemas" / "fix.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(kept)
    by_name = {each["name"]: each for each in kept["workloads"]}
    assert by_name["web"]["before"]["stops"] == [["web", "reader"]]
    assert by_name["web"]["after"]["stops"] == [["web"], ["reader"]]
    assert by_name["web"]["rollout"] == {"pods": 4, "per_node": False, "immutable": False, "message": "4 pods start anew, a few at a time."}
    assert by_name["report_1"]["rollout"]["immutable"]


def test_a_page_where_nothing_moved_is_short(here: Path, run: Run) -> None:
    run("fix", ".")
    run("fix", "--output", "markdown=pr.md", ".")
    assert (here / "pr.md").read_text() == (f"# Migration to native sidecars\n\nNothing was changed: {INFO}.\n")


def test_with_diff_nothing_is_written_but_the_page(here: Path, run: Run) -> None:
    before = (here / "web.yaml").read_text()
    run("fix", "--diff", "--output", "markdown=pr.md", ".")
    assert (here / "web.yaml").read_text() == before
    assert "Would fix 2 findings" in (here / "pr.md").read_text()


def test_what_is_left_is_told_with_its_reason(here: Path, run: Run) -> None:
    (here / "report.yaml").write_text(JOB + "        ports: [{containerPort: 5432, hostPort: 5432}]\n")
    run("fix", "--output", "markdown=pr.md", ".")
    page = (here / "pr.md").read_text()
    assert re.search(r"## What is left\n\n.*\n.*\n\| `report.yaml:14` \| Job/report\\_1: .* \| hostPort 5432 would stop working", page)


@pytest.mark.parametrize("wrong", ["markdown", "markdown=", "pdf=a", "markdown=missing/a.md", "markdown=."])
def test_where_it_cannot_be_kept_nothing_is_changed(wrong: str, here: Path, run: Run) -> None:
    before = (here / "web.yaml").read_text()
    done = run("fix", "--output", wrong, ".")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert done.err.startswith(f"sidecarlint: --output {wrong}: ")
    assert (here / "web.yaml").read_text() == before


def test_a_page_that_would_be_too_long_says_what_was_cut() -> None:
    page = markdown.page(["# head"], ["x" * 999] * 2000, ["## tail"])
    assert 990_000 < len(page) < 1_000_000
    cut = re.search(r"\n\*(\d+) sections left out: the page would be longer than GitHub shows\.\*\n\n## tail\n$", page)
    assert cut is not None
    assert page.count("x" * 999) + int(cut[1]) == 2000
