"""Helpers that only patches bring into pods: found where the patch brings them, and brought as sidecars."""

from pathlib import Path

import pytest

from sidecarlint.judging import Planned
from sidecarlint.settings import Settings
from tests.conftest import Run
from tests.kustomize_trees import BROUGHT, applied, built, files, moved, planned, planted, roots
from tests.kustomizing import needs_kubectl, plant

TREES: dict[str, tuple[str, str, dict[str, int]]] = {
    "brought-by-merge": ("legacy-auth-proxy", "kube-rbac-proxy", {"noord-gate-operator": 1}),
    "brought-by-component": ("job-never-completes", "cloud-sql-proxy", {}),
    "brought-to-list": ("legacy-log-shipper", "log-shipper", {"press": 1}),
    "brought-beside": ("legacy-proxy", "cloud-sql-proxy", {}),
    "brought-by-file": ("job-never-completes", "cloud-sql-proxy", {}),
}
"""By folder: what is found, the container, and how many init containers start before it, by workload."""


@needs_kubectl
@pytest.mark.parametrize(("name", "expected"), TREES.items(), ids=TREES)
def test_a_helper_is_brought_as_a_sidecar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, expected: tuple[str, str, dict[str, int]]
) -> None:
    tree, (rule, container, ahead) = planted(name, tmp_path), expected
    monkeypatch.chdir(tree)
    before = {root: built(root) for root in roots(tree)}
    (found,) = planned(Path())
    assert (found.finding.rule, found.finding.container) == (rule, container)
    assert found.plan is not None, found.finding.fix
    applied(found.plan.elsewhere)
    assert files(tree) == files(BROUGHT / name / "after")
    assert {root: built(root) for root in roots(tree)} == {root: moved(each, container, ahead) for root, each in before.items()}
    assert planned(Path()) == []


@pytest.mark.parametrize("name", ["brought-by-merge", "brought-to-list", "brought-by-file"])
def test_the_program_does_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, name: str) -> None:
    tree = planted(name, tmp_path)
    monkeypatch.chdir(tree)
    assert run("fix", "--unsafe", ".").code == 0
    assert files(tree) == files(BROUGHT / name / "after")
    again = run("fix", "--unsafe", ".")
    assert (again.code, files(tree)) == (0, files(BROUGHT / name / "after"))


# What is found

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: load}
spec:
  template:
    spec:
      restartPolicy: Never
      INITS
      containers:
      - {name: load, image: registry.example/load:1}
"""
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: registry.example/web:1}
"""
PROXY = "{name: proxy, image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1'}"
POD = "/spec/template/spec"
APPENDS = f"- {{target: {{kind: Job}}, patch: '[{{op: add, path: {POD}/containers/-, value: {PROXY.replace(chr(39), chr(34))}}}]'}}\n"
MERGES = (
    "- patch: '{apiVersion: batch/v1, kind: Job, metadata: {name: load}, spec: {template: {spec: {containers: ["
    + PROXY.replace("'", '"')
    + "]}}}}'\n"
)


def inner(patch: str, target: str = "{kind: Job}") -> str:
    """A patch of the Job by what its pod holds, or by an operation."""
    if patch.startswith("op:"):
        return f"- target: {target}\n  patch: |-\n    - {{{patch.replace('POD', POD)}}}\n"
    whole = f"{{apiVersion: batch/v1, kind: Job, metadata: {{name: load}}, spec: {{template: {{spec: {{{patch}}}}}}}}}"
    return f"- target: {target}\n  patch: |-\n    {whole}\n"


def tree(folder: Path, patches: str, rest: str = "", job: str = "", more: dict[str, str] | None = None) -> list[Planned]:
    """What is found in a tree of a base and an overlay, but for the base's own findings."""
    (folder / ".git").mkdir(exist_ok=True)
    text = (job or JOB).replace("      INITS\n", "")
    plant(folder, {"base/job.yaml": text, "base/kustomization.yaml": "resources: [job.yaml]\n"})
    plant(folder, {"over/kustomization.yaml": f"resources: [../base]\n{'patches:' if patches else ''}\n{patches}{rest}", **(more or {})})
    return [each for each in planned(folder) if "/base/" not in each.finding.location.path]


