"""Kinds that the configuration names: where their pods are, what may be done to them, and what is wrong with an entry."""

import shutil
from pathlib import Path

import pytest

from sidecarlint.documents import show
from sidecarlint.settings import OwnKind
from sidecarlint.workloads.kinds import BUILT_IN, kinds, shapes_of
from tests.conftest import CHECKOUT, Run
from tests.objects import POD, TEMPLATE, found, obj

OWN = OwnKind("Work", "example.org", ("spec.podTemplate.spec", "spec.parts.*.spec"))


def test_a_kind_of_the_configuration_is_found_by_its_routes() -> None:
    text = obj("example.org/v1beta7", "Work", "spec.podTemplate.spec", parts={"a": {"spec": POD}, "b": {"spec": {}}})
    assert found(text) == []
    first, second = found(text, (OWN,))
    assert [show(each.pod.route) for each in (first, second)] == ["spec.podTemplate.spec", "spec.parts.a.spec"]
    assert (first.finite, first.partial) == (False, False)
    assert "a cluster's definition of Work.example.org may drop the field" in first.unfixable
    opened = found(text, (OWN._replace(finite=True, fix=True),))
    assert [(each.finite, each.unfixable) for each in opened] == [(True, "")] * 2
    assert found(text, (OWN._replace(group="example.com"),)) == []


def test_a_kind_that_is_known_can_be_opened_and_described_anew() -> None:
    text = obj("argoproj.io/v1alpha1", "Rollout", TEMPLATE, workload=POD)
    (known,) = found(text, (OwnKind("Rollout", "argoproj.io"),))
    assert known.unfixable
    (opened,) = found(text, (OwnKind("Rollout", "argoproj.io", fix=True),))
    assert (show(opened.pod.route), opened.unfixable) == (TEMPLATE, "")
    (anew,) = found(text, (OwnKind("Rollout", "argoproj.io", ("spec.workload",)),))
    assert show(anew.pod.route) == "spec.workload"


def test_all_kinds_have_a_name() -> None:
    assert kinds((OWN,))[: len(BUILT_IN)] == list(BUILT_IN)
    assert kinds((OWN,))[-1] == "Work"
    assert len(kinds()) == len(set(kinds()))
    assert all(kind not in ("CustomResourceDefinition", "Task") for kind in kinds())
    assert shapes_of("example.org/v1", "Work") == ()


OPENED = """\
[[kinds]]
kind = "Rollout"
group = "argoproj.io"
fix = true

[[kinds]]
kind = "Parade"
group = "cinema.example"
pods = ["spec.floats.*.crew.spec"]
finite = true
fix = true
"""
PARADE = """\
apiVersion: cinema.example/v1
kind: Parade
metadata:
  name: premiere
spec:
  floats:
    first:
      crew:
        spec:
          containers:
            - name: march
              image: registry.example/cinema/march:1
              command: [sh, -c, ./march]
            - name: cloud-sql-proxy
              image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
"""


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.glob("*.yaml"))}


def test_the_configuration_opens_a_kind(tmp_path: Path, run: Run) -> None:
    custom = Path(shutil.copytree(CHECKOUT / "fixtures" / "custom", tmp_path / "custom"))
    (tmp_path / "sidecarlint.toml").write_text(OPENED)
    (custom / "parade.yaml").write_text(PARADE)
    before = contents(custom)
    assert run("check", "--kind", "parade", "custom").code == 1
    run("fix", "custom")
    after = contents(custom)
    assert {name for name in after if after[name] != before[name]} == {"openshift.yaml", "parade.yaml", "rollout.yaml"}
    moved = "            - name: cloud-sql-proxy\n              image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n"
    assert after["parade.yaml"] == PARADE.replace(moved, f"          initContainers:\n{moved}              restartPolicy: Always\n")
    assert before["rollout.yaml"].count("\n") + 2 == after["rollout.yaml"].count("\n"), "two lines more"
    assert "AnalysisTemplate" in after["rollout.yaml"]
    assert after["rollout.yaml"].partition("---\n")[2] == before["rollout.yaml"].partition("---\n")[2]


