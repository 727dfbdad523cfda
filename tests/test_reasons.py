"""Fixes that are not safe say why: sidecars made of init containers, and operations that a rule spells out."""

from typing import Literal

import pytest

from sidecarlint import bundle
from sidecarlint.fixes import PLANS, Context, plan
from sidecarlint.references import References
from sidecarlint.settings import Settings
from tests.sketch import CATALOGUE, life

WEB = "web: app {mounts: [logs]} $ ./run > /logs/app.log"
RESIZED = "h: app {list: sidecar, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}]}"
ONCE = "git-sync can also run once and exit (--one-time), which may be what was meant"
LIKELY = "that it is meant to be a helper is likely, not certain"
# What it is, the init container, and what speaks against making it a sidecar.
MADE = [
    ("a log reader", "h: busybox {list: init, mounts: [logs]} $ tail -F /logs/app.log", ()),
    ("a helper that only runs on", "h: jaeger {list: init}", ()),
    ("a helper that could have run once", "h: git-sync {list: init} > --repo=https://git.example/site --root=/site", (ONCE,)),
    ("a pause", "h: app {list: init} $ sleep infinity", (LIKELY,)),
]


def context(*sketch: str) -> Context:
    return Context(life(*sketch), References(), CATALOGUE, Settings())


@pytest.mark.parametrize(("init", "hazards"), [row[1:] for row in MADE], ids=[row[0] for row in MADE])
def test_making_a_sidecar(init: str, hazards: tuple[str, ...]) -> None:
    given = context("Deployment", init, WEB)
    made = PLANS["make-sidecar"](given.life.containers[0], given)
    assert (made.applicability, made.hazards) == ("unsafe" if hazards else "safe", hazards)


@pytest.mark.parametrize(("applicability", "hazards"), [("unsafe", ("it changes what the manifest asks for",)), ("safe", ())])
def test_the_operations_of_a_rule(applicability: Literal["safe", "unsafe"], hazards: tuple[str, ...]) -> None:
    rule = next(each for each in bundle.bundled().rules if each.id == "sidecar-resize-policy")
    given = context("Deployment", RESIZED, WEB)
    made = plan(rule._replace(applicability=applicability), given.life.containers[0], given)
    assert made is not None
    assert (made.applicability, made.hazards) == (applicability, hazards)
