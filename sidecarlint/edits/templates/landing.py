"""Where items that move come to stand in a template, and what has to change around that place.

In: a page, the two lists, what moves. Out: `Landing`, or a `Refusal`. Must not know: Kubernetes.

The cases are those of helm-kustomize.md, A3: no key yet, a key with items or with lists of the user, a key with its list on one line,
and a key that stands under a condition of its own.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents import Node, is_null
from sidecarlint.documents.templates.actions import Action
from sidecarlint.documents.templates.blocks import Block
from sidecarlint.edits.locate import Pair
from sidecarlint.edits.operations import Refusal
from sidecarlint.edits.splice import Change
from sidecarlint.edits.templates.page import Page, Row, shown
from sidecarlint.edits.templates.units import Unit, condition, entry, every, head, joined
from sidecarlint.values import NamedTuple

_ARGUMENT = r"""(?:toYaml|toYamlPretty|"value")\s+(?P<path>[$\w.]+)"""
_PATH = r"\$?\.Values(?:\.\w+)+"
_OF_USERS = r"toYaml|tplvalues|\btpl\b|\.Values\b"
_COLUMNS = "what {} holds stands at different columns, {}; make them one first"


class Landing(NamedTuple):
    """Where lines go. `at`: the offset, `column`: that of the dashes there; `changes`: what else changes; `above`, `below`: lines around
    what moves; `inside`: a line for behind the opener that is the innermost of what moves, "" for none. `needs`: why it takes a rendering
    to know that this is right."""

    at: int
    column: int
    changes: tuple[Change, ...] = ()
    above: str = ""
    below: str = ""
    inside: str = ""
    needs: tuple[str, ...] = ()


class Section(NamedTuple):
    """A list's key with all its lines. `first`, `end`: indexes of rows, the end one behind the last. `column`: of its dashes."""

    key: int
    first: int
    end: int
    column: int


def landing(page: Page, source: Pair, target: Pair | None, key: str, before: int, moved: Sequence[Unit], newline: str) -> Landing:
    """Where these units go: in front of the item at `before`, or to the end of the list."""
    if target is None:
        return _new_key(page, source, key, moved, newline)
    ahead = [block for block in page.around(target[0].outset) if not block.heads[0].start < source[0].outset < block.end.end]
    outside = [block for block in page.around(source[0].outset) if not block.heads[0].start < target[0].outset < block.end.end]
    if outside:
        raise Refusal(f"{source[0].text} stands under {shown(outside[-1].heads[0])} and {key} does not; move it by hand", source[0].outset)
    if len(ahead) > 1:
        raise Refusal(f"{key} stands under {len(ahead)} conditions; make them one first", target[0].outset)
    section = _section(page, target, source, moved)
    if not ahead:
        return _appended(page, target, section, before, moved, newline)
    return _hoisted(page, target, section, ahead[0], before, moved, newline)


def _appended(page: Page, target: Pair, section: Section, before: int, moved: Sequence[Unit], newline: str) -> Landing:
    """Into the list as it stands. A key that would hold nothing when all conditions fail gets one itself."""
    opened = _opened_up(page, target, section, None, newline)
    at = _place(page, target, section, before)
    _check_trim(page, at)
    chains = [chain for each in moved for chain in each.chains]
    own = _splices(page, target, section.first, section.end)
    if target[1].items or len(opened.paths) < len(own) or not all(chains):
        return Landing(at, section.column, opened.changes, needs=opened.needs)
    blanks, key = " " * page.column(target[0].outset), head(page, section.first, page.column(target[0].outset))
    guard = f"{blanks}{{{{- if {joined('or', [*opened.paths, *(every(chain) for chain in chains)])} }}}}{newline}"
    _check_trim(page, key)
    return Landing(
        at, section.column, (Change(key, key, guard), *opened.changes), below=f"{blanks}{{{{- end }}}}{newline}", needs=opened.needs
    )


