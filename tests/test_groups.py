"""A fix that changes several files is one group: all that it asks for is done, proven, written and told, or nothing is.

What asks for something in other files here is a plan of the tests' own: beside its move it has an overlay say so, in a patch file and in a
patch that is written inline.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from sidecarlint import pipeline
from sidecarlint.desk import Desk
from sidecarlint.desk.mender import Mender
from sidecarlint.documents import documents
from sidecarlint.edits import Insert, Plain, Set
from sidecarlint.findings import Mending
from sidecarlint.fixes import PLANS, Context, Elsewhere, Plan
from sidecarlint.fixes.moving import move
from sidecarlint.judging import Planned
from sidecarlint.lifecycle import ContainerLife
from sidecarlint.settings import Settings
from sidecarlint.workloads import workloads
from tests import conftest
from tests.test_journal import die
from tests.test_kustomize_kept import WEB
from tests.wiki import now, put

BASE = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": WEB}
NOTES = """\
# what the overlay notes
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:
    team: shop   # ours
"""
OVER = """\
resources: [../base]
patches:
- path: notes.yaml
- target: {kind: Deployment}   # all
  patch: |-
    - op: add
      path: /metadata/labels/team   # ours
      value: shop
"""
TREE = {**BASE, "over/kustomization.yaml": OVER, "over/notes.yaml": NOTES}
PROXY = """\
      - name: proxy
        image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1
        args: ["--port=5432", "shop:europe-west1:orders"]
