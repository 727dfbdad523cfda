"""A helper as a universal pair: what is written, what is not, what the model makes of a pair, and how it is taken apart again."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from sidecarlint.documents import documents
from sidecarlint.edits import LAST, Insert, Move, Operation, rewritten
from sidecarlint.fixes import PLANS, Context, Plan, case_of
from sidecarlint.fixes.asked import asked
from sidecarlint.fixes.universal import script
from sidecarlint.fixes.universal.hazards import OWN, hazards_of_pair
from sidecarlint.lifecycle import ContainerLife, lifecycle
from sidecarlint.lifecycle.pairs import pairs
from sidecarlint.settings import Settings
from sidecarlint.workloads import workloads
from tests.conftest import CHECKOUT, Run
from tests.sketch import CATALOGUE, life, services

FIXTURES = CHECKOUT / "fixtures" / "universal"
WRITTEN = ("berth-fees.json", "departures.yaml", "passenger-lists.yaml")
USED = "web: app {env: {DB: '127.0.0.1:5432'}}"
ALPINE = "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.0-alpine"
H = f"h: {ALPINE} {{%s}} $ exec /cloud-sql-proxy --port=5432 p:r:i"
CLEAN = (USED, H.replace(" {%s}", ""))
BARE = f"h: {ALPINE.replace('-alpine', '')} {{command: [/cloud-sql-proxy]}}"
SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 1, targetPort: %s}]}}"


class Row(NamedTuple):
    """What a hazard says, whether it needs a person, a pod that has it, and pods that just do not. The helper is `h`."""

    words: str
    manual: bool
    fires: tuple[str, ...]
    quiet: tuple[tuple[str, ...], ...]


def pod(helper: str, *more: str, head: str = "Deployment") -> tuple[str, ...]:
    return (head, USED, helper, *more)


def with_(fields: str) -> str:
    return H % fields


OK = pod(CLEAN[1])
# fmt: off
ROWS: dict[str, Row] = {
    "no_command": Row("its image's own command is not in the manifest", True, pod("h: sql"), (OK,)),
    "no_shell": Row("its image must have a shell at /bin/sh, and sleep", False,
        pod("h: registry.example/tools/jaeger-agent:1 {command: [/agent]}"),
        (OK, pod(f"h: {ALPINE} {{command: [/cloud-sql-proxy]}}"), pod("h: jaeger {command: [/bin/bash, -c, exec agent]}"))),
    "own_start_probe": Row("it has a startupProbe, which the pair needs", True,
        pod(with_("startupProbe: {tcpSocket: {port: 5432}}")), (OK, pod(with_("readinessProbe: {tcpSocket: {port: 5432}}")))),
    "post_start": Row("its postStart hook would run where the helper does not", True,
        pod(with_("lifecycle: {postStart: {exec: {command: [ls]}}}")), (OK, pod(with_("lifecycle: {preStop: {exec: {command: [ls]}}}")))),
    "names_taken": Row("another container is called h-legacy already", True,
        pod(CLEAN[1], "h-legacy: app2"), (OK, pod(CLEAN[1], "h-old: app2"))),
    "doubled_requests": Row("what it requests counts twice (10m of cpu and 1Mi of memory)", False,
        pod(with_("resources: {requests: {cpu: 10m}, limits: {memory: 1Mi}}")), (OK,)),
    "stop_called_twice": Row("its preStop hook calls it twice", False,
        pod(with_("lifecycle: {preStop: {httpGet: {port: 1, path: /drain}}}")),
        (OK, pod(with_("lifecycle: {preStop: {exec: {command: [ls]}}}")), pod(with_("lifecycle: {preStop: {sleep: {seconds: 2}}}")),
         pod(with_("lifecycle: {preStop: {httpGet: {port: 1, path: /drain}}}"), head="Job OnFailure"))),
    "never_ready": Row("h-legacy ends, and the Service web leaves the pod out", False,
        pod(CLEAN[1], head="Job OnFailure {labels: {app: web}}"),
        (OK, pod(CLEAN[1], head="Job OnFailure"), pod(CLEAN[1], head="Deployment {labels: {app: web}}"))),
    "slow_kubelet": Row("a node whose kubelet takes 30 seconds", False,
        pod(CLEAN[1], head="Job Never"), (OK, pod(CLEAN[1], head="Job OnFailure"))),
    "named_elsewhere": Row("the annotation logs/h speaks of h, which on old nodes is h-legacy", False,
        pod(CLEAN[1], head="Deployment {annotations: {logs/h: 'on'}}"),
        (OK, pod(CLEAN[1], head="Deployment {annotations: {logs/hh: 'on'}}"))),
    "others_stay": Row("b holds the work up too, and can be no pair", False,
        pod(CLEAN[1], "b: sql", head="Job OnFailure"), (OK, pod(CLEAN[1], CLEAN[1].replace("h:", "b:"), head="Job OnFailure"))),
}
# fmt: on
NAMED = {ask.__name__: ask for ask in OWN}
FIRES = list(ROWS.items())
QUIET = [(name, tried) for name, row in ROWS.items() for tried in row.quiet]


def subject(sketch: Sequence[str], **settings: Any) -> tuple[ContainerLife, Context]:
    references = services(SERVICE % "8443")
    found = life(*sketch, references=references)
    each = next(each for each in found.containers if each.name == "h" and each.list == "containers")
    assert each.part == "helper"
    return each, Context(found, references, CATALOGUE, Settings(strategy="universal", **settings))


def planned_for(each: ContainerLife, context: Context) -> Plan:
    return PLANS["move-to-init-containers"](each, context)


def planned(sketch: Sequence[str], **settings: Any) -> Plan:
    return planned_for(*subject(sketch, **settings))


def test_every_hazard_has_its_rows() -> None:
    assert set(ROWS) == set(NAMED)
    assert all(row.quiet for row in ROWS.values())


@pytest.mark.parametrize(("name", "row"), FIRES, ids=[name for name, _ in FIRES])
def test_a_hazard_is_named(name: str, row: Row) -> None:
    case = case_of(*subject(row.fires))
    hazard = NAMED[name](case)
    assert hazard is not None
    assert row.words in hazard.words
    assert hazard.manual == row.manual
    assert hazard in hazards_of_pair(case)
    plan = planned(row.fires)
    assert hazard.words in plan.hazards
    assert plan.applicability == ("manual" if row.manual else "unsafe")
    assert bool(plan.operations) != row.manual


@pytest.mark.parametrize(("name", "tried"), QUIET, ids=[name for name, _ in QUIET])
def test_a_hazard_is_not_named(name: str, tried: tuple[str, ...]) -> None:
    assert NAMED[name](case_of(*subject(tried))) is None


TAKEN = [
    (
        "the volume universal-sidecars is no emptyDir here",
        pod(CLEAN[1], head="Deployment {volumes: {universal-sidecars: {hostPath: {path: /}}}}"),
    ),
    ("it mounts /universal-sidecars already", pod(with_("mounts: [universal-sidecars]"))),
    ("its image is called distroless, so it has no shell", pod("h: registry.example/distroless/jaeger-agent:1 {command: [/agent]}")),
    ("this variant of its image has no shell", pod(BARE)),
]


@pytest.mark.parametrize(("words", "tried"), TAKEN, ids=[words for words, _ in TAKEN])
def test_what_makes_a_pair_impossible(words: str, tried: tuple[str, ...]) -> None:
    plan = planned(tried)
    assert (plan.applicability, plan.operations) == ("manual", ())
    assert any(words in each for each in plan.hazards)
    assert plan.title == "Leave h where it is"


def test_a_name_may_be_too_long_for_a_second_one() -> None:
    long = "h" * 57
    found = life("Deployment", USED, CLEAN[1].replace("h:", f"{long}:"))
    context = Context(found, services(""), CATALOGUE, Settings(strategy="universal"))
    assert planned_for(found.containers[1], context).hazards == (f"{long}-legacy is too long for a container's name",)


def test_a_pair_without_hazards_is_safe_and_says_where_it_does_not_run() -> None:
    plan = planned(OK)
    assert plan.applicability == "safe"
    assert plan.hazards == ("a node of Kubernetes 1.28 refuses the pod (InitContainerRestartPolicyForbidden)",)
    assert plan.title == "Write h as a universal pair: a sidecar, and h-legacy for nodes that know none"
    assert planned(OK, nodes=(1, 30, 0)).hazards == ()
    assert ", where the work still does not complete" in planned(pod(CLEAN[1], head="Job OnFailure")).title
    waits = "i: app {list: init} $ until nc -z localhost 5432; do sleep 1; done"
    assert ", where the pod still does not start" in planned(pod(CLEAN[1], waits)).title


def test_nodes_of_1_28_are_helped_by_neither_half() -> None:
    plan = planned(OK, nodes=(1, 28, 0))
    assert plan.applicability == "manual"
    assert plan.hazards == ("the nodes run 1.28, whose kubelet refuses every pod with a sidecar: go to 1.29 first",)
    assert planned(OK, nodes=(1, 27, 0)).applicability == "safe"


def test_a_port_keeps_its_name_for_a_service() -> None:
    """7.2: the half in `containers` has it, in every version; so nothing is led by number, and nothing is said."""
    tried = ("Deployment {labels: {app: web}}", USED, with_("ports: [pg=8443]"))
    references = services(SERVICE % "pg")
    found = life(*tried, references=references)
    native, universal = (
        planned_for(found.containers[1], Context(found, references, CATALOGUE, Settings(strategy=strategy)))
        for strategy in ("", "universal")
    )
    assert any("by the name pg" in each for each in native.hazards)
    assert not any("by the name pg" in each for each in universal.hazards)
    assert universal.elsewhere == ()


# What the model makes of pairs, and of what only looks like one: container, other half, end; then whether the work completes.
MARKED = "{list: sidecar, mounts: [mark]} $ if [ ! -f /mark/x ]; then touch /mark/x; exit 0; fi; exec /cloud-sql-proxy"
LEGACY = "{mounts: [mark]} $ grep -q native /mark/x && exit 0; exec /cloud-sql-proxy"
ENDS = "{list: sidecar, mounts: [mark]} $ touch /mark/x"
# fmt: off
LIVES: list[tuple[str, list[str], str, str]] = [
    ("a pair by hand, in a Job", ["Job OnFailure", f"n: sql {MARKED}", "work: app $ ./run", f"o: sql {LEGACY}"],
     "n/o/unknown work//unknown o/n/when-done", "unknown"),
    ("its app ends", ["Job OnFailure", f"n: sql {MARKED}", "work: app $ echo done", f"o: sql {LEGACY}"],
     "n/o/unknown work//when-done o/n/when-done", "yes"),
    ("one in a Deployment", ["Deployment", f"n: sql {MARKED}", "web: app", f"o: sql {LEGACY}"], "n/o/unknown web//unknown o/n/unknown",
     "never-meant-to"),
    ("a sidecar that only ends, alone", ["Job OnFailure", f"n: sql {ENDS}", "work: app $ ./run"], "n//when-done work//unknown", "unknown"),
    ("and in a pair", ["Job OnFailure", f"n: sql {ENDS}", "work: app $ ./run", f"o: sql {LEGACY}"],
     "n/o/unknown work//unknown o/n/when-done", "unknown"),
    ("a plain init container makes none", ["Job OnFailure", f"n: sql {MARKED.replace('sidecar', 'init')}", "work: app", f"o: sql {LEGACY}"],
     "n//unknown work//unknown o//unknown", "unknown"),
    ("other images make none", ["Job OnFailure", f"n: rbac {MARKED}", "work: app", f"o: sql {LEGACY}"],
     "n//unknown work//unknown o//when-told", "unknown"),
    ("a marker that a third container sees makes none",
     ["Job OnFailure", f"n: sql {MARKED}", "work: app {mounts: [mark]}", f"o: sql {LEGACY}"],
     "n//unknown work//unknown o//when-told", "unknown"),
]
# fmt: on


@pytest.mark.parametrize(("sketch", "told", "completes"), [row[1:] for row in LIVES], ids=[row[0] for row in LIVES])
def test_what_a_pair_is(sketch: list[str], told: str, completes: str) -> None:
    found = life(*sketch)
    assert " ".join(f"{each.name}/{each.pair}/{each.ends}" for each in found.containers) == told
    assert found.pod.completes == completes
    assert [name for name in found.pod.apps if name in ("n", "o")] == [
        each.name for each in found.containers if each.name == "o" and not each.pair and each.part == "app"
    ]


def test_another_helper_still_hangs_beside_a_pair() -> None:
    found = life("Job OnFailure", f"n: sql {MARKED}", "work: app $ ./run", f"o: sql {LEGACY}", "spans: jaeger")
    assert found.pod.blockers == ("spans",)
    assert found.containers[-1].beside == "work"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the fixtures: legacy, pair and native."""
    return Path(shutil.copytree(FIXTURES, tmp_path / "universal"))


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_helpers_become_pairs_and_stay_so(folder: Path, run: Run) -> None:
    wanted = {name: text for name, text in texts(FIXTURES / "pair").items() if name in WRITTEN}
    for _ in range(2):
        assert run("fix", "--unsafe", "--strategy", "universal", "universal/legacy").err == ""
        assert texts(folder / "legacy") == wanted