def _new_key(page: Page, source: Pair, key: str, moved: Sequence[Unit], newline: str) -> Landing:
    """A key of its own just above the list that the items leave, inside their condition where they have one."""
    number, column = page.number(source[0].outset), page.column(source[0].outset)
    line = f"{' ' * column}{key}:{newline}"
    at = head(page, number, column)
    _check_trim(page, at)
    chains = [chain for each in moved for chain in each.chains]
    if not all(chains):
        return Landing(at, moved[0].column, above=line)
    if len(moved) == 1 and len(set(chains)) == 1 and all(each.word in ("if", "with") for each in chains[0]):
        return Landing(at, moved[0].column, inside=line)
    guard = f"{' ' * column}{{{{- if {joined('or', [every(chain) for chain in chains])} }}}}{newline}"
    below = f"{' ' * column}{{{{- end }}}}{newline}"
    return Landing(at, moved[0].column, above=guard + line, below=below, needs=("its new key gets a condition of its own",))


def _section(page: Page, target: Pair, source: Pair, moved: Sequence[Unit]) -> Section:
    name, value = target
    if value.kind not in ("sequence", "scalar") or (value.kind == "scalar" and not is_null(value)) or value.flow:
        raise Refusal(f"{name.text} is not written as a block list here; write it as one first", value.start)
    row = page.row(name.outset)
    if page.text[row.start : name.outset].strip() or value.text:
        raise Refusal(f"{name.text} does not stand on a line of its own; give it one first", name.outset)
    first, key = page.number(name.outset), page.column(name.outset)
    flush = _is_flush(page, target, key)
    end = page.extent(
        first, page.number(max(value.end - 1, name.end)), lambda at, dash: at > key or (at == key and dash and flush), name.text
    )
    column = _column(page, target, first, end)
    if not flush and column is not None:
        _check_behind(page, name, end, key, column)
    return Section(first, first, end, moved[0].column - page.column(source[0].outset) + key if column is None else column)


def _check_behind(page: Page, name: Node, end: int, key: int, column: int) -> None:
    """Refuses where a list of the user follows in the key's own column: its items would be items here, at another column."""
    behind = next((row for at, row in enumerate(page.rows[end:], end) if not page.is_blank(at)), None)
    action = behind.actions[0] if behind is not None and behind.is_bare else None
    if action is not None and action.kind == "output" and page.lands(action) == key and re.search(_OF_USERS, action.words):
        raise Refusal(_COLUMNS.format(name.text, f"{key} and {column}"), action.start)


def _is_flush(page: Page, target: Pair, key: int) -> bool:
    """Whether the dashes stand in the key's own column, as the first item or the first list that is spliced in shows it."""
    if target[1].items:
        return page.row(target[1].items[0].outset).column == key
    spliced = next((each for each in page.actions if each.start > target[0].end and each.kind == "output"), None)
    return spliced is not None and page.lands(spliced) == key


def _column(page: Page, target: Pair, first: int, end: int) -> int | None:
    """The column of a list's dashes, as its items or what is spliced in show it."""
    columns = {entry(page, target, index).column for index in range(len(target[1].items))}
    columns |= {page.lands(each) for each in _splices(page, target, first, end) if each.column is not None}
    if len(columns) > 1:
        raise Refusal(_COLUMNS.format(target[0].text, " and ".join(map(str, sorted(columns)))), target[0].outset)
    return next(iter(columns), None)


def _splices(page: Page, target: Pair, first: int, end: int) -> list[Action]:
    """The actions that give items of a list, and no part of one that is written out."""
    entries = [entry(page, target, index) for index in range(len(target[1].items))]
    spans = [(page.rows[each.row].start, each.end) for each in entries]
    inside = page.inside(target[0].end, page.rows[end - 1].end)
    return [each for each in inside if each.kind == "output" and not any(start <= each.start < stop for start, stop in spans)]


class _Opened(NamedTuple):
    """A list made ready. `paths`: the values that became conditions of their own lists."""

    changes: tuple[Change, ...]
    needs: tuple[str, ...]
    paths: tuple[str, ...]


