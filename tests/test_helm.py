"""Charts rendered by the real Helm, and what is said where it cannot."""

import os
from pathlib import Path

import pytest

from sidecarlint.sources.helm import Failed, Helm, Rendered, helm, render, staged, staged_at

CHART = "apiVersion: v2\nname: pier\nversion: 1.0.0\n"
CONFIG = """\
kind: ConfigMap
data:
  berths: {{ .Values.berths | quote }}
  version: {{ .Capabilities.KubeVersion.Version }}
  name: {{ .Release.Name }}
"""


@pytest.fixture
def tool(with_helm: Path) -> Helm:
    """Helm as sidecarlint finds it."""
    found = helm()
    assert found is not None
    assert found.version.startswith("v")
    return found


def chart(folder: Path, templates: dict[str, str] | None = None, about: str = CHART, values: str = "berths: 4\n") -> Path:
    """A chart with these templates."""
    texts = {"Chart.yaml": about, "values.yaml": values, **(templates or {"templates/config.yaml": CONFIG})}
    for name, text in texts.items():
        path = folder / "pier" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "pier"


def said(rendered: Rendered | Failed) -> str:
    return rendered.text if isinstance(rendered, Rendered) else f"failed: {rendered.reason}"


def test_a_chart_is_rendered_with_values_for_a_version(tool: Helm, tmp_path: Path) -> None:
    (tmp_path / "first.yaml").write_text("berths: 7\n")
    (tmp_path / "second.yaml").write_text("berths: 8\n")
    folder = str(chart(tmp_path))
    assert 'berths: "4"' in said(render(tool, folder))
    assert 'berths: "8"' in said(render(tool, folder, [str(tmp_path / "first.yaml"), str(tmp_path / "second.yaml")]))
    text = said(render(tool, folder, version=(1, 27, 3), name="quay"))
    assert "version: v1.27.3" in text
    assert "name: quay" in text
    assert "# Source: pier/templates/config.yaml" in text


def test_hooks_are_rendered_and_tests_and_definitions_are_not(tool: Helm, tmp_path: Path) -> None:
    hook = "kind: Job\nmetadata:\n  name: {0}\n  annotations:\n    helm.sh/hook: {0}\n"
    folder = chart(tmp_path, {"templates/a.yaml": hook.format("pre-upgrade"), "templates/b.yaml": hook.format("test")})
    (folder / "crds").mkdir()
    (folder / "crds" / "c.yaml").write_text("kind: CustomResourceDefinition\nmetadata: {name: c}\n")
    text = said(render(tool, str(folder)))
    assert "name: pre-upgrade" in text
    assert "name: test" not in text
    assert "CustomResourceDefinition" not in text


FAILURES = [
    # what is wrong with a chart, and what is said
    ({"Chart.yaml": CHART + "dependencies:\n- {name: crane, version: 1.0.0, repository: 'https://charts.example'}\n"},
     "charts that it depends on are not in its folder charts (crane): run helm dependency build", False),
    ({"Chart.yaml": CHART + "kubeVersion: '>=1.30.0-0'\n"}, "it is only for Kubernetes >=1.30.0-0", True),
    ({"templates/a.yaml": "a: {{ .Values.crane.name }}\n"},
     "it asks for values that are not there (.Values.crane.name): name a file that has them with --values", False),
    ({"templates/a.yaml": '{{ required "a quay is needed" .Values.quay }}\n'},
     "it asks for values of its own (a quay is needed, pier/templates/a.yaml:1:3): name a file that has them with --values", False),
    ({"values.schema.json": '{"required": ["quay"]}'},
     "its values do not fit its schema (at '': missing property 'quay'): name a file with the values that it needs with --values", False),
    ({"templates/a.yaml": "{{ if }}\n"}, "helm: parse error at (pier/templates/a.yaml:1): missing value for if", False),
    ({"templates/a.yaml": "a: [\n"}, "helm: YAML parse error on pier/templates/a.yaml: error converting YAML to JSON: yaml: line 1: did "
     "not find expected node content", False),
    ({"Chart.yaml": "name: [\n"}, "helm: cannot load Chart.yaml: error converting YAML to JSON: yaml: line 1: did not find expected node "
     "content", False),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "reason", "refuses"), FAILURES, ids=[reason[:40] for _, reason, _ in FAILURES])