def test_pairs_become_plain_sidecars_and_stay_so(folder: Path, run: Run) -> None:
    """The very bytes that a move without a pair leaves; a pair by hand is left alone."""
    for _ in range(2):
        assert run("fix", "--strategy", "native", "universal/pair").err == ""
        assert texts(folder / "pair") == texts(FIXTURES / "native")
    run("fix", "--unsafe", "universal/legacy")
    assert {name: texts(folder / "native")[name] for name in WRITTEN} == texts(folder / "legacy")


def test_nothing_is_found_in_pairs_and_nothing_done_about_them_unasked(folder: Path, run: Run) -> None:
    checked = run("check", "--fail-on", "info", "universal/pair")
    assert (checked.code, "No legacy sidecars found" in checked.out) == (0, True), checked.out
    for wish in ([], ["--strategy", "universal"]):
        run("fix", "--unsafe", *wish, "universal/pair")
        assert texts(folder / "pair") == texts(FIXTURES / "pair")


def halves(name: str) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """The native half, the half in `containers`, and the container that they were."""
    found = []
    for pair, legacy in zip(*(yaml.safe_load_all((FIXTURES / kind / name).read_text()) for kind in ("pair", "legacy")), strict=True):
        was, now = (spec_of(each) for each in (legacy, pair))
        for each in now.get("initContainers", ()):
            twin = [other for other in now["containers"] if other["name"] == f"{each['name']}-legacy"]
            found += [(each, other, next(one for one in was["containers"] if one["name"] == each["name"])) for other in twin]
    return found


