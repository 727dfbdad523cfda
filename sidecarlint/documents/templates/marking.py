"""Comments in templates that say in what is rendered which item of a list stands where.

In: a template's text, the keys of lists. Out: the text with a comment behind the name of each item, the items; a rendered text without
them, and what they said. Must not know: Kubernetes, who renders.

A comment at the end of a line goes wherever Helm puts the line: through defines, `indent` and `tpl` (helm-kustomize.md, A5). It begins with
a blank and ends in a semicolon, so that it can be taken out again to the letter whatever is written around it.
"""

import re
from collections.abc import Collection, Iterator, Sequence

from sidecarlint.documents.lines import lines_of
from sidecarlint.documents.nodes import Node, entry
from sidecarlint.documents.parse import Problem
from sidecarlint.documents.templates.actions import Action, actions
from sidecarlint.documents.templates.reading import template_documents
from sidecarlint.values import NamedTuple

_SIGN = re.compile(r" #scl:(?P<file>[0-9]+):(?P<offset>[0-9]+);")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = "name"


class Item(NamedTuple):
    """An item of a list in a template. `offset` is where its key `name` begins; `start` and `end` are its span; `name` is as written.
    `comment` is where a comment can stand behind the name, None where none can."""

    offset: int
    start: int
    end: int
    name: str
    comment: int | None


class Mark(NamedTuple):
    """What a comment says: the number of the template, and the offset of the key `name` in it."""

    file: int
    offset: int


def items_of(text: str, lists: Collection[str]) -> tuple[Item, ...]:
    """The items with a name of all lists under these keys, and those that a define gives without a key, in the order of the text."""
    known, found = actions(text), dict[int, Item]()
    for document in template_documents(text):
        for node in _named(document.root, lists) if document.root is not None and not isinstance(known, Problem) else ():
            name, value = entry(node, _NAME) or (node, node)
            end = _line_end(text, value, known) if name.end <= value.start and not _LINE_END.search(text, name.end, value.start) else None
            found[name.start] = Item(name.start, node.start, node.end, value.text, end)
    return tuple(found[offset] for offset in sorted(found))


def _named(root: Node, lists: Collection[str]) -> Iterator[Node]:
    """The mappings with a name that are items of such a list, or of the root, or the root itself."""
    stack = [(root, True)]
    while stack:
        node, wanted = stack.pop()
        if wanted and node.kind == "mapping" and not node.flow and entry(node, _NAME):
            yield node
        stack += [(item, wanted) for item in node.items if not node.flow]
        stack += [(value, key.text in lists and value.kind == "sequence") for key, value in node.pairs if not node.flow]


def marked(text: str, file: int, lists: Collection[str]) -> str:
    """The template with a comment behind the name of each item, where one can stand there."""
    parts, position = list[str](), 0
    for item in items_of(text, lists):
        if item.comment is not None and item.comment >= position:
            parts += (text[position : item.comment], f" #scl:{file}:{item.offset};")
            position = item.comment
    return "".join((*parts, text[position:]))


def _line_end(text: str, value: Node, known: Sequence[Action]) -> int | None:
    """The end of the line on which a value ends; None where it is written in a block, or an action would draw what stands there to what
    follows."""
    if value.kind != "scalar" or value.style in ("|", ">") or value.end == value.start:
        return None
    end = _end_of_line(text, value.end)
    for each in known:
        if each.start < end < each.end:
            end = _end_of_line(text, each.end)
        if each.trims_right and not text[each.end : end].strip() and value.start <= each.start < end:
            return None
    return end


def _end_of_line(text: str, offset: int) -> int:
    found = _LINE_END.search(text, offset)
    return found.start() if found else len(text)


def unmarked(text: str) -> tuple[str, dict[int, Mark]]:
    """A rendered text without these comments, and what they said, by 1-based line."""
    parts, marks, position, taken = list[str](), list[tuple[int, Mark]](), 0, 0
    for found in _SIGN.finditer(text):
        parts.append(text[position : found.start()])
        marks.append((found.start() - taken, Mark(int(found["file"]), int(found["offset"]))))
        position, taken = found.end(), taken + found.end() - found.start()
    clean = "".join((*parts, text[position:]))
    lines = lines_of(clean)
    return clean, {lines.number(offset): mark for offset, mark in marks}
