"""Moves out of a list that stays, as `[]`, when nothing is left in it."""

import pytest

from sidecarlint.documents import Route, at, documents
from sidecarlint.edits import LAST, Move, Refusal, Set, rewritten

ROWS: dict[str, tuple[Route, str, str]] = {
    "the other list is new": (
        (),
        "sidecars: # ours\n  # about x\n  - name: x\n    image: y # why\n\nreplicas: 1\n",
        "sidecars: [] # ours\ninitContainers:\n  # about x\n  - name: x\n    image: y # why\n    restartPolicy: Always\n\nreplicas: 1\n",
    ),
    "the other list is empty": (
        (),
        "## first\ninitContainers: []\n\n## beside\nsidecars:\n- name: x\n  image: y\n",
        "## first\ninitContainers:\n- name: x\n  image: y\n  restartPolicy: Always\n\n## beside\nsidecars: []\n",
    ),
    "the other list holds something": (
        ("web",),
        "web:\n  sidecars:\n    - name: x\n      image: y\n  initContainers:\n  - name: a\n    image: b\n",
        "web:\n  sidecars: []\n  initContainers:\n  - name: a\n    image: b\n  - name: x\n    image: y\n    restartPolicy: Always\n",
    ),
    "the key stands behind a dash": (
        ("values", 0),
        "values:\n  - sidecars:\n      - name: x\n        image: y\n    replicas: 1\n",
        "values:\n  - sidecars: []\n    initContainers:\n      - name: x\n        image: y\n        restartPolicy: Always\n"
        "    replicas: 1\n",
    ),
    "no line end at the end": (
        (),
        "sidecars:\n  - name: x\n    image: y",
        "sidecars: []\ninitContainers:\n  - name: x\n    image: y\n    restartPolicy: Always",
    ),
}


def moved(text: str, route: Route, count: int | None = None) -> str:
    """The text with the first containers of `sidecars` moved, or all of them."""
    listed = at(next(iter(documents(text))).root, (*route, "sidecars"))
    assert listed is not None
    routes = [(*route, "sidecars", index) for index in range(len(listed.items) if count is None else count)]
    moves = [Move(each, "initContainers", LAST, kept=True) for each in routes]
    return rewritten(text, {0: [*moves, *(Set((*each, "restartPolicy"), "Always", ("image",)) for each in routes)]})


@pytest.mark.parametrize("name", ROWS)
def test_the_list_stays(name: str) -> None:
    route, text, wanted = ROWS[name]
    assert moved(text, route) == wanted


def test_what_is_left_stays_in_its_list() -> None:
    text = "values:\n- sidecars:\n  - name: x\n    image: y\n  - name: z\n    image: y\n"
    wanted = "values:\n- sidecars:\n  - name: z\n    image: y\n  initContainers:\n  - name: x\n    image: y\n    restartPolicy: Always\n"
    assert moved(text, ("values", 0), 1) == wanted


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sidecars: [{name: x, image: y}]\n", "sidecars would be empty, and it is written in brackets"),
        ("sidecars: &all\n  - name: x\n    image: y\n", "an anchor stands on sidecars, which would be empty"),
    ],
)
def test_what_is_refused(text: str, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        moved(text, ())
