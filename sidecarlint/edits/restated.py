"""A value of a list, as a JSON patch's operation adds one, stated as a mapping that holds it at a route.

In: the text of a document that is a list of operations. Out: texts. Must not know: kustomizations, what a container is.

The lines of the value are taken as they are written, with their comments: nothing is written anew from a tree.
"""

from collections.abc import Sequence

from sidecarlint.documents import Document, Node, Route, child, items
from sidecarlint.documents.comments import comments
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.style import Layout, shifted

_STEP = 2


def restated(text: str, document: Document, number: int, route: Route, head: Sequence[str]) -> str:
    """The value of an operation as the only item of the list at a route, in a document that begins with the lines `head`. Raises a
    `Refusal` where it is not written in a form whose lines can be taken."""
    layout, operation = Layout(text), items(document.root)[number]
    value = child(operation, "value")
    if value is None or any(each.kind == "alias" for each in (operation, *(pair[1] for pair in operation.pairs))):
        raise Refusal("the value that is added is written elsewhere", operation.start)
    start, end = _region(layout, document, number)
    depth = (len(route) - 1) * _STEP
    lines = [*head, *(f"{' ' * (_STEP * level)}{step}:" for level, step in enumerate(route))]
    inner = _value(layout, value, depth + _STEP, end)
    around = [each.text for each in comments(text, document) if start <= each.start < end and not inner[0] <= each.start < inner[1]]
    lines += [" " * depth + each for each in around]
    first, *rest = inner[2].splitlines()
    return "".join(f"{line}\n" for line in (*lines, f"{' ' * depth}- {first.lstrip(' ')}", *rest))


def without(text: str, document: Document, number: int) -> str:
    """The text without an operation; "" when it is the only one. Raises a `Refusal` for a list whose items do not have lines of their
    own."""
    if len(items(document.root)) == 1:
        return ""
    start, end = _region(Layout(text), document, number)
    return text[:start] + text[end:]


def comments_of(text: str, document: Document, number: int) -> tuple[str, ...]:
    """The comments that go along with an operation."""
    start, end = _region(Layout(text), document, number)
    return tuple(each.text for each in comments(text, document) if start <= each.start < end)


def _region(layout: Layout, document: Document, number: int) -> tuple[int, int]:
    """The lines of an operation, with the comments that belong to it; all of the text when it stands alone."""
    root = document.root
    assert root is not None
    listed = root.items
    if root.flow:
        if len(listed) > 1:
            raise Refusal("the operations are written in flow style", root.start)
        return document.start, document.end
    dashes = layout.dashes(root)
    heads = [layout.head(dash, document.start) for dash in dashes]
    if number + 1 < len(heads):
        return heads[number], heads[number + 1]
    return heads[number], layout.tail(listed[number].end, layout.column(dashes[number]), document.end)


def _value(layout: Layout, value: Node, column: int, below: int) -> tuple[int, int, str]:
    """The span of a value's lines, and these at a column."""
    if value.flow:
        text = layout.text[value.start : value.end]
        return value.start, value.end, f"\n{' ' * column}".join(text.splitlines())
    start, own = layout.line_start(value.outset), layout.column(value.outset)
    if value.outset != value.start or not layout.starts_line(value.start):
        raise Refusal("the value that is added does not begin on a line of its own", value.start)
    end = min(layout.tail(value.end, own - 1, below), below)
    return start, end, shifted(layout.text[start:end], column - own)
