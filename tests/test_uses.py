"""When a likely helper is one for certain: the pod itself shows for whom it works. `sketch.py` says how a pod is written."""

import pytest

from tests.sketch import life

CONJUR, SYNC = "cyberark/secrets-provider-for-k8s", "ghcr.io/maxmind/geoipupdate:v7"
PVC = "{volumes: {logs: {persistentVolumeClaim: {claimName: logs}}}}"
SECRET = "{volumes: {logs: {secret: {secretName: logs}}}}"

# fmt: off
PODS = [
    ("a shipper on a volume that the app writes", ["Deployment", "web: app {mounts: [logs]}", "h: fluent-bit {mounts: [logs]}"],
     "certain", ["the image is Fluent Bit", "web mounts logs too and can write there"]),
    ("a claim is the pod's too", [f"StatefulSet {PVC}", "web: app {mounts: [logs]}", "h: fluent-bit {mounts: ['logs:ro']}"],
     "certain", ["the image is Fluent Bit", "web mounts logs too and can write there"]),
    ("the app only reads there", ["Deployment", "web: app {mounts: ['logs:ro']}", "h: fluent-bit {mounts: [logs]}"], "likely", None),
    ("they share no volume", ["Deployment", "web: app {mounts: [logs]}", "h: fluent-bit {mounts: [conf]}"], "likely", None),
    ("they share a secret", [f"Deployment {SECRET}", "web: app {mounts: [logs]}", "h: fluent-bit {mounts: [logs]}"], "likely", None),
    ("only another helper writes there", ["Deployment", "web: app", "r: reload {mounts: [conf]}", "h: fluent-bit {mounts: [conf]}"],
     "likely", None),
    ("the object is called after it", ["Deployment {name: fluent-bit}", "web: app {mounts: [logs]}", "h: fluent-bit {mounts: [logs]}"],
     "", None),
    ("nginx may be the app", ["Deployment", "web: nginx {mounts: [logs]}", "h: fluent-bit {mounts: [logs]}"],
     "certain", ["the image is Fluent Bit", "web mounts logs too and can write there"]),
    ("a secret agent that fills the app's volume", ["Deployment", "web: app {mounts: ['keys:ro']}", f"h: {CONJUR} {{mounts: [keys]}}"],
     "certain", ["the image is Conjur Secrets Provider", "web mounts keys too"]),
    ("a secret agent that only reads there", ["Deployment", "web: app {mounts: [keys]}", f"h: {CONJUR} {{mounts: ['keys:ro']}}"],
     "likely", None),
    ("a syncer that fills the app's volume", ["Deployment", "web: app {mounts: [geo]}", f"h: {SYNC} {{mounts: [geo]}}"],
     "certain", ["the image is GeoIP Update", "web mounts geo too"]),
    ("an exporter on the app's volume", ["Deployment", "web: app {mounts: [data]}", "h: pg-exporter {mounts: [data]}"], "likely", None),
]
# fmt: on


@pytest.mark.parametrize(("pod", "certainty", "evidence"), [row[1:] for row in PODS], ids=[row[0] for row in PODS])
def test_certainty(pod: list[str], certainty: str, evidence: list[str] | None) -> None:
    helper = next(each for each in life(*pod).containers if each.name == "h")
    assert helper.certainty == certainty
    if evidence is not None:
        assert [sight.message for sight in helper.evidence][:2] == evidence
