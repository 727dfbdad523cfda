"""Pictures of timelines: the two that must be right line by line, reasoned by hand, and what every picture holds to."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from syrupy.assertion import SnapshotAssertion

from sidecarlint import bundle
from sidecarlint.documents import documents
from sidecarlint.findings import Subject
from sidecarlint.findings.judge import subject_of
from sidecarlint.lifecycle import Lifecycle, lifecycle
from sidecarlint.lifecycle.timeline import timeline
from sidecarlint.picture import Picture
from sidecarlint.reports.terminal.cells import cells, painter
from sidecarlint.reports.timelines.svg import document
from sidecarlint.reports.timelines.text import SIGNS, drawn
from sidecarlint.settings import DEFAULT_TARGET
from sidecarlint.workloads import workloads
from tests.conftest import CHECKOUT, Run
from tests.sketch import CATALOGUE, life
from tests.test_seeds import FENCE, SEEDS

SEED_BEFORE = """\
  before: log-generator and log-reader start and stop together

                         1        2        3
  log-generator  app     ●════════▼────────x
  log-reader     helper  ●════════▼────────x

  1  log-generator and log-reader start together
  2  the pod is told to stop; log-generator and log-reader get SIGTERM
  3  the grace period of 30 seconds is over; log-generator and log-reader, which
     ignore SIGTERM, are killed; the pod is gone
"""
SEED_AFTER = """\
  after fix: log-reader starts before log-generator and stops after it

                          1        2        3        4        5
  log-reader     sidecar  ●══════════════════════════▼────────x
  log-generator  app               ●════════▼────────x

  1  log-reader starts; what comes next waits only until it runs
  2  log-generator starts
  3  the pod is told to stop; log-generator gets SIGTERM
  4  the grace period of 30 seconds is over; log-generator, which ignores
     SIGTERM, is killed; log-reader gets SIGTERM and two seconds
  5  log-reader, which ignores SIGTERM, is killed; the pod is gone
"""


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the examples lie in ../shared/seeds, which is not here")
def test_the_first_seed(tmp_path: Path, run: Run) -> None:
    """By hand, from native-sidecars.md.

    Before. Both stand in `containers`, so they start one behind the other without waiting (3.4): one step. When the pod is deleted both
    get SIGTERM at once (5.1: only sidecars wait). Both are shells that run a loop or `tail` as the first process, without a trap, and
    the kernel gives that no SIGTERM (helpers.md 9). So both live until the grace period, 30 seconds by default, is over (5.5).

    After. log-reader is the only init container: it starts first (3.1), has no startupProbe, so log-generator starts when it runs (3.1,
    3.3). When the pod is deleted log-generator gets SIGTERM at once, log-reader only when all regular containers have ended (5.1).
    log-generator does not hear it and is killed when the grace period is over; then the sidecars go on at once with the least of 2 seconds
    (5.1, 5.5). `tail` does not hear that either and is killed after them. It has still read what log-generator wrote last.
    """
    text = next(
        found for page in sorted(SEEDS.iterdir()) if page.is_file() for found in FENCE.findall(page.read_text()) if "log-app" in found
    )
    (tmp_path / "log-app.yaml").write_text(text)
    done = run("timeline", "log-app.yaml")
    assert done.code == 0
    assert done.out.startswith(f"Deployment/log-app\n  --> log-app.yaml\n\n{SEED_BEFORE}\n{SEED_AFTER}\n")


JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: settle
spec:
  template:
    spec:
      restartPolicy: OnFailure
      initContainers:
      - name: prepare
        image: registry.example/prepare:1
      containers:
      - name: settle
        image: registry.example/settle:3
        env: [{name: DATABASE, value: "localhost:5432"}]
      - name: cloud-sql-proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: [nordhavn:europe-west3:ledger]
        startupProbe: {httpGet: {port: 9090, path: /startup}}
"""
HANGS = """\
Job/settle
  --> job.yaml

  before: the Job never completes: cloud-sql-proxy goes on for ever

                           1        2        3        4
  prepare          init    ●════════○
  settle           app              ●════════○
  cloud-sql-proxy  helper           ●═════════════════════════►

  1  prepare starts; what comes next waits until it has exited with 0
  2  prepare has exited; settle and cloud-sql-proxy start together
  3  settle ends: its work is done
  4  cloud-sql-proxy goes on running, and nothing ends it

  after fix: the Job completes when settle has ended

                            1        2        3        4        5
  cloud-sql-proxy  sidecar  ●········══════════════════▼────────○
  prepare          init              ●════════○
  settle           app                        ●════════○

  1  cloud-sql-proxy starts; what comes next waits for its startupProbe
  2  cloud-sql-proxy is up; prepare starts; what comes next waits until it has
     exited with 0
  3  prepare has exited; settle starts
  4  settle ends: its work is done; cloud-sql-proxy gets SIGTERM
  5  cloud-sql-proxy has ended; the Job is complete

  ● starts   · not up yet   ═ runs   ▼ gets SIGTERM   ─ is stopping   ○ ends
  ► for ever

Looked at 1 workload in 1 file.
"""


