"""Moves to the same place in an order of their own: `auth` behind `metrics`, whichever stands first now, in every style of list."""

import pytest

from sidecarlint.edits import Move, rewritten

BLOCK = "spec:\n  containers:\n  - name: web\n  # who may come in\n  - name: auth\n    args: [a]\n\n  - name: metrics # figures\n"
HEAD = "spec:\n  containers:\n  - name: auth\n  - name: metrics\n  - name: web\n"
APART = "spec:\n  initContainers:\n  - name: set\n  - name: run\n  containers:\n  - name: auth\n  - name: web\n  - name: metrics\n"
FLOW = "spec: {containers: [{name: web}, {name: auth}, {name: metrics}]}\n"
FLOW_APART = "spec: {containers: [{name: auth}, {name: web}, {name: metrics}], initContainers: [{name: set}]}\n"
JSON = '{"spec": {\n  "containers": [\n    {"name": "auth"},\n    {"name": "metrics"},\n    {"name": "web"}\n  ]\n}}\n'

# The text, the indexes of auth and metrics in it, where they go, and what becomes of it.
# fmt: off
ROWS = [
    ("at the end of a list", BLOCK, 1, 2, 0,
     "spec:\n  containers:\n  - name: web\n  initContainers:\n  - name: metrics # figures\n\n  # who may come in\n  - name: auth\n"
     "    args: [a]\n"),
    ("at its head", HEAD, 0, 1, 0,
     "spec:\n  initContainers:\n  - name: metrics\n  - name: auth\n  containers:\n  - name: web\n"),
    ("between those of a list that is there", APART, 0, 2, 1,
     "spec:\n  initContainers:\n  - name: set\n  - name: metrics\n  - name: auth\n  - name: run\n  containers:\n  - name: web\n"),
    ("on one line", FLOW, 1, 2, 0, "spec: {initContainers: [{name: metrics}, {name: auth}], containers: [{name: web}]}\n"),
    ("on one line, into a list that is there", FLOW_APART, 0, 2, 1,
     "spec: {containers: [{name: web}], initContainers: [{name: set}, {name: metrics}, {name: auth}]}\n"),
    ("in JSON", JSON, 0, 1, 0,
     '{"spec": {\n  "initContainers": [\n    {"name": "metrics"},\n    {"name": "auth"}\n  ],\n  "containers": [\n    {"name": "web"}\n'
     "  ]\n}}\n"),
]
# fmt: on


@pytest.mark.parametrize(("text", "auth", "metrics", "before", "wanted"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_higher_rank_comes_behind(text: str, auth: int, metrics: int, before: int, wanted: str) -> None:
    moves = [
        Move(("spec", "containers", auth), "initContainers", before, rank=1),
        Move(("spec", "containers", metrics), "initContainers", before),
    ]
    assert rewritten(text, {0: moves}) == wanted
    assert rewritten(text, {0: moves[::-1]}) == wanted, "in which order they are asked for does not matter"


@pytest.mark.parametrize("text", [BLOCK, HEAD, FLOW, JSON])
def test_equal_ranks_keep_the_order_that_they_have(text: str) -> None:
    first = 1 if text in (BLOCK, FLOW) else 0
    plain = [Move(("spec", "containers", index), "initContainers", 0) for index in (first, first + 1)]
    ranked = [each._replace(rank=2) for each in plain]
    assert rewritten(text, {0: ranked}) == rewritten(text, {0: plain}) != text
