"""The bundled rules: their examples hold, each clause of each `when` is needed, and people's own rule files work the same way."""

import io
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from sidecarlint import bundle, pipeline
from sidecarlint.catalogue import Catalogue
from sidecarlint.examples import counted_for, faults_of, found_lines, run_examples
from sidecarlint.findings import Finding
from sidecarlint.fixes import PLANS, POD_PLANS
from sidecarlint.lifecycle import together
from sidecarlint.reports.terminal.pages import page
from sidecarlint.rulebook import Example, Rule, clauses, evaluator, without
from sidecarlint.settings import Settings

RULES = {rule.id: bundle.whole(rule) for rule in bundle.bundled().rules}
CATALOGUE = Catalogue(bundle.bundled().helpers)
EXAMPLES = [pytest.param(rule, each, id=f"{rule.id}:{each.line}") for rule in RULES.values() for each in rule.examples]
FAILS = [each for each in EXAMPLES if each.values[1].kind == "fails"]  # type: ignore[union-attr]
CLAUSES = [pytest.param(rule, i, id=f"{rule.id}-{i}") for rule in RULES.values() for i in range(len(clauses(rule.when)))]
LONGEST_MESSAGE = 200
LEGACY = {"legacy-sidecar", "job-completion", "workaround"}
"""Of the rules of these categories that move a container, one speaks of it: each says the same thing in the words that fit it best."""


class Container(NamedTuple):
    """As much of a container as messages speak of."""

    name: str = "database"
    helper: str = "Cloud SQL Auth Proxy"
    benefit: str = "order"
    role: str = "proxy"
    awaits: tuple[str, ...] = ("proxy",)
    restart_policy: str = "Always"
    trick: str = "quit-call"
    trick_by: str = "shop"
    trick_with: str = "localhost:9091/quitquitquit"
    trick_fails: str = ""
    restart_policy_fault: str = "Kubernetes 1.29 refuses the pod: only init containers may have one"
    apps: tuple[str, ...] = ("shop",)
    start_deadlock: str = "its startupProbe has to wait until its command has found port 8080 of shop"
    awaited_by: str = "migrate"
    called_by: str = "migrate"
    raced_by_init: str = "migrate"
    raced_by_app: str = "shop"
    quits_by: str = "cloud-sql-proxy shutdown --admin-port 9091"
    idle_stop: str = "15"
    late_work: str = "gsutil after /data/done"
    raised_requests: str = "1500m of cpu where 1 would do and 3Gi of memory where 2Gi would do"
    tells_to_quit: str = "proxy by POST /quitquitquit"
    sidecar_field: str = "startupProbe"
    refusal: str = "its preStop hook sleeps 60 seconds, longer than the pod's grace period of 30"
    unmapped_port: str = "8443"
    overlooked_port: str = "8443"
    lost_service: str = "the Service shop (targetPort https)"
    old_nodes: str = "nodes of Kubernetes 1.28 reject the pod (InitContainerRestartPolicyForbidden)"
    counted_exit_code: str = "NotIn [1, 2]"
    start_wait: str = "/healthz on port 9090"
    made_to_end: str = "its script ends it when port 8080 of shop is closed"
    open_endpoint: str = "--quitquitquit and --admin-port"

    @property
    def beside(self) -> str:
        """As the model says it."""
        return together(self.apps)


class Pod(NamedTuple):
    """As much of a pod as messages speak of."""

    kind: str = "Job"
    name: str = "report"
    backoff_limit: int = 0
    used_up_grace: str = "the preStop hook of database sleeps 45 seconds, and the grace period is 30"
    cut_short: str = "database and shop"


def settings(example: Example) -> Settings:
    return counted_for(example)


def given(example: Example) -> pipeline.Input:
    return pipeline.Input(("-",), io.BytesIO(example.text.encode()))


def findings(example: Example) -> tuple[Finding, ...]:
    """What all bundled rules find in an example."""
    return pipeline.check(given(example), settings(example)).findings


