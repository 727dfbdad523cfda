"""What rules say that the API server refuses, drops or takes, held against Kubernetes' own validation at the versions that they name."""

import io
import json
import re
from typing import Any

import pytest
import yaml

from sidecarlint import bundle, pipeline
from sidecarlint.settings import Settings
from sidecarlint.values import NamedTuple
from sidecarlint.workloads.versions import Version, parse_version
from tests.kubernetes import ASKED, VERSIONS, Answer, validate_all


class Row(NamedTuple):
    """What the API server says of a Pod, on which versions and with which feature gates.

    `inits` and `containers` are what stands in the mappings of containers, with ` | ` between two. `words` are those of the one
    refusal behind its `field`, where "..." stands for anything. REFUSED_BY_NAME: the object has a field that the version does not know.
    KEPT or DROPPED: the Pod is taken, with the field or without it. `versions` are from the first on and before the second ("" for no
    end), `gates` those that are not as the version has them by default.
    """

    inits: str
    containers: str
    field: str
    words: str
    versions: tuple[str, str] = ("", "")
    gates: str = ""


KEPT, DROPPED, REFUSED_BY_NAME = "kept", "dropped", "unknown field"
OLD, MIDDLE, NEW = ("", "1.34"), ("1.34", "1.35"), ("1.35", "")
"""Before, on and after the one version that drops a container's own restartPolicy without a word (native-sidecars 2.1)."""

APP = "name: app"
ONLY_SIDECARS = "Forbidden: may not be set for init containers without restartPolicy=Always"
NOT_IN_CONTAINERS = "Forbidden: may not be set for non-init containers"
ONLY_ALWAYS = 'Unsupported value: "{}": supported values: "Always"'
ONE_OF_THREE = 'Unsupported value: "{}": supported values: "Always", "Never", "OnFailure"'
NEEDS_POLICY = "Required value: must specify restartPolicy when restart rules are used"
NO_RULES = "Forbidden: restartPolicyRules are not allowed for init containers with restart policy Always"
TOO_LONG = "Invalid value: {}: must be {} and less than terminationGracePeriodSeconds (30)"
NO_HANDLER = "Required value: must specify a handler type"
RULES = "restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]"
RESIZE = "resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]"
PROBE = "{tcpSocket: {port: 1}}"
HOOK = "lifecycle: {preStop: {exec: {command: [a]}}}"
SLEEP_0, SLEEP_20, SLEEP_60 = (f"name: app, lifecycle: {{preStop: {{sleep: {{seconds: {seconds}}}}}}}" for seconds in (0, 20, 60))
INIT, CONTAINER = "spec.initContainers[0]", "spec.containers[0]"
FIRST = ("", "1.33")
SLEEPS, RESIZES, RESTARTS = "PodLifecycleSleepAction=true", "InPlacePodVerticalScaling=true", "ContainerRestartRules=true"