def spec_of(each: dict[str, Any]) -> dict[str, Any]:
    below = each["spec"].get("jobTemplate", each)["spec"]
    return dict(below.get("template", {}).get("spec", {}))


@pytest.mark.parametrize("name", WRITTEN)
def test_both_halves_run_what_the_helper_ran(name: str) -> None:
    found = halves(name)
    assert found
    for native, regular, was in found:
        for half in (native, regular):
            assert half["command"][3:] == [was["name"], *was["command"]]
            assert half.get("args") == was.get("args")
            same = {key for key in was if key not in ("name", "command", "volumeMounts", "livenessProbe", "lifecycle")}
            assert {key: half[key] for key in same} == {key: was[key] for key in same}
        assert native["command"][2] in (script.native(was["name"]), script.native(was["name"], script.PATIENCE_AT_ONCE))
        assert regular["command"][2] in (script.regular(was["name"], True), script.regular(was["name"], False))
        assert native["startupProbe"]["exec"]["command"][2] == script.started(was["name"])
        assert "startupProbe" not in regular
        assert native.get("livenessProbe") == was.get("livenessProbe")


def test_what_runs_a_command_in_the_other_half_asks_first() -> None:
    (_, board, was), *_ = halves("departures.yaml")
    for route in (("livenessProbe", "exec"), ("lifecycle", "preStop", "exec")):
        asks, wanted = board, was
        for step in route:
            asks, wanted = asks[step], wanted[step]
        assert asks["command"] == ["sh", "-c", script.unless_native("board-log"), "board-log", *wanted["command"]]


