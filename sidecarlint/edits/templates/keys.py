"""New keys in a list's item of a template.

In: a page, a tree, a `Set`. Out: `Change`s, or a `Refusal`. Must not know: Kubernetes, what is set.
"""

from sidecarlint.documents import Node, is_null
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Refusal, Set
from sidecarlint.edits.splice import Change
from sidecarlint.edits.style import Layout, alphabetical, quote_of
from sidecarlint.edits.templates.page import Page
from sidecarlint.edits.values import means
from sidecarlint.edits.writing import deeper, hand, pair_lines


def set_key(page: Page, layout: Layout, tree: Tree, operation: Set) -> list[Change]:
    """The change that gives a written-out item a key which it has not: behind a key that is there under every condition."""
    mapping, key = tree.find(operation.route[:-1]), str(operation.route[-1])
    old = [value for name, value in mapping.pairs if name.text == key]
    if old and all(means(each, operation.value) for each in old):
        return []
    if old:
        raise Refusal(f"it has a {key} already; decide by hand what it is to be", old[0].start)
    if mapping.kind != "mapping" or mapping.flow or not isinstance(operation.route[-2], int):
        raise Refusal("it is not written as a block; write it as one first", mapping.start)
    before = _predecessor(page, mapping, operation)
    end = page.rows[_last_row(page, before)].end
    bare = len(page.text[:end].rstrip("\r\n"))
    lines = pair_lines(key, operation.value, hand(layout, [mapping, tree.root], quote_of(mapping)))
    newline = layout.newline(before[0].start)
    return [Change(bare, bare, "".join(f"{newline}{line}" for line in deeper(lines, page.column(mapping.pairs[0][0].outset))))]


def _predecessor(page: Page, mapping: Node, operation: Set) -> Pair:
    key = str(operation.route[-1])
    wanted = (
        [max((pair for pair in mapping.pairs if pair[0].text < key), key=lambda pair: pair[0].text, default=None)]
        if alphabetical([mapping])
        else []
    )
    wanted += [next((pair for pair in mapping.pairs if pair[0].text == name), None) for name in operation.after]
    found = next((pair for pair in wanted if pair is not None and _is_whole(page, mapping, pair)), None)
    found = found or next((pair for pair in reversed(mapping.pairs) if _is_whole(page, mapping, pair)), None)
    if found is None:
        raise Refusal(f"no key of it stands on one line under every condition, so {key} has no place; write it by hand", mapping.start)
    return found


def _is_whole(page: Page, mapping: Node, pair: Pair) -> bool:
    """Whether a key with its value is on one line, whatever the actions around say, so that another key may stand behind it."""
    name, value = pair
    first, last = page.number(name.outset), _last_row(page, pair)
    if (value.kind != "scalar" and not value.flow) or first != last or sum(each[0].text == name.text for each in mapping.pairs) > 1:
        return False
    if page.around(name.outset) != page.around(mapping.pairs[0][0].outset):
        return False
    row, column = page.rows[last], page.column(mapping.pairs[0][0].outset)
    if any(each.kind in ("open", "else", "end") or each.trims_right and not page.text[each.end : row.end].strip() for each in row.actions):
        return False
    return not (is_null(value) and not row.actions) and not _goes_on(page, last, column)


def _last_row(page: Page, pair: Pair) -> int:
    last = page.number(max(pair[1].end - 1, pair[0].end))
    return max([last, *(page.number(each.end - 1) for each in page.rows[last].actions)])


def _goes_on(page: Page, number: int, column: int) -> bool:
    """Whether what stands on the next lines belongs to the value of a key in this column."""
    following = next((row for at, row in enumerate(page.rows[number + 1 :], number + 1) if not page.is_blank(at)), None)
    if following is None or following.comment:
        return False
    if following.column is not None:
        return following.column > column
    return bool(following.actions) and following.actions[0].kind == "output" and page.lands(following.actions[0]) > column


def check_named(item: Node) -> None:
    """Refuses an item that has no name of its own, or shares text with others through an anchor."""
    if item.kind != "mapping":
        words = f" ({item.open[0]} gives it)" if item.open else ""
        raise Refusal(f"the container is not written out here{words}; change it where it is", item.start)
    if not any(name.text == "name" for name, _ in item.pairs):
        given = f"; {_given(item)} may give one" if item.open else ""
        raise Refusal(f"the container has no name of its own here{given}; write one first", item.start)
    if item.flow:
        raise Refusal("it is written in braces; write it as a block first", item.start)


def _given(item: Node) -> str:
    return " ".join(item.open[0].split())