"""
MOVED = (
    WEB.replace(PROXY, "")
    .replace("      initContainers:\n", f"      initContainers:\n{PROXY}", 1)
    .replace("2.14.1\n", "2.14.1\n        restartPolicy: Always\n")
)
NOTED = NOTES.replace("   # ours\n", "   # ours\n    moved: proxy\n")
SAID = OVER.replace("value: shop", "value: proxy")
AFTER = {**BASE, "base/web.yaml": MOVED, "over/kustomization.yaml": SAID, "over/notes.yaml": NOTED}


class Asking:
    """What the plan asks for beside the move. `at`: the folder of the overlay."""

    def __init__(self, at: Path) -> None:
        self.notes, self.overlay = str(at / "notes.yaml"), str(at / "kustomization.yaml")

    def plan(self, subject: ContainerLife, context: Context) -> Plan:
        return move(subject, context)._replace(elsewhere=self.elsewhere(subject))

    def elsewhere(self, subject: ContainerLife) -> tuple[Elsewhere, ...]:
        return (
            Elsewhere(self.notes, 0, Set(("metadata", "annotations", "moved"), subject.name)),
            Elsewhere(self.overlay, 0, Set((0, "value"), subject.name), ("patches", 1, "patch")),
        )


@pytest.fixture
def asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """A repository with a base and an overlay, and the plan."""
    tree = tmp_path / "tree"
    (tree / ".git").mkdir(parents=True)
    monkeypatch.chdir(tree)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    put(TREE)
    asking = Asking(tree / "over")
    monkeypatch.setitem(PLANS, "move-to-init-containers", asking.plan)
    # The plan asks for more than a move, which a build rightly refuses; what builds say is tried in test_proving.
    monkeypatch.setattr(Mender, "_built_wrong", lambda mender, texts, planned: None)
    return asking


def fix(*paths: str, show_only: bool = False, settings: Settings | None = None) -> Mending:
    return pipeline.fix(pipeline.Input(paths or (".",), None), settings or Settings(), True, show_only)


def hazards(*paths: str, settings: Settings | None = None) -> str:
    """Why the proxy stays where it is."""
    run = pipeline.check(pipeline.Input(paths or (".",), None), settings or Settings())
    (found,) = (each.fix for each in run.findings if each.container == "proxy" and each.fix is not None)
    assert (found.applicability, found.edits) == ("manual", ())
    return "\n".join(found.hazards)


@pytest.mark.parametrize("paths", [(".",), ("base",), ("base/web.yaml",), ("over", "base"), ("./base/../base/web.yaml", "over/notes.yaml")])
def test_all_files_change_whatever_the_run_was_pointed_at(asking: Asking, paths: tuple[str, ...]) -> None:
    shown = fix(*paths, show_only=True)
    assert now() == TREE
    mending = fix(*paths)
    assert now() == AFTER
    assert (mending.run.unread, mending.run.skipped) == ((), ())
    assert mending.rewritten == shown.rewritten
    assert {os.path.normpath(each.path): (each.old, each.new) for each in mending.rewritten} == {
        path: (TREE[path], AFTER[path]) for path in TREE if TREE[path] != AFTER[path]
    }
    assert sum(len(each.fixed) for each in mending.rewritten) == 1
    assert fix(*paths).rewritten == ()


def test_files_that_the_run_was_not_pointed_at_come_last(asking: Asking) -> None:
    assert [each.path for each in fix("base").rewritten] == ["base/web.yaml", "over/kustomization.yaml", "over/notes.yaml"]


def test_a_file_outside_of_the_current_folder_is_told_whole(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("base")
    assert [each.path for each in fix().rewritten] == ["web.yaml", asking.overlay, asking.notes]


def test_edits_are_shown_where_they_would_be(asking: Asking, run: conftest.Run) -> None:
    checked = pipeline.check(pipeline.Input(("base",), None), Settings())
    (edits,) = (each.fix.edits for each in checked.findings if each.container == "proxy" and each.fix is not None)
    texts = dict(TREE)
    for path, start, end, new in sorted(edits, reverse=True):
        texts[path] = texts[path][:start] + new + texts[path][end:]
    assert texts == AFTER


def test_reports_show_all_files(asking: Asking) -> None:
    from sidecarlint.reports import Style, renderer
    from sidecarlint.reports.terminal.diff import unified

    shown = fix("base", show_only=True)
    assert "".join(map(unified, shown.rewritten)).count("+++ b/over/") == 2
    told = json.loads(renderer("json").fix(shown, Style()))
    assert [each["path"] for each in told["changed"]] == ["base/web.yaml", "over/kustomization.yaml", "over/notes.yaml"]
    assert "over/notes.yaml" in renderer("markdown").fix(shown, Style())
    assert "in 3 files" in renderer("text").fix(shown, Style())


# Where the notes lie or what they are, and why nothing is changed then.
STAYS = [
    ("generated", "over/notes.yaml", f"# Code generated by a tool. DO NOT EDIT.\n{NOTES}",
     "over/notes.yaml has to change with it, and it says that it is generated"),
    ("a template", "over/notes.yaml", NOTES.replace("shop", "{{ team }}"),
     "over/notes.yaml has to change with it, and it holds template actions"),
    ("encrypted", "over/notes.yaml", f"{NOTES}sops:\n  mac: x\n", "over/notes.yaml has to change with it, and it is encrypted"),
    ("no YAML", "over/notes.yaml", "a: [\n", "this document cannot be read as a whole (over/notes.yaml, line 1)"),
    ("too few documents", "over/notes.yaml", "", "there is no document 1 (over/notes.yaml, line 1)"),
    ("vendored", "vendor/notes.yaml", NOTES, "vendor/notes.yaml has to change with it, and it is a vendored copy"),
    ("not there", "over/none.yaml", None, "over/none.yaml has to change with it, and it cannot be read"),
    ("above the repository", "../notes.yaml", NOTES, "/notes.yaml has to change with it, and it lies outside of this folder"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "reason"), [row[1:] for row in STAYS], ids=[row[0] for row in STAYS])
def test_where_one_file_cannot_change_none_does(asking: Asking, path: str, text: str | None, reason: str) -> None:
    if text is not None:
        put({path: text})
    asking.notes = os.path.realpath(path)
    before = now()
    assert reason in hazards("base")
    assert fix("base").rewritten == ()
    assert now() == before


def test_a_link_that_leads_out_is_not_followed(asking: Asking) -> None:
    put({"../elsewhere.yaml": NOTES})
    os.remove("over/notes.yaml")
    os.symlink("../../elsewhere.yaml", "over/notes.yaml")
    assert "elsewhere.yaml has to change with it, and it lies outside of this folder" in hazards("base")
    assert fix("base").rewritten == ()
    assert Path("../elsewhere.yaml").read_text() == NOTES


def test_what_lies_outside_is_changed_where_it_is_named(asking: Asking) -> None:
    put({"../notes.yaml": NOTES})
    asking.notes = os.path.realpath("../notes.yaml")
    assert len(fix("base", "../notes.yaml").rewritten) == 3
    assert Path("../notes.yaml").read_text() == NOTED


def test_context_is_never_written(asking: Asking) -> None:
    settings = Settings(context=("over",))
    assert "it is only context, which is never written: name it among the paths" in hazards("base", settings=settings)
    assert fix("base", settings=settings).rewritten == ()
    assert now() == TREE


def test_a_stream_and_a_file_do_not_change_together(asking: Asking, run: conftest.Run) -> None:
    from io import BytesIO

    given = pipeline.Input(("-",), BytesIO(WEB.encode()))
    mending = pipeline.fix(given, Settings(), True, False)
    assert (mending.rewritten, mending.stdin, now()) == ((), WEB.encode(), TREE)
    (found,) = (each.fix for each in mending.run.findings if each.container == "proxy" and each.fix is not None)
    assert "over/notes.yaml has to change with it: name files, not -" in found.hazards


@pytest.mark.parametrize("path", ["base/web.yaml", "over/kustomization.yaml", "over/notes.yaml"])
def test_where_one_file_cannot_be_written_none_is(asking: Asking, path: str) -> None:
    os.chmod(path, 0o444)
    mending = fix("base")
    assert (now(), mending.rewritten) == (TREE, ())
    (unread,) = mending.run.unread
    assert unread.path == path
    assert unread.message.startswith("it is read-only; make it writable (chmod u+w) or leave it out. The file is as it was. So are ")
    assert [each.fix.applicability for each in mending.run.findings if each.container == "proxy" and each.fix] == ["safe"]


def test_what_was_changed_meanwhile_keeps_all(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the reading of the notes and their writing somebody else saves the file."""
    desk = Desk(pipeline.Input(("base",), None), Settings())
    source = next(source for _, source in desk.each(None) if source.path == "base/web.yaml")
    mended = desk.mended(source, False, True, None)
    assert mended is not None
    put({"over/notes.yaml": f"{NOTES}# mine\n"})
    assert not desk.written(source, mended, False)
    assert now() == {**TREE, "over/notes.yaml": f"{NOTES}# mine\n"}
    assert [each.path for each in desk.shelf.unread] == ["over/notes.yaml"]