def test_only_a_pod_that_is_started_again_idles() -> None:
    idles = {name: [script.regular(was["name"], False) == regular["command"][2] for _, regular, was in halves(name)] for name in WRITTEN}
    assert idles == {"berth-fees.json": [False], "departures.yaml": [True, True], "passenger-lists.yaml": [False]}


def test_patience_is_longer_where_an_exit_is_not_made_good() -> None:
    waits = {name: {script.PATIENCE_AT_ONCE for native, _, _ in halves(name) if "-lt 30" in native["command"][2]} for name in WRITTEN}
    assert waits == {"berth-fees.json": {30}, "departures.yaml": set(), "passenger-lists.yaml": set()}


@pytest.mark.parametrize(("nodes", "applicability"), [(None, "safe"), ((1, 29, 0), "safe"), ((1, 27, 0), "manual")])
def test_a_pair_is_taken_apart_once_every_node_knows_sidecars(nodes: tuple[int, int, int] | None, applicability: str) -> None:
    (found,) = asked(context("passenger-lists.yaml", Settings(strategy="native", nodes=nodes)))
    assert (found.id, found.message) == ("strategy", "database with database-legacy is a universal pair")
    assert found.plan.applicability == applicability
    assert bool(found.plan.operations) == (applicability == "safe")


