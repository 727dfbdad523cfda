"""What a fix leaves: where it stands while nothing is written, what was asked for and could not be done, and how much is only counted."""

import json
from pathlib import Path

import pytest

from sidecarlint.findings import Finding, Location, Rewritten, Run
from sidecarlint.findings.earlier import as_it_stands
from tests.conftest import Run as Program
from tests.manifests import SAFE

OLD = "a:\n- b\n- one: 1\n  two: 2\n- c\n"
# The text after fixes, the line and column of a place in it, and where that is in OLD, with the text there.
BACK = [
    ("nothing above it changed", "a:\n- b\n- one: 1\n  two: 2\n- c\n- d\n", (4, 3, "two"), (4, "two")),
    ("a line came above it", "a:\n- new\n- b\n- one: 1\n  two: 2\n- c\n", (5, 3, "two"), (4, "two")),
    ("a line went above it", "a:\n- one: 1\n  two: 2\n- c\n", (3, 3, "two"), (4, "two")),
    ("it moved up", "a:\n- one: 1\n  two: 2\n- b\n- c\n", (3, 3, "two"), (4, "two")),
    ("it moved behind the end", "a:\n- b\n- c\n- one: 1\n  two: 2\n", (5, 3, "two"), (4, "two")),
    ("it is the line that came", "a:\n- b\n- one: 1\n  new: 0\n  two: 2\n- c\n", (4, 3, "new"), (3, "- one: 1")),
    ("its line came first of all", "# new\n" + OLD, (1, 3, "new"), (1, "a:")),
    ("it changed its column", "a:\n- b\n-   one: 1\n    two: 2\n- c\n", (4, 5, "two"), (4, "two: 2")),
    ("the last line has no end", OLD.rstrip("\n"), (5, 3, "c"), (5, "c")),
]


def at(text: str, line: int, column: int, words: str) -> Location:
    start = sum(len(each) + 1 for each in text.split("\n")[: line - 1]) + column - 1
    assert text[start : start + len(words)] == words
    return Location("a.yaml", line, column, line, column + len(words), start, start + len(words))


@pytest.mark.parametrize(("new", "later", "earlier"), [row[1:] for row in BACK], ids=[row[0] for row in BACK])
def test_a_place_in_the_text_that_is_there(new: str, later: tuple[int, int, str], earlier: tuple[int, str]) -> None:
    found = Finding("rule", "native-sidecar", "warning", "it is wrong", at(new, *later))
    run = as_it_stands(Run((1, 29, 0), (found,)), (Rewritten("a.yaml", OLD, new, ()),))
    place = run.findings[0].location
    assert (place.line, OLD[place.start : place.end]) == earlier
    assert place == at(OLD, place.line, place.column, earlier[1])


def test_other_files_keep_their_places_and_all_their_order() -> None:
    new = "a:\n- one: 1\n  two: 2\n- b\n- c\n"
    found = [
        Finding("rule", "native-sidecar", "warning", words, at(new, *place)) for words, place in (("1", (2, 3, "one")), ("2", (4, 3, "b")))
    ]
    aside = found[0]._replace(location=found[0].location._replace(path="b.yaml"))
    run = as_it_stands(Run((1, 29, 0), (*found, aside)), (Rewritten("a.yaml", OLD, new, ()),))
    assert [(each.location.path, each.location.line) for each in run.findings] == [("a.yaml", 2), ("a.yaml", 3), ("b.yaml", 2)]