def _opened_up(page: Page, target: Pair, section: Section, guard: Block | None, newline: str) -> _Opened:
    """The changes that make a list ready for further items: a list on the key's own line goes below it, and one that gives `[]` when it
    is empty gets a condition. `guard`: the condition that the whole key has."""
    changes, needs, paths = list[Change](), list[str](), list[str]()
    blanks = " " * section.column
    for each in _splices(page, target, section.first, section.end):
        row = page.row(each.start)
        on_key = row is page.rows[section.first]
        ends = not page.text[each.end : page.row(each.end - 1).end].strip()
        opener, closer = "", ""
        own = [block for block in page.around(each.start, target[0].outset) if block.word in ("if", "with", "range")]
        if not own and not _is_guarded(each, guard):
            if (path := _path(each)) is None:
                needs.append(f"{shown(each)} may give an empty list")
                if re.search(_OF_USERS, each.words):
                    raise Refusal(
                        f"{shown(each)} gives [] when it is empty, and no one value tells when; give it a condition first", each.start
                    )
            else:
                opener, closer = f"{{{{- if {path} }}}}", "{{- end }}"
                paths.append(path)
                needs.append(f"{shown(each)} gets a condition")
        if each.trims_right or not ends:
            raise Refusal(
                f"something stands behind {shown(each)}, which gives items of {target[0].text}; give it a line of its own first", each.start
            )
        if on_key:
            between = page.text[target[0].end : each.start]
            if between.strip() != ":" or any(one.start < each.start for one in row.actions):
                raise Refusal(f"more stands in front of {shown(each)} on the key's line; give it a line of its own first", each.start)
            colon = target[0].end + between.index(":") + 1
            lines = [*([opener] if opener else []), ""]
            changes.append(Change(colon, each.start, newline + "".join(f"{blanks}{line}{newline}" for line in lines[:-1]) + blanks))
        elif opener:
            changes.append(Change(row.start, row.start, f"{blanks}{opener}{newline}"))
        if closer:
            last = page.row(each.end - 1)
            end = len(page.text[: last.end].rstrip("\r\n"))
            changes.append(Change(end, end, f"{newline}{blanks}{closer}"))
    return _Opened(tuple(changes), tuple(needs), tuple(paths))


def _is_guarded(action: Action, guard: Block | None) -> bool:
    if guard is None:
        return False
    path = _path(action)
    opener = guard.heads[0]
    operands = [each.strip("()") for each in condition(opener).removeprefix("and ").split()]
    alone = len(operands) == 1 or condition(opener).startswith("and ")
    return (opener.word == "with" and path is None) or (alone and path in (*operands, *(each.replace("$.", ".") for each in operands)))


def _path(action: Action) -> str | None:
    """The one value that a list is made of."""
    argument = re.search(_ARGUMENT, action.words)
    if argument is not None and re.fullmatch(r"\$?(?:\.\w+){2,}|\$\w+(?:\.\w+)*", argument["path"]):
        return argument["path"]
    paths = set(re.findall(_PATH, action.bare))
    return paths.pop() if len(paths) == 1 else None


def _place(page: Page, target: Pair, section: Section, before: int) -> int:
    """The offset of the first line that is to come behind."""
    if before >= len(target[1].items):
        return page.rows[section.end - 1].end
    one = entry(page, target, before)
    around = page.around(page.rows[one.row].start, target[0].outset)
    number = page.number(around[0].heads[0].start) if around else one.row
    if around and page.rows[number].column is not None:
        raise Refusal(f"{shown(around[0].heads[0])} does not stand on a line of its own; give it one first", around[0].heads[0].start)
    return head(page, number, one.column, page.rows[section.first].end)


def _check_trim(page: Page, at: int) -> None:
    if page.text[:at].rstrip().endswith("-}}"):
        raise Refusal("the action above the place that it would go to ends with -}}, which would glue it; take that dash away first", at)


