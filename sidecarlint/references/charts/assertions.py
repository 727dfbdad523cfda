"""Assertions of helm-unittest that no longer hold once containers leave their list.

In: the text of a test file, the names of the containers. Out: lines. Must not know: where the file lies.

An assertion leads to a container by an index, or by a filter for its name. Indexes behind the one that leaves move up. One about the
whole list changes when it counts, or when it names the container.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.documents import Lines, Node, child, documents, items, text_of, walk

_PATH = r"\bcontainers(?:\[(?:(\d+)|\?\(?\s*@\.name\s*={2}\s*[\"']([^\"']+)[\"']\s*\)?|\*)\])?(.*)"
_COUNTS = ("lengthEqual", "notLengthEqual")


def broken_lines(text: str, names: Sequence[str], first: int, template: str = "") -> tuple[int, ...]:
    """The lines of the paths that look elsewhere once these containers have left. `first`: the lowest index that changes; `template`: the
    file below the chart's templates, "" for any. Lines count from 1."""
    found = {
        path.start
        for document in documents(text)
        if document.root is not None and _is_about(document.root, template)
        for path in _broken(document.root, names, first)
    }
    lines = Lines(text)
    return tuple(lines.number(offset) for offset in sorted(found))


def _is_about(suite: Node, template: str) -> bool:
    """A suite may be about some templates only. A test may name others of its own, so any that is named counts."""
    named = [each for node in walk(suite) for each in (child(node, "template"), *items(child(node, "templates"))) if node.kind == "mapping"]
    said = [text for each in named if (text := text_of(each))]
    return not template or not said or any(template.endswith(each.removeprefix("templates/")) for each in said)


def _broken(root: Node, names: Sequence[str], first: int) -> Iterator[Node]:
    for node in walk(root):
        for verb, said in node.pairs if node.kind == "mapping" else ():
            path = child(said, "path")
            if path is not None and said.kind == "mapping" and _is_broken(verb.text, path.text, said, names, first):
                yield path


def _is_broken(verb: str, path: str, said: Node, names: Sequence[str], first: int) -> bool:
    found = re.search(_PATH, path)
    if found is None:
        return False
    if found[1]:
        return int(found[1]) >= first
    if found[2]:
        return found[2] in names
    counts = verb in _COUNTS and not found[3]
    return counts or any(node.kind == "scalar" and node.text in names for node in walk(said))
