"""The official YAML test suite: every case is read as other readers read it, or refused, and nothing crashes.

A case counts as read when PyYAML's pure parser, ruamel.yaml's pure parser or the suite itself sees the same tree. All of them are
independent of libyaml, which is what `documents` uses.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from sidecarlint.documents import Node, documents, walk
from sidecarlint.documents.comments import comments
from tests.comments_of import scanned

SUITE = Path(__file__).parent.parent.parent / "shared" / "yaml-test-suite" / "src"
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="the YAML test suite is not there")

Tree = list[Any]
"""`[kind, value or children]`; an empty document is an empty scalar."""

VISIBLE = {"␣": " ", "»": "\t", "↵": "", "∎\n": "", "∎": "", "←": "\r", "⇔": "\ufeff"}
"""How the suite shows what cannot be seen. Dashes in front of » are there to be looked at."""

LENIENT = {
    ("3HFZ", 0): "words behind `...` are passed over",
    ("9MMA", 0): "a directive alone is no document",
    ("B63P", 0): "a directive alone is no document",
    ("MUS6", 0): "libyaml needs no blank behind a directive",
    ("X4QW", 0): "libyaml needs no blank between > and a comment",
}
"""Cases that the suite, PyYAML and ruamel refuse, and we do not."""


def cases() -> Iterator[tuple[tuple[str, int], str, list[Tree] | None]]:
    """Name, text, and the trees that the suite wants, None where the text is no YAML. A case without a tree has the one before it."""
    for path in sorted(SUITE.glob("*.yaml")):
        tree = ""
        for number, case in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)):
            shown, tree = re.sub("—+»", "»", case.get("yaml", "")), case.get("tree", tree)
            for sign, meant in VISIBLE.items():
                shown = shown.replace(sign, meant)
            if "yaml" in case:
                yield (path.stem, number), shown, None if case.get("fail") else list(suite_trees(tree))


def ours(node: Node | None) -> Tree:
    if node is None:
        return ["scalar", ""]
    if node.kind in ("scalar", "alias"):
        return [node.kind, node.text]
    children = [each for pair in node.pairs for each in pair] if node.kind == "mapping" else node.items
    return [node.kind, [ours(each) for each in children]]


def event_trees(events: Iterable[Any]) -> list[Tree]:
    roots: list[Tree] = []
    stack: list[list[Tree]] = [roots]
    for event in events:
        name = type(event).__name__
        if name == "DocumentEndEvent" and getattr(event, "empty", False):
            roots.append(["scalar", ""])
        elif name == "ScalarEvent":
            stack[-1].append(["scalar", event.value])
        elif name == "AliasEvent":
            stack[-1].append(["alias", event.anchor])
        elif name in ("MappingStartEvent", "SequenceStartEvent"):
            stack.append([])
        elif name in ("MappingEndEvent", "SequenceEndEvent"):
            children = stack.pop()
            stack[-1].append([name.removesuffix("EndEvent").lower(), children])
    return roots


def suite_trees(text: str) -> Iterator[Tree]:
    stack: list[list[Tree]] = [[]]
    for line in text.splitlines():
        word = line.strip()
        if word[:4] in ("+MAP", "+SEQ"):
            stack.append([])
        elif word in ("-MAP", "-SEQ"):
            children = stack.pop()
            stack[-1].append(["mapping" if word == "-MAP" else "sequence", children])
        elif found := re.fullmatch(r"=VAL (?:&\S+ )?(?:<[^>]*> )?[:'\"|>](.*)", word if word[-1:] != ":" else line.lstrip()):
            escaped = found[1].replace("␣", " ").replace('"', '\\"').replace("∎", "").replace("\\b", "\\u0008")
            stack[-1].append(["scalar", json.loads(f'"{escaped}"', strict=False)])
        elif word.startswith("=ALI *"):
            stack[-1].append(["alias", word[6:]])
        elif word == "-DOC":
            yield stack[0].pop()


def pyyaml(text: str) -> list[Tree] | None:
    try:
        return event_trees(yaml.parse(text, yaml.SafeLoader))
    except yaml.YAMLError:
        return None


def ruamel(text: str) -> list[Tree] | None:
    try:
        return event_trees(YAML(typ="safe", pure=True).parse(text))
    except (YAMLError, AssertionError):
        return None


def test_every_case_is_read_as_others_read_it_or_refused() -> None:
    seen: Counter[str] = Counter()
    wrong = {}
    for name, text, wanted in cases():
        read = list(documents(text))
        if any(document.problem for document in read):
            seen["refused"] += 1
            continue
        trees = [ours(document.root) for document in read]
        seen["read"] += 1
        if trees not in (pyyaml(text), ruamel(text), wanted) and name not in LENIENT:
            wrong[name] = (text, trees, wanted)
    assert wrong == {}
    assert seen["read"] > 260
    assert seen["refused"] > 100


def test_what_we_refuse_is_refused_by_another_reader_or_known() -> None:
    """libyaml, and with it kubectl, knows less than the others of directives and of tabs that begin a block scalar."""
    strict = {"2LFX", "6LVF", "96NN", "BEC7", "MUS6", "R4YG", "Y79Y", "ZYU8"}
    read = [(name, text) for name, text, wanted in cases() if wanted and pyyaml(text)]
    assert {name for (name, _), text in read if any(document.problem for document in documents(text))} == strict


def test_spans_of_every_case_hold_what_was_written() -> None:
    plain = 0
    for name, text, _ in cases():
        for document in documents(text):
            for node in walk(document.root) if document.root is not None and document.problem is None else ():
                written = text[node.start : node.end]
                if node.kind == "scalar" and node.style == "" and not re.search(r"[\r\n]", written):
                    # libyaml takes the comma of `- !!str, xxx` into the tag; the suite forbids it altogether.
                    assert written == node.text or name == ("U99R", 0), name
                    plain += 1
                elif node.kind == "alias":
                    assert written == f"*{node.text}", name
                elif node.style in ("'", '"'):
                    assert written[0] == written[-1] == node.style, name
                elif node.flow and not is_pair(node, written):
                    assert written[0] + written[-1] in ("{}", "[]"), name
    assert plain > 850


def is_pair(node: Node, written: str) -> bool:
    """Whether this is a pair without braces in a flow list."""
    return written[0] not in "{[" or bool(node.pairs) and node.pairs[0][0].outset <= node.start


def test_comments_of_every_case_are_those_of_ruamel() -> None:
    """ruamel keeps none on a directive's line; what stands behind `...` belongs to no document of ours."""
    counted = 0
    for name, text, wanted in cases():
        read = list(documents(text))
        if wanted is None or not read or any(document.problem for document in read) or ruamel(text) is None:
            continue
        mine = [comment.text for document in read for comment in comments(text, document)]
        assert Counter(mine) == scanned(text) or name in {("MUS6", 4), ("RTP8", 0)}, name
        counted += len(mine)
    assert counted > 80