BEHIND = """\
      - name: behind
        image: quay.io/brancz/kube-rbac-proxy:v0.18.1
        ports: [{containerPort: 8443, hostPort: 8443}]
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "web.yaml").write_text(SAFE + BEHIND)
    return tmp_path


def test_what_a_diff_leaves_stands_where_the_file_has_it(here: Path, run: Program) -> None:
    text = (here / "web.yaml").read_text()
    run("fix", "--diff", "--output", "json=left.json", ".")
    (left,) = json.loads((here / "left.json").read_text())["findings"]
    assert text.split("\n")[left["location"]["line"] - 1] == "      - name: behind"
    assert (here / "web.yaml").read_text() == text
    (now,) = json.loads(run("fix", "--format", "json", ".").out)["findings"]
    assert (here / "web.yaml").read_text().split("\n")[now["location"]["line"] - 1] == "      - name: behind"
    assert now["location"]["line"] != left["location"]["line"]


def test_findings_that_are_not_shown_are_counted(here: Path, run: Program) -> None:
    assert "Fixed 1 finding in 1 file; 1 finding of level info is left (--info shows it)." in run("fix", ".").out
    assert "Nothing was changed: 1 finding of level info is left (--info shows it)." in run("fix", ".").out
    assert "Nothing was changed: 1 finding is left." in run("fix", "--info", ".").out


def test_a_person_reads_what_to_do(here: Path, run: Program) -> None:
    said = " ".join(run("fix", "--info", ".").out.split())
    assert "fixed web.yaml:18 legacy-log-reader reader Move reader to initContainers" in said
    assert "Take the hostPort of behind away first, then move it to initContainers - hostPort 8443 would stop working" in said


STUCK = """\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  initContainers:
  - name: proxy
    image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
    restartPolicy: Always
    args: [--port=5432, shop:eu:db]
  - name: migrate
    image: registry.example/migrate:1
    command: [sh, -c, "until nc -z localhost 5432; do sleep 1; done; ./migrate"]
  containers:
  - name: shop
    image: registry.example/shop:1
"""
CALLS = STUCK[STUCK.index("  - name: migrate") : STUCK.index("  containers:")]


def test_who_rolls_back_hears_what_stays_and_nothing_of_what_goes(tmp_path: Path, run: Program) -> None:
    (tmp_path / "shop.yaml").write_text(STUCK)
    done = run("fix", "--reverse", ".")
    assert "left       shop.yaml:6  --reverse  proxy\n" in done.out
    assert "the init container migrate calls it, and would wait for it for ever" in done.out
    assert done.code == 1
    (tmp_path / "shop.yaml").write_text(STUCK.replace(CALLS, ""))
    done = run("fix", "--reverse", "--output", "markdown=pr.md", ".")
    assert done.code == 0, done.out
    assert "left" not in done.out
    page = (tmp_path / "pr.md").read_text()
    assert page.startswith("# Back from native sidecars\n")
    assert "(`--reverse`)" in page
    assert "What looks elsewhere" not in page


def test_nothing_to_roll_back_is_no_word_about_legacy_sidecars(here: Path, run: Program) -> None:
    for options in (("--reverse",), ("--drop-node-affinity", "example.com/new")):
        assert run("fix", *options, ".").out == "Nothing was changed: there is nothing of the kind in 1 file, 1 workload.\n"
    assert "Nothing was changed: the workload is not of the kind or name" in run("fix", "--reverse", "--name", "other", ".").out


@pytest.mark.parametrize("command", ["inspect", "timeline", "waves"])
def test_a_name_that_no_workload_has_is_told(here: Path, run: Program, command: str) -> None:
    said = run(command, "--name", "other", ".").out
    assert " ".join(said.split()) == "The workload is not of the kind or name asked for, so nothing was judged."


def test_the_page_of_a_migration_says_what_to_know(here: Path, run: Program) -> None:
    run("fix", "--output", "markdown=pr.md", "--output", "json=pr.json", ".")
    page, report = (here / "pr.md").read_text(), json.loads((here / "pr.json").read_text())
    notes = report["workloads"][0]["notes"]
    assert notes
    assert "Good to know:\n\n" + "".join(f"- {each}\n" for each in notes) in page
    assert "counts a sidecar in `kube_pod_init_container_*` and no longer in `kube_pod_container_*`: alerts" in page
    assert "stands in `status.initContainerStatuses` and" in page