def mended(example: Example) -> str:
    """What all bundled rules make of an example."""
    return (pipeline.fix(given(example), settings(example), unsafe=True, show_only=True).stdin or b"").decode()


def message(identifier: str, container: Container, pod: Pod = Pod()) -> str:  # noqa: B008
    return str(evaluator(RULES[identifier].message)({"container": container, "pod": pod, "target": "1.29"}))


def sidecarlint(*words: str, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "sidecarlint", *words], input=stdin, capture_output=True, text=True, cwd=cwd)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example_holds(rule: Rule, example: Example) -> None:
    assert list(faults_of(rule, example, CATALOGUE)) == []


def test_files_present_are_rules_loaded_are_rules_whose_examples_ran() -> None:
    present = sorted(path.stem for path in bundle.rules_folder().glob("*.md") if path.stem != "README")
    report, ok = run_examples(())
    assert present == list(RULES)
    assert present == [line.split()[1] for line in report.splitlines()[:-1]]
    assert ok
    assert report.splitlines()[-1] == f"{len(present)} rules, {len(EXAMPLES)} examples: all hold"


@pytest.mark.parametrize(("rule", "index"), CLAUSES)
def test_each_clause_is_needed(rule: Rule, index: int) -> None:
    """Without it, an example that must pass turns into a finding."""
    looser = rule._replace(when=without(rule.when, index), fix=None)
    assert any(found_lines(looser, example, CATALOGUE) for example in rule.examples if example.kind == "passes")


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_shows_enough(rule: Rule) -> None:
    fails = [each for each in rule.examples if each.kind == "fails"]
    fixed = [each for each in fails if each.fixed is not None]
    assert len(fixed if rule.fixable else fails) >= 2
    assert sum(each.kind == "passes" for each in rule.examples) >= 4
    assert all(each.fixed != each.text for each in fixed)
    way_out = "What the fix does" if rule.fixable else "What to do"
    assert re.findall("^## (.*)$", rule.page, re.MULTILINE)[:3] == ["What you see", "What is found", way_out]


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_a_fix_that_is_possible_is_shown(rule: Rule, example: Example) -> None:
    own = [finding for finding in findings(example) if finding.rule == rule.id]
    assert own
    if example.fixed is None:
        assert {finding.fix.applicability for finding in own if finding.fix} == ({"manual"} if rule.fix else set())
    else:
        assert {finding.fix.applicability for finding in own if finding.fix} <= {"safe", "unsafe"}
        assert all(finding.fix for finding in own)


@pytest.mark.parametrize(("rule", "example"), [each for each in FAILS if each.values[1].fixed is not None])  # type: ignore[union-attr]
def test_all_rules_together_make_the_same_of_it(rule: Rule, example: Example) -> None:
    assert mended(example) == example.fixed


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_one_container_is_legacy_in_one_way(rule: Rule, example: Example) -> None:
    moving = {each.id for each in RULES.values() if each.category in LEGACY and each.fix == "move-to-init-containers"} - {
        "init-waits-for-helper"  # a Job may hang on the very helper that it cannot start without
    }
    ways = [finding.container for finding in findings(example) if finding.rule in moving]
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize(("rule", "example"), FAILS)
def test_messages_of_examples(rule: Rule, example: Example) -> None:
    for finding in findings(example):
        assert (finding.container or "") in finding.message
        assert finding.message == " ".join(finding.message.split())
        assert len(finding.message) <= LONGEST_MESSAGE


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_severities_that_examples_show(rule: Rule) -> None:
    fails = [example for example in rule.examples if example.kind == "fails"]
    shown = {finding.severity for example in fails for finding in findings(example) if finding.rule == rule.id}
    assert shown <= ({"error", "warning", "info"} if rule.severity == "by benefit" else {rule.severity})


