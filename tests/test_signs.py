"""What a label or an annotation says: a sign as helper files write it, what stands there, and what follows."""

import pytest

from sidecarlint.lifecycle.signs import Metadata, first_shown, is_shown, metadata_of, sign_of
from tests.sketch import services, workload

# The sign, the value at its key (None for no such key), and whether it is shown.
SHOWN = [
    ("label a.io/in", "true", True),
    ("label a.io/in", "True", True),
    ("label a.io/in", "enabled", True),
    ("label a.io/in", "yes", True),
    ("label a.io/in", "false", False),
    ("label a.io/in", "disabled", False),
    ("label a.io/in", "other", False),
    ("label a.io/in", "", False),
    ("label a.io/in", None, False),
    ("label a.io/in=ingress", "ingress", True),
    ("label a.io/in=ingress", "Ingress", False),
    ("label a.io/in=ingress", "true", False),
    ("label a.io/in=*", "anything", True),
    ("label a.io/in=*", "true", True),
    ("label a.io/in=*", "false", False),
    ("label a.io/in=*", "", False),
    ("label a.io/in=*", None, False),
    ("label a.io/in has hold", "hold: true", True),
    ("label a.io/in has hold", "b: 1\nhold: true\n", True),
    ("label a.io/in has hold", '{"hold": true}', True),
    ("label a.io/in has hold", '{"hold":"true"}', True),
    ("label a.io/in has hold", "hold: false", False),
    ("label a.io/in has hold", "holder: true", False),
    ("label a.io/in has hold", "withhold: true", False),
    ("label a.io/in has hold", "true", False),
]


@pytest.mark.parametrize(("text", "value", "shown"), SHOWN)
def test_whether_a_sign_is_shown(text: str, value: str | None, shown: bool) -> None:
    given = {} if value is None else {"a.io/in": value}
    empty: dict[str, str] = {}
    places = {
        "label": Metadata(given, empty, empty, empty, ("m",)),
        "annotation": Metadata(empty, given, empty, empty, ("m",)),
        "namespace label": Metadata(empty, empty, given, empty, ("m",)),
        "namespace annotation": Metadata(empty, empty, empty, given, ("m",)),
    }
    for where in places:
        sign = sign_of(text.replace("label", where))
        assert {there for there, metadata in places.items() if is_shown(sign, metadata)} == ({where} if shown else set())


@pytest.mark.parametrize("text", ["", "label", "a.io/in", "taint a.io/in", "namespace a.io/in", "label a b"])
def test_what_is_no_sign(text: str) -> None:
    with pytest.raises(ValueError, match="is no sign"):
        sign_of(text)


def test_the_place_and_the_name_of_a_sign() -> None:
    metadata = Metadata({}, {}, {}, {}, ("spec", "metadata"))
    own, other = sign_of("annotation a.io/in has hold"), sign_of("namespace label a.io/in")
    assert (own.name, other.name) == ("hold", "a.io/in")
    assert metadata.place(own) == ("spec", "metadata", "annotations", "a.io/in")
    assert metadata.place(other) is None


def test_the_first_that_is_there() -> None:
    metadata = Metadata({"a": "false", "b": "true", "c": "true"}, {}, {}, {}, ())
    assert first_shown(("label a", "label b", "label c"), metadata) == sign_of("label b")
    assert first_shown(("label a",), metadata) is None
    assert first_shown((), metadata) is None


ONE = "{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {a: x}, annotations: {b: y}}}"
# The workload's namespace, those of the run, and the labels that count for certain and perhaps.
NAMESPACES = [
    ("shop", ["shop"], {"a": "x"}, {"a": "x"}),
    ("shop", ["blog"], {}, {}),
    ("", ["shop"], {}, {}),
    ("shop", [], {}, {}),
    # Every cluster has it, and the run may hold those of several.
    ("default", ["default"], {}, {"a": "x"}),
]


@pytest.mark.parametrize(("own", "named", "sure", "perhaps"), NAMESPACES)
def test_the_namespace_of_a_workload(own: str, named: list[str], sure: dict[str, str], perhaps: dict[str, str]) -> None:
    found, references = workload(f"Job Never {{namespace: '{own}'}}", "w: app"), services("\n---\n".join(ONE % name for name in named))
    assert metadata_of(found, references).namespace_labels == sure
    assert metadata_of(found, references, sure=False).namespace_labels == perhaps


def test_namespaces_of_one_name_that_differ_are_those_of_several_clusters() -> None:
    references = services(ONE % "shop" + "\n---\n" + (ONE % "shop").replace("a: x", "c: z"))
    found = workload("Job Never {namespace: shop}", "w: app")
    assert metadata_of(found, references).is_empty
    assert metadata_of(found, references, sure=False).namespace_labels == {"a": "x", "c": "z"}
