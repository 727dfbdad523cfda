"""A helper moves, and the Service that knows its port by name leads there by number: one plan over one source or two."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from sidecarlint import pipeline
from sidecarlint.edits import Plain, Refusal, Set, rewritten
from sidecarlint.findings import Finding, Mending, Run
from sidecarlint.settings import Settings
from tests import conftest
from tests.wiki import LONE, MOVED, OTHER, WORKLOAD, now, put

SERVICE = """\
# Visitors come in here.
apiVersion: v1
kind: Service
metadata:
  name: wiki
spec:
  selector: {app: wiki}
  ports:
  - {name: web, port: 80, targetPort: login}   # not the wiki itself
"""
LED = SERVICE.replace("targetPort: login", "targetPort: 4180")
BY_NAME = "the Service wiki leads to its port by the name login"
IN_DOCS = SERVICE.replace("name: wiki\n", "name: wiki\n  namespace: docs\n")
MADE = SERVICE.replace("  name: wiki\n", "  name: wiki\n  ownerReferences: [{kind: Gateway, name: g}]\n")
ALIASED = f"x-port: &p login\n{SERVICE.replace('targetPort: login', 'targetPort: *p')}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path.parent / f"{tmp_path.name}-state"))
    return tmp_path


def settings(target: tuple[int, int, int] = (1, 29, 0)) -> Settings:
    return Settings(target=target)


def check(target: tuple[int, int, int] = (1, 29, 0)) -> Run:
    return pipeline.check(pipeline.Input((".",), None), settings(target))


def fix(show_only: bool = False, target: tuple[int, int, int] = (1, 29, 0)) -> Mending:
    return pipeline.fix(pipeline.Input((".",), None), settings(target), True, show_only)


def moves(run: Run) -> list[Finding]:
    return [each for each in run.findings if each.container == "login"]


TOGETHER = [
    ("one stream, the Service first", {"all.yaml": f"{SERVICE}---\n{WORKLOAD}"}, {"all.yaml": f"{LED}---\n{MOVED}"}),
    ("one stream, the Service last", {"all.yaml": f"{WORKLOAD}---\n{SERVICE}"}, {"all.yaml": f"{MOVED}---\n{LED}"}),
    ("an earlier file", {"a.yaml": SERVICE, "b.yaml": WORKLOAD}, {"a.yaml": LED, "b.yaml": MOVED}),
    ("a later file", {"a.yaml": WORKLOAD, "b.yaml": SERVICE}, {"a.yaml": MOVED, "b.yaml": LED}),
    ("another folder", {"app/a.yaml": WORKLOAD, "net/b.yaml": SERVICE}, {"app/a.yaml": MOVED, "net/b.yaml": LED}),
    ("in quotes", {"a.yaml": WORKLOAD, "b.yaml": SERVICE.replace("login", '"login"')}, {"a.yaml": MOVED, "b.yaml": LED}),
    ("line ends", {"a.yaml": WORKLOAD, "b.yaml": SERVICE.replace("\n", "\r\n")}, {"a.yaml": MOVED, "b.yaml": LED.replace("\n", "\r\n")}),
    ("no final newline", {"a.yaml": WORKLOAD, "b.yaml": SERVICE.rstrip()}, {"a.yaml": MOVED, "b.yaml": LED.rstrip()}),
    ("two workloads", {"a.yaml": WORKLOAD, "b.yaml": SERVICE, "c.yaml": OTHER},
     {"a.yaml": MOVED, "b.yaml": LED, "c.yaml": MOVED.replace("name: wiki\nspec", "name: wiki-next\nspec")}),
    ("two Services", {"a.yaml": f"{SERVICE}---\n{SERVICE}".replace("name: wiki", "name: in", 1), "b.yaml": WORKLOAD},
     {"a.yaml": f"{LED}---\n{LED}".replace("name: wiki", "name: in", 1), "b.yaml": MOVED}),
    ("other ports stay", {"a.yaml": WORKLOAD, "b.yaml": f"{SERVICE}  - {{port: 81, targetPort: other}}\n  - port: 82\n"},
     {"a.yaml": MOVED, "b.yaml": f"{LED}  - {{port: 81, targetPort: other}}\n  - port: 82\n"}),
    ("another version of the workload", {"a.yaml": SERVICE, "b.yaml": WORKLOAD, "old/w.yaml": WORKLOAD.replace("4180", "80")},
     {"a.yaml": LED, "b.yaml": MOVED, "old/w.yaml": MOVED.replace("4180", "80")}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in TOGETHER], ids=[row[0] for row in TOGETHER])
def test_the_service_follows(here: Path, before: dict[str, str], after: dict[str, str]) -> None:
    put(before)
    finding = moves(check())[0]
    assert finding.fix is not None
    assert finding.fix.applicability == "unsafe"
    assert "4180 instead of login" in finding.fix.title
    assert any(hazard.endswith("would lead to 4180 by number") for hazard in finding.fix.hazards)
    shown = fix(show_only=True)
    assert now() == before
    mending = fix()
    assert now() == after
    assert [(each.path, each.old, each.new) for each in mending.rewritten] == [(path, before[path], after[path]) for path in sorted(before)]
    assert [each[:3] for each in shown.rewritten] == [each[:3] for each in mending.rewritten]
    assert mending.run.unread == ()
    assert mending.run.skipped == ()
    assert moves(mending.run) == []
    assert [each for each in mending.run.findings if each.rule == "service-misses-sidecar"] == []
    assert fix().rewritten == ()
    assert now() == after


KUSTOMIZED = "resources: [a.yaml, b.yaml]\npatches:\n- target: {kind: Service}\n  patch: '[{op: add, path: /spec/type, value: NodePort}]'\n"

STAYS = [
    ("different numbers", {"a.yaml": SERVICE, "b.yaml": WORKLOAD, "c.yaml": OTHER.replace("4180", "80")}, "not the same number"),
    ("pods without the port", {"a.yaml": SERVICE, "b.yaml": WORKLOAD, "c.yaml": LONE}, "no TCP port of this name"),
    ("another protocol", {"a.yaml": SERVICE.replace("login}", "login, protocol: UDP}"), "b.yaml": WORKLOAD}, "no UDP port of this name"),
    ("an unsure namespace", {"a.yaml": IN_DOCS, "b.yaml": WORKLOAD}, "one namespace"),
    ("a template", {"a.yaml": f"{SERVICE}---\nkind: {{{{ .Values.kind }}}}\n", "b.yaml": WORKLOAD}, "holds template actions"),
    ("a generated file", {"a.yaml": f"# Code generated by a tool. DO NOT EDIT.\n{SERVICE}", "b.yaml": WORKLOAD}, "is generated"),
    ("an encrypted file", {"a.yaml": f"{SERVICE}sops:\n  mac: x\n", "b.yaml": WORKLOAD}, "is encrypted"),
    ("a vendored file", {"vendor/a.yaml": SERVICE, "b.yaml": WORKLOAD}, "is a vendored copy"),
    ("a patched Service", {"a.yaml": SERVICE, "b.yaml": WORKLOAD, "kustomization.yaml": KUSTOMIZED}, "patches the Service"),
    ("a Service that is made", {"a.yaml": MADE, "b.yaml": WORKLOAD}, "a Gateway made the Service"),
    ("an alias", {"a.yaml": ALIASED, "b.yaml": WORKLOAD}, "through the alias"),
    ("a tag", {"a.yaml": SERVICE.replace("targetPort: login", "targetPort: !!str login"), "b.yaml": WORKLOAD}, "carries a tag"),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "reason"), [row[1:] for row in STAYS], ids=[row[0] for row in STAYS])
def test_the_service_cannot_follow_and_all_stays(here: Path, texts: dict[str, str], reason: str) -> None:
    put(texts)
    finding = moves(check())[0]
    assert finding.fix is not None
    assert (finding.fix.applicability, finding.fix.edits) == ("manual", ())
    assert any(BY_NAME in hazard for hazard in finding.fix.hazards)
    assert any(reason in hazard for hazard in finding.fix.hazards)
    assert fix().rewritten == ()
    assert now() == texts


IN_SHOP = WORKLOAD.replace("name: wiki\nspec", "name: wiki\n  namespace: shop\nspec")
UNTOUCHED = [
    ("another namespace", {"a.yaml": IN_DOCS, "b.yaml": IN_SHOP}, (1, 29, 0)),
    ("other pods", {"a.yaml": SERVICE.replace("app: wiki", "app: shop"), "b.yaml": WORKLOAD}, (1, 29, 0)),
    ("the number is there already", {"a.yaml": LED, "b.yaml": WORKLOAD}, (1, 29, 0)),
    ("names are found from 1.33 on", {"a.yaml": SERVICE, "b.yaml": WORKLOAD}, (1, 33, 0)),
]


@pytest.mark.parametrize(("texts", "target"), [row[1:] for row in UNTOUCHED], ids=[row[0] for row in UNTOUCHED])
def test_a_service_that_need_not_follow_is_not_touched(here: Path, texts: dict[str, str], target: tuple[int, int, int]) -> None:
    put(texts)
    assert [each.path for each in fix(target=target).rewritten] == ["b.yaml"]
    assert now()["a.yaml"] == texts["a.yaml"]


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("paths", [("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")])
def test_both_are_written_or_none(here: Path, monkeypatch: pytest.MonkeyPatch, paths: tuple[str, str], at: int) -> None:
    service, workload = paths
    put({service: SERVICE, workload: WORKLOAD})
    replace, seen = os.replace, list[str]()

    def dying(new: str, old: str) -> None:
        seen.append(old)
        if len(seen) == at:
            raise KeyboardInterrupt
        replace(new, old)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", dying)
        with pytest.raises(KeyboardInterrupt):
            fix()
    assert now() == {service: SERVICE, workload: WORKLOAD}
    fix()
    assert now() == {service: LED, workload: MOVED}


@pytest.mark.parametrize("locked", [0, 1])
@pytest.mark.parametrize("paths", [("a.yaml", "b.yaml"), ("b.yaml", "a.yaml")])
def test_where_one_cannot_be_written_none_is(here: Path, paths: tuple[str, str], locked: int) -> None:
    service, workload = paths
    put({service: SERVICE, workload: WORKLOAD})
    os.chmod(paths[locked], 0o444)
    mending = fix()
    assert now() == {service: SERVICE, workload: WORKLOAD}
    assert mending.rewritten == ()
    (unread,) = mending.run.unread
    assert unread.path == paths[locked]
    assert unread.message.endswith(f"The file is as it was. So is {paths[1 - locked]}, which would change with it.")
    assert [each.fix.applicability for each in moves(mending.run) if each.fix] == ["unsafe"]


def test_a_service_in_a_file_that_is_mended_too_is_reported_once(here: Path) -> None:
    own = WORKLOAD.replace("name: wiki\nspec", "name: shop\nspec").replace("app: wiki", "app: shop")
    put({"a.yaml": WORKLOAD, "b.yaml": f"{SERVICE}---\n{own}"})
    mending = fix()
    assert [(each.path, len(each.fixed)) for each in mending.rewritten] == [("a.yaml", 1), ("b.yaml", 1)]
    assert [each.new for each in mending.rewritten] == [now()["a.yaml"], now()["b.yaml"]]
    assert now()["b.yaml"].startswith(LED)


def test_edits_are_shown_with_their_paths(here: Path, run: conftest.Run) -> None:
    put({"a.yaml": SERVICE, "b.yaml": WORKLOAD})
    found: list[dict[str, Any]] = json.loads(run("check", "--format", "json", ".").out)["findings"]
    (shown,) = (each["fix"] for each in found if each["container"] == "login")
    assert [each["path"] for each in shown["edits"]] == ["b.yaml", "b.yaml", "a.yaml"]
    last = shown["edits"][-1]
    assert SERVICE[: last["start"]] + last["text"] + SERVICE[last["end"] :] == LED
    assert "the Service wiki (in a.yaml) to 4180 instead of login" in shown["title"]


def test_a_diff_shows_both_and_writes_none(here: Path, run: conftest.Run) -> None:
    put({"a.yaml": SERVICE, "b.yaml": WORKLOAD})
    done = run("fix", "--unsafe", "--diff", ".")
    assert done.out.count("+++ b/") == 2
    assert "-  - {name: web, port: 80, targetPort: login}   # not the wiki itself\n" in done.out
    assert "+  - {name: web, port: 80, targetPort: 4180}   # not the wiki itself\n" in done.out
    assert now() == {"a.yaml": SERVICE, "b.yaml": WORKLOAD}


def test_plain_fix_touches_neither(here: Path, run: conftest.Run) -> None:
    put({"a.yaml": SERVICE, "b.yaml": WORKLOAD})
    run("fix", ".")
    assert now() == {"a.yaml": SERVICE, "b.yaml": WORKLOAD}


def test_both_in_one_stream(run: conftest.Run) -> None:
    assert run("fix", "--unsafe", "-", stdin=f"{SERVICE}---\n{WORKLOAD}").out == f"{LED}---\n{MOVED}"


def test_one_in_a_file_and_one_in_the_stream_stay(here: Path, run: conftest.Run) -> None:
    put({"a.yaml": SERVICE})
    assert run("fix", "--unsafe", "-", "a.yaml", stdin=WORKLOAD).out == WORKLOAD
    assert now() == {"a.yaml": SERVICE}


NUMBERS = [
    ("plain", "a: x # c\n", "a: 8443 # c\n"),
    ("in quotes", "a: 'x'\n", "a: 8443\n"),
    ("empty", "a:\nb: 1\n", "a: 8443\nb: 1\n"),
    ("JSON", '{"a": "x", "b": 1}', '{"a": 8443, "b": 1}'),
    ("a new key", "b: 1\n", "b: 1\na: 8443\n"),
    ("a new key in JSON", '{"b": "1"}', '{"b": "1", "a": 8443}'),
]


@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS])
def test_an_integer_is_written_as_one_and_proven(text: str, expected: str) -> None:
    assert rewritten(text, {0: [Set(("a",), Plain("8443"))]}) == expected


def test_a_text_with_the_same_digits_stays_a_text() -> None:
    assert rewritten("a: x\n", {0: [Set(("a",), "8443")]}) == 'a: "8443"\n'


def test_an_integer_does_not_go_below_a_tag() -> None:
    with pytest.raises(Refusal, match="carries a tag"):
        rewritten("a: !!str x\n", {0: [Set(("a",), Plain("8443"))]})