# fmt: off
FOUND = {
    "a merge": (MERGES, True),
    "what is appended": (APPENDS, True),
    "what is put first": (APPENDS.replace("/-", "/0"), True),
    "what is appended, and patched": (APPENDS + inner("containers: [{name: proxy, tty: true}]"), True),
    "what is appended, and taken out again": (APPENDS + inner("containers: [{name: proxy, $patch: delete}]"), False),
    "what is for nobody": (APPENDS.replace("kind: Job", "kind: CronJob"), False),
    "what is for somebody else": (MERGES.replace("name: load", "name: unload"), False),
    "a merge without an image": (MERGES.replace(", image: ", ", workingDir: "), False),
    "a one-shot": (inner("containers: [{name: once, image: busybox, command: [sh, -c, 'echo done']}]"), False),
    "a sidecar": (inner("initContainers: [{name: proxy, image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1', "
        "restartPolicy: Always}]"), False),
    "what quits when it is told": (inner("containers: [{name: proxy, image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1'}, "
        "{name: load, command: [sh, -c, 'load; curl -X POST localhost:9091/quitquitquit']}]")
        .replace("2.14.1'", "2.14.1', args: [--quitquitquit]"), True),
    "what may be for it": (APPENDS.replace("{kind: Job}", "{labelSelector: tier=batch}"), False),
    "what only adds a field": (inner("containers: [{name: load, tty: true}]"), False),
}
# fmt: on


@pytest.mark.parametrize(("patches", "found"), FOUND.values(), ids=FOUND)
def test_what_is_found(tmp_path: Path, patches: str, found: bool) -> None:
    assert [each.finding.container for each in tree(tmp_path, patches)] == ["proxy"] * found


def test_it_is_found_where_the_patch_brings_it_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    more = {"other/kustomization.yaml": "resources: [../base]\ncomponents: [../part]\n"}
    more |= {"part/kustomization.yaml": f"apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n{APPENDS}"}
    more |= {"base/web.yaml": WEB, "base/kustomization.yaml": "resources: [job.yaml, web.yaml]\n"}
    (found,) = tree(tmp_path, "", "components: [../part]\n", more={**more, "base/job.yaml": JOB.replace("      INITS\n", "")})
    text, place = (tmp_path / "part/kustomization.yaml").read_text(), found.finding.location
    assert text[place.start : place.end].startswith("[{op: add") or text[place.start : place.end] == "proxy"
    assert (found.finding.severity, found.finding.workload and found.finding.workload.path) == ("error", "base/job.yaml")
    assert [each.message for each in found.finding.evidence][-2:] == [
        "the patch brings it into Job/load of base/job.yaml",
        "the patch is applied in the build of other/kustomization.yaml and over/kustomization.yaml",
    ]


def test_what_comments_say_counts_in_the_build(tmp_path: Path) -> None:
    """A comment in the patch is about the container there, and one in the base about its own."""
    patch = "- path: p.yaml\n"
    merge = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: load}\nspec:\n  template:\n    spec:\n      containers:\n"
    entry = "      - name: proxy\n        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n"
    assert len(tree(tmp_path, patch, more={"over/p.yaml": merge + entry})) == 1
    assert tree(tmp_path, patch, more={"over/p.yaml": merge + "      # sidecarlint: app\n" + entry}) == []


# What stands against it

INITS = "initContainers: [{name: migrate, image: registry.example/migrate:1}]"
# fmt: off
REFUSED: dict[str, tuple[str, str, str]] = {
    "an index behind it": (APPENDS + inner("op: add, path: POD/containers/1/tty, value: true"), "",
        "over/kustomization.yaml speaks of the containers of Job/load by their index, which the move shifts"),
    "a replacement of it": (APPENDS, "replacements:\n- source: {kind: Job, name: load, fieldPath: metadata.name}\n  targets:\n"
        "  - {select: {kind: Job}, fieldPaths: ['spec.template.spec.containers.[name=proxy].env']}\n",
        "leads to spec.template.spec.containers.[name=proxy].env in Job/load, where proxy would stand no more"),
    "a variable": (APPENDS, "vars:\n- name: P\n  objref: {kind: Job, name: load, apiVersion: batch/v1}\n"
        "  fieldref: {fieldpath: 'spec.template.spec.containers[1].image'}\n",
        "over/kustomization.yaml also reads or changes containers of Job/load in another way than by patches"),
    "a whole list": (inner(f"op: add, path: POD/containers, value: [{{name: load, image: l}}, {PROXY}]"), "",
        "over/kustomization.yaml adds proxy with a whole list: add it alone"),
    "an old form": (APPENDS, "OLD", "over/kustomization.yaml lists the patch under patchesJson6902, which cannot make initContainers"),
    "what is not there": (APPENDS, "components: [../gone]\n", "over/kustomization.yaml cannot be built as it is, as it names ../gone"),
    "what lies elsewhere": (APPENDS, "components: ['github.com/org/repo//part?ref=v1']\n",
        "over/kustomization.yaml includes github.com/org/repo//part?ref=v1, which is not in this tree"),
}
# fmt: on