ROWS = {
    # 2.5: probe-on-plain-init
    "a probe of start": Row(f"name: a, startupProbe: {PROBE}", APP, f"{INIT}.startupProbe", ONLY_SIDECARS),
    "a probe of readiness": Row(f"name: a, readinessProbe: {PROBE}", APP, f"{INIT}.readinessProbe", ONLY_SIDECARS),
    "a probe of life": Row(f"name: a, livenessProbe: {PROBE}", APP, f"{INIT}.livenessProbe", ONLY_SIDECARS),
    "a hook": Row(f"name: a, {HOOK}", APP, f"{INIT}.lifecycle", ONLY_SIDECARS),
    "a probe of a sidecar": Row(f"name: a, restartPolicy: Always, startupProbe: {PROBE}", APP, "startupProbe", KEPT),
    "a hook of a sidecar": Row(f"name: a, restartPolicy: Always, {HOOK}", APP, "lifecycle", KEPT),
    # 2.1, 2.2: sidecar-restart-policy
    "a sidecar": Row("name: a, restartPolicy: Always", APP, "restartPolicy", KEPT),
    "a sidecar behind a gate": Row("name: a, restartPolicy: Always", APP, "restartPolicy", DROPPED, FIRST, "SidecarContainers=false"),
    "Always of an app": Row("", "name: app, restartPolicy: Always", f"{CONTAINER}.restartPolicy", NOT_IN_CONTAINERS, OLD),
    "Always of an app, the second": Row(
        "", "name: app | name: b, restartPolicy: Always", "spec.containers[1].restartPolicy", NOT_IN_CONTAINERS, OLD
    ),
    "Always of an app on 1.34": Row("", "name: app, restartPolicy: Always", "restartPolicy", DROPPED, MIDDLE),
    "Always of an app from 1.35 on": Row("", "name: app, restartPolicy: Always", "restartPolicy", KEPT, NEW),
    "Never of an app": Row("", "name: app, restartPolicy: Never", f"{CONTAINER}.restartPolicy", NOT_IN_CONTAINERS, OLD),
    "Never of an app on 1.34": Row("", "name: app, restartPolicy: Never", "restartPolicy", DROPPED, MIDDLE),
    "Never of an app from 1.35 on": Row("", "name: app, restartPolicy: Never", "restartPolicy", KEPT, NEW),
    "OnFailure of an init": Row("name: a, restartPolicy: OnFailure", APP, f"{INIT}.restartPolicy", ONLY_ALWAYS.format("OnFailure"), OLD),
    "OnFailure of an init on 1.34": Row("name: a, restartPolicy: OnFailure", APP, "restartPolicy", DROPPED, MIDDLE),
    "OnFailure of an init from 1.35 on": Row("name: a, restartPolicy: OnFailure", APP, "restartPolicy", KEPT, NEW),
    "OnFailure behind a gate": Row("name: a, restartPolicy: OnFailure", APP, "restartPolicy", KEPT, MIDDLE, RESTARTS),
    "a policy that is none": Row("", "name: app, restartPolicy: always", f"{CONTAINER}.restartPolicy", ONE_OF_THREE.format("always"), NEW),
    "a policy that is none on 1.34": Row("", "name: app, restartPolicy: always", "restartPolicy", DROPPED, MIDDLE),
    "a policy of an init that is none, old": Row(
        "name: a, restartPolicy: always", APP, f"{INIT}.restartPolicy", ONLY_ALWAYS.format("always"), OLD
    ),
    "a policy of an init that is none on 1.34": Row("name: a, restartPolicy: always", APP, "restartPolicy", DROPPED, MIDDLE),
    "a policy of an init that is none": Row(
        "name: a, restartPolicy: always", APP, f"{INIT}.restartPolicy", ONE_OF_THREE.format("always"), NEW
    ),
    # 2.3, 2.4: container-refused
    "rules, too old": Row("", f"name: app, {RULES}", "restartPolicyRules", REFUSED_BY_NAME, OLD),
    "rules on 1.34": Row("", f"name: app, {RULES}", "restartPolicyRules", DROPPED, MIDDLE),
    "rules behind a gate": Row("", f"name: app, restartPolicy: Never, {RULES}", "restartPolicyRules", KEPT, MIDDLE, RESTARTS),
    "rules": Row("", f"name: app, restartPolicy: Never, {RULES}", "restartPolicyRules", KEPT, NEW),
    "rules without a policy": Row("", f"name: app, {RULES}", f"{CONTAINER}.restartPolicy", NEEDS_POLICY, NEW),
    "rules of an init without a policy": Row(f"name: a, {RULES}", APP, f"{INIT}.restartPolicy", NEEDS_POLICY, NEW),
    "rules of a sidecar on 1.35": Row(
        f"name: a, restartPolicy: Always, {RULES}", APP, f"{INIT}.restartPolicyRules", NO_RULES, ("1.35", "1.36")
    ),
    "rules of a sidecar": Row(f"name: a, restartPolicy: Always, {RULES}", APP, "restartPolicyRules", KEPT, ("1.36", "")),
    # 2.6: sidecar-resize-policy
    "resizePolicy behind a gate": Row(
        f"name: a, restartPolicy: Always, {RESIZE}",
        APP,
        f"{INIT}.resizePolicy",
        "Invalid value: ...: must not be set for init containers",
        FIRST,
        RESIZES,
    ),
    "resizePolicy, too old": Row(f"name: a, restartPolicy: Always, {RESIZE}", APP, "resizePolicy", DROPPED, FIRST),
    "resizePolicy of an app, too old": Row("", f"name: app, {RESIZE}", "resizePolicy", DROPPED, FIRST),
    "resizePolicy": Row(f"name: a, restartPolicy: Always, {RESIZE}", APP, "resizePolicy", KEPT, ("1.33", "")),
    # 2.8: container-refused
    "a name twice": Row("name: app", APP, f"{INIT}.name", 'Duplicate value: "app"'),
    "a name twice in one list": Row("", "name: app | name: app", "spec.containers[1].name", 'Duplicate value: "app"'),
    "no app": Row("name: a", "", "spec.containers", "Required value"),
    # 2.12: container-refused. A grace period that is not said is 30 seconds.
    "a sleep, too old": Row("", SLEEP_20, f"{CONTAINER}.lifecycle.preStop", NO_HANDLER, ("", "1.30")),
    "a sleep behind a gate": Row("", SLEEP_20, "sleep", KEPT, ("", "1.30"), SLEEPS),
    "a sleep": Row("", SLEEP_20, "sleep", KEPT, ("1.30", "")),
    "a long sleep behind a gate": Row(
        "", SLEEP_60, f"{CONTAINER}.lifecycle.preStop.sleep", TOO_LONG.format(60, "greater than 0"), ("", "1.30"), SLEEPS
    ),
    "a long sleep": Row("", SLEEP_60, f"{CONTAINER}.lifecycle.preStop.sleep", TOO_LONG.format(60, "non-negative"), ("1.33", "")),
    "no sleep behind a gate": Row(
        "", SLEEP_0, f"{CONTAINER}.lifecycle.preStop.sleep", TOO_LONG.format(0, "greater than 0"), ("", "1.30"), SLEEPS
    ),
    "no sleep": Row("", SLEEP_0, "sleep", KEPT, ("1.33", "")),
}