ONE, NO_APP, TWO, MANY = Container(), Container(apps=()), Container(apps=("a", "b")), Container(apps=("a", "b", "c"))
MESSAGES = [
    ("init-never-exits", ONE, "shop can never start: database is a plain init container and never exits, and what comes after it waits"),
    ("init-never-exits", NO_APP, "The app can never start: database is a plain init container and never exits"),
    ("job-never-completes", ONE, "Job report never completes: database goes on running after shop has ended"),
    ("job-never-completes", TWO, "Job report never completes: database goes on running after a and b have ended"),
    ("job-never-completes", MANY, "Job report never completes: database goes on running after the other containers have ended"),
    ("legacy-known-helper", ONE, "shop may start before database is up and outlive it: Cloud SQL Auth Proxy is an ordinary container"),
    ("legacy-known-helper", MANY, "The other containers may start before database is up and outlive it: Cloud SQL Auth Proxy is an"),
    ("legacy-known-helper", Container(benefit="none"), "is an ordinary container, though nothing shows that it matters"),
    ("legacy-proxy", ONE, "Connections of shop can fail while the pod starts or stops: database, a proxy, is an ordinary container"),
    ("legacy-proxy", TWO, "Connections of a and b can fail while"),
    ("legacy-proxy", MANY, "Connections of the other containers can fail while"),
    ("legacy-proxy", Container(benefit="none"), "a proxy, is an ordinary container, though nothing shows that it matters"),
    ("legacy-auth-proxy", ONE, "Requests to or from shop can be cut off while the pod stops: database, which they must pass, is an"),
    ("legacy-exporter", ONE, "The last metrics of shop can be missed when the pod stops: database, which exports them, is an ordinary"),
    ("legacy-config-reloader", ONE, "shop may read files before database looks after them: it is an ordinary container and may start last"),
    ("legacy-log-reader", TWO, "The last log lines of a and b can be lost: database, which reads them, is an ordinary container and may"),
    ("legacy-log-server", ONE, "The last log lines of shop cannot be fetched while the pod stops: database, which serves them, is an"),
    ("legacy-log-shipper", ONE, "The last log lines of shop can be lost: database, which ships them, is an ordinary container and may"),
    ("legacy-tunnel", MANY, "The other containers can be cut off while the pod starts or stops: database, a tunnel, is an ordinary"),
    ("legacy-secret-agent", ONE, "shop may start without secrets: database, which fetches them, is an ordinary container and may start"),
    ("legacy-docker-in-docker", ONE, "Builds of shop can fail while the pod starts or stops: database, the daemon that runs them, is an"),
    ("legacy-agent", ONE, "The first and last spans or metrics of shop can be lost: database, which passes them on, is an ordinary"),
    ("legacy-suspected-helper", ONE, "shop may start before database is up and outlive it: database looks like a helper and is no sidecar"),
    ("legacy-suspected-helper", Container(role="said"), "database is said to be a helper and is no sidecar"),
    ("app-waits-for-helper", ONE, "The wait of database for proxy is needed only because they start at the same moment: a native sidecar"),
    ("app-waits-for-helper", Container(awaits=("a", "b")), "The wait of database for a and b is needed"),
    ("app-waits-for-helper", Container(awaits=("a", "b", "c")), "The wait of database for its helpers is needed"),
    ("start-order-by-hook", ONE, "shop would start before database is up, but for its postStart hook and its place in the list: a native"),
    ("stop-order-by-hook", ONE, "Every stop of the pod takes at least as long as the preStop hook of database, which waits so that others"),
    ("sidecar-restart-policy", ONE, "restartPolicy: Always of database does not do what it says; Kubernetes 1.29 refuses the pod"),
    ("sidecar-restart-policy", Container(restart_policy=""), "restartPolicy: (empty) of database does not do what it says"),
    ("sidecar-start-deadlock", ONE, "shop can never start: database starts first, and its startupProbe has to wait until its command has"),
    ("sidecar-start-deadlock", NO_APP, "The app can never start: database starts first"),
    ("init-waits-for-sidecar", TWO, "a and b can never start: migrate waits for database, which stands behind it and starts only once"),
    ("init-calls-later-sidecar", ONE, "migrate cannot reach database: it is an init container in front of that sidecar, which starts only"),
    ("init-races-sidecar", ONE, "migrate may run before database is up: only a startupProbe of database would hold it back"),
    ("app-races-sidecar", ONE, "shop may call database before it is up: only a startupProbe of database would hold it back"),
    ("sidecar-quits-early", MANY, "The app may lose database while it still works: cloud-sql-proxy shutdown --admin-port 9091 in its"),
    ("sidecar-prestop-sleep", ONE, "Pods stop up to 15 seconds later, and nobody gains: database sleeps in its preStop hook, though it"),
    ("sidecar-works-too-late", ONE, "The work of database can be cut off (gsutil after /data/done): Kubernetes stops it when shop has"),
    ("grace-period-too-short", ONE, "Only two seconds are left for database and shop to stop in Job report: the preStop hook of database"),
    ("probe-on-plain-init", ONE, "The API server refuses the pod: database is an init container with a startupProbe, and that needs"),
    ("container-refused", ONE, "The API server refuses the pod because of database: its preStop hook sleeps 60 seconds, longer"),
    (
        "sidecar-resize-policy",
        ONE,
        "The resizePolicy of database does nothing on Kubernetes 1.29; where the gate InPlacePodVerticalScaling is on, the pod",
    ),
    ("sidecar-host-port", ONE, "Nothing answers at port 8443 of the node: Kubernetes maps the host ports of ordinary containers only, and"),
    ("sidecar-port-clash", ONE, "Two such pods can meet on one node, where only one can open port 8443: the scheduler of Kubernetes 1.29"),
    ("requests-raised-by-order", ONE, "Each pod requests 1500m of cpu where 1 would do and 3Gi of memory where 2Gi would do: database"),
    ("service-misses-sidecar", ONE, "Nothing answers at the Service shop (targetPort https): Kubernetes 1.29 does not find a port of a"),
    ("sidecar-exit-code-counts", ONE, "The exit code of database can decide what becomes of the Job: the rule NotIn [1, 2] of its"),
    ("app-quits-sidecar", ONE, "A sidecar may be started again, or be gone too early: database ends proxy by POST /quitquitquit, though"),
    ("quit-call-fails-job", ONE, "Job report can fail although its work is done: database ends proxy by POST /quitquitquit, and with"),
    ("sidecar-waits-in-hook", ONE, "Nobody sees how far the start of database is, and nothing helps when it hangs: its postStart hook"),
    ("quit-endpoint-left-open", ONE, "Anybody in the pod can end database, and nobody has to any more: --quitquitquit and --admin-port"),
    ("sidecar-made-to-end", ONE, "database may be started again, or be gone too early: its script ends it when port 8080 of"),
    ("sidecar-runs-once", ONE, "database finishes and is started again for ever, and shop may start before it is done: with restartPolicy"),
    ("sidecar-runs-once", NO_APP, "database finishes and is started again for ever, and the app may start before it is done"),
]


