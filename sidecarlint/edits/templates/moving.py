"""Items moved between two lists of a template, and all else that a plan asks for there.

In: a template's text, a masked document of it, operations. Out: `Templated`, or a `Refusal`. Must not know: Kubernetes, Helm's values.
"""

from collections.abc import Callable, Sequence

from sidecarlint.documents import Document, Node, Route, resolve, walk
from sidecarlint.documents.templates.actions import Action
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Call, Move, Operation, Refusal, Set, Substitute, Versions
from sidecarlint.edits.splice import Change, ordered, splice
from sidecarlint.edits.style import Layout
from sidecarlint.edits.templates.keys import check_named, set_key
from sidecarlint.edits.templates.landing import Landing, landing, strangers
from sidecarlint.edits.templates.page import Page, shown
from sidecarlint.edits.templates.shifting import shifted
from sidecarlint.edits.templates.units import Unit, entry, units
from sidecarlint.edits.templates.variables import check
from sidecarlint.values import NamedTuple

Gives = Callable[[str, str], bool]
"""Whether the output of an action with these words may hold a key of this name."""


class Templated(NamedTuple):
    """What is to be done in a template: the changes by place, and why it takes a rendering to know that they are right, as the end of a
    sentence that begins with "since"; none where the text alone shows it."""

    changes: list[Change]
    needs: tuple[str, ...]


def _may_give(words: str, key: str) -> bool:
    return True


def templated(text: str, document: Document, operations: Sequence[Operation], gives: Gives = _may_give) -> Templated:
    """The changes that carry out all operations on one masked document. `gives` is asked about actions that give keys beside the lists.
    A `Refusal` when one cannot be done."""
    if document.root is None or document.problem is not None:
        raise Refusal("this document cannot be read as a whole", document.start)
    operations = list(dict.fromkeys(operations))
    if any(isinstance(each, Versions) for each in operations):
        return _versions(text, document, operations, gives)
    if any(isinstance(each, Call) for each in operations):
        return _calls(text, document, operations, gives)
    page, tree = Page(text), Tree(document.root)
    for each in (one for one in operations if isinstance(one, Move)):
        source_of(tree, each.item[:-1])
        check_named(tree.find(each.item))
    inner = [change for each in operations if not isinstance(each, Move) for change in _inside(page, tree, each)]
    groups: dict[tuple[Route, str, int], list[Move]] = {}
    for each in sorted((each for each in operations if isinstance(each, Move)), key=lambda move: (move.rank, move.item)):
        groups.setdefault((each.item[:-1], each.key, each.before), []).append(each)
    if len({(route, key) for route, key, _ in groups}) != len(groups):
        raise Refusal("containers would move to two places of one list at once; move one of them first", document.start)
    changed, needs = list[Change](), [why for each in operations if isinstance(each, Set) for why in _given(page, tree, each, gives)]
    for (route, key, before), moves in groups.items():
        done = _moved(page, tree, route, key, before, moves, inner, gives)
        changed += done.changes
        needs += done.needs
        inner = [each for each in inner if not any(one.start <= each.start and each.end <= one.end for one in done.changes if not one.text)]
    if document.start > 0 and any(
        block.word == "define" and block.heads[0].start < document.start < block.end.end for block in page.blocks
    ):
        needs.append("others may include it")
    return Templated(
        ordered([each for each in [*changed, *inner] if text[each.start : each.end] != each.text]), tuple(dict.fromkeys(needs))
    )


def _calls(text: str, document: Document, operations: Sequence[Operation], gives: Gives) -> Templated:
    from sidecarlint.edits.templates.calls import calls_moved

    calls = [each for each in operations if isinstance(each, Call)]
    if len(calls) != len(operations):
        raise Refusal("something else would change with it; run again once the first is done", document.start)
    return calls_moved(text, document, calls, gives)


def _versions(text: str, document: Document, operations: Sequence[Operation], gives: Gives) -> Templated:
    from sidecarlint.edits.templates.guarded import guarded

    each = operations[0]
    if len(operations) > 1 or not isinstance(each, Versions):
        raise Refusal("something else would change with it; run again once the first is done", document.start)
    done = guarded(text, document, each.operations, each.chart, each.name, gives)
    return Templated(done.changes, done.needs)


def _given(page: Page, tree: Tree, operation: Set, gives: Gives) -> list[str]:
    """Whether actions of an item may give the key that it is to get."""
    *to_list, index, key = operation.route
    source, item = tree.pair(tuple(to_list)), tree.find(operation.route[:-1])
    if source is None or not isinstance(index, int) or not item.pairs or any(name.text == key for name, _ in item.pairs):
        return []
    column, end = page.column(item.pairs[0][0].outset), entry(page, source, index).end
    rows = [row for row in page.rows if item.outset <= row.start < end and row.column is None]
    found = [each for row in rows for each in row.actions if each.kind == "output" and page.lands(each) == column]
    return [f"{shown(each)} may give {key} as well" for each in found if gives(each.words, str(key))]


