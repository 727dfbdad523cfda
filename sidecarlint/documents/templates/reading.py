"""A template to the documents that can come of it.

In: a template's text. Out: `Document`s with spans in that text. Must not know: Kubernetes.

All arms of all blocks are read at once. Where that is no YAML, one arm of each chain is read and then another, until one way can be
read. The body of a define is a document of its own, since other templates say where it goes.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.documents.nodes import Node, walk
from sidecarlint.documents.parse import DIRECTS, Document, Problem, directed, read
from sidecarlint.documents.split import Chunk, split
from sidecarlint.documents.templates.actions import Action, actions
from sidecarlint.documents.templates.blocks import Block, blocks
from sidecarlint.documents.templates.masking import CLOSES, OPENS, WORD, Masked, Span, mask
from sidecarlint.documents.templates.opening import guard, splice_in
from sidecarlint.values import NamedTuple

_MOST_ARMS = 4
"""How many arms of the longest chain are tried one by one."""


class _Template(NamedTuple):
    """A template understood: its text, its actions and blocks."""

    text: str
    actions: Sequence[Action]
    blocks: Sequence[Block]


def template_documents(text: str, wanted: "re.Pattern[str] | None" = None) -> list[Document]:
    """The documents of a template, the bodies of its defines behind them. One that `wanted` is not found in is counted, but not given.

    A template that cannot be understood, or a document of it that cannot be masked, is a document with a problem and without a tree.
    """
    template = _understood(text)
    if isinstance(template, Problem):
        return [Document(0, 0, len(text), None, template, masked=True)]
    found: list[Document] = []
    number = 0
    for left_out in _parts(template):
        masked = mask(text, template.actions, left_out)
        for chunk in split(masked.text):
            if wanted is None or wanted.search(masked.text, chunk.start, chunk.end):
                found.append(_document(template, masked, chunk, left_out)._replace(number=number))
            number += 1
    return [directed(text, each) if text.find(DIRECTS, each.start, each.end) >= 0 else each for each in found]


def _understood(text: str) -> _Template | Problem:
    if OPENS in text or CLOSES in text:
        return Problem("it holds characters for private use", min(at for at in (text.find(OPENS), text.find(CLOSES)) if at >= 0))
    found = actions(text)
    if isinstance(found, Problem):
        return found
    known = blocks(found)
    return known if isinstance(known, Problem) else _Template(text, found, known)


def _parts(template: _Template) -> Iterator[list[Span]]:
    """What to leave out to see the template itself, and then each of its defines."""
    defines = [block for block in template.blocks if block.word == "define"]
    yield _outer((block.heads[0].start, block.end.end) for block in defines)
    for block in defines:
        start, end = block.arms[0]
        inner = _outer((each.heads[0].start, each.end.end) for each in defines if start <= each.heads[0].start < end)
        yield [(0, start), *inner, (end, len(template.text))]


def _outer(spans: Iterator[Span]) -> list[Span]:
    """The spans in order, without those that stand in others."""
    kept: list[Span] = []
    for start, end in sorted(spans):
        if not kept or kept[-1][1] <= start:
            kept.append((start, end))
    return kept


def _document(template: _Template, masked: Masked, chunk: Chunk, left_out: Sequence[Span]) -> Document:
    document = read(masked.text, chunk)
    if document.problem is None:
        return _restored(template, masked, document)
    for arm in range(min(max((len(block.heads) for block in template.blocks), default=1), _MOST_ARMS)):
        one = mask(template.text, template.actions, _outer(iter((*left_out, *_other_arms(template.blocks, arm)))))
        again = _same(split(one.text), one, masked, chunk)
        if again is not None and (tried := read(one.text, again)).problem is None:
            return _restored(template, one, tried)
    problem = document.problem._replace(offset=masked.origin[document.problem.offset], opened=None)
    return Document(0, masked.origin[chunk.start], masked.origin[chunk.end], None, problem, masked=True)


def _other_arms(known: Sequence[Block], arm: int) -> Iterator[Span]:
    for block in known:
        kept = min(arm, len(block.heads) - 1)
        yield from (span for number, span in enumerate(block.arms) if number != kept)


def _same(chunks: Sequence[Chunk], one: Masked, masked: Masked, chunk: Chunk) -> Chunk | None:
    """The chunk that begins where another one does in the template."""
    return next((each for each in chunks if one.origin[each.start] == masked.origin[chunk.start]), None)


def _restored(template: _Template, masked: Masked, document: Document) -> Document:
    """The document with its spans in the template, and with actions as they are written in place of the words for them."""
    root, origin = document.root, masked.origin
    if root is not None:
        splice_in(root, template.text, masked)
        for node in walk(root):
            _restore(node, masked)
        guard(root, template.text, template.blocks)
    return document._replace(start=origin[document.start], end=origin[document.end], masked=True)


def _restore(node: Node, masked: Masked) -> None:
    origin = masked.origin
    node.end = origin[node.end - 1] + 1 if node.end > node.start else origin[node.end]
    node.start, node.outset = origin[node.start], origin[node.outset]
    if OPENS in node.text:
        node.text = WORD.sub(lambda found: masked.words[int(found[1])], node.text)
