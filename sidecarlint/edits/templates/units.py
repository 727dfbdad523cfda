"""What travels when items of a list move in a template: their lines, their comments, and the conditions that are theirs alone.

In: a page, the list, the items. Out: `Unit`s, or a `Refusal`. Must not know: Kubernetes, or where they go.

helm-kustomize.md, A3: an item moves together with its dedicated `{{ if }}` and `{{ end }}`, and with the comments glued to it.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents.templates.actions import Action
from sidecarlint.documents.templates.blocks import Block
from sidecarlint.edits.locate import Pair
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.templates.page import Page, Row, shown
from sidecarlint.values import NamedTuple

_DASH = re.compile(r" *- +")
_NAME = r"\$\w+"
_WORD = r"[$.\w]+"
_SETS = r"^\$[\w, $]*:?=\s*"
_OWN_DOT = r"""(?<![\w$)"`\]])\.(?=[\w\s)]|$)"""


class Entry(NamedTuple):
    """One literal item of a list. `row`: that of its dash, `column`: where the dash stands; `end`: the offset behind its lines."""

    row: int
    column: int
    end: int


class Unit(NamedTuple):
    """Whole lines that travel together. `start`, `end`: offsets. `items`: their indexes. `chains`: for each item the openers of the blocks
    that travel with it, from the outermost. `column`: where its dashes stand."""

    start: int
    end: int
    items: tuple[int, ...]
    chains: tuple[tuple[Action, ...], ...]
    column: int


def entry(page: Page, sequence: Pair, index: int) -> Entry:
    """One item of a block list."""
    item = sequence[1].items[index]
    row = page.row(item.outset)
    if not page.text[row.start : item.outset].strip():
        raise Refusal("its dash stands alone on a line; write - name: on one line first", item.outset)
    if not _DASH.fullmatch(page.text[row.start : item.outset]):
        raise Refusal("more than its dash stands in front of it on this line; give it a line of its own first", item.outset)
    column = page.text.index("-", row.start) - row.start
    number = page.number(item.outset)
    end = page.extent(number, page.number(max(item.end - 1, item.outset)), lambda at, dash: at > column, "this container")
    return Entry(number, column, page.rows[end - 1].end)


def units(page: Page, sequence: Pair, indexes: Sequence[int]) -> list[Unit]:
    """The units of these items in the order of the text. Items under a common condition that all move are one."""
    key = sequence[0].outset
    found = []
    for index in sorted(indexes):
        one = entry(page, sequence, index)
        start, below = _head(page, one.row, one.column, page.row(key).end), page.rows[one.row].start
        chain = tuple(block.heads[0] for block in page.around(below, key))
        found.append(Unit(start, one.end, (index,), (chain,), one.column))
    return gathered(page, key, found)


def called(page: Page, key: int, call: Action) -> Unit:
    """The unit of an action that gives an item, on a line of its own, without conditions. `key`: where the list's key stands."""
    row, column = page.row(call.start), page.lands(call)
    if not _alone(page, row, call) or row.end < call.end:
        raise Refusal(f"{shown(call)} does not stand on a line of its own; give it one first", call.start)
    start = _head(page, page.number(call.start), column, page.row(key).end, page.column(call.start))
    chain = tuple(block.heads[0] for block in page.around(call.start, key))
    return Unit(start, row.end, (), (chain,), column)


def gathered(page: Page, key: int, found: list[Unit]) -> list[Unit]:
    """The units with the conditions that are theirs alone."""
    while (block := next((inner for each in reversed(found) if (inner := _innermost(page, each, key))), None)) is not None:
        found = _wrapped(page, found, block, key)
    for each in found:
        _check_around(page, each)
    return found


def _innermost(page: Page, unit: Unit, key: int) -> Block | None:
    around = [block for block in page.around(unit.start, key) if block.end.end > unit.start]
    return around[-1] if around else None


def _wrapped(page: Page, found: list[Unit], block: Block, key: int) -> list[Unit]:
    """The units with those of one block made one."""
    opener = block.heads[0]
    inside = [each for each in found if opener.start < each.start < block.end.end]
    if len(block.heads) > 1:
        raise Refusal(f"it is one arm of {shown(opener)}; every arm has to give a valid pod, so move it by hand", opener.start)
    if block.word in ("define", "block"):
        raise Refusal(f"it stands in {shown(opener)}, which others may fill; move it by hand", opener.start)
    first, last = page.row(opener.start), page.row(block.end.start)
    if inside[-1].end > block.end.start:
        raise Refusal(
            f"keys of the container in front of it go on behind the {{{{ end }}}} of {shown(opener)}; untangle the two first", opener.start
        )
    if not _alone(page, first, opener) or not _alone(page, last, block.end):
        raise Refusal(f"{shown(opener)} or its {{{{ end }}}} does not stand on a line of its own; give each a line first", opener.start)
    _check_own(page, block, inside, page.column(key))
    start = _head(page, page.number(opener.start), inside[0].column, page.row(key).end, page.column(opener.start))
    whole = Unit(
        start,
        last.end,
        tuple(index for each in inside for index in each.items),
        tuple(chain for each in inside for chain in each.chains),
        inside[0].column,
    )
    return sorted((*(each for each in found if each not in inside), whole))


def _check_own(page: Page, block: Block, inside: Sequence[Unit], key: int) -> None:
    """Refuses a block that holds more than these units."""
    opener = block.heads[0]
    for row in page.rows[page.number(opener.end - 1) + 1 : page.number(block.end.start)]:
        if any(each.start <= row.start < each.end for each in inside) or _says_nothing(page, row) or _only_names(row):
            continue
        if row.column is not None and row.column <= key and not row.dash:
            raise Refusal(f"{shown(opener)} runs past the end of the list; give the container a condition of its own first", opener.start)
        raise Refusal(
            f"{shown(opener)} holds other text than this container; give the container a condition of its own first", opener.start
        )


def _says_nothing(page: Page, row: Row) -> bool:
    """Whether it is blank, a comment, or the rest of one."""
    if row.comment or not page.text[row.start : row.end].strip():
        return True
    over = [each for each in page.actions if each.start < row.end and each.end > row.start]
    return row.column is None and bool(over) and all(each.kind == "comment" for each in over)


def _only_names(row: Row) -> bool:
    """Whether it does nothing but to make variables, which are gone behind the block."""
    return row.is_bare and all(each.kind == "silent" and ":=" in each.bare for each in row.actions)


def _alone(page: Page, row: Row, action: Action) -> bool:
    ends_it = not page.text[action.end : page.row(action.end - 1).end].strip()
    return row.column is None and row.actions == (action,) and ends_it


def _head(page: Page, number: int, column: int, floor: int, other: int | None = None) -> int:
    """Where the lines begin that belong to what stands on a row: the comments directly above it, in its own column."""
    while number > 0 and page.rows[number - 1].start >= floor and _glued(page, number - 1, {column, other}):
        number -= 1
    return page.rows[number].start


def _glued(page: Page, number: int, columns: set[int | None]) -> bool:
    row = page.rows[number]
    if row.comment:
        return row.column in columns
    return not page.is_blank(number) and row.column is None and _says_nothing(page, row)


def head(page: Page, number: int, column: int, floor: int = 0) -> int:
    """Where the lines begin that belong to what stands on a row in this column: with the comments directly above it."""
    return _head(page, number, column, floor, column)


def _check_around(page: Page, unit: Unit) -> None:
    """Refuses lines that cannot be taken away without gluing, or that what follows still belongs to."""
    behind = next(
        (
            row
            for number in range(page.number(unit.end), len(page.rows))
            if not page.is_blank(number) and (row := page.rows[number]).start >= unit.end
        ),
        None,
    )
    if behind is not None and behind.column is not None and behind.column > unit.column and not behind.comment:
        raise Refusal("keys of the container in front of it go on behind it; untangle the two first", behind.start)
    if behind is not None and behind.is_bare and behind.actions[0].kind == "output" and page.lands(behind.actions[0]) > unit.column:
        raise Refusal("keys of the container in front of it go on behind it; untangle the two first", behind.start)
    follows_trim = page.text[unit.end :].lstrip().startswith("{{-")
    if page.text[: unit.start].rstrip().endswith("-}}") and not follows_trim:
        raise Refusal("the action above it ends with -}}, which would glue what follows; take that dash away first", unit.start)
    last = page.inside(unit.start, unit.end)[-1:]
    if last and last[0].trims_right and not page.text[last[0].end : unit.end].strip():
        raise Refusal("its last action ends with -}}, which glues what follows; take that dash away first", last[0].start)


def condition(opener: Action) -> str:
    """What a block asks for, as an operand, on one line but for a string that goes over lines."""
    words = opener.words.removeprefix(opener.word).strip()
    if "`" not in words:
        words = re.sub(r"\s*\n\s*", " ", words)
    return re.sub(_SETS, "", words)


def every(chain: Sequence[Action]) -> str:
    """What a chain of blocks asks for together. A `Refusal` where an inner one speaks of what an outer one is about."""
    for outer, inner in ((outer, inner) for at, outer in enumerate(chain) for inner in chain[at + 1 :]):
        words = outer.words.removeprefix(outer.word).strip()
        names = re.findall(_NAME, (re.match(_SETS, words) or [""])[0])
        about = outer.word in ("with", "range") and re.search(_OWN_DOT, condition(inner).replace("$.", "$"))
        if about or any(name in re.findall(_NAME, condition(inner)) for name in names):
            raise Refusal(f"{shown(inner)} speaks of what {shown(outer)} is about, so they cannot become one condition", inner.start)
    return joined("and", [condition(each) for each in chain])


def joined(word: str, conditions: Sequence[str]) -> str:
    """Conditions as one, each once."""
    once = list(dict.fromkeys(conditions))
    operands = [each if re.fullmatch(_WORD, each) else f"({each})" for each in once]
    return once[0] if len(once) == 1 else f"{word} {' '.join(operands)}"
