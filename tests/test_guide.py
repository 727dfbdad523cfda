"""`rules/README.md`, from which a stranger writes rules and helpers: it is complete, it is current, and its examples hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sidecarlint import bundle
from sidecarlint.fixes import PLANS, POD_PLANS
from sidecarlint.lifecycle import WORDS
from sidecarlint.lifecycle.words import VALUES
from sidecarlint.rulebook.evaluation import COMPARISONS, FILTERS
from tests.conftest import CHECKOUT, Run

GUIDE = (CHECKOUT / "rules" / "README.md").read_text(encoding="utf-8")
ALL_WORDS = {f"{name}.{word}" if words else name for name, words in WORDS.items() for word in words or ("",)}


def section(heading: str) -> str:
    return GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """The first cell of each row of the tables in a text, without its marks, and the other cells."""
    for row in re.findall(r"^\| (`.*) \|$", text, re.MULTILINE):
        first, *rest = row.split(" | ")
        yield first.strip("`"), rest


def keys(schema: dict[str, Any], ahead: str = "") -> Iterator[str]:
    for key, below in schema["properties"].items():
        yield f"{ahead}{key}"
        yield from keys(below, f"{ahead}{key}.") if "properties" in below else ()


def test_every_word_is_explained_and_nothing_else() -> None:
    explained = [word for word, _ in rows(section("Words"))]
    assert sorted(explained) == sorted(ALL_WORDS), "bring the tables below ## Words in rules/README.md up to date"


@pytest.mark.parametrize(("word", "cells"), list(rows(section("Words"))))
def test_what_a_word_can_be_is_what_a_rule_is_held_to(word: str, cells: list[str]) -> None:
    can_be, _ = cells
    values = VALUES.get(word)
    if values is None:
        assert can_be in ("text", "names", "number")
    elif values == (True, False):
        assert can_be == "true or false"
    else:
        assert sorted(re.findall("`(.*?)`", can_be)) == sorted(str(value) or '""' for value in values)


def test_every_key_is_explained() -> None:
    rule = json.loads((CHECKOUT / "sidecarlint" / "rulebook" / "rule.schema.json").read_text(encoding="utf-8"))
    found = dict(rows(section("Keys of a rule file")))
    assert [*found] == [*rule["properties"]]
    assert {key for key, cells in found.items() if cells[0] == "yes"} == set(rule["required"])
    assert all(f"`{category}`" in found["category"][1] for category in rule["properties"]["category"]["enum"])
    helper = json.loads((CHECKOUT / "sidecarlint" / "helper.schema.json").read_text(encoding="utf-8"))
    found = dict(rows(section("Keys of a helper file")))
    assert {*found} == {*keys(helper)}
    assert {key for key, cells in found.items() if cells[0] == "yes"} == set(helper["required"])


def test_every_filter_comparison_and_plan_is_named() -> None:
    text = section("What an expression may hold")
    names = [name for row, _ in rows(text) for name in re.findall(r"(\w+)(?:\(\w+\))?", row)]
    assert set(FILTERS) <= set(names)
    assert all(symbol in text for symbol in COMPARISONS)
    assert all(f"`{plan}`" in section("Keys of a rule file") for plan in (*PLANS, *POD_PLANS))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A repository with the files that the guide shows, under the names that it gives them."""
    fences = re.findall(r"`(lint/[\w/.-]+)`[^`]*\n\n(`{3,})\w+\n(.*?)^\2$", GUIDE, re.MULTILINE | re.DOTALL)
    assert [name for name, _, _ in fences] == ["lint/helpers/company-gateway.yaml", "lint/rules/proxy-not-pinned.md"]
    for name, _, text in fences:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_its_examples_hold(here: Path, run: Run) -> None:
    (command,) = re.findall(r"```sh\nsidecarlint (.*)\n```", GUIDE)
    done = run(*command.split())
    assert (done.code, done.err) == (0, "")
    assert done.out == "ok    company-gateway (helper)\nok    proxy-not-pinned (2 examples)\n1 rule, 2 examples: all hold\n"


def test_its_configuration_counts(here: Path, run: Run) -> None:
    (table,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    (here / "sidecarlint.toml").write_text(table)
    assert run("test").out.endswith("\nok    proxy-not-pinned (2 examples)\n1 rule, 2 examples: all hold\n")
    shop = GUIDE.partition("## Fails\n\n```yaml\n")[2].partition("```")[0]
    (here / "shop.yaml").write_text(shop)
    found = run("check", "--select", "proxy-not-pinned", "--format", "concise", "shop.yaml").out
    assert "gateway may be another version each time that it starts: its image has the tag latest" in found
    for end, said in (("gateway", "its image has no tag"), ("gateway:v1", ""), ("gateway@sha256:abc", "")):
        (here / "shop.yaml").write_text(shop.replace("gateway:latest", end))
        found = run("check", "--select", "proxy-not-pinned", "--format", "concise", "shop.yaml").out
        assert (said in found) if said else ("proxy-not-pinned" not in found)
    assert "\nWHAT TO DO\n" in run("explain", "proxy-not-pinned").out


def test_the_words_are_shown_in_the_terminal(run: Run) -> None:
    done = run("explain", "words")
    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert [line for line in lines if len(line) > 80 or line != line.rstrip()] == []
    shown = [line.split(":")[0].strip() for line in lines if re.match(r"  [a-z_.]+: ", line)]
    assert sorted(shown) == sorted(ALL_WORDS)
    assert "  container.faces: inbound, outbound, neither" in lines
    assert run("explain", "word").err.startswith('sidecarlint: there is no rule "word"; did you mean words?')


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", GUIDE)
    assert links
    assert [link for link in links if not (bundle.rules_folder() / link).exists()] == []


def test_the_loaders_leave_it_alone() -> None:
    assert "README" not in {rule.id for rule in bundle.bundled().rules}
    assert bundle.guide() == GUIDE