def test_a_job_that_hangs(tmp_path: Path, run: Run) -> None:
    """By hand, from native-sidecars.md.

    Before. `prepare` runs alone and must exit with 0 (3.1). Then both containers start; a startupProbe of a regular container holds
    nobody back (3.4). `settle` ends; the proxy never does, a pod with a running regular container keeps running (5.9), and so does the Job.

    After. The proxy is a sidecar and goes to the front. What comes next waits until its startupProbe has succeeded (3.1): it is not up
    from step 1 to 2. `prepare` must exit with 0, then `settle` starts. When it ends no regular container is left, so the kubelet stops the
    sidecars (5.9): there is one, without a preStop hook, and it gets SIGTERM at once. The pod succeeds once it has stopped (5.9, 5.10).
    """
    (tmp_path / "job.yaml").write_text(JOB)
    assert run("timeline", "job.yaml").out == HANGS
    assert (tmp_path / "job.yaml").read_text() == JOB


CASES = {
    "three helpers and init containers": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: storefront, namespace: shop}
spec:
  template:
    spec:
      volumes: [{name: logs, emptyDir: {}}]
      initContainers:
      - name: prepare
        image: registry.example/prepare:1
      - name: migrate-the-whole-product-catalogue
        image: registry.example/migrate:1
        env: [{name: DATABASE_URL, value: "postgres://localhost:5432/shop"}]
      containers:
      - name: storefront
        image: registry.example/storefront:4
        env: [{name: DATABASE_URL, value: "postgres://localhost:5432/shop"}]
        lifecycle: {preStop: {exec: {command: [sleep, "10"]}}}
        volumeMounts: [{name: logs, mountPath: /var/log/shop}]
      - name: cloud-sql-proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
      - name: log-tailer
        image: busybox:1.36
        command: [tail, -F, /var/log/shop/shop.log]
        volumeMounts: [{name: logs, mountPath: /var/log/shop}]
      - name: jaeger-agent
        image: jaegertracing/jaeger-agent:1.57
""",
    "a CronJob that ends by a quit call": """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: close-of-day}
spec:
  schedule: "45 23 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: close
            image: registry.example/ledger:5
            command: [sh, -c, "set -e; ./close; curl -X POST localhost:9091/quitquitquit"]
          - name: cloud-sql-proxy
            image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
            args: [--quitquitquit, p:r:i]
""",
    "a deadlock": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout}
spec:
  template:
    spec:
      initContainers:
      - name: request-limiter
        image: registry.example/limiter:2
        restartPolicy: Always
        startupProbe: {httpGet: {port: 8080, path: /ready}}
      - name: warm-up
        image: registry.example/warm-up:1
      containers:
      - name: checkout
        image: registry.example/checkout:1
        ports: [{containerPort: 8080}]
""",
    "a fix that a person must do": """\
apiVersion: batch/v1
kind: Job
metadata: {name: load}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: load
        image: registry.example/load:1
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        ports: [{containerPort: 5432, hostPort: 5432}]
""",
    "nothing to do": """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: registry.example/web:1}
""",
}


