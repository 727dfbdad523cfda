"""Operations on YAML that a scalar holds: the outer text changes where the inner one does, and nowhere else."""

import random
from textwrap import dedent

import pytest
import yaml

from sidecarlint.documents import Route, documents
from sidecarlint.edits import (
    LAST,
    Fields,
    Move,
    Operation,
    Plain,
    Refusal,
    Remove,
    Rename,
    Set,
    Substitute,
    changes_inside,
    rewritten,
    splice,
)

PATCH: Route = ("patches", 0, "patch")
CONTAINERS: Route = ("spec", "template", "spec", "containers")
TO_INIT = Move((*CONTAINERS, 0), "initContainers", LAST)


def changed(text: str, *operations: Operation, route: Route = PATCH) -> str:
    return rewritten(text, {}, {(0, route): operations})


MERGE = """\
# who lays what over the shop
resources: [../base]
patches:
- target: {kind: Deployment}   # all of them
  patch: |
    spec:
      template:
        spec:
          # what the mesh needs
          containers:
          - name: proxy   # the way out
            image: registry.example/proxy:2

          # the shop itself
          - name: shop
- path: replicas.yaml   # stays
"""
MERGED = """\
# who lays what over the shop
resources: [../base]
patches:
- target: {kind: Deployment}   # all of them
  patch: |
    spec:
      template:
        spec:
          initContainers:
          - name: proxy   # the way out
            image: registry.example/proxy:2

          # what the mesh needs
          containers:
          # the shop itself
          - name: shop
- path: replicas.yaml   # stays
"""
POINTED = """\
patches:
- patch: |-
    # count anew when the base changes
    - op: replace
      path: /spec/template/spec/containers/1/image   # the proxy
      value: "registry.example/proxy:3"
  target: {kind: Deployment}
"""
AT = len("/spec/template/spec/")
REPOINTED = Substitute((0, "path"), AT, AT + len("containers/1"), "initContainers/0")
SHOP = "- name: shop\n"
SET = Set((*CONTAINERS, 0, "image"), "proxy-nine")

# fmt: off
WRITTEN = [
    ("a container moves", MERGE, [TO_INIT], MERGED),
    ("line ends", MERGE.replace("\n", "\r\n"), [TO_INIT], MERGED.replace("\n", "\r\n")),
    ("no last line end", MERGE.replace("|", "|-"), [TO_INIT], MERGED.replace("|", "|-")),
    ("all line ends", MERGE.replace("|", "|+"), [TO_INIT], MERGED.replace("|", "|+")),
    ("blank lines behind that count", MERGE.replace("|", "|+").replace(SHOP, SHOP + "\n\n"), [TO_INIT],
     MERGED.replace("|", "|+").replace(SHOP, SHOP + "\n\n")),
    ("blank lines behind that do not", MERGE.replace(SHOP, SHOP + "\n   \n"), [SET],
     MERGE.replace("registry.example/proxy:2", "proxy-nine").replace(SHOP, SHOP + "\n   \n")),
    ("at the end of the text", MERGE.replace("- path: replicas.yaml   # stays\n", ""), [TO_INIT],
     MERGED.replace("- path: replicas.yaml   # stays\n", "")),
    ("at the end of a text without line end", MERGE.replace("\n- path: replicas.yaml   # stays\n", ""), [SET],
     MERGE.replace("\n- path: replicas.yaml   # stays\n", "").replace("registry.example/proxy:2", "proxy-nine")),
    ("an indentation that is said", MERGE.replace("|", "|4").replace("\n    ", "\n      "), [SET],
     MERGE.replace("|", "|4").replace("\n    ", "\n      ").replace("registry.example/proxy:2", "proxy-nine")),
    ("a tag for a string", MERGE.replace("|", "!!str |"), [TO_INIT], MERGED.replace("|", "!!str |")),
    ("the second operation of two", MERGE, [TO_INIT, Set((*CONTAINERS, 1, "tty"), Plain("true"))],
     MERGED.replace("- name: shop\n", "- name: shop\n            tty: true\n")),
    ("the last line goes", MERGE.replace(SHOP, SHOP + "            tty: true\n"), [Remove((*CONTAINERS, 1, "tty"))], MERGE),
    ("the last line goes, no last line end", MERGE.replace("|", "|-").replace(SHOP, SHOP + "            tty: true\n"),
     [Remove((*CONTAINERS, 1, "tty"))], MERGE.replace("|", "|-")),
    ("a key gets another name", MERGE, [Rename(CONTAINERS, "initContainers")], MERGE.replace("containers:", "initContainers:")),
    ("an index", POINTED, [REPOINTED], POINTED.replace("containers/1", "initContainers/0")),
    ("a folded block whose lines stay apart",
     POINTED.replace("|-", ">-").replace("    # count anew when the base changes\n", ""), [REPOINTED],
     POINTED.replace("|-", ">-").replace("    # count anew when the base changes\n", "").replace("containers/1", "initContainers/0")),
]