def changes(text: str, document: Document, operations: Sequence[Operation]) -> list[Change]:
    """The changes that carry out all operations on one masked document. A `Refusal` when one cannot be done."""
    return templated(text, document, operations).changes


def _inside(page: Page, tree: Tree, operation: Operation) -> list[Change]:
    """The changes of an operation that takes nothing anywhere."""
    layout = Layout(page.text)
    if isinstance(operation, Set):
        return set_key(page, layout, tree, operation)
    if isinstance(operation, Substitute):
        from sidecarlint.edits.values import substitute

        if "{{" in tree.find(operation.route).text:
            raise Refusal("an action gives a part of the words that have to change; change them by hand", tree.find(operation.route).start)
        return substitute(layout, tree, operation)
    where = tree.find(operation.route[:-1]).start if not isinstance(operation, Move) else 0
    raise Refusal("a template's other lines have to change with it, which is done by hand", where)


def _moved(
    page: Page, tree: Tree, route: Route, key: str, before: int, moves: Sequence[Move], inner: Sequence[Change], gives: Gives
) -> Templated:
    source = source_of(tree, route)
    for each in moves:
        tree.own_below(tree.find(each.item))
        _check_anchors(tree.find(each.item), tree.pair((*route[:-1], key)) or source)
    ranks = {int(each.item[-1]): each.rank for each in moves}
    found = units(page, source, [int(each.item[-1]) for each in moves])
    check_left(page, source, found)
    found = sorted(found, key=lambda unit: (min(ranks[index] for index in unit.items), unit.start))
    return placed(page, tree, route, key, before, found, inner, gives)


def _check_anchors(item: Node, target: Pair) -> None:
    """Refuses an item that would come to stand in front of an anchor that it uses."""
    used = [(each, found) for each in walk(item) if each.kind == "alias" and (found := resolve(each)) is not None]
    for alias, found in used:
        if found.start > target[0].start and not item.start <= found.start < item.end:
            raise Refusal("it uses an anchor that would stand behind it; write out what that stands for first", alias.start)


def placed(
    page: Page, tree: Tree, route: Route, key: str, before: int, found: Sequence[Unit], inner: Sequence[Change], gives: Gives
) -> Templated:
    """The changes that take units from the list at a route to another list of the same mapping. `inner` are changes inside the units."""
    mapping, source, target = tree.find(route[:-1]), tree.pair(route), tree.pair((*route[:-1], key))
    assert source is not None
    check_seen(page, source, target, key)
    newline = Layout(page.text).newline(source[0].start)
    place = landing(page, source, target, key, before, found, newline)
    for unit in found:
        check(page, unit.start, unit.end, place.at)
    pieces = [_text(page, unit, place, inner, newline) for unit in found]
    # The new lines come ahead of what else is put in at the same place.
    changed = [Change(place.at, place.at, place.above + "".join(pieces) + place.below), *place.changes]
    changed += [_taken(page, unit) for unit in found]
    given = [
        each for each in strangers(page, mapping, [source, *([target] if target else [])]) if target is None and gives(each.words, key)
    ]
    needs = [*place.needs, *(f"{shown(each)} may give {key} as well" for each in given), *_reasons(page, found, place.column)]
    return Templated(changed, tuple(needs))


def source_of(tree: Tree, route: Route) -> Pair:
    """The block list at a route with its key."""
    source = tree.pair(route)
    if source is None or source[1].kind != "sequence" or source[1].flow:
        found = source[1] if source is not None else tree.find(route[:-1])
        words = f"{' '.join(found.open[0].split())} gives it" if found.open else "it is written in brackets"
        raise Refusal(f"{route[-1]} is no block list here: {words}; change it where it is written", found.start)
    return source


def check_seen(page: Page, source: Pair, target: Pair | None, key: str) -> None:
    """Refuses where the other list stands in an arm that was left out to read the template."""
    column = page.column(source[0].outset)
    arms = [arm for block in page.around(source[0].outset)[-1:] for arm in block.arms] or [(0, len(page.text))]
    known = target[0].outset if target is not None else -1
    for row in page.rows:
        begins = row.column == column and page.text[row.start + column : row.end].startswith(f"{key}:")
        if (
            begins
            and row.start + column != known
            and _beside(page, row.start, source)
            and any(start <= row.start < end for start, end in arms)
        ):
            raise Refusal(f"{key} is written more than once, under several conditions; make it one list first", row.start)