def test_why_a_chart_is_not_rendered(tool: Helm, tmp_path: Path, texts: dict[str, str], reason: str, refuses: bool) -> None:
    folder = chart(tmp_path, {"templates/config.yaml": CONFIG, **texts})
    assert render(tool, str(folder), version=(1, 29, 0)) == Failed(reason, refuses)


def test_a_values_file_that_is_not_there(tool: Helm, tmp_path: Path) -> None:
    failed = render(tool, str(chart(tmp_path)), [str(tmp_path / "none.yaml")])
    assert isinstance(failed, Failed)
    assert failed.reason.startswith("helm: open ")


def test_helm_sees_nothing_of_the_users_own(tool: Helm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = tmp_path / "plugins" / "spy"
    plugin.mkdir(parents=True)
    (plugin / "plugin.yaml").write_text("name: spy\nversion: 1.0.0\nusage: x\ndescription: x\nuseTunnel: [\n")
    folder = str(chart(tmp_path))
    monkeypatch.setenv("HELM_PLUGINS", str(plugin.parent))
    monkeypatch.setenv("HELM_NAMESPACE", "quays")
    monkeypatch.setenv("HELM_DEBUG", "true")
    before = sorted(os.listdir(tmp_path))
    assert isinstance(render(tool, folder), Rendered)
    assert sorted(os.listdir(tmp_path)) == before


def test_without_helm_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert helm() is None
    (tmp_path / "helm").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "helm").chmod(0o755)
    assert helm() is None


def test_a_copy_has_other_texts_and_the_chart_stays(tool: Helm, tmp_path: Path) -> None:
    folder, outside, other = chart(tmp_path), tmp_path / "live" / "pier.yaml", tmp_path / "other.yaml"
    outside.parent.mkdir()
    outside.write_text("berths: 5\n")
    other.write_text("quay: 1\n")
    texts = {str(folder / "templates" / "config.yaml"): CONFIG.replace("name:", "new:"), str(outside): "berths: 6\n"}
    with staged(str(folder), texts) as copy:
        assert isinstance(copy, str)
        values = [staged_at(copy, str(folder), str(each)) for each in (folder / "values.yaml", outside, other)]
        assert values[2] == str(other.resolve())
        assert values[0] == str(Path(copy) / "values.yaml")
        text = said(render(tool, copy, values))
        assert 'berths: "6"' in text
        assert "new: release" in text
    assert not Path(copy).exists()
    assert (folder / "templates" / "config.yaml").read_text() == CONFIG
    assert outside.read_text() == "berths: 5\n"


def test_what_links_lead_to_is_copied_and_circles_are_not_followed(tool: Helm, tmp_path: Path) -> None:
    folder = chart(tmp_path, {"templates/config.yaml": 'a: {{ .Files.Get "terms.txt" }}\nb: {{ .Files.Get "shared/b.txt" }}\n'})
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "b.txt").write_text("from the shared folder")
    (tmp_path / "terms.txt").write_text("terms of the pier")
    (folder / "terms.txt").symlink_to(tmp_path / "terms.txt")
    (folder / "shared").symlink_to(tmp_path / "shared")
    before = said(render(tool, str(folder)))
    assert "a: terms of the pier\nb: from the shared folder" in before
    (folder / "round").symlink_to(folder)
    with staged(str(folder), {}) as copy:
        assert isinstance(copy, str)
        assert said(render(tool, copy)) == before


def test_a_chart_that_is_too_large_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidecarlint.sources.helm._MOST_FILES", 2)
    with staged(str(chart(tmp_path)), {}) as copy:
        assert copy == Failed("its folder holds more than 2 files, or 128 MiB")