A = "patches:\n- {patch: '[{\"op\": \"add\", \"path\": \"/a\"}]', x: 1}   # c\n"
B = 'patches:\n- patch: "[{\\"op\\": \\"add\\", \\"path\\": \\"/a\\"}]"\n'
QUOTED = [
    ("JSON in single quotes", A, [Set((0, "path"), "/b")], A.replace('"/a"', '"/b"')),
    ("a quote in single quotes", A, [Set((0, "path"), "/it's")], A.replace('"/a"', '"/it\'\'s"')),
    ("a new key", A, [Set((0, "value"), Fields((("n", Plain("1")),)))], A.replace('"/a"', '"/a", "value": {"n": 1}')),
    ("JSON in double quotes", B, [Set((0, "path"), "/b")], B.replace("/a", "/b")),
    ("a quote in double quotes", B, [Set((0, "path"), 'say "b"')], B.replace("/a", 'say \\\\\\"b\\\\\\"')),
    ("lines in double quotes", 'patches:\n- patch: "a: 1\\nb: 2 # c\\n"\n', [Set(("a",), Plain("7"))],
     'patches:\n- patch: "a: 7\\nb: 2 # c\\n"\n'),
    ("no quotes", "patches:\n- patch: kind=x\n  y: 1\n", [], "patches:\n- patch: kind=x\n  y: 1\n"),
]
# fmt: on


@pytest.mark.parametrize(
    ("text", "operations", "expected"), [row[1:] for row in (*WRITTEN, *QUOTED)], ids=[row[0] for row in (*WRITTEN, *QUOTED)]
)
def test_the_inner_text_is_rewritten(text: str, operations: list[Operation], expected: str) -> None:
    assert changed(text, *operations) == expected
    before, after = (yaml.safe_load(each)["patches"][0]["patch"] for each in (text, expected))
    assert yaml.safe_load(rewritten(before, {0: operations})) == yaml.safe_load(after)
    document = next(documents(text))
    assert splice(text, changes_inside(text, document, PATCH, operations)) == expected


def test_only_what_differs_is_a_change() -> None:
    found = changes_inside(POINTED, next(documents(POINTED)), PATCH, [REPOINTED])
    assert [(POINTED[each.start : each.end], each.text) for each in found] == [("c", "initC"), ("1", "0")] or len(found) == 1
    assert sum(each.end - each.start for each in found) <= len("containers/1")


def test_operations_on_the_document_and_on_several_scalars_go_together() -> None:
    two = POINTED + POINTED.removeprefix("patches:\n")
    done = rewritten(two, {0: [Set(("namespace",), "shop")]}, {(0, PATCH): [REPOINTED], (0, ("patches", 1, "patch")): [REPOINTED]})
    assert done == two.replace("containers/1", "initContainers/0") + "namespace: shop\n"


def test_any_document_of_the_outer_text() -> None:
    text = f"a: 1\n---\n{POINTED}"
    assert rewritten(text, {}, {(1, PATCH): [REPOINTED]}) == text.replace("containers/1", "initContainers/0")


def test_the_first_document_of_several_in_one_scalar() -> None:
    text = MERGE.replace(SHOP, SHOP + "    ---\n    kind: Other\n")
    assert changed(text, TO_INIT) == MERGED.replace(SHOP, SHOP + "    ---\n    kind: Other\n")