def desk_with(objection: str | None, asked: list[tuple[Mapping[str, str], Sequence[Planned]]]) -> Desk:
    def outside(texts: Mapping[str, str], planned: Sequence[Planned]) -> str | None:
        asked.append((texts, planned))
        return objection

    desk = Desk(pipeline.Input(("base",), None), Settings())
    desk.mender.outside.append(outside)
    return desk


@pytest.mark.parametrize("objection", [None, "over: kustomize builds something else"])
def test_a_proof_from_outside_is_asked_about_all_texts(asking: Asking, objection: str | None) -> None:
    asked: list[tuple[Mapping[str, str], Sequence[Planned]]] = []
    desk = desk_with(objection, asked)
    for found, source in desk.each(None):
        mended = desk.mended(source, found.named, True, None)
        assert mended is not None
        if source.path == "base/web.yaml":
            assert mended.alters(source.text) == (objection is None)
            assert mended.refused == ((objection,) if objection else ())
            assert [each.path for each in desk.mender.skipped] == ([source.path] if objection else [])
    ((texts, planned),) = asked
    assert texts == {path: AFTER[path] for path in ("base/web.yaml", "over/kustomization.yaml", "over/notes.yaml")}
    assert [each.finding.container for each in planned] == ["proxy"]
    assert now() == TREE


