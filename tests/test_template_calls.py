"""Calls of defines that give a helper, moved: the define stays, and what it gives gets a last key."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from sidecarlint.documents.templates import template_documents
from sidecarlint.edits import LAST, Refusal, rewritten, splice
from sidecarlint.edits.templates import Call, call_moved
from tests import helming
from tests.apiserver.build import Unavailable
from tests.charts import deployment, judged

APP = "- name: app\n  image: a\n"
CALL = '{{- include "shop.sync" . | nindent 8 }}\n'
MOVED = CALL + "  restartPolicy: Always\n"
ON = "{{{{- if .Values.sync }}}}\n{}{{{{- end }}}}\n"
LIST = "{{- with .Values.init }}\n{{- toYaml . | nindent 8 }}\n{{- end }}\n"
SYNC = """
- name: sync{{ if .Values.init }}-once{{ end }}
  image: registry.example/sync:1
  {{- if .Values.resources }}
  resources: {{- toYaml .Values.resources | nindent 4 }}
  {{- else }}
  tty: true
  {{- end }}
"""
ROUTE = ("spec", "template", "spec", "containers")


def moved(text: str, *bodies: str, words: str = "shop.sync") -> str:
    call = Call(ROUTE, text.index("{{- include " + f'"{words}"'), "initContainers", LAST, "restartPolicy: Always")
    done = call_moved(text, template_documents(text)[0], call, lambda name: bodies, lambda words, key: False)
    new = splice(text, done.changes)
    assert rewritten(text, {0: [call]}) == new
    return new


MOVES = [
    # what, the containers and the init containers before, and after
    ("no key yet", (APP + CALL, ""), (APP, MOVED)),
    ("behind an item", (APP + CALL, "- name: first\n  image: f\n"), (APP, "- name: first\n  image: f\n" + MOVED)),
    ("behind a list of the user", (APP + CALL, LIST), (APP, LIST + MOVED)),
    ("under a condition", (APP + ON.format(CALL), LIST), (APP, LIST + ON.format(MOVED))),
    ("with a comment", (APP + "# sync\n" + CALL, LIST), (APP, LIST + "# sync\n" + MOVED)),
    ("beside a call", ('{{- include "shop.app" . | nindent 8 }}\n' + CALL, LIST),
     ('{{- include "shop.app" . | nindent 8 }}\n', LIST + MOVED)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "before", "after"), MOVES, ids=[what for what, _, _ in MOVES])
def test_a_call_moves_with_a_key_below_it(what: str, before: tuple[str, str], after: tuple[str, str]) -> None:
    assert moved(deployment(*before), SYNC) == deployment(*after)


def test_another_column_is_followed() -> None:
    text = deployment(APP + CALL).replace(
        "      containers:\n", "      initContainers:\n      - name: first\n        image: f\n      containers:\n"
    )
    new = moved(text, SYNC)
    assert '      {{- include "shop.sync" . | nindent 6 }}\n        restartPolicy: Always\n      containers:\n' in new


REFUSED = [
    # what the define holds, or how it is called, and the reason
    ("unknown", (), CALL, "the define shop.sync stands in no file of the chart, so what it gives is not seen; move the call by hand"),
    ("twice", (SYNC, SYNC), CALL,
     "the define shop.sync stands in 2 files of the chart, so what it gives is not seen; move the call by hand"),
    ("two items", (SYNC + "- name: b\n  image: b\n",), CALL,
     "the define shop.sync gives 2 containers, or one of them; move the call by hand"),
    ("one of two", ("{{ if .a }}\n- name: a\n{{ else }}\n- name: b\n{{ end }}\n",), CALL,
     "the define shop.sync gives 2 containers, or one of them; move the call by hand"),
    ("sometimes", ("{{- if .Values.a }}\n- name: a\n  image: b\n{{- end }}\n",), CALL,
     "the define shop.sync gives it only under {{ if .Values.a }}; move the call by hand"),
    ("no item", ("name: a\nimage: b\n",), CALL, "the define shop.sync gives something else than a container; move the call by hand"),
    ("indented", ("  - name: a\n    image: b\n",), CALL,
     "the define shop.sync does not begin with a dash in its first column; move the call by hand"),
    ("native", ("- name: a\n  restartPolicy: Always\n",), CALL,
     "the define shop.sync has a restartPolicy of its own; move the call by hand"),
    ("merged", (SYNC,), '{{- include "shop.sync" . | fromYaml | toYaml | trim }}\n',
     '{{ include "shop.sync" . | fromYaml | toYaml | trim }} is no plain call of a define with nindent; move it by hand'),
]  # fmt: skip


@pytest.mark.parametrize(("what", "bodies", "call", "reason"), REFUSED, ids=[what for what, *_ in REFUSED])
def test_why_a_call_stays(what: str, bodies: tuple[str, ...], call: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        moved(deployment(APP + call), *bodies)
    assert refused.value.reason == reason


def test_a_call_with_a_key_below_it_is_an_item_of_its_own() -> None:
    """What stands above it gets no key, whatever the template is read by next."""
    text = deployment(APP, "- name: first\n  image: f\n" + MOVED + ON.format(MOVED))
    (life,) = judged(text).lives
    first = next(each for each in life.containers if each.list == "initContainers")
    assert (first.name, first.part) == ("first", "init")
    assert judged(text).findings == ()


def rendered(chart: Path, template: str, values: str) -> dict[str, Any]:
    (chart / "templates").mkdir(parents=True, exist_ok=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 0.1.0\n")
    (chart / "values.yaml").write_text("autoscaling: {enabled: false}\nreplicas: 1\n" + values)
    others = "shop.labels", "shop.selectorLabels", "shop.deployment.apiVersion", "shop.fullname"
    defines = "".join(f'{{{{- define "{name}" }}}}{"a: b" if "abels" in name else "apps/v1"}{{{{ end }}}}\n' for name in others)
    (chart / "templates" / "_helpers.tpl").write_text(f'{defines}{{{{- define "shop.sync" }}}}{SYNC}{{{{- end }}}}\n')
    (chart / "templates" / "deployment.yaml").write_text(template)
    argv = ["helm", "template", "r", str(chart), "--kube-version", "1.30.0"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


@pytest.mark.parametrize(
    "values", ["sync: true\n", "sync: false\n", "sync: true\ninit: [{name: own, image: o}]\nresources: {limits: {cpu: 1}}\n"]
)
@pytest.mark.parametrize(("what", "before"), [(what, before) for what, before, _ in MOVES[:5]])
def test_what_is_rendered_is_the_same_with_the_container_moved(
    what: str, before: tuple[str, str], values: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        monkeypatch.setenv("PATH", f"{helming.folder()}{os.pathsep}{os.environ['PATH']}")
    except Unavailable as why:
        pytest.skip(str(why))
    text = deployment(*before)
    old, new = rendered(tmp_path, text, values), rendered(tmp_path, moved(text, SYNC), values)
    spec = old["spec"]["template"]["spec"]
    going = [{**each, "restartPolicy": "Always"} for each in spec["containers"] if each["name"].startswith("sync")]
    spec["containers"] = [each for each in spec["containers"] if not each["name"].startswith("sync")]
    spec["initContainers"] = (spec.get("initContainers") or []) + going or None
    after = new["spec"]["template"]["spec"]
    after["initContainers"] = after.get("initContainers")
    assert new == old
    assert len(going) == ("sync: true" in values or what != "under a condition")