@pytest.mark.parametrize(("identifier", "container", "expected"), MESSAGES)
def test_message(identifier: str, container: Container, expected: str) -> None:
    assert expected in message(identifier, container)


@pytest.mark.parametrize(("pod", "expected"), [
    (Pod("CronJob", "nightly"), "No run of CronJob nightly ever completes: database goes on"),
    (Pod("Pod", ""), "Pod (no name) never completes: database goes on"),
])  # fmt: skip
def test_message_about_a_pod(pod: Pod, expected: str) -> None:
    assert message("job-never-completes", Container(), pod).startswith(expected)


@pytest.mark.parametrize("apps", [(), ("a",), ("a", "b"), tuple(f"a-rather-long-name-{i}" for i in range(40))], ids=len)
@pytest.mark.parametrize("benefit", ["completion", "order", "none"])
@pytest.mark.parametrize("identifier", [rule.id for rule in RULES.values() if rule.subject == "container"])
def test_message_is_one_short_sentence(identifier: str, benefit: str, apps: tuple[str, ...]) -> None:
    text = message(identifier, Container(benefit=benefit, apps=apps))
    assert re.fullmatch(r"\S+( \S+)*[^ .]", text)
    assert not re.search(r"None|True|False| [,:;]", text)
    assert "database" in text
    assert len(text) <= LONGEST_MESSAGE


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_id_reads_well_in_a_comment(rule: Rule) -> None:
    """`# sidecarlint: ignore[job-never-completes]` says what is wrong in the pod, not what a linter does."""
    words = rule.id.split("-")
    assert re.fullmatch(r"[a-z]+(-[a-z]+){1,3}", rule.id)
    assert len(rule.id) <= 24
    assert not {"rule", "check", "no", "use", "avoid", "should", "must", "bad", "invalid", "sidecarlint"} & set(words)
    assert re.fullmatch(r"[A-Z][^.]*[^. ]", rule.summary)


