"""`fix --node-affinity` and `--drop-node-affinity`: one table of pod specs before and after, and what is left to people."""

import json

import pytest
from click.testing import CliRunner

from sidecarlint.cli import main

KEY, BOUND = "example.com/sidecars", "example.com/sidecars=yes"

HEAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
"""
TAIL = """\
      initContainers:
      - name: shipper
        image: cr.fluentbit.io/fluent/fluent-bit:3.0
        restartPolicy: Always
      containers:
      - name: web # the shop
        image: registry.example/web:1
"""


def fix(text: str, *options: str) -> tuple[str, str, int]:
    """The text after `fix`, what it says, and its exit code."""
    done = CliRunner().invoke(main, ["fix", "-", *options], input=text)
    return done.stdout_bytes.decode(), done.stderr, done.exit_code


TERMS = """\
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
"""

EXISTS = f"""\
            - matchExpressions:
              - key: {KEY}
                operator: Exists
"""

PAIRS = {
    "nothing there yet": (KEY, "", TERMS + EXISTS),
    "with a value": (
        BOUND,
        "",
        TERMS
        + f"""\
            - matchExpressions:
              - key: {KEY}
                operator: In
                values:
                - "yes"
""",
    ),
    "behind the node selector": (
        KEY,
        "      nodeSelector:\n        pool: web # cheap ones\n",
        "      nodeSelector:\n        pool: web # cheap ones\n" + TERMS + EXISTS,
    ),
    "one term": (
        KEY,
        TERMS
        + """\
            - matchExpressions: # not on the old ones
              - key: pool
                operator: In
                values: [web]
""",
        TERMS
        + f"""\
            - matchExpressions: # not on the old ones
              - key: pool
                operator: In
                values: [web]
              - key: {KEY}
                operator: Exists
""",
    ),
    "every term": (
        KEY,
        TERMS
        + """\
            - matchExpressions:
                - {key: pool, operator: In, values: [web]}
            - matchFields:
                - {key: metadata.name, operator: In, values: [node-7]}
""",
        TERMS
        + f"""\
            - matchExpressions:
                - {{key: pool, operator: In, values: [web]}}
                - key: {KEY}
                  operator: Exists
            - matchFields:
                - {{key: metadata.name, operator: In, values: [node-7]}}
              matchExpressions:
                - key: {KEY}
                  operator: Exists
""",
    ),
    "a term that matches nothing": (
        KEY,
        TERMS
        + """\
            - {}
            - matchExpressions: [{key: pool, operator: Exists}]
""",
        TERMS
        + f"""\
            - {{}}
            - matchExpressions: [{{key: pool, operator: Exists}}, {{key: {KEY}, operator: Exists}}]
""",
    ),
    "beside a preference": (
        KEY,
        """\
      affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 1
            preference: {matchExpressions: [{key: pool, operator: Exists}]}
""",
        f"""\
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
            - matchExpressions:
              - key: {KEY}
                operator: Exists
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 1
            preference: {{matchExpressions: [{{key: pool, operator: Exists}}]}}