def _hoisted(page: Page, target: Pair, section: Section, guard: Block, before: int, moved: Sequence[Unit], newline: str) -> Landing:
    """The key leaves its condition, which keeps what it has guarded."""
    opener, closer = guard.heads[0], guard.end
    _check_guard(page, target, section, guard)
    opened = _opened_up(page, target, section, guard, newline)
    changes, needs = list(opened.changes), opened.needs
    chains = [chain for each in moved for chain in each.chains]
    same = [(each.word, each.words) for chain in chains for each in chain[:1]] == [(opener.word, opener.words)] * len(chains)
    if same and all(len(chain) == 1 for chain in chains):
        at = _place(page, target, section, before)
        _check_trim(page, at)
        return Landing(at, section.column, tuple(changes), needs=needs)
    blanks, key = " " * section.column, page.rows[section.first]
    over, opened_by, under = page.row(opener.start), page.row(opener.end - 1), page.row(closer.start)
    if before < len(target[1].items) and _place(page, target, section, before) != key.end:
        raise Refusal(f"it would have to stand between containers that {shown(opener)} holds; move it by hand", target[0].outset)
    first = before < len(target[1].items)
    at = key.end if first else page.rows[section.end - 1].end
    written = _deeper(page.text[opener.start : opener.end], section.column - page.column(opener.start))
    inner, end = f"{blanks}{written}{newline}", f"{blanks}{page.text[closer.start : closer.end]}{newline}"
    if not all(chains):
        kept = ""
        changes.append(Change(under.start, under.end, ""))
    else:
        asked = joined("or", [condition(opener), *(every(chain) for chain in chains)])
        kept = f"{page.text[over.start : opener.start]}{{{{- if {asked} }}}}{newline}"
    changes.append(Change(over.start, opened_by.end, kept))
    if not first:
        on_key = next(
            (change for change in changes if change.start > key.start and change.end <= key.end and change.start < change.end), None
        )
        if on_key is not None:
            changes.remove(on_key)
            changes.append(on_key._replace(text=newline + inner + on_key.text[len(newline) :]))
        else:
            changes.insert(0, Change(key.end, key.end, inner))
        return Landing(at, section.column, tuple(changes), above=end, needs=(*needs, _HOISTED))
    if any(change.start < key.end and change.end > key.start for change in changes):
        raise Refusal(f"{target[0].text} has its list on its own line; give it a line of its own first", target[0].outset)
    changes.append(Change(page.rows[section.end - 1].end, page.rows[section.end - 1].end, end))
    return Landing(at, section.column, tuple(changes), below=inner, needs=(*needs, _HOISTED))


def _deeper(action: str, by: int) -> str:
    """An action over several lines, with those behind its first indented by so much more; a string that goes over lines is kept."""
    return action if "`" in action else action.replace("\n", "\n" + " " * by)


_HOISTED = "the condition of the key changes"


def _check_guard(page: Page, target: Pair, section: Section, guard: Block) -> None:
    """Refuses a condition around a key that cannot be taken off it."""
    opener, name = guard.heads[0], target[0].text
    if len(guard.heads) > 1:
        raise Refusal(f"{name} stands in one arm of {shown(opener)}; move it by hand", opener.start)
    if guard.word not in ("if", "with"):
        raise Refusal(f"{name} stands in {shown(opener)}; move it by hand", opener.start)
    over, under, opened = page.number(opener.start), page.number(guard.end.start), page.number(opener.end - 1)
    alone = page.rows[over].actions == (opener,) and page.rows[under].actions == (guard.end,)
    alone = alone and not page.text[opener.end : page.rows[opened].end].strip()
    if not alone or page.rows[over].column is not None or page.rows[under].column is not None:
        raise Refusal(f"{shown(opener)} or its {{{{ end }}}} does not stand on a line of its own; give each a line first", opener.start)
    rest = [*page.rows[opened + 1 : section.first], *page.rows[section.end : under]]
    if any(_says_something(page, row) for row in rest):
        raise Refusal(f"{shown(opener)} holds other keys beside {name}; give {name} a condition of its own first", opener.start)
    if opener.trims_right or guard.end.trims_right:
        raise Refusal(
            f"{shown(opener)} or its {{{{ end }}}} ends with -}}}}, which glues what follows; take that dash away first", opener.start
        )
    if re.match(r"\$\w+\s*:?=", opener.words.removeprefix(opener.word).strip()):
        raise Refusal(f"{shown(opener)} sets a variable; set it above first", opener.start)


def _says_something(page: Page, row: Row) -> bool:
    return bool(page.text[row.start : row.end].strip()) and not row.comment


def strangers(page: Page, spec: Node, lists: Sequence[Pair]) -> list[Action]:
    """The actions that give further keys of the mapping that holds these lists, whatever keys those are."""
    column = page.column(lists[0][0].outset)
    own = [_lines_of(page, each) for each in lists]
    rows = page.rows[page.number(spec.outset) : page.number(max(spec.end - 1, spec.outset)) + 1]
    given = [each for row in rows if row.column is None for each in row.actions if each.kind == "output" and page.lands(each) == column]
    return [each for each in given if not any(start <= each.start < end for start, end in own)]


def _lines_of(page: Page, pair: Pair) -> tuple[int, int]:
    key, flush = page.column(pair[0].outset), _is_flush(page, pair, page.column(pair[0].outset))
    first = page.number(pair[0].outset)
    end = page.extent(
        first, page.number(max(pair[1].end - 1, pair[0].end)), lambda at, dash: at > key or (at == key and dash and flush), pair[0].text
    )
    return page.rows[first].start, page.rows[end - 1].end
