"""Inputs that once broke `fix`: nothing fails, nothing is lost, and what stands beside them is still fixed."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from sidecarlint.cli import main
from tests.sketch import life
from tests.test_affinity import fix

CACHE = """\
apiVersion: v1
kind: Pod
metadata:
  name: texts
spec:
  initContainers:
  - {INIT}
  containers:
  - name: texts
    image: registry.k8s.io/git-sync/git-sync:v4.4.0
    args: [--repo=https://git.example/house-rules, --root=/texts, --period=5m]
    volumeMounts: [{name: texts, mountPath: /texts}]
  - name: site
    image: registry.example/web/house-rules:3
    volumeMounts: [{name: texts, mountPath: /srv/texts}]
  volumes:
  - {name: texts, emptyDir: {}}
"""
FIRST = "image: registry.k8s.io/git-sync/git-sync:v4.4.0, args: [--repo=https://git.example/house-rules, --root=/texts, --one-time]"


@pytest.mark.parametrize("name", ["", "name: , ", "name: [], ", "name: first, "])
def test_an_init_container_without_a_name_of_its_own_does_not_matter(name: str) -> None:
    text = CACHE.replace("INIT", f"{name}{FIRST}")
    new, said, _ = fix(text, "--unsafe")
    assert "bug" not in said
    assert [each["image"] for each in yaml.safe_load(new)["spec"]["initContainers"]].count("registry.k8s.io/git-sync/git-sync:v4.4.0") == 2


ALONE = CACHE.replace("  initContainers:\n  - {INIT}\n", "")
TWICE = "  - name: texts\n    image: quay.io/prometheuscommunity/postgres-exporter:v0.15.0\n  - name: site\n"


@pytest.mark.parametrize("text", [CACHE.replace("INIT", f"name: texts, {FIRST}"), ALONE.replace("  - name: site\n", TWICE)])
def test_two_containers_of_one_name_stay(text: str) -> None:
    new, said, _ = fix(text, "--unsafe", "--info")
    assert new == text
    assert "another container of the pod has the same name" in said


FLAGS = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: NAME
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
      - name: database
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        restartPolicy: Always
        args: [--quitquitquit, --port=5432, --quitquitquit, harbour:europe-west4:fees]
      containers:
      - name: fees
        image: registry.example/harbour/fees:7
        command: [fees, close]
"""


def test_a_flag_that_is_given_twice_goes_twice() -> None:
    new, said, _ = fix(FLAGS, "--unsafe")
    assert "bug" not in said
    assert yaml.safe_load(new)["spec"]["template"]["spec"]["initContainers"][0]["args"] == ["--port=5432", "harbour:europe-west4:fees"]


OWN_RULE = """\
---
summary: A rule whose fix does not mend what it finds
category: native-sidecar
severity: warning
since: 0.1
subject: container
when: container.name == "stubborn"
message: "{{ container.name }} is stubborn"
at: name
fix:
- set: {route: imagePullPolicy, value: Always}
fix_title: Pull it always
---
Nothing helps it.

## Fails

```yaml
kind: Pod # <-
```
"""


def test_a_fix_that_fails_its_proof_keeps_no_other_pod_from_its_fixes(tmp_path: Path) -> None:
    (tmp_path / "still-stubborn.md").write_text(OWN_RULE)
    pods = [FLAGS.replace("NAME", name) for name in ("fees", "tides", "tolls")]
    pods[1] = pods[1].replace("name: fees", "name: stubborn")
    new, said, _ = fix("---\n".join(pods), "--unsafe", "--rules", str(tmp_path))
    assert ["quitquitquit" in each for each in new.split("---\n")] == [False, True, False]
    assert said.count("still-stubborn would still be found in stubborn") == 1


# Two containers of one image are no universal pair where nothing else runs beside the sidecar: one of them is the app.
PAIRS: list[tuple[str, list[str], str]] = [
    ("an app and a sidecar of one image that share a volume",
     ["Job Never", "n: app {list: sidecar, mounts: [logs]} $ tail -F /logs/a", "o: app {mounts: [logs]} $ work > /logs/a"], ""),
    ("an app and a sidecar of which only the image is known", ["Pod Never", "n: app {list: sidecar}", "o: app"], ""),
    ("a pair beside an app",
     ["Job Never", "n: app {list: sidecar, mounts: [mark]} $ a", "work: app2 $ b", "o: app {mounts: [mark]} $ c"], "o"),
]  # fmt: skip


@pytest.mark.parametrize(("sketch", "half"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_a_pair_stands_beside_an_app(sketch: list[str], half: str) -> None:
    assert next(each.pair for each in life(*sketch).containers if each.name == "n") == half


TAILS = """\
apiVersion: v1
kind: Pod
metadata:
  name: board
spec:
  containers:
    # Shows the log.
    - name: reader
      image: busybox:1.36
      command: [tail, -F, /logs/board.log]
      volumeMounts: [{name: logs, mountPath: /logs}]

  # - name: old
    - name: board
      image: registry.example/board:1
      volumeMounts: [{name: logs, mountPath: /logs}]
  volumes:
    - name: logs
      emptyDir: {}
"""


def test_a_comment_of_nobody_does_not_become_that_of_a_new_first_item() -> None:
    pair, _, _ = fix(TAILS, "--unsafe", "--strategy", "universal")
    assert "reader-legacy" in pair
    native, _, _ = fix(pair, "--unsafe", "--strategy", "native")
    assert native == fix(TAILS, "--unsafe")[0]
    assert native.count("# - name: old") == 1


def pod(*keys: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "initContainers": [{"name": "shipper", "image": "cr.fluentbit.io/fluent/fluent-bit:3.0", "restartPolicy": "Always"}],
        "containers": [{"name": "web", "image": "registry.example/web:1"}],
        "volumes": [],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {key: values[key] for key in keys}}


@pytest.mark.parametrize("keys", [
    ("initContainers", "volumes", "containers"), ("initContainers", "containers", "volumes"), ("containers", "volumes", "initContainers"),
    ("volumes", "initContainers", "containers"), ("containers", "initContainers"),
])  # fmt: skip
@pytest.mark.parametrize("indent", [None, 2])
def test_the_way_back_takes_the_affinity_along_in_json(keys: tuple[str, ...], indent: int | None) -> None:
    text = json.dumps(pod(*keys), indent=indent)
    bound, _, _ = fix(text, "--node-affinity", "example.com/sidecars")
    assert "affinity" in bound
    both, _, _ = fix(bound, "--reverse", "--drop-node-affinity", "example.com/sidecars")
    assert both == fix(text, "--reverse")[0] != text


@pytest.mark.parametrize("place", ["        # the first word\n      - tail", "      # of the copy\n    - name: reader-legacy"])
def test_a_comment_in_a_pair_is_somebodys_and_keeps_it(place: str) -> None:
    text = TAILS.replace("[tail, -F, /logs/board.log]", "\n      - tail\n      - -F\n      - /logs/board.log")
    pair, _, _ = fix(text, "--unsafe", "--strategy", "universal")
    commented = pair.replace(place.partition("\n")[2], place, 1)
    assert commented != pair
    kept, said, _ = fix(commented, "--unsafe", "--info", "--strategy", "native")
    assert kept == commented
    assert "a comment stands in" in " ".join(said.split())
    assert fix(pair, "--unsafe", "--strategy", "native")[0] == fix(text, "--unsafe")[0]


def test_the_app_beside_pairs_stays_the_app() -> None:
    text = yaml.safe_load(TAILS)
    exporter = {"image": "quay.io/prometheuscommunity/postgres-exporter:v0.15.0", "command": ["/bin/postgres_exporter"]}
    text["spec"]["containers"][1] = {"name": "figures", **exporter}
    text["spec"]["containers"][0] = {"name": "proxy", "image": "quay.io/brancz/kube-rbac-proxy:v0.18.1", "command": ["/kube-rbac-proxy"]}
    for strategy in ("universal", "native"):
        new, said, _ = fix(json.dumps(text), "--unsafe", "--strategy", strategy)
        assert "bug" not in said
        spec = json.loads(new)["spec"]
        assert [each["name"] for each in spec["initContainers"]] == ["proxy"]
        assert [each["name"] for each in spec["containers"] if each["name"] != "proxy-legacy"] == ["figures"]
        assert fix(new, "--unsafe", "--strategy", strategy)[0] == new


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_report_that_cannot_be_kept_keeps_nothing_else_back() -> None:
    new, said, code = fix(TAILS, "--unsafe", "--output", "json=/dev/full")
    assert new == fix(TAILS, "--unsafe")[0] != TAILS
    assert code == 2
    assert said.splitlines()[-1].startswith("sidecarlint: --output json=/dev/full: it could not be written (")


def test_a_report_does_not_go_over_what_is_fixed(tmp_path: Path) -> None:
    path = tmp_path / "board.yaml"
    path.write_text(TAILS)
    done = CliRunner().invoke(main, ["fix", "--unsafe", "--output", f"json={path}", str(path)])
    assert done.exit_code == 2
    assert done.stderr.endswith("is to be fixed itself; keep the report in a file of its own\n")
    assert path.read_text() == TAILS