@pytest.mark.parametrize(
    ("name", "strategy"), [("passenger-lists.yaml", ""), ("passenger-lists.yaml", "universal"), ("by-hand.yaml", "native")]
)
def test_nobody_asks_for_what_is_not_to_be_taken_apart(name: str, strategy: str) -> None:
    found = context(name, Settings(strategy=strategy))
    assert [(each.native.name, each.written) for each in pairs(found.life.workload)] != []
    assert list(asked(found)) == []


def context(name: str, settings: Settings) -> Context:
    workload = next(workloads(next(documents((FIXTURES / "pair" / name).read_text()))))
    return Context(lifecycle(workload, CATALOGUE, (1, 29, 0)), services(""), CATALOGUE, settings)


def test_several_are_taken_apart_together() -> None:
    (found,) = asked(context("departures.yaml", Settings(strategy="native")))
    assert found.message == "board-log with board-log-legacy and audit-log with audit-log-legacy are universal pairs"
    assert found.plan.title == "Make board-log and audit-log plain sidecars again"


def test_half_of_a_pair_is_not_turned_back_and_needs_no_affinity() -> None:
    (found,) = asked(context("by-hand.yaml", Settings(reverse=True)))
    assert (found.plan.applicability, found.plan.operations) == ("manual", ())
    assert found.plan.hazards == ("it is half of a universal pair with tunnel-legacy, which runs on nodes that know no sidecars",)
    assert list(asked(context("by-hand.yaml", Settings(node_affinity="native")))) == []


def test_a_volume_that_others_use_stays(tmp_path: Path, run: Run) -> None:
    text = (FIXTURES / "pair" / "passenger-lists.yaml").read_text()
    mount = "              volumeMounts:\n                - name: universal-sidecars\n                  mountPath: /seen\n"
    (tmp_path / "lists.yaml").write_text(text.replace("              env:\n", mount + "              env:\n", 1))
    run("fix", "--strategy", "native", "lists.yaml")
    after = (tmp_path / "lists.yaml").read_text()
    assert "database-legacy" not in after
    assert after.count("name: universal-sidecars") == 2


OTHER_BYTES = {
    "flow-one-line.yaml", "json-compact.json", "json-list.json", "json-pretty.json", "json-tabs.json",
    "json-three-blanks.json", "line-ends-mixed.yaml",
}  # fmt: skip
"""Where the two lists come to stand in another order, or a line takes the line end of its new neighbour."""

NOT_APART = "scalars-kept.yaml"
"""It ends inside a block scalar without a line end, and what is removed from there cannot be: it stays a pair."""


def test_in_every_style_a_pair_comes_apart_into_what_a_move_makes(tmp_path: Path, run: Run) -> None:
    for name in ("pair", "plain"):
        shutil.copytree(CHECKOUT / "fixtures" / "formatting", tmp_path / name)
    run("fix", "--unsafe", "--strategy", "universal", "pair")
    both = [
        path.name
        for path in sorted((tmp_path / "pair").iterdir())
        if "universal pair" in path.read_bytes().replace(b"\0", b"").decode("latin-1")
    ]
    assert len(both) > 55
    run("fix", "--unsafe", "--strategy", "native", "pair")
    run("fix", "--unsafe", "plain")
    left = {name: [(tmp_path / kind / name).read_bytes() for kind in ("pair", "plain")] for name in both if name != NOT_APART}
    assert {name for name, (one, other) in left.items() if one != other} == OTHER_BYTES
    assert [name for name in OTHER_BYTES if yaml.safe_load(_spaced(left[name][0])) != yaml.safe_load(_spaced(left[name][1]))] == []


def _spaced(text: bytes) -> bytes:
    """PyYAML takes no tabs in JSON."""
    return text.replace(b"\t", b" ")


def test_an_item_goes_into_a_list_of_an_item_that_moves() -> None:
    text = "a:\n- name: x\n  words:\n  - one\n- name: y\n"
    operations: dict[int, list[Operation]] = {
        0: [Move(("a", 0), "b", LAST), Insert(("a", 0, "words"), 0, "zero"), Insert(("a",), 0, "new")]
    }
    assert yaml.safe_load(rewritten(text, operations)) == {"a": ["new", {"name": "y"}], "b": [{"name": "x", "words": ["zero", "one"]}]}
