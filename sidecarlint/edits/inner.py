"""Operations on YAML that stands inside a scalar: an inline patch, values in a string.

In: a text, a document, the route to the scalar, operations on the first document in it. Out: `Change`s of the outer text, and the new
value. Must not know: Kubernetes, or what the inner text is for.

What the scalar holds is edited and proven like a text of its own. The outer text changes where the inner one does and nowhere else: in a
block scalar by lines, which are indented as the block is, and in quotes by characters.
"""

from collections.abc import Callable, Sequence

from sidecarlint.documents import Document, Lines, Node, Route, documents, show
from sidecarlint.edits.locate import Tree
from sidecarlint.edits.operations import Operation, Refusal, Substitute
from sidecarlint.edits.splice import Change, ordered, splice
from sidecarlint.edits.style import Layout
from sidecarlint.values import NamedTuple

Edit = Callable[[str, Document, Sequence[Operation]], list[Change]]
"""What carries out operations on a document of its own: `sidecarlint.edits.changes`."""

_AS_BLOCK = "the text that stands here {}; write it as a block with | first"
_ODD = "the text that stands here is written in a form that is not edited"
_STRING = "tag:yaml.org,2002:str"


class Inside(NamedTuple):
    """The changes of the outer text, and the operation on the outer document that they amount to: a new value as a whole."""

    changes: list[Change]
    value: Substitute


class _Block(NamedTuple):
    """The lines of a block scalar: where each line of the value starts and ends in the outer text, and how far it is indented. The line
    behind the last one, where the value ends with a line end, is `behind`."""

    starts: list[int]
    ends: list[int]
    indent: int
    behind: int


def inside(text: str, document: Document, route: Route, operations: Sequence[Operation], edit: Edit) -> Inside:
    """The operations carried out in the scalar at a route. A `Refusal` with its place in the outer text when one cannot be done safely."""
    if document.root is None or document.problem is not None:
        raise Refusal("this document cannot be read as a whole", document.start)
    node = Tree(document.root).find(route)
    if node.kind != "scalar" or node.tag not in (None, _STRING):
        raise Refusal(f"{show(route)} is no text", node.start)
    edited = _edited(text, node, operations, edit)
    new = splice(node.text, edited)
    return Inside(_outer(text, node, edited), Substitute(route, 0, len(node.text), new))


def _edited(text: str, node: Node, operations: Sequence[Operation], edit: Edit) -> list[Change]:
    """The proven changes of the inner text."""
    inner = node.text
    # A block that drops its last line end has one all the same.
    whole = f"{inner}\n" if node.style in ("|", ">") and not inner.endswith("\n") else inner
    try:
        read = list(documents(whole))
        if not read:
            raise Refusal("there is no YAML in it", 0)
        edited = [_within(inner, change) for change in edit(whole, read[0], operations)]
        _prove(inner, operations, edited)
    except Refusal as refusal:
        raise Refusal(f"{refusal.reason}, in the text that stands here", _place(text, node, refusal.offset)) from None
    return edited


def _within(inner: str, change: Change) -> Change:
    """The same change in a text that has no last line end: when its last line goes, so does the line end above it."""
    if change.end <= len(inner):
        return change
    start, words = min(change.start, len(inner)), change.text.removesuffix("\n")
    return Change(start - (not words and inner[start - 1 : start] == "\n"), len(inner), words)


def _prove(inner: str, operations: Sequence[Operation], edited: Sequence[Change]) -> None:
    from sidecarlint.edits.proof import why_not

    reason = why_not(inner, list(documents(inner)), splice(inner, edited), {0: operations})
    if reason:
        raise Refusal(reason, edited[0].start if edited else 0)


def _place(text: str, node: Node, offset: int) -> int:
    """Where a place of the inner text is in the outer one, as far as that can be said."""
    if node.style not in ("|", ">"):
        return node.start
    try:
        block = _block(text, node)
    except Refusal:
        return node.start
    line = Lines(node.text).number(min(offset, len(node.text))) - 1
    return block.starts[line] + min(block.indent, block.ends[line] - block.starts[line]) if line < len(block.starts) else node.start


