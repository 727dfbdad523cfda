"""Where in a template a define is called to give an item of a list.

In: a template's text, a masked document of it, the define's name. Out: `Site`s. Must not know: Kubernetes, what the define holds.
"""

import re
from collections.abc import Iterator, Sequence

from sidecarlint.documents import Document, Node, Route
from sidecarlint.documents.templates.actions import Action
from sidecarlint.edits.templates.page import Page
from sidecarlint.values import NamedTuple


class Site(NamedTuple):
    """One call. `route` leads to the list, `start` is the offset of its action, `ahead` the number of literal items in front of it."""

    route: Route
    start: int
    ahead: int


class _List(NamedTuple):
    route: Route
    key: Node
    value: Node


def sites(text: str, document: Document, name: str, lists: Sequence[str]) -> list[Site]:
    """The calls of a define among the items of lists with these keys. Raises a `Refusal` where the template cannot be understood."""
    page, known = Page(text), list(_lists(document.root, lists)) if document.root is not None else []
    asks = re.compile(rf'\b(?:include|template)\s+"{re.escape(name)}"')
    found = []
    for action in page.actions:
        if action.kind != "output" or not asks.search(action.words) or not document.start <= action.start < document.end:
            continue
        around = [each for each in known if each.key.outset < action.start and _holds(page, each, action)]
        own = max(around, key=lambda each: each.key.outset, default=None)
        if own is not None:
            ahead = sum(item.outset < action.start for item in own.value.items)
            found.append(Site(own.route, action.start, ahead))
    return found


def _lists(root: Node, keys: Sequence[str]) -> Iterator[_List]:
    stack: list[tuple[Node, Route]] = [(root, ())]
    while stack:
        node, route = stack.pop()
        if node.flow:
            continue
        stack += [(item, (*route, index)) for index, item in enumerate(node.items)]
        for key, value in node.pairs:
            stack.append((value, (*route, key.text)))
            if key.text in keys:
                yield _List((*route, key.text), key, value)


def _holds(page: Page, listed: _List, action: Action) -> bool:
    """Whether all that is written between a list's key and an action stands in that list, and the action is no part of an item."""
    key, column = page.number(listed.key.outset), page.column(listed.key.outset)
    dashes = page.column(page.text.rindex("-", 0, listed.value.items[0].outset)) if listed.value.items else page.lands(action)
    rows = page.rows[key + 1 : page.number(action.start)]
    inside = all(row.comment or row.column is None or row.column > column or (row.column == column and row.dash) for row in rows)
    others = any(block.word in ("define", "block") for block in page.around(action.start, listed.key.outset))
    return inside and not others and column <= page.lands(action) <= dashes
