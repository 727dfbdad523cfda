"""A move takes the quit call along where nothing else changes by that: one safe plan instead of two steps of which the first is not."""

import pytest
import yaml

from tests.test_affinity import fix

JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: report
spec:
  template:
    spec:
      restartPolicy: {restart}
      containers:
      - name: report
        image: registry.example/report:1
        command:
        - sh
        - -c
        - |
{script}
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: [--quitquitquit, --port=5432, shop:eu:db]
"""

SETTLED = """\
          ./report
          code=$?
          curl -X POST localhost:9091/quitquitquit
          exit $code
"""
BEHIND_AND = "          ./report && curl -X POST localhost:9091/quitquitquit\n"
LAST = "          ./report; curl -X POST localhost:9091/quitquitquit\n"


def job(script: str, restart: str = "Never") -> str:
    return JOB.replace("{restart}", restart).replace("{script}\n", script)


@pytest.mark.parametrize("restart", ["Never", "OnFailure"])
def test_where_the_exit_code_stays_the_same_one_safe_fix_does_both(restart: str) -> None:
    new, _, code = fix(job(SETTLED, restart))
    (pod,) = [each["spec"]["template"]["spec"] for each in yaml.safe_load_all(new)]
    assert code == 0
    assert pod["initContainers"][0]["restartPolicy"] == "Always"
    assert pod["containers"][0]["command"][2].strip() == "./report"
    assert fix(new)[0] == new


@pytest.mark.parametrize("script", [BEHIND_AND, LAST], ids=["behind &&", "as the last word"])
def test_elsewhere_the_move_is_not_safe(script: str) -> None:
    assert fix(job(script))[0] == job(script)
    assert "restartPolicy: Always" in fix(job(script), "--unsafe")[0]


def test_what_an_ordinary_container_may_need_stays() -> None:
    two = job(SETTLED) + "      - name: other\n        image: registry.example/other:1\n        ports: [{containerPort: 9091}]\n"
    assert fix(two)[0] == two


def test_a_pair_keeps_the_call_for_nodes_that_need_it() -> None:
    own = "        command: [/bin/sh, -c, 'exec /cloud-sql-proxy \"$@\"', x]\n"
    with_command = job(SETTLED).replace("        args: [--quit", f"{own}        args: [--quit")
    new, _, _ = fix(with_command, "--unsafe", "--strategy", "universal")
    assert "localhost:9091/quitquitquit" in new


def test_a_call_that_cannot_be_cut_out_keeps_no_helper_from_moving() -> None:
    folded = """\
        command:
        - sh
        - -c
        - "./report;\\
          \\x20code=$?; curl -X POST localhost:9091/quitquitquit;\\
          \\x20exit $code"
"""
    start, end = job(SETTLED).split("        command:\n")[0], job(SETTLED).split("exit $code\n")[1]
    assert "restartPolicy: Always" in fix(start + folded + end, "--unsafe")[0]
