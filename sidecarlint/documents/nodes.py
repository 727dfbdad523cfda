"""The tree of one YAML document: what was written and where, nothing more.

In: nothing. Out: `Node`. Must not know: Kubernetes, or how a text is parsed.

Offsets are in characters of the source's text. A node's span is what was written for it: `end` stands after its last
character, before any blank, comment or line end that follows.
"""

import re
from collections.abc import Iterator
from typing import Literal

Route = tuple[str | int, ...]
"""A symbolic path: keys of mappings and indexes of sequences, from a document's root."""

Kind = Literal["scalar", "mapping", "sequence", "alias"]

DEEPEST = 200
"""How deep collections may nest. Kubernetes' own types stay below 30; libyaml and we both stay flat below this."""


class Node:
    """One node. Frozen by agreement: only this room sets its fields, while it builds the tree.

    `text` is a scalar's value or an alias's name. `pairs` are a mapping's, `items` a sequence's children. An alias keeps
    a node of its own; `target` is the node that it stands for. `plain` is true for a scalar written without quotes.
    `tag` is None unless one was written. `flow` is true for collections in brackets. `start` is at the first character
    of the value itself, `outset` at its anchor or tag when it has one. `open`: the template actions that give a part of it, or decide
    whether a part of it is there, as they are written; none outside templates.
    """

    __slots__ = ("kind", "start", "end", "outset", "text", "style", "plain", "tag", "anchor", "flow", "pairs", "items", "target", "open")

    def __init__(self, kind: Kind, start: int, end: int) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.outset = start
        self.text = ""
        self.style = ""
        self.plain = False
        self.tag: str | None = None
        self.anchor: str | None = None
        self.flow = False
        self.pairs: list[tuple[Node, Node]] = []
        self.items: list[Node] = []
        self.target: Node | None = None
        self.open: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Node({self.kind} {self.start}:{self.end} {self.text!r})"


def resolve(node: Node | None) -> Node | None:
    """The node itself, or what its alias stands for."""
    for _ in range(DEEPEST):
        if node is None or node.kind != "alias":
            return node
        node = node.target
    return None


def entry(node: Node | None, key: str) -> tuple[Node, Node] | None:
    """The pair that gives `key` its value in a mapping. As in kubectl the last of two equal keys wins, and keys that a
    merge key (`<<`) brings in count only where the mapping has none of its own."""
    ahead, seen = [node], set[int]()
    while ahead:
        mapping = resolve(ahead.pop())
        # What was looked through once holds nothing new, however many merge keys lead there.
        if mapping is None or mapping.kind != "mapping" or id(mapping) in seen:
            continue
        seen.add(id(mapping))
        merges = False
        for pair in reversed(mapping.pairs):
            name = pair[0]
            if name.text == key and name.kind == "scalar":
                return pair
            merges = merges or name.text == "<<"
        if not merges:
            continue
        ahead += reversed([source for name, value in mapping.pairs if name.text == "<<" and name.plain for source in _merged(value)])
    return None


def _merged(value: Node) -> list[Node]:
    """What a merge key names: one mapping, or a list of them of which the first counts most."""
    node = resolve(value)
    return node.items if node is not None and node.kind == "sequence" else [value]


def child(node: Node | None, key: str) -> Node | None:
    """The value of `key`, aliases followed; None when the node is no mapping or has no such key."""
    pair = entry(node, key)
    return resolve(pair[1]) if pair else None


def items(node: Node | None) -> list[Node]:
    """The items of a sequence as they are written (aliases stay); an empty list for anything else."""
    sequence = resolve(node)
    return sequence.items if sequence is not None and sequence.kind == "sequence" else []


def at(root: Node | None, route: Route) -> Node | None:
    """The node at a route, aliases followed, or None."""
    node = resolve(root)
    for step in route:
        if isinstance(step, int):
            children = items(node)
            node = resolve(children[step]) if 0 <= step < len(children) else None
        else:
            node = child(node, step)
        if node is None:
            return None
    return node


def text_of(node: Node | None) -> str | None:
    """A scalar's value as text; None for a collection, for nothing and for YAML's null."""
    scalar = resolve(node)
    if scalar is None or scalar.kind != "scalar" or is_null(scalar):
        return None
    return scalar.text


def is_null(node: Node | None) -> bool:
    """Whether the node is absent, empty or written as null."""
    scalar = resolve(node)
    if scalar is None:
        return True
    return scalar.kind == "scalar" and scalar.plain and scalar.tag is None and scalar.text in ("", "~", "null", "Null", "NULL")


def texts(node: Node | None) -> tuple[str, ...]:
    """The values of a sequence of scalars; anything else in it is passed over."""
    return tuple(text for item in items(node) if (text := text_of(item)) is not None)


def written_at(text: str, node: Node, start: int, end: int) -> int | None:
    """Where the characters `start` to `end` of a scalar's value stand in the source's text: the same occurrence there as in the
    value. None when the scalar is not written letter for letter."""
    words = re.escape(node.text[start:end])
    in_value = [found.start() for found in re.finditer(words, node.text)]
    in_text = [found.start() for found in re.finditer(words, text[node.start : node.end])]
    if not words or len(in_value) != len(in_text) or start not in in_value:
        return None
    return node.start + in_text[in_value.index(start)]


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it in the order of the text. Aliases are not followed."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        if node.kind == "mapping":
            for key, value in reversed(node.pairs):
                stack += (value, key)
        elif node.kind == "sequence":
            stack += reversed(node.items)


def show(route: Route) -> str:
    """A route as people write it: `items[1].spec.template.spec`."""
    shown = ""
    for step in route:
        shown += f"[{step}]" if isinstance(step, int) else (f".{step}" if shown else step)
    return shown