def test_plans_that_rules_name_are_the_plans_there_are() -> None:
    assert {rule.fix for rule in RULES.values() if isinstance(rule.fix, str)} == {*PLANS, *POD_PLANS}


def test_examples_of_all_rules_through_the_command_line() -> None:
    done = sidecarlint("test")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[:2] for line in done.stdout.splitlines()[:-1]] == [["ok", identifier] for identifier in RULES]


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_explain(rule: Rule) -> None:
    done = sidecarlint("explain", rule.id)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == rule.summary
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if re.search(r"[ \t]$|^\s*```|^#", line)] == []
    headings = [line for line in lines if line.isupper() and not line.startswith(" ")]
    assert headings[:3] == ["WHAT YOU SEE", "WHAT IS FOUND", "WHAT THE FIX DOES" if rule.fixable else "WHAT TO DO"]
    shown, *timeline = headings[-2:] if headings[-1] == "TIMELINE" else headings[-1:]
    assert shown.startswith("EXAMPLE")
    example = lines[lines.index(shown) : lines.index(timeline[0]) if timeline else None]
    assert any(line.startswith(("  + ", "  - ")) for line in example) is rule.fixable


def test_explain_an_unknown_rule() -> None:
    done = sidecarlint("explain", "job-never-complete")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('sidecarlint: there is no rule "job-never-complete"; did you mean job-never-completes? (')
    assert len(done.stderr.splitlines()) == 1


def test_explain_what_can_be_wrong_with_a_source() -> None:
    done = sidecarlint("explain", "yaml-syntax")
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[:5] == [
        "A document cannot be read, so nothing in it was judged.", "", "rule:      yaml-syntax", "category:  source", "fix:       none",
    ]  # fmt: skip
    assert [line for line in lines if len(line) > 80 or line != line.rstrip()] == []
    assert "WHAT TO DO" in lines


PAGE = """\
---
summary: A pause is kept
category: workaround
severity: by benefit
since: 1.0
subject: container
when: container.part == "init"
message: "{{ container.name }} pauses"
---

A first paragraph that is
written over two lines.
- An item that goes on and on until it no longer fits into the eighty columns of a terminal,
  and over two lines
- Another

### Why?

```console
$ kubectl get pods   # wide wide wide wide wide wide wide wide wide wide wide wide wide wide
- not an item
```
Behind it.

## Fails

```yaml target=1.30
a: 1 # <-
b: 2
```
"""
SHOWN = """\
A pause is kept

rule:      pause-kept
category:  workaround
severity:  warning when the pod shows that it gains, info otherwise
since:     1.0
fix:       none

A first paragraph that is written over two lines.
- An item that goes on and on until it no longer fits into the eighty columns
  of a terminal, and over two lines
- Another

WHY?

    $ kubectl get pods   # wide wide wide wide wide wide wide wide wide wide wide wide wide wide
    - not an item
  Behind it.

EXAMPLE (TARGET 1.30)
  The finding stands where the arrow <- points.

    a: 1 # <-
    b: 2
"""