@pytest.mark.parametrize("case", CASES)
def test_pictures(case: str, tmp_path: Path, run: Run, snapshot: SnapshotAssertion) -> None:
    (tmp_path / "pod.yaml").write_text(CASES[case])
    done = run("timeline", "pod.yaml")
    assert (done.code, done.err) == (0, "")
    assert done.out == snapshot


def lives() -> list[tuple[Lifecycle, Subject]]:
    """Every pod of the fixtures."""
    found = []
    for path in sorted((CHECKOUT / "fixtures").rglob("*.yaml")):
        for read in documents(path.read_bytes().decode("utf-8", "replace")):
            for each in workloads(read):
                found.append((lifecycle(each, CATALOGUE, DEFAULT_TARGET), subject_of(each, path.name)))
    return found


@pytest.mark.parametrize("width", [40, 58, 78, 98])
def test_every_picture_fits_its_width_and_explains_its_signs(width: int) -> None:
    for each, subject in lives():
        lines = drawn(Picture(subject, timeline(each, DEFAULT_TARGET)), width, painter(False))
        assert [line for line in lines if cells(line) > width or line != line.rstrip()] == []
        used = {sign for line in lines if re.match(r"\S+ +(?:app|helper|init|sidecar|injected) ", line) for sign in line.partition("  ")[2]}
        legend = {word for line in lines[-4:] for word in line.split()}
        assert used & set(SIGNS.values()) <= legend


def test_many_steps_are_drawn_in_several_parts() -> None:
    pod = life("Deployment", *(f"sidecar-number-{index}: app {{list: sidecar}} $ ./serve" for index in range(1, 13)), "web: app")
    lines = drawn(
        Picture(Subject("web.yaml", 0, "spec", "apps/v1", "Deployment", "web", ""), timeline(pod, DEFAULT_TARGET)), 78, painter(False)
    )
    numbers = [line for line in lines if re.fullmatch(r" +[\d ]+", line)]
    assert [int(number) for line in numbers for number in line.split()] == list(range(1, 28))
    assert len(numbers) == 2
    assert sum(line.startswith("web ") for line in lines) == 2


def test_several_workloads_stand_below_each_other_and_can_be_chosen(tmp_path: Path, run: Run) -> None:
    (tmp_path / "all.yaml").write_text("---\n".join(CASES.values()))
    every = run("timeline", "all.yaml").out
    assert re.findall(r"^\w+/[\w-]+$", every, re.MULTILINE) == [
        "Deployment/storefront", "CronJob/close-of-day", "Deployment/checkout", "Job/load", "Pod/web",
    ]  # fmt: skip
    assert re.findall(r"^\w+/[\w-]+$", run("timeline", "--kind", "Job", "all.yaml").out, re.MULTILINE) == ["Job/load"]
    assert re.findall(r"^\w+/[\w-]+$", run("timeline", "--name", "ch*", "all.yaml").out, re.MULTILINE) == ["Deployment/checkout"]


def test_standard_input_and_the_target(run: Run) -> None:
    text = CASES["a CronJob that ends by a quit call"]
    assert "\n  after fix --unsafe: each run completes when close has ended\n" in run("timeline", "-", stdin=text).out
    old = run("timeline", "--target", "1.28", "-", stdin=text)
    assert (old.code, old.out, len(old.err.splitlines())) == (2, "", 1)


def test_what_cannot_be_read(tmp_path: Path, run: Run) -> None:
    (tmp_path / "broken.yaml").write_text("kind: Pod\nspec: {containers: [}\n")
    assert run("timeline", "broken.yaml").code == 0
    assert "broken.yaml:2: This document cannot be read" in run("timeline", "broken.yaml").out
    missing = run("timeline", "--format", "svg", "missing.yaml")
    assert missing.code == 2
    assert "missing.yaml" in missing.err
    ElementTree.fromstring(missing.out)