def _beside(page: Page, offset: int, source: Pair) -> bool:
    """Whether no line between two places is indented less than the key, so that both belong to one mapping."""
    column = page.column(source[0].outset)
    low, high = sorted((page.number(offset), page.number(source[0].outset)))
    return all(row.column is None or row.column >= column or row.comment for row in page.rows[low : high + 1])


def check_left(page: Page, source: Pair, found: Sequence[Unit]) -> None:
    """Refuses to leave a list without any item that is there under every condition."""
    moved = {index for unit in found for index in unit.items}
    key = source[0].outset
    spans = [(unit.start, unit.end) for unit in found]
    left = [item.outset for index, item in enumerate(source[1].items) if index not in moved]
    free = [at for at in left if not _conditional(page, at, key)]
    given = [
        each
        for each in page.inside(key, _end_of(page, source))
        if each.kind == "output" and page.rows[page.number(each.start)].column is None
    ]
    outside = [each for each in given if not any(start <= each.start < end for start, end in spans) and not _in_item(page, source, each)]
    free += [each.start for each in outside if not _conditional(page, each.start, key) and not _of_users(each)]
    if not free and (not left or not all(chain for unit in found for chain in unit.chains)):
        raise Refusal(f"{source[0].text} would hold nothing that is there under every condition; make its other containers sure first", key)


def _conditional(page: Page, offset: int, key: int) -> bool:
    """Whether what stands at an offset may be missing: no block around it has an arm for every case."""
    return any(block.heads[-1].words != "else" for block in page.around(offset, key))


def _end_of(page: Page, source: Pair) -> int:
    column = page.column(source[0].outset)
    last = page.number(max(source[1].end - 1, source[0].end))
    return page.rows[page.extent(page.number(source[0].outset), last, lambda at, dash: at > column, source[0].text) - 1].end


def _in_item(page: Page, source: Pair, action: Action) -> bool:

    entries = [entry(page, source, index) for index in range(len(source[1].items))]
    return any(page.rows[each.row].start <= action.start < each.end for each in entries)


def _of_users(action: Action) -> bool:
    import re

    return re.search(r"toYaml|tplvalues|\btpl\b|\.Values\b", action.words) is not None


def _text(page: Page, unit: Unit, place: Landing, inner: Sequence[Change], newline: str) -> str:
    """The lines of a unit as they stand at their new place."""
    own = [each for each in inner if unit.start <= each.start and each.end <= unit.end]
    if place.inside:
        behind = page.row(unit.chains[0][-1].end - 1).end
        own += [Change(behind, behind, place.inside), *_aligned(page, unit, place.inside)]
    text = splice(page.text, own, unit.start, unit.end)
    return shifted(text if text.endswith("\n") else text + newline, place.column - unit.column, unit.start)


def _aligned(page: Page, unit: Unit, key: str) -> list[Change]:
    """The conditions of a unit with a key of its own, and the comments above them, as far to the left as that key is."""
    openers = unit.chains[0]
    by = len(key) - len(key.lstrip(" ")) - page.column(openers[0].start)
    rows = [page.row(each.start) for opener in openers for each in (opener, page.block_of(opener).end)]
    rows += [
        row for row in page.rows[page.number(unit.start) : page.number(openers[0].start)] if not page.text[row.start : row.end].isspace()
    ]
    found = []
    for row in rows:
        written = page.text[row.start : row.end]
        blanks = len(written) - len(written.lstrip(" "))
        found.append(Change(row.start, row.start + blanks, " " * max(0, blanks + by)))
    return found


def _taken(page: Page, unit: Unit) -> Change:
    """The lines go, with the blank lines above them where no further item stands behind them."""
    number, behind = page.number(unit.start), page.number(unit.end) if unit.end < len(page.text) else len(page.rows)
    start = unit.start
    if not _goes_on(page, behind, unit.column):
        while number > 0 and page.is_blank(number - 1):
            number -= 1
            start = page.rows[number].start
    return Change(start, unit.end, "")


def _goes_on(page: Page, number: int, column: int) -> bool:
    """Whether something stands on a row that is as far to the right as the items of a list are."""
    if number >= len(page.rows) or page.is_blank(number):
        return False
    row = page.rows[number]
    own = row.column if row.column is not None else page.column(row.actions[0].start) if row.actions else 0
    return own >= column


def _reasons(page: Page, found: Sequence[Unit], column: int) -> list[str]:
    inside = [each for unit in found for each in page.inside(unit.start, unit.end)]
    reasons = ["it is indented anew"] * any(unit.column != column for unit in found)
    return reasons + ["an action in it trims what follows"] * any(each.trims_right and each.kind != "comment" for each in inside)
