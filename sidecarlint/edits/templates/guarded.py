"""Both versions beside each other: a helper that is a sidecar where the cluster has sidecars, and an ordinary container elsewhere.

In: a template's text, a masked document of it, what a plan would do to one container. Out: `Guarded`, or a `Refusal`. Must not know:
Kubernetes, where files lie.

helm-kustomize.md, A7: the body goes into one define, which both lists call; a value says which of the two it is to be, and `auto` asks the
cluster. `>=1.29-0` is the one constraint that is true of what managed clusters report, such as v1.29.3-gke.1.
"""

import re
from collections.abc import Sequence

from sidecarlint.documents import Document, text_of
from sidecarlint.documents.nodes import child
from sidecarlint.documents.templates.actions import Action
from sidecarlint.edits.locate import Pair, Tree
from sidecarlint.edits.operations import Move, Operation, Refusal, Set, Versions
from sidecarlint.edits.splice import Change, ordered, splice
from sidecarlint.edits.style import Layout
from sidecarlint.edits.templates.keys import set_key
from sidecarlint.edits.templates.landing import landing, strangers
from sidecarlint.edits.templates.moving import Gives, check_left, check_seen, source_of
from sidecarlint.edits.templates.page import Page, shown
from sidecarlint.edits.templates.shifting import shifted
from sidecarlint.edits.templates.units import Unit, entry, every, joined, units
from sidecarlint.edits.templates.variables import set_by
from sidecarlint.values import NamedTuple

SWITCH = "nativeSidecars"
"""The value that says which version it is to be: auto, true or false."""

VALUES = f"""
# Whether helpers run as native sidecars: auto (where the cluster is 1.29 or newer), true or false.
{SWITCH}: auto
"""
"""What a chart's values.yaml gets at its end."""

_ASKS = """\
{{{{- define "{chart}.{switch}" -}}}}
{{{{- if eq (toString .Values.{switch}) "auto" -}}}}
{{{{- if semverCompare ">=1.29-0" .Capabilities.KubeVersion.Version }}}}true{{{{ end -}}}}
{{{{- else if .Values.{switch} }}}}true{{{{ end -}}}}
{{{{- end }}}}
"""


class Guarded(NamedTuple):
    """`changes`: those of the template, by place. `define`: the text of the helper's own define, and `asks` that of the define which tells
    whether sidecars are wanted; both go into a partial of the chart, the second once. The chart's values need `VALUES`, once. `needs`: why
    it takes a rendering to know that all this is right, none where the text alone shows it."""

    changes: list[Change]
    define: str
    asks: str
    needs: tuple[str, ...] = ()


def guarded(
    text: str, document: Document, operations: Sequence[Operation], chart: str, name: str = "", gives: Gives = lambda words, key: False
) -> Guarded:
    """Both versions of one container that a plan moves. `chart` is the chart's name, which its defines begin with; `name` that of the
    define, "" for one of the container's own. `gives` is asked about actions that give keys beside the lists. A `Refusal` where the
    container cannot be cut out into a define."""
    moves = [each for each in operations if isinstance(each, Move)]
    if document.root is None or document.problem is not None or len(moves) != 1 or not re.fullmatch(r"[\w.-]+", chart):
        raise Refusal("one container at a time gets two versions", document.start)
    page, tree, move = Page(text), Tree(document.root), moves[0]
    source, target = source_of(tree, move.item[:-1]), tree.pair((*move.item[:-2], move.key))
    check_seen(page, source, target, move.key)
    unit = _unit(page, source, int(move.item[-1]))
    check_left(page, source, [unit])
    name, asks = name or f"{chart}.{_name(tree, move)}", asked_by(chart)
    own = entry(page, source, int(move.item[-1]))
    newline = Layout(text).newline(source[0].start)
    place = landing(page, source, target, move.key, move.before, [_asked(unit, asks)], newline)
    body = _body(page, tree, operations, page.rows[own.row].start, own.end, own.column, asks)
    here = _lines(newline, "", own.column, f"if not ({asks})", own.column, name)
    wanted = joined("and", [*([every(unit.chains[0])] if unit.chains[0] else []), asks])
    key = len(place.inside) - len(place.inside.lstrip(" ")) if place.inside else place.column
    there = _lines(newline, place.inside, key, f"if {wanted}", place.column, name)
    changes = [
        Change(place.at, place.at, place.above + there + place.below),
        *place.changes,
        Change(page.rows[own.row].start, own.end, here),
    ]
    define = f'{{{{- define "{name}" -}}}}{newline}{body}{{{{- end }}}}{newline}'
    given = [each for each in strangers(page, tree.find(move.item[:-2]), [source, *([target] if target else [])]) if not target]
    needs = [*place.needs, *(f"{shown(each)} may give {move.key} as well" for each in given if gives(each.words, move.key))]
    needs += ["a text in it ends with lines that a define would lose"] if re.search(r"[|>]\d?\+\d?[ \t]*\r?\n", body) else []
    return Guarded(ordered(changes), define, _ASKS.format(chart=chart, switch=SWITCH).replace("\n", newline), tuple(needs))