def test_a_service_that_a_fix_would_lead_elsewhere_stays_as_it_is(tmp_path: Path, run: Run) -> None:
    """The next file is judged beside the Service as it is, not as the fix of the first would make it."""
    text = (CHECKOUT / "fixtures" / "legacy" / "courier-manager.yaml").read_text()
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(text)
    first = run("timeline", "a.yaml").out
    both = run("timeline", "a.yaml", "b.yaml").out
    assert first.partition("Looked at")[0].count("Unsafe") == both.partition("--> b.yaml")[0].count("Unsafe")
    assert (tmp_path / "a.yaml").read_text() == text


SVG = "{http://www.w3.org/2000/svg}"


def test_an_svg_is_one_picture_that_needs_nothing_else(tmp_path: Path, run: Run) -> None:
    (tmp_path / "all.yaml").write_text("---\n".join(CASES.values()))
    done = run("timeline", "--format", "svg", "all.yaml")
    assert (done.code, done.err) == (0, "")
    root = ElementTree.fromstring(done.out)
    assert root.tag == f"{SVG}svg"
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {
        "svg", "title", "desc", "style", "rect", "g", "text", "tspan", "line", "circle", "path",
    }  # fmt: skip
    assert not re.search(r"url\(|@import|href|<script|\bon\w+=", done.out)
    assert "prefers-color-scheme:dark" in done.out
    texts = " ".join("".join(each.itertext()) for each in root.iter(f"{SVG}text"))
    assert all(name in texts for name in ("storefront", "request-limiter", "the Job never completes: proxy goes on for ever"))


def test_an_svg_tells_everything_in_words(tmp_path: Path, run: Run) -> None:
    (tmp_path / "job.yaml").write_text(JOB)
    root = ElementTree.fromstring(run("timeline", "--format", "svg", "job.yaml").out)
    named = {each.get("id"): each.text or "" for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("aria-labelledby") == " ".join(map(str, named))
    title, said = named.values()
    assert title == "Timeline of Job/settle"
    assert "Before: the Job never completes: cloud-sql-proxy goes on for ever. 1: prepare starts;" in said
    assert said.endswith("5: cloud-sql-proxy has ended; the Job is complete.")


def test_nothing_in_a_manifest_breaks_an_svg() -> None:
    pod = life("Deployment", "web: app")
    hostile = Subject("a&b<c>.yaml", 0, "spec", "v1", "Pod", '"]]>\x1b\ud800\uffff</svg><script>', "x")
    root = ElementTree.fromstring(document([Picture(hostile, timeline(pod, DEFAULT_TARGET), left=("<b>",))]))
    assert "script" not in {each.tag.removeprefix(SVG) for each in root.iter()}


def test_two_svgs_fit_into_one_page() -> None:
    picture = Picture(Subject("a.yaml", 0, "spec", "v1", "Pod", "web", ""), timeline(life("Pod", "web: app"), DEFAULT_TARGET))
    ids = [re.findall(r' id="([^"]+)"', document([picture], name)) for name in ("first", "second")]
    assert [len(each) for each in ids] == [2, 2]
    assert not {*ids[0]} & {*ids[1]}


@pytest.mark.parametrize(("rule", "line"), [
    ("job-never-completes", "  before: the Job never completes: reader goes on for ever"),
    ("legacy-log-reader", "  before: web and reader start and stop together"),
    ("sidecar-start-deadlock", ""),
    ("job-needs-timeout", ""),
    ("container-refused", None),
    ("service-misses-sidecar", None),
    ("requests-raised-by-order", None),
])  # fmt: skip
def test_pages_show_the_timeline_of_their_example(rule: str, line: str | None, run: Run) -> None:
    shown = run("explain", rule).out.partition("\nTIMELINE\n")
    assert bool(shown[1]) is (line is not None)
    assert not line or line in shown[2].splitlines()


def test_every_rule_about_the_end_of_work_shows_a_timeline() -> None:
    from sidecarlint.examples import pictured
    from sidecarlint.reports.terminal.pages import shown_example

    wanted = [bundle.whole(rule) for rule in bundle.bundled().rules if rule.category in ("job-completion", "legacy-sidecar")]
    without = [rule.id for rule in wanted if (example := shown_example(rule)) is None or pictured(rule, example) is None]
    assert without == []