def counts(row: Row, version: str) -> bool:
    since, before = (version_of(each) if each else None for each in row.versions)
    return (since is None or since <= version_of(version)) and (before is None or version_of(version) < before)


def version_of(text: str) -> Version:
    version = parse_version(text)
    assert version, f"{text} is no version"
    return version


@pytest.mark.parametrize(("version", "name"), [(version, name) for version in ASKED for name, row in ROWS.items() if counts(row, version)])
def test_the_api_server_says_so(version: str, name: str) -> None:
    row = ROWS[name]
    ((answer,),) = validate_all([pod(row)], version, objects=True, gates=row.gates)
    assert said(row, answer) == row.words if row.words in (KEPT, DROPPED, REFUSED_BY_NAME) else pattern(row).fullmatch(said(row, answer))


def pod(row: Row) -> str:
    spec = {"initContainers": listed(row.inits), "containers": listed(row.containers)}
    return json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "shop"}, "spec": spec})


def listed(containers: str) -> list[dict[str, Any]]:
    return [{"image": "registry.example/shop:1", **yaml.safe_load(f"{{{each}}}")} for each in containers.split(" | ") if each]


def said(row: Row, answer: Answer) -> str:
    """What came of a row's Pod, in the words of rows: a refusal with its field."""
    if answer.outcome == "valid":
        spec = (answer.object or {})["spec"]
        return KEPT if any(has(each, row.field) for each in [*spec["containers"], *spec.get("initContainers", ())]) else DROPPED
    if answer.outcome == "undecodable":
        return REFUSED_BY_NAME if re.search(rf'unknown field "[^"]*{row.field}"', answer.errors[0].detail) else str(answer.errors)
    return "\n".join(f"{each.field}: {each.detail}" for each in answer.errors)


def has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and (key in value or any(has(each, key) for each in value.values()))


def pattern(row: Row) -> re.Pattern[str]:
    return re.compile(re.escape(f"{row.field}: {row.words}").replace(re.escape("..."), ".*"))