def asked_by(chart: str) -> str:
    """What an action of a chart asks to know whether sidecars are wanted."""
    return f'include "{chart}.{SWITCH}" .'


def read_as(text: str, define: str, versions: Versions, native: bool) -> str:
    """A template with both versions as Helm reads it where sidecars are wanted, or where they are not: with one of the two calls gone, and
    the define's lines in place of the other."""
    body = settled(define[define.index("\n") + 1 : define.rindex("{{-")], versions.chart, native)
    call = rf'(?m)^( *)\{{\{{- include "{re.escape(versions.name)}" \. \| nindent \d+ \}}\}}\r?\n'
    return re.sub(call, lambda found: shifted(body, len(found[1]), 0), settled(text, versions.chart, native))


def settled(text: str, chart: str, native: bool) -> str:
    """The text without the conditions that ask whether sidecars are wanted, and without what is not there then."""
    page, changes, asks = Page(text), list[Change](), asked_by(chart)
    for block in page.blocks:
        words = block.heads[0].words
        first, last = page.row(block.heads[0].start), page.row(block.end.start)
        if asks not in words:
            continue
        left = _known(words.removeprefix("if "), asks, native)
        if left == "false":
            changes.append(Change(first.start, last.end, ""))
        elif left == "true":
            changes += [Change(row.start, row.end, "") for row in (first, last)]
        else:
            start = block.heads[0].start + text[block.heads[0].start :].index(words)
            changes.append(Change(start, start + len(words), f"if {left}"))
    return splice(text, _outermost(changes), 0, len(text))


def _known(condition: str, asks: str, native: bool) -> str:
    """What is left of a condition once it is known whether sidecars are wanted: `true`, `false`, or a condition."""
    if condition == asks:
        return "true" if native else "false"
    word, *operands = _split(condition)
    inner = operands[0].removeprefix("(").removesuffix(")") if operands else ""
    if word == "not" and inner == asks:
        return "false" if native else "true"
    if word not in ("and", "or") or not any(asks in each for each in operands):
        return condition
    rest = [_known(each[1:-1], asks, native) if asks in each else each for each in operands]
    decided = "false" if word == "and" else "true"
    kept = [each for each in rest if each not in ("true", "false")]
    if decided in rest or not kept:
        return decided if decided in rest else ("true" if word == "and" else "false")
    return joined(word, [each[1:-1] if each.startswith("(") else each for each in kept])


def _split(condition: str) -> list[str]:
    """The words of a condition, each with all that stands in its brackets."""
    found, depth, start = list[str](), 0, 0
    for at, character in enumerate(f"{condition} "):
        depth += (character == "(") - (character == ")")
        if character == " " and not depth:
            found.append(condition[start:at])
            start = at + 1
    return found