def test_an_objection_to_one_pod_keeps_no_other_from_its_fixes(asking: Asking) -> None:
    put({"base/web.yaml": f"{WEB}---\n{WEB.replace('name: web', 'name: api')}"})

    def outside(texts: Mapping[str, str], planned: Sequence[Planned]) -> str | None:
        named = {each.finding.workload.name for each in planned if each.finding.workload}
        return "the build of web differs" if "web" in named else None

    desk = Desk(pipeline.Input(("base",), None), Settings())
    desk.mender.outside.append(outside)
    (source,) = (source for _, source in desk.each(None) if source.path == "base/web.yaml")
    mended = desk.mended(source, False, True, None)
    assert mended is not None
    assert mended.text == f"{WEB}---\n{MOVED.replace('name: web', 'name: api')}"
    assert mended.refused == ("the build of web differs",)
    assert {**mended.others} == {"over/kustomization.yaml": SAID, "over/notes.yaml": NOTED}


TWO = WEB.replace(
    "      - name: feed\n        image: registry.example/feed:1\n",
    PROXY.replace("name: proxy", "name: proxy-b").replace("5432", "5433").replace("2.14.1", "2.14.2"),
)


def test_two_containers_that_ask_at_one_place_take_turns(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second plan is made once the first one's changes are there: an index, say, counts what has moved by then."""
    put({"base/web.yaml": TWO, "over/notes.yaml": NOTES + "  finalizers: [none]\n"})
    lengths = list[int]()

    def seeing(subject: ContainerLife, context: Context) -> Plan:
        lengths.append(len(context.life.workload.pod.containers))
        item = Insert(("metadata", "finalizers"), 0, f"{subject.name}.{lengths[-1]}")
        return move(subject, context)._replace(elsewhere=(Elsewhere(asking.notes, 0, item),))

    monkeypatch.setitem(PLANS, "move-to-init-containers", seeing)
    assert len(fix("base").rewritten) == 2
    assert now()["over/notes.yaml"] == NOTES + "  finalizers: [proxy-b.2, proxy.3, none]\n"


def test_a_plan_that_asks_for_nothing_in_its_own_file(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """It counts as done where what it was about is gone: here because the pod is judged with what another file says of it."""
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports: [{port: 80}]\n"
    put({"base/service.yaml": service})

    def only_elsewhere(subject: ContainerLife, context: Context) -> Plan:
        return Plan("Say so in the notes", "safe", (), (), asking.elsewhere(subject))

    monkeypatch.setitem(PLANS, "move-to-init-containers", only_elsewhere)
    mending = fix("base")
    assert mending.rewritten == ()
    assert "legacy-proxy would still be found in proxy" in mending.run.skipped[0].reason
    assert now() == {**TREE, "base/service.yaml": service}


def test_the_next_run_finishes_what_one_was_killed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: conftest.Run) -> None:
    from tests.test_journal import NEW, OLD

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path.parent / f"{tmp_path.name}-state"))
    monkeypatch.chdir(tmp_path)
    put(OLD)
    die(2)
    state = {"XDG_STATE_HOME": os.environ["XDG_STATE_HOME"]}
    half = now()
    assert run("fix", "--diff", ".", env=state).err.count("interrupted") == 0
    assert now() == half
    done = run("fix", ".", env=state)
    assert done.err == "sidecarlint: a fix that was interrupted is complete now: over/b.yaml and over/c.yaml were still missing\n"
    assert "interrupted" not in done.out
    assert now() == NEW
    assert run("fix", ".", env=state).err == ""