# fmt: off
WORK = 'kind = "Work"\ngroup = "example.org"\n'
ROUTES = '"pods" of a kind must be a list of routes to what holds containers, such as ["spec.template.spec"]'
WRONG = [
    ('kind = "Work"\n', 2, 'a kind needs "group", its API group without a version, such as "argoproj.io"'),
    ('group = "example.org"\n', 1, 'a kind needs "kind", its name, such as "Rollout"'),
    ('kind = "Work"\ngroup = "example.org/v1"\n', 3, '"group" of a kind must be its API group without a version, such as "argoproj.io"'),
    ('kind = "my work"\ngroup = "example.org"\n', 2, '"kind" of a kind must be its name, such as "Rollout"'),
    (WORK, 2, 'nothing is known of a Work in the group "example.org"; say where its pods are, such as pods = ["spec.template.spec"]'),
    (WORK + 'pods = "spec"\n', 4, ROUTES),
    (WORK + "pods = []\n", 4, ROUTES),
    (WORK + "pods = [3]\n", 4, ROUTES),
    (WORK + 'pods = ["spec[0].x"]\n', 4, ROUTES),
    (WORK + 'pods = ["spec."]\n', 4, ROUTES),
    (WORK + 'pods = ["spec.containers"]\n', 4, ROUTES),
    (WORK + 'pods = ["spec"]\nfix = "yes"\n', 5, '"fix" of a kind must be true or false'),
    (WORK + 'pods = ["spec"]\nfinite = 1\n', 5, '"finite" of a kind must be true or false'),
    (WORK + 'pods = ["spec"]\nfinit = true\n', 5, 'a kind has no "finit"; did you mean "finite"?'),
    ('kind = "Deployment"\ngroup = "apps"\n', 2, "Deployment is built into Kubernetes and needs no entry"),
    ('kind = "Pod"\ngroup = ""\nfix = true\n', 2, "Pod is built into Kubernetes and needs no entry"),
    ('kind = "Rollout"\ngroup = "argoproj.io"\nfinite = true\n', 4,
     '"finite" counts only beside "pods"; without them all that is known of a Rollout stays'),
    ('kind = "Workflow"\ngroup = "argoproj.io"\nfix = true\n', 4,
     "a Workflow is never rewritten: Argo Workflows starts and ends the containers of a containerSet itself"),
    ('kind = "Rollout"\ngroup = "argoproj.io"\n\n[[ kinds ]]\n# ours\ngroup = "example.org"\nkind = 3\n', 8,
     '"kind" of a kind must be its name, such as "Rollout"'),
]
SETTINGS = [
    ('target = "1.30"\nkinds = "Work"\n', 2, '"kinds" must be a list of tables, each below a line [[kinds]]'),
    ('kinds = [{kind = "Work"}]\n', 1, 'a kind needs "group", its API group without a version, such as "argoproj.io"'),
    ('helpers = "x"\n', 1, '"helpers" must be a list of names or images, such as ["*-forwarder", "registry.example/platform/*"]'),
    ("apps = [3]\n", 1, '"apps" must be a list of names or images, such as ["web-*"]'),
    ('helper-files = "x"\n', 1, '"helper-files" must be a list of helper files or folders, such as ["lint/helpers"]'),
]
# fmt: on


@pytest.mark.parametrize(("text", "line", "words"), [*((f"[[kinds]]\n{text}", *row) for text, *row in WRONG), *SETTINGS])
def test_a_wrong_entry_is_told_in_one_line(tmp_path: Path, run: Run, text: str, line: int, words: str) -> None:
    (tmp_path / "sidecarlint.toml").write_text(text)
    done = run("check", ".")
    assert (done.code, done.out, done.err) == (2, "", f"sidecarlint: sidecarlint.toml:{line}: {words}\n")


def test_kinds_stand_in_a_pyproject_too(tmp_path: Path, run: Run) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n\n' + OPENED.replace("[[kinds]]", "[[tool.sidecarlint.kinds]]"))
    (tmp_path / "parade.yaml").write_text(PARADE)
    assert "parade.yaml:14:15: error[job-never-completes]" in run("check", "--format", "concise", "parade.yaml").out
    (tmp_path / "pyproject.toml").write_text('[[tool.sidecarlint.kinds]]\nkind = "Work"\n\ngroup = 3\n')
    assert run("check", ".").err.startswith("sidecarlint: pyproject.toml:4: ")