def _outermost(changes: Sequence[Change]) -> list[Change]:
    """The changes without those inside of what goes anyway."""
    gone = [each for each in changes if not each.text]
    return ordered([each for each in changes if not any(one.start <= each.start and each.end <= one.end and one != each for one in gone)])


def _unit(page: Page, source: Pair, index: int) -> Unit:
    """The unit of the item, which must be about the same as the whole template is."""
    unit = units(page, source, [index])[0]
    if len(unit.items) != 1:
        raise Refusal("it shares its condition with other containers; give it one of its own first", unit.start)
    for block in page.around(source[0].outset) + [page.block_of(each) for each in unit.chains[0]]:
        if block.word != "if":
            raise Refusal(
                f"it stands in {shown(block.heads[0])}, where a define would not see what it sees; write both versions by hand", unit.start
            )
    outer = {name for each in page.inside(unit.start, unit.end) for name in re.findall(r"\$\w+", each.bare)}
    inner = {name for each in page.inside(unit.start, unit.end) for name in set_by(each)}
    if outer - inner:
        raise Refusal(f"it reads {min(outer - inner)}, which a define would not see; write both versions by hand", unit.start)
    return unit


def _asked(unit: Unit, asks: str) -> Unit:
    """The unit under a further condition, which is not written yet."""
    action = Action(unit.start, unit.start, "open", "if", f"if {asks}", True, False)
    return unit._replace(chains=((*unit.chains[0], action),))


def define_of(document: Document, operations: Sequence[Operation], chart: str) -> str:
    """The name that the define of a container which moves would have by itself. A `Refusal` where none moves."""
    move = next((each for each in operations if isinstance(each, Move)), None)
    if move is None or document.root is None:
        raise Refusal("no container moves, so there are no two versions of it", document.start)
    return f"{chart}.{_name(Tree(document.root), move)}"


def _name(tree: Tree, move: Move) -> str:
    """The helper's name as a define has it: syncRepo of sync-repo."""
    name = text_of(child(tree.find(move.item), "name")) or ""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", re.sub(r"\{\{.*?\}\}", " ", name)) or ["helper"]
    return words[0] + "".join(word[:1].upper() + word[1:] for word in words[1:])


def _body(page: Page, tree: Tree, operations: Sequence[Operation], start: int, end: int, column: int, asks: str) -> str:
    """The item's lines from column 0 on, with what only a sidecar has under the condition."""
    layout, changes = Layout(page.text), list[Change]()
    for each in operations:
        if isinstance(each, Move):
            continue
        if not isinstance(each, Set):
            raise Refusal("more than new keys is asked for it; write both versions by hand", start)
        changes += [_under(change, asks) for change in set_key(page, layout, tree, each)]
    return shifted(splice(page.text, _together(changes), start, end), -column, start)


def _under(change: Change, asks: str) -> Change:
    newline = "\r\n" if change.text.startswith("\r\n") else "\n"
    blanks = re.match(r"\r?\n( *)", change.text)
    lead = newline + (blanks[1] if blanks else "")
    return change._replace(text=f"{lead}{{{{- if {asks} }}}}{change.text}{lead}{{{{- end }}}}")


def _together(changes: Sequence[Change]) -> list[Change]:
    """Changes at one place as one, in their order."""
    found: dict[tuple[int, int], str] = {}
    for each in changes:
        found[each.start, each.end] = found.get((each.start, each.end), "") + each.text
    return [Change(start, end, text) for (start, end), text in found.items()]


def _lines(newline: str, key: str, outer: int, words: str, column: int, name: str) -> str:
    """A call of the define under a condition, with a key of its own where there is one."""
    call = f'{" " * column}{{{{- include "{name}" . | nindent {column} }}}}{newline}'
    return f"{' ' * outer}{{{{- {words} }}}}{newline}{key}{call}{' ' * outer}{{{{- end }}}}{newline}"