def _outer(text: str, node: Node, edited: Sequence[Change]) -> list[Change]:
    if node.style in ("|", ">"):
        block = _block(text, node)
        return [change for hunk in _hunks(node.text, edited) if (change := _lines_of(text, node, block, hunk)) is not None]
    return [_in_quotes(text, node, change) for change in edited]


def _hunks(inner: str, edited: Sequence[Change]) -> list[tuple[int, int, str]]:
    """The lines of the inner text that change, first and last counted from 0, each time with the text that comes in their place."""
    lines = Lines(inner)
    spans = list[tuple[int, int]]()
    for change in ordered(edited):
        first, last = lines.number(change.start) - 1, lines.number(change.end) - 1
        if spans and first <= spans[-1][1]:
            first = spans.pop()[0]
        spans.append((first, last))
    return [(first, last, splice(inner, edited, lines.starts[first], _line_end(inner, lines, last))) for first, last in spans]


def _line_end(inner: str, lines: Lines, number: int) -> int:
    return lines.starts[number + 1] - 1 if number + 1 < len(lines.starts) else len(inner)


def _block(text: str, node: Node) -> _Block:
    """The outer lines of a block scalar. A `Refusal` where they are not the lines of its value: a folded one has others as a rule."""
    layout, lines = Layout(text), node.text.split("\n")
    header = layout.lines.number(node.start)
    written = lines[:-1] if not lines[-1] else lines
    numbers = range(header + 1, header + 1 + len(written))
    contents = [layout.lines.content(number) for number in numbers]
    indent = next((len(content) - len(line) for content, line in zip(contents, written, strict=True) if line.strip()), 0)
    odd = next((i for i, line in enumerate(written) if contents[i][indent:] != line), None)
    if odd is not None:
        raise Refusal(_AS_BLOCK.format("is folded (>)") if node.style == ">" else _ODD, node.start)
    starts = [layout.lines.start(number) for number in numbers]
    ends = [start + len(content) for start, content in zip(starts, contents, strict=True)]
    return _Block(starts, ends, indent, layout.lines.start(numbers.stop))


def _lines_of(text: str, node: Node, block: _Block, hunk: tuple[int, int, str]) -> Change | None:
    """The change of some lines of a block scalar, without what stays the same at both ends."""
    first, last, new = hunk
    newline, lines = Layout(text).newline(node.start), [" " * block.indent + line if line else "" for line in new.split("\n")]
    start = block.starts[first] if first < len(block.starts) else block.behind
    if last < len(block.ends):
        return _trimmed(text, Change(start, block.ends[last], newline.join(lines)))
    if lines[-1] or text[block.behind - 1] not in "\n\r":
        raise Refusal("the text that stands here would lose its last line end", node.start)
    return _trimmed(text, Change(start, block.behind, "".join(line + newline for line in lines[:-1])))


def _trimmed(text: str, change: Change) -> Change | None:
    old, new = text[change.start : change.end], change.text
    ahead = next((i for i, (left, right) in enumerate(zip(old, new, strict=False)) if left != right), min(len(old), len(new)))
    rest = min(len(old), len(new)) - ahead
    behind = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    if old == new:
        return None
    return Change(change.start + ahead, change.end - behind, new[ahead : len(new) - behind])


def _in_quotes(text: str, node: Node, change: Change) -> Change:
    from sidecarlint.documents.stretches import stretch_of

    if node.plain and text[node.start : node.end] == node.text:
        place: tuple[int, int] | None = (node.start + change.start, node.start + change.end)
    else:
        place = stretch_of(text, node, change.start, change.end)
    if place is None:
        raise Refusal(
            "the text that stands here is written with escapes or over several lines; write it as a block with | first", node.start
        )
    return Change(*place, _quoted(change.text, node))


def _quoted(words: str, node: Node) -> str:
    """Characters as they are written inside the quotes of a scalar."""
    if node.style == '"':
        from json import dumps

        return dumps(words, ensure_ascii=False)[1:-1]
    if not words.isprintable():
        raise Refusal(_AS_BLOCK.format("would need a second line"), node.start)
    return words.replace("'", "''") if node.style == "'" else words
