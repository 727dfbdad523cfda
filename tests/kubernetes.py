"""What Kubernetes itself says of manifests: whether the API server of a version would take them, and why not.

In: texts and a minor version such as "1.33". Out: an `Answer` for each object. Kubernetes' own code answers, built from
`tests/apiserver`. Where it cannot be built (no Go, no network), and for versions that nobody asked for, the test is skipped.
"""

import json
import os
import re
import subprocess
from collections import Counter
from functools import cache
from typing import Any

import pytest

from sidecarlint.values import NamedTuple
from tests.apiserver import build

VARIABLE = "SIDECARLINT_KUBERNETES"
"""The environment variable that names the versions to ask, as `1.29 1.33` or `all`. Without it only the newest is asked."""
VERSIONS = tuple(build.RELEASES)
"""The minor versions that can be asked."""
NEWEST = build.NEWEST
_NAMED = os.environ.get(VARIABLE, NEWEST).replace(",", " ").split()
ASKED = VERSIONS if _NAMED == ["all"] else tuple(_NAMED)
"""The minor versions that this run of the tests asks."""
CONTAINER = re.compile(r"\b(?:init)?[cC]ontainers\[(\d+)\]")


class Refusal(NamedTuple):
    """One reason. `detail` is all that kubectl prints behind the field. `field` and `type` are "" where an object cannot be read."""

    field: str
    type: str
    detail: str


class Answer(NamedTuple):
    """What the API server says of one object: `valid`, `invalid`, `undecodable` or `unknown-kind` (of no kind that holds pods).

    `document` counts the documents of the text from 0. `item` is where the object stands in a List, None outside of one. `object` is
    what would be stored, with all defaults and without dropped fields, where that was asked for and the object is valid.
    """

    document: int
    item: int | None
    kind: str
    name: str
    outcome: str
    errors: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    object: dict[str, Any] | None = None


def validate(text: str, version: str) -> list[Answer]:
    """What the API server of a version says of each object of a text, in order. Skips the test where it cannot be asked."""
    return validate_all([text], version)[0]


def validate_all(texts: list[str], version: str, objects: bool = False, gates: str = "") -> list[list[Answer]]:
    """The same of many texts at once, which takes hardly longer; with `objects` each valid object as it would be stored.

    `gates` are set as on kube-apiserver: `SidecarContainers=false,Other=true`. All others are as that version has them by default.
    """
    command = [_program(version), *(["-objects"] if objects else []), f"-feature-gates={gates}"]
    # A NUL ends a text for the program, and none may stand in YAML or JSON: it refuses what stands here for one.
    sent = "\0".join(text.replace("\0", "\x01") for text in texts)
    done = subprocess.run(command, input=sent.encode(), capture_output=True, timeout=600)
    assert done.returncode == 0, done.stderr.decode()
    answers: list[list[Answer]] = [[] for _ in texts]
    for line in done.stdout.splitlines():
        said = json.loads(line)
        said["errors"] = tuple(Refusal(**each) for each in said["errors"])
        said["warnings"] = tuple(said["warnings"])
        answers[said.pop("text")].append(Answer(**said))
    return answers


def refusals(answers: list[Answer]) -> Counter[tuple[str, ...]]:
    """All reasons against a text, to compare those before and after a rewrite: a container is the same one wherever it stands."""
    return Counter(
        (each.kind, each.name, CONTAINER.sub("container", error.field), error.type, CONTAINER.sub("container", error.detail))
        for each in answers
        for error in each.errors
    )


def _program(version: str) -> str:
    if version not in ASKED:
        pytest.skip(f"Kubernetes {version} is not asked: {VARIABLE} names other versions, or none ({VARIABLE}=all)")
    path, why = _built(version)
    if why:
        pytest.skip(f"Kubernetes {version} cannot be asked: {why}")
    return path


@cache
def _built(version: str) -> tuple[str, str]:
    """The program's path and "", or "" and why there is none. Tried once: without a network, each try takes its time."""
    try:
        return str(build.program(version)), ""
    except build.Unavailable as why:
        return "", str(why)