@pytest.mark.parametrize("version", ASKED)
def test_a_row_can_be_wrong(version: str) -> None:
    """Of each kind of row one that is not true."""
    wrong = {
        "refused": Row("name: a, restartPolicy: Always", APP, f"{INIT}.restartPolicy", ONLY_ALWAYS),
        "dropped": Row("name: a, restartPolicy: Always", APP, "restartPolicy", DROPPED),
        "kept": Row("name: a", APP, "restartPolicy", KEPT),
        "by name": Row(f"name: a, startupProbe: {PROBE}", APP, "startupProbe", REFUSED_BY_NAME),
        "other words": Row(f"name: a, startupProbe: {PROBE}", APP, f"{INIT}.startupProbe", "Forbidden: may not be set"),
        "other field": Row(f"name: a, startupProbe: {PROBE}", APP, f"{INIT}.livenessProbe", ONLY_SIDECARS),
    }
    answers = validate_all([pod(row) for row in wrong.values()], version, objects=True)
    for row, (answer,) in zip(wrong.values(), answers, strict=True):
        assert said(row, answer) != row.words
        assert not pattern(row).fullmatch(said(row, answer))


# What pages of rules quote.


QUOTED = re.compile(r"^The \w+ \"[\w-]+\" is invalid:\s(.*?)(?=^\$|\Z)", re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def quotes() -> dict[str, str]:
    """Each refusal that the page of a rule quotes, as one line, with the rule. Where a pod is in its object is left out of the field."""
    found = {}
    for rule in bundle.bundled().rules:
        for fence in FENCE.findall(bundle.whole(rule).page):
            for text in QUOTED.findall(fence):
                found[" ".join(text.split()).replace("spec.template.spec.", "spec.")] = rule.id
    return found


def test_every_quoted_refusal_is_one_of_the_rows() -> None:
    rows = {f"{row.field}: {row.words}" for row in ROWS.values()}
    assert len(quotes()) >= 4
    assert {text: rule for text, rule in quotes().items() if text not in rows} == {}


def test_rows_speak_of_every_version() -> None:
    assert {version for version in VERSIONS if sum(counts(row, version) for row in ROWS.values()) < 15} == set()


# What rules find.


REFUSING = {"container-refused", "probe-on-plain-init", "sidecar-resize-policy", "sidecar-restart-policy"}
"""The rules that find what the API server refuses. The last one's message says whether it does."""
DIFFERENT = {
    # Without the gate InPlacePodVerticalScaling, on since 1.33, the field is dropped from every container. sidecar-resize-policy
    # quotes what a cluster says that has the gate on.
    "resizePolicy, too old": True,
    # PodLifecycleSleepAction is on since 1.30. Before, the hook that is left has nothing to do, and is refused.
    "a sleep, too old": False,
    # 1.34 drops whatever a container's own restartPolicy says, other than the Always of an init container.
    "a policy that is none on 1.34": True,
    "a policy of an init that is none on 1.34": True,
    # No rule is about it: it is no mistake around a pod's life.
    "no app": False,
}
"""Where rules say something else than the API server does: whether they say that it refuses the Pod."""


@pytest.mark.parametrize("version", ASKED)
def test_rules_find_what_is_refused(version: str) -> None:
    rows = {name: row for name, row in ROWS.items() if counts(row, version) and not row.gates}
    answers = validate_all([pod(row) for row in rows.values()], version)
    found = {name: finds_it_refused(pod(row), version) for name, row in rows.items()}
    refused = {name: answer.outcome != "valid" for name, (answer,) in zip(rows, answers, strict=True)}
    assert {name: found[name] for name in rows if found[name] != refused[name]} == {
        name: DIFFERENT[name] for name in rows if name in DIFFERENT
    }


def finds_it_refused(text: str, version: str) -> bool:
    given = pipeline.Input(("-",), io.BytesIO(text.encode()))
    findings = pipeline.check(given, Settings(target=version_of(version))).findings
    return any(each.rule in REFUSING and "refuses" in each.message for each in findings)