def test_how_a_page_is_laid_out(tmp_path: Path) -> None:
    (tmp_path / "pause-kept.md").write_text(PAGE)
    assert page(bundle.own_rules((str(tmp_path),))[0]) == SHOWN


INIT = """\
---
summary: An init container sleeps
category: workaround
severity: warning
since: 1.0
subject: container
when: container.part == "init" and container.ends == "never"
message: "{{ container.name }} sleeps"
at: name
fix:
  - set: {route: restartPolicy, value: Always}
fix_title: Make {{ container.name }} a sidecar
---
It sleeps.

## Fails

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: pause # <-
    image: registry.example/pause:1
    command: [sleep, infinity]
  containers:
  - name: web
    image: registry.example/web:1
```

## Fixed

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  initContainers:
  - name: pause # <-
    image: registry.example/pause:1
    restartPolicy: Always
    command: [sleep, infinity]
  containers:
  - name: web
    image: registry.example/web:1
```

## Passes

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: registry.example/web:1
```
"""

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  {list}:
  - name: web # <-
    image: registry.example/web:1
{lines}
"""


class Own(NamedTuple):
    """A rule of somebody's own: one operation, on which containers, and their lines before and after it."""

    do: str
    operand: str
    when: str
    list: str
    before: tuple[str, ...]
    after: tuple[str, ...]


NEVER, ONCE = 'container.part == "init" and container.ends == "never"', 'container.part == "sidecar" and container.ends == "when-done"'
UNKNOWN = 'container.part == "app" and container.ends == "unknown"'
OPERATIONS = [
    Own("set", "{route: restartPolicy, value: Always}", NEVER, "initContainers",
        ("command: [sleep, infinity]",), ("restartPolicy: Always", "command: [sleep, infinity]")),
    Own("remove", "restartPolicy", ONCE, "initContainers",
        ("restartPolicy: Always # for ever", "command: [cp, /a, /b]"), ("command: [cp, /a, /b]",)),
    Own("rename", "{from: args, to: command}", UNKNOWN, "containers",
        ("args: [sleep, infinity] # a pause",), ("command: [sleep, infinity] # a pause",)),
    Own("move", '{from: "args[0]", to: command}', UNKNOWN, "containers",
        ("args:", "- sleep", "- infinity"), ("command:", "- sleep", "args:", "- infinity")),
]  # fmt: skip


def manifest(where: str, lines: tuple[str, ...]) -> str:
    return MANIFEST.format(list=where, lines="\n".join(f"    {line}" for line in lines))