REFUSED = [
    ("folded lines", "a: >\n  x: 1\n  y: 2\n", Set(("x",), Plain("2")), "cannot be read as a whole", 1),
    ("folded into one that is YAML", "a: >\n  {x: 1,\n  y: 2}\n", Set(("x",), Plain("2")), "write it as a block with", 1),
    ("quotes over several lines", 'a: "x: 1\n\n  y: 2"\n', Set(("z",), "say"), "over several lines; write it as a block", 1),
    ("a new line in single quotes", "a: 'x: 1'\n", Set(("y",), "2"), "second line", 1),
    ("no YAML", "a: |\n  x: [\n", Set(("x",), "1"), "cannot be read as a whole, in the text that stands here", 2),
    ("nothing", "a: ''\n", Set(("x",), "1"), "there is no YAML in it", 1),
    ("comments alone", "a: |\n  # x\n", Set(("x",), "1"), "there is no YAML in it", 2),
    ("a mapping", "a: {x: 1}\n", Set(("x",), "1"), "a is no text", 1),
    ("a tag", "a: !!binary |\n  eDogMQ==\n", Set(("x",), "1"), "a is no text", 1),
    ("an alias", "b: &b 'x: 1'\na: *b\n", Set(("x",), "2"), "through the alias", 2),
    ("what others use too", "a: &b 'x: 1'\nb: *b\n", Set(("x",), "2"), "through the anchor", 1),
    ("nothing at the route", "b: 1\n", Set(("x",), "2"), "is not there", 1),
    ("an alias in the text", "a: |\n  y: &y 1\n  x: *y\n", Substitute(("x",), 0, 1, "2"), "through the alias", 3),
    ("a comment that would be lost", "a: |\n  x:\n  - y # why\n  z: 1\n", Remove(("x", 0), bare=True), "comment", 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "operation", "reason", "line"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_done_is_refused_with_its_place(text: str, operation: Operation, reason: str, line: int) -> None:
    with pytest.raises(Refusal, match=reason) as caught:
        changed(text, operation, route=("a",))
    assert text.count("\n", 0, caught.value.offset) + 1 == line


STYLES = ("|", "|-", "|+", "|2", "|-2", ">", ">-", '"', "'", "")


@pytest.mark.parametrize("seed", range(150))
def test_whatever_holds_it_means_what_was_planned_or_is_refused(seed: int) -> None:
    """PyYAML reads both sides: the outer document is the same but for the scalar, and that means the inner text with the operations."""
    dice = random.Random(seed)
    inner = "\n".join(dice.choice(("k{}: v", "k{}:\n- name: a\n- name: b # c", "k{}: |\n  x\n\n   y", "# k{}", "", "k{}: [1, 2]")).format(i)
                      for i in range(dice.randint(1, 6)))  # fmt: skip
    inner = f"first: {{b: 1}}\n{inner}\nlast: 1" + "\n" * dice.randint(0, 3)
    style = dice.choice(STYLES)
    held = yaml.dump(inner, default_style=style or None, width=10_000, allow_unicode=True).removesuffix("...\n")
    if style[:1] in ("|", ">"):
        lines = [f"  {line}\n" if line or dice.random() < 0.3 else "\n" for line in inner.rstrip("\n").split("\n")]
        held = f"{style}\n{''.join(lines)}" + "\n" * dice.randint(0, 2)
    text = f"# outer\na: {held}z: 'end'\n".replace("\n", dice.choice(("\n", "\r\n")))
    value = yaml.safe_load(text)["a"]
    try:
        read = yaml.safe_load(value)
    except yaml.YAMLError:
        # Folding has made something else of it.
        with pytest.raises(Refusal):
            changed(text, Set(("last",), "x"), route=("a",))
        return
    keys = [key for key, each in read.items() if isinstance(each, list) and len(each) > 1]
    operations: list[Operation] = [Set(("last",), Plain("2")), Set(("first", "new"), "n"), Set(("added",), "x")]
    operations += [Remove((keys[0], 1))] if keys else []
    operations = dice.sample(operations, dice.randint(1, len(operations)))
    try:
        after = changed(text, *operations, route=("a",))
    except Refusal:
        return
    assert yaml.safe_load(after)["z"] == "end"
    assert yaml.safe_load(yaml.safe_load(after)["a"]) == yaml.safe_load(rewritten(value, {0: operations}))
    assert after.startswith(text[: text.index("a:")])
    assert after.endswith(text[text.index("z:") :])


def test_most_of_these_are_written() -> None:
    text = "a: {}\n  first: {{b: 1}}\n  k:\n  - name: a\n  - name: b # c\n  last: 1\nz: 1\n"
    for style in ("|", "|-", "|+", "|2"):
        assert changed(text.format(style), Remove(("k", 0)), Set(("last",), Plain("2")), route=("a",)) == dedent(
            f"""\
            a: {style}
              first: {{b: 1}}
              k:
              - name: b # c
              last: 2
            z: 1
            """
        )
