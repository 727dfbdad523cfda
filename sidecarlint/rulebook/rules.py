"""Rules from rule files: one Markdown file each.

In: rule files and the model's public words. Out: `Rule`s. Must not know: how a rule file is written.

What reads a rule file is imported when one is read: a plain run imports this module and reads none.
"""

import os
from collections.abc import Iterable, Iterator

from sidecarlint.errors import RuleError
from sidecarlint.rulebook.rule import Plans, Rule, Values, Words


def read_rule(path: str, text: str, words: Words, plans: Plans | None = None, values: Values | None = None) -> Rule:
    """A rule file's text as a rule; its id is the file's stem. `plans` are those that its fix may name, None for any. `values` are
    what words can be, None for anything.

    Raises RuleError with the line for anything that is wrong."""
    from sidecarlint.rulebook.reading import read

    return read(path, text, words, plans, values)


def rule_files(folder: str) -> list[str]:
    """The paths of the rule files that stand directly in a folder, in the order of their names. A README.md is none."""
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".md") and name != "README.md"]


def load_rules(paths: Iterable[str], words: Words, plans: Plans | None = None, values: Values | None = None) -> tuple[Rule, ...]:
    """The rules of files and folders, in the order of their ids. Raises RuleError for what is missing, broken or there twice."""
    found: dict[str, tuple[str, Rule]] = {}
    for path in _files(paths):
        rule = read_rule(path, read_text(path), words, plans, values)
        first, _ = found.setdefault(rule.id, (path, rule))
        if os.path.realpath(first) != os.path.realpath(path):
            raise RuleError(path, None, f"the rule `{rule.id}` is already in {first}; ids are unique")
    return tuple(found[identifier][1] for identifier in sorted(found))


def _files(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        listed = rule_files(path)
        if not listed:
            raise RuleError(path, None, "there is no rule file (*.md) in this folder")
        yield from listed


def read_text(path: str) -> str:
    """The text of one of our own files, with line feeds. Raises RuleError when it cannot be read or is not UTF-8."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except OSError as error:
        raise RuleError(path, None, error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise RuleError(path, None, "it is not UTF-8") from None
