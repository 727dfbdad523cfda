"""What rules say that the API server refuses, drops or takes, held against Kubernetes' own validation at the versions that they name."""

import io
import json
import re
from typing import Any

import pytest
import yaml

from sidecarlint import bundle, pipeline
from sidecarlint.settings import Settings
from sidecarlint.workloads.versions import Version, parse_version
from tests.apiserver.words import ALL, APP, DROPPED, INIT, KEPT, ONLY_ALWAYS, ONLY_SIDECARS, PROBE, REFUSED_BY_NAME, ROWS, Row
from tests.kubernetes import ASKED, VERSIONS, Answer, validate_all


def counts(row: Row, version: str) -> bool:
    since, before = (version_of(each) if each else None for each in row.versions)
    return (since is None or since <= version_of(version)) and (before is None or version_of(version) < before)


def version_of(text: str) -> Version:
    version = parse_version(text)
    assert version, f"{text} is no version"
    return version


@pytest.mark.parametrize(("version", "name"), [(version, name) for version in ASKED for name, row in ALL.items() if counts(row, version)])
def test_the_api_server_says_so(version: str, name: str) -> None:
    row = ALL[name]
    ((answer,),) = validate_all([pod(row)], version, objects=True, gates=row.gates)
    assert said(row, answer) == row.words if row.words in (KEPT, DROPPED, REFUSED_BY_NAME) else pattern(row).fullmatch(said(row, answer))


def pod(row: Row) -> str:
    spec = {"initContainers": listed(row.inits), "containers": listed(row.containers), **yaml.safe_load(f"{{{row.spec}}}")}
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
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (isinstance(value, dict) and key in value) or any(has(each, key) for each in within)


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


REFUSING = {"container-refused", "probe-on-plain-init", "sidecar-restart-policy"}
"""The rules that find what the API server refuses. The last one's message says whether it does."""
DIFFERENT = {
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