""",
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_bound_and_once_only(name: str) -> None:
    label, before, after = PAIRS[name]
    new, _, code = fix(HEAD + before + TAIL, "--node-affinity", label)
    assert new == HEAD + after + TAIL
    assert code == 0
    assert fix(new, "--node-affinity", label)[0] == new


@pytest.mark.parametrize("name", ["nothing there yet", "with a value", "behind the node selector", "one term"])
def test_dropped_again(name: str) -> None:
    label, before, after = PAIRS[name]
    new, _, _ = fix(HEAD + after + TAIL, "--drop-node-affinity", label)
    assert new == HEAD + before + TAIL
    assert fix(new, "--drop-node-affinity", label)[0] == new


BOUND_ALREADY = {
    "by the node selector": "      nodeSelector: {example.com/sidecars: yes-please}\n",
    "by the same expression": TERMS + EXISTS,
    "by any value": TERMS + f"            - matchExpressions: [{{key: {KEY}, operator: In, values: [a, b]}}]\n",
}


@pytest.mark.parametrize("name", BOUND_ALREADY)
def test_what_is_bound_stays(name: str) -> None:
    text = HEAD + BOUND_ALREADY[name] + TAIL
    assert fix(text, "--node-affinity", KEY)[0] == text


CONFLICTS = {
    "nodeSelector asks for": "      nodeSelector: {example.com/sidecars: never}\n",
    "matches no node as it is": TERMS + "            - {}\n",
    "speaks of example.com/sidecars in another way": TERMS + f"            - matchExpressions: [{{key: {KEY}, operator: DoesNotExist}}]\n",
}


@pytest.mark.parametrize("reason", CONFLICTS)
def test_what_contradicts_is_left_to_people(reason: str) -> None:
    text = HEAD + CONFLICTS[reason] + TAIL
    new, said, _ = fix(text, "--node-affinity", BOUND, "--info", "--unsafe")
    assert new == text
    assert reason in " ".join(said.split())


def test_a_pod_without_sidecars_needs_none() -> None:
    text = HEAD + TAIL.replace("        restartPolicy: Always\n", "")
    assert fix(text, "--node-affinity", KEY)[0] == text


def test_a_pod_gets_it_with_the_move() -> None:
    legacy = HEAD + TAIL.replace("      initContainers:\n", "").replace("        restartPolicy: Always\n", "").replace(
        "      containers:\n", ""
    ).replace("      - name: shipper", "      containers:\n      - name: shipper")
    plain, _, _ = fix(legacy, "--unsafe")
    bound, _, _ = fix(legacy, "--unsafe", "--node-affinity", KEY)
    assert plain != legacy
    assert bound == plain.replace(HEAD, HEAD + TERMS + EXISTS)
    assert fix(bound, "--drop-node-affinity", KEY)[0] == plain


def test_a_daemon_set_would_lose_nodes() -> None:
    text = (HEAD + TAIL).replace("Deployment", "DaemonSet")
    assert fix(text, "--node-affinity", KEY)[0] == text
    assert TERMS + EXISTS in fix(text, "--node-affinity", KEY, "--unsafe")[0]


def test_a_term_of_its_own_is_not_emptied() -> None:
    text = HEAD + TERMS + EXISTS + "            - matchExpressions: [{key: pool, operator: Exists}]\n" + TAIL
    new, said, _ = fix(text, "--drop-node-affinity", KEY, "--info")
    assert new == text
    assert "asks for nothing else" in " ".join(said.split())


def test_without_sidecars_the_label_may_be_wanted_for_something_else() -> None:
    text = HEAD + TERMS + EXISTS + TAIL.replace("        restartPolicy: Always\n", "")
    assert fix(text, "--drop-node-affinity", KEY)[0] == text
    assert TERMS not in fix(text, "--drop-node-affinity", KEY, "--unsafe")[0]


@pytest.mark.parametrize("label", ["", "=", "a b", "key=a b", "-x", "a/b/c", "key=" + "v" * 64])
def test_a_wrong_label_is_refused(label: str) -> None:
    _, said, code = fix(HEAD + TAIL, "--node-affinity", label)
    assert code == 2
    assert said == f'sidecarlint: "{label}" is no label; write it like example.com/native-sidecars or example.com/native-sidecars=true\n'


@pytest.mark.parametrize(
    "options",
    [
        ("--reverse", "--strategy", "native"),
        ("--reverse", "--node-affinity", KEY),
        ("--node-affinity", KEY, "--drop-node-affinity", KEY),
        ("--strategy", "universal", "--drop-node-affinity", KEY),
    ],
)
def test_options_that_contradict_each_other_are_refused(options: tuple[str, ...]) -> None:
    text, said, code = fix(HEAD + TAIL, *options)
    assert (text, code) == ("", 2)
    assert len(said.splitlines()) == 1


def test_a_move_waits_where_the_affinity_cannot_be_written() -> None:
    legacy = (
        HEAD
        + CONFLICTS["nodeSelector asks for"]
        + TAIL.replace("        restartPolicy: Always\n", "")
        .replace("      initContainers:\n", "")
        .replace("      containers:\n", "")
        .replace("      - name: shipper", "      containers:\n      - name: shipper")
    )
    assert fix(legacy, "--unsafe")[0] != legacy
    new, said, _ = fix(legacy, "--unsafe", "--info", "--node-affinity", BOUND)
    assert new == legacy
    assert "so no node would fit" in " ".join(said.split())


def test_tight_json_stays_tight() -> None:
    spec = {
        "initContainers": [{"name": "shipper", "image": "cr.fluentbit.io/fluent/fluent-bit:3.0", "restartPolicy": "Always"}],
        "containers": [{"name": "web", "image": "registry.example/web:1"}],
    }
    text = json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": spec}, separators=(",", ":"))
    new, _, _ = fix(text, "--node-affinity", BOUND)
    assert new == json.dumps(json.loads(new), separators=(",", ":")) != text
    assert fix(new, "--drop-node-affinity", BOUND)[0] == text
