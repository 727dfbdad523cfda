"""`fix --reverse` and the startupProbe that the way there writes: it goes where it is that one, key for key, and stays otherwise."""

import json

import pytest
import yaml

from tests.test_affinity import fix

DERIVED = """\
        startupProbe:
          httpGet:
            path: /startup
            port: 9090
          periodSeconds: 1
          failureThreshold: 300
"""
POD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: quays
spec:
  selector: {matchLabels: {app: quays}}
  template:
    metadata: {labels: {app: quays}}
    spec:
      initContainers:
      - name: database
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        restartPolicy: Always
        args: [--port=5432, --health-check, --http-address=0.0.0.0, harbour:europe-west4:quays]
PROBE\
      containers:
      - name: quays
        image: registry.example/harbour/quays:7
        env: [{name: DATABASE_URL, value: "postgres://quays@127.0.0.1:5432/quays"}]
"""


def sidecar(probe: str, **changes: str) -> str:
    """A sidecar with more lines behind its `args`; `changes` replace words of its pod."""
    text = POD.replace("PROBE", probe)
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


READY = """\
        readinessProbe:
          httpGet: {path: /startup, port: 9090}
          initialDelaySeconds: 3
          periodSeconds: 7
          timeoutSeconds: 2
"""
FROM_READY = """\
        startupProbe:
          httpGet: {path: /startup, port: 9090}
          timeoutSeconds: 2
          periodSeconds: 7
          failureThreshold: 43
"""

GOES: dict[str, str] = {
    "as it is written": DERIVED,
    "in another order": "        startupProbe: {failureThreshold: 300, httpGet: {port: 9090, path: /startup}, periodSeconds: 1}\n",
    "with other quotes": DERIVED.replace("/startup", "'/startup'"),
    "from its readinessProbe": READY + FROM_READY,
}
"""What goes with the way back."""

STAYS: dict[str, str] = {
    "other times": DERIVED.replace("300", "30"),
    "another period": DERIVED.replace("periodSeconds: 1", "periodSeconds: 2"),
    "more than that": DERIVED + "          timeoutSeconds: 5\n",
    "less than that": DERIVED.replace("          periodSeconds: 1\n", ""),
    "another port": DERIVED.replace("9090", "9091"),
    "a port as a word": DERIVED.replace("9090", "'9090'"),
    "another question": DERIVED.replace("httpGet", "tcpSocket").replace("            path: /startup\n", ""),
    "another question than its readinessProbe's": READY + FROM_READY.replace("43", "42"),
    "a comment above it": DERIVED.replace("        startupProbe", "        # the fees must not start earlier\n        startupProbe"),
    "a comment in it": DERIVED.replace("startupProbe:", "startupProbe: # until it listens"),
    "an anchor": DERIVED.replace("httpGet:", "httpGet: &asked"),
}
"""What stays, since its author may have meant it, or since it cannot be taken away without loss."""


def back(text: str) -> tuple[list[object], str]:
    """What remains of the helper's startupProbe after the way back, and what is said."""
    new, said, _ = fix(text, "--reverse", "--unsafe", "--info")
    spec = yaml.safe_load(new)["spec"]["template"]["spec"]
    assert "initContainers" not in spec
    assert [each["name"] for each in spec["containers"]] == ["quays", "database"]
    assert fix(new, "--reverse", "--unsafe")[0] == new
    return [each["startupProbe"] for each in spec["containers"] if "startupProbe" in each], said


@pytest.mark.parametrize("probe", GOES.values(), ids=GOES)
def test_the_probe_that_the_way_there_writes_goes(probe: str) -> None:
    assert back(sidecar(probe))[0] == []


@pytest.mark.parametrize("probe", [each for name, each in STAYS.items() if name != "an anchor"])
def test_any_other_probe_stays(probe: str) -> None:
    assert back(sidecar(probe))[0] == [yaml.safe_load(probe)["startupProbe"]]


def test_a_probe_that_others_repeat_stays() -> None:
    repeated = sidecar(STAYS["an anchor"]).replace("/quays:7\n", "/quays:7\n        livenessProbe: {httpGet: *asked}\n")
    moved = fix(repeated, "--reverse", "--unsafe")[0]
    assert yaml.safe_load(moved) == yaml.safe_load(repeated)


def test_without_one_nothing_is_taken_away() -> None:
    assert back(sidecar(""))[0] == []


@pytest.mark.parametrize(("probe", "title"), [
    (DERIVED, "Move database back to containers without its startupProbe, which is the one that a move to initContainers writes"),
    (STAYS["other times"], "Move database back to containers"),
])  # fmt: skip
def test_the_title_says_it(probe: str, title: str) -> None:
    new, said, _ = fix(sidecar(probe), "--reverse", "--unsafe", "--format", "json")
    assert new != sidecar(probe)
    titles = [each["fix"]["title"] for each in json.loads(said)["changed"][0]["fixed"]]
    assert titles == [title]


def test_what_stays_is_said_and_makes_the_way_back_unsafe() -> None:
    own = sidecar(STAYS["other times"])
    kept, said, _ = fix(own, "--reverse", "--info")
    assert kept == own
    assert "its startupProbe stays, but holds nobody back any more" in " ".join(said.split())
    assert fix(sidecar(DERIVED), "--reverse")[0] != sidecar(DERIVED)


LEGACY = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: quays
spec:
  selector: {matchLabels: {app: quays}}
  template:
    metadata: {labels: {app: quays}}
    spec:
      containers:
      - name: quays
        image: registry.example/harbour/quays:7
        command: [sh, -c, "until nc -z 127.0.0.1 5432; do sleep 1; done; exec quays"]
      - name: database
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: [--port=5432, --health-check, --http-address=0.0.0.0, harbour:europe-west4:quays]
"""


def test_forth_and_back_with_a_probe_between_gives_the_same_bytes() -> None:
    there, _, _ = fix(LEGACY, "--unsafe", "--target", "1.33")
    assert "startupProbe" in there
    assert fix(there, "--reverse", "--unsafe", "--target", "1.33")[0] == LEGACY