@pytest.mark.parametrize("own", OPERATIONS, ids=[own.do for own in OPERATIONS])
def test_own_rule_with_each_operation(own: Own, tmp_path: Path) -> None:
    old, new = manifest(own.list, own.before), manifest(own.list, own.after)
    front = f"\nwhen: {own.when}\nmessage: Here\nat: name\nfix:\n  - {own.do}: {own.operand}\n---\nIt is.\n\n"
    fences = f"## Fails\n\n```yaml\n{old}```\n\n## Fixed\n\n```yaml\n{new}```\n"
    (tmp_path / "own-rule.md").write_text(INIT.partition("\nwhen:")[0] + front + fences)
    done = sidecarlint("test", str(tmp_path / "own-rule.md"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "ok    own-rule (1 example)\n1 rule, 1 example: all hold\n"
    fixed = sidecarlint("fix", "--unsafe", "--rules", str(tmp_path), "--select", "own-rule", "-", stdin=old)
    assert (fixed.returncode, fixed.stdout) == (0, new)


UNFIXED = "missing: the fix of the example at line 19 does not give what stands below ## Fixed, but:"
FAULTS = [
    ("name: pause # <-", "name: pause",
     ["missing: the example at line 19 marks no line with # <-", "reported: line 25: a finding on a line without # <-"]),
    ("kind: Pod\n", "kind: Pod # <-\n", ["missing: line 20: no finding on this line"]),
    ("command: [sleep, infinity]\n  containers", "command: [sleep, '1']\n  containers", ["missing: line 25: no finding on this line"]),
    ("value: Always", "value: always", [UNFIXED]),
    ("    restartPolicy: Always\n", "", [UNFIXED]),
    (' and container.ends == "never"', " or container.part == 'app'",
     ["reported: line 29: a finding on a line without # <-", "noisy: line 60: a finding in an example that must pass"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), FAULTS)
def test_own_rule_with_a_fault_fails_with_its_line(old: str, new: str, expected: list[str], tmp_path: Path) -> None:
    assert old in INIT
    own, other = tmp_path / "own-rule.md", tmp_path / "other-rule.md"
    own.write_text(INIT.replace(old, new, 1))
    other.write_text(INIT)
    done = sidecarlint("test", str(tmp_path))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("ok    other-rule (2 examples)\nFAIL  own-rule (2 examples)\n")
    assert done.stdout.endswith("\n2 rules, 4 examples: 1 rule failed\n")
    for sentence in expected:
        assert f"\n      {sentence}\n" in done.stdout


LISTED = " (sidecarlint explain words lists them)"
BROKEN = [
    ("severity: warning", "severity: loud", 4, "`severity` must be error, warning, info or by benefit, not `loud`"),
    ("container.ends ==", "container.end ==", 7, f"unknown word `container.end`; did you mean `ends`?{LISTED}"),
    ("{{ container.name }} sleeps", "{{ pod.nam }} sleeps", 8, f"unknown word `pod.nam`; did you mean `name`?{LISTED}"),
    ("fix:\n  - set: {route: restartPolicy, value: Always}\n", "fix: make-sidecars\n", 10,
     "there is no plan `make-sidecars`; did you mean `make-sidecar`?"),
    ("- set:", "- put:", 11, "unknown key `put`; known: move, remove, rename, set"),
    ("```yaml\n", "```yaml target=old\n", 18, "`old` is no target"),
    ("## Passes", "## Notes", 51, "`Notes` cannot follow here: behind the prose come only ## Fails, ## Fixed and ## Passes"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "expected"), BROKEN)
def test_broken_rule_file_is_one_line_with_its_place(old: str, new: str, line: int, expected: str, tmp_path: Path) -> None:
    assert old in INIT
    path = tmp_path / "own-rule.md"
    path.write_text(INIT.replace(old, new, 1))
    done = sidecarlint("test", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"sidecarlint: {path}:{line}: {expected}\n"


@pytest.mark.parametrize(("name", "expected"), [
    ("missing.md", "No such file or directory"),
    ("", "there is no rule file (*.md) in this folder"),
    ("Own Rule.md", "`Own Rule` is no rule id; name the file in lower case with hyphens, like job-never-completes.md"),
])  # fmt: skip
def test_no_rule_file(name: str, expected: str, tmp_path: Path) -> None:
    if " " in name:
        (tmp_path / name).write_text(INIT)
    path = str(tmp_path / name) if name else str(tmp_path)
    done = sidecarlint("test", path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"sidecarlint: {path}: {expected}\n")


@pytest.mark.parametrize(("list", "reason"), [
    ("initContainers", "it is an init container already"),
    ("containers", "containers would be empty"),
])  # fmt: skip
def test_own_rule_that_names_a_plan_which_cannot_be(list: str, reason: str, tmp_path: Path) -> None:
    """The finding stays, with the reason; nothing is changed and nothing breaks."""
    start, end = INIT.index("when:"), INIT.index("---\nIt sleeps.")
    front = f'when: container.list == "{list}"\nmessage: Here\nat: name\nfix: move-to-init-containers\n'
    (tmp_path / "own-rule.md").write_text(INIT[:start] + front + INIT[end:].replace("## Fixed", "## Fails"))
    text = manifest(list, ())
    done = sidecarlint("fix", "--unsafe", "--rules", str(tmp_path), "--select", "own-rule", "-", stdin=text)
    assert (done.returncode, done.stdout) == (1, text)
    assert reason in done.stderr
