"""The words of rules: what they say of an image, and what the ones with few values can be."""

import json

import pytest

from sidecarlint.lifecycle import WORDS, ContainerLife, PodLife
from sidecarlint.lifecycle.parts import Part
from sidecarlint.lifecycle.words import VALUES
from tests.conftest import CHECKOUT
from tests.sketch import life

# fmt: off
IMAGES = [
    ("nginx",                                     "nginx", "", ""),
    ("nginx:1.27",                                "nginx", "1.27", ""),
    ("registry.example:5000/web/shop",            "registry.example:5000/web/shop", "", ""),
    ("registry.example:5000/web/shop:latest",     "registry.example:5000/web/shop", "latest", ""),
    ("envoyproxy/envoy@sha256:abc",               "envoyproxy/envoy", "", "sha256:abc"),
    ("docker.io/envoyproxy/envoy:v1@sha256:abc",  "docker.io/envoyproxy/envoy", "v1", "sha256:abc"),
    ("none",                                      "", "", ""),
]
# fmt: on


@pytest.mark.parametrize(("text", "image", "tag", "digest"), IMAGES)
def test_an_image_is_said_as_it_is_written(text: str, image: str, tag: str, digest: str) -> None:
    (container,) = life("Deployment", f"web: {text}").containers
    assert (container.image, container.tag, container.digest) == (image, tag, digest)


def test_only_words_have_values() -> None:
    assert {tuple(word.split(".")) for word in VALUES} <= {(name, word) for name, words in WORDS.items() for word in words}
    assert all(len(values) == len(set(values)) > 1 for values in VALUES.values())
    assert {word for word, values in VALUES.items() if values == (True, False)} >= {"container.holds_up_work", "pod.finite"}
    assert "container.name" not in VALUES


def test_roles_are_those_of_helper_files_and_the_model_s_own() -> None:
    schema = json.loads((CHECKOUT / "sidecarlint" / "helper.schema.json").read_text(encoding="utf-8"))
    own = set(VALUES["container.role"]) - set(schema["properties"]["role"]["enum"])
    assert own == {"log-reader", "log-server", "outlasting", "named", "said", ""}
    assert all(str(word) in (Part.__doc__ or "") for word in own)


PODS = [
    ("Job Never", "web: app $ ./work", "db: sql > p:r:i", "logs: fluent-bit {mounts: [logs]}"),
    ("CronJob OnFailure", "web: app $ ./work; curl -X POST localhost:9091/quitquitquit", "db: sql > --quitquitquit p:r:i"),
    ("Job Never {deadline: 60}", "web: app $ ./work", "db: sql > p:r:i"),
    ("Deployment", "db: sql {list: sidecar}", "set-up: app {list: init} $ ./set-up", "web: app", "auth: oauth2"),
]


@pytest.mark.parametrize("pod", PODS, ids=lambda pod: pod[0])
def test_what_the_model_says_is_among_the_values(pod: tuple[str, ...]) -> None:
    found = life(*pod)
    for word, values in VALUES.items():
        name, attribute = word.split(".")
        subjects: tuple[ContainerLife | PodLife, ...] = found.containers if name == "container" else (found.pod,)
        assert {getattr(each, attribute) for each in subjects} <= set(values), word
