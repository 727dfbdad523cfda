"""What a chart says to a fix in its templates: versions that it allows, what its defines may give, what turns a helper on, what follows."""

import subprocess
from pathlib import Path

import pytest

from sidecarlint.charts import Charts
from sidecarlint.charts.defines import Defines
from sidecarlint.charts.switches import switched_on
from sidecarlint.settings import Settings
from tests.charts import MAIN, PROXY, deployment, write_chart
from tests.conftest import Run
from tests.kustomizing import plant

DEFINES = """\
{{- define "labels" }}app: {{ .Chart.Name }}{{ end }}
{{- define "secrets" }}
{{- with .Values.secrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- define "pod" }}
hostIPC: true
initContainers: []
{{- end }}
{{- define "through" }}{{ include "pod" . }}{{ end }}
{{- define "any" }}{{ toYaml .Values.pod }}{{ end }}
{{- define "self" }}{{ include "self" . }}{{ end }}
"""


@pytest.mark.parametrize(
    ("words", "gives"),
    [
        ('include "labels" . | nindent 6', False),
        ('include "secrets" . | nindent 6', False),
        ('include "pod" . | nindent 6', True),
        ('include "through" . | nindent 6', True),
        ('include "any" . | nindent 6', True),
        ('include "self" .', False),
        ('include "nobody.knows" .', True),
        ('include (printf "%s" .Values.a) .', True),
        ("toYaml .Values.pod | nindent 6", True),
        ('include "labels" (include "pod" .)', True),
    ],
)
def test_what_a_define_may_give(words: str, gives: bool) -> None:
    assert Defines([DEFINES]).gives(words, "initContainers") == gives


SWITCHES = [
    # what stands around a place, and the values that turn it on
    ("{{ if .Values.a.enabled }}@{{ end }}", "a:\n  enabled: true\n"),
    ("{{ with .Values.a }}@{{ end }}", "a: true\n"),
    ("{{ if and .Values.a.b (not .Values.a.c) }}@{{ end }}", "a:\n  b: true\n  c: false\n"),
    ("{{ if $.Values.a }}{{ if .Values.b }}@{{ end }}{{ end }}", "a: true\nb: true\n"),
    ("{{ if .Values.a }}x{{ else }}@{{ end }}", ""),
    ('{{ if eq .Values.a "b" }}@{{ end }}', ""),
    ("{{ range .Values.a }}@{{ end }}", ""),
    ("{{ if .Values.a }}{{ end }}@", ""),
    ("{{ if .Values.a }}{{ if .Values.a.b }}@{{ end }}{{ end }}", "a: true\n"),
]


@pytest.mark.parametrize(("text", "values"), SWITCHES)
def test_what_turns_a_place_on(text: str, values: str) -> None:
    assert switched_on(text, [text.index("@")]) == values


def test_what_has_to_follow_in_a_chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = write_chart(tmp_path, deployment(MAIN + PROXY))
    charts = Charts(Settings(no_exec=True))
    facts = charts.facts(str(path))
    assert facts is not None
    assert (facts.folder, facts.oldest, facts.unrendered) == ("shop", None, "--no-exec keeps helm from being run")
    assert charts.facts(str(path)) is facts
    version = "raise the chart's version, which is 0.1.0 in shop/Chart.yaml, line 3"
    plant(tmp_path, {"shop/tests/shop_test.yaml": "tests:\n- asserts:\n  - equal: {path: 'spec.containers[1].name', value: a}\n"})
    follows = facts.follows(str(path), ["cloud-sql-proxy"], 1, True, False)
    assert follows == (version, "change the assertions about containers by their place in shop/tests/shop_test.yaml, line 3")
    assert facts.follows(str(path), ["cloud-sql-proxy"], 2, True, False) == (version,)


def test_what_is_no_template_has_no_chart(tmp_path: Path) -> None:
    assert Charts(Settings()).facts(str(tmp_path / "a.yaml")) is None
    assert Charts(Settings(no_exec=True)).why_not({str(tmp_path / "a.yaml"): "a: b\n"}, []) is None


OLDER = "who renders the chart for a cluster older than 1.29"