PATCHING = (
    "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: proxy, tty: true}]}}}\n"
)


def test_what_patches_break_is_found_in_the_texts_as_they_are_in_the_run(asking: Asking) -> None:
    put({"over/notes.yaml": PATCHING})
    guards = Desk(pipeline.Input((".",), None), Settings()).verdicts.speech.guards

    def broken() -> list[str]:
        near = guards.kustomizations("base/web.yaml")
        assert near is not None
        return [each.about for each in near.breaches_in("over/notes.yaml")]

    assert broken() == []
    assert guards.notice("base/web.yaml", MOVED)
    assert broken() == ["doubled"]
    assert not guards.notice("base/web.yaml", MOVED)
    guards.notice("over/notes.yaml", PATCHING.replace("containers", "initContainers"))
    assert broken() == []
    guards.notice("over/notes.yaml", PATCHING)
    assert broken() == ["doubled"]
    guards.notice("over/kustomization.yaml", "resources: [../base]\n")
    assert broken() == []
    guards.notice("over/kustomization.yaml", OVER)
    guards.notice("base/web.yaml", WEB)
    assert broken() == []


def test_who_patches_is_asked_of_the_texts_as_they_are_in_the_run(asking: Asking) -> None:
    guards = Desk(pipeline.Input((".",), None), Settings()).verdicts.speech.guards
    workload = next(workloads(next(documents(WEB))))
    assert guards.of_workload("base/web.yaml", workload, ()) is None
    guards.notice("over/notes.yaml", PATCHING)
    assert guards.of_workload("base/web.yaml", workload, ()) == (
        "over/kustomization.yaml patches this workload's containers and may have to change with it"
    )


def test_only_what_changed_is_read_again(asking: Asking) -> None:
    from sidecarlint.references.kustomize import Kustomizations

    read: list[str] = []

    def reading(path: str) -> str | None:
        read.append(os.path.relpath(path))
        return Path(path).read_text()

    put({"over/notes.yaml": PATCHING, "base/web.yaml": MOVED})
    found = Kustomizations([os.path.abspath("base/kustomization.yaml"), os.path.abspath("over/kustomization.yaml")], reading)
    assert len(found.breaches_in("over/notes.yaml")) == 1
    assert sorted(read) == ["base/kustomization.yaml", "base/web.yaml", "over/kustomization.yaml", "over/notes.yaml"]
    for path, again in (
        ("over/other.yaml", []),
        ("base/web.yaml", ["base/web.yaml"]),
        ("over/notes.yaml", ["over/kustomization.yaml", "over/notes.yaml"]),
    ):
        read.clear()
        assert len(found.without(os.path.realpath(path)).breaches_in("over/notes.yaml")) == 1
        assert sorted(read) == sorted(again)


def test_what_is_shown_stays_shown_for_the_files_behind(asking: Asking) -> None:
    """With --diff the notes are only rewritten in the run: the next base that asks for them finds them so."""
    put({"base/api.yaml": WEB.replace("name: web", "name: api").replace("name: proxy", "name: proxy-b")})
    (notes,) = (each for each in fix("base", show_only=True).rewritten if each.path == "over/notes.yaml")
    assert notes.new == NOTES.replace("   # ours\n", "   # ours\n    moved: proxy\n")
    assert notes.old == NOTES


def test_a_number_in_an_inner_patch(asking: Asking) -> None:
    asking.notes = asking.overlay
    inner = Elsewhere(asking.overlay, 0, Set((0, "value"), Plain("3")), ("patches", 1, "patch"))
    asking.elsewhere = lambda subject: (inner, Elsewhere(asking.overlay, 0, Set(("namespace",), "shop")))  # type: ignore[method-assign]
    fix("base")
    assert now()["over/kustomization.yaml"] == OVER.replace("value: shop", "value: 3") + "namespace: shop\n"
