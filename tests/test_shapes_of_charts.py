"""Every shape in which charts write a helper: its chart is fixed by the program and rendered by the real Helm, or left with its reason.

The rows are those of the facts on Helm: `CATEGORIES` of how a helper is written (A1), `DESTINATIONS` of where it goes to and `REFUSALS` of
what is left to people (A3). The charts of `fixtures/chart-moves` and `fixtures/values` are fixed and rendered by tests/test_chart_moves.py
and tests/test_values_fixtures.py; here are charts made of each shape of tests/charts.py and of each refusal of
tests/test_template_moves.py, all of them through the program itself.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import helming
from tests.apiserver.build import Unavailable
from tests.charts import DEFINES, MAIN, PROXY, SETS, SHAPES, VALUES, deployment
from tests.conftest import CHECKOUT
from tests.fixed_trees import Fixed, fixed
from tests.test_chart_moves import rendered, with_helpers_moved
from tests.test_template_moves import REFUSED, template

# fmt: off
CATEGORIES = {
    # how the helper is written, the charts of fixtures that show it, and the shapes of tests/charts.py
    "i a literal item": (("literal-tail", "ahead-of-the-app"), ("literal", "comment", "blank lines and a comment", "variable")),
    "ii a literal item under a condition": (("under-if", "under-with", "two-conditions", "two-helpers"),
        ("if", "with", "two ifs", "if ahead of a comment", "condition over lines", "if with a dash at the end", "else", "else if")),
    "iii an include": (("called-define",), ("include beside it",)),
    "iv a list of the user": (("rendered-lists", "parcel-tracker", "seed-bank", "night-ferry", "orchard"),
        ("user list behind it", "rendered list behind it")),
    "v a loop": (("range",), ("range", "if in a loop")),
}
DESTINATIONS = {
    # what is there of initContainers, and the chart that shows it
    "no key": "literal-tail", "no key, a condition": "under-if", "a key with items": "append",
    "a list on the key's line": "list-on-one-line",
    "a key under if": "key-under-if", "a key under with": "key-under-with", "an unguarded list": "unguarded-list",
    "another column": "another-column", "in a define": "define",
}
REFUSALS = {
    # what is left to people, and the rows of tests/test_template_moves.py
    "no name, or an alias gives it": ("no name", "another text's words"),
    "an action would glue what follows": ("an action that trims in front of the place", "an action that trims behind it",
        "an action that trims above it"),
    "a variable between the two lists": ("a variable between the lists", "a variable that is read behind it", "a variable that it changes"),
    "keys go on behind the helper's end": ("keys that go on behind its end",),
    "a key under several conditions": ("two conditions around the key",),
    "a dash alone": ("a dash alone",),
    "the condition holds other text": ("other text in its condition", "keys of the app in its condition"),
    "a shared condition around the key": ("a shared condition around the key",),
    "one arm of several": ("one arm of several", "the key in one arm", "the key in two arms"),
    "a condition past the list's end": ("a condition that runs past the list",),
    "the only one that is sure": ("nothing else is sure", "only a list of the user is left"),
    "merged or read from a file": ("a merge gives the item", "a file gives the list", "an action gives the list"),
}
# fmt: on

LEFT = {
    "if with a dash at the end": "its last action ends with -}}, which glues what follows; take that dash away first",
    "else": "it is one arm of {{ if $.Values.other }}; every arm has to give a valid pod, so move it by hand",
    "else if": "it is one arm of {{ if $.Values.never }}; every arm has to give a valid pod, so move it by hand",
    "if in a loop": "{{ if eq $index 0 }} speaks of what {{ range $index, $each := $.Values.helpers }} is about, so they cannot become one",
}
"""The shapes that stay as they are, and why."""

LEAST_MOVED = 0.87
"""Of the helpers of charts that are published, by how often each shape is met."""


def test_every_row_is_shown() -> None:
    charts = {each.name for name in ("chart-moves", "values") for each in (CHECKOUT / "fixtures" / name).iterdir()}
    assert {name for shown, _ in CATEGORIES.values() for name in shown} | {*DESTINATIONS.values()} <= charts
    assert sorted(name for _, shown in CATEGORIES.values() for name in shown) == sorted(each.name for each in SHAPES)
    assert {name for shown in REFUSALS.values() for name in shown} <= {what for what, _, _ in REFUSED}


def put_chart(folder: Path, text: str, values: str = VALUES, more: str = "") -> None:
    """A chart of one template, with sets of values."""
    texts = {"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n", "templates/workload.yaml": text}
    texts |= {"templates/_shop.tpl": DEFINES + more, "values.yaml": values}
    texts |= {f"ci/{number}-values.yaml": each for number, each in enumerate(SETS)}
    for name, each in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        # Inside with and range the dot is something else; who writes a chart says $ there.
        (folder / name).write_text(re.sub(r"(?<![\w$])\.(Values|Chart)\b", r"$.\1", each))


def named(what: str) -> str:
    return re.sub(r"\W+", "-", what)


@pytest.fixture(scope="module")
def programs() -> Path:
    """The folder of the real Helm."""
    try:
        return helming.folder()
    except Unavailable as why:
        pytest.skip(f"charts cannot be rendered: {why}")


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> tuple[Path, Fixed]:
    """A chart of each shape, and all of them fixed."""
    folder = tmp_path_factory.mktemp("shapes")
    for each in SHAPES:
        put_chart(folder / named(each.name), deployment(MAIN + each.text.format(PROXY.replace(" # <-", ""))))
    return folder, fixed(folder, folder.parent / "fixed-shapes", programs)


@pytest.mark.parametrize("name", [each.name for each in SHAPES])
def test_a_shape_is_moved_and_rendered_or_left_with_its_reason(
    name: str, shapes: tuple[Path, Fixed], tmp_path: Path, with_helm: Path
) -> None:
    before, done = shapes
    old, new = before / named(name), done.folder / named(name)
    changed = (old / "templates/workload.yaml").read_text() != (new / "templates/workload.yaml").read_text()
    assert changed == (name not in LEFT)
    assert any(why.startswith(LEFT[name]) for why in done.why(f"{named(name)}/")) if name in LEFT else not done.why(f"{named(name)}/")
    shown = [moved_as_meant(old, new, values, tmp_path) for values in ({}, *(yaml.safe_load(each) for each in SETS))]
    assert changed == any(shown)


def moved_as_meant(old: Path, new: Path, values: dict[str, Any], folder: Path) -> bool:
    """Holds what is rendered to what was, with the helper moved. Whether it is there."""
    before, after = rendered(old, values, folder), rendered(new, values, folder)
    inits = [each for found in after for each in found["spec"]["template"]["spec"].get("initContainers") or []]
    native = {each["name"] for each in inits if each.get("restartPolicy") == "Always"}
    meant = [with_helpers_moved(found, native) if native else found for found in before]
    assert after == meant
    return bool(native)


def test_most_of_what_is_met_is_moved(shapes: tuple[Path, Fixed], capsys: pytest.CaptureFixture[str]) -> None:
    moved = sum(each.weight for each in SHAPES if each.name not in LEFT) / sum(each.weight for each in SHAPES)
    with capsys.disabled():
        print(f"\n{len(SHAPES)} shapes of helpers in charts, {len(SHAPES) - len(LEFT)} moved: {moved:.0%} of the helpers that are met")
    assert moved >= LEAST_MOVED


# What is left to people

LOGS = "fluent/fluent-bit:3.1.9"
HELPER = {"name": "log-shipper", "image": LOGS}
NAMED = '{{- define "x" }}name: log-shipper{{ end }}\n'
GIVEN: dict[str, dict[str, Any]] = {
    "an action gives the list": {"c": [{"name": "app", "image": "registry.example/shop/app:1"}, HELPER]},
    "a merge gives the item": {"a": HELPER, "b": {"tty": True}},
}
"""Values that give the helper where the template does not."""

RENDERED = {
    # what is said of a helper that only a rendering shows
    "only a list of the user is left": "it stands in a Helm template, and what is rendered is not what the template says alone",
    "an action gives the list": "the chart takes no init containers from its values beside c",
    "a file gives the list": "the chart makes it of something that sidecarlint does not follow; change it there",
    "a merge gives the item": "it comes from values; move it there to the chart's list of init containers, if it has one, with "
    "restartPolicy: Always",
    "no name": "it stands in a Helm template, in a define that others may include as well; change what they include along with it",
}


@pytest.fixture(scope="module")
def refusals(tmp_path_factory: pytest.TempPathFactory, programs: Path) -> tuple[Path, Fixed]:
    """A chart of each refusal, and all of them once the program has had its way with them."""
    folder = tmp_path_factory.mktemp("refusals")
    for what, lines, _ in REFUSED:
        text = template(lines).replace("name: helper", "name: log-shipper").replace("image: h\n", f"image: {LOGS}\n")
        text = text.replace("image: h}", f"image: '{LOGS}'}}")
        values = json.dumps({**yaml.safe_load(VALUES), **GIVEN.get(what, {})})
        put_chart(folder / named(what), text, values, NAMED if what == "no name" else "")
        if what in GIVEN:
            for each in (folder / named(what) / "ci").iterdir():
                each.unlink()
    (folder / named("a file gives the list") / "pod.yaml").write_text(yaml.safe_dump(GIVEN["an action gives the list"]["c"]))
    return folder, fixed(folder, folder.parent / "left-alone", programs)


@pytest.mark.parametrize(("what", "reason"), [(what, reason) for what, _, reason in REFUSED], ids=[what for what, *_ in REFUSED])
def test_a_refusal_is_told_and_nothing_is_touched(what: str, reason: str, refusals: tuple[Path, Fixed]) -> None:
    before, done = refusals
    for path in sorted((before / named(what)).rglob("*")):
        assert path.is_dir() or path.read_bytes() == (done.folder / path.relative_to(before)).read_bytes()
    told = RENDERED.get(what, re.sub(r"(?<!\$)\.Values", "$.Values", reason))
    assert any(why.startswith(told) for why in done.why(f"{named(what)}/")), done.why(f"{named(what)}/")