@pytest.mark.parametrize(("versions", "safe"), [("", False), ('kubeVersion: ">=1.29.0-0"\n', True), ('kubeVersion: ">=1.25.0-0"\n', False)])
def test_a_move_is_safe_where_older_clusters_are_ruled_out(versions: str, safe: bool, tmp_path: Path, run: Run) -> None:
    path = write_chart(tmp_path, deployment(MAIN + PROXY))
    with (tmp_path / "shop" / "Chart.yaml").open("a") as stream:
        stream.write(versions)
    before = path.read_text()
    done = run("fix", "shop", env={"PATH": ""})
    assert (path.read_text() != before) == safe
    assert (OLDER in " ".join(done.out.split())) != safe


def guarded(run: Run) -> str:
    done = run("fix", "--style", "guarded", "shop", env={"PATH": ""})
    return " ".join(done.out.split())


def test_both_versions_change_nothing_for_older_clusters(tmp_path: Path, run: Run) -> None:
    path = write_chart(tmp_path, deployment(MAIN + PROXY))
    assert OLDER not in guarded(run)
    assert '{{- include "shop.cloudSqlProxy" . | nindent 8 }}' in path.read_text()
    assert (tmp_path / "shop" / "values.yaml").read_text().endswith("\nnativeSidecars: auto\n")
    assert 'define "shop.cloudSqlProxy"' in (tmp_path / "shop" / "templates" / "_sidecars.tpl").read_text()


NO_ROOM = [
    # a file of the chart, and why there is no room for both versions beside it
    ("values.yaml", "nativeSidecars: off\n", "shop/values.yaml has a value nativeSidecars that the chart reads in its own way"),
    ("values.yaml", "{}\n", "nativeSidecars cannot be put behind its end, as it would not be readable; write it there by hand"),
    ("templates/_helpers.tpl", '{{ define "shop.nativeSidecars" }}yes{{ end }}\n',
     "the chart has a define shop.nativeSidecars that says something else"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "reason"), NO_ROOM)
def test_where_there_is_no_room_for_both_versions_nothing_is_changed(name: str, text: str, reason: str, tmp_path: Path, run: Run) -> None:
    path = write_chart(tmp_path, deployment(MAIN + PROXY))
    plant(tmp_path / "shop", {name: text})
    before = path.read_text()
    assert reason in guarded(run)
    assert path.read_text() == before
    assert (tmp_path / "shop" / name).read_text() == text


def test_the_same_helper_of_two_pods_needs_one_define(tmp_path: Path, run: Run) -> None:
    for name in ("a", "b"):
        write_chart(tmp_path, deployment(MAIN + PROXY), f"templates/{name}.yaml")
    guarded(run)
    written = (tmp_path / "shop" / "templates" / "_sidecars.tpl").read_text()
    assert written.count("{{- define ") == 2
    calls = [(tmp_path / "shop" / "templates" / f"{name}.yaml").read_text().count('include "shop.cloudSqlProxy"') for name in ("a", "b")]
    assert calls == [2, 2]


def test_a_diff_makes_the_files_that_are_not_there_yet(tmp_path: Path, run: Run) -> None:
    path = write_chart(tmp_path, deployment(MAIN + PROXY))
    before = path.read_text()
    done = run("fix", "--diff", "--style", "guarded", "shop", env={"PATH": ""})
    assert "--- /dev/null\n+++ b/shop/templates/_sidecars.tpl\n@@ -0,0 +1," in done.out
    assert (path.read_text(), (tmp_path / "shop" / "values.yaml").exists()) == (before, False)
    subprocess.run(["git", "apply", "-"], input=done.out, text=True, cwd=tmp_path, check=True)
    written = {each: each.read_text() for each in (path, path.with_name("_sidecars.tpl"), tmp_path / "shop" / "values.yaml")}
    subprocess.run(["git", "apply", "-R", "-"], input=done.out, text=True, cwd=tmp_path, check=True)
    guarded(run)
    assert written == {each: each.read_text() for each in written}


def test_what_follows_is_told_once_behind_the_fixes(tmp_path: Path, run: Run) -> None:
    write_chart(tmp_path, deployment(MAIN + PROXY + PROXY.replace("cloud-sql-proxy", "cloud-sql-proxy-eu", 1)))
    done = run("fix", "--unsafe", "shop", env={"PATH": ""})
    assert done.out.count("fixed      ") == 2
    told = """\
Change along with it, by hand:
- raise the chart's version, which is 0.1.0 in shop/Chart.yaml, line 3
- shop/Chart.yaml has no kubeVersion: let it ask for >=1.29.0-0, as the chart no
  longer works before
"""
    assert f"\n\n{told}\n" in done.out
