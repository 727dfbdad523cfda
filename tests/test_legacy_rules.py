"""Every legacy helper has one rule that speaks of it: the rule for its kind, or a graver one."""

import io
import json
from importlib import resources
from typing import Any

import pytest

from sidecarlint import bundle, pipeline
from sidecarlint.catalogue import Helper
from sidecarlint.lifecycle import LONGEST_SAID, ContainerLife, together
from sidecarlint.rulebook import Rule, evaluator
from sidecarlint.settings import Settings
from tests.sketch import CATALOGUE, life

MOVING = [
    rule
    for rule in bundle.bundled().rules
    if rule.category in ("legacy-sidecar", "job-completion", "workaround") and rule.fix == "move-to-init-containers"
]
RULE_OF = {
    "agent": "legacy-agent",
    "auth": "legacy-auth-proxy",
    "builder": "legacy-docker-in-docker",
    "csi": "legacy-known-helper",
    "exporter": "legacy-exporter",
    "log-reader": "legacy-log-reader",
    "log-server": "legacy-log-server",
    "log-shipper": "legacy-log-shipper",
    "other": "legacy-known-helper",
    "proxy": "legacy-proxy",
    "reloader": "legacy-config-reloader",
    "secrets": "legacy-secret-agent",
    "storage": "legacy-known-helper",
    "syncer": "legacy-config-reloader",
    "tracer": "legacy-agent",
    "tunnel": "legacy-tunnel",
}
SUSPECTED = dict.fromkeys(["", "name", "said", "a role of tomorrow"], "legacy-suspected-helper")
# A pod whose helper is in this state, and the graver rule that speaks of it then.
PLAIN = ["Deployment", "web: app", "h: sql > --port=5432 p:r:i"]
REACHED = ["Deployment", "web: app {env: {DB: '127.0.0.1:5432'}}", "h: sql > --port=5432 p:r:i"]
GRAVER = [
    ("job-never-completes", ["Job Never", "work: app", "h: sql > --port=5432 p:r:i"]),
    ("init-waits-for-helper",
     ["Deployment", "wait: app {list: init} $ until nc -z localhost 5432; do sleep 1; done", "web: app", "h: sql > --port=5432 p:r:i"]),
]  # fmt: skip
TOLD = ["Job Never", "work: app $ ./run; curl -X POST localhost:9091/quitquitquit", "h: sql > --quitquitquit p:r:i"]


def speaking(sketch: list[str], role: str) -> list[str]:
    """The rules that would move the helper `h`, were it of this role."""
    found = life(*sketch)
    helper: ContainerLife = next(each for each in found.containers if each.name == "h")._replace(role=role)
    values: dict[str, object] = {"container": helper, "pod": found.pod, "target": "1.29"}
    return [rule.id for rule in MOVING if evaluator(rule.when)(values)]


def test_every_role_of_the_catalogue_has_a_rule_that_is_no_suspicion() -> None:
    schema = json.loads((resources.files("sidecarlint") / "helper.schema.json").read_text(encoding="utf-8"))
    assert {*schema["properties"]["role"]["enum"], "log-reader", "log-server"} == set(RULE_OF)
    assert {*RULE_OF.values(), *SUSPECTED.values()} == {rule.id for rule in MOVING if rule.id.startswith("legacy-")}


@pytest.mark.parametrize("sketch", [PLAIN, REACHED], ids=["nothing shows a gain", "order matters"])
@pytest.mark.parametrize(("role", "expected"), [*RULE_OF.items(), *SUSPECTED.items()])
def test_a_helper_of_each_role_has_one_rule(role: str, expected: str, sketch: list[str]) -> None:
    assert speaking(sketch, role) == [expected]


# Nobody waits for a log reader, which has no port: below.
@pytest.mark.parametrize("role", [role for role in (*RULE_OF, *SUSPECTED) if role != "log-reader"])
@pytest.mark.parametrize(("graver", "sketch"), GRAVER)
def test_a_graver_rule_speaks_alone(graver: str, sketch: list[str], role: str) -> None:
    assert speaking(sketch, role) == [graver]


@pytest.mark.parametrize("role", [*RULE_OF, *SUSPECTED])
def test_a_helper_that_is_told_to_quit_is_no_matter_of_order(role: str) -> None:
    assert not [each for each in speaking(TOLD, role) if each.startswith("legacy-")]


def test_a_log_reader_s_number_is_no_port() -> None:
    wait = "wait: app {list: init} $ until nc -z localhost 2000; do sleep 1; done"
    reader = "h: busybox {mounts: [logs]} $ tail -n 2000 -F /logs/app.log"
    found = life("Deployment", wait, "web: app {mounts: [logs]}", reader).containers[-1]
    assert (found.part, found.role, found.holds_up_start) == ("helper", "log-reader", False)


LONG = "x" * 25
BY_HAND = {"app-waits-for-helper", "start-order-by-hook", "stop-order-by-hook"}
SPEAKING = [rule for rule in bundle.bundled().rules if rule.id.startswith("legacy-") or rule.id in BY_HAND]


@pytest.mark.parametrize("benefit", ["order", "none"])
@pytest.mark.parametrize("rule", SPEAKING, ids=[rule.id for rule in SPEAKING])
def test_messages_stay_short_with_long_names(rule: Rule, benefit: str) -> None:
    found = life(*PLAIN)
    longest = max((each.title for each in CATALOGUE.helpers.values()), key=len)
    helper = found.containers[1]._replace(name=LONG, helper=longest, benefit=benefit, awaits=(LONG,), beside="x" * LONGEST_SAID)
    assert len(str(evaluator(rule.message)({"container": helper, "pod": found.pod, "target": "1.29"}))) <= 200


@pytest.mark.parametrize(("names", "said"), [
    ((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), ""),
    (("a-rather-long-name", "b-longer"), "a-rather-long-name and b-longer"), (("a-rather-long-name", "b-even-longer"), ""),
])  # fmt: skip
def test_names_as_a_sentence_says_them(names: tuple[str, ...], said: str) -> None:
    assert together(names) == said


def test_the_apps_beside_a_helper_are_said() -> None:
    assert [each.beside for each in life(*PLAIN).containers] == ["web", "web"]
    assert {each.beside for each in life("Deployment", "a: app", "b: app2", "c: app3", "h: sql").containers} == {""}


def beside_an_app(helper: Helper) -> dict[str, Any]:
    """A Deployment with a helper as its file describes it, in the second place."""
    words = [mark for mark in helper.argv if "=" not in mark or mark.startswith("-")][:1]
    name = next((each for each in helper.names if "*" not in each), "helper")
    container = {"name": name, "image": helper.images[0].replace("*", "some.example") + ":1", "args": words}
    containers = [{"name": "the-app", "image": "registry.example/app:1"}, container]
    template = {"spec": {"containers": containers}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": f"x-{helper.id}-x"}, "spec": {"template": template}}


def test_every_helper_of_the_catalogue_has_one_finding_of_its_kind() -> None:
    helpers = [each for each in CATALOGUE.helpers.values() if each.certainty in ("certain", "likely")]
    text = "---\n".join(json.dumps(beside_an_app(each)) + "\n" for each in helpers)
    run = pipeline.check(pipeline.Input(("-",), io.BytesIO(text.encode())), Settings())
    ids = {rule.id for rule in MOVING}
    found = [(each.workload.name, each.rule) for each in run.findings if each.workload and each.rule in ids]
    assert sorted(found) == sorted((f"x-{each.id}-x", RULE_OF[each.role]) for each in helpers)
