"""Odd but valid templates whose helpers move, or do not and are told why."""

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_rendering import ABOUT, write

FOR_NEW = ABOUT + 'kubeVersion: ">=1.29.0-0"\n'
HEAD = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: pier
spec:
  selector: {matchLabels: {app: pier}}
  template:
    metadata: {labels: {app: pier}}
    spec:
"""
APP = "      containers:\n        - name: app\n          image: registry.example/pier/app:1\n"
PROXY = "        - name: proxy\n          image: gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1\n          args: [--port=5432, a:b:c]\n"
MOVED = PROXY.replace("          args", "          restartPolicy: Always\n          args")
KEY = "      initContainers:\n"


def fixed(folder: Path, run: Run, containers: str, about: str = FOR_NEW, *options: str) -> tuple[str, str]:
    """What becomes of the containers in a template, and what is told of it."""
    path = write(folder, Chart_yaml=about, templates__web_yaml=HEAD + containers, values_yaml="on: true\nuse: true\nname: gate\n")
    done = run("fix", "--unsafe", *options, str(path))
    return (path / "templates" / "web.yaml").read_text().removeprefix(HEAD), " ".join((done.out + done.err).split())


OVER_LINES = "        {{- if and\n              .Values.on\n              .Values.use }}\n"
NAMING = "        {{- if .Values.on }}\n        {{- $to := .Values.name }}\n"
END = "        {{- end }}\n"
NAMED = "{{ .Values.name }}"
WRITTEN = {
    "a condition over several lines": (APP + OVER_LINES + PROXY + END, OVER_LINES[2:] + KEY + MOVED + END[2:] + APP),
    "a variable under its condition": (
        APP + NAMING + PROXY.replace("a:b:c", "{{ $to }}") + END,
        NAMING[2:].replace("}}\n", "}}\n" + KEY, 1) + MOVED.replace("a:b:c", "{{ $to }}") + END[2:] + APP,
    ),
    "a name from values": (APP + PROXY.replace("proxy\n", NAMED + "\n", 1), KEY + MOVED.replace("proxy\n", NAMED + "\n", 1) + APP),
}
LEFT = {
    "an anchor of another container": (
        APP.replace("registry", "&app registry") + PROXY.replace("a:b:c", "*app, {{ .Values.name }}"),
        "it uses an anchor that would stand behind it",
    ),
    "something else each time": (APP.replace("app:1", "app:{{ randAlpha 9 }}") + PROXY, "is something else each time it is rendered"),
}


@pytest.mark.usefixtures("with_helm")
@pytest.mark.parametrize("what", WRITTEN)
def test_what_is_written(what: str, tmp_path: Path, run: Run) -> None:
    before, after = WRITTEN[what]
    assert fixed(tmp_path, run, before)[0] == after


@pytest.mark.usefixtures("with_helm")
@pytest.mark.parametrize("what", LEFT)
def test_what_is_left(what: str, tmp_path: Path, run: Run) -> None:
    before, reason = LEFT[what]
    after, told = fixed(tmp_path, run, before)
    assert after == before
    assert reason in told


@pytest.mark.usefixtures("with_helm")
def test_a_container_in_brackets_is_told_once(tmp_path: Path, run: Run) -> None:
    both = "[{name: app, image: 'registry.example/pier/app:1'}, {name: proxy, image: 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14.1'}]"
    _, told = fixed(tmp_path, run, f"      containers: {both}\n{{{{- /* two */}}}}\n")
    assert told.count("web.yaml:10 legacy-proxy proxy") == 1
    assert "it is written in brackets" in told


@pytest.mark.parametrize(("about", "safe"), [(FOR_NEW, True), (ABOUT, False)])
def test_a_template_without_actions_is_rendered_by_others_too(about: str, safe: bool, tmp_path: Path, run: Run) -> None:
    path = write(tmp_path, Chart_yaml=about, templates__web_yaml=HEAD + APP + PROXY)
    done = run("fix", "--no-exec", str(path))
    now = (path / "templates" / "web.yaml").read_text()
    assert now == HEAD + (APP + KEY + MOVED if safe else APP + PROXY)
    assert ("kubeVersion does not rule that out" in " ".join((done.out + done.err).split())) is not safe