@pytest.mark.parametrize(("patches", "rest", "reason"), REFUSED.values(), ids=REFUSED)
def test_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patches: str, rest: str, reason: str) -> None:
    monkeypatch.chdir(tmp_path)
    if rest == "OLD":
        patches, rest = "", "patchesJson6902:\n" + patches.replace("{kind: Job}", "{group: batch, version: v1, kind: Job, name: load}")
    (found,) = (each for each in tree(Path(), patches, rest) if each.finding.rule != "kustomization-broken")
    fix = found.finding.fix
    assert fix is not None
    assert (found.plan, fix.applicability) == (None, "manual")
    assert any(reason in hazard for hazard in fix.hazards), fix.hazards


def test_pods_with_other_init_containers_need_patches_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one of the pods an init container comes first, and a merge would have to name it, which makes another of it elsewhere."""
    monkeypatch.chdir(tmp_path)
    shipper = "{name: shipper, image: 'fluent/fluent-bit:3', volumeMounts: [{name: logs, mountPath: /logs}]}"
    logs = "volumeMounts: [{name: logs, mountPath: /logs}]"
    pod = f"containers: [{{name: load, image: l, {logs}}}], volumes: [{{name: logs, emptyDir: {{}}}}]"
    job = "{apiVersion: batch/v1, kind: Job, metadata: {name: NAME}, spec: {template: {spec: {restartPolicy: Never, %s}}}}"
    both = "---\n".join(job.replace("NAME", name) % spec + "\n" for name, spec in (("a", pod), ("b", f"{INITS}, {pod}")))
    patch = f"op: add, path: POD/containers/-, value: {shipper}"
    (found,) = tree(Path(), inner(patch), job=both)
    assert found.finding.fix is not None
    assert "shipper into Job/a and Job/b, whose init containers differ" in " ".join(found.finding.fix.hazards)
    (found,) = tree(Path(), inner(patch), job=both.replace(f"{INITS}, ", ""))
    assert found.plan is not None


def test_a_patch_that_others_may_use_is_not_safe_to_change(tmp_path: Path) -> None:
    (found,) = tree(tmp_path, APPENDS)
    assert found.plan is not None
    assert found.plan.applicability == "safe"
    (found,) = tree(tmp_path, APPENDS, more={"top/kustomization.yaml": "resources: [../over]\n"})
    assert found.plan is not None
    assert "kustomizations outside of this tree may use" in found.plan.hazards[0]


def test_a_reader_follows_by_name_where_its_words_are_the_patch_s_own(tmp_path: Path) -> None:
    """A later patch may give the command anew: then the words to change stand there."""
    mount = "volumeMounts: [{name: logs, mountPath: /logs}]"
    job = (
        JOB.replace("image: registry.example/load:1", f"image: registry.example/load:1, {mount}")
        + "      volumes: [{name: logs, emptyDir: {}}]\n"
    )
    reader = inner(f"containers: [{{name: reader, image: busybox, command: [tail, -f, /logs/load.log], {mount}}}]")
    again = inner("containers: [{name: reader, command: [tail, -n, '5', -f, /logs/load.log]}]")
    (found,) = tree(tmp_path, reader, job=job)
    assert found.plan is not None
    applied(found.plan.elsewhere)
    assert "command: [tail, -F, /logs/load.log]" in (tmp_path / "over/kustomization.yaml").read_text()
    (found,) = tree(tmp_path, reader + again, job=job)
    assert found.finding.fix is not None
    assert (found.plan, "beyond reader" in found.finding.fix.hazards[0]) == (None, True)


@pytest.mark.parametrize("settings", [Settings(strategy="universal"), Settings(node_affinity="new-nodes")], ids=["a pair", "an affinity"])
def test_what_is_more_than_a_move_is_left(tmp_path: Path, settings: Settings) -> None:
    tree(tmp_path, APPENDS)
    found = [each for each in planned(tmp_path, settings) if each.finding.rule == "job-never-completes"]
    assert [each.plan for each in found] == [None]
    assert found[0].finding.fix is not None
    assert found[0].finding.fix.applicability == "manual"


def test_helpers_of_one_pod_come_one_after_the_other(tmp_path: Path) -> None:
    """A plan counts on the places that it was made for."""
    second = "{name: second, image: 'gcr.io/cloudsql-docker/gce-proxy:1.33.1', command: [/cloud_sql_proxy]}"
    found = tree(tmp_path, inner(f"containers: [{PROXY}, {second}]"))
    assert [(each.finding.container, each.plan is not None) for each in found] == [("proxy", True), ("second", False)]
    assert found[0].plan is not None
    applied(found[0].plan.elsewhere)
    (found_again,) = [each for each in planned(tmp_path) if "/base/" not in each.finding.location.path]
    assert (found_again.finding.container, found_again.plan is not None) == ("second", True)
