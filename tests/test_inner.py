"""YAML inside a scalar: its nodes stand where they are written in the source."""

import pytest

from sidecarlint.documents import Route, at, documents, walk
from sidecarlint.documents.inner import inner_document

AROUND = "spec:\n  values: {}\n  other: 1\n---\nb: 2\n"
BLOCK = '|\n    # ours\n    sidecars:\n    - name: x\n      image: "y"\n\n    web:\n      port: 80'


def inner(text: str, route: Route = ("spec", "values")) -> object:
    return inner_document(text, next(iter(documents(text))), route)


@pytest.mark.parametrize("block", [BLOCK, BLOCK.replace("|", "|-"), BLOCK.replace("|", "| # why"), BLOCK.replace("\n", "\r\n")])
def test_spans_are_those_of_the_source(block: str) -> None:
    text = AROUND.format(block)
    document = inner_document(text, next(iter(documents(text))), ("spec", "values"))
    assert document is not None
    assert document.number == 0
    leaves = [node for node in walk(document.root) if node.kind == "scalar"] if document.root else []
    assert [text[node.start : node.end].strip('"') for node in leaves] == [node.text for node in leaves]
    found = at(document.root, ("sidecars", 0, "name"))
    assert found is not None
    assert text[: found.start].endswith("- name: ")


@pytest.mark.parametrize("block", ["{a: 1}", '"a: 1"', ">\n    a: 1", "|\n    a: [", "|2\n    a: 1", "|\n"])
def test_what_is_not_read(block: str) -> None:
    assert inner(AROUND.format(block)) is None
    assert inner("spec: 1\n") is None
